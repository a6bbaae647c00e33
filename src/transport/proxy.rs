//! Which requests go through which proxy. Pure: the values come from `settings`.

use std::fmt;
use std::net::IpAddr;

use http::Uri;
use http::uri::Authority;

use crate::endpoint::is_loopback_host;
use crate::secret::Secret;

/// The URL of an HTTP(S) proxy: `http://user:password@host:port`. A value without a scheme means `http://`.
///
/// Requests are tunnelled with CONNECT; user and password are percent-decoded and sent as Basic
/// authorization. `Debug` hides them.
///
/// CONNECT: RFC 9110 section 9.3.6; Basic: RFC 7617.
///
/// ```
/// use stskit::transport::ProxyUrl;
/// let proxy = ProxyUrl::parse("http://me:p%40ss@proxy.example.com:3128")?;
/// assert_eq!(format!("{proxy:?}"), "ProxyUrl(proxy.example.com:3128)");
/// assert!(ProxyUrl::parse("socks5://proxy.example.com").is_err());
/// # Ok::<(), &'static str>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyUrl(Secret);

impl ProxyUrl {
    /// Reads a proxy URL.
    ///
    /// # Errors
    /// What is wrong with it, without the URL.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        let url = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let uri: Uri = url.parse().map_err(|_| "it is not a URL")?;
        match uri.scheme_str() {
            Some("http" | "https") => {}
            Some("socks" | "socks4" | "socks4a" | "socks5" | "socks5h") => {
                return Err("SOCKS proxies are not supported: use an HTTP proxy");
            }
            _ => return Err("it has to start with http:// or https://"),
        }
        let authority = uri.authority().filter(|a| !a.host().is_empty()).ok_or("it has no host")?;
        let after_host = host_and_port(authority).rsplit(']').next().unwrap_or_default();
        let port = after_host.rsplit_once(':').map(|(_, port)| port.parse::<u16>());
        if port.is_some_and(|port| !matches!(port, Ok(1..))) {
            return Err("its port is not a number from 1 to 65535");
        }
        if !super::ureq::takes_proxy(&url) {
            return Err("its user and password are not percent-encoded UTF-8 text");
        }
        Ok(ProxyUrl(url.into()))
    }

    pub(super) fn expose(&self) -> &str {
        self.0.expose()
    }

    /// Host and port, without user and password.
    pub fn host(&self) -> String {
        let uri = self.0.expose().parse::<Uri>().unwrap_or_default();
        uri.authority().map(host_and_port).unwrap_or_default().to_owned()
    }
}

fn host_and_port(authority: &Authority) -> &str {
    authority.as_str().rsplit('@').next().unwrap_or_default()
}

impl fmt::Debug for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProxyUrl({})", self.host())
    }
}

/// The proxies for the two schemes, and the hosts that need none.
///
/// Settings fill them from `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`
/// (<https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-proxy.html>); the default is none.
///
/// ```
/// use stskit::Settings;
/// use stskit::transport::{NoProxy, Proxies, ProxyUrl};
/// let proxies = Proxies {
///     https: Some(ProxyUrl::parse("proxy.example.com:3128")?),
///     no_proxy: NoProxy::parse("internal.example.com"),
///     ..Proxies::default()
/// };
/// assert!(proxies.select(&"https://sts.eu-west-1.amazonaws.com/".parse()?).is_some());
/// let settings = Settings::builder().proxies(proxies).resolve_with(&stskit::host::Scripted::at(0))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// For `https` requests.
    pub https: Option<ProxyUrl>,
    /// For `http` requests.
    pub http: Option<ProxyUrl>,
    /// Hosts reached directly.
    pub no_proxy: NoProxy,
}

impl Proxies {
    /// The proxy for a URI; `None`: direct. Loopback hosts are always reached directly.
    pub fn select(&self, uri: &Uri) -> Option<&ProxyUrl> {
        let (proxy, default_port) = match uri.scheme_str() {
            Some("https") => (self.https.as_ref()?, 443),
            _ => (self.http.as_ref()?, 80),
        };
        let host = uri.host()?;
        let direct = is_loopback_host(host) || self.no_proxy.matches(host, uri.port_u16().unwrap_or(default_port));
        (!direct).then_some(proxy)
    }
}

/// The hosts of `NO_PROXY`: a comma list of names (with or without a leading dot; a name stands for
/// itself and everything below it), IP literals, CIDR blocks, `host:port`, or `*` for all.
///
/// ```
/// use stskit::transport::NoProxy;
/// let direct = NoProxy::parse("internal.example.com, 10.0.0.0/8");
/// assert!(direct.matches("vault.internal.example.com", 443) && direct.matches("10.1.2.3", 80));
/// assert!(!direct.matches("sts.eu-west-1.amazonaws.com", 443));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NoProxy(Vec<Rule>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Rule {
    All,
    Block(IpAddr, u8),
    Name { suffix: String, port: Option<u16> },
}

impl NoProxy {
    /// Reads the list; entries that make no sense match nothing.
    pub fn parse(list: &str) -> Self {
        NoProxy(list.split(',').map(str::trim).filter(|e| !e.is_empty()).filter_map(Rule::parse).collect())
    }

    /// Is this host reached directly?
    pub fn matches(&self, host: &str, port: u16) -> bool {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(&host);
        let ip = bare.parse::<IpAddr>().ok();
        self.0.iter().any(|rule| rule.matches(bare, ip, port))
    }
}

