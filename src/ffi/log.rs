//! The log, handed to the host. Without a callback it goes nowhere.

use std::cell::Cell;
use std::ffi::{c_char, c_void};
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use log::{Level, LevelFilter, Log, Metadata, Record};

use super::error::{Refinement, refined, stskit_error};
use super::guard;
use super::status::stskit_status;
use super::text::{c_string, out_of_range};
use crate::error::{Error, ErrorKind, Result};

/// Levels of the log. A callback gets the lines of its level and of those above.
#[repr(C)]
pub enum stskit_log_level_code {
    /// Nothing.
    STSKIT_LOG_LEVEL_OFF = 0,
    /// What went wrong.
    STSKIT_LOG_LEVEL_ERROR = 1,
    /// What goes on, but needs somebody to look at it.
    STSKIT_LOG_LEVEL_WARN = 2,
    /// What is good to know.
    STSKIT_LOG_LEVEL_INFO = 3,
    /// What helps to find a mistake.
    STSKIT_LOG_LEVEL_DEBUG = 4,
    /// Everything, the HTTP client's words included. Secrets are masked.
    STSKIT_LOG_LEVEL_TRACE = 5,
}

const OFF: i32 = stskit_log_level_code::STSKIT_LOG_LEVEL_OFF as i32;
const ERROR: i32 = stskit_log_level_code::STSKIT_LOG_LEVEL_ERROR as i32;
const WARN: i32 = stskit_log_level_code::STSKIT_LOG_LEVEL_WARN as i32;
const INFO: i32 = stskit_log_level_code::STSKIT_LOG_LEVEL_INFO as i32;
const DEBUG: i32 = stskit_log_level_code::STSKIT_LOG_LEVEL_DEBUG as i32;
const TRACE: i32 = stskit_log_level_code::STSKIT_LOG_LEVEL_TRACE as i32;

/// Takes one line of the log, on the thread that is inside a call of stskit. What it logs itself by calling
/// stskit is dropped.
///
/// @param userdata  as given to stskit_set_log_callback().
/// @param level     one of STSKIT_LOG_LEVEL_...
/// @param target    which part says it: "stskit::client"; valid during the call.
/// @param message   the line, without a line break; valid during the call. Never a secret.
pub type stskit_log_callback =
    Option<unsafe extern "C" fn(userdata: *mut c_void, level: i32, target: *const c_char, message: *const c_char)>;

type TakeLine = unsafe extern "C" fn(*mut c_void, i32, *const c_char, *const c_char);

struct Hook {
    take: TakeLine,
    userdata: *mut c_void,
}

static HOOK: AtomicPtr<Hook> = AtomicPtr::new(std::ptr::null_mut());
/// Calls into a hook under way, in two groups: who waits for the old hook to be let go of lets new calls
/// join the other group, so that it is not kept waiting by them.
static EVEN: AtomicUsize = AtomicUsize::new(0);
static ODD: AtomicUsize = AtomicUsize::new(0);
static GROUP: AtomicUsize = AtomicUsize::new(0);
/// The process that the counts belong to: a forked child does not have the threads that they count.
static PROCESS: AtomicU32 = AtomicU32::new(0);
/// The process one of whose threads changes the hook; 0: none.
static CHANGING: AtomicU32 = AtomicU32::new(0);

thread_local! {
    static IN_HOOK: Cell<bool> = const { Cell::new(false) };
}

struct Logger;

impl Log for Logger {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        !HOOK.load(SeqCst).is_null()
    }

    fn log(&self, record: &Record<'_>) {
        // Threads of ours have nobody to tell: callbacks run on the host's threads only.
        let entered = guard::is_inside() && IN_HOOK.try_with(|inside| !inside.replace(true)).unwrap_or(false);
        if !entered {
            return;
        }
        start_anew_after_fork();
        let running = running(GROUP.load(SeqCst));
        running.fetch_add(1, SeqCst);
        // SAFETY: whoever replaces a hook waits for both groups before it frees it.
        if let Some(hook) = unsafe { HOOK.load(SeqCst).as_ref() } {
            let message = c_string(&record.args().to_string().replace(['\n', '\r'], " "));
            let target = c_string(record.target());
            let level = level_number(record.level());
            guard::outside(|| unsafe { (hook.take)(hook.userdata, level, target.as_ptr(), message.as_ptr()) });
        }
        let _ = running.fetch_update(SeqCst, SeqCst, |count| Some(count.saturating_sub(1)));
        let _ = IN_HOOK.try_with(|inside| inside.set(false));
    }

    fn flush(&self) {}
}

