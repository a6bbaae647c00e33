//! `stskit emulate`: the program `stskit-emulator`.

use crate::commands::Command;
use crate::emulator_program;
use crate::failure::Failure;
use crate::words::Words;

pub(crate) fn run(_: &'static Command, mut words: Words) -> Result<(), Failure> {
    let arguments = words.raw_rest()?.into_iter().map(|word| word.to_string_lossy().into_owned());
    emulator_program::run("stskit emulate", arguments).map_err(Failure::other)
}

/// Its options by name, from its help.
pub(crate) fn options() -> Vec<&'static str> {
    let lines = emulator_program::HELP.lines().filter_map(|line| line.trim_start().strip_prefix("--"));
    lines.filter_map(|line| line.split(' ').next()).collect()
}
