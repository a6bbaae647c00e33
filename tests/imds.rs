//! The instance metadata service: what is asked in which order, what each answer means, and that it always ends.

mod support;

use std::collections::VecDeque;
use std::io::Write;
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use stskit::host::{Host, Scripted};
use stskit::providers::{Cached, Imds, Stability};
use stskit::transport::{Transport, TransportError, TransportErrorKind, UreqTransport};
use stskit::{Credentials, Error, ErrorKind, Provide, Result, Settings, SettingsBuilder};
use support::net::{Impatient, Server, closed_port, http, ms, read_request, within};

const KEYS: &str = r#"{"Code": "Success", "LastUpdated": "2026-01-02T03:04:05Z", "Type": "AWS-HMAC",
    "AccessKeyId": "ASIAINSTANCE", "SecretAccessKey": "pl4nted-secret", "Token": "pl4nted-token",
    "Expiration": "2026-01-02T09:04:05Z"}"#;
const ROLES: &str = "/latest/meta-data/iam/security-credentials/";

/// What comes back.
#[derive(Clone, Copy)]
enum Reply {
    /// A token, and the life that the answer gives it.
    Token(&'static str, &'static str),
    Is(u16, &'static str),
    Fails(TransportErrorKind),
}
use Reply::{Fails, Is, Token};

/// Answers in a given order, and notes what was asked.
#[derive(Default)]
struct Script {
    replies: Mutex<VecDeque<Reply>>,
    asked: Mutex<Vec<String>>,
}

impl Script {
    fn of(replies: &[Reply]) -> Arc<Script> {
        Arc::new(Script { replies: Mutex::new(replies.iter().copied().collect()), asked: Mutex::default() })
    }

    /// `PUT`, `roles one` (with the token `one`), `keys -` (without a token).
    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().drain(..).collect()
    }
}

impl std::fmt::Debug for Script {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Script")
    }
}

impl Transport for Script {
    fn send(
        &self,
        request: http::Request<&[u8]>,
        limit: Option<Duration>,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        assert!(limit.is_some_and(|limit| limit > Duration::ZERO && limit <= Duration::from_secs(3)), "{limit:?}");
        assert!(request.body().is_empty());
        let header = |name: &str| {
            let value = request.headers().get(name)?;
            assert!(name != "x-aws-ec2-metadata-token" || value.is_sensitive());
            value.to_str().ok()
        };
        let token = header("x-aws-ec2-metadata-token").unwrap_or("-");
        let asked = match (request.method().as_str(), request.uri().to_string().as_str()) {
            ("PUT", "http://169.254.169.254/latest/api/token") => {
                assert_eq!(header("x-aws-ec2-metadata-token-ttl-seconds"), Some("21600"));
                "PUT".to_owned()
            }
            ("GET", "http://169.254.169.254/latest/meta-data/iam/security-credentials/") => format!("roles {token}"),
            ("GET", "http://169.254.169.254/latest/meta-data/iam/security-credentials/my-role") => {
                format!("keys {token}")
            }
            ("GET", "http://169.254.169.254/latest/meta-data/placement/region") => format!("region {token}"),
            (method, uri) => panic!("{method} {uri}"),
        };
        self.asked.lock().unwrap().push(asked);
        match self.replies.lock().unwrap().pop_front().expect("no more answers") {
            Fails(kind) => Err(TransportError::new(kind, "169.254.169.254: as the script says")),
            Is(status, body) => Ok(answer(status, body)),
            Token(token, life) => {
                let mut answer = answer(200, token);
                answer.headers_mut().insert("x-aws-ec2-metadata-token-ttl-seconds", life.parse().unwrap());
                Ok(answer)
            }
        }
    }
}

fn answer(status: u16, body: &str) -> http::Response<Vec<u8>> {
    http::Response::builder().status(status).body(body.as_bytes().to_vec()).unwrap()
}

const NOW: i64 = 1_767_323_045; // 2026-01-02T03:04:05Z

fn settings(change: impl FnOnce(SettingsBuilder) -> SettingsBuilder) -> Settings {
    change(Settings::builder()).resolve_with(&Scripted::at(0)).unwrap()
}

