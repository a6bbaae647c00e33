//! Which failures are tried again, after which pause, at which cost. Pure but for the token bucket,
//! which is a number: the clock, the sleep and the randomness are the client's.
//!
//! The three modes and their numbers are those of the AWS SDKs:
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::error::{RetryStop, is_throttling_code};
use crate::transport::TransportErrorKind;

/// How failed requests are tried again (`AWS_RETRY_MODE`).
///
/// The numbers of each mode: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>.
///
/// ```
/// use stskit::{RetryMode, Settings};
/// let settings = Settings::builder().retry_mode(RetryMode::Legacy).resolve_with(&stskit::host::Scripted::at(0))?;
/// assert_eq!(settings.max_attempts(), RetryMode::Legacy.default_attempts());
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum RetryMode {
    /// The rules of old SDKs: 5 attempts, uncapped backoff, no quota.
    Legacy,
    /// The rules all SDKs share: 3 attempts, capped backoff with full jitter, a quota.
    #[default]
    Standard,
    /// Accepted; the same as [`Standard`](Self::Standard) in this version: credential calls are too rare
    /// for a client-side rate limit to matter.
    Adaptive,
}

impl RetryMode {
    /// Attempts in all, the first included, unless configured.
    pub fn default_attempts(self) -> u32 {
        match self {
            RetryMode::Legacy => 5,
            RetryMode::Standard | RetryMode::Adaptive => 3,
        }
    }
}

/// What an attempt failed with, as far as retries look at it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Failure<'a> {
    /// No answer.
    Transport(TransportErrorKind),
    /// An answer with an error.
    Service {
        status: u16,
        /// The code on the wire; the status as text where there is none.
        code: &'a str,
        /// The header `x-amz-retry-after`, milliseconds.
        retry_after: Option<&'a str>,
    },
}

/// What to do about a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Decision {
    /// Give up; with a reason if the failure was worth another try.
    GiveUp(Option<RetryStop>),
    /// Wait, then try again. `cost` was taken from the bucket.
    Retry { after: Duration, cost: u32 },
}

/// Why a failure is worth another try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Throttling,
    Timeout,
    Transient,
}

const TRANSIENT_CODES: &[&str] = &["RequestTimeout", "RequestTimeoutException"];

/// The codes that legacy mode knows, and only with status 400.
const LEGACY_CODES: &[&str] = &[
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottledException",
    "ProvisionedThroughputExceededException",
];

/// The retry rules of a client.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Policy {
    pub(crate) mode: RetryMode,
    pub(crate) max_attempts: u32,
    /// The behaviour behind `AWS_NEW_RETRIES_2026`.
    pub(crate) retries_2026: bool,
}

impl Policy {
    /// Decides after `attempt` attempts (1: the first has just failed). `unit` is random in `[0, 1)`.
    pub(crate) fn decide(&self, failure: Failure<'_>, attempt: u32, bucket: &TokenBucket, unit: f64) -> Decision {
        let Some(class) = self.classify(failure) else { return Decision::GiveUp(None) };
        if attempt >= self.max_attempts {
            return Decision::GiveUp(Some(RetryStop::MaxAttempts));
        }
        let cost = self.cost(class);
        if !bucket.take(cost) {
            return Decision::GiveUp(Some(RetryStop::Quota));
        }
        let retry_after = match failure {
            Failure::Service { retry_after: Some(millis), .. } => millis.trim().parse::<u32>().ok(),
            _ => None,
        };
        Decision::Retry { after: self.pause(class, attempt, unit, retry_after), cost }
    }

    fn new_rules(&self) -> bool {
        self.retries_2026 && self.mode != RetryMode::Legacy
    }

    fn classify(&self, failure: Failure<'_>) -> Option<Class> {
        match failure {
            Failure::Transport(kind) => match kind {
                TransportErrorKind::ConnectTimeout | TransportErrorKind::ReadTimeout => Some(Class::Timeout),
                TransportErrorKind::Certificate
                | TransportErrorKind::InvalidRequest
                | TransportErrorKind::TooLarge
                | TransportErrorKind::Deadline
                | TransportErrorKind::Cancelled => None,
                TransportErrorKind::Resolve
                | TransportErrorKind::Connect
                | TransportErrorKind::Tls
                | TransportErrorKind::Proxy
                | TransportErrorKind::Closed
                | TransportErrorKind::Protocol
                | TransportErrorKind::Other => Some(Class::Transient),
            },
            Failure::Service { status, code, .. } if self.mode == RetryMode::Legacy => match status {
                429 | 509 => Some(Class::Throttling),
                500 | 502 | 503 | 504 => Some(Class::Transient),
                400 if LEGACY_CODES.contains(&code) => Some(Class::Throttling),
                400 if code == "IDPCommunicationError" => Some(Class::Transient),
                _ => None,
            },
            Failure::Service { status, code, .. } => {
                let no_code = code.is_empty() || code == "429" || code == "TooManyRequestsError";
                if is_throttling_code(code) || (status == 429 && no_code) {
                    Some(Class::Throttling)
                } else if matches!(status, 500 | 502 | 503 | 504)
                    || TRANSIENT_CODES.contains(&code)
                    || code == "IDPCommunicationError"
                {
                    Some(Class::Transient)
                } else {
                    None
                }
            }
        }
    }

