//! Signing requests and presigning URLs for any service.

use std::ffi::{CString, c_char};

use http::Uri;
use serde_json::Value;

use super::client::stskit_client;
use super::credentials::stskit_credentials;
use super::error::stskit_error;
use super::guard;
use super::response::stskit_text;
use super::status::stskit_status;
use super::text::{
    self, Out, SecretText, c_string, free, handle, handle_mut, optional, out_of_range, pointer, required,
};
use crate::credential::Credentials;
use crate::error::{Error, Result};
use crate::sign::{
    ContentSha256, HeaderChoice, PathEncoding, PathNormalization, Payload, SessionToken, SignableRequest, Signer,
};
use crate::timestamp::Timestamp;

/// A request to sign: method, URL, headers, body, and how the service wants it signed. After signing it also
/// has the headers to add.
///
/// For one thread at a time.
pub struct stskit_request {
    method: String,
    uri: Uri,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    rules: Rules,
    signed: Vec<SignedHeader>,
}

/// How the service wants it.
#[derive(Clone, Default)]
struct Rules {
    path_encoding: PathEncoding,
    path_normalization: PathNormalization,
    payload: Payload,
    content_sha256: ContentSha256,
    session_token: SessionToken,
    signed_headers: HeaderChoice,
}

struct SignedHeader {
    name: CString,
    value: SecretText,
    line: SecretText,
}

/// How a service wants its requests signed.
#[repr(C)]
pub enum stskit_signing_style_code {
    /// The rule: every service but those below.
    STSKIT_SIGNING_STYLE_STANDARD = 1,
    /// S3: the path as it is, and the hash of the body sent along (x-amz-content-sha256).
    STSKIT_SIGNING_STYLE_S3 = 2,
    /// OpenSearch Serverless, VPC Lattice: the hash of the body sent along.
    STSKIT_SIGNING_STYLE_CONTENT_SHA256 = 3,
    /// IoT over WebSocket: the session token added after signing.
    STSKIT_SIGNING_STYLE_TOKEN_AFTER_SIGNING = 4,
}

const STANDARD: i32 = stskit_signing_style_code::STSKIT_SIGNING_STYLE_STANDARD as i32;
const S3: i32 = stskit_signing_style_code::STSKIT_SIGNING_STYLE_S3 as i32;
const CONTENT_SHA256: i32 = stskit_signing_style_code::STSKIT_SIGNING_STYLE_CONTENT_SHA256 as i32;
const TOKEN_AFTER_SIGNING: i32 = stskit_signing_style_code::STSKIT_SIGNING_STYLE_TOKEN_AFTER_SIGNING as i32;

impl Rules {
    fn signer(&self, service: &str, region: &str) -> Signer {
        Signer::new(service, region)
            .path_encoding(self.path_encoding)
            .path_normalization(self.path_normalization)
            .payload(self.payload)
            .content_sha256(self.content_sha256)
            .session_token(self.session_token)
            .signed_headers(self.signed_headers.clone())
    }

    /// One option by its name; `None` if there is no such option or value.
    fn set(&mut self, name: &str, value: &Value) -> Option<()> {
        if let Value::Array(names) = value {
            let names: Option<Vec<&str>> = names.iter().map(Value::as_str).collect();
            self.signed_headers = match name {
                "signed_headers" => HeaderChoice::only(names?),
                "unsigned_headers" => HeaderChoice::except(names?),
                _ => return None,
            };
            return Some(());
        }
        match (name, value.as_str()?) {
            ("path_encoding", "double") => self.path_encoding = PathEncoding::Double,
            ("path_encoding", "single") => self.path_encoding = PathEncoding::Single,
            ("path_normalization", "normalize") => self.path_normalization = PathNormalization::Normalize,
            ("path_normalization", "as_given") => self.path_normalization = PathNormalization::AsGiven,
            ("payload", "body") => self.payload = Payload::Body,
            ("payload", "unsigned") => self.payload = Payload::Unsigned,
            ("content_sha256", "omit") => self.content_sha256 = ContentSha256::Omit,
            ("content_sha256", "header") => self.content_sha256 = ContentSha256::Header,
            ("session_token", "signed") => self.session_token = SessionToken::Signed,
            ("session_token", "after_signing") => self.session_token = SessionToken::AfterSigning,
            ("session_token", "omit") => self.session_token = SessionToken::Omit,
            _ => return None,
        }
        Some(())
    }
}

