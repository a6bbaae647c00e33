//! Sending one request: the trait, its errors, and the implementation over ureq.
//!
//! A transport sends once: no retries (`retry`, `client`), no redirects, no decompression. `ureq` is the
//! only module that names the ureq crate, with its parts `guard` (secrets, time), `tcp` (connections) and
//! `dns` (names) beside it.

mod dns;
mod guard;
mod proxy;
mod tcp;
mod ureq;

use std::fmt;
use std::time::Duration;

pub use self::proxy::{NoProxy, Proxies, ProxyUrl};
pub use self::ureq::{CaBundle, TransportConfig, UreqTransport};

use crate::error::ErrorKind;

/// Sends a request and reads the whole answer.
///
/// Implement it to bring an HTTP client of your own. May be called from several threads at once.
///
/// ```
/// use std::time::Duration;
/// use stskit::transport::{Transport, TransportError};
///
/// #[derive(Debug)]
/// struct Canned;
///
/// impl Transport for Canned {
///     fn send(
///         &self,
///         request: http::Request<&[u8]>,
///         _limit: Option<Duration>,
///     ) -> Result<http::Response<Vec<u8>>, TransportError> {
///         assert_eq!(request.method(), "POST");
///         Ok(http::Response::new(b"<GetCallerIdentityResponse/>".to_vec()))
///     }
/// }
/// ```
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends `request` (an absolute URI) and answers status, headers and body, whatever the status.
    /// `limit` is the time left for it; `None`: the transport's own time limits only. Blocks until then.
    ///
    /// # Errors
    /// [`TransportError`]. No text in it may show the query, the headers or the body.
    fn send(
        &self,
        request: http::Request<&[u8]>,
        limit: Option<Duration>,
    ) -> Result<http::Response<Vec<u8>>, TransportError>;
}

/// What kept a request from being answered, as far as the caller acts on it.
///
/// As an [`Error`](crate::Error): the time limits are `Timeout`, `Tls` and `Certificate` are `Tls`, `Protocol` and
/// `TooLarge` are `InvalidResponse`, `InvalidRequest` is `InvalidInput`, `Cancelled` is `Cancelled`, all others
/// `Network`.
///
/// ```
/// use std::io;
/// use stskit::transport::TransportErrorKind;
///
/// /// For a transport of your own: what an I/O error while connecting means.
/// fn kind(error: &io::Error) -> TransportErrorKind {
///     match error.kind() {
///         io::ErrorKind::ConnectionRefused => TransportErrorKind::Connect,
///         io::ErrorKind::TimedOut => TransportErrorKind::ConnectTimeout,
///         _ => TransportErrorKind::Other,
///     }
/// }
/// # assert_eq!(kind(&io::ErrorKind::TimedOut.into()), TransportErrorKind::ConnectTimeout);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The request cannot be sent as it is; another try would not help.
    InvalidRequest,
    /// The host name was not found.
    Resolve,
    /// No connection: refused, no route.
    Connect,
    /// No connection within the time limit.
    ConnectTimeout,
    /// The TLS session failed for another reason than the certificate.
    Tls,
    /// The certificate of the server was refused; another try would not help.
    Certificate,
    /// The proxy refused or failed.
    Proxy,
    /// The connection ended before the whole answer had come.
    Closed,
    /// No answer, or no end of it, within the time limit of an attempt.
    ReadTimeout,
    /// The time left for the whole call ended; another try would not help.
    Deadline,
    /// The answer is larger than allowed; another try would not help.
    TooLarge,
    /// The answer is not HTTP.
    Protocol,
    /// The caller cancelled; another try would not help.
    Cancelled,
    /// Anything else.
    Other,
}

impl TransportErrorKind {
    /// The kind of the error that a caller of the crate sees.
    pub(crate) fn as_error_kind(self) -> ErrorKind {
        match self {
            Self::InvalidRequest => ErrorKind::InvalidInput,
            Self::Certificate | Self::Tls => ErrorKind::Tls,
            Self::Deadline | Self::ReadTimeout | Self::ConnectTimeout => ErrorKind::Timeout,
            Self::Cancelled => ErrorKind::Cancelled,
            Self::TooLarge | Self::Protocol => ErrorKind::InvalidResponse,
            Self::Resolve | Self::Proxy | Self::Connect | Self::Closed | Self::Other => ErrorKind::Network,
        }
    }
}

/// A request without an answer: the kind, a text naming host and cause, and the cause itself.
///
/// ```
/// use std::error::Error as _;
/// use stskit::transport::{TransportError, TransportErrorKind};
///
/// let cause = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
/// let error = TransportError::new(TransportErrorKind::Closed, "sts.amazonaws.com hung up").with_source(cause);
/// assert_eq!(error.kind(), TransportErrorKind::Closed);
/// assert!(error.source().is_some());
/// ```
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    message: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl TransportError {
    /// An error for a transport of your own.
    pub fn new(kind: TransportErrorKind, message: impl Into<String>) -> Self {
        TransportError { kind, message: message.into(), source: None }
    }

    /// Keeps the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What kept the request from being answered.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|s| &**s as &(dyn std::error::Error + 'static))
    }
}
