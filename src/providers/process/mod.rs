//! Credentials that a helper program prints (`credential_process`).

mod answer;
mod run;
mod split;

use std::ffi::OsString;
use std::fmt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use crate::credential::{Credentials, Provide};
use crate::error::{Error, ErrorKind, Result};
use crate::host::{Host, System};

/// The credentials that a helper program prints as JSON, as the setting `credential_process` of a profile
/// names it. Each call runs the program: put a [`Cached`](super::Cached) with
/// [`Stability::CacheOnly`](super::Stability::CacheOnly) in front.
///
/// The program is started without a shell, in the environment and the directory of this process, with
/// nothing to read. Its output is limited to 64 KiB and never shown; the end of what it says on standard
/// error, 4 KiB at most, is part of the error if it fails. Messages name the program only: arguments may
/// be secret.
///
/// Expected is one object: `Version` (1), `AccessKeyId`, `SecretAccessKey`, and optionally
/// `SessionToken`, `Expiration` (RFC 3339) and `AccountId`.
///
/// Share it freely; several threads run the program several times. Each run has two short-lived threads
/// that read its output.
///
/// ```no_run
/// use std::time::Duration;
/// use stskit::Provide;
/// use stskit::providers::{Cached, Process, Stability};
///
/// let helper = Process::new("'/opt/my tools/helper' --account prod")?.time_limit(Duration::from_secs(30));
/// let helper = Cached::new(helper, Stability::CacheOnly);
/// println!("{:?}", helper.credentials()?);
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Clone)]
pub struct Process {
    program: OsString,
    arguments: Vec<OsString>,
    limit: Option<Duration>,
    inherit_stdin: bool,
    account_id: Option<String>,
    variables: Vec<(String, OsString)>,
    host: Arc<dyn Host>,
}

impl Process {
    /// A program with its arguments as one line: quoted as in a POSIX shell, on Windows as the C runtime
    /// reads it (double quotes only). Variables, `~` and pipes mean nothing. Starts nothing.
    ///
    /// # Errors
    /// `NoCredentials` for a blank line, `InvalidConfiguration` for a quote that is never closed.
    pub fn new(line: &str) -> Result<Self> {
        #[cfg(not(windows))]
        let words = split::posix(line);
        #[cfg(windows)]
        let words = split::windows(line);
        let words = words.map_err(|why| Error::configuration(format!("the credential process: {why}")))?;
        let mut words = words.into_iter();
        match words.next() {
            Some(program) if !program.is_empty() => Ok(Self::with_arguments(program, words)),
            _ => Err(Error::new(ErrorKind::NoCredentials, "the credential process is empty: not configured")),
        }
    }

    /// A program with its arguments as they are. A name without a path is looked for in `PATH`.
    pub fn with_arguments(
        program: impl Into<OsString>,
        arguments: impl IntoIterator<Item = impl Into<OsString>>,
    ) -> Self {
        Process {
            program: program.into(),
            arguments: arguments.into_iter().map(Into::into).collect(),
            limit: None,
            inherit_stdin: false,
            account_id: None,
            variables: Vec::new(),
            host: Arc::new(System),
        }
    }

    /// How long a run may take; past it the program is killed, on Unix with all processes of its group
    /// (it then runs in a group of its own, and cannot ask on the terminal; the group is killed by the
    /// `kill` of `/bin/sh`). Defaults to none: a program that hangs hangs the caller.
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Lets the program read the standard input of this process. Defaults to nothing to read: a helper
    /// that asks fails instead of hanging.
    #[must_use]
    pub fn inherit_stdin(mut self) -> Self {
        self.inherit_stdin = true;
        self
    }

    /// The account id if the program does not print one.
    #[must_use]
    pub fn account_id(mut self, account_id: impl Into<String>) -> Self {
        self.account_id = Some(account_id.into());
        self
    }

    /// Sets an environment variable for the program, in addition to those of this process.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<OsString>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// The clock that expirations are judged by. Defaults to [`System`].
    #[must_use]
    pub fn host(mut self, host: Arc<dyn Host>) -> Self {
        self.host = host;
        self
    }

    fn load(&self) -> Result<Credentials> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.stdin(if self.inherit_stdin { Stdio::inherit() } else { Stdio::null() });
        let ended = run::run(&mut command, self.limit, &*self.host)?;
        let said = || if ended.error.is_empty() { String::new() } else { format!("; it said: {}", ended.error) };
        if let Some(status) = ended.status.filter(|status| !status.success()) {
            return Err(Error::response(format!("it ended with {status}{}", said())));
        }
        let parsed = answer::parse(&ended.output, self.host.now());
        // Without a status its words are all there is.
        let found = match parsed {
            Err(_) if ended.status.is_none() && !ended.error.is_empty() => {
                return Err(Error::response(format!("it printed no credentials{}", said())));
            }
            parsed => parsed?,
        };
        Ok(match &self.account_id {
            Some(account) if found.account_id().is_none() => found.with_account_id(account.as_str()),
            _ => found,
        })
    }
}

/// The way in for `fuzz/`, which starts no programs.
#[cfg(fuzzing)]
impl Process {
    /// Reads what a program printed.
    pub fn read_output(output: &[u8], now: crate::timestamp::Timestamp) -> Result<Credentials> {
        answer::parse(output, now)
    }
}

impl Provide for Process {
    /// # Errors
    /// `InvalidConfiguration` if the program cannot be started, `InvalidResponse` if it fails or prints
    /// something else, `Expired` for credentials that have expired, `Timeout` past the
    /// [time limit](Process::time_limit). All name the program.
    fn credentials(&self) -> Result<Credentials> {
        self.load()
            .map_err(|e| e.with_context(format_args!("the credential process {}", Path::new(&self.program).display())))
    }
}

impl fmt::Debug for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Process")
            .field("program", &self.program)
            .field("arguments", &format_args!("[{} not shown]", self.arguments.len()))
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
