//! Input that makes no sense, from the caller and from the server: a typed error, no panic, in time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use stskit::emulator::{Emulator, Fault};
use stskit::endpoint::EndpointService;
use stskit::host::Scripted;
use stskit::sts::*;
use stskit::{Credentials, Error, ErrorKind, Settings, SettingsBuilder};
use support::net::{IDENTITY, client_of, ms, within};

const CALL: GetCallerIdentity = GetCallerIdentity {};
const ROLE: &str = "arn:aws:iam::123456789012:role/demo";

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
