//! The model beside what the typed calls do. `tests/peers/test_model_botocore.py` compares it with AWS's own models.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use serde_json::{Value, json};
use stskit::client::{Operation, Service};
use stskit::emulator::Emulator;
use stskit::model::{Kind, Member, Model, Shape, Structure, TimeFormat};
use stskit::{Timestamp, sso, sso_oidc, sts};
use support::{client, sso_settings};

fn structure<'m>(model: &'m Model, service: &str, operation: &str, output: bool) -> &'m Structure {
    let operation = model.service(service).unwrap().operation(operation).unwrap();
    if output { &operation.output } else { &operation.input }
}

fn required(structure: &Structure) -> Vec<&str> {
    structure.members.iter().filter(|member| member.required).map(|member| member.name).collect()
}

fn inside(member: &Member) -> &Structure {
    let mut shape = &member.shape;
    loop {
        match &shape.kind {
            Kind::List { item } => shape = item,
            Kind::Structure(structure) => return structure,
            other => panic!("{} is {other:?}", member.name),
        }
    }
}

/// Calls `see` for every member, and those inside, with its path.
fn walk(structure: &Structure, path: &str, see: &mut impl FnMut(&str, &Shape)) {
    fn inner(shape: &Shape, path: &str, see: &mut impl FnMut(&str, &Shape)) {
        see(path, shape);
        match &shape.kind {
            Kind::List { item } => inner(item, &format!("{path}[]"), see),
            Kind::Structure(structure) => walk(structure, &format!("{path}."), see),
            _ => {}
        }
    }
    for member in &structure.members {
        inner(&member.shape, &format!("{path}{}", member.name), see);
    }
}

#[test]
fn every_operation_is_there() {
    let model = Model::new().unwrap();
    let names: Vec<&str> = model.services.iter().map(|service| service.name).collect();
    assert_eq!(names, ["STS", "SSO", "SSO-OIDC"]);
    for (service, operations) in model.services.iter().zip([sts::OPERATIONS, sso::OPERATIONS, sso_oidc::OPERATIONS]) {
        let listed: Vec<&str> = service.operations.iter().map(|operation| operation.name).collect();
        assert_eq!(listed, operations);
        for operation in &service.operations {
            assert!(operation.input.name.starts_with(operation.name) && !operation.method.is_empty());
        }
    }
    let unsigned = |operation: &&str| !model.services[0].operation(operation).unwrap().signed;
    let unsigned: Vec<&str> = sts::OPERATIONS.iter().copied().filter(|name| unsigned(name)).collect();
    assert_eq!(unsigned, ["AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"]);
    assert_eq!(sts::AssumeRoleWithSaml::METHOD, "assume_role_with_saml");
    let oidc = model.service("SSO-OIDC").unwrap();
    assert_eq!((oidc.id, oidc.signing_name), ("SSO OIDC", sso_oidc::SsoOidc::SIGNING_NAME));
    assert_eq!((oidc.api_version, oidc.protocol, model.services[0].protocol), ("2019-06-10", "rest-json", "query"));
}

#[test]
fn members_have_types_minimums_and_secrets() {
    let model = Model::new().unwrap();
    let input = structure(&model, "STS", "AssumeRole", false);
    assert_eq!(required(input), ["RoleArn", "RoleSessionName"]);
    assert_eq!(input.members.len(), 13);
    let member = |name: &str| input.member(name).unwrap();
    assert_eq!(member("DurationSeconds").shape.kind, Kind::Integer);
    assert_eq!(member("DurationSeconds").shape.minimum, Some(900));
    assert!(member("TokenCode").shape.secret && !member("RoleArn").shape.secret);
    let tags = inside(member("Tags"));
    assert_eq!((tags.name.as_str(), required(tags)), ("Tag", vec!["Key", "Value"]));
    assert_eq!((tags.members[0].shape.minimum, tags.members[1].shape.minimum), (Some(1), None));
    assert_eq!(inside(member("PolicyArns")).member("arn").unwrap().shape.minimum, Some(20));
    // The texts of a list have a minimum, the list has none; and the other way around.
    let keys = &member("TransitiveTagKeys").shape;
    let Kind::List { item } = &keys.kind else { panic!("{keys:?}") };
    assert_eq!((keys.minimum, item.minimum, &item.kind), (None, Some(1), &Kind::String));
    assert_eq!(member("ProvidedContexts").shape.minimum, Some(1));
    let context = inside(member("ProvidedContexts")).member("ContextAssertion").unwrap();
    assert!(context.shape.secret && !context.required);
}

