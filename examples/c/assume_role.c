/* Assumes a role, once and for good:
 *
 *     ./assume_role arn:aws:iam::123456789012:role/demo
 */
#include <stdio.h>

#include "stskit.h"

int main(int argc, char **argv) {
    const char *role = argc > 1 ? argv[1] : "arn:aws:iam::123456789012:role/demo";
    char input[512];
    stskit_client *client = NULL;
    stskit_client *as_role = NULL;
    stskit_credentials *creds = NULL;
    stskit_response *who = NULL;
    stskit_error *err = NULL;
    int failed = 1;

    /* Once: credentials that you look after yourself. */
    if (stskit_client_new(NULL, &client, &err) != STSKIT_STATUS_OK ||
        stskit_client_assume_role(client, role, "stskit-example", 900, NULL, &creds, &err) != STSKIT_STATUS_OK) {
        goto out;
    }
    printf("access key id: %s\n", stskit_credentials_access_key_id(creds));

    /* For good: a client that keeps the role's credentials fresh. */
    if (snprintf(input, sizeof input, "{\"RoleArn\":\"%s\",\"DurationSeconds\":900}", role) >= (int)sizeof input) {
        fprintf(stderr, "the ARN is too long\n");
        goto out;
    }
    if (stskit_client_new_with_assumed_role(client, input, &as_role, &err) != STSKIT_STATUS_OK ||
        stskit_client_get_caller_identity(as_role, &who, &err) != STSKIT_STATUS_OK) {
        goto out;
    }
    printf("the role says: %s\n", stskit_response_get(who, "/Arn"));
    failed = 0;
out:
    if (err != NULL) {
        fprintf(stderr, "stskit: %s: %s\n", stskit_status_name(stskit_error_status(err)), stskit_error_message(err));
    }
    stskit_error_free(err);
    stskit_response_free(who);
    stskit_credentials_free(creds);
    stskit_client_free(as_role);
    stskit_client_free(client);
    return failed;
}
