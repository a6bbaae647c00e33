//! A session's token, kept fresh: read from the cache at each call, refreshed when it is due.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};
use std::time::Duration;

use super::cache::TokenCache;
use super::session::SsoSession;
use super::token::{NewToken, SsoToken};
use crate::error::{Error, ErrorKind, ResponseMetadata, Result};
use crate::host::{Host, System};
use crate::settings::Settings;
use crate::sso_oidc::{Client, CreateToken, ErrorCode};
use crate::timestamp::Timestamp;
use crate::transport::Transport;

/// A token with less than this left is refreshed.
const ADVISORY_SECS: i64 = 15 * 60;
/// After a refresh that failed, the next is tried at the earliest this much later.
const PAUSE_SECS: i64 = 60;
/// A refresh in another process takes its attempts' time at the most.
const LOCK_LIMIT: Duration = Duration::from_secs(120);
/// Other programs refresh without our lock: time between the service's answer to them and their write.
const FOREIGN_WRITE: Duration = Duration::from_millis(250);

/// The token of one session. Share it freely: one thread refreshes, and one process (by a lock beside
/// the cache file); whoever comes late reads the file again. While the token is good, nobody waits.
///
/// A sign-in elsewhere (`aws sso login`) is seen at the next call.
///
/// ```no_run
/// use stskit::identity_center::{SsoSession, TokenCache, TokenProvider};
/// use stskit::{Settings, sso};
///
/// let settings = Settings::from_env()?;
/// let session = SsoSession::named("dev", "https://d-abc123.awsapps.com/start", "eu-west-1");
/// let tokens = TokenProvider::new(session, TokenCache::default_location()?, &settings)?;
/// let input = sso::ListAccounts::new(tokens.token()?.access_token().clone());
/// let accounts = sso::Client::in_region(&settings, "eu-west-1")?.list_accounts(&input)?;
/// # Ok::<(), stskit::Error>(())
/// ```
pub struct TokenProvider {
    session: SsoSession,
    cache: TokenCache,
    client: Client,
    host: Arc<dyn Host>,
    /// Milliseconds to add to the local clock, learned from the service's answers.
    clock_offset: AtomicI64,
    /// The single flight: holds when the last refresh failed.
    flight: Mutex<Option<Timestamp>>,
    /// A refreshed token that could not be written: it counts as if it were in the file.
    unsaved: Mutex<Option<SsoToken>>,
}

impl TokenProvider {
    /// A provider with the settings' transport. Makes no call and reads no file.
    ///
    /// # Errors
    /// `InvalidConfiguration`: a region or endpoint that cannot be used.
    pub fn new(session: SsoSession, cache: TokenCache, settings: &Settings) -> Result<Self> {
        let client = Client::in_region(settings, &session.region)?;
        Ok(Self::assemble(session, cache, client, Arc::new(System)))
    }

