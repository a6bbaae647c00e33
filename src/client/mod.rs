//! One call, in the order in which it happens: serialise -> [ credentials -> sign -> send ] in retries
//! -> parse. Everything left of the bracket happens once, everything in it once per attempt (`execute`).
//! `authorize` is what proves an attempt otherwise than by a signature.
//!
//! `by_name` does the same for operations that are known only at run time, with JSON in and out.
//!
//! `shape` says what their members hold, `value` reads and writes them by it.
//!
//! A service declares its operations (`sts`, `sso`, `sso_oidc`) in the terms of `operation`; nothing here
//! knows any of them, nor where credentials come from.

pub(crate) mod authorize;
pub(crate) mod by_name;
mod execute;
pub(crate) mod operation;
pub(crate) mod shape;
pub(crate) mod value;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

pub use by_name::{JsonPages, Paging};
pub use operation::{Auth, Operation, Response, Service};

use crate::credential::Provide;
use crate::endpoint::Endpoint;
use crate::error::{Error, Result};
use crate::host::{Host, System};
use crate::protocol::{InputError, Protocol, WireRequest};
use crate::settings::Settings;
use crate::sign::PresignedUrl;
use crate::transport::{Transport, UreqTransport};
use authorize::Authorize;
use execute::{Inner, Proofs};

/// Calls the operations of one service. Cheap to clone, `Send + Sync`: one serves a whole program.
///
/// Every call blocks the thread that makes it; clones share connections, retry quota and clock offset. The
/// services name theirs: [`sts::Client`](crate::sts::Client), [`sso::Client`](crate::sso::Client),
/// [`sso_oidc::Client`](crate::sso_oidc::Client).
///
/// ```
/// use stskit::emulator::Emulator;
/// use stskit::sts::{Client, GetCallerIdentity};
/// use stskit::{Credentials, Settings, endpoint::EndpointService};
///
/// let emulator = Emulator::start()?; // in production: neither this nor the endpoint
/// let settings = Settings::builder().region("eu-west-1").endpoint_url(EndpointService::Sts, emulator.url());
/// let key = Credentials::new(Emulator::ACCESS_KEY_ID, Emulator::SECRET_ACCESS_KEY);
/// let sts = Client::new(settings.resolve_with(&stskit::host::Scripted::at(0))?, key)?;
/// let other = sts.clone();
/// let account = std::thread::spawn(move || other.get_caller_identity(&GetCallerIdentity {})).join();
/// assert_eq!(account.map_err(|_| "panicked")??.account.as_deref(), Some(Emulator::ACCOUNT_ID));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Client<S> {
    inner: Arc<Inner>,
    service: PhantomData<fn() -> S>,
}

impl<S> Clone for Client<S> {
    fn clone(&self) -> Self {
        Client { inner: Arc::clone(&self.inner), service: PhantomData }
    }
}

impl<S: Service> Client<S> {
    /// Starts a client from resolved settings.
    pub fn builder(settings: Settings) -> ClientBuilder<S> {
        ClientBuilder {
            settings,
            credentials: None,
            authorizer: None,
            transport: None,
            host: None,
            endpoint: None,
            service: PhantomData,
        }
    }

    /// A client with resolved settings and a source of credentials; the other parts by default.
    ///
    /// # Errors
    /// `InvalidConfiguration`: an endpoint that cannot be used. Missing credentials show at the first signed call.
    pub fn new(settings: Settings, credentials: impl Provide + 'static) -> Result<Self> {
        Self::builder(settings).credentials(credentials).build()
    }

    /// Calls an operation. Blocks until the answer is there or the call has failed for good.
    ///
    /// # Errors
    /// Before sending: a member below its minimum, no credentials, no region. After sending: the
    /// service's error, or what kept it from answering, once the retries are used up.
    pub fn call<O: Operation<Service = S>>(&self, input: &O) -> Result<Response<O::Output>> {
        let request = S::Protocol::serialize(&O::FACTS, input);
        let (answer, metadata) = self.inner.execute::<S::Protocol>(request, O::AUTH, &O::FACTS)?;
        Response::parse::<S::Protocol, _>(O::NAME, &answer, metadata, PhantomData)
    }

    /// Presigns an operation as a GET with its members in the query: whoever has the URL may make the
    /// call until it expires.
    ///
    /// `expires_seconds` is 1 to 604,800; STS itself honours 15 minutes at most, and less if the
    /// credentials end sooner. `headers` are signed and have to be sent along.
    ///
    /// # Errors
    /// As [`call`](Self::call) before sending; nothing is sent. `NotSupported` for services whose
    /// operations do not fit into a query.
    pub fn presign<O: Operation<Service = S>>(
        &self,
        input: &O,
        expires_seconds: u32,
        headers: &[(&str, &str)],
    ) -> Result<PresignedUrl> {
        let request = S::Protocol::serialize(&O::FACTS, input);
        self.presign_request::<S::Protocol>(O::NAME, request, expires_seconds, headers)
    }

