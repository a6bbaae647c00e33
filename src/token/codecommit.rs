//! CodeCommit: git over HTTPS.

use std::fmt;

use sha2::{Digest, Sha256};

use super::{Mint, Purpose, Token, check};
use crate::credential::Credentials;
use crate::endpoint;
use crate::error::Result;
use crate::percent::percent_encode_into;
use crate::sign::{ALGORITHM, Signer, push_hex};
use crate::timestamp::Timestamp;

/// User name and password of git for a repository of CodeCommit, for a git credential helper or a URL.
///
/// The user name is [`Token::user`]: it holds the session token of temporary credentials. In a URL, both
/// have to be percent-encoded. The method and the rules are those of `git-remote-codecommit`:
/// <https://docs.aws.amazon.com/codecommit/latest/userguide/setting-up-git-remote-codecommit.html>.
///
/// ```
/// use stskit::token::{CodeCommit, Mint};
/// use stskit::{Credentials, Timestamp};
///
/// let repository = CodeCommit::new("MyRepo", "eu-west-1")?;
/// assert_eq!(repository.url(), "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/MyRepo");
/// let token = repository.token(&Credentials::new("AKIDEXAMPLE", "secret"), Timestamp::from_secs(1_767_323_045))?;
/// assert_eq!(token.user(), Some("AKIDEXAMPLE"));
/// assert!(token.expose().starts_with("20260102T030405Z"));
/// # Ok::<(), stskit::Error>(())
/// ```
pub struct CodeCommit {
    signer: Signer,
    host: String,
    path: String,
}

impl CodeCommit {
    /// The name of the repository and its region.
    ///
    /// # Errors
    /// `InvalidInput` with a [`TokenError`](super::TokenError): an empty or malformed part.
    pub fn new(repository: &str, region: &str) -> Result<Self> {
        let name = check::text("repository", repository)?;
        let region = check::region(region)?;
        let mut path = "/v1/repos/".to_owned();
        percent_encode_into(&mut path, name);
        Ok(CodeCommit {
            signer: Signer::new(Purpose::CodeCommit.facts().signing_name, region),
            host: format!("git-codecommit.{region}.{}", endpoint::dns_suffix(region)),
            path,
        })
    }

    /// The URL of the repository.
    pub fn url(&self) -> String {
        format!("https://{}{}", self.host, self.path)
    }
}

impl Mint for CodeCommit {
    fn purpose(&self) -> Purpose {
        Purpose::CodeCommit
    }

    fn token(&self, credentials: &Credentials, at: Timestamp) -> Result<Token> {
        check::alive(credentials, at)?;
        let (date, region) = (at.amz_date(), self.signer.region());
        // No line for a payload, and a date without its end: not what other services sign.
        let canonical = format!("GIT\n{}\n\nhost:{}\n\nhost\n", self.path, self.host);
        let mut text = format!(
            "{ALGORITHM}\n{}\n{}/{region}/codecommit/aws4_request\n",
            date.long().trim_end_matches('Z'),
            date.short()
        );
        push_hex(&mut text, &Sha256::digest(canonical).into());
        let mut password = String::with_capacity(80);
        password.push_str(date.long());
        push_hex(&mut password, &self.signer.mac(credentials, &date, text.as_bytes()));

        let id = credentials.access_key_id();
        let token = credentials.session_token();
        let mut user = String::with_capacity(id.len() + 1 + token.map_or(0, str::len));
        user.push_str(id);
        if let Some(token) = token {
            user.push('%');
            user.push_str(token);
        }
        let lifetime = Purpose::CodeCommit.facts().expires;
        Ok(Token::new(Purpose::CodeCommit, password.into(), credentials, at, lifetime).with_user(user))
    }
}

impl fmt::Debug for CodeCommit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CodeCommit").field("url", &self.url()).finish_non_exhaustive()
    }
}
