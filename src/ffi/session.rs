//! Signing in to IAM Identity Center.

use std::ffi::{CString, c_char, c_void};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::client::{session_of_profile, stskit_client};
use super::error::stskit_error;
use super::guard;
use super::parts::refused;
use super::response::{stskit_response, stskit_text};
use super::status::stskit_status;
use super::text::{self, Out, c_string, free, handle, handle_mut, optional, pointer, required};
use crate::client::{Operation, Paging, Response};
use crate::error::{Error, ResponseMetadata, Result};
use crate::identity_center::{AuthorizationPrompt, DeviceCode, Login, SsoSession, TokenCache, TokenProvider, logout};
use crate::settings::Settings;
use crate::sso::{self, ListAccountRoles, ListAccounts, Sso};

/// An Identity Center instance to sign in to, as the section [sso-session NAME] of the config file has it,
/// and the folder where its tokens are kept.
///
/// For one thread at a time while it is changed. Calls copy what they need.
pub struct stskit_sso_session {
    session: SsoSession,
    /// `None`: ~/.aws/sso/cache.
    folder: Option<std::path::PathBuf>,
}

/// What a person needs to approve a sign-in by device code. Lives during the callback only.
pub struct stskit_device_code {
    user_code: CString,
    verification_uri: CString,
    verification_uri_complete: CString,
    expires_at: i64,
}

/// Shows a person what to do. Called once, on the thread that signs in.
///
/// @param userdata  as given to stskit_client_sign_in_with_device_code().
/// @param code      what to show; valid during the call.
/// @return 0; any other number ends the sign-in with STSKIT_STATUS_CANCELLED and is in the error as
/// stskit_error_callback_result().
pub type stskit_device_code_callback =
    Option<unsafe extern "C" fn(userdata: *mut c_void, code: *const stskit_device_code) -> i32>;

/// Opens a page in a browser on this machine, or shows it. Called once, on the thread that signs in.
///
/// @param userdata  as given to stskit_client_sign_in_with_browser().
/// @param url       the page; valid during the call.
/// @return 0; any other number ends the sign-in with STSKIT_STATUS_CANCELLED and is in the error as
/// stskit_error_callback_result().
pub type stskit_browser_callback = Option<unsafe extern "C" fn(userdata: *mut c_void, url: *const c_char) -> i32>;

impl stskit_sso_session {
    fn parts(&self) -> Result<(SsoSession, TokenCache)> {
        let cache = match &self.folder {
            Some(folder) => TokenCache::new(folder),
            None => TokenCache::default_location()?,
        };
        Ok((self.session.clone(), cache))
    }
}

/// Session and cache of a handle; of the profile where that is NULL.
pub(super) unsafe fn or_of_profile(
    session: *const stskit_sso_session,
    settings: &Settings,
) -> Result<(SsoSession, TokenCache)> {
    match session.as_ref() {
        Some(session) => session.parts(),
        None => Ok((session_of_profile(settings)?, TokenCache::default_location()?)),
    }
}

fn tokens(client: &stskit_client, session: SsoSession, cache: TokenCache) -> Result<TokenProvider> {
    let (transport, host) = (Arc::clone(&client.parts.transport), Arc::clone(&client.parts.host));
    TokenProvider::with_parts(session, cache, &client.parts.settings, transport, host)
}

fn login(client: &stskit_client, session: SsoSession, cache: TokenCache, timeout_ms: u64) -> Login {
    let login = Login::new(session, cache, client.parts.settings.clone())
        .transport(Arc::clone(&client.parts.transport))
        .host(Arc::clone(&client.parts.host))
        .cancel(client.parts.cancel.clone());
    match timeout_ms {
        0 => login,
        limit => login.deadline(Duration::from_millis(limit)),
    }
}

/// Makes a session by hand. Programs that have one in the config file need none: NULL in its place is
/// the session of the profile.
///
/// @param name       name of the sso-session; NULL for a legacy configuration, whose tokens are never
///                   refreshed.
/// @param start_url  the start URL: "https://d-abc123.awsapps.com/start".
/// @param region     the region of the instance.
/// @param session    out: the session, to be ended with stskit_sso_session_free().
/// @param err        out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_sso_session_new(
    name: *const c_char,
    start_url: *const c_char,
    region: *const c_char,
    session: *mut *mut stskit_sso_session,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(session, "session")?;
        let (url, region) = (required(start_url, "start_url")?, required(region, "region")?);
        let session = match optional(name, "name")? {
            Some(name) => SsoSession::named(name, url, region),
            None => SsoSession::legacy(url, region),
        };
        out.put(stskit_sso_session { session, folder: None });
        Ok(())
    })
}

