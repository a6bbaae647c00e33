/* Signs a request of any service and sends it with libcurl: here GetCallerIdentity of STS.
 *
 *     cc sign_curl.c $(pkg-config --cflags --libs stskit libcurl)
 */
#include <stdio.h>
#include <string.h>

#include <curl/curl.h>

#include "stskit.h"

static size_t print(char *data, size_t size, size_t count, void *out) {
    return fwrite(data, size, count, (FILE *)out);
}

/* Sends the request with the headers that the signature made. */
static int send_signed(const char *url, const char *body, const stskit_request *request) {
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "content-type: application/x-www-form-urlencoded");
    long http_status = 0;
    CURLcode sent = CURLE_FAILED_INIT;
    size_t at;

    for (at = 0; at < stskit_request_header_count(request); ++at) {
        headers = curl_slist_append(headers, stskit_request_header_line(request, at));
    }
    if (curl != NULL && headers != NULL) {
        curl_easy_setopt(curl, CURLOPT_URL, url);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(curl, CURLOPT_TIMEOUT, 30L);
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, print);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, stdout);
        sent = curl_easy_perform(curl);
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &http_status);
    }
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    if (sent != CURLE_OK) {
        fprintf(stderr, "curl: %s\n", curl_easy_strerror(sent));
    }
    return sent == CURLE_OK && http_status == 200 ? 0 : 1;
}

int main(void) {
    const char *body = "Action=GetCallerIdentity&Version=2011-06-15";
    stskit_client *client = NULL;
    stskit_text *endpoint = NULL;
    stskit_request *request = NULL;
    stskit_error *err = NULL;
    char url[512];
    int failed = 1;

    curl_global_init(CURL_GLOBAL_DEFAULT);
    if (stskit_client_new(NULL, &client, &err) == STSKIT_STATUS_OK &&
        stskit_client_get_endpoint(client, STSKIT_SERVICE_STS, &endpoint, &err) == STSKIT_STATUS_OK &&
        snprintf(url, sizeof url, "%s/", stskit_text_data(endpoint)) < (int)sizeof url &&
        stskit_request_new("POST", url, &request, &err) == STSKIT_STATUS_OK &&
        stskit_request_add_header(request, "content-type", "application/x-www-form-urlencoded", &err) ==
            STSKIT_STATUS_OK &&
        stskit_request_set_body(request, (const uint8_t *)body, strlen(body), &err) == STSKIT_STATUS_OK &&
        stskit_client_sign(client, request, "sts", NULL, &err) == STSKIT_STATUS_OK) {
        failed = send_signed(url, body, request);
    } else {
        fprintf(stderr, "stskit: %s\n", stskit_error_message(err));
    }
    stskit_error_free(err);
    stskit_request_free(request);
    stskit_text_free(endpoint);
    stskit_client_free(client);
    curl_global_cleanup();
    return failed;
}
