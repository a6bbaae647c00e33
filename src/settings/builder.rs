//! Explicit settings, and how the rest is found.
//!
//! The profile is chosen and the endpoint URLs are looked up in `profile` and `endpoint_urls`; the settings of the
//! instance metadata service are in `metadata`, those that nothing here acts on in `handed_on`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::endpoint_urls;
use super::handed_on;
use super::metadata;
use super::profile::{self, Chosen};
use super::source::{Found, Origin, Setting, Sources};
use super::{Resolved, SERVICES, Settings};
use crate::config::{Config, Locations};
use crate::endpoint::{EndpointError, EndpointService};
use crate::error::{Error, Result};
use crate::explain::Place;
use crate::host::{Host, System};
use crate::retry::{Policy, RetryMode};
use crate::transport::{CaBundle, NoProxy, Proxies, ProxyUrl, TransportConfig};

/// Largest CA bundle read, in bytes; that of a whole system has some hundred kilobytes.
const MAX_CA_BUNDLE: u64 = 16 << 20;

/// Explicit settings; what is left out comes from the environment, then from the profile, then from the default.
///
/// A blank environment variable counts as not set, and so does a blank value of a profile.
///
/// The variables and keys: <https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html>.
///
/// ```
/// use stskit::{Settings, host::Scripted};
/// let host = Scripted::at(0)
///     .with_var("HOME", "/home/ann")
///     .with_var("AWS_MAX_ATTEMPTS", "5")
///     .with_file("/home/ann/.aws/config", "[profile dev]\nregion = eu-west-1\nmax_attempts = 9\n");
/// let settings = Settings::builder().profile("dev").resolve_with(&host)?;
/// assert_eq!((settings.region(), settings.max_attempts()), (Some("eu-west-1"), 5));
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct SettingsBuilder {
    profile: Option<String>,
    files: Locations,
    region: Option<String>,
    endpoint_urls: [Option<String>; SERVICES.len()],
    use_fips: Option<bool>,
    use_dual_stack: Option<bool>,
    sts_legacy_global: Option<bool>,
    retry_mode: Option<RetryMode>,
    max_attempts: Option<u32>,
    retries_2026: Option<bool>,
    connect_timeout: Option<Duration>,
    read_timeout: Option<Duration>,
    operation_timeout: Option<Duration>,
    max_response_bytes: Option<usize>,
    ca_bundle: Option<PathBuf>,
    proxies: Option<Proxies>,
    app_id: Option<String>,
    correct_clock_skew: Option<bool>,
    pub(super) metadata: metadata::Explicit,
    pub(super) handed_on: handed_on::Explicit,
}

