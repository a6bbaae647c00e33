//! The C ABI as a C or C++ programmer meets it: the installed tree, programs compiled against it by the
//! platform's compilers, run against the emulator, under valgrind and with sanitizers.
//!
//! The libraries are built once, by `capi/install`, into a folder of their own below cargo's.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod arguments;
mod consumers;
mod examples;
mod library;
mod programs;
mod toolbox;
