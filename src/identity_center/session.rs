//! What a sign-in is for: an `sso-session`, or the legacy keys of a profile.

use sha1::{Digest, Sha1};

use crate::config::{Config, Profile, Section, Value};
use crate::error::{Error, LoginRequired, Result};

/// An Identity Center instance as a configuration names it.
///
/// The keys: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html>.
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

    /// The session that a profile names by `sso_session`, or the legacy one of its `sso_start_url` and
    /// `sso_region`; `None` if it has none of these keys.
    ///
    /// ```
    /// use stskit::identity_center::SsoSession;
    /// use stskit::{Settings, host::Scripted};
    /// let text = "[default]\nsso_session = dev\n[sso-session dev]\nsso_region = eu-west-1\n\
    ///     sso_start_url = https://d-abc123.awsapps.com/start\n";
    /// let host = Scripted::at(0).with_var("AWS_CONFIG_FILE", "/c").with_file("/c", text);
    /// let settings = Settings::builder().resolve_with(&host)?;
    /// let session = SsoSession::of_profile(settings.config(), &settings.profile().unwrap())?.unwrap();
    /// assert_eq!((session.name.as_deref(), session.region.as_str()), (Some("dev"), "eu-west-1"));
    /// # Ok::<(), stskit::Error>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidConfiguration`, with file and line: there is no such `sso-session`, it is incomplete, or it and the
    /// profile contradict each other.
    pub fn of_profile(config: &Config, profile: &Profile<'_>) -> Result<Option<Self>> {
        let own = ["sso_start_url", "sso_region"].map(|key| profile.get(key));
        let Some(named) = profile.get("sso_session") else {
            return match own {
                [None, None] => Ok(None),
                [Some(url), Some(region)] => {
                    Ok(Some(Self::legacy(url.text(), region.text()).with_profile(profile.name())))
                }
                [Some(url), None] => Err(url.error("the profile has sso_start_url here, but no sso_region")),
                [None, Some(region)] => Err(region.error("the profile has sso_region here, but no sso_start_url")),
            };
        };
        let Some(section) = config.sso_session(named.text()) else {
            return Err(
                named.error("the config file has no section [sso-session ...] of the name that sso_session gives")
            );
        };
        let find = |key: &str, own: Option<Value<'_>>| match (section.get(key), own) {
            (Some(theirs), Some(own)) if theirs.text() != own.text() => {
                Err(own.error(format_args!("{key} is not what the sso-session says ({theirs}): remove it here")))
            }
            (Some(value), _) | (None, Some(value)) => Ok(value.text().to_owned()),
            (None, None) => Err(named.error(format_args!("the sso-session named here has no {key}"))),
        };
        let [url, region] = own;
        let session = Self::named(named.text(), find("sso_start_url", url)?, find("sso_region", region)?);
        Ok(Some(session.with_scopes(scopes_of(&section)).with_profile(profile.name())))
    }

    /// The session of `[sso-session NAME]` in the config file; `None` if there is no such section.
    ///
    /// ```
    /// use stskit::identity_center::SsoSession;
    /// use stskit::{Settings, host::Scripted};
    /// let text = "[sso-session dev]\nsso_region = eu-west-1\nsso_start_url = https://d-abc123.awsapps.com/start\n";
    /// let host = Scripted::at(0).with_var("AWS_CONFIG_FILE", "/c").with_file("/c", text);
    /// let settings = Settings::builder().resolve_with(&host)?;
    /// let session = SsoSession::of_section(settings.config(), "dev")?.unwrap();
    /// assert_eq!(session.region, "eu-west-1");
    /// # Ok::<(), stskit::Error>(())
    /// ```
    ///
    /// # Errors
    /// `InvalidConfiguration`: the section has no `sso_start_url` or no `sso_region`.
    pub fn of_section(config: &Config, name: &str) -> Result<Option<Self>> {
        let Some(section) = config.sso_session(name) else { return Ok(None) };
        let find = |key: &str| {
            let missing = || Error::configuration(format!("the sso-session {name:?} has no {key}"));
            section.get(key).map(|value| value.text().to_owned()).ok_or_else(missing)
        };
        let session = Self::named(name, find("sso_start_url")?, find("sso_region")?);
        Ok(Some(session.with_scopes(scopes_of(&section))))
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

    /// The client registration's file in the cache, as the AWS CLI names it: SHA-1 of JSON as Python writes
    /// it. Both flows share it; its content tells which one it is for.
    pub(super) fn registration_file_name(&self) -> String {
        let scopes: Vec<String> = self.registration_scopes.iter().map(|s| python_json(s)).collect();
        let scopes = if scopes.is_empty() { "null".to_owned() } else { format!("[{}]", scopes.join(", ")) };
        let key = format!(
            "{{\"region\": {}, \"scopes\": {scopes}, \"session_name\": {}, \"startUrl\": {}, \"tool\": \"botocore\"}}",
            python_json(&self.region),
            self.name.as_deref().map_or_else(|| "null".to_owned(), python_json),
            python_json(&self.start_url),
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
        let who = match (&self.name, &self.profile) {
            (Some(session), Some(profile)) => format!("the SSO session {session} of the profile {profile}"),
            (Some(session), None) => format!("the SSO session {session}"),
            (None, Some(profile)) => format!("the SSO sign-in of the profile {profile}"),
            (None, None) => "the SSO sign-in".to_owned(),
        };
        let login = LoginRequired {
            profile: self.profile.clone(),
            session: self.name.clone(),
            start_url: Some(self.start_url.clone()),
            command,
        };
        Error::login(login, &format!("{who} at {} {why}", self.start_url))
    }
}

/// The list of `sso_registration_scopes`.
fn scopes_of(section: &Section<'_>) -> Vec<String> {
    let list = section.get("sso_registration_scopes");
    let scopes = list.iter().flat_map(|list| list.text().split(',')).map(str::trim).filter(|s| !s.is_empty());
    scopes.map(str::to_owned).collect()
}

/// A JSON string as Python's `json.dumps` writes it: whatever is not printable ASCII is escaped.
pub(crate) fn python_json(text: &str) -> String {
    let mut escaped = String::new();
    for c in serde_json::Value::from(text).to_string().chars() {
        match c {
            ' '..='~' => escaped.push(c),
            _ => escaped.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}"))),
        }
    }
    escaped
}

/// The names of cache files are made of these.
pub(crate) fn sha1_hex(text: &str) -> String {
    Sha1::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_escaped_as_python_does() {
        // json.dumps of the same text.
        assert_eq!(python_json("a\"\\/\u{8}\u{1}\u{7f}é日🦀~"), r#""a\"\\/\b\u0001\u007f\u00e9\u65e5\ud83e\udd80~""#);
    }

    #[test]
    fn registration_files_have_the_clis_names() {
        // `_registration_cache_key` of the AWS CLI 2 for the same values.
        let url = "https://d-abc123.awsapps.com/start";
        let session =
            |name: &str, scopes: &[&str]| SsoSession::named(name, url, "eu-west-1").with_scopes(scopes.to_vec());
        for (session, expected) in [
            (session("dev", &["sso:account:access"]), "b4028332ce9ed7daafa909796b1e7dfa697dc921.json"),
            (session("Büro 日🦀", &["a", "b\""]), "b0f1af36e3f187b31c4b2496ff6fe60fbd8efc2f.json"),
            (SsoSession::legacy(url, "eu-west-1"), "48d8add3c02b0e563e703e7cb31eb761d4b6c8e9.json"),
        ] {
            assert_eq!(session.registration_file_name(), expected, "{session:?}");
        }
    }
}
