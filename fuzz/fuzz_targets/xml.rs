//! Answers of STS, good ones and errors, to each of its operations.
//!
//! Input: a byte for the operation, one for the status, the body.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use stskit::ErrorKind;
use stskit::client::Service;
use stskit::sts::{Client, Sts};
use stskit_fuzz::{SECRET_KEY, SECRET_MEMBER, SESSION_TOKEN, call, check_error, credentials, host, listen, settings};

fn input(operation: &str) -> Value {
    let role = "arn:aws:iam::123456789012:role/demo";
    match operation {
        "AssumeRole" => json!({ "RoleArn": role, "RoleSessionName": "fuzz", "TokenCode": SECRET_MEMBER }),
        "AssumeRoleWithSAML" => json!({ "RoleArn": role, "PrincipalArn": role, "SAMLAssertion": SECRET_MEMBER }),
        "AssumeRoleWithWebIdentity" => {
            json!({ "RoleArn": role, "RoleSessionName": "fuzz", "WebIdentityToken": SECRET_MEMBER })
        }
        "AssumeRoot" => json!({ "TargetPrincipal": "123456789012", "TaskPolicyArn": { "arn": role } }),
        "DecodeAuthorizationMessage" => json!({ "EncodedMessage": "text" }),
        "GetAccessKeyInfo" => json!({ "AccessKeyId": "AKIAIOSFODNN7EXAMPLE" }),
        "GetDelegatedAccessToken" => json!({ "TradeInToken": SECRET_MEMBER }),
        "GetFederationToken" => json!({ "Name": "fuzz" }),
        "GetWebIdentityToken" => json!({ "Audience": ["a"], "SigningAlgorithm": "RS256" }),
        _ => json!({}),
    }
}

fuzz_target!(|data: &[u8]| {
    listen();
    let Some((operation, answer)) = call(data) else { return };
    let operation = Sts::OPERATIONS[usize::from(operation) % Sts::OPERATIONS.len()];
    let status = answer.status;
    let client = Client::builder(settings()).credentials(credentials()).transport(Arc::new(answer)).host(host());
    match client.build().unwrap().call_json(operation, input(operation)) {
        Ok(_) => assert_eq!(status, 200),
        Err(error) => {
            let member = input(operation).to_string().contains(SECRET_MEMBER).then_some(SECRET_MEMBER);
            let signed = !operation.starts_with("AssumeRoleWith");
            let ours = [SECRET_KEY, SESSION_TOKEN].into_iter().filter(|_| signed);
            check_error(&error, &ours.chain(member).collect::<Vec<_>>());
            assert_ne!(error.kind(), ErrorKind::InvalidInput, "nothing was sent: {error}");
            if status == 200 {
                assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{error}");
                assert!(error.to_string().len() < 400, "{error}");
            } else {
                assert!(error.code().is_some_and(|code| !code.is_empty()), "{error}");
            }
        }
    }
});
