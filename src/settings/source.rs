//! Where values come from: one lookup for every setting, and the origin that errors name.
//!
//! Order: explicit in code > environment > profile > default.

use std::cell::RefCell;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::config::{Profile, Value};
use crate::error::{Error, Result};
use crate::explain;
use crate::host::Host;

/// A setting's names outside code.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    /// Environment variables, the first that is set and not blank counts.
    pub(crate) variables: &'static [&'static str],
    /// Keys of the profile, likewise.
    pub(crate) keys: &'static [&'static str],
}

impl Setting {
    pub(crate) const fn variables(variables: &'static [&'static str]) -> Self {
        Setting { variables, keys: &[] }
    }

    pub(crate) const fn or_keys(self, keys: &'static [&'static str]) -> Self {
        Setting { keys, ..self }
    }

    /// As reports call it.
    fn name(self) -> &'static str {
        self.keys.first().or(self.variables.first()).copied().unwrap_or_default()
    }
}

/// Where a value was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    Explicit,
    Variable(&'static str),
    /// A place in the shared files. The section is as a reader would say it: `profile "dev"`.
    Profile {
        file: Arc<Path>,
        line: usize,
        section: Arc<str>,
        key: &'static str,
    },
}

impl Origin {
    pub(crate) fn profile(profile: &Profile<'_>, key: &'static str, value: &Value<'_>) -> Self {
        Self::section(format!("profile {:?}", profile.name()).into(), key, value)
    }

    pub(crate) fn section(section: Arc<str>, key: &'static str, value: &Value<'_>) -> Self {
        Origin::Profile { file: value.file().into(), line: value.line(), section, key }
    }

    /// The same for a report.
    pub(crate) fn place(&self) -> explain::Place {
        match self {
            Origin::Explicit => explain::Place::Code,
            Origin::Variable(name) => explain::Place::variable(*name),
            Origin::Profile { file, line, section, key } => explain::Place::Key {
                key: (*key).into(),
                section: section.to_string(),
                at: Some((file.to_path_buf(), *line)),
            },
        }
    }

    /// May a message show the value? None from the files is shown: a wrong line may hold a secret.
    pub(crate) fn may_show_value(&self) -> bool {
        !matches!(self, Origin::Profile { .. })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Explicit => f.write_str("the settings given in code"),
            Origin::Variable(name) => write!(f, "the environment variable {name}"),
            Origin::Profile { file, line, section, key } => {
                write!(f, "the key {key} of the {section} in {}, line {line}", file.display())
            }
        }
    }
}

/// A value and where it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found<T> {
    pub(crate) value: T,
    pub(crate) origin: Origin,
}

impl Found<String> {
    /// Reads the text as something else; the error names the origin and says what is allowed.
    pub(crate) fn parse<T>(self, allowed: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<Found<T>> {
        match read(self.value.trim()) {
            Some(value) => Ok(Found { value, origin: self.origin }),
            None => Err(self.refused(allowed)),
        }
    }

    /// Not generic, as most of what the generic ones here do: a dozen types are read.
    fn refused(&self, allowed: &str) -> Error {
        if !self.origin.may_show_value() {
            return Error::configuration(format!("{} cannot be used: allowed is {allowed}", self.origin));
        }
        let shown: String = self.value.trim().chars().take(60).collect();
        Error::configuration(format!("{} is {shown:?}: allowed is {allowed}", self.origin))
    }
}

/// The places that settings are looked up in, besides code.
pub(crate) struct Sources<'a> {
    pub(crate) host: &'a dyn Host,
    pub(crate) profile: Option<Profile<'a>>,
    /// What was found, for reports.
    seen: RefCell<Vec<explain::Setting>>,
}

impl<'a> Sources<'a> {
    /// The environment alone.
    pub(crate) fn environment(host: &'a dyn Host) -> Self {
        Self::new(host, None)
    }

    pub(crate) fn new(host: &'a dyn Host, profile: Option<Profile<'a>>) -> Self {
        Sources { host, profile, seen: RefCell::default() }
    }

    /// The settings that [`or_find`](Self::or_find) found somewhere, and what was [noted](Self::note).
    pub(crate) fn into_seen(self) -> Vec<explain::Setting> {
        self.seen.into_inner()
    }

    /// Keeps in mind where a setting was found. `value` is what may be shown of it.
    pub(crate) fn note(&self, name: &'static str, value: Option<String>, origin: &Origin) {
        let setting = explain::Setting::found(name, value, origin.place());
        let mut seen = self.seen.borrow_mut();
        if !seen.contains(&setting) {
            seen.push(setting);
        }
    }

    /// The text of a setting: blank counts as not set.
    pub(crate) fn find(&self, setting: Setting) -> Result<Option<Found<String>>> {
        let found = self.find_variable(setting)?;
        Ok(found.or_else(|| self.find_key(setting)))
    }

    pub(crate) fn find_key(&self, setting: Setting) -> Option<Found<String>> {
        let profile = self.profile.as_ref()?;
        setting.keys.iter().find_map(|key| {
            let value = profile.get(key)?;
            Some(Found { value: value.text().to_owned(), origin: Origin::profile(profile, key, &value) })
        })
    }

    pub(crate) fn find_variable(&self, setting: Setting) -> Result<Option<Found<String>>> {
        for name in setting.variables {
            if let Some(value) = self.variable(name)? {
                return Ok(Some(Found { value, origin: Origin::Variable(name) }));
            }
        }
        Ok(None)
    }

    pub(crate) fn variable(&self, name: &str) -> Result<Option<String>> {
        match self.host.var(name).map(std::ffi::OsString::into_string) {
            None => Ok(None),
            Some(Ok(value)) => Ok((!value.trim().is_empty()).then_some(value)),
            Some(Err(_)) => Err(Error::configuration(format!("the environment variable {name} is not UTF-8 text"))),
        }
    }

    /// The explicit value, else what is found and can be read.
    pub(crate) fn or_find<T>(
        &self,
        explicit: Option<T>,
        setting: Setting,
        allowed: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<Found<T>>> {
        if let Some(value) = explicit {
            self.note(setting.name(), None, &Origin::Explicit);
            return Ok(Some(Found { value, origin: Origin::Explicit }));
        }
        let Some(found) = self.find(setting)? else { return Ok(None) };
        let Some(value) = read(found.value.trim()) else { return Err(found.refused(allowed)) };
        self.note(setting.name(), Some(found.value.trim().to_owned()), &found.origin);
        Ok(Some(Found { value, origin: found.origin }))
    }

    pub(crate) fn flag(&self, explicit: Option<bool>, setting: Setting) -> Result<bool> {
        Ok(self.find_flag(explicit, setting)?.is_some_and(|f| f.value))
    }

    pub(crate) fn find_flag(&self, explicit: Option<bool>, setting: Setting) -> Result<Option<Found<bool>>> {
        self.or_find(explicit, setting, "true or false", |text| match text {
            t if t.eq_ignore_ascii_case("true") => Some(true),
            t if t.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        })
    }
}
