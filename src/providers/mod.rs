//! Sources of credentials. Each is usable alone; the default chain (`chain`) joins them.

mod assume_role;
mod cached;
mod chain;
mod clock;
mod container;
mod environment;
mod imds;
mod link_local;
mod process;
mod sso;
mod web_identity;

pub use assume_role::AssumedRole;
use assume_role::MfaCode;
pub use cached::{Cached, Stability};
pub use chain::{Chain, DefaultChain, DefaultChainBuilder};
pub use container::Container;
pub use environment::Environment;
pub use imds::Imds;
pub use process::Process;
pub use sso::SsoRole;
pub use web_identity::WebIdentity;

use crate::error::Result;
use crate::settings::Settings;
use crate::sts;

impl sts::Client {
    /// Settings from the environment and the shared files, credentials by the [`DefaultChain`]. Makes no call yet.
    ///
    /// ```no_run
    /// let sts = stskit::sts::Client::from_env()?;
    /// println!("{}", sts.endpoint().url());
    /// # Ok::<(), stskit::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Settings::from_env`]. Missing credentials show at the first signed call.
    pub fn from_env() -> Result<Self> {
        let settings = Settings::from_env()?;
        let chain = DefaultChain::new(&settings);
        Self::new(settings, chain)
    }
}
