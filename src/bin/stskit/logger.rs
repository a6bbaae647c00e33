//! What the library logs, on standard error: warnings always, with `--debug` all it has to say.

use log::{Level, LevelFilter, Log, Metadata, Record};

use crate::out;

struct ToStandardError;

static LOGGER: ToStandardError = ToStandardError;

impl Log for ToStandardError {
    /// Only what the library says: the HTTP and TLS libraries below it would show more than anybody needs.
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("stskit")
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let word = if record.level() <= Level::Warn { "warning" } else { "debug" };
            out::say(&format!("{word}: {}", record.args()));
        }
    }

    fn flush(&self) {}
}

/// From now on the log is shown.
pub(crate) fn start(debug: bool) {
    // A second time, by a command that resolves its settings twice: it is there.
    drop(log::set_logger(&LOGGER));
    log::set_max_level(if debug { LevelFilter::Debug } else { LevelFilter::Warn });
}
