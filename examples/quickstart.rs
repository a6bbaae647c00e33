//! Who am I, and temporary credentials of a role: against the built-in emulator, or AWS with `--real`.
//!
//! ```sh
//! cargo run --release --example quickstart
//! AWS_ACCESS_KEY_ID=... AWS_SECRET_ACCESS_KEY=... cargo run --release --example quickstart -- --real [ROLE_ARN]
//! ```

use std::error::Error;

use stskit::emulator::Emulator;
use stskit::endpoint::EndpointService;
use stskit::host::Scripted;
use stskit::providers::Environment;
use stskit::sts::{AssumeRole, Client, GetCallerIdentity};
use stskit::{Credentials, Settings};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some("--real") => run(&Client::new(Settings::from_env()?, Environment::new())?, arguments.next().as_deref()),
        Some(other) => Err(format!("unknown argument {other}: there is only --real [ROLE_ARN]").into()),
        None => {
            let emulator = Emulator::start()?;
            println!("Emulator:      {}", emulator.url());
            let settings = Settings::builder()
                .region("us-east-1")
                .endpoint_url(EndpointService::Sts, emulator.url())
                .resolve_with(&Scripted::at(0))?;
            let credentials = Credentials::new(Emulator::ACCESS_KEY_ID, Emulator::SECRET_ACCESS_KEY);
            run(&Client::new(settings, credentials)?, Some("arn:aws:iam::123456789012:role/demo"))
        }
    }
}

fn run(sts: &Client, role_arn: Option<&str>) -> Result<(), Box<dyn Error>> {
    println!("Endpoint:      {}", sts.endpoint().url());
    let identity = sts.get_caller_identity(&GetCallerIdentity {})?;
    println!("Account:       {}", identity.account.as_deref().unwrap_or("-"));
    println!("Arn:           {}", identity.arn.as_deref().unwrap_or("-"));
    println!("Request id:    {}", identity.metadata.request_id.as_deref().unwrap_or("-"));

    let Some(role_arn) = role_arn else {
        println!("No role to assume: name one after --real");
        return Ok(());
    };
    let role = AssumeRole { duration_seconds: Some(900), ..AssumeRole::new(role_arn, "stskit-quickstart") };
    let answer = sts.assume_role(&role)?;
    let credentials = answer.credentials().ok_or("the answer holds no credentials")?;
    println!("Assumed role:  {}", answer.assumed_role_user.as_ref().map_or("-", |user| &user.arn));
    println!("Access key id: {}", credentials.access_key_id());
    println!("Secret key:    {}", mask(credentials.secret_access_key()));
    println!("Session token: {}", mask(credentials.session_token().unwrap_or_default()));
    println!("Expires:       {}", credentials.expiration().map_or_else(|| "never".to_owned(), |at| at.to_string()));
    Ok(())
}

/// The first four characters and the length: enough to tell two secrets apart.
fn mask(secret: &str) -> String {
    let start: String = secret.chars().take(4).collect();
    format!("{start}**** ({} characters)", secret.chars().count())
}
