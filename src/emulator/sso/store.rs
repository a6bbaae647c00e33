//! Who is signed in, and the rules of a sign-in: clients, device codes, codes, sessions, tokens.
//!
//! No HTTP in here. All values are derived from the emulator's clock and a counter.

use std::collections::HashMap;

use serde_json::json;

use super::directory::{Account, Directory};
use super::handle::Browser;
use super::{ACCOUNT_ACCESS, USER};
use crate::emulator::canonical::sha256;
use crate::emulator::encode::base64_url;
use crate::emulator::kept::Kept;
use crate::emulator::refusal::Refusal;
use crate::emulator::state::derive;

/// Seconds an authorization code is good for.
const CODE_LIFETIME: i64 = 600;
/// The letters of user codes: no vowels, nothing that looks like a digit.
const USER_CODE: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

pub(super) const AUTHORIZATION_CODE: &str = "authorization_code";
pub(super) const REFRESH_TOKEN: &str = "refresh_token";
pub(super) const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// What a test can turn.
pub(super) struct Settings {
    pub(super) approve_after: Option<u32>,
    pub(super) browser: Browser,
    pub(super) interval: u32,
    pub(super) slow_downs: u32,
    pub(super) device_code_lifetime: u32,
    pub(super) token_lifetime: u32,
    pub(super) client_lifetime: u32,
    pub(super) credentials_lifetime: u32,
    pub(super) rotates: bool,
    pub(super) refresh_error: Option<String>,
    pub(super) repeats_pages: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            approve_after: Some(2),
            browser: Browser::Approve,
            interval: 1,
            slow_downs: 0,
            device_code_lifetime: 600,
            token_lifetime: 3600,
            client_lifetime: 90 * 86_400,
            credentials_lifetime: 3600,
            rotates: true,
            refresh_error: None,
            repeats_pages: false,
        }
    }
}

/// A registration.
#[derive(Clone)]
pub(super) struct Client {
    pub(super) secret: String,
    pub(super) issued_at: i64,
    pub(super) expires_at: i64,
    pub(super) scopes: Vec<String>,
    pub(super) grants: Vec<String>,
    pub(super) redirects: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Waiting,
    Approved,
    Denied,
    Used,
}

struct Device {
    client: String,
    user_code: String,
    expires_at: i64,
    verdict: Verdict,
    polls: u32,
    last_poll: Option<i64>,
}

struct Code {
    client: String,
    redirect: String,
    challenge: String,
    scopes: Vec<String>,
    expires_at: i64,
}

struct Session {
    client: String,
    scopes: Vec<String>,
    ended: bool,
}

struct Access {
    session: String,
    expires_at: i64,
}

/// What a grant leads to.
#[derive(Debug)]
pub(super) struct Tokens {
    pub(super) access: String,
    pub(super) refresh: Option<String>,
    pub(super) expires_in: u32,
    pub(super) scopes: Vec<String>,
}

/// What StartDeviceAuthorization answers.
pub(super) struct Started {
    pub(super) device_code: String,
    pub(super) user_code: String,
}

/// All there is to know about sign-ins.
#[derive(Default)]
pub(in crate::emulator) struct Store {
    pub(super) settings: Settings,
    pub(super) directory: Directory,
    clients: Kept<Client>,
    devices: Kept<Device>,
    codes: Kept<Code>,
    sessions: Kept<Session>,
    access: Kept<Access>,
    /// The session of each refresh token.
    refresh: Kept<String>,
    created: HashMap<String, usize>,
    serial: u64,
}

fn grant_error(message: &str) -> Refusal {
    Refusal::new(400, "InvalidGrantException", message)
}

fn no_session() -> Refusal {
    Refusal::new(401, "UnauthorizedException", "Session token not found or invalid")
}

/// A loopback URI without its port; `None` for any other URI.
pub(super) fn portless(uri: &str) -> Option<String> {
    let rest = uri.strip_prefix("http://")?;
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (authority, "0"),
    };
    let is_loopback = matches!(host, "127.0.0.1" | "localhost" | "[::1]");
    (is_loopback && port.parse::<u16>().is_ok()).then(|| format!("http://{host}{path}"))
}