fn scripted(script: &Arc<Script>, settings: &Settings) -> (Imds, Arc<Scripted>) {
    let host = Arc::new(Scripted::at(NOW));
    (Imds::with_parts(settings, script.clone(), host.clone()), host)
}

#[track_caller]
fn assert_good(found: Result<Credentials>) {
    let found = found.unwrap();
    assert_eq!((found.access_key_id(), found.secret_access_key()), ("ASIAINSTANCE", "pl4nted-secret"));
    assert_eq!((found.session_token(), found.account_id()), (Some("pl4nted-token"), None));
    assert_eq!(found.expiration().unwrap().as_secs(), NOW + 6 * 3600);
}

#[track_caller]
fn assert_told(error: &Error, texts: &[&str]) {
    let shown = format!("{error} {error:?}");
    for text in ["IMDS", "169.254.169.254"].iter().chain(texts) {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    assert!(!shown.contains("pl4nted") && !shown.contains("t0ken"), "{shown}");
}

const T: Reply = Token("t0ken-1", "21600");
const T2: Reply = Token("t0ken-2", "21600");
const ROLE: Reply = Is(200, "my-role");
const SILENT: Reply = Fails(TransportErrorKind::ReadTimeout);

#[test]
fn what_leads_to_keys() {
    type Case = (&'static str, &'static [Reply], &'static [&'static str]);
    const V2: &[&str] = &["PUT", "roles t0ken-1", "keys t0ken-1"];
    const V1: &[&str] = &["PUT", "roles -", "keys -"];
    const RENEWED: &[&str] = &["PUT", "roles t0ken-1", "PUT", "roles t0ken-2", "keys t0ken-2"];
    let table: &[Case] = &[
        ("version 2", &[T, ROLE, Is(200, KEYS)], V2),
        ("a page of names", &[T, Is(200, " my-role\r\nother\n"), Is(200, KEYS)], V2),
        ("no tokens there: 403", &[Is(403, ""), ROLE, Is(200, KEYS)], V1),
        ("no tokens there: 404", &[Is(404, ""), ROLE, Is(200, KEYS)], V1),
        ("no tokens there: 405", &[Is(405, ""), ROLE, Is(200, KEYS)], V1),
        ("hop limit", &[SILENT, ROLE, Is(200, KEYS)], V1),
        ("a refused token", &[T, Is(401, ""), T2, ROLE, Is(200, KEYS)], RENEWED),
        (
            "refused at the keys",
            &[T, ROLE, Is(401, ""), T2, Is(200, KEYS)],
            &["PUT", "roles t0ken-1", "keys t0ken-1", "PUT", "keys t0ken-2"],
        ),
        (
            "a token is wanted after all",
            &[Is(404, ""), Is(401, ""), T2, ROLE, Is(200, KEYS)],
            &["PUT", "roles -", "PUT", "roles t0ken-2", "keys t0ken-2"],
        ),
        (
            "once it has answered, three attempts",
            &[Is(500, ""), Is(503, ""), T, Is(500, ""), ROLE, Is(200, "{"), SILENT, Is(200, KEYS)],
            &["PUT", "PUT", "PUT", "roles t0ken-1", "roles t0ken-1", "keys t0ken-1", "keys t0ken-1", "keys t0ken-1"],
        ),
    ];
    for (name, replies, asked) in table {
        let script = Script::of(replies);
        let (imds, _) = scripted(&script, &settings(|b| b));
        let found = imds.credentials();
        assert_eq!(script.asked(), *asked, "{name}");
        assert_good(found);
        assert!(script.replies.lock().unwrap().is_empty(), "{name}");
    }
}

