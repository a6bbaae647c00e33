//! The kinds of token as data: one table of names, inputs and what is made of them, for the C functions, the
//! bindings and the command line. Whether the values are right is checked by the types of the tokens; `named`
//! reads the inputs.

use std::fmt;

use serde::Serialize;

use super::check::TokenError;
use super::named::Inputs;
use super::{
    Bedrock, CallerIdentity, CodeCommit, Dsql, Eks, ElastiCache, ExecApiVersion, GoogleWorkload, IdentityForm, IotMqtt,
    Keyspaces, LakeFs, MemoryDb, Mint, MongoDb, Msk, MskIam, Purpose, Rds, S3Url, SesSmtp, Snowflake, Vault,
};
use crate::error::Result;

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
    pub(super) make: Option<Make>,
}

pub(super) type Make = fn(&Inputs<'_>) -> Result<Box<dyn Mint>>;

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

impl InputType {
    /// As the model has it: `string`.
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
