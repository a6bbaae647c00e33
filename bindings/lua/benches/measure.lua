-- Measures one interpreter: see the script `run`.

local stskit = require("stskit")
local support = require("support")

local seconds = tonumber(os.getenv("SECONDS_EACH")) or 3
local name = jit and jit.version or _VERSION
local USED = [[ local f = io.open("/proc/self/status"); print(os.clock() * 1000, f:read("*a"):match("VmHWM:%s+(%d+)")) ]]

-- Median CPU milliseconds and peak memory in MiB of a program.
local function process(code)
  local times, peaks = {}, {}
  for round = 1, 15 do
    local said = support.output(support.interpreter .. " -e " .. support.quote(code .. USED))
    local time, peak = said:match("([%d.]+)%s+(%d+)")
    times[round], peaks[round] = tonumber(time), tonumber(peak)
  end
  table.sort(times)
  table.sort(peaks)
  return times[8], peaks[8] / 1024
end

-- Wall time by the shell's clock: plain Lua has none that is fine enough.
local function now()
  return tonumber(support.read("/proc/uptime"):match("[%d.]+"))
end

-- Calls a second: the best of three runs.
local function rate(call)
  local best = 0
  for _ = 1, 3 do
    local count, start = 0, now()
    local spent = 0
    while spent < seconds / 3 do
      for _ = 1, 64 do call() end
      count, spent = count + 64, now() - start
    end
    best = math.max(best, count / spent)
  end
  return best
end

local base_time, base_peak = process("")
local time, peak = process('assert(require("stskit").credentials())')
print(("%s: %.1f ms CPU, %.1f MiB; on top of the interpreter %.1f ms, %.1f MiB"):format(name, time, peak, time - base_time, peak - base_peak))
local sts = assert(stskit.client("sts"))
print(("  get_caller_identity %8.0f a second"):format(rate(function() assert(sts:get_caller_identity()) end)))
print(("  credentials         %8.0f a second"):format(rate(function() assert(stskit.credentials()) end)))
local lookups, identities = support.output(os.getenv("RATE") .. " " .. seconds):match("(%d+)%s+(%d+)")
print(("  in C: GetCallerIdentity %d a second, lookup %d a second"):format(identities, lookups))
