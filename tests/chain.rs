//! The default chain and chains of one's own as their callers see them: order, report, errors, parts given in code.
//! Which source wins in which situation is the scenarios' business, and the bugs of others are in `behaviours`.

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use stskit::emulator::{Emulator, Fault};
use stskit::explain::{Outcome, Place, Report};
use stskit::providers::Chain;
use stskit::transport::{Transport, TransportError, TransportErrorKind, UreqTransport};
use stskit::{Credentials, DefaultChain, Error, ErrorKind, Provide, Result, Secret, Settings};
use support::world::World;

const ROLE: &str = "arn:aws:iam::123456789012:role/demo";
const SERIAL: &str = "arn:aws:iam::123456789012:mfa/ann";
const KEYS: &str = "aws_access_key_id = {id}\naws_secret_access_key = {secret}\n";
/// Every provider, in order.
const PROVIDERS: [&str; 10] = [
    "environment",
    "assume-role",
    "web-identity",
    "sso",
    "credentials-file",
    "login",
    "process",
    "config-file",
    "container",
    "imds",
];

/// A default profile with a role, more settings for it, and the profile it starts from.
fn role_with(more: &str) -> String {
    format!("[default]\nrole_arn = {ROLE}\nsource_profile = base\n{more}[profile base]\n{KEYS}")
}

/// The text with what differs from run to run made equal.
fn masked(world: &World, text: &str, found: Option<&Credentials>) -> String {
    let mut text = text.replace(world.home.to_str().unwrap(), "HOME").replace(&world.emulator.url(), "URL");
    if let Some(found) = found {
        text = text.replace(found.access_key_id(), "ASIA");
        text = text.replace(&found.expiration().unwrap().to_string(), "THEN");
    }
    text
}

/// A chain with a role, its credentials, its report.
fn explained() -> (World, Credentials, Report) {
    let world = World::with_config(&format!(
        "[profile app]\nrole_arn = {ROLE}\nsource_profile = base\nrole_session_name = me\nmax_attempts = 2\n\
         [profile base]\n{KEYS}"
    ));
    for service in ["SSO", "SSO_OIDC", "SIGNIN"] {
        world.unset(&format!("AWS_ENDPOINT_URL_{service}"));
    }
    world.unset("AWS_EC2_METADATA_SERVICE_ENDPOINT");
    world.set("AWS_PROFILE", "app");
    let chain = world.chain();
    let found = chain.credentials().unwrap();
    world.advance(90);
    let report = chain.explain();
    (world, found, report)
}

