//! Which source the settings, the files and the environment ask for. No file but the shared ones is read, nothing
//! is called: the choice depends on what is configured, never on what answers.

use std::cell::OnceCell;
use std::fmt;
use std::path::PathBuf;

use super::role::{self, RoleLink};
use crate::config::{Profile, StaticKeys, Value};
use crate::credential::Credentials;
use crate::error::{Error, Result};
use crate::explain::{Looked, Outcome, Place, Step};
use crate::host::Host;
use crate::identity_center::SsoSession;
use crate::settings::{Settings, Sources};

/// A source that was chosen, with all that it needs.
#[derive(Debug)]
pub(super) enum Plan {
    Environment,
    Static {
        keys: Credentials,
    },
    WebIdentity {
        token_file: PathBuf,
        role_arn: String,
        session_name: Option<String>,
    },
    Sso {
        session: Box<SsoSession>,
        account_id: String,
        role_name: String,
    },
    #[cfg_attr(not(feature = "login"), expect(dead_code))] // An error then, whichever session it is.
    Login {
        session: String,
    },
    Process {
        line: String,
        account_id: Option<String>,
    },
    Container,
    Imds,
    Roles {
        base: Box<Chosen>,
        links: Vec<RoleLink>,
    },
}

/// A plan, and where it comes from.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) plan: Plan,
    /// As in [`Step::provider`].
    pub(super) provider: &'static str,
    pub(super) profile: Option<String>,
    pub(super) places: Vec<Place>,
}

/// What came of the choice.
pub(super) struct Selection {
    pub(super) steps: Vec<Step>,
    pub(super) chosen: Result<Chosen>,
}

/// The places a provider looks at, and what it says of them.
#[derive(Default)]
pub(super) struct Notes {
    looked_at: Vec<Looked>,
    reason: String,
}

pub(super) struct Context<'a> {
    pub(super) settings: &'a Settings,
    pub(super) host: &'a dyn Host,
    /// The profile in use, once somebody asks for it.
    profile: OnceCell<Option<Profile<'a>>>,
}

