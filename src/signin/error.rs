//! The error codes of the sign-in service as a type.

use crate::client::operation::error_codes;
use crate::error::Error;

error_codes! {
    /// An error code of the sign-in service; which refusal an `AccessDeniedException` is, says
    /// [`ServiceError::denial`](crate::ServiceError::denial). The answers to refresh and sign-in are described in
    /// <https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sign-in.html>.
    ///
    /// ```
    /// use stskit::signin::ErrorCode;
    /// assert_eq!(ErrorCode::from_code("AccessDeniedException"), Some(ErrorCode::AccessDeniedException));
    /// ```
    "Signin";
    modelled {
        /// The service refuses.
        AccessDeniedException = "AccessDeniedException",
        /// The service failed.
        InternalServerException = "InternalServerException",
        /// Too many requests: come back later.
        TooManyRequestsError = "TooManyRequestsError",
        /// A member is missing or wrong.
        ValidationException = "ValidationException",
    }
    others {}
}

impl Error {
    /// The code as a type, if the sign-in service answered with one that is known.
    ///
    /// ```no_run
    /// use stskit::signin::{Client, CreateOAuth2Token, ErrorCode};
    /// # let (signin, input): (Client, CreateOAuth2Token) = unimplemented!();
    /// match signin.create_oauth2_token(&input) {
    ///     Err(e) if e.signin_code() == Some(ErrorCode::TooManyRequestsError) => println!("later"),
    ///     answer => println!("good for {:?} s", answer?.expires_in),
    /// }
    /// # Ok::<(), stskit::Error>(())
    /// ```
    pub fn signin_code(&self) -> Option<ErrorCode> {
        self.code().and_then(ErrorCode::from_code)
    }
}