#[test]
fn the_report_as_json() {
    let (world, found, report) = explained();
    let text = masked(&world, &report.to_json(), Some(&found));
    let value: Value = serde_json::from_str(&text).unwrap();
    // Their order is that of the structure.
    let top: Vec<&str> = text.lines().filter_map(|l| l.strip_prefix("  \"")?.split_once('"').map(|n| n.0)).collect();
    assert_eq!(top, ["profile", "region", "files", "steps", "path", "credentials", "settings", "problem"]);

    let variable = |name: &str| json!({"kind": "variable", "name": name});
    let key = |key: &str, profile: &str, line: usize| json!({"kind": "key", "key": key, "section": format!("profile {profile:?}"), "at": ["HOME/.aws/config", line]});
    let looked = |place: Value, found: bool| json!({"place": place, "found": found});
    let file = |name: &str| json!({"kind": "file", "path": format!("HOME/.aws/{name}")});
    assert_eq!(value["profile"], json!({"name": "profile", "value": "app", "place": variable("AWS_PROFILE")}));
    assert_eq!(value["region"], json!({"name": "region", "value": "us-east-1", "place": variable("AWS_REGION")}));
    assert_eq!(value["files"], json!([looked(file("config"), true), looked(file("credentials"), false)]));
    assert_eq!(
        value["settings"],
        json!([
            {"name": "endpoint_url", "value": "URL", "place": variable("AWS_ENDPOINT_URL_STS")},
            {"name": "max_attempts", "value": "2", "place": key("max_attempts", "app", 5)},
        ])
    );
    assert_eq!(value["problem"], Value::Null);
    let left = value["credentials"]["seconds_left"].as_i64().unwrap();
    assert!((3450..=3510).contains(&left), "{left}");
    assert_eq!(
        value["credentials"],
        json!({
            "access_key_id": "ASIA", "account_id": "123456789012", "identity": ROLE, "temporary": true,
            "expiration": "THEN", "seconds_left": left,
        })
    );
    assert_eq!(
        value["path"],
        json!([
            {
                "provider": "config-file", "profile": "base", "role_arn": null, "session_name": null,
                "places": [key("aws_access_key_id", "base", 7), key("aws_secret_access_key", "base", 8)],
            },
            {
                "provider": "assume-role", "profile": "app", "role_arn": ROLE, "session_name": "me",
                "places": [key("role_arn", "app", 2), {"kind": "url", "url": "URL"}],
            },
        ])
    );
    let steps = value["steps"].as_array().unwrap();
    let named: Vec<&str> = steps.iter().map(|step| step["provider"].as_str().unwrap()).collect();
    assert_eq!(named, PROVIDERS);
    assert_eq!(
        steps[..3],
        [
            json!({
                "provider": "environment", "outcome": "not-configured", "reason": "AWS_ACCESS_KEY_ID is not set",
                "looked_at": [
                    looked(variable("AWS_ACCESS_KEY_ID"), false), looked(variable("AWS_SECRET_ACCESS_KEY"), false),
                ],
            }),
            json!({
                "provider": "assume-role", "outcome": "used", "reason": "role_arn is set",
                "looked_at": [
                    looked(key("role_arn", "app", 2), true),
                    looked(key("source_profile", "app", 3), true),
                    looked(
                        json!({"kind": "key", "key": "credential_source", "section": "profile \"app\"", "at": null}),
                        false,
                    ),
                ],
            }),
            json!({"provider": "web-identity", "outcome": "not-reached", "reason": "", "looked_at": []}),
        ]
    );
}

