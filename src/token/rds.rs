//! RDS, Aurora and RDS Proxy.

use std::fmt;

use super::check::{self, RegionPlace};
use super::presigned::Presigned;
use super::{Mint, Purpose, Token};
use crate::credential::Credentials;
use crate::error::Result;
use crate::timestamp::Timestamp;

/// Passwords for connections to RDS, Aurora and RDS Proxy with IAM authentication.
///
/// The text goes into the password of the connection, over TLS: it is no URL, and in a `postgres://` URL
/// it has to be percent-encoded. Make one for each new connection: an open one outlives its token. It is
/// good for 15 minutes, <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html>.
///
/// ```
/// use stskit::token::{Mint, Rds};
/// use stskit::{Credentials, Timestamp};
///
/// let database = Rds::new("mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com", 5432, "db_user", "eu-west-1")?;
/// let key = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
/// let token = database.token(&key, Timestamp::from_secs(1_767_323_045))?;
/// let start = "mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com:5432/?Action=connect&DBUser=db_user&X-Amz-Algorithm=";
/// assert!(token.expose().starts_with(start));
/// assert_eq!(token.expires_at().to_string(), "2026-01-02T03:19:05Z");
/// # Ok::<(), stskit::Error>(())
/// ```
pub struct Rds {
    request: Presigned,
    user: String,
}

impl Rds {
    /// The endpoint of the database (or the proxy) and its port, the database user, and the region of the
    /// database. The endpoint is signed, so it is needed even if the connection goes through a tunnel or by
    /// another name. The user may hold any character but control characters.
    ///
    /// # Errors
    /// `InvalidInput` with a [`TokenError`](super::TokenError): an empty or malformed part, a port outside
    /// of 1 to 65535, a host of another region.
    pub fn new(host: &str, port: impl TryInto<u16>, user: &str, region: &str) -> Result<Self> {
        let host = check::host("host", host)?;
        let port = check::port(port)?;
        let user = check::text("database user", user)?;
        let region = check::region(region)?;
        check::region_of_host(&host, region, RegionPlace::Label("rds"))?;
        // Also port 443 stays: what is signed is what stands in the text.
        let pairs = [("Action", "connect"), ("DBUser", user)];
        let request = Presigned::new(Purpose::Rds, format!("{host}:{port}"), region, &pairs);
        Ok(Rds { request, user: user.to_owned() })
    }

    /// Seconds that a token lives: 1 to 900, which is the default.
    ///
    /// # Errors
    /// `InvalidInput`: 0, or more than 900, which the server refuses.
    pub fn expires(self, seconds: u32) -> Result<Self> {
        Ok(Rds { request: self.request.expires(seconds)?, ..self })
    }
}

impl Mint for Rds {
    fn purpose(&self) -> Purpose {
        self.request.purpose
    }

    fn token(&self, credentials: &Credentials, at: Timestamp) -> Result<Token> {
        self.request.token(credentials, at)
    }
}

impl fmt::Debug for Rds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rds")
            .field("host", &self.request.host)
            .field("user", &self.user)
            .field("region", &self.request.region())
            .finish_non_exhaustive()
    }
}