#[test]
fn what_leads_to_none_and_why() {
    use ErrorKind as K;
    type Case = (&'static str, &'static [Reply], &'static [&'static str], ErrorKind, &'static [&'static str]);
    const TOKEN: &str = "http://169.254.169.254/latest/api/token";
    const ROLES: &str = "http://169.254.169.254/latest/meta-data/iam/security-credentials/";
    const KEYS_AT: &str = "http://169.254.169.254/latest/meta-data/iam/security-credentials/my-role";
    const HINTS: [&str; 2] = ["AWS_EC2_METADATA_DISABLED", "hop limit"];
    const DENIED: &str = r#"{"Code": "AssumeRoleUnauthorizedAccess", "Message": "EC2 cannot assume the role with t0ken-1",
        "LastUpdated": "2026-01-02T03:04:05Z"}"#;
    let put: &[&str] = &["PUT"];
    let roles: &[&str] = &["PUT", "roles t0ken-1"];
    let keys: &[&str] = &["PUT", "roles t0ken-1", "keys t0ken-1"];
    let keys_thrice: &[&str] = &["PUT", "roles t0ken-1", "keys t0ken-1", "keys t0ken-1", "keys t0ken-1"];
    let table: &[Case] = &[
        // Is there one? One attempt.
        ("refused", &[Fails(TransportErrorKind::Connect)], put, K::Network, &[TOKEN, HINTS[0], HINTS[1]]),
        ("dropped", &[Fails(TransportErrorKind::ConnectTimeout)], put, K::Timeout, &[TOKEN, HINTS[0], HINTS[1]]),
        ("closed", &[Fails(TransportErrorKind::Closed)], put, K::Network, &[TOKEN]),
        ("no HTTP", &[Fails(TransportErrorKind::Protocol)], put, K::InvalidResponse, &[TOKEN]),
        ("the end", &[Fails(TransportErrorKind::Deadline)], put, K::Timeout, &[TOKEN]),
        ("never answers", &[SILENT, SILENT], &["PUT", "roles -"], K::Timeout, &[ROLES, HINTS[0], HINTS[1]]),
        // The token.
        ("400", &[Is(400, "")], put, K::InvalidResponse, &[TOKEN, "400", "session token"]),
        ("empty", &[Is(200, ""), Is(200, " "), Is(200, "")], &["PUT", "PUT", "PUT"], K::InvalidResponse, &[TOKEN]),
        ("302", &[Is(302, ""); 3], &["PUT", "PUT", "PUT"], K::InvalidResponse, &[TOKEN, "302"]),
        ("500", &[Is(500, ""); 3], &["PUT", "PUT", "PUT"], K::Service, &[TOKEN, "500", "3 attempts"]),
        ("429", &[Is(429, ""); 3], &["PUT", "PUT", "PUT"], K::Throttled, &[TOKEN, "429"]),
        ("hop limit, tokens required", &[SILENT, Is(401, "")], &["PUT", "roles -"], K::InvalidResponse, &[HINTS[1]]),
        (
            "refused twice",
            &[T, Is(401, ""), T2, Is(401, "")],
            &["PUT", "roles t0ken-1", "PUT", "roles t0ken-2"],
            K::InvalidResponse,
            &[ROLES, "401"],
        ),
        (
            "refused, then no token: never version 1",
            &[T, Is(401, ""), Is(403, "")],
            &["PUT", "roles t0ken-1", "PUT"],
            K::InvalidResponse,
            &[TOKEN, "403", "version 1"],
        ),
        (
            "refused, then silence: never version 1",
            &[T, Is(401, ""), SILENT, SILENT, SILENT],
            &["PUT", "roles t0ken-1", "PUT", "PUT", "PUT"],
            K::Timeout,
            &[TOKEN],
        ),
        // The role.
        ("no role", &[T, Is(404, "")], roles, K::NoCredentials, &[ROLES, "no role"]),
        ("an empty list", &[T, Is(200, "\n")], roles, K::NoCredentials, &[ROLES, "no role"]),
        (
            "a page",
            &[T, Is(200, "<html>pl4nted"), Is(200, "a/../b"), Is(200, "?x")],
            &["PUT", "roles t0ken-1", "roles t0ken-1", "roles t0ken-1"],
            K::InvalidResponse,
            &[ROLES, "role"],
        ),
        // The keys.
        ("a code", &[T, ROLE, Is(200, DENIED)], keys, K::AccessDenied, &[KEYS_AT, "AssumeRoleUnauthorizedAccess"]),
        ("gone", &[T, ROLE, Is(404, ""), Is(404, ""), Is(404, "")], keys_thrice, K::InvalidResponse, &["404"]),
        ("500", &[T, ROLE, Is(500, ""), Is(500, ""), Is(500, "")], keys_thrice, K::Service, &[KEYS_AT, "500"]),
        (
            "no JSON",
            &[T, ROLE, Is(200, "pl4nted"), Is(200, ""), Is(200, "{\"SecretAccessKey\": \"pl4nted\"")],
            keys_thrice,
            K::InvalidResponse,
            &[KEYS_AT, "JSON"],
        ),
        (
            "no token in it",
            &[
                T,
                ROLE,
                Is(200, "{}"),
                Is(200, "{}"),
                Is(200, r#"{"AccessKeyId": "A", "SecretAccessKey": "pl4nted", "Expiration": "2026-01-02T09:04:05Z"}"#),
            ],
            keys_thrice,
            K::InvalidResponse,
            &[KEYS_AT, "no Token"],
        ),
        (
            "no expiration in it",
            &[
                T,
                ROLE,
                Is(200, "{}"),
                Is(200, "{}"),
                Is(200, r#"{"AccessKeyId": "A", "SecretAccessKey": "pl4nted", "Token": "pl4nted"}"#),
            ],
            keys_thrice,
            K::InvalidResponse,
            &[KEYS_AT, "no Expiration"],
        ),
    ];
    for (name, replies, asked, kind, texts) in table {
        let script = Script::of(replies);
        let (imds, _) = scripted(&script, &settings(|b| b));
        let error = imds.credentials().unwrap_err();
        assert_eq!(script.asked(), *asked, "{name}: {error}");
        assert_eq!(error.kind(), *kind, "{name}: {error}");
        assert_told(&error, texts);
    }
    let script = Script::of(&[T, ROLE, Is(200, DENIED)]);
    let error = scripted(&script, &settings(|b| b)).0.credentials().unwrap_err();
    assert_eq!(error.code(), Some("AssumeRoleUnauthorizedAccess"));
    assert!(error.service_error().unwrap().message().contains("EC2 cannot assume the role"));
}

#[test]
fn version_1_can_be_disabled() {
    for (reply, kind) in [
        (Is(403, ""), ErrorKind::InvalidResponse),
        (Is(404, ""), ErrorKind::InvalidResponse),
        (SILENT, ErrorKind::Timeout),
    ] {
        let script = Script::of(&[reply]);
        let error = scripted(&script, &settings(|b| b.metadata_v1_disabled(true))).0.credentials().unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(script.asked(), ["PUT"]);
        assert_told(&error, &["/latest/api/token"]);
    }
    let host = Scripted::at(0).with_var("AWS_EC2_METADATA_V1_DISABLED", "true");
    let script = Script::of(&[Is(403, "")]);
    let error = scripted(&script, &Settings::builder().resolve_with(&host).unwrap()).0.credentials().unwrap_err();
    assert_told(&error, &["version 1", "AWS_EC2_METADATA_V1_DISABLED"]);
}

#[test]
fn disabled_means_not_a_single_request() {
    for value in ["true", "TRUE", " True "] {
        let host = Scripted::at(0).with_var("AWS_EC2_METADATA_DISABLED", value);
        let script = Script::of(&[]);
        let (imds, _) = scripted(&script, &Settings::builder().resolve_with(&host).unwrap());
        for error in [imds.credentials().unwrap_err(), imds.region().unwrap_err()] {
            assert!(error.is_no_credentials(), "{error}");
            assert!(error.to_string().contains("IMDS") && error.to_string().contains("AWS_EC2_METADATA_DISABLED"));
        }
        assert!(script.asked().is_empty());
    }
    for value in ["1", "yes", "false", ""] {
        let host = Scripted::at(0).with_var("AWS_EC2_METADATA_DISABLED", value);
        let script = Script::of(&[T, ROLE, Is(200, KEYS)]);
        assert_good(scripted(&script, &Settings::builder().resolve_with(&host).unwrap()).0.credentials());
    }
}

#[test]
fn attempts_follow_the_setting_and_pause_between() {
    use TransportErrorKind::Connect;
    for (attempts, replies, asked, pauses) in [
        (None, &[Fails(Connect)][..], 1, &[][..]),
        (Some(1), &[Is(500, "")], 1, &[]),
        (Some(2), &[Fails(Connect), Fails(Connect)], 2, &[100]),
        (None, &[Is(500, ""), Fails(Connect), Fails(Connect)], 3, &[100, 200]),
        (Some(5), &[Fails(Connect); 5], 5, &[100, 200, 400, 400]),
    ] {
        let script = Script::of(replies);
        let settings = settings(|b| match attempts {
            Some(attempts) => b.metadata_attempts(attempts).metadata_timeout(ms(600)),
            None => b,
        });
        let (imds, host) = scripted(&script, &settings);
        let error = imds.credentials().unwrap_err();
        assert_eq!(script.asked().len(), asked, "{error}");
        assert_eq!(host.sleeps(), pauses.iter().map(|p| ms(*p)).collect::<Vec<_>>());
        assert_eq!(error.attempts() as usize, asked);
    }
    // It has answered before: a refresh tries harder.
    let script = Script::of(&[T, ROLE, Is(200, KEYS), Fails(Connect), ROLE, Is(200, KEYS)]);
    let (imds, _) = scripted(&script, &settings(|b| b));
    assert_good(imds.credentials());
    assert_good(imds.credentials());
}

#[test]
fn a_token_is_kept_for_as_long_as_its_answer_says() {
    let keys: &[&str] = &["roles t0ken-1", "keys t0ken-1"];
    for (life, after, put_again) in
        [("21600", 21_400, false), ("21600", 21_500, true), ("60", 50, false), ("60", 60, true), ("never", 0, true)]
    {
        let script = Script::of(&[Token("t0ken-1", life), ROLE, Is(200, KEYS)]);
        let (imds, host) = scripted(&script, &settings(|b| b));
        assert_good(imds.credentials());
        assert_eq!(script.asked()[1..], *keys);
        host.advance(after * 1000);
        let again = [T, ROLE, Is(200, KEYS)];
        script.replies.lock().unwrap().extend(&again[usize::from(!put_again)..]);
        assert_good(imds.credentials());
        assert_eq!(script.asked()[usize::from(put_again)..], *keys, "{life} after {after} s");
    }
}

#[test]
fn after_a_refused_token_there_is_no_version_1_in_later_loads() {
    let script = Script::of(&[T, Is(401, ""), Is(403, ""), Is(403, "")]);
    let (imds, _) = scripted(&script, &settings(|b| b));
    imds.credentials().unwrap_err();
    imds.credentials().unwrap_err();
    assert_eq!(script.asked(), ["PUT", "roles t0ken-1", "PUT", "PUT"]);
    // A token that was kept and is refused is replaced as well.
    let script = Script::of(&[T, ROLE, Is(200, KEYS), Is(401, ""), T2, ROLE, Is(200, KEYS), ROLE, Is(200, KEYS)]);
    let (imds, _) = scripted(&script, &settings(|b| b));
    for _ in 0..3 {
        assert_good(imds.credentials());
    }
    assert_eq!(
        script.asked()[3..],
        ["roles t0ken-1", "PUT", "roles t0ken-2", "keys t0ken-2", "roles t0ken-2", "keys t0ken-2"]
    );
}

#[test]
fn the_region() {
    let script = Script::of(&[T, Is(200, "eu-west-1\n"), ROLE, Is(200, KEYS)]);
    let (imds, _) = scripted(&script, &settings(|b| b));
    assert_eq!(imds.region().unwrap(), "eu-west-1");
    assert_good(imds.credentials());
    assert_eq!(script.asked(), ["PUT", "region t0ken-1", "roles t0ken-1", "keys t0ken-1"]);
    for (replies, kind) in [
        (vec![T, Is(404, ""), Is(404, ""), Is(404, "")], ErrorKind::InvalidResponse),
        (vec![T, Is(200, ""), Is(200, "<html>"), Is(200, "a b")], ErrorKind::InvalidResponse),
        (vec![Fails(TransportErrorKind::Connect)], ErrorKind::Network),
    ] {
        let error = scripted(&Script::of(&replies), &settings(|b| b)).0.region().unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
    }
}

#[test]
fn an_outage_leaves_the_cached_keys_in_use() {
    let script = Script::of(&[T, ROLE, Is(200, KEYS), Fails(TransportErrorKind::ConnectTimeout)]);
    let settings = settings(|b| b.metadata_attempts(1));
    let (imds, host) = scripted(&script, &settings);
    assert!(imds.is_role());
    let cached = Cached::new(imds, Stability::ServeStale).host(host.clone());
    assert_good(cached.credentials());
    host.advance(7 * 3600 * 1000);
    assert_good(cached.credentials());
    assert_good(cached.credentials());
    assert_eq!(script.asked(), ["PUT", "roles t0ken-1", "keys t0ken-1", "PUT"]);
}

// From here on over TCP.

fn imds_at(url: &str, change: impl FnOnce(SettingsBuilder) -> SettingsBuilder) -> Imds {
    Imds::new(&settings(|b| change(b.metadata_endpoint(url))))
}

/// Answers as IMDS does; with `silent_put` as it does to somebody beyond its hop limit.
fn serve(mut stream: TcpStream, silent_put: bool) {
    while let Some((head, _)) = read_request(&mut stream) {
        let line = head.lines().next().unwrap();
        let has = |text: &str| head.to_ascii_lowercase().contains(text);
        let reply = match line.split(' ').nth(1).unwrap() {
            "/mock/latest/api/token" | "/latest/api/token" if line.starts_with("PUT ") => {
                if silent_put {
                    continue;
                }
                assert!(has("x-aws-ec2-metadata-token-ttl-seconds: 21600") && has("content-length: 0"), "{head}");
                http("200 OK", "x-aws-ec2-metadata-token-ttl-seconds: 21600\r\n", "t0ken-1")
            }
            _ if !silent_put && !has("x-aws-ec2-metadata-token: t0ken-1") => http("401 Unauthorized", "", ""),
            path if path.ends_with(ROLES) => http("200 OK", "", "my-role"),
            path if path.ends_with("/my-role") => http("200 OK", "", KEYS),
            _ => http("404 Not Found", "", ""),
        };
        if stream.write_all(reply.as_bytes()).is_err() {
            return;
        }
    }
}

#[test]
fn one_connection_for_all_requests() {
    let server = Server::start(|stream, _| serve(stream, false));
    for path in ["", "/", "/mock", "/mock/"] {
        let before = server.connections();
        let imds = imds_at(&format!("{}{path}", server.url()), |b| b);
        assert_eq!(imds.endpoint(), format!("{}{}", server.url(), path.trim_end_matches('/')));
        assert_good(imds.credentials());
        assert_good(imds.credentials());
        assert_eq!(server.connections() - before, 1, "{path}");
    }
}

#[test]
fn the_hop_limit_is_met_with_version_1_or_named() {
    // The request for a token is never answered; all others are.
    let server = Server::start(|stream, _| serve(stream, true));
    assert_good(within(ms(3000), || imds_at(&server.url(), |b| b.metadata_timeout(ms(300))).credentials()));
    let strict = imds_at(&server.url(), |b| b.metadata_timeout(ms(300)).metadata_v1_disabled(true));
    let error = within(ms(3000), || strict.credentials()).unwrap_err();
    assert!(error.is_timeout(), "{error}");
    for text in ["IMDS", "hop limit", "AWS_EC2_METADATA_DISABLED", &server.url()] {
        assert!(error.to_string().contains(text), "{error}");
    }
}

#[test]
fn silence_and_drips_end_in_time() {
    let silent = Server::start(|mut stream, _| while read_request(&mut stream).is_some() {});
    let dripping = Server::start(|mut stream, _| {
        read_request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        while stream.write_all(b"a").is_ok() {
            std::thread::sleep(ms(20));
        }
    });
    // The token comes at once, what follows a byte at a time.
    let late = Server::start(|mut stream, _| {
        while let Some((head, _)) = read_request(&mut stream) {
            if head.starts_with("PUT ") {
                let token = http("200 OK", "x-aws-ec2-metadata-token-ttl-seconds: 60\r\n", "t0ken-1");
                let _ = stream.write_all(token.as_bytes());
                continue;
            }
            for byte in b"HTTP/1.1 200 OK\r\n".iter().chain(std::iter::repeat(&b'a')) {
                if stream.write_all(&[*byte]).is_err() {
                    return;
                }
                std::thread::sleep(ms(20));
            }
        }
    });
    for server in [&silent, &dripping, &late] {
        let imds = imds_at(&server.url(), |b| b);
        let error = within(Duration::from_secs(3), || imds.credentials()).unwrap_err();
        assert!(error.is_timeout(), "{error}");
        for text in ["IMDS", "hop limit", "AWS_EC2_METADATA_DISABLED"] {
            assert!(error.to_string().contains(text), "{error}");
        }
    }
}

/// A port whose packets are dropped: the queue of the listener is full, and nobody takes from it.
#[cfg(target_os = "linux")]
#[test]
#[allow(unsafe_code)]
fn a_black_hole_costs_one_time_limit() {
    use std::os::fd::AsRawFd;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    // SAFETY: no pointers; the descriptor is open for as long as the listener lives.
    assert_eq!(unsafe { libc::listen(listener.as_raw_fd(), 0) }, 0);
    let address = listener.local_addr().unwrap();
    let mut queued = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, ms(200)) {
        queued.push(stream);
        assert!(queued.len() < 100, "the queue never fills");
    }
    let imds = imds_at(&format!("http://{address}"), |b| b);
    let error = within(Duration::from_secs(1), || imds.credentials()).unwrap_err();
    assert!(error.is_timeout(), "{error}");
    for text in ["IMDS", "hop limit", "AWS_EC2_METADATA_DISABLED", "no connection within 1 s"] {
        assert!(error.to_string().contains(text), "{error}");
    }
}

