# frozen_string_literal: true

require_relative "library"
require_relative "errors"

module Stskit
  # The C library in Ruby's words: handles that free themselves, texts, failures as exceptions. No logic: what is called
  # is the C function of the same name, and include/stskit.h is its manual.
  module Native
    # A pointer that this side owns; the garbage collector frees it.
    class Handle < FFI::AutoPointer
      def self.release(pointer)
        Library.public_send(self::FREE, pointer)
      end

      # Hands it over: the library frees it.
      def give_away
        self.autorelease = false
        self
      end
    end

    %w[Config Client Credentials Response Pages Request SsoSession Token TokenSource].each do |name|
      made = const_set(name, Class.new(Handle))
      made.const_set(:FREE, :"#{name.gsub(/(?<=[a-z])(?=[A-Z])/, "_").downcase}_free")
    end

    class Config
      # The callbacks that it leads to: whoever has a client made with it has to hold them.
      def callbacks
        @callbacks ||= []
      end

      # The userdata for a callable.
      def keep(callable)
        callbacks << Callbacks::Kept.new(callable)
        callbacks.last.pointer
      end
    end

    # A client's handle, which can be closed: it is freed when the last call that uses it has returned.
    class Closable
      def initialize(handle, config)
        @handle = handle
        @callbacks = config.callbacks
        @users = 0
        @lock = Mutex.new
      end

      def use
        @lock.synchronize do
          raise Errors::InvalidArgumentError, "it is closed" if @handle.nil? || @closed

          @users += 1
        end
        begin
          yield @handle
        ensure
          @lock.synchronize do
            @users -= 1
            free if @closed && @users.zero?
          end
        end
      end

      # For calls that return at once and may come from a signal's trap, where nobody can wait for a lock.
      def peek
        handle = @handle
        yield handle if handle
      end

      def close
        @lock.synchronize do
          @closed = true
          free if @users.zero?
        end
      end

      private

      def free
        @handle&.free
        @handle = nil
      end
    end

    NEVER = { Object => :never }.freeze
    private_constant :NEVER

    class << self
      # Calls a fallible function without a result.
      def call(name, *arguments)
        error = FFI::MemoryPointer.new(:pointer)
        uninterrupted do
          raise failure(error.read_pointer) unless Library.public_send(name, *arguments, error).zero?
        end
      end

      # Calls a fallible function and wraps what it made; nil if that is NULL.
      def make(kind, name, *arguments)
        out = FFI::MemoryPointer.new(:pointer, 2)
        uninterrupted do
          status = Library.public_send(name, *arguments, out, out + FFI::Pointer.size)
          raise failure(out.get_pointer(FFI::Pointer.size)) unless status.zero?

          made = out.read_pointer
          made.null? ? nil : kind.new(made)
        end
      end

      # What other threads want of this one (kill, raise, Timeout) has to wait until what came back is safe in Ruby's
      # hands. Callbacks let it through.
      def uninterrupted(&block)
        Thread.handle_interrupt(NEVER, &block)
      end

      # Calls a fallible function that makes a text, and frees the text.
      def text(name, *arguments)
        pointer = make(FFI::Pointer, name, *arguments)
        begin
          decode(Library.text_data(pointer))
        ensure
          Library.text_free(pointer)
        end
      end

      # A text of C.
      def decode(text)
        text&.force_encoding(Encoding::UTF_8)&.scrub
      end

      # A text for C. What it is must not be told: it may be a secret.
      def encode(text)
        return nil if text.nil?
        raise Errors::InvalidArgumentError, "a text is wanted, not #{text.class}" unless text.is_a?(String) || text.is_a?(Symbol)

        text = text.to_s
        text = text.encoding == Encoding::BINARY ? text.dup.force_encoding(Encoding::UTF_8) : text.encode(Encoding::UTF_8)
        raise Errors::InvalidArgumentError, "a text is not UTF-8" unless text.valid_encoding?
        raise Errors::InvalidArgumentError, "a text has a NUL in it" if text.include?("\0")

        text
      rescue EncodingError
        raise Errors::InvalidArgumentError, "a text cannot be written as UTF-8"
      end

      # A path for C: the system's bytes.
      def path(path)
        text = File.path(path)
        raise Errors::InvalidArgumentError, "a path has a NUL in it" if text.b.include?("\0")

        text
      rescue TypeError, ArgumentError
        raise Errors::InvalidArgumentError, "a path is wanted, not #{path.class}"
      end

      # A whole number for C, within what it can hold.
      def integer(value, bits, what)
        low, high = bits.negative? ? [-(1 << (-bits - 1)), (1 << (-bits - 1)) - 1] : [0, (1 << bits) - 1]
        return value if value.is_a?(Integer) && value.between?(low, high)

        raise Errors::InvalidArgumentError, "#{what} is a whole number from #{low} to #{high}"
      end

      # Milliseconds of a time limit in seconds; 0: none.
      def milliseconds(seconds)
        return 0 if seconds.nil?
        raise Errors::InvalidArgumentError, "a time limit is a number of seconds above 0" unless
          seconds.is_a?(Numeric) && seconds.real? && seconds.positive? && seconds < 1e12

        [(seconds * 1000).to_i, 1].max
      end

      # Seconds since 1970 of a Time or a number.
      def seconds(time)
        case time
        when nil then nil
        when Time, Integer then time.to_i
        when Float then time.finite? ? time.to_i : raise(Errors::InvalidArgumentError, "a time is finite")
        else raise Errors::InvalidArgumentError, "a Time is wanted, not #{time.class}"
        end
      end

      # The number of a name: `number("SERVICE", "sso-oidc")`. Who does not know it hears the names.
      def number(prefix, name)
        found = numbers(prefix)
        found.fetch(name.to_s) do
          what = prefix.downcase.tr("_", " ")
          raise Errors::InvalidArgumentError, "unknown #{what}: it is one of #{found.keys.join(", ")}"
        end
      end

      def numbers(prefix)
        @numbers ||= {}
        @numbers[prefix] ||= Prototypes::NUMBERS.filter_map do |name, value|
          next unless name.start_with?("#{prefix}_")

          name = name.delete_prefix("#{prefix}_").downcase
          [prefix == "SERVICE" ? name.tr("_", "-") : name, value]
        end.to_h
      end

      # Headers or members of a handle: stskit_WHAT_count, _name and _value. What came twice is joined.
      def pairs(what, pointer)
        Library.public_send(:"#{what}_count", pointer).times.with_object({}) do |at, found|
          name = decode(Library.public_send(:"#{what}_name", pointer, at))
          value = decode(Library.public_send(:"#{what}_value", pointer, at))
          found[name] = found.key?(name) ? "#{found[name]}, #{value}" : value
        end
      end

      # The exception for an error of the library, which ends here. What a callback raised comes back as itself.
      def failure(pointer)
        if Library.error_detail(pointer) == Prototypes::NUMBERS["DETAIL_CALLBACK"]
          raised = Callbacks.failure(Library.error_callback_result(pointer))
          return raised if raised
        end
        told(pointer)
      ensure
        Library.error_free(pointer)
      end

      private

      TEXTS = %i[code operation service_message fault request_id].freeze
      private_constant :TEXTS

      def told(pointer)
        status = decode(Library.status_name(Library.error_status(pointer)))
        details = TEXTS.to_h { |name| [name, decode(Library.public_send(:"error_#{name}", pointer))] }
        http_status = Library.error_http_status(pointer)
        kind = if details[:code] && http_status.positive? then Errors.for_code(details[:code])
               else Errors.for_status(status)
               end
        kind.new(
          decode(Library.error_message(pointer)), status: status, detail: Library.error_detail(pointer), **details,
          http_status: http_status.positive? ? http_status : nil, attempts: Library.error_attempts(pointer),
          retryable: Library.error_is_retryable(pointer), login: login(pointer),
          providers: Array.new(Library.error_provider_count(pointer)) { |at| decode(Library.error_provider_line(pointer, at)) },
          members: pairs("error_member", pointer), headers: pairs("error_header", pointer)
        )
      end

      def login(pointer)
        said = LoginHint.members.map { |name| decode(Library.public_send(:"error_login_#{name}", pointer)) }
        LoginHint.new(*said).freeze if said.first
      end
    end
  end
end
