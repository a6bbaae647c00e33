# frozen_string_literal: true

# Plays bindings/cases.

require_relative "support"
require "base64"
require "logger"
require "pp"
require "yaml"

# What callbacks fail with here.
class OwnError < StandardError; end

def fetch(url, method, headers, body)
  uri = URI(url)
  request = Net::HTTP.const_get(method.capitalize).new(uri, { "content-type" => "text/plain", **(headers || {}) })
  request.body = body
  answer = Net::HTTP.start(uri.host, uri.port, nil, read_timeout: 20) { |http| http.request(request) }
  return fetch(answer["location"], "GET", {}, nil) if answer["location"]

  { "status" => answer.code.to_i, "body" => answer.body.to_s }
end

# One case being played.
class Player
  CASE_KEYS = %w[name emulator environment files client steps secrets].freeze
  CLIENT_KEYS = %w[profile region sso_region retry_mode endpoint_url max_attempts connect_timeout_ms read_timeout_ms
                   operation_timeout_ms mfa_code mfa_fails source].freeze
  STEP_KEYS = %w[do client expect error save].freeze
  # What was printed, with where it came from.
  attr_reader :seen

  def initialize(test, played, home, emulator)
    @test = test
    @case = played
    @variables = { "HOME" => home, "URL" => emulator.url, "KEY" => emulator.key, "SECRET" => emulator.secret }
    @seen = []
  end

  # Puts variables in their places.
  def fill(value)
    case value
    when String then value.gsub(/\$\{(\w+)\}/) { @variables.fetch(Regexp.last_match(1), Regexp.last_match(0)).to_s }
    when Array then value.map { |item| fill(item) }
    when Hash then value.transform_values { |item| fill(item) }
    else value
    end
  end

  def play
    @test.assert_empty @case.keys - CASE_KEYS
    @test.refute_empty @case["steps"]
    @case["steps"].each { |step| play_step(fill(step)) }
  end

  private

  # However somebody may print it.
  def saw(what, value)
    texts = [value.inspect, value.to_s, [value].inspect, PP.pp(value, +""), JSON.generate(value), JSON.generate([value])]
    texts << Marshal.dump(value) if value.is_a?(Exception)
    texts.each { |text| @seen << [what, text] }
    texts.join
  end

  def session(given)
    @test.assert_empty given.keys - CLIENT_KEYS
    settings = given.slice("profile", "region", "sso_region", "retry_mode", "endpoint_url", "max_attempts").transform_keys(&:to_sym)
    %w[connect_timeout read_timeout operation_timeout].each do |name|
      settings[name.to_sym] = given["#{name}_ms"] / 1000.0 if given["#{name}_ms"]
    end
    settings[:mfa] = ->(_serial) { given["mfa_code"] } if given["mfa_code"]
    settings[:mfa] = ->(_serial) { raise OwnError, "the callback of the test fails" } if given["mfa_fails"]
    source = (given["source"] || {}).transform_keys(&:to_sym)
    made = from(source.delete(:kind), source, settings)
    saw("session", made)
    made
  end

  def from(kind, source, settings)
    case kind
    when nil then Stskit::Session.new(**settings)
    when "credentials", "callback"
      return Stskit::Session.new(credentials: -> { raise OwnError, "the callback of the test fails" }, **settings) if source[:fails]

      made = Stskit::Credentials.new(source[:access_key_id], source[:secret_access_key], source[:session_token],
                                     expiration: source[:expires_in] && (Time.now + source[:expires_in]))
      Stskit::Session.new(credentials: kind == "callback" ? -> { made } : made, **settings)
    when "environment" then Stskit::Session.with_environment(**settings)
    when "process" then Stskit::Session.with_process(source[:command], **settings)
    when "web_identity" then Stskit::Session.with_web_identity(**source, **settings)
    when "sso_role" then Stskit::Session.with_sso_role(**source, **settings)
    when "assumed_role" then Stskit::Session.new(**settings).with_role(**ours(source[:input]))
    else raise "unknown source #{kind}"
    end
  end

  # Members as a Ruby program writes them.
  def ours(value)
    case value
    when Hash then value.to_h { |name, item| [known(name), ours(item)] }
    when Array then value.map { |item| ours(item) }
    else value
    end
  end

  # A name that no operation has stays as it is.
  def known(name)
    made = Stskit::Services.underscore(name).to_sym
    @names ||= JSON.generate(JSON.parse(Stskit::Native.text(:model))["services"].map { |row| row["operations"] })
    @names.include?("\"name\":#{name.to_json}") ? made : name.to_sym
  end

  # An answer as the service spells it: by what the library's model says, not by the binding's tables.
  def theirs(value, row)
    return nil if value.nil?

    case row["type"] || "structure"
    when "structure" then row["members"].to_h { |member| [member["name"], theirs(value.public_send(Stskit::Services.underscore(member["name"])), member)] }.compact
    when "list" then value.map { |item| theirs(item, row["item"]) }
    else value
    end
  end

  def answer(operation, found)
    saw("answer", found)
    services = JSON.parse(Stskit::Native.text(:model))["services"]
    row = services.flat_map { |service| service["operations"] }.find { |one| one["name"] == operation }
    came = theirs(found, row["output"])
    said = found.metadata
    @test.assert_equal found, found.class.new(found.deconstruct_keys(nil))
    came["ResponseMetadata"] = { "RequestId" => said.request_id, "HTTPStatusCode" => said.http_status,
                                 "RetryAttempts" => said.retry_attempts, "HTTPHeaders" => said.headers }
    came
  end

  def play_step(step)
    given = step.except(*STEP_KEYS).transform_keys(&:to_sym)
    wanted = step["error"]
    begin
      used = step["client"] ? session(step["client"]) : (@session ||= session(fill(@case["client"] || {})))
      came = send("do_#{step["do"]}", used, **given)
    rescue Stskit::Error, OwnError => error
      raise if wanted.nil?

      return check_error(error, wanted)
    end
    @test.assert_nil wanted, "it should fail, but there came #{came}"
    (step["expect"] || {}).each { |pointer, check| check_value(find(came, pointer), check, pointer) }
    (step["save"] || {}).each { |name, pointer| @variables[name] = find(came, pointer) || raise("nothing at #{pointer}") }
  end

  def check_error(error, wanted)
    saw("error", error)
    @seen << ["error", error.full_message] << ["error", error.instance_variables.map { |name| error.instance_variable_get(name) }.inspect]
    wanted.each do |key, value|
      case key
      when "own" then @test.assert_instance_of OwnError, error
      when "message" then value.each { |part| @test.assert_includes error.message, part }
      when "providers" then value.each { |part| @test.assert(error.providers.any? { |line| line.include?(part) }, part) }
      when "login" then value.each { |name, text| @test.assert_equal text, error.login[name] }
      when "request_id" then @test.assert(error.request_id && value == true)
      when "retryable" then @test.assert_equal value, error.retryable?
      when "status", "detail", "code", "operation", "http_status", "attempts"
        value.nil? ? @test.assert_nil(error.public_send(key)) : @test.assert_equal(value, error.public_send(key), "#{key}: #{error.message}")
      else raise "unknown key #{key}"
      end
    end
  end

  def do_credentials(session)
    found = session.credentials
    printed = saw("credentials", found)
    @test.refute_includes printed, found.secret_access_key
    @test.refute_includes printed, found.session_token if found.session_token
    %w[access_key_id secret_access_key session_token expiration account_id].to_h { |name| [name, found.public_send(name)] }.compact
  end

  def do_explain(session)
    session.explain.tap { |report| @seen << ["report", report.inspect] }
  end

  def method_of(client, operation)
    client.class.operations.values.find { |found| found.name == operation }.method
  end

  def client(session, service)
    session.client(service).tap { |made| saw("client", made) }
  end

  def do_call(session, service:, operation:, input:)
    client = client(session, service)
    answer(operation, client.public_send(method_of(client, operation), **ours(input)))
  end

  def do_paginate(session, service:, operation:, input:, **options)
    client = client(session, service)
    pages = client.pages(method_of(client, operation), ours(input), **options)
    found = pages.map { |page| answer(operation, page) }
    { "pages" => found, "resume_token" => pages.resume_token }
  end

  def do_presign_call(session, service:, operation:, input:, expires_seconds:)
    client = client(session, service)
    { "url" => client.presigned_url(method_of(client, operation), ours(input), expires_in: expires_seconds) }
  end

  def do_presign_get_caller_identity(session, expires_seconds:, header: nil)
    { "url" => session.presign_get_caller_identity(expires_in: expires_seconds, header: header) }
  end

  def do_sign(session, request:, service:, region: nil, time: nil, credentials: nil)
    signer, more = signer(session, credentials, time)
    { "headers" => signer.sign(*parts(request), service: service, region: region, **more, **options(request)) }
  end

  def do_presign(session, request:, service:, expires_seconds:, region: nil, time: nil, credentials: nil)
    signer, more = signer(session, credentials, time)
    { "url" => signer.presign(*parts(request), service: service, region: region, expires_in: expires_seconds, **more, **options(request)) }
  end

  def signer(session, given, time)
    return [session, {}] if given.nil?

    [Stskit::Credentials.new(*given.values_at("access_key_id", "secret_access_key", "session_token")), { time: Time.at(time) }]
  end

  def parts(request)
    request.values_at("method", "url")
  end

  def options(request)
    request.except("method", "url").transform_keys(&:to_sym)
  end

  def do_token(session, kind:, inputs:, time: nil, credentials: nil)
    signer, more = signer(session, credentials, time)
    parts_of(signer.token(kind, **inputs.transform_keys(&:to_sym), **more))
  end

  def do_tokens(session, kind:, inputs:)
    source = session.tokens(kind, **inputs.transform_keys(&:to_sym))
    saw("source", source)
    made = [source.get, source.get]
    source.invalidate
    { "tokens" => [*made, source.get].map { |token| parts_of(token) } }
  end

  def parts_of(token)
    @test.refute_includes saw("token", token), token.text
    parts = token.to_h
    @test.assert_equal [token.text, token.user, token.purpose, token.access_key_id], parts.values_at(:token, :user, :purpose, :access_key_id)
    { **parts.transform_keys(&:to_s), "expiration" => token.expiration }
  end

  def do_fetch(_session, url:, method: "GET", headers: nil, body: nil)
    fetch(url, method, headers, body)
  end

  def do_sign_in(session, flow:, visit: false, fails: false, timeout_ms: nil)
    came = {}
    visits = []
    show = lambda do |what|
      raise OwnError, "the callback of the test fails" if fails

      if flow == "browser"
        came["url"] = page = what
      else
        saw("device code", what)
        %w[user_code verification_uri verification_uri_complete expires_at].each { |name| came[name] = what.public_send(name) }
        page = what.verification_uri_complete
      end
      visits << Thread.new { fetch(page, "GET", {}, nil) } if visit
    end
    session.public_send("sign_in_with_#{flow}", timeout: timeout_ms && timeout_ms / 1000.0, &show)
    visits.each(&:join)
    came
  end

  def do_sso_token(session)
    { "token" => session.sso_token }
  end

  def do_sign_out(session)
    session.sign_out
    {}
  end

  def do_list_sso_accounts(session)
    rows = session.list_sso_accounts.map { |row| { "accountId" => row.account_id, "accountName" => row.account_name, "emailAddress" => row.email_address } }
    { "accountList" => rows }
  end

  def do_list_sso_account_roles(session, account_id:)
    { "roleList" => session.list_sso_account_roles(account_id).map { |row| { "roleName" => row.role_name, "accountId" => row.account_id } } }
  end

  def do_region(session)
    { "region" => session.region }
  end

  def do_endpoint(session, service:)
    { "url" => session.endpoint_url(service) }
  end

  def do_cancel(session)
    session.cancel
    @test.assert_predicate session, :cancelled?
    {}
  end

  def do_reset(session)
    session.reset
    @test.refute_predicate session, :cancelled?
    {}
  end

  # RFC 6901.
  def find(value, pointer)
    pointer.split("/", -1).drop(1).reduce(value) do |found, part|
      part = part.gsub("~1", "/").gsub("~0", "~")
      case found
      when Array then found[Integer(part)]
      when Hash then found[part]
      end
    end
  end

  def seconds(value)
    value.is_a?(Time) ? value.to_r : value
  end

  # The payload of a JWT, or a JSON text.
  def decode(text)
    JSON.parse(text.start_with?("{") ? text : Base64.urlsafe_decode64(text.split(".")[1]))
  end

  def check_value(value, check, where)
    return @test.assert_equal(check, seconds(value), where) unless check.is_a?(Hash)

    @test.refute_empty check
    check.each do |kind, wanted|
      good = case kind
             when "equal" then value == wanted
             when "absent" then value.nil?
             when "present" then !value.nil?
             when "starts" then value&.start_with?(wanted)
             when "ends" then value&.end_with?(wanted)
             when "contains" then value && Array(wanted).all? { |part| value.include?(part) }
             when "length" then value&.length == wanted
             when "seconds_from_now" then value && (seconds(value) - Time.now.to_r).between?(*wanted)
             when "milliseconds_from_now" then value && (value - Time.now.to_r * 1000).between?(*wanted)
             when "decoded" then wanted.each { |pointer, inner| check_value(find(decode(value), pointer), inner, "#{where} #{pointer}") }
             else raise "unknown check #{kind}"
             end
      @test.assert good, "#{where} is #{value.inspect}, wanted #{check}"
    end
  end
