/* Kafka with SASL/OAUTHBEARER by librdkafka: asks the cluster for its brokers.
 *
 *     kafka_librdkafka BROKERS KIND INPUTS [NAME=VALUE..]
 *
 *     kafka_librdkafka b-1.demo.abc123.c2.kafka.eu-west-1.amazonaws.com:9098 msk '{"region":"eu-west-1"}'
 *     kafka_librdkafka pkc-abc.eu-west-1.aws.confluent.cloud:9092 web-identity '{"audience":"https://confluent.cloud"}'
 *
 * NAME=VALUE are properties of librdkafka. */
#include <stdio.h>
#include <string.h>

#include <librdkafka/rdkafka.h>
#include <stskit.h>

/* librdkafka wants a token: at the start, and when 80 % of the life of the last one have gone. */
static void refresh(rd_kafka_t *rk, const char *oauthbearer_config, void *opaque) {
    const stskit_token_source *source = opaque;
    stskit_token *token = NULL;
    stskit_error *err = NULL;
    char problem[512] = "";
    (void)oauthbearer_config;
    if (stskit_token_source_get(source, &token, &err) != STSKIT_STATUS_OK) {
        rd_kafka_oauthbearer_set_token_failure(rk, stskit_error_message(err));
    } else {
        /* The principal may be any name, but not NULL. */
        const char *user = stskit_token_user(token);
        if (rd_kafka_oauthbearer_set_token(rk, stskit_token_text(token), stskit_token_expiration_ms(token),
                                           user != NULL ? user : "", NULL, 0, problem,
                                           sizeof problem) != RD_KAFKA_RESP_ERR_NO_ERROR) {
            rd_kafka_oauthbearer_set_token_failure(rk, problem);
        }
    }
    stskit_token_free(token);
    stskit_error_free(err);
}

static int set(rd_kafka_conf_t *conf, const char *name, const char *value) {
    char problem[512];
    if (rd_kafka_conf_set(conf, name, value, problem, sizeof problem) == RD_KAFKA_CONF_OK) {
        return 1;
    }
    fprintf(stderr, "%s\n", problem);
    return 0;
}

/* 0, or 1 for a failure that has been told. */
static int list_brokers(const stskit_token_source *source, const char *brokers, char **properties) {
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_resp_err_t failed;
    rd_kafka_error_t *error;
    rd_kafka_t *rk;
    char problem[512];
    int ready = set(conf, "bootstrap.servers", brokers) && set(conf, "security.protocol", "SASL_SSL") &&
                set(conf, "sasl.mechanisms", "OAUTHBEARER");
    for (; ready && *properties != NULL; ++properties) {
        char *value = strchr(*properties, '=');
        if (value == NULL) {
            ready = 0;
            break;
        }
        *value = '\0';
        ready = set(conf, *properties, value + 1);
    }
    if (!ready) {
        rd_kafka_conf_destroy(conf);
        return 1;
    }
    rd_kafka_conf_set_opaque(conf, (void *)source);
    rd_kafka_conf_set_oauthbearer_token_refresh_cb(conf, refresh);
    /* On a thread of librdkafka: else nothing connects before the first poll. */
    rd_kafka_conf_enable_sasl_queue(conf, 1);
    rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, problem, sizeof problem);
    if (rk == NULL) {
        fprintf(stderr, "%s\n", problem);
        rd_kafka_conf_destroy(conf);
        return 1;
    }
    error = rd_kafka_sasl_background_callbacks_enable(rk);
    if (error != NULL) {
        fprintf(stderr, "%s\n", rd_kafka_error_string(error));
        rd_kafka_error_destroy(error);
    }
    failed = rd_kafka_metadata(rk, 1, NULL, &metadata, 20000);
    if (failed == RD_KAFKA_RESP_ERR_NO_ERROR) {
        printf("%d broker(s)\n", metadata->broker_cnt);
        rd_kafka_metadata_destroy(metadata);
    } else {
        fprintf(stderr, "no answer: %s\n", rd_kafka_err2str(failed));
    }
    rd_kafka_destroy(rk);
    return failed != RD_KAFKA_RESP_ERR_NO_ERROR;
}

int main(int argc, char **argv) {
    stskit_client *client = NULL;
    stskit_token_source *source = NULL;
    stskit_error *err = NULL;
    int result = 1;
    if (argc < 4) {
        fprintf(stderr, "usage: %s BROKERS KIND INPUTS [NAME=VALUE..]\n", argv[0]);
        return 2;
    }
    if (stskit_client_new(NULL, &client, &err) == STSKIT_STATUS_OK &&
        stskit_token_source_new(client, argv[2], argv[3], &source, &err) == STSKIT_STATUS_OK) {
        result = list_brokers(source, argv[1], argv + 4);
    } else {
        fprintf(stderr, "%s\n", stskit_error_message(err));
    }
    stskit_error_free(err);
    stskit_token_source_free(source);
    stskit_client_free(client);
    return result;
}
