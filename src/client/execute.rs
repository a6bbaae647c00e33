//! The bracket of a call: credentials, signature, request, answer by status; retries around it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Uri, header};

use super::authorize::{Attempt, Authorize};
use crate::credential::{Credentials, Provide};
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind, ResponseMetadata, Result, RetryStop, ServiceError};
use crate::host::{self, Host};
use crate::percent::percent_encode_into;
use crate::protocol::{Facts, Protocol, WireRequest};
use crate::retry::{Decision, Failure, Policy, TokenBucket};
use crate::settings::Settings;
use crate::sign::{PresignedUrl, SignableRequest, Signer};
use crate::timestamp::Timestamp;
use crate::transport::{Transport, TransportError, TransportErrorKind};

/// A server's clock that differs by more than this has ours corrected.
const SKEW_TOLERANCE_MILLIS: i64 = 4 * 60 * 1000;

/// What the clones of a client share.
pub(super) struct Inner {
    pub(super) endpoint: Endpoint,
    /// The URI of the path `/`.
    root: Uri,
    /// `None`: no region to sign for.
    signer: Option<Signer>,
    proofs: Proofs,
    transport: Arc<dyn Transport>,
    host: Arc<dyn Host>,
    policy: Policy,
    bucket: TokenBucket,
    user_agent: HeaderValue,
    pub(super) settings: Settings,
    /// Milliseconds to add to the local clock; learned from the service.
    clock_offset: AtomicI64,
}

/// What attempts are proved with; each is asked anew for each attempt.
pub(super) struct Proofs {
    /// For operations that are signed.
    pub(super) credentials: Option<Arc<dyn Provide>>,
    /// For every operation.
    pub(super) authorizer: Option<Arc<dyn Authorize>>,
}

/// An attempt that was answered.
struct Answer {
    metadata: ResponseMetadata,
    body: Vec<u8>,
}

/// How an attempt failed: what retries look at, and the error to give up with.
enum AttemptError {
    Service(Box<ServiceError>),
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
    pub(super) fn new(
        signing_name: &str,
        endpoint: Endpoint,
        settings: Settings,
        proofs: Proofs,
        transport: Arc<dyn Transport>,
        host: Arc<dyn Host>,
    ) -> Result<Self> {
        let user_agent = HeaderValue::try_from(settings.user_agent(endpoint.is_custom()))
            .map_err(|e| Error::configuration("the User-Agent cannot be sent").with_source(e))?;
        Ok(Inner {
            root: endpoint.uri("/")?,
            signer: endpoint.signing_region().map(|region| Signer::new(signing_name, region)),
            proofs,
            transport,
            host,
            policy: settings.retry(),
            bucket: TokenBucket::new(),
            clock_offset: AtomicI64::new(0),
            user_agent,
            endpoint,
            settings,
        })
    }

    pub(super) fn clock_offset(&self) -> i64 {
        self.clock_offset.load(Ordering::Relaxed)
    }

    fn now(&self) -> Timestamp {
        self.host.now().plus_millis(self.clock_offset.load(Ordering::Relaxed))
    }

    fn signer(&self) -> Result<&Signer> {
        self.signer.as_ref().ok_or_else(|| {
            Error::configuration(format!(
                "no region to sign for: the endpoint {} is a custom one; set AWS_REGION, \
                 AWS_DEFAULT_REGION or region in the profile",
                self.endpoint.url()
            ))
        })
    }

    fn resolve_credentials(&self) -> Result<Credentials> {
        match &self.proofs.credentials {
            Some(source) => source.credentials(),
            None => Err(Error::new(
                ErrorKind::NoCredentials,
                "the client was built without a source of credentials, and this operation has to be signed",
            )),
        }
    }

