//! What a resolution of credentials looked at and what came of it: the report of the default chain.
//!
//! Types, and their forms as text and JSON. Nothing is looked up here (`providers`), and no value of a credential
//! is ever in a report: names of variables, files with line numbers, URLs.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::timestamp::Timestamp;

/// How credentials were looked for: every provider in order, what won, and the settings that counted.
///
/// From [`DefaultChain::explain`](crate::providers::DefaultChain::explain) and, with every error of the chain, from
/// [`Error::report`](crate::Error::report). `Display` writes it as a text of several lines, [`to_json`](Self::to_json)
/// as JSON; neither holds a secret.
///
/// ```
/// use std::sync::Arc;
/// use stskit::host::Scripted;
/// use stskit::providers::DefaultChain;
/// use stskit::Settings;
///
/// let host = Scripted::at(0).with_var("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE").with_var("AWS_SECRET_ACCESS_KEY", "secret");
/// let chain = DefaultChain::builder(Settings::builder().resolve_with(&host)?).host(Arc::new(host)).build();
/// let report = chain.explain();
/// assert_eq!(report.used().map(|step| &*step.provider), Some("environment"));
/// assert!(report.to_string().contains("AKIDEXAMPLE") && !report.to_json().contains("secret"));
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The profile in use, and who named it.
    pub profile: Setting,
    /// The region, if one is set.
    pub region: Option<Setting>,
    /// The shared files: the config file, then the credentials file.
    pub files: Vec<Looked>,
    /// Every provider in the order in which it is asked.
    pub steps: Vec<Step>,
    /// From the first source to the last role.
    pub path: Vec<Link>,
    /// What was found; `None` if the resolution failed.
    pub credentials: Option<Summary>,
    /// Settings that somebody set, and where. Those left at their defaults are not listed.
    pub settings: Vec<Setting>,
    /// Why the resolution failed, in the words of the error.
    pub problem: Option<String>,
}

/// A setting in use.
///
/// ```
/// use stskit::explain::{Place, Setting};
/// let setting = Setting::new("region", "eu-west-1", Place::variable("AWS_REGION"));
/// assert_eq!(setting.to_string(), "region eu-west-1 (AWS_REGION)");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Setting {
    /// Its name, as the key of a profile spells it.
    pub name: Cow<'static, str>,
    /// Its value, where that is no free text.
    pub value: Option<String>,
    /// Where it was found.
    pub place: Place,
}

/// A place that can hold a setting or a credential.
///
/// ```
/// use stskit::explain::Place;
/// assert_eq!(Place::variable("AWS_PROFILE").to_string(), "AWS_PROFILE");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Place {
    /// Nobody said otherwise.
    Default,
    /// Given by the program.
    Code,
    /// An environment variable.
    Variable {
        /// Its name.
        name: Cow<'static, str>,
    },
    /// A key of a section of a shared file.
    Key {
        /// The key.
        key: Cow<'static, str>,
        /// The section as a reader would say it: `profile "dev"`.
        section: String,
        /// The file and the line, from 1; `None`: it is in neither file.
        #[serde(serialize_with = "file_and_line")]
        at: Option<(PathBuf, usize)>,
    },
    /// Another file.
    File {
        /// Its path.
        #[serde(serialize_with = "lossy")]
        path: PathBuf,
    },
    /// An address.
    Url {
        /// Without a query.
        url: String,
    },
}

/// Something that was looked at.
///
/// ```
/// use stskit::explain::{Looked, Place};
/// let looked = Looked::new(Place::variable("AWS_ACCESS_KEY_ID"), false);
/// assert_eq!(looked.to_string(), "AWS_ACCESS_KEY_ID: not set");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Looked {
    /// Where.
    pub place: Place,
    /// Was anything there? (Addresses: will it be asked?)
    pub found: bool,
}

/// What came of asking one provider.
///
/// ```
/// use stskit::explain::Outcome;
/// assert_eq!(Outcome::NotConfigured.to_string(), "not configured");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Outcome {
    /// Nothing asks for this provider: the next one was asked.
    NotConfigured,
    /// It is configured and gave nothing: the resolution ended here.
    Failed,
    /// The credentials are its.
    Used,
    /// An earlier provider ended the resolution.
    NotReached,
}

