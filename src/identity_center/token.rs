//! The token of a sign-in, as the cache file holds it. Unknown keys are kept.

use std::fmt;

use serde_json::{Map, Value};

use crate::secret::Secret;
use crate::timestamp::Timestamp;

/// A sign-in: access token, expiry, and what a refresh needs.
///
/// `Debug` shows the times and what is there, not the tokens.
///
/// ```no_run
/// use stskit::host::{Host, System};
/// use stskit::identity_center::{SsoSession, TokenCache};
///
/// let session = SsoSession::named("dev", "https://d-abc123.awsapps.com/start", "eu-west-1");
/// match TokenCache::default_location()?.read(&session)? {
///     Some(token) if token.expires_at() > System.now() => println!("signed in until {}", token.expires_at()),
///     Some(token) if token.is_refreshable(System.now()) => println!("a TokenProvider will refresh it"),
///     _ => println!("not signed in"),
/// }
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct SsoToken {
    access_token: Secret,
    expires_at: Timestamp,
    refresh: Option<Refresh>,
    /// The whole file, unknown keys included; the members above are read from it.
    document: Map<String, Value>,
}

/// What a refresh needs; all four or nothing.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Refresh {
    pub(super) refresh_token: Secret,
    pub(super) client_id: String,
    pub(super) client_secret: Secret,
    pub(super) registration_expires_at: Timestamp,
}

/// What a new token consists of.
pub(super) struct NewToken<'a> {
    pub(super) start_url: &'a str,
    pub(super) region: &'a str,
    pub(super) access_token: &'a Secret,
    pub(super) expires_at: Timestamp,
    pub(super) client_id: &'a str,
    pub(super) client_secret: &'a Secret,
    pub(super) registration_expires_at: Timestamp,
    /// `None`: the one of the document stays.
    pub(super) refresh_token: Option<&'a Secret>,
}

impl SsoToken {
    /// Reads a cache file. `Err` says what is wrong, without any value.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, &'static str> {
        let document = match serde_json::from_slice(bytes) {
            Ok(Value::Object(document)) => document,
            Ok(_) => return Err("is not a JSON object"),
            Err(_) => return Err("is not JSON"),
        };
        Self::from_document(document)
    }

    fn from_document(document: Map<String, Value>) -> Result<Self, &'static str> {
        let text = |name: &str| document.get(name).and_then(Value::as_str).filter(|t| !t.is_empty());
        let access_token = text("accessToken").ok_or("has no accessToken")?;
        let expires_at = text("expiresAt").ok_or("has no expiresAt")?;
        let expires_at = Timestamp::parse(expires_at).ok_or("has an expiresAt that is no time")?;
        let refresh = || {
            Some(Refresh {
                refresh_token: text("refreshToken")?.into(),
                client_id: text("clientId")?.to_owned(),
                client_secret: text("clientSecret")?.into(),
                registration_expires_at: Timestamp::parse(text("registrationExpiresAt")?)?,
            })
        };
        Ok(SsoToken { access_token: access_token.into(), expires_at, refresh: refresh(), document })
    }

    /// Puts a new token into a document: an old one's, whose unknown keys stay, or an empty one.
    pub(super) fn renew(mut document: Map<String, Value>, new: &NewToken<'_>) -> Result<Self, &'static str> {
        let mut put = |name: &str, value: String| document.insert(name.to_owned(), Value::String(value));
        put("startUrl", new.start_url.to_owned());
        put("region", new.region.to_owned());
        put("accessToken", new.access_token.expose().to_owned());
        put("expiresAt", seconds(new.expires_at));
        put("clientId", new.client_id.to_owned());
        put("clientSecret", new.client_secret.expose().to_owned());
        put("registrationExpiresAt", seconds(new.registration_expires_at));
        if let Some(token) = new.refresh_token {
            put("refreshToken", token.expose().to_owned());
        }
        Self::from_document(document)
    }

    /// The access token, for the portal's operations.
    pub fn access_token(&self) -> &Secret {
        &self.access_token
    }

    /// When the access token expires.
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// Can it be refreshed at this time: are refresh token and client registration there, and the latter good?
    pub fn is_refreshable(&self, now: Timestamp) -> bool {
        self.refresh_parts(now).is_some()
    }

    pub(super) fn refresh_parts(&self, now: Timestamp) -> Option<&Refresh> {
        self.refresh.as_ref().filter(|r| r.registration_expires_at > now)
    }

    pub(super) fn document(&self) -> &Map<String, Value> {
        &self.document
    }
}

