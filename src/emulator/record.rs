//! The record of requests the emulator received.

use std::collections::VecDeque;
use std::fmt;

use super::http::Request;
use super::verify::SignedRequest;

/// Requests kept; the oldest go first.
pub(super) const CAPACITY: usize = 10_000;

/// A request as the emulator received it, kept for the assertions of a test.
///
/// [`Debug`](fmt::Debug) shows no header values and no body, as they hold credentials.
#[derive(Clone)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The method, e.g. `POST`.
    pub method: String,
    /// The path of the request line, still percent-encoded, without the query.
    pub path: String,
    /// What followed `?`, still percent-encoded; empty if there was none.
    pub query: String,
    /// Header names as sent and values, in order. Bytes that are not UTF-8 became U+FFFD.
    pub headers: Vec<(String, String)>,
    /// The body, after the transfer coding was taken off.
    pub body: Vec<u8>,
    /// The operation asked for, e.g. `AssumeRole`, if the request named one.
    pub operation: Option<String>,
    /// The TCP connection it came on: 1 is the first the emulator accepted.
    pub connection: u64,
}

impl RecordedRequest {
    pub(super) fn new(request: &Request, operation: Option<&str>, connection: u64) -> Self {
        RecordedRequest {
            method: request.method.clone(),
            path: request.path.clone(),
            query: request.query.clone(),
            headers: request.headers.clone(),
            body: request.body.clone(),
            operation: operation.map(str::to_owned),
            connection,
        }
    }

    /// The first value of a header; the name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.as_str())
    }

    /// The body as text; bytes that are not UTF-8 become U+FFFD.
    pub fn body_text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The decoded value of a parameter of the query or of a form body, e.g. `RoleArn`.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = super::encode::form_pairs(&self.query);
        pairs.extend(super::encode::form_pairs(&self.body_text()));
        pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The request as [`verify`](super::verify) takes it.
    pub fn as_signed(&self) -> SignedRequest<'_> {
        SignedRequest {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            headers: &self.headers,
            body: &self.body,
        }
    }
}

impl fmt::Debug for RecordedRequest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        out.debug_struct("RecordedRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("operation", &self.operation)
            .field("connection", &self.connection)
            .field("header_names", &names)
            .field("body_length", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// The last [`CAPACITY`] requests.
#[derive(Default)]
pub(super) struct Recorder {
    requests: VecDeque<RecordedRequest>,
}

impl Recorder {
    pub(super) fn push(&mut self, request: RecordedRequest) {
        if self.requests.len() >= CAPACITY {
            self.requests.pop_front();
        }
        self.requests.push_back(request);
    }

    pub(super) fn all(&self) -> Vec<RecordedRequest> {
        self.requests.iter().cloned().collect()
    }

    pub(super) fn clear(&mut self) {
        self.requests.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(body: &str) -> Request {
        Request {
            method: "POST".to_owned(),
            path: "/".to_owned(),
            query: "a=1".to_owned(),
            headers: vec![("Authorization".to_owned(), "s3cret".to_owned())],
            body: body.as_bytes().to_vec(),
            keep_alive: true,
        }
    }

    #[test]
    fn the_oldest_requests_are_forgotten() {
        let mut recorder = Recorder::default();
        for number in 0..CAPACITY + 2 {
            recorder.push(RecordedRequest::new(&request(&number.to_string()), None, 1));
        }
        let all = recorder.all();
        assert_eq!(all.len(), CAPACITY);
        assert_eq!(all[0].body_text(), "2");
    }

    #[test]
    fn debug_shows_no_secret() {
        let recorded = RecordedRequest::new(&request("Token=s3cret&b=x+y"), Some("X"), 1);
        assert!(!format!("{recorded:?}").contains("s3cret"));
        assert_eq!(recorded.header("AUTHORIZATION"), Some("s3cret"));
        assert_eq!(recorded.parameter("b").as_deref(), Some("x y"));
        assert_eq!(recorded.parameter("a").as_deref(), Some("1"));
        assert_eq!(recorded.parameter("c"), None);
    }
}
