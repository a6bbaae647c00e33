/* What bindings stand on: headers, the parts of errors, presigning by name, pages, the model. The variable
 * TOKEN has an access token of the emulator, which has 5 accounts; its first two calls of STS fail. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stskit.h"

static int wrong = 0;

static void expect(int right, const char *what) {
    if (!right) {
        printf("wrong: %s\n", what);
        wrong += 1;
    }
}

static int same(const char *text, const char *expected) {
    return text != NULL && strcmp(text, expected) == 0;
}

static void headers_of_answers(const stskit_client *client) {
    stskit_response *response = NULL;
    size_t at, count, found = 0;
    expect(stskit_client_get_caller_identity(client, &response, NULL) == STSKIT_STATUS_OK, "the caller");
    count = stskit_response_header_count(response);
    for (at = 0; at < count; ++at) {
        const char *name = stskit_response_header_name(response, at);
        const char *value = stskit_response_header_value(response, at);
        expect(name != NULL && value != NULL, "every header has a name and a value");
        if (same(name, "x-amzn-requestid")) {
            found += 1;
            expect(same(value, stskit_response_request_id(response)), "the request id");
        }
        found += same(name, "content-type") && strncmp(value, "text/xml", 8) == 0;
    }
    expect(count > 2 && found == 2, "the headers of the answer");
    expect(stskit_response_header_name(response, count) == NULL, "a name behind the end");
    expect(stskit_response_header_value(response, count) == NULL, "a value behind the end");
    expect(stskit_response_header_name(response, SIZE_MAX) == NULL, "the largest index");
    expect(stskit_response_header_count(NULL) == 0 && stskit_response_header_name(NULL, 0) == NULL &&
               stskit_response_header_value(NULL, 0) == NULL,
           "NULL");
    stskit_response_free(response);
}

/* The value of a member, or NULL. */
static const char *member(const stskit_error *error, const char *name) {
    size_t at;
    for (at = 0; at < stskit_error_member_count(error); ++at) {
        if (same(stskit_error_member_name(error, at), name)) {
            return stskit_error_member_value(error, at);
        }
    }
    return NULL;
}

static void parts_of_errors(const stskit_client *client) {
    static const char *const GRANT = "{\"clientId\":\"i\",\"clientSecret\":\"s\",\"grantType\":\"nonsense\"}";
    stskit_response *response = NULL;
    stskit_error *error = NULL;
    size_t at, dates = 0;
    /* The test has injected these two. */
    expect(stskit_client_get_caller_identity(client, &response, &error) == STSKIT_STATUS_ACCESS_DENIED, "refused");
    expect(same(stskit_error_service_message(error), "not today"), "the service's own words");
    expect(strstr(stskit_error_message(error), "not today") != NULL, "which the message has, too");
    expect(same(stskit_error_fault(error), "Sender"), "whose fault: ours");
    expect(stskit_error_member_count(error) == 0, "errors of STS have no further members");
    for (at = 0; at < stskit_error_header_count(error); ++at) {
        dates += same(stskit_error_header_name(error, at), "date") && stskit_error_header_value(error, at) != NULL;
    }
    expect(dates == 1, "the headers of the error");
    expect(stskit_error_header_name(error, at) == NULL && stskit_error_header_value(error, at) == NULL, "the end");
    stskit_error_free(error);
    expect(stskit_client_get_caller_identity(client, &response, &error) == STSKIT_STATUS_SERVICE, "failed");
    expect(same(stskit_error_fault(error), "Receiver"), "whose fault: theirs");
    stskit_error_free(error);

    expect(stskit_client_call(client, STSKIT_SERVICE_SSO_OIDC, "CreateToken", GRANT, &response, &error) != 0, "a token");
    expect(stskit_error_fault(error) == NULL, "JSON says nothing of faults");
    expect(member(error, "error") != NULL && member(error, "error_description") != NULL, "the members of OAuth");
    expect(same(member(error, "error_description"), stskit_error_service_message(error)), "the words are a member");
    at = stskit_error_member_count(error);
    expect(stskit_error_member_name(error, at) == NULL && stskit_error_member_value(error, at) == NULL, "the end");
    stskit_error_free(error);

    /* No service answered. */
    expect(stskit_client_call(client, STSKIT_SERVICE_STS, "Nonsense", NULL, &response, &error) ==
               STSKIT_STATUS_INVALID_ARGUMENT, "no such operation");
    expect(stskit_error_service_message(error) == NULL && stskit_error_fault(error) == NULL &&
               stskit_error_header_count(error) == 0 && stskit_error_member_count(error) == 0,
           "nothing of a service");
    stskit_error_free(error);
    expect(stskit_error_service_message(NULL) == NULL && stskit_error_fault(NULL) == NULL &&
               stskit_error_header_count(NULL) == 0 && stskit_error_header_name(NULL, 0) == NULL &&
               stskit_error_header_value(NULL, 0) == NULL && stskit_error_member_count(NULL) == 0 &&
               stskit_error_member_name(NULL, 0) == NULL && stskit_error_member_value(NULL, 0) == NULL,
           "NULL");
}

