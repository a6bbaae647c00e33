//! The role of a container (ECS, EKS Pod Identity), from the agent beside it.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderValue, Method, Uri, header};
use zeroize::Zeroizing;

use super::clock::ServiceClock;
use super::link_local::answer::{self, Needs};
use super::link_local::{Failed, Link, Patience};
use crate::credential::{Credentials, Provide};
use crate::endpoint::is_loopback_host;
use crate::error::{Error, ErrorKind, Result};
use crate::host::{Host, System};
use crate::secret::Secret;
use crate::settings::{Settings, Sources};
use crate::transport::Transport;

const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const FULL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

/// Where a relative URI is relative to: the agent of ECS.
const AGENT: &str = "http://169.254.170.2";
/// Besides loopback, what may be asked over plain HTTP: the agents of ECS and EKS.
const AGENTS: [&str; 3] = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23"];

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const READ_TIMEOUT: Duration = Duration::from_secs(5);
const ATTEMPTS: u32 = 3;
/// Far more than any token has.
const MAX_TOKEN_BYTES: u64 = 64 * 1024;

/// The credentials of the role of an ECS task or an EKS pod, from the agent that the environment names. Each call
/// asks the agent: put a [`Cached`](super::Cached) with
/// [`Stability::ServeStale`](super::Stability::ServeStale) in front.
///
/// | variable | is |
/// |---|---|
/// | `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` | a path on `http://169.254.170.2`; goes before the next |
/// | `AWS_CONTAINER_CREDENTIALS_FULL_URI` | a URL: `https` with any host; `http` only with a loopback address, `localhost`, 169.254.170.2, 169.254.170.23 or `[fd00:ec2::23]` |
/// | `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE` | a file with the token to send, read at each load; goes before the next |
/// | `AWS_CONTAINER_AUTHORIZATION_TOKEN` | the token itself |
///
/// Blank counts as not set. Three attempts with 1 s between them; a connection takes 2 s at most, an answer 5 s. No
/// proxy is used. Messages name the variable, not the path: whoever has it may ask too.
///
/// Share it freely: `Send + Sync`, and nothing blocks but the requests.
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>.
///
/// ```no_run
/// use stskit::providers::{Cached, Container, Stability};
/// use stskit::{Provide, Settings};
///
/// let role = Cached::new(Container::from_env(&Settings::from_env()?)?, Stability::ServeStale);
/// println!("{:?}", role.credentials()?);
/// # Ok::<(), stskit::Error>(())
/// ```
pub struct Container {
    uri: Uri,
    variable: &'static str,
    token: Option<Token>,
    link: Link,
    clock: ServiceClock,
}

enum Token {
    File(PathBuf),
    Value(Secret),
}

impl Container {
    /// What the environment of the process says. The variables are read now, the token file at each load; makes no
    /// call.
    ///
    /// # Errors
    /// `NoCredentials` if neither URI is set; `InvalidConfiguration` for a URI that cannot be used, or must not be.
    pub fn from_env(settings: &Settings) -> Result<Self> {
        Self::with_host(settings, Arc::new(System))
    }

    pub(super) fn with_host(settings: &Settings, host: Arc<dyn Host>) -> Result<Self> {
        Self::assemble(Link::new(settings, CONNECT_TIMEOUT, READ_TIMEOUT, Arc::clone(&host)), &*host)
    }

    /// The same with a transport and a host (variables, files, sleep) of your own. The transport keeps the time
    /// limits of a request and the proxies out.
    ///
    /// # Errors
    /// As [`from_env`](Self::from_env).
    pub fn with_parts(settings: &Settings, transport: Arc<dyn Transport>, host: Arc<dyn Host>) -> Result<Self> {
        Self::assemble(Link::with_parts(settings, transport, Arc::clone(&host)), &*host)
    }

    fn assemble(link: Link, host: &dyn Host) -> Result<Self> {
        let sources = Sources::environment(host);
        let (uri, variable) = match (sources.variable(RELATIVE)?, sources.variable(FULL)?) {
            (Some(path), _) => (relative(path.trim())?, RELATIVE),
            (None, Some(url)) => (full(url.trim())?, FULL),
            (None, None) => {
                let what = format!("no container credentials in the environment: neither {RELATIVE} nor {FULL} is set");
                return Err(Error::new(ErrorKind::NoCredentials, what));
            }
        };
        let token = match sources.variable(TOKEN_FILE)? {
            Some(path) => Some(Token::File(path.into())),
            None => sources.variable(TOKEN)?.map(|value| Token::Value(value.into())),
        };
        Ok(Container { uri, variable, token, link, clock: ServiceClock::default() })
    }

