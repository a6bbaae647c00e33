# frozen_string_literal: true

module Stskit
  # The source of credentials of aws-sdk-core's clients: `Aws::S3::Client.new(credentials: Stskit.credential_provider)`.
  #
  # It has the members of Aws::CredentialProvider, and asks the session at each call of a service: always fresh, all
  # values from one load. Any number of threads may use it.
  class CredentialProvider
    include Hidden

    def initialize(session = Stskit.session)
      @session = session
    end

    def credentials
      @session.credentials
    end

    # Are there any? False where no source has some; what else goes wrong is raised.
    def set?
      credentials.set?
    rescue Errors::NoCredentialsError
      false
    end

    # When services start to refuse them, as a Time; nil: never.
    def expiration
      credentials.expiration
    end

    # Loads new ones, even if the cached ones are good.
    def refresh!
      @session.invalidate(@session.credentials)
      @session.credentials
      nil
    end

    def inspect
      "#<#{self.class} #{@session.inspect}>"
    end
  end
end
