//! The transport over ureq: pools, TLS, proxies, time limits, and its errors as ours.
//!
//! One pool per process id: a forked child never touches a connection of its parent. Plain HTTP never
//! touches TLS: root certificates and the crypto provider are set up at the first `https` connection.

use std::io::{self, Read};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig};
use ureq::unversioned::transport::{ConnectProxyConnector, Connector, RustlsConnector};
use ureq::{Agent, Timeout};

use super::guard::{self, GuardConnector};
use super::proxy::{Proxies, ProxyUrl};
use super::tcp::{NoResolver, ResolveError, TcpConnector};
use super::{Transport, TransportError, TransportErrorKind as Kind};
use crate::host::Cancel;
use crate::timestamp::Seconds;

/// Bytes read at once, and the most that the head of an answer may have.
const INPUT_BUFFER: usize = 32 * 1024;
/// Time limits above this count as this: a clock can be moved on by ten years without overflow.
const LONGEST: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

/// Certificates of authorities, read from a PEM file: they replace the built-in roots.
///
/// Settings read one from the file that `AWS_CA_BUNDLE` names; by hand it goes into
/// [`TransportConfig::ca_bundle`]. PEM: RFC 7468.
///
/// ```no_run
/// use stskit::transport::{CaBundle, TransportConfig, UreqTransport};
/// let ca_bundle = Some(CaBundle::from_pem(&std::fs::read("corporate-ca.pem")?)?);
/// let transport = UreqTransport::new(TransportConfig { ca_bundle, ..Default::default() });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct CaBundle(Arc<Vec<Certificate<'static>>>);

impl CaBundle {
    /// Reads the certificates of a PEM text; other sections are skipped.
    ///
    /// # Errors
    /// What is wrong: bad PEM, or no certificate in it.
    pub fn from_pem(pem: &[u8]) -> Result<Self, String> {
        let mut certificates = Vec::new();
        for item in ureq::tls::parse_pem(pem) {
            match item {
                Ok(PemItem::Certificate(certificate)) => certificates.push(certificate),
                Ok(_) => {}
                Err(e) => return Err(format!("it is not PEM ({e})")),
            }
        }
        if certificates.is_empty() {
            return Err("it holds no certificate (BEGIN CERTIFICATE)".to_owned());
        }
        let mut roots = rustls::RootCertStore::empty();
        let (usable, _) = roots.add_parsable_certificates(certificates.iter().map(|c| c.der().to_vec().into()));
        if usable == 0 {
            return Err("none of its certificates can be read".to_owned());
        }
        Ok(CaBundle(Arc::new(certificates)))
    }
}

/// Can a proxy URL be used as far as ureq sees it?
pub(super) fn takes_proxy(url: &str) -> bool {
    ureq::Proxy::new(url).is_ok()
}

/// What a [`UreqTransport`] is made of.
///
/// Clients have one from their settings ([`Settings::transport`](crate::Settings::transport)).
///
/// ```
/// use std::time::Duration;
/// use stskit::transport::{TransportConfig, UreqTransport};
/// let hasty = TransportConfig {
///     connect_timeout: Duration::from_millis(500),
///     read_timeout: Duration::from_secs(5),
///     ..TransportConfig::default()
/// };
/// let transport = UreqTransport::new(hasty);
/// ```
#[derive(Debug, Clone)]
pub struct TransportConfig {
    /// Time to get a connection: name, TCP, proxy and TLS together. Defaults to 3.1 s.
    pub connect_timeout: Duration,
    /// Time for the answer of one attempt, from the request sent to the last byte. Defaults to 30 s.
    pub read_timeout: Duration,
    /// Largest body accepted, in bytes. Defaults to 1 MiB.
    pub max_response_bytes: usize,
    /// Replaces the built-in roots (Mozilla's). Defaults to none.
    pub ca_bundle: Option<CaBundle>,
    /// Defaults to none: all direct.
    pub proxies: Proxies,
}

