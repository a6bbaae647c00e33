/* The functions of the C library for Lua 5.1 to 5.4 (LuaJIT has its ffi: lua/stskit/ffi.lua). No logic: out-parameters
 * become results, handles are light userdata or owned ones that free themselves, callbacks go to one Lua function.
 *
 * The library is loaded at run time, so that no header and no linking is needed here. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <lauxlib.h>
#include <lua.h>

#ifdef _WIN32
#include <windows.h>
#define THREAD_LOCAL __declspec(thread)
#else
#include <dlfcn.h>
#define THREAD_LOCAL __thread
#endif

#define HANDLE "stskit.handle"

static void *library = NULL;

/* The state that is inside a call on this thread: callbacks run in it. */
static THREAD_LOCAL lua_State *active = NULL;

/* Under its address the registry has the function that takes all callbacks. */
static const char DISPATCH = 0;

/* An owned pointer and what frees it. */
typedef struct {
    void *pointer;
    void *free;
} handle;

static void *find(const char *name) {
#ifdef _WIN32
    return (void *)GetProcAddress((HMODULE)library, name);
#else
    return dlsym(library, name);
#endif
}

static lua_State *enter(lua_State *L, void **function, const char *name) {
    lua_State *outer = active;
    if (library == NULL) luaL_error(L, "the stskit library is not loaded");
    if (*function == NULL) *function = find(name);
    if (*function == NULL) luaL_error(L, "the stskit library has no %s: a newer one is needed", name);
    active = L;
    return outer;
}

static void leave(lua_State *outer) { active = outer; }

static void *to_pointer(lua_State *L, int index) {
    handle *owned;
    if (lua_isnoneornil(L, index)) return NULL;
    if (lua_islightuserdata(L, index)) return lua_touserdata(L, index);
    owned = (handle *)luaL_checkudata(L, index, HANDLE);
    if (owned->pointer == NULL) luaL_error(L, "it is closed");
    return owned->pointer;
}

static void push_pointer(lua_State *L, void *pointer) {
    if (pointer == NULL)
        lua_pushnil(L);
    else
        lua_pushlightuserdata(L, pointer);
}

/* Calls the dispatcher with what is on the stack above `top`; leaves two results there. */
static int32_t dispatch(lua_State *L, int top) {
    int32_t result = -1;
    if (lua_pcall(L, lua_gettop(L) - top - 1, 2, 0) == 0)
        result = (int32_t)lua_tonumber(L, top + 1);
    else
        lua_pushnil(L);
    return result;
}

static lua_State *prepare(const char *kind, void *userdata, int *top) {
    lua_State *L = active;
    if (L == NULL || !lua_checkstack(L, 12)) return NULL;
    *top = lua_gettop(L);
    lua_pushlightuserdata(L, (void *)&DISPATCH);
    lua_rawget(L, LUA_REGISTRYINDEX);
    lua_pushstring(L, kind);
    lua_pushinteger(L, (lua_Integer)(intptr_t)userdata);
    return L;
}

static int32_t on_mfa(void *userdata, const char *serial, char *code, size_t capacity) {
    int top;
    size_t size;
    const char *text;
    int32_t result;
    lua_State *L = prepare("mfa", userdata, &top);
    if (L == NULL) return -1;
    lua_pushstring(L, serial);
    result = dispatch(L, top);
    if (result == 0) {
        text = lua_tolstring(L, top + 2, &size);
        if (text != NULL && size < capacity)
            memcpy(code, text, size + 1);
        else
            result = -1;
    }
    lua_settop(L, top);
    return result;
}

static int32_t on_credentials(void *userdata, void **credentials) {
    int top;
    int32_t result;
    lua_State *L = prepare("credentials", userdata, &top);
    if (L == NULL) return -1;
    result = dispatch(L, top);
    if (result == 0) *credentials = lua_touserdata(L, top + 2);
    lua_settop(L, top);
    return result;
}

static int32_t on_device_code(void *userdata, const void *code) {
    int top;
    int32_t result;
    lua_State *L = prepare("device_code", userdata, &top);
    if (L == NULL) return -1;
    lua_pushlightuserdata(L, (void *)code);
    result = dispatch(L, top);
    lua_settop(L, top);
    return result;
}

