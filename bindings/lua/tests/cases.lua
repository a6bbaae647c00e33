-- Plays bindings/cases, each case in a process of its own.

local cjson = require("cjson")
local support = require("support")

local HERE = arg[0]:match("^(.*)/[^/]*$")
local CASES = HERE .. "/../../cases/"
local names, lines = {}, 0

local function play(file, number, case)
  local home = support.temporary_folder()
  local emulator = support.start_emulator(case.emulator)
  local known = { HOME = home, URL = emulator.url, KEY = emulator.key, SECRET = emulator.secret }
  local function fill(text)
    return (text:gsub("%$%{([%w_]+)%}", known))
  end
  for name, text in pairs(case.files or {}) do
    os.execute("mkdir -p " .. support.quote((home .. "/" .. name):match("^(.*)/")))
    support.write(home .. "/" .. name, fill(text))
  end
  local variables = support.base_environment(home, emulator.url)
  for name, value in pairs(case.environment or {}) do variables[name] = fill(value) end
  local words = { support.quote(support.interpreter), support.quote(HERE .. "/play.lua"), support.quote(file), number,
    emulator.url, emulator.key, support.quote(emulator.secret) }
  local said, status = support.run(variables, table.concat(words, " "))
  emulator.stop()
  os.execute("rm -rf " .. support.quote(home))
  assert(status == 0, said)
  lines = lines + tonumber(said:match("^lines (%d+)\n$"))
end

for file in support.output("ls " .. support.quote(CASES) .. "*.json"):gmatch("[^\n]+") do
  local cases = cjson.decode(support.read(file))
  assert(#cases > 0, file)
  for number, case in ipairs(cases) do
    assert(not names[case.name], "two cases are called " .. case.name)
    names[case.name] = true
    support.test(case.name, function() play(file, number, case) end)
  end
end
support.test("the log was heard", function() assert(lines > 100, lines) end)
support.main("cases, " .. (jit and jit.version or _VERSION))
