//! No secret in any error, any Debug text or any log line, down to trace level of the HTTP client below,
//! whatever the server quotes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::collections::BTreeSet;
use std::fmt::{Debug, Write as _};
use std::io::Write as _;
use std::sync::{Arc, Mutex};

use serde_json::json;
use stskit::emulator::{Emulator, Fault};
use stskit::host::Scripted;
use stskit::providers::{Container, Imds};
use stskit::sts::*;
use stskit::token::*;
use stskit::transport::{Proxies, ProxyUrl, TransportConfig, UreqTransport};
use stskit::{Credentials, Error, Provide, Secret, Settings, Timestamp};
use support::net::{Impatient, Server, closed_port, http, ms, read_request};

const KEY_ID: &str = "AKIAPLANTEDKEYID0001";
const SECRET_KEY: &str = "plantedSECRET/key+of=forty<characters>&x";
const SESSION: &str = "plantedSESSION/token+with&every<kind>of=character==";
const SAML: &str = "cGxhbnRlZFNBTUw8YXNzZXJ0aW9uPg/plantedSAML+==";
const MFA: &str = "731946";
const CONTEXT: &str = "plantedCONTEXT/assertion+";
const TRADE_IN: &str = "plantedTRADE/in+token";
/// A token that the emulator takes: its third part is free.
const JWT: &str =
    "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSIsImF1ZCI6InN0cyIsImlzcyI6Imh0dHBzOi8vaWRwIn0.cGxhbnRlZEpXVHNpZ25hdHVyZQ";
const PROXY_PASSWORD: &str = "plantedPROXYpassword";
const PLANTED: &[&str] = &[SECRET_KEY, SESSION, SAML, MFA, CONTEXT, TRADE_IN, JWT, PROXY_PASSWORD];
const ROLE: &str = "arn:aws:iam::123456789012:role/demo";

/// Every log line of the process, at every level.
struct Lines(Mutex<Vec<(String, String)>>);

static LINES: Lines = Lines(Mutex::new(Vec::new()));

impl log::Log for Lines {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }
    fn log(&self, record: &log::Record<'_>) {
        self.0.lock().unwrap().push((record.target().to_owned(), record.args().to_string()));
    }
    fn flush(&self) {}
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").unwrap();
        }
        out
    })
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('+', "&#43;")
}

/// What must not be found: each value as it is, in a URL, in markup, in Debug, its first half, in hex.
fn needles(values: &[&str]) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for value in values {
        all.extend([(*value).to_owned(), encoded(value), escaped(value), format!("{value:?}")]);
        all.insert(value.bytes().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}")));
        if value.len() > 20 {
            all.insert(value[..value.len() / 2].to_owned());
            all.insert(encoded(&value[..value.len() / 2]));
        }
    }
    all
}

#[track_caller]
fn assert_clean(what: &str, text: &str, values: &[&str]) {
    for needle in needles(values) {
        if let Some(at) = text.find(&needle) {
            let around: String = text.chars().skip(at.saturating_sub(200)).take(600).collect();
            panic!("{what} shows {needle}:\n{around}");
        }
    }
}

/// All texts of an error: itself, and each of its causes, in both forms.
fn texts(error: &Error) -> String {
    let mut all = format!("{error} {error:?} {error:#?} {:?}", error.service_error());
    if let Some(service) = error.service_error() {
        write!(all, "{service} {} {} {:?}", service.code(), service.message(), service.metadata().headers).unwrap();
    }
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(error) = cause {
        write!(all, " {error} {error:?} {error:#?}").unwrap();
        cause = error.source();
    }
    all
}