impl stskit_request {
    fn with_signable<T>(&self, work: impl FnOnce(&SignableRequest<'_>) -> Result<T>) -> Result<T> {
        let headers: Vec<(&str, &str)> = self.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let request = http::Request::builder().method(self.method.as_str()).uri(&self.uri).body(());
        let request = request.map_err(|e| Error::input("the request cannot be sent over HTTP").with_source(e))?;
        let mut signable = SignableRequest::from_http(&request, &self.body)?;
        if let Some((_, host)) = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("host")) {
            signable.host = host;
        }
        signable.headers = &headers;
        work(&signable)
    }

    fn sign(&mut self, service: &str, region: &str, credentials: &Credentials, at: Timestamp) -> Result<()> {
        let signer = self.rules.signer(service, region);
        self.signed = self.with_signable(|request| {
            let headers = signer.sign(request, credentials, at)?;
            Ok(headers.iter().map(|(name, value)| SignedHeader::new(name, value)).collect())
        })?;
        Ok(())
    }

    fn presign(
        &self,
        service: &str,
        region: &str,
        credentials: &Credentials,
        at: Timestamp,
        expires: u32,
    ) -> Result<stskit_text> {
        let expires = (expires != 0).then_some(expires);
        let url = self
            .with_signable(|request| self.rules.signer(service, region).presign(request, credentials, at, expires))?;
        Ok(stskit_text::new(url.expose()))
    }
}

impl SignedHeader {
    fn new(name: &str, value: &str) -> Self {
        let line = zeroize::Zeroizing::new(format!("{name}: {value}"));
        SignedHeader { name: c_string(name), value: SecretText::new(value), line: SecretText::new(&line) }
    }
}

/// The region of a client's signatures.
pub(super) fn region_of(client: &stskit_client) -> Result<&str> {
    let missing = || Error::configuration("no region is set: set AWS_REGION, or give one in the config");
    client.parts.settings.region().ok_or_else(missing)
}

/// Makes a request to sign.
///
/// @param method   the method in upper case: "GET".
/// @param url      the whole URL, percent-encoded as it will be sent.
/// @param request  out: the request, to be ended with stskit_request_free().
/// @param err      out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_request_new(
    method: *const c_char,
    url: *const c_char,
    request: *mut *mut stskit_request,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(request, "request")?;
        let method = required(method, "method")?;
        if method.is_empty() || http::Method::from_bytes(method.as_bytes()).is_err() {
            return Err(Error::input("the parameter method is no HTTP method"));
        }
        let uri: Uri = required(url, "url")?.parse().map_err(|_| Error::input("the parameter url is no URL"))?;
        if uri.authority().is_none() {
            return Err(Error::input("the parameter url has no host"));
        }
        out.put(stskit_request {
            method: method.to_owned(),
            uri,
            headers: Vec::new(),
            body: Vec::new(),
            rules: Rules::default(),
            signed: Vec::new(),
        });
        Ok(())
    })
}

/// Adds a header that is signed and has to be sent as it is. Host need not be added.
///
/// @param request  the request.
/// @param name     name of the header.
/// @param value    its value.
/// @param err      out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_request_add_header(
    request: *mut stskit_request,
    name: *const c_char,
    value: *const c_char,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let request = handle_mut(request, "request")?;
        let (name, value) = (required(name, "name")?, required(value, "value")?);
        if !can_be_sent(name, value) {
            return Err(Error::input(format!("the header {name:.60?} cannot be sent with its value")));
        }
        request.headers.push((name.to_owned(), value.to_owned()));
        Ok(())
    })
}