fn level_number(level: Level) -> i32 {
    match level {
        Level::Error => ERROR,
        Level::Warn => WARN,
        Level::Info => INFO,
        Level::Debug => DEBUG,
        Level::Trace => TRACE,
    }
}

fn running(group: usize) -> &'static AtomicUsize {
    if group & 1 == 0 { &EVEN } else { &ODD }
}

fn start_anew_after_fork() {
    let (process, counted) = (std::process::id(), PROCESS.load(SeqCst));
    if counted != process && PROCESS.compare_exchange(counted, process, SeqCst, SeqCst).is_ok() {
        EVEN.store(0, SeqCst);
        ODD.store(0, SeqCst);
    }
}

/// Replaces the hook and waits until nobody is in the old one.
fn replace(hook: *mut Hook) -> Result<()> {
    start_anew_after_fork();
    let process = std::process::id();
    let changing = CHANGING.load(SeqCst);
    if changing == process || CHANGING.compare_exchange(changing, process, SeqCst, SeqCst).is_err() {
        return Err(busy("another thread is changing the log callback"));
    }
    let old = HOOK.swap(hook, SeqCst);
    for _ in 0..2 {
        let group = running(GROUP.fetch_add(1, SeqCst));
        while group.load(SeqCst) > 0 {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    CHANGING.store(0, SeqCst);
    if !old.is_null() {
        // SAFETY: it came from a box, and nobody can see it any more.
        drop(unsafe { Box::from_raw(old) });
    }
    Ok(())
}

fn busy(why: &str) -> Error {
    refined(Error::new(ErrorKind::Internal, why), Refinement::Busy)
}

/// Sets who gets the lines of the log, for the whole library, in place of whoever got them before. When it
/// returns, no call into the old callback is running, so that its userdata can go. By default nobody gets
/// them; nothing is ever printed.
///
/// @param callback  who gets them; NULL: nobody.
/// @param userdata  handed to the callback as it is.
/// @param level     STSKIT_LOG_LEVEL_...: which lines.
/// @param err       out: the error, or NULL.
/// @return STSKIT_STATUS_OK; STSKIT_STATUS_INVALID_ARGUMENT; STSKIT_STATUS_BUSY from inside the callback, or
/// while another thread does the same; STSKIT_STATUS_NOT_SUPPORTED in a Rust program with a logger of its
/// own. Blocks until the old callback has returned; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_set_log_callback(
    callback: stskit_log_callback,
    userdata: *mut c_void,
    level: i32,
    err: *mut *mut stskit_error,
) -> stskit_status {
    guard::run(err, || {
        let filter = match level {
            OFF => LevelFilter::Off,
            ERROR => LevelFilter::Error,
            WARN => LevelFilter::Warn,
            INFO => LevelFilter::Info,
            DEBUG => LevelFilter::Debug,
            TRACE => LevelFilter::Trace,
            other => return Err(out_of_range("level", other, "STSKIT_LOG_LEVEL_...")),
        };
        if IN_HOOK.with(Cell::get) {
            return Err(busy("the log callback cannot be changed from inside itself"));
        }
        install()?;
        match callback {
            Some(take) => {
                let hook = Box::into_raw(Box::new(Hook { take, userdata }));
                replace(hook).inspect_err(|_| drop(unsafe { Box::from_raw(hook) }))?;
                log::set_max_level(filter);
            }
            None => {
                log::set_max_level(LevelFilter::Off);
                replace(std::ptr::null_mut())?;
            }
        }
        Ok(())
    })
}

fn install() -> Result<()> {
    static LOGGER: Logger = Logger;
    static INSTALLED: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);
    if INSTALLED.load(SeqCst) {
        return Ok(());
    }
    if log::set_logger(&LOGGER).is_ok() {
        INSTALLED.store(true, SeqCst);
        return Ok(());
    }
    // Two threads at once: one of them was first.
    if INSTALLED.load(SeqCst) {
        return Ok(());
    }
    Err(Error::new(ErrorKind::NotSupported, "this program has a logger of its own (crate log): stskit uses that"))
}
