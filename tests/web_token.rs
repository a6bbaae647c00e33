//! Tokens of GetWebIdentityToken: what is asked for, when they are refreshed, what is never served.

mod support;

use std::error::Error as _;
use std::sync::Arc;

use serde_json::Value;
use stskit::emulator::{Emulator, Fault};
use stskit::host::{Host, Scripted};
use stskit::sts::{Client, Tag};
use stskit::token::{Purpose, Token, TokenError};
use stskit::web_token::{OauthBearerConfig, WebIdentityTokens, WebIdentityTokensBuilder, subject};
use stskit::{Error, ErrorKind, Settings};
use support::credentials;

const NOW: i64 = 1_767_323_045;
const AUDIENCE: &str = "https://kafka.example.com";

/// An emulator, and our side, on one clock.
struct World {
    emulator: Emulator,
    host: Arc<Scripted>,
}

impl World {
    fn new() -> World {
        let host = Arc::new(Scripted::at(NOW));
        let clock = Arc::clone(&host);
        let emulator = Emulator::builder().clock(move || clock.now().into()).start().unwrap();
        World { emulator, host }
    }

    fn tokens(&self, change: impl FnOnce(WebIdentityTokensBuilder) -> WebIdentityTokensBuilder) -> WebIdentityTokens {
        let settings = support::settings_with(&self.emulator, |builder| builder.max_attempts(1));
        let client = Client::builder(settings).credentials(credentials()).host(self.host.clone()).build().unwrap();
        let builder = WebIdentityTokens::builder([AUDIENCE]).host(self.host.clone());
        change(builder).with_client(client).unwrap()
    }

    fn loads(&self) -> usize {
        self.emulator.requests().len()
    }

    fn at(&self, seconds: i64) {
        let now = self.host.now().as_secs();
        self.host.advance((NOW + seconds - now) * 1000);
    }
}

