//! Role credentials for a token of an OpenID Connect provider in a file: EKS, GitHub Actions, GitLab.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::cli_cache::{Recorded, recorded};
use super::clock::{ServiceClock, default_session_name};
use crate::client::Response;
use crate::credential::{Credentials, Provide};
use crate::error::{Error, ErrorKind, Result};
use crate::host::{Host, System};
use crate::secret::Secret;
use crate::settings::{Settings, Sources};
use crate::sts::{AssumeRoleWithWebIdentity, AssumeRoleWithWebIdentityOutput, Client, ErrorCode};
use crate::transport::Transport;

/// Largest token file read, in bytes; the service takes 20,000 characters.
const MAX_TOKEN: u64 = 1 << 20;

/// The credentials of a role for the token in a file. The file is read at every load, since whoever issues
/// the token replaces it. Each call asks STS: put a [`Cached`](super::Cached) in front.
///
/// The call is not signed: no other credentials are needed or looked for. If the service finds the token
/// expired or not valid, the file is read once more, and a new token is tried.
///
/// ```no_run
/// use stskit::providers::{Cached, Stability, WebIdentity};
/// use stskit::{Provide, Settings};
///
/// let settings = Settings::from_env()?;
/// let role = Cached::new(WebIdentity::from_env(&settings)?, Stability::ServeStale);
/// println!("{:?}", role.credentials()?);
/// # Ok::<(), stskit::Error>(())
/// ```
pub struct WebIdentity {
    token_file: PathBuf,
    role_arn: String,
    session_name: String,
    client: Client,
    host: Arc<dyn Host>,
    clock: ServiceClock,
}

impl WebIdentity {
    /// A role with the settings' region and transport. Reads no file and makes no call. The session is
    /// named `stskit-session-` and the seconds since the epoch, unless told [otherwise](Self::session_name).
    ///
    /// # Errors
    /// A region or endpoint that cannot be used.
    pub fn new(token_file: impl Into<PathBuf>, role_arn: impl Into<String>, settings: &Settings) -> Result<Self> {
        let client = Client::builder(settings.clone()).build()?;
        Ok(Self::assemble(token_file.into(), role_arn.into(), client, Arc::new(System)))
    }

