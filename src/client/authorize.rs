//! What proves an attempt beside SigV4, or instead of it: one more header, made anew for each attempt.

use std::fmt;

use http::{Method, Uri};

use crate::error::Result;
use crate::timestamp::Timestamp;

/// Makes the header of an attempt.
pub(crate) trait Authorize: fmt::Debug + Send + Sync {
    /// Its name, in lower case.
    fn header(&self) -> &'static str;

    /// Its value, which is treated as a secret.
    fn value(&self, attempt: &Attempt<'_>) -> Result<String>;
}

/// What a proof may speak of: everything that differs between attempts is here.
#[derive(Debug)]
#[cfg_attr(not(feature = "login"), expect(dead_code, reason = "only the sign-in service wants proofs"))]
pub(crate) struct Attempt<'a> {
    pub(crate) method: &'a Method,
    pub(crate) uri: &'a Uri,
    /// The service's time, as far as it is known.
    pub(crate) now: Timestamp,
    /// A UUID of this attempt alone.
    pub(crate) id: &'a str,
}
