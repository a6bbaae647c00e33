//! The query protocol's answers: the result element of a success, the error document of a failure.
//!
//! What an answer means is decided by its HTTP status first; a body that is not what it should be
//! makes a success an error, but never hides the status of a failure.

use http::StatusCode;
use serde::de::DeserializeSeed;

use super::xml::Element;
use crate::error::{Error, Fault, ResponseMetadata, Result, ServiceError};

/// The output of an operation from a 2xx answer, and the request id its body carries.
pub(super) fn parse<'a, R: DeserializeSeed<'a>>(
    operation: &str,
    body: &'a [u8],
    seed: R,
) -> Result<(R::Value, Option<String>)> {
    let root = Element::parse(body).map_err(|e| broken(operation, &format!("bad XML, {e}")))?;
    let (result, request_id) = result(operation, &root)?;
    let output = seed.deserialize(result).map_err(|e| broken(operation, &format!("{operation}Result: {e}")))?;
    Ok((output, request_id))
}

fn broken(operation: &str, what: &str) -> Error {
    Error::response(format!("the answer to {operation} is not what the protocol says: {what}"))
}

/// The element with the output, and the request id.
fn result<'e, 'x>(operation: &str, root: &'e Element<'x>) -> Result<(&'e Element<'x>, Option<String>)> {
    let named = |element: &str, suffix: &str| element.strip_suffix(suffix) == Some(operation);
    if !named(root.name, "Response") {
        return Err(broken(operation, &format!("the root element is not {operation}Response")));
    }
    let result = root
        .children
        .iter()
        .find(|child| named(child.name, "Result"))
        .ok_or_else(|| broken(operation, &format!("the element {operation}Result is missing")))?;
    let request_id = root.child("ResponseMetadata").and_then(|m| m.child_text("RequestId"));
    Ok((result, request_id.map(str::to_owned)))
}

/// The service error from any other answer. Always succeeds: a body that is no error document leaves
/// the status as the code. Texts are the server's own, uncut and unscrubbed: the client does that.
pub(super) fn parse_error(body: &[u8], mut metadata: ResponseMetadata) -> ServiceError {
    let status = metadata.status;
    let generic = |message: String, metadata| ServiceError {
        code: status.to_string(),
        message,
        fault: None,
        members: Box::default(),
        metadata,
    };
    let reason = || StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason()).unwrap_or_default().to_owned();

    let Ok(root) = Element::parse(body) else { return generic(reason(), metadata) };
    let error = root.child("Error").or_else(|| root.child("Errors").and_then(|e| e.child("Error")));
    let request_id = root.child_text("RequestId").or_else(|| root.child_text("RequestID"));
    if let Some(id) = request_id.filter(|id| !id.is_empty()) {
        metadata.request_id = Some(id.to_owned());
    }
    let text = |name: &str| error.and_then(|e| e.child_text(name)).unwrap_or_default();
    match text("Code") {
        "" if error.is_some() => generic(text("Message").to_owned(), metadata),
        "" if status < 500 => generic(page_text(&root), metadata),
        "" => generic(reason(), metadata),
        code => ServiceError {
            code: code.to_owned(),
            message: text("Message").to_owned(),
            members: Box::default(),
            fault: match text("Type") {
                "Sender" => Some(Fault::Sender),
                "Receiver" => Some(Fault::Receiver),
                _ => None,
            },
            metadata,
        },
    }
}