    fn presign_request<P: Protocol>(
        &self,
        operation: &'static str,
        request: Result<WireRequest, InputError>,
        expires_seconds: u32,
        headers: &[(&str, &str)],
    ) -> Result<PresignedUrl> {
        let query = request.map_err(|e| Error::input(e.to_string())).and_then(P::presign_query);
        let url = query.and_then(|query| self.inner.presign(&query, expires_seconds, headers));
        url.map_err(|e| e.with_operation(operation))
    }

    /// Where the calls go.
    pub fn endpoint(&self) -> &Endpoint {
        &self.inner.endpoint
    }

    /// The settings the client was built with.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// Milliseconds that the service's clock is ahead of the local one, once a call has shown that the
    /// local one is wrong; 0 otherwise.
    pub fn clock_offset_millis(&self) -> i64 {
        self.inner.clock_offset()
    }
}

impl<S> fmt::Debug for Client<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("endpoint", &self.inner.endpoint.url()).finish_non_exhaustive()
    }
}

/// The parts of a [`Client`], each with a default but the settings.
///
/// ```
/// use std::sync::Arc;
/// use stskit::transport::UreqTransport;
/// use stskit::{Credentials, Settings, sso, sts};
///
/// let settings = Settings::builder().region("eu-west-1").resolve_with(&stskit::host::Scripted::at(0))?;
/// let transport = Arc::new(UreqTransport::new(settings.transport().clone()));
/// let portal = sso::Client::builder(settings.clone()).transport(transport.clone()).build()?;
/// let sts = sts::Client::builder(settings)
///     .credentials(|| Ok(Credentials::new("AKIDEXAMPLE", "secret")))
///     .transport(transport)
///     .build()?;
/// assert_eq!(sts.endpoint().host(), "sts.eu-west-1.amazonaws.com");
/// # Ok::<(), stskit::Error>(())
/// ```
pub struct ClientBuilder<S> {
    settings: Settings,
    credentials: Option<Arc<dyn Provide>>,
    authorizer: Option<Arc<dyn Authorize>>,
    transport: Option<Arc<dyn Transport>>,
    host: Option<Arc<dyn Host>>,
    endpoint: Option<Endpoint>,
    service: PhantomData<fn() -> S>,
}

impl<S: Service> ClientBuilder<S> {
    /// The source of credentials. Defaults to none: then only unsigned operations can be called.
    #[must_use]
    pub fn credentials(mut self, credentials: impl Provide + 'static) -> Self {
        self.credentials = Some(Arc::new(credentials));
        self
    }

    /// What sends the requests. Defaults to [`UreqTransport`] with the settings' limits, proxies and
    /// CA bundle. Share one between clients to share its connections.
    #[must_use]
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// The clock, the sleep and the randomness. Defaults to [`System`].
    #[must_use]
    pub fn host(mut self, host: Arc<dyn Host>) -> Self {
        self.host = Some(host);
        self
    }

    /// The endpoint. Defaults to that of the settings; `sso_region` differs from the settings' region.
    #[must_use]
    pub fn endpoint(mut self, endpoint: Endpoint) -> Self {
        self.endpoint = Some(endpoint);
        self
    }

    /// What makes one more header for each attempt. Defaults to none.
    #[cfg(feature = "login")]
    pub(crate) fn authorizer(mut self, authorizer: impl Authorize + 'static) -> Self {
        self.authorizer = Some(Arc::new(authorizer));
        self
    }

    /// The client.
    ///
    /// # Errors
    /// `InvalidConfiguration`: an endpoint that cannot be used.
    pub fn build(self) -> Result<Client<S>> {
        let endpoint = match self.endpoint {
            Some(endpoint) => endpoint,
            None => self.settings.endpoint(S::ENDPOINT)?,
        };
        let transport =
            self.transport.unwrap_or_else(|| Arc::new(UreqTransport::new(self.settings.transport().clone())));
        let host = self.host.unwrap_or_else(|| Arc::new(System));
        let proofs = Proofs { credentials: self.credentials, authorizer: self.authorizer };
        let inner = Inner::new(S::SIGNING_NAME, endpoint, self.settings, proofs, transport, host)?;
        Ok(Client { inner: Arc::new(inner), service: PhantomData })
    }
}