    /// The value for the header, and the text that no message may quote.
    fn token(&self) -> Result<Option<(HeaderValue, Secret)>> {
        let (text, from) = match &self.token {
            None => return Ok(None),
            Some(Token::Value(value)) => (value.clone(), format!("the environment variable {TOKEN}")),
            Some(Token::File(path)) => {
                let from = format!("the file {} ({TOKEN_FILE})", path.display());
                let bytes = self.link.host().read_up_to(path, MAX_TOKEN_BYTES).map_err(|e| {
                    Error::configuration(format!("the token in {from} cannot be read: {e}")).with_source(e)
                })?;
                // The cause would hold the bytes.
                let text = String::from_utf8(bytes)
                    .map_err(|_| Error::configuration(format!("the token in {from} is not UTF-8 text")))?;
                (Secret::from(text), from)
            }
        };
        let whole = text.expose();
        let line = whole.strip_suffix('\n').map_or(whole, |line| line.strip_suffix('\r').unwrap_or(line));
        if line.trim().is_empty() {
            return Err(Error::configuration(format!("the token in {from} is empty")));
        }
        // A line break would end the header and start another.
        let mut value = HeaderValue::from_str(line).map_err(|_| {
            Error::configuration(format!("the token in {from} holds a line break, or what cannot stand in a header"))
        })?;
        value.set_sensitive(true);
        Ok(Some((value, Secret::from(line))))
    }

    fn load(&self) -> Result<Credentials> {
        let accept = HeaderValue::from_static("application/json");
        let token = self.token()?;
        let secrets: Vec<String> = token.iter().map(|(_, text)| text.expose().to_owned()).collect();
        let mut headers = vec![("accept", &accept)];
        headers.extend(token.iter().map(|(value, _)| ("authorization", value)));
        let patience = Patience::new(self.link.host(), None, |_| Duration::from_secs(1));
        patience.attempts(&|| ATTEMPTS, &mut |left| {
            let response = self.link.send(Method::GET, &self.uri, &headers, left);
            let (parts, body) = response.map_err(|e| Failed::of_transport(e, ""))?.into_parts();
            let body = Zeroizing::new(body);
            let date = parts.headers.get(header::DATE).and_then(|date| date.to_str().ok());
            self.clock.learn_date(date, self.link.host());
            match parts.status.as_u16() {
                200 => answer::parse(&body, Needs::Keys, &secrets),
                // An agent that has just started may not know its containers yet.
                status => Err(Failed::Again(Error::from_service(answer::refusal(status, &body, &secrets)))),
            }
        })
    }

    /// Scheme, host and port.
    pub(super) fn base(&self) -> String {
        let authority = self.uri.authority().map_or("", |authority| authority.as_str());
        format!("{}://{authority}", self.uri.scheme_str().unwrap_or_default())
    }
}

fn relative(path: &str) -> Result<Uri> {
    // Anything else before the first slash would be part of the host.
    let uri = path.starts_with('/').then(|| format!("{AGENT}{path}").parse::<Uri>().ok()).flatten();
    uri.ok_or_else(|| Error::configuration(format!("the environment variable {RELATIVE} is not a path with a / first")))
}

fn full(url: &str) -> Result<Uri> {
    let wrong = |why: &str| Error::configuration(format!("the environment variable {FULL} cannot be used: {why}"));
    let uri: Uri = url.parse().map_err(|_| wrong("it is not a URL"))?;
    let authority = uri.authority().ok_or_else(|| wrong("it has no host"))?;
    if authority.as_str().contains('@') {
        return Err(wrong("it must not hold a user name or password"));
    }
    match uri.scheme_str() {
        Some("https") => Ok(uri),
        Some("http") if may_be_plain(authority.host()) => Ok(uri),
        Some("http") => Err(wrong(&format!(
            "over http the host has to be a loopback address, localhost, 169.254.170.2, 169.254.170.23 or \
             [fd00:ec2::23], and not {}; any other needs https",
            authority.host()
        ))),
        _ => Err(wrong("it has to start with http:// or https://")),
    }
}

/// Addresses as they are written: no name but `localhost`, which would have to be looked up, and no IPv4 address
/// in the form of an IPv6 one.
fn may_be_plain(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
    let agent = |ip: IpAddr| AGENTS.iter().any(|agent| agent.parse() == Ok(ip));
    is_loopback_host(host) || bare.parse().is_ok_and(agent)
}

impl Provide for Container {
    /// # Errors
    /// `InvalidConfiguration` for a token that is missing or cannot be sent; `Network`, `Timeout` or `Tls` if the agent
    /// is not there or does not answer; `AccessDenied`, `Throttled` or `Service` if it refuses;
    /// `InvalidResponse` for an answer that cannot be used. All name the variable.
    fn credentials(&self) -> Result<Credentials> {
        self.load().map_err(|e| {
            e.with_context(format_args!("the container credentials at {} ({})", self.base(), self.variable))
        })
    }

    fn clock_offset_millis(&self) -> i64 {
        self.clock.offset_millis()
    }

    fn is_role(&self) -> bool {
        true
    }
}

impl fmt::Debug for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let token = self.token.as_ref().map(|token| match token {
            Token::File(path) => path.display().to_string(),
            Token::Value(_) => "[secret]".to_owned(),
        });
        f.debug_struct("Container")
            .field("base", &self.base())
            .field("variable", &self.variable)
            .field("token", &token)
            .finish_non_exhaustive()
    }
}
