//! Logins that are a signed GetCallerIdentity: HashiCorp Vault, lakeFS, Snowflake, Google.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::identity::{CallerIdentity, IdentityForm, SignedCall};
use super::object::{Part, object};
use super::{Mint, Purpose, Token, check};
use crate::credential::Credentials;
use crate::error::Result;
use crate::percent::{encode_except, is_unreserved};
use crate::secret::Secret;
use crate::timestamp::Timestamp;

fn token_of(purpose: Purpose, text: Secret, credentials: &Credentials, at: Timestamp) -> Token {
    Token::new(purpose, text, credentials, at, purpose.facts().expires)
}

/// Headers as a JSON object, in the order of the call.
pub(super) fn headers<'a>(call: &'a SignedCall, part: fn(&'a str) -> Part<'a>) -> Secret {
    let members: Vec<(&str, Part<'_>)> = call.headers().map(|(name, value)| (name, part(value))).collect();
    object(&members)
}

/// The four parts that Vault and lakeFS expect.
fn login_body(call: &SignedCall, role: Option<&str>) -> Secret {
    let encoded = |text: &str| Secret::from(STANDARD.encode(text));
    let (url, body) = (encoded(call.url()), encoded(call.body()));
    let headers = encoded(headers(call, Part::Only).expose());
    let mut members: Vec<(&str, Part<'_>)> = role.map(|role| ("role", Part::Text(role))).into_iter().collect();
    members.extend([
        ("iam_http_request_method", Part::Text(call.method())),
        ("iam_request_url", Part::Text(url.expose())),
        ("iam_request_body", Part::Text(body.expose())),
        ("iam_request_headers", Part::Text(headers.expose())),
    ]);
    object(&members)
}

/// Logins to HashiCorp Vault with its AWS auth method.
///
/// The text is the body of `POST /v1/auth/<mount>/login`; `auth.client_token` in the answer is the token of
/// Vault. A server with default settings takes the [global](Self::new) endpoint only; one with `sts_endpoint`
/// and `sts_region`, or `use_sts_region_from_client`, takes a [regional](Self::regional) one:
/// <https://developer.hashicorp.com/vault/docs/auth/aws>.
///
/// ```
/// use stskit::token::{Mint, Vault};
/// use stskit::{Credentials, Timestamp};
///
/// let vault = Vault::new().role("dev-role")?.server_id("vault.example.com")?;
/// let token = vault.token(&Credentials::new("AKIDEXAMPLE", "secret"), Timestamp::from_secs(1_767_323_045))?;
/// assert!(token.expose().starts_with(r#"{"role":"dev-role","iam_http_request_method":"POST","#));
/// # Ok::<(), stskit::Error>(())
/// ```
pub struct Vault {
    call: CallerIdentity,
    role: Option<String>,
}

impl Default for Vault {
    fn default() -> Self {
        Self::new()
    }
}

impl Vault {
    /// With the global endpoint of STS, signed for us-east-1.
    pub fn new() -> Self {
        Vault { call: CallerIdentity::global(), role: None }
    }

    /// With the endpoint of a region, which the server has to be set up for.
    ///
    /// # Errors
    /// `InvalidInput` with a [`TokenError`](super::TokenError): an empty or malformed region.
    pub fn regional(region: &str) -> Result<Self> {
        Ok(Vault { call: CallerIdentity::regional(region)?, role: None })
    }

    /// The role of Vault to log in as. Defaults to the name of the principal.
    ///
    /// # Errors
    /// `InvalidInput`: empty, or with control characters.
    pub fn role(mut self, role: &str) -> Result<Self> {
        self.role = Some(check::text("role", role)?.to_owned());
        Ok(self)
    }

    /// What the server's `iam_server_id_header_value` is set to: signed along as
    /// `X-Vault-AWS-IAM-Server-ID`, so that the login is good for this server only.
    ///
    /// # Errors
    /// `InvalidInput`: a value that cannot stand in a header.
    pub fn server_id(self, value: &str) -> Result<Self> {
        Ok(Vault { call: self.call.header("X-Vault-AWS-IAM-Server-ID", value)?, ..self })
    }
}

impl Mint for Vault {
    fn purpose(&self) -> Purpose {
        Purpose::Vault
    }

    fn token(&self, credentials: &Credentials, at: Timestamp) -> Result<Token> {
        let text = login_body(&self.call.sign(credentials, at)?, self.role.as_deref());
        Ok(token_of(Purpose::Vault, text, credentials, at))
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("call", &self.call).field("role", &self.role).finish()
    }
}

/// Logins to lakeFS with an IAM role: the same four parts as for [`Vault`].
///
/// The server says what it wants on <https://docs.lakefs.io/security/external-principals-aws/>.
///
/// ```
/// use stskit::token::{LakeFs, Mint};
/// use stskit::{Credentials, Timestamp};
///
/// let lakefs = LakeFs::new("us-east-1")?.server_id("lakefs.example.com")?;
/// let token = lakefs.token(&Credentials::new("AKIDEXAMPLE", "secret"), Timestamp::from_secs(1_767_323_045))?;
/// assert!(token.expose().starts_with(r#"{"iam_http_request_method":"POST","#));
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Debug)]
pub struct LakeFs(CallerIdentity);

impl LakeFs {
    /// With the STS endpoint of a region.
    ///
    /// # Errors
    /// `InvalidInput` with a [`TokenError`](super::TokenError): an empty or malformed region.
    pub fn new(region: &str) -> Result<Self> {
        Ok(LakeFs(CallerIdentity::regional(region)?))
    }

