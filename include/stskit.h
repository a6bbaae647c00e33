/**
 * @file stskit.h
 * @brief stskit: AWS credentials for every program that does not want an AWS SDK.
 *
 * Made from src/ffi by cbindgen: do not edit it. C99, C++11 or newer.
 *
 * The whole default chain in three calls, with a cleanup that is the same on every path:
 *
 * @code
 * stskit_client *client = NULL;
 * stskit_credentials *creds = NULL;
 * stskit_error *err = NULL;
 * if (stskit_client_new(NULL, &client, &err) == STSKIT_STATUS_OK &&
 *     stskit_client_get_credentials(client, &creds, &err) == STSKIT_STATUS_OK)
 *     printf("export AWS_ACCESS_KEY_ID=%s\n", stskit_credentials_access_key_id(creds));
 * else
 *     fprintf(stderr, "stskit: %s\n", stskit_error_message(err));
 * stskit_error_free(err);
 * stskit_credentials_free(creds);
 * stskit_client_free(client);
 * @endcode
 *
 * Rules for all functions:
 *
 * - Ownership: what came back through a `T **` is yours, and stskit_T_free() ends it. Every `const char *`
 *   that is returned belongs to the handle in the call, and stays as it is until that handle is freed.
 *   There is no other rule. Handles may be freed in any order: none needs another one. Freeing NULL does
 *   nothing.
 * - Failures: a fallible function answers 0 (STSKIT_STATUS_OK) or another status, and takes a
 *   `stskit_error **` as its last parameter, which may be NULL. Out-parameters are set to NULL on entry
 *   and to a value on success only; so is the error, on failure only. So free what came before you pass
 *   the same variable again.
 * - Texts are UTF-8 and end with NUL. Texts that you pass are copied before the call returns. A text that
 *   is absent is NULL, one that is empty is "". A text that is not UTF-8 is STSKIT_STATUS_INVALID_ARGUMENT.
 *   Paths are the system's bytes, UTF-8 on Windows.
 * - NULL for a handle or text that has to be there is STSKIT_STATUS_INVALID_ARGUMENT, never a crash;
 *   functions that cannot fail answer NULL, 0 or false then.
 * - Times are seconds since 1970 in UTC, in an int64_t. Units are in the names of parameters.
 * - Enumerations have names for their numbers; parameters are int32_t, and any other number is
 *   STSKIT_STATUS_INVALID_ARGUMENT.
 * - Threads: where a handle is `const T *`, any number of threads may call at once. Where it is `T *`,
 *   the call must be alone with that handle. There is no global init or cleanup; nothing is installed in
 *   the process but a Rust panic hook, which no other language sees.
 * - Blocking: a function says so if it may wait for the network, a disk or another process. All waits
 *   have time limits by default. stskit_client_cancel() ends them early.
 * - Fork: a child may go on with every handle of its parent; it opens connections of its own.
 * - Callbacks get your `void *userdata` first, run on the thread that is inside the call, before it
 *   returns, and hold no lock of ours. They must not throw or longjmp. They may call stskit again.
 * - Secrets are wiped from memory when their handle is freed. No secret is in an error or a log line.
 * - A panic inside the library becomes STSKIT_STATUS_INTERNAL. Nothing is ever printed. If memory runs
 *   out, the process aborts.
 */


#ifndef STSKIT_H
#define STSKIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Version of this header. stskit_version() is that of the library in use. */
#define STSKIT_VERSION "0.1.0"
#define STSKIT_VERSION_MAJOR 0
#define STSKIT_VERSION_MINOR 1
#define STSKIT_VERSION_PATCH 0
/** Comparable: 65536 times the major, 256 times the minor and the patch number. */
#define STSKIT_VERSION_NUMBER ((STSKIT_VERSION_MAJOR << 16) | (STSKIT_VERSION_MINOR << 8) | STSKIT_VERSION_PATCH)
/** The number in the soname, raised when a function changes or goes. See stskit_abi_version(). */
#define STSKIT_ABI_VERSION 1

/** Define STSKIT_STATIC before the include to use the static library on Windows. */
#if defined(_WIN32) && !defined(STSKIT_STATIC)
#define STSKIT_API __declspec(dllimport)
#else
#define STSKIT_API
#endif

/** The compiler warns if the answer of such a function is not looked at. */
#if defined(__GNUC__) || defined(__clang__)
#define STSKIT_NODISCARD __attribute__((warn_unused_result))
#else
#define STSKIT_NODISCARD
#endif

/** Marks what will go; define STSKIT_NO_DEPRECATION_WARNINGS to hear nothing of it. */
#if defined(STSKIT_NO_DEPRECATION_WARNINGS)
#define STSKIT_DEPRECATED(text)
#elif defined(__GNUC__) || defined(__clang__)
#define STSKIT_DEPRECATED(text) __attribute__((deprecated(text)))
#elif defined(_MSC_VER)
#define STSKIT_DEPRECATED(text) __declspec(deprecated(text))
#else
#define STSKIT_DEPRECATED(text)
#endif

/**
 * Statuses, by what the caller would do about them. Numbers are never changed or used again.
 *
 * Each failure also has a message, and mostly a finer reason: see stskit_error.
 */
typedef enum {
    /** Success. */
    STSKIT_STATUS_OK = 0,
    /** An argument of the call is wrong; nothing was sent. Mend the call. */
    STSKIT_STATUS_INVALID_ARGUMENT = 1,
    /**
     * An environment variable, a file or an explicit setting is wrong; nothing was sent. Mend the
     * configuration.
     */
    STSKIT_STATUS_INVALID_CONFIGURATION = 2,
    /** No source had credentials: stskit_error_provider_line() tells which were tried. */
    STSKIT_STATUS_NO_CREDENTIALS = 3,
    /** Credentials, token or session have expired: get new ones. */
    STSKIT_STATUS_EXPIRED = 4,
    /** The service knows the caller and refuses, or does not accept the credentials or the signature. */
    STSKIT_STATUS_ACCESS_DENIED = 5,
    /** The service asks to slow down, and went on asking after the retries. */
    STSKIT_STATUS_THROTTLED = 6,
    /** Any other error that the service answered with: stskit_error_code() has its code. */
    STSKIT_STATUS_SERVICE = 7,
    /** The service was not reached, or the connection broke. */
    STSKIT_STATUS_NETWORK = 8,
    /** The certificate of the server was not accepted, or no TLS session could be agreed on. */
    STSKIT_STATUS_TLS = 9,
    /** No answer within the time limits. */
    STSKIT_STATUS_TIMEOUT = 10,
    /** An answer came that is not what the protocol says. */
    STSKIT_STATUS_INVALID_RESPONSE = 11,
    /** The call was cancelled, by stskit_client_cancel() or by a callback. */
    STSKIT_STATUS_CANCELLED = 12,
    /** This build, partition or operation cannot do it. */
    STSKIT_STATUS_NOT_SUPPORTED = 13,
    /** A defect of the library. Please report its message. */
    STSKIT_STATUS_INTERNAL = 14,
    /** A person has to sign in (again): stskit_error_login_command() says how. */
    STSKIT_STATUS_LOGIN_REQUIRED = 15,
    /** It cannot be done from inside the callback that is running. */
    STSKIT_STATUS_BUSY = 100,
} stskit_status_code;

/**
 * Finer reasons than the statuses, where there is one. Numbers are never changed or used again; more will
 * come.
 */
typedef enum {
    /** Nothing finer than the status. */
    STSKIT_DETAIL_NONE = 0,
    /** A parameter is NULL that must not be. */
    STSKIT_DETAIL_NULL_ARGUMENT = 101,
    /** A text is not UTF-8. */
    STSKIT_DETAIL_NOT_UTF8 = 102,
    /** A number is none of its enumeration. */
    STSKIT_DETAIL_OUT_OF_RANGE = 103,
    /** A text is not JSON, or not the JSON that is wanted. */
    STSKIT_DETAIL_NOT_JSON = 104,
    /** The host name was not found. */
    STSKIT_DETAIL_RESOLVE = 201,
    /** No connection: refused, no route. */
    STSKIT_DETAIL_CONNECT = 202,
    /** No connection within the time limit. */
    STSKIT_DETAIL_CONNECT_TIMEOUT = 203,
    /** The TLS session failed for another reason than the certificate. */
    STSKIT_DETAIL_TLS = 204,
    /** The certificate of the server was refused. */
    STSKIT_DETAIL_CERTIFICATE = 205,
    /** The proxy refused or failed. */
    STSKIT_DETAIL_PROXY = 206,
    /** The connection ended before the whole answer had come. */
    STSKIT_DETAIL_CLOSED = 207,
    /** No answer, or no end of it, within the time limit of an attempt. */
    STSKIT_DETAIL_READ_TIMEOUT = 208,
    /** The time for the whole call ended. */
    STSKIT_DETAIL_DEADLINE = 209,
    /** The answer is larger than allowed. */
    STSKIT_DETAIL_TOO_LARGE = 210,
    /** The answer is not HTTP. */
    STSKIT_DETAIL_PROTOCOL = 211,
    /** The request cannot be sent as it is. */
    STSKIT_DETAIL_INVALID_REQUEST = 212,
    /** The library panicked; the panic was caught. */
    STSKIT_DETAIL_PANIC = 301,
    /** A callback ended the call: stskit_error_callback_result() has what it answered. */
    STSKIT_DETAIL_CALLBACK = 401,
    /** stskit_client_cancel() ended the call. */
    STSKIT_DETAIL_CANCEL = 402,
    /** No kind of token has this name. */
    STSKIT_DETAIL_TOKEN_KIND = 501,
    /** The kind of token has no input of this name. */
    STSKIT_DETAIL_TOKEN_INPUT_UNKNOWN = 502,
    /** An input of a token is missing or empty. */
    STSKIT_DETAIL_TOKEN_INPUT_MISSING = 503,
    /** An input of a token cannot be what it should be. */
    STSKIT_DETAIL_TOKEN_INPUT_MALFORMED = 504,
    /** A port is 1 to 65535. */
    STSKIT_DETAIL_TOKEN_PORT = 505,
    /** The host is in another region than the one to sign for. */
    STSKIT_DETAIL_TOKEN_REGION = 506,
    /** The token would live 0 seconds, or longer than the service allows. */
    STSKIT_DETAIL_TOKEN_EXPIRY = 507,
    /** The credentials have expired. */
    STSKIT_DETAIL_TOKEN_CREDENTIALS_EXPIRED = 508,
    /** The credentials end sooner than min_ttl, also after a refresh. */
    STSKIT_DETAIL_TOKEN_CREDENTIALS_END_TOO_SOON = 509,
    /** The token takes long-term credentials only. */
    STSKIT_DETAIL_TOKEN_TEMPORARY_CREDENTIALS = 510,
    /** The token is made by a service: it needs a client, not credentials alone. */
    STSKIT_DETAIL_TOKEN_MADE_BY_SERVICE = 511,
} stskit_detail_code;

