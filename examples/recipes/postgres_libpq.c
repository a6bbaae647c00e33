/* PostgreSQL of RDS, Aurora or DSQL by libpq: logs in with a token as the password.
 *
 *     postgres_libpq KIND INPUTS CONNINFO
 *
 *     postgres_libpq rds '{"hostname":"mydb.abc.eu-west-1.rds.amazonaws.com","port":5432,"username":"app"}' \
 *         'host=mydb.abc.eu-west-1.rds.amazonaws.com user=app dbname=app sslmode=verify-full sslrootcert=global-bundle.pem'
 *
 * The hostname of the inputs is signed and has to be the endpoint of the database. Through a tunnel, CONNINFO also has
 * hostaddr and port of its near end. */
#include <stdio.h>

#include <libpq-fe.h>
#include <stskit.h>

/* A token for each connection: it is good for 15 minutes, the connection then goes on without it. */
static PGconn *connect_with(const stskit_token *token, const char *conninfo) {
    /* As a keyword: in a postgres:// URL the token would have to be percent-encoded. */
    const char *const keywords[] = {"password", "dbname", NULL};
    const char *const values[] = {stskit_token_text(token), conninfo, NULL};
    return PQconnectdbParams(keywords, values, 1);
}

int main(int argc, char **argv) {
    stskit_client *client = NULL;
    stskit_token *token = NULL;
    stskit_error *err = NULL;
    int result = 1;
    if (argc != 4) {
        fprintf(stderr, "usage: %s KIND INPUTS CONNINFO\n", argv[0]);
        return 2;
    }
    if (stskit_client_new(NULL, &client, &err) == STSKIT_STATUS_OK &&
        stskit_client_get_token(client, argv[1], argv[2], &token, &err) == STSKIT_STATUS_OK) {
        PGconn *connection = connect_with(token, argv[3]);
        if (PQstatus(connection) == CONNECTION_OK) {
            printf("logged in as %s\n", PQuser(connection));
            result = 0;
        } else {
            fprintf(stderr, "%s", PQerrorMessage(connection));
        }
        PQfinish(connection);
    } else {
        fprintf(stderr, "%s\n", stskit_error_message(err));
    }
    stskit_error_free(err);
    stskit_token_free(token);
    stskit_client_free(client);
    return result;
}
