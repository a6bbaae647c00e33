//! A cached lookup, alone and through the default chain, against a bare `RwLock<Arc<..>>` read plus one reading of
//! the clock.
//!
//! `cargo bench --bench cached`. CPU time of the threads where the system tells it (Linux), wall time
//! elsewhere. Rounds are interleaved; only the ratios of one run mean anything.

use std::hint::black_box;
use std::sync::{Arc, Barrier, RwLock};
use std::time::Instant;

use stskit::host::{Host, System};
use stskit::providers::{Cached, Stability};
use stskit::{Credentials, DefaultChain, Provide, Settings};

const ROUNDS: usize = 21;
const TURNS: u32 = 200_000;

fn main() -> Result<(), stskit::Error> {
    let set = Credentials::new("AKIDEXAMPLE", "secret")
        .with_session_token("token")
        .with_expiration(System.now().plus_secs(12 * 3600));
    let source = set.clone();
    let cached = Cached::new(move || Ok(source.clone()), Stability::ServeStale);
    cached.credentials()?;
    let chain = chain()?;
    chain.credentials()?;
    let bare = RwLock::new(Arc::new(set));
    let host: Arc<dyn Host> = Arc::new(System);

    println!("ns per lookup       cache     chain      bare   clock alone   chain to bare");
    for threads in [1, 2] {
        let (mut ours, mut chained, mut theirs, mut clock) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(nanos(threads, || drop(black_box(cached.credentials()))));
            chained.push(nanos(threads, || drop(black_box(chain.credentials()))));
            theirs.push(nanos(threads, || {
                let now = host.now();
                let found = bare.read().map(|set| Arc::clone(&set));
                drop(black_box((found, now)));
            }));
            clock.push(nanos(threads, || _ = black_box(host.now())));
        }
        let ratio = median(chained.iter().zip(&theirs).map(|(ours, bare)| ours / bare).collect());
        let [ours, chained, theirs, clock] = [ours, chained, theirs, clock].map(median);
        println!("{threads} thread(s)      {ours:8.1}  {chained:8.1}  {theirs:8.1}  {clock:12.1}  {ratio:14.2}");
    }
    Ok(())
}

/// A default chain with the keys of a profile.
fn chain() -> Result<DefaultChain, stskit::Error> {
    let file = std::env::temp_dir().join(format!("stskit-bench-cached-{}", std::process::id()));
    let keys = "[bench]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n";
    let written = std::fs::write(&file, keys);
    let settings = Settings::builder().profile("bench").config_file("").credentials_file(&file).resolve();
    written.and_then(|()| std::fs::remove_file(&file)).expect("a temporary file");
    Ok(DefaultChain::new(&settings?))
}

/// Time of one turn, the mean of the threads.
fn nanos(threads: usize, work: impl Fn() + Sync) -> f64 {
    let start = Barrier::new(threads);
    let times: Vec<f64> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    start.wait();
                    let (started, cpu) = (Instant::now(), cpu_nanos());
                    (0..TURNS).for_each(|_| work());
                    let wall = started.elapsed().as_secs_f64() * 1e9;
                    let spent = cpu.and_then(|before| Some(cpu_nanos()? - before)).unwrap_or(wall);
                    spent / f64::from(TURNS)
                })
            })
            .collect();
        running.into_iter().map(|thread| thread.join().unwrap_or(f64::NAN)).collect()
    });
    times.iter().sum::<f64>() / times.len() as f64
}

/// What this thread has spent on a processor so far.
fn cpu_nanos() -> Option<f64> {
    std::fs::read_to_string("/proc/thread-self/schedstat").ok()?.split_whitespace().next()?.parse().ok()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
