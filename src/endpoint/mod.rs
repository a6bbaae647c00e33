//! Where a request goes and for which region it is signed. Pure: parameters in, endpoint out.
//!
//! The decision table is that of the services' endpoint rule sets; the facts are in `partition`.
//! Which settings fill the parameters is not decided here (`settings` does).

mod partition;
mod url;

use std::fmt;

pub use url::Endpoint;
pub(crate) use url::is_loopback_host;

use crate::error::Error;

/// A service of this crate, as the endpoint rules name it.
///
/// Hosts by region: <https://docs.aws.amazon.com/general/latest/gr/sts.html> (STS),
/// <https://docs.aws.amazon.com/general/latest/gr/sso.html> (portal and OIDC),
/// <https://docs.aws.amazon.com/general/latest/gr/signin-service.html> (sign-in).
///
/// ```
/// use stskit::{Settings, endpoint::EndpointService, host::Scripted};
/// let settings = Settings::builder().region("eu-west-1").resolve_with(&Scripted::at(0))?;
/// assert_eq!(settings.endpoint(EndpointService::SsoOidc)?.host(), "oidc.eu-west-1.amazonaws.com");
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EndpointService {
    /// Security Token Service, `sts.<region>.<suffix>`.
    Sts,
    /// IAM Identity Center portal, `portal.sso.<region>.<suffix>`.
    Sso,
    /// IAM Identity Center OIDC, `oidc.<region>.<suffix>`.
    SsoOidc,
    /// AWS Sign-In (`aws login`), `<region>.signin.aws.amazon.com` and by partition.
    Signin,
}

impl EndpointService {
    fn host_label(self) -> &'static str {
        match self {
            EndpointService::Sts => "sts",
            EndpointService::Sso => "portal.sso",
            EndpointService::SsoOidc => "oidc",
            EndpointService::Signin => "signin",
        }
    }
}

/// What decides about an endpoint.
///
/// Filled from the settings; by hand only where there are none. The meaning of each is that of
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html> and
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>.
///
/// ```
/// use stskit::endpoint::{EndpointParams, EndpointService, resolve};
/// let params = EndpointParams { region: Some("eu-west-1"), use_dual_stack: true, ..Default::default() };
/// assert_eq!(resolve(EndpointService::Sts, &params)?.host(), "sts.eu-west-1.api.aws");
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EndpointParams<'a> {
    /// The region; `None` or `Some("")`: none.
    pub region: Option<&'a str>,
    /// Demand the FIPS endpoint.
    pub use_fips: bool,
    /// Demand the dual-stack (IPv4 and IPv6) endpoint.
    pub use_dual_stack: bool,
    /// STS only: the global endpoint for the regions of the legacy list.
    pub use_global_endpoint: bool,
    /// A custom endpoint URL: `http` or `https`, host, optional port and base path.
    pub endpoint: Option<&'a str>,
}

