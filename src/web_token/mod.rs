//! OpenID Connect tokens of GetWebIdentityToken, kept and refreshed: for Kafka with OAUTHBEARER, and for all
//! services outside of AWS that take such tokens. `config` reads the text that Kafka clients hand over.

mod config;

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value;

pub use config::OauthBearerConfig;

use crate::credential::{Credentials, Provide};
use crate::endpoint::{EndpointParams, EndpointService, resolve};
use crate::error::{Error, Result};
use crate::host::{Host, System};
use crate::providers::{Cached, Stability};
use crate::settings::Settings;
use crate::sts::{Client, GetWebIdentityToken, Tag};
use crate::token::{Kind, Purpose, Token, TokenError};
use crate::transport::Transport;

/// What the cache calls a token, in warnings and to know it again.
const NAME: &str = "the web identity token";
/// Taken by every relying party; `ES384` is not.
const ALGORITHM: &str = "RS256";
const SHORTEST: i32 = 60;
const DURATION: i32 = 300;

/// Tokens that say which IAM role the program has, signed by AWS for one audience.
///
/// The account has to be enabled for it once (`EnableOutboundWebIdentityFederation`), and the caller needs the
/// permission `sts:GetWebIdentityToken`. The subject of a token is the role, not its session:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound.html>.
///
/// A token is kept, and refreshed ahead of time by one caller while the others go on with it: after half of its
/// life where that is 10 minutes or less, else 5 to 60 minutes before its end. One that has expired is never
/// served. While STS is away the last token serves, with one warning in the log.
///
/// # Threading
/// Share one, `Send + Sync`. A call blocks only while a token is loaded.
///
/// ```
/// use stskit::emulator::Emulator;
/// use stskit::web_token::WebIdentityTokens;
/// use stskit::{Credentials, Settings, endpoint::EndpointService};
///
/// let emulator = Emulator::start()?; // in production: neither this nor the endpoint
/// let settings = Settings::builder().region("eu-west-1").endpoint_url(EndpointService::Sts, emulator.url());
/// let settings = settings.resolve_with(&stskit::host::Scripted::at(0))?;
/// let key = Credentials::new(Emulator::ACCESS_KEY_ID, Emulator::SECRET_ACCESS_KEY);
///
/// let tokens = WebIdentityTokens::builder(["https://kafka.example.com"]).build(&settings, key)?;
/// let token = tokens.token()?;
/// // rd_kafka_oauthbearer_set_token(rk, token, md_lifetime_ms, principal, NULL, 0, ..)
/// let (text, md_lifetime_ms) = (token.expose(), token.expires_at().as_millis());
/// # assert!(text.split('.').count() == 3 && md_lifetime_ms > 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct WebIdentityTokens {
    audience: Vec<String>,
    /// Behind a pointer: one copy of the cache's code serves all sources.
    kept: Cached<Arc<dyn Provide>>,
}

/// The inputs of [`WebIdentityTokens`], checked when it is built.
///
/// ```
/// use stskit::sts::Tag;
/// use stskit::web_token::WebIdentityTokens;
/// use stskit::{Credentials, Settings, host::Scripted};
///
/// let settings = Settings::builder().region("eu-west-1").resolve_with(&Scripted::at(0))?;
/// let tokens = WebIdentityTokens::builder(["api://AzureADTokenExchange"])
///     .duration_seconds(900)
///     .signing_algorithm("ES384")
///     .tag(Tag::new("team", "payments"))
///     .build(&settings, Credentials::new("AKIDEXAMPLE", "secret"))?;
/// assert_eq!(tokens.audience(), ["api://AzureADTokenExchange"]);
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Debug)]
pub struct WebIdentityTokensBuilder {
    request: GetWebIdentityToken,
    region: Option<String>,
    sts_endpoint: Option<String>,
    host: Arc<dyn Host>,
    transport: Option<Arc<dyn Transport>>,
}

impl WebIdentityTokens {
    /// Tokens for these audiences: what the relying party expects, mostly its own URL.
    pub fn builder(audience: impl IntoIterator<Item = impl Into<String>>) -> WebIdentityTokensBuilder {
        let mut request = GetWebIdentityToken::new(audience, ALGORITHM);
        request.duration_seconds = Some(DURATION);
        let (region, sts_endpoint, transport) = (None, None, None);
        WebIdentityTokensBuilder { request, region, sts_endpoint, host: Arc::new(System), transport }
    }

    /// The audiences.
    pub fn audience(&self) -> &[String] {
        &self.audience
    }

