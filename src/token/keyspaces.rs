//! Keyspaces: the SASL mechanism `SigV4` of Cassandra drivers.

use sha2::{Digest, Sha256};

use super::check::TokenError;
use super::{Mint, Purpose, Token, check};
use crate::credential::Credentials;
use crate::error::Result;
use crate::percent::percent_encode_into;
use crate::sign::{ALGORITHM, Signer, push_hex};
use crate::timestamp::Timestamp;

/// What a driver sends first to name the mechanism.
const INITIAL: &[u8] = b"SigV4\0\0";

/// The answer to the challenge of a Keyspaces server.
///
/// A connection starts with [`INITIAL_RESPONSE`](Self::INITIAL_RESPONSE); the server answers `nonce=` and
/// 32 bytes; the text is the answer to that. Each connection has a nonce of its own. The rules are those of
/// the plugins for Cassandra drivers:
/// <https://docs.aws.amazon.com/keyspaces/latest/devguide/programmatic.credentials.SigV4_KEYSPACES.html>.
///
/// ```
/// use stskit::token::{Keyspaces, Mint};
/// use stskit::{Credentials, Timestamp};
///
/// let challenge = b"nonce=91703fdc2ef562e19fbdab0f58e42fe5";
/// let answer = Keyspaces::from_challenge(challenge, "us-west-2")?;
/// let token = answer.token(&Credentials::new("AKIDEXAMPLE", "secret"), Timestamp::from_secs(1_767_323_045))?;
/// assert!(token.expose().ends_with(",access_key=AKIDEXAMPLE,amzdate=2026-01-02T03:04:05.000Z"));
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Debug)]
pub struct Keyspaces {
    signer: Signer,
    /// Of the nonce.
    hash: [u8; 32],
}

impl Keyspaces {
    /// The first message of the mechanism `SigV4`.
    pub const INITIAL_RESPONSE: &'static [u8] = INITIAL;

    /// The nonce itself, and the region.
    ///
    /// # Errors
    /// `InvalidInput` with a [`TokenError`]: an empty or malformed part.
    pub fn new(nonce: &[u8], region: &str) -> Result<Self> {
        if nonce.is_empty() {
            return Err(TokenError::Empty("nonce").into());
        }
        let region = check::region(region)?;
        let signer = Signer::new(Purpose::Keyspaces.facts().signing_name, region);
        Ok(Keyspaces { signer, hash: Sha256::digest(nonce).into() })
    }

    /// The server's message: pairs of `name=value`, one of which is the nonce.
    ///
    /// # Errors
    /// As [`new`](Self::new), and for a message without a nonce.
    pub fn from_challenge(message: &[u8], region: &str) -> Result<Self> {
        let nonce = message.split(|b| *b == b',').find_map(|pair| pair.strip_prefix(b"nonce="));
        match nonce {
            Some(nonce) => Self::new(nonce, region),
            None => Err(TokenError::Malformed("challenge", "it has no nonce").into()),
        }
    }
}

impl Mint for Keyspaces {
    fn purpose(&self) -> Purpose {
        Purpose::Keyspaces
    }

    fn token(&self, credentials: &Credentials, at: Timestamp) -> Result<Token> {
        check::alive(credentials, at)?;
        let (date, region, id) = (at.amz_date(), self.signer.region(), credentials.access_key_id());
        // Whole seconds, written with milliseconds.
        let time = Timestamp::from_secs(at.as_secs()).to_string().replace('Z', ".000Z");
        let scope = format!("{}/{region}/cassandra/aws4_request", date.short());

        let mut canonical = format!("PUT\n/authenticate\nX-Amz-Algorithm={ALGORITHM}&X-Amz-Credential=");
        percent_encode_into(&mut canonical, id);
        canonical.push_str("%2F");
        percent_encode_into(&mut canonical, &scope);
        canonical.push_str("&X-Amz-Date=");
        percent_encode_into(&mut canonical, &time);
        canonical.push_str("&X-Amz-Expires=900\nhost:cassandra\n\nhost\n");
        push_hex(&mut canonical, &self.hash);

        let mut text = format!("{ALGORITHM}\n{time}\n{scope}\n");
        push_hex(&mut text, &Sha256::digest(&canonical).into());

        let session = credentials.session_token();
        let mut answer = String::with_capacity(160 + id.len() + session.map_or(0, str::len));
        answer.push_str("signature=");
        push_hex(&mut answer, &self.signer.mac(credentials, &date, text.as_bytes()));
        for (name, value) in [("access_key", Some(id)), ("amzdate", Some(time.as_str())), ("session_token", session)] {
            if let Some(value) = value {
                answer.push(',');
                answer.push_str(name);
                answer.push('=');
                answer.push_str(value);
            }
        }
        let lifetime = Purpose::Keyspaces.facts().expires;
        Ok(Token::new(Purpose::Keyspaces, answer.into(), credentials, at, lifetime))
    }
}
