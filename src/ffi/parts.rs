//! What the handles are made of: the parts that a client and its providers share, and callbacks as Rust
//! sees them.

use std::ffi::{c_char, c_void};
use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::config::stskit_release_callback;
use super::error::{Refinement, refined};
use super::guard;
use super::text::c_string;
use crate::error::{Error, ErrorKind, Result};
use crate::host::{Cancel, Host};
use crate::secret::Secret;
use crate::settings::Settings;
use crate::transport::Transport;

/// What everything that belongs to one client is made with: one pool of connections, one handle to cancel.
#[derive(Clone)]
pub(super) struct Parts {
    pub(super) settings: Settings,
    pub(super) transport: Arc<dyn Transport>,
    pub(super) host: Arc<dyn Host>,
    pub(super) cancel: Cancel,
    pub(super) sso_region: Option<String>,
    pub(super) mfa: Option<Mfa>,
}

/// A pointer of the host's and how to end what it leads to.
pub(super) struct Userdata {
    pointer: *mut c_void,
    release: stskit_release_callback,
}

// SAFETY: the header says that callbacks run on whichever thread is inside the call, and that what
// userdata leads to has to bear that; here it is only handed on.
unsafe impl Send for Userdata {}
// SAFETY: as above.
unsafe impl Sync for Userdata {}

impl Userdata {
    pub(super) fn new(pointer: *mut c_void, release: stskit_release_callback) -> Self {
        Userdata { pointer, release }
    }

    pub(super) fn pointer(&self) -> *mut c_void {
        self.pointer
    }
}

impl Drop for Userdata {
    fn drop(&mut self) {
        if let Some(release) = self.release {
            guard::outside(|| unsafe { release(self.pointer) });
        }
    }
}

impl fmt::Debug for Userdata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Userdata")
    }
}

/// A callback ended the call.
pub(super) fn refused(what: &str, result: i32) -> Error {
    let message = format!("{what} ended the call (it answered {result})");
    refined(Error::new(ErrorKind::Cancelled, message), Refinement::Callback(result))
}

type AskMfa = unsafe extern "C" fn(*mut c_void, *const c_char, *mut c_char, usize) -> i32;

/// Who is asked for a code of an MFA device.
#[derive(Clone)]
pub(super) struct Mfa {
    pub(super) ask: AskMfa,
    pub(super) userdata: Arc<Userdata>,
}

impl Mfa {
    /// The code, as `providers::AssumedRole::mfa` wants it.
    pub(super) fn code(&self, serial: &str) -> Result<Secret> {
        let serial = c_string(serial);
        let mut code = Zeroizing::new([0u8; 256]);
        let room = code.as_mut_ptr().cast::<c_char>();
        // The last byte stays NUL.
        let capacity = code.len() - 1;
        let result = guard::outside(|| unsafe { (self.ask)(self.userdata.pointer(), serial.as_ptr(), room, capacity) });
        if result != 0 {
            return Err(refused("the MFA callback", result));
        }
        let length = code.iter().position(|byte| *byte == 0).unwrap_or_default();
        let text = std::str::from_utf8(code.get(..length).unwrap_or_default()).unwrap_or_default().trim();
        match text {
            "" => Err(Error::input("the MFA callback wrote no code")),
            text => Ok(Secret::from(text)),
        }
    }
}
