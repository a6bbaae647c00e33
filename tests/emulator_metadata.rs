//! IMDS and the container endpoints of the emulator from outside: a socket, and nothing of the crate
//! but its emulator.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[allow(dead_code)]
#[path = "emulator/client.rs"]
mod client;

use std::time::{Duration, Instant};

use client::{Client, Keys, Response, call, fixed};
use serde_json::Value;
use stskit::emulator::{Emulator, Fault};

const TTL: &str = "x-aws-ec2-metadata-token-ttl-seconds: 21600";
const ROLES: &str = "/latest/meta-data/iam/security-credentials/";
const CREDENTIALS: &str = "/latest/meta-data/iam/security-credentials/stskit-instance";

fn request(method: &str, path: &str, headers: &[&str]) -> String {
    let lines: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    format!("{method} {path} HTTP/1.1\r\nHost: metadata.test\r\n{lines}\r\n")
}

fn send(emulator: &Emulator, method: &str, path: &str, headers: &[&str]) -> Response {
    Client::connect(emulator).exchange(request(method, path, headers))
}

/// A session token of IMDS, as a header line.
fn token(emulator: &Emulator) -> String {
    format!("x-aws-ec2-metadata-token: {}", send(emulator, "PUT", "/latest/api/token", &[TTL]).ok().body)
}

/// A GET of IMDS with a new session token.
fn imds(emulator: &Emulator, path: &str) -> Response {
    send(emulator, "GET", path, &[&token(emulator)])
}

fn document(response: &Response) -> Value {
    assert_eq!(response.status, 200, "{}", response.body);
    serde_json::from_str(&response.body).unwrap()
}

/// Who the keys of an answer are, according to STS.
fn identity(emulator: &Emulator, document: &Value) -> String {
    let text = |name: &str| document[name].as_str().unwrap();
    let keys = Keys { id: text("AccessKeyId"), secret: text("SecretAccessKey"), token: Some(text("Token")) };
    let answer = call(emulator, &keys, "Action=GetCallerIdentity");
    if answer.status == 200 { answer.value("Arn") } else { answer.value("Code") }
}

#[test]
fn imds_gives_tokens_for_a_proper_put_only() {
    let emulator = fixed();
    let answer = send(&emulator, "PUT", "/latest/api/token", &[TTL]).ok();
    assert_eq!(answer.header("x-aws-ec2-metadata-token-ttl-seconds"), Some("21600"));
    assert_eq!((answer.body.len(), answer.header("server")), (56, Some("EC2ws")));
    let ttl = |value: &str| format!("x-aws-ec2-metadata-token-ttl-seconds: {value}");
    for (method, lines, status) in [
        ("PUT", vec![ttl("1")], 200),
        ("PUT", vec![ttl("0")], 400),
        ("PUT", vec![ttl("21601")], 400),
        ("PUT", vec![ttl("x")], 400),
        ("PUT", vec![], 400),
        ("PUT", vec![ttl("60"), "X-Forwarded-For: 10.0.0.1".to_owned()], 403),
        ("GET", vec![ttl("60")], 405),
    ] {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let answer = send(&emulator, method, "/latest/api/token", &lines);
        assert_eq!(answer.status, status, "{method} {lines:?}");
        assert_eq!(answer.body.contains(&format!("<title>{status} - ")), status != 200, "{}", answer.body);
    }
}

#[test]
fn imds_answers_with_a_good_token_only() {
    let emulator = Emulator::builder().region("eu-west-1").start().unwrap();
    let good = token(&emulator);
    for (path, body) in [
        (ROLES, "stskit-instance"),
        (ROLES.strip_suffix('/').unwrap(), "stskit-instance"),
        ("/latest/meta-data/placement/region", "eu-west-1"),
        ("/latest/meta-data/placement/availability-zone", "eu-west-1a"),
        ("/latest/meta-data/placement/availability-zone/", "eu-west-1a"),
    ] {
        assert_eq!(send(&emulator, "GET", path, &[&good]).ok().body, body, "{path}");
        for (headers, status) in [(vec![], 401), (vec!["x-aws-ec2-metadata-token: other"], 401)] {
            assert_eq!(send(&emulator, "GET", path, &headers).status, status, "{path} {headers:?}");
        }
    }
    for (method, path, status) in [
        ("GET", "/latest/meta-data/iam/security-credentials/other", 404),
        ("GET", "/latest/meta-data/unknown", 404),
        ("GET", "//latest/meta-data/placement/region", 404),
        ("POST", ROLES, 405),
    ] {
        assert_eq!(send(&emulator, method, path, &[&good]).status, status, "{method} {path}");
    }
    // Tokens end with their time by the emulator's clock, and all at once.
    emulator.set_clock_offset(21_601);
    assert_eq!(send(&emulator, "GET", ROLES, &[&good]).status, 401);
    let good = token(&emulator);
    emulator.imds().expire_tokens();
    assert_eq!(send(&emulator, "GET", ROLES, &[&good]).status, 401);
    imds(&emulator, ROLES).ok();
    // Where v1 is allowed no token is fine, but a wrong one is not.
    emulator.imds().allow_v1(true);
    send(&emulator, "GET", ROLES, &[]).ok();
    assert_eq!(send(&emulator, "GET", ROLES, &[&good]).status, 401);
}

