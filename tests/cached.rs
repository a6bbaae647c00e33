//! The refreshing cache: every state and every outcome of a refresh, by a clock that moves when told to.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::time::{Duration, Instant};

use stskit::host::{Host, Scripted};
use stskit::providers::{Cached, Stability};
use stskit::{Credentials, Error, ErrorKind, Provide, Result, Timestamp};

const START: i64 = 1_767_323_045;

type Script = Box<dyn FnMut(usize) -> Result<Credentials> + Send>;

/// A source that counts its loads (from 1) and answers by a script.
struct Source {
    loads: AtomicUsize,
    script: Mutex<Script>,
    offset: AtomicI64,
    invalidated: Mutex<Vec<String>>,
}

impl Source {
    fn loads(&self) -> usize {
        self.loads.load(Ordering::SeqCst)
    }

    fn answer(&self, script: impl FnMut(usize) -> Result<Credentials> + Send + 'static) {
        *self.script.lock().unwrap() = Box::new(script);
    }

    fn fail(&self, kind: ErrorKind) {
        self.answer(move |n| Err(Error::new(kind, format!("failure of load {n}"))));
    }
}

impl Provide for Source {
    fn credentials(&self) -> Result<Credentials> {
        let load = self.loads.fetch_add(1, Ordering::SeqCst) + 1;
        (self.script.lock().unwrap())(load)
    }

    fn invalidate(&self, expired: &Credentials) {
        self.invalidated.lock().unwrap().push(expired.access_key_id().to_owned());
    }

    fn clock_offset_millis(&self) -> i64 {
        self.offset.load(Ordering::SeqCst)
    }
}

/// The set of a load, all five values marked with its number.
fn set(load: usize, host: &Scripted, lifetime: i64) -> Credentials {
    Credentials::new(format!("AKID{load}"), format!("secret{load}"))
        .with_session_token(format!("token{load}"))
        .with_account_id(format!("{load:012}"))
        .with_expiration(host.now().plus_secs(lifetime))
}

struct World {
    host: Arc<Scripted>,
    source: Arc<Source>,
    cached: Cached<Arc<Source>>,
}

/// A cache whose source answers sets of this lifetime in seconds.
fn world_with(stability: Stability, lifetime: i64, random: f64) -> World {
    let host = Arc::new(Scripted::at(START).with_random(random));
    let clock = Arc::clone(&host);
    let source = Arc::new(Source {
        loads: AtomicUsize::new(0),
        script: Mutex::new(Box::new(move |load| Ok(set(load, &clock, lifetime)))),
        offset: AtomicI64::new(0),
        invalidated: Mutex::default(),
    });
    let cached = Cached::new(Arc::clone(&source), stability).host(host.clone());
    World { host, source, cached }
}

fn world(lifetime: i64) -> World {
    world_with(Stability::ServeStale, lifetime, 0.0)
}

impl World {
    /// The load that the served set is of.
    #[track_caller]
    fn served(&self) -> usize {
        number(&self.cached.credentials().unwrap())
    }

    fn error(&self) -> Error {
        self.cached.credentials().unwrap_err()
    }

    /// Moves the clock to so many seconds after the start.
    fn at(&self, seconds: i64) {
        self.host.advance((START + seconds) * 1000 - self.host.now().as_millis());
    }
}

fn number(set: &Credentials) -> usize {
    set.access_key_id().trim_start_matches("AKID").parse().unwrap()
}

fn is_one_generation(set: &Credentials) -> bool {
    let n = number(set);
    set.secret_access_key() == format!("secret{n}")
        && set.session_token() == Some(&format!("token{n}"))
        && set.account_id() == Some(&format!("{n:012}"))
}

#[test]
fn nothing_is_loaded_before_the_first_lookup_and_then_once() {
    let w = world(3600);
    assert_eq!(w.source.loads(), 0);
    for _ in 0..10 {
        assert_eq!(w.served(), 1);
    }
    assert_eq!(w.source.loads(), 1);
}

