//! What a browser sees: the page of a device code, and the authorization endpoint.
//!
//! The user is always signed in; what they say is up to [`Browser`].

use super::handle::Browser;
use crate::emulator::encode::{form_pairs, percent_encode};
use crate::emulator::http::Request;
use crate::emulator::refusal::Refusal;
use crate::emulator::reply::Reply;
use crate::emulator::route::{Context, Service};

/// The pages as a row of the routing table.
pub(in crate::emulator) const SERVICE: Service = Service { claim, answer, error };

fn claim(request: &Request) -> Option<Option<String>> {
    let name = match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/authorize") => "Authorize",
        ("GET", "/start" | "/start/" | "/start/device") => "DevicePage",
        _ => return None,
    };
    Some(Some(name.to_owned()))
}

fn answer(context: &Context<'_>, request: &Request) -> Result<Reply, Refusal> {
    let query = form_pairs(&request.query);
    let parameter = |name: &str| query.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    if request.path == "/authorize" {
        return authorize(context, parameter);
    }
    Ok(device_page(context, parameter("user_code")))
}

fn device_page(context: &Context<'_>, user_code: &str) -> Reply {
    const FORM: &str = "<form action=\"/start/device\"><label>Code <input name=\"user_code\" autofocus></label> \
                        <button>Continue</button></form>";
    if user_code.is_empty() {
        return page(200, "Authorize a device", &format!("<p>Type the code your program shows.</p>{FORM}"));
    }
    let mut state = context.shared.state();
    let approved = match state.sso.settings.browser {
        Browser::Approve => true,
        Browser::Deny => false,
        Browser::Ignore => return page(200, "Authorize a device", "<p>The emulator waits for its test to decide.</p>"),
    };
    let code = escape(user_code);
    if !state.sso.decide(user_code, approved, context.now) {
        return page(404, "Unknown code", &format!("<p>No sign-in waits under the code {code}.</p>{FORM}"));
    }
    let (title, verb) = if approved { ("Request approved", "approved") } else { ("Request denied", "denied") };
    page(200, title, &format!("<p>The sign-in {code} is {verb}. You can close this window.</p>"))
}

fn authorize<'a>(context: &Context<'_>, parameter: impl Fn(&str) -> &'a str) -> Result<Reply, Refusal> {
    let (client, redirect, state) = (parameter("client_id"), parameter("redirect_uri"), parameter("state"));
    let mut shared_state = context.shared.state();
    let store = &mut shared_state.sso;
    // Nothing is sent to an address the client did not register.
    if !store.may_redirect(client, redirect, context.now) {
        return Err(Refusal::new(400, "invalid_request", "Unknown client, or a redirect URI it did not register"));
    }
    let challenge = parameter("code_challenge");
    let problem = if parameter("response_type") != "code" {
        Some(("unsupported_response_type", "response_type must be code"))
    } else if parameter("code_challenge_method") != "S256" {
        Some(("invalid_request", "code_challenge_method must be S256"))
    } else if challenge.len() != 43 {
        Some(("invalid_request", "code_challenge must have 43 characters"))
    } else {
        None
    };
    let mut pairs = match (problem, store.settings.browser) {
        (Some((error, text)), _) => vec![("error", error.to_owned()), ("error_description", text.to_owned())],
        (None, Browser::Ignore) => {
            return Ok(page(200, "Sign in", "<p>The emulator plays a user who never comes back.</p>"));
        }
        (None, Browser::Deny) => {
            vec![("error", "access_denied".to_owned()), ("error_description", "The request was denied".to_owned())]
        }
        (None, Browser::Approve) => {
            let scopes = parameter("scopes").split_whitespace().map(str::to_owned).collect();
            vec![("code", store.authorize(client, redirect, challenge, scopes, context.now))]
        }
    };
    pairs.push(("state", state.to_owned()));
    let encoded: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{name}={}", percent_encode(value.as_bytes(), false))).collect();
    let separator = if redirect.contains('?') { '&' } else { '?' };
    let mut reply = page(302, "Signed in", "<p>Back to your program.</p>");
    // A line break cannot be in it: header values of a request line are one line.
    let location = format!("{redirect}{separator}{}", encoded.join("&"));
    reply.headers.push(("Location".to_owned(), location.replace(['\r', '\n'], "")));
    Ok(reply)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn page(status: u16, title: &str, body: &str) -> Reply {
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
         <body><h1>{title}</h1>{body}<p>This is the emulator of stskit. It never calls AWS.</p></body></html>\n"
    );
    let mut reply = Reply::new(status, "text/html; charset=utf-8", html);
    reply.headers.push(("Cache-Control".to_owned(), "no-store".to_owned()));
    reply
}

fn error(_: &Context<'_>, refusal: &Refusal) -> Reply {
    let text = format!("<p>{}: {}</p>", escape(refusal.code()), escape(refusal.message()));
    page(refusal.status(), "Sign-in failed", &text)
}
