//! The token cache on disk, shared with the AWS CLI and the SDKs: `~/.aws/sso/cache`.
//!
//! Files are replaced atomically and readable by their owner only. A file that belongs to somebody else
//! is read, never replaced.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Map, Value};

use super::lock::FileLock;
use super::session::SsoSession;
use super::token::SsoToken;
use crate::error::{Error, ErrorKind, Result};
use crate::host::{Host, System};

/// Largest file read; real ones have some kilobytes.
pub(super) const MAX_FILE: u64 = 1 << 20;

/// A folder of sign-in tokens and client registrations.
///
/// The folder and the names in it are those of the AWS CLI and the SDKs
/// (<https://docs.aws.amazon.com/sdkref/latest/guide/understanding-sso.html>). Files are replaced whole, so that
/// threads and processes may share it.
///
/// ```
/// use stskit::identity_center::{SsoSession, TokenCache};
/// let session = SsoSession::named("dev", "https://d-abc123.awsapps.com/start", "eu-west-1");
/// let cache = TokenCache::new("target/my-cache"); // for a program: TokenCache::default_location()?
/// assert!(cache.path(&session).ends_with("34c6fceca75e456f25e7e99531e2425c6c1de443.json"));
/// assert!(cache.read(&session)?.is_none()); // nobody has signed in
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenCache {
    folder: PathBuf,
}

impl TokenCache {
    /// A cache in a folder of your own; it is created (0700) when something is written.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        TokenCache { folder: folder.into() }
    }

    /// `~/.aws/sso/cache`, which the AWS CLI and the SDKs use.
    ///
    /// # Errors
    /// `InvalidConfiguration`: there is no home folder.
    pub fn default_location() -> Result<Self> {
        Self::of(&System)
    }

    /// The same for the home folder of any host.
    pub(crate) fn of(host: &dyn Host) -> Result<Self> {
        match crate::config::home(host) {
            Some(home) => Ok(Self::new(home.join(".aws").join("sso").join("cache"))),
            None => Err(Error::configuration("there is no home folder for the SSO token cache: set HOME")),
        }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the token of a session is.
    pub fn path(&self, session: &SsoSession) -> PathBuf {
        self.folder.join(session.file_name())
    }

    /// The cached token of a session, expired or not; `None` if nobody has signed in.
    ///
    /// # Errors
    /// `LoginRequired` if the file is there but holds no token, `InvalidConfiguration` if it cannot be read.
    pub fn read(&self, session: &SsoSession) -> Result<Option<SsoToken>> {
        self.read_with(session, &System)
    }

    pub(super) fn read_with(&self, session: &SsoSession, host: &dyn Host) -> Result<Option<SsoToken>> {
        let path = self.path(session);
        match self.read_parsed(&path, host, SsoToken::parse)? {
            None => Ok(None),
            Some(Ok(token)) => Ok(Some(token)),
            Some(Err(why)) => {
                Err(session.login_error(&format!("cannot be used (the token file {} {why})", path.display())))
            }
        }
    }

    /// What a file holds, or why it does not hold it; `None`: there is no such file.
    pub(crate) fn read_parsed<T>(
        &self,
        path: &Path,
        host: &dyn Host,
        parse: fn(&[u8]) -> Result<T, &'static str>,
    ) -> Result<Option<Result<T, &'static str>>> {
        let found = self.read_file(path)?.map(|bytes| parse(&bytes));
        if !matches!(found, Some(Err(_))) {
            return Ok(found);
        }
        // Not everybody replaces atomically: a writer may be in the middle.
        host.sleep(Duration::from_millis(50));
        Ok(self.read_file(path)?.map(|bytes| parse(&bytes)))
    }

    fn read_file(&self, path: &Path) -> Result<Option<Vec<u8>>> {
        let unreadable = |why: String| Error::configuration(format!("the token file {} {why}", path.display()));
        // Looked at before it is opened: opening a pipe would wait for a writer.
        match fs::metadata(path) {
            Ok(data) if !data.is_file() => return Err(unreadable("is not a file".to_owned())),
            Err(e) if e.kind() != io::ErrorKind::NotFound => {
                return Err(unreadable(format!("cannot be opened: {e}")).with_source(e));
            }
            _ => {}
        }
        match System.read_up_to(path, MAX_FILE) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(unreadable(format!("cannot be read: {e}")).with_source(e)),
        }
    }

    /// Replaces the token of a session.
    ///
    /// # Errors
    /// `InvalidConfiguration`: the folder or file cannot be written, or belongs to somebody else. What was
    /// there stays.
    pub fn write(&self, session: &SsoSession, token: &SsoToken) -> Result<()> {
        self.write_document(&session.file_name(), token.document())
    }

    pub(super) fn read_document(&self, name: &str) -> Option<Map<String, Value>> {
        let bytes = self.read_file(&self.folder.join(name)).ok().flatten()?;
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(document)) => Some(document),
            _ => None,
        }
    }

    pub(crate) fn write_document(&self, name: &str, document: &Map<String, Value>) -> Result<()> {
        let path = self.folder.join(name);
        let text = zeroize::Zeroizing::new(Value::Object(document.clone()).to_string());
        self.replace(&path, text.as_bytes()).map_err(|e| {
            Error::new(ErrorKind::InvalidConfiguration, format!("the file {} cannot be written: {e}", path.display()))
                .with_source(e)
        })
    }

    /// A new file beside the old one, complete and synced, then renamed over it.
    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        create_private_folder(&self.folder)?;
        let unique = format!("{}-{:016x}.tmp", std::process::id(), System.random());
        let temporary = self.folder.join(unique);
        let write = || {
            let mut file = create_private_file(&temporary)?;
            refuse_foreign(path, &file)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&temporary, path)
        };
        write().inspect_err(|_| {
            // Nothing half-written stays; if the removal fails too there is nothing left to try.
            let _ = fs::remove_file(&temporary);
        })
    }

    /// Removes the token of a session; no token is fine.
    ///
    /// # Errors
    /// `InvalidConfiguration`: it cannot be removed.
    pub fn remove(&self, session: &SsoSession) -> Result<()> {
        remove(&self.path(session))
    }

    /// The lock that whoever replaces or removes this token file holds, across processes.
    pub(crate) fn lock(&self, token_file: &Path, host: &dyn Host, limit: Duration) -> Result<FileLock> {
        create_private_folder(&self.folder).map_err(|e| {
            Error::configuration(format!("the folder {} cannot be created: {e}", self.folder.display())).with_source(e)
        })?;
        let path = token_file.with_extension("lock");
        // Private before it is used: nobody else may hold it. Most often it is there already.
        let _ = create_private_file(&path);
        FileLock::acquire(&path, host, limit)
    }
}

pub(super) fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => {
            Err(Error::configuration(format!("the file {} cannot be removed: {e}", path.display())).with_source(e))
        }
        _ => Ok(()),
    }
}

fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn create_private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A file of another user (say, of the user that `sudo` was called by) is not replaced by ours.
#[cfg(unix)]
fn refuse_foreign(path: &Path, ours: &File) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    match fs::metadata(path) {
        Ok(there) if there.is_dir() => Err(io::Error::other("a folder is in its place")),
        Ok(there) if there.uid() != ours.metadata()?.uid() => {
            Err(io::Error::new(io::ErrorKind::PermissionDenied, "it belongs to another user"))
        }
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
fn refuse_foreign(_: &Path, _: &File) -> io::Result<()> {
    Ok(())
}
