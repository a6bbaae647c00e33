//! IAM Identity Center OIDC: registering a client, the device flow, and tokens.
//!
//! The bare operations. The sign-in flows, the token cache and its refresh are in `identity_center`.
//!
//! ```no_run
//! use stskit::sso_oidc::{Client, RegisterClient};
//! let oidc = Client::in_region(&stskit::Settings::from_env()?, "eu-west-1")?;
//! let client = oidc.register_client(&RegisterClient::new("my-tool", "public"))?;
//! println!("{:?} until {:?}", client.client_id, client.client_secret_expires_at);
//! # Ok::<(), stskit::Error>(())
//! ```

mod error;
mod shapes;

pub use error::ErrorCode;
pub use shapes::{
    AwsAdditionalDetails, CreateToken, CreateTokenOutput, CreateTokenWithIam, CreateTokenWithIamOutput, RegisterClient,
    RegisterClientOutput, StartDeviceAuthorization, StartDeviceAuthorizationOutput,
};

use http::Method;

use crate::client::operation::{Described, operations};
use crate::client::{self, Service};
use crate::endpoint::EndpointService;
use crate::error::Result;
use crate::protocol::{Facts, RestJson};
use crate::settings::Settings;

/// The grant of a sign-in by device code (RFC 8628 section 3.4).
///
/// ```
/// use stskit::sso_oidc::{CreateToken, GRANT_DEVICE_CODE};
/// let input = CreateToken::device("id", "secret", "device code");
/// assert_eq!(input.grant_type, GRANT_DEVICE_CODE);
/// ```
pub const GRANT_DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// The grant of a sign-in by redirect (RFC 6749 section 4.1.3).
///
/// ```
/// use stskit::sso_oidc::{CreateToken, GRANT_AUTHORIZATION_CODE};
/// let input = CreateToken::authorization_code("id", "secret", "code", "http://127.0.0.1:8400/", "verifier");
/// assert_eq!(input.grant_type, GRANT_AUTHORIZATION_CODE);
/// ```
pub const GRANT_AUTHORIZATION_CODE: &str = "authorization_code";
/// The grant of a token refresh (RFC 6749 section 6).
///
/// ```
/// use stskit::sso_oidc::{CreateToken, GRANT_REFRESH_TOKEN};
/// let input = CreateToken::refresh("id", "secret", "refresh token");
/// assert_eq!(input.grant_type, GRANT_REFRESH_TOKEN);
/// ```
pub const GRANT_REFRESH_TOKEN: &str = "refresh_token";

/// The service's marker type: what [`client::Client`] of it is a client of.
///
/// ```
/// use stskit::{client::Service, sso_oidc::SsoOidc};
/// assert_eq!(SsoOidc::OPERATIONS.len(), 4);
/// ```
#[derive(Debug)]
pub enum SsoOidc {}

impl Service for SsoOidc {
    type Protocol = RestJson;
    const NAME: &'static str = "SSO-OIDC";
    const ENDPOINT: EndpointService = EndpointService::SsoOidc;
    const SIGNING_NAME: &'static str = "sso-oauth";
    const ID: &'static str = "SSO OIDC";
    const API_VERSION: &'static str = FACTS.version;
    const ERRORS: &'static [(&'static str, bool)] = ErrorCode::WIRE;
    const OPERATIONS: &'static [&'static str] = OPERATIONS;
    const DESCRIBED: &'static [Described] = DESCRIBED;
}

/// A client of the OIDC service. Cheap to clone, `Send + Sync`; every call blocks.
///
/// [`identity_center::Login`](crate::identity_center::Login) makes a sign-in of these calls.
///
/// ```
/// use stskit::emulator::Emulator;
/// use stskit::sso_oidc::{Client, RegisterClient};
/// use stskit::{Settings, endpoint::EndpointService};
///
/// let emulator = Emulator::start()?; // in production: neither this nor the endpoint
/// let settings = Settings::builder().endpoint_url(EndpointService::SsoOidc, emulator.url()).resolve_with(&stskit::host::Scripted::at(0))?;
/// let oidc = Client::in_region(&settings, "us-east-1")?;
/// let registered = oidc.register_client(&RegisterClient::new("my-tool", "public"))?;
/// assert!(registered.client_id.is_some() && registered.client_secret.is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub type Client = client::Client<SsoOidc>;

impl Client {
    /// A client for the region of the Identity Center instance (`sso_region`), without credentials:
    /// enough for everything but `CreateTokenWithIAM`.
    ///
    /// # Errors
    /// `InvalidConfiguration`: a region or endpoint that cannot be used.
    pub fn in_region(settings: &Settings, sso_region: &str) -> Result<Self> {
        let endpoint = settings.endpoint_in(EndpointService::SsoOidc, sso_region)?;
        Self::builder(settings.clone()).endpoint(endpoint).build()
    }
}

const FACTS: Facts = Facts {
    operation: "",
    version: "2019-06-10",
    minimum: &[],
    secret: &["clientSecret", "refreshToken", "codeVerifier", "deviceCode", "code", "assertion", "subjectToken"],
    method: Method::POST,
    path: "/",
    query: &[],
    header: &[],
};

operations! {
    SsoOidc;
    /// Access (and refresh) tokens for a device code, an authorization code or a refresh token.
    CreateToken => CreateTokenOutput, "CreateToken", create_token, None, { path: "/token" };
    /// Tokens for an application that identifies itself with IAM credentials. Signed.
    CreateTokenWithIam => CreateTokenWithIamOutput, "CreateTokenWithIAM", create_token_with_iam, SigV4,
        { path: "/token?aws_iam=t" };
    /// Registers a client; the registration is good for weeks.
    RegisterClient => RegisterClientOutput, "RegisterClient", register_client, None, { path: "/client/register" };
    /// Starts a sign-in by device code.
    StartDeviceAuthorization => StartDeviceAuthorizationOutput, "StartDeviceAuthorization",
        start_device_authorization, None, { path: "/device_authorization" };
}
