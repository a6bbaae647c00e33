//! The JSON that IMDS and the container endpoint answer with. No value of it is ever shown but a code and its text.

use serde::Deserialize;

use super::Failed;
use crate::credential::Credentials;
use crate::error::{Error, ErrorKind, ResponseMetadata, ServiceError};
use crate::providers::clock::read_expiration;
use crate::secret::Secret;

/// The most of a service's text that goes into an error, in characters.
const LONGEST_TEXT: usize = 500;

/// Which members an answer has to have, besides the two keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::providers) enum Needs {
    Keys,
    KeysTokenAndExpiration,
}

/// The names are those of the wire. Where a source has two names for one thing, both are read.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase")]
struct Members {
    access_key_id: Option<Secret>,
    secret_access_key: Option<Secret>,
    token: Option<Secret>,
    session_token: Option<Secret>,
    expiration: Option<String>,
    expires_at: Option<String>,
    account_id: Option<String>,
    code: Option<String>,
    message: Option<String>,
    #[serde(rename = "code")]
    lower_code: Option<String>,
    #[serde(rename = "message")]
    lower_message: Option<String>,
}

impl Members {
    fn code(&mut self) -> Option<String> {
        self.code.take().or(self.lower_code.take()).filter(|code| !code.is_empty())
    }

    fn message(&mut self) -> String {
        let text = self.message.take().or(self.lower_message.take()).unwrap_or_default();
        text.trim().chars().take(LONGEST_TEXT).collect()
    }
}

/// Reads the body of an answer with status 200. `secrets` are those of the request, which a text may quote.
pub(in crate::providers) fn parse(body: &[u8], needs: Needs, secrets: &[String]) -> Result<Credentials, Failed> {
    let mut members: Members = serde_json::from_slice(body).map_err(|e| {
        // Line and column only: the texts of serde quote values.
        let place = format!("line {}, column {}", e.line(), e.column());
        Failed::Again(Error::response(format!("the answer is not the JSON expected ({place})")))
    })?;
    if let Some(code) = members.code().filter(|code| code != "Success") {
        let mut service = ServiceError {
            code,
            message: members.message(),
            fault: None,
            members: Box::default(),
            metadata: ResponseMetadata { status: 200, ..ResponseMetadata::default() },
        };
        service.scrub(secrets);
        return Err(Failed::Finally(Error::from_service(service).with_kind(ErrorKind::AccessDenied)));
    }
    let whole = needs == Needs::KeysTokenAndExpiration;
    let id = required(members.access_key_id, "AccessKeyId")?;
    let secret = required(members.secret_access_key, "SecretAccessKey")?;
    let token = members.token.or(members.session_token);
    let token = if whole { Some(required(token, "Token")?) } else { token };
    let expiration = members.expiration.or(members.expires_at);
    if expiration.is_none() && whole {
        return Err(missing("Expiration"));
    }
    let mut credentials = Credentials::new(id.expose(), secret);
    if let Some(token) = token {
        credentials = credentials.with_session_token(token);
    }
    if let Some(text) = expiration {
        let at = read_expiration(&text).ok_or_else(|| {
            Failed::Again(Error::response(
                "the Expiration in the answer is not a time with an offset, such as 2026-01-02T03:04:05Z",
            ))
        })?;
        credentials = credentials.with_expiration(at);
    }
    if let Some(account) = members.account_id.filter(|account| !account.is_empty()) {
        credentials = credentials.with_account_id(account);
    }
    Ok(credentials)
}

fn required(value: Option<Secret>, name: &str) -> Result<Secret, Failed> {
    match value {
        Some(value) if !value.is_empty() => Ok(value),
        Some(_) => Err(Failed::Again(Error::response(format!("the {name} in the answer is empty")))),
        None => Err(missing(name)),
    }
}

fn missing(name: &str) -> Failed {
    Failed::Again(Error::response(format!("the answer has no {name}")))
}