#[test]
fn nobody_there_is_told_with_where_the_address_is_from() {
    let host =
        Scripted::at(0).with_var("AWS_EC2_METADATA_SERVICE_ENDPOINT", format!("http://127.0.0.1:{}/x", closed_port()));
    let imds = Imds::new(&Settings::builder().resolve_with(&host).unwrap());
    let error = imds.credentials().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Network);
    for text in ["IMDS", "/x/latest/api/token", "AWS_EC2_METADATA_SERVICE_ENDPOINT"] {
        assert!(error.to_string().contains(text), "{error}");
    }
    assert!(!format!("{imds:?}").contains("t0ken"));
}

#[test]
fn redirects_are_not_followed() {
    let elsewhere = Server::start(|stream, _| serve(stream, false));
    let target = format!("Location: {}/latest/api/token\r\n", elsewhere.url());
    let server = Server::answering(http("302 Found", &target, ""));
    let error = imds_at(&server.url(), |b| b).credentials().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{error}");
    assert_eq!(elsewhere.connections(), 0);
}

/// Loopback never goes through a proxy; so the service has a name here that nobody can look up.
#[test]
fn no_proxy_is_asked() {
    let proxy = Server::start(|mut stream, _| {
        read_request(&mut stream);
        let _ = stream.write_all(http("502 Bad Gateway", "", "").as_bytes());
    });
    let environment = || {
        Scripted::at(0)
            .with_var("HTTP_PROXY", proxy.url())
            .with_var("http_proxy", proxy.url())
            .with_var("ALL_PROXY", proxy.url())
            .with_var("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://metadata.invalid")
    };
    let settings = Settings::builder().resolve_with(&environment()).unwrap();
    assert!(settings.transport().proxies.select(&"http://metadata.invalid/".parse().unwrap()).is_some());
    let error = Imds::new(&settings).credentials().unwrap_err();
    assert!(error.is_network(), "{error}");
    assert_eq!(proxy.connections(), 0);
    // The same over the transport of services would have gone there.
    let through = Arc::new(UreqTransport::new(settings.transport().clone()));
    let host: Arc<dyn Host> = Arc::new(Impatient(environment()));
    Imds::with_parts(&settings, through, host).credentials().unwrap_err();
    assert!(proxy.connections() > 0);
}
