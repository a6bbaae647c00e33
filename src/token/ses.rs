//! SES: the password of SMTP.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::check::{self, TokenError};
use super::{Mint, Purpose, Token};
use crate::credential::Credentials;
use crate::error::Result;
use crate::sign::smtp_mac;
use crate::timestamp::Timestamp;

const VERSION: u8 = 4;

/// User name and password of SMTP with SES in one region.
///
/// Made of the access key of an IAM user; temporary credentials cannot be used. It is not signed with a time
/// and never expires: it is good as long as the access key is, and reported as good until the year 9999.
/// <https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html>.
///
/// ```
/// use stskit::token::{Mint, SesSmtp};
/// use stskit::{Credentials, Timestamp};
///
/// let smtp = SesSmtp::new("eu-central-1")?;
/// let token = smtp.token(&Credentials::new("AKIDEXAMPLE", "some+secret+key"), Timestamp::from_secs(0))?;
/// assert_eq!(token.user(), Some("AKIDEXAMPLE"));
/// assert_eq!(token.expose(), "BMXhUYlu5Z3gSXVQORxlVa7XPaz91aGWdfHxvkOZdWZ2");
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Debug)]
pub struct SesSmtp {
    region: String,
}

impl SesSmtp {
    /// The region whose SMTP server is used.
    ///
    /// # Errors
    /// `InvalidInput` with a [`TokenError`]: an empty or malformed region.
    pub fn new(region: &str) -> Result<Self> {
        Ok(SesSmtp { region: check::region(region)?.to_owned() })
    }
}

impl Mint for SesSmtp {
    fn purpose(&self) -> Purpose {
        Purpose::SesSmtp
    }

    fn token(&self, credentials: &Credentials, at: Timestamp) -> Result<Token> {
        if credentials.session_token().is_some() {
            return Err(TokenError::TemporaryCredentials.into());
        }
        check::alive(credentials, at)?;
        let mac = Zeroizing::new(smtp_mac(credentials, &self.region));
        let mut bytes = Zeroizing::new([VERSION; 33]);
        bytes.iter_mut().skip(1).zip(mac.iter()).for_each(|(to, from)| *to = *from);
        let token = Token::new(Purpose::SesSmtp, STANDARD.encode(*bytes).into(), credentials, at, 0);
        let end = credentials.expiration().unwrap_or(Timestamp::from_millis(i64::MAX));
        Ok(Token { expires_at: end, ..token }.with_user(credentials.access_key_id()))
    }
}
