//! Container credentials: which URI, which token, which hosts, what is sent and what each answer means.

mod support;

use std::collections::VecDeque;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use stskit::host::Scripted;
use stskit::providers::{Cached, Container, Stability};
use stskit::transport::{Transport, TransportConfig, TransportError, TransportErrorKind, UreqTransport};
use stskit::{Error, ErrorKind, Provide, Result, Settings};
use support::net::{Server, http, read_request};

const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const FULL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";

const ALL: &str = r#"{"AccessKeyId": "ASIATASK", "SecretAccessKey": "pl4nted-secret", "Token": "pl4nted-token",
    "Expiration": "2026-01-02T09:04:05Z", "AccountId": "123456789012", "RoleArn": "arn:aws:iam::123456789012:role/t"}"#;
const NOW: i64 = 1_767_323_045; // 2026-01-02T03:04:05Z

/// Answers in a given order (then with keys), and notes what was asked: URI and `Authorization`.
#[derive(Default)]
struct Script {
    replies: Mutex<VecDeque<Result<(u16, &'static str), TransportErrorKind>>>,
    asked: Mutex<Vec<(String, Option<String>)>>,
}

impl Script {
    fn of(replies: &[Result<(u16, &'static str), TransportErrorKind>]) -> Arc<Script> {
        Arc::new(Script { replies: Mutex::new(replies.iter().copied().collect()), asked: Mutex::default() })
    }

    fn asked(&self) -> Vec<(String, Option<String>)> {
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
        _: Option<Duration>,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        assert_eq!((request.method().as_str(), request.body().len()), ("GET", 0));
        assert_eq!(request.headers()["accept"], "application/json");
        let token = request.headers().get("authorization").map(|value| {
            assert!(value.is_sensitive());
            value.to_str().unwrap().to_owned()
        });
        self.asked.lock().unwrap().push((request.uri().to_string(), token));
        match self.replies.lock().unwrap().pop_front().unwrap_or(Ok((200, ALL))) {
            Ok((status, body)) => Ok(http::Response::builder().status(status).body(body.into()).unwrap()),
            Err(kind) => Err(TransportError::new(kind, "the agent: as the script says")),
        }
    }
}

/// Connects elsewhere: the agent's address is that of a server on loopback here.
#[derive(Debug)]
struct Mapped {
    to: String,
    inner: UreqTransport,
}

impl Transport for Mapped {
    fn send(
        &self,
        mut request: http::Request<&[u8]>,
        limit: Option<Duration>,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        assert_eq!(request.uri().authority().unwrap(), "169.254.170.2");
        let path = request.uri().path_and_query().unwrap().as_str();
        *request.uri_mut() = format!("http://{}{path}", self.to).parse().unwrap();
        self.inner.send(request, limit)
    }
}

fn machine(vars: &[(&str, &str)]) -> Scripted {
    vars.iter().fold(Scripted::at(NOW), |host, (name, value)| host.with_var(name, *value))
}

fn settings() -> Settings {
    Settings::builder().resolve_with(&Scripted::at(0)).unwrap()
}

fn provider(script: &Arc<Script>, host: Scripted) -> Result<(Container, Arc<Scripted>)> {
    let host = Arc::new(host);
    Ok((Container::with_parts(&settings(), script.clone(), host.clone())?, host))
}

#[track_caller]
fn assert_told(error: &Error, kind: ErrorKind, texts: &[&str]) {
    let shown = format!("{error} {error:?}");
    assert_eq!(error.kind(), kind, "{shown}");
    for text in texts {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    assert!(!shown.contains("pl4nted"), "{shown}");
}

#[test]
fn which_uri_is_asked() {
    for (vars, uri) in [
        (&[(RELATIVE, "/v2/credentials/id?a=b")][..], "http://169.254.170.2/v2/credentials/id?a=b"),
        (&[(RELATIVE, "/a"), (FULL, "http://localhost/b")], "http://169.254.170.2/a"),
        (&[(RELATIVE, ""), (FULL, "http://localhost/b")], "http://localhost/b"),
        (&[(RELATIVE, " "), (FULL, " http://localhost/b ")], "http://localhost/b"),
        (&[(RELATIVE, "//evil.example/x")], "http://169.254.170.2//evil.example/x"),
        (&[(FULL, "http://169.254.170.23/v1/credentials")], "http://169.254.170.23/v1/credentials"),
    ] {
        let script = Script::of(&[]);
        let (container, host) = provider(&script, machine(vars)).unwrap();
        assert!(script.asked().is_empty(), "lazy");
        let found = container.credentials().unwrap();
        assert_eq!((found.access_key_id(), found.secret_access_key()), ("ASIATASK", "pl4nted-secret"));
        assert_eq!((found.session_token(), found.account_id()), (Some("pl4nted-token"), Some("123456789012")));
        assert_eq!(found.expiration().unwrap().as_secs(), NOW + 6 * 3600);
        assert_eq!(script.asked(), [(uri.to_owned(), None)]);
        assert!(host.sleeps().is_empty() && container.is_role());
    }
    for vars in [&[][..], &[(RELATIVE, "")], &[(FULL, " ")], &[(TOKEN, "t")]] {
        let error = provider(&Script::of(&[]), machine(vars)).unwrap_err();
        assert_told(&error, ErrorKind::NoCredentials, &[RELATIVE, FULL]);
    }
}

#[test]
fn over_plain_http_only_this_machine_and_the_agents() {
    for url in [
        "http://127.0.0.1/x",
        "http://127.1.2.3:8080/x",
        "http://[::1]/x",
        "http://[::1]:1338/x",
        "http://localhost:8080/x",
        "http://LOCALHOST/x",
        "HTTP://localhost/x",
        "http://169.254.170.2/x",
        "http://169.254.170.23:80/x",
        "http://[fd00:ec2::23]/x",
        "http://[FD00:EC2:0::23]/x",
        "https://agent.example.com/x",
        "https://192.0.2.1:8443/x",
        "https://[2001:db8::1]/x",
    ] {
        let script = Script::of(&[]);
        provider(&script, machine(&[(FULL, url), (TOKEN, "t")])).unwrap().0.credentials().unwrap();
        assert_eq!(script.asked().len(), 1, "{url}");
    }
    for (url, why) in [
        ("http://192.0.2.1/x", "192.0.2.1"),
        ("http://169.254.169.254/x", "169.254.169.254"),
        ("http://169.254.170.1/x", "169.254.170.1"),
        ("http://agent.example.com/x", "agent.example.com"),
        ("http://localhost.example.com/x", "localhost.example.com"),
        ("http://127.0.0.1.example.com/x", "127.0.0.1.example.com"),
        ("http://[::ffff:127.0.0.1]/x", "[::ffff:127.0.0.1]"),
        ("http://[::ffff:169.254.170.2]/x", "[::ffff:169.254.170.2]"),
        ("http://[::127.0.0.1]/x", "[::127.0.0.1]"),
        ("http://[fd00:ec2::254]/x", "[fd00:ec2::254]"),
        ("http://[::]/x", "[::]"),
        ("http://0.0.0.0/x", "0.0.0.0"),
        ("http://2130706433/x", "2130706433"),
        ("http://0x7f.1/x", "0x7f.1"),
        ("http://127.1/x", "127.1"),
        ("http://127.0.0.1@192.0.2.1/x", "user name"),
        ("http://user:pl4nted@localhost/x", "user name"),
        ("https://user:pl4nted@agent.example.com/x", "user name"),
        ("ftp://localhost/x", "http://"),
        ("localhost/x", "URL"),
        ("/x", "host"),
        ("http://", "URL"),
        ("http:///x", "URL"),
        ("http://local host/x", "URL"),
    ] {
        let script = Script::of(&[]);
        let error = provider(&script, machine(&[(FULL, url), (TOKEN, "pl4nted-auth")])).unwrap_err();
        assert_told(&error, ErrorKind::InvalidConfiguration, &[FULL, why]);
        assert!(script.asked().is_empty(), "{url}");
    }
    for path in ["x", "@192.0.2.1/x", ".example.com/x", ":80@192.0.2.1/", "http://192.0.2.1/x", "/a b"] {
        let error = provider(&Script::of(&[]), machine(&[(RELATIVE, path)])).unwrap_err();
        assert_told(&error, ErrorKind::InvalidConfiguration, &[RELATIVE]);
    }
}

#[test]
fn the_token_is_sent_as_it_is_but_for_one_line_end() {
    let file = "/var/run/token";
    for (vars, content, sent) in [
        (&[(TOKEN, "Basic abc=")][..], None, Some("Basic abc=")),
        (&[(TOKEN, "from-env\n")], None, Some("from-env")),
        (&[(TOKEN, "")], None, None),
        (&[(TOKEN, "from-env"), (TOKEN_FILE, file)], Some("from-file"), Some("from-file")),
        (&[(TOKEN, "from-env"), (TOKEN_FILE, " ")], Some("from-file"), Some("from-env")),
        (&[(TOKEN_FILE, file)], Some("from-file\n"), Some("from-file")),
        (&[(TOKEN_FILE, file)], Some("from-file\r\n"), Some("from-file")),
        (&[(TOKEN_FILE, file)], Some("a b\tc"), Some("a b\tc")),
    ] {
        let mut host = machine(vars).with_var(RELATIVE, "/x");
        if let Some(content) = content {
            host = host.with_file(file, content);
        }
        let script = Script::of(&[]);
        provider(&script, host).unwrap().0.credentials().unwrap();
        assert_eq!(script.asked()[0].1.as_deref(), sent, "{vars:?} {content:?}");
    }
    for (content, text) in [
        (&b"pl4nted\n\n"[..], "line break"),
        (b"pl4nted\r\nX-Evil: 1", "line break"),
        (b"\npl4nted", "line break"),
        (b"pl4nted\rx", "line break"),
        (b"pl4nted\0", "header"),
        (b"", "empty"),
        (b"\n", "empty"),
        (b"pl4nted\xff", "UTF-8"),
    ] {
        let script = Script::of(&[]);
        let host = machine(&[(FULL, "http://localhost/x"), (TOKEN_FILE, file)]).with_file(file, content);
        let error = provider(&script, host).unwrap().0.credentials().unwrap_err();
        assert_told(&error, ErrorKind::InvalidConfiguration, &[file, TOKEN_FILE, text]);
        assert!(script.asked().is_empty());
    }
    let script = Script::of(&[]);
    let error = provider(&script, machine(&[(RELATIVE, "/x"), (TOKEN, "pl4nted\nx")])).unwrap().0.credentials();
    assert_told(&error.unwrap_err(), ErrorKind::InvalidConfiguration, &[TOKEN, "line break"]);
    let missing = machine(&[(RELATIVE, "/x"), (TOKEN_FILE, file), (TOKEN, "pl4nted")]);
    let error = provider(&script, missing).unwrap().0.credentials().unwrap_err();
    assert_told(&error, ErrorKind::InvalidConfiguration, &[file, TOKEN_FILE]);
    assert!(script.asked().is_empty());
}

#[test]
fn the_token_file_is_read_at_each_load() {
    let folder = std::env::temp_dir().join(format!("stskit-container-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("token");
    let host = support::net::Impatient(
        Scripted::at(0).with_var(FULL, "http://localhost/x").with_var(TOKEN_FILE, file.as_os_str()),
    );
    let script = Script::of(&[]);
    let container = Container::with_parts(&settings(), script.clone(), Arc::new(host)).unwrap();
    for token in ["first", "second"] {
        std::fs::write(&file, token).unwrap();
        container.credentials().unwrap();
        assert_eq!(script.asked()[0].1.as_deref(), Some(token));
    }
    std::fs::remove_dir_all(&folder).unwrap();
    assert_told(&container.credentials().unwrap_err(), ErrorKind::InvalidConfiguration, &[TOKEN_FILE]);
}

#[test]
fn answers() {
    const FEWEST: &str = r#"{"AccessKeyId": "A", "SecretAccessKey": "pl4nted"}"#;
    const OTHER: &str = r#"{"AccessKeyId": "A", "SecretAccessKey": "pl4nted", "SessionToken": "s"}"#;
    for (body, token) in [(FEWEST, None), (OTHER, Some("s"))] {
        let script = Script::of(&[Ok((200, body))]);
        let found = provider(&script, machine(&[(RELATIVE, "/x")])).unwrap().0.credentials().unwrap();
        assert_eq!((found.session_token(), found.expiration(), found.account_id()), (token, None, None));
    }
    use ErrorKind as K;
    let never = r#"{"AccessKeyId": "A", "SecretAccessKey": "pl4nted", "Expiration": "never"}"#;
    let denied = r#"{"Code": "NotYours", "Message": "said with pl4nted-auth", "LastUpdated": "x"}"#;
    let refused = r#"{"code": "InvalidIdInRequest", "message": "no such task", "HTTPErrorCode": 400}"#;
    for (reply, requests, kind, texts) in [
        (Ok((200, "pl4nted")), 3, K::InvalidResponse, &["JSON"][..]),
        (Ok((200, r#"{"SecretAccessKey": "pl4nted"}"#)), 3, K::InvalidResponse, &["AccessKeyId"]),
        (Ok((200, r#"{"AccessKeyId": "pl4nted"}"#)), 3, K::InvalidResponse, &["SecretAccessKey"]),
        (Ok((200, never)), 3, K::InvalidResponse, &["Expiration"]),
        (Ok((200, denied)), 1, K::AccessDenied, &["NotYours", "said with [secret]"]),
        (Ok((400, refused)), 3, K::Service, &["InvalidIdInRequest", "no such task"]),
        (Ok((403, "(AccessDeniedException): not pl4nted-auth")), 3, K::AccessDenied, &["403", "not [secret]"]),
        (Ok((302, "")), 3, K::Service, &["302"]),
        (Ok((429, "")), 3, K::Throttled, &["429"]),
        (Ok((500, "<html>")), 3, K::Service, &["500", "3 attempts"]),
        (Err(TransportErrorKind::Connect), 3, K::Network, &["as the script says"]),
        (Err(TransportErrorKind::ReadTimeout), 3, K::Timeout, &["as the script says"]),
        (Err(TransportErrorKind::Certificate), 1, K::Tls, &["as the script says"]),
    ] {
        let script = Script::of(&[reply; 3]);
        let host = machine(&[(RELATIVE, "/v2/credentials/pl4nted-id"), (TOKEN, "pl4nted-auth")]);
        let (container, host) = provider(&script, host).unwrap();
        let error = container.credentials().unwrap_err();
        assert_told(&error, kind, texts);
        assert_told(&error, kind, &["http://169.254.170.2", RELATIVE]);
        assert_eq!(script.asked().len(), requests, "{error}");
        assert_eq!(host.sleeps(), vec![Duration::from_secs(1); requests - 1], "{error}");
    }
    let script = Script::of(&[Ok((500, "")), Err(TransportErrorKind::Closed)]);
    let (container, host) = provider(&script, machine(&[(RELATIVE, "/x")])).unwrap();
    container.credentials().unwrap();
    assert_eq!(host.sleeps(), [Duration::from_secs(1); 2]);
    assert!(!format!("{container:?}").contains("pl4nted"));
}

#[test]
fn an_outage_leaves_the_cached_keys_in_use() {
    let script = Script::of(&[Ok((200, ALL)), Ok((500, "")), Ok((500, "")), Ok((500, ""))]);
    let (container, host) = provider(&script, machine(&[(RELATIVE, "/x")])).unwrap();
    let cached = Cached::new(container, Stability::ServeStale).host(host.clone());
    let first = cached.credentials().unwrap();
    host.advance(7 * 3600 * 1000);
    assert_eq!(cached.credentials().unwrap(), first);
    assert_eq!(script.asked().len(), 4);
}

#[test]
fn over_tcp_on_one_connection_and_without_redirects() {
    let server = Server::start(|mut stream, _| {
        while let Some((head, body)) = read_request(&mut stream) {
            let lower = head.to_ascii_lowercase();
            assert!(head.starts_with("GET /v2/credentials/id HTTP/1.1\r\n") && body.is_empty(), "{head}");
            assert!(lower.contains("accept: application/json\r\n") && lower.contains("user-agent: stskit/"), "{head}");
            assert!(lower.contains("authorization: bearer x\r\n") && !lower.contains("content-length"), "{head}");
            stream.write_all(http("200 OK", "", ALL).as_bytes()).unwrap();
        }
    });
    let inner = UreqTransport::new(TransportConfig::default());
    let mapped = Arc::new(Mapped { to: server.addr.to_string(), inner });
    let host = Arc::new(machine(&[(RELATIVE, "/v2/credentials/id"), (TOKEN, "Bearer x")]));
    let container = Container::with_parts(&settings(), mapped, host).unwrap();
    for _ in 0..3 {
        container.credentials().unwrap();
    }
    assert_eq!(server.connections(), 1);

    let elsewhere = Server::answering(http("200 OK", "", ALL));
    let server = Server::answering(http("302 Found", &format!("Location: {}\r\n", elsewhere.url()), ""));
    let inner = UreqTransport::new(TransportConfig::default());
    let mapped = Arc::new(Mapped { to: server.addr.to_string(), inner });
    let host = Arc::new(machine(&[(RELATIVE, "/x")]));
    let error = Container::with_parts(&settings(), mapped, host).unwrap().credentials().unwrap_err();
    assert_told(&error, ErrorKind::Service, &["302"]);
    assert_eq!(elsewhere.connections(), 0);
}

/// Runs itself again: the variables are those of a process.
#[test]
fn from_the_environment_of_the_process_and_past_every_proxy() {
    const TASK: &str = "STSKIT_TEST_CONTAINER";
    if std::env::var_os(TASK).is_some() {
        let settings = Settings::from_env().unwrap();
        let target = "https://agent.invalid/x".parse().unwrap();
        assert!(settings.transport().proxies.select(&target).is_some());
        match Container::from_env(&settings).unwrap().credentials() {
            Ok(found) => println!("FOUND {}", found.access_key_id()),
            Err(error) => println!("FAILED {} {error}", error.kind().name()),
        }
        return;
    }
    let server = Server::answering(http("200 OK", "", ALL));
    let proxy = Server::answering(http("502 Bad Gateway", "", ""));
    for (url, said) in [
        (format!("{}/v2/credentials/id", server.url()), "FOUND ASIATASK"),
        // A name that nobody can look up: only a proxy would take it.
        ("https://agent.invalid/x".to_owned(), "FAILED network"),
    ] {
        let mut command = std::process::Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "from_the_environment_of_the_process_and_past_every_proxy", "--nocapture"]);
        command.env_clear().env(TASK, "1").env(FULL, url).env("HOME", "/nowhere");
        for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
            command.env(name, proxy.url());
        }
        let done = command.output().unwrap();
        let out = String::from_utf8_lossy(&done.stdout);
        assert!(done.status.success() && out.contains(said), "{out}");
    }
    assert_eq!((server.connections(), proxy.connections()), (1, 0));
}
