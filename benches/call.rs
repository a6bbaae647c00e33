//! AssumeRole on kept-alive loopback connections, against raw ureq POSTs of the same request.
//!
//! `cargo bench --bench call`. The emulator is a process of its own (this program, started again), so
//! that the CPU time is the client's alone. Rounds are interleaved; only the ratios of one run mean
//! anything. The comparison with other libraries is `benches/peers/run`.

use std::error::Error;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use stskit::emulator::Emulator;
use stskit::endpoint::EndpointService;
use stskit::host::Scripted;
use stskit::sts::{AssumeRole, Client};
use stskit::transport::{Transport, TransportError, TransportErrorKind};
use stskit::{Credentials, Settings};

const ROUNDS: usize = 7;
const TURNS: usize = 8_000;

fn main() -> Result<(), Box<dyn Error>> {
    if std::env::args().any(|argument| argument == "--emulator") {
        return serve();
    }
    let (mut emulator, url) = start()?;
    let result = measure(&url);
    // Its standard input ends, so it does.
    drop(emulator.stdin.take());
    emulator.wait()?;
    result
}

fn serve() -> Result<(), Box<dyn Error>> {
    let emulator = Emulator::start()?;
    println!("{}", emulator.url());
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

fn start() -> Result<(Child, String), Box<dyn Error>> {
    let mut command = Command::new(std::env::current_exe()?);
    let mut child = command.arg("--emulator").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut url = String::new();
    BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut url)?;
    Ok((child, url.trim().to_owned()))
}

fn measure(url: &str) -> Result<(), Box<dyn Error>> {
    // Only the settings given here: not those of the environment.
    let settings = || {
        Settings::builder()
            .region(Emulator::REGION)
            .endpoint_url(EndpointService::Sts, url)
            .resolve_with(&Scripted::at(0))
    };
    let credentials = || Credentials::new(Emulator::ACCESS_KEY_ID, Emulator::SECRET_ACCESS_KEY);
    let sts: Client = Client::new(settings()?, credentials())?;
    let role = AssumeRole::new("arn:aws:iam::123456789012:role/bench", "bench");
    let agent = ureq::Agent::new_with_config(ureq::Agent::config_builder().accept("").user_agent("").build());

    println!("threads    ours CPU   ureq CPU   ratio     ours/s     ureq/s");
    for threads in [1, 2] {
        let (mut ours, mut floor) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            // Signed anew each round: signatures are good for five minutes.
            let recorder = Arc::new(Recorder::default());
            let builder = Client::builder(settings()?).credentials(credentials()).transport(recorder.clone());
            drop(builder.build().map(|client: Client| client.assume_role(&role))?);
            let (headers, body) = recorder.0.lock().map(|taken| taken.clone()).map_err(|_| "a thread failed")?;
            ours.push(spent(threads, || drop(sts.assume_role(&role).expect("an answer")))?);
            floor.push(spent(threads, || {
                let mut request = agent.post(url);
                for (name, value) in &headers {
                    request = request.header(name, value);
                }
                let answer = request.send(&body[..]).expect("an answer");
                drop(answer.into_body().read_to_vec().expect("a whole answer"));
            })?);
        }
        let of = |rounds: &[(f64, f64)], pick: fn(&(f64, f64)) -> f64| median(rounds.iter().map(pick).collect());
        let ratios = ours.iter().zip(&floor).map(|(a, b)| a.0 / b.0).collect();
        println!(
            "{threads:7}   {:6.1} us  {:6.1} us    {:.2}   {:8.0}   {:8.0}",
            of(&ours, |r| r.0),
            of(&floor, |r| r.0),
            median(ratios),
            of(&ours, |r| 1e6 / r.1),
            of(&floor, |r| 1e6 / r.1),
        );
    }
    Ok(())
}

/// Keeps the request instead of sending it.
#[derive(Debug, Default)]
struct Recorder(Mutex<(Headers, Vec<u8>)>);

type Headers = Vec<(String, String)>;

impl Transport for Recorder {
    fn send(
        &self,
        request: http::Request<&[u8]>,
        _: Option<Duration>,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = request.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        if let Ok(mut kept) = self.0.lock() {
            *kept = (headers, request.body().to_vec());
        }
        Err(TransportError::new(TransportErrorKind::InvalidRequest, "recorded"))
    }
}

/// Microseconds of CPU and of wall time for one call.
fn spent(threads: usize, call: impl Fn() + Sync) -> Result<(f64, f64), Box<dyn Error>> {
    let (start, cpu) = (Instant::now(), cpu_micros()?);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| (0..TURNS / threads).for_each(|_| call()));
        }
    });
    Ok(((cpu_micros()? - cpu) / TURNS as f64, start.elapsed().as_secs_f64() * 1e6 / TURNS as f64))
}

/// User and system time of this process: fields 14 and 15 of its `stat`, in hundredths of a second.
fn cpu_micros() -> Result<f64, Box<dyn Error>> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // The program's name before it may hold anything.
    let fields = stat.rsplit_once(')').ok_or("a stat without a name")?.1;
    let ticks: Vec<f64> = fields.split_whitespace().skip(11).take(2).map(str::parse).collect::<Result<_, _>>()?;
    Ok(ticks.iter().sum::<f64>() * 10_000.0)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
