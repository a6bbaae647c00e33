//! Bedrock: the short-term API key.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::check;
use super::presigned::Presigned;
use super::{Mint, Purpose, Token};
use crate::credential::Credentials;
use crate::error::Result;
use crate::secret::Secret;
use crate::timestamp::Timestamp;

const PREFIX: &str = "bedrock-api-key-";

/// Short-term API keys of Bedrock.
///
/// The text goes into `Authorization: Bearer` or the variable `AWS_BEARER_TOKEN_BEDROCK`, for the endpoint
/// of the same region only. It ends with the credentials, after 12 hours at the latest:
/// <https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html>.
///
/// ```
/// use stskit::token::{Bedrock, Mint};
/// use stskit::{Credentials, Timestamp};
///
/// let keys = Bedrock::new("us-west-2")?.expires(3600)?;
/// let token = keys.token(&Credentials::new("AKIDEXAMPLE", "secret"), Timestamp::from_secs(1_767_323_045))?;
/// assert!(token.expose().starts_with("bedrock-api-key-"));
/// # Ok::<(), stskit::Error>(())
/// ```
pub struct Bedrock(Presigned);

impl Bedrock {
    /// The region in which the key is to be used.
    ///
    /// # Errors
    /// `InvalidInput` with a [`TokenError`](super::TokenError): an empty or malformed region.
    pub fn new(region: &str) -> Result<Self> {
        let region = check::region(region)?;
        // One host for all regions, which are in the scope only.
        let host = "bedrock.amazonaws.com".to_owned();
        let mut request = Presigned::new(Purpose::Bedrock, host, region, &[("Action", "CallWithBearerToken")]);
        request.method = "POST";
        Ok(Bedrock(request))
    }

    /// Seconds that a key lives: 1 to 43,200 (12 hours), which is the default.
    ///
    /// # Errors
    /// `InvalidInput`: 0, or more than that.
    pub fn expires(self, seconds: u32) -> Result<Self> {
        Ok(Bedrock(self.0.expires(seconds)?))
    }
}

impl Mint for Bedrock {
    fn purpose(&self) -> Purpose {
        self.0.purpose
    }

    fn token(&self, credentials: &Credentials, at: Timestamp) -> Result<Token> {
        let url = self.0.url(credentials, at)?.with_pair("Version", "1");
        let mut text = String::with_capacity(PREFIX.len() + url.expose().len() / 3 * 4 + 4);
        text.push_str(PREFIX);
        STANDARD.encode_string(url.expose(), &mut text);
        Ok(self.0.made_of(Secret::from(text), credentials, at))
    }
}

impl fmt::Debug for Bedrock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bedrock")
            .field("region", &self.0.region())
            .field("expires", &self.0.expires)
            .finish_non_exhaustive()
    }
}
