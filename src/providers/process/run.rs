//! One run of a helper program: bounded output, bounded time, nothing left running that was started here.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind, Result};
use crate::host::{self, Host, System};

/// More standard output than this is not credentials.
const MOST_OUTPUT: usize = 64 * 1024;
/// As much of the end of standard error is told.
const MOST_ERROR: usize = 4 * 1024;
/// How often it is looked whether the process has ended, while its output is still open.
const LOOK: Duration = Duration::from_millis(10);
/// How long the rest of the output may take once the process has ended.
const GRACE: Duration = Duration::from_millis(500);

/// How a process ended.
pub(super) struct Ended {
    /// `None`: somebody else has reaped it (the host program ignores SIGCHLD): judge by the output.
    pub(super) status: Option<ExitStatus>,
    pub(super) output: Zeroizing<Vec<u8>>,
    pub(super) error: String,
}

/// What a reader thread has to say of standard output.
enum Output {
    Whole(Zeroizing<Vec<u8>>),
    TooLong,
    Broken(io::Error),
}

/// Starts the command and waits for its end. Errors do not name it: the caller does.
pub(super) fn run(command: &mut Command, limit: Option<Duration>, host: &dyn Host) -> Result<Ended> {
    let deadline = limit.and_then(|limit| Instant::now().checked_add(limit));
    #[cfg(unix)]
    if limit.is_some() {
        // A group of its own, to be ended whole. Without a limit it stays in ours, where it can ask on the
        // terminal and hears of an interrupt.
        std::os::unix::process::CommandExt::process_group(command, 0);
    }
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| Error::configuration(format!("it cannot be started: {e}")).with_source(e))?;
    let mut running = Running { child, grouped: limit.is_some(), ended: false };
    let output = read_output(running.child.stdout.take())?;
    let errors = read_errors(running.child.stderr.take())?;
    let (status, output) = running.wait(&output, deadline, host)?;
    let output = match output {
        Some(Output::Whole(output)) => output,
        Some(Output::TooLong) => {
            return Err(Error::response(format!("it printed more than {MOST_OUTPUT} bytes: those are no credentials")));
        }
        Some(Output::Broken(e)) => {
            return Err(Error::response(format!("its output cannot be read: {e}")).with_source(e));
        }
        None => {
            let text = "it has ended, but a process that it started keeps its output open";
            return Err(Error::response(text));
        }
    };
    let error = errors.recv_timeout(GRACE).unwrap_or_default();
    Ok(Ended { status, output, error: readable(&error) })
}

/// A started process: dropped before its end, it is killed. Always reaped.
struct Running {
    child: Child,
    grouped: bool,
    ended: bool,
}

impl Running {
    /// Until the process has ended and its output has; `None` for an output that somebody else holds open.
    fn wait(
        &mut self,
        output: &Receiver<Output>,
        deadline: Option<Instant>,
        host: &dyn Host,
    ) -> Result<(Option<ExitStatus>, Option<Output>)> {
        let (mut found, mut closed_pause) = (None, Duration::from_micros(100));
        loop {
            let ended = match self.child.try_wait() {
                Ok(None) => None,
                Ok(Some(status)) => Some(Some(status)),
                // No such child (any more): the host program has all of them reaped.
                Err(_) => Some(None),
            };
            if let Some(status) = ended {
                self.ended = true;
                return Ok((status, found.or_else(|| output.recv_timeout(GRACE).ok())));
            }
            host::check_cancel(host)?;
            let left = deadline.map(|d| d.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return Err(Error::new(ErrorKind::Timeout, "it did not end within its time limit and was killed"));
            }
            let pause = |longest: Duration| left.map_or(longest, |left| left.min(longest));
            if found.is_some() {
                System.sleep(pause(closed_pause));
                closed_pause = (closed_pause * 2).min(LOOK);
                continue;
            }
            match output.recv_timeout(pause(LOOK)) {
                // What goes on printing is not waited for.
                Ok(Output::TooLong) => return Ok((None, Some(Output::TooLong))),
                Ok(read) => found = Some(read),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => found = Some(Output::Broken(io::ErrorKind::BrokenPipe.into())),
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        // The group first: its number stays taken until the child is reaped.
        #[cfg(unix)]
        if self.grouped {
            kill_group(self.child.id());
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Ends all processes of a group. The standard library has no call for it that is safe Rust; the shell's
/// `kill` is on every Unix, and nothing but the number is handed to it.
#[cfg(unix)]
fn kill_group(group: u32) {
    let mut kill = Command::new("/bin/sh");
    kill.arg("-c").arg(format!("kill -s KILL -- -{group}"));
    let killed = kill.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if let Err(e) = killed {
        log::debug!("the process group {group} cannot be killed, only its first process: {e}");
    }
}

/// A thread that ends with the stream.
fn read_in_thread<T: Send + 'static>(
    stream: impl Read + Send + 'static,
    read: impl FnOnce(&mut dyn Read) -> T + Send + 'static,
) -> Result<Receiver<T>> {
    let (done, result) = channel();
    let mut stream = stream;
    std::thread::Builder::new()
        .name("stskit-process".into())
        .spawn(move || {
            let _ = done.send(read(&mut stream));
        })
        .map_err(|e| {
            Error::new(ErrorKind::Internal, format!("no thread can be started to read its output: {e}")).with_source(e)
        })?;
    Ok(result)
}

fn read_output(stream: Option<impl Read + Send + 'static>) -> Result<Receiver<Output>> {
    let stream = stream.ok_or_else(|| Error::new(ErrorKind::Internal, "its output is not connected"))?;
    read_in_thread(stream, |stream| {
        // Room for all of it at once: no copy is left behind by growing.
        let mut bytes = Zeroizing::new(Vec::with_capacity(MOST_OUTPUT + 1));
        match stream.take(MOST_OUTPUT as u64 + 1).read_to_end(&mut bytes) {
            Ok(_) if bytes.len() > MOST_OUTPUT => Output::TooLong,
            Ok(_) => Output::Whole(bytes),
            Err(e) => Output::Broken(e),
        }
    })
}

/// Reads everything, so that the process is never held up, and keeps the end.
fn read_errors(stream: Option<impl Read + Send + 'static>) -> Result<Receiver<Vec<u8>>> {
    let stream = stream.ok_or_else(|| Error::new(ErrorKind::Internal, "its error output is not connected"))?;
    read_in_thread(stream, |stream| {
        let (mut kept, mut chunk) = (Vec::new(), [0; 4096]);
        loop {
            match stream.read(&mut chunk) {
                Ok(0) => return kept,
                Ok(length) => kept.extend_from_slice(chunk.get(..length).unwrap_or_default()),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return kept,
            }
            if kept.len() > MOST_ERROR {
                kept.drain(..kept.len() - MOST_ERROR);
            }
        }
    })
}

/// Text for a message: no control characters but line breaks.
fn readable(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.trim().chars().filter(|c| !c.is_control() || *c == '\n').collect()
}
