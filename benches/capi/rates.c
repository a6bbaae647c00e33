/* Calls a second through the C ABI, for the benches of the bindings: `rates SECONDS` prints how many cached lookups and
 * how many GetCallerIdentity of one thread, the best of three runs. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <stskit.h>

static double now(void) {
    struct timespec moment;
    clock_gettime(CLOCK_MONOTONIC, &moment);
    return (double)moment.tv_sec + (double)moment.tv_nsec / 1e9;
}

static void lookup(const stskit_client *client) {
    stskit_credentials *creds = NULL;
    if (stskit_client_get_credentials(client, &creds, NULL) != STSKIT_STATUS_OK) exit(1);
    stskit_credentials_free(creds);
}

static void identity(const stskit_client *client) {
    stskit_response *response = NULL;
    if (stskit_client_get_caller_identity(client, &response, NULL) != STSKIT_STATUS_OK) exit(1);
    stskit_response_free(response);
}

static double rate(void (*work)(const stskit_client *), const stskit_client *client, double seconds) {
    double best = 0;
    int round;
    for (round = 0; round < 3; round++) {
        double start = now(), spent;
        long count = 0;
        do {
            work(client);
            count++;
            spent = now() - start;
        } while (spent < seconds / 3);
        if ((double)count / spent > best) best = (double)count / spent;
    }
    return best;
}

int main(int argc, char **argv) {
    double seconds = argc > 1 ? atof(argv[1]) : 3;
    stskit_client *client = NULL;
    if (stskit_client_new(NULL, &client, NULL) != STSKIT_STATUS_OK) return 1;
    printf("%.0f\n", rate(lookup, client, seconds));
    printf("%.0f\n", rate(identity, client, seconds));
    stskit_client_free(client);
    return 0;
}
