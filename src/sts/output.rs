//! Outputs of the STS operations. Members that an answer leaves out are `None`; unknown ones are ignored.

use serde::{Deserialize, Serialize};

use crate::client::shape::shaped;
use crate::secret::Secret;
use crate::timestamp::Timestamp;

/// Declares an output: its members are optional, and absent ones are left out of its JSON form.
macro_rules! outputs {
    ($($(#[$doc:meta])* pub struct $name:ident { $($(#[$attr:meta])* pub $member:ident: $type:ty,)* })*) => {
        parts! {
            $($(#[$doc])* pub struct $name {
                $($(#[$attr])* #[serde(skip_serializing_if = "Option::is_none")] pub $member: $type,)*
            })*
        }
    };
}

/// Declares a part of an output: a plain structure with the serde attributes that all of them have.
macro_rules! parts {
    ($($(#[$doc:meta])* pub struct $name:ident { $($(#[$attr:meta])* pub $member:ident: $type:ty,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
            #[serde(rename_all = "PascalCase")]
            #[non_exhaustive]
            pub struct $name {
                $($(#[$attr])* pub $member: $type,)*
            }

            shaped! { $name { $($member: $type,)* } }
        )*
    };
}

outputs! {
    /// Output of [`AssumeRole`](super::AssumeRole), which links to its page.
    ///
    /// The outputs with credentials all have `credentials()`, which makes them ready to sign with.
    ///
    /// ```
    /// use stskit::emulator::Emulator;
    /// use stskit::sts::{AssumeRole, Client, GetCallerIdentity};
    /// # use stskit::{Credentials, Settings, endpoint::EndpointService};
    /// # let emulator = Emulator::start()?;
    /// # let settings = Settings::builder().endpoint_url(EndpointService::Sts, emulator.url());
    /// # let settings = settings.region(Emulator::REGION).resolve_with(&stskit::host::Scripted::at(0))?;
    /// # let key = Credentials::new(Emulator::ACCESS_KEY_ID, Emulator::SECRET_ACCESS_KEY);
    /// # let sts = Client::new(settings.clone(), key)?;
    /// let answer = sts.assume_role(&AssumeRole::new("arn:aws:iam::123456789012:role/deploy", "release-42"))?;
    /// let credentials = answer.credentials().ok_or("no credentials in the answer")?;
    /// assert_eq!(credentials.account_id(), Some("123456789012"));
    /// let as_role = Client::new(settings, credentials)?;
    /// let arn = as_role.get_caller_identity(&GetCallerIdentity {})?.output.arn;
    /// assert_eq!(arn.as_deref(), Some("arn:aws:sts::123456789012:assumed-role/deploy/release-42"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct AssumeRoleOutput {
        /// The temporary credentials.
        pub credentials: Option<Credentials>,
        /// The session's id and ARN.
        pub assumed_role_user: Option<AssumedRoleUser>,
        /// Size of policies and tags, percent of what is allowed.
        pub packed_policy_size: Option<i32>,
        /// Who is behind the session.
        pub source_identity: Option<String>,
        /// How full the session token is, percent.
        pub session_token_utilization: Option<i32>,
        /// Bytes of the session token.
        pub session_token_size: Option<i32>,
    }

    /// Output of [`AssumeRoleWithSAML`](super::AssumeRoleWithSaml), which links to its page.
    /// For `credentials()` see [`AssumeRoleOutput`].
    pub struct AssumeRoleWithSamlOutput {
        /// The temporary credentials.
        pub credentials: Option<Credentials>,
        /// The session's id and ARN.
        pub assumed_role_user: Option<AssumedRoleUser>,
        /// Size of policies and tags, percent of what is allowed.
        pub packed_policy_size: Option<i32>,
        /// The assertion's NameID.
        pub subject: Option<String>,
        /// Format of the NameID.
        pub subject_type: Option<String>,
        /// Issuer of the assertion.
        pub issuer: Option<String>,
        /// Recipient of the assertion.
        pub audience: Option<String>,
        /// Hash over issuer, account and provider that makes the subject unique.
        pub name_qualifier: Option<String>,
        /// Who is behind the session.
        pub source_identity: Option<String>,
        /// How full the session token is, percent.
        pub session_token_utilization: Option<i32>,
        /// Bytes of the session token.
        pub session_token_size: Option<i32>,
    }

    /// Output of [`AssumeRoleWithWebIdentity`](super::AssumeRoleWithWebIdentity), which links to its page.
    /// For `credentials()` see [`AssumeRoleOutput`].
    pub struct AssumeRoleWithWebIdentityOutput {
        /// The temporary credentials.
        pub credentials: Option<Credentials>,
        /// The token's `sub`.
        pub subject_from_web_identity_token: Option<String>,
        /// The session's id and ARN.
        pub assumed_role_user: Option<AssumedRoleUser>,
        /// Size of policies and tags, percent of what is allowed.
        pub packed_policy_size: Option<i32>,
        /// The token's issuer.
        pub provider: Option<String>,
        /// The token's `aud`.
        pub audience: Option<String>,
        /// Who is behind the session.
        pub source_identity: Option<String>,
        /// How full the session token is, percent.
        pub session_token_utilization: Option<i32>,
        /// Bytes of the session token.
        pub session_token_size: Option<i32>,
    }

    /// Output of [`AssumeRoot`](super::AssumeRoot), which links to its page.
    /// For `credentials()` see [`AssumeRoleOutput`].
    pub struct AssumeRootOutput {
        /// The temporary credentials.
        pub credentials: Option<Credentials>,
        /// Who is behind the session.
        pub source_identity: Option<String>,
        /// How full the session token is, percent.
        pub session_token_utilization: Option<i32>,
        /// Bytes of the session token.
        pub session_token_size: Option<i32>,
    }

    /// Output of [`DecodeAuthorizationMessage`](super::DecodeAuthorizationMessage), which links to its page.
    ///
    /// ```no_run
    /// use stskit::sts::{Client, DecodeAuthorizationMessage};
    /// let answer = Client::from_env()?.decode_authorization_message(&DecodeAuthorizationMessage::new("4lXpQ2..."))?;
    /// let why: serde_json::Value = serde_json::from_str(answer.decoded_message.as_deref().unwrap_or("{}"))?;
    /// println!("explicit deny: {}", why["explicitDeny"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct DecodeAuthorizationMessageOutput {
        /// JSON text.
        pub decoded_message: Option<String>,
    }

    /// Output of [`GetAccessKeyInfo`](super::GetAccessKeyInfo), which links to its page.
    pub struct GetAccessKeyInfoOutput {
        /// Account id, 12 digits.
        pub account: Option<String>,
    }

    /// Output of [`GetCallerIdentity`](super::GetCallerIdentity), which links to its page.
    ///
    /// ```no_run
    /// use stskit::sts::{Client, GetCallerIdentity};
    /// let who = Client::from_env()?.get_caller_identity(&GetCallerIdentity {})?;
    /// assert_eq!(who.account.as_deref(), Some("123456789012"), "these are credentials of another account");
    /// # Ok::<(), stskit::Error>(())
    /// ```
    pub struct GetCallerIdentityOutput {
        /// Unique id of the user or session.
        pub user_id: Option<String>,
        /// Account id, 12 digits.
        pub account: Option<String>,
        /// ARN of the caller.
        pub arn: Option<String>,
    }

    /// Output of [`GetDelegatedAccessToken`](super::GetDelegatedAccessToken), which links to its page.
    /// For `credentials()` see [`AssumeRoleOutput`].
    pub struct GetDelegatedAccessTokenOutput {
        /// The temporary credentials.
        pub credentials: Option<Credentials>,
        /// Size of policies and tags, percent of what is allowed.
        pub packed_policy_size: Option<i32>,
        /// ARN of the principal that was assumed.
        pub assumed_principal: Option<String>,
    }

    /// Output of [`GetFederationToken`](super::GetFederationToken), which links to its page.
    /// For `credentials()` see [`AssumeRoleOutput`].
    pub struct GetFederationTokenOutput {
        /// The temporary credentials.
        pub credentials: Option<Credentials>,
        /// The federated user's id and ARN.
        pub federated_user: Option<FederatedUser>,
        /// Size of policies and tags, percent of what is allowed.
        pub packed_policy_size: Option<i32>,
        /// How full the session token is, percent.
        pub session_token_utilization: Option<i32>,
        /// Bytes of the session token.
        pub session_token_size: Option<i32>,
    }

    /// Output of [`GetSessionToken`](super::GetSessionToken), which links to its page.
    /// For `credentials()` see [`AssumeRoleOutput`].
    pub struct GetSessionTokenOutput {
        /// The temporary credentials.
        pub credentials: Option<Credentials>,
        /// How full the session token is, percent.
        pub session_token_utilization: Option<i32>,
        /// Bytes of the session token.
        pub session_token_size: Option<i32>,
    }

    /// Output of [`GetWebIdentityToken`](super::GetWebIdentityToken), which links to its page.
    ///
    /// ```no_run
    /// use stskit::sts::{Client, GetWebIdentityToken};
    /// let input = GetWebIdentityToken::new(["https://api.example.com"], "ES384");
    /// let answer = Client::from_env()?.get_web_identity_token(&input)?.output;
    /// let header = answer.web_identity_token.map(|token| format!("Bearer {}", token.expose()));
    /// # Ok::<(), stskit::Error>(())
    /// ```
    pub struct GetWebIdentityTokenOutput {
        /// The signed JWT.
        pub web_identity_token: Option<Secret>,
        /// When the token expires.
        pub expiration: Option<Timestamp>,
    }
}

parts! {
    /// Temporary credentials as STS answers them.
    ///
    /// To sign with them use `credentials()` of the output, not these. The page:
    /// <https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html>.
    ///
    /// ```no_run
    /// # let sts = stskit::sts::Client::from_env()?;
    /// let answer = sts.get_session_token(&Default::default())?.output;
    /// if let Some(stskit::sts::Credentials { access_key_id, expiration, .. }) = answer.credentials {
    ///     println!("{access_key_id} until {expiration}");
    /// }
    /// # Ok::<(), stskit::Error>(())
    /// ```
    pub struct Credentials {
        /// Access key id, `ASIA...`.
        pub access_key_id: String,
        /// Secret access key.
        pub secret_access_key: Secret,
        /// Session token.
        pub session_token: Secret,
        /// When they expire.
        pub expiration: Timestamp,
    }

    /// The session of an assumed role:
    /// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumedRoleUser.html>.
    pub struct AssumedRoleUser {
        /// Id of the role, a colon, the session name.
        pub assumed_role_id: String,
        /// `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`.
        pub arn: String,
    }

    /// A federated user: <https://docs.aws.amazon.com/STS/latest/APIReference/API_FederatedUser.html>.
    pub struct FederatedUser {
        /// Account id, a colon, the name.
        pub federated_user_id: String,
        /// ARN of the federated user.
        pub arn: String,
    }
}

impl Credentials {
    fn to_credentials(&self, arn: Option<&str>) -> crate::Credentials {
        let credentials = crate::Credentials::new(self.access_key_id.clone(), self.secret_access_key.clone())
            .with_session_token(self.session_token.clone())
            .with_expiration(self.expiration);
        match arn.and_then(account_of_arn) {
            Some(account) => credentials.with_account_id(account),
            None => credentials,
        }
    }
}

/// The fifth field of an ARN.
fn account_of_arn(arn: &str) -> Option<&str> {
    let mut fields = arn.split(':');
    (fields.next() == Some("arn")).then(|| fields.nth(3)).flatten().filter(|account| !account.is_empty())
}

/// Outputs with temporary credentials: `credentials()` answers them ready for use, with the account id
/// where the output has an ARN.
macro_rules! with_credentials {
    ($($output:ident: |$this:ident| $arn:expr;)*) => {
        $(impl $output {
            /// The temporary credentials, ready to sign with; `None` if the answer had none. The account id is
            /// that of the ARN in the answer, if there is one.
            pub fn credentials(&self) -> Option<crate::Credentials> {
                let $this = self;
                let arn: Option<&str> = $arn;
                $this.credentials.as_ref().map(|c| c.to_credentials(arn))
            }
        })*
    };
}

with_credentials! {
    AssumeRoleOutput: |o| o.assumed_role_user.as_ref().map(|u| u.arn.as_str());
    AssumeRoleWithSamlOutput: |o| o.assumed_role_user.as_ref().map(|u| u.arn.as_str());
    AssumeRoleWithWebIdentityOutput: |o| o.assumed_role_user.as_ref().map(|u| u.arn.as_str());
    AssumeRootOutput: |o| None;
    GetDelegatedAccessTokenOutput: |o| o.assumed_principal.as_deref();
    GetFederationTokenOutput: |o| o.federated_user.as_ref().map(|u| u.arn.as_str());
    GetSessionTokenOutput: |o| None;
}