/// The way in for `fuzz/`, which writes no files.
#[cfg(fuzzing)]
impl SsoToken {
    /// Reads the content of a cache file.
    pub fn read_document(bytes: &[u8]) -> Result<Self, &'static str> {
        Self::parse(bytes)
    }
}

/// Whole seconds with `Z`, as the CLI writes them.
pub(crate) fn seconds(at: Timestamp) -> String {
    Timestamp::from_secs(at.as_secs()).to_string()
}

impl fmt::Debug for SsoToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SsoToken")
            .field("expires_at", &self.expires_at.to_string())
            .field("refreshable_until", &self.refresh.as_ref().map(|r| r.registration_expires_at.to_string()))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Result<SsoToken, &'static str> {
        SsoToken::parse(json.as_bytes())
    }

    #[test]
    fn reads_all_three_spellings_of_the_expiry() {
        for at in ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05UTC", "2026-01-02T04:04:05+01:00"] {
            let token = parse(&format!(r#"{{"accessToken": "t", "expiresAt": "{at}"}}"#)).unwrap();
            assert_eq!(token.expires_at().as_secs(), 1_767_323_045);
            assert!(!token.is_refreshable(Timestamp::from_secs(0)));
        }
    }

    #[test]
    fn refuses_what_is_no_token() {
        for (json, why) in [
            ("", "is not JSON"),
            ("{\"accessToken\": \"planted", "is not JSON"),
            ("[]", "is not a JSON object"),
            ("{}", "has no accessToken"),
            (r#"{"accessToken": 1, "expiresAt": "2026-01-02T03:04:05Z"}"#, "has no accessToken"),
            (r#"{"accessToken": ""}"#, "has no accessToken"),
            (r#"{"accessToken": "planted"}"#, "has no expiresAt"),
            (r#"{"accessToken": "planted", "expiresAt": "planted"}"#, "has an expiresAt that is no time"),
        ] {
            assert_eq!(parse(json).unwrap_err(), why);
        }
    }

    #[test]
    fn renewing_keeps_unknown_keys_and_the_refresh_token() {
        let old = parse(
            r#"{"accessToken": "old", "expiresAt": "2026-01-02T03:04:05Z", "refreshToken": "r1", "clientId": "c",
                "clientSecret": "s", "registrationExpiresAt": "2026-03-01T00:00:00Z", "idToken": {"kept": [1]}}"#,
        )
        .unwrap();
        assert!(old.is_refreshable(Timestamp::from_secs(1_767_323_045)));
        assert!(!old.is_refreshable(Timestamp::from_secs(1_900_000_000)));
        let renew = |refresh_token: Option<&Secret>| {
            let new = NewToken {
                start_url: "https://x",
                region: "eu-west-1",
                access_token: &"new".into(),
                expires_at: Timestamp::from_millis(1_767_326_645_999),
                client_id: "c",
                client_secret: &"s".into(),
                registration_expires_at: Timestamp::from_secs(1_772_323_200),
                refresh_token,
            };
            SsoToken::renew(old.document().clone(), &new).unwrap()
        };
        let kept = renew(None);
        assert_eq!(kept.document()["refreshToken"], "r1");
        assert_eq!(kept.document()["idToken"]["kept"][0], 1);
        assert_eq!(kept.document()["expiresAt"], "2026-01-02T04:04:05Z");
        assert_eq!(kept.access_token().expose(), "new");
        assert_eq!(renew(Some(&"r2".into())).document()["refreshToken"], "r2");
        assert!(!format!("{kept:?}").contains("new") && !format!("{kept:?}").contains("r1"));
    }
}