/// Everything logged since the last time. The HTTP client logs bytes in rows of sixteen, as hex and as
/// text: these are put together again.
fn logged() -> String {
    let lines = std::mem::take(&mut *LINES.0.lock().unwrap());
    let (mut text, mut bytes, mut hex) = (String::new(), String::new(), String::new());
    for (target, line) in &lines {
        writeln!(text, "{target}: {line}").unwrap();
        if target == "ureq_proto::util" {
            // 8 groups of 4 digits with a blank after each, a blank, 16 characters.
            let (left, right) = line.split_at(41.min(line.len()));
            hex.extend(left.chars().filter(char::is_ascii_hexdigit));
            bytes.push_str(right.trim_end_matches('.'));
        }
    }
    assert!(lines.is_empty() || lines.iter().any(|(target, _)| target.starts_with("ureq")), "the log is on");
    format!("{text}\n{bytes}\n{hex}")
}

/// Every operation with every secret it takes.
fn call_each(sts: &Client) -> Vec<Result<String, Error>> {
    fn shown<T: Debug>(result: stskit::Result<T>) -> Result<String, Error> {
        result.map(|answer| format!("{answer:?} {answer:#?}"))
    }
    let role = AssumeRole {
        serial_number: Some("arn:aws:iam::123456789012:mfa/user".into()),
        token_code: Some(MFA.into()),
        provided_contexts: Some(vec![ProvidedContext {
            provider_arn: Some("arn:aws:iam::aws:contextProvider/IdentityCenter".into()),
            context_assertion: Some(CONTEXT.into()),
        }]),
        ..AssumeRole::new(ROLE, "session")
    };
    let saml = AssumeRoleWithSaml::new(ROLE, "arn:aws:iam::123456789012:saml-provider/idp", SAML);
    let web = AssumeRoleWithWebIdentity::new(ROLE, "session", JWT);
    let root = AssumeRoot::new("210987654321", "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials");
    let session = GetSessionToken { token_code: Some(MFA.into()), ..GetSessionToken::default() };
    let trade = GetDelegatedAccessToken::new(TRADE_IN);
    let inputs = format!("{role:?} {saml:?} {web:?} {root:?} {session:?} {trade:#?}");
    assert_clean("an input", &inputs, PLANTED);
    vec![
        shown(sts.assume_role(&role)),
        shown(sts.assume_role_with_saml(&saml)),
        shown(sts.assume_role_with_web_identity(&web)),
        shown(sts.assume_root(&root)),
        shown(sts.decode_authorization_message(&DecodeAuthorizationMessage::new("message"))),
        shown(sts.get_access_key_info(&GetAccessKeyInfo::new(KEY_ID))),
        shown(sts.get_caller_identity(&GetCallerIdentity {})),
        shown(sts.get_delegated_access_token(&trade)),
        shown(sts.get_federation_token(&GetFederationToken::new("bob"))),
        shown(sts.get_session_token(&session)),
        shown(sts.get_web_identity_token(&GetWebIdentityToken::new(["https://api.example.com"], "RS256"))),
    ]
}

fn client(url: &str, credentials: Credentials) -> Client {
    let builder = Settings::builder().region("us-east-1").endpoint_url(stskit::endpoint::EndpointService::Sts, url);
    let settings =
        builder.max_attempts(2).connect_timeout(ms(150)).read_timeout(ms(150)).resolve_with(&Scripted::at(0)).unwrap();
    assert_clean("settings", &format!("{settings:?}"), PLANTED);
    Client::builder(settings).credentials(credentials).host(Impatient::shared()).build().unwrap()
}

fn with_token() -> Credentials {
    Credentials::new(KEY_ID, SECRET_KEY).with_session_token(SESSION)
}

/// A text that quotes everything, raw and encoded.
fn everything() -> String {
    let all: Vec<String> = PLANTED.iter().flat_map(|v| [(*v).to_owned(), encoded(v)]).collect();
    format!("The canonical request should have been 'POST\n/\n\nx-amz-security-token:{}'", all.join("\n"))
}

#[test]
fn nothing_secret_is_shown() {
    log::set_logger(&LINES).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    good_answers();
    quoting_servers();
    broken_servers();
    quoting_headers();
    proxies();
    bad_input();
    instances_and_containers();
    debug_of_what_holds_secrets();
    tokens();
}