impl Store {
    pub(in crate::emulator) fn set_accounts(&mut self, count: usize) {
        self.directory = Directory::of(count);
    }

    pub(in crate::emulator) fn add_account(&mut self, id: &str, name: &str, email: &str, roles: &[&str]) {
        let [id, name, email] = [id, name, email].map(str::to_owned);
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        self.directory.add(Account { id, name, email, roles });
    }

    pub(in crate::emulator) fn set_approve_after(&mut self, polls: Option<u32>) {
        self.settings.approve_after = polls;
    }

    pub(in crate::emulator) fn set_token_lifetime(&mut self, seconds: u32) {
        self.settings.token_lifetime = seconds;
    }

    /// `length` characters for a value of this kind, never the same twice.
    fn text(&mut self, kind: &str, now: i64, length: usize) -> String {
        self.serial += 1;
        let mut text = base64_url(&derive(&format!("sso {kind} {now} {}", self.serial), length));
        text.truncate(length);
        text
    }

    /// Registers a client; its id and the registration.
    pub(super) fn register(
        &mut self,
        scopes: Vec<String>,
        grants: Vec<String>,
        redirects: Vec<String>,
        now: i64,
    ) -> (String, Client) {
        // A real id ends in the base64 of its region.
        let id = format!("{}dXMtZWFzdC0x", self.text("client", now, 22));
        let expires_at = now.saturating_add(self.settings.client_lifetime.into());
        // Real secrets are this long, which tests caches and buffers.
        let nonce = self.text("nonce", now, 1000);
        let claims = json!({"clientId": id, "expirationTimestamp": expires_at, "nonce": nonce}).to_string();
        let secret = [
            base64_url(br#"{"kid":"key-1564028099","alg":"HS384"}"#),
            base64_url(json!({"serialized": claims}).to_string().as_bytes()),
            self.text("client secret", now, 64),
        ]
        .join(".");
        let client = Client { secret, issued_at: now, expires_at, scopes, grants, redirects };
        self.clients.add(&id, client.clone());
        (id, client)
    }

    /// A registration whose secret is right and which has not expired.
    pub(super) fn client(&self, id: &str, secret: &str, now: i64) -> Result<&Client, Refusal> {
        let refused = |text| Refusal::new(401, "InvalidClientException", text);
        let client = self.clients.entries.get(id).filter(|client| client.secret == secret);
        let client = client.ok_or_else(|| refused("Invalid client id or client secret provided"))?;
        if client.expires_at <= now {
            return Err(refused("The client registration has expired"));
        }
        Ok(client)
    }

    pub(super) fn start_device(&mut self, client: &str, now: i64) -> Started {
        let device_code = self.text("device code", now, 86);
        self.serial += 1;
        let letters: Vec<char> = derive(&format!("user code {now} {}", self.serial), 8)
            .into_iter()
            .filter_map(|byte| USER_CODE.get(usize::from(byte) % USER_CODE.len()).copied().map(char::from))
            .collect();
        let (left, right) = letters.split_at(letters.len() / 2);
        let user_code = format!("{}-{}", String::from_iter(left), String::from_iter(right));
        let device = Device {
            client: client.to_owned(),
            user_code: user_code.clone(),
            expires_at: now.saturating_add(self.settings.device_code_lifetime.into()),
            verdict: Verdict::Waiting,
            polls: 0,
            last_poll: None,
        };
        self.devices.add(&device_code, device);
        Started { device_code, user_code }
    }

    /// One poll for a device code.
    pub(super) fn poll(&mut self, client: &str, device_code: &str, now: i64) -> Result<Tokens, Refusal> {
        let Store { settings, devices, .. } = self;
        let device = devices.entries.get_mut(device_code).filter(|device| device.client == client);
        let device = device.ok_or_else(|| grant_error("Invalid device code provided"))?;
        let refused = |code, text| Err(Refusal::new(400, code, text));
        match device.verdict {
            Verdict::Used => return Err(grant_error("The device code has been used")),
            Verdict::Denied => return refused("AccessDeniedException", "The request was denied"),
            _ if device.expires_at <= now => return refused("ExpiredTokenException", "The device code has expired"),
            _ => {}
        }
        let too_soon = device.last_poll.is_some_and(|last| now < last.saturating_add(settings.interval.into()));
        if too_soon || settings.slow_downs > 0 {
            settings.slow_downs = settings.slow_downs.saturating_sub(u32::from(!too_soon));
            return refused("SlowDownException", "The client is polling too often");
        }
        device.last_poll = Some(now);
        let is_time = settings.approve_after.is_some_and(|polls| device.polls >= polls);
        if device.verdict == Verdict::Waiting && !is_time {
            device.polls += 1;
            return refused("AuthorizationPendingException", "Authorization is still pending");
        }
        device.verdict = Verdict::Used;
        Ok(self.sign_in(client, self.scopes_of(client), now))
    }

    /// The user's word on a user code; `false` if no sign-in waits under it.
    pub(super) fn decide(&mut self, user_code: &str, approved: bool, now: i64) -> bool {
        let plain = |code: &str| code.replace('-', "").trim().to_ascii_uppercase();
        let mut waiting = self.devices.entries.values_mut().filter(|device| {
            device.verdict == Verdict::Waiting
                && device.expires_at > now
                && plain(&device.user_code) == plain(user_code)
        });
        let Some(device) = waiting.next() else {
            return false;
        };
        device.verdict = if approved { Verdict::Approved } else { Verdict::Denied };
        true
    }

    /// The user codes that wait for a word of the user, oldest first.
    pub(super) fn user_codes(&self, now: i64) -> Vec<String> {
        let devices = self.devices.order.iter().filter_map(|code| self.devices.entries.get(code));
        let waiting = devices.filter(|device| device.verdict == Verdict::Waiting && device.expires_at > now);
        waiting.map(|device| device.user_code.clone()).collect()
    }

    /// Whether this client may have the browser sent to this place. Applications, whose ids are
    /// ARNs, are not registered here and may use any loopback address.
    pub(super) fn may_redirect(&self, client: &str, redirect: &str, now: i64) -> bool {
        let Some(wanted) = portless(redirect) else {
            return false;
        };
        if client.starts_with("arn:") {
            return true;
        }
        let client = self.clients.entries.get(client).filter(|client| client.expires_at > now);
        client.is_some_and(|client| {
            client.redirects.iter().any(|known| portless(known).as_deref() == Some(wanted.as_str()))
        })
    }

    /// The code a browser brings back.
    pub(super) fn authorize(
        &mut self,
        client: &str,
        redirect: &str,
        challenge: &str,
        scopes: Vec<String>,
        now: i64,
    ) -> String {
        let code = self.text("code", now, 120);
        let entry = Code {
            client: client.to_owned(),
            redirect: redirect.to_owned(),
            challenge: challenge.to_owned(),
            scopes,
            expires_at: now.saturating_add(CODE_LIFETIME),
        };
        self.codes.add(&code, entry);
        code
    }

    pub(super) fn redeem(
        &mut self,
        client: &str,
        code: &str,
        redirect: &str,
        verifier: &str,
        now: i64,
    ) -> Result<Tokens, Refusal> {
        let known = self.codes.entries.get(code).filter(|known| known.client == client && known.expires_at > now);
        let known = known.ok_or_else(|| grant_error("Invalid authorization code provided"))?;
        if known.redirect != redirect {
            return Err(grant_error("The redirect URI is not the one of the authorization request"));
        }
        if base64_url(&sha256(verifier.as_bytes())) != known.challenge {
            return Err(grant_error("PKCE verification failed"));
        }
        let scopes = self.codes.entries.remove(code).map(|code| code.scopes).unwrap_or_default();
        let scopes = if scopes.is_empty() { self.scopes_of(client) } else { scopes };
        Ok(self.sign_in(client, scopes, now))
    }

    pub(super) fn refresh(&mut self, client: &str, token: &str, now: i64) -> Result<Tokens, Refusal> {
        if let Some(code) = &self.settings.refresh_error {
            let status = if code == "InvalidClientException" { 401 } else { 400 };
            return Err(Refusal::new(status, code, "The refresh token cannot be used"));
        }
        let session = self.refresh.entries.get(token).cloned();
        let known = session.and_then(|id| self.sessions.entries.get(&id).map(|session| (id, session)));
        let (id, session) = known
            .filter(|(_, session)| session.client == client && !session.ended)
            .ok_or_else(|| grant_error("Invalid refresh token provided"))?;
        let scopes = session.scopes.clone();
        let refresh = self.settings.rotates.then(|| {
            self.refresh.entries.remove(token);
            self.refresh_token(&id, now)
        });
        let access = self.access_token(&id, now);
        Ok(Tokens { access, refresh, expires_in: self.settings.token_lifetime, scopes })
    }

    /// Starts a session of the user at a client.
    pub(super) fn sign_in(&mut self, client: &str, scopes: Vec<String>, now: i64) -> Tokens {
        let id = self.text("session", now, 32);
        self.sessions.add(&id, Session { client: client.to_owned(), scopes: scopes.clone(), ended: false });
        let access = self.access_token(&id, now);
        let may_refresh = client.starts_with("arn:") || scopes.iter().any(|scope| scope == ACCOUNT_ACCESS);
        let refresh = may_refresh.then(|| self.refresh_token(&id, now));
        Tokens { access, refresh, expires_in: self.settings.token_lifetime, scopes }
    }

    fn access_token(&mut self, session: &str, now: i64) -> String {
        let token = format!("aoaAAAAAG{}:{}", self.text("access", now, 160), self.text("access", now, 140));
        let expires_at = now.saturating_add(self.settings.token_lifetime.into());
        self.access.add(&token, Access { session: session.to_owned(), expires_at });
        token
    }

    fn refresh_token(&mut self, session: &str, now: i64) -> String {
        let token = format!("aorAAAAAG{}:{}", self.text("refresh", now, 160), self.text("refresh", now, 140));
        self.refresh.add(&token, session.to_owned());
        token
    }

    fn scopes_of(&self, client: &str) -> Vec<String> {
        self.clients.entries.get(client).map(|client| client.scopes.clone()).unwrap_or_default()
    }

    /// The user an access token stands for.
    pub(super) fn bearer(&self, token: Option<&str>, now: i64) -> Result<&'static str, Refusal> {
        let access = token.and_then(|token| self.access.entries.get(token)).filter(|access| access.expires_at > now);
        let session = access.and_then(|access| self.sessions.entries.get(&access.session));
        session.filter(|session| !session.ended).map(|_| USER).ok_or_else(no_session)
    }

