//! Every kind of token against values of official implementations (tests/data/tokens.json), the ends of
//! tokens, and inputs that cannot be right.

use std::collections::BTreeMap;
use std::error::Error as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use stskit::sign::{SignableRequest, Signer};
use stskit::token::*;
use stskit::{Credentials, Error, ErrorKind, Timestamp};

#[derive(Deserialize)]
struct Table {
    access_key_id: String,
    secret_access_key: String,
    session_token: String,
    time: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    kind: String,
    inputs: BTreeMap<String, Value>,
    session: bool,
    signature: Option<String>,
    length: Option<usize>,
    sha256: Option<String>,
    text: Option<String>,
    secret: Option<String>,
    lifetime: Option<i64>,
}

impl Case {
    fn input(&self, name: &str) -> &str {
        self.inputs[name].as_str().unwrap()
    }

    fn expires(&self) -> Option<u32> {
        self.inputs.get("expires_in").map(|seconds| seconds.as_u64().unwrap() as u32)
    }

    fn mint(&self) -> Box<dyn Mint> {
        self.try_mint().unwrap()
    }

    fn try_mint(&self) -> Result<Box<dyn Mint>, Error> {
        let region = || self.input("region");
        Ok(match self.kind.as_str() {
            "rds" => {
                let port = self.inputs["port"].as_i64().unwrap();
                Box::new(Rds::new(self.input("hostname"), port, self.input("username"), region())?)
            }
            "dsql" => Box::new(Dsql::new(self.input("hostname"), region())?),
            "dsql-admin" => {
                let dsql = Dsql::admin(self.input("hostname"), region())?;
                Box::new(if let Some(seconds) = self.expires() { dsql.expires(seconds)? } else { dsql })
            }
            "msk" => Box::new(Msk::new(region())?.user_agent(self.input("user_agent"))?),
            "msk-iam" => Box::new(MskIam::new(self.input("hostname"), region())?),
            "eks" => Box::new(Eks::new(self.input("cluster"), region())?),
            "elasticache" if self.inputs.contains_key("serverless") => {
                Box::new(ElastiCache::serverless(self.input("cache"), self.input("username"), region())?)
            }
            "elasticache" => Box::new(ElastiCache::new(self.input("cache"), self.input("username"), region())?),
            "memorydb" => Box::new(MemoryDb::new(self.input("cluster"), self.input("username"), region())?),
            "bedrock" => {
                let bedrock = Bedrock::new(region())?;
                Box::new(if let Some(seconds) = self.expires() { bedrock.expires(seconds)? } else { bedrock })
            }
            "iot-mqtt" => Box::new(IotMqtt::new(self.input("hostname"), region())?),
            "s3" => Box::new(
                S3Url::get(self.input("hostname"), self.input("key"), region())?.expires(self.expires().unwrap())?,
            ),
            "vault" => match self.inputs.get("server_id") {
                Some(id) => Box::new(Vault::new().server_id(id.as_str().unwrap())?),
                None => Box::new(Vault::new()),
            },
            "snowflake" => Box::new(Snowflake::new(region())?),
            "google-workload" => Box::new(GoogleWorkload::new(self.input("provider"), region())?),
            "mongodb" => Box::new(MongoDb::new(&(0..64).collect::<Vec<u8>>(), self.input("hostname"))?),
            "codecommit" => Box::new(CodeCommit::new(self.input("repository"), region())?),
            "keyspaces" => {
                let challenge = STANDARD.decode(self.input("challenge")).unwrap();
                Box::new(Keyspaces::from_challenge(&challenge, region())?)
            }
            "ses-smtp" => Box::new(SesSmtp::new(region())?),
            other => panic!("no such kind: {other}"),
        })
    }
}

fn table() -> Table {
    serde_json::from_str(include_str!("data/tokens.json")).unwrap()
}

fn at() -> Timestamp {
    Timestamp::from_secs(1_767_323_045)
}

fn key() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
}

fn session() -> Credentials {
    key().with_session_token("IQoJ/tok+en==")
}

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|b| format!("{b:02x}")).collect()
}

/// The text below every wrapping.
fn unwrapped(token: &Token) -> String {
    let text = token.expose();
    let decoded = match token.purpose() {
        Purpose::Msk => URL_SAFE_NO_PAD.decode(text).unwrap(),
        Purpose::Eks => URL_SAFE_NO_PAD.decode(text.strip_prefix("k8s-aws-v1.").unwrap()).unwrap(),
        Purpose::Bedrock => STANDARD.decode(text.strip_prefix("bedrock-api-key-").unwrap()).unwrap(),
        Purpose::Snowflake | Purpose::MongoDb => STANDARD.decode(text).unwrap(),
        Purpose::Vault => {
            let body: Value = serde_json::from_str(text).unwrap();
            STANDARD.decode(body["iam_request_headers"].as_str().unwrap()).unwrap()
        }
        _ => text.as_bytes().to_owned(),
    };
    String::from_utf8_lossy(&decoded).into_owned()
}

