//! Signing an AssumeRole with a 520-character session token, and minting RDS tokens, against bare SHA-256 of as
//! many blocks; and the allocations of a token.
//!
//! `cargo bench --bench sign`. Rounds are interleaved; only the ratios of one run mean anything. The
//! comparison with other libraries is `benches/peers/run`. To count instructions:
//! `valgrind --tool=callgrind PROGRAM rds 1000`, where `rds` is one of `rds`, `rds-session`, `sign`, `floor`; callgrind
//! hides the SHA instructions, so each block is to be counted as 165 instead of what the software needs.
#![allow(unsafe_code)] // a global allocator

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use sha2::{Digest, Sha256};
use stskit::sign::{SignableRequest, Signer};
use stskit::token::{Mint, Rds};
use stskit::{Credentials, Timestamp};

const ROUNDS: usize = 21;
const TURNS: u32 = 20_000;

/// Counts what is allocated and what grows.
struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn main() {
    let token: String = "IQoJb3JpZ2luX2VjEXAMPLE/+".chars().cycle().take(520).collect();
    let key = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    let credentials = key.clone().with_session_token(token);
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

    let host = "mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com";
    let rds = Rds::new(host, 5432, "db_user", "eu-west-1").expect("good inputs");
    let mint = |credentials: &Credentials| drop(black_box(rds.token(black_box(credentials), at).expect("a token")));

    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    if let Some(what) = arguments.next() {
        let turns: usize = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(1000);
        let text = vec![b'a'; RDS_BLOCKS * 64 - 9];
        (0..turns).for_each(|_| match what.as_str() {
            "rds" => mint(&key),
            "rds-session" => mint(&credentials),
            "sign" => sign(&kept),
            _ => drop(black_box(Sha256::digest(black_box(&text)))),
        });
        return;
    }

    println!("                            ours      floor   ratio");
    compare("sign, key cached", || sign(&kept), 20);
    compare("sign, key not cached", || sign(&new()), 38);
    compare("RDS token", || mint(&key), RDS_BLOCKS);
    compare("RDS token of a session", || mint(&credentials), RDS_SESSION_BLOCKS);

    for (name, credentials) in [("RDS token", &key), ("RDS token of a session", &credentials)] {
        let before = ALLOCATIONS.load(Ordering::Relaxed);
        mint(credentials);
        let count = ALLOCATIONS.load(Ordering::Relaxed) - before;
        println!("{name}: {count} allocations");
        // The text, the access key id, and the canonical request.
        assert_eq!(count, 3);
    }
}

/// Of the canonical request, of the string to sign, and of the outer hash.
const RDS_BLOCKS: usize = 6 + 3 + 1;
const RDS_SESSION_BLOCKS: usize = 16 + 3 + 1;

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
    println!("{name:<24} {:5.0} ns   {:5.0} ns   {:.2}", median(ours), median(theirs), median(ratios));
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
