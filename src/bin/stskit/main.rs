//! The program `stskit`: the library for people and scripts. No logic of its own: what it does is in the library,
//! here are words in (`words`, `shorthand`) and words out (`out`, `answer`).
//!
//! `commands` is the one list of commands and options; parser, help, completions and man page are made of it. Each
//! command is a file of its own.
#![warn(unreachable_pub)]
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod answer;
mod commands;
mod completions;
mod emulate;
#[path = "../stskit-emulator/run.rs"]
mod emulator_program;
mod exec;
mod explain;
mod export;
mod failure;
mod global;
mod help;
mod logger;
mod login;
mod man;
mod operation;
mod out;
mod profiles;
mod query;
mod serve;
mod shorthand;
mod token;
mod waiting;
mod whoami;
mod words;

use std::process::ExitCode;

use failure::Failure;
use words::Words;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.end(),
    }
}

fn run() -> Result<(), Failure> {
    let mut words = Words::of_process();
    let named = words.positional(&[commands::GLOBAL, commands::TOP])?;
    if words.has("version") {
        return out::print(concat!("stskit ", env!("CARGO_PKG_VERSION"), "\n"));
    }
    let Some(name) = named else {
        if words.has("help") {
            return out::print(&help::program());
        }
        return Err(Failure::usage("no command is given").hint("stskit --help lists them"));
    };
    if name == "help" {
        return match words.positional(&[commands::GLOBAL])? {
            Some(name) => out::print(&help::command(commands::find(&name)?)),
            None => out::print(&help::program()),
        };
    }
    let command = commands::find(&name)?;
    if !command.reads {
        words.finish(&[commands::GLOBAL, command.options])?;
        if words.has("help") {
            return out::print(&help::command(command));
        }
    }
    (command.run)(command, words)
}
