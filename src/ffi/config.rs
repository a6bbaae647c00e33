//! Settings: a builder with one setter for each option.

use std::ffi::{c_char, c_void};
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use super::error::stskit_error;
use super::parts::{Parts, Userdata};
use super::status::stskit_status;
use super::text::{self, Out, free, handle_mut, optional, out_of_range, required};
use super::{guard, parts};
use crate::endpoint::EndpointService;
use crate::error::{Error, ErrorKind, Result};
use crate::host::{Cancel, Cancellable, Host};
use crate::retry::RetryMode;
use crate::settings::{Settings, SettingsBuilder};
use crate::transport::{NoProxy, Proxies, ProxyUrl, UreqTransport};

/// Explicit settings, for the constructors of clients. What is left out comes from the environment, then
/// from the profile in ~/.aws/config and ~/.aws/credentials, then from the default: an empty one, or NULL
/// in its place, means just that.
///
/// For one thread at a time. A client copies what it needs: free or change it afterwards as you like.
/// Values are looked at when a client is made.
#[derive(Default)]
pub struct stskit_config {
    builder: SettingsBuilder,
    sso_region: Option<String>,
    mfa: Option<parts::Mfa>,
}

/// The services that stskit calls.
#[repr(C)]
pub enum stskit_service_code {
    /// AWS Security Token Service.
    STSKIT_SERVICE_STS = 1,
    /// The portal of IAM Identity Center: accounts, roles, role credentials.
    STSKIT_SERVICE_SSO = 2,
    /// The OIDC service of IAM Identity Center: sign-in and tokens.
    STSKIT_SERVICE_SSO_OIDC = 3,
}

/// How failed requests are tried again.
#[repr(C)]
pub enum stskit_retry_mode_code {
    /// 3 attempts, capped backoff with full jitter, a quota. The default.
    STSKIT_RETRY_MODE_STANDARD = 1,
    /// Accepted; the same as standard in this version.
    STSKIT_RETRY_MODE_ADAPTIVE = 2,
    /// The rules of old SDKs: 5 attempts, no quota.
    STSKIT_RETRY_MODE_LEGACY = 3,
}

const STS: i32 = stskit_service_code::STSKIT_SERVICE_STS as i32;
const SSO: i32 = stskit_service_code::STSKIT_SERVICE_SSO as i32;
const SSO_OIDC: i32 = stskit_service_code::STSKIT_SERVICE_SSO_OIDC as i32;
const STANDARD: i32 = stskit_retry_mode_code::STSKIT_RETRY_MODE_STANDARD as i32;
const ADAPTIVE: i32 = stskit_retry_mode_code::STSKIT_RETRY_MODE_ADAPTIVE as i32;
const LEGACY: i32 = stskit_retry_mode_code::STSKIT_RETRY_MODE_LEGACY as i32;

/// Asks for the current code of an MFA device.
///
/// @param userdata    as given to stskit_config_set_mfa_callback().
/// @param mfa_serial  serial number or ARN of the device; valid during the call.
/// @param code        where to write the code, as text that ends with NUL.
/// @param capacity    bytes that code has room for, the NUL included; at least 64.
/// @return 0; any other number ends the call with STSKIT_STATUS_CANCELLED and is in the error as
/// stskit_error_callback_result().
pub type stskit_mfa_callback = Option<
    unsafe extern "C" fn(userdata: *mut c_void, mfa_serial: *const c_char, code: *mut c_char, capacity: usize) -> i32,
>;

/// Ends what a userdata pointer leads to. Called once, on whichever thread frees its last user.
pub type stskit_release_callback = Option<unsafe extern "C" fn(userdata: *mut c_void)>;

impl stskit_config {
    /// Settings, transport and cancel handle of a new client. NULL: nothing explicit.
    pub(super) unsafe fn parts(config: *const stskit_config, profile: Option<&str>) -> Result<Parts> {
        let nothing = stskit_config::default();
        let config = config.as_ref().unwrap_or(&nothing);
        let mut builder = config.builder.clone();
        if let Some(profile) = profile {
            builder = builder.profile(profile);
        }
        let settings: Settings = builder.resolve()?;
        let cancel = Cancel::new();
        let transport = UreqTransport::new(settings.transport().clone()).cancel(cancel.clone());
        let host: Arc<dyn Host> = Arc::new(Cancellable::new(cancel.clone()));
        let (sso_region, mfa) = (config.sso_region.clone(), config.mfa.clone());
        Ok(Parts { settings, transport: Arc::new(transport), host, cancel, sso_region, mfa })
    }
}