#[test]
fn the_report_as_text() {
    let (world, found, report) = explained();
    let text = masked(&world, &report.to_string(), Some(&found));
    let expected = "\
profile app (AWS_PROFILE)
region us-east-1 (AWS_REGION)
HOME/.aws/config: read
HOME/.aws/credentials: not there

Asked in this order:
   1. environment                   not configured  AWS_ACCESS_KEY_ID is not set
   2. assume role                   used            role_arn is set
        role_arn in profile \"app\", HOME/.aws/config, line 2: set
        source_profile in profile \"app\", HOME/.aws/config, line 3: set
        credential_source in profile \"app\": not set
   3. web identity                  not asked
   4. SSO                           not asked
   5. keys in the credentials file  not asked
   6. login session                 not asked
   7. credential process            not asked
   8. keys in the config file       not asked
   9. container                     not asked
  10. instance metadata             not asked

Path:
  config-file, profile \"base\", aws_access_key_id in profile \"base\", HOME/.aws/config, line 7, \
aws_secret_access_key in profile \"base\", HOME/.aws/config, line 8
  -> assume-role arn:aws:iam::123456789012:role/demo as me, profile \"app\", role_arn in profile \"app\", \
HOME/.aws/config, line 2, URL

Settings:
  endpoint_url URL (AWS_ENDPOINT_URL_STS)
  max_attempts 2 (max_attempts in profile \"app\", HOME/.aws/config, line 5)

Credentials:
  access key id ASIA (temporary)
  account 123456789012
  identity arn:aws:iam::123456789012:role/demo
  expire at THEN, in 58 min
";
    assert_eq!(text, expected);
}

#[test]
fn places_of_a_profile_and_a_region() {
    let world = World::with_config("[default]\nregion = eu-north-1\n[profile app]\nregion = eu-west-1\n");
    world.set_keys();
    let places = |builder: stskit::SettingsBuilder| {
        let report = world.chain_of(builder.resolve_with(&*world.machine).unwrap()).explain();
        (report.profile.place.to_string(), report.region.map(|region| region.place.to_string()))
    };
    let named = |place: &str| Some(masked(&world, place, None));
    let config = world.home.join(".aws/config").display().to_string();
    assert_eq!(places(Settings::builder()), ("by default".to_owned(), named("AWS_REGION")));
    let code = Settings::builder().profile("app").region("eu-west-2");
    assert_eq!(places(code), ("given in code".to_owned(), named("given in code")));
    world.unset("AWS_REGION");
    for (profile, line) in [(None, 2), (Some("app"), 4)] {
        let builder = profile.map_or_else(Settings::builder, |name| Settings::builder().profile(name));
        let expected = format!("region in profile {:?}, {config}, line {line}", profile.unwrap_or("default"));
        assert_eq!(places(builder).1, Some(expected));
    }
    let world = World::new();
    world.unset("AWS_REGION");
    let report = world.chain().explain();
    assert!(report.region.is_none() && report.to_string().contains("\nregion not set (AWS_REGION, "), "{report}");
}

#[test]
fn the_place_of_each_source() {
    let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSIsImF1ZCI6InN0cyIsImlzcyI6Imh0dHBzOi8vaWRwIn0.c2ln";
    let sso = "[default]\nsso_session = dev\nsso_account_id = 123456789012\nsso_role_name = ReadOnly\n\
               [sso-session dev]\nsso_region = us-east-1\nsso_start_url = {url}/start\n";
    let token = "34c6fceca75e456f25e7e99531e2425c6c1de443.json"; // of the session `dev`
    for (config, provider, role, last) in [
        (sso.to_owned(), "sso", Some("123456789012/ReadOnly"), format!("HOME/.aws/sso/cache/{token}")),
        (
            format!("[default]\nrole_arn = {ROLE}\nweb_identity_token_file = {{home}}/token\n"),
            "web-identity",
            Some(ROLE),
            "HOME/token".to_owned(),
        ),
        (String::new(), "imds", None, "URL".to_owned()),
    ] {
        let world = World::with_config(&config);
        world.file("token", jwt);
        world.file(&format!(".aws/sso/cache/{token}"), &world.emulator.sso().issue_token().cache_json());
        let report = world.chain().explain();
        let link = &report.path[0];
        assert_eq!((report.path.len(), &*link.provider, link.role_arn.as_deref()), (1, provider, role), "{report}");
        assert_eq!(masked(&world, &link.places.last().unwrap().to_string(), None), last);
        let mut places: Vec<String> = link.places.iter().map(Place::to_string).collect();
        places.dedup();
        assert_eq!(places.len(), link.places.len(), "no place twice: {places:?}");
    }
}

#[test]
fn explaining_does_not_ask_again() {
    let world = World::with_config(&role_with(""));
    let chain = world.chain();
    assert_eq!(world.count("AssumeRole"), 0, "building the chain asks nobody");
    let first = chain.explain();
    let found = chain.credentials().unwrap();
    world.advance(1200);
    let second = chain.clone().explain();
    assert_eq!(world.count("AssumeRole"), 1);
    for report in [&first, &second] {
        assert_eq!(report.credentials.as_ref().unwrap().access_key_id, found.access_key_id());
    }
    let left = |report: &Report| report.credentials.as_ref().unwrap().seconds_left.unwrap();
    assert!((1195..=1210).contains(&(left(&first) - left(&second))), "{} {}", left(&first), left(&second));
    assert_eq!((&first.steps, &first.path), (&second.steps, &second.path));
    // A set that outlives a failed refresh says what it is.
    world.set("AWS_MAX_ATTEMPTS", "1");
    world.emulator.inject(Fault::status(500).on("AssumeRole").always());
    world.advance(3600);
    let late = chain.explain();
    assert!(left(&late) < 0 && late.to_string().contains("  expired at "), "{late}");
    // Another one is asked for once this was called expired.
    world.emulator.clear_faults();
    chain.invalidate(&found);
    world.advance(601);
    assert_ne!(chain.explain().credentials.unwrap().access_key_id, found.access_key_id());
}

/// Fails in one way.
#[derive(Debug)]
struct Broken(TransportErrorKind);

impl Transport for Broken {
    fn send(
        &self,
        _: http::Request<&[u8]>,
        _: Option<Duration>,
    ) -> std::result::Result<http::Response<Vec<u8>>, TransportError> {
        Err(TransportError::new(self.0, "broken on purpose"))
    }
}

/// The report of a failure: the steps before passed over, the failing one with the words of the error, the rest not asked.
#[track_caller]
fn assert_failed_at(chain: &DefaultChain, provider: &str, kind: ErrorKind) {
    let error = chain.credentials().unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    let report = error.report().expect("every error of the chain has a report");
    let at = PROVIDERS.iter().position(|name| *name == provider).unwrap();
    let named: Vec<&str> = report.steps.iter().map(|step| &*step.provider).collect();
    assert_eq!(named, PROVIDERS);
    for (place, step) in report.steps.iter().enumerate() {
        let expected = match place.cmp(&at) {
            std::cmp::Ordering::Less => Outcome::NotConfigured,
            std::cmp::Ordering::Equal => Outcome::Failed,
            std::cmp::Ordering::Greater => Outcome::NotReached,
        };
        assert_eq!(step.outcome, expected, "{error}\n{report}");
    }
    let failed = report.failed().unwrap();
    assert_eq!((failed.reason.as_str(), report.problem.as_deref()), (&*error.to_string(), Some(&*error.to_string())));
    assert!(report.used().is_none() && report.credentials.is_none());
    assert!(report.to_string().ends_with(&format!("\nNo credentials: {error}\n")), "{report}");
    let value: Value = serde_json::from_str(&report.to_json()).unwrap();
    assert_eq!(value["steps"][at]["outcome"], "failed");
    assert_eq!((&value["credentials"], &value["problem"]), (&Value::Null, &json!(error.to_string())));
    let explained = chain.explain();
    assert_eq!((&explained.steps[..at], &explained.path), (&report.steps[..at], &report.path));
    assert_eq!(explained.failed().unwrap().provider, provider);
    // The error stays what it is under another one's hood.
    let outer = stskit::sts::Client::new(chain.settings().clone(), chain.clone()).unwrap();
    let error = outer.get_caller_identity(&stskit::sts::GetCallerIdentity {}).unwrap_err();
    assert_eq!((error.kind(), error.report().is_some()), (kind, true), "{error}");
}

#[test]
fn every_kind_of_failure_has_a_report() {
    // Configurations.
    for (config, provider, kind) in [
        (format!("[default]\nrole_arn = {ROLE}\n"), "assume-role", ErrorKind::InvalidConfiguration),
        (role_with("role_session_name = x\n"), "assume-role", ErrorKind::InvalidInput),
        (role_with(&format!("mfa_serial = {SERIAL}\n")), "assume-role", ErrorKind::InvalidConfiguration),
        ("[default]\nweb_identity_token_file = /gone\n".to_owned(), "web-identity", ErrorKind::InvalidConfiguration),
        (
            "[default]\nsso_account_id = 1\nsso_role_name = r\nsso_region = us-east-1\nsso_start_url = {url}/start\n"
                .to_owned(),
            "sso",
            ErrorKind::LoginRequired,
        ),
        ("[default]\nlogin_session = arn:aws:iam::1:user/me\n".to_owned(), "login", ErrorKind::LoginRequired),
        ("[default]\ncredential_process = 'open\n".to_owned(), "process", ErrorKind::InvalidConfiguration),
        ("[default]\naws_access_key_id = {id}\n".to_owned(), "config-file", ErrorKind::InvalidConfiguration),
    ] {
        let world = World::with_config(&config);
        assert_failed_at(&world.chain(), provider, kind);
    }
    let world = World::new();
    world.credentials_file("[default]\naws_access_key_id = {id}\n");
    assert_failed_at(&world.chain(), "credentials-file", ErrorKind::InvalidConfiguration);
    world.set("AWS_ACCESS_KEY_ID", "AKID");
    assert_failed_at(&world.chain(), "environment", ErrorKind::InvalidConfiguration);
    let world = World::new();
    world.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://10.0.0.1/");
    assert_failed_at(&world.chain(), "container", ErrorKind::InvalidConfiguration);
    let world = World::new();
    world.emulator.imds().fail("AssumeRoleUnauthorizedAccess", "EC2 cannot assume the role");
    assert_failed_at(&world.chain(), "imds", ErrorKind::AccessDenied);

    // Answers of STS.
    for (fault, kind) in [
        (Fault::error("AccessDenied", "no", 403), ErrorKind::AccessDenied),
        (Fault::error("ExpiredTokenException", "late", 400), ErrorKind::Expired),
        (Fault::error("Throttling", "slower", 400), ErrorKind::Throttled),
        (Fault::error("MalformedPolicyDocument", "what?", 400), ErrorKind::Service),
        (Fault::status(500), ErrorKind::Service),
        (Fault::status(200).body("text/xml", "<what/"), ErrorKind::InvalidResponse),
    ] {
        let world = World::with_config(&role_with(""));
        world.set("AWS_MAX_ATTEMPTS", "1");
        world.emulator.inject(fault.on("AssumeRole").always());
        assert_failed_at(&world.chain(), "assume-role", kind);
    }
    // No answers.
    for (broken, kind) in [
        (TransportErrorKind::Connect, ErrorKind::Network),
        (TransportErrorKind::Certificate, ErrorKind::Tls),
        (TransportErrorKind::ReadTimeout, ErrorKind::Timeout),
    ] {
        let world = World::with_config(&role_with(""));
        world.set("AWS_MAX_ATTEMPTS", "1");
        let builder = DefaultChain::builder(world.settings().unwrap()).host(world.machine.clone());
        assert_failed_at(&builder.transport(Arc::new(Broken(broken))).build(), "assume-role", kind);
    }
    // A callback's own words.
    for kind in [ErrorKind::Cancelled, ErrorKind::NotSupported, ErrorKind::NoCredentials] {
        let world = World::with_config(&role_with(&format!("mfa_serial = {SERIAL}\n")));
        let builder = DefaultChain::builder(world.settings().unwrap()).host(world.machine.clone());
        assert_failed_at(&builder.mfa(move |_| Err(Error::new(kind, "no"))).build(), "assume-role", kind);
    }
}

#[test]
fn nothing_configured_names_every_provider() {
    let world = World::with_config("[profile other]\nregion = us-east-1\n");
    world.set("AWS_EC2_METADATA_DISABLED", "true");
    let chain = world.chain();
    let error = chain.credentials().unwrap_err();
    assert!(error.is_no_credentials());
    let text = masked(&world, &error.to_string(), None);
    for part in [
        "no credentials found for the profile \"default\" of the config file HOME/.aws/config and the credentials file ",
        "environment: AWS_ACCESS_KEY_ID is not set",
        "assume role, SSO, keys in the credentials file, login session, credential process, keys in the config file: \
         there is no profile \"default\"",
        "web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set",
        "container: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set",
        "instance metadata: switched off by the environment variable AWS_EC2_METADATA_DISABLED",
        "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE",
    ] {
        assert!(text.contains(part), "{part} is not in: {text}");
    }
    let report = error.report().unwrap();
    assert!(report.steps.iter().all(|step| step.outcome == Outcome::NotConfigured), "{report}");
    assert!(report.path.is_empty() && report.failed().is_none() && report.used().is_none());
    assert_eq!(world.imds_requests(), 0);
    assert_eq!(chain.explain().problem, report.problem);
}

#[test]
fn what_code_names_and_what_a_variable_names() {
    let world = World::with_config(&format!("[default]\n[profile app]\n{}", KEYS.replace("{id}", "AKIDPROFILE")));
    world.set("AWS_ACCESS_KEY_ID", "AKIDVARIABLE");
    world.set("AWS_SECRET_ACCESS_KEY", "s");
    let id = |chain: DefaultChain| chain.credentials().unwrap().access_key_id().to_owned();
    assert_eq!(id(world.chain()), "AKIDVARIABLE");
    assert_eq!(id(world.profile("app")), "AKIDPROFILE", "code wins over the environment");
    let report = world.profile("app").explain();
    assert_eq!((&report.profile.place, &*report.used().unwrap().provider), (&Place::Code, "config-file"));
    assert!(report.steps[0].reason.contains("was named in code"), "{report}");
    world.set("AWS_PROFILE", "app");
    assert_eq!(id(world.chain()), "AKIDVARIABLE", "the environment wins over a profile that it names");
    world.set("AWS_PROFILE", "gone");
    assert_eq!(id(world.chain()), "AKIDVARIABLE");
    let error = Settings::builder().profile("gone").resolve_with(&*world.machine).unwrap_err();
    assert!(error.is_configuration() && error.to_string().contains("gone"), "{error}");
    world.unset("AWS_SECRET_ACCESS_KEY");
    assert!(world.settings().unwrap_err().is_configuration(), "half of the keys are no stand-in");
    // A web identity in the environment does not count either, once code names a profile.
    world.unset("AWS_ACCESS_KEY_ID");
    world.unset("AWS_PROFILE");
    world.set("AWS_WEB_IDENTITY_TOKEN_FILE", "/gone");
    world.set("AWS_ROLE_ARN", ROLE);
    assert!(world.load().unwrap_err().to_string().contains("/gone"));
    assert_eq!(id(world.profile("app")), "AKIDPROFILE");
}

#[test]
fn the_callback_gets_the_serial_number_and_its_error_is_kept() {
    let world = World::with_config(&format!(
        "[default]\nrole_arn = {ROLE}\nsource_profile = middle\n\
         [profile middle]\nrole_arn = {ROLE}2\nsource_profile = base\nmfa_serial = {SERIAL}\n[profile base]\n{KEYS}"
    ));
    let builder = || DefaultChain::builder(world.settings().unwrap()).host(world.machine.clone());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    let chain = builder()
        .mfa(move |serial| {
            seen.lock().unwrap().push(serial.to_owned());
            Ok(Secret::from("123456"))
        })
        .build();
    assert!(asked.lock().unwrap().is_empty(), "not before credentials are asked for");
    for _ in 0..3 {
        chain.credentials().unwrap();
    }
    assert_eq!(*asked.lock().unwrap(), [SERIAL], "for the role with a device, once");
    world.advance(3600);
    chain.credentials().unwrap();
    assert_eq!(*asked.lock().unwrap(), [SERIAL, SERIAL], "again when its session is over");

    let count = Arc::new(AtomicUsize::new(0));
    let calls = Arc::clone(&count);
    let chain = builder()
        .mfa(move |_| {
            calls.fetch_add(1, Ordering::SeqCst);
            Err(Error::new(ErrorKind::Cancelled, "the person went away").with_source(std::fmt::Error))
        })
        .build();
    for _ in 0..5 {
        let error = chain.credentials().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled);
        let text = error.to_string();
        assert!(text.contains(&format!("{ROLE}2")) && text.ends_with("the person went away"), "{text}");
        assert!(std::error::Error::source(&error).unwrap().is::<std::fmt::Error>());
    }
    assert_eq!(count.load(Ordering::SeqCst), 1, "a person is not asked five times for one question");
    world.advance(10);
    chain.credentials().unwrap_err();
    assert_eq!(count.load(Ordering::SeqCst), 2);
}

