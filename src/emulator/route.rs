//! One port, many services: finds the service a request is for and has it answer.
//!
//! This is the seam for the services to come. A service is one row of [`SERVICES`] and one sibling
//! file: `claim` says whether a request is its own and for which operation, `answer` runs it,
//! `error` writes an error document in its format. Rows are asked in order; the first claim wins.

use super::fault::{Answer, Fault};
use super::http::Request;
use super::refusal::Refusal;
use super::reply::Reply;
use super::server::Shared;
use super::{metadata, signin, sso, sts};

/// What a service needs to answer.
pub(super) struct Context<'a> {
    pub(super) shared: &'a Shared,
    /// The emulator's time, read once for each request: seconds since 1970.
    pub(super) now: i64,
    /// The id this answer goes by.
    pub(super) request_id: String,
}

/// One service of the emulator.
pub(super) struct Service {
    /// `Some` if the request is for this service; in it the operation, if the request names one.
    pub(super) claim: fn(&Request) -> Option<Option<String>>,
    pub(super) answer: fn(&Context<'_>, &Request) -> Result<Reply, Refusal>,
    pub(super) error: fn(&Context<'_>, &Refusal) -> Reply,
}

/// Every service, most particular first. STS takes the root path and so comes last.
const SERVICES: &[&Service] =
    &[&metadata::IMDS, &metadata::CONTAINER, &signin::SIGNIN, &sso::PORTAL, &sso::OIDC, &sso::BROWSER, &sts::SERVICE];

/// Where a request goes.
#[derive(Default)]
pub(super) struct Route {
    service: Option<&'static Service>,
    pub(super) operation: Option<String>,
}

impl Route {
    pub(super) fn of(request: &Request) -> Self {
        for service in SERVICES {
            if let Some(operation) = (service.claim)(request) {
                return Route { service: Some(service), operation };
            }
        }
        Route::default()
    }

    /// The answer to the request, or what the fault puts in its place.
    pub(super) fn answer(&self, context: &Context<'_>, request: &Request, fault: Option<&Fault>) -> Reply {
        let mut reply = match fault.and_then(|fault| fault.answer.as_ref()) {
            Some(Answer::Status { status, content_type, body }) => replacement(*status, content_type.as_deref(), body),
            Some(Answer::Error { code, message, status }) => {
                let refusal = Refusal::new(*status, code, message);
                (self.service.unwrap_or(&sts::SERVICE).error)(context, &refusal)
            }
            Some(Answer::Throttle) => (self.service.unwrap_or(&sts::SERVICE).error)(context, &Refusal::throttle()),
            None => self.real_answer(context, request),
        };
        if let Some(fault) = fault {
            reply.headers.extend(fault.headers.iter().cloned());
        }
        reply
    }

    fn real_answer(&self, context: &Context<'_>, request: &Request) -> Reply {
        let Some(service) = self.service else {
            let text = format!("no service of the emulator answers {} {}\n", request.method, request.path);
            return Reply::new(404, "text/plain", text);
        };
        (service.answer)(context, request).unwrap_or_else(|refusal| {
            log::debug!("emulator: {} refused: {refusal}", self.operation.as_deref().unwrap_or("request"));
            (service.error)(context, &refusal)
        })
    }
}

fn replacement(status: u16, content_type: Option<&str>, body: &[u8]) -> Reply {
    match content_type {
        Some(kind) => Reply::new(status, kind, body),
        None => Reply::bare(status, body),
    }
}
