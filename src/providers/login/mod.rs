//! Credentials of a sign-in with `aws login`: read from its cache file, refreshed at the sign-in service.
//!
//! The file is `token`'s; how it is locked, read and replaced is the token cache's of `identity_center`. The sign-in
//! itself is the AWS CLI's business.

mod token;

use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256};

use self::token::LoginToken;
use super::cached::{backoff_end, is_recoverable};
use super::clock::ServiceClock;
use crate::credential::{Credentials, Provide};
use crate::dpop::DpopKey;
use crate::endpoint::{Endpoint, EndpointService};
use crate::error::{Denial, Error, LoginRequired, Result};
use crate::host::{Host, System};
use crate::identity_center::TokenCache;
use crate::secret::Secret;
use crate::settings::Settings;
use crate::signin::{Client, CreateOAuth2Token};
use crate::timestamp::Timestamp;
use crate::transport::{Transport, UreqTransport};

/// Credentials with this much left or less are refreshed.
const WINDOW_MILLIS: i64 = 5 * 60 * 1000;
/// A refresh in another process takes its attempts' time at the most.
const LOCK_LIMIT: Duration = Duration::from_secs(120);
/// Other programs refresh without our lock: time between the service's answer to them and their write.
const FOREIGN_WRITE: Duration = Duration::from_millis(250);

/// The credentials of a sign-in to the console with `aws login`
/// (<https://docs.aws.amazon.com/sdkref/latest/guide/feature-login-credentials.html>).
///
/// Each call reads the cache file, which the AWS CLI and the SDKs share: put a [`Cached`](super::Cached) in front.
/// The keys of the file are served until they have 5 minutes left. Then the sign-in service gives new ones, and the
/// file is replaced under a lock across processes; whoever comes late reads it again. If that fails in a way that may
/// recover, the keys are served as long as they are good, and the service is left alone for 5 to 10 minutes.
///
/// Share it freely. A call blocks while the credentials are refreshed, or, once they have expired, while another
/// thread or process refreshes them.
///
/// ```no_run
/// use stskit::providers::{Cached, Login, Stability};
/// use stskit::{Provide, Settings};
///
/// let settings = Settings::builder().profile("dev").resolve()?;
/// let session = "arn:aws:sts::123456789012:assumed-role/Admin/ann"; // the profile's login_session
/// let login = Cached::new(Login::new(session, &settings)?.profile("dev"), Stability::ServeStale);
/// println!("{:?}", login.credentials()?);
/// # Ok::<(), stskit::Error>(())
/// ```
pub struct Login {
    session: String,
    profile: Option<String>,
    /// `None`: there is no home folder.
    cache: Option<TokenCache>,
    settings: Settings,
    endpoint: Endpoint,
    transport: Arc<dyn Transport>,
    host: Arc<dyn Host>,
    clock: ServiceClock,
    /// Milliseconds since the epoch: the service is left alone until then, while there are good keys.
    backoff: AtomicI64,
    memory: Mutex<Memory>,
}

/// What is not in the file.
#[derive(Default)]
struct Memory {
    /// The client that proves with the key of the file, and that key.
    client: Option<(Secret, Client)>,
    /// A refreshed sign-in that could not be written: it counts as if it were in the file.
    unsaved: Option<LoginToken>,
    /// The access key id of credentials that a service called expired.
    refused: Option<String>,
}

impl Login {
    /// A sign-in by its name, the key `login_session` of a profile, with the settings' region and transport. The
    /// cache is the folder of the variable `AWS_LOGIN_CACHE_DIRECTORY` (with `~` and variables expanded), else
    /// `~/.aws/login/cache`. Reads no file and makes no call.
    ///
    /// # Errors
    /// `InvalidConfiguration`: no region, or an endpoint that cannot be used.
    pub fn new(login_session: impl Into<String>, settings: &Settings) -> Result<Self> {
        let transport = Arc::new(UreqTransport::new(settings.transport().clone()));
        Self::with_parts(login_session, settings, transport, Arc::new(System))
    }

