//! Signing in: what both flows share, and the flow by device code (RFC 8628).

use std::fmt;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};

use super::cache::TokenCache;
use super::session::SsoSession;
use super::token::{NewToken, SsoToken, seconds};
use crate::client::Response;
use crate::endpoint::EndpointService;
use crate::error::{Error, ErrorKind, ResponseMetadata, Result};
use crate::host::{Cancel, Host, System};
use crate::secret::Secret;
use crate::settings::Settings;
use crate::sso_oidc::{
    Client, CreateToken, CreateTokenOutput, ErrorCode, GRANT_AUTHORIZATION_CODE, RegisterClient, RegisterClientOutput,
    StartDeviceAuthorization,
};
use crate::timestamp::Timestamp;
use crate::transport::Transport;

/// A client registration with less than this left is not used any more.
const REGISTRATION_MARGIN_SECS: i64 = 15 * 60;
/// How long a sign-in waits for its lock: it only writes a file under it.
const LOCK_LIMIT: Duration = Duration::from_secs(30);

/// What a person needs to approve a sign-in by device code.
///
/// RFC 8628 section 3.2 has what each is for.
///
/// ```no_run
/// use stskit::identity_center::{DeviceCode, Login, SsoSession, TokenCache};
///
/// let session = SsoSession::named("dev", "https://d-abc123.awsapps.com/start", "eu-west-1");
/// let login = Login::new(session, TokenCache::default_location()?, stskit::Settings::from_env()?);
/// let token = login.with_device_code(&mut |code: &DeviceCode| {
///     println!("open {} and compare {}", code.verification_uri_complete, code.user_code);
///     Ok(())
/// })?;
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceCode {
    /// The code to compare or type in, such as `ABCD-EFGH`.
    pub user_code: String,
    /// Where to type it in.
    pub verification_uri: String,
    /// The same with the code filled in.
    pub verification_uri_complete: String,
    /// Until when the code can be used.
    pub expires_at: Timestamp,
}

/// Shows the code on standard error: a prompt for terminal programs. Opens no browser.
///
/// ```no_run
/// use stskit::identity_center::{Login, SsoSession, TokenCache, terminal_prompt};
/// let session = SsoSession::named("dev", "https://d-abc123.awsapps.com/start", "eu-west-1");
/// let login = Login::new(session, TokenCache::default_location()?, stskit::Settings::from_env()?);
/// login.with_device_code(&mut terminal_prompt())?;
/// # Ok::<(), stskit::Error>(())
/// ```
///
/// # Errors
/// The prompt answers `Cancelled`, which ends the sign-in, if standard error cannot be written to.
pub fn terminal_prompt() -> impl FnMut(&DeviceCode) -> Result<()> {
    |code: &DeviceCode| {
        let text = format!(
            "To sign in, open this page in a browser:\n\n    {}\n\nand check that it shows the code {} (or type it in at {}).\nWaiting until {} ...\n",
            code.verification_uri_complete, code.user_code, code.verification_uri, code.expires_at
        );
        std::io::stderr().write_all(text.as_bytes()).map_err(|e| {
            Error::new(ErrorKind::Cancelled, "the sign-in code cannot be shown on standard error").with_source(e)
        })
    }
}

