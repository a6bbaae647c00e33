/* A source of credentials of your own: a vault, a database, here just variables of the environment. */
#include <stdio.h>
#include <stdlib.h>

#include "stskit.h"

struct vault {
    int asked;
};

static int32_t from_vault(void *userdata, stskit_credentials **credentials) {
    struct vault *vault = (struct vault *)userdata;
    const char *id = getenv("AWS_ACCESS_KEY_ID");
    const char *secret = getenv("AWS_SECRET_ACCESS_KEY");
    vault->asked += 1;
    if (id == NULL || secret == NULL) {
        return 7; /* a number of your own: the error tells it again */
    }
    return stskit_credentials_new(id, secret, NULL, NULL, NULL, credentials, NULL);
}

static void close_vault(void *userdata) {
    struct vault *vault = (struct vault *)userdata;
    printf("asked %d time(s)\n", vault->asked);
    free(vault);
}

int main(void) {
    struct vault *vault = (struct vault *)calloc(1, sizeof *vault);
    stskit_client *client = NULL;
    stskit_response *who = NULL;
    stskit_error *err = NULL;
    int failed = 1;
    int round;

    if (vault == NULL) {
        return 1;
    }
    /* From here on the vault is closed by stskit, even if the call fails. */
    if (stskit_client_new_with_callback(NULL, from_vault, vault, close_vault, &client, &err) == STSKIT_STATUS_OK) {
        for (failed = 0, round = 0; round < 3 && failed == 0; ++round) {
            failed = stskit_client_get_caller_identity(client, &who, &err) != STSKIT_STATUS_OK;
            if (failed == 0 && round == 0) {
                printf("account: %s\n", stskit_response_get(who, "/Account"));
            }
            stskit_response_free(who);
        }
    }
    if (err != NULL) {
        fprintf(stderr, "stskit: %s (the callback answered %d)\n", stskit_error_message(err),
                (int)stskit_error_callback_result(err));
    }
    stskit_error_free(err);
    stskit_client_free(client);
    return failed;
}
