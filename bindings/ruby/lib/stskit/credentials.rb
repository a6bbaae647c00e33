# frozen_string_literal: true

require_relative "hidden"

module Stskit
  # AWS credentials, all from one load. Immutable; any number of threads may read them.
  #
  # The values stay in the library, which wipes them when the object goes, until somebody asks for them. Printing shows
  # the access key id only. It has the members of aws-sdk-core's Aws::Credentials and serves as `credentials:` there.
  class Credentials
    include Hidden

    # Credentials of values that you have. `expiration` is a Time or seconds since 1970.
    def initialize(access_key_id, secret_access_key, session_token = nil, expiration: nil, account_id: nil)
      @handle = Credentials.new_handle(access_key_id, secret_access_key, session_token, expiration, account_id)
    end

    # Of a handle of the library.
    def self.of(handle)
      made = allocate
      made.instance_variable_set(:@handle, handle)
      made
    end

    # Of anything that has the members: those of aws-sdk-core are welcome.
    def self.coerce(value)
      return value if value.is_a?(Credentials)

      value = value.credentials if value.respond_to?(:credentials) && !value.respond_to?(:secret_access_key)
      %i[access_key_id secret_access_key session_token].each do |name|
        next if value.respond_to?(name)

        raise Errors::InvalidArgumentError, "credentials are wanted, and #{value.class} has no #{name}"
      end
      new(value.access_key_id, value.secret_access_key, value.session_token,
          expiration: (value.expiration if value.respond_to?(:expiration)),
          account_id: (value.account_id if value.respond_to?(:account_id)))
    end

    def self.new_handle(access_key_id, secret_access_key, session_token, expiration, account_id)
      seconds = Native.seconds(expiration)
      moment = seconds && FFI::MemoryPointer.new(:int64).write_int64(Native.integer(seconds, -64, "an expiration"))
      Native.make(Native::Credentials, :credentials_new, Native.encode(access_key_id), Native.encode(secret_access_key),
                  Native.encode(session_token), moment, Native.encode(account_id))
    end

    # An identifier, not a secret.
    def access_key_id
      Native.decode(Library.credentials_access_key_id(@handle))
    end

    def secret_access_key
      Native.decode(Library.credentials_secret_access_key(@handle))
    end

    # nil for long-term credentials.
    def session_token
      Native.decode(Library.credentials_session_token(@handle))
    end

    # 12 digits; nil where the source did not say.
    def account_id
      Native.decode(Library.credentials_account_id(@handle))
    end

    # The time from which services refuse them, in UTC; nil: never.
    def expiration
      seconds = FFI::MemoryPointer.new(:int64)
      Time.at(seconds.read_int64).utc if Library.credentials_expiration(@handle, seconds)
    end

    # As Aws::Credentials.
    def credentials
      self
    end

    # As Aws::Credentials: there are keys.
    def set?
      !access_key_id.empty? && !secret_access_key.empty?
    end

    # As Session#sign, for a time of your choice. No network, no clock.
    def sign(method, url, service:, region:, time:, **request)
      made = Signing.request(method, url, **request)
      moment = Native.integer(Native.seconds(time), -64, "a time")
      Native.call(:credentials_sign, @handle, made, Native.encode(service), Native.encode(region), moment)
      Native.pairs("request_header", made)
    end

    # As Session#presign, for a time of your choice. No network, no clock.
    def presign(method, url, service:, region:, time:, expires_in: 3600, **request)
      made = Signing.request(method, url, **request)
      moment = Native.integer(Native.seconds(time), -64, "a time")
      Native.text(:credentials_presign, @handle, made, Native.encode(service), Native.encode(region), moment,
                  Signing.lifetime(expires_in))
    end

    # As Session#token, for a time of your choice: `region:` is wanted where the kind has one. No network, no clock.
    def token(kind, time:, **inputs)
      moment = Native.integer(Native.seconds(time), -64, "a time")
      Token.made(:credentials_get_token, @handle, Native.encode(kind), Token.inputs(inputs), moment)
    end

    def inspect
      parts = ["access_key_id=#{access_key_id.inspect}", "secret_access_key=[hidden]"]
      parts << "session_token=[hidden]" if Library.credentials_session_token(@handle)
      moment = expiration
      parts << "expiration=#{moment}" if moment
      "#<#{self.class} #{parts.join(", ")}>"
    end

    # A copy that the library takes over.
    def copy_for_library
      made = Credentials.new_handle(access_key_id, secret_access_key, session_token, expiration, account_id)
      made.give_away
    end

    # Yields the library's handle, for calls of this binding.
    def with_handle
      yield @handle
    end
  end
end
