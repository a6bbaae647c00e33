//! The role of the EC2 instance that this runs on: `cargo run --example instance_role`.
//!
//! Elsewhere it says within a second that there is no such service. Against a stand-in:
//! `AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:1338 cargo run --example instance_role`.

use stskit::providers::Imds;
use stskit::{Provide, Settings};

fn main() -> Result<(), stskit::Error> {
    let imds = Imds::new(&Settings::from_env()?);
    let credentials = imds.credentials()?;
    println!("{} from {}", credentials.access_key_id(), imds.endpoint());
    if let Some(at) = credentials.expiration() {
        println!("good until {at}");
    }
    Ok(())
}
