-- Memory, handles, callbacks, arguments that cannot be. The environment is that of a scene: see the script `run`.

local cjson = require("cjson")
local stskit = require("stskit")
local native = require("stskit.native")
local support = require("support")

local test, equal, ROLE = support.test, support.equal, support.ROLE
local USER = "arn:aws:iam::123456789012:user/stskit"
local MFA = "arn:aws:iam::123456789012:mfa/stskit"
local KEY, SECRET, HOME = os.getenv("AWS_ACCESS_KEY_ID"), os.getenv("AWS_SECRET_ACCESS_KEY"), os.getenv("HOME")

local function keys()
  return { access_key_id = KEY, secret_access_key = SECRET }
end

-- nil and an error with this status.
local function refused(status, value, err)
  equal(value, nil)
  assert(stskit.is_error(err), support.dump(err))
  equal(err.status, status, err.message)
  return err
end

-- Kilobytes of this process in memory.
local function resident()
  return tonumber(support.read("/proc/self/status"):match("VmRSS:%s+(%d+)"))
end

test("ten thousand calls do not grow", function()
  local session = assert(stskit.session({ mfa = function() return "1" end, read_timeout_ms = 20000 }))
  local sts = assert(session:client("sts"))
  local nobody = assert(stskit.session({ profile = "nobody" }))
  local source = assert(session:tokens("msk"))
  local calls = 0
  local function round(count)
    for done = 1, count do
      local credentials = assert(session:credentials())
      assert(credentials:sign({ url = "https://example.com/", service = "s3", region = "us-east-1", time = 0 }))
      assert(session:presign({ url = "https://example.com/", service = "s3" }))
      refused("INVALID_CONFIGURATION", nobody:credentials())
      assert(source:get())
      assert(credentials:token("msk", { region = "us-east-1" }, { time = 0 }))
      refused("INVALID_ARGUMENT", session:token("oracle"))
      calls = calls + 7
      if done % 4 == 0 then
        assert(sts:get_caller_identity())
        refused("ACCESS_DENIED", sts:assume_role({ RoleArn = "arn:aws:iam::210987654321:role/denied", RoleSessionName = "me" }))
        calls = calls + 2
      end
      if done % 10 == 0 then
        local made = assert(stskit.session({ credentials = keys, mfa = function() return "1" end }))
        assert(assert(made:client("sts")):presign("GetCallerIdentity"))
        assert(made:with_role({ RoleArn = ROLE })):close()
        assert(made:tokens("web-identity", { audience = "a" }))
        if done % 20 == 0 then made:close() end
        calls = calls + 1
      end
    end
  end
  round(400)
  collectgarbage()
  collectgarbage()
  local before = resident()
  calls = 0
  round(2500)
  collectgarbage()
  collectgarbage()
  assert(calls > 10000, calls)
  -- A leak of a hundred bytes each would be more.
  local grown = resident() - before
  assert(grown < 1000, ("grew by %d KiB"):format(grown))
end)

test("callbacks go with their last user", function()
  local gone = setmetatable({}, { __mode = "v" })
  do
    local function made()
      local answer = { key = KEY }
      gone[1] = answer
      return assert(stskit.session({ credentials = function() return { access_key_id = answer.key, secret_access_key = SECRET } end }))
    end
    local session = made()
    local role = assert(session:with_role({ RoleArn = ROLE, RoleSessionName = "above" }))
    session = nil
    collectgarbage()
    collectgarbage()
    equal(assert(assert(role:client("sts")):get_caller_identity()).Arn, "arn:aws:sts::210987654321:assumed-role/demo/above")
    role = nil
  end
  for _ = 1, 4 do collectgarbage() end
  equal(gone[1], nil)
end)

test("what a callback raises comes back as itself", function()
  for _, value in ipairs({ { mine = true }, "a text", 7, true }) do
    local session = assert(stskit.session({ credentials = function() error(value, 0) end }))
    for _ = 1, 2 do
      local found, err = session:credentials()
      equal(found, nil)
      equal(err, value)
      found, err = assert(session:client("sts")):get_caller_identity()
      equal(found, nil)
      equal(err, value)
    end
  end
  for _, wrong in ipairs({ 7, "text", {}, { access_key_id = "a" }, { access_key_id = "a", secret_access_key = 7 },
    { access_key_id = "a", secret_access_key = "b\0" }, { access_key_id = "a", secret_access_key = "b", key = "c" } }) do
    refused("INVALID_ARGUMENT", assert(stskit.session({ credentials = function() return wrong end })):credentials())
  end
  refused("INVALID_ARGUMENT", assert(stskit.session({ credentials = function() end })):credentials())
  local expired = assert(stskit.session({ credentials = function() return { access_key_id = "a", secret_access_key = "b", expiration = 1 } end }))
  refused("EXPIRED", expired:credentials())
end)

