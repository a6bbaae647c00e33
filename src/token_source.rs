//! Tokens whose kind is known only at run time, with a source of credentials: what the C functions, the bindings and
//! the command stand on.
//!
//! Lives here: which kinds are made of credentials alone, and which one a service makes. Not here: how either is done
//! ([`token`](crate::token), [`web_token`](crate::web_token)).

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::credential::Provide;
use crate::error::Result;
use crate::host::{Host, System};
use crate::settings::Settings;
use crate::token::{Minter, NamedMint, Purpose, Token};
use crate::transport::Transport;
use crate::web_token::{WebIdentityTokens, WebIdentityTokensBuilder};

/// Makes tokens of one kind, by its name in [`Kind`](crate::token::Kind), whose inputs it has checked.
///
/// Tokens of `web-identity` are kept and refreshed ([`WebIdentityTokens`]); all others are made anew by each call
/// ([`Minter`], with the input `min_ttl` in seconds).
///
/// # Threading
/// Share one, `Send + Sync`. A call blocks as long as the source of the credentials does, and for `web-identity` while
/// a token is loaded.
///
/// ```
/// use serde_json::json;
/// use std::sync::Arc;
/// use stskit::token_source::TokenSource;
/// use stskit::{Credentials, Settings, host::Scripted};
///
/// let settings = Settings::builder().region("eu-west-1").resolve_with(&Scripted::at(0))?;
/// let key = Arc::new(Credentials::new("AKIDEXAMPLE", "secret"));
/// let tokens = TokenSource::builder("eks", json!({"cluster": "demo"})).build(&settings, key)?;
/// assert!(tokens.token()?.expose().starts_with("k8s-aws-v1."));
/// # Ok::<(), stskit::Error>(())
/// ```
pub struct TokenSource(Made);

enum Made {
    /// Anew each time, of the credentials.
    Minted(Minter<NamedMint, Arc<dyn Provide>>),
    /// By STS, kept and refreshed.
    Issued(Box<WebIdentityTokens>),
}

/// What a [`TokenSource`] is made of.
///
/// ```
/// use serde_json::json;
/// use std::sync::Arc;
/// use stskit::token_source::TokenSource;
/// use stskit::{Credentials, Settings, host::Scripted};
///
/// let settings = Settings::builder().region("eu-west-1").resolve_with(&Scripted::at(0))?;
/// let key = Arc::new(Credentials::new("AKIDEXAMPLE", "secret"));
/// let inputs = json!({"audience": "https://api.example.com"});
/// let source = TokenSource::builder("web-identity", inputs).sts_endpoint("http://127.0.0.1:9").build(&settings, key);
/// assert!(source.is_ok(), "nothing is asked yet");
/// # Ok::<(), stskit::Error>(())
/// ```
pub struct TokenSourceBuilder {
    kind: String,
    inputs: Value,
    host: Arc<dyn Host>,
    transport: Option<Arc<dyn Transport>>,
    sts_endpoint: Option<String>,
}

impl TokenSource {
    /// The kind by its name (`rds`), and its inputs as a JSON object. They are checked by
    /// [`build`](TokenSourceBuilder::build).
    pub fn builder(kind: impl Into<String>, inputs: Value) -> TokenSourceBuilder {
        let (kind, host) = (kind.into(), Arc::new(System));
        TokenSourceBuilder { kind, inputs, host, transport: None, sts_endpoint: None }
    }

    /// A token that has not expired.
    ///
    /// # Errors
    /// Those of [`Minter::token`] or of [`WebIdentityTokens::token`].
    pub fn token(&self) -> Result<Token> {
        match &self.0 {
            Made::Minted(minter) => minter.token(),
            Made::Issued(tokens) => tokens.token(),
        }
    }

    /// The other side refused a kept token: the next call brings a new one. Of no effect where none is kept.
    pub fn invalidate(&self) {
        if let Made::Issued(tokens) = &self.0 {
            tokens.invalidate();
        }
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Made::Minted(minter) => minter.fmt(f),
            Made::Issued(tokens) => tokens.fmt(f),
        }
    }
}

impl TokenSourceBuilder {
    /// The clock. Defaults to [`System`].
    #[must_use]
    pub fn host(mut self, host: Arc<dyn Host>) -> Self {
        self.host = host;
        self
    }

    /// What sends calls to STS. Defaults to a transport of the settings.
    #[must_use]
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// A custom URL of STS, for a token that it makes. Defaults to what the settings say.
    #[must_use]
    pub fn sts_endpoint(mut self, url: impl Into<String>) -> Self {
        self.sts_endpoint = Some(url.into());
        self
    }

    /// The source. Makes no call. The region of the settings stands in for one that the inputs do not name.
    ///
    /// # Errors
    /// `InvalidInput` with a [`TokenError`](crate::token::TokenError) for the kind and the inputs; as
    /// [`WebIdentityTokensBuilder::build`].
    pub fn build(self, settings: &Settings, credentials: Arc<dyn Provide>) -> Result<TokenSource> {
        if self.kind == Purpose::WebIdentity.name() {
            let mut tokens = WebIdentityTokensBuilder::from_inputs(&self.inputs)?.host(self.host);
            if let Some(transport) = self.transport {
                tokens = tokens.transport(transport);
            }
            if let Some(url) = self.sts_endpoint {
                tokens = tokens.sts_endpoint(url);
            }
            return Ok(TokenSource(Made::Issued(Box::new(tokens.build(settings, credentials)?))));
        }
        let mint = NamedMint::new(&self.kind, &self.inputs, settings.region())?;
        let least = mint.min_ttl();
        let minter = Minter::new(mint, credentials).host(self.host);
        Ok(TokenSource(Made::Minted(match least {
            Some(least) => minter.min_ttl(least),
            None => minter,
        })))
    }
}

impl fmt::Debug for TokenSourceBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSourceBuilder").field("kind", &self.kind).finish_non_exhaustive()
    }
}
