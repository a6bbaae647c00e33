//! The default chain as a program of its own, for scripts and tests: one JSON object on stdout.
//!
//! ```text
//! chain_tool [--cli-cache]    the credentials, as of credential_process
//! ```
//!
//! `--cli-cache` shares role credentials with the AWS CLI. Codes of MFA devices are asked for on the terminal. A failure
//! is `{"error": KIND, ..}` and exit code 1.
//!
//! It prints secrets in the clear: never run it where stdout is logged.

use std::process::ExitCode;

use serde_json::json;
use stskit::providers::prompt_mfa_on_terminal;
use stskit::{Credentials, DefaultChain, Provide, Settings};

fn main() -> ExitCode {
    match credentials() {
        Ok(found) => {
            let described = json!({
                "Version": 1,
                "AccessKeyId": found.access_key_id(),
                "SecretAccessKey": found.secret_access_key(),
                "SessionToken": found.session_token(),
                "Expiration": found.expiration().map(|at| at.to_string()),
                "AccountId": found.account_id(),
            });
            println!("{described}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("{}", json!({"error": error.kind().name(), "message": error.to_string()}));
            ExitCode::FAILURE
        }
    }
}

fn credentials() -> stskit::Result<Credentials> {
    let mut builder = DefaultChain::builder(Settings::from_env()?).mfa(prompt_mfa_on_terminal);
    if std::env::args().any(|argument| argument == "--cli-cache") {
        builder = builder.cli_cache_in_home();
    }
    builder.build().credentials()
}