test("callbacks may close what they are called from", function()
  for _ = 1, 20 do
    local session
    session = assert(stskit.session({ credentials = function()
      session:close()
      collectgarbage()
      collectgarbage()
      return keys()
    end }))
    local role = assert(session:with_role({ RoleArn = ROLE }))
    assert(assert(role:client("sts")):get_caller_identity())
    refused("INVALID_ARGUMENT", session:credentials())
  end
  refused("CANCELLED", assert(stskit.session({ credentials = function() error(nil) end })):credentials())
end)

test("callbacks may use the library, and collect garbage", function()
  local inner = assert(stskit.session({ credentials = keys }))
  local session = assert(stskit.session({ credentials = function()
    for _ = 1, 20 do assert(stskit.session({ credentials = keys })) end
    collectgarbage()
    return assert(inner:credentials())
  end }))
  local role = assert(session:with_role({ RoleArn = ROLE, RoleSessionName = "outer" }))
  equal(assert(assert(role:client("sts")):get_caller_identity()).Account, "210987654321")
  assert(stskit.log_to(function()
    collectgarbage()
    stskit.credentials()
    error("of the receiver")
  end, "trace"))
  assert(assert(stskit.client("sts")):get_caller_identity())
  assert(stskit.log_to(nil))
end)

test("coroutines", function()
  local session = assert(stskit.session({ credentials = function()
    -- No yield can cross the library.
    coroutine.yield()
    return keys()
  end }))
  local thread = coroutine.create(function() return session:credentials() end)
  local good, found, err = coroutine.resume(thread)
  equal(good, true)
  equal(found, nil)
  assert(tostring(err):find("yield"), tostring(err))
  local names = {}
  for number = 1, 4 do
    names[number] = coroutine.wrap(function()
      for _ = 1, 5 do
        assert(assert(assert(stskit.session({ credentials = keys })):client("sts")):get_caller_identity())
        coroutine.yield()
      end
      return assert(assert(stskit.client("sts")):get_caller_identity()).Arn
    end)
  end
  for _ = 1, 5 do
    for _, resume in ipairs(names) do resume() end
  end
  for _, resume in ipairs(names) do equal(resume(), USER) end
end)

