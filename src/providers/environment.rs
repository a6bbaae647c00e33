//! Credentials from environment variables.

use std::sync::Arc;

use crate::credential::{Credentials, Provide};
use crate::error::{Error, ErrorKind, Result};
use crate::host::{Host, System};
use crate::settings::Sources;
use crate::timestamp::Timestamp;

/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` (or the old `AWS_SECURITY_TOKEN`),
/// `AWS_CREDENTIAL_EXPIRATION`, `AWS_ACCOUNT_ID`.
///
/// Blank counts as not set. The variables are read at each call.
///
/// ```
/// use std::sync::Arc;
/// use stskit::{Provide, host::Scripted, providers::Environment};
/// let host = Scripted::at(0).with_var("AWS_ACCESS_KEY_ID", "AKID").with_var("AWS_SECRET_ACCESS_KEY", "secret");
/// let credentials = Environment::with_host(Arc::new(host)).credentials().unwrap();
/// assert_eq!(credentials.access_key_id(), "AKID");
/// ```
#[derive(Debug, Clone)]
pub struct Environment {
    host: Arc<dyn Host>,
}

impl Environment {
    /// The environment of the process.
    pub fn new() -> Self {
        Self::with_host(Arc::new(System))
    }

    /// The environment of any [`Host`].
    pub fn with_host(host: Arc<dyn Host>) -> Self {
        Environment { host }
    }
}

impl Default for Environment {
    fn default() -> Self {
        Self::new()
    }
}

impl Provide for Environment {
    /// # Errors
    /// `NoCredentials` if `AWS_ACCESS_KEY_ID` is not set, `InvalidConfiguration` if it is set without
    /// `AWS_SECRET_ACCESS_KEY` or the expiration is not a time, `Expired` if that time has passed.
    fn credentials(&self) -> Result<Credentials> {
        let sources = Sources::environment(&*self.host);
        let Some(id) = sources.variable("AWS_ACCESS_KEY_ID")? else {
            return Err(Error::new(
                ErrorKind::NoCredentials,
                "no credentials in the environment: AWS_ACCESS_KEY_ID is not set",
            ));
        };
        let Some(secret) = sources.variable("AWS_SECRET_ACCESS_KEY")? else {
            return Err(Error::configuration(
                "the credentials in the environment are incomplete: AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not",
            ));
        };
        let token = match sources.variable("AWS_SESSION_TOKEN")? {
            Some(token) => Some(token),
            None => sources.variable("AWS_SECURITY_TOKEN")?,
        };
        let mut credentials = Credentials::new(id.trim(), secret.trim());
        if let Some(token) = token {
            credentials = credentials.with_session_token(token.trim());
        }
        if let Some(text) = sources.variable("AWS_CREDENTIAL_EXPIRATION")? {
            let at = Timestamp::parse(&text).ok_or_else(|| {
                Error::configuration("AWS_CREDENTIAL_EXPIRATION is not a time such as 2026-01-02T03:04:05Z")
            })?;
            if at <= self.host.now() {
                return Err(Error::new(
                    ErrorKind::Expired,
                    format!(
                        "the credentials in the environment expired at {at} (AWS_CREDENTIAL_EXPIRATION): export new ones"
                    ),
                ));
            }
            credentials = credentials.with_expiration(at);
        }
        if let Some(account) = sources.variable("AWS_ACCOUNT_ID")? {
            credentials = credentials.with_account_id(account.trim());
        }
        Ok(credentials)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Scripted;

    fn load(vars: &[(&str, &str)]) -> Result<Credentials> {
        let host = vars.iter().fold(Scripted::at(1_767_323_045), |host, (name, value)| host.with_var(name, *value));
        Environment::with_host(Arc::new(host)).credentials()
    }

    const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "AKID"), ("AWS_SECRET_ACCESS_KEY", "planted")];

    #[test]
    fn all_five_values() {
        let mut vars = KEYS.to_vec();
        vars.extend([
            ("AWS_SESSION_TOKEN", "token"),
            ("AWS_SECURITY_TOKEN", "old"),
            ("AWS_CREDENTIAL_EXPIRATION", "2026-01-02T04:04:05+00:00"),
            ("AWS_ACCOUNT_ID", "123456789012"),
        ]);
        let found = load(&vars).unwrap();
        assert_eq!(found.access_key_id(), "AKID");
        assert_eq!(found.secret_access_key(), "planted");
        assert_eq!(found.session_token(), Some("token"));
        assert_eq!(found.expiration().unwrap().as_secs(), 1_767_326_645);
        assert_eq!(found.account_id(), Some("123456789012"));
    }

    #[test]
    fn the_old_token_name_serves_and_blank_is_unset() {
        let mut vars = KEYS.to_vec();
        vars.extend([("AWS_SESSION_TOKEN", " "), ("AWS_SECURITY_TOKEN", "old")]);
        assert_eq!(load(&vars).unwrap().session_token(), Some("old"));
        assert_eq!(load(&KEYS).unwrap().session_token(), None);
    }

    #[test]
    fn what_is_missing_wrong_or_expired() {
        let with = |name, value| vec![KEYS[0], KEYS[1], (name, value)];
        for (vars, kind, text) in [
            (vec![], ErrorKind::NoCredentials, "AWS_ACCESS_KEY_ID"),
            (vec![KEYS[1]], ErrorKind::NoCredentials, "AWS_ACCESS_KEY_ID"),
            (vec![("AWS_ACCESS_KEY_ID", "  "), KEYS[1]], ErrorKind::NoCredentials, "AWS_ACCESS_KEY_ID"),
            (vec![KEYS[0]], ErrorKind::InvalidConfiguration, "AWS_SECRET_ACCESS_KEY"),
            (with("AWS_CREDENTIAL_EXPIRATION", "soon"), ErrorKind::InvalidConfiguration, "AWS_CREDENTIAL_EXPIRATION"),
            (with("AWS_CREDENTIAL_EXPIRATION", "2026-01-02T03:04:05Z"), ErrorKind::Expired, "2026-01-02T03:04:05Z"),
        ] {
            let error = load(&vars).unwrap_err();
            assert_eq!(error.kind(), kind);
            assert!(error.to_string().contains(text) && !error.to_string().contains("planted"), "{error}");
        }
    }
}