/// Changes one option.
unsafe fn set(
    config: *mut stskit_config,
    err: *mut *mut stskit_error,
    change: impl FnOnce(SettingsBuilder) -> Result<SettingsBuilder>,
) -> stskit_status {
    let mut change = Some(change);
    set_any(config, err, &mut |builder| match change.take() {
        Some(change) => change(builder),
        None => Ok(builder),
    })
}

/// Not generic: one copy in the program, however many options there are.
unsafe fn set_any(
    config: *mut stskit_config,
    err: *mut *mut stskit_error,
    change: &mut dyn FnMut(SettingsBuilder) -> Result<SettingsBuilder>,
) -> stskit_status {
    guard::run(err, || {
        let config = handle_mut(config, "config")?;
        // The builder is handed over and back: a value that is refused must not take the others along.
        let changed = change(config.builder.clone())?;
        drop(mem::replace(&mut config.builder, changed));
        Ok(())
    })
}

pub(super) fn service(number: i32) -> Result<EndpointService> {
    match number {
        STS => Ok(EndpointService::Sts),
        SSO => Ok(EndpointService::Sso),
        SSO_OIDC => Ok(EndpointService::SsoOidc),
        other => Err(out_of_range("service", other, "STSKIT_SERVICE_...")),
    }
}

/// A service that only a provider speaks to.
pub(super) fn not_called() -> Error {
    Error::new(ErrorKind::NotSupported, "the operations of this service are not for callers")
}

/// Makes a config with nothing explicit in it.
///
/// @param config  out: the config, to be ended with stskit_config_free().
/// @param err     out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_config_new(
    config: *mut *mut stskit_config,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        Out::new(config, "config")?.put(stskit_config::default());
        Ok(())
    })
}

/// Ends a config. Clients made with it go on.
///
/// @param config  to be ended; NULL does nothing. No other thread may use it.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_config_free(config: *mut stskit_config) {
    guard::get((), || free(config));
}

/// Names the profile of the shared files. Variables AWS_PROFILE, then AWS_DEFAULT_PROFILE; default
/// "default". A profile that is named here has to exist, and makes the access keys of the environment not
/// count.
///
/// @param config  the config.
/// @param name    the profile's name; blank counts as not given.
/// @param err     out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_config_set_profile(
    config: *mut stskit_config,
    name: *const c_char,
    err: *mut *mut stskit_error,
) -> stskit_status {
    set(config, err, |builder| Ok(builder.profile(required(name, "name")?)))
}

/// Names the config file, as it is: no ~ is expanded. Variable AWS_CONFIG_FILE; default ~/.aws/config.
///
/// @param config  the config.
/// @param path    path of the file.
/// @param err     out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_config_set_config_file(
    config: *mut stskit_config,
    path: *const c_char,
    err: *mut *mut stskit_error,
) -> stskit_status {
    set(config, err, |builder| Ok(builder.config_file(text::path(path, "path")?)))
}

/// Names the credentials file, as it is: no ~ is expanded. Variable AWS_SHARED_CREDENTIALS_FILE; default
/// ~/.aws/credentials.
///
/// @param config  the config.
/// @param path    path of the file.
/// @param err     out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_config_set_credentials_file(
    config: *mut stskit_config,
    path: *const c_char,
    err: *mut *mut stskit_error,
) -> stskit_status {
    set(config, err, |builder| Ok(builder.credentials_file(text::path(path, "path")?)))
}

/// Sets the region. Variables AWS_REGION, then AWS_DEFAULT_REGION, key region. Without any, STS is called at
/// its global endpoint.
///
/// @param config  the config.
/// @param region  such as "eu-west-1"; blank counts as not given.
/// @param err     out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_config_set_region(
    config: *mut stskit_config,
    region: *const c_char,
    err: *mut *mut stskit_error,
) -> stskit_status {
    set(config, err, |builder| Ok(builder.region(required(region, "region")?)))
}

/// Sets the region of the Identity Center instance, where calls of SSO and SSO-OIDC go. Default: sso_region
/// of the profile or of its sso-session, then the region.
///
/// @param config  the config.
/// @param region  such as "eu-west-1"; blank counts as not given.
/// @param err     out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_config_set_sso_region(
    config: *mut stskit_config,
    region: *const c_char,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let config = handle_mut(config, "config")?;
        let region = required(region, "region")?.trim();
        config.sso_region = (!region.is_empty()).then(|| region.to_owned());
        Ok(())
    })
}

