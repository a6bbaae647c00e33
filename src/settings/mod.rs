//! The settings of a client, resolved once and immutable from then on: explicit > environment > profile > default.
//!
//! One function per setting group; the lookups and the origins that errors name are in `source`, the files in
//! `config`.
//! Credentials are not settings (`providers`).

mod builder;
mod endpoint_urls;
mod handed_on;
mod metadata;
mod profile;
mod source;

use std::sync::Arc;
use std::time::Duration;

pub use builder::SettingsBuilder;
pub use handed_on::AccountIdEndpointMode;
use handed_on::HandedOn;
pub use metadata::{MetadataMode, MetadataSettings};
use source::Found;
pub(crate) use source::Sources;

use crate::config::{Config, Profile};
use crate::endpoint::{self, Endpoint, EndpointError, EndpointParams, EndpointService};
use crate::error::Result;
use crate::explain::{self, Place};
use crate::retry::{Policy, RetryMode};
use crate::transport::TransportConfig;

/// Everything that decides how a client calls, but for the credentials.
///
/// Immutable, `Send + Sync`; cloning copies a pointer. What each means:
/// <https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html>.
///
/// ```
/// use stskit::{RetryMode, Settings};
/// use stskit::host::Scripted;
///
/// let host = Scripted::at(0).with_var("AWS_REGION", "eu-west-1").with_var("AWS_MAX_ATTEMPTS", "5");
/// let settings = Settings::builder().retry_mode(RetryMode::Standard).resolve_with(&host).unwrap();
/// assert_eq!(settings.region(), Some("eu-west-1"));
/// assert_eq!(settings.max_attempts(), 5);
/// ```
#[derive(Debug, Clone)]
pub struct Settings(Arc<Resolved>);

#[derive(Debug)]
struct Resolved {
    region: Option<Found<String>>,
    /// Custom endpoints, one per service in the order of [`SERVICES`].
    endpoint_urls: [Option<Found<String>>; SERVICES.len()],
    use_fips: bool,
    use_dual_stack: bool,
    sts_legacy_global: bool,
    retry: Policy,
    transport: TransportConfig,
    operation_timeout: Option<Duration>,
    correct_clock_skew: bool,
    app_id: Option<String>,
    execution_env: Option<String>,
    in_lambda: bool,
    profile_name: String,
    profile_place: Place,
    profile_from_code: bool,
    /// Settings that somebody set, and where.
    seen: Vec<explain::Setting>,
    config: Config,
    metadata: MetadataSettings,
    handed_on: HandedOn,
}

/// The services that endpoint URLs can be set for.
const SERVICES: [EndpointService; 4] =
    [EndpointService::Sts, EndpointService::Sso, EndpointService::SsoOidc, EndpointService::Signin];

impl Settings {
    /// Starts with nothing explicit.
    pub fn builder() -> SettingsBuilder {
        SettingsBuilder::default()
    }

    /// Everything from the environment and the shared files.
    ///
    /// # Errors
    /// As [`SettingsBuilder::resolve`].
    pub fn from_env() -> Result<Self> {
        Self::builder().resolve()
    }

    /// The name of the profile in use; `default` if nobody named one.
    pub fn profile_name(&self) -> &str {
        &self.0.profile_name
    }

    /// Was the profile named in code? Then the access keys of the environment do not count.
    pub fn profile_is_from_code(&self) -> bool {
        self.0.profile_from_code
    }

