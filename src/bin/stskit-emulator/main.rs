//! The built-in emulator as a program: prints the environment to use and serves until killed.

mod run;

use std::io::{self, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    match run::run("stskit-emulator", std::env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            // If standard error is closed there is nobody left to tell.
            drop(writeln!(io::stderr(), "stskit-emulator: {message}"));
            ExitCode::FAILURE
        }
    }
}
