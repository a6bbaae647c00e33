# frozen_string_literal: true

module Stskit
  # How a person signs in, where that is what is missing. What does not apply is nil.
  LoginHint = Struct.new(:command, :start_url, :session, :profile)

  # The base of all that goes wrong. No text in it holds a secret.
  #
  # `message` says what was tried, where, and what to do next. `status` is the name of the status ("NO_CREDENTIALS"),
  # `detail` a finer reason or 0, `attempts` how many requests were sent, `providers` has a line for each source of
  # credentials that was tried, `login` is a LoginHint. `code`, `operation`, `service_message`, `fault`, `request_id`,
  # `http_status`, `members` (further texts of the service's error) and `headers` are there if a service answered.
  class Error < StandardError
    attr_reader :status, :detail, :code, :operation, :service_message, :fault, :request_id, :http_status, :attempts,
                :providers, :login, :members, :headers

    def initialize(message = nil, **told)
      super(message)
      @status = told.fetch(:status) { self.class.status }
      @detail = told.fetch(:detail, 0)
      @code, @operation, @service_message, @fault, @request_id, @http_status, @login =
        told.values_at(:code, :operation, :service_message, :fault, :request_id, :http_status, :login)
      @attempts = told.fetch(:attempts, 0)
      @retryable = told.fetch(:retryable, false)
      @providers = told.fetch(:providers, []).freeze
      @members = told.fetch(:members, {}).freeze
      @headers = told.fetch(:headers, {}).freeze
    end

    # May another try in a while mend it? The library has retried by itself already.
    def retryable?
      @retryable
    end

    # The status of errors that this side finds.
    def self.status
      "INVALID_ARGUMENT"
    end
  end

  # All classes of errors. One for each status (`NoCredentialsError`, `TimeoutError`), and one for each error code of a
  # service, made when it is first named, by code or by AWS's name of the exception (`ExpiredTokenException`).
  module Errors
    # The service answered with an error. `code` says which.
    class ServiceError < Error
      def self.status
        "SERVICE"
      end
    end

    STATUSES = Prototypes::NUMBERS.keys.grep(/\ASTATUS_/).map { |name| name.delete_prefix("STATUS_") } - %w[OK SERVICE]
    STATUSES.each do |status|
      made = Class.new(Error)
      made.define_singleton_method(:status) { status }
      const_set("#{status.split("_").map(&:capitalize).join}Error", made)
    end

    # A word of the class's name for each status: "NO_CREDENTIALS" is NoCredentialsError.
    def self.for_status(status)
      name = "#{status.split("_").map(&:capitalize).join}Error"
      const_defined?(name, false) ? const_get(name, false) : InternalError
    end

    @lock = Mutex.new

    # The class for an error code of a service.
    def self.for_code(code)
      # "aws.auth#SomeException:http://..." of other protocols, and what no constant can be called.
      name = code.gsub(/\W+/, "")
      name.match?(/\A[A-Z]\w*\z/) ? const_get(name, false) : ServiceError
    end

    def self.const_missing(name)
      exception = Services.exception_of(name.to_s)
      @lock.synchronize do
        return const_get(name, false) if const_defined?(name, false)

        made = exception == name.to_s ? Class.new(ServiceError) : nil
        made ||= const_defined?(exception, false) ? const_get(exception, false) : const_set(exception, Class.new(ServiceError))
        const_set(name, made)
      end
    end
  end
end