    /// The server that the login is for, signed along as `X-LakeFS-Server-ID`.
    ///
    /// # Errors
    /// `InvalidInput`: a value that cannot stand in a header.
    pub fn server_id(self, value: &str) -> Result<Self> {
        Ok(LakeFs(self.0.header("X-LakeFS-Server-ID", value)?))
    }
}

impl Mint for LakeFs {
    fn purpose(&self) -> Purpose {
        Purpose::LakeFs
    }

    fn token(&self, credentials: &Credentials, at: Timestamp) -> Result<Token> {
        let text = login_body(&self.0.sign(credentials, at)?, None);
        Ok(token_of(Purpose::LakeFs, text, credentials, at))
    }
}

/// Logins to Snowflake with workload identity federation.
///
/// The text is the token of a connection with the authenticator `WORKLOAD_IDENTITY` and the provider `AWS`:
/// <https://docs.snowflake.com/en/user-guide/workload-identity-federation>.
///
/// ```
/// use stskit::token::{Mint, Snowflake};
/// use stskit::{Credentials, Timestamp};
///
/// let key = Credentials::new("AKIDEXAMPLE", "secret");
/// let token = Snowflake::new("eu-west-1")?.token(&key, Timestamp::from_secs(1_767_323_045))?;
/// assert!(token.expose().starts_with("eyJ1cmwiOiJodHRwczovL3N0cy5ldS13ZXN0LTEu")); // {"url":"https://sts.eu-west-1.
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Debug)]
pub struct Snowflake(CallerIdentity);

impl Snowflake {
    /// With the STS endpoint of a region.
    ///
    /// # Errors
    /// `InvalidInput` with a [`TokenError`](super::TokenError): an empty or malformed region.
    pub fn new(region: &str) -> Result<Self> {
        let call = CallerIdentity::regional(region)?.form(IdentityForm::Query);
        Ok(Snowflake(call.header("X-Snowflake-Audience", "snowflakecomputing.com")?))
    }
}

impl Mint for Snowflake {
    fn purpose(&self) -> Purpose {
        Purpose::Snowflake
    }

    fn token(&self, credentials: &Credentials, at: Timestamp) -> Result<Token> {
        let call = self.0.sign(credentials, at)?;
        let headers = headers(&call, Part::Text);
        let text = object(&[
            ("url", Part::Text(call.url())),
            ("method", Part::Text(call.method())),
            ("headers", Part::Json(headers.expose())),
        ]);
        let text = Secret::from(STANDARD.encode(text.expose()));
        Ok(token_of(Purpose::Snowflake, text, credentials, at))
    }
}

/// Subject tokens for Google's workload identity federation.
///
/// The text is the `subject_token` of the exchange at Google's token service, of the type
/// `urn:ietf:params:aws:token-type:aws4_request`:
/// <https://cloud.google.com/iam/docs/workload-identity-federation-with-other-clouds>.
///
/// ```
/// use stskit::token::{GoogleWorkload, Mint};
/// use stskit::{Credentials, Timestamp};
///
/// let provider = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q";
/// let key = Credentials::new("AKIDEXAMPLE", "secret");
/// let token = GoogleWorkload::new(provider, "eu-west-1")?.token(&key, Timestamp::from_secs(1_767_323_045))?;
/// assert!(token.expose().starts_with("%7B%22headers%22%3A%5B%7B%22key%22%3A"));
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Debug)]
pub struct GoogleWorkload(CallerIdentity);

impl GoogleWorkload {
    /// The full name of the provider (`//iam.googleapis.com/projects/..`), which is signed along, and the
    /// region of the STS endpoint.
    ///
    /// # Errors
    /// `InvalidInput` with a [`TokenError`](super::TokenError): an empty or malformed part.
    pub fn new(provider: &str, region: &str) -> Result<Self> {
        let provider = check::header_value("provider", provider)?;
        let call = CallerIdentity::regional(region)?.form(IdentityForm::Query);
        Ok(GoogleWorkload(call.header("x-goog-cloud-target-resource", provider)?))
    }
}

impl Mint for GoogleWorkload {
    fn purpose(&self) -> Purpose {
        Purpose::GoogleWorkload
    }

    fn token(&self, credentials: &Credentials, at: Timestamp) -> Result<Token> {
        let call = self.0.sign(credentials, at)?;
        let mut headers: Vec<(&str, &str)> = call.headers().collect();
        headers.sort_by_key(|(name, _)| name.to_ascii_lowercase());
        let pair = |(name, value): (&str, &str)| object(&[("key", Part::Text(name)), ("value", Part::Text(value))]);
        let pairs: Vec<Secret> = headers.into_iter().map(pair).collect();
        let length: usize = pairs.iter().map(|pair| pair.expose().len() + 1).sum();
        let mut list = String::with_capacity(length + 2);
        for pair in &pairs {
            list.push(if list.is_empty() { '[' } else { ',' });
            list.push_str(pair.expose());
        }
        list.push(']');
        let list = Secret::from(list);
        // As Google's libraries write it: no slash before the query. It is the same request.
        let url = call.url().replacen("/?", "?", 1);
        let text = object(&[
            ("headers", Part::Json(list.expose())),
            ("method", Part::Text(call.method())),
            ("url", Part::Text(&url)),
        ]);
        let mut encoded = String::with_capacity(text.expose().len() * 3);
        encode_except(&mut encoded, text.expose(), |b| is_unreserved(b) || b == b'/');
        Ok(token_of(Purpose::GoogleWorkload, encoded.into(), credentials, at))
    }
}
