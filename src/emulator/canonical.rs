//! The emulator's own SigV4 canonicalisation and hashing.
//!
//! Written from the published rules and from the wire side: it starts from what arrived, not from
//! what a client meant to send. It shares no line with the crate's signer, so that an error in one
//! of the two shows. What is accepted and what is refused is decided in `verify.rs`.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::encode::{hex, percent_decode, percent_encode, raw_pairs};

/// HMAC-SHA256.
pub(super) fn hmac(key: &[u8], data: &[u8]) -> Vec<u8> {
    // An HMAC key can have any length: `new_from_slice` has no failing case.
    Hmac::<Sha256>::new_from_slice(key)
        .map(|mac| mac.chain_update(data).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}

/// SHA-256.
pub(super) fn sha256(data: &[u8]) -> Vec<u8> {
    Sha256::digest(data).to_vec()
}

/// Lower-case hex of the SHA-256 of `data`.
pub(super) fn sha256_hex(data: &[u8]) -> String {
    hex(&sha256(data))
}

/// The signing key of one day, region and service.
pub(super) fn signing_key(secret: &str, date: &str, region: &str, service: &str) -> Vec<u8> {
    let seed = format!("AWS4{secret}");
    [date, region, service, "aws4_request"].iter().fold(seed.into_bytes(), |key, part| hmac(&key, part.as_bytes()))
}

/// The canonical request, its parts joined by newlines.
pub(super) fn request(
    method: &str,
    path: &str,
    query: &str,
    headers: &[(String, String)],
    signed_names: &[&str],
    payload_hash: &str,
) -> String {
    let mut names = signed_names.to_vec();
    names.sort_unstable();
    let lines: String = names.iter().map(|name| format!("{name}:{}\n", header_value(headers, name))).collect();
    [method, &canonical_path(path), &canonical_query(query), &lines, &names.join(";"), payload_hash].join("\n")
}

/// All values of a header in order of arrival, trimmed, inner white space reduced to one space.
fn header_value(headers: &[(String, String)], name: &str) -> String {
    let values: Vec<String> = headers
        .iter()
        .filter(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    values.join(",")
}

/// Dot and empty segments removed, then the wire form encoded once more.
fn canonical_path(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            other => kept.push(other),
        }
    }
    let mut out = format!("/{}", kept.join("/"));
    let is_folder = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
    if is_folder && !kept.is_empty() {
        out.push('/');
    }
    percent_encode(out.as_bytes(), true)
}

/// Every pair decoded, encoded in the one canonical way and sorted; the signature itself left out.
fn canonical_query(query: &str) -> String {
    let again = |text| percent_encode(&percent_decode(text, false), false);
    let mut pairs: Vec<(String, String)> = raw_pairs(query)
        .map(|(name, value)| (again(name), again(value)))
        .filter(|(name, _)| name != "X-Amz-Signature")
        .collect();
    pairs.sort_unstable();
    let joined: Vec<String> = pairs.iter().map(|(n, v)| format!("{n}={v}")).collect();
    joined.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_golden_signing_key() {
        let key = signing_key("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "20260102", "eu-west-1", "sts");
        assert_eq!(hex(&key), "bcc9739dea8f4dde5960e7ea979eb07cd0e1165b67ded2944c7e4455a4f0c2c4");
    }

    #[test]
    fn hashes_of_bodies() {
        let cases = [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (
                "Action=GetCallerIdentity&Version=2011-06-15",
                "ab821ae955788b0e33ebd34c208442ccfc2d406e2edc5e7a39bd6458fbb4f843",
            ),
        ];
        for (body, expected) in cases {
            assert_eq!(sha256_hex(body.as_bytes()), expected);
        }
    }

    #[test]
    fn paths_are_normalised_and_encoded_once_more() {
        let cases = [
            ("", "/"),
            ("/", "/"),
            ("//", "/"),
            ("/a/./b/../c", "/a/c"),
            ("/a/..", "/"),
            ("/a/b/..", "/a/"),
            ("//a//", "/a/"),
            ("/a%20b", "/a%2520b"),
        ];
        for (path, expected) in cases {
            assert_eq!(canonical_path(path), expected, "{path}");
        }
    }

    #[test]
    fn queries_are_sorted_by_encoded_name_then_value() {
        let cases = [
            ("b=2&a=1&a=0", "a=0&a=1&b=2"),
            ("a", "a="),
            ("a=1&X-Amz-Signature=00", "a=1"),
            ("a=x+y%20z", "a=x%2By%20z"),
            ("X-Amz-SignedHeaders=h&X-Amz-Security-Token=t", "X-Amz-Security-Token=t&X-Amz-SignedHeaders=h"),
        ];
        for (query, expected) in cases {
            assert_eq!(canonical_query(query), expected, "{query}");
        }
    }
}
