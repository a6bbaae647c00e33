//! The credential endpoints of containers: ECS tasks and EKS Pod Identity.

use serde_json::{Value, json};

use super::keys::{Keys, Set};
use crate::emulator::http::Request;
use crate::emulator::refusal::Refusal;
use crate::emulator::reply::Reply;
use crate::emulator::route::{Context, Service};
use crate::emulator::state::{Principal, uuid};
use crate::emulator::{Emulator, clock};

const ECS_PREFIX: &str = "/v2/credentials/";
pub(super) const EKS_PATH: &str = "/v1/credentials";

/// Both endpoints as a row of the routing table.
pub(in crate::emulator) const SERVICE: Service = Service { claim, answer, error };

/// The task or pod, as a test can turn it.
pub(in crate::emulator) struct Task {
    pub(super) role: String,
    /// The value `Authorization` must have.
    pub(super) authorization: Option<String>,
    /// Members left out of the answers.
    pub(super) omitted: Vec<String>,
    /// Status, code and message in place of keys.
    pub(super) failure: Option<(u16, String, String)>,
    pub(super) keys: Keys,
}

impl Default for Task {
    fn default() -> Self {
        Task {
            role: "stskit-task".to_owned(),
            authorization: None,
            omitted: Vec::new(),
            failure: None,
            keys: Keys::default(),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Ecs,
    Eks,
}

impl Kind {
    fn of(path: &str) -> Option<Self> {
        match path {
            EKS_PATH => Some(Kind::Eks),
            _ => path.starts_with(ECS_PREFIX).then_some(Kind::Ecs),
        }
    }

    /// The name in records and faults.
    fn name(self) -> &'static str {
        match self {
            Kind::Ecs => "EcsCredentials",
            Kind::Eks => "EksCredentials",
        }
    }
}

/// The path of the task's credentials: always the same.
pub(super) fn ecs_path() -> String {
    format!("{ECS_PREFIX}{}", uuid("task credentials"))
}

fn claim(request: &Request) -> Option<Option<String>> {
    Kind::of(&request.path).map(|kind| Some(kind.name().to_owned()))
}

fn answer(context: &Context<'_>, request: &Request) -> Result<Reply, Refusal> {
    if request.method != "GET" {
        return Err(Refusal::new(405, "MethodNotAllowed", "Only GET is allowed"));
    }
    let kind = Kind::of(&request.path).unwrap_or(Kind::Ecs);
    let sent = request.header("authorization").unwrap_or_default();
    let mut state = context.shared.state();
    if kind == Kind::Eks && sent.is_empty() {
        return Ok(Reply::new(400, "text/plain", "Service account token cannot be empty\n"));
    }
    if kind == Kind::Ecs && request.path != ecs_path() {
        return Err(Refusal::new(400, "InvalidIdInRequest", "CredentialsV2Request: Credentials not found"));
    }
    if state.task.authorization.as_deref().is_some_and(|expected| expected != sent) {
        return Err(Refusal::new(403, "AccessDeniedException", "The authorization token is missing or not valid"));
    }
    if let Some((status, code, message)) = state.task.failure.clone() {
        return Err(Refusal::new(status, code, message));
    }
    let role = state.task.role.clone();
    let session = match kind {
        Kind::Ecs => uuid("task").replace('-', ""),
        Kind::Eks => format!("eks-stskit-pod-{}", uuid("pod")),
    };
    let principal = || Principal::role_session(Emulator::ACCOUNT_ID, &role, &session);
    let key = format!("{} {role}", kind.name());
    let set = Keys::present(&mut state, |state| &mut state.task.keys, &key, principal, context.now);
    Ok(Reply::new(200, "application/json", document(kind, &role, &set, &state.task.omitted).to_string()))
}

fn document(kind: Kind, role: &str, set: &Set, omitted: &[String]) -> Value {
    let mut document = json!({
        "AccessKeyId": set.issued.access_key_id,
        "SecretAccessKey": set.issued.secret_access_key,
        "Token": set.issued.session_token,
        "Expiration": clock::extended(set.issued.expiration),
    });
    if let Some(members) = document.as_object_mut() {
        let (name, value) = match kind {
            Kind::Ecs => ("RoleArn", format!("arn:aws:iam::{}:role/{role}", Emulator::ACCOUNT_ID)),
            Kind::Eks => ("AccountId", Emulator::ACCOUNT_ID.to_owned()),
        };
        members.insert(name.to_owned(), value.into());
        members.retain(|name, _| !omitted.contains(name));
    }
    document
}

/// The error document of the ECS agent; with status 200 in the members that answers have.
fn error(_: &Context<'_>, refusal: &Refusal) -> Reply {
    let (status, code, message) = if refusal.is_throttle() {
        (429, "TooManyRequestsException", "Rate exceeded")
    } else {
        (refusal.status(), refusal.code(), refusal.message())
    };
    let document = if status == 200 {
        json!({"Code": code, "Message": message})
    } else {
        json!({"code": code, "message": message, "HTTPErrorCode": status})
    };
    Reply::new(status, "application/json", document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_of_one_kind() {
        let ecs = ecs_path();
        for (path, name) in [
            (ecs.as_str(), Some("EcsCredentials")),
            ("/v2/credentials/other", Some("EcsCredentials")),
            ("/v1/credentials", Some("EksCredentials")),
            ("/v1/credentials/", None),
            ("/v2/credentials", None),
        ] {
            assert_eq!(Kind::of(path).map(Kind::name), name, "{path}");
        }
    }
}
