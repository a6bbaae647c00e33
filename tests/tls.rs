//! Real TLS on loopback: which certificates are accepted, and what is said about the others.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/certificates.rs"]
#[allow(unreachable_pub, dead_code)]
mod certificates;
mod support;

use std::io::{Read, Write};
use std::path::Path;

use certificates::Certificates;
use stskit::emulator::{Emulator, Fault};
use stskit::host::Scripted;
use stskit::sts::{Client, GetCallerIdentity};
use stskit::{Error, ErrorKind, RetryStop, Settings, SettingsBuilder};
use support::net::{Server, client_at, client_in, ms, within};

const CALL: GetCallerIdentity = GetCallerIdentity {};

fn emulator(certificate: &str) -> Emulator {
    let (chain, key) = Certificates::get().server(certificate);
    Emulator::builder().tls(chain, key).start().unwrap()
}

/// A client that trusts an authority.
fn trusting(ca: &str, url: &str, change: impl FnOnce(SettingsBuilder) -> SettingsBuilder) -> Client {
    client_at(url, |b| change(b.ca_bundle(Certificates::get().path(ca))))
}

#[test]
fn the_right_authority_is_accepted_from_either_place() {
    let emulator = emulator("good");
    let ca = Certificates::get().path("ca.pem");
    let explicit = trusting("ca.pem", &emulator.url(), |b| b);
    let machine = || Scripted::at(0).with_var("AWS_CA_BUNDLE", ca.as_os_str());
    let by_variable = client_in(machine(), &emulator.url(), |b| b);
    // The file of a scripted machine is a file too.
    let pem = Certificates::get().read("ca.pem");
    let host = Scripted::at(0).with_var("AWS_CA_BUNDLE", "/virtual/ca.pem").with_file("/virtual/ca.pem", pem);
    let builder = Settings::builder().region("us-east-1");
    let builder = builder.endpoint_url(stskit::endpoint::EndpointService::Sts, emulator.url());
    let virtually = support::client_with(builder.resolve_with(&host).unwrap(), support::credentials());
    for sts in [explicit, by_variable, virtually] {
        let before = emulator.connections();
        for _ in 0..3 {
            sts.get_caller_identity(&CALL).unwrap();
        }
        assert_eq!(emulator.connections(), before + 1, "TLS connections are kept too");
    }
    // Explicit wins over the environment.
    let machine = Scripted::at(0).with_var("AWS_CA_BUNDLE", Certificates::get().path("other-ca.pem").as_os_str());
    client_in(machine, &emulator.url(), |b| b.ca_bundle(&ca)).get_caller_identity(&CALL).unwrap();
    // By name as well as by address.
    let named = emulator.url().replace("127.0.0.1", "localhost");
    trusting("ca.pem", &named, |b| b).get_caller_identity(&CALL).unwrap();
}

#[test]
fn a_bundle_of_several_with_other_things_in_it() {
    let emulator = emulator("good");
    let all = Certificates::get();
    let mixed = [b"# comment\n".to_vec(), all.read("other-ca.pem"), all.read("good.key"), all.read("ca.pem")].concat();
    let path = all.path("mixed.pem");
    std::fs::write(&path, mixed).unwrap();
    trusting("mixed.pem", &emulator.url(), |b| b).get_caller_identity(&CALL).unwrap();
}

#[track_caller]
fn refused(sts: &Client, emulator: &Emulator) -> Error {
    let error = within(ms(2000), || sts.get_caller_identity(&CALL).unwrap_err());
    assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
    assert_eq!((error.attempts(), error.retry_stop()), (1, None), "another try would not help: {error}");
    assert!(emulator.requests().is_empty(), "nothing is sent over a connection that is not trusted");
    error
}

#[test]
fn certificates_that_are_not_accepted() {
    for (certificate, what) in [
        ("self-signed", "invalid peer certificate"),
        ("expired", "expired"),
        ("future", "not valid yet"),
        ("other-name", "not valid for name"),
    ] {
        let emulator = emulator(certificate);
        let error = refused(&trusting("ca.pem", &emulator.url(), |b| b), &emulator);
        let text = error.to_string();
        assert!(text.contains(what), "{certificate}: {text}");
        assert!(text.contains(&emulator.addr().to_string()), "{text}");
        assert!(text.contains("the CA bundle that is set (AWS_CA_BUNDLE)"), "{text}");
        assert!(std::error::Error::source(&error).is_some());
    }
    // The wrong authority, and the built-in ones.
    let emulator = emulator("good");
    let error = refused(&trusting("other-ca.pem", &emulator.url(), |b| b), &emulator);
    assert!(error.to_string().contains("UnknownIssuer"), "{error}");
    let error = refused(&client_at(&emulator.url(), |b| b), &emulator);
    assert!(error.to_string().contains("built-in roots; a private authority needs AWS_CA_BUNDLE"), "{error}");
}

