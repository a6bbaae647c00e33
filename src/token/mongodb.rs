//! MongoDB: the SASL mechanism `MONGODB-AWS`.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::check::TokenError;
use super::identity::{CallerIdentity, SignedCall};
use super::{Mint, Purpose, Token, check};
use crate::credential::Credentials;
use crate::error::Result;
use crate::timestamp::Timestamp;

const NONCE_BYTES: usize = 64;

/// The client's last message of the mechanism `MONGODB-AWS`.
///
/// The server answers the client's first message with a nonce of 64 bytes, of which the first half is the
/// client's, and the STS host to sign for. The text is the BSON document of the payload in base64; drivers
/// that want its members find them in [`sign`](Self::sign). The rules are those of
/// <https://github.com/mongodb/specifications/blob/master/source/auth/auth.md>.
///
/// ```
/// use stskit::token::{Mint, MongoDb};
/// use stskit::{Credentials, Timestamp};
///
/// let nonce = [7; 64]; // the server's answer
/// let login = MongoDb::new(&nonce, "sts.eu-west-1.amazonaws.com")?;
/// let (key, at) = (Credentials::new("AKIDEXAMPLE", "secret"), Timestamp::from_secs(1_767_323_045));
/// assert!(!login.token(&key, at)?.expose().is_empty());
/// assert!(login.sign(&key, at)?.header("Authorization").is_some());
/// # Ok::<(), stskit::Error>(())
/// ```
pub struct MongoDb(CallerIdentity);

impl MongoDb {
    /// The server's nonce and the STS host that it named. The region is the second label of the host.
    ///
    /// # Errors
    /// `InvalidInput` with a [`TokenError`]: a nonce of another length than 64, an empty or malformed host.
    pub fn new(nonce: &[u8], sts_host: &str) -> Result<Self> {
        if nonce.len() != NONCE_BYTES {
            return Err(TokenError::Malformed("nonce", "the server's is 64 bytes long").into());
        }
        let host = check::host("STS host", sts_host)?;
        let region = match host.split('.').nth(1) {
            Some(label) if host != "sts.amazonaws.com" => label,
            Some(_) => "us-east-1",
            None => return Err(TokenError::Malformed("STS host", "it names no region").into()),
        };
        let call = CallerIdentity::at_host(&host, region)?
            .plain_content_type()
            .header("Content-Length", "43")?
            .header("X-MongoDB-Server-Nonce", &STANDARD.encode(nonce))?
            .header("X-MongoDB-GS2-CB-Flag", "n")?;
        Ok(MongoDb(call))
    }

    /// The signed call that the payload is taken from: `Authorization`, `X-Amz-Date` and
    /// `X-Amz-Security-Token`.
    ///
    /// # Errors
    /// As [`Mint::token`].
    pub fn sign(&self, credentials: &Credentials, at: Timestamp) -> Result<SignedCall> {
        self.0.sign(credentials, at)
    }
}

impl Mint for MongoDb {
    fn purpose(&self) -> Purpose {
        Purpose::MongoDb
    }

    fn token(&self, credentials: &Credentials, at: Timestamp) -> Result<Token> {
        let call = self.sign(credentials, at)?;
        let members = [
            ("a", call.header("Authorization")),
            ("d", call.header("X-Amz-Date")),
            ("t", call.header("X-Amz-Security-Token")),
        ];
        let text = STANDARD.encode(&*bson(members));
        Ok(Token::new(Purpose::MongoDb, text.into(), credentials, at, Purpose::MongoDb.facts().expires))
    }
}

/// A BSON document of strings: <https://bsonspec.org/spec.html>.
fn bson(members: [(&str, Option<&str>); 3]) -> Zeroizing<Vec<u8>> {
    let present = || members.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
    let length = 5 + present().map(|(name, value)| 1 + name.len() + 1 + 4 + value.len() + 1).sum::<usize>();
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes();
    let mut out = Zeroizing::new(Vec::with_capacity(length));
    out.extend(number(length));
    for (name, value) in present() {
        out.push(2);
        out.extend(name.as_bytes());
        out.push(0);
        out.extend(number(value.len() + 1));
        out.extend(value.as_bytes());
        out.push(0);
    }
    out.push(0);
    out
}

impl fmt::Debug for MongoDb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MongoDb").field(&self.0).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_bson() {
        assert_eq!(*bson([("a", None), ("d", None), ("t", None)]), [5, 0, 0, 0, 0]);
        let one = b"\x0f\0\0\0\x02a\0\x03\0\0\0hi\0\0";
        assert_eq!(*bson([("a", Some("hi")), ("d", None), ("t", None)]), one);
    }
}
