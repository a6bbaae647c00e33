//! JSON from outside: what a credential process prints, the token cache, answers of the portal and of OIDC.
//!
//! Input: a byte for the kind, one for the status, the document.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use stskit::client::Service;
use stskit::identity_center::SsoToken;
use stskit::providers::Process;
use stskit::sso::{self, Sso};
use stskit::sso_oidc::{self, SsoOidc};
use stskit::{ErrorKind, Timestamp};
use stskit_fuzz::{NOW, SECRET_MEMBER, call, check_error, credentials, host, listen, settings};

fn input(operation: &str) -> Value {
    match operation {
        "GetRoleCredentials" => json!({ "roleName": "r", "accountId": "123456789012", "accessToken": SECRET_MEMBER }),
        "ListAccountRoles" => json!({ "accountId": "123456789012", "accessToken": SECRET_MEMBER }),
        "ListAccounts" | "Logout" => json!({ "accessToken": SECRET_MEMBER }),
        "CreateToken" => {
            json!({ "clientId": "c", "clientSecret": SECRET_MEMBER, "grantType": "refresh_token", "refreshToken": "r" })
        }
        "CreateTokenWithIAM" => json!({ "clientId": "c", "grantType": "refresh_token", "refreshToken": SECRET_MEMBER }),
        "RegisterClient" => json!({ "clientName": "c", "clientType": "public" }),
        _ => {
            json!({ "clientId": "c", "clientSecret": SECRET_MEMBER, "startUrl": "https://d-abc123.awsapps.com/start" })
        }
    }
}

/// Texts that no message of ours holds by itself: the fuzzer copies those, too.
fn long_texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) if text.len() >= 32 && !text.contains(' ') => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| long_texts(item, found)),
        Value::Object(members) => members.values().for_each(|member| long_texts(member, found)),
        _ => {}
    }
}

fn shows_none_of(shown: &str, document: &[u8]) {
    let mut texts = Vec::new();
    if let Ok(value) = serde_json::from_slice(document) {
        long_texts(&value, &mut texts);
    }
    assert!(shown.len() < 400 && !texts.iter().any(|text| shown.contains(text.as_str())), "{shown}");
}

fn process(document: &[u8]) {
    let now = Timestamp::from_secs(NOW);
    match Process::read_output(document, now) {
        Ok(found) => {
            assert!(!found.access_key_id().is_empty() && !found.secret_access_key().is_empty());
            assert!(found.expiration().is_none_or(|at| at > now));
        }
        // That error tells the time itself.
        Err(error) if error.kind() == ErrorKind::Expired => {}
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::InvalidResponse);
            shows_none_of(&format!("{error} {error:?}"), document);
        }
    }
}

fn token(document: &[u8]) {
    match SsoToken::read_document(document) {
        Ok(token) => {
            assert!(!token.access_token().expose().is_empty());
            let _ = (token.expires_at(), token.is_refreshable(Timestamp::from_secs(NOW)), format!("{token:?}"));
        }
        Err(why) => assert!(!why.is_empty()),
    }
}

fuzz_target!(|data: &[u8]| {
    listen();
    let Some((kind, answer)) = call(data) else { return };
    let (status, document) = (answer.status, answer.body.clone());
    let result = match kind % 10 {
        0 => return process(&document),
        1 => return token(&document),
        at @ 2..=5 => {
            let operation = Sso::OPERATIONS[usize::from(at - 2)];
            let client = sso::Client::builder(settings()).credentials(credentials());
            let client = client.transport(Arc::new(answer)).host(host()).build().unwrap();
            if operation == "GetRoleCredentials" {
                let request = sso::GetRoleCredentials::new("r", "123456789012", SECRET_MEMBER);
                if let Err(error) = client.get_role_credentials(&request).and_then(|a| a.credentials("123456789012")) {
                    check_error(&error, &[SECRET_MEMBER]);
                }
            }
            client.call_json(operation, input(operation))
        }
        at => {
            let operation = SsoOidc::OPERATIONS[usize::from(at - 6)];
            let client = sso_oidc::Client::builder(settings()).credentials(credentials());
            let client = client.transport(Arc::new(answer)).host(host()).build().unwrap();
            client.call_json(operation, input(operation))
        }
    };
    match result {
        Ok(_) => assert_eq!(status, 200),
        Err(error) => {
            let is_sent = (2..=7).contains(&(kind % 10)) || kind % 10 == 9;
            check_error(&error, if is_sent { &[SECRET_MEMBER] } else { &[] });
            assert_ne!(error.kind(), ErrorKind::InvalidInput, "nothing was sent: {error}");
            if status == 200 {
                assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{error}");
                shows_none_of(&error.to_string(), &document);
            } else {
                assert!(error.code().is_some_and(|code| !code.is_empty()), "{error}");
            }
        }
    }
});