#[test]
fn each_lifetime_has_its_advisory_window() {
    for (lifetime, window) in
        [(900, 300), (1200, 300), (1201, 900), (3600, 900), (5399, 900), (5400, 3600), (43_200, 3600)]
    {
        let w = world(lifetime);
        w.served();
        w.host.advance((lifetime - window) * 1000 - 1);
        assert_eq!(w.served(), 1, "before the window of {lifetime}");
        w.host.advance(1);
        assert_eq!(w.served(), 2, "in the window of {lifetime}");
        // The new set has its own window.
        w.host.advance((lifetime - window) * 1000 - 1);
        assert_eq!(w.served(), 2);
        w.host.advance(1);
        assert_eq!(w.served(), 3);
    }
}

#[test]
fn another_advisory_window_can_be_chosen() {
    let mut w = world(3600);
    w.cached = Cached::new(w.source.clone(), Stability::ServeStale)
        .host(w.host.clone())
        .advisory_window(Duration::from_secs(120));
    w.served();
    w.at(3479);
    assert_eq!(w.served(), 1);
    w.at(3480);
    assert_eq!(w.served(), 2);
}

#[test]
fn without_an_expiration_a_set_is_served_for_ever() {
    for stability in [Stability::ServeStale, Stability::CacheOnly] {
        let w = world_with(stability, 0, 0.0);
        w.source.answer(|load| Ok(Credentials::new(format!("AKID{load}"), "s")));
        for years in 0..50 {
            w.at(years * 365 * 24 * 3600);
            assert_eq!(w.served(), 1);
        }
        w.cached.invalidate(&Credentials::new("AKID1", "s"));
        assert_eq!((w.served(), w.served()), (2, 2));
    }
}

/// Runs a lookup on a thread of its own that stays in the source until told to go on.
fn stalled<T>(w: &World, answer: Result<Credentials>, meanwhile: impl FnOnce() -> T) -> (Result<Credentials>, T) {
    let (entered, wait_entered) = mpsc::channel();
    let (go_on, wait_go_on) = mpsc::channel::<()>();
    let mut answer = Some(answer);
    w.source.answer(move |_| {
        entered.send(()).unwrap();
        let _ = wait_go_on.recv();
        answer.take().unwrap()
    });
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| w.cached.credentials());
        wait_entered.recv().unwrap();
        let result = meanwhile();
        drop(go_on);
        (slow.join().unwrap(), result)
    })
}

#[test]
fn in_the_advisory_window_one_caller_refreshes_and_no_other_waits() {
    let w = world(3600);
    w.served();
    w.at(2700);
    let (slow, ()) = stalled(&w, Ok(set(2, &w.host, 3600)), || {
        let started = Instant::now();
        for _ in 0..1000 {
            assert_eq!(w.served(), 1);
        }
        assert!(started.elapsed() < Duration::from_secs(2), "nobody waits: the refresh ends after this");
    });
    assert_eq!(number(&slow.unwrap()), 2);
    assert_eq!((w.served(), w.source.loads()), (2, 2));
}

#[test]
fn sixty_four_threads_at_the_edge_make_one_fetch() {
    let w = world(3600);
    w.served();
    w.at(2700);
    let (done, all_done) = mpsc::channel();
    let (host, clock) = (Mutex::new(all_done), w.host.clone());
    // The fetch ends when the other 63 have been served.
    w.source.answer(move |load| {
        let others = host.lock().unwrap();
        for _ in 0..63 {
            others.recv_timeout(Duration::from_secs(20)).expect("63 are served while the fetch is under way");
        }
        Ok(set(load, &clock, 3600))
    });
    let start = Barrier::new(64);
    let served: Vec<usize> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..64)
            .map(|_| {
                let done = done.clone();
                let (w, start) = (&w, &start);
                scope.spawn(move || {
                    start.wait();
                    let served = w.served();
                    let _ = done.send(());
                    served
                })
            })
            .collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert_eq!(w.source.loads(), 2, "the first load, and one refresh");
    assert_eq!(served.iter().filter(|n| **n == 1).count(), 63);
    assert_eq!(served.iter().filter(|n| **n == 2).count(), 1);
}

