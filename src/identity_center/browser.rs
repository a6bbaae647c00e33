//! The sign-in by redirect: a browser on this machine, an authorization code to a loopback port, PKCE
//! (RFC 6749 section 4.1, RFC 7636, RFC 8252).

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::login::{Login, some_if_any};
use super::token::SsoToken;
use crate::error::{Error, ErrorKind, Result};
use crate::host;
use crate::percent::{percent_decode, percent_encode_into};
use crate::sso_oidc::{CreateToken, GRANT_AUTHORIZATION_CODE, GRANT_REFRESH_TOKEN, RegisterClient};

const PATH: &str = "/oauth/callback";
const DEFAULT_SCOPE: &str = "sso:account:access";
/// Time for one request of the browser to arrive.
const REQUEST_LIMIT: Duration = Duration::from_secs(5);
const MAX_REQUEST: usize = 16 * 1024;

/// What a person needs for a sign-in by redirect.
///
/// ```no_run
/// use stskit::identity_center::{AuthorizationPrompt, Login, SsoSession, TokenCache};
///
/// let session = SsoSession::named("dev", "https://d-abc123.awsapps.com/start", "eu-west-1");
/// let login = Login::new(session, TokenCache::default_location()?, stskit::Settings::from_env()?);
/// let token = login.with_browser(&mut |prompt: &AuthorizationPrompt| {
///     eprintln!("open {}", prompt.url);
///     Ok(())
/// })?;
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthorizationPrompt {
    /// The page to open in a browser on this machine.
    pub url: String,
}

impl Login {
    /// Signs in by redirect: the person approves in a browser on this machine, which then calls a loopback
    /// port that this call listens on.
    ///
    /// `prompt` is called once, on this thread, with the page to open (it opens a browser or shows it); an
    /// error of its ends the sign-in. Set a [`deadline`](Self::deadline): a browser may never come back.
    /// Without one the call waits ten minutes. Blocks; starts no thread. The flow: RFC 6749 section 4.1 with PKCE
    /// (RFC 7636) and a loopback redirect (RFC 8252 section 7.3). See [`AuthorizationPrompt`] for an example.
    ///
    /// # Errors
    /// As [`with_device_code`](Self::with_device_code); `AccessDenied` if the person refuses; `Network` if no
    /// port can be listened on.
    pub fn with_browser(&self, prompt: &mut dyn FnMut(&AuthorizationPrompt) -> Result<()>) -> Result<SsoToken> {
        let end = self.end().or_else(|| Some(self.host.monotonic().saturating_add(Duration::from_secs(600))));
        let client = self.client()?;
        let listening = |e: io::Error| {
            Error::new(ErrorKind::Network, format!("cannot listen on a loopback port for the browser: {e}"))
                .with_source(e)
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(listening)?;
        listener.set_nonblocking(true).map_err(listening)?;
        let port = listener.local_addr().map_err(listening)?.port();
        let redirect_uri = format!("http://127.0.0.1:{port}{PATH}");

        let scopes = some_if_any(&self.session.registration_scopes).unwrap_or_else(|| vec![DEFAULT_SCOPE.to_owned()]);
        let request = RegisterClient {
            grant_types: Some(vec![GRANT_AUTHORIZATION_CODE.to_owned(), GRANT_REFRESH_TOKEN.to_owned()]),
            redirect_uris: Some(vec![format!("http://127.0.0.1{PATH}")]),
            issuer_url: Some(self.session.start_url.clone()),
            scopes: Some(scopes.clone()),
            ..RegisterClient::new(self.client_name(), "public")
        };
        let verifier = Zeroizing::new(random_text()?);
        let state = random_text()?;
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        let (registration, ()) = self.registered(&client, &request, |_| Ok(()))?;

        let mut url = format!("{}/authorize", client.endpoint().url());
        for (at, (name, value)) in [
            ("response_type", "code"),
            ("client_id", &registration.client_id),
            ("redirect_uri", &redirect_uri),
            ("state", &state),
            ("code_challenge_method", "S256"),
            ("scopes", &scopes.join(" ")),
            ("code_challenge", &challenge),
        ]
        .into_iter()
        .enumerate()
        {
            url.push(if at == 0 { '?' } else { '&' });
            url.push_str(name);
            url.push('=');
            percent_encode_into(&mut url, value);
        }
        prompt(&AuthorizationPrompt { url })?;

        let code = self.await_code(&listener, &state, end)?;
        let request = CreateToken::authorization_code(
            &registration.client_id,
            registration.client_secret.clone(),
            code,
            redirect_uri,
            verifier.as_str(),
        );
        let answer = client.create_token(&request)?;
        self.finish(&registration, &answer)
    }

    /// The code that the browser brings. Requests with another path or state are turned away: anybody on
    /// this machine can call the port.
    fn await_code(&self, listener: &TcpListener, state: &str, end: Option<Duration>) -> Result<String> {
        loop {
            self.check(end)?;
            let stream = match listener.accept() {
                Ok((stream, _)) => stream,
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {
                    self.host.sleep(Duration::from_millis(50));
                    continue;
                }
                Err(e) => {
                    return Err(Error::new(ErrorKind::Network, format!("the loopback port failed: {e}")).with_source(e));
                }
            };
            // A broken visitor is not the browser we wait for.
            match visit(stream, state) {
                Ok(Visit::Code(code)) => return Ok(code),
                Ok(Visit::Refused(why)) => {
                    return Err(Error::new(
                        ErrorKind::AccessDenied,
                        format!("the sign-in was refused in the browser: {why}"),
                    ));
                }
                Ok(Visit::Stranger) | Err(_) => {}
            }
        }
    }
}

enum Visit {
    Code(String),
    Refused(String),
    Stranger,
}

fn visit(mut stream: TcpStream, state: &str) -> io::Result<Visit> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(REQUEST_LIMIT))?;
    stream.set_write_timeout(Some(REQUEST_LIMIT))?;
    let mut head = Vec::new();
    let mut chunk = [0u8; 2048];
    while !head.windows(4).any(|w| w == b"\r\n\r\n") {
        let count = stream.read(&mut chunk)?;
        head.extend(chunk.iter().take(count));
        if count == 0 || head.len() > MAX_REQUEST {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
    let head = String::from_utf8_lossy(&head);
    let target = head.lines().next().and_then(|line| line.strip_prefix("GET ")).and_then(|rest| rest.split(' ').next());
    let visit = read_target(target.unwrap_or_default(), state);
    let (status, text) = match &visit {
        Visit::Code(_) => ("200 OK", "Signed in. You can close this page and go back to the program."),
        Visit::Refused(_) => ("200 OK", "The sign-in was refused. You can close this page."),
        Visit::Stranger => ("400 Bad Request", "This page belongs to a sign-in that is under way elsewhere."),
    };
    let body = format!("<!doctype html><meta charset=\"utf-8\"><title>Sign-in</title><p>{text}</p>\n");
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )?;
    Ok(visit)
}

