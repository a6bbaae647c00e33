//! The default credential chain, and chains of one's own.
//!
//! `select` decides from settings, files and environment which source is meant (`role` where that is a role of a
//! profile); `build` makes the providers. What each provider does is in its own module.

mod build;
mod own;
mod role;
mod select;

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub use own::Chain;

use crate::credential::{Credentials, Provide};
use crate::error::{Error, ErrorKind, Result};
use crate::explain::{Link, Outcome, Report, Step, Summary};
use crate::host::{Host, System};
use crate::secret::Secret;
use crate::settings::Settings;
use crate::transport::Transport;
use build::{CliCache, Parts};
use select::Selection;

/// The credentials that the AWS CLI would use: from the environment, the shared files, a sign-in, a helper program,
/// a container or the machine.
///
/// | | provider | asked for by |
/// |---|---|---|
/// | 1 | environment | `AWS_ACCESS_KEY_ID`; not if the profile is named in code |
/// | 2 | assume role | `role_arn` of the profile, with `source_profile` or `credential_source` |
/// | 3 | web identity | `AWS_WEB_IDENTITY_TOKEN_FILE`, then `web_identity_token_file` of the profile |
/// | 4 | SSO | `sso_account_id`, `sso_role_name` |
/// | 5 | keys in the credentials file | `aws_access_key_id` |
/// | 6 | login session | `login_session` |
/// | 7 | credential process | `credential_process` |
/// | 8 | keys in the config file | `aws_access_key_id` |
/// | 9 | container | `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`, `AWS_CONTAINER_CREDENTIALS_FULL_URI` |
/// | 10 | instance metadata | nothing else, unless `AWS_EC2_METADATA_DISABLED` is `true` |
///
/// The source is chosen when the chain is made, by what is configured, and stays. A source that is configured and
/// fails is the end: no other identity is ever used in its place. Credentials are cached and refreshed as
/// [`Cached`](super::Cached) says, on the thread that asks; each role of a path has a cache of its own.
///
/// Every error carries a [`Report`]: [`Error::report`].
///
/// Clones share everything. Share it between threads freely; keep one for the life of the program.
/// <https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html>.
///
/// ```no_run
/// use stskit::{DefaultChain, Provide};
///
/// let chain = DefaultChain::from_env()?;
/// let credentials = chain.credentials()?;
/// println!("{} until {:?}", credentials.access_key_id(), credentials.expiration());
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Clone)]
pub struct DefaultChain(Arc<Inner>);

struct Inner {
    settings: Settings,
    host: Arc<dyn Host>,
    steps: Vec<Step>,
    path: Vec<Link>,
    source: Result<Arc<dyn Provide>>,
}

/// The parts of a [`DefaultChain`], each with a default but the settings.
///
/// ```no_run
/// use std::time::Duration;
/// use stskit::{DefaultChain, Error, ErrorKind, Provide, Secret, Settings};
///
/// let settings = Settings::builder().profile("prod").resolve()?;
/// let chain = DefaultChain::builder(settings)
///     .mfa(|serial| {
///         eprintln!("code of {serial}?");
///         let mut line = String::new();
///         match std::io::stdin().read_line(&mut line) {
///             Ok(_) => Ok(Secret::from(line.trim())),
///             Err(e) => Err(Error::new(ErrorKind::Cancelled, format!("no code was given: {e}"))),
///         }
///     })
///     .process_time_limit(Duration::from_secs(60))
///     .build();
/// println!("{:?}", chain.credentials()?);
/// # Ok::<(), stskit::Error>(())
/// ```
#[must_use]
pub struct DefaultChainBuilder(Parts);

impl DefaultChain {
    /// The chain for settings that are there already. Looks at the files of the settings and the environment now;
    /// makes no call. A bad configuration shows at the first [`credentials`](Provide::credentials).
    pub fn new(settings: &Settings) -> Self {
        Self::builder(settings.clone()).build()
    }

    /// The chain for settings from the environment and the shared files.
    ///
    /// # Errors
    /// As [`Settings::from_env`]: a profile that is not there, a file that cannot be understood, a bad value.
    pub fn from_env() -> Result<Self> {
        Ok(Self::new(&Settings::from_env()?))
    }

    /// Starts a chain with parts of your own.
    pub fn builder(settings: Settings) -> DefaultChainBuilder {
        DefaultChainBuilder(Parts {
            settings,
            host: Arc::new(System),
            transport: None,
            metadata_transport: None,
            mfa: None,
            process_limit: None,
            process_variables: Vec::new(),
            sso_cache: None,
            cli_cache: CliCache::Off,
        })
    }

    /// The settings of the chain and of its service calls.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Resolves as [`credentials`](Provide::credentials) does, from the cache where that serves, and says how:
    /// what was looked at, what won, why the others did not. May block as long.
    pub fn explain(&self) -> Report {
        match self.credentials() {
            Ok(found) => self.report(Outcome::Used, Some(&found)),
            Err(error) => match error.report() {
                Some(report) => report.clone(),
                None => self.failed(&error, error.to_string()),
            },
        }
    }

