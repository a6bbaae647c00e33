//! A lock across processes: whoever holds it may refresh a token; the others wait and read again.

use std::path::Path;
use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};
use crate::host::{self, Host};

/// Held until dropped; the operating system lets go of it when the process ends, however it ends.
pub(crate) struct FileLock(fslock::LockFile);

impl FileLock {
    /// Waits for the lock, at most `limit`. The lock file itself is empty and stays.
    pub(super) fn acquire(path: &Path, host: &dyn Host, limit: Duration) -> Result<Self> {
        let failed = |e: std::io::Error| {
            Error::new(ErrorKind::InvalidConfiguration, format!("the lock file {} cannot be used: {e}", path.display()))
                .with_source(e)
        };
        let mut file = fslock::LockFile::open(path).map_err(failed)?;
        let mut waited = Duration::ZERO;
        let mut pause = Duration::from_millis(5);
        while !file.try_lock().map_err(failed)? {
            if waited >= limit {
                return Err(Error::new(
                    ErrorKind::Timeout,
                    format!("another process has held {} for more than {} s", path.display(), limit.as_secs()),
                ));
            }
            host.sleep(pause);
            host::check_cancel(host)?;
            waited += pause;
            pause = (pause * 2).min(Duration::from_millis(100));
        }
        Ok(FileLock(file))
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        // Closing the file would do it as well.
        let _ = self.0.unlock();
    }
}
