/* What an error says of a sign-in that is wanted: for a session of Identity Center, and for one of `aws login`, which
 * has no start URL. The profiles are in the config file that the test writes. */
#include <stdio.h>
#include <string.h>

#include "stskit.h"

static int same(const char *what, const char *said, const char *expected) {
    const int right = said == NULL || expected == NULL ? said == expected : strcmp(said, expected) == 0;
    if (!right) {
        printf("%s: %s, not %s\n", what, said == NULL ? "NULL" : said, expected == NULL ? "NULL" : expected);
    }
    return right;
}

/* The number of wrong answers. */
static int check(const char *profile, const char *command, const char *session, const char *start_url) {
    stskit_client *client = NULL;
    stskit_credentials *creds = NULL;
    stskit_error *err = NULL;
    int wrong = 0;
    if (stskit_client_new_with_profile(NULL, profile, &client, &err) == STSKIT_STATUS_OK) {
        wrong += stskit_client_get_credentials(client, &creds, &err) != STSKIT_STATUS_LOGIN_REQUIRED;
    }
    wrong += creds != NULL || stskit_error_status(err) != STSKIT_STATUS_LOGIN_REQUIRED;
    wrong += !same("command", stskit_error_login_command(err), command);
    wrong += !same("session", stskit_error_login_session(err), session);
    wrong += !same("start URL", stskit_error_login_start_url(err), start_url);
    wrong += !same("profile", stskit_error_login_profile(err), profile);
    if (wrong != 0) {
        printf("%s: %d wrong: %s\n", profile, wrong, stskit_error_message(err));
    }
    stskit_error_free(err);
    stskit_credentials_free(creds);
    stskit_client_free(client);
    return wrong;
}

int main(void) {
    int wrong = check("sso", "aws sso login --profile sso", "corp", "https://d-abc123.awsapps.com/start");
    wrong += check("legacy", "aws sso login --profile legacy", NULL, "https://d-abc456.awsapps.com/start");
    wrong += check("login", "aws login --profile login", "arn:aws:iam::123456789012:user/dev", NULL);
    printf("%d wrong\n", wrong);
    return wrong != 0;
}
