//! What went wrong, by out-parameter.

use std::ffi::{CString, c_char};
use std::fmt;

use super::pairs::Pairs;
use super::status::{self, STATUS_BUSY, stskit_status};
use super::text::{c_string, free, pointer};
use super::{guard, status::STATUS_OK};
use crate::error::{Error, ErrorKind, Fault, LoginRequired};
use crate::explain::Outcome;
use crate::token::TokenError;
use crate::transport::{TransportError, TransportErrorKind};

/// The story of one failure: what was tried, what went wrong, and what to do next. No text in it holds a
/// secret.
///
/// Made by the call that failed, owned by the caller, ended with stskit_error_free(). Immutable: any number
/// of threads may read it. It depends on no other handle.
pub struct stskit_error {
    status: stskit_status,
    detail: i32,
    callback_result: i32,
    message: CString,
    code: Option<CString>,
    operation: Option<CString>,
    service_message: Option<CString>,
    fault: Option<Fault>,
    members: Pairs,
    headers: Pairs,
    request_id: Option<CString>,
    http_status: i32,
    attempts: u32,
    retryable: bool,
    login: Option<Login>,
    provider_lines: Vec<CString>,
}

struct Login {
    command: CString,
    start_url: Option<CString>,
    session: Option<CString>,
    profile: Option<CString>,
}

/// Finer reasons than the statuses, where there is one. Numbers are never changed or used again; more will
/// come.
#[repr(C)]
pub enum stskit_detail_code {
    /// Nothing finer than the status.
    STSKIT_DETAIL_NONE = 0,
    /// A parameter is NULL that must not be.
    STSKIT_DETAIL_NULL_ARGUMENT = 101,
    /// A text is not UTF-8.
    STSKIT_DETAIL_NOT_UTF8 = 102,
    /// A number is none of its enumeration.
    STSKIT_DETAIL_OUT_OF_RANGE = 103,
    /// A text is not JSON, or not the JSON that is wanted.
    STSKIT_DETAIL_NOT_JSON = 104,
    /// The host name was not found.
    STSKIT_DETAIL_RESOLVE = 201,
    /// No connection: refused, no route.
    STSKIT_DETAIL_CONNECT = 202,
    /// No connection within the time limit.
    STSKIT_DETAIL_CONNECT_TIMEOUT = 203,
    /// The TLS session failed for another reason than the certificate.
    STSKIT_DETAIL_TLS = 204,
    /// The certificate of the server was refused.
    STSKIT_DETAIL_CERTIFICATE = 205,
    /// The proxy refused or failed.
    STSKIT_DETAIL_PROXY = 206,
    /// The connection ended before the whole answer had come.
    STSKIT_DETAIL_CLOSED = 207,
    /// No answer, or no end of it, within the time limit of an attempt.
    STSKIT_DETAIL_READ_TIMEOUT = 208,
    /// The time for the whole call ended.
    STSKIT_DETAIL_DEADLINE = 209,
    /// The answer is larger than allowed.
    STSKIT_DETAIL_TOO_LARGE = 210,
    /// The answer is not HTTP.
    STSKIT_DETAIL_PROTOCOL = 211,
    /// The request cannot be sent as it is.
    STSKIT_DETAIL_INVALID_REQUEST = 212,
    /// The library panicked; the panic was caught.
    STSKIT_DETAIL_PANIC = 301,
    /// A callback ended the call: stskit_error_callback_result() has what it answered.
    STSKIT_DETAIL_CALLBACK = 401,
    /// stskit_client_cancel() ended the call.
    STSKIT_DETAIL_CANCEL = 402,
    /// No kind of token has this name.
    STSKIT_DETAIL_TOKEN_KIND = 501,
    /// The kind of token has no input of this name.
    STSKIT_DETAIL_TOKEN_INPUT_UNKNOWN = 502,
    /// An input of a token is missing or empty.
    STSKIT_DETAIL_TOKEN_INPUT_MISSING = 503,
    /// An input of a token cannot be what it should be.
    STSKIT_DETAIL_TOKEN_INPUT_MALFORMED = 504,
    /// A port is 1 to 65535.
    STSKIT_DETAIL_TOKEN_PORT = 505,
    /// The host is in another region than the one to sign for.
    STSKIT_DETAIL_TOKEN_REGION = 506,
    /// The token would live 0 seconds, or longer than the service allows.
    STSKIT_DETAIL_TOKEN_EXPIRY = 507,
    /// The credentials have expired.
    STSKIT_DETAIL_TOKEN_CREDENTIALS_EXPIRED = 508,
    /// The credentials end sooner than min_ttl, also after a refresh.
    STSKIT_DETAIL_TOKEN_CREDENTIALS_END_TOO_SOON = 509,
    /// The token takes long-term credentials only.
    STSKIT_DETAIL_TOKEN_TEMPORARY_CREDENTIALS = 510,
    /// The token is made by a service: it needs a client, not credentials alone.
    STSKIT_DETAIL_TOKEN_MADE_BY_SERVICE = 511,
}

