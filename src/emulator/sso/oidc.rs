//! SSO-OIDC: RegisterClient, StartDeviceAuthorization and CreateToken.
//!
//! CreateTokenWithIAM, the fourth operation, is in `iam.rs`; the rules are in `store.rs`.

use serde_json::{Value, json};

use super::iam;
use super::store::{AUTHORIZATION_CODE, DEVICE_CODE, REFRESH_TOKEN, portless};
use crate::emulator::encode::{form_pairs, percent_encode};
use crate::emulator::http::Request;
use crate::emulator::json::{self, Members};
use crate::emulator::refusal::Refusal;
use crate::emulator::reply::Reply;
use crate::emulator::route::{Context, Service};

const NAMESPACE: &str = "com.amazonaws.sso.oidc";
/// The errors of the service, with the names OAuth has for them.
const ERRORS: [(&str, &str); 14] = [
    ("AccessDeniedException", "access_denied"),
    ("AuthorizationPendingException", "authorization_pending"),
    ("ExpiredTokenException", "expired_token"),
    ("InternalServerException", "server_error"),
    ("InvalidClientException", "invalid_client"),
    ("InvalidClientMetadataException", "invalid_client_metadata"),
    ("InvalidGrantException", "invalid_grant"),
    ("InvalidRedirectUriException", "invalid_redirect_uri"),
    ("InvalidRequestException", "invalid_request"),
    ("InvalidRequestRegionException", "invalid_request"),
    ("InvalidScopeException", "invalid_scope"),
    ("SlowDownException", "slow_down"),
    ("UnauthorizedClientException", "unauthorized_client"),
    ("UnsupportedGrantTypeException", "unsupported_grant_type"),
];

/// SSO-OIDC as a row of the routing table.
pub(in crate::emulator) const SERVICE: Service = Service { claim, answer, error };

fn operation(request: &Request) -> Option<&'static str> {
    if request.method != "POST" {
        return None;
    }
    match request.path.as_str() {
        "/client/register" => Some("RegisterClient"),
        "/device_authorization" => Some("StartDeviceAuthorization"),
        "/token" if form_pairs(&request.query).iter().any(|(name, _)| name == "aws_iam") => Some("CreateTokenWithIAM"),
        "/token" => Some("CreateToken"),
        _ => None,
    }
}

fn claim(request: &Request) -> Option<Option<String>> {
    operation(request).map(|name| Some(name.to_owned()))
}

fn answer(context: &Context<'_>, request: &Request) -> Result<Reply, Refusal> {
    let document = match operation(request) {
        Some("RegisterClient") => register_client(context, &Members::read(request)?)?,
        Some("StartDeviceAuthorization") => start_device_authorization(context, &Members::read(request)?)?,
        Some("CreateTokenWithIAM") => iam::create_token(context, request)?,
        _ => create_token(context, &Members::read(request)?)?,
    };
    Ok(json::reply(context, 200, &document))
}

pub(super) fn refused(code: &str, message: impl Into<String>) -> Refusal {
    Refusal::new(400, code, message)
}

fn register_client(context: &Context<'_>, members: &Members) -> Result<Value, Refusal> {
    members.required("clientName")?;
    let kind = members.required("clientType")?;
    if kind != "public" {
        return Err(refused("InvalidClientMetadataException", format!("Client type {kind} is not supported")));
    }
    let scopes = members.list("scopes")?;
    if let Some(wrong) = scopes.iter().find(|scope| scope.is_empty() || scope.contains(char::is_whitespace)) {
        return Err(refused("InvalidScopeException", format!("Invalid scope: {wrong}")));
    }
    let grants = members.list("grantTypes")?;
    if let Some(wrong) = grants.iter().find(|grant| !is_grant(grant)) {
        return Err(refused("UnsupportedGrantTypeException", format!("Unsupported grant type: {wrong}")));
    }
    let redirects = members.list("redirectUris")?;
    if let Some(wrong) = redirects.iter().find(|uri| portless(uri).is_none()) {
        return Err(refused("InvalidRedirectUriException", format!("{wrong} is not a loopback redirect URI")));
    }
    if redirects.is_empty() && grants.iter().any(|grant| grant == AUTHORIZATION_CODE) {
        return Err(refused("InvalidRedirectUriException", "Authorization codes need a redirect URI"));
    }
    let (id, client) = context.shared.state().sso.register(scopes, grants, redirects, context.now);
    Ok(json!({
        "authorizationEndpoint": null,
        "clientId": id,
        "clientIdIssuedAt": client.issued_at,
        "clientSecret": client.secret,
        "clientSecretExpiresAt": client.expires_at,
        "tokenEndpoint": null,
    }))
}

