//! The built-in AWS emulator: STS, IAM Identity Center, the sign-in service, IMDS and the credential
//! endpoints of containers on loopback, for tests, examples and offline work.
//!
//! [`Emulator`] is a real HTTP/1.1 server (with TLS if asked) that runs in threads of this process.
//! It speaks STS, all 11 operations, the portal of IAM Identity Center and SSO-OIDC, both with all 4
//! operations, the pages of a sign-in, the refresh of `aws login` with its DPoP proofs, and what gives a
//! machine its credentials: IMDS, the endpoint of ECS tasks and EKS Pod Identity. It verifies SigV4
//! signatures with a code of its own, issues temporary credentials that it later accepts, and makes
//! mistakes on demand ([`Fault`], and the knobs of [`Sso`], [`Signin`], [`Imds`] and [`Container`]). It
//! never calls AWS, checks no IAM policy, and protects nothing: its keys are public.
//!
//! The same server as a program: `stskit-emulator`.
//!
//! # Examples
//!
//! ```
//! use stskit::emulator::Emulator;
//!
//! let emulator = Emulator::start()?;
//! // Give these to the program under test: keys, region and the URL of the emulator.
//! for (name, value) in emulator.environment() {
//!     println!("{name}={value}");
//! }
//! assert!(emulator.url().starts_with("http://127.0.0.1:"));
//! // Afterwards, look at what was asked.
//! assert!(emulator.requests().is_empty());
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # What a test can rely on
//!
//! - Access key [`Emulator::ACCESS_KEY_ID`] with [`Emulator::SECRET_ACCESS_KEY`] is the user `stskit`
//!   of the account [`Emulator::ACCOUNT_ID`]. More keys: [`EmulatorBuilder::access_key`].
//! - Every role can be assumed, except one named `denied`. The MFA code is `123456`.
//! - Web identity tokens and SAML assertions are checked for form and expiry, not for signatures. A
//!   trade-in token that starts with `expired` is expired.
//! - The user `stskit` of IAM Identity Center has 3 accounts, the first of them
//!   [`Emulator::ACCOUNT_ID`], with the roles `ReadOnly` and `Admin`. A device code is approved after
//!   two polls or when a browser opens its page, `/start/device?user_code=…`; [`Emulator::sso`]
//!   changes that. Refresh tokens go to clients with the scope `sso:account:access` only, as AWS has it.
//! - The instance has the role `stskit-instance` and requires session tokens (IMDSv2); the task and the
//!   pod have the role `stskit-task`. Their keys are sessions of these roles in the account
//!   [`Emulator::ACCOUNT_ID`]: see [`Imds`] and [`Container`].
//! - [`Signin::issue_session`] gives the cache file of an `aws login`. The real service signs the user in
//!   with a browser first; the emulator leaves that out.
//! - With a fixed clock, the same calls in the same order give the same credentials.

mod authenticate;
mod canonical;
mod clock;
mod deliver;
mod encode;
mod fault;
mod http;
mod json;
mod kept;
mod metadata;
mod record;
mod refusal;
mod reply;
mod route;
mod server;
mod signin;
mod sso;
mod state;
mod sts;
mod verify;
mod xml;

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::SystemTime;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use clock::{Clock, TimeSource};
use server::{Server, Shared};
use state::{Principal, State};

pub use fault::Fault;
pub use metadata::{Container, Imds};
pub use record::RecordedRequest;
pub use refusal::Refusal;
pub use signin::{LoginSession, Signin};
pub use sso::{Browser, Sso, SsoToken};
pub use verify::{SignedRequest, Verified, verify};

/// A running emulator.
///
/// It serves until [`stop`](Emulator::stop) or until it is dropped; both end all connections and
/// wait for all threads. All methods take `&self` and can be called from any thread. Starting takes
/// well under a millisecond, so each test can have its own.
pub struct Emulator {
    server: Server,
}

impl Emulator {
    /// The access key id every emulator knows.
    pub const ACCESS_KEY_ID: &'static str = "AKIAIOSFODNN7EXAMPLE";
    /// The secret access key of [`ACCESS_KEY_ID`](Emulator::ACCESS_KEY_ID).
    pub const SECRET_ACCESS_KEY: &'static str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    /// The account of all keys.
    pub const ACCOUNT_ID: &'static str = "123456789012";
    /// The region of [`environment`](Emulator::environment) unless the builder was told another.
    pub const REGION: &'static str = "us-east-1";

