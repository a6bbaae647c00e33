//! The canonical request: path, query and header rules of SigV4. Pure text work; no key, no time.

use std::borrow::Cow;

use super::{HeaderChoice, PathEncoding, PathNormalization};
use crate::percent::{encode_except, is_unreserved, push_encoded};

/// Appends the canonical form of a path as it stands on the wire.
pub(super) fn push_path(out: &mut String, path: &str, encoding: PathEncoding, normalization: PathNormalization) {
    if matches!(path, "" | "/") {
        out.push('/');
        return;
    }
    let path = match normalization {
        PathNormalization::Normalize => normalize_path(path),
        PathNormalization::AsGiven => Cow::Borrowed(path),
    };
    if !path.starts_with('/') {
        out.push('/');
    }
    match encoding {
        PathEncoding::Double => encode_except(out, &path, |b| is_unreserved(b) || b == b'/'),
        PathEncoding::Single => {
            let mut parts = path.split('%');
            let plain = |out: &mut String, part: &str| encode_except(out, part, |b| is_unreserved(b) || b == b'/');
            plain(out, parts.next().unwrap_or_default());
            for part in parts {
                // `%` and two hex digits is an escape already; any other `%` is text.
                match part.as_bytes() {
                    [a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => out.push('%'),
                    _ => out.push_str("%25"),
                }
                plain(out, part);
            }
        }
    }
}

/// Removes dot segments and empty segments; a trailing slash stays if the path ended in `/`, `/.` or `/..`.
fn normalize_path(path: &str) -> Cow<'_, str> {
    let plain = path.starts_with('/') && !path.contains("//") && !path.contains("/.");
    if plain {
        return Cow::Borrowed(path);
    }
    let mut kept: Vec<&str> = Vec::new();
    let mut last = "";
    for segment in path.split('/') {
        last = segment;
        match segment {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            _ => kept.push(segment),
        }
    }
    let mut out = String::with_capacity(path.len() + 1);
    for segment in &kept {
        out.push('/');
        out.push_str(segment);
    }
    if kept.is_empty() || matches!(last, "" | "." | "..") {
        out.push('/');
    }
    Cow::Owned(out)
}

/// Appends the canonical query: names and values encoded, sorted by encoded name, then encoded value.
/// `extra` are queries that are encoded already.
pub(super) fn push_query<'a>(out: &mut String, query: &str, extra: impl IntoIterator<Item = &'a str>) {
    let mut pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> = Vec::new();
    for pair in query.split('&').filter(|p| !p.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if name != "X-Amz-Signature" {
            pairs.push((Cow::Owned(reencode(name)), Cow::Owned(reencode(value))));
        }
    }
    for pair in extra.into_iter().flat_map(|query| query.split('&')) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        pairs.push((Cow::Borrowed(name), Cow::Borrowed(value)));
    }
    pairs.sort_unstable();
    for (at, (name, value)) in pairs.iter().enumerate() {
        if at > 0 {
            out.push('&');
        }
        out.push_str(name);
        out.push('=');
        out.push_str(value);
    }
}

/// Is the query as `push_query` would write it, with every name before `limit`? Then it can be copied.
pub(super) fn is_canonical_before(query: &str, limit: &str) -> bool {
    let mut previous = "";
    query.split('&').all(|pair| {
        let Some((name, value)) = pair.split_once('=') else { return false };
        let ascending = previous < name && name < limit;
        previous = name;
        ascending && is_encoded(name) && is_encoded(value)
    })
}

/// Nothing but unreserved characters, and escapes in upper case of others.
fn is_encoded(text: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if is_unreserved(byte) {
            continue;
        }
        let upper = |b: Option<u8>| hex_digit(b.filter(|b| !b.is_ascii_lowercase()));
        match (byte, upper(bytes.next()), upper(bytes.next())) {
            (b'%', Some(high), Some(low)) if !is_unreserved(high << 4 | low) => {}
            _ => return false,
        }
    }
    true
}

