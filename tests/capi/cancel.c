/* Calls that wait are ended from another thread and from a signal handler; the server answers to nobody. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "stskit.h"

static stskit_client *client = NULL;

static void *cancel_soon(void *argument) {
    struct timespec time = {0, 300000000L};
    (void)argument;
    nanosleep(&time, NULL);
    stskit_client_cancel(client);
    return NULL;
}

static void on_alarm(int number) {
    (void)number;
    stskit_client_cancel(client);
}

static int ended(const char *what, stskit_status status, stskit_error *err) {
    const int right = status == STSKIT_STATUS_CANCELLED && stskit_error_detail(err) == STSKIT_DETAIL_CANCEL;
    if (!right) {
        printf("%s: %s: %s\n", what, stskit_status_name(status), stskit_error_message(err));
    }
    stskit_error_free(err);
    return right;
}

int main(void) {
    pthread_t thread;
    stskit_response *who = NULL;
    stskit_credentials *creds = NULL;
    stskit_error *err = NULL;
    stskit_status status;
    struct sigaction action;
    time_t start = time(NULL);
    int wrong = 0;

    if (stskit_client_new(NULL, &client, &err) != STSKIT_STATUS_OK) {
        return 2;
    }
    pthread_create(&thread, NULL, cancel_soon, NULL);
    status = stskit_client_get_caller_identity(client, &who, &err);
    wrong += !ended("a call that waits", status, err);
    pthread_join(thread, NULL);

    /* It stays cancelled, cached credentials included, until it is reset. */
    status = stskit_client_get_credentials(client, &creds, &err);
    wrong += !ended("a call after it", status, err);
    stskit_client_reset(client);
    status = stskit_client_get_credentials(client, &creds, &err);
    wrong += status != STSKIT_STATUS_OK;
    stskit_credentials_free(creds);

    memset(&action, 0, sizeof action);
    action.sa_handler = on_alarm;
    sigaction(SIGALRM, &action, NULL);
    alarm(1);
    status = stskit_client_get_caller_identity(client, &who, &err);
    wrong += !ended("a call that a signal ends", status, err);

    /* Without a cancel the two calls take a minute and more: three attempts of 30 s each. */
    if (time(NULL) - start > 20) {
        printf("it took %ld s\n", (long)(time(NULL) - start));
        wrong += 1;
    }
    stskit_client_free(client);
    printf("%d wrong\n", wrong);
    return wrong != 0;
}
