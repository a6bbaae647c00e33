//! STS: the query protocol, the table of its 11 operations and its documents.
//!
//! What an operation does is in `operations.rs` (calls signed with keys) and `federation.rs`
//! (calls that bring a token of somebody else); how members are validated, in `members.rs`.

mod federation;
mod members;
mod operations;
mod patterns;

use super::authenticate::authenticate;
use super::http::Request;
use super::refusal::Refusal;
use super::reply::Reply;
use super::route::{Context, Service};
use super::state::{Caller, Issued, Principal};
use super::xml::Xml;
use members::{Input, Member, Shape, limits};
use patterns::{DIGITS, EXTERNAL_ID, NAME, POLICY, TAG, TEXT, WORD};

const VERSION: &str = "2011-06-15";
const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";
const SIGNING_NAME: &str = "sts";

/// STS as a row of the routing table.
pub(super) const SERVICE: Service = Service { claim, answer, error };

/// One operation: its name, whether it must be signed, its input and what it does.
struct Operation {
    name: &'static str,
    signed: bool,
    members: &'static [Member],
    run: fn(&Call<'_>, &mut Xml) -> Result<(), Refusal>,
}

const DESCRIPTOR: &[Member] = &[Member::text("arn", 20, 2048, &TEXT)];
const TAGS: &[Member] = &[Member::text("Key", 1, 128, &TAG).required(), Member::text("Value", 0, 256, &TAG).required()];
const CONTEXTS: &[Member] =
    &[Member::text("ProviderArn", 20, 2048, &TEXT), Member::text("ContextAssertion", 4, 2048, &TEXT)];
const ROLE_ARN: Member = Member::text("RoleArn", 20, 2048, &TEXT).required();
const SESSION_NAME: Member = Member::text("RoleSessionName", 2, 64, &NAME).required();
const POLICY_ARNS: Member = Member::new("PolicyArns", Shape::StructList(0, 50, DESCRIPTOR));
const SESSION_POLICY: Member = Member::text("Policy", 1, 2048, &POLICY);
const ROLE_DURATION: Member = Member::integer("DurationSeconds", 900, 43_200);
const USER_DURATION: Member = Member::integer("DurationSeconds", 900, 129_600);
const SESSION_TAGS: Member = Member::new("Tags", Shape::StructList(0, 50, TAGS));
const SERIAL_NUMBER: Member = Member::text("SerialNumber", 9, 256, &EXTERNAL_ID);
const TOKEN_CODE: Member = Member::text("TokenCode", 6, 6, &DIGITS);

/// The service in one table: names, authentication, members and their limits as in its model.
const OPERATIONS: &[Operation] = &[
    Operation {
        name: "AssumeRole",
        signed: true,
        members: &[
            ROLE_ARN,
            SESSION_NAME,
            POLICY_ARNS,
            Member::text("Policy", 1, usize::MAX, &POLICY),
            ROLE_DURATION,
            SESSION_TAGS,
            Member::new("TransitiveTagKeys", Shape::TextList(0, 50, limits(1, 128, &TAG))),
            Member::text("ExternalId", 2, 1224, &EXTERNAL_ID),
            SERIAL_NUMBER,
            TOKEN_CODE,
            Member::text("SourceIdentity", 2, 64, &NAME),
            Member::new("ProvidedContexts", Shape::StructList(1, 5, CONTEXTS)),
        ],
        run: operations::assume_role,
    },
    Operation {
        name: "AssumeRoleWithSAML",
        signed: false,
        members: &[
            ROLE_ARN,
            Member::text("PrincipalArn", 20, 2048, &TEXT).required(),
            Member::secret("SAMLAssertion", 4, 100_000).required(),
            POLICY_ARNS,
            SESSION_POLICY,
            ROLE_DURATION,
        ],
        run: federation::assume_role_with_saml,
    },
    Operation {
        name: "AssumeRoleWithWebIdentity",
        signed: false,
        members: &[
            ROLE_ARN,
            SESSION_NAME,
            Member::secret("WebIdentityToken", 4, 20_000).required(),
            Member::text("ProviderId", 4, 2048, &TEXT),
            POLICY_ARNS,
            SESSION_POLICY,
            ROLE_DURATION,
        ],
        run: federation::assume_role_with_web_identity,
    },
    Operation {
        name: "AssumeRoot",
        signed: true,
        members: &[
            Member::text("TargetPrincipal", 12, 2048, &TEXT).required(),
            Member::new("TaskPolicyArn", Shape::Struct(DESCRIPTOR)).required(),
            Member::integer("DurationSeconds", 0, 900),
        ],
        run: operations::assume_root,
    },
    Operation {
        name: "DecodeAuthorizationMessage",
        signed: true,
        members: &[Member::text("EncodedMessage", 1, 10_240, &TEXT).required()],
        run: operations::decode_authorization_message,
    },
    Operation {
        name: "GetAccessKeyInfo",
        signed: true,
        members: &[Member::text("AccessKeyId", 16, 128, &WORD).required()],
        run: operations::get_access_key_info,
    },
    Operation { name: "GetCallerIdentity", signed: true, members: &[], run: operations::get_caller_identity },
    Operation {
        name: "GetDelegatedAccessToken",
        signed: true,
        members: &[Member::secret("TradeInToken", 1, usize::MAX).required()],
        run: federation::get_delegated_access_token,
    },
    Operation {
        name: "GetFederationToken",
        signed: true,
        members: &[
            Member::text("Name", 2, 32, &NAME).required(),
            SESSION_POLICY,
            POLICY_ARNS,
            USER_DURATION,
            SESSION_TAGS,
        ],
        run: operations::get_federation_token,
    },
    Operation {
        name: "GetSessionToken",
        signed: true,
        members: &[USER_DURATION, SERIAL_NUMBER, TOKEN_CODE],
        run: operations::get_session_token,
    },
    Operation {
        name: "GetWebIdentityToken",
        signed: true,
        members: &[
            Member::new("Audience", Shape::TextList(1, 10, limits(1, 1000, &TEXT))).required(),
            Member::integer("DurationSeconds", 60, 3600),
            Member::text("SigningAlgorithm", 5, 5, &TEXT).required(),
            SESSION_TAGS,
        ],
        run: federation::get_web_identity_token,
    },
];

/// One call of an operation with valid input.
struct Call<'a> {
    context: &'a Context<'a>,
    name: &'static str,
    input: Input,
    caller: Option<Caller>,
}