/** The services that stskit calls. */
typedef enum {
    /** AWS Security Token Service. */
    STSKIT_SERVICE_STS = 1,
    /** The portal of IAM Identity Center: accounts, roles, role credentials. */
    STSKIT_SERVICE_SSO = 2,
    /** The OIDC service of IAM Identity Center: sign-in and tokens. */
    STSKIT_SERVICE_SSO_OIDC = 3,
} stskit_service_code;

/** How failed requests are tried again. */
typedef enum {
    /** 3 attempts, capped backoff with full jitter, a quota. The default. */
    STSKIT_RETRY_MODE_STANDARD = 1,
    /** Accepted; the same as standard in this version. */
    STSKIT_RETRY_MODE_ADAPTIVE = 2,
    /** The rules of old SDKs: 5 attempts, no quota. */
    STSKIT_RETRY_MODE_LEGACY = 3,
} stskit_retry_mode_code;

/** How a service wants its requests signed. */
typedef enum {
    /** The rule: every service but those below. */
    STSKIT_SIGNING_STYLE_STANDARD = 1,
    /** S3: the path as it is, and the hash of the body sent along (x-amz-content-sha256). */
    STSKIT_SIGNING_STYLE_S3 = 2,
    /** OpenSearch Serverless, VPC Lattice: the hash of the body sent along. */
    STSKIT_SIGNING_STYLE_CONTENT_SHA256 = 3,
    /** IoT over WebSocket: the session token added after signing. */
    STSKIT_SIGNING_STYLE_TOKEN_AFTER_SIGNING = 4,
} stskit_signing_style_code;

/** Levels of the log. A callback gets the lines of its level and of those above. */
typedef enum {
    /** Nothing. */
    STSKIT_LOG_LEVEL_OFF = 0,
    /** What went wrong. */
    STSKIT_LOG_LEVEL_ERROR = 1,
    /** What goes on, but needs somebody to look at it. */
    STSKIT_LOG_LEVEL_WARN = 2,
    /** What is good to know. */
    STSKIT_LOG_LEVEL_INFO = 3,
    /** What helps to find a mistake. */
    STSKIT_LOG_LEVEL_DEBUG = 4,
    /** Everything, the HTTP client's words included. Secrets are masked. */
    STSKIT_LOG_LEVEL_TRACE = 5,
} stskit_log_level_code;

/**
 * Settings, a source of credentials with a cache that refreshes them, and the services.
 *
 * Immutable once made, and safe for any number of threads at once: make one and share it. They share its
 * connections, too, and one of them refreshes while the others wait, each within its own time limit.
 */
typedef struct stskit_client stskit_client;

/**
 * Explicit settings, for the constructors of clients. What is left out comes from the environment, then
 * from the profile in ~/.aws/config and ~/.aws/credentials, then from the default: an empty one, or NULL
 * in its place, means just that.
 *
 * For one thread at a time. A client copies what it needs: free or change it afterwards as you like.
 * Values are looked at when a client is made.
 */
typedef struct stskit_config stskit_config;

/**
 * One generation of AWS credentials: all five values come from one load.
 *
 * Immutable: any number of threads may read it. It depends on no other handle. Secret key and token are
 * wiped when it is freed. To print it, show the access key id only.
 */
typedef struct stskit_credentials stskit_credentials;

/** What a person needs to approve a sign-in by device code. Lives during the callback only. */
typedef struct stskit_device_code stskit_device_code;

/**
 * The story of one failure: what was tried, what went wrong, and what to do next. No text in it holds a
 * secret.
 *
 * Made by the call that failed, owned by the caller, ended with stskit_error_free(). Immutable: any number
 * of threads may read it. It depends on no other handle.
 */
typedef struct stskit_error stskit_error;

/**
 * The pages of a list operation: each is a call.
 *
 * For one thread at a time. It goes on if its client is freed.
 */
typedef struct stskit_pages stskit_pages;

/**
 * A request to sign: method, URL, headers, body, and how the service wants it signed. After signing it also
 * has the headers to add.
 *
 * For one thread at a time.
 */
typedef struct stskit_request stskit_request;

/**
 * The output of an operation with what came along.
 *
 * Immutable: any number of threads may read it. It depends on no other handle. Wiped when it is freed,
 * since it may hold credentials.
 */
typedef struct stskit_response stskit_response;

/**
 * An Identity Center instance to sign in to, as the section [sso-session NAME] of the config file has it,
 * and the folder where its tokens are kept.
 *
 * For one thread at a time while it is changed. Calls copy what they need.
 */
typedef struct stskit_sso_session stskit_sso_session;

/**
 * A text that a call made: a URL, a token, a report.
 *
 * Immutable: any number of threads may read it. It depends on no other handle. Wiped when it is freed.
 */
typedef struct stskit_text stskit_text;

/**
 * A token: a password with an end, and the user name that goes with it.
 *
 * Immutable: any number of threads may read it. It depends on no other handle, and is wiped when it is freed.
 */
typedef struct stskit_token stskit_token;

/**
 * Makes tokens of one kind, whose inputs it has checked. It shares the client's credentials, connections and
 * cancel state, but does not need its handle any more.
 *
 * Immutable once made, and safe for any number of threads at once.
 */
typedef struct stskit_token_source stskit_token_source;

/**
 * What a fallible function answers: one of STSKIT_STATUS_..., 0 for success.
 *
 * Kept open on purpose: a later version of the library may answer a status that this header does not
 * name. Treat an unknown one as a failure.
 */
typedef int32_t stskit_status;

/**
 * Asks for the current code of an MFA device.
 *
 * @param userdata    as given to stskit_config_set_mfa_callback().
 * @param mfa_serial  serial number or ARN of the device; valid during the call.
 * @param code        where to write the code, as text that ends with NUL.
 * @param capacity    bytes that code has room for, the NUL included; at least 64.
 * @return 0; any other number ends the call with STSKIT_STATUS_CANCELLED and is in the error as
 * stskit_error_callback_result().
 */
typedef int32_t (*stskit_mfa_callback)(void *userdata,
                                       const char *mfa_serial,
                                       char *code,
                                       size_t capacity);

/** Ends what a userdata pointer leads to. Called once, on whichever thread frees its last user. */
typedef void (*stskit_release_callback)(void *userdata);

/**
 * Gives credentials, whenever the client has none that are good.
 *
 * Make them with stskit_credentials_new(). The client keeps them until ten seconds before they expire, or
 * for good if they do not.
 *
 * @param userdata     as given to stskit_client_new_with_callback().
 * @param credentials  out: the credentials, which then belong to stskit.
 * @return 0; any other number ends the call with STSKIT_STATUS_CANCELLED and is in the error as
 * stskit_error_callback_result().
 */
typedef int32_t (*stskit_credentials_callback)(void *userdata, stskit_credentials **credentials);

/**
 * Shows a person what to do. Called once, on the thread that signs in.
 *
 * @param userdata  as given to stskit_client_sign_in_with_device_code().
 * @param code      what to show; valid during the call.
 * @return 0; any other number ends the sign-in with STSKIT_STATUS_CANCELLED and is in the error as
 * stskit_error_callback_result().
 */
typedef int32_t (*stskit_device_code_callback)(void *userdata, const stskit_device_code *code);

/**
 * Opens a page in a browser on this machine, or shows it. Called once, on the thread that signs in.
 *
 * @param userdata  as given to stskit_client_sign_in_with_browser().
 * @param url       the page; valid during the call.
 * @return 0; any other number ends the sign-in with STSKIT_STATUS_CANCELLED and is in the error as
 * stskit_error_callback_result().
 */
typedef int32_t (*stskit_browser_callback)(void *userdata, const char *url);

/**
 * Takes one line of the log, on the thread that is inside a call of stskit. What it logs itself by calling
 * stskit is dropped.
 *
 * @param userdata  as given to stskit_set_log_callback().
 * @param level     one of STSKIT_LOG_LEVEL_...
 * @param target    which part says it: "stskit::client"; valid during the call.
 * @param message   the line, without a line break; valid during the call. Never a secret.
 */
typedef void (*stskit_log_callback)(void *userdata,
                                    int32_t level,
                                    const char *target,
                                    const char *message);

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/* --- Versions ------------------------------------------------------------------ */

/**
 * The version of the library in use, as text: "0.1.0". It may be newer than the header: compare with
 * STSKIT_VERSION.
 *
 * @return static text, never NULL. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_version(void);

/**
 * The version of the library in use as one number that can be compared, as STSKIT_VERSION_NUMBER: 65536
 * times the major, 256 times the minor and the patch number.
 *
 * @return the number. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API uint32_t stskit_version_number(void);

/**
 * The ABI of the library in use, which is also the number in its soname (libstskit.so.1). Bindings
 * compare it with the one they were made for, STSKIT_ABI_VERSION, before they call anything else.
 *
 * @return the number. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API uint32_t stskit_abi_version(void);

/* --- Statuses ------------------------------------------------------------------ */

/**
 * The name of a status, without its prefix: "OK", "NO_CREDENTIALS"; "UNKNOWN" for any other number.
 *
 * @param status  any number.
 * @return static text, never NULL. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_status_name(int32_t status);

/* --- Errors -------------------------------------------------------------------- */

/**
 * Ends an error. Texts that came from it must not be used any more.
 *
 * @param error  to be ended; NULL does nothing. No other thread may use it.
 * @since 0.1.0
 */
STSKIT_API void stskit_error_free(stskit_error *error);

