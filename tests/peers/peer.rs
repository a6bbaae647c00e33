//! What the Python tests in this directory drive: JSON lines in, one JSON line out for each.
//!
//! `{"do": "sign" | "presign" | "sign_http", ..}` signs what the line holds and sends nothing.
//! `{"do": "mint", ..}` makes a token.
//! `{"do": "call" | "presign_call", ..}` uses an STS client with settings and credentials of the environment.
//! `{"do": "model"}` answers the model of the services.
//! Answers hold session tokens and presigned URLs in the clear: made-up ones, this is a test.

use std::error::Error;
use std::io::{BufRead, Write};

use serde::Deserialize;
use serde_json::{Value, json};
use stskit::model::Model;
use stskit::sign::{ContentSha256, PathEncoding, PathNormalization, Payload, SignableRequest, Signer};
use stskit::sts::Client;
use stskit::token::{Dsql, Eks, ExecApiVersion, Mint, Msk, Rds, exec_credential};
use stskit::{Credentials, Timestamp};

type Outcome = Result<Value, Box<dyn Error>>;

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
enum Task {
    Sign { request: Parts, signing: Signing },
    Presign { request: Parts, signing: Signing, expires: Option<u32> },
    SignHttp { request: Whole, signing: Signing },
    Mint { kind: Kind, credentials: Keys, timestamp: String },
    Call { operation: String, input: Value },
    PresignCall { expires: u32, headers: Vec<(String, String)> },
    Model,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Kind {
    Rds { host: String, port: u16, user: String, region: String },
    Dsql { host: String, region: String, admin: bool, expires: u32 },
    Msk { region: String, user_agent: String },
    Eks { cluster: String, region: String, exec_info: Option<String> },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
    expiration: Option<String>,
}

/// A request as a [`SignableRequest`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    method: String,
    scheme: String,
    host: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body_hex: String,
}

/// A request as an [`http::Request`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body_hex: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Signing {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
    region: String,
    service: String,
    timestamp: String,
    /// The path rules of S3.
    s3: bool,
    /// The header `x-amz-content-sha256` is sent.
    content_sha256: bool,
    /// `UNSIGNED-PAYLOAD` in place of the body's hash.
    unsigned_payload: bool,
}

impl Signing {
    fn signer(&self) -> Signer {
        let mut signer = Signer::new(&*self.service, &*self.region);
        if self.s3 {
            signer = signer.path_encoding(PathEncoding::Single).path_normalization(PathNormalization::AsGiven);
        }
        if self.content_sha256 {
            signer = signer.content_sha256(ContentSha256::Header);
        }
        if self.unsigned_payload { signer.payload(Payload::Unsigned) } else { signer }
    }

    fn credentials(&self) -> Credentials {
        let credentials = Credentials::new(&*self.access_key_id, &*self.secret_access_key);
        match &self.session_token {
            Some(token) => credentials.with_session_token(&**token),
            None => credentials,
        }
    }

    fn at(&self) -> Result<Timestamp, Box<dyn Error>> {
        Timestamp::parse(&self.timestamp).ok_or_else(|| format!("not a time: {}", self.timestamp).into())
    }
}

