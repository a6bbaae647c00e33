//! The floor of a cold start: ureq POSTs a request that was signed before, and reads the answer.

use std::error::Error;

use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

fn main() -> Result<(), Box<dyn Error>> {
    let mut config = Agent::config_builder().accept("").user_agent("");
    if let Some(file) = std::env::var_os("AWS_CA_BUNDLE") {
        let roots = RootCerts::from(vec![Certificate::from_pem(&std::fs::read(file)?)?]);
        config = config.tls_config(TlsConfig::builder().root_certs(roots).build());
    }
    let agent = Agent::new_with_config(config.build());
    let mut request = agent.post(std::env::var("AWS_ENDPOINT_URL_STS")?);
    for line in std::env::var("BENCH_HEADERS")?.lines() {
        let (name, value) = line.split_once(": ").ok_or("a header without a value")?;
        request = request.header(name, value);
    }
    let answer = request.send(&std::env::var("BENCH_BODY")?)?.into_body().read_to_vec()?;
    println!("{}", answer.len());
    Ok(())
}
