-- Sessions: settings, one source of credentials with its cache, and what can be done with them.

local native = require("stskit.native")
local prototypes = require("stskit.prototypes")
local signing = require("stskit.signing")
local tokens = require("stskit.token")

local F, invalid, protect, text = native.functions, native.invalid, native.protect, native.text
local Session = {}
Session.__index = Session

-- --- Credentials ---

-- Their values are kept apart, so that nobody prints them who prints the table.
local values = setmetatable({}, { __mode = "k" })
local Credentials = {}

Credentials.__index = function(self, name)
  local found = values[self][name]
  if found == nil then found = Credentials[name] end
  return found
end

Credentials.__newindex = function() error("credentials never change", 2) end

Credentials.__tostring = function(self)
  local own = values[self]
  local parts = { "access_key_id=" .. own.access_key_id, "secret_access_key=<hidden>" }
  if own.session_token then parts[3] = "session_token=<hidden>" end
  if own.expiration then parts[#parts + 1] = "expiration=" .. os.date("!%Y-%m-%dT%H:%M:%SZ", own.expiration) end
  return "Credentials(" .. table.concat(parts, ", ") .. ")"
end

local function is_credentials(value)
  return type(value) == "table" and values[value] ~= nil
end

local function wrap(own)
  local made = setmetatable({}, Credentials)
  values[made] = own
  return made
end

-- Of those that the library gave; the handle ends here.
local function credentials_of(handle)
  local get = function(name) return F["credentials_" .. name](handle) end
  local expires, expiration = get("expiration")
  local made = wrap({ access_key_id = get("access_key_id"), secret_access_key = get("secret_access_key"),
    session_token = get("session_token"), account_id = get("account_id"), expiration = expires and expiration or nil })
  native.close(handle)
  return made
end

-- The library's own, to be closed.
local function handle_of(credentials)
  local own = values[credentials]
  return native.make("credentials", "credentials_new", own.access_key_id, own.secret_access_key, own.session_token,
    own.expiration, own.account_id)
end

local MEMBERS = { access_key_id = true, secret_access_key = true, session_token = true, account_id = true, expiration = true }

local function new_credentials(given)
  if is_credentials(given) then return given end
  if type(given) ~= "table" then invalid("credentials: a table is wanted, not " .. type(given)) end
  local own = {}
  for name, value in pairs(given) do
    if not MEMBERS[name] then invalid("credentials: " .. tostring(name) .. " is no member") end
    own[name] = name == "expiration" and native.integer(value, name) or text(value, name)
  end
  for _, name in ipairs({ "access_key_id", "secret_access_key" }) do
    if not own[name] then invalid("credentials: " .. name .. " is missing") end
  end
  if own.session_token == "" then own.session_token = nil end
  local made = wrap(own)
  -- The library has the last word.
  native.close(handle_of(made))
  return made
end

-- Signs a request for a time of one's choice. No network, no clock.
Credentials.sign = protect(function(self, request)
  return signing.sign_at(handle_of(self), request)
end)

-- Presigns a request for a time of one's choice. No network, no clock.
Credentials.presign = protect(function(self, request)
  return signing.presign_at(handle_of(self), request)
end)

-- A token for a time of one's choice: credentials:token("rds", inputs, { time = seconds }). No network, no clock.
Credentials.token = protect(function(self, kind, inputs, options)
  return tokens.of_credentials(handle_of(self), kind, inputs, options)
end)

-- --- Settings ---

local CONVERT = {
  s = text, b = native.boolean,
  I = function(value, what) return native.integer(value, what, 0xffffffff) end,
  Q = native.integer, z = native.integer,
}
local OTHERS = { mfa = "function", credentials = "any", endpoint_url = "any", retry_mode = "string", proxies = "any" }

-- Setters of one value, by option: the options are the library's setters.
local setters = {}
for name, letters in pairs(prototypes.functions) do
  local option = name:match("^config_set_(.*)$")
  if option and #letters == 4 and option ~= "retry_mode" then setters[option] = { name = name, kind = letters:sub(3, 3) } end
end

local function known_options()
  local known = {}
  for _, names in ipairs({ setters, OTHERS }) do
    for name in pairs(names) do known[#known + 1] = name end
  end
  table.sort(known)
  return table.concat(known, ", ")
end

local function check(options)
  if options == nil then return {} end
  if type(options) ~= "table" then invalid("options: a table is wanted, not " .. type(options)) end
  local given = {}
  for name, value in pairs(options) do
    local setter, kind = setters[name], OTHERS[name]
    if setter then
      CONVERT[setter.kind](value, name)
    elseif not kind then
      invalid(("the option %s is none of %s"):format(tostring(name), known_options()))
    elseif kind ~= "any" and type(value) ~= kind then
      invalid(("%s: a %s is wanted, not %s"):format(name, kind, type(value)))
    end
    given[name] = value
  end
  return given
end

local function set_proxies(config, proxies)
  if proxies ~= false and type(proxies) ~= "table" then invalid("proxies: a table or false is wanted") end
  proxies = proxies or {}
  native.call("config_set_proxies", config, text(proxies.https, "proxies"), text(proxies.http, "proxies"),
    text(proxies.no_proxy, "proxies"))
end

local function set_endpoints(config, urls)
  if type(urls) == "string" then
    local all = {}
    for service in pairs(native.SERVICES) do all[service] = urls end
    urls = all
  elseif type(urls) ~= "table" then
    invalid("endpoint_url: a text or a table is wanted")
  end
  for service, url in pairs(urls) do
    native.call("config_set_endpoint_url", config, native.number_of(native.SERVICES, service, "endpoint_url"),
      text(url, "endpoint_url"))
  end
end

-- The library's config; `number` is that of the functions to be asked.
local function build(options, number)
  local config = native.make("config", "config_new")
  for name, value in pairs(options) do
    local setter = setters[name]
    if setter then native.call(setter.name, config, CONVERT[setter.kind](value, name)) end
  end
  if options.retry_mode then
    native.call("config_set_retry_mode", config, native.number_of(native.RETRY_MODES, options.retry_mode, "retry_mode"))
  end
  if options.endpoint_url ~= nil then set_endpoints(config, options.endpoint_url) end
  if options.proxies ~= nil then set_proxies(config, options.proxies) end
  if options.mfa then native.call("config_set_mfa_callback", config, number) end
  return config
end

-- --- Making sessions ---

-- Ends what is kept for callbacks together with the client: `newproxy` where tables have no __gc.
local function guard(finish)
  if newproxy then
    local made = newproxy(true)
    getmetatable(made).__gc = finish
    return made
  end
  return setmetatable({}, { __gc = finish })
end

local function default_chain(config) return "client_new", config end

local function given_credentials(options, number)
  local credentials = options.credentials
  if type(credentials) == "function" then
    return function(config) return "client_new_with_callback", config, number end
  end
  return function(config) return "client_new_with_credentials", config, handle_of(credentials) end
end

local function make(options, source, name, parent)
  options = check(options)
  local credentials, number, keeper = options.credentials, nil, nil
  if credentials ~= nil and source then invalid("credentials: there is another source") end
  if options.mfa or type(credentials) == "function" then
    number = native.keep({
      mfa = options.mfa,
      credentials = type(credentials) == "function" and function()
        -- A handle of its own: the library takes it over.
        return native.release(handle_of(new_credentials(credentials())))
      end,
    })
    keeper = guard(function() native.forget(number) end)
  elseif credentials ~= nil then
    options.credentials = new_credentials(credentials)
  end
  if not source then source = credentials ~= nil and given_credentials(options, number) or default_chain end
  local shown = name or (credentials == nil and "the default chain" or "given credentials")
  -- The options are out of sight: a proxy's URL may have a password.
  local function config() return build(options, number) end
  return setmetatable({ _config = config, _source = source, _keeper = keeper, _parent = parent, name = shown }, Session)
end

Session.__tostring = function(self) return ("stskit.session(%s)"):format(self.name) end

-- The library's client, made when it is first needed.
function Session:_client()
  if self._closed then invalid("the session is closed") end
  if not self._native then self._native = self:_another() end
  return self._native
end

-- A client of its own, which is for the caller to close.
function Session:_another()
  local parent = self._parent and self._parent:_client()
  local config = not parent and self._config() or nil
  local call = { self._source(config, parent) }
  local made = native.make("client", native.unpack(call, 1, 6))
  if config then native.close(config) end
  return made
end

-- A session with a role, assumed with the credentials of this one, and kept fresh. The input is AssumeRole's.
Session.with_role = protect(function(self, input)
  local data = native.json(input, "input")
  return make(nil, function(_, parent) return "client_new_with_assumed_role", parent, data end, "an assumed role", self)
end)

-- --- Credentials of a session ---

-- Credentials that are good now: cached ones, or new ones once those are about to expire. Ask each time.
Session.credentials = protect(function(self)
  return credentials_of(native.make("credentials", "client_get_credentials", self:_client()))
end)

-- Says that a service answered that these have expired: the next lookup loads new ones.
Session.invalidate = protect(function(self, credentials)
  if not is_credentials(credentials) then invalid("invalidate: credentials are wanted") end
  local handle = handle_of(credentials)
  native.call("client_invalidate", self:_client(), handle)
  native.close(handle)
  return true
end)

-- How the default chain comes to its answer, or why it has none. No secrets.
Session.explain = protect(function(self)
  return native.decode(native.text_from("client_explain", self:_client()))
end)

-- Ends the calls that are under way in other threads; later ones fail at once, until reset().
Session.cancel = protect(function(self)
  F.client_cancel(self:_client())
  return true
end)

Session.reset = protect(function(self)
  F.client_reset(self:_client())
  return true
end)

Session.is_cancelled = protect(function(self)
  return F.client_is_cancelled(self:_client())
end)

-- Ends the session now instead of when it is collected. Clients and roles of it end, too.
function Session:close()
  self._closed = true
  if self._native then native.close_later(self._native) end
  self._native = nil
end

-- The region in use; nil if there is none.
Session.region = protect(function(self)
  local client = self:_client()
  local found, err = protect(native.text_from)("client_get_region", client)
  if err and err.status ~= "INVALID_CONFIGURATION" then native.raise(err) end
  return found
end)

-- Where the calls of a service go.
Session.endpoint = protect(function(self, service)
  return native.text_from("client_get_endpoint", self:_client(), native.number_of(native.SERVICES, service, "service"))
end)

-- A client: "sts", "sso" or "sso-oidc".
Session.client = protect(function(self, service)
  return require("stskit.client").new(self, service)
end)

-- --- Signatures ---

-- Signs { method, url, headers, body, unsigned_body, body_sha256, style, options, service, region } for now: the headers to
-- add. `options` are for services that no style fits: see stskit_request_set_options() in stskit.h.
Session.sign = protect(function(self, request)
  return signing.sign(self:_client(), request)
end)

-- Presigns a request: who has the URL may make the request for `expires_seconds`.
Session.presign = protect(function(self, request)
  return signing.presign(self:_client(), request)
end)

-- A URL that answers who its maker is, as EKS and Vault want one; `header` { name, value } has to be sent along.
Session.presign_get_caller_identity = protect(function(self, options)
  options = options or {}
  local header = options.header or {}
  return native.text_from("client_presign_get_caller_identity", self:_client(),
    native.integer(options.expires_seconds or 60, "expires_seconds", 0xffffffff), text(header[1], "header"), text(header[2], "header"))
end)

-- --- Tokens ---

-- A token for a service that takes an IAM identity as a password: session:token("rds", { hostname =, port =, username = }).
-- stskit.token_kinds() has the kinds and their inputs; bytes are base64. Nothing is sent but what credentials need, save
-- for "web-identity".
Session.token = protect(function(self, kind, inputs)
  return tokens.of_client(self:_client(), kind, inputs)
end)

-- A source of tokens, for connections that are made again and again: source:get(). The inputs are checked now.
Session.tokens = protect(function(self, kind, inputs)
  return tokens.source(self, kind, inputs)
end)

-- --- Sign-in ---

local SsoSession = {}
SsoSession.__index = SsoSession
SsoSession.__tostring = function() return "stskit.sso_session" end

local function sso_handle(options)
  local given = options and options.sso_session
  if given == nil then return nil end
  if getmetatable(given) ~= SsoSession then invalid("sso_session: what stskit.sso_session() made is wanted") end
  return given._handle
end

local function sign_in(self, flow, show, options)
  if type(show) ~= "function" then invalid("a function that shows a person what to do is wanted") end
  options = options or {}
  local session, limit = sso_handle(options), native.integer(options.timeout_ms or 0, "timeout_ms")
  local client = self:_another()
  local number = native.keep({ show = show })
  local _, err = protect(native.call)("client_sign_in_with_" .. flow, client, session, limit, number)
  native.forget(number)
  native.close(client)
  if err ~= nil then native.raise(err) end
  return true
end

-- Signs in to IAM Identity Center: a person approves in any browser. `show` gets the code and the page.
Session.sign_in_with_device_code = protect(function(self, show, options) return sign_in(self, "device_code", show, options) end)

-- Signs in to IAM Identity Center: a person approves in a browser on this machine. `open` gets the URL.
Session.sign_in_with_browser = protect(function(self, open, options) return sign_in(self, "browser", open, options) end)

-- Signs out: the service forgets the token, and so does the cache.
Session.sign_out = protect(function(self, options)
  native.call("client_sign_out", self:_client(), sso_handle(options))
  return true
end)

-- The access token of a sign-in, refreshed if it is about to expire: accessToken of the client "sso".
Session.sso_token = protect(function(self, options)
  return native.text_from("client_get_sso_token", self:_client(), sso_handle(options))
end)

local function list(name, key, ...)
  local response = native.make("response", name, ...)
  local found = native.decode(F.response_json(response))[key] or {}
  native.close(response)
  return found
end

-- All accounts that the signed-in user has roles in.
Session.list_sso_accounts = protect(function(self, options)
  return list("client_list_sso_accounts", "accountList", self:_client(), sso_handle(options))
end)

-- All roles that the signed-in user has in an account.
Session.list_sso_account_roles = protect(function(self, account_id, options)
  return list("client_list_sso_account_roles", "roleList", self:_client(), sso_handle(options), text(account_id, "account_id"))
end)

return {
  Session = Session,
  make = make,
  new_credentials = protect(new_credentials),
  new_sso_session = protect(function(options)
    if type(options) ~= "table" then invalid("options: a table is wanted, not " .. type(options)) end
    local handle = native.make("sso_session", "sso_session_new", text(options.name, "name"), text(options.start_url, "start_url"),
      text(options.region, "region"))
    for _, scope in ipairs(options.scopes or {}) do native.call("sso_session_add_scope", handle, text(scope, "scopes")) end
    if options.cache_folder then
      native.call("sso_session_set_cache_folder", handle, text(options.cache_folder, "cache_folder"))
    end
    return setmetatable({ _handle = handle }, SsoSession)
  end),
  sso_handle = sso_handle,
}