/// Variables that turn checks off in other programs.
const NO_VERIFY: [&str; 11] = [
    "AWS_VERIFY_SSL",
    "AWS_NO_VERIFY_SSL",
    "AWS_TLS_NO_VERIFY",
    "PYTHONHTTPSVERIFY",
    "NODE_TLS_REJECT_UNAUTHORIZED",
    "CURL_INSECURE",
    "SSL_NO_VERIFY",
    "GIT_SSL_NO_VERIFY",
    "RUSTLS_DANGEROUS",
    "SSL_VERIFY",
    "INSECURE",
];

#[test]
fn no_variable_turns_the_checks_off() {
    let emulator = emulator("good");
    let names = NO_VERIFY;
    for value in ["0", "1", "false", "true"] {
        let machine = names.iter().fold(Scripted::at(0), |host, name| host.with_var(name, value));
        refused(&client_in(machine, &emulator.url(), |b| b), &emulator);
    }
    // Nor do those that name other authorities.
    let ca = Certificates::get().path("ca.pem");
    let others = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"];
    let machine = others.iter().fold(Scripted::at(0), |host, name| host.with_var(name, ca.as_os_str()));
    refused(&client_in(machine, &emulator.url(), |b| b), &emulator);
    assert!(emulator.requests().is_empty());
}

#[test]
fn a_server_that_speaks_something_else_than_tls() {
    for greeting in [&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], b"SSH-2.0-x\r\n", &[0; 64], &[0xff; 4096]] {
        let server = Server::start(move |mut stream, _| {
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(greeting);
            let _ = stream.read(&mut [0; 1024]);
        });
        let sts = trusting("ca.pem", &format!("https://{}", server.addr), |b| b.max_attempts(2));
        let error = within(ms(2000), || sts.get_caller_identity(&CALL).unwrap_err());
        assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
        assert_eq!((error.attempts(), server.connections()), (2, 2), "{error}");
        assert!(error.to_string().contains(&server.addr.to_string()), "{error}");
    }
    // And the other way round: plain HTTP to a TLS port is an answer that is none.
    let emulator = emulator("good");
    let sts = client_at(&emulator.url().replace("https:", "http:"), |b| b.max_attempts(2));
    let error = within(ms(2000), || sts.get_caller_identity(&CALL).unwrap_err());
    assert!(matches!(error.kind(), ErrorKind::InvalidResponse | ErrorKind::Network), "{error}");
}

#[test]
fn a_handshake_that_breaks_off_is_tried_again() {
    let server = Server::start(|mut stream, _| {
        let _ = stream.read(&mut [0; 64]);
    });
    let sts = trusting("ca.pem", &format!("https://{}", server.addr), |b| b);
    let error = within(ms(2000), || sts.get_caller_identity(&CALL).unwrap_err());
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Network, 3), "{error}");
    assert_eq!((error.retry_stop(), server.connections()), (Some(RetryStop::MaxAttempts), 3));
    // One that never goes on ends with the connect timeout, one that drips as well.
    for drips in [false, true] {
        let server = Server::start(move |mut stream, _| {
            while drips && stream.write_all(&[22]).is_ok() {
                std::thread::sleep(ms(20));
            }
            let _ = stream.read_to_end(&mut Vec::new());
        });
        let url = format!("https://{}", server.addr);
        let sts = trusting("ca.pem", &url, |b| b.max_attempts(2).connect_timeout(ms(200)));
        let error = within(ms(1000), || sts.get_caller_identity(&CALL).unwrap_err());
        if !drips {
            assert_eq!((error.kind(), error.attempts()), (ErrorKind::Timeout, 2), "{error}");
            assert!(error.to_string().contains("no connection within 0.2 s"), "{error}");
        }
        let sts = trusting("ca.pem", &url, |b| b.operation_timeout(ms(200)));
        within(ms(700), || sts.get_caller_identity(&CALL).unwrap_err());
    }
}

