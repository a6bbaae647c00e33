# frozen_string_literal: true

module Stskit
  # Settings, a source of credentials with its cache, and the clients that share them. Any number of threads may use one.
  #
  # Without `credentials:` it walks the default chain: environment, profile, web identity, sign-in, container, instance.
  # `credentials:` is one generation, or what answers to `call` and is asked whenever there are none that are good; those
  # of aws-sdk-core serve too. Further settings are those of Settings. Nothing is read before it is needed, and the files
  # are read once.
  class Session
    include Hidden

    def initialize(credentials: nil, **settings)
      unknown = settings.keys - Settings.names
      unless unknown.empty?
        raise Errors::InvalidArgumentError, "unknown settings #{unknown.join(", ")}; there are: #{Settings.names.join(", ")}"
      end

      @settings = settings.freeze
      @connect = credentials.nil? ? Session.chain : Session.source(credentials)
      @source = credentials.nil? ? "the default chain" : "given credentials"
      @lock = Mutex.new
    end

    class << self
      # With the keys in the environment, and nothing else.
      def with_environment(**settings)
        special("the environment", settings) do |config|
          Native.make(Native::Client, :client_new_with_environment, config)
        end
      end

      # With what a helper program prints (credential_process). It is killed after `timeout` seconds.
      def with_process(command, timeout: nil, **settings)
        limit = Native.milliseconds(timeout)
        special("a helper program", settings) do |config|
          Native.make(Native::Client, :client_new_with_process, config, Native.encode(command), limit)
        end
      end

      # With a role for the token in a file, which is read at each load.
      def with_web_identity(token_file:, role_arn:, session_name: nil, **settings)
        special("a web identity", settings) do |config|
          Native.make(Native::Client, :client_new_with_web_identity, config, Native.path(token_file),
                      Native.encode(role_arn), Native.encode(session_name))
        end
      end

      # With a role of a sign-in to IAM Identity Center.
      def with_sso_role(account_id:, role_name:, sso_session: nil, **settings)
        special("a role of a sign-in", settings) do |config|
          Native.make(Native::Client, :client_new_with_sso_role, config, sso_session&.handle, Native.encode(account_id),
                      Native.encode(role_name))
        end
      end

      # How the library's client is made with a config.
      def chain
        ->(config) { Native.make(Native::Client, :client_new, config) }
      end

      def source(credentials)
        if credentials.respond_to?(:call)
          lambda do |config|
            Native.make(Native::Client, :client_new_with_callback, config, Callbacks.credentials, config.keep(credentials), nil)
          end
        else
          found = Credentials.coerce(credentials)
          ->(config) { found.with_handle { |handle| Native.make(Native::Client, :client_new_with_credentials, config, handle) } }
        end
      end

      private

      def special(source, settings, &connect)
        new(**settings).tap { |made| made.send(:from, source, connect) }
      end
    end

    # A session with a role, assumed with the credentials of this one and kept fresh. The members are those of
    # AssumeRole, in snake_case; a role_session_name that is missing is made up.
    def with_role(**members)
      data = Services.json("sts", "AssumeRole", members)
      parent = self
      Session.new(**@settings).tap do |made|
        connect = lambda do |_config|
          parent.use { |source| Native.make(Native::Client, :client_new_with_assumed_role, source, data) }
        end
        made.send(:from, "an assumed role", connect)
      end
    end

    # Credentials that are good now: cached ones, or new ones once those are about to expire. Cheap while the cached ones
    # are good: ask each time, instead of keeping a copy.
    def credentials
      Credentials.of(use { |client| Native.make(Native::Credentials, :client_get_credentials, client) })
    end

    # Says that a service answered that these have expired: the next lookup loads new ones.
    def invalidate(credentials)
      use { |client| credentials.with_handle { |handle| Native.call(:client_invalidate, client, handle) } }
      nil
    end

    # How the default chain comes to its answer: every provider, what it looked at, why it did not serve. No secrets. It
    # does not fail where no credentials are found: `report["problem"]` says so.
    def explain
      JSON.parse(use { |client| Native.text(:client_explain, client) })
    end

    # Ends the calls that are under way, in other threads too, with CancelledError; later ones fail at once. May be
    # called in a signal's trap.
    def cancel
      peek { |client| Library.client_cancel(client) }
      nil
    end

    # Lets a cancelled session be used again.
    def reset
      peek { |client| Library.client_reset(client) }
      nil
    end

    def cancelled?
      peek { |client| Library.client_is_cancelled(client) } || false
    end

    # Ends the session. Calls that are under way go on; its clients and roles keep what they need.
    def close
      @lock.synchronize do
        @closed = true
        @native
      end&.close
      nil
    end

    # The region in use; nil if there is none.
    def region
      use { |client| Native.text(:client_get_region, client) }
    rescue Errors::InvalidConfigurationError
      nil
    end

    # Where the calls of a service go.
    def endpoint_url(service)
      number = Native.number("SERVICE", service)
      use { |client| Native.text(:client_get_endpoint, client, number) }
    end

    # A client of a service with the credentials of this session: see Client. Settings that are given here are its own.
    def client(service, **settings)
      Client.new(service, session: self, **settings)
    end

    # A provider for the clients of aws-sdk-core.
    def credential_provider
      CredentialProvider.new(self)
    end

    # Signs a request for now: a hash of the headers to add, names in lower case, in place of any of the same name.
    #
    # `service` is the signing name ("s3", "execute-api"); without `region` that of the session counts. URL and headers
    # have to be sent as they are here; Host need not be given. Further: `headers:` (a hash or pairs), `body:`,
    # `unsigned_body: true`, `body_sha256:`, `style:` ("standard", "s3", "content_sha256", "token_after_signing"), and for
    # services that no style fits `options:`, a hash with the names of stskit_request_set_options in stskit.h.
    def sign(method, url, service:, region: nil, **request)
      made = Signing.request(method, url, **request)
      use { |client| Native.call(:client_sign, client, made, Native.encode(service), Native.encode(region)) }
      Native.pairs("request_header", made)
    end

    # Presigns a request: who has the URL may make the request until it expires, after `expires_in` seconds. The rest is
    # as in sign. S3 wants `unsigned_body: true`.
    def presign(method, url, service:, region: nil, expires_in: 3600, **request)
      made = Signing.request(method, url, **request)
      use do |client|
        Native.text(:client_presign, client, made, Native.encode(service), Native.encode(region), Signing.lifetime(expires_in))
      end
    end

    # A URL that answers who its maker is, as EKS and Vault want one; `header` is a pair that has to be sent along.
    def presign_get_caller_identity(expires_in: 60, header: nil)
      name, value = header
      use do |client|
        Native.text(:client_presign_get_caller_identity, client, Signing.lifetime(expires_in), Native.encode(name),
                    Native.encode(value))
      end
    end

    # A token for a service that takes an IAM identity as a password: `token("rds", hostname: host, port: 5432, username:
    # "app")`. Stskit.token_kinds has the kinds and their inputs. Most take `region`, that of the session if left out, and
    # `min_ttl`: credentials that end sooner than in so many seconds are refreshed first. Nothing is sent but what
    # credentials need, save for "web-identity".
    def token(kind, **inputs)
      name, data = Native.encode(kind), Token.inputs(inputs)
      use { |client| Token.made(:client_get_token, client, name, data) }
    end

    # A TokenSource, for connections that are made again and again. The inputs are checked now.
    def tokens(kind, **inputs)
      TokenSource.new(self, kind, inputs)
    end

    # Signs in to IAM Identity Center: a person approves in any browser, on any machine. The block gets a DeviceCode to
    # show, once, and returns at once. Whatever ends it, or this thread, ends the sign-in: Ctrl-C, Timeout, an exception.
    # Without `sso_session` that of the profile counts. `timeout` is in seconds.
    def sign_in_with_device_code(timeout: nil, sso_session: nil, &show)
      raise Errors::InvalidArgumentError, "a block is wanted that shows the code" if show.nil?

      SignIn.run(own_client, "device_code", timeout, sso_session, ->(pointer) { DeviceCode.new(pointer) }, show)
    end

    # Signs in to IAM Identity Center: a person approves in a browser on this machine. The block opens the URL that it
    # gets, and returns at once.
    def sign_in_with_browser(timeout: nil, sso_session: nil, &open_page)
      raise Errors::InvalidArgumentError, "a block is wanted that opens the page" if open_page.nil?

      url = ->(text) { Native.decode(text) }
      SignIn.run(own_client, "browser", timeout, sso_session, url, open_page)
    end

    # Signs out: the service forgets the token, and so does the cache.
    def sign_out(sso_session: nil)
      use { |client| Native.call(:client_sign_out, client, sso_session&.handle) }
      nil
    end

    # The access token of a sign-in, refreshed if it is about to expire: access_token of the client "sso".
    def sso_token(sso_session: nil)
      use { |client| Native.text(:client_get_sso_token, client, sso_session&.handle) }
    end

    # All accounts that the signed-in user has roles in.
    def list_sso_accounts(sso_session: nil)
      list("ListAccounts", :client_list_sso_accounts, sso_session)
    end

    # All roles that the signed-in user has in an account.
    def list_sso_account_roles(account_id, sso_session: nil)
      list("ListAccountRoles", :client_list_sso_account_roles, sso_session, Native.encode(account_id))
    end

    def inspect
      profile = " profile=#{@settings[:profile].inspect}" if @settings[:profile]
      "#<#{self.class}#{profile} credentials from #{@source}>"
    end

    # Yields the library's client, for calls of this binding.
    def use(&block)
      connected.use(&block)
    end

    # Another client of the library with these settings, and its credentials from this session.
    def derive(settings)
      connect(Session.source(-> { credentials }), { **@settings.except(:mfa), **settings })
    end

    private

    def from(source, connect)
      @source = source
      @connect = connect
    end

    def peek(&block)
      (@native || connected).peek(&block)
    end

    # Made when it is first needed.
    def connected
      @native || @lock.synchronize do
        raise Errors::InvalidArgumentError, "the session is closed" if @closed

        @native ||= connect(@connect, @settings)
      end
    end

    # So that ending a sign-in ends nothing else.
    def own_client
      connect(@connect, @settings)
    end

    def connect(source, settings)
      config = Settings.build(settings)
      Native::Closable.new(source.call(config), config)
    end

    def list(operation, name, sso_session, *more)
      response = use { |client| Native.make(Native::Response, name, client, sso_session&.handle, *more) }
      found = Services.operation("sso", operation)
      found.output.read(JSON.parse(Native.decode(Library.response_json(response))))[found.result_key] || []
    end
  end
end
