//! Tokens for services that take an IAM identity as a password: one type for each, one call for a token.
//!
//! Each type holds the inputs of one kind of token, checked when it is made, and is a pure function
//! ([`Mint::token`]): credentials and a time in, a [`Token`] out, nothing sent. A [`Minter`] joins it with a
//! source of credentials and a clock. `facts` is the table of what signs them and how long they live, `check`
//! the rules for inputs ([`TokenError`]).
//!
//! | for | type | the text is |
//! |---|---|---|
//! | RDS, Aurora, RDS Proxy | [`Rds`] | the password of the connection |
//! | Aurora DSQL | [`Dsql`] | the password of the connection |
//! | MSK with OAUTHBEARER | [`Msk`] | the token of the refresh callback |
//! | MSK with AWS_MSK_IAM | [`MskIam`] | the JSON message to the broker |
//! | EKS | [`Eks`], [`EksExecCredential`] | the bearer token; what kubectl takes from an exec plugin |
//! | ElastiCache, MemoryDB | [`ElastiCache`], [`MemoryDb`] | the password of `AUTH` |
//! | HashiCorp Vault, lakeFS | [`Vault`], [`LakeFs`] | the JSON body of the login |
//! | Snowflake, Google, MongoDB | [`Snowflake`], [`GoogleWorkload`], [`MongoDb`] | what their login takes |
//! | others that ask STS who it was | [`CallerIdentity`] | the parts of a signed GetCallerIdentity |
//! | Bedrock | [`Bedrock`] | the API key |
//! | IoT | [`IotMqtt`] | the `wss://` URL |
//! | S3 | [`S3Url`] | the URL |
//! | CodeCommit, SES | [`CodeCommit`], [`SesSmtp`] | the password; [`Token::user`] goes with it |
//! | Keyspaces | [`Keyspaces`] | the answer to the server's challenge |
//!
//! [`NamedMint`] makes any of them by the name of its [`Kind`], with inputs as JSON.
//!
//! Tokens of GetWebIdentityToken need a call to STS: [`web_token`](crate::web_token) makes them.
//!
//! A token is a password: it is in no error, no log and no `Debug`, and wiped when dropped. It ends with
//! its credentials, whatever was signed, so that is what [`Token::expires_at`] says.

mod bedrock;
mod cache;
mod check;
mod codecommit;
mod dsql;
mod eks;
mod facts;
mod identity;
mod iot;
mod kafka;
mod keyspaces;
mod kinds;
mod login;
mod minter;
mod mongodb;
mod named;
mod object;
mod presigned;
mod rds;
mod s3;
mod ses;

use std::fmt;
use std::sync::Arc;

pub use bedrock::Bedrock;
pub use cache::{ElastiCache, MemoryDb};
pub use check::TokenError;
pub use codecommit::CodeCommit;
pub use dsql::Dsql;
pub use eks::{Eks, EksExecCredential, ExecApiVersion, exec_credential};
pub use facts::Purpose;
pub use identity::{CallerIdentity, IdentityForm, SignedCall};
pub use iot::IotMqtt;
pub use kafka::{Msk, MskIam};
pub use keyspaces::Keyspaces;
pub use kinds::{InputType, Kind, KindInput};
pub use login::{GoogleWorkload, LakeFs, Snowflake, Vault};
pub use minter::Minter;
pub use mongodb::MongoDb;
pub use named::NamedMint;
pub use rds::Rds;
pub use s3::S3Url;
pub use ses::SesSmtp;

use crate::credential::Credentials;
use crate::error::Result;
use crate::secret::Secret;
use crate::timestamp::Timestamp;
use object::{Part, object};

/// Makes tokens of one kind: a pure function of credentials and time.
///
/// All types of this module are such, and so may be your own: then a [`Minter`] serves it, too.
/// `Send + Sync`; nothing blocks, and the key that signs is derived once a day.
///
/// ```
/// use stskit::token::{ElastiCache, Mint, Rds};
/// use stskit::{Credentials, Timestamp};
///
/// let all: [Box<dyn Mint>; 2] = [
///     Box::new(Rds::new("mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com", 5432, "app", "eu-west-1")?),
///     Box::new(ElastiCache::new("my-cache", "app", "eu-west-1")?),
/// ];
/// let key = Credentials::new("AKIDEXAMPLE", "secret");
/// for mint in &all {
///     let token = mint.token(&key, Timestamp::from_secs(1_767_323_045))?;
///     assert_eq!(token.expires_at().as_secs(), 1_767_323_045 + 900);
/// }
/// # Ok::<(), stskit::Error>(())
/// ```
pub trait Mint: Send + Sync {
    /// What the tokens are for.
    fn purpose(&self) -> Purpose;

    /// A token. `at` is the time to sign with: now, by the clock of the service.
    ///
    /// # Errors
    /// `Expired`: the credentials are not good any more at that time. `InvalidInput`: an access key id that
    /// cannot be signed with, or credentials that this kind of token does not take. Both have a
    /// [`TokenError`] as their source where a rule of this module is broken.
    fn token(&self, credentials: &Credentials, at: Timestamp) -> Result<Token>;

    /// The same for a caller whose clock is behind that of the service by so many milliseconds: `at` is by the
    /// clock of the service, the end of the token by that of the caller. What a [`Minter`] calls.
    ///
    /// # Errors
    /// As [`token`](Self::token).
    fn token_by_clock(&self, credentials: &Credentials, at: Timestamp, ahead_millis: i64) -> Result<Token> {
        Ok(self.token(credentials, at)?.moved(ahead_millis.saturating_neg()))
    }
}

