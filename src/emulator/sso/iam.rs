//! CreateTokenWithIAM: the signed way to a token, for applications of the directory.

use serde_json::{Value, json};

use super::oidc::refused;
use super::store::{AUTHORIZATION_CODE, REFRESH_TOKEN, Tokens};
use super::{ACCOUNT_ACCESS, USER};
use crate::emulator::authenticate::authenticate;
use crate::emulator::encode::{base64, base64_decode, base64_url};
use crate::emulator::http::Request;
use crate::emulator::json::{Members, invalid};
use crate::emulator::refusal::Refusal;
use crate::emulator::route::Context;
use crate::emulator::state::{derive, uuid};

const SIGNING_NAME: &str = "sso-oauth";
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TYPE: &str = "urn:ietf:params:oauth:token-type:access_token";
const REFRESH_TYPE: &str = "urn:ietf:params:oauth:token-type:refresh_token";

pub(super) fn create_token(context: &Context<'_>, request: &Request) -> Result<Value, Refusal> {
    let caller = authenticate(context, request, SIGNING_NAME).map_err(|refusal| rest_refusal(&refusal))?;
    let members = Members::read(request)?;
    let (id, grant) = (members.required("clientId")?, members.required("grantType")?);
    if !id.starts_with("arn:") || !id.contains(":application/") {
        return Err(Refusal::new(401, "InvalidClientException", "The client id is not the ARN of an application"));
    }
    let tokens = run_grant(context, &members, id, grant)?;
    let now = context.now;
    context.shared.state().sso.count(grant);
    let wants_refresh = members.text("requestedTokenType")? == Some(REFRESH_TYPE);
    let account = &caller.principal.account;
    let claims = json!({
        "iss": context.shared.url,
        "aud": id,
        "sub": uuid(USER),
        "iat": now,
        "exp": now.saturating_add(tokens.expires_in.into()),
        "sts:identity_context": identity_context(account, &tokens),
    });
    Ok(json!({
        "accessToken": tokens.access,
        "awsAdditionalDetails": {"identityContext": identity_context(account, &tokens)},
        "expiresIn": tokens.expires_in,
        "idToken": jwt(&claims),
        "issuedTokenType": if wants_refresh { REFRESH_TYPE } else { ACCESS_TYPE },
        "refreshToken": tokens.refresh,
        "scope": tokens.scopes,
        "tokenType": "Bearer",
    }))
}

fn run_grant(context: &Context<'_>, members: &Members, id: &str, grant: &str) -> Result<Tokens, Refusal> {
    let now = context.now;
    let mut scopes = members.list("scope")?;
    if scopes.is_empty() {
        scopes = ["openid", "aws", "sts:identity_context", ACCOUNT_ACCESS].map(str::to_owned).to_vec();
    }
    let mut state = context.shared.state();
    let store = &mut state.sso;
    match grant {
        AUTHORIZATION_CODE => {
            let (code, redirect) = (members.required("code")?, members.required("redirectUri")?);
            store.redeem(id, code, redirect, members.required("codeVerifier")?, now)
        }
        REFRESH_TOKEN => store.refresh(id, members.required("refreshToken")?, now),
        JWT_BEARER => {
            check_assertion(members.required("assertion")?, now)?;
            Ok(store.sign_in(id, scopes, now))
        }
        TOKEN_EXCHANGE => {
            let (subject, kind) = (members.required("subjectToken")?, members.required("subjectTokenType")?);
            if kind != ACCESS_TYPE {
                return Err(invalid(format!("subjectTokenType {kind} is not supported")));
            }
            let requested = members.text("requestedTokenType")?;
            if let Some(kind) = requested.filter(|kind| ![ACCESS_TYPE, REFRESH_TYPE].contains(kind)) {
                return Err(invalid(format!("requestedTokenType {kind} is not supported")));
            }
            let known = store.bearer(Some(subject), now);
            known.map_err(|_| refused("InvalidGrantException", "Invalid subject token provided"))?;
            Ok(store.sign_in(id, scopes, now))
        }
        _ => Err(refused("UnsupportedGrantTypeException", format!("Unsupported grant type: {grant}"))),
    }
}

/// A JWT that has not expired. Who signed it is not looked at.
fn check_assertion(assertion: &str, now: i64) -> Result<(), Refusal> {
    let parts: Vec<&str> = assertion.split('.').collect();
    let claims = match parts.as_slice() {
        [_, payload, _] => base64_decode(payload).and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok()),
        _ => None,
    };
    let Some(Value::Object(claims)) = claims else {
        return Err(refused("InvalidGrantException", "The assertion is not a JWT"));
    };
    if claims.get("exp").and_then(Value::as_i64).is_some_and(|expiry| expiry <= now) {
        return Err(refused("InvalidGrantException", "The assertion has expired"));
    }
    Ok(())
}

fn jwt(claims: &Value) -> String {
    let header = json!({"kid": "emulator", "typ": "JWT", "alg": "RS384"});
    let signed = [&header, claims].map(|part| base64_url(part.to_string().as_bytes())).join(".");
    let signature = base64_url(&derive(&signed, 256));
    format!("{signed}.{signature}")
}

/// The opaque text AssumeRole takes as a context assertion.
fn identity_context(account: &str, tokens: &Tokens) -> String {
    base64(&derive(&format!("identity context {account} {}", tokens.access), 240))
}

/// The names REST-JSON services have for what is wrong with a signature.
fn rest_refusal(refusal: &Refusal) -> Refusal {
    let code = match refusal.code() {
        "MissingAuthenticationToken" => "MissingAuthenticationTokenException",
        "IncompleteSignature" => "IncompleteSignatureException",
        "InvalidClientTokenId" => "UnrecognizedClientException",
        "SignatureDoesNotMatch" => "InvalidSignatureException",
        "ExpiredToken" => "ExpiredTokenException",
        other => other,
    };
    Refusal::new(refusal.status(), code, refusal.message())
}
