//! Lists, page by page.

use std::ffi::{CString, c_char};

use super::call::parse;
use super::client::stskit_client;
use super::config::service;
use super::error::{Refinement, refined, stskit_error};
use super::guard;
use super::response::stskit_response;
use super::status::stskit_status;
use super::text::{Out, c_string, free, handle, handle_mut, optional, pointer, required};
use crate::client::{JsonPages, Paging};
use crate::endpoint::EndpointService;
use crate::error::{Error, Result};

/// The pages of a list operation: each is a call.
///
/// For one thread at a time. It goes on if its client is freed.
pub struct stskit_pages {
    pages: JsonPages,
    /// Set once, when the pages end.
    resume_token: Option<CString>,
}

fn paging(page_size: u32, max_items: i64, starting_token: Option<&str>) -> Result<Paging> {
    let out_of_range = |text: String| refined(Error::input(text), Refinement::OutOfRange);
    let page_size = i32::try_from(page_size)
        .map_err(|_| out_of_range(format!("the parameter page_size is {page_size}, which is too large")))?;
    let max_items = match max_items {
        -1 => None,
        count => Some(usize::try_from(count).map_err(|_| {
            out_of_range(format!("the parameter max_items is {count}, which is neither -1 nor a number of items"))
        })?),
    };
    let page_size = (page_size != 0).then_some(page_size);
    Ok(Paging { page_size, max_items, starting_token: starting_token.map(str::to_owned) })
}

/// Starts to list with an operation that answers in pages (of SSO ListAccounts and ListAccountRoles). Nothing is
/// sent yet.
///
/// @code
/// stskit_response *page = NULL;
/// while (stskit_pages_next(pages, &page, &err) == STSKIT_STATUS_OK && page != NULL) {
///     puts(stskit_response_json(page));
///     stskit_response_free(page);
/// }
/// @endcode
///
/// @param client          the client.
/// @param service         one of STSKIT_SERVICE_...
/// @param operation       name of the operation: "ListAccounts". For one without pages the message has the names
///                        of those with.
/// @param input_json      its members as a JSON object, as for stskit_client_call(); NULL: none.
/// @param page_size       items per page; 0: as the members or the service say.
/// @param max_items       items in all, after which the last page is cut; -1: all there are.
/// @param starting_token  what stskit_pages_resume_token() gave out, or boto3; NULL: from the start.
/// @param pages           out: the pages, to be ended with stskit_pages_free().
/// @param err             out: the error, or NULL.
/// @return STSKIT_STATUS_OK; STSKIT_STATUS_INVALID_ARGUMENT; STSKIT_STATUS_INVALID_CONFIGURATION if the service
/// has no endpoint. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_client_paginate(
    client: *const stskit_client,
    service: i32,
    operation: *const c_char,
    input_json: *const c_char,
    page_size: u32,
    max_items: i64,
    starting_token: *const c_char,
    pages: *mut *mut stskit_pages,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(pages, "pages")?;
        let client = handle(client, "client")?;
        let service = self::service(service)?;
        let operation = required(operation, "operation")?;
        let input = parse(optional(input_json, "input_json")?.unwrap_or("{}"))?;
        let paging = paging(page_size, max_items, optional(starting_token, "starting_token")?)?;
        let pages = match service {
            EndpointService::Sts => client.sts.pages_json(operation, input, &paging),
            EndpointService::Sso => client.sso()?.pages_json(operation, input, &paging),
            EndpointService::SsoOidc => client.oidc()?.pages_json(operation, input, &paging),
            EndpointService::Signin => return Err(super::config::not_called()),
        };
        out.put(stskit_pages { pages: pages?, resume_token: None });
        Ok(())
    })
}

/// Asks for the next page.
///
/// @param pages  the pages. After a failure they are at their end.
/// @param page   out: the page, to be ended with stskit_response_free(); NULL with STSKIT_STATUS_OK at the end.
/// @param err    out: the error, or NULL.
/// @return as stskit_client_call(); STSKIT_STATUS_INVALID_ARGUMENT for a starting token that is none;
/// STSKIT_STATUS_INVALID_RESPONSE if the service says the same next page twice. Blocks on the network.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_pages_next(
    pages: *mut stskit_pages,
    page: *mut *mut stskit_response,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(page, "page")?;
        let pages = handle_mut(pages, "pages")?;
        let next = pages.pages.next();
        if pages.resume_token.is_none() {
            pages.resume_token = pages.pages.resume_token().map(c_string);
        }
        if let Some(answer) = next {
            out.put(stskit_response::new(answer?)?);
        }
        Ok(())
    })
}

/// Where to start next time, once max_items has cut: for starting_token, of stskit_client_paginate() or of boto3.
/// Opaque; not a secret.
///
/// @param pages  the pages, or NULL.
/// @return text owned by the pages; NULL: nothing is left, or the end is not reached yet. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_pages_resume_token(pages: *const stskit_pages) -> *const c_char {
    guard::get(std::ptr::null(), || pointer(pages.as_ref().and_then(|pages| pages.resume_token.as_ref())))
}

/// Ends a list, at its end or before. Pages that came from it go on.
///
/// @param pages  to be ended; NULL does nothing. No other thread may use it.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_pages_free(pages: *mut stskit_pages) {
    guard::get((), || free(pages));
}

const _: () = {
    const fn sent<T: Send>() {}
    sent::<stskit_pages>();
};