macro_rules! through_pointers {
    ($($pointer:ty),*) => {$(
        impl<M: Mint + ?Sized> Mint for $pointer {
            fn purpose(&self) -> Purpose {
                (**self).purpose()
            }

            fn token(&self, credentials: &Credentials, at: Timestamp) -> Result<Token> {
                (**self).token(credentials, at)
            }

            fn token_by_clock(&self, credentials: &Credentials, at: Timestamp, ahead_millis: i64) -> Result<Token> {
                (**self).token_by_clock(credentials, at, ahead_millis)
            }
        }
    )*};
}

through_pointers!(&M, Box<M>, Arc<M>);

/// A token: a password with an end. Wiped when dropped; `Debug` shows everything but the text and the user.
///
/// ```
/// use stskit::token::{Eks, Mint, Purpose};
/// use stskit::{Credentials, Timestamp};
///
/// let at = Timestamp::from_secs(1_767_323_045);
/// let soon = Credentials::new("AKIDEXAMPLE", "secret").with_session_token("t").with_expiration(at.plus_secs(400));
/// let token = Eks::new("my-cluster", "eu-west-1")?.token(&soon, at)?;
/// assert!(token.expose().starts_with("k8s-aws-v1."));
/// assert_eq!((token.purpose(), token.access_key_id()), (Purpose::Eks, Some("AKIDEXAMPLE")));
/// // It ends with the credentials, sooner than a token of EKS else would.
/// assert_eq!(token.expires_at(), at.plus_secs(400));
/// assert!(!format!("{token:?}").contains("k8s-aws"));
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    text: Secret,
    user: Option<Secret>,
    expires_at: Timestamp,
    access_key_id: Option<String>,
    purpose: Purpose,
}

impl Token {
    /// A token that lives so many seconds, but not longer than its credentials.
    pub(crate) fn new(
        purpose: Purpose,
        text: Secret,
        credentials: &Credentials,
        at: Timestamp,
        lifetime_seconds: u32,
    ) -> Self {
        // What is signed has whole seconds.
        let end = Timestamp::from_secs(at.as_secs()).plus_secs(i64::from(lifetime_seconds));
        let expires_at = credentials.expiration().map_or(end, |expiration| end.min(expiration));
        let access_key_id = Some(credentials.access_key_id().to_owned());
        Token { text, user: None, expires_at, access_key_id, purpose }
    }

    /// One that a service made.
    pub(crate) fn issued(purpose: Purpose, text: Secret, expires_at: Timestamp) -> Self {
        Token { text, user: None, expires_at, access_key_id: None, purpose }
    }

    pub(crate) fn with_user(mut self, user: impl Into<Secret>) -> Self {
        self.user = Some(user.into());
        self
    }

    /// One that ends at another time: by another clock.
    fn moved(mut self, millis: i64) -> Self {
        if millis != 0 {
            self.expires_at = self.expires_at.plus_millis(millis);
        }
        self
    }

    /// The text. Keep the borrow short and do not log it.
    pub fn expose(&self) -> &str {
        self.text.expose()
    }

    /// The text itself, to be passed on without a copy.
    pub fn into_secret(self) -> Secret {
        self.text
    }

    /// The user name to log in with, where the credentials decide it: CodeCommit and SES, and the
    /// subject of a web identity token. For CodeCommit it holds the session token, so it is a secret as well.
    pub fn user(&self) -> Option<&str> {
        self.user.as_ref().map(Secret::expose)
    }

    /// From when on the service refuses it, or sooner if the credentials end before. A token of a
    /// [`Minter`] has this time by the local clock, one of [`Mint::token`] by the clock of `at`.
    ///
    /// What takes epoch milliseconds gets `as_millis()`, what takes seconds `as_secs()`, and `to_string()` is
    /// RFC 3339.
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// The access key id of the credentials that made it; `None` for one that a service made.
    pub fn access_key_id(&self) -> Option<&str> {
        self.access_key_id.as_deref()
    }

    /// What it is for.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// All of it as a JSON object: `purpose`, `token`, `user`, `expiration` (RFC 3339) and `access_key_id`; what
    /// there is not is left out.
    ///
    /// ```
    /// use stskit::token::{Mint, SesSmtp};
    /// use stskit::{Credentials, Timestamp};
    /// let at = Timestamp::from_secs(1_767_323_045);
    /// let key = Credentials::new("AKIDEXAMPLE", "secret").with_expiration(at.plus_secs(60));
    /// let json = SesSmtp::new("eu-west-1")?.token(&key, at)?.to_json();
    /// let end = r#","user":"AKIDEXAMPLE","expiration":"2026-01-02T03:05:05Z","access_key_id":"AKIDEXAMPLE"}"#;
    /// assert!(json.expose().starts_with(r#"{"purpose":"ses-smtp","token":"B"#) && json.expose().ends_with(end));
    /// # Ok::<(), stskit::Error>(())
    /// ```
    pub fn to_json(&self) -> Secret {
        let expiration = self.expires_at.to_string();
        let mut members = vec![("purpose", Part::Text(self.purpose.name())), ("token", Part::Text(self.expose()))];
        members.extend(self.user().map(|user| ("user", Part::Text(user))));
        members.push(("expiration", Part::Text(&expiration)));
        members.extend(self.access_key_id().map(|id| ("access_key_id", Part::Text(id))));
        object(&members)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("text", &"[secret]")
            .field("user", &self.user.as_ref().map(|_| "[secret]"))
            .field("expires_at", &self.expires_at.to_string())
            .field("access_key_id", &self.access_key_id)
            .field("purpose", &self.purpose)
            .finish()
    }
}
