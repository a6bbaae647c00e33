//! Text encodings of the emulator: hex, base64, base32, percent encoding and web forms.
//!
//! Everything here is the emulator's own, on purpose: what it checks must not be checked with the
//! code that made it. No I/O and no AWS knowledge lives here.

const HEX_LOWER: &[u8; 16] = b"0123456789abcdef";
const HEX_UPPER: &[u8; 16] = b"0123456789ABCDEF";
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64_URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The symbol for a value; the caller masks the value to the size of the alphabet.
fn symbol(alphabet: &[u8], value: u32) -> char {
    let index = usize::try_from(value).unwrap_or_default();
    char::from(alphabet.get(index).copied().unwrap_or(b'?'))
}

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(symbol(HEX_LOWER, u32::from(byte >> 4)));
        out.push(symbol(HEX_LOWER, u32::from(byte & 15)));
    }
    out
}

/// Writes `bytes` with `bits` bits to a symbol, first bits first.
fn pack(bytes: &[u8], alphabet: &[u8], bits: u32) -> String {
    let mask = (1u32 << bits) - 1;
    let mut out = String::with_capacity(bytes.len() * 2);
    let (mut held, mut count) = (0u32, 0u32);
    for byte in bytes {
        held = (held << 8 | u32::from(*byte)) & 0xffff;
        count += 8;
        while count >= bits {
            count -= bits;
            out.push(symbol(alphabet, held >> count & mask));
        }
    }
    if count > 0 {
        out.push(symbol(alphabet, held << (bits - count) & mask));
    }
    out
}

/// The inverse of [`pack`]; `None` if a character is not of the alphabet.
fn unpack(text: &str, bits: u32, value_of: impl Fn(u8) -> Option<u32>) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let (mut held, mut count) = (0u32, 0u32);
    for byte in text.bytes() {
        held = (held << bits | value_of(byte)?) & 0xffff;
        count += bits;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from(held >> count & 0xff).ok()?);
        }
    }
    Some(out)
}

fn position(alphabet: &[u8], byte: u8) -> Option<u32> {
    let index = alphabet.iter().position(|known| *known == byte)?;
    u32::try_from(index).ok()
}

/// Standard base64 with padding.
pub(super) fn base64(bytes: &[u8]) -> String {
    let mut out = pack(bytes, BASE64, 6);
    while !out.len().is_multiple_of(4) {
        out.push('=');
    }
    out
}

/// URL-safe base64 without padding.
pub(super) fn base64_url(bytes: &[u8]) -> String {
    pack(bytes, BASE64_URL, 6)
}

/// Decodes either base64 alphabet, padded or not; white space is skipped.
pub(super) fn base64_decode(text: &str) -> Option<Vec<u8>> {
    let compact: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let core = compact.trim_end_matches('=');
    if compact.len() - core.len() > 2 || core.len() % 4 == 1 {
        return None;
    }
    unpack(core, 6, |byte| position(BASE64, byte).or_else(|| position(BASE64_URL, byte)))
}

/// Upper-case base32 without padding.
pub(super) fn base32(bytes: &[u8]) -> String {
    pack(bytes, BASE32, 5)
}

/// Decodes upper-case base32 without padding.
pub(super) fn base32_decode(text: &str) -> Option<Vec<u8>> {
    unpack(text, 5, |byte| position(BASE32, byte))
}

/// Percent-encodes everything but `A-Za-z0-9-._~` (and `/` if asked), upper-case hex.
pub(super) fn percent_encode(bytes: &[u8], keep_slash: bool) -> String {
    let mut out = String::with_capacity(bytes.len() + 16);
    for byte in bytes {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(*byte));
            }
            b'/' if keep_slash => out.push('/'),
            _ => {
                out.push('%');
                out.push(symbol(HEX_UPPER, u32::from(byte >> 4)));
                out.push(symbol(HEX_UPPER, u32::from(byte & 15)));
            }
        }
    }
    out
}

/// Decodes `%XX`; with `form`, `+` is a space. A broken escape stays as it is.
pub(super) fn percent_decode(text: &str, form: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'+' if form => out.push(b' '),
            b'%' => match after.first_chunk::<2>().and_then(hex_pair) {
                Some(value) => {
                    out.push(value);
                    rest = after.get(2..).unwrap_or_default();
                }
                None => out.push(b'%'),
            },
            other => out.push(*other),
        }
    }
    out
}

fn hex_pair(pair: &[u8; 2]) -> Option<u8> {
    let [high, low] = pair.map(|byte| char::from(byte).to_digit(16));
    u8::try_from(high? << 4 | low?).ok()
}

/// Splits at `&` and the first `=`, undecoded; a name without `=` has an empty value.
pub(super) fn raw_pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// Name and value pairs of a web form, decoded (`%20` and `+` are both a space).
pub(super) fn form_pairs(text: &str) -> Vec<(String, String)> {
    let decode = |part| String::from_utf8_lossy(&percent_decode(part, true)).into_owned();
    raw_pairs(text).map(|(name, value)| (decode(name), decode(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_and_bases_match_the_published_vectors() {
        assert_eq!(hex(&[0, 15, 255]), "000fff");
        for (plain, padded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")] {
            assert_eq!(base64(plain.as_bytes()), padded);
            assert_eq!(base64_decode(padded).unwrap(), plain.as_bytes());
            assert_eq!(base64_decode(padded.trim_end_matches('=')).unwrap(), plain.as_bytes());
        }
        assert_eq!(base64(&[0xfb, 0xff]), "+/8=");
        assert_eq!(base64_url(&[0xfb, 0xff]), "-_8");
        assert_eq!(base32(b"foobar"), "MZXW6YTBOI");
        assert_eq!(base32_decode("MZXW6YTBOI").unwrap(), b"foobar");
        assert_eq!(base64_decode("a"), None);
        assert_eq!(base64_decode("!!!!"), None);
        assert_eq!(base64_decode("AAAA===="), None);
    }

    #[test]
    fn percent_encoding_goes_both_ways() {
        assert_eq!(percent_encode("a b/c%ü~".as_bytes(), false), "a%20b%2Fc%25%C3%BC~");
        assert_eq!(percent_encode(b"a/b", true), "a/b");
        assert_eq!(percent_decode("a+b%20c%2f", false), b"a+b c/");
        assert_eq!(percent_decode("a+b%20c", true), b"a b c");
        assert_eq!(percent_decode("100%", true), b"100%");
        assert_eq!(percent_decode("%zz%4", true), b"%zz%4");
    }

    #[test]
    fn forms_are_split_at_the_first_equals_sign() {
        let pairs = form_pairs("a=1&b=x%3Dy=z&c&&d=+%20");
        let expected = [("a", "1"), ("b", "x=y=z"), ("c", ""), ("d", "  ")];
        assert_eq!(pairs, expected.map(|(n, v)| (n.to_owned(), v.to_owned())));
    }
}
