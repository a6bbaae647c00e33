/* CPU time of a cached lookup through the C ABI: `lookup COUNT` prints nanoseconds for each get and free. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <stskit.h>

static double cpu_ns(void) { return (double)clock() * (1e9 / CLOCKS_PER_SEC); }

int main(int argc, char **argv) {
    long count = argc > 1 ? atol(argv[1]) : 1000000;
    stskit_client *client = NULL;
    stskit_credentials *creds = NULL;
    stskit_error *err = NULL;
    long i;
    double start;
    if (stskit_client_new(NULL, &client, &err) != STSKIT_STATUS_OK) goto failed;
    /* The first one loads. */
    if (stskit_client_get_credentials(client, &creds, &err) != STSKIT_STATUS_OK) goto failed;
    stskit_credentials_free(creds);
    start = cpu_ns();
    for (i = 0; i < count; i++) {
        if (stskit_client_get_credentials(client, &creds, &err) != STSKIT_STATUS_OK) goto failed;
        stskit_credentials_free(creds);
    }
    printf("%.1f\n", (cpu_ns() - start) / (double)(count > 0 ? count : 1));
    stskit_client_free(client);
    return 0;
failed:
    fprintf(stderr, "%s\n", stskit_error_message(err));
    stskit_error_free(err);
    stskit_client_free(client);
    return 1;
}
