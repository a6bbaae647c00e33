//! IAM Identity Center: the portal (SSO), SSO-OIDC, and the pages a browser sees of a sign-in.
//!
//! `store.rs` holds who is signed in and the rules of a sign-in, without HTTP; `directory.rs` the
//! accounts and roles. `portal.rs`, `oidc.rs`, `iam.rs` (CreateTokenWithIAM) and `pages.rs` put them
//! on the wire, `handle.rs` is what a test gets hold of.

mod directory;
mod handle;
mod iam;
mod oidc;
mod pages;
mod portal;
mod store;

pub use handle::{Browser, Sso, SsoToken};
pub(super) use oidc::SERVICE as OIDC;
pub(super) use pages::SERVICE as BROWSER;
pub(super) use portal::SERVICE as PORTAL;
pub(super) use store::Store;

/// The name of the one user of the directory.
const USER: &str = "stskit";
/// The scope that lets a token see accounts; a client without it gets no refresh tokens.
const ACCOUNT_ACCESS: &str = "sso:account:access";