macro_rules! setters {
    ($($(#[$doc:meta])* $name:ident: $type:ty;)*) => {
        $($(#[$doc])* #[must_use] pub fn $name(mut self, value: $type) -> Self {
            self.$name = Some(value);
            self
        })*
    };
}

impl SettingsBuilder {
    setters! {
        /// Demand FIPS endpoints. Variable `AWS_USE_FIPS_ENDPOINT`, key `use_fips_endpoint`; defaults to false.
        use_fips: bool;
        /// Demand dual-stack endpoints. Variable `AWS_USE_DUALSTACK_ENDPOINT`, key
        /// `use_dualstack_endpoint`; defaults to false.
        use_dual_stack: bool;
        /// Use the global STS endpoint for the regions of the legacy list.
        /// Variable `AWS_STS_REGIONAL_ENDPOINTS`, key `sts_regional_endpoints` (`legacy` or `regional`); defaults to
        /// false (regional).
        sts_legacy_global: bool;
        /// Variable `AWS_RETRY_MODE`, key `retry_mode` (`standard`, `adaptive`, `legacy`); defaults to
        /// [`RetryMode::Standard`].
        retry_mode: RetryMode;
        /// Attempts in all for one call, at least 1. Variable `AWS_MAX_ATTEMPTS`, key `max_attempts`; defaults to 3
        /// (legacy: 5).
        max_attempts: u32;
        /// The retry numbers of 2026: shorter pauses, dearer retries.
        /// Variable `AWS_NEW_RETRIES_2026`; defaults to false.
        retries_2026: bool;
        /// Time to get a connection: name, TCP, proxy and TLS together. Defaults to 3.1 s, or by the
        /// variable `AWS_DEFAULTS_MODE`, key `defaults_mode`.
        connect_timeout: Duration;
        /// Time for the answer of one attempt, up to its last byte. Defaults to 30 s.
        read_timeout: Duration;
        /// Time for a whole call with all attempts and pauses. Defaults to none: bounded by the attempts.
        operation_timeout: Duration;
        /// Largest answer accepted, in bytes. Defaults to 1 MiB.
        max_response_bytes: usize;
        /// Proxies. Variables `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY` (lower case wins).
        /// `Proxies::default()` means none, whatever the environment says.
        proxies: Proxies;
        /// Learn the offset of a wrong clock from the service's answer and sign again, once a call. Defaults to true.
        correct_clock_skew: bool;
    }

    /// The profile of the shared files. Variables `AWS_PROFILE`, then `AWS_DEFAULT_PROFILE`; defaults to `default`.
    /// Blank counts as not given.
    #[must_use]
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into().trim().to_owned()).filter(|name| !name.is_empty());
        self
    }

    /// The config file, as it is: no `~` is expanded. Variable `AWS_CONFIG_FILE`; defaults to `~/.aws/config`.
    #[must_use]
    pub fn config_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.files.config = Some(path.into());
        self
    }

    /// The credentials file, as it is: no `~` is expanded. Variable `AWS_SHARED_CREDENTIALS_FILE`; defaults to
    /// `~/.aws/credentials`.
    #[must_use]
    pub fn credentials_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.files.credentials = Some(path.into());
        self
    }

    /// Variables `AWS_REGION`, then `AWS_DEFAULT_REGION`, key `region`. Blank counts as not given.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into().trim().to_owned()).filter(|r| !r.is_empty());
        self
    }

    /// A custom endpoint for a service. Variables `AWS_ENDPOINT_URL_STS` (`_SSO`, `_SSO_OIDC`, `_SIGNIN`), then
    /// `AWS_ENDPOINT_URL`; then `endpoint_url` in the block `sts` (`sso`, `sso_oidc`, `signin`) of the section that
    /// the key `services` names, then key `endpoint_url`. None of these counts if the variable
    /// `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS`, key `ignore_configured_endpoint_urls`, is true.
    #[must_use]
    pub fn endpoint_url(mut self, service: EndpointService, url: impl Into<String>) -> Self {
        let url = url.into();
        for (s, slot) in SERVICES.iter().zip(&mut self.endpoint_urls) {
            if *s == service {
                *slot = Some(url.clone()).filter(|url| !url.trim().is_empty());
            }
        }
        self
    }

    /// PEM file with the certificates of authorities, instead of the built-in roots. Read when the
    /// settings are resolved: a regular file of 16 MiB at most. Variable `AWS_CA_BUNDLE`, key `ca_bundle`.
    #[must_use]
    pub fn ca_bundle(mut self, path: impl Into<PathBuf>) -> Self {
        self.ca_bundle = Some(path.into());
        self
    }

    /// Name of the application, for the User-Agent; at most 50 characters. Variable `AWS_SDK_UA_APP_ID`, key
    /// `sdk_ua_app_id`.
    #[must_use]
    pub fn app_id(mut self, id: impl Into<String>) -> Self {
        self.app_id = Some(id.into());
        self
    }

    /// Resolves against the environment of the process and the shared files, which are read once.
    ///
    /// # Errors
    /// `InvalidConfiguration`: a value that cannot be used (the message names the variable, the setting or the line
    /// of the file, and what is allowed), a file that cannot be understood, or a profile that was named and is in
    /// neither file. If only a variable named it and there are access keys in the environment, it is a warning.
    pub fn resolve(self) -> Result<Settings> {
        self.resolve_with(&System)
    }

    /// Resolves against any [`Host`].
    ///
    /// # Errors
    /// As [`resolve`](Self::resolve).
    pub fn resolve_with(self, host: &dyn Host) -> Result<Settings> {
        let environment = Sources::environment(host);
        let found = Locations::find(host);
        let files = Locations {
            config: self.files.config.clone().or(found.config),
            credentials: self.files.credentials.clone().or(found.credentials),
        };
        let config = Config::read(host, &files)?;
        let Chosen { name: profile_name, origin } = profile::choose(self.profile.clone(), &environment, &config)?;
        let sources = Sources::new(host, config.profile(&profile_name));
        let profile_from_code = origin == Some(Origin::Explicit);
        let profile_place = origin.map_or(Place::Default, |origin| origin.place());
        let region = self.find_region(&sources)?;
        let region_text = region.as_ref().map(|r| r.value.as_str());
        let execution_env = sources.variable("AWS_EXECUTION_ENV")?;
        let fips = Setting::variables(&["AWS_USE_FIPS_ENDPOINT"]).or_keys(&["use_fips_endpoint"]);
        let dual_stack = Setting::variables(&["AWS_USE_DUALSTACK_ENDPOINT"]).or_keys(&["use_dualstack_endpoint"]);
        let resolved = Resolved {
            endpoint_urls: endpoint_urls::find(self.endpoint_urls.clone(), &sources, &config)?,
            use_fips: sources.flag(self.use_fips, fips)?,
            use_dual_stack: sources.flag(self.use_dual_stack, dual_stack)?,
            sts_legacy_global: self.find_sts_endpoints(&sources)?,
            retry: self.find_retry(&sources)?,
            transport: self.find_transport(&sources, region_text, execution_env.is_some())?,
            operation_timeout: positive(self.operation_timeout, "operation_timeout")?,
            correct_clock_skew: self.correct_clock_skew.unwrap_or(true),
            app_id: self.find_app_id(&sources)?,
            metadata: self.metadata.find(&sources)?,
            handed_on: self.handed_on.find(&sources)?,
            in_lambda: sources.variable("AWS_LAMBDA_FUNCTION_NAME")?.is_some(),
            execution_env,
            region,
            profile_name,
            profile_place,
            profile_from_code,
            seen: sources.into_seen(),
            config,
        };
        check_endpoints(Settings(Arc::new(resolved)))
    }

    fn find_region(&self, sources: &Sources<'_>) -> Result<Option<Found<String>>> {
        let setting = Setting::variables(&["AWS_REGION", "AWS_DEFAULT_REGION"]).or_keys(&["region"]);
        sources.or_find(self.region.clone(), setting, "a region", |text| Some(text.to_owned()))
    }

    fn find_sts_endpoints(&self, sources: &Sources<'_>) -> Result<bool> {
        let setting = Setting::variables(&["AWS_STS_REGIONAL_ENDPOINTS"]).or_keys(&["sts_regional_endpoints"]);
        let found = sources.or_find(self.sts_legacy_global, setting, "legacy or regional", |text| match text {
            "legacy" => Some(true),
            "regional" => Some(false),
            _ => None,
        })?;
        Ok(found.is_some_and(|f| f.value))
    }

    fn find_retry(&self, sources: &Sources<'_>) -> Result<Policy> {
        let setting = Setting::variables(&["AWS_RETRY_MODE"]).or_keys(&["retry_mode"]);
        let mode = sources.or_find(self.retry_mode, setting, "standard, adaptive or legacy", |text| {
            match text.to_ascii_lowercase().as_str() {
                "standard" => Some(RetryMode::Standard),
                "adaptive" => Some(RetryMode::Adaptive),
                "legacy" => Some(RetryMode::Legacy),
                _ => None,
            }
        })?;
        let mode = mode.map_or_else(RetryMode::default, |f| f.value);
        let allowed = "a whole number, 1 or more";
        let setting = Setting::variables(&["AWS_MAX_ATTEMPTS"]).or_keys(&["max_attempts"]);
        let attempts =
            sources.or_find(self.max_attempts, setting, allowed, |text| text.parse().ok().filter(|n| *n > 0))?;
        if let Some(Found { value: 0, origin }) = attempts {
            return Err(Error::configuration(format!("max_attempts in {origin} is 0: allowed is {allowed}")));
        }
        // Temporary switch of the SDKs: anything but `true` leaves it off, as there.
        let setting = Setting::variables(&["AWS_NEW_RETRIES_2026"]);
        let switch = sources.or_find(self.retries_2026, setting, "true", |t| Some(t.eq_ignore_ascii_case("true")))?;
        Ok(Policy {
            mode,
            max_attempts: attempts.map_or_else(|| mode.default_attempts(), |f| f.value),
            retries_2026: switch.is_some_and(|f| f.value),
        })
    }

    fn find_app_id(&self, sources: &Sources<'_>) -> Result<Option<String>> {
        let setting = Setting::variables(&["AWS_SDK_UA_APP_ID"]).or_keys(&["sdk_ua_app_id", "sdk-ua-app-id"]);
        let id = sources.or_find(self.app_id.clone(), setting, "a name", |text| Some(text.to_owned()))?;
        if let Some(Found { value, origin }) = &id
            && value.chars().count() > 50
        {
            log::warn!("the app id in {origin} is longer than 50 characters");
        }
        Ok(id.map(|f| f.value))
    }

    fn find_transport(&self, sources: &Sources<'_>, region: Option<&str>, in_aws: bool) -> Result<TransportConfig> {
        let defaults = TransportConfig::default();
        let by_mode = defaults_mode(sources, region, in_aws)?.unwrap_or(defaults.connect_timeout);
        Ok(TransportConfig {
            connect_timeout: positive(self.connect_timeout, "connect_timeout")?.unwrap_or(by_mode),
            read_timeout: positive(self.read_timeout, "read_timeout")?.unwrap_or(defaults.read_timeout),
            max_response_bytes: self.max_response_bytes.unwrap_or(defaults.max_response_bytes),
            ca_bundle: self.read_ca_bundle(sources)?,
            proxies: match &self.proxies {
                Some(explicit) => explicit.clone(),
                None => proxies(sources)?,
            },
        })
    }

    fn read_ca_bundle(&self, sources: &Sources<'_>) -> Result<Option<CaBundle>> {
        let setting = Setting::variables(&["AWS_CA_BUNDLE"]).or_keys(&["ca_bundle"]);
        let found = sources.or_find(self.ca_bundle.clone(), setting, "a path", |text| Some(PathBuf::from(text)))?;
        let Some(Found { value: path, origin }) = found else { return Ok(None) };
        let what = match origin.may_show_value() {
            true => format!("the CA bundle {} (from {origin})", path.display()),
            false => format!("the CA bundle (from {origin})"),
        };
        let bytes = sources
            .host
            .read_up_to(&path, MAX_CA_BUNDLE)
            .map_err(|e| Error::configuration(format!("{what} cannot be read: {e}")).with_source(e))?;
        let bundle = CaBundle::from_pem(&bytes).map_err(|why| Error::configuration(format!("{what}: {why}")))?;
        Ok(Some(bundle))
    }
}

