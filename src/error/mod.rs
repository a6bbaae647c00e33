//! The one error type of the crate: what failed, where, what to do next, and why.
//!
//! Lives here: [`Error`] and [`ErrorKind`]; in `service`, what a service says: [`ServiceError`] and [`ResponseMetadata`].
//! Not here: the tables of error codes of a service (`sts`), and what is retried how (`retry`).
//!
//! No error text ever holds a secret access key, a session token, a web identity token, a SAML
//! assertion or a body: texts of a service are scrubbed of the secrets of the request they answer.

mod service;

use std::fmt;
use std::sync::Arc;

pub(crate) use self::service::is_throttling_code;
pub use self::service::{Denial, Fault, ResponseMetadata, ServiceError};
use crate::explain::Report;

/// Result of every fallible call of this crate.
///
/// The error type can be named as in `std`, so that importing this one hides nothing.
///
/// ```
/// use stskit::{Result, Settings};
/// fn region() -> Result<String> {
///     Ok(Settings::from_env()?.region().unwrap_or("us-east-1").to_owned())
/// }
/// fn port(text: &str) -> Result<u16, std::num::ParseIntError> {
///     text.parse()
/// }
/// ```
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Source = Box<dyn std::error::Error + Send + Sync + 'static>;

/// What went wrong, by what the caller would do about it.
///
/// The numbers are shared with the C ABI: they are never renumbered or reused.
///
/// ```
/// use stskit::{Error, ErrorKind};
/// let error = Error::new(ErrorKind::InvalidInput, "the region is empty");
/// assert_eq!(error.kind(), ErrorKind::InvalidInput);
/// assert_eq!(error.kind().name(), "invalid-input");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(i32)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument of the call is wrong; nothing was sent. Mend the call.
    InvalidInput = 1,
    /// An environment variable, a file or an explicit setting is wrong; nothing was sent. Mend the configuration.
    InvalidConfiguration = 2,
    /// No source had credentials for a call that has to be signed.
    NoCredentials = 3,
    /// Credentials, token or session have expired: get new ones.
    Expired = 4,
    /// The service knows the caller and refuses, or does not accept the credentials or the signature.
    AccessDenied = 5,
    /// The service asks to slow down, and went on asking after the retries.
    Throttled = 6,
    /// Any other error that the service answered with.
    Service = 7,
    /// The service was not reached, or the connection broke.
    Network = 8,
    /// The certificate of the server was not accepted, or no TLS session could be agreed on.
    Tls = 9,
    /// No answer within the time limits.
    Timeout = 10,
    /// An answer came that is not what the protocol says.
    InvalidResponse = 11,
    /// The caller cancelled.
    Cancelled = 12,
    /// This build, partition or operation cannot do it.
    NotSupported = 13,
    /// A defect of this library.
    Internal = 14,
    /// A person has to sign in (again): [`Error::login_required`] says how.
    LoginRequired = 15,
}

impl ErrorKind {
    /// Stable name in lower case with hyphens, for logs and scripts.
    pub fn name(self) -> &'static str {
        match self {
            ErrorKind::InvalidInput => "invalid-input",
            ErrorKind::InvalidConfiguration => "invalid-configuration",
            ErrorKind::NoCredentials => "no-credentials",
            ErrorKind::Expired => "expired",
            ErrorKind::AccessDenied => "access-denied",
            ErrorKind::Throttled => "throttled",
            ErrorKind::Service => "service",
            ErrorKind::Network => "network",
            ErrorKind::Tls => "tls",
            ErrorKind::Timeout => "timeout",
            ErrorKind::InvalidResponse => "invalid-response",
            ErrorKind::Cancelled => "cancelled",
            ErrorKind::NotSupported => "not-supported",
            ErrorKind::Internal => "internal",
            ErrorKind::LoginRequired => "login-required",
        }
    }
}

/// Any failure of this crate: a kind to act on, a message to read, and the cause.
///
/// Small (one pointer), `Send + Sync`, and `source()` leads to the cause. The message says what was
/// tried and what to do next; it never contains a secret.
///
/// ```
/// use stskit::Settings;
/// let error = Settings::builder().region("us-east-1/").resolve().unwrap_err();
/// assert!(error.is_configuration());
/// assert!(error.to_string().contains("us-east-1/"));
/// ```
pub struct Error(Box<Inner>);

