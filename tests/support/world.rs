//! A machine with an emulator of its own: variables and a home folder to fill, a clock to move, and the default
//! chain on them. Nothing of the real environment takes part; IMDS is always the emulator's.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use std::{fs, io};

use stskit::emulator::Emulator;
use stskit::host::{Host, System};
use stskit::providers::DefaultChain;
use stskit::{Credentials, Error, Provide, Settings, Timestamp};

/// The real clock moved by an offset, real files, and variables of its own. Sleeping moves the clock.
#[derive(Debug, Default)]
pub struct Machine {
    vars: Mutex<BTreeMap<String, String>>,
    ahead: AtomicI64,
    slept: AtomicI64,
}

impl Machine {
    /// Moves the clock forwards by seconds, or back.
    pub fn advance(&self, seconds: i64) {
        self.ahead.fetch_add(seconds * 1000, Ordering::SeqCst);
    }
}

impl Host for Machine {
    fn var(&self, name: &str) -> Option<OsString> {
        self.vars.lock().unwrap().get(name).map(OsString::from)
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        System.read(path)
    }

    fn read_up_to(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        System.read_up_to(path, limit)
    }

    fn now(&self) -> Timestamp {
        System.now().plus_millis(self.ahead.load(Ordering::SeqCst))
    }

    fn monotonic(&self) -> Duration {
        System.monotonic() + Duration::from_millis(self.slept.load(Ordering::SeqCst).unsigned_abs())
    }

    fn sleep(&self, duration: Duration) {
        let millis = i64::try_from(duration.as_millis()).unwrap();
        self.ahead.fetch_add(millis, Ordering::SeqCst);
        self.slept.fetch_add(millis, Ordering::SeqCst);
    }

    fn random(&self) -> u64 {
        System.random()
    }
}

pub struct World {
    pub emulator: Emulator,
    pub home: PathBuf,
    pub machine: Arc<Machine>,
    passed: AtomicI64,
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.home);
    }
}

impl World {
    /// Endpoints of the emulator, a region, an empty home; no credentials anywhere but at IMDS.
    pub fn new() -> World {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let unique = format!("stskit-world-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
        let home = std::env::temp_dir().join(unique);
        fs::create_dir_all(home.join(".aws/sso/cache")).unwrap();
        let emulator = Emulator::start().unwrap();
        let world = World { home, machine: Arc::default(), emulator, passed: AtomicI64::default() };
        let url = world.emulator.url();
        world.set("HOME", world.home.to_str().unwrap());
        world.set("USERPROFILE", world.home.to_str().unwrap());
        for service in ["STS", "SSO", "SSO_OIDC", "SIGNIN"] {
            world.set(&format!("AWS_ENDPOINT_URL_{service}"), &url);
        }
        world.set("AWS_REGION", Emulator::REGION);
        world.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", &world.emulator.imds_url());
        world
    }

    /// The same with a config file.
    pub fn with_config(text: &str) -> World {
        let world = World::new();
        world.config(text);
        world
    }

    /// Time passes, for the machine and for the services.
    pub fn advance(&self, seconds: i64) {
        self.machine.advance(seconds);
        self.emulator.set_clock_offset(self.passed.fetch_add(seconds, Ordering::SeqCst) + seconds);
    }

    pub fn set(&self, name: &str, value: &str) {
        self.machine.vars.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    pub fn set_all<'a>(&self, vars: impl IntoIterator<Item = (&'a str, String)>) {
        vars.into_iter().for_each(|(name, value)| self.set(name, &value));
    }

    pub fn unset(&self, name: &str) {
        self.machine.vars.lock().unwrap().remove(name);
    }

    /// Keys that the emulator knows, in the environment.
    pub fn set_keys(&self) {
        self.set("AWS_ACCESS_KEY_ID", Emulator::ACCESS_KEY_ID);
        self.set("AWS_SECRET_ACCESS_KEY", Emulator::SECRET_ACCESS_KEY);
    }

    /// Writes a file below the home folder and answers its path.
    pub fn file(&self, path: &str, text: &str) -> PathBuf {
        let path = self.home.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// The config file. `{url}`, `{home}`, `{id}` and `{secret}` stand for the emulator's URL and keys and the home.
    pub fn config(&self, text: &str) {
        self.file(".aws/config", &self.filled(text));
    }

    pub fn credentials_file(&self, text: &str) {
        self.file(".aws/credentials", &self.filled(text));
    }

    fn filled(&self, text: &str) -> String {
        text.replace("{url}", &self.emulator.url())
            .replace("{home}", self.home.to_str().unwrap())
            .replace("{id}", Emulator::ACCESS_KEY_ID)
            .replace("{secret}", Emulator::SECRET_ACCESS_KEY)
    }

    pub fn settings(&self) -> Result<Settings, Error> {
        Settings::builder().resolve_with(&*self.machine)
    }

    pub fn chain(&self) -> DefaultChain {
        self.chain_of(self.settings().unwrap())
    }

    pub fn profile(&self, name: &str) -> DefaultChain {
        self.chain_of(Settings::builder().profile(name).resolve_with(&*self.machine).unwrap())
    }

    pub fn chain_of(&self, settings: Settings) -> DefaultChain {
        DefaultChain::builder(settings).host(self.machine.clone()).build()
    }

    pub fn load(&self) -> Result<Credentials, Error> {
        self.chain().credentials()
    }

    /// How often the emulator was asked for an operation.
    pub fn count(&self, operation: &str) -> usize {
        self.emulator.requests().iter().filter(|r| r.operation.as_deref() == Some(operation)).count()
    }

    /// Requests to the metadata service.
    pub fn imds_requests(&self) -> usize {
        let is_imds = |name: &str| name.starts_with("Imds");
        self.emulator.requests().iter().filter(|r| r.operation.as_deref().is_some_and(is_imds)).count()
    }
}
