//! Percent-encoding (RFC 3986 section 2.1), as signatures and request bodies want it.

const HEX_UPPER: &[u8; 16] = b"0123456789ABCDEF";

/// `A-Za-z0-9-._~` (RFC 3986 section 2.3): everything else is percent-encoded.
pub(crate) const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Appends one byte as `%XX`.
pub(crate) fn push_encoded(out: &mut String, byte: u8) {
    let digit = |n: u8| HEX_UPPER.get(usize::from(n)).copied().unwrap_or(b'0');
    out.push_str(std::str::from_utf8(&[b'%', digit(byte >> 4), digit(byte & 15)]).unwrap_or_default());
}

/// Appends `text` percent-encoded, a space as `%20`; runs of unreserved characters are copied whole.
pub(crate) fn percent_encode_into(out: &mut String, text: &str) {
    // Session tokens are long: one look-up for each byte.
    static UNRESERVED: [bool; 256] = {
        let mut table = [false; 256];
        let mut byte = 0;
        while byte < 256 {
            #[allow(clippy::indexing_slicing)] // computed by the compiler: an index out of bounds does not compile
            {
                table[byte] = is_unreserved(byte as u8);
            }
            byte += 1;
        }
        table
    };
    encode_except(out, text, |b| UNRESERVED.get(usize::from(b)).copied().unwrap_or(false));
}

/// Appends `text`, percent-encoding each byte that `keep` does not name. `keep` must hold for ASCII only.
pub(crate) fn encode_except(out: &mut String, text: &str, keep: impl Fn(u8) -> bool) {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|b| !keep(b)) {
        // A kept byte is ASCII, so `at` is a character boundary.
        let (plain, tail) = rest.split_at(at);
        out.push_str(plain);
        let width = tail.chars().next().map_or(1, char::len_utf8);
        let (odd, tail) = tail.split_at(width);
        odd.bytes().for_each(|b| push_encoded(out, b));
        rest = tail;
    }
    out.push_str(rest);
}

/// The text behind a percent-encoded one; `None` if that is not UTF-8 or an escape is not hex.
pub(crate) fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = match (first, tail) {
            (b'%', [high, low, after @ ..]) => {
                let hex = [*high, *low];
                bytes.push(u8::from_str_radix(std::str::from_utf8(&hex).ok()?, 16).ok()?);
                after
            }
            _ => {
                bytes.push(*first);
                tail
            }
        };
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_and_decodes() {
        for (text, encoded) in [
            ("", ""),
            ("aZ09-._~", "aZ09-._~"),
            ("a b+/é", "a%20b%2B%2F%C3%A9"),
            ("%", "%25"),
            ("€x€", "%E2%82%ACx%E2%82%AC"),
        ] {
            let mut out = String::new();
            percent_encode_into(&mut out, text);
            assert_eq!(out, encoded);
            assert_eq!(percent_decode(encoded).as_deref(), Some(text));
        }
        assert_eq!(percent_decode("%zz"), None);
        assert_eq!(percent_decode("%ff"), None);
    }
}
