# frozen_string_literal: true

module Stskit
  # Callbacks of which the library keeps a pointer, and what they failed with. The functions that C calls are made once
  # and kept for good; userdata says which of ours is meant.
  #
  # Who holds a client holds its callbacks (Native::Closable), and not the library: a block knows all variables around
  # it, often the session itself, and what the library held would never be collected.
  module Callbacks
    # A callable that the library knows by a number.
    class Kept
      @all = ObjectSpace::WeakMap.new

      def self.at(pointer)
        @all[pointer.address] || raise(Errors::InvalidArgumentError, "the callback's session is gone")
      end

      def self.add(kept)
        @all[kept.object_id] = kept
      end

      # How many there are.
      def self.count
        @all.size
      end

      def initialize(callable)
        raise Errors::InvalidArgumentError, "a callback answers to call, #{callable.class} does not" unless callable.respond_to?(:call)

        @callable = callable
        Kept.add(self)
      end

      def pointer
        FFI::Pointer.new(object_id)
      end

      def call(...)
        @callable.call(...)
      end
    end

    @failures = {}
    @results = 0
    @lock = Mutex.new
    @functions = {}

    class << self
      # What a callback failed with that answered this number, maybe to another thread, or a while ago.
      def failure(result)
        @lock.synchronize { @failures[result] }
      end

      # Runs a callback's work; gives what C is told. Nothing may fly through C: neither an exception nor a jump.
      def guarded(&work)
        done = false
        begin
          # What other threads raise comes here; their kill waits until the library has returned.
          Thread.handle_interrupt(Exception => :immediate, &work)
          done = true
          0
        rescue Exception => error # rubocop:disable Lint/RescueException
          done = true
          failed(error)
        ensure
          # throw, break, return out of the block.
          return failed(LocalJumpError.new("a callback was left without an answer")) unless done
        end
      end

      def mfa
        function(:mfa) do |userdata, serial, code, capacity|
          guarded do
            answer = Native.encode(Kept.at(userdata).call(Native.decode(serial)).to_s)
            raise Errors::InvalidArgumentError, "the code of the MFA device is too long" if answer.bytesize >= capacity

            code.write_bytes("#{answer}\0".b)
          end
        end
      end

      def credentials
        function(:credentials) do |userdata, made|
          guarded do
            # A handle of its own: the library takes it over.
            made.write_pointer(Credentials.coerce(Kept.at(userdata).call).copy_for_library)
          end
        end
      end

      private

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
