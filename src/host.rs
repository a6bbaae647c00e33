//! The outside world: variables, files, clocks, sleep and randomness, behind one trait.
//!
//! Everything above asks the [`Host`] it was given, so that a test replays an hour of retries in no
//! time. [`System`] is the real one, [`Scripted`] the one for tests. HTTP is not here (`transport`).

mod cancel;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant, SystemTime};

pub(crate) use cancel::LOOK;
pub use cancel::{Cancel, Cancellable};

use crate::error::{Error, ErrorKind, Result};
use crate::timestamp::Timestamp;

/// What the library may know of the machine it runs on.
///
/// May be called from several threads at once.
///
/// Implement it to run on settings and clocks that are not the machine's:
///
/// ```
/// use std::{ffi::OsString, io, path::Path, time::Duration};
/// use stskit::host::{Host, System};
/// use stskit::{Settings, Timestamp};
///
/// #[derive(Debug)]
/// struct InIreland;
///
/// impl Host for InIreland {
///     fn var(&self, name: &str) -> Option<OsString> {
///         if name == "AWS_REGION" { Some("eu-west-1".into()) } else { System.var(name) }
///     }
///     fn read(&self, path: &Path) -> io::Result<Vec<u8>> { System.read(path) }
///     fn now(&self) -> Timestamp { System.now() }
///     fn monotonic(&self) -> Duration { System.monotonic() }
///     fn sleep(&self, duration: Duration) { System.sleep(duration) }
///     fn random(&self) -> u64 { System.random() }
/// }
/// assert_eq!(Settings::builder().resolve_with(&InIreland)?.region(), Some("eu-west-1"));
/// # Ok::<(), stskit::Error>(())
/// ```
pub trait Host: fmt::Debug + Send + Sync {
    /// An environment variable; `None` if it is not set.
    fn var(&self, name: &str) -> Option<OsString>;

    /// The bytes of a file.
    ///
    /// # Errors
    /// As of `std::fs::read`.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// The bytes of a regular file of at most `limit` bytes.
    ///
    /// # Errors
    /// As of [`read`](Self::read); `NotFound` for what is not a regular file, `FileTooLarge` for more bytes.
    fn read_up_to(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let bytes = self.read(path)?;
        within(limit, bytes)
    }

    /// The home folder by the user database, for when no variable names it.
    fn home(&self) -> Option<PathBuf> {
        None
    }

    /// The wall clock.
    fn now(&self) -> Timestamp;

    /// A clock that never goes back, from an arbitrary start.
    fn monotonic(&self) -> Duration;

    /// Blocks the calling thread for this long.
    fn sleep(&self, duration: Duration);

    /// 64 random bits. For jitter and request ids, not for keys.
    fn random(&self) -> u64;

    /// What ends waits early; `None`: nothing does. [`Cancellable`] has one.
    fn cancel(&self) -> Option<&Cancel> {
        None
    }

