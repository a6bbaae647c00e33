"""The functions and numbers of include/stskit.cdef.h. Made by bindings/python/generate: do not edit it."""

# The letters are those of _library.py: the result, then the parameters.
FUNCTIONS = {
    "version": "s",
    "version_number": "I",
    "abi_version": "I",
    "status_name": "si",
    "error_free": "vp",
    "error_status": "ip",
    "error_message": "sp",
    "error_detail": "ip",
    "error_code": "sp",
    "error_service_message": "sp",
    "error_fault": "sp",
    "error_member_count": "zp",
    "error_member_name": "spz",
    "error_member_value": "spz",
    "error_header_count": "zp",
    "error_header_name": "spz",
    "error_header_value": "spz",
    "error_operation": "sp",
    "error_request_id": "sp",
    "error_http_status": "ip",
    "error_attempts": "Ip",
    "error_is_retryable": "bp",
    "error_callback_result": "ip",
    "error_provider_count": "zp",
    "error_provider_line": "spz",
    "error_login_command": "sp",
    "error_login_start_url": "sp",
    "error_login_session": "sp",
    "error_login_profile": "sp",
    "config_new": "ipp",
    "config_free": "vp",
    "config_set_profile": "ipsp",
    "config_set_config_file": "ipsp",
    "config_set_credentials_file": "ipsp",
    "config_set_region": "ipsp",
    "config_set_sso_region": "ipsp",
    "config_set_endpoint_url": "ipisp",
    "config_set_use_fips": "ipbp",
    "config_set_use_dual_stack": "ipbp",
    "config_set_sts_legacy_global": "ipbp",
    "config_set_retry_mode": "ipip",
    "config_set_max_attempts": "ipIp",
    "config_set_retries_2026": "ipbp",
    "config_set_connect_timeout_ms": "ipQp",
    "config_set_read_timeout_ms": "ipQp",
    "config_set_operation_timeout_ms": "ipQp",
    "config_set_max_response_bytes": "ipzp",
    "config_set_ca_bundle": "ipsp",
    "config_set_proxies": "ipsssp",
    "config_set_app_id": "ipsp",
    "config_set_correct_clock_skew": "ipbp",
    "config_set_mfa_callback": "ippppp",
    "client_new": "ippp",
    "client_new_with_profile": "ipspp",
    "client_new_with_credentials": "ipppp",
    "client_new_with_callback": "ipppppp",
    "client_new_with_environment": "ippp",
    "client_new_with_process": "ipsQpp",
    "client_new_with_web_identity": "ipssspp",
    "client_new_with_sso_role": "ippsspp",
    "client_new_with_assumed_role": "ipspp",
    "client_free": "vp",
    "client_get_credentials": "ippp",
    "client_invalidate": "ippp",
    "client_cancel": "vp",
    "client_reset": "vp",
    "client_is_cancelled": "bp",
    "client_explain": "ippp",
    "client_get_region": "ippp",
    "client_get_endpoint": "ipipp",
    "credentials_new": "issspspp",
    "credentials_free": "vp",
    "credentials_access_key_id": "sp",
    "credentials_secret_access_key": "sp",
    "credentials_session_token": "sp",
    "credentials_account_id": "sp",
    "credentials_expiration": "bpp",
    "client_call": "ipisspp",
    "client_presign_call": "ipissIpp",
    "client_get_caller_identity": "ippp",
    "client_assume_role": "ipssispp",
    "client_assume_role_with_web_identity": "ipsssipp",
    "client_get_session_token": "ipisspp",
    "client_get_web_identity_token": "ipssipp",
    "client_paginate": "ipissIqspp",
    "pages_next": "ippp",
    "pages_resume_token": "sp",
    "pages_free": "vp",
    "text_data": "sp",
    "text_length": "zp",
    "text_free": "vp",
    "response_json": "sp",
    "response_get": "sps",
    "response_count": "zps",
    "response_request_id": "sp",
    "response_http_status": "ip",
    "response_retry_attempts": "Ip",
    "response_header_count": "zp",
    "response_header_name": "spz",
    "response_header_value": "spz",
    "response_free": "vp",
    "model": "ipp",
    "request_new": "isspp",
    "request_add_header": "ipssp",
    "request_set_body": "ipszp",
    "request_set_unsigned_body": "ipp",
    "request_set_body_sha256": "ipsp",
    "request_set_style": "ipip",
    "request_set_options": "ipsp",
    "client_sign": "ippssp",
    "client_presign": "ippssIpp",
    "credentials_sign": "ippssqp",
    "credentials_presign": "ippssqIpp",
    "client_presign_get_caller_identity": "ipIsspp",
    "request_header_count": "zp",
    "request_header_name": "spz",
    "request_header_value": "spz",
    "request_header_line": "spz",
    "request_free": "vp",
    "client_get_token": "ipsspp",
    "credentials_get_token": "ipssqpp",
    "token_source_new": "ipsspp",
    "token_source_get": "ippp",
    "token_source_invalidate": "vp",
    "token_source_free": "vp",
    "token_text": "sp",
    "token_length": "zp",
    "token_user": "sp",
    "token_expiration_ms": "qp",
    "token_expiration": "qp",
    "token_json": "sp",
    "token_free": "vp",
    "sso_session_new": "issspp",
    "sso_session_add_scope": "ipsp",
    "sso_session_set_cache_folder": "ipsp",
    "sso_session_free": "vp",
    "device_code_user_code": "sp",
    "device_code_verification_uri": "sp",
    "device_code_verification_uri_complete": "sp",
    "device_code_expires_at": "qp",
    "client_sign_in_with_device_code": "ippQppp",
    "client_sign_in_with_browser": "ippQppp",
    "client_sign_out": "ippp",
    "client_get_sso_token": "ipppp",
    "client_list_sso_accounts": "ipppp",
    "client_list_sso_account_roles": "ippspp",
    "set_log_callback": "ippip",
    "secure_zero": "vpz",
}
CALLBACKS = {
    "mfa": "ipspz",
    "release": "vp",
    "credentials": "ipp",
    "device_code": "ipp",
    "browser": "ips",
    "log": "vpiss",
}
STATUS_OK = 0
STATUS_INVALID_ARGUMENT = 1
STATUS_INVALID_CONFIGURATION = 2
STATUS_NO_CREDENTIALS = 3
STATUS_EXPIRED = 4
STATUS_ACCESS_DENIED = 5
STATUS_THROTTLED = 6
STATUS_SERVICE = 7
STATUS_NETWORK = 8
STATUS_TLS = 9
STATUS_TIMEOUT = 10
STATUS_INVALID_RESPONSE = 11
STATUS_CANCELLED = 12
STATUS_NOT_SUPPORTED = 13
STATUS_INTERNAL = 14
STATUS_LOGIN_REQUIRED = 15
STATUS_BUSY = 100
DETAIL_NONE = 0
DETAIL_NULL_ARGUMENT = 101
DETAIL_NOT_UTF8 = 102
DETAIL_OUT_OF_RANGE = 103
DETAIL_NOT_JSON = 104
DETAIL_RESOLVE = 201
DETAIL_CONNECT = 202
DETAIL_CONNECT_TIMEOUT = 203
DETAIL_TLS = 204
DETAIL_CERTIFICATE = 205
DETAIL_PROXY = 206
DETAIL_CLOSED = 207
DETAIL_READ_TIMEOUT = 208
DETAIL_DEADLINE = 209
DETAIL_TOO_LARGE = 210
DETAIL_PROTOCOL = 211
DETAIL_INVALID_REQUEST = 212
DETAIL_PANIC = 301
DETAIL_CALLBACK = 401
DETAIL_CANCEL = 402
DETAIL_TOKEN_KIND = 501
DETAIL_TOKEN_INPUT_UNKNOWN = 502
DETAIL_TOKEN_INPUT_MISSING = 503
DETAIL_TOKEN_INPUT_MALFORMED = 504
DETAIL_TOKEN_PORT = 505
DETAIL_TOKEN_REGION = 506
DETAIL_TOKEN_EXPIRY = 507
DETAIL_TOKEN_CREDENTIALS_EXPIRED = 508
DETAIL_TOKEN_CREDENTIALS_END_TOO_SOON = 509
DETAIL_TOKEN_TEMPORARY_CREDENTIALS = 510
DETAIL_TOKEN_MADE_BY_SERVICE = 511
SERVICE_STS = 1
SERVICE_SSO = 2
SERVICE_SSO_OIDC = 3
RETRY_MODE_STANDARD = 1
RETRY_MODE_ADAPTIVE = 2
RETRY_MODE_LEGACY = 3
SIGNING_STYLE_STANDARD = 1
SIGNING_STYLE_S3 = 2
SIGNING_STYLE_CONTENT_SHA256 = 3
SIGNING_STYLE_TOKEN_AFTER_SIGNING = 4
LOG_LEVEL_OFF = 0
LOG_LEVEL_ERROR = 1
LOG_LEVEL_WARN = 2
LOG_LEVEL_INFO = 3
LOG_LEVEL_DEBUG = 4
LOG_LEVEL_TRACE = 5
