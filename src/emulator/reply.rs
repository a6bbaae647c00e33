//! HTTP/1.1 answers: status, headers, body and their bytes on the wire.
//!
//! How an answer is spoiled on purpose is in `deliver.rs`.

use super::clock;
use super::fault::Delivery;

/// An answer before it is put on the wire.
#[derive(Clone)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    /// How the service itself wants it put on the wire; a fault overrules it.
    pub(super) delivery: Delivery,
}

impl Reply {
    pub(super) fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("Content-Type".to_owned(), content_type.to_owned())];
        Reply { headers, ..Reply::bare(status, body) }
    }

    /// An answer without a header.
    pub(super) fn bare(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Reply { status, headers: Vec::new(), body: body.into(), delivery: Delivery::Whole }
    }

    /// Status line and headers; `framing` is the header line that says how long the body is.
    pub(super) fn head(&self, date: i64, keep_alive: bool, framing: Option<&str>) -> Vec<u8> {
        let mut out = Vec::with_capacity(512 + self.body.len());
        let reason = http::StatusCode::from_u16(self.status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or("Unknown");
        let mut line = |text: &str| {
            out.extend_from_slice(text.as_bytes());
            out.extend_from_slice(b"\r\n");
        };
        line(&format!("HTTP/1.1 {} {reason}", self.status));
        for (name, value) in &self.headers {
            line(&format!("{name}: {value}"));
        }
        if !self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("date")) {
            line(&format!("Date: {}", clock::http_date(date)));
        }
        if let Some(framing) = framing {
            line(framing);
        }
        if !keep_alive {
            line("Connection: close");
        }
        line("");
        out
    }

    /// The whole answer. `to_head`: the request was HEAD, so the body stays away.
    pub(super) fn bytes(&self, date: i64, keep_alive: bool, to_head: bool) -> Vec<u8> {
        let bodiless = matches!(self.status, 100..=199 | 204 | 304);
        let framing = format!("Content-Length: {}", self.body.len());
        let mut out = self.head(date, keep_alive, (!bodiless).then_some(&framing));
        if !bodiless && !to_head {
            out.extend_from_slice(&self.body);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_have_a_length_only_where_one_may_be() {
        let text = |status| String::from_utf8(Reply::new(status, "text/plain", "ab").bytes(0, true, false)).unwrap();
        assert!(text(200).ends_with("Content-Length: 2\r\n\r\nab"), "{}", text(200));
        assert!(text(200).contains("\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n"));
        assert!(!text(204).contains("Content-Length") && text(204).ends_with("\r\n\r\n"));
        assert!(text(599).starts_with("HTTP/1.1 599 "));
    }
}
