//! The sign-in service of the emulator from outside: a socket, and proofs signed by the TLS library.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[allow(dead_code)]
#[path = "emulator/client.rs"]
mod client;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use client::{Client, Keys, NOW, Response, call, fixed};
use rustls::SignatureScheme;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Value, json};
use stskit::emulator::{Emulator, Fault, LoginSession};

const CLIENT: &str = "arn:aws:signin:::devtools/same-device";
const OTHER_KEY: &str = "-----BEGIN EC PRIVATE KEY-----
MHcCAQEEILaf0cpE7iGHVQBWAHEv99dNIKMotyDXlJAtTZBODpgLoAoGCCqGSM49
AwEHoUQDQgAEj8Pt9DpEY2hdplJugXLoGig0Tod8EdXeUObezeFygZSh23JV3uUi
8hYtslSPg8qWfeAJEPOgnq2IlRfJJV3jhg==
-----END EC PRIVATE KEY-----
";

/// A proof for the URL `http://signin.test/v1/token`.
struct Proof {
    key: &'static str,
    header: Value,
    claims: Value,
}

impl Proof {
    fn new(id: &str) -> Self {
        let claims = json!({"htm": "POST", "htu": "http://signin.test/v1/token", "iat": NOW, "jti": id});
        Proof { key: LoginSession::SEC1_KEY, header: json!({}), claims }
    }

    fn by(key: &'static str, id: &str) -> Self {
        Proof { key, ..Proof::new(id) }
    }

    fn token(&self) -> String {
        let der = PrivateKeyDer::from_pem_slice(self.key.as_bytes()).unwrap();
        let key = rustls::crypto::ring::sign::any_ecdsa_type(&der).unwrap();
        let public = key.public_key().unwrap();
        let (x, y) = public[public.len() - 64..].split_at(32);
        let mut header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": {
            "kty": "EC", "crv": "P-256", "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
        }});
        for (name, value) in self.header.as_object().unwrap() {
            header[name] = value.clone();
        }
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(&self.claims));
        let signer = key.choose_scheme(&[SignatureScheme::ECDSA_NISTP256_SHA256]).unwrap();
        let signature = signer.sign(signed.as_bytes()).unwrap();
        // SEQUENCE of two INTEGERs, each with its length and perhaps a zero in front.
        let (mut rest, mut raw) = (&signature[2..], Vec::new());
        while !rest.is_empty() {
            let number = &rest[2..2 + usize::from(rest[1])];
            rest = &rest[2 + number.len()..];
            let digits = &number[number.len().saturating_sub(32)..];
            raw.extend(vec![0; 32 - digits.len()]);
            raw.extend(digits);
        }
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(raw))
    }
}

