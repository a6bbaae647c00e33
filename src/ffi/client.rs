//! Clients: settings, a source of credentials with its cache, and the services.

use std::ffi::{c_char, c_void};
use std::sync::Arc;
use std::time::Duration;

use super::config::{stskit_config, stskit_release_callback};
use super::credentials::stskit_credentials;
use super::error::{Refinement, refined, stskit_error};
use super::guard;
use super::parts::{Parts, Userdata, refused};
use super::response::stskit_text;
use super::session::stskit_sso_session;
use super::status::stskit_status;
use super::text::{self, Out, free, handle, optional, required};
use crate::credential::Provide;
use crate::endpoint::EndpointService;
use crate::error::{Error, ErrorKind, Result};
use crate::identity_center::{SsoSession, TokenProvider};
use crate::providers::{AssumedRole, Cached, DefaultChain, Environment, Process, SsoRole, Stability, WebIdentity};
use crate::settings::Settings;
use crate::sts::AssumeRole;
use crate::{client, sso, sso_oidc, sts};

/// Settings, a source of credentials with a cache that refreshes them, and the services.
///
/// Immutable once made, and safe for any number of threads at once: make one and share it. They share its
/// connections, too, and one of them refreshes while the others wait, each within its own time limit.
pub struct stskit_client {
    pub(super) parts: Parts,
    pub(super) provider: Arc<dyn Provide>,
    pub(super) sts: sts::Client,
    /// Programs that do not use Identity Center need no region for it.
    sso: Result<sso::Client>,
    oidc: Result<sso_oidc::Client>,
    explain: Option<Explain>,
}

/// The report of a chain, as JSON.
type Explain = Arc<dyn Fn() -> Result<String> + Send + Sync>;

/// A source and, if it is a chain, how to explain it.
type Source = (Arc<dyn Provide>, Option<Explain>);

/// Gives credentials, whenever the client has none that are good.
///
/// Make them with stskit_credentials_new(). The client keeps them until ten seconds before they expire, or
/// for good if they do not.
///
/// @param userdata     as given to stskit_client_new_with_callback().
/// @param credentials  out: the credentials, which then belong to stskit.
/// @return 0; any other number ends the call with STSKIT_STATUS_CANCELLED and is in the error as
/// stskit_error_callback_result().
pub type stskit_credentials_callback =
    Option<unsafe extern "C" fn(userdata: *mut c_void, credentials: *mut *mut stskit_credentials) -> i32>;

/// The default chain.
fn default_provider(parts: &Parts) -> Result<Source> {
    let mut builder = DefaultChain::builder(parts.settings.clone())
        .host(Arc::clone(&parts.host))
        .transport(Arc::clone(&parts.transport));
    if let Some(mfa) = parts.mfa.clone() {
        builder = builder.mfa(move |serial| mfa.code(serial));
    }
    let chain = builder.build();
    let explained = chain.clone();
    Ok((Arc::new(chain), Some(Arc::new(move || Ok(explained.explain().to_json())))))
}

fn cached(parts: &Parts, source: impl Provide + 'static, stability: Stability) -> Arc<dyn Provide> {
    let source: Arc<dyn Provide> = Arc::new(source);
    let cached = Cached::new(source, stability).host(Arc::clone(&parts.host)).load_limit_of(&parts.settings);
    Arc::new(cached)
}

impl stskit_client {
    fn new(parts: Parts, (provider, explain): Source) -> Result<Self> {
        let sts = sts::Client::builder(parts.settings.clone())
            .credentials(Arc::clone(&provider))
            .transport(Arc::clone(&parts.transport))
            .host(Arc::clone(&parts.host))
            .build()?;
        let region = sso_region(&parts);
        let (sso, oidc) = match &region {
            Ok(region) => {
                let region = region.as_deref();
                (for_sso(&parts, &provider, region), for_sso(&parts, &provider, region))
            }
            Err(error) => (Err(error.again()), Err(error.again())),
        };
        Ok(stskit_client { parts, provider, sts, sso, oidc, explain })
    }

    pub(super) fn sso(&self) -> Result<&sso::Client> {
        self.sso.as_ref().map_err(Error::again)
    }

    /// The portal in the region of a session.
    pub(super) fn portal(&self, region: &str) -> Result<sso::Client> {
        for_sso(&self.parts, &self.provider, Some(region))
    }

