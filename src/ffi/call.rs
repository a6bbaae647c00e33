//! Calling operations: any by name with JSON, the common ones typed.

use std::ffi::c_char;

use serde_json::Value;

use super::client::stskit_client;
use super::config::service;
use super::credentials::stskit_credentials;
use super::error::{Refinement, refined, stskit_error};
use super::guard;
use super::response::{stskit_response, stskit_text};
use super::status::stskit_status;
use super::text::{Out, handle, optional, required};
use crate::credential::Credentials;
use crate::endpoint::EndpointService;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::sts::{AssumeRole, AssumeRoleWithWebIdentity, GetSessionToken, GetWebIdentityToken};

pub(super) fn parse(json: &str) -> Result<Value> {
    parse_as("input_json", json)
}

pub(super) fn parse_as(parameter: &str, json: &str) -> Result<Value> {
    serde_json::from_str(json).map_err(|e| {
        // Only where: serde's words may quote what is there.
        let message = format!("{parameter} is not JSON: line {}, column {}", e.line(), e.column());
        refined(Error::input(message), Refinement::NotJson)
    })
}

/// 0 is what C has for "not given".
fn seconds(duration: i32) -> Option<i32> {
    (duration != 0).then_some(duration)
}

fn no_credentials(operation: &str) -> Error {
    Error::response(format!("the answer to {operation} has no credentials"))
}

fn answer(credentials: Option<Credentials>, operation: &str) -> Result<stskit_credentials> {
    credentials.map(stskit_credentials::new).ok_or_else(|| no_credentials(operation))
}

/// Calls any operation of STS, SSO or SSO-OIDC by its name, with its members as JSON.
///
/// Members are spelt as the service spells them: {"RoleArn":"...","RoleSessionName":"..."} for STS,
/// {"accessToken":"..."} for SSO. A name that is not known is STSKIT_STATUS_INVALID_ARGUMENT, and the message
/// has the names that are. Lists come page by page: stskit_client_paginate() goes through them.
///
/// @param client      the client.
/// @param service     one of STSKIT_SERVICE_...
/// @param operation   name of the operation: "GetCallerIdentity".
/// @param input_json  its members as a JSON object; NULL: none.
/// @param response    out: the output, to be ended with stskit_response_free().
/// @param err         out: the error, or NULL.
/// @return STSKIT_STATUS_OK; STSKIT_STATUS_INVALID_ARGUMENT; for signed operations whatever
/// stskit_client_get_credentials() answers; the service's error; what kept it from answering;
/// STSKIT_STATUS_CANCELLED. Blocks on the network; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_client_call(
    client: *const stskit_client,
    service: i32,
    operation: *const c_char,
    input_json: *const c_char,
    response: *mut *mut stskit_response,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(response, "response")?;
        let client = handle(client, "client")?;
        let service = self::service(service)?;
        let operation = required(operation, "operation")?;
        let input = parse(optional(input_json, "input_json")?.unwrap_or("{}"))?;
        let answer = match service {
            EndpointService::Sts => client.sts.call_json(operation, input),
            EndpointService::Sso => client.sso()?.call_json(operation, input),
            EndpointService::SsoOidc => client.oidc()?.call_json(operation, input),
            EndpointService::Signin => return Err(super::config::not_called()),
        };
        out.put(stskit_response::new(answer?)?);
        Ok(())
    })
}

/// Presigns any operation by its name, with its members as JSON: whoever has the URL may make the call with a
/// GET until it expires. Nothing is sent.
///
/// @param client           the client whose credentials sign.
/// @param service          STSKIT_SERVICE_STS; the operations of the others do not fit into a URL.
/// @param operation        name of the operation: "GetCallerIdentity".
/// @param input_json       its members as a JSON object, as for stskit_client_call(); NULL: none.
/// @param expires_seconds  life of the URL, 1 to 604800; STS honours 15 minutes at most.
/// @param url              out: the URL, to be ended with stskit_text_free().
/// @param err              out: the error, or NULL.
/// @return STSKIT_STATUS_OK; STSKIT_STATUS_INVALID_ARGUMENT; STSKIT_STATUS_NOT_SUPPORTED for another service;
/// otherwise as stskit_client_get_credentials(). May block on the network, the disk or another process; any
/// thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_client_presign_call(
    client: *const stskit_client,
    service: i32,
    operation: *const c_char,
    input_json: *const c_char,
    expires_seconds: u32,
    url: *mut *mut stskit_text,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(url, "url")?;
        let client = handle(client, "client")?;
        let service = self::service(service)?;
        let operation = required(operation, "operation")?;
        let input = parse(optional(input_json, "input_json")?.unwrap_or("{}"))?;
        client.check()?;
        let made = match service {
            EndpointService::Sts => client.sts.presign_json(operation, input, expires_seconds, &[]),
            EndpointService::Sso => client.sso()?.presign_json(operation, input, expires_seconds, &[]),
            EndpointService::SsoOidc => client.oidc()?.presign_json(operation, input, expires_seconds, &[]),
            EndpointService::Signin => return Err(super::config::not_called()),
        };
        out.put(stskit_text::new(made?.expose()));
        Ok(())
    })
}

/// Asks STS who the credentials belong to (GetCallerIdentity). Needs no permission.
///
/// @param client    the client.
/// @param response  out: the output, to be ended with stskit_response_free(): "/Arn", "/Account", "/UserId"
///                  of it by stskit_response_get().
/// @param err       out: the error, or NULL.
/// @return as stskit_client_call(). Blocks on the network; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_client_get_caller_identity(
    client: *const stskit_client,
    response: *mut *mut stskit_response,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(response, "response")?;
        let answer = handle(client, "client")?.sts.call_json("GetCallerIdentity", Value::Object(Default::default()))?;
        out.put(stskit_response::new(answer)?);
        Ok(())
    })
}