/// Tokens, what makes them, and the errors that keep them from being made.
fn tokens() {
    let at = Timestamp::from_secs(1_767_323_045);
    let host = "mydb.abc.eu-west-1.rds.amazonaws.com";
    let vault = Vault::new().server_id("vault.example.com").unwrap();
    let kinds: Vec<(String, Box<dyn Mint>)> = vec![
        kind(Rds::new(host, 5432, "db_user", "eu-west-1").unwrap()),
        kind(Dsql::new("a.dsql.eu-west-1.on.aws", "eu-west-1").unwrap()),
        kind(Msk::new("eu-west-1").unwrap()),
        kind(MskIam::new("b-1.kafka.eu-west-1.amazonaws.com", "eu-west-1").unwrap()),
        kind(Eks::new("my-cluster", "eu-west-1").unwrap()),
        kind(ElastiCache::new("my-cache", "user", "eu-west-1").unwrap()),
        kind(MemoryDb::new("my-cluster", "user", "eu-west-1").unwrap()),
        kind(vault),
        kind(LakeFs::new("eu-west-1").unwrap()),
        kind(Snowflake::new("eu-west-1").unwrap()),
        kind(GoogleWorkload::new("//iam.googleapis.com/p", "eu-west-1").unwrap()),
        kind(MongoDb::new(&[1; 64], "sts.eu-west-1.amazonaws.com").unwrap()),
        kind(Bedrock::new("eu-west-1").unwrap()),
        kind(IotMqtt::new("a.iot.eu-west-1.amazonaws.com", "eu-west-1").unwrap()),
        kind(S3Url::get("b.s3.eu-west-1.amazonaws.com", "key", "eu-west-1").unwrap()),
        kind(CodeCommit::new("MyRepo", "eu-west-1").unwrap()),
        kind(Keyspaces::new(b"nonce", "eu-west-1").unwrap()),
        kind(SesSmtp::new("eu-west-1").unwrap()),
    ];
    for (shown, mint) in &kinds {
        let long_term = Credentials::new(KEY_ID, SECRET_KEY);
        for credentials in [with_token(), long_term] {
            match mint.token(&credentials, at) {
                Ok(token) => {
                    let halves = token.expose().split_at(token.expose().len() / 2);
                    let found = format!("{shown} {token:?} {token:#?}");
                    assert_clean("a token", &found, PLANTED);
                    assert_clean("a token", &found, &[token.expose(), halves.0, halves.1]);
                    // Again, as it is now in the key cache.
                    let minter = Minter::new(mint, credentials.clone());
                    assert_clean("a kept key", &format!("{shown} {:?}", minter.token().unwrap()), PLANTED);
                }
                Err(error) => assert_clean("no token", &texts(&error), PLANTED),
            }
        }
        for broken in [
            with_token().with_expiration(at),
            Credentials::new("AKID\nEVIL", SECRET_KEY).with_session_token(SESSION),
            Credentials::new("", SECRET_KEY).with_session_token(SESSION),
        ] {
            if let Err(error) = mint.token(&broken, at) {
                assert_clean("no token", &texts(&error), PLANTED);
            }
        }
    }
    let short = with_token().with_expiration(Timestamp::from_secs(support::now() + 60));
    let minter = Minter::new(Eks::new("c", "eu-west-1").unwrap(), short);
    assert_clean("credentials that end", &texts(&minter.token().unwrap_err()), PLANTED);
}

fn kind<M: Mint + Debug + 'static>(mint: M) -> (String, Box<dyn Mint>) {
    (format!("{mint:?} {mint:#?}"), Box::new(mint))
}

