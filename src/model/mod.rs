//! What the services have, as data: operations, members with their types, errors, list operations.
//!
//! For those who make something of it for another language, or for their own tools; the bindings have their methods
//! and types from here. Nothing is written twice: the declarations of the structures say what they hold, the rest is in
//! the tables that make the typed calls (`operations!`, `error_codes!`, the list operations, the facts of the
//! protocols).
//!
//! ```
//! let model = stskit::model::Model::new()?;
//! let sts = model.service("STS").ok_or("no STS")?;
//! let operation = sts.operation("AssumeRole").ok_or("no such operation")?;
//! assert_eq!((operation.method, operation.signed), ("assume_role", true));
//! let role = operation.input.member("RoleArn").ok_or("no such member")?;
//! assert_eq!((role.required, role.shape.minimum), (true, Some(20)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::client::by_name::Visit;
use crate::client::operation::Paged;
use crate::client::shape::{self, Fields, Shaped};
use crate::client::{Auth, Operation, Service};
use crate::error::{Error, ErrorKind, Result};
use crate::protocol::{Minimum, Protocol, minimum_of};
use crate::sso::Sso;
use crate::sso_oidc::SsoOidc;
use crate::sts::Sts;
use crate::token::Kind as TokenKind;

/// Every service that has operations for callers.
///
/// As JSON ([`to_json`](Self::to_json)) it is the document of the C function `stskit_model`: members by these names,
/// what is `None` or `false` left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Model {
    /// The version of this crate.
    pub version: &'static str,
    /// STS, SSO, SSO-OIDC.
    pub services: Vec<ServiceModel>,
    /// The kinds of token, and what each is made of.
    pub tokens: &'static [TokenKind],
}

/// A service. [`Model`] leads to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ServiceModel {
    /// Its name in messages, and in capitals in the C header (`STSKIT_SERVICE_SSO_OIDC`): `SSO-OIDC`.
    pub name: &'static str,
    /// Its name in AWS's models: `SSO OIDC`.
    pub id: &'static str,
    /// Its name in the scope of signatures: `sso-oauth`.
    pub signing_name: &'static str,
    /// The version of its API: `2019-06-10`.
    pub api_version: &'static str,
    /// How its requests and answers are written: `query` or `rest-json`.
    pub protocol: &'static str,
    /// Its operations, in the order of their table.
    pub operations: Vec<OperationModel>,
    /// Its error codes.
    pub errors: Vec<ErrorModel>,
    /// Its list operations.
    pub paginators: Vec<PaginatorModel>,
}

/// An operation. [`Model`] leads to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OperationModel {
    /// Its name on the wire: `AssumeRoleWithSAML`.
    pub name: &'static str,
    /// The name of its method: `assume_role_with_saml`.
    pub method: &'static str,
    /// Is it signed, and so needs credentials?
    pub signed: bool,
    /// Its members.
    pub input: Structure,
    /// What it answers.
    pub output: Structure,
}

/// An error code. [`Model`] leads to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ErrorModel {
    /// On the wire: `MalformedPolicyDocument`.
    pub code: &'static str,
    /// As AWS's models and the exceptions of its SDKs are named: `MalformedPolicyDocumentException`.
    pub exception: String,
    /// Is it in AWS's model of the service? The others are answered all the same.
    pub modelled: bool,
}

/// A list operation, and the members that make pages of it. [`Model`] leads to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PaginatorModel {
    /// Its name on the wire: `ListAccounts`.
    pub operation: &'static str,
    /// Member of the input: where the page starts.
    pub input_token: &'static str,
    /// Member of the output: where the next page starts.
    pub output_token: &'static str,
    /// Member of the input: items per page.
    pub limit_key: &'static str,
    /// Member of the output: the items.
    pub result_key: &'static str,
}

/// Members with a name. [`Model`] leads to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Structure {
    /// As in AWS's models: `AssumeRoleRequest`, `AssumeRoleResponse`, `Tag`.
    #[serde(rename = "shape")]
    pub name: String,
    /// In the order of AWS's models.
    pub members: Vec<Member>,
}

