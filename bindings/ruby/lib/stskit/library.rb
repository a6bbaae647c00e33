# frozen_string_literal: true

require "ffi"
require "monitor"
require_relative "prototypes"

module Stskit
  # The C library: where it is, whether it fits, and its functions, each set up when it is first called.
  #
  # Looked for in the variable STSKIT_LIBRARY, then in native/ of the gem, then in the build folders of a source tree,
  # then by its soname. Whoever wants another place sets the variable before the first call.
  module Library
    extend FFI::Library

    # What prototypes.rb was made for: the number in the soname.
    ABI = 1
    TYPES = {
      "v" => :void, "b" => :bool, "i" => :int32, "I" => :uint32, "q" => :int64, "Q" => :uint64, "z" => :size_t,
      "s" => :string, "d" => :buffer_in, "p" => :pointer
    }.freeze

    # What finalizers and traps call, where nobody can wait for a lock.
    AT_ONCE = (Prototypes::FUNCTIONS.keys.select { |name| name.end_with?("_free") } +
      %i[client_cancel client_reset client_is_cancelled]).freeze
    @lock = Monitor.new

    class << self
      # The file, or the name that the system found it by.
      def path
        open
        @path
      end

      # A function of the library for a callback of the kind NAME: stskit_NAME_callback.
      def callback(name, &work)
        kinds = Prototypes::CALLBACKS.fetch(name)
        FFI::Function.new(TYPES.fetch(kinds[0]), kinds[1..].chars.map { |kind| TYPES.fetch(kind) }, &work)
      end

      def respond_to_missing?(name, all = false)
        Prototypes::FUNCTIONS.key?(name) || super
      end

      def method_missing(name, *arguments)
        kinds = Prototypes::FUNCTIONS[name]
        return super if kinds.nil?

        bind(name, kinds)
        public_send(name, *arguments)
      end

      private

      # Functions that may wait for anything let other threads go on meanwhile.
      def bind(name, kinds)
        @lock.synchronize do
          open
          attach(name, kinds) unless singleton_methods(false).include?(name)
        end
      end

      def attach(name, kinds)
        blocking = kinds.start_with?("!")
        kinds = kinds.delete_prefix("!")
        types = kinds[1..].chars.map { |kind| TYPES.fetch(kind) }
        attach_function(name, :"stskit_#{name}", types, TYPES.fetch(kinds[0]), blocking: blocking)
      rescue FFI::NotFoundError
        raise LoadError, "#{path} is version #{version} and has no stskit_#{name}: a newer one is needed"
      end

      def open
        return if @path

        tried = candidates.map do |candidate|
          problem = problem_of(candidate)
          if problem.nil?
            @path = candidate
            AT_ONCE.each { |name| attach(name, Prototypes::FUNCTIONS[name]) }
            return
          end
          "#{candidate}: #{problem}"
        end
        raise LoadError, "the stskit library was not found: install a gem that has it inside, or name the file in " \
                         "the variable STSKIT_LIBRARY. Tried: #{tried.join("; ")}"
      end

      # Opens a file. Why it does not serve; nil if it does.
      def problem_of(candidate)
        ffi_lib candidate
        abi = FFI::Function.new(:uint32, [], ffi_libraries.first.find_function("stskit_abi_version") || (return "is another library")).call
        abi == ABI ? nil : "has ABI #{abi}, this binding wants #{ABI}"
      rescue LoadError => error
        error.message.lines.first.strip
      end

      def candidates
        given = ENV["STSKIT_LIBRARY"]
        return [given] if given && !given.empty?

        name, soname = names
        folder = File.expand_path("../../native", __dir__)
        found = [File.join(folder, soname), File.join(folder, name)]
        # bindings/ruby/lib/stskit in a source tree.
        root = File.expand_path("../../../..", __dir__)
        if File.file?(File.join(root, "include", "stskit.h"))
          target = ENV["CARGO_TARGET_DIR"] || File.join(root, "target")
          found += %w[capi/library release debug].map { |place| File.join(target, place, name) }
        end
        [*found.select { |path| File.file?(path) }, soname]
      end

      # The library's file name and its soname.
      def names
        if FFI::Platform.mac? then ["libstskit.dylib", "libstskit.#{ABI}.dylib"]
        elsif FFI::Platform.windows? then ["stskit.dll", "stskit.dll"]
        else ["libstskit.so", "libstskit.so.#{ABI}"]
        end
      end
    end
  end
end
