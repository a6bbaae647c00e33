//! The choices of a signer, each a value of its own. The defaults are right for every service but a few.

/// How the path of the request is percent-encoded in the canonical request.
///
/// S3: <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>.
///
/// ```
/// use stskit::sign::{PathEncoding, SignableRequest, Signer};
/// use stskit::{Credentials, Timestamp};
///
/// let request = http::Request::get("https://demo.s3.eu-west-1.amazonaws.com/my%20file").body(())?;
/// let request = SignableRequest::from_http(&request, b"")?;
/// let credentials = Credentials::new("AKIDEXAMPLE", "secret");
/// let s3 = Signer::new("s3", "eu-west-1").path_encoding(PathEncoding::Single);
/// let signed = s3.canonical_request(&request, &credentials, Timestamp::from_secs(1_767_323_045))?;
/// assert!(signed.expose().starts_with("GET\n/my%20file\n")); // Double: /my%2520file
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PathEncoding {
    /// The path as on the wire is encoded once more: every service but S3.
    #[default]
    Double,
    /// The path as on the wire is taken over: S3.
    Single,
}

/// Whether `.`, `..` and empty segments are removed from the path before signing.
///
/// RFC 3986 section 5.2.4 is the rule for removing them.
///
/// ```
/// use stskit::sign::{PathNormalization, SignableRequest, Signer};
/// use stskit::{Credentials, Timestamp};
///
/// let request = http::Request::get("https://demo.s3.eu-west-1.amazonaws.com/a/../b").body(())?;
/// let request = SignableRequest::from_http(&request, b"")?;
/// let credentials = Credentials::new("AKIDEXAMPLE", "secret");
/// let s3 = Signer::new("s3", "eu-west-1").path_normalization(PathNormalization::AsGiven);
/// let signed = s3.canonical_request(&request, &credentials, Timestamp::from_secs(1_767_323_045))?;
/// assert!(signed.expose().starts_with("GET\n/a/../b\n")); // Normalize: /b
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PathNormalization {
    /// Removed: every service but S3.
    #[default]
    Normalize,
    /// Kept: S3, where they are part of the object's name.
    AsGiven,
}

/// What stands in the signature for the body.
///
/// For a body that is streamed, or too large to be hashed twice:
///
/// ```
/// use stskit::sign::{Payload, SignableRequest, Signer};
/// use stskit::{Credentials, Timestamp};
///
/// let request = http::Request::get("https://demo.s3.eu-west-1.amazonaws.com/film").body(())?;
/// let request = SignableRequest::from_http(&request, b"")?;
/// let credentials = Credentials::new("AKIDEXAMPLE", "secret");
/// let s3 = Signer::new("s3", "eu-west-1").payload(Payload::Unsigned);
/// let signed = s3.canonical_request(&request, &credentials, Timestamp::from_secs(1_767_323_045))?;
/// assert!(signed.expose().ends_with("\nUNSIGNED-PAYLOAD"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Payload {
    /// SHA-256 of the body bytes.
    #[default]
    Body,
    /// SHA-256 computed elsewhere.
    Sha256([u8; 32]),
    /// The text `UNSIGNED-PAYLOAD`: the body is not protected. Only over https, only where the service allows it.
    Unsigned,
}

/// Whether the payload hash is also sent as the header `x-amz-content-sha256`.
///
/// ```
/// use stskit::sign::{ContentSha256, SignableRequest, Signer};
/// use stskit::{Credentials, Timestamp};
///
/// let request = http::Request::get("https://demo.s3.eu-west-1.amazonaws.com/file").body(())?;
/// let request = SignableRequest::from_http(&request, b"")?;
/// let credentials = Credentials::new("AKIDEXAMPLE", "secret");
/// let s3 = Signer::new("s3", "eu-west-1").content_sha256(ContentSha256::Header);
/// let headers = s3.sign(&request, &credentials, Timestamp::from_secs(1_767_323_045))?;
/// assert!(headers.iter().any(|(name, hash)| name == "x-amz-content-sha256" && hash.len() == 64));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ContentSha256 {
    /// Not sent: STS, SSO-OIDC and most services.
    #[default]
    Omit,
    /// Sent and signed: S3, OpenSearch Serverless, VPC Lattice.
    Header,
}

/// What happens with the session token of temporary credentials.
///
/// Long-term credentials have none: then nothing is added, whatever the choice.
///
/// ```
/// use stskit::sign::{SessionToken, Signer};
/// let iot = Signer::new("iotdevicegateway", "eu-west-1").session_token(SessionToken::AfterSigning);
/// assert_eq!(iot.service(), "iotdevicegateway");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SessionToken {
    /// Part of the signature: the rule.
    #[default]
    Signed,
    /// Added after signing, outside the signature: IoT over WebSocket.
    AfterSigning,
    /// Left to the caller.
    Omit,
}

/// Which headers of the request are signed.
///
/// `host`, `x-amz-date` and every other `x-amz-` header are always signed, `authorization` never.
///
/// ```
/// use stskit::sign::{HeaderChoice, Signer};
/// use stskit::{Credentials, Timestamp};
///
/// // OpenSearch Serverless computes another signature once content-length is in it.
/// let signer = Signer::new("aoss", "us-west-2").signed_headers(HeaderChoice::except(["Content-Length"]));
/// let mut request = http::Request::post("https://abc.us-west-2.aoss.amazonaws.com/idx/_search")
///     .header("content-length", "2")
///     .header("content-type", "application/json")
///     .body("{}")?;
/// signer.sign_http(&mut request, &Credentials::new("AKIDEXAMPLE", "secret"), Timestamp::from_secs(0))?;
/// let authorization = request.headers()["authorization"].to_str()?;
/// assert!(authorization.contains("SignedHeaders=content-type;host;x-amz-date,"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum HeaderChoice {
    /// All of them, but for those that proxies and clients change on the way: `user-agent`, `connection`,
    /// `expect`, tracing headers and their like.
    #[default]
    Given,
    /// As [`Given`](Self::Given), without these names (in lower case).
    Except(Vec<String>),
    /// Of these names (in lower case) those that the request has, also one that is else left out.
    Only(Vec<String>),
}

impl HeaderChoice {
    /// All but these, in any case.
    pub fn except(names: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        HeaderChoice::Except(names.into_iter().map(|name| name.as_ref().to_ascii_lowercase()).collect())
    }

    /// Only these, in any case.
    pub fn only(names: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        HeaderChoice::Only(names.into_iter().map(|name| name.as_ref().to_ascii_lowercase()).collect())
    }
}
