//! Inputs and outputs of the OIDC operations, with the service's own member names.

use serde::{Deserialize, Serialize};

use crate::client::shape::shaped;
use crate::protocol::integer;
use crate::secret::Secret;

macro_rules! inputs {
    ($($(#[$doc:meta])* pub struct $name:ident { $($(#[$attr:meta])* pub $member:ident: $type:ty,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
            #[serde(rename_all = "camelCase", deny_unknown_fields)]
            pub struct $name { $($(#[$attr])* pub $member: $type,)* }

            shaped! { $name { $($member: $type,)* } }
        )*
    };
}

macro_rules! outputs {
    ($($(#[$doc:meta])* pub struct $name:ident { $($(#[$attr:meta])* pub $member:ident: $type:ty,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
            #[serde(rename_all = "camelCase", default)]
            #[non_exhaustive]
            pub struct $name { $($(#[$attr])* #[serde(skip_serializing_if = "Option::is_none")] pub $member: $type,)* }

            shaped! { $name { $($member: $type,)* } }
        )*
    };
}

inputs! {
    /// Input of `CreateToken`:
    /// <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html>.
    ///
    /// ```
    /// use stskit::sso_oidc::{CreateToken, GRANT_REFRESH_TOKEN};
    /// let input = CreateToken::refresh("client id", "client secret", "refresh token");
    /// assert_eq!(input.grant_type, GRANT_REFRESH_TOKEN);
    /// assert!(input.device_code.is_none());
    /// ```
    pub struct CreateToken {
        /// From `RegisterClient`.
        pub client_id: String,
        /// From `RegisterClient`.
        pub client_secret: Secret,
        /// One of the `GRANT_` constants of this module.
        pub grant_type: String,
        /// For the device grant.
        pub device_code: Option<Secret>,
        /// For the authorization code grant.
        pub code: Option<Secret>,
        /// For the refresh grant.
        pub refresh_token: Option<Secret>,
        /// Scopes.
        pub scope: Option<Vec<String>>,
        /// For the authorization code grant: the URI the code came to.
        pub redirect_uri: Option<String>,
        /// For the authorization code grant: the PKCE verifier (RFC 7636).
        pub code_verifier: Option<Secret>,
    }

    /// Input of `CreateTokenWithIAM`:
    /// <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateTokenWithIAM.html>.
    ///
    /// ```
    /// use stskit::sso_oidc::CreateTokenWithIam;
    /// let input = CreateTokenWithIam {
    ///     client_id: "arn:aws:sso::123456789012:application/ssoins-1234567890abcdef/apl-1234567890abcdef".into(),
    ///     grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer".into(),
    ///     assertion: Some("the JWT of the trusted issuer".into()),
    ///     ..CreateTokenWithIam::default()
    /// };
    /// ```
    pub struct CreateTokenWithIam {
        /// ARN of the application.
        pub client_id: String,
        /// The grant type: `authorization_code`, `refresh_token`, JWT bearer (RFC 7523) or token exchange (RFC 8693).
        pub grant_type: String,
        /// For the authorization code grant.
        pub code: Option<Secret>,
        /// For the refresh grant.
        pub refresh_token: Option<Secret>,
        /// For the JWT bearer grant.
        pub assertion: Option<Secret>,
        /// Scopes.
        pub scope: Option<Vec<String>>,
        /// For the authorization code grant.
        pub redirect_uri: Option<String>,
        /// For the token exchange grant.
        pub subject_token: Option<Secret>,
        /// For the token exchange grant.
        pub subject_token_type: Option<String>,
        /// For the token exchange grant.
        pub requested_token_type: Option<String>,
        /// For the authorization code grant: the PKCE verifier (RFC 7636).
        pub code_verifier: Option<Secret>,
    }

    /// Input of `RegisterClient`:
    /// <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_RegisterClient.html>.
    ///
    /// ```
    /// use stskit::sso_oidc::RegisterClient;
    /// let input = RegisterClient {
    ///     scopes: Some(vec!["sso:account:access".into()]),
    ///     ..RegisterClient::new("my-tool", "public")
    /// };
    /// ```
    pub struct RegisterClient {
        /// A name that the user sees.
        pub client_name: String,
        /// `public`.
        pub client_type: String,
        /// Scopes, such as `sso:account:access`.
        pub scopes: Option<Vec<String>>,
        /// Where codes may be sent; a loopback address without its port (RFC 8252 section 7.3).
        pub redirect_uris: Option<Vec<String>>,
        /// The grants the client will use.
        pub grant_types: Option<Vec<String>>,
        /// The start URL, for the authorization code grant.
        pub issuer_url: Option<String>,
        /// ARN of an application.
        pub entitled_application_arn: Option<String>,
    }

    /// Input of `StartDeviceAuthorization`:
    /// <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_StartDeviceAuthorization.html>.
    ///
    /// ```
    /// use stskit::sso_oidc::StartDeviceAuthorization;
    /// let input = StartDeviceAuthorization {
    ///     client_id: "of the registration".into(),
    ///     client_secret: "of the registration".into(),
    ///     start_url: "https://d-abc123.awsapps.com/start".into(),
    /// };
    /// ```
    pub struct StartDeviceAuthorization {
        /// From `RegisterClient`.
        pub client_id: String,
        /// From `RegisterClient`.
        pub client_secret: Secret,
        /// The start URL of the Identity Center instance.
        pub start_url: String,
    }
}

outputs! {
    /// Output of [`CreateToken`](super::CreateToken).
    ///
    /// ```no_run
    /// use stskit::sso_oidc::{Client, CreateToken};
    /// let oidc = Client::in_region(&stskit::Settings::from_env()?, "eu-west-1")?;
    /// let renewed = oidc.create_token(&CreateToken::refresh("client id", "client secret", "refresh token"))?;
    /// println!("a new token for {:?} s", renewed.expires_in);
    /// # Ok::<(), stskit::Error>(())
    /// ```
    pub struct CreateTokenOutput {
        /// The access token.
        pub access_token: Option<Secret>,
        /// `Bearer`.
        pub token_type: Option<String>,
        /// Seconds until the access token expires.
        #[serde(deserialize_with = "integer")]
        pub expires_in: Option<i64>,
        /// Gets the next access token.
        pub refresh_token: Option<Secret>,
        /// Not used.
        pub id_token: Option<Secret>,
    }

    /// Output of [`CreateTokenWithIAM`](super::CreateTokenWithIam).
    ///
    /// ```no_run
    /// use stskit::sso_oidc::{Client, CreateTokenWithIam};
    /// use stskit::sts::{AssumeRole, ProvidedContext};
    /// # let (oidc, input): (Client, CreateTokenWithIam) = unimplemented!();
    /// let token = oidc.create_token_with_iam(&input)?.output;
    /// let context = token.aws_additional_details.and_then(|details| details.identity_context).ok_or("no context")?;
    /// let provider = "arn:aws:iam::aws:contextProvider/IdentityCenter";
    /// let role = AssumeRole {
    ///     provided_contexts: Some(vec![ProvidedContext::new(provider, context.expose())]),
    ///     ..AssumeRole::new("arn:aws:iam::123456789012:role/analyst", "bob")
    /// };
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct CreateTokenWithIamOutput {
        /// The access token.
        pub access_token: Option<Secret>,
        /// `Bearer`.
        pub token_type: Option<String>,
        /// Seconds until the access token expires.
        #[serde(deserialize_with = "integer")]
        pub expires_in: Option<i64>,
        /// Gets the next access token.
        pub refresh_token: Option<Secret>,
        /// The identity token.
        pub id_token: Option<Secret>,
        /// What kind of token was issued.
        pub issued_token_type: Option<String>,
        /// The scopes granted.
        pub scope: Option<Vec<String>>,
        /// More of AWS.
        pub aws_additional_details: Option<AwsAdditionalDetails>,
    }

    /// Details beyond OAuth; [`CreateTokenWithIamOutput`] shows their use.
    /// <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_AwsAdditionalDetails.html>.
    pub struct AwsAdditionalDetails {
        /// A trusted context for `AssumeRole`.
        pub identity_context: Option<Secret>,
    }

    /// Output of [`RegisterClient`](super::RegisterClient); [`Client`](super::Client) shows its use.
    pub struct RegisterClientOutput {
        /// The client id.
        pub client_id: Option<String>,
        /// The client secret.
        pub client_secret: Option<Secret>,
        /// Epoch seconds.
        #[serde(deserialize_with = "integer")]
        pub client_id_issued_at: Option<i64>,
        /// Epoch seconds.
        #[serde(deserialize_with = "integer")]
        pub client_secret_expires_at: Option<i64>,
        /// Where the authorization code flow starts.
        pub authorization_endpoint: Option<String>,
        /// Where tokens are created.
        pub token_endpoint: Option<String>,
    }

    /// Output of [`StartDeviceAuthorization`](super::StartDeviceAuthorization).
    ///
    /// ```
    /// use stskit::emulator::Emulator;
    /// use stskit::sso_oidc::{Client, RegisterClient, StartDeviceAuthorization};
    /// # use stskit::{Settings, endpoint::EndpointService};
    /// # let emulator = Emulator::start()?;
    /// # let settings = Settings::builder().endpoint_url(EndpointService::SsoOidc, emulator.url()).resolve()?;
    /// # let oidc = Client::in_region(&settings, "us-east-1")?;
    /// let client = oidc.register_client(&RegisterClient::new("my-tool", "public"))?.output;
    /// let started = oidc.start_device_authorization(&StartDeviceAuthorization {
    ///     client_id: client.client_id.unwrap_or_default(),
    ///     client_secret: client.client_secret.unwrap_or_default(),
    ///     start_url: format!("{}/start", emulator.url()),
    /// })?;
    /// println!("{:?} within {:?} s", started.verification_uri_complete, started.expires_in);
    /// # assert!(started.device_code.is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct StartDeviceAuthorizationOutput {
        /// What the client polls with.
        pub device_code: Option<Secret>,
        /// What the user types in.
        pub user_code: Option<String>,
        /// Where the user types it in.
        pub verification_uri: Option<String>,
        /// The same with the code filled in.
        pub verification_uri_complete: Option<String>,
        /// Seconds until the device code expires.
        #[serde(deserialize_with = "integer")]
        pub expires_in: Option<i64>,
        /// Seconds between polls.
        #[serde(deserialize_with = "integer")]
        pub interval: Option<i64>,
    }
}

impl RegisterClient {
    /// The required members; the others unset.
    pub fn new(client_name: impl Into<String>, client_type: impl Into<String>) -> Self {
        RegisterClient { client_name: client_name.into(), client_type: client_type.into(), ..Self::default() }
    }
}

impl CreateToken {
    /// A token for a device code (RFC 8628 section 3.4).
    pub fn device(
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
        device_code: impl Into<Secret>,
    ) -> Self {
        CreateToken {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            grant_type: super::GRANT_DEVICE_CODE.into(),
            device_code: Some(device_code.into()),
            ..Self::default()
        }
    }

    /// A token for a refresh token (RFC 6749 section 6).
    pub fn refresh(
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
        refresh_token: impl Into<Secret>,
    ) -> Self {
        CreateToken {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            grant_type: super::GRANT_REFRESH_TOKEN.into(),
            refresh_token: Some(refresh_token.into()),
            ..Self::default()
        }
    }

    /// A token for an authorization code (RFC 6749 section 4.1 with PKCE, RFC 7636).
    pub fn authorization_code(
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
        code: impl Into<Secret>,
        redirect_uri: impl Into<String>,
        code_verifier: impl Into<Secret>,
    ) -> Self {
        CreateToken {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            grant_type: super::GRANT_AUTHORIZATION_CODE.into(),
            code: Some(code.into()),
            redirect_uri: Some(redirect_uri.into()),
            code_verifier: Some(code_verifier.into()),
            ..Self::default()
        }
    }
}
