//! What the options of every command mean for the library.

use std::time::Duration;

use stskit::endpoint::{Endpoint, EndpointService};
use stskit::providers::{DefaultChain, DefaultChainBuilder, prompt_mfa_on_terminal};
use stskit::{Settings, SettingsBuilder};

use crate::failure::Failure;
use crate::words::Words;
use crate::{logger, waiting};

/// The settings by the options, and the log with its warnings. Call it once all words are read.
pub(crate) fn settings(words: &Words) -> Result<Settings, Failure> {
    Ok(builder(words)?.resolve()?)
}

/// Before they are resolved.
pub(crate) fn builder(words: &Words) -> Result<SettingsBuilder, Failure> {
    logger::start(words.has("debug"));
    if words.has("no-verify-ssl") {
        return Err(Failure::usage("--no-verify-ssl is refused: credentials would go to whoever answers")
            .hint("name the certificates to trust by --ca-bundle FILE or AWS_CA_BUNDLE"));
    }
    let mut builder = Settings::builder();
    if let Some(profile) = words.one("profile") {
        builder = builder.profile(profile);
    }
    if let Some(region) = words.one("region") {
        builder = builder.region(region);
    }
    if let Some(bundle) = words.one("ca-bundle") {
        builder = builder.ca_bundle(bundle);
    }
    if let Some(limit) = seconds(words, "cli-connect-timeout")? {
        builder = builder.connect_timeout(limit);
    }
    if let Some(limit) = seconds(words, "cli-read-timeout")? {
        builder = builder.read_timeout(limit);
    }
    Ok(builder)
}

fn seconds(words: &Words, name: &str) -> Result<Option<Duration>, Failure> {
    Ok(words.number::<u32>(name)?.map(|seconds| Duration::from_secs(seconds.into())))
}

/// Where the command's own calls go by `--endpoint-url`. The calls for the credentials are not meant, as in the AWS
/// CLI.
pub(crate) fn endpoint(words: &Words, service: EndpointService) -> Result<Option<Endpoint>, Failure> {
    let Some(url) = words.one("endpoint-url") else { return Ok(None) };
    let settings = builder(words)?.endpoint_url(service, url).resolve()?;
    Ok(Some(settings.endpoint(service).map_err(stskit::Error::from)?))
}

/// The default chain, with what a program for people has: a terminal, and the role credentials that the AWS CLI keeps
/// between its runs.
pub(crate) fn chain(settings: &Settings) -> DefaultChainBuilder {
    DefaultChain::builder(settings.clone()).cli_cache_in_home().mfa(|serial: &str| {
        waiting::asks();
        prompt_mfa_on_terminal(serial)
    })
}
