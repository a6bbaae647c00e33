//! Standard output and standard error.

use std::io::{self, IsTerminal, Write};

use crate::failure::Failure;

/// Writes to standard output, all or nothing as far as the system lets us: one write.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Err(Failure::closed_pipe()),
        Err(e) => Err(Failure::other(format!("standard output cannot be written: {e}"))),
    }
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
