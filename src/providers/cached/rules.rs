//! The rules of refreshing as pure functions: windows, pauses, and which failure may recover.

use std::time::Duration;

use crate::credential::Credentials;
use crate::error::{Error, ErrorKind};
use crate::timestamp::Timestamp;

const MINUTE: i64 = 60 * 1000;
/// From here to the expiration all callers wait for the refresh, whatever the lifetime.
const MANDATORY: i64 = MINUTE;
/// The one refresh point of [`Stability::CacheOnly`], before the expiration.
const CACHE_ONLY: i64 = 10 * 1000;

/// What a [`Cached`](super::Cached) does when its source cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stability {
    /// For sources that talk to AWS (roles, web identity, SSO): refreshed ahead of time, and while the
    /// source is away the last set is served, even past its expiration.
    ServeStale,
    /// For a process or a source of the caller's: refreshed 10 s before the expiration, and an expired
    /// set is never served.
    CacheOnly,
    /// For sets that are worth nothing once they have expired: refreshed ahead of time as in
    /// [`ServeStale`](Self::ServeStale), but while the source is away the last set is served until 60 s
    /// before its expiration only, and from then on to its expiration if each attempt at a refresh fails.
    RefreshAhead,
}

/// A cached set and what was decided when it was loaded. Times are of the local clock, in milliseconds
/// since the epoch.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) credentials: Credentials,
    /// From here on one caller refreshes. `i64::MAX` without an expiration.
    pub(super) advisory: i64,
    /// From here on all callers wait.
    pub(super) mandatory: i64,
    pub(super) expires: i64,
    /// The service said that the set has expired.
    pub(super) due: bool,
    /// No refresh before this.
    pub(super) backoff: i64,
}

impl Entry {
    /// The windows of a set loaded at `now`, by its lifetime. `offset`: milliseconds that the clock of the
    /// expiration is ahead of the local one. `None`: the set has already expired.
    pub(super) fn new(
        credentials: &Credentials,
        now: i64,
        offset: i64,
        stability: Stability,
        window: Option<Duration>,
    ) -> Option<Self> {
        let mut entry = Entry {
            credentials: credentials.clone(),
            advisory: i64::MAX,
            mandatory: i64::MAX,
            expires: i64::MAX,
            due: false,
            backoff: i64::MIN,
        };
        let Some(expiration) = credentials.expiration() else { return Some(entry) };
        entry.expires = expiration.as_millis().saturating_sub(offset);
        let lifetime = entry.expires.saturating_sub(now);
        if lifetime <= 0 {
            return None;
        }
        let (advisory, mandatory) = match stability {
            Stability::ServeStale | Stability::RefreshAhead => {
                let chosen = window.map(|w| i64::try_from(w.as_millis()).unwrap_or(i64::MAX));
                (chosen.unwrap_or_else(|| advisory_window(lifetime)).max(MANDATORY), MANDATORY)
            }
            Stability::CacheOnly => (CACHE_ONLY, CACHE_ONLY),
        };
        // A set that is in its window from the start is served for half its life: a source that gives such
        // sets is not asked at every call.
        let point = |window: i64| if lifetime > window { entry.expires - window } else { now + lifetime / 2 };
        (entry.advisory, entry.mandatory) = (point(advisory), point(mandatory));
        entry.advisory = entry.advisory.min(entry.mandatory);
        Some(entry)
    }

    /// Until here the set is served without another thought.
    pub(super) fn quiet_until(&self) -> i64 {
        if self.due { self.backoff } else { self.advisory.max(self.backoff) }
    }

    pub(super) fn has_expired(&self, now: i64) -> bool {
        now >= self.expires
    }
}

fn advisory_window(lifetime: i64) -> i64 {
    match lifetime {
        ..=1_200_000 => 5 * MINUTE,
        1_200_001..5_400_000 => 15 * MINUTE,
        _ => 60 * MINUTE,
    }
}

/// After a recoverable failure: 300 s and a random part of as much again. `unit` is in `[0, 1)`.
pub(in crate::providers) fn backoff_end(now: i64, unit: f64) -> i64 {
    now.saturating_add(300_000 + (unit * 300_000.0) as i64)
}

/// How long an error that will not mend itself is repeated: 1 s and a random part of 4 s.
pub(super) fn refusal_end(now: i64, unit: f64) -> i64 {
    now.saturating_add(1_000 + (unit * 4_000.0) as i64)
}

/// May the same request succeed in a while, without anybody mending anything?
pub(in crate::providers) fn is_recoverable(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Network
        | ErrorKind::Tls
        | ErrorKind::Timeout
        | ErrorKind::Throttled
        | ErrorKind::InvalidResponse => true,
        ErrorKind::Service | ErrorKind::AccessDenied | ErrorKind::Expired => error.service_error().is_some_and(|s| {
            let status = s.metadata().status;
            status >= 500 || status == 408 || s.code() == "IDPCommunicationError"
        }),
        ErrorKind::InvalidInput
        | ErrorKind::InvalidConfiguration
        | ErrorKind::NoCredentials
        | ErrorKind::Cancelled
        | ErrorKind::NotSupported
        | ErrorKind::Internal
        | ErrorKind::LoginRequired => false,
    }
}

