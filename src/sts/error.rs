//! The error codes of STS as a type: matched by wire code.

use crate::client::operation::error_codes;
use crate::error::Error;

error_codes! {
    /// An error code of STS, modelled or known to be answered: those of each operation's page and
    /// <https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html>.
    ///
    /// ```
    /// use stskit::sts::ErrorCode;
    /// assert_eq!(ErrorCode::from_code("IDPCommunicationError"), Some(ErrorCode::IdpCommunicationError));
    /// assert_eq!(ErrorCode::ExpiredToken.code(), "ExpiredToken");
    /// ```
    "STS";
    modelled {
        /// The web identity token or SAML assertion has expired.
        ExpiredTokenException = "ExpiredTokenException",
        /// The trade-in token has expired.
        ExpiredTradeInTokenException = "ExpiredTradeInTokenException",
        /// STS could not reach the identity provider: tried again automatically.
        IdpCommunicationError = "IDPCommunicationError",
        /// The identity provider or the trust policy refuses the claim.
        IdpRejectedClaim = "IDPRejectedClaim",
        /// The encoded message is not one, or not of this account.
        InvalidAuthorizationMessageException = "InvalidAuthorizationMessageException",
        /// The web identity token cannot be checked.
        InvalidIdentityToken = "InvalidIdentityToken",
        /// The requested token would be too large.
        JwtPayloadSizeExceededException = "JWTPayloadSizeExceededException",
        /// The policy is not valid JSON or not a policy.
        MalformedPolicyDocument = "MalformedPolicyDocument",
        /// Outbound web identity federation is not enabled for the account.
        OutboundWebIdentityFederationDisabledException = "OutboundWebIdentityFederationDisabledException",
        /// Policies and tags together are too large.
        PackedPolicyTooLarge = "PackedPolicyTooLarge",
        /// STS is not activated in this region for the account.
        RegionDisabledException = "RegionDisabledException",
        /// The token would outlive the session that asks for it.
        SessionDurationEscalationException = "SessionDurationEscalationException",
    }
    others {
        /// The caller may not do this.
        AccessDenied = "AccessDenied",
        /// The caller's own credentials have expired.
        ExpiredToken = "ExpiredToken",
        /// The access key id or session token is unknown.
        InvalidClientTokenId = "InvalidClientTokenId",
        /// The signature is wrong: secret key, clock, or a changed request.
        SignatureDoesNotMatch = "SignatureDoesNotMatch",
        /// The request is not signed.
        MissingAuthenticationToken = "MissingAuthenticationToken",
        /// The Authorization header is not well formed.
        IncompleteSignature = "IncompleteSignature",
        /// The presigned URL or the request has expired.
        RequestExpired = "RequestExpired",
        /// No such operation.
        InvalidAction = "InvalidAction",
        /// A required member is missing.
        MissingParameter = "MissingParameter",
        /// A member breaks a rule.
        ValidationError = "ValidationError",
        /// The account is not signed up for the service.
        OptInRequired = "OptInRequired",
        /// Too many calls: tried again automatically.
        Throttling = "Throttling",
        /// The service failed: tried again automatically.
        InternalFailure = "InternalFailure",
        /// The service is not available: tried again automatically.
        ServiceUnavailable = "ServiceUnavailable",
    }
}

impl Error {
    /// The code as a type, if STS answered with one that is known.
    ///
    /// ```no_run
    /// use stskit::sts::{Client, ErrorCode, GetCallerIdentity};
    /// let error = Client::from_env()?.get_caller_identity(&GetCallerIdentity {}).unwrap_err();
    /// if error.sts_code() == Some(ErrorCode::ExpiredToken) {
    ///     eprintln!("sign in again");
    /// }
    /// # Ok::<(), stskit::Error>(())
    /// ```
    pub fn sts_code(&self) -> Option<ErrorCode> {
        self.code().and_then(ErrorCode::from_code)
    }
}