/// Every member that the protocols scrub is a secret in Rust, too, and the other way around for the inputs.
#[test]
fn secrets_are_the_ones_that_are_scrubbed() {
    let model = Model::new().unwrap();
    fn of<O: Operation>(model: &Model) {
        let mut secret = Vec::new();
        walk(structure(model, O::Service::NAME, O::NAME, false), "", &mut |path, shape| {
            if shape.secret {
                secret.push(path.replace("[]", ""));
            }
        });
        for path in &secret {
            assert!(O::FACTS.secret.contains(&path.as_str()), "{}: {path} is not scrubbed", O::NAME);
        }
        let input = structure(model, O::Service::NAME, O::NAME, false);
        for path in O::FACTS.secret.iter().filter(|path| input.member(path.split('.').next().unwrap()).is_some()) {
            assert!(secret.contains(&(*path).to_owned()), "{}: {path} is no secret", O::NAME);
        }
    }
    of::<sts::AssumeRole>(&model);
    of::<sts::AssumeRoleWithSaml>(&model);
    of::<sts::AssumeRoleWithWebIdentity>(&model);
    of::<sts::GetDelegatedAccessToken>(&model);
    of::<sts::GetSessionToken>(&model);
    of::<sso::GetRoleCredentials>(&model);
    of::<sso::ListAccountRoles>(&model);
    of::<sso::ListAccounts>(&model);
    of::<sso::Logout>(&model);
    of::<sso_oidc::CreateToken>(&model);
    of::<sso_oidc::CreateTokenWithIam>(&model);
    of::<sso_oidc::StartDeviceAuthorization>(&model);
}

#[test]
fn times_are_told_apart() {
    let model = Model::new().unwrap();
    let mut times = Vec::new();
    for service in &model.services {
        for operation in &service.operations {
            for structure in [&operation.input, &operation.output] {
                walk(structure, &format!("{} ", structure.name), &mut |path, shape| {
                    if let Some(time) = shape.time {
                        times.push((path.to_owned(), time, shape.kind.clone()));
                    }
                });
            }
        }
    }
    let (text, number): (Vec<_>, Vec<_>) = times.into_iter().partition(|(_, time, _)| *time == TimeFormat::Rfc3339);
    assert_eq!(text.len(), 8, "{text:?}");
    assert!(text.iter().all(|(path, _, kind)| path.ends_with("Expiration") && *kind == Kind::Timestamp), "{text:?}");
    let [(path, TimeFormat::EpochMilliseconds, Kind::Long)] = number.as_slice() else { panic!("{number:?}") };
    assert_eq!(path, "GetRoleCredentialsResponse roleCredentials.expiration");
}

/// Answers have the members that the model has, in the form that it says.
#[test]
fn answers_are_as_the_model_says() {
    fn check(value: &Value, shape: &Shape, path: &str) {
        match (&shape.kind, shape.time) {
            (Kind::Timestamp, Some(TimeFormat::Rfc3339)) => {
                let text = value.as_str().unwrap();
                assert!(text.ends_with('Z') && Timestamp::parse(text).unwrap().to_string() == text, "{path}: {text}");
            }
            (Kind::Long, Some(TimeFormat::EpochMilliseconds)) => {
                let seconds = value.as_i64().unwrap() / 1000;
                assert!((0..=90_000).contains(&(seconds - support::now())), "{path}: {seconds}");
            }
            (Kind::String, None) => assert!(value.is_string(), "{path}"),
            (Kind::Integer | Kind::Long, None) => assert!(value.is_i64(), "{path}"),
            (Kind::List { item }, None) => {
                value.as_array().unwrap().iter().for_each(|value| check(value, item, &format!("{path}[]")));
            }
            (Kind::Structure(structure), None) => members(value, structure, path),
            other => panic!("{path}: {other:?}"),
        }
    }
    fn members(value: &Value, structure: &Structure, path: &str) {
        let found = value.as_object().unwrap();
        for (name, value) in found {
            let member = structure.member(name).unwrap_or_else(|| panic!("{path}: {name} is not in the model"));
            check(value, &member.shape, &format!("{path}.{name}"));
        }
        for name in required(structure) {
            assert!(found.contains_key(name), "{path}: {name} is missing");
        }
    }

    let model = Model::new().unwrap();
    let emulator = Emulator::builder().sso_accounts(3).start().unwrap();
    let token = emulator.sso().issue_token().access_token;
    let sts = client(&emulator);
    let portal = sso::Client::in_region(&sso_settings(&emulator), "us-east-1").unwrap();
    let oidc = sso_oidc::Client::in_region(&sso_settings(&emulator), "us-east-1").unwrap();
    let role = "arn:aws:iam::123456789012:role/demo";
    for (operation, input) in [
        ("AssumeRole", json!({"RoleArn": role, "RoleSessionName": "me"})),
        ("GetSessionToken", json!({})),
        ("GetFederationToken", json!({"Name": "bob"})),
        ("GetWebIdentityToken", json!({"Audience": ["https://a.example"], "SigningAlgorithm": "RS256"})),
        ("GetCallerIdentity", json!({})),
    ] {
        let answer = sts.call_json(operation, input).unwrap().output;
        members(&answer, structure(&model, "STS", operation, true), operation);
        assert!(!answer.as_object().unwrap().is_empty(), "{operation}");
    }
    for (operation, input) in [
        ("GetRoleCredentials", json!({"roleName": "Admin", "accountId": "123456789012", "accessToken": token})),
        ("ListAccounts", json!({"accessToken": token})),
        ("ListAccountRoles", json!({"accessToken": token, "accountId": "123456789012"})),
    ] {
        let answer = portal.call_json(operation, input).unwrap().output;
        members(&answer, structure(&model, "SSO", operation, true), operation);
        assert!(!answer.as_object().unwrap().is_empty(), "{operation}");
    }
    let registered = oidc.call_json("RegisterClient", json!({"clientName": "x", "clientType": "public"})).unwrap();
    members(&registered, structure(&model, "SSO-OIDC", "RegisterClient", true), "RegisterClient");
}

