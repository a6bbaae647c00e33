//! Operations that are known only at run time: by name, with their members as JSON. What the C functions, and
//! with them the bindings, stand on.
//!
//! Members are spelt as on the wire (`RoleArn`), checks are those of the typed calls. The way is that of the typed
//! calls, too; only that a description ([`Described`]) and `value` stand for the types, so that there is one copy of
//! it in the program and not one for each operation.

use std::fmt;

use serde_json::Value;

use super::execute::Inner;
use super::operation::{Described, find};
use super::value::{Members, Reading};
use super::{Client, Response, Service};
use crate::error::{Error, Result};
use crate::protocol::Protocol;
use crate::sign::PresignedUrl;

impl<S: Service> Client<S> {
    /// Calls an operation by name with its members as JSON, and answers its output as JSON: for callers
    /// that know the operation only at run time. Members are spelt as on the wire (`RoleArn`).
    ///
    /// ```no_run
    /// use serde_json::json;
    /// let sts = stskit::sts::Client::from_env()?;
    /// let answer = sts.call_json("GetCallerIdentity", json!({}))?;
    /// println!("{}", answer["Arn"]);
    /// # Ok::<(), stskit::Error>(())
    /// ```
    ///
    /// # Errors
    /// As the operation, and for an unknown operation or member: the message names the known ones.
    pub fn call_json(&self, operation: &str, input: Value) -> Result<Response<Value>> {
        let operation = find::<S>(operation)?;
        self.call_described(operation, &Members::new(operation, input)?)
    }

    /// Presigns an operation by name with its members as JSON: [`presign`](Self::presign) for callers that
    /// know the operation only at run time.
    ///
    /// ```
    /// use serde_json::json;
    /// use stskit::{Credentials, Settings, sts};
    /// let settings = Settings::builder().region("eu-west-1").resolve_with(&stskit::host::Scripted::at(0))?;
    /// let sts = sts::Client::new(settings, Credentials::new("AKIDEXAMPLE", "secret"))?;
    /// let url = sts.presign_json("GetAccessKeyInfo", json!({"AccessKeyId": "AKIAIOSFODNN7EXAMPLE"}), 60, &[])?;
    /// assert!(url.expose().contains("?Action=GetAccessKeyInfo&Version=2011-06-15&AccessKeyId=AKIAIOSFODNN7EXAMPLE&"));
    /// # Ok::<(), stskit::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`presign`](Self::presign), and for an unknown operation or member: the message names the known ones.
    pub fn presign_json(
        &self,
        operation: &str,
        input: Value,
        expires_seconds: u32,
        headers: &[(&str, &str)],
    ) -> Result<PresignedUrl> {
        let operation = find::<S>(operation)?;
        let members = Members::new(operation, input)?;
        let request = S::Protocol::serialize(&operation.facts, &members);
        self.presign_request::<S::Protocol>(operation.name, request, expires_seconds, headers)
    }

    /// The pages of a list operation by name with its members as JSON: [`sso::Pages`](crate::sso::Pages) for
    /// callers that know the operation only at run time.
    ///
    /// ```
    /// use serde_json::json;
    /// use stskit::client::Paging;
    /// use stskit::emulator::Emulator;
    /// # use stskit::{Settings, endpoint::EndpointService, host::Scripted, sso::Client};
    /// # let emulator = Emulator::builder().sso_accounts(5).start()?;
    /// # let settings = Settings::builder().endpoint_url(EndpointService::Sso, emulator.url());
    /// # let sso = Client::in_region(&settings.resolve_with(&Scripted::at(0))?, "us-east-1")?;
    /// let members = json!({ "accessToken": emulator.sso().issue_token().access_token });
    /// let paging = Paging { page_size: Some(2), max_items: Some(3), ..Paging::default() };
    /// let mut pages = sso.pages_json("ListAccounts", members, &paging)?;
    /// let first = pages.next().ok_or("no page")??;
    /// assert_eq!(first["accountList"].as_array().map(Vec::len), Some(2));
    /// let second = pages.next().ok_or("one page")??;
    /// assert_eq!(second["accountList"].as_array().map(Vec::len), Some(1));
    /// assert!(pages.next().is_none() && pages.resume_token().is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidInput`: an operation that has no pages, or a member that it does not have; the message names those
    /// that are. What a call fails with, the iterator answers.
    pub fn pages_json(&self, operation: &str, input: Value, paging: &Paging) -> Result<JsonPages> {
        S::pages(self, operation, input, paging)
    }

    pub(crate) fn call_described(&self, operation: &'static Described, members: &Members) -> Result<Response<Value>> {
        call::<S::Protocol>(&self.inner, operation, members)
    }
}

/// Once for each protocol.
fn call<P: Protocol>(inner: &Inner, operation: &'static Described, members: &Members) -> Result<Response<Value>> {
    let request = P::serialize(&operation.facts, members);
    let (answer, metadata) = inner.execute::<P>(request, operation.auth, &operation.facts)?;
    Response::parse::<P, _>(operation.name, &answer, metadata, Reading(&operation.output))
}

/// Which part of a list, and how much of it at once: boto3's PaginationConfig.
///
/// ```
/// use stskit::client::Paging;
/// let paging = Paging { page_size: Some(50), ..Paging::default() };
/// assert_eq!(paging.max_items, None);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paging {
    /// Items per page. `None`: the service's choice.
    pub page_size: Option<i32>,
    /// Items in all. `None`: all there are.
    pub max_items: Option<usize>,
    /// What [`JsonPages::resume_token`] or boto3 gave out. `None`: from the start.
    pub starting_token: Option<String>,
}

/// The pages of a list operation as JSON: an iterator that makes one call per page.
///
/// From [`Client::pages_json`]; [`sso::Pages`](crate::sso::Pages) is the typed form, which tells when it ends.
pub struct JsonPages(Box<dyn TurnPages>);

/// Pages of any operation.
pub(crate) trait TurnPages: Send {
    fn turn(&mut self) -> Option<Result<Response<Value>>>;
    fn resume_token(&self) -> Option<&str>;
}

impl JsonPages {
    pub(crate) fn new(pages: impl TurnPages + 'static) -> Self {
        JsonPages(Box::new(pages))
    }

    /// After [`Paging::max_items`] has cut: the opaque text to start from next time. `None`: nothing is left, or
    /// the iterator has not ended.
    pub fn resume_token(&self) -> Option<&str> {
        self.0.resume_token()
    }
}

impl Iterator for JsonPages {
    type Item = Result<Response<Value>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.turn()
    }
}

impl fmt::Debug for JsonPages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JsonPages")
    }
}

pub(crate) fn not_paged<S: Service>(operation: &str) -> Error {
    let known: Vec<&str> = S::PAGED.iter().map(|paged| paged.operation).collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    Error::input(format!("{} has no list operation {operation:?}; it has {known}", S::NAME))
}
