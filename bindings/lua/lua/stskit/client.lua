-- Clients of services. Their methods are made of the library's model.

local native = require("stskit.native")

local F, invalid, protect = native.functions, native.invalid, native.protect

-- --- Times ---

-- Seconds since 1970 of a text like "2026-01-02T03:04:05.678Z".
local function seconds_of(value)
  local year, month, day, hour, minute, second = tostring(value):match("^(%d+)-(%d+)-(%d+)T(%d+):(%d+):([%d.]+)Z$")
  if not year then return value end
  year, month = tonumber(year), tonumber(month)
  if month < 3 then year, month = year - 1, month + 12 end
  local days = 365 * year + math.floor(year / 4) - math.floor(year / 100) + math.floor(year / 400)
    + math.floor((153 * month - 457) / 5) + tonumber(day) - 719469
  return ((days * 24 + tonumber(hour)) * 60 + tonumber(minute)) * 60 + tonumber(second)
end

-- Where times are in an output: { Credentials = { Expiration = true } }, or nil.
local function times_of(members)
  local found
  for _, member in ipairs(members) do
    local value = member.type == "list" and member.item or member
    local inner = value.type == "timestamp" or value.type == "structure" and times_of(value.members) or nil
    if inner then
      found = found or {}
      found[member.name] = inner
    end
  end
  return found
end

local function set_times(value, times)
  for name, inner in pairs(times) do
    local found = value[name]
    if type(found) == "table" and inner ~= true then
      if #found > 0 then
        for _, item in ipairs(found) do set_times(item, inner) end
      else
        set_times(found, inner)
      end
    elseif type(found) == "string" then
      value[name] = seconds_of(found)
    end
  end
end

-- --- Services ---

local services

local function described(name)
  if not services then
    services = {}
    for _, service in ipairs(native.decode(native.text_from("model")).services) do
      local operations, methods = {}, {}
      for _, operation in ipairs(service.operations) do
        operations[operation.name] = { times = times_of(operation.output.members) }
        methods[operation.method] = operation.name
      end
      services[service.name:lower()] = { operations = operations, methods = methods }
    end
  end
  return services[name]
end

-- The output as a table, with ResponseMetadata; the response ends here.
local function answer(response, operation)
  local made = native.decode(F.response_json(response))
  if operation and operation.times then set_times(made, operation.times) end
  made.ResponseMetadata = {
    RequestId = F.response_request_id(response),
    HTTPStatusCode = F.response_http_status(response),
    HTTPHeaders = native.pairs_of("response_header", response),
    RetryAttempts = F.response_retry_attempts(response),
  }
  native.close(response)
  return made
end

local Client = {}
local Pages = {}
Pages.__index = Pages

Client.__index = function(self, name)
  if Client[name] then return Client[name] end
  local operation = described(rawget(self, "service")).methods[name]
  return operation and function(client, input) return client:call(operation, input) end
end

Client.__tostring = function(self) return ("stskit.client(%q)"):format(self.service) end

-- Calls an operation by its name: sts:call("AssumeRole", { RoleArn = ..., RoleSessionName = ... }).
Client.call = protect(function(self, operation, input)
  operation = native.text(operation, "operation")
  local response = native.make("response", "client_call", self.session:_client(), self._number, operation,
    native.json(input or {}, "input"))
  return answer(response, described(self.service).operations[operation])
end)

-- Pages of an operation: for page in assert(sso:paginate("ListAccounts", input, { page_size = 10 })):each() do.
Client.paginate = protect(function(self, operation, input, options)
  options = options or {}
  for name in pairs(options) do
    if name ~= "page_size" and name ~= "max_items" and name ~= "starting_token" then
      invalid("paginate has no option " .. tostring(name))
    end
  end
  operation = native.text(operation, "operation")
  local pages = native.make("pages", "client_paginate", self.session:_client(), self._number, operation,
    native.json(input or {}, "input"), native.integer(options.page_size or 0, "page_size", 0xffffffff),
    options.max_items and native.integer(options.max_items, "max_items") or -1,
    native.text(options.starting_token, "starting_token"))
  -- The session has what the library may ask.
  return setmetatable({ _pages = pages, _session = self.session, _operation = described(self.service).operations[operation] }, Pages)
end)

-- A URL for a call: who has it may make the call, with a GET, for `expires_seconds`. Of "sts" only.
Client.presign = protect(function(self, operation, input, options)
  local seconds = native.integer(options and options.expires_seconds or 900, "expires_seconds", 0xffffffff)
  return native.text_from("client_presign_call", self.session:_client(), self._number, native.text(operation, "operation"),
    native.json(input or {}, "input"), seconds)
end)

-- The next page; nil at the end, nil and an error if it fails. Then resume_token tells where to go on, if max_items cut.
Pages.next = protect(function(self)
  if not self._pages then return nil end
  local response = native.make("response", "pages_next", self._pages)
  self.resume_token = F.pages_resume_token(self._pages)
  if not response then
    self:close()
    return nil
  end
  return answer(response, self._operation)
end)

-- For a for loop: a failure is raised.
function Pages:each()
  return function()
    local page, err = self:next()
    if err ~= nil then error(err, 0) end
    return page
  end
end

function Pages:close()
  if self._pages then native.close_later(self._pages) end
  self._pages = nil
end

local function new(session, service)
  local number = native.number_of(native.SERVICES, service, "service")
  return setmetatable({ session = session, service = service, _number = number }, Client)
end

return { new = new }
