# frozen_string_literal: true

require_relative "hidden"
require_relative "services"

module Stskit
  # A client of one service, shaped like those of the AWS SDK for Ruby: a method for each operation, members in
  # snake_case as keywords, answers with readers. Any number of threads may use one.
  #
  #     sts = Stskit::Client.new("sts")
  #     sts.assume_role(role_arn: "...", role_session_name: "me").credentials.expiration
  #
  # Names are those of the service in snake_case, as the SDK spells them: RoleArn is role_arn, SAMLAssertion
  # saml_assertion. Other names go to the library as they are, so the service's own spelling serves too.
  class Client
    include Hidden

    class << self
      # Operations by the names of their methods.
      attr_reader :operations
      # The service: "sts".
      attr_reader :service

      # `Client.new("sts", **settings)`; the classes of services take no name: `Stskit::STS::Client.new`. Settings are
      # those of Session, and `session:` shares one.
      def new(*service, **settings)
        return super(**settings) if @operations && service.empty?
        raise ArgumentError, "wrong number of arguments: a service is wanted" unless service.size == 1 && !@operations

        Services.client_class(service.first).new(**settings)
      end

      def define(service, operations)
        Class.new(self) do
          @service = service
          @operations = operations.to_h { |operation| [operation.method, operation] }.freeze
          operations.each do |operation|
            define_method(operation.method) { |members = {}| call(operation, members) }
          end
        end
      end
    end

    def initialize(session: nil, **settings)
      @session = session || Session.new(**settings)
      @own = session.derive(settings) if session && !settings.empty?
      @number = Native.number("SERVICE", self.class.service)
    end

    # The names of the methods.
    def operation_names
      self.class.operations.keys
    end

    # The pages of an operation that lists: `sso.pages(:list_accounts, {access_token: token}, max_items: 500)`.
    def pages(operation, members = {}, **options)
      Pages.new(self, find(operation), members, **options)
    end

    # A URL for a GET: who has it may make the call until it expires. STS only.
    def presigned_url(operation, members = {}, expires_in: 900)
      operation = find(operation)
      data = operation.json(members)
      use { |client| Native.text(:client_presign_call, client, @number, operation.name, data, Signing.lifetime(expires_in)) }
    end

    # Where the calls go.
    def endpoint_url
      use { |client| Native.text(:client_get_endpoint, client, @number) }
    end

    # Ends the client; calls that are under way go on. A session that was given stays.
    def close
      @closed = true
      @own&.close
      nil
    end

    def inspect
      "#<#{self.class}>"
    end

    # Yields the library's client and the number of the service, for calls of this binding.
    def use(&block)
      raise Errors::InvalidArgumentError, "the client is closed" if @closed

      (@own || @session).use { |client| block.call(client, @number) }
    end

    # A response of the library as the structure that the operation answers.
    def self.answer(operation, response)
      metadata = Structure::Metadata.new(
        Native.decode(Library.response_request_id(response)), Library.response_http_status(response),
        Library.response_retry_attempts(response), Native.pairs("response_header", response).freeze
      )
      operation.output.read(JSON.parse(Native.decode(Library.response_json(response))), metadata.freeze)
    end

    private

    def find(operation)
      self.class.operations.fetch(operation.to_s.to_sym) do
        raise Errors::InvalidArgumentError, "unknown operation: it is one of #{operation_names.join(", ")}"
      end
    end

    def call(operation, members)
      data = operation.json(members)
      Client.answer(operation, use do |client|
        Native.make(Native::Response, :client_call, client, @number, operation.name, data)
      end)
    end
  end
end
