-- Plays one case of bindings/cases in this process: play.lua FILE NUMBER URL KEY SECRET. The environment is set already.

local cjson = require("cjson")
local stskit = require("stskit")
local support = require("support")

local all = cjson.decode(support.read(arg[1]))
local case = all[tonumber(arg[2])]
local variables = { HOME = os.getenv("HOME"), URL = arg[3], KEY = arg[4], SECRET = arg[5] }
-- What was printed, with where it came from.
local seen = {}
local OWN = setmetatable({}, { __tostring = function() return "the callback of the test fails" end })

local function fail()
  error(OWN, 0)
end

-- Puts variables in their places.
local function fill(value)
  if type(value) == "string" then
    return (value:gsub("%$%{([%w_]+)%}", function(name) return variables[name] and tostring(variables[name]) end))
  elseif type(value) ~= "table" then
    return value
  end
  local made = {}
  for key, inner in pairs(value) do made[key] = fill(inner) end
  return made
end

local function take(given, names)
  local made = {}
  for _, name in ipairs(names) do made[name], given[name] = given[name], nil end
  return made
end

local function make_session(given)
  local special = take(given, { "mfa_code", "mfa_fails", "source" })
  local options, source = given, special.source or {}
  if special.mfa_code then options.mfa = function() return special.mfa_code end end
  if special.mfa_fails then options.mfa = fail end
  local kind = source.kind
  source.kind = nil
  if kind == nil then return stskit.session(options) end
  if kind == "credentials" or kind == "callback" then
    local rest = take(source, { "fails", "expires_in" })
    if rest.expires_in then source.expiration = os.time() + rest.expires_in end
    options.credentials = rest.fails and fail or kind == "callback" and function() return source end or source
    return stskit.session(options)
  elseif kind == "assumed_role" then
    local session, err = stskit.session(options)
    if not session then return nil, err end
    return session:with_role(source.input)
  end
  for name, value in pairs(source) do options[name] = value end
  if kind == "environment" then return stskit.with_environment(options) end
  if kind == "process" then return stskit.with_process(options) end
  if kind == "web_identity" then return stskit.with_web_identity(options) end
  if kind == "sso_role" then return stskit.with_sso_role(options) end
  error("unknown source " .. tostring(kind))
end

-- How the library's model calls an operation: AssumeRoleWithSAML is assume_role_with_saml.
local function method_of(operation)
  return (operation:gsub("(%l)(%u)", "%1_%2"):lower())
end

local function signer(session, step)
  if not step.credentials then return session end
  local made, err = stskit.new_credentials(step.credentials)
  assert(made, err)
  return made
end

local function request_of(step, more)
  local made = step.request
  made.service, made.region, made.time = step.service, step.region, step.credentials and step.time or nil
  for name, value in pairs(more or {}) do made[name] = value end
  return made
end

-- nil, err stays that.
local function with(name, value, err)
  if err ~= nil then return nil, err end
  return { [name] = value }
end

local actions = {}

