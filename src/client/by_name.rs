//! Operations that are known only at run time: by name, with their members as JSON. What the C functions, and
//! with them the bindings, stand on.
//!
//! A service finds an operation by its name and shows it to a visitor ([`Visit`]); here is what visitors do.
//! Members are spelt as on the wire (`RoleArn`), checks are those of the typed calls.

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
