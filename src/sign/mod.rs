//! SigV4 for any service: sign a request, presign a URL. Pure: time is an argument, nothing is sent.
//!
//! A [`Signer`] is made once for a region and a service and keeps the derived keys. It takes a
//! [`SignableRequest`], [`Credentials`] and a [`Timestamp`], and answers the headers to add
//! ([`SignedHeaders`]) or the URL to hand out ([`PresignedUrl`]). Requests of the `http` crate are signed
//! in place ([`Signer::sign_http`]) and presigned ([`Signer::presign_http`]).
//!
//! | the service wants | the value |
//! |---|---|
//! | a path that is encoded once and not normalised: S3 | [`PathEncoding::Single`], [`PathNormalization::AsGiven`] |
//! | the payload hash as a header: S3, OpenSearch Serverless, VPC Lattice | [`ContentSha256::Header`] |
//! | a body that is not hashed: presigned S3, VPC Lattice, streams | [`Payload::Unsigned`]; or [`Payload::Sha256`] |
//! | the session token outside of the signature: IoT; or not at all | [`SessionToken::AfterSigning`], [`SessionToken::Omit`] |
//! | fewer headers signed: OpenSearch Serverless refuses `content-length` | [`HeaderChoice`] |
//! | no `X-Amz-Expires`: IoT, Vault | `None` for `expires` |
//! | pairs that are not signed: Bedrock, MSK | [`PresignedUrl::with_pair`] |
//! | another scheme, or none: IoT, databases | [`SignableRequest::scheme`] |
//! | a port in the host, or none | [`SignableRequest::host`] is signed as it is given |
//! | another time than now | the argument `at` |
//!
//! Everything else is the same for all services, and is the default. Tokens that are made of such
//! signatures are in [`token`](crate::token).
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
use crate::percent::percent_encode_into;
use crate::secret::Secret;
use crate::timestamp::{AmzDate, Timestamp};
use canonical::Pair;
use key::KeyCache;

pub use options::{ContentSha256, HeaderChoice, PathEncoding, PathNormalization, Payload, SessionToken};
pub(crate) use presign::Prepared;
pub use presign::{MAX_EXPIRES, PresignedUrl};
pub use request::SignableRequest;

pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";
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
    /// The same as it stands in a query: percent-encoded.
    encoded_scope: String,
    /// What no signature can be made with, whatever the request.
    wrong: Option<&'static str>,
    path_encoding: PathEncoding,
    path_normalization: PathNormalization,
    payload: Payload,
    content_sha256: ContentSha256,
    session_token: SessionToken,
    signed_headers: HeaderChoice,
    keys: KeyCache,
}

