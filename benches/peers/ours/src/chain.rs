//! A cold start: the first credentials of the default chain. With an argument: the start of the process alone.

use std::error::Error;

use stskit::{DefaultChain, Provide};

fn main() -> Result<(), Box<dyn Error>> {
    if std::env::args_os().len() > 1 {
        return Ok(());
    }
    println!("{}", DefaultChain::from_env()?.credentials()?.access_key_id());
    Ok(())
}