/// Readers on threads, all of them waiting (as far as can be seen from outside) for the stalled load.
fn waiting_readers(w: &World, answer: Result<Credentials>, readers: usize) -> Vec<Result<Credentials>> {
    std::thread::scope(|scope| {
        let (first, threads) = stalled(w, answer, || {
            let threads: Vec<_> = (0..readers).map(|_| scope.spawn(|| w.cached.credentials())).collect();
            std::thread::sleep(Duration::from_millis(60));
            assert!(threads.iter().all(|t| !t.is_finished()), "readers wait");
            threads
        });
        std::iter::once(first).chain(threads.into_iter().map(|t| t.join().unwrap())).collect()
    })
}

#[test]
fn with_nothing_cached_all_wait_for_one_load() {
    let w = world(3600);
    for result in waiting_readers(&w, Ok(set(1, &w.host, 3600)), 8) {
        assert_eq!(number(&result.unwrap()), 1);
    }
    assert_eq!(w.source.loads(), 1);
    // And share its error.
    let w = world(3600);
    for result in waiting_readers(&w, Err(Error::new(ErrorKind::Network, "away")), 8) {
        assert_eq!(result.unwrap_err().to_string(), "away");
    }
    assert_eq!(w.source.loads(), 1);
}

#[test]
fn in_the_mandatory_window_and_past_the_expiration_all_wait_for_one_refresh() {
    for seconds in [3540, 3600, 9000] {
        let w = world(3600);
        w.served();
        w.at(seconds);
        for result in waiting_readers(&w, Ok(set(2, &w.host, 3600)), 8) {
            assert_eq!(number(&result.unwrap()), 2);
        }
        assert_eq!(w.source.loads(), 2);
    }
}

#[test]
fn a_refresh_that_runs_into_the_mandatory_window_is_waited_for() {
    let w = world(3600);
    w.served();
    w.at(3539);
    let (slow, waiting) = std::thread::scope(|scope| {
        let (slow, waiting) = stalled(&w, Ok(set(2, &w.host, 7200)), || {
            assert_eq!(w.served(), 1);
            w.at(3540);
            let waiting = scope.spawn(|| w.served());
            std::thread::sleep(Duration::from_millis(60));
            assert!(!waiting.is_finished());
            waiting
        });
        (slow, waiting.join().unwrap())
    });
    assert_eq!((number(&slow.unwrap()), waiting, w.source.loads()), (2, 2, 2));
}

#[test]
fn a_recoverable_failure_serves_the_old_set_and_backs_off() {
    for kind in [ErrorKind::Network, ErrorKind::Timeout, ErrorKind::Throttled, ErrorKind::InvalidResponse] {
        for (random, backoff) in [(0.0, 300), (0.5, 450), (0.999, 599)] {
            let w = world_with(Stability::ServeStale, 3600, random);
            w.served();
            // In the advisory window, in the mandatory one, and long after the expiration.
            let mut loads = 1;
            for start in [2700, 3550, 20_000] {
                w.at(start);
                w.source.fail(kind);
                loads += 1;
                for after in [0, 1, backoff - 1] {
                    w.at(start + after);
                    assert_eq!(w.served(), 1);
                    assert_eq!(w.source.loads(), loads, "{kind:?}: the source is left alone");
                }
            }
            // It is back: the first lookup after the backoff gets the new set.
            let host = w.host.clone();
            w.source.answer(move |_| Ok(set(99, &host, 3600)));
            w.at(20_000 + backoff + 1);
            assert_eq!(w.served(), 99);
            // The success has cleared the backoff: the next window is refreshed as ever.
            w.host.advance(2_700_000);
            w.served();
            assert_eq!(w.source.loads(), loads + 2);
        }
    }
}

#[test]
fn a_backoff_that_is_running_comes_before_every_window() {
    let w = world(3600);
    w.served();
    w.at(3400);
    w.source.fail(ErrorKind::Network);
    for seconds in [3400, 3550, 3601, 3699] {
        w.at(seconds);
        assert_eq!(w.served(), 1);
    }
    assert_eq!(w.source.loads(), 2);
}

