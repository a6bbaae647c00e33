-- Tokens for services that take an IAM identity as a password. Which kinds there are, and what they want, is the
-- library's business.

local native = require("stskit.native")

local F, invalid, protect, text = native.functions, native.invalid, native.protect, native.text

-- Their values are kept apart, so that nobody prints them who prints the table.
local values = setmetatable({}, { __mode = "k" })

-- A password with an end. Fields: text (the password, the body of a login, the URL), expiration and expiration_ms (since
-- 1970), purpose, access_key_id, and user: the user name where it is not one of the inputs, which may be a secret.
local Token = {}

Token.__index = function(self, name) return values[self][name] end

Token.__newindex = function() error("tokens never change", 2) end

Token.__tostring = function(self)
  local own = values[self]
  return ("Token(purpose=%s, text=<hidden>, expiration=%s)"):format(own.purpose, os.date("!%Y-%m-%dT%H:%M:%SZ", own.expiration))
end

-- Of one that the library gave; the handle ends here.
local function token_of(handle)
  local all = native.decode(F.token_json(handle))
  local made = setmetatable({}, Token)
  values[made] = { text = all.token, user = all.user, purpose = all.purpose, access_key_id = all.access_key_id,
    expiration = F.token_expiration(handle), expiration_ms = F.token_expiration_ms(handle) }
  native.close(handle)
  return made
end

-- Makes tokens of one kind: see Session:tokens().
local Source = {}
Source.__index = Source

Source.__tostring = function(self) return ("stskit.tokens(%q)"):format(self.kind) end

local function handle_of(self)
  if not self._source then invalid("the source of tokens is closed") end
  return self._source
end

-- A token: a new one each time; one of "web-identity" is kept, and refreshed ahead of its end.
Source.get = protect(function(self)
  return token_of(native.make("token", "token_source_get", handle_of(self)))
end)

-- Says that the other side refused a kept token ("web-identity"): the next one is new.
Source.invalidate = protect(function(self)
  F.token_source_invalidate(handle_of(self))
  return true
end)

-- Ends the source now instead of when it is collected. Its tokens live on.
function Source:close()
  if self._source then native.close_later(self._source) end
  self._source = nil
end

local function inputs_of(kind, inputs)
  if kind == nil then invalid("kind: a text is wanted") end
  return text(kind, "kind"), native.json(inputs or {}, "inputs")
end

local M = {}

function M.of_client(client, kind, inputs)
  return token_of(native.make("token", "client_get_token", client, inputs_of(kind, inputs)))
end

-- `credentials` is a handle, which ends here.
function M.of_credentials(credentials, kind, inputs, options)
  if type(options) ~= "table" then invalid("options: a table with the time is wanted, not " .. type(options)) end
  for name in pairs(options) do
    if name ~= "time" then invalid("token has no option " .. tostring(name)) end
  end
  local name, data = inputs_of(kind, inputs)
  local made = native.make("token", "credentials_get_token", credentials, name, data, native.integer(options.time, "time"))
  native.close(credentials)
  return token_of(made)
end

-- The session has what the library may ask.
function M.source(session, kind, inputs)
  local made = native.make("token_source", "token_source_new", session:_client(), inputs_of(kind, inputs))
  return setmetatable({ kind = kind, _source = made, _session = session }, Source)
end

-- Inputs by kind: { rds = { { name = "port", type = "integer", required = true, about = … }, … }, … }.
function M.kinds()
  local found = {}
  for _, kind in ipairs(native.decode(native.text_from("model")).tokens) do found[kind.name] = kind.inputs end
  return found
end

return M