/// A member of a structure. [`Model`] leads to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Member {
    /// On the wire and in JSON: `RoleArn`.
    pub name: &'static str,
    /// Has it to be there? Of the parts of an output: is it always there?
    #[serde(skip_serializing_if = "is_false")]
    pub required: bool,
    /// What it holds.
    #[serde(flatten)]
    pub shape: Shape,
}

/// What a member or an item holds. [`Model`] leads to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Shape {
    /// Its type.
    #[serde(flatten)]
    pub kind: Kind,
    /// Is it wiped from memory, and never shown?
    #[serde(skip_serializing_if = "is_false")]
    pub secret: bool,
    /// Is it a time? Then how JSON has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<TimeFormat>,
    /// Checked before sending: characters of a text, items of a list, or the value of a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<u64>,
}

/// The types of AWS's models, as far as the services use them. [`Model`] leads to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Kind {
    /// Text.
    String,
    /// A number of 32 bits.
    Integer,
    /// A number of 64 bits.
    Long,
    /// True or false.
    Boolean,
    /// A point in time; [`Shape::time`] says how JSON has it.
    Timestamp,
    /// Bytes.
    Blob,
    /// Any number of the same.
    List {
        /// What each is.
        item: Box<Shape>,
    },
    /// Members of its own.
    Structure(Structure),
}

/// How JSON has a time. [`Model`] leads to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum TimeFormat {
    /// A text in UTC with `Z`: `2026-01-02T03:04:05Z`, with `.678` if there are milliseconds.
    Rfc3339,
    /// A number: milliseconds since 1970 in UTC.
    EpochMilliseconds,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's signature
fn is_false(flag: &bool) -> bool {
    !*flag
}

impl Model {
    /// Puts it together from constants: microseconds, no I/O. Keep it if you need it often.
    ///
    /// # Errors
    /// `Internal`: declarations that do not fit together, a defect of this crate that its tests exclude.
    pub fn new() -> Result<Model> {
        let services = vec![service::<Sts>()?, service::<Sso>()?, service::<SsoOidc>()?];
        Ok(Model { version: env!("CARGO_PKG_VERSION"), services, tokens: TokenKind::all() })
    }

    /// A service by its name: `STS`, `SSO`, `SSO-OIDC`.
    pub fn service(&self, name: &str) -> Option<&ServiceModel> {
        self.services.iter().find(|service| service.name == name)
    }

    /// The document as JSON, in one line.
    ///
    /// ```
    /// let json = stskit::model::Model::new()?.to_json()?;
    /// assert!(json.contains(r#"{"name":"RoleArn","required":true,"type":"string","minimum":20}"#));
    /// # Ok::<(), stskit::Error>(())
    /// ```
    ///
    /// # Errors
    /// `Internal`: never, as far as tests can tell.
    pub fn to_json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|e| defect("the model has no JSON form").with_source(e))
    }
}

impl ServiceModel {
    /// An operation by its name on the wire.
    pub fn operation(&self, name: &str) -> Option<&OperationModel> {
        self.operations.iter().find(|operation| operation.name == name)
    }
}

impl Structure {
    /// A member by its name on the wire.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }

    /// Puts the minimums, which the facts of the protocol have by the names on the way, where they belong.
    fn set_minimums(&mut self, minimums: &[Minimum], path: &mut Vec<&'static str>) {
        for member in &mut self.members {
            path.push(member.name);
            member.shape.set_minimums(minimums, path);
            path.pop();
        }
    }
}

impl Shape {
    fn set_minimums(&mut self, minimums: &[Minimum], path: &mut Vec<&'static str>) {
        let is_list = matches!(self.kind, Kind::List { .. });
        match &mut self.kind {
            Kind::Structure(structure) => return structure.set_minimums(minimums, path),
            Kind::List { item } => item.set_minimums(minimums, path),
            _ => {}
        }
        self.minimum = minimum_of(minimums, path, is_list);
    }
}

fn defect(what: &str) -> Error {
    Error::new(ErrorKind::Internal, format!("a defect of stskit, please report it: {what}"))
}