/// Calls `use_it` with the request borrowed as the signer wants it.
fn with_parts(parts: &Parts, use_it: impl FnOnce(&SignableRequest<'_>) -> Outcome) -> Outcome {
    let headers: Vec<(&str, &str)> = parts.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    use_it(&SignableRequest {
        method: &parts.method,
        scheme: &parts.scheme,
        host: &parts.host,
        path: &parts.path,
        query: &parts.query,
        headers: &headers,
        body: &unhex(&parts.body_hex)?,
    })
}

fn sign(parts: &Parts, signing: &Signing) -> Outcome {
    let (signer, credentials, at) = (signing.signer(), signing.credentials(), signing.at()?);
    with_parts(parts, |request| {
        let signed = signer.sign(request, &credentials, at)?;
        Ok(json!({
            "canonical_request": signer.canonical_request(request, &credentials, at)?.expose(),
            "string_to_sign": signer.string_to_sign(request, &credentials, at)?,
            "headers": signed.iter().collect::<Vec<_>>(),
        }))
    })
}

fn presign(parts: &Parts, signing: &Signing, expires: Option<u32>) -> Outcome {
    with_parts(parts, |request| {
        let url = signing.signer().presign(request, &signing.credentials(), signing.at()?, expires)?;
        Ok(json!({ "url": url.expose(), "signature": url.signature() }))
    })
}

fn sign_http(whole: &Whole, signing: &Signing) -> Outcome {
    let mut builder = http::Request::builder().method(whole.method.as_str()).uri(&whole.url);
    for (name, value) in &whole.headers {
        builder = builder.header(name, value);
    }
    let mut request = builder.body(unhex(&whole.body_hex)?)?;
    signing.signer().sign_http(&mut request, &signing.credentials(), signing.at()?)?;
    let mut headers = Vec::new();
    for (name, value) in request.headers() {
        headers.push((name.as_str(), value.to_str()?));
    }
    Ok(json!({ "headers": headers }))
}

fn mint(kind: &Kind, keys: &Keys, timestamp: &str) -> Outcome {
    let time = |text: &str| Timestamp::parse(text).ok_or_else(|| format!("not a time: {text}"));
    let mut credentials = Credentials::new(&*keys.access_key_id, &*keys.secret_access_key);
    if let Some(token) = &keys.session_token {
        credentials = credentials.with_session_token(&**token);
    }
    if let Some(end) = &keys.expiration {
        credentials = credentials.with_expiration(time(end)?);
    }
    let mint: Box<dyn Mint> = match kind {
        Kind::Rds { host, port, user, region } => Box::new(Rds::new(host, *port, user, region)?),
        Kind::Dsql { host, region, admin: true, expires } => Box::new(Dsql::admin(host, region)?.expires(*expires)?),
        Kind::Dsql { host, region, admin: false, expires } => Box::new(Dsql::new(host, region)?.expires(*expires)?),
        Kind::Msk { region, user_agent } => Box::new(Msk::new(region)?.user_agent(user_agent)?),
        Kind::Eks { cluster, region, .. } => Box::new(Eks::new(cluster, region)?),
    };
    let token = mint.token(&credentials, time(timestamp)?)?;
    let mut answer = json!({ "text": token.expose(), "expires_at": token.expires_at().as_millis() });
    if let Kind::Eks { exec_info, .. } = kind {
        let (version, warning) = ExecApiVersion::from_exec_info(exec_info.as_deref());
        answer["exec_credential"] = exec_credential(&token, version).expose().into();
        answer["warning"] = warning.into();
    }
    Ok(answer)
}

fn call(operation: &str, input: Value) -> Outcome {
    match Client::from_env()?.call_json(operation, input) {
        Ok(answer) => Ok(json!({
            "output": answer.output,
            "status": answer.metadata.status,
            "request_id": answer.metadata.request_id,
            "retry_attempts": answer.metadata.retry_attempts,
        })),
        Err(error) => {
            let service = error.service_error();
            Ok(json!({
                "refused": {
                    "kind": error.kind().name(),
                    "text": error.to_string(),
                    "code": error.code(),
                    "attempts": error.attempts(),
                    "message": service.map(|s| s.message()),
                    "fault": service.and_then(|s| s.fault()).map(|fault| format!("{fault:?}")),
                    "status": service.map(|s| s.metadata().status),
                    "request_id": service.and_then(|s| s.metadata().request_id.as_deref()),
                }
            }))
        }
    }
}

fn presign_call(expires: u32, headers: &[(String, String)]) -> Outcome {
    let headers: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let url = Client::from_env()?.presign_get_caller_identity(expires, &headers)?;
    Ok(json!({ "url": url.expose() }))
}

fn run(line: &str) -> Outcome {
    match serde_json::from_str(line)? {
        Task::Sign { request, signing } => sign(&request, &signing),
        Task::Presign { request, signing, expires } => presign(&request, &signing, expires),
        Task::SignHttp { request, signing } => sign_http(&request, &signing),
        Task::Mint { kind, credentials, timestamp } => mint(&kind, &credentials, &timestamp),
        Task::Call { operation, input } => call(&operation, input),
        Task::PresignCall { expires, headers } => presign_call(expires, &headers),
        Task::Model => Ok(serde_json::from_str(&Model::new()?.to_json()?)?),
    }
}

fn unhex(text: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return Err("not hex".into());
    }
    (0..text.len()).step_by(2).map(|at| Ok(u8::from_str_radix(&text[at..at + 2], 16)?)).collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let answer = run(&line?).unwrap_or_else(|error| json!({ "error": error.to_string() }));
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}
