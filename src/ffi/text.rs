//! Strings and pointers of the caller, in and out.

use std::ffi::{CStr, CString, c_char};
use std::path::PathBuf;

use zeroize::Zeroize;

use super::error::{Refinement, refined};
use crate::error::{Error, Result};

/// The text of a parameter that has to be there.
pub(super) unsafe fn required<'a>(text: *const c_char, name: &str) -> Result<&'a str> {
    optional(text, name)?.ok_or_else(|| null(name))
}

/// The text of a parameter that may be NULL.
pub(super) unsafe fn optional<'a>(text: *const c_char, name: &str) -> Result<Option<&'a str>> {
    if text.is_null() {
        return Ok(None);
    }
    match CStr::from_ptr(text).to_str() {
        Ok(text) => Ok(Some(text)),
        Err(_) => Err(refined(Error::input(format!("the parameter {name} is not UTF-8 text")), Refinement::NotUtf8)),
    }
}

/// A path: the system's bytes on Unix, UTF-8 elsewhere.
pub(super) unsafe fn path(text: *const c_char, name: &str) -> Result<PathBuf> {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        if text.is_null() {
            return Err(null(name));
        }
        Ok(PathBuf::from(std::ffi::OsStr::from_bytes(CStr::from_ptr(text).to_bytes())))
    }
    #[cfg(not(unix))]
    required(text, name).map(PathBuf::from)
}

/// The handle of a parameter that has to be there.
pub(super) unsafe fn handle<'a, T>(handle: *const T, name: &str) -> Result<&'a T> {
    handle.as_ref().ok_or_else(|| null(name))
}

/// The same for a handle that the call changes.
pub(super) unsafe fn handle_mut<'a, T>(handle: *mut T, name: &str) -> Result<&'a mut T> {
    handle.as_mut().ok_or_else(|| null(name))
}

/// Where a call puts what it makes: NULL from the start, so that cleaning up needs no branches.
pub(super) struct Out<'a, T>(&'a mut *mut T);

impl<T> Out<'_, T> {
    pub(super) unsafe fn new(out: *mut *mut T, name: &str) -> Result<Self> {
        let out = out.as_mut().ok_or_else(|| null(name))?;
        *out = std::ptr::null_mut();
        Ok(Out(out))
    }

    pub(super) fn put(self, value: T) {
        *self.0 = Box::into_raw(Box::new(value));
    }
}

/// Ends a handle; NULL is nothing.
pub(super) unsafe fn free<T>(handle: *mut T) {
    if !handle.is_null() {
        drop(Box::from_raw(handle));
    }
}

pub(super) fn null(name: &str) -> Error {
    refined(Error::input(format!("the parameter {name} is NULL")), Refinement::NullArgument)
}

pub(super) fn out_of_range(name: &str, value: i32, allowed: &str) -> Error {
    let message = format!("the parameter {name} is {value}, which is no {allowed}");
    refined(Error::input(message), Refinement::OutOfRange)
}

/// A text for C: a NUL inside, which none of ours has, would cut it and is shown as a replacement character.
pub(super) fn c_string(text: &str) -> CString {
    let mut bytes = Vec::with_capacity(text.len() + 1);
    for (at, part) in text.split('\0').enumerate() {
        if at > 0 {
            bytes.extend_from_slice("\u{fffd}".as_bytes());
        }
        bytes.extend_from_slice(part.as_bytes());
    }
    CString::new(bytes).unwrap_or_default()
}

pub(super) fn pointer(text: Option<&CString>) -> *const c_char {
    text.map_or(std::ptr::null(), |text| text.as_ptr())
}

/// A text for C that is wiped when dropped.
#[derive(Default)]
pub(super) struct SecretText(CString);

impl SecretText {
    pub(super) fn new(text: &str) -> Self {
        SecretText(c_string(text))
    }

    pub(super) fn as_ptr(&self) -> *const c_char {
        self.0.as_ptr()
    }

    pub(super) fn len(&self) -> usize {
        self.0.as_bytes().len()
    }
}

impl Drop for SecretText {
    fn drop(&mut self) {
        std::mem::take(&mut self.0).into_bytes_with_nul().zeroize();
    }
}
