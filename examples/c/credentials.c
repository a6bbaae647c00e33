/* Credentials of the default chain, in three calls.
 *
 *     cc credentials.c $(pkg-config --cflags --libs stskit) && ./a.out
 */
#include <stdio.h>

#include "stskit.h"

int main(void) {
    stskit_client *client = NULL;
    stskit_credentials *creds = NULL;
    stskit_error *err = NULL;
    int failed = 1;

    if (stskit_client_new(NULL, &client, &err) == STSKIT_STATUS_OK &&
        stskit_client_get_credentials(client, &creds, &err) == STSKIT_STATUS_OK) {
        int64_t expiration = 0;
        printf("access key id: %s\n", stskit_credentials_access_key_id(creds));
        printf("temporary:     %s\n", stskit_credentials_session_token(creds) != NULL ? "yes" : "no");
        if (stskit_credentials_expiration(creds, &expiration)) {
            printf("expire at:     %lld (seconds since 1970)\n", (long long)expiration);
        }
        failed = 0;
    } else {
        size_t line;
        fprintf(stderr, "stskit: %s\n", stskit_error_message(err));
        for (line = 0; line < stskit_error_provider_count(err); ++line) {
            fprintf(stderr, "  %s\n", stskit_error_provider_line(err, line));
        }
    }
    stskit_error_free(err);
    stskit_credentials_free(creds);
    stskit_client_free(client);
    return failed;
}