/// Why there is no endpoint.
///
/// As an [`Error`] it is of kind `InvalidConfiguration`, with this as its source.
///
/// ```
/// use stskit::endpoint::{EndpointError, EndpointParams, EndpointService, resolve};
/// let params = EndpointParams { region: Some("eu west 1"), ..Default::default() };
/// assert_eq!(resolve(EndpointService::Sts, &params), Err(EndpointError::InvalidRegion("eu west 1".to_owned())));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndpointError {
    /// No region is set and the service needs one.
    MissingRegion,
    /// A custom endpoint cannot be combined with FIPS: the demand is never dropped silently.
    FipsWithCustomEndpoint,
    /// A custom endpoint cannot be combined with dual-stack.
    DualStackWithCustomEndpoint,
    /// The region cannot be part of a host name.
    InvalidRegion(String),
    /// The pseudo region has no endpoint for this service or combination.
    NoSuchEndpoint(String),
    /// The custom endpoint is not a URL that can be used: the URL without user information, and why.
    InvalidEndpoint(String, &'static str),
    /// The partition has no FIPS endpoints.
    FipsNotSupported(&'static str),
    /// The partition has no dual-stack endpoints.
    DualStackNotSupported(&'static str),
}

impl EndpointError {
    /// What is wrong, without the region or URL that it is about.
    pub(crate) fn without_value(&self) -> String {
        match self {
            EndpointError::InvalidRegion(_) => {
                "the region cannot be part of a host name: use letters, digits and hyphens, as in eu-west-1".to_owned()
            }
            EndpointError::NoSuchEndpoint(_) => "the pseudo region has no such endpoint: name a real region".to_owned(),
            EndpointError::InvalidEndpoint(_, why) => format!("the endpoint URL cannot be used: {why}"),
            other => other.to_string(),
        }
    }
}

impl fmt::Display for EndpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EndpointError::MissingRegion => {
                f.write_str("no region: set AWS_REGION (or AWS_DEFAULT_REGION) or `region` in the profile, or give one in the settings")
            }
            EndpointError::FipsWithCustomEndpoint => f.write_str(
                "a custom endpoint URL and the demand for FIPS exclude each other: \
                 unset AWS_USE_FIPS_ENDPOINT, or remove the endpoint URL",
            ),
            EndpointError::DualStackWithCustomEndpoint => f.write_str(
                "a custom endpoint URL and the demand for dual-stack exclude each other: \
                 unset AWS_USE_DUALSTACK_ENDPOINT, or remove the endpoint URL",
            ),
            EndpointError::InvalidRegion(region) => write!(
                f,
                "the region {region:?} cannot be part of a host name: use letters, digits and hyphens, as in eu-west-1"
            ),
            EndpointError::NoSuchEndpoint(region) => {
                write!(f, "the pseudo region {region:?} has no such endpoint: name a real region")
            }
            EndpointError::InvalidEndpoint(url, why) => {
                write!(f, "the endpoint URL {url:?} cannot be used: {why}")
            }
            EndpointError::FipsNotSupported(id) => write!(f, "the partition {id} has no FIPS endpoints"),
            EndpointError::DualStackNotSupported(id) => write!(f, "the partition {id} has no dual-stack endpoints"),
        }
    }
}

impl std::error::Error for EndpointError {}

impl From<EndpointError> for Error {
    fn from(error: EndpointError) -> Self {
        Error::configuration(error.to_string()).with_source(error)
    }
}

