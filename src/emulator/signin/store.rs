//! Login sessions: who they are of, the key they are bound to, and their refresh tokens.
//!
//! No HTTP in here. All values are derived from the emulator's clock and a counter.

use super::dpop::Proof;
use super::key;
use crate::emulator::Emulator;
use crate::emulator::encode::base64_url;
use crate::emulator::kept::Kept;
use crate::emulator::refusal::Refusal;
use crate::emulator::state::{Kind, Principal, derive, unique_id};

/// The error of a session that is over.
pub(super) const EXPIRED: &str = "TOKEN_EXPIRED";
/// The error of a session whose user has a new password.
pub(super) const CHANGED: &str = "USER_CREDENTIALS_CHANGED";
/// The error of a request that is not as it should be.
pub(super) const INVALID: &str = "INVALID_REQUEST";

/// What a test can turn.
pub(super) struct Settings {
    pub(super) credentials_lifetime: u32,
    pub(super) session_lifetime: u32,
    pub(super) rotates: bool,
    pub(super) error: Option<String>,
    pub(super) denial_status: Option<u16>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            credentials_lifetime: 900,
            session_lifetime: 12 * 3600,
            rotates: true,
            error: None,
            denial_status: None,
        }
    }
}

struct Session {
    client: String,
    user: Principal,
    /// The public key; `None` until the first use.
    key: Option<Vec<u8>>,
    ends_at: i64,
    /// The error that ended it ahead of its time.
    ended: Option<&'static str>,
}

/// A refresh token.
struct Refresh {
    session: String,
    used: bool,
}

/// All there is to know about login sessions.
#[derive(Default)]
pub(in crate::emulator) struct Store {
    pub(super) settings: Settings,
    sessions: Kept<Session>,
    refresh: Kept<Refresh>,
    /// The proofs seen.
    proofs: Kept<()>,
    pub(super) refreshes: usize,
    serial: u64,
}

/// Status and error of a session that gives nothing.
pub(super) fn refused(error: &str, message: &str) -> Refusal {
    let status = match error {
        EXPIRED | "AUTHCODE_EXPIRED" => 401,
        "server_error" => 500,
        INVALID => 400,
        _ => 403,
    };
    Refusal::new(status, error, message)
}

/// Who a login session is of: the name in the profile is an ARN as GetCallerIdentity gives it.
pub(super) fn user(login_session: &str) -> Principal {
    let parts: Vec<&str> = login_session.splitn(6, ':').collect();
    let ["arn", partition, _, _, account, resource] = parts.as_slice() else {
        return Principal::role_session(Emulator::ACCOUNT_ID, "Admin", login_session);
    };
    let (kind, user_id) = match resource.split('/').collect::<Vec<_>>().as_slice() {
        ["root"] => return Principal::root(partition, account),
        ["assumed-role", role, session] => {
            (Kind::Role, format!("{}:{session}", unique_id("AROA", &format!("{account} {role}"))))
        }
        _ => (Kind::User, unique_id("AIDA", resource)),
    };
    Principal {
        kind,
        account: (*account).to_owned(),
        partition: (*partition).to_owned(),
        arn: login_session.to_owned(),
        user_id,
    }
}

impl Store {
    /// Starts a session bound to the key of `key.rs`; gives its first refresh token.
    pub(super) fn sign_in(&mut self, client: &str, user: Principal, now: i64) -> String {
        let id = self.text("login session", now, 32);
        let session = Session {
            client: client.to_owned(),
            user,
            key: Some(key::public()),
            ends_at: now.saturating_add(self.settings.session_lifetime.into()),
            ended: None,
        };
        self.sessions.add(&id, session);
        self.refresh_token(&id, now)
    }

    /// Takes a refresh token with a proof; gives the user and the next refresh token.
    pub(super) fn refresh(
        &mut self,
        proof: Proof,
        client: &str,
        token: &str,
        now: i64,
    ) -> Result<(Principal, String), Refusal> {
        if self.proofs.entries.contains_key(&proof.id) {
            return Err(refused(INVALID, "The DPoP proof was used before"));
        }
        self.proofs.add(&proof.id, ());
        if let Some(error) = &self.settings.error {
            return Err(refused(error, "The session cannot be refreshed"));
        }
        let unknown = || refused(EXPIRED, "The refresh token is not known or was used before");
        let refresh = self.refresh.entries.get(token).filter(|refresh| !refresh.used).ok_or_else(unknown)?;
        let id = refresh.session.clone();
        let session = self.sessions.entries.get_mut(&id).ok_or_else(unknown)?;
        if session.client != client {
            return Err(refused(INVALID, "The refresh token was issued to another client"));
        }
        if *session.key.get_or_insert_with(|| proof.key.clone()) != proof.key {
            return Err(refused(INVALID, "The DPoP proof is not of the key the session is bound to"));
        }
        if let Some(error) = session.ended {
            return Err(refused(error, "The session was ended"));
        }
        if session.ends_at <= now {
            return Err(refused(EXPIRED, "The session has expired"));
        }
        let user = session.user.clone();
        let next = if self.settings.rotates {
            if let Some(refresh) = self.refresh.entries.get_mut(token) {
                refresh.used = true;
            }
            self.refresh_token(&id, now)
        } else {
            token.to_owned()
        };
        self.refreshes += 1;
        Ok((user, next))
    }

