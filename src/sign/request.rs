//! The parts of a request that a signature covers.

use crate::error::{Error, Result};

/// The parts of a request that a signature covers, borrowed from wherever they live.
///
/// `From<&http::Request<B>>` fills it from a request of the `http` crate.
///
/// ```
/// use stskit::sign::SignableRequest;
/// let request = http::Request::get("https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity").body(()).unwrap();
/// let signable = SignableRequest::from_http(&request, b"").unwrap();
/// assert_eq!(signable.host, "sts.eu-west-1.amazonaws.com");
/// assert_eq!(signable.query, "Action=GetCallerIdentity");
/// ```
#[derive(Clone, Copy)]
pub struct SignableRequest<'a> {
    /// Method in upper case.
    pub method: &'a str,
    /// `https` or `http` (or `wss`, ..); used for presigned URLs. Empty: the URL starts with the host.
    pub scheme: &'a str,
    /// The value of the Host header as the client sends it: with the port unless it is the scheme's
    /// default. It is signed as it stands here.
    pub host: &'a str,
    /// The path as on the wire (percent-encoded), without the query. Empty counts as `/`.
    pub path: &'a str,
    /// The query as on the wire, without `?`; empty if there is none.
    pub query: &'a str,
    /// Other headers, in order. A `host`, `x-amz-date` or `authorization` among them is replaced;
    /// `user-agent` and hop-by-hop headers are left out of the signature.
    pub headers: &'a [(&'a str, &'a str)],
    /// The whole body.
    pub body: &'a [u8],
}

impl<'a> SignableRequest<'a> {
    /// The signable parts of a request of the `http` crate, without its headers: add those that the
    /// service wants signed to [`headers`](Self::headers), or let
    /// [`Signer::sign_http`](super::Signer::sign_http) sign them all.
    ///
    /// # Errors
    /// `InvalidInput`: the URI has no host.
    pub fn from_http<B>(request: &'a http::Request<B>, body: &'a [u8]) -> Result<Self> {
        let uri = request.uri();
        let host = match request.headers().get(http::header::HOST).and_then(|h| h.to_str().ok()) {
            Some(host) => host,
            None => {
                let authority = uri.authority().ok_or_else(|| Error::input("the request to sign has no host"))?;
                let text = authority.as_str();
                let host = text.rsplit_once('@').map_or(text, |(_, host)| host);
                let default = if uri.scheme_str() == Some("http") { ":80" } else { ":443" };
                host.strip_suffix(default).unwrap_or(host)
            }
        };
        Ok(SignableRequest {
            method: request.method().as_str(),
            scheme: uri.scheme_str().unwrap_or("https"),
            host,
            path: uri.path(),
            query: uri.query().unwrap_or_default(),
            headers: &[],
            body,
        })
    }
}

/// Names and values of the headers of a request.
pub(super) fn header_texts<B>(request: &http::Request<B>) -> Result<Vec<(&str, &str)>> {
    let mut texts = Vec::with_capacity(request.headers().len());
    for (name, value) in request.headers() {
        let value = value.to_str().map_err(|e| {
            Error::input(format!("the value of the header {name} is not visible ASCII text")).with_source(e)
        })?;
        texts.push((name.as_str(), value));
    }
    Ok(texts)
}
