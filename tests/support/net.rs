//! Servers that do as they are told, on loopback, with threads that end with the test.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use stskit::emulator::Emulator;
use stskit::endpoint::EndpointService;
use stskit::host::{Host, Scripted};
use stskit::sts::Client;
use stskit::{SettingsBuilder, Timestamp};

/// Runs a function on each connection, with its number from 0. Stops when dropped.
pub struct Server {
    pub addr: SocketAddr,
    accepted: Arc<AtomicUsize>,
    stopping: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Server {
    pub fn start(serve: impl Fn(TcpStream, usize) + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = listener.local_addr().unwrap();
        let (accepted, stopping) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let (count, stop, serve) = (accepted.clone(), stopping.clone(), Arc::new(serve));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let (number, serve) = (count.fetch_add(1, Ordering::SeqCst), serve.clone());
                let stream = stream.unwrap();
                stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
                stream.set_write_timeout(Some(Duration::from_secs(10))).unwrap();
                std::thread::spawn(move || serve(stream, number));
            }
        });
        Server { addr, accepted, stopping, thread: Some(thread) }
    }

    /// Answers each request on each connection with these bytes, and leaves the connection open.
    pub fn answering(bytes: impl Into<Vec<u8>>) -> Server {
        let bytes = bytes.into();
        Server::start(move |mut stream, _| {
            while read_request(&mut stream).is_some() {
                if stream.write_all(&bytes).is_err() {
                    return;
                }
            }
        })
    }

    pub fn connections(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.addr);
        let _ = self.thread.take().unwrap().join();
    }
}

/// Reads one request: its head, and the body that `content-length` announces. `None` at the end.
pub fn read_request(stream: &mut impl Read) -> Option<(String, Vec<u8>)> {
    let head = read_head(stream)?;
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some((head, body))
}

/// Reads up to the blank line.
pub fn read_head(stream: &mut impl Read) -> Option<String> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    String::from_utf8(head).ok()
}

/// A port of loopback at which nobody listens.
pub fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A good answer to GetCallerIdentity.
pub const IDENTITY: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>a</Arn>\
    </GetCallerIdentityResult></GetCallerIdentityResponse>";

/// An answer with a body and its length.
pub fn http(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
}

/// The real clock and real sleeps, but retries without a pause and an environment as given.
#[derive(Debug)]
pub struct Impatient(pub Scripted);

impl Impatient {
    pub fn shared() -> Arc<dyn Host> {
        Arc::new(Impatient(Scripted::at(0)))
    }
}

impl Host for Impatient {
    fn var(&self, name: &str) -> Option<std::ffi::OsString> {
        self.0.var(name)
    }
    fn read(&self, path: &std::path::Path) -> std::io::Result<Vec<u8>> {
        std::fs::read(path)
    }
    fn read_up_to(&self, path: &std::path::Path, limit: u64) -> std::io::Result<Vec<u8>> {
        stskit::host::System.read_up_to(path, limit)
    }
    fn now(&self) -> Timestamp {
        stskit::host::System.now()
    }
    fn monotonic(&self) -> Duration {
        stskit::host::System.monotonic()
    }
    fn sleep(&self, _: Duration) {}
    fn random(&self) -> u64 {
        stskit::host::System.random()
    }
}

/// A client for a URL: real clock, retries without pauses, environment empty.
pub fn client_at(url: &str, change: impl FnOnce(SettingsBuilder) -> SettingsBuilder) -> Client {
    client_in(Scripted::at(0), url, change)
}

/// The same in an environment.
pub fn client_in(environment: Scripted, url: &str, change: impl FnOnce(SettingsBuilder) -> SettingsBuilder) -> Client {
    // Where this much is logged, secrets go past ureq: another path for every answer.
    if std::env::var_os("STSKIT_TEST_TRACED").is_some() {
        log::set_max_level(log::LevelFilter::Trace);
    }
    let host = Impatient(environment);
    let builder = stskit::Settings::builder().region("us-east-1").endpoint_url(EndpointService::Sts, url);
    let settings = change(builder).resolve_with(&host).unwrap();
    Client::builder(settings).credentials(super::credentials()).host(Arc::new(host)).build().unwrap()
}

pub fn client_of(emulator: &Emulator, change: impl FnOnce(SettingsBuilder) -> SettingsBuilder) -> Client {
    client_at(&emulator.url(), change)
}

/// The result, and that it came about in time: a limit of the call is kept, not measured. A busy machine
/// gets five times as long before that is called an endless wait.
#[track_caller]
pub fn within<T>(limit: Duration, work: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let result = work();
    let took = started.elapsed();
    assert!(took <= limit * 5, "took {took:?}, and should have ended within {limit:?}");
    result
}

pub const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}
