//! The shared config and credentials files: `~/.aws/config` and `~/.aws/credentials`.
//!
//! `ini` knows lines, `section` headers, `file` one file, `profile` the merge of the two, `location` where they
//! are. Which key means which setting is not known here (`settings`), nor where credentials come from
//! (`providers`).
//!
//! Both files are read once and checked as a whole: an error names the file, the line and what is wrong, never a
//! value. Every section is indexed, none is read before somebody asks for it.
//!
//! | limit | |
//! |---|---|
//! | a file | 32 MiB |
//! | a line | 1 MiB |
//! | text | UTF-8 without NUL; a byte order mark at the start is skipped |
//!
//! # Grammar
//!
//! ```text
//! # a comment, on a line of its own          ; so is this
//! [profile dev]                              # a section; what stands behind the bracket is ignored
//! region = eu-west-1 # a comment needs white space before it
//! credential_process = /usr/bin/tool
//!     --more                                 an indented line goes on with the value
//! s3 =
//!     addressing_style = path                or, behind an empty value, is a pair of a nested block
//! ```
//!
//! Names of keys are compared without regard to case; values, names of sections and keys of nested blocks are
//! not. Sections of the same name are merged, and of two equal keys the last one counts. In the config file a
//! profile is `[profile NAME]` or `[default]`, with quotes around a name of several words; in the credentials
//! file it is `[NAME]`.

mod file;
mod ini;
mod location;
mod profile;
mod section;

use std::borrow::Cow;
use std::fmt;

pub use file::{Section, Value};
pub use location::Locations;
pub(crate) use location::home;
#[cfg(feature = "login")]
pub(crate) use location::place;
pub use profile::{Profile, StaticKeys};

use crate::error::Result;
use crate::explain::{Looked, Place};
use crate::host::Host;
use file::File;
use section::{Kind, Which};

/// Both files in memory. What they hold is wiped on drop.
///
/// ```
/// use stskit::config::{Config, Locations};
/// use stskit::host::Scripted;
///
/// let host = Scripted::at(0)
///     .with_var("HOME", "/home/ann")
///     .with_file("/home/ann/.aws/config", "[profile dev]\nregion = eu-west-1\n");
/// let config = Config::read(&host, &Locations::find(&host))?;
/// let region = config.profile("dev").unwrap().get("region").unwrap();
/// assert_eq!((region.text(), region.line()), ("eu-west-1", 2));
/// assert!(config.profile("other").is_none());
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Debug)]
pub struct Config {
    config: File,
    credentials: File,
}

impl Config {
    /// Reads the files. One that is not there, is no regular file or may not be read counts as empty; the last
    /// with a warning.
    ///
    /// # Errors
    /// `InvalidConfiguration` with file and line: a text that is not of the grammar, or beyond the limits.
    pub fn read(host: &dyn Host, locations: &Locations) -> Result<Self> {
        Ok(Config {
            config: File::read(host, Which::Config, locations.config.as_deref())?,
            credentials: File::read(host, Which::Credentials, locations.credentials.as_deref())?,
        })
    }

    /// A profile, merged from both files; `None` if neither has it.
    pub fn profile(&self, name: &str) -> Option<Profile<'_>> {
        let prefixed = self.config.section(Kind::Profile, name);
        let bare = || (name == "default").then(|| self.config.section(Kind::BareDefault, name)).flatten();
        let config = prefixed.or_else(bare);
        let credentials = self.credentials.section(Kind::Profile, name);
        (config.is_some() || credentials.is_some()).then(|| Profile { name: name.to_owned(), credentials, config })
    }

    /// The names of all profiles of both files, sorted.
    ///
    /// ```
    /// use stskit::config::{Config, Locations};
    /// use stskit::host::Scripted;
    /// let host = Scripted::at(0).with_var("AWS_CONFIG_FILE", "/c").with_file("/c", "[default]\n[profile \"a b\"]\n");
    /// assert_eq!(Config::read(&host, &Locations::find(&host))?.profile_names(), ["a b", "default"]);
    /// # Ok::<(), stskit::Error>(())
    /// ```
    pub fn profile_names(&self) -> Vec<String> {
        sorted([&self.config, &self.credentials], &[Kind::Profile, Kind::BareDefault])
    }

    /// The names of all `[sso-session NAME]` of the config file, sorted.
    pub fn sso_session_names(&self) -> Vec<String> {
        sorted([&self.config], &[Kind::SsoSession])
    }

    /// `[sso-session NAME]` of the config file.
    pub fn sso_session(&self, name: &str) -> Option<Section<'_>> {
        self.config.section(Kind::SsoSession, name)
    }

    /// `[services NAME]` of the config file.
    pub fn services(&self, name: &str) -> Option<Section<'_>> {
        self.config.section(Kind::Services, name)
    }

    /// Both files for a report: the config file first.
    pub(crate) fn files(&self) -> impl Iterator<Item = Looked> {
        [&self.config, &self.credentials]
            .into_iter()
            .filter_map(|file| Some(Looked::new(Place::File { path: file.path()?.to_path_buf() }, file.is_there())))
    }

    /// Where was looked, for the message that something was not found.
    pub(crate) fn searched(&self) -> impl fmt::Display {
        format!("{} nor in {}", one(&self.config), one(&self.credentials))
    }

    /// The files, for a message.
    pub(crate) fn names(&self) -> impl fmt::Display {
        format!("{} and {}", one(&self.config), one(&self.credentials))
    }
}

fn sorted<'a>(files: impl IntoIterator<Item = &'a File>, kinds: &[Kind]) -> Vec<String> {
    let mut names: Vec<String> = files.into_iter().flat_map(|file| file.names(kinds)).map(Cow::into_owned).collect();
    names.sort();
    names.dedup();
    names
}

fn one(file: &File) -> String {
    match file.unreadable() {
        Some(why) => format!("the {file} (which cannot be read: {why})"),
        None => format!("the {file}"),
    }
}
