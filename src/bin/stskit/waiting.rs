//! What a person is told while a command waits: one line on the terminal, after a second. In a pipe nothing.

use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use crate::out;

const PATIENCE: Duration = Duration::from_secs(1);

/// Somebody is being asked for something: a line in between would be in the way.
static ASKED: AtomicBool = AtomicBool::new(false);

/// As long as this lives, something is being waited for.
pub(crate) struct Waiting {
    _end: Option<Sender<()>>,
}

/// Begins to wait.
pub(crate) fn begin() -> Waiting {
    if !io::stderr().is_terminal() {
        return Waiting { _end: None };
    }
    let (end, ended) = mpsc::channel::<()>();
    let watch = thread::Builder::new().spawn(move || {
        let waited = ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout);
        if waited && !ASKED.load(Ordering::Relaxed) {
            out::say("still waiting for an answer; --debug shows from where");
        }
    });
    Waiting { _end: watch.ok().map(|_| end) }
}

/// From now on a person is being asked.
pub(crate) fn asks() {
    ASKED.store(true, Ordering::Relaxed);
}
