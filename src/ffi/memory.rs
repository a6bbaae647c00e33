//! Wiping what the caller has copied.

use std::ffi::c_void;

use zeroize::Zeroize;

use super::guard;

/// Overwrites memory with zeros in a way that no compiler leaves out: for your own copies of secrets. What
/// stskit keeps it wipes by itself.
///
/// @param data    start of the memory; NULL does nothing.
/// @param length  bytes. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub unsafe extern "C" fn stskit_secure_zero(data: *mut c_void, length: usize) {
    guard::get((), || {
        if !data.is_null() {
            std::slice::from_raw_parts_mut(data.cast::<u8>(), length).zeroize();
        }
    });
}