/// Decodes `%XX` only (a `+` stays a plus), then encodes: raw and encoded queries come out the same.
fn reencode(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let mut value = byte;
        if byte == b'%' {
            let mut ahead = bytes.clone();
            if let (Some(high), Some(low)) = (hex_digit(ahead.next()), hex_digit(ahead.next())) {
                value = high << 4 | low;
                bytes = ahead;
            }
        }
        if is_unreserved(value) {
            out.push(char::from(value));
        } else {
            push_encoded(&mut out, value);
        }
    }
    out
}

fn hex_digit(byte: Option<u8>) -> Option<u8> {
    char::from(byte?).to_digit(16).and_then(|d| u8::try_from(d).ok())
}

/// Headers that proxies and clients add or change on the way, so they are never signed.
const NEVER_SIGNED: &[&str] = &[
    "authorization",
    "baggage",
    "connection",
    "expect",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "sec-websocket-key",
    "sec-websocket-protocol",
    "sec-websocket-version",
    "te",
    "traceparent",
    "tracestate",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-amzn-trace-id",
];

/// A header to sign: name in lower case, value as given.
pub(super) type Pair<'a> = (Cow<'a, str>, &'a str);

/// The name in lower case, or `None` if a header of that name is not signed.
pub(super) fn signable_name<'a>(name: &'a str, choice: &HeaderChoice) -> Option<Cow<'a, str>> {
    let upper = name.bytes().fold(false, |found, b| found | b.is_ascii_uppercase());
    let lower = if upper { Cow::Owned(name.to_ascii_lowercase()) } else { Cow::Borrowed(name) };
    let named = |names: &[String]| names.iter().any(|n| *n == *lower);
    let signed = match choice {
        HeaderChoice::Given => !NEVER_SIGNED.contains(&&*lower),
        _ if lower.starts_with("x-amz-") => true,
        HeaderChoice::Except(names) => !NEVER_SIGNED.contains(&&*lower) && !named(names),
        HeaderChoice::Only(names) => named(names) && lower != "authorization",
    };
    signed.then_some(lower)
}

