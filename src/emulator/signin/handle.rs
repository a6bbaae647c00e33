//! The handle a test turns login sessions with.

use std::fmt;

use serde_json::json;

use super::key;
use super::store::{CHANGED, EXPIRED, user};
use crate::emulator::canonical::sha256_hex;
use crate::emulator::clock;
use crate::emulator::encode::base64_url;
use crate::emulator::server::Shared;
use crate::emulator::state::derive;

/// The client the AWS CLI is when the browser runs on the same machine.
const CLIENT: &str = "arn:aws:signin:::devtools/same-device";

/// The sign-in service behind `aws login` in a running emulator.
///
/// Made by [`Emulator::signin`](crate::emulator::Emulator::signin). What is set applies to every
/// request from then on. In records and for [`Fault::on`](crate::emulator::Fault::on) the requests are
/// called `CreateOAuth2Token`.
///
/// Every request needs a DPoP proof: `htu` is the URL with the host as the header `Host` has it, `iat`
/// is at most 300 seconds from the emulator's clock, `jti` was never seen before. A proof that is not
/// as it should be gets `ValidationException` with the reason in its message.
///
/// # Examples
///
/// ```
/// use stskit::emulator::Emulator;
///
/// let emulator = Emulator::start()?;
/// let signin = emulator.signin();
/// let login = signin.issue_session();
/// // A file `login.cache_file_name()` with this text makes a profile with
/// // `login_session = …` work.
/// assert!(login.cache_json().contains(&login.refresh_token));
/// // The user gets a new password: the next refresh is refused.
/// assert!(signin.revoke(&login.refresh_token));
/// assert_eq!(signin.refreshes(), 0);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Signin<'a> {
    shared: &'a Shared,
}

impl<'a> Signin<'a> {
    pub(in crate::emulator) fn new(shared: &'a Shared) -> Self {
        Signin { shared }
    }

    /// Signs in without any request: keys and a refresh token, with the lifetimes set, bound to
    /// [`LoginSession::SEC1_KEY`]. The session is [`LoginSession::DEFAULT`].
    pub fn issue_session(&self) -> LoginSession {
        self.issue_session_of(LoginSession::DEFAULT)
    }

    /// The same for a session of another name: an ARN as GetCallerIdentity gives it. Its keys are
    /// this user's.
    pub fn issue_session_of(&self, login_session: &str) -> LoginSession {
        let now = self.shared.clock.now();
        let mut state = self.shared.state();
        let user = user(login_session);
        let account_id = user.account.clone();
        let lifetime = state.logins.settings.credentials_lifetime.into();
        let issued = state.issue(user.clone(), "aws login", now, lifetime);
        LoginSession {
            refresh_token: state.logins.sign_in(CLIENT, user, now),
            login_session: login_session.to_owned(),
            client_id: CLIENT.to_owned(),
            access_key_id: issued.access_key_id,
            secret_access_key: issued.secret_access_key,
            session_token: issued.session_token,
            account_id,
            expires_at: issued.expiration,
        }
    }

    /// Lets the session of a refresh token take any key: the next refresh binds it to the one it
    /// brings. `false` if the token is not known.
    pub fn unbind(&self, refresh_token: &str) -> bool {
        self.shared.state().logins.unbind(refresh_token)
    }

    /// Ends the session of a refresh token: refreshes get `TOKEN_EXPIRED`. A token that was used
    /// already will do. `false` if it is not known.
    pub fn expire(&self, refresh_token: &str) -> bool {
        self.shared.state().logins.end(refresh_token, EXPIRED)
    }

    /// The same for a user with a new password: refreshes get `USER_CREDENTIALS_CHANGED`.
    pub fn revoke(&self, refresh_token: &str) -> bool {
        self.shared.state().logins.end(refresh_token, CHANGED)
    }

    /// Refuses every refresh with a good proof with this member `error`; `None` (the default) lets
    /// them pass. `server_error` is an `InternalServerException`, `INVALID_REQUEST` a
    /// `ValidationException`; `TOKEN_EXPIRED`, `USER_CREDENTIALS_CHANGED`, `INSUFFICIENT_PERMISSIONS` and
    /// all others are an `AccessDeniedException`.
    pub fn fail_refreshes(&self, error: Option<&str>) {
        self.shared.state().logins.settings.error = error.map(str::to_owned);
    }

