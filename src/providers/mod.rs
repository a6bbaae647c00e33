//! Sources of credentials. Each is usable alone; the default chain joins them with part 3.

mod assume_role;
mod cached;
mod clock;
mod environment;
#[cfg(feature = "login")]
mod login;
mod process;
mod sso;
mod web_identity;

pub use assume_role::AssumedRole;
pub use cached::{Cached, Stability};
pub use environment::Environment;
#[cfg(feature = "login")]
pub use login::Login;
pub use process::Process;
pub use sso::SsoRole;
pub use web_identity::WebIdentity;

use crate::error::Result;
#[cfg(any(test, not(feature = "login")))]
use crate::error::{Error, ErrorKind};
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

/// The error for a profile with the key `login_session`, in a build that knows no login sessions.
#[cfg(any(test, not(feature = "login")))]
#[allow(dead_code)] // The default chain is what meets such profiles.
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
