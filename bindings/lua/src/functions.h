/* The functions of include/stskit.cdef.h for stskit_lua.c. Made by bindings/lua/generate: do not edit it. */

static int l_version(lua_State *L) {
    static void *function = NULL;
    lua_State *outer = enter(L, &function, "stskit_version");
    const char *result = ((const char * (*)(void))function)();
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_version_number(lua_State *L) {
    static void *function = NULL;
    lua_State *outer = enter(L, &function, "stskit_version_number");
    uint32_t result = ((uint32_t (*)(void))function)();
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    return 1;
}

static int l_abi_version(lua_State *L) {
    static void *function = NULL;
    lua_State *outer = enter(L, &function, "stskit_abi_version");
    uint32_t result = ((uint32_t (*)(void))function)();
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    return 1;
}

static int l_status_name(lua_State *L) {
    static void *function = NULL;
    int32_t v1 = (int32_t)luaL_checknumber(L, 1);
    lua_State *outer = enter(L, &function, "stskit_status_name");
    const char *result = ((const char * (*)(int32_t))function)(v1);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_error_free(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_error_free");
    ((void (*)(void *))function)(v1);
    leave(outer);
    return 0;
}

static int l_error_status(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_error_status");
    int32_t result = ((int32_t (*)(void *))function)(v1);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    return 1;
}

static int l_error_message(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_error_message");
    const char *result = ((const char * (*)(void *))function)(v1);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_error_detail(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_error_detail");
    int32_t result = ((int32_t (*)(void *))function)(v1);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    return 1;
}

static int l_error_code(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_error_code");
    const char *result = ((const char * (*)(void *))function)(v1);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_error_service_message(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_error_service_message");
    const char *result = ((const char * (*)(void *))function)(v1);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_error_fault(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_error_fault");
    const char *result = ((const char * (*)(void *))function)(v1);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_error_member_count(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_error_member_count");
    size_t result = ((size_t (*)(void *))function)(v1);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    return 1;
}

static int l_error_member_name(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    size_t v2 = (size_t)luaL_checknumber(L, 2);
    lua_State *outer = enter(L, &function, "stskit_error_member_name");
    const char *result = ((const char * (*)(void *, size_t))function)(v1, v2);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_error_member_value(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    size_t v2 = (size_t)luaL_checknumber(L, 2);
    lua_State *outer = enter(L, &function, "stskit_error_member_value");
    const char *result = ((const char * (*)(void *, size_t))function)(v1, v2);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_error_header_count(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_error_header_count");
    size_t result = ((size_t (*)(void *))function)(v1);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    return 1;
}

static int l_error_header_name(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    size_t v2 = (size_t)luaL_checknumber(L, 2);
    lua_State *outer = enter(L, &function, "stskit_error_header_name");
    const char *result = ((const char * (*)(void *, size_t))function)(v1, v2);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_error_header_value(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    size_t v2 = (size_t)luaL_checknumber(L, 2);
    lua_State *outer = enter(L, &function, "stskit_error_header_value");
    const char *result = ((const char * (*)(void *, size_t))function)(v1, v2);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_error_operation(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_error_operation");
    const char *result = ((const char * (*)(void *))function)(v1);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_error_request_id(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_error_request_id");
    const char *result = ((const char * (*)(void *))function)(v1);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_error_http_status(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_error_http_status");
    int32_t result = ((int32_t (*)(void *))function)(v1);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    return 1;
}

static int l_error_attempts(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_error_attempts");
    uint32_t result = ((uint32_t (*)(void *))function)(v1);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    return 1;
}

static int l_error_is_retryable(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_error_is_retryable");
    bool result = ((bool (*)(void *))function)(v1);
    leave(outer);
    lua_pushboolean(L, result);
    return 1;
}

static int l_error_callback_result(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_error_callback_result");
    int32_t result = ((int32_t (*)(void *))function)(v1);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    return 1;
}

static int l_error_provider_count(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_error_provider_count");
    size_t result = ((size_t (*)(void *))function)(v1);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    return 1;
}

static int l_error_provider_line(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    size_t v2 = (size_t)luaL_checknumber(L, 2);
    lua_State *outer = enter(L, &function, "stskit_error_provider_line");
    const char *result = ((const char * (*)(void *, size_t))function)(v1, v2);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_error_login_command(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_error_login_command");
    const char *result = ((const char * (*)(void *))function)(v1);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_error_login_start_url(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_error_login_start_url");
    const char *result = ((const char * (*)(void *))function)(v1);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_error_login_session(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_error_login_session");
    const char *result = ((const char * (*)(void *))function)(v1);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_error_login_profile(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_error_login_profile");
    const char *result = ((const char * (*)(void *))function)(v1);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_config_new(lua_State *L) {
    static void *function = NULL;
    void *a0 = NULL;
    void *a1 = NULL;
    lua_State *outer = enter(L, &function, "stskit_config_new");
    int32_t result = ((int32_t (*)(void **, void **))function)(&a0, &a1);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a0);
    push_pointer(L, a1);
    return 3;
}

static int l_config_free(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_config_free");
    ((void (*)(void *))function)(v1);
    leave(outer);
    return 0;
}

static int l_config_set_profile(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    const char *v2 = luaL_optstring(L, 2, NULL);
    lua_State *outer = enter(L, &function, "stskit_config_set_profile");
    int32_t result = ((int32_t (*)(void *, const char *, void **))function)(v1, v2, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    return 2;
}

static int l_config_set_config_file(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    const char *v2 = luaL_optstring(L, 2, NULL);
    lua_State *outer = enter(L, &function, "stskit_config_set_config_file");
    int32_t result = ((int32_t (*)(void *, const char *, void **))function)(v1, v2, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    return 2;
}

static int l_config_set_credentials_file(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    const char *v2 = luaL_optstring(L, 2, NULL);
    lua_State *outer = enter(L, &function, "stskit_config_set_credentials_file");
    int32_t result = ((int32_t (*)(void *, const char *, void **))function)(v1, v2, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    return 2;
}

static int l_config_set_region(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    const char *v2 = luaL_optstring(L, 2, NULL);
    lua_State *outer = enter(L, &function, "stskit_config_set_region");
    int32_t result = ((int32_t (*)(void *, const char *, void **))function)(v1, v2, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    return 2;
}

static int l_config_set_sso_region(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    const char *v2 = luaL_optstring(L, 2, NULL);
    lua_State *outer = enter(L, &function, "stskit_config_set_sso_region");
    int32_t result = ((int32_t (*)(void *, const char *, void **))function)(v1, v2, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    return 2;
}

static int l_config_set_endpoint_url(lua_State *L) {
    static void *function = NULL;
    void *a3 = NULL;
    void *v1 = to_pointer(L, 1);
    int32_t v2 = (int32_t)luaL_checknumber(L, 2);
    const char *v3 = luaL_optstring(L, 3, NULL);
    lua_State *outer = enter(L, &function, "stskit_config_set_endpoint_url");
    int32_t result = ((int32_t (*)(void *, int32_t, const char *, void **))function)(v1, v2, v3, &a3);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a3);
    return 2;
}

static int l_config_set_use_fips(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    bool v2 = lua_toboolean(L, 2) != 0;
    lua_State *outer = enter(L, &function, "stskit_config_set_use_fips");
    int32_t result = ((int32_t (*)(void *, bool, void **))function)(v1, v2, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    return 2;
}

static int l_config_set_use_dual_stack(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    bool v2 = lua_toboolean(L, 2) != 0;
    lua_State *outer = enter(L, &function, "stskit_config_set_use_dual_stack");
    int32_t result = ((int32_t (*)(void *, bool, void **))function)(v1, v2, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    return 2;
}

static int l_config_set_sts_legacy_global(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    bool v2 = lua_toboolean(L, 2) != 0;
    lua_State *outer = enter(L, &function, "stskit_config_set_sts_legacy_global");
    int32_t result = ((int32_t (*)(void *, bool, void **))function)(v1, v2, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    return 2;
}

static int l_config_set_retry_mode(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    int32_t v2 = (int32_t)luaL_checknumber(L, 2);
    lua_State *outer = enter(L, &function, "stskit_config_set_retry_mode");
    int32_t result = ((int32_t (*)(void *, int32_t, void **))function)(v1, v2, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    return 2;
}

static int l_config_set_max_attempts(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    uint32_t v2 = (uint32_t)luaL_checknumber(L, 2);
    lua_State *outer = enter(L, &function, "stskit_config_set_max_attempts");
    int32_t result = ((int32_t (*)(void *, uint32_t, void **))function)(v1, v2, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    return 2;
}

static int l_config_set_retries_2026(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    bool v2 = lua_toboolean(L, 2) != 0;
    lua_State *outer = enter(L, &function, "stskit_config_set_retries_2026");
    int32_t result = ((int32_t (*)(void *, bool, void **))function)(v1, v2, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    return 2;
}

static int l_config_set_connect_timeout_ms(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    uint64_t v2 = (uint64_t)luaL_checknumber(L, 2);
    lua_State *outer = enter(L, &function, "stskit_config_set_connect_timeout_ms");
    int32_t result = ((int32_t (*)(void *, uint64_t, void **))function)(v1, v2, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    return 2;
}

static int l_config_set_read_timeout_ms(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    uint64_t v2 = (uint64_t)luaL_checknumber(L, 2);
    lua_State *outer = enter(L, &function, "stskit_config_set_read_timeout_ms");
    int32_t result = ((int32_t (*)(void *, uint64_t, void **))function)(v1, v2, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    return 2;
}

static int l_config_set_operation_timeout_ms(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    uint64_t v2 = (uint64_t)luaL_checknumber(L, 2);
    lua_State *outer = enter(L, &function, "stskit_config_set_operation_timeout_ms");
    int32_t result = ((int32_t (*)(void *, uint64_t, void **))function)(v1, v2, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    return 2;
}

static int l_config_set_max_response_bytes(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    size_t v2 = (size_t)luaL_checknumber(L, 2);
    lua_State *outer = enter(L, &function, "stskit_config_set_max_response_bytes");
    int32_t result = ((int32_t (*)(void *, size_t, void **))function)(v1, v2, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    return 2;
}

static int l_config_set_ca_bundle(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    const char *v2 = luaL_optstring(L, 2, NULL);
    lua_State *outer = enter(L, &function, "stskit_config_set_ca_bundle");
    int32_t result = ((int32_t (*)(void *, const char *, void **))function)(v1, v2, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    return 2;
}

static int l_config_set_proxies(lua_State *L) {
    static void *function = NULL;
    void *a4 = NULL;
    void *v1 = to_pointer(L, 1);
    const char *v2 = luaL_optstring(L, 2, NULL);
    const char *v3 = luaL_optstring(L, 3, NULL);
    const char *v4 = luaL_optstring(L, 4, NULL);
    lua_State *outer = enter(L, &function, "stskit_config_set_proxies");
    int32_t result = ((int32_t (*)(void *, const char *, const char *, const char *, void **))function)(v1, v2, v3, v4, &a4);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a4);
    return 2;
}

static int l_config_set_app_id(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    const char *v2 = luaL_optstring(L, 2, NULL);
    lua_State *outer = enter(L, &function, "stskit_config_set_app_id");
    int32_t result = ((int32_t (*)(void *, const char *, void **))function)(v1, v2, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    return 2;
}

static int l_config_set_correct_clock_skew(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    bool v2 = lua_toboolean(L, 2) != 0;
    lua_State *outer = enter(L, &function, "stskit_config_set_correct_clock_skew");
    int32_t result = ((int32_t (*)(void *, bool, void **))function)(v1, v2, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    return 2;
}

static int l_config_set_mfa_callback(lua_State *L) {
    static void *function = NULL;
    void *a4 = NULL;
    void *v1 = to_pointer(L, 1);
    void *v2 = lua_isnoneornil(L, 2) ? NULL : (void *)on_mfa;
    void *v3 = (void *)(intptr_t)luaL_optnumber(L, 2, 0);
    lua_State *outer = enter(L, &function, "stskit_config_set_mfa_callback");
    int32_t result = ((int32_t (*)(void *, void *, void *, void *, void **))function)(v1, v2, v3, NULL, &a4);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a4);
    return 2;
}

static int l_client_new(lua_State *L) {
    static void *function = NULL;
    void *a1 = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_client_new");
    int32_t result = ((int32_t (*)(void *, void **, void **))function)(v1, &a1, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a1);
    push_pointer(L, a2);
    return 3;
}

static int l_client_new_with_profile(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *a3 = NULL;
    void *v1 = to_pointer(L, 1);
    const char *v2 = luaL_optstring(L, 2, NULL);
    lua_State *outer = enter(L, &function, "stskit_client_new_with_profile");
    int32_t result = ((int32_t (*)(void *, const char *, void **, void **))function)(v1, v2, &a2, &a3);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    push_pointer(L, a3);
    return 3;
}

static int l_client_new_with_credentials(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *a3 = NULL;
    void *v1 = to_pointer(L, 1);
    void *v2 = to_pointer(L, 2);
    lua_State *outer = enter(L, &function, "stskit_client_new_with_credentials");
    int32_t result = ((int32_t (*)(void *, void *, void **, void **))function)(v1, v2, &a2, &a3);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    push_pointer(L, a3);
    return 3;
}

static int l_client_new_with_callback(lua_State *L) {
    static void *function = NULL;
    void *a4 = NULL;
    void *a5 = NULL;
    void *v1 = to_pointer(L, 1);
    void *v2 = lua_isnoneornil(L, 2) ? NULL : (void *)on_credentials;
    void *v3 = (void *)(intptr_t)luaL_optnumber(L, 2, 0);
    lua_State *outer = enter(L, &function, "stskit_client_new_with_callback");
    int32_t result = ((int32_t (*)(void *, void *, void *, void *, void **, void **))function)(v1, v2, v3, NULL, &a4, &a5);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a4);
    push_pointer(L, a5);
    return 3;
}

static int l_client_new_with_environment(lua_State *L) {
    static void *function = NULL;
    void *a1 = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_client_new_with_environment");
    int32_t result = ((int32_t (*)(void *, void **, void **))function)(v1, &a1, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a1);
    push_pointer(L, a2);
    return 3;
}

static int l_client_new_with_process(lua_State *L) {
    static void *function = NULL;
    void *a3 = NULL;
    void *a4 = NULL;
    void *v1 = to_pointer(L, 1);
    const char *v2 = luaL_optstring(L, 2, NULL);
    uint64_t v3 = (uint64_t)luaL_checknumber(L, 3);
    lua_State *outer = enter(L, &function, "stskit_client_new_with_process");
    int32_t result = ((int32_t (*)(void *, const char *, uint64_t, void **, void **))function)(v1, v2, v3, &a3, &a4);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a3);
    push_pointer(L, a4);
    return 3;
}

static int l_client_new_with_web_identity(lua_State *L) {
    static void *function = NULL;
    void *a4 = NULL;
    void *a5 = NULL;
    void *v1 = to_pointer(L, 1);
    const char *v2 = luaL_optstring(L, 2, NULL);
    const char *v3 = luaL_optstring(L, 3, NULL);
    const char *v4 = luaL_optstring(L, 4, NULL);
    lua_State *outer = enter(L, &function, "stskit_client_new_with_web_identity");
    int32_t result = ((int32_t (*)(void *, const char *, const char *, const char *, void **, void **))function)(v1, v2, v3, v4, &a4, &a5);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a4);
    push_pointer(L, a5);
    return 3;
}

static int l_client_new_with_sso_role(lua_State *L) {
    static void *function = NULL;
    void *a4 = NULL;
    void *a5 = NULL;
    void *v1 = to_pointer(L, 1);
    void *v2 = to_pointer(L, 2);
    const char *v3 = luaL_optstring(L, 3, NULL);
    const char *v4 = luaL_optstring(L, 4, NULL);
    lua_State *outer = enter(L, &function, "stskit_client_new_with_sso_role");
    int32_t result = ((int32_t (*)(void *, void *, const char *, const char *, void **, void **))function)(v1, v2, v3, v4, &a4, &a5);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a4);
    push_pointer(L, a5);
    return 3;
}

static int l_client_new_with_assumed_role(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *a3 = NULL;
    void *v1 = to_pointer(L, 1);
    const char *v2 = luaL_optstring(L, 2, NULL);
    lua_State *outer = enter(L, &function, "stskit_client_new_with_assumed_role");
    int32_t result = ((int32_t (*)(void *, const char *, void **, void **))function)(v1, v2, &a2, &a3);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    push_pointer(L, a3);
    return 3;
}

static int l_client_free(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_client_free");
    ((void (*)(void *))function)(v1);
    leave(outer);
    return 0;
}

static int l_client_get_credentials(lua_State *L) {
    static void *function = NULL;
    void *a1 = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_client_get_credentials");
    int32_t result = ((int32_t (*)(void *, void **, void **))function)(v1, &a1, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a1);
    push_pointer(L, a2);
    return 3;
}

static int l_client_invalidate(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    void *v2 = to_pointer(L, 2);
    lua_State *outer = enter(L, &function, "stskit_client_invalidate");
    int32_t result = ((int32_t (*)(void *, void *, void **))function)(v1, v2, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    return 2;
}

static int l_client_cancel(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_client_cancel");
    ((void (*)(void *))function)(v1);
    leave(outer);
    return 0;
}

static int l_client_reset(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_client_reset");
    ((void (*)(void *))function)(v1);
    leave(outer);
    return 0;
}

static int l_client_is_cancelled(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_client_is_cancelled");
    bool result = ((bool (*)(void *))function)(v1);
    leave(outer);
    lua_pushboolean(L, result);
    return 1;
}

static int l_client_explain(lua_State *L) {
    static void *function = NULL;
    void *a1 = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_client_explain");
    int32_t result = ((int32_t (*)(void *, void **, void **))function)(v1, &a1, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a1);
    push_pointer(L, a2);
    return 3;
}

static int l_client_get_region(lua_State *L) {
    static void *function = NULL;
    void *a1 = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_client_get_region");
    int32_t result = ((int32_t (*)(void *, void **, void **))function)(v1, &a1, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a1);
    push_pointer(L, a2);
    return 3;
}

static int l_client_get_endpoint(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *a3 = NULL;
    void *v1 = to_pointer(L, 1);
    int32_t v2 = (int32_t)luaL_checknumber(L, 2);
    lua_State *outer = enter(L, &function, "stskit_client_get_endpoint");
    int32_t result = ((int32_t (*)(void *, int32_t, void **, void **))function)(v1, v2, &a2, &a3);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    push_pointer(L, a3);
    return 3;
}

static int l_credentials_new(lua_State *L) {
    static void *function = NULL;
    int64_t a3 = (int64_t)luaL_optnumber(L, 4, 0);
    void *a5 = NULL;
    void *a6 = NULL;
    const char *v1 = luaL_optstring(L, 1, NULL);
    const char *v2 = luaL_optstring(L, 2, NULL);
    const char *v3 = luaL_optstring(L, 3, NULL);
    const int64_t *v4 = lua_isnoneornil(L, 4) ? NULL : &a3;
    const char *v5 = luaL_optstring(L, 5, NULL);
    lua_State *outer = enter(L, &function, "stskit_credentials_new");
    int32_t result = ((int32_t (*)(const char *, const char *, const char *, const int64_t *, const char *, void **, void **))function)(v1, v2, v3, v4, v5, &a5, &a6);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a5);
    push_pointer(L, a6);
    return 3;
}

static int l_credentials_free(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_credentials_free");
    ((void (*)(void *))function)(v1);
    leave(outer);
    return 0;
}

static int l_credentials_access_key_id(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_credentials_access_key_id");
    const char *result = ((const char * (*)(void *))function)(v1);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_credentials_secret_access_key(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_credentials_secret_access_key");
    const char *result = ((const char * (*)(void *))function)(v1);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_credentials_session_token(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_credentials_session_token");
    const char *result = ((const char * (*)(void *))function)(v1);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_credentials_account_id(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_credentials_account_id");
    const char *result = ((const char * (*)(void *))function)(v1);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_credentials_expiration(lua_State *L) {
    static void *function = NULL;
    int64_t a1 = 0;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_credentials_expiration");
    bool result = ((bool (*)(void *, int64_t *))function)(v1, &a1);
    leave(outer);
    lua_pushboolean(L, result);
    lua_pushinteger(L, (lua_Integer)a1);
    return 2;
}

static int l_client_call(lua_State *L) {
    static void *function = NULL;
    void *a4 = NULL;
    void *a5 = NULL;
    void *v1 = to_pointer(L, 1);
    int32_t v2 = (int32_t)luaL_checknumber(L, 2);
    const char *v3 = luaL_optstring(L, 3, NULL);
    const char *v4 = luaL_optstring(L, 4, NULL);
    lua_State *outer = enter(L, &function, "stskit_client_call");
    int32_t result = ((int32_t (*)(void *, int32_t, const char *, const char *, void **, void **))function)(v1, v2, v3, v4, &a4, &a5);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a4);
    push_pointer(L, a5);
    return 3;
}

static int l_client_presign_call(lua_State *L) {
    static void *function = NULL;
    void *a5 = NULL;
    void *a6 = NULL;
    void *v1 = to_pointer(L, 1);
    int32_t v2 = (int32_t)luaL_checknumber(L, 2);
    const char *v3 = luaL_optstring(L, 3, NULL);
    const char *v4 = luaL_optstring(L, 4, NULL);
    uint32_t v5 = (uint32_t)luaL_checknumber(L, 5);
    lua_State *outer = enter(L, &function, "stskit_client_presign_call");
    int32_t result = ((int32_t (*)(void *, int32_t, const char *, const char *, uint32_t, void **, void **))function)(v1, v2, v3, v4, v5, &a5, &a6);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a5);
    push_pointer(L, a6);
    return 3;
}

static int l_client_get_caller_identity(lua_State *L) {
    static void *function = NULL;
    void *a1 = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_client_get_caller_identity");
    int32_t result = ((int32_t (*)(void *, void **, void **))function)(v1, &a1, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a1);
    push_pointer(L, a2);
    return 3;
}

static int l_client_assume_role(lua_State *L) {
    static void *function = NULL;
    void *a5 = NULL;
    void *a6 = NULL;
    void *v1 = to_pointer(L, 1);
    const char *v2 = luaL_optstring(L, 2, NULL);
    const char *v3 = luaL_optstring(L, 3, NULL);
    int32_t v4 = (int32_t)luaL_checknumber(L, 4);
    const char *v5 = luaL_optstring(L, 5, NULL);
    lua_State *outer = enter(L, &function, "stskit_client_assume_role");
    int32_t result = ((int32_t (*)(void *, const char *, const char *, int32_t, const char *, void **, void **))function)(v1, v2, v3, v4, v5, &a5, &a6);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a5);
    push_pointer(L, a6);
    return 3;
}

static int l_client_assume_role_with_web_identity(lua_State *L) {
    static void *function = NULL;
    void *a5 = NULL;
    void *a6 = NULL;
    void *v1 = to_pointer(L, 1);
    const char *v2 = luaL_optstring(L, 2, NULL);
    const char *v3 = luaL_optstring(L, 3, NULL);
    const char *v4 = luaL_optstring(L, 4, NULL);
    int32_t v5 = (int32_t)luaL_checknumber(L, 5);
    lua_State *outer = enter(L, &function, "stskit_client_assume_role_with_web_identity");
    int32_t result = ((int32_t (*)(void *, const char *, const char *, const char *, int32_t, void **, void **))function)(v1, v2, v3, v4, v5, &a5, &a6);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a5);
    push_pointer(L, a6);
    return 3;
}

static int l_client_get_session_token(lua_State *L) {
    static void *function = NULL;
    void *a4 = NULL;
    void *a5 = NULL;
    void *v1 = to_pointer(L, 1);
    int32_t v2 = (int32_t)luaL_checknumber(L, 2);
    const char *v3 = luaL_optstring(L, 3, NULL);
    const char *v4 = luaL_optstring(L, 4, NULL);
    lua_State *outer = enter(L, &function, "stskit_client_get_session_token");
    int32_t result = ((int32_t (*)(void *, int32_t, const char *, const char *, void **, void **))function)(v1, v2, v3, v4, &a4, &a5);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a4);
    push_pointer(L, a5);
    return 3;
}

static int l_client_get_web_identity_token(lua_State *L) {
    static void *function = NULL;
    void *a4 = NULL;
    void *a5 = NULL;
    void *v1 = to_pointer(L, 1);
    const char *v2 = luaL_optstring(L, 2, NULL);
    const char *v3 = luaL_optstring(L, 3, NULL);
    int32_t v4 = (int32_t)luaL_checknumber(L, 4);
    lua_State *outer = enter(L, &function, "stskit_client_get_web_identity_token");
    int32_t result = ((int32_t (*)(void *, const char *, const char *, int32_t, void **, void **))function)(v1, v2, v3, v4, &a4, &a5);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a4);
    push_pointer(L, a5);
    return 3;
}

static int l_client_paginate(lua_State *L) {
    static void *function = NULL;
    void *a7 = NULL;
    void *a8 = NULL;
    void *v1 = to_pointer(L, 1);
    int32_t v2 = (int32_t)luaL_checknumber(L, 2);
    const char *v3 = luaL_optstring(L, 3, NULL);
    const char *v4 = luaL_optstring(L, 4, NULL);
    uint32_t v5 = (uint32_t)luaL_checknumber(L, 5);
    int64_t v6 = (int64_t)luaL_checknumber(L, 6);
    const char *v7 = luaL_optstring(L, 7, NULL);
    lua_State *outer = enter(L, &function, "stskit_client_paginate");
    int32_t result = ((int32_t (*)(void *, int32_t, const char *, const char *, uint32_t, int64_t, const char *, void **, void **))function)(v1, v2, v3, v4, v5, v6, v7, &a7, &a8);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a7);
    push_pointer(L, a8);
    return 3;
}

static int l_pages_next(lua_State *L) {
    static void *function = NULL;
    void *a1 = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_pages_next");
    int32_t result = ((int32_t (*)(void *, void **, void **))function)(v1, &a1, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a1);
    push_pointer(L, a2);
    return 3;
}

static int l_pages_resume_token(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_pages_resume_token");
    const char *result = ((const char * (*)(void *))function)(v1);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_pages_free(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_pages_free");
    ((void (*)(void *))function)(v1);
    leave(outer);
    return 0;
}

static int l_text_data(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_text_data");
    const char *result = ((const char * (*)(void *))function)(v1);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_text_length(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_text_length");
    size_t result = ((size_t (*)(void *))function)(v1);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    return 1;
}

static int l_text_free(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_text_free");
    ((void (*)(void *))function)(v1);
    leave(outer);
    return 0;
}

static int l_response_json(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_response_json");
    const char *result = ((const char * (*)(void *))function)(v1);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_response_get(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    const char *v2 = luaL_optstring(L, 2, NULL);
    lua_State *outer = enter(L, &function, "stskit_response_get");
    const char *result = ((const char * (*)(void *, const char *))function)(v1, v2);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_response_count(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    const char *v2 = luaL_optstring(L, 2, NULL);
    lua_State *outer = enter(L, &function, "stskit_response_count");
    size_t result = ((size_t (*)(void *, const char *))function)(v1, v2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    return 1;
}

static int l_response_request_id(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_response_request_id");
    const char *result = ((const char * (*)(void *))function)(v1);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_response_http_status(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_response_http_status");
    int32_t result = ((int32_t (*)(void *))function)(v1);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    return 1;
}

static int l_response_retry_attempts(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_response_retry_attempts");
    uint32_t result = ((uint32_t (*)(void *))function)(v1);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    return 1;
}

static int l_response_header_count(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_response_header_count");
    size_t result = ((size_t (*)(void *))function)(v1);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    return 1;
}

static int l_response_header_name(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    size_t v2 = (size_t)luaL_checknumber(L, 2);
    lua_State *outer = enter(L, &function, "stskit_response_header_name");
    const char *result = ((const char * (*)(void *, size_t))function)(v1, v2);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_response_header_value(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    size_t v2 = (size_t)luaL_checknumber(L, 2);
    lua_State *outer = enter(L, &function, "stskit_response_header_value");
    const char *result = ((const char * (*)(void *, size_t))function)(v1, v2);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_response_free(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_response_free");
    ((void (*)(void *))function)(v1);
    leave(outer);
    return 0;
}

static int l_model(lua_State *L) {
    static void *function = NULL;
    void *a0 = NULL;
    void *a1 = NULL;
    lua_State *outer = enter(L, &function, "stskit_model");
    int32_t result = ((int32_t (*)(void **, void **))function)(&a0, &a1);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a0);
    push_pointer(L, a1);
    return 3;
}

static int l_request_new(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *a3 = NULL;
    const char *v1 = luaL_optstring(L, 1, NULL);
    const char *v2 = luaL_optstring(L, 2, NULL);
    lua_State *outer = enter(L, &function, "stskit_request_new");
    int32_t result = ((int32_t (*)(const char *, const char *, void **, void **))function)(v1, v2, &a2, &a3);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    push_pointer(L, a3);
    return 3;
}

static int l_request_add_header(lua_State *L) {
    static void *function = NULL;
    void *a3 = NULL;
    void *v1 = to_pointer(L, 1);
    const char *v2 = luaL_optstring(L, 2, NULL);
    const char *v3 = luaL_optstring(L, 3, NULL);
    lua_State *outer = enter(L, &function, "stskit_request_add_header");
    int32_t result = ((int32_t (*)(void *, const char *, const char *, void **))function)(v1, v2, v3, &a3);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a3);
    return 2;
}

static int l_request_set_body(lua_State *L) {
    static void *function = NULL;
    size_t a1_size = 0; const char *a1 = luaL_optlstring(L, 2, NULL, &a1_size);
    void *a3 = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_request_set_body");
    int32_t result = ((int32_t (*)(void *, const char *, size_t, void **))function)(v1, a1, a1_size, &a3);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a3);
    return 2;
}

static int l_request_set_unsigned_body(lua_State *L) {
    static void *function = NULL;
    void *a1 = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_request_set_unsigned_body");
    int32_t result = ((int32_t (*)(void *, void **))function)(v1, &a1);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a1);
    return 2;
}

static int l_request_set_body_sha256(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    const char *v2 = luaL_optstring(L, 2, NULL);
    lua_State *outer = enter(L, &function, "stskit_request_set_body_sha256");
    int32_t result = ((int32_t (*)(void *, const char *, void **))function)(v1, v2, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    return 2;
}

static int l_request_set_style(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    int32_t v2 = (int32_t)luaL_checknumber(L, 2);
    lua_State *outer = enter(L, &function, "stskit_request_set_style");
    int32_t result = ((int32_t (*)(void *, int32_t, void **))function)(v1, v2, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    return 2;
}

static int l_request_set_options(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    const char *v2 = luaL_optstring(L, 2, NULL);
    lua_State *outer = enter(L, &function, "stskit_request_set_options");
    int32_t result = ((int32_t (*)(void *, const char *, void **))function)(v1, v2, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    return 2;
}

static int l_client_sign(lua_State *L) {
    static void *function = NULL;
    void *a4 = NULL;
    void *v1 = to_pointer(L, 1);
    void *v2 = to_pointer(L, 2);
    const char *v3 = luaL_optstring(L, 3, NULL);
    const char *v4 = luaL_optstring(L, 4, NULL);
    lua_State *outer = enter(L, &function, "stskit_client_sign");
    int32_t result = ((int32_t (*)(void *, void *, const char *, const char *, void **))function)(v1, v2, v3, v4, &a4);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a4);
    return 2;
}

static int l_client_presign(lua_State *L) {
    static void *function = NULL;
    void *a5 = NULL;
    void *a6 = NULL;
    void *v1 = to_pointer(L, 1);
    void *v2 = to_pointer(L, 2);
    const char *v3 = luaL_optstring(L, 3, NULL);
    const char *v4 = luaL_optstring(L, 4, NULL);
    uint32_t v5 = (uint32_t)luaL_checknumber(L, 5);
    lua_State *outer = enter(L, &function, "stskit_client_presign");
    int32_t result = ((int32_t (*)(void *, void *, const char *, const char *, uint32_t, void **, void **))function)(v1, v2, v3, v4, v5, &a5, &a6);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a5);
    push_pointer(L, a6);
    return 3;
}

static int l_credentials_sign(lua_State *L) {
    static void *function = NULL;
    void *a5 = NULL;
    void *v1 = to_pointer(L, 1);
    void *v2 = to_pointer(L, 2);
    const char *v3 = luaL_optstring(L, 3, NULL);
    const char *v4 = luaL_optstring(L, 4, NULL);
    int64_t v5 = (int64_t)luaL_checknumber(L, 5);
    lua_State *outer = enter(L, &function, "stskit_credentials_sign");
    int32_t result = ((int32_t (*)(void *, void *, const char *, const char *, int64_t, void **))function)(v1, v2, v3, v4, v5, &a5);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a5);
    return 2;
}

static int l_credentials_presign(lua_State *L) {
    static void *function = NULL;
    void *a6 = NULL;
    void *a7 = NULL;
    void *v1 = to_pointer(L, 1);
    void *v2 = to_pointer(L, 2);
    const char *v3 = luaL_optstring(L, 3, NULL);
    const char *v4 = luaL_optstring(L, 4, NULL);
    int64_t v5 = (int64_t)luaL_checknumber(L, 5);
    uint32_t v6 = (uint32_t)luaL_checknumber(L, 6);
    lua_State *outer = enter(L, &function, "stskit_credentials_presign");
    int32_t result = ((int32_t (*)(void *, void *, const char *, const char *, int64_t, uint32_t, void **, void **))function)(v1, v2, v3, v4, v5, v6, &a6, &a7);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a6);
    push_pointer(L, a7);
    return 3;
}

static int l_client_presign_get_caller_identity(lua_State *L) {
    static void *function = NULL;
    void *a4 = NULL;
    void *a5 = NULL;
    void *v1 = to_pointer(L, 1);
    uint32_t v2 = (uint32_t)luaL_checknumber(L, 2);
    const char *v3 = luaL_optstring(L, 3, NULL);
    const char *v4 = luaL_optstring(L, 4, NULL);
    lua_State *outer = enter(L, &function, "stskit_client_presign_get_caller_identity");
    int32_t result = ((int32_t (*)(void *, uint32_t, const char *, const char *, void **, void **))function)(v1, v2, v3, v4, &a4, &a5);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a4);
    push_pointer(L, a5);
    return 3;
}

static int l_request_header_count(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_request_header_count");
    size_t result = ((size_t (*)(void *))function)(v1);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    return 1;
}

static int l_request_header_name(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    size_t v2 = (size_t)luaL_checknumber(L, 2);
    lua_State *outer = enter(L, &function, "stskit_request_header_name");
    const char *result = ((const char * (*)(void *, size_t))function)(v1, v2);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_request_header_value(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    size_t v2 = (size_t)luaL_checknumber(L, 2);
    lua_State *outer = enter(L, &function, "stskit_request_header_value");
    const char *result = ((const char * (*)(void *, size_t))function)(v1, v2);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_request_header_line(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    size_t v2 = (size_t)luaL_checknumber(L, 2);
    lua_State *outer = enter(L, &function, "stskit_request_header_line");
    const char *result = ((const char * (*)(void *, size_t))function)(v1, v2);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_request_free(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_request_free");
    ((void (*)(void *))function)(v1);
    leave(outer);
    return 0;
}

static int l_client_get_token(lua_State *L) {
    static void *function = NULL;
    void *a3 = NULL;
    void *a4 = NULL;
    void *v1 = to_pointer(L, 1);
    const char *v2 = luaL_optstring(L, 2, NULL);
    const char *v3 = luaL_optstring(L, 3, NULL);
    lua_State *outer = enter(L, &function, "stskit_client_get_token");
    int32_t result = ((int32_t (*)(void *, const char *, const char *, void **, void **))function)(v1, v2, v3, &a3, &a4);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a3);
    push_pointer(L, a4);
    return 3;
}

static int l_credentials_get_token(lua_State *L) {
    static void *function = NULL;
    void *a4 = NULL;
    void *a5 = NULL;
    void *v1 = to_pointer(L, 1);
    const char *v2 = luaL_optstring(L, 2, NULL);
    const char *v3 = luaL_optstring(L, 3, NULL);
    int64_t v4 = (int64_t)luaL_checknumber(L, 4);
    lua_State *outer = enter(L, &function, "stskit_credentials_get_token");
    int32_t result = ((int32_t (*)(void *, const char *, const char *, int64_t, void **, void **))function)(v1, v2, v3, v4, &a4, &a5);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a4);
    push_pointer(L, a5);
    return 3;
}

static int l_token_source_new(lua_State *L) {
    static void *function = NULL;
    void *a3 = NULL;
    void *a4 = NULL;
    void *v1 = to_pointer(L, 1);
    const char *v2 = luaL_optstring(L, 2, NULL);
    const char *v3 = luaL_optstring(L, 3, NULL);
    lua_State *outer = enter(L, &function, "stskit_token_source_new");
    int32_t result = ((int32_t (*)(void *, const char *, const char *, void **, void **))function)(v1, v2, v3, &a3, &a4);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a3);
    push_pointer(L, a4);
    return 3;
}

static int l_token_source_get(lua_State *L) {
    static void *function = NULL;
    void *a1 = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_token_source_get");
    int32_t result = ((int32_t (*)(void *, void **, void **))function)(v1, &a1, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a1);
    push_pointer(L, a2);
    return 3;
}

static int l_token_source_invalidate(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_token_source_invalidate");
    ((void (*)(void *))function)(v1);
    leave(outer);
    return 0;
}

static int l_token_source_free(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_token_source_free");
    ((void (*)(void *))function)(v1);
    leave(outer);
    return 0;
}

static int l_token_text(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_token_text");
    const char *result = ((const char * (*)(void *))function)(v1);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_token_length(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_token_length");
    size_t result = ((size_t (*)(void *))function)(v1);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    return 1;
}

static int l_token_user(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_token_user");
    const char *result = ((const char * (*)(void *))function)(v1);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_token_expiration_ms(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_token_expiration_ms");
    int64_t result = ((int64_t (*)(void *))function)(v1);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    return 1;
}

static int l_token_expiration(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_token_expiration");
    int64_t result = ((int64_t (*)(void *))function)(v1);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    return 1;
}

static int l_token_json(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_token_json");
    const char *result = ((const char * (*)(void *))function)(v1);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_token_free(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_token_free");
    ((void (*)(void *))function)(v1);
    leave(outer);
    return 0;
}

static int l_sso_session_new(lua_State *L) {
    static void *function = NULL;
    void *a3 = NULL;
    void *a4 = NULL;
    const char *v1 = luaL_optstring(L, 1, NULL);
    const char *v2 = luaL_optstring(L, 2, NULL);
    const char *v3 = luaL_optstring(L, 3, NULL);
    lua_State *outer = enter(L, &function, "stskit_sso_session_new");
    int32_t result = ((int32_t (*)(const char *, const char *, const char *, void **, void **))function)(v1, v2, v3, &a3, &a4);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a3);
    push_pointer(L, a4);
    return 3;
}

static int l_sso_session_add_scope(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    const char *v2 = luaL_optstring(L, 2, NULL);
    lua_State *outer = enter(L, &function, "stskit_sso_session_add_scope");
    int32_t result = ((int32_t (*)(void *, const char *, void **))function)(v1, v2, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    return 2;
}

static int l_sso_session_set_cache_folder(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    const char *v2 = luaL_optstring(L, 2, NULL);
    lua_State *outer = enter(L, &function, "stskit_sso_session_set_cache_folder");
    int32_t result = ((int32_t (*)(void *, const char *, void **))function)(v1, v2, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    return 2;
}

static int l_sso_session_free(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_sso_session_free");
    ((void (*)(void *))function)(v1);
    leave(outer);
    return 0;
}

static int l_device_code_user_code(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_device_code_user_code");
    const char *result = ((const char * (*)(void *))function)(v1);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_device_code_verification_uri(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_device_code_verification_uri");
    const char *result = ((const char * (*)(void *))function)(v1);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_device_code_verification_uri_complete(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_device_code_verification_uri_complete");
    const char *result = ((const char * (*)(void *))function)(v1);
    leave(outer);
    lua_pushstring(L, result);
    return 1;
}

static int l_device_code_expires_at(lua_State *L) {
    static void *function = NULL;
    void *v1 = to_pointer(L, 1);
    lua_State *outer = enter(L, &function, "stskit_device_code_expires_at");
    int64_t result = ((int64_t (*)(void *))function)(v1);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    return 1;
}

static int l_client_sign_in_with_device_code(lua_State *L) {
    static void *function = NULL;
    void *a5 = NULL;
    void *v1 = to_pointer(L, 1);
    void *v2 = to_pointer(L, 2);
    uint64_t v3 = (uint64_t)luaL_checknumber(L, 3);
    void *v4 = lua_isnoneornil(L, 4) ? NULL : (void *)on_device_code;
    void *v5 = (void *)(intptr_t)luaL_optnumber(L, 4, 0);
    lua_State *outer = enter(L, &function, "stskit_client_sign_in_with_device_code");
    int32_t result = ((int32_t (*)(void *, void *, uint64_t, void *, void *, void **))function)(v1, v2, v3, v4, v5, &a5);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a5);
    return 2;
}

static int l_client_sign_in_with_browser(lua_State *L) {
    static void *function = NULL;
    void *a5 = NULL;
    void *v1 = to_pointer(L, 1);
    void *v2 = to_pointer(L, 2);
    uint64_t v3 = (uint64_t)luaL_checknumber(L, 3);
    void *v4 = lua_isnoneornil(L, 4) ? NULL : (void *)on_browser;
    void *v5 = (void *)(intptr_t)luaL_optnumber(L, 4, 0);
    lua_State *outer = enter(L, &function, "stskit_client_sign_in_with_browser");
    int32_t result = ((int32_t (*)(void *, void *, uint64_t, void *, void *, void **))function)(v1, v2, v3, v4, v5, &a5);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a5);
    return 2;
}

static int l_client_sign_out(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *v1 = to_pointer(L, 1);
    void *v2 = to_pointer(L, 2);
    lua_State *outer = enter(L, &function, "stskit_client_sign_out");
    int32_t result = ((int32_t (*)(void *, void *, void **))function)(v1, v2, &a2);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    return 2;
}

static int l_client_get_sso_token(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *a3 = NULL;
    void *v1 = to_pointer(L, 1);
    void *v2 = to_pointer(L, 2);
    lua_State *outer = enter(L, &function, "stskit_client_get_sso_token");
    int32_t result = ((int32_t (*)(void *, void *, void **, void **))function)(v1, v2, &a2, &a3);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    push_pointer(L, a3);
    return 3;
}

static int l_client_list_sso_accounts(lua_State *L) {
    static void *function = NULL;
    void *a2 = NULL;
    void *a3 = NULL;
    void *v1 = to_pointer(L, 1);
    void *v2 = to_pointer(L, 2);
    lua_State *outer = enter(L, &function, "stskit_client_list_sso_accounts");
    int32_t result = ((int32_t (*)(void *, void *, void **, void **))function)(v1, v2, &a2, &a3);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a2);
    push_pointer(L, a3);
    return 3;
}

static int l_client_list_sso_account_roles(lua_State *L) {
    static void *function = NULL;
    void *a3 = NULL;
    void *a4 = NULL;
    void *v1 = to_pointer(L, 1);
    void *v2 = to_pointer(L, 2);
    const char *v3 = luaL_optstring(L, 3, NULL);
    lua_State *outer = enter(L, &function, "stskit_client_list_sso_account_roles");
    int32_t result = ((int32_t (*)(void *, void *, const char *, void **, void **))function)(v1, v2, v3, &a3, &a4);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a3);
    push_pointer(L, a4);
    return 3;
}

static int l_set_log_callback(lua_State *L) {
    static void *function = NULL;
    void *a3 = NULL;
    void *v1 = lua_isnoneornil(L, 1) ? NULL : (void *)on_log;
    void *v2 = (void *)(intptr_t)luaL_optnumber(L, 1, 0);
    int32_t v3 = (int32_t)luaL_checknumber(L, 2);
    lua_State *outer = enter(L, &function, "stskit_set_log_callback");
    int32_t result = ((int32_t (*)(void *, void *, int32_t, void **))function)(v1, v2, v3, &a3);
    leave(outer);
    lua_pushinteger(L, (lua_Integer)result);
    push_pointer(L, a3);
    return 2;
}

static const luaL_Reg FUNCTIONS[] = {
    {"version", l_version},
    {"version_number", l_version_number},
    {"abi_version", l_abi_version},
    {"status_name", l_status_name},
    {"error_free", l_error_free},
    {"error_status", l_error_status},
    {"error_message", l_error_message},
    {"error_detail", l_error_detail},
    {"error_code", l_error_code},
    {"error_service_message", l_error_service_message},
    {"error_fault", l_error_fault},
    {"error_member_count", l_error_member_count},
    {"error_member_name", l_error_member_name},
    {"error_member_value", l_error_member_value},
    {"error_header_count", l_error_header_count},
    {"error_header_name", l_error_header_name},
    {"error_header_value", l_error_header_value},
    {"error_operation", l_error_operation},
    {"error_request_id", l_error_request_id},
    {"error_http_status", l_error_http_status},
    {"error_attempts", l_error_attempts},
    {"error_is_retryable", l_error_is_retryable},
    {"error_callback_result", l_error_callback_result},
    {"error_provider_count", l_error_provider_count},
    {"error_provider_line", l_error_provider_line},
    {"error_login_command", l_error_login_command},
    {"error_login_start_url", l_error_login_start_url},
    {"error_login_session", l_error_login_session},
    {"error_login_profile", l_error_login_profile},
    {"config_new", l_config_new},
    {"config_free", l_config_free},
    {"config_set_profile", l_config_set_profile},
    {"config_set_config_file", l_config_set_config_file},
    {"config_set_credentials_file", l_config_set_credentials_file},
    {"config_set_region", l_config_set_region},
    {"config_set_sso_region", l_config_set_sso_region},
    {"config_set_endpoint_url", l_config_set_endpoint_url},
    {"config_set_use_fips", l_config_set_use_fips},
    {"config_set_use_dual_stack", l_config_set_use_dual_stack},
    {"config_set_sts_legacy_global", l_config_set_sts_legacy_global},
    {"config_set_retry_mode", l_config_set_retry_mode},
    {"config_set_max_attempts", l_config_set_max_attempts},
    {"config_set_retries_2026", l_config_set_retries_2026},
    {"config_set_connect_timeout_ms", l_config_set_connect_timeout_ms},
    {"config_set_read_timeout_ms", l_config_set_read_timeout_ms},
    {"config_set_operation_timeout_ms", l_config_set_operation_timeout_ms},
    {"config_set_max_response_bytes", l_config_set_max_response_bytes},
    {"config_set_ca_bundle", l_config_set_ca_bundle},
    {"config_set_proxies", l_config_set_proxies},
    {"config_set_app_id", l_config_set_app_id},
    {"config_set_correct_clock_skew", l_config_set_correct_clock_skew},
    {"config_set_mfa_callback", l_config_set_mfa_callback},
    {"client_new", l_client_new},
    {"client_new_with_profile", l_client_new_with_profile},
    {"client_new_with_credentials", l_client_new_with_credentials},
    {"client_new_with_callback", l_client_new_with_callback},
    {"client_new_with_environment", l_client_new_with_environment},
    {"client_new_with_process", l_client_new_with_process},
    {"client_new_with_web_identity", l_client_new_with_web_identity},
    {"client_new_with_sso_role", l_client_new_with_sso_role},
    {"client_new_with_assumed_role", l_client_new_with_assumed_role},
    {"client_free", l_client_free},
    {"client_get_credentials", l_client_get_credentials},
    {"client_invalidate", l_client_invalidate},
    {"client_cancel", l_client_cancel},
    {"client_reset", l_client_reset},
    {"client_is_cancelled", l_client_is_cancelled},
    {"client_explain", l_client_explain},
    {"client_get_region", l_client_get_region},
    {"client_get_endpoint", l_client_get_endpoint},
    {"credentials_new", l_credentials_new},
    {"credentials_free", l_credentials_free},
    {"credentials_access_key_id", l_credentials_access_key_id},
    {"credentials_secret_access_key", l_credentials_secret_access_key},
    {"credentials_session_token", l_credentials_session_token},
    {"credentials_account_id", l_credentials_account_id},
    {"credentials_expiration", l_credentials_expiration},
    {"client_call", l_client_call},
    {"client_presign_call", l_client_presign_call},
    {"client_get_caller_identity", l_client_get_caller_identity},
    {"client_assume_role", l_client_assume_role},
    {"client_assume_role_with_web_identity", l_client_assume_role_with_web_identity},
    {"client_get_session_token", l_client_get_session_token},
    {"client_get_web_identity_token", l_client_get_web_identity_token},
    {"client_paginate", l_client_paginate},
    {"pages_next", l_pages_next},
    {"pages_resume_token", l_pages_resume_token},
    {"pages_free", l_pages_free},
    {"text_data", l_text_data},
    {"text_length", l_text_length},
    {"text_free", l_text_free},
    {"response_json", l_response_json},
    {"response_get", l_response_get},
    {"response_count", l_response_count},
    {"response_request_id", l_response_request_id},
    {"response_http_status", l_response_http_status},
    {"response_retry_attempts", l_response_retry_attempts},
    {"response_header_count", l_response_header_count},
    {"response_header_name", l_response_header_name},
    {"response_header_value", l_response_header_value},
    {"response_free", l_response_free},
    {"model", l_model},
    {"request_new", l_request_new},
    {"request_add_header", l_request_add_header},
    {"request_set_body", l_request_set_body},
    {"request_set_unsigned_body", l_request_set_unsigned_body},
    {"request_set_body_sha256", l_request_set_body_sha256},
    {"request_set_style", l_request_set_style},
    {"request_set_options", l_request_set_options},
    {"client_sign", l_client_sign},
    {"client_presign", l_client_presign},
    {"credentials_sign", l_credentials_sign},
    {"credentials_presign", l_credentials_presign},
    {"client_presign_get_caller_identity", l_client_presign_get_caller_identity},
    {"request_header_count", l_request_header_count},
    {"request_header_name", l_request_header_name},
    {"request_header_value", l_request_header_value},
    {"request_header_line", l_request_header_line},
    {"request_free", l_request_free},
    {"client_get_token", l_client_get_token},
    {"credentials_get_token", l_credentials_get_token},
    {"token_source_new", l_token_source_new},
    {"token_source_get", l_token_source_get},
    {"token_source_invalidate", l_token_source_invalidate},
    {"token_source_free", l_token_source_free},
    {"token_text", l_token_text},
    {"token_length", l_token_length},
    {"token_user", l_token_user},
    {"token_expiration_ms", l_token_expiration_ms},
    {"token_expiration", l_token_expiration},
    {"token_json", l_token_json},
    {"token_free", l_token_free},
    {"sso_session_new", l_sso_session_new},
    {"sso_session_add_scope", l_sso_session_add_scope},
    {"sso_session_set_cache_folder", l_sso_session_set_cache_folder},
    {"sso_session_free", l_sso_session_free},
    {"device_code_user_code", l_device_code_user_code},
    {"device_code_verification_uri", l_device_code_verification_uri},
    {"device_code_verification_uri_complete", l_device_code_verification_uri_complete},
    {"device_code_expires_at", l_device_code_expires_at},
    {"client_sign_in_with_device_code", l_client_sign_in_with_device_code},
    {"client_sign_in_with_browser", l_client_sign_in_with_browser},
    {"client_sign_out", l_client_sign_out},
    {"client_get_sso_token", l_client_get_sso_token},
    {"client_list_sso_accounts", l_client_list_sso_accounts},
    {"client_list_sso_account_roles", l_client_list_sso_account_roles},
    {"set_log_callback", l_set_log_callback},
    {NULL, NULL},
};
