/* Lists the accounts and roles of a sign-in to IAM Identity Center, and signs in first if that is needed.
 *
 *     ./sso_accounts                                   (the session of the profile)
 *     ./sso_accounts START_URL REGION CACHE_FOLDER     (a session by hand)
 */
#include <stdio.h>

#include "stskit.h"

static int32_t show(void *userdata, const stskit_device_code *code) {
    FILE *out = (FILE *)userdata;
    fprintf(out, "open %s and compare the code %s\n", stskit_device_code_verification_uri_complete(code),
            stskit_device_code_user_code(code));
    return 0;
}

static int list(const stskit_client *client, const stskit_sso_session *session, stskit_error **err) {
    stskit_response *accounts = NULL;
    size_t at;
    if (stskit_client_list_sso_accounts(client, session, &accounts, err) != STSKIT_STATUS_OK) {
        return 1;
    }
    for (at = 0; at < stskit_response_count(accounts, "/accountList"); ++at) {
        char pointer[64];
        const char *account;
        stskit_response *roles = NULL;
        size_t role;
        snprintf(pointer, sizeof pointer, "/accountList/%lu/accountId", (unsigned long)at);
        account = stskit_response_get(accounts, pointer);
        if (stskit_client_list_sso_account_roles(client, session, account, &roles, err) != STSKIT_STATUS_OK) {
            stskit_response_free(accounts);
            return 1;
        }
        printf("%s:", account);
        for (role = 0; role < stskit_response_count(roles, "/roleList"); ++role) {
            snprintf(pointer, sizeof pointer, "/roleList/%lu/roleName", (unsigned long)role);
            printf(" %s", stskit_response_get(roles, pointer));
        }
        printf("\n");
        stskit_response_free(roles);
    }
    stskit_response_free(accounts);
    return 0;
}

int main(int argc, char **argv) {
    stskit_client *client = NULL;
    stskit_sso_session *session = NULL;
    stskit_text *token = NULL;
    stskit_error *err = NULL;
    stskit_status status;
    int failed = 1;

    if (stskit_client_new(NULL, &client, &err) != STSKIT_STATUS_OK) {
        goto out;
    }
    if (argc == 4) {
        if (stskit_sso_session_new("example", argv[1], argv[2], &session, &err) != STSKIT_STATUS_OK ||
            stskit_sso_session_add_scope(session, "sso:account:access", &err) != STSKIT_STATUS_OK ||
            stskit_sso_session_set_cache_folder(session, argv[3], &err) != STSKIT_STATUS_OK) {
            goto out;
        }
    }
    status = stskit_client_get_sso_token(client, session, &token, &err);
    if (status == STSKIT_STATUS_LOGIN_REQUIRED) {
        stskit_error_free(err);
        status = stskit_client_sign_in_with_device_code(client, session, 300000, show, stderr, &err);
    }
    if (status != STSKIT_STATUS_OK) {
        goto out;
    }
    failed = list(client, session, &err);
out:
    if (err != NULL) {
        fprintf(stderr, "stskit: %s\n", stskit_error_message(err));
    }
    stskit_error_free(err);
    stskit_text_free(token);
    stskit_sso_session_free(session);
    stskit_client_free(client);
    return failed;
}
