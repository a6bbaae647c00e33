# frozen_string_literal: true

module Stskit
  # Callbacks of which the library keeps a pointer, and what they failed with. The functions that C calls are made once
  # and kept for good; userdata says which of ours is meant.
  module Callbacks
    @kept = {}
    @failures = {}
    @results = 0
    @lock = Mutex.new
    @functions = {}

    class << self
      # Keeps a callable until the library releases it; gives the userdata.
      def keep(callable)
        raise Errors::InvalidArgumentError, "a callback answers to call, #{callable.class} does not" unless callable.respond_to?(:call)

        # No counter and no lock: the release may come from a finalizer, in the middle of anything.
        key = Object.new
        @kept[key.object_id] = [key, callable]
        FFI::Pointer.new(key.object_id)
      end

      # How many are kept.
      def count
        @kept.size
      end

      # What a callback failed with that answered this number, maybe to another thread, or a while ago.
      def failure(result)
        @lock.synchronize { @failures[result] }
      end

      # Runs a callback's work; gives what C is told. Nothing may fly through C: neither an exception nor a jump.
      def guarded
        done = false
        begin
          yield
          done = true
          0
        rescue Exception => error # rubocop:disable Lint/RescueException
          done = true
          failed(error)
        ensure
          # throw, break, return out of the block, or the end of the thread.
          return failed(LocalJumpError.new("a callback was left without an answer")) unless done
        end
      end

      def release
        function(:release) { |userdata| @kept.delete(userdata.address) }
      end

      def mfa
        function(:mfa) do |userdata, serial, code, capacity|
          guarded do
            answer = Native.encode(of(userdata).call(Native.decode(serial)).to_s)
            raise Errors::InvalidArgumentError, "the code of the MFA device is too long" if answer.bytesize >= capacity

            code.write_bytes("#{answer}\0".b)
          end
        end
      end

      def credentials
        function(:credentials) do |userdata, made|
          guarded do
            # A handle of its own: the library takes it over.
            made.write_pointer(Credentials.coerce(of(userdata).call).copy_for_library)
          end
        end
      end

      private

      def of(userdata)
        @kept.fetch(userdata.address).last
      end

      def failed(error)
        @lock.synchronize do
          @results = @results % 0x7FFF_FFFE + 1
          @failures[@results] = error
          @failures.shift while @failures.size > 16
          @results
        end
      end

      def function(name, &work)
        @functions[name] ||= Library.callback(name, &work)
      end
    end
  end
end