impl Default for TransportConfig {
    fn default() -> Self {
        TransportConfig {
            connect_timeout: Duration::from_millis(3_100),
            read_timeout: Duration::from_secs(30),
            max_response_bytes: 1 << 20,
            ca_bundle: None,
            proxies: Proxies::default(),
        }
    }
}

/// HTTP/1.1 (RFC 9112) over ureq and rustls: kept-alive connections, no redirects, no decompression, built-in roots.
///
/// Share it freely. Dropping it closes its idle connections.
///
/// ```
/// use stskit::transport::{TransportConfig, UreqTransport};
/// let transport = UreqTransport::new(TransportConfig::default());
/// ```
#[derive(Debug)]
pub struct UreqTransport {
    config: TransportConfig,
    cancel: Option<Cancel>,
    first: Pools,
}

impl UreqTransport {
    /// A transport without connections yet. Does no I/O.
    pub fn new(config: TransportConfig) -> Self {
        UreqTransport { config, cancel: None, first: Pools::default() }
    }

    /// A handle that ends all waits early, within a tenth of a second. Connections are then made on threads of
    /// their own, which end by their time limits; where no thread can be had, a connect lasts as long as its
    /// limit. Defaults to none. [`Cancellable`] has an example.
    ///
    /// [`Cancellable`]: crate::host::Cancellable
    #[must_use]
    pub fn cancel(mut self, cancel: Cancel) -> Self {
        self.cancel = Some(cancel);
        self
    }

    /// The pools of this process: found without a lock that another thread could have held at a fork.
    fn pools(&self) -> &Pools {
        let process = std::process::id();
        let mut pools = &self.first;
        while *pools.process.get_or_init(|| process) != process {
            pools = pools.next.get_or_init(Box::default);
        }
        pools
    }

    fn agent(&self, proxy: Option<&ProxyUrl>) -> Result<&Agent, TransportError> {
        let pools = self.pools();
        let slot = match proxy {
            None => &pools.direct,
            Some(proxy) if Some(proxy) == self.config.proxies.https.as_ref() => &pools.https_proxy,
            Some(_) => &pools.http_proxy,
        };
        if let Some(agent) = slot.get() {
            return Ok(agent);
        }
        let agent = self.new_agent(proxy)?;
        Ok(slot.get_or_init(|| agent))
    }

    fn new_agent(&self, proxy: Option<&ProxyUrl>) -> Result<Agent, TransportError> {
        let bad_proxy = |e| TransportError::new(Kind::Proxy, "the proxy URL cannot be used").with_source(e);
        let proxy = proxy.map(|p| ureq::Proxy::new(p.expose())).transpose().map_err(bad_proxy)?;
        let proxied = proxy.is_some();
        let roots = match &self.config.ca_bundle {
            Some(bundle) => RootCerts::Specific(bundle.0.clone()),
            None => RootCerts::WebPki,
        };
        let config = Agent::config_builder()
            .proxy(proxy)
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .http_status_as_error(false)
            .max_redirects(0)
            .user_agent("")
            .accept("")
            .accept_encoding("")
            .timeout_connect(Some(self.config.connect_timeout.min(LONGEST)))
            // The limit for the answer is kept by `guard`, which knows when the request has been sent.
            .timeout_per_call(Some(self.whole_time()))
            // A head has to fit into the buffer: one that does not is refused while there is room to tell.
            .max_response_header_size(INPUT_BUFFER - 1)
            .input_buffer_size(INPUT_BUFFER)
            // The request line has to fit into it; long header lines go past it (`guard`).
            .output_buffer_size(16 * 1024)
            .max_idle_connections_per_host(8)
            .build();
        let connector =
            ().chain(ConnectProxyConnector::default())
                .chain(TcpConnector)
                .chain(RustlsConnector::default())
                .chain(GuardConnector { proxied });
        Ok(Agent::with_parts(config, connector, NoResolver))
    }

    /// The longest that one attempt takes.
    fn whole_time(&self) -> Duration {
        self.config.connect_timeout.min(LONGEST) + self.config.read_timeout.min(LONGEST)
    }