fn can_be_sent(name: &str, value: &str) -> bool {
    http::HeaderName::from_bytes(name.as_bytes()).is_ok() && http::HeaderValue::from_str(value).is_ok()
}

/// Sets the body. It is copied.
///
/// @param request  the request.
/// @param data     the bytes; NULL for none.
/// @param length   how many.
/// @param err      out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_request_set_body(
    request: *mut stskit_request,
    data: *const u8,
    length: usize,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let request = handle_mut(request, "request")?;
        if data.is_null() && length > 0 {
            return Err(text::null("data"));
        }
        request.body = if data.is_null() { Vec::new() } else { std::slice::from_raw_parts(data, length).to_vec() };
        request.rules.payload = Payload::Body;
        Ok(())
    })
}

/// Leaves the body out of the signature (UNSIGNED-PAYLOAD): over https only, where the service allows it.
///
/// @param request  the request.
/// @param err      out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_request_set_unsigned_body(
    request: *mut stskit_request,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        handle_mut(request, "request")?.rules.payload = Payload::Unsigned;
        Ok(())
    })
}

/// Signs for a body that you have hashed yourself: one that is streamed.
///
/// @param request  the request.
/// @param sha256   its SHA-256, 64 hex digits.
/// @param err      out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_request_set_body_sha256(
    request: *mut stskit_request,
    sha256: *const c_char,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let request = handle_mut(request, "request")?;
        let hash = hex(required(sha256, "sha256")?);
        request.rules.payload = Payload::Sha256(hash.ok_or_else(|| Error::input("sha256 is not 64 hex digits"))?);
        Ok(())
    })
}

fn hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// Chooses how the service wants its requests signed. Default STSKIT_SIGNING_STYLE_STANDARD.
///
/// @param request  the request.
/// @param style    one of STSKIT_SIGNING_STYLE_...
/// @param err      out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_request_set_style(
    request: *mut stskit_request,
    style: i32,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let request = handle_mut(request, "request")?;
        let (encoding, normalization) = (PathEncoding::default(), PathNormalization::default());
        let (path, content, token) = match style {
            STANDARD => ((encoding, normalization), ContentSha256::Omit, SessionToken::Signed),
            S3 => ((PathEncoding::Single, PathNormalization::AsGiven), ContentSha256::Header, SessionToken::Signed),
            CONTENT_SHA256 => ((encoding, normalization), ContentSha256::Header, SessionToken::Signed),
            TOKEN_AFTER_SIGNING => ((encoding, normalization), ContentSha256::Omit, SessionToken::AfterSigning),
            other => return Err(out_of_range("style", other, "STSKIT_SIGNING_STYLE_...")),
        };
        let rules = &mut request.rules;
        (rules.path_encoding, rules.path_normalization) = path;
        (rules.content_sha256, rules.session_token) = (content, token);
        Ok(())
    })
}

/// Chooses how the service wants its requests signed, one by one: for services that no style fits.
///
/// @code
/// "path_encoding"       "double" or "single" (S3)
/// "path_normalization"  "normalize" or "as_given" (S3)
/// "payload"             "body" or "unsigned"
/// "content_sha256"      "omit" or "header" (S3, OpenSearch Serverless, VPC Lattice)
/// "session_token"       "signed", "after_signing" (IoT) or "omit"
/// "signed_headers"      ["name", ...]: these only, and host and x-amz-...
/// "unsigned_headers"    ["name", ...]: all but these
/// @endcode
///
/// @param request       the request.
/// @param options_json  the options to change, as a JSON object.
/// @param err           out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT, and then nothing is changed. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_request_set_options(
    request: *mut stskit_request,
    options_json: *const c_char,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let request = handle_mut(request, "request")?;
        let options = super::call::parse_as("options_json", required(options_json, "options_json")?)?;
        let mut rules = request.rules.clone();
        for (name, value) in options.as_object().ok_or_else(|| Error::input("options_json is no JSON object"))? {
            if rules.set(name, value).is_none() {
                return Err(Error::input(format!("{name:.40?} is no signing option, or cannot have that value")));
            }
        }
        request.rules = rules;
        Ok(())
    })
}