    /// The profile in use; `None` if neither file has it.
    pub fn profile(&self) -> Option<Profile<'_>> {
        self.0.config.profile(&self.0.profile_name)
    }

    /// The shared files, as they were when the settings were resolved.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The region, if one is set.
    pub fn region(&self) -> Option<&str> {
        self.0.region.as_ref().map(|f| f.value.as_str())
    }

    /// The retry mode.
    pub fn retry_mode(&self) -> RetryMode {
        self.0.retry.mode
    }

    /// Attempts in all for one call, the first included.
    pub fn max_attempts(&self) -> u32 {
        self.0.retry.max_attempts
    }

    /// Time for a whole call with all its attempts and pauses; `None`: bounded by its attempts only.
    pub fn operation_timeout(&self) -> Option<Duration> {
        self.0.operation_timeout
    }

    /// The transport's part: time limits, proxies, CA bundle, answer size.
    pub fn transport(&self) -> &TransportConfig {
        &self.0.transport
    }

    /// How the instance metadata service (IMDS) is asked.
    pub fn metadata(&self) -> &MetadataSettings {
        &self.0.metadata
    }

    /// Do clients of other services put the account id into their endpoints? STS, SSO and OIDC have none.
    pub fn account_id_endpoint_mode(&self) -> AccountIdEndpointMode {
        self.0.handed_on.account_id_endpoint_mode
    }

    /// The signature schemes that clients prefer, best first; empty: not set. This crate signs `sigv4`.
    pub fn auth_scheme_preference(&self) -> &[String] {
        &self.0.handed_on.auth_scheme_preference
    }

    /// The regions that a SigV4a signature is for (`*`: all); empty: not set. This crate makes none.
    pub fn sigv4a_signing_region_set(&self) -> &[String] {
        &self.0.handed_on.sigv4a_signing_region_set
    }

    /// Where calls of a service go.
    ///
    /// # Errors
    /// See [`EndpointError`]. For STS a missing region is none: the global endpoint serves, with a warning.
    pub fn endpoint(&self, service: EndpointService) -> Result<Endpoint, EndpointError> {
        self.resolve_endpoint(service, self.region())
    }

    /// Where calls of a service go for another region than that of the settings: `sso_region`.
    ///
    /// # Errors
    /// See [`EndpointError`].
    pub fn endpoint_in(&self, service: EndpointService, region: &str) -> Result<Endpoint, EndpointError> {
        self.resolve_endpoint(service, Some(region))
    }

    fn resolve_endpoint(&self, service: EndpointService, region: Option<&str>) -> Result<Endpoint, EndpointError> {
        match self.find_endpoint(service, region) {
            Err(EndpointError::MissingRegion) if service == EndpointService::Sts => {
                log::warn!(
                    "no region is set: using the global STS endpoint in us-east-1; set AWS_REGION or `region` in the profile"
                );
                self.find_endpoint(service, Some("aws-global"))
            }
            found => found,
        }
    }

    /// The same without the way out for STS.
    fn find_endpoint(&self, service: EndpointService, region: Option<&str>) -> Result<Endpoint, EndpointError> {
        let endpoint = SERVICES.iter().zip(&self.0.endpoint_urls).find(|(s, _)| **s == service);
        let params = EndpointParams {
            region,
            use_fips: self.0.use_fips,
            use_dual_stack: self.0.use_dual_stack,
            use_global_endpoint: self.0.sts_legacy_global,
            endpoint: endpoint.and_then(|(_, url)| url.as_ref().map(|f| f.value.as_str())),
        };
        endpoint::resolve(service, &params)
    }

    /// The profile for a report: its name, and who named it.
    pub(crate) fn profile_setting(&self) -> explain::Setting {
        explain::Setting::new("profile", self.profile_name(), self.0.profile_place.clone())
    }

    /// The region for a report.
    pub(crate) fn region_setting(&self) -> Option<explain::Setting> {
        let region = self.0.region.as_ref()?;
        Some(explain::Setting::new("region", region.value.as_str(), region.origin.place()))
    }

    /// What else is set, and where.
    pub(crate) fn seen(&self) -> &[explain::Setting] {
        &self.0.seen
    }

    pub(crate) fn retry(&self) -> Policy {
        self.0.retry
    }

    pub(crate) fn corrects_clock_skew(&self) -> bool {
        self.0.correct_clock_skew
    }

    /// Does Lambda hand a trace id to each invocation?
    pub(crate) fn in_lambda(&self) -> bool {
        self.0.in_lambda
    }

    /// The User-Agent of a client: tokens of RFC 9110, other characters as `-`.
    pub(crate) fn user_agent(&self, custom_endpoint: bool) -> String {
        let (mode, letter) = match self.0.retry.mode {
            RetryMode::Legacy => ("legacy", 'D'),
            RetryMode::Standard => ("standard", 'E'),
            RetryMode::Adaptive => ("adaptive", 'F'),
        };
        let endpoint = if custom_endpoint { ",N" } else { "" };
        let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
        let mut text = format!("stskit/{} ua/2.1 os/{os} md/arch#{arch} lang/rust", env!("CARGO_PKG_VERSION"));
        if let Some(env) = &self.0.execution_env {
            text.push_str(" exec-env/");
            push_token(&mut text, env);
        }
        text.push_str(&format!(" m/{letter}{endpoint} cfg/retry-mode#{mode}"));
        if let Some(id) = &self.0.app_id {
            text.push_str(" app/");
            push_token(&mut text, id);
        }
        text
    }
}

fn push_token(out: &mut String, text: &str) {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!$%&'*+-.^_`|~,#".contains(c);
    out.extend(text.chars().map(|c| if is_token(c) { c } else { '-' }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Scripted;

    #[test]
    fn the_user_agent_is_made_of_tokens() {
        let host = Scripted::at(0)
            .with_var("AWS_SDK_UA_APP_ID", "my app/é")
            .with_var("AWS_EXECUTION_ENV", "AWS_Lambda_rust")
            .with_var("AWS_RETRY_MODE", "LEGACY");
        let settings = Settings::builder().resolve_with(&host).unwrap();
        let text = settings.user_agent(true);
        assert!(text.starts_with(concat!("stskit/", env!("CARGO_PKG_VERSION"), " ua/2.1 os/")), "{text}");
        assert!(text.ends_with("exec-env/AWS_Lambda_rust m/D,N cfg/retry-mode#legacy app/my-app--"), "{text}");
    }
}
