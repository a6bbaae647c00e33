/* Calls a second through the C ABI, beside which the bindings show theirs: `rate SECONDS` prints how many cached
 * lookups and how many GetCallerIdentity one thread makes in a second, the best of three runs each. */
#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <stskit.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int lookup(const stskit_client *client) {
    stskit_credentials *creds = NULL;
    const int failed = stskit_client_get_credentials(client, &creds, NULL);
    stskit_credentials_free(creds);
    return failed;
}

static int identity(const stskit_client *client) {
    stskit_response *response = NULL;
    const int failed = stskit_client_get_caller_identity(client, &response, NULL);
    stskit_response_free(response);
    return failed;
}

static double best(int (*call)(const stskit_client *), const stskit_client *client, double seconds) {
    double most = 0;
    for (int round = 0; round < 3; round++) {
        const double start = now();
        long count = 0;
        double spent = 0;
        while (spent < seconds / 3) {
            if (call(client)) exit(1);
            if (++count % 16 == 0) spent = now() - start;
        }
        if ((double)count / spent > most) most = (double)count / spent;
    }
    return most;
}

int main(int argc, char **argv) {
    const double seconds = argc > 1 ? atof(argv[1]) : 3;
    stskit_client *client = NULL;
    if (stskit_client_new(NULL, &client, NULL)) return 1;
    printf("%.0f %.0f\n", best(lookup, client, seconds), best(identity, client, seconds));
    stskit_client_free(client);
    return 0;
}
