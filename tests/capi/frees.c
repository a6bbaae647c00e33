/* Handles may be freed in any order, and what is left goes on working. */
#include <stdio.h>
#include <string.h>

#include "stskit.h"

#define HANDLES 9

static int wrong = 0;

static void expect(int right, const char *what) {
    if (!right) {
        printf("wrong: %s\n", what);
        wrong += 1;
    }
}

struct all {
    stskit_config *config;
    stskit_client *client;
    stskit_client *as_role;
    stskit_credentials *credentials;
    stskit_response *response;
    stskit_request *request;
    stskit_error *error;
    stskit_token_source *source;
    stskit_token *token;
};

static int make(struct all *all) {
    stskit_text *none = NULL;
    memset(all, 0, sizeof *all);
    return stskit_config_new(&all->config, NULL) == 0 &&
           stskit_config_set_region(all->config, "us-east-1", NULL) == 0 &&
           stskit_client_new(all->config, &all->client, NULL) == 0 &&
           stskit_client_new_with_assumed_role(
               all->client, "{\"RoleArn\":\"arn:aws:iam::123456789012:role/demo\"}", &all->as_role, NULL) == 0 &&
           stskit_client_get_credentials(all->client, &all->credentials, NULL) == 0 &&
           stskit_client_get_caller_identity(all->client, &all->response, NULL) == 0 &&
           stskit_request_new("GET", "https://example.amazonaws.com/", &all->request, NULL) == 0 &&
           stskit_client_sign(all->client, all->request, "sts", NULL, NULL) == 0 &&
           stskit_token_source_new(all->client, "eks", "{\"cluster\":\"c\"}", &all->source, NULL) == 0 &&
           stskit_token_source_get(all->source, &all->token, NULL) == 0 &&
           stskit_client_get_endpoint(all->client, 99, &none, &all->error) == STSKIT_STATUS_INVALID_ARGUMENT;
}

static void use(const struct all *all) {
    if (all->client != NULL) {
        stskit_credentials *found = NULL;
        expect(stskit_client_get_credentials(all->client, &found, NULL) == 0, "the client");
        stskit_credentials_free(found);
    }
    if (all->credentials != NULL) {
        expect(strncmp(stskit_credentials_access_key_id(all->credentials), "AKIA", 4) == 0, "the credentials");
    }
    if (all->response != NULL) {
        expect(stskit_response_get(all->response, "/Arn") != NULL, "the response");
    }
    if (all->request != NULL) {
        expect(stskit_request_header_count(all->request) > 0, "the request");
    }
    if (all->source != NULL) {
        stskit_token *found = NULL;
        expect(stskit_token_source_get(all->source, &found, NULL) == 0, "the source of tokens");
        stskit_token_free(found);
    }
    if (all->token != NULL) {
        expect(strncmp(stskit_token_text(all->token), "k8s-aws-v1.", 11) == 0, "the token");
    }
    if (all->error != NULL) {
        expect(strlen(stskit_error_message(all->error)) > 0, "the error");
    }
}

static void end(struct all *all, int which) {
    switch (which) {
    case 0: stskit_config_free(all->config); all->config = NULL; break;
    case 1: stskit_client_free(all->client); all->client = NULL; break;
    case 2: stskit_client_free(all->as_role); all->as_role = NULL; break;
    case 3: stskit_credentials_free(all->credentials); all->credentials = NULL; break;
    case 4: stskit_response_free(all->response); all->response = NULL; break;
    case 5: stskit_request_free(all->request); all->request = NULL; break;
    case 6: stskit_token_source_free(all->source); all->source = NULL; break;
    case 7: stskit_token_free(all->token); all->token = NULL; break;
    default: stskit_error_free(all->error); all->error = NULL; break;
    }
}

int main(void) {
    /* Every handle is once the first and once the last, forwards and backwards. */
    int start, step, count;
    struct all all;
    stskit_credentials *of_role = NULL;
    for (start = 0; start < HANDLES; ++start) {
        for (step = 1; step < HANDLES; ++step) {
            if (step % 3 == 0) {
                continue; /* of nine, steps of three or six reach three */
            }
            if (!make(&all)) {
                printf("the handles cannot be made\n");
                return 2;
            }
            for (count = 0; count < HANDLES; ++count) {
                end(&all, (start + count * step) % HANDLES);
                use(&all);
            }
        }
    }
    /* A client with a role goes on without the client that it was made of. */
    if (!make(&all)) {
        return 2;
    }
    end(&all, 0);
    end(&all, 1);
    expect(stskit_client_get_credentials(all.as_role, &of_role, NULL) == 0, "the role without its source");
    for (count = 2; count < HANDLES; ++count) {
        end(&all, count);
    }
    expect(stskit_credentials_session_token(of_role) != NULL, "the role's credentials");
    stskit_credentials_free(of_role);
    printf("%d wrong\n", wrong);
    return wrong != 0;
}
