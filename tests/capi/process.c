/* What a host may do with its process: fork, ignore SIGCHLD, leave SIGPIPE deadly. */
#define _POSIX_C_SOURCE 200809L
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stskit.h"

static int asks(const stskit_client *client, const char *who_is_it) {
    stskit_response *who = NULL;
    stskit_error *err = NULL;
    const int right = stskit_client_get_caller_identity(client, &who, &err) == STSKIT_STATUS_OK &&
                      strstr(stskit_response_get(who, "/Arn"), "user/stskit") != NULL;
    if (!right) {
        printf("%s: %s\n", who_is_it, stskit_error_message(err));
        fflush(stdout);
    }
    stskit_error_free(err);
    stskit_response_free(who);
    return right;
}

static int forks(const stskit_client *client) {
    int wrong = 0;
    int round;
    for (round = 0; round < 10; ++round) {
        int status = 0;
        pid_t child;
        fflush(stdout);
        child = fork();
        if (child == 0) {
            _exit(asks(client, "the child") ? 0 : 1);
        }
        wrong += !asks(client, "the parent");
        waitpid(child, &status, 0);
        wrong += !WIFEXITED(status) || WEXITSTATUS(status) != 0;
    }
    return wrong;
}

static int helper(const char *what, const char *command, int works) {
    stskit_client *client = NULL;
    stskit_credentials *creds = NULL;
    stskit_error *err = NULL;
    int right = stskit_client_new_with_process(NULL, command, 20000, &client, &err) == STSKIT_STATUS_OK;
    if (right) {
        const stskit_status status = stskit_client_get_credentials(client, &creds, &err);
        right = works ? status == STSKIT_STATUS_OK && strcmp(stskit_credentials_access_key_id(creds), "AKIDHELPER") == 0
                      : status != STSKIT_STATUS_OK;
    }
    if (!right) {
        printf("%s: %s\n", what, err != NULL ? stskit_error_message(err) : "it succeeded");
    }
    stskit_error_free(err);
    stskit_credentials_free(creds);
    stskit_client_free(client);
    return right;
}

int main(int argc, char **argv) {
    const char *prints = "/bin/sh -c 'echo {\\\"Version\\\":1,\\\"AccessKeyId\\\":\\\"AKIDHELPER\\\","
                         "\\\"SecretAccessKey\\\":\\\"s\\\"}'";
    stskit_client *client = NULL;
    int wrong = 0;
    (void)argc;
    (void)argv;

    /* The default, said aloud: a write to a closed pipe or socket would end this program. */
    signal(SIGPIPE, SIG_DFL);
    if (stskit_client_new(NULL, &client, NULL) != STSKIT_STATUS_OK) {
        return 2;
    }
    wrong += !asks(client, "before a fork");
    wrong += forks(client);
    stskit_client_free(client);

    wrong += !helper("a helper", prints, 1);
    wrong += !helper("a helper that fails", "/bin/false", 0);
    wrong += !helper("a helper that is not there", "/no/such/program", 0);
    /* As daemons do: the system reaps the children, and wait() fails with ECHILD. */
    signal(SIGCHLD, SIG_IGN);
    wrong += !helper("a helper with SIGCHLD ignored", prints, 1);
    signal(SIGCHLD, SIG_DFL);
    printf("%d wrong\n", wrong);
    return wrong != 0;
}
