//! The REST-JSON protocol: members go into query, headers and a JSON body; answers are JSON objects.
//!
//! Rules: services.md's REST-JSON table; AWS's "AWS restJson1 protocol".

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;
use serde::de::{self, DeserializeSeed, Deserializer};
use serde_json::{Map, Value};

use super::{Facts, InputError, Protocol, WireRequest, too_short, too_small};
use crate::error::{Denial, Error, ResponseMetadata, Result, ServiceError};
use crate::percent::percent_encode_into;

/// Where the code of an error stands in its document, if at all.
const CODE_MEMBERS: [&str; 3] = ["code", "Code", "__type"];

/// JSON in, JSON out, the rest in query and headers.
#[derive(Debug)]
pub enum RestJson {}

impl Protocol for RestJson {
    const NAME: &'static str = "rest-json";

    fn serialize<T: Serialize>(facts: &Facts, input: &T) -> Result<WireRequest, InputError> {
        let Ok(Value::Object(members)) = serde_json::to_value(input) else {
            return Err(InputError("the input is not a structure".to_owned()));
        };
        let mut path = facts.path.to_owned();
        let mut headers = Vec::new();
        let mut body = Map::new();
        for (name, value) in members.into_iter().filter(|(_, value)| !value.is_null()) {
            check_minimum(facts, &name, &value)?;
            let named =
                |table: &'static [(&str, &'static str)]| table.iter().find(|(n, _)| *n == name).map(|(_, at)| *at);
            if let Some(parameter) = named(facts.query) {
                path.push(if path.contains('?') { '&' } else { '?' });
                path.push_str(parameter);
                path.push('=');
                percent_encode_into(&mut path, &plain(&value));
            } else if let Some(header) = named(facts.header) {
                headers.push((header, plain(&value).into_owned().into()));
            } else {
                body.insert(name, value);
            }
        }
        let (content_type, body) = match body.is_empty() {
            true => (None, String::new()),
            false => (Some("application/json"), Value::Object(body).to_string()),
        };
        Ok(WireRequest { method: facts.method.clone(), path_and_query: Cow::Owned(path), content_type, headers, body })
    }

    fn parse<'a, R: DeserializeSeed<'a>>(
        operation: &str,
        body: &'a [u8],
        seed: R,
    ) -> Result<(R::Value, Option<String>)> {
        let body = if body.trim_ascii().is_empty() { b"{}" } else { body };
        let mut json = serde_json::Deserializer::from_slice(body);
        let output = seed.deserialize(&mut json).and_then(|output| json.end().map(|()| (output, None)));
        output.map_err(|e| not_as_it_should_be(operation, &e))
    }

    fn parse_error(body: &[u8], metadata: ResponseMetadata) -> ServiceError {
        let status = metadata.status;
        let object = match serde_json::from_slice::<Value>(body) {
            Ok(Value::Object(object)) => Some(object),
            _ => None,
        };
        let member =
            |name: &str| object.as_ref().and_then(|o| o.get(name)).and_then(Value::as_str).filter(|t| !t.is_empty());
        // A code that is nothing but prefix and suffix is none.
        let bare = |code: &str| Some(bare_code(code)).filter(|code| !code.is_empty()).map(str::to_owned);
        let code = metadata
            .header("x-amzn-errortype")
            .and_then(bare)
            .or_else(|| CODE_MEMBERS.iter().find_map(|n| bare(member(n)?)))
            .or_else(|| member("error").and_then(oauth_code).map(str::to_owned))
            .or_else(|| member("error").and_then(Denial::from_code).map(|_| "AccessDeniedException".to_owned()));
        let message = match &object {
            Some(_) => ["message", "Message", "error_description"]
                .iter()
                .find_map(|n| member(n))
                .unwrap_or_default()
                .to_owned(),
            None => text_of(body, status),
        };
        let message = match member("reason") {
            Some(reason) => format!("{message} (reason: {reason})"),
            None => message,
        };
        let code = code.unwrap_or_else(|| status.to_string());
        let members = object.into_iter().flatten().filter_map(|(name, value)| match value {
            Value::String(text) if !CODE_MEMBERS.contains(&name.as_str()) => Some((name, text)),
            _ => None,
        });
        ServiceError { code, message, fault: None, members: members.collect(), metadata }
    }

    fn secrets(request: &WireRequest, facts: &Facts) -> Vec<String> {
        let mut secrets: Vec<String> = request.headers.iter().map(|(_, value)| value.expose().to_owned()).collect();
        if let Ok(Value::Object(body)) = serde_json::from_str::<Value>(&request.body) {
            let values = facts.secret.iter().filter_map(|name| body.get(*name)).filter_map(Value::as_str);
            secrets.extend(values.map(str::to_owned));
        }
        secrets
    }
}