/// Adds a scope to register for at sign-in. Without any it is "sso:account:access".
///
/// @param session  the session.
/// @param scope    the scope.
/// @param err      out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_sso_session_add_scope(
    session: *mut stskit_sso_session,
    scope: *const c_char,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let session = handle_mut(session, "session")?;
        session.session.registration_scopes.push(required(scope, "scope")?.to_owned());
        Ok(())
    })
}

/// Chooses the folder where tokens are kept. Default ~/.aws/sso/cache, which the AWS CLI and the SDKs use.
///
/// @param session  the session.
/// @param path     the folder; made when it is needed.
/// @param err      out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_sso_session_set_cache_folder(
    session: *mut stskit_sso_session,
    path: *const c_char,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let session = handle_mut(session, "session")?;
        session.folder = Some(text::path(path, "path")?);
        Ok(())
    })
}

/// Ends a session. Clients made with it go on, and nobody is signed out.
///
/// @param session  to be ended; NULL does nothing. No other thread may use it.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_sso_session_free(session: *mut stskit_sso_session) {
    guard::get((), || free(session));
}

/// The code to compare or type in: "ABCD-EFGH".
///
/// @param code  what the callback got; NULL gives NULL.
/// @return text owned by code. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_device_code_user_code(code: *const stskit_device_code) -> *const c_char {
    guard::get(std::ptr::null(), || pointer(code.as_ref().map(|c| &c.user_code)))
}

/// Where to type the code in.
///
/// @param code  what the callback got; NULL gives NULL.
/// @return text owned by code. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_device_code_verification_uri(code: *const stskit_device_code) -> *const c_char {
    guard::get(std::ptr::null(), || pointer(code.as_ref().map(|c| &c.verification_uri)))
}

/// The page with the code filled in.
///
/// @param code  what the callback got; NULL gives NULL.
/// @return text owned by code. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_device_code_verification_uri_complete(
    code: *const stskit_device_code,
) -> *const c_char {
    guard::get(std::ptr::null(), || pointer(code.as_ref().map(|c| &c.verification_uri_complete)))
}

/// Until when the code can be used, in seconds since 1970 UTC.
///
/// @param code  what the callback got; NULL gives 0.
/// @return the time. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_device_code_expires_at(code: *const stskit_device_code) -> i64 {
    guard::get(0, || code.as_ref().map_or(0, |c| c.expires_at))
}

/// Signs in by device code: the person approves in any browser, on any machine. The token is written to
/// the cache.
///
/// @param client      the client.
/// @param session     the session; NULL: that of the profile.
/// @param timeout_ms  time for the whole sign-in in milliseconds; 0: as long as the code is good.
/// @param callback    shows what to do; not called where no approval is needed.
/// @param userdata    handed to the callback as it is.
/// @param err         out: the error, or NULL.
/// @return STSKIT_STATUS_OK; STSKIT_STATUS_EXPIRED if nobody approves in time; STSKIT_STATUS_TIMEOUT;
/// STSKIT_STATUS_CANCELLED; the service's error. Blocks on the network, the disk and the person; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_client_sign_in_with_device_code(
    client: *const stskit_client,
    session: *const stskit_sso_session,
    timeout_ms: u64,
    callback: stskit_device_code_callback,
    userdata: *mut c_void,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let client = handle(client, "client")?;
        let show = callback.ok_or_else(|| text::null("callback"))?;
        let (session, cache) = or_of_profile(session, &client.parts.settings)?;
        login(client, session, cache, timeout_ms).with_device_code(&mut |code: &DeviceCode| {
            let code = stskit_device_code {
                user_code: c_string(&code.user_code),
                verification_uri: c_string(&code.verification_uri),
                verification_uri_complete: c_string(&code.verification_uri_complete),
                expires_at: code.expires_at.as_secs(),
            };
            match guard::outside(|| unsafe { show(userdata, &raw const code) }) {
                0 => Ok(()),
                result => Err(refused("the sign-in callback", result)),
            }
        })?;
        Ok(())
    })
}

/// Signs in by redirect: the person approves in a browser on this machine, which then calls a loopback port
/// that this call listens on. The token is written to the cache.
///
/// @param client      the client.
/// @param session     the session; NULL: that of the profile.
/// @param timeout_ms  time for the whole sign-in in milliseconds; 0: ten minutes.
/// @param callback    opens the page, or shows it.
/// @param userdata    handed to the callback as it is.
/// @param err         out: the error, or NULL.
/// @return as stskit_client_sign_in_with_device_code(), and STSKIT_STATUS_ACCESS_DENIED if the person refuses.
/// Blocks on the network, the disk and the person; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_client_sign_in_with_browser(
    client: *const stskit_client,
    session: *const stskit_sso_session,
    timeout_ms: u64,
    callback: stskit_browser_callback,
    userdata: *mut c_void,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let client = handle(client, "client")?;
        let open = callback.ok_or_else(|| text::null("callback"))?;
        let (session, cache) = or_of_profile(session, &client.parts.settings)?;
        login(client, session, cache, timeout_ms).with_browser(&mut |prompt: &AuthorizationPrompt| {
            let url = c_string(&prompt.url);
            match guard::outside(|| unsafe { open(userdata, url.as_ptr()) }) {
                0 => Ok(()),
                result => Err(refused("the sign-in callback", result)),
            }
        })?;
        Ok(())
    })
}

