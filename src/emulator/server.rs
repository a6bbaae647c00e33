//! The server: listener, connection threads, and stopping them all.
//!
//! A thread per connection, at most [`MAX_CONNECTIONS`] of them. A socket that is registered can be
//! shut down from outside, which is how a stop reaches threads that wait for a client.

use std::collections::HashMap;
use std::io::{self, Read};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::clock::Clock;
use super::deliver::{After, deliver};
use super::fault::Faults;
use super::http::{ReadError, Request, Socket, Wire, parse_whole};
use super::record::{RecordedRequest, Recorder};
use super::reply::Reply;
use super::route::{Context, Route};
use super::state::{State, uuid};

/// Connections served at the same time; one more is told so (503) and closed.
const MAX_CONNECTIONS: usize = 256;
/// How long a connection may be silent.
const IDLE: Duration = Duration::from_secs(120);
/// How long a request may take to arrive whole before a reset gives up on being one.
const PEEK: Duration = Duration::from_secs(2);
/// The most that is looked at without being read.
const PEEK_SIZE: usize = 64 * 1024;

/// What the public handle and all threads share.
pub(super) struct Shared {
    pub(super) clock: Clock,
    pub(super) region: Option<String>,
    /// The base URL of every service, without a slash at its end.
    pub(super) url: String,
    state: Mutex<State>,
    faults: Mutex<Faults>,
    recorder: Mutex<Recorder>,
    accepted: AtomicU64,
    served: AtomicU64,
    connections: Mutex<HashMap<u64, Connection>>,
    stopping: AtomicBool,
    stop_lock: Mutex<()>,
    stop_signal: Condvar,
}

struct Connection {
    socket: TcpStream,
    thread: Option<JoinHandle<()>>,
}

/// A lock whose holder panicked is still good: no invariant spans two statements here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(super) fn new(clock: Clock, region: Option<String>, state: State) -> Self {
        Shared {
            clock,
            region,
            url: String::new(),
            state: Mutex::new(state),
            faults: Mutex::default(),
            recorder: Mutex::default(),
            accepted: AtomicU64::new(0),
            served: AtomicU64::new(0),
            connections: Mutex::default(),
            stopping: AtomicBool::new(false),
            stop_lock: Mutex::new(()),
            stop_signal: Condvar::new(),
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    pub(super) fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.faults)
    }

    pub(super) fn recorder(&self) -> MutexGuard<'_, Recorder> {
        lock(&self.recorder)
    }

    pub(super) fn accepted(&self) -> u64 {
        self.accepted.load(Ordering::SeqCst)
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    /// Sleeps; true if the emulator is stopping.
    pub(super) fn pause(&self, duration: Duration) -> bool {
        let guard = lock(&self.stop_lock);
        drop(self.stop_signal.wait_timeout_while(guard, duration, |()| !self.is_stopping()));
        self.is_stopping()
    }
}

/// A running server.
pub(super) struct Server {
    pub(super) shared: Arc<Shared>,
    pub(super) address: SocketAddr,
    accept_thread: Mutex<Option<JoinHandle<()>>>,
}

impl Server {
    pub(super) fn start(
        address: SocketAddr,
        mut shared: Shared,
        tls: Option<Arc<rustls::ServerConfig>>,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        shared.url = format!("{scheme}://{address}");
        let shared = Arc::new(shared);
        let in_thread = Arc::clone(&shared);
        let accept_thread = thread::Builder::new()
            .name("stskit-emulator".to_owned())
            .spawn(move || accept_loop(&listener, &in_thread, tls.as_ref()))?;
        Ok(Server { shared, address, accept_thread: Mutex::new(Some(accept_thread)) })
    }

