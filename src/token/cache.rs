//! ElastiCache and MemoryDB: Valkey and Redis.

use std::fmt;

use super::check;
use super::presigned::Presigned;
use super::{Mint, Purpose, Token};
use crate::credential::Credentials;
use crate::error::Result;
use crate::timestamp::Timestamp;

fn request(purpose: Purpose, cache: &str, user: &str, region: &str, serverless: bool) -> Result<Presigned> {
    let cache = check::label("cache name", cache)?;
    let user = check::text("user id", user)?;
    let region = check::region(region)?;
    let pairs = [("Action", "connect"), ("User", user), ("ResourceType", "ServerlessCache")];
    let used = pairs.get(..if serverless { 3 } else { 2 }).unwrap_or_default();
    Ok(Presigned::new(purpose, cache, region, used))
}

/// Passwords for connections to ElastiCache with IAM authentication.
///
/// Send `AUTH <user> <token>` over TLS, or `HELLO 3 AUTH <user> <token>`. User id and user name have to be
/// the same. The server ends a connection 12 hours after its authentication, unless `AUTH` comes again with
/// a new token: <https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html>.
///
/// ```
/// use stskit::token::{ElastiCache, Mint};
/// use stskit::{Credentials, Timestamp};
///
/// let cache = ElastiCache::serverless("my-cache", "iam-user-01", "eu-west-1")?;
/// let token = cache.token(&Credentials::new("AKIDEXAMPLE", "secret"), Timestamp::from_secs(1_767_323_045))?;
/// let start = "my-cache/?Action=connect&User=iam-user-01&ResourceType=ServerlessCache&X-Amz-Algorithm=";
/// assert!(token.expose().starts_with(start));
/// # Ok::<(), stskit::Error>(())
/// ```
pub struct ElastiCache {
    request: Presigned,
    user: String,
}

impl ElastiCache {
    /// A replication group by its id, the user id, and the region. The id is not the DNS endpoint.
    ///
    /// # Errors
    /// `InvalidInput` with a [`TokenError`](super::TokenError): an empty or malformed part.
    pub fn new(replication_group: &str, user: &str, region: &str) -> Result<Self> {
        let request = request(Purpose::ElastiCache, replication_group, user, region, false)?;
        Ok(ElastiCache { request, user: user.to_owned() })
    }

    /// A serverless cache by its name: its tokens say what they are for.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn serverless(cache: &str, user: &str, region: &str) -> Result<Self> {
        let request = request(Purpose::ElastiCache, cache, user, region, true)?;
        Ok(ElastiCache { request, user: user.to_owned() })
    }
}

/// Passwords for connections to MemoryDB with IAM authentication: as [`ElastiCache`], see
/// <https://docs.aws.amazon.com/memorydb/latest/devguide/auth-iam.html>.
///
/// ```
/// use stskit::token::{MemoryDb, Mint};
/// use stskit::{Credentials, Timestamp};
///
/// let cluster = MemoryDb::new("my-cluster", "iam-user-01", "eu-west-1")?;
/// let token = cluster.token(&Credentials::new("AKIDEXAMPLE", "secret"), Timestamp::from_secs(1_767_323_045))?;
/// assert!(token.expose().starts_with("my-cluster/?Action=connect&User=iam-user-01&X-Amz-Algorithm="));
/// # Ok::<(), stskit::Error>(())
/// ```
pub struct MemoryDb {
    request: Presigned,
    user: String,
}

impl MemoryDb {
    /// The name of the cluster (not its DNS endpoint), the user, and the region.
    ///
    /// # Errors
    /// As [`ElastiCache::new`].
    pub fn new(cluster: &str, user: &str, region: &str) -> Result<Self> {
        Ok(MemoryDb { request: request(Purpose::MemoryDb, cluster, user, region, false)?, user: user.to_owned() })
    }
}

macro_rules! cache_tokens {
    ($($name:ident),*) => {$(
        impl Mint for $name {
            fn purpose(&self) -> Purpose {
                self.request.purpose
            }

            fn token(&self, credentials: &Credentials, at: Timestamp) -> Result<Token> {
                self.request.token(credentials, at)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name))
                    .field("cache", &self.request.host)
                    .field("user", &self.user)
                    .field("region", &self.request.region())
                    .finish_non_exhaustive()
            }
        }
    )*};
}

cache_tokens!(ElastiCache, MemoryDb);