/// Signs a request with the client's credentials, for now. The headers to add are then in the request:
/// stskit_request_header_line(). Signing again replaces them.
///
/// @param client   the client.
/// @param request  the request.
/// @param service  the signing name: "s3", "execute-api".
/// @param region   the region; NULL: that of the client.
/// @param err      out: the error, or NULL.
/// @return whatever stskit_client_get_credentials() answers; STSKIT_STATUS_INVALID_ARGUMENT;
/// STSKIT_STATUS_INVALID_CONFIGURATION without a region. May block as stskit_client_get_credentials(); any
/// thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_client_sign(
    client: *const stskit_client,
    request: *mut stskit_request,
    service: *const c_char,
    region: *const c_char,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let (client, request) = (handle(client, "client")?, handle_mut(request, "request")?);
        let service = required(service, "service")?;
        let region = optional(region, "region")?.map_or_else(|| region_of(client), Ok)?;
        client.check()?;
        request.sign(service, region, &client.provider.credentials()?, client.now())
    })
}

/// Presigns a request with the client's credentials, for now: whoever has the URL may make the request
/// until it expires. Headers of the request have to be sent along.
///
/// @param client           the client.
/// @param request          the request.
/// @param service          the signing name: "s3".
/// @param region           the region; NULL: that of the client.
/// @param expires_seconds  life of the URL, 1 to 604800; 0 leaves it out (IoT, Vault). The credentials end
///                         it sooner if they expire before.
/// @param url              out: the URL, to be ended with stskit_text_free().
/// @param err              out: the error, or NULL.
/// @return as stskit_client_sign(). May block as stskit_client_get_credentials(); any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_client_presign(
    client: *const stskit_client,
    request: *const stskit_request,
    service: *const c_char,
    region: *const c_char,
    expires_seconds: u32,
    url: *mut *mut stskit_text,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(url, "url")?;
        let (client, request) = (handle(client, "client")?, handle(request, "request")?);
        let service = required(service, "service")?;
        let region = optional(region, "region")?.map_or_else(|| region_of(client), Ok)?;
        client.check()?;
        let credentials = client.provider.credentials()?;
        out.put(request.presign(service, region, &credentials, client.now(), expires_seconds)?);
        Ok(())
    })
}

/// Signs a request with credentials that you have, for a time that you choose. Pure: no network, no clock.
///
/// @param credentials   the credentials.
/// @param request       the request.
/// @param service       the signing name: "s3", "execute-api".
/// @param region        the region.
/// @param unix_seconds  the time of the signature, in seconds since 1970 UTC.
/// @param err           out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_credentials_sign(
    credentials: *const stskit_credentials,
    request: *mut stskit_request,
    service: *const c_char,
    region: *const c_char,
    unix_seconds: i64,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let credentials = &handle(credentials, "credentials")?.set;
        let request = handle_mut(request, "request")?;
        let (service, region) = (required(service, "service")?, required(region, "region")?);
        request.sign(service, region, credentials, Timestamp::from_secs(unix_seconds))
    })
}

/// Presigns a request with credentials that you have, for a time that you choose. Pure: no network, no clock.
///
/// @param credentials      the credentials.
/// @param request          the request.
/// @param service          the signing name: "s3".
/// @param region           the region.
/// @param unix_seconds     the time of the signature, in seconds since 1970 UTC.
/// @param expires_seconds  life of the URL, 1 to 604800; 0 leaves it out.
/// @param url              out: the URL, to be ended with stskit_text_free().
/// @param err              out: the error, or NULL.
/// @return STSKIT_STATUS_OK, or STSKIT_STATUS_INVALID_ARGUMENT. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_credentials_presign(
    credentials: *const stskit_credentials,
    request: *const stskit_request,
    service: *const c_char,
    region: *const c_char,
    unix_seconds: i64,
    expires_seconds: u32,
    url: *mut *mut stskit_text,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(url, "url")?;
        let credentials = &handle(credentials, "credentials")?.set;
        let request = handle(request, "request")?;
        let (service, region) = (required(service, "service")?, required(region, "region")?);
        out.put(request.presign(service, region, credentials, Timestamp::from_secs(unix_seconds), expires_seconds)?);
        Ok(())
    })
}

