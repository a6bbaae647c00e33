//! Who may call: accounts, access keys and the temporary credentials the emulator issued.
//!
//! Credentials are derived from their inputs, the emulator's clock and a counter, so that a run
//! with a fixed clock gives the same keys each time. Nothing here is XML or HTTP.

use std::collections::{HashMap, VecDeque};

use super::canonical::hmac;
use super::encode::{base32, base32_decode, base64};
use super::metadata::{Instance, Task};
use super::refusal::Refusal;
use super::signin::Logins;
use super::sso::Store;

/// Issued credentials kept; the oldest are forgotten first.
const MAX_SESSIONS: usize = 50_000;
/// The key all derived values come from. It is public: the emulator protects nothing.
const SEED: &[u8] = b"stskit emulator";
/// What a real session token starts with, before base64.
const TOKEN_PREFIX: &[u8] = b"\x21\x0a\x09origin_ec";
/// Bytes of a session token: 364 characters of base64, one of them padding.
const TOKEN_LENGTH: usize = 272;

/// What kind of principal holds a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Root,
    User,
    Role,
    FederatedUser,
}

/// The holder of an access key, as GetCallerIdentity shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Principal {
    pub(super) kind: Kind,
    pub(super) account: String,
    pub(super) partition: String,
    pub(super) arn: String,
    pub(super) user_id: String,
}

impl Principal {
    pub(super) fn user(account: &str, name: &str) -> Self {
        Principal {
            kind: Kind::User,
            account: account.to_owned(),
            partition: "aws".to_owned(),
            arn: format!("arn:aws:iam::{account}:user/{name}"),
            user_id: unique_id("AIDA", name),
        }
    }

    pub(super) fn root(partition: &str, account: &str) -> Self {
        Principal {
            kind: Kind::Root,
            account: account.to_owned(),
            partition: partition.to_owned(),
            arn: format!("arn:{partition}:iam::{account}:root"),
            user_id: account.to_owned(),
        }
    }

    /// A session in a role of the partition `aws`.
    pub(super) fn role_session(account: &str, role: &str, session: &str) -> Self {
        Principal {
            kind: Kind::Role,
            account: account.to_owned(),
            partition: "aws".to_owned(),
            arn: format!("arn:aws:sts::{account}:assumed-role/{role}/{session}"),
            user_id: format!("{}:{session}", unique_id("AROA", &format!("{account} {role}"))),
        }
    }
}

/// A caller whose signature is right.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) principal: Principal,
    /// Whether it called with temporary credentials.
    pub(super) is_session: bool,
}

/// Temporary credentials as they are answered.
#[derive(Clone)]
pub(super) struct Issued {
    pub(super) access_key_id: String,
    pub(super) secret_access_key: String,
    pub(super) session_token: String,
    /// Seconds since 1970.
    pub(super) expiration: i64,
}

struct Session {
    token: String,
    expiration: i64,
}

struct Key {
    secret: String,
    principal: Principal,
    session: Option<Session>,
}

/// All keys the emulator knows.
#[derive(Default)]
pub(super) struct State {
    keys: HashMap<String, Key>,
    issued: VecDeque<String>,
    counter: u64,
    /// The directory and the sign-ins of IAM Identity Center.
    pub(super) sso: Store,
    /// The instance as its metadata service shows it.
    pub(super) instance: Instance,
    /// The task or pod as the container endpoints show it.
    pub(super) task: Task,
    /// The sessions of `aws login`.
    pub(super) logins: Logins,
}

impl State {
    /// Adds a long-term key; an earlier one of the same id is replaced.
    pub(super) fn add_key(&mut self, id: &str, secret: &str, principal: Principal) {
        let key = Key { secret: secret.to_owned(), principal, session: None };
        self.keys.insert(id.to_owned(), key);
    }

    /// The secret and the holder of a key whose session token fits.
    pub(super) fn find(&self, id: &str, token: Option<&str>, now: i64) -> Result<(String, Caller), Refusal> {
        let key = self.keys.get(id).ok_or_else(Refusal::unknown_token)?;
        if key.session.as_ref().map(|session| session.token.as_str()) != token {
            return Err(Refusal::unknown_token());
        }
        if key.session.as_ref().is_some_and(|session| session.expiration <= now) {
            return Err(Refusal::new(403, "ExpiredToken", "The security token included in the request is expired"));
        }
        let caller = Caller { principal: key.principal.clone(), is_session: key.session.is_some() };
        Ok((key.secret.clone(), caller))
    }

