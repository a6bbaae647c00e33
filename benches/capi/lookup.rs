//! CPU time of a cached lookup in Rust: the counterpart of `lookup.c`, as a program of its own. `lookup COUNT`
//! prints nanoseconds a lookup, the least of seven rounds.

use std::time::Instant;

use stskit::{DefaultChain, Provide, Result};

fn main() -> Result<()> {
    let count: u32 = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(1_000_000);
    let chain = DefaultChain::from_env()?;
    chain.credentials()?;
    let mut best = f64::MAX;
    for _ in 0..7 {
        let start = Instant::now();
        for _ in 0..count {
            std::hint::black_box(chain.credentials()?);
        }
        best = best.min(start.elapsed().as_nanos() as f64 / f64::from(count.max(1)));
    }
    println!("{best:.1}");
    Ok(())
}
