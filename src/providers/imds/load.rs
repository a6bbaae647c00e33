//! One load: a token, the name of the role, its keys. Here is decided what each status means.

use std::cell::Cell;
use std::sync::atomic::Ordering;
use std::time::Duration;

use http::{HeaderValue, Method, Response, Uri};
use zeroize::Zeroizing;

use super::Imds;
use super::token::{self, LIFETIME, LIFETIME_HEADER, TOKEN_HEADER};
use crate::credential::Credentials;
use crate::error::{Error, ErrorKind, Result};
use crate::providers::link_local::answer::{self, Needs};
use crate::providers::link_local::{Failed, Patience};
use crate::settings::MetadataSettings;
use crate::transport::{TransportError, TransportErrorKind};

const TOKEN: &str = "/latest/api/token";
const ROLES: &str = "/latest/meta-data/iam/security-credentials/";
const REGION: &str = "/latest/meta-data/placement/region";

/// Attempts for a request once the service has answered one, and the shortest whole time in units of the time limit.
const ATTEMPTS: u32 = 3;

/// What an answer means, by its status and its body. The last are what no text may quote.
type Read<'r, T> = dyn Fn(u16, &[u8], &[String]) -> Result<T, Failed> + 'r;

/// How the service is asked.
#[derive(Clone)]
enum Access {
    Token(HeaderValue),
    /// Version 1.
    Open,
}

pub(super) struct Load<'a> {
    imds: &'a Imds,
    settings: &'a MetadataSettings,
    patience: Patience<'a>,
    /// A request for a token was not answered.
    silent: Cell<bool>,
    /// A token was refused and replaced.
    renewed: bool,
    access: Option<Access>,
}

impl<'a> Load<'a> {
    /// # Errors
    /// `NoCredentials` if the service must not be asked.
    pub(super) fn start(imds: &'a Imds) -> Result<Self> {
        let settings = imds.settings.metadata();
        if let Some(disabled) = settings.disabled.as_ref().filter(|disabled| disabled.value) {
            return Err(Error::new(
                ErrorKind::NoCredentials,
                format!("the instance metadata service (IMDS) is disabled by {}", disabled.origin),
            ));
        }
        let times = ATTEMPTS.max(settings.attempts().unwrap_or_default());
        Ok(Load {
            imds,
            settings,
            patience: Patience::new(imds.link.host(), Some(settings.timeout().saturating_mul(times)), pause),
            silent: Cell::new(false),
            renewed: false,
            access: None,
        })
    }

    pub(super) fn credentials(mut self) -> Result<Credentials> {
        let no_role = || Error::new(ErrorKind::NoCredentials, "no role is attached to the instance");
        let role = self.get(ROLES, &|status, body, _| match status {
            200 => read_role(body)?.ok_or_else(|| Failed::Finally(no_role())),
            404 => Err(Failed::Finally(no_role())),
            _ => Err(refused(status)),
        })?;
        self.get(&format!("{ROLES}{role}"), &|status, body, secrets| match status {
            200 => answer::parse(body, Needs::KeysTokenAndExpiration, secrets),
            _ => Err(refused(status)),
        })
    }

    pub(super) fn region(mut self) -> Result<String> {
        self.get(REGION, &|status, body, _| match status {
            200 => {
                let name = |b: &u8| b.is_ascii_alphanumeric() || *b == b'-';
                let text = std::str::from_utf8(body).unwrap_or_default().trim();
                match (1..=63).contains(&text.len()) && text.as_bytes().iter().all(name) {
                    true => Ok(text.to_owned()),
                    false => Err(Failed::Again(Error::response("the answer is not the name of a region"))),
                }
            }
            _ => Err(refused(status)),
        })
    }

    /// A GET, with what its answer means; a token that is refused is replaced once.
    fn get<T>(&mut self, path: &str, read: &Read<'_, T>) -> Result<T> {
        let uri = self.settings.base.uri(path)?;
        loop {
            let access = match &self.access {
                Some(access) => access.clone(),
                None => self.authorize()?,
            };
            let token = match &access {
                Access::Token(token) => Some((TOKEN_HEADER, token)),
                Access::Open => None,
            };
            let secrets: Vec<String> =
                token.iter().filter_map(|(_, token)| token.to_str().ok()).map(str::to_owned).collect();
            let found = self.patience.attempts(&|| self.most(), &mut |left| {
                let response = self.send(Method::GET, &uri, token, left);
                let (parts, body) = response.map_err(|e| self.unanswered(e))?.into_parts();
                let body = Zeroizing::new(body);
                match parts.status.as_u16() {
                    401 => Ok(None),
                    status => read(status, &body, &secrets).map(Some),
                }
            });
            match found.map_err(|e| at(&uri, e))? {
                Some(found) => {
                    self.access = Some(access);
                    return Ok(found);
                }
                None => self.drop_token(&access).map_err(|e| at(&uri, e))?,
            }
        }
    }

    /// A GET was refused with 401: is a new token worth a try?
    fn drop_token(&mut self, access: &Access) -> Result<()> {
        if let Access::Token(token) = access {
            self.imds.tokens.refused(token);
        }
        if self.silent.get() {
            return Err(Error::response(format!(
                "it wants a session token (HTTP 401), and the request for one was not answered{}",
                self.hint()
            )));
        }
        if self.renewed {
            return Err(Error::response("it refuses its own new session token (HTTP 401)"));
        }
        self.renewed = true;
        self.access = None;
        Ok(())
    }