/// A finer reason that travels as the cause of an [`Error`] from where it is known to where it is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refinement {
    NullArgument,
    NotUtf8,
    OutOfRange,
    NotJson,
    Panic,
    /// With what the callback answered.
    Callback(i32),
    /// Not a kind of error that Rust knows: a status of its own.
    Busy,
}

impl fmt::Display for Refinement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Refinement {}

pub(super) fn refined(error: Error, refinement: Refinement) -> Error {
    error.with_source(refinement)
}

/// Tells a failure: answers its status, and puts its story into `err`, which may be NULL.
pub(super) unsafe fn report(failure: &Error, err: *mut *mut stskit_error) -> stskit_status {
    // Formatting runs code of its own: it must not end the host either.
    let told = guard::get(None, || Some(stskit_error::new(failure)));
    let status = told.as_ref().map_or(status::of(failure.kind()), |told| told.status);
    if let (Some(err), Some(told)) = (err.as_mut(), told) {
        *err = Box::into_raw(Box::new(told));
    }
    status
}

impl stskit_error {
    fn new(failure: &Error) -> Self {
        let (detail, callback_result, busy) = refine(failure);
        let service = failure.service_error();
        stskit_error {
            status: if busy { STATUS_BUSY } else { status::of(failure.kind()) },
            detail,
            callback_result,
            message: c_string(&failure.to_string()),
            code: failure.code().map(c_string),
            operation: failure.operation().map(c_string),
            service_message: service.map(|s| c_string(s.message())),
            fault: service.and_then(|s| s.fault()),
            members: service.map(|s| Pairs::new(s.members())).unwrap_or_default(),
            headers: service.map(|s| Pairs::new(&s.metadata().headers)).unwrap_or_default(),
            request_id: service.and_then(|s| s.metadata().request_id.as_deref()).map(c_string),
            http_status: service.map_or(0, |s| i32::from(s.metadata().status)),
            attempts: failure.attempts(),
            retryable: failure.retry_stop().is_some(),
            login: failure.login_required().map(Login::new),
            provider_lines: provider_lines(failure).iter().map(|line| c_string(line)).collect(),
        }
    }
}

impl Login {
    fn new(login: &LoginRequired) -> Self {
        Login {
            command: c_string(&login.command),
            start_url: login.start_url.as_deref().map(c_string),
            session: login.session.as_deref().map(c_string),
            profile: login.profile.as_deref().map(c_string),
        }
    }
}

/// One line for each provider that was tried, with why it did not serve.
fn provider_lines(failure: &Error) -> Vec<String> {
    let steps = failure.report().map(|report| &*report.steps).unwrap_or_default();
    let asked = steps.iter().filter(|step| step.outcome != Outcome::NotReached);
    asked.map(|step| format!("{}: {}", step.title(), step.reason)).collect()
}

/// Detail, result of a callback, and whether it is the status BUSY: from the causes.
fn refine(failure: &Error) -> (i32, i32, bool) {
    use stskit_detail_code as D;
    let mut cause = std::error::Error::source(failure);
    while let Some(error) = cause {
        if let Some(refinement) = error.downcast_ref::<Refinement>() {
            return match refinement {
                Refinement::NullArgument => (D::STSKIT_DETAIL_NULL_ARGUMENT as i32, 0, false),
                Refinement::NotUtf8 => (D::STSKIT_DETAIL_NOT_UTF8 as i32, 0, false),
                Refinement::OutOfRange => (D::STSKIT_DETAIL_OUT_OF_RANGE as i32, 0, false),
                Refinement::NotJson => (D::STSKIT_DETAIL_NOT_JSON as i32, 0, false),
                Refinement::Panic => (D::STSKIT_DETAIL_PANIC as i32, 0, false),
                Refinement::Callback(result) => (D::STSKIT_DETAIL_CALLBACK as i32, *result, false),
                Refinement::Busy => (D::STSKIT_DETAIL_NONE as i32, 0, true),
            };
        }
        if let Some(rule) = error.downcast_ref::<TokenError>() {
            return (of_token(rule) as i32, 0, false);
        }
        if let Some(transport) = error.downcast_ref::<TransportError>() {
            return (of_transport(transport.kind()) as i32, 0, false);
        }
        cause = error.source();
    }
    let detail = match failure.kind() {
        ErrorKind::Cancelled => D::STSKIT_DETAIL_CANCEL,
        _ => D::STSKIT_DETAIL_NONE,
    };
    (detail as i32, 0, false)
}

