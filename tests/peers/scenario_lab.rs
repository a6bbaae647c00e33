//! Makes scenarios (tests/scenarios) real for test_scenarios.py, one at a time: JSON lines in, JSON lines out.
//!
//! `{"prepare": SCENARIO, "folder": PATH}` starts a fresh emulator, writes the files, and answers `scenario` with all
//! placeholders filled in, `env` and the emulator's `url`. `{"requests": true}` answers what it was asked since, and
//! `{"identity": {"key": .., "secret": .., "token": ..}}` who it takes the holder of these credentials for.

#[path = "../support/scenario/mod.rs"]
mod scenario;

use std::io::{BufRead, Write};
use std::path::Path;

use scenario::judge::identity;
use scenario::lab::Lab;
use serde_json::{Value, json};
use stskit::Credentials;

fn main() {
    let mut lab = None;
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let asked: Value = serde_json::from_str(&line.unwrap_or_default()).unwrap_or_default();
        let answer = match (&asked["prepare"], &lab) {
            (written @ Value::Object(_), _) => {
                // The one before ends first.
                drop(lab.take());
                let made = Lab::prepare(written, Path::new(asked["folder"].as_str().unwrap_or_default()));
                let answer = json!({"scenario": made.expanded, "env": made.env, "url": made.emulator.url()});
                lab = Some(made);
                answer
            }
            (_, Some(lab)) if asked["identity"].is_object() => {
                let text = |name: &str| asked["identity"][name].as_str();
                let found = Credentials::new(text("key").unwrap_or_default(), text("secret").unwrap_or_default());
                let found = text("token").map_or(found.clone(), |token| found.with_session_token(token));
                identity(lab, &found).unwrap_or_else(|e| e.to_string()).into()
            }
            (_, Some(lab)) => lab.requests().into(),
            _ => json!({"error": "nothing is prepared"}),
        };
        if writeln!(out, "{answer}").and_then(|()| out.flush()).is_err() {
            return;
        }
    }
}