    /// The same with a transport and a host (clock, variables) of your own. The cache is on disk in any case.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_parts(
        login_session: impl Into<String>,
        settings: &Settings,
        transport: Arc<dyn Transport>,
        host: Arc<dyn Host>,
    ) -> Result<Self> {
        let folder = crate::config::place(&*host, "AWS_LOGIN_CACHE_DIRECTORY", "login/cache");
        Ok(Login {
            session: login_session.into().trim().to_owned(),
            profile: None,
            cache: folder.map(TokenCache::new),
            endpoint: settings.endpoint(EndpointService::Signin)?,
            settings: settings.clone(),
            transport,
            host,
            clock: ServiceClock::default(),
            backoff: AtomicI64::new(i64::MIN),
            memory: Mutex::default(),
        })
    }

    /// The profile that asks, for messages: they tell to run `aws login --profile NAME`.
    #[must_use]
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self
    }

    /// The folder of the cache file, as it is: no `~` is expanded.
    #[must_use]
    pub fn cache_directory(mut self, folder: impl Into<PathBuf>) -> Self {
        self.cache = Some(TokenCache::new(folder));
        self
    }

    /// The cache file's name: SHA-256 of the session's name.
    fn file_name(&self) -> String {
        let digest = Sha256::digest(self.session.as_bytes());
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{hex}.json")
    }

    fn cache(&self) -> Result<&TokenCache> {
        self.cache.as_ref().ok_or_else(|| {
            Error::configuration(
                "there is no home folder for the cache of `aws login`: set HOME or AWS_LOGIN_CACHE_DIRECTORY",
            )
        })
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Timestamp {
        self.host.now().plus_millis(self.clock.offset_millis())
    }

    fn millis_left(&self, token: &LoginToken) -> i64 {
        token.expires_at.millis_since(self.now())
    }

    fn is_refused(&self, token: &LoginToken) -> bool {
        self.memory().refused.as_deref() == Some(token.credentials.access_key_id())
    }

    fn is_due(&self, token: &LoginToken) -> bool {
        self.millis_left(token) <= WINDOW_MILLIS || self.is_refused(token)
    }

    fn is_good(&self, token: &LoginToken) -> bool {
        self.millis_left(token) > 0 && !self.is_refused(token)
    }

    fn load(&self) -> Result<Credentials> {
        let token = self.read()?;
        let good = self.is_good(&token);
        let left_alone = self.now().as_millis() < self.backoff.load(Ordering::Relaxed);
        if !self.is_due(&token) || (good && left_alone) {
            return Ok(token.credentials);
        }
        match self.refresh(&token, good) {
            Ok(token) => {
                self.backoff.store(i64::MIN, Ordering::Relaxed);
                Ok(token.credentials)
            }
            Err(e) if is_recoverable(&e) && self.is_good(&token) => {
                let until = backoff_end(self.now().as_millis(), self.host.random_unit());
                self.backoff.store(until, Ordering::Relaxed);
                log::warn!("the credentials of `aws login` are used as long as they are good: {e}");
                Ok(token.credentials)
            }
            Err(e) => Err(e),
        }
    }

    /// The sign-in as of now, expired or not.
    fn read(&self) -> Result<LoginToken> {
        let cache = self.cache()?;
        let path = cache.folder().join(self.file_name());
        let written = match cache.read_parsed(&path, &*self.host, LoginToken::parse)? {
            Some(Ok(token)) => token,
            Some(Err(why)) => {
                return Err(self.login_error(&format!("cannot be used (the token file {} {why})", path.display())));
            }
            None => {
                let why = format!("has not been signed in to on this machine (there is no file {})", path.display());
                return Err(self.login_error(&why));
            }
        };
        let unsaved = self.memory().unsaved.clone();
        Ok(unsaved.filter(|unsaved| written.expires_at < unsaved.expires_at).unwrap_or(written))
    }

    /// Under the lock of all processes and threads: reads again, then asks the service. While the keys are good
    /// nobody waits for the lock.
    fn refresh(&self, seen: &LoginToken, good: bool) -> Result<LoginToken> {
        let (cache, name) = (self.cache()?, self.file_name());
        let limit = if good { Duration::ZERO } else { LOCK_LIMIT };
        let lock = cache.lock(&cache.folder().join(&name), &*self.host, limit);
        if good && matches!(&lock, Err(e) if e.is_timeout()) {
            return Ok(seen.clone());
        }
        // A folder that cannot be written cannot be locked: a refresh without lock is better than none.
        let lock = lock.inspect_err(|e| log::warn!("refreshing {} without a lock: {e}", self.who())).ok();
        let current = self.read()?;
        if !self.is_due(&current) {
            return Ok(current);
        }
        let request = CreateOAuth2Token::refresh(current.client_id.as_str(), current.refresh_token.clone());
        let answer = match self.client(&current.dpop_key)?.create_oauth2_token(&request) {
            Ok(answer) => answer,
            Err(e) => {
                drop(lock);
                return self.refused(&current, e);
            }
        };
        self.clock.learn(&answer.metadata, &*self.host);
        let token = current.renew(&answer, self.now()).map_err(|why| {
            Error::response(format!("the answer to CreateOAuth2Token {why}"))
                .with_context(format_args!("refreshing {}", self.who()))
        })?;
        // The old refresh token may not serve again: the new one must not get lost.
        let saved = cache.write_document(&name, token.document());
        self.memory().unsaved = saved.is_err().then(|| token.clone());
        if let Err(e) = saved {
            log::warn!("the refreshed credentials of `aws login` are used but could not be saved: {e}");
        }
        Ok(token)
    }

    /// What a failed call means: somebody else was faster, a person has to sign in, or the failure itself.
    fn refused(&self, sent: &LoginToken, error: Error) -> Result<LoginToken> {
        let service = error.service_error();
        if let Some(service) = service {
            self.clock.learn(service.metadata(), &*self.host);
        }
        let why = match service.and_then(|service| service.denial()) {
            Some(Denial::TokenExpired) => "has expired",
            Some(Denial::UserCredentialsChanged) => "is not valid any more, since the user's password has changed",
            Some(Denial::InsufficientPermissions) => {
                let needs = "its identity needs the permission signin:CreateOAuth2Token";
                return Err(error.with_context(format_args!("refreshing {} ({needs})", self.who())));
            }
            _ => return Err(error.with_context(format_args!("refreshing {}", self.who()))),
        };
        self.refreshed_elsewhere(sent).ok_or_else(|| self.login_error(why).with_source(error))
    }

    /// The sign-in that another program has written since: it does not know our lock, and its refresh may be what
    /// used up our refresh token.
    fn refreshed_elsewhere(&self, sent: &LoginToken) -> Option<LoginToken> {
        let renewed = || {
            let current = self.read().ok()?;
            let other = current.credentials.access_key_id() != sent.credentials.access_key_id();
            (other && self.is_good(&current)).then_some(current)
        };
        renewed().or_else(|| {
            self.host.sleep(FOREIGN_WRITE);
            renewed()
        })
    }

    /// A client that proves with this key. Kept, so that what it learns of quota and clock is not lost.
    fn client(&self, pem: &Secret) -> Result<Client> {
        if let Some((of, client)) = &self.memory().client
            && of == pem
        {
            return Ok(client.clone());
        }
        let key = DpopKey::from_pem(pem.expose())
            .map_err(|why| self.login_error(&format!("cannot be used (the dpopKey in its token file {why})")))?;
        let client = Client::builder(self.settings.clone())
            .endpoint(self.endpoint.clone())
            .transport(Arc::clone(&self.transport))
            .host(Arc::clone(&self.host))
            .dpop_key(key)
            .build()?;
        self.memory().client = Some((pem.clone(), client.clone()));
        Ok(client)
    }

    /// The name of the session, unless it is something else that got into its place.
    fn shown_session(&self) -> Option<&str> {
        Some(self.session.as_str()).filter(|session| session.starts_with("arn:"))
    }

    fn who(&self) -> String {
        let session = self.shown_session().map(|session| format!(" {session}")).unwrap_or_default();
        let profile = self.profile.as_ref().map(|profile| format!(" of the profile {profile}")).unwrap_or_default();
        format!("the login session{session}{profile}")
    }

    /// The error that tells the way out.
    fn login_error(&self, why: &str) -> Error {
        let command = match &self.profile {
            Some(profile) => format!("aws login --profile {profile}"),
            None => "aws login".to_owned(),
        };
        let login = LoginRequired {
            profile: self.profile.clone(),
            session: self.shown_session().map(str::to_owned),
            start_url: None,
            command,
        };
        Error::login(login, &format!("{} {why}", self.who()))
    }
}

impl Provide for Login {
    /// # Errors
    /// `LoginRequired` if nobody is signed in (any more), or the cache file cannot be used; `AccessDenied` if the
    /// identity lacks the permission `signin:CreateOAuth2Token`; the service's error, or what kept it from answering,
    /// if that will not mend itself or the keys have expired.
    fn credentials(&self) -> Result<Credentials> {
        self.load()
    }

    /// The next call refreshes, if these are still the ones in the file.
    fn invalidate(&self, expired: &Credentials) {
        self.memory().refused = Some(expired.access_key_id().to_owned());
    }

    fn clock_offset_millis(&self) -> i64 {
        self.clock.offset_millis()
    }

    /// Does the session's ARN name a role's session? Users and the root user can sign in too.
    fn is_role(&self) -> bool {
        self.session.splitn(6, ':').nth(5).is_some_and(|resource| resource.starts_with("assumed-role/"))
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("session", &self.shown_session())
            .field("profile", &self.profile)
            .field("cache", &self.cache)
            .finish_non_exhaustive()
    }
}