fn post(emulator: &Emulator, proofs: &[&str], body: &Value) -> Response {
    let lines: String = proofs.iter().map(|proof| format!("DPoP: {proof}\r\n")).collect();
    let (body, path) = (body.to_string(), "/v1/token?x=y");
    Client::connect(emulator).exchange(format!(
        "POST {path} HTTP/1.1\r\nHost: signin.test\r\nContent-Type: application/json\r\n{lines}\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    ))
}

fn body(refresh_token: &str) -> Value {
    json!({"clientId": CLIENT, "refreshToken": refresh_token, "grantType": "refresh_token"})
}

fn refresh(emulator: &Emulator, proof: &Proof, refresh_token: &str) -> Response {
    post(emulator, &[&proof.token()], &body(refresh_token))
}

/// Asserts an error, with its member `error` and a part of its message.
#[track_caller]
fn is_error(response: &Response, status: u16, code: &str, error: &str, message: &str) {
    let document = response.is_rest_error(status, code);
    assert_eq!(document["error"], error, "{}", response.body);
    assert!(document["message"].as_str().unwrap().contains(message), "{}", response.body);
}

#[test]
fn a_refresh_gives_keys_and_the_next_refresh_token() {
    let emulator = fixed();
    let login = emulator.signin().issue_session();
    let mut token = login.refresh_token.clone();
    for (number, key) in [LoginSession::SEC1_KEY, LoginSession::PKCS8_KEY].into_iter().enumerate() {
        let document = refresh(&emulator, &Proof::by(key, &number.to_string()), &token).ok().json();
        assert_eq!((document["tokenType"].as_str(), document["expiresIn"].as_u64()), (Some("aws_sigv4"), Some(900)));
        let keys = &document["accessToken"];
        let text = |name: &str| keys[name].as_str().unwrap();
        let keys = Keys { id: text("accessKeyId"), secret: text("secretAccessKey"), token: Some(text("sessionToken")) };
        assert_ne!(keys.id, login.access_key_id);
        assert_eq!(call(&emulator, &keys, "Action=GetCallerIdentity").value("Arn"), login.login_session);
        let next = document["refreshToken"].as_str().unwrap().to_owned();
        assert_ne!(next, token);
        let used = refresh(&emulator, &Proof::new(&format!("again {number}")), &token);
        is_error(&used, 401, "AccessDeniedException", "TOKEN_EXPIRED", "used before");
        token = next;
    }
    assert_eq!(emulator.signin().refreshes(), 2);
    let requests = emulator.requests();
    let named = requests.iter().filter(|request| request.operation.as_deref() == Some("CreateOAuth2Token"));
    assert_eq!(named.count(), 4);
    emulator.signin().rotate_refresh_tokens(false);
    let document = refresh(&emulator, &Proof::new("last"), &token).ok().json();
    assert_eq!(document["refreshToken"], token);
}

#[test]
fn proofs_must_be_right() {
    let emulator = fixed();
    let token = emulator.signin().issue_session().refresh_token;
    let claims = |name: &str, value: Value| {
        let mut proof = Proof::new(name);
        proof.claims[name] = value;
        proof
    };
    let header = |value: Value| Proof { header: value, ..Proof::new("header") };
    for (proof, why) in [
        (claims("htm", json!("GET")), "htm is not"),
        (claims("htu", json!("http://signin.test/v1/token?x=y")), "htu is not"),
        (claims("htu", json!("https://signin.test/v1/token")), "htu is not"),
        (claims("htu", json!(format!("{}/v1/token", emulator.url()))), "htu is not"),
        (claims("iat", json!(NOW - 301)), "iat is too far"),
        (claims("iat", json!("now")), "iat is not"),
        (claims("jti", json!("")), "it has no jti"),
        (header(json!({"typ": "JWT"})), "typ is not"),
        (header(json!({"alg": "HS256"})), "alg is not"),
        (header(json!({"jwk": null})), "it has no jwk"),
        (Proof::by(OTHER_KEY, "a"), "not of the key"),
    ] {
        let answer = refresh(&emulator, &proof, &token);
        is_error(&answer, 400, "ValidationException", "INVALID_REQUEST", why);
    }
    let good = Proof::new("good").token();
    for (proofs, why) in [
        (vec![], "one DPoP header"),
        (vec![good.as_str(), &good], "one DPoP header"),
        (vec!["x"], "it is not a JWT"),
        (vec![&good[..good.len() - 3]], "its signature is not"),
    ] {
        is_error(&post(&emulator, &proofs, &body(&token)), 400, "ValidationException", "INVALID_REQUEST", why);
    }
    // None of these used up the token. The proof is good once, even if what it came for fails.
    let mut next = post(&emulator, &[&good], &body(&token)).ok().json();
    next = body(next["refreshToken"].as_str().unwrap());
    is_error(&post(&emulator, &[&good], &next), 400, "ValidationException", "INVALID_REQUEST", "used before");
    let fresh = Proof::new("fresh");
    is_error(&refresh(&emulator, &fresh, "unknown"), 401, "AccessDeniedException", "TOKEN_EXPIRED", "not known");
    let replayed = post(&emulator, &[&fresh.token()], &next);
    is_error(&replayed, 400, "ValidationException", "INVALID_REQUEST", "used before");
    assert_eq!(emulator.signin().refreshes(), 1);
}

#[test]
fn a_session_can_take_another_key() {
    let emulator = fixed();
    let token = emulator.signin().issue_session().refresh_token;
    assert!(emulator.signin().unbind(&token) && !emulator.signin().unbind("unknown"));
    let next = refresh(&emulator, &Proof::by(OTHER_KEY, "a"), &token).ok().json();
    let next = next["refreshToken"].as_str().unwrap();
    let answer = refresh(&emulator, &Proof::new("b"), next);
    is_error(&answer, 400, "ValidationException", "INVALID_REQUEST", "not of the key");
    refresh(&emulator, &Proof::by(OTHER_KEY, "c"), next).ok();
}

#[test]
fn members_must_be_right() {
    let emulator = fixed();
    let token = emulator.signin().issue_session().refresh_token;
    for (name, value, why) in [
        ("clientId", json!("arn:aws:signin:::devtools/other"), "clientId is not"),
        ("clientId", json!("arn:aws:signin:::devtools/cross-device"), "another client"),
        ("clientId", json!(7), "clientId is not a string"),
        ("grantType", json!("authorization_code"), "refresh_token only"),
        ("grantType", Value::Null, "Missing required parameter: grantType"),
        ("refreshToken", json!(""), "Missing required parameter: refreshToken"),
        ("refreshToken", json!("x".repeat(2049)), "too long"),
    ] {
        let mut body = body(&token);
        body[name] = value;
        let answer = post(&emulator, &[&Proof::new(why).token()], &body);
        is_error(&answer, 400, "ValidationException", "INVALID_REQUEST", why);
    }
    let answer = post(&emulator, &[], &json!([]));
    is_error(&answer, 400, "ValidationException", "INVALID_REQUEST", "not a JSON object");
}

#[test]
fn sessions_end_and_refreshes_fail() {
    let emulator = fixed();
    let signin = emulator.signin();
    let fresh = || emulator.signin().issue_session().refresh_token;
    let expired = fresh();
    assert!(signin.expire(&expired) && !signin.expire("unknown"));
    is_error(&refresh(&emulator, &Proof::new("a"), &expired), 401, "AccessDeniedException", "TOKEN_EXPIRED", "ended");
    let revoked = fresh();
    assert!(signin.revoke(&revoked));
    let answer = refresh(&emulator, &Proof::new("b"), &revoked);
    is_error(&answer, 403, "AccessDeniedException", "USER_CREDENTIALS_CHANGED", "ended");
    signin.session_lifetime(0);
    is_error(&refresh(&emulator, &Proof::new("c"), &fresh()), 401, "AccessDeniedException", "TOKEN_EXPIRED", "expired");
    signin.session_lifetime(60);

    let token = fresh();
    let table = [
        ("TOKEN_EXPIRED", 401, "AccessDeniedException"),
        ("AUTHCODE_EXPIRED", 401, "AccessDeniedException"),
        ("USER_CREDENTIALS_CHANGED", 403, "AccessDeniedException"),
        ("INSUFFICIENT_PERMISSIONS", 403, "AccessDeniedException"),
        ("SOMETHING_NEW", 403, "AccessDeniedException"),
        ("server_error", 500, "InternalServerException"),
        ("INVALID_REQUEST", 400, "ValidationException"),
    ];
    for (error, status, code) in table {
        signin.fail_refreshes(Some(error));
        is_error(&refresh(&emulator, &Proof::new(error), &token), status, code, error, "");
        signin.denial_status(Some(400));
        let status = if code == "AccessDeniedException" { 400 } else { status };
        is_error(&refresh(&emulator, &Proof::new(&format!("{error} 2")), &token), status, code, error, "");
        signin.denial_status(None);
    }
    signin.fail_refreshes(None);
    refresh(&emulator, &Proof::new("good"), &token).ok();
}

#[test]
fn faults_are_in_the_form_of_the_service() {
    let emulator = fixed();
    for (fault, status, code, error) in [
        (Fault::throttle(), 429, "TooManyRequestsError", "INVALID_REQUEST"),
        (Fault::error("INSUFFICIENT_PERMISSIONS", "", 400), 400, "AccessDeniedException", "INSUFFICIENT_PERMISSIONS"),
        (Fault::error("InternalServerException", "", 503), 503, "InternalServerException", "server_error"),
        (Fault::error("SomeException", "", 400), 400, "SomeException", "INVALID_REQUEST"),
    ] {
        emulator.inject(fault.on("CreateOAuth2Token"));
        is_error(&post(&emulator, &[], &json!({})), status, code, error, "");
    }
}

#[test]
fn cache_files_are_those_of_the_cli() {
    let emulator = fixed();
    emulator.signin().credentials_lifetime(0);
    let login = emulator.signin().issue_session_of("arn:aws:sts::012345678910:assumed-role/Admin/admin");
    // A published pair of session and file name.
    let name = "4b0ba8f99f075c0633e122fd73346ce203a3faf18ea0310eb2d29df1bab2e255.json";
    assert_eq!(login.cache_file_name(), name);
    for (text, key) in [
        (login.cache_json(), "-----BEGIN EC PRIVATE KEY-----\n"),
        (login.cache_json_pkcs8(), "-----BEGIN PRIVATE KEY-----\n"),
    ] {
        let file: Value = serde_json::from_str(&text).unwrap();
        let names: Vec<&str> = file.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ["accessToken", "clientId", "dpopKey", "idToken", "refreshToken", "tokenType"]);
        assert_eq!(file["accessToken"]["accountId"], "012345678910");
        assert_eq!(file["accessToken"]["expiresAt"], "2026-01-02T03:04:05Z");
        assert_eq!(file["refreshToken"], login.refresh_token);
        assert_eq!(file["idToken"].as_str().unwrap().split('.').count(), 3);
        assert!(file["dpopKey"].as_str().unwrap().starts_with(key));
    }
    let shown = format!("{login:?} {:?}", emulator.signin());
    for secret in [&login.refresh_token, &login.secret_access_key, &login.session_token] {
        assert!(!shown.contains(secret.as_str()), "{shown}");
    }
}