#[test]
fn every_check_value() {
    let table = table();
    assert!(table.cases.len() >= 35);
    let at = Timestamp::parse(&table.time).unwrap();
    for case in &table.cases {
        let name = &case.name;
        let secret = case.secret.as_ref().unwrap_or(&table.secret_access_key);
        let mut credentials = Credentials::new(&*table.access_key_id, &**secret);
        if case.session {
            credentials = credentials.with_session_token(&*table.session_token);
        }
        let mint = case.mint();
        // Twice: the second time with the key that was kept.
        for _ in 0..2 {
            let token = mint.token(&credentials, at).unwrap();
            assert_eq!((token.purpose(), token.access_key_id()), (mint.purpose(), Some("AKIDEXAMPLE")), "{name}");
            if let Some(signature) = &case.signature {
                let text = unwrapped(&token);
                assert!(text.contains(signature.as_str()), "{name}: {text}");
            }
            if let Some(text) = &case.text {
                assert_eq!(token.expose(), text, "{name}");
            }
            assert_eq!(token.expose().len(), case.length.unwrap_or(token.expose().len()), "{name}");
            if let Some(sha256) = &case.sha256 {
                assert_eq!(hex(Sha256::digest(token.expose())), *sha256, "{name}: {}", token.expose());
            }
            let end = match case.lifetime.unwrap_or(900) {
                0 => Timestamp::from_millis(i64::MAX),
                seconds => at.plus_secs(seconds),
            };
            assert_eq!(token.expires_at(), end, "{name}");
            let named = NamedMint::new(&case.kind, &json!(case.inputs), None).unwrap();
            assert!(named.token(&credentials, at).unwrap() == token, "{name}, by its name");
        }
    }
}

#[test]
fn a_token_ends_with_its_credentials() {
    for case in table().cases.iter().filter(|case| case.kind != "ses-smtp") {
        let mint = case.mint();
        for (left, lifetime) in [(60, 60), (1, 1), (10_000_000, case.lifetime.unwrap_or(900))] {
            let token = mint.token(&session().with_expiration(at().plus_secs(left)), at()).unwrap();
            assert_eq!(token.expires_at(), at().plus_secs(lifetime), "{}", case.name);
        }
        // What is signed has whole seconds, and so has the end.
        let token = mint.token(&session(), at().plus_millis(999)).unwrap();
        assert_eq!(token.expires_at(), at().plus_secs(case.lifetime.unwrap_or(900)), "{}", case.name);
        for end in [at(), at().plus_secs(-1)] {
            let error = mint.token(&session().with_expiration(end), at()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Expired, "{}", case.name);
            assert_eq!(rule(&error), &TokenError::CredentialsExpired { at: end }, "{}", case.name);
        }
    }
}

#[test]
fn tokens_of_an_empty_session_token_have_none() {
    for case in table().cases {
        let mint = case.mint();
        let texts = [key().with_session_token(""), key()].map(|c| mint.token(&c, at()).unwrap());
        assert_eq!(texts[0].expose(), texts[1].expose(), "{}", case.name);
    }
}

#[test]
fn hosts_and_names_are_lower_case_and_users_are_not() {
    let lower = Rds::new("mydb.abc.eu-west-1.rds.amazonaws.com", 5432, "User", "eu-west-1").unwrap();
    let upper = Rds::new("MYDB.abc.EU-WEST-1.rds.amazonaws.com", 5432, "User", "eu-west-1").unwrap();
    let token = upper.token(&key(), at()).unwrap();
    assert_eq!(token.expose(), lower.token(&key(), at()).unwrap().expose());
    assert!(token.expose().contains("DBUser=User&"));
    let cache = ElastiCache::new("My-Cache", "User", "eu-west-1").unwrap().token(&key(), at()).unwrap();
    assert!(cache.expose().starts_with("my-cache/?Action=connect&User=User&"));
}

#[test]
fn the_port_of_a_database_is_always_signed() {
    let token = Rds::new("mydb.abc.eu-west-1.rds.amazonaws.com", 443, "u", "eu-west-1").unwrap();
    let token = token.token(&key(), at()).unwrap();
    assert!(token.expose().starts_with("mydb.abc.eu-west-1.rds.amazonaws.com:443/?"));
    let signed = Signer::new("rds-db", "eu-west-1");
    let request = SignableRequest {
        method: "GET",
        scheme: "",
        host: "mydb.abc.eu-west-1.rds.amazonaws.com:443",
        path: "/",
        query: "Action=connect&DBUser=u",
        headers: &[],
        body: b"",
    };
    assert_eq!(signed.presign(&request, &key(), at(), Some(900)).unwrap().expose(), token.expose());
}

#[test]
fn the_port_of_an_iot_endpoint_is_signed_unless_it_is_443() {
    let text = |port: u16| {
        let iot = IotMqtt::new("abc.iot.eu-west-1.amazonaws.com", "eu-west-1").unwrap().port(port).unwrap();
        iot.token(&key(), at()).unwrap().expose().to_owned()
    };
    assert!(text(8443).starts_with("wss://abc.iot.eu-west-1.amazonaws.com:8443/mqtt?"));
    assert!(text(443).starts_with("wss://abc.iot.eu-west-1.amazonaws.com/mqtt?"));
}

#[test]
fn the_message_of_aws_msk_iam() {
    let broker = MskIam::new("b-1.demo.abc123.c2.kafka.us-east-1.amazonaws.com", "us-east-1").unwrap();
    let token = broker.user_agent("a \"quoted\" program").unwrap().token(&session(), at()).unwrap();
    let expected = concat!(
        r#"{"version":"2020_10_22","host":"b-1.demo.abc123.c2.kafka.us-east-1.amazonaws.com","#,
        r#""user-agent":"a \"quoted\" program","action":"kafka-cluster:Connect","x-amz-algorithm":"AWS4-HMAC-SHA256","#,
        r#""x-amz-credential":"AKIDEXAMPLE/20260102/us-east-1/kafka-cluster/aws4_request","#,
        r#""x-amz-date":"20260102T030405Z","x-amz-security-token":"IQoJ/tok+en==","x-amz-signedheaders":"host","#,
        r#""x-amz-expires":"900","x-amz-signature":"ff077d2767af83e21e930ec1c521709513716eab2a5c52cbe7b3434b0cbe5473"}"#
    );
    assert_eq!(token.expose(), expected);
    assert!(!broker_text(&key()).contains("security-token"));
}