fn is_grant(grant: &str) -> bool {
    [AUTHORIZATION_CODE, REFRESH_TOKEN, DEVICE_CODE].contains(&grant)
}

/// Whether a client may use a grant. Without a list in its registration: all but codes of a
/// browser, for which it would have had to name redirect URIs.
fn check_grant(grants: &[String], grant: &str) -> Result<(), Refusal> {
    let allowed =
        if grants.is_empty() { grant != AUTHORIZATION_CODE } else { grants.iter().any(|known| known == grant) };
    if allowed {
        return Ok(());
    }
    Err(refused("UnauthorizedClientException", format!("The client is not registered for the grant type {grant}")))
}

fn start_device_authorization(context: &Context<'_>, members: &Members) -> Result<Value, Refusal> {
    let (id, secret) = (members.required("clientId")?, members.required("clientSecret")?);
    let start_url = members.required("startUrl")?;
    if !start_url.starts_with("https://") && !start_url.starts_with("http://") {
        return Err(json::invalid("Invalid start url provided"));
    }
    let mut state = context.shared.state();
    check_grant(&state.sso.client(id, secret, context.now)?.grants, DEVICE_CODE)?;
    let started = state.sso.start_device(id, context.now);
    let page = format!("{}/start/device", context.shared.url);
    Ok(json!({
        "deviceCode": started.device_code,
        "expiresIn": state.sso.settings.device_code_lifetime,
        "interval": state.sso.settings.interval,
        "userCode": started.user_code,
        "verificationUri": page,
        "verificationUriComplete": format!("{page}?user_code={}", percent_encode(started.user_code.as_bytes(), false)),
    }))
}

fn create_token(context: &Context<'_>, members: &Members) -> Result<Value, Refusal> {
    let (id, secret) = (members.required("clientId")?, members.required("clientSecret")?);
    let grant = members.required("grantType")?;
    let now = context.now;
    let mut state = context.shared.state();
    let client = state.sso.client(id, secret, now)?;
    if !is_grant(grant) {
        return Err(refused("UnsupportedGrantTypeException", format!("Unsupported grant type: {grant}")));
    }
    check_grant(&client.grants, grant)?;
    let tokens = match grant {
        DEVICE_CODE => state.sso.poll(id, members.required("deviceCode")?, now)?,
        REFRESH_TOKEN => state.sso.refresh(id, members.required("refreshToken")?, now)?,
        _ => {
            let (code, verifier) = (members.required("code")?, members.required("codeVerifier")?);
            state.sso.redeem(id, code, members.required("redirectUri")?, verifier, now)?
        }
    };
    state.sso.count(grant);
    Ok(json!({
        "accessToken": tokens.access,
        "aws_sso_app_session_id": null,
        "expiresIn": tokens.expires_in,
        "idToken": null,
        "issuedTokenType": null,
        "originSessionId": null,
        "refreshToken": tokens.refresh,
        "tokenType": "Bearer",
    }))
}

fn error(context: &Context<'_>, refusal: &Refusal) -> Reply {
    let (code, message) = if refusal.is_throttle() {
        ("SlowDownException", "Rate exceeded")
    } else {
        (refusal.code(), refusal.message())
    };
    let name = ERRORS.iter().find(|(known, _)| *known == code).map(|(_, name)| *name);
    // What is wrong with a signature (403) is no matter of OAuth, even if it has the same code.
    let mut document = match name.filter(|_| refusal.status() != 403) {
        Some(name) => json!({"error": name, "error_description": message}),
        None => json!({"message": message}),
    };
    if code == "InvalidRequestRegionException"
        && let Some(members) = document.as_object_mut()
    {
        members.insert("endpoint".to_owned(), json!(context.shared.url));
        members.insert("region".to_owned(), json!(crate::emulator::Emulator::REGION));
    }
    json::error(context, refusal.status(), code, NAMESPACE, &document)
}
