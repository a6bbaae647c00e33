//! One set of credentials.

use std::ffi::{CString, c_char};
use std::sync::OnceLock;

use super::error::stskit_error;
use super::guard;
use super::status::stskit_status;
use super::text::{Out, SecretText, c_string, free, optional, pointer, required};
use crate::credential::Credentials;
use crate::timestamp::Timestamp;

/// One generation of AWS credentials: all five values come from one load.
///
/// Immutable: any number of threads may read it. It depends on no other handle. Secret key and token are
/// wiped when it is freed. To print it, show the access key id only.
pub struct stskit_credentials {
    pub(super) set: Credentials,
    /// Made when first asked for: most sets are only signed with.
    texts: OnceLock<Box<Texts>>,
}

struct Texts {
    access_key_id: CString,
    secret_access_key: SecretText,
    session_token: Option<SecretText>,
    account_id: Option<CString>,
}

impl stskit_credentials {
    pub(super) fn new(set: Credentials) -> Self {
        stskit_credentials { set, texts: OnceLock::new() }
    }

    fn texts(&self) -> &Texts {
        self.texts.get_or_init(|| {
            Box::new(Texts {
                access_key_id: c_string(self.set.access_key_id()),
                secret_access_key: SecretText::new(self.set.secret_access_key()),
                session_token: self.set.session_token().map(SecretText::new),
                account_id: self.set.account_id().map(c_string),
            })
        })
    }
}

/// Makes credentials of values that you have: to sign with, or to answer from a credentials callback.
///
/// @param access_key_id      the access key id.
/// @param secret_access_key  the secret access key.
/// @param session_token      the session token of temporary credentials; NULL or "" for long-term ones.
/// @param expiration         Unix seconds from which the service refuses them; NULL: never.
/// @param account_id         the 12-digit account id, if known; or NULL.
/// @param credentials        out: the credentials, to be ended with stskit_credentials_free().
/// @param err                out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_credentials_new(
    access_key_id: *const c_char,
    secret_access_key: *const c_char,
    session_token: *const c_char,
    expiration: *const i64,
    account_id: *const c_char,
    credentials: *mut *mut stskit_credentials,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(credentials, "credentials")?;
        let id = required(access_key_id, "access_key_id")?;
        let mut set = Credentials::new(id, required(secret_access_key, "secret_access_key")?);
        if let Some(token) = optional(session_token, "session_token")? {
            set = set.with_session_token(token);
        }
        if let Some(seconds) = expiration.as_ref() {
            set = set.with_expiration(Timestamp::from_secs(*seconds));
        }
        if let Some(account) = optional(account_id, "account_id")? {
            set = set.with_account_id(account);
        }
        out.put(stskit_credentials::new(set));
        Ok(())
    })
}

/// Ends credentials and wipes their secrets. Texts that came from them must not be used any more.
///
/// @param credentials  to be ended; NULL does nothing. No other thread may use them.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_credentials_free(credentials: *mut stskit_credentials) {
    guard::get((), || free(credentials));
}

/// The access key id: an identifier, not a secret.
///
/// @param credentials  the credentials; NULL gives NULL.
/// @return text owned by the credentials. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_credentials_access_key_id(credentials: *const stskit_credentials) -> *const c_char {
    guard::get(std::ptr::null(), || pointer(credentials.as_ref().map(|c| &c.texts().access_key_id)))
}

/// The secret access key.
///
/// @param credentials  the credentials; NULL gives NULL.
/// @return text owned by the credentials. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_credentials_secret_access_key(credentials: *const stskit_credentials) -> *const c_char {
    guard::get(std::ptr::null(), || {
        credentials.as_ref().map_or(std::ptr::null(), |c| c.texts().secret_access_key.as_ptr())
    })
}

/// The session token.
///
/// @param credentials  the credentials; NULL gives NULL.
/// @return text owned by the credentials; NULL for long-term ones. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_credentials_session_token(credentials: *const stskit_credentials) -> *const c_char {
    guard::get(std::ptr::null(), || {
        let token = credentials.as_ref().and_then(|c| c.texts().session_token.as_ref());
        token.map_or(std::ptr::null(), SecretText::as_ptr)
    })
}

/// The 12-digit account id that they belong to.
///
/// @param credentials  the credentials; NULL gives NULL.
/// @return text owned by the credentials; NULL where the source did not say. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_credentials_account_id(credentials: *const stskit_credentials) -> *const c_char {
    guard::get(std::ptr::null(), || pointer(credentials.as_ref().and_then(|c| c.texts().account_id.as_ref())))
}

/// Do they expire, and when?
///
/// @param credentials   the credentials; NULL gives false.
/// @param unix_seconds  out: the time from which the service refuses them, in seconds since 1970 UTC; left
///                      as it is where the answer is false; or NULL.
/// @return false if they never expire. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_credentials_expiration(
    credentials: *const stskit_credentials,
    unix_seconds: *mut i64,
) -> bool {
    guard::get(false, || {
        let Some(at) = credentials.as_ref().and_then(|c| c.set.expiration()) else { return false };
        if let Some(out) = unix_seconds.as_mut() {
            *out = at.as_secs();
        }
        true
    })
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<stskit_credentials>();
};