    fn cost(&self, class: Class) -> u32 {
        match (self.mode, self.new_rules(), class) {
            (RetryMode::Legacy, _, _) => 0,
            (_, true, Class::Throttling) => 5,
            (_, true, _) => 14,
            (_, false, Class::Timeout) => 10,
            (_, false, _) => 5,
        }
    }

    fn pause(&self, class: Class, attempt: u32, unit: f64, retry_after: Option<u32>) -> Duration {
        const CAP: f64 = 20.0;
        let doubled = 2f64.powi(i32::try_from(attempt.saturating_sub(1)).unwrap_or(i32::MAX).min(60));
        if self.mode == RetryMode::Legacy {
            return seconds(unit * doubled);
        }
        let scale = if self.new_rules() && class != Class::Throttling { 0.05 } else { 1.0 };
        let computed = unit * (scale * doubled).min(CAP);
        let asked = retry_after.map(|millis| f64::from(millis) / 1000.0);
        seconds(match asked {
            None => computed,
            Some(asked) if self.new_rules() => asked.clamp(computed, computed + 5.0),
            Some(asked) => computed.max(asked.min(CAP)),
        })
    }
}

fn seconds(value: f64) -> Duration {
    // A day at most: legacy backoff has no cap of its own.
    Duration::from_secs_f64(value.clamp(0.0, 86_400.0))
}

/// The retry quota of a client. An atomic number: nothing to hold when the process forks.
#[derive(Debug)]
pub(crate) struct TokenBucket(AtomicU32);

impl TokenBucket {
    const CAPACITY: u32 = 500;

    pub(crate) fn new() -> Self {
        TokenBucket(AtomicU32::new(Self::CAPACITY))
    }

