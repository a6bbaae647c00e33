//! What a call does to TLS, seen from inside a process of its own: its log, and whether the crypto provider
//! was asked for anything. No harness: the program runs itself with `HELPER_URL` set.

#[path = "support/certificates.rs"]
#[allow(unreachable_pub, dead_code)]
mod certificates;
mod support;

use std::io::Write;

use certificates::Certificates;
use stskit::emulator::{Emulator, Fault};
use stskit::providers::Imds;
use stskit::sts::GetCallerIdentity;
use stskit::{Provide, Settings};
use support::net::{Server, http, ms, read_request};

fn main() {
    match std::env::var("HELPER_URL") {
        Ok(url) if std::env::var_os("HELPER_IMDS").is_some() => observe(|| instance_role(url)),
        Ok(url) => observe(|| call(url)),
        Err(_) => {
            plain_http_does_not_touch_tls();
            println!("plain http does not touch tls: ok");
            the_role_of_an_instance_does_not_touch_tls();
            println!("the role of an instance does not touch tls: ok");
            tls_is_set_up_once();
            println!("tls is set up once: ok");
            no_variable_turns_the_checks_off();
            println!("no variable turns the checks off: ok");
        }
    }
}

fn secure() -> Emulator {
    let (chain, key) = Certificates::get().server("good");
    Emulator::builder().tls(chain, key).start().unwrap()
}

fn ca() -> String {
    Certificates::get().path("ca.pem").to_str().unwrap().to_owned()
}

/// The output of this program with `HELPER_URL`, these variables and nothing else in its environment.
fn helper(url: &str, environment: &[(&str, &str)]) -> String {
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.env_clear().env("HELPER_URL", url).envs(environment.iter().copied());
    // Not the files of whoever runs this.
    for name in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] {
        command.env(name, Certificates::get().path("no-such-file"));
    }
    String::from_utf8_lossy(&command.output().unwrap().stdout).into_owned()
}

fn plain_http_does_not_touch_tls() {
    let plain = Emulator::start().unwrap();
    let text = helper(&plain.url(), &[]);
    assert!(text.contains("RESULT ok") && text.contains("LOG ureq"), "{text}");
    for trace in ["LOG ureq::tls::rustls Try wrap", "root certs", "LOG rustls", "Wrapped TLS"] {
        assert!(!text.contains(trace), "{text}");
    }
    assert!(text.contains("PROVIDER untouched"), "{text}");
    // The same look finds TLS where there is some.
    let secure = secure();
    let text = helper(&secure.url(), &[("AWS_CA_BUNDLE", &ca())]);
    assert!(text.contains("RESULT ok") && text.contains("root certs") && text.contains("Wrapped TLS"), "{text}");
    assert!(text.contains("PROVIDER used"), "{text}");
}

/// A new configuration for each connection would read the roots again and forget the sessions.
fn tls_is_set_up_once() {
    let emulator = secure();
    emulator.inject(Fault::close_after_response().always());
    let text = helper(&emulator.url(), &[("AWS_CA_BUNDLE", &ca())]);
    assert!(text.contains("RESULT ok"), "{text}");
    assert_eq!(emulator.connections(), 3);
    assert_eq!(text.matches("ignored 0 root certs").count(), 1, "{text}");
    assert_eq!(text.matches("Resuming session").count(), 2, "{text}");
}

/// Switches and bundles of other programs mean nothing here.
fn no_variable_turns_the_checks_off() {
    let emulator = secure();
    let ca = ca();
    let off = ["AWS_VERIFY_SSL", "AWS_NO_VERIFY_SSL", "PYTHONHTTPSVERIFY", "NODE_TLS_REJECT_UNAUTHORIZED", "INSECURE"];
    let others = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"];
    let off = off.map(|name| (name, "0"));
    let others = others.map(|name| (name, ca.as_str()));
    let text = helper(&emulator.url(), &[&off[..], &others[..]].concat());
    assert!(text.contains("RESULT tls"), "{text}");
    assert!(emulator.requests().is_empty());
}

fn the_role_of_an_instance_does_not_touch_tls() {
    let server = Server::start(|mut stream, _| {
        while let Some((head, _)) = read_request(&mut stream) {
            let (life, body) = match head.split(' ').nth(1).unwrap() {
                "/latest/api/token" => ("x-aws-ec2-metadata-token-ttl-seconds: 21600\r\n", "token"),
                path if path.ends_with('/') => ("", "my-role"),
                _ => (
                    "",
                    r#"{"Code": "Success", "AccessKeyId": "A", "SecretAccessKey": "s", "Token": "t",
                    "Expiration": "2100-01-01T00:00:00Z"}"#,
                ),
            };
            stream.write_all(http("200 OK", life, body).as_bytes()).unwrap();
        }
    });
    let text = helper(&server.url(), &[("HELPER_IMDS", "1")]);
    assert!(text.contains("RESULT ok") && text.contains("LOG ureq"), "{text}");
    assert_eq!(server.connections(), 1);
    for trace in ["LOG ureq::tls::rustls Try wrap", "root certs", "LOG rustls", "Wrapped TLS"] {
        assert!(!text.contains(trace), "{text}");
    }
    assert!(text.contains("PROVIDER untouched"), "{text}");
}

fn instance_role(url: String) {
    let settings = Settings::builder().metadata_endpoint(url).resolve().unwrap();
    match Imds::new(&settings).credentials() {
        Ok(_) => println!("RESULT ok"),
        Err(error) => println!("RESULT {} {error}", error.kind().name()),
    }
}

/// Calls the URL three times with the real environment.
fn call(url: String) {
    let builder = Settings::builder().region("us-east-1").max_attempts(1).operation_timeout(ms(5000));
    let settings = builder.endpoint_url(stskit::endpoint::EndpointService::Sts, url).resolve().unwrap();
    let sts = support::client_with(settings, support::credentials());
    for _ in 0..3 {
        match sts.get_caller_identity(&GetCallerIdentity {}) {
            Ok(_) => println!("RESULT ok"),
            Err(error) => println!("RESULT {} {error}", error.kind().name()),
        }
        std::thread::sleep(ms(10));
    }
}

/// Prints what happens meanwhile.
fn observe(work: impl FnOnce()) {
    static PROVIDER_USED: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);
    struct Printer;
    impl log::Log for Printer {
        fn enabled(&self, _: &log::Metadata<'_>) -> bool {
            true
        }
        fn log(&self, record: &log::Record<'_>) {
            println!("LOG {} {}", record.target(), record.args());
        }
        fn flush(&self) {}
    }
    /// Randomness for TLS, which says so when it is drawn.
    #[derive(Debug)]
    struct Noting(&'static dyn rustls::crypto::SecureRandom);
    impl rustls::crypto::SecureRandom for Noting {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), rustls::crypto::GetRandomFailed> {
            PROVIDER_USED.store(true, std::sync::atomic::Ordering::SeqCst);
            self.0.fill(bytes)
        }
    }
    log::set_logger(&Printer).unwrap();
    log::set_max_level(log::LevelFilter::Debug);
    let mut provider = rustls::crypto::ring::default_provider();
    provider.secure_random = Box::leak(Box::new(Noting(provider.secure_random)));
    provider.install_default().unwrap();
    work();
    let used = PROVIDER_USED.load(std::sync::atomic::Ordering::SeqCst);
    println!("PROVIDER {}", if used { "used" } else { "untouched" });
}
