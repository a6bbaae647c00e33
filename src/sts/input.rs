//! Inputs of the STS operations. Members in the order of the service's model, which is the order sent.

use serde::{Deserialize, Serialize};

use crate::client::shape::shaped;
use crate::secret::Secret;

/// Declares an input: a plain structure with the serde attributes every input has.
macro_rules! inputs {
    ($($(#[$doc:meta])* pub struct $name:ident { $($(#[$attr:meta])* pub $member:ident: $type:ty,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
            #[serde(rename_all = "PascalCase", deny_unknown_fields)]
            pub struct $name {
                $($(#[$attr])* pub $member: $type,)*
            }

            shaped! { $name { $($member: $type,)* } }
        )*
    };
}

inputs! {
    /// Input of `AssumeRole`: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>.
    ///
    /// ```
    /// use stskit::sts::{AssumeRole, Tag};
    /// let input = AssumeRole {
    ///     duration_seconds: Some(900),
    ///     tags: Some(vec![Tag::new("team", "payments")]),
    ///     ..AssumeRole::new("arn:aws:iam::123456789012:role/deploy", "release-42")
    /// };
    /// assert_eq!(input.role_session_name, "release-42");
    /// ```
    pub struct AssumeRole {
        /// ARN of the role, 20 characters or more.
        pub role_arn: String,
        /// Names the session in logs and in the ARN of the assumed role, 2 characters or more.
        pub role_session_name: String,
        /// Managed policies that narrow the session.
        pub policy_arns: Option<Vec<PolicyDescriptorType>>,
        /// Inline policy (JSON) that narrows the session.
        pub policy: Option<String>,
        /// Seconds, 900 to the maximum of the role (43,200 at most; 3600 from a role); the service's default is 3600.
        pub duration_seconds: Option<i32>,
        /// Session tags.
        pub tags: Option<Vec<Tag>>,
        /// Keys of the tags that pass on to further roles.
        pub transitive_tag_keys: Option<Vec<String>>,
        /// What the role's owner asks third parties for.
        pub external_id: Option<String>,
        /// Serial number or ARN of the MFA device.
        pub serial_number: Option<String>,
        /// The device's current code, 6 digits.
        pub token_code: Option<Secret>,
        /// Who is behind the session; cannot be changed later.
        pub source_identity: Option<String>,
        /// Trusted context assertions.
        pub provided_contexts: Option<Vec<ProvidedContext>>,
        /// Bytes that the session token should have room for, 0 to 4096.
        pub minimum_session_token_size: Option<i32>,
    }

    /// Input of `AssumeRoleWithSAML`:
    /// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html>.
    ///
    /// ```
    /// use stskit::sts::AssumeRoleWithSaml;
    /// let (role, provider) = ("arn:aws:iam::123456789012:role/staff", "arn:aws:iam::123456789012:saml-provider/Corp");
    /// let input = AssumeRoleWithSaml {
    ///     duration_seconds: Some(3600),
    ///     ..AssumeRoleWithSaml::new(role, provider, "PHNhbWxwOlJlc3BvbnNl...") // the SAMLResponse of the form
    /// };
    /// ```
    pub struct AssumeRoleWithSaml {
        /// ARN of the role, 20 characters or more.
        pub role_arn: String,
        /// ARN of the SAML provider, 20 characters or more.
        pub principal_arn: String,
        /// The assertion, base64.
        #[serde(rename = "SAMLAssertion")]
        pub saml_assertion: Secret,
        /// Managed policies that narrow the session.
        pub policy_arns: Option<Vec<PolicyDescriptorType>>,
        /// Inline policy (JSON) that narrows the session.
        pub policy: Option<String>,
        /// Seconds, 900 to the maximum of the role (43,200 at most); the service's default is 3600.
        pub duration_seconds: Option<i32>,
        /// Bytes that the session token should have room for, 0 to 4096.
        pub minimum_session_token_size: Option<i32>,
    }

    /// Input of `AssumeRoleWithWebIdentity`:
    /// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>.
    ///
    /// ```no_run
    /// use stskit::sts::AssumeRoleWithWebIdentity;
    /// let token = std::fs::read_to_string("/var/run/secrets/eks.amazonaws.com/serviceaccount/token")?;
    /// let role = "arn:aws:iam::123456789012:role/pod";
    /// let input = AssumeRoleWithWebIdentity::new(role, "my-pod", token.trim());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub struct AssumeRoleWithWebIdentity {
        /// ARN of the role, 20 characters or more.
        pub role_arn: String,
        /// Names the session in logs and in the ARN of the assumed role, 2 characters or more.
        pub role_session_name: String,
        /// The token (JWT, or OAuth 2.0 with `provider_id`).
        pub web_identity_token: Secret,
        /// Host of the OAuth 2.0 provider; not for OpenID Connect.
        pub provider_id: Option<String>,
        /// Managed policies that narrow the session.
        pub policy_arns: Option<Vec<PolicyDescriptorType>>,
        /// Inline policy (JSON) that narrows the session.
        pub policy: Option<String>,
        /// Seconds, 900 to the maximum of the role (43,200 at most); the service's default is 3600.
        pub duration_seconds: Option<i32>,
        /// Bytes that the session token should have room for, 0 to 4096.
        pub minimum_session_token_size: Option<i32>,
    }

    /// Input of `AssumeRoot`: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html>.
    ///
    /// ```
    /// use stskit::sts::AssumeRoot;
    /// let task = "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy";
    /// let input = AssumeRoot { duration_seconds: Some(900), ..AssumeRoot::new("123456789012", task) };
    /// ```
    pub struct AssumeRoot {
        /// Account id or ARN of the member account's root user.
        pub target_principal: String,
        /// The task's policy: which of the few is allowed is the service's to judge.
        pub task_policy_arn: PolicyDescriptorType,
        /// Seconds, 900 at most.
        pub duration_seconds: Option<i32>,
        /// Bytes that the session token should have room for, 0 to 4096.
        pub minimum_session_token_size: Option<i32>,
    }

    /// Input of `DecodeAuthorizationMessage`:
    /// <https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html>.
    ///
    /// ```
    /// use stskit::sts::DecodeAuthorizationMessage;
    /// let refusal = "You are not authorized to perform this operation. Encoded authorization failure message: 4lXpQ2";
    /// let encoded = refusal.rsplit(": ").next().unwrap_or_default();
    /// assert_eq!(DecodeAuthorizationMessage::new(encoded).encoded_message, "4lXpQ2");
    /// ```
    pub struct DecodeAuthorizationMessage {
        /// The message as an operation answered it.
        pub encoded_message: String,
    }

    /// Input of `GetAccessKeyInfo`: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html>.
    ///
    /// ```
    /// use stskit::sts::GetAccessKeyInfo;
    /// let input = GetAccessKeyInfo::new("AKIAIOSFODNN7EXAMPLE"); // the key that turned up somewhere
    /// ```
    pub struct GetAccessKeyInfo {
        /// The access key id, 16 characters or more.
        pub access_key_id: String,
    }

    /// Input of `GetCallerIdentity`: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>.
    ///
    /// ```no_run
    /// use stskit::sts::{Client, GetCallerIdentity};
    /// println!("I am {:?}", Client::from_env()?.get_caller_identity(&GetCallerIdentity {})?.arn);
    /// # Ok::<(), stskit::Error>(())
    /// ```
    #[derive(Default)]
    pub struct GetCallerIdentity {}

    /// Input of `GetDelegatedAccessToken`:
    /// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetDelegatedAccessToken.html>.
    ///
    /// ```
    /// use stskit::sts::GetDelegatedAccessToken;
    /// let input = GetDelegatedAccessToken::new("the token to trade in");
    /// assert_eq!(format!("{:?}", input.trade_in_token), "[secret]");
    /// ```
    pub struct GetDelegatedAccessToken {
        /// The token to trade in.
        pub trade_in_token: Secret,
    }

    /// Input of `GetFederationToken`:
    /// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html>.
    ///
    /// ```
    /// use stskit::sts::{GetFederationToken, PolicyDescriptorType};
    /// let input = GetFederationToken {
    ///     policy_arns: Some(vec![PolicyDescriptorType::new("arn:aws:iam::aws:policy/ReadOnlyAccess")]),
    ///     duration_seconds: Some(3600),
    ///     ..GetFederationToken::new("bob")
    /// };
    /// ```
    pub struct GetFederationToken {
        /// Name of the federated user, 2 characters or more.
        pub name: String,
        /// Inline policy (JSON).
        pub policy: Option<String>,
        /// Managed policies.
        pub policy_arns: Option<Vec<PolicyDescriptorType>>,
        /// Seconds, 900 to 129,600 (36 hours; 3600 for a root user); the service's default is 43,200.
        pub duration_seconds: Option<i32>,
        /// Session tags.
        pub tags: Option<Vec<Tag>>,
        /// Bytes that the session token should have room for, 0 to 4096.
        pub minimum_session_token_size: Option<i32>,
    }

    /// Input of `GetSessionToken`: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>.
    ///
    /// ```
    /// use stskit::sts::GetSessionToken;
    /// let input = GetSessionToken {
    ///     serial_number: Some("arn:aws:iam::123456789012:mfa/bob".into()),
    ///     token_code: Some("123456".into()),
    ///     ..GetSessionToken::default()
    /// };
    /// ```
    #[derive(Default)]
    pub struct GetSessionToken {
        /// Seconds, 900 to 129,600 (36 hours; 3600 for a root user); the service's default is 43,200.
        pub duration_seconds: Option<i32>,
        /// Serial number or ARN of the MFA device.
        pub serial_number: Option<String>,
        /// The device's current code, 6 digits.
        pub token_code: Option<Secret>,
        /// Bytes that the session token should have room for, 0 to 4096.
        pub minimum_session_token_size: Option<i32>,
    }

    /// Input of `GetWebIdentityToken`:
    /// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html>.
    ///
    /// ```
    /// use stskit::sts::GetWebIdentityToken;
    /// let input = GetWebIdentityToken {
    ///     duration_seconds: Some(300),
    ///     ..GetWebIdentityToken::new(["https://api.example.com"], "ES384")
    /// };
    /// ```
    pub struct GetWebIdentityToken {
        /// Who the token is for: 1 to 10 audiences.
        pub audience: Vec<String>,
        /// Seconds, 60 to 3600; the service's default is 300.
        pub duration_seconds: Option<i32>,
        /// `RS256` or `ES384`.
        pub signing_algorithm: String,
        /// Tags to put into the token.
        pub tags: Option<Vec<Tag>>,
    }

    /// A session tag.
    ///
    /// <https://docs.aws.amazon.com/STS/latest/APIReference/API_Tag.html>.
    ///
    /// ```
    /// use stskit::sts::{AssumeRole, Tag};
    /// let tags = Some(vec![Tag::new("team", "payments"), Tag::new("ticket", "")]);
    /// let input = AssumeRole { tags, ..AssumeRole::new("arn:aws:iam::123456789012:role/deploy", "release-42") };
    /// ```
    pub struct Tag {
        /// The key, not empty.
        pub key: String,
        /// The value; may be empty.
        pub value: String,
    }

    /// A managed policy.
    ///
    /// <https://docs.aws.amazon.com/STS/latest/APIReference/API_PolicyDescriptorType.html>.
    ///
    /// ```
    /// use stskit::sts::{AssumeRole, PolicyDescriptorType};
    /// let policy_arns = Some(vec![PolicyDescriptorType::new("arn:aws:iam::aws:policy/ReadOnlyAccess")]);
    /// let input = AssumeRole { policy_arns, ..AssumeRole::new("arn:aws:iam::123456789012:role/audit", "check") };
    /// ```
    #[derive(Default)]
    pub struct PolicyDescriptorType {
        /// ARN of the policy.
        #[serde(rename = "arn")]
        pub arn: Option<String>,
    }

    /// A trusted context assertion.
    ///
    /// <https://docs.aws.amazon.com/STS/latest/APIReference/API_ProvidedContext.html>.
    ///
    /// ```
    /// use stskit::sts::{AssumeRole, ProvidedContext};
    /// let provider = "arn:aws:iam::aws:contextProvider/IdentityCenter";
    /// let contexts = Some(vec![ProvidedContext::new(provider, "the identity context of a token")]);
    /// let role = AssumeRole::new("arn:aws:iam::123456789012:role/analyst", "bob");
    /// let input = AssumeRole { provided_contexts: contexts, ..role };
    /// ```
    #[derive(Default)]
    pub struct ProvidedContext {
        /// ARN of the context provider.
        pub provider_arn: Option<String>,
        /// The signed assertion.
        pub context_assertion: Option<Secret>,
    }
}

impl AssumeRole {
    /// The required members; the others unset.
    pub fn new(role_arn: impl Into<String>, role_session_name: impl Into<String>) -> Self {
        AssumeRole {
            role_arn: role_arn.into(),
            role_session_name: role_session_name.into(),
            policy_arns: None,
            policy: None,
            duration_seconds: None,
            tags: None,
            transitive_tag_keys: None,
            external_id: None,
            serial_number: None,
            token_code: None,
            source_identity: None,
            provided_contexts: None,
            minimum_session_token_size: None,
        }
    }
}

impl AssumeRoleWithSaml {
    /// The required members; the others unset.
    pub fn new(
        role_arn: impl Into<String>,
        principal_arn: impl Into<String>,
        saml_assertion: impl Into<Secret>,
    ) -> Self {
        AssumeRoleWithSaml {
            role_arn: role_arn.into(),
            principal_arn: principal_arn.into(),
            saml_assertion: saml_assertion.into(),
            policy_arns: None,
            policy: None,
            duration_seconds: None,
            minimum_session_token_size: None,
        }
    }
}

impl AssumeRoleWithWebIdentity {
    /// The required members; the others unset.
    pub fn new(
        role_arn: impl Into<String>,
        role_session_name: impl Into<String>,
        web_identity_token: impl Into<Secret>,
    ) -> Self {
        AssumeRoleWithWebIdentity {
            role_arn: role_arn.into(),
            role_session_name: role_session_name.into(),
            web_identity_token: web_identity_token.into(),
            provider_id: None,
            policy_arns: None,
            policy: None,
            duration_seconds: None,
            minimum_session_token_size: None,
        }
    }
}

impl AssumeRoot {
    /// The required members; the duration unset.
    pub fn new(target_principal: impl Into<String>, task_policy_arn: impl Into<String>) -> Self {
        AssumeRoot {
            target_principal: target_principal.into(),
            task_policy_arn: PolicyDescriptorType::new(task_policy_arn),
            duration_seconds: None,
            minimum_session_token_size: None,
        }
    }
}

impl DecodeAuthorizationMessage {
    /// The required member.
    pub fn new(encoded_message: impl Into<String>) -> Self {
        DecodeAuthorizationMessage { encoded_message: encoded_message.into() }
    }
}

impl GetAccessKeyInfo {
    /// The required member.
    pub fn new(access_key_id: impl Into<String>) -> Self {
        GetAccessKeyInfo { access_key_id: access_key_id.into() }
    }
}

impl GetDelegatedAccessToken {
    /// The required member.
    pub fn new(trade_in_token: impl Into<Secret>) -> Self {
        GetDelegatedAccessToken { trade_in_token: trade_in_token.into() }
    }
}

impl GetFederationToken {
    /// The required member; the others unset.
    pub fn new(name: impl Into<String>) -> Self {
        GetFederationToken {
            name: name.into(),
            policy: None,
            policy_arns: None,
            duration_seconds: None,
            tags: None,
            minimum_session_token_size: None,
        }
    }
}

impl GetWebIdentityToken {
    /// The required members; the others unset.
    pub fn new(audience: impl IntoIterator<Item = impl Into<String>>, signing_algorithm: impl Into<String>) -> Self {
        GetWebIdentityToken {
            audience: audience.into_iter().map(Into::into).collect(),
            duration_seconds: None,
            signing_algorithm: signing_algorithm.into(),
            tags: None,
        }
    }
}

impl Tag {
    /// A tag.
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> Self {
        Tag { key: key.into(), value: value.into() }
    }
}

impl PolicyDescriptorType {
    /// A managed policy by its ARN.
    pub fn new(arn: impl Into<String>) -> Self {
        PolicyDescriptorType { arn: Some(arn.into()) }
    }
}

impl ProvidedContext {
    /// A context by its provider and assertion.
    pub fn new(provider_arn: impl Into<String>, context_assertion: impl Into<Secret>) -> Self {
        ProvidedContext { provider_arn: Some(provider_arn.into()), context_assertion: Some(context_assertion.into()) }
    }
}
