//! A signed GetCallerIdentity that somebody else sends, to learn from STS who signed it.

use std::fmt;

use super::check::{self, RegionPlace, TokenError};
use super::login::headers;
use super::object::{Part, object};
use super::{Mint, Purpose, Token};
use crate::credential::Credentials;
use crate::endpoint::{EndpointParams, EndpointService, resolve};
use crate::error::Result;
use crate::secret::Secret;
use crate::sign::{SignableRequest, Signer};
use crate::timestamp::Timestamp;

const CALL: &str = "Action=GetCallerIdentity&Version=2011-06-15";
const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";

/// Where the call has its parameters.
///
/// Which of them, the other side decides: it sends the call as it gets it. Both are forms of
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>.
///
/// ```
/// use stskit::token::{CallerIdentity, IdentityForm};
/// use stskit::{Credentials, Timestamp};
/// let call = CallerIdentity::regional("eu-west-1")?.form(IdentityForm::Query);
/// let signed = call.sign(&Credentials::new("AKIDEXAMPLE", "secret"), Timestamp::from_secs(1_767_323_045))?;
/// assert!(signed.url().ends_with("/?Action=GetCallerIdentity&Version=2011-06-15") && signed.body().is_empty());
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum IdentityForm {
    /// In a form body: Vault, lakeFS, MongoDB.
    #[default]
    Body,
    /// In the query, with an empty body: Snowflake, Google.
    Query,
}

/// GetCallerIdentity, signed but not sent: proof of who signed it, for as long as STS takes the signature.
///
/// [`Vault`](super::Vault) and others bring it into the form that a service wants; this is for those that
/// are not among them. Whoever holds it can pass for its signer with every service of that kind for 15
/// minutes: a header that names the receiver, signed along, prevents that.
///
/// ```
/// use stskit::token::CallerIdentity;
/// use stskit::{Credentials, Timestamp};
///
/// let call = CallerIdentity::regional("eu-west-1")?.header("X-My-Server", "login.example.com")?;
/// let signed = call.sign(&Credentials::new("AKIDEXAMPLE", "secret"), Timestamp::from_secs(1_767_323_045))?;
/// assert_eq!((signed.method(), signed.url()), ("POST", "https://sts.eu-west-1.amazonaws.com/"));
/// let authorization = signed.header("authorization").ok_or("it is signed")?;
/// assert!(authorization.contains("SignedHeaders=content-type;host;x-amz-date;x-my-server,"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct CallerIdentity {
    signer: Signer,
    host: String,
    form: IdentityForm,
    content_type: &'static str,
    extra: Vec<(String, String)>,
}

impl CallerIdentity {
    /// For the global endpoint, which is signed for us-east-1.
    pub fn global() -> Self {
        Self::assemble("sts.amazonaws.com".to_owned(), "us-east-1")
    }

    /// For the endpoint of a region.
    ///
    /// # Errors
    /// `InvalidInput` with a [`TokenError`]: an empty or malformed region.
    pub fn regional(region: &str) -> Result<Self> {
        let region = check::region(region)?;
        let params = EndpointParams { region: Some(region), ..EndpointParams::default() };
        Ok(Self::assemble(resolve(EndpointService::Sts, &params)?.host().to_owned(), region))
    }

    /// For an endpoint that the other side names, and the region to sign for: only a pair that belongs
    /// together is accepted by STS.
    ///
    /// # Errors
    /// `InvalidInput` with a [`TokenError`]: an empty or malformed part, a host of another region.
    pub fn at_host(host: &str, region: &str) -> Result<Self> {
        let host = check::host("STS host", host)?;
        let region = check::region(region)?;
        check::region_of_host(&host, region, RegionPlace::Suffix)?;
        if host == "sts.amazonaws.com" && region != "us-east-1" {
            let (given, in_host) = (region.to_owned(), "us-east-1".to_owned());
            return Err(TokenError::RegionMismatch { given, in_host }.into());
        }
        Ok(Self::assemble(host, region))
    }

    fn assemble(host: String, region: &str) -> Self {
        let signer = Signer::new("sts", region);
        CallerIdentity { signer, host, form: IdentityForm::Body, content_type: FORM, extra: Vec::new() }
    }

    /// Where the parameters are. Defaults to the body.
    #[must_use]
    pub fn form(mut self, form: IdentityForm) -> Self {
        self.form = form;
        self
    }

    /// The type of the body without a character set, as MongoDB has it.
    pub(super) fn plain_content_type(mut self) -> Self {
        self.content_type = "application/x-www-form-urlencoded";
        self
    }

