//! Settings of the instance metadata service (IMDS): whether, where and how patiently it is asked.
//!
//! The asking itself is in `providers::imds`.

use std::time::Duration;

use super::SettingsBuilder;
use super::builder::positive;
use super::source::{Found, Origin, Setting, Sources};
use crate::endpoint::Endpoint;
use crate::error::{Error, Result};

/// Which of its two addresses the instance metadata service is asked at.
///
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html>.
///
/// ```
/// use stskit::{MetadataMode, Settings, host::Scripted};
/// let settings = Settings::builder().metadata_mode(MetadataMode::IPv6).resolve_with(&Scripted::at(0))?;
/// assert_eq!(settings.metadata().endpoint(), "http://[fd00:ec2::254]");
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum MetadataMode {
    /// `http://169.254.169.254`
    #[default]
    IPv4,
    /// `http://[fd00:ec2::254]`
    IPv6,
}

impl MetadataMode {
    fn url(self) -> &'static str {
        match self {
            MetadataMode::IPv4 => "http://169.254.169.254",
            MetadataMode::IPv6 => "http://[fd00:ec2::254]",
        }
    }
}

/// How the instance metadata service (IMDS) is asked, by [`Imds`](crate::providers::Imds).
///
/// From [`Settings::metadata`](crate::Settings::metadata), set by the `metadata_` functions of
/// [`SettingsBuilder`](crate::SettingsBuilder) or outside code:
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html>.
///
/// ```
/// use std::time::Duration;
/// use stskit::{Settings, host::Scripted};
/// let host = Scripted::at(0)
///     .with_var("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1338/mock/")
///     .with_var("AWS_METADATA_SERVICE_TIMEOUT", "0.5");
/// let settings = Settings::builder().resolve_with(&host)?;
/// let metadata = settings.metadata();
/// assert_eq!(metadata.endpoint(), "http://127.0.0.1:1338/mock");
/// assert_eq!((metadata.timeout(), metadata.attempts()), (Duration::from_millis(500), None));
/// assert!(!metadata.is_disabled() && !metadata.is_v1_disabled());
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct MetadataSettings {
    pub(crate) disabled: Option<Found<bool>>,
    pub(crate) mode: Option<Found<MetadataMode>>,
    pub(crate) custom: Option<Found<Endpoint>>,
    pub(crate) timeout: Option<Found<Duration>>,
    pub(crate) attempts: Option<Found<u32>>,
    pub(crate) v1_disabled: Option<Found<bool>>,
    /// The custom endpoint, or that of the mode.
    pub(crate) base: Endpoint,
}

impl MetadataSettings {
    /// Where the URL or the mode was found; `None`: the default.
    pub(crate) fn endpoint_origin(&self) -> Option<&Origin> {
        let custom = self.custom.as_ref().map(|f| &f.origin);
        custom.or_else(|| self.mode.as_ref().map(|f| &f.origin))
    }

    /// Must it not be asked at all?
    pub fn is_disabled(&self) -> bool {
        self.disabled.as_ref().is_some_and(|f| f.value)
    }

    /// Its URL, without a slash at the end.
    pub fn endpoint(&self) -> String {
        self.base.url()
    }

    /// Which address it is asked at, unless a URL is set.
    pub fn mode(&self) -> MetadataMode {
        self.mode.as_ref().map(|f| f.value).unwrap_or_default()
    }

    /// Time to get a connection, and again the time for an answer. 1 s unless set.
    pub fn timeout(&self) -> Duration {
        self.timeout.as_ref().map_or(Duration::from_secs(1), |f| f.value)
    }

    /// Attempts in all for a request; `None` (not set): one to find out whether there is such a service, three once
    /// it has answered.
    pub fn attempts(&self) -> Option<u32> {
        self.attempts.as_ref().map(|f| f.value)
    }

    /// Must requests never be made without a session token (version 1)?
    pub fn is_v1_disabled(&self) -> bool {
        self.v1_disabled.as_ref().is_some_and(|f| f.value)
    }
}