/// What a status other than 200 came with: code and text of the JSON, else a plain text as it is.
pub(in crate::providers) fn refusal(status: u16, body: &[u8], secrets: &[String]) -> ServiceError {
    let mut members: Members = serde_json::from_slice(body).unwrap_or_default();
    let code = members.code().unwrap_or_else(|| status.to_string());
    let mut message = members.message();
    if message.is_empty() {
        let text = std::str::from_utf8(body).unwrap_or_default().trim();
        // A page or an unknown object tells nobody anything.
        let plain = !text.starts_with(['<', '{', '[']) && !text.contains(char::is_control);
        message = if plain { text.to_owned() } else { String::new() };
    }
    let metadata = ResponseMetadata { status, ..ResponseMetadata::default() };
    let mut service = ServiceError { code, message, fault: None, members: Box::default(), metadata };
    service.scrub(secrets);
    service
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: &str = r#""AccessKeyId": "AKID", "SecretAccessKey": "pl4nted""#;

    fn read(members: &str, needs: Needs) -> Result<Credentials, (Error, bool)> {
        parse(format!("{{{members}}}").as_bytes(), needs, &["t0ken-sent".to_owned()]).map_err(|failed| match failed {
            Failed::Again(error) => (error, true),
            Failed::Finally(error) => (error, false),
        })
    }

    #[test]
    fn all_members_and_the_fewest() {
        let all = format!(
            r#"{KEYS}, "Token": "t", "Expiration": "2026-01-02T03:04:05Z", "AccountId": "123456789012",
            "Code": "Success", "Type": "AWS-HMAC", "LastUpdated": "x", "RoleArn": "r", "More": [1]"#
        );
        for needs in [Needs::Keys, Needs::KeysTokenAndExpiration] {
            let found = read(&all, needs).unwrap();
            assert_eq!((found.access_key_id(), found.secret_access_key()), ("AKID", "pl4nted"));
            assert_eq!((found.session_token(), found.account_id()), (Some("t"), Some("123456789012")));
            assert_eq!(found.expiration().unwrap().as_secs(), 1_767_323_045);
        }
        let found = read(KEYS, Needs::Keys).unwrap();
        assert_eq!((found.session_token(), found.account_id(), found.expiration()), (None, None, None));
        let others = format!(r#"{KEYS}, "SessionToken": "s", "ExpiresAt": "2026-01-02T05:04:05+02:00""#);
        let found = read(&others, Needs::KeysTokenAndExpiration).unwrap();
        assert_eq!((found.session_token(), found.expiration().unwrap().as_secs()), (Some("s"), 1_767_323_045));
        let both = format!(r#"{KEYS}, "Token": "t", "SessionToken": "s""#);
        assert_eq!(read(&both, Needs::Keys).unwrap().session_token(), Some("t"));
    }

    #[test]
    fn what_is_wrong_is_named_tried_again_and_no_value_is_shown() {
        use Needs::{Keys, KeysTokenAndExpiration as All};
        let date = r#""Expiration": "2026-01-02T03:04:05Z""#;
        for (members, needs, named) in [
            (String::new(), Keys, "AccessKeyId"),
            (r#""AccessKeyId": "pl4nted""#.into(), Keys, "SecretAccessKey"),
            (r#""AccessKeyId": "", "SecretAccessKey": "pl4nted""#.into(), Keys, "AccessKeyId"),
            (r#""AccessKeyId": "a", "SecretAccessKey": null"#.into(), Keys, "SecretAccessKey"),
            (r#""AccessKeyId": "a", "SecretAccessKey": ["pl4nted"]"#.into(), Keys, "JSON"),
            (r#""AccessKeyId": "pl4nted"#.into(), Keys, "JSON"),
            (format!("{KEYS}, {date}"), All, "no Token"),
            (format!(r#"{KEYS}, "Token": "pl4nted""#), All, "no Expiration"),
            (format!(r#"{KEYS}, "Expiration": "never""#), Keys, "Expiration"),
            (format!(r#"{KEYS}, "Expiration": """#), Keys, "Expiration"),
            (format!(r#"{KEYS}, "Expiration": "1767323045""#), Keys, "Expiration"),
            (format!(r#"{KEYS}, "Expiration": "2026-01-02T03:04:05""#), Keys, "Expiration"),
            (format!(r#"{KEYS}, "Expiration": 1767323045"#), Keys, "JSON"),
        ] {
            let (error, again) = read(&members, needs).unwrap_err();
            assert_eq!((error.kind(), again), (ErrorKind::InvalidResponse, true), "{members}");
            let shown = format!("{error} {error:?}");
            assert!(shown.contains(named) && !shown.contains("pl4nted"), "{named}: {shown}");
        }
    }

    #[test]
    fn a_code_is_final_and_comes_with_its_text() {
        for (members, message) in [
            (r#""Code": "AssumeRoleUnauthorizedAccess", "Message": "EC2 cannot assume t0ken-sent""#, "cannot assume"),
            (r#""code": "AssumeRoleUnauthorizedAccess", "message": "no trust""#, "no trust"),
            (r#""Code": "AssumeRoleUnauthorizedAccess""#, ""),
        ] {
            let (error, again) = read(&format!("{KEYS}, {members}"), Needs::Keys).unwrap_err();
            assert!(!again && error.is_access_denied(), "{error}");
            assert_eq!(error.code(), Some("AssumeRoleUnauthorizedAccess"));
            let shown = error.to_string();
            assert!(shown.contains(message) && !shown.contains("t0ken-sent"), "{shown}");
        }
    }

    #[test]
    fn refusals() {
        for (status, body, code, message) in [
            (400, r#"{"code": "InvalidIdInRequest", "message": "no such id"}"#, "InvalidIdInRequest", "no such id"),
            (
                403,
                "(AccessDeniedException): not with t0ken-sent\n",
                "403",
                "(AccessDeniedException): not with [secret]",
            ),
            (404, "<html>not found</html>", "404", ""),
            (500, r#"{"SecretAccessKey": "pl4nted"}"#, "500", ""),
            (500, "", "500", ""),
        ] {
            let found = refusal(status, body.as_bytes(), &["t0ken-sent".to_owned()]);
            assert_eq!((found.code(), found.message(), found.metadata().status), (code, message, status));
        }
    }
}
