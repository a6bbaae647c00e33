/* The header, the library and their numbers agree. */
#include <stdio.h>
#include <string.h>

#include "stskit.h"

int main(void) {
    char text[32];
    int wrong = 0;
    snprintf(text, sizeof text, "%d.%d.%d", STSKIT_VERSION_MAJOR, STSKIT_VERSION_MINOR, STSKIT_VERSION_PATCH);
    wrong += strcmp(text, STSKIT_VERSION) != 0;
    wrong += strcmp(stskit_version(), STSKIT_VERSION) != 0;
    wrong += stskit_version_number() != (uint32_t)STSKIT_VERSION_NUMBER;
    wrong += stskit_version_number() !=
             (uint32_t)(STSKIT_VERSION_MAJOR * 65536 + STSKIT_VERSION_MINOR * 256 + STSKIT_VERSION_PATCH);
    wrong += stskit_abi_version() != STSKIT_ABI_VERSION;
    wrong += strcmp(stskit_status_name(STSKIT_STATUS_OK), "OK") != 0;
    wrong += strcmp(stskit_status_name(STSKIT_STATUS_LOGIN_REQUIRED), "LOGIN_REQUIRED") != 0;
    wrong += strcmp(stskit_status_name(-7), "UNKNOWN") != 0;
    printf("%d wrong\n", wrong);
    return wrong != 0;
}
