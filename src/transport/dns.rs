//! Names to addresses: literals inline, names on a thread that may be refused. And the wait for such threads.

use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::mpsc;
use std::time::Duration;

use super::guard;

/// The addresses of a host, in the order of preference of the system. `host` may be an IPv6 literal in
/// brackets. A name is looked up on a thread of its own, since the system's resolver knows no time limit;
/// when no thread can be had, on this one.
pub(super) fn resolve(host: &str, port: u16, limit: Option<Duration>) -> io::Result<Vec<SocketAddr>> {
    let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
    if let Ok(ip) = bare.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(ip, port)]);
    }
    let found = match limit {
        Some(limit) => look_up_within(bare, port, limit)?,
        None => look_up(bare, port)?,
    };
    if found.is_empty() { Err(io::Error::other("the name has no address")) } else { Ok(found) }
}

fn look_up(name: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    Ok((name, port).to_socket_addrs()?.collect())
}

fn look_up_within(name: &str, port: u16, limit: Duration) -> io::Result<Vec<SocketAddr>> {
    let owned = name.to_owned();
    on_a_thread("stskit-dns", limit, move || look_up(&owned, port)).unwrap_or_else(|| look_up(name, port))
}

/// Runs what knows no cancel, or no time limit, on a thread of its own, and waits for it no longer than that.
/// `None`: no thread can be had. Nobody waits any more after the time limit: what comes then is dropped.
pub(super) fn on_a_thread<T: Send + 'static>(
    name: &str,
    limit: Duration,
    job: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Option<io::Result<T>> {
    let (sender, answer) = mpsc::sync_channel(1);
    let spawned = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
        let _ = sender.send(job());
    });
    spawned.ok().map(|_| wait(&answer, limit))
}

/// Until the time limit, or until the exchange is cancelled.
fn wait<T>(answer: &mpsc::Receiver<io::Result<T>>, limit: Duration) -> io::Result<T> {
    let mut left = limit;
    loop {
        let slice = guard::look().map_or(left, |look| look.min(left));
        match answer.recv_timeout(slice) {
            Ok(found) => return found,
            Err(mpsc::RecvTimeoutError::Timeout) if slice < left && !guard::is_cancelled() => left -= slice,
            Err(_) => return Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_need_no_look_up() {
        for (host, expected) in
            [("127.0.0.1", "127.0.0.1:80"), ("[::1]", "[::1]:80"), ("169.254.169.254", "169.254.169.254:80")]
        {
            // A limit of zero would end any look-up.
            let found = resolve(host, 80, Some(Duration::ZERO)).unwrap();
            assert_eq!(found, [expected.parse().unwrap()]);
        }
    }

    #[test]
    fn names_are_looked_up() {
        let found = resolve("localhost", 80, Some(Duration::from_secs(20))).unwrap();
        assert!(found.iter().all(|a| a.ip().is_loopback()), "{found:?}");
        assert!(resolve("localhost", 80, None).is_ok());
    }
}
