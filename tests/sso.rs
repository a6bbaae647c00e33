//! The portal and the OIDC service as operations: shapes, metadata, errors, paginators.

mod support;

use serde_json::json;
use stskit::emulator::{Emulator, Fault};
use stskit::sso::{self, GetRoleCredentials, ListAccountRoles, ListAccounts, Logout};
use stskit::sso_oidc::{
    self, CreateToken, CreateTokenWithIam, GRANT_REFRESH_TOKEN, RegisterClient, StartDeviceAuthorization,
};
use stskit::{ErrorKind, RetryStop};
use support::{credentials, sso_settings};

fn portal(emulator: &Emulator) -> sso::Client {
    sso::Client::in_region(&sso_settings(emulator), "us-east-1").unwrap()
}

fn oidc(emulator: &Emulator) -> sso_oidc::Client {
    sso_oidc::Client::in_region(&sso_settings(emulator), "us-east-1").unwrap()
}

#[test]
fn role_credentials_work_with_sts() {
    let emulator = Emulator::start().unwrap();
    let token = emulator.sso().issue_token().access_token;
    let answer = portal(&emulator)
        .get_role_credentials(&GetRoleCredentials::new("ReadOnly", "123456789012", token.as_str()))
        .unwrap();
    assert_eq!(answer.metadata.status, 200);
    assert!(answer.metadata.request_id.is_some());
    let found = answer.credentials("123456789012").unwrap();
    assert_eq!(found.account_id(), Some("123456789012"));
    let left = found.expiration().unwrap().as_secs() - support::now();
    assert!((3590..=3600).contains(&left), "epoch milliseconds, not seconds: {left}");
    let whoami = support::client_with(support::settings(&emulator), found)
        .get_caller_identity(&stskit::sts::GetCallerIdentity {})
        .unwrap();
    assert!(whoami.arn.as_deref().unwrap().contains("AWSReservedSSO_ReadOnly"), "{whoami:?}");
    // The token goes into the header and nowhere else; nothing is signed.
    let sent = &emulator.requests()[0];
    assert_eq!(sent.header("x-amz-sso_bearer_token"), Some(token.as_str()));
    assert_eq!(sent.query, "account_id=123456789012&role_name=ReadOnly");
    assert!(sent.header("authorization").is_none() && sent.header("content-type").is_none());
}

#[test]
fn portal_errors_are_typed_and_hide_the_token() {
    let emulator = Emulator::start().unwrap();
    let sso = portal(&emulator);
    let token = emulator.sso().issue_token().access_token;
    for (account, role, bearer, code, kind) in [
        ("123456789012", "ReadOnly", "planted-token", sso::ErrorCode::UnauthorizedException, ErrorKind::AccessDenied),
        ("999999999999", "ReadOnly", token.as_str(), sso::ErrorCode::ResourceNotFoundException, ErrorKind::Service),
    ] {
        let error = sso.get_role_credentials(&GetRoleCredentials::new(role, account, bearer)).unwrap_err();
        assert_eq!((error.sso_code(), error.kind()), (Some(code), kind), "{error}");
        assert_eq!(error.operation(), Some("GetRoleCredentials"));
        assert_eq!(error.attempts(), 1);
        assert!(!error.to_string().contains("planted"), "{error}");
    }
    // A server that quotes the token.
    emulator.inject(Fault::status(400).body("application/json", format!("{{\"message\": \"bad token {token}\"}}")));
    let error = sso.list_accounts(&ListAccounts::new(token.as_str())).unwrap_err();
    assert!(error.to_string().contains("bad token [secret]"), "{error}");
    // A server that answers HTML.
    emulator.inject(Fault::html(200));
    let error = sso.list_accounts(&ListAccounts::new(token.as_str())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidResponse);
    // A token that cannot stand in a header.
    let error = sso.list_accounts(&ListAccounts::new("planted\r\nX: y")).unwrap_err();
    assert!(error.is_input() && !error.to_string().contains("planted"), "{error}");
}

#[test]
fn throttling_of_the_portal_is_retried() {
    let emulator = Emulator::start().unwrap();
    let token = emulator.sso().issue_token().access_token;
    let host = std::sync::Arc::new(stskit::host::Scripted::at(support::now()).with_random(0.5));
    let settings = sso_settings(&emulator);
    let sso = sso::Client::builder(settings).host(host.clone()).build().unwrap();
    emulator.inject(Fault::throttle());
    emulator.inject(Fault::status(429).body("text/plain", ""));
    let answer = sso.list_accounts(&ListAccounts::new(token.as_str())).unwrap();
    assert_eq!(answer.metadata.retry_attempts, 2);
    assert_eq!(host.sleeps().len(), 2);
    emulator.inject(Fault::throttle().always());
    let error = sso.list_accounts(&ListAccounts::new(token.as_str())).unwrap_err();
    assert!(error.is_throttled());
    assert_eq!(error.retry_stop(), Some(RetryStop::MaxAttempts));
}

