//! REST-JSON documents: answers, the two forms of errors, and the members of a request.

use serde_json::{Map, Value};

use super::http::Request;
use super::refusal::Refusal;
use super::reply::Reply;
use super::route::Context;

/// A document of this status.
pub(super) fn reply(context: &Context<'_>, status: u16, document: &Value) -> Reply {
    let mut reply = Reply::new(status, "application/json", document.to_string());
    reply.headers.push(("x-amzn-RequestId".to_owned(), context.request_id.clone()));
    reply
}

/// An error document, with the header clients look at first.
pub(super) fn error(context: &Context<'_>, status: u16, code: &str, namespace: &str, document: &Value) -> Reply {
    let mut reply = reply(context, status, document);
    let kind = format!("{code}:http://internal.amazon.com/coral/{namespace}/");
    reply.headers.push(("x-amzn-ErrorType".to_owned(), kind));
    reply
}

pub(super) fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "InvalidRequestException", message)
}

/// The JSON object of a request body.
pub(super) struct Members(Map<String, Value>);

impl Members {
    pub(super) fn read(request: &Request) -> Result<Self, Refusal> {
        match serde_json::from_slice(&request.body) {
            Ok(Value::Object(members)) => Ok(Members(members)),
            _ => Err(invalid("The request body is not a JSON object")),
        }
    }

    /// A text; `None` if it is absent or null.
    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(invalid(format!("{name} is not a string"))),
        }
    }

    /// A text that must be there and not be empty.
    pub(super) fn required(&self, name: &str) -> Result<&str, Refusal> {
        let text = self.text(name)?.filter(|text| !text.is_empty());
        text.ok_or_else(|| invalid(format!("Missing required parameter: {name}")))
    }

    /// A list of texts; empty if it is absent or null.
    pub(super) fn list(&self, name: &str) -> Result<Vec<String>, Refusal> {
        let wrong = || invalid(format!("{name} is not a list of strings"));
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(values)) => {
                values.iter().map(|value| value.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
            }
            Some(_) => Err(wrong()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(body: &str) -> Result<Members, Refusal> {
        Members::read(&Request {
            method: "POST".to_owned(),
            path: "/token".to_owned(),
            query: String::new(),
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
            keep_alive: true,
        })
    }

    #[test]
    fn members_have_their_types() {
        for body in ["", "[]", "null", "{"] {
            assert!(members(body).is_err(), "{body}");
        }
        let members = members(r#"{"a":"x","b":["y"],"c":null,"d":"","e":[1]}"#).unwrap();
        assert_eq!(members.required("a").unwrap(), "x");
        assert_eq!(members.list("b").unwrap(), ["y"]);
        assert_eq!((members.text("c").unwrap(), members.list("c").unwrap().len()), (None, 0));
        for (name, message) in [("d", "Missing required parameter: d"), ("b", "b is not a string")] {
            assert_eq!(members.required(name).unwrap_err().message(), message);
        }
        assert!(members.list("a").is_err() && members.list("e").is_err());
    }
}
