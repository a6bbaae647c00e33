//! Tokens by the name of their kind, with inputs as JSON.

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::check::{self, TokenError};
use super::kinds::{InputType, Kind};
use super::{Mint, Purpose, Token};
use crate::credential::Credentials;
use crate::error::Result;
use crate::timestamp::Timestamp;

impl Kind {
    /// Checks names and types of the inputs, not yet the values.
    pub(crate) fn check<'a>(&'static self, inputs: &'a Value) -> Result<Inputs<'a>, TokenError> {
        let Some(given) = inputs.as_object() else {
            return Err(TokenError::Malformed("inputs", "they are a JSON object"));
        };
        let known = |name: &str| self.inputs.iter().any(|input| input.name == name);
        if given.keys().any(|name| !known(name)) {
            return Err(TokenError::UnknownInput(self.name));
        }
        for input in self.inputs {
            let value = given.get(input.name).unwrap_or(&Value::Null);
            let fits = match input.kind {
                _ if value.is_null() && input.required => return Err(TokenError::Missing(input.name)),
                _ if value.is_null() => true,
                InputType::String | InputType::Blob => value.is_string(),
                InputType::Integer => value.is_i64(),
                InputType::Boolean => value.is_boolean(),
                InputType::Map => value.as_object().is_some_and(|texts| texts.values().all(Value::is_string)),
            };
            if !fits {
                let wanted = match input.kind {
                    InputType::String => "it has to be a text",
                    InputType::Integer => "it has to be a whole number",
                    InputType::Boolean => "it has to be true or false",
                    InputType::Blob => "it has to be a text in base64",
                    InputType::Map => "it has to be an object of texts",
                };
                return Err(TokenError::Malformed(input.name, wanted));
            }
        }
        Ok(Inputs { given, region: None })
    }
}

/// Inputs of the right names and types.
#[derive(Clone, Copy)]
pub(crate) struct Inputs<'a> {
    given: &'a Map<String, Value>,
    /// Of the caller.
    region: Option<&'a str>,
}

impl<'a> Inputs<'a> {
    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        self.given.get(name)?.as_str()
    }

    /// A required one.
    pub(super) fn given(&self, name: &str) -> &'a str {
        self.text(name).unwrap_or_default()
    }

    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.given.get(name)?.as_i64()
    }

    /// A number of seconds. None is so small or large that it is taken for another one: a token lives neither
    /// 0 seconds nor for ever.
    pub(crate) fn seconds(&self, name: &str) -> Option<u32> {
        self.number(name).map(|seconds| u32::try_from(seconds.max(0)).unwrap_or(u32::MAX))
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.given.get(name).and_then(Value::as_bool).unwrap_or_default()
    }

    pub(super) fn bytes(&self, name: &'static str) -> Result<Vec<u8>, TokenError> {
        STANDARD.decode(self.given(name)).map_err(|_| TokenError::Malformed(name, "it is not base64"))
    }

    pub(crate) fn texts(&self, name: &str) -> Vec<(&'a str, &'a str)> {
        let texts = self.given.get(name).and_then(Value::as_object).into_iter().flatten();
        texts.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect()
    }

    pub(super) fn region(&self) -> Result<&'a str, TokenError> {
        self.text("region").or(self.region).ok_or(TokenError::Missing("region"))
    }

    /// With an option that is a text, if it is given.
    pub(super) fn with<M>(&self, mint: M, name: &str, set: fn(M, &str) -> Result<M>) -> Result<M> {
        match self.text(name) {
            Some(text) => set(mint, text),
            None => Ok(mint),
        }
    }

    pub(super) fn expiring<M>(&self, mint: M, set: fn(M, u32) -> Result<M>) -> Result<M> {
        match self.seconds("expires_in") {
            Some(seconds) => set(mint, seconds),
            None => Ok(mint),
        }
    }
}

/// A token whose kind is known only at run time.
///
/// ```
/// use serde_json::json;
/// use stskit::token::{Mint, NamedMint};
/// use stskit::{Credentials, Timestamp};
///
/// let inputs = json!({"hostname": "mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com", "port": 5432, "username": "app"});
/// let database = NamedMint::new("rds", &inputs, Some("eu-west-1"))?;
/// let token = database.token(&Credentials::new("AKIDEXAMPLE", "secret"), Timestamp::from_secs(1_767_323_045))?;
/// assert!(token.to_json().expose().starts_with(r#"{"purpose":"rds","token":"mydb.abc"#));
/// # Ok::<(), stskit::Error>(())
/// ```
pub struct NamedMint {
    kind: &'static Kind,
    mint: Box<dyn Mint>,
    min_ttl: Option<Duration>,
}

impl NamedMint {
    /// The kind by its name, its inputs as a JSON object, and the region where they name none.
    ///
    /// # Errors
    /// `InvalidInput` with a [`TokenError`]: a kind or an input that is unknown, one that is missing or of
    /// another type, those of the kind's own type, and a kind that only a service can make (`web-identity`).
    pub fn new(kind: &str, inputs: &Value, region: Option<&str>) -> Result<Self> {
        let kind = Kind::find(kind)?;
        let Some(make) = kind.make else { return Err(TokenError::MadeByService(kind.name).into()) };
        let checked = Inputs { region, ..kind.check(inputs)? };
        let mint = make(&checked)?;
        let min_ttl = checked.seconds("min_ttl").map(|seconds| Duration::from_secs(seconds.into()));
        Ok(NamedMint { kind, mint, min_ttl })
    }

    /// The kind.
    pub fn kind(&self) -> &'static Kind {
        self.kind
    }

    /// The input `min_ttl`, which is for a [`Minter`](super::Minter); [`Mint::token`] only checks it.
    pub fn min_ttl(&self) -> Option<Duration> {
        self.min_ttl
    }

    fn check(&self, credentials: &Credentials, at: Timestamp) -> Result<(), TokenError> {
        self.min_ttl.map_or(Ok(()), |least| check::lasting(credentials, at, least))
    }
}

impl Mint for NamedMint {
    fn purpose(&self) -> Purpose {
        self.mint.purpose()
    }

    fn token(&self, credentials: &Credentials, at: Timestamp) -> Result<Token> {
        self.check(credentials, at)?;
        self.mint.token(credentials, at)
    }

    fn token_by_clock(&self, credentials: &Credentials, at: Timestamp, ahead_millis: i64) -> Result<Token> {
        self.check(credentials, at)?;
        self.mint.token_by_clock(credentials, at, ahead_millis)
    }
}

impl fmt::Debug for NamedMint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NamedMint")
            .field("kind", &self.kind.name)
            .field("min_ttl", &self.min_ttl)
            .finish_non_exhaustive()
    }
}