static int32_t on_browser(void *userdata, const char *url) {
    int top;
    int32_t result;
    lua_State *L = prepare("browser", userdata, &top);
    if (L == NULL) return -1;
    lua_pushstring(L, url);
    result = dispatch(L, top);
    lua_settop(L, top);
    return result;
}

static void on_log(void *userdata, int32_t level, const char *target, const char *message) {
    int top;
    lua_State *L = prepare("log", userdata, &top);
    if (L == NULL) return;
    lua_pushinteger(L, level);
    lua_pushstring(L, target);
    lua_pushstring(L, message);
    dispatch(L, top);
    lua_settop(L, top);
}

#include "functions.h"

/* load(path): true, or nil and why not. */
static int load(lua_State *L) {
    const char *path = luaL_checkstring(L, 1);
#ifdef _WIN32
    library = (void *)LoadLibraryA(path);
    if (library == NULL) {
        lua_pushnil(L);
        lua_pushfstring(L, "%s: Windows error %d", path, (int)GetLastError());
        return 2;
    }
#else
    library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        lua_pushnil(L);
        lua_pushstring(L, dlerror());
        return 2;
    }
#endif
    if (find("stskit_abi_version") == NULL) {
        library = NULL;
        lua_pushnil(L);
        lua_pushfstring(L, "%s: has no stskit_abi_version", path);
        return 2;
    }
    lua_pushboolean(L, 1);
    return 1;
}

/* unload(): the next load() may take another one. Only before any other function was called. */
static int unload(lua_State *L) {
    (void)L;
    library = NULL;
    return 0;
}

/* on(function): takes all callbacks. */
static int on(lua_State *L) {
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_pushlightuserdata(L, (void *)&DISPATCH);
    lua_pushvalue(L, 1);
    lua_rawset(L, LUA_REGISTRYINDEX);
    return 0;
}

/* own(pointer, "stskit_client_free"): a handle that frees it in the end. */
static int own(lua_State *L) {
    handle *made;
    void *pointer = lua_touserdata(L, 1);
    const char *name = luaL_checkstring(L, 2);
    void *function = library == NULL ? NULL : find(name);
    if (function == NULL) luaL_error(L, "the stskit library has no %s", name);
    made = (handle *)lua_newuserdata(L, sizeof *made);
    made->pointer = pointer;
    made->free = function;
    luaL_getmetatable(L, HANDLE);
    lua_setmetatable(L, -2);
    return 1;
}

/* close(handle): frees it now; again does nothing. */
static int close_handle(lua_State *L) {
    handle *owned = (handle *)luaL_checkudata(L, 1, HANDLE);
    if (owned->pointer != NULL) {
        lua_State *outer = active;
        void *pointer = owned->pointer;
        owned->pointer = NULL;
        active = L;
        ((void (*)(void *))owned->free)(pointer);
        active = outer;
    }
    return 0;
}

/* release(handle): the pointer, which somebody else frees. */
static int release(lua_State *L) {
    handle *owned = (handle *)luaL_checkudata(L, 1, HANDLE);
    push_pointer(L, owned->pointer);
    owned->pointer = NULL;
    return 1;
}

static const luaL_Reg TOOLS[] = {
    {"load", load}, {"unload", unload}, {"on", on}, {"own", own}, {"close", close_handle}, {"release", release}, {NULL, NULL},
};

static void set(lua_State *L, const luaL_Reg *functions) {
    for (; functions->name != NULL; functions++) {
        lua_pushcfunction(L, functions->func);
        lua_setfield(L, -2, functions->name);
    }
}

#ifdef _WIN32
__declspec(dllexport)
#endif
int luaopen_stskit_core(lua_State *L);

int luaopen_stskit_core(lua_State *L) {
    luaL_newmetatable(L, HANDLE);
    lua_pushcfunction(L, close_handle);
    lua_setfield(L, -2, "__gc");
    lua_pop(L, 1);
    lua_newtable(L);
    set(L, TOOLS);
    lua_newtable(L);
    set(L, FUNCTIONS);
    lua_setfield(L, -2, "functions");
    return 1;
}
