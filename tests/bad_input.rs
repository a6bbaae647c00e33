//! Input that makes no sense, from the caller, from files and programs, and from the server: a typed error, no panic,
//! in time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::sync::mpsc::channel;
use std::time::Duration;

use stskit::emulator::{Emulator, Fault};
use stskit::endpoint::EndpointService;
use stskit::host::Scripted;
use stskit::sts::*;
use stskit::{Credentials, Error, ErrorKind, Settings, SettingsBuilder};
use support::net::{IDENTITY, client_of, ms, within};

const CALL: GetCallerIdentity = GetCallerIdentity {};
const ROLE: &str = "arn:aws:iam::123456789012:role/demo";

/// What the work comes to; work that never ends is told, not waited for.
#[cfg(unix)]
#[track_caller]
fn ends<T: Send + 'static>(what: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, result) = channel();
    std::thread::spawn(move || done.send(work()));
    result.recv_timeout(Duration::from_secs(60)).unwrap_or_else(|e| panic!("{what}: {e}"))
}

fn client(emulator: &Emulator, credentials: Credentials) -> Client {
    support::client_with(support::settings(emulator), credentials)
}

#[test]
fn control_characters_in_credentials_are_input_errors() {
    let emulator = Emulator::start().unwrap();
    let good = || Credentials::new(Emulator::ACCESS_KEY_ID, Emulator::SECRET_ACCESS_KEY);
    for character in ['\n', '\r', '\0', '\u{1}', '\u{1b}', '\u{7f}'] {
        for credentials in [
            good().with_session_token(format!("to{character}ken")),
            Credentials::new(format!("AK{character}ID"), "secret"),
        ] {
            let sts = client(&emulator, credentials.clone());
            let error = sts.get_caller_identity(&CALL).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{credentials:?}: {error}");
            assert!(error.to_string().contains("cannot stand"), "{error}");
            assert_eq!(error.attempts(), 0, "nothing was sent");
            // In a URL they are encoded, or refused as well.
            if let Ok(url) = sts.presign_get_caller_identity(60, &[]) {
                assert!(url.expose().bytes().all(|b| b.is_ascii_graphic()), "{credentials:?}");
            }
        }
    }
    assert_eq!(emulator.connections(), 0);
    // A tab or a letter may stand in a header; the service judges. A secret may hold anything: it is not sent.
    for credentials in [
        good().with_session_token("to\tken"),
        good().with_session_token("é\u{1f600}"),
        Credentials::new("AKIDEXAMPLE", "se\n\0cret"),
    ] {
        let error = client(&emulator, credentials).get_caller_identity(&CALL).unwrap_err();
        assert!(error.service_error().is_some(), "{error}");
    }
    for credentials in [Credentials::new("", "secret"), Credentials::new("AKID", ""), Credentials::new("", "")] {
        let error = client(&emulator, credentials).get_caller_identity(&CALL).unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::AccessDenied | ErrorKind::InvalidInput | ErrorKind::Service),
            "{error}"
        );
    }
}

#[test]
fn control_characters_in_inputs_arrive_as_they_are() {
    let emulator = Emulator::start().unwrap();
    let sts = support::client(&emulator);
    for value in ["a\r\nX-Evil: 1", "\0\u{1}\u{7f}", "&Action=GetSessionToken", "a=b&c=d%20+é\u{1f600}", "  "] {
        emulator.clear_requests();
        let input = AssumeRole { external_id: Some(value.into()), ..AssumeRole::new(ROLE, "session") };
        let _ = sts.assume_role(&input);
        let requests = emulator.requests();
        assert_eq!(requests.len(), 1, "{value:?}");
        assert_eq!(requests[0].parameter("ExternalId").as_deref(), Some(value));
        assert_eq!(requests[0].parameter("Action").as_deref(), Some("AssumeRole"));
        assert_eq!(requests[0].header("x-evil"), None);
    }
}

#[test]
fn headers_of_presigned_urls() {
    let emulator = Emulator::start().unwrap();
    let sts = support::client(&emulator);
    for header in [("x-a", "b\r\nx-evil: 1"), ("x-a\n", "b"), ("x a", "b"), ("", "b"), ("x-é", "b"), ("x-a", "b\0")] {
        let error = sts.presign_get_caller_identity(60, &[header]).expect_err(&format!("{header:?}"));
        assert!(error.is_input(), "{header:?}: {error}");
    }
    for seconds in [0, 604_801, u32::MAX] {
        assert!(sts.presign_get_caller_identity(seconds, &[]).unwrap_err().is_input());
    }
}