/// The text of the error may quote a value: only its place is shown.
fn not_as_it_should_be(operation: &str, error: &serde_json::Error) -> Error {
    let what = if error.is_data() { "a member is missing or has the wrong type" } else { "it is not JSON" };
    Error::response(format!(
        "the answer to {operation} is not what the protocol says: {what} (line {} column {})",
        error.line(),
        error.column()
    ))
}

fn plain(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}

fn check_minimum(facts: &Facts, name: &str, value: &Value) -> Result<(), InputError> {
    let Some((_, minimum)) = facts.minimum.iter().find(|(n, _)| *n == name) else { return Ok(()) };
    match value {
        Value::String(text) if (text.chars().count() as u64) < *minimum => {
            Err(too_short(name, text.chars().count(), "character", *minimum))
        }
        Value::Array(items) if (items.len() as u64) < *minimum => Err(too_short(name, items.len(), "item", *minimum)),
        Value::Number(number) => match number.as_i64() {
            Some(value) if value < 0 || value.unsigned_abs() < *minimum => Err(too_small(name, value, *minimum)),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// `aws.protocols#InvalidRequestException:http://internal/` -> `InvalidRequestException`
fn bare_code(code: &str) -> &str {
    let code = code.split(':').next().unwrap_or_default();
    code.rsplit('#').next().unwrap_or_default().trim()
}

/// The error of OAuth 2.0 (RFC 6749, RFC 8628) as the service's code, for answers without one.
fn oauth_code(error: &str) -> Option<&'static str> {
    Some(match error {
        "authorization_pending" => "AuthorizationPendingException",
        "slow_down" => "SlowDownException",
        "expired_token" => "ExpiredTokenException",
        "access_denied" => "AccessDeniedException",
        "invalid_request" => "InvalidRequestException",
        "invalid_client" => "InvalidClientException",
        "invalid_grant" => "InvalidGrantException",
        "unauthorized_client" => "UnauthorizedClientException",
        "unsupported_grant_type" => "UnsupportedGrantTypeException",
        "invalid_scope" => "InvalidScopeException",
        "invalid_client_metadata" => "InvalidClientMetadataException",
        "invalid_redirect_uri" => "InvalidRedirectUriException",
        "server_error" => "InternalServerException",
        _ => return None,
    })
}

/// What a body that is no JSON object says: its own text, or the reason phrase for an empty or HTML one.
fn text_of(body: &[u8], status: u16) -> String {
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    if text.is_empty() || text.get(..1) == Some("<") {
        let reason = http::StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason());
        return reason.unwrap_or_default().to_owned();
    }
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Integers as services write them: `3600`, also `3600.0` and `3.6e3`. For `#[serde(deserialize_with)]`.
pub(crate) fn integer<'de, D: Deserializer<'de>>(input: D) -> Result<Option<i64>, D::Error> {
    struct Visitor;
    impl<'de> de::Visitor<'de> for Visitor {
        type Value = Option<i64>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a whole number")
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_none<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_some<D: Deserializer<'de>>(self, input: D) -> Result<Self::Value, D::Error> {
            input.deserialize_any(self)
        }

        fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
            Ok(Some(value))
        }

        fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
            i64::try_from(value).map(Some).map_err(|_| E::custom("a number over 63 bits"))
        }

        fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self::Value, E> {
            const LIMIT: f64 = 9_007_199_254_740_992.0;
            if value.fract() == 0.0 && value.abs() <= LIMIT {
                Ok(Some(value as i64))
            } else {
                Err(E::custom("not a whole number"))
            }
        }
    }
    input.deserialize_option(Visitor)
}