    /// A token that has not expired: the kept one, or a new one. Its user is the [`subject`].
    ///
    /// # Errors
    /// The service's: `AccessDenied` also where the account is not enabled. What kept it from answering, once
    /// the kept token has expired.
    pub fn token(&self) -> Result<Token> {
        let set = self.kept.credentials()?;
        let (Some(text), Some(end)) = (set.session_token(), set.expiration()) else {
            return Err(Error::response("the answer to GetWebIdentityToken has no token, or no expiration"));
        };
        let end = end.plus_millis(self.kept.clock_offset_millis().saturating_neg());
        let token = Token::issued(Purpose::WebIdentity, text.into(), end);
        Ok(match subject(text) {
            Some(subject) => token.with_user(subject),
            None => token,
        })
    }

    /// The relying party refused the kept token: the next call brings a new one.
    pub fn invalidate(&self) {
        self.kept.invalidate(&Credentials::new(NAME, ""));
    }
}

impl fmt::Debug for WebIdentityTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebIdentityTokens").field("audience", &self.audience()).finish_non_exhaustive()
    }
}

impl WebIdentityTokensBuilder {
    /// The inputs of the kind `web-identity` of [`Kind`], as a JSON object.
    ///
    /// ```
    /// use serde_json::json;
    /// use stskit::web_token::WebIdentityTokensBuilder;
    /// let inputs = json!({"audience": "https://api.example.com", "region": "eu-west-1", "tags": {"team": "a"}});
    /// assert!(WebIdentityTokensBuilder::from_inputs(&inputs).is_ok());
    /// assert!(WebIdentityTokensBuilder::from_inputs(&json!({"audiance": "https://api.example.com"})).is_err());
    /// ```
    ///
    /// # Errors
    /// `InvalidInput` with a [`TokenError`]: an input that is unknown or of another type, no audience, and
    /// beside `config` another input.
    pub fn from_inputs(inputs: &Value) -> Result<Self> {
        let kind = Kind::find(Purpose::WebIdentity.name())?;
        let given = kind.check(inputs)?;
        if let Some(text) = given.text("config") {
            if inputs.as_object().is_some_and(|members| members.len() > 1) {
                return Err(TokenError::Malformed("config", "it stands for all of the other inputs").into());
            }
            return Ok(OauthBearerConfig::parse(text)?.builder());
        }
        let mut builder =
            WebIdentityTokens::builder([given.text("audience").ok_or(TokenError::Missing("audience"))?]);
        builder.region = given.text("region").map(str::to_owned);
        if let Some(seconds) = given.seconds("expires_in") {
            builder = builder.duration_seconds(seconds);
        }
        if let Some(name) = given.text("signing_algorithm") {
            builder = builder.signing_algorithm(name);
        }
        let tags = given.texts("tags").into_iter();
        Ok(tags.fold(builder, |builder, (name, value)| builder.tag(Tag::new(name, value))))
    }

    /// The region of the STS endpoint. Defaults to that of the settings.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// A custom URL of STS. Defaults to what the settings say.
    #[must_use]
    pub fn sts_endpoint(mut self, url: impl Into<String>) -> Self {
        self.sts_endpoint = Some(url.into());
        self
    }

    /// What sends the calls. Defaults to a transport of the settings.
    #[must_use]
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// How long a token lives: 60 to 3600 seconds; 300 by default.
    #[must_use]
    pub fn duration_seconds(mut self, seconds: u32) -> Self {
        self.request.duration_seconds = Some(i32::try_from(seconds).unwrap_or(i32::MAX));
        self
    }

    /// `RS256`, the default, or `ES384`.
    #[must_use]
    pub fn signing_algorithm(mut self, name: impl Into<String>) -> Self {
        self.request.signing_algorithm = name.into();
        self
    }

    /// One more tag to put into the token.
    #[must_use]
    pub fn tag(mut self, tag: Tag) -> Self {
        self.request.tags.get_or_insert_default().push(tag);
        self
    }

    /// The clock of the cache. Defaults to [`System`].
    #[must_use]
    pub fn host(mut self, host: Arc<dyn Host>) -> Self {
        self.host = host;
        self
    }

    /// The tokens, with settings for the calls and a source of the credentials that sign them. Makes no call.
    ///
    /// # Errors
    /// `InvalidInput` with a [`TokenError`] for a duration or an audience; as [`with_client`](Self::with_client).
    pub fn build(self, settings: &Settings, credentials: impl Provide + 'static) -> Result<WebIdentityTokens> {
        let mut client = Client::builder(settings.clone()).credentials(credentials).host(Arc::clone(&self.host));
        if let Some(transport) = &self.transport {
            client = client.transport(Arc::clone(transport));
        }
        let region = self.region.as_deref();
        let client = match (&self.sts_endpoint, region) {
            (None, None) => client,
            (None, Some(region)) => client.endpoint(settings.endpoint_in(EndpointService::Sts, region)?),
            (Some(url), region) => {
                let region = region.or(settings.region());
                let params = EndpointParams { region, endpoint: Some(url), ..EndpointParams::default() };
                client.endpoint(resolve(EndpointService::Sts, &params)?)
            }
        };
        self.with_client(client.build()?)
    }