end

# The runner.
module Play
  def play(played)
    lines = StringIO.new
    Stskit.log_to(Logger.new(lines, 0), level: "trace")
    emulator = Emulator.new(*(played["emulator"] || []))
    player = nil
    Dir.mktmpdir do |home|
      player = Player.new(self, played, home, emulator)
      (played["files"] || {}).each do |name, text|
        path = File.join(home, name)
        FileUtils.mkdir_p(File.dirname(path))
        File.write(path, player.fill(text))
      end
      with_environment({ **base_environment(home, emulator.url), **player.fill(played["environment"] || {}) }) { player.play }
    end
    player.fill(played["secrets"] || []).each do |secret|
      refute_includes secret, "${"
      [*player.seen, ["log", lines.string]].each do |where, text|
        refute text.b.include?(secret.b), "a secret is in the #{where}: #{text.b.gsub(secret.b, "<here>")}"
      end
    end
    lines.string
  ensure
    emulator&.stop
    Stskit.log_to(nil)
  end
end

class Cases < Minitest::Test
  include Play
  NAMES = [] # rubocop:disable Style/MutableConstant

  Dir[File.join(ROOT, "bindings", "cases", "*.json")].sort.each do |path|
    JSON.parse(File.read(path)).each do |played|
      raise "two cases are called #{played["name"]}" if NAMES.include?(played["name"])

      NAMES << played["name"]
      define_method("test_#{played["name"]}") { play(played) }
    end
  end
end

class TheRunner < Minitest::Test
  include Play

  def test_it_can_fail
    good = { "name" => "x", "environment" => { "AWS_ACCESS_KEY_ID" => "a", "AWS_SECRET_ACCESS_KEY" => "b" },
             "steps" => [{ "do" => "credentials", "expect" => { "/access_key_id" => "a" } }] }
    refute_empty play(good)
    [{ "steps" => [{ "do" => "credentials", "expect" => { "/access_key_id" => "other" } }] },
     { "steps" => [{ "do" => "credentials", "error" => {} }] }, { "secrets" => ["stskit"] }, { "unknown" => 1 }].each do |wrong|
      assert_raises(Minitest::Assertion) { play({ **good, **wrong }) }
    end
    assert_raises(NoMethodError) { play({ **good, "steps" => [{ "do" => "nothing" }] }) }
    assert_operator Cases::NAMES.size, :>, 70
  end
end
