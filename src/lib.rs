//! AWS credentials for every program that does not want an AWS SDK.

#[cfg(feature = "emulator")]
pub mod emulator;
