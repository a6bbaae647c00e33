//! What the signed operations do, with the rules their shared parts follow.
//!
//! Names with a meaning: a role called `denied` cannot be assumed, and the right MFA code is 123456.

use super::Call;
use crate::emulator::clock;
use crate::emulator::encode::base64_decode;
use crate::emulator::refusal::Refusal;
use crate::emulator::state::{Issued, Kind, Principal, unique_id};
use crate::emulator::xml::Xml;

type Answer = Result<(), Refusal>;

/// The MFA code the emulator takes.
const MFA_CODE: &str = "123456";
/// Bytes of session policies and tags that count as 100 per cent.
const PACKED_BYTES: usize = 2048;
/// Seconds a root user's session lasts at most; also the limit of role chaining.
const HOUR: i64 = 3600;
const TASK_POLICIES: [&str; 5] = [
    "IAMAuditRootUserCredentials",
    "IAMCreateRootUserPassword",
    "IAMDeleteRootUserCredentials",
    "S3UnlockBucketPolicy",
    "SQSUnlockQueuePolicy",
];

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "ValidationError", message)
}

fn denied(message: impl Into<String>) -> Refusal {
    Refusal::new(403, "AccessDenied", message)
}

pub(super) fn assume_role(call: &Call<'_>, xml: &mut Xml) -> Answer {
    let caller = call.caller()?;
    let role = Role::parse(call.input.text("RoleArn"))?;
    if caller.principal.kind == Kind::Root {
        return Err(denied("Roles may not be assumed by root accounts."));
    }
    check_mfa(call)?;
    if role.name == "denied" {
        return Err(denied(format!(
            "User: {} is not authorized to perform: sts:AssumeRole on resource: {}",
            caller.principal.arn, role.arn
        )));
    }
    let duration = call.input.integer("DurationSeconds", HOUR);
    if caller.principal.kind == Kind::Role && duration > HOUR {
        return Err(invalid(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
        ));
    }
    let packed = packed_policy_size(call)?;
    role.assume(call, call.input.text("RoleSessionName"), duration, xml);
    xml.optional("PackedPolicySize", packed.as_deref());
    xml.optional("SourceIdentity", call.input.get("SourceIdentity"));
    Ok(())
}

pub(super) fn assume_root(call: &Call<'_>, xml: &mut Xml) -> Answer {
    let target = call.input.text("TargetPrincipal");
    let is_account = |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = target.split(':').collect();
    let (partition, account) = match parts.as_slice() {
        [account] if is_account(account) => ("aws", *account),
        ["arn", partition, "iam", "", account, "root"] if is_account(account) => (*partition, *account),
        _ => return Err(invalid(format!("{target} is not a valid target principal"))),
    };
    let task = call.input.text("TaskPolicyArn.arn");
    let name = task.split_once(":iam::aws:policy/root-task/").map(|(_, name)| name);
    if !name.is_some_and(|name| TASK_POLICIES.contains(&name)) {
        return Err(invalid(format!("{task} is not a valid task policy")));
    }
    // A root session without a duration, or with 0, lasts as long as one can.
    let duration = Some(call.input.integer("DurationSeconds", 0)).filter(|seconds| *seconds > 0);
    let issued = call.issue(Principal::root(partition, account), duration.unwrap_or(900));
    write_credentials(&issued, xml);
    Ok(())
}

pub(super) fn get_caller_identity(call: &Call<'_>, xml: &mut Xml) -> Answer {
    let principal = &call.caller()?.principal;
    xml.leaf("Arn", &principal.arn);
    xml.leaf("UserId", &principal.user_id);
    xml.leaf("Account", &principal.account);
    Ok(())
}

pub(super) fn get_access_key_info(call: &Call<'_>, xml: &mut Xml) -> Answer {
    let id = call.input.text("AccessKeyId");
    let account = call.context.shared.state().account_of(id);
    let account = account.ok_or_else(|| invalid(format!("Invalid Access Key ID: {id}")))?;
    xml.leaf("Account", &account);
    Ok(())
}

pub(super) fn get_federation_token(call: &Call<'_>, xml: &mut Xml) -> Answer {
    let principal = long_term_caller(call)?;
    let packed = packed_policy_size(call)?;
    let name = call.input.text("Name");
    let Principal { account, partition, .. } = principal;
    let user = Principal {
        kind: Kind::FederatedUser,
        account: account.clone(),
        partition: partition.clone(),
        arn: format!("arn:{partition}:sts::{account}:federated-user/{name}"),
        user_id: format!("{account}:{name}"),
    };
    let issued = call.issue(user.clone(), user_duration(call, principal));
    write_credentials(&issued, xml);
    xml.open("FederatedUser");
    xml.leaf("Arn", &user.arn);
    xml.leaf("FederatedUserId", &user.user_id);
    xml.close("FederatedUser");
    xml.optional("PackedPolicySize", packed.as_deref());
    Ok(())
}

pub(super) fn get_session_token(call: &Call<'_>, xml: &mut Xml) -> Answer {
    let principal = long_term_caller(call)?;
    check_mfa(call)?;
    let issued = call.issue(principal.clone(), user_duration(call, principal));
    write_credentials(&issued, xml);
    Ok(())
}

