//! Keeps secrets and time limits out of ureq's hands: the outermost layer of a connection.
//!
//! ureq writes every byte that it sends or receives to the log, at trace level. So where the program logs
//! at that level, it never sees the secret ones: header lines marked sensitive join the request here,
//! below it, and the body of an answer is kept here while ureq counts as many asterisks. The framing has
//! to be followed for that; where the two disagree, the number of bytes does not match and the answer is
//! refused. Where nobody logs at that level, everything passes untouched.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use http::{HeaderMap, HeaderName, HeaderValue};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, Transport,
};
use ureq::{Error, Timeout};
use zeroize::Zeroizing;

use crate::host::{Cancel, LOOK};

/// What the layers of a connection have to know of the exchange that runs on this thread.
#[derive(Default)]
struct Exchange {
    /// The program logs what ureq sees.
    masked: Cell<bool>,
    /// Header lines for ureq not to see.
    lines: Cell<Zeroizing<Vec<u8>>>,
    /// The body for ureq not to see.
    body: RefCell<Vec<u8>>,
    /// When it has to be over, and what it is then that took too long.
    deadline: Cell<Option<(Instant, Timeout)>>,
    /// How long the answer may take once the request is sent.
    read_limit: Cell<Duration>,
    /// Connections from the pool do not serve.
    fresh: Cell<bool>,
    /// A connection was made.
    connected: Cell<bool>,
    /// What ends its waits early.
    cancel: RefCell<Option<Cancel>>,
}

thread_local! {
    static EXCHANGE: Exchange = Exchange::default();
}

/// Values longer than this go past ureq, whose buffer a header line has to fit into.
const LONG: usize = 8 * 1024;

/// Starts an exchange on this thread: takes the headers away that are not for ureq. `limit` is the time for
/// all of it, `read_limit` that for the answer.
pub(super) fn begin(
    headers: &mut HeaderMap,
    limit: Option<Duration>,
    read_limit: Duration,
    fresh: bool,
    cancel: Option<&Cancel>,
) {
    let masked = log::max_level() >= log::LevelFilter::Trace;
    let past_ureq = |value: &HeaderValue| (masked && value.is_sensitive()) || value.len() > LONG;
    let names: Vec<HeaderName> = headers.iter().filter(|(_, v)| past_ureq(v)).map(|(name, _)| name.clone()).collect();
    let mut lines = Zeroizing::new(Vec::new());
    for name in names {
        for value in headers.get_all(&name) {
            lines.extend_from_slice(name.as_str().as_bytes());
            lines.extend_from_slice(b": ");
            lines.extend_from_slice(value.as_bytes());
            lines.extend_from_slice(b"\r\n");
        }
        headers.remove(&name);
    }
    EXCHANGE.with(|x| {
        x.masked.set(masked);
        x.lines.set(lines);
        x.body.borrow_mut().clear();
        x.deadline.set(limit.and_then(|l| Instant::now().checked_add(l)).map(|at| (at, Timeout::Global)));
        x.read_limit.set(read_limit);
        x.fresh.set(fresh);
        x.connected.set(false);
        *x.cancel.borrow_mut() = cancel.cloned();
    });
}

/// Does ureq see asterisks in place of the body?
pub(super) fn is_masked() -> bool {
    EXCHANGE.with(|x| x.masked.get())
}

/// The body of a masked answer, once ureq has read it to its end.
pub(super) fn take_body() -> Vec<u8> {
    EXCHANGE.with(|x| x.body.take())
}

pub(super) fn note_connect() {
    EXCHANGE.with(|x| x.connected.set(true));
}

/// Did the exchange make a connection (rather than take one from the pool)?
pub(super) fn has_connected() -> bool {
    EXCHANGE.with(|x| x.connected.get())
}

/// Must the exchange have a connection of its own?
pub(super) fn is_fresh() -> bool {
    EXCHANGE.with(|x| x.fresh.get())
}

/// Waits of the exchange last no longer than this before they look at [`is_cancelled`]. `None`: nobody can
/// cancel it.
pub(super) fn look() -> Option<Duration> {
    EXCHANGE.with(|x| x.cancel.borrow().as_ref().map(|_| LOOK))
}

