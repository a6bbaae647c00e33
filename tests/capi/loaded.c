/* Loads the library, calls it, and lets go of it, again and again; also from a thread that ends later. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "stskit.h"


static void *address;

static void *found(void *library, const char *name) {
    address = dlsym(library, name);
    if (address == NULL) {
        printf("%s is not in the library\n", name);
    }
    return &address;
}

static const char *path;

static void *use(void *argument) {
    stskit_status (*stskit_client_new_)(const stskit_config *, stskit_client **, stskit_error **) = NULL;
    stskit_status (*stskit_client_get_caller_identity_)(const stskit_client *, stskit_response **, stskit_error **);
    void (*stskit_client_free_)(stskit_client *);
    void (*stskit_response_free_)(stskit_response *);
    void (*stskit_error_free_)(stskit_error *);
    const char *(*stskit_error_message_)(const stskit_error *);
    stskit_client *client = NULL;
    stskit_response *who = NULL;
    stskit_error *err = NULL;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    (void)argument;
    if (library == NULL) {
        printf("%s\n", dlerror());
        return &path;
    }
#define TAKE(name) memcpy(&name##_, found(library, #name), sizeof(void *))
    TAKE(stskit_client_new);
    TAKE(stskit_client_get_caller_identity);
    TAKE(stskit_client_free);
    TAKE(stskit_response_free);
    TAKE(stskit_error_free);
    TAKE(stskit_error_message);
    if (stskit_client_new_(NULL, &client, &err) != STSKIT_STATUS_OK ||
        stskit_client_get_caller_identity_(client, &who, &err) != STSKIT_STATUS_OK) {
        printf("%s\n", stskit_error_message_(err));
        return &path;
    }
    stskit_response_free_(who);
    stskit_error_free_(err);
    stskit_client_free_(client);
    dlclose(library);
    return NULL;
}

int main(int argc, char **argv) {
    int round;
    int wrong = 0;
    if (argc != 2) {
        return 2;
    }
    path = argv[1];
    for (round = 0; round < 20; ++round) {
        pthread_t thread;
        void *answer = NULL;
        wrong += use(NULL) != NULL;
        pthread_create(&thread, NULL, use, NULL);
        pthread_join(thread, &answer);
        wrong += answer != NULL;
    }
    printf("%d wrong\n", wrong);
    return wrong != 0;
}