/**
 * The status, as the call that failed answered it.
 *
 * @param error  an error; NULL is STSKIT_STATUS_OK.
 * @return one of STSKIT_STATUS_.... Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_error_status(const stskit_error *error);

/**
 * What went wrong, in words for a person: what was tried, where, and what to do next. Never a secret.
 *
 * @param error  an error; NULL gives "".
 * @return text owned by the error, never NULL. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_error_message(const stskit_error *error);

/**
 * A finer reason than the status.
 *
 * @param error  an error; NULL gives STSKIT_DETAIL_NONE.
 * @return one of STSKIT_DETAIL_...; later versions know more. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API int32_t stskit_error_detail(const stskit_error *error);

/**
 * The error code of the service, as on the wire: "AccessDenied", "ExpiredTokenException".
 *
 * @param error  an error, or NULL.
 * @return text owned by the error; NULL if no service answered. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_error_code(const stskit_error *error);

/**
 * What the service says, in its own words, which stskit_error_message() has in the middle. Secrets of the
 * request that it quotes are shown as "[secret]".
 *
 * @param error  an error, or NULL.
 * @return text owned by the error, "" if the service answered without words; NULL if no service answered. Never
 * blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_error_service_message(const stskit_error *error);

/**
 * Whose fault the service says it is: only STS says so.
 *
 * @param error  an error, or NULL.
 * @return "Sender" (the request is at fault), "Receiver" (the service is), static text; NULL if the answer says
 * nothing about it. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_error_fault(const stskit_error *error);

/**
 * How many texts the service's error has besides its code: "error" and "error_description" of SSO-OIDC,
 * "message" of SSO. Numbered by name; none for STS.
 *
 * @param error  an error; NULL gives 0.
 * @return the number of texts; 0 if no service answered. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API size_t stskit_error_member_count(const stskit_error *error);

/**
 * The name of a text of the service's error, as on the wire.
 *
 * @param error  an error, or NULL.
 * @param index  0 to stskit_error_member_count() - 1.
 * @return text owned by the error: "error_description"; NULL for an index that is too large. Never blocks; any
 * thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_error_member_name(const stskit_error *error,
                                     size_t index);

/**
 * A text of the service's error. Secrets of the request that it quotes are shown as "[secret]".
 *
 * @param error  an error, or NULL.
 * @param index  0 to stskit_error_member_count() - 1.
 * @return text owned by the error; NULL for an index that is too large. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_error_member_value(const stskit_error *error, size_t index);

/**
 * How many headers the service's answer had. They are numbered in the order received.
 *
 * @param error  an error; NULL gives 0.
 * @return the number of headers; 0 if no service answered. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API size_t stskit_error_header_count(const stskit_error *error);

/**
 * The name of a header of the service's answer.
 *
 * @param error  an error, or NULL.
 * @param index  0 to stskit_error_header_count() - 1. A name that was sent twice is there twice.
 * @return text owned by the error, in lower case: "retry-after"; NULL for an index that is too large. Never
 * blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_error_header_name(const stskit_error *error,
                                     size_t index);

/**
 * The value of a header of the service's answer. Secrets of the request that it quotes are shown as
 * "[secret]".
 *
 * @param error  an error, or NULL.
 * @param index  0 to stskit_error_header_count() - 1.
 * @return text owned by the error; NULL for an index that is too large. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_error_header_value(const stskit_error *error, size_t index);

/**
 * The operation that failed: "AssumeRole".
 *
 * @param error  an error, or NULL.
 * @return text owned by the error; NULL if no operation was under way. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_error_operation(const stskit_error *error);

/**
 * The request id of the service's answer: what AWS Support asks for.
 *
 * @param error  an error, or NULL.
 * @return text owned by the error; NULL if the service said none. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_error_request_id(const stskit_error *error);

/**
 * The HTTP status of the service's answer.
 *
 * @param error  an error, or NULL.
 * @return 400 to 599; 0 if no service answered. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API int32_t stskit_error_http_status(const stskit_error *error);

/**
 * How many requests were sent for the failed call.
 *
 * @param error  an error, or NULL.
 * @return the number of attempts; 0 if nothing was sent. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API uint32_t stskit_error_attempts(const stskit_error *error);

/**
 * Is the failure one that another try in a while may mend? The library has retried by itself already.
 *
 * @param error  an error; NULL gives false.
 * @return true or false. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API bool stskit_error_is_retryable(const stskit_error *error);

/**
 * What the callback answered that ended the call (detail STSKIT_DETAIL_CALLBACK), so that a binding can
 * raise its own exception again.
 *
 * @param error  an error, or NULL.
 * @return the callback's number; 0 if no callback ended the call. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API int32_t stskit_error_callback_result(const stskit_error *error);

/**
 * How many providers were tried before the call gave up: the lines of stskit_error_provider_line().
 *
 * @param error  an error; NULL gives 0.
 * @return the number of lines. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API size_t stskit_error_provider_count(const stskit_error *error);

/**
 * One provider that was tried, and why it did not serve, in one line.
 *
 * @param error  an error, or NULL.
 * @param index  0 to stskit_error_provider_count() - 1.
 * @return text owned by the error; NULL for an index that is too large. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_error_provider_line(const stskit_error *error, size_t index);

/**
 * The command that signs in, where the status is STSKIT_STATUS_LOGIN_REQUIRED:
 * "aws sso login --profile dev" or "aws login --profile dev".
 *
 * @param error  an error, or NULL.
 * @return text owned by the error; NULL if nobody has to sign in. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_error_login_command(const stskit_error *error);

/**
 * The start URL of the Identity Center instance to sign in to.
 *
 * @param error  an error, or NULL.
 * @return text owned by the error; NULL if nobody has to sign in, and for the session of `aws login`, which has
 * none: stskit_error_login_command() says what to run. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_error_login_start_url(const stskit_error *error);

/**
 * The sso-session to sign in to, or the login_session of `aws login`.
 *
 * @param error  an error, or NULL.
 * @return text owned by the error; NULL if nobody has to sign in, or the configuration is a legacy one
 * without a session. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_error_login_session(const stskit_error *error);

/**
 * The profile that wants the sign-in.
 *
 * @param error  an error, or NULL.
 * @return text owned by the error; NULL if nobody has to sign in, or no profile asked. Never blocks; any
 * thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_error_login_profile(const stskit_error *error);

/* --- Settings ------------------------------------------------------------------ */

/**
 * Makes a config with nothing explicit in it.
 *
 * @param config  out: the config, to be ended with stskit_config_free().
 * @param err     out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_config_new(stskit_config **config,
                                stskit_error **err);

/**
 * Ends a config. Clients made with it go on.
 *
 * @param config  to be ended; NULL does nothing. No other thread may use it.
 * @since 0.1.0
 */
STSKIT_API void stskit_config_free(stskit_config *config);

/**
 * Names the profile of the shared files. Variables AWS_PROFILE, then AWS_DEFAULT_PROFILE; default
 * "default". A profile that is named here has to exist, and makes the access keys of the environment not
 * count.
 *
 * @param config  the config.
 * @param name    the profile's name; blank counts as not given.
 * @param err     out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_config_set_profile(stskit_config *config,
                                        const char *name,
                                        stskit_error **err);

/**
 * Names the config file, as it is: no ~ is expanded. Variable AWS_CONFIG_FILE; default ~/.aws/config.
 *
 * @param config  the config.
 * @param path    path of the file.
 * @param err     out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_config_set_config_file(stskit_config *config,
                                            const char *path,
                                            stskit_error **err);

/**
 * Names the credentials file, as it is: no ~ is expanded. Variable AWS_SHARED_CREDENTIALS_FILE; default
 * ~/.aws/credentials.
 *
 * @param config  the config.
 * @param path    path of the file.
 * @param err     out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_config_set_credentials_file(stskit_config *config,
                                                 const char *path,
                                                 stskit_error **err);

/**
 * Sets the region. Variables AWS_REGION, then AWS_DEFAULT_REGION, key region. Without any, STS is called at
 * its global endpoint.
 *
 * @param config  the config.
 * @param region  such as "eu-west-1"; blank counts as not given.
 * @param err     out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_config_set_region(stskit_config *config,
                                       const char *region,
                                       stskit_error **err);

/**
 * Sets the region of the Identity Center instance, where calls of SSO and SSO-OIDC go. Default: sso_region
 * of the profile or of its sso-session, then the region.
 *
 * @param config  the config.
 * @param region  such as "eu-west-1"; blank counts as not given.
 * @param err     out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_config_set_sso_region(stskit_config *config,
                                           const char *region,
                                           stskit_error **err);

/**
 * Sets a custom endpoint for a service. Variables AWS_ENDPOINT_URL_STS (_SSO, _SSO_OIDC), then
 * AWS_ENDPOINT_URL; then the keys of the profile.
 *
 * @param config   the config.
 * @param service  one of STSKIT_SERVICE_...
 * @param url      such as "http://localhost:4566"; blank counts as not given.
 * @param err      out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_config_set_endpoint_url(stskit_config *config,
                                             int32_t service,
                                             const char *url,
                                             stskit_error **err);

/**
 * Demands FIPS endpoints. Variable AWS_USE_FIPS_ENDPOINT, key use_fips_endpoint; default false.
 *
 * @param config   the config.
 * @param enabled  true or false.
 * @param err      out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_config_set_use_fips(stskit_config *config,
                                         bool enabled,
                                         stskit_error **err);

/**
 * Demands dual-stack endpoints. Variable AWS_USE_DUALSTACK_ENDPOINT, key use_dualstack_endpoint; default
 * false.
 *
 * @param config   the config.
 * @param enabled  true or false.
 * @param err      out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_config_set_use_dual_stack(stskit_config *config,
                                               bool enabled,
                                               stskit_error **err);

/**
 * Uses the global STS endpoint for the regions of the legacy list. Variable AWS_STS_REGIONAL_ENDPOINTS, key
 * sts_regional_endpoints; default false.
 *
 * @param config   the config.
 * @param enabled  true or false.
 * @param err      out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_config_set_sts_legacy_global(stskit_config *config,
                                                  bool enabled,
                                                  stskit_error **err);

/**
 * Chooses how failed requests are tried again. Variable AWS_RETRY_MODE, key retry_mode; default standard.
 *
 * @param config  the config.
 * @param mode    one of STSKIT_RETRY_MODE_...
 * @param err     out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_config_set_retry_mode(stskit_config *config,
                                           int32_t mode,
                                           stskit_error **err);

/**
 * Sets the attempts for one call, the first included. Variable AWS_MAX_ATTEMPTS, key max_attempts; default 3
 * (legacy: 5).
 *
 * @param config    the config.
 * @param attempts  1 or more.
 * @param err       out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_config_set_max_attempts(stskit_config *config,
                                             uint32_t attempts,
                                             stskit_error **err);

/**
 * Uses the retry numbers of 2026: shorter pauses, dearer retries. Variable AWS_NEW_RETRIES_2026; default
 * false.
 *
 * @param config   the config.
 * @param enabled  true or false.
 * @param err      out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_config_set_retries_2026(stskit_config *config,
                                             bool enabled,
                                             stskit_error **err);

/**
 * Limits the time to get a connection: name, TCP, proxy and TLS together. Default 3100 ms, or by the
 * variable AWS_DEFAULTS_MODE.
 *
 * @param config      the config.
 * @param timeout_ms  milliseconds, 1 or more.
 * @param err         out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_config_set_connect_timeout_ms(stskit_config *config,
                                                   uint64_t timeout_ms,
                                                   stskit_error **err);

/**
 * Limits the time for the answer of one attempt, up to its last byte. Default 30000 ms.
 *
 * @param config      the config.
 * @param timeout_ms  milliseconds, 1 or more.
 * @param err         out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_config_set_read_timeout_ms(stskit_config *config,
                                                uint64_t timeout_ms,
                                                stskit_error **err);

/**
 * Limits the time for a whole call with all its attempts and pauses. Default: bounded by the attempts.
 *
 * @param config      the config.
 * @param timeout_ms  milliseconds, 1 or more.
 * @param err         out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_config_set_operation_timeout_ms(stskit_config *config,
                                                     uint64_t timeout_ms,
                                                     stskit_error **err);

/**
 * Limits the size of an answer. Default 1048576 bytes.
 *
 * @param config  the config.
 * @param bytes   bytes.
 * @param err     out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_config_set_max_response_bytes(stskit_config *config,
                                                   size_t bytes,
                                                   stskit_error **err);

/**
 * Names a PEM file with the certificates of authorities, instead of the built-in roots. Variable
 * AWS_CA_BUNDLE, key ca_bundle. Read when a client is made.
 *
 * @param config  the config.
 * @param path    path of the file.
 * @param err     out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_config_set_ca_bundle(stskit_config *config,
                                          const char *path,
                                          stskit_error **err);

/**
 * Sets the proxies, instead of those of the variables HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY. Three
 * times NULL means none, whatever the environment says.
 *
 * @param config    the config.
 * @param https     for https: "http://user:password@host:port"; NULL for none.
 * @param http      for http; NULL for none.
 * @param no_proxy  hosts that need none: "localhost,.internal,10.0.0.0/8"; NULL for none.
 * @param err       out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_config_set_proxies(stskit_config *config,
                                        const char *https,
                                        const char *http,
                                        const char *no_proxy,
                                        stskit_error **err);

/**
 * Names the application in the User-Agent; at most 50 characters. Variable AWS_SDK_UA_APP_ID, key
 * sdk_ua_app_id.
 *
 * @param config  the config.
 * @param id      the name.
 * @param err     out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_config_set_app_id(stskit_config *config,
                                       const char *id,
                                       stskit_error **err);

/**
 * Learns the offset of a wrong local clock from the service's answer and signs again, once a call. Default
 * true.
 *
 * @param config   the config.
 * @param enabled  true or false.
 * @param err      out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_config_set_correct_clock_skew(stskit_config *config,
                                                   bool enabled,
                                                   stskit_error **err);

/**
 * Says who is asked for the code of an MFA device, where a role wants one. Without it such a role is
 * STSKIT_STATUS_INVALID_CONFIGURATION. It is called on the thread that loads credentials, at each load.
 *
 * @param config    the config.
 * @param callback  who is asked; NULL: nobody.
 * @param userdata  handed to the callback as it is.
 * @param release   called once when no client or config uses userdata any more; NULL: nothing to do. It is
 *                  called even if this call fails.
 * @param err       out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_config_set_mfa_callback(stskit_config *config,
                                             stskit_mfa_callback callback,
                                             void *userdata,
                                             stskit_release_callback release,
                                             stskit_error **err);

/* --- Clients ------------------------------------------------------------------- */