/// Sets a custom endpoint for a service. Variables AWS_ENDPOINT_URL_STS (_SSO, _SSO_OIDC), then
/// AWS_ENDPOINT_URL; then the keys of the profile.
///
/// @param config   the config.
/// @param service  one of STSKIT_SERVICE_...
/// @param url      such as "http://localhost:4566"; blank counts as not given.
/// @param err      out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_config_set_endpoint_url(
    config: *mut stskit_config,
    service: i32,
    url: *const c_char,
    err: *mut *mut stskit_error,
) -> stskit_status {
    set(config, err, |builder| Ok(builder.endpoint_url(self::service(service)?, required(url, "url")?)))
}

/// Demands FIPS endpoints. Variable AWS_USE_FIPS_ENDPOINT, key use_fips_endpoint; default false.
///
/// @param config   the config.
/// @param enabled  true or false.
/// @param err      out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_config_set_use_fips(
    config: *mut stskit_config,
    enabled: bool,
    err: *mut *mut stskit_error,
) -> stskit_status {
    set(config, err, |builder| Ok(builder.use_fips(enabled)))
}

/// Demands dual-stack endpoints. Variable AWS_USE_DUALSTACK_ENDPOINT, key use_dualstack_endpoint; default
/// false.
///
/// @param config   the config.
/// @param enabled  true or false.
/// @param err      out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_config_set_use_dual_stack(
    config: *mut stskit_config,
    enabled: bool,
    err: *mut *mut stskit_error,
) -> stskit_status {
    set(config, err, |builder| Ok(builder.use_dual_stack(enabled)))
}

/// Uses the global STS endpoint for the regions of the legacy list. Variable AWS_STS_REGIONAL_ENDPOINTS, key
/// sts_regional_endpoints; default false.
///
/// @param config   the config.
/// @param enabled  true or false.
/// @param err      out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_config_set_sts_legacy_global(
    config: *mut stskit_config,
    enabled: bool,
    err: *mut *mut stskit_error,
) -> stskit_status {
    set(config, err, |builder| Ok(builder.sts_legacy_global(enabled)))
}

/// Chooses how failed requests are tried again. Variable AWS_RETRY_MODE, key retry_mode; default standard.
///
/// @param config  the config.
/// @param mode    one of STSKIT_RETRY_MODE_...
/// @param err     out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_config_set_retry_mode(
    config: *mut stskit_config,
    mode: i32,
    err: *mut *mut stskit_error,
) -> stskit_status {
    set(config, err, |builder| {
        Ok(builder.retry_mode(match mode {
            STANDARD => RetryMode::Standard,
            ADAPTIVE => RetryMode::Adaptive,
            LEGACY => RetryMode::Legacy,
            other => return Err(out_of_range("mode", other, "STSKIT_RETRY_MODE_...")),
        }))
    })
}

/// Sets the attempts for one call, the first included. Variable AWS_MAX_ATTEMPTS, key max_attempts; default 3
/// (legacy: 5).
///
/// @param config    the config.
/// @param attempts  1 or more.
/// @param err       out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_config_set_max_attempts(
    config: *mut stskit_config,
    attempts: u32,
    err: *mut *mut stskit_error,
) -> stskit_status {
    set(config, err, |builder| Ok(builder.max_attempts(attempts)))
}

/// Uses the retry numbers of 2026: shorter pauses, dearer retries. Variable AWS_NEW_RETRIES_2026; default
/// false.
///
/// @param config   the config.
/// @param enabled  true or false.
/// @param err      out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_config_set_retries_2026(
    config: *mut stskit_config,
    enabled: bool,
    err: *mut *mut stskit_error,
) -> stskit_status {
    set(config, err, |builder| Ok(builder.retries_2026(enabled)))
}

/// Limits the time to get a connection: name, TCP, proxy and TLS together. Default 3100 ms, or by the
/// variable AWS_DEFAULTS_MODE.
///
/// @param config      the config.
/// @param timeout_ms  milliseconds, 1 or more.
/// @param err         out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_config_set_connect_timeout_ms(
    config: *mut stskit_config,
    timeout_ms: u64,
    err: *mut *mut stskit_error,
) -> stskit_status {
    set(config, err, |builder| Ok(builder.connect_timeout(Duration::from_millis(timeout_ms))))
}

