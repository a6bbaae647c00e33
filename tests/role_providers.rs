//! Assumed roles and web identity against the emulator: what is sent, what is refused before sending, chains.

mod support;

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use stskit::emulator::{Emulator, Fault};
use stskit::host::Scripted;
use stskit::providers::{AssumedRole, Cached, Environment, Stability, WebIdentity};
use stskit::sts::{AssumeRole, ErrorCode, PolicyDescriptorType, Tag};
use stskit::transport::UreqTransport;
use stskit::{Credentials, Error, ErrorKind, Provide, Result, Settings};
use support::{credentials, settings};

const ROLE: &str = "arn:aws:iam::123456789012:role/demo";
const OTHER: &str = "arn:aws:iam::210987654321:role/other";
const SERIAL: &str = "arn:aws:iam::123456789012:mfa/alice";

fn transport(settings: &Settings) -> Arc<UreqTransport> {
    Arc::new(UreqTransport::new(settings.transport().clone()))
}

fn role(emulator: &Emulator, request: AssumeRole) -> AssumedRole {
    AssumedRole::new(credentials(), request, &settings(emulator)).unwrap()
}

/// The last request's value of a parameter.
fn sent(emulator: &Emulator, name: &str) -> Option<String> {
    emulator.requests().last().unwrap().parameter(name)
}