    /// The same with a transport and a host (files, clock) of your own.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_parts(
        token_file: impl Into<PathBuf>,
        role_arn: impl Into<String>,
        settings: &Settings,
        transport: Arc<dyn Transport>,
        host: Arc<dyn Host>,
    ) -> Result<Self> {
        let client = Client::builder(settings.clone()).transport(transport).host(Arc::clone(&host)).build()?;
        Ok(Self::assemble(token_file.into(), role_arn.into(), client, host))
    }

    /// What `AWS_WEB_IDENTITY_TOKEN_FILE`, `AWS_ROLE_ARN` and `AWS_ROLE_SESSION_NAME` say. Blank counts as
    /// not set. The variables are read now, the file at each load.
    ///
    /// # Errors
    /// `NoCredentials` without the token file, `InvalidConfiguration` for a token file without a role; as
    /// [`new`](Self::new).
    pub fn from_env(settings: &Settings) -> Result<Self> {
        let (file, role, session) = variables(&System)?;
        Ok(Self::new(file, role, settings)?.with_session_name(session))
    }

    /// The same in the environment of any [`Host`], with a transport of your own.
    ///
    /// # Errors
    /// As [`from_env`](Self::from_env).
    pub fn from_env_with_parts(
        settings: &Settings,
        transport: Arc<dyn Transport>,
        host: Arc<dyn Host>,
    ) -> Result<Self> {
        let (file, role, session) = variables(&*host)?;
        Ok(Self::with_parts(file, role, settings, transport, host)?.with_session_name(session))
    }

    fn assemble(token_file: PathBuf, role_arn: String, client: Client, host: Arc<dyn Host>) -> Self {
        let session_name = default_session_name(&*host);
        WebIdentity { token_file, role_arn, session_name, client, host, clock: ServiceClock::default() }
    }

    /// The name of the role's session, 2 characters or more.
    #[must_use]
    pub fn session_name(mut self, name: impl Into<String>) -> Self {
        self.session_name = name.into();
        self
    }

    fn with_session_name(self, name: Option<String>) -> Self {
        match name {
            Some(name) => self.session_name(name),
            None => self,
        }
    }

    fn token(&self) -> Result<Secret> {
        let shown = self.token_file.display();
        let bytes = self.host.read_up_to(&self.token_file, MAX_TOKEN).map_err(|e| {
            Error::configuration(format!("the web identity token file {shown} cannot be read: {e}")).with_source(e)
        })?;
        let text = Secret::from(String::from_utf8(bytes).map_err(|_| {
            // The cause would hold the bytes.
            Error::configuration(format!("the web identity token file {shown} is not UTF-8 text"))
        })?);
        match text.expose().trim_end() {
            "" => Err(Error::configuration(format!("the web identity token file {shown} is empty"))),
            token => Ok(Secret::from(token)),
        }
    }

    fn ask(&self, token: &Secret) -> Result<Response<AssumeRoleWithWebIdentityOutput>> {
        let request = AssumeRoleWithWebIdentity::new(self.role_arn.as_str(), self.session_name.as_str(), token.clone());
        self.client.assume_role_with_web_identity(&request)
    }

    fn load(&self) -> Result<(Credentials, Response<AssumeRoleWithWebIdentityOutput>)> {
        let token = self.token()?;
        let answer = match self.ask(&token) {
            Err(refused) if is_about_the_token(&refused) => match self.token() {
                // It was replaced between our reading and the service's.
                Ok(newer) if newer != token => self.ask(&newer),
                _ => Err(refused),
            },
            answer => answer,
        }?;
        self.clock.learn(&answer.metadata, &*self.host);
        let none = || Error::response("the answer to AssumeRoleWithWebIdentity has no credentials");
        Ok((answer.credentials().ok_or_else(none)?, answer))
    }

    fn load_named(&self) -> Result<(Credentials, Response<AssumeRoleWithWebIdentityOutput>)> {
        self.load().map_err(|e| {
            let file = self.token_file.display();
            e.with_context(format_args!("assuming the role {} with the token in {file}", self.role_arn))
        })
    }
}

fn is_about_the_token(error: &Error) -> bool {
    matches!(error.sts_code(), Some(ErrorCode::ExpiredTokenException | ErrorCode::InvalidIdentityToken))
}

/// Token file, role and session name.
fn variables(host: &dyn Host) -> Result<(String, String, Option<String>)> {
    let sources = Sources::environment(host);
    let Some(file) = sources.variable("AWS_WEB_IDENTITY_TOKEN_FILE")? else {
        return Err(Error::new(
            ErrorKind::NoCredentials,
            "no web identity in the environment: AWS_WEB_IDENTITY_TOKEN_FILE is not set",
        ));
    };
    let Some(role) = sources.variable("AWS_ROLE_ARN")? else {
        return Err(Error::configuration(
            "the web identity in the environment is incomplete: AWS_WEB_IDENTITY_TOKEN_FILE is set, AWS_ROLE_ARN is not",
        ));
    };
    let session = sources.variable("AWS_ROLE_SESSION_NAME")?;
    Ok((file, role.trim().to_owned(), session.map(|name| name.trim().to_owned())))
}

impl Provide for WebIdentity {
    /// # Errors
    /// `InvalidConfiguration` for a token file that is missing, empty, no text, no regular file or larger than
    /// 1 MiB; the service's error (`Expired`, `AccessDenied`, ...), or what kept it from answering. All name
    /// role and file.
    fn credentials(&self) -> Result<Credentials> {
        self.load_named().map(|(found, _)| found)
    }

    fn clock_offset_millis(&self) -> i64 {
        self.clock.offset_millis()
    }

    fn is_role(&self) -> bool {
        true
    }
}

impl Recorded for WebIdentity {
    fn load_recorded(&self) -> Result<(Credentials, Map<String, Value>)> {
        self.load_named().map(|(found, answer)| (found, recorded(&answer)))
    }
}

impl fmt::Debug for WebIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebIdentity")
            .field("token_file", &self.token_file)
            .field("role_arn", &self.role_arn)
            .field("session_name", &self.session_name)
            .finish_non_exhaustive()
    }
}
