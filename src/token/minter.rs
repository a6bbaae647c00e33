//! A kind of token joined with a source of credentials and a clock.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{Mint, Token, check};
use crate::credential::Provide;
use crate::error::Result;
use crate::host::{Host, System};
use crate::timestamp::Timestamp;

const MIN_TTL: Duration = Duration::from_secs(300);

/// Makes tokens with the credentials of a source.
///
/// Each token is made of one set of credentials, newly: nothing is cached but the key that signs, as a
/// token costs microseconds. Signed is the local time, corrected by what the source has learned of AWS's
/// clock ([`Provide::clock_offset_millis`]); [`Token::expires_at`] is by the local clock again.
///
/// Credentials that end within [`min_ttl`](Self::min_ttl) are refreshed first
/// ([`Provide::invalidate`]): else a program that renews its tokens at 80 % of ever shorter lives would go
/// on until nothing is left.
///
/// # Threading
/// Share one, `Send + Sync`. A call blocks as long as the source does, which is not at all where a
/// [`Cached`](crate::providers::Cached) or a [`DefaultChain`](crate::DefaultChain) has credentials.
///
/// ```no_run
/// use stskit::token::{Minter, Rds};
/// use stskit::{DefaultChain, Settings};
///
/// let host = "mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com";
/// let database = Rds::new(host, 5432, "db_user", "eu-west-1")?;
/// let minter = Minter::new(database, DefaultChain::new(&Settings::from_env()?));
/// let token = minter.token()?; // for each new connection
/// println!("connecting to {host}, until {}", token.expires_at());
/// # Ok::<(), stskit::Error>(())
/// ```
pub struct Minter<M, P> {
    mint: M,
    source: P,
    host: Arc<dyn Host>,
    min_ttl: Duration,
}

impl<M: Mint, P: Provide> Minter<M, P> {
    /// Tokens of this kind with credentials of this source. Asks for none yet.
    pub fn new(mint: M, source: P) -> Self {
        Minter { mint, source, host: Arc::new(System), min_ttl: MIN_TTL }
    }

    /// The clock. Defaults to [`System`].
    #[must_use]
    pub fn host(mut self, host: Arc<dyn Host>) -> Self {
        self.host = host;
        self
    }

    /// How much time has to be left of the credentials. Defaults to 5 minutes; zero takes whatever has not
    /// expired.
    #[must_use]
    pub fn min_ttl(mut self, least: Duration) -> Self {
        self.min_ttl = least;
        self
    }

    /// The kind of token.
    pub fn mint(&self) -> &M {
        &self.mint
    }

    /// A new token.
    ///
    /// # Errors
    /// The source's; `Expired` with [`CredentialsEndTooSoon`](super::TokenError::CredentialsEndTooSoon) if also a refresh brought no
    /// credentials that last for [`min_ttl`](Self::min_ttl); those of [`Mint::token`].
    pub fn token(&self) -> Result<Token> {
        let mut credentials = self.source.credentials()?;
        if check::lasting(&credentials, self.now(), self.min_ttl).is_err() {
            self.source.invalidate(&credentials);
            credentials = self.source.credentials()?;
        }
        check::lasting(&credentials, self.now(), self.min_ttl)?;
        self.mint.token_by_clock(&credentials, self.now(), self.source.clock_offset_millis())
    }

    /// By the clock of AWS, as far as the source knows it.
    fn now(&self) -> Timestamp {
        self.host.now().plus_millis(self.source.clock_offset_millis())
    }
}

impl<M: Mint + fmt::Debug, P> fmt::Debug for Minter<M, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Minter").field("mint", &self.mint).field("min_ttl", &self.min_ttl).finish_non_exhaustive()
    }
}