    fn exchange(
        &self,
        agent: &Agent,
        request: http::Request<&[u8]>,
        limit: Option<Duration>,
        fresh: bool,
    ) -> Result<http::Response<Vec<u8>>, Failed> {
        let mut request = request;
        guard::begin(request.headers_mut(), limit, self.config.read_timeout, fresh, self.cancel.as_ref());
        let (parts, mut body) = run(agent, request).map_err(Failed::BeforeAnswer)?.into_parts();
        let max = self.config.max_response_bytes as u64;
        let length = body.content_length().unwrap_or_default();
        if length > max {
            return Err(Failed::TooLarge);
        }
        let mut bytes = Vec::with_capacity(length.clamp(256, 64 * 1024) as usize);
        let mut reader = body.with_config().limit(max.saturating_add(1)).reader();
        reader.read_to_end(&mut bytes).map_err(|e| Failed::InAnswer(e.into()))?;
        if bytes.len() as u64 > max {
            return Err(Failed::TooLarge);
        }
        if guard::is_masked() {
            // These are asterisks: `guard` has the body.
            let masked = std::mem::replace(&mut bytes, guard::take_body());
            if masked.len() != bytes.len() {
                return Err(Failed::Misread);
            }
        }
        Ok(http::Response::from_parts(parts, bytes))
    }
}

/// A GET must not announce a body.
fn run(agent: &Agent, request: http::Request<&[u8]>) -> Result<http::Response<ureq::Body>, ureq::Error> {
    if request.body().is_empty() && request.method() == http::Method::GET {
        agent.run(request.map(|_| ()))
    } else {
        agent.run(request)
    }
}

enum Failed {
    BeforeAnswer(ureq::Error),
    InAnswer(ureq::Error),
    TooLarge,
    /// ureq and `guard` found different bodies.
    Misread,
}

/// The connections of one process, and of the processes forked from it since.
#[derive(Debug, Default)]
struct Pools {
    process: OnceLock<u32>,
    direct: OnceLock<Agent>,
    https_proxy: OnceLock<Agent>,
    http_proxy: OnceLock<Agent>,
    next: OnceLock<Box<Pools>>,
}

impl Transport for UreqTransport {
    fn send(
        &self,
        request: http::Request<&[u8]>,
        limit: Option<Duration>,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        let proxy = self.config.proxies.select(request.uri());
        let agent = self.agent(proxy)?;
        let again = request.clone();
        let started = Instant::now();
        let result = match self.exchange(agent, request, limit, false) {
            // The server closed an idle connection at the moment we took it: no fault of the service.
            Err(Failed::BeforeAnswer(e)) if !guard::has_connected() && is_stale(&e) => {
                log::debug!("a pooled connection was stale: sending again on a new one");
                let left = limit.map(|l| l.saturating_sub(started.elapsed()));
                self.exchange(agent, again.clone(), left, true)
            }
            result => result,
        };
        result.map_err(|failed| {
            if self.cancel.as_ref().is_some_and(Cancel::is_cancelled) {
                return TransportError::new(Kind::Cancelled, "the call was cancelled");
            }
            let uri = again.uri();
            let host = uri.authority().map_or("", |a| a.as_str());
            self.explain(failed, host, proxy)
        })
    }
}

fn is_stale(error: &ureq::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, UnexpectedEof};
    matches!(error, ureq::Error::Io(e)
        if matches!(e.kind(), UnexpectedEof | ConnectionReset | ConnectionAborted | BrokenPipe | NotConnected))
}

impl UreqTransport {
    fn explain(&self, failed: Failed, host: &str, proxy: Option<&ProxyUrl>) -> TransportError {
        let (error, in_answer) = match failed {
            Failed::BeforeAnswer(e) => (e, false),
            Failed::InAnswer(e) => (e, true),
            Failed::TooLarge => (ureq::Error::BodyExceedsLimit(self.config.max_response_bytes as u64), true),
            Failed::Misread => (ureq::Error::BodyStalled, true),
        };
        let (kind, what) = self.classify(&error, in_answer, proxy.is_some());
        let through = proxy.map(|p| format!(" through the proxy {}", p.host())).unwrap_or_default();
        let explained = TransportError::new(kind, format!("{host}{through}: {what}"));
        match error {
            // These quote what was sent: the text above says enough.
            ureq::Error::BadUri(_) | ureq::Error::RequireHttpsOnly(_) | ureq::Error::Http(_) => explained,
            error => explained.with_source(error),
        }
    }

