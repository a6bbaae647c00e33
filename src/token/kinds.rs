//! The kinds of token by name, with their inputs as JSON: what the C functions, and with them the bindings and
//! the command line, stand on. One table has the names, the inputs and what is made of them; whether the values
//! are right is checked by the types of the tokens.

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::{Map, Value};

use super::check::{self, TokenError};
use super::{
    Bedrock, CallerIdentity, CodeCommit, Dsql, Eks, ElastiCache, ExecApiVersion, GoogleWorkload, IdentityForm, IotMqtt,
    Keyspaces, LakeFs, MemoryDb, Mint, MongoDb, Msk, MskIam, Purpose, Rds, S3Url, SesSmtp, Snowflake, Token, Vault,
};
use crate::credential::Credentials;
use crate::error::Result;
use crate::timestamp::Timestamp;

/// A kind of token as data.
///
/// ```
/// use stskit::token::{InputType, Kind};
/// let rds = Kind::find("rds")?;
/// let port = rds.inputs.iter().find(|input| input.name == "port").ok_or("no port")?;
/// assert_eq!((port.required, port.kind), (true, InputType::Integer));
/// assert!(Kind::find("oracle").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Serialize)]
#[non_exhaustive]
pub struct Kind {
    /// Lower case with hyphens: `rds`, `eks-exec-credential`.
    pub name: &'static str,
    /// What the text of the token is.
    pub about: &'static str,
    /// What it is made of.
    pub inputs: &'static [KindInput],
    /// `None`: a service makes it.
    #[serde(skip)]
    make: Option<Make>,
}

type Make = fn(&Inputs<'_>) -> Result<Box<dyn Mint>>;

/// An input of a kind of token. [`Kind`] leads to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct KindInput {
    /// The name in JSON: `hostname`.
    pub name: &'static str,
    /// Has it to be there?
    #[serde(skip_serializing_if = "is_false")]
    pub required: bool,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: InputType,
    /// What it is, for a person.
    pub about: &'static str,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's signature
fn is_false(flag: &bool) -> bool {
    !*flag
}

/// What an input holds. [`Kind`] leads to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum InputType {
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// True or false.
    Boolean,
    /// Bytes; in JSON as base64.
    Blob,
    /// Names and texts: a JSON object.
    Map,
}

impl InputType {
    /// As the model's JSON has it: `string`, `integer`, `boolean`, `blob`, `map`.
    pub fn name(self) -> &'static str {
        match self {
            InputType::String => "string",
            InputType::Integer => "integer",
            InputType::Boolean => "boolean",
            InputType::Blob => "blob",
            InputType::Map => "map",
        }
    }
}

const fn input(name: &'static str, kind: InputType, about: &'static str) -> KindInput {
    KindInput { name, required: false, kind, about }
}

const fn required(name: &'static str, kind: InputType, about: &'static str) -> KindInput {
    KindInput { name, required: true, kind, about }
}

use InputType::{Blob, Boolean, Integer, Map as Texts, String as Text};

const HOSTNAME: KindInput =
    required("hostname", Text, "name of the endpoint, which is signed: not an address, not the end of a tunnel");
const PORT: KindInput = required("port", Integer, "port of the endpoint");
const USERNAME: KindInput = required("username", Text, "the user to log in as");
const REGION: KindInput = input("region", Text, "region of the endpoint; the caller's if left out");
const STS_REGION: KindInput = input("region", Text, "region of the STS endpoint; the caller's if left out");
const EXPIRES_IN: KindInput = input("expires_in", Integer, "seconds that it lives; as long as is usual if left out");
const MIN_TTL: KindInput =
    input("min_ttl", Integer, "seconds that the credentials have to last, else they are refreshed first; 300");
const USER_AGENT: KindInput = input("user_agent", Text, "what the broker logs as the client");