    fn take(&self, cost: u32) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(cost)).is_ok()
    }

    /// A call ended well: gives back what its last retry cost, or 1 if there was none.
    pub(crate) fn succeeded(&self, last_cost: Option<u32>) {
        let left = self.0.load(Ordering::Relaxed);
        if left >= Self::CAPACITY {
            return;
        }
        let refund = last_cost.unwrap_or(1);
        let add = |left: u32| Some(left.saturating_add(refund).min(Self::CAPACITY));
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }

    #[cfg(test)]
    pub(crate) fn left(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use TransportErrorKind as T;

    fn policy(mode: RetryMode, retries_2026: bool) -> Policy {
        Policy { mode, max_attempts: 10, retries_2026 }
    }

    fn service(status: u16, code: &str) -> Failure<'_> {
        Failure::Service { status, code, retry_after: None }
    }

    fn retried(policy: Policy, failure: Failure<'_>) -> bool {
        policy.decide(failure, 1, &TokenBucket::new(), 0.5) != Decision::GiveUp(None)
    }

    #[test]
    fn standard_mode_retries_these_and_no_others() {
        let standard = policy(RetryMode::Standard, false);
        for (failure, expected) in [
            (Failure::Transport(T::Resolve), true),
            (Failure::Transport(T::Connect), true),
            (Failure::Transport(T::ConnectTimeout), true),
            (Failure::Transport(T::ReadTimeout), true),
            (Failure::Transport(T::Tls), true),
            (Failure::Transport(T::Proxy), true),
            (Failure::Transport(T::Closed), true),
            (Failure::Transport(T::Protocol), true),
            (Failure::Transport(T::Other), true),
            (Failure::Transport(T::Certificate), false),
            (Failure::Transport(T::InvalidRequest), false),
            (Failure::Transport(T::TooLarge), false),
            (Failure::Transport(T::Deadline), false),
            (service(500, "InternalFailure"), true),
            (service(502, "502"), true),
            (service(503, "Whatever"), true),
            (service(504, ""), true),
            (service(501, "501"), false),
            (service(509, "509"), false),
            (service(429, "429"), true),
            (service(429, ""), true),
            (service(429, "TooManyRequestsError"), true),
            (service(429, "TooManyRequestsException"), true),
            (service(429, "SomethingElse"), false),
            (service(400, "Throttling"), true),
            (service(403, "SlowDown"), true),
            (service(400, "PriorRequestNotComplete"), true),
            (service(400, "RequestTimeout"), true),
            (service(400, "RequestTimeoutException"), true),
            (service(400, "IDPCommunicationError"), true),
            (service(400, "SlowDownException"), false),
            (service(400, "AuthorizationPendingException"), false),
            (service(400, "ExpiredToken"), false),
            (service(403, "SignatureDoesNotMatch"), false),
            (service(403, "AccessDenied"), false),
            (service(301, "301"), false),
        ] {
            assert_eq!(retried(standard, failure), expected, "{failure:?}");
            assert_eq!(retried(policy(RetryMode::Adaptive, false), failure), expected, "adaptive {failure:?}");
        }
    }

    #[test]
    fn legacy_mode_has_rules_of_its_own() {
        let legacy = policy(RetryMode::Legacy, true);
        for (failure, expected) in [
            (Failure::Transport(T::ReadTimeout), true),
            (Failure::Transport(T::Closed), true),
            (Failure::Transport(T::Certificate), false),
            (service(500, "x"), true),
            (service(429, "429"), true),
            (service(509, "509"), true),
            (service(400, "Throttling"), true),
            (service(403, "Throttling"), false),
            (service(400, "TooManyRequestsException"), false),
            (service(429, "TooManyRequestsException"), true),
            (service(400, "IDPCommunicationError"), true),
            (service(400, "RequestTimeout"), false),
        ] {
            assert_eq!(retried(legacy, failure), expected, "{failure:?}");
        }
        let bucket = TokenBucket::new();
        assert_eq!(
            legacy.decide(service(500, "x"), 7, &bucket, 0.5),
            Decision::Retry { after: Duration::from_secs(32), cost: 0 }
        );
        assert_eq!(bucket.left(), 500);
        assert_eq!(RetryMode::Legacy.default_attempts(), 5);
        assert_eq!(RetryMode::Standard.default_attempts(), 3);
    }

    fn pause(policy: Policy, failure: Failure<'_>, attempt: u32, unit: f64) -> (f64, u32) {
        match policy.decide(failure, attempt, &TokenBucket::new(), unit) {
            Decision::Retry { after, cost } => (after.as_secs_f64(), cost),
            Decision::GiveUp(why) => panic!("gave up: {why:?}"),
        }
    }

    #[test]
    fn standard_pauses_double_to_a_cap_and_are_jittered_after_it() {
        let standard = policy(RetryMode::Standard, false);
        for (attempt, cap) in [(1, 1.0), (2, 2.0), (3, 4.0), (4, 8.0), (5, 16.0), (6, 20.0), (7, 20.0), (9, 20.0)] {
            assert_eq!(pause(standard, service(500, "x"), attempt, 0.5), (cap / 2.0, 5));
            assert_eq!(pause(standard, service(500, "x"), attempt, 0.0), (0.0, 5));
        }
        assert_eq!(pause(standard, Failure::Transport(T::ReadTimeout), 1, 0.5).1, 10);
        assert_eq!(pause(standard, Failure::Transport(T::ConnectTimeout), 1, 0.5).1, 10);
        assert_eq!(pause(standard, Failure::Transport(T::Closed), 1, 0.5).1, 5);
        assert_eq!(pause(standard, service(400, "Throttling"), 1, 0.5).1, 5);
    }

    #[test]
    fn the_2026_rules_wait_less_and_cost_more() {
        let new = policy(RetryMode::Standard, true);
        for (attempt, pause_ms) in [(1, 50.0), (2, 100.0), (3, 200.0), (4, 400.0)] {
            let (after, cost) = pause(new, service(500, "x"), attempt, 0.5);
            assert!((after * 1000.0 - pause_ms / 2.0).abs() < 1e-6, "{after}");
            assert_eq!(cost, 14);
        }
        assert_eq!(pause(new, service(400, "Throttling"), 2, 0.5), (1.0, 5));
        assert_eq!(pause(new, Failure::Transport(T::ReadTimeout), 1, 0.5).1, 14);
    }

    #[test]
    fn x_amz_retry_after_in_both_behaviours() {
        let asks = |millis| Failure::Service { status: 503, code: "SlowDown", retry_after: Some(millis) };
        for (retries_2026, millis, expected) in [
            (false, "1500", 1.5),
            (false, "100", 0.5),
            (false, "60000", 20.0),
            (false, "-1", 0.5),
            (false, "1.5", 0.5),
            (false, "soon", 0.5),
            (true, "1500", 1.5),
            (true, "100", 0.5),
            (true, "60000", 5.5),
            (true, "-1", 0.5),
            (true, "soon", 0.5),
        ] {
            let (after, _) = pause(policy(RetryMode::Standard, retries_2026), asks(millis), 1, 0.5);
            assert!((after - expected).abs() < 1e-9, "{retries_2026} {millis}: {after}");
        }
    }

    #[test]
    fn attempts_and_quota_end_a_call() {
        let three = Policy { max_attempts: 3, ..policy(RetryMode::Standard, false) };
        let bucket = TokenBucket::new();
        assert_eq!(three.decide(service(500, "x"), 3, &bucket, 0.0), Decision::GiveUp(Some(RetryStop::MaxAttempts)));
        for _ in 0..100 {
            assert!(matches!(three.decide(service(500, "x"), 1, &bucket, 0.0), Decision::Retry { cost: 5, .. }));
        }
        assert_eq!(bucket.left(), 0);
        assert_eq!(three.decide(service(500, "x"), 1, &bucket, 0.0), Decision::GiveUp(Some(RetryStop::Quota)));
        bucket.succeeded(None);
        assert_eq!(bucket.left(), 1);
        bucket.succeeded(Some(10));
        assert_eq!(bucket.left(), 11);
        for _ in 0..600 {
            bucket.succeeded(None);
        }
        assert_eq!(bucket.left(), 500);
    }
}
