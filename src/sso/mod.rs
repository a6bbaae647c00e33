//! IAM Identity Center portal: accounts, roles and role credentials for a sign-in's access token.
//!
//! All operations are unsigned: the access token is the authority, and it goes into a header. Where it
//! comes from (sign-in, token cache, refresh) is `identity_center`'s business.
//!
//! ```no_run
//! use stskit::sso::{Client, GetRoleCredentials};
//! use stskit::Settings;
//!
//! let sso = Client::in_region(&Settings::from_env()?, "eu-west-1")?;
//! let answer = sso.get_role_credentials(&GetRoleCredentials::new("ReadOnly", "123456789012", "access token"))?;
//! println!("{:?}", answer.credentials("123456789012")?);
//! # Ok::<(), stskit::Error>(())
//! ```

mod error;
mod pages;
mod shapes;

pub use error::ErrorCode;
pub use pages::{Items, Pages, Paginated};
pub use shapes::{
    AccountInfo, GetRoleCredentials, GetRoleCredentialsOutput, ListAccountRoles, ListAccountRolesOutput, ListAccounts,
    ListAccountsOutput, Logout, LogoutOutput, RoleCredentials, RoleInfo,
};

use http::Method;
use serde_json::Value;

use crate::client::operation::{Described, Paged, operations};
use crate::client::{self, JsonPages, Paging, Service};
use crate::endpoint::EndpointService;
use crate::error::Result;
use crate::protocol::{Facts, RestJson};
use crate::settings::Settings;

/// The service's marker type: what [`client::Client`] of it is a client of.
///
/// ```
/// use stskit::{client::Service, sso::Sso};
/// assert_eq!(Sso::OPERATIONS.len(), 4);
/// ```
#[derive(Debug)]
pub enum Sso {}

impl Service for Sso {
    type Protocol = RestJson;
    const NAME: &'static str = "SSO";
    const ENDPOINT: EndpointService = EndpointService::Sso;
    const SIGNING_NAME: &'static str = "awsssoportal";
    const ID: &'static str = "SSO";
    const API_VERSION: &'static str = FACTS.version;
    const ERRORS: &'static [(&'static str, bool)] = ErrorCode::WIRE;
    const OPERATIONS: &'static [&'static str] = OPERATIONS;
    const DESCRIBED: &'static [Described] = DESCRIBED;

    const PAGED: &'static [Paged] = pages::PAGED;

    fn pages(client: &Client, operation: &str, input: Value, paging: &Paging) -> Result<JsonPages> {
        pages::by_name(client, operation, input, paging)
    }
}

/// A client of the portal. Cheap to clone, `Send + Sync`; every call blocks.
///
/// ```
/// use stskit::emulator::Emulator;
/// use stskit::sso::{Client, GetRoleCredentials};
/// use stskit::{Settings, endpoint::EndpointService};
///
/// let emulator = Emulator::start()?; // in production: neither this nor the endpoint
/// let settings = Settings::builder().endpoint_url(EndpointService::Sso, emulator.url()).resolve_with(&stskit::host::Scripted::at(0))?;
/// let token = emulator.sso().issue_token().access_token;
/// let sso = Client::in_region(&settings, "us-east-1")?;
/// let answer = sso.get_role_credentials(&GetRoleCredentials::new("ReadOnly", Emulator::ACCOUNT_ID, token))?;
/// assert!(answer.credentials(Emulator::ACCOUNT_ID)?.session_token().is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub type Client = client::Client<Sso>;

impl Client {
    /// A client for the region of the Identity Center instance (`sso_region`), which is often not the
    /// region of the settings.
    ///
    /// # Errors
    /// `InvalidConfiguration`: a region or endpoint that cannot be used.
    pub fn in_region(settings: &Settings, sso_region: &str) -> Result<Self> {
        let endpoint = settings.endpoint_in(EndpointService::Sso, sso_region)?;
        Self::builder(settings.clone()).endpoint(endpoint).build()
    }

    /// The pages of a list operation, one call each: see [`Pages`].
    ///
    /// ```no_run
    /// use stskit::sso::{Client, ListAccounts};
    /// # let sso = Client::in_region(&stskit::Settings::from_env()?, "eu-west-1")?;
    /// for account in sso.pages(ListAccounts::new("access token")).page_size(100).items() {
    ///     println!("{:?}", account?.account_id);
    /// }
    /// # Ok::<(), stskit::Error>(())
    /// ```
    pub fn pages<O: Paginated>(&self, input: O) -> Pages<O> {
        Pages::new(self.clone(), input)
    }
}

const FACTS: Facts = Facts {
    operation: "",
    version: "2019-06-10",
    minimum: &[],
    secret: &["accessToken"],
    method: Method::GET,
    path: "/",
    query: &[],
    header: &[("accessToken", "x-amz-sso_bearer_token")],
};

operations! {
    Sso;
    /// Temporary credentials of a role in an account.
    GetRoleCredentials => GetRoleCredentialsOutput, "GetRoleCredentials", get_role_credentials, None,
        { path: "/federation/credentials", query: &[("roleName", "role_name"), ("accountId", "account_id")] };
    /// One page of the roles that the user has in an account.
    ListAccountRoles => ListAccountRolesOutput, "ListAccountRoles", list_account_roles, None,
        { path: "/assignment/roles", minimum: &[("maxResults", 1)],
          query: &[("nextToken", "next_token"), ("maxResults", "max_result"), ("accountId", "account_id")] };
    /// One page of the accounts that the user has roles in.
    ListAccounts => ListAccountsOutput, "ListAccounts", list_accounts, None,
        { path: "/assignment/accounts", minimum: &[("maxResults", 1)],
          query: &[("nextToken", "next_token"), ("maxResults", "max_result")] };
    /// Ends the sign-in: the access token is refused from then on.
    Logout => LogoutOutput, "Logout", logout, None, { path: "/logout", method: Method::POST };
}
