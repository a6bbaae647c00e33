//! The error codes of the portal as a type.

use crate::client::operation::error_codes;
use crate::error::Error;

error_codes! {
    /// An error code of the portal; each operation's page lists its own:
    /// <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_Operations.html>.
    ///
    /// ```
    /// use stskit::sso::ErrorCode;
    /// assert_eq!(ErrorCode::from_code("ForbiddenException"), Some(ErrorCode::ForbiddenException));
    /// ```
    "SSO";
    modelled {
        /// A member breaks a rule.
        InvalidRequestException = "InvalidRequestException",
        /// The access token is unknown, revoked or expired: sign in again.
        UnauthorizedException = "UnauthorizedException",
        /// No such account or role.
        ResourceNotFoundException = "ResourceNotFoundException",
        /// Too many calls: tried again automatically.
        TooManyRequestsException = "TooManyRequestsException",
    }
    others {
        /// The role is not assigned to the user in this account.
        ForbiddenException = "ForbiddenException",
    }
}

impl Error {
    /// The code as a type, if the portal answered with one that is known.
    ///
    /// ```no_run
    /// use stskit::sso::{Client, ErrorCode, GetRoleCredentials};
    /// # let sso = Client::in_region(&stskit::Settings::from_env()?, "eu-west-1")?;
    /// let asked = sso.get_role_credentials(&GetRoleCredentials::new("Admin", "123456789012", "access token"));
    /// if asked.is_err_and(|e| e.sso_code() == Some(ErrorCode::ForbiddenException)) {
    ///     eprintln!("Admin is not assigned to you in this account");
    /// }
    /// # Ok::<(), stskit::Error>(())
    /// ```
    pub fn sso_code(&self) -> Option<ErrorCode> {
        self.code().and_then(ErrorCode::from_code)
    }
}