    /// Ends the listener and all connections and waits for their threads.
    pub(super) fn stop(&self) {
        let Some(accept_thread) = lock(&self.accept_thread).take() else {
            return;
        };
        {
            let _held = lock(&self.shared.stop_lock);
            self.shared.stopping.store(true, Ordering::SeqCst);
            self.shared.stop_signal.notify_all();
        }
        // `accept` has no other way to be woken than a connection.
        while !accept_thread.is_finished() {
            drop(TcpStream::connect_timeout(&self.address, Duration::from_millis(200)));
            thread::yield_now();
        }
        drop(accept_thread.join());
        let connections: Vec<Connection> = lock(&self.shared.connections).drain().map(|(_, c)| c).collect();
        for connection in &connections {
            drop(connection.socket.shutdown(Shutdown::Both));
        }
        for thread in connections.into_iter().filter_map(|connection| connection.thread) {
            drop(thread.join());
        }
    }
}

fn accept_loop(listener: &TcpListener, shared: &Arc<Shared>, tls: Option<&Arc<rustls::ServerConfig>>) {
    loop {
        let accepted = listener.accept();
        if shared.is_stopping() {
            return;
        }
        match accepted {
            Ok((tcp, _)) => {
                let id = shared.accepted.fetch_add(1, Ordering::SeqCst) + 1;
                if let Err(error) = admit(shared, tls, tcp, id) {
                    log::warn!("emulator: connection {id} not served: {error}");
                }
            }
            // Out of descriptors, or a client that left at once: neither ends the server.
            Err(error) => {
                log::warn!("emulator: accept failed: {error}");
                shared.pause(Duration::from_millis(5));
            }
        }
    }
}

/// Registers a connection and starts its thread.
fn admit(shared: &Arc<Shared>, tls: Option<&Arc<rustls::ServerConfig>>, tcp: TcpStream, id: u64) -> io::Result<()> {
    tcp.set_nodelay(true)?;
    tcp.set_read_timeout(Some(IDLE))?;
    let registered = tcp.try_clone()?;
    let socket = match tls {
        None => Socket::Plain(tcp),
        Some(config) => {
            let connection = rustls::ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
            Socket::Tls(Box::new(rustls::StreamOwned::new(connection, tcp)))
        }
    };
    let mut wire = Wire::new(socket);
    let mut connections = lock(&shared.connections);
    if connections.len() >= MAX_CONNECTIONS {
        drop(connections);
        if !wire.socket.is_tls() {
            refuse(shared, &mut wire, 503, "too many connections");
        }
        return Ok(());
    }
    // The thread cannot take itself off the list before it is on it: the list is locked.
    let in_thread = Arc::clone(shared);
    let thread = thread::Builder::new().name(format!("stskit-emulator-{id}")).spawn(move || {
        serve(&in_thread, wire, id);
        lock(&in_thread.connections).remove(&id);
    })?;
    connections.insert(id, Connection { socket: registered, thread: Some(thread) });
    Ok(())
}

/// Serves one connection until one side closes it. The socket itself closes when the caller takes
/// it off the list of connections.
fn serve(shared: &Shared, mut wire: Wire, id: u64) {
    let mut reused = false;
    while !shared.is_stopping() {
        if take_reset(shared, &mut wire, id, reused) {
            return;
        }
        let request = match wire.read_request() {
            Ok(request) => request,
            Err(ReadError::Gone) => return,
            Err(ReadError::Bad(status, why)) => {
                refuse(shared, &mut wire, status, why);
                return;
            }
        };
        match respond(shared, &mut wire, &request, id, reused) {
            Ok(After::Keep) => reused = true,
            Ok(After::Close) => {
                wire.socket.finish();
                return;
            }
            Ok(After::Drop) | Err(_) => return,
        }
    }
}

