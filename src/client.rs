//! One call, in the order in which it happens: serialise -> [ credentials -> sign -> send ] in retries
//! -> parse. Everything left of the bracket happens once, everything in it once per attempt.
//!
//! A service declares its operations (`sts`); nothing here knows any of them, nor where credentials
//! come from.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::credential::{Credentials, Provide};
use crate::endpoint::{Endpoint, EndpointService};
use crate::error::{Error, ErrorKind, ResponseMetadata, Result, RetryStop, ServiceError};
use crate::host::{self, Host, System};
use crate::protocol::{self, query};
use crate::retry::{Decision, Failure, Policy, TokenBucket};
use crate::settings::Settings;
use crate::sign::{PresignedUrl, SignableRequest, Signer};
use crate::timestamp::Timestamp;
use crate::transport::{Transport, TransportError, TransportErrorKind, UreqTransport};

const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";
/// A server's clock that differs by more than this has ours corrected.
const SKEW_TOLERANCE_MILLIS: i64 = 4 * 60 * 1000;

/// A service that operations belong to.
pub trait Service: 'static {
    /// Its row in the endpoint rules.
    const ENDPOINT: EndpointService;
    /// Its name in the scope of signatures.
    const SIGNING_NAME: &'static str;
    /// Its API version.
    const API_VERSION: &'static str;
}

/// Whether an operation is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// Signed with SigV4.
    SigV4,
    /// Not signed: credentials are never looked for.
    None,
}

/// An operation of a service: its input type, which knows its output, name and rules.
///
/// Implemented by the input structures of the services, not by users.
pub trait Operation: Serialize + sealed::Declared {
    /// The service it belongs to.
    type Service: Service;
    /// What it answers.
    type Output: DeserializeOwned;
    /// Its name on the wire, such as `AssumeRole`.
    const NAME: &'static str;
    /// Whether it is signed.
    const AUTH: Auth;
}

pub(crate) mod sealed {
    use crate::protocol::query::Minimum;

    /// What the table of a service says of an operation, beyond what users see.
    pub trait Declared {
        #[doc(hidden)]
        const MINIMUMS: &'static [Minimum];
        /// Members that must not appear in error texts.
        #[doc(hidden)]
        const SECRETS: &'static [&'static str];
    }
}

/// The output of an operation with what came along: dereferences to the output.
#[derive(Debug, Clone, PartialEq)]
pub struct Response<T> {
    /// The output.
    pub output: T,
    /// Request id, HTTP status, headers, retries.
    pub metadata: ResponseMetadata,
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.output
    }
}

/// Calls the operations of one service. Cheap to clone, `Send + Sync`: one serves a whole program.
///
/// See [`sts::Client`](crate::sts::Client).
pub struct Client<S> {
    inner: Arc<Inner>,
    service: PhantomData<fn() -> S>,
}

impl<S> Clone for Client<S> {
    fn clone(&self) -> Self {
        Client { inner: Arc::clone(&self.inner), service: PhantomData }
    }
}

struct Inner {
    endpoint: Endpoint,
    root: Uri,
    /// `None`: no region to sign for.
    signer: Option<Signer>,
    credentials: Option<Arc<dyn Provide>>,
    transport: Arc<dyn Transport>,
    host: Arc<dyn Host>,
    policy: Policy,
    bucket: TokenBucket,
    user_agent: HeaderValue,
    settings: Settings,
    /// Milliseconds to add to the local clock; learned from the service.
    clock_offset: AtomicI64,
}

impl<S: Service> Client<S> {
    /// Starts a client from resolved settings.
    pub fn builder(settings: Settings) -> ClientBuilder<S> {
        ClientBuilder { settings, credentials: None, transport: None, host: None, service: PhantomData }
    }

    /// A client with settings from the environment and the given source of credentials.
    ///
    /// # Errors
    /// A setting that cannot be used.
    pub fn new(settings: Settings, credentials: impl Provide + 'static) -> Result<Self> {
        Self::builder(settings).credentials(credentials).build()
    }