fn good_answers() {
    let emulator = Emulator::builder().access_key(KEY_ID, SECRET_KEY).start().unwrap();
    let sts = client(&emulator.url(), Credentials::new(KEY_ID, SECRET_KEY));
    for result in call_each(&sts) {
        assert_clean("an output", &result.unwrap_or_else(|e| texts(&e)), PLANTED);
    }
    // The credentials of an answer are as secret as ours.
    let fresh = sts.assume_role(&AssumeRole::new(ROLE, "session")).unwrap();
    let issued = fresh.credentials().unwrap();
    let (key, token) = (issued.secret_access_key().to_owned(), issued.session_token().unwrap().to_owned());
    let issued_values = [key.as_str(), token.as_str()];
    let web = sts.get_web_identity_token(&GetWebIdentityToken::new(["https://a"], "RS256")).unwrap();
    let web_token = web.web_identity_token.as_ref().map(Secret::expose).unwrap();
    let shown = format!("{fresh:?} {issued:?} {web:?}");
    client(&emulator.url(), issued.clone()).get_caller_identity(&GetCallerIdentity {}).unwrap();
    let log = logged();
    for values in [PLANTED, &issued_values, &[web_token]] {
        assert_clean("the log of good answers", &log, values);
        assert_clean("an output", &shown, values);
    }
    assert!(log.contains("amz-sdk-invocation-id"), "the rows of the HTTP client are in the log");
}