#[cfg(unix)]
#[test]
fn the_time_limit_of_processes_reaches_source_profiles() {
    for config in [
        "[default]\ncredential_process = /bin/sleep 60\n".to_owned(),
        format!(
            "[default]\nrole_arn = {ROLE}\nsource_profile = base\n[profile base]\ncredential_process = /bin/sleep 60\n"
        ),
    ] {
        let world = World::with_config(&config);
        let builder = DefaultChain::builder(world.settings().unwrap()).host(world.machine.clone());
        let error = builder.process_time_limit(Duration::from_millis(100)).build().credentials().unwrap_err();
        assert!(error.is_timeout() && error.report().unwrap().failed().is_some(), "{error}");
    }
}

/// The emulator in the place of the container agent's address.
#[derive(Debug)]
struct Agent {
    transport: UreqTransport,
    url: String,
    asked: Mutex<Vec<String>>,
}

impl Transport for Agent {
    fn send(
        &self,
        request: http::Request<&[u8]>,
        limit: Option<Duration>,
    ) -> std::result::Result<http::Response<Vec<u8>>, TransportError> {
        let (mut parts, body) = request.into_parts();
        self.asked.lock().unwrap().push(parts.uri.to_string());
        let path = parts.uri.path_and_query().unwrap().as_str();
        parts.uri = format!("{}{path}", self.url).parse().unwrap();
        self.transport.send(http::Request::from_parts(parts, body), limit)
    }
}

