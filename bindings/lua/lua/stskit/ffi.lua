-- The functions of the C library for LuaJIT and OpenResty. The same face as the C module has (src/stskit_lua.c):
-- out-parameters become results, handles free themselves, callbacks go to one function.

local ffi = require("ffi")
local prototypes = require("stskit.prototypes")

-- A callback cannot come back into compiled code.
jit.off(true, true)

local declared, C = false, nil
local M = {}

local function declare()
  if declared then return end
  -- Another copy of this module in the process may have done it.
  if not pcall(ffi.typeof, "stskit_client") then ffi.cdef(require("stskit.cdef")) end
  declared = true
end

local function number(value)
  return tonumber(value)
end

local function text(pointer)
  if pointer == nil then return nil end
  return ffi.string(pointer)
end

-- How each kind of result comes to Lua.
local results = {
  v = function() end,
  b = function(value) return value end,
  s = text,
  h = function(pointer) if pointer ~= nil then return pointer end end,
  i = number, I = number, q = number, Q = number, z = number,
}

local dispatcher
local callbacks = {}

local function userdata(pointer)
  return tonumber(ffi.cast("intptr_t", pointer))
end

-- What goes wrong in the dispatcher itself must not fly through C.
local function dispatch(...)
  local good, result, value = pcall(dispatcher, ...)
  if good and type(result) == "number" then return result, value end
  return -1
end

-- Made once each and kept for good: LuaJIT has few of them.
local makers = {
  mfa = function(id, serial, code, capacity)
    local result, answer = dispatch("mfa", userdata(id), text(serial))
    if result == 0 then
      if type(answer) ~= "string" or #answer >= tonumber(capacity) then return -1 end
      ffi.copy(code, answer)
    end
    return result
  end,
  credentials = function(id, out)
    local result, pointer = dispatch("credentials", userdata(id))
    if result == 0 then out[0] = pointer end
    return result
  end,
  device_code = function(id, code)
    return (dispatch("device_code", userdata(id), code))
  end,
  browser = function(id, url)
    return (dispatch("browser", userdata(id), text(url)))
  end,
  log = function(id, level, target, message)
    dispatch("log", userdata(id), level, text(target), text(message))
  end,
}

local function callback(name)
  local made = callbacks[name]
  if not made then
    made = ffi.cast("stskit_" .. name .. "_callback", makers[name])
    callbacks[name] = made
  end
  return made
end

local Handle = {}
Handle.__index = Handle

-- One function as Lua: takes apart what it is given as its letters say.
local function wrap(name, letters)
  local kinds = letters:sub(2)
  local result = results[letters:sub(1, 1)]
  local call = C["stskit_" .. name]
  local count = #kinds + (kinds:find("d") and 1 or 0)
  return function(...)
    local given, made, index, at = {}, {}, 0, 0
    for kind in kinds:gmatch(".") do
      at = at + 1
      if kind == "o" or kind == "m" then
        local out = ffi.new(kind == "o" and "void *[1]" or "int64_t[1]")
        made[#made + 1] = { kind, out }
        given[at] = kind == "o" and ffi.cast("void *", out) or out
      elseif kind == "r" then
        given[at] = nil
      elseif kind == "c" then
        given[at] = (select(index + 1, ...)) and callback(prototypes.callbacks[name]) or nil
      else
        index = index + 1
        local value = (select(index, ...))
        if kind == "h" then
          if getmetatable(value) == Handle then value = value:get() end
        elseif kind == "d" then
          given[at] = value
          at = at + 1
          value = value and #value or 0
        elseif kind == "n" and value ~= nil then
          value = ffi.new("int64_t[1]", value)
        elseif kind == "u" then
          value = ffi.cast("void *", ffi.cast("intptr_t", value or 0))
        end
        given[at] = value
      end
    end
    local answer = result(call(unpack(given, 1, count)))
    if #made == 0 then return answer end
    local values = {}
    for position, out in ipairs(made) do
      local value = out[2][0]
      if out[1] == "m" then value = tonumber(value) elseif value == nil then value = nil end
      values[position] = value
    end
    return answer, unpack(values, 1, #made)
  end
end

M.functions = setmetatable({}, {
  __index = function(functions, name)
    local letters = prototypes.functions[name]
    if not letters then return nil end
    local good, made = pcall(wrap, name, letters)
    if not good then error("the stskit library has no stskit_" .. name .. ": a newer one is needed", 2) end
    functions[name] = made
    return made
  end,
})

function M.load(path)
  declare()
  local good, library = pcall(ffi.load, path)
  if not good then return nil, library end
  if not pcall(function() return library.stskit_abi_version end) then return nil, path .. ": has no stskit_abi_version" end
  C = library
  return true
end

function M.unload()
  C = nil
  for name in pairs(M.functions) do M.functions[name] = nil end
end

function M.on(handler)
  dispatcher = handler
end

function Handle:get()
  if self.pointer == nil then error("it is closed", 0) end
  return self.pointer
end

function M.own(pointer, free)
  local function finish(value) C[free](value) end
  -- Only data of C has a finalizer here.
  local owner = ffi.gc(ffi.cast("void *", pointer), finish)
  return setmetatable({ pointer = pointer, owner = owner, free = free }, Handle)
end

function M.close(handle)
  if handle.pointer == nil then return end
  handle.pointer = nil
  ffi.gc(handle.owner, nil)
  C[handle.free](handle.owner)
end

function M.release(handle)
  local pointer = handle.pointer
  handle.pointer = nil
  if handle.owner then ffi.gc(handle.owner, nil) end
  return pointer
end

return M