    /// Calls an operation. Blocks until the answer is there or the call has failed for good.
    ///
    /// # Errors
    /// Before sending: a member below its minimum, no credentials, no region. After sending: the
    /// service's error, or what kept it from answering, once the retries are used up.
    pub fn call<O: Operation<Service = S>>(&self, input: &O) -> Result<Response<O::Output>> {
        let call = || {
            let body = self.form(input)?;
            let facts = Facts { auth: O::AUTH, secrets: O::SECRETS };
            let (answer, mut metadata) = self.inner.execute(&facts, body.as_bytes())?;
            let (output, request_id) = protocol::parse_query_answer(O::NAME, &answer)
                .map_err(|e| e.with_attempts(metadata.retry_attempts + 1, None))?;
            if request_id.is_some() {
                metadata.request_id = request_id;
            }
            Ok(Response { output, metadata })
        };
        call().map_err(|e: Error| e.with_operation(O::NAME))
    }

    /// Presigns an operation as a GET: whoever has the URL may make the call until it expires.
    ///
    /// `expires_seconds` is 1 to 604,800; STS itself honours 15 minutes at most, and less if the
    /// credentials end sooner. `headers` are signed and have to be sent along.
    ///
    /// # Errors
    /// As [`call`](Self::call) before sending; nothing is sent.
    pub fn presign<O: Operation<Service = S>>(
        &self,
        input: &O,
        expires_seconds: u32,
        headers: &[(&str, &str)],
    ) -> Result<PresignedUrl> {
        let presign = || {
            let query = self.form(input)?;
            let inner = &*self.inner;
            for (name, value) in headers {
                if HeaderName::from_bytes(name.as_bytes()).is_err() || HeaderValue::from_str(value).is_err() {
                    return Err(Error::input(format!("the header {name:.60?} cannot be sent with its value")));
                }
            }
            let credentials = inner.resolve_credentials()?;
            let request = SignableRequest {
                method: "GET",
                scheme: inner.endpoint.scheme(),
                host: inner.endpoint.host(),
                path: inner.root.path(),
                query: &query,
                headers,
                body: b"",
            };
            inner.signer()?.presign(&request, &credentials, inner.now(), Some(expires_seconds))
        };
        presign().map_err(|e: Error| e.with_operation(O::NAME))
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
        self.inner.clock_offset.load(Ordering::Relaxed)
    }

    fn form<O: Operation<Service = S>>(&self, input: &O) -> Result<String> {
        query::to_form(O::NAME, S::API_VERSION, input, O::MINIMUMS).map_err(|e| Error::input(e.to_string()))
    }
}

impl<S> fmt::Debug for Client<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("endpoint", &self.inner.endpoint.url()).finish_non_exhaustive()
    }
}

/// The parts of a [`Client`], each with a default but the settings.
pub struct ClientBuilder<S> {
    settings: Settings,
    credentials: Option<Arc<dyn Provide>>,
    transport: Option<Arc<dyn Transport>>,
    host: Option<Arc<dyn Host>>,
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

    /// The client.
    ///
    /// # Errors
    /// An endpoint that cannot be used.
    pub fn build(self) -> Result<Client<S>> {
        let settings = self.settings;
        let endpoint = settings.endpoint(S::ENDPOINT)?;
        let user_agent = HeaderValue::try_from(settings.user_agent(endpoint.is_custom()))
            .map_err(|e| Error::configuration("the User-Agent cannot be sent").with_source(e))?;
        let inner = Inner {
            root: endpoint.uri("/")?,
            signer: endpoint.signing_region().map(|region| Signer::new(S::SIGNING_NAME, region)),
            credentials: self.credentials,
            transport: self.transport.unwrap_or_else(|| Arc::new(UreqTransport::new(settings.transport().clone()))),
            host: self.host.unwrap_or_else(|| Arc::new(System)),
            policy: settings.retry(),
            bucket: TokenBucket::new(),
            clock_offset: AtomicI64::new(0),
            user_agent,
            endpoint,
            settings,
        };
        Ok(Client { inner: Arc::new(inner), service: PhantomData })
    }
}

/// What the attempts of a call look at.
struct Facts {
    auth: Auth,
    secrets: &'static [&'static str],
}

/// An attempt that was answered.
struct Answer {
    metadata: ResponseMetadata,
    body: Vec<u8>,
}

