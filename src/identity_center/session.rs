//! What a sign-in is for: an `sso-session`, or the legacy keys of a profile.

use sha1::{Digest, Sha1};

use crate::error::{Error, LoginRequired};

/// An Identity Center instance as a configuration names it.
///
/// ```
/// use stskit::identity_center::SsoSession;
/// let session = SsoSession::named("dev", "https://d-abc123.awsapps.com/start", "eu-west-1");
/// assert_eq!(session.file_name(), "34c6fceca75e456f25e7e99531e2425c6c1de443.json");
/// let legacy = SsoSession::legacy("https://d-abc123.awsapps.com/start", "eu-west-1");
/// assert_eq!(legacy.file_name(), "40a89917e3175433e361b710a9d43528d7f1890a.json");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SsoSession {
    /// The name of the `sso-session`; `None`: legacy configuration, whose tokens are never refreshed.
    pub name: Option<String>,
    /// The start URL as the configuration spells it: the token's file name depends on it.
    pub start_url: String,
    /// The region of the instance (`sso_region`).
    pub region: String,
    /// Scopes to register for at sign-in (`sso_registration_scopes`).
    pub registration_scopes: Vec<String>,
    /// The profile that asks, for messages.
    pub profile: Option<String>,
}

impl SsoSession {
    /// A session of `[sso-session NAME]`.
    pub fn named(name: impl Into<String>, start_url: impl Into<String>, region: impl Into<String>) -> Self {
        SsoSession { name: Some(name.into()), ..Self::legacy(start_url, region) }
    }

    /// The legacy keys `sso_start_url` and `sso_region` of a profile.
    pub fn legacy(start_url: impl Into<String>, region: impl Into<String>) -> Self {
        SsoSession {
            name: None,
            start_url: start_url.into(),
            region: region.into(),
            registration_scopes: Vec::new(),
            profile: None,
        }
    }

    /// Adds scopes to register for; the CLI's default is `sso:account:access`.
    #[must_use]
    pub fn with_scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.registration_scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Adds the name of the profile that asks.
    #[must_use]
    pub fn with_profile(mut self, profile: impl Into<String>) -> Self {
        self.profile = Some(profile.into());
        self
    }

    /// The token's file in the cache: SHA-1 of the session's name, or of the start URL as written.
    pub fn file_name(&self) -> String {
        format!("{}.json", sha1_hex(self.name.as_deref().unwrap_or(&self.start_url)))
    }

    /// The client registration's file in the cache: SHA-1 of JSON as Python writes it.
    pub(super) fn registration_file_name(&self, scopes: &[String], grant: &str) -> String {
        let text = |t: &str| serde_json::Value::from(t).to_string();
        let scopes: Vec<String> = scopes.iter().map(|s| text(s)).collect();
        let scopes = if scopes.is_empty() { "null".to_owned() } else { format!("[{}]", scopes.join(", ")) };
        let name = self.name.as_deref().map_or_else(|| "null".to_owned(), text);
        // The device flow's file is the AWS CLI's own; the other flow registers other grants.
        let grant = if grant.is_empty() { String::new() } else { format!("\"grant\": {}, ", text(grant)) };
        let key = format!(
            "{{{grant}\"region\": {}, \"scopes\": {scopes}, \"session_name\": {name}, \"startUrl\": {}, \"tool\": \"botocore\"}}",
            text(&self.region),
            text(&self.start_url),
        );
        format!("{}.json", sha1_hex(&key))
    }

    /// The error that tells the way out.
    pub(crate) fn login_error(&self, why: &str) -> Error {
        let command = match (&self.profile, &self.name) {
            (Some(profile), _) => format!("aws sso login --profile {profile}"),
            (None, Some(name)) => format!("aws sso login --sso-session {name}"),
            (None, None) => "aws sso login".to_owned(),
        };
        let login = LoginRequired {
            profile: self.profile.clone(),
            session: self.name.clone(),
            start_url: self.start_url.clone(),
            command,
        };
        Error::login(login, why)
    }
}

fn sha1_hex(text: &str) -> String {
    Sha1::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
