//! A kind of token joined with a source and a clock: refreshes ahead, one generation a token, wrong clocks.

use std::error::Error as _;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use stskit::host::Scripted;
use stskit::providers::{Cached, Stability};
use stskit::token::{Eks, Mint, Minter, Purpose, Rds, Token, TokenError};
use stskit::{Credentials, Error, ErrorKind, Provide, Result, Timestamp};

const NOW: i64 = 1_767_323_045;
const MINUTE: i64 = 60;

fn rds() -> Rds {
    Rds::new("mydb.abc.eu-west-1.rds.amazonaws.com", 5432, "db_user", "eu-west-1").unwrap()
}

/// Sets numbered one by one; each ends after the next of these numbers of seconds.
#[derive(Default)]
struct Source {
    ends: Mutex<Vec<i64>>,
    loads: AtomicUsize,
    invalidated: Mutex<Vec<String>>,
    offset: AtomicI64,
}

impl Source {
    fn with_ends(seconds: &[i64]) -> Arc<Source> {
        let ends = seconds.iter().rev().copied().collect();
        Arc::new(Source { ends: Mutex::new(ends), ..Source::default() })
    }

    fn loads(&self) -> usize {
        self.loads.load(Ordering::SeqCst)
    }
}

impl Provide for Source {
    fn credentials(&self) -> Result<Credentials> {
        let number = self.loads.fetch_add(1, Ordering::SeqCst) + 1;
        let Some(seconds) = self.ends.lock().unwrap().pop() else {
            return Err(Error::new(ErrorKind::Network, "no more sets"));
        };
        let set = Credentials::new(format!("AKID{number}"), format!("secret{number}"));
        let end = Timestamp::from_secs(NOW + seconds).plus_millis(self.clock_offset_millis());
        Ok(set.with_session_token(format!("session{number}")).with_expiration(end))
    }

    fn invalidate(&self, expired: &Credentials) {
        self.invalidated.lock().unwrap().push(expired.access_key_id().to_owned());
    }

    fn clock_offset_millis(&self) -> i64 {
        self.offset.load(Ordering::SeqCst)
    }
}

fn minter<P: Provide>(source: P) -> Minter<Rds, P> {
    Minter::new(rds(), source).host(Arc::new(Scripted::at(NOW)))
}

fn rule(error: &Error) -> &TokenError {
    error.source().and_then(|source| source.downcast_ref()).unwrap_or_else(|| panic!("no rule: {error}"))
}

#[test]
fn good_credentials_are_used_as_they_are() {
    for seconds in [5 * MINUTE, 5 * MINUTE + 1, 3600] {
        let source = Source::with_ends(&[seconds, seconds]);
        let token = minter(Arc::clone(&source)).token().unwrap();
        assert_eq!((token.access_key_id(), source.loads()), (Some("AKID1"), 1), "{seconds}");
        assert!(source.invalidated.lock().unwrap().is_empty());
        assert_eq!(token.expires_at().as_secs(), NOW + seconds.min(900));
    }
}

#[test]
fn credentials_that_end_soon_are_refreshed_first() {
    for seconds in [5 * MINUTE - 1, 1, 0, -100] {
        let source = Source::with_ends(&[seconds, 3600]);
        let token = minter(Arc::clone(&source)).token().unwrap();
        assert_eq!((token.access_key_id(), source.loads()), (Some("AKID2"), 2), "{seconds}");
        assert_eq!(*source.invalidated.lock().unwrap(), ["AKID1"]);
        // All of one generation: the signature is that of the second set.
        let set = Credentials::new("AKID2", "secret2").with_session_token("session2");
        assert_eq!(token.expose(), rds().token(&set, Timestamp::from_secs(NOW)).unwrap().expose());
    }
}

#[test]
fn credentials_that_stay_short_are_an_error_that_says_so() {
    let source = Source::with_ends(&[100, 200, 250, 100, 100]);
    let minter = minter(Arc::clone(&source));
    let error = minter.token().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Expired);
    let at = Timestamp::from_secs(NOW + 200);
    assert_eq!(rule(&error), &TokenError::CredentialsEndTooSoon { at, wanted: 300 });
    assert!(error.to_string().contains("2026-01-02T03:07:25Z") && error.to_string().contains("min_ttl"), "{error}");
    // The caller decides what is too soon.
    let minter = minter.min_ttl(Duration::from_secs(250));
    assert_eq!(minter.token().unwrap().expires_at().as_secs(), NOW + 250);
    let minter = minter.min_ttl(Duration::ZERO);
    assert_eq!(minter.token().unwrap().expires_at().as_secs(), NOW + 100);
    assert_eq!(source.loads(), 4);
}

