//! A panic inside the library becomes a status, with its place and its words, and nothing is printed; a
//! panic of the host's own is printed as ever.
//!
//! The panic is injected by a logger: the library logs, the logger panics, and the panic unwinds through the
//! library. The host is this program, in processes of its own, whose output is looked at.
#![allow(unsafe_code)] // calls of the C functions
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::ffi::{CStr, c_char, c_void};
use std::process::Command;
use std::ptr::null_mut;

use stskit as _;

unsafe extern "C" {
    fn stskit_client_new(config: *const c_void, client: *mut *mut c_void, err: *mut *mut c_void) -> i32;
    fn stskit_client_get_endpoint(
        client: *const c_void,
        service: i32,
        url: *mut *mut c_void,
        err: *mut *mut c_void,
    ) -> i32;
    fn stskit_client_free(client: *mut c_void);
    fn stskit_error_message(error: *const c_void) -> *const c_char;
    fn stskit_error_detail(error: *const c_void) -> i32;
    fn stskit_error_free(error: *mut c_void);
}

struct Panicking;

impl log::Log for Panicking {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        assert!(!record.target().starts_with("stskit"), "injected");
    }

    fn flush(&self) {}
}

#[test]
fn a_panic_becomes_a_status_and_nothing_is_printed() {
    let output = host("inside");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "nothing is printed");
}

#[test]
fn the_hosts_own_panics_are_printed_as_ever() {
    let output = host("outside");
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("the host's own"), "{output:?}");
}

fn host(case: &str) -> std::process::Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.env_clear().env("CAPI_PANIC", case).env("AWS_CONFIG_FILE", "none").env("HOME", "/nonexistent");
    command.env("AWS_SHARED_CREDENTIALS_FILE", "none");
    command.args(["--exact", "host_process", "--nocapture", "--quiet"]).output().unwrap()
}

/// What the two tests above run; nothing without their variable.
#[test]
fn host_process() {
    let Ok(case) = std::env::var("CAPI_PANIC") else { return };
    log::set_logger(&Panicking).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    for round in 0..3 {
        let (mut client, mut err) = (null_mut(), null_mut());
        // Without a region the library warns.
        let status = unsafe { stskit_client_new(std::ptr::null(), &raw mut client, &raw mut err) };
        assert_eq!(status, 14, "round {round}");
        assert!(client.is_null());
        let message = unsafe { CStr::from_ptr(stskit_error_message(err)) }.to_str().unwrap();
        assert!(message.contains("capi_panic.rs:") && message.contains("injected"), "{message}");
        assert_eq!(unsafe { stskit_error_detail(err) }, 301);
        unsafe { stskit_error_free(err) };
    }
    // The library goes on.
    log::set_max_level(log::LevelFilter::Off);
    let (mut client, mut err, mut url) = (null_mut(), null_mut(), null_mut());
    assert_eq!(unsafe { stskit_client_new(std::ptr::null(), &raw mut client, &raw mut err) }, 0);
    assert_eq!(unsafe { stskit_client_get_endpoint(client, 99, &raw mut url, &raw mut err) }, 1);
    unsafe {
        stskit_error_free(err);
        stskit_client_free(client);
    }
    assert_eq!(case, "inside", "the host's own");
}
