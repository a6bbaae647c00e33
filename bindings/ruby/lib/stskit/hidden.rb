# frozen_string_literal: true

module Stskit
  # For objects that have or lead to secrets: however they are printed or written, it is what inspect says.
  module Hidden
    def to_s
      inspect
    end

    def as_json(*)
      inspect
    end

    def to_json(*arguments)
      inspect.to_json(*arguments)
    end

    def pretty_print(printer)
      printer.text(inspect)
    end

    def encode_with(_coder)
      raise TypeError, "#{self.class} is not written to YAML"
    end

    def marshal_dump
      raise TypeError, "#{self.class} is not dumped: its secrets would be written down"
    end
  end
end
