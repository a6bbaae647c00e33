//! `stskit profiles`: what the shared files have, and of which kind it is. Nothing is asked, no secret is shown.

use serde_json::{Value, json};
use stskit::explain::{Outcome, Report};
use stskit::{DefaultChain, Settings};

use crate::commands::Command;
use crate::failure::Failure;
use crate::words::Words;
use crate::{global, out};

/// One profile.
struct Row {
    name: String,
    /// The providers from the first source to the last role, or `settings only`.
    kind: String,
    /// The role, or what is wrong.
    about: String,
    region: Option<String>,
}

pub(crate) fn run(_: &'static Command, words: Words) -> Result<(), Failure> {
    let settings = global::settings(&words)?;
    let names = settings.config().profile_names();
    if words.has("names") {
        return out::print(&names.iter().map(|name| format!("{name}\n")).collect::<String>());
    }
    let rows: Vec<Row> = names.into_iter().map(row).collect();
    let current = settings.profile_name();
    if words.has("json") {
        let rows: Vec<Value> = rows.iter().map(|row| row.json(current)).collect();
        return out::print(&format!("{:#}\n", Value::from(rows)));
    }
    let width = |column: fn(&Row) -> &str| rows.iter().map(|row| column(row).chars().count()).max().unwrap_or(0);
    let (name, kind) = (width(|row| &row.name), width(|row| &row.kind));
    let line = |row: &Row| {
        let mark = if row.name == current { '*' } else { ' ' };
        let line = format!("{mark} {:name$}  {:kind$}  {}", row.name, row.kind, row.about);
        format!("{}\n", line.trim_end())
    };
    out::print(&rows.iter().map(line).collect::<String>())
}

fn row(name: String) -> Row {
    let settings = match Settings::builder().profile(name.as_str()).resolve() {
        Ok(settings) => settings,
        Err(error) => return Row { name, kind: "unusable".to_owned(), about: error.to_string(), region: None },
    };
    let report = DefaultChain::new(&settings).outline();
    let region = settings.region().map(str::to_owned);
    let (kind, about) = match &report.problem {
        Some(problem) if report.failed().is_some() => ("unusable".to_owned(), problem.clone()),
        _ => (kind(&report), roles(&report)),
    };
    Row { name, kind, about, region }
}

fn kind(report: &Report) -> String {
    // The machine's own sources are not the profile's.
    let configured = |step: &&stskit::explain::Step| step.outcome == Outcome::Used;
    if !report.steps.iter().any(|step| configured(&step) && !matches!(&*step.provider, "container" | "imds")) {
        return "settings only".to_owned();
    }
    report.path.iter().map(|link| &*link.provider).collect::<Vec<_>>().join(" -> ")
}

fn roles(report: &Report) -> String {
    report.path.iter().filter_map(|link| link.role_arn.as_deref()).collect::<Vec<_>>().join(" -> ")
}

impl Row {
    fn json(&self, current: &str) -> Value {
        let Row { name, kind, about, region } = self;
        let problem = kind == "unusable";
        json!({
            "Name": name,
            "Kind": kind,
            "Role": (!problem && !about.is_empty()).then_some(about),
            "Problem": problem.then_some(about),
            "Region": region,
            "Current": name == current,
        })
    }
}