    /// Starts an emulator on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// If no port can be bound or no thread started.
    pub fn start() -> io::Result<Emulator> {
        Emulator::builder().start()
    }

    /// An emulator with settings.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder {
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            state: State::default(),
            clock: None,
            clock_offset: 0,
            region: None,
            tls: None,
        }
        .access_key(Emulator::ACCESS_KEY_ID, Emulator::SECRET_ACCESS_KEY)
    }

    /// The base URL of every service, e.g. `http://127.0.0.1:40123`, without a slash at its end.
    pub fn url(&self) -> String {
        self.server.shared.url.clone()
    }

    /// The address it listens on.
    pub fn addr(&self) -> SocketAddr {
        self.server.address
    }

    /// Environment variables that point an AWS SDK, the AWS CLI or this crate at the emulator.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let region = self.server.shared.region.as_deref().unwrap_or(Emulator::REGION);
        vec![
            ("AWS_ACCESS_KEY_ID", Emulator::ACCESS_KEY_ID.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", Emulator::SECRET_ACCESS_KEY.to_owned()),
            ("AWS_REGION", region.to_owned()),
            ("AWS_DEFAULT_REGION", region.to_owned()),
            ("AWS_ENDPOINT_URL_STS", self.url()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
            ("AWS_ENDPOINT_URL_SSO", self.url()),
            ("AWS_ENDPOINT_URL_SSO_OIDC", self.url()),
            ("AWS_ENDPOINT_URL_SIGNIN", self.url()),
        ]
    }

    /// The requests received, oldest first: the last 10,000. A request is on record before its
    /// answer is sent.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.server.shared.recorder().all()
    }

    /// Forgets the recorded requests.
    pub fn clear_requests(&self) {
        self.server.shared.recorder().clear();
    }

    /// How many TCP connections were accepted since the start.
    pub fn connections(&self) -> usize {
        usize::try_from(self.server.shared.accepted()).unwrap_or(usize::MAX)
    }

    /// Puts a fault at the end of the queue.
    pub fn inject(&self, fault: Fault) {
        self.server.shared.faults().push(fault);
    }

    /// Empties the queue of faults. One that is being carried out goes on.
    pub fn clear_faults(&self) {
        self.server.shared.faults().clear();
    }

    /// Sets by how many seconds the emulator's clock is ahead of its time source (negative:
    /// behind). It rules signature dates, `Date` headers and expirations, of credentials already
    /// issued too: a way to let them expire.
    pub fn set_clock_offset(&self, seconds: i64) {
        self.server.shared.clock.set_offset(seconds);
    }

    /// IAM Identity Center: approvals, lifetimes and tokens of the portal and of SSO-OIDC.
    pub fn sso(&self) -> Sso<'_> {
        Sso::new(&self.server.shared)
    }

    /// The base URL of IMDS, for `AWS_EC2_METADATA_SERVICE_ENDPOINT`: IMDS shares the port of all
    /// services, and their TLS if the emulator has any.
    pub fn imds_url(&self) -> String {
        self.url()
    }

    /// IMDS: roles, session tokens, keys and what goes wrong with them.
    pub fn imds(&self) -> Imds<'_> {
        Imds::new(&self.server.shared)
    }

    /// The credential endpoints of ECS tasks and EKS pods.
    pub fn container(&self) -> Container<'_> {
        Container::new(&self.server.shared)
    }

    /// The sign-in service behind `aws login`: sessions, their refresh, and what refuses it.
    pub fn signin(&self) -> Signin<'_> {
        Signin::new(&self.server.shared)
    }

    /// Stops listening, ends all connections and waits for the threads. Does nothing the second
    /// time. The records stay readable.
    pub fn stop(&self) {
        self.server.stop();
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.server.stop();
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Emulator")
            .field("url", &self.url())
            .field("connections", &self.connections())
            .finish_non_exhaustive()
    }
}

/// Settings of an [`Emulator`] to be started.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use stskit::emulator::Emulator;
///
/// let emulator = Emulator::builder()
///     .access_key("AKIDEXAMPLE", "another secret")
///     .clock(|| UNIX_EPOCH + Duration::from_secs(1_767_323_045))
///     .clock_offset(-600)
///     .start()?;
/// emulator.stop();
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use = "an emulator is started with `start`"]
pub struct EmulatorBuilder {
    address: IpAddr,
    port: u16,
    state: State,
    clock: Option<TimeSource>,
    clock_offset: i64,
    region: Option<String>,
    tls: Option<(Vec<u8>, Vec<u8>)>,
}

