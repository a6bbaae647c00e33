//! The handle a test turns sign-ins with.

use std::fmt;

use serde_json::json;

use super::ACCOUNT_ACCESS;
use crate::emulator::server::Shared;
use crate::emulator::{Emulator, clock};

/// What the user in the browser does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Browser {
    /// Approves: the device page approves the code it is opened with, `/authorize` redirects with a
    /// code.
    #[default]
    Approve,
    /// Denies: the device page denies, `/authorize` redirects with `error=access_denied`.
    Deny,
    /// Does nothing: the device page changes nothing, `/authorize` shows a page and never redirects.
    Ignore,
}

/// IAM Identity Center in a running emulator: who approves what and how long it lasts.
///
/// Made by [`Emulator::sso`]. What is set applies from then on, to sign-ins under way too; lifetimes
/// apply to what is issued afterwards.
///
/// # Examples
///
/// A device sign-in that waits for its user:
///
/// ```
/// use stskit::emulator::Emulator;
///
/// let emulator = Emulator::start()?;
/// let sso = emulator.sso();
/// // Nobody approves by themselves; polls are never too fast.
/// sso.approve_after(None);
/// sso.set_interval(0);
/// // … the program under test starts its sign-in …
/// for code in sso.user_codes() {
///     sso.approve(&code);
/// }
/// assert_eq!(sso.tokens_created(), 0);
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// A signed-in user without the dance, here for the cache of the AWS CLI:
///
/// ```
/// use stskit::emulator::Emulator;
///
/// let emulator = Emulator::start()?;
/// let token = emulator.sso().issue_token();
/// let file = token.cache_json();
/// assert!(file.contains(&token.access_token) && file.contains("expiresAt"));
/// // The user signs out elsewhere: the portal answers 401 from now on.
/// assert!(emulator.sso().revoke(&token.access_token));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Sso<'a> {
    shared: &'a Shared,
}

impl<'a> Sso<'a> {
    pub(in crate::emulator) fn new(shared: &'a Shared) -> Self {
        Sso { shared }
    }

    /// Approves a device code after this many answers of `AuthorizationPendingException`; 0 at the
    /// first poll, `None` only by [`approve`](Sso::approve) or the device page. Defaults to 2.
    pub fn approve_after(&self, polls: Option<u32>) {
        self.shared.state().sso.settings.approve_after = polls;
    }

    /// Approves the sign-in of a user code (in any case, with or without `-`). `false` if none waits
    /// under it.
    pub fn approve(&self, user_code: &str) -> bool {
        self.shared.state().sso.decide(user_code, true, self.shared.clock.now())
    }

    /// Denies the sign-in of a user code: the next poll gets `AccessDeniedException`. `false` if none
    /// waits under it.
    pub fn deny(&self, user_code: &str) -> bool {
        self.shared.state().sso.decide(user_code, false, self.shared.clock.now())
    }

    /// The user codes nobody has decided on and that have not expired, oldest first.
    pub fn user_codes(&self) -> Vec<String> {
        self.shared.state().sso.user_codes(self.shared.clock.now())
    }

    /// What the user in the browser does. Defaults to [`Browser::Approve`].
    pub fn browser(&self, browser: Browser) {
        self.shared.state().sso.settings.browser = browser;
    }

    /// Seconds between polls: answered as `interval`, and a poll that comes earlier by the emulator's
    /// clock gets `SlowDownException`. Defaults to 1. With 0 no poll is too early, which a clock that
    /// stands still needs.
    pub fn set_interval(&self, seconds: u32) {
        self.shared.state().sso.settings.interval = seconds;
    }

    /// Answers the next polls, this many, with `SlowDownException`.
    pub fn slow_down(&self, times: u32) {
        self.shared.state().sso.settings.slow_downs = times;
    }

    /// Seconds a device code is good for. Defaults to 600.
    pub fn device_code_lifetime(&self, seconds: u32) {
        self.shared.state().sso.settings.device_code_lifetime = seconds;
    }

    /// Seconds an access token is good for. Defaults to 3600. Refresh tokens do not expire.
    pub fn token_lifetime(&self, seconds: u32) {
        self.shared.state().sso.settings.token_lifetime = seconds;
    }

    /// Seconds a client registration is good for. Defaults to 90 days.
    pub fn client_lifetime(&self, seconds: u32) {
        self.shared.state().sso.settings.client_lifetime = seconds;
    }

