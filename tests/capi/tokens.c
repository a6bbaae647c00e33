/* Tokens by the names of their kinds: known values, rules that inputs break, sources, refresh before the credentials
 * end, options of signatures. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "stskit.h"

#define AT 1767323045 /* 2026-01-02T03:04:05Z */
#define DATABASE "{\"hostname\":\"mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com\",\"port\":5432,\"username\":\"db_user\",\"region\":\"eu-west-1\"}"

static int wrong = 0;

static void expect(int right, const char *what) {
    if (!right) {
        printf("wrong: %s\n", what);
        wrong += 1;
    }
}

static int holds(const char *text, const char *part) {
    return text != NULL && strstr(text, part) != NULL;
}

static stskit_credentials *key(const char *session_token, int64_t expiration) {
    stskit_credentials *made = NULL;
    expect(stskit_credentials_new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", session_token,
                                  expiration != 0 ? &expiration : NULL, NULL, &made, NULL) == STSKIT_STATUS_OK,
           "the credentials");
    return made;
}

static void known_values(void) {
    stskit_credentials *user = key(NULL, 0), *role = key("IQoJ/tok+en==", AT + 400);
    stskit_token *token = NULL;
    expect(stskit_credentials_get_token(user, "rds", DATABASE, AT, &token, NULL) == STSKIT_STATUS_OK, "a password");
    expect(stskit_token_length(token) == 342 && strlen(stskit_token_text(token)) == 342, "its length");
    expect(holds(stskit_token_text(token),
                 "X-Amz-Signature=5af22508f20603a5d8975a642996d722615caafa80284785f9afea1dd640c03a"),
           "its signature");
    expect(stskit_token_expiration(token) == AT + 900, "its end");
    expect(stskit_token_expiration_ms(token) == (AT + 900) * INT64_C(1000), "its end in milliseconds");
    expect(stskit_token_user(token) == NULL, "its user is an input");
    expect(holds(stskit_token_json(token), "\"expiration\":\"2026-01-02T03:19:05Z\""), "its JSON");
    stskit_token_free(token);

    expect(stskit_credentials_get_token(role, "eks", "{\"cluster\":\"my-cluster\",\"region\":\"eu-west-1\"}", AT, &token,
                                        NULL) == STSKIT_STATUS_OK,
           "a bearer token");
    expect(stskit_token_length(token) == 538, "the length with a session token");
    expect(stskit_token_expiration(token) == AT + 400, "it ends with its credentials");
    stskit_token_free(token);

    expect(stskit_credentials_get_token(role, "codecommit", "{\"repository\":\"MyRepo\",\"region\":\"eu-west-1\"}", AT,
                                        &token, NULL) == STSKIT_STATUS_OK,
           "a password of git");
    expect(holds(stskit_token_user(token), "AKIDEXAMPLE%IQoJ/tok+en=="), "the user of git");
    stskit_token_free(token);
    stskit_credentials_free(user);
    stskit_credentials_free(role);
}