/// Signs out: the service forgets the token, and so does the cache, even if the service cannot be reached.
///
/// @param client   the client.
/// @param session  the session; NULL: that of the profile.
/// @param err      out: the error, or NULL.
/// @return STSKIT_STATUS_OK, also if nobody was signed in; STSKIT_STATUS_INVALID_CONFIGURATION if the file
/// cannot be removed. Blocks on the network and the disk; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_client_sign_out(
    client: *const stskit_client,
    session: *const stskit_sso_session,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let client = handle(client, "client")?;
        client.check()?;
        let (session, cache) = or_of_profile(session, &client.parts.settings)?;
        logout(&session, &cache, &client.parts.settings)?;
        Ok(())
    })
}

/// The access token of a sign-in, refreshed if it is about to expire: what the operations of
/// STSKIT_SERVICE_SSO want as accessToken.
///
/// @param client   the client.
/// @param session  the session; NULL: that of the profile.
/// @param token    out: the token, to be ended with stskit_text_free().
/// @param err      out: the error, or NULL.
/// @return STSKIT_STATUS_OK; STSKIT_STATUS_LOGIN_REQUIRED if nobody is signed in; the network's error if it
/// has expired and the service cannot be reached. May block on the network and the disk; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_client_get_sso_token(
    client: *const stskit_client,
    session: *const stskit_sso_session,
    token: *mut *mut stskit_text,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(token, "token")?;
        let client = handle(client, "client")?;
        client.check()?;
        let (session, cache) = or_of_profile(session, &client.parts.settings)?;
        out.put(stskit_text::new(tokens(client, session, cache)?.token()?.access_token().expose()));
        Ok(())
    })
}

/// All accounts that the signed-in user has roles in (ListAccounts, all pages).
///
/// @param client    the client.
/// @param session   the session; NULL: that of the profile.
/// @param response  out: a list "/accountList" of "accountId", "accountName" and "emailAddress", to be ended
///                  with stskit_response_free().
/// @param err       out: the error, or NULL.
/// @return STSKIT_STATUS_OK; STSKIT_STATUS_LOGIN_REQUIRED if nobody is signed in; the service's error; what
/// kept it from answering. Blocks on the network and the disk; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_client_list_sso_accounts(
    client: *const stskit_client,
    session: *const stskit_sso_session,
    response: *mut *mut stskit_response,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(response, "response")?;
        let client = handle(client, "client")?;
        let (session, cache) = or_of_profile(session, &client.parts.settings)?;
        let portal = client.portal(&session.region)?;
        let token = tokens(client, session, cache)?.token()?;
        out.put(joined(&portal, &ListAccounts::new(token.access_token().clone()), "accountList")?);
        Ok(())
    })
}

/// All roles that the signed-in user has in an account (ListAccountRoles, all pages).
///
/// @param client      the client.
/// @param session     the session; NULL: that of the profile.
/// @param account_id  the account, 12 digits.
/// @param response    out: a list "/roleList" of "roleName" and "accountId", to be ended with
///                    stskit_response_free().
/// @param err         out: the error, or NULL.
/// @return as stskit_client_list_sso_accounts(). Blocks on the network and the disk; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_client_list_sso_account_roles(
    client: *const stskit_client,
    session: *const stskit_sso_session,
    account_id: *const c_char,
    response: *mut *mut stskit_response,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(response, "response")?;
        let client = handle(client, "client")?;
        let account = required(account_id, "account_id")?;
        let (session, cache) = or_of_profile(session, &client.parts.settings)?;
        let portal = client.portal(&session.region)?;
        let token = tokens(client, session, cache)?.token()?;
        out.put(joined(&portal, &ListAccountRoles::new(account, token.access_token().clone()), "roleList")?);
        Ok(())
    })
}

/// The items of all pages as one answer.
fn joined<O: Operation<Service = Sso>>(portal: &sso::Client, input: &O, list: &str) -> Result<stskit_response> {
    let members =
        serde_json::to_value(input).map_err(|e| Error::input("the members have no JSON form").with_source(e))?;
    let mut items = Vec::new();
    for page in portal.pages_json(O::NAME, members, &Paging::default())? {
        if let Some(Value::Array(page)) = page?.output.get_mut(list) {
            items.append(page);
        }
    }
    let mut output = serde_json::Map::new();
    output.insert(list.to_owned(), Value::Array(items));
    stskit_response::new(Response { output: Value::Object(output), metadata: ResponseMetadata::default() })
}
