//! The sign-in service behind `aws login`: CreateOAuth2Token, which turns a refresh token into keys.
//!
//! `service.rs` puts it on the wire, `store.rs` knows the login sessions, `dpop.rs` checks the proof
//! that the caller holds the key of a session, `key.rs` is that key. `handle.rs` is what a test gets
//! hold of. The sign-in in a browser, with the grant `authorization_code`, is not here.

mod dpop;
mod handle;
mod key;
mod service;
mod store;

pub use handle::{LoginSession, Signin};
pub(super) use service::SERVICE as SIGNIN;
pub(super) use store::Store as Logins;
