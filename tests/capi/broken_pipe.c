/* The server closes every connection: writing to one must not end the program by SIGPIPE. */
#include <signal.h>
#include <stdio.h>

#include "stskit.h"

int main(void) {
    stskit_client *client = NULL;
    stskit_error *err = NULL;
    int round;
    int failures = 0;
    signal(SIGPIPE, SIG_DFL);
    if (stskit_client_new(NULL, &client, &err) != STSKIT_STATUS_OK) {
        return 2;
    }
    for (round = 0; round < 5; ++round) {
        stskit_response *who = NULL;
        failures += stskit_client_get_caller_identity(client, &who, &err) == STSKIT_STATUS_NETWORK;
        stskit_error_free(err);
        stskit_response_free(who);
    }
    stskit_client_free(client);
    printf("%d wrong\n", 5 - failures);
    return failures != 5;
}
