//! The handle a test turns IMDS with.

use std::fmt;
use std::time::Duration;

use crate::emulator::kept::Kept;
use crate::emulator::server::Shared;

/// The instance metadata service in a running emulator.
///
/// Made by [`Emulator::imds`](crate::emulator::Emulator::imds). What is set applies to every request
/// from then on. In records and for [`Fault::on`](crate::emulator::Fault::on) the requests are called
/// `ImdsToken`, `ImdsRoles`, `ImdsCredentials`, `ImdsRegion` and `ImdsAvailabilityZone`.
///
/// To start with, the instance has the role `stskit-instance`, session tokens (IMDSv2) are required,
/// and keys last 6 hours. As on an instance, a set of keys is handed out again and again and replaced
/// 5 minutes before its end (halfway, if it lasts less than 10 minutes).
///
/// # Examples
///
/// An old instance without session tokens, then one whose answers get lost on the way:
///
/// ```
/// use std::time::Duration;
/// use stskit::emulator::Emulator;
///
/// let emulator = Emulator::start()?;
/// let imds = emulator.imds();
/// imds.token_status(Some(404));
/// imds.allow_v1(true);
/// // … the program under test falls back to IMDSv1 …
/// imds.token_status(None);
/// imds.token_silence(Some(Duration::from_secs(5)));
/// assert!(imds.environment().contains(&("AWS_EC2_METADATA_SERVICE_ENDPOINT", emulator.imds_url())));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Imds<'a> {
    shared: &'a Shared,
}

impl<'a> Imds<'a> {
    pub(in crate::emulator) fn new(shared: &'a Shared) -> Self {
        Imds { shared }
    }

    /// Environment variables that point a program at it. They contradict those of
    /// [`Emulator::environment`](crate::emulator::Emulator::environment), whose keys come before IMDS
    /// in every chain and which turns IMDS off.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("AWS_EC2_METADATA_DISABLED", "false".to_owned()),
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT", self.shared.url.clone()),
        ]
    }

    /// The one role of the instance. Defaults to `stskit-instance`.
    pub fn role(&self, name: &str) {
        self.roles(&[name]);
    }

    /// The roles in the list, a line each. None at all: an instance without a role, 404.
    pub fn roles(&self, names: &[&str]) {
        self.shared.state().instance.roles = names.iter().map(|name| (*name).to_owned()).collect();
    }

    /// Whether GETs without a session token pass (IMDSv1). Defaults to no: they get 401. An unknown or
    /// expired token gets 401 in any case.
    pub fn allow_v1(&self, allowed: bool) {
        self.shared.state().instance.allows_v1 = allowed;
    }

    /// Answers every request for a session token with this status, e.g. 403, 404 or 405 where there
    /// is no IMDSv2; `None` (the default) gives tokens.
    pub fn token_status(&self, status: Option<u16>) {
        self.shared.state().instance.token_status = status;
    }

    /// Reads requests for a session token and never answers them, as a container sees it whose
    /// packets have a hop too many: the connection stays open and silent this long, then it is closed.
    /// `None` (the default) answers.
    pub fn token_silence(&self, hold: Option<Duration>) {
        self.shared.state().instance.token_silence = hold;
    }

    /// Makes all session tokens invalid: GETs get 401 until the program has a new one.
    pub fn expire_tokens(&self) {
        self.shared.state().instance.tokens = Kept::default();
    }

    /// Seconds new keys are good for; the present ones are handed out no more, but stay good. With 0
    /// every answer holds a new set that has expired. Defaults to 21,600.
    pub fn lifetime(&self, seconds: u32) {
        self.shared.state().instance.keys.set_lifetime(seconds);
    }

    /// Hands out new keys from now on. The old ones stay good.
    pub fn rotate_keys(&self) {
        self.shared.state().instance.keys.forget();
    }

    /// Whether IMDS itself cannot get new keys: it answers the last ones over and over, after they
    /// expired too. A role whose keys nobody asked for has some that expired a minute ago. Defaults to
    /// no.
    pub fn outage(&self, outage: bool) {
        self.shared.state().instance.keys.outage = outage;
    }

    /// Answers this code and message in place of keys, with status 200 as IMDS does, e.g.
    /// `AssumeRoleUnauthorizedAccess`. [`succeed`](Imds::succeed) ends it.
    pub fn fail(&self, code: &str, message: &str) {
        self.shared.state().instance.failure = Some((code.to_owned(), message.to_owned()));
    }

    /// Answers keys again after [`fail`](Imds::fail).
    pub fn succeed(&self) {
        self.shared.state().instance.failure = None;
    }

    /// Sends every answer one byte at a time with this pause before each; `None` (the default) sends
    /// them whole. An injected fault comes before it.
    pub fn drip(&self, pause: Option<Duration>) {
        self.shared.state().instance.drip = pause;
    }
}

impl fmt::Debug for Imds<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Imds").field("url", &self.shared.url).finish_non_exhaustive()
    }
}
