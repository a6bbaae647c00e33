//! Operations by name with JSON: presigning, pages, and all that an error of the service has. Calls are in
//! `sts_client` and `sso`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::sync::Arc;

use serde_json::{Value, json};
use stskit::client::Paging;
use stskit::emulator::{Emulator, Fault};
use stskit::host::Scripted;
use stskit::sso::{self, ListAccounts};
use stskit::sts::{self, AssumeRole, GetCallerIdentity};
use stskit::{ErrorKind, Result, sso_oidc};
use support::{client, credentials, get, settings, sso_settings};

fn portal(emulator: &Emulator) -> sso::Client {
    sso::Client::in_region(&sso_settings(emulator), "us-east-1").unwrap()
}

fn oidc(emulator: &Emulator) -> sso_oidc::Client {
    sso_oidc::Client::in_region(&sso_settings(emulator), "us-east-1").unwrap()
}

#[test]
fn presigned_by_name_is_presigned_by_type() {
    let emulator = Emulator::start().unwrap();
    let sts = sts::Client::builder(settings(&emulator))
        .credentials(credentials())
        .host(Arc::new(Scripted::at(1_767_323_045)))
        .build()
        .unwrap();
    let headers = [("x-k8s-aws-id", "my-cluster")];
    let typed = sts.presign(&GetCallerIdentity {}, 60, &headers).unwrap();
    assert_eq!(sts.presign_json("GetCallerIdentity", json!({}), 60, &headers).unwrap(), typed);
    let role = "arn:aws:iam::123456789012:role/demo";
    let typed = sts.presign(&AssumeRole::new(role, "a session"), 900, &[]).unwrap();
    let members = json!({"RoleSessionName": "a session", "RoleArn": role});
    assert_eq!(sts.presign_json("AssumeRole", members, 900, &[]).unwrap(), typed);
    assert!(emulator.requests().is_empty(), "nothing is sent");
}

#[test]
fn presigned_by_name_is_accepted() {
    let emulator = Emulator::start().unwrap();
    let members = json!({"AccessKeyId": Emulator::ACCESS_KEY_ID});
    let url = client(&emulator).presign_json("GetAccessKeyInfo", members, 60, &[]).unwrap();
    let (status, body) = get(url.expose(), &[]);
    assert!(status == 200 && body.contains("<Account>123456789012</Account>"), "{status} {body}");
}

#[test]
fn what_cannot_be_presigned_says_why() {
    let emulator = Emulator::start().unwrap();
    let sts = client(&emulator);
    for (operation, members, expires, part) in [
        ("GetCallerId", json!({}), 60, "it has AssumeRole,"),
        ("GetCallerIdentity", json!({"planted": 1}), 60, "planted"),
        ("GetCallerIdentity", json!({}), 0, "1 to 604800 seconds"),
        ("GetCallerIdentity", json!({}), 604_801, "1 to 604800 seconds"),
        ("GetAccessKeyInfo", json!({"AccessKeyId": "short"}), 60, "the minimum is 16"),
        ("GetAccessKeyInfo", json!({}), 60, "AccessKeyId"),
    ] {
        let error = sts.presign_json(operation, members, expires, &[]).unwrap_err();
        assert!(error.is_input() && error.to_string().contains(part), "{operation}: {error}");
    }
    let error = portal(&emulator).presign_json("Logout", json!({"accessToken": "t"}), 60, &[]).unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::NotSupported, Some("Logout")));
}

