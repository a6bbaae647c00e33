//! The sign-in as the cache file of `aws login` holds it. Unknown keys are kept.

use serde_json::{Map, Value};

use crate::credential::Credentials;
use crate::identity_center::seconds;
use crate::secret::Secret;
use crate::signin::{AccessToken, CreateOAuth2TokenOutput};
use crate::timestamp::Timestamp;

/// Credentials, and what a refresh needs.
#[derive(Clone)]
pub(super) struct LoginToken {
    pub(super) credentials: Credentials,
    pub(super) expires_at: Timestamp,
    pub(super) client_id: String,
    pub(super) refresh_token: Secret,
    /// PEM.
    pub(super) dpop_key: Secret,
    /// The whole file; the members above are read from it.
    document: Map<String, Value>,
}

impl LoginToken {
    /// Reads a cache file. `Err` says what is wrong, without any value.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, &'static str> {
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(document)) => Self::from_document(document),
            Ok(_) => Err("is not a JSON object"),
            Err(_) => Err("is not JSON"),
        }
    }

    fn from_document(document: Map<String, Value>) -> Result<Self, &'static str> {
        let access = document.get("accessToken").and_then(Value::as_object).ok_or("has no accessToken")?;
        let key_id = text(access, "accessKeyId").ok_or("has no accessKeyId in its accessToken")?;
        let secret = text(access, "secretAccessKey").ok_or("has no secretAccessKey in its accessToken")?;
        let session = text(access, "sessionToken").ok_or("has no sessionToken in its accessToken")?;
        let expires_at = text(access, "expiresAt").ok_or("has no expiresAt in its accessToken")?;
        let expires_at = Timestamp::parse(expires_at).ok_or("has an expiresAt that is no time")?;
        let credentials = Credentials::new(key_id, secret).with_session_token(session).with_expiration(expires_at);
        let credentials = match text(access, "accountId") {
            Some(id) => credentials.with_account_id(id),
            None => credentials,
        };
        Ok(LoginToken {
            credentials,
            expires_at,
            client_id: text(&document, "clientId").ok_or("has no clientId")?.to_owned(),
            refresh_token: text(&document, "refreshToken").ok_or("has no refreshToken")?.into(),
            dpop_key: text(&document, "dpopKey").ok_or("has no dpopKey")?.into(),
            document,
        })
    }

    /// The same sign-in with the credentials and the refresh token of an answer; all else stays, the account id
    /// among it.
    pub(super) fn renew(&self, answer: &CreateOAuth2TokenOutput, now: Timestamp) -> Result<Self, &'static str> {
        let AccessToken { access_key_id, secret_access_key, session_token } =
            answer.access_token.as_ref().ok_or("has no accessToken")?;
        let seconds_left = answer.expires_in.filter(|s| *s > 0).ok_or("has no expiresIn above 0")?;
        let mut document = self.document.clone();
        let access = document.get_mut("accessToken").and_then(Value::as_object_mut).ok_or("has no accessToken")?;
        for (name, value) in [
            ("accessKeyId", access_key_id.as_deref()),
            ("secretAccessKey", secret_access_key.as_ref().map(Secret::expose)),
            ("sessionToken", session_token.as_ref().map(Secret::expose)),
            ("expiresAt", Some(seconds(now.plus_secs(seconds_left)).as_str())),
        ] {
            // One that the answer lacks is not taken over from the old set.
            access.insert(name.to_owned(), value.unwrap_or_default().into());
        }
        if let Some(next) = &answer.refresh_token {
            document.insert("refreshToken".to_owned(), next.expose().into());
        }
        Self::from_document(document)
    }

    pub(super) fn document(&self) -> &Map<String, Value> {
        &self.document
    }
}

fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    members.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn file() -> Value {
        json!({
            "accessToken": {
                "accessKeyId": "ASIAOLD", "secretAccessKey": "old secret", "sessionToken": "old token",
                "accountId": "012345678910", "expiresAt": "2026-01-02T03:04:05Z", "of the future": 1,
            },
            "tokenType": "aws_sigv4", "clientId": "arn:aws:signin:::devtools/same-device",
            "refreshToken": "r1", "idToken": "jwt", "dpopKey": "pem", "other": {"kept": [1]},
        })
    }

    fn parse(file: &Value) -> Result<LoginToken, &'static str> {
        LoginToken::parse(file.to_string().as_bytes())
    }

    #[test]
    fn what_is_required_and_what_is_not() {
        for (path, why) in [
            ("accessToken", Some("has no accessToken")),
            ("accessToken/accessKeyId", Some("has no accessKeyId in its accessToken")),
            ("accessToken/secretAccessKey", Some("has no secretAccessKey in its accessToken")),
            ("accessToken/sessionToken", Some("has no sessionToken in its accessToken")),
            ("accessToken/expiresAt", Some("has no expiresAt in its accessToken")),
            ("clientId", Some("has no clientId")),
            ("refreshToken", Some("has no refreshToken")),
            ("dpopKey", Some("has no dpopKey")),
            ("accessToken/accountId", None),
            ("tokenType", None),
            ("idToken", None),
        ] {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            let holder = if folder.is_empty() { String::new() } else { format!("/{folder}") };
            for wrong in [Value::Null, json!(""), json!(1), json!(["planted"])] {
                let mut changed = file();
                changed.pointer_mut(&holder).unwrap()[name] = wrong;
                assert_eq!(parse(&changed).err(), why, "{changed}");
            }
            let mut without = file();
            without.pointer_mut(&holder).unwrap().as_object_mut().unwrap().remove(name);
            assert_eq!(parse(&without).err(), why, "{path}");
        }
        let mut no_time = file();
        no_time["accessToken"]["expiresAt"] = "planted".into();
        assert_eq!(parse(&no_time).err(), Some("has an expiresAt that is no time"));
        assert_eq!(LoginToken::parse(b"[]").err(), Some("is not a JSON object"));
        assert_eq!(LoginToken::parse(b"{\"accessToken\": \"planted").err(), Some("is not JSON"));
        let good = parse(&file()).unwrap();
        assert_eq!((good.credentials.account_id(), good.expires_at.as_secs()), (Some("012345678910"), 1_767_323_045));
    }

    #[test]
    fn renewing_keeps_all_but_what_is_new() {
        let old = parse(&file()).unwrap();
        let now = Timestamp::from_millis(1_767_323_000_999);
        let answer = |text: &str| serde_json::from_str::<CreateOAuth2TokenOutput>(text).unwrap();
        let keys = r#""accessToken": {"accessKeyId": "ASIANEW", "secretAccessKey": "s2", "sessionToken": "t2"}"#;
        let new = old.renew(&answer(&format!(r#"{{{keys}, "expiresIn": 900, "refreshToken": "r2"}}"#)), now).unwrap();
        let mut expected = file();
        expected["refreshToken"] = "r2".into();
        let access = expected["accessToken"].as_object_mut().unwrap();
        for (name, value) in [
            ("accessKeyId", "ASIANEW"),
            ("secretAccessKey", "s2"),
            ("sessionToken", "t2"),
            ("expiresAt", "2026-01-02T03:18:20Z"),
        ] {
            access.insert(name.to_owned(), value.into());
        }
        assert_eq!(Value::Object(new.document().clone()), expected);
        assert_eq!((new.credentials.access_key_id(), new.refresh_token.expose()), ("ASIANEW", "r2"));
        let kept = old.renew(&answer(&format!(r#"{{{keys}, "expiresIn": 900}}"#)), now).unwrap();
        assert_eq!(kept.refresh_token.expose(), "r1");
        for (text, why) in [
            ("{}".to_owned(), "has no accessToken"),
            (format!("{{{keys}}}"), "has no expiresIn above 0"),
            (format!(r#"{{{keys}, "expiresIn": 0}}"#), "has no expiresIn above 0"),
            (format!(r#"{{{}, "expiresIn": 9}}"#, keys.replace("s2", "")), "has no secretAccessKey in its accessToken"),
            (format!(r#"{{{}, "expiresIn": 9, "refreshToken": ""}}"#, keys), "has no refreshToken"),
        ] {
            assert_eq!(old.renew(&answer(&text), now).err(), Some(why), "{text}");
        }
    }
}
