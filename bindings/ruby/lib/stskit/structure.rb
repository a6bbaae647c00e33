# frozen_string_literal: true

require_relative "hidden"

module Stskit
  # A structure of a service's answer: readers in snake_case, made of the model. What the answer left out is nil.
  #
  # Printing hides what is secret; a reader, `[]`, `dig` and `to_h` give it.
  class Structure
    include Hidden

    # What came along with an answer. `headers` is a hash with names in lower case.
    Metadata = Struct.new(:request_id, :http_status, :retry_attempts, :headers)

    class << self
      # The names of the members.
      attr_reader :members
      # Names of members that are secret.
      attr_reader :secrets

      def define(members, secrets)
        Class.new(self) do
          @members = members.freeze
          @secrets = secrets.freeze
          members.each { |name| define_method(name) { @values[name] } }
        end
      end
    end

    # Of the whole answer; nil of what is inside one.
    attr_reader :metadata

    def initialize(values, metadata = nil)
      @values = values.freeze
      @metadata = metadata
      freeze
    end

    def members
      self.class.members
    end

    # One member, by its name in snake_case.
    def [](name)
      @values[name.to_sym]
    end

    def dig(name, *rest)
      found = self[name]
      rest.empty? || found.nil? ? found : found.dig(*rest)
    end

    # All that is there, down to the leaves.
    def to_h
      @values.transform_values { |value| plain(value) }
    end

    def deconstruct_keys(_names)
      @values
    end

    def ==(other)
      other.is_a?(Structure) && other.instance_of?(self.class) && other.to_h == to_h
    end
    alias eql? ==

    def hash
      [self.class, to_h].hash
    end

    def inspect
      parts = @values.map { |name, value| "#{name}=#{self.class.secrets.include?(name) ? "[hidden]" : value.inspect}" }
      "#<#{[self.class, parts.join(", ")].reject { |part| part.to_s.empty? }.join(" ")}>"
    end

    private

    def plain(value)
      case value
      when Structure then value.to_h
      when Array then value.map { |item| plain(item) }
      else value
      end
    end
  end
end
