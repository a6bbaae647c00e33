# frozen_string_literal: true

# Tokens: what only Ruby has, and the same bytes as the AWS SDK's signer.

require_relative "support"
require "aws-sigv4"
require "base64"
require "cgi"
require "yaml"

HOST = "mydb.abc.eu-west-1.rds.amazonaws.com"

class Tokens < Case
  # As Aws::RDS::AuthTokenGenerator does it, which has the pairs in another order.
  def test_it_is_what_the_aws_sdk_makes
    [nil, "IQoJ/tok+en=="].each do |session_token|
      url = "https://#{HOST}:5432/?Action=connect&DBUser=#{CGI.escape("jörg@x")}"
      theirs = Aws::Sigv4::Signer.new(service: "rds-db", region: "eu-west-1", access_key_id: "AKIDEXAMPLE", secret_access_key: "secret", session_token: session_token)
      expected = theirs.presign_url(http_method: "GET", url: url, body: "", expires_in: 900, time: Time.at(1_767_323_045)).to_s
      ours = Stskit::Credentials.new("AKIDEXAMPLE", "secret", session_token)
      made = ours.token("rds", time: Time.at(1_767_323_045), hostname: HOST, port: 5432, username: "jörg@x", region: "eu-west-1")
      assert_equal expected.delete_prefix("https://").split(/[?&]/).sort, made.text.split(/[?&]/).sort
      assert_equal [Time.at(1_767_323_945).utc, 1_767_323_945_000, "rds", "AKIDEXAMPLE", nil],
                   [made.expiration, made.expiration_ms, made.purpose, made.access_key_id, made.user]
    end
  end

  def test_the_shared_session
    token = Stskit.token(:rds, hostname: "db.example.com", port: 5432, username: "app", region: "eu-west-1")
    assert token.text.start_with?("db.example.com:5432/?Action=connect&DBUser=app&")
    assert_in_delta Time.now + 900, token.expiration, 60
    assert_equal %i[access_key_id expiration purpose token], token.to_h.keys.sort
    source = Stskit.tokens("msk")
    assert_equal "msk", source.kind
    assert Base64.urlsafe_decode64(source.get.text).start_with?("https://kafka.us-east-1.")
    # nil is an input that is not given; hashes serve as such.
    assert_equal 2, Stskit.token("caller-identity", region: nil, headers: { "X-Audience" => "a" }).to_h.values_at(:token, :purpose).size
  end

  def test_the_kinds_are_those_of_the_model
    kinds = Stskit.token_kinds
    assert_operator kinds.size, :>, 20
    assert_equal %w[hostname port username region], kinds["rds"].map { |input| input["name"] }.first(4)
    # Each is known to the library: what is wrong is an input that it has not.
    kinds.each_key do |kind|
      error = assert_raises(Stskit::Errors::InvalidArgumentError) { Stskit.tokens(kind, nonsense: 1) }
      assert_equal 502, error.detail, kind
    end
  end

  def test_wrong_inputs
    rds = { hostname: "h", port: 1, username: "u" }
    [["rds", { **rds, username: Object.new }, 0], ["rds", { **rds, port: Float::NAN }, 0], ["rds", { **rds, username: "\xFF" }, 0],
     ["rds", { **rds, port: 1 << 80 }, nil], ["rds", { **rds, port: 0 }, 505], ["rds", { **rds, port: true }, 504], ["rds", rds.except(:port), 503],
     ["a\0b", {}, 0], [7, {}, 0], ["oracle", {}, 501]].each do |kind, inputs, detail|
      [Stskit, Stskit.session].product(%i[token tokens]).each do |object, method|
        error = assert_raises(Stskit::Errors::InvalidArgumentError) { object.public_send(method, kind, **inputs) }
        assert_equal detail, error.detail, kind if detail
      end
    end
    credentials = Stskit.credentials
    assert_raises(ArgumentError) { credentials.token("msk", region: "us-east-1") }
    assert_raises(Stskit::Errors::InvalidArgumentError) { credentials.token("msk", time: "now", region: "us-east-1") }
    # What is secret is not told.
    error = assert_raises(Stskit::Errors::InvalidArgumentError) { Stskit.token("keyspaces", challenge: "planted-\xFF") }
    refute_includes error.message, "planted"
    [{ nothing: 1 }, { path_encoding: "triple" }, { path_encoding: Object.new }, []].each do |options|
      assert_raises(Stskit::Errors::InvalidArgumentError, options.inspect) { Stskit.sign("GET", "https://example.com/", service: "s3", options: options) }
    end
    assert_raises(NoMethodError) { Stskit::Token.new }
  end

  def test_nothing_secret_is_written_down
    token = Stskit.token("codecommit", repository: "r")
    assert_match(/\A#<Stskit::Token purpose="codecommit", text=\[hidden\], expiration=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC>\z/, token.inspect)
    [token, Stskit.tokens("msk")].each do |value|
      assert_raises(TypeError) { Marshal.dump(value) }
      assert_raises(TypeError) { YAML.dump(value) }
    end
  end

  def test_credentials_that_end_too_soon_are_asked_for_anew
    asked = 0
    session = Stskit::Session.new(region: "eu-west-1", credentials: lambda do
      asked += 1
      Stskit::Credentials.new("AKID#{asked}", "secret", "t", expiration: Time.now + (asked == 1 ? 200 : 3600))
    end)
    source = session.tokens("msk")
    assert_equal 0, asked
    assert_equal %w[AKID2 AKID2], Array.new(2) { source.get.access_key_id }
    assert_equal 2, asked
    # An exception of a callback comes out as itself, and a source outlives the end of its session.
    sources = Thread.new { Array.new(40) { Stskit::Session.new(region: "eu-west-1", credentials: -> { raise IOError, "mine" }).tokens("msk") } }.value
    3.times { GC.start }
    sources.each { |one| assert_equal "mine", assert_raises(IOError) { one.get }.message }
    source = session.tokens("msk")
    session.close
    GC.start
    assert_equal "AKID2", source.get.access_key_id
    assert_raises(Stskit::Errors::InvalidArgumentError) { session.token("msk") }
  end

  def test_threads_and_memory
    source = Stskit.tokens("elasticache", cache: "c", username: "u")
    kept = Stskit.tokens("web-identity", audience: "a")
    round = lambda do |count|
      threads = Array.new(4) { Thread.new { count.times.all? { source.get.text.start_with?("c/?Action=connect&User=u&") && kept.get.user } } }
      assert_equal [true] * 4, threads.map(&:value)
      count.times do
        Stskit.tokens("msk").get
        assert_raises(Stskit::Errors::InvalidArgumentError) { Stskit.token("msk", nonsense: 1) }
      end
      3.times { GC.start }
      File.read("/proc/self/statm").split[1].to_i * Etc.sysconf(Etc::SC_PAGESIZE)
    end
    round.(2500)
    before = round.(2500)
    assert_operator round.(2500) - before, :<, 800_000
    first = kept.get.text
    kept.invalidate
    refute_equal first, kept.get.text
  end

  def test_a_forked_child
    source = Stskit.tokens("eks", cluster: "demo")
    source.get
    pid = fork { exit!(source.get.text.start_with?("k8s-aws-v1.") && Stskit.token("web-identity", audience: "a").user ? 0 : 1) }
    assert_predicate Process.wait2(pid)[1], :success?
  end
end
