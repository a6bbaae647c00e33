//! A home of its own for each test, and the program in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use stskit::emulator::Emulator;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_stskit");

/// A folder that is removed at the end of the test.
pub(crate) struct Home(PathBuf);

impl Home {
    /// With this config file.
    pub(crate) fn with(config: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("stskit-cli-{}-{number}", std::process::id()));
        fs::create_dir_all(folder.join(".aws")).unwrap();
        fs::write(folder.join(".aws/config"), config).unwrap();
        Home(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The program in an environment that has nothing but this home.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(arguments).env_clear().stdin(Stdio::null());
        command.env("HOME", &self.0).env("AWS_EC2_METADATA_DISABLED", "true").env("AWS_REGION", "us-east-1");
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().unwrap())
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// How the program ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: Option<i32>,
    pub(crate) output: String,
    pub(crate) errors: String,
}

impl Ran {
    pub(crate) fn of(output: Output) -> Self {
        Ran {
            status: output.status.code(),
            output: String::from_utf8(output.stdout).unwrap(),
            errors: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// The emulator's own keys as a profile, and where it is.
pub(crate) fn config(emulator: &Emulator) -> String {
    format!(
        "[default]\naws_access_key_id = {}\naws_secret_access_key = {}\nendpoint_url = {}\n",
        Emulator::ACCESS_KEY_ID,
        Emulator::SECRET_ACCESS_KEY,
        emulator.url()
    )
}