const fn kind(purpose: Purpose, inputs: &'static [KindInput], make: Make) -> Kind {
    Kind { name: purpose.short_name(), about: purpose.phrase(), inputs, make: Some(make) }
}

fn boxed<M: Mint + 'static>(mint: M) -> Result<Box<dyn Mint>> {
    Ok(Box::new(mint))
}

/// `hostname`, `region` and `expires_in` of DSQL.
const DSQL: &[KindInput] = &[HOSTNAME, REGION, EXPIRES_IN, MIN_TTL];

fn dsql(i: &Inputs<'_>, make: fn(&str, &str) -> Result<Dsql>) -> Result<Box<dyn Mint>> {
    boxed(i.expiring(make(i.given("hostname"), i.region()?)?, Dsql::expires)?)
}

fn eks(i: &Inputs<'_>) -> Result<Eks> {
    Eks::new(i.given("cluster"), i.region()?)
}

const CLUSTER: KindInput = required("cluster", Text, "name of the cluster");

static KINDS: &[Kind] = &[
    kind(Purpose::Rds, &[HOSTNAME, PORT, USERNAME, REGION, EXPIRES_IN, MIN_TTL], |i| {
        let port = i.number("port").unwrap_or_default();
        boxed(i.expiring(Rds::new(i.given("hostname"), port, i.given("username"), i.region()?)?, Rds::expires)?)
    }),
    kind(Purpose::Dsql, DSQL, |i| dsql(i, Dsql::new)),
    kind(Purpose::DsqlAdmin, DSQL, |i| dsql(i, Dsql::admin)),
    kind(
        Purpose::Msk,
        &[REGION, USER_AGENT, input("dns_suffix", Text, "amazonaws.com in every partition if left out"), MIN_TTL],
        |i| {
            let msk = i.with(Msk::new(i.region()?)?, "user_agent", Msk::user_agent)?;
            boxed(i.with(msk, "dns_suffix", Msk::dns_suffix)?)
        },
    ),
    kind(
        Purpose::MskIam,
        &[required("hostname", Text, "name of the broker, without its port"), REGION, USER_AGENT, MIN_TTL],
        |i| boxed(i.with(MskIam::new(i.given("hostname"), i.region()?)?, "user_agent", MskIam::user_agent)?),
    ),
    kind(Purpose::Eks, &[CLUSTER, REGION, MIN_TTL], |i| boxed(eks(i)?)),
    Kind {
        name: "eks-exec-credential",
        about: "what an exec plugin of kubectl prints for a cluster of EKS",
        inputs: &[CLUSTER, REGION, input("exec_info", Text, "value of the variable KUBERNETES_EXEC_INFO"), MIN_TTL],
        make: Some(|i| {
            let (version, warning) = ExecApiVersion::from_exec_info(i.text("exec_info"));
            if let Some(warning) = warning {
                log::warn!("{warning}");
            }
            boxed(eks(i)?.exec_credential(version))
        }),
    },
    kind(
        Purpose::ElastiCache,
        &[
            required("cache", Text, "name of the replication group or of the serverless cache, not its DNS name"),
            USERNAME,
            REGION,
            input("serverless", Boolean, "is it a serverless cache?"),
            MIN_TTL,
        ],
        |i| {
            let make = if i.flag("serverless") { ElastiCache::serverless } else { ElastiCache::new };
            boxed(make(i.given("cache"), i.given("username"), i.region()?)?)
        },
    ),
    kind(Purpose::MemoryDb, &[CLUSTER, USERNAME, REGION, MIN_TTL], |i| {
        boxed(MemoryDb::new(i.given("cluster"), i.given("username"), i.region()?)?)
    }),
    kind(
        Purpose::Vault,
        &[
            input("role", Text, "role of Vault to log in as; the name of the principal if left out"),
            input("server_id", Text, "what the server's iam_server_id_header_value is set to"),
            input(
                "region",
                Text,
                "region of the STS endpoint that the server is set up for; the global one if left out",
            ),
            MIN_TTL,
        ],
        |i| {
            let vault = i.text("region").map_or_else(|| Ok(Vault::new()), Vault::regional)?;
            boxed(i.with(i.with(vault, "role", Vault::role)?, "server_id", Vault::server_id)?)
        },
    ),
    kind(Purpose::LakeFs, &[STS_REGION, input("server_id", Text, "the server that the login is for"), MIN_TTL], |i| {
        boxed(i.with(LakeFs::new(i.region()?)?, "server_id", LakeFs::server_id)?)
    }),
    kind(Purpose::Snowflake, &[STS_REGION, MIN_TTL], |i| boxed(Snowflake::new(i.region()?)?)),
    kind(
        Purpose::GoogleWorkload,
        &[
            required("provider", Text, "full name of the provider: //iam.googleapis.com/projects/.."),
            STS_REGION,
            MIN_TTL,
        ],
        |i| boxed(GoogleWorkload::new(i.given("provider"), i.region()?)?),
    ),
    kind(
        Purpose::MongoDb,
        &[
            required("nonce", Blob, "the server's nonce, 64 bytes"),
            required("hostname", Text, "the STS host that the server named"),
            MIN_TTL,
        ],
        |i| boxed(MongoDb::new(&i.bytes("nonce")?, i.given("hostname"))?),
    ),
    kind(
        Purpose::CallerIdentity,
        &[
            input("region", Text, "region of the STS endpoint; the global one if left out"),
            input("form", Text, "where the parameters are: body, or query"),
            input("headers", Texts, "headers to sign along, such as one that names the receiver"),
            MIN_TTL,
        ],
        |i| {
            let call = i.text("region").map_or_else(|| Ok(CallerIdentity::global()), CallerIdentity::regional)?;
            let form = match i.text("form") {
                None | Some("body") => IdentityForm::Body,
                Some("query") => IdentityForm::Query,
                Some(_) => return Err(TokenError::Malformed("form", "it is body or query").into()),
            };
            let headers = i.texts("headers");
            boxed(headers.into_iter().try_fold(call.form(form), |call, (name, value)| call.header(name, value))?)
        },
    ),
    kind(Purpose::Bedrock, &[REGION, EXPIRES_IN, MIN_TTL], |i| {
        boxed(i.expiring(Bedrock::new(i.region()?)?, Bedrock::expires)?)
    }),
    kind(
        Purpose::IotMqtt,
        &[HOSTNAME, REGION, input("port", Integer, "port of the endpoint; 443 if left out"), MIN_TTL],
        |i| {
            let endpoint = IotMqtt::new(i.given("hostname"), i.region()?)?;
            boxed(if let Some(port) = i.number("port") { endpoint.port(port)? } else { endpoint })
        },
    ),
    kind(
        Purpose::S3,
        &[
            required("hostname", Text, "host of the bucket: demo.s3.eu-west-1.amazonaws.com"),
            required("key", Text, "key of the object, not percent-encoded"),
            input("method", Text, "GET, HEAD, PUT, POST or DELETE; GET if left out"),
            REGION,
            EXPIRES_IN,
            MIN_TTL,
        ],
        |i| {
            let asked = i.text("method").unwrap_or("GET");
            let known = ["GET", "HEAD", "PUT", "POST", "DELETE"].into_iter().find(|method| *method == asked);
            let method = known.ok_or(TokenError::Malformed("method", "it is GET, HEAD, PUT, POST or DELETE"))?;
            let url = S3Url::with_method(method, i.given("hostname"), i.given("key"), i.region()?)?;
            boxed(i.expiring(url, S3Url::expires)?)
        },
    ),
    kind(Purpose::CodeCommit, &[required("repository", Text, "name of the repository"), REGION, MIN_TTL], |i| {
        boxed(CodeCommit::new(i.given("repository"), i.region()?)?)
    }),
    kind(Purpose::SesSmtp, &[REGION, MIN_TTL], |i| boxed(SesSmtp::new(i.region()?)?)),
    kind(
        Purpose::Keyspaces,
        &[required("challenge", Blob, "what the server sent: nonce= and the nonce"), REGION, MIN_TTL],
        |i| boxed(Keyspaces::from_challenge(&i.bytes("challenge")?, i.region()?)?),
    ),
    Kind {
        name: Purpose::WebIdentity.short_name(),
        about: Purpose::WebIdentity.phrase(),
        inputs: &[
            input("audience", Text, "who the token is for; required without config"),
            STS_REGION,
            input("expires_in", Integer, "seconds that it lives, 60 to 3600; 300 if left out"),
            input("signing_algorithm", Text, "RS256 or ES384; RS256 if left out"),
            input("tags", Texts, "tags to put into the token"),
            input("config", Text, "text of sasl.oauthbearer.config, which stands for all of the others"),
        ],
        make: None,
    },
];

