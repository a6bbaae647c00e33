//! What every fallible function answers. The numbers of `ErrorKind`, and two more.

use std::ffi::{CStr, c_char};

use super::guard;
use crate::error::ErrorKind;

/// What a fallible function answers: one of STSKIT_STATUS_..., 0 for success.
///
/// Kept open on purpose: a later version of the library may answer a status that this header does not
/// name. Treat an unknown one as a failure.
pub type stskit_status = i32;

/// Statuses, by what the caller would do about them. Numbers are never changed or used again.
///
/// Each failure also has a message, and mostly a finer reason: see stskit_error.
#[repr(C)]
#[allow(dead_code)] // names for C
pub enum stskit_status_code {
    /// Success.
    STSKIT_STATUS_OK = 0,
    /// An argument of the call is wrong; nothing was sent. Mend the call.
    STSKIT_STATUS_INVALID_ARGUMENT = 1,
    /// An environment variable, a file or an explicit setting is wrong; nothing was sent. Mend the
    /// configuration.
    STSKIT_STATUS_INVALID_CONFIGURATION = 2,
    /// No source had credentials: stskit_error_provider_line() tells which were tried.
    STSKIT_STATUS_NO_CREDENTIALS = 3,
    /// Credentials, token or session have expired: get new ones.
    STSKIT_STATUS_EXPIRED = 4,
    /// The service knows the caller and refuses, or does not accept the credentials or the signature.
    STSKIT_STATUS_ACCESS_DENIED = 5,
    /// The service asks to slow down, and went on asking after the retries.
    STSKIT_STATUS_THROTTLED = 6,
    /// Any other error that the service answered with: stskit_error_code() has its code.
    STSKIT_STATUS_SERVICE = 7,
    /// The service was not reached, or the connection broke.
    STSKIT_STATUS_NETWORK = 8,
    /// The certificate of the server was not accepted, or no TLS session could be agreed on.
    STSKIT_STATUS_TLS = 9,
    /// No answer within the time limits.
    STSKIT_STATUS_TIMEOUT = 10,
    /// An answer came that is not what the protocol says.
    STSKIT_STATUS_INVALID_RESPONSE = 11,
    /// The call was cancelled, by stskit_client_cancel() or by a callback.
    STSKIT_STATUS_CANCELLED = 12,
    /// This build, partition or operation cannot do it.
    STSKIT_STATUS_NOT_SUPPORTED = 13,
    /// A defect of the library. Please report its message.
    STSKIT_STATUS_INTERNAL = 14,
    /// A person has to sign in (again): stskit_error_login_command() says how.
    STSKIT_STATUS_LOGIN_REQUIRED = 15,
    /// It cannot be done from inside the callback that is running.
    STSKIT_STATUS_BUSY = 100,
}

pub(super) const STATUS_OK: stskit_status = stskit_status_code::STSKIT_STATUS_OK as i32;
pub(super) const STATUS_BUSY: stskit_status = stskit_status_code::STSKIT_STATUS_BUSY as i32;

/// The name of a status, without its prefix: "OK", "NO_CREDENTIALS"; "UNKNOWN" for any other number.
///
/// @param status  any number.
/// @return static text, never NULL. Never blocks; any thread.
/// @since 0.1.0
#[unsafe(no_mangle)]
pub extern "C" fn stskit_status_name(status: i32) -> *const c_char {
    guard::get(c"UNKNOWN", || name(status)).as_ptr()
}

fn name(status: i32) -> &'static CStr {
    match status {
        STATUS_OK => c"OK",
        1 => c"INVALID_ARGUMENT",
        2 => c"INVALID_CONFIGURATION",
        3 => c"NO_CREDENTIALS",
        4 => c"EXPIRED",
        5 => c"ACCESS_DENIED",
        6 => c"THROTTLED",
        7 => c"SERVICE",
        8 => c"NETWORK",
        9 => c"TLS",
        10 => c"TIMEOUT",
        11 => c"INVALID_RESPONSE",
        12 => c"CANCELLED",
        13 => c"NOT_SUPPORTED",
        14 => c"INTERNAL",
        15 => c"LOGIN_REQUIRED",
        STATUS_BUSY => c"BUSY",
        _ => c"UNKNOWN",
    }
}

/// The status of a failure: the kind's number.
pub(super) fn of(kind: ErrorKind) -> stskit_status {
    kind as i32
}

#[cfg(test)]
mod tests {
    use super::stskit_status_code as Code;
    use super::*;

    /// The numbers are one list in two places; the constants' names follow the kinds' names, but for the
    /// first, which C calls an argument.
    #[test]
    fn statuses_are_the_kinds() {
        for (code, kind) in [
            (Code::STSKIT_STATUS_INVALID_ARGUMENT, ErrorKind::InvalidInput),
            (Code::STSKIT_STATUS_INVALID_CONFIGURATION, ErrorKind::InvalidConfiguration),
            (Code::STSKIT_STATUS_NO_CREDENTIALS, ErrorKind::NoCredentials),
            (Code::STSKIT_STATUS_EXPIRED, ErrorKind::Expired),
            (Code::STSKIT_STATUS_ACCESS_DENIED, ErrorKind::AccessDenied),
            (Code::STSKIT_STATUS_THROTTLED, ErrorKind::Throttled),
            (Code::STSKIT_STATUS_SERVICE, ErrorKind::Service),
            (Code::STSKIT_STATUS_NETWORK, ErrorKind::Network),
            (Code::STSKIT_STATUS_TLS, ErrorKind::Tls),
            (Code::STSKIT_STATUS_TIMEOUT, ErrorKind::Timeout),
            (Code::STSKIT_STATUS_INVALID_RESPONSE, ErrorKind::InvalidResponse),
            (Code::STSKIT_STATUS_CANCELLED, ErrorKind::Cancelled),
            (Code::STSKIT_STATUS_NOT_SUPPORTED, ErrorKind::NotSupported),
            (Code::STSKIT_STATUS_INTERNAL, ErrorKind::Internal),
            (Code::STSKIT_STATUS_LOGIN_REQUIRED, ErrorKind::LoginRequired),
        ] {
            assert_eq!(code as i32, of(kind), "{kind:?}");
            let expected = kind.name().to_uppercase().replace('-', "_").replace("INPUT", "ARGUMENT");
            assert_eq!(name(of(kind)).to_str().unwrap(), expected);
        }
        assert_eq!((Code::STSKIT_STATUS_OK as i32, Code::STSKIT_STATUS_BUSY as i32), (STATUS_OK, STATUS_BUSY));
    }
}
