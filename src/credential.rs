//! Credentials and the trait of whatever provides them. Types only: the providers live in `providers`,
//! so that the client can name the trait without knowing any of them.

use std::fmt;
use std::sync::Arc;

use crate::error::Result;
use crate::secret::Secret;
use crate::timestamp::Timestamp;

/// One generation of AWS credentials: all five values always come from one load.
///
/// Long-term ones (<https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html>) or
/// temporary ones (<https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp.html>). `Send + Sync`;
/// cloning copies a pointer. `Debug` shows the access key id, the expiration and the account only.
///
/// ```
/// use stskit::Credentials;
/// let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI").with_session_token("IQoJb3JpZ2lu");
/// assert_eq!(credentials.access_key_id(), "AKIDEXAMPLE");
/// assert!(!format!("{credentials:?}").contains("wJalrXUtnFEMI"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials(Arc<Parts>);

#[derive(Clone, PartialEq, Eq)]
struct Parts {
    access_key_id: String,
    secret_access_key: Secret,
    session_token: Option<Secret>,
    expiration: Option<Timestamp>,
    account_id: Option<String>,
}

impl Credentials {
    /// Long-term credentials: no session token, no expiration.
    pub fn new(access_key_id: impl Into<String>, secret_access_key: impl Into<Secret>) -> Self {
        Credentials(Arc::new(Parts {
            access_key_id: access_key_id.into(),
            secret_access_key: secret_access_key.into(),
            session_token: None,
            expiration: None,
            account_id: None,
        }))
    }

    /// Adds the session token of temporary credentials. An empty token counts as none.
    #[must_use]
    pub fn with_session_token(mut self, token: impl Into<Secret>) -> Self {
        let token = token.into();
        Arc::make_mut(&mut self.0).session_token = (!token.is_empty()).then_some(token);
        self
    }

    /// Adds the time from which the service refuses them.
    #[must_use]
    pub fn with_expiration(mut self, at: Timestamp) -> Self {
        Arc::make_mut(&mut self.0).expiration = Some(at);
        self
    }

    /// Adds the 12-digit account id they belong to.
    #[must_use]
    pub fn with_account_id(mut self, account_id: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.0).account_id = Some(account_id.into());
        self
    }

    /// A copy that shares nothing with this one: threads that clone different copies do not slow each
    /// other down.
    pub(crate) fn unshared(&self) -> Self {
        Credentials(Arc::new((*self.0).clone()))
    }

    /// The access key id (`AKIA...` or `ASIA...`): an identifier, not a secret.
    pub fn access_key_id(&self) -> &str {
        &self.0.access_key_id
    }

    /// The secret access key.
    pub fn secret_access_key(&self) -> &str {
        self.0.secret_access_key.expose()
    }

    /// The session token; temporary credentials only.
    pub fn session_token(&self) -> Option<&str> {
        self.0.session_token.as_ref().map(Secret::expose)
    }

    /// When the service starts to refuse them; `None`: never.
    pub fn expiration(&self) -> Option<Timestamp> {
        self.0.expiration
    }

    /// The 12-digit account id, where the source said it.
    pub fn account_id(&self) -> Option<&str> {
        self.0.account_id.as_deref()
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.0.access_key_id)
            .field("secret_access_key", &"[secret]")
            .field("session_token", &self.0.session_token.as_ref().map(|_| "[secret]"))
            .field("expiration", &self.0.expiration.map(|at| at.to_string()))
            .field("account_id", &self.0.account_id)
            .finish()
    }
}

/// A source of credentials.
///
/// A client asks before each attempt of a signed operation, never for an unsigned one. The call may
/// block and may come from several threads at once. A function `Fn() -> Result<Credentials>` and
/// [`Credentials`] themselves are sources.
///
/// ```
/// use stskit::{Credentials, Provide};
/// let fixed = Credentials::new("AKIDEXAMPLE", "secret");
/// let computed = || Ok(Credentials::new("AKIDOTHER", "secret"));
/// let sources: [&dyn Provide; 2] = [&fixed, &computed];
/// assert_eq!(sources[1].credentials().unwrap().access_key_id(), "AKIDOTHER");
/// ```
pub trait Provide: Send + Sync {
    /// Credentials that are good now.
    ///
    /// # Errors
    /// Whatever kept the source from answering; [`ErrorKind::NoCredentials`](crate::ErrorKind::NoCredentials)
    /// if it is not configured at all.
    fn credentials(&self) -> Result<Credentials>;

    /// The service answered that these have expired: do not serve them again if there are newer ones.
    /// Sources without a cache need not do anything.
    fn invalidate(&self, _expired: &Credentials) {}

    /// Milliseconds that the clock of the service behind the source is ahead of the local one, as far as
    /// the last answer told: expirations are in the service's time. 0 unless the local clock is wrong.
    fn clock_offset_millis(&self) -> i64 {
        0
    }

    /// Are these the credentials of a role's session? A role assumed with such (role chaining) lasts an
    /// hour at most.
    fn is_role(&self) -> bool {
        false
    }
}

impl Provide for Credentials {
    fn credentials(&self) -> Result<Credentials> {
        Ok(self.clone())
    }
}

impl<F: Fn() -> Result<Credentials> + Send + Sync> Provide for F {
    fn credentials(&self) -> Result<Credentials> {
        self()
    }
}

impl<P: Provide + ?Sized> Provide for Arc<P> {
    fn credentials(&self) -> Result<Credentials> {
        (**self).credentials()
    }

    fn invalidate(&self, expired: &Credentials) {
        (**self).invalidate(expired);
    }

    fn clock_offset_millis(&self) -> i64 {
        (**self).clock_offset_millis()
    }

    fn is_role(&self) -> bool {
        (**self).is_role()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_secret() {
        let all = Credentials::new("AKID", "S3CRET")
            .with_session_token("T0KEN")
            .with_expiration(Timestamp::from_secs(0))
            .with_account_id("123456789012");
        let shown = format!("{all:?} {all:#?}");
        assert!(shown.contains("AKID") && shown.contains("1970-01-01T00:00:00Z") && shown.contains("123456789012"));
        assert!(!shown.contains("S3CRET") && !shown.contains("T0KEN"));
    }

    #[test]
    fn an_empty_token_is_none() {
        assert_eq!(Credentials::new("a", "b").with_session_token("").session_token(), None);
    }
}