#[test]
fn imds_keys_are_a_session_of_the_role() {
    let emulator = fixed();
    let first = document(&imds(&emulator, CREDENTIALS));
    assert_eq!((first["Code"].as_str(), first["Type"].as_str()), (Some("Success"), Some("AWS-HMAC")));
    assert_eq!(first["LastUpdated"], "2026-01-02T03:04:05Z");
    assert_eq!(first["Expiration"], "2026-01-02T09:04:05Z");
    let arn = "arn:aws:sts::123456789012:assumed-role/stskit-instance/i-0123456789abcdef0";
    assert_eq!(identity(&emulator, &first), arn);
    assert_eq!(document(&imds(&emulator, CREDENTIALS)), first);
    emulator.imds().rotate_keys();
    let second = document(&imds(&emulator, CREDENTIALS));
    assert_ne!(second["AccessKeyId"], first["AccessKeyId"]);
    assert_eq!(identity(&emulator, &first), arn);
    emulator.imds().lifetime(600);
    let short = document(&imds(&emulator, CREDENTIALS));
    assert_eq!(short["Expiration"], "2026-01-02T03:14:05Z");
    // Five minutes before the end there are new ones.
    emulator.set_clock_offset(299);
    assert_eq!(document(&imds(&emulator, CREDENTIALS)), short);
    emulator.set_clock_offset(300);
    assert_eq!(document(&imds(&emulator, CREDENTIALS))["Expiration"], "2026-01-02T03:19:05Z");
}

#[test]
fn an_outage_of_imds_gives_expired_keys_again_and_again() {
    let emulator = fixed();
    emulator.imds().outage(true);
    let stale = document(&imds(&emulator, CREDENTIALS));
    assert_eq!(stale["Expiration"], "2026-01-02T03:03:05Z");
    assert_eq!(identity(&emulator, &stale), "ExpiredToken");
    assert_eq!(document(&imds(&emulator, CREDENTIALS)), stale);
    emulator.imds().outage(false);
    assert!(identity(&emulator, &document(&imds(&emulator, CREDENTIALS))).starts_with("arn:"));
}

#[test]
fn imds_roles_are_what_a_test_wants() {
    let emulator = fixed();
    for (roles, status, body) in [
        (&["one"][..], 200, "one"),
        (&["one", "a+=,.@_b", "three"], 200, "one\na+=,.@_b\nthree"),
        (&[], 404, "404 - Not Found"),
    ] {
        emulator.imds().roles(roles);
        let answer = imds(&emulator, ROLES);
        assert_eq!(answer.status, status);
        assert!(answer.body.contains(body), "{}", answer.body);
        for role in roles {
            for path in [format!("{ROLES}{role}"), format!("{ROLES}{role}").replace('@', "%40").replace('+', "%2B")] {
                assert!(identity(&emulator, &document(&imds(&emulator, &path))).contains(&format!("/{role}/i-")));
            }
        }
    }
    emulator.imds().role("stskit-instance");
    emulator.imds().fail("AssumeRoleUnauthorizedAccess", "EC2 cannot assume the role.");
    let failed = document(&imds(&emulator, CREDENTIALS));
    assert_eq!(failed["Code"], "AssumeRoleUnauthorizedAccess");
    assert_eq!(failed["Message"], "EC2 cannot assume the role.");
    assert!(failed.get("AccessKeyId").is_none());
    emulator.imds().succeed();
    assert_eq!(document(&imds(&emulator, CREDENTIALS))["Code"], "Success");
}

#[test]
fn imds_can_refuse_tokens() {
    let emulator = fixed();
    for status in [400, 403, 404, 405, 500] {
        emulator.imds().token_status(Some(status));
        assert_eq!(send(&emulator, "PUT", "/latest/api/token", &[TTL]).status, status);
    }
    emulator.imds().token_status(None);
    send(&emulator, "PUT", "/latest/api/token", &[TTL]).ok();
}

