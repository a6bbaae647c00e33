//! What calls answer: a text, or the output of an operation.

use std::ffi::{CString, c_char};

use serde_json::Value;
use zeroize::Zeroizing;

use super::guard;
use super::pairs::Pairs;
use super::text::{SecretText, c_string, free, optional, pointer};
use crate::client::Response;
use crate::client::value::wipe;
use crate::error::{Error, Result};

/// A text that a call made: a URL, a token, a report.
///
/// Immutable: any number of threads may read it. It depends on no other handle. Wiped when it is freed.
pub struct stskit_text(SecretText);

/// The output of an operation with what came along.
///
/// Immutable: any number of threads may read it. It depends on no other handle. Wiped when it is freed,
/// since it may hold credentials.
pub struct stskit_response {
    json: SecretText,
    leaves: Vec<(String, Leaf)>,
    request_id: Option<CString>,
    http_status: i32,
    retry_attempts: u32,
    headers: Pairs,
}

/// What is found below one JSON Pointer.
enum Leaf {
    Text(SecretText),
    /// So many elements.
    List(usize),
}

impl stskit_text {
    pub(super) fn new(text: &str) -> Self {
        stskit_text(SecretText::new(text))
    }
}

impl stskit_response {
    pub(super) fn new(answer: Response<Value>) -> Result<Self> {
        let Response { mut output, metadata } = answer;
        let mut leaves = Vec::new();
        collect(&output, &mut String::new(), &mut leaves);
        let json = to_json(&output);
        wipe(&mut output);
        Ok(stskit_response {
            json: SecretText::new(&json?),
            leaves,
            request_id: metadata.request_id.as_deref().map(c_string),
            http_status: i32::from(metadata.status),
            retry_attempts: metadata.retry_attempts,
            headers: Pairs::new(&metadata.headers),
        })
    }
}

/// JSON in a buffer that is made large enough at once, so that no copy of a secret is left behind by growing.
fn to_json(value: &Value) -> Result<Zeroizing<String>> {
    let none = |e| Error::response("the output has no JSON form").with_source(e);
    let mut size = Size(0);
    serde_json::to_writer(&mut size, value).map_err(none)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(size.0));
    serde_json::to_writer(&mut *bytes, value).map_err(none)?;
    Ok(Zeroizing::new(String::from_utf8(std::mem::take(&mut *bytes)).unwrap_or_default()))
}

/// Counts what is written.
struct Size(usize);

impl std::io::Write for Size {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Every text, number and list of the output by its JSON Pointer (RFC 6901).
fn collect(value: &Value, path: &mut String, leaves: &mut Vec<(String, Leaf)>) {
    let length = path.len();
    match value {
        Value::Null => {}
        Value::String(text) => leaves.push((path.clone(), Leaf::Text(SecretText::new(text)))),
        Value::Bool(flag) => leaves.push((path.clone(), Leaf::Text(SecretText::new(&flag.to_string())))),
        Value::Number(number) => leaves.push((path.clone(), Leaf::Text(SecretText::new(&number.to_string())))),
        Value::Array(elements) => {
            leaves.push((path.clone(), Leaf::List(elements.len())));
            for (at, element) in elements.iter().enumerate() {
                path.push_str(&format!("/{at}"));
                collect(element, path, leaves);
                path.truncate(length);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                path.push('/');
                path.push_str(&name.replace('~', "~0").replace('/', "~1"));
                collect(member, path, leaves);
                path.truncate(length);
            }
        }
    }
}

/// The text.
///
/// @param text  a text; NULL gives NULL.
/// @return text owned by the handle. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_text_data(text: *const stskit_text) -> *const c_char {
    guard::get(std::ptr::null(), || text.as_ref().map_or(std::ptr::null(), |text| text.0.as_ptr()))
}

/// How long the text is.
///
/// @param text  a text; NULL gives 0.
/// @return bytes, without the NUL at the end. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_text_length(text: *const stskit_text) -> usize {
    guard::get(0, || text.as_ref().map_or(0, |text| text.0.len()))
}

/// Ends a text and wipes it.
///
/// @param text  to be ended; NULL does nothing. No other thread may use it.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_text_free(text: *mut stskit_text) {
    guard::get((), || free(text));
}

