//! S3: presigned URLs of objects.

use std::fmt;

use super::check::{self, RegionPlace, TokenError};
use super::presigned::Presigned;
use super::{Mint, Purpose, Token};
use crate::credential::Credentials;
use crate::error::Result;
use crate::percent::{encode_except, is_unreserved};
use crate::sign::{PathEncoding, PathNormalization, Payload};
use crate::timestamp::Timestamp;

/// URLs for one object of S3: whoever has one may make that request until it ends.
///
/// Rules: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html>. Other requests
/// are presigned with [`Signer::presign`](crate::sign::Signer::presign).
///
/// ```
/// use stskit::token::{Mint, S3Url};
/// use stskit::{Credentials, Timestamp};
///
/// let report = S3Url::get("examplebucket.s3.eu-west-1.amazonaws.com", "my folder/a+b.txt", "eu-west-1")?
///     .query("response-content-disposition", "attachment")?
///     .expires(86_400)?;
/// let token = report.token(&Credentials::new("AKIDEXAMPLE", "secret"), Timestamp::from_secs(1_767_323_045))?;
/// let start = "https://examplebucket.s3.eu-west-1.amazonaws.com/my%20folder/a%2Bb.txt?response-content-disposition=";
/// assert!(token.expose().starts_with(start));
/// # Ok::<(), stskit::Error>(())
/// ```
pub struct S3Url(Presigned);

impl S3Url {
    /// The download of an object: the host of the bucket, the key as it is (not encoded), and the region of
    /// the bucket. For path-style hosts the key starts with the bucket.
    ///
    /// # Errors
    /// `InvalidInput` with a [`TokenError`]: an empty or malformed part, a host of another region.
    pub fn get(host: &str, key: &str, region: &str) -> Result<Self> {
        Self::with_method("GET", host, key, region)
    }

    /// The upload of an object.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn put(host: &str, key: &str, region: &str) -> Result<Self> {
        Self::with_method("PUT", host, key, region)
    }

    /// Another method: `HEAD`, `DELETE`, ..
    ///
    /// # Errors
    /// As [`get`](Self::get), and for a method that is not in upper case.
    pub fn with_method(method: &'static str, host: &str, key: &str, region: &str) -> Result<Self> {
        if method.is_empty() || !method.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(TokenError::Malformed("method", "use upper-case letters").into());
        }
        let host = check::host("host", host)?;
        let key = check::text("key", key)?;
        let region = check::region(region)?;
        check::region_of_host(&host, region, RegionPlace::Suffix)?;
        let mut request = Presigned::new(Purpose::S3, host, region, &[]);
        request.method = method;
        encode_except(&mut request.path, key, |b| is_unreserved(b) || b == b'/');
        request.signer = request
            .signer
            .path_encoding(PathEncoding::Single)
            .path_normalization(PathNormalization::AsGiven)
            .payload(Payload::Unsigned);
        Ok(S3Url(request))
    }

    /// One more parameter of the request, such as `versionId` or `response-content-type`.
    ///
    /// # Errors
    /// `InvalidInput`: an empty name, or one that starts with `X-Amz-`, which are the signature's.
    pub fn query(mut self, name: &str, value: &str) -> Result<Self> {
        let name = check::text("name of a query parameter", name)?;
        if name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("x-amz-")) {
            return Err(TokenError::Malformed("name of a query parameter", "X-Amz- is the signature's").into());
        }
        self.0.push_pair(name, value);
        Ok(self)
    }

    /// A header that whoever uses the URL has to send with this value.
    ///
    /// # Errors
    /// `InvalidInput`: a value that cannot stand in a header.
    pub fn header(mut self, name: &'static str, value: &str) -> Result<Self> {
        if http::HeaderName::from_bytes(name.as_bytes()).is_err() {
            return Err(TokenError::Malformed("name of a header", "it is not one").into());
        }
        self.0.headers.push((name, check::header_value("value of a header", value)?.to_owned()));
        Ok(self)
    }

    /// Seconds that a URL lives: 1 to 604,800 (seven days); 900 by default.
    ///
    /// # Errors
    /// `InvalidInput`: 0, or more than that.
    pub fn expires(self, seconds: u32) -> Result<Self> {
        Ok(S3Url(self.0.expires(seconds)?))
    }
}

impl Mint for S3Url {
    fn purpose(&self) -> Purpose {
        self.0.purpose
    }

    fn token(&self, credentials: &Credentials, at: Timestamp) -> Result<Token> {
        self.0.token(credentials, at)
    }
}

impl fmt::Debug for S3Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Url")
            .field("method", &self.0.method)
            .field("host", &self.0.host)
            .field("path", &self.0.path)
            .field("region", &self.0.region())
            .field("expires", &self.0.expires)
            .finish_non_exhaustive()
    }
}
