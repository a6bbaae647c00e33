//! Scenarios of credentials as data (tests/scenarios/*.json): what they say, and how they are made real.
//!
//! `lab` makes one real: an emulator, files, variables, and a transport that leads every request to the emulator.
//! `judge` says how what came of it differs from what was expected. README.md beside the data tells the format.
#![allow(dead_code, unreachable_pub)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

pub mod judge;
pub mod lab;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

/// The folder of the data.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios")
}

/// A file of scenarios that belong together.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    pub about: String,
    /// As written: [`lab::Lab::prepare`] makes [`Scenario`]s of them.
    pub scenarios: Vec<Value>,
}

impl Topic {
    pub fn read(name: &str) -> Topic {
        let path = folder().join(format!("{name}.json"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    }
}

/// Lines joined, or a text as it is.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Text {
    Lines(Vec<String>),
    Whole(String),
    /// Written as JSON.
    Object(serde_json::Map<String, Value>),
}

impl Text {
    pub fn text(&self) -> String {
        match self {
            Text::Lines(lines) => lines.iter().map(|line| format!("{line}\n")).collect(),
            Text::Whole(text) => text.clone(),
            Text::Object(object) => Value::Object(object.clone()).to_string(),
        }
    }
}

/// One scenario, all placeholders filled in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    pub name: String,
    /// What it shows, for people.
    pub shows: String,
    #[serde(default)]
    pub env: BTreeMap<String, Option<String>>,
    pub config: Option<Text>,
    pub credentials: Option<Text>,
    /// Further files by their absolute path.
    #[serde(default)]
    pub files: BTreeMap<PathBuf, Text>,
    /// The profile that is named in code.
    pub profile: Option<String>,
    /// The code that is given when one of an MFA device is asked for; without it nobody gives one.
    pub mfa: Option<String>,
    /// What is done to the emulator beforehand.
    #[serde(default)]
    pub emulator: lab::Preparation,
    pub expect: Expected,
    /// The exception that botocore has for the same error. This and the rest: for tests/peers/test_scenarios.py.
    #[serde(default)]
    pub raises: Value,
    #[serde(default)]
    pub boto3: Value,
    #[serde(default)]
    pub cli: Value,
}

/// What has to come of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The access key id.
    pub key: Option<String>,
    /// Who the credentials belong to, by the emulator's GetCallerIdentity.
    pub arn: Option<String>,
    /// The session token; with a `key` of the scenario's own, none is expected without this.
    pub token: Option<String>,
    pub account: Option<String>,
    /// Is an expiration known?
    pub expires: Option<bool>,
    /// The step that the credentials come from.
    pub from: Option<String>,
    /// Providers of the path, in order.
    pub path: Option<Vec<String>>,
    /// The kind of error.
    pub error: Option<String>,
    /// The step that failed; without it no step may have failed.
    pub failed: Option<String>,
    /// Does it fail before there is a chain: no report?
    #[serde(default)]
    pub at_settings: bool,
    #[serde(default)]
    pub says: Vec<String>,
    #[serde(default)]
    pub says_not: Vec<String>,
    /// What the report has to say, as text.
    #[serde(default)]
    pub reports: Vec<String>,
    /// All requests, in order.
    #[serde(default)]
    pub requests: Vec<Value>,
}

/// Does the text match, where `*` stands for anything?
pub fn matches(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut text) = text.strip_prefix(first) else { return false };
    let mut parts = rest.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return text.ends_with(part);
        }
        let Some(at) = text.find(part) else { return false };
        text = &text[at + part.len()..];
    }
    text.is_empty()
}
