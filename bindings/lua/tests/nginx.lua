-- In nginx with its Lua module, as OpenResty runs it: loaded before the fork, used by two workers, from a timer, and
-- from a thread. Run with the environment of a scene. STSKIT_NGINX is the folder that Debian's packages were unpacked
-- to: installed, they would take the place of luajit, with which they conflict.

local cjson = require("cjson")
local support = require("support")

local NGINX = assert(os.getenv("STSKIT_NGINX"), "STSKIT_NGINX names the folder with nginx")
local HOME, USER = os.getenv("HOME"), "arn:aws:iam::123456789012:user/stskit"
-- Below the ports that the system hands out.
local PORT = 20000 + tonumber(support.output("echo $$")) % 12000
while support.fetch(("http://127.0.0.1:%d/"):format(PORT)).status ~= 0 do PORT = PORT + 1 end
local passed = {}
for _, name in ipairs({ "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL_STS", "AWS_CONFIG_FILE",
  "AWS_SHARED_CREDENTIALS_FILE", "AWS_EC2_METADATA_DISABLED", "STSKIT_LIBRARY", "HOME" }) do
  passed[#passed + 1] = ("env %s;"):format(name)
end

support.write(HOME .. "/in_thread.lua", [[
local M = {}
function M.identity()
  local sts = assert(require("stskit").client("sts"))
  return assert(sts:get_caller_identity()).Arn
end
return M
]])

support.write(HOME .. "/nginx.conf", ([[
load_module NGINX/usr/lib/nginx/modules/ndk_http_module.so;
load_module NGINX/usr/lib/nginx/modules/ngx_http_lua_module.so;
daemon off;
worker_processes 2;
error_log HOME/error.log info;
pid HOME/nginx.pid;
thread_pool stskit threads=2;
%s
%s
events { worker_connections 64; }
http {
  access_log off;
  client_body_temp_path HOME/a; proxy_temp_path HOME/b; fastcgi_temp_path HOME/c; uwsgi_temp_path HOME/d; scgi_temp_path HOME/e;
  lua_package_path "LUA_PATH;HOME/?.lua;NGINX/usr/share/lua/5.1/?.lua;;";
  lua_package_cpath "LUA_CPATH;;";
  lua_shared_dict seen 1m;
  init_by_lua_block {
    local stskit = require("stskit")
    session = assert(stskit.session({ read_timeout_ms = 5000 }))
    assert(assert(session:client("sts")):get_caller_identity())
    early = assert(session:credentials()).access_key_id
    source = assert(session:tokens("msk"))
  }
  init_worker_by_lua_block {
    assert(session:credentials())
    ngx.timer.at(0, function()
      assert(assert(session:client("sts")):get_caller_identity())
      ngx.shared.seen:incr("timers", 1, 0)
    end)
  }
  server {
    listen 127.0.0.1:PORT reuseport;
    location /identity {
      content_by_lua_block {
        local cjson = require("cjson")
        local answer = assert(assert(session:client("sts")):get_caller_identity())
        local found = assert(session:credentials())
        assert(assert(source:get()).access_key_id == early)
        ngx.say(cjson.encode({ arn = answer.Arn, pid = ngx.worker.pid(), key = found.access_key_id, early = early,
          timers = ngx.shared.seen:get("timers") }))
      }
    }
    location /thread {
      content_by_lua_block {
        local good, arn = ngx.run_worker_thread("stskit", "in_thread", "identity")
        ngx.say(require("cjson").encode({ good = good, arn = arn }))
      }
    }
  }
}
]]):format(support.output("id -u"):match("^0\n") and "user root;" or "", table.concat(passed, "\n"))
  :gsub("NGINX", NGINX):gsub("HOME/", HOME .. "/"):gsub("PORT", PORT):gsub("LUA_PATH", os.getenv("LUA_PATH")):gsub("LUA_CPATH", os.getenv("LUA_CPATH") or ";")
  :gsub(";;;+", ";;"):gsub(";;;HOME", ";HOME"))

local folders = support.output(("ls -d %s/usr/lib/*-linux-* %s/lib/*-linux-*"):format(NGINX, NGINX)):gsub("%s+", ":")
local pipe = io.popen(("LD_LIBRARY_PATH=%s %s/usr/sbin/nginx -p %s -c %s/nginx.conf >%s/said 2>&1 & echo $!"):format(
  folders, NGINX, HOME, HOME, HOME))
local pid = pipe:read("*l")

local function get(path)
  return support.fetch(("http://127.0.0.1:%d%s"):format(PORT, path))
end

local function log()
  local function read(name)
    local file = io.open(HOME .. "/" .. name)
    return file and file:read("*a") or ""
  end
  return read("said") .. read("error.log")
end

support.test("nginx answers from both workers, and from a thread", function()
  local answer
  for _ = 1, 100 do
    answer = get("/identity")
    if answer.status == 200 then break end
    os.execute("sleep 0.1")
  end
  assert(answer.status == 200, log())
  local workers, count = {}, 0
  for _ = 1, 200 do
    local said = cjson.decode(get("/identity").body)
    support.equal(said.arn, USER)
    support.equal(said.key, said.early)
    if not workers[said.pid] then count = count + 1 end
    workers[said.pid] = true
    if count == 2 and said.timers == 2 then break end
  end
  support.equal(count, 2, "workers that answered")
  for _ = 1, 5 do
    local said = cjson.decode(get("/thread").body)
    support.equal(said.good, true, tostring(said.arn))
    support.equal(said.arn, USER)
  end
  for _, bad in ipairs({ "[error]", "[alert]", "[emerg]", "exited on signal" }) do
    assert(not log():find(bad, 1, true), log())
  end
end)
local main, exit = support.main, os.exit
os.exit = function(status)
  os.execute("kill -QUIT " .. pid .. "; while kill -0 " .. pid .. " 2>/dev/null; do sleep 0.05; done")
  pipe:close()
  exit(status)
end
main("nginx")