    /// Seconds the credentials of GetRoleCredentials are good for. Defaults to 3600.
    pub fn credentials_lifetime(&self, seconds: u32) {
        self.shared.state().sso.settings.credentials_lifetime = seconds;
    }

    /// Whether a refresh gives a new refresh token and makes the old one invalid (the default). If
    /// not, the answer holds no refresh token and the old one stays good.
    pub fn rotate_refresh_tokens(&self, rotate: bool) {
        self.shared.state().sso.settings.rotates = rotate;
    }

    /// Refuses every refresh with this error, e.g. `InvalidGrantException`; `None` (the default)
    /// lets them pass. Other grants are not touched, as they would be by a [`Fault`](crate::emulator::Fault).
    pub fn fail_refreshes(&self, code: Option<&str>) {
        self.shared.state().sso.settings.refresh_error = code.map(str::to_owned);
    }

    /// Whether the lists of the portal go on forever: each page is the first, with the same
    /// `nextToken`. Defaults to no.
    pub fn repeat_pages(&self, repeat: bool) {
        self.shared.state().sso.settings.repeats_pages = repeat;
    }

    /// Signs the user in without any request: a new client, an access token and a refresh token, with
    /// the lifetimes set. Not counted by [`tokens_created`](Sso::tokens_created).
    pub fn issue_token(&self) -> SsoToken {
        let now = self.shared.clock.now();
        let mut state = self.shared.state();
        let scopes = vec![ACCOUNT_ACCESS.to_owned()];
        let (client_id, client) = state.sso.register(scopes.clone(), Vec::new(), Vec::new(), now);
        let tokens = state.sso.sign_in(&client_id, scopes, now);
        SsoToken {
            access_token: tokens.access,
            refresh_token: tokens.refresh.unwrap_or_default(),
            expires_at: now.saturating_add(tokens.expires_in.into()),
            client_id,
            client_secret: client.secret,
            registration_expires_at: client.expires_at,
            start_url: format!("{}/start", self.shared.url),
            region: self.shared.region.as_deref().unwrap_or(Emulator::REGION).to_owned(),
        }
    }

    /// Takes back one access or refresh token; the others of its session stay good. `false` if it is
    /// not known. The operation Logout ends the whole session.
    pub fn revoke(&self, token: &str) -> bool {
        self.shared.state().sso.revoke(token)
    }

    /// How many times CreateToken and CreateTokenWithIAM gave a token.
    pub fn tokens_created(&self) -> usize {
        self.shared.state().sso.created(None)
    }

    /// The same for one grant: `refresh_token`, `authorization_code`, `device_code`, `jwt-bearer` or
    /// `token-exchange` (or its whole URN).
    pub fn tokens_created_by(&self, grant: &str) -> usize {
        self.shared.state().sso.created(Some(grant))
    }
}

impl fmt::Debug for Sso<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Sso").field("url", &self.shared.url).finish_non_exhaustive()
    }
}

/// A signed-in user: what [`Sso::issue_token`] gives.
///
/// [`Debug`](fmt::Debug) shows no token and no secret. Times are seconds since 1970.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SsoToken {
    /// The bearer token of the portal.
    pub access_token: String,
    /// What CreateToken takes with the grant `refresh_token`.
    pub refresh_token: String,
    /// When the access token expires.
    pub expires_at: i64,
    /// The registered client.
    pub client_id: String,
    /// The secret of the client.
    pub client_secret: String,
    /// When the registration of the client expires.
    pub registration_expires_at: i64,
    /// The start URL the sign-in is for: a page of the emulator.
    pub start_url: String,
    /// The region of the directory.
    pub region: String,
}

impl SsoToken {
    /// The text of a token file as the AWS CLI keeps it in `~/.aws/sso/cache`. The name of the file
    /// is the SHA-1 of the session name, or of the start URL, with `.json`.
    pub fn cache_json(&self) -> String {
        json!({
            "startUrl": self.start_url,
            "region": self.region,
            "accessToken": self.access_token,
            "expiresAt": clock::extended(self.expires_at),
            "clientId": self.client_id,
            "clientSecret": self.client_secret,
            "registrationExpiresAt": clock::extended(self.registration_expires_at),
            "refreshToken": self.refresh_token,
        })
        .to_string()
    }
}

impl fmt::Debug for SsoToken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("SsoToken")
            .field("client_id", &self.client_id)
            .field("expires_at", &self.expires_at)
            .field("start_url", &self.start_url)
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}
