//! IMDS: session tokens, roles, their keys, and where the instance is.

use std::time::Duration;

use serde_json::json;

use super::keys::Keys;
use crate::emulator::Emulator;
use crate::emulator::clock;
use crate::emulator::encode::{base64, percent_decode};
use crate::emulator::fault::Delivery;
use crate::emulator::http::Request;
use crate::emulator::kept::Kept;
use crate::emulator::refusal::Refusal;
use crate::emulator::reply::Reply;
use crate::emulator::route::{Context, Service};
use crate::emulator::state::{Principal, State, derive};

const TOKEN: &str = "x-aws-ec2-metadata-token";
const TOKEN_TTL: &str = "x-aws-ec2-metadata-token-ttl-seconds";
/// Seconds a token may be asked for.
const TTL: std::ops::RangeInclusive<i64> = 1..=21_600;
/// What every token starts with, before base64.
const TOKEN_PREFIX: [u8; 3] = [1, 0, 4];
const CREDENTIALS_PATH: &str = "/latest/meta-data/iam/security-credentials";
/// The session name of all roles: the id of the instance.
const INSTANCE_ID: &str = "i-0123456789abcdef0";

/// IMDS as a row of the routing table.
pub(in crate::emulator) const SERVICE: Service = Service { claim, answer, error };

/// The instance: what a test can turn, and the tokens it gave.
pub(in crate::emulator) struct Instance {
    pub(super) roles: Vec<String>,
    pub(super) allows_v1: bool,
    pub(super) token_status: Option<u16>,
    pub(super) token_silence: Option<Duration>,
    pub(super) drip: Option<Duration>,
    /// Code and message in place of keys.
    pub(super) failure: Option<(String, String)>,
    pub(super) keys: Keys,
    /// When each token expires.
    pub(super) tokens: Kept<i64>,
    serial: u64,
}

impl Default for Instance {
    fn default() -> Self {
        Instance {
            roles: vec!["stskit-instance".to_owned()],
            allows_v1: false,
            token_status: None,
            token_silence: None,
            drip: None,
            failure: None,
            keys: Keys::default(),
            tokens: Kept::default(),
            serial: 0,
        }
    }
}

impl Instance {
    fn new_token(&mut self, ttl: i64, now: i64) -> String {
        self.serial += 1;
        let mut bytes = TOKEN_PREFIX.to_vec();
        bytes.extend(derive(&format!("imds token {now} {}", self.serial), 37));
        let token = base64(&bytes);
        self.tokens.add(&token, now.saturating_add(ttl));
        token
    }

    /// Whether a GET with this token, or with none, may pass.
    fn admits(&self, token: Option<&str>, now: i64) -> bool {
        match token {
            None => self.allows_v1,
            Some(token) => self.tokens.entries.get(token).is_some_and(|end| *end > now),
        }
    }
}

/// What a path asks for, and the name this has in records and faults.
#[derive(Clone, Copy)]
enum Target<'a> {
    Token,
    Roles,
    Credentials(&'a str),
    Region,
    AvailabilityZone,
}

impl<'a> Target<'a> {
    fn of(path: &'a str) -> Option<Self> {
        if let Some(role) = path.strip_prefix(CREDENTIALS_PATH) {
            return match role {
                "" | "/" => Some(Target::Roles),
                _ => role.strip_prefix('/').map(Target::Credentials),
            };
        }
        match path.strip_suffix('/').unwrap_or(path) {
            "/latest/api/token" => Some(Target::Token),
            "/latest/meta-data/placement/region" => Some(Target::Region),
            "/latest/meta-data/placement/availability-zone" => Some(Target::AvailabilityZone),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Target::Token => "ImdsToken",
            Target::Roles => "ImdsRoles",
            Target::Credentials(_) => "ImdsCredentials",
            Target::Region => "ImdsRegion",
            Target::AvailabilityZone => "ImdsAvailabilityZone",
        }
    }
}

fn claim(request: &Request) -> Option<Option<String>> {
    let target = || Target::of(&request.path).map(|target| target.name().to_owned());
    request.path.starts_with("/latest/").then(target)
}

fn refused(status: u16) -> Refusal {
    Refusal::new(status, title(status), "")
}

fn title(status: u16) -> &'static str {
    let status = http::StatusCode::from_u16(status).ok();
    status.and_then(|status| status.canonical_reason()).unwrap_or("Error")
}

fn answer(context: &Context<'_>, request: &Request) -> Result<Reply, Refusal> {
    let target = Target::of(&request.path);
    let mut state = context.shared.state();
    if let Some(Target::Token) = target {
        return token(&mut state.instance, request, context.now);
    }
    if !state.instance.admits(request.header(TOKEN), context.now) {
        return Err(refused(401));
    }
    if request.method != "GET" {
        return Err(refused(405));
    }
    let region = context.shared.region.as_deref().unwrap_or(Emulator::REGION);
    let text = match target {
        Some(Target::Roles) if !state.instance.roles.is_empty() => state.instance.roles.join("\n"),
        Some(Target::Credentials(role)) => {
            let role = percent_decode(role, false);
            credentials(&mut state, &String::from_utf8_lossy(&role), context.now)?
        }
        Some(Target::Region) => region.to_owned(),
        Some(Target::AvailabilityZone) => format!("{region}a"),
        _ => return Err(refused(404)),
    };
    Ok(on_the_wire(&state.instance, Reply::new(200, "text/plain", text)))
}

