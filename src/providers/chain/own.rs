//! A chain of one's own.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::credential::{Credentials, Provide};
use crate::error::{Error, ErrorKind, Result};

/// Sources that are asked in order until one is configured.
///
/// A source that answers `NoCredentials` is passed over; one that fails in another way is the end, so that no other
/// identity is used in its place. A [`DefaultChain`](crate::DefaultChain) is passed over if nothing is configured; a
/// role without the credentials to assume it is a failure. The first that serves is the one that is asked from then
/// on. Nothing is cached: put a [`Cached`](crate::providers::Cached) around each source, with the stability that
/// suits it.
///
/// ```
/// use stskit::providers::{Chain, Environment};
/// use stskit::{Credentials, Error, ErrorKind, Provide};
///
/// let vault = || Err(Error::new(ErrorKind::NoCredentials, "no vault is configured"));
/// let chain = Chain::new().then("vault", vault).then("fallback", Credentials::new("AKIDEXAMPLE", "secret"));
/// assert_eq!(chain.credentials()?.access_key_id(), "AKIDEXAMPLE");
/// # Ok::<(), Error>(())
/// ```
#[derive(Default)]
pub struct Chain {
    sources: Vec<(String, Arc<dyn Provide>)>,
    /// One more than the place of the source that served.
    serving: AtomicUsize,
}

impl Chain {
    /// A chain without sources.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a source behind the others. The name is for messages.
    #[must_use]
    pub fn then(mut self, name: impl Into<String>, source: impl Provide + 'static) -> Self {
        self.sources.push((name.into(), Arc::new(source)));
        self
    }

    fn serving(&self) -> Option<&Arc<dyn Provide>> {
        let place = self.serving.load(Ordering::Relaxed).checked_sub(1)?;
        self.sources.get(place).map(|(_, source)| source)
    }
}

impl Provide for Chain {
    /// # Errors
    /// `NoCredentials` with the reason of each source; the error of the first that fails otherwise.
    fn credentials(&self) -> Result<Credentials> {
        if let Some(source) = self.serving() {
            return source.credentials();
        }
        let mut reasons = String::new();
        for (place, (name, source)) in self.sources.iter().enumerate() {
            match source.credentials() {
                Ok(found) => {
                    self.serving.store(place + 1, Ordering::Relaxed);
                    return Ok(found);
                }
                Err(error) if is_unconfigured(&error) => reasons.push_str(&format!("; {name}: {error}")),
                Err(error) => return Err(error.with_context(name)),
            }
        }
        Err(Error::new(ErrorKind::NoCredentials, format!("no source of the chain has credentials{reasons}")))
    }

    fn invalidate(&self, expired: &Credentials) {
        if let Some(source) = self.serving() {
            source.invalidate(expired);
        }
    }

    fn clock_offset_millis(&self) -> i64 {
        self.serving().map_or(0, |source| source.clock_offset_millis())
    }

    fn is_role(&self) -> bool {
        self.serving().is_some_and(|source| source.is_role())
    }
}

/// A default chain that is configured and finds nothing where it is told to look has failed.
fn is_unconfigured(error: &Error) -> bool {
    error.is_no_credentials() && error.report().is_none_or(|report| report.failed().is_none())
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.sources.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Chain").field("sources", &names).finish_non_exhaustive()
    }
}
