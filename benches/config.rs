//! Static keys of the last of 10,000 profiles in two files, against reading the bytes of the files.
//!
//! `cargo bench --bench config`. The best of interleaved rounds; only the ratio of one run means anything.

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use stskit::config::{Config, Locations};
use stskit::host::System;

const ROUNDS: usize = 101;
const PROFILES: usize = 10_000;

fn main() {
    let folder = std::env::temp_dir().join(format!("stskit-bench-config-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let (config, credentials) = (folder.join("config"), folder.join("credentials"));
    std::fs::write(&config, config_text()).expect("a temporary file");
    std::fs::write(&credentials, credentials_text()).expect("a temporary file");

    let last = format!("team-{:05}", PROFILES - 1);
    let locations = Locations { config: Some(config.clone()), credentials: Some(credentials.clone()) };
    let (mut ours, mut floor) = (f64::MAX, f64::MAX);
    for _ in 0..ROUNDS {
        ours = ours.min(millis(|| keys_of(&locations, &last)));
        floor = floor.min(millis(|| read(&config) + read(&credentials)));
    }
    let bytes = read(&config) + read(&credentials);
    std::fs::remove_dir_all(&folder).expect("the temporary folder");

    println!("{PROFILES} profiles in {bytes} bytes       ours      floor   ratio");
    println!("keys of the last, files read   {ours:5.2} ms   {floor:5.2} ms   {:.2}", ours / floor);
}

fn config_text() -> String {
    let profile = |i| format!("[profile team-{i:05}]\nregion = eu-west-1\noutput = json\n\n");
    (0..PROFILES).map(profile).collect()
}

fn credentials_text() -> String {
    let profile = |i| {
        format!("[team-{i:05}]\naws_access_key_id = AKIAIOSF{i:012}\naws_secret_access_key = wJalrXUtnFEMI{i:027}\n")
    };
    (0..PROFILES).map(profile).collect()
}

fn keys_of(locations: &Locations, name: &str) -> usize {
    let config = Config::read(&System, locations).expect("files without errors");
    let profile = config.profile(name).expect("the last profile");
    let keys = profile.static_keys().expect("complete keys").expect("keys");
    keys.secret_access_key.text().len()
}

fn read(path: &Path) -> usize {
    black_box(std::fs::read(path)).expect("a file").len()
}

fn millis(work: impl Fn() -> usize) -> f64 {
    let start = Instant::now();
    black_box(work());
    start.elapsed().as_secs_f64() * 1e3
}
