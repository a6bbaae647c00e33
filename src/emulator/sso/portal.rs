//! The portal: GetRoleCredentials, ListAccounts, ListAccountRoles and Logout.

use serde_json::{Value, json};

use super::directory::principal;
use super::store::Store;
use crate::emulator::encode::{base64_decode, base64_url, form_pairs, hex};
use crate::emulator::http::Request;
use crate::emulator::json::{self, invalid};
use crate::emulator::refusal::Refusal;
use crate::emulator::reply::Reply;
use crate::emulator::route::{Context, Service};
use crate::emulator::state::derive;

const NAMESPACE: &str = "com.amazonaws.switchboard.portal";
/// Entries of a page, unless asked otherwise; also the most that can be asked.
const PAGE: usize = 100;

/// The portal as a row of the routing table.
pub(in crate::emulator) const SERVICE: Service = Service { claim, answer, error };

fn operation(request: &Request) -> Option<&'static str> {
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/federation/credentials") => Some("GetRoleCredentials"),
        ("GET", "/assignment/accounts") => Some("ListAccounts"),
        ("GET", "/assignment/roles") => Some("ListAccountRoles"),
        ("POST", "/logout") => Some("Logout"),
        _ => None,
    }
}

fn claim(request: &Request) -> Option<Option<String>> {
    operation(request).map(|name| Some(name.to_owned()))
}

fn answer(context: &Context<'_>, request: &Request) -> Result<Reply, Refusal> {
    let call = Call { context, query: form_pairs(&request.query) };
    let token = request.header("x-amz-sso_bearer_token");
    call.context.shared.state().sso.bearer(token, context.now)?;
    let document = match operation(request) {
        Some("GetRoleCredentials") => call.role_credentials()?,
        Some("ListAccounts") => call.accounts()?,
        Some("ListAccountRoles") => call.roles()?,
        _ => {
            context.shared.state().sso.end_session(token.unwrap_or_default());
            let headers = vec![("x-amzn-RequestId".to_owned(), context.request_id.clone())];
            return Ok(Reply { headers, ..Reply::bare(200, "") });
        }
    };
    Ok(json::reply(context, 200, &document))
}

struct Call<'a> {
    context: &'a Context<'a>,
    query: Vec<(String, String)>,
}

impl Call<'_> {
    fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn required(&self, name: &str) -> Result<&str, Refusal> {
        let value = self.parameter(name).filter(|value| !value.is_empty());
        value.ok_or_else(|| invalid(format!("Missing required parameter: {name}")))
    }

    fn account_id(&self) -> Result<&str, Refusal> {
        let id = self.required("account_id")?;
        if id.len() != 12 || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(invalid(format!("{id} is not an account id")));
        }
        Ok(id)
    }

    fn role_credentials(&self) -> Result<Value, Refusal> {
        let (id, role) = (self.account_id()?, self.required("role_name")?);
        let mut state = self.context.shared.state();
        let account = state.sso.directory.find(id).ok_or_else(no_account)?;
        if !account.roles.iter().any(|known| known == role) {
            return Err(Refusal::new(403, "ForbiddenException", "No access"));
        }
        let lifetime = state.sso.settings.credentials_lifetime.into();
        let issued = state.issue(principal(id, role), "GetRoleCredentials", self.context.now, lifetime);
        Ok(json!({"roleCredentials": {
            "accessKeyId": issued.access_key_id,
            "secretAccessKey": issued.secret_access_key,
            "sessionToken": issued.session_token,
            "expiration": issued.expiration.saturating_mul(1000),
        }}))
    }

    fn accounts(&self) -> Result<Value, Refusal> {
        let state = self.context.shared.state();
        let (page, next) = self.page(&state.sso, "accounts", state.sso.directory.accounts())?;
        let entry = |account: &super::directory::Account| json!({"accountId": account.id, "accountName": account.name, "emailAddress": account.email});
        Ok(json!({"nextToken": next, "accountList": page.iter().map(entry).collect::<Vec<_>>()}))
    }

    fn roles(&self) -> Result<Value, Refusal> {
        let id = self.account_id()?;
        let state = self.context.shared.state();
        let account = state.sso.directory.find(id).ok_or_else(no_account)?;
        let (page, next) = self.page(&state.sso, &format!("roles of {id}"), &account.roles)?;
        let entry = |role: &String| json!({"roleName": role, "accountId": id});
        Ok(json!({"nextToken": next, "roleList": page.iter().map(entry).collect::<Vec<_>>()}))
    }

    /// The entries asked for, and the token of the next page.
    fn page<'a, T>(&self, store: &Store, list: &str, all: &'a [T]) -> Result<(&'a [T], Option<String>), Refusal> {
        let size = match self.parameter("max_result") {
            None => PAGE,
            Some(text) => text
                .parse()
                .ok()
                .filter(|size| (1..=PAGE).contains(size))
                .ok_or_else(|| invalid(format!("max_result must be between 1 and {PAGE}")))?,
        };
        let start = match self.parameter("next_token") {
            None => 0,
            Some(token) => read_page_token(list, token).ok_or_else(|| invalid("Invalid pagination token"))?,
        };
        if store.settings.repeats_pages {
            let page = all.get(..size.min(all.len())).unwrap_or_default();
            return Ok((page, Some(page_token(list, 0))));
        }
        let end = start.saturating_add(size).min(all.len());
        let next = (end < all.len()).then(|| page_token(list, end));
        Ok((all.get(start..end).unwrap_or_default(), next))
    }
}

fn no_account() -> Refusal {
    Refusal::new(404, "ResourceNotFoundException", "Account not found")
}

/// Where the next page of a list starts, sealed.
fn page_token(list: &str, start: usize) -> String {
    let seal = hex(&derive(&format!("{list} {start}"), 8));
    base64_url(format!("{start}.{seal}").as_bytes())
}

fn read_page_token(list: &str, token: &str) -> Option<usize> {
    let text = String::from_utf8(base64_decode(token)?).ok()?;
    let start = text.split_once('.')?.0.parse().ok()?;
    (page_token(list, start) == token).then_some(start)
}

fn error(context: &Context<'_>, refusal: &Refusal) -> Reply {
    let (status, code, message) = if refusal.is_throttle() {
        (429, "TooManyRequestsException", "Rate exceeded")
    } else {
        (refusal.status(), refusal.code(), refusal.message())
    };
    let document = json!({"message": message, "__type": format!("{NAMESPACE}#{code}")});
    json::error(context, status, code, NAMESPACE, &document)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_tokens_are_of_one_list() {
        let token = page_token("accounts", 7);
        assert_eq!(read_page_token("accounts", &token), Some(7));
        assert_eq!(read_page_token("roles", &token), None);
        for wrong in ["", "7", "!", &base64_url(b"7.0000000000000000")] {
            assert_eq!(read_page_token("accounts", wrong), None, "{wrong}");
        }
    }
}
