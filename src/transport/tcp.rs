//! TCP connections for ureq, cheaper and safer than its own: one write per request (head and body
//! together), one look at an idle connection instead of two, socket timeouts set only when they change
//! noticeably, names looked up only when a connection is made, and a mark that tells new from reused.

use std::fmt;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::time::Duration as UreqDuration;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, Transport,
};
use ureq::{Error, Timeout};

use super::{dns, guard};

/// A host name that could not be looked up.
#[derive(Debug)]
pub(super) struct ResolveError(io::Error);

impl fmt::Display for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the host name cannot be looked up: {}", self.0)
    }
}

impl std::error::Error for ResolveError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// ureq asks for addresses on every request, pooled connection or not; ours come from the connector.
#[derive(Debug)]
pub(super) struct NoResolver;

impl Resolver for NoResolver {
    fn resolve(&self, _: &http::Uri, _: &ureq::config::Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        Ok(self.empty())
    }
}

#[derive(Debug)]
pub(super) struct TcpConnector;

impl<In: Transport> Connector<In> for TcpConnector {
    type Out = Either<In, TcpTransport>;

    fn connect(&self, details: &ConnectionDetails<'_>, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        // A tunnel through a proxy has been opened already.
        if let Some(tunnel) = chained {
            return Ok(Some(Either::A(tunnel)));
        }
        guard::note_connect();
        let uri = details.uri;
        let host = uri.host().ok_or(Error::HostNotFound)?;
        let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 });
        let (time_left, reason) = left(details.timeout);
        let deadline = time_left.and_then(|left| Instant::now().checked_add(left));
        let addresses = dns::resolve(host, port, time_left).map_err(|e| match e.kind() {
            io::ErrorKind::TimedOut => Error::Timeout(reason),
            _ => Error::Other(Box::new(ResolveError(e))),
        })?;
        let stream = connect_any(&addresses, deadline, reason)?;
        stream.set_nodelay(true)?;
        let buffers = LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        Ok(Some(Either::B(TcpTransport {
            stream,
            buffers,
            pending: Vec::new(),
            read_timeout: None,
            write_timeout: None,
            looked_at: false,
        })))
    }
}

/// The time left by ureq's own limit or by the deadline of the exchange, whichever ends first.
fn left(timeout: NextTimeout) -> (Option<Duration>, Timeout) {
    let own = match timeout.after {
        UreqDuration::Exact(left) => Some(left),
        UreqDuration::NotHappening => None,
    };
    match guard::deadline().map(|(at, reason)| (at.saturating_duration_since(Instant::now()), reason)) {
        Some((left, reason)) if own.is_none_or(|own| left < own) => (Some(left), reason),
        _ => (own, timeout.reason),
    }
}

/// When reading or writing has to be over, and what took too long then.
struct End {
    at: Option<Instant>,
    reason: Timeout,
}

impl End {
    fn of(timeout: NextTimeout) -> End {
        let (left, reason) = left(timeout);
        End { at: left.and_then(|left| Instant::now().checked_add(left)), reason }
    }

    fn left(&self) -> Result<Option<Duration>, Error> {
        match self.at.map(|at| at.saturating_duration_since(Instant::now())) {
            Some(Duration::ZERO) => Err(Error::Timeout(self.reason)),
            left => Ok(left),
        }
    }

    /// The time until the socket has to give control back: to the end, or to the next look at a cancel.
    fn slice(&self) -> Result<Option<Duration>, Error> {
        let left = self.left()?;
        if guard::is_cancelled() {
            return Err(Error::Timeout(self.reason));
        }
        Ok(match (left, guard::look()) {
            (Some(left), Some(look)) => Some(left.min(look)),
            (left, look) => left.or(look),
        })
    }

    /// What an error of the socket means; `None`: a signal handler ran or a slice is over, go on while there
    /// is time.
    fn explain(&self, error: io::Error) -> Option<Error> {
        match error.kind() {
            io::ErrorKind::Interrupted => None,
            _ if is_time_out(&error) && guard::look().is_some() && self.left().is_ok() => None,
            _ if is_time_out(&error) => Some(Error::Timeout(self.reason)),
            _ => Some(Error::Io(error)),
        }
    }
}