    pub(super) fn oidc(&self) -> Result<&sso_oidc::Client> {
        self.oidc.as_ref().map_err(Error::again)
    }

    /// Nothing starts on a client that was cancelled.
    pub(super) fn check(&self) -> Result<()> {
        self.parts.cancel.check()
    }
}

/// The session of the profile in use, for those who name none.
pub(super) fn session_of_profile(settings: &Settings) -> Result<SsoSession> {
    of_profile(settings)?.ok_or_else(|| {
        let profile = settings.profile_name();
        Error::configuration(format!("the profile {profile:?} has no SSO: give it sso_session, or name a session"))
    })
}

fn of_profile(settings: &Settings) -> Result<Option<SsoSession>> {
    settings.profile().map_or(Ok(None), |profile| SsoSession::of_profile(settings.config(), &profile))
}

fn sso_region(parts: &Parts) -> Result<Option<String>> {
    match &parts.sso_region {
        Some(region) => Ok(Some(region.clone())),
        None => Ok(of_profile(&parts.settings)?.map(|session| session.region)),
    }
}

fn for_sso<S: client::Service>(
    parts: &Parts,
    provider: &Arc<dyn Provide>,
    region: Option<&str>,
) -> Result<client::Client<S>> {
    let builder = client::Client::<S>::builder(parts.settings.clone())
        .credentials(Arc::clone(provider))
        .transport(Arc::clone(&parts.transport))
        .host(Arc::clone(&parts.host));
    match region {
        Some(region) => builder.endpoint(parts.settings.endpoint_in(S::ENDPOINT, region)?).build(),
        None => builder.build(),
    }
}

/// What every constructor does: parts of the config, a source of the parts, a client of both.
unsafe fn make(
    out: Out<'_, stskit_client>,
    config: *const stskit_config,
    profile: Option<&str>,
    source: impl FnOnce(&Parts) -> Result<Source>,
) -> Result<()> {
    let parts = stskit_config::parts(config, profile)?;
    let source = source(&parts)?;
    out.put(stskit_client::new(parts, source)?);
    Ok(())
}

/// Makes a client with the default chain: environment, profile, web identity, sign-in, container, instance,
/// in the order of the AWS SDKs. Reads the shared files; asks no source yet.
///
/// @param config  explicit settings; NULL: none.
/// @param client  out: the client, to be ended with stskit_client_free().
/// @param err     out: the error, or NULL.
/// @return STSKIT_STATUS_OK, STSKIT_STATUS_INVALID_ARGUMENT, or STSKIT_STATUS_INVALID_CONFIGURATION. Blocks
/// on the disk only.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_client_new(
    config: *const stskit_config,
    client: *mut *mut stskit_client,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || make(Out::new(client, "client")?, config, None, default_provider))
}

/// Makes a client with the default chain for a named profile: the access keys of the environment do not
/// count then. The same as stskit_config_set_profile() and stskit_client_new().
///
/// @param config   further settings; NULL: none.
/// @param profile  name of the profile, which has to exist.
/// @param client   out: the client, to be ended with stskit_client_free().
/// @param err      out: the error, or NULL.
/// @return as stskit_client_new(). Blocks on the disk only.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_client_new_with_profile(
    config: *const stskit_config,
    profile: *const c_char,
    client: *mut *mut stskit_client,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(client, "client")?;
        make(out, config, Some(required(profile, "profile")?), default_provider)
    })
}

/// Makes a client with credentials that you have.
///
/// @param config       settings; NULL: none explicit.
/// @param credentials  the credentials, which stay yours: free them when you like.
/// @param client       out: the client, to be ended with stskit_client_free().
/// @param err          out: the error, or NULL.
/// @return as stskit_client_new(). Blocks on the disk only.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_client_new_with_credentials(
    config: *const stskit_config,
    credentials: *const stskit_credentials,
    client: *mut *mut stskit_client,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(client, "client")?;
        let set = handle(credentials, "credentials")?.set.clone();
        make(out, config, None, |_| Ok((Arc::new(set), None)))
    })
}