/// Times as epoch milliseconds. For `#[serde(with)]` on an `Option<Timestamp>` with a default.
pub(crate) mod epoch_millis {
    use serde::{Deserializer, Serializer};

    use crate::timestamp::Timestamp;

    pub(crate) fn serialize<S: Serializer>(at: &Option<Timestamp>, out: S) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => out.serialize_i64(at.as_millis()),
            None => out.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Timestamp>, D::Error> {
        super::integer(input).map(|millis| millis.map(Timestamp::from_millis))
    }
}

#[cfg(test)]
mod tests {
    use std::marker::PhantomData;

    use super::*;
    use http::Method;
    use serde::Deserialize;

    const FACTS: Facts = Facts {
        operation: "Do",
        version: "",
        minimum: &[("maxResults", 1), ("name", 2)],
        secret: &["clientSecret"],
        method: Method::POST,
        path: "/do?fixed=t",
        query: &[("name", "the_name"), ("maxResults", "max_result")],
        header: &[("accessToken", "x-amz-sso_bearer_token")],
    };

    #[derive(Serialize, Default)]
    #[serde(rename_all = "camelCase")]
    struct Input {
        name: Option<String>,
        max_results: Option<i32>,
        access_token: Option<String>,
        client_secret: Option<String>,
        scopes: Option<Vec<String>>,
    }

    #[test]
    fn members_go_where_the_table_says() {
        let input = Input {
            name: Some("a b/é".into()),
            max_results: Some(5),
            access_token: Some("token==".into()),
            client_secret: Some("planted".into()),
            scopes: Some(vec!["x".into()]),
        };
        let request = RestJson::serialize(&FACTS, &input).unwrap();
        assert_eq!(request.path_and_query, "/do?fixed=t&max_result=5&the_name=a%20b%2F%C3%A9");
        assert_eq!(request.headers.len(), 1);
        assert_eq!((request.headers[0].0, request.headers[0].1.expose()), ("x-amz-sso_bearer_token", "token=="));
        assert_eq!(request.body, r#"{"clientSecret":"planted","scopes":["x"]}"#);
        assert_eq!(request.content_type, Some("application/json"));
        assert_eq!(RestJson::secrets(&request, &FACTS), ["token==", "planted"]);
        let shown = format!("{request:?}");
        assert!(!shown.contains("planted") && !shown.contains("token=="), "{shown}");

        let empty = RestJson::serialize(&FACTS, &Input::default()).unwrap();
        assert_eq!((empty.path_and_query.as_ref(), empty.content_type, empty.body.as_str()), ("/do?fixed=t", None, ""));
    }

    #[test]
    fn minimums_are_checked() {
        let small = Input { max_results: Some(0), ..Input::default() };
        let error = RestJson::serialize(&FACTS, &small).unwrap_err();
        assert_eq!(error.to_string(), "maxResults is 0, the minimum is 1");
        let short = Input { name: Some("é".into()), ..Input::default() };
        let error = RestJson::serialize(&FACTS, &short).unwrap_err();
        assert_eq!(error.to_string(), "name has 1 character, the minimum is 2");
    }

    #[derive(Deserialize, Debug, PartialEq, Default)]
    #[serde(rename_all = "camelCase", default)]
    struct Output {
        #[serde(deserialize_with = "integer")]
        expires_in: Option<i64>,
        #[serde(with = "epoch_millis")]
        expiration: Option<crate::timestamp::Timestamp>,
        name: Option<String>,
    }

    #[test]
    fn answers_are_read_leniently_where_the_rules_say_so() {
        let read = |body: &str| RestJson::parse("Do", body.as_bytes(), PhantomData::<Output>).map(|(output, _)| output);
        assert_eq!(read("").unwrap(), Output::default());
        assert_eq!(read(" {\"other\": {}, \"name\": null, \"expiresIn\": null}").unwrap(), Output::default());
        for text in ["3600", "3600.0", "3.6e3"] {
            assert_eq!(read(&format!("{{\"expiresIn\": {text}}}")).unwrap().expires_in, Some(3600));
        }
        let at = read("{\"expiration\": 1767323045123}").unwrap().expiration.unwrap();
        assert_eq!(at.to_string(), "2026-01-02T03:04:05.123Z");
        for body in [
            "<html>planted</html>",
            "[\"planted\"]",
            "{\"name\": {\"planted\": 1}}",
            "{\"expiresIn\": \"planted\"}",
            "{",
        ] {
            let error = read(body).unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::InvalidResponse);
            assert!(!error.to_string().contains("planted"), "{error}");
        }
    }

