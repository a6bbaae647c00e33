# frozen_string_literal: true

# Handles, memory, threads, forks, callbacks, signals.

require_relative "support"
require "logger"
require "digest"
require "socket"
require "timeout"
require "yaml"

FORKED = <<~RUBY
  require "stskit"
  require "json"
  role_arn = #{ROLE.inspect}
  sts = Stskit::Client.new("sts")
  sts.get_caller_identity
  role = Stskit::Session.new.with_role(role_arn: role_arn, role_session_name: "parent")
  role.credentials
  workers = Array.new(4) do |number|
    reader, writer = IO.pipe
    pid = fork do
      names = Array.new(25) { sts.get_caller_identity.arn }
      names << role.client("sts").get_caller_identity.arn
      names << sts.assume_role(role_arn: role_arn, role_session_name: "worker-\#{number}").assumed_role_user.arn
      writer.write JSON.generate(names.uniq)
    end
    writer.close
    [pid, reader]
  end
  mine = Array.new(50) { sts.get_caller_identity.arn }.uniq
  found = workers.map do |pid, reader|
    names = JSON.parse(reader.read)
    Process.wait(pid)
    raise "a worker failed" unless $?.success?
    names
  end
  puts JSON.generate([mine, found])
RUBY

# As Puma: the application is loaded, threads run, then workers are forked, and each serves with threads.
PREFORK = <<~RUBY
  require "stskit"
  require "json"
  sts = Stskit::Client.new("sts")
  Stskit.credentials
  stop = false
  busy = Array.new(3) { Thread.new { (sts.get_caller_identity; Stskit.credentials) until stop } }
  pids = Array.new(6) do
    fork do
      good = Array.new(4) do
        Thread.new { Array.new(10) { [sts.get_caller_identity.account, Stskit.credentials.access_key_id] } }
      end
      exit!(good.flat_map(&:value).uniq.size == 1)
    end
  end
  statuses = pids.map { |pid| Process.wait2(pid)[1].exitstatus }
  stop = true
  busy.each(&:join)
  puts JSON.generate(statuses)
RUBY

