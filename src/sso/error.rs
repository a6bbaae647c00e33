//! The error codes of the portal as a type.

use crate::client::operation::error_codes;
use crate::error::Error;

error_codes! {
    /// An error code of the portal.
    "SSO";
    /// A member breaks a rule.
    InvalidRequestException = "InvalidRequestException",
    /// The access token is unknown, revoked or expired: sign in again.
    UnauthorizedException = "UnauthorizedException",
    /// The role is not assigned to the user in this account.
    ForbiddenException = "ForbiddenException",
    /// No such account or role.
    ResourceNotFoundException = "ResourceNotFoundException",
    /// Too many calls: tried again automatically.
    TooManyRequestsException = "TooManyRequestsException",
}

impl Error {
    /// The code as a type, if the portal answered with one that is known.
    pub fn sso_code(&self) -> Option<ErrorCode> {
        self.code().and_then(ErrorCode::from_code)
    }
}
