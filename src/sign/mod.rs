//! SigV4 for any service: sign a request, presign a URL. Pure: time is an argument, nothing is sent.
//!
//! A [`Signer`] is made once for a region and a service and keeps the derived keys. It takes a
//! [`SignableRequest`], [`Credentials`] and a [`Timestamp`], and answers the headers to add
//! ([`SignedHeaders`]) or the URL to hand out ([`PresignedUrl`]).
//!
//! The rules are those of the AWS documentation, "Create a signed AWS API request":
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.

mod canonical;
mod key;
mod options;
mod presign;
mod request;

use std::borrow::Cow;
use std::fmt;

use sha2::{Digest, Sha256};

use crate::credential::Credentials;
use crate::error::{Error, Result};
use crate::secret::Secret;
use crate::timestamp::{AmzDate, Timestamp};
use canonical::Pair;
use key::KeyCache;

pub use options::{ContentSha256, PathEncoding, PathNormalization, Payload, SessionToken};
pub use presign::{MAX_EXPIRES, PresignedUrl};
pub use request::SignableRequest;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

/// Signs for one region and one service. Share it freely: `Send + Sync`, and nothing blocks.
///
/// ```
/// use stskit::sign::{SignableRequest, Signer};
/// use stskit::{Credentials, Timestamp};
///
/// let signer = Signer::new("sts", "eu-west-1");
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
/// let request = SignableRequest {
///     method: "POST",
///     scheme: "https",
///     host: "sts.eu-west-1.amazonaws.com",
///     path: "/",
///     query: "",
///     headers: &[("content-type", "application/x-www-form-urlencoded; charset=utf-8")],
///     body: b"Action=GetCallerIdentity&Version=2011-06-15",
/// };
/// let at = Timestamp::parse("2026-01-02T03:04:05Z").unwrap();
/// let headers = signer.sign(&request, &credentials, at).unwrap();
/// assert!(headers.authorization().ends_with(
///     "Signature=b87ee61678696c301b942d163db6c138bb8970c1f50b5998524a5508d8860576"
/// ));
/// ```
pub struct Signer {
    service: String,
    region: String,
    /// What follows the day in the scope.
    scope: String,
    /// What no signature can be made with, whatever the request.
    wrong: Option<&'static str>,
    path_encoding: PathEncoding,
    path_normalization: PathNormalization,
    payload: Payload,
    content_sha256: ContentSha256,
    session_token: SessionToken,
    keys: KeyCache,
}

impl Signer {
    /// A signer with the rules of every service but S3. `service` is the signing name (`sts`), which
    /// is not always the first label of the host.
    pub fn new(service: impl Into<String>, region: impl Into<String>) -> Self {
        let (service, region) = (service.into(), region.into());
        Signer {
            scope: format!("/{region}/{service}/aws4_request"),
            wrong: match (is_fit(&region), is_fit(&service)) {
                (false, _) => Some("region"),
                (_, false) => Some("signing name"),
                _ => None,
            },
            service,
            region,
            path_encoding: PathEncoding::default(),
            path_normalization: PathNormalization::default(),
            payload: Payload::default(),
            content_sha256: ContentSha256::default(),
            session_token: SessionToken::default(),
            keys: KeyCache::default(),
        }
    }

    /// Defaults to [`PathEncoding::Double`].
    #[must_use]
    pub fn path_encoding(mut self, value: PathEncoding) -> Self {
        self.path_encoding = value;
        self
    }

    /// Defaults to [`PathNormalization::Normalize`].
    #[must_use]
    pub fn path_normalization(mut self, value: PathNormalization) -> Self {
        self.path_normalization = value;
        self
    }

    /// Defaults to [`Payload::Body`]. A header `x-amz-content-sha256` in the request wins.
    #[must_use]
    pub fn payload(mut self, value: Payload) -> Self {
        self.payload = value;
        self
    }

    /// Defaults to [`ContentSha256::Omit`].
    #[must_use]
    pub fn content_sha256(mut self, value: ContentSha256) -> Self {
        self.content_sha256 = value;
        self
    }

    /// Defaults to [`SessionToken::Signed`].
    #[must_use]
    pub fn session_token(mut self, value: SessionToken) -> Self {
        self.session_token = value;
        self
    }

    /// The signing name.
    pub fn service(&self) -> &str {
        &self.service
    }

