//! Static keys of the last of many profiles in two files, against reading the bytes of the files: the files alone,
//! and the whole default chain.
//!
//! `cargo bench --bench config`. The best of interleaved rounds; only the ratio of one run means anything.

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use stskit::config::{Config, Locations};
use stskit::host::System;
use stskit::{DefaultChain, Provide, Settings};

const ROUNDS: usize = 51;

fn main() {
    let folder = std::env::temp_dir().join(format!("stskit-bench-config-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let (config, credentials) = (folder.join("config"), folder.join("credentials"));
    let locations = Locations { config: Some(config.clone()), credentials: Some(credentials.clone()) };
    println!("profiles      bytes      files      chain      floor   chain to floor");
    for profiles in [1_000, 10_000, 20_000] {
        std::fs::write(&config, config_text(profiles)).expect("a temporary file");
        std::fs::write(&credentials, credentials_text(profiles)).expect("a temporary file");
        let last = format!("team-{:05}", profiles - 1);
        let (mut files, mut chain, mut floor) = (f64::MAX, f64::MAX, f64::MAX);
        for _ in 0..ROUNDS {
            files = files.min(millis(|| keys_of(&locations, &last)));
            chain = chain.min(millis(|| chain_of(&locations, &last)));
            floor = floor.min(millis(|| read(&config) + read(&credentials)));
        }
        let (bytes, ratio) = (read(&config) + read(&credentials), chain / floor);
        println!("{profiles:8} {bytes:10} {files:7.2} ms {chain:7.2} ms {floor:7.2} ms {ratio:16.2}");
    }
    std::fs::remove_dir_all(&folder).expect("the temporary folder");
}

fn config_text(profiles: usize) -> String {
    let profile = |i| format!("[profile team-{i:05}]\nregion = eu-west-1\noutput = json\n\n");
    (0..profiles).map(profile).collect()
}

fn credentials_text(profiles: usize) -> String {
    let profile = |i| {
        format!("[team-{i:05}]\naws_access_key_id = AKIAIOSF{i:012}\naws_secret_access_key = wJalrXUtnFEMI{i:027}\n")
    };
    (0..profiles).map(profile).collect()
}

fn keys_of(locations: &Locations, name: &str) -> usize {
    let config = Config::read(&System, locations).expect("files without errors");
    let profile = config.profile(name).expect("the last profile");
    let keys = profile.static_keys().expect("complete keys").expect("keys");
    keys.secret_access_key.text().len()
}

fn chain_of(locations: &Locations, name: &str) -> usize {
    let (config, credentials) = (locations.config.as_ref(), locations.credentials.as_ref());
    let settings = Settings::builder().profile(name).config_file(config.expect("a path"));
    let settings = settings.credentials_file(credentials.expect("a path")).resolve().expect("settings");
    DefaultChain::new(&settings).credentials().expect("keys").secret_access_key().len()
}

fn read(path: &Path) -> usize {
    black_box(std::fs::read(path)).expect("a file").len()
}

fn millis(work: impl Fn() -> usize) -> f64 {
    let start = Instant::now();
    black_box(work());
    start.elapsed().as_secs_f64() * 1e3
}
