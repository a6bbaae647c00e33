//! The default chain in more than 150 situations: tests/scenarios/*.json, whose README.md tells the format.
//!
//! The same files are given to boto3 and the AWS CLI by tests/peers/test_scenarios.py.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/scenario/mod.rs"]
mod scenario;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use scenario::Topic;
use scenario::judge::judge;
use scenario::lab::{Lab, chain};
use serde_json::Value;
use stskit::Provide;

/// A folder that is gone when this is.
struct Folder(PathBuf);

impl Folder {
    fn new(topic: &str) -> Self {
        let path = std::env::temp_dir().join(format!("stskit-scenarios-{topic}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

fn run(topic: &str) {
    let folder = Folder::new(topic);
    let mut failed = Vec::new();
    for (number, written) in Topic::read(topic).scenarios.iter().enumerate() {
        let lab = Lab::prepare(written, &folder.0.join(number.to_string()));
        let problems = judge(&lab);
        if problems.is_empty() {
            continue;
        }
        let report = chain(&lab).and_then(|chain| chain.credentials().map(|_| chain.explain()));
        let report = match &report {
            Ok(report) => report.to_string(),
            Err(error) => error.report().map_or_else(|| error.to_string(), ToString::to_string),
        };
        failed.push(format!("{}\n  {}\n{report}", lab.scenario.name, problems.join("\n  ")));
    }
    assert!(failed.is_empty(), "{} scenarios of {topic} failed:\n\n{}", failed.len(), failed.join("\n\n"));
}

/// One test for each file, so that they run side by side.
macro_rules! topics {
    ($($(#[$condition:meta])* $name:ident)*) => {
        const TOPICS: &[&str] = &[$(stringify!($name)),*];

        $(
            $(#[$condition])*
            #[test]
            fn $name() {
                run(stringify!($name));
            }
        )*
    };
}

topics! {
    environment
    profiles
    keys
    roles
    role_chains
    credential_source
    web_identity
    sso
    process
    container
    imds
    precedence
    terminal
    endpoints
    files
    #[cfg(feature = "login")]
    login
}

#[test]
fn every_file_is_run_and_every_scenario_has_a_name_of_its_own() {
    let (mut topics, mut names) = (BTreeSet::new(), BTreeMap::new());
    for entry in std::fs::read_dir(scenario::folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if let Some(topic) = name.strip_suffix(".json").filter(|name| *name != "reasons") {
            topics.insert(topic.to_owned());
        }
    }
    assert_eq!(topics, TOPICS.iter().map(|name| (*name).to_owned()).collect());
    for topic in TOPICS {
        for scenario in Topic::read(topic).scenarios {
            let name = scenario["name"].as_str().unwrap().to_owned();
            assert_eq!(names.insert(name.clone(), *topic), None, "two scenarios are called {name}");
        }
    }
    assert!(names.len() >= 150, "only {} scenarios", names.len());
}

#[test]
fn every_difference_has_a_reason_and_every_reason_a_difference() {
    let text = std::fs::read_to_string(scenario::folder().join("reasons.json")).unwrap();
    let reasons: BTreeMap<String, String> = serde_json::from_str(&text).unwrap();
    let mut given = BTreeSet::new();
    for topic in TOPICS {
        for scenario in Topic::read(topic).scenarios {
            for peer in ["boto3", "cli"] {
                let difference = &scenario[peer]["differs"];
                if let Some(reason) = difference.as_str() {
                    assert!(reasons.contains_key(reason), "{}: there is no reason {reason}", scenario["name"]);
                    given.insert(reason.to_owned());
                }
                let stated = !matches!(scenario[peer], Value::Null) && scenario[peer] != "same";
                assert_eq!(stated, !difference.is_null(), "{}: {peer} is neither same nor different", scenario["name"]);
            }
        }
    }
    let readme = std::fs::read_to_string(scenario::folder().join("README.md")).unwrap();
    for (name, reason) in &reasons {
        assert!(readme.contains(&format!("- **{name}**: {reason}")), "README.md does not list {name} so");
    }
    assert_eq!(given, reasons.into_keys().collect());
}