test("the code of an MFA device", function()
  local file = support.write(HOME .. "/mfa", ("[profile mfa]\nrole_arn = %s\nsource_profile = base\nmfa_serial = %s\n"
    .. "[profile base]\naws_access_key_id = %s\naws_secret_access_key = %s\n"):format(ROLE, MFA, KEY, SECRET))
  local asked = {}
  local function session(answer)
    return assert(stskit.session({ profile = "mfa", config_file = file, mfa = function(serial)
      asked[#asked + 1] = serial
      return answer
    end }))
  end
  assert(assert(session("123456"):credentials()).session_token)
  assert(assert(session(123456):credentials()).session_token)
  equal(table.concat(asked, " "), MFA .. " " .. MFA)
  for _, wrong in ipairs({ ("1"):rep(500), "1\0", {}, false }) do refused("INVALID_ARGUMENT", session(wrong):credentials()) end
  assert(not session("\128\255"):credentials())
end)

test("sessions that are closed", function()
  local session = assert(stskit.session({}))
  local sts, role = assert(session:client("sts")), assert(session:with_role({ RoleArn = ROLE }))
  assert(sts:get_caller_identity())
  local pages = assert(assert(session:client("sso")):paginate("ListAccounts", { accessToken = "a" }))
  session:close()
  session:close()
  for _, use in ipairs({ function() return sts:get_caller_identity() end, function() return session:credentials() end,
    function() return role:credentials() end, function() return session:region() end }) do
    equal(refused("INVALID_ARGUMENT", use()).message, "the session is closed")
  end
  -- A listing goes on without its session.
  equal(select(2, pages:next()).code, "UnauthorizedException")
  pages:close()
  pages:close()
  equal(pages:next(), nil)
  equal(assert(stskit.credentials()).access_key_id, KEY)
end)

test("credentials do not change, and hide what is secret", function()
  local found = assert(stskit.new_credentials({ access_key_id = "AKID", secret_access_key = "hidden-secret", session_token = "hidden-token", expiration = 1440938160 }))
  equal(tostring(found), "Credentials(access_key_id=AKID, secret_access_key=<hidden>, session_token=<hidden>, expiration=2015-08-30T12:36:00Z)")
  equal(found.secret_access_key, "hidden-secret")
  equal(pcall(function() found.secret_access_key = "other" end), false)
  equal(next(found), nil)
  equal(cjson.encode(found), "{}")
  local session = assert(stskit.session({ credentials = found, proxies = { https = "http://me:hidden-password@127.0.0.1:1" } }))
  for _, value in ipairs({ session, assert(session:client("sts")) }) do
    assert(session:region())
    assert(not support.dump(value):find("hidden", 1, true), support.dump(value))
  end
end)

test("tokens do not change, and hide what is secret", function()
  local token = assert(stskit.token("codecommit", { repository = "r" }))
  equal(tostring(token), ("Token(purpose=codecommit, text=<hidden>, expiration=%s)"):format(os.date("!%Y-%m-%dT%H:%M:%SZ", token.expiration)))
  equal(token.user, KEY)
  equal(token.access_key_id, KEY)
  equal(math.floor(token.expiration_ms / 1000), token.expiration)
  equal(token.texts, nil)
  equal(pcall(function() token.text = "other" end), false)
  equal(next(token), nil)
  equal(cjson.encode(token), "{}")
  local source = assert(stskit.tokens("rds", { hostname = "db.example.com", port = 1, username = "hidden" }, { region = "eu-west-1" }))
  equal(tostring(source), 'stskit.tokens("rds")')
  local text = assert(source:get()).text
  assert(text:find("^db%.example%.com:1/%?.*%%2Feu%-west%-1%%2Frds%-db"), text)
  assert(not support.dump(source):find("hidden", 1, true))
  assert(not support.dump(source):find(text, 1, true))
  local kinds = assert(stskit.token_kinds())
  equal(kinds.rds[1].name, "hostname")
  equal(kinds.rds[1].required, true)
end)

test("a source of tokens asks for credentials, outlives its session, and ends", function()
  local count = 0
  local session = assert(stskit.session({ region = "eu-west-1", credentials = function()
    count = count + 1
    return { access_key_id = "AKID" .. count, secret_access_key = "b", session_token = "c", expiration = os.time() + (count == 1 and 200 or 3600) }
  end }))
  local source = assert(session:tokens("msk"))
  equal(count, 0)
  -- The first ones end too soon.
  equal(assert(source:get()).access_key_id, "AKID2")
  equal(assert(session:token("msk")).access_key_id, "AKID2")
  equal(count, 2)
  session:close()
  session = nil
  collectgarbage()
  collectgarbage()
  local token = assert(source:get())
  assert(source:invalidate())
  equal(assert(source:get()).access_key_id, "AKID2")
  source:close()
  source:close()
  equal(refused("INVALID_ARGUMENT", source:get()).message, "the source of tokens is closed")
  refused("INVALID_ARGUMENT", source:invalidate())
  assert(token.text)
  for _ = 1, 20 do
    local inner
    inner = assert(assert(stskit.session({ region = "eu-west-1", credentials = function()
      inner:close()
      inner = nil
      collectgarbage()
      collectgarbage()
      return keys()
    end })):tokens("eks", { cluster = "c" }))
    equal(assert(inner:get()).purpose, "eks")
  end
  local alone = assert(assert(stskit.session({ region = "eu-west-1", credentials = keys, mfa = print })):tokens("msk"))
  for _ = 1, 4 do collectgarbage() end
  equal(assert(alone:get()).access_key_id, KEY)
  local kept = assert(stskit.tokens("web-identity", { audience = "a" }))
  local first = assert(kept:get()).text
  equal(assert(kept:get()).text, first)
  assert(kept:invalidate())
  assert(assert(kept:get()).text ~= first)
  local mine = { mine = true }
  local failing = assert(assert(stskit.session({ credentials = function() error(mine, 0) end })):tokens("msk"))
  equal(select(2, failing:get()), mine)
end)

test("inputs of tokens that cannot be", function()
  local database = { hostname = "db.example.com", port = 1, username = "u", region = "a" }
  local function with(name, value)
    local made = {}
    for key, inner in pairs(database) do made[key] = inner end
    made[name] = value
    return made
  end
  local credentials = assert(stskit.new_credentials(keys()))
  for _, row in ipairs({
    { "rds", with("username", print), 0 }, { "rds", with("port", 0 / 0), 0 }, { "rds", with("port", true), 504 },
    { "rds", with("port", 1.5), 504 }, { "rds", with("port", 70000), 505 }, { "rds", with("hostname", "a\0b"), 504 },
    { "rds", with("username", "\255"), native.numbers.DETAIL_NOT_UTF8 }, { "rds", with("user", "u"), 502 }, { "rds", {}, 503 },
    { "rds", nil, 503 }, { "rds", { "a" }, 0 }, { "rds", "a", 0 }, { "oracle", {}, 501 }, { "a\0b", {}, 0 }, { 7, {}, 0 },
  }) do
    local kind, inputs, detail = row[1], row[2], row[3]
    for _, found in ipairs({
      refused("INVALID_ARGUMENT", stskit.token(kind, inputs)), refused("INVALID_ARGUMENT", stskit.tokens(kind, inputs)),
      refused("INVALID_ARGUMENT", credentials:token(kind, inputs, { time = 0 })),
    }) do equal(found.detail, detail, found.message) end
  end
  refused("INVALID_ARGUMENT", stskit.token(nil, database))
  for _, options in ipairs({ 7, {}, { time = -1 }, { time = "0" }, { time = 1.5 }, { time = 0, times = 1 } }) do
    refused("INVALID_ARGUMENT", credentials:token("msk", { region = "a" }, options))
  end
  refused("INVALID_ARGUMENT", credentials:token("msk", { region = "a" }))
  for _, options in ipairs({ 7, { "a" }, { signed_headers = 7 }, { payload = "none" }, { colour = "red" }, { payload = print } }) do
    refused("INVALID_ARGUMENT", assert(stskit.session({})):sign({ url = "https://example.com/", service = "s3", options = options }))
  end
  assert(stskit.token("rds", with("username", ("u"):rep(10000000))))
end)

test("arguments that cannot be", function()
  for _, wrong in ipairs({ "a\0b", 7, {}, true }) do
    refused("INVALID_ARGUMENT", stskit.session({ profile = wrong }))
    refused("INVALID_ARGUMENT", stskit.new_credentials({ access_key_id = wrong, secret_access_key = "b" }))
    refused("INVALID_ARGUMENT", assert(stskit.client("sts")):call(wrong))
    refused("INVALID_ARGUMENT", assert(stskit.session({})):sign({ url = "https://example.com/", service = wrong }))
  end
  refused("INVALID_ARGUMENT", assert(stskit.session({ profile = "\255" })):credentials())
  for _, options in ipairs({ 7, { max_attempts = -1 }, { max_attempts = 2 ^ 32 }, { read_timeout_ms = 1.5 }, { read_timeout_ms = "1" },
    { use_fips = 1 }, { regions = "a" }, { credentials = 7 }, { mfa = "123456" }, { 1 } }) do
    refused("INVALID_ARGUMENT", stskit.session(options))
  end
  for _, options in ipairs({ { retry_mode = "x" }, { endpoint_url = { s3 = "x" } }, { endpoint_url = { sts = 7 } },
    { endpoint_url = 7 }, { proxies = 7 }, { proxies = { https = 7 } } }) do
    refused("INVALID_ARGUMENT", assert(stskit.session(options)):credentials())
  end
  assert(refused("INVALID_ARGUMENT", stskit.client("s3")).message:find("sso, sso%-oidc, sts"))
  local sts = assert(stskit.client("sts"))
  local circular = {}
  circular.RoleArn = circular
  for _, input in ipairs({ 7, "a", { "a" }, circular, { RoleArn = print }, { RoleArn = 0 / 0 }, { RoleArn = "\255", RoleSessionName = "me" } }) do
    refused("INVALID_ARGUMENT", sts:assume_role(input))
  end
  assert(refused("INVALID_ARGUMENT", sts:call("AssumeNothing")).message:find("AssumeRole"))
  equal(sts.assume_nothing, nil)
  refused("INVALID_ARGUMENT", sts:paginate("GetCallerIdentity", {}, { pages = 1 }))
  refused("INVALID_ARGUMENT", assert(stskit.session({})):presign({ url = "https://example.com/", service = "s3", expires_seconds = -1 }))
  refused("INVALID_ARGUMENT", assert(stskit.session({})):sign({ url = "https://example.com/", service = "s3", body = 7 }))
  refused("INVALID_ARGUMENT", assert(stskit.session({})):sign({ url = "https://example.com/", service = "s3", styles = "s3" }))
  refused("INVALID_ARGUMENT", assert(stskit.session({})):sign({ service = "s3" }))
  refused("INVALID_ARGUMENT", assert(stskit.new_credentials(keys())):sign({ url = "https://example.com/", service = "s3", region = "a" }))
  refused("INVALID_ARGUMENT", assert(stskit.session({})):invalidate(keys()))
  refused("INVALID_ARGUMENT", stskit.with_process({ command = 7 }))
  refused("INVALID_ARGUMENT", assert(stskit.with_process({})):credentials())
  refused("INVALID_ARGUMENT", stskit.with_sso_role({ account_id = "1", role_name = "a", sso_session = {} }))
  refused("INVALID_ARGUMENT", assert(stskit.session({})):sign_in_with_browser())
  refused("INVALID_ARGUMENT", stskit.log_to(function() end, "loud"))
  refused("INVALID_ARGUMENT", stskit.sso_session({ start_url = 7, region = "a" }))
end)

test("huge texts", function()
  local huge = ("a"):rep(10000000)
  assert(not assert(stskit.client("sts")):assume_role({ RoleArn = huge, RoleSessionName = huge }))
  local signed = assert(assert(stskit.session({})):sign({ method = "PUT", url = "https://example.com/", service = "s3", style = "s3", body = huge .. "\0" }))
  equal(#signed["x-amz-content-sha256"], 64)
  assert(not assert(stskit.session({ mfa = function() return huge end, profile = "mfa", config_file = HOME .. "/mfa" })):credentials())
end)

test("errors tell all", function()
  local err = refused("EXPIRED", assert(stskit.client("sts")):get_delegated_access_token({ TradeInToken = "expired-token" }))
  equal(err.code, "ExpiredTradeInTokenException")
  equal(err.operation, "GetDelegatedAccessToken")
  equal(err.http_status, 400)
  equal(err.fault, "Sender")
  equal(err.headers["x-amzn-requestid"], err.request_id)
  equal(tostring(err), err.message)
  err = select(2, assert(stskit.client("sso-oidc")):create_token({ clientId = "a", clientSecret = "b", grantType = "refresh_token", refreshToken = "c" }))
  equal(err.members.error, "invalid_client")
  local good, raised = pcall(function()
    for _ in assert(assert(stskit.client("sso")):paginate("ListAccounts", { accessToken = "nobody" })):each() do end
  end)
  equal(good, false)
  equal(raised.code, "UnauthorizedException")
end)

test("sessions are shared by profile; credentials are invalidated", function()
  local count = 0
  local session = assert(stskit.session({ credentials = function()
    count = count + 1
    return keys()
  end }))
  local found = assert(stskit.credentials(session))
  assert(stskit.credentials(session))
  equal(count, 1)
  assert(session:invalidate(found))
  assert(session:credentials())
  equal(count, 2)
  equal(stskit.client("sts").session, stskit.client("sso").session)
  equal(assert(stskit.explain()).steps[1].outcome, "used")
  local west = assert(stskit.client("sts", { region = "eu-west-3" }))
  equal(west.session:region(), "eu-west-3")
  local by_hand = assert(stskit.sso_session({ name = "corp", start_url = "https://example.com/start", region = "us-east-1", scopes = { "sso:account:access" }, cache_folder = HOME }))
  refused("LOGIN_REQUIRED", west.session:sso_token({ sso_session = by_hand }))
end)

test("every function of the library is there", function()
  local count = 0
  for name in pairs(require("stskit.prototypes").functions) do
    assert(native.functions[name], name)
    count = count + 1
  end
  assert(count > 100, count)
end)

support.main("lifecycle, " .. (jit and jit.version or _VERSION))