#[test]
fn those_who_waited_for_a_failed_refresh_get_the_old_set_too() {
    let w = world(3600);
    w.served();
    w.at(3590);
    for result in waiting_readers(&w, Err(Error::new(ErrorKind::Timeout, "away")), 8) {
        assert_eq!(number(&result.unwrap()), 1);
    }
    assert_eq!(w.source.loads(), 2);
}

#[test]
fn serving_on_never_lengthens_an_expiration() {
    // Ten-minute sets are refreshed in time, and what is served says its own expiration.
    let w = world(600);
    w.served();
    w.at(300);
    w.source.fail(ErrorKind::Network);
    let stale = w.cached.credentials().unwrap();
    assert_eq!(stale.expiration(), Some(Timestamp::from_secs(START + 600)));
    w.at(601);
    assert_eq!(w.cached.credentials().unwrap().expiration(), Some(Timestamp::from_secs(START + 600)));
    assert_eq!(w.source.loads(), 3, "tried again after 300 s");
}

#[test]
fn with_nothing_cached_a_recoverable_failure_is_the_error_and_the_next_call_tries_again() {
    for stability in [Stability::ServeStale, Stability::CacheOnly] {
        let w = world_with(stability, 3600, 0.5);
        w.source.fail(ErrorKind::Network);
        for load in 1..4 {
            assert_eq!(w.error().to_string(), format!("failure of load {load}"));
        }
        let host = w.host.clone();
        w.source.answer(move |load| Ok(set(load, &host, 3600)));
        assert_eq!(w.served(), 4);
    }
}

#[test]
fn a_failure_that_does_not_mend_itself_is_loud_and_repeated_for_a_while() {
    for kind in [
        ErrorKind::AccessDenied,
        ErrorKind::Expired,
        ErrorKind::LoginRequired,
        ErrorKind::InvalidConfiguration,
        ErrorKind::NoCredentials,
        ErrorKind::InvalidInput,
    ] {
        for (random, repeated) in [(0.0, 1000), (0.5, 3000), (0.9999, 4999)] {
            for start in [0, 2700, 3550, 9000] {
                let w = world_with(Stability::ServeStale, 3600, random);
                let before = usize::from(start > 0);
                if start > 0 {
                    w.served();
                }
                w.at(start);
                w.source.fail(kind);
                let first = w.error();
                assert_eq!((first.kind(), first.to_string()), (kind, format!("failure of load {}", before + 1)));
                w.host.advance(repeated - 1);
                assert_eq!(w.error().to_string(), first.to_string(), "repeated");
                assert_eq!(w.source.loads(), before + 1);
                w.host.advance(2);
                assert_eq!(w.error().to_string(), format!("failure of load {}", before + 2), "asked again");
                // Mended: no backoff stands in the way, and the error is forgotten.
                let host = w.host.clone();
                w.source.answer(move |load| Ok(set(load, &host, 3600)));
                w.host.advance(5000);
                assert_eq!(w.served(), before + 3);
                w.served();
                assert_eq!(w.source.loads(), before + 3);
            }
        }
    }
}

#[test]
fn a_repeated_error_keeps_its_cause_and_its_facts() {
    let w = world(3600);
    w.source.answer(|_| {
        Err(Error::new(ErrorKind::InvalidConfiguration, "broken").with_source(std::io::Error::other("the cause")))
    });
    for _ in 0..3 {
        let error = w.error();
        assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "the cause");
    }
    assert_eq!(w.source.loads(), 1);
}

#[test]
fn a_set_that_has_already_expired_counts_as_a_failed_refresh() {
    let w = world(3600);
    let host = w.host.clone();
    w.source.answer(move |load| Ok(set(load, &host, 0)));
    assert!(w.error().is_expired());
    assert!(w.error().is_expired());
    assert_eq!(w.source.loads(), 2, "nothing cached: asked at every call");
    let host = w.host.clone();
    w.source.answer(move |load| Ok(set(load, &host, 3600)));
    assert_eq!(w.served(), 3);
    w.at(3590);
    let host = w.host.clone();
    w.source.answer(move |load| Ok(set(load, &host, -1)));
    for seconds in [3590, 3700, 3889] {
        w.at(seconds);
        assert_eq!(w.served(), 3);
    }
    assert_eq!(w.source.loads(), 4, "one try, then the backoff");
}

