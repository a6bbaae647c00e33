//! Points in time and their spellings on the wire; the only user of the `time` crate's formats.
//!
//! Pure: nothing here reads a clock (`host` does).

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use time::OffsetDateTime;
use time::format_description::well_known::{Rfc2822, Rfc3339};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z, years 1 to 9999.
///
/// Prints as RFC 3339 in UTC; serialises as that text.
///
/// ```
/// use stskit::Timestamp;
/// let at = Timestamp::parse("2026-01-02T05:04:05+02:00").unwrap();
/// assert_eq!(at.to_string(), "2026-01-02T03:04:05Z");
/// assert_eq!(at.as_secs(), 1_767_323_045);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    millis: i64,
}

const MIN_MILLIS: i64 = -62_135_596_800_000; // 0001-01-01T00:00:00Z
const MAX_MILLIS: i64 = 253_402_300_799_999; // 9999-12-31T23:59:59.999Z

impl Timestamp {
    /// From milliseconds since the epoch; outside the years 1 to 9999 the nearest end is taken.
    pub const fn from_millis(millis: i64) -> Self {
        let millis = if millis < MIN_MILLIS {
            MIN_MILLIS
        } else if millis > MAX_MILLIS {
            MAX_MILLIS
        } else {
            millis
        };
        Timestamp { millis }
    }

    /// From whole seconds since the epoch.
    pub const fn from_secs(seconds: i64) -> Self {
        Self::from_millis(seconds.saturating_mul(1000))
    }

    /// Milliseconds since the epoch.
    pub const fn as_millis(self) -> i64 {
        self.millis
    }

    /// Whole seconds since the epoch, rounded down.
    pub const fn as_secs(self) -> i64 {
        self.millis.div_euclid(1000)
    }

    /// This time plus a number of seconds (negative: earlier).
    #[must_use]
    pub const fn plus_secs(self, seconds: i64) -> Self {
        Self::from_millis(self.millis.saturating_add(seconds.saturating_mul(1000)))
    }

    /// This time plus a number of milliseconds (negative: earlier).
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self::from_millis(self.millis.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this time; negative if `earlier` is later.
    pub const fn millis_since(self, earlier: Self) -> i64 {
        self.millis.saturating_sub(earlier.millis)
    }

    /// Reads every spelling of a time that AWS answers and cache files use: RFC 3339 with `Z` or an
    /// offset, the ending `UTC` of old cache files, RFC 2822 (HTTP dates), epoch seconds.
    /// `None` for anything else, a time without an offset included.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(at) = OffsetDateTime::parse(text, &Rfc3339) {
            return Self::from_offset(at);
        }
        if let Some(local) = text.strip_suffix("UTC")
            && let Ok(at) = OffsetDateTime::parse(&format!("{}Z", local.trim_end()), &Rfc3339)
        {
            return Self::from_offset(at);
        }
        if let Ok(at) = OffsetDateTime::parse(text, &Rfc2822) {
            return Self::from_offset(at);
        }
        Self::parse_epoch(text)
    }

    /// Epoch seconds, with a fraction or without. By hand: a parse as a float would bring its tables along.
    fn parse_epoch(text: &str) -> Option<Self> {
        let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
        if !digits(seconds.strip_prefix('-').unwrap_or(seconds)) || !digits(fraction) {
            return None;
        }
        let seconds = seconds.parse::<i64>().ok()?.checked_mul(1000)?;
        let millis: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
        let millis = if text.starts_with('-') { seconds.checked_sub(millis)? } else { seconds.checked_add(millis)? };
        (MIN_MILLIS..=MAX_MILLIS).contains(&millis).then_some(Timestamp { millis })
    }

    /// The date of an HTTP header (`Date: Tue, 15 Nov 1994 08:12:31 GMT`, RFC 9110 section 5.6.7).
    pub fn parse_http_date(text: &str) -> Option<Self> {
        OffsetDateTime::parse(text.trim(), &Rfc2822).ok().and_then(Self::from_offset)
    }

    fn from_secs_f64(seconds: f64) -> Option<Self> {
        let millis = seconds * 1000.0;
        (millis.is_finite() && (MIN_MILLIS as f64..=MAX_MILLIS as f64).contains(&millis))
            .then(|| Timestamp { millis: millis.round() as i64 })
    }

    fn from_offset(at: OffsetDateTime) -> Option<Self> {
        i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000_000)).ok().map(Self::from_millis)
    }

    fn utc(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(self.as_secs()).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    /// The form SigV4 uses, `20260102T030405Z`, always 16 ASCII characters.
    pub(crate) fn amz_date(self) -> AmzDate {
        let utc = self.utc();
        let (year, month, day) = utc.to_calendar_date();
        let (hour, minute, second) = utc.to_hms();
        let year = u16::try_from(year).unwrap_or(0);
        let mut text = *b"00000000T000000Z";
        let [y1, y2, y3, y4, m1, m2, d1, d2, _, h1, h2, i1, i2, s1, s2, _] = &mut text;
        (*y1, *y2) = digits((year / 100) as u8);
        (*y3, *y4) = digits((year % 100) as u8);
        (*m1, *m2) = digits(u8::from(month));
        (*d1, *d2) = digits(day);
        (*h1, *h2) = digits(hour);
        (*i1, *i2) = digits(minute);
        (*s1, *s2) = digits(second);
        AmzDate(text)
    }
}

const fn digits(n: u8) -> (u8, u8) {
    (b'0' + n / 10 % 10, b'0' + n % 10)
}

