# frozen_string_literal: true

module Stskit
  # Requests to sign, as the library wants them.
  module Signing
    class << self
      def request(method, url, headers: {}, body: nil, unsigned_body: false, body_sha256: nil, style: nil,
                  options: nil)
        made = Native.make(Native::Request, :request_new, Native.encode(method), Native.encode(url))
        Native.call(:request_set_style, made, Native.number("SIGNING_STYLE", style)) if style
        Native.call(:request_set_options, made, JSON.generate(Services::Type::ANY.write(options))) if options
        headers.each { |name, value| Native.call(:request_add_header, made, Native.encode(name.to_s), Native.encode(value)) }
        if body
          raise Errors::InvalidArgumentError, "a body is a String, not #{body.class}" unless body.is_a?(String)

          Native.call(:request_set_body, made, body, body.bytesize)
        end
        Native.call(:request_set_unsigned_body, made) if unsigned_body
        Native.call(:request_set_body_sha256, made, Native.encode(body_sha256)) if body_sha256
        made
      end

      # A life of a URL that fits into the call; the library judges the rest.
      def lifetime(seconds)
        Native.integer(seconds, 32, "expires_in")
      end
    end
  end
end