type Look = fn(&Context<'_>, &mut Notes) -> Result<Option<Plan>>;

/// The default chain. The order of botocore and the AWS CLI 2.
const ORDER: [(&str, Look); 10] = [
    ("environment", |context, notes| context.environment(notes)),
    ("assume-role", |context, notes| context.in_profile(notes, assume_role)),
    ("web-identity", |context, notes| context.web_identity(notes)),
    ("sso", |context, notes| context.in_profile(notes, sso)),
    ("credentials-file", |context, notes| context.in_profile(notes, credentials_file)),
    ("login", |context, notes| context.in_profile(notes, login)),
    ("process", |context, notes| context.in_profile(notes, process)),
    ("config-file", |context, notes| context.in_profile(notes, config_file)),
    ("container", |context, notes| context.container(notes)),
    ("imds", |context, notes| context.imds(notes)),
];

type LookInProfile = fn(&Context<'_>, &Profile<'_>, &mut Notes) -> Result<Option<Plan>>;

/// What a source profile is asked for: its own part of the chain, without its role.
const IN_SOURCE_PROFILE: [(&str, LookInProfile); 6] = [
    ("web-identity", |_, profile, notes| web_identity_of(profile, None, notes)),
    ("sso", sso),
    ("credentials-file", credentials_file),
    ("login", login),
    ("process", process),
    ("config-file", config_file),
];

/// Asks every provider in order until one is configured, well or badly.
pub(super) fn select(settings: &Settings, host: &dyn Host) -> Selection {
    let context = Context { settings, host, profile: OnceCell::new() };
    let mut steps: Vec<Step> = Vec::with_capacity(ORDER.len());
    let mut chosen = None;
    for (provider, look) in ORDER {
        if chosen.is_some() {
            steps.push(Step::new(provider, Outcome::NotReached, ""));
            continue;
        }
        let mut notes = Notes::default();
        let outcome = match look(&context, &mut notes) {
            Ok(None) => Outcome::NotConfigured,
            Ok(Some(plan)) => {
                let profile = Some(settings.profile_name().to_owned()).filter(|_| plan.is_of_profile());
                chosen = Some(Ok(Chosen { plan, provider, profile, places: notes.places() }));
                Outcome::Used
            }
            Err(error) => {
                notes.reason = error.to_string();
                chosen = Some(Err(error));
                Outcome::Failed
            }
        };
        let mut step = Step::new(provider, outcome, notes.reason);
        step.looked_at = notes.looked_at;
        steps.push(step);
    }
    let nothing = || Err(Error::new(crate::ErrorKind::NoCredentials, "no source of credentials is configured"));
    Selection { steps, chosen: chosen.unwrap_or_else(nothing) }
}

/// The source that a source profile stands for.
pub(super) fn source_profile(context: &Context<'_>, profile: &Profile<'_>) -> Result<Option<Chosen>> {
    for (provider, look) in IN_SOURCE_PROFILE {
        let mut notes = Notes::default();
        if let Some(plan) = look(context, profile, &mut notes)? {
            let profile = Some(profile.name().to_owned());
            return Ok(Some(Chosen { plan, provider, profile, places: notes.places() }));
        }
    }
    Ok(None)
}

impl Plan {
    fn is_of_profile(&self) -> bool {
        !matches!(self, Plan::Environment | Plan::Container | Plan::Imds)
    }
}

impl Notes {
    fn places(&self) -> Vec<Place> {
        self.looked_at.iter().filter(|looked| looked.found).map(|looked| looked.place.clone()).collect()
    }

    fn because(&mut self, reason: impl fmt::Display) {
        self.reason = reason.to_string();
    }

    /// A variable; blank counts as not set.
    pub(super) fn variable(&mut self, host: &dyn Host, name: &'static str) -> Result<Option<String>> {
        let value = Sources::environment(host).variable(name)?;
        self.looked_at.push(Looked::new(Place::variable(name), value.is_some()));
        Ok(value)
    }

    /// A key of a profile.
    pub(super) fn key<'p>(&mut self, profile: &Profile<'p>, key: &'static str) -> Option<Value<'p>> {
        let value = profile.get(key);
        self.looked(profile, key, value.as_ref());
        value
    }

    fn looked(&mut self, profile: &Profile<'_>, key: &'static str, value: Option<&Value<'_>>) {
        let at = value.map(|value| (value.file().to_path_buf(), value.line()));
        let place = Place::Key { key: key.into(), section: format!("profile {:?}", profile.name()), at };
        self.looked_at.push(Looked::new(place, value.is_some()));
    }
}

impl Context<'_> {
    fn environment(&self, notes: &mut Notes) -> Result<Option<Plan>> {
        if self.settings.profile_is_from_code() {
            let profile = self.settings.profile_name();
            notes.because(format_args!(
                "the profile {profile:?} was named in code, so keys in the environment do not count"
            ));
            return Ok(None);
        }
        if notes.variable(self.host, "AWS_ACCESS_KEY_ID")?.is_some() {
            notes.because("AWS_ACCESS_KEY_ID is set");
            return Ok(Some(Plan::Environment));
        }
        notes.because("AWS_ACCESS_KEY_ID is not set");
        if notes.variable(self.host, "AWS_SECRET_ACCESS_KEY")?.is_some() {
            notes.because("AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not");
        }
        Ok(None)
    }

    fn profile(&self) -> Option<&Profile<'_>> {
        self.profile.get_or_init(|| self.settings.profile()).as_ref()
    }

    /// Asks about the profile in use, if there is one.
    fn in_profile(&self, notes: &mut Notes, look: LookInProfile) -> Result<Option<Plan>> {
        match self.profile() {
            Some(profile) => look(self, profile, notes),
            None => {
                notes.because(self.no_profile());
                Ok(None)
            }
        }
    }

    fn no_profile(&self) -> String {
        format!("there is no profile {:?}", self.settings.profile_name())
    }

    fn web_identity(&self, notes: &mut Notes) -> Result<Option<Plan>> {
        let variables = match self.settings.profile_is_from_code() {
            true => None,
            false => Some(self.host),
        };
        match (self.profile(), variables) {
            (Some(profile), host) => web_identity_of(profile, host, notes),
            (None, Some(host)) => web_identity(None, Some(host), notes),
            (None, None) => {
                notes.because(self.no_profile());
                Ok(None)
            }
        }
    }

    fn container(&self, notes: &mut Notes) -> Result<Option<Plan>> {
        for name in ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"] {
            if notes.variable(self.host, name)?.is_some() {
                notes.because(format_args!("{name} is set"));
                return Ok(Some(Plan::Container));
            }
        }
        notes.because("neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set");
        Ok(None)
    }

    fn imds(&self, notes: &mut Notes) -> Result<Option<Plan>> {
        let metadata = self.settings.metadata();
        if let Some(off) = metadata.disabled.as_ref().filter(|off| off.value) {
            notes.looked_at.push(Looked::new(off.origin.place(), true));
            notes.because(format_args!("switched off by {}", off.origin));
            return Ok(None);
        }
        notes.looked_at.push(Looked::new(Place::Url { url: metadata.endpoint() }, true));
        notes.because("nothing else is configured");
        Ok(Some(Plan::Imds))
    }
}

fn assume_role(context: &Context<'_>, profile: &Profile<'_>, notes: &mut Notes) -> Result<Option<Plan>> {
    if notes.key(profile, "role_arn").is_none() {
        notes.because("no role_arn is set");
        return Ok(None);
    }
    if !role::is_assumed(profile) {
        notes.because("the role of the profile is for a web identity token");
        return Ok(None);
    }
    notes.because("role_arn is set");
    role::plan(context, profile, notes).map(Some)
}

fn web_identity_of(profile: &Profile<'_>, host: Option<&dyn Host>, notes: &mut Notes) -> Result<Option<Plan>> {
    web_identity(Some(profile), host, notes)
}