#[test]
fn logout_ends_the_session() {
    let emulator = Emulator::start().unwrap();
    let sso = portal(&emulator);
    let token = emulator.sso().issue_token().access_token;
    sso.list_accounts(&ListAccounts::new(token.as_str())).unwrap();
    sso.logout(&Logout::new(token.as_str())).unwrap();
    let sent = emulator.requests().pop().unwrap();
    assert_eq!(
        (sent.method.as_str(), sent.path.as_str(), sent.header("content-length")),
        ("POST", "/logout", Some("0"))
    );
    let error = sso.list_accounts(&ListAccounts::new(token.as_str())).unwrap_err();
    assert_eq!(error.sso_code(), Some(sso::ErrorCode::UnauthorizedException));
}

fn ids(items: impl Iterator<Item = stskit::Result<sso::AccountInfo>>) -> Vec<String> {
    items.map(|a| a.unwrap().account_id.unwrap()).collect()
}

#[test]
fn paginators_walk_cut_and_resume() {
    let emulator = Emulator::builder().sso_accounts(25).start().unwrap();
    let sso = portal(&emulator);
    let token = emulator.sso().issue_token().access_token;
    let list = || ListAccounts::new(token.as_str());
    let all = ids(sso.pages(list()).items());
    assert_eq!(all.len(), 25);
    assert_eq!(ids(sso.pages(list()).page_size(7).items()), all);
    let pages: Vec<usize> = sso.pages(list()).page_size(7).map(|p| p.unwrap().account_list.unwrap().len()).collect();
    assert_eq!(pages, [7, 7, 7, 4]);

    // Whatever the cut: the token resumes exactly there, with the same or another maximum.
    for max in 1..=26 {
        let mut seen = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let mut pages = sso.pages(list()).page_size(7).max_items(max);
            if let Some(token) = token.take() {
                pages = pages.starting_token(token);
            }
            let mut items = pages.items();
            let found = ids(items.by_ref());
            assert!(found.len() <= max);
            seen.extend(found);
            match items.resume_token() {
                Some(next) => token = Some(next.to_owned()),
                None => break,
            }
        }
        assert_eq!(seen, all, "max_items {max}");
    }
    let roles: Vec<_> = sso
        .pages(ListAccountRoles::new("123456789012", token.as_str()))
        .page_size(1)
        .items()
        .map(|r| r.unwrap().role_name.unwrap())
        .collect();
    assert_eq!(roles.len(), 2);
}

#[test]
fn paginators_refuse_bad_tokens_sizes_and_endless_servers() {
    let emulator = Emulator::builder().sso_accounts(25).start().unwrap();
    let sso = portal(&emulator);
    let token = emulator.sso().issue_token().access_token;
    let list = || ListAccounts::new(token.as_str());
    for bad in ["", "not base64!", "e30=x", "bm90IGpzb24="] {
        let error = sso.pages(list()).starting_token(bad).next().unwrap().unwrap_err();
        assert!(error.is_input(), "{error}");
    }
    assert!(sso.pages(list()).page_size(0).next().unwrap().unwrap_err().is_input());
    let error = sso.pages(list()).page_size(101).next().unwrap().unwrap_err();
    assert_eq!(error.sso_code(), Some(sso::ErrorCode::InvalidRequestException));
    assert_eq!(sso.pages(list()).max_items(0).count(), 0);

    emulator.sso().repeat_pages(true);
    emulator.clear_requests();
    let results: Vec<_> = sso.pages(list()).page_size(5).collect();
    let error = results.last().unwrap().as_ref().unwrap_err();
    assert!(error.to_string().contains("same page token twice"), "{error}");
    assert_eq!(emulator.requests().len(), results.len());
    assert!(results.len() <= 3);
}

#[test]
fn an_error_ends_the_pages() {
    let emulator = Emulator::builder().sso_accounts(25).start().unwrap();
    let sso = portal(&emulator);
    let token = emulator.sso().issue_token().access_token;
    let mut items = sso.pages(ListAccounts::new(token.as_str())).page_size(10).items();
    assert!(items.by_ref().take(10).all(|i| i.is_ok()));
    emulator.sso().revoke(&token);
    assert!(items.next().unwrap().is_err());
    assert!(items.next().is_none());
}

