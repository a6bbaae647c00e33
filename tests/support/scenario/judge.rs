//! How what came of a scenario differs from what was expected.

use serde_json::Value;
use stskit::explain::{Outcome, Report};
use stskit::sts::{Client, GetCallerIdentity};
use stskit::{Credentials, Error, Provide, Result, Settings};

use super::lab::{self, Lab};
use super::{Expected, matches};

/// Sessions of roles that nobody named.
const OUR_SESSIONS: &str = "stskit-session-*";
const STEPS: [&str; 10] = [
    "environment",
    "assume-role",
    "web-identity",
    "sso",
    "credentials-file",
    "login",
    "process",
    "config-file",
    "container",
    "imds",
];
/// Members of a request that must not be there unless the expectation has them.
const ONLY_IF_EXPECTED: [&str; 6] =
    ["DurationSeconds", "ExternalId", "SerialNumber", "TokenCode", "Policy", "Authorization"];

/// Runs the scenario and says what is not as expected: nothing, if all is.
pub fn judge(lab: &Lab) -> Vec<String> {
    let mut judge = Judge { lab, expected: &lab.scenario.expect, problems: Vec::new() };
    judge.run();
    judge.problems
}

struct Judge<'a> {
    lab: &'a Lab,
    expected: &'a Expected,
    problems: Vec<String>,
}

impl Judge<'_> {
    fn run(&mut self) {
        let chain = match lab::chain(self.lab) {
            Ok(chain) => chain,
            Err(error) => {
                self.check(self.expected.at_settings, || format!("it failed before the chain: {error}"));
                self.error(&error);
                return self.requests();
            }
        };
        self.check(!self.expected.at_settings, || "it should have failed before there was a chain".into());
        let result = chain.credentials();
        self.requests();
        let asked = self.lab.requests().len();
        match &result {
            Ok(found) => {
                let report = chain.explain();
                self.check(self.lab.requests().len() == asked, || "explain() asked again".into());
                self.found(found, &report);
                self.report(&report);
            }
            Err(error) => {
                self.error(error);
                match error.report() {
                    Some(report) => self.report(report),
                    None => self.problems.push("the error has no report".into()),
                }
            }
        }
        self.no_secret("the Debug of the chain", &format!("{chain:?} {result:?}"));
    }

    fn check(&mut self, good: bool, otherwise: impl FnOnce() -> String) {
        if !good {
            self.problems.push(otherwise());
        }
    }

    fn same<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, found: T, expected: T) {
        self.check(found == expected, || format!("{what}: {found:?}, expected {expected:?}"));
    }

    fn found(&mut self, found: &Credentials, report: &Report) {
        let expected = self.expected;
        if let Some(error) = &expected.error {
            return self.problems.push(format!("{} came, expected the error {error}", found.access_key_id()));
        }
        if let Some(key) = &expected.key {
            let id = found.access_key_id();
            self.check(matches(key, id), || format!("access key id: {id}, expected {key}"));
            let (token, wanted) = (found.session_token(), expected.token.as_deref());
            let same = wanted.zip(token).map_or(token == wanted, |(wanted, token)| matches(wanted, token));
            self.check(same, || "the session token is another one".into());
            let own = self.lab.secrets.iter().any(|secret| secret == found.secret_access_key());
            self.check(own || !key.starts_with("AKIA"), || "the secret key is another's".into());
        }
        if let Some(arn) = &expected.arn {
            let arn = arn.replace("{session}", OUR_SESSIONS);
            let holder = identity(self.lab, found).unwrap_or_else(|e| e.to_string());
            self.check(matches(&arn, &holder), || format!("identity: {holder}, expected {arn}"));
        }
        self.check(expected.key.is_some() || expected.arn.is_some(), || "neither key nor arn is expected".into());
        self.same("account", found.account_id(), expected.account.as_deref());
        if let Some(expires) = expected.expires {
            self.same("has an expiration", found.expiration().is_some(), expires);
        }
        self.same("step", report.used().map(|step| &*step.provider), expected.from.as_deref());
        if let Some(path) = &expected.path {
            let walked: Vec<&str> = report.path.iter().map(|link| &*link.provider).collect();
            self.same("path", walked, path.iter().map(String::as_str).collect());
        }
        let summary = report.credentials.as_ref().map(|summary| summary.access_key_id.as_str());
        self.same("access key id in the report", summary, Some(found.access_key_id()));
        self.check(report.problem.is_none(), || format!("the report has a problem: {:?}", report.problem));
    }

    fn error(&mut self, error: &Error) {
        let expected = self.expected;
        let message = error.to_string();
        let Some(kind) = &expected.error else {
            return self.problems.push(format!("it failed: {} {message}", error.kind().name()));
        };
        self.same("kind of error", error.kind().name(), kind.as_str());
        for text in &expected.says {
            self.check(message.contains(text.as_str()), || format!("the error does not say {text:?}: {message}"));
        }
        for text in &expected.says_not {
            self.check(!message.contains(text.as_str()), || format!("the error says {text:?}: {message}"));
        }
        self.no_secret("the error", &format!("{message} {error:?}"));
        if let Some(report) = error.report() {
            self.same("failed step", report.failed().map(|step| &*step.provider), expected.failed.as_deref());
            self.check(report.credentials.is_none(), || "the report of an error has credentials".into());
            self.check(report.problem.is_some(), || "the report of an error has no problem".into());
        }
    }

    fn report(&mut self, report: &Report) {
        let steps: Vec<&str> = report.steps.iter().map(|step| &*step.provider).collect();
        self.same("steps", steps, STEPS.to_vec());
        let ended = report.steps.iter().position(|s| matches!(s.outcome, Outcome::Used | Outcome::Failed));
        for (place, step) in report.steps.iter().enumerate() {
            let after = ended.is_some_and(|end| place > end);
            self.check((step.outcome == Outcome::NotReached) == after, || {
                format!("{} is {}, place {place}, ended at {ended:?}", step.provider, step.outcome)
            });
            self.check(after || !step.reason.is_empty(), || format!("{} gives no reason", step.provider));
        }
        let text = report.to_string();
        for line in &self.expected.reports {
            self.check(text.contains(line.as_str()), || format!("the report does not say {line:?}"));
        }
        self.no_secret("the report", &text);
        self.no_secret("the report as JSON", &report.to_json());
        self.no_secret("the Debug of the report", &format!("{report:?}"));
    }

    fn no_secret(&mut self, what: &str, text: &str) {
        for secret in &self.lab.secrets {
            self.check(!text.contains(secret.as_str()), || format!("{what} shows {secret}"));
        }
        self.check(!text.contains("planted-value"), || format!("{what} shows a value that is nobody's business"));
    }

    fn requests(&mut self) {
        let seen = self.lab.requests();
        let problems = differences(&self.expected.requests, &seen);
        self.check(problems.is_empty(), || format!("requests: {}\n    seen {seen:#?}", problems.join("; ")));
    }
}

