//! Sign in to IAM Identity Center in a terminal, list what there is, get role credentials, sign out.
//!
//! ```sh
//! cargo run --example sso_login                     # against the built-in emulator
//! cargo run --example sso_login -- --browser        # the same by redirect instead of a code
//! cargo run --example sso_login -- --real https://d-abc123.awsapps.com/start eu-west-1
//! ```
//!
//! Against the emulator open the printed page to approve at once, or wait a few seconds. Its tokens go to
//! a folder of their own; with `--real` they go to `~/.aws/sso/cache`, and the example does not sign out.
//! What a person has to do is on stderr, what came out is on stdout.

use std::error::Error;
use std::time::Duration;

use stskit::emulator::Emulator;
use stskit::endpoint::EndpointService;
use stskit::host::Scripted;
use stskit::identity_center::{Login, SsoSession, TokenCache, TokenProvider, logout, terminal_prompt};
use stskit::providers::SsoRole;
use stskit::sso::{Client, ListAccountRoles, ListAccounts};
use stskit::{Provide, Settings};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["--real", start_url, region] => {
            let session = SsoSession::named("stskit-example", *start_url, *region).with_scopes(["sso:account:access"]);
            run(&session, &TokenCache::default_location()?, &Settings::from_env()?, false)
        }
        [] => with_emulator(false),
        ["--browser"] => with_emulator(true),
        _ => Err("usage: sso_login [--browser | --real START_URL REGION]".into()),
    }
}

fn with_emulator(browser: bool) -> Result<(), Box<dyn Error>> {
    let emulator = Emulator::builder().sso_approve_after(Some(5)).start()?;
    // Nothing of this machine's environment and files takes part.
    let settings = Settings::builder()
        .region("us-east-1")
        .endpoint_url(EndpointService::Sso, emulator.url())
        .endpoint_url(EndpointService::SsoOidc, emulator.url())
        .resolve_with(&Scripted::at(0))?;
    let folder = std::env::temp_dir().join(format!("stskit-sso-login-{}", std::process::id()));
    let cache = TokenCache::new(&folder);
    let session = SsoSession::named("example", format!("{}/start", emulator.url()), "us-east-1")
        .with_scopes(["sso:account:access"]);
    let result = run(&session, &cache, &settings, browser).and_then(|()| {
        let report = logout(&session, &cache, &settings)?;
        println!("Signed out; {} token file removed.", report.tokens_removed);
        Ok(())
    });
    match std::fs::remove_dir_all(&folder) {
        // A sign-in that failed early has not made it; what went wrong then is what counts.
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => result.and(Err(e.into())),
        _ => result,
    }
}

fn run(session: &SsoSession, cache: &TokenCache, settings: &Settings, browser: bool) -> Result<(), Box<dyn Error>> {
    let login = Login::new(session.clone(), cache.clone(), settings.clone()).deadline(Duration::from_secs(300));
    let token = if browser {
        login.with_browser(&mut |prompt| {
            eprintln!("Open this page in a browser on this machine:\n\n    {}\n", prompt.url);
            Ok(())
        })?
    } else {
        login.with_device_code(&mut terminal_prompt())?
    };
    println!("Signed in until {}. Token file: {}", token.expires_at(), cache.path(session).display());

    let sso = Client::in_region(settings, &session.region)?;
    let mut first = None;
    for account in sso.pages(ListAccounts::new(token.access_token().clone())).page_size(100).items() {
        let account = account?;
        let id = account.account_id.unwrap_or_default();
        println!("Account {id} ({})", account.account_name.unwrap_or_default());
        for role in sso.pages(ListAccountRoles::new(&id, token.access_token().clone())).items() {
            let name = role?.role_name.unwrap_or_default();
            println!("  role {name}");
            first.get_or_insert((id.clone(), name));
        }
    }
    let (account, role) = first.ok_or("there is no role in any account")?;
    let tokens = TokenProvider::new(session.clone(), cache.clone(), settings)?;
    let credentials = SsoRole::new(tokens, &account, &role, settings)?.credentials()?;
    println!("Credentials of {role} in {account}: {credentials:?}");
    Ok(())
}