/**
 * Makes a client with the default chain: environment, profile, web identity, sign-in, container, instance,
 * in the order of the AWS SDKs. Reads the shared files; asks no source yet.
 *
 * @param config  explicit settings; NULL: none.
 * @param client  out: the client, to be ended with stskit_client_free().
 * @param err     out: the error, or NULL.
 * @return STSKIT_STATUS_OK, STSKIT_STATUS_INVALID_ARGUMENT, or STSKIT_STATUS_INVALID_CONFIGURATION. Blocks
 * on the disk only.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_client_new(const stskit_config *config,
                                stskit_client **client,
                                stskit_error **err);

/**
 * Makes a client with the default chain for a named profile: the access keys of the environment do not
 * count then. The same as stskit_config_set_profile() and stskit_client_new().
 *
 * @param config   further settings; NULL: none.
 * @param profile  name of the profile, which has to exist.
 * @param client   out: the client, to be ended with stskit_client_free().
 * @param err      out: the error, or NULL.
 * @return as stskit_client_new(). Blocks on the disk only.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_client_new_with_profile(const stskit_config *config,
                                             const char *profile,
                                             stskit_client **client,
                                             stskit_error **err);

/**
 * Makes a client with credentials that you have.
 *
 * @param config       settings; NULL: none explicit.
 * @param credentials  the credentials, which stay yours: free them when you like.
 * @param client       out: the client, to be ended with stskit_client_free().
 * @param err          out: the error, or NULL.
 * @return as stskit_client_new(). Blocks on the disk only.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_client_new_with_credentials(const stskit_config *config,
                                                 const stskit_credentials *credentials,
                                                 stskit_client **client,
                                                 stskit_error **err);

/**
 * Makes a client that asks you for credentials. It asks one thread at a time and keeps the answer.
 *
 * @param config    settings; NULL: none explicit.
 * @param callback  who is asked, on the thread that needs credentials.
 * @param userdata  handed to the callback as it is.
 * @param release   called once when no client uses userdata any more; NULL: nothing to do. It is called
 *                  even if this call fails.
 * @param client    out: the client, to be ended with stskit_client_free().
 * @param err       out: the error, or NULL.
 * @return as stskit_client_new(). Blocks on the disk only.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_client_new_with_callback(const stskit_config *config,
                                              stskit_credentials_callback callback,
                                              void *userdata,
                                              stskit_release_callback release,
                                              stskit_client **client,
                                              stskit_error **err);

/**
 * Makes a client with the credentials in the environment variables, and nothing else.
 *
 * @param config  settings; NULL: none explicit.
 * @param client  out: the client, to be ended with stskit_client_free().
 * @param err     out: the error, or NULL.
 * @return as stskit_client_new(). Blocks on the disk only.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_client_new_with_environment(const stskit_config *config,
                                                 stskit_client **client,
                                                 stskit_error **err);

/**
 * Makes a client with the credentials that a helper program prints (credential_process).
 *
 * @param config      settings; NULL: none explicit.
 * @param command     program and arguments in one line, quoted as in a POSIX shell (Windows: as the C
 *                    runtime reads it). Started without a shell, with nothing to read.
 * @param timeout_ms  milliseconds after which it is killed; 0: no limit.
 * @param client      out: the client, to be ended with stskit_client_free().
 * @param err         out: the error, or NULL.
 * @return as stskit_client_new(). Blocks on the disk only; the program is started when credentials are
 * needed.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_client_new_with_process(const stskit_config *config,
                                             const char *command,
                                             uint64_t timeout_ms,
                                             stskit_client **client,
                                             stskit_error **err);

/**
 * Makes a client with a role for the token in a file (EKS, GitHub Actions, GitLab).
 *
 * @param config        settings; NULL: none explicit.
 * @param token_file    path of the file with the token, read at each load.
 * @param role_arn      ARN of the role.
 * @param session_name  names the session; NULL: made up.
 * @param client        out: the client, to be ended with stskit_client_free().
 * @param err           out: the error, or NULL.
 * @return as stskit_client_new(). Blocks on the disk only.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_client_new_with_web_identity(const stskit_config *config,
                                                  const char *token_file,
                                                  const char *role_arn,
                                                  const char *session_name,
                                                  stskit_client **client,
                                                  stskit_error **err);

/**
 * Makes a client with a role of a sign-in to IAM Identity Center.
 *
 * @param config      settings; NULL: none explicit.
 * @param session     the session, which stays yours; NULL: that of the profile.
 * @param account_id  the account, 12 digits.
 * @param role_name   the role (permission set).
 * @param client      out: the client, to be ended with stskit_client_free().
 * @param err         out: the error, or NULL.
 * @return as stskit_client_new(). Blocks on the disk only.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_client_new_with_sso_role(const stskit_config *config,
                                              const stskit_sso_session *session,
                                              const char *account_id,
                                              const char *role_name,
                                              stskit_client **client,
                                              stskit_error **err);

/**
 * Makes a client with a role, assumed with the credentials of another client. It shares that client's
 * settings, connections, MFA callback and cancel state, but does not need its handle any more.
 *
 * @param source      the client whose credentials assume the role.
 * @param input_json  the members of AssumeRole as JSON: {"RoleArn":"arn:aws:iam::123456789012:role/demo"}.
 *                    A RoleSessionName that is missing is made up.
 * @param client      out: the client, to be ended with stskit_client_free().
 * @param err         out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_client_new_with_assumed_role(const stskit_client *source,
                                                  const char *input_json,
                                                  stskit_client **client,
                                                  stskit_error **err);

/**
 * Ends a client. Credentials, errors and other clients that came from it go on.
 *
 * @param client  to be ended; NULL does nothing. No other thread may use it.
 * @since 0.1.0
 */
STSKIT_API void stskit_client_free(stskit_client *client);