impl Kind {
    /// All of them.
    pub fn all() -> &'static [Kind] {
        KINDS
    }

    /// One by its name.
    ///
    /// # Errors
    /// [`TokenError::UnknownKind`], which names those that there are.
    pub fn find(name: &str) -> Result<&'static Kind, TokenError> {
        KINDS.iter().find(|kind| kind.name == name).ok_or(TokenError::UnknownKind)
    }

    /// Checks names and types of the inputs, not yet the values.
    pub(crate) fn check<'a>(&'static self, inputs: &'a Value) -> Result<Inputs<'a>, TokenError> {
        let Some(given) = inputs.as_object() else {
            return Err(TokenError::Malformed("inputs", "they are a JSON object"));
        };
        let known = |name: &str| self.inputs.iter().any(|input| input.name == name);
        if given.keys().any(|name| !known(name)) {
            return Err(TokenError::UnknownInput(self.name));
        }
        for input in self.inputs {
            let value = given.get(input.name).unwrap_or(&Value::Null);
            let fits = match input.kind {
                _ if value.is_null() && input.required => return Err(TokenError::Missing(input.name)),
                _ if value.is_null() => true,
                InputType::String | InputType::Blob => value.is_string(),
                InputType::Integer => value.is_i64(),
                InputType::Boolean => value.is_boolean(),
                InputType::Map => value.as_object().is_some_and(|texts| texts.values().all(Value::is_string)),
            };
            if !fits {
                let wanted = match input.kind {
                    InputType::String => "it has to be a text",
                    InputType::Integer => "it has to be a whole number",
                    InputType::Boolean => "it has to be true or false",
                    InputType::Blob => "it has to be a text in base64",
                    InputType::Map => "it has to be an object of texts",
                };
                return Err(TokenError::Malformed(input.name, wanted));
            }
        }
        Ok(Inputs { given, region: None })
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Kind {}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kind").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Inputs of the right names and types.
#[derive(Clone, Copy)]
pub(crate) struct Inputs<'a> {
    given: &'a Map<String, Value>,
    /// Of the caller.
    region: Option<&'a str>,
}