/// Appends `name:value` lines, a blank line and the list of names. `headers` must be sorted by name
/// (stably: repeated headers are joined in the order given). Answers where the list of names starts.
pub(super) fn push_headers(out: &mut Vec<u8>, headers: &[Pair<'_>]) -> usize {
    let mut previous: Option<&str> = None;
    for (name, value) in headers {
        if previous == Some(name) {
            out.push(b',');
        } else {
            if previous.is_some() {
                out.push(b'\n');
            }
            out.extend_from_slice(name.as_bytes());
            out.push(b':');
        }
        push_trimmed(out, value);
        previous = Some(name);
    }
    if previous.is_some() {
        out.push(b'\n');
    }
    out.push(b'\n');
    let names = out.len();
    push_names(out, headers);
    names
}

/// Appends the names, each once, joined by `;`.
pub(super) fn push_names(out: &mut Vec<u8>, headers: &[Pair<'_>]) {
    let mut previous: Option<&str> = None;
    for (name, _) in headers {
        if previous != Some(name) {
            if previous.is_some() {
                out.push(b';');
            }
            out.extend_from_slice(name.as_bytes());
        }
        previous = Some(name);
    }
}

/// Trims the value and turns every run of white space into one space.
fn push_trimmed(out: &mut Vec<u8>, value: &str) {
    // Most values hold none. A fold without an early exit becomes vector code: tokens are long.
    if value.bytes().fold(0, |found, b| found | u8::from(b <= b' ')) == 0 {
        out.extend_from_slice(value.as_bytes());
        return;
    }
    // The next most have single spaces inside (`...; charset=utf-8`): they stay as they are, too.
    let bytes = value.as_bytes();
    let controls = bytes.iter().fold(false, |found, b| found | (*b < b' '));
    let runs = bytes.iter().zip(bytes.iter().skip(1)).fold(false, |found, (a, b)| found | (*a == b' ') & (*b == b' '));
    if !controls && !runs && bytes.first() != Some(&b' ') && bytes.last() != Some(&b' ') {
        out.extend_from_slice(value.as_bytes());
        return;
    }
    // Not `split_ascii_whitespace`, which takes a vertical tab for text.
    let words = value.split([' ', '\t', '\n', '\x0b', '\x0c', '\r']).filter(|word| !word.is_empty());
    for (at, word) in words.enumerate() {
        if at > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(word.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(path: &str, encoding: PathEncoding, normalization: PathNormalization) -> String {
        let mut out = String::new();
        push_path(&mut out, path, encoding, normalization);
        out
    }

    #[test]
    fn paths_are_normalised_and_encoded_twice() {
        for (given, expected) in [
            ("", "/"),
            ("/", "/"),
            ("//", "/"),
            ("a", "/a"),
            ("/a/./b/../c", "/a/c"),
            ("/a/b/..", "/a/"),
            ("/a/.", "/a/"),
            ("/..", "/"),
            ("/../../a", "/a"),
            ("/a//b/", "/a/b/"),
            ("/.hidden/a..b", "/.hidden/a..b"),
            ("/a%20b", "/a%2520b"),
            ("/é", "/%C3%A9"),
            ("/a:b@c", "/a%3Ab%40c"),
        ] {
            assert_eq!(path(given, PathEncoding::Double, PathNormalization::Normalize), expected, "{given}");
        }
    }

    #[test]
    fn single_encoding_keeps_escapes_and_dots() {
        for (given, expected) in [
            ("/my%20folder/a%2Bb.txt", "/my%20folder/a%2Bb.txt"),
            ("/a//b/../c", "/a//b/../c"),
            ("/100%", "/100%25"),
            ("/%zz", "/%25zz"),
            ("/é b", "/%C3%A9%20b"),
        ] {
            assert_eq!(path(given, PathEncoding::Single, PathNormalization::AsGiven), expected, "{given}");
        }
    }

    #[test]
    fn queries_are_sorted_after_encoding() {
        for (given, expected) in [
            ("", ""),
            ("b=2&a=1", "a=1&b=2"),
            ("a=2&a=1", "a=1&a=2"),
            ("Param", "Param="),
            ("a=b=c", "a=b%3Dc"),
            ("a=x+y", "a=x%2By"),
            ("a=x y", "a=x%20y"),
            ("a=%7e%2f", "a=~%2F"),
            ("a=%zz%4", "a=%25zz%254"),
            ("a=é&a=%C3%A9", "a=%C3%A9&a=%C3%A9"),
            ("&&a=1&", "a=1"),
            ("X-Amz-Signature=1&a=1", "a=1"),
        ] {
            let mut out = String::new();
            push_query(&mut out, given, [""; 0]);
            assert_eq!(out, expected, "{given}");
            let copied = is_canonical_before(given, "X-Amz-Algorithm");
            assert!(!copied || out == given, "{given}");
        }
    }

    #[test]
    fn canonical_queries_are_known() {
        for (given, expected) in [
            ("A=1&B=%2F", true),
            ("Action=connect&DBUser=j%C3%B6rg%40x", true),
            ("A=", true),
            ("", false),
            ("A", false),
            ("A=1&", false),
            ("B=1&A=1", false),
            ("A=1&A=2", false),
            ("A=%2f", false),
            ("A=%41", false),
            ("A=%4", false),
            ("A=%zz", false),
            ("A=b=c", false),
            ("A=x+y", false),
            ("A=\u{e9}", false),
            ("X-Amz-Expires=1", false),
            ("a=1", false),
        ] {
            assert_eq!(is_canonical_before(given, "X-Amz-Algorithm"), expected, "{given}");
        }
    }

    #[test]
    fn header_values_are_trimmed_and_folded() {
        for (given, expected) in [
            ("plain", "plain"),
            ("  a   b\t\r\n c ", "a b c"),
            ("", ""),
            ("   ", ""),
            ("\x0b a\x0b\x0cb", "a b"),
            ("\"a  b\"", "\"a b\""),
        ] {
            let mut out = Vec::new();
            push_trimmed(&mut out, given);
            assert_eq!(out, expected.as_bytes(), "{given:?}");
        }
    }
}