#[test]
fn imds_can_be_silent_about_tokens() {
    let emulator = fixed();
    emulator.imds().allow_v1(true);
    emulator.imds().token_silence(Some(Duration::from_secs(3600)));
    let mut waiting = Client::connect(&emulator);
    waiting.send(request("PUT", "/latest/api/token", &[TTL]));
    waiting.stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    let error = waiting.receive().unwrap_err();
    assert!(matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut), "{error}");
    assert_eq!(emulator.requests()[0].operation.as_deref(), Some("ImdsToken"));
    // Other requests are answered, and a short silence ends with the connection.
    send(&emulator, "GET", ROLES, &[]).ok();
    emulator.imds().token_silence(Some(Duration::from_millis(20)));
    let mut client = Client::connect(&emulator);
    client.send(request("PUT", "/latest/api/token", &[TTL]));
    client.is_closed();
    emulator.imds().token_silence(None);
    token(&emulator);
    // Stopping does not wait for the silent one.
    let started = Instant::now();
    emulator.stop();
    assert!(started.elapsed() < Duration::from_secs(60));
}

#[test]
fn imds_can_drip() {
    let emulator = fixed();
    let good = token(&emulator);
    let pause = Duration::from_millis(2);
    emulator.imds().drip(Some(pause));
    for headers in [&[good.as_str()][..], &[]] {
        let started = Instant::now();
        let answer = send(&emulator, "GET", ROLES, headers);
        assert_eq!(answer.status, if headers.is_empty() { 401 } else { 200 });
        assert!(started.elapsed() >= pause * 100, "{:?}", started.elapsed());
    }
    // An injected fault comes first.
    emulator.inject(Fault::close_before_response());
    let mut client = Client::connect(&emulator);
    client.send(request("GET", ROLES, &[&good]));
    client.is_closed();
}

#[test]
fn a_stalled_answer_is_never_whole() {
    let emulator = fixed();
    for (fault, seen) in [
        (Fault::stall(0, Duration::from_millis(20)), Some("\r\n\r\n")),
        (Fault::stall(6, Duration::from_millis(20)), Some("\r\n\r\nstskit")),
        (Fault::stall(1000, Duration::from_millis(20)), Some("\r\n\r\nstskit-instanc")),
        (Fault::silence(Duration::from_millis(20)), None),
    ] {
        emulator.inject(fault.on("ImdsRoles"));
        let good = token(&emulator);
        let mut client = Client::connect(&emulator);
        client.send(request("GET", ROLES, &[&good]));
        let rest = String::from_utf8(client.rest().unwrap()).unwrap();
        match seen {
            Some(seen) => assert!(rest.contains("Content-Length: 15\r\n") && rest.ends_with(seen), "{rest}"),
            None => assert_eq!(rest, ""),
        }
    }
}

#[test]
fn faults_and_records_know_the_metadata_services() {
    let emulator = fixed();
    let ecs = emulator.container().ecs_path();
    let eks = "/v1/credentials";
    let good = token(&emulator);
    let pod = "Authorization: x";
    for (name, method, path, header) in [
        ("ImdsToken", "PUT", "/latest/api/token", TTL),
        ("ImdsRoles", "GET", ROLES, &good),
        ("ImdsCredentials", "GET", CREDENTIALS, &good),
        ("ImdsRegion", "GET", "/latest/meta-data/placement/region", &good),
        ("ImdsAvailabilityZone", "GET", "/latest/meta-data/placement/availability-zone", &good),
        ("EcsCredentials", "GET", &ecs, pod),
        ("EksCredentials", "GET", eks, pod),
    ] {
        emulator.clear_requests();
        emulator.inject(Fault::status(418).on(name));
        emulator.inject(Fault::error("SomeCode", "some message", 200).on(name));
        emulator.inject(Fault::throttle().on(name));
        assert_eq!(send(&emulator, method, path, &[header]).status, 418, "{name}");
        let failed = document(&send(&emulator, method, path, &[header]));
        assert_eq!((failed["Code"].as_str(), failed["Message"].as_str()), (Some("SomeCode"), Some("some message")));
        let throttled = send(&emulator, method, path, &[header]).status;
        assert_eq!(throttled, if name.starts_with("Imds") { 503 } else { 429 });
        send(&emulator, method, path, &[header]).ok();
        let requests = emulator.requests();
        assert_eq!(requests.len(), 4);
        assert!(requests.iter().all(|request| request.operation.as_deref() == Some(name) && request.path == path));
    }
}