/// A region or an endpoint that can never serve is said here, with its origin, not at the first call.
fn check_endpoints(settings: Settings) -> Result<Settings> {
    for (service, url) in SERVICES.iter().zip(&settings.0.endpoint_urls) {
        let Err(error) = settings.find_endpoint(*service, settings.region()) else { continue };
        let origin = match &error {
            EndpointError::InvalidEndpoint(..) => url.as_ref().map(|f| &f.origin),
            // Only what is called needs one, and STS does without.
            EndpointError::MissingRegion => continue,
            // The other services may never be called.
            _ if *service != EndpointService::Sts => continue,
            EndpointError::InvalidRegion(_) | EndpointError::NoSuchEndpoint(_) => match &settings.0.region {
                Some(region) => Some(&region.origin),
                // Nor may STS: keys need no call, SSO has a region of its own.
                None => continue,
            },
            _ => url.as_ref().map(|f| &f.origin),
        };
        let from = origin.map(|o| format!(" (from {o})")).unwrap_or_default();
        if origin.is_some_and(|o| !o.may_show_value()) {
            return Err(Error::configuration(format!("{}{from}", error.without_value())));
        }
        return Err(Error::configuration(format!("{error}{from}")).with_source(error));
    }
    Ok(settings)
}

pub(super) fn positive(time: Option<Duration>, name: &str) -> Result<Option<Duration>> {
    match time {
        Some(Duration::ZERO) => Err(Error::configuration(format!("{name} is 0: a time limit has to be longer"))),
        time => Ok(time),
    }
}

