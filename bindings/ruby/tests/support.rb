# frozen_string_literal: true

# What the tests share: the emulator as a program and a clean environment.
#
# STSKIT_EMULATOR names the emulator program; missing, it is a failure. The library is found as the gem finds it.

$LOAD_PATH.unshift File.expand_path("../lib", __dir__)

require "fileutils"
require "json"
require "minitest/autorun"
require "net/http"
require "open3"
require "rbconfig"
require "tmpdir"
require "stskit"

HERE = __dir__
BINDING = File.expand_path("..", __dir__)
ROOT = File.expand_path("../../..", __dir__)
PROXIES = %w[http_proxy https_proxy HTTP_PROXY HTTPS_PROXY all_proxy ALL_PROXY].freeze
ROLE = "arn:aws:iam::210987654321:role/team/demo"
START = "[profile dev]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Admin\n"

# A running stskit-emulator.
class Emulator
  attr_reader :environment, :url, :key, :secret

  def initialize(*arguments)
    @pipe = IO.popen([ENV.fetch("STSKIT_EMULATOR"), *arguments], err: %i[child out])
    @environment = {}
    while (line = @pipe.gets)&.start_with?("export ")
      name, value = line.strip.delete_prefix("export ").split("=", 2)
      @environment[name] = value
    end
    @url, @key, @secret = @environment.fetch_values("AWS_ENDPOINT_URL_STS", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
  end

  def stop
    Process.kill(:KILL, @pipe.pid)
    @pipe.close
  end
end

# What each case starts with: see bindings/cases/README.md.
def base_environment(home, url)
  { "HOME" => home, "USERPROFILE" => home, "AWS_CONFIG_FILE" => File.join(home, "config"),
    "AWS_SHARED_CREDENTIALS_FILE" => File.join(home, "credentials"), "AWS_REGION" => "us-east-1",
    "AWS_EC2_METADATA_DISABLED" => "true",
    **%w[STS SSO SSO_OIDC SIGNIN].to_h { |service| ["AWS_ENDPOINT_URL_#{service}", url] } }
end

def clean_environment
  ENV.to_h.reject { |name, _| name.start_with?("AWS_") || PROXIES.include?(name) }
end

def with_environment(variables)
  before = ENV.to_h
  ENV.replace({ **clean_environment, **variables })
  yield
ensure
  ENV.replace(before)
end

# Tests with an emulator, an empty home, and the emulator's keys in the environment.
class Case < Minitest::Test
  def self.emulator_arguments
    []
  end

  def setup
    @emulator = Emulator.new(*self.class.emulator_arguments)
    @home = Dir.mktmpdir
    @before = ENV.to_h
    ENV.replace({ **clean_environment, **base_environment(@home, @emulator.url),
                  "AWS_ACCESS_KEY_ID" => @emulator.key, "AWS_SECRET_ACCESS_KEY" => @emulator.secret })
    Stskit.session = nil
  end

  def teardown
    ENV.replace(@before)
    @emulator.stop
    FileUtils.remove_entry(@home)
  end

  def write(name, text)
    path = File.join(@home, name)
    FileUtils.mkdir_p(File.dirname(path))
    File.write(path, text)
    path
  end

  def run_ruby(code)
    out, problems, status = Open3.capture3(RbConfig.ruby, "-w", "-I", File.join(BINDING, "lib"), "-e", code)
    assert_equal ["", 0], [problems, status.exitstatus], out
    out
  end
end