#[derive(Clone, Default)]
struct Inner {
    kind: Option<ErrorKind>,
    message: String,
    /// What was being done, before everything else.
    context: Option<String>,
    operation: Option<&'static str>,
    service: Option<ServiceError>,
    attempts: u32,
    stopped_by: Option<RetryStop>,
    login: Option<LoginRequired>,
    report: Option<Arc<Report>>,
    /// Shared, so that an error can be said again.
    source: Option<Arc<dyn std::error::Error + Send + Sync + 'static>>,
}

/// What a person has to do before credentials can be had again.
///
/// All but the command is as the configuration spells it. From [`Error::login_required`].
///
/// ```
/// use stskit::Settings;
/// use stskit::identity_center::{SsoSession, TokenCache, TokenProvider};
///
/// let session = SsoSession::named("dev", "https://d-abc123.awsapps.com/start", "eu-west-1");
/// let cache = TokenCache::new("a/folder/without/tokens");
/// let tokens = TokenProvider::new(session, cache, &Settings::from_env()?)?;
/// if let Err(error) = tokens.token() {
///     let login = error.login_required().ok_or("another failure")?;
///     assert_eq!(login.command, "aws sso login --sso-session dev");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoginRequired {
    /// The profile that wants the sign-in, if it came from one.
    pub profile: Option<String>,
    /// The `sso-session`, or the `login_session` of `aws login`; `None` for a legacy SSO configuration.
    pub session: Option<String>,
    /// The start URL of the Identity Center instance; `None` for `aws login`.
    pub start_url: Option<String>,
    /// The command that signs in.
    pub command: String,
}

/// Why a retryable failure was not tried again.
///
/// The rules are those of the AWS SDKs:
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>.
///
/// ```
/// use stskit::{Error, RetryStop};
///
/// fn advice(error: &Error) -> &'static str {
///     match error.retry_stop() {
///         Some(RetryStop::Deadline) => "raise operation_timeout",
///         Some(RetryStop::Quota) => "the service is in trouble: come back later",
///         Some(_) => "raise max_attempts, or come back later",
///         None => "another try would not help",
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RetryStop {
    /// The setting `max_attempts` was reached.
    MaxAttempts,
    /// The retry quota (token bucket) of the client was empty.
    Quota,
    /// The overall deadline would have passed.
    Deadline,
}