    /// One more header, signed along.
    ///
    /// # Errors
    /// `InvalidInput`: a name or a value that cannot stand in a header.
    pub fn header(mut self, name: &str, value: &str) -> Result<Self> {
        if http::HeaderName::from_bytes(name.as_bytes()).is_err() {
            return Err(TokenError::Malformed("name of a header", "it is not one").into());
        }
        let value = check::header_value("value of a header", value)?;
        self.extra.push((name.to_owned(), value.to_owned()));
        Ok(self)
    }

    /// The signed call. Pure: nothing is sent.
    ///
    /// # Errors
    /// As [`Mint::token`](super::Mint::token).
    pub fn sign(&self, credentials: &Credentials, at: Timestamp) -> Result<SignedCall> {
        check::alive(credentials, at)?;
        let (query, body) = match self.form {
            IdentityForm::Body => ("", CALL),
            IdentityForm::Query => (CALL, ""),
        };
        let mut headers: Vec<(&str, &str)> = Vec::with_capacity(self.extra.len() + 2);
        if self.form == IdentityForm::Body {
            headers.push(("Content-Type", self.content_type));
        }
        headers.extend(self.extra.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let request = SignableRequest {
            method: "POST",
            scheme: "https",
            host: &self.host,
            path: "/",
            query,
            headers: &headers,
            body: body.as_bytes(),
        };
        let signed = self.signer.sign(&request, credentials, at)?;
        let added = signed.iter().map(|(name, value)| match name {
            "x-amz-date" => ("X-Amz-Date", value),
            "x-amz-security-token" => ("X-Amz-Security-Token", value),
            "authorization" => ("Authorization", value),
            name => (name, value),
        });
        let all = std::iter::once(("Host", self.host.as_str())).chain(headers.iter().copied()).chain(added);
        Ok(SignedCall {
            url: format!("https://{}/{}{query}", self.host, if query.is_empty() { "" } else { "?" }),
            body,
            headers: all.map(|(name, value)| (name.to_owned(), Secret::from(value))).collect(),
        })
    }
}

impl Mint for CallerIdentity {
    fn purpose(&self) -> Purpose {
        Purpose::CallerIdentity
    }

    /// The signed call as a JSON object: `method`, `url`, `headers` and `body`.
    fn token(&self, credentials: &Credentials, at: Timestamp) -> Result<Token> {
        let call = self.sign(credentials, at)?;
        let headers = headers(&call, Part::Text);
        let text = object(&[
            ("method", Part::Text(call.method())),
            ("url", Part::Text(call.url())),
            ("headers", Part::Json(headers.expose())),
            ("body", Part::Text(call.body())),
        ]);
        Ok(Token::new(Purpose::CallerIdentity, text, credentials, at, Purpose::CallerIdentity.facts().expires))
    }
}

impl fmt::Debug for CallerIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let extra: Vec<&str> = self.extra.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("CallerIdentity")
            .field("host", &self.host)
            .field("region", &self.signer.region())
            .field("form", &self.form)
            .field("headers", &extra)
            .finish_non_exhaustive()
    }
}

/// The parts of a signed call, for whoever sends it. As a whole it is a secret: `Debug` shows the URL and
/// the names of the headers.
///
/// ```
/// use stskit::token::CallerIdentity;
/// use stskit::{Credentials, Timestamp};
/// let key = Credentials::new("AKIDEXAMPLE", "secret");
/// let signed = CallerIdentity::global().sign(&key, Timestamp::from_secs(1_767_323_045))?;
/// assert_eq!(signed.body(), "Action=GetCallerIdentity&Version=2011-06-15");
/// assert_eq!(signed.header("X-Amz-Date"), Some("20260102T030405Z"));
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Clone)]
pub struct SignedCall {
    url: String,
    body: &'static str,
    headers: Vec<(String, Secret)>,
}

impl SignedCall {
    /// Always `POST`.
    pub fn method(&self) -> &'static str {
        "POST"
    }

    /// The whole URL, with the query if the form has one.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The body; empty if the query has it all.
    pub fn body(&self) -> &'static str {
        self.body
    }

    /// Names and values of all headers, `Host` and `Authorization` included.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.expose()))
    }

    /// The value of a header; the name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

impl fmt::Debug for SignedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers().map(|(name, _)| name).collect();
        f.debug_struct("SignedCall").field("url", &self.url).field("headers", &names).finish_non_exhaustive()
    }
}