/**
 * Credentials that are good now: the cached ones, or new ones once those are about to expire. Cheap while
 * the cached ones are good: ask for them each time you need them, instead of keeping a copy.
 *
 * @param client       the client.
 * @param credentials  out: the credentials, to be ended with stskit_credentials_free().
 * @param err          out: the error, or NULL.
 * @return STSKIT_STATUS_OK; STSKIT_STATUS_NO_CREDENTIALS; STSKIT_STATUS_EXPIRED;
 * STSKIT_STATUS_LOGIN_REQUIRED; STSKIT_STATUS_INVALID_CONFIGURATION; whatever the source's service or the
 * network failed with; STSKIT_STATUS_CANCELLED. May block on the network, the disk or another process; any
 * thread.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_client_get_credentials(const stskit_client *client,
                                            stskit_credentials **credentials,
                                            stskit_error **err);

/**
 * Says that a service answered that these credentials have expired: the next lookup loads new ones. The
 * client does this by itself for its own calls.
 *
 * @param client       the client.
 * @param credentials  the credentials that were refused. Newer ones in the cache stay.
 * @param err          out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_client_invalidate(const stskit_client *client,
                                       const stskit_credentials *credentials,
                                       stskit_error **err);

/**
 * Ends the calls of the client that are under way, within a tenth of a second, with STSKIT_STATUS_CANCELLED;
 * later calls fail at once with the same, until stskit_client_reset(). Attempts to connect and look-ups of
 * names are on threads of their own, which end by their time limits; where no thread can be had, the call
 * lasts as long as they do. It is one atomic store: safe in a signal handler. Clients made with
 * stskit_client_new_with_assumed_role() share the state.
 *
 * @param client  the client; NULL does nothing. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API void stskit_client_cancel(const stskit_client *client);

/**
 * Lets a client that was cancelled be used again. One atomic store.
 *
 * @param client  the client; NULL does nothing. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API void stskit_client_reset(const stskit_client *client);

/**
 * Was the client cancelled, and not reset since?
 *
 * @param client  the client; NULL gives false.
 * @return true or false. Never blocks; any thread, and signal handlers.
 * @since 0.1.0
 */
STSKIT_API bool stskit_client_is_cancelled(const stskit_client *client);

/**
 * Asks the default chain how it came to its answer: each provider, whether it served, why not, and where
 * its settings were found. No secrets.
 *
 * @param client  a client of the default chain.
 * @param report  out: the report as JSON, to be ended with stskit_text_free().
 * @param err     out: the error, or NULL.
 * @return STSKIT_STATUS_OK; STSKIT_STATUS_NOT_SUPPORTED for a client with one source. May block on the
 * network, the disk or another process; any thread.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_client_explain(const stskit_client *client,
                                    stskit_text **report,
                                    stskit_error **err);

/**
 * The region in use.
 *
 * @param client  the client.
 * @param region  out: the region, to be ended with stskit_text_free().
 * @param err     out: the error, or NULL.
 * @return STSKIT_STATUS_OK; STSKIT_STATUS_INVALID_CONFIGURATION if no region is set. Never blocks; any
 * thread.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_client_get_region(const stskit_client *client,
                                       stskit_text **region,
                                       stskit_error **err);

/**
 * Where calls of a service go.
 *
 * @param client   the client.
 * @param service  one of STSKIT_SERVICE_...
 * @param url      out: the URL, to be ended with stskit_text_free().
 * @param err      out: the error, or NULL.
 * @return STSKIT_STATUS_OK; STSKIT_STATUS_INVALID_ARGUMENT; STSKIT_STATUS_INVALID_CONFIGURATION if the
 * service has none. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_client_get_endpoint(const stskit_client *client,
                                         int32_t service,
                                         stskit_text **url,
                                         stskit_error **err);

/* --- Credentials --------------------------------------------------------------- */

/**
 * Makes credentials of values that you have: to sign with, or to answer from a credentials callback.
 *
 * @param access_key_id      the access key id.
 * @param secret_access_key  the secret access key.
 * @param session_token      the session token of temporary credentials; NULL or "" for long-term ones.
 * @param expiration         Unix seconds from which the service refuses them; NULL: never.
 * @param account_id         the 12-digit account id, if known; or NULL.
 * @param credentials        out: the credentials, to be ended with stskit_credentials_free().
 * @param err                out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_credentials_new(const char *access_key_id,
                                     const char *secret_access_key,
                                     const char *session_token,
                                     const int64_t *expiration,
                                     const char *account_id,
                                     stskit_credentials **credentials,
                                     stskit_error **err);

/**
 * Ends credentials and wipes their secrets. Texts that came from them must not be used any more.
 *
 * @param credentials  to be ended; NULL does nothing. No other thread may use them.
 * @since 0.1.0
 */
STSKIT_API void stskit_credentials_free(stskit_credentials *credentials);

/**
 * The access key id: an identifier, not a secret.
 *
 * @param credentials  the credentials; NULL gives NULL.
 * @return text owned by the credentials. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_credentials_access_key_id(const stskit_credentials *credentials);

/**
 * The secret access key.
 *
 * @param credentials  the credentials; NULL gives NULL.
 * @return text owned by the credentials. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_credentials_secret_access_key(const stskit_credentials *credentials);

/**
 * The session token.
 *
 * @param credentials  the credentials; NULL gives NULL.
 * @return text owned by the credentials; NULL for long-term ones. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_credentials_session_token(const stskit_credentials *credentials);

/**
 * The 12-digit account id that they belong to.
 *
 * @param credentials  the credentials; NULL gives NULL.
 * @return text owned by the credentials; NULL where the source did not say. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_credentials_account_id(const stskit_credentials *credentials);

/**
 * Do they expire, and when?
 *
 * @param credentials   the credentials; NULL gives false.
 * @param unix_seconds  out: the time from which the service refuses them, in seconds since 1970 UTC; left
 *                      as it is where the answer is false; or NULL.
 * @return false if they never expire. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API bool stskit_credentials_expiration(const stskit_credentials *credentials,
                                   int64_t *unix_seconds);

/* --- Calls --------------------------------------------------------------------- */

/**
 * Calls any operation of STS, SSO or SSO-OIDC by its name, with its members as JSON.
 *
 * Members are spelt as the service spells them: {"RoleArn":"...","RoleSessionName":"..."} for STS,
 * {"accessToken":"..."} for SSO. A name that is not known is STSKIT_STATUS_INVALID_ARGUMENT, and the message
 * has the names that are. Lists come page by page: stskit_client_paginate() goes through them.
 *
 * @param client      the client.
 * @param service     one of STSKIT_SERVICE_...
 * @param operation   name of the operation: "GetCallerIdentity".
 * @param input_json  its members as a JSON object; NULL: none.
 * @param response    out: the output, to be ended with stskit_response_free().
 * @param err         out: the error, or NULL.
 * @return STSKIT_STATUS_OK; STSKIT_STATUS_INVALID_ARGUMENT; for signed operations whatever
 * stskit_client_get_credentials() answers; the service's error; what kept it from answering;
 * STSKIT_STATUS_CANCELLED. Blocks on the network; any thread.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_client_call(const stskit_client *client,
                                 int32_t service,
                                 const char *operation,
                                 const char *input_json,
                                 stskit_response **response,
                                 stskit_error **err);

/**
 * Presigns any operation by its name, with its members as JSON: whoever has the URL may make the call with a
 * GET until it expires. Nothing is sent.
 *
 * @param client           the client whose credentials sign.
 * @param service          STSKIT_SERVICE_STS; the operations of the others do not fit into a URL.
 * @param operation        name of the operation: "GetCallerIdentity".
 * @param input_json       its members as a JSON object, as for stskit_client_call(); NULL: none.
 * @param expires_seconds  life of the URL, 1 to 604800; STS honours 15 minutes at most.
 * @param url              out: the URL, to be ended with stskit_text_free().
 * @param err              out: the error, or NULL.
 * @return STSKIT_STATUS_OK; STSKIT_STATUS_INVALID_ARGUMENT; STSKIT_STATUS_NOT_SUPPORTED for another service;
 * otherwise as stskit_client_get_credentials(). May block on the network, the disk or another process; any
 * thread.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_client_presign_call(const stskit_client *client,
                                         int32_t service,
                                         const char *operation,
                                         const char *input_json,
                                         uint32_t expires_seconds,
                                         stskit_text **url,
                                         stskit_error **err);

/**
 * Asks STS who the credentials belong to (GetCallerIdentity). Needs no permission.
 *
 * @param client    the client.
 * @param response  out: the output, to be ended with stskit_response_free(): "/Arn", "/Account", "/UserId"
 *                  of it by stskit_response_get().
 * @param err       out: the error, or NULL.
 * @return as stskit_client_call(). Blocks on the network; any thread.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_client_get_caller_identity(const stskit_client *client,
                                                stskit_response **response,
                                                stskit_error **err);

/**
 * Assumes a role once (AssumeRole). For a client that keeps the role's credentials fresh use
 * stskit_client_new_with_assumed_role(); for other members stskit_client_call().
 *
 * @param client            the client whose credentials assume the role.
 * @param role_arn          ARN of the role.
 * @param session_name      names the session in logs.
 * @param duration_seconds  900 to the maximum of the role; 0: the service's default, an hour.
 * @param external_id       what the role's owner asks third parties for; or NULL.
 * @param credentials       out: the role's credentials, to be ended with stskit_credentials_free().
 * @param err               out: the error, or NULL.
 * @return as stskit_client_call(). Blocks on the network; any thread.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_client_assume_role(const stskit_client *client,
                                        const char *role_arn,
                                        const char *session_name,
                                        int32_t duration_seconds,
                                        const char *external_id,
                                        stskit_credentials **credentials,
                                        stskit_error **err);

/**
 * Assumes a role for an OpenID Connect token (AssumeRoleWithWebIdentity). Not signed: no credentials are
 * looked for.
 *
 * @param client            the client.
 * @param role_arn          ARN of the role.
 * @param session_name      names the session in logs.
 * @param token             the token.
 * @param duration_seconds  900 to the maximum of the role; 0: the service's default, an hour.
 * @param credentials       out: the role's credentials, to be ended with stskit_credentials_free().
 * @param err               out: the error, or NULL.
 * @return as stskit_client_call(). Blocks on the network; any thread.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_client_assume_role_with_web_identity(const stskit_client *client,
                                                          const char *role_arn,
                                                          const char *session_name,
                                                          const char *token,
                                                          int32_t duration_seconds,
                                                          stskit_credentials **credentials,
                                                          stskit_error **err);

/**
 * Temporary credentials of the caller, with MFA if given (GetSessionToken). Signed with long-term credentials.
 *
 * @param client            the client.
 * @param duration_seconds  900 to 129600; 0: the service's default, 12 hours.
 * @param mfa_serial        serial number or ARN of the MFA device; NULL without MFA.
 * @param mfa_code          its current code; NULL without MFA.
 * @param credentials       out: the credentials, to be ended with stskit_credentials_free().
 * @param err               out: the error, or NULL.
 * @return as stskit_client_call(). Blocks on the network; any thread.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_client_get_session_token(const stskit_client *client,
                                              int32_t duration_seconds,
                                              const char *mfa_serial,
                                              const char *mfa_code,
                                              stskit_credentials **credentials,
                                              stskit_error **err);

/**
 * A signed JWT that tells other services who the caller is (GetWebIdentityToken).
 *
 * @param client             the client.
 * @param audience           who the token is for: "https://api.example.com".
 * @param signing_algorithm  "RS256" or "ES384".
 * @param duration_seconds   60 to 3600; 0: the service's default, 5 minutes.
 * @param token              out: the token, to be ended with stskit_text_free().
 * @param err                out: the error, or NULL.
 * @return as stskit_client_call(). Blocks on the network; any thread.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_client_get_web_identity_token(const stskit_client *client,
                                                   const char *audience,
                                                   const char *signing_algorithm,
                                                   int32_t duration_seconds,
                                                   stskit_text **token,
                                                   stskit_error **err);

/* --- Pages --------------------------------------------------------------------- */

