//! AWS credentials for every program that does not want an AWS SDK.
#![forbid(unsafe_code)]
#![warn(unreachable_pub)]
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

pub mod client;
mod credential;
pub mod endpoint;
mod error;
pub mod host;
pub mod identity_center;
mod percent;
mod protocol;
pub mod providers;
mod retry;
mod secret;
mod settings;
pub mod sign;
pub mod sso;
pub mod sso_oidc;
pub mod sts;
mod timestamp;
pub mod transport;

#[cfg(feature = "emulator")]
pub mod emulator;

pub use credential::{Credentials, Provide};
pub use error::{Error, ErrorKind, Fault, LoginRequired, ResponseMetadata, Result, RetryStop, ServiceError};
pub use retry::RetryMode;
pub use secret::Secret;
pub use settings::{Settings, SettingsBuilder};
pub use timestamp::Timestamp;
