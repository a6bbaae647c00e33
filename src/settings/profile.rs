//! Which profile is used.

use super::source::{Found, Origin, Setting, Sources};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::explain::close_names;

pub(super) struct Chosen {
    pub(super) name: String,
    /// Who named it; `None`: nobody.
    pub(super) origin: Option<Origin>,
}

/// Code, `AWS_PROFILE`, `AWS_DEFAULT_PROFILE`, `default`. Only a profile that nobody named may be missing, or
/// one that a variable names beside complete access keys: those win.
pub(super) fn choose(explicit: Option<String>, environment: &Sources<'_>, config: &Config) -> Result<Chosen> {
    let setting = Setting::variables(&["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]);
    let named = environment.or_find(explicit, setting, "the name of a profile", |text| Some(text.to_owned()))?;
    let Some(Found { value: name, origin }) = named else {
        return Ok(Chosen { name: "default".to_owned(), origin: None });
    };
    if config.profile(&name).is_none() {
        let what = format!("the profile {name:?} (from {origin}) is neither in {}", config.searched());
        if origin == Origin::Explicit || !has_keys(environment)? {
            return Err(Error::configuration(what + &meant(&name, config)));
        }
        log::warn!("{what}: only the environment counts");
    }
    Ok(Chosen { name, origin: Some(origin) })
}

/// The names that are close, as a question.
fn meant(name: &str, config: &Config) -> String {
    let known = config.profile_names();
    let close = close_names(name, known.iter().map(String::as_str));
    match close.split_last() {
        None => String::new(),
        Some((last, [])) => format!("; did you mean {last:?}?"),
        Some((last, others)) => {
            let others: Vec<String> = others.iter().map(|name| format!("{name:?}")).collect();
            format!("; did you mean {} or {last:?}?", others.join(", "))
        }
    }
}

fn has_keys(environment: &Sources<'_>) -> Result<bool> {
    let (id, secret) = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");
    Ok(environment.variable(id)?.is_some() && environment.variable(secret)?.is_some())
}
