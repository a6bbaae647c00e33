//! `stskit exec`: a command with credentials in its environment.

use std::ffi::OsString;
use std::process::Command as Process;

use stskit::Provide;

use crate::commands::{Command, GLOBAL};
use crate::failure::Failure;
use crate::words::Words;
use crate::{global, waiting};

/// What could lead the child to other credentials than those it is given.
const OTHERS: &[&str] = &[
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_ACCOUNT_ID",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
];

pub(crate) fn run(command: &'static Command, mut words: Words) -> Result<(), Failure> {
    let program = words.positional(&[GLOBAL, command.options])?;
    if words.has("help") {
        return crate::out::print(&crate::help::command(command));
    }
    let Some(program) = program else {
        return Err(Failure::usage("exec needs a command").hint("stskit exec [--profile NAME] -- COMMAND [ARGUMENTS]"));
    };
    let arguments = words.raw_rest()?;
    let settings = global::settings(&words)?;
    let waiting = waiting::begin();
    let credentials = global::chain(&settings).build().credentials()?;
    drop(waiting);
    let mut process = Process::new(&program);
    process.args(arguments);
    for name in OTHERS {
        process.env_remove(name);
    }
    process.env("AWS_ACCESS_KEY_ID", credentials.access_key_id());
    process.env("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key());
    let expiration = credentials.expiration().map(|at| at.to_string());
    for (name, value) in [
        ("AWS_SESSION_TOKEN", credentials.session_token()),
        ("AWS_CREDENTIAL_EXPIRATION", expiration.as_deref()),
        ("AWS_ACCOUNT_ID", credentials.account_id()),
        ("AWS_REGION", settings.region()),
        ("AWS_DEFAULT_REGION", settings.region()),
    ] {
        if let Some(value) = value {
            process.env(name, value);
        }
    }
    Err(start(process, program.into()))
}

/// The command takes the place of this process: signals and its status are its own business.
#[cfg(unix)]
fn start(mut process: Process, program: OsString) -> Failure {
    let error = std::os::unix::process::CommandExt::exec(&mut process);
    Failure::not_started(&program, &error)
}

/// The command runs as a child. Ctrl-C reaches it by the console, as it does us.
#[cfg(not(unix))]
fn start(mut process: Process, program: OsString) -> Failure {
    match process.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => Failure::not_started(&program, &error),
    }
}
