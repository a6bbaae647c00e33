//! Inputs and outputs of the portal's operations, with the service's own member names.

use serde::{Deserialize, Serialize};

use crate::client::shape::shaped;
use crate::error::{Error, Result};
use crate::protocol::epoch_millis;
use crate::secret::Secret;
use crate::timestamp::Timestamp;

macro_rules! inputs {
    ($($(#[$doc:meta])* pub struct $name:ident { $($(#[$attr:meta])* pub $member:ident: $type:ty,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
            #[serde(rename_all = "camelCase", deny_unknown_fields)]
            pub struct $name { $($(#[$attr])* pub $member: $type,)* }

            shaped! { $name { $($member: $type,)* } }
        )*
    };
}

macro_rules! outputs {
    ($($(#[$doc:meta])* pub struct $name:ident { $($(#[$attr:meta])* pub $member:ident: $type:ty $(as $with:literal)?,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
            #[serde(rename_all = "camelCase", default)]
            #[non_exhaustive]
            pub struct $name {
                $(
                    $(#[$attr])*
                    #[serde(skip_serializing_if = "Option::is_none" $(, with = $with)?)]
                    pub $member: $type,
                )*
            }

            shaped! { $name { $($member: $type $(as $with)?,)* } }
        )*
    };
}

inputs! {
    /// Input of `GetRoleCredentials`:
    /// <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html>.
    ///
    /// ```
    /// use stskit::sso::GetRoleCredentials;
    /// let input = GetRoleCredentials::new("ReadOnly", "123456789012", "the access token of a sign-in");
    /// assert_eq!(format!("{:?}", input.access_token), "[secret]");
    /// ```
    pub struct GetRoleCredentials {
        /// Name of the role (permission set).
        pub role_name: String,
        /// Account id, 12 digits.
        pub account_id: String,
        /// The access token of a sign-in.
        pub access_token: Secret,
    }

    /// Input of `ListAccountRoles`:
    /// <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_ListAccountRoles.html>.
    ///
    /// To see all roles use [`Client::pages`](super::Client::pages); one page by hand:
    ///
    /// ```
    /// use stskit::sso::ListAccountRoles;
    /// let first = ListAccountRoles { max_results: Some(50), ..ListAccountRoles::new("123456789012", "access token") };
    /// let next = ListAccountRoles { next_token: Some("of the answer to the first".into()), ..first };
    /// ```
    pub struct ListAccountRoles {
        /// Where the page starts: the `next_token` of the page before.
        pub next_token: Option<String>,
        /// Items per page, 1 to 100.
        pub max_results: Option<i32>,
        /// The access token of a sign-in.
        pub access_token: Secret,
        /// Account id, 12 digits.
        pub account_id: String,
    }

    /// Input of `ListAccounts`:
    /// <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_ListAccounts.html>.
    ///
    /// To see all accounts use [`Client::pages`](super::Client::pages); one page by hand:
    ///
    /// ```
    /// use stskit::sso::ListAccounts;
    /// let first = ListAccounts { max_results: Some(50), ..ListAccounts::new("access token") };
    /// let next = ListAccounts { next_token: Some("of the answer to the first".into()), ..first };
    /// ```
    pub struct ListAccounts {
        /// Where the page starts: the `next_token` of the page before.
        pub next_token: Option<String>,
        /// Items per page, 1 to 100.
        pub max_results: Option<i32>,
        /// The access token of a sign-in.
        pub access_token: Secret,
    }

    /// Input of `Logout`: <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_Logout.html>.
    ///
    /// [`identity_center::logout`](crate::identity_center::logout) does this and clears the token cache as well.
    ///
    /// ```
    /// use stskit::sso::Logout;
    /// let input = Logout::new("the access token of a sign-in");
    /// ```
    pub struct Logout {
        /// The access token of a sign-in.
        pub access_token: Secret,
    }
}

outputs! {
    /// Output of [`GetRoleCredentials`](super::GetRoleCredentials).
    pub struct GetRoleCredentialsOutput {
        /// The credentials.
        pub role_credentials: Option<RoleCredentials>,
    }

    /// Output of [`ListAccountRoles`](super::ListAccountRoles): one page. [`Items`](super::Items) goes through all.
    pub struct ListAccountRolesOutput {
        /// Where the next page starts; `None` or empty: this was the last.
        pub next_token: Option<String>,
        /// The roles.
        pub role_list: Option<Vec<RoleInfo>>,
    }

    /// Output of [`ListAccounts`](super::ListAccounts): one page. [`Pages`](super::Pages) goes through all.
    pub struct ListAccountsOutput {
        /// Where the next page starts; `None` or empty: this was the last.
        pub next_token: Option<String>,
        /// The accounts.
        pub account_list: Option<Vec<AccountInfo>>,
    }

    /// Temporary credentials of a role as the portal answers them; to sign with them use
    /// [`GetRoleCredentialsOutput::credentials`](super::GetRoleCredentialsOutput::credentials).
    /// <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_RoleCredentials.html>.
    pub struct RoleCredentials {
        /// Access key id, `ASIA...`.
        pub access_key_id: Option<String>,
        /// Secret access key.
        pub secret_access_key: Option<Secret>,
        /// Session token.
        pub session_token: Option<Secret>,
        /// When they expire; epoch milliseconds on the wire.
        pub expiration: Option<Timestamp> as "epoch_millis",
    }

    /// An account:
    /// <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_AccountInfo.html>.
    pub struct AccountInfo {
        /// Account id, 12 digits.
        pub account_id: Option<String>,
        /// Display name.
        pub account_name: Option<String>,
        /// Address of the account's owner.
        pub email_address: Option<String>,
    }

    /// A role in an account:
    /// <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_RoleInfo.html>.
    pub struct RoleInfo {
        /// Name of the role.
        pub role_name: Option<String>,
        /// Account id, 12 digits.
        pub account_id: Option<String>,
    }
}

/// Output of [`Logout`](super::Logout): nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct LogoutOutput {}

shaped! { LogoutOutput {} }

impl GetRoleCredentials {
    /// The required members: all.
    pub fn new(role_name: impl Into<String>, account_id: impl Into<String>, access_token: impl Into<Secret>) -> Self {
        let (role_name, account_id) = (role_name.into(), account_id.into());
        GetRoleCredentials { role_name, account_id, access_token: access_token.into() }
    }
}

impl ListAccountRoles {
    /// The required members; the others unset.
    pub fn new(account_id: impl Into<String>, access_token: impl Into<Secret>) -> Self {
        let account_id = account_id.into();
        ListAccountRoles { next_token: None, max_results: None, access_token: access_token.into(), account_id }
    }
}

impl ListAccounts {
    /// The required member; the others unset.
    pub fn new(access_token: impl Into<Secret>) -> Self {
        ListAccounts { next_token: None, max_results: None, access_token: access_token.into() }
    }
}

impl Logout {
    /// The required member.
    pub fn new(access_token: impl Into<Secret>) -> Self {
        Logout { access_token: access_token.into() }
    }
}

impl GetRoleCredentialsOutput {
    /// The credentials ready to sign with; the account id is that of the request.
    ///
    /// ```no_run
    /// use stskit::sso::{Client, GetRoleCredentials};
    /// # let settings = stskit::Settings::from_env()?;
    /// # let sso = Client::in_region(&settings, "eu-west-1")?;
    /// let account = "123456789012";
    /// let answer = sso.get_role_credentials(&GetRoleCredentials::new("ReadOnly", account, "access token"))?;
    /// let sts = stskit::sts::Client::new(settings, answer.credentials(account)?)?;
    /// # Ok::<(), stskit::Error>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidResponse` if access key id, secret or expiration is missing: the service promises none.
    pub fn credentials(&self, account_id: &str) -> Result<crate::Credentials> {
        let missing = |name| Error::response(format!("the answer to GetRoleCredentials has no {name}"));
        let role = self.role_credentials.as_ref().ok_or_else(|| missing("roleCredentials"))?;
        let filled =
            |text: Option<&str>, name| text.filter(|t| !t.is_empty()).map(str::to_owned).ok_or_else(|| missing(name));
        let id = filled(role.access_key_id.as_deref(), "accessKeyId")?;
        let secret = filled(role.secret_access_key.as_ref().map(Secret::expose), "secretAccessKey")?;
        let expiration = role.expiration.ok_or_else(|| missing("expiration"))?;
        let token = role.session_token.clone().unwrap_or_default();
        Ok(crate::Credentials::new(id, secret)
            .with_session_token(token)
            .with_expiration(expiration)
            .with_account_id(account_id))
    }
}