#[test]
fn container_keys_are_a_session_of_the_role() {
    let emulator = fixed();
    let ecs = emulator.container().ecs_path();
    for (path, header, extra, session) in [
        (ecs.as_str(), "Accept: */*", ("RoleArn", "arn:aws:iam::123456789012:role/stskit-task"), ""),
        ("/v1/credentials", "Authorization: pod", ("AccountId", "123456789012"), "eks-stskit-pod-"),
    ] {
        emulator.container().lifetime(21_600);
        let first = document(&send(&emulator, "GET", path, &[header]));
        assert_eq!(first["Expiration"], "2026-01-02T09:04:05Z");
        assert_eq!(first[extra.0], extra.1);
        assert_eq!(first.as_object().unwrap().len(), 5);
        let arn = identity(&emulator, &first);
        let start = format!("arn:aws:sts::123456789012:assumed-role/stskit-task/{session}");
        assert!(arn.starts_with(&start) && arn.len() > start.len(), "{arn}");
        assert_eq!(document(&send(&emulator, "GET", path, &[header])), first);
        emulator.container().rotate_keys();
        let second = document(&send(&emulator, "GET", path, &[header]));
        assert_ne!(second["AccessKeyId"], first["AccessKeyId"]);
        emulator.container().lifetime(0);
        let expired = document(&send(&emulator, "GET", path, &[header]));
        assert_eq!(identity(&emulator, &expired), "ExpiredToken");
        emulator.container().lifetime(600);
        emulator.container().outage(true);
        let stale = document(&send(&emulator, "GET", path, &[header]));
        assert_eq!(stale["Expiration"], "2026-01-02T03:03:05Z");
        emulator.container().outage(false);
    }
}

#[test]
fn container_endpoints_refuse_as_the_real_ones() {
    let emulator = fixed();
    let ecs = emulator.container().ecs_path();
    let container = emulator.container();
    let eks = "/v1/credentials";
    for (required, method, path, header, status, text) in [
        (None, "GET", ecs.as_str(), "", 200, "RoleArn"),
        (None, "GET", "/v2/credentials/other", "", 400, "\"code\":\"InvalidIdInRequest\""),
        (None, "POST", &ecs, "", 405, "MethodNotAllowed"),
        (None, "GET", eks, "", 400, "Service account token cannot be empty\n"),
        (None, "GET", eks, "Authorization: any", 200, "AccountId"),
        (Some("abc"), "GET", eks, "Authorization: any", 403, "\"code\":\"AccessDeniedException\""),
        (Some("abc"), "GET", eks, "Authorization: Bearer abc", 403, "\"HTTPErrorCode\":403"),
        (Some("abc"), "GET", eks, "Authorization: abc", 200, "AccountId"),
        (Some("abc"), "GET", &ecs, "", 403, "authorization token"),
        (Some("abc"), "GET", &ecs, "Authorization: abc", 200, "RoleArn"),
    ] {
        container.require_token(required);
        let headers = if header.is_empty() { vec![] } else { vec![header] };
        let answer = send(&emulator, method, path, &headers);
        assert_eq!(answer.status, status, "{method} {path} {header}");
        assert!(answer.body.contains(text), "{}", answer.body);
    }
}

#[test]
fn container_answers_can_lack_members_and_fail() {
    let emulator = fixed();
    let container = emulator.container();
    let path = container.ecs_path();
    let get = || send(&emulator, "GET", &path, &[]);
    for omitted in [&["Token"][..], &["Expiration", "RoleArn"], &["AccessKeyId"], &[]] {
        container.omit(omitted);
        let document = document(&get());
        for name in ["AccessKeyId", "SecretAccessKey", "Token", "Expiration", "RoleArn"] {
            assert_eq!(document.get(name).is_none(), omitted.contains(&name), "{name} {omitted:?}");
        }
    }
    for (status, names) in [(200, ["Code", "Message"]), (400, ["code", "message"]), (500, ["code", "message"])] {
        container.fail(status, "CredentialsUninitialized", "not yet");
        let answer = get();
        let document: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(answer.status, status);
        assert_eq!(document[names[0]], "CredentialsUninitialized");
        assert_eq!(document[names[1]], "not yet");
    }
    container.succeed();
    container.role("other");
    assert_eq!(document(&get())["RoleArn"], "arn:aws:iam::123456789012:role/other");
}

#[test]
fn environments_lead_to_the_services() {
    let emulator = Emulator::start().unwrap();
    let (url, container) = (emulator.url(), emulator.container());
    let owned = |name: &'static str, value: &str| (name, value.to_owned());
    let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    let token = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
    let eks = format!("{url}/v1/credentials");
    assert_eq!(
        emulator.imds().environment(),
        [owned("AWS_EC2_METADATA_DISABLED", "false"), owned("AWS_EC2_METADATA_SERVICE_ENDPOINT", &emulator.imds_url())]
    );
    assert_eq!(container.ecs_url(), format!("{url}{}", container.ecs_path()));
    assert_eq!(container.ecs_environment(), [owned(full, &container.ecs_url())]);
    assert_eq!(container.eks_environment(), [owned(full, &eks), owned(token, "pod-token")]);
    container.require_token(Some("abc"));
    assert_eq!(container.ecs_environment(), [owned(full, &container.ecs_url()), owned(token, "abc")]);
    assert_eq!(container.eks_environment(), [owned(full, &eks), owned(token, "abc")]);
    assert!(!format!("{:?} {:?}", emulator.imds(), emulator.container()).contains("abc"));
}
