//! Wire forms, pure: input -> request, answer bytes -> output or service error. No I/O, no clock.
//!
//! `query` with `xml` and `answer` is the query protocol (STS), `json` the REST-JSON protocol (IAM Identity
//! Center). Which operation uses which is said by its service.

mod answer;
mod json;
mod query;
mod xml;

use std::borrow::Cow;
use std::fmt::{self, Display};

use http::Method;
use serde::Serialize;
use serde::de::DeserializeSeed;

pub(crate) use json::RestJson;
pub(crate) use query::Query;

pub(crate) use json::{epoch_millis, integer};

use crate::error::{Error, ErrorKind, ResponseMetadata, Result, ServiceError};
use crate::secret::Secret;

/// A member and its minimum: characters of a text, items of a list, or the value of a number.
/// List positions are left out of the name: `Tags.Key`. `Words[]` is about the texts in a list alone.
pub(crate) type Minimum = (&'static str, u64);

/// The minimum for what is found below these names: for a list itself, or for a text or number.
pub(crate) fn minimum_of(minimums: &[Minimum], members: &[&str], of_list: bool) -> Option<u64> {
    let is_here = |name: &str| {
        let items = name.strip_suffix("[]");
        (items.is_none() || !of_list) && items.unwrap_or(name).split('.').eq(members.iter().copied())
    };
    minimums.iter().find(|(name, _)| is_here(name)).map(|(_, minimum)| *minimum)
}

/// What a protocol has to know of an operation.
#[derive(Debug)]
pub struct Facts {
    /// Its name on the wire.
    pub operation: &'static str,
    /// The API version of its service (query protocol).
    pub version: &'static str,
    /// Checked before sending.
    pub minimum: &'static [Minimum],
    /// Members that must not appear in error texts.
    pub secret: &'static [&'static str],
    /// Method (REST).
    pub method: Method,
    /// Path, with a fixed query if it has one (REST).
    pub path: &'static str,
    /// Members that go into the query, with their names there (REST).
    pub query: &'static [(&'static str, &'static str)],
    /// Members that go into headers, with their names there, in lower case (REST).
    pub header: &'static [(&'static str, &'static str)],
}

/// A request before endpoint and signature. `Debug` leaves out the body and the headers: they may hold a token.
pub struct WireRequest {
    pub(crate) method: Method,
    pub(crate) path_and_query: Cow<'static, str>,
    pub(crate) content_type: Option<&'static str>,
    /// Names in lower case; values are treated as secrets.
    pub(crate) headers: Vec<(&'static str, Secret)>,
    pub(crate) body: String,
}

impl fmt::Debug for WireRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WireRequest").field("method", &self.method).finish_non_exhaustive()
    }
}

/// How the operations of a service are written and read.
pub trait Protocol {
    /// Its name, as AWS's models have it.
    const NAME: &'static str;

    /// An input as a request; minimums are checked.
    ///
    /// # Errors
    /// A member that breaks a rule.
    fn serialize<T: Serialize>(facts: &Facts, input: &T) -> Result<WireRequest, InputError>;

    /// The output from the body of a 2xx answer, as the seed reads it, and the request id if the body carries one.
    ///
    /// # Errors
    /// `InvalidResponse`.
    fn parse<'a, R: DeserializeSeed<'a>>(
        operation: &str,
        body: &'a [u8],
        seed: R,
    ) -> Result<(R::Value, Option<String>)>;

    /// The service error from any other answer.
    fn parse_error(body: &[u8], metadata: ResponseMetadata) -> ServiceError;

    /// The values of the secret members of a request, to scrub error texts of.
    fn secrets(request: &WireRequest, facts: &Facts) -> Vec<String>;

    /// The request as the query of a presigned GET.
    ///
    /// # Errors
    /// `NotSupported` where operations do not fit into a query.
    fn presign_query(_: WireRequest) -> Result<String> {
        Err(Error::new(ErrorKind::NotSupported, "operations of this service cannot be presigned"))
    }
}

/// A member that breaks a rule which is checked before sending. Never holds the value.
#[derive(Debug, PartialEq, Eq)]
pub struct InputError(String);

impl Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InputError {}

impl serde::ser::Error for InputError {
    fn custom<T: Display>(message: T) -> Self {
        InputError(message.to_string())
    }
}

/// `N characters, the minimum is M`
fn too_short(member: &str, count: usize, unit: &str, minimum: u64) -> InputError {
    let s = if count == 1 { "" } else { "s" };
    InputError(format!("{member} has {count} {unit}{s}, the minimum is {minimum}"))
}

fn too_small(member: &str, value: i64, minimum: u64) -> InputError {
    InputError(format!("{member} is {value}, the minimum is {minimum}"))
}
