//! Which library this is. The header has the same numbers as macros, made by `build.rs`.

use std::ffi::{CStr, c_char};

use super::guard;

/// The number in the soname: raised when a function changes or goes, not when one comes. The same as the
/// first number of `package.metadata.capi.library.version` (tests/capi_header.rs looks).
const ABI: u32 = 1;

const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(version) => version,
    Err(_) => c"",
};

/// The version of the library in use, as text: "0.1.0". It may be newer than the header: compare with
/// STSKIT_VERSION.
///
/// @return static text, never NULL. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub extern "C" fn stskit_version() -> *const c_char {
    guard::get(VERSION, || VERSION).as_ptr()
}

/// The version of the library in use as one number that can be compared, as STSKIT_VERSION_NUMBER: 65536
/// times the major, 256 times the minor and the patch number.
///
/// @return the number. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub extern "C" fn stskit_version_number() -> u32 {
    guard::get(0, || {
        let part = |text: &str| text.parse::<u32>().unwrap_or_default();
        let [major, minor, patch] =
            [env!("CARGO_PKG_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MINOR"), env!("CARGO_PKG_VERSION_PATCH")]
                .map(part);
        (major << 16) | (minor << 8) | patch
    })
}

/// The ABI of the library in use, which is also the number in its soname (libstskit.so.1). Bindings
/// compare it with the one they were made for, STSKIT_ABI_VERSION, before they call anything else.
///
/// @return the number. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub extern "C" fn stskit_abi_version() -> u32 {
    guard::get(0, || ABI)
}
