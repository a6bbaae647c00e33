//! The emulator from outside: a socket, curl, and nothing of the crate but its public API.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod client;
mod curl;
mod faults;
mod http;
mod oidc;
mod operations;
mod program;
mod refusals;
mod sso;
