//! A call by name is the same call as the typed one: for every operation, with every member and with the required
//! ones alone, request and output are compared; and what is refused is refused by both.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use stskit::client::{Client, Operation, Service};
use stskit::host::Scripted;
use stskit::model::{Kind, Model, OperationModel, Shape, Structure, TimeFormat};
use stskit::transport::{Transport, TransportError};
use stskit::{Credentials, ErrorKind, Settings, sso, sso_oidc, sts};

/// Keeps what it is asked, and answers what it was told.
#[derive(Debug, Default)]
struct Canned {
    asked: Mutex<Vec<String>>,
    answer: Mutex<String>,
}

impl Transport for Canned {
    fn send(
        &self,
        request: http::Request<&[u8]>,
        _: Option<Duration>,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        let mut asked = format!("{} {}\n", request.method(), request.uri());
        let mut headers: Vec<_> = request.headers().iter().collect();
        headers.sort_by_key(|(name, _)| name.as_str());
        for (name, value) in headers {
            if !name.as_str().starts_with("amz-sdk-") {
                asked.push_str(&format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())));
            }
        }
        asked.push_str(std::str::from_utf8(request.body()).unwrap());
        self.asked.lock().unwrap().push(asked);
        Ok(http::Response::new(self.answer.lock().unwrap().clone().into_bytes()))
    }
}

/// A value of a shape. Texts are long enough for every minimum, and hold what has to be encoded.
fn value(shape: &Shape, name: &str, all: bool) -> Value {
    match &shape.kind {
        Kind::String => json!(format!("{name} <é&> of forty characters and a bit more")),
        Kind::Integer => json!(3600),
        Kind::Long if shape.time == Some(TimeFormat::EpochMilliseconds) => json!(1_767_323_045_123_i64),
        Kind::Long => json!(1_767_323_045_i64),
        Kind::Boolean => json!(true),
        Kind::Timestamp => json!("2026-01-02T03:04:05Z"),
        Kind::List { item } => json!([value(item, name, all), value(item, name, all)]),
        Kind::Structure(structure) => members(structure, all),
        other => panic!("{name} is {other:?}"),
    }
}

fn members(structure: &Structure, all: bool) -> Value {
    let wanted = structure.members.iter().filter(|member| all || member.required);
    Value::Object(wanted.map(|member| (member.name.to_owned(), value(&member.shape, member.name, all))).collect())
}

/// As the query protocol writes it, with a member that nobody knows.
fn xml(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            members.iter().map(|(name, value)| format!("<{name}>{}</{name}>", xml(value))).collect()
        }
        Value::Array(items) => items.iter().map(|item| format!("<member>{}</member>", xml(item))).collect(),
        Value::String(text) => text.replace('&', "&amp;").replace('<', "&lt;"),
        other => other.to_string(),
    }
}

struct Bench<S> {
    transport: Arc<Canned>,
    client: Client<S>,
    model: Model,
    seen: usize,
}

impl<S: Service> Bench<S> {
    fn new() -> Self {
        let transport = Arc::new(Canned::default());
        let settings = Settings::builder().region("eu-west-1").resolve_with(&Scripted::at(0)).unwrap();
        let client = Client::builder(settings)
            .credentials(Credentials::new("AKIDEXAMPLE", "secret"))
            .transport(transport.clone())
            .host(Arc::new(Scripted::at(1_767_323_045)))
            .build()
            .unwrap();
        Bench { transport, client, model: Model::new().unwrap(), seen: 0 }
    }

    fn answer(&self, operation: &str, output: &Value) {
        *self.transport.answer.lock().unwrap() = match S::NAME {
            "STS" => format!(
                "<{operation}Response><{operation}Result>{}<Unknown><a/></Unknown></{operation}Result>\
                 <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{operation}Response>",
                xml(output)
            ),
            _ => {
                let mut output = output.clone();
                output["unknown"] = json!({"a": [null]});
                output.to_string()
            }
        };
    }

    /// What was asked and answered, or the error.
    fn both<O>(&self, input: &Value) -> [Result<(String, Value), (ErrorKind, String)>; 2]
    where
        O: Operation<Service = S> + DeserializeOwned,
        O::Output: Serialize,
    {
        let typed = serde_json::from_value::<O>(input.clone()).map_err(|e| (ErrorKind::InvalidInput, e.to_string()));
        let typed = typed.and_then(|input| self.client.call(&input).map_err(|e| (e.kind(), e.to_string())));
        let typed = typed.map(|answer| serde_json::to_value(answer.output).unwrap());
        let named = self.client.call_json(O::NAME, input.clone()).map_err(|e| (e.kind(), e.to_string()));
        let mut asked = std::mem::take(&mut *self.transport.asked.lock().unwrap()).into_iter();
        [typed, named.map(|answer| answer.output)].map(|answer| answer.map(|output| (asked.next().unwrap(), output)))
    }