    /// The region in the scope of the signatures.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Signs the request: answers the headers to add to it, replacing any of the same name.
    ///
    /// # Errors
    /// `InvalidInput`: region, service, host or access key id empty or not fit for a header.
    pub fn sign<'a>(
        &self,
        request: &SignableRequest<'a>,
        credentials: &'a Credentials,
        at: Timestamp,
    ) -> Result<SignedHeaders<'a>> {
        let mut work = self.canonicalize(request, credentials, at)?;
        let signature = self.signature(&mut work, credentials);
        let names = work.text.get(work.names.clone()).unwrap_or_default();
        let mut authorization = Vec::with_capacity(190 + names.len() + self.scope.len());
        authorization.extend_from_slice(b"AWS4-HMAC-SHA256 Credential=");
        authorization.extend_from_slice(credentials.access_key_id().as_bytes());
        authorization.push(b'/');
        self.push_scope(&mut authorization, &work.date);
        authorization.extend_from_slice(b", SignedHeaders=");
        authorization.extend_from_slice(names);
        authorization.extend_from_slice(b", Signature=");
        authorization.extend_from_slice(&hex(&signature));
        let authorization = text_of(authorization);
        Ok(SignedHeaders {
            authorization,
            date: work.date,
            content_sha256: work.content_sha256,
            session_token: match self.session_token {
                SessionToken::Omit => None,
                _ => credentials.session_token(),
            },
        })
    }

    /// Signs a request of the `http` crate in place, all of its headers included.
    ///
    /// ```
    /// use stskit::sign::Signer;
    /// use stskit::{Credentials, Timestamp};
    /// let mut request = http::Request::get("https://abc123.execute-api.eu-west-1.amazonaws.com/prod/pets")
    ///     .header("accept", "application/json")
    ///     .body(Vec::new())
    ///     .unwrap();
    /// Signer::new("execute-api", "eu-west-1")
    ///     .sign_http(&mut request, &Credentials::new("AKIDEXAMPLE", "secret"), Timestamp::from_secs(1_767_323_045))
    ///     .unwrap();
    /// assert!(request.headers().contains_key("authorization"));
    /// ```
    ///
    /// # Errors
    /// As [`sign`](Self::sign), and for header values that are not text.
    pub fn sign_http<B: AsRef<[u8]>>(
        &self,
        request: &mut http::Request<B>,
        credentials: &Credentials,
        at: Timestamp,
    ) -> Result<()> {
        let mut headers = Vec::with_capacity(request.headers().len());
        for (name, value) in request.headers() {
            let value = value.to_str().map_err(|e| {
                Error::input(format!("the value of the header {name} is not visible ASCII text")).with_source(e)
            })?;
            headers.push((name.as_str(), value));
        }
        let mut signable = SignableRequest::from_http(request, request.body().as_ref())?;
        signable.headers = &headers;
        let signed = self.sign(&signable, credentials, at)?;
        let mut added = Vec::with_capacity(4);
        for (name, value) in signed.iter() {
            let mut value = http::HeaderValue::from_str(value)
                .map_err(|e| Error::input(format!("the header {name} cannot hold its value")).with_source(e))?;
            value.set_sensitive(true);
            added.push((name, value));
        }
        for (name, value) in added {
            request.headers_mut().insert(name, value);
        }
        Ok(())
    }

    /// The canonical request that [`sign`](Self::sign) hashes: what to compare when a service answers
    /// `SignatureDoesNotMatch`. It holds the session token: do not log it.
    ///
    /// # Errors
    /// As [`sign`](Self::sign).
    pub fn canonical_request(
        &self,
        request: &SignableRequest<'_>,
        credentials: &Credentials,
        at: Timestamp,
    ) -> Result<Secret> {
        Ok(text_of(self.canonicalize(request, credentials, at)?.text).into())
    }

    /// The string to sign of [`sign`](Self::sign): algorithm, time, scope and the hash of the canonical request.
    ///
    /// # Errors
    /// As [`sign`](Self::sign).
    pub fn string_to_sign(
        &self,
        request: &SignableRequest<'_>,
        credentials: &Credentials,
        at: Timestamp,
    ) -> Result<String> {
        let mut work = self.canonicalize(request, credentials, at)?;
        let start = self.push_text_to_sign(&mut work);
        Ok(text_of(work.text.split_off(start)))
    }

    fn canonicalize(&self, request: &SignableRequest<'_>, credentials: &Credentials, at: Timestamp) -> Result<Work> {
        self.check(request, credentials)?;
        let date = at.amz_date();
        let token = match self.session_token {
            SessionToken::Signed => credentials.session_token(),
            SessionToken::AfterSigning | SessionToken::Omit => None,
        };
        let hash = self.payload_hash(request);
        let send_hash = self.content_sha256 == ContentSha256::Header;

        let mut own: [(&str, &str); 3] = [("x-amz-date", date.long()), ("", ""), ("", "")];
        let [_, second, third] = &mut own;
        if let Some(token) = token {
            *second = ("x-amz-security-token", token);
        }
        if send_hash {
            *third = ("x-amz-content-sha256", hash.as_str());
        }
        let headers = collect_headers(request, &own);

        let mut text = self.start(request, &[], &headers);
        let names = canonical::push_headers(&mut text, &headers);
        let names = names..text.len();
        text.push(b'\n');
        text.extend_from_slice(hash.as_bytes());
        Ok(Work { text, names, date, content_sha256: send_hash.then(|| hash.as_str().to_owned()) })
    }

    /// The canonical request up to its headers, with room for the rest and for the string to sign.
    fn start(&self, request: &SignableRequest<'_>, added: &[(&str, &str)], headers: &[Pair<'_>]) -> Vec<u8> {
        let headers: usize = headers.iter().map(|(name, value)| 2 * name.len() + value.len() + 3).sum();
        let pairs: usize = added.iter().map(|(name, value)| name.len() + value.len() * 2).sum();
        let line = request.method.len() + (request.path.len() + request.query.len()) * 2 + pairs;
        let mut text = String::with_capacity(256 + line + headers + self.scope.len());
        text.push_str(request.method);
        text.push('\n');
        canonical::push_path(&mut text, request.path, self.path_encoding, self.path_normalization);
        text.push('\n');
        canonical::push_query(&mut text, request.query, added);
        text.push('\n');
        text.into_bytes()
    }

    fn check(&self, request: &SignableRequest<'_>, credentials: &Credentials) -> Result<()> {
        let wrong = match self.wrong {
            Some(wrong) => wrong,
            None if !is_host(request.host) => "host",
            None if !is_fit(credentials.access_key_id()) => "access key id",
            None => return Ok(()),
        };
        Err(Error::input(format!("cannot sign: the {wrong} is empty or holds a character that cannot stand there")))
    }

    fn payload_hash<'a>(&self, request: &SignableRequest<'a>) -> PayloadHash<'a> {
        let given = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("x-amz-content-sha256"));
        match (given, self.payload) {
            (Some((_, value)), _) => PayloadHash::Text(value.trim()),
            (None, Payload::Unsigned) => PayloadHash::Text(UNSIGNED_PAYLOAD),
            (None, Payload::Sha256(hash)) => PayloadHash::Hex(hex(&hash)),
            (None, Payload::Body) if request.body.is_empty() => PayloadHash::Text(EMPTY_SHA256),
            (None, Payload::Body) => PayloadHash::Hex(hex(&Sha256::digest(request.body).into())),
        }
    }

    fn push_scope(&self, out: &mut Vec<u8>, date: &AmzDate) {
        out.extend_from_slice(date.day());
        out.extend_from_slice(self.scope.as_bytes());
    }

    /// Behind the canonical request: it is hashed, and its place is there anyway. Answers where it starts.
    fn push_text_to_sign(&self, work: &mut Work) -> usize {
        let hash = Sha256::digest(&work.text);
        let start = work.text.len();
        work.text.extend_from_slice(b"AWS4-HMAC-SHA256\n");
        work.text.extend_from_slice(work.date.as_bytes());
        work.text.push(b'\n');
        self.push_scope(&mut work.text, &work.date);
        work.text.push(b'\n');
        work.text.extend_from_slice(&hex(&hash.into()));
        start
    }

    fn signature(&self, work: &mut Work, credentials: &Credentials) -> [u8; 32] {
        let start = self.push_text_to_sign(work);
        let text = work.text.get(start..).unwrap_or_default();
        self.keys.sign(credentials, &work.date, &self.region, &self.service, text)
    }
}