#[test]
fn failures_of_the_source_are_passed_on() {
    let error = minter(Source::with_ends(&[])).token().unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Network, "no more sets"));
    let error = minter(Source::with_ends(&[10])).token().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Network);
}

#[test]
fn credentials_without_an_end_are_never_refreshed() {
    let token = minter(Credentials::new("AKIDEXAMPLE", "secret")).token().unwrap();
    assert_eq!(token.expires_at().as_secs(), NOW + 900);
}

#[test]
fn a_cache_in_front_is_made_to_load() {
    let (source, host) = (Source::with_ends(&[3600, 7200]), Arc::new(Scripted::at(NOW)));
    let cached = Cached::new(Arc::clone(&source), Stability::CacheOnly).host(host.clone());
    let minter = Minter::new(rds(), cached).host(host.clone());
    let key_id = |minter: &Minter<_, _>| minter.token().unwrap().access_key_id().unwrap().to_owned();
    assert_eq!([key_id(&minter), key_id(&minter)], ["AKID1", "AKID1"]);
    host.advance((3600 - 4 * MINUTE) * 1000); // the cache would go on until 10 s before the end
    assert_eq!([key_id(&minter), key_id(&minter)], ["AKID2", "AKID2"]);
    assert_eq!(source.loads(), 2);
}

#[test]
fn a_wrong_clock_is_corrected_by_what_the_source_has_learned() {
    // The local clock is an hour behind.
    let source = Source::with_ends(&[3600]);
    source.offset.store(3_600_000, Ordering::SeqCst);
    let token = minter(Arc::clone(&source)).token().unwrap();
    assert!(token.expose().contains("&X-Amz-Date=20260102T040405Z&"), "signed with the time of AWS");
    assert_eq!(token.expires_at().as_secs(), NOW + 900, "ends by the local clock");
    // Half an hour ahead, and with 6 minutes left by the clock of AWS.
    let source = Source::with_ends(&[6 * MINUTE]);
    source.offset.store(-1_800_000, Ordering::SeqCst);
    let token = minter(Arc::clone(&source)).token().unwrap();
    assert_eq!((token.expires_at().as_secs(), source.loads()), (NOW + 6 * MINUTE, 1));
}

#[test]
fn any_kind_of_token_and_ones_own() {
    struct Echo;
    impl Mint for Echo {
        fn purpose(&self) -> Purpose {
            Purpose::Eks
        }
        fn token(&self, credentials: &Credentials, at: Timestamp) -> Result<Token> {
            assert_eq!(at.as_secs(), NOW);
            Eks::new("c", "eu-west-1")?.token(credentials, at)
        }
    }
    let source = Credentials::new("AKIDEXAMPLE", "secret");
    let boxed: Box<dyn Mint> = Box::new(Echo);
    let host = Arc::new(Scripted::at(NOW));
    let of_box = Minter::new(boxed, source.clone()).host(host.clone()).token().unwrap();
    let shared = Arc::new(Eks::new("c", "eu-west-1").unwrap());
    let of_arc = Minter::new(Arc::clone(&shared), &*source_of(&source)).host(host.clone()).token().unwrap();
    let of_reference = Minter::new(&*shared, source).host(host).token().unwrap();
    assert!(of_box == of_arc && of_arc == of_reference);
    assert_eq!(of_box.expires_at().as_secs(), NOW + 14 * MINUTE);
}

fn source_of(credentials: &Credentials) -> Arc<dyn Fn() -> Result<Credentials> + Send + Sync> {
    let credentials = credentials.clone();
    Arc::new(move || Ok(credentials.clone()))
}

#[test]
fn shared_by_threads() {
    let minter = minter(|| Ok(Credentials::new("AKIDEXAMPLE", "secret")));
    let expected = minter.token().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..100).for_each(|_| assert!(minter.token().unwrap() == expected)));
        }
    });
}
