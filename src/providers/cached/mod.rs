//! A cache in front of any source: refreshed ahead of time, by one caller at a time.
//!
//! `rules` holds the decisions, `stripes` the cached set, `gate` the single flight.

mod gate;
mod rules;
mod stripes;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use rules::Stability;
#[cfg(feature = "login")]
pub(super) use rules::{backoff_end, is_recoverable};

use crate::credential::{Credentials, Provide};
use crate::error::{Error, ErrorKind, Result};
use crate::host::{self, Host, System};
use crate::settings::Settings;
use gate::{Flight, Gate, State, ThreadMark};
use rules::Entry;
use stripes::Stripes;

/// Three attempts of 30 s with pauses of at most 1 s and 2 s: the limit of the default settings.
const LOAD_LIMIT: Duration = Duration::from_secs(93);

/// Keeps the credentials of a source and refreshes them before they expire.
///
/// Lifetime is measured when a set is loaded, and fixes when the set is refreshed
/// ([`Stability::ServeStale`]):
///
/// | lifetime | refreshed by one caller, the others go on with the old set | all callers wait |
/// |---|---|---|
/// | up to 20 min | in the last 5 min | in the last 60 s |
/// | over 20 min, under 90 min | in the last 15 min | in the last 60 s |
/// | 90 min and over | in the last 60 min | in the last 60 s |
///
/// A set that is inside one of these windows when it is loaded is served for half its life first, so that
/// a source of short-lived sets is not asked at every call. A set without an expiration is served until it
/// is [invalidated](Provide::invalidate).
///
/// A refresh that fails and may recover (network, time limit, 5xx, throttling, an unreadable answer, a set
/// that has already expired) leaves the cached set in use, past its expiration if need be, and the source
/// alone for 5 to 10 minutes, with one warning in the log. Any other failure is returned at once and
/// repeated for 1 to 5 seconds without asking the source. [`Stability::CacheOnly`] has one refresh point,
/// 10 s before the expiration, and never serves an expired set. [`Stability::RefreshAhead`] has the windows of the
/// table and never serves an expired set either.
///
/// # Threading
///
/// Share one: a lookup takes no lock that anybody waits for, and no lock is held while the source is
/// asked. A process forked off at any moment goes on with the cached set and loads on its own. No thread
/// is started: a caller does the refresh.
///
/// ```
/// use stskit::providers::{Cached, Stability};
/// use stskit::{Credentials, Provide};
/// let source = || Ok(Credentials::new("AKIDEXAMPLE", "secret"));
/// let cached = Cached::new(source, Stability::CacheOnly);
/// assert_eq!(cached.credentials()?.access_key_id(), "AKIDEXAMPLE");
/// # Ok::<(), stskit::Error>(())
/// ```
pub struct Cached<P> {
    source: P,
    stability: Stability,
    host: Arc<dyn Host>,
    window: Option<Duration>,
    load_limit: Duration,
    stripes: Stripes,
    gate: Gate,
}

impl<P: Provide> Cached<P> {
    /// A cache in front of a source. Asks it at the first lookup, not now.
    pub fn new(source: P, stability: Stability) -> Self {
        Cached {
            source,
            stability,
            host: Arc::new(System),
            window: None,
            load_limit: LOAD_LIMIT,
            stripes: Stripes::default(),
            gate: Gate::new(),
        }
    }

    /// The clock and the randomness. Defaults to [`System`].
    #[must_use]
    pub fn host(mut self, host: Arc<dyn Host>) -> Self {
        self.host = host;
        self
    }

    /// How long before the expiration one caller starts to refresh. Defaults to the table above; less than
    /// 60 s is none. [`Stability::CacheOnly`] has no such window.
    #[must_use]
    pub fn advisory_window(mut self, window: Duration) -> Self {
        self.window = Some(window);
        self
    }

    /// How long a caller waits for a load that another thread has under way; past it the load counts as a
    /// failure that may recover. Defaults to 93 s, which a call with default settings cannot exceed. The
    /// load itself ends when its source does.
    #[must_use]
    pub fn load_limit(mut self, limit: Duration) -> Self {
        self.load_limit = limit;
        self
    }

    /// The [`load_limit`](Self::load_limit) of a source that makes one call with these settings: the pauses
    /// between its attempts, and for each attempt the longer of twice the connect time and the read time.
    #[must_use]
    pub fn load_limit_of(self, settings: &Settings) -> Self {
        let (attempts, transport) = (settings.max_attempts().max(1), settings.transport());
        let attempt = transport.connect_timeout.saturating_mul(2).max(transport.read_timeout);
        let pauses: u64 = (0..attempts.min(1000) - 1).map(|n| 1 << n.min(5)).map(|pause: u64| pause.min(20)).sum();
        self.load_limit(attempt.saturating_mul(attempts).saturating_add(Duration::from_secs(pauses)))
    }

    /// The source behind the cache.
    pub fn source(&self) -> &P {
        &self.source
    }

    fn now(&self) -> i64 {
        self.host.now().as_millis()
    }

