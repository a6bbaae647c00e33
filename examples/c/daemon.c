/* A daemon that always has good credentials. It asks at each use and keeps none: the client refreshes them
 * when they are due. SIGTERM and Ctrl-C end it, also in the middle of a call.
 *
 *     ./daemon [ROUNDS [MILLISECONDS]]      (default: for ever, once a second)
 */
#if !defined(_POSIX_C_SOURCE)
#define _POSIX_C_SOURCE 200809L
#endif
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "stskit.h"

static stskit_client *client = NULL;

static void stop(int number) {
    (void)number;
    stskit_client_cancel(client); /* one atomic store: fit for a signal handler */
}

static void log_line(void *userdata, int32_t level, const char *target, const char *message) {
    (void)userdata;
    fprintf(stderr, "[%d] %s: %s\n", (int)level, target, message);
}

static void pause_ms(long milliseconds) {
    struct timespec time;
    time.tv_sec = milliseconds / 1000;
    time.tv_nsec = milliseconds % 1000 * 1000000L;
    nanosleep(&time, NULL); /* a signal ends it early */
}

int main(int argc, char **argv) {
    long rounds = argc > 1 ? atol(argv[1]) : -1;
    long milliseconds = argc > 2 ? atol(argv[2]) : 1000;
    long round;
    int failed = 0;
    struct sigaction action;
    stskit_error *err = NULL;

    if (stskit_set_log_callback(log_line, NULL, STSKIT_LOG_LEVEL_WARN, &err) != STSKIT_STATUS_OK ||
        stskit_client_new(NULL, &client, &err) != STSKIT_STATUS_OK) {
        fprintf(stderr, "stskit: %s\n", stskit_error_message(err));
        stskit_error_free(err);
        return 1;
    }
    action.sa_handler = stop;
    action.sa_flags = 0;
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);

    for (round = 0; (rounds < 0 || round < rounds) && !stskit_client_is_cancelled(client); ++round) {
        stskit_credentials *creds = NULL;
        stskit_status status = stskit_client_get_credentials(client, &creds, &err);
        if (status == STSKIT_STATUS_OK) {
            printf("serving with %s\n", stskit_credentials_access_key_id(creds));
            fflush(stdout);
        } else if (status != STSKIT_STATUS_CANCELLED) {
            fprintf(stderr, "stskit: %s\n", stskit_error_message(err));
            failed = 1;
        }
        stskit_error_free(err);
        stskit_credentials_free(creds);
        pause_ms(milliseconds);
    }
    printf("stopped\n");
    stskit_client_free(client);
    return failed;
}