/// Makes a client that asks you for credentials. It asks one thread at a time and keeps the answer.
///
/// @param config    settings; NULL: none explicit.
/// @param callback  who is asked, on the thread that needs credentials.
/// @param userdata  handed to the callback as it is.
/// @param release   called once when no client uses userdata any more; NULL: nothing to do. It is called
///                  even if this call fails.
/// @param client    out: the client, to be ended with stskit_client_free().
/// @param err       out: the error, or NULL.
/// @return as stskit_client_new(). Blocks on the disk only.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_client_new_with_callback(
    config: *const stskit_config,
    callback: stskit_credentials_callback,
    userdata: *mut c_void,
    release: stskit_release_callback,
    client: *mut *mut stskit_client,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let userdata = Userdata::new(userdata, release);
        let out = Out::new(client, "client")?;
        let ask = callback.ok_or_else(|| text::null("callback"))?;
        make(out, config, None, |parts| {
            let source = move || {
                let mut answer: *mut stskit_credentials = std::ptr::null_mut();
                let result = guard::outside(|| unsafe { ask(userdata.pointer(), &raw mut answer) });
                // SAFETY: the callback hands over what stskit_credentials_new() made, or leaves NULL.
                let answer = (!answer.is_null()).then(|| unsafe { Box::from_raw(answer) });
                match (result, answer) {
                    (0, Some(answer)) => Ok(answer.set.clone()),
                    (0, None) => Err(Error::new(
                        ErrorKind::NoCredentials,
                        "the credentials callback answered 0, but gave no credentials",
                    )),
                    (result, _) => Err(refused("the credentials callback", result)),
                }
            };
            Ok((cached(parts, source, Stability::CacheOnly), None))
        })
    })
}

/// Makes a client with the credentials in the environment variables, and nothing else.
///
/// @param config  settings; NULL: none explicit.
/// @param client  out: the client, to be ended with stskit_client_free().
/// @param err     out: the error, or NULL.
/// @return as stskit_client_new(). Blocks on the disk only.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_client_new_with_environment(
    config: *const stskit_config,
    client: *mut *mut stskit_client,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        make(Out::new(client, "client")?, config, None, |parts| {
            let source = Environment::with_host(Arc::clone(&parts.host));
            Ok((cached(parts, source, Stability::CacheOnly), None))
        })
    })
}

/// Makes a client with the credentials that a helper program prints (credential_process).
///
/// @param config      settings; NULL: none explicit.
/// @param command     program and arguments in one line, quoted as in a POSIX shell (Windows: as the C
///                    runtime reads it). Started without a shell, with nothing to read.
/// @param timeout_ms  milliseconds after which it is killed; 0: no limit.
/// @param client      out: the client, to be ended with stskit_client_free().
/// @param err         out: the error, or NULL.
/// @return as stskit_client_new(). Blocks on the disk only; the program is started when credentials are
/// needed.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_client_new_with_process(
    config: *const stskit_config,
    command: *const c_char,
    timeout_ms: u64,
    client: *mut *mut stskit_client,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(client, "client")?;
        let mut process = Process::new(required(command, "command")?)?;
        if timeout_ms > 0 {
            process = process.time_limit(Duration::from_millis(timeout_ms));
        }
        make(out, config, None, |parts| {
            Ok((cached(parts, process.host(Arc::clone(&parts.host)), Stability::CacheOnly), None))
        })
    })
}

/// Makes a client with a role for the token in a file (EKS, GitHub Actions, GitLab).
///
/// @param config        settings; NULL: none explicit.
/// @param token_file    path of the file with the token, read at each load.
/// @param role_arn      ARN of the role.
/// @param session_name  names the session; NULL: made up.
/// @param client        out: the client, to be ended with stskit_client_free().
/// @param err           out: the error, or NULL.
/// @return as stskit_client_new(). Blocks on the disk only.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_client_new_with_web_identity(
    config: *const stskit_config,
    token_file: *const c_char,
    role_arn: *const c_char,
    session_name: *const c_char,
    client: *mut *mut stskit_client,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(client, "client")?;
        let (file, role) = (text::path(token_file, "token_file")?, required(role_arn, "role_arn")?);
        let session = optional(session_name, "session_name")?;
        make(out, config, None, |parts| {
            let (transport, host) = (Arc::clone(&parts.transport), Arc::clone(&parts.host));
            let mut source = WebIdentity::with_parts(file, role, &parts.settings, transport, host)?;
            if let Some(session) = session {
                source = source.session_name(session);
            }
            Ok((cached(parts, source, Stability::ServeStale), None))
        })
    })
}

