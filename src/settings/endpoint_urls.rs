//! Custom endpoints: service variable, global variable, service block of the profile, the profile's own.

use super::SERVICES;
use super::source::{Found, Origin, Setting, Sources};
use crate::config::{Config, Section};
use crate::endpoint::EndpointService;
use crate::error::Result;

type Urls = [Option<Found<String>>; SERVICES.len()];

/// A service's variable, and the names of its block in a `[services]` section.
fn names(service: EndpointService) -> (Setting, &'static [&'static str]) {
    match service {
        EndpointService::Sts => (Setting::variables(&["AWS_ENDPOINT_URL_STS"]), &["sts"]),
        EndpointService::Sso => (Setting::variables(&["AWS_ENDPOINT_URL_SSO"]), &["sso"]),
        EndpointService::SsoOidc => (Setting::variables(&["AWS_ENDPOINT_URL_SSO_OIDC"]), &["sso_oidc", "sso-oidc"]),
        EndpointService::Signin => (Setting::variables(&["AWS_ENDPOINT_URL_SIGNIN"]), &["signin"]),
    }
}

/// The URLs in the order of [`SERVICES`].
pub(super) fn find(explicit: [Option<String>; SERVICES.len()], sources: &Sources<'_>, config: &Config) -> Result<Urls> {
    let mut urls = explicit.map(|url| url.map(|value| Found { value, origin: Origin::Explicit }));
    let ignore = Setting::variables(&["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]);
    if sources.flag(None, ignore.or_keys(&["ignore_configured_endpoint_urls"]))? {
        return Ok(urls);
    }
    let every = Setting::variables(&["AWS_ENDPOINT_URL"]).or_keys(&["endpoint_url"]);
    let services = services(sources, config)?;
    for (slot, service) in urls.iter_mut().zip(SERVICES) {
        let (variable, blocks) = names(service);
        if slot.is_some() {
            continue;
        }
        *slot = match (sources.find_variable(variable)?, sources.find_variable(every)?) {
            (Some(url), _) | (None, Some(url)) => Some(url),
            (None, None) => services.as_ref().and_then(|s| s.find(blocks)).or_else(|| sources.find_key(every)),
        };
        if let Some(url) = slot {
            sources.note("endpoint_url", Some(url.value.clone()), &url.origin);
        }
    }
    Ok(urls)
}

/// The `[services NAME]` section that the profile names.
struct Services<'a> {
    section: Section<'a>,
    name: String,
}

impl Services<'_> {
    fn find(&self, blocks: &[&str]) -> Option<Found<String>> {
        let url = blocks.iter().find_map(|block| self.section.get_nested(block, "endpoint_url"))?;
        let origin = Origin::section(format!("services section {:?}", self.name).into(), "endpoint_url", &url);
        Some(Found { value: url.text().to_owned(), origin })
    }
}

fn services<'a>(sources: &Sources<'_>, config: &'a Config) -> Result<Option<Services<'a>>> {
    let Some(name) = sources.profile.as_ref().and_then(|profile| profile.get("services")) else { return Ok(None) };
    match config.services(name.text()) {
        Some(section) => Ok(Some(Services { section, name: name.text().to_owned() })),
        None => Err(name.error("the config file has no section [services ...] of the name that `services` gives here")),
    }
}