/// Was the exchange cancelled?
pub(super) fn is_cancelled() -> bool {
    EXCHANGE.with(|x| x.cancel.borrow().as_ref().is_some_and(Cancel::is_cancelled))
}

/// The deadline of the exchange.
pub(super) fn deadline() -> Option<(Instant, Timeout)> {
    EXCHANGE.with(|x| x.deadline.get())
}

/// Puts a [`Guarded`] around the connection, but for the one inside the tunnel of a proxy.
#[derive(Debug)]
pub(super) struct GuardConnector {
    /// The agent connects through a proxy.
    pub(super) proxied: bool,
}

impl<In: Transport> Connector<In> for GuardConnector {
    type Out = Either<In, Guarded<In>>;

    fn connect(&self, details: &ConnectionDetails<'_>, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        let Some(inner) = chained else { return Ok(None) };
        // ureq runs the whole chain for the connection to the proxy itself, with the proxy left out.
        if details.config.proxy().is_some() != self.proxied {
            return Ok(Some(Either::A(inner)));
        }
        let buffers = LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        Ok(Some(Either::B(Guarded { inner, buffers, answer: Answer::default(), sending: false })))
    }
}

#[derive(Debug)]
pub(super) struct Guarded<T> {
    inner: T,
    buffers: LazyBuffers,
    answer: Answer,
    sending: bool,
}

impl<T: Transport> Guarded<T> {
    fn send(&mut self, mut bytes: &[u8], timeout: NextTimeout) -> Result<(), Error> {
        while !bytes.is_empty() {
            let output = self.inner.buffers().output();
            let (now, later) = bytes.split_at(bytes.len().min(output.len()));
            output.iter_mut().zip(now).for_each(|(to, from)| *to = *from);
            self.inner.transmit_output(now.len(), timeout)?;
            bytes = later;
        }
        Ok(())
    }
}

impl<T: Transport> Transport for Guarded<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        if is_masked() { &mut self.buffers } else { self.inner.buffers() }
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.sending = true;
        // Only the first output of a request finds lines: it starts with the request line.
        let lines = EXCHANGE.with(|x| x.lines.take());
        if !is_masked() && lines.is_empty() {
            return self.inner.transmit_output(amount, timeout);
        }
        let output: Vec<u8> = self.buffers().output().iter().take(amount).copied().collect();
        let first = output.iter().position(|b| *b == b'\n').map_or(0, |at| at + 1);
        let (first, rest) = output.split_at(if lines.is_empty() { 0 } else { first });
        self.send(first, timeout)?;
        self.send(&lines, timeout)?;
        self.send(rest, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        if std::mem::take(&mut self.sending) {
            self.answer = Answer::default();
            EXCHANGE.with(|x| {
                let end = Instant::now().checked_add(x.read_limit.get()).map(|at| (at, Timeout::RecvResponse));
                let ends = [end, x.deadline.get()];
                x.deadline.set(ends.into_iter().flatten().min_by_key(|(at, _)| *at));
            });
        }
        if !is_masked() {
            return self.inner.await_input(timeout);
        }
        if !self.inner.maybe_await_input(timeout)? {
            return Ok(false);
        }
        let space = self.buffers.input_append_buf();
        let input = self.inner.buffers().input();
        let amount = input.len().min(space.len());
        EXCHANGE.with(|x| {
            let mut body = x.body.borrow_mut();
            let mut space = space.iter_mut();
            let mut rest = input.get(..amount).unwrap_or_default();
            while !rest.is_empty() {
                let (taken, is_body) = self.answer.take(rest);
                let (part, later) = rest.split_at(taken.min(rest.len()));
                if is_body {
                    body.extend_from_slice(part);
                }
                part.iter().zip(space.by_ref()).for_each(|(from, to)| *to = if is_body { b'*' } else { *from });
                rest = later;
            }
        });
        self.inner.buffers().input_consume(amount);
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}

/// Follows an answer: which bytes belong to the body?
#[derive(Debug, Default)]
struct Answer {
    at: Place,
    /// The line of the head, or of a chunk's size, that is being read.
    line: Vec<u8>,
    status: Option<u16>,
    length: Option<u64>,
    chunked: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    #[default]
    Head,
    /// So many bytes of the body are left.
    Body(u64),
    ChunkSize,
    /// So many bytes of the chunk are left.
    Chunk(u64),
    ChunkEnd,
    /// After the last chunk.
    Trailer,
}

