//! What a service says of a call: its error as it was answered, and what came along with any answer.
//!
//! Lives here: [`ServiceError`], [`Fault`], [`Denial`], [`ResponseMetadata`] and the codes that ask to slow down.
//! Not here: the crate's own [`Error`](super::Error), which holds one of these, and the tables of one service.

use std::fmt;

use super::ErrorKind;

/// An error that the service answered with: its code, its text and what came along.
///
/// Match by [`code`](Self::code), the wire code, not by the name of a shape; the typed form is the
/// table of the service, such as [`sts::ErrorCode`](crate::sts::ErrorCode).
///
/// ```
/// use stskit::emulator::{Emulator, Fault};
/// use stskit::sts::{Client, GetCallerIdentity};
/// use stskit::{Credentials, Settings, endpoint::EndpointService};
///
/// let emulator = Emulator::start()?;
/// emulator.inject(Fault::error("OptInRequired", "sign up first", 403));
/// # let settings = Settings::builder().region(Emulator::REGION).endpoint_url(EndpointService::Sts, emulator.url());
/// # let key = Credentials::new(Emulator::ACCESS_KEY_ID, Emulator::SECRET_ACCESS_KEY);
/// # let sts = Client::new(settings.resolve_with(&stskit::host::Scripted::at(0))?, key)?;
/// let error = sts.get_caller_identity(&GetCallerIdentity {}).expect_err("the emulator refuses");
/// let service = error.service_error().ok_or("the service did not answer")?;
/// assert_eq!((service.code(), service.message()), ("OptInRequired", "sign up first"));
/// assert_eq!(service.metadata().status, 403);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ServiceError {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) fault: Option<Fault>,
    /// A boxed slice, not a `Vec`, for the sake of the size.
    pub(crate) members: Box<[(String, String)]>,
    pub(crate) metadata: ResponseMetadata,
}

/// Whose fault the service says it is (the `Type` element of an error document).
///
/// From [`ServiceError::fault`]; only the query protocol (STS) says it.
///
/// ```
/// use stskit::{Error, Fault};
/// fn is_ours(error: &Error) -> bool {
///     error.service_error().and_then(|service| service.fault()) == Some(Fault::Sender)
/// }
/// assert!(!is_ours(&Error::new(stskit::ErrorKind::Network, "nothing came back")));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// The request is at fault.
    Sender,
    /// The service is at fault.
    Receiver,
}

/// Why the sign-in service refused: the member `error` of its `AccessDeniedException`
/// (<https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sign-in.html>).
///
/// From [`ServiceError::denial`].
///
/// ```
/// use stskit::{Denial, Error};
/// fn is_over(error: &Error) -> bool {
///     let denial = error.service_error().and_then(|service| service.denial());
///     matches!(denial, Some(Denial::TokenExpired | Denial::UserCredentialsChanged))
/// }
/// assert!(!is_over(&Error::new(stskit::ErrorKind::Network, "nothing came back")));
/// assert_eq!(Denial::from_code("TOKEN_EXPIRED"), Some(Denial::TokenExpired));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Denial {
    /// `TOKEN_EXPIRED` (HTTP 401): the sign-in is over. Sign in again.
    TokenExpired,
    /// `AUTHCODE_EXPIRED` (HTTP 401): the authorization code is too old.
    AuthcodeExpired,
    /// `USER_CREDENTIALS_CHANGED` (HTTP 403): the user's password has changed. Sign in again.
    UserCredentialsChanged,
    /// `INSUFFICIENT_PERMISSIONS` (HTTP 403): the identity lacks `signin:CreateOAuth2Token`.
    InsufficientPermissions,
}

impl Denial {
    /// The type of the text on the wire; `None` for one that is not known.
    pub fn from_code(code: &str) -> Option<Self> {
        Some(match code {
            "TOKEN_EXPIRED" => Denial::TokenExpired,
            "AUTHCODE_EXPIRED" => Denial::AuthcodeExpired,
            "USER_CREDENTIALS_CHANGED" => Denial::UserCredentialsChanged,
            "INSUFFICIENT_PERMISSIONS" => Denial::InsufficientPermissions,
            _ => return None,
        })
    }
}

impl ServiceError {
    /// The code on the wire; the HTTP status as text where the answer had none.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The service's text, scrubbed of the secrets of the request.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whose fault, if the answer says.
    pub fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// Which refusal of the sign-in service an `AccessDeniedException` is, if the answer says.
    pub fn denial(&self) -> Option<Denial> {
        let (_, text) = self.members().iter().find(|(name, _)| name == "error")?;
        Denial::from_code(text)
    }