pub(super) fn already_expired(at: Option<Timestamp>) -> Error {
    let at = at.map(|at| format!(" at {at}")).unwrap_or_default();
    Error::new(
        ErrorKind::Expired,
        format!("the source answered credentials that have already expired{at}: check the clock, or get new ones"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{ResponseMetadata, ServiceError};

    const NOW: i64 = 1_000_000_000;

    fn entry(lifetime: i64, stability: Stability, window: Option<u64>) -> Option<Entry> {
        let set = Credentials::new("AKID", "s").with_expiration(Timestamp::from_millis(NOW + lifetime));
        Entry::new(&set, NOW, 0, stability, window.map(Duration::from_secs))
    }

    #[test]
    fn windows_by_lifetime() {
        for (lifetime_s, advisory_s) in
            [(301, 300), (900, 300), (1200, 300), (1201, 900), (3600, 900), (5399, 900), (5400, 3600), (43_200, 3600)]
        {
            let made = entry(lifetime_s * 1000, Stability::ServeStale, None).unwrap();
            assert_eq!(made.advisory, NOW + (lifetime_s - advisory_s) * 1000, "{lifetime_s}");
            assert_eq!(made.mandatory, NOW + (lifetime_s - 60) * 1000, "{lifetime_s}");
            assert_eq!(made.expires, NOW + lifetime_s * 1000);
            let ahead = entry(lifetime_s * 1000, Stability::RefreshAhead, None).unwrap();
            assert_eq!((ahead.advisory, ahead.mandatory, ahead.expires), (made.advisory, made.mandatory, made.expires));
            let made = entry(lifetime_s * 1000, Stability::CacheOnly, Some(600)).unwrap();
            assert_eq!((made.advisory, made.mandatory), (made.expires - 10_000, made.expires - 10_000));
        }
    }

    #[test]
    fn the_advisory_window_can_be_chosen_and_the_mandatory_one_cannot() {
        for (window, advisory_s) in [(600, 600), (1, 60), (0, 60), (3599, 3599), (86_400, 1800)] {
            let made = entry(3_600_000, Stability::ServeStale, Some(window)).unwrap();
            assert_eq!(made.advisory, made.expires - advisory_s * 1000, "{window}");
            assert_eq!(made.mandatory, made.expires - 60_000);
        }
    }

    #[test]
    fn sets_that_are_in_a_window_from_the_start_are_served_for_half_their_life() {
        for (lifetime, advisory, mandatory) in
            [(300_000, 150_000, 240_000), (100_000, 40_000, 40_000), (60_000, 30_000, 30_000), (1, 0, 0)]
        {
            let made = entry(lifetime, Stability::ServeStale, None).unwrap();
            assert_eq!((made.advisory - NOW, made.mandatory - NOW), (advisory, mandatory), "{lifetime}");
        }
        assert_eq!(entry(8_000, Stability::CacheOnly, None).unwrap().mandatory, NOW + 4_000);
        for stability in [Stability::ServeStale, Stability::CacheOnly] {
            assert!(entry(0, stability, None).is_none() && entry(-5_000, stability, None).is_none());
        }
    }

    #[test]
    fn windows_are_of_the_corrected_clock() {
        // The local clock is an hour ahead: what seems expired has 30 minutes left.
        let set = Credentials::new("AKID", "s").with_expiration(Timestamp::from_millis(NOW - 1_800_000));
        let made = Entry::new(&set, NOW, -3_600_000, Stability::ServeStale, None).unwrap();
        assert_eq!((made.advisory, made.expires), (NOW + 900_000, NOW + 1_800_000));
    }

    #[test]
    fn no_expiration_no_windows() {
        let made = Entry::new(&Credentials::new("AKID", "s"), NOW, 0, Stability::CacheOnly, None).unwrap();
        assert_eq!(made.quiet_until(), i64::MAX);
        assert!(!made.has_expired(i64::MAX - 1));
    }

    #[test]
    fn pauses() {
        for (unit, backoff, refusal) in [(0.0, 300_000, 1_000), (0.5, 450_000, 3_000), (0.999_999, 599_999, 4_999)] {
            assert_eq!(backoff_end(NOW, unit) - NOW, backoff);
            assert_eq!(refusal_end(NOW, unit) - NOW, refusal);
        }
    }

    #[test]
    fn what_may_recover() {
        use ErrorKind::*;
        for (kind, recoverable) in [
            (Network, true),
            (Tls, true),
            (Timeout, true),
            (Throttled, true),
            (InvalidResponse, true),
            (InvalidInput, false),
            (InvalidConfiguration, false),
            (NoCredentials, false),
            (Expired, false),
            (AccessDenied, false),
            (Service, false),
            (Cancelled, false),
            (NotSupported, false),
            (Internal, false),
            (LoginRequired, false),
        ] {
            assert_eq!(is_recoverable(&Error::new(kind, "text")), recoverable, "{kind:?}");
        }
        for (code, status, recoverable) in [
            ("InternalFailure", 500, true),
            ("502", 502, true),
            ("ServiceUnavailable", 503, true),
            ("Throttling", 400, true),
            ("429", 429, true),
            ("IDPCommunicationError", 400, true),
            ("RequestTimeout", 408, true),
            ("AccessDenied", 403, false),
            ("ExpiredToken", 403, false),
            ("ExpiredTokenException", 400, false),
            ("InvalidIdentityToken", 400, false),
            ("IDPRejectedClaim", 403, false),
            ("ValidationError", 400, false),
            ("RegionDisabledException", 403, false),
            ("404", 404, false),
        ] {
            let metadata = ResponseMetadata { status, ..ResponseMetadata::default() };
            let service = ServiceError {
                code: code.into(),
                message: String::new(),
                fault: None,
                members: Box::default(),
                metadata,
            };
            assert_eq!(is_recoverable(&Error::from_service(service)), recoverable, "{code}");
        }
    }
}