class Lifecycle < Case
  def self.emulator_arguments
    %w[--approve-after never]
  end

  # Bytes of this process in memory.
  def resident
    File.read("/proc/self/statm").split[1].to_i * Etc.sysconf(Etc::SC_PAGESIZE)
  end

  def collect
    3.times { GC.start }
  end

  def test_ten_thousand_calls_do_not_grow
    session = Stskit::Session.new(mfa: ->(_) { "123456" }, read_timeout: 20)
    sts = session.client("sts")
    nobody = Stskit::Session.new(profile: "nobody")
    calls = lambda do |count|
      count.times do
        credentials = session.credentials
        refute_empty credentials.secret_access_key
        credentials.sign("GET", "https://example.com/", service: "s3", region: "us-east-1", time: Time.at(0))
        session.presign("GET", "https://example.com/", service: "s3")
      end
    end
    failures = ->(count) { count.times { assert_raises(Stskit::Errors::InvalidConfigurationError) { nobody.credentials } } }
    requests = lambda do |count|
      count.times do
        sts.get_caller_identity
        assert_raises(Stskit::Errors::AccessDenied) { sts.assume_role(role_arn: "arn:aws:iam::210987654321:role/denied", role_session_name: "me") }
      end
    end
    clients = lambda do |count|
      count.times do
        made = Stskit::Session.new(credentials: -> { session.credentials }, mfa: ->(_) { "1" })
        made.client("sts", region: "eu-west-1").presigned_url(:get_caller_identity)
      end
    end
    rounds = ->(part) { calls.(10_000 / part); failures.(2_000 / part); requests.(1_500 / part); clients.(250 / part) }
    rounds.(1)
    collect
    before = resident
    rounds.(1)
    collect
    grown = resident - before
    # A leak of 100 bytes at each of one kind would be more. The heap of Ruby itself has its size after the first round.
    assert_operator grown, :<, 800_000
    assert_operator Stskit::Callbacks::Kept.count, :<, 200
  end

  def test_handles_are_freed_by_close_and_by_the_collector
    freed = []
    Stskit::Native::Client.singleton_class.prepend(Module.new { define_method(:release) { |pointer| freed << pointer; super(pointer) } })
    Stskit::Session.new.tap(&:credentials).close
    assert_equal 1, freed.size
    Thread.new { 50.times { Stskit::Session.new.credentials } }.join
    collect
    assert_operator freed.size, :>, 40
  end

  def test_callbacks_go_with_their_last_user
    before = Stskit::Callbacks::Kept.count
    Thread.new do
      40.times do
        # The blocks know the session that has them.
        session = Stskit::Session.new(credentials: -> { session && Stskit::Credentials.new("a", "b") }, mfa: ->(_) { session.inspect })
        client = session.client("sts", region: "eu-west-1")
        assert_includes client.presigned_url(:get_caller_identity), "Credential=a"
        session = nil if rand(2).zero?
      end
    end.join
    collect
    # The collector is a conservative one.
    assert_operator Stskit::Callbacks::Kept.count, :<, before + 20
  end

  def test_a_derived_client_holds_what_it_needs
    client = Stskit::Session.new(credentials: -> { Stskit::Credentials.new("a", "b") }).client("sts", region: "eu-west-1")
    role = Stskit::Session.new(credentials: -> { Stskit::Credentials.new(@emulator.key, @emulator.secret) }).with_role(role_arn: ROLE)
    collect
    assert_includes client.presigned_url(:get_caller_identity), "Credential=a"
    assert_match(/assumed-role/, role.client("sts").get_caller_identity.arn)
  end

  def test_what_is_closed
    session = Stskit::Session.new
    sts = session.client("sts")
    own = Stskit::Client.new("sts", session: session, region: "eu-west-1")
    kept = session.credentials
    2.times do
      sts.close
      assert_raises(Stskit::Errors::InvalidArgumentError) { sts.get_caller_identity }
    end
    assert_equal @emulator.key, session.credentials.access_key_id
    2.times do
      session.close
      assert_raises(Stskit::Errors::InvalidArgumentError) { session.credentials }
    end
    session.cancel
    refute_predicate session, :cancelled?
    assert_raises(Stskit::Errors::InvalidArgumentError) { own.get_caller_identity }
    own.close
    assert_equal @emulator.key, kept.access_key_id
    Stskit::Session.new.close
  end

  def test_closing_during_a_call
    server = TCPServer.new("127.0.0.1", 0)
    session = Stskit::Session.new(endpoint_url: "http://127.0.0.1:#{server.addr[1]}", max_attempts: 1)
    thread = Thread.new { session.client("sts").get_caller_identity }
    connection = server.accept
    assert_equal 1, connection.read(1).size
    session.cancel
    session.close
    thread.report_on_exception = false
    assert_raises(Stskit::Errors::CancelledError) { thread.value }
  ensure
    [connection, server].compact.each(&:close)
  end

  def test_other_threads_run_during_a_call
    # The first thread waits for an answer that never comes; this one goes on, and ends it.
    server = TCPServer.new("127.0.0.1", 0)
    session = Stskit::Session.new(endpoint_url: "http://127.0.0.1:#{server.addr[1]}", max_attempts: 1)
    thread = Thread.new { session.client("sts").get_caller_identity }
    thread.report_on_exception = false
    connection = server.accept
    connection.read(1)
    counted = 0
    1000.times { counted += 1; Thread.pass }
    assert_predicate thread, :alive?
    assert_equal 1000, counted
    session.cancel
    assert_raises(Stskit::Errors::CancelledError) { thread.value }
  ensure
    [connection, server].compact.each(&:close)
  end

  def test_everything_that_may_block_lets_others_run
    blocking = Stskit::Prototypes::FUNCTIONS.select { |_, kinds| kinds.start_with?("!") }.keys
    %i[client_new client_get_credentials client_call pages_next client_sign client_explain client_get_sso_token
       client_sign_in_with_browser client_list_sso_accounts set_log_callback client_free].each { |name| assert_includes blocking, name }
    %i[client_cancel credentials_access_key_id error_message].each { |name| refute_includes blocking, name }
  end

  def test_threads
    sts = Stskit::Client.new("sts")
    role = Stskit::Session.new.with_role(role_arn: ROLE, role_session_name: "threads")
    threads = Array.new(16) do |number|
      Thread.new do
        Array.new(40) do
          answer = sts.assume_role(role_arn: ROLE, role_session_name: "thread-#{number}")
          GC.start if rand(40).zero?
          [answer.assumed_role_user.arn.end_with?("/thread-#{number}"), role.credentials.access_key_id.start_with?("ASIA")]
        end
      end
    end
    assert_equal [true] * 1280, threads.flat_map(&:value).flatten
  end

  def test_threads_and_callbacks
    asked = 0
    session = Stskit::Session.new(credentials: -> { asked += 1; sleep 0.05; Stskit::Credentials.new(@emulator.key, @emulator.secret) })
    found = Array.new(8) { Thread.new { session.client("sts").get_caller_identity.arn } }.map(&:value)
    assert_equal ["arn:aws:iam::123456789012:user/stskit"], found.uniq
    assert_equal 1, asked
  end

  def test_the_collector_during_calls
    GC.stress = true
    session = Stskit::Session.new(credentials: -> { Stskit::Credentials.new(@emulator.key, @emulator.secret) }, mfa: ->(_) { "1" })
    assert_equal "123456789012", session.client("sts").get_caller_identity.account
    refute_empty session.credentials.sign("GET", "https://example.com/", service: "s3", region: "r", time: 0)
  ensure
    GC.stress = false
  end

  def test_fork
    mine, workers = JSON.parse(run_ruby(FORKED))
    user = "arn:aws:iam::123456789012:user/stskit"
    assert_equal [user], mine
    role = "arn:aws:sts::210987654321:assumed-role/demo"
    workers.each_with_index { |names, number| assert_equal [user, "#{role}/parent", "#{role}/worker-#{number}"], names }
  end

  def test_prefork
    assert_equal [0] * 6, JSON.parse(run_ruby(PREFORK))
  end

  def test_the_end_of_the_interpreter
    run_ruby(<<~RUBY)
      require "stskit"; require "logger"
      Stskit.log_to(Logger.new(IO::NULL), level: "trace")
      $session = Stskit::Session.new(mfa: ->(_) { "1" }, credentials: -> { Stskit::Credentials.new("#{@emulator.key}", "#{@emulator.secret}") })
      $kept = $session.credentials
      $client = $session.client("sts", region: "us-east-1")
      Thread.new { $client.get_caller_identity }
      Thread.pass
    RUBY
  end

  def test_exceptions_in_callbacks
    error = Class.new(Exception).new("no StandardError") # rubocop:disable Lint/InheritException
    session = Stskit::Session.new(credentials: -> { raise error })
    2.times { assert_same error, assert_raises(error.class) { session.client("sts").get_caller_identity } }
    assert_raises(Stskit::Errors::InvalidArgumentError) { Stskit::Session.new(credentials: -> {}).credentials }
    assert_raises(Stskit::Errors::InvalidArgumentError) { Stskit::Session.new(credentials: 7) }
    assert_raises(Stskit::Errors::InvalidArgumentError) { Stskit::Session.new(mfa: "123456").credentials }
  end

  def left_by(&work)
    Stskit::Session.new(credentials: work).credentials
  end

  def return_from_a_callback
    left_by { return 1 }
  end

  def test_jumps_out_of_callbacks
    assert_raises(LocalJumpError) { return_from_a_callback }
    assert_raises(LocalJumpError) { left_by { break } }
    assert_raises(LocalJumpError) { catch(:out) { left_by { throw :out } } }
    # The library is as it was.
    assert_equal @emulator.key, Stskit::Session.new.credentials.access_key_id
    ended = Thread.new { left_by { Thread.current.kill } }
    ended.report_on_exception = false
    assert_raises(LocalJumpError) { ended.value }
    assert_equal @emulator.key, Stskit::Session.new.credentials.access_key_id
  end

  def test_what_other_threads_want_during_a_callback
    inside = Queue.new
    ask = lambda do
      inside << 1
      sleep
    end
    killed = Thread.new { left_by(&ask) }
    raised = Thread.new { left_by(&ask) }
    raised.report_on_exception = false
    2.times { inside.pop }
    raised.raise(IOError, "mine")
    assert_raises(IOError) { raised.value }
    killed.kill
    # It ends when the callback has ended.
    assert_nil killed.join(0.2)
    killed.wakeup
    assert_same killed, killed.join(20)
    refute_predicate killed, :alive?
    assert_raises(IOError) { Timeout.timeout(0.2, IOError) { left_by(&ask) } }
  end

  def mfa_session(answer)
    write("mfa", "[profile mfa]\nrole_arn = #{ROLE}\nsource_profile = base\nmfa_serial = arn:aws:iam::123456789012:mfa/stskit\n" \
                 "[profile base]\naws_access_key_id = #{@emulator.key}\naws_secret_access_key = #{@emulator.secret}\n")
    Stskit::Session.new(profile: "mfa", config_file: File.join(@home, "mfa"), mfa: answer)
  end

  def test_the_callback_for_mfa
    asked = []
    ["123456", 123_456, :"123456"].each do |code|
      assert mfa_session(->(serial) { asked << serial; code }).credentials.session_token
    end
    assert_equal ["arn:aws:iam::123456789012:mfa/stskit"] * 3, asked
    ["1" * 500, "1\0", "\xFF"].each do |wrong|
      assert_raises(Stskit::Errors::InvalidArgumentError) { mfa_session(->(_) { wrong }).credentials }
    end
    # A callback may call stskit again.
    assert mfa_session(->(_) { Stskit.client("sts").get_caller_identity.account.then { "123456" } }).credentials
  end

  def profile_to_sign_in
    write("config", "#{START}[sso-session corp]\nsso_start_url = #{@emulator.url}/start\nsso_region = us-east-1\n")
    Stskit::Session.new(profile: "dev")
  end

  def test_what_ends_a_sign_in
    session = profile_to_sign_in
    shown = []
    assert_raises(Timeout::Error) do
      Timeout.timeout(0.5) { session.sign_in_with_device_code(timeout: 60) { |code| shown << [code.user_code, Thread.current] } }
    end
    assert_equal Thread.current, shown.dig(0, 1)
    assert_equal(7, [1].each { session.sign_in_with_device_code(timeout: 60) { break 7 } }.then { 7 })
    assert_raises(IOError) { session.sign_in_with_browser(timeout: 60) { raise IOError, "mine" } }
    thread = Thread.new { session.sign_in_with_browser(timeout: 60) { shown << :page } }
    sleep 0.01 until shown.last == :page
    thread.kill
    assert_same thread, thread.join(20)
    # Nothing else was cancelled.
    refute_predicate session, :cancelled?
    error = assert_raises(Stskit::Errors::LoginRequiredError) { session.credentials }
    assert_equal "aws sso login --profile dev", error.login.command
    assert_raises(Stskit::Errors::InvalidArgumentError) { session.sign_in_with_browser }
  end

  def test_a_signal_cancels
    run_ruby(<<~RUBY)
      require "stskit"; require "socket"
      server = TCPServer.new("127.0.0.1", 0)
      session = Stskit::Session.new(endpoint_url: "http://127.0.0.1:\#{server.addr[1]}", max_attempts: 1)
      session.credentials
      trap("USR1") { session.cancel }
      thread = Thread.new { session.client("sts").get_caller_identity }
      thread.report_on_exception = false
      connection = server.accept
      connection.read(1)
      Process.kill("USR1", Process.pid)
      begin
        thread.value
        exit 1
      rescue Stskit::Errors::CancelledError
      end
    RUBY
  end

  def test_sso_sessions_by_hand
    session = Stskit::Session.new
    corp = Stskit::SsoSession.new("corp", "#{@emulator.url}/start", "us-east-1", scopes: ["sso:account:access"], cache_folder: File.join(@home, "cache"))
    assert_raises(Stskit::Errors::LoginRequiredError) { session.sso_token(sso_session: corp) }
    thread = nil
    session.sign_in_with_browser(sso_session: corp, timeout: 60) { |url| thread = Thread.new { follow(url) } }
    thread.join
    refute_empty Dir[File.join(@home, "cache", "*.json")]
    refute_empty session.sso_token(sso_session: corp)
    assert_equal "123456789012", session.list_sso_accounts(sso_session: corp).first.account_id
    role = Stskit::Session.with_sso_role(account_id: "123456789012", role_name: "Admin", sso_session: corp)
    assert_match(/AWSReservedSSO_Admin_/, role.client("sts").get_caller_identity.arn)
    session.sign_out(sso_session: corp)
    assert_raises(Stskit::Errors::LoginRequiredError) { session.sso_token(sso_session: corp) }
  end

  def follow(url)
    answer = Net::HTTP.get_response(URI(url))
    answer = Net::HTTP.get_response(URI(answer["location"])) while answer["location"]
  end

  def test_what_cannot_be
    invalid = Stskit::Errors::InvalidArgumentError
    ["a\0b", "\xFF", 7, ["x"]].each { |wrong| assert_raises(invalid) { Stskit::Session.new(profile: wrong).credentials } }
    ["a\0b", 7].each { |wrong| assert_raises(invalid) { Stskit::Session.new(config_file: wrong).credentials } }
    [{ nothing: 1 }, { "profile" => "x" }].each { |wrong| assert_raises(invalid, ArgumentError) { Stskit::Session.new(**wrong) } }
    { retry_mode: "x", max_attempts: -1, max_response_bytes: 1 << 70, read_timeout: 0, connect_timeout: "1",
      proxies: { ftp: "x" }, use_fips: "yes", endpoint_url: { s3: "http://x" } }.each do |name, value|
      assert_raises(invalid, name.to_s) { Stskit::Session.new(name => value).credentials }
    end
    assert_raises(invalid) { Stskit::Client.new("s3") }
    assert_raises(ArgumentError) { Stskit::Client.new }
    sts = Stskit::Client.new("sts")
    [{ name: "a\0" }, { name: "\xFF" }, { name: Object.new }, { name: Float::NAN }, { name: "Bob", "Name" => "Bob" },
     { duration_seconds: 1 << 80, name: "Bob" }].each { |wrong| assert_raises(invalid) { sts.get_federation_token(wrong) } }
    assert_raises(invalid) { sts.get_federation_token([]) }
    assert_raises(invalid) { sts.presigned_url(:nothing) }
    assert_raises(invalid) { sts.presigned_url(:get_caller_identity, expires_in: -1) }
    assert_raises(invalid) { Stskit.sign("GET", "https://example.com/", service: "s3", style: "x") }
    assert_raises(invalid) { Stskit.sign("GET", "https://example.com/", service: "s3", body: 7) }
    assert_raises(invalid) { Stskit::Client.new("sso").pages(:list_accounts, { access_token: "t" }, page_size: "many") }
    assert_raises(invalid) { Stskit::Credentials.new("a", nil) }
    assert_raises(invalid) { Stskit::Credentials.new("a", "b", expiration: "tomorrow") }
    huge = "x" * 5_000_000
    assert_raises(Stskit::Error) { sts.decode_authorization_message(encoded_message: huge) }
    # A secret in the wrong place is not told.
    error = assert_raises(invalid) { sts.get_delegated_access_token(trade_in_token: "planted-\xFF") }
    refute_includes error.message, "planted"
  end

  def test_other_encodings
    write("credentials", "[büro]\naws_access_key_id = AKIDUTF8\naws_secret_access_key = b\n")
    ["büro", "büro".encode("ISO-8859-1"), "büro".encode("UTF-16LE"), "büro".b, :büro].each do |name|
      assert_equal "AKIDUTF8", Stskit::Session.new(profile: name).credentials.access_key_id
    end
    credentials = Stskit.credentials
    assert_equal Encoding::UTF_8, credentials.access_key_id.encoding
    assert_equal credentials.sign("PUT", "https://example.com/", service: "x", region: "r", time: 0, body: "a\0\xFF".b)["authorization"],
                 credentials.sign("PUT", "https://example.com/", service: "x", region: "r", time: 0, body_sha256: Digest::SHA256.hexdigest("a\0\xFF".b))["authorization"]
  end

  def test_nothing_secret_is_written_down
    answer = Stskit.client("sts").assume_role(role_arn: ROLE, role_session_name: "me")
    [Stskit.credentials, Stskit.session, Stskit.client("sts"), Stskit.credential_provider, answer].each do |value|
      assert_raises(TypeError) { Marshal.dump(value) }
      assert_raises(TypeError) { YAML.dump(value) }
    end
    assert_equal "#<Stskit::Credentials access_key_id=#{@emulator.key.inspect}, secret_access_key=[hidden]>", Stskit.credentials.inspect
    secret = answer.credentials.secret_access_key
    refute_includes answer.inspect, secret
    assert_equal secret, answer.to_h.dig(:credentials, :secret_access_key)
    assert_equal secret, answer.dig(:credentials, :secret_access_key)
    case answer
    in { credentials: { expiration: Time => moment } } then assert_operator moment, :>, Time.now
    end
  end

  def test_pages
    emulator = Emulator.new("--approve-after", "0", "--accounts", "25")
    oidc = Stskit::Client.new("sso-oidc", endpoint_url: emulator.url)
    app = oidc.register_client(client_name: "pages", client_type: "public")
    code = oidc.start_device_authorization(client_id: app.client_id, client_secret: app.client_secret, start_url: "#{emulator.url}/start")
    token = oidc.create_token(client_id: app.client_id, client_secret: app.client_secret, device_code: code.device_code,
                              grant_type: "urn:ietf:params:oauth:grant-type:device_code").access_token
    pages = Stskit::SSO::Client.new(endpoint_url: emulator.url).pages(:list_accounts, { access_token: token }, page_size: 10)
    assert_equal [10, 10, 5], pages.map { |page| page.account_list.size }
    assert_equal 25, pages.items.map(&:account_id).to_a.uniq.size
    assert_equal 10, pages.first.account_list.size
    outside = pages.each
    assert_equal [10, 10, 5], Array.new(3) { outside.next.account_list.size }
    assert_raises(StopIteration) { outside.next }
    refute_includes pages.inspect, token
  ensure
    emulator.stop
  end

  def test_errors_by_name
    sts = Stskit::Client.new("sts")
    assert_raises(Stskit::Errors::ExpiredTradeInTokenException) { sts.get_delegated_access_token(trade_in_token: "expired-token") }
    assert_operator Stskit::Errors::ExpiredTokenException, :<, Stskit::Errors::ServiceError
    # The code is not always the name that AWS documents.
    assert_same Stskit::Errors::IDPRejectedClaim, Stskit::Errors::IDPRejectedClaimException
    assert_operator Stskit::Errors::SomethingNew, :<, Stskit::Errors::ServiceError
    assert_same Stskit::Errors::ServiceError, Stskit::Errors.for_code("not-a-constant")
    assert_equal "NO_CREDENTIALS", Stskit::Errors::NoCredentialsError.status
    Stskit::Errors::STATUSES.each { |status| assert_operator Stskit::Errors.for_status(status), :<, Stskit::Error }
    assert_same Stskit::Errors::InternalError, Stskit::Errors.for_status("UNKNOWN")
    assert_raises(NameError) { Stskit::Nothing }
  end

  def test_the_log
    lines = StringIO.new
    Stskit.log_to(Logger.new(lines), level: "debug")
    Stskit::Client.new("sts").get_caller_identity
    assert_match(/stskit::/, lines.string)
    assert_raises(Stskit::Errors::InvalidArgumentError) { Stskit.log_to(Logger.new(lines), level: "loud") }
    # One that fails breaks nothing.
    broken = Logger.new(lines)
    broken.define_singleton_method(:add) { |*| raise IOError, "full" }
    Stskit.log_to(broken, level: "trace")
    Stskit::Client.new("sts").get_caller_identity
    Stskit.log_to(nil)
    lines.truncate(0)
    Stskit::Client.new("sts").get_caller_identity
    assert_empty lines.string
  end

  def test_shared_sessions
    assert_same Stskit.session, Stskit.session
    Stskit.session = Stskit::Session.new(region: "eu-west-3")
    assert_equal "eu-west-3", Stskit.client("sts").instance_variable_get(:@session).region
    assert_equal "eu-west-3", Stskit.session.region
    assert_equal "used", Stskit.explain["steps"][0]["outcome"]
    assert_equal @emulator.key, Stskit.credentials(region: "eu-west-1").access_key_id
    assert Stskit.sign("GET", "https://example.com/", service: "s3")["authorization"]
    assert_includes Stskit.presign("GET", "https://example.com/", service: "s3"), "X-Amz-Signature="
  end
end
