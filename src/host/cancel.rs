//! Ending what waits, from any thread or signal handler: an atomic store that the waits look at.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::{Host, System};
use crate::error::{Error, ErrorKind, Result};
use crate::timestamp::Timestamp;

/// A wait looks this often whether it was cancelled.
pub(crate) const LOOK: Duration = Duration::from_millis(100);

/// Ends sign-ins and calls early, from any thread; safe in a signal handler.
///
/// It stays cancelled until [`reset`](Self::reset), so that nothing starts anew in between: calls that
/// start while it is cancelled fail at once.
///
/// ```
/// use stskit::identity_center::Cancel;
/// let cancel = Cancel::new();
/// let handle = cancel.clone();
/// handle.cancel();
/// assert!(cancel.is_cancelled());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Not cancelled yet. Clones share the state.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends whatever waits on this handle, within a tenth of a second.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Lets calls start again.
    pub fn reset(&self) {
        self.0.store(false, Ordering::SeqCst);
    }

    /// Was it cancelled?
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    pub(crate) fn check(&self) -> Result<()> {
        match self.is_cancelled() {
            true => Err(Error::new(ErrorKind::Cancelled, "the call was cancelled")),
            false => Ok(()),
        }
    }
}

/// A machine whose waits can be cancelled: sleeps end early, and what uses it as its [`Host`] looks at the
/// handle between them. Give the same handle to the transport
/// ([`UreqTransport::cancel`](crate::transport::UreqTransport::cancel)), which waits for answers.
///
/// ```
/// use std::sync::Arc;
/// use stskit::host::{Cancel, Cancellable};
/// use stskit::transport::UreqTransport;
/// use stskit::{Credentials, Settings, sts};
///
/// let cancel = Cancel::new(); // give a clone to whoever may end the calls
/// let settings = Settings::builder().region("eu-west-1").resolve_with(&stskit::host::Scripted::at(0))?;
/// let transport = UreqTransport::new(settings.transport().clone()).cancel(cancel.clone());
/// let sts = sts::Client::builder(settings)
///     .credentials(Credentials::new("AKIDEXAMPLE", "secret"))
///     .host(Arc::new(Cancellable::new(cancel.clone())))
///     .transport(Arc::new(transport))
///     .build()?;
/// cancel.cancel();
/// let error = sts.get_caller_identity(&sts::GetCallerIdentity {}).expect_err("it was cancelled");
/// assert_eq!(error.kind(), stskit::ErrorKind::Cancelled);
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Cancellable {
    cancel: Cancel,
    host: Arc<dyn Host>,
}

impl Cancellable {
    /// The machine itself with a handle.
    pub fn new(cancel: Cancel) -> Self {
        Self::with_host(cancel, Arc::new(System))
    }

    /// Any [`Host`] with a handle.
    pub fn with_host(cancel: Cancel, host: Arc<dyn Host>) -> Self {
        Cancellable { cancel, host }
    }
}

impl Host for Cancellable {
    fn var(&self, name: &str) -> Option<OsString> {
        self.host.var(name)
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.host.read(path)
    }

    fn read_up_to(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        self.host.read_up_to(path, limit)
    }

    fn home(&self) -> Option<PathBuf> {
        self.host.home()
    }

    fn now(&self) -> Timestamp {
        self.host.now()
    }

    fn monotonic(&self) -> Duration {
        self.host.monotonic()
    }

    /// In slices, so that a cancel ends it early.
    fn sleep(&self, duration: Duration) {
        let mut left = duration;
        while !left.is_zero() && !self.cancel.is_cancelled() {
            let slice = left.min(LOOK);
            self.host.sleep(slice);
            left -= slice;
        }
    }

    fn random(&self) -> u64 {
        self.host.random()
    }

    fn random_unit(&self) -> f64 {
        self.host.random_unit()
    }

    fn cancel(&self) -> Option<&Cancel> {
        Some(&self.cancel)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Scripted;

    #[test]
    fn sleeps_are_sliced_and_end_when_cancelled() {
        let (cancel, host) = (Cancel::new(), Arc::new(Scripted::at(0)));
        let machine = Cancellable::with_host(cancel.clone(), host.clone());
        machine.sleep(Duration::from_millis(250));
        assert_eq!(host.sleeps(), [100, 100, 50].map(Duration::from_millis));
        cancel.cancel();
        machine.sleep(Duration::from_secs(60));
        assert_eq!(host.sleeps().len(), 3);
        assert_eq!(machine.cancel().unwrap().check().unwrap_err().kind(), ErrorKind::Cancelled);
        cancel.reset();
        assert!(cancel.check().is_ok());
    }
}
