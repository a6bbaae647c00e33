# frozen_string_literal: true

module Stskit
  # Explicit settings of a client, by the names of the C library: `stskit_config_set_NAME` of include/stskit.h is the
  # manual of the setting NAME. Which there are is read from there.
  #
  # Time limits are in seconds, without `_ms` in their names. `retry_mode` is "standard", "adaptive" or "legacy".
  # `endpoint_url` is for all services, or a hash by service. `proxies` is `{https:, http:, no_proxy:}`; an empty one
  # means none, whatever the environment says. `mfa` is asked for codes: it gets the serial number and answers the code.
  module Settings
    PREFIX = "config_set_"
    SPECIAL = %w[endpoint_url retry_mode proxies mfa_callback].freeze
    PATHS = %w[config_file credentials_file ca_bundle].freeze

    class << self
      # All names.
      def names
        @names ||= setters.keys.freeze
      end

      # The library's config with these in it; what is nil is left out.
      def build(settings)
        config = Native.make(Native::Config, :config_new)
        settings.each do |name, value|
          setter = setters[name.to_sym]
          if setter.nil?
            raise Errors::InvalidArgumentError, "unknown setting #{name}: it is one of #{names.join(", ")}"
          end

          setter.call(config, value) unless value.nil?
        end
        config
      end

      private

      def setters
        @setters ||= Prototypes::FUNCTIONS.keys.map(&:to_s).grep(/\A#{PREFIX}/).to_h do |function|
          name = function.delete_prefix(PREFIX)
          next [name.delete_suffix("_callback").to_sym, method(:"set_#{name}")] if SPECIAL.include?(name)

          [name.delete_suffix("_ms").to_sym, plain(function.to_sym, name)]
        end
      end

      # A setter of one value, by its type.
      def plain(function, name)
        convert = case Prototypes::FUNCTIONS.fetch(function)[2]
                  when "s" then PATHS.include?(name) ? Native.method(:path) : Native.method(:encode)
                  when "b" then ->(value) { flag(value, name) }
                  when "Q" then name.end_with?("_ms") ? Native.method(:milliseconds) : ->(value) { Native.integer(value, 64, name) }
                  when "I" then ->(value) { Native.integer(value, 32, name) }
                  when "z" then ->(value) { Native.integer(value, FFI.type_size(:size_t) * 8, name) }
                  end
        ->(config, value) { Native.call(function, config, convert.call(value)) }
      end

      def flag(value, name)
        return value if [true, false].include?(value)

        raise Errors::InvalidArgumentError, "#{name} is true or false"
      end

      def set_retry_mode(config, mode)
        Native.call(:config_set_retry_mode, config, Native.number("RETRY_MODE", mode))
      end

      def set_endpoint_url(config, urls)
        urls = Native.numbers("SERVICE").keys.to_h { |service| [service, urls] } unless urls.is_a?(Hash)
        urls.each do |service, url|
          Native.call(:config_set_endpoint_url, config, Native.number("SERVICE", service.to_s.tr("_", "-")), Native.encode(url))
        end
      end

      def set_proxies(config, urls)
        raise Errors::InvalidArgumentError, "proxies is a hash, not #{urls.class}" unless urls.is_a?(Hash)

        urls = urls.transform_keys(&:to_sym)
        unknown = urls.keys - %i[https http no_proxy]
        raise Errors::InvalidArgumentError, "proxies are https, http and no_proxy, not #{unknown.join(", ")}" unless unknown.empty?

        Native.call(:config_set_proxies, config, *urls.values_at(:https, :http, :no_proxy).map { |url| Native.encode(url) })
      end

      def set_mfa_callback(config, callable)
        Native.call(:config_set_mfa_callback, config, Callbacks.mfa, config.keep(callable), nil)
      end
    end
  end
end