    /// The token that is kept, a new one, or version 1.
    fn authorize(&self) -> Result<Access> {
        let tokens = &self.imds.tokens;
        let host = self.imds.link.host();
        // After a refusal the cache may still hold what was refused.
        if !self.renewed
            && let Some(kept) = tokens.get(host.now())
        {
            return Ok(Access::Token(kept));
        }
        let may_do_without = !self.renewed && !tokens.are_demanded() && !self.settings.is_v1_disabled();
        let uri = self.settings.base.uri(TOKEN)?;
        let found = self.patience.attempts(&|| self.most(), &mut |left| {
            let response = match self.send(Method::PUT, &uri, Some((LIFETIME_HEADER, &LIFETIME)), left) {
                Ok(response) => response,
                Err(error) if error.kind() == TransportErrorKind::ReadTimeout => {
                    self.silent.set(true);
                    return if may_do_without { Ok(Access::Open) } else { Err(self.unanswered(error)) };
                }
                Err(error) => return Err(self.unanswered(error)),
            };
            let (parts, body) = response.into_parts();
            let body = Zeroizing::new(body);
            match parts.status.as_u16() {
                200 => {
                    let token = token::read(&body).map_err(Failed::Again)?;
                    tokens.keep(&token, &parts.headers, host.now());
                    Ok(Access::Token(token))
                }
                403..=405 if may_do_without => Ok(Access::Open),
                status @ (400 | 403..=405) => Err(Failed::Finally(self.no_token(status))),
                status => Err(refused(status)),
            }
        });
        let access = found.map_err(|e| at(&uri, e))?;
        if matches!(access, Access::Open) {
            log::debug!("IMDS gives no session token: asking without one (version 1)");
        }
        Ok(access)
    }

    fn no_token(&self, status: u16) -> Error {
        let why = match (&self.settings.v1_disabled, status) {
            (_, 400) => String::new(),
            (Some(disabled), _) if disabled.value => {
                format!("; requests without one (version 1) are disabled by {}", disabled.origin)
            }
            _ => "; it has asked for one (HTTP 401), so version 1, without one, is out of the question".to_owned(),
        };
        Error::response(format!("it gives no session token (HTTP {status}){why}"))
    }

    /// One attempt tells whether there is such a service; one that is there gets more.
    fn most(&self) -> u32 {
        self.settings.attempts().unwrap_or(if self.imds.answered.load(Ordering::Relaxed) { ATTEMPTS } else { 1 })
    }

    fn send(
        &self,
        method: Method,
        uri: &Uri,
        header: Option<(&'static str, &HeaderValue)>,
        left: Option<Duration>,
    ) -> Result<Response<Vec<u8>>, TransportError> {
        let sent = self.imds.link.send(method, uri, header.as_slice(), left);
        if let Ok(response) = &sent {
            self.imds.answered.store(true, Ordering::Relaxed);
            let date = response.headers().get(http::header::DATE).and_then(|date| date.to_str().ok());
            self.imds.clock.learn_date(date, self.imds.link.host());
        }
        sent
    }

    fn unanswered(&self, error: TransportError) -> Failed {
        match error.kind().as_error_kind() {
            ErrorKind::Network | ErrorKind::Timeout => Failed::of_transport(error, &self.hint()),
            _ => Failed::of_transport(error, ""),
        }
    }

    /// What to do if there is no answer.
    fn hint(&self) -> String {
        let whose = self.settings.endpoint_origin().map(|o| format!(" (the address is from {o})")).unwrap_or_default();
        format!(
            "{whose}; outside EC2 set AWS_EC2_METADATA_DISABLED=true; in a container on EC2 the hop limit in the \
             metadata options of the instance has to be 2 or more"
        )
    }
}

/// After so many attempts: 0.1 s, 0.2 s, then 0.4 s each.
fn pause(attempts: u32) -> Duration {
    Duration::from_millis(100 << attempts.saturating_sub(1).min(2))
}

fn at(uri: &Uri, error: Error) -> Error {
    error.with_context(format_args!("the instance metadata service (IMDS) at {uri}"))
}

/// A status that nothing else is known about. What comes with it is a page.
fn refused(status: u16) -> Failed {
    Failed::Again(match status {
        429 | 500.. => Error::from_service(answer::refusal(status, &[], &[])),
        _ => Error::response(format!("it answered HTTP {status}")),
    })
}

/// The first line; `None` if there is nothing. A page of something else on this address is no name of a role.
fn read_role(body: &[u8]) -> Result<Option<String>, Failed> {
    let text = std::str::from_utf8(body).unwrap_or("?").trim();
    let role = text.lines().next().unwrap_or_default().trim();
    let letter = |b: u8| b.is_ascii_alphanumeric() || b"+=,.@_-".contains(&b);
    match role.bytes().all(letter) {
        true => Ok(Some(role.to_owned()).filter(|role| !role.is_empty())),
        false => Err(Failed::Again(Error::response("the answer is not the name of a role"))),
    }
}
