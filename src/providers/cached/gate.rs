//! The single flight: who loads, who waits, what became of it.
//!
//! One gate per process id: a child forked during a load does not wait for a thread that it does not have.

use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use crate::error::Error;
use crate::host::{Cancel, LOOK};

#[derive(Debug)]
pub(super) struct Gate {
    process: u32,
    state: Mutex<State>,
    landed: Condvar,
    next: OnceLock<Box<Gate>>,
}

/// Held for moments only, never while a source is asked.
#[derive(Debug, Default)]
pub(super) struct State {
    /// The load under way: its number and its thread.
    pub(super) flight: Option<(u64, ThreadMark)>,
    flights: u64,
    /// The last load that failed, by its number: for those who waited for it.
    pub(super) failed: Option<(u64, Error)>,
    /// An error that will not mend itself, repeated until then (milliseconds since the epoch).
    pub(super) refused: Option<(Error, i64)>,
}

impl Gate {
    pub(super) fn new() -> Self {
        Self::of(std::process::id())
    }

    fn of(process: u32) -> Self {
        Gate { process, state: Mutex::default(), landed: Condvar::new(), next: OnceLock::new() }
    }

    /// The gate of the running process.
    pub(super) fn here(&self) -> &Gate {
        let process = std::process::id();
        let mut gate = self;
        while gate.process != process {
            gate = gate.next.get_or_init(|| Box::new(Gate::of(process)));
        }
        gate
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a load; whoever gets the answer must be quick to unlock.
    pub(super) fn take_off(&self, state: &mut State) -> Flight<'_> {
        state.flights += 1;
        state.flight = Some((state.flights, ThreadMark::here()));
        Flight { gate: self, number: state.flights }
    }

    /// Waits until the load has ended, or until it is cancelled. `None`: the limit has passed.
    pub(super) fn wait<'a>(
        &self,
        mut state: MutexGuard<'a, State>,
        number: u64,
        limit: Duration,
        cancel: Option<&Cancel>,
    ) -> Option<MutexGuard<'a, State>> {
        let under_way = |state: &mut State| state.flight.is_some_and(|(current, _)| current == number);
        let mut left = limit;
        loop {
            let slice = cancel.map_or(left, |_| left.min(LOOK));
            let (after, waited) =
                self.landed.wait_timeout_while(state, slice, under_way).unwrap_or_else(PoisonError::into_inner);
            if !waited.timed_out() || cancel.is_some_and(Cancel::is_cancelled) {
                return Some(after);
            }
            left -= slice;
            if left.is_zero() {
                return None;
            }
            state = after;
        }
    }
}

/// Tells a running thread from the others. Not a `ThreadId`: the standard library allocates for that, and a
/// host in C sees it as a leak of its main thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ThreadMark(usize);

impl ThreadMark {
    pub(super) fn here() -> Self {
        thread_local!(static HERE: u8 = const { 0 });
        ThreadMark(HERE.with(|here| std::ptr::from_ref(here).addr()))
    }
}

/// A load under way. Dropping it lets the others go on, also if the source panics.
pub(super) struct Flight<'a> {
    gate: &'a Gate,
    pub(super) number: u64,
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.gate.lock().flight = None;
        self.gate.landed.notify_all();
    }
}