#[test]
fn every_oidc_operation() {
    let emulator = Emulator::start().unwrap();
    emulator.sso().set_interval(0);
    let oidc = oidc(&emulator);
    let request =
        RegisterClient { scopes: Some(vec!["sso:account:access".into()]), ..RegisterClient::new("test", "public") };
    let client = oidc.register_client(&request).unwrap();
    let (id, secret) = (client.client_id.clone().unwrap(), client.client_secret.clone().unwrap());
    assert!(client.client_secret_expires_at.unwrap() > support::now());
    let started = oidc
        .start_device_authorization(&StartDeviceAuthorization {
            client_id: id.clone(),
            client_secret: secret.clone(),
            start_url: format!("{}/start", emulator.url()),
        })
        .unwrap();
    let poll = CreateToken::device(&id, secret.clone(), started.device_code.clone().unwrap());
    let pending = oidc.create_token(&poll).unwrap_err();
    assert_eq!(pending.sso_oidc_code(), Some(sso_oidc::ErrorCode::AuthorizationPendingException));
    assert_eq!(pending.attempts(), 1, "pending is not retried");
    emulator.sso().approve(started.user_code.as_deref().unwrap());
    let token = oidc.create_token(&poll).unwrap();
    assert!(token.expires_in.unwrap() > 0);
    let refreshed =
        oidc.create_token(&CreateToken::refresh(&id, secret.clone(), token.refresh_token.clone().unwrap())).unwrap();
    assert_ne!(refreshed.access_token, token.access_token);
    let used = oidc.create_token(&CreateToken::refresh(&id, secret, token.refresh_token.clone().unwrap())).unwrap_err();
    assert_eq!(used.sso_oidc_code(), Some(sso_oidc::ErrorCode::InvalidGrantException));
    for secret in [token.refresh_token.as_ref().unwrap(), token.access_token.as_ref().unwrap()] {
        assert!(!format!("{used} {used:?} {token:?}").contains(secret.expose()));
    }
}

#[test]
fn create_token_with_iam_is_signed_for_sso_oauth() {
    let emulator = Emulator::start().unwrap();
    let request = CreateTokenWithIam {
        client_id: "arn:aws:sso::123456789012:application/ssoins-1/apl-1".into(),
        grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer".into(),
        assertion: Some("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln".into()),
        ..Default::default()
    };
    let settings = sso_settings(&emulator);
    let signed = sso_oidc::Client::new(settings.clone(), credentials()).unwrap();
    let answer = signed.create_token_with_iam(&request).unwrap();
    assert!(answer.access_token.is_some() && answer.issued_token_type.is_some());
    let sent = emulator.requests().pop().unwrap();
    assert_eq!((sent.path.as_str(), sent.query.as_str()), ("/token", "aws_iam=t"));
    assert!(sent.header("authorization").unwrap().contains("/us-east-1/sso-oauth/aws4_request"));
    let unsigned = sso_oidc::Client::builder(settings).build().unwrap();
    assert!(unsigned.create_token_with_iam(&request).unwrap_err().is_no_credentials());
}

#[test]
fn operations_by_name_with_json() {
    let emulator = Emulator::start().unwrap();
    let token = emulator.sso().issue_token().access_token;
    let answer = portal(&emulator)
        .call_json(
            "GetRoleCredentials",
            json!({"roleName": "Admin", "accountId": "123456789012", "accessToken": token}),
        )
        .unwrap();
    assert!(answer["roleCredentials"]["expiration"].as_i64().unwrap() > 1_700_000_000_000);
    let error = portal(&emulator).call_json("ListAccounts", json!({"access": 1})).unwrap_err();
    assert!(error.is_input() && error.to_string().contains("accessToken"), "{error}");
    let error = oidc(&emulator)
        .call_json("CreateToken", json!({"clientId": "x", "clientSecret": "y", "grantType": GRANT_REFRESH_TOKEN}))
        .unwrap_err();
    assert!(error.code().is_some());
    assert_eq!((sso::OPERATIONS.len(), sso_oidc::OPERATIONS.len()), (4, 4));
    for code in sso::ErrorCode::ALL {
        assert_eq!(sso::ErrorCode::from_code(code.code()), Some(*code));
    }
}