fn broker_text(credentials: &Credentials) -> String {
    let broker = MskIam::new("b-1.demo.abc123.c2.kafka.us-east-1.amazonaws.com", "us-east-1").unwrap();
    broker.token(credentials, at()).unwrap().expose().to_owned()
}

#[test]
fn the_other_suffix_of_msk() {
    let token = Msk::new("cn-north-1").unwrap().dns_suffix("amazonaws.com.cn").unwrap().token(&key(), at()).unwrap();
    assert!(
        unwrapped(&token).starts_with("https://kafka.cn-north-1.amazonaws.com.cn/?Action=kafka-cluster%3AConnect&")
    );
    assert_eq!(token.expires_at().as_millis(), 1_767_323_945_000);
}

#[test]
fn exec_credentials() {
    let token = Eks::new("my-cluster", "eu-west-1").unwrap().token(&key(), at()).unwrap();
    let answer = exec_credential(&token, ExecApiVersion::default());
    let expected = format!(
        r#"{{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","spec":{{}},"status":{{"expirationTimestamp":"2026-01-02T03:18:05Z","token":"{}"}}}}"#,
        token.expose()
    );
    assert_eq!(answer.expose(), expected);
    // The end of the credentials may have a fraction of a second.
    let soon = session().with_expiration(at().plus_millis(60_500));
    let token = Eks::new("my-cluster", "eu-west-1").unwrap().token(&soon, at()).unwrap();
    let answer = exec_credential(&token, ExecApiVersion::V1);
    let answer: Value = serde_json::from_str(answer.expose()).unwrap();
    assert_eq!(answer["status"]["expirationTimestamp"], "2026-01-02T03:05:05Z");
    assert_eq!(answer["apiVersion"], "client.authentication.k8s.io/v1");
}

#[test]
fn the_version_that_kubectl_asks_for() {
    let asking = |version: &str| json!({ "apiVersion": version, "kind": "ExecCredential", "spec": {} }).to_string();
    let v1 = asking("client.authentication.k8s.io/v1");
    let beta = asking("client.authentication.k8s.io/v1beta1");
    let alpha = asking("client.authentication.k8s.io/v1alpha1");
    let unknown = asking("client.authentication.k8s.io/v2");
    for (variable, version, warns) in [
        (None, ExecApiVersion::V1Beta1, false),
        (Some(""), ExecApiVersion::V1Beta1, false),
        (Some("  "), ExecApiVersion::V1Beta1, false),
        (Some(v1.as_str()), ExecApiVersion::V1, false),
        (Some(&beta), ExecApiVersion::V1Beta1, false),
        (Some(&alpha), ExecApiVersion::V1Alpha1, true),
        (Some(&unknown), ExecApiVersion::V1Beta1, true),
        (Some("{"), ExecApiVersion::V1Beta1, true),
        (Some("{}"), ExecApiVersion::V1Beta1, true),
        (Some("[1]"), ExecApiVersion::V1Beta1, true),
    ] {
        let (found, warning) = ExecApiVersion::from_exec_info(variable);
        assert_eq!((found, warning.is_some()), (version, warns), "{variable:?}");
    }
}

#[test]
fn the_body_of_a_vault_login() {
    let vault = Vault::new().role("dev").unwrap().server_id("vault.example.com").unwrap();
    let token = vault.token(&session(), at()).unwrap();
    let body: Value = serde_json::from_str(token.expose()).unwrap();
    let decoded = |name: &str| String::from_utf8(STANDARD.decode(body[name].as_str().unwrap()).unwrap()).unwrap();
    assert_eq!(body.as_object().unwrap().len(), 5);
    assert_eq!((&body["role"], &body["iam_http_request_method"]), (&json!("dev"), &json!("POST")));
    assert_eq!(decoded("iam_request_url"), "https://sts.amazonaws.com/");
    assert_eq!(decoded("iam_request_body"), "Action=GetCallerIdentity&Version=2011-06-15");
    let headers: Value = serde_json::from_str(&decoded("iam_request_headers")).unwrap();
    let authorization = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/us-east-1/sts/aws4_request, \
        SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-vault-aws-iam-server-id, \
        Signature=dbff3c4979a1c729565e7f150247917174e854d39cb65e391a103d57acef8954";
    let expected = json!({
        "Host": ["sts.amazonaws.com"],
        "Content-Type": ["application/x-www-form-urlencoded; charset=utf-8"],
        "X-Vault-AWS-IAM-Server-ID": ["vault.example.com"],
        "X-Amz-Date": ["20260102T030405Z"],
        "X-Amz-Security-Token": ["IQoJ/tok+en=="],
        "Authorization": [authorization],
    });
    assert_eq!(headers, expected);
    let regional = unwrapped(&Vault::regional("eu-west-1").unwrap().token(&key(), at()).unwrap());
    assert!(regional.contains("sts.eu-west-1.amazonaws.com") && regional.contains("/eu-west-1/sts/"), "{regional}");
}