/// How an attempt failed: what retries look at, and the error to give up with.
enum AttemptError {
    Service(ServiceError),
    Transport(TransportError),
}

/// What the attempts of one call share.
struct Progress {
    attempt: u32,
    deadline: Option<Duration>,
    last_cost: Option<u32>,
    skew_corrected: bool,
    /// The last answer had a date: the next attempt may say until when it will wait.
    server_date: bool,
}

impl Inner {
    fn now(&self) -> Timestamp {
        self.host.now().plus_millis(self.clock_offset.load(Ordering::Relaxed))
    }

    fn signer(&self) -> Result<&Signer> {
        self.signer.as_ref().ok_or_else(|| {
            Error::configuration(format!(
                "no region to sign for: the endpoint {} is a custom one, so set AWS_REGION or give a region in the settings",
                self.endpoint.url()
            ))
        })
    }

    fn resolve_credentials(&self) -> Result<Credentials> {
        match &self.credentials {
            Some(source) => source.credentials(),
            None => Err(Error::new(
                ErrorKind::NoCredentials,
                "the client was built without a source of credentials, and this operation has to be signed",
            )),
        }
    }

    /// The bracket: attempts until one succeeds, or none is worth another.
    fn execute(&self, facts: &Facts, body: &[u8]) -> Result<(Vec<u8>, ResponseMetadata)> {
        let invocation_id = HeaderValue::try_from(host::uuid(&*self.host)).ok();
        let mut progress = Progress {
            attempt: 1,
            deadline: self.settings.operation_timeout().map(|t| self.host.monotonic().saturating_add(t)),
            last_cost: None,
            skew_corrected: false,
            server_date: false,
        };
        loop {
            let left = progress.deadline.map(|d| d.saturating_sub(self.host.monotonic()));
            if left.is_some_and(|left| left.is_zero()) {
                let error = Error::new(ErrorKind::Timeout, "the time for the whole call has passed");
                return Err(error.with_attempts(progress.attempt - 1, Some(RetryStop::Deadline)));
            }
            let credentials = match facts.auth {
                Auth::SigV4 => Some(self.resolve_credentials()?),
                Auth::None => None,
            };
            let request = self.request(body, credentials.as_ref(), invocation_id.as_ref(), &progress)?;
            let secrets = || secrets(facts, body, credentials.as_ref());
            let failed = match self.transport.send(request, left) {
                Ok(response) => match self.read(response, progress.attempt, secrets) {
                    Ok(answer) => {
                        self.bucket.succeeded(progress.last_cost);
                        return Ok((answer.body, answer.metadata));
                    }
                    Err(service) => {
                        self.invalidate_expired(&service, credentials.as_ref());
                        AttemptError::Service(service)
                    }
                },
                Err(error) => AttemptError::Transport(error),
            };
            self.prepare_next(failed, &mut progress)?;
        }
    }