/// `AWS_DEFAULTS_MODE`: checked, and only its connect timeout is applied.
fn defaults_mode(sources: &Sources<'_>, region: Option<&str>, in_aws: bool) -> Result<Option<Duration>> {
    let (near, far, mobile) = (Duration::from_millis(1_100), Duration::from_millis(3_100), Duration::from_secs(30));
    let setting = Setting::variables(&["AWS_DEFAULTS_MODE"]).or_keys(&["defaults_mode"]);
    let Some(found) = sources.find(setting)? else { return Ok(None) };
    let here = sources.find_variable(Setting::variables(&["AWS_REGION", "AWS_DEFAULT_REGION"]))?;
    let mode = found.parse("standard, in-region, cross-region, mobile, auto or legacy", |text| {
        Some(match text.to_ascii_lowercase().as_str() {
            "legacy" => None,
            "standard" | "cross-region" => Some(far),
            "in-region" => Some(near),
            "mobile" => Some(mobile),
            "auto" if in_aws && region.is_some() && here.as_ref().map(|h| h.value.as_str()) == region => Some(near),
            "auto" => Some(far),
            _ => return None,
        })
    })?;
    Ok(mode.value)
}

fn proxies(sources: &Sources<'_>) -> Result<Proxies> {
    // In a CGI program HTTP_PROXY holds the header `Proxy` of whoever calls (CVE-2016-5385).
    let cgi = sources.variable("REQUEST_METHOD")?.is_some();
    let http: &[&str] = if cgi { &["http_proxy"] } else { &["http_proxy", "HTTP_PROXY"] };
    let find = |names: &[&'static str]| -> Result<Option<ProxyUrl>> {
        for name in names.iter().copied().chain(["all_proxy", "ALL_PROXY"]) {
            if let Some(value) = sources.variable(name)? {
                let read = ProxyUrl::parse(&value);
                sources.note("proxy", None, &Origin::Variable(name));
                return read.map(Some).map_err(|why| {
                    Error::configuration(format!("the proxy in the environment variable {name} cannot be used: {why}"))
                });
            }
        }
        Ok(None)
    };
    let no_proxy = sources.find(Setting::variables(&["no_proxy", "NO_PROXY"]))?;
    Ok(Proxies {
        https: find(&["https_proxy", "HTTPS_PROXY"])?,
        http: find(http)?,
        no_proxy: no_proxy.map(|f| NoProxy::parse(&f.value)).unwrap_or_default(),
    })
}
