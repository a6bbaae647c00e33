//! AWS credentials for every program that does not want an AWS SDK.
//!
//! A blocking crate: no async runtime, no background thread, no init call. It signs SigV4 by hand over
//! `ureq`, speaks STS and IAM Identity Center (SSO and SSO-OIDC), and keeps sign-ins fresh.
//!
//! # Ways in
//!
//! **Call STS** ([`sts`]), with settings and credentials from the environment:
//!
//! ```no_run
//! use stskit::sts::{AssumeRole, Client, GetCallerIdentity};
//!
//! let sts = Client::from_env()?;
//! println!("{:?}", sts.get_caller_identity(&GetCallerIdentity {})?.arn);
//! let answer = sts.assume_role(&AssumeRole::new("arn:aws:iam::123456789012:role/demo", "my-session"))?;
//! let credentials = answer.credentials().ok_or("no credentials in the answer")?;
//! println!("{} until {:?}", credentials.access_key_id(), credentials.expiration());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! **Sign in to IAM Identity Center** and get role credentials ([`identity_center`], [`providers::SsoRole`]).
//!
//! **Sign any request** for any service, presign any URL ([`sign`]): pure, no network.
//!
//! **Make a token** for RDS, MSK, EKS, ElastiCache, Vault and others by one call ([`token`]), or have STS make an
//! OpenID Connect token ([`web_token`]).
//!
//! **Test offline** against the built-in emulator (feature `emulator`): STS, the SSO portal and SSO-OIDC on a
//! loopback port, with faults to inject.
//!
//! # How a call flows
//!
//! The modules in the order in which a call meets them: [`sts`], [`sso`], [`sso_oidc`] (input structures) ->
//! `protocol` (serialise) -> [`endpoint`] -> [`Provide`] -> [`sign`] -> [`transport`], with `retry` around
//! it, in [`client`] -> `protocol` (parse) -> [`client::Response`] or [`Error`]. `docs/design.md` in the
//! repository tells the rest.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `emulator` | no | the built-in emulator, and the program `stskit-emulator` |
//! | `login` | no | credentials of `aws login`: `providers::Login`, and under it `signin` and `dpop` |
//! | `cli` | no | the program `stskit`, with dependencies of its own; nothing for Rust programs |
//! | `capi` | no | the C functions of `include/stskit.h`, for `capi/install` and cargo-c; nothing for Rust programs |
//!
//! # Logging
//!
//! Warnings and debug lines go to the `log` crate; nothing is ever printed. No line holds a secret.
// Unsafe code stands in `ffi` only, which is not part of the crate without the feature `capi`.
#![cfg_attr(not(feature = "capi"), forbid(unsafe_code))]
#![deny(unsafe_code)]
#![warn(unreachable_pub)]
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

// In the order of a call, from the caller down to the wire.
pub mod client;
pub mod identity_center;
pub mod model;
pub mod providers;
#[cfg(feature = "login")]
pub mod signin;
pub mod sso;
pub mod sso_oidc;
pub mod sts;
pub mod token_source;
pub mod web_token;

mod protocol;
mod settings;

pub mod config;

#[cfg(feature = "login")]
pub mod dpop;
pub mod endpoint;
pub mod sign;
pub mod token;

mod retry;
pub mod transport;

// What everything speaks.
mod credential;
mod error;
pub mod explain;
pub mod host;
mod percent;
mod secret;
mod timestamp;

#[cfg(feature = "emulator")]
pub mod emulator;

#[cfg(feature = "capi")]
mod ffi;

pub use credential::{Credentials, Provide};
pub use error::{Denial, Error, ErrorKind, Fault, LoginRequired, ResponseMetadata, Result, RetryStop, ServiceError};
pub use providers::DefaultChain;
pub use retry::RetryMode;
pub use secret::Secret;
pub use settings::{AccountIdEndpointMode, MetadataMode, MetadataSettings, Settings, SettingsBuilder};
pub use timestamp::Timestamp;

/// The examples of the README are tested like all others.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