/// A URL that answers who its maker is: GetCallerIdentity, presigned. EKS and Vault want one.
///
/// @param client           the client.
/// @param expires_seconds  life of the URL, 1 to 604800; STS honours 900 at most.
/// @param header_name      a header that is signed and has to be sent along, such as "x-k8s-aws-id"; NULL:
///                         none.
/// @param header_value     its value; NULL: none.
/// @param url              out: the URL, to be ended with stskit_text_free().
/// @param err              out: the error, or NULL.
/// @return as stskit_client_sign(). May block as stskit_client_get_credentials(); any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn stskit_client_presign_get_caller_identity(
    client: *const stskit_client,
    expires_seconds: u32,
    header_name: *const c_char,
    header_value: *const c_char,
    url: *mut *mut stskit_text,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let out = Out::new(url, "url")?;
        let client = handle(client, "client")?;
        let header = match (optional(header_name, "header_name")?, optional(header_value, "header_value")?) {
            (Some(name), Some(value)) => Some((name, value)),
            (None, None) => None,
            (Some(_), None) => return Err(text::null("header_value")),
            (None, Some(_)) => return Err(text::null("header_name")),
        };
        client.check()?;
        let url = client.sts.presign_get_caller_identity(expires_seconds, header.as_slice())?;
        out.put(stskit_text::new(url.expose()));
        Ok(())
    })
}

/// How many headers signing has made: to be added to the request, replacing any of the same name.
///
/// @param request  the request; NULL gives 0.
/// @return the number; 0 if it has not been signed. Never blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_request_header_count(request: *const stskit_request) -> usize {
    guard::get(0, || request.as_ref().map_or(0, |r| r.signed.len()))
}

/// The name of a header that signing has made: "authorization".
///
/// @param request  the request, or NULL.
/// @param index    0 to stskit_request_header_count() - 1.
/// @return text owned by the request until it is signed again; NULL for an index that is too large. Never
/// blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_request_header_name(request: *const stskit_request, index: usize) -> *const c_char {
    guard::get(std::ptr::null(), || pointer(request.as_ref().and_then(|r| Some(&r.signed.get(index)?.name))))
}

/// The value of a header that signing has made. Treat it as a secret.
///
/// @param request  the request, or NULL.
/// @param index    0 to stskit_request_header_count() - 1.
/// @return text owned by the request until it is signed again; NULL for an index that is too large. Never
/// blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_request_header_value(request: *const stskit_request, index: usize) -> *const c_char {
    guard::get(std::ptr::null(), || {
        let header = request.as_ref().and_then(|r| r.signed.get(index));
        header.map_or(std::ptr::null(), |header| header.value.as_ptr())
    })
}

/// A header that signing has made as one line, "name: value": what curl_slist_append() wants. Treat it as a
/// secret.
///
/// @param request  the request, or NULL.
/// @param index    0 to stskit_request_header_count() - 1.
/// @return text owned by the request until it is signed again; NULL for an index that is too large. Never
/// blocks.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_request_header_line(request: *const stskit_request, index: usize) -> *const c_char {
    guard::get(std::ptr::null(), || {
        let header = request.as_ref().and_then(|r| r.signed.get(index));
        header.map_or(std::ptr::null(), |header| header.line.as_ptr())
    })
}

/// Ends a request.
///
/// @param request  to be ended; NULL does nothing. No other thread may use it.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_request_free(request: *mut stskit_request) {
    guard::get((), || free(request));
}

impl stskit_client {
    /// The service's time: the local clock, corrected by what STS has said.
    fn now(&self) -> Timestamp {
        self.parts.host.now().plus_millis(self.sts.clock_offset_millis())
    }
}
