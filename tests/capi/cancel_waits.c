/* Waits that are not those of a call to a service are ended, too: a connection that does not come about, a metadata
 * service and a container agent that do not answer. */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "stskit.h"

static void *cancel_soon(void *client) {
    struct timespec time = {0, 300000000L};
    nanosleep(&time, NULL);
    stskit_client_cancel(client);
    return NULL;
}

static struct sockaddr_in loopback(int port) {
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons((unsigned short)port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/* Where nobody accepts; the port. */
static int listen_only(int backlog) {
    struct sockaddr_in address = loopback(0);
    socklen_t length = sizeof address;
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) != 0 || listen(fd, backlog) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &length) != 0) {
        exit(2);
    }
    return ntohs(address.sin_port);
}

/* The queue of a listener without one is full after a few: whoever comes then waits for a connection. */
static void fill(int port) {
    struct sockaddr_in address = loopback(port);
    int i;
    for (i = 0; i < 8; i++) {
        const int fd = socket(AF_INET, SOCK_STREAM, 0);
        fcntl(fd, F_SETFL, O_NONBLOCK);
        (void)!connect(fd, (struct sockaddr *)&address, sizeof address);
    }
}

/* Does a call of the client end when it is cancelled? */
static int ends(const char *what, const stskit_config *config, int calls_a_service) {
    pthread_t thread;
    stskit_client *client = NULL;
    stskit_credentials *creds = NULL;
    stskit_response *who = NULL;
    stskit_error *err = NULL;
    stskit_status status;
    int right;

    if (stskit_client_new(config, &client, &err) != STSKIT_STATUS_OK) {
        printf("%s: %s\n", what, stskit_error_message(err));
        stskit_error_free(err);
        return 0;
    }
    pthread_create(&thread, NULL, cancel_soon, client);
    status = calls_a_service ? stskit_client_get_caller_identity(client, &who, &err)
                             : stskit_client_get_credentials(client, &creds, &err);
    pthread_join(thread, NULL);
    right = status == STSKIT_STATUS_CANCELLED && stskit_error_detail(err) == STSKIT_DETAIL_CANCEL;
    if (!right) {
        printf("%s: %s: %s\n", what, stskit_status_name(status), stskit_error_message(err));
    }
    stskit_error_free(err);
    stskit_client_free(client);
    return right;
}

int main(void) {
    const int silent = listen_only(64), full = listen_only(0);
    const time_t start = time(NULL);
    char url[64];
    stskit_config *config = NULL;
    stskit_error *err = NULL;
    int wrong = 0;

    fill(full);
    snprintf(url, sizeof url, "http://127.0.0.1:%d", full);
    if (stskit_config_new(&config, &err) != STSKIT_STATUS_OK ||
        stskit_config_set_endpoint_url(config, STSKIT_SERVICE_STS, url, &err) != STSKIT_STATUS_OK ||
        stskit_config_set_connect_timeout_ms(config, 60000, &err) != STSKIT_STATUS_OK) {
        return 2;
    }
    wrong += !ends("a connection that does not come about", config, 1);
    stskit_config_free(config);

    unsetenv("AWS_ACCESS_KEY_ID");
    unsetenv("AWS_SECRET_ACCESS_KEY");
    unsetenv("AWS_SESSION_TOKEN");
    snprintf(url, sizeof url, "http://127.0.0.1:%d/keys", silent);
    setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", url, 1);
    wrong += !ends("a container agent that does not answer", NULL, 0);

    unsetenv("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    snprintf(url, sizeof url, "http://127.0.0.1:%d", silent);
    setenv("AWS_EC2_METADATA_DISABLED", "false", 1);
    setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", url, 1);
    setenv("AWS_METADATA_SERVICE_TIMEOUT", "60", 1);
    wrong += !ends("a metadata service that does not answer", NULL, 0);

    /* Without a cancel the container takes 15 s and more, the others some minutes. */
    if (time(NULL) - start > 12) {
        printf("it took %ld s\n", (long)(time(NULL) - start));
        wrong += 1;
    }
    printf("%d wrong\n", wrong);
    return wrong != 0;
}
