//! Settings that nothing in this crate acts on: read and checked, so that a slip of the pen is told, and handed on
//! to whoever calls other services with our credentials.

use super::SettingsBuilder;
use super::source::{Setting, Sources};
use crate::error::{Error, Result};

/// Is the account id of the credentials to be part of a service's endpoint?
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-account-endpoints.html>. The endpoints of STS, SSO and
/// OIDC have no account id, so that nothing in this crate depends on it.
///
/// ```
/// use stskit::{AccountIdEndpointMode, Settings, host::Scripted};
/// let host = Scripted::at(0).with_var("AWS_ACCOUNT_ID_ENDPOINT_MODE", "required");
/// let settings = Settings::builder().resolve_with(&host)?;
/// assert_eq!(settings.account_id_endpoint_mode(), AccountIdEndpointMode::Required);
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum AccountIdEndpointMode {
    /// Where it is known.
    #[default]
    Preferred,
    /// Never.
    Disabled,
    /// Always: without one a call is an error.
    Required,
}

#[derive(Debug)]
pub(super) struct HandedOn {
    pub(super) account_id_endpoint_mode: AccountIdEndpointMode,
    pub(super) auth_scheme_preference: Vec<String>,
    pub(super) sigv4a_signing_region_set: Vec<String>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Explicit {
    account_id_endpoint_mode: Option<AccountIdEndpointMode>,
    auth_scheme_preference: Option<Vec<String>>,
    sigv4a_signing_region_set: Option<Vec<String>>,
}

impl SettingsBuilder {
    /// For clients of other services. Variable `AWS_ACCOUNT_ID_ENDPOINT_MODE`, key `account_id_endpoint_mode`
    /// (`preferred`, `disabled`, `required`); defaults to [`AccountIdEndpointMode::Preferred`].
    #[must_use]
    pub fn account_id_endpoint_mode(mut self, mode: AccountIdEndpointMode) -> Self {
        self.handed_on.account_id_endpoint_mode = Some(mode);
        self
    }

    /// For clients of other services: signature schemes, best first. Variable `AWS_AUTH_SCHEME_PREFERENCE`, key
    /// `auth_scheme_preference` (a comma list, such as `sigv4a, sigv4`); defaults to none.
    #[must_use]
    pub fn auth_scheme_preference(mut self, schemes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.handed_on.auth_scheme_preference = Some(schemes.into_iter().map(Into::into).collect());
        self
    }

    /// For clients of other services: the regions of a SigV4a signature. Variable
    /// `AWS_SIGV4A_SIGNING_REGION_SET`, key `sigv4a_signing_region_set` (a comma list, `*` for all); defaults to
    /// none.
    #[must_use]
    pub fn sigv4a_signing_region_set(mut self, regions: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.handed_on.sigv4a_signing_region_set = Some(regions.into_iter().map(Into::into).collect());
        self
    }
}

impl Explicit {
    pub(super) fn find(&self, sources: &Sources<'_>) -> Result<HandedOn> {
        let setting = Setting::variables(&["AWS_ACCOUNT_ID_ENDPOINT_MODE"]).or_keys(&["account_id_endpoint_mode"]);
        let explicit = self.account_id_endpoint_mode;
        let mode = sources.or_find(explicit, setting, "preferred, disabled or required", |text| {
            match text.to_ascii_lowercase().as_str() {
                "preferred" => Some(AccountIdEndpointMode::Preferred),
                "disabled" => Some(AccountIdEndpointMode::Disabled),
                "required" => Some(AccountIdEndpointMode::Required),
                _ => None,
            }
        })?;
        let schemes = Setting::variables(&["AWS_AUTH_SCHEME_PREFERENCE"]).or_keys(&["auth_scheme_preference"]);
        let regions = Setting::variables(&["AWS_SIGV4A_SIGNING_REGION_SET"]).or_keys(&["sigv4a_signing_region_set"]);
        Ok(HandedOn {
            account_id_endpoint_mode: mode.map(|f| f.value).unwrap_or_default(),
            auth_scheme_preference: find_list(
                &self.auth_scheme_preference,
                sources,
                schemes,
                "a comma list of signature schemes, such as sigv4",
            )?,
            sigv4a_signing_region_set: find_list(
                &self.sigv4a_signing_region_set,
                sources,
                regions,
                "a comma list of regions, or *",
            )?,
        })
    }
}

fn find_list(
    explicit: &Option<Vec<String>>,
    sources: &Sources<'_>,
    setting: Setting,
    allowed: &str,
) -> Result<Vec<String>> {
    let words = |text: &str| -> Vec<String> { text.split(',').map(|word| word.trim().to_owned()).collect() };
    let found = sources.or_find(explicit.clone(), setting, allowed, |text| {
        Some(words(text)).filter(|words| words.iter().all(|word| is_word(word)))
    })?;
    let Some(found) = found else { return Ok(Vec::new()) };
    match found.value.iter().all(|word| is_word(word)) {
        true => Ok(found.value),
        false => Err(Error::configuration(format!("a list in {} cannot be used: allowed is {allowed}", found.origin))),
    }
}

/// A name of a scheme or a region: letters, digits and a few marks.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.#*".contains(&b))
}
