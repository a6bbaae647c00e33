//! AWS Security Token Service: all 11 operations.
//!
//! ```no_run
//! use stskit::sts::{AssumeRole, Client};
//!
//! let sts = Client::from_env()?;
//! let role = AssumeRole {
//!     duration_seconds: Some(900),
//!     ..AssumeRole::new("arn:aws:iam::123456789012:role/demo", "my-session")
//! };
//! let answer = sts.assume_role(&role)?;
//! println!("{:?} (request {:?})", answer.credentials(), answer.metadata.request_id);
//! # Ok::<(), stskit::Error>(())
//! ```
//!
//! Inputs have public members and a constructor of the required ones; members are named as in the
//! [API reference](https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html), in Rust's
//! spelling. Required members and minimums are checked before sending; the rest is the service's to judge.

mod error;
mod input;
mod output;

pub use error::ErrorCode;
pub use input::{
    AssumeRole, AssumeRoleWithSaml, AssumeRoleWithWebIdentity, AssumeRoot, DecodeAuthorizationMessage,
    GetAccessKeyInfo, GetCallerIdentity, GetDelegatedAccessToken, GetFederationToken, GetSessionToken,
    GetWebIdentityToken, PolicyDescriptorType, ProvidedContext, Tag,
};
pub use output::{
    AssumeRoleOutput, AssumeRoleWithSamlOutput, AssumeRoleWithWebIdentityOutput, AssumeRootOutput, AssumedRoleUser,
    Credentials, DecodeAuthorizationMessageOutput, FederatedUser, GetAccessKeyInfoOutput, GetCallerIdentityOutput,
    GetDelegatedAccessTokenOutput, GetFederationTokenOutput, GetSessionTokenOutput, GetWebIdentityTokenOutput,
};

use crate::client::operation::{Described, operations};
use crate::client::{self, Service};
use crate::endpoint::EndpointService;
use crate::error::Result;
use crate::protocol::{Facts, Query};
use crate::sign::PresignedUrl;

/// The service's marker type: what [`client::Client`] of it is a client of.
///
/// ```
/// use stskit::{client::Service, sts::Sts};
/// assert!(Sts::OPERATIONS.contains(&"AssumeRole"));
/// ```
#[derive(Debug)]
pub enum Sts {}

impl Service for Sts {
    type Protocol = Query;
    const NAME: &'static str = "STS";
    const ENDPOINT: EndpointService = EndpointService::Sts;
    const SIGNING_NAME: &'static str = "sts";
    const ID: &'static str = "STS";
    const API_VERSION: &'static str = FACTS.version;
    const ERRORS: &'static [(&'static str, bool)] = ErrorCode::WIRE;
    const OPERATIONS: &'static [&'static str] = OPERATIONS;
    const DESCRIBED: &'static [Described] = DESCRIBED;
}

/// What all operations have in common.
const FACTS: Facts = Facts {
    operation: "",
    version: "2011-06-15",
    minimum: &[],
    secret: &[],
    method: http::Method::POST,
    path: "/",
    query: &[],
    header: &[],
};

/// A client of STS. Cheap to clone, `Send + Sync`; every call blocks.
///
/// ```
/// use stskit::sts::{AssumeRoleWithWebIdentity, Client};
/// use stskit::Settings;
///
/// // Two operations are not signed: they need no credentials.
/// let sts = Client::builder(Settings::builder().region("eu-west-1").resolve_with(&stskit::host::Scripted::at(0))?).build()?;
/// assert_eq!(sts.endpoint().url(), "https://sts.eu-west-1.amazonaws.com");
/// # if false {
/// let role = "arn:aws:iam::123456789012:role/pod";
/// let answer = sts.assume_role_with_web_identity(&AssumeRoleWithWebIdentity::new(role, "my-pod", "eyJhbGci..."))?;
/// println!("{:?}", answer.credentials());
/// # }
/// # Ok::<(), stskit::Error>(())
/// ```
pub type Client = client::Client<Sts>;

impl Client {
    /// A URL that answers who its maker is: GetCallerIdentity as a presigned GET.
    ///
    /// `expires_seconds` is 1 to 604,800; STS honours 15 minutes at most. `headers` (such as
    /// `x-k8s-aws-id` for EKS) are signed and have to be sent along.
    ///
    /// ```
    /// use stskit::{Credentials, Settings, sts};
    /// let settings = Settings::builder().region("eu-west-1").resolve_with(&stskit::host::Scripted::at(0))?;
    /// let sts = sts::Client::new(settings, Credentials::new("AKIDEXAMPLE", "secret"))?;
    /// let url = sts.presign_get_caller_identity(60, &[("x-k8s-aws-id", "my-cluster")])?;
    /// assert!(url.expose().starts_with("https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&"));
    /// # Ok::<(), stskit::Error>(())
    /// ```
    ///
    /// # Errors
    /// No credentials, no region, or an expiry outside its limits.
    pub fn presign_get_caller_identity(&self, expires_seconds: u32, headers: &[(&str, &str)]) -> Result<PresignedUrl> {
        self.presign(&GetCallerIdentity {}, expires_seconds, headers)
    }
}

