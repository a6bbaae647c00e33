//! What the services have, as data.

use super::error::stskit_error;
use super::guard;
use super::response::stskit_text;
use super::status::stskit_status;
use super::text::Out;
use crate::model::Model;

/// Describes the services as JSON: for bindings, which have their methods and types from here, and for tools.
///
/// @code
/// {"version": "0.1.0",
///  "services": [{
///    "name": "STS",                  what STSKIT_SERVICE_... ends with, "-" as "_"
///    "id": "STS", "signing_name": "sts", "api_version": "2011-06-15",
///    "protocol": "query",            or "rest-json"
///    "operations": [{
///      "name": "AssumeRole", "method": "assume_role",
///      "signed": true,               it needs credentials
///      "input": {"shape": "AssumeRoleRequest", "members": [
///        {"name": "RoleArn", "required": true, "type": "string", "minimum": 20}]},
///      "output": {"shape": "AssumeRoleResponse", "members": []}}],
///    "errors": [{"code": "IDPRejectedClaim", "exception": "IDPRejectedClaimException",
///                "modelled": true}], false: not in AWS's model of the service, but answered
///    "paginators": [{"operation": "ListAccounts", "input_token": "nextToken",
///                    "output_token": "nextToken", "limit_key": "maxResults",
///                    "result_key": "accountList"}]}],
///  "tokens": [{
///    "name": "rds", "about": "password of a connection to RDS, Aurora or RDS Proxy",
///    "inputs": [{"name": "port", "required": true, "type": "integer",
///                "about": "port of the endpoint"}]}]}
/// @endcode
///
/// "type" is string, integer (32 bits), long (64 bits), boolean, timestamp, blob, list or structure. A list has
/// "item", which has a "type" in turn; a structure has "shape" and "members". Where they apply: "required" (true),
/// "secret" (true), "minimum" (characters, items or value), and "time" for what is a time, which says how JSON has
/// it: "rfc3339" for a text like "2026-01-02T03:04:05Z" (with ".678" if there are milliseconds),
/// "epoch-milliseconds" for a number. The "type" of an input of a token is string, integer, boolean, blob (base64) or
/// map (an object of texts). Later versions may add members.
///
/// @param json  out: the document, to be ended with stskit_text_free().
/// @param err   out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_model(json: *mut *mut stskit_text, err: *mut *mut stskit_error) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(json, "json")?;
        out.put(stskit_text::new(&Model::new()?.to_json()?));
        Ok(())
    })
}