/// Good answers and quoting ones: tokens are sent, keys come back.
fn instances_and_containers() {
    const ISSUED: &str = "plantedISSUED/key+of=forty<characters>&y";
    let keys = json!({"AccessKeyId": KEY_ID, "SecretAccessKey": ISSUED, "Token": SESSION,
        "Expiration": "2100-01-01T00:00:00Z"});
    let (code, text) =
        (json!({"Code": "Refused", "Message": format!("not with {JWT}")}), format!("{KEY_ID} not with {JWT}"));
    let wrong = json!({"AccessKeyId": KEY_ID, "SecretAccessKey": {"a": ISSUED}, "Token": SESSION});
    let late = json!({"AccessKeyId": KEY_ID, "SecretAccessKey": ISSUED, "Token": SESSION, "Expiration": ISSUED});
    for (status, body) in [
        ("200 OK", keys.to_string()),
        ("200 OK", code.to_string()),
        ("200 OK", wrong.to_string()),
        ("200 OK", late.to_string()),
        ("200 OK", keys.to_string().replace('}', "")),
        ("403 Forbidden", text.clone()),
        ("500 Oops", code.to_string()),
        ("500 Oops", text),
    ] {
        let server = Server::start(move |mut stream, _| {
            while let Some((head, _)) = read_request(&mut stream) {
                let answer = match head.split(' ').nth(1).unwrap() {
                    "/latest/api/token" => http("200 OK", "x-aws-ec2-metadata-token-ttl-seconds: 60\r\n", JWT),
                    path if path.ends_with('/') => http("200 OK", "", "my-role"),
                    _ => http(status, "", &body),
                };
                if stream.write_all(answer.as_bytes()).is_err() {
                    return;
                }
            }
        });
        let settings = Settings::builder().metadata_endpoint(server.url()).resolve_with(&Scripted::at(0)).unwrap();
        let host = Arc::new(Impatient(
            Scripted::at(0)
                .with_var("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("{}/{MFA}", server.url()))
                .with_var("AWS_CONTAINER_AUTHORIZATION_TOKEN", JWT),
        ));
        let transport = Arc::new(UreqTransport::new(TransportConfig::default()));
        let imds = Imds::with_parts(&settings, transport.clone(), host.clone());
        let container = Container::with_parts(&settings, transport, host).unwrap();
        let mut shown = format!("{imds:?} {container:?}");
        for result in [imds.credentials(), container.credentials()] {
            match result {
                Ok(found) => write!(shown, "{found:?}").unwrap(),
                Err(error) => shown.push_str(&texts(&error)),
            }
        }
        assert_clean("a metadata source", &shown, &[ISSUED, SESSION, JWT, MFA]);
        assert_clean("the log of a metadata source", &logged(), &[ISSUED, SESSION, JWT]);
    }
}

fn quoting_servers() {
    let emulator = Emulator::start().unwrap();
    let sts = client(&emulator.url(), with_token());
    let text = everything();
    let html = format!("<html><body><p>{}</p></body></html>", escaped(&text));
    let long = format!("<html>{}<p>{}</p></html>", "x ".repeat(90), escaped(SESSION));
    let element = |name: &str, inner: &str| format!("<{name}>{inner}</{name}>");
    let mut faults = vec![
        Fault::error("SignatureDoesNotMatch", &text, 403),
        Fault::error("InvalidClientTokenId", SESSION, 403),
        Fault::error(SESSION, JWT, 400),
        Fault::error("InternalFailure", &text, 500),
        Fault::status(403).body("text/html", html.clone()),
        Fault::status(400).body("text/html", long),
        Fault::status(400).body("text/plain", text.clone()),
        Fault::status(502).body("text/html", html.clone()),
        Fault::status(200).body("text/html", html.clone()),
        Fault::status(200).body("text/xml", format!("<?xml version=\"1.0\"?><!DOCTYPE {SECRET_KEY}>")),
        Fault::status(200).body("text/xml", format!("<{SESSION}")),
        Fault::status(200).body("application/json", json!({ "message": text }).to_string()),
    ];
    // Answers of the right shape with a secret where something else belongs.
    for operation in OPERATIONS {
        let planted = escaped(&text);
        let credentials =
            ["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"].map(|n| element(n, &planted));
        for inner in [
            element("Credentials", &credentials.concat()),
            element("Credentials", &planted),
            element("PackedPolicySize", &planted),
            element("Expiration", &planted),
            element("AssumedRoleUser", &planted),
            element(JWT, &planted),
            format!("&{SESSION};"),
        ] {
            let body = element(&format!("{operation}Response"), &element(&format!("{operation}Result"), &inner));
            faults.push(Fault::status(200).body("text/xml", body).on(*operation));
        }
    }
    for fault in faults {
        emulator.clear_faults();
        emulator.inject(fault.clone().always());
        for error in call_each(&sts).into_iter().filter_map(Result::err) {
            // A server can only quote what it was sent: nothing of another operation.
            let own = own_secrets(error.operation().unwrap());
            assert_clean(&format!("the error after {fault:?}"), &texts(&error), &own);
        }
        assert_clean(&format!("the log of {fault:?}"), &logged(), PLANTED);
    }
    // The error keeps what is of use.
    emulator.clear_faults();
    emulator.inject(Fault::error("SignatureDoesNotMatch", &text, 403));
    let error = sts.get_caller_identity(&GetCallerIdentity {}).unwrap_err();
    assert!(error.to_string().contains("canonical request") && error.to_string().contains("[secret]"), "{error}");
}

fn broken_servers() {
    let text = everything().replace(['\r', '\n'], " ");
    for answer in [
        String::new(),
        format!("\x16\x03\x01{text}\r\n\r\n"),
        format!("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n<a>{text}"),
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n{text}"),
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc{text}\r\n0\r\n\r\n"),
        format!("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc{text}"),
        format!("HTTP/1.1 200 OK\r\n\r\n{text}"),
        format!("HTTP/1.1 200 OK\n\n{text}"),
        format!("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{text}"),
    ] {
        let bytes = answer.clone();
        let server = Server::start(move |mut stream, _| {
            read_request(&mut stream);
            let _ = std::io::Write::write_all(&mut stream, bytes.as_bytes());
        });
        for error in call_each(&client(&server.url(), with_token())).into_iter().filter_map(Result::err) {
            assert_clean(&format!("the error after {answer:?}"), &texts(&error), PLANTED);
        }
        assert_clean(&format!("the log of {answer:?}"), &logged(), PLANTED);
    }
    for url in [format!("http://127.0.0.1:{}", closed_port()), format!("https://127.0.0.1:{}", closed_port())] {
        for result in call_each(&client(&url, with_token())) {
            assert_clean("the error of a closed port", &texts(&result.unwrap_err()), PLANTED);
        }
    }
    // Plain HTTP where TLS is expected.
    let server = Server::start(move |mut stream, _| {
        let _ = std::io::Write::write_all(&mut stream, format!("HTTP/1.1 400 Bad\r\n\r\n{text}").as_bytes());
        std::thread::sleep(ms(20));
    });
    for result in call_each(&client(&server.url().replace("http:", "https:"), with_token())) {
        assert_clean("the error of TLS", &texts(&result.unwrap_err()), PLANTED);
    }
    assert_clean("the log of connections that fail", &logged(), PLANTED);
}

/// A server that quotes secrets in the head of its answer. The head is in the HTTP client's trace log.
fn quoting_headers() {
    for header in ["Location", "X-Echo", "x-amzn-RequestId", "Date", "x-amz-retry-after", "Content-Type", "Set-Cookie"]
    {
        let values = PLANTED.iter().flat_map(|v| [(*v).to_owned(), encoded(v)]);
        let lines: String = values.map(|value| format!("{header}: {value}\r\n")).collect();
        for status in ["307 Moved", "400 Bad", "503 Busy"] {
            let server = Server::answering(format!("HTTP/1.1 {status}\r\n{lines}Content-Length: 0\r\n\r\n"));
            for error in call_each(&client(&server.url(), with_token())).into_iter().filter_map(Result::err) {
                let own = own_secrets(error.operation().unwrap());
                assert_clean(&format!("the error after {header}"), &texts(&error), &own);
            }
        }
    }
    // Heads that are not HTTP.
    for head in
        ["HTTP/1.1 {} OK\r\n\r\n", "HTTP/1.1 200 OK\r\n{}\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n"]
    {
        let server = Server::answering(head.replace("{}", SESSION));
        for result in call_each(&client(&server.url(), with_token())) {
            assert_clean("the error of a bad head", &texts(&result.unwrap_err()), PLANTED);
        }
    }
    logged();
}

/// The secrets that a request of an operation holds.
fn own_secrets(operation: &str) -> Vec<&'static str> {
    let mut own = match operation {
        "AssumeRole" => vec![MFA, CONTEXT],
        "AssumeRoleWithSAML" => return vec![SAML],
        "AssumeRoleWithWebIdentity" => return vec![JWT],
        "GetDelegatedAccessToken" => vec![TRADE_IN],
        "GetSessionToken" => vec![MFA],
        _ => vec![],
    };
    own.extend([SECRET_KEY, SESSION]);
    own
}

