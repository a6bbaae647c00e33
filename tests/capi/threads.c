/* 16 threads on one client; then one is cancelled from another thread. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "stskit.h"

#define THREADS 16
#define ROUNDS 25

static stskit_client *client = NULL;

static void *work(void *argument) {
    long wrong = 0;
    int round;
    (void)argument;
    for (round = 0; round < ROUNDS; ++round) {
        stskit_credentials *creds = NULL;
        stskit_response *who = NULL;
        stskit_error *err = NULL;
        if (stskit_client_get_credentials(client, &creds, &err) != STSKIT_STATUS_OK ||
            strncmp(stskit_credentials_access_key_id(creds), "ASIA", 4) != 0 ||
            stskit_credentials_session_token(creds) == NULL) {
            wrong += 1;
        }
        if (round % 8 == 0 && (stskit_client_get_caller_identity(client, &who, &err) != STSKIT_STATUS_OK ||
                               strstr(stskit_response_get(who, "/Arn"), "assumed-role/demo/") == NULL)) {
            wrong += 1;
        }
        if (err != NULL) {
            fprintf(stderr, "%s\n", stskit_error_message(err));
        }
        stskit_error_free(err);
        stskit_response_free(who);
        stskit_credentials_free(creds);
    }
    return (void *)wrong;
}

int main(void) {
    pthread_t threads[THREADS];
    stskit_client *source = NULL;
    stskit_error *err = NULL;
    long wrong = 0;
    int at;
    if (stskit_client_new(NULL, &source, &err) != STSKIT_STATUS_OK ||
        stskit_client_new_with_assumed_role(source, "{\"RoleArn\":\"arn:aws:iam::123456789012:role/demo\"}", &client,
                                            &err) != STSKIT_STATUS_OK) {
        printf("%s\n", stskit_error_message(err));
        return 2;
    }
    for (at = 0; at < THREADS; ++at) {
        pthread_create(&threads[at], NULL, work, NULL);
    }
    for (at = 0; at < THREADS; ++at) {
        void *answer = NULL;
        pthread_join(threads[at], &answer);
        wrong += (long)answer;
    }
    stskit_client_free(source);
    stskit_client_free(client);
    printf("%ld wrong\n", wrong);
    return wrong != 0;
}