/// Visible ASCII, and not nothing.
fn is_fit(text: &str) -> bool {
    !text.is_empty() && text.bytes().fold(true, |fit, b| fit & b.is_ascii_graphic())
}

/// The same without what would end the host in a URL.
fn is_host(text: &str) -> bool {
    let fit = |b: u8| b.is_ascii_graphic() & !matches!(b, b'/' | b'?' | b'#' | b'@' | b'\\');
    !text.is_empty() && text.bytes().fold(true, |all, b| all & fit(b))
}

/// Bytes that were put together from texts.
fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_default()
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer")
            .field("service", &self.service)
            .field("region", &self.region)
            .field("path_encoding", &self.path_encoding)
            .field("path_normalization", &self.path_normalization)
            .field("payload", &self.payload)
            .field("content_sha256", &self.content_sha256)
            .field("session_token", &self.session_token)
            .finish_non_exhaustive()
    }
}

/// A canonical request on its way to a signature.
struct Work {
    /// Bytes of texts: as a `String` every piece of hex would be checked to be UTF-8.
    text: Vec<u8>,
    /// Where the list of signed header names stands in it.
    names: std::ops::Range<usize>,
    date: AmzDate,
    /// The value of the header to add, if one is.
    content_sha256: Option<String>,
}

/// The hash of the body, or what stands in its place.
enum PayloadHash<'a> {
    Text(&'a str),
    Hex([u8; 64]),
}

