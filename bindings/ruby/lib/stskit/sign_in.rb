# frozen_string_literal: true

module Stskit
  # What a person needs to approve a sign-in.
  class DeviceCode
    attr_reader :user_code, :verification_uri, :verification_uri_complete, :expires_at

    def initialize(pointer)
      @user_code = Native.decode(Library.device_code_user_code(pointer))
      @verification_uri = Native.decode(Library.device_code_verification_uri(pointer))
      # The page with the code filled in.
      @verification_uri_complete = Native.decode(Library.device_code_verification_uri_complete(pointer))
      @expires_at = Time.at(Library.device_code_expires_at(pointer)).utc
      freeze
    end
  end

  # An Identity Center instance to sign in to, by hand. Who has it in the config file needs none.
  #
  # `name` is that of the sso-session; nil for a legacy configuration, whose tokens are never refreshed.
  class SsoSession
    attr_reader :name, :start_url, :region, :scopes, :cache_folder

    def initialize(name, start_url, region, scopes: [], cache_folder: nil)
      @name = name
      @start_url = start_url
      @region = region
      @scopes = scopes.to_a.dup.freeze
      @cache_folder = cache_folder
      freeze
    end

    # The library's own.
    def handle
      made = Native.make(Native::SsoSession, :sso_session_new, *[name, start_url, region].map { |text| Native.encode(text) })
      scopes.each { |scope| Native.call(:sso_session_add_scope, made, Native.encode(scope)) }
      Native.call(:sso_session_set_cache_folder, made, Native.path(cache_folder)) if cache_folder
      made
    end
  end

  # Signing in to IAM Identity Center.
  module SignIn
    # What the caller's thread was ended by, as far as the sign-in is concerned.
    class Abandoned < StandardError; end
    private_constant :Abandoned

    class << self
      # Signs in on a thread of its own, while this one shows what to do and hears signals: the call itself hears none
      # until it ends.
      def run(client, flow, timeout, sso_session, read, show)
        limit = Native.milliseconds(timeout)
        tasks = Queue.new
        callback = Library.callback(flow.to_sym) { |_, pointer| ask(tasks, read, pointer) }
        worker = Thread.new do
          client.use do |handle|
            Native.call(:"client_sign_in_with_#{flow}", handle, sso_session&.handle, limit, callback, nil)
          end
          nil
        rescue Exception => error # rubocop:disable Lint/RescueException
          error
        ensure
          tasks << nil
        end
        serve(tasks, show, client)
        outcome = worker.value
        raise outcome if outcome
      ensure
        client.close
      end

      private

      # On the worker: hands the task over and waits for its outcome.
      def ask(tasks, read, pointer)
        Callbacks.guarded do
          outcome = Queue.new
          tasks << [read.call(pointer), outcome]
          error = outcome.pop
          raise error if error
        end
      end

      # Shows what the worker asks for, until it says that there is no more.
      def serve(tasks, show, client)
        outcome = nil
        done = false
        until (task = tasks.pop).nil?
          what, outcome = task
          begin
            show.call(what)
            outcome << nil
          rescue StandardError => error
            outcome << error
          end
        end
        done = true
      ensure
        unless done
          client.peek { |handle| Library.client_cancel(handle) }
          outcome << Abandoned.new if outcome
        end
      end
    end
  end
end
