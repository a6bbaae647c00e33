//! A cold start: keys of the environment to the answer of AssumeRole.

use std::error::Error;

use stskit::sts::{AssumeRole, Client};

fn main() -> Result<(), Box<dyn Error>> {
    let sts = Client::from_env()?;
    let answer = sts.assume_role(&AssumeRole::new("arn:aws:iam::123456789012:role/bench", "bench"))?;
    println!("{}", answer.credentials().ok_or("an answer without credentials")?.access_key_id());
    Ok(())
}
