//! Input and output of the operation, with the service's own member names.

use serde::{Deserialize, Serialize};

use crate::client::shape::shaped;
use crate::protocol::integer;
use crate::secret::Secret;

/// Declares structures, and what they hold.
macro_rules! structures {
    ($($(#[$doc:meta])* pub struct $name:ident { $($(#[$attr:meta])* pub $member:ident: $type:ty,)* })*) => {
        $(
            $(#[$doc])*
            pub struct $name { $($(#[$attr])* pub $member: $type,)* }

            shaped! { $name { $($member: $type,)* } }
        )*
    };
}

structures! {
    /// Input of `CreateOAuth2Token`. The values are those of the cache file that `aws login` writes:
    /// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-login-credentials.html>.
    ///
    /// ```
    /// use stskit::signin::CreateOAuth2Token;
    /// let client = "arn:aws:signin:::devtools/same-device";
    /// let input = CreateOAuth2Token::refresh(client, "refresh token");
    /// assert_eq!(input.grant_type, "refresh_token");
    /// let redirect = "http://127.0.0.1:8400/oauth/callback";
    /// assert_eq!(CreateOAuth2Token::authorization_code(client, "code", redirect, "verifier").refresh_token, None);
    /// ```
    #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    pub struct CreateOAuth2Token {
        /// `arn:aws:signin:::devtools/same-device` or `.../cross-device`: by how the sign-in was made.
        pub client_id: String,
        /// `refresh_token` (RFC 6749 section 6) or `authorization_code` (section 4.1.3).
        pub grant_type: String,
        /// For the refresh grant.
        pub refresh_token: Option<Secret>,
        /// For the authorization code grant.
        pub code: Option<Secret>,
        /// For the authorization code grant: the URI the code came to.
        pub redirect_uri: Option<String>,
        /// For the authorization code grant: the PKCE verifier (RFC 7636), 43 characters or more.
        pub code_verifier: Option<Secret>,
    }

    /// Output of [`CreateOAuth2Token`]: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-login-credentials.html>.
    ///
    /// ```
    /// use stskit::signin::CreateOAuth2TokenOutput;
    /// let answer: CreateOAuth2TokenOutput = serde_json::from_str(
    ///     r#"{"accessToken": {"accessKeyId": "ASIA", "secretAccessKey": "s", "sessionToken": "t"},
    ///         "tokenType": "aws_sigv4", "expiresIn": 900, "refreshToken": "next"}"#,
    /// )?;
    /// assert_eq!((answer.expires_in, answer.refresh_token), (Some(900), Some("next".into())));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    #[non_exhaustive]
    pub struct CreateOAuth2TokenOutput {
        /// Temporary credentials.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub access_token: Option<AccessToken>,
        /// `aws_sigv4`.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub token_type: Option<String>,
        /// Seconds until the credentials expire, 900 at most.
        #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "integer")]
        pub expires_in: Option<i64>,
        /// Gets the next credentials, instead of the one that was sent.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub refresh_token: Option<Secret>,
        /// Who signed in, as a JWT; for the authorization code grant only.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub id_token: Option<Secret>,
    }

    /// The credentials in a [`CreateOAuth2TokenOutput`], good for its `expires_in`:
    /// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-login-credentials.html>.
    ///
    /// ```
    /// use stskit::signin::AccessToken;
    /// let token: AccessToken = serde_json::from_str(r#"{"accessKeyId": "ASIA", "secretAccessKey": "hidden"}"#)?;
    /// assert!(format!("{token:?}").contains("ASIA") && !format!("{token:?}").contains("hidden"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    #[non_exhaustive]
    pub struct AccessToken {
        /// An identifier, not a secret.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub access_key_id: Option<String>,
        /// The secret access key.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub secret_access_key: Option<Secret>,
        /// The session token.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub session_token: Option<Secret>,
    }
}

impl CreateOAuth2Token {
    /// The next credentials of a sign-in.
    pub fn refresh(client_id: impl Into<String>, refresh_token: impl Into<Secret>) -> Self {
        CreateOAuth2Token {
            client_id: client_id.into(),
            grant_type: "refresh_token".to_owned(),
            refresh_token: Some(refresh_token.into()),
            ..Self::default()
        }
    }

    /// The first credentials of a sign-in, for the code that its page answered with.
    pub fn authorization_code(
        client_id: impl Into<String>,
        code: impl Into<Secret>,
        redirect_uri: impl Into<String>,
        code_verifier: impl Into<Secret>,
    ) -> Self {
        CreateOAuth2Token {
            client_id: client_id.into(),
            grant_type: "authorization_code".to_owned(),
            code: Some(code.into()),
            redirect_uri: Some(redirect_uri.into()),
            code_verifier: Some(code_verifier.into()),
            ..Self::default()
        }
    }
}
