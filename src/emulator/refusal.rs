//! The refusal of a request: code, message and status of the real service.
//!
//! Which format it is written in is up to the service that refuses (`route.rs`).

use std::fmt;

/// Why a request is refused, as the service would say it.
///
/// [`Display`](fmt::Display) gives `CODE: MESSAGE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    code: String,
    message: String,
    status: u16,
    canonical_request: Option<String>,
    is_throttle: bool,
}

impl Refusal {
    pub(super) fn new(status: u16, code: impl Into<String>, message: impl Into<String>) -> Self {
        Refusal { code: code.into(), message: message.into(), status, canonical_request: None, is_throttle: false }
    }

    pub(super) fn incomplete(message: impl Into<String>) -> Self {
        Refusal::new(400, "IncompleteSignature", message)
    }

    pub(super) fn mismatch(message: impl Into<String>) -> Self {
        Refusal::new(403, "SignatureDoesNotMatch", message)
    }

    pub(super) fn with_canonical_request(self, text: String) -> Self {
        Refusal { canonical_request: Some(text), ..self }
    }

    pub(super) fn unknown_token() -> Self {
        Refusal::new(403, "InvalidClientTokenId", "The security token included in the request is invalid.")
    }

    /// Too many requests, as STS says it. A service that says it otherwise looks for
    /// [`is_throttle`](Refusal::is_throttle).
    pub(super) fn throttle() -> Self {
        Refusal { is_throttle: true, ..Refusal::new(400, "Throttling", "Rate exceeded") }
    }

    pub(super) fn is_throttle(&self) -> bool {
        self.is_throttle
    }

    /// The error code of the service, e.g. `SignatureDoesNotMatch`.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The message of the service.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The HTTP status, e.g. 403.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// For a signature that differs: the canonical request the emulator expected. Compare it with
    /// the one your signer made. It holds the session token, if there was one.
    pub fn canonical_request(&self) -> Option<&str> {
        self.canonical_request.as_deref()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for Refusal {}
