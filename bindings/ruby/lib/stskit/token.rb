# frozen_string_literal: true

require "json"
require_relative "hidden"
require_relative "services"

module Stskit
  # A password with an end, for a service that takes an IAM identity as one. Immutable; any number of threads may read it.
  #
  # It stays in the library, which wipes it when the object goes, until somebody asks for it. Printing shows what it is for
  # and when it ends.
  class Token
    include Hidden

    # What a source of tokens, a session or credentials made.
    def self.made(name, *arguments)
      allocate.tap { |token| token.instance_variable_set(:@handle, Native.make(Native::Token, name, *arguments)) }
    end

    # The inputs of a kind for the library, which says what is wrong with them. nil is one that is not given.
    def self.inputs(inputs)
      JSON.generate(Services::Type::ANY.write(inputs))
    end

    private_class_method :new

    # The token itself: the password, the body of a login, the URL. Do not log it.
    def text
      Native.decode(Library.token_text(@handle))
    end

    # The user name that goes with it, where it is not one of the inputs: of "codecommit" (a secret) and "ses-smtp", and
    # the subject of "web-identity".
    def user
      Native.decode(Library.token_user(@handle))
    end

    # From when on the service refuses it, at the latest, in UTC.
    def expiration
      Time.at(expiration_ms / 1000r).utc
    end

    # The same in milliseconds since 1970, as Kafka clients want it.
    def expiration_ms
      Library.token_expiration_ms(@handle)
    end

    # What it is for: "rds".
    def purpose
      to_h[:purpose]
    end

    # The access key that made it; nil if a service did.
    def access_key_id
      to_h[:access_key_id]
    end

    # All of it as texts: purpose, token, user, expiration, access_key_id; what there is not is left out.
    def to_h
      JSON.parse(Native.decode(Library.token_json(@handle)), symbolize_names: true)
    end

    def inspect
      "#<#{self.class} purpose=#{purpose.inspect}, text=[hidden], expiration=#{expiration}>"
    end
  end

  # Makes tokens of one kind. Any number of threads may use one, and it goes on if its session is closed.
  #
  # A new token for each call, in microseconds once there are credentials; those of "web-identity" are kept and refreshed
  # ahead of their end.
  class TokenSource
    include Hidden

    # The kind: "rds".
    attr_reader :kind

    # See Session#tokens. It holds what its client's callbacks need.
    def initialize(session, kind, inputs)
      @session = session
      @kind = kind.to_s
      name, data = Native.encode(kind), Token.inputs(inputs)
      @handle = session.use { |client| Native.make(Native::TokenSource, :token_source_new, client, name, data) }
    end

    # A token.
    def get
      Token.made(:token_source_get, @handle)
    end

    # Says that the other side refused a kept token ("web-identity"): the next one is new.
    def invalidate
      Library.token_source_invalidate(@handle)
      nil
    end

    def inspect
      "#<#{self.class} of #{kind.inspect}>"
    end
  end
end