    /// A number in `[0, 1)`.
    fn random_unit(&self) -> f64 {
        (self.random() >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Goes on unless the machine was told to cancel.
pub(crate) fn check_cancel(host: &dyn Host) -> Result<()> {
    host.cancel().map_or(Ok(()), Cancel::check)
}

fn within(limit: u64, bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    if bytes.len() as u64 <= limit {
        return Ok(bytes);
    }
    Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is larger than {limit} bytes")))
}

/// The machine itself.
///
/// ```
/// use stskit::host::{Host, System};
/// assert!(System.now().as_secs() > 1_700_000_000);
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct System;

impl Host for System {
    fn var(&self, name: &str) -> Option<OsString> {
        std::env::var_os(name)
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }

    /// Looks before it opens: opening a pipe would wait for a writer.
    fn read_up_to(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let found = std::fs::metadata(path)?;
        if !found.is_file() {
            return Err(io::Error::new(io::ErrorKind::NotFound, "it is not a regular file"));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(found.len().min(limit)).unwrap_or_default());
        std::fs::File::open(path)?.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
        within(limit, bytes)
    }

    fn home(&self) -> Option<PathBuf> {
        std::env::home_dir().filter(|home| !home.as_os_str().is_empty())
    }

    fn now(&self) -> Timestamp {
        SystemTime::now().into()
    }

    fn monotonic(&self) -> Duration {
        static START: OnceLock<Instant> = OnceLock::new();
        START.get_or_init(Instant::now).elapsed()
    }

    /// Ends in time also where signals keep coming: Ruby sends them as fast as it can to whom it waits for at its end,
    /// and a sleep that begins anew with what is left after each of them need never end.
    fn sleep(&self, duration: Duration) {
        let Some(end) = Instant::now().checked_add(duration) else { return std::thread::sleep(duration) };
        let (nobody, never) = (Mutex::new(()), Condvar::new());
        let mut guard = nobody.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            guard = never.wait_timeout(guard, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// SipHash of a counter, keyed by the operating system once a process. The process id and the
    /// clock are mixed in, so that a forked child does not repeat its parent.
    fn random(&self) -> u64 {
        static KEYS: OnceLock<RandomState> = OnceLock::new();
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        let mut hasher = KEYS.get_or_init(RandomState::new).build_hasher();
        hasher.write_u64(COUNTER.fetch_add(1, Ordering::Relaxed));
        hasher.write_u32(std::process::id());
        hasher.write_i64(self.now().as_millis());
        hasher.finish()
    }
}

/// A machine made of data, for tests: variables and files as given, a clock that moves only when
/// somebody sleeps, sleeps recorded, randomness fixed.
///
/// ```
/// use std::time::Duration;
/// use stskit::host::{Host, Scripted};
/// let host = Scripted::at(1_000).with_var("AWS_REGION", "eu-west-1").with_random(0.5);
/// host.sleep(Duration::from_secs(2));
/// assert_eq!(host.now().as_secs(), 1_002);
/// assert_eq!(host.sleeps(), [Duration::from_secs(2)]);
/// ```
///
/// `Debug` shows the names of variables and files, not what is in them.
#[derive(Default)]
pub struct Scripted {
    vars: BTreeMap<String, OsString>,
    files: BTreeMap<PathBuf, Vec<u8>>,
    closed: BTreeMap<PathBuf, io::ErrorKind>,
    home: Option<PathBuf>,
    millis: AtomicI64,
    slept_millis: AtomicI64,
    random: u64,
    sleeps: Mutex<Vec<Duration>>,
}

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scripted")
            .field("now", &self.now().to_string())
            .field("vars", &self.vars.keys())
            .field("files", &self.files.keys())
            .finish_non_exhaustive()
    }
}

impl Scripted {
    /// A machine whose clock shows this many seconds since the epoch.
    pub fn at(seconds: i64) -> Self {
        Scripted { millis: AtomicI64::new(seconds.saturating_mul(1000)), ..Self::default() }
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn with_var(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.vars.insert(name.to_owned(), value.into());
        self
    }

    /// Puts a file there.
    #[must_use]
    pub fn with_file(mut self, path: impl Into<PathBuf>, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.insert(path.into(), bytes.into());
        self
    }

    /// Puts something there that cannot be read.
    #[must_use]
    pub fn with_unreadable(mut self, path: impl Into<PathBuf>, why: io::ErrorKind) -> Self {
        self.closed.insert(path.into(), why);
        self
    }

    /// The home folder by the user database; none unless set.
    #[must_use]
    pub fn with_home(mut self, path: impl Into<PathBuf>) -> Self {
        self.home = Some(path.into());
        self
    }

    /// What [`Host::random_unit`] answers, in `[0, 1)`; 0 unless set.
    #[must_use]
    pub fn with_random(mut self, unit: f64) -> Self {
        self.random = ((unit * (1u64 << 53) as f64) as u64) << 11;
        self
    }

    /// Moves the wall clock by milliseconds, forwards or back, without a sleep: [`Host::monotonic`] stays.
    pub fn advance(&self, millis: i64) {
        self.millis.fetch_add(millis, Ordering::SeqCst);
    }

    /// Every sleep so far, in order.
    pub fn sleeps(&self) -> Vec<Duration> {
        self.sleeps.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Host for Scripted {
    fn var(&self, name: &str) -> Option<OsString> {
        self.vars.get(name).cloned()
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let closed = self.closed.get(path).copied().unwrap_or(io::ErrorKind::NotFound);
        self.files.get(path).cloned().ok_or_else(|| closed.into())
    }

    fn home(&self) -> Option<PathBuf> {
        self.home.clone()
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.millis.load(Ordering::SeqCst))
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.slept_millis.load(Ordering::SeqCst).unsigned_abs())
    }

    fn sleep(&self, duration: Duration) {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        self.millis.fetch_add(millis, Ordering::SeqCst);
        self.slept_millis.fetch_add(millis, Ordering::SeqCst);
        self.sleeps.lock().unwrap_or_else(PoisonError::into_inner).push(duration);
    }

    fn random(&self) -> u64 {
        self.random
    }
}

/// Random bytes fit for keys and verifiers, from the operating system through the TLS library.
pub(crate) fn secure_random(bytes: &mut [u8]) -> Result<()> {
    let filled = rustls::crypto::ring::default_provider().secure_random.fill(bytes);
    filled.map_err(|_| Error::new(ErrorKind::Internal, "the operating system gives no random bytes"))
}

/// A random UUID (RFC 9562, version 4) in its text form.
pub(crate) fn uuid(host: &dyn Host) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let bits = (u128::from(host.random()) << 64) | u128::from(host.random());
    let bits = (bits & !(0xf << 76) & !(0b11 << 62)) | (0x4 << 76) | (0b10 << 62);
    let mut text = String::with_capacity(36);
    for digit in 0..32 {
        if matches!(digit, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        let nibble = (bits >> (124 - 4 * digit)) as usize & 0xf;
        text.push(char::from(HEX.get(nibble).copied().unwrap_or(b'0')));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_have_version_and_variant_and_differ() {
        let (a, b) = (uuid(&System), uuid(&System));
        assert_ne!(a, b);
        for id in [a, b] {
            assert_eq!(id.len(), 36);
            assert_eq!(id.as_bytes()[14], b'4');
            assert!(b"89ab".contains(&id.as_bytes()[19]), "{id}");
        }
    }

    #[test]
    fn a_scripted_machine_shows_names_only() {
        let host = Scripted::at(0).with_var("AWS_SECRET_ACCESS_KEY", "planted").with_file("/f", "planted");
        let shown = format!("{host:?}");
        assert!(
            shown.contains("AWS_SECRET_ACCESS_KEY") && shown.contains("/f") && !shown.contains("planted"),
            "{shown}"
        );
    }

    #[test]
    fn scripted_randomness_is_what_was_asked() {
        for unit in [0.0, 0.25, 0.5, 0.999] {
            assert!((Scripted::at(0).with_random(unit).random_unit() - unit).abs() < 1e-9);
        }
        let unit = System.random_unit();
        assert!((0.0..1.0).contains(&unit));
    }
}
