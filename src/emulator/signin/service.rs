//! CreateOAuth2Token on the wire.

use serde_json::json;

use super::dpop;
use super::store::{INVALID, refused};
use crate::emulator::http::Request;
use crate::emulator::json::{self, Members};
use crate::emulator::refusal::Refusal;
use crate::emulator::reply::Reply;
use crate::emulator::route::{Context, Service};

const NAMESPACE: &str = "com.amazonaws.signin";
/// What the names of all clients start with.
const CLIENT: &str = "arn:aws:signin:::devtools/";
/// Characters of a refresh token.
const MAX_REFRESH_TOKEN: usize = 2048;
/// The member `error` of an answer, and the error of the model that goes with it.
const ERRORS: [(&str, &str); 2] = [("server_error", "InternalServerException"), (INVALID, "ValidationException")];
/// What goes with all others.
const DENIED: &str = "AccessDeniedException";

/// The sign-in service as a row of the routing table.
pub(in crate::emulator) const SERVICE: Service = Service { claim, answer, error };

fn claim(request: &Request) -> Option<Option<String>> {
    let mine = request.method == "POST" && request.path == "/v1/token";
    mine.then(|| Some("CreateOAuth2Token".to_owned()))
}

fn answer(context: &Context<'_>, request: &Request) -> Result<Reply, Refusal> {
    let members = Members::read(request)?;
    let (client, grant) = (members.required("clientId")?, members.required("grantType")?);
    if !client.strip_prefix(CLIENT).is_some_and(|device| matches!(device, "same-device" | "cross-device")) {
        return Err(refused(INVALID, "clientId is not the ARN of a client"));
    }
    if grant != "refresh_token" {
        return Err(refused(INVALID, "The emulator knows the grant type refresh_token only"));
    }
    let token = members.required("refreshToken")?;
    if token.len() > MAX_REFRESH_TOKEN {
        return Err(refused(INVALID, "refreshToken is too long"));
    }
    let proof = proof(context, request)?;

    let mut state = context.shared.state();
    let (user, refresh_token) = state.logins.refresh(proof, client, token, context.now)?;
    let lifetime = state.logins.settings.credentials_lifetime;
    let issued = state.issue(user, "CreateOAuth2Token", context.now, lifetime.into());
    let document = json!({
        "accessToken": {
            "accessKeyId": issued.access_key_id,
            "secretAccessKey": issued.secret_access_key,
            "sessionToken": issued.session_token,
        },
        "tokenType": "aws_sigv4",
        "expiresIn": lifetime,
        "refreshToken": refresh_token,
    });
    Ok(json::reply(context, 200, &document))
}

/// The one proof of a request.
fn proof(context: &Context<'_>, request: &Request) -> Result<dpop::Proof, Refusal> {
    let mut sent = request.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("dpop"));
    let (Some((_, token)), None) = (sent.next(), sent.next()) else {
        return Err(refused(INVALID, "There must be one DPoP header"));
    };
    dpop::verify(token.trim(), &request.method, &url(context, request), context.now)
        .map_err(|why| refused(INVALID, &format!("The DPoP proof is not valid: {why}")))
}

/// The URL the request was sent to, as its `Host` says it, without a query.
fn url(context: &Context<'_>, request: &Request) -> String {
    let own = &context.shared.url;
    match (own.split_once("://"), request.header("host")) {
        (Some((scheme, _)), Some(host)) => format!("{scheme}://{host}{}", request.path),
        _ => format!("{own}{}", request.path),
    }
}

fn error(context: &Context<'_>, refusal: &Refusal) -> Reply {
    let (mut status, code, message) = if refusal.is_throttle() {
        (429, "TooManyRequestsError", "Rate exceeded")
    } else {
        (refusal.status(), refusal.code(), refusal.message())
    };
    let (error, name) = match code {
        // A member of the body that is missing or of a wrong type.
        "InvalidRequestException" => (INVALID, "ValidationException"),
        "InternalServerException" => ("server_error", code),
        _ if code.ends_with("Exception") || code.ends_with("Error") => (INVALID, code),
        _ => ERRORS.into_iter().find(|(error, _)| *error == code).unwrap_or((code, DENIED)),
    };
    if name == DENIED
        && let Some(other) = context.shared.state().logins.settings.denial_status
    {
        status = other;
    }
    json::error(context, status, name, NAMESPACE, &json!({"error": error, "message": message}))
}