/// The output as JSON, with the service's own member names. Members that the answer left out are not there.
///
/// @param response  a response; NULL gives NULL.
/// @return text owned by the response. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_response_json(response: *const stskit_response) -> *const c_char {
    guard::get(std::ptr::null(), || response.as_ref().map_or(std::ptr::null(), |r| r.json.as_ptr()))
}

/// One member of the output as text, for programs without a JSON parser.
///
/// @param response  a response; NULL gives NULL.
/// @param pointer   where it is, as a JSON Pointer (RFC 6901): "/Arn", "/Credentials/AccessKeyId",
///                  "/accountList/0/accountId".
/// @return text owned by the response, numbers and true or false as text; NULL if there is no such member, or
/// it is a list or an object. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_response_get(
    response: *const stskit_response,
    pointer: *const c_char,
) -> *const c_char {
    guard::get(std::ptr::null(), || match find(response, pointer) {
        Some(Leaf::Text(text)) => text.as_ptr(),
        _ => std::ptr::null(),
    })
}

/// How many elements a list of the output has.
///
/// @param response  a response; NULL gives 0.
/// @param pointer   where it is, as a JSON Pointer (RFC 6901): "/accountList".
/// @return the number of elements; 0 if there is no such list. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_response_count(response: *const stskit_response, pointer: *const c_char) -> usize {
    guard::get(0, || match find(response, pointer) {
        Some(Leaf::List(count)) => *count,
        _ => 0,
    })
}

unsafe fn find<'a>(response: *const stskit_response, pointer: *const c_char) -> Option<&'a Leaf> {
    let pointer = optional(pointer, "pointer").ok().flatten()?;
    let leaves = &response.as_ref()?.leaves;
    leaves.iter().find(|(path, _)| path == pointer).map(|(_, leaf)| leaf)
}

/// The request id of the answer: what AWS Support asks for.
///
/// @param response  a response, or NULL.
/// @return text owned by the response; NULL if the service said none. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_response_request_id(response: *const stskit_response) -> *const c_char {
    guard::get(std::ptr::null(), || pointer(response.as_ref().and_then(|r| r.request_id.as_ref())))
}

/// The HTTP status of the answer.
///
/// @param response  a response; NULL gives 0.
/// @return 200 to 299; 0 for an answer that was put together of several. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_response_http_status(response: *const stskit_response) -> i32 {
    guard::get(0, || response.as_ref().map_or(0, |r| r.http_status))
}

/// How many attempts came after the first.
///
/// @param response  a response; NULL gives 0.
/// @return 0 if the first attempt served. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_response_retry_attempts(response: *const stskit_response) -> u32 {
    guard::get(0, || response.as_ref().map_or(0, |r| r.retry_attempts))
}

/// How many headers the answer had. They are numbered in the order received.
///
/// @param response  a response; NULL gives 0.
/// @return the number of headers; 0 for an answer that was put together of several. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_response_header_count(response: *const stskit_response) -> usize {
    guard::get(0, || response.as_ref().map_or(0, |r| r.headers.count()))
}

/// The name of a header.
///
/// @param response  a response, or NULL.
/// @param index     0 to stskit_response_header_count() - 1. A name that was sent twice is there twice.
/// @return text owned by the response, in lower case: "x-amzn-requestid"; NULL for an index that is too large.
/// Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_response_header_name(response: *const stskit_response, index: usize) -> *const c_char {
    guard::get(std::ptr::null(), || response.as_ref().map_or(std::ptr::null(), |r| r.headers.name(index)))
}

/// The value of a header.
///
/// @param response  a response, or NULL.
/// @param index     0 to stskit_response_header_count() - 1.
/// @return text owned by the response; NULL for an index that is too large. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_response_header_value(response: *const stskit_response, index: usize) -> *const c_char {
    guard::get(std::ptr::null(), || response.as_ref().map_or(std::ptr::null(), |r| r.headers.value(index)))
}

/// Ends a response and wipes it.
///
/// @param response  to be ended; NULL does nothing. No other thread may use it.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_response_free(response: *mut stskit_response) {
    guard::get((), || free(response));
}

const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<stskit_text>();
    shared::<stskit_response>();
};
