//! What a credential process prints: one JSON object. No value of it is ever shown.

use serde_json::{Map, Value};

use crate::credential::Credentials;
use crate::error::{Error, ErrorKind, Result};
use crate::providers::clock::read_expiration;
use crate::secret::Secret;
use crate::timestamp::Timestamp;

/// Reads the output of a process that has ended well.
pub(super) fn parse(output: &[u8], now: Timestamp) -> Result<Credentials> {
    let mut object: Map<String, Value> = match serde_json::from_slice(output) {
        Ok(Value::Object(object)) => object,
        Ok(_) => return Err(Error::response("its output is JSON, but not an object")),
        // Line and column only: the texts of syntax errors quote nothing.
        Err(_) if output.iter().all(u8::is_ascii_whitespace) => return Err(Error::response("it printed nothing")),
        Err(e) => {
            return Err(Error::response(format!(
                "its output is not one JSON object (line {}, column {})",
                e.line(),
                e.column()
            )));
        }
    };
    match object.get("Version") {
        Some(version) if version.as_u64() == Some(1) => {}
        Some(_) => return Err(Error::response("the Version in its output is not the number 1")),
        None => return Err(Error::response("its output has no Version, which has to be 1")),
    }
    let id = required(&mut object, "AccessKeyId")?;
    let secret = required(&mut object, "SecretAccessKey")?;
    let mut credentials = Credentials::new(id.expose(), secret);
    if let Some(token) = text(&mut object, "SessionToken")? {
        credentials = credentials.with_session_token(token);
    }
    if let Some(at) = text(&mut object, "Expiration")? {
        let at = read_expiration(at.expose()).ok_or_else(|| {
            Error::response("the Expiration in its output is not a time with an offset, such as 2026-01-02T03:04:05Z")
        })?;
        if at <= now {
            return Err(Error::new(ErrorKind::Expired, format!("it answered credentials that expired at {at}")));
        }
        credentials = credentials.with_expiration(at);
    }
    if let Some(account) = text(&mut object, "AccountId")?.filter(|account| !account.is_empty()) {
        credentials = credentials.with_account_id(account.expose());
    }
    Ok(credentials)
}

fn required(object: &mut Map<String, Value>, name: &str) -> Result<Secret> {
    match text(object, name)? {
        Some(text) if !text.is_empty() => Ok(text),
        Some(_) => Err(Error::response(format!("the {name} in its output is empty"))),
        None => Err(Error::response(format!("its output has no {name}"))),
    }
}

/// A text; absent or null is `None`.
fn text(object: &mut Map<String, Value>, name: &str) -> Result<Option<Secret>> {
    match object.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(Secret::from(text))),
        Some(_) => Err(Error::response(format!("the {name} in its output is not a text"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_767_323_045; // 2026-01-02T03:04:05Z

    fn read(members: &str) -> Result<Credentials> {
        let output = format!(r#"{{"AccessKeyId": "AKID", "SecretAccessKey": "pl4nted"{members}}}"#);
        parse(output.as_bytes(), Timestamp::from_secs(NOW))
    }

    #[test]
    fn all_members_and_the_fewest() {
        let all = r#", "Version": 1, "SessionToken": "t", "Expiration": "2026-01-02T04:04:05Z", "AccountId": "123456789012", "More": [1]"#;
        let found = read(all).unwrap();
        assert_eq!((found.access_key_id(), found.secret_access_key()), ("AKID", "pl4nted"));
        assert_eq!((found.session_token(), found.account_id()), (Some("t"), Some("123456789012")));
        assert_eq!(found.expiration().unwrap().as_secs(), NOW + 3600);
        for few in [
            r#", "Version": 1"#,
            r#", "Version": 1, "SessionToken": null, "Expiration": null, "AccountId": null"#,
            r#", "Version": 1, "SessionToken": "", "AccountId": """#,
        ] {
            let found = read(few).unwrap();
            assert_eq!((found.session_token(), found.account_id(), found.expiration()), (None, None, None));
        }
    }

    #[test]
    fn expirations() {
        for (text, seconds) in [
            ("2026-01-02T03:05:05Z", 60),
            ("2026-01-02T03:05:05+00:00", 60),
            ("2026-01-02T05:05:05+02:00", 60),
            ("2026-01-02T03:05:05.25Z", 60),
            ("2026-01-02T03:05:05UTC", 60),
        ] {
            let found = read(&format!(r#", "Version": 1, "Expiration": "{text}""#)).unwrap();
            assert_eq!(found.expiration().unwrap().as_secs(), NOW + seconds, "{text}");
        }
        for text in
            [r#""""#, r#""never""#, r#""2026-01-02T03:05:05""#, r#""2026-01-02""#, r#""1767323105""#, "1767323105"]
        {
            let error = read(&format!(r#", "Version": 1, "Expiration": {text}"#)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{text}");
            assert!(error.to_string().contains("Expiration"), "{error}");
        }
        for text in ["2026-01-02T03:04:05Z", "2020-01-01T00:00:00Z"] {
            let error = read(&format!(r#", "Version": 1, "Expiration": "{text}""#)).unwrap_err();
            assert!(error.is_expired() && error.to_string().contains(text), "{error}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_and_no_value_is() {
        let whole = |text: &str| parse(text.as_bytes(), Timestamp::from_secs(NOW));
        for (result, named) in [
            (read(""), "no Version"),
            (read(r#", "Version": "1""#), "Version"),
            (read(r#", "Version": 1.0"#), "Version"),
            (read(r#", "Version": 2"#), "Version"),
            (read(r#", "Version": true"#), "Version"),
            (read(r#", "version": 1"#), "no Version"),
            (read(r#", "Version": 1, "SessionToken": ["pl4nted"]"#), "SessionToken"),
            (read(r#", "Version": 1, "AccountId": 1"#), "AccountId"),
            (whole(r#"{"Version": 1, "SecretAccessKey": "pl4nted"}"#), "AccessKeyId"),
            (whole(r#"{"Version": 1, "AccessKeyId": "", "SecretAccessKey": "pl4nted"}"#), "AccessKeyId"),
            (whole(r#"{"Version": 1, "AccessKeyId": "pl4nted"}"#), "SecretAccessKey"),
            (whole(r#"{"Version": 1, "AccessKeyId": "pl4nted", "SecretAccessKey": null}"#), "SecretAccessKey"),
            (whole(r#"{"Version": 1, "AccessKeyId": {"pl4nted": 1}, "SecretAccessKey": "a"}"#), "AccessKeyId"),
            (whole(r#"[{"Version": 1, "SecretAccessKey": "pl4nted"}]"#), "not an object"),
            (whole("pl4nted"), "JSON"),
            (whole(r#"{"SecretAccessKey": "pl4nted"#), "JSON"),
            (whole(r#"{"Version": 1} {"SecretAccessKey": "pl4nted"}"#), "JSON"),
            (whole(" \n"), "nothing"),
            (whole(""), "nothing"),
        ] {
            let error = result.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidResponse);
            let shown = format!("{error} {error:?}");
            assert!(shown.contains(named) && !shown.contains("pl4nted"), "{named}: {shown}");
        }
        assert!(whole("{\"Version\":1,\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"b\"}\r\n \n").is_ok());
    }
}
