//! Signing in to IAM Identity Center, and keeping signed in: sessions, the token cache that is shared with
//! the AWS CLI and the SDKs, refresh, the two sign-in flows, logout.
//!
//! The bare operations are in `sso` and `sso_oidc`; role credentials for a token in `providers`. A profile and
//! its `[sso-session]` fill [`SsoSession`].
//!
//! ```no_run
//! use stskit::identity_center::{Login, SsoSession, TokenCache, terminal_prompt};
//! use stskit::Settings;
//!
//! let session = SsoSession::named("dev", "https://d-abc123.awsapps.com/start", "eu-west-1");
//! let login = Login::new(session, TokenCache::default_location()?, Settings::from_env()?);
//! let token = login.with_device_code(&mut terminal_prompt())?;
//! println!("signed in until {}", token.expires_at());
//! # Ok::<(), stskit::Error>(())
//! ```

mod browser;
mod cache;
mod lock;
mod login;
mod logout;
mod refresh;
mod session;
mod token;

pub use crate::host::Cancel;
pub use browser::AuthorizationPrompt;
pub use cache::TokenCache;
pub use login::{DeviceCode, Login, terminal_prompt};
pub use logout::{LogoutReport, logout, logout_all};
pub use refresh::TokenProvider;
pub use session::SsoSession;
pub(crate) use session::{python_json, sha1_hex};
pub use token::SsoToken;
pub(crate) use token::seconds;