/// A sign-in to be done: for which session, into which cache, with which limits.
///
/// It can be done by device code (on any machine) or by redirect (a browser on this one). The new token is
/// written to the cache, where the AWS CLI and the SDKs find it too.
///
/// ```
/// use std::time::Duration;
/// use stskit::emulator::Emulator;
/// use stskit::identity_center::{Cancel, Login, SsoSession, TokenCache};
/// use stskit::{Settings, endpoint::EndpointService};
///
/// let emulator = Emulator::start()?; // in production: neither this nor the endpoint
/// emulator.sso().approve_after(Some(1));
/// # emulator.sso().set_interval(0);
/// let settings = Settings::builder().endpoint_url(EndpointService::SsoOidc, emulator.url()).resolve_with(&stskit::host::Scripted::at(0))?;
/// let session = SsoSession::named("dev", format!("{}/start", emulator.url()), "us-east-1");
/// let cancel = Cancel::new(); // give a clone to the handler of Ctrl-C
/// # let folder = std::env::temp_dir().join(format!("stskit-doc-login-{}", std::process::id()));
/// # let cache = TokenCache::new(&folder);
/// let login = Login::new(session, cache, settings).deadline(Duration::from_secs(300)).cancel(cancel);
/// let token = login.with_device_code(&mut |code| Ok(println!("open {}", code.verification_uri_complete)))?;
/// assert!(!token.access_token().is_empty());
/// # std::fs::remove_dir_all(folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Login {
    pub(super) session: SsoSession,
    pub(super) cache: TokenCache,
    pub(super) settings: Settings,
    pub(super) host: Arc<dyn Host>,
    transport: Option<Arc<dyn Transport>>,
    deadline: Option<Duration>,
    cancel: Cancel,
}

impl Login {
    /// A sign-in with the settings' transport. Makes no call yet.
    pub fn new(session: SsoSession, cache: TokenCache, settings: Settings) -> Self {
        Login {
            session,
            cache,
            settings,
            host: Arc::new(System),
            transport: None,
            deadline: None,
            cancel: Cancel::new(),
        }
    }

