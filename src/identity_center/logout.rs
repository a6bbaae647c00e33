//! Signing out: the service forgets the token, and so does the cache, even if the service cannot be reached.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use super::cache::{MAX_FILE, TokenCache, remove};
use super::lock::FileLock;
use super::session::SsoSession;
use crate::error::{Error, Result};
use crate::host::{Host, System};
use crate::secret::Secret;
use crate::settings::Settings;
use crate::sso::{Client, Logout};

/// How long a sign-out waits for a refresh in another process.
const LOCK_LIMIT: Duration = Duration::from_secs(30);

/// What a sign-out did.
///
/// ```no_run
/// use stskit::identity_center::{SsoSession, TokenCache, logout};
/// let session = SsoSession::named("dev", "https://d-abc123.awsapps.com/start", "eu-west-1");
/// let report = logout(&session, &TokenCache::default_location()?, &stskit::Settings::from_env()?)?;
/// for failure in &report.failures {
///     eprintln!("signed out here only: {failure}");
/// }
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct LogoutReport {
    /// Token files removed.
    pub tokens_removed: usize,
    /// Role credentials of the AWS CLI removed (`~/.aws/cli/cache`).
    pub credentials_removed: usize,
    /// Calls that failed: the tokens were removed here all the same, and expire by themselves.
    pub failures: Vec<Error>,
}

/// Signs out of one session.
///
/// ```no_run
/// use stskit::identity_center::{SsoSession, TokenCache, logout};
/// let session = SsoSession::named("dev", "https://d-abc123.awsapps.com/start", "eu-west-1");
/// logout(&session, &TokenCache::default_location()?, &stskit::Settings::from_env()?)?;
/// # Ok::<(), stskit::Error>(())
/// ```
///
/// # Errors
/// `InvalidConfiguration`: the file cannot be removed. A call that fails is in the report.
pub fn logout(session: &SsoSession, cache: &TokenCache, settings: &Settings) -> Result<LogoutReport> {
    let mut report = LogoutReport::default();
    let path = cache.path(session);
    if !path.exists() {
        return Ok(report);
    }
    let _lock = lock(cache, &path);
    // A file that holds no token has nothing to be revoked, but is removed as well.
    if let Ok(Some(token)) = cache.read(session) {
        revoke(settings, &session.region, token.access_token().clone(), &mut report);
    }
    if path.exists() {
        remove(&path)?;
        report.tokens_removed += 1;
    }
    Ok(report)
}

/// Signs out of every session in the cache, and removes the role credentials that the AWS CLI got by SSO
/// from its own cache (`~/.aws/cli/cache`), if that folder is given: what `aws sso logout` does
/// (<https://docs.aws.amazon.com/cli/latest/reference/sso/logout.html>).
///
/// ```no_run
/// use stskit::identity_center::{TokenCache, logout_all};
/// let cli_cache = std::env::home_dir().map(|home| home.join(".aws/cli/cache"));
/// let cache = TokenCache::default_location()?;
/// let report = logout_all(&cache, cli_cache.as_deref(), &stskit::Settings::from_env()?)?;
/// println!("{} tokens and {} credentials removed", report.tokens_removed, report.credentials_removed);
/// # Ok::<(), stskit::Error>(())
/// ```
///
/// # Errors
/// `InvalidConfiguration`: a folder cannot be read or a file not removed. Calls that fail are in the report.
pub fn logout_all(cache: &TokenCache, cli_cache: Option<&Path>, settings: &Settings) -> Result<LogoutReport> {
    let mut report = LogoutReport::default();
    for (path, document) in json_files(cache.folder())? {
        let text = |name: &str| document.get(name).and_then(Value::as_str).filter(|t| !t.is_empty());
        if text("accessToken").is_none() || text("region").is_none() {
            continue;
        }
        let _lock = lock(cache, &path);
        // A refresh that was under way may have replaced it.
        let document = json_object(&path).unwrap_or(document);
        let text = |name: &str| document.get(name).and_then(Value::as_str).filter(|t| !t.is_empty());
        if let (Some(token), Some(region)) = (text("accessToken"), text("region")) {
            revoke(settings, region, token.into(), &mut report);
        }
        remove(&path)?;
        report.tokens_removed += 1;
    }
    for (path, document) in cli_cache.map(json_files).transpose()?.unwrap_or_default() {
        if document.get("ProviderType").and_then(Value::as_str) == Some("sso") {
            remove(&path)?;
            report.credentials_removed += 1;
        }
    }
    Ok(report)
}

/// A refresh that is under way would write its new token after the removal: waits for its end, within
/// limits. A sign-out without lock is better than none.
fn lock(cache: &TokenCache, token_file: &Path) -> Option<FileLock> {
    let lock = cache.lock(token_file, &System, LOCK_LIMIT);
    lock.inspect_err(|e| log::warn!("signing out without a lock: {e}")).ok()
}

fn revoke(settings: &Settings, region: &str, token: Secret, report: &mut LogoutReport) {
    let revoked = Client::in_region(settings, region).and_then(|client| client.logout(&Logout::new(token)));
    report.failures.extend(revoked.err());
}

/// The JSON objects of a folder; no folder is an empty one, other files and huge ones are passed by.
fn json_files(folder: &Path) -> Result<Vec<(std::path::PathBuf, serde_json::Map<String, Value>)>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => {
            let message = format!("the folder {} cannot be read: {e}", folder.display());
            return Err(Error::configuration(message).with_source(e));
        }
    };
    let mut found = Vec::new();
    for path in entries.filter_map(|entry| entry.ok().map(|e| e.path())) {
        let is_json = path.extension().is_some_and(|e| e == "json") && path.is_file();
        if is_json && let Some(document) = json_object(&path) {
            found.push((path, document));
        }
    }
    Ok(found)
}

fn json_object(path: &Path) -> Option<serde_json::Map<String, Value>> {
    match serde_json::from_slice(&System.read_up_to(path, MAX_FILE).ok()?) {
        Ok(Value::Object(document)) => Some(document),
        _ => None,
    }
}
