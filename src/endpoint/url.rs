//! An endpoint: scheme, host, port and base path, taken apart once and put together per request.

use std::net::IpAddr;

use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};

use super::EndpointError;
use crate::error::{Error, Result};

/// Where requests of a client go, and the region they are signed for.
///
/// ```
/// use stskit::endpoint::{EndpointParams, EndpointService, resolve};
/// let custom = EndpointParams { endpoint: Some("http://localhost:4566/aws/"), ..Default::default() };
/// let endpoint = resolve(EndpointService::Sts, &custom)?;
/// assert_eq!(endpoint.url(), "http://localhost:4566/aws");
/// assert!(endpoint.is_custom() && endpoint.is_loopback());
/// assert_eq!(endpoint.signing_region(), None); // no region: only unsigned operations can be called
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    scheme: Scheme,
    authority: Authority,
    /// Without a trailing slash; empty if there is none.
    base_path: String,
    signing_region: Option<String>,
    custom: bool,
}

impl Endpoint {
    /// An endpoint of AWS itself; `host` is made of checked parts.
    pub(super) fn aws(host: String, region: String) -> Self {
        let authority = Authority::try_from(host).unwrap_or_else(|_| Authority::from_static("invalid"));
        Endpoint {
            scheme: Scheme::HTTPS,
            authority,
            base_path: String::new(),
            signing_region: Some(region),
            custom: false,
        }
    }

    pub(super) fn custom(text: &str, region: Option<String>) -> Result<Self, EndpointError> {
        let endpoint = Self::parse(text)?;
        if endpoint.scheme == Scheme::HTTP && !endpoint.is_loopback() {
            log::warn!("the endpoint {} is not https: credentials travel in clear", endpoint.host());
        }
        Ok(Endpoint { signing_region: region, ..endpoint })
    }

    /// A URL of somebody's, for a service without signatures: plain HTTP is not remarked upon.
    pub(crate) fn parse(text: &str) -> Result<Self, EndpointError> {
        let wrong = |why| EndpointError::InvalidEndpoint(printable(text), why);
        let (scheme, rest) = text.split_once("://").ok_or_else(|| wrong("it has to start with http:// or https://"))?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "https" => Scheme::HTTPS,
            "http" => Scheme::HTTP,
            _ => return Err(wrong("it has to start with http:// or https://")),
        };
        if !rest.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(wrong("it holds a space, a control character or a letter outside ASCII"));
        }
        if rest.contains(['?', '#']) {
            return Err(wrong("it must not have a query or a fragment"));
        }
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err(wrong("it must not hold a user name or password"));
        }
        let authority = authority.to_ascii_lowercase();
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, Some(port)),
            _ => (authority.as_str(), None),
        };
        check_host(host).map_err(wrong)?;
        let port = match port.map(str::parse::<u16>) {
            None => None,
            Some(Ok(port)) if port > 0 => Some(port),
            Some(_) => return Err(wrong("the port is not a number from 1 to 65535")),
        };
        let default = if scheme == Scheme::HTTPS { 443 } else { 80 };
        let authority = match port.filter(|p| *p != default) {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        let authority = Authority::try_from(authority).map_err(|_| wrong("the host is not a name or an IP address"))?;
        let base_path = path.trim_end_matches('/').to_owned();
        if !base_path.is_empty() && PathAndQuery::try_from(base_path.as_str()).is_err() {
            return Err(wrong("the path holds a character that has to be percent-encoded"));
        }
        Ok(Endpoint { scheme, authority, base_path, signing_region: None, custom: true })
    }

    /// `https://sts.eu-west-1.amazonaws.com`, with the base path if there is one, without a trailing slash.
    pub fn url(&self) -> String {
        format!("{}://{}{}", self.scheme, self.authority, self.base_path)
    }

    /// `https` or `http`.
    pub fn scheme(&self) -> &str {
        self.scheme.as_str()
    }

    /// The value of the Host header: the port only if it is not the scheme's default.
    pub fn host(&self) -> &str {
        self.authority.as_str()
    }

    /// The region in the scope of signatures; `None` for a custom endpoint without a region.
    pub fn signing_region(&self) -> Option<&str> {
        self.signing_region.as_deref()
    }

    /// Was the URL given, rather than made from the region?
    pub fn is_custom(&self) -> bool {
        self.custom
    }

    /// Is the host a loopback address or `localhost`?
    pub fn is_loopback(&self) -> bool {
        is_loopback_host(self.authority.host())
    }

    /// The URI of a request: base path and the operation's path (with query), one slash between them.
    pub(crate) fn uri(&self, path_and_query: &str) -> Result<Uri> {
        let path = if self.base_path.is_empty() {
            path_and_query.to_owned()
        } else {
            format!("{}/{}", self.base_path, path_and_query.trim_start_matches('/'))
        };
        Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(path)
            .build()
            .map_err(|e| Error::input("the request cannot be put into a URL").with_source(e))
    }
}

/// `localhost`, 127.0.0.0/8 or ::1 (with or without brackets).
pub(crate) fn is_loopback_host(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
    host.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn check_host(host: &str) -> Result<(), &'static str> {
    if host.is_empty() {
        return Err("it has no host");
    }
    if let Some(literal) = host.strip_prefix('[') {
        let inside = literal.strip_suffix(']').ok_or("the bracket of the IPv6 address is not closed")?;
        return inside.parse::<std::net::Ipv6Addr>().map(|_| ()).map_err(|_| "the IPv6 address is not one");
    }
    let label = |l: &str| {
        (1..=63).contains(&l.len())
            && l.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
            && !l.starts_with('-')
            && !l.ends_with('-')
    };
    let name = host.strip_suffix('.').unwrap_or(host);
    if name.len() <= 253 && name.split('.').all(label) {
        Ok(())
    } else {
        Err("the host is not a name or an IP address")
    }
}

/// The URL as it may be shown: without user information, without control characters, not too long.
fn printable(text: &str) -> String {
    let shown = match (text.find("://"), text.rfind('@')) {
        (Some(scheme), Some(at)) if at > scheme => {
            format!("{}://[user]{}", text.get(..scheme).unwrap_or_default(), text.get(at..).unwrap_or_default())
        }
        _ => text.to_owned(),
    };
    let shown = shown.split('?').next().unwrap_or_default();
    shown.chars().take(120).collect()
}
