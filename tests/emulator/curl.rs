//! curl signs with a code of its own: `--aws-sigv4`. If curl is missing, these tests fail.

use std::process::Command;

use stskit::emulator::Emulator;

const BODY: &str = "Action=GetCallerIdentity&Version=2011-06-15";

/// Runs curl with a signature; gives body and status.
fn curl(secret: &str, id: &str, arguments: &[&str]) -> (String, String) {
    let user = format!("{id}:{secret}");
    let output = Command::new("curl")
        .args(["-q", "--silent", "--show-error", "--noproxy", "*", "--max-time", "10"])
        .args(["--write-out", "\n%{http_code}", "--aws-sigv4", "aws:amz:us-east-1:sts", "--user", &user])
        .args(arguments)
        .output()
        .expect("curl is installed");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    let (body, status) = text.rsplit_once('\n').unwrap();
    (body.to_owned(), status.to_owned())
}

fn value(body: &str, name: &str) -> String {
    let (before, after) = (format!("<{name}>"), format!("</{name}>"));
    body.split_once(&before).unwrap().1.split_once(&after).unwrap().0.to_owned()
}

#[test]
fn curl_is_accepted_and_a_wrong_secret_is_not() {
    let emulator = Emulator::start().unwrap();
    let url = emulator.url();
    let (body, status) = curl(Emulator::SECRET_ACCESS_KEY, Emulator::ACCESS_KEY_ID, &["--data", BODY, &url]);
    assert_eq!(status, "200", "{body}");
    assert_eq!(value(&body, "Arn"), "arn:aws:iam::123456789012:user/stskit");
    let (body, status) = curl("wrong", Emulator::ACCESS_KEY_ID, &["--data", BODY, &url]);
    assert_eq!((status.as_str(), value(&body, "Code").as_str()), ("403", "SignatureDoesNotMatch"));
    let (body, status) = curl("wrong", "AKIDUNKNOWN", &["--data", BODY, &url]);
    assert_eq!((status.as_str(), value(&body, "Code").as_str()), ("403", "InvalidClientTokenId"));
}

#[test]
fn curl_s_signature_does_not_fit_another_body() {
    let emulator = Emulator::start().unwrap();
    curl(Emulator::SECRET_ACCESS_KEY, Emulator::ACCESS_KEY_ID, &["--data", BODY, &emulator.url()]);
    let request = emulator.requests().remove(0);
    let replay = |body: &str| {
        let mut arguments = vec!["-q", "--silent", "--noproxy", "*", "--write-out", "%{http_code}", "--data", body];
        let lines: Vec<String> = ["Authorization", "X-Amz-Date", "Content-Type", "Host"]
            .iter()
            .map(|name| format!("{name}: {}", request.header(name).unwrap()))
            .collect();
        arguments.extend(lines.iter().flat_map(|line| ["--header", line.as_str()]));
        let url = emulator.url();
        arguments.push(&url);
        String::from_utf8(Command::new("curl").args(arguments).output().unwrap().stdout).unwrap()
    };
    assert!(replay(BODY).ends_with("200"));
    let changed = replay(&BODY.replace("Version", "DurationSeconds=900&Version"));
    assert!(changed.ends_with("403") && changed.contains("SignatureDoesNotMatch"), "{changed}");
}

#[test]
fn curl_can_use_what_was_issued() {
    let emulator = Emulator::start().unwrap();
    let form = "Action=AssumeRole&Version=2011-06-15&RoleArn=arn:aws:iam::210987654321:role/demo&RoleSessionName=me";
    let (body, _) = curl(Emulator::SECRET_ACCESS_KEY, Emulator::ACCESS_KEY_ID, &["--data", form, &emulator.url()]);
    let (id, secret) = (value(&body, "AccessKeyId"), value(&body, "SecretAccessKey"));
    let token = format!("x-amz-security-token: {}", value(&body, "SessionToken"));
    let (body, status) = curl(&secret, &id, &["--header", &token, "--data", BODY, &emulator.url()]);
    assert_eq!(status, "200", "{body}");
    assert_eq!(value(&body, "Arn"), "arn:aws:sts::210987654321:assumed-role/demo/me");
}

#[test]
fn curl_sees_skewed_clocks() {
    for (offset, message) in [(3600, "Signature expired"), (-3600, "Signature not yet current")] {
        let emulator = Emulator::builder().clock_offset(offset).start().unwrap();
        let (body, status) =
            curl(Emulator::SECRET_ACCESS_KEY, Emulator::ACCESS_KEY_ID, &["--data", BODY, &emulator.url()]);
        assert_eq!(status, "403");
        assert!(value(&body, "Message").starts_with(message), "{body}");
    }
}

#[test]
fn curl_over_tls() {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data");
    let certificate = format!("{data}/loopback-cert.pem");
    let read = |name: &str| std::fs::read(format!("{data}/{name}")).unwrap();
    let emulator = Emulator::builder().tls(read("loopback-cert.pem"), read("loopback-key.pem")).start().unwrap();
    let url = emulator.url();
    assert!(url.starts_with("https://127.0.0.1:"));
    let arguments = ["--cacert", &certificate, "--data", BODY, &url];
    let (body, status) = curl(Emulator::SECRET_ACCESS_KEY, Emulator::ACCESS_KEY_ID, &arguments);
    assert_eq!(status, "200", "{body}");
    assert_eq!(emulator.requests().len(), 1);
    // A client that does not trust the certificate gets nowhere.
    let output = Command::new("curl").args(["-q", "--silent", "--noproxy", "*", &url]).output().unwrap();
    assert!(!output.status.success());
    assert_eq!((emulator.connections(), emulator.requests().len()), (2, 1));
}