impl Rule {
    fn parse(entry: &str) -> Option<Rule> {
        if entry == "*" {
            return Some(Rule::All);
        }
        let entry = entry.to_ascii_lowercase();
        if let Some((ip, bits)) = entry.split_once('/') {
            let ip = unbracket(ip).parse::<IpAddr>().ok()?;
            let bits = bits.parse::<u8>().ok().filter(|b| *b <= if ip.is_ipv4() { 32 } else { 128 })?;
            return Some(Rule::Block(ip, bits));
        }
        if let Ok(ip) = unbracket(&entry).parse::<IpAddr>() {
            return Some(Rule::Block(ip, if ip.is_ipv4() { 32 } else { 128 }));
        }
        let (name, port) = match entry.rsplit_once(':') {
            Some((name, port)) => (name, Some(port.parse().ok()?)),
            None => (entry.as_str(), None),
        };
        let suffix = unbracket(name.strip_prefix('*').unwrap_or(name).trim_matches('.')).to_owned();
        (!suffix.is_empty()).then_some(Rule::Name { suffix, port })
    }

    fn matches(&self, host: &str, ip: Option<IpAddr>, at_port: u16) -> bool {
        match self {
            Rule::All => true,
            Rule::Block(block, bits) => ip.is_some_and(|ip| in_block(ip, *block, *bits)),
            Rule::Name { suffix, port } => {
                let above = host.strip_suffix(suffix.as_str());
                above.is_some_and(|a| a.is_empty() || a.ends_with('.')) && port.is_none_or(|p| p == at_port)
            }
        }
    }
}

fn unbracket(host: &str) -> &str {
    host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host)
}

fn in_block(ip: IpAddr, block: IpAddr, bits: u8) -> bool {
    let (ip, block, width) = match (ip, block) {
        (IpAddr::V4(ip), IpAddr::V4(block)) => (u128::from(u32::from(ip)), u128::from(u32::from(block)), 32),
        (IpAddr::V6(ip), IpAddr::V6(block)) => (u128::from(ip), u128::from(block), 128),
        _ => return false,
    };
    (ip ^ block).checked_shr(width - u32::from(bits)).unwrap_or(0) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_proxy_rules() {
        for (list, host, port, expected) in [
            ("", "sts.amazonaws.com", 443, false),
            ("*", "sts.amazonaws.com", 443, true),
            ("amazonaws.com", "sts.amazonaws.com", 443, true),
            (".amazonaws.com", "sts.amazonaws.com", 443, true),
            (" .AmazonAWS.com ,x", "STS.amazonaws.COM", 443, true),
            ("*.amazonaws.com", "sts.amazonaws.com", 443, true),
            ("amazonaws.com", "notamazonaws.com", 443, false),
            ("sts.amazonaws.com", "sso.amazonaws.com", 443, false),
            ("amazonaws.com:443", "sts.amazonaws.com", 443, true),
            ("amazonaws.com:8443", "sts.amazonaws.com", 443, false),
            ("10.0.0.0/8", "10.1.2.3", 80, true),
            ("10.0.0.0/8", "11.1.2.3", 80, false),
            ("0.0.0.0/0", "11.1.2.3", 80, true),
            ("169.254.169.254", "169.254.169.254", 80, true),
            ("fd00:ec2::/32", "[fd00:ec2::254]", 80, true),
            ("::1", "[::1]", 80, true),
            ("10.0.0.0/99", "10.1.2.3", 80, false),
            (",,:,.", "x", 80, false),
        ] {
            assert_eq!(NoProxy::parse(list).matches(host, port), expected, "{list} {host}");
        }
    }

    #[test]
    fn selects_by_scheme_and_never_for_loopback() {
        let proxies = Proxies {
            https: Some(ProxyUrl::parse("user:planted@secure:8443").unwrap()),
            http: Some(ProxyUrl::parse("http://plain").unwrap()),
            no_proxy: NoProxy::parse("internal"),
        };
        let chosen = |uri: &str| proxies.select(&uri.parse().unwrap()).map(|p| p.expose().to_owned());
        assert_eq!(chosen("https://sts.amazonaws.com/").as_deref(), Some("http://user:planted@secure:8443"));
        assert_eq!(chosen("http://sts.amazonaws.com/").as_deref(), Some("http://plain"));
        for direct in ["http://127.0.0.1:1/", "https://localhost/", "http://[::1]/", "https://a.internal/"] {
            assert_eq!(chosen(direct), None, "{direct}");
        }
        assert!(!format!("{proxies:?}").contains("planted"));
        for (url, host) in [
            ("http://user:planted@host/", "host"),
            ("[::1]:3128", "[::1]:3128"),
            ("http://host:1/planted@other?planted", "host:1"),
        ] {
            assert_eq!(ProxyUrl::parse(url).unwrap().host(), host);
        }
    }

    #[test]
    fn bad_proxy_urls_say_why() {
        for (url, why) in [
            ("socks5://x", "SOCKS"),
            ("ftp://x", "http://"),
            ("http://", "not a URL"),
            ("http://x:y:z", "not a URL"),
            ("http://host:", "port"),
            ("http://host:0", "port"),
            ("host:65536/", "port"),
            ("http://user:planted@[::1]:x", "port"),
            ("http://user:%ff@host", "percent-encoded"),
            ("a b", "not a URL"),
        ] {
            assert!(ProxyUrl::parse(url).unwrap_err().contains(why), "{url}: {:?}", ProxyUrl::parse(url));
        }
    }
}