/**
 * Starts to list with an operation that answers in pages (of SSO ListAccounts and ListAccountRoles). Nothing is
 * sent yet.
 *
 * @code
 * stskit_response *page = NULL;
 * while (stskit_pages_next(pages, &page, &err) == STSKIT_STATUS_OK && page != NULL) {
 *     puts(stskit_response_json(page));
 *     stskit_response_free(page);
 * }
 * @endcode
 *
 * @param client          the client.
 * @param service         one of STSKIT_SERVICE_...
 * @param operation       name of the operation: "ListAccounts". For one without pages the message has the names
 *                        of those with.
 * @param input_json      its members as a JSON object, as for stskit_client_call(); NULL: none.
 * @param page_size       items per page; 0: as the members or the service say.
 * @param max_items       items in all, after which the last page is cut; -1: all there are.
 * @param starting_token  what stskit_pages_resume_token() gave out, or boto3; NULL: from the start.
 * @param pages           out: the pages, to be ended with stskit_pages_free().
 * @param err             out: the error, or NULL.
 * @return STSKIT_STATUS_OK; STSKIT_STATUS_INVALID_ARGUMENT; STSKIT_STATUS_INVALID_CONFIGURATION if the service
 * has no endpoint. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_client_paginate(const stskit_client *client,
                                     int32_t service,
                                     const char *operation,
                                     const char *input_json,
                                     uint32_t page_size,
                                     int64_t max_items,
                                     const char *starting_token,
                                     stskit_pages **pages,
                                     stskit_error **err);

/**
 * Asks for the next page.
 *
 * @param pages  the pages. After a failure they are at their end.
 * @param page   out: the page, to be ended with stskit_response_free(); NULL with STSKIT_STATUS_OK at the end.
 * @param err    out: the error, or NULL.
 * @return as stskit_client_call(); STSKIT_STATUS_INVALID_ARGUMENT for a starting token that is none;
 * STSKIT_STATUS_INVALID_RESPONSE if the service says the same next page twice. Blocks on the network.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_pages_next(stskit_pages *pages,
                                stskit_response **page,
                                stskit_error **err);

/**
 * Where to start next time, once max_items has cut: for starting_token, of stskit_client_paginate() or of boto3.
 * Opaque; not a secret.
 *
 * @param pages  the pages, or NULL.
 * @return text owned by the pages; NULL: nothing is left, or the end is not reached yet. Never blocks.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_pages_resume_token(const stskit_pages *pages);

/**
 * Ends a list, at its end or before. Pages that came from it go on.
 *
 * @param pages  to be ended; NULL does nothing. No other thread may use it.
 * @since 0.1.0
 */
STSKIT_API void stskit_pages_free(stskit_pages *pages);

/* --- Answers ------------------------------------------------------------------- */

/**
 * The text.
 *
 * @param text  a text; NULL gives NULL.
 * @return text owned by the handle. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_text_data(const stskit_text *text);

/**
 * How long the text is.
 *
 * @param text  a text; NULL gives 0.
 * @return bytes, without the NUL at the end. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API size_t stskit_text_length(const stskit_text *text);

/**
 * Ends a text and wipes it.
 *
 * @param text  to be ended; NULL does nothing. No other thread may use it.
 * @since 0.1.0
 */
STSKIT_API void stskit_text_free(stskit_text *text);

/**
 * The output as JSON, with the service's own member names. Members that the answer left out are not there.
 *
 * @param response  a response; NULL gives NULL.
 * @return text owned by the response. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_response_json(const stskit_response *response);

/**
 * One member of the output as text, for programs without a JSON parser.
 *
 * @param response  a response; NULL gives NULL.
 * @param pointer   where it is, as a JSON Pointer (RFC 6901): "/Arn", "/Credentials/AccessKeyId",
 *                  "/accountList/0/accountId".
 * @return text owned by the response, numbers and true or false as text; NULL if there is no such member, or
 * it is a list or an object. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_response_get(const stskit_response *response,
                                const char *pointer);

/**
 * How many elements a list of the output has.
 *
 * @param response  a response; NULL gives 0.
 * @param pointer   where it is, as a JSON Pointer (RFC 6901): "/accountList".
 * @return the number of elements; 0 if there is no such list. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API size_t stskit_response_count(const stskit_response *response, const char *pointer);

/**
 * The request id of the answer: what AWS Support asks for.
 *
 * @param response  a response, or NULL.
 * @return text owned by the response; NULL if the service said none. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_response_request_id(const stskit_response *response);

/**
 * The HTTP status of the answer.
 *
 * @param response  a response; NULL gives 0.
 * @return 200 to 299; 0 for an answer that was put together of several. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API int32_t stskit_response_http_status(const stskit_response *response);

/**
 * How many attempts came after the first.
 *
 * @param response  a response; NULL gives 0.
 * @return 0 if the first attempt served. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API uint32_t stskit_response_retry_attempts(const stskit_response *response);

/**
 * How many headers the answer had. They are numbered in the order received.
 *
 * @param response  a response; NULL gives 0.
 * @return the number of headers; 0 for an answer that was put together of several. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API size_t stskit_response_header_count(const stskit_response *response);

/**
 * The name of a header.
 *
 * @param response  a response, or NULL.
 * @param index     0 to stskit_response_header_count() - 1. A name that was sent twice is there twice.
 * @return text owned by the response, in lower case: "x-amzn-requestid"; NULL for an index that is too large.
 * Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_response_header_name(const stskit_response *response,
                                        size_t index);

/**
 * The value of a header.
 *
 * @param response  a response, or NULL.
 * @param index     0 to stskit_response_header_count() - 1.
 * @return text owned by the response; NULL for an index that is too large. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_response_header_value(const stskit_response *response,
                                         size_t index);

/**
 * Ends a response and wipes it.
 *
 * @param response  to be ended; NULL does nothing. No other thread may use it.
 * @since 0.1.0
 */
STSKIT_API void stskit_response_free(stskit_response *response);

/* --- Model --------------------------------------------------------------------- */

/**
 * Describes the services as JSON: for bindings, which have their methods and types from here, and for tools.
 *
 * @code
 * {"version": "0.1.0",
 *  "services": [{
 *    "name": "STS",                  what STSKIT_SERVICE_... ends with, "-" as "_"
 *    "id": "STS", "signing_name": "sts", "api_version": "2011-06-15",
 *    "protocol": "query",            or "rest-json"
 *    "operations": [{
 *      "name": "AssumeRole", "method": "assume_role",
 *      "signed": true,               it needs credentials
 *      "input": {"shape": "AssumeRoleRequest", "members": [
 *        {"name": "RoleArn", "required": true, "type": "string", "minimum": 20}]},
 *      "output": {"shape": "AssumeRoleResponse", "members": []}}],
 *    "errors": [{"code": "IDPRejectedClaim", "exception": "IDPRejectedClaimException",
 *                "modelled": true}], false: not in AWS's model of the service, but answered
 *    "paginators": [{"operation": "ListAccounts", "input_token": "nextToken",
 *                    "output_token": "nextToken", "limit_key": "maxResults",
 *                    "result_key": "accountList"}]}],
 *  "tokens": [{
 *    "name": "rds", "about": "password of a connection to RDS, Aurora or RDS Proxy",
 *    "inputs": [{"name": "port", "required": true, "type": "integer",
 *                "about": "port of the endpoint"}]}]}
 * @endcode
 *
 * "type" is string, integer (32 bits), long (64 bits), boolean, timestamp, blob, list or structure. A list has
 * "item", which has a "type" in turn; a structure has "shape" and "members". Where they apply: "required" (true),
 * "secret" (true), "minimum" (characters, items or value), and "time" for what is a time, which says how JSON has
 * it: "rfc3339" for a text like "2026-01-02T03:04:05Z" (with ".678" if there are milliseconds),
 * "epoch-milliseconds" for a number. The "type" of an input of a token is string, integer, boolean, blob (base64) or
 * map (an object of texts). Later versions may add members.
 *
 * @param json  out: the document, to be ended with stskit_text_free().
 * @param err   out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_model(stskit_text **json,
                           stskit_error **err);

/* --- Signatures ---------------------------------------------------------------- */