/// Tries each address; all but the last get half of the time that is left.
fn connect_any(addresses: &[SocketAddr], deadline: Option<Instant>, reason: Timeout) -> Result<TcpStream, Error> {
    let mut last = Error::ConnectionFailed;
    for (at, address) in addresses.iter().enumerate() {
        let left = deadline.map(|d| d.saturating_duration_since(Instant::now()));
        if left.is_some_and(|left| left.is_zero()) || guard::is_cancelled() {
            return Err(Error::Timeout(reason));
        }
        let is_last = at + 1 == addresses.len();
        let share = |left: Duration| if is_last { left } else { (left / 2).max(Duration::from_millis(1)) };
        match connect(*address, left.map(share)) {
            Ok(stream) => return Ok(stream),
            Err(e) if is_time_out(&e) => last = Error::Timeout(reason),
            Err(e) => last = Error::Io(e),
        }
    }
    Err(last)
}

/// The system cannot be told to give up a connect from another thread. So one that may be cancelled is made on a thread
/// of its own, which ends by its time limit; where no thread can be had, the cancel waits for that.
fn connect(address: SocketAddr, limit: Option<Duration>) -> io::Result<TcpStream> {
    match limit {
        Some(limit) if guard::look().is_some() => {
            let connect = move || TcpStream::connect_timeout(&address, limit);
            dns::on_a_thread("stskit-connect", limit, connect).unwrap_or_else(connect)
        }
        Some(limit) => TcpStream::connect_timeout(&address, limit),
        None => TcpStream::connect(address),
    }
}

fn is_time_out(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock)
}

#[derive(Debug)]
pub(super) struct TcpTransport {
    stream: TcpStream,
    buffers: LazyBuffers,
    /// Output not sent yet: goes out when it is large or an answer is awaited.
    pending: Vec<u8>,
    read_timeout: Option<Duration>,
    write_timeout: Option<Duration>,
    /// Nothing was sent or received since ureq last asked whether the connection is open. It asks when
    /// a connection goes into the pool and again when it comes out; only the second look matters.
    looked_at: bool,
}

const FLUSH_AT: usize = 64 * 1024;

impl TcpTransport {
    /// Sends what is pending. The end is looked at before each write: a peer that takes a byte at a time
    /// does not put it off.
    fn flush(&mut self, end: &End) -> Result<(), Error> {
        let mut sent = 0;
        while let Some(rest) = self.pending.get(sent..).filter(|rest| !rest.is_empty()) {
            let limit = coarse(end.slice()?);
            if limit != self.write_timeout {
                self.stream.set_write_timeout(limit)?;
                self.write_timeout = limit;
            }
            match self.stream.write(rest) {
                Ok(0) => return Err(Error::Io(io::ErrorKind::WriteZero.into())),
                Ok(amount) => sent += amount,
                Err(e) => end.explain(e).map_or(Ok(()), Err)?,
            }
        }
        self.pending.clear();
        Ok(())
    }
}

/// The time left, rounded up so that the same value comes again on the next request: setting a socket
/// option costs a system call.
fn coarse(left: Option<Duration>) -> Option<Duration> {
    let millis = u64::try_from(left?.as_millis()).unwrap_or(u64::MAX).max(1);
    let step = match millis {
        4_000.. => 1_000,
        500.. => 100,
        _ => 10,
    };
    Some(Duration::from_millis(millis.div_ceil(step).saturating_mul(step)))
}

impl Transport for TcpTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.looked_at = false;
        self.pending.extend(self.buffers.output().iter().take(amount));
        if self.pending.len() >= FLUSH_AT { self.flush(&End::of(timeout)) } else { Ok(()) }
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.looked_at = false;
        let end = End::of(timeout);
        self.flush(&end)?;
        let amount = loop {
            let limit = coarse(end.slice()?);
            if limit != self.read_timeout {
                self.stream.set_read_timeout(limit)?;
                self.read_timeout = limit;
            }
            match self.stream.read(self.buffers.input_append_buf()) {
                Ok(amount) => break amount,
                Err(e) => end.explain(e).map_or(Ok(()), Err)?,
            }
        };
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        if !self.looked_at {
            self.looked_at = true;
            return true;
        }
        if guard::is_fresh() {
            return false;
        }
        // An idle connection must be silent: bytes or an end mean that it cannot be used again.
        let silent = self.stream.set_nonblocking(true).is_ok()
            && matches!(self.stream.peek(&mut [0]), Err(e) if e.kind() == io::ErrorKind::WouldBlock);
        silent && self.stream.set_nonblocking(false).is_ok()
    }
}