    /// The same with a transport and a host of your own.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_parts(
        session: SsoSession,
        cache: TokenCache,
        settings: &Settings,
        transport: Arc<dyn Transport>,
        host: Arc<dyn Host>,
    ) -> Result<Self> {
        let endpoint = settings.endpoint_in(crate::endpoint::EndpointService::SsoOidc, &session.region)?;
        let builder = Client::builder(settings.clone()).endpoint(endpoint);
        let client = builder.transport(transport).host(Arc::clone(&host)).build()?;
        Ok(Self::assemble(session, cache, client, host))
    }

    fn assemble(session: SsoSession, cache: TokenCache, client: Client, host: Arc<dyn Host>) -> Self {
        let (flight, unsaved) = (Mutex::new(None), Mutex::new(None));
        TokenProvider { session, cache, client, host, clock_offset: AtomicI64::new(0), flight, unsaved }
    }

    /// The session.
    pub fn session(&self) -> &SsoSession {
        &self.session
    }

    /// A token that is good now: the one of the file, refreshed if it has less than 15 minutes left. Blocks
    /// while it is refreshed.
    ///
    /// # Errors
    /// `LoginRequired` if nobody is signed in, or the token has expired and cannot be refreshed; the
    /// network's error if it has expired and the service cannot be reached.
    pub fn token(&self) -> Result<SsoToken> {
        let token = self.read()?;
        let left = self.seconds_left(&token);
        if left > ADVISORY_SECS || (left > 0 && !self.may_refresh(&token)) {
            return Ok(token);
        }
        if !self.may_refresh(&token) {
            return Err(self.expired());
        }
        self.refresh(token, false)
    }

    /// A token other than this one, which the portal refused although it seemed good: refreshed, or newly
    /// written by somebody else.
    ///
    /// # Errors
    /// As [`token`](Self::token).
    pub fn replace(&self, refused: &SsoToken) -> Result<SsoToken> {
        let token = self.read()?;
        if token.access_token() != refused.access_token() && self.seconds_left(&token) > 0 {
            return Ok(token);
        }
        if !self.may_refresh(&token) {
            return Err(self.session.login_error("is not valid any more"));
        }
        self.refresh(token, true)
    }

    fn now(&self) -> Timestamp {
        self.host.now().plus_millis(self.clock_offset.load(Ordering::Relaxed))
    }

    fn seconds_left(&self, token: &SsoToken) -> i64 {
        token.expires_at().millis_since(self.now()).div_euclid(1000)
    }

    /// Tokens of a legacy configuration are never refreshed, whatever their file holds.
    fn may_refresh(&self, token: &SsoToken) -> bool {
        self.session.name.is_some() && token.is_refreshable(self.now())
    }

    fn read(&self) -> Result<SsoToken> {
        let written = self.cache.read_with(&self.session, &*self.host)?;
        let unsaved = self.unsaved.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match (written, unsaved) {
            (Some(written), Some(unsaved)) if written.expires_at() < unsaved.expires_at() => Ok(unsaved),
            (Some(written), _) => Ok(written),
            (None, _) => Err(self.session.login_error("has not been signed in to on this machine")),
        }
    }

    fn expired(&self) -> Error {
        self.session.login_error("has expired")
    }

    /// One refresh at a time in this process; while the token is good, nobody waits for it.
    fn refresh(&self, token: SsoToken, forced: bool) -> Result<SsoToken> {
        let good = !forced && self.seconds_left(&token) > 0;
        let mut last_failure = match self.flight.try_lock() {
            Ok(flight) => flight,
            Err(TryLockError::Poisoned(flight)) => flight.into_inner(),
            Err(TryLockError::WouldBlock) if good => return Ok(token),
            Err(TryLockError::WouldBlock) => self.flight.lock().unwrap_or_else(PoisonError::into_inner),
        };
        let paused = last_failure.is_some_and(|at| self.now().millis_since(at).abs() < PAUSE_SECS * 1000);
        if paused {
            let current = self.read()?;
            let changed = current.access_token() != token.access_token();
            return if (good || changed) && self.seconds_left(&current) > 0 {
                Ok(current)
            } else {
                Err(self.expired())
            };
        }
        match self.refresh_alone(&token, good, forced) {
            Ok(token) => {
                *last_failure = None;
                Ok(token)
            }
            Err(error) => {
                // One that was cancelled says nothing of the service.
                if error.kind() != ErrorKind::Cancelled {
                    *last_failure = Some(self.now());
                }
                if good {
                    log::warn!("the SSO token could not be refreshed and is used as long as it is good: {error}");
                    return Ok(token);
                }
                // The service's refusal means signing in again; a network failure is told as what it is.
                match error.service_error() {
                    Some(service) if service.metadata().status < 500 && error.kind() != ErrorKind::Throttled => {
                        let why = format!("has expired and cannot be renewed ({})", service.code());
                        Err(self.session.login_error(&why).with_source(error))
                    }
                    _ => Err(error),
                }
            }
        }
    }

    /// Under the lock of all processes: reads again, then asks the service.
    fn refresh_alone(&self, seen: &SsoToken, good: bool, forced: bool) -> Result<SsoToken> {
        let lock = self.cache.lock(
            &self.cache.path(&self.session),
            &*self.host,
            if good { Duration::ZERO } else { LOCK_LIMIT },
        );
        if good && matches!(&lock, Err(e) if e.is_timeout()) {
            return Ok(seen.clone());
        }
        // A folder that cannot be written cannot be locked: a refresh without lock is better than none.
        let lock = lock.inspect_err(|e| log::warn!("refreshing the SSO token without a lock: {e}")).ok();
        let current = self.read()?;
        let renewed = current.access_token() != seen.access_token();
        if self.seconds_left(&current) > if forced { 0 } else { ADVISORY_SECS } && (renewed || !forced) {
            return Ok(current);
        }
        let Some(parts) = current.refresh_parts(self.now()) else { return Err(self.expired()) };
        let request = CreateToken::refresh(&parts.client_id, parts.client_secret.clone(), parts.refresh_token.clone());
        let answer = match self.client.create_token(&request) {
            Ok(answer) => answer,
            Err(e) if e.sso_oidc_code() == Some(ErrorCode::InvalidGrantException) => {
                drop(lock);
                return self.refreshed_elsewhere(&current, good).ok_or(e);
            }
            Err(e) => return Err(e),
        };
        let missing = |name: &str| Error::response(format!("the answer to CreateToken has no {name}"));
        let server_now = self.learn_clock(&answer.metadata);
        let token = SsoToken::renew(
            current.document().clone(),
            &NewToken {
                start_url: &self.session.start_url,
                region: &self.session.region,
                access_token: answer.access_token.as_ref().ok_or_else(|| missing("accessToken"))?,
                expires_at: server_now.plus_secs(answer.expires_in.ok_or_else(|| missing("expiresIn"))?),
                client_id: &parts.client_id,
                client_secret: &parts.client_secret,
                registration_expires_at: parts.registration_expires_at,
                refresh_token: answer.refresh_token.as_ref(),
            },
        )
        .map_err(|why| Error::response(format!("the new token {why}")))?;
        let saved = self.cache.write(&self.session, &token);
        let unsaved = saved.is_err().then(|| token.clone());
        *self.unsaved.lock().unwrap_or_else(PoisonError::into_inner) = unsaved;
        if let Err(e) = saved {
            log::warn!("the refreshed SSO token is used but could not be saved: {e}");
        }
        Ok(token)
    }

    /// The token that another program has written since: it does not know our lock, and its refresh may be
    /// what made our refresh token invalid.
    fn refreshed_elsewhere(&self, seen: &SsoToken, good: bool) -> Option<SsoToken> {
        let renewed = || {
            let current = self.read().ok()?;
            (current.access_token() != seen.access_token() && self.seconds_left(&current) > 0).then_some(current)
        };
        renewed().or_else(|| {
            if good {
                return None;
            }
            self.host.sleep(FOREIGN_WRITE);
            renewed()
        })
    }

    /// The service's time, and the local clock's difference if it is more than four minutes off.
    fn learn_clock(&self, metadata: &ResponseMetadata) -> Timestamp {
        let local = self.host.now();
        let Some(server) = metadata.header("date").and_then(Timestamp::parse_http_date) else { return self.now() };
        let offset = server.millis_since(local);
        let offset = if offset.abs() > 4 * 60 * 1000 { offset } else { 0 };
        if offset != self.clock_offset.swap(offset, Ordering::Relaxed) && offset != 0 {
            log::warn!("the local clock differs from the SSO service's by {} s", offset / 1000);
        }
        self.now()
    }
}

impl fmt::Debug for TokenProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenProvider")
            .field("session", &self.session)
            .field("cache", &self.cache)
            .finish_non_exhaustive()
    }
}
