//! The floors: bare SHA-256 blocks, raw ureq POSTs on a kept-alive connection, the clock, a bare `RwLock<Arc>`
//! with the clock, and reading the bytes of the two files.

#[path = "../../loops.rs"]
#[allow(dead_code)]
mod loops;

use std::hint::black_box;
use std::sync::{Arc, RwLock};
use std::time::SystemTime;

use sha2::{Digest, Sha256};
use ureq::Agent;

fn main() {
    let (what, count, threads) = loops::arguments();
    match what.as_str() {
        "call" => call(count, threads),
        "clock" => loops::repeat(count, threads, || _ = black_box(SystemTime::now())),
        "cached" => {
            let bare = RwLock::new(Arc::new(loops::session_token()));
            loops::repeat(count, threads, || {
                let now = SystemTime::now();
                let found = bare.read().map(|set| Arc::clone(&set));
                drop(black_box((found, now)));
            });
        }
        "profile" => {
            let files = ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"].map(|name| std::env::var_os(name));
            loops::repeat(count, threads, || {
                for file in files.iter().flatten() {
                    drop(black_box(std::fs::read(file).expect("a file")));
                }
            });
        }
        blocks => {
            // Padding takes nine bytes of the last block.
            let text = vec![b'a'; blocks.parse::<usize>().expect("something to do or a number of blocks") * 64 - 9];
            loops::repeat(count, threads, || {
                black_box(Sha256::digest(black_box(&text)));
            });
        }
    }
}

fn call(count: usize, threads: usize) {
    let url = std::env::var("AWS_ENDPOINT_URL_STS").expect("AWS_ENDPOINT_URL_STS");
    let headers = std::env::var("BENCH_HEADERS").expect("BENCH_HEADERS");
    let headers: Vec<(&str, &str)> = headers.lines().filter_map(|line| line.split_once(": ")).collect();
    let body = std::env::var("BENCH_BODY").expect("BENCH_BODY");
    let agent = Agent::new_with_config(Agent::config_builder().accept("").user_agent("").build());
    loops::repeat(count, threads, || {
        let mut request = agent.post(&url);
        for (name, value) in &headers {
            request = request.header(*name, *value);
        }
        let answer = request.send(&body).expect("an answer");
        drop(black_box(answer.into_body().read_to_vec().expect("a whole answer")));
    });
}