    /// The status of every `AccessDeniedException`. `None` (the default) is 401 for `TOKEN_EXPIRED` and
    /// 403 for the others.
    pub fn denial_status(&self, status: Option<u16>) {
        self.shared.state().logins.settings.denial_status = status;
    }

    /// Seconds keys are good for. Defaults to 900, the most the real service gives. With 0,
    /// [`issue_session`](Signin::issue_session) gives a session that needs a refresh at once.
    pub fn credentials_lifetime(&self, seconds: u32) {
        self.shared.state().logins.settings.credentials_lifetime = seconds;
    }

    /// Seconds a session can be refreshed. Defaults to 12 hours.
    pub fn session_lifetime(&self, seconds: u32) {
        self.shared.state().logins.settings.session_lifetime = seconds;
    }

    /// Whether a refresh gives a new refresh token and makes the old one invalid (the default). If
    /// not, it answers the one it got.
    pub fn rotate_refresh_tokens(&self, rotate: bool) {
        self.shared.state().logins.settings.rotates = rotate;
    }

    /// How many refreshes succeeded.
    pub fn refreshes(&self) -> usize {
        self.shared.state().logins.refreshes
    }
}

impl fmt::Debug for Signin<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Signin").field("url", &self.shared.url).finish_non_exhaustive()
    }
}

/// A login session: what [`Signin::issue_session`] gives.
///
/// [`Debug`](fmt::Debug) shows no token and no secret. Times are seconds since 1970.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoginSession {
    /// The name of the session, for `login_session` in a profile.
    pub login_session: String,
    /// The client that signed in.
    pub client_id: String,
    /// What CreateOAuth2Token takes.
    pub refresh_token: String,
    /// The access key id of the first keys.
    pub access_key_id: String,
    /// The secret access key.
    pub secret_access_key: String,
    /// The session token.
    pub session_token: String,
    /// The account of the user.
    pub account_id: String,
    /// When the first keys expire.
    pub expires_at: i64,
}

impl LoginSession {
    /// The session of [`Signin::issue_session`].
    pub const DEFAULT: &'static str = "arn:aws:sts::123456789012:assumed-role/Admin/stskit";
    /// The key of every session as PEM in SEC1 form (`EC PRIVATE KEY`), as the AWS CLI writes it. It is
    /// the P-256 key of RFC 6979 and no secret.
    pub const SEC1_KEY: &'static str = key::SEC1;
    /// The same key in PKCS#8 form (`PRIVATE KEY`).
    pub const PKCS8_KEY: &'static str = key::PKCS8;

    /// The name of the cache file, in `~/.aws/login/cache` or `AWS_LOGIN_CACHE_DIRECTORY`: the SHA-256
    /// of the session's name, with `.json`.
    pub fn cache_file_name(&self) -> String {
        format!("{}.json", sha256_hex(self.login_session.trim().as_bytes()))
    }

    /// The text of the cache file as the AWS CLI writes it, with the key in SEC1 form.
    pub fn cache_json(&self) -> String {
        self.cache_json_with(Self::SEC1_KEY)
    }

    /// The same with the key in PKCS#8 form.
    pub fn cache_json_pkcs8(&self) -> String {
        self.cache_json_with(Self::PKCS8_KEY)
    }

    fn cache_json_with(&self, key: &str) -> String {
        let part = |value: serde_json::Value| base64_url(value.to_string().as_bytes());
        let claims = part(json!({"sub": self.login_session, "aud": self.client_id, "exp": self.expires_at}));
        let head = part(json!({"alg": "ES384", "typ": "JWT"}));
        json!({
            "accessToken": {
                "accessKeyId": self.access_key_id,
                "secretAccessKey": self.secret_access_key,
                "sessionToken": self.session_token,
                "accountId": self.account_id,
                "expiresAt": clock::extended(self.expires_at),
            },
            "tokenType": "aws_sigv4",
            "clientId": self.client_id,
            "refreshToken": self.refresh_token,
            "idToken": format!("{head}.{claims}.{}", base64_url(&derive(&claims, 96))),
            "dpopKey": key,
        })
        .to_string()
    }
}

impl fmt::Debug for LoginSession {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("LoginSession")
            .field("login_session", &self.login_session)
            .field("client_id", &self.client_id)
            .field("access_key_id", &self.access_key_id)
            .field("account_id", &self.account_id)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
