//! The role of an EC2 instance, from its metadata service.
//!
//! `load` holds the requests of one load and what their answers mean, `token` the session token between loads.
//! Settings are in `settings::metadata`.

mod load;
mod token;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::clock::ServiceClock;
use super::link_local::Link;
use crate::credential::{Credentials, Provide};
use crate::error::Result;
use crate::host::{Host, System};
use crate::settings::Settings;
use crate::transport::Transport;
use load::Load;
use token::Tokens;

/// The credentials of the role of an EC2 instance, from the instance metadata service (IMDS). Each call asks the
/// service: put a [`Cached`](super::Cached) with [`Stability::ServeStale`](super::Stability::ServeStale) in front.
///
/// Version 2 of the service is spoken: a session token, which is kept for as long as the service says, then the name
/// of the role, then its keys. The service is asked without a token (version 1) only if it does not know of tokens
/// (403, 404 or 405) or leaves the request for one unanswered, and only if
/// [`metadata_v1_disabled`](crate::SettingsBuilder::metadata_v1_disabled) is not set. A token that is refused is
/// replaced once, and there is no version 1 from then on.
///
/// Where there is no such service, or packets are lost, a load takes as long as its time limits: a connection 1 s, an
/// answer 1 s, the whole load 3 s (with another [time](crate::SettingsBuilder::metadata_timeout) or more
/// [attempts](crate::SettingsBuilder::metadata_attempts) accordingly more). No proxy is used.
///
/// Share it freely: `Send + Sync`, nothing blocks but the requests, and a forked process goes on with its own
/// connections. <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html>.
///
/// ```no_run
/// use stskit::providers::{Cached, Imds, Stability};
/// use stskit::{Provide, Settings};
///
/// let role = Cached::new(Imds::new(&Settings::from_env()?), Stability::ServeStale);
/// println!("{:?}", role.credentials()?);
/// # Ok::<(), stskit::Error>(())
/// ```
pub struct Imds {
    settings: Settings,
    link: Link,
    tokens: Tokens,
    clock: ServiceClock,
    /// Something has come back: the service is there.
    answered: AtomicBool,
}

impl Imds {
    /// The service of this machine, with the time limits of the settings. Makes no call.
    pub fn new(settings: &Settings) -> Self {
        Self::with_host(settings, Arc::new(System))
    }

    pub(in crate::providers) fn with_host(settings: &Settings, host: Arc<dyn Host>) -> Self {
        let timeout = settings.metadata().timeout();
        Self::assemble(settings, Link::new(settings, timeout, timeout, host))
    }

    /// The same with a transport and a host (clock, sleep) of your own. The transport keeps the time limits of a
    /// request and the proxies out.
    pub fn with_parts(settings: &Settings, transport: Arc<dyn Transport>, host: Arc<dyn Host>) -> Self {
        Self::assemble(settings, Link::with_parts(settings, transport, host))
    }

    fn assemble(settings: &Settings, link: Link) -> Self {
        Imds {
            settings: settings.clone(),
            link,
            tokens: Tokens::default(),
            clock: ServiceClock::default(),
            answered: AtomicBool::new(false),
        }
    }

    /// The URL of the service, without a slash at the end.
    pub fn endpoint(&self) -> String {
        self.settings.metadata().endpoint()
    }

    /// The region that the instance runs in.
    ///
    /// ```no_run
    /// use stskit::{Settings, providers::Imds};
    /// let here = Imds::new(&Settings::from_env()?).region()?;
    /// let settings = Settings::builder().region(here).resolve()?;
    /// # Ok::<(), stskit::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`credentials`](Provide::credentials), but for those about roles.
    pub fn region(&self) -> Result<String> {
        Load::start(self)?.region()
    }
}

impl Provide for Imds {
    /// # Errors
    /// `NoCredentials` if the service must not be asked, or if no role is attached to the instance; `Network` or
    /// `Timeout` if it is not there or does not answer; `AccessDenied` if it says why it has no keys
    /// ([`code`](crate::Error::code), such as `AssumeRoleUnauthorizedAccess`); `Service` or `Throttled` for a status
    /// of 500 or more, or 429; `InvalidResponse` for any other answer that cannot be used. All name the URL.
    fn credentials(&self) -> Result<Credentials> {
        Load::start(self)?.credentials()
    }

    fn clock_offset_millis(&self) -> i64 {
        self.clock.offset_millis()
    }

    fn is_role(&self) -> bool {
        true
    }
}

impl fmt::Debug for Imds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Imds")
            .field("endpoint", &self.endpoint())
            .field("disabled", &self.settings.metadata().is_disabled())
            .finish_non_exhaustive()
    }
}
