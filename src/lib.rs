//! AWS credentials for every program that does not want an AWS SDK.
#![forbid(unsafe_code)]

mod credential;
pub mod endpoint;
mod error;
pub mod host;
mod protocol;
mod retry;
mod secret;
pub mod sign;
mod timestamp;

#[cfg(feature = "emulator")]
pub mod emulator;

pub use credential::{Credentials, Provide};
pub use error::{Error, ErrorKind, Fault, ResponseMetadata, Result, RetryStop, ServiceError};
pub use secret::Secret;
pub use timestamp::Timestamp;
