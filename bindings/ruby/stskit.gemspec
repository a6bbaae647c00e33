# frozen_string_literal: true

require_relative "lib/stskit/version"

Gem::Specification.new do |spec|
  spec.name = "stskit"
  spec.version = Stskit::VERSION
  spec.summary = "AWS credentials, STS and IAM Identity Center without an AWS SDK"
  spec.description = "The whole default credential chain, cached and refreshed, STS and IAM Identity Center with the " \
                     "names of the AWS SDK for Ruby, SigV4. Over the C library of stskit, which is inside the gem."
  spec.authors = ["The stskit authors"]
  spec.licenses = ["MIT", "Apache-2.0"]
  spec.required_ruby_version = ">= 3.0"
  spec.metadata = { "rubygems_mfa_required" => "true" }
  # native/ is what build-gem puts there: the library of one platform.
  spec.files = Dir["lib/**/*.rb", "native/*", "README.md", base: __dir__]
  spec.platform = Gem::Platform.local unless Dir.empty?(File.join(__dir__, "native"))
  spec.add_dependency "ffi", "~> 1.15"
end