/// `YYYYMMDDTHHMMSSZ` on the stack.
#[derive(Clone, Copy)]
pub(crate) struct AmzDate([u8; 16]);

impl AmzDate {
    /// The long form, `20260102T030405Z`.
    pub(crate) fn long(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The short form as bytes.
    pub(crate) fn day(&self) -> &[u8] {
        self.0.first_chunk::<8>().map_or(&[], |day| day)
    }

    pub(crate) fn same_day(&self, other: &AmzDate) -> bool {
        self.day() == other.day()
    }

    /// The short form, `20260102`.
    pub(crate) fn short(&self) -> &str {
        self.long().get(..8).unwrap_or_default()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.utc().to_calendar_date();
        let (hour, minute, second) = self.utc().to_hms();
        let month = u8::from(month);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        match self.millis.rem_euclid(1000) {
            0 => f.write_str("Z"),
            millis => write!(f, ".{millis:03}Z"),
        }
    }
}

impl From<SystemTime> for Timestamp {
    fn from(at: SystemTime) -> Self {
        let millis = |d: Duration| i64::try_from(d.as_millis()).unwrap_or(i64::MAX);
        match at.duration_since(UNIX_EPOCH) {
            Ok(since) => Self::from_millis(millis(since)),
            Err(before) => Self::from_millis(-millis(before.duration())),
        }
    }
}

impl From<Timestamp> for SystemTime {
    fn from(at: Timestamp) -> Self {
        let span = Duration::from_millis(at.millis.unsigned_abs());
        let moved = if at.millis < 0 { UNIX_EPOCH.checked_sub(span) } else { UNIX_EPOCH.checked_add(span) };
        moved.unwrap_or(UNIX_EPOCH)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Timestamp;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time: RFC 3339 text with an offset, or epoch seconds")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Timestamp, E> {
                Timestamp::parse(text).ok_or_else(|| E::custom("not a time with an offset"))
            }

            fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<Timestamp, E> {
                Ok(Timestamp::from_secs(seconds))
            }

            fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<Timestamp, E> {
                Ok(Timestamp::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX)))
            }

            fn visit_f64<E: de::Error>(self, seconds: f64) -> Result<Timestamp, E> {
                Timestamp::from_secs_f64(seconds).ok_or_else(|| E::custom("not a time"))
            }
        }
        input.deserialize_any(Visitor)
    }
}

/// A duration as seconds, with a fraction if it has one: `3.1`. By hand, as the standard library's floats bring their
/// tables along.
pub(crate) struct Seconds(pub(crate) Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.as_secs())?;
        match self.0.subsec_nanos() {
            0 => Ok(()),
            nanos => write!(f, ".{}", format!("{nanos:09}").trim_end_matches('0')),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_have_a_fraction_only_if_there_is_one() {
        for (millis, text) in [(0, "0"), (30_000, "30"), (3_100, "3.1"), (1_050, "1.05"), (1, "0.001")] {
            assert_eq!(Seconds(Duration::from_millis(millis)).to_string(), text);
        }
        assert_eq!(Seconds(Duration::new(2, 1)).to_string(), "2.000000001");
    }

    #[test]
    fn reads_every_spelling() {
        let at = Some(Timestamp::from_secs(1_767_323_045));
        for text in [
            "2026-01-02T03:04:05Z",
            "2026-01-02T03:04:05+00:00",
            "2026-01-02T05:04:05+02:00",
            "2026-01-02T03:04:05.000000000Z",
            "2026-01-02T03:04:05UTC",
            "Fri, 02 Jan 2026 03:04:05 GMT",
            "Fri, 02 Jan 2026 03:04:05 +0000",
            "1767323045",
            "1767323045.0",
            " 2026-01-02T03:04:05Z\n",
        ] {
            assert_eq!(Timestamp::parse(text), at, "{text}");
        }
        assert_eq!(Timestamp::parse("1767323045.12"), Some(Timestamp::from_millis(1_767_323_045_120)));
        assert_eq!(Timestamp::parse("-1.5"), Some(Timestamp::from_millis(-1_500)));
        assert_eq!(Timestamp::parse("2026-01-02T03:04:05.123456Z"), Some(Timestamp::from_millis(1_767_323_045_123)));
    }

    #[test]
    fn refuses_what_has_no_offset_or_is_no_time() {
        for text in [
            "",
            "never",
            "2026-01-02T03:04:05",
            "2026-01-02",
            "2026-13-02T03:04:05Z",
            "1e999",
            "-",
            "NaN",
            "1.",
            ".5",
            "1.5.5",
            "99999999999999999999",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn prints_and_stamps() {
        let at = Timestamp::from_millis(1_767_323_045_060);
        assert_eq!(at.to_string(), "2026-01-02T03:04:05.060Z");
        assert_eq!(at.amz_date().long(), "20260102T030405Z");
        assert_eq!(at.amz_date().short(), "20260102");
        assert_eq!(Timestamp::from_secs(0).amz_date().long(), "19700101T000000Z");
        assert_eq!(Timestamp::from_millis(i64::MAX).amz_date().long(), "99991231T235959Z");
        assert_eq!(Timestamp::from_millis(i64::MIN).to_string(), "0001-01-01T00:00:00Z");
    }

    #[test]
    fn round_trips_the_system_clock() {
        for millis in [0, 1, -1, 1_767_323_045_123, -5_000] {
            let at = Timestamp::from_millis(millis);
            assert_eq!(Timestamp::from(SystemTime::from(at)), at);
        }
    }
}
