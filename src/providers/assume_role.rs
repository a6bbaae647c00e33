//! Role credentials by AssumeRole with the credentials of another source.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::cli_cache::{Recorded, recorded};
use super::clock::{ServiceClock, default_session_name};
use crate::client::Response;
use crate::credential::{Credentials, Provide};
use crate::endpoint::Endpoint;
use crate::error::{Error, Result};
use crate::host::{Host, System};
use crate::secret::Secret;
use crate::settings::Settings;
use crate::sts::{AssumeRole, AssumeRoleOutput, Client};
use crate::transport::Transport;

/// The longest session of a role that was assumed with the credentials of a role, in seconds.
const CHAINED_SECONDS: i32 = 3600;

/// Who gives the code of an MFA device.
pub(super) type MfaCode = Arc<dyn Fn(&str) -> Result<Secret> + Send + Sync>;

/// The credentials of a role, assumed with those of a source: one link of a chain. Each call asks STS and
/// the source: put a [`Cached`](super::Cached) around each link.
///
/// The request is a template that is sent at every load. An empty `role_session_name` becomes
/// `stskit-session-` and the seconds since the epoch at which this provider was made.
///
/// Share it freely; loads of several threads run side by side.
///
/// ```no_run
/// use stskit::providers::{AssumedRole, Cached, Environment, Stability};
/// use stskit::sts::AssumeRole;
/// use stskit::{Provide, Settings};
///
/// let settings = Settings::from_env()?;
/// let request = AssumeRole {
///     external_id: Some("partner-4711".into()),
///     duration_seconds: Some(900),
///     ..AssumeRole::new("arn:aws:iam::123456789012:role/demo", "")
/// };
/// let role = AssumedRole::new(Environment::new(), request, &settings)?;
/// let role = Cached::new(role, Stability::ServeStale).load_limit_of(&settings);
/// println!("{:?}", role.credentials()?);
/// # Ok::<(), stskit::Error>(())
/// ```
pub struct AssumedRole {
    source: Arc<dyn Provide>,
    request: AssumeRole,
    client: Client,
    mfa: Option<MfaCode>,
    host: Arc<dyn Host>,
    clock: ServiceClock,
}

impl AssumedRole {
    /// A role with the settings' region and transport. Makes no call.
    ///
    /// # Errors
    /// A region or endpoint that cannot be used.
    pub fn new(source: impl Provide + 'static, request: AssumeRole, settings: &Settings) -> Result<Self> {
        let source: Arc<dyn Provide> = Arc::new(source);
        let client = Client::new(settings.clone(), Arc::clone(&source))?;
        Ok(Self::assemble(source, request, client, Arc::new(System)))
    }

    /// The same with a transport and a host of your own.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_parts(
        source: impl Provide + 'static,
        request: AssumeRole,
        settings: &Settings,
        transport: Arc<dyn Transport>,
        host: Arc<dyn Host>,
    ) -> Result<Self> {
        let source: Arc<dyn Provide> = Arc::new(source);
        let builder = Client::builder(settings.clone()).credentials(Arc::clone(&source));
        let client = builder.transport(transport).host(Arc::clone(&host)).build()?;
        Ok(Self::assemble(source, request, client, host))
    }

    fn assemble(source: Arc<dyn Provide>, mut request: AssumeRole, client: Client, host: Arc<dyn Host>) -> Self {
        if request.role_session_name.is_empty() {
            request.role_session_name = default_session_name(&*host);
        }
        AssumedRole { source, request, client, mfa: None, host, clock: ServiceClock::default() }
    }

    /// Who gives the code of the MFA device (the request's `serial_number`, which it is called with): at
    /// every load, on the thread that loads. An error ends the load; one that refuses to ask a second time
    /// is a way to have nobody prompted by a refresh.
    #[must_use]
    pub fn mfa(self, code: impl Fn(&str) -> Result<Secret> + Send + Sync + 'static) -> Self {
        self.mfa_code(Arc::new(code))
    }

    pub(super) fn mfa_code(mut self, code: MfaCode) -> Self {
        self.mfa = Some(code);
        self
    }

    /// The endpoint that the role is asked for at.
    pub(super) fn endpoint(&self) -> &Endpoint {
        self.client.endpoint()
    }

    /// The name of the role's session, given or made up.
    pub fn session_name(&self) -> &str {
        &self.request.role_session_name
    }

    fn load(&self) -> Result<(Credentials, Response<AssumeRoleOutput>)> {
        let duration = self.request.duration_seconds.unwrap_or_default();
        if duration > CHAINED_SECONDS && self.source.is_role() {
            return Err(Error::configuration(format!(
                "duration_seconds is {duration}, and the role is assumed with the credentials of another role: such \
                 a session lasts 1 hour at most (role chaining); set 3600 or less"
            )));
        }
        let answer = match (&self.request.serial_number, &self.mfa) {
            (Some(serial), Some(code)) => {
                let token_code = Some(code(serial)?);
                self.client.assume_role(&AssumeRole { token_code, ..self.request.clone() })
            }
            (Some(serial), None) if self.request.token_code.is_none() => {
                return Err(Error::configuration(format!(
                    "the role wants a code of the MFA device {serial}, and nobody here can be asked for one: \
                     give this provider a callback (`mfa`), or use credentials that were made with MFA"
                )));
            }
            _ => self.client.assume_role(&self.request),
        }?;
        self.clock.learn(&answer.metadata, &*self.host);
        let found = answer.credentials();
        let found = found.ok_or_else(|| Error::response("the answer to AssumeRole has no credentials"))?;
        Ok((found, answer))
    }

    fn load_named(&self) -> Result<(Credentials, Response<AssumeRoleOutput>)> {
        self.load().map_err(|e| e.with_context(format_args!("assuming the role {}", self.request.role_arn)))
    }
}

impl Provide for AssumedRole {
    /// # Errors
    /// The source's; the callback's; the service's (`AccessDenied`, ...), or what kept it from answering.
    /// `InvalidConfiguration` for a device without a callback, and for more than 3600 s where the source
    /// is a role itself. All name the role.
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

impl Recorded for AssumedRole {
    fn load_recorded(&self) -> Result<(Credentials, Map<String, Value>)> {
        self.load_named().map(|(found, answer)| (found, recorded(&answer)))
    }
}

impl fmt::Debug for AssumedRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssumedRole")
            .field("role_arn", &self.request.role_arn)
            .field("session_name", &self.request.role_session_name)
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}