#[test]
fn a_transport_of_ones_own_stands_in_for_the_container_agent() {
    let world = World::new();
    let url = world.emulator.url();
    let path = world.emulator.container().ecs_url().strip_prefix(&url).unwrap().to_owned();
    world.set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", &path);
    let settings = world.settings().unwrap();
    let transport = UreqTransport::new(settings.transport().clone());
    let agent = Arc::new(Agent { transport, url, asked: Mutex::default() });
    let builder = DefaultChain::builder(settings).host(world.machine.clone());
    // Only the metadata services are asked through it.
    let chain = builder
        .metadata_transport(Arc::clone(&agent) as Arc<dyn Transport>)
        .transport(Arc::new(Broken(TransportErrorKind::Connect)))
        .build();
    let found = chain.credentials().unwrap();
    assert_eq!(*agent.asked.lock().unwrap(), [format!("http://169.254.170.2{path}")]);
    let report = chain.explain();
    assert_eq!(&*report.used().unwrap().provider, "container");
    let places: Vec<String> = report.path[0].places.iter().map(Place::to_string).collect();
    assert_eq!(places, ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "http://169.254.170.2"]);
    let texts = format!("{report} {report:?} {} {chain:?}", report.to_json());
    assert!(texts.contains(found.access_key_id()) && !texts.contains(&path), "the path is a key to the credentials");
}