/// Regions that the global STS endpoint serves under `sts_regional_endpoints = legacy`.
const LEGACY_GLOBAL: &[&str] = &[
    "ap-northeast-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "aws-global",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// Decides where requests go. Pure: no I/O, no setting is read.
///
/// ```
/// use stskit::endpoint::{EndpointParams, EndpointService, resolve};
/// let params = EndpointParams { region: Some("cn-north-1"), use_fips: true, ..Default::default() };
/// let endpoint = resolve(EndpointService::Sts, &params).unwrap();
/// assert_eq!(endpoint.url(), "https://sts-fips.cn-north-1.amazonaws.com.cn");
/// assert_eq!(endpoint.signing_region(), Some("cn-north-1"));
/// ```
///
/// # Errors
/// [`EndpointError`], which converts into [`Error`] of kind `InvalidConfiguration`.
pub fn resolve(service: EndpointService, params: &EndpointParams<'_>) -> Result<Endpoint, EndpointError> {
    let given = params.region.map(str::trim).filter(|r| !r.is_empty());
    let (region, pseudo_fips) = given.map_or((None, false), |r| {
        let (region, fips) = strip_fips(r);
        (Some(region), fips)
    });
    let fips = params.use_fips || pseudo_fips;

    if let Some(custom) = params.endpoint.map(str::trim).filter(|e| !e.is_empty()) {
        if fips {
            return Err(EndpointError::FipsWithCustomEndpoint);
        }
        if params.use_dual_stack {
            return Err(EndpointError::DualStackWithCustomEndpoint);
        }
        if let Some(region) = &region {
            check_region(region)?;
        }
        return Endpoint::custom(custom, region);
    }
    let region = region.ok_or(EndpointError::MissingRegion)?;
    check_region(&region)?;

    let plain = !fips && !params.use_dual_stack;
    if service == EndpointService::Sts && plain {
        let legacy = params.use_global_endpoint && LEGACY_GLOBAL.contains(&region.as_str());
        if region == "aws-global" || legacy {
            return Ok(Endpoint::aws("sts.amazonaws.com".to_owned(), "us-east-1".to_owned()));
        }
    }
    let region = match partition::of_global(&region) {
        Some(of) if service == EndpointService::Sts && plain => of.implicit_global_region.to_owned(),
        Some(_) => return Err(EndpointError::NoSuchEndpoint(region)),
        None => region,
    };
    let of = partition::of_region(&region);
    if fips && !of.supports_fips {
        return Err(EndpointError::FipsNotSupported(of.id));
    }
    if params.use_dual_stack && !of.supports_dual_stack {
        return Err(EndpointError::DualStackNotSupported(of.id));
    }
    if service == EndpointService::Signin && !params.use_dual_stack {
        return Ok(Endpoint::aws(signin_host(of, &region, fips), region));
    }
    let suffix = if params.use_dual_stack { of.dual_stack_dns_suffix } else { of.dns_suffix };
    // GovCloud's plain endpoints are FIPS endpoints already.
    let plain_is_fips = of.id == "aws-us-gov" && !params.use_dual_stack;
    let mark = if fips && !plain_is_fips { "-fips" } else { "" };
    Ok(Endpoint::aws(format!("{}{mark}.{region}.{suffix}", service.host_label()), region))
}

/// The DNS suffix of a region's partition: `amazonaws.com`.
pub(crate) fn dns_suffix(region: &str) -> &'static str {
    partition::of_region(region).dns_suffix
}

/// What stands before the DNS suffix of a partition in a host: `db.eu-west-1.rds`.
pub(crate) fn before_dns_suffix(host: &str) -> Option<&str> {
    partition::dns_suffixes().find_map(|suffix| host.strip_suffix(suffix)?.strip_suffix('.'))
}

/// Is this spelt as a region of one of the partitions?
pub(crate) fn is_region(text: &str) -> bool {
    partition::is_region(text)
}

/// The sign-in service has hosts of its own but for dual-stack; FIPS is beside them, or in a place of its own.
fn signin_host(of: &partition::Partition, region: &str, fips: bool) -> String {
    match (fips, of.id, region) {
        (false, ..) => format!("{region}.{}", of.signin_host),
        (true, "aws-us-gov", "us-gov-west-1") => "signin-fips.amazonaws-us-gov.com".to_owned(),
        (true, "aws-us-gov", _) => format!("{region}.signin-fips.amazonaws-us-gov.com"),
        (true, ..) => format!("signin-fips.{region}.{}", of.dns_suffix),
    }
}

/// The old pseudo regions `fips-us-east-1` and `us-east-1-fips` mean the region with FIPS.
fn strip_fips(region: &str) -> (String, bool) {
    let plain = region.replace("fips-", "");
    let plain = plain.strip_suffix("-fips").unwrap_or(&plain);
    let fips = plain.len() != region.len();
    if fips {
        log::warn!("the region {region} is a FIPS pseudo region: using {plain} with FIPS on");
    }
    (plain.to_owned(), fips)
}

fn check_region(region: &str) -> Result<(), EndpointError> {
    let label = (1..=63).contains(&region.len())
        && region.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !region.bytes().all(|b| b.is_ascii_digit())
        && !region.starts_with('-')
        && !region.ends_with('-');
    if label { Ok(()) } else { Err(EndpointError::InvalidRegion(region.chars().take(80).collect())) }
}
