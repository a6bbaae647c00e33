//! What the tokens that are presigned URLs have in common.

use super::check::{self, TokenError};
use super::{Purpose, Token};
use crate::credential::Credentials;
use crate::error::Result;
use crate::percent::percent_encode_into;
use crate::secret::Secret;
use crate::sign::{Prepared, PresignedUrl, SignableRequest, Signer};
use crate::timestamp::Timestamp;

/// A request that is presigned again for each token; all that can be done before is done once.
pub(super) struct Presigned {
    pub(super) purpose: Purpose,
    pub(super) signer: Signer,
    pub(super) method: &'static str,
    pub(super) host: String,
    pub(super) path: String,
    /// Percent-encoded.
    query: String,
    prepared: Prepared,
    pub(super) headers: Vec<(&'static str, String)>,
    /// `X-Amz-Expires`; `None`: left out.
    pub(super) expires: Option<u32>,
}

impl Presigned {
    /// A GET of `/` with these pairs in the query, in this order.
    pub(super) fn new(purpose: Purpose, host: String, region: &str, pairs: &[(&str, &str)]) -> Self {
        let facts = purpose.facts();
        let mut request = Presigned {
            purpose,
            signer: Signer::new(facts.signing_name, region),
            method: "GET",
            host,
            path: "/".to_owned(),
            query: String::new(),
            prepared: Prepared::of(""),
            headers: Vec::new(),
            expires: Some(facts.expires),
        };
        for (name, value) in pairs {
            request.push_pair(name, value);
        }
        request
    }

    /// One more pair at the end of the query.
    pub(super) fn push_pair(&mut self, name: &str, value: &str) {
        if !self.query.is_empty() {
            self.query.push('&');
        }
        percent_encode_into(&mut self.query, name);
        self.query.push('=');
        percent_encode_into(&mut self.query, value);
        self.prepared = Prepared::of(&self.query);
    }

    pub(super) fn expires(mut self, seconds: u32) -> Result<Self, TokenError> {
        self.expires = Some(check::expires(seconds, self.purpose.facts().longest)?);
        Ok(self)
    }

    pub(super) fn region(&self) -> &str {
        self.signer.region()
    }

    pub(super) fn url(&self, credentials: &Credentials, at: Timestamp) -> Result<PresignedUrl> {
        check::alive(credentials, at)?;
        let mut request = SignableRequest {
            method: self.method,
            scheme: self.purpose.facts().scheme,
            host: &self.host,
            path: &self.path,
            query: &self.query,
            headers: &[],
            body: b"",
        };
        if self.headers.is_empty() {
            return self.signer.presign_prepared(&request, credentials, at, self.expires, self.prepared);
        }
        let headers: Vec<(&str, &str)> = self.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        request.headers = &headers;
        self.signer.presign_prepared(&request, credentials, at, self.expires, self.prepared)
    }

    /// The URL as the token, with the life that was signed.
    pub(super) fn token(&self, credentials: &Credentials, at: Timestamp) -> Result<Token> {
        let text = self.url(credentials, at)?.into_secret();
        Ok(self.made_of(text, credentials, at))
    }

    pub(super) fn made_of(&self, text: Secret, credentials: &Credentials, at: Timestamp) -> Token {
        Token::new(self.purpose, text, credentials, at, self.expires.unwrap_or(self.purpose.facts().expires))
    }
}
