-- Requests to sign, as the library wants them.

local native = require("stskit.native")

local F, invalid, text = native.functions, native.invalid, native.text

local KNOWN = { method = true, url = true, headers = true, body = true, unsigned_body = true, body_sha256 = true, style = true,
  options = true, service = true, region = true, time = true, expires_seconds = true }

local function request_of(given)
  if type(given) ~= "table" then invalid("request: a table is wanted, not " .. type(given)) end
  for name in pairs(given) do
    if not KNOWN[name] then invalid("a request to sign has no " .. tostring(name)) end
  end
  local made = native.make("request", "request_new", text(given.method or "GET", "method"), text(given.url, "url"))
  if given.style ~= nil then
    native.call("request_set_style", made, native.number_of(native.STYLES, given.style, "style"))
  end
  if given.options ~= nil then native.call("request_set_options", made, native.json(given.options, "options")) end
  -- { { name, value }, … } or { name = value, … }.
  for name, value in pairs(given.headers or {}) do
    if type(value) == "table" then name, value = value[1], value[2] end
    native.call("request_add_header", made, text(name, "headers"), text(value, "headers"))
  end
  if given.body ~= nil then
    if type(given.body) ~= "string" then invalid("body: a text is wanted, not " .. type(given.body)) end
    native.call("request_set_body", made, given.body)
  end
  if given.unsigned_body then native.call("request_set_unsigned_body", made) end
  if given.body_sha256 ~= nil then native.call("request_set_body_sha256", made, text(given.body_sha256, "body_sha256")) end
  return made
end

local function scope(given)
  return text(given.service, "service"), text(given.region, "region")
end

local function lifetime(given)
  return native.integer(given.expires_seconds or 3600, "expires_seconds", 0xffffffff)
end

local function headers_of(request)
  local found = native.pairs_of("request_header", request)
  native.close(request)
  return found
end

local M = {}

function M.sign(client, given)
  local request = request_of(given)
  local service, region = scope(given)
  native.call("client_sign", client, request, service, region)
  return headers_of(request)
end

function M.presign(client, given)
  local request = request_of(given)
  local service, region = scope(given)
  return native.text_from("client_presign", client, request, service, region, lifetime(given))
end

function M.sign_at(credentials, given)
  local request = request_of(given)
  local service, region = scope(given)
  native.call("credentials_sign", credentials, request, service, region, native.integer(given.time, "time"))
  native.close(credentials)
  return headers_of(request)
end

function M.presign_at(credentials, given)
  local request = request_of(given)
  local service, region = scope(given)
  local time = native.integer(given.time, "time")
  return native.text_from("credentials_presign", credentials, request, service, region, time, lifetime(given))
end

-- F is here for callers that sign by hand.
M.functions = F

return M
