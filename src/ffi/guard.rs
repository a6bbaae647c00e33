//! Panics end here: they become a status, and nothing is printed.
//!
//! A panic hook, installed once and chained to the one before it, keeps the words of a panic that happens
//! inside our code; those of the host's own code go to its hook as ever.

use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::atomic::{AtomicBool, Ordering};

use super::error::{self, stskit_error};
use super::status::{STATUS_OK, stskit_status};
use crate::error::{Error, ErrorKind, Result};

thread_local! {
    /// Is this thread inside one of our functions (and not inside a callback of the host)?
    static INSIDE: Cell<bool> = const { Cell::new(false) };
    /// File, line and words of the last panic inside.
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// A fallible exported function: `err` is cleared, and filled if the body fails.
pub(super) unsafe fn run(err: *mut *mut stskit_error, body: impl FnOnce() -> Result<()>) -> stskit_status {
    let mut body = Some(body);
    run_any(err, &mut || body.take().map_or(Ok(()), |body| body()))
}

/// Not generic: one copy in the program, however many functions there are.
unsafe fn run_any(err: *mut *mut stskit_error, body: &mut dyn FnMut() -> Result<()>) -> stskit_status {
    run_at_once(err, body)
}

/// The same as `run` with a copy of its own, for the function that is called all the time.
pub(super) unsafe fn run_at_once(err: *mut *mut stskit_error, body: impl FnOnce() -> Result<()>) -> stskit_status {
    if let Some(err) = err.as_mut() {
        *err = std::ptr::null_mut();
    }
    match catch(body) {
        Ok(Ok(())) => STATUS_OK,
        Ok(Err(failure)) => error::report(&failure, err),
        Err(panicked) => error::report(&defect(&panicked), err),
    }
}

fn defect(panicked: &str) -> Error {
    let message = format!("a defect of stskit, please report it: {panicked}");
    error::refined(Error::new(ErrorKind::Internal, message), error::Refinement::Panic)
}

/// An exported function that cannot fail: what it answers if it panics all the same.
pub(super) fn get<T>(otherwise: T, body: impl FnOnce() -> T) -> T {
    catch(body).unwrap_or(otherwise)
}

/// An exported function for signal handlers: only atomic loads and stores are allowed in it, so it cannot
/// panic, and installing the hook, which allocates, is left out.
pub(super) fn signal_safe<T>(body: impl FnOnce() -> T) -> T {
    body()
}

/// Runs code of the host in the middle of ours: its panics are its own.
pub(super) fn outside<T>(callback: impl FnOnce() -> T) -> T {
    let _inside = Place::enter(false);
    callback()
}

/// Is this thread inside one of our functions?
pub(super) fn is_inside() -> bool {
    INSIDE.try_with(Cell::get).unwrap_or(false)
}

fn catch<T>(body: impl FnOnce() -> T) -> Result<T, String> {
    install_hook();
    let _inside = Place::enter(true);
    panic::catch_unwind(AssertUnwindSafe(body)).map_err(|payload| {
        // Dropping it could panic again.
        std::mem::forget(payload);
        let told = PANIC.try_with(|panic| panic.try_borrow_mut().ok().and_then(|mut text| text.take()));
        told.ok().flatten().unwrap_or_else(|| "a panic".to_owned())
    })
}

/// Inside or outside until dropped.
struct Place {
    before: bool,
}

impl Place {
    fn enter(inside: bool) -> Place {
        Place { before: INSIDE.try_with(|place| place.replace(inside)).unwrap_or(inside) }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // The thread may be on its way out.
        let _ = INSIDE.try_with(|place| place.set(self.before));
    }
}

/// Not a `Once`: a process forked off while another thread installs must not wait for that thread.
fn install_hook() {
    static INSTALLED: AtomicBool = AtomicBool::new(false);
    if INSTALLED.load(Ordering::Relaxed) || INSTALLED.swap(true, Ordering::Relaxed) {
        return;
    }
    let previous = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !is_inside() && !is_helper_thread() {
            previous(info);
        } else {
            let told = describe(info);
            let _ = PANIC.try_with(|panic| panic.try_borrow_mut().map(|mut text| *text = Some(told)));
        }
    }));
}

/// The threads that look names up and read the output of processes are ours from start to end.
fn is_helper_thread() -> bool {
    std::thread::current().name().is_some_and(|name| name.starts_with("stskit-"))
}

fn describe(info: &PanicHookInfo<'_>) -> String {
    let words = info.payload();
    let words = words.downcast_ref::<&str>().copied().or_else(|| words.downcast_ref::<String>().map(String::as_str));
    match info.location() {
        Some(at) => format!("{}:{}: {}", at.file(), at.line(), words.unwrap_or("a panic")),
        None => words.unwrap_or("a panic").to_owned(),
    }
}