#[test]
fn no_text_of_a_chain_shows_a_secret() {
    let sso = "[default]\nsso_session = dev\nsso_account_id = 123456789012\nsso_role_name = ReadOnly\n\
               [sso-session dev]\nsso_region = us-east-1\nsso_start_url = {url}/start\n";
    let mfa = role_with(&format!("mfa_serial = {SERIAL}\nexternal_id = PLANTEDexternal\n"));
    let process = "[default]\ncredential_process = /bin/echo '{\"Version\":1,\"AccessKeyId\":\"AKID\",\
                   \"SecretAccessKey\":\"PLANTEDsecret\",\"SessionToken\":\"PLANTEDtoken\"}'\n";
    for config in [sso, &mfa, process, ""] {
        let world = World::with_config(config);
        let issued = world.emulator.sso().issue_token();
        world.file(".aws/sso/cache/34c6fceca75e456f25e7e99531e2425c6c1de443.json", &issued.cache_json());
        let builder = DefaultChain::builder(world.settings().unwrap()).host(world.machine.clone());
        let chain = builder.mfa(|_| Ok(Secret::from("123456"))).cli_cache_in_home().build();
        let found = chain.credentials().unwrap();
        let report = chain.explain();
        let texts = format!("{report} {report:?} {} {chain:?} {found:?}", report.to_json());
        for secret in [
            found.secret_access_key(),
            found.session_token().unwrap(),
            Emulator::SECRET_ACCESS_KEY,
            issued.access_token.as_str(),
            "PLANTED",
            "\"123456\"",
        ] {
            assert!(!texts.contains(secret), "{secret} in {texts}");
        }
    }
}

