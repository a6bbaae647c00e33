//! Signing an AssumeRole with a 520-character session token, against bare SHA-256 of as many blocks.
//!
//! `cargo bench --bench sign`. Rounds are interleaved; only the ratios of one run mean anything. The
//! comparison with other libraries is `benches/peers/run`.

use std::hint::black_box;
use std::time::Instant;

use sha2::{Digest, Sha256};
use stskit::sign::{SignableRequest, Signer};
use stskit::{Credentials, Timestamp};

const ROUNDS: usize = 21;
const TURNS: u32 = 20_000;

fn main() {
    let token: String = "IQoJb3JpZ2luX2VjEXAMPLE/+".chars().cycle().take(520).collect();
    let credentials =
        Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY").with_session_token(token);
    let request = SignableRequest {
        method: "POST",
        scheme: "https",
        host: "sts.us-east-1.amazonaws.com",
        path: "/",
        query: "",
        headers: &[("content-type", "application/x-www-form-urlencoded; charset=utf-8")],
        body: b"Action=AssumeRole&Version=2011-06-15\
            &RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fbench&RoleSessionName=bench",
    };
    let at = Timestamp::from_secs(1_767_323_045);
    let new = || Signer::new("sts", "us-east-1");
    let kept = new();
    let sign = |signer: &Signer| drop(black_box(signer.sign(black_box(&request), &credentials, at)));

    println!("                      ours      floor   ratio");
    compare("key cached", || sign(&kept), 20);
    compare("key not cached", || sign(&new()), 38);
}

/// The work against SHA-256 of a text that takes so many compressions.
fn compare(name: &str, work: impl Fn(), blocks: usize) {
    // Padding takes nine bytes of the last block.
    let text = vec![b'a'; blocks * 64 - 9];
    let floor = || {
        black_box(Sha256::digest(black_box(&text)));
    };
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (a, b) = (nanos(&work), nanos(floor));
        ours.push(a);
        theirs.push(b);
        ratios.push(a / b);
    }
    println!("sign, {name:<14} {:5.0} ns   {:5.0} ns   {:.2}", median(ours), median(theirs), median(ratios));
}

/// Nanoseconds of one turn.
fn nanos(work: impl Fn()) -> f64 {
    let start = Instant::now();
    (0..TURNS).for_each(|_| work());
    start.elapsed().as_secs_f64() * 1e9 / f64::from(TURNS)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