static void broken_rules(void) {
    static const struct {
        const char *kind, *inputs;
        int32_t status, detail;
        const char *says;
    } RULES[] = {
        {"oracle", NULL, STSKIT_STATUS_INVALID_ARGUMENT, STSKIT_DETAIL_TOKEN_KIND, "rds, dsql, dsql-admin"},
        {"rds", "{", STSKIT_STATUS_INVALID_ARGUMENT, STSKIT_DETAIL_NOT_JSON, "input_json is not JSON"},
        {"rds", "[]", STSKIT_STATUS_INVALID_ARGUMENT, STSKIT_DETAIL_TOKEN_INPUT_MALFORMED, "JSON object"},
        {"rds", "{\"host\":\"planted-secret\"}", STSKIT_STATUS_INVALID_ARGUMENT, STSKIT_DETAIL_TOKEN_INPUT_UNKNOWN,
         "hostname, port, username"},
        {"rds", NULL, STSKIT_STATUS_INVALID_ARGUMENT, STSKIT_DETAIL_TOKEN_INPUT_MISSING, "the hostname is missing"},
        {"rds", "{\"hostname\":\"d.example.com\",\"port\":70000,\"username\":\"u\",\"region\":\"eu-west-1\"}",
         STSKIT_STATUS_INVALID_ARGUMENT, STSKIT_DETAIL_TOKEN_PORT, "1 to 65535"},
        {"rds",
         "{\"hostname\":\"d.a.us-east-1.rds.amazonaws.com\",\"port\":1,\"username\":\"u\",\"region\":\"eu-west-1\"}",
         STSKIT_STATUS_INVALID_ARGUMENT, STSKIT_DETAIL_TOKEN_REGION, "us-east-1"},
        {"bedrock", "{\"region\":\"us-west-2\",\"expires_in\":0}", STSKIT_STATUS_INVALID_ARGUMENT,
         STSKIT_DETAIL_TOKEN_EXPIRY, "0 seconds"},
        {"bedrock", "{\"region\":\"us-west-2\",\"expires_in\":43201}", STSKIT_STATUS_INVALID_ARGUMENT,
         STSKIT_DETAIL_TOKEN_EXPIRY, "43200"},
        {"bedrock", "{\"region\":\"us-west-2\",\"min_ttl\":700}", STSKIT_STATUS_EXPIRED,
         STSKIT_DETAIL_TOKEN_CREDENTIALS_END_TOO_SOON, "700 seconds"},
        {"ses-smtp", "{\"region\":\"us-west-2\"}", STSKIT_STATUS_INVALID_ARGUMENT,
         STSKIT_DETAIL_TOKEN_TEMPORARY_CREDENTIALS, "temporary"},
        {"web-identity", "{\"audience\":\"a\"}", STSKIT_STATUS_INVALID_ARGUMENT, STSKIT_DETAIL_TOKEN_MADE_BY_SERVICE,
         "STS"},
    };
    stskit_credentials *role = key("planted-token", AT + 600);
    size_t at;
    for (at = 0; at < sizeof RULES / sizeof RULES[0]; ++at) {
        stskit_token *token = NULL;
        stskit_error *err = NULL;
        const stskit_status status =
            stskit_credentials_get_token(role, RULES[at].kind, RULES[at].inputs, AT, &token, &err);
        if (status != RULES[at].status || stskit_error_detail(err) != RULES[at].detail ||
            !holds(stskit_error_message(err), RULES[at].says) || holds(stskit_error_message(err), "planted")) {
            printf("wrong: rule %d: %s, %d: %s\n", (int)at, stskit_status_name(status), (int)stskit_error_detail(err),
                   stskit_error_message(err));
            wrong += 1;
        }
        expect(token == NULL, "no token of a broken rule");
        stskit_error_free(err);
    }
    {
        stskit_token *token = NULL;
        stskit_error *err = NULL;
        expect(stskit_credentials_get_token(role, "msk", "{\"region\":\"us-west-2\"}", AT + 600, &token, &err) ==
                       STSKIT_STATUS_EXPIRED &&
                   stskit_error_detail(err) == STSKIT_DETAIL_TOKEN_CREDENTIALS_EXPIRED,
               "credentials that have expired");
        stskit_error_free(err);
    }
    stskit_credentials_free(role);
}

struct sets {
    int calls;
    int64_t left[2]; /* of each set; the last goes on */
};

static int32_t next_set(void *userdata, stskit_credentials **credentials) {
    struct sets *sets = userdata;
    const int64_t expiration = (int64_t)time(NULL) + sets->left[sets->calls == 0 ? 0 : 1];
    char id[32];
    sets->calls += 1;
    (void)snprintf(id, sizeof id, "AKID%d", sets->calls);
    return stskit_credentials_new(id, "secret", "t", &expiration, NULL, credentials, NULL) == STSKIT_STATUS_OK ? 0 : 1;
}

/* Credentials that end within min_ttl are fetched anew first, and a token is of one set. */
static void refresh_first(void) {
    struct sets sets = {0, {200, 3600}}, short_sets = {0, {200, 200}};
    stskit_client *client = NULL;
    stskit_token *token = NULL;
    stskit_token_source *source = NULL;
    stskit_error *err = NULL;
    expect(stskit_client_new_with_callback(NULL, next_set, &sets, NULL, &client, NULL) == STSKIT_STATUS_OK, "a client");
    expect(stskit_token_source_new(client, "elasticache", "{\"cache\":\"c\",\"username\":\"u\"}", &source, NULL) == 0 &&
               sets.calls == 0,
           "a source asks for nothing yet");
    expect(stskit_token_source_get(source, &token, NULL) == STSKIT_STATUS_OK && sets.calls == 2, "a refresh comes first");
    expect(holds(stskit_token_json(token), "\"access_key_id\":\"AKID2\"") && holds(stskit_token_text(token), "AKID2"),
           "the token is of the new set");
    stskit_token_free(token);
    expect(stskit_token_source_get(source, &token, NULL) == STSKIT_STATUS_OK && sets.calls == 2, "no further refresh");
    stskit_token_free(token);
    stskit_token_source_free(source);
    stskit_client_free(client);

    expect(stskit_client_new_with_callback(NULL, next_set, &short_sets, NULL, &client, NULL) == 0, "a client");
    expect(stskit_client_get_token(client, "msk", NULL, &token, &err) == STSKIT_STATUS_EXPIRED &&
               stskit_error_detail(err) == STSKIT_DETAIL_TOKEN_CREDENTIALS_END_TOO_SOON && token == NULL,
           "a refresh that does not help");
    stskit_error_free(err);
    expect(stskit_client_get_token(client, "msk", "{\"min_ttl\":0}", &token, NULL) == STSKIT_STATUS_OK,
           "whatever is left");
    stskit_token_free(token);
    stskit_client_cancel(client);
    expect(stskit_client_get_token(client, "msk", "{\"min_ttl\":0}", &token, NULL) == STSKIT_STATUS_CANCELLED,
           "a cancelled client");
    stskit_client_free(client);
}

