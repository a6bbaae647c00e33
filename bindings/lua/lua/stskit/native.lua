-- The C library in Lua's words: handles, texts, failures as error values. No logic: what is called is the C function of
-- the same name, and include/stskit.h is its manual.

local prototypes = require("stskit.prototypes")
local cjson = require("cjson").new()

-- Our own instance: what others set for theirs does not matter here.
cjson.encode_sparse_array(true)

local unpack = table.unpack or unpack
local numbers = prototypes.numbers
local has_ffi = type(jit) == "table" and pcall(require, "ffi")
local backend = require(has_ffi and "stskit.ffi" or "stskit.core")

local M = { ABI = 1, numbers = numbers, null = cjson.null }

-- --- Errors ---

-- Fields: message, status ("NO_CREDENTIALS"), detail, code, operation, service_message, fault, request_id, http_status,
-- attempts, retryable, providers (a list of lines), login (command, start_url, session, profile), members, headers.
local Error = {}
Error.__index = Error
Error.__tostring = function(self) return self.message end
M.Error = Error

function M.is_error(value)
  return getmetatable(value) == Error
end

local function failed(message, status)
  return setmetatable({ message = message, status = status or "INVALID_ARGUMENT", detail = 0, attempts = 0, retryable = false,
    providers = {}, members = {}, headers = {} }, Error)
end

-- Wrong arguments that this side finds: thrown in here, and given back by protect().
local Invalid = {}

local function invalid(message)
  error(setmetatable({ failed(message) }, Invalid), 0)
end
M.invalid = invalid

-- A function that gives nil and an error where the one inside throws one of ours.
function M.protect(inner)
  local function finish(good, ...)
    if good then return ... end
    local thrown = ...
    if getmetatable(thrown) == Invalid then return nil, thrown[1] end
    error(thrown, 0)
  end
  return function(...) return finish(pcall(inner, ...)) end
end

-- Ends the call with an error value, whatever it is.
function M.raise(value)
  error(setmetatable({ value }, Invalid), 0)
end

-- --- The library ---

local chosen, loaded

-- Names the library's file, before anything else is called.
function M.use_library(path)
  if loaded and loaded ~= path then error("the stskit library is in use already: " .. loaded, 2) end
  chosen = path
end

local function exists(path)
  local file = io.open(path, "rb")
  if file then file:close() end
  return file ~= nil
end

