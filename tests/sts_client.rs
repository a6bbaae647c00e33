//! The client against the emulator over real HTTP: all operations, metadata, retries, bad servers.

mod support;

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use stskit::emulator::{Emulator, Fault};
use stskit::host::Scripted;
use stskit::sts::*;
use stskit::{ErrorKind, Provide, RetryStop};
use support::{client, client_with, credentials, settings};

const ROLE: &str = "arn:aws:iam::123456789012:role/demo";

#[test]
fn get_caller_identity_with_metadata() {
    let emulator = Emulator::start().unwrap();
    let answer = client(&emulator).get_caller_identity(&GetCallerIdentity {}).unwrap();
    assert_eq!(answer.account.as_deref(), Some("123456789012"));
    assert_eq!(answer.arn.as_deref(), Some("arn:aws:iam::123456789012:user/stskit"));
    assert_eq!(answer.metadata.status, 200);
    assert_eq!(answer.metadata.retry_attempts, 0);
    assert!(answer.metadata.request_id.as_deref().is_some_and(|id| id.len() == 36));
    assert_eq!(answer.metadata.header("content-type"), Some("text/xml"));
    assert!(answer.metadata.headers.iter().all(|(name, _)| *name == name.to_ascii_lowercase()));
}

#[test]
fn assumed_credentials_work_for_the_next_call() {
    let emulator = Emulator::start().unwrap();
    let sts = client(&emulator);
    let full = AssumeRole {
        policy_arns: Some(vec![PolicyDescriptorType::new("arn:aws:iam::aws:policy/ReadOnlyAccess")]),
        policy: Some(r#"{"Version":"2012-10-17","Statement":[]}"#.into()),
        duration_seconds: Some(900),
        tags: Some(vec![Tag::new("team", "a/b c"), Tag::new("empty", "")]),
        transitive_tag_keys: Some(vec!["team".into()]),
        external_id: Some("ext:id".into()),
        serial_number: Some("arn:aws:iam::123456789012:mfa/user".into()),
        token_code: Some("123456".into()),
        source_identity: Some("alice".into()),
        ..AssumeRole::new(ROLE, "my-session")
    };
    let answer = sts.assume_role(&full).unwrap();
    assert_eq!(answer.source_identity.as_deref(), Some("alice"));
    assert!(answer.packed_policy_size.is_some());
    let temporary = answer.credentials().unwrap();
    assert_eq!(temporary.account_id(), Some("123456789012"));
    assert!(temporary.expiration().is_some());
    let whoami = client_with(settings(&emulator), temporary).get_caller_identity(&GetCallerIdentity {}).unwrap();
    assert_eq!(whoami.arn.as_deref(), Some("arn:aws:sts::123456789012:assumed-role/demo/my-session"));
}

/// A three-part token as the emulator takes it.
const JWT: &str = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSIsImF1ZCI6InN0cyIsImlzcyI6Imh0dHBzOi8vaWRwIn0.c2lnbmF0dXJl";

#[test]
fn every_operation_answers() {
    let emulator = Emulator::start().unwrap();
    let sts = client(&emulator);
    let saml = AssumeRoleWithSaml::new(ROLE, "arn:aws:iam::123456789012:saml-provider/idp", "PHNhbWw+PC9zYW1sPg==");
    assert!(sts.assume_role_with_saml(&saml).unwrap().credentials().is_some());
    let web = AssumeRoleWithWebIdentity::new(ROLE, "web-session", JWT);
    assert!(sts.assume_role_with_web_identity(&web).unwrap().credentials().is_some());
    let root = AssumeRoot::new("210987654321", "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials");
    assert!(sts.assume_root(&root).unwrap().credentials().is_some());
    assert_eq!(
        sts.get_access_key_info(&GetAccessKeyInfo::new(Emulator::ACCESS_KEY_ID)).unwrap().account.as_deref(),
        Some("123456789012")
    );
    let delegated = sts.get_delegated_access_token(&GetDelegatedAccessToken::new("trade-in-token")).unwrap();
    assert!(delegated.credentials().is_some());
    let federated = sts.get_federation_token(&GetFederationToken::new("bob")).unwrap();
    assert!(federated.federated_user.as_ref().unwrap().arn.ends_with("federated-user/bob"));
    assert_eq!(federated.credentials().unwrap().account_id(), Some("123456789012"));
    assert!(sts.get_session_token(&GetSessionToken::default()).unwrap().credentials().is_some());
    let jwt = sts.get_web_identity_token(&GetWebIdentityToken::new(["https://api.example.com"], "RS256")).unwrap();
    assert_eq!(jwt.web_identity_token.as_ref().unwrap().expose().split('.').count(), 3);
    assert!(jwt.expiration.is_some());
    let decoded = sts.decode_authorization_message(&DecodeAuthorizationMessage::new("###")).unwrap_err();
    assert_eq!(decoded.sts_code(), Some(ErrorCode::InvalidAuthorizationMessageException));
    let seen: std::collections::BTreeSet<_> = emulator.requests().iter().filter_map(|r| r.operation.clone()).collect();
    assert_eq!(OPERATIONS.len(), 11);
    for operation in OPERATIONS.iter().filter(|o| !["AssumeRole", "GetCallerIdentity"].contains(o)) {
        assert!(seen.contains(*operation), "{operation} was not sent");
    }
}

#[test]
fn the_two_unsigned_operations_never_look_for_credentials() {
    let emulator = Emulator::start().unwrap();
    let sts =
        client_with(settings(&emulator), || -> stskit::Result<stskit::Credentials> { panic!("asked for credentials") });
    sts.assume_role_with_web_identity(&AssumeRoleWithWebIdentity::new(ROLE, "web-session", JWT)).unwrap();
    let saml = AssumeRoleWithSaml::new(ROLE, "arn:aws:iam::123456789012:saml-provider/idp", "PHNhbWw+PC9zYW1sPg==");
    sts.assume_role_with_saml(&saml).unwrap();
    for request in emulator.requests() {
        assert!(request.header("authorization").is_none() && request.header("x-amz-date").is_none());
    }
    // Nor does a client without any source mind.
    let bare: Client = Client::builder(settings(&emulator)).build().unwrap();
    bare.assume_role_with_web_identity(&AssumeRoleWithWebIdentity::new(ROLE, "web-session", JWT)).unwrap();
    let error = bare.get_caller_identity(&GetCallerIdentity {}).unwrap_err();
    assert!(error.is_no_credentials(), "{error}");
}

#[test]
fn operations_by_name_with_json() {
    let emulator = Emulator::start().unwrap();
    let sts = client(&emulator);
    let answer = sts
        .call_json(
            "AssumeRole",
            json!({"RoleArn": ROLE, "RoleSessionName": "by-json", "Tags": [{"Key": "k", "Value": ""}]}),
        )
        .unwrap();
    assert!(answer["Credentials"]["SecretAccessKey"].as_str().is_some_and(|s| s.len() == 40));
    assert!(answer["Credentials"]["Expiration"].as_str().is_some_and(|t| t.ends_with('Z')));
    for (operation, input, text) in [
        ("AssumeRoles", json!({}), "GetWebIdentityToken"),
        ("AssumeRole", json!({"RoleArn": ROLE}), "RoleSessionName"),
        ("AssumeRole", json!({"RoleArn": ROLE, "RoleSessionName": "x", "Tag": []}), "TransitiveTagKeys"),
        ("AssumeRole", json!({"RoleArn": ROLE, "RoleSessionName": "x"}), "RoleSessionName has 1 character"),
        ("GetDelegatedAccessToken", json!({"TradeInToken": ["planted"]}), "string"),
        ("GetSessionToken", json!({"DurationSeconds": "planted"}), "expected i32"),
    ] {
        let error = sts.call_json(operation, input).unwrap_err();
        assert!(error.is_input() && error.to_string().contains(text), "{error}");
        assert!(!error.to_string().contains("planted"), "{error}");
    }
    assert_eq!(emulator.requests().len(), 1);
}

#[test]
fn service_errors_are_typed_and_tell_their_story() {
    let emulator = Emulator::start().unwrap();
    let sts = client(&emulator);
    let denied = sts.assume_role(&AssumeRole::new("arn:aws:iam::123456789012:role/denied", "session")).unwrap_err();
    assert_eq!(denied.kind(), ErrorKind::AccessDenied);
    assert_eq!(denied.sts_code(), Some(ErrorCode::AccessDenied));
    assert_eq!(denied.operation(), Some("AssumeRole"));
    assert_eq!(denied.attempts(), 1);
    let service = denied.service_error().unwrap();
    assert_eq!(service.metadata().status, 403);
    assert!(service.metadata().request_id.is_some() && !service.metadata().headers.is_empty());
    assert!(service.message().contains("is not authorized to perform: sts:AssumeRole"));
    for code in ErrorCode::ALL {
        emulator.inject(Fault::error(code.code(), "text", 400).times(1));
        let host = Arc::new(Scripted::at(support::now()));
        let sts = Client::builder(support::settings_with(&emulator, |b| b.max_attempts(1)))
            .credentials(credentials())
            .host(host)
            .build()
            .unwrap();
        let error = sts.get_caller_identity(&GetCallerIdentity {}).unwrap_err();
        assert_eq!(error.sts_code(), Some(*code));
    }
    assert_eq!(ErrorCode::ALL.len(), 26);
}

#[test]
fn retries_follow_the_standard_schedule() {
    let emulator = Emulator::start().unwrap();
    let host = Arc::new(Scripted::at(support::now()).with_random(0.5));
    let sts = Client::builder(settings(&emulator)).credentials(credentials()).host(host.clone()).build().unwrap();
    emulator.inject(Fault::status(503).times(2));
    let answer = sts.get_caller_identity(&GetCallerIdentity {}).unwrap();
    assert_eq!(answer.metadata.retry_attempts, 2);
    assert_eq!(host.sleeps(), [Duration::from_millis(500), Duration::from_secs(1)]);
    let requests = emulator.requests();
    let header = |i: usize, name: &str| requests[i].header(name).map(str::to_owned).unwrap_or_default();
    assert_eq!(header(0, "amz-sdk-request"), "attempt=1");
    assert!(header(1, "amz-sdk-request").ends_with("; attempt=2; max=3"), "{}", header(1, "amz-sdk-request"));
    assert!(header(2, "amz-sdk-request").starts_with("ttl="));
    assert_eq!(header(0, "amz-sdk-invocation-id"), header(2, "amz-sdk-invocation-id"));
    assert_ne!(header(0, "x-amz-date"), header(2, "x-amz-date"), "signed again with a fresh date");

    emulator.inject(Fault::throttle().always());
    let error = sts.get_caller_identity(&GetCallerIdentity {}).unwrap_err();
    assert!(error.is_throttled());
    assert_eq!((error.attempts(), error.retry_stop()), (3, Some(RetryStop::MaxAttempts)));
    assert_eq!(error.service_error().unwrap().metadata().retry_attempts, 2);
}

#[test]
fn a_wrong_clock_is_corrected_once_and_the_offset_kept() {
    for offset in [3600, -3600] {
        let emulator = Emulator::start().unwrap();
        let host = Arc::new(Scripted::at(support::now() + offset));
        let build = |correct| {
            Client::builder(support::settings_with(&emulator, |b| b.correct_clock_skew(correct)))
                .credentials(credentials())
                .host(host.clone())
                .build()
                .unwrap()
        };
        let sts: Client = build(true);
        let answer = sts.get_caller_identity(&GetCallerIdentity {}).unwrap();
        assert_eq!(answer.metadata.retry_attempts, 1);
        assert!((sts.clock_offset_millis() / 1000 + offset).abs() < 10);
        assert!(host.sleeps().is_empty(), "the correction takes no pause");
        assert_eq!(sts.get_caller_identity(&GetCallerIdentity {}).unwrap().metadata.retry_attempts, 0);
        // The clock is set right again: the offset goes.
        host.advance(-offset * 1000);
        sts.get_caller_identity(&GetCallerIdentity {}).unwrap();
        assert_eq!(sts.clock_offset_millis(), 0);
        host.advance(offset * 1000);
        let error = build(false).get_caller_identity(&GetCallerIdentity {}).unwrap_err();
        assert_eq!(error.sts_code(), Some(ErrorCode::SignatureDoesNotMatch));
        assert_eq!(error.attempts(), 1);
    }
}

#[test]
fn newer_outputs_and_ones_we_do_not_know() {
    let emulator = Emulator::start().unwrap();
    let body = "<GetSessionTokenResponse><GetSessionTokenResult><SessionTokenUtilization>41</SessionTokenUtilization>\
        <SessionTokenSize>1024</SessionTokenSize><FromTheFuture><x/></FromTheFuture></GetSessionTokenResult>\
        </GetSessionTokenResponse>";
    emulator.inject(Fault::status(200).body("text/xml", body));
    let request = GetSessionToken { minimum_session_token_size: Some(0), ..Default::default() };
    let answer = client(&emulator).get_session_token(&request).unwrap();
    assert_eq!((answer.session_token_utilization, answer.session_token_size), (Some(41), Some(1024)));
    assert!(answer.credentials().is_none());
    let sent = emulator.requests().pop().unwrap();
    assert_eq!(sent.parameter("MinimumSessionTokenSize").as_deref(), Some("0"));
}

#[test]
fn expired_credentials_are_reported_to_their_source() {
    struct Source(std::sync::atomic::AtomicU32);
    impl Provide for Source {
        fn credentials(&self) -> stskit::Result<stskit::Credentials> {
            Ok(credentials())
        }
        fn invalidate(&self, expired: &stskit::Credentials) {
            assert_eq!(expired.access_key_id(), Emulator::ACCESS_KEY_ID);
            self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        }
    }
    let emulator = Emulator::start().unwrap();
    let source = Arc::new(Source(Default::default()));
    let sts = client_with(settings(&emulator), source.clone());
    emulator
        .inject(Fault::error("ExpiredToken", "The security token included in the request is expired", 403).times(1));
    let error = sts.get_caller_identity(&GetCallerIdentity {}).unwrap_err();
    assert!(error.is_expired());
    assert_eq!(source.0.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[test]
fn presigned_get_caller_identity_is_accepted_by_the_emulator() {
    let emulator = Emulator::start().unwrap();
    let sts = client(&emulator);
    let url = sts.presign_get_caller_identity(60, &[("x-k8s-aws-id", "my-cluster")]).unwrap();
    let got = support::get(url.expose(), &[("x-k8s-aws-id", "my-cluster")]);
    assert_eq!(got.0, 200, "{}", got.1);
    assert!(got.1.contains("user/stskit"));
    let without = support::get(url.expose(), &[]);
    assert_eq!(without.0, 403, "{}", without.1);
}
