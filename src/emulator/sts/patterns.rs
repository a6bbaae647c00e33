//! The character sets of input members, with the words the service has for them.

/// Characters a text may hold.
pub(super) struct Pattern {
    pub(super) text: &'static str,
    pub(super) allows: fn(char) -> bool,
}

/// Letters, digits and `_+=,.@-`: names and ids.
pub(super) const NAME: Pattern =
    Pattern { text: r"[\w+=,.@-]*", allows: |c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c) };
/// As [`NAME`] with `:` and `/`.
pub(super) const EXTERNAL_ID: Pattern =
    Pattern { text: r"[\w+=,.@:\/-]*", allows: |c| c.is_ascii_alphanumeric() || "_+=,.@:/-".contains(c) };
pub(super) const WORD: Pattern = Pattern { text: r"[\w]*", allows: |c| c.is_ascii_alphanumeric() || c == '_' };
pub(super) const DIGITS: Pattern = Pattern { text: r"[\d]*", allows: |c| c.is_ascii_digit() };
/// Text that an XML document can hold.
pub(super) const TEXT: Pattern = Pattern {
    text: r"[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+",
    allows: |c| matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..),
};
pub(super) const POLICY: Pattern = Pattern {
    text: r"[\u0009\u000A\u000D\u0020-\u00FF]+",
    allows: |c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{ff}'),
};
pub(super) const TAG: Pattern = Pattern {
    text: r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*",
    allows: |c| c.is_alphanumeric() || c.is_whitespace() && !c.is_control() || "_.:/=+-@".contains(c),
};
