//! Where the two files are, on each kind of operating system.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use crate::host::Host;

/// The rules to follow; a parameter, so that both are tested everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Os {
    Unix,
    Windows,
}

impl Os {
    const CURRENT: Os = if cfg!(windows) { Os::Windows } else { Os::Unix };
}

/// The paths of the two files; `None`: no such file is read.
///
/// ```
/// use stskit::config::Locations;
/// use stskit::host::Scripted;
/// let host = Scripted::at(0).with_var("HOME", "/home/ann").with_var("AWS_CONFIG_FILE", "~/work.ini");
/// let found = Locations::find(&host);
/// # #[cfg(unix)]
/// assert_eq!(found.config.unwrap().to_str(), Some("/home/ann/work.ini"));
/// # #[cfg(unix)]
/// assert_eq!(found.credentials.unwrap().to_str(), Some("/home/ann/.aws/credentials"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Locations {
    /// The config file.
    pub config: Option<PathBuf>,
    /// The credentials file.
    pub credentials: Option<PathBuf>,
}

impl Locations {
    /// Variables `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE`, with `~`, `$VAR` and `${VAR}` (on
    /// Windows `%VAR%` too) expanded; else `.aws/config` and `.aws/credentials` in the home folder; without a
    /// home folder, none. A blank variable counts as not set.
    pub fn find(host: &dyn Host) -> Self {
        Self::find_on(Os::CURRENT, host)
    }

    fn find_on(os: Os, host: &dyn Host) -> Self {
        Locations {
            config: place_on(os, host, "AWS_CONFIG_FILE", "config"),
            credentials: place_on(os, host, "AWS_SHARED_CREDENTIALS_FILE", "credentials"),
        }
    }
}

/// The path that a variable names, expanded as by [`Locations::find`], else the one below `.aws` in the home folder.
#[cfg(feature = "login")]
pub(crate) fn place(host: &dyn Host, variable: &str, below: &str) -> Option<PathBuf> {
    place_on(Os::CURRENT, host, variable, below)
}

fn place_on(os: Os, host: &dyn Host, variable: &str, below: &str) -> Option<PathBuf> {
    match variable_of(host, variable) {
        Some(path) => expand(os, host, &path),
        None => home_on(os, host).map(|home| home.join(".aws").join(below)),
    }
}

/// The home folder of whoever runs this, if there is one.
pub(crate) fn home(host: &dyn Host) -> Option<PathBuf> {
    home_on(Os::CURRENT, host)
}

/// By variables, else by the user database.
fn home_on(os: Os, host: &dyn Host) -> Option<PathBuf> {
    let variable = |name| variable_of(host, name);
    let drive_and_path = || {
        let mut home = variable("HOMEDRIVE")?;
        home.push(variable("HOMEPATH")?);
        Some(home)
    };
    let home = match os {
        Os::Unix => variable("HOME"),
        Os::Windows => variable("USERPROFILE").or_else(drive_and_path).or_else(|| variable("HOME")),
    };
    home.map(PathBuf::from).or_else(|| host.home())
}

fn variable_of(host: &dyn Host, name: &str) -> Option<OsString> {
    host.var(name).filter(|value| value.to_str().is_none_or(|text| !text.trim().is_empty()))
}

/// `None`: the path starts in a home folder that nobody knows. A path that is not UTF-8 is left as it is,
/// and so is the name of a variable that is not set.
fn expand(os: Os, host: &dyn Host, path: &OsStr) -> Option<PathBuf> {
    let Some(mut rest) = path.to_str() else { return Some(path.into()) };
    let mut out = OsString::new();
    if let Some(behind) = rest.strip_prefix('~')
        && (behind.is_empty() || behind.starts_with('/') || (os == Os::Windows && behind.starts_with('\\')))
    {
        out.push(home_on(os, host)?);
        rest = behind;
    }
    while let Some(at) = rest.find(|c| c == '$' || (c == '%' && os == Os::Windows)) {
        let (before, from) = rest.split_at(at);
        out.push(before);
        let (value, length) = match variable_at(from) {
            Some((name, length)) => (host.var(name), length),
            None => (None, 1),
        };
        let (written, behind) = from.split_at_checked(length).unwrap_or((from, ""));
        out.push(value.as_deref().unwrap_or(OsStr::new(written)));
        rest = behind;
    }
    out.push(rest);
    Some(out.into())
}

