//! The clock of the service behind a source, and the expirations that are in its time.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::error::ResponseMetadata;
use crate::host::Host;
use crate::timestamp::Timestamp;

/// A server's clock that differs by less than this counts as the same.
const TOLERANCE_MILLIS: i64 = 4 * 60 * 1000;

/// Milliseconds that the service is ahead, as of its last answer.
#[derive(Debug, Default)]
pub(super) struct ServiceClock(AtomicI64);

impl ServiceClock {
    pub(super) fn learn(&self, answer: &ResponseMetadata, host: &dyn Host) {
        self.learn_date(answer.header("date"), host);
    }

    /// From the value of a `Date` header.
    pub(super) fn learn_date(&self, date: Option<&str>, host: &dyn Host) {
        if let Some(server) = date.and_then(Timestamp::parse_http_date) {
            let ahead = server.millis_since(host.now());
            self.0.store(if ahead.abs() < TOLERANCE_MILLIS { 0 } else { ahead }, Ordering::Relaxed);
        }
    }

    pub(super) fn offset_millis(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The expiration in a JSON answer: a date and a time with an offset. A bare number or an HTTP date is none.
pub(super) fn read_expiration(text: &str) -> Option<Timestamp> {
    let date = text.trim().as_bytes().get(4) == Some(&b'-');
    Timestamp::parse(text).filter(|_| date)
}

/// The name of a role's session if none is given.
pub(super) fn default_session_name(host: &dyn Host) -> String {
    format!("stskit-session-{}", host.now().as_secs())
}