impl<'a> Inputs<'a> {
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        self.given.get(name)?.as_str()
    }

    /// A required one.
    fn given(&self, name: &str) -> &'a str {
        self.text(name).unwrap_or_default()
    }

    fn number(&self, name: &str) -> Option<i64> {
        self.given.get(name)?.as_i64()
    }

    /// A number of seconds. None is so small or large that it is taken for another one: a token lives neither
    /// 0 seconds nor for ever.
    pub(crate) fn seconds(&self, name: &str) -> Option<u32> {
        self.number(name).map(|seconds| u32::try_from(seconds.max(0)).unwrap_or(u32::MAX))
    }

    fn flag(&self, name: &str) -> bool {
        self.given.get(name).and_then(Value::as_bool).unwrap_or_default()
    }

    fn bytes(&self, name: &'static str) -> Result<Vec<u8>, TokenError> {
        STANDARD.decode(self.given(name)).map_err(|_| TokenError::Malformed(name, "it is not base64"))
    }

    pub(crate) fn texts(&self, name: &str) -> Vec<(&'a str, &'a str)> {
        let texts = self.given.get(name).and_then(Value::as_object).into_iter().flatten();
        texts.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect()
    }

    fn region(&self) -> Result<&'a str, TokenError> {
        self.text("region").or(self.region).ok_or(TokenError::Missing("region"))
    }

    /// With an option that is a text, if it is given.
    fn with<M>(&self, mint: M, name: &str, set: fn(M, &str) -> Result<M>) -> Result<M> {
        match self.text(name) {
            Some(text) => set(mint, text),
            None => Ok(mint),
        }
    }

    fn expiring<M>(&self, mint: M, set: fn(M, u32) -> Result<M>) -> Result<M> {
        match self.seconds("expires_in") {
            Some(seconds) => set(mint, seconds),
            None => Ok(mint),
        }
    }
}