impl Error {
    /// An error of a kind with a message. For providers and transports of your own.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error(Box::new(Inner { kind: Some(kind), message: message.into(), ..Inner::default() }))
    }

    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidInput, message)
    }

    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidConfiguration, message)
    }

    pub(crate) fn response(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidResponse, message)
    }

    pub(crate) fn from_service(service: ServiceError) -> Self {
        let kind = service.kind();
        let mut error = Self::new(kind, String::new());
        error.0.service = Some(service);
        error
    }

    /// A kind that the code alone does not tell.
    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = Some(kind);
        self
    }

    /// Keeps the cause: it is what `source()` returns.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(Arc::from(source.into()));
        self
    }

    /// The same error for another caller.
    pub(crate) fn again(&self) -> Self {
        Error(self.0.clone())
    }

    /// Nobody is signed in, or not any more: who and why, then the way out.
    pub(crate) fn login(login: LoginRequired, what: &str) -> Self {
        let mut error = Self::new(ErrorKind::LoginRequired, format!("{what}: sign in with `{}`", login.command));
        error.0.login = Some(login);
        error
    }

    /// Says what was being done: comes before the message, and before what was said so already.
    pub(crate) fn with_context(mut self, context: impl fmt::Display) -> Self {
        self.0.context = Some(match self.0.context.take() {
            Some(inner) => format!("{context}: {inner}"),
            None => context.to_string(),
        });
        self
    }

    /// Adds how the credentials were looked for.
    pub(crate) fn with_report(mut self, report: Report) -> Self {
        self.0.report = Some(Arc::new(report));
        self
    }

    pub(crate) fn with_operation(mut self, operation: &'static str) -> Self {
        self.0.operation.get_or_insert(operation);
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: u32, stopped_by: Option<RetryStop>) -> Self {
        self.0.attempts = attempts;
        self.0.stopped_by = stopped_by;
        if let Some(service) = &mut self.0.service {
            service.metadata.retry_attempts = attempts.saturating_sub(1);
        }
        self
    }

    /// What kind of failure this is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind.unwrap_or(ErrorKind::Internal)
    }

    /// The service's own error, if the service answered with one.
    pub fn service_error(&self) -> Option<&ServiceError> {
        self.0.service.as_ref()
    }

    /// The error code on the wire (`AccessDenied`, `ExpiredTokenException`, ...), if the service answered.
    pub fn code(&self) -> Option<&str> {
        self.0.service.as_ref().map(|s| s.code.as_str())
    }

    /// The operation that failed (`AssumeRole`), if one was under way.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// Requests sent for the failed call, the first included; 0 if none was sent.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Why a retryable failure was given up; `None` if the failure was not retryable.
    pub fn retry_stop(&self) -> Option<RetryStop> {
        self.0.stopped_by
    }

    /// What a person has to do, if the failure is that nobody is signed in.
    pub fn login_required(&self) -> Option<&LoginRequired> {
        self.0.login.as_ref()
    }

    /// How the default chain looked for credentials, if it was the chain that failed. See
    /// [`DefaultChain`](crate::providers::DefaultChain).
    pub fn report(&self) -> Option<&Report> {
        self.0.report.as_deref()
    }

    /// Is an argument of the call wrong?
    pub fn is_input(&self) -> bool {
        self.kind() == ErrorKind::InvalidInput
    }

    /// Is a variable, a file or a setting wrong?
    pub fn is_configuration(&self) -> bool {
        self.kind() == ErrorKind::InvalidConfiguration
    }

    /// Did no source have credentials?
    pub fn is_no_credentials(&self) -> bool {
        self.kind() == ErrorKind::NoCredentials
    }

    /// Have credentials, token or session expired?
    pub fn is_expired(&self) -> bool {
        self.kind() == ErrorKind::Expired
    }

    /// Did the service refuse the caller?
    pub fn is_access_denied(&self) -> bool {
        self.kind() == ErrorKind::AccessDenied
    }

    /// Was the call throttled to the end?
    pub fn is_throttled(&self) -> bool {
        self.kind() == ErrorKind::Throttled
    }

    /// Did the network fail: no connection, a broken one, or a time limit?
    pub fn is_network(&self) -> bool {
        matches!(self.kind(), ErrorKind::Network | ErrorKind::Timeout | ErrorKind::Tls)
    }

    /// Did a time limit end the call?
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        if let Some(context) = &inner.context {
            write!(f, "{context}: ")?;
        }
        if let Some(operation) = inner.operation {
            write!(f, "{operation}: ")?;
        }
        match &inner.service {
            Some(service) => write!(f, "{service}")?,
            None => f.write_str(&inner.message)?,
        }
        let reason = match inner.stopped_by {
            Some(RetryStop::Quota) => "; the retry quota is used up",
            Some(RetryStop::Deadline) => "; no time left for another",
            _ => "",
        };
        match inner.attempts {
            0 => Ok(()),
            1 if reason.is_empty() => Ok(()),
            1 => write!(f, " (after 1 attempt{reason})"),
            attempts => write!(f, " (after {attempts} attempts{reason})"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Error");
        out.field("kind", &self.kind()).field("message", &self.to_string());
        if let Some(source) = &self.0.source {
            out.field("source", &source.to_string());
        }
        out.finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|s| &**s as &(dyn std::error::Error + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_one_pointer_wide_send_and_sync() {
        fn shared<T: Send + Sync + 'static>() {}
        shared::<Error>();
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }

    #[test]
    fn says_operation_code_status_and_request_id() {
        let service = ServiceError {
            code: "AccessDenied".into(),
            message: "not authorized".into(),
            fault: Some(Fault::Sender),
            members: Box::default(),
            metadata: ResponseMetadata { request_id: Some("r-1".into()), status: 403, ..Default::default() },
        };
        let error = Error::from_service(service).with_operation("AssumeRole").with_attempts(3, None);
        assert_eq!(
            error.to_string(),
            "AssumeRole: AccessDenied (HTTP 403): not authorized [request id r-1] (after 3 attempts)"
        );
        assert!(error.is_access_denied());
        assert_eq!(error.service_error().unwrap().metadata().retry_attempts, 2);
    }

    #[test]
    fn keeps_the_cause() {
        let error = Error::configuration("no").with_source(std::io::Error::other("disk"));
        assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "disk");
    }
}
