-- Runs a file of tests in a process of its own, with an emulator, an empty home and the emulator's keys:
-- with_scene.lua FILE.

local support = require("support")

local home = support.temporary_folder()
local emulator = support.start_emulator({ "--approve-after", "never" })
local variables = support.base_environment(home, emulator.url)
variables.AWS_ACCESS_KEY_ID, variables.AWS_SECRET_ACCESS_KEY = emulator.key, emulator.secret
local said, status = support.run(variables, support.quote(support.interpreter) .. " " .. support.quote(arg[1]))
emulator.stop()
os.execute("rm -rf " .. support.quote(home))
io.write(said)
os.exit(status)
