# frozen_string_literal: true

module Stskit
  # The library's log, as lines of a Logger.
  module Logs
    LEVELS = { "off" => nil, "error" => 3, "warn" => 2, "info" => 1, "debug" => 0, "trace" => 0 }.freeze
    @lock = Mutex.new

    # Hands the lines of a level and above to a Logger.
    def self.to(logger, level)
      number = Native.number("LOG_LEVEL", logger.nil? ? "off" : level)
      names = Native.numbers("LOG_LEVEL").invert
      made = logger && Library.callback(:log) do |_, at, target, message|
        Callbacks.guarded do
          logger.add(LEVELS.fetch(names[at], 0), Native.decode(message), Native.decode(target))
        end
      end
      @lock.synchronize do
        Native.call(:set_log_callback, made, nil, number)
        # The old one can go now: no call into it is running.
        at_exit { Native.call(:set_log_callback, nil, nil, 0) } unless @current || @at_exit
        @at_exit = true
        @current = made
      end
      nil
    end
  end
end