fn of_token(rule: &TokenError) -> stskit_detail_code {
    use stskit_detail_code as D;
    match rule {
        TokenError::UnknownKind => D::STSKIT_DETAIL_TOKEN_KIND,
        TokenError::UnknownInput(_) => D::STSKIT_DETAIL_TOKEN_INPUT_UNKNOWN,
        TokenError::Empty(_) | TokenError::Missing(_) => D::STSKIT_DETAIL_TOKEN_INPUT_MISSING,
        TokenError::Malformed(..) => D::STSKIT_DETAIL_TOKEN_INPUT_MALFORMED,
        TokenError::PortOutOfRange => D::STSKIT_DETAIL_TOKEN_PORT,
        TokenError::RegionMismatch { .. } => D::STSKIT_DETAIL_TOKEN_REGION,
        TokenError::ZeroExpiry | TokenError::ExpiryTooLong { .. } => D::STSKIT_DETAIL_TOKEN_EXPIRY,
        TokenError::CredentialsExpired { .. } => D::STSKIT_DETAIL_TOKEN_CREDENTIALS_EXPIRED,
        TokenError::CredentialsEndTooSoon { .. } => D::STSKIT_DETAIL_TOKEN_CREDENTIALS_END_TOO_SOON,
        TokenError::TemporaryCredentials => D::STSKIT_DETAIL_TOKEN_TEMPORARY_CREDENTIALS,
        TokenError::MadeByService(_) => D::STSKIT_DETAIL_TOKEN_MADE_BY_SERVICE,
    }
}

fn of_transport(kind: TransportErrorKind) -> stskit_detail_code {
    use stskit_detail_code as D;
    match kind {
        TransportErrorKind::InvalidRequest => D::STSKIT_DETAIL_INVALID_REQUEST,
        TransportErrorKind::Resolve => D::STSKIT_DETAIL_RESOLVE,
        TransportErrorKind::Connect => D::STSKIT_DETAIL_CONNECT,
        TransportErrorKind::ConnectTimeout => D::STSKIT_DETAIL_CONNECT_TIMEOUT,
        TransportErrorKind::Tls => D::STSKIT_DETAIL_TLS,
        TransportErrorKind::Certificate => D::STSKIT_DETAIL_CERTIFICATE,
        TransportErrorKind::Proxy => D::STSKIT_DETAIL_PROXY,
        TransportErrorKind::Closed => D::STSKIT_DETAIL_CLOSED,
        TransportErrorKind::ReadTimeout => D::STSKIT_DETAIL_READ_TIMEOUT,
        TransportErrorKind::Deadline => D::STSKIT_DETAIL_DEADLINE,
        TransportErrorKind::TooLarge => D::STSKIT_DETAIL_TOO_LARGE,
        TransportErrorKind::Protocol => D::STSKIT_DETAIL_PROTOCOL,
        TransportErrorKind::Cancelled => D::STSKIT_DETAIL_CANCEL,
        TransportErrorKind::Other => D::STSKIT_DETAIL_NONE,
    }
}

/// Ends an error. Texts that came from it must not be used any more.
///
/// @param error  to be ended; NULL does nothing. No other thread may use it.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_error_free(error: *mut stskit_error) {
    guard::get((), || free(error));
}

/// The status, as the call that failed answered it.
///
/// @param error  an error; NULL is STSKIT_STATUS_OK.
/// @return one of STSKIT_STATUS_.... Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_error_status(error: *const stskit_error) -> stskit_status {
    guard::get(STATUS_OK, || error.as_ref().map_or(STATUS_OK, |e| e.status))
}

/// What went wrong, in words for a person: what was tried, where, and what to do next. Never a secret.
///
/// @param error  an error; NULL gives "".
/// @return text owned by the error, never NULL. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_error_message(error: *const stskit_error) -> *const c_char {
    guard::get(c"".as_ptr(), || error.as_ref().map_or(c"".as_ptr(), |e| e.message.as_ptr()))
}

