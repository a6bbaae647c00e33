//! The role credentials that the AWS CLI keeps between its runs: read before a role is asked for, written after.
//!
//! The names and the content of the files are here. How a file is read and replaced is the token cache's of
//! `identity_center`; when a set in memory is refreshed, `cached`'s.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::client::Response;
use crate::credential::{Credentials, Provide};
use crate::error::Result;
use crate::host::Host;
use crate::identity_center::{SsoSession, TokenCache, python_json, seconds, sha1_hex};
use crate::sts::AssumeRole;
use crate::timestamp::Timestamp;

/// What has less than this left counts as not there.
const LEAST_MILLIS: i64 = 15 * 60 * 1000;

/// A source whose answers the AWS CLI keeps.
pub(super) trait Recorded: Provide {
    /// Credentials, and what else of the answer goes into the file.
    fn load_recorded(&self) -> Result<(Credentials, Map<String, Value>)>;
}

/// The file of one role, and who is asked when it does not serve. No lock is held meanwhile: the CLI has none, and
/// two programs that ask at once both get good credentials.
pub(super) struct CliCached<P> {
    source: P,
    folder: TokenCache,
    name: String,
    host: Arc<dyn Host>,
    /// The access key id of credentials that a service called expired.
    refused: Mutex<Option<String>>,
}

impl<P: Recorded> CliCached<P> {
    pub(super) fn new(source: P, folder: TokenCache, name: String, host: Arc<dyn Host>) -> Self {
        CliCached { source, folder, name, host, refused: Mutex::default() }
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.folder().join(&self.name)
    }

    fn refused(&self) -> MutexGuard<'_, Option<String>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the file holds, if that is good for a while.
    fn kept(&self) -> Option<Credentials> {
        let path = self.path();
        let found = match self.folder.read_parsed(&path, &*self.host, parse) {
            Ok(None) => return None,
            Ok(Some(Ok(found))) => found,
            Ok(Some(Err(why))) => {
                log::debug!("the cached credentials in {} are not used: the file {why}", path.display());
                return None;
            }
            Err(e) => {
                log::debug!("no cached credentials are used: {e}");
                return None;
            }
        };
        let now = self.host.now().plus_millis(self.source.clock_offset_millis());
        let lasts = found.expiration()?.millis_since(now) >= LEAST_MILLIS;
        (lasts && self.refused().as_deref() != Some(found.access_key_id())).then_some(found)
    }

    fn keep(&self, found: &Credentials, mut document: Map<String, Value>) {
        let Some(content) = content(found) else { return };
        document.insert("Credentials".to_owned(), content);
        if let Err(e) = self.folder.write_document(&self.name, &document) {
            log::warn!("the credentials of the role are used, but not kept for other programs: {e}");
        }
    }
}

impl<P: Recorded> Provide for CliCached<P> {
    /// # Errors
    /// The source's. What is wrong with the file is none.
    fn credentials(&self) -> Result<Credentials> {
        if let Some(kept) = self.kept() {
            return Ok(kept);
        }
        let (found, document) = self.source.load_recorded()?;
        self.keep(&found, document);
        Ok(found)
    }

    /// A file with these counts as not there.
    fn invalidate(&self, expired: &Credentials) {
        *self.refused() = Some(expired.access_key_id().to_owned());
        self.source.invalidate(expired);
    }

    fn clock_offset_millis(&self) -> i64 {
        self.source.clock_offset_millis()
    }

    fn is_role(&self) -> bool {
        self.source.is_role()
    }
}

