//! Role credentials for a sign-in to IAM Identity Center.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::cli_cache::Recorded;
use crate::credential::{Credentials, Provide};
use crate::endpoint::EndpointService;
use crate::error::Result;
use crate::host::Host;
use crate::identity_center::{SsoToken, TokenProvider};
use crate::settings::Settings;
use crate::sso::{Client, ErrorCode, GetRoleCredentials};
use crate::transport::Transport;

/// The credentials of a role in an account, by the token of a session. Each call asks the portal: put a
/// cache in front.
///
/// ```no_run
/// use stskit::identity_center::{SsoSession, TokenCache, TokenProvider};
/// use stskit::{Provide, Settings, providers::SsoRole};
///
/// let settings = Settings::from_env()?;
/// let session = SsoSession::named("dev", "https://d-abc123.awsapps.com/start", "eu-west-1");
/// let tokens = TokenProvider::new(session, TokenCache::default_location()?, &settings)?;
/// let role = SsoRole::new(tokens, "123456789012", "ReadOnly", &settings)?;
/// println!("{:?}", role.credentials()?);
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Debug)]
pub struct SsoRole {
    tokens: TokenProvider,
    client: Client,
    account_id: String,
    role_name: String,
}

impl SsoRole {
    /// A role in an account, in the region of the token's session.
    ///
    /// # Errors
    /// `InvalidConfiguration`: a region or endpoint that cannot be used.
    pub fn new(
        tokens: TokenProvider,
        account_id: impl Into<String>,
        role_name: impl Into<String>,
        settings: &Settings,
    ) -> Result<Self> {
        let client = Client::in_region(settings, &tokens.session().region)?;
        Ok(SsoRole { tokens, client, account_id: account_id.into(), role_name: role_name.into() })
    }

    /// The same with a transport and a clock of your own.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_parts(
        tokens: TokenProvider,
        account_id: impl Into<String>,
        role_name: impl Into<String>,
        settings: &Settings,
        transport: Arc<dyn Transport>,
        host: Arc<dyn Host>,
    ) -> Result<Self> {
        let endpoint = settings.endpoint_in(EndpointService::Sso, &tokens.session().region)?;
        let builder = Client::builder(settings.clone()).endpoint(endpoint);
        let client = builder.transport(transport).host(host).build()?;
        Ok(SsoRole { tokens, client, account_id: account_id.into(), role_name: role_name.into() })
    }

    fn ask(&self, token: &SsoToken) -> Result<Credentials> {
        let request =
            GetRoleCredentials::new(self.role_name.as_str(), self.account_id.as_str(), token.access_token().clone());
        let answer = self.client.get_role_credentials(&request).map_err(|e| {
            e.with_context(format_args!("getting the SSO role {} in the account {}", self.role_name, self.account_id))
        })?;
        answer.credentials(&self.account_id)
    }
}

impl Provide for SsoRole {
    /// # Errors
    /// `LoginRequired` if nobody is signed in (any more); the portal's error.
    fn credentials(&self) -> Result<Credentials> {
        let token = self.tokens.token()?;
        let refused = match self.ask(&token) {
            Err(e) if e.sso_code() == Some(ErrorCode::UnauthorizedException) => e,
            result => return result,
        };
        // Revoked, or our clock is wrong: one new token, then a person has to help.
        let token = self.tokens.replace(&token)?;
        match self.ask(&token) {
            Err(e) if e.sso_code() == Some(ErrorCode::UnauthorizedException) => {
                Err(self.tokens.session().login_error("was refused by the portal").with_source(refused))
            }
            result => result,
        }
    }

    fn is_role(&self) -> bool {
        true
    }
}

impl Recorded for SsoRole {
    fn load_recorded(&self) -> Result<(Credentials, Map<String, Value>)> {
        let kind = Map::from_iter([("ProviderType".to_owned(), "sso".into())]);
        self.credentials().map(|found| (found, kind))
    }
}