/// As hvac signs it, and as a URL: forms for which there is no type.
#[test]
fn other_forms_of_a_vault_login() {
    for (credentials, expected) in [
        (key(), "7d99462b5722581d06b9e90ccf4260ffcfad144dae83ff552608bfbe71a53ca2"),
        (session(), "49f862d2e892eed6373f80adb5fd16f9de29dbad4c6351078603e30c8803a4e5"),
    ] {
        let call = CallerIdentity::global().header("Content-Length", "43").unwrap();
        let call = call.header("X-Vault-AWS-IAM-Server-ID", "vault.example.com").unwrap();
        let signed = call.sign(&credentials, at()).unwrap();
        assert!(signed.header("authorization").unwrap().ends_with(expected));
    }
    let request = SignableRequest {
        method: "GET",
        scheme: "https",
        host: "sts.amazonaws.com",
        path: "/",
        query: "Action=GetCallerIdentity&Version=2011-06-15",
        headers: &[("X-Vault-AWS-IAM-Server-ID", "vault.example.com")],
        body: b"",
    };
    let url = Signer::new("sts", "us-east-1").presign(&request, &key(), at(), None).unwrap();
    assert_eq!(url.signature(), "713e0876ef890db5437829aa6561190b44ded000c3f31ce60aff82c8ca822f86");
}