#[test]
fn errors_and_list_operations() {
    let model = Model::new().unwrap();
    let sts = model.service("STS").unwrap();
    assert_eq!(sts.errors.len(), sts::ErrorCode::ALL.len());
    let error = |code: &str| sts.errors.iter().find(|error| error.code == code).unwrap();
    assert_eq!(error("PackedPolicyTooLarge").exception, "PackedPolicyTooLargeException");
    assert_eq!(error("ExpiredTokenException").exception, "ExpiredTokenException");
    assert!(error("ExpiredTokenException").modelled && !error("ExpiredToken").modelled);
    assert!(sts.paginators.is_empty());
    let listed: Vec<_> = model.service("SSO").unwrap().paginators.iter().map(|p| (p.operation, p.result_key)).collect();
    assert_eq!(listed, [("ListAccountRoles", "roleList"), ("ListAccounts", "accountList")]);
}

#[test]
fn as_json() {
    let model: Value = serde_json::from_str(&Model::new().unwrap().to_json().unwrap()).unwrap();
    assert_eq!(model["version"], env!("CARGO_PKG_VERSION"));
    let sts = &model["services"][0];
    let operation = |name: &str| {
        sts["operations"].as_array().unwrap().iter().find(|operation| operation["name"] == name).unwrap().clone()
    };
    let policy_arns = &operation("AssumeRole")["input"]["members"][2];
    let arn = json!({"name": "arn", "type": "string", "minimum": 20});
    assert_eq!(
        *policy_arns,
        json!({"name": "PolicyArns", "type": "list",
               "item": {"type": "structure", "shape": "PolicyDescriptorType", "members": [arn]}})
    );
    let expiration = &operation("GetWebIdentityToken")["output"]["members"][1];
    assert_eq!(*expiration, json!({"name": "Expiration", "type": "timestamp", "time": "rfc3339"}));
    assert_eq!(operation("GetCallerIdentity")["input"], json!({"shape": "GetCallerIdentityRequest", "members": []}));
    let paginator = &model["services"][1]["paginators"][1];
    assert_eq!(
        *paginator,
        json!({"operation": "ListAccounts", "input_token": "nextToken", "output_token": "nextToken",
               "limit_key": "maxResults", "result_key": "accountList"})
    );
}

#[test]
fn every_kind_of_token_is_there() {
    let model: Value = serde_json::from_str(&Model::new().unwrap().to_json().unwrap()).unwrap();
    let tokens = model["tokens"].as_array().unwrap();
    assert_eq!(tokens.len(), stskit::token::Kind::all().len());
    let rds = &tokens[0];
    assert_eq!(rds["name"], "rds");
    assert_eq!(rds["about"], "password of a connection to RDS, Aurora or RDS Proxy");
    let port = json!({"name": "port", "required": true, "type": "integer", "about": "port of the endpoint"});
    assert_eq!(rds["inputs"][1], port);
    for token in tokens {
        let mut names: Vec<&str> = Vec::new();
        for input in token["inputs"].as_array().unwrap() {
            names.push(input["name"].as_str().unwrap());
            assert!(["string", "integer", "boolean", "blob", "map"].contains(&input["type"].as_str().unwrap()));
            assert!(!input["about"].as_str().unwrap().is_empty(), "{token}");
        }
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "{token}");
    }
}