fn service<S: Service>() -> Result<ServiceModel> {
    let mut operations = Vec::with_capacity(S::OPERATIONS.len());
    for name in S::OPERATIONS {
        operations.push(S::find(name, Describe)??);
    }
    let errors = S::ERRORS.iter().map(|(code, modelled)| {
        let exception = format!("{}Exception", code.strip_suffix("Exception").unwrap_or(code));
        ErrorModel { code, exception, modelled: *modelled }
    });
    let mut model = ServiceModel {
        name: S::NAME,
        id: S::ID,
        signing_name: S::SIGNING_NAME,
        api_version: S::API_VERSION,
        protocol: S::Protocol::NAME,
        operations,
        errors: errors.collect(),
        paginators: Vec::new(),
    };
    for paged in S::PAGED {
        model.paginators.push(S::find(paged.operation, Page(paged))??);
    }
    Ok(model)
}

struct Describe;

impl<S: Service> Visit<S> for Describe {
    type Answer = Result<OperationModel>;

    fn operation<O>(self) -> Self::Answer
    where
        O: Operation<Service = S> + DeserializeOwned,
        O::Output: Serialize,
    {
        let mut input = structure(format!("{}Request", O::NAME), O::SHAPE)?;
        input.set_minimums(O::FACTS.minimum, &mut Vec::new());
        Ok(OperationModel {
            name: O::NAME,
            method: O::METHOD,
            signed: O::AUTH == Auth::SigV4,
            input,
            output: structure(format!("{}Response", O::NAME), O::Output::SHAPE)?,
        })
    }
}

struct Page(&'static Paged);

impl<S: Service> Visit<S> for Page {
    type Answer = Result<PaginatorModel>;

    fn operation<O>(self) -> Self::Answer
    where
        O: Operation<Service = S> + DeserializeOwned,
        O::Output: Serialize,
    {
        Ok(PaginatorModel {
            operation: O::NAME,
            input_token: wire_name(O::SHAPE, self.0.input_token)?,
            output_token: wire_name(O::Output::SHAPE, self.0.output_token)?,
            limit_key: wire_name(O::SHAPE, self.0.limit)?,
            result_key: wire_name(O::Output::SHAPE, self.0.result)?,
        })
    }
}

/// Inputs and outputs are named by their operation.
fn structure(name: String, declared: shape::Shape) -> Result<Structure> {
    match declared {
        shape::Shape::Structure(fields) => Ok(Structure { name, members: members(&fields)? }),
        _ => Err(defect(&format!("{name} is no structure"))),
    }
}

fn members(declared: &Fields) -> Result<Vec<Member>> {
    let names = (declared.names)();
    if names.len() != declared.fields.len() {
        return Err(defect(&format!("{} has other fields on the wire", declared.name)));
    }
    let pairs = names.iter().zip(declared.fields);
    pairs.map(|(name, (_, declared))| member(name, *declared)).collect()
}

fn member(name: &'static str, declared: shape::Shape) -> Result<Member> {
    match declared {
        shape::Shape::Optional(inner) => Ok(Member { name, required: false, shape: shape(*inner)? }),
        _ => Ok(Member { name, required: true, shape: shape(declared)? }),
    }
}

fn shape(declared: shape::Shape) -> Result<Shape> {
    let (kind, time) = match declared {
        shape::Shape::String | shape::Shape::Secret => (Kind::String, None),
        shape::Shape::Integer => (Kind::Integer, None),
        shape::Shape::Long => (Kind::Long, None),
        shape::Shape::Timestamp => (Kind::Timestamp, Some(TimeFormat::Rfc3339)),
        shape::Shape::EpochMillis => (Kind::Long, Some(TimeFormat::EpochMilliseconds)),
        shape::Shape::List(item) => (Kind::List { item: Box::new(shape(*item)?) }, None),
        shape::Shape::Structure(fields) => {
            (Kind::Structure(Structure { name: fields.name.to_owned(), members: members(&fields)? }), None)
        }
        shape::Shape::Optional(_) => return Err(defect("an item of a list that may be absent")),
    };
    Ok(Shape { kind, secret: matches!(declared, shape::Shape::Secret), time, minimum: None })
}

/// The name on the wire of a field in Rust.
fn wire_name(declared: shape::Shape, field: &str) -> Result<&'static str> {
    let shape::Shape::Structure(fields) = declared else { return Err(defect(field)) };
    let at = fields.fields.iter().position(|(name, _)| *name == field);
    let found = at.and_then(|at| (fields.names)().get(at)).copied();
    found.ok_or_else(|| defect(&format!("{} has no field {field}", fields.name)))
}