function actions.credentials(session)
  local found, err = session:credentials()
  if not found then return nil, err end
  local printed = support.dump(found)
  seen[#seen + 1] = { "credentials", printed }
  assert(not printed:find(found.secret_access_key, 1, true))
  assert(not found.session_token or not printed:find(found.session_token, 1, true))
  local came = {}
  for _, name in ipairs({ "access_key_id", "secret_access_key", "session_token", "expiration", "account_id" }) do came[name] = found[name] end
  return came
end

function actions.explain(session)
  local report, err = session:explain()
  if report then seen[#seen + 1] = { "report", cjson.encode(report) } end
  return report, err
end

function actions.call(session, step)
  local client = assert(session:client(step.service))
  seen[#seen + 1] = { "client", support.dump(client) }
  return client[method_of(step.operation)](client, step.input)
end

function actions.paginate(session, step)
  local client = assert(session:client(step.service))
  local options = { page_size = step.page_size, max_items = step.max_items, starting_token = step.starting_token }
  local pages, err = client:paginate(step.operation, step.input, options)
  if not pages then return nil, err end
  local came = {}
  while true do
    local page
    page, err = pages:next()
    if err ~= nil then return nil, err end
    if not page then return { pages = came, resume_token = pages.resume_token } end
    came[#came + 1] = page
  end
end

function actions.presign_call(session, step)
  local client = assert(session:client(step.service))
  return with("url", client:presign(step.operation, step.input, { expires_seconds = step.expires_seconds }))
end

function actions.presign_get_caller_identity(session, step)
  return with("url", session:presign_get_caller_identity({ expires_seconds = step.expires_seconds, header = step.header }))
end

function actions.sign(session, step)
  return with("headers", signer(session, step):sign(request_of(step)))
end

function actions.presign(session, step)
  return with("url", signer(session, step):presign(request_of(step, { expires_seconds = step.expires_seconds })))
end

-- What the checks want of a token, nil if there is none.
local function seen_token(token, err)
  if not token then return nil, err end
  local printed = support.dump(token)
  seen[#seen + 1] = { "token", printed }
  assert(not printed:find(token.text, 1, true))
  return { purpose = token.purpose, token = token.text, user = token.user, expiration = token.expiration, access_key_id = token.access_key_id }
end

function actions.token(session, step)
  return seen_token(signer(session, step):token(step.kind, step.inputs, step.credentials and { time = step.time }))
end

function actions.tokens(session, step)
  local source, err = session:tokens(step.kind, step.inputs)
  if not source then return nil, err end
  seen[#seen + 1] = { "source of tokens", support.dump(source) }
  local came = {}
  for number = 1, 3 do
    if number == 3 then assert(source:invalidate()) end
    came[number], err = seen_token(source:get())
    if not came[number] then return nil, err end
  end
  return { tokens = came }
end

function actions.fetch(_, step)
  return support.fetch(step.url, step.method, step.headers, step.body)
end

function actions.sign_in(session, step)
  local came = {}
  local function show(what)
    if step.fails then fail() end
    local page = what
    if step.flow == "browser" then
      came.url = what
    else
      seen[#seen + 1] = { "device code", support.dump(what) }
      came, page = what, what.verification_uri_complete
    end
    if step.visit then os.execute("curl -s -L --noproxy '*' --max-time 20 " .. support.quote(page) .. " >/dev/null 2>&1 &") end
  end
  local _, err = session["sign_in_with_" .. step.flow](session, show, { timeout_ms = step.timeout_ms })
  if err ~= nil then return nil, err end
  return came
end

function actions.sso_token(session) return with("token", session:sso_token()) end
function actions.sign_out(session) return with("done", session:sign_out()) end
function actions.list_sso_accounts(session) return with("accountList", session:list_sso_accounts()) end
function actions.list_sso_account_roles(session, step) return with("roleList", session:list_sso_account_roles(step.account_id)) end
function actions.region(session) return with("region", session:region()) end
function actions.endpoint(session, step) return with("url", session:endpoint(step.service)) end

function actions.cancel(session)
  session:cancel()
  assert(session:is_cancelled())
  return {}
end

function actions.reset(session)
  session:reset()
  assert(not session:is_cancelled())
  return {}
end

-- RFC 6901.
local function find(value, pointer)
  for part in pointer:gmatch("/([^/]*)") do
    part = part:gsub("~1", "/"):gsub("~0", "~")
    if type(value) ~= "table" then return nil end
    if value[part] ~= nil then value = value[part] else value = tonumber(part) and value[tonumber(part) + 1] end
  end
  if value == cjson.null then return nil end
  return value
end

local function from_base64url(text)
  local alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
  local bits, count, made = 0, 0, {}
  for character in text:gmatch("[%w_-]") do
    bits, count = bits * 64 + alphabet:find(character, 1, true) - 1, count + 6
    if count >= 8 then
      count = count - 8
      made[#made + 1] = string.char(math.floor(bits / 2 ^ count))
      bits = bits % 2 ^ count
    end
  end
  return table.concat(made)
end

local check_value

local checks = {
  equal = function(value, wanted) return cjson.encode(value) == cjson.encode(wanted) end,
  absent = function(value) return value == nil end,
  present = function(value) return value ~= nil end,
  starts = function(value, wanted) return value and value:sub(1, #wanted) == wanted end,
  ends = function(value, wanted) return value and value:sub(-#wanted) == wanted end,
  contains = function(value, wanted)
    for _, part in ipairs(type(wanted) == "table" and wanted or { wanted }) do
      if not (value and value:find(part, 1, true)) then return false end
    end
    return true
  end,
  length = function(value, wanted) return value and #value == wanted end,
  seconds_from_now = function(value, wanted)
    return type(value) == "number" and value - os.time() >= wanted[1] and value - os.time() <= wanted[2]
  end,
  milliseconds_from_now = function(value, wanted)
    local left = type(value) == "number" and value - os.time() * 1000
    return left and left >= wanted[1] - 1000 and left <= wanted[2] + 1000
  end,
  decoded = function(value, wanted)
    local payload = value:sub(1, 1) == "{" and value or from_base64url(value:match("^[^.]*%.([^.]*)"))
    for pointer, check in pairs(wanted) do check_value(find(cjson.decode(payload), pointer), check, pointer) end
    return true
  end,
}

function check_value(value, check, where)
  local function said() return ("%s is %s, wanted %s"):format(where, support.dump(value), cjson.encode(check)) end
  if type(check) ~= "table" then
    assert(value == check, said())
    return
  end
  assert(next(check) ~= nil, where)
  for kind, wanted in pairs(check) do
    assert(checks[kind], "unknown check " .. kind)
    assert(checks[kind](value, wanted), said())
  end
end

local PLAIN = { status = true, detail = true, code = true, operation = true, http_status = true, attempts = true, retryable = true }

local function check_error(err, wanted)
  seen[#seen + 1] = { "error", support.dump(err) }
  if err ~= OWN then assert(stskit.is_error(err), support.dump(err)) end
  for key, value in pairs(wanted) do
    if key == "own" then
      assert(err == OWN, support.dump(err))
    elseif key == "message" then
      for _, part in ipairs(value) do assert(err.message:find(part, 1, true), part .. " is not in " .. err.message) end
    elseif key == "providers" then
      for _, part in ipairs(value) do
        assert(table.concat(err.providers, "\n"):find(part, 1, true), part .. ": " .. table.concat(err.providers, "\n"))
      end
    elseif key == "login" then
      for name, text in pairs(value) do support.equal(err.login[name], text, name) end
    elseif key == "request_id" then
      assert(err.request_id and value == true)
    else
      assert(PLAIN[key], key)
      local expected = value
      if value == cjson.null then expected = nil end
      support.equal(err[key], expected, key .. " of " .. err.message)
    end
  end
end

local CASE_KEYS = { name = 1, emulator = 1, environment = 1, files = 1, client = 1, steps = 1, secrets = 1 }
local session

local function play_step(step)
  local action = assert(actions[step["do"]], "unknown step " .. step["do"])
  local one, came, err = session, nil, nil
  if step.client then
    one, err = make_session(step.client)
  elseif not session then
    session, err = make_session(fill(case.client or {}))
    one = session
  end
  if one then
    came, err = action(one, step)
    seen[#seen + 1] = { "session", support.dump(one) }
  end
  if step.error then
    assert(err ~= nil, "it should fail")
    check_error(err, step.error)
    return
  end
  assert(came, support.dump(err))
  for pointer, check in pairs(step.expect or {}) do check_value(find(came, pointer), check, pointer) end
  for name, pointer in pairs(step.save or {}) do
    variables[name] = find(came, pointer)
    assert(variables[name] ~= nil, pointer)
  end
end

local lines = {}
assert(stskit.log_to(function(level, target, message) lines[#lines + 1] = level .. " " .. target .. " " .. message end, "trace"))
for key in pairs(case) do assert(CASE_KEYS[key], key) end
assert(#case.steps > 0)
for number, step in ipairs(case.steps) do
  local good, reason = xpcall(function() play_step(fill(step)) end, debug.traceback)
  if not good then error(("step %d: %s\n%s"):format(number, cjson.encode(step), reason), 0) end
end
assert(stskit.log_to(nil))
seen[#seen + 1] = { "log", table.concat(lines, "\n") }
for _, secret in ipairs(fill(case.secrets or {})) do
  for _, row in ipairs(seen) do assert(not row[2]:find(secret, 1, true), "a secret is in the " .. row[1]) end
end
print("lines " .. #lines)
