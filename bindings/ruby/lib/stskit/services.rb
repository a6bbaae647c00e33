# frozen_string_literal: true

require "json"
require "time"
require_relative "structure"

module Stskit
  # The services, made of the library's model of them: no operation and no member is written down here. For each service
  # there is a module as in the AWS SDK, `Stskit::STS`, `Stskit::SSO`, `Stskit::SSOOIDC`, with `Client` and `Types`.
  module Services
    # "RoleArn", "SAMLAssertion" and "redirectUris" as the AWS SDK for Ruby spells them.
    def self.underscore(name)
      name.gsub(/([A-Z]+)([A-Z][a-z])/, '\1_\2').gsub(/([a-z\d])([A-Z])/, '\1_\2').downcase
    end

    # Reads and writes values of one type of the model.
    class Type
      attr_reader :structure

      def initialize(row, types)
        @kind = row["type"] || "structure"
        @time = row["time"] if @kind == "timestamp"
        @item = Type.new(row["item"], types) if row["item"]
        return unless row["members"]

        @members = row["members"].to_h { |member| [Services.underscore(member["name"]).to_sym, member["name"]] }
        @types = row["members"].to_h { |member| [member["name"], Type.new(member, types)] }
        secrets = row["members"].select { |member| member["secret"] }.map { |member| Services.underscore(member["name"]).to_sym }
        @structure = types.structure(row["shape"], @members.keys, secrets)
      end

      # A value of the library's JSON as Ruby has it.
      def read(value, metadata = nil)
        if @item then value.map { |item| @item.read(item) }
        elsif @structure
          found = @members.filter_map { |ours, theirs| [ours, @types[theirs].read(value[theirs])] unless value[theirs].nil? }
          @structure.new(found.to_h, metadata)
        elsif @time then @time == "rfc3339" ? Time.iso8601(value) : Time.at(value / 1000r).utc
        else value
        end
      end

      # A value of Ruby for the library's JSON. Names that are not known go through: the library says what is wrong.
      def write(value)
        case value
        when Structure then write(value.to_h)
        when Hash then write_hash(value)
        when Array then value.map { |item| (@item || ANY).write(item) }
        when String, Symbol then Native.encode(value)
        when Integer, true, false, nil then value
        when Float then finite(value)
        when Time then value.utc.iso8601(3)
        else raise Errors::InvalidArgumentError, "a member cannot be #{value.class}"
        end
      end

      private

      def finite(value)
        value.finite? ? value : raise(Errors::InvalidArgumentError, "a member is not a finite number")
      end

      def write_hash(given)
        given.each_with_object({}) do |(name, value), made|
          theirs = @members&.fetch(name.to_s.to_sym, nil) || Native.encode(name.to_s)
          raise Errors::InvalidArgumentError, "#{theirs} is given twice" if made.key?(theirs)

          made[theirs] = (@types&.fetch(theirs, nil) || ANY).write(value) unless value.nil?
        end
      end
    end
    Type::ANY = Type.new({ "type" => "any" }, nil)

    # The structures of one service, each made once: the module Types.
    class Types
      def initialize(target)
        @target = target
      end

      def structure(shape, members, secrets)
        return @target.const_get(shape, false) if @target.const_defined?(shape, false)

        @target.const_set(shape, Structure.define(members, secrets))
      end
    end

    # One operation.
    class Operation
      attr_reader :name, :method, :input, :output, :result_key

      def initialize(row, types, pages)
        @name = row["name"]
        @method = row["method"].to_sym
        @input = Type.new(row["input"], types)
        @output = Type.new(row["output"], types)
        @result_key = Services.underscore(pages["result_key"]).to_sym if pages
        @signed = row["signed"]
      end

      # Does it need credentials?
      def signed?
        @signed
      end

      # The members of a call, for the library.
      def json(members)
        raise Errors::InvalidArgumentError, "members are a Hash, not #{members.class}" unless members.is_a?(Hash) || members.is_a?(Structure)

        JSON.generate(@input.write(members))
      end
    end

    @lock = Monitor.new

    class << self
      # Names of the services: "sts", "sso", "sso-oidc".
      def names
        Native.numbers("SERVICE").keys
      end

      # The class of a service's clients.
      def client_class(service)
        load.fetch(service.to_s.tr("_", "-")) do
          raise Errors::InvalidArgumentError, "unknown service: it is one of #{names.join(", ")}"
        end
      end

      def operation(service, name)
        client_class(service).operations.each_value.find { |operation| operation.name == name }
      end

      def json(service, operation, members)
        operation(service, operation).json(members)
      end

      # AWS's name of the exception for an error code, where the model has one; otherwise the code.
      def exception_of(code)
        load
        @exceptions.fetch(code, code)
      end

      # Makes all of them, once.
      def load
        @classes || @lock.synchronize { @classes ||= make_all }
      end

      private

      def make_all
        exceptions = {}
        made = JSON.parse(Native.text(:model))["services"].to_h do |row|
          row["errors"].each { |error| exceptions[error["code"]] = error["exception"] if error["modelled"] }
          [row["name"].downcase, make(row)]
        end
        @exceptions = exceptions
        made
      end

      def make(row)
        home = Module.new
        types = Types.new(home.const_set(:Types, Module.new))
        pages = row["paginators"].to_h { |page| [page["operation"], page] }
        operations = row["operations"].map { |operation| Operation.new(operation, types, pages[operation["name"]]) }
        Stskit.const_set(row["id"].delete(" "), home)
        home.const_set(:Client, Client.define(row["name"].downcase, operations))
      end
    end
  end
end
