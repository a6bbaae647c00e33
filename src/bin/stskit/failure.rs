//! How the program ends when something went wrong: one line on standard error, perhaps what to do, and a status.
//!
//! The statuses are those of the AWS CLI, version 2.

use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::process::ExitCode;

use stskit::{Error, ErrorKind};

use crate::out;

/// Anything that went wrong and has no status of its own: network, time limits, files that cannot be written.
pub(crate) const OTHER: u8 = 255;
/// The service answered with an error.
const SERVICE: u8 = 254;
/// Settings, files or credentials are missing or cannot be used.
const CONFIGURATION: u8 = 253;
/// The command line cannot be understood.
const USAGE: u8 = 252;
/// As the shell has it for a program that was killed by SIGPIPE: nobody reads the output any more.
const CLOSED_PIPE: u8 = 141;
/// As the shell has it for SIGINT: the person gave up.
const CANCELLED: u8 = 130;

/// What the program ends with.
#[derive(Debug)]
pub(crate) struct Failure {
    status: u8,
    /// Empty: nothing is said.
    message: String,
    hint: Option<String>,
}

impl Failure {
    fn new(status: u8, message: impl Into<String>) -> Self {
        Failure { status, message: message.into(), hint: None }
    }

    /// The command line cannot be understood.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(USAGE, message)
    }

    /// A setting or a file cannot be used.
    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new(CONFIGURATION, message)
    }

    /// Anything else.
    pub(crate) fn other(message: impl Into<String>) -> Self {
        Self::new(OTHER, message)
    }

    /// Nothing to say: the reader of the output is gone.
    pub(crate) fn closed_pipe() -> Self {
        Self::new(CLOSED_PIPE, "")
    }

    /// A command that could not be started: 127 if there is none, 126 otherwise, as in shells.
    pub(crate) fn not_started(program: &OsStr, error: &io::Error) -> Self {
        let status = if error.kind() == io::ErrorKind::NotFound { 127 } else { 126 };
        Self::new(status, format!("{} cannot be started: {error}", program.display()))
    }

    /// Without a word: what is to be said was said.
    pub(crate) fn silent(mut self) -> Self {
        self.message.clear();
        self
    }

    /// What to do about it, as a line of its own.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says it, and answers the status.
    pub(crate) fn end(self) -> ExitCode {
        if !self.message.is_empty() {
            out::say(&self.to_string());
        }
        ExitCode::from(self.status)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "\n{hint}"),
            None => Ok(()),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let status = match error.kind() {
            _ if error.service_error().is_some() => SERVICE,
            ErrorKind::InvalidInput => USAGE,
            ErrorKind::InvalidConfiguration
            | ErrorKind::NoCredentials
            | ErrorKind::Expired
            | ErrorKind::LoginRequired => CONFIGURATION,
            ErrorKind::Cancelled => CANCELLED,
            _ => OTHER,
        };
        // Here the program that gave the settings is this one.
        let message = error.to_string().replace("the settings given in code", "the command line");
        let failure = Self::new(status, message);
        // `aws login` is a flow of its own, which only the AWS CLI has.
        match error.login_required() {
            Some(login) if login.command.starts_with("aws sso login") => {
                failure.hint(format!("or with `{}`", login.command.replacen("aws sso", "stskit", 1)))
            }
            _ => failure,
        }
    }
}