    /// Time for the whole sign-in. Defaults to none: the service's code expires after minutes.
    #[must_use]
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.deadline = Some(limit);
        self
    }

    /// A handle that ends the sign-in early. Defaults to none.
    #[must_use]
    pub fn cancel(mut self, cancel: Cancel) -> Self {
        self.cancel = cancel;
        self
    }

    /// What sends the requests. Defaults to the settings' transport.
    #[must_use]
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// The clock and the sleep. Defaults to [`System`].
    #[must_use]
    pub fn host(mut self, host: Arc<dyn Host>) -> Self {
        self.host = host;
        self
    }

    /// Signs in by device code: the person approves in any browser, on any machine.
    ///
    /// `prompt` is called once, on this thread, with what to show; an error of its ends the sign-in. It is
    /// not called where no approval is needed. The token is written to the cache.
    ///
    /// # Errors
    /// The service's error; `Expired` if nobody approves in time; `Timeout` after the deadline;
    /// `Cancelled`; `InvalidConfiguration` if the token cannot be written (an existing one stays).
    pub fn with_device_code(&self, prompt: &mut dyn FnMut(&DeviceCode) -> Result<()>) -> Result<SsoToken> {
        let end = self.end();
        let client = self.client()?;
        let request = RegisterClient {
            scopes: some_if_any(&self.session.registration_scopes),
            ..RegisterClient::new(self.client_name(), "public")
        };
        let (registration, started) = self.registered(&client, &request, |registration| {
            client.start_device_authorization(&StartDeviceAuthorization {
                client_id: registration.client_id.clone(),
                client_secret: registration.client_secret.clone(),
                start_url: self.session.start_url.clone(),
            })
        })?;
        let missing = |name: &str| Error::response(format!("the answer to StartDeviceAuthorization has no {name}"));
        let device_code = started.device_code.clone().ok_or_else(|| missing("deviceCode"))?;
        let lifetime = u64::try_from(started.expires_in.unwrap_or(600)).unwrap_or(0);
        let expires = self.host.monotonic().saturating_add(Duration::from_secs(lifetime));
        let shown = DeviceCode {
            user_code: started.user_code.clone().ok_or_else(|| missing("userCode"))?,
            verification_uri: started.verification_uri.clone().ok_or_else(|| missing("verificationUri"))?,
            verification_uri_complete: started
                .verification_uri_complete
                .clone()
                .or_else(|| started.verification_uri.clone())
                .unwrap_or_default(),
            expires_at: self.host.now().plus_secs(started.expires_in.unwrap_or(600)),
        };
        let mut interval = Duration::from_secs(u64::try_from(started.interval.unwrap_or(5)).unwrap_or(5).max(1));
        let poll = CreateToken::device(&registration.client_id, registration.client_secret.clone(), device_code);
        let mut prompted = false;
        loop {
            self.check(end)?;
            match client.create_token(&poll) {
                Ok(answer) => return self.finish(&registration, &answer),
                Err(e) => match e.sso_oidc_code() {
                    Some(ErrorCode::AuthorizationPendingException) => {}
                    Some(ErrorCode::SlowDownException) => interval += Duration::from_secs(5),
                    Some(ErrorCode::ExpiredTokenException) => return Err(not_approved(e)),
                    _ => return Err(e),
                },
            }
            if !prompted {
                prompt(&shown)?;
                prompted = true;
            }
            if self.host.monotonic().saturating_add(interval) >= expires {
                return Err(not_approved(Error::new(ErrorKind::Expired, "the device code has expired")));
            }
            self.wait(interval, end)?;
        }
    }

    pub(super) fn client(&self) -> Result<Client> {
        let endpoint = self.settings.endpoint_in(EndpointService::SsoOidc, &self.session.region)?;
        let builder = Client::builder(self.settings.clone()).endpoint(endpoint).host(Arc::clone(&self.host));
        match &self.transport {
            Some(transport) => builder.transport(Arc::clone(transport)).build(),
            None => builder.build(),
        }
    }

    pub(super) fn client_name(&self) -> String {
        match &self.session.name {
            Some(name) => format!("stskit-client-{name}"),
            None => format!("stskit-client-{}", self.host.now().as_secs()),
        }
    }

    /// Does `work` with a client registration: a cached one, or a new one if there is none for this flow
    /// or the service does not know it any more.
    pub(super) fn registered<T>(
        &self,
        client: &Client,
        request: &RegisterClient,
        work: impl Fn(&Registration) -> Result<T>,
    ) -> Result<(Registration, T)> {
        let file = self.session.registration_file_name();
        let good_until = self.host.now().plus_secs(REGISTRATION_MARGIN_SECS);
        let grants = request.grant_types.as_deref().unwrap_or_default();
        let by_code = grants.iter().any(|grant| grant == GRANT_AUTHORIZATION_CODE);
        let cached = self.cache.read_document(&file).and_then(|d| Registration::from_document(&d));
        if let Some(registration) = cached.filter(|r| r.expires_at > good_until && r.by_code == by_code) {
            match work(&registration) {
                Err(e) if e.sso_oidc_code() == Some(ErrorCode::InvalidClientException) => {}
                result => return result.map(|done| (registration, done)),
            }
        }
        let registration = Registration::from_answer(&client.register_client(request)?.output, by_code)?;
        if let Err(e) = self.cache.write_document(&file, &registration.to_document(request)) {
            log::warn!("the client registration could not be saved: {e}");
        }
        let done = work(&registration)?;
        Ok((registration, done))
    }

    /// The token of an answer, written to the cache.
    pub(super) fn finish(&self, registration: &Registration, answer: &Response<CreateTokenOutput>) -> Result<SsoToken> {
        let missing = |name: &str| Error::response(format!("the answer to CreateToken has no {name}"));
        let token = SsoToken::renew(
            Map::new(),
            &NewToken {
                start_url: &self.session.start_url,
                region: &self.session.region,
                access_token: answer.access_token.as_ref().ok_or_else(|| missing("accessToken"))?,
                expires_at: self
                    .server_now(&answer.metadata)
                    .plus_secs(answer.expires_in.ok_or_else(|| missing("expiresIn"))?),
                client_id: &registration.client_id,
                client_secret: &registration.client_secret,
                registration_expires_at: registration.expires_at,
                refresh_token: answer.refresh_token.as_ref(),
            },
        )
        .map_err(|why| Error::response(format!("the new token {why}")))?;
        // A refresh of the old token that is under way must not overwrite the new one.
        let _lock = self.cache.lock(&self.cache.path(&self.session), &*self.host, LOCK_LIMIT)?;
        self.cache.write(&self.session, &token)?;
        Ok(token)
    }

    /// The service's time if it says so: the local clock may be wrong.
    fn server_now(&self, metadata: &ResponseMetadata) -> Timestamp {
        metadata.header("date").and_then(Timestamp::parse_http_date).unwrap_or_else(|| self.host.now())
    }

    pub(super) fn end(&self) -> Option<Duration> {
        self.deadline.map(|limit| self.host.monotonic().saturating_add(limit))
    }

    /// Is there still a reason to go on?
    pub(super) fn check(&self, end: Option<Duration>) -> Result<()> {
        if self.cancel.is_cancelled() {
            return Err(Error::new(ErrorKind::Cancelled, "the sign-in was cancelled"));
        }
        if end.is_some_and(|end| self.host.monotonic() >= end) {
            return Err(Error::new(ErrorKind::Timeout, "the sign-in was not approved before its deadline"));
        }
        Ok(())
    }

    /// Sleeps in slices, so that a cancel or the deadline ends it early.
    fn wait(&self, duration: Duration, end: Option<Duration>) -> Result<()> {
        let until = self.host.monotonic().saturating_add(duration);
        loop {
            self.check(end)?;
            let left = until.saturating_sub(self.host.monotonic());
            if left.is_zero() {
                return Ok(());
            }
            self.host.sleep(left.min(Duration::from_millis(100)));
        }
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("session", &self.session)
            .field("cache", &self.cache)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

fn not_approved(source: Error) -> Error {
    Error::new(ErrorKind::Expired, "the sign-in was not approved before its code expired: start again")
        .with_source(source)
}

pub(super) fn some_if_any(scopes: &[String]) -> Option<Vec<String>> {
    (!scopes.is_empty()).then(|| scopes.to_vec())
}

/// A registered OIDC client.
pub(super) struct Registration {
    pub(super) client_id: String,
    pub(super) client_secret: Secret,
    pub(super) expires_at: Timestamp,
    /// It may use authorization codes and refresh tokens, and nothing else. Without: device codes.
    by_code: bool,
}

impl Registration {
    fn from_document(document: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| document.get(name).and_then(Value::as_str).filter(|t| !t.is_empty());
        Some(Registration {
            client_id: text("clientId")?.to_owned(),
            client_secret: text("clientSecret")?.into(),
            expires_at: Timestamp::parse(text("expiresAt")?)?,
            by_code: match document.get("grantTypes") {
                Some(Value::Array(grants)) => grants.iter().any(|grant| grant == GRANT_AUTHORIZATION_CODE),
                _ => false,
            },
        })
    }

    fn from_answer(answer: &RegisterClientOutput, by_code: bool) -> Result<Self> {
        let missing = |name: &str| Error::response(format!("the answer to RegisterClient has no {name}"));
        Ok(Registration {
            client_id: answer.client_id.clone().ok_or_else(|| missing("clientId"))?,
            client_secret: answer.client_secret.clone().ok_or_else(|| missing("clientSecret"))?,
            expires_at: Timestamp::from_secs(
                answer.client_secret_expires_at.ok_or_else(|| missing("clientSecretExpiresAt"))?,
            ),
            by_code,
        })
    }

    fn to_document(&self, request: &RegisterClient) -> Map<String, Value> {
        let mut document = Map::new();
        document.insert("clientId".into(), self.client_id.as_str().into());
        document.insert("clientSecret".into(), self.client_secret.expose().into());
        document.insert("expiresAt".into(), seconds(self.expires_at).into());
        for (name, list) in [("scopes", &request.scopes), ("grantTypes", &request.grant_types)] {
            if let Some(list) = list {
                document.insert(name.into(), list.clone().into());
            }
        }
        document
    }
}