fn accounts(page: &Value) -> Vec<String> {
    let list = page["accountList"].as_array().unwrap();
    list.iter().map(|account| account["accountId"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn pages_by_name_are_pages_by_type() {
    let emulator = Emulator::builder().sso_accounts(25).start().unwrap();
    let (sso, token) = (portal(&emulator), emulator.sso().issue_token().access_token);
    let typed = sso.pages(ListAccounts::new(token.as_str())).items();
    let all: Vec<String> = typed.map(|account| account.unwrap().account_id.unwrap()).collect();
    let list = |paging: &Paging| {
        let mut pages = sso.pages_json("ListAccounts", json!({"accessToken": token}), paging).unwrap();
        let found: Result<Vec<_>> = pages.by_ref().collect();
        let resume = pages.resume_token().map(str::to_owned);
        assert!(pages.next().is_none() && pages.resume_token() == resume.as_deref(), "the end is the end");
        (found.unwrap(), resume)
    };

    let (pages, resume) = list(&Paging { page_size: Some(10), ..Paging::default() });
    let sizes: Vec<usize> = pages.iter().map(|page| accounts(page).len()).collect();
    assert_eq!((sizes, resume), (vec![10, 10, 5], None));
    assert!(pages.iter().all(|page| page.metadata.status == 200 && page.metadata.header("date").is_some()));
    assert_eq!(pages.iter().flat_map(|page| accounts(page)).collect::<Vec<_>>(), all);

    let mut found = Vec::new();
    let mut paging = Paging { page_size: Some(4), max_items: Some(7), starting_token: None };
    loop {
        let (pages, resume) = list(&paging);
        found.extend(pages.iter().flat_map(|page| accounts(page)));
        match resume {
            Some(token) => paging.starting_token = Some(token),
            None => break,
        }
    }
    assert_eq!(found, all);

    // Nothing at all: the place stays.
    let (pages, resume) = list(&Paging { max_items: Some(0), starting_token: Some("here".into()), page_size: None });
    assert_eq!((pages.len(), resume.as_deref()), (0, Some("here")));
    let (pages, resume) = list(&Paging { max_items: Some(0), ..Paging::default() });
    assert_eq!((pages.len(), resume), (0, None));
}

#[test]
fn a_page_token_in_the_input_is_where_the_pages_start() {
    let emulator = Emulator::builder().sso_accounts(9).start().unwrap();
    let (sso, token) = (portal(&emulator), emulator.sso().issue_token().access_token);
    let first = sso.list_accounts(&ListAccounts { max_results: Some(5), ..ListAccounts::new(token.as_str()) }).unwrap();
    let rest = ListAccounts { next_token: first.next_token.clone(), ..ListAccounts::new(token.as_str()) };
    assert_eq!(sso.pages(rest.clone()).items().count(), 4);
    // A cut in that page resumes in that page.
    let mut cut = sso.pages(rest.clone()).max_items(3);
    let seen: Vec<_> = cut.by_ref().map(|page| page.unwrap().account_list.unwrap()).collect();
    let resume = cut.resume_token().unwrap().to_owned();
    let last: Vec<_> = sso.pages(rest.clone()).starting_token(resume).items().map(Result::unwrap).collect();
    let whole: Vec<_> = sso.pages(rest).items().map(Result::unwrap).collect();
    assert_eq!([seen.concat(), last].concat(), whole);
}

#[test]
fn what_has_no_pages_says_what_has() {
    let emulator = Emulator::start().unwrap();
    let (sts, sso, oidc) = (client(&emulator), portal(&emulator), oidc(&emulator));
    let none = Paging::default();
    for (refused, part) in [
        (
            sts.pages_json("GetCallerIdentity", json!({}), &none),
            "STS has no list operation \"GetCallerIdentity\"; it has none",
        ),
        (oidc.pages_json("ListAccounts", json!({}), &none), "SSO-OIDC has no list operation"),
        (sso.pages_json("Logout", json!({}), &none), "it has ListAccountRoles, ListAccounts"),
        (sso.pages_json("ListAccounts", json!({}), &none), "accessToken"),
        (sso.pages_json("ListAccounts", json!({"accessToken": "t", "planted": 1}), &none), "planted"),
    ] {
        let error = refused.expect_err("it is refused");
        assert!(error.is_input() && error.to_string().contains(part), "{error}");
    }
    assert!(emulator.requests().is_empty());
    // What a call fails with, the iterator says, once.
    let mut pages = sso.pages_json("ListAccounts", json!({"accessToken": "planted-token"}), &none).unwrap();
    let error = pages.next().unwrap().unwrap_err();
    assert_eq!((error.code(), error.operation()), (Some("UnauthorizedException"), Some("ListAccounts")));
    assert!(pages.next().is_none());
}

#[test]
fn errors_keep_their_texts_and_lose_the_secrets() {
    let emulator = Emulator::start().unwrap();
    let body = json!({
        "__type": "InvalidGrantException", "code": "x", "error": "invalid_grant",
        "error_description": "not planted-refresh-token", "region": "eu-west-1", "number": 7, "none": null,
    });
    emulator.inject(Fault::status(400).body("application/json", body.to_string()));
    let input =
        json!({"clientId": "i", "clientSecret": "s", "grantType": "g", "refreshToken": "planted-refresh-token"});
    let error = oidc(&emulator).call_json("CreateToken", input).unwrap_err();
    let members: Vec<(&str, &str)> =
        error.service_error().unwrap().members().iter().map(|(name, value)| (&**name, &**value)).collect();
    assert_eq!(members, [("error", "invalid_grant"), ("error_description", "not [secret]"), ("region", "eu-west-1")],);
    assert!(!format!("{error:?}{:?}", error.service_error()).contains("planted"));
    // STS has nothing but code and message.
    emulator.inject(Fault::error("AccessDenied", "no", 403));
    let error = client(&emulator).call_json("GetCallerIdentity", json!({})).unwrap_err();
    assert!(error.service_error().unwrap().members().is_empty());
}
