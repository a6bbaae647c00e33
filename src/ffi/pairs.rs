//! Names with values, kept for C: headers, members of errors.

use std::ffi::{CString, c_char};

use super::text::{c_string, pointer};

/// In the order in which they came.
#[derive(Default)]
pub(super) struct Pairs(Vec<(CString, CString)>);

impl Pairs {
    pub(super) fn new(pairs: &[(String, String)]) -> Self {
        Pairs(pairs.iter().map(|(name, value)| (c_string(name), c_string(value))).collect())
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// NULL for an index that is too large.
    pub(super) fn name(&self, index: usize) -> *const c_char {
        pointer(self.0.get(index).map(|(name, _)| name))
    }

    /// NULL for an index that is too large.
    pub(super) fn value(&self, index: usize) -> *const c_char {
        pointer(self.0.get(index).map(|(_, value)| value))
    }
}
