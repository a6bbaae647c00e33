//! The error codes of the sign-in service as a type.

use crate::client::operation::error_codes;
use crate::error::Error;

error_codes! {
    /// An error code of the sign-in service. Which refusal an `AccessDeniedException` is, and what to do, says
    /// [`ServiceError::oauth_error`](crate::ServiceError::oauth_error):
    ///
    /// | OAuth error | HTTP | means |
    /// |---|---|---|
    /// | `TOKEN_EXPIRED` | 401 | the sign-in is over: sign in again |
    /// | `AUTHCODE_EXPIRED` | 401 | the authorization code is too old |
    /// | `USER_CREDENTIALS_CHANGED` | 403 | the user's password was changed: sign in again |
    /// | `INSUFFICIENT_PERMISSIONS` | 403 | the identity lacks `signin:CreateOAuth2Token` |
    ///
    /// ```
    /// use stskit::signin::ErrorCode;
    /// assert_eq!(ErrorCode::from_code("AccessDeniedException"), Some(ErrorCode::AccessDeniedException));
    /// ```
    "Signin";
    /// The service refuses: see the table above.
    AccessDeniedException = "AccessDeniedException",
    /// The service failed.
    InternalServerException = "InternalServerException",
    /// Too many requests: come back later.
    TooManyRequestsError = "TooManyRequestsError",
    /// A member is missing or wrong.
    ValidationException = "ValidationException",
}

impl Error {
    /// The code as a type, if the sign-in service answered with one that is known.
    ///
    /// ```no_run
    /// use stskit::signin::{Client, CreateOAuth2Token, ErrorCode};
    /// # let (signin, input): (Client, CreateOAuth2Token) = unimplemented!();
    /// if let Err(e) = signin.create_oauth2_token(&input) {
    ///     let why = e.service_error().and_then(|service| service.oauth_error());
    ///     let over = e.signin_code() == Some(ErrorCode::AccessDeniedException) && why == Some("TOKEN_EXPIRED");
    ///     println!("sign in again: {over}");
    /// }
    /// ```
    pub fn signin_code(&self) -> Option<ErrorCode> {
        self.code().and_then(ErrorCode::from_code)
    }
}
