//! AWS Sign-In: the tokens behind `aws login`.
//!
//! The bare operation. What keeps a sign-in's credentials fresh is [`providers::Login`](crate::providers::Login);
//! the proof that goes with each request is made by [`dpop`](crate::dpop).
//!
//! ```no_run
//! use stskit::dpop::DpopKey;
//! use stskit::signin::{Client, CreateOAuth2Token};
//! let key = DpopKey::from_pem(&std::fs::read_to_string("key.pem")?)?;
//! let signin = Client::with_key(&stskit::Settings::from_env()?, key)?;
//! let client_id = "arn:aws:signin:::devtools/same-device";
//! let renewed = signin.create_oauth2_token(&CreateOAuth2Token::refresh(client_id, "refresh token"))?;
//! println!("credentials for {:?} s", renewed.expires_in);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod shapes;

pub use error::ErrorCode;
pub use shapes::{AccessToken, CreateOAuth2Token, CreateOAuth2TokenOutput};

use http::Method;

use crate::client::authorize::{Attempt, Authorize};
use crate::client::operation::{Described, operations};
use crate::client::{self, ClientBuilder, Service};
use crate::dpop::DpopKey;
use crate::endpoint::EndpointService;
use crate::error::Result;
use crate::protocol::{Facts, RestJson};
use crate::settings::Settings;

/// The service's marker type: what [`client::Client`] of it is a client of.
///
/// ```
/// use stskit::{client::Service, signin::Signin};
/// assert_eq!(Signin::OPERATIONS, ["CreateOAuth2Token"]);
/// ```
#[derive(Debug)]
pub enum Signin {}

impl Service for Signin {
    type Protocol = RestJson;
    const NAME: &'static str = "Signin";
    const ENDPOINT: EndpointService = EndpointService::Signin;
    const SIGNING_NAME: &'static str = "signin";
    const ID: &'static str = "Signin";
    const API_VERSION: &'static str = FACTS.version;
    const ERRORS: &'static [(&'static str, bool)] = ErrorCode::WIRE;
    const OPERATIONS: &'static [&'static str] = OPERATIONS;
    const DESCRIBED: &'static [Described] = DESCRIBED;
}

/// A client of the sign-in service. Cheap to clone, `Send + Sync`; every call blocks.
///
/// ```
/// use stskit::{Settings, signin::Client};
/// let settings = Settings::builder().region("eu-west-1").resolve_with(&stskit::host::Scripted::at(0))?;
/// let without_proofs = Client::builder(settings).build()?; // the service wants them: see `with_key`
/// assert_eq!(without_proofs.endpoint().host(), "eu-west-1.signin.aws.amazon.com");
/// # Ok::<(), stskit::Error>(())
/// ```
pub type Client = client::Client<Signin>;

impl Client {
    /// A client in the settings' region that proves each attempt with this key.
    ///
    /// # Errors
    /// `InvalidConfiguration`: no region, or an endpoint that cannot be used.
    pub fn with_key(settings: &Settings, key: DpopKey) -> Result<Self> {
        Self::builder(settings.clone()).dpop_key(key).build()
    }
}

impl ClientBuilder<Signin> {
    /// The key that proves each attempt: RFC 9449. Defaults to none.
    #[must_use]
    pub fn dpop_key(self, key: DpopKey) -> Self {
        self.authorizer(key)
    }
}

impl Authorize for DpopKey {
    fn header(&self) -> &'static str {
        "dpop"
    }

    fn value(&self, attempt: &Attempt<'_>) -> Result<String> {
        let uri = attempt.uri.to_string();
        let url = uri.split('?').next().unwrap_or_default();
        self.proof(attempt.method.as_str(), url, attempt.now, attempt.id)
    }
}

const FACTS: Facts = Facts {
    operation: "",
    version: "2023-01-01",
    minimum: &[("code", 1), ("redirectUri", 1), ("codeVerifier", 43), ("refreshToken", 1)],
    secret: &["refreshToken", "code", "codeVerifier"],
    method: Method::POST,
    path: "/",
    query: &[],
    header: &[],
};

operations! {
    Signin;
    /// Temporary credentials, and the next refresh token, for a refresh token or an authorization code.
    CreateOAuth2Token => CreateOAuth2TokenOutput, "CreateOAuth2Token", create_oauth2_token, None,
        { path: "/v1/token" };
}