static void presigned_calls(const stskit_client *client) {
    static const char *const KEY = "{\"AccessKeyId\":\"AKIAIOSFODNN7EXAMPLE\"}";
    stskit_text *url = NULL;
    stskit_error *error = NULL;
    uint32_t expires;
    expect(stskit_client_presign_call(client, STSKIT_SERVICE_STS, "GetAccessKeyInfo", KEY, 60, &url, NULL) == 0, "a URL");
    expect(strstr(stskit_text_data(url), "?Action=GetAccessKeyInfo&Version=2011-06-15&AccessKeyId=AKIAIOSFODNN7EXAMPLE&")
               != NULL, "the members are in the query");
    expect(strstr(stskit_text_data(url), "&X-Amz-Expires=60&") != NULL, "the life of the URL");
    stskit_text_free(url);
    expect(stskit_client_presign_call(client, STSKIT_SERVICE_STS, "GetCallerIdentity", NULL, 604800, &url, NULL) == 0,
           "no members, seven days");
    stskit_text_free(url);
    for (expires = 0; expires < 2; ++expires) {
        expect(stskit_client_presign_call(client, STSKIT_SERVICE_STS, "GetCallerIdentity", NULL, expires * 604801, &url,
                                          NULL) == STSKIT_STATUS_INVALID_ARGUMENT && url == NULL, "too short, too long");
    }
    expect(stskit_client_presign_call(client, STSKIT_SERVICE_STS, "GetAccessKeyInfo", "[", 60, &url, &error) ==
               STSKIT_STATUS_INVALID_ARGUMENT && stskit_error_detail(error) == STSKIT_DETAIL_NOT_JSON, "no JSON");
    stskit_error_free(error);
    expect(stskit_client_presign_call(client, STSKIT_SERVICE_SSO, "Logout", "{\"accessToken\":\"t\"}", 60, &url, NULL) ==
               STSKIT_STATUS_NOT_SUPPORTED, "only STS");
}