/**
 * Makes a request to sign.
 *
 * @param method   the method in upper case: "GET".
 * @param url      the whole URL, percent-encoded as it will be sent.
 * @param request  out: the request, to be ended with stskit_request_free().
 * @param err      out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_request_new(const char *method,
                                 const char *url,
                                 stskit_request **request,
                                 stskit_error **err);

/**
 * Adds a header that is signed and has to be sent as it is. Host need not be added.
 *
 * @param request  the request.
 * @param name     name of the header.
 * @param value    its value.
 * @param err      out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_request_add_header(stskit_request *request,
                                        const char *name,
                                        const char *value,
                                        stskit_error **err);

/**
 * Sets the body. It is copied.
 *
 * @param request  the request.
 * @param data     the bytes; NULL for none.
 * @param length   how many.
 * @param err      out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_request_set_body(stskit_request *request,
                                      const uint8_t *data,
                                      size_t length,
                                      stskit_error **err);

/**
 * Leaves the body out of the signature (UNSIGNED-PAYLOAD): over https only, where the service allows it.
 *
 * @param request  the request.
 * @param err      out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_request_set_unsigned_body(stskit_request *request,
                                               stskit_error **err);

/**
 * Signs for a body that you have hashed yourself: one that is streamed.
 *
 * @param request  the request.
 * @param sha256   its SHA-256, 64 hex digits.
 * @param err      out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_request_set_body_sha256(stskit_request *request,
                                             const char *sha256,
                                             stskit_error **err);

/**
 * Chooses how the service wants its requests signed. Default STSKIT_SIGNING_STYLE_STANDARD.
 *
 * @param request  the request.
 * @param style    one of STSKIT_SIGNING_STYLE_...
 * @param err      out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_request_set_style(stskit_request *request,
                                       int32_t style,
                                       stskit_error **err);

/**
 * Chooses how the service wants its requests signed, one by one: for services that no style fits.
 *
 * @code
 * "path_encoding"       "double" or "single" (S3)
 * "path_normalization"  "normalize" or "as_given" (S3)
 * "payload"             "body" or "unsigned"
 * "content_sha256"      "omit" or "header" (S3, OpenSearch Serverless, VPC Lattice)
 * "session_token"       "signed", "after_signing" (IoT) or "omit"
 * "signed_headers"      ["name", ...]: these only, and host and x-amz-...
 * "unsigned_headers"    ["name", ...]: all but these
 * @endcode
 *
 * @param request       the request.
 * @param options_json  the options to change, as a JSON object.
 * @param err           out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT, and then nothing is changed. Never blocks.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_request_set_options(stskit_request *request,
                                         const char *options_json,
                                         stskit_error **err);

/**
 * Signs a request with the client's credentials, for now. The headers to add are then in the request:
 * stskit_request_header_line(). Signing again replaces them.
 *
 * @param client   the client.
 * @param request  the request.
 * @param service  the signing name: "s3", "execute-api".
 * @param region   the region; NULL: that of the client.
 * @param err      out: the error, or NULL.
 * @return whatever stskit_client_get_credentials() answers; STSKIT_STATUS_INVALID_ARGUMENT;
 * STSKIT_STATUS_INVALID_CONFIGURATION without a region. May block as stskit_client_get_credentials(); any
 * thread.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_client_sign(const stskit_client *client,
                                 stskit_request *request,
                                 const char *service,
                                 const char *region,
                                 stskit_error **err);

/**
 * Presigns a request with the client's credentials, for now: whoever has the URL may make the request
 * until it expires. Headers of the request have to be sent along.
 *
 * @param client           the client.
 * @param request          the request.
 * @param service          the signing name: "s3".
 * @param region           the region; NULL: that of the client.
 * @param expires_seconds  life of the URL, 1 to 604800; 0 leaves it out (IoT, Vault). The credentials end
 *                         it sooner if they expire before.
 * @param url              out: the URL, to be ended with stskit_text_free().
 * @param err              out: the error, or NULL.
 * @return as stskit_client_sign(). May block as stskit_client_get_credentials(); any thread.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_client_presign(const stskit_client *client,
                                    const stskit_request *request,
                                    const char *service,
                                    const char *region,
                                    uint32_t expires_seconds,
                                    stskit_text **url,
                                    stskit_error **err);

/**
 * Signs a request with credentials that you have, for a time that you choose. Pure: no network, no clock.
 *
 * @param credentials   the credentials.
 * @param request       the request.
 * @param service       the signing name: "s3", "execute-api".
 * @param region        the region.
 * @param unix_seconds  the time of the signature, in seconds since 1970 UTC.
 * @param err           out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_credentials_sign(const stskit_credentials *credentials,
                                      stskit_request *request,
                                      const char *service,
                                      const char *region,
                                      int64_t unix_seconds,
                                      stskit_error **err);

/**
 * Presigns a request with credentials that you have, for a time that you choose. Pure: no network, no clock.
 *
 * @param credentials      the credentials.
 * @param request          the request.
 * @param service          the signing name: "s3".
 * @param region           the region.
 * @param unix_seconds     the time of the signature, in seconds since 1970 UTC.
 * @param expires_seconds  life of the URL, 1 to 604800; 0 leaves it out.
 * @param url              out: the URL, to be ended with stskit_text_free().
 * @param err              out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_credentials_presign(const stskit_credentials *credentials,
                                         const stskit_request *request,
                                         const char *service,
                                         const char *region,
                                         int64_t unix_seconds,
                                         uint32_t expires_seconds,
                                         stskit_text **url,
                                         stskit_error **err);

/**
 * A URL that answers who its maker is: GetCallerIdentity, presigned. EKS and Vault want one.
 *
 * @param client           the client.
 * @param expires_seconds  life of the URL, 1 to 604800; STS honours 900 at most.
 * @param header_name      a header that is signed and has to be sent along, such as "x-k8s-aws-id"; NULL:
 *                         none.
 * @param header_value     its value; NULL: none.
 * @param url              out: the URL, to be ended with stskit_text_free().
 * @param err              out: the error, or NULL.
 * @return as stskit_client_sign(). May block as stskit_client_get_credentials(); any thread.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_client_presign_get_caller_identity(const stskit_client *client,
                                                        uint32_t expires_seconds,
                                                        const char *header_name,
                                                        const char *header_value,
                                                        stskit_text **url,
                                                        stskit_error **err);

/**
 * How many headers signing has made: to be added to the request, replacing any of the same name.
 *
 * @param request  the request; NULL gives 0.
 * @return the number; 0 if it has not been signed. Never blocks.
 * @since 0.1.0
 */
STSKIT_API size_t stskit_request_header_count(const stskit_request *request);

/**
 * The name of a header that signing has made: "authorization".
 *
 * @param request  the request, or NULL.
 * @param index    0 to stskit_request_header_count() - 1.
 * @return text owned by the request until it is signed again; NULL for an index that is too large. Never
 * blocks.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_request_header_name(const stskit_request *request,
                                       size_t index);

/**
 * The value of a header that signing has made. Treat it as a secret.
 *
 * @param request  the request, or NULL.
 * @param index    0 to stskit_request_header_count() - 1.
 * @return text owned by the request until it is signed again; NULL for an index that is too large. Never
 * blocks.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_request_header_value(const stskit_request *request,
                                        size_t index);

/**
 * A header that signing has made as one line, "name: value": what curl_slist_append() wants. Treat it as a
 * secret.
 *
 * @param request  the request, or NULL.
 * @param index    0 to stskit_request_header_count() - 1.
 * @return text owned by the request until it is signed again; NULL for an index that is too large. Never
 * blocks.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_request_header_line(const stskit_request *request,
                                       size_t index);

/**
 * Ends a request.
 *
 * @param request  to be ended; NULL does nothing. No other thread may use it.
 * @since 0.1.0
 */
STSKIT_API void stskit_request_free(stskit_request *request);

/* --- Tokens -------------------------------------------------------------------- */

/**
 * Makes a token with the client's credentials: the password of a database, the bearer token of a cluster, the
 * body of a login. Nothing is sent but what credentials need, save for "web-identity".
 *
 * The kinds and their inputs are in stskit_model() as "tokens"; some of them:
 *
 * @code
 * rds                  {"hostname": "...", "port": 5432, "username": "..."}
 * dsql, dsql-admin     {"hostname": "..."}
 * msk                  {}
 * eks                  {"cluster": "..."}
 * eks-exec-credential  {"cluster": "..."}                 what kubectl takes from an exec plugin
 * elasticache          {"cache": "...", "username": "..."}
 * memorydb             {"cluster": "...", "username": "..."}
 * vault                {"role": "...", "server_id": "..."}
 * bedrock              {"expires_in": 3600}
 * web-identity         {"audience": "..."}                made by STS (GetWebIdentityToken)
 * @endcode
 *
 * Most take "region", the client's if left out, and "min_ttl": the seconds that the credentials have to last, 300
 * if left out. Credentials that end sooner are refreshed first; if that does not help, it is STSKIT_STATUS_EXPIRED.
 * A token is made of one set of credentials, and ends with them at the latest. To make many of one kind, make a
 * stskit_token_source.
 *
 * @param client      the client.
 * @param kind        the kind of token: "rds".
 * @param input_json  its inputs as a JSON object; NULL: none.
 * @param token       out: the token, to be ended with stskit_token_free().
 * @param err         out: the error, or NULL.
 * @return whatever stskit_client_get_credentials() answers; STSKIT_STATUS_EXPIRED; STSKIT_STATUS_INVALID_ARGUMENT,
 * with the rule that an input broke as stskit_error_detail(). May block as stskit_client_get_credentials(); any
 * thread.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_client_get_token(const stskit_client *client,
                                      const char *kind,
                                      const char *input_json,
                                      stskit_token **token,
                                      stskit_error **err);

/**
 * Makes a token with credentials that you have, for a time that you choose. Pure: no network, no clock. The input
 * "region" has to be there where the kind has one without a default.
 *
 * @param credentials   the credentials.
 * @param kind          the kind of token; "web-identity" is none that credentials alone can make.
 * @param input_json    its inputs as a JSON object; NULL: none.
 * @param unix_seconds  the time of the signature, in seconds since 1970 UTC.
 * @param token         out: the token, to be ended with stskit_token_free().
 * @param err           out: the error, or NULL.
 * @return STSKIT_STATUS_OK, STSKIT_STATUS_INVALID_ARGUMENT, or STSKIT_STATUS_EXPIRED. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_credentials_get_token(const stskit_credentials *credentials,
                                           const char *kind,
                                           const char *input_json,
                                           int64_t unix_seconds,
                                           stskit_token **token,
                                           stskit_error **err);

/**
 * Makes a source of tokens of one kind: for connections that are made again and again. The inputs are checked now.
 *
 * Tokens of "web-identity" are kept and refreshed ahead of their end, by one caller while the others go on with the
 * kept one; all others are made anew by each call, which takes microseconds once there are credentials.
 *
 * @param client      the client, whose credentials are used.
 * @param kind        the kind of token: "rds". See stskit_client_get_token().
 * @param input_json  its inputs as a JSON object; NULL: none.
 * @param source      out: the source, to be ended with stskit_token_source_free().
 * @param err         out: the error, or NULL.
 * @return STSKIT_STATUS_OK, STSKIT_STATUS_INVALID_ARGUMENT, or STSKIT_STATUS_INVALID_CONFIGURATION. Never blocks;
 * any thread.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_token_source_new(const stskit_client *client,
                                      const char *kind,
                                      const char *input_json,
                                      stskit_token_source **source,
                                      stskit_error **err);

/**
 * A token of a source.
 *
 * @param source  the source.
 * @param token   out: the token, to be ended with stskit_token_free().
 * @param err     out: the error, or NULL.
 * @return as stskit_client_get_token(). May block as stskit_client_get_credentials(), for "web-identity" on the
 * network; any thread.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_token_source_get(const stskit_token_source *source,
                                      stskit_token **token,
                                      stskit_error **err);

/**
 * Says that the other side refused a kept token, so that the next call brings a new one. Only tokens of
 * "web-identity" are kept; with other kinds it does nothing.
 *
 * @param source  the source; NULL does nothing. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API void stskit_token_source_invalidate(const stskit_token_source *source);

/**
 * Ends a source. Its tokens live on.
 *
 * @param source  to be ended; NULL does nothing. No other thread may use it.
 * @since 0.1.0
 */
