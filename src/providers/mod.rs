//! Sources of credentials. Each is usable alone; the default chain (`chain`) joins them.

mod assume_role;
mod cached;
mod chain;
mod cli_cache;
mod clock;
mod container;
mod environment;
mod imds;
mod link_local;
#[cfg(feature = "login")]
mod login;
mod process;
mod sso;
mod terminal;
mod web_identity;

pub use assume_role::AssumedRole;
use assume_role::MfaCode;
pub use cached::{Cached, Stability};
pub use chain::{Chain, DefaultChain, DefaultChainBuilder};
pub use container::Container;
pub use environment::Environment;
pub use imds::Imds;
#[cfg(feature = "login")]
pub use login::Login;
pub use process::Process;
pub use sso::SsoRole;
pub use terminal::prompt_mfa_on_terminal;
pub use web_identity::WebIdentity;

use crate::error::Result;
#[cfg(any(test, not(feature = "login")))]
use crate::error::{Error, ErrorKind};
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

/// The error for a profile with the key `login_session`, in a build that knows no login sessions.
#[cfg(any(test, not(feature = "login")))]
pub(crate) fn login_not_supported(profile: &str) -> Error {
    Error::new(
        ErrorKind::NotSupported,
        format!(
            "the profile {profile} signs in with `aws login` (login_session), which this build cannot use: \
             build stskit with the cargo feature `login`"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_feature_is_named() {
        let error = login_not_supported("dev");
        assert_eq!(error.kind(), ErrorKind::NotSupported);
        assert!(error.to_string().contains("profile dev ") && error.to_string().contains("feature `login`"), "{error}");
    }
}