    /// The same with an STS client, whose region, endpoint and transport count.
    ///
    /// # Errors
    /// `InvalidInput` with a [`TokenError`] for an empty audience, a duration outside of 60 to 3600 seconds or
    /// an unknown algorithm; `InvalidConfiguration` for the global endpoint of STS, which does not know the
    /// operation.
    pub fn with_client(self, client: Client) -> Result<WebIdentityTokens> {
        let request = self.request;
        let longest = Purpose::WebIdentity.longest_expires();
        let seconds = request.duration_seconds.unwrap_or(DURATION);
        if request.audience.is_empty() || request.audience.iter().any(String::is_empty) {
            return Err(TokenError::Empty("audience").into());
        }
        if !matches!(request.signing_algorithm.as_str(), "RS256" | "ES384") {
            return Err(TokenError::Malformed("signing algorithm", "it is RS256 or ES384").into());
        }
        match u32::try_from(seconds) {
            Ok(0) => return Err(TokenError::ZeroExpiry.into()),
            Ok(seconds) if seconds > longest => return Err(TokenError::ExpiryTooLong { seconds, longest }.into()),
            _ if seconds < SHORTEST => return Err(TokenError::Malformed("duration", "60 seconds are the least").into()),
            _ => {}
        }
        if client.endpoint().host() == "sts.amazonaws.com" {
            return Err(Error::configuration(
                "GetWebIdentityToken is known to the endpoints of regions only: set a region, and not the \
                 global or legacy endpoint of STS",
            ));
        }
        let settings = client.settings().clone();
        let audience = request.audience.clone();
        let source: Arc<dyn Provide> = Arc::new(Source { client, request });
        let kept = Cached::new(source, Stability::RefreshAhead).host(self.host).load_limit_of(&settings);
        Ok(WebIdentityTokens { audience, kept })
    }
}

/// The call as a source for the cache, which knows sets of credentials: a token is the session token of a set
/// that has nothing else. So both are refreshed by the same rules, written once.
struct Source {
    client: Client,
    request: GetWebIdentityToken,
}

impl Provide for Source {
    fn credentials(&self) -> Result<Credentials> {
        let answer = self.client.get_web_identity_token(&self.request)?.output;
        let (Some(token), Some(end)) = (answer.web_identity_token, answer.expiration) else {
            return Err(Error::response("the answer to GetWebIdentityToken has no token, or no expiration"));
        };
        Ok(Credentials::new(NAME, "").with_session_token(token).with_expiration(end))
    }

    fn clock_offset_millis(&self) -> i64 {
        self.client.clock_offset_millis()
    }
}

/// The subject of a token, for Kafka clients that want a principal: the ARN of the role. Read from the token
/// without a look at its signature; `None` if it is no JSON Web Token, or has no subject.
///
/// ```
/// use stskit::web_token::subject;
/// // {"sub":"arn:aws:iam::123456789012:role/demo"}
/// let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhcm46YXdzOmlhbTo6MTIzNDU2Nzg5MDEyOnJvbGUvZGVtbyJ9.c2ln";
/// assert_eq!(subject(jwt).as_deref(), Some("arn:aws:iam::123456789012:role/demo"));
/// assert_eq!(subject("not a token"), None);
/// ```
pub fn subject(jwt: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Claims {
        sub: String,
    }
    let mut parts = jwt.split('.');
    let (_, claims, _, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else { return None };
    let bytes = URL_SAFE_NO_PAD.decode(claims).ok()?;
    serde_json::from_slice::<Claims>(&bytes).ok().map(|claims| claims.sub)
}

impl OauthBearerConfig {
    /// Tokens as the text asked for them. Makes no call.
    ///
    /// # Errors
    /// As [`WebIdentityTokensBuilder::build`], and for a `sts_endpoint` that cannot be used.
    pub fn tokens(&self, credentials: impl Provide + 'static) -> Result<WebIdentityTokens> {
        self.builder().build(&Settings::builder().region(self.region.as_str()).resolve()?, credentials)
    }

    fn builder(&self) -> WebIdentityTokensBuilder {
        let mut builder = WebIdentityTokens::builder([self.audience.as_str()])
            .duration_seconds(self.duration_seconds)
            .signing_algorithm(self.signing_algorithm.as_str())
            .region(self.region.as_str());
        builder.sts_endpoint.clone_from(&self.sts_endpoint);
        self.tags.iter().fold(builder, |builder, tag| builder.tag(tag.clone()))
    }
}