fn claims(token: &Token) -> Value {
    use base64::Engine as _;
    let part = token.expose().split('.').nth(1).unwrap();
    serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[test]
fn what_is_asked_for() {
    let world = World::new();
    let tokens = world.tokens(|builder| builder);
    assert_eq!(world.loads(), 0, "nothing is asked before a token is wanted");
    let token = tokens.token().unwrap();
    assert_eq!((token.purpose(), token.access_key_id()), (Purpose::WebIdentity, None));
    assert_eq!(token.expires_at().as_secs(), NOW + 300);
    assert_eq!((claims(&token)["aud"].as_str(), claims(&token)["exp"].as_i64()), (Some(AUDIENCE), Some(NOW + 300)));
    assert_eq!(subject(token.expose()).as_deref(), claims(&token)["sub"].as_str());
    let request = world.emulator.requests().pop().unwrap();
    for (name, value) in [
        ("Action", "GetWebIdentityToken"),
        ("Audience.member.1", AUDIENCE),
        ("DurationSeconds", "300"),
        ("SigningAlgorithm", "RS256"),
    ] {
        assert_eq!(request.parameter(name).as_deref(), Some(value), "{name}");
    }
    let tokens = world.tokens(|b| b.duration_seconds(900).signing_algorithm("ES384").tag(Tag::new("team", "x")));
    assert_eq!(tokens.token().unwrap().expires_at().as_secs(), NOW + 900);
    let request = world.emulator.requests().pop().unwrap();
    for (name, value) in [("SigningAlgorithm", "ES384"), ("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "x")] {
        assert_eq!(request.parameter(name).as_deref(), Some(value), "{name}");
    }
}

/// A client that asks at 80 % of a token's life, as librdkafka does, gets a newer one each time.
#[test]
fn refreshed_before_clients_ask_for_the_next() {
    for (duration, refreshed) in [(60, 30), (300, 150), (900, 600), (3600, 2700)] {
        let world = World::new();
        let tokens = world.tokens(|builder| builder.duration_seconds(duration));
        let first = tokens.token().unwrap();
        world.at(refreshed - 1);
        assert!(tokens.token().unwrap() == first, "{duration}");
        assert_eq!(world.loads(), 1);
        world.at(refreshed);
        let second = tokens.token().unwrap();
        assert!(second != first && second.expires_at().as_secs() == NOW + refreshed + i64::from(duration));
        assert_eq!(world.loads(), 2);
        assert!(refreshed <= i64::from(duration) * 8 / 10);
    }
}

#[test]
fn an_outage_is_survived_until_the_token_ends() {
    let world = World::new();
    let tokens = world.tokens(|builder| builder);
    let first = tokens.token().unwrap();
    world.emulator.inject(Fault::status(503).always());
    world.at(150);
    assert!(tokens.token().unwrap() == first);
    assert_eq!(world.loads(), 2);
    // Left alone for a while, but not for longer than the token is good.
    world.at(239);
    assert!(tokens.token().unwrap() == first);
    assert_eq!(world.loads(), 2);
    world.at(299);
    assert!(tokens.token().unwrap() == first);
    assert!(world.loads() > 2);
    world.at(300);
    let error = tokens.token().unwrap_err();
    assert_eq!(error.service_error().unwrap().metadata().status, 503);
    world.emulator.clear_faults();
    world.at(301);
    assert_eq!(tokens.token().unwrap().expires_at().as_secs(), NOW + 601);
}

#[test]
fn a_refused_token_is_replaced() {
    let world = World::new();
    let tokens = world.tokens(|builder| builder);
    let first = tokens.token().unwrap();
    tokens.invalidate();
    let second = tokens.token().unwrap();
    assert!(second != first);
    assert_eq!(world.loads(), 2);
    assert!(tokens.token().unwrap() == second);
}

#[test]
fn an_account_that_is_not_enabled_says_so() {
    let world = World::new();
    let tokens = world.tokens(|builder| builder);
    let code = "OutboundWebIdentityFederationDisabledException";
    world.emulator.inject(Fault::error(code, "enable it first", 403));
    let error = tokens.token().unwrap_err();
    assert!(error.is_access_denied());
    assert_eq!((error.code(), error.operation()), (Some(code), Some("GetWebIdentityToken")));
}

fn rule(error: &Error) -> &TokenError {
    error.source().and_then(|source| source.downcast_ref()).unwrap_or_else(|| panic!("no rule: {error}"))
}

#[test]
fn inputs_are_checked_before_anything_is_sent() {
    let settings = Settings::builder().region("eu-west-1").resolve_with(&Scripted::at(0)).unwrap();
    let build = |builder: WebIdentityTokensBuilder| builder.build(&settings, credentials()).unwrap_err();
    let one = || WebIdentityTokens::builder([AUDIENCE]);
    for (builder, expected) in [
        (WebIdentityTokens::builder([""; 0]), TokenError::Empty("audience")),
        (WebIdentityTokens::builder([AUDIENCE, ""]), TokenError::Empty("audience")),
        (one().duration_seconds(0), TokenError::ZeroExpiry),
        (one().duration_seconds(59), TokenError::Malformed("duration", "60 seconds are the least")),
        (one().duration_seconds(3601), TokenError::ExpiryTooLong { seconds: 3601, longest: 3600 }),
        (one().signing_algorithm("HS256"), TokenError::Malformed("signing algorithm", "it is RS256 or ES384")),
    ] {
        let error = build(builder);
        assert_eq!((error.kind(), rule(&error)), (ErrorKind::InvalidInput, &expected));
    }
    let global = Settings::builder().region("aws-global").resolve_with(&Scripted::at(0)).unwrap();
    let error = one().build(&global, credentials()).unwrap_err();
    assert!(error.is_configuration() && error.to_string().contains("endpoints of regions only"), "{error}");
}

#[test]
fn from_the_configuration_of_a_kafka_client() {
    let emulator = Emulator::start().unwrap();
    let text = format!("region=eu-west-1,audience={AUDIENCE},sts_endpoint={},tag_a=b", emulator.url());
    let tokens = OauthBearerConfig::parse(&text).unwrap().tokens(credentials()).unwrap();
    let token = tokens.token().unwrap();
    assert_eq!(claims(&token)["aud"], AUDIENCE);
    let request = emulator.requests().pop().unwrap();
    assert_eq!(request.parameter("SigningAlgorithm").as_deref(), Some("ES384"));
    assert_eq!(request.parameter("Tags.member.1.Key").as_deref(), Some("a"));
    let shown = format!("{tokens:?} {token:?}");
    assert!(shown.contains(AUDIENCE) && !shown.contains(token.expose().split('.').nth(1).unwrap()), "{shown}");
    let short = OauthBearerConfig::parse(&format!("{text},duration_seconds=1")).unwrap().tokens(credentials());
    assert_eq!(rule(&short.unwrap_err()), &TokenError::Malformed("duration", "60 seconds are the least"));
}

#[test]
fn inputs_by_name() {
    use stskit::token::Kind;
    let world = World::new();
    let settings = support::settings_with(&world.emulator, |builder| builder.max_attempts(1));
    let build = |inputs: Value| {
        let builder = WebIdentityTokensBuilder::from_inputs(&inputs)?.host(world.host.clone());
        builder.build(&settings, credentials())
    };
    let inputs = serde_json::json!({
        "audience": AUDIENCE, "region": "eu-west-1", "expires_in": 900, "signing_algorithm": "ES384", "tags": {"team": "x"}
    });
    assert_eq!(inputs.as_object().unwrap().len(), Kind::find("web-identity").unwrap().inputs.len() - 1, "and config");
    let token = build(inputs).unwrap().token().unwrap();
    assert_eq!(token.user(), subject(token.expose()).as_deref());
    let request = world.emulator.requests().pop().unwrap();
    for (name, value) in [
        ("Audience.member.1", AUDIENCE),
        ("DurationSeconds", "900"),
        ("SigningAlgorithm", "ES384"),
        ("Tags.member.1.Key", "team"),
    ] {
        assert_eq!(request.parameter(name).as_deref(), Some(value), "{name}");
    }
    assert!(request.header("authorization").unwrap().contains("/eu-west-1/sts/"));

    let url = world.emulator.url();
    let config = format!("region=eu-west-3,audience=b,duration_seconds=60,sts_endpoint={url}");
    build(serde_json::json!({ "config": config })).unwrap().token().unwrap();
    let request = world.emulator.requests().pop().unwrap();
    assert_eq!(request.parameter("SigningAlgorithm").as_deref(), Some("ES384"));
    assert!(request.header("authorization").unwrap().contains("/eu-west-3/sts/"));

    for (inputs, expected) in [
        (serde_json::json!({}), TokenError::Missing("audience")),
        (serde_json::json!({"audience": ""}), TokenError::Empty("audience")),
        (serde_json::json!({"audience": "a", "expires_in": 0}), TokenError::ZeroExpiry),
        (serde_json::json!({"audience": "a", "expires_in": -5}), TokenError::ZeroExpiry),
        (serde_json::json!({"audience": "a", "hostname": "h"}), TokenError::UnknownInput("web-identity")),
        (serde_json::json!({"audience": ["a"]}), TokenError::Malformed("audience", "it has to be a text")),
        (serde_json::json!({"config": "region=r"}), TokenError::Empty("audience")),
        (serde_json::json!({"config": "region=r,audience=a", "region": "r"}), {
            TokenError::Malformed("config", "it stands for all of the other inputs")
        }),
    ] {
        let error = build(inputs.clone()).map(drop).unwrap_err();
        let rule = error.source().and_then(|source| source.downcast_ref::<TokenError>());
        assert_eq!((error.kind(), rule), (ErrorKind::InvalidInput, Some(&expected)), "{inputs}");
    }
}