#[test]
fn long_credentials_are_sent() {
    let emulator = Emulator::start().unwrap();
    for length in [5_000, 20_000, 60_000] {
        let credentials = support::credentials().with_session_token("t".repeat(length));
        let error = within(ms(2000), || client(&emulator, credentials).get_caller_identity(&CALL).unwrap_err());
        // The emulator knows no such token, or takes no such head; either way it has judged.
        assert!(error.service_error().is_some(), "{length}: {error}");
        assert_eq!(error.attempts(), 1, "{length}: {error}");
    }
    let error =
        client(&emulator, Credentials::new("A".repeat(30_000), "secret")).get_caller_identity(&CALL).unwrap_err();
    assert!(error.service_error().is_some(), "{error}");
    // Two megabytes are more than any server reads.
    let credentials = support::credentials().with_session_token("t".repeat(2 << 20));
    let settings =
        support::settings_with(&emulator, |b| b.max_attempts(1).connect_timeout(ms(500)).read_timeout(ms(500)));
    within(ms(3000), || support::client_with(settings, credentials).get_caller_identity(&CALL).unwrap_err());
}

#[test]
fn unknown_regions_become_hosts() {
    let resolve = |region: &str| -> Result<String, Error> {
        let settings = Settings::builder().region(region).resolve_with(&Scripted::at(0))?;
        let sts: Client = Client::builder(settings).build()?;
        Ok(format!("{} {:?}", sts.endpoint().url(), sts.endpoint().signing_region()))
    };
    assert_eq!(resolve("moon-base-1").unwrap(), "https://sts.moon-base-1.amazonaws.com Some(\"moon-base-1\")");
    assert_eq!(resolve("x").unwrap(), "https://sts.x.amazonaws.com Some(\"x\")");
    let long = "a".repeat(63);
    assert!(resolve(&long).unwrap().contains(&long));
    for region in
        ["a".repeat(64), "a".repeat(1 << 20), "eu/west".into(), "eu west".into(), "..".into(), "\u{202e}".into()]
    {
        let error = resolve(&region).unwrap_err();
        assert!(error.is_configuration() && error.to_string().len() < 400, "{error}");
    }
}

#[test]
fn answers_that_are_not_what_they_should_be() {
    let emulator = Emulator::start().unwrap();
    let sts = client_of(&emulator, |b| b);
    let entities = "<!DOCTYPE l [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><l>&b;</l>";
    let nested = "<a>".repeat(300_000);
    let wide = format!("<GetCallerIdentityResponse>{}</GetCallerIdentityResponse>", "<a/>".repeat(200_000));
    let attributes = format!("<GetCallerIdentityResponse {}/>", "a='b' ".repeat(150_000));
    let utf16: Vec<u8> = IDENTITY.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for body in [
        b"".as_slice(),
        b" ",
        b"null",
        b"{}",
        b"<",
        b"<a",
        b"<a>",
        b"</a>",
        b"<a></b>",
        b"<!---->",
        b"<?xml?>",
        b"<![CDATA[x]]>",
        b"<a>&#x110000;</a>",
        b"<a>&#xD800;</a>",
        b"\xff\xfe\x00",
        b"<GetCallerIdentityResponse/>",
        b"<GetCallerIdentityResponse><GetCallerIdentityResult>",
        b"<AssumeRoleResponse><AssumeRoleResult/></AssumeRoleResponse>",
        b"<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse><x/>",
        b"<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>x",
        entities.as_bytes(),
        nested.as_bytes(),
        wide.as_bytes(),
        attributes.as_bytes(),
        &utf16,
    ] {
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        emulator.inject(Fault::status(200).body("text/xml", body));
        let error = within(ms(2000), || sts.get_caller_identity(&CALL).expect_err(&shown));
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidResponse, 1), "{shown}: {error}");
        assert!(error.to_string().contains("GetCallerIdentity") && error.to_string().len() < 400, "{shown}: {error}");
        // The same with a status of failure is that failure.
        for (status, attempts) in [(400, 1), (500, 2)] {
            emulator.inject(Fault::status(status).body("text/xml", body));
            let result = within(ms(2000), || sts.get_caller_identity(&CALL));
            match result {
                Ok(answer) => assert_eq!(answer.metadata.retry_attempts + 1, attempts, "{shown}"),
                Err(error) => assert_eq!(error.code(), Some("400"), "{shown}: {error}"),
            }
        }
    }
    assert_eq!(emulator.connections(), 1, "a bad answer does not cost the connection");
}