fn token(instance: &mut Instance, request: &Request, now: i64) -> Result<Reply, Refusal> {
    if let Some(hold) = instance.token_silence {
        return Ok(Reply { delivery: Delivery::Stall { body: None, hold }, ..Reply::bare(200, "") });
    }
    if let Some(status) = instance.token_status {
        return Err(refused(status));
    }
    if request.method != "PUT" {
        return Err(refused(405));
    }
    // A proxy that passes requests on must not get at a token for others.
    if request.header("x-forwarded-for").is_some() {
        return Err(refused(403));
    }
    let ttl = request.header(TOKEN_TTL).and_then(|text| text.trim().parse().ok());
    let ttl: i64 = ttl.filter(|ttl| TTL.contains(ttl)).ok_or_else(|| refused(400))?;
    let mut reply = Reply::new(200, "text/plain", instance.new_token(ttl, now));
    reply.headers.push(("X-Aws-Ec2-Metadata-Token-Ttl-Seconds".to_owned(), ttl.to_string()));
    Ok(on_the_wire(instance, reply))
}

/// The document of a role.
fn credentials(state: &mut State, role: &str, now: i64) -> Result<String, Refusal> {
    if !state.instance.roles.iter().any(|known| known == role) {
        return Err(refused(404));
    }
    if let Some((code, message)) = &state.instance.failure {
        return Ok(failure(code, message, now));
    }
    let principal = || Principal::role_session(Emulator::ACCOUNT_ID, role, INSTANCE_ID);
    let set = Keys::present(state, |state| &mut state.instance.keys, role, principal, now);
    let document = json!({
        "Code": "Success",
        "LastUpdated": clock::extended(set.issued_at),
        "Type": "AWS-HMAC",
        "AccessKeyId": set.issued.access_key_id,
        "SecretAccessKey": set.issued.secret_access_key,
        "Token": set.issued.session_token,
        "Expiration": clock::extended(set.issued.expiration),
    });
    Ok(format!("{document:#}"))
}

/// The document of a role that the instance cannot get keys for.
fn failure(code: &str, message: &str, now: i64) -> String {
    format!("{:#}", json!({"Code": code, "Message": message, "LastUpdated": clock::extended(now)}))
}

fn on_the_wire(instance: &Instance, mut reply: Reply) -> Reply {
    reply.headers.push(("Server".to_owned(), "EC2ws".to_owned()));
    if let Some(pause) = instance.drip {
        reply.delivery = Delivery::Drip(pause);
    }
    reply
}

/// A page for every status; with 200 the document of a role without keys.
fn error(context: &Context<'_>, refusal: &Refusal) -> Reply {
    let state = context.shared.state();
    if refusal.is_throttle() {
        return on_the_wire(&state.instance, Reply::bare(503, ""));
    }
    let status = refusal.status();
    let reply = if status == 200 {
        Reply::new(200, "text/plain", failure(refusal.code(), refusal.message(), context.now))
    } else {
        let title = format!("{status} - {}", title(status));
        let page = format!(
            "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n\
             <!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\"\n\
             \t\"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">\n\
             <html xmlns=\"http://www.w3.org/1999/xhtml\" xml:lang=\"en\" lang=\"en\">\n\
             \x20<head>\n  <title>{title}</title>\n </head>\n <body>\n  <h1>{title}</h1>\n </body>\n</html>\n"
        );
        Reply::new(status, "text/html", page)
    };
    on_the_wire(&state.instance, reply)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_names() {
        for (path, name) in [
            ("/latest/api/token", Some("ImdsToken")),
            ("/latest/meta-data/iam/security-credentials", Some("ImdsRoles")),
            ("/latest/meta-data/iam/security-credentials/", Some("ImdsRoles")),
            ("/latest/meta-data/iam/security-credentials/a", Some("ImdsCredentials")),
            ("/latest/meta-data/iam/security-credentialsa", None),
            ("/latest/meta-data/placement/region", Some("ImdsRegion")),
            ("/latest/meta-data/placement/availability-zone/", Some("ImdsAvailabilityZone")),
            ("/latest/meta-data/placement/availability-zone//", None),
            ("/latest/", None),
        ] {
            assert_eq!(Target::of(path).map(Target::name), name, "{path}");
        }
    }

    #[test]
    fn tokens_live_as_long_as_asked() {
        let mut instance = Instance::default();
        let token = instance.new_token(10, 100);
        assert_eq!(token.len(), 56);
        assert!(instance.admits(Some(&token), 109) && !instance.admits(Some(&token), 110));
        assert_ne!(instance.new_token(10, 100), token);
        assert!(!instance.admits(None, 100) && !instance.admits(Some(""), 100));
        instance.allows_v1 = true;
        assert!(instance.admits(None, 100) && !instance.admits(Some("other"), 100));
    }
}