    /// One attempt's request: a fresh date, fresh credentials, the same body and invocation id.
    fn request<'b>(
        &self,
        body: &'b [u8],
        credentials: Option<&Credentials>,
        invocation_id: Option<&HeaderValue>,
        progress: &Progress,
    ) -> Result<http::Request<&'b [u8]>> {
        let mut headers = HeaderMap::with_capacity(12);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(FORM));
        if let Some(credentials) = credentials {
            let request = SignableRequest {
                method: "POST",
                scheme: self.endpoint.scheme(),
                host: self.endpoint.host(),
                path: self.root.path(),
                query: "",
                headers: &[("content-type", FORM)],
                body,
            };
            let signed = self.signer()?.sign(&request, credentials, self.now())?;
            for (name, value) in signed.iter() {
                let mut value = HeaderValue::from_str(value).map_err(|e| {
                    Error::input(format!("the credentials hold a character that cannot stand in the header {name}"))
                        .with_source(e)
                })?;
                value.set_sensitive(name != "x-amz-date");
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        headers.insert(header::USER_AGENT, self.user_agent.clone());
        if let Some(id) = invocation_id {
            headers.insert(HeaderName::from_static("amz-sdk-invocation-id"), id.clone());
        }
        if let Ok(value) = HeaderValue::try_from(self.retry_header(progress)) {
            headers.insert(HeaderName::from_static("amz-sdk-request"), value);
        }
        if let Some(trace) = self.trace_id() {
            headers.insert(HeaderName::from_static("x-amzn-trace-id"), trace);
        }
        let mut request = http::Request::new(body);
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.root.clone();
        *request.headers_mut() = headers;
        Ok(request)
    }

    /// `ttl=20260102T030435Z; attempt=2; max=3`: the first attempt says `max` only under the 2026 rules,
    /// and `ttl` is said once the server's clock is known.
    fn retry_header(&self, progress: &Progress) -> String {
        let mut text = String::with_capacity(48);
        if progress.server_date {
            let wait = i64::try_from(self.settings.transport().read_timeout.as_secs()).unwrap_or(i64::MAX);
            text.push_str("ttl=");
            text.push_str(self.now().plus_secs(wait).amz_date().long());
            text.push_str("; ");
        }
        text.push_str("attempt=");
        text.push_str(&progress.attempt.to_string());
        if progress.attempt > 1 || self.policy.retries_2026 {
            text.push_str("; max=");
            text.push_str(&self.policy.max_attempts.to_string());
        }
        text
    }

    fn trace_id(&self) -> Option<HeaderValue> {
        if !self.settings.in_lambda() {
            return None;
        }
        let id = self.host.var("_X_AMZN_TRACE_ID")?.into_string().ok().filter(|id| !id.is_empty())?;
        let mut encoded = String::with_capacity(id.len());
        for character in id.chars() {
            if character.is_ascii_alphanumeric() || "-._~=;:+&[]{}\"',".contains(character) {
                encoded.push(character);
            } else {
                crate::sign::percent_encode_into(&mut encoded, character.encode_utf8(&mut [0; 4]));
            }
        }
        HeaderValue::try_from(encoded).ok()
    }

    /// Success or service error, by status. Services quote what they were sent (the canonical request of a
    /// bad signature holds the token): an error is scrubbed of the `secrets` of the request.
    fn read(
        &self,
        response: http::Response<Vec<u8>>,
        attempt: u32,
        secrets: impl FnOnce() -> Vec<String>,
    ) -> Result<Answer, ServiceError> {
        let (parts, body) = response.into_parts();
        let headers: Vec<(String, String)> = parts
            .headers
            .iter()
            .filter_map(|(name, value)| {
                Some((name.as_str().to_owned(), std::str::from_utf8(value.as_bytes()).ok()?.to_owned()))
            })
            .collect();
        let mut metadata =
            ResponseMetadata { request_id: None, status: parts.status.as_u16(), headers, retry_attempts: attempt - 1 };
        metadata.request_id = metadata.header("x-amzn-requestid").map(str::to_owned);
        if parts.status.is_success() {
            if self.clock_offset.load(Ordering::Relaxed) != 0 {
                self.drop_needless_offset(&metadata);
            }
            Ok(Answer { metadata, body })
        } else {
            Err(protocol::parse_query_error(&body, metadata, &secrets()))
        }
    }

    fn invalidate_expired(&self, service: &ServiceError, credentials: Option<&Credentials>) {
        let expired = matches!(service.code(), "ExpiredToken" | "ExpiredTokenException" | "InvalidToken");
        if let (true, Some(credentials), Some(source)) = (expired, credentials, &self.credentials) {
            source.invalidate(credentials);
        }
    }

    /// Waits for the next attempt, or gives up with the error.
    fn prepare_next(&self, failed: AttemptError, progress: &mut Progress) -> Result<()> {
        let failure = match &failed {
            AttemptError::Transport(error) => Failure::Transport(error.kind()),
            AttemptError::Service(error) => {
                progress.server_date = error.metadata.header("date").is_some();
                if self.learns_clock(error, progress) {
                    progress.skew_corrected = true;
                    progress.attempt += 1;
                    return Ok(());
                }
                Failure::Service {
                    status: error.metadata.status,
                    code: error.code(),
                    retry_after: error.metadata.header("x-amz-retry-after"),
                }
            }
        };
        let stop = match self.policy.decide(failure, progress.attempt, &self.bucket, self.host.random_unit()) {
            Decision::Retry { after, cost } => {
                let end = progress.deadline;
                if end.is_none_or(|end| self.host.monotonic().saturating_add(after) < end) {
                    log::debug!("attempt {} failed, trying again in {after:?}", progress.attempt);
                    self.host.sleep(after);
                    progress.last_cost = Some(cost);
                    progress.attempt += 1;
                    return Ok(());
                }
                Some(RetryStop::Deadline)
            }
            Decision::GiveUp(stop) => stop,
        };
        let error = match failed {
            AttemptError::Service(error) => Error::from_service(error),
            AttemptError::Transport(error) => transport_error(error),
        };
        Err(error.with_attempts(progress.attempt, stop))
    }

    /// The service refuses the signature because our clock is wrong: take over its clock, once a call.
    fn learns_clock(&self, error: &ServiceError, progress: &Progress) -> bool {
        const CODES: &[&str] = &[
            "RequestTimeTooSkewed",
            "RequestExpired",
            "RequestInTheFuture",
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "AuthFailure",
        ];
        let may = self.settings.corrects_clock_skew()
            && !progress.skew_corrected
            && progress.attempt < self.policy.max_attempts
            && CODES.contains(&error.code());
        let Some(offset) = may.then(|| self.offset_of(&error.metadata)).flatten() else { return false };
        // A local clock that has been set right meanwhile needs no offset any more.
        let offset = if offset.abs() < SKEW_TOLERANCE_MILLIS { 0 } else { offset };
        let in_use = self.clock_offset.load(Ordering::Relaxed);
        if (offset - in_use).abs() <= SKEW_TOLERANCE_MILLIS {
            return false;
        }
        log::warn!(
            "the local clock differs from {}'s by {} s: signing with its time",
            self.endpoint.host(),
            offset / 1000
        );
        self.clock_offset.store(offset, Ordering::Relaxed);
        true
    }

    fn drop_needless_offset(&self, metadata: &ResponseMetadata) {
        if self.offset_of(metadata).is_some_and(|offset| offset.abs() < SKEW_TOLERANCE_MILLIS) {
            self.clock_offset.store(0, Ordering::Relaxed);
        }
    }

    /// The server's time less the uncorrected local time.
    fn offset_of(&self, metadata: &ResponseMetadata) -> Option<i64> {
        let server = Timestamp::parse_http_date(metadata.header("date")?)?;
        Some(server.millis_since(self.host.now()))
    }
}