operations! {
    Sts;
    /// Temporary credentials of a role. Signed.
    AssumeRole => AssumeRoleOutput, "AssumeRole", assume_role, SigV4,
        { minimum: &[("RoleArn", 20), ("RoleSessionName", 2), ("PolicyArns.arn", 20), ("Policy", 1), ("DurationSeconds", 900), ("Tags.Key", 1), ("TransitiveTagKeys[]", 1), ("ExternalId", 2), ("SerialNumber", 9), ("TokenCode", 6), ("SourceIdentity", 2), ("ProvidedContexts", 1), ("ProvidedContexts.ProviderArn", 20), ("ProvidedContexts.ContextAssertion", 4), ("MinimumSessionTokenSize", 0)], secret: &["TokenCode", "ProvidedContexts.ContextAssertion"] };
    /// Temporary credentials of a role for a SAML assertion. Not signed: needs no credentials.
    AssumeRoleWithSaml => AssumeRoleWithSamlOutput, "AssumeRoleWithSAML", assume_role_with_saml, None,
        { minimum: &[("RoleArn", 20), ("PrincipalArn", 20), ("SAMLAssertion", 4), ("PolicyArns.arn", 20), ("Policy", 1), ("DurationSeconds", 900), ("MinimumSessionTokenSize", 0)], secret: &["SAMLAssertion"] };
    /// Temporary credentials of a role for an OpenID Connect token. Not signed: needs no credentials.
    AssumeRoleWithWebIdentity => AssumeRoleWithWebIdentityOutput, "AssumeRoleWithWebIdentity",
        assume_role_with_web_identity, None,
        { minimum: &[("RoleArn", 20), ("RoleSessionName", 2), ("WebIdentityToken", 4), ("ProviderId", 4), ("PolicyArns.arn", 20), ("Policy", 1), ("DurationSeconds", 900), ("MinimumSessionTokenSize", 0)], secret: &["WebIdentityToken"] };
    /// Temporary credentials of a member account's root user for one task. Signed; regional endpoints only.
    AssumeRoot => AssumeRootOutput, "AssumeRoot", assume_root, SigV4,
        { minimum: &[("TargetPrincipal", 12), ("TaskPolicyArn.arn", 20), ("DurationSeconds", 0), ("MinimumSessionTokenSize", 0)] };
    /// The text behind an encoded authorization failure. Signed.
    DecodeAuthorizationMessage => DecodeAuthorizationMessageOutput, "DecodeAuthorizationMessage",
        decode_authorization_message, SigV4,
        { minimum: &[("EncodedMessage", 1)] };
    /// The account that an access key belongs to. Signed.
    GetAccessKeyInfo => GetAccessKeyInfoOutput, "GetAccessKeyInfo", get_access_key_info, SigV4,
        { minimum: &[("AccessKeyId", 16)] };
    /// Who the credentials belong to. Signed; needs no permission.
    GetCallerIdentity => GetCallerIdentityOutput, "GetCallerIdentity", get_caller_identity, SigV4,
        {  };
    /// Temporary credentials for a trade-in token. Signed.
    GetDelegatedAccessToken => GetDelegatedAccessTokenOutput, "GetDelegatedAccessToken", get_delegated_access_token,
        SigV4, { secret: &["TradeInToken"] };
    /// Temporary credentials of a federated user. Signed with long-term credentials.
    GetFederationToken => GetFederationTokenOutput, "GetFederationToken", get_federation_token, SigV4,
        { minimum: &[("Name", 2), ("Policy", 1), ("PolicyArns.arn", 20), ("DurationSeconds", 900), ("Tags.Key", 1), ("MinimumSessionTokenSize", 0)] };
    /// Temporary credentials of the caller, with MFA if given. Signed with long-term credentials.
    GetSessionToken => GetSessionTokenOutput, "GetSessionToken", get_session_token, SigV4,
        { minimum: &[("DurationSeconds", 900), ("SerialNumber", 9), ("TokenCode", 6), ("MinimumSessionTokenSize", 0)], secret: &["TokenCode"] };
    /// A signed JWT that tells other services who the caller is. Signed; regional endpoints only.
    GetWebIdentityToken => GetWebIdentityTokenOutput, "GetWebIdentityToken", get_web_identity_token, SigV4,
        { minimum: &[("Audience", 1), ("DurationSeconds", 60), ("SigningAlgorithm", 5), ("Tags.Key", 1)] };
}