fn read_target(target: &str, state: &str) -> Visit {
    let Some((PATH, query)) = target.split_once('?') else { return Visit::Stranger };
    let parameter = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(n, _)| *n == name).and_then(|(_, value)| percent_decode(&value.replace('+', " ")))
    };
    if parameter("state").as_deref() != Some(state) {
        return Visit::Stranger;
    }
    match (parameter("code").filter(|code| !code.is_empty()), parameter("error")) {
        (Some(code), _) => Visit::Code(code),
        (None, Some(error)) => {
            let described = parameter("error_description").unwrap_or_default();
            let text = format!("{error} {described}");
            Visit::Refused(text.trim().chars().take(200).map(|c| if c.is_control() { ' ' } else { c }).collect())
        }
        (None, None) => Visit::Stranger,
    }
}

/// 64 random characters of `A-Za-z0-9-_`: 48 random bytes.
fn random_text() -> Result<String> {
    let mut bytes = Zeroizing::new([0u8; 48]);
    host::secure_random(&mut *bytes)?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_path_and_state_count() {
        let code = |target: &str| match read_target(target, "right") {
            Visit::Code(code) => format!("code {code}"),
            Visit::Refused(why) => format!("refused {why}"),
            Visit::Stranger => "stranger".to_owned(),
        };
        for (target, expected) in [
            ("/oauth/callback?code=a%2Fb&state=right", "code a/b"),
            ("/oauth/callback?state=right&code=x", "code x"),
            ("/oauth/callback?code=x&state=wrong", "stranger"),
            ("/oauth/callback?code=x", "stranger"),
            ("/oauth/callback?code=&state=right", "stranger"),
            ("/other?code=x&state=right", "stranger"),
            ("/oauth/callback", "stranger"),
            ("", "stranger"),
            (
                "/oauth/callback?error=access_denied&error_description=no+way%0A&state=right",
                "refused access_denied no way",
            ),
        ] {
            assert_eq!(code(target), expected, "{target}");
        }
    }

    #[test]
    fn verifiers_have_64_characters_and_differ() {
        let (a, b) = (random_text().unwrap(), random_text().unwrap());
        assert_ne!(a, b);
        assert_eq!(a.len(), 64);
        assert!(a.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_')));
    }
}