fn proxies() {
    let refusing = Server::answering("HTTP/1.1 407 No\r\nX: plantedPROXYpassword\r\nContent-Length: 0\r\n\r\n");
    for address in [refusing.addr.to_string(), format!("127.0.0.1:{}", closed_port())] {
        let proxy = ProxyUrl::parse(&format!("http://user:{PROXY_PASSWORD}@{address}")).unwrap();
        for url in ["https://sts.test.invalid", "http://sts.test.invalid"] {
            let proxies = Proxies { https: Some(proxy.clone()), http: Some(proxy.clone()), ..Proxies::default() };
            let builder = Settings::builder().region("us-east-1").proxies(proxies).max_attempts(2);
            let builder = builder.endpoint_url(stskit::endpoint::EndpointService::Sts, url);
            let settings = builder.resolve_with(&Scripted::at(0)).unwrap();
            let transport = Arc::new(UreqTransport::new(settings.transport().clone()));
            let sts: Client = Client::builder(settings.clone())
                .credentials(with_token())
                .transport(transport.clone())
                .host(Impatient::shared())
                .build()
                .unwrap();
            for result in call_each(&sts) {
                assert_clean("the error of a proxy", &texts(&result.unwrap_err()), PLANTED);
            }
            let shown = format!("{transport:?} {transport:#?} {settings:?} {sts:?} {proxy:?}");
            assert_clean("Debug with a proxy", &shown, PLANTED);
            assert_clean("Debug with a proxy", &shown, &["user:"]);
        }
    }
    assert_clean("the log of proxies", &logged(), PLANTED);
}