/// A finer reason than the status.
///
/// @param error  an error; NULL gives STSKIT_DETAIL_NONE.
/// @return one of STSKIT_DETAIL_...; later versions know more. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_error_detail(error: *const stskit_error) -> i32 {
    guard::get(0, || error.as_ref().map_or(0, |e| e.detail))
}

/// The error code of the service, as on the wire: "AccessDenied", "ExpiredTokenException".
///
/// @param error  an error, or NULL.
/// @return text owned by the error; NULL if no service answered. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_error_code(error: *const stskit_error) -> *const c_char {
    guard::get(std::ptr::null(), || pointer(error.as_ref().and_then(|e| e.code.as_ref())))
}

/// What the service says, in its own words, which stskit_error_message() has in the middle. Secrets of the
/// request that it quotes are shown as "[secret]".
///
/// @param error  an error, or NULL.
/// @return text owned by the error, "" if the service answered without words; NULL if no service answered. Never
/// blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_error_service_message(error: *const stskit_error) -> *const c_char {
    guard::get(std::ptr::null(), || pointer(error.as_ref().and_then(|e| e.service_message.as_ref())))
}

/// Whose fault the service says it is: only STS says so.
///
/// @param error  an error, or NULL.
/// @return "Sender" (the request is at fault), "Receiver" (the service is), static text; NULL if the answer says
/// nothing about it. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_error_fault(error: *const stskit_error) -> *const c_char {
    guard::get(std::ptr::null(), || match error.as_ref().and_then(|e| e.fault) {
        Some(Fault::Sender) => c"Sender".as_ptr(),
        Some(Fault::Receiver) => c"Receiver".as_ptr(),
        None => std::ptr::null(),
    })
}

/// How many texts the service's error has besides its code: "error" and "error_description" of SSO-OIDC,
/// "message" of SSO. Numbered by name; none for STS.
///
/// @param error  an error; NULL gives 0.
/// @return the number of texts; 0 if no service answered. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_error_member_count(error: *const stskit_error) -> usize {
    guard::get(0, || error.as_ref().map_or(0, |e| e.members.count()))
}

/// The name of a text of the service's error, as on the wire.
///
/// @param error  an error, or NULL.
/// @param index  0 to stskit_error_member_count() - 1.
/// @return text owned by the error: "error_description"; NULL for an index that is too large. Never blocks; any
/// thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_error_member_name(error: *const stskit_error, index: usize) -> *const c_char {
    guard::get(std::ptr::null(), || error.as_ref().map_or(std::ptr::null(), |e| e.members.name(index)))
}

/// A text of the service's error. Secrets of the request that it quotes are shown as "[secret]".
///
/// @param error  an error, or NULL.
/// @param index  0 to stskit_error_member_count() - 1.
/// @return text owned by the error; NULL for an index that is too large. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_error_member_value(error: *const stskit_error, index: usize) -> *const c_char {
    guard::get(std::ptr::null(), || error.as_ref().map_or(std::ptr::null(), |e| e.members.value(index)))
}

/// How many headers the service's answer had. They are numbered in the order received.
///
/// @param error  an error; NULL gives 0.
/// @return the number of headers; 0 if no service answered. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_error_header_count(error: *const stskit_error) -> usize {
    guard::get(0, || error.as_ref().map_or(0, |e| e.headers.count()))
}

/// The name of a header of the service's answer.
///
/// @param error  an error, or NULL.
/// @param index  0 to stskit_error_header_count() - 1. A name that was sent twice is there twice.
/// @return text owned by the error, in lower case: "retry-after"; NULL for an index that is too large. Never
/// blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_error_header_name(error: *const stskit_error, index: usize) -> *const c_char {
    guard::get(std::ptr::null(), || error.as_ref().map_or(std::ptr::null(), |e| e.headers.name(index)))
}

/// The value of a header of the service's answer. Secrets of the request that it quotes are shown as
/// "[secret]".
///
/// @param error  an error, or NULL.
/// @param index  0 to stskit_error_header_count() - 1.
/// @return text owned by the error; NULL for an index that is too large. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_error_header_value(error: *const stskit_error, index: usize) -> *const c_char {
    guard::get(std::ptr::null(), || error.as_ref().map_or(std::ptr::null(), |e| e.headers.value(index)))
}

