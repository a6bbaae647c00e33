//! The session token of IMDSv2, kept between loads.

use std::sync::RwLock;
use std::sync::atomic::{AtomicBool, Ordering};

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::error::Error;
use crate::timestamp::Timestamp;

/// The life that is asked for: six hours, the longest there is.
pub(super) const LIFETIME: HeaderValue = HeaderValue::from_static("21600");
pub(super) const LIFETIME_HEADER: &str = "x-aws-ec2-metadata-token-ttl-seconds";
pub(super) const TOKEN_HEADER: &str = "x-aws-ec2-metadata-token";
/// The end of a token's life, in which it is not used any more.
const MARGIN_MILLIS: i64 = 120 * 1000;

/// The last token.
///
/// Never blocks, and no lock is held while anything is sent: where the cache is busy (or was locked by another
/// thread when the process forked) a load gets a token of its own.
#[derive(Default)]
pub(super) struct Tokens {
    last: RwLock<Option<Token>>,
    /// A token was refused: there is no going back to requests without one.
    demanded: AtomicBool,
}

struct Token {
    value: HeaderValue,
    until: Timestamp,
}

impl Tokens {
    pub(super) fn get(&self, now: Timestamp) -> Option<HeaderValue> {
        let last = self.last.try_read().ok()?;
        last.as_ref().filter(|token| now < token.until).map(|token| token.value.clone())
    }

    /// Keeps a token for the life that the answer gives it; one without a life is not kept.
    pub(super) fn keep(&self, value: &HeaderValue, answer: &HeaderMap, now: Timestamp) {
        let seconds = answer.get(HeaderName::from_static(LIFETIME_HEADER)).and_then(|v| v.to_str().ok());
        let Some(seconds) = seconds.and_then(|text| text.trim().parse::<u32>().ok()) else { return };
        let millis = i64::from(seconds) * 1000;
        let until = now.plus_millis(millis - MARGIN_MILLIS.min(millis / 10));
        if let Ok(mut last) = self.last.try_write() {
            *last = Some(Token { value: value.clone(), until });
        }
    }

    /// This one was refused. If there is another meanwhile, that one stays.
    pub(super) fn refused(&self, value: &HeaderValue) {
        self.demanded.store(true, Ordering::Relaxed);
        if let Ok(mut last) = self.last.try_write() {
            last.take_if(|token| token.value == *value);
        }
    }

    pub(super) fn are_demanded(&self) -> bool {
        self.demanded.load(Ordering::Relaxed)
    }
}

/// The token in the body of an answer.
pub(super) fn read(body: &[u8]) -> Result<HeaderValue, Error> {
    let wrong = || Error::response("the answer to the request for a token is not a token");
    let value = HeaderValue::from_bytes(body.trim_ascii()).map_err(|_| wrong())?;
    if value.is_empty() {
        return Err(wrong());
    }
    let mut value = value;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keep(tokens: &Tokens, value: &'static str, life: Option<&'static str>) {
        let mut answer = HeaderMap::new();
        if let Some(life) = life {
            answer.insert(LIFETIME_HEADER, HeaderValue::from_static(life));
        }
        tokens.keep(&HeaderValue::from_static(value), &answer, Timestamp::from_secs(0));
    }

    #[test]
    fn a_token_lives_as_long_as_its_answer_says_less_a_margin() {
        for (life, first_bad) in [
            (Some("21600"), 21_480),
            (Some("1200"), 1_080),
            (Some("10"), 9),
            (Some("1"), 1),
            (Some("0"), 0),
            (Some("never"), 0),
            (Some("-1"), 0),
            (None, 0),
        ] {
            let tokens = Tokens::default();
            keep(&tokens, "one", life);
            let good = |seconds| tokens.get(Timestamp::from_secs(seconds)).is_some();
            assert!(!good(first_bad), "{life:?}");
            assert!(first_bad == 0 || good(first_bad - 1), "{life:?}");
        }
    }

    #[test]
    fn only_the_refused_token_is_dropped_and_a_busy_cache_is_passed_by() {
        let tokens = Tokens::default();
        keep(&tokens, "two", Some("600"));
        tokens.refused(&HeaderValue::from_static("one"));
        let now = Timestamp::from_secs(1);
        assert_eq!(tokens.get(now).unwrap(), "two");
        assert!(tokens.are_demanded());
        let held = tokens.last.write().unwrap();
        assert!(tokens.get(now).is_none());
        keep(&tokens, "three", Some("600"));
        drop(held);
        assert_eq!(tokens.get(now).unwrap(), "two");
        tokens.refused(&HeaderValue::from_static("two"));
        assert!(tokens.get(now).is_none());
    }

    #[test]
    fn what_is_no_token() {
        let token = read(b"AQAE-token==\n").unwrap();
        assert!(token == "AQAE-token==" && token.is_sensitive());
        for body in [&b""[..], b" \n", b"a\nb", b"a\0"] {
            assert_eq!(read(body).unwrap_err().kind(), crate::error::ErrorKind::InvalidResponse);
        }
    }
}