STSKIT_API void stskit_token_source_free(stskit_token_source *source);

/**
 * The token itself: the password, the body, the URL. Up to 2,000 characters: do not copy it into a buffer of fixed
 * size. Treat it as a secret.
 *
 * @param token  the token; NULL gives NULL.
 * @return text owned by the token. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_token_text(const stskit_token *token);

/**
 * The length of the token itself.
 *
 * @param token  the token; NULL gives 0.
 * @return bytes, without the NUL. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API size_t stskit_token_length(const stskit_token *token);

/**
 * The user name that goes with it, where it is not one of the inputs: of "codecommit" (a secret) and "ses-smtp", and
 * the subject of "web-identity", which Kafka clients want as the principal.
 *
 * @param token  the token, or NULL.
 * @return text owned by the token, or NULL. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_token_user(const stskit_token *token);

/**
 * From when on the service refuses it, at the latest: the end of the credentials counts.
 *
 * @param token  the token; NULL gives 0.
 * @return milliseconds since 1970 UTC, as librdkafka wants them. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API int64_t stskit_token_expiration_ms(const stskit_token *token);

/**
 * The same in seconds, rounded down.
 *
 * @param token  the token; NULL gives 0.
 * @return seconds since 1970 UTC. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API int64_t stskit_token_expiration(const stskit_token *token);

/**
 * All of it as a JSON object: "purpose" (what it is for), "token", "user", "expiration" ("2026-01-02T03:04:05Z") and
 * "access_key_id"; what there is not is left out. Treat it as a secret.
 *
 * @param token  the token; NULL gives NULL.
 * @return text owned by the token. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_token_json(const stskit_token *token);

/**
 * Ends a token, and wipes it.
 *
 * @param token  to be ended; NULL does nothing. No other thread may use it.
 * @since 0.1.0
 */
STSKIT_API void stskit_token_free(stskit_token *token);

/* --- Sign-in ------------------------------------------------------------------- */

/**
 * Makes a session by hand. Programs that have one in the config file need none: NULL in its place is
 * the session of the profile.
 *
 * @param name       name of the sso-session; NULL for a legacy configuration, whose tokens are never
 *                   refreshed.
 * @param start_url  the start URL: "https://d-abc123.awsapps.com/start".
 * @param region     the region of the instance.
 * @param session    out: the session, to be ended with stskit_sso_session_free().
 * @param err        out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_sso_session_new(const char *name,
                                     const char *start_url,
                                     const char *region,
                                     stskit_sso_session **session,
                                     stskit_error **err);

/**
 * Adds a scope to register for at sign-in. Without any it is "sso:account:access".
 *
 * @param session  the session.
 * @param scope    the scope.
 * @param err      out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_sso_session_add_scope(stskit_sso_session *session,
                                           const char *scope,
                                           stskit_error **err);

/**
 * Chooses the folder where tokens are kept. Default ~/.aws/sso/cache, which the AWS CLI and the SDKs use.
 *
 * @param session  the session.
 * @param path     the folder; made when it is needed.
 * @param err      out: the error, or NULL.
 * @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_sso_session_set_cache_folder(stskit_sso_session *session,
                                                  const char *path,
                                                  stskit_error **err);

/**
 * Ends a session. Clients made with it go on, and nobody is signed out.
 *
 * @param session  to be ended; NULL does nothing. No other thread may use it.
 * @since 0.1.0
 */
STSKIT_API void stskit_sso_session_free(stskit_sso_session *session);

/**
 * The code to compare or type in: "ABCD-EFGH".
 *
 * @param code  what the callback got; NULL gives NULL.
 * @return text owned by code. Never blocks.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_device_code_user_code(const stskit_device_code *code);

/**
 * Where to type the code in.
 *
 * @param code  what the callback got; NULL gives NULL.
 * @return text owned by code. Never blocks.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_device_code_verification_uri(const stskit_device_code *code);

/**
 * The page with the code filled in.
 *
 * @param code  what the callback got; NULL gives NULL.
 * @return text owned by code. Never blocks.
 * @since 0.1.0
 */
STSKIT_API const char *stskit_device_code_verification_uri_complete(const stskit_device_code *code);

/**
 * Until when the code can be used, in seconds since 1970 UTC.
 *
 * @param code  what the callback got; NULL gives 0.
 * @return the time. Never blocks.
 * @since 0.1.0
 */
STSKIT_API int64_t stskit_device_code_expires_at(const stskit_device_code *code);

/**
 * Signs in by device code: the person approves in any browser, on any machine. The token is written to
 * the cache.
 *
 * @param client      the client.
 * @param session     the session; NULL: that of the profile.
 * @param timeout_ms  time for the whole sign-in in milliseconds; 0: as long as the code is good.
 * @param callback    shows what to do; not called where no approval is needed.
 * @param userdata    handed to the callback as it is.
 * @param err         out: the error, or NULL.
 * @return STSKIT_STATUS_OK; STSKIT_STATUS_EXPIRED if nobody approves in time; STSKIT_STATUS_TIMEOUT;
 * STSKIT_STATUS_CANCELLED; the service's error. Blocks on the network, the disk and the person; any thread.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_client_sign_in_with_device_code(const stskit_client *client,
                                                     const stskit_sso_session *session,
                                                     uint64_t timeout_ms,
                                                     stskit_device_code_callback callback,
                                                     void *userdata,
                                                     stskit_error **err);

/**
 * Signs in by redirect: the person approves in a browser on this machine, which then calls a loopback port
 * that this call listens on. The token is written to the cache.
 *
 * @param client      the client.
 * @param session     the session; NULL: that of the profile.
 * @param timeout_ms  time for the whole sign-in in milliseconds; 0: ten minutes.
 * @param callback    opens the page, or shows it.
 * @param userdata    handed to the callback as it is.
 * @param err         out: the error, or NULL.
 * @return as stskit_client_sign_in_with_device_code(), and STSKIT_STATUS_ACCESS_DENIED if the person refuses.
 * Blocks on the network, the disk and the person; any thread.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_client_sign_in_with_browser(const stskit_client *client,
                                                 const stskit_sso_session *session,
                                                 uint64_t timeout_ms,
                                                 stskit_browser_callback callback,
                                                 void *userdata,
                                                 stskit_error **err);

/**
 * Signs out: the service forgets the token, and so does the cache, even if the service cannot be reached.
 *
 * @param client   the client.
 * @param session  the session; NULL: that of the profile.
 * @param err      out: the error, or NULL.
 * @return STSKIT_STATUS_OK, also if nobody was signed in; STSKIT_STATUS_INVALID_CONFIGURATION if the file
 * cannot be removed. Blocks on the network and the disk; any thread.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_client_sign_out(const stskit_client *client,
                                     const stskit_sso_session *session,
                                     stskit_error **err);

/**
 * The access token of a sign-in, refreshed if it is about to expire: what the operations of
 * STSKIT_SERVICE_SSO want as accessToken.
 *
 * @param client   the client.
 * @param session  the session; NULL: that of the profile.
 * @param token    out: the token, to be ended with stskit_text_free().
 * @param err      out: the error, or NULL.
 * @return STSKIT_STATUS_OK; STSKIT_STATUS_LOGIN_REQUIRED if nobody is signed in; the network's error if it
 * has expired and the service cannot be reached. May block on the network and the disk; any thread.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_client_get_sso_token(const stskit_client *client,
                                          const stskit_sso_session *session,
                                          stskit_text **token,
                                          stskit_error **err);

/**
 * All accounts that the signed-in user has roles in (ListAccounts, all pages).
 *
 * @param client    the client.
 * @param session   the session; NULL: that of the profile.
 * @param response  out: a list "/accountList" of "accountId", "accountName" and "emailAddress", to be ended
 *                  with stskit_response_free().
 * @param err       out: the error, or NULL.
 * @return STSKIT_STATUS_OK; STSKIT_STATUS_LOGIN_REQUIRED if nobody is signed in; the service's error; what
 * kept it from answering. Blocks on the network and the disk; any thread.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_client_list_sso_accounts(const stskit_client *client,
                                              const stskit_sso_session *session,
                                              stskit_response **response,
                                              stskit_error **err);

/**
 * All roles that the signed-in user has in an account (ListAccountRoles, all pages).
 *
 * @param client      the client.
 * @param session     the session; NULL: that of the profile.
 * @param account_id  the account, 12 digits.
 * @param response    out: a list "/roleList" of "roleName" and "accountId", to be ended with
 *                    stskit_response_free().
 * @param err         out: the error, or NULL.
 * @return as stskit_client_list_sso_accounts(). Blocks on the network and the disk; any thread.
 * @since 0.1.0
 */
STSKIT_API STSKIT_NODISCARD
stskit_status stskit_client_list_sso_account_roles(const stskit_client *client,
                                                   const stskit_sso_session *session,
                                                   const char *account_id,
                                                   stskit_response **response,
                                                   stskit_error **err);

/* --- Log ----------------------------------------------------------------------- */

/**
 * Sets who gets the lines of the log, for the whole library, in place of whoever got them before. When it
 * returns, no call into the old callback is running, so that its userdata can go. By default nobody gets
 * them; nothing is ever printed.
 *
 * @param callback  who gets them; NULL: nobody.
 * @param userdata  handed to the callback as it is.
 * @param level     STSKIT_LOG_LEVEL_...: which lines.
 * @param err       out: the error, or NULL.
 * @return STSKIT_STATUS_OK; STSKIT_STATUS_INVALID_ARGUMENT; STSKIT_STATUS_BUSY from inside the callback, or
 * while another thread does the same; STSKIT_STATUS_NOT_SUPPORTED in a Rust program with a logger of its
 * own. Blocks until the old callback has returned; any thread.
 * @since 0.1.0
 */
STSKIT_API stskit_status stskit_set_log_callback(stskit_log_callback callback,
                                      void *userdata,
                                      int32_t level,
                                      stskit_error **err);

/* --- Memory -------------------------------------------------------------------- */

/**
 * Overwrites memory with zeros in a way that no compiler leaves out: for your own copies of secrets. What
 * stskit keeps it wipes by itself.
 *
 * @param data    start of the memory; NULL does nothing.
 * @param length  bytes. Never blocks; any thread.
 * @since 0.1.0
 */
STSKIT_API void stskit_secure_zero(void *data,
                        size_t length);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* STSKIT_H */
