rockspec_format = "3.0"
package = "stskit"
version = "0.1.0-1"
source = {
  -- `luarocks make` in this folder; releases carry the folder as an archive.
  url = "file://.",
}
description = {
  summary = "AWS credentials, STS and IAM Identity Center without an AWS SDK",
  detailed = "The whole default chain, STS and SSO operations, SigV4. For LuaJIT, OpenResty and Lua 5.1 to 5.4, over the C library of stskit, which has to be installed.",
  license = "Apache-2.0 OR MIT",
  labels = { "aws", "openresty", "cloud" },
}
dependencies = {
  "lua >= 5.1, < 5.5",
  "lua-cjson >= 2.1",
}
build = {
  type = "builtin",
  modules = {
    ["stskit"] = "lua/stskit/init.lua",
    ["stskit.cdef"] = "lua/stskit/cdef.lua",
    ["stskit.client"] = "lua/stskit/client.lua",
    ["stskit.ffi"] = "lua/stskit/ffi.lua",
    ["stskit.native"] = "lua/stskit/native.lua",
    ["stskit.prototypes"] = "lua/stskit/prototypes.lua",
    ["stskit.session"] = "lua/stskit/session.lua",
    ["stskit.signing"] = "lua/stskit/signing.lua",
    ["stskit.token"] = "lua/stskit/token.lua",
    -- LuaJIT does not need it.
    ["stskit.core"] = { sources = { "src/stskit_lua.c" }, incdirs = { "src" } },
  },
  platforms = {
    linux = { modules = { ["stskit.core"] = { libraries = { "dl" } } } },
  },
}