/// The secrets of a request, as they are and as they stand in a form.
fn secrets(facts: &Facts, body: &[u8], credentials: Option<&Credentials>) -> Vec<String> {
    let mut secrets = query::form_values(body, facts.secrets);
    if let Some(credentials) = credentials {
        secrets.push(credentials.secret_access_key().to_owned());
        secrets.extend(credentials.session_token().map(str::to_owned));
    }
    for at in 0..secrets.len() {
        let mut encoded = String::new();
        crate::sign::percent_encode_into(&mut encoded, secrets.get(at).map_or("", String::as_str));
        secrets.push(encoded);
    }
    secrets
}

fn transport_error(error: TransportError) -> Error {
    let (kind, hint) = match error.kind() {
        TransportErrorKind::InvalidRequest => (ErrorKind::InvalidInput, ""),
        TransportErrorKind::Certificate | TransportErrorKind::Tls => (ErrorKind::Tls, ""),
        TransportErrorKind::Deadline | TransportErrorKind::ReadTimeout | TransportErrorKind::ConnectTimeout => {
            (ErrorKind::Timeout, "")
        }
        TransportErrorKind::TooLarge | TransportErrorKind::Protocol => (ErrorKind::InvalidResponse, ""),
        TransportErrorKind::Resolve => (ErrorKind::Network, "; check the region and the endpoint URL"),
        TransportErrorKind::Proxy => (ErrorKind::Network, "; check HTTPS_PROXY, HTTP_PROXY and NO_PROXY"),
        TransportErrorKind::Connect | TransportErrorKind::Closed | TransportErrorKind::Other => {
            (ErrorKind::Network, "")
        }
    };
    Error::new(kind, format!("{error}{hint}")).with_source(error)
}