/// The name of the variable that a text starts with, and the length of the whole: `$A`, `${A}`, `%A%`.
fn variable_at(text: &str) -> Option<(&str, usize)> {
    let delimited = |open: &str, close: char| {
        let (name, _) = text.strip_prefix(open)?.split_once(close)?;
        Some((name, open.len() + name.len() + 1))
    };
    let bare = || {
        let name = text.strip_prefix('$')?;
        let name = name.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()?;
        Some((name, 1 + name.len()))
    };
    delimited("${", '}').or_else(|| delimited("%", '%')).or_else(bare).filter(|(name, _)| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Scripted;

    fn machine(vars: &[(&str, &str)]) -> Scripted {
        vars.iter().fold(Scripted::at(0), |host, (name, value)| host.with_var(name, *value))
    }

    #[test]
    fn home_folders() {
        let (home, user): ((&str, &str), (&str, &str)) = (("HOME", "/h"), ("USERPROFILE", r"C:\u"));
        let (drive, path): ((&str, &str), (&str, &str)) = (("HOMEDRIVE", "D:"), ("HOMEPATH", r"\p"));
        for (os, vars, expected) in [
            (Os::Unix, &[][..], None),
            (Os::Unix, &[home, user], Some("/h")),
            (Os::Unix, &[user, drive, path], None),
            (Os::Unix, &[("HOME", " ")], None),
            (Os::Windows, &[home, user, drive, path], Some(r"C:\u")),
            (Os::Windows, &[home, drive, path], Some(r"D:\p")),
            (Os::Windows, &[home, drive], Some("/h")),
            (Os::Windows, &[home, path, ("USERPROFILE", "")], Some("/h")),
            (Os::Windows, &[], None),
        ] {
            assert_eq!(home_on(os, &machine(vars)), expected.map(PathBuf::from), "{os:?} {vars:?}");
        }
        // Variables first, then the user database.
        let host = || Scripted::at(0).with_home("/database");
        assert_eq!(home_on(Os::Unix, &host()), Some("/database".into()));
        assert_eq!(home_on(Os::Windows, &host()), Some("/database".into()));
        assert_eq!(home_on(Os::Unix, &host().with_var("HOME", "/h")), Some("/h".into()));
    }

    #[test]
    fn paths_are_expanded() {
        let host = machine(&[("HOME", "/h"), ("USERPROFILE", r"C:\u"), ("A", "x"), ("A_1", "y"), ("E", "")]);
        for (os, text, expected) in [
            (Os::Unix, "~", "/h"),
            (Os::Unix, "~/c", "/h/c"),
            (Os::Unix, "~user/c", "~user/c"),
            (Os::Unix, "~\\c", "~\\c"),
            (Os::Unix, "/a/~/c", "/a/~/c"),
            (Os::Unix, "$A/$A_1/${A}z", "x/y/xz"),
            (Os::Unix, "$NONE/${NONE}", "$NONE/${NONE}"),
            (Os::Unix, "a$E-b", "a-b"),
            (Os::Unix, "$", "$"),
            (Os::Unix, "$$A", "$x"),
            (Os::Unix, "${A", "${A"),
            (Os::Unix, "${}", "${}"),
            (Os::Unix, "%A%", "%A%"),
            (Os::Unix, "/日/$A/本", "/日/x/本"),
            (Os::Windows, "~\\c", r"C:\u\c"),
            (Os::Windows, "~/c", r"C:\u/c"),
            (Os::Windows, "%A%/$A", "x/x"),
            (Os::Windows, "%NONE%/100%", "%NONE%/100%"),
        ] {
            assert_eq!(expand(os, &host, OsStr::new(text)), Some(expected.into()), "{os:?} {text}");
        }
        assert_eq!(expand(Os::Unix, &machine(&[]), OsStr::new("~/c")), None);
    }

    #[test]
    fn variables_win_and_blank_is_unset() {
        let find = |vars: &[(&str, &str)]| {
            let found = Locations::find_on(Os::Unix, &machine(vars));
            [found.config, found.credentials].map(|path| path.map(|p| p.to_str().unwrap().to_owned()))
        };
        let home: (&str, &str) = ("HOME", "/h");
        let path = |text: &str| Some(text.to_owned());
        assert_eq!(find(&[]), [None, None]);
        assert_eq!(find(&[home]), [path("/h/.aws/config"), path("/h/.aws/credentials")]);
        assert_eq!(find(&[home, ("AWS_CONFIG_FILE", "/c")]), [path("/c"), path("/h/.aws/credentials")]);
        assert_eq!(find(&[("AWS_CONFIG_FILE", "/c")]), [path("/c"), None]);
        let blank: (&str, &str) = ("AWS_CONFIG_FILE", " ");
        let other: (&str, &str) = ("AWS_SHARED_CREDENTIALS_FILE", "~/k");
        assert_eq!(find(&[home, blank, other]), [path("/h/.aws/config"), path("/h/k")]);
        assert_eq!(find(&[other]), [None, None]);
    }
}
