//! Sources of credentials. Each is usable alone; the default chain joins them with part 3.

mod assume_role;
mod cached;
mod clock;
mod container;
mod environment;
mod imds;
mod link_local;
mod process;
mod sso;
mod web_identity;

pub use assume_role::AssumedRole;
pub use cached::{Cached, Stability};
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
    /// Settings and credentials from the environment. Makes no call yet.
    ///
    /// ```no_run
    /// let sts = stskit::sts::Client::from_env()?;
    /// println!("{}", sts.endpoint().url());
    /// # Ok::<(), stskit::Error>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidConfiguration`: a variable that cannot be used. Missing credentials show at the first signed call.
    pub fn from_env() -> Result<Self> {
        Self::new(Settings::from_env()?, Environment::new())
    }
}