impl Signer {
    /// A signer with the rules of every service but S3. `service` is the signing name (`sts`), which
    /// is not always the first label of the host.
    pub fn new(service: impl Into<String>, region: impl Into<String>) -> Self {
        let (service, region) = (service.into(), region.into());
        let scope = format!("/{region}/{service}/aws4_request");
        let mut encoded_scope = String::with_capacity(scope.len() + 8);
        percent_encode_into(&mut encoded_scope, &scope);
        Signer {
            scope,
            encoded_scope,
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
            signed_headers: HeaderChoice::default(),
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

    /// Defaults to [`HeaderChoice::Given`].
    #[must_use]
    pub fn signed_headers(mut self, value: HeaderChoice) -> Self {
        self.signed_headers = value;
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
        let signature = self.signature(&mut work.text, credentials, &work.date);
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
        let headers = request::header_texts(request)?;
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

    /// Presigns a request of the `http` crate, all of its headers included: see [`presign`](Self::presign).
    ///
    /// ```
    /// use stskit::sign::{PathEncoding, PathNormalization, Payload, Signer};
    /// use stskit::{Credentials, Timestamp};
    ///
    /// let upload = http::Request::put("https://demo.s3.eu-west-1.amazonaws.com/new%20file").body(())?;
    /// let url = Signer::new("s3", "eu-west-1")
    ///     .path_encoding(PathEncoding::Single)
    ///     .path_normalization(PathNormalization::AsGiven)
    ///     .payload(Payload::Unsigned)
    ///     .presign_http(&upload, &Credentials::new("AKIDEXAMPLE", "secret"), Timestamp::from_secs(0), Some(900))?;
    /// assert!(url.expose().starts_with("https://demo.s3.eu-west-1.amazonaws.com/new%20file?X-Amz-Algorithm="));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// The body is not looked at: it counts as empty unless [`payload`](Self::payload) says otherwise.
    ///
    /// # Errors
    /// As [`presign`](Self::presign), and for header values that are not text.
    pub fn presign_http<B>(
        &self,
        request: &http::Request<B>,
        credentials: &Credentials,
        at: Timestamp,
        expires: Option<u32>,
    ) -> Result<PresignedUrl> {
        let headers = request::header_texts(request)?;
        let mut signable = SignableRequest::from_http(request, b"")?;
        signable.headers = &headers;
        self.presign(&signable, credentials, at, expires)
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
        let start = self.push_text_to_sign(&mut work.text, &work.date);
        Ok(text_of(work.text.split_off(start)))
    }

    fn canonicalize(&self, request: &SignableRequest<'_>, credentials: &Credentials, at: Timestamp) -> Result<Work> {
        self.check(request)?;
        check_key_id(credentials)?;
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
        let headers = self.collect_headers(request, &own);

        let values: usize = headers.iter().map(|(name, value)| 2 * name.len() + value.len() + 3).sum();
        let line = request.method.len() + (request.path.len() + request.query.len()) * 2;
        let mut text = String::with_capacity(256 + line + values + self.scope.len());
        text.push_str(request.method);
        text.push('\n');
        canonical::push_path(&mut text, request.path, self.path_encoding, self.path_normalization);
        text.push('\n');
        canonical::push_query(&mut text, request.query, [""; 0]);
        text.push('\n');
        let mut text = text.into_bytes();
        let names = canonical::push_headers(&mut text, &headers);
        let names = names..text.len();
        text.push(b'\n');
        text.extend_from_slice(hash.as_bytes());
        Ok(Work { text, names, date, content_sha256: send_hash.then(|| hash.as_str().to_owned()) })
    }

    fn check(&self, request: &SignableRequest<'_>) -> Result<()> {
        match self.wrong {
            Some(wrong) => Err(unfit(wrong)),
            None if !is_host(request.host) => Err(unfit("host")),
            None => Ok(()),
        }
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
    fn push_text_to_sign(&self, text: &mut Vec<u8>, date: &AmzDate) -> usize {
        let hash = Sha256::digest(&text);
        let start = text.len();
        text.extend_from_slice(b"AWS4-HMAC-SHA256\n");
        text.extend_from_slice(date.as_bytes());
        text.push(b'\n');
        self.push_scope(text, date);
        text.push(b'\n');
        text.extend_from_slice(&hex(&hash.into()));
        start
    }

    /// The signature of a canonical request, which gets the string to sign appended.
    fn signature(&self, text: &mut Vec<u8>, credentials: &Credentials, date: &AmzDate) -> [u8; 32] {
        let start = self.push_text_to_sign(text, date);
        self.mac(credentials, date, text.get(start..).unwrap_or_default())
    }

    /// HMAC of a text under the key of a day: the last step of every signature, and all of those that
    /// have a canonical request of their own kind (`token`).
    pub(crate) fn mac(&self, credentials: &Credentials, date: &AmzDate, text: &[u8]) -> [u8; 32] {
        self.keys.sign(credentials, date, &self.region, &self.service, text)
    }

    /// The headers to sign, sorted by name: those of the request that may be signed, `host`, and our own
    /// (an empty name is an unused place), which replace headers of the same name.
    fn collect_headers<'a>(&self, request: &SignableRequest<'a>, own: &[(&'a str, &'a str)]) -> Vec<Pair<'a>> {
        let mut headers: Vec<Pair<'a>> = Vec::with_capacity(request.headers.len() + 4);
        for (name, value) in request.headers {
            let Some(lower) = canonical::signable_name(name, &self.signed_headers) else { continue };
            let replaced = matches!(&*lower, "host" | "x-amz-date") || own.iter().any(|(n, _)| *n == &*lower);
            if !replaced {
                headers.push((lower, value));
            }
        }
        headers.push((Cow::Borrowed("host"), request.host));
        headers.extend(own.iter().filter(|(name, _)| !name.is_empty()).map(|(n, v)| (Cow::Borrowed(*n), *v)));
        headers.sort_by(|a, b| a.0.cmp(&b.0));
        headers
    }
}

fn check_key_id(credentials: &Credentials) -> Result<()> {
    if is_fit(credentials.access_key_id()) { Ok(()) } else { Err(unfit("access key id")) }
}

fn unfit(name: &str) -> Error {
    Error::input(format!("cannot sign: the {name} is empty or holds a character that cannot stand there"))
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
            .field("signed_headers", &self.signed_headers)
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

/// What SES takes as the password of SMTP, but for its form: a key of a day that never was.
pub(crate) fn smtp_mac(credentials: &Credentials, region: &str) -> [u8; 32] {
    key::SigningKey::derive(credentials.secret_access_key(), "11111111", region, "ses").sign(b"SendRawEmail")
}

/// Appends 64 lower-case hex digits.
pub(crate) fn push_hex(out: &mut String, bytes: &[u8; 32]) {
    out.push_str(std::str::from_utf8(&hex(bytes)).unwrap_or_default());
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