    /// What was chosen, without a call: the report of [`explain`](Self::explain) as far as it is known before anybody
    /// is asked. The source that would be asked counts as [`Outcome::Used`]; a configuration that cannot be used is
    /// the [`problem`](Report::problem).
    ///
    /// ```
    /// use std::sync::Arc;
    /// use stskit::{DefaultChain, Settings, host::Scripted};
    /// let text = "[default]\nrole_arn = arn:aws:iam::123456789012:role/demo\ncredential_source = Ec2InstanceMetadata\n";
    /// let host = Arc::new(Scripted::at(0).with_var("AWS_CONFIG_FILE", "/c").with_file("/c", text));
    /// let settings = Settings::builder().region("eu-west-1").resolve_with(&*host)?;
    /// let report = DefaultChain::builder(settings).host(host).build().outline();
    /// let path: Vec<&str> = report.path.iter().map(|link| &*link.provider).collect();
    /// assert_eq!(path, ["imds", "assume-role"]);
    /// # Ok::<(), stskit::Error>(())
    /// ```
    pub fn outline(&self) -> Report {
        match &self.0.source {
            Ok(_) => self.report(Outcome::Used, None),
            Err(error) => self.failed(error, error.to_string()),
        }
    }

    fn report(&self, outcome: Outcome, found: Option<&Credentials>) -> Report {
        let inner = &*self.0;
        let mut report = Report::new(inner.settings.profile_setting());
        report.region = inner.settings.region_setting();
        report.files = inner.settings.config().files().collect();
        let named = ["profile", "region"];
        report.settings = inner.settings.seen().iter().filter(|s| !named.contains(&&*s.name)).cloned().collect();
        report.steps = inner.steps.clone();
        report.path = inner.path.clone();
        if let Some(used) = report.steps.iter_mut().find(|step| step.outcome == Outcome::Used) {
            used.outcome = outcome;
        }
        let role = inner.path.iter().rev().find_map(|link| link.role_arn.clone());
        report.credentials = found.map(|found| summary(found, role, &*inner.host));
        report
    }

    fn failed(&self, error: &Error, problem: String) -> Report {
        let mut report = self.report(Outcome::Failed, None);
        report.problem = Some(problem);
        if let Some(failed) = report.steps.iter_mut().find(|step| step.outcome == Outcome::Failed) {
            failed.reason = error.to_string();
        }
        report
    }

    /// The error with the report of how it came about.
    #[cold]
    fn explained(&self, error: Error) -> Error {
        let unconfigured = !self.0.steps.iter().any(|step| matches!(step.outcome, Outcome::Used | Outcome::Failed));
        let last_resort = self.0.path.len() == 1 && self.0.path.iter().all(|link| link.provider == "imds");
        let nothing_there = unconfigured || (last_resort && is_absence(&error));
        if !nothing_there {
            let report = self.failed(&error, error.to_string());
            return error.with_report(report);
        }
        let mut report = self.failed(&error, String::new());
        if let Some(step) = report.steps.iter_mut().find(|step| step.outcome == Outcome::Failed) {
            step.outcome = Outcome::NotConfigured;
        }
        report.problem = Some(format!("no source is configured. {ADVICE}"));
        let settings = &self.0.settings;
        let message = format!(
            "no credentials found for the profile {:?} of {}: {}. {ADVICE}",
            settings.profile_name(),
            settings.config().names(),
            report.reasons()
        );
        Error::new(ErrorKind::NoCredentials, message).with_source(error).with_report(report)
    }
}

/// What to do about it.
const ADVICE: &str = "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE to a profile with credentials, \
                      or sign in (`aws configure sso`)";

/// Does it mean that there is no metadata service with credentials, as on any machine outside of EC2?
fn is_absence(error: &Error) -> bool {
    !matches!(error.kind(), ErrorKind::AccessDenied | ErrorKind::InvalidConfiguration | ErrorKind::Cancelled)
}

fn summary(found: &Credentials, role: Option<String>, host: &dyn Host) -> Summary {
    Summary {
        access_key_id: found.access_key_id().to_owned(),
        account_id: found.account_id().map(str::to_owned),
        identity: role,
        temporary: found.session_token().is_some(),
        expiration: found.expiration(),
        seconds_left: found.expiration().map(|at| at.millis_since(host.now()).div_euclid(1000)),
    }
}

impl Provide for DefaultChain {
    /// # Errors
    /// `NoCredentials` if no source is configured and the machine has none, with every provider and its reason;
    /// otherwise what kept the configured source from answering. [`Error::report`] says how it came about.
    fn credentials(&self) -> Result<Credentials> {
        match &self.0.source {
            Ok(source) => source.credentials().map_err(|error| self.explained(error)),
            Err(error) => Err(self.explained(error.again())),
        }
    }