/// One provider of the chain.
///
/// ```
/// use stskit::explain::{Outcome, Step};
/// let step = Step::new("process", Outcome::NotConfigured, "no credential_process is set");
/// assert_eq!((step.title(), step.looked_at.len()), ("credential process", 0));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Step {
    /// `environment`, `assume-role`, `web-identity`, `sso`, `credentials-file`, `login`, `process`, `config-file`,
    /// `container`, `imds`; in a chain of one's own the names given there.
    pub provider: Cow<'static, str>,
    /// What came of it.
    pub outcome: Outcome,
    /// Why, in a few words.
    pub reason: String,
    /// What was looked at.
    pub looked_at: Vec<Looked>,
}

/// One source or role on the way to the credentials.
///
/// ```
/// use stskit::explain::Link;
/// let mut link = Link::new("assume-role");
/// link.role_arn = Some("arn:aws:iam::123456789012:role/demo".into());
/// assert_eq!(link.to_string(), "assume-role arn:aws:iam::123456789012:role/demo");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Link {
    /// The provider, named as in [`Step::provider`].
    pub provider: Cow<'static, str>,
    /// The profile that configures it.
    pub profile: Option<String>,
    /// The role, as an ARN or (SSO) as `account/role name`.
    pub role_arn: Option<String>,
    /// The name of the role's session.
    pub session_name: Option<String>,
    /// Where it is configured, or what is asked: a key of a file, a token file, an address.
    pub places: Vec<Place>,
}

/// What can be said of credentials without telling a secret.
///
/// ```
/// use stskit::{Credentials, explain::Summary};
/// let summary = Summary { access_key_id: "AKID".into(), ..Summary::default() };
/// assert!(summary.expiration.is_none());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The access key id.
    pub access_key_id: String,
    /// The account, if the source says it.
    pub account_id: Option<String>,
    /// Who they belong to, as far as it is known without a call: the last role.
    pub identity: Option<String>,
    /// Is there a session token?
    pub temporary: bool,
    /// When they expire, RFC 3339; `None`: never.
    #[serde(serialize_with = "as_text")]
    pub expiration: Option<Timestamp>,
    /// Seconds until then, when the report was made.
    pub seconds_left: Option<i64>,
}

/// Those of the known names that somebody may have meant by `wanted`, the closest first, three at most: for the
/// message that there is no such name.
///
/// Upper and lower case count as the same; up to a third of the letters may be wrong, missing, too many or swapped.
///
/// ```
/// use stskit::explain::close_names;
/// assert_eq!(close_names("prdo", ["dev", "prod", "prod-eu"]), ["prod"]);
/// assert!(close_names("staging", ["dev", "prod"]).is_empty());
/// ```
pub fn close_names<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let letters = |text: &str| -> Vec<char> { text.chars().take(64).flat_map(char::to_lowercase).collect() };
    let wanted = letters(wanted);
    let mut close: Vec<(usize, &str)> = Vec::new();
    for name in known {
        let distance = typos(&wanted, &letters(name));
        if distance <= wanted.len().div_ceil(3) && distance < wanted.len() {
            close.push((distance, name));
        }
    }
    close.sort();
    close.dedup();
    close.into_iter().take(3).map(|(_, name)| name).collect()
}

/// Letters to change, add, leave out or swap with their neighbour (optimal string alignment).
fn typos(a: &[char], b: &[char]) -> usize {
    let mut above: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    let at = |row: &[usize], place: usize| row.get(place).copied().unwrap_or(usize::MAX / 2);
    let mut before = None;
    for (i, x) in a.iter().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        next.push(i + 1);
        let mut left = None;
        for (j, y) in b.iter().enumerate() {
            let mut best = (at(&row, j) + usize::from(x != y)).min(at(&row, j + 1) + 1).min(at(&next, j) + 1);
            if j > 0 && before == Some(y) && left == Some(x) {
                best = best.min(at(&above, j - 1) + 1);
            }
            next.push(best);
            left = Some(y);
        }
        before = Some(x);
        above = std::mem::replace(&mut row, next);
    }
    at(&row, b.len())
}