    /// Issues temporary credentials. `inputs` is whatever makes the call what it is.
    pub(super) fn issue(&mut self, principal: Principal, inputs: &str, now: i64, duration: i64) -> Issued {
        let counter = self.next_counter();
        let expiration = now.saturating_add(duration);
        let seed = derive(&format!("{}\n{inputs}\n{expiration}\n{counter}", principal.arn), TOKEN_LENGTH);
        let mut token = TOKEN_PREFIX.to_vec();
        token.extend(seed.iter().take(TOKEN_LENGTH - TOKEN_PREFIX.len()));
        let issued = Issued {
            access_key_id: key_id("ASIA", &principal.account, &hmac(SEED, &seed)),
            secret_access_key: base64(&derive(&base64(&seed), 30)),
            session_token: base64(&token),
            expiration,
        };
        let session = Session { token: issued.session_token.clone(), expiration };
        let key = Key { secret: issued.secret_access_key.clone(), principal, session: Some(session) };
        self.keys.insert(issued.access_key_id.clone(), key);
        self.issued.push_back(issued.access_key_id.clone());
        if self.issued.len() > MAX_SESSIONS
            && let Some(oldest) = self.issued.pop_front()
        {
            self.keys.remove(&oldest);
        }
        issued
    }

    /// The account of an access key: a known one's, else the one written into the key id.
    pub(super) fn account_of(&self, id: &str) -> Option<String> {
        let known = self.keys.get(id).map(|key| key.principal.account.clone());
        known.or_else(|| account_in(id))
    }

    /// A number that is used once; request ids and credentials come from it.
    fn next_counter(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }
}

/// `length` bytes that depend on `input` only.
pub(super) fn derive(input: &str, length: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(length + 32);
    let mut block = hmac(SEED, input.as_bytes());
    while out.len() < length {
        out.extend_from_slice(&block);
        block = hmac(SEED, &block);
    }
    out.truncate(length);
    out
}

/// A unique id as IAM gives them: prefix and 17 characters, the same for the same name.
pub(super) fn unique_id(prefix: &str, name: &str) -> String {
    let text = base32(&derive(name, 11));
    format!("{prefix}{}", text.get(..17).unwrap_or_default())
}

/// A UUID in the form of version 4.
pub(super) fn uuid(input: &str) -> String {
    let mut bytes = derive(input, 16);
    if let Some(byte) = bytes.get_mut(6) {
        *byte = *byte & 0x0f | 0x40;
    }
    if let Some(byte) = bytes.get_mut(8) {
        *byte = *byte & 0x3f | 0x80;
    }
    let text = super::encode::hex(&bytes);
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    [part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)].join("-")
}

/// An access key id that holds its account, as real ones do since 2019: after the prefix 10 bytes
/// of base32, of which bits 1 to 40 are the account.
fn key_id(prefix: &str, account: &str, noise: &[u8]) -> String {
    let account: u64 = account.parse().unwrap_or_default();
    let low = noise.first().copied().unwrap_or_default() & 0x7f;
    let packed = 1u64 << 47 | (account & 0xff_ffff_ffff) << 7 | u64::from(low);
    let mut bytes: Vec<u8> = packed.to_be_bytes().into_iter().skip(2).collect();
    bytes.extend(noise.iter().skip(1).take(4));
    format!("{prefix}{}", base32(&bytes))
}