type Log = Arc<Mutex<Vec<String>>>;

/// A source that notes when it is asked and what it is told.
struct Noted {
    name: &'static str,
    answer: Mutex<Result<Credentials>>,
    log: Log,
}

impl Provide for Noted {
    fn credentials(&self) -> Result<Credentials> {
        self.log.lock().unwrap().push(self.name.to_owned());
        match &*self.answer.lock().unwrap() {
            Ok(found) => Ok(found.clone()),
            Err(error) => Err(Error::new(error.kind(), error.to_string())),
        }
    }

    fn invalidate(&self, expired: &Credentials) {
        self.log.lock().unwrap().push(format!("{} without {}", self.name, expired.access_key_id()));
    }

    fn clock_offset_millis(&self) -> i64 {
        1234
    }

    fn is_role(&self) -> bool {
        true
    }
}

/// A chain of sources with these answers, and what they note.
fn own(answers: Vec<(&'static str, Result<Credentials>)>) -> (Chain, Vec<Arc<Noted>>, Log) {
    let log = Arc::new(Mutex::new(Vec::new()));
    let (mut chain, mut sources) = (Chain::new(), Vec::new());
    for (name, answer) in answers {
        let source = Arc::new(Noted { name, answer: Mutex::new(answer), log: Arc::clone(&log) });
        chain = chain.then(name, Arc::clone(&source));
        sources.push(source);
    }
    (chain, sources, log)
}

fn nothing(why: &str) -> Result<Credentials> {
    Err(Error::new(ErrorKind::NoCredentials, why))
}

#[test]
fn an_own_chain_asks_in_order_and_stays_with_the_first_that_serves() {
    let keys = Credentials::new("AKID", "s");
    let (chain, sources, log) =
        own(vec![("a", nothing("none here")), ("b", Ok(keys.clone())), ("c", Ok(Credentials::new("OTHER", "s")))]);
    assert_eq!((chain.clock_offset_millis(), chain.is_role()), (0, false), "nobody serves yet");
    chain.invalidate(&keys);
    assert_eq!(*log.lock().unwrap(), [""; 0]);
    assert_eq!(chain.credentials().unwrap(), keys);
    assert_eq!(*log.lock().unwrap(), ["a", "b"]);
    assert_eq!((chain.clock_offset_millis(), chain.is_role()), (1234, true));
    *sources[0].answer.lock().unwrap() = Ok(Credentials::new("LATE", "s"));
    chain.invalidate(&keys);
    assert_eq!(chain.credentials().unwrap(), keys);
    assert_eq!(log.lock().unwrap()[2..], ["b without AKID", "b"], "whoever serves is told, and asked");
    // Even when it has nothing any more: no other identity in its place.
    *sources[1].answer.lock().unwrap() = nothing("gone");
    assert_eq!(chain.credentials().unwrap_err().to_string(), "gone");
    assert_eq!(log.lock().unwrap()[4..], ["b"]);
    let shown = format!("{chain:?}");
    assert!(shown.contains("\"a\", \"b\", \"c\"") && !shown.contains("AKID"), "{shown}");
}

#[test]
fn an_own_chain_ends_at_the_first_failure() {
    let failure = || Err(Error::new(ErrorKind::InvalidConfiguration, "the vault is sealed"));
    let (chain, sources, log) =
        own(vec![("a", nothing("none")), ("vault", failure()), ("c", Ok(Credentials::new("OTHER", "s")))]);
    for _ in 0..2 {
        let error = chain.credentials().unwrap_err();
        assert!(error.is_configuration(), "{error}");
        assert_eq!(error.to_string(), "vault: the vault is sealed");
    }
    assert_eq!(*log.lock().unwrap(), ["a", "vault", "a", "vault"]);
    *sources[1].answer.lock().unwrap() = Ok(Credentials::new("VAULT", "s"));
    assert_eq!(chain.credentials().unwrap().access_key_id(), "VAULT");
}

#[test]
fn an_own_chain_without_credentials_names_every_source() {
    let (chain, _, _) = own(vec![("a", nothing("not set")), ("b", nothing("not there"))]);
    let error = chain.credentials().unwrap_err();
    assert!(error.is_no_credentials());
    assert_eq!(error.to_string(), "no source of the chain has credentials; a: not set; b: not there");
    assert!(Chain::new().credentials().unwrap_err().is_no_credentials());
    // A default chain in it is passed over when nothing is configured, and its report is not lost when it fails.
    let world = World::new();
    world.set("AWS_EC2_METADATA_DISABLED", "true");
    let chain = Chain::new().then("machine", world.chain()).then("fallback", Credentials::new("AKID", "s"));
    assert_eq!(chain.credentials().unwrap().access_key_id(), "AKID");
    let world = World::with_config(&format!("[default]\nrole_arn = {ROLE}\n"));
    let chain = Chain::new().then("machine", world.chain()).then("fallback", Credentials::new("AKID", "s"));
    let error = chain.credentials().unwrap_err();
    assert!(error.is_configuration() && error.report().is_some() && error.to_string().starts_with("machine: "));
    // A role that lacks what it is assumed with is configured: it fails, nobody stands in.
    for source in ["Environment", "EcsContainer", "Ec2InstanceMetadata"] {
        let world = World::with_config(&format!("[default]\nrole_arn = {ROLE}\ncredential_source = {source}\n"));
        world.set("AWS_EC2_METADATA_DISABLED", "true");
        let chain = Chain::new().then("machine", world.chain()).then("fallback", Credentials::new("AKID", "s"));
        let error = chain.credentials().unwrap_err();
        assert!(error.is_no_credentials(), "{error}");
        assert!(error.to_string().starts_with(&format!("machine: assuming the role {ROLE}: ")), "{error}");
        assert_eq!(&*error.report().unwrap().failed().unwrap().provider, "assume-role");
    }
}