impl Answer {
    /// Takes from the next bytes, of which there is at least one: how many it took, and whether they
    /// belong to the body.
    fn take(&mut self, bytes: &[u8]) -> (usize, bool) {
        let most = bytes.len() as u64;
        match self.at {
            Place::Body(left @ 1..) => {
                let run = left.min(most);
                self.at = Place::Body(left - run);
                (run as usize, true)
            }
            Place::Chunk(left) => {
                let run = left.min(most);
                self.at = if left > run { Place::Chunk(left - run) } else { Place::ChunkEnd };
                (run as usize, true)
            }
            Place::Body(0) | Place::Trailer => (bytes.len(), false),
            Place::Head | Place::ChunkSize | Place::ChunkEnd => {
                let mut lines = bytes.split_inclusive(|b| *b == b'\n');
                let part = lines.next().unwrap_or_default();
                self.line.extend_from_slice(part);
                if part.ends_with(b"\n") {
                    self.end_line();
                }
                (part.len(), false)
            }
        }
    }

    fn end_line(&mut self) {
        let mut bytes = std::mem::take(&mut self.line);
        let line = String::from_utf8_lossy(&bytes);
        let line = line.trim_end_matches(['\r', '\n']);
        self.at = match self.at {
            Place::ChunkEnd => Place::ChunkSize,
            Place::ChunkSize => {
                let digits = line.split(';').next().unwrap_or_default().trim();
                match u64::from_str_radix(digits, 16) {
                    Ok(size @ 1..) => Place::Chunk(size),
                    // No number: ureq finds the same and gives up.
                    _ => Place::Trailer,
                }
            }
            _ if line.is_empty() => self.end_head(),
            at => {
                self.head_line(line);
                at
            }
        };
        bytes.clear();
        self.line = bytes;
    }

    fn head_line(&mut self, line: &str) {
        if self.status.is_none() {
            self.status = Some(line.split(' ').nth(1).and_then(|code| code.trim().parse().ok()).unwrap_or(0));
            return;
        }
        let Some((name, value)) = line.split_once(':') else { return };
        let name = name.trim();
        if name.eq_ignore_ascii_case("content-length") {
            self.length = value.trim().parse().ok();
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            self.chunked |= value.split(',').any(|v| v.trim().eq_ignore_ascii_case("chunked"));
        }
    }

    fn end_head(&mut self) -> Place {
        match std::mem::take(self) {
            // The real answer is still to come.
            Answer { status: Some(100..=199), .. } => Place::Head,
            Answer { chunked: true, .. } => Place::ChunkSize,
            Answer { length, .. } => Place::Body(length.unwrap_or(u64::MAX)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes of the body, and what is left to see of the whole answer, which comes in pieces.
    fn split(answer: &str, piece: usize) -> (String, String) {
        let mut follows = Answer::default();
        let (mut body, mut seen) = (String::new(), String::new());
        for mut bytes in answer.as_bytes().chunks(piece) {
            while !bytes.is_empty() {
                let (taken, is_body) = follows.take(bytes);
                let (part, rest) = bytes.split_at(taken);
                if is_body { &mut body } else { &mut seen }.push_str(std::str::from_utf8(part).unwrap());
                bytes = rest;
            }
        }
        (body, seen)
    }

    #[test]
    fn finds_the_body_in_every_framing() {
        for (head, framed, body) in [
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", "abcNEXT", "abc"),
            ("HTTP/1.1 200 OK\ncontent-length:3\n\n", "abc", "abc"),
            ("HTTP/1.1 200 OK\r\nA: b\r\n\r\n", "abc\r\n\r\nd", "abc\r\n\r\nd"),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n",
                "3;x=\"y\"\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: v\r\n\r\n",
                "abc0123456789",
            ),
            ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n0\r\n\r\n", "a"),
            ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n", "ab", "a"),
            ("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", "x", ""),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "zz\r\nabc", ""),
        ] {
            for piece in [1, 2, 7, 1000] {
                let (found, seen) = split(&format!("{head}{framed}"), piece);
                assert_eq!(found, body, "{head}{framed} in pieces of {piece}");
                assert!(seen.starts_with(head));
            }
        }
    }
}
