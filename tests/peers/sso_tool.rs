//! A sign-in to IAM Identity Center step by step, for scripts and tests: one JSON object on stdout.
//!
//! ```text
//! sso_tool login [--browser] [--scope SCOPE].. WHO        sign in; the prompt is on stderr
//! sso_tool token WHO                                      the access token, refreshed if due
//! sso_tool credentials --account ID --role NAME WHO       role credentials, as of credential_process
//! sso_tool logout WHO                                     sign out
//! WHO: (--session NAME | --legacy) --start-url URL --region REGION [--cache DIR]
//! ```
//!
//! Without `--cache` it is `~/.aws/sso/cache`. Endpoints come from AWS_ENDPOINT_URL_SSO and
//! AWS_ENDPOINT_URL_SSO_OIDC. A failure is `{"error": KIND, ..}` and exit code 1.
//!
//! `token` and `credentials` print secrets in the clear: never run them where stdout is logged.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use serde_json::{Value, json};
use stskit::identity_center::{Login, SsoSession, SsoToken, TokenCache, TokenProvider, logout, terminal_prompt};
use stskit::providers::SsoRole;
use stskit::{Provide, Settings};

type Outcome = Result<Value, Box<dyn Error>>;

#[derive(Default)]
struct Arguments {
    browser: bool,
    legacy: bool,
    session: Option<String>,
    scopes: Vec<String>,
    start_url: Option<String>,
    region: Option<String>,
    cache: Option<String>,
    account: Option<String>,
    role: Option<String>,
}

fn main() -> ExitCode {
    let (text, code) = match run() {
        Ok(value) => (value, ExitCode::SUCCESS),
        Err(e) => {
            let known = e.downcast_ref::<stskit::Error>();
            let described = json!({
                "error": known.map_or("usage", |e| e.kind().name()),
                "code": known.and_then(stskit::Error::code),
                "message": e.to_string(),
                "command": known.and_then(|e| e.login_required()).map(|login| &login.command),
            });
            (described, ExitCode::FAILURE)
        }
    };
    println!("{text}");
    code
}

fn run() -> Outcome {
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_default();
    let mut given = Arguments::default();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--browser" => given.browser = true,
            "--legacy" => given.legacy = true,
            _ => {
                let value = words.next().ok_or_else(|| format!("{word} needs a value, or is unknown"))?;
                match word.as_str() {
                    "--session" => given.session = Some(value),
                    "--scope" => given.scopes.push(value),
                    "--start-url" => given.start_url = Some(value),
                    "--region" => given.region = Some(value),
                    "--cache" => given.cache = Some(value),
                    "--account" => given.account = Some(value),
                    "--role" => given.role = Some(value),
                    _ => return Err(format!("unknown argument {word}").into()),
                }
            }
        }
    }
    let (start_url, region) = given.start_url.zip(given.region).ok_or("--start-url and --region are needed")?;
    let session = match (given.session, given.legacy) {
        (Some(name), false) => SsoSession::named(name, start_url, region),
        (None, true) => SsoSession::legacy(start_url, region),
        _ => return Err("either --session NAME or --legacy is needed".into()),
    };
    let session = session.with_scopes(given.scopes);
    let cache = match given.cache {
        Some(folder) => TokenCache::new(folder),
        None => TokenCache::default_location()?,
    };
    let settings = Settings::from_env()?;
    let described = |token: &SsoToken| {
        json!({
            "accessToken": token.access_token().expose(),
            "expiresAt": token.expires_at().to_string(),
            "file": cache.path(&session),
        })
    };
    match command.as_str() {
        "login" => {
            let login = Login::new(session.clone(), cache.clone(), settings).deadline(Duration::from_secs(120));
            let token = if given.browser {
                login.with_browser(&mut |prompt| {
                    eprintln!("{}", prompt.url);
                    Ok(())
                })?
            } else {
                login.with_device_code(&mut terminal_prompt())?
            };
            Ok(described(&token))
        }
        "token" => Ok(described(&TokenProvider::new(session.clone(), cache.clone(), &settings)?.token()?)),
        "credentials" => {
            let (account, role) = given.account.zip(given.role).ok_or("--account and --role are needed")?;
            let tokens = TokenProvider::new(session, cache, &settings)?;
            let credentials = SsoRole::new(tokens, account, role, &settings)?.credentials()?;
            Ok(json!({
                "Version": 1,
                "AccessKeyId": credentials.access_key_id(),
                "SecretAccessKey": credentials.secret_access_key(),
                "SessionToken": credentials.session_token(),
                "Expiration": credentials.expiration().map(|at| at.to_string()),
                "AccountId": credentials.account_id(),
            }))
        }
        "logout" => {
            let report = logout(&session, &cache, &settings)?;
            let failures: Vec<String> = report.failures.iter().map(ToString::to_string).collect();
            Ok(json!({"tokensRemoved": report.tokens_removed, "failures": failures}))
        }
        other => Err(format!("unknown command {other:?}: login, token, credentials or logout").into()),
    }
}
