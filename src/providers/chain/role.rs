//! A profile with a role: the roles from `source_profile` to `source_profile`, down to what they start from.

use std::collections::HashSet;

use super::select::{self, Chosen, Context, Notes, Plan};
use crate::config::{Profile, Value};
use crate::error::{Error, Result};
use crate::explain::Place;
use crate::sts::AssumeRole;

/// More roles than anybody chains; each is assumed by the credentials of the one before.
const MOST_ROLES: usize = 100;

/// One role to assume.
#[derive(Debug)]
pub(super) struct RoleLink {
    pub(super) profile: String,
    pub(super) request: AssumeRole,
    pub(super) place: Place,
}

/// Does the profile ask for AssumeRole? With a token file it is for a web identity.
pub(super) fn is_assumed(profile: &Profile<'_>) -> bool {
    profile.get("role_arn").is_some() && profile.get("web_identity_token_file").is_none()
}

/// The roles of a profile that [is one](is_assumed), and what the first of them is assumed with.
pub(super) fn plan(context: &Context<'_>, profile: &Profile<'_>, notes: &mut Notes) -> Result<Plan> {
    let config = context.settings.config();
    let (mut links, mut path, mut seen) = (Vec::new(), vec![profile.name().to_owned()], HashSet::new());
    seen.insert(profile.name().to_owned());
    let mut next = config.profile(profile.name());
    let base = loop {
        let Some(profile) = next else { return Err(Error::configuration("the profile has gone")) };
        links.push(link(&profile)?);
        if links.len() > MOST_ROLES {
            return Err(Error::configuration(format!(
                "more than {MOST_ROLES} roles are to be assumed one after the other, from the profile {:?} on",
                path.first().map(String::as_str).unwrap_or_default(),
            )));
        }
        let source = match (notes.key(&profile, "source_profile"), notes.key(&profile, "credential_source")) {
            (Some(name), None) => name,
            (None, Some(source)) => break credential_source(&profile, &source)?,
            (Some(_), Some(source)) => {
                return Err(source.error(format_args!(
                    "the profile {:?} has both source_profile and credential_source: remove one of them",
                    profile.name()
                )));
            }
            (None, None) => {
                let role = profile.get("role_arn");
                let role = role.ok_or_else(|| Error::configuration("the profile has no role_arn"))?;
                return Err(role.error(format_args!(
                    "the profile {:?} has role_arn here, but nothing to assume the role with: set source_profile, \
                     credential_source or web_identity_token_file",
                    profile.name()
                )));
            }
        };
        let name = source.text();
        let Some(found) = config.profile(name) else {
            return Err(source.error(format_args!(
                "the profile {:?} names a source_profile that is neither in {}",
                profile.name(),
                config.searched()
            )));
        };
        let has_keys = found.static_keys().is_ok_and(|keys| keys.is_some());
        let is_itself = name == profile.name();
        path.push(name.to_owned());
        let is_new = seen.insert(name.to_owned());
        if !(is_new || is_itself && has_keys) {
            return Err(source.error(format_args!("the source profiles lead in a circle: {}", path.join(" -> "))));
        }
        if !has_keys && is_assumed(&found) {
            next = Some(found);
            continue;
        }
        let base = select::source_profile(context, &found)?;
        break base.ok_or_else(|| {
            source.error(format_args!(
                "the source_profile of the profile {:?} has no credentials: neither keys nor a role, SSO, \
                 login_session, credential_process or a web identity",
                profile.name()
            ))
        })?;
    };
    links.reverse();
    Ok(Plan::Roles { base: Box::new(base), links })
}

fn link(profile: &Profile<'_>) -> Result<RoleLink> {
    let text = |key: &str| profile.get(key).map(|value| value.text().to_owned());
    let role_arn = profile.get("role_arn");
    let role_arn = role_arn.ok_or_else(|| Error::configuration("the profile has no role_arn"))?;
    let mut request = AssumeRole::new(role_arn.text(), text("role_session_name").unwrap_or_default());
    request.external_id = text("external_id");
    request.serial_number = text("mfa_serial");
    if let Some(seconds) = profile.get("duration_seconds") {
        let parsed = seconds.text().trim().parse::<i32>().ok().filter(|seconds| *seconds > 0);
        request.duration_seconds =
            Some(parsed.ok_or_else(|| seconds.error("duration_seconds is no whole number of seconds: 900 to 43200"))?);
    }
    let at = Some((role_arn.file().to_path_buf(), role_arn.line()));
    let place = Place::Key { key: "role_arn".into(), section: format!("profile {:?}", profile.name()), at };
    Ok(RoleLink { profile: profile.name().to_owned(), request, place })
}

fn credential_source(profile: &Profile<'_>, source: &Value<'_>) -> Result<Chosen> {
    let (plan, provider) = match source.text().trim().to_ascii_lowercase().as_str() {
        "environment" => (Plan::Environment, "environment"),
        "ec2instancemetadata" => (Plan::Imds, "imds"),
        "ecscontainer" => (Plan::Container, "container"),
        _ => {
            return Err(source.error(format_args!(
                "the credential_source of the profile {:?} is none of Environment, Ec2InstanceMetadata, EcsContainer",
                profile.name()
            )));
        }
    };
    let at = Some((source.file().to_path_buf(), source.line()));
    let section = format!("profile {:?}", profile.name());
    let places = vec![Place::Key { key: "credential_source".into(), section, at }];
    Ok(Chosen { plan, provider, profile: Some(profile.name().to_owned()), places })
}