    fn classify(&self, error: &ureq::Error, in_answer: bool, proxied: bool) -> (Kind, String) {
        use ureq::Error as E;
        let connect = Seconds(self.config.connect_timeout);
        let read = Seconds(self.config.read_timeout);
        match error {
            E::Timeout(Timeout::Global) => (Kind::Deadline, "the time left for the call has passed".to_owned()),
            E::Timeout(Timeout::Resolve | Timeout::Connect) => {
                (Kind::ConnectTimeout, format!("no connection within {connect} s"))
            }
            E::Timeout(_) => (Kind::ReadTimeout, format!("no complete answer within {read} s")),
            E::BodyExceedsLimit(_) => (
                Kind::TooLarge,
                format!("the answer is larger than the {} bytes allowed", self.config.max_response_bytes),
            ),
            E::ConnectProxyFailed(reason) => (Kind::Proxy, format!("the proxy does not connect: {reason}")),
            E::InvalidProxyUrl => (Kind::Proxy, "the proxy URL cannot be used".to_owned()),
            E::Io(e) => self.classify_io(e, in_answer, proxied),
            E::Rustls(e) => (Kind::Tls, format!("TLS: {e}")),
            E::Tls(what) => (Kind::Tls, format!("TLS: {what}")),
            E::Other(e) if e.is::<ResolveError>() => (Kind::Resolve, e.to_string()),
            E::HostNotFound => (Kind::Resolve, "the URL has no host".to_owned()),
            E::Protocol(_) | E::LargeResponseHeader(..) | E::BodyStalled => {
                (Kind::Protocol, format!("the answer is not HTTP as expected: {error}"))
            }
            E::Http(_) | E::BadUri(_) | E::RequireHttpsOnly(_) => {
                (Kind::InvalidRequest, "the request cannot be sent over HTTP".to_owned())
            }
            E::ConnectionFailed => (Kind::Connect, "no connection".to_owned()),
            _ => (Kind::Other, "the HTTP client failed".to_owned()),
        }
    }

    fn classify_io(&self, error: &io::Error, in_answer: bool, proxied: bool) -> (Kind, String) {
        use io::ErrorKind as K;
        if let Some(tls) = error.get_ref().and_then(|e| e.downcast_ref::<rustls::Error>()) {
            return match tls {
                rustls::Error::InvalidCertificate(_) => {
                    let roots = match &self.config.ca_bundle {
                        Some(_) => "the CA bundle that is set (AWS_CA_BUNDLE)",
                        None => "the built-in roots; a private authority needs AWS_CA_BUNDLE",
                    };
                    (Kind::Certificate, format!("{tls}; checked against {roots}"))
                }
                _ => (Kind::Tls, format!("TLS: {tls}")),
            };
        }
        match error.kind() {
            K::UnexpectedEof | K::ConnectionReset | K::ConnectionAborted | K::BrokenPipe | K::NotConnected => {
                let when = if in_answer { "in the middle of the answer" } else { "before the answer" };
                (Kind::Closed, format!("the connection ended {when}: {error}"))
            }
            K::TimedOut | K::WouldBlock => {
                (Kind::ReadTimeout, format!("no complete answer within {} s", self.config.read_timeout.as_secs_f32()))
            }
            K::ConnectionRefused | K::HostUnreachable | K::NetworkUnreachable | K::AddrNotAvailable => {
                (if proxied { Kind::Proxy } else { Kind::Connect }, format!("cannot connect: {error}"))
            }
            _ => (Kind::Other, error.to_string()),
        }
    }
}