/// The operation that failed: "AssumeRole".
///
/// @param error  an error, or NULL.
/// @return text owned by the error; NULL if no operation was under way. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_error_operation(error: *const stskit_error) -> *const c_char {
    guard::get(std::ptr::null(), || pointer(error.as_ref().and_then(|e| e.operation.as_ref())))
}

/// The request id of the service's answer: what AWS Support asks for.
///
/// @param error  an error, or NULL.
/// @return text owned by the error; NULL if the service said none. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_error_request_id(error: *const stskit_error) -> *const c_char {
    guard::get(std::ptr::null(), || pointer(error.as_ref().and_then(|e| e.request_id.as_ref())))
}

/// The HTTP status of the service's answer.
///
/// @param error  an error, or NULL.
/// @return 400 to 599; 0 if no service answered. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_error_http_status(error: *const stskit_error) -> i32 {
    guard::get(0, || error.as_ref().map_or(0, |e| e.http_status))
}

/// How many requests were sent for the failed call.
///
/// @param error  an error, or NULL.
/// @return the number of attempts; 0 if nothing was sent. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_error_attempts(error: *const stskit_error) -> u32 {
    guard::get(0, || error.as_ref().map_or(0, |e| e.attempts))
}

/// Is the failure one that another try in a while may mend? The library has retried by itself already.
///
/// @param error  an error; NULL gives false.
/// @return true or false. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_error_is_retryable(error: *const stskit_error) -> bool {
    guard::get(false, || error.as_ref().is_some_and(|e| e.retryable))
}

/// What the callback answered that ended the call (detail STSKIT_DETAIL_CALLBACK), so that a binding can
/// raise its own exception again.
///
/// @param error  an error, or NULL.
/// @return the callback's number; 0 if no callback ended the call. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_error_callback_result(error: *const stskit_error) -> i32 {
    guard::get(0, || error.as_ref().map_or(0, |e| e.callback_result))
}

/// How many providers were tried before the call gave up: the lines of stskit_error_provider_line().
///
/// @param error  an error; NULL gives 0.
/// @return the number of lines. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_error_provider_count(error: *const stskit_error) -> usize {
    guard::get(0, || error.as_ref().map_or(0, |e| e.provider_lines.len()))
}

/// One provider that was tried, and why it did not serve, in one line.
///
/// @param error  an error, or NULL.
/// @param index  0 to stskit_error_provider_count() - 1.
/// @return text owned by the error; NULL for an index that is too large. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_error_provider_line(error: *const stskit_error, index: usize) -> *const c_char {
    guard::get(std::ptr::null(), || pointer(error.as_ref().and_then(|e| e.provider_lines.get(index))))
}

/// The command that signs in, where the status is STSKIT_STATUS_LOGIN_REQUIRED:
/// "aws sso login --profile dev" or "aws login --profile dev".
///
/// @param error  an error, or NULL.
/// @return text owned by the error; NULL if nobody has to sign in. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_error_login_command(error: *const stskit_error) -> *const c_char {
    guard::get(std::ptr::null(), || pointer(error.as_ref().and_then(|e| Some(&e.login.as_ref()?.command))))
}

/// The start URL of the Identity Center instance to sign in to.
///
/// @param error  an error, or NULL.
/// @return text owned by the error; NULL if nobody has to sign in, and for the session of `aws login`, which has
/// none: stskit_error_login_command() says what to run. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_error_login_start_url(error: *const stskit_error) -> *const c_char {
    guard::get(std::ptr::null(), || pointer(error.as_ref().and_then(|e| e.login.as_ref()?.start_url.as_ref())))
}

/// The sso-session to sign in to, or the login_session of `aws login`.
///
/// @param error  an error, or NULL.
/// @return text owned by the error; NULL if nobody has to sign in, or the configuration is a legacy one
/// without a session. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_error_login_session(error: *const stskit_error) -> *const c_char {
    guard::get(std::ptr::null(), || pointer(error.as_ref().and_then(|e| e.login.as_ref()?.session.as_ref())))
}

/// The profile that wants the sign-in.
///
/// @param error  an error, or NULL.
/// @return text owned by the error; NULL if nobody has to sign in, or no profile asked. Never blocks; any
/// thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_error_login_profile(error: *const stskit_error) -> *const c_char {
    guard::get(std::ptr::null(), || pointer(error.as_ref().and_then(|e| e.login.as_ref()?.profile.as_ref())))
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<stskit_error>();
};