/// The file of an assumed role, or of a web identity, by its request. A name of the session that was made up is
/// left out before; the codes and tokens of the moment do not count.
pub(super) fn role_file(request: &AssumeRole) -> String {
    let mut arguments = Map::new();
    arguments.insert("RoleArn".to_owned(), request.role_arn.as_str().into());
    if !request.role_session_name.is_empty() {
        arguments.insert("RoleSessionName".to_owned(), request.role_session_name.as_str().into());
    }
    for (name, value) in [("ExternalId", &request.external_id), ("SerialNumber", &request.serial_number)] {
        if let Some(value) = value {
            arguments.insert(name.to_owned(), value.as_str().into());
        }
    }
    if let Some(seconds) = request.duration_seconds {
        arguments.insert("DurationSeconds".to_owned(), seconds.into());
    }
    if let Some(policy) = &request.policy {
        // One that is not JSON is refused by the service: nothing is kept under this name.
        arguments.insert("Policy".to_owned(), serde_json::from_str(policy).unwrap_or(Value::Null));
    }
    file(&Value::Object(arguments), ", ", ": ")
}

/// The file of a role of IAM Identity Center.
pub(super) fn sso_file(session: &SsoSession, account_id: &str, role_name: &str) -> String {
    let (name, value) = match &session.name {
        Some(name) => ("sessionName", name),
        None => ("startUrl", &session.start_url),
    };
    file(&json!({"accountId": account_id, "roleName": role_name, name: value}), ",", ":")
}

fn file(arguments: &Value, comma: &str, colon: &str) -> String {
    format!("{}.json", sha1_hex(&python(arguments, comma, colon)))
}

/// As Python's `json.dumps` writes it with sorted keys: the maps here are sorted.
fn python(value: &Value, comma: &str, colon: &str) -> String {
    match value {
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| {
                format!("{}{colon}{}", python_json(name), python(value, comma, colon))
            };
            format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(comma))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(|item| python(item, comma, colon)).collect::<Vec<_>>().join(comma))
        }
        Value::String(text) => python_json(text),
        other => other.to_string(),
    }
}

/// An answer of STS as botocore returns it, but the headers.
pub(super) fn recorded<T: Serialize>(answer: &Response<T>) -> Map<String, Value> {
    let mut document = match serde_json::to_value(&answer.output) {
        Ok(Value::Object(document)) => document,
        _ => Map::new(),
    };
    let metadata = json!({
        "RequestId": answer.metadata.request_id,
        "HTTPStatusCode": answer.metadata.status,
        "RetryAttempts": answer.metadata.retry_attempts,
    });
    document.insert("ResponseMetadata".to_owned(), metadata);
    document
}

/// `None`: they have no expiration or no session token, and the CLI could not use them.
fn content(found: &Credentials) -> Option<Value> {
    let mut content = json!({
        "AccessKeyId": found.access_key_id(),
        "SecretAccessKey": found.secret_access_key(),
        "SessionToken": found.session_token()?,
        "Expiration": seconds(found.expiration()?),
    });
    if let (Some(members), Some(account)) = (content.as_object_mut(), found.account_id()) {
        members.insert("AccountId".to_owned(), account.into());
    }
    Some(content)
}

