//! What the emulator must not let pass.

use std::time::{Duration, UNIX_EPOCH};

use stskit::emulator::{Emulator, verify};

use crate::client::{Client, GOLDEN_POST, Keys, NOW, ROOT, USER, call, fixed, issued, unsigned};

#[test]
fn a_wrong_secret_or_key_or_token() {
    let emulator = fixed();
    let identity = |keys: &Keys<'_>| call(&emulator, keys, "Action=GetCallerIdentity");
    let wrong_secret = identity(&Keys { secret: "wrong", ..USER });
    wrong_secret.is_error(403, "SignatureDoesNotMatch", "we calculated does not match");
    assert_eq!(wrong_secret.value("Type"), "Sender");
    let unknown = "The security token included in the request is invalid";
    identity(&Keys { id: "AKIDUNKNOWN", ..USER }).is_error(403, "InvalidClientTokenId", unknown);
    identity(&Keys { token: Some("surplus"), ..USER }).is_error(403, "InvalidClientTokenId", unknown);

    let keys = issued(&call(&emulator, &USER, "Action=GetSessionToken").ok());
    identity(&keys).ok();
    identity(&Keys { token: None, ..keys }).is_error(403, "InvalidClientTokenId", unknown);
    identity(&Keys { token: Some("other"), ..keys }).is_error(403, "InvalidClientTokenId", unknown);
    identity(&Keys { secret: "wrong", ..keys }).is_error(403, "SignatureDoesNotMatch", "we calculated");
    identity(&ROOT).ok();
}

#[test]
fn a_changed_request() {
    let emulator = fixed();
    let send = |text: String| Client::connect(&emulator).exchange(text);
    let body = send(GOLDEN_POST.replace("Version=2011-06-15", "Version=2011-06-15&a=b").replace(": 43", ": 47"));
    body.is_error(403, "SignatureDoesNotMatch", "we calculated");
    let host = send(GOLDEN_POST.replace("sts.eu-west-1.", "sts.eu-west-2."));
    host.is_error(403, "SignatureDoesNotMatch", "we calculated");
    let header = send(GOLDEN_POST.replace("X-Amz-Date", "X-Amz-Extra: 1\r\nX-Amz-Date"));
    header.is_error(403, "SignatureDoesNotMatch", "not signed: x-amz-extra");
    let none = send(GOLDEN_POST.replace("Authorization", "X-Authorization"));
    none.is_error(403, "MissingAuthenticationToken", "Request is missing Authentication Token");
    let form = send(GOLDEN_POST.replace("AWS4-HMAC-SHA256 Credential", "AWS4-HMAC-SHA256 Cred"));
    form.is_error(400, "IncompleteSignature", "requires 'Credential' parameter");
    let service = send(GOLDEN_POST.replace("/sts/", "/s3/"));
    service.is_error(403, "SignatureDoesNotMatch", "Credential should be scoped to correct service: 'sts'.");
    send(GOLDEN_POST.to_owned()).ok();
}

#[test]
fn a_date_of_another_time() {
    for (offset, message) in [(301, "Signature expired"), (-301, "Signature not yet current")] {
        let emulator =
            Emulator::builder().clock(|| UNIX_EPOCH + Duration::from_secs(NOW)).clock_offset(offset).start().unwrap();
        call(&emulator, &USER, "Action=GetCallerIdentity").is_error(403, "SignatureDoesNotMatch", message);
    }
}

#[test]
fn another_region_if_one_was_set() {
    let builder = || Emulator::builder().clock(|| UNIX_EPOCH + Duration::from_secs(NOW));
    let emulator = builder().region("eu-west-1").start().unwrap();
    let response = call(&emulator, &USER, "Action=GetCallerIdentity");
    response.is_error(403, "SignatureDoesNotMatch", "Credential should be scoped to a valid region.");
    assert!(emulator.environment().contains(&("AWS_REGION", "eu-west-1".to_owned())));
    let emulator = builder().region("us-east-1").start().unwrap();
    call(&emulator, &USER, "Action=GetCallerIdentity").ok();
}

#[test]
fn operations_that_are_none() {
    let emulator = fixed();
    let send = |text: &str| Client::connect(&emulator).exchange(text);
    unsigned(&emulator, "Action=Nothing").is_error(
        400,
        "InvalidAction",
        "Could not find operation Nothing for version 2011-06-15",
    );
    let version = send("GET /?Action=GetCallerIdentity&Version=2010-01-01 HTTP/1.1\r\nHost: x\r\n\r\n");
    version.is_error(400, "InvalidAction", "Could not find operation GetCallerIdentity for version 2010-01-01");
    let version = send("GET /?Action=GetCallerIdentity HTTP/1.1\r\nHost: x\r\n\r\n");
    version.is_error(400, "InvalidAction", "for version NO_VERSION_SPECIFIED");
    send("GET / HTTP/1.1\r\nHost: x\r\n\r\n").is_error(400, "MissingAction", "missing an action");
    let other = send("GET /other HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_eq!((other.status, other.header("content-type")), (404, Some("text/plain")));
    // Any path is STS if the request says Action=.
    unsigned(&emulator, "Action=%3Cb%3E").is_error(400, "InvalidAction", "&lt;b&gt;");
    let path = send("GET /prefix?Action=Nothing HTTP/1.1\r\nHost: x\r\n\r\n");
    path.is_error(400, "InvalidAction", "Nothing");
    // The record says what was asked, even if there is no such thing.
    let names: Vec<_> = emulator.requests().into_iter().map(|request| request.operation).collect();
    assert_eq!(names[0].as_deref(), Some("Nothing"));
    assert_eq!(names[3], None);
}

#[test]
fn a_record_can_be_verified_again() {
    let emulator = fixed();
    Client::connect(&emulator).exchange(GOLDEN_POST).ok();
    let recorded = &emulator.requests()[0];
    let now = i64::try_from(NOW).unwrap();
    let verified =
        verify(&recorded.as_signed(), "sts", now, |_| Some("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned()));
    assert_eq!(verified.unwrap().region, "eu-west-1");
    let refusal = verify(&recorded.as_signed(), "sts", now, |_| Some("wrong".to_owned())).unwrap_err();
    assert_eq!((refusal.status(), refusal.code()), (403, "SignatureDoesNotMatch"));
    assert!(refusal.canonical_request().unwrap().contains("host:sts.eu-west-1.amazonaws.com"));
}

#[test]
fn addresses_that_are_not_loopback() {
    for address in [[0, 0, 0, 0], [192, 0, 2, 1]] {
        let error = Emulator::builder().address(address).start().unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    }
    let emulator = Emulator::builder().address([127, 0, 0, 2]).start().unwrap();
    assert!(emulator.url().starts_with("http://127.0.0.2:"));
    assert!(Emulator::builder().port(emulator.addr().port()).address([127, 0, 0, 2]).start().is_err());
    let error = Emulator::builder().tls("no pem", "no pem").start().unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
}