    /// Ends the session of a refresh token, used or not; `false` if it is not known.
    pub(super) fn end(&mut self, token: &str, error: &'static str) -> bool {
        self.session_of(token).map(|session| session.ended = Some(error)).is_some()
    }

    /// Lets the session of a refresh token take the next key that comes; `false` if it is not known.
    pub(super) fn unbind(&mut self, token: &str) -> bool {
        self.session_of(token).map(|session| session.key = None).is_some()
    }

    fn session_of(&mut self, token: &str) -> Option<&mut Session> {
        let id = &self.refresh.entries.get(token)?.session;
        self.sessions.entries.get_mut(id)
    }

    fn refresh_token(&mut self, session: &str, now: i64) -> String {
        let token = self.text("login refresh", now, 256);
        self.refresh.add(&token, Refresh { session: session.to_owned(), used: false });
        token
    }

    fn text(&mut self, what: &str, now: i64, length: usize) -> String {
        self.serial += 1;
        base64_url(&derive(&format!("{what} {now} {}", self.serial), length))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_767_323_045;

    fn proof(key: u8, id: &str) -> Proof {
        Proof { key: vec![key], id: id.to_owned() }
    }

    fn code<T>(result: Result<T, Refusal>) -> String {
        result.err().map(|refusal| format!("{} {}", refusal.status(), refusal.code())).unwrap_or_default()
    }

    /// A store with a session that is bound to no key yet, and its refresh token.
    fn unbound() -> (Store, String) {
        let mut store = Store::default();
        let token = store.sign_in("client", user("arn:aws:iam::111122223333:user/alice"), NOW);
        assert!(store.unbind(&token));
        (store, token)
    }

    #[test]
    fn the_first_key_stays_the_only_one() {
        let (mut store, token) = unbound();
        let (_, token) = store.refresh(proof(1, "a"), "client", &token, NOW).unwrap();
        assert_eq!(code(store.refresh(proof(2, "b"), "client", &token, NOW)), "400 INVALID_REQUEST");
        let (_, token) = store.refresh(proof(1, "c"), "client", &token, NOW).unwrap();
        assert_eq!(code(store.refresh(proof(1, "c"), "client", &token, NOW)), "400 INVALID_REQUEST");
        assert_eq!(code(store.refresh(proof(1, "d"), "other", &token, NOW)), "400 INVALID_REQUEST");
        assert_eq!(store.refreshes, 2);
        // A session that a test is given is bound from the start.
        let token = store.sign_in("client", user("x"), NOW);
        assert_eq!(code(store.refresh(proof(1, "e"), "client", &token, NOW)), "400 INVALID_REQUEST");
    }

    #[test]
    fn refresh_tokens_rotate_unless_told_otherwise() {
        let (mut store, first) = unbound();
        let (_, second) = store.refresh(proof(1, "a"), "client", &first, NOW).unwrap();
        assert_ne!(first, second);
        assert_eq!(code(store.refresh(proof(1, "b"), "client", &first, NOW)), "401 TOKEN_EXPIRED");
        store.settings.rotates = false;
        for id in ["c", "d"] {
            assert_eq!(store.refresh(proof(1, id), "client", &second, NOW).unwrap().1, second);
        }
        assert_eq!(code(store.refresh(proof(1, "e"), "client", "unknown", NOW)), "401 TOKEN_EXPIRED");
    }

    #[test]
    fn sessions_end() {
        for (error, expected) in [(EXPIRED, "401 TOKEN_EXPIRED"), (CHANGED, "403 USER_CREDENTIALS_CHANGED")] {
            let (mut store, first) = unbound();
            let (_, second) = store.refresh(proof(1, "a"), "client", &first, NOW).unwrap();
            assert!(store.end(&first, error) && !store.end("unknown", error));
            assert_eq!(code(store.refresh(proof(1, "b"), "client", &second, NOW)), expected);
        }
        let (mut store, token) = unbound();
        assert_eq!(code(store.refresh(proof(1, "a"), "client", &token, NOW + 12 * 3600)), "401 TOKEN_EXPIRED");
        assert_eq!(code(store.refresh(proof(1, "b"), "client", &token, NOW + 12 * 3600 - 1)), "");
    }

    #[test]
    fn users_are_who_the_session_says() {
        for (login, kind, account, partition) in [
            ("arn:aws:sts::111122223333:assumed-role/Admin/me", Kind::Role, "111122223333", "aws"),
            ("arn:aws-cn:iam::111122223333:user/team/me", Kind::User, "111122223333", "aws-cn"),
            ("arn:aws-us-gov:iam::111122223333:root", Kind::Root, "111122223333", "aws-us-gov"),
        ] {
            let user = user(login);
            assert_eq!((user.kind, user.account.as_str(), user.partition.as_str()), (kind, account, partition));
            assert_eq!(user.arn, login);
        }
        assert_eq!(user("x").arn, "arn:aws:sts::123456789012:assumed-role/Admin/x");
    }
}
