-- include/stskit.cdef.h as it is, for ffi.cdef. Made by bindings/lua/generate: do not edit it.
return [==[
/* The declarations of stskit.h for ffi.cdef (LuaJIT) and cffi: nothing for a preprocessor. */

typedef enum {
    STSKIT_STATUS_OK = 0,
    STSKIT_STATUS_INVALID_ARGUMENT = 1,
    STSKIT_STATUS_INVALID_CONFIGURATION = 2,
    STSKIT_STATUS_NO_CREDENTIALS = 3,
    STSKIT_STATUS_EXPIRED = 4,
    STSKIT_STATUS_ACCESS_DENIED = 5,
    STSKIT_STATUS_THROTTLED = 6,
    STSKIT_STATUS_SERVICE = 7,
    STSKIT_STATUS_NETWORK = 8,
    STSKIT_STATUS_TLS = 9,
    STSKIT_STATUS_TIMEOUT = 10,
    STSKIT_STATUS_INVALID_RESPONSE = 11,
    STSKIT_STATUS_CANCELLED = 12,
    STSKIT_STATUS_NOT_SUPPORTED = 13,
    STSKIT_STATUS_INTERNAL = 14,
    STSKIT_STATUS_LOGIN_REQUIRED = 15,
    STSKIT_STATUS_BUSY = 100,
} stskit_status_code;

typedef enum {
    STSKIT_DETAIL_NONE = 0,
    STSKIT_DETAIL_NULL_ARGUMENT = 101,
    STSKIT_DETAIL_NOT_UTF8 = 102,
    STSKIT_DETAIL_OUT_OF_RANGE = 103,
    STSKIT_DETAIL_NOT_JSON = 104,
    STSKIT_DETAIL_RESOLVE = 201,
    STSKIT_DETAIL_CONNECT = 202,
    STSKIT_DETAIL_CONNECT_TIMEOUT = 203,
    STSKIT_DETAIL_TLS = 204,
    STSKIT_DETAIL_CERTIFICATE = 205,
    STSKIT_DETAIL_PROXY = 206,
    STSKIT_DETAIL_CLOSED = 207,
    STSKIT_DETAIL_READ_TIMEOUT = 208,
    STSKIT_DETAIL_DEADLINE = 209,
    STSKIT_DETAIL_TOO_LARGE = 210,
    STSKIT_DETAIL_PROTOCOL = 211,
    STSKIT_DETAIL_INVALID_REQUEST = 212,
    STSKIT_DETAIL_PANIC = 301,
    STSKIT_DETAIL_CALLBACK = 401,
    STSKIT_DETAIL_CANCEL = 402,
    STSKIT_DETAIL_TOKEN_KIND = 501,
    STSKIT_DETAIL_TOKEN_INPUT_UNKNOWN = 502,
    STSKIT_DETAIL_TOKEN_INPUT_MISSING = 503,
    STSKIT_DETAIL_TOKEN_INPUT_MALFORMED = 504,
    STSKIT_DETAIL_TOKEN_PORT = 505,
    STSKIT_DETAIL_TOKEN_REGION = 506,
    STSKIT_DETAIL_TOKEN_EXPIRY = 507,
    STSKIT_DETAIL_TOKEN_CREDENTIALS_EXPIRED = 508,
    STSKIT_DETAIL_TOKEN_CREDENTIALS_END_TOO_SOON = 509,
    STSKIT_DETAIL_TOKEN_TEMPORARY_CREDENTIALS = 510,
    STSKIT_DETAIL_TOKEN_MADE_BY_SERVICE = 511,
} stskit_detail_code;

typedef enum {
    STSKIT_SERVICE_STS = 1,
    STSKIT_SERVICE_SSO = 2,
    STSKIT_SERVICE_SSO_OIDC = 3,
} stskit_service_code;

typedef enum {
    STSKIT_RETRY_MODE_STANDARD = 1,
    STSKIT_RETRY_MODE_ADAPTIVE = 2,
    STSKIT_RETRY_MODE_LEGACY = 3,
} stskit_retry_mode_code;

typedef enum {
    STSKIT_SIGNING_STYLE_STANDARD = 1,
    STSKIT_SIGNING_STYLE_S3 = 2,
    STSKIT_SIGNING_STYLE_CONTENT_SHA256 = 3,
    STSKIT_SIGNING_STYLE_TOKEN_AFTER_SIGNING = 4,
} stskit_signing_style_code;

typedef enum {
    STSKIT_LOG_LEVEL_OFF = 0,
    STSKIT_LOG_LEVEL_ERROR = 1,
    STSKIT_LOG_LEVEL_WARN = 2,
    STSKIT_LOG_LEVEL_INFO = 3,
    STSKIT_LOG_LEVEL_DEBUG = 4,
    STSKIT_LOG_LEVEL_TRACE = 5,
} stskit_log_level_code;

typedef struct stskit_client stskit_client;

typedef struct stskit_config stskit_config;

typedef struct stskit_credentials stskit_credentials;

typedef struct stskit_device_code stskit_device_code;

typedef struct stskit_error stskit_error;

typedef struct stskit_pages stskit_pages;

typedef struct stskit_request stskit_request;

typedef struct stskit_response stskit_response;

typedef struct stskit_sso_session stskit_sso_session;

typedef struct stskit_text stskit_text;

typedef struct stskit_token stskit_token;

typedef struct stskit_token_source stskit_token_source;

typedef int32_t stskit_status;

typedef int32_t (*stskit_mfa_callback)(void *userdata,
                                       const char *mfa_serial,
                                       char *code,
                                       size_t capacity);

typedef void (*stskit_release_callback)(void *userdata);

typedef int32_t (*stskit_credentials_callback)(void *userdata, stskit_credentials **credentials);

typedef int32_t (*stskit_device_code_callback)(void *userdata, const stskit_device_code *code);

typedef int32_t (*stskit_browser_callback)(void *userdata, const char *url);

typedef void (*stskit_log_callback)(void *userdata,
                                    int32_t level,
                                    const char *target,
                                    const char *message);

const char *stskit_version(void);

uint32_t stskit_version_number(void);

uint32_t stskit_abi_version(void);

const char *stskit_status_name(int32_t status);

void stskit_error_free(stskit_error *error);

stskit_status stskit_error_status(const stskit_error *error);

const char *stskit_error_message(const stskit_error *error);

int32_t stskit_error_detail(const stskit_error *error);

const char *stskit_error_code(const stskit_error *error);

const char *stskit_error_service_message(const stskit_error *error);

const char *stskit_error_fault(const stskit_error *error);

size_t stskit_error_member_count(const stskit_error *error);

const char *stskit_error_member_name(const stskit_error *error, size_t index);

const char *stskit_error_member_value(const stskit_error *error, size_t index);

size_t stskit_error_header_count(const stskit_error *error);

const char *stskit_error_header_name(const stskit_error *error, size_t index);

const char *stskit_error_header_value(const stskit_error *error, size_t index);

const char *stskit_error_operation(const stskit_error *error);

const char *stskit_error_request_id(const stskit_error *error);

int32_t stskit_error_http_status(const stskit_error *error);

uint32_t stskit_error_attempts(const stskit_error *error);

bool stskit_error_is_retryable(const stskit_error *error);

int32_t stskit_error_callback_result(const stskit_error *error);

size_t stskit_error_provider_count(const stskit_error *error);

const char *stskit_error_provider_line(const stskit_error *error, size_t index);

const char *stskit_error_login_command(const stskit_error *error);

const char *stskit_error_login_start_url(const stskit_error *error);

const char *stskit_error_login_session(const stskit_error *error);

const char *stskit_error_login_profile(const stskit_error *error);

stskit_status stskit_config_new(stskit_config **config, stskit_error **err);

void stskit_config_free(stskit_config *config);

stskit_status stskit_config_set_profile(stskit_config *config,
                                        const char *name,
                                        stskit_error **err);

stskit_status stskit_config_set_config_file(stskit_config *config,
                                            const char *path,
                                            stskit_error **err);

stskit_status stskit_config_set_credentials_file(stskit_config *config,
                                                 const char *path,
                                                 stskit_error **err);

stskit_status stskit_config_set_region(stskit_config *config,
                                       const char *region,
                                       stskit_error **err);

stskit_status stskit_config_set_sso_region(stskit_config *config,
                                           const char *region,
                                           stskit_error **err);

stskit_status stskit_config_set_endpoint_url(stskit_config *config,
                                             int32_t service,
                                             const char *url,
                                             stskit_error **err);

stskit_status stskit_config_set_use_fips(stskit_config *config, bool enabled, stskit_error **err);

stskit_status stskit_config_set_use_dual_stack(stskit_config *config,
                                               bool enabled,
                                               stskit_error **err);

stskit_status stskit_config_set_sts_legacy_global(stskit_config *config,
                                                  bool enabled,
                                                  stskit_error **err);

stskit_status stskit_config_set_retry_mode(stskit_config *config, int32_t mode, stskit_error **err);

stskit_status stskit_config_set_max_attempts(stskit_config *config,
                                             uint32_t attempts,
                                             stskit_error **err);

stskit_status stskit_config_set_retries_2026(stskit_config *config,
                                             bool enabled,
                                             stskit_error **err);

stskit_status stskit_config_set_connect_timeout_ms(stskit_config *config,
                                                   uint64_t timeout_ms,
                                                   stskit_error **err);

stskit_status stskit_config_set_read_timeout_ms(stskit_config *config,
                                                uint64_t timeout_ms,
                                                stskit_error **err);

stskit_status stskit_config_set_operation_timeout_ms(stskit_config *config,
                                                     uint64_t timeout_ms,
                                                     stskit_error **err);

stskit_status stskit_config_set_max_response_bytes(stskit_config *config,
                                                   size_t bytes,
                                                   stskit_error **err);

stskit_status stskit_config_set_ca_bundle(stskit_config *config,
                                          const char *path,
                                          stskit_error **err);

stskit_status stskit_config_set_proxies(stskit_config *config,
                                        const char *https,
                                        const char *http,
                                        const char *no_proxy,
                                        stskit_error **err);

stskit_status stskit_config_set_app_id(stskit_config *config, const char *id, stskit_error **err);

stskit_status stskit_config_set_correct_clock_skew(stskit_config *config,
                                                   bool enabled,
                                                   stskit_error **err);

stskit_status stskit_config_set_mfa_callback(stskit_config *config,
                                             stskit_mfa_callback callback,
                                             void *userdata,
                                             stskit_release_callback release,
                                             stskit_error **err);

stskit_status stskit_client_new(const stskit_config *config,
                                stskit_client **client,
                                stskit_error **err);

stskit_status stskit_client_new_with_profile(const stskit_config *config,
                                             const char *profile,
                                             stskit_client **client,
                                             stskit_error **err);

stskit_status stskit_client_new_with_credentials(const stskit_config *config,
                                                 const stskit_credentials *credentials,
                                                 stskit_client **client,
                                                 stskit_error **err);

stskit_status stskit_client_new_with_callback(const stskit_config *config,
                                              stskit_credentials_callback callback,
                                              void *userdata,
                                              stskit_release_callback release,
                                              stskit_client **client,
                                              stskit_error **err);

stskit_status stskit_client_new_with_environment(const stskit_config *config,
                                                 stskit_client **client,
                                                 stskit_error **err);

stskit_status stskit_client_new_with_process(const stskit_config *config,
                                             const char *command,
                                             uint64_t timeout_ms,
                                             stskit_client **client,
                                             stskit_error **err);

stskit_status stskit_client_new_with_web_identity(const stskit_config *config,
                                                  const char *token_file,
                                                  const char *role_arn,
                                                  const char *session_name,
                                                  stskit_client **client,
                                                  stskit_error **err);

stskit_status stskit_client_new_with_sso_role(const stskit_config *config,
                                              const stskit_sso_session *session,
                                              const char *account_id,
                                              const char *role_name,
                                              stskit_client **client,
                                              stskit_error **err);

stskit_status stskit_client_new_with_assumed_role(const stskit_client *source,
                                                  const char *input_json,
                                                  stskit_client **client,
                                                  stskit_error **err);

void stskit_client_free(stskit_client *client);

stskit_status stskit_client_get_credentials(const stskit_client *client,
                                            stskit_credentials **credentials,
                                            stskit_error **err);

stskit_status stskit_client_invalidate(const stskit_client *client,
                                       const stskit_credentials *credentials,
                                       stskit_error **err);

void stskit_client_cancel(const stskit_client *client);

void stskit_client_reset(const stskit_client *client);

bool stskit_client_is_cancelled(const stskit_client *client);

stskit_status stskit_client_explain(const stskit_client *client,
                                    stskit_text **report,
                                    stskit_error **err);

stskit_status stskit_client_get_region(const stskit_client *client,
                                       stskit_text **region,
                                       stskit_error **err);

stskit_status stskit_client_get_endpoint(const stskit_client *client,
                                         int32_t service,
                                         stskit_text **url,
                                         stskit_error **err);

stskit_status stskit_credentials_new(const char *access_key_id,
                                     const char *secret_access_key,
                                     const char *session_token,
                                     const int64_t *expiration,
                                     const char *account_id,
                                     stskit_credentials **credentials,
                                     stskit_error **err);

void stskit_credentials_free(stskit_credentials *credentials);

const char *stskit_credentials_access_key_id(const stskit_credentials *credentials);

const char *stskit_credentials_secret_access_key(const stskit_credentials *credentials);

const char *stskit_credentials_session_token(const stskit_credentials *credentials);

const char *stskit_credentials_account_id(const stskit_credentials *credentials);

bool stskit_credentials_expiration(const stskit_credentials *credentials, int64_t *unix_seconds);

stskit_status stskit_client_call(const stskit_client *client,
                                 int32_t service,
                                 const char *operation,
                                 const char *input_json,
                                 stskit_response **response,
                                 stskit_error **err);

stskit_status stskit_client_presign_call(const stskit_client *client,
                                         int32_t service,
                                         const char *operation,
                                         const char *input_json,
                                         uint32_t expires_seconds,
                                         stskit_text **url,
                                         stskit_error **err);

stskit_status stskit_client_get_caller_identity(const stskit_client *client,
                                                stskit_response **response,
                                                stskit_error **err);

stskit_status stskit_client_assume_role(const stskit_client *client,
                                        const char *role_arn,
                                        const char *session_name,
                                        int32_t duration_seconds,
                                        const char *external_id,
                                        stskit_credentials **credentials,
                                        stskit_error **err);

stskit_status stskit_client_assume_role_with_web_identity(const stskit_client *client,
                                                          const char *role_arn,
                                                          const char *session_name,
                                                          const char *token,
                                                          int32_t duration_seconds,
                                                          stskit_credentials **credentials,
                                                          stskit_error **err);

stskit_status stskit_client_get_session_token(const stskit_client *client,
                                              int32_t duration_seconds,
                                              const char *mfa_serial,
                                              const char *mfa_code,
                                              stskit_credentials **credentials,
                                              stskit_error **err);

stskit_status stskit_client_get_web_identity_token(const stskit_client *client,
                                                   const char *audience,
                                                   const char *signing_algorithm,
                                                   int32_t duration_seconds,
                                                   stskit_text **token,
                                                   stskit_error **err);

stskit_status stskit_client_paginate(const stskit_client *client,
                                     int32_t service,
                                     const char *operation,
                                     const char *input_json,
                                     uint32_t page_size,
                                     int64_t max_items,
                                     const char *starting_token,
                                     stskit_pages **pages,
                                     stskit_error **err);

stskit_status stskit_pages_next(stskit_pages *pages, stskit_response **page, stskit_error **err);

const char *stskit_pages_resume_token(const stskit_pages *pages);

void stskit_pages_free(stskit_pages *pages);

const char *stskit_text_data(const stskit_text *text);

size_t stskit_text_length(const stskit_text *text);

void stskit_text_free(stskit_text *text);

const char *stskit_response_json(const stskit_response *response);

const char *stskit_response_get(const stskit_response *response, const char *pointer);

size_t stskit_response_count(const stskit_response *response, const char *pointer);

const char *stskit_response_request_id(const stskit_response *response);

int32_t stskit_response_http_status(const stskit_response *response);

uint32_t stskit_response_retry_attempts(const stskit_response *response);

size_t stskit_response_header_count(const stskit_response *response);

const char *stskit_response_header_name(const stskit_response *response, size_t index);

const char *stskit_response_header_value(const stskit_response *response, size_t index);

void stskit_response_free(stskit_response *response);

stskit_status stskit_model(stskit_text **json, stskit_error **err);

stskit_status stskit_request_new(const char *method,
                                 const char *url,
                                 stskit_request **request,
                                 stskit_error **err);

stskit_status stskit_request_add_header(stskit_request *request,
                                        const char *name,
                                        const char *value,
                                        stskit_error **err);

stskit_status stskit_request_set_body(stskit_request *request,
                                      const uint8_t *data,
                                      size_t length,
                                      stskit_error **err);

stskit_status stskit_request_set_unsigned_body(stskit_request *request, stskit_error **err);

stskit_status stskit_request_set_body_sha256(stskit_request *request,
                                             const char *sha256,
                                             stskit_error **err);

stskit_status stskit_request_set_style(stskit_request *request, int32_t style, stskit_error **err);

stskit_status stskit_request_set_options(stskit_request *request,
                                         const char *options_json,
                                         stskit_error **err);

stskit_status stskit_client_sign(const stskit_client *client,
                                 stskit_request *request,
                                 const char *service,
                                 const char *region,
                                 stskit_error **err);

stskit_status stskit_client_presign(const stskit_client *client,
                                    const stskit_request *request,
                                    const char *service,
                                    const char *region,
                                    uint32_t expires_seconds,
                                    stskit_text **url,
                                    stskit_error **err);

stskit_status stskit_credentials_sign(const stskit_credentials *credentials,
                                      stskit_request *request,
                                      const char *service,
                                      const char *region,
                                      int64_t unix_seconds,
                                      stskit_error **err);

stskit_status stskit_credentials_presign(const stskit_credentials *credentials,
                                         const stskit_request *request,
                                         const char *service,
                                         const char *region,
                                         int64_t unix_seconds,
                                         uint32_t expires_seconds,
                                         stskit_text **url,
                                         stskit_error **err);

stskit_status stskit_client_presign_get_caller_identity(const stskit_client *client,
                                                        uint32_t expires_seconds,
                                                        const char *header_name,
                                                        const char *header_value,
                                                        stskit_text **url,
                                                        stskit_error **err);

size_t stskit_request_header_count(const stskit_request *request);

const char *stskit_request_header_name(const stskit_request *request, size_t index);

const char *stskit_request_header_value(const stskit_request *request, size_t index);

const char *stskit_request_header_line(const stskit_request *request, size_t index);

void stskit_request_free(stskit_request *request);

stskit_status stskit_client_get_token(const stskit_client *client,
                                      const char *kind,
                                      const char *input_json,
                                      stskit_token **token,
                                      stskit_error **err);

stskit_status stskit_credentials_get_token(const stskit_credentials *credentials,
                                           const char *kind,
                                           const char *input_json,
                                           int64_t unix_seconds,
                                           stskit_token **token,
                                           stskit_error **err);

stskit_status stskit_token_source_new(const stskit_client *client,
                                      const char *kind,
                                      const char *input_json,
                                      stskit_token_source **source,
                                      stskit_error **err);

stskit_status stskit_token_source_get(const stskit_token_source *source,
                                      stskit_token **token,
                                      stskit_error **err);

void stskit_token_source_invalidate(const stskit_token_source *source);

void stskit_token_source_free(stskit_token_source *source);

const char *stskit_token_text(const stskit_token *token);

size_t stskit_token_length(const stskit_token *token);

const char *stskit_token_user(const stskit_token *token);

int64_t stskit_token_expiration_ms(const stskit_token *token);

int64_t stskit_token_expiration(const stskit_token *token);

const char *stskit_token_json(const stskit_token *token);

void stskit_token_free(stskit_token *token);

stskit_status stskit_sso_session_new(const char *name,
                                     const char *start_url,
                                     const char *region,
                                     stskit_sso_session **session,
                                     stskit_error **err);

stskit_status stskit_sso_session_add_scope(stskit_sso_session *session,
                                           const char *scope,
                                           stskit_error **err);

stskit_status stskit_sso_session_set_cache_folder(stskit_sso_session *session,
                                                  const char *path,
                                                  stskit_error **err);

void stskit_sso_session_free(stskit_sso_session *session);

const char *stskit_device_code_user_code(const stskit_device_code *code);

const char *stskit_device_code_verification_uri(const stskit_device_code *code);

const char *stskit_device_code_verification_uri_complete(const stskit_device_code *code);

int64_t stskit_device_code_expires_at(const stskit_device_code *code);

stskit_status stskit_client_sign_in_with_device_code(const stskit_client *client,
                                                     const stskit_sso_session *session,
                                                     uint64_t timeout_ms,
                                                     stskit_device_code_callback callback,
                                                     void *userdata,
                                                     stskit_error **err);

stskit_status stskit_client_sign_in_with_browser(const stskit_client *client,
                                                 const stskit_sso_session *session,
                                                 uint64_t timeout_ms,
                                                 stskit_browser_callback callback,
                                                 void *userdata,
                                                 stskit_error **err);

stskit_status stskit_client_sign_out(const stskit_client *client,
                                     const stskit_sso_session *session,
                                     stskit_error **err);

stskit_status stskit_client_get_sso_token(const stskit_client *client,
                                          const stskit_sso_session *session,
                                          stskit_text **token,
                                          stskit_error **err);

stskit_status stskit_client_list_sso_accounts(const stskit_client *client,
                                              const stskit_sso_session *session,
                                              stskit_response **response,
                                              stskit_error **err);

stskit_status stskit_client_list_sso_account_roles(const stskit_client *client,
                                                   const stskit_sso_session *session,
                                                   const char *account_id,
                                                   stskit_response **response,
                                                   stskit_error **err);

stskit_status stskit_set_log_callback(stskit_log_callback callback,
                                      void *userdata,
                                      int32_t level,
                                      stskit_error **err);

void stskit_secure_zero(void *data, size_t length);
]==]
