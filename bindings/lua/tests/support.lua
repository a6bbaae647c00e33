-- What the tests share: the emulator as a program, environments, processes. Plain Lua and a shell, since that is what
-- every Lua has.

local cjson = require("cjson")

local M = { ROLE = "arn:aws:iam::210987654321:role/team/demo" }

function M.quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

function M.read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

function M.write(path, text)
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
  return path
end

-- What a command prints.
function M.output(command)
  local pipe = assert(io.popen(command, "r"))
  local text = pipe:read("*a")
  pipe:close()
  return text
end

-- A running stskit-emulator: { url, key, secret, stop() }.
function M.start_emulator(arguments)
  local program = assert(os.getenv("STSKIT_EMULATOR"), "STSKIT_EMULATOR names the emulator program")
  local words = { M.quote(program) }
  for _, word in ipairs(arguments or {}) do words[#words + 1] = M.quote(word) end
  local pipe = assert(io.popen(table.concat(words, " ") .. " & echo \"pid $!\"", "r"))
  local variables, pid, done = {}, nil, false
  while not (pid and done) do
    local line = assert(pipe:read("*l"), "the emulator did not start")
    local name, value = line:match("^export ([%w_]+)=(.*)$")
    if name then
      variables[name] = value
    elseif line:find("^pid ") then
      pid = line:match("%d+")
    else
      done = true
    end
  end
  return {
    url = variables.AWS_ENDPOINT_URL_STS,
    key = variables.AWS_ACCESS_KEY_ID,
    secret = variables.AWS_SECRET_ACCESS_KEY,
    stop = function()
      os.execute("kill -9 " .. pid)
      pipe:close()
    end,
  }
end

function M.temporary_folder()
  return (M.output("mktemp -d"):gsub("%s+$", ""))
end

-- What each case starts with: see bindings/cases/README.md.
function M.base_environment(home, url)
  local made = {
    HOME = home,
    USERPROFILE = home,
    AWS_CONFIG_FILE = home .. "/config",
    AWS_SHARED_CREDENTIALS_FILE = home .. "/credentials",
    AWS_REGION = "us-east-1",
    AWS_EC2_METADATA_DISABLED = "true",
  }
  for _, service in ipairs({ "STS", "SSO", "SSO_OIDC", "SIGNIN" }) do made["AWS_ENDPOINT_URL_" .. service] = url end
  return made
end

-- Runs a command with just these variables and what the tests need; gives what it printed, and its status.
function M.run(variables, command)
  local words = { "env", "-i" }
  for _, name in ipairs({ "PATH", "LUA_PATH", "LUA_CPATH", "STSKIT_LIBRARY", "STSKIT_EMULATOR", "STSKIT_NGINX", "RATE", "SECONDS_EACH" }) do
    local value = os.getenv(name)
    if value and variables[name] == nil then words[#words + 1] = M.quote(name .. "=" .. value) end
  end
  for name, value in pairs(variables) do
    if value then words[#words + 1] = M.quote(name .. "=" .. value) end
  end
  local text = M.output(table.concat(words, " ") .. " " .. command .. " 2>&1; echo \"status $?\"")
  local said, status = text:match("^(.-)status (%d+)\n$")
  return said, tonumber(status)
end

-- The interpreter that runs this.
M.interpreter = arg[-1]

-- A value with all that is in it, as tools print one.
function M.dump(value, seen)
  seen = seen or {}
  if type(value) ~= "table" or seen[value] then return tostring(value) end
  seen[value] = true
  local parts = { tostring(value) }
  for key, inner in next, value do parts[#parts + 1] = M.dump(key, seen) .. "=" .. M.dump(inner, seen) end
  local good, text = pcall(cjson.encode, value)
  parts[#parts + 1] = good and text or ""
  return table.concat(parts, " ")
end

-- Plain HTTP by curl: { status, body }.
function M.fetch(url, method, headers, body)
  local file = os.tmpname()
  local words = { "curl", "-s", "--noproxy", "'*'", "--max-time", "20", "-o", file, "-w", "'%{http_code}'", "-X", method or "GET" }
  for name, value in pairs(headers or {}) do
    words[#words + 1] = "-H"
    words[#words + 1] = M.quote(name .. ": " .. value)
  end
  if body then
    words[#words + 1] = "--data-binary"
    words[#words + 1] = M.quote(body)
  end
  words[#words + 1] = M.quote(url)
  local status = tonumber(M.output(table.concat(words, " ")))
  local text = M.read(file)
  os.remove(file)
  return { status = status, body = text }
end

-- Tests by name, one after the other; prints and ends as the other suites do.
local tests = {}

function M.test(name, body)
  tests[#tests + 1] = { name, body }
end

function M.main(title)
  local passed, failed = 0, 0
  for _, row in ipairs(tests) do
    local good, reason = xpcall(row[2], function(value) return debug.traceback(tostring(value), 2) end)
    if good then
      passed = passed + 1
    else
      failed = failed + 1
      print(("FAILED %s: %s\n%s"):format(title, row[1], reason))
    end
  end
  print(("%s: %d passed, %d failed"):format(title, passed, failed))
  os.exit(failed == 0 and passed > 0 and 0 or 1)
end

function M.equal(found, wanted, what)
  if found ~= wanted then
    error(("%s: found %s, wanted %s"):format(what or "value", tostring(found), tostring(wanted)), 2)
  end
end

return M
