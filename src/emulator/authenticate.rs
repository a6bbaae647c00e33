//! Who signed a request: the one place where signatures meet the keys of the emulator.

use super::http::Request;
use super::refusal::Refusal;
use super::route::Context;
use super::state::Caller;
use super::verify::{Signature, SignedRequest};

/// Checks the signature of a request to the service of this signing name.
pub(super) fn authenticate(context: &Context<'_>, request: &Request, signing_name: &str) -> Result<Caller, Refusal> {
    let signed = SignedRequest {
        method: &request.method,
        path: &request.path,
        query: &request.query,
        headers: &request.headers,
        body: &request.body,
    };
    let signature = Signature::find(&signed)?;
    let shared = context.shared;
    let found = shared.state().find(&signature.access_key_id, signature.token.as_deref(), context.now);
    let (secret, caller) = found?;
    signature.check(&signed, &secret, signing_name, shared.region.as_deref(), context.now)?;
    Ok(caller)
}