/// Limits the time for the answer of one attempt, up to its last byte. Default 30000 ms.
///
/// @param config      the config.
/// @param timeout_ms  milliseconds, 1 or more.
/// @param err         out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_config_set_read_timeout_ms(
    config: *mut stskit_config,
    timeout_ms: u64,
    err: *mut *mut stskit_error,
) -> stskit_status {
    set(config, err, |builder| Ok(builder.read_timeout(Duration::from_millis(timeout_ms))))
}

/// Limits the time for a whole call with all its attempts and pauses. Default: bounded by the attempts.
///
/// @param config      the config.
/// @param timeout_ms  milliseconds, 1 or more.
/// @param err         out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_config_set_operation_timeout_ms(
    config: *mut stskit_config,
    timeout_ms: u64,
    err: *mut *mut stskit_error,
) -> stskit_status {
    set(config, err, |builder| Ok(builder.operation_timeout(Duration::from_millis(timeout_ms))))
}

/// Limits the size of an answer. Default 1048576 bytes.
///
/// @param config  the config.
/// @param bytes   bytes.
/// @param err     out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_config_set_max_response_bytes(
    config: *mut stskit_config,
    bytes: usize,
    err: *mut *mut stskit_error,
) -> stskit_status {
    set(config, err, |builder| Ok(builder.max_response_bytes(bytes)))
}

/// Names a PEM file with the certificates of authorities, instead of the built-in roots. Variable
/// AWS_CA_BUNDLE, key ca_bundle. Read when a client is made.
///
/// @param config  the config.
/// @param path    path of the file.
/// @param err     out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_config_set_ca_bundle(
    config: *mut stskit_config,
    path: *const c_char,
    err: *mut *mut stskit_error,
) -> stskit_status {
    set(config, err, |builder| Ok(builder.ca_bundle(text::path(path, "path")?)))
}

/// Sets the proxies, instead of those of the variables HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY. Three
/// times NULL means none, whatever the environment says.
///
/// @param config    the config.
/// @param https     for https: "http://user:password@host:port"; NULL for none.
/// @param http      for http; NULL for none.
/// @param no_proxy  hosts that need none: "localhost,.internal,10.0.0.0/8"; NULL for none.
/// @param err       out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_config_set_proxies(
    config: *mut stskit_config,
    https: *const c_char,
    http: *const c_char,
    no_proxy: *const c_char,
    err: *mut *mut stskit_error,
) -> stskit_status {
    set(config, err, |builder| {
        let proxy = |url, name| match optional(url, name)? {
            Some(url) => ProxyUrl::parse(url).map(Some).map_err(|why| Error::input(format!("the proxy {name}: {why}"))),
            None => Ok(None),
        };
        let no_proxy = optional(no_proxy, "no_proxy")?.map(NoProxy::parse).unwrap_or_default();
        Ok(builder.proxies(Proxies { https: proxy(https, "https")?, http: proxy(http, "http")?, no_proxy }))
    })
}

/// Names the application in the User-Agent; at most 50 characters. Variable AWS_SDK_UA_APP_ID, key
/// sdk_ua_app_id.
///
/// @param config  the config.
/// @param id      the name.
/// @param err     out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_config_set_app_id(
    config: *mut stskit_config,
    id: *const c_char,
    err: *mut *mut stskit_error,
) -> stskit_status {
    set(config, err, |builder| Ok(builder.app_id(required(id, "id")?)))
}

/// Learns the offset of a wrong local clock from the service's answer and signs again, once a call. Default
/// true.
///
/// @param config   the config.
/// @param enabled  true or false.
/// @param err      out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_config_set_correct_clock_skew(
    config: *mut stskit_config,
    enabled: bool,
    err: *mut *mut stskit_error,
) -> stskit_status {
    set(config, err, |builder| Ok(builder.correct_clock_skew(enabled)))
}

/// Says who is asked for the code of an MFA device, where a role wants one. Without it such a role is
/// STSKIT_STATUS_INVALID_CONFIGURATION. It is called on the thread that loads credentials, at each load.
///
/// @param config    the config.
/// @param callback  who is asked; NULL: nobody.
/// @param userdata  handed to the callback as it is.
/// @param release   called once when no client or config uses userdata any more; NULL: nothing to do. It is
///                  called even if this call fails.
/// @param err       out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_config_set_mfa_callback(
    config: *mut stskit_config,
    callback: stskit_mfa_callback,
    userdata: *mut c_void,
    release: stskit_release_callback,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let userdata = Userdata::new(userdata, release);
        let config = handle_mut(config, "config")?;
        config.mfa = callback.map(|ask| parts::Mfa { ask, userdata: Arc::new(userdata) });
        Ok(())
    })
}
