//! Tokens for services that take an IAM identity as a password.

use std::ffi::c_char;
use std::sync::Arc;

use serde_json::Value;

use super::client::stskit_client;
use super::credentials::stskit_credentials;
use super::error::stskit_error;
use super::guard;
use super::status::stskit_status;
use super::text::{Out, SecretText, free, handle, optional, required};
use crate::error::Result;
use crate::host::Cancel;
use crate::timestamp::Timestamp;
use crate::token::{Mint, NamedMint, Token};
use crate::token_source::TokenSource;

/// A token: a password with an end, and the user name that goes with it.
///
/// Immutable: any number of threads may read it. It depends on no other handle, and is wiped when it is freed.
pub struct stskit_token {
    text: SecretText,
    user: Option<SecretText>,
    json: SecretText,
    expires_at: Timestamp,
}

/// Makes tokens of one kind, whose inputs it has checked. It shares the client's credentials, connections and
/// cancel state, but does not need its handle any more.
///
/// Immutable once made, and safe for any number of threads at once.
pub struct stskit_token_source {
    source: TokenSource,
    cancel: Cancel,
}

impl stskit_token {
    fn new(token: &Token) -> Self {
        stskit_token {
            text: SecretText::new(token.expose()),
            user: token.user().map(SecretText::new),
            json: SecretText::new(token.to_json().expose()),
            expires_at: token.expires_at(),
        }
    }
}

impl stskit_token_source {
    fn new(client: &stskit_client, kind: &str, inputs: Value) -> Result<Self> {
        let parts = &client.parts;
        let source = TokenSource::builder(kind, inputs)
            .host(Arc::clone(&parts.host))
            .transport(Arc::clone(&parts.transport))
            .build(&parts.settings, Arc::clone(&client.provider))?;
        Ok(stskit_token_source { source, cancel: parts.cancel.clone() })
    }

    fn token(&self) -> Result<stskit_token> {
        self.cancel.check()?;
        Ok(stskit_token::new(&self.source.token()?))
    }
}

unsafe fn inputs(json: *const c_char) -> Result<Value> {
    super::call::parse(optional(json, "input_json")?.unwrap_or("{}"))
}

/// Makes a token with the client's credentials: the password of a database, the bearer token of a cluster, the
/// body of a login. Nothing is sent but what credentials need, save for "web-identity".
///
/// The kinds and their inputs are in stskit_model() as "tokens"; some of them:
///
/// @code
/// rds                  {"hostname": "...", "port": 5432, "username": "..."}
/// dsql, dsql-admin     {"hostname": "..."}
/// msk                  {}
/// eks                  {"cluster": "..."}
/// eks-exec-credential  {"cluster": "..."}                 what kubectl takes from an exec plugin
/// elasticache          {"cache": "...", "username": "..."}
/// memorydb             {"cluster": "...", "username": "..."}
/// vault                {"role": "...", "server_id": "..."}
/// bedrock              {"expires_in": 3600}
/// web-identity         {"audience": "..."}                made by STS (GetWebIdentityToken)
/// @endcode
///
/// Most take "region", the client's if left out, and "min_ttl": the seconds that the credentials have to last, 300
/// if left out. Credentials that end sooner are refreshed first; if that does not help, it is STSKIT_STATUS_EXPIRED.
/// A token is made of one set of credentials, and ends with them at the latest. To make many of one kind, make a
/// stskit_token_source.
///
/// @param client      the client.
/// @param kind        the kind of token: "rds".
/// @param input_json  its inputs as a JSON object; NULL: none.
/// @param token       out: the token, to be ended with stskit_token_free().
/// @param err         out: the error, or NULL.
/// @return whatever stskit_client_get_credentials() answers; STSKIT_STATUS_EXPIRED; STSKIT_STATUS_INVALID_ARGUMENT,
/// with the rule that an input broke as stskit_error_detail(). May block as stskit_client_get_credentials(); any
/// thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_client_get_token(
    client: *const stskit_client,
    kind: *const c_char,
    input_json: *const c_char,
    token: *mut *mut stskit_token,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(token, "token")?;
        let client = handle(client, "client")?;
        let source = stskit_token_source::new(client, required(kind, "kind")?, inputs(input_json)?)?;
        out.put(source.token()?);
        Ok(())
    })
}

/// Makes a token with credentials that you have, for a time that you choose. Pure: no network, no clock. The input
/// "region" has to be there where the kind has one without a default.
///
/// @param credentials   the credentials.
/// @param kind          the kind of token; "web-identity" is none that credentials alone can make.
/// @param input_json    its inputs as a JSON object; NULL: none.
/// @param unix_seconds  the time of the signature, in seconds since 1970 UTC.
/// @param token         out: the token, to be ended with stskit_token_free().
/// @param err           out: the error, or NULL.
/// @return STSKIT_STATUS_OK, STSKIT_STATUS_INVALID_ARGUMENT, or STSKIT_STATUS_EXPIRED. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_credentials_get_token(
    credentials: *const stskit_credentials,
    kind: *const c_char,
    input_json: *const c_char,
    unix_seconds: i64,
    token: *mut *mut stskit_token,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(token, "token")?;
        let credentials = &handle(credentials, "credentials")?.set;
        let mint = NamedMint::new(required(kind, "kind")?, &inputs(input_json)?, None)?;
        out.put(stskit_token::new(&mint.token(credentials, Timestamp::from_secs(unix_seconds))?));
        Ok(())
    })
}