pub(super) fn decode_authorization_message(call: &Call<'_>, xml: &mut Xml) -> Answer {
    let encoded = call.input.text("EncodedMessage");
    let bytes = base64_decode(encoded).filter(|bytes| !bytes.is_empty()).ok_or_else(|| {
        let text = "The specified encoded authorization message is invalid";
        Refusal::new(400, "InvalidAuthorizationMessageException", text)
    })?;
    // A base64 of JSON is given back as it is; sealed bytes of AWS get a plausible decision.
    let json = String::from_utf8(bytes)
        .ok()
        .filter(|text| serde_json::from_str::<serde_json::Value>(text).is_ok_and(|value| value.is_object()));
    let decoded = json.unwrap_or_else(|| {
        let principal = call.caller.as_ref().map(|caller| caller.principal.arn.as_str());
        serde_json::json!({
            "allowed": false,
            "explicitDeny": false,
            "matchedStatements": {"items": []},
            "failures": {"items": []},
            "context": {
                "principal": {"arn": principal},
                "action": "ec2:RunInstances",
                "resource": "*",
                "conditions": {"items": []},
            },
        })
        .to_string()
    });
    xml.leaf("DecodedMessage", &decoded);
    Ok(())
}

/// Two operations refuse temporary credentials.
fn long_term_caller<'a>(call: &'a Call<'_>) -> Result<&'a Principal, Refusal> {
    let caller = call.caller()?;
    if caller.is_session {
        return Err(denied(format!("Cannot call {} with session credentials", call.name)));
    }
    Ok(&caller.principal)
}

/// 12 hours unless told otherwise; a root user never gets more than one.
fn user_duration(call: &Call<'_>, principal: &Principal) -> i64 {
    let asked = call.input.integer("DurationSeconds", 43_200);
    if principal.kind == Kind::Root { asked.min(HOUR) } else { asked }
}

fn check_mfa(call: &Call<'_>) -> Answer {
    match (call.input.get("SerialNumber"), call.input.get("TokenCode")) {
        (None, None) => Ok(()),
        (Some(_), Some(MFA_CODE)) => Ok(()),
        (Some(_), Some(_)) => Err(denied("MultiFactorAuthentication failed with invalid MFA one time pass code. ")),
        _ => Err(denied(
            "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code. ",
        )),
    }
}

/// The share of the room for session policies and tags that the request takes, in per cent;
/// `None` if it has neither.
pub(super) fn packed_policy_size(call: &Call<'_>) -> Result<Option<String>, Refusal> {
    let input = &call.input;
    if let Some(policy) = input.get("Policy")
        && !serde_json::from_str::<serde_json::Value>(policy).is_ok_and(|value| value.is_object())
    {
        return Err(Refusal::new(400, "MalformedPolicyDocument", "This policy contains invalid Json"));
    }
    let mut texts = input.list("PolicyArns", Some("arn"));
    texts.extend(input.list("Tags", Some("Key")));
    texts.extend(input.list("Tags", Some("Value")));
    texts.extend(input.get("Policy"));
    if texts.is_empty() {
        return Ok(None);
    }
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    let percent = (bytes * 100).div_ceil(PACKED_BYTES).max(1);
    if percent > 100 {
        return Err(Refusal::new(
            400,
            "PackedPolicyTooLarge",
            format!("Packed policy consumes {percent}% of allotted space, please use smaller policy."),
        ));
    }
    Ok(Some(percent.to_string()))
}

/// A role ARN taken apart.
pub(super) struct Role {
    pub(super) arn: String,
    pub(super) partition: String,
    pub(super) account: String,
    /// The last part of the path.
    pub(super) name: String,
}

impl Role {
    pub(super) fn parse(arn: &str) -> Result<Self, Refusal> {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        if let ["arn", partition, "iam", "", account, resource] = parts.as_slice()
            && account.len() == 12
            && account.bytes().all(|byte| byte.is_ascii_digit())
            && let Some(path) = resource.strip_prefix("role/")
            && let Some(name) = path.rsplit('/').next().filter(|name| !name.is_empty())
        {
            return Ok(Role {
                arn: arn.to_owned(),
                partition: (*partition).to_owned(),
                account: (*account).to_owned(),
                name: name.to_owned(),
            });
        }
        Err(invalid("Request ARN is invalid"))
    }

    /// Issues the credentials of a session of this role and writes them with the assumed role user.
    pub(super) fn assume(&self, call: &Call<'_>, session: &str, duration: i64, xml: &mut Xml) {
        let Role { partition, account, name, arn } = self;
        let principal = Principal {
            kind: Kind::Role,
            account: account.clone(),
            partition: partition.clone(),
            arn: format!("arn:{partition}:sts::{account}:assumed-role/{name}/{session}"),
            user_id: format!("{}:{session}", unique_id("AROA", arn)),
        };
        xml.open("AssumedRoleUser");
        xml.leaf("AssumedRoleId", &principal.user_id);
        xml.leaf("Arn", &principal.arn);
        xml.close("AssumedRoleUser");
        write_credentials(&call.issue(principal, duration), xml);
    }
}

pub(super) fn write_credentials(issued: &Issued, xml: &mut Xml) {
    xml.open("Credentials");
    xml.leaf("AccessKeyId", &issued.access_key_id);
    xml.leaf("SecretAccessKey", &issued.secret_access_key);
    xml.leaf("SessionToken", &issued.session_token);
    xml.leaf("Expiration", &clock::extended(issued.expiration));
    xml.close("Credentials");
}
