/* Callbacks: what they answer is kept, userdata is let go of once, the log hook can be changed safely. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stskit.h"

static int wrong = 0;
static int released = 0;
static int logged = 0;
static stskit_client *logging_client = NULL;

static void expect(int right, const char *what) {
    if (!right) {
        printf("wrong: %s\n", what);
        wrong += 1;
    }
}

static void release(void *userdata) {
    released += 1;
    free(userdata);
}

static int32_t refuse(void *userdata, stskit_credentials **credentials) {
    (void)credentials;
    return *(int *)userdata;
}

static int32_t nothing(void *userdata, stskit_credentials **credentials) {
    (void)userdata;
    (void)credentials;
    return 0;
}

static int32_t mfa(void *userdata, const char *serial, char *code, size_t capacity) {
    int *asked = (int *)userdata;
    *asked += 1;
    if (strcmp(serial, "arn:aws:iam::123456789012:mfa/ann") != 0 || capacity < 64) {
        return 3;
    }
    memcpy(code, "123456", 7);
    return 0;
}

static int32_t no_mfa(void *userdata, const char *serial, char *code, size_t capacity) {
    (void)userdata;
    (void)serial;
    (void)code;
    (void)capacity;
    return -42;
}

static void *number(int value) {
    int *made = (int *)malloc(sizeof *made);
    if (made != NULL) {
        *made = value;
    }
    return made;
}

static void sources(void) {
    stskit_client *client = NULL;
    stskit_credentials *creds = NULL;
    stskit_error *err = NULL;
    expect(stskit_client_new_with_callback(NULL, refuse, number(77), release, &client, &err) == 0, "a client");
    expect(stskit_client_get_credentials(client, &creds, &err) == STSKIT_STATUS_CANCELLED, "refused");
    expect(stskit_error_detail(err) == STSKIT_DETAIL_CALLBACK, "by the callback");
    expect(stskit_error_callback_result(err) == 77, "with its number");
    expect(released == 0, "userdata is in use");
    stskit_client_free(client);
    expect(released == 1, "userdata is let go of");
    stskit_error_free(err);

    expect(stskit_client_new_with_callback(NULL, nothing, NULL, NULL, &client, &err) == 0, "a client");
    expect(stskit_client_get_credentials(client, &creds, &err) == STSKIT_STATUS_NO_CREDENTIALS, "none given");
    stskit_error_free(err);
    stskit_client_free(client);

    expect(stskit_client_new_with_callback(NULL, NULL, number(1), release, &client, &err) != 0, "no callback");
    expect(released == 2, "userdata is let go of on failure too");
    stskit_error_free(err);
}

static void mfa_codes(void) {
    const char *role = "{\"RoleArn\":\"arn:aws:iam::123456789012:role/demo\","
                       "\"SerialNumber\":\"arn:aws:iam::123456789012:mfa/ann\"}";
    stskit_config *config = NULL;
    stskit_client *client = NULL;
    stskit_client *as_role = NULL;
    stskit_credentials *creds = NULL;
    stskit_error *err = NULL;
    int asked = 0;
    expect(stskit_config_new(&config, NULL) == 0, "a config");
    expect(stskit_config_set_mfa_callback(config, mfa, &asked, NULL, NULL) == 0, "the callback");
    expect(stskit_client_new(config, &client, NULL) == 0, "a client");
    expect(stskit_client_new_with_assumed_role(client, role, &as_role, &err) == 0, "a role");
    expect(stskit_client_get_credentials(as_role, &creds, &err) == 0, "the role's credentials");
    expect(asked == 1, "asked once");
    stskit_credentials_free(creds);
    stskit_client_free(as_role);
    stskit_client_free(client);

    expect(stskit_config_set_mfa_callback(config, no_mfa, NULL, NULL, NULL) == 0, "another callback");
    expect(stskit_client_new(config, &client, NULL) == 0, "a client");
    expect(stskit_client_new_with_assumed_role(client, role, &as_role, &err) == 0, "a role");
    expect(stskit_client_get_credentials(as_role, &creds, &err) == STSKIT_STATUS_CANCELLED, "no code");
    expect(stskit_error_callback_result(err) == -42, "with its number");
    stskit_error_free(err);
    stskit_client_free(as_role);
    stskit_client_free(client);
    stskit_config_free(config);
}

static void hook(void *userdata, int32_t level, const char *target, const char *message) {
    stskit_credentials *creds = NULL;
    expect(userdata == &logged && level <= STSKIT_LOG_LEVEL_TRACE, "what the hook gets");
    expect(strlen(target) > 0 && strstr(message, "wJalrXUtnFEMI") == NULL, "no secret in the log");
    logged += 1;
    expect(stskit_set_log_callback(NULL, NULL, 0, NULL) == STSKIT_STATUS_BUSY, "the hook is busy");
    /* A call from inside works, and what it logs is dropped. */
    if (logging_client != NULL) {
        expect(stskit_client_get_credentials(logging_client, &creds, NULL) == 0, "a call from the hook");
        stskit_credentials_free(creds);
    }
}

static void logs(void) {
    stskit_response *who = NULL;
    int before;
    expect(stskit_set_log_callback(hook, &logged, STSKIT_LOG_LEVEL_TRACE, NULL) == 0, "a hook");
    expect(stskit_client_new(NULL, &logging_client, NULL) == 0, "a client");
    expect(stskit_client_get_caller_identity(logging_client, &who, NULL) == 0, "a call");
    stskit_response_free(who);
    expect(logged > 0, "something is logged");
    expect(stskit_set_log_callback(NULL, NULL, STSKIT_LOG_LEVEL_OFF, NULL) == 0, "no hook");
    before = logged;
    expect(stskit_client_get_caller_identity(logging_client, &who, NULL) == 0, "a call");
    stskit_response_free(who);
    expect(logged == before, "nobody hears of it");
    stskit_client_free(logging_client);
}

int main(void) {
    sources();
    mfa_codes();
    logs();
    printf("%d wrong\n", wrong);
    return wrong != 0;
}