/// Reads a file. `Err` says what is wrong, without any value.
fn parse(bytes: &[u8]) -> Result<Credentials, &'static str> {
    let document: Value = serde_json::from_slice(bytes).map_err(|_| "is not JSON")?;
    let text = |name: &str| document.get("Credentials")?.get(name)?.as_str().filter(|text| !text.is_empty());
    let id = text("AccessKeyId").ok_or("has no AccessKeyId")?;
    let secret = text("SecretAccessKey").ok_or("has no SecretAccessKey")?;
    let token = text("SessionToken").ok_or("has no SessionToken")?;
    let expiration = text("Expiration").ok_or("has no Expiration")?;
    let expiration = Timestamp::parse(expiration).ok_or("has an Expiration that is no time")?;
    let found = Credentials::new(id, secret).with_session_token(token).with_expiration(expiration);
    Ok(match text("AccountId") {
        Some(account) => found.with_account_id(account),
        None => found,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEMO: &str = "arn:aws:iam::123456789012:role/demo";

    #[test]
    fn roles_have_the_clis_file_names() {
        // `_create_cache_key` of botocore for the same arguments.
        let bare = || AssumeRole::new(DEMO, "");
        let named = || AssumeRole::new(DEMO, "sess");
        let policy = r#"{"Version": "2012-10-17", "Statement": [{"Resource": "*", "Effect": "Allow", "Action": []}]}"#;
        for (request, expected) in [
            (bare(), "5f52c9c583acfd120a607977e4f21fe86b7fa42d"),
            (named(), "add82462949178f1a063c616166c43a7503d0b30"),
            (
                AssumeRole {
                    duration_seconds: Some(3600),
                    external_id: Some("ext".into()),
                    serial_number: Some("arn:aws:iam::123456789012:mfa/u".into()),
                    // Codes and tokens of the moment do not count.
                    token_code: Some("123456".into()),
                    ..named()
                },
                "1821671fd6b487f3396740bbb1924d0d63f8dc99",
            ),
            (AssumeRole { external_id: Some("é".into()), ..bare() }, "ac7345bb089e3bbccb067543c22230f84bb7049e"),
            (AssumeRole { policy: Some(policy.into()), ..bare() }, "e462d37c7f7acf2c6f67800709f872107eef0c72"),
        ] {
            assert_eq!(role_file(&request), format!("{expected}.json"), "{request:?}");
        }
    }

    #[test]
    fn sso_roles_have_the_clis_file_names() {
        let url = "https://d-abc123.awsapps.com/start";
        for (session, expected) in [
            (SsoSession::legacy(url, "eu-west-1"), "6bb8ec4da2026aa60b9286aa331acd17d55a6f86"),
            (SsoSession::named("dev", url, "eu-west-1"), "4f0072b03f86a95e613340c2868ab49e9cc60d6e"),
        ] {
            assert_eq!(sso_file(&session, "012345678901", "SampleRole"), format!("{expected}.json"));
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let full = Credentials::new("ASIA", "secret")
            .with_session_token("token")
            .with_expiration(Timestamp::from_secs(4_102_444_800));
        for found in [full.clone(), full.clone().with_account_id("123456789012")] {
            let text = json!({"Credentials": content(&found).unwrap()}).to_string();
            assert_eq!(parse(text.as_bytes()), Ok(found), "{text}");
        }
        assert_eq!(content(&Credentials::new("AKIA", "secret")), None, "the CLI could not read it");
        // Parts of a second are cut off, so that they never last longer.
        let millis = full.with_expiration(Timestamp::from_millis(4_102_444_800_999));
        assert_eq!(content(&millis).unwrap()["Expiration"], "2100-01-01T00:00:00Z");
    }

    #[test]
    fn what_a_file_may_be() {
        let file = |name: &str, value: Value| {
            let mut file = json!({"Credentials": {
                "AccessKeyId": "ASIA", "SecretAccessKey": "s", "SessionToken": "t",
                "Expiration": "2100-01-01T00:00:00Z",
            }});
            file["Credentials"][name] = value;
            file.to_string()
        };
        let at = Some(Timestamp::from_secs(4_102_444_800));
        for text in ["2100-01-01T00:00:00Z", "2100-01-01T00:00:00+00:00", "2100-01-01T00:00:00UTC"] {
            assert_eq!(parse(file("Expiration", text.into()).as_bytes()).unwrap().expiration(), at, "{text}");
        }
        for (text, why) in [
            (String::new(), "is not JSON"),
            ("{\"Credentials\": {".to_owned(), "is not JSON"),
            ("[]".to_owned(), "has no AccessKeyId"),
            ("{}".to_owned(), "has no AccessKeyId"),
            (r#"{"Credentials": "text"}"#.to_owned(), "has no AccessKeyId"),
            (file("AccessKeyId", 1.into()), "has no AccessKeyId"),
            (file("SecretAccessKey", Value::Null), "has no SecretAccessKey"),
            (file("SessionToken", "".into()), "has no SessionToken"),
            (file("Expiration", 4_102_444_800_i64.into()), "has no Expiration"),
            (file("Expiration", "2100-01-01T00:00:00".into()), "has an Expiration that is no time"),
        ] {
            assert_eq!(parse(text.as_bytes()), Err(why), "{text}");
        }
    }
}