impl PayloadHash<'_> {
    fn as_bytes(&self) -> &[u8] {
        match self {
            PayloadHash::Text(text) => text.as_bytes(),
            PayloadHash::Hex(hex) => hex,
        }
    }

    fn as_str(&self) -> &str {
        match self {
            PayloadHash::Text(text) => text,
            PayloadHash::Hex(hex) => std::str::from_utf8(hex).unwrap_or_default(),
        }
    }
}

/// The headers to sign, sorted by name: those of the request that may be signed, `host`, and our own
/// (an empty name is an unused place), which replace headers of the same name.
fn collect_headers<'a>(request: &SignableRequest<'a>, own: &[(&'a str, &'a str)]) -> Vec<Pair<'a>> {
    let mut headers: Vec<Pair<'a>> = Vec::with_capacity(request.headers.len() + 4);
    for (name, value) in request.headers {
        let Some(lower) = canonical::signable_name(name) else { continue };
        let replaced = matches!(&*lower, "host" | "x-amz-date") || own.iter().any(|(n, _)| *n == &*lower);
        if !replaced {
            insert(&mut headers, (lower, value));
        }
    }
    insert(&mut headers, (Cow::Borrowed("host"), request.host));
    for (name, value) in own.iter().filter(|(name, _)| !name.is_empty()) {
        insert(&mut headers, (Cow::Borrowed(*name), *value));
    }
    headers
}

/// Behind those of the same or a smaller name. A dozen headers need no sort of the standard library, which is 4 kB.
fn insert<'a>(headers: &mut Vec<Pair<'a>>, header: Pair<'a>) {
    let at = headers.partition_point(|(name, _)| *name <= header.0);
    headers.insert(at, header);
}

/// 64 lower-case hex digits.
fn hex(bytes: &[u8; 32]) -> [u8; 64] {
    /// Two digits for each byte: one look-up instead of two computed digits.
    #[allow(clippy::indexing_slicing)] // computed by the compiler: an index out of bounds does not compile
    static PAIRS: [[u8; 2]; 256] = {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut pairs = [[0; 2]; 256];
        let mut byte = 0;
        while byte < 256 {
            pairs[byte] = [DIGITS[byte >> 4], DIGITS[byte & 15]];
            byte += 1;
        }
        pairs
    };
    let mut hex = [0u8; 64];
    for (pair, byte) in hex.chunks_exact_mut(2).zip(bytes) {
        if let Some(digits) = PAIRS.get(usize::from(*byte)) {
            pair.copy_from_slice(digits);
        }
    }
    hex
}

/// The headers that a signature adds to a request.
///
/// `Debug` shows the access key id and the names only.
///
/// ```
/// use stskit::sign::{SignableRequest, Signer};
/// use stskit::{Credentials, Timestamp};
///
/// let mut request = http::Request::get("https://sts.eu-west-1.amazonaws.com/").body(())?;
/// let (key, at) = (Credentials::new("AKIDEXAMPLE", "secret"), Timestamp::from_secs(1_767_323_045));
/// let parts = request.clone();
/// let signed = Signer::new("sts", "eu-west-1").sign(&SignableRequest::from_http(&parts, b"")?, &key, at)?;
/// for (name, value) in signed.iter() {
///     request.headers_mut().insert(name, value.parse()?);
/// }
/// assert_eq!(request.headers()["x-amz-date"], "20260102T030405Z");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SignedHeaders<'a> {
    authorization: String,
    date: AmzDate,
    content_sha256: Option<String>,
    session_token: Option<&'a str>,
}

impl SignedHeaders<'_> {
    /// The value of `authorization`.
    pub fn authorization(&self) -> &str {
        &self.authorization
    }

    /// Name (lower case) and value of each header to set.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            Some(("x-amz-date", self.date.long())),
            self.session_token.map(|t| ("x-amz-security-token", t)),
            self.content_sha256.as_deref().map(|h| ("x-amz-content-sha256", h)),
            Some(("authorization", self.authorization.as_str())),
        ]
        .into_iter()
        .flatten()
    }
}

impl fmt::Debug for SignedHeaders<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}