#[test]
fn the_other_logins() {
    let lakefs =
        LakeFs::new("us-east-1").unwrap().server_id("lakefs.example.com").unwrap().token(&key(), at()).unwrap();
    let body: Value = serde_json::from_str(lakefs.expose()).unwrap();
    let headers = STANDARD.decode(body["iam_request_headers"].as_str().unwrap()).unwrap();
    assert!(String::from_utf8(headers).unwrap().contains(r#""X-LakeFS-Server-ID":["lakefs.example.com"]"#));
    assert!(body.get("role").is_none());

    let snowflake: Value =
        serde_json::from_str(&unwrapped(&Snowflake::new("eu-west-1").unwrap().token(&session(), at()).unwrap()))
            .unwrap();
    let url = "https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15";
    assert_eq!((&snowflake["url"], &snowflake["method"]), (&json!(url), &json!("POST")));
    assert_eq!(snowflake["headers"]["X-Snowflake-Audience"], "snowflakecomputing.com");
    assert_eq!(snowflake["headers"]["X-Amz-Security-Token"], "IQoJ/tok+en==");
    assert_eq!(snowflake["headers"].as_object().unwrap().len(), 5, "no content type");

    let google = GoogleWorkload::new("//iam.googleapis.com/x", "eu-west-1").unwrap().token(&session(), at()).unwrap();
    let decoded = google.expose().replace("%22", "\"").replace("%3A", ":").replace("%7B", "{").replace("%7D", "}");
    assert!(decoded.starts_with(r#"{"headers"%"#.trim_end_matches('%')), "{decoded}");
    assert!(
        decoded.contains("https://sts.eu-west-1.amazonaws.com%3FAction%3DGetCallerIdentity%26Version%3D2011-06-15")
    );

    let nonce = [1; 64];
    let mongo = MongoDb::new(&nonce, "sts.amazonaws.com").unwrap();
    let bytes = STANDARD.decode(mongo.token(&session(), at()).unwrap().expose()).unwrap();
    assert_eq!(u32::from_le_bytes(bytes[..4].try_into().unwrap()) as usize, bytes.len());
    let signed = mongo.sign(&session(), at()).unwrap();
    let names = "content-length;content-type;host;x-amz-date;x-amz-security-token;x-mongodb-gs2-cb-flag;\
        x-mongodb-server-nonce";
    assert!(
        signed
            .header("Authorization")
            .unwrap()
            .contains(&format!("/us-east-1/sts/aws4_request, SignedHeaders={names},"))
    );
}

#[test]
fn user_names_that_come_from_the_credentials() {
    let repository = CodeCommit::new("MyRepo", "cn-north-1").unwrap();
    assert_eq!(repository.url(), "https://git-codecommit.cn-north-1.amazonaws.com.cn/v1/repos/MyRepo");
    assert_eq!(repository.token(&session(), at()).unwrap().user(), Some("AKIDEXAMPLE%IQoJ/tok+en=="));
    let same = [key(), session()].map(|c| repository.token(&c, at()).unwrap().expose().to_owned());
    assert_eq!(same[0], same[1], "the session token is not signed");
    assert_eq!(SesSmtp::new("eu-west-1").unwrap().token(&key(), at()).unwrap().user(), Some("AKIDEXAMPLE"));
    let error = SesSmtp::new("eu-west-1").unwrap().token(&session(), at()).unwrap_err();
    assert_eq!(rule(&error), &TokenError::TemporaryCredentials);
}

#[test]
fn the_answer_to_keyspaces() {
    let answer = |challenge: &[u8]| Keyspaces::from_challenge(challenge, "us-west-2");
    let nonce = b"91703fdc2ef562e19fbdab0f58e42fe5";
    let token = answer(b"nonce=91703fdc2ef562e19fbdab0f58e42fe5").unwrap().token(&session(), at()).unwrap();
    let expected = "signature=7f07dfdfafd38cf2a053b2826b25a9ab52dbce844a4dc80c9f20346afc400431,access_key=AKIDEXAMPLE,\
        amzdate=2026-01-02T03:04:05.000Z,session_token=IQoJ/tok+en==";
    assert_eq!(token.expose(), expected);
    let same = Keyspaces::new(nonce, "us-west-2").unwrap().token(&session(), at().plus_millis(7)).unwrap();
    assert_eq!(same.expose(), expected);
    assert_eq!(rule(&answer(b"hello").unwrap_err()), &TokenError::Malformed("challenge", "it has no nonce"));
    assert_eq!(rule(&answer(b"nonce=").unwrap_err()), &TokenError::Empty("nonce"));
}

fn rule(error: &Error) -> &TokenError {
    error.source().and_then(|source| source.downcast_ref()).unwrap_or_else(|| panic!("no rule: {error}"))
}

/// Each broken rule with the input that breaks it.
#[test]
fn bad_inputs() {
    const DB: &str = "mydb.abc.eu-west-1.rds.amazonaws.com";
    const DSQL: &str = "abcd.dsql.us-east-1.on.aws";
    const BROKER: &str = "b-1.us-west-1-demo.abc.c2.kafka.us-east-1.amazonaws.com";
    let rds = |host: &str, port: i64, user: &str, region: &str| Rds::new(host, port, user, region).map(drop);
    let empty = TokenError::Empty;
    let mismatch = |given: &str, in_host: &str| TokenError::RegionMismatch {
        given: given.to_owned(),
        in_host: in_host.to_owned(),
    };
    let long = |seconds, longest| TokenError::ExpiryTooLong { seconds, longest };
    for (result, expected) in [
        (rds("", 5432, "u", "eu-west-1"), empty("host")),
        (rds(DB, 5432, "", "eu-west-1"), empty("database user")),
        (rds(DB, 5432, "u", ""), empty("region")),
        (rds(DB, 0, "u", "eu-west-1"), TokenError::PortOutOfRange),
        (rds(DB, 65_536, "u", "eu-west-1"), TokenError::PortOutOfRange),
        (rds(DB, -1, "u", "eu-west-1"), TokenError::PortOutOfRange),
        (rds(DB, i64::MAX, "u", "eu-west-1"), TokenError::PortOutOfRange),
        (rds(DB, 5432, "u", "us-east-1"), mismatch("us-east-1", "eu-west-1")),
        (rds("db.abc.cn-north-1.rds.amazonaws.com.cn", 1, "u", "eu-west-1"), mismatch("eu-west-1", "cn-north-1")),
        (rds("P.PROXY-ABC.EU-WEST-1.RDS.AMAZONAWS.COM", 1, "u", "us-east-1"), mismatch("us-east-1", "eu-west-1")),
        (Dsql::new(DSQL, "eu-west-1").map(drop), mismatch("eu-west-1", "us-east-1")),
        (Dsql::admin("", "us-east-1").map(drop), empty("host")),
        (MskIam::new(BROKER, "us-west-1").map(drop), mismatch("us-west-1", "us-east-1")),
        (MskIam::new("", "us-west-1").map(drop), empty("broker")),
        (Msk::new("").map(drop), empty("region")),
        (IotMqtt::new("a.iot.eu-west-1.amazonaws.com", "us-east-1").map(drop), mismatch("us-east-1", "eu-west-1")),
        (S3Url::get("b.s3.eu-west-1.amazonaws.com", "k", "us-east-1").map(drop), mismatch("us-east-1", "eu-west-1")),
        (S3Url::put("b.s3.eu-west-1.amazonaws.com", "", "eu-west-1").map(drop), empty("key")),
        (CallerIdentity::at_host("sts.amazonaws.com", "eu-west-1").map(drop), mismatch("eu-west-1", "us-east-1")),
        (
            CallerIdentity::at_host("sts.eu-west-1.amazonaws.com", "us-east-1").map(drop),
            mismatch("us-east-1", "eu-west-1"),
        ),
        (ElastiCache::new("", "u", "eu-west-1").map(drop), empty("cache name")),
        (ElastiCache::new("c", "", "eu-west-1").map(drop), empty("user id")),
        (Eks::new("", "eu-west-1").map(drop), empty("cluster name")),
        (CodeCommit::new("", "eu-west-1").map(drop), empty("repository")),
        (Rds::new(DB, 1, "u", "eu-west-1").and_then(|r| r.expires(0)).map(drop), TokenError::ZeroExpiry),
        (Rds::new(DB, 1, "u", "eu-west-1").and_then(|r| r.expires(901)).map(drop), long(901, 900)),
        (Dsql::new(DSQL, "us-east-1").and_then(|d| d.expires(604_801)).map(drop), long(604_801, 604_800)),
        (Bedrock::new("us-west-2").and_then(|b| b.expires(43_201)).map(drop), long(43_201, 43_200)),
        (Bedrock::new("us-west-2").and_then(|b| b.expires(0)).map(drop), TokenError::ZeroExpiry),
    ] {
        let error = result.unwrap_err();
        assert_eq!((error.kind(), rule(&error)), (ErrorKind::InvalidInput, &expected));
    }
    assert!(Rds::new(DB, 1, "u", "eu-west-1").unwrap().expires(900).is_ok());
}

/// Malformed inputs: the error names the input, and what to give instead.
#[test]
fn malformed_inputs() {
    let rds = |host: &str| Rds::new(host, 5432, "u", "eu-west-1").map(drop);
    let user = |user: &str| Rds::new("mydb.abc.eu-west-1.rds.amazonaws.com", 5432, user, "eu-west-1").map(drop);
    let region = |region: &str| Msk::new(region).map(drop);
    for (result, field, says) in [
        (rds("https://mydb.example.com"), "host", "without scheme"),
        (rds("mydb.example.com/path"), "host", "without scheme and path"),
        (rds("mydb.example.com:5432"), "host", "without a port"),
        (rds("10.0.0.1"), "host", "it is an address"),
        (rds("[::1]"), "host", "it is an address"),
        (rds("::1"), "host", "it is an address"),
        (rds("localhost"), "host", "it is an address"),
        (rds("my db.example.com"), "host", "not a host name"),
        (rds("user@db.example.com"), "host", "not a host name"),
        (rds("db..example.com"), "host", "not a host name"),
        (rds("db.example.com."), "host", "not a host name"),
        (rds(".example.com"), "host", "not a host name"),
        (rds("-db.example.com"), "host", "not a host name"),
        (rds("db\0.example.com"), "host", "not a host name"),
        (rds("db.example.com\r\n"), "host", "not a host name"),
        (rds("dätenbank.example.com"), "host", "not a host name"),
        (rds(&format!("{}.example.com", "a".repeat(64))), "host", "not a host name"),
        (rds(&"a.".repeat(130)), "host", "not a host name"),
        (user("a\0b"), "database user", "control character"),
        (user("a\r\nb"), "database user", "control character"),
        (user("a\u{85}b"), "database user", "control character"),
        (region("EU-WEST-1"), "region", "lower-case"),
        (region("eu west 1"), "region", "lower-case"),
        (region("eu/west"), "region", "lower-case"),
        (region("-eu"), "region", "lower-case"),
        (Msk::new("eu-west-1").and_then(|m| m.user_agent("a\nb")).map(drop), "user agent", "control character"),
        (Msk::new("eu-west-1").and_then(|m| m.dns_suffix("a b")).map(drop), "DNS suffix", "not a host name"),
        (
            ElastiCache::new("c.abc.cache.amazonaws.com", "u", "eu-west-1").map(drop),
            "cache name",
            "not the DNS endpoint",
        ),
        (MemoryDb::new("a b", "u", "eu-west-1").map(drop), "cache name", "letters, digits"),
        (Eks::new("kätzchen", "eu-west-1").map(drop), "cluster name", "visible ASCII"),
        (Eks::new("a\r\nb", "eu-west-1").map(drop), "cluster name", "visible ASCII"),
        (Vault::new().server_id("a\nb").map(drop), "value of a header", "visible ASCII"),
        (Vault::new().server_id(" a").map(drop), "value of a header", "spaces"),
        (Vault::new().role("a\tb").map(drop), "role", "control character"),
        (CallerIdentity::global().header("a b", "c").map(drop), "name of a header", "not one"),
        (MongoDb::new(&[0; 32], "sts.amazonaws.com").map(drop), "nonce", "64 bytes"),
        (MongoDb::new(&[0; 64], "sts").map(drop), "STS host", "no region"),
        (S3Url::with_method("get", "b.s3.amazonaws.com", "k", "eu-west-1").map(drop), "method", "upper-case"),
    ] {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(matches!(rule(&error), TokenError::Malformed(f, _) if *f == field), "{error}");
        assert!(error.to_string().contains(field) && error.to_string().contains(says), "{error}");
    }
    let own = S3Url::get("b.s3.eu-west-1.amazonaws.com", "k", "eu-west-1").unwrap().query("x-amz-date", "1");
    assert!(own.unwrap_err().to_string().contains("X-Amz- is the signature's"));
}

/// What looks odd and is right.
#[test]
fn good_inputs() {
    for user in ["a@b", "a b", "jörg", "日本", "a/b?c=d&e", "'; drop table", "%41"] {
        let rds = Rds::new("mydb.abc.eu-west-1.rds.amazonaws.com", 5432, user, "eu-west-1").unwrap();
        let text = rds.token(&session(), at()).unwrap().expose().to_owned();
        let value = text.split("DBUser=").nth(1).unwrap().split('&').next().unwrap();
        assert!(value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~%".contains(&b)), "{value}");
    }
    // Names of one's own say no region, nor do names of clusters and buckets.
    assert!(Rds::new("db.example.com", 1, "u", "eu-west-1").is_ok());
    assert!(Rds::new("mydb.abc.eu-west-1.rds.amazonaws.com", 65_535u32, "u", "eu-west-1").is_ok());
    assert!(MskIam::new("b-1.us-west-1.abc.c2.kafka.us-east-1.amazonaws.com", "us-east-1").is_ok());
    assert!(S3Url::get("us-west-1.s3.amazonaws.com", "k", "eu-west-1").is_ok());
    assert!(S3Url::get("b.s3.dualstack.eu-west-1.amazonaws.com", "../k", "eu-west-1").is_ok());
}

/// By name: inputs with which each kind makes a token, and the others that it knows, each with a value that makes a
/// difference.
fn named() -> Vec<(&'static str, Value, Value)> {
    let (nonce, other) = (STANDARD.encode([1; 64]), STANDARD.encode(b"nonce=a"));
    let db = json!({"hostname": "db.example.com", "port": 5432, "username": "u", "region": "eu-west-1"});
    let dsql = json!({"hostname": "a.dsql.eu-west-1.on.aws", "region": "eu-west-1"});
    vec![
        ("rds", db, json!({"expires_in": 60})),
        ("dsql", dsql.clone(), json!({"expires_in": 60})),
        ("dsql-admin", dsql, json!({"expires_in": 60})),
        ("msk", json!({"region": "eu-west-1"}), json!({"user_agent": "x", "dns_suffix": "amazonaws.eu"})),
        ("msk-iam", json!({"hostname": "b.example.com", "region": "eu-west-1"}), json!({"user_agent": "x"})),
        ("eks", json!({"cluster": "c", "region": "eu-west-1"}), json!({})),
        (
            "eks-exec-credential",
            json!({"cluster": "c", "region": "eu-west-1"}),
            json!({"exec_info": r#"{"apiVersion":"client.authentication.k8s.io/v1"}"#}),
        ),
        ("elasticache", json!({"cache": "c", "username": "u", "region": "eu-west-1"}), json!({"serverless": true})),
        ("memorydb", json!({"cluster": "c", "username": "u", "region": "eu-west-1"}), json!({})),
        ("vault", json!({}), json!({"role": "r", "server_id": "s", "region": "eu-west-1"})),
        ("lakefs", json!({"region": "eu-west-1"}), json!({"server_id": "s"})),
        ("snowflake", json!({"region": "eu-west-1"}), json!({})),
        ("google-workload", json!({"provider": "//iam/x", "region": "eu-west-1"}), json!({})),
        ("mongodb", json!({"nonce": nonce, "hostname": "sts.eu-west-1.amazonaws.com"}), json!({})),
        (
            "caller-identity",
            json!({}),
            json!({"region": "eu-west-1", "form": "query", "headers": {"X-My-Server": "s"}}),
        ),
        ("bedrock", json!({"region": "eu-west-1"}), json!({"expires_in": 60})),
        ("iot-mqtt", json!({"hostname": "a.example.com", "region": "eu-west-1"}), json!({"port": 8443})),
        (
            "s3",
            json!({"hostname": "b.s3.amazonaws.com", "key": "k", "region": "eu-west-1"}),
            json!({"expires_in": 60, "method": "PUT"}),
        ),
        ("codecommit", json!({"repository": "r", "region": "eu-west-1"}), json!({})),
        ("ses-smtp", json!({"region": "eu-west-1"}), json!({})),
        ("keyspaces", json!({"challenge": other, "region": "eu-west-1"}), json!({})),
    ]
}

fn named_token(kind: &str, inputs: &Value, region: Option<&str>) -> Result<Token, Error> {
    NamedMint::new(kind, inputs, region)?.token(&key(), at())
}

#[test]
fn every_kind_reads_every_input_that_its_row_has() {
    let rows = named();
    let names: Vec<&str> = rows.iter().map(|(name, ..)| *name).chain(["web-identity"]).collect();
    let mut all: Vec<&str> = Kind::all().iter().map(|kind| kind.name).collect();
    assert_eq!(all.len(), names.len());
    all.retain(|name| !names.contains(name));
    assert!(all.is_empty(), "not tried: {all:?}");
    for (name, base, others) in rows {
        let kind = Kind::find(name).unwrap();
        let token = named_token(name, &base, None).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(NamedMint::new(name, &base, None).unwrap().kind().name, name);
        for input in kind.inputs.iter().filter(|input| input.name != "min_ttl") {
            let mut changed = base.clone();
            match others.get(input.name) {
                Some(value) => changed[input.name] = value.clone(),
                None => {
                    let given = changed.as_object_mut().unwrap().remove(input.name);
                    assert!(given.is_some(), "{name}: no value for {}", input.name);
                    let region = (input.name == "region").then_some("us-east-1");
                    let error = NamedMint::new(name, &changed, None).unwrap_err();
                    assert_eq!(rule(&error), &TokenError::Missing(input.name), "{name}");
                    assert_eq!(input.required, region.is_none(), "{name}: {}", input.name);
                    let Some(region) = region else { continue };
                    // The caller's region stands in, and a host of another one is told.
                    match named_token(name, &changed, Some(region)) {
                        Ok(other) => assert!(other.expose() != token.expose(), "{name}"),
                        Err(error) => assert!(matches!(rule(&error), TokenError::RegionMismatch { .. }), "{name}"),
                    }
                    continue;
                }
            }
            let other = named_token(name, &changed, None).unwrap_or_else(|e| panic!("{name}: {}: {e}", input.name));
            assert!(other.expose() != token.expose(), "{name}: {} makes no difference", input.name);
        }
        let mut patient = base.clone();
        patient["min_ttl"] = json!(600);
        let mint = NamedMint::new(name, &patient, None).unwrap();
        assert_eq!(mint.min_ttl().map(|least| least.as_secs()), Some(600));
        let error = mint.token(&key().with_expiration(at().plus_secs(599)), at()).unwrap_err();
        assert!(matches!(rule(&error), TokenError::CredentialsEndTooSoon { wanted: 600, .. }), "{name}");
    }
}

#[test]
fn bad_inputs_by_name() {
    let rds = |change: Value| {
        let mut inputs = json!({"hostname": "db.example.com", "port": 1, "username": "u", "region": "eu-west-1"});
        inputs.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        ("rds", inputs)
    };
    let wrong = TokenError::Malformed;
    let whole = "it has to be a whole number";
    for ((kind, inputs), expected) in [
        (("oracle", json!({})), TokenError::UnknownKind),
        (("RDS", json!({})), TokenError::UnknownKind),
        (("", json!({})), TokenError::UnknownKind),
        (("web-identity", json!({"audience": "a"})), TokenError::MadeByService("web-identity")),
        (("rds", json!([])), wrong("inputs", "they are a JSON object")),
        (("rds", json!("x")), wrong("inputs", "they are a JSON object")),
        (("rds", json!(null)), wrong("inputs", "they are a JSON object")),
        (rds(json!({"host": "x"})), TokenError::UnknownInput("rds")),
        (rds(json!({"hostname": null})), TokenError::Missing("hostname")),
        (rds(json!({"hostname": ""})), TokenError::Empty("host")),
        (rds(json!({"hostname": 5})), wrong("hostname", "it has to be a text")),
        (rds(json!({"port": "5432"})), wrong("port", whole)),
        (rds(json!({"port": 54.5})), wrong("port", whole)),
        (rds(json!({"port": 18_446_744_073_709_551_615_u64})), wrong("port", whole)),
        (rds(json!({"port": 65_536})), TokenError::PortOutOfRange),
        (rds(json!({"port": -1})), TokenError::PortOutOfRange),
        (rds(json!({"expires_in": 0})), TokenError::ZeroExpiry),
        (rds(json!({"expires_in": -1})), TokenError::ZeroExpiry),
        (rds(json!({"expires_in": 901})), TokenError::ExpiryTooLong { seconds: 901, longest: 900 }),
        (rds(json!({"expires_in": i64::MAX})), TokenError::ExpiryTooLong { seconds: u32::MAX, longest: 900 }),
        (rds(json!({"expires_in": "60"})), wrong("expires_in", whole)),
        (("elasticache", json!({"cache": "c", "username": "u", "region": "r", "serverless": 1})), {
            wrong("serverless", "it has to be true or false")
        }),
        (("caller-identity", json!({"headers": {"a": 1}})), wrong("headers", "it has to be an object of texts")),
        (("caller-identity", json!({"headers": [1]})), wrong("headers", "it has to be an object of texts")),
        (("caller-identity", json!({"form": "json"})), wrong("form", "it is body or query")),
        (("keyspaces", json!({"challenge": "?", "region": "r"})), wrong("challenge", "it is not base64")),
        (("keyspaces", json!({"challenge": 1, "region": "r"})), wrong("challenge", "it has to be a text in base64")),
        (("s3", json!({"hostname": "h", "key": "k", "region": "r", "method": "get"})), {
            wrong("method", "it is GET, HEAD, PUT, POST or DELETE")
        }),
        (("bedrock", json!({})), TokenError::Missing("region")),
    ] {
        let error = NamedMint::new(kind, &inputs, None).map(drop).unwrap_err();
        assert_eq!((error.kind(), rule(&error)), (ErrorKind::InvalidInput, &expected), "{kind} {inputs}");
    }
    let told = NamedMint::new("oracle", &json!({}), None).unwrap_err().to_string();
    assert!(told.contains("rds, dsql, dsql-admin, msk,") && told.ends_with(", web-identity"), "{told}");
    let told = NamedMint::new("dsql", &json!({"secret-value": 1}), None).unwrap_err().to_string();
    assert!(told.contains("hostname, region, expires_in, min_ttl") && !told.contains("secret-value"), "{told}");
}

/// Whatever the clock of the caller says, the text of an exec plugin says the same as the token.
#[test]
fn the_end_by_the_clock_of_the_caller() {
    let plugin = Eks::new("c", "eu-west-1").unwrap().exec_credential(ExecApiVersion::V1);
    for (ahead, end) in [(0, "2026-01-02T03:18:05Z"), (3_600_000, "2026-01-02T02:18:05Z")] {
        let token = plugin.token_by_clock(&key(), at(), ahead).unwrap();
        let printed: Value = serde_json::from_str(token.expose()).unwrap();
        assert_eq!(
            (&printed["status"]["expirationTimestamp"], token.expires_at().to_string()),
            (&json!(end), end.into())
        );
    }
}

#[test]
fn a_token_as_json() {
    let token = CodeCommit::new("MyRepo", "eu-west-1").unwrap().token(&session(), at()).unwrap();
    let json: Value = serde_json::from_str(token.to_json().expose()).unwrap();
    let expected = json!({
        "purpose": "codecommit",
        "token": token.expose(),
        "user": "AKIDEXAMPLE%IQoJ/tok+en==",
        "expiration": "2026-01-02T03:19:05Z",
        "access_key_id": "AKIDEXAMPLE",
    });
    assert_eq!(json, expected);
}

#[test]
fn the_parts_of_a_signed_call_as_json() {
    let inputs = json!({"region": "eu-west-1", "headers": {"X-My-Server": "login.example.com"}});
    let token = named_token("caller-identity", &inputs, None).unwrap();
    let call: Value = serde_json::from_str(token.expose()).unwrap();
    assert_eq!((&call["method"], &call["url"]), (&json!("POST"), &json!("https://sts.eu-west-1.amazonaws.com/")));
    assert_eq!(call["body"], "Action=GetCallerIdentity&Version=2011-06-15");
    assert_eq!(call["headers"]["Host"], "sts.eu-west-1.amazonaws.com");
    assert_eq!(call["headers"]["X-My-Server"], "login.example.com");
    assert!(call["headers"]["Authorization"].as_str().unwrap().contains(";x-my-server, Signature="));
    let nothing = format!("{:?}", NamedMint::new("caller-identity", &inputs, None).unwrap());
    assert!(!nothing.contains("login.example.com"), "{nothing}");
}

#[test]
fn nothing_shows_a_token() {
    for case in table().cases {
        let mint = case.mint();
        let credentials = if case.kind == "ses-smtp" { key() } else { session() };
        let token = mint.token(&credentials, at()).unwrap();
        let shown = format!("{token:?} {token:#?}");
        assert!(shown.contains("[secret]") && shown.contains("AKIDEXAMPLE"), "{shown}");
        let text = unwrapped(&token);
        let signature = case.signature.as_deref().unwrap_or("no signature");
        for secret in [token.expose(), &text, signature, "IQoJ", "wJalr"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        assert!(token.user().is_none_or(|user| user == "AKIDEXAMPLE" || !shown.contains(user)));
    }
    let call = CallerIdentity::global().header("X-Server", "hidden.example.com").unwrap();
    let shown = format!("{call:?} {:?}", call.sign(&session(), at()).unwrap());
    assert!(shown.contains("Authorization") && shown.contains("X-Server"));
    assert!(!shown.contains("IQoJ") && !shown.contains("Signature") && !shown.contains("hidden"), "{shown}");
}
