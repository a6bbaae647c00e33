//! Operations that are known only at run time: by name, with their members as JSON. What the C functions, and
//! with them the bindings, stand on.
//!
//! A service finds an operation by its name and shows it to a visitor ([`Visit`]); here is what visitors do.
//! Members are spelt as on the wire (`RoleArn`), checks are those of the typed calls.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Client, Operation, Response, Service};
use crate::error::{Error, Result};
use crate::sign::PresignedUrl;

/// What is done with an operation that was found by its name.
pub trait Visit<S: Service> {
    /// What comes out.
    type Answer;

    /// Does it with this one.
    fn operation<O>(self) -> Self::Answer
    where
        O: Operation<Service = S> + DeserializeOwned,
        O::Output: Serialize;
}

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
        S::find(operation, Call { client: self, input })?
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
        S::find(operation, Presign { client: self, input, expires_seconds, headers })?
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

struct Call<'a, S> {
    client: &'a Client<S>,
    input: Value,
}

impl<S: Service> Visit<S> for Call<'_, S> {
    type Answer = Result<Response<Value>>;

    fn operation<O>(self) -> Self::Answer
    where
        O: Operation<Service = S> + DeserializeOwned,
        O::Output: Serialize,
    {
        to_json::<O>(self.client.call(&from_json::<O>(self.input)?)?)
    }
}

struct Presign<'a, S> {
    client: &'a Client<S>,
    input: Value,
    expires_seconds: u32,
    headers: &'a [(&'a str, &'a str)],
}

impl<S: Service> Visit<S> for Presign<'_, S> {
    type Answer = Result<PresignedUrl>;

    fn operation<O>(self) -> Self::Answer
    where
        O: Operation<Service = S> + DeserializeOwned,
        O::Output: Serialize,
    {
        self.client.presign(&from_json::<O>(self.input)?, self.expires_seconds, self.headers)
    }
}

/// The input of an operation from its members.
pub(crate) fn from_json<O: Operation + DeserializeOwned>(input: Value) -> Result<O> {
    serde_json::from_value(input).map_err(|e| Error::input(json_message(&e)).with_operation(O::NAME))
}

/// The answer to an operation with its output as JSON.
pub(crate) fn to_json<O: Operation>(answer: Response<O::Output>) -> Result<Response<Value>>
where
    O::Output: Serialize,
{
    let Response { output, metadata } = answer;
    let output = serde_json::to_value(output)
        .map_err(|e| Error::response("the output has no JSON form").with_source(e).with_operation(O::NAME))?;
    Ok(Response { output, metadata })
}

/// serde's text without the value it may quote (`invalid type: string "..", expected ..`).
fn json_message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let quotes = text.starts_with("invalid type: ") || text.starts_with("invalid value: ");
    match text.rfind(", expected ") {
        Some(at) if quotes => format!("a member has the wrong type{}", text.get(at..).unwrap_or_default()),
        _ => text,
    }
}
