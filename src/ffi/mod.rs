//! The C ABI: what `include/stskit.h` declares. Handles, strings and statuses around the rest of the
//! crate, and no logic of its own.
//!
//! One file for each chapter of the header, which cbindgen makes of the comments here (`build.rs` has the
//! order). Below them: `guard` (panics stay inside), `text` (strings and pointers of the caller), `parts`
//! (what the handles are made of), `pairs` (headers and their like).
//!
//! Every exported function is written out, since cbindgen does not see what a macro makes. Each is one
//! [`guard::run`] or [`guard::get`]: whatever panics inside becomes a status.
//!
//! # Safety
//!
//! The same contract everywhere, said once in the header: a pointer is NULL or valid for the duration of the
//! call, a handle is one of ours that has not been freed, a text ends with a NUL byte. NULL is looked for
//! in every position.
#![allow(unsafe_code, unsafe_op_in_unsafe_fn, non_camel_case_types, unreachable_pub)]

mod guard;
mod pairs;
mod parts;
mod text;

mod call;
mod client;
mod config;
mod credentials;
mod error;
mod log;
mod memory;
mod model;
mod pages;
mod response;
mod session;
mod sign;
mod status;
mod token;
mod version;
