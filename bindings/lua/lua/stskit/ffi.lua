-- The functions of the C library for LuaJIT and OpenResty. The same face as the C module has (src/stskit_lua.c):
-- out-parameters become results, handles free themselves, callbacks go to one function.

local ffi = require("ffi")
local prototypes = require("stskit.prototypes")

-- A callback cannot come back into compiled code: what calls the library is never compiled.
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

-- What the functions that wrap() writes use.
local tools = {
  number = tonumber,
  pointer_type = ffi.typeof("void *[1]"),
  number_type = ffi.typeof("int64_t[1]"),
  void = function(value) return ffi.cast("void *", value) end,
  userdata = function(value) return ffi.cast("void *", ffi.cast("intptr_t", value or 0)) end,
  handle = function(value)
    if getmetatable(value) == Handle then return value:get() end
    return value
  end,
  pointer = function(out)
    if out[0] ~= nil then return out[0] end
  end,
  callback = callback,
  results = results,
}

-- One function as Lua, written as its letters say.
local function wrap(name, letters)
  local taken, before, given, made = {}, {}, {}, {}
  local function put(list, ...) list[#list + 1] = string.format(...) end
  for at = 2, #letters do
    local kind, value = letters:sub(at, at), "v" .. at
    if kind == "o" then
      put(before, "local %s = tools.pointer_type()", value)
      put(given, "tools.void(%s)", value)
      put(made, "tools.pointer(%s)", value)
    elseif kind == "m" then
      put(before, "local %s = tools.number_type()", value)
      put(given, "%s", value)
      put(made, "tools.number(%s[0])", value)
    elseif kind == "r" then
      put(given, "nil")
    elseif kind == "c" then
      -- Its userdata comes next.
      put(given, "v%d and tools.callback(%q) or nil", at + 1, prototypes.callbacks[name])
    else
      put(taken, "%s", value)
      if kind == "h" then
        put(given, "tools.handle(%s)", value)
      elseif kind == "d" then
        put(given, "%s, %s and #%s or 0", value, value, value)
      elseif kind == "n" then
        put(given, "%s and tools.number_type(%s)", value, value)
      elseif kind == "u" then
        put(given, "tools.userdata(%s)", value)
      else
        put(given, "%s", value)
      end
    end
  end
  local results_of = { ("tools.results.%s(answer)"):format(letters:sub(1, 1)), unpack(made) }
  local source = ("local tools, call = ...\nreturn function(%s)\n%s\nlocal answer = call(%s)\nreturn %s\nend"):format(
    table.concat(taken, ", "), table.concat(before, "\n"), table.concat(given, ", "), table.concat(results_of, ", "))
  local function_of = loadstring(source, "=stskit_" .. name)(tools, C["stskit_" .. name])
  -- A callback cannot come back into compiled code.
  jit.off(function_of)
  return function_of
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