    fn operation<O>(&mut self)
    where
        O: Operation<Service = S> + DeserializeOwned,
        O::Output: Serialize,
    {
        self.seen += 1;
        let service = self.model.service(S::NAME).unwrap();
        let operation: &OperationModel = service.operation(O::NAME).unwrap();
        let (full, least) = (members(&operation.input, true), members(&operation.input, false));
        for all in [true, false] {
            let output = members(&operation.output, all);
            self.answer(O::NAME, &output);
            for input in [&full, &least] {
                let [typed, named] = self.both::<O>(input);
                assert_eq!(typed, named, "{} {input}", O::NAME);
                assert_eq!(named.unwrap().1, output, "{}", O::NAME);
            }
        }

        // Absent and null are the same; what is missing, unknown or of another type is refused.
        let mut nulls = full.clone();
        for member in operation.input.members.iter().filter(|member| !member.required) {
            nulls[member.name] = Value::Null;
        }
        let [typed, named] = self.both::<O>(&nulls);
        assert_eq!(typed, named, "{} {nulls}", O::NAME);
        let mut wrong = vec![json!(7), json!("planted"), with(&full, "Unknown", json!("planted"))];
        for member in &operation.input.members {
            let other = match member.shape.kind {
                Kind::String => json!(7),
                Kind::Integer => json!(5_000_000_000_i64),
                _ => json!("planted"),
            };
            wrong.push(with(&full, member.name, other));
            if member.required {
                wrong.push(with(&full, member.name, Value::Null));
                wrong.push(
                    full.as_object().unwrap().clone().into_iter().filter(|(name, _)| name != member.name).collect(),
                );
            }
        }
        for input in &wrong {
            let [typed, named] = self.both::<O>(input);
            let (kind, message) = named.expect_err("it is refused");
            assert_eq!((kind, typed.expect_err("it is refused").0), (ErrorKind::InvalidInput, kind), "{input}");
            assert!(!message.contains("planted"), "{message}");
        }

        // Answers that break the rules.
        let mut broken = Vec::new();
        for member in &operation.output.members {
            let (name, full) = (member.name, members(&operation.output, true));
            let other = match member.shape.kind {
                Kind::Structure(_) if S::NAME == "STS" => json!({}),
                Kind::String if S::NAME == "STS" => continue,
                Kind::String => json!({"planted": 1}),
                _ => json!("planted"),
            };
            broken.push(with(&full, name, other));
        }
        for output in broken {
            self.answer(O::NAME, &output);
            let [typed, named] = self.both::<O>(&least);
            assert_eq!(typed, named, "{output}");
            assert!(!format!("{named:?}").contains("planted"), "{named:?}");
        }
    }

    fn end(self) {
        assert_eq!(self.seen, S::OPERATIONS.len(), "every operation of {} is compared", S::NAME);
    }
}

fn with(value: &Value, name: &str, member: Value) -> Value {
    let mut changed: Map<String, Value> = value.as_object().unwrap().clone();
    changed.insert(name.to_owned(), member);
    Value::Object(changed)
}

#[test]
fn sts_by_name_is_sts_by_type() {
    let mut bench = Bench::<sts::Sts>::new();
    bench.operation::<sts::AssumeRole>();
    bench.operation::<sts::AssumeRoleWithSaml>();
    bench.operation::<sts::AssumeRoleWithWebIdentity>();
    bench.operation::<sts::AssumeRoot>();
    bench.operation::<sts::DecodeAuthorizationMessage>();
    bench.operation::<sts::GetAccessKeyInfo>();
    bench.operation::<sts::GetCallerIdentity>();
    bench.operation::<sts::GetDelegatedAccessToken>();
    bench.operation::<sts::GetFederationToken>();
    bench.operation::<sts::GetSessionToken>();
    bench.operation::<sts::GetWebIdentityToken>();
    bench.end();
}

#[test]
fn sso_by_name_is_sso_by_type() {
    let mut bench = Bench::<sso::Sso>::new();
    bench.operation::<sso::GetRoleCredentials>();
    bench.operation::<sso::ListAccountRoles>();
    bench.operation::<sso::ListAccounts>();
    bench.operation::<sso::Logout>();
    bench.end();
}

#[test]
fn oidc_by_name_is_oidc_by_type() {
    let mut bench = Bench::<sso_oidc::SsoOidc>::new();
    bench.operation::<sso_oidc::CreateToken>();
    bench.operation::<sso_oidc::CreateTokenWithIam>();
    bench.operation::<sso_oidc::RegisterClient>();
    bench.operation::<sso_oidc::StartDeviceAuthorization>();
    bench.end();
}

/// The way to a member is said, its value is not.
#[test]
fn refusals_say_where() {
    let bench = Bench::<sts::Sts>::new();
    let role = "arn:aws:iam::123456789012:role/demo";
    let tags = |tags: Value| json!({"RoleArn": role, "RoleSessionName": "s", "Tags": tags});
    for (input, message) in [
        (json!([]), "a member has the wrong type, expected struct AssumeRole"),
        (json!({"RoleArn": role}), "missing field `RoleSessionName`"),
        (tags(json!("planted")), "Tags has the wrong type, expected a sequence"),
        (
            tags(json!([{"Key": "k", "Value": "v"}, {"Key": 7, "Value": "v"}])),
            "Tags[1].Key has the wrong type, expected a string",
        ),
        (tags(json!([{"Key": "k"}])), "Tags[0]: missing field `Value`"),
        (
            tags(json!([{"Key": "k", "Value": "v", "X": 1}])),
            "Tags[0]: unknown field `X`, expected one of `Key`, `Value`",
        ),
    ] {
        let error = bench.client.call_json("AssumeRole", input).unwrap_err();
        assert!(error.to_string().contains(message) && error.operation() == Some("AssumeRole"), "{error}");
    }
    let error = bench.client.call_json("GetCallerIdentity", json!({"X": 1})).unwrap_err();
    assert!(error.to_string().contains("unknown field `X`, there are no fields"), "{error}");
}