/// Makes a source of tokens of one kind: for connections that are made again and again. The inputs are checked now.
///
/// Tokens of "web-identity" are kept and refreshed ahead of their end, by one caller while the others go on with the
/// kept one; all others are made anew by each call, which takes microseconds once there are credentials.
///
/// @param client      the client, whose credentials are used.
/// @param kind        the kind of token: "rds". See stskit_client_get_token().
/// @param input_json  its inputs as a JSON object; NULL: none.
/// @param source      out: the source, to be ended with stskit_token_source_free().
/// @param err         out: the error, or NULL.
/// @return STSKIT_STATUS_OK, STSKIT_STATUS_INVALID_ARGUMENT, or STSKIT_STATUS_INVALID_CONFIGURATION. Never blocks;
/// any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_token_source_new(
    client: *const stskit_client,
    kind: *const c_char,
    input_json: *const c_char,
    source: *mut *mut stskit_token_source,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(source, "source")?;
        let client = handle(client, "client")?;
        out.put(stskit_token_source::new(client, required(kind, "kind")?, inputs(input_json)?)?);
        Ok(())
    })
}

/// A token of a source.
///
/// @param source  the source.
/// @param token   out: the token, to be ended with stskit_token_free().
/// @param err     out: the error, or NULL.
/// @return as stskit_client_get_token(). May block as stskit_client_get_credentials(), for "web-identity" on the
/// network; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_token_source_get(
    source: *const stskit_token_source,
    token: *mut *mut stskit_token,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(token, "token")?;
        out.put(handle(source, "source")?.token()?);
        Ok(())
    })
}

/// Says that the other side refused a kept token, so that the next call brings a new one. Only tokens of
/// "web-identity" are kept; with other kinds it does nothing.
///
/// @param source  the source; NULL does nothing. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_token_source_invalidate(source: *const stskit_token_source) {
    guard::get((), || {
        if let Some(kept) = source.as_ref() {
            kept.source.invalidate();
        }
    });
}

/// Ends a source. Its tokens live on.
///
/// @param source  to be ended; NULL does nothing. No other thread may use it.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_token_source_free(source: *mut stskit_token_source) {
    guard::get((), || free(source));
}

/// The token itself: the password, the body, the URL. Up to 2,000 characters: do not copy it into a buffer of fixed
/// size. Treat it as a secret.
///
/// @param token  the token; NULL gives NULL.
/// @return text owned by the token. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_token_text(token: *const stskit_token) -> *const c_char {
    guard::get(std::ptr::null(), || token.as_ref().map_or(std::ptr::null(), |t| t.text.as_ptr()))
}

/// The length of the token itself.
///
/// @param token  the token; NULL gives 0.
/// @return bytes, without the NUL. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_token_length(token: *const stskit_token) -> usize {
    guard::get(0, || token.as_ref().map_or(0, |t| t.text.len()))
}

/// The user name that goes with it, where it is not one of the inputs: of "codecommit" (a secret) and "ses-smtp", and
/// the subject of "web-identity", which Kafka clients want as the principal.
///
/// @param token  the token, or NULL.
/// @return text owned by the token, or NULL. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_token_user(token: *const stskit_token) -> *const c_char {
    guard::get(std::ptr::null(), || {
        let user = token.as_ref().and_then(|t| t.user.as_ref());
        user.map_or(std::ptr::null(), SecretText::as_ptr)
    })
}

/// From when on the service refuses it, at the latest: the end of the credentials counts.
///
/// @param token  the token; NULL gives 0.
/// @return milliseconds since 1970 UTC, as librdkafka wants them. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_token_expiration_ms(token: *const stskit_token) -> i64 {
    guard::get(0, || token.as_ref().map_or(0, |t| t.expires_at.as_millis()))
}

/// The same in seconds, rounded down.
///
/// @param token  the token; NULL gives 0.
/// @return seconds since 1970 UTC. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_token_expiration(token: *const stskit_token) -> i64 {
    guard::get(0, || token.as_ref().map_or(0, |t| t.expires_at.as_secs()))
}

/// All of it as a JSON object: "purpose" (what it is for), "token", "user", "expiration" ("2026-01-02T03:04:05Z") and
/// "access_key_id"; what there is not is left out. Treat it as a secret.
///
/// @param token  the token; NULL gives NULL.
/// @return text owned by the token. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_token_json(token: *const stskit_token) -> *const c_char {
    guard::get(std::ptr::null(), || token.as_ref().map_or(std::ptr::null(), |t| t.json.as_ptr()))
}

/// Ends a token, and wipes it.
///
/// @param token  to be ended; NULL does nothing. No other thread may use it.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_token_free(token: *mut stskit_token) {
    guard::get((), || free(token));
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<stskit_token>();
    shared::<stskit_token_source>();
};