#[test]
fn faults_over_tls_are_what_they_are_without() {
    let emulator = emulator("good");
    let sts = trusting("ca.pem", &emulator.url(), |b| b.read_timeout(ms(250)));
    sts.get_caller_identity(&CALL).unwrap();
    for (fault, kind) in [
        (Fault::close_before_response(), ErrorKind::Network),
        (Fault::reset(), ErrorKind::Network),
        (Fault::truncate(20), ErrorKind::Network),
        (Fault::garbage(), ErrorKind::InvalidResponse),
        (Fault::slow(ms(3_600_000)), ErrorKind::Timeout),
        (Fault::drip(ms(10)), ErrorKind::Timeout),
        (Fault::huge(100 << 20), ErrorKind::InvalidResponse),
        (Fault::huge_unsized(100 << 20), ErrorKind::InvalidResponse),
        (Fault::endless(), ErrorKind::InvalidResponse),
        (Fault::header_flood(), ErrorKind::InvalidResponse),
    ] {
        emulator.clear_faults();
        emulator.inject(fault.clone().always());
        let error = within(ms(2500), || sts.get_caller_identity(&CALL).unwrap_err());
        assert_eq!(error.kind(), kind, "{fault:?}: {error}");
    }
    emulator.clear_faults();
    sts.get_caller_identity(&CALL).unwrap();
    // A stale connection is replaced, whether the server says goodbye or not.
    for fault in [Fault::stale_connection(), Fault::reset().on_reused()] {
        emulator.inject(fault);
        assert_eq!(sts.get_caller_identity(&CALL).unwrap().metadata.retry_attempts, 0);
    }
    emulator.inject(Fault::close_after_response());
    sts.get_caller_identity(&CALL).unwrap();
    std::thread::sleep(ms(20));
    assert_eq!(sts.get_caller_identity(&CALL).unwrap().metadata.retry_attempts, 0);
}

#[test]
fn bundles_that_cannot_be_used_are_refused_with_path_and_variable() {
    let all = Certificates::get();
    let write = |name: &str, bytes: &[u8]| std::fs::write(all.path(name), bytes).unwrap();
    write("empty.pem", b"");
    write("text.pem", b"not a certificate\n");
    write("binary.pem", &[0xff, 0x00, 0x30, 0x82]);
    write("bad-base64.pem", b"-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n");
    write("unfinished.pem", b"-----BEGIN CERTIFICATE-----\nMIIB\n");
    write("bad-der.pem", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    for (name, why) in [
        ("missing.pem", "cannot be read"),
        (".", "cannot be read"),
        ("empty.pem", "no certificate"),
        ("text.pem", "no certificate"),
        ("binary.pem", ""),
        ("bad-base64.pem", ""),
        ("unfinished.pem", ""),
        ("bad-der.pem", "none of its certificates can be read"),
        ("good.key", "no certificate"),
    ] {
        let path = all.path(name);
        let builder = || Settings::builder().region("us-east-1");
        let machine = support::net::Impatient(Scripted::at(0).with_var("AWS_CA_BUNDLE", path.as_os_str()));
        let by_variable = builder().resolve_with(&machine).expect_err(name);
        let machine = support::net::Impatient(Scripted::at(0));
        let explicit = builder().ca_bundle(&path).resolve_with(&machine).expect_err(name);
        for (error, origin) in [(by_variable, "AWS_CA_BUNDLE"), (explicit, "given in code")] {
            assert_eq!(error.kind(), ErrorKind::InvalidConfiguration, "{name}: {error}");
            let text = error.to_string();
            for part in [path.to_str().unwrap(), origin, why] {
                assert!(text.contains(part), "{name}: {text} lacks {part}");
            }
        }
    }
}

#[test]
fn an_unreadable_bundle_is_refused() {
    // Root reads everything: what cannot be read is asked of a machine that refuses.
    #[derive(Debug)]
    struct Refusing(Scripted);
    impl stskit::host::Host for Refusing {
        fn var(&self, name: &str) -> Option<std::ffi::OsString> {
            self.0.var(name)
        }
        fn read(&self, _: &Path) -> std::io::Result<Vec<u8>> {
            Err(std::io::ErrorKind::PermissionDenied.into())
        }
        fn now(&self) -> stskit::Timestamp {
            self.0.now()
        }
        fn monotonic(&self) -> std::time::Duration {
            self.0.monotonic()
        }
        fn sleep(&self, duration: std::time::Duration) {
            self.0.sleep(duration);
        }
        fn random(&self) -> u64 {
            0
        }
    }
    let machine = Refusing(Scripted::at(0).with_var("AWS_CA_BUNDLE", "/etc/ca.pem"));
    let error = Settings::builder().resolve_with(&machine).unwrap_err();
    assert!(error.is_configuration());
    let text = error.to_string();
    assert!(
        text.contains("/etc/ca.pem") && text.contains("AWS_CA_BUNDLE") && text.contains("permission denied"),
        "{text}"
    );
}