fn lossy<S: serde::Serializer>(path: &Path, out: S) -> Result<S::Ok, S::Error> {
    path.to_string_lossy().serialize(out)
}

fn file_and_line<S: serde::Serializer>(at: &Option<(PathBuf, usize)>, out: S) -> Result<S::Ok, S::Error> {
    at.as_ref().map(|(path, line)| (path.to_string_lossy(), line)).serialize(out)
}

fn as_text<S: serde::Serializer>(at: &Option<Timestamp>, out: S) -> Result<S::Ok, S::Error> {
    at.map(|at| at.to_string()).serialize(out)
}

impl Report {
    pub(crate) fn new(profile: Setting) -> Self {
        let (files, steps, path, settings) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Report { profile, region: None, files, steps, path, credentials: None, settings, problem: None }
    }

    /// The step that the credentials came from.
    pub fn used(&self) -> Option<&Step> {
        self.steps.iter().find(|step| step.outcome == Outcome::Used)
    }

    /// The step that ended the resolution without credentials.
    pub fn failed(&self) -> Option<&Step> {
        self.steps.iter().find(|step| step.outcome == Outcome::Failed)
    }

    /// The report as one JSON object, indented. Names are those of the fields, in this order.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// Why nothing was found, in one line: providers with the same reason are named together.
    pub(crate) fn reasons(&self) -> String {
        let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
        for step in self.steps.iter().filter(|step| step.outcome != Outcome::NotReached) {
            match reasons.iter_mut().find(|(reason, _)| *reason == step.reason) {
                Some((_, titles)) => titles.push(step.title()),
                None => reasons.push((&step.reason, vec![step.title()])),
            }
        }
        let reasons: Vec<String> =
            reasons.iter().map(|(reason, titles)| format!("{}: {reason}", titles.join(", "))).collect();
        reasons.join("; ")
    }
}

impl Setting {
    /// A setting, its value and where it was found.
    pub fn new(name: impl Into<Cow<'static, str>>, value: impl Into<String>, place: Place) -> Self {
        Self::found(name, Some(value.into()), place)
    }

    pub(crate) fn found(name: impl Into<Cow<'static, str>>, value: Option<String>, place: Place) -> Self {
        Setting { name: name.into(), value, place }
    }
}

impl Place {
    /// An environment variable.
    pub fn variable(name: impl Into<Cow<'static, str>>) -> Self {
        Place::Variable { name: name.into() }
    }
}

impl Looked {
    /// Somewhere to look, and whether anything was there.
    pub fn new(place: Place, found: bool) -> Self {
        Looked { place, found }
    }
}

impl Step {
    /// A step without places.
    pub fn new(provider: impl Into<Cow<'static, str>>, outcome: Outcome, reason: impl Into<String>) -> Self {
        Step { provider: provider.into(), outcome, reason: reason.into(), looked_at: Vec::new() }
    }

    /// The provider's name for people.
    pub fn title(&self) -> &str {
        match &*self.provider {
            "assume-role" => "assume role",
            "web-identity" => "web identity",
            "sso" => "SSO",
            "credentials-file" => "keys in the credentials file",
            "login" => "login session",
            "process" => "credential process",
            "config-file" => "keys in the config file",
            "imds" => "instance metadata",
            other => other,
        }
    }
}

impl Link {
    /// A link of which nothing else is known yet.
    pub fn new(provider: impl Into<Cow<'static, str>>) -> Self {
        Link { provider: provider.into(), profile: None, role_arn: None, session_name: None, places: Vec::new() }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Outcome::NotConfigured => "not configured",
            Outcome::Failed => "failed",
            Outcome::Used => "used",
            Outcome::NotReached => "not asked",
        })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Default => f.write_str("by default"),
            Place::Code => f.write_str("given in code"),
            Place::Variable { name } => f.write_str(name),
            Place::Key { key, section, at: None } => write!(f, "{key} in {section}"),
            Place::Key { key, section, at: Some((file, line)) } => {
                write!(f, "{key} in {section}, {}, line {line}", file.display())
            }
            Place::File { path } => write!(f, "{}", path.display()),
            Place::Url { url } => f.write_str(url),
        }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{} {value} ({})", self.name, self.place),
            None => write!(f, "{} set ({})", self.name, self.place),
        }
    }
}

