//! Standard output and standard error.

use std::io::{self, IsTerminal, Write};

use crate::failure::Failure;

/// Writes to standard output, all or nothing as far as the system lets us: one write.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    if is_closed() {
        return Err(Failure::other("standard output is closed: the output has nowhere to go"));
    }
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Err(Failure::closed_pipe()),
        Err(e) => Err(Failure::other(format!("standard output cannot be written: {e}"))),
    }
}

/// The runtime opens the null device for reading and writing where a standard stream was closed; a shell's
/// `>/dev/null` opens it for writing only.
#[cfg(target_os = "linux")]
fn is_closed() -> bool {
    let null = std::fs::read_link("/proc/self/fd/1").is_ok_and(|path| path.as_os_str() == "/dev/null");
    null && std::fs::read_to_string("/proc/self/fdinfo/1").is_ok_and(|info| {
        let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
        flags.is_some_and(|flags| flags.trim().ends_with('2'))
    })
}

#[cfg(not(target_os = "linux"))]
fn is_closed() -> bool {
    false
}

/// Says something on standard error, each line with the name of the program. If it is closed nobody listens.
pub(crate) fn say(text: &str) {
    let lines: String = text.lines().map(|line| format!("stskit: {line}\n")).collect();
    drop(io::stderr().lock().write_all(lines.as_bytes()));
}

/// Says what is being waited for, where a person sees it.
pub(crate) fn progress(text: &str) {
    if io::stderr().is_terminal() {
        say(text);
    }
}

/// Are colours wanted on standard output? `choice` is the option `--color`.
pub(crate) fn colours(choice: Option<&str>) -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match choice {
        Some("on") => true,
        Some("off") => false,
        _ => io::stdout().is_terminal() && !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|t| t != "dumb"),
    }
}