#[test]
fn short_lived_sets_do_not_cause_a_fetch_per_call() {
    for (lifetime, at_most) in [(900, 1), (300, 1), (240, 1), (60, 1), (30, 1), (1, 1)] {
        let w = world(lifetime);
        for _ in 0..100 {
            w.served();
        }
        assert_eq!(w.source.loads(), at_most, "{lifetime}");
    }
    // A source that keeps its set to the end, with 40 s left at first.
    let w = world(3600);
    let last = set(1, &w.host, 40);
    w.source.answer(move |_| Ok(last.clone()));
    for tenth in 0..399 {
        w.host.advance(if tenth == 0 { 0 } else { 100 });
        assert_eq!(w.served(), 1);
    }
    assert!(w.source.loads() <= 17, "{} loads in 400 calls", w.source.loads());
}

#[test]
fn invalidation_makes_the_next_call_load_and_wait() {
    let w = world(3600);
    let first = w.cached.credentials().unwrap();
    w.cached.invalidate(&first);
    assert_eq!(*w.source.invalidated.lock().unwrap(), ["AKID1"], "the source hears of it");
    for result in waiting_readers(&w, Ok(set(2, &w.host, 3600)), 4) {
        assert_eq!(number(&result.unwrap()), 2);
    }
    // Late news of a set that was replaced meanwhile change nothing.
    w.cached.invalidate(&first);
    assert_eq!((w.served(), w.source.loads()), (2, 2));
}

#[test]
fn an_invalidated_set_is_kept_for_the_failure_and_a_backoff_stays_in_force() {
    let w = world(3600);
    let first = w.cached.credentials().unwrap();
    w.cached.invalidate(&first);
    w.source.fail(ErrorKind::Network);
    assert_eq!((w.served(), w.served(), w.source.loads()), (1, 1, 2));
    // The backoff is running: said once more, nothing is asked.
    w.cached.invalidate(&first);
    assert_eq!((w.served(), w.source.loads()), (1, 2));
    // It has ended, and the set is still due.
    w.at(301);
    let host = w.host.clone();
    w.source.answer(move |load| Ok(set(load, &host, 3600)));
    assert_eq!(w.served(), 3);
}

#[test]
fn cache_only_has_one_refresh_point_and_never_serves_an_expired_set() {
    let w = world_with(Stability::CacheOnly, 3600, 0.0);
    w.served();
    w.host.advance(3_589_999);
    assert_eq!(w.served(), 1);
    w.host.advance(1);
    for result in waiting_readers(&w, Ok(set(2, &w.host, 3600)), 4) {
        assert_eq!(number(&result.unwrap()), 2, "all wait for one refresh");
    }
    assert_eq!(w.source.loads(), 2);
    // A failure that may recover: the set serves as long as it is good, and each call tries again.
    w.host.advance(3_590_000);
    w.source.fail(ErrorKind::Network);
    assert_eq!((w.served(), w.served(), w.source.loads()), (2, 2, 4));
    w.host.advance(9_999);
    assert_eq!(w.served(), 2);
    w.host.advance(1);
    assert_eq!(w.error().kind(), ErrorKind::Network, "expired");
    assert_eq!(w.error().kind(), ErrorKind::Network);
    assert_eq!(w.source.loads(), 7, "no backoff");
}

#[test]
fn cache_only_does_not_serve_what_the_service_called_expired() {
    let w = world_with(Stability::CacheOnly, 3600, 0.0);
    let first = w.cached.credentials().unwrap();
    w.cached.invalidate(&first);
    w.source.fail(ErrorKind::Network);
    assert_eq!(w.error().kind(), ErrorKind::Network);
    let host = w.host.clone();
    w.source.answer(move |load| Ok(set(load, &host, 3600)));
    assert_eq!(w.served(), 3);
}

#[test]
fn expirations_are_judged_by_the_corrected_clock() {
    // The local clock is an hour ahead of the service's, an hour behind, and not.
    for offset in [-3600, 3600, 0] {
        let w = world(3600);
        w.source.offset.store(offset * 1000, Ordering::SeqCst);
        let host = w.host.clone();
        w.source.answer(move |load| Ok(set(load, &host, 3600 + offset)));
        assert_eq!(w.served(), 1);
        w.at(2699);
        assert_eq!(w.served(), 1);
        w.at(2700);
        assert_eq!(w.served(), 2);
    }
}

