//! `stskit token`: every kind of token of the library's table, with its inputs as options.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Map, Value};
use stskit::explain::close_names;
use stskit::token::{InputType, Kind, KindInput};
use stskit::token_source::TokenSource;

use crate::commands::{Command, GLOBAL};
use crate::failure::Failure;
use crate::words::{Opt, Takes, Words};
use crate::{global, help, out, shorthand, waiting};

pub(crate) fn run(command: &'static Command, mut words: Words) -> Result<(), Failure> {
    let Some(name) = words.positional(&[GLOBAL, command.options])?.filter(|name| name != "help") else {
        return match words.has("help") {
            true => out::print(&(help::command(command) + &kinds())),
            false => Err(Failure::usage("no kind of token is given").hint("stskit token --help lists them")),
        };
    };
    let kind = find(&name)?;
    let options = options(kind);
    words.finish(&[&options, command.options, GLOBAL])?;
    if words.has("help") {
        return out::print(&help_of(kind, &options, command));
    }
    let inputs = inputs(kind, &words)?;
    let settings = global::settings(&words)?;
    let chain = global::chain(&settings).build();
    let waiting = waiting::begin();
    let source = TokenSource::builder(kind.name, inputs);
    let source = match words.one("endpoint-url") {
        Some(url) => source.sts_endpoint(url),
        None => source,
    };
    let token = source.build(&settings, Arc::new(chain))?.token()?;
    drop(waiting);
    let text = if words.has("json") { token.to_json() } else { token.into_secret() };
    out::print(&format!("{}\n", text.expose()))
}

fn find(name: &str) -> Result<&'static Kind, Failure> {
    if let Some(kind) = Kind::all().iter().find(|kind| kind.name == name) {
        return Ok(kind);
    }
    let names: Vec<&str> = Kind::all().iter().map(|kind| kind.name).collect();
    let failure = Failure::usage(format!("there is no kind of token {name:?}"));
    Err(match close_names(name, names.iter().copied()).as_slice() {
        [] => failure.hint(format!("there are {}", names.join(", "))),
        close => failure.hint(format!("did you mean {}?", close.join(" or "))),
    })
}

fn option_name(input: &KindInput) -> String {
    input.name.replace('_', "-")
}

/// One for each input. The region has one already.
pub(crate) fn options(kind: &Kind) -> Vec<Opt> {
    let option = |input: &KindInput| Opt {
        name: Cow::Owned(option_name(input)),
        takes: match input.kind {
            InputType::Boolean => Takes::Nothing,
            InputType::Integer => Takes::One("NUMBER"),
            InputType::Map => Takes::Many("NAME=TEXT"),
            InputType::Blob => Takes::One("BASE64"),
            _ => Takes::One("TEXT"),
        },
        about: Cow::Owned(format!("{}{}", input.about, if input.required { " (required)" } else { "" })),
    };
    kind.inputs.iter().filter(|input| input.name != "region").map(option).collect()
}

fn kinds() -> String {
    let lines = Kind::all().iter().map(|kind| format!("  {:<20}{}\n", kind.name, kind.about));
    format!("\nKinds:\n{}", lines.collect::<String>())
}

fn help_of(kind: &Kind, options: &[Opt], command: &Command) -> String {
    let mut text = format!("{}.\n\nUsage: stskit token {} [OPTIONS]\n\nOptions:\n", kind.about, kind.name);
    if let Some(region) = kind.inputs.iter().find(|input| input.name == "region") {
        help::push_options(&mut text, &[Opt::new("region", Takes::One("REGION"), region.about)]);
    }
    help::push_options(&mut text, options);
    help::push_options(&mut text, command.options);
    text + "\nstskit --help lists the options of every command.\n"
}

/// The inputs by the options, for the library to check.
fn inputs(kind: &Kind, words: &Words) -> Result<Value, Failure> {
    let mut inputs = Map::new();
    for input in kind.inputs {
        let option = option_name(input);
        let Some(given) = words.many(&option) else { continue };
        let value = match (input.kind, given) {
            (InputType::Boolean, _) => Value::from(true),
            (InputType::Map, pairs) => texts(&option, pairs)?,
            (InputType::Integer, _) => words.number::<i64>(&option)?.into(),
            (_, [text]) => Value::from(shorthand::file(&option, text)?),
            _ => continue,
        };
        inputs.insert(input.name.to_owned(), value);
    }
    // What kubectl tells its exec plugins.
    if kind.inputs.iter().any(|input| input.name == "exec_info")
        && let Ok(info) = std::env::var("KUBERNETES_EXEC_INFO")
    {
        inputs.entry("exec_info").or_insert(info.into());
    }
    let missing = kind.inputs.iter().filter(|input| input.required && !inputs.contains_key(input.name));
    let missing: Vec<String> = missing.map(|input| format!("--{}", option_name(input))).collect();
    if missing.is_empty() {
        return Ok(Value::Object(inputs));
    }
    Err(Failure::usage(format!("a token for {} needs {}", kind.name, missing.join(", "))))
}

/// `NAME=TEXT` for each, or all as one JSON object.
fn texts(option: &str, pairs: &[String]) -> Result<Value, Failure> {
    if let [document] = pairs
        && document.trim_start().starts_with('{')
    {
        return shorthand::json(option, document);
    }
    let mut texts = Map::new();
    for pair in pairs {
        let (name, text) = pair.split_once('=').ok_or_else(|| {
            Failure::usage(format!("--{option}: a \"=\" is missing")).hint("it is written as NAME=TEXT NAME=TEXT")
        })?;
        texts.insert(name.to_owned(), text.into());
    }
    Ok(Value::Object(texts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_do_not_hide_each_other() {
        for kind in Kind::all() {
            for option in options(kind) {
                assert!(GLOBAL.iter().all(|other| other.name != option.name), "{} {}", kind.name, option.name);
            }
        }
    }
}