-- Where the library may be, best first; a name without a folder is the system's business.
local function candidates()
  if chosen then return { chosen } end
  local given = os.getenv("STSKIT_LIBRARY")
  if given and given ~= "" then return { given } end
  local name, soname = "libstskit.so", "libstskit.so." .. M.ABI
  if package.config:sub(1, 1) == "\\" then
    name, soname = "stskit.dll", "stskit.dll"
  elseif exists("/usr/lib/libSystem.B.dylib") or exists("/System/Library/CoreServices/SystemVersion.plist") then
    name, soname = "libstskit.dylib", "libstskit." .. M.ABI .. ".dylib"
  end
  local here = debug.getinfo(1, "S").source:match("^@(.*)[/\\][^/\\]*$") or "."
  local found = {}
  local function add(path)
    if exists(path) then found[#found + 1] = path end
  end
  add(here .. "/native/" .. name)
  local root = here .. "/../../../../"
  if exists(root .. "include/stskit.h") then
    local target = os.getenv("CARGO_TARGET_DIR") or root .. "target"
    for _, folder in ipairs({ "/capi/library/", "/release/", "/debug/" }) do add(target .. folder .. name) end
  end
  found[#found + 1] = soname
  return found
end

local function load_library()
  local tried = {}
  for _, path in ipairs(candidates()) do
    local good, reason = backend.load(path)
    if good then
      local abi = backend.functions.abi_version()
      if abi == M.ABI then
        loaded = path
        return
      end
      backend.unload()
      reason = ("%s: has ABI %d, this binding wants %d"):format(path, abi, M.ABI)
    end
    tried[#tried + 1] = reason
  end
  error("the stskit library was not found: install it, or name the file in the variable STSKIT_LIBRARY or with "
    .. "stskit.use_library(). Tried: " .. table.concat(tried, "; "), 0)
end

local F = setmetatable({}, {
  __index = function(_, name)
    if not loaded then load_library() end
    return backend.functions[name]
  end,
})
M.functions = F

function M.library_path()
  if not loaded then load_library() end
  return loaded
end

-- --- Values for C ---

-- A text, or nil. `what` names it in the error.
function M.text(value, what)
  if value == nil then return nil end
  if type(value) ~= "string" then invalid(what .. ": a text is wanted, not " .. type(value)) end
  if value:find("\0", 1, true) then invalid(what .. ": a text cannot have a NUL in it") end
  return value
end

-- A whole number from 0 on.
function M.integer(value, what, limit)
  limit = limit or 2 ^ 53
  if type(value) ~= "number" or value ~= math.floor(value) or value < 0 or value > limit then
    invalid(("%s: a whole number from 0 to %.0f is wanted"):format(what, limit))
  end
  return value
end

function M.boolean(value, what)
  if type(value) ~= "boolean" then invalid(what .. ": true or false is wanted, not " .. type(value)) end
  return value
end

-- Numbers by the names that a prefix has: { ["sso-oidc"] = 3 }.
local function names_of(prefix, with)
  local found = {}
  for name, value in pairs(numbers) do
    if name:sub(1, #prefix) == prefix then found[name:sub(#prefix + 1):lower():gsub("_", with)] = value end
  end
  return found
end
M.SERVICES = names_of("SERVICE_", "-")
M.RETRY_MODES = names_of("RETRY_MODE_", "_")
M.STYLES = names_of("SIGNING_STYLE_", "_")
M.LOG_LEVELS = names_of("LOG_LEVEL_", "_")

function M.number_of(names, name, what)
  local found = type(name) == "string" and names[name]
  if found then return found end
  local known = {}
  for key in pairs(names) do known[#known + 1] = key end
  table.sort(known)
  invalid(what .. ": it is none of " .. table.concat(known, ", "))
end

-- Members of an operation as JSON. Lists that are empty have to be left out: an empty table is an object.
function M.json(value, what)
  if type(value) ~= "table" then invalid(what .. ": a table is wanted, not " .. type(value)) end
  local good, text = pcall(cjson.encode, value)
  -- Why, but never a value.
  if not good then invalid(what .. ": it cannot be written as JSON") end
  if text:sub(1, 1) ~= "{" then invalid(what .. ": a table with names is wanted, not a list") end
  return text
end

function M.decode(text)
  return cjson.decode(text)
end

-- --- Handles and calls ---

function M.own(kind, pointer)
  return backend.own(pointer, "stskit_" .. kind .. "_free")
end
M.close, M.release = backend.close, backend.release

-- Headers or members: stskit_WHAT_count, _name and _value. Those that came twice are joined.
function M.pairs_of(what, pointer)
  local found = {}
  for index = 0, F[what .. "_count"](pointer) - 1 do
    local name, value = F[what .. "_name"](pointer, index), F[what .. "_value"](pointer, index)
    found[name] = found[name] and found[name] .. ", " .. value or value
  end
  return found
end

local failures = {}

-- The error value for an error of the library, which ends here. What a callback raised comes back as itself.
local function failure(pointer)
  local get = function(name) return F["error_" .. name](pointer) end
  local made
  if get("detail") == numbers.DETAIL_CALLBACK then made = failures[get("callback_result")] end
  if made then
    F.error_free(pointer)
    return made.value
  end
  made = failed(get("message"), F.status_name(get("status")))
  for _, name in ipairs({ "detail", "code", "operation", "service_message", "fault", "request_id", "attempts" }) do
    made[name] = get(name)
  end
  made.retryable = get("is_retryable")
  if get("http_status") ~= 0 then made.http_status = get("http_status") end
  for index = 0, get("provider_count") - 1 do made.providers[index + 1] = F.error_provider_line(pointer, index) end
  made.members, made.headers = M.pairs_of("error_member", pointer), M.pairs_of("error_header", pointer)
  if get("login_command") then
    made.login = { command = get("login_command"), start_url = get("login_start_url"), session = get("login_session"),
      profile = get("login_profile") }
  end
  F.error_free(pointer)
  return made
end

-- Calls a fallible function; throws what protect() gives back.
function M.call(name, ...)
  local status, err = F[name](...)
  if status ~= 0 then M.raise(failure(err)) end
end

-- As call(), and owns what was made; nil if there is nothing.
function M.make(kind, name, ...)
  local status, made, err = F[name](...)
  if status ~= 0 then M.raise(failure(err)) end
  return made and M.own(kind, made)
end

-- As call(), for a function that makes a text, which is freed.
function M.text_from(name, ...)
  local handle = M.make("text", name, ...)
  local text = F.text_data(handle)
  M.close(handle)
  return text
end

-- --- Callbacks ---

-- Functions that the library may ask, by a number. They go with the last handle that has them.
local kept, count = {}, 0

-- Keeps { mfa =, credentials =, show = }; the number is to stay with the handle: see Keeper.
function M.keep(functions)
  count = count + 1
  kept[count] = functions
  return count
end

function M.forget(number)
  kept[number] = nil
end

local failure_count = 0

-- Keeps what a callback raised; gives the number to answer.
local function keep_failure(value)
  failure_count = failure_count % 0x7ffffffe + 1
  failures[failure_count] = { value = value }
  failures[failure_count - 16] = nil
  return failure_count
end

local answers = {
  mfa = function(functions, serial)
    local code = functions.mfa(serial)
    if type(code) == "number" then code = ("%.0f"):format(code) end
    code = M.text(code, "the code of the MFA device")
    if not code or #code > 60 then invalid("the code of the MFA device: a short text is wanted") end
    return code
  end,
  credentials = function(functions) return functions.credentials() end,
  device_code = function(functions, code)
    local get = function(name) return F["device_code_" .. name](code) end
    functions.show({ user_code = get("user_code"), verification_uri = get("verification_uri"),
      verification_uri_complete = get("verification_uri_complete"), expires_at = get("expires_at") })
  end,
  browser = function(functions, url) functions.show(url) end,
  log = function(functions, level, target, message) functions.log(level, target, message) end,
}

local depth = 0

-- Closes what a call may be inside of right now: from a callback that is left to the garbage collector.
function M.close_later(handle)
  if depth == 0 then M.close(handle) end
end

backend.on(function(kind, number, ...)
  local functions = kept[number]
  if not functions then return -1 end
  depth = depth + 1
  local good, value = pcall(answers[kind], functions, ...)
  depth = depth - 1
  if good then return 0, value end
  if getmetatable(value) == Invalid then value = value[1] end
  if value == nil then value = failed("a callback raised nil", "CANCELLED") end
  return keep_failure(value)
end)

M.unpack = unpack
return M