#[test]
fn waiting_has_a_limit() {
    let mut w = world(3600);
    w.cached = w.cached.load_limit(Duration::from_millis(50));
    let (first, other) = stalled(&w, Ok(set(1, &w.host, 3600)), || w.cached.credentials());
    assert!(other.unwrap_err().is_timeout());
    assert_eq!(number(&first.unwrap()), 1, "the load itself is used");
    w.at(3590);
    let (late, other) = stalled(&w, Ok(set(2, &w.host, 3600)), || (w.served(), w.served()));
    assert_eq!(other, (1, 1), "a failure that may recover: the old set serves");
    assert_eq!(number(&late.unwrap()), 2);
    assert_eq!((w.served(), w.source.loads()), (2, 2), "the late answer ends the backoff");
}

#[test]
fn the_limit_of_a_load_follows_from_the_settings() {
    let settings = stskit::Settings::builder()
        .region("us-east-1")
        .max_attempts(2)
        .connect_timeout(Duration::from_millis(20))
        .read_timeout(Duration::from_millis(10))
        .resolve_with(&Scripted::at(0))
        .unwrap();
    let mut w = world(3600);
    // 2 x max(2 x 20 ms, 10 ms) and one pause of at most 1 s.
    w.cached = w.cached.load_limit_of(&settings);
    let started = Instant::now();
    let (_, other) = stalled(&w, Ok(set(1, &w.host, 3600)), || w.cached.credentials());
    assert!(other.unwrap_err().to_string().contains("1.08 s"));
    assert!(started.elapsed() >= Duration::from_millis(1080));
}

#[test]
fn a_source_that_asks_its_own_cache_gets_an_error_not_a_deadlock() {
    struct Own(Mutex<Option<std::sync::Weak<Cached<Own>>>>);
    impl Provide for Own {
        fn credentials(&self) -> Result<Credentials> {
            let own = self.0.lock().unwrap().clone().unwrap().upgrade().unwrap();
            own.credentials()
        }
    }
    let cached = Arc::new(Cached::new(Own(Mutex::new(None)), Stability::ServeStale));
    *cached.source().0.lock().unwrap() = Some(Arc::downgrade(&cached));
    let error = cached.credentials().unwrap_err();
    assert!(error.is_configuration() && error.to_string().contains("loop"), "{error}");
}

#[test]
fn a_source_that_panics_leaves_no_lock_behind() {
    let w = world(3600);
    w.source.answer(|_| Err(Error::new(ErrorKind::Network, "away")));
    let panics = Cached::new(
        {
            let calls = AtomicUsize::new(0);
            move || match calls.fetch_add(1, Ordering::SeqCst) {
                0 => panic!("a defect of the source"),
                _ => Ok(Credentials::new("AKID1", "s")),
            }
        },
        Stability::ServeStale,
    );
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| panics.credentials())).is_err());
    assert_eq!(number(&panics.credentials().unwrap()), 1);
}

#[test]
fn all_five_values_always_come_from_one_load() {
    let w = world(3600);
    // Every lookup of the refreshing thread loads anew, while others read.
    w.served();
    let stop = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let mut newest = 0;
                while stop.load(Ordering::SeqCst) == 0 {
                    let set = w.cached.credentials().unwrap();
                    assert!(is_one_generation(&set), "{set:?}");
                    newest = newest.max(number(&set));
                }
                assert!(newest > 1);
            });
        }
        for _ in 0..3000 {
            w.host.advance(2_700_000);
            assert!(is_one_generation(&w.cached.credentials().unwrap()));
        }
        stop.store(1, Ordering::SeqCst);
    });
}

#[test]
fn debug_shows_no_secret() {
    let w = world(3600);
    w.served();
    let shown = format!("{:?} {:#?}", w.cached, w.cached);
    assert!(shown.contains("AKID1") && !shown.contains("secret1") && !shown.contains("token1"), "{shown}");
}
