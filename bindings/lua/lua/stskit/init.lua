-- AWS credentials, STS and IAM Identity Center without an AWS SDK. Everything is done by the C library of stskit.
--
-- What can fail gives nil and an error value: a table with message, status and more, whose tostring() is the message.

local native = require("stskit.native")
local sessions = require("stskit.session")
local tokens = require("stskit.token")

local protect = native.protect
local M = { is_error = native.is_error, library_path = native.library_path, use_library = native.use_library }

function M.version()
  return native.functions.version()
end

-- A session: settings by the names of the library's setters (profile, region, read_timeout_ms, …), mfa =
-- function(serial), credentials = a table or a function that gives one.
M.session = protect(function(options) return sessions.make(options) end)

-- With the keys in the environment, and nothing else.
M.with_environment = protect(function(options)
  return sessions.make(options, function(config) return "client_new_with_environment", config end, "the environment")
end)

local function apart(options, names)
  if type(options) ~= "table" then native.invalid("options: a table is wanted, not " .. type(options)) end
  local given, rest = {}, {}
  for name, value in pairs(options) do (names[name] and given or rest)[name] = value end
  return given, rest
end

-- With what a helper program prints: { command =, timeout_ms = } and settings.
M.with_process = protect(function(options)
  local given, rest = apart(options, { command = true, timeout_ms = true })
  local command = native.text(given.command, "command")
  local limit = native.integer(given.timeout_ms or 0, "timeout_ms")
  return sessions.make(rest, function(config) return "client_new_with_process", config, command, limit end, "a helper program")
end)

-- With a role for the token in a file: { token_file =, role_arn =, session_name = } and settings.
M.with_web_identity = protect(function(options)
  local given, rest = apart(options, { token_file = true, role_arn = true, session_name = true })
  local file, role = native.text(given.token_file, "token_file"), native.text(given.role_arn, "role_arn")
  local name = native.text(given.session_name, "session_name")
  return sessions.make(rest, function(config) return "client_new_with_web_identity", config, file, role, name end, "a web identity")
end)

-- With a role of a sign-in: { account_id =, role_name =, sso_session = } and settings.
M.with_sso_role = protect(function(options)
  local given, rest = apart(options, { account_id = true, role_name = true, sso_session = true })
  local account, role = native.text(given.account_id, "account_id"), native.text(given.role_name, "role_name")
  local handle = sessions.sso_handle(given)
  local function source(config) return "client_new_with_sso_role", config, handle, account, role end
  return sessions.make(rest, source, "a role of a sign-in")
end)

-- An Identity Center instance to sign in to, by hand: { name =, start_url =, region =, scopes =, cache_folder = }.
M.sso_session = sessions.new_sso_session

-- Credentials that one has: { access_key_id =, secret_access_key =, session_token =, expiration =, account_id = }.
M.new_credentials = sessions.new_credentials

-- Sessions by profile, so that their caches serve.
local shared = {}

-- The session for a profile or nil, for options, or the session itself.
local function session_for(given)
  if getmetatable(given) == sessions.Session then return given end
  if given ~= nil and type(given) ~= "string" then return sessions.make(given) end
  local key = given or false
  if not shared[key] then shared[key] = sessions.make({ profile = given }) end
  return shared[key]
end

-- Credentials of the default chain: cached, refreshed. Ask each time. `session`: a profile, options, or a session.
M.credentials = protect(function(session)
  local found, err = session_for(session):credentials()
  if err ~= nil then native.raise(err) end
  return found
end)

-- A client: "sts", "sso" or "sso-oidc".
M.client = protect(function(service, session)
  return require("stskit.client").new(session_for(session), service)
end)

-- A token for a service that takes an IAM identity as a password: stskit.token("rds", { hostname =, port =, username = }).
M.token = protect(function(kind, inputs, session)
  return tokens.of_client(session_for(session):_client(), kind, inputs)
end)

-- A source of tokens, for connections that are made again and again: source:get(). The inputs are checked now.
M.tokens = protect(function(kind, inputs, session)
  return tokens.source(session_for(session), kind, inputs)
end)

-- The kinds of tokens with their inputs, of the library's model.
M.token_kinds = protect(tokens.kinds)

-- How the default chain comes to its answer, or why it has none. No secrets.
M.explain = protect(function(session)
  local found, err = session_for(session):explain()
  if err ~= nil then native.raise(err) end
  return found
end)

-- Hands the lines of a level ("info") and above to function(level, target, message), for the whole process; nil: to
-- nobody. Only where one Lua state of the process uses stskit.
local log_number
M.log_to = protect(function(receiver, level)
  if receiver ~= nil and type(receiver) ~= "function" then native.invalid("log_to: a function is wanted") end
  local number
  if receiver then
    local names = {}
    for name, value in pairs(native.LOG_LEVELS) do names[value] = name end
    local at = native.number_of(native.LOG_LEVELS, level or "info", "level")
    number = native.keep({ log = function(line, target, message) receiver(names[line], target, message) end })
    native.call("set_log_callback", number, at)
  else
    native.call("set_log_callback", nil, 0)
  end
  if log_number then native.forget(log_number) end
  log_number = number
  return true
end)

return M
