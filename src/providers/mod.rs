//! Sources of credentials. Each is usable alone; the default chain joins them with part 3.

mod environment;

pub use environment::Environment;
