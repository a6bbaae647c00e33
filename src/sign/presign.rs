//! The query form of a signature: presigned URLs.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use super::canonical::{self, Pair};
use super::{SessionToken, SignableRequest, Signer, check_key_id, push_hex};
use crate::credential::Credentials;
use crate::error::{Error, Result};
use crate::percent::percent_encode_into;
use crate::secret::Secret;
use crate::timestamp::{AmzDate, Timestamp};

/// Longest life of a presigned URL: seven days, in seconds
/// (<https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>).
///
/// The credentials end it sooner if they expire before; STS honours 15 minutes at most.
///
/// ```
/// assert_eq!(stskit::sign::MAX_EXPIRES, 7 * 24 * 60 * 60);
/// ```
pub const MAX_EXPIRES: u32 = 604_800;

/// The first of the pairs that a signature adds, in the order of the canonical query.
const FIRST_PAIR: &str = "X-Amz-Algorithm";

/// What is known of a request that will be presigned many times.
#[derive(Clone, Copy)]
pub(crate) struct Prepared {
    /// The query is in the canonical form, with all names before those of the signature.
    canonical: bool,
}

impl Prepared {
    /// Looks at the query.
    pub(crate) fn of(query: &str) -> Self {
        Prepared { canonical: canonical::is_canonical_before(query, FIRST_PAIR) }
    }
}

impl Signer {
    /// Presigns the request: answers the URL with the signature in its query.
    ///
    /// `expires` is the life of the URL in seconds, 1 to [`MAX_EXPIRES`]; `None` leaves the parameter
    /// out (IoT, Vault). The headers of the request are signed and must be sent with the URL as they are.
    /// Pairs in the query come first, then those of the signature, the signature last.
    ///
    /// ```
    /// use stskit::sign::{SignableRequest, Signer};
    /// use stskit::{Credentials, Timestamp};
    /// let request = SignableRequest {
    ///     method: "GET",
    ///     scheme: "https",
    ///     host: "sts.eu-west-1.amazonaws.com",
    ///     path: "/",
    ///     query: "Action=GetCallerIdentity&Version=2011-06-15",
    ///     headers: &[],
    ///     body: b"",
    /// };
    /// let key = Credentials::new("AKIDEXAMPLE", "secret");
    /// let url = Signer::new("sts", "eu-west-1")
    ///     .presign(&request, &key, Timestamp::from_secs(1_767_323_045), Some(60))?;
    /// assert!(url.expose().starts_with("https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&"));
    /// assert!(url.expose().contains("&X-Amz-Date=20260102T030405Z&X-Amz-Expires=60&"));
    /// # Ok::<(), stskit::Error>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidInput`: as [`sign`](Self::sign), and for an expiry outside its limits.
    pub fn presign(
        &self,
        request: &SignableRequest<'_>,
        credentials: &Credentials,
        at: Timestamp,
        expires: Option<u32>,
    ) -> Result<PresignedUrl> {
        self.check(request)?;
        self.presign_prepared(request, credentials, at, expires, Prepared::of(request.query))
    }