impl EmulatorBuilder {
    /// The port to listen on. Defaults to 0: a free one.
    pub fn port(self, port: u16) -> Self {
        EmulatorBuilder { port, ..self }
    }

    /// The loopback address to listen on. Defaults to 127.0.0.1. Any other than a loopback address
    /// makes [`start`](EmulatorBuilder::start) fail.
    pub fn address(self, address: impl Into<IpAddr>) -> Self {
        EmulatorBuilder { address: address.into(), ..self }
    }

    /// Adds an access key of the user `stskit`; one of the same id is replaced.
    pub fn access_key(mut self, id: &str, secret: &str) -> Self {
        self.state.add_key(id, secret, Principal::user(Emulator::ACCOUNT_ID, "stskit"));
        self
    }

    /// Adds an access key of the root user of the account.
    pub fn root_access_key(mut self, id: &str, secret: &str) -> Self {
        self.state.add_key(id, secret, Principal::root("aws", Emulator::ACCOUNT_ID));
        self
    }

    /// Takes only signatures for this region. Defaults to any region.
    pub fn region(self, region: impl Into<String>) -> Self {
        EmulatorBuilder { region: Some(region.into()), ..self }
    }

    /// Seconds by which the emulator's clock is ahead (negative: behind). Defaults to 0.
    pub fn clock_offset(self, seconds: i64) -> Self {
        EmulatorBuilder { clock_offset: seconds, ..self }
    }

    /// A directory of this many accounts, always the same ones, with the roles `ReadOnly` and `Admin`
    /// each. Defaults to 3, the first of them [`ACCOUNT_ID`](Emulator::ACCOUNT_ID).
    pub fn sso_accounts(mut self, count: usize) -> Self {
        self.state.sso.set_accounts(count);
        self
    }

    /// Adds an account to the directory, after those of [`sso_accounts`](EmulatorBuilder::sso_accounts)
    /// or, without these, in place of the default ones. One of the same id is replaced.
    pub fn sso_account(mut self, id: &str, name: &str, email: &str, roles: &[&str]) -> Self {
        self.state.sso.add_account(id, name, email, roles);
        self
    }

    /// Approves device codes after this many polls: see [`Sso::approve_after`]. Defaults to 2.
    pub fn sso_approve_after(mut self, polls: Option<u32>) -> Self {
        self.state.sso.set_approve_after(polls);
        self
    }

    /// Seconds an access token is good for: see [`Sso::token_lifetime`]. Defaults to 3600.
    pub fn sso_token_lifetime(mut self, seconds: u32) -> Self {
        self.state.sso.set_token_lifetime(seconds);
        self
    }

    /// The time source, called from several threads. Defaults to the system's clock. Give one that
    /// always returns the same time to get the same credentials in each run.
    pub fn clock(self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        EmulatorBuilder { clock: Some(Box::new(now)), ..self }
    }

    /// Serves HTTPS with this certificate chain and private key, both PEM. Defaults to plain HTTP.
    pub fn tls(self, certificates: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        EmulatorBuilder { tls: Some((certificates.into(), key.into())), ..self }
    }

    /// Starts the emulator; it accepts connections when this returns.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) for an address that is not loopback and for
    /// certificates or keys that cannot be used; else what binding the port or starting the thread
    /// failed with.
    pub fn start(self) -> io::Result<Emulator> {
        if !self.address.is_loopback() {
            let text = format!("{} is not a loopback address", self.address);
            return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
        }
        let tls = self.tls.map(|(certificates, key)| tls_config(&certificates, &key)).transpose()?;
        let clock = Clock::new(self.clock, self.clock_offset);
        let shared = Shared::new(clock, self.region, self.state);
        let server = Server::start(SocketAddr::new(self.address, self.port), shared, tls)?;
        Ok(Emulator { server })
    }
}

impl fmt::Debug for EmulatorBuilder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("EmulatorBuilder")
            .field("address", &self.address)
            .field("port", &self.port)
            .field("clock_offset", &self.clock_offset)
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

fn tls_config(certificates: &[u8], key: &[u8]) -> io::Result<Arc<rustls::ServerConfig>> {
    let unusable = |error: &dyn fmt::Display| io::Error::new(io::ErrorKind::InvalidInput, error.to_string());
    let chain = CertificateDer::pem_slice_iter(certificates)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| unusable(&error))?;
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| unusable(&error))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|error| unusable(&error))?;
    Ok(Arc::new(config))
}