    #[test]
    fn error_codes_and_messages_in_every_place() {
        for (status, header, body, code, message) in [
            (401, Some("UnauthorizedException:http://x/"), r#"{"message":"m"}"#, "UnauthorizedException", "m"),
            (400, Some("a.b#Code"), r#"{"code":"Other","Message":"m"}"#, "Code", "m"),
            (400, None, r#"{"code":"a#C:x","message":"m"}"#, "C", "m"),
            (400, None, r#"{"Code":"C"}"#, "C", ""),
            (400, None, r#"{"__type":"com.x#C","message":null}"#, "C", ""),
            (400, None, r#"{"error":"slow_down","error_description":"d"}"#, "SlowDownException", "d"),
            (400, None, r#"{"error":"unheard_of"}"#, "400", ""),
            (
                400,
                None,
                r#"{"error":"access_denied","error_description":"d","reason":"KMS_X"}"#,
                "AccessDeniedException",
                "d (reason: KMS_X)",
            ),
            (401, None, r#"{"error":"TOKEN_EXPIRED","message":"m"}"#, "AccessDeniedException", "m"),
            (429, None, r#"{"error":"INVALID_REQUEST","message":"m"}"#, "429", "m"),
            (418, None, "{}", "418", ""),
            (400, Some(" :http://x/"), r#"{"code":"a#","Code":" ","__type":"a#C:"}"#, "C", ""),
            (400, Some("#"), r#"{"code":":","error":"slow_down"}"#, "SlowDownException", ""),
            (400, None, r##"{"__type":"#"}"##, "400", ""),
            (500, None, "", "500", "Internal Server Error"),
            (502, Some("C"), "<html></html>", "C", "Bad Gateway"),
            (403, None, "blocked\nhere", "403", "blocked here"),
            (400, None, "[1]", "400", "[1]"),
        ] {
            let headers = header.map(|h| ("x-amzn-errortype".to_owned(), h.to_owned())).into_iter().collect();
            let metadata = ResponseMetadata { status, headers, ..Default::default() };
            let error = RestJson::parse_error(body.as_bytes(), metadata);
            assert_eq!((error.code(), error.message()), (code, message), "{status} {body}");
        }
        for (body, denial) in [
            (r#"{"error":"TOKEN_EXPIRED"}"#, Some(Denial::TokenExpired)),
            (r#"{"__type":"X","error":"AUTHCODE_EXPIRED"}"#, Some(Denial::AuthcodeExpired)),
            (r#"{"error":"USER_CREDENTIALS_CHANGED"}"#, Some(Denial::UserCredentialsChanged)),
            (r#"{"error":"INSUFFICIENT_PERMISSIONS"}"#, Some(Denial::InsufficientPermissions)),
            (r#"{"error":"invalid_grant"}"#, None),
            (r#"{"error":["TOKEN_EXPIRED"]}"#, None),
            ("TOKEN_EXPIRED", None),
        ] {
            let error = RestJson::parse_error(body.as_bytes(), ResponseMetadata { status: 401, ..Default::default() });
            assert_eq!(error.denial(), denial, "{body}");
        }
    }
}