    /// A GET with this query, presigned. Not generic, as `attempts`.
    pub(super) fn presign(&self, query: &str, expires_seconds: u32, headers: &[(&str, &str)]) -> Result<PresignedUrl> {
        for (name, value) in headers {
            if HeaderName::from_bytes(name.as_bytes()).is_err() || HeaderValue::from_str(value).is_err() {
                return Err(Error::input(format!("the header {name:.60?} cannot be sent with its value")));
            }
        }
        let credentials = self.resolve_credentials()?;
        let request = SignableRequest {
            method: "GET",
            scheme: self.endpoint.scheme(),
            host: self.endpoint.host(),
            path: self.root.path(),
            query,
            headers,
            body: b"",
        };
        self.signer()?.presign(&request, &credentials, self.now(), Some(expires_seconds))
    }

    /// The bracket: attempts until one succeeds, or none is worth another.
    pub(super) fn execute<P: Protocol>(
        &self,
        request: &WireRequest,
        signed: bool,
        facts: &Facts,
    ) -> Result<(Vec<u8>, ResponseMetadata)> {
        let read = |response, attempt| self.read(response, attempt, P::parse_error);
        let secrets = || P::secrets(request, facts);
        self.attempts(request, signed, &read, &secrets)
    }

    /// Not generic: one copy in the program, however many operations there are.
    fn attempts(
        &self,
        request: &WireRequest,
        signed: bool,
        read: &dyn Fn(http::Response<Vec<u8>>, u32) -> Result<Answer, Box<ServiceError>>,
        secrets: &dyn Fn() -> Vec<String>,
    ) -> Result<(Vec<u8>, ResponseMetadata)> {
        let uri = match request.path_and_query.as_ref() {
            "/" => self.root.clone(),
            path => self.endpoint.uri(path)?,
        };
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
            host::check_cancel(&*self.host).map_err(|e| e.with_attempts(progress.attempt - 1, None))?;
            if left.is_some_and(|left| left.is_zero()) {
                let error = Error::new(ErrorKind::Timeout, "the time for the whole call has passed");
                return Err(error.with_attempts(progress.attempt - 1, Some(RetryStop::Deadline)));
            }
            let credentials = if signed { Some(self.resolve_credentials()?) } else { None };
            let mut attempt = self.request(request, &uri, credentials.as_ref(), invocation_id.as_ref(), &progress)?;
            let proof = self.authorize(&mut attempt)?;
            log::debug!(
                "{} {}{}, {}, attempt {}",
                attempt.method(),
                self.endpoint.url(),
                uri.path(),
                match &credentials {
                    Some(keys) => format!("signed with {}", keys.access_key_id()),
                    None => "not signed".to_owned(),
                },
                progress.attempt
            );
            let sent_at = self.host.monotonic();
            let sent = self.transport.send(attempt, left);
            let time = || self.host.monotonic().saturating_sub(sent_at).as_millis();
            let failed =
                match sent.inspect(|answer| log::debug!("status {} after {} ms", answer.status().as_u16(), time())) {
                    Ok(response) => match read(response, progress.attempt) {
                        Ok(answer) => {
                            self.bucket.succeeded(progress.last_cost);
                            return Ok((answer.body, answer.metadata));
                        }
                        Err(mut service) => {
                            let secrets = secrets().into_iter().chain(proof).collect();
                            scrub_answer(&mut service, secrets, credentials.as_ref());
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
        wire: &'b WireRequest,
        uri: &Uri,
        credentials: Option<&Credentials>,
        invocation_id: Option<&HeaderValue>,
        progress: &Progress,
    ) -> Result<http::Request<&'b [u8]>> {
        let mut headers = HeaderMap::with_capacity(12);
        if let Some(content_type) = wire.content_type {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        for (name, value) in &wire.headers {
            let mut value = HeaderValue::from_str(value.expose()).map_err(|_| {
                Error::input(format!("the value for the header {name} holds a character that cannot stand in it"))
            })?;
            value.set_sensitive(true);
            headers.insert(HeaderName::from_static(name), value);
        }
        if let Some(credentials) = credentials {
            let content_type = [("content-type", wire.content_type.unwrap_or_default())];
            let request = SignableRequest {
                method: wire.method.as_str(),
                scheme: self.endpoint.scheme(),
                host: self.endpoint.host(),
                path: uri.path(),
                query: uri.query().unwrap_or_default(),
                headers: if wire.content_type.is_some() { &content_type } else { &[] },
                body: wire.body.as_bytes(),
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
        let mut request = http::Request::new(wire.body.as_bytes());
        *request.method_mut() = wire.method.clone();
        *request.uri_mut() = uri.clone();
        *request.headers_mut() = headers;
        Ok(request)
    }

    /// Adds the authorizer's header, and answers its value.
    fn authorize(&self, request: &mut http::Request<&[u8]>) -> Result<Option<String>> {
        let Some(authorizer) = &self.proofs.authorizer else { return Ok(None) };
        let id = host::uuid(&*self.host);
        let attempt = Attempt { method: request.method(), uri: request.uri(), now: self.now(), id: &id };
        let proof = authorizer.value(&attempt)?;
        let name = authorizer.header();
        let mut value = HeaderValue::from_str(&proof)
            .map_err(|e| Error::input(format!("the header {name} cannot be sent")).with_source(e))?;
        value.set_sensitive(true);
        request.headers_mut().insert(HeaderName::from_static(name), value);
        Ok(Some(proof))
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
                percent_encode_into(&mut encoded, character.encode_utf8(&mut [0; 4]));
            }
        }
        HeaderValue::try_from(encoded).ok()
    }

    /// Success or service error, by status.
    fn read(
        &self,
        response: http::Response<Vec<u8>>,
        attempt: u32,
        parse_error: fn(&[u8], ResponseMetadata) -> ServiceError,
    ) -> Result<Answer, Box<ServiceError>> {
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
            Err(Box::new(parse_error(&body, metadata)))
        }
    }

    fn invalidate_expired(&self, service: &ServiceError, credentials: Option<&Credentials>) {
        let expired = matches!(service.code(), "ExpiredToken" | "ExpiredTokenException" | "InvalidToken");
        if let (true, Some(credentials), Some(source)) = (expired, credentials, &self.proofs.credentials) {
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
            AttemptError::Service(error) => Error::from_service(*error),
            AttemptError::Transport(error) => transport_error(error),
        };
        Err(error.with_attempts(progress.attempt, stop))
    }

    /// The service refuses the signature because our clock is wrong: take over its clock, once a call. What it
    /// says to a proof from another time is nowhere told, so there any refusal will do.
    fn learns_clock(&self, error: &ServiceError, progress: &Progress) -> bool {
        const CODES: &[&str] = &[
            "RequestTimeTooSkewed",
            "RequestExpired",
            "RequestInTheFuture",
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "AuthFailure",
        ];
        let proven = self.proofs.authorizer.is_some();
        let may = self.settings.corrects_clock_skew()
            && !progress.skew_corrected
            && progress.attempt < self.policy.max_attempts
            && (CODES.contains(&error.code()) || proven && matches!(error.metadata.status, 400 | 401 | 403));
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

/// Takes the secrets of the request, as they are and percent-encoded, out of the error.
fn scrub_answer(service: &mut ServiceError, mut secrets: Vec<String>, credentials: Option<&Credentials>) {
    if let Some(credentials) = credentials {
        secrets.push(credentials.secret_access_key().to_owned());
        secrets.extend(credentials.session_token().map(str::to_owned));
    }
    let encoded: Vec<String> = secrets
        .iter()
        .map(|secret| {
            let mut encoded = String::new();
            percent_encode_into(&mut encoded, secret);
            encoded
        })
        .collect();
    secrets.extend(encoded);
    service.scrub(&secrets);
}

fn transport_error(error: TransportError) -> Error {
    let hint = match error.kind() {
        TransportErrorKind::Resolve => "; check the region and the endpoint URL",
        TransportErrorKind::Proxy => "; check HTTPS_PROXY, HTTP_PROXY and NO_PROXY",
        _ => "",
    };
    Error::new(error.kind().as_error_kind(), format!("{error}{hint}")).with_source(error)
}