    fn invalidate(&self, expired: &Credentials) {
        if let Ok(source) = &self.0.source {
            source.invalidate(expired);
        }
    }

    fn clock_offset_millis(&self) -> i64 {
        self.0.source.as_ref().map_or(0, |source| source.clock_offset_millis())
    }

    fn is_role(&self) -> bool {
        self.0.source.as_ref().is_ok_and(|source| source.is_role())
    }
}

impl fmt::Debug for DefaultChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DefaultChain")
            .field("profile", &self.0.settings.profile_name())
            .field("path", &self.0.path)
            .field("error", &self.0.source.as_ref().err())
            .finish_non_exhaustive()
    }
}

impl DefaultChainBuilder {
    /// The environment, the files, the clock, the sleep and the randomness of all providers. Defaults to
    /// [`System`]. Token files of sign-ins are read from the disk all the same.
    pub fn host(mut self, host: Arc<dyn Host>) -> Self {
        self.0.host = host;
        self
    }

    /// What sends the requests to STS and IAM Identity Center. Defaults to one
    /// [`UreqTransport`](crate::transport::UreqTransport) with the settings' limits, proxies and CA bundle.
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.0.transport = Some(transport);
        self
    }

    /// What sends the requests to the instance metadata service and to containers' endpoints: no proxy, and short
    /// time limits of its own. Defaults to one that keeps them.
    pub fn metadata_transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.0.metadata_transport = Some(transport);
        self
    }

    /// Who gives the code of the MFA device that a profile names (`mfa_serial`): called with the serial number, at
    /// each load of that role, on the thread that asks for credentials. Defaults to nobody: such a profile is
    /// an error then.
    pub fn mfa(mut self, code: impl Fn(&str) -> Result<Secret> + Send + Sync + 'static) -> Self {
        self.0.mfa = Some(Arc::new(code));
        self
    }

    /// How long a `credential_process` may take. Defaults to none.
    pub fn process_time_limit(mut self, limit: Duration) -> Self {
        self.0.process_limit = Some(limit);
        self
    }

    /// Sets an environment variable for a `credential_process`, in addition to those of this process.
    pub fn process_variable(mut self, name: impl Into<String>, value: impl Into<OsString>) -> Self {
        self.0.process_variables.push((name.into(), value.into()));
        self
    }

    /// The folder of SSO tokens. Defaults to `~/.aws/sso/cache`.
    pub fn sso_cache(mut self, folder: impl Into<PathBuf>) -> Self {
        self.0.sso_cache = Some(folder.into());
        self
    }

    /// Shares the credentials of roles (assumed, by web identity, of IAM Identity Center) with the AWS CLI, in the
    /// folder where it keeps them between its runs, `~/.aws/cli/cache`: one MFA code then serves all programs as long
    /// as the session lasts. Without a home folder nothing is shared, with a warning. Defaults to off: secrets are
    /// written to disk, in files that only their owner can read.
    ///
    /// A file is used while its credentials have 15 minutes left, and replaced whole when they were refreshed. A file
    /// that cannot be used counts as not there, and one that cannot be written is a warning in the log. As with the
    /// CLI, two profiles with the same role and the same settings of its session share a file, whatever they assume
    /// the role with.
    ///
    /// ```no_run
    /// use stskit::providers::prompt_mfa_on_terminal;
    /// use stskit::{DefaultChain, Provide, Settings};
    ///
    /// let settings = Settings::builder().profile("admin").resolve()?;
    /// let chain = DefaultChain::builder(settings).cli_cache_in_home().mfa(prompt_mfa_on_terminal).build();
    /// println!("{:?}", chain.credentials()?); // the next run does not ask again
    /// # Ok::<(), stskit::Error>(())
    /// ```
    pub fn cli_cache_in_home(mut self) -> Self {
        self.0.cli_cache = CliCache::InHome;
        self
    }

    /// The same as [`cli_cache_in_home`](Self::cli_cache_in_home) in a folder of your own, which is created (0700)
    /// when something is written.
    pub fn cli_cache(mut self, folder: impl Into<PathBuf>) -> Self {
        self.0.cli_cache = CliCache::Folder(folder.into());
        self
    }

    /// The chain. Chooses the source; makes no call.
    pub fn build(self) -> DefaultChain {
        let mut parts = self.0;
        let Selection { mut steps, chosen } = select::select(&parts.settings, &*parts.host);
        let (source, path) = match chosen.and_then(|chosen| parts.build(chosen)) {
            Ok((source, path)) => (Ok(source), path),
            Err(error) => (Err(error), Vec::new()),
        };
        if source.is_err() {
            steps.iter_mut().filter(|s| s.outcome == Outcome::Used).for_each(|s| s.outcome = Outcome::Failed);
        }
        DefaultChain(Arc::new(Inner { settings: parts.settings, host: parts.host, steps, path, source }))
    }
}

impl fmt::Debug for DefaultChainBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DefaultChainBuilder").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}
