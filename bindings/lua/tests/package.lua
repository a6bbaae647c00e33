-- What is generated, how the library is found, and the rock: built, installed elsewhere, the README's example run.
-- Run with the environment of a scene.

local support = require("support")
local stskit = require("stskit")

local HERE = arg[0]:match("^(.*)/[^/]*$") .. "/../"
local ROOT = HERE .. "../../"
local quote, test = support.quote, support.test

-- A Lua program under this interpreter, with variables on top; what it printed, and its status.
local function run(variables, code)
  local file = os.tmpname()
  support.write(file, code)
  local given = { HOME = os.getenv("HOME") }
  for _, name in ipairs({ "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL_STS", "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE", "AWS_EC2_METADATA_DISABLED" }) do given[name] = os.getenv(name) end
  for name, value in pairs(variables) do given[name] = value end
  local said, status = support.run(given, quote(support.interpreter) .. " " .. file)
  os.remove(file)
  return said, status
end

test("what is generated is what the header says", function()
  support.equal(support.output(quote(support.interpreter) .. " " .. quote(HERE .. "generate") .. " --check"), "differ: none\n")
  support.equal(require("stskit.cdef"), support.read(ROOT .. "include/stskit.cdef.h"))
end)

test("versions", function()
  local version = support.read(ROOT .. "Cargo.toml"):match('\nversion = "(.-)"')
  support.equal(stskit.version(), version)
  local rock = support.read(HERE .. "stskit-" .. version .. "-1.rockspec")
  support.equal(rock:match('\nversion = "(.-)"'), version .. "-1")
  for file in support.output("ls " .. quote(HERE .. "lua/stskit")):gmatch("[^\n]+") do
    assert(rock:find("lua/stskit/" .. file, 1, true), file .. " is not in the rock")
  end
  support.equal(require("stskit.native").ABI, tonumber(support.read(ROOT .. "include/stskit.h"):match("#define STSKIT_ABI_VERSION (%d+)")))
end)

local ASK = 'print(pcall(function() return require("stskit").version() end))'

test("a library that is not there, or another one", function()
  local folder = support.temporary_folder()
  local said = run({ STSKIT_LIBRARY = folder .. "/none.so" }, ASK)
  assert(said:find("^false\tthe stskit library was not found: .*STSKIT_LIBRARY.*none.so"), said)
  for name, source in pairs({
    ["has no stskit_abi_version"] = "int stskit(void) { return 0; }",
    ["has ABI 99, this binding wants 1"] = "unsigned stskit_abi_version(void) { return 99; }",
  }) do
    support.write(folder .. "/a.c", source)
    local library = folder .. "/lib" .. #name .. ".so"
    os.execute(("cc -shared -fPIC -o %s %s/a.c"):format(library, folder))
    said = run({ STSKIT_LIBRARY = library }, ASK)
    assert(said:find(name, 1, true) and said:find(library, 1, true), said)
  end
  said = run({ STSKIT_LIBRARY = "/nowhere" }, ('local s = require("stskit") s.use_library(%q) print(s.version()) print(pcall(s.use_library, "x"))'):format(stskit.library_path()))
  assert(said:find("^%d+%.%d+%.%d+\nfalse\t.*in use already"), said)
  os.execute("rm -rf " .. folder)
end)

test("the rock is built, installed, and does what the README says", function()
  local tree = support.temporary_folder()
  local version = _VERSION:match("%d%.%d")
  -- In a copy: building leaves files behind.
  local command = ("cp -R %s %s/source && cd %s/source && rm -rf build && luarocks --lua-version=%s --tree=%s make --deps-mode=none 2>&1; echo done $?")
    :format(quote(HERE), tree, tree, version, tree)
  local said = support.output(command)
  assert(said:find("done 0\n$"), said)
  local readme = support.read(HERE .. "README.md")
  local examples = 0
  for code, expected in readme:gmatch("```lua\n(.-)```.-```text\n(.-)```") do
    examples = examples + 1
    local count = select(2, code:gsub("[^\n]*%S[^\n]*\n", ""))
    assert(count <= 10, count)
    said = run({
      LUA_PATH = ("%s/share/lua/%s/?.lua;%s/share/lua/%s/?/init.lua;;"):format(tree, version, tree, version),
      LUA_CPATH = ("%s/lib/lua/%s/?.so;;"):format(tree, version),
    }, code)
    support.equal((said:gsub("%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%dZ", "2026-01-02T03:04:05Z")), expected)
  end
  support.equal(examples, 2)
  os.execute("rm -rf " .. tree)
end)

support.main("package, " .. (jit and jit.version or _VERSION))