#[test]
fn the_template_is_sent_and_the_account_comes_from_the_arn() {
    let emulator = Emulator::start().unwrap();
    let provider = role(
        &emulator,
        AssumeRole {
            external_id: Some("partner".into()),
            duration_seconds: Some(43_200),
            source_identity: Some("alice".into()),
            policy: Some(r#"{"Version":"2012-10-17","Statement":[]}"#.into()),
            policy_arns: Some(vec![PolicyDescriptorType::new("arn:aws:iam::aws:policy/ReadOnlyAccess")]),
            tags: Some(vec![Tag::new("team", "a b")]),
            transitive_tag_keys: Some(vec!["team".into()]),
            ..AssumeRole::new(OTHER, "my-session")
        },
    );
    assert!(emulator.requests().is_empty(), "lazy");
    let found = provider.credentials().unwrap();
    assert_eq!(found.account_id(), Some("210987654321"));
    assert!(found.session_token().is_some() && found.expiration().is_some());
    for (name, value) in [
        ("RoleArn", OTHER),
        ("RoleSessionName", "my-session"),
        ("ExternalId", "partner"),
        ("DurationSeconds", "43200"),
        ("SourceIdentity", "alice"),
        ("PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
        ("Tags.member.1.Value", "a b"),
        ("TransitiveTagKeys.member.1", "team"),
    ] {
        assert_eq!(sent(&emulator, name).as_deref(), Some(value), "{name}");
    }
    assert_eq!(sent(&emulator, "SerialNumber"), None);
}

#[test]
fn the_session_name_is_made_once_per_provider() {
    let emulator = Emulator::start().unwrap();
    let now = support::now();
    let host = Arc::new(Scripted::at(now));
    let settings = settings(&emulator);
    let request = AssumeRole::new(ROLE, "");
    let provider =
        AssumedRole::with_parts(credentials(), request, &settings, transport(&settings), host.clone()).unwrap();
    let expected = format!("stskit-session-{now}");
    assert_eq!(provider.session_name(), expected);
    provider.credentials().unwrap();
    host.advance(100_000);
    provider.credentials().unwrap();
    for request in emulator.requests() {
        assert_eq!(request.parameter("RoleSessionName").as_deref(), Some(expected.as_str()));
    }
}

#[test]
fn an_mfa_device_needs_a_callback_which_is_asked_at_every_load() {
    let emulator = Emulator::start().unwrap();
    let with_device = || AssumeRole { serial_number: Some(SERIAL.into()), ..AssumeRole::new(ROLE, "session") };
    let error = role(&emulator, with_device()).credentials().unwrap_err();
    assert!(error.is_configuration(), "{error}");
    assert!(error.to_string().contains(SERIAL) && error.to_string().contains("callback"), "{error}");
    assert!(emulator.requests().is_empty());

    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    let provider = role(&emulator, with_device()).mfa(move |serial| {
        seen.lock().unwrap().push(serial.to_owned());
        Ok("123456".into())
    });
    provider.credentials().unwrap();
    provider.credentials().unwrap();
    assert_eq!(*asked.lock().unwrap(), [SERIAL, SERIAL]);
    assert_eq!(sent(&emulator, "TokenCode").as_deref(), Some("123456"));

    let wrong = role(&emulator, with_device()).mfa(|_| Ok("731946".into())).credentials().unwrap_err();
    assert!(wrong.is_access_denied() && !format!("{wrong} {wrong:?}").contains("731946"), "{wrong}");
    let calls = emulator.requests().len();
    let nobody = role(&emulator, with_device()).mfa(|_| Err(Error::new(ErrorKind::Cancelled, "nobody there")));
    let error = nobody.credentials().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert_eq!(error.to_string(), format!("assuming the role {ROLE}: nobody there"));
    assert_eq!(emulator.requests().len(), calls);
    // Without a device nobody is asked.
    role(&emulator, AssumeRole::new(ROLE, "session")).mfa(|_| panic!("asked")).credentials().unwrap();
}

#[test]
fn a_chain_of_roles_each_with_its_own_cache() {
    let emulator = Emulator::start().unwrap();
    let settings = settings(&emulator);
    let first = AssumedRole::new(credentials(), AssumeRole::new(ROLE, "first"), &settings).unwrap();
    let first = Arc::new(Cached::new(first, Stability::ServeStale));
    let second = AssumedRole::new(first.clone(), AssumeRole::new(OTHER, "second"), &settings).unwrap();
    let second = Cached::new(second, Stability::ServeStale).load_limit_of(&settings);
    let found = second.credentials().unwrap();
    assert_eq!(found.account_id(), Some("210987654321"));
    assert_eq!(second.credentials().unwrap(), found);
    assert_eq!(emulator.requests().len(), 2);
    let signed_by = emulator.requests()[1].header("authorization").unwrap().to_owned();
    assert!(signed_by.contains(first.credentials().unwrap().access_key_id()), "{signed_by}");
    // An expired outer set does not throw away the inner one.
    second.invalidate(&found);
    assert_ne!(second.credentials().unwrap(), found);
    assert_eq!(emulator.requests().len(), 3);
}

#[test]
fn chained_roles_last_an_hour_at_most() {
    let emulator = Emulator::start().unwrap();
    let settings = settings(&emulator);
    let long = |seconds| AssumeRole { duration_seconds: Some(seconds), ..AssumeRole::new(OTHER, "second") };
    let first = || AssumedRole::new(credentials(), AssumeRole::new(ROLE, "first"), &settings).unwrap();
    for source in [
        Arc::new(first()) as Arc<dyn Provide>,
        Arc::new(Cached::new(first(), Stability::ServeStale)),
        Arc::new(WebIdentity::new("/nowhere", ROLE, &settings).unwrap()),
    ] {
        let error = AssumedRole::new(source, long(3601), &settings).unwrap().credentials().unwrap_err();
        assert!(error.is_configuration(), "{error}");
        for text in ["3601", "1 hour", "role chaining", OTHER] {
            assert!(error.to_string().contains(text), "{error}");
        }
    }
    assert!(emulator.requests().is_empty());
    AssumedRole::new(first(), long(3600), &settings).unwrap().credentials().unwrap();
    AssumedRole::new(credentials(), long(43_200), &settings).unwrap().credentials().unwrap();
}

#[test]
fn errors_of_a_role_name_it_and_keep_what_the_service_said() {
    let emulator = Emulator::start().unwrap();
    let denied = "arn:aws:iam::123456789012:role/denied";
    let error = role(&emulator, AssumeRole::new(denied, "session")).credentials().unwrap_err();
    assert_eq!(error.sts_code(), Some(ErrorCode::AccessDenied));
    assert!(error.to_string().starts_with(&format!("assuming the role {denied}: AssumeRole: AccessDenied")), "{error}");

    let empty = Environment::with_host(Arc::new(Scripted::at(0)));
    let settings = settings(&emulator);
    let link = AssumedRole::new(empty, AssumeRole::new(ROLE, "inner"), &settings).unwrap();
    let outer = AssumedRole::new(link, AssumeRole::new(OTHER, "outer"), &settings).unwrap();
    let error = outer.credentials().unwrap_err();
    assert!(error.is_no_credentials());
    for text in [ROLE, OTHER, "AWS_ACCESS_KEY_ID"] {
        assert!(error.to_string().contains(text), "{error}");
    }
}

#[test]
fn a_cached_role_outlives_the_service_and_an_outage_but_not_a_refusal() {
    let emulator = Emulator::start().unwrap();
    let host = Arc::new(Scripted::at(support::now()));
    let settings = support::settings_with(&emulator, |b| b.max_attempts(1));
    let inner = AssumedRole::with_parts(
        credentials(),
        AssumeRole::new(ROLE, "session"),
        &settings,
        transport(&settings),
        host.clone(),
    );
    let cached = Cached::new(inner.unwrap(), Stability::ServeStale).host(host.clone());
    let first = cached.credentials().unwrap();
    host.advance(2_800_000);
    emulator.set_clock_offset(2800);
    emulator.inject(Fault::status(503).always());
    assert_eq!(cached.credentials().unwrap(), first);
    host.advance(1_000_000);
    assert_eq!(cached.credentials().unwrap(), first, "past its expiration");
    emulator.clear_faults();
    emulator.set_clock_offset(4400);
    host.advance(600_000);
    let second = cached.credentials().unwrap();
    assert_ne!(second, first);
    // A refusal is said at once, and repeated without a call.
    emulator.inject(Fault::error("AccessDenied", "no more", 403).always());
    host.advance(3_595_000);
    emulator.clear_requests();
    for _ in 0..20 {
        assert!(cached.credentials().unwrap_err().is_access_denied());
    }
    assert_eq!(emulator.requests().len(), 1);
}

#[test]
fn a_clock_that_is_an_hour_off_does_not_spoil_the_windows() {
    for ahead in [3600, -3600] {
        let emulator = Emulator::start().unwrap();
        let host = Arc::new(Scripted::at(support::now() + ahead));
        let settings = settings(&emulator);
        let parts = transport(&settings);
        let file = TokenFile::new(JWT);
        let signed = AssumedRole::with_parts(
            credentials(),
            AssumeRole::new(ROLE, "session"),
            &settings,
            parts.clone(),
            host.clone(),
        )
        .unwrap();
        let unsigned = WebIdentity::with_parts(&file.0, ROLE, &settings, parts, files(&host)).unwrap();
        for source in [Arc::new(signed) as Arc<dyn Provide>, Arc::new(unsigned)] {
            let cached = Cached::new(source, Stability::ServeStale).host(host.clone());
            let first = cached.credentials().unwrap();
            assert!((cached.clock_offset_millis() / 1000 + ahead).abs() < 10);
            host.advance(2_600_000);
            assert_eq!(cached.credentials().unwrap(), first, "an hour's set, 44 minutes old");
            host.advance(-2_600_000);
        }
    }
}

/// A three-part token as the emulator takes it.
const JWT: &str = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSIsImF1ZCI6InN0cyIsImlzcyI6Imh0dHBzOi8vaWRwIn0.c2lnbmF0dXJl";
/// The same, expired in 2001.
const EXPIRED: &str = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSIsImV4cCI6MTAwMDAwMDAwMH0.c2lnbmF0dXJl";

/// A file that goes when the test ends.
struct TokenFile(PathBuf);

impl TokenFile {
    fn new(content: &str) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let unique = format!("stskit-token-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
        let path = std::env::temp_dir().join(unique);
        fs::write(&path, content).unwrap();
        TokenFile(path)
    }
}

impl Drop for TokenFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// A scripted clock with the real files, and something that happens at each reading.
struct Files {
    clock: Arc<Scripted>,
    read: Box<dyn Fn() + Send + Sync>,
}

fn files(clock: &Arc<Scripted>) -> Arc<Files> {
    Arc::new(Files { clock: clock.clone(), read: Box::new(|| {}) })
}

impl std::fmt::Debug for Files {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Files")
    }
}

impl stskit::host::Host for Files {
    fn var(&self, name: &str) -> Option<std::ffi::OsString> {
        self.clock.var(name)
    }
    fn read(&self, path: &std::path::Path) -> std::io::Result<Vec<u8>> {
        let bytes = std::fs::read(path);
        (self.read)();
        bytes
    }
    fn now(&self) -> stskit::Timestamp {
        self.clock.now()
    }
    fn monotonic(&self) -> Duration {
        self.clock.monotonic()
    }
    fn sleep(&self, duration: Duration) {
        self.clock.sleep(duration);
    }
    fn random(&self) -> u64 {
        self.clock.random()
    }
}

#[test]
fn the_token_file_is_read_at_every_load_and_trimmed() {
    let emulator = Emulator::start().unwrap();
    let file = TokenFile::new(&format!("{JWT}\r\n \n"));
    let provider = WebIdentity::new(&file.0, ROLE, &settings(&emulator)).unwrap().session_name("web");
    let found = provider.credentials().unwrap();
    assert_eq!(found.account_id(), Some("123456789012"));
    assert_eq!(sent(&emulator, "WebIdentityToken").as_deref(), Some(JWT));
    assert_eq!(sent(&emulator, "RoleSessionName").as_deref(), Some("web"));
    assert_eq!(sent(&emulator, "DurationSeconds"), None);
    let other = JWT.replace("c2lnbmF0dXJl", "bmV3");
    fs::write(&file.0, &other).unwrap();
    provider.credentials().unwrap();
    assert_eq!(sent(&emulator, "WebIdentityToken"), Some(other));
    for request in emulator.requests() {
        assert!(request.header("authorization").is_none(), "unsigned");
    }
}

#[test]
fn credentials_of_a_web_identity_are_refreshed_though_the_file_stays() {
    let emulator = Emulator::start().unwrap();
    let host = Arc::new(Scripted::at(support::now()));
    let file = TokenFile::new(JWT);
    let settings = settings(&emulator);
    let provider = WebIdentity::with_parts(&file.0, ROLE, &settings, transport(&settings), files(&host)).unwrap();
    let cached = Cached::new(provider, Stability::ServeStale).host(host.clone());
    let first = cached.credentials().unwrap();
    host.advance(2_750_000);
    emulator.set_clock_offset(2750);
    assert_ne!(cached.credentials().unwrap(), first);
}

#[test]
fn a_token_file_that_cannot_serve_is_named() {
    let emulator = Emulator::start().unwrap();
    let settings = settings(&emulator);
    let missing = std::env::temp_dir().join("stskit-no-such-token");
    let (empty, binary) = (TokenFile::new(" \n"), TokenFile::new(""));
    fs::write(&binary.0, b"\xff\xfeplanted").unwrap();
    for (path, text) in [(&missing, "cannot be read"), (&empty.0, "is empty"), (&binary.0, "not UTF-8")] {
        let error = WebIdentity::new(path, ROLE, &settings).unwrap().credentials().unwrap_err();
        assert!(error.is_configuration(), "{error}");
        let shown = format!("{error} {error:?}");
        assert!(
            shown.contains(path.to_str().unwrap()) && shown.contains(text) && !shown.contains("planted"),
            "{shown}"
        );
    }
    assert!(emulator.requests().is_empty());
}

#[test]
fn a_refused_token_is_read_again_once() {
    let emulator = Emulator::start().unwrap();
    let settings = settings(&emulator);
    for stale in [EXPIRED, "no-jwt"] {
        // It is replaced right after it was read.
        let file = TokenFile::new(stale);
        let path = file.0.clone();
        let host = Arc::new(Files {
            clock: Arc::new(Scripted::at(support::now())),
            read: Box::new(move || fs::write(&path, JWT).unwrap()),
        });
        emulator.clear_requests();
        let provider = WebIdentity::with_parts(&file.0, ROLE, &settings, transport(&settings), host).unwrap();
        provider.credentials().unwrap();
        assert_eq!(emulator.requests().len(), 2);
        // The file stays as it is: no second call.
        let file = TokenFile::new(stale);
        emulator.clear_requests();
        let error = WebIdentity::new(&file.0, ROLE, &settings).unwrap().credentials().unwrap_err();
        assert!(matches!(error.sts_code(), Some(ErrorCode::ExpiredTokenException | ErrorCode::InvalidIdentityToken)));
        assert!(error.to_string().contains(file.0.to_str().unwrap()) && error.to_string().contains(ROLE), "{error}");
        assert!(!format!("{error} {error:?}").contains(stale), "{error}");
        assert_eq!(emulator.requests().len(), 1);
    }
    // Another refusal is none of the token's.
    let file = TokenFile::new(JWT);
    let denied = WebIdentity::new(&file.0, "arn:aws:iam::123456789012:role/denied", &settings).unwrap();
    emulator.clear_requests();
    assert!(denied.credentials().unwrap_err().is_access_denied());
    assert_eq!(emulator.requests().len(), 1);
}

#[test]
fn web_identity_from_the_environment() {
    let emulator = Emulator::start().unwrap();
    let settings = settings(&emulator);
    let make = |host: Scripted| WebIdentity::from_env_with_parts(&settings, transport(&settings), Arc::new(host));
    let full = Scripted::at(support::now())
        .with_var("AWS_WEB_IDENTITY_TOKEN_FILE", "/var/run/token")
        .with_var("AWS_ROLE_ARN", ROLE)
        .with_var("AWS_ROLE_SESSION_NAME", "pod-7")
        .with_file("/var/run/token", JWT);
    make(full).unwrap().credentials().unwrap();
    assert_eq!(sent(&emulator, "RoleSessionName").as_deref(), Some("pod-7"));
    let unnamed = Scripted::at(1000).with_var("AWS_WEB_IDENTITY_TOKEN_FILE", "/t").with_var("AWS_ROLE_ARN", ROLE);
    assert!(format!("{:?}", make(unnamed).unwrap()).contains("stskit-session-1000"));
    let error = make(Scripted::at(0).with_var("AWS_ROLE_ARN", ROLE)).unwrap_err();
    assert!(error.is_no_credentials() && error.to_string().contains("AWS_WEB_IDENTITY_TOKEN_FILE"), "{error}");
    let error = make(Scripted::at(0).with_var("AWS_WEB_IDENTITY_TOKEN_FILE", "/t")).unwrap_err();
    assert!(error.is_configuration() && error.to_string().contains("AWS_ROLE_ARN"), "{error}");
}

#[test]
fn debug_shows_no_secret() {
    let emulator = Emulator::start().unwrap();
    let source: fn() -> Result<Credentials> = || Ok(credentials());
    let request = AssumeRole { external_id: Some("planted".into()), ..AssumeRole::new(ROLE, "session") };
    let provider = AssumedRole::new(source, request, &settings(&emulator)).unwrap();
    let shown = format!("{provider:?}");
    assert!(shown.contains(ROLE) && !shown.contains(Emulator::SECRET_ACCESS_KEY) && !shown.contains("planted"));
}