/// A token whose kind is known only at run time.
///
/// ```
/// use serde_json::json;
/// use stskit::token::{Mint, NamedMint};
/// use stskit::{Credentials, Timestamp};
///
/// let inputs = json!({"hostname": "mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com", "port": 5432, "username": "app"});
/// let database = NamedMint::new("rds", &inputs, Some("eu-west-1"))?;
/// let token = database.token(&Credentials::new("AKIDEXAMPLE", "secret"), Timestamp::from_secs(1_767_323_045))?;
/// assert!(token.to_json().expose().starts_with(r#"{"purpose":"rds","token":"mydb.abc"#));
/// # Ok::<(), stskit::Error>(())
/// ```
pub struct NamedMint {
    kind: &'static Kind,
    mint: Box<dyn Mint>,
    min_ttl: Option<Duration>,
}

impl NamedMint {
    /// The kind by its name, its inputs as a JSON object, and the region where they name none.
    ///
    /// # Errors
    /// `InvalidInput` with a [`TokenError`]: a kind or an input that is unknown, one that is missing or of
    /// another type, those of the kind's own type, and a kind that only a service can make (`web-identity`).
    pub fn new(kind: &str, inputs: &Value, region: Option<&str>) -> Result<Self> {
        let kind = Kind::find(kind)?;
        let Some(make) = kind.make else { return Err(TokenError::MadeByService(kind.name).into()) };
        let checked = Inputs { region, ..kind.check(inputs)? };
        let mint = make(&checked)?;
        let min_ttl = checked.seconds("min_ttl").map(|seconds| Duration::from_secs(seconds.into()));
        Ok(NamedMint { kind, mint, min_ttl })
    }

    /// The kind.
    pub fn kind(&self) -> &'static Kind {
        self.kind
    }

    /// The input `min_ttl`, which is for a [`Minter`](super::Minter); [`Mint::token`] only checks it.
    pub fn min_ttl(&self) -> Option<Duration> {
        self.min_ttl
    }

    fn check(&self, credentials: &Credentials, at: Timestamp) -> Result<(), TokenError> {
        self.min_ttl.map_or(Ok(()), |least| check::lasting(credentials, at, least))
    }
}

impl Mint for NamedMint {
    fn purpose(&self) -> Purpose {
        self.mint.purpose()
    }

    fn token(&self, credentials: &Credentials, at: Timestamp) -> Result<Token> {
        self.check(credentials, at)?;
        self.mint.token(credentials, at)
    }

    fn token_by_clock(&self, credentials: &Credentials, at: Timestamp, ahead_millis: i64) -> Result<Token> {
        self.check(credentials, at)?;
        self.mint.token_by_clock(credentials, at, ahead_millis)
    }
}

impl fmt::Debug for NamedMint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NamedMint")
            .field("kind", &self.kind.name)
            .field("min_ttl", &self.min_ttl)
            .finish_non_exhaustive()
    }
}
