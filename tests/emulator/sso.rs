//! The SSO portal: accounts, roles, credentials, signing out.

use std::time::Duration;

use serde_json::{Value, json};
use stskit::emulator::{Emulator, Fault};

use crate::client::{Client, Keys, NOW, Response, call, fixed, get};

fn logout(emulator: &Emulator, bearer: &str) -> Response {
    Client::connect(emulator).exchange(format!(
        "POST /logout HTTP/1.1\r\nHost: sso.test\r\nx-amz-sso_bearer_token: {bearer}\r\nContent-Length: 0\r\n\r\n"
    ))
}

const CREDENTIALS: &str = "/federation/credentials?role_name=ReadOnly&account_id=123456789012";

#[test]
fn role_credentials_are_good_for_sts_until_they_expire() {
    let emulator = fixed();
    let token = emulator.sso().issue_token().access_token;
    let document = get(&emulator, CREDENTIALS, Some(&token)).ok().json();
    let credentials = &document["roleCredentials"];
    assert_eq!(credentials["expiration"], json!((NOW + 3600) * 1000));
    let text = |name: &str| credentials[name].as_str().unwrap();
    let keys = Keys { id: text("accessKeyId"), secret: text("secretAccessKey"), token: Some(text("sessionToken")) };
    let arn = call(&emulator, &keys, "Action=GetCallerIdentity").ok().value("Arn");
    let name = arn.strip_prefix("arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_ReadOnly_").unwrap();
    let (hash, user) = name.split_once('/').unwrap();
    assert!(hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{arn}");
    assert_eq!(user, "stskit");

    emulator.sso().credentials_lifetime(60);
    let document = get(&emulator, CREDENTIALS, Some(&token)).ok().json();
    assert_eq!(document["roleCredentials"]["expiration"], json!((NOW + 60) * 1000));
    emulator.set_clock_offset(3600);
    call(&emulator, &keys, "Action=GetCallerIdentity").is_error(403, "ExpiredToken", "expired");
}

#[test]
fn the_default_directory() {
    let emulator = Emulator::start().unwrap();
    let token = emulator.sso().issue_token().access_token;
    let document = get(&emulator, "/assignment/accounts", Some(&token)).ok().json();
    assert_eq!(document["nextToken"], Value::Null);
    let accounts = document["accountList"].as_array().unwrap();
    let expected =
        json!({"accountId": "123456789012", "accountName": "Account 1", "emailAddress": "account-1@example.com"});
    assert_eq!((accounts.len(), &accounts[0]), (3, &expected));
    for account in accounts {
        let id = account["accountId"].as_str().unwrap();
        let document = get(&emulator, &format!("/assignment/roles?account_id={id}"), Some(&token)).ok().json();
        let expected = json!([{"roleName": "ReadOnly", "accountId": id}, {"roleName": "Admin", "accountId": id}]);
        assert_eq!(document, json!({"nextToken": null, "roleList": expected}));
    }
}

/// All pages of a list: the sizes of the pages and the values of one member.
fn pages(emulator: &Emulator, target: &str, list: &str, member: &str) -> (Vec<usize>, Vec<String>) {
    let token = emulator.sso().issue_token().access_token;
    let (mut sizes, mut values) = (Vec::new(), Vec::new());
    let mut next = String::new();
    loop {
        let document = get(emulator, &format!("{target}{next}"), Some(&token)).ok().json();
        let entries = document[list].as_array().unwrap();
        sizes.push(entries.len());
        values.extend(entries.iter().map(|entry| entry[member].as_str().unwrap().to_owned()));
        match &document["nextToken"] {
            Value::Null => return (sizes, values),
            token => next = format!("&next_token={}", token.as_str().unwrap()),
        }
    }
}

#[test]
fn lists_come_in_pages() {
    let roles: Vec<String> = (1..=7).map(|number| format!("Role{number}")).collect();
    let names: Vec<&str> = roles.iter().map(String::as_str).collect();
    let emulator =
        Emulator::builder().sso_accounts(250).sso_account("444455556666", "Own", "own@example.com", &names).start();
    let emulator = emulator.unwrap();
    let (sizes, ids) = pages(&emulator, "/assignment/accounts?", "accountList", "accountId");
    assert_eq!(sizes, [100, 100, 51]);
    assert_eq!(ids.last().unwrap(), "444455556666");
    let unique: std::collections::HashSet<_> = ids.iter().collect();
    assert_eq!(unique.len(), 251);
    let (sizes, _) = pages(&emulator, "/assignment/accounts?max_result=60", "accountList", "accountId");
    assert_eq!(sizes, [60, 60, 60, 60, 11]);
    let target = "/assignment/roles?account_id=444455556666&max_result=3";
    assert_eq!(pages(&emulator, target, "roleList", "roleName"), (vec![3, 3, 1], roles));
}

#[test]
fn pages_that_repeat_forever() {
    let emulator = Emulator::start().unwrap();
    emulator.sso().repeat_pages(true);
    let token = emulator.sso().issue_token().access_token;
    let first = get(&emulator, "/assignment/accounts?max_result=2", Some(&token)).ok().json();
    let next = first["nextToken"].as_str().unwrap();
    let second = get(&emulator, &format!("/assignment/accounts?max_result=2&next_token={next}"), Some(&token));
    assert_eq!(second.ok().json(), first);
    emulator.sso().repeat_pages(false);
    let (sizes, _) = pages(&emulator, "/assignment/accounts?max_result=2", "accountList", "accountId");
    assert_eq!(sizes, [2, 1]);
}

#[test]
fn what_is_not_there() {
    let emulator = Emulator::builder().sso_account("111111111111", "One", "one@example.com", &["Viewer"]).start();
    let emulator = emulator.unwrap();
    let token = emulator.sso().issue_token().access_token;
    let ask = |target: &str| get(&emulator, target, Some(&token));
    ask("/federation/credentials?role_name=Viewer&account_id=111111111111").ok();
    let refused = |target: &str, status: u16, code: &str, message: &str| {
        let document = ask(target).is_rest_error(status, code);
        let expected = json!({"message": message, "__type": format!("com.amazonaws.switchboard.portal#{code}")});
        assert_eq!(document, expected, "{target}");
    };
    // The default accounts have gone with the first one of our own.
    let unknown = "/federation/credentials?role_name=Viewer&account_id=123456789012";
    refused(unknown, 404, "ResourceNotFoundException", "Account not found");
    refused("/assignment/roles?account_id=123456789012", 404, "ResourceNotFoundException", "Account not found");
    let unassigned = "/federation/credentials?role_name=viewer&account_id=111111111111";
    refused(unassigned, 403, "ForbiddenException", "No access");
    let invalid = "InvalidRequestException";
    let missing = "/federation/credentials?account_id=111111111111";
    refused(missing, 400, invalid, "Missing required parameter: role_name");
    refused("/federation/credentials?role_name=Viewer", 400, invalid, "Missing required parameter: account_id");
    refused("/assignment/roles?account_id=1", 400, invalid, "1 is not an account id");
    for size in ["0", "101", "-1", "x", ""] {
        let target = format!("/assignment/accounts?max_result={size}");
        refused(&target, 400, invalid, "max_result must be between 1 and 100");
    }
    for next in ["", "x", "MC4w"] {
        let target = format!("/assignment/accounts?next_token={next}");
        refused(&target, 400, invalid, "Invalid pagination token");
    }
}

#[test]
fn tokens_that_are_no_good() {
    let emulator = fixed();
    let targets = [CREDENTIALS, "/assignment/accounts", "/assignment/roles?account_id=123456789012"];
    let refused = |bearer: Option<&str>| {
        for target in targets {
            let document = get(&emulator, target, bearer).is_rest_error(401, "UnauthorizedException");
            assert_eq!(document["message"], "Session token not found or invalid");
        }
    };
    refused(None);
    refused(Some(""));
    refused(Some("other"));
    let sso = emulator.sso();
    let revoked = sso.issue_token();
    get(&emulator, CREDENTIALS, Some(&revoked.access_token)).ok();
    assert!(sso.revoke(&revoked.access_token));
    assert!(!sso.revoke(&revoked.access_token));
    refused(Some(&revoked.access_token));
    sso.token_lifetime(100);
    let short = sso.issue_token();
    assert_eq!(short.expires_at, i64::try_from(NOW).unwrap() + 100);
    emulator.set_clock_offset(99);
    get(&emulator, CREDENTIALS, Some(&short.access_token)).ok();
    emulator.set_clock_offset(100);
    refused(Some(&short.access_token));
}

#[test]
fn signing_out() {
    let emulator = Emulator::start().unwrap();
    let token = emulator.sso().issue_token().access_token;
    let other = emulator.sso().issue_token().access_token;
    let response = logout(&emulator, &token).ok();
    assert_eq!((response.body.as_str(), response.header("content-type")), ("", None));
    get(&emulator, CREDENTIALS, Some(&token)).is_rest_error(401, "UnauthorizedException");
    logout(&emulator, &token).is_rest_error(401, "UnauthorizedException");
    get(&emulator, CREDENTIALS, Some(&other)).ok();
    let operations: Vec<_> = emulator.requests().into_iter().filter_map(|request| request.operation).collect();
    assert_eq!(operations, ["Logout", "GetRoleCredentials", "Logout", "GetRoleCredentials"]);
}

#[test]
fn faults_speak_as_the_portal() {
    let emulator = Emulator::start().unwrap();
    let token = emulator.sso().issue_token().access_token;
    emulator.inject(Fault::throttle().on("GetRoleCredentials"));
    emulator.inject(Fault::error("InternalServerException", "down", 500).on("ListAccounts"));
    emulator.inject(Fault::html(503).on("ListAccountRoles"));
    let accounts = || get(&emulator, "/assignment/accounts", Some(&token));
    assert_eq!(accounts().is_rest_error(500, "InternalServerException")["message"], "down");
    let throttled = get(&emulator, CREDENTIALS, Some(&token)).is_rest_error(429, "TooManyRequestsException");
    assert_eq!(throttled["__type"], "com.amazonaws.switchboard.portal#TooManyRequestsException");
    let page = get(&emulator, "/assignment/roles?account_id=123456789012", Some(&token));
    assert_eq!((page.status, page.header("content-type")), (503, Some("text/html")));
    accounts().ok();
    emulator.inject(Fault::slow(Duration::from_millis(1)).header("Retry-After", "7").on("ListAccounts"));
    assert_eq!(accounts().ok().header("retry-after"), Some("7"));
    // STS has its own words for the same fault.
    emulator.inject(Fault::throttle());
    crate::client::unsigned(&emulator, "Action=GetCallerIdentity").is_error(400, "Throttling", "Rate exceeded");
}

#[test]
fn an_issued_token_fits_the_cache_of_the_cli_and_hides_in_debug() {
    let emulator = fixed();
    let token = emulator.sso().issue_token();
    let file: Value = serde_json::from_str(&token.cache_json()).unwrap();
    let expected = json!({
        "startUrl": format!("{}/start", emulator.url()),
        "region": "us-east-1",
        "accessToken": token.access_token,
        "expiresAt": "2026-01-02T04:04:05Z",
        "clientId": token.client_id,
        "clientSecret": token.client_secret,
        "registrationExpiresAt": "2026-04-02T03:04:05Z",
        "refreshToken": token.refresh_token,
    });
    assert_eq!(file, expected);
    assert_ne!(token, emulator.sso().issue_token());
    let debug = format!("{token:?} {:?} {:?}", emulator.sso(), emulator.requests());
    for secret in [&token.access_token, &token.refresh_token, &token.client_secret] {
        assert!(!debug.contains(secret.as_str()), "{debug}");
    }
}

#[test]
fn other_paths_and_methods_are_nobody_s() {
    let emulator = Emulator::start().unwrap();
    let token = emulator.sso().issue_token().access_token;
    for target in ["/federation", "/logout", "/assignment/accounts/", "/token"] {
        let response = get(&emulator, target, Some(&token));
        assert_eq!((response.status, response.header("content-type")), (404, Some("text/plain")), "{target}");
    }
}