/// Each of the three is looked for in the environment, then in the profile.
fn web_identity(profile: Option<&Profile<'_>>, host: Option<&dyn Host>, notes: &mut Notes) -> Result<Option<Plan>> {
    let mut find = |variable: &'static str, key: &'static str| -> Result<Option<String>> {
        let set = host.map(|host| notes.variable(host, variable)).transpose()?.flatten();
        Ok(set.or_else(|| notes.key(profile?, key).map(|value| value.text().to_owned())))
    };
    let Some(token_file) = find("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file")? else {
        notes.because(match (host, profile) {
            (Some(_), Some(_)) => "neither AWS_WEB_IDENTITY_TOKEN_FILE nor web_identity_token_file is set",
            (Some(_), None) => "AWS_WEB_IDENTITY_TOKEN_FILE is not set",
            (None, _) => "no web_identity_token_file is set",
        });
        return Ok(None);
    };
    let Some(role_arn) = find("AWS_ROLE_ARN", "role_arn")? else {
        return Err(Error::configuration(match host {
            Some(_) => {
                "a web identity token file is set, but no role: set AWS_ROLE_ARN, or role_arn in the profile".to_owned()
            }
            None => "the profile has web_identity_token_file, but no role_arn".to_owned(),
        }));
    };
    let session_name = find("AWS_ROLE_SESSION_NAME", "role_session_name")?.map(|name| name.trim().to_owned());
    notes.because("a web identity token file is set");
    let token_file = PathBuf::from(token_file);
    Ok(Some(Plan::WebIdentity { token_file, role_arn: role_arn.trim().to_owned(), session_name }))
}

fn sso(context: &Context<'_>, profile: &Profile<'_>, notes: &mut Notes) -> Result<Option<Plan>> {
    let (account, role) = (notes.key(profile, "sso_account_id"), notes.key(profile, "sso_role_name"));
    let (account, role) = match (account, role) {
        (Some(account), Some(role)) => (account, role),
        (None, None) => {
            notes.because("neither sso_account_id nor sso_role_name is set");
            return Ok(None);
        }
        (Some(there), None) => return Err(there.error("the profile has sso_account_id here, but no sso_role_name")),
        (None, Some(there)) => return Err(there.error("the profile has sso_role_name here, but no sso_account_id")),
    };
    for key in ["sso_session", "sso_start_url", "sso_region"] {
        notes.key(profile, key);
    }
    let Some(session) = SsoSession::of_profile(context.settings.config(), profile)? else {
        return Err(account.error(
            "the profile has an SSO role here, but neither sso_session nor sso_start_url and sso_region to sign in at",
        ));
    };
    notes.because("an SSO role is set");
    let (account_id, role_name) = (account.text().to_owned(), role.text().to_owned());
    Ok(Some(Plan::Sso { session: Box::new(session), account_id, role_name }))
}

fn credentials_file(_: &Context<'_>, profile: &Profile<'_>, notes: &mut Notes) -> Result<Option<Plan>> {
    static_keys(profile, profile.credentials_file_keys(), "the credentials file", notes)
}

fn config_file(_: &Context<'_>, profile: &Profile<'_>, notes: &mut Notes) -> Result<Option<Plan>> {
    static_keys(profile, profile.config_file_keys(), "the config file", notes)
}

fn static_keys(
    profile: &Profile<'_>,
    keys: Result<Option<StaticKeys<'_>>>,
    file: &str,
    notes: &mut Notes,
) -> Result<Option<Plan>> {
    let Some(keys) = keys? else {
        notes.looked(profile, "aws_access_key_id", None);
        notes.because(format_args!("no aws_access_key_id in {file}"));
        return Ok(None);
    };
    notes.looked(profile, "aws_access_key_id", Some(&keys.access_key_id));
    notes.looked(profile, "aws_secret_access_key", Some(&keys.secret_access_key));
    notes.because("aws_access_key_id is set");
    let mut found = Credentials::new(keys.access_key_id.text(), keys.secret_access_key.text());
    if let Some(token) = &keys.session_token {
        notes.looked(profile, "aws_session_token", Some(token));
        found = found.with_session_token(token.text());
    }
    if let Some(account) = &keys.account_id {
        found = found.with_account_id(account.text());
    }
    Ok(Some(Plan::Static { keys: found }))
}

fn login(_: &Context<'_>, profile: &Profile<'_>, notes: &mut Notes) -> Result<Option<Plan>> {
    let Some(session) = notes.key(profile, "login_session") else {
        notes.because("no login_session is set");
        return Ok(None);
    };
    notes.because("login_session is set");
    Ok(Some(Plan::Login { session: session.text().to_owned() }))
}

fn process(_: &Context<'_>, profile: &Profile<'_>, notes: &mut Notes) -> Result<Option<Plan>> {
    let Some(line) = notes.key(profile, "credential_process") else {
        notes.because("no credential_process is set");
        return Ok(None);
    };
    notes.because("credential_process is set");
    let account_id = profile.get("aws_account_id").map(|id| id.text().to_owned());
    Ok(Some(Plan::Process { line: line.text().to_owned(), account_id }))
}