fn respond(shared: &Shared, wire: &mut Wire, request: &Request, id: u64, reused: bool) -> io::Result<After> {
    let route = Route::of(request);
    let operation = route.operation.as_deref();
    shared.recorder().push(RecordedRequest::new(request, operation, id));
    let fault = shared.faults().take(operation, reused);
    let number = shared.served.fetch_add(1, Ordering::Relaxed);
    let context = Context { shared, now: shared.clock.now(), request_id: uuid(&format!("request {number}")) };
    let reply = route.answer(&context, request, fault.as_ref());
    let to_head = request.method == "HEAD";
    deliver(shared, &mut wire.socket, reply, fault.as_ref(), request.keep_alive, to_head)
}

/// Waits for the next request. If a reset is due for it, leaves it unread in the socket and says
/// so: closing a socket with unread data sends a RST.
fn take_reset(shared: &Shared, wire: &mut Wire, id: u64, reused: bool) -> bool {
    if wire.holds_bytes() || wire.socket.is_tls() {
        return false;
    }
    let tcp = wire.socket.tcp();
    // The fault may be injected while this connection is idle: look only once bytes are there.
    if !matches!(tcp.peek(&mut [0]), Ok(1)) || !shared.faults().has_reset() {
        return false;
    }
    let started = Instant::now();
    let mut seen = vec![0u8; PEEK_SIZE];
    let request = loop {
        let count = tcp.peek(&mut seen).unwrap_or(0);
        if let Some(request) = parse_whole(seen.get(..count).unwrap_or_default()) {
            break request;
        }
        if count == seen.len() || started.elapsed() > PEEK || shared.pause(Duration::from_millis(1)) {
            return false;
        }
    };
    let route = Route::of(&request);
    let operation = route.operation.as_deref();
    if shared.faults().take_reset(operation, reused).is_none() {
        return false;
    }
    shared.recorder().push(RecordedRequest::new(&request, operation, id));
    true
}

/// Answers what is no request, then reads for a moment so that the answer is not lost in a reset.
fn refuse(shared: &Shared, wire: &mut Wire, status: u16, why: &str) {
    let reply = Reply::new(status, "text/plain", format!("{why}\n"));
    log::debug!("emulator: answers {status}: {why}");
    if deliver(shared, &mut wire.socket, reply, None, false, false).is_err() {
        return;
    }
    wire.socket.finish();
    let tcp = wire.socket.tcp();
    drop(tcp.set_read_timeout(Some(Duration::from_millis(100))));
    let mut unread = [0u8; 4096];
    let mut reader = tcp;
    for _ in 0..256 {
        if !matches!(reader.read(&mut unread), Ok(count) if count > 0) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::super::fault::Fault;
    use super::*;

    fn started() -> Server {
        let shared = Shared::new(Clock::new(None, 0), None, State::default());
        Server::start(SocketAddr::from(([127, 0, 0, 1], 0)), shared, None).unwrap()
    }

    #[track_caller]
    fn until(what: &str, done: impl Fn() -> bool) {
        let started = Instant::now();
        while !done() {
            assert!(started.elapsed() < Duration::from_secs(5), "never: {what}");
            thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn faults_without_an_end_do_not_outlive_the_client() {
        let hour = Duration::from_secs(3600);
        for fault in [Fault::slow(hour), Fault::drip(hour), Fault::endless(), Fault::header_flood()] {
            let server = started();
            let name = format!("{fault:?}");
            server.shared.faults().push(fault);
            let mut client = TcpStream::connect(server.address).unwrap();
            client.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
            until("request", || !server.shared.recorder().all().is_empty());
            assert_eq!(lock(&server.shared.connections).len(), 1);
            drop(client);
            until(&name, || lock(&server.shared.connections).is_empty());
            server.stop();
        }
    }

    #[test]
    fn connections_are_taken_off_the_list() {
        let server = started();
        for _ in 0..3 {
            drop(TcpStream::connect(server.address).unwrap());
        }
        until("three accepted", || server.shared.accepted() == 3);
        until("none left", || lock(&server.shared.connections).is_empty());
        server.stop();
        assert!(server.shared.is_stopping());
        assert!(server.shared.pause(Duration::from_secs(60)));
    }
}