/// Assumes a role once (AssumeRole). For a client that keeps the role's credentials fresh use
/// stskit_client_new_with_assumed_role(); for other members stskit_client_call().
///
/// @param client            the client whose credentials assume the role.
/// @param role_arn          ARN of the role.
/// @param session_name      names the session in logs.
/// @param duration_seconds  900 to the maximum of the role; 0: the service's default, an hour.
/// @param external_id       what the role's owner asks third parties for; or NULL.
/// @param credentials       out: the role's credentials, to be ended with stskit_credentials_free().
/// @param err               out: the error, or NULL.
/// @return as stskit_client_call(). Blocks on the network; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_client_assume_role(
    client: *const stskit_client,
    role_arn: *const c_char,
    session_name: *const c_char,
    duration_seconds: i32,
    external_id: *const c_char,
    credentials: *mut *mut stskit_credentials,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(credentials, "credentials")?;
        let client = handle(client, "client")?;
        let input = AssumeRole {
            duration_seconds: seconds(duration_seconds),
            external_id: optional(external_id, "external_id")?.map(str::to_owned),
            ..AssumeRole::new(required(role_arn, "role_arn")?, required(session_name, "session_name")?)
        };
        out.put(answer(client.sts.assume_role(&input)?.credentials(), "AssumeRole")?);
        Ok(())
    })
}

/// Assumes a role for an OpenID Connect token (AssumeRoleWithWebIdentity). Not signed: no credentials are
/// looked for.
///
/// @param client            the client.
/// @param role_arn          ARN of the role.
/// @param session_name      names the session in logs.
/// @param token             the token.
/// @param duration_seconds  900 to the maximum of the role; 0: the service's default, an hour.
/// @param credentials       out: the role's credentials, to be ended with stskit_credentials_free().
/// @param err               out: the error, or NULL.
/// @return as stskit_client_call(). Blocks on the network; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_client_assume_role_with_web_identity(
    client: *const stskit_client,
    role_arn: *const c_char,
    session_name: *const c_char,
    token: *const c_char,
    duration_seconds: i32,
    credentials: *mut *mut stskit_credentials,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(credentials, "credentials")?;
        let client = handle(client, "client")?;
        let (role, session) = (required(role_arn, "role_arn")?, required(session_name, "session_name")?);
        let input = AssumeRoleWithWebIdentity {
            duration_seconds: seconds(duration_seconds),
            ..AssumeRoleWithWebIdentity::new(role, session, required(token, "token")?)
        };
        let credentials = client.sts.assume_role_with_web_identity(&input)?.credentials();
        out.put(answer(credentials, "AssumeRoleWithWebIdentity")?);
        Ok(())
    })
}

/// Temporary credentials of the caller, with MFA if given (GetSessionToken). Signed with long-term credentials.
///
/// @param client            the client.
/// @param duration_seconds  900 to 129600; 0: the service's default, 12 hours.
/// @param mfa_serial        serial number or ARN of the MFA device; NULL without MFA.
/// @param mfa_code          its current code; NULL without MFA.
/// @param credentials       out: the credentials, to be ended with stskit_credentials_free().
/// @param err               out: the error, or NULL.
/// @return as stskit_client_call(). Blocks on the network; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_client_get_session_token(
    client: *const stskit_client,
    duration_seconds: i32,
    mfa_serial: *const c_char,
    mfa_code: *const c_char,
    credentials: *mut *mut stskit_credentials,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(credentials, "credentials")?;
        let client = handle(client, "client")?;
        let input = GetSessionToken {
            duration_seconds: seconds(duration_seconds),
            serial_number: optional(mfa_serial, "mfa_serial")?.map(str::to_owned),
            token_code: optional(mfa_code, "mfa_code")?.map(Secret::from),
            ..GetSessionToken::default()
        };
        out.put(answer(client.sts.get_session_token(&input)?.credentials(), "GetSessionToken")?);
        Ok(())
    })
}

/// A signed JWT that tells other services who the caller is (GetWebIdentityToken).
///
/// @param client             the client.
/// @param audience           who the token is for: "https://api.example.com".
/// @param signing_algorithm  "RS256" or "ES384".
/// @param duration_seconds   60 to 3600; 0: the service's default, 5 minutes.
/// @param token              out: the token, to be ended with stskit_text_free().
/// @param err                out: the error, or NULL.
/// @return as stskit_client_call(). Blocks on the network; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_client_get_web_identity_token(
    client: *const stskit_client,
    audience: *const c_char,
    signing_algorithm: *const c_char,
    duration_seconds: i32,
    token: *mut *mut stskit_text,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(token, "token")?;
        let client = handle(client, "client")?;
        let audience = vec![required(audience, "audience")?.to_owned()];
        let input = GetWebIdentityToken {
            duration_seconds: seconds(duration_seconds),
            ..GetWebIdentityToken::new(audience, required(signing_algorithm, "signing_algorithm")?)
        };
        let answer = client.sts.get_web_identity_token(&input)?;
        let token = answer.web_identity_token.as_ref();
        let token = token.ok_or_else(|| Error::response("the answer to GetWebIdentityToken has no token"))?;
        out.put(stskit_text::new(token.expose()));
        Ok(())
    })
}
