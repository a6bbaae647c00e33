//! A profile: what the two files say about one name, merged.

use std::fmt;

use super::file::{Section, Value};
use crate::error::{Error, Result};

/// A profile of the two files, merged key by key: the credentials file wins.
///
/// `Debug` shows the names of the keys only.
pub struct Profile<'a> {
    pub(super) name: String,
    pub(super) credentials: Option<Section<'a>>,
    pub(super) config: Option<Section<'a>>,
}

/// Access keys of a profile; all of them stand in one file.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StaticKeys<'a> {
    /// `aws_access_key_id`.
    pub access_key_id: Value<'a>,
    /// `aws_secret_access_key`.
    pub secret_access_key: Value<'a>,
    /// `aws_session_token`, or the old name `aws_security_token`.
    pub session_token: Option<Value<'a>>,
    /// `aws_account_id`.
    pub account_id: Option<Value<'a>>,
}

impl<'a> Profile<'a> {
    /// The name of the profile.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn sections(&self) -> impl Iterator<Item = &Section<'a>> {
        self.credentials.iter().chain(&self.config)
    }

    /// The value of a key; blank counts as not set, and so does a nested block. Keys are compared without
    /// regard to case.
    pub fn get(&self, key: &str) -> Option<Value<'a>> {
        self.sections().find_map(|section| section.get(key))
    }

    /// A value of a nested block, such as `addressing_style` of `s3`; inner keys are compared exactly.
    pub fn get_nested(&self, block: &str, key: &str) -> Option<Value<'a>> {
        self.sections().find(|section| section.has_block(block))?.get_nested(block, key)
    }

    /// The access keys, if the profile has any. The credentials file is asked first; they are never mixed from
    /// the two files.
    ///
    /// # Errors
    /// `InvalidConfiguration` if there is an access key id without a secret access key in the same file.
    pub fn static_keys(&self) -> Result<Option<StaticKeys<'a>>, Error> {
        match self.credentials_file_keys()? {
            Some(keys) => Ok(Some(keys)),
            None => self.config_file_keys(),
        }
    }

    /// The access keys of the credentials file alone.
    pub(crate) fn credentials_file_keys(&self) -> Result<Option<StaticKeys<'a>>, Error> {
        self.keys_in(self.credentials.as_ref())
    }

    /// The access keys of the config file alone.
    pub(crate) fn config_file_keys(&self) -> Result<Option<StaticKeys<'a>>, Error> {
        self.keys_in(self.config.as_ref())
    }

    fn keys_in(&self, section: Option<&Section<'a>>) -> Result<Option<StaticKeys<'a>>, Error> {
        let found = section.and_then(|section| Some((section, section.get("aws_access_key_id")?)));
        let Some((section, access_key_id)) = found else { return Ok(None) };
        let Some(secret_access_key) = section.get("aws_secret_access_key") else {
            return Err(access_key_id.error(format_args!(
                "the profile {:?} has aws_access_key_id here, but no aws_secret_access_key in the same file",
                self.name
            )));
        };
        Ok(Some(StaticKeys {
            access_key_id,
            secret_access_key,
            session_token: section.get("aws_session_token").or_else(|| section.get("aws_security_token")),
            account_id: section.get("aws_account_id"),
        }))
    }
}

impl fmt::Debug for Profile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profile")
            .field("name", &self.name)
            .field("credentials", &self.credentials)
            .field("config", &self.config)
            .finish()
    }
}