#[derive(Debug, Clone, Default)]
pub(super) struct Explicit {
    disabled: Option<bool>,
    mode: Option<MetadataMode>,
    endpoint: Option<String>,
    timeout: Option<Duration>,
    attempts: Option<u32>,
    v1_disabled: Option<bool>,
}

impl SettingsBuilder {
    /// Never ask the instance metadata service. Variable `AWS_EC2_METADATA_DISABLED`, of which only `true` (in any
    /// case) counts; defaults to false.
    #[must_use]
    pub fn metadata_disabled(mut self, disabled: bool) -> Self {
        self.metadata.disabled = Some(disabled);
        self
    }

    /// The URL of the instance metadata service; a path is kept. Variable `AWS_EC2_METADATA_SERVICE_ENDPOINT`, key
    /// `ec2_metadata_service_endpoint`; defaults to that of the [mode](Self::metadata_mode). Blank counts as not
    /// given.
    #[must_use]
    pub fn metadata_endpoint(mut self, url: impl Into<String>) -> Self {
        self.metadata.endpoint = Some(url.into()).filter(|url| !url.trim().is_empty());
        self
    }

    /// The address of the instance metadata service. Variable `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE`, key
    /// `ec2_metadata_service_endpoint_mode` (`IPv4` or `IPv6`); where neither is set, the old `AWS_IMDS_USE_IPV6`, key
    /// `imds_use_ipv6`. Defaults to [`MetadataMode::IPv4`].
    #[must_use]
    pub fn metadata_mode(mut self, mode: MetadataMode) -> Self {
        self.metadata.mode = Some(mode);
        self
    }

    /// Time to get a connection to the instance metadata service, and again the time for an answer. Variable
    /// `AWS_METADATA_SERVICE_TIMEOUT`, key `metadata_service_timeout`, in seconds (`0.5`); defaults to 1 s.
    #[must_use]
    pub fn metadata_timeout(mut self, timeout: Duration) -> Self {
        self.metadata.timeout = Some(timeout);
        self
    }

    /// Attempts in all for one request to the instance metadata service, at least 1. Variable
    /// `AWS_METADATA_SERVICE_NUM_ATTEMPTS`, key `metadata_service_num_attempts`; defaults to 1, and 3 once it has
    /// answered.
    #[must_use]
    pub fn metadata_attempts(mut self, attempts: u32) -> Self {
        self.metadata.attempts = Some(attempts);
        self
    }

    /// Never ask the instance metadata service without a session token (version 1). Variable
    /// `AWS_EC2_METADATA_V1_DISABLED`, key `ec2_metadata_v1_disabled`; defaults to false.
    #[must_use]
    pub fn metadata_v1_disabled(mut self, disabled: bool) -> Self {
        self.metadata.v1_disabled = Some(disabled);
        self
    }
}

impl Explicit {
    pub(super) fn find(&self, sources: &Sources<'_>) -> Result<MetadataSettings> {
        // Anything but `true` leaves it on, as in the SDKs.
        let setting = Setting::variables(&["AWS_EC2_METADATA_DISABLED"]);
        let disabled =
            sources.or_find(self.disabled, setting, "true", |text| Some(text.eq_ignore_ascii_case("true")))?;
        let v1 = Setting::variables(&["AWS_EC2_METADATA_V1_DISABLED"]).or_keys(&["ec2_metadata_v1_disabled"]);
        let mode = self.find_mode(sources)?;
        let custom = self.find_endpoint(sources)?;
        let base = match &custom {
            Some(found) => found.value.clone(),
            None => Endpoint::parse(mode.as_ref().map(|f| f.value).unwrap_or_default().url())?,
        };
        Ok(MetadataSettings {
            disabled,
            mode,
            custom,
            timeout: self.find_timeout(sources)?,
            attempts: self.find_attempts(sources)?,
            v1_disabled: sources.find_flag(self.v1_disabled, v1)?,
            base,
        })
    }