    /// The texts of the error document by their names on the wire, sorted, scrubbed as the message is:
    /// `error` and `error_description` of SSO-OIDC. Without the code; none for STS, whose errors have no more.
    ///
    /// ```
    /// use stskit::emulator::{Emulator, Fault};
    /// use stskit::sso_oidc::{Client, RegisterClient};
    /// # use stskit::{Settings, endpoint::EndpointService, host::Scripted};
    ///
    /// let emulator = Emulator::start()?;
    /// let body = r#"{"error": "invalid_request", "error_description": "not this one"}"#;
    /// emulator.inject(Fault::status(400).body("application/json", body));
    /// # let settings = Settings::builder().endpoint_url(EndpointService::SsoOidc, emulator.url());
    /// # let oidc = Client::in_region(&settings.resolve_with(&Scripted::at(0))?, "us-east-1")?;
    /// let refused = oidc.register_client(&RegisterClient::new("my-tool", "public")).expect_err("it refuses");
    /// let members = refused.service_error().ok_or("the service did not answer")?.members();
    /// assert_eq!(members[1], ("error_description".to_owned(), "not this one".to_owned()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn members(&self) -> &[(String, String)] {
        &self.members
    }

    /// Request id, HTTP status, headers, retries.
    pub fn metadata(&self) -> &ResponseMetadata {
        &self.metadata
    }

    /// Takes secrets out of every text: services quote what they were sent (the canonical request of a bad
    /// signature holds the session token). Then a text that is a page, not the words of the service, is
    /// cut; not before, so that no part of a secret is left at its end.
    pub(crate) fn scrub(&mut self, secrets: &[String]) {
        let pairs = self.metadata.headers.iter_mut().chain(&mut self.members).map(|(_, value)| value);
        let texts = [&mut self.code, &mut self.message].into_iter().chain(&mut self.metadata.request_id);
        texts.chain(pairs).for_each(|text| scrub(text, secrets));
        if self.code == self.metadata.status.to_string() {
            self.message = self.message.chars().take(200).collect();
        }
    }

    pub(super) fn kind(&self) -> ErrorKind {
        if is_throttling_code(&self.code) || self.metadata.status == 429 {
            return ErrorKind::Throttled;
        }
        match self.code.as_str() {
            "ExpiredToken" | "ExpiredTokenException" | "ExpiredTradeInTokenException" | "RequestExpired" => {
                ErrorKind::Expired
            }
            "AccessDenied"
            | "AccessDeniedException"
            | "UnauthorizedException"
            | "UnauthorizedClientException"
            | "InvalidClientTokenId"
            | "SignatureDoesNotMatch"
            | "MissingAuthenticationToken"
            | "InvalidIdentityToken"
            | "IDPRejectedClaim"
            | "OptInRequired"
            | "RegionDisabledException"
            | "OutboundWebIdentityFederationDisabledException"
            | "SessionDurationEscalationException" => ErrorKind::AccessDenied,
            _ if matches!(self.metadata.status, 401 | 403) => ErrorKind::AccessDenied,
            _ => ErrorKind::Service,
        }
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (HTTP {})", self.code, self.metadata.status)?;
        if !self.message.is_empty() {
            write!(f, ": {}", self.message)?;
        }
        if let Some(id) = &self.metadata.request_id {
            write!(f, " [request id {id}]")?;
        }
        Ok(())
    }
}

impl fmt::Debug for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceError")
            .field("code", &self.code)
            .field("message", &self.message)
            .field("fault", &self.fault)
            .field("denial", &self.denial())
            .field("members", &self.members)
            .field("metadata", &self.metadata)
            .finish()
    }
}

/// What came along with an answer, good or bad.
///
/// `Debug` shows the names of the headers only.
///
/// ```
/// use stskit::emulator::Emulator;
/// use stskit::sts::{Client, GetCallerIdentity};
/// use stskit::{Credentials, Settings, endpoint::EndpointService};
///
/// let emulator = Emulator::start()?;
/// # let settings = Settings::builder().region(Emulator::REGION).endpoint_url(EndpointService::Sts, emulator.url());
/// # let key = Credentials::new(Emulator::ACCESS_KEY_ID, Emulator::SECRET_ACCESS_KEY);
/// # let sts = Client::new(settings.resolve_with(&stskit::host::Scripted::at(0))?, key)?;
/// let metadata = sts.get_caller_identity(&GetCallerIdentity {})?.metadata;
/// assert_eq!((metadata.status, metadata.retry_attempts), (200, 0));
/// assert!(metadata.request_id.is_some() && metadata.header("date").is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResponseMetadata {
    /// The service's request id: quote it to AWS Support.
    pub request_id: Option<String>,
    /// HTTP status.
    pub status: u16,
    /// Headers in the order received, names in lower case. Values that are not UTF-8 are left out.
    pub headers: Vec<(String, String)>,
    /// Attempts after the first (0: the first one served).
    pub retry_attempts: u32,
}

impl ResponseMetadata {
    /// First value of a header; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

impl fmt::Debug for ResponseMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("ResponseMetadata")
            .field("request_id", &self.request_id)
            .field("status", &self.status)
            .field("headers", &names)
            .field("retry_attempts", &self.retry_attempts)
            .finish()
    }
}

const THROTTLING_CODES: &[&str] = &[
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottledException",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
    "TransactionInProgressException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "RequestThrottled",
    "SlowDown",
    "PriorRequestNotComplete",
    "EC2ThrottledException",
];

/// Does the service ask to slow down?
pub(crate) fn is_throttling_code(code: &str) -> bool {
    THROTTLING_CODES.contains(&code)
}

/// Replaces each secret that occurs in `text`. Secrets shorter than 4 bytes are left (they match anything).
fn scrub(text: &mut String, secrets: &[String]) {
    for secret in secrets.iter().filter(|s| s.len() >= 4) {
        if text.contains(secret.as_str()) {
            *text = text.replace(secret.as_str(), "[secret]");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scrubs_secrets_but_not_short_ones() {
        let mut text = "token=abcdef and a".to_owned();
        scrub(&mut text, &["abcdef".to_owned(), "a".to_owned()]);
        assert_eq!(text, "token=[secret] and a");
    }
}
