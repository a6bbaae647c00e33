//! The query form of a signature: presigned URLs.

use std::fmt;

use super::canonical;
use super::{ALGORITHM, SessionToken, SignableRequest, Signer, Work, collect_headers, hex, text_of};
use crate::credential::Credentials;
use crate::error::{Error, Result};
use crate::percent::percent_encode_into;
use crate::secret::Secret;
use crate::timestamp::Timestamp;

/// Longest life of a presigned URL: seven days, in seconds
/// (<https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>).
///
/// The credentials end it sooner if they expire before; STS honours 15 minutes at most.
///
/// ```
/// assert_eq!(stskit::sign::MAX_EXPIRES, 7 * 24 * 60 * 60);
/// ```
pub const MAX_EXPIRES: u32 = 604_800;

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
        if let Some(seconds) = expires
            && !(1..=MAX_EXPIRES).contains(&seconds)
        {
            return Err(Error::input(format!(
                "a presigned URL lives 1 to {MAX_EXPIRES} seconds (seven days), not {seconds}"
            )));
        }
        self.check(request, credentials)?;
        let date = at.amz_date();
        let headers = collect_headers(request, &[]);
        let mut names = Vec::new();
        canonical::push_names(&mut names, &headers);
        let names = text_of(names);
        let mut scope = format!("{}/", credentials.access_key_id()).into_bytes();
        self.push_scope(&mut scope, &date);
        let scope = text_of(scope);
        let expires_text = expires.map(|e| e.to_string());
        let token = credentials.session_token();

        let mut added: Vec<(&str, &str)> =
            vec![("X-Amz-Algorithm", ALGORITHM), ("X-Amz-Credential", &scope), ("X-Amz-Date", date.long())];
        added.extend(expires_text.as_deref().map(|e| ("X-Amz-Expires", e)));
        added.push(("X-Amz-SignedHeaders", &names));
        if self.session_token == SessionToken::Signed {
            added.extend(token.map(|t| ("X-Amz-Security-Token", t)));
        }

        let mut text = self.start(request, &added, &headers);
        canonical::push_headers(&mut text, &headers);
        text.push(b'\n');
        text.extend_from_slice(self.payload_hash(request).as_bytes());
        let signature = self.signature(&mut Work { text, names: 0..0, date, content_sha256: None }, credentials);
        let signature = text_of(hex(&signature).to_vec());

        let mut url = String::with_capacity(512 + request.query.len() + token.map_or(0, str::len) * 2);
        url.push_str(request.scheme);
        url.push_str("://");
        url.push_str(request.host);
        if !request.path.starts_with('/') {
            url.push('/');
        }
        url.push_str(request.path);
        url.push('?');
        url.push_str(request.query);
        // A raw `?` may end the query: what the URL ends with does not tell whether pairs came before.
        let mut separate = !request.query.is_empty() && !request.query.ends_with('&');
        let mut pair = |name: &str, value: &str| {
            if std::mem::replace(&mut separate, true) {
                url.push('&');
            }
            url.push_str(name);
            url.push('=');
            percent_encode_into(&mut url, value);
        };
        added.iter().for_each(|(name, value)| pair(name, value));
        pair("X-Amz-Signature", &signature);
        if self.session_token == SessionToken::AfterSigning
            && let Some(token) = token
        {
            pair("X-Amz-Security-Token", token);
        }
        Ok(PresignedUrl { url: url.into(), signature })
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
    signature: String,
}

impl PresignedUrl {
    /// The whole URL.
    pub fn expose(&self) -> &str {
        self.url.expose()
    }

    /// The signature alone, 64 hex digits.
    pub fn signature(&self) -> &str {
        &self.signature
    }
}

impl fmt::Debug for PresignedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PresignedUrl([secret])")
    }
}
