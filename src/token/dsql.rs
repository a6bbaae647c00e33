//! Aurora DSQL.

use std::fmt;

use super::check::{self, RegionPlace};
use super::presigned::Presigned;
use super::{Mint, Purpose, Token};
use crate::credential::Credentials;
use crate::error::Result;
use crate::timestamp::Timestamp;

/// Passwords for connections to Aurora DSQL.
///
/// The text goes into the password of a PostgreSQL connection over TLS with SNI. The database user is not
/// in it, but `admin` needs another action than all others. Live connections are closed after an hour,
/// whatever the token. Rules: <https://docs.aws.amazon.com/aurora-dsql/latest/userguide/SECTION_authentication-token.html>.
///
/// ```
/// use stskit::token::{Dsql, Mint, Purpose};
/// use stskit::{Credentials, Timestamp};
///
/// let cluster = Dsql::admin("abcd1234efgh5678ijkl9012mn.dsql.us-east-1.on.aws", "us-east-1")?.expires(3600)?;
/// let token = cluster.token(&Credentials::new("AKIDEXAMPLE", "secret"), Timestamp::from_secs(1_767_323_045))?;
/// assert!(token.expose().starts_with("abcd1234efgh5678ijkl9012mn.dsql.us-east-1.on.aws/?Action=DbConnectAdmin&"));
/// assert_eq!(token.purpose(), Purpose::DsqlAdmin);
/// # Ok::<(), stskit::Error>(())
/// ```
pub struct Dsql(Presigned);

impl Dsql {
    /// Tokens for any database user but `admin` (`DbConnect`): the host of the cluster without a port, and
    /// its region.
    ///
    /// # Errors
    /// `InvalidInput` with a [`TokenError`](super::TokenError): an empty or malformed part, a host of
    /// another region.
    pub fn new(host: &str, region: &str) -> Result<Self> {
        Self::with_action(host, region, Purpose::Dsql, "DbConnect")
    }

    /// Tokens for the database user `admin` (`DbConnectAdmin`).
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn admin(host: &str, region: &str) -> Result<Self> {
        Self::with_action(host, region, Purpose::DsqlAdmin, "DbConnectAdmin")
    }

    fn with_action(host: &str, region: &str, purpose: Purpose, action: &str) -> Result<Self> {
        let host = check::host("host", host)?;
        let region = check::region(region)?;
        check::region_of_host(&host, region, RegionPlace::OnAws)?;
        Ok(Dsql(Presigned::new(purpose, host, region, &[("Action", action)])))
    }

    /// Seconds that a token lives: 1 to 604,800 (seven days); 900 by default. The end of the credentials
    /// is its end in any case.
    ///
    /// # Errors
    /// `InvalidInput`: 0, or more than that.
    pub fn expires(self, seconds: u32) -> Result<Self> {
        Ok(Dsql(self.0.expires(seconds)?))
    }
}

impl Mint for Dsql {
    fn purpose(&self) -> Purpose {
        self.0.purpose
    }

    fn token(&self, credentials: &Credentials, at: Timestamp) -> Result<Token> {
        self.0.token(credentials, at)
    }
}

impl fmt::Debug for Dsql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dsql")
            .field("host", &self.0.host)
            .field("region", &self.0.region())
            .field("purpose", &self.0.purpose)
            .finish_non_exhaustive()
    }
}