/// The text of a page without its markup, on one line.
fn page_text(page: &Element<'_>) -> String {
    fn collect<'a>(element: &'a Element<'_>, words: &mut Vec<&'a str>) {
        words.extend(element.text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()));
        element.children.iter().for_each(|child| collect(child, words));
    }
    let mut words = Vec::new();
    collect(page, &mut words);
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use std::marker::PhantomData;

    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize, Debug, PartialEq)]
    #[serde(rename_all = "PascalCase")]
    struct Output {
        name: Option<String>,
    }

    fn metadata(status: u16) -> ResponseMetadata {
        ResponseMetadata { status, request_id: Some("from-header".into()), ..Default::default() }
    }

    #[test]
    fn answers_of_the_2xx_rows() {
        let read = |body: &str| parse("Do", body.as_bytes(), PhantomData::<Output>);
        let full = "<DoResponse xmlns=\"u\"><DoResult><Name>n</Name></DoResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></DoResponse>";
        assert_eq!(read(full).unwrap(), (Output { name: Some("n".into()) }, Some("r".into())));
        assert_eq!(read("<DoResponse><DoResult/></DoResponse>").unwrap(), (Output { name: None }, None));
        for (body, what) in [
            ("<DoResponse><ResponseMetadata/></DoResponse>", "DoResult is missing"),
            ("<html><body/></html>", "the root element is not DoResponse"),
            ("<OtherResponse><OtherResult/></OtherResponse>", "the root element is not DoResponse"),
            ("", "bad XML"),
            ("{}", "bad XML"),
            ("<DoResponse>", "bad XML"),
        ] {
            let error = read(body).unwrap_err();
            assert_eq!(error.kind(), crate::ErrorKind::InvalidResponse);
            assert!(error.to_string().contains(what), "{body}: {error}");
        }
    }

    #[test]
    fn error_documents_of_every_row() {
        let plain = "<ErrorResponse><Error><Type>Sender</Type><Code>C</Code><Message>M</Message></Error><RequestId>r</RequestId></ErrorResponse>";
        let spaced =
            plain.replace("<ErrorResponse>", "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">");
        let bare = "<ErrorResponse><Error><Code>C</Code><Message>M</Message></Error></ErrorResponse>";
        let ec2 = "<Response><Errors><Error><Code>C</Code><Message>M</Message></Error></Errors><RequestID>r</RequestID></Response>";
        for (status, body, code, message, fault, id) in [
            (403, plain, "C", "M", Some(Fault::Sender), "r"),
            (400, &*spaced, "C", "M", Some(Fault::Sender), "r"),
            (503, &plain.replace("Sender", "Receiver"), "C", "M", Some(Fault::Receiver), "r"),
            (400, bare, "C", "M", None, "from-header"),
            (400, ec2, "C", "M", None, "r"),
            (500, "", "500", "Internal Server Error", None, "from-header"),
            (502, " <html><body>x</body></html>", "502", "Bad Gateway", None, "from-header"),
            (502, "Bad Gateway from a proxy", "502", "Bad Gateway", None, "from-header"),
            (404, "", "404", "Not Found", None, "from-header"),
            (407, "no", "407", "Proxy Authentication Required", None, "from-header"),
            (403, "<html><p>blocked\nby proxy</p></html>", "403", "blocked by proxy", None, "from-header"),
            (301, "", "301", "Moved Permanently", None, "from-header"),
            (599, "", "599", "", None, "from-header"),
        ] {
            let error = parse_error(body.as_bytes(), metadata(status));
            assert_eq!((error.code(), error.message(), error.fault()), (code, message, fault), "{status} {body}");
            assert_eq!(error.metadata().request_id.as_deref(), Some(id), "{status} {body}");
        }
    }

    #[test]
    fn secrets_are_scrubbed_before_a_page_is_cut() {
        let secrets = ["planted+secret".to_owned(), "planted%2Bsecret".to_owned()];
        for body in [
            format!("<html>{} planted+secret</html>", "x".repeat(190)),
            format!("<html>{} planted&#43;secret</html>", "x".repeat(195)),
            "<E><Error><Code>planted+secret</Code><Message>planted%2Bsecret</Message></Error><RequestId>planted+secret</RequestId></E>".to_owned(),
        ] {
            let mut metadata = metadata(403);
            metadata.headers.push(("x-echo".into(), "planted+secret".into()));
            let mut error = parse_error(body.as_bytes(), metadata);
            error.scrub(&secrets);
            let shown = format!("{error} {error:?} {:?}", error.metadata().headers);
            assert!(!shown.contains("plant"), "{shown}");
            assert!(shown.len() < 1000);
        }
    }
}