impl Call<'_> {
    /// The signer. Only unsigned operations have none.
    fn caller(&self) -> Result<&Caller, Refusal> {
        self.caller.as_ref().ok_or_else(Refusal::unknown_token)
    }

    fn issue(&self, principal: Principal, duration: i64) -> Issued {
        let inputs = format!("{} {}", self.name, self.input.digest());
        self.context.shared.state().issue(principal, &inputs, self.context.now, duration)
    }
}

/// STS has the root path, and any other path if the request says `Action=`.
fn claim(request: &Request) -> Option<Option<String>> {
    if !matches!(request.method.as_str(), "GET" | "POST") {
        return None;
    }
    let parameters = request.parameters();
    let action = parameters.into_iter().find(|(name, _)| name == "Action").map(|(_, value)| value);
    (action.is_some() || request.path == "/").then_some(action)
}

fn answer(context: &Context<'_>, request: &Request) -> Result<Reply, Refusal> {
    let input = Input::new(request.parameters());
    let Some(action) = input.get("Action") else {
        let text = "The request is missing an action or a required parameter.";
        return Err(Refusal::new(400, "MissingAction", text));
    };
    let version = input.get("Version").unwrap_or("NO_VERSION_SPECIFIED");
    let operation =
        OPERATIONS.iter().find(|operation| operation.name == action && version == VERSION).ok_or_else(|| {
            let text = format!("Could not find operation {action} for version {version}");
            Refusal::new(400, "InvalidAction", text)
        })?;
    let caller = if operation.signed { Some(authenticate(context, request, SIGNING_NAME)?) } else { None };
    input.validate(operation.members)?;

    let call = Call { context, name: operation.name, input, caller };
    let (response, result) = (format!("{}Response", call.name), format!("{}Result", call.name));
    let mut xml = Xml::new();
    xml.open_root(&response, NAMESPACE);
    xml.open(&result);
    (operation.run)(&call, &mut xml)?;
    xml.close(&result);
    xml.open("ResponseMetadata");
    xml.leaf("RequestId", &context.request_id);
    xml.close("ResponseMetadata");
    xml.close(&response);
    Ok(reply(context, 200, xml))
}

fn reply(context: &Context<'_>, status: u16, xml: Xml) -> Reply {
    let mut headers = vec![("x-amzn-RequestId".to_owned(), context.request_id.clone())];
    headers.push(("Content-Type".to_owned(), "text/xml".to_owned()));
    Reply { headers, ..Reply::bare(status, xml.finish()) }
}

fn error(context: &Context<'_>, refusal: &Refusal) -> Reply {
    let mut xml = Xml::new();
    xml.open_root("ErrorResponse", NAMESPACE);
    xml.open("Error");
    xml.leaf("Type", if refusal.status() < 500 { "Sender" } else { "Receiver" });
    xml.leaf("Code", refusal.code());
    xml.leaf("Message", refusal.message());
    xml.close("Error");
    xml.leaf("RequestId", &context.request_id);
    xml.close("ErrorResponse");
    reply(context, refusal.status(), xml)
}