impl fmt::Display for Looked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = match (&self.place, self.found) {
            (Place::Url { .. }, true) => "asked",
            (Place::Url { .. }, false) => "not asked",
            (Place::File { .. }, true) => "read",
            (Place::File { .. }, false) => "not there",
            (_, true) => "set",
            (_, false) => "not set",
        };
        write!(f, "{}: {found}", self.place)
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.provider)?;
        if let Some(role) = &self.role_arn {
            write!(f, " {role}")?;
        }
        if let Some(session) = &self.session_name {
            write!(f, " as {session}")?;
        }
        if let Some(profile) = &self.profile {
            write!(f, ", profile {profile:?}")?;
        }
        self.places.iter().try_for_each(|place| write!(f, ", {place}"))
    }
}

/// A text of several lines, for a person.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.profile)?;
        match &self.region {
            Some(region) => writeln!(f, "{region}")?,
            None => writeln!(f, "region not set (AWS_REGION, AWS_DEFAULT_REGION, or region in the profile)")?,
        }
        self.files.iter().try_for_each(|file| writeln!(f, "{file}"))?;
        writeln!(f, "\nAsked in this order:")?;
        for (number, step) in self.steps.iter().enumerate() {
            let (number, title) = (number + 1, step.title());
            match step.outcome {
                Outcome::NotReached => writeln!(f, "  {number:>2}. {title:<29} {}", step.outcome)?,
                outcome => writeln!(f, "  {number:>2}. {title:<29} {outcome:<15} {}", step.reason)?,
            }
            if matches!(step.outcome, Outcome::Used | Outcome::Failed) {
                for looked in &step.looked_at {
                    writeln!(f, "        {looked}")?;
                }
            }
        }
        if !self.path.is_empty() {
            writeln!(f, "\nPath:")?;
        }
        for (depth, link) in self.path.iter().enumerate() {
            writeln!(f, "  {}{link}", if depth == 0 { "" } else { "-> " })?;
        }
        if !self.settings.is_empty() {
            writeln!(f, "\nSettings:")?;
        }
        for setting in &self.settings {
            writeln!(f, "  {setting}")?;
        }
        if let Some(found) = &self.credentials {
            write!(f, "\nCredentials:\n{found}")?;
        }
        match &self.problem {
            Some(problem) => writeln!(f, "\nNo credentials: {problem}"),
            None => Ok(()),
        }
    }
}

/// Lines, indented.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.temporary { "temporary" } else { "long-term" };
        writeln!(f, "  access key id {} ({kind})", self.access_key_id)?;
        if let Some(account) = &self.account_id {
            writeln!(f, "  account {account}")?;
        }
        if let Some(identity) = &self.identity {
            writeln!(f, "  identity {identity}")?;
        }
        match (self.expiration, self.seconds_left) {
            (Some(at), Some(left)) if left > 0 => writeln!(f, "  expire at {at}, in {}", duration(left)),
            (Some(at), _) => writeln!(f, "  expired at {at}"),
            (None, _) => writeln!(f, "  do not expire"),
        }
    }
}

fn duration(seconds: i64) -> String {
    match (seconds / 3600, seconds % 3600 / 60) {
        (0, 0) => format!("{seconds} s"),
        (0, minutes) => format!("{minutes} min"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_close() {
        let known = ["default", "dev", "prod", "prod-eu", "Staging", "é"];
        for (wanted, expected) in [
            ("prdo", &["prod"][..]),
            ("prod-ue", &["prod-eu", "prod"]),
            ("PROD", &["prod"]),
            ("stagging", &["Staging"]),
            ("defautl", &["default"]),
            ("de", &["dev"]),
            ("prod", &["prod"]),
            ("x", &[]),
            ("", &[]),
            ("something else", &[]),
        ] {
            assert_eq!(close_names(wanted, known), expected, "{wanted}");
        }
        let many: Vec<String> = (0..9).map(|number| format!("account-{number}")).collect();
        assert_eq!(close_names("account-x", many.iter().map(String::as_str)).len(), 3);
    }
}
