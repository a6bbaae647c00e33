//! The emulator's clock and the three date forms it speaks.
//!
//! Seconds since 1970 everywhere; nothing in here waits.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use time::{Date, Month, OffsetDateTime, Time, UtcOffset};

/// A source of the present time.
pub(super) type TimeSource = Box<dyn Fn() -> SystemTime + Send + Sync>;

/// A time source and the seconds by which the emulator is ahead of it.
pub(super) struct Clock {
    source: TimeSource,
    offset: AtomicI64,
}

impl Clock {
    pub(super) fn new(source: Option<TimeSource>, offset: i64) -> Self {
        Clock { source: source.unwrap_or_else(|| Box::new(SystemTime::now)), offset: AtomicI64::new(offset) }
    }

    pub(super) fn now(&self) -> i64 {
        let present = (self.source)();
        let seconds = match present.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_secs()).unwrap_or(i64::MAX),
        };
        seconds.saturating_add(self.offset.load(Ordering::Relaxed))
    }

    pub(super) fn set_offset(&self, seconds: i64) {
        self.offset.store(seconds, Ordering::Relaxed);
    }
}

fn calendar(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// `20260102T030405Z`, as signatures use it.
pub(super) fn basic(seconds: i64) -> String {
    let at = calendar(seconds);
    format!(
        "{:04}{:02}{:02}T{:02}{:02}{:02}Z",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

/// `2026-01-02T03:04:05Z`, as STS answers it.
pub(super) fn extended(seconds: i64) -> String {
    let at = calendar(seconds);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

/// `Fri, 02 Jan 2026 03:04:05 GMT`, as HTTP headers use it.
pub(super) fn http_date(seconds: i64) -> String {
    let at = calendar(seconds);
    let (day, month) = (at.weekday().to_string(), at.month().to_string());
    format!(
        "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
        day.get(..3).unwrap_or_default(),
        at.day(),
        month.get(..3).unwrap_or_default(),
        at.year(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

/// Reads `20260102T030405Z` strictly.
pub(super) fn parse_basic(text: &str) -> Option<i64> {
    let (date, clock) = text.strip_suffix('Z')?.split_once('T')?;
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if date.len() != 8 || clock.len() != 6 || !digits(date) || !digits(clock) {
        return None;
    }
    let two = |part: &str, from: usize| part.get(from..from + 2)?.parse::<u8>().ok();
    let month = Month::try_from(two(date, 4)?).ok()?;
    let day = Date::from_calendar_date(date.get(..4)?.parse().ok()?, month, two(date, 6)?).ok()?;
    let time = Time::from_hms(two(clock, 0)?, two(clock, 2)?, two(clock, 4)?).ok()?;
    Some(day.with_time(time).assume_offset(UtcOffset::UTC).unix_timestamp())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const AT: i64 = 1_767_323_045;

    #[test]
    fn the_three_forms() {
        assert_eq!(basic(AT), "20260102T030405Z");
        assert_eq!(extended(AT), "2026-01-02T03:04:05Z");
        assert_eq!(http_date(AT), "Fri, 02 Jan 2026 03:04:05 GMT");
        assert_eq!(parse_basic("20260102T030405Z"), Some(AT));
        for bad in
            ["", "20260102T030405", "2026-01-02T03:04:05Z", "20261302T030405Z", "20260102T250405Z", "2026010+T030405Z"]
        {
            assert_eq!(parse_basic(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_clock_can_be_fixed_and_skewed() {
        let clock = Clock::new(Some(Box::new(|| UNIX_EPOCH + Duration::from_secs(100))), 5);
        assert_eq!(clock.now(), 105);
        clock.set_offset(-200);
        assert_eq!(clock.now(), -100);
    }
}