fn bad_input() {
    let emulator = Emulator::start().unwrap();
    let sts = client(&emulator.url(), with_token());
    for (operation, input) in [
        ("AssumeRole", json!({"RoleArn": ROLE, "RoleSessionName": "ab", "TokenCode": 731946})),
        ("AssumeRole", json!({"RoleArn": ROLE, "RoleSessionName": "ab", "TokenCode": [MFA]})),
        ("AssumeRole", json!({"RoleArn": ROLE, "RoleSessionName": "ab", "ProvidedContexts": CONTEXT})),
        (
            "AssumeRoleWithWebIdentity",
            json!({"RoleArn": ROLE, "RoleSessionName": "ab", "WebIdentityToken": {"a": JWT}}),
        ),
        ("AssumeRoleWithWebIdentity", json!({"RoleArn": ROLE, "RoleSessionName": "a", "WebIdentityToken": JWT})),
        ("GetDelegatedAccessToken", json!([TRADE_IN, TRADE_IN])),
        ("GetDelegatedAccessToken", json!(TRADE_IN)),
        ("GetSessionToken", json!({"DurationSeconds": SESSION})),
    ] {
        let error = sts.call_json(operation, input.clone()).unwrap_err();
        assert!(error.is_input(), "{input}: {error}");
        assert_clean("the error of bad input", &texts(&error), PLANTED);
    }
    for broken in [
        Credentials::new("AKID\nEVIL", SECRET_KEY).with_session_token(SESSION),
        Credentials::new("AKID", format!("{SECRET_KEY}\n")).with_session_token(format!("{SESSION}\r\nX-Evil: 1")),
        Credentials::new("AKID", SECRET_KEY).with_session_token(format!("{SESSION}\0")),
        Credentials::new("AKID", SECRET_KEY).with_session_token(format!("{SESSION}é")),
        Credentials::new("", ""),
    ] {
        emulator.clear_requests();
        let sts = client(&emulator.url(), broken.clone());
        match sts.get_caller_identity(&GetCallerIdentity {}) {
            Err(error) => assert_clean("the error of broken credentials", &texts(&error), PLANTED),
            Ok(_) => panic!("{broken:?} were taken"),
        }
        for request in emulator.requests() {
            assert_eq!(request.header("x-evil"), None);
        }
        let presigned = sts.presign_get_caller_identity(60, &[]);
        assert_clean("a presigned URL", &format!("{presigned:?}"), PLANTED);
        if let Err(error) = presigned {
            assert_clean("the error of presigning", &texts(&error), PLANTED);
        }
    }
    let environment = Scripted::at(0)
        .with_var("AWS_ACCESS_KEY_ID", KEY_ID)
        .with_var("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
        .with_var("AWS_SESSION_TOKEN", SESSION)
        .with_var("AWS_CREDENTIAL_EXPIRATION", SECRET_KEY);
    let environment = stskit::providers::Environment::with_host(Arc::new(environment));
    let error = stskit::Provide::credentials(&environment).unwrap_err();
    assert_clean("the error of the environment", &texts(&error), PLANTED);
    assert_clean("the log of bad input", &logged(), PLANTED);
}

fn debug_of_what_holds_secrets() {
    let emulator = Emulator::builder().access_key(KEY_ID, SECRET_KEY).start().unwrap();
    let transport = Arc::new(UreqTransport::new(TransportConfig::default()));
    let settings = support::settings(&emulator);
    let sts: Client = Client::builder(settings)
        .credentials(Credentials::new(KEY_ID, SECRET_KEY))
        .transport(transport.clone())
        .build()
        .unwrap();
    let answer = sts.get_session_token(&GetSessionToken::default()).unwrap();
    let url = sts.presign_get_caller_identity(60, &[]).unwrap();
    let credentials = answer.credentials().unwrap();
    let shown = format!("{transport:?} {transport:#?} {sts:?} {answer:?} {credentials:?} {url:?} {:?}", with_token());
    let issued = [credentials.secret_access_key(), credentials.session_token().unwrap()];
    assert_clean("Debug", &shown, PLANTED);
    assert_clean("Debug", &shown, &issued);
    // Bytes shown as numbers count too.
    for value in PLANTED.iter().chain(&issued) {
        let numbers = value.bytes().map(|b| b.to_string()).collect::<Vec<_>>().join(", ");
        assert!(!shown.contains(&numbers));
    }
    assert_clean("the log", &logged(), &issued);
}