/// Who the emulator takes the holder of these credentials for.
pub fn identity(lab: &Lab, credentials: &Credentials) -> Result<String> {
    let host = lab.host();
    let settings = Settings::builder().region("us-east-1").resolve_with(&stskit::host::Scripted::at(0))?;
    let client =
        Client::builder(settings).credentials(credentials.clone()).transport(lab.transport()).host(host).build()?;
    let answer = client.get_caller_identity(&GetCallerIdentity {})?;
    Ok(answer.output.arn.unwrap_or_default())
}

/// An expected request is the name of an operation, or an object with all that counts.
fn differences(expected: &[Value], seen: &[Value]) -> Vec<String> {
    let op = |request: &Value| request.as_str().or_else(|| request["op"].as_str()).unwrap_or_default().to_owned();
    let (names, ops): (Vec<_>, Vec<_>) = (expected.iter().map(op).collect(), seen.iter().map(op).collect());
    if names != ops {
        return vec![format!("{ops:?}, expected {names:?}")];
    }
    let nothing = serde_json::Map::new();
    let mut problems = Vec::new();
    for (expected, seen) in expected.iter().zip(seen) {
        let members = expected.as_object().unwrap_or(&nothing);
        for (name, value) in members {
            let found = &seen[name.as_str()];
            let same = match value.as_str() {
                Some(pattern) => {
                    let pattern = pattern.replace("{session}", OUR_SESSIONS);
                    found.as_str().is_some_and(|found| matches(&pattern, found))
                }
                None => found == value,
            };
            if !same {
                problems.push(format!("{name} of {} is {found}, expected {value}", op(seen)));
            }
        }
        for name in ONLY_IF_EXPECTED.iter().filter(|name| !members.contains_key(**name)) {
            if !seen[*name].is_null() {
                problems.push(format!("{} has {name}", op(seen)));
            }
        }
    }
    problems
}