    /// Ends the session of an access token, with all tokens it has.
    pub(super) fn end_session(&mut self, token: &str) {
        if let Some(access) = self.access.entries.get(token)
            && let Some(session) = self.sessions.entries.get_mut(&access.session)
        {
            session.ended = true;
        }
    }

    /// Takes one token back, of either kind; `false` if it is not known.
    pub(super) fn revoke(&mut self, token: &str) -> bool {
        self.access.entries.remove(token).is_some() || self.refresh.entries.remove(token).is_some()
    }

    /// Counts an answered CreateToken of a grant.
    pub(super) fn count(&mut self, grant: &str) {
        *self.created.entry(grant.to_owned()).or_default() += 1;
    }

    /// How many tokens were created; `grant` in full or without what all URNs have in common.
    pub(super) fn created(&self, grant: Option<&str>) -> usize {
        let fits = |name: &str| grant.is_none_or(|grant| name == grant || name.rsplit(':').next() == Some(grant));
        self.created.iter().filter(|(name, _)| fits(name)).map(|(_, count)| count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_767_323_045;

    fn code<T>(result: Result<T, Refusal>) -> String {
        result.err().map(|refusal| refusal.code().to_owned()).unwrap_or_default()
    }

    fn store() -> (Store, String) {
        let mut store = Store::default();
        let (id, _) = store.register(vec![ACCOUNT_ACCESS.to_owned()], Vec::new(), Vec::new(), NOW);
        (store, id)
    }

    #[test]
    fn redirects_are_loopback_and_lose_their_port() {
        for (uri, expected) in [
            ("http://127.0.0.1:8400/oauth/callback", Some("http://127.0.0.1/oauth/callback")),
            ("http://127.0.0.1/oauth/callback", Some("http://127.0.0.1/oauth/callback")),
            ("http://[::1]:1/a", Some("http://[::1]/a")),
            ("http://[::1]/a", Some("http://[::1]/a")),
            ("http://localhost:65535", Some("http://localhost")),
            ("http://127.0.0.1:70000/a", None),
            ("http://127.0.0.1.example.com/a", None),
            ("http://127.0.0.1@example.com/a", None),
            ("https://127.0.0.1/a", None),
            ("http://example.com:80/a", None),
            ("", None),
        ] {
            assert_eq!(portless(uri).as_deref(), expected, "{uri}");
        }
    }

    #[test]
    fn a_device_code_goes_its_way() {
        let (mut store, client) = store();
        let started = store.start_device(&client, NOW);
        let mut poll = |now| code(store.poll(&client, &started.device_code, now));
        assert_eq!(poll(NOW), "AuthorizationPendingException");
        assert_eq!(poll(NOW), "SlowDownException");
        assert_eq!(poll(NOW + 1), "AuthorizationPendingException");
        assert_eq!(poll(NOW + 2), "");
        assert_eq!(poll(NOW + 3), "InvalidGrantException");
    }

    #[test]
    fn grants_are_counted() {
        let (mut store, _) = store();
        store.count(DEVICE_CODE);
        store.count(REFRESH_TOKEN);
        store.count(REFRESH_TOKEN);
        assert_eq!(store.created(None), 3);
        let by = |grant| store.created(Some(grant));
        assert_eq!([by("device_code"), by(DEVICE_CODE), by("refresh_token"), by("code")], [1, 1, 2, 0]);
    }

    #[test]
    fn forced_slow_downs_count_no_poll() {
        let (mut store, client) = store();
        store.settings.slow_downs = 2;
        store.settings.approve_after = Some(0);
        let started = store.start_device(&client, NOW);
        let mut poll = || code(store.poll(&client, &started.device_code, NOW));
        assert_eq!([poll(), poll(), poll()], ["SlowDownException", "SlowDownException", ""]);
    }

    #[test]
    fn the_user_decides() {
        let (mut store, client) = store();
        store.settings.approve_after = None;
        store.settings.interval = 0;
        let yes = store.start_device(&client, NOW);
        let no = store.start_device(&client, NOW);
        let late = store.start_device(&client, NOW);
        assert_eq!(store.user_codes(NOW).len(), 3);
        assert!(store.decide(&yes.user_code.to_lowercase().replace('-', ""), true, NOW));
        assert!(store.decide(&no.user_code, false, NOW));
        assert!(!store.decide(&no.user_code, true, NOW) && !store.decide(&late.user_code, true, NOW + 600));
        assert_eq!(code(store.poll(&client, &yes.device_code, NOW)), "");
        assert_eq!(code(store.poll(&client, &no.device_code, NOW)), "AccessDeniedException");
        assert_eq!(code(store.poll(&client, &late.device_code, NOW + 600)), "ExpiredTokenException");
        assert_eq!(code(store.poll("other", &late.device_code, NOW)), "InvalidGrantException");
    }

    #[test]
    fn tokens_live_with_their_session() {
        let (mut store, client) = store();
        let first = store.sign_in(&client, store.scopes_of(&client), NOW);
        let refresh = first.refresh.unwrap();
        let second = store.refresh(&client, &refresh, NOW).unwrap();
        assert_eq!(code(store.refresh(&client, &refresh, NOW)), "InvalidGrantException");
        assert!(store.bearer(Some(&first.access), NOW + 3599).is_ok());
        assert!(store.bearer(Some(&first.access), NOW + 3600).is_err());
        assert!(store.bearer(Some("other"), NOW).is_err() && store.bearer(None, NOW).is_err());
        assert!(store.revoke(&first.access) && !store.revoke(&first.access));
        assert!(store.bearer(Some(&first.access), NOW).is_err() && store.bearer(Some(&second.access), NOW).is_ok());
        store.end_session(&second.access);
        assert!(store.bearer(Some(&second.access), NOW).is_err());
        assert_eq!(code(store.refresh(&client, &second.refresh.unwrap(), NOW)), "InvalidGrantException");
        // Without the scope there is nothing to refresh with.
        assert!(store.sign_in(&client, Vec::new(), NOW).refresh.is_none());
    }
}