static void web_identity(void) {
    stskit_client *client = NULL;
    stskit_token_source *source = NULL;
    stskit_token *first = NULL, *kept = NULL, *fresh = NULL;
    stskit_error *err = NULL;
    expect(stskit_client_new(NULL, &client, NULL) == STSKIT_STATUS_OK, "a client");
    expect(stskit_token_source_new(client, "web-identity", "{\"audience\":\"https://kafka.example.com\"}", &source, &err) ==
               STSKIT_STATUS_OK,
           "a source");
    stskit_client_free(client);
    expect(stskit_token_source_get(source, &first, &err) == STSKIT_STATUS_OK, stskit_error_message(err));
    expect(stskit_token_source_get(source, &kept, NULL) == STSKIT_STATUS_OK &&
               strcmp(stskit_token_text(first), stskit_token_text(kept)) == 0,
           "a token is kept");
    expect(holds(stskit_token_user(first), "arn:aws:iam::123456789012:"), "its subject");
    expect(holds(stskit_token_json(first), "\"purpose\":\"web-identity\""), "its purpose");
    stskit_token_source_invalidate(source);
    expect(stskit_token_source_get(source, &fresh, NULL) == STSKIT_STATUS_OK &&
               strcmp(stskit_token_text(first), stskit_token_text(fresh)) != 0,
           "a refused one is not kept");
    stskit_token_source_invalidate(NULL);
    stskit_token_free(first);
    stskit_token_free(kept);
    stskit_token_free(fresh);
    stskit_token_source_free(source);
}

static void signing_options(void) {
    static const char *const BAD[] = {"[]", "1", "{\"path_encoding\":\"triple\"}", "{\"paths\":\"single\"}",
                                      "{\"signed_headers\":\"host\"}", "{\"signed_headers\":[1]}", "{\"payload\":null}"};
    stskit_credentials *role = key("planted-token", 0);
    stskit_request *request = NULL;
    stskit_text *url = NULL;
    size_t at;
    expect(stskit_request_new("PUT", "https://b.s3.eu-west-1.amazonaws.com/a%20b/../c", &request, NULL) == 0, "a request");
    expect(stskit_request_add_header(request, "content-length", "2", NULL) == 0 &&
               stskit_request_add_header(request, "x-thing", "2", NULL) == 0,
           "its headers");
    for (at = 0; at < sizeof BAD / sizeof BAD[0]; ++at) {
        stskit_error *err = NULL;
        expect(stskit_request_set_options(request, BAD[at], &err) == STSKIT_STATUS_INVALID_ARGUMENT, BAD[at]);
        stskit_error_free(err);
    }
    expect(stskit_request_set_options(request,
                                      "{\"path_encoding\":\"single\",\"path_normalization\":\"as_given\","
                                      "\"payload\":\"unsigned\",\"session_token\":\"after_signing\","
                                      "\"unsigned_headers\":[\"Content-Length\"]}",
                                      NULL) == STSKIT_STATUS_OK,
           "options");
    expect(stskit_credentials_presign(role, request, "s3", "eu-west-1", AT, 60, &url, NULL) == STSKIT_STATUS_OK, "a URL");
    expect(holds(stskit_text_data(url), "&X-Amz-SignedHeaders=host%3Bx-thing&"), "headers that are not signed");
    expect(holds(stskit_text_data(url), "&X-Amz-Security-Token=planted-token"), "the token at the end");
    stskit_text_free(url);
    expect(stskit_request_set_options(request, "{\"session_token\":\"omit\",\"signed_headers\":[]}", NULL) == 0, "others");
    expect(stskit_credentials_presign(role, request, "s3", "eu-west-1", AT, 60, &url, NULL) == STSKIT_STATUS_OK, "a URL");
    expect(holds(stskit_text_data(url), "&X-Amz-SignedHeaders=host&") && !holds(stskit_text_data(url), "planted-token"),
           "nothing but the host");
    stskit_text_free(url);
    stskit_request_free(request);
    stskit_credentials_free(role);
}

int main(void) {
    known_values();
    broken_rules();
    refresh_first();
    web_identity();
    signing_options();
    printf("%d wrong\n", wrong);
    return wrong != 0;
}