/// Makes a client with a role of a sign-in to IAM Identity Center.
///
/// @param config      settings; NULL: none explicit.
/// @param session     the session, which stays yours; NULL: that of the profile.
/// @param account_id  the account, 12 digits.
/// @param role_name   the role (permission set).
/// @param client      out: the client, to be ended with stskit_client_free().
/// @param err         out: the error, or NULL.
/// @return as stskit_client_new(). Blocks on the disk only.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_client_new_with_sso_role(
    config: *const stskit_config,
    session: *const stskit_sso_session,
    account_id: *const c_char,
    role_name: *const c_char,
    client: *mut *mut stskit_client,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(client, "client")?;
        let (account, role) = (required(account_id, "account_id")?, required(role_name, "role_name")?);
        make(out, config, None, |parts| {
            let (session, cache) = super::session::or_of_profile(session, &parts.settings)?;
            let (transport, host) = (Arc::clone(&parts.transport), Arc::clone(&parts.host));
            let tokens = TokenProvider::with_parts(session, cache, &parts.settings, transport, host)?;
            let source = SsoRole::new(tokens, account, role, &parts.settings)?;
            Ok((cached(parts, source, Stability::ServeStale), None))
        })
    })
}

/// Makes a client with a role, assumed with the credentials of another client. It shares that client's
/// settings, connections, MFA callback and cancel state, but does not need its handle any more.
///
/// @param source      the client whose credentials assume the role.
/// @param input_json  the members of AssumeRole as JSON: {"RoleArn":"arn:aws:iam::123456789012:role/demo"}.
///                    A RoleSessionName that is missing is made up.
/// @param client      out: the client, to be ended with stskit_client_free().
/// @param err         out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_client_new_with_assumed_role(
    source: *const stskit_client,
    input_json: *const c_char,
    client: *mut *mut stskit_client,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(client, "client")?;
        let source = handle(source, "source")?;
        let mut input = super::call::parse(required(input_json, "input_json")?)?;
        if let Some(members) = input.as_object_mut() {
            members.entry("RoleSessionName").or_insert_with(|| "".into());
        }
        // The text of serde may quote a value.
        let request: AssumeRole = serde_json::from_value(input).map_err(|_| {
            refined(Error::input("input_json does not hold the members of AssumeRole"), Refinement::NotJson)
        })?;
        let parts = source.parts.clone();
        let (transport, host) = (Arc::clone(&parts.transport), Arc::clone(&parts.host));
        let provider = Arc::clone(&source.provider);
        let mut role = AssumedRole::with_parts(provider, request, &parts.settings, transport, host)?;
        if let Some(mfa) = parts.mfa.clone() {
            role = role.mfa(move |serial| mfa.code(serial));
        }
        let provider = cached(&parts, role, Stability::ServeStale);
        out.put(stskit_client::new(parts, (provider, None))?);
        Ok(())
    })
}

/// Ends a client. Credentials, errors and other clients that came from it go on.
///
/// @param client  to be ended; NULL does nothing. No other thread may use it.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_client_free(client: *mut stskit_client) {
    guard::get((), || free(client));
}

/// Credentials that are good now: the cached ones, or new ones once those are about to expire. Cheap while
/// the cached ones are good: ask for them each time you need them, instead of keeping a copy.
///
/// @param client       the client.
/// @param credentials  out: the credentials, to be ended with stskit_credentials_free().
/// @param err          out: the error, or NULL.
/// @return STSKIT_STATUS_OK; STSKIT_STATUS_NO_CREDENTIALS; STSKIT_STATUS_EXPIRED;
/// STSKIT_STATUS_LOGIN_REQUIRED; STSKIT_STATUS_INVALID_CONFIGURATION; whatever the source's service or the
/// network failed with; STSKIT_STATUS_CANCELLED. May block on the network, the disk or another process; any
/// thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_client_get_credentials(
    client: *const stskit_client,
    credentials: *mut *mut stskit_credentials,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run_at_once(err, || {
        let out = Out::new(credentials, "credentials")?;
        let client = handle(client, "client")?;
        client.check()?;
        out.put(stskit_credentials::new(client.provider.credentials()?));
        Ok(())
    })
}