    fn find_mode(&self, sources: &Sources<'_>) -> Result<Option<Found<MetadataMode>>> {
        let setting = Setting::variables(&["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"])
            .or_keys(&["ec2_metadata_service_endpoint_mode"]);
        let mode = sources.or_find(self.mode, setting, "IPv4 or IPv6", |text| match text {
            t if t.eq_ignore_ascii_case("IPv4") => Some(MetadataMode::IPv4),
            t if t.eq_ignore_ascii_case("IPv6") => Some(MetadataMode::IPv6),
            _ => None,
        })?;
        if mode.is_some() {
            return Ok(mode);
        }
        let old = Setting::variables(&["AWS_IMDS_USE_IPV6"]).or_keys(&["imds_use_ipv6"]);
        let six = sources.find_flag(None, old)?;
        Ok(six.map(|Found { value, origin }| {
            let value = if value { MetadataMode::IPv6 } else { MetadataMode::IPv4 };
            Found { value, origin }
        }))
    }

    fn find_endpoint(&self, sources: &Sources<'_>) -> Result<Option<Found<Endpoint>>> {
        let setting =
            Setting::variables(&["AWS_EC2_METADATA_SERVICE_ENDPOINT"]).or_keys(&["ec2_metadata_service_endpoint"]);
        let url = sources.or_find(self.endpoint.clone(), setting, "a URL", |text| Some(text.to_owned()))?;
        let Some(Found { value: url, origin }) = url else { return Ok(None) };
        match Endpoint::parse(url.trim()) {
            Ok(value) => Ok(Some(Found { value, origin })),
            Err(error) if origin.may_show_value() => {
                Err(Error::configuration(format!("{error} (from {origin})")).with_source(error))
            }
            Err(error) => Err(Error::configuration(format!("{} (from {origin})", error.without_value()))),
        }
    }

    fn find_timeout(&self, sources: &Sources<'_>) -> Result<Option<Found<Duration>>> {
        let explicit = positive(self.timeout, "metadata_timeout")?;
        let setting = Setting::variables(&["AWS_METADATA_SERVICE_TIMEOUT"]).or_keys(&["metadata_service_timeout"]);
        sources.or_find(explicit, setting, "seconds above 0, such as 1 or 0.5", seconds)
    }

    fn find_attempts(&self, sources: &Sources<'_>) -> Result<Option<Found<u32>>> {
        let allowed = "a whole number, 1 or more";
        let setting =
            Setting::variables(&["AWS_METADATA_SERVICE_NUM_ATTEMPTS"]).or_keys(&["metadata_service_num_attempts"]);
        match sources.or_find(self.attempts, setting, allowed, |text| text.parse().ok().filter(|n| *n > 0))? {
            Some(Found { value: 0, origin }) => {
                Err(Error::configuration(format!("metadata_attempts in {origin} is 0: allowed is {allowed}")))
            }
            found => Ok(found),
        }
    }
}

/// Digits with at most one point: `1`, `0.5`. No sign, no exponent, no `inf`.
fn seconds(text: &str) -> Option<Duration> {
    // By hand: the standard library's reader of fractions is 14 kB of code and tables.
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(part) || (whole.is_empty() && part.is_empty()) {
        return None;
    }
    let whole = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let nanos =
        part.bytes().chain(std::iter::repeat(b'0')).take(9).fold(0, |n, digit| n * 10 + u32::from(digit - b'0'));
    Some(Duration::new(whole, nanos)).filter(|time| !time.is_zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_read_by_hand() {
        for (text, millis) in [("1", 1_000), ("0.5", 500), (".25", 250), ("2.", 2_000), ("007.0010", 7_001)] {
            assert_eq!(seconds(text), Some(Duration::from_millis(millis)), "{text}");
        }
        assert_eq!(seconds("0.0000000019"), Some(Duration::from_nanos(1)));
        assert_eq!(seconds("18446744073709551615"), Some(Duration::from_secs(u64::MAX)));
        for text in [
            "",
            ".",
            "0",
            "0.0",
            "-1",
            "+1",
            "1e3",
            "inf",
            "nan",
            "1.2.3",
            "1 ",
            "1,5",
            "\u{664}",
            "18446744073709551616",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