/// The inverse of [`key_id`]; `None` for ids of the older form.
fn account_in(id: &str) -> Option<String> {
    let encoded = id.get(4..).filter(|rest| rest.len() == 16)?;
    let bytes = base32_decode(encoded)?;
    let packed = bytes.iter().take(6).fold(0u64, |value, byte| value << 8 | u64::from(*byte));
    let account = packed >> 7 & 0xff_ffff_ffff;
    (packed >> 47 == 1 && account < 1_000_000_000_000).then(|| format!("{account:012}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "123456789012";

    fn state() -> State {
        let mut state = State::default();
        state.add_key("AKIDEXAMPLE", "secret", Principal::user(ACCOUNT, "me"));
        state
    }

    fn code<T>(result: Result<T, Refusal>) -> String {
        result.err().map(|refusal| refusal.code().to_owned()).unwrap_or_default()
    }

    #[test]
    fn credentials_are_the_same_for_the_same_history() {
        let issue = || state().issue(Principal::user(ACCOUNT, "me"), "x", 100, 900);
        let (one, two) = (issue(), issue());
        assert_eq!(one.access_key_id, two.access_key_id);
        assert_eq!(one.secret_access_key, two.secret_access_key);
        assert_eq!(one.session_token, two.session_token);
        assert_eq!(one.expiration, 1000);
        let mut state = state();
        let first = state.issue(Principal::user(ACCOUNT, "me"), "x", 100, 900);
        let second = state.issue(Principal::user(ACCOUNT, "me"), "x", 100, 900);
        assert_eq!(first.access_key_id, one.access_key_id);
        assert_ne!(second.access_key_id, first.access_key_id);
        assert_ne!(second.secret_access_key, first.secret_access_key);
    }

    #[test]
    fn credentials_look_like_real_ones() {
        let issued = state().issue(Principal::user(ACCOUNT, "me"), "x", 0, 900);
        assert_eq!(issued.access_key_id.len(), 20);
        assert!(issued.access_key_id.starts_with("ASIA"));
        assert_eq!(issued.secret_access_key.len(), 40);
        assert_eq!(issued.session_token.len(), 364);
        assert!(issued.session_token.starts_with("IQoJb3JpZ2luX2Vj") && issued.session_token.ends_with('='));
        assert_eq!(unique_id("AROA", "x").len(), 21);
    }

    #[test]
    fn keys_are_found_with_their_token_until_they_expire() {
        let mut state = state();
        let issued = state.issue(Principal::user(ACCOUNT, "me"), "x", 100, 900);
        let (id, token) = (issued.access_key_id.as_str(), issued.session_token.as_str());
        let (secret, caller) = state.find(id, Some(token), 999).unwrap();
        assert_eq!(secret, issued.secret_access_key);
        assert!(caller.is_session);
        assert_eq!(code(state.find(id, Some(token), 1000)), "ExpiredToken");
        assert_eq!(code(state.find(id, None, 999)), "InvalidClientTokenId");
        assert_eq!(code(state.find(id, Some("other"), 999)), "InvalidClientTokenId");
        assert_eq!(code(state.find("AKIDEXAMPLE", Some(token), 999)), "InvalidClientTokenId");
        assert_eq!(code(state.find("AKIDOTHER", None, 999)), "InvalidClientTokenId");
        assert!(!state.find("AKIDEXAMPLE", None, 999).unwrap().1.is_session);
    }

    #[test]
    fn access_key_ids_hold_their_account() {
        let mut state = state();
        let issued = state.issue(Principal::user("999999999999", "me"), "x", 100, 900);
        assert_eq!(account_in(&issued.access_key_id).as_deref(), Some("999999999999"));
        // A published example of a real key id and its account.
        assert_eq!(account_in("ASIAY34FZKBOKMUTVV7A").as_deref(), Some("609629065308"));
        assert_eq!(account_in("AKIAIOSFODNN7EXAMPLE"), None);
        assert_eq!(state.account_of("AKIDEXAMPLE").as_deref(), Some(ACCOUNT));
        assert_eq!(state.account_of("short"), None);
    }

    #[test]
    fn the_oldest_sessions_are_forgotten() {
        let mut state = state();
        let first = state.issue(Principal::user(ACCOUNT, "me"), "x", 100, 900).access_key_id;
        for _ in 0..MAX_SESSIONS {
            state.issued.push_back("filler".to_owned());
        }
        state.issue(Principal::user(ACCOUNT, "me"), "x", 100, 900);
        assert!(!state.keys.contains_key(&first));
    }

    #[test]
    fn uuids_are_well_formed() {
        let id = uuid("1");
        assert_eq!(id.len(), 36);
        assert_eq!(&id[14..15], "4");
        assert_ne!(id, uuid("2"));
    }
}
