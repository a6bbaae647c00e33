//! Puts answers on the wire, whole or spoiled as a fault wants it.
//!
//! Every wait and every stream in here ends when the emulator stops or the client goes away.

use std::io::{self, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::fault::{Delivery, Fault};
use super::http::Socket;
use super::reply::Reply;
use super::server::Shared;

/// How often a wait looks whether the client is still there.
const LOOK: Duration = Duration::from_millis(20);
/// One block of a streamed body.
const BLOCK: [u8; 16 * 1024] = [b'a'; 16 * 1024];

/// What becomes of the connection.
#[derive(PartialEq, Eq)]
pub(super) enum After {
    Keep,
    Close,
    /// Close at once, without any word of it.
    Drop,
}

/// Answers one request. `keep_alive`: the client wants the connection to live on.
pub(super) fn deliver(
    shared: &Shared,
    socket: &mut Socket,
    reply: Reply,
    fault: Option<&Fault>,
    keep_alive: bool,
    to_head: bool,
) -> io::Result<After> {
    if fault.is_some_and(|fault| !fault.delay.is_zero() && !wait(shared, socket, fault.delay)) {
        return Ok(After::Drop);
    }
    let date = shared.clock.now().saturating_add(fault.map_or(0, |fault| fault.date_offset));
    let fault = fault.map(|fault| &fault.delivery).filter(|delivery| **delivery != Delivery::Whole);
    match fault.unwrap_or(&reply.delivery) {
        Delivery::Whole => {
            send(socket, &reply.bytes(date, keep_alive, to_head))?;
            return Ok(if keep_alive { After::Keep } else { After::Close });
        }
        Delivery::WholeThenClose => send(socket, &reply.bytes(date, true, to_head))?,
        Delivery::CloseBefore => {}
        Delivery::Reset => return Ok(After::Drop),
        Delivery::Truncate(count) => {
            let whole = reply.bytes(date, true, false);
            let length = whole.len().saturating_sub(reply.body.len().saturating_sub(*count));
            send(socket, whole.get(..length).unwrap_or_default())?;
        }
        Delivery::Stall { body, hold } => {
            if let Some(count) = body {
                let whole = reply.bytes(date, true, false);
                let length = whole.len().saturating_sub(reply.body.len().saturating_sub(*count));
                // All of it, and the answer would be whole.
                let length = length.min(whole.len().saturating_sub(1));
                send(socket, whole.get(..length).unwrap_or_default())?;
            }
            if !wait(shared, socket, *hold) {
                return Ok(After::Drop);
            }
        }
        Delivery::Drip(pause) => {
            for byte in reply.bytes(date, keep_alive, to_head) {
                if !wait(shared, socket, *pause) {
                    return Ok(After::Drop);
                }
                send(socket, &[byte])?;
            }
            return Ok(if keep_alive { After::Keep } else { After::Close });
        }
        Delivery::Huge { bytes, sized } => {
            let framing = format!("Content-Length: {bytes}");
            let head = Reply::new(200, "text/xml", "");
            send(socket, &head.head(date, *sized, sized.then_some(&framing)))?;
            let mut left = *bytes;
            while left > 0 {
                let count = usize::try_from(left).unwrap_or(BLOCK.len()).min(BLOCK.len());
                send(socket, BLOCK.get(..count).unwrap_or_default())?;
                left -= u64::try_from(count).unwrap_or(left);
            }
            return Ok(if keep_alive && *sized { After::Keep } else { After::Close });
        }
        Delivery::Endless => {
            let head = Reply::new(200, "text/xml", "");
            send(socket, &head.head(date, true, Some("Transfer-Encoding: chunked")))?;
            let mut chunk = format!("{:x}\r\n", BLOCK.len()).into_bytes();
            chunk.extend_from_slice(&BLOCK);
            chunk.extend_from_slice(b"\r\n");
            while !shared.is_stopping() {
                send(socket, &chunk)?;
            }
        }
        Delivery::HeaderFlood => {
            send(socket, b"HTTP/1.1 200 OK\r\n")?;
            let line = format!("X-Flood: {}\r\n", "a".repeat(1000)).repeat(16);
            while !shared.is_stopping() {
                send(socket, line.as_bytes())?;
            }
        }
        Delivery::Raw(bytes) => send(socket, bytes)?,
    }
    Ok(After::Close)
}

fn send(socket: &mut Socket, bytes: &[u8]) -> io::Result<()> {
    socket.write_all(bytes)?;
    socket.flush()
}

/// Waits; `false` if the emulator stopped or the client went away meanwhile.
fn wait(shared: &Shared, socket: &Socket, duration: Duration) -> bool {
    let started = Instant::now();
    while let Some(left) = duration.checked_sub(started.elapsed()).filter(|left| !left.is_zero()) {
        if shared.pause(left.min(LOOK)) || is_gone(socket.tcp()) {
            return false;
        }
    }
    !shared.is_stopping()
}

/// Whether the other side has closed. A half-closed client counts as gone: no HTTP client that
/// waits for an answer closes its sending side.
fn is_gone(tcp: &TcpStream) -> bool {
    if tcp.set_nonblocking(true).is_err() {
        return true;
    }
    let gone = match tcp.peek(&mut [0]) {
        Ok(count) => count == 0,
        Err(error) => error.kind() != io::ErrorKind::WouldBlock,
    };
    tcp.set_nonblocking(false).is_err() || gone
}
