/* Valkey or Redis of ElastiCache or MemoryDB by hiredis: logs in with a token and says PING.
 *
 *     redis_hiredis ADDRESS PORT KIND CACHE USER
 *
 *     redis_hiredis my-cache-abc123.serverless.euw1.cache.amazonaws.com 6379 elasticache my-cache app
 *
 * The services take TLS only: make the context with hiredis_ssl.h there, and authenticate as here. They end a
 * connection 12 hours after its AUTH; another AUTH with a new token before that keeps it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hiredis/hiredis.h>
#include <stskit.h>

/* 1 if the reply is this status; a failure is told. */
static int replied(redisContext *context, redisReply *reply, const char *status) {
    const int right = reply != NULL && reply->type == REDIS_REPLY_STATUS && strcmp(reply->str, status) == 0;
    if (!right) {
        fprintf(stderr, "%s\n", reply != NULL && reply->str != NULL ? reply->str : context->errstr);
    }
    freeReplyObject(reply);
    return right;
}

/* For each connection, and again within 12 hours. */
static int authenticate(redisContext *context, const stskit_token_source *source, const char *user) {
    stskit_token *token = NULL;
    stskit_error *err = NULL;
    int done = 0;
    if (stskit_token_source_get(source, &token, &err) == STSKIT_STATUS_OK) {
        done = replied(context, redisCommand(context, "AUTH %s %s", user, stskit_token_text(token)), "OK");
    } else {
        fprintf(stderr, "%s\n", stskit_error_message(err));
    }
    stskit_error_free(err);
    stskit_token_free(token);
    return done;
}

int main(int argc, char **argv) {
    stskit_client *client = NULL;
    stskit_token_source *source = NULL;
    stskit_error *err = NULL;
    char inputs[512];
    int result = 1;
    if (argc != 6) {
        fprintf(stderr, "usage: %s ADDRESS PORT KIND CACHE USER\n", argv[0]);
        return 2;
    }
    /* Names of caches and users hold nothing that JSON would want escaped. */
    (void)snprintf(inputs, sizeof inputs, "{\"%s\":\"%s\",\"username\":\"%s\"}",
                   strcmp(argv[3], "memorydb") == 0 ? "cluster" : "cache", argv[4], argv[5]);
    if (stskit_client_new(NULL, &client, &err) == STSKIT_STATUS_OK &&
        stskit_token_source_new(client, argv[3], inputs, &source, &err) == STSKIT_STATUS_OK) {
        const struct timeval limit = {5, 0};
        redisContext *context = redisConnectWithTimeout(argv[1], atoi(argv[2]), limit);
        if (context == NULL || context->err != 0) {
            fprintf(stderr, "%s\n", context != NULL ? context->errstr : "no memory");
        } else if (authenticate(context, source, argv[5]) && replied(context, redisCommand(context, "PING"), "PONG")) {
            printf("logged in as %s\n", argv[5]);
            result = 0;
        }
        redisFree(context);
    } else {
        fprintf(stderr, "%s\n", stskit_error_message(err));
    }
    stskit_error_free(err);
    stskit_token_source_free(source);
    stskit_client_free(client);
    return result;
}