#[test]
fn credentials_of_an_answer_are_complete_or_an_error() {
    let emulator = Emulator::start().unwrap();
    let sts = client_of(&emulator, |b| b);
    let element = |name: &str, text: &str| format!("<{name}>{text}</{name}>");
    let all = [
        ("AccessKeyId", "AKID"),
        ("SecretAccessKey", "s"),
        ("SessionToken", "t"),
        ("Expiration", "2030-01-01T00:00:00Z"),
    ];
    for (left_out, replaced) in [(0, None), (1, None), (2, None), (3, None), (3, Some("soon")), (3, Some(""))] {
        let members = all.iter().enumerate().map(|(at, (name, text))| match replaced {
            _ if at != left_out => element(name, text),
            Some(other) => element(name, other),
            None => String::new(),
        });
        let credentials = element("Credentials", &members.collect::<String>());
        let body = element("GetSessionTokenResponse", &element("GetSessionTokenResult", &credentials));
        emulator.inject(Fault::status(200).body("text/xml", body));
        let error = sts.get_session_token(&GetSessionToken::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{error}");
        assert!(error.to_string().contains(all[left_out].0), "{error}");
    }
}

#[test]
fn numbers_and_dates_of_a_hostile_server() {
    let emulator = Emulator::start().unwrap();
    for date in ["Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "soon", "", "99999999999999999999"] {
        for after in ["-1", "0", "99999999999999999999", "1e9", "NaN", "", "é"] {
            let host = std::sync::Arc::new(Scripted::at(support::now()).with_random(0.99));
            let sts: Client =
                Client::builder(support::settings_with(&emulator, |b: SettingsBuilder| b.max_attempts(3)))
                    .credentials(support::credentials())
                    .host(host.clone())
                    .build()
                    .unwrap();
            emulator.clear_faults();
            let skewed = Fault::error("RequestTimeTooSkewed", "", 403).header("Date", date);
            emulator.inject(skewed.header("x-amz-retry-after", after));
            emulator.inject(
                Fault::status(503)
                    .header("Date", date)
                    .header("x-amz-retry-after", after)
                    .header("Retry-After", "99999"),
            );
            let _ = within(ms(2000), || sts.get_caller_identity(&CALL));
            assert!(host.sleeps().iter().all(|s| s.as_secs() <= 20), "{date} {after}: {:?}", host.sleeps());
        }
    }
}

#[test]
fn endpoints_that_make_no_sense() {
    for url in [
        "http://",
        "http:///x",
        "http://:80",
        "http://h:",
        "http://h:80:80",
        "http://[::1",
        "http://[::g]",
        "http://[127.0.0.1]",
        "http://h h",
        "http://h\r\nX: y",
        "http://h\\evil",
        "http://h#f",
        "http://h?q",
        "http://u@h",
        "http://-h",
        "http://h..h",
        "http://%68",
        "//h",
        "h",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "unix:///x",
        "http://xn--é",
        "http://h/\u{7f}",
    ] {
        let builder = Settings::builder().region("us-east-1").endpoint_url(EndpointService::Sts, url);
        let error = builder.resolve_with(&Scripted::at(0)).expect_err(url);
        assert!(error.is_configuration(), "{url}: {error}");
        assert!(!error.to_string().chars().any(char::is_control), "{error:?}");
    }
    let long = format!("http://h/{}", "x".repeat(1 << 20));
    let builder = Settings::builder().region("us-east-1").endpoint_url(EndpointService::Sts, long);
    match builder.resolve_with(&Scripted::at(0)) {
        Err(error) => assert!(error.is_configuration() && error.to_string().len() < 500, "{error}"),
        Ok(settings) => {
            let built: Result<Client, Error> = Client::builder(settings).build();
            if let Err(error) = built {
                assert!(error.to_string().len() < 500, "{error}");
            }
        }
    }
}

/// Files that are none, or not what they should be.
#[cfg(unix)]
mod files {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::{Path, PathBuf};
    use std::process::Command;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use stskit::Provide;
    use stskit::identity_center::{SsoSession, TokenCache, TokenProvider, logout_all};
    use stskit::providers::WebIdentity;

    use super::support::net::Impatient;
    use super::*;

    /// A folder full of them, that goes when the test ends.
    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Folder {
            static COUNT: AtomicUsize = AtomicUsize::new(0);
            let unique = format!("stskit-bad-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
            let folder = Folder(std::env::temp_dir().join(unique));
            fs::create_dir_all(folder.path("folder")).unwrap();
            let made = Command::new("mkfifo").arg(folder.path("pipe")).status();
            assert!(made.is_ok_and(|status| status.success()));
            symlink("pipe", folder.path("link to a pipe")).unwrap();
            symlink("circle", folder.path("ring")).unwrap();
            symlink("ring", folder.path("circle")).unwrap();
            symlink("/dev/zero", folder.path("zeros")).unwrap();
            // 1 TiB of nothing.
            fs::File::create(folder.path("huge")).unwrap().set_len(1 << 40).unwrap();
            let noise: Vec<u8> = (0..50_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
            folder.write("binary", &[b"\xff\xfepl4nted".as_slice(), &noise].concat());
            folder.write("NUL", b"[default]\nregion = pl4nted\0\n");
            folder.write("long line", &[b"[default]\nkey = pl4nted".as_slice(), &vec![b'x'; 10 << 20]].concat());
            folder
                .write("deep", &[b"{\"accessToken\": \"pl4nted\", \"a\": ".as_slice(), &vec![b'['; 500_000]].concat());
            folder
        }

        fn path(&self, name: &str) -> PathBuf {
            self.0.join(name)
        }

        fn write(&self, name: &str, bytes: &[u8]) {
            fs::write(self.path(name), bytes).unwrap();
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    /// The real files and no variables.
    fn disk() -> Impatient {
        Impatient(Scripted::at(0))
    }

    #[track_caller]
    fn check(error: &Error, path: &Path, why: &str) {
        assert!(error.is_configuration(), "{error}");
        let mut shown = format!("{error} {error:?}");
        assert!(shown.contains(path.to_str().unwrap()) && shown.contains(why), "{shown} lacks {why:?}");
        let mut cause = std::error::Error::source(error);
        while let Some(found) = cause {
            shown.push_str(&format!("{found} {found:?}"));
            cause = found.source();
        }
        assert!(!shown.contains("pl4nted") && shown.len() < 2000, "{shown}");
    }

    #[test]
    fn as_config_and_credentials_files() {
        let folder = Folder::new();
        for (name, why) in [
            // As no file at all, and the message that the profile is missing says why.
            ("folder", "it is not a regular file"),
            ("pipe", "it is not a regular file"),
            ("link to a pipe", "it is not a regular file"),
            ("zeros", "it is not a regular file"),
            ("missing", "profile"),
            ("NUL/x", "profile"),
            // Errors of their own.
            ("ring", "cannot be read"),
            ("huge", "larger than 32 MiB"),
            ("binary", "line 1: the text is not UTF-8"),
            ("NUL", "line 2: there is a NUL"),
            ("long line", "line 2: the line is longer than 1 MiB"),
            ("deep", "line 1:"),
        ] {
            for credentials in [false, true] {
                let path = folder.path(name);
                let builder = Settings::builder().profile("dev");
                let builder = match credentials {
                    false => builder.config_file(&path).credentials_file("/none"),
                    true => builder.config_file("/none").credentials_file(&path),
                };
                let error = ends(name, move || builder.resolve_with(&disk())).unwrap_err();
                check(&error, &path, why);
                assert!(error.to_string().contains(if credentials { "credentials file" } else { "config file" }));
            }
        }
    }

    #[test]
    fn as_ca_bundles() {
        let folder = Folder::new();
        for (name, why) in [
            ("folder", "it is not a regular file"),
            ("pipe", "it is not a regular file"),
            ("link to a pipe", "it is not a regular file"),
            ("zeros", "it is not a regular file"),
            ("ring", "cannot be read"),
            ("huge", "larger than 16777216 bytes"),
            ("binary", "no certificate"),
            ("long line", "no certificate"),
        ] {
            let path = folder.path(name);
            let builder = Settings::builder().region("us-east-1").ca_bundle(&path);
            let error = ends(name, move || builder.resolve_with(&disk())).unwrap_err();
            check(&error, &path, why);
        }
    }

    #[test]
    fn as_web_identity_tokens() {
        let (folder, emulator) = (Folder::new(), Emulator::start().unwrap());
        for (name, why) in [
            ("folder", "it is not a regular file"),
            ("pipe", "it is not a regular file"),
            ("link to a pipe", "it is not a regular file"),
            ("zeros", "it is not a regular file"),
            ("ring", "cannot be read"),
            ("huge", "larger than 1048576 bytes"),
            ("long line", "larger than 1048576 bytes"),
            ("binary", "not UTF-8"),
        ] {
            let path = folder.path(name);
            let provider = WebIdentity::new(&path, ROLE, &support::settings(&emulator)).unwrap();
            let error = ends(name, move || provider.credentials()).unwrap_err();
            check(&error, &path, why);
        }
        assert!(emulator.requests().is_empty(), "no token, no call");
    }

    #[test]
    fn as_sso_tokens() {
        let (folder, emulator) = (Folder::new(), Emulator::start().unwrap());
        let settings = support::sso_settings(&emulator);
        let cache = TokenCache::new(folder.path("cache"));
        fs::create_dir(cache.folder()).unwrap();
        let session = SsoSession::named("dev", "https://d-abc123.awsapps.com/start", "us-east-1");
        let path = cache.path(&session);
        for (name, why) in [
            ("folder", "is not a file"),
            ("pipe", "is not a file"),
            ("link to a pipe", "is not a file"),
            ("zeros", "is not a file"),
            ("ring", "cannot be opened"),
            ("huge", "larger than 1048576 bytes"),
            ("long line", "larger than 1048576 bytes"),
            ("binary", "is not JSON"),
            ("NUL", "is not JSON"),
            ("deep", "is not JSON"),
        ] {
            symlink(folder.path(name), &path).unwrap();
            let provider = TokenProvider::new(session.clone(), cache.clone(), &settings).unwrap();
            let error = ends(name, move || provider.token()).unwrap_err();
            if why == "is not JSON" {
                assert_eq!(error.kind(), ErrorKind::LoginRequired, "{name}: {error}");
                let shown = format!("{error} {error:?}");
                assert!(shown.contains(why) && !shown.contains("pl4nted") && shown.len() < 2000, "{shown}");
                assert!(shown.contains(path.to_str().unwrap()), "{shown}");
            } else {
                check(&error, &path, why);
            }
            let (same, read) = (session.clone(), cache.clone());
            assert!(ends(name, move || read.read(&same)).is_err());
            // Signing out of everything passes by what is no token.
            let (all, at) = (cache.clone(), settings.clone());
            ends(name, move || logout_all(&all, None, &at)).unwrap();
            assert!(fs::symlink_metadata(&path).is_ok(), "{name} stays");
            fs::remove_file(&path).unwrap();
        }
        assert!(emulator.requests().is_empty());
    }

    #[test]
    fn a_lock_file_that_is_none_costs_the_lock_only() {
        let (folder, emulator) = (Folder::new(), Emulator::start().unwrap());
        let cache = TokenCache::new(folder.path("cache"));
        fs::create_dir(cache.folder()).unwrap();
        let session = SsoSession::named("dev", format!("{}/start", emulator.url()), "us-east-1");
        let lock = cache.path(&session).with_extension("lock");
        for name in ["folder", "pipe", "zeros", "ring"] {
            emulator.sso().token_lifetime(600);
            let issued = emulator.sso().issue_token();
            fs::write(cache.path(&session), issued.cache_json()).unwrap();
            symlink(folder.path(name), &lock).unwrap();
            let settings = support::sso_settings(&emulator);
            let host: Arc<dyn stskit::host::Host> = Arc::new(Scripted::at(support::now()));
            let transport = Arc::new(stskit::transport::UreqTransport::new(settings.transport().clone()));
            let provider =
                TokenProvider::with_parts(session.clone(), cache.clone(), &settings, transport, host).unwrap();
            let token = ends(name, move || provider.token()).unwrap();
            assert_ne!(token.access_token().expose(), issued.access_token, "{name}: refreshed");
            fs::remove_file(&lock).unwrap();
        }
    }
}

/// Helper programs that misbehave. What else they may do is in `process`.
#[cfg(unix)]
mod programs {
    use std::time::Instant;

    use stskit::Provide;
    use stskit::providers::Process;

    use super::*;

    const GOOD: &str = r#"printf '{"Version": 1, "AccessKeyId": "AKID", "SecretAccessKey": "pl4nted"}'"#;

    fn shell(script: &str) -> Process {
        Process::with_arguments("/bin/sh", ["-c", script])
    }

    #[track_caller]
    fn fails(script: &str, limit: Option<Duration>) -> Error {
        let process = match limit {
            Some(limit) => shell(script).time_limit(limit),
            None => shell(script),
        };
        let error = ends(script, move || process.credentials()).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(shown.contains("/bin/sh") && !shown.contains("pl4nted") && shown.len() < 12_000, "{script}: {shown}");
        error
    }

    #[test]
    fn print_without_end() {
        for limit in [None, Some(Duration::from_secs(30))] {
            for script in [
                "while :; do echo pl4nted; done",
                // Not the program itself, but another one that it waits for.
                "cat /dev/zero; true",
                "tr '\\0' '[' </dev/zero; true",
                // A program that it leaves behind.
                "cat /dev/zero & exit 0",
            ] {
                let started = Instant::now();
                let error = fails(script, limit);
                assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{script}: {error}");
                assert!(error.to_string().contains("more than 65536 bytes"), "{script}: {error}");
                assert!(started.elapsed() < Duration::from_secs(25), "{script}");
            }
        }
        // Nobody waits for the end of standard error, and little of it is kept.
        let error = fails("while :; do echo noise >&2; done", Some(Duration::from_millis(500)));
        assert!(error.is_timeout(), "{error}");
        let error = fails("head -c 30000000 /dev/zero | tr '\\0' x >&2; exit 4", None);
        assert!(error.to_string().contains("exit status: 4") && error.to_string().len() < 5000, "{error}");
    }

    #[test]
    fn never_end() {
        let limit = Some(Duration::from_millis(500));
        for script in [
            "sleep 600",
            "trap '' TERM INT HUP; while :; do sleep 1; done",
            // Done with its output, but not done.
            &format!("{GOOD}; exec >&- 2>&-; sleep 600"),
            &format!("{GOOD}; sleep 600"),
            "kill -STOP $$",
        ] {
            let error = fails(script, limit);
            assert!(error.is_timeout() && error.to_string().contains("time limit"), "{script}: {error}");
        }
    }

    #[test]
    fn close_their_output_early() {
        // The output is whole; the end of the program is waited for, and its status counts.
        let found = ends("closed", || shell(&format!("{GOOD}; exec >&-; sleep 0.2")).credentials()).unwrap();
        assert_eq!(found.access_key_id(), "AKID");
        let error = fails(&format!("{GOOD}; exec >&-; echo 'changed my mind' >&2; exit 5"), None);
        assert!(error.to_string().contains("exit status: 5; it said: changed my mind"), "{error}");
        let error = fails("exec >&- 2>&-; sleep 0.1", None);
        assert!(error.to_string().contains("it printed nothing"), "{error}");
    }

    #[test]
    fn leave_somebody_behind() {
        let limits = [None, Some(Duration::from_secs(30))];
        for limit in limits {
            let error = fails(&format!("{GOOD}; sleep 20 2>/dev/null &"), limit);
            assert!(error.to_string().contains("keeps its output open"), "{error}");
        }
        // Only standard error is held: nothing that is needed.
        let found = ends("held", || shell(&format!("{GOOD}; sleep 20 >/dev/null &")).credentials()).unwrap();
        assert_eq!(found.access_key_id(), "AKID");
    }

    #[test]
    fn are_killed() {
        for (signal, number) in [("KILL", "9"), ("SEGV", "11"), ("TERM", "15"), ("PIPE", "13")] {
            let error = fails(&format!("{GOOD}; kill -s {signal} $$; sleep 5"), None);
            assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{error}");
            assert!(error.to_string().contains("signal") && error.to_string().contains(number), "{error}");
        }
    }

    #[test]
    fn print_what_is_no_text() {
        for script in [
            "head -c 60000 /dev/urandom",
            "head -c 60000 /dev/zero",
            "head -c 60000 /dev/zero | tr '\\0' '['",
            "printf '\\377\\376{\\0'",
            "printf '\\357\\273\\277{}'",
            r#"printf '{"Version": 1e400, "SecretAccessKey": "pl4nted"}'"#,
            r#"printf '{"Version": 1, "AccessKeyId": "\\ud800", "SecretAccessKey": "pl4nted"}'"#,
        ] {
            assert_eq!(fails(script, None).kind(), ErrorKind::InvalidResponse, "{script}");
        }
    }
}