    /// As `presign`, for a request whose parts are known to be right. The access key id is checked.
    pub(crate) fn presign_prepared(
        &self,
        request: &SignableRequest<'_>,
        credentials: &Credentials,
        at: Timestamp,
        expires: Option<u32>,
        prepared: Prepared,
    ) -> Result<PresignedUrl> {
        if let Some(seconds) = expires
            && !(1..=MAX_EXPIRES).contains(&seconds)
        {
            return Err(Error::input(format!(
                "a presigned URL lives 1 to {MAX_EXPIRES} seconds (seven days), not {seconds}"
            )));
        }
        check_key_id(credentials)?;
        let date = at.amz_date();
        let times = (date.long(), date.short());
        let (host_only, collected): ([Pair<'_>; 1], Vec<Pair<'_>>);
        let headers: &[Pair<'_>] = if request.headers.is_empty() {
            host_only = [(Cow::Borrowed("host"), request.host)];
            &host_only
        } else {
            collected = self.collect_headers(request, &[]);
            &collected
        };
        let token = credentials.session_token();
        let names: usize = headers.iter().map(|(name, _)| name.len() + 3).sum();
        // What is in every URL, and an escape or two of the caller's.
        let room = 215
            + credentials.access_key_id().len()
            + self.encoded_scope.len()
            + request.scheme.len()
            + request.host.len()
            + request.path.len()
            + request.query.len()
            + names
            + token.map_or(0, |t| 40 + t.len() + t.len() / 8);

        // The URL first: the canonical query has the same pairs, and is copied from it.
        let mut url = String::with_capacity(room);
        if !request.scheme.is_empty() {
            url.push_str(request.scheme);
            url.push_str("://");
        }
        url.push_str(request.host);
        if !request.path.starts_with('/') {
            url.push('/');
        }
        url.push_str(request.path);
        url.push('?');
        url.push_str(request.query);
        // A raw `?` may end the query: what the URL ends with does not tell whether pairs came before.
        if !request.query.is_empty() && !request.query.ends_with('&') {
            url.push('&');
        }
        let first = url.len();
        url.push_str("X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=");
        percent_encode_into(&mut url, credentials.access_key_id());
        url.push_str("%2F");
        url.push_str(times.1);
        url.push_str(&self.encoded_scope);
        url.push_str("&X-Amz-Date=");
        url.push_str(times.0);
        if let Some(seconds) = expires {
            url.push_str("&X-Amz-Expires=");
            push_number(&mut url, seconds);
        }
        let end = url.len();
        url.push_str("&X-Amz-SignedHeaders=");
        match headers {
            [_] => url.push_str("host"),
            _ => push_encoded_names(&mut url, headers),
        }
        let names = end + 1..url.len();
        let mut signed_token = 0..0;
        if self.session_token == SessionToken::Signed {
            let start = url.len() + 1;
            if self.push_token(&mut url, credentials, &date) {
                signed_token = start..url.len();
            }
        }

        let part = |range: Range<usize>| url.get(range).unwrap_or_default();
        let pairs = [part(first..end), part(signed_token), part(names)];
        let signature = self.signature_of_query(request, credentials, &date, headers, pairs, (prepared, room));
        url.push_str("&X-Amz-Signature=");
        let start = url.len();
        push_hex(&mut url, &signature);
        let signature = start..url.len();
        if self.session_token == SessionToken::AfterSigning {
            self.push_token(&mut url, credentials, &date);
        }
        Ok(PresignedUrl { url: url.into(), signature })
    }

    /// The session token as one more pair, if there is one.
    fn push_token(&self, url: &mut String, credentials: &Credentials, date: &AmzDate) -> bool {
        let found = credentials.session_token().is_some();
        if found {
            url.push_str("&X-Amz-Security-Token=");
            self.keys.push_token(url, credentials, date);
        }
        found
    }

    /// `pairs`: those that the signature adds to the query, encoded, by name.
    fn signature_of_query(
        &self,
        request: &SignableRequest<'_>,
        credentials: &Credentials,
        date: &AmzDate,
        headers: &[Pair<'_>],
        pairs: [&str; 3],
        (prepared, room): (Prepared, usize),
    ) -> [u8; 32] {
        let pairs = pairs.into_iter().filter(|pair| !pair.is_empty());
        let values: usize = headers.iter().map(|(name, value)| name.len() + value.len() + 2).sum();
        let mut text = String::with_capacity(room + values + 260);
        text.push_str(request.method);
        text.push('\n');
        canonical::push_path(&mut text, request.path, self.path_encoding, self.path_normalization);
        text.push('\n');
        if request.query.is_empty() || prepared.canonical {
            text.push_str(request.query);
            for (at, pair) in pairs.enumerate() {
                if at > 0 || !request.query.is_empty() {
                    text.push('&');
                }
                text.push_str(pair);
            }
        } else {
            canonical::push_query(&mut text, request.query, pairs);
        }
        text.push('\n');
        let mut text = text.into_bytes();
        match headers {
            [(_, host)] => {
                text.extend_from_slice(b"host:");
                text.extend_from_slice(host.as_bytes());
                text.extend_from_slice(b"\n\nhost");
            }
            _ => {
                canonical::push_headers(&mut text, headers);
            }
        }
        text.push(b'\n');
        text.extend_from_slice(self.payload_hash(request).as_bytes());
        self.signature(&mut text, credentials, date)
    }
}

fn push_number(out: &mut String, mut number: u32) {
    let mut digits = [b'0'; 10];
    let mut from = digits.len();
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        from -= 1;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.push_str(digits.get(from..).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default());
}

/// The names of the signed headers, `;` as `%3B` in between.
fn push_encoded_names(out: &mut String, headers: &[Pair<'_>]) {
    let mut previous: Option<&str> = None;
    for (name, _) in headers {
        if previous != Some(name) {
            if previous.is_some() {
                out.push_str("%3B");
            }
            percent_encode_into(out, name);
        }
        previous = Some(name);
    }
}

/// A presigned URL: whoever holds it may make the request, so it is treated as a secret.
///
/// `Debug` hides it; [`expose`](Self::expose) hands it out.
///
/// ```
/// use stskit::sign::{SignableRequest, Signer};
/// use stskit::{Credentials, Timestamp};
///
/// let request = http::Request::get("https://demo.s3.eu-west-1.amazonaws.com/report.pdf").body(())?;
/// let request = SignableRequest::from_http(&request, b"")?;
/// let at = Timestamp::from_secs(1_767_323_045);
/// let key = Credentials::new("AKIDEXAMPLE", "secret");
/// let url = Signer::new("s3", "eu-west-1").presign(&request, &key, at, Some(900))?;
/// assert!(url.expose().ends_with(url.signature()));
/// assert_eq!(format!("{url:?}"), "PresignedUrl([secret])");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct PresignedUrl {
    url: Secret,
    /// Where the signature stands in it.
    signature: Range<usize>,
}

impl PresignedUrl {
    /// The whole URL.
    pub fn expose(&self) -> &str {
        self.url.expose()
    }

    /// The signature alone, 64 hex digits.
    pub fn signature(&self) -> &str {
        self.expose().get(self.signature.clone()).unwrap_or_default()
    }

    /// Adds a pair to the end of the query, which the signature does not cover: what the service wants to
    /// see in the URL, but not in the signature. Name and value are percent-encoded.
    ///
    /// ```
    /// use stskit::sign::{SignableRequest, Signer};
    /// use stskit::{Credentials, Timestamp};
    ///
    /// let request = http::Request::get("https://kafka.eu-west-1.amazonaws.com/?Action=kafka-cluster%3AConnect").body(())?;
    /// let url = Signer::new("kafka-cluster", "eu-west-1")
    ///     .presign_http(&request, &Credentials::new("AKIDEXAMPLE", "secret"), Timestamp::from_secs(0), Some(900))?
    ///     .with_pair("User-Agent", "my program/1.0");
    /// assert!(url.expose().ends_with("&User-Agent=my%20program%2F1.0"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_pair(self, name: &str, value: &str) -> Self {
        // A copy, so that growing leaves nothing behind that is not wiped.
        let mut url = String::with_capacity(self.expose().len() + 3 * (name.len() + value.len()) + 2);
        url.push_str(self.expose());
        url.push('&');
        percent_encode_into(&mut url, name);
        url.push('=');
        percent_encode_into(&mut url, value);
        PresignedUrl { url: url.into(), signature: self.signature }
    }

    /// The URL itself, to be passed on without a copy.
    pub fn into_secret(self) -> Secret {
        self.url
    }
}

impl fmt::Debug for PresignedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PresignedUrl([secret])")
    }
}
