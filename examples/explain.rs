//! Prints how the default chain finds credentials: what it looks at, what wins, why the others do not.
//!
//! ```sh
//! cargo run --example explain             # this machine's settings, for a person
//! cargo run --example explain -- --json   # the same for a program
//! ```
//!
//! Ends with 0 if credentials were found, with 1 if not; a setting that cannot be used is an error of its own.

use std::process::ExitCode;

use stskit::DefaultChain;

fn main() -> ExitCode {
    let chain = match DefaultChain::from_env() {
        Ok(chain) => chain,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let report = chain.explain();
    if std::env::args().any(|argument| argument == "--json") {
        println!("{}", report.to_json());
    } else {
        print!("{report}");
    }
    if report.credentials.is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
