//! Percent-encoding (RFC 3986 section 2.1), as signatures and request bodies want it.

const HEX_UPPER: &[u8; 16] = b"0123456789ABCDEF";

/// `A-Za-z0-9-._~` (RFC 3986 section 2.3): everything else is percent-encoded.
pub(crate) const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Appends one byte as `%XX`.
pub(crate) fn push_encoded(out: &mut String, byte: u8) {
    let digit = |n: u8| char::from(HEX_UPPER.get(usize::from(n)).copied().unwrap_or(b'0'));
    out.push('%');
    out.push(digit(byte >> 4));
    out.push(digit(byte & 15));
}

/// What stands for a byte, and how much of it.
static ENCODED: [([u8; 3], usize); 256] = {
    let mut table = [([0; 3], 0); 256];
    let mut byte: u8 = 0;
    loop {
        #[allow(clippy::indexing_slicing)] // computed by the compiler: an index out of bounds does not compile
        {
            let (high, low) = (HEX_UPPER[(byte >> 4) as usize], HEX_UPPER[(byte & 15) as usize]);
            table[byte as usize] = if is_unreserved(byte) { ([byte, 0, 0], 1) } else { ([b'%', high, low], 3) };
        }
        match byte.checked_add(1) {
            Some(next) => byte = next,
            None => break table,
        }
    }
};

/// Appends `text` percent-encoded, a space as `%20`.
pub(crate) fn percent_encode_into(out: &mut String, text: &str) {
    // Names and ids mostly need nothing.
    if text.len() <= 32 && text.bytes().fold(true, |plain, b| plain & b.is_ascii_alphanumeric()) {
        out.push_str(text);
        return;
    }
    // Session tokens are long: no branch for a byte, and one copy for many of them.
    const AT_ONCE: usize = 32;
    for chunk in text.as_bytes().chunks(AT_ONCE) {
        let mut buffer = [0; 3 * AT_ONCE];
        let mut end = 0;
        for byte in chunk {
            if let (Some((encoded, length)), Some(place)) =
                (ENCODED.get(usize::from(*byte)), buffer.get_mut(end..end + 3))
            {
                place.copy_from_slice(encoded);
                end += length;
            }
        }
        out.push_str(buffer.get(..end).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default());
    }
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
            ("0123456789abcde€0123456789abcdef0", "0123456789abcde%E2%82%AC0123456789abcdef0"),
            ("0123456789abcdef0123456789abcdef+", "0123456789abcdef0123456789abcdef%2B"),
            ("////////////////", "%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F%2F"),
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