static void pages_of_lists(const stskit_client *client) {
    char input[1024];
    char resume[512];
    const char *token = getenv("TOKEN");
    stskit_pages *pages = NULL;
    stskit_response *page = NULL;
    stskit_error *error = NULL;
    size_t items = 0, calls = 0;
    expect(token != NULL && strlen(token) < 900, "the token of the test");
    snprintf(input, sizeof input, "{\"accessToken\":\"%s\"}", token != NULL ? token : "");

    expect(stskit_client_paginate(client, STSKIT_SERVICE_SSO, "ListAccounts", input, 2, -1, NULL, &pages, NULL) == 0, "all");
    while (stskit_pages_next(pages, &page, NULL) == STSKIT_STATUS_OK && page != NULL) {
        calls += 1;
        items += stskit_response_count(page, "/accountList");
        expect(stskit_response_http_status(page) == 200 && stskit_response_header_count(page) > 0, "what came along");
        stskit_response_free(page);
    }
    expect(calls == 3 && items == 5, "2, 2 and 1");
    expect(stskit_pages_resume_token(pages) == NULL, "nothing is left");
    expect(stskit_pages_next(pages, &page, NULL) == STSKIT_STATUS_OK && page == NULL, "the end is the end");
    stskit_pages_free(pages);

    /* Three, and the other two. The page goes on without the pages. */
    expect(stskit_client_paginate(client, STSKIT_SERVICE_SSO, "ListAccounts", input, 0, 3, NULL, &pages, NULL) == 0, "3");
    expect(stskit_pages_resume_token(pages) == NULL, "not yet");
    expect(stskit_pages_next(pages, &page, NULL) == 0 && stskit_response_count(page, "/accountList") == 3, "the first");
    expect(stskit_pages_resume_token(pages) != NULL, "where to go on");
    snprintf(resume, sizeof resume, "%s", stskit_pages_resume_token(pages));
    stskit_pages_free(pages);
    expect(stskit_response_get(page, "/accountList/2/accountId") != NULL, "the page goes on");
    stskit_response_free(page);
    expect(stskit_client_paginate(client, STSKIT_SERVICE_SSO, "ListAccounts", input, 0, -1, resume, &pages, NULL) == 0, "on");
    expect(stskit_pages_next(pages, &page, NULL) == 0 && stskit_response_count(page, "/accountList") == 2, "the rest");
    stskit_response_free(page);
    stskit_pages_free(pages);

    /* What is wrong. */
    expect(stskit_client_paginate(client, STSKIT_SERVICE_SSO, "Logout", input, 0, -1, NULL, &pages, &error) ==
               STSKIT_STATUS_INVALID_ARGUMENT && pages == NULL, "no list");
    expect(strstr(stskit_error_message(error), "ListAccountRoles, ListAccounts") != NULL, "which are lists");
    stskit_error_free(error);
    expect(stskit_client_paginate(client, STSKIT_SERVICE_STS, "GetCallerIdentity", NULL, 0, -1, NULL, &pages, NULL) ==
               STSKIT_STATUS_INVALID_ARGUMENT, "STS has no lists");
    expect(stskit_client_paginate(client, STSKIT_SERVICE_SSO, "ListAccounts", input, 0, -2, NULL, &pages, &error) ==
               STSKIT_STATUS_INVALID_ARGUMENT && stskit_error_detail(error) == STSKIT_DETAIL_OUT_OF_RANGE, "-2 items");
    stskit_error_free(error);
    expect(stskit_client_paginate(client, STSKIT_SERVICE_SSO, "ListAccounts", input, UINT32_MAX, -1, NULL, &pages, &error) ==
               STSKIT_STATUS_INVALID_ARGUMENT && stskit_error_detail(error) == STSKIT_DETAIL_OUT_OF_RANGE, "size");
    stskit_error_free(error);
    expect(stskit_client_paginate(client, STSKIT_SERVICE_SSO, "ListAccounts", input, 0, -1, "nonsense", &pages, NULL) == 0,
           "it is looked at with the first page");
    expect(stskit_pages_next(pages, &page, &error) == STSKIT_STATUS_INVALID_ARGUMENT && page == NULL, "no token");
    stskit_error_free(error);
    expect(stskit_pages_next(pages, &page, NULL) == STSKIT_STATUS_OK && page == NULL, "a failure is the end");
    stskit_pages_free(pages);
    expect(stskit_pages_resume_token(NULL) == NULL, "NULL");
    stskit_pages_free(NULL);
}

static void the_model(void) {
    stskit_text *model = NULL;
    expect(stskit_model(&model, NULL) == STSKIT_STATUS_OK, "the model");
    expect(strncmp(stskit_text_data(model), "{\"version\":\"", 12) == 0, "is a JSON object");
    expect(strstr(stskit_text_data(model),
                  "{\"name\":\"RoleArn\",\"required\":true,\"type\":\"string\",\"minimum\":20}") != NULL, "with members");
    stskit_text_free(model);
}

int main(void) {
    stskit_client *client = NULL;
    stskit_pages *pages = NULL;
    stskit_response *page = NULL;
    stskit_error *error = NULL;
    if (stskit_client_new(NULL, &client, &error) != STSKIT_STATUS_OK) {
        printf("no client: %s\n", stskit_error_message(error));
        return 2;
    }
    parts_of_errors(client);
    headers_of_answers(client);
    presigned_calls(client);
    pages_of_lists(client);
    the_model();
    /* Pages go on without their client. */
    expect(stskit_client_paginate(client, STSKIT_SERVICE_SSO, "ListAccounts", "{\"accessToken\":\"x\"}", 0, -1, NULL, &pages,
                                  NULL) == 0, "pages");
    stskit_client_free(client);
    expect(stskit_pages_next(pages, &page, &error) == STSKIT_STATUS_ACCESS_DENIED && page == NULL, "refused");
    expect(same(stskit_error_operation(error), "ListAccounts"), "by the service");
    stskit_error_free(error);
    stskit_pages_free(pages);
    printf("%d wrong\n", wrong);
    return wrong != 0;
}
