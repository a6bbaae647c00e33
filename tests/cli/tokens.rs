//! `stskit token` passes its options on: what it prints is what the library makes of the same inputs.

use serde_json::Value;
use stskit::host::{Host, System};
use stskit::token::{Kind, Mint, NamedMint};
use stskit::{Credentials, Timestamp};

use crate::support::Home;

const CASES: &str = include_str!("../../bindings/cases/tokens.json");
const CONFIG: &str = "[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n";

/// The inputs of a case as options.
fn options(inputs: &serde_json::Map<String, Value>) -> Vec<String> {
    let mut options = Vec::new();
    for (name, value) in inputs {
        options.push(format!("--{}", name.replace('_', "-")));
        match value {
            Value::Bool(true) => {}
            Value::Object(texts) => {
                options.extend(texts.iter().map(|(name, text)| format!("{name}={}", text.as_str().unwrap())));
            }
            Value::String(text) => options.push(text.clone()),
            other => options.push(other.to_string()),
        }
    }
    options
}

#[test]
fn every_kind_is_what_the_library_makes() {
    let home = Home::with(CONFIG);
    let keys = Credentials::new("AKIDEXAMPLE", "secret");
    let cases: Vec<Value> = serde_json::from_str(CASES).unwrap();
    let steps = cases.iter().flat_map(|case| case["steps"].as_array().unwrap());
    let mut seen = Vec::new();
    for step in steps.filter(|step| step["do"] == "token") {
        let (Some(kind), Some(inputs)) = (step["kind"].as_str(), step["inputs"].as_object()) else { continue };
        let representable = inputs.values().all(|value| !matches!(value, Value::Bool(false) | Value::Null));
        let Ok(mint) = NamedMint::new(kind, &step["inputs"], Some("us-east-1")) else { continue };
        if !representable {
            continue;
        }
        let options = options(inputs);
        let arguments: Vec<&str> = ["token", kind].into_iter().chain(options.iter().map(String::as_str)).collect();
        let before = System.now().as_secs();
        let ran = home.run(&arguments);
        let times = before..=System.now().as_secs();
        let made: Vec<_> =
            times.map(|at| mint.token(&keys, Timestamp::from_secs(at)).map(|t| t.expose().to_owned())).collect();
        if made.iter().all(Result::is_err) {
            assert_ne!(ran.status, Some(0), "{kind}: {ran:?}");
            continue;
        }
        assert_eq!(ran.status, Some(0), "{kind} {options:?}: {}", ran.errors);
        let printed = ran.output.strip_suffix('\n').unwrap();
        assert!(made.iter().flatten().any(|token| token == printed), "{kind} {options:?}");
        seen.push(kind);
    }
    for kind in Kind::all().iter().filter(|kind| kind.name != "web-identity") {
        assert!(seen.contains(&kind.name), "no case for {}", kind.name);
    }
}

#[test]
fn json_tells_the_user_and_the_end() {
    let home = Home::with(CONFIG);
    let ran = home.run(&["token", "ses-smtp", "--region", "eu-west-1", "--json"]);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    let said: Value = serde_json::from_str(&ran.output).unwrap();
    assert_eq!((said["purpose"].as_str(), said["user"].as_str()), (Some("ses-smtp"), Some("AKIDEXAMPLE")));
}

#[test]
fn wrong_options() {
    let home = Home::with(CONFIG);
    for (arguments, said) in [
        (&["token"][..], "no kind of token"),
        (&["token", "rsd"], "did you mean rds"),
        (&["token", "rds", "--host", "x"], "unknown option --host"),
        (&["token", "rds", "--port", "5432"], "rds needs --hostname, --username"),
        (&["token", "rds", "--hostname", "db", "--port", "high", "--username", "app"], "\"high\" is not a number"),
        (&["token", "rds", "--hostname", "a b", "--port", "1", "--username", "app"], "host name"),
        (&["token", "caller-identity", "--headers", "X"], "--headers: a \"=\" is missing"),
        (&["token", "keyspaces", "--challenge", "not base64!"], "challenge"),
        (&["token", "web-identity"], "audience"),
    ] {
        let ran = home.run(arguments);
        assert_eq!((ran.status, ran.output.as_str()), (Some(252), ""), "{arguments:?}: {ran:?}");
        assert!(ran.errors.contains(said), "{arguments:?}: {ran:?}");
    }
}

/// The only kind that a service makes.
#[test]
fn a_web_identity_token() {
    let emulator = stskit::emulator::Emulator::start().unwrap();
    let home = Home::with(&crate::support::config(&emulator));
    let ran = home.run(&["token", "web-identity", "--audience", "https://api.example.com", "--tags", "team=a"]);
    assert_eq!(ran.status, Some(0), "{ran:?}");
    assert_eq!(ran.output.trim().split('.').count(), 3, "a JWT");
    let ran = home.run(&["token", "web-identity", "--audience", "x", "--endpoint-url", "http://127.0.0.1:1"]);
    assert_eq!(ran.status, Some(255), "{ran:?}");
}
