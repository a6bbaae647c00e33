//! What the targets share: a machine and a service made of data, and a log that reads every line.

use std::sync::{Arc, Once};
use std::time::Duration;

use stskit::endpoint::EndpointService;
use stskit::host::Scripted;
use stskit::transport::{Transport, TransportError};
use stskit::{Credentials, Error, Settings};

/// 2026-01-02T03:04:05Z.
pub const NOW: i64 = 1_767_323_045;
/// Sent with every signed call: no error may show them.
pub const SECRET_KEY: &str = "pl4nted/secret/key+pl4nted";
pub const SESSION_TOKEN: &str = "pl4nted/session/token+==";
/// Sent as a member of a request.
pub const SECRET_MEMBER: &str = "pl4nted/member";

/// Answers every request with the same.
#[derive(Debug)]
pub struct Canned {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Transport for Canned {
    fn send(&self, _: http::Request<&[u8]>, _: Option<Duration>) -> Result<http::Response<Vec<u8>>, TransportError> {
        let mut answer = http::Response::new(self.body.clone());
        *answer.status_mut() = http::StatusCode::from_u16(self.status).unwrap();
        Ok(answer)
    }
}

/// Two bytes say operation and status, the rest is the body of the answer.
pub fn call(data: &[u8]) -> Option<(u8, Canned)> {
    let (&[operation, status], body) = data.split_first_chunk()?;
    let status = [200, 400, 403, 500, 503, 404, 413, 429][usize::from(status & 7)];
    Some((operation, Canned { status, body: body.to_vec() }))
}

pub fn settings() -> Settings {
    let url = "https://service.example";
    Settings::builder()
        .region("eu-west-1")
        .endpoint_url(EndpointService::Sts, url)
        .endpoint_url(EndpointService::Sso, url)
        .endpoint_url(EndpointService::SsoOidc, url)
        .max_attempts(2)
        .resolve_with(&Scripted::at(NOW))
        .unwrap()
}

pub fn host() -> Arc<Scripted> {
    Arc::new(Scripted::at(NOW))
}

pub fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", SECRET_KEY).with_session_token(SESSION_TOKEN)
}

/// Every way to show an error, none of which shows what was sent.
pub fn check_error(error: &Error, secrets: &[&str]) {
    let mut shown = format!("{error} {error:?}");
    let mut cause = std::error::Error::source(error);
    while let Some(found) = cause {
        shown.push_str(&format!(" {found} {found:?}"));
        cause = found.source();
    }
    for secret in secrets {
        assert!(!shown.contains(secret), "shows a secret: {shown}");
    }
}

struct Reader;

impl log::Log for Reader {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let _ = record.args().to_string();
    }

    fn flush(&self) {}
}

/// Has every line of the log written out.
pub fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        log::set_logger(&Reader).unwrap();
        log::set_max_level(log::LevelFilter::Debug);
    });
}
