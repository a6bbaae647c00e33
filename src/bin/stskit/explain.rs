//! `stskit explain`: the library's report of how credentials were found, or why not.

use stskit::{DefaultChain, Error, Provide};

use crate::commands::Command;
use crate::failure::Failure;
use crate::words::Words;
use crate::{global, out};

pub(crate) fn run(_: &'static Command, words: Words) -> Result<(), Failure> {
    let chain: DefaultChain = global::chain(&global::settings(&words)?).build();
    out::progress("looking for credentials");
    let (report, error): (_, Option<Error>) = match chain.credentials() {
        Ok(_) => (chain.explain(), None),
        Err(error) => (error.report().cloned().unwrap_or_else(|| chain.outline()), Some(error)),
    };
    if words.has("json") {
        out::print(&(report.to_json() + "\n"))?;
    } else {
        let text = report.to_string().replace("given in code", "on the command line");
        out::print(&if out::colours(words.one("color")) { coloured(&text) } else { text })?;
    }
    // The report has said why.
    error.map_or(Ok(()), |error| Err(Failure::from(error).silent()))
}

/// What was used in green, what failed in red, what does not matter dim.
fn coloured(text: &str) -> String {
    const BOLD: &str = "1";
    const DIM: &str = "2";
    const RED: &str = "31";
    const GREEN: &str = "32";
    let colour = |line: &str| {
        let is_step = line.split_once(". ").is_some_and(|(number, _)| number.trim().parse::<u8>().is_ok());
        match line {
            _ if is_step && line.contains(" used ") => Some(GREEN),
            _ if is_step && line.contains(" failed ") => Some(RED),
            _ if is_step => Some(DIM),
            _ if line.starts_with("No credentials") => Some(RED),
            _ if !line.starts_with(' ') && line.ends_with(':') => Some(BOLD),
            _ => None,
        }
    };
    let lines = text.lines().map(|line| match colour(line) {
        Some(code) => format!("\x1b[{code}m{line}\x1b[0m\n"),
        None => format!("{line}\n"),
    });
    lines.collect()
}
