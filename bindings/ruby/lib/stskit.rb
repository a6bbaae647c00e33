# frozen_string_literal: true

require "json"
require_relative "stskit/version"
require_relative "stskit/hidden"
require_relative "stskit/native"

# AWS credentials, STS and IAM Identity Center without an AWS SDK.
#
#     Stskit.credentials                                   # the default chain, cached and refreshed
#     Stskit::Client.new("sts").get_caller_identity.arn    # the methods of the AWS SDK for Ruby
#     Stskit.explain                                       # how the chain came to its answer
#
# Everything is done by the C library of stskit.
module Stskit
  { Callbacks: "callbacks", Client: "client", CredentialProvider: "credential_provider", Credentials: "credentials",
    DeviceCode: "sign_in", Logs: "logs", Pages: "pages", Services: "services", Session: "session",
    Settings: "settings", SignIn: "sign_in", Signing: "signing", SsoSession: "sign_in",
    Structure: "structure", Token: "token", TokenSource: "token" }.each { |name, file| autoload name, File.expand_path("stskit/#{file}", __dir__) }

  @sessions = {}
  @lock = Mutex.new

  class << self
    # The session that all calls with this profile share.
    def session(profile = nil)
      @sessions[profile] || @lock.synchronize { @sessions[profile] ||= Session.new(profile: profile) }
    end

    # Makes another session the one that is shared; nil: the next call makes one anew.
    def session=(session)
      @lock.synchronize { @sessions = session.nil? ? {} : { nil => session } }
    end

    # Credentials that are good now: cached ones, or new ones once those are about to expire.
    #
    # Cheap while the cached ones are good: ask each time. With further settings, which are those of Session, nothing is
    # shared with other calls.
    def credentials(profile = nil, **settings)
      settings.empty? ? session(profile).credentials : Session.new(profile: profile, **settings).credentials
    end

    # A client with the shared session: "sts", "sso" or "sso-oidc".
    def client(service, **settings)
      session.client(service, **settings)
    end

    # A provider for the clients of aws-sdk-core.
    def credential_provider(profile = nil)
      CredentialProvider.new(session(profile))
    end

    # How the default chain comes to its answer, or why it has none. No secrets.
    def explain(profile = nil)
      session(profile).explain
    end

    # Signs a request for now: see Session#sign.
    def sign(method, url, profile: nil, **request)
      session(profile).sign(method, url, **request)
    end

    # Presigns a request: see Session#presign.
    def presign(method, url, profile: nil, **request)
      session(profile).presign(method, url, **request)
    end

    # A token for a service that takes an IAM identity as a password, with the shared session: see Session#token.
    def token(kind, **inputs)
      session.token(kind, **inputs)
    end

    # A source of tokens of one kind, with the shared session: see Session#tokens.
    def tokens(kind, **inputs)
      session.tokens(kind, **inputs)
    end

    # The kinds of tokens, as the library describes them: {"rds" => [{"name" => "hostname", "type" => "string", ...}, ...]}.
    def token_kinds
      JSON.parse(Native.text(:model))["tokens"].to_h { |kind| [kind["name"], kind["inputs"]] }
    end

    # Hands the library's log to a Logger, for the whole process; nil: to nobody. Levels are error, warn, info, debug and
    # trace. No line holds a secret.
    def log_to(logger, level: "info")
      Logs.to(logger, level)
    end

    # The version of the library in use, which may be another than VERSION.
    def library_version
      Native.decode(Library.version)
    end

    def const_missing(name)
      return super if @services_made

      @services_made = true
      Services.load
      const_defined?(name, false) ? const_get(name, false) : super
    end
  end
end