    /// The states of a cached set, in the order of the rules: none, quiet (no expiration, before its
    /// window, or in a backoff), refused, in the advisory window, in the mandatory one.
    #[cold]
    fn decide(&self) -> Result<Credentials> {
        let gate = self.gate.here();
        let mut waited_for = None;
        let mut state = gate.lock();
        loop {
            let (now, entry) = (self.now(), self.stripes.latest());
            if let Some(quiet) = entry.as_ref().filter(|entry| now < entry.quiet_until()) {
                return Ok(quiet.credentials.clone());
            }
            if let Some(error) = state.refusal(now) {
                return Err(error);
            }
            if let (Some(number), Some((failed, error))) = (waited_for, &state.failed)
                && *failed >= number
            {
                return entry
                    .filter(|entry| self.outlives_failure(entry, now))
                    .map(|e| e.credentials)
                    .ok_or(error.again());
            }
            let Some((number, thread)) = state.flight else {
                let flight = gate.take_off(&mut state);
                drop(state);
                return self.load(gate, flight);
            };
            if let Some(good) = entry.filter(|entry| !entry.due && now < entry.mandatory) {
                return Ok(good.credentials);
            }
            if thread == ThreadMark::here() {
                return Err(Error::configuration("the source of the cached credentials asks for them itself: a loop"));
            }
            state = match gate.wait(state, number, self.load_limit, self.host.cancel()) {
                Some(state) => {
                    host::check_cancel(&*self.host)?;
                    state
                }
                None => return self.give_up_waiting(gate),
            };
            waited_for = Some(number);
        }
    }

    /// Asks the source, with no lock held.
    fn load(&self, gate: &Gate, flight: Flight<'_>) -> Result<Credentials> {
        let answer = self.source.credentials();
        let now = self.now();
        let offset = self.source.clock_offset_millis();
        let answer = match answer {
            Ok(set) => match Entry::new(&set, now, offset, self.stability, self.window) {
                Some(entry) => Ok(entry),
                None => Err((rules::already_expired(set.expiration()), true)),
            },
            Err(error) => {
                let recoverable = rules::is_recoverable(&error);
                Err((error, recoverable))
            }
        };
        let mut state = gate.lock();
        let (error, served) = match answer {
            Ok(entry) => {
                (state.failed, state.refused) = (None, None);
                self.stripes.publish(&entry);
                return Ok(entry.credentials);
            }
            Err((error, recoverable)) => {
                state.failed = Some((flight.number, error.again()));
                if recoverable {
                    let served = self.survive(now);
                    (error, served)
                } else if host::check_cancel(&*self.host).is_err() {
                    // Says nothing of the source: the next lookup asks it.
                    (error, None)
                } else {
                    let until = rules::refusal_end(now, self.host.random_unit());
                    state.refused = Some((error.again(), until));
                    (error, None)
                }
            }
        };
        drop(state);
        drop(flight);
        self.served_or(served, error)
    }

    /// Another thread has been loading for longer than a load can take.
    fn give_up_waiting(&self, gate: &Gate) -> Result<Credentials> {
        let seconds = self.load_limit.as_secs_f64();
        let error = Error::new(
            ErrorKind::Timeout,
            format!(
                "the source of the credentials has not answered within {seconds} s, and another thread waits for it"
            ),
        );
        let state = gate.lock();
        let now = self.now();
        if let Some(quiet) = self.stripes.latest().filter(|entry| now < entry.quiet_until()) {
            return Ok(quiet.credentials);
        }
        let served = self.survive(now);
        drop(state);
        self.served_or(served, error)
    }

    /// After a failure that may recover: the set that goes on serving, if there is one. Under the gate.
    fn survive(&self, now: i64) -> Option<Entry> {
        let mut entry = self.stripes.latest().filter(|entry| self.outlives_failure(entry, now))?;
        let pause = match self.stability {
            Stability::ServeStale => i64::MAX,
            Stability::RefreshAhead => entry.mandatory,
            Stability::CacheOnly => return Some(entry),
        };
        entry.backoff = rules::backoff_end(now, self.host.random_unit()).min(pause);
        self.stripes.publish(&entry);
        Some(entry)
    }

    fn outlives_failure(&self, entry: &Entry, now: i64) -> bool {
        self.stability == Stability::ServeStale || (!entry.due && !entry.has_expired(now))
    }

    /// Not under the gate: a logger may ask for credentials.
    fn served_or(&self, served: Option<Entry>, error: Error) -> Result<Credentials> {
        let Some(entry) = served else { return Err(error) };
        let until = entry.credentials.expiration().map(|at| format!(" (they expire at {at})")).unwrap_or_default();
        let id = entry.credentials.access_key_id();
        log::warn!("the credentials could not be refreshed and {id}{until} stays in use: {error}");
        Ok(entry.credentials)
    }
}

impl State {
    /// The error of the last load, while it is repeated. A clock that was set back ends that too.
    fn refusal(&self, now: i64) -> Option<Error> {
        let (error, until) = self.refused.as_ref()?;
        (1..=5_000).contains(&until.saturating_sub(now)).then(|| error.again())
    }
}

impl<P: Provide> Provide for Cached<P> {
    /// The cached set, or one from the source where the rules of [`Cached`] say so. All five values come
    /// from one load.
    ///
    /// # Errors
    /// The source's; `Timeout` if another thread's load outlasts the [`load_limit`](Cached::load_limit)
    /// and there is no set to serve.
    fn credentials(&self) -> Result<Credentials> {
        match self.stripes.quiet(self.now()) {
            Some(credentials) => Ok(credentials),
            None => self.decide(),
        }
    }

    /// If these are still the cached ones (by access key id), the next lookup loads and waits for it. They
    /// are kept for the case that this fails.
    fn invalidate(&self, expired: &Credentials) {
        let state = self.gate.here().lock();
        if let Some(mut entry) = self.stripes.latest()
            && entry.credentials.access_key_id() == expired.access_key_id()
            && !entry.due
        {
            entry.due = true;
            self.stripes.publish(&entry);
        }
        drop(state);
        self.source.invalidate(expired);
    }

    fn clock_offset_millis(&self) -> i64 {
        self.source.clock_offset_millis()
    }

    fn is_role(&self) -> bool {
        self.source.is_role()
    }
}

impl<P> fmt::Debug for Cached<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cached")
            .field("stability", &self.stability)
            .field("credentials", &self.stripes.latest().map(|entry| entry.credentials))
            .finish_non_exhaustive()
    }
}