/// Says that a service answered that these credentials have expired: the next lookup loads new ones. The
/// client does this by itself for its own calls.
///
/// @param client       the client.
/// @param credentials  the credentials that were refused. Newer ones in the cache stay.
/// @param err          out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_client_invalidate(
    client: *const stskit_client,
    credentials: *const stskit_credentials,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let client = handle(client, "client")?;
        client.provider.invalidate(&handle(credentials, "credentials")?.set);
        Ok(())
    })
}

/// Ends the calls of the client that are under way, within a tenth of a second, with STSKIT_STATUS_CANCELLED;
/// later calls fail at once with the same, until stskit_client_reset(). Attempts to connect and look-ups of
/// names are on threads of their own, which end by their time limits; where no thread can be had, the call
/// lasts as long as they do. It is one atomic store: safe in a signal handler. Clients made with
/// stskit_client_new_with_assumed_role() share the state.
///
/// @param client  the client; NULL does nothing. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_client_cancel(client: *const stskit_client) {
    // Not `run`, which may allocate: this is for signal handlers. Nothing in here can panic.
    guard::signal_safe(|| {
        if let Some(client) = client.as_ref() {
            client.parts.cancel.cancel();
        }
    });
}

/// Lets a client that was cancelled be used again. One atomic store.
///
/// @param client  the client; NULL does nothing. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_client_reset(client: *const stskit_client) {
    guard::signal_safe(|| {
        if let Some(client) = client.as_ref() {
            client.parts.cancel.reset();
        }
    });
}

/// Was the client cancelled, and not reset since?
///
/// @param client  the client; NULL gives false.
/// @return true or false. Never blocks; any thread, and signal handlers.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_client_is_cancelled(client: *const stskit_client) -> bool {
    guard::signal_safe(|| client.as_ref().is_some_and(|client| client.parts.cancel.is_cancelled()))
}

/// Asks the default chain how it came to its answer: each provider, whether it served, why not, and where
/// its settings were found. No secrets.
///
/// @param client  a client of the default chain.
/// @param report  out: the report as JSON, to be ended with stskit_text_free().
/// @param err     out: the error, or NULL.
/// @return STSKIT_STATUS_OK; STSKIT_STATUS_NOT_SUPPORTED for a client with one source. May block on the
/// network, the disk or another process; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_client_explain(
    client: *const stskit_client,
    report: *mut *mut stskit_text,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(report, "report")?;
        let client = handle(client, "client")?;
        client.check()?;
        match &client.explain {
            Some(explain) => out.put(stskit_text::new(&explain()?)),
            None => {
                let message = "this client has one source of credentials, not a chain to explain";
                return Err(Error::new(ErrorKind::NotSupported, message));
            }
        }
        Ok(())
    })
}

/// The region in use.
///
/// @param client  the client.
/// @param region  out: the region, to be ended with stskit_text_free().
/// @param err     out: the error, or NULL.
/// @return STSKIT_STATUS_OK; STSKIT_STATUS_INVALID_CONFIGURATION if no region is set. Never blocks; any
/// thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_client_get_region(
    client: *const stskit_client,
    region: *mut *mut stskit_text,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(region, "region")?;
        out.put(stskit_text::new(super::sign::region_of(handle(client, "client")?)?));
        Ok(())
    })
}

/// Where calls of a service go.
///
/// @param client   the client.
/// @param service  one of STSKIT_SERVICE_...
/// @param url      out: the URL, to be ended with stskit_text_free().
/// @param err      out: the error, or NULL.
/// @return STSKIT_STATUS_OK; STSKIT_STATUS_INVALID_ARGUMENT; STSKIT_STATUS_INVALID_CONFIGURATION if the
/// service has none. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_client_get_endpoint(
    client: *const stskit_client,
    service: i32,
    url: *mut *mut stskit_text,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(url, "url")?;
        let client = handle(client, "client")?;
        let endpoint = match super::config::service(service)? {
            EndpointService::Sts => client.sts.endpoint(),
            EndpointService::Sso => client.sso()?.endpoint(),
            EndpointService::SsoOidc => client.oidc()?.endpoint(),
            EndpointService::Signin => return Err(super::config::not_called()),
        };
        out.put(stskit_text::new(&endpoint.url()));
        Ok(())
    })
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<stskit_client>();
};
