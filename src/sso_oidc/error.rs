//! The error codes of the OIDC service as a type.

use crate::client::operation::error_codes;
use crate::error::Error;

error_codes! {
    /// An error code of the OIDC service; each operation's page lists its own:
    /// <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_Operations.html>.
    ///
    /// ```
    /// use stskit::sso_oidc::ErrorCode;
    /// assert_eq!(ErrorCode::SlowDownException.code(), "SlowDownException");
    /// ```
    "SSO-OIDC";
    modelled {
        /// The user or the key policy refuses.
        AccessDeniedException = "AccessDeniedException",
        /// The user has not approved yet: poll again after the interval.
        AuthorizationPendingException = "AuthorizationPendingException",
        /// The device code has expired.
        ExpiredTokenException = "ExpiredTokenException",
        /// The service failed.
        InternalServerException = "InternalServerException",
        /// The client id or secret is wrong, or the registration has expired.
        InvalidClientException = "InvalidClientException",
        /// The registration is not valid.
        InvalidClientMetadataException = "InvalidClientMetadataException",
        /// The code or refresh token is used up, revoked or wrong.
        InvalidGrantException = "InvalidGrantException",
        /// The redirect URI is not allowed.
        InvalidRedirectUriException = "InvalidRedirectUriException",
        /// A member is missing or wrong.
        InvalidRequestException = "InvalidRequestException",
        /// The instance lives in another region.
        InvalidRequestRegionException = "InvalidRequestRegionException",
        /// A scope is unknown or not allowed.
        InvalidScopeException = "InvalidScopeException",
        /// Polled too often: wait 5 s more each time.
        SlowDownException = "SlowDownException",
        /// The client may not use this grant.
        UnauthorizedClientException = "UnauthorizedClientException",
        /// The grant type is unknown.
        UnsupportedGrantTypeException = "UnsupportedGrantTypeException",
    }
    others {}
}

impl Error {
    /// The code as a type, if the OIDC service answered with one that is known.
    ///
    /// ```no_run
    /// use stskit::sso_oidc::{Client, CreateToken, ErrorCode};
    /// # let oidc = Client::in_region(&stskit::Settings::from_env()?, "eu-west-1")?;
    /// match oidc.create_token(&CreateToken::device("client id", "client secret", "device code")) {
    ///     Err(e) if e.sso_oidc_code() == Some(ErrorCode::AuthorizationPendingException) => println!("not yet"),
    ///     answer => println!("good for {:?} s", answer?.expires_in),
    /// }
    /// # Ok::<(), stskit::Error>(())
    /// ```
    pub fn sso_oidc_code(&self) -> Option<ErrorCode> {
        self.code().and_then(ErrorCode::from_code)
    }
}
