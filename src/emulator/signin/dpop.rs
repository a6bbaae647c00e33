//! DPoP: the proof that a caller holds a key, checked strictly and from the wire side (RFC 9449).
//!
//! A compact JWT that brings its own public key. Whose key it is and whether the proof was seen
//! before is decided in `store.rs`.

use rustls::SignatureScheme;
use rustls::pki_types::alg_id;
use serde_json::{Map, Value};

use super::key::POINT;
use crate::emulator::encode::{base64_decode, base64_url};

/// Seconds a proof may be older or newer than now.
const WINDOW: i64 = 300;
/// Bytes of a coordinate, and of each half of a signature.
const COORDINATE: usize = 32;

/// A proof whose signature is right.
#[derive(Debug)]
pub(super) struct Proof {
    /// The public key, as an uncompressed point.
    pub(super) key: Vec<u8>,
    /// The name no other proof may have.
    pub(super) id: String,
}

type Checked<T> = Result<T, &'static str>;

/// Checks the proof for a request of this method to this URL (without a query) at this time.
pub(super) fn verify(token: &str, method: &str, url: &str, now: i64) -> Checked<Proof> {
    let (signed, signature) = token.rsplit_once('.').ok_or("it is not a JWT")?;
    let (header, claims) = signed.split_once('.').ok_or("it is not a JWT")?;
    let header = object(header).ok_or("its header is not a JSON object in base64url")?;
    let claims = object(claims).ok_or("its payload is not a JSON object in base64url")?;
    if text(&header, "typ") != Some("dpop+jwt") {
        return Err("typ is not dpop+jwt");
    }
    if text(&header, "alg") != Some("ES256") {
        return Err("alg is not ES256");
    }
    let key = public_key(header.get("jwk").and_then(Value::as_object).ok_or("it has no jwk")?)?;
    if text(&claims, "htm") != Some(method) {
        return Err("htm is not the method of the request");
    }
    if text(&claims, "htu") != Some(url) {
        return Err("htu is not the URL of the request");
    }
    let issued_at = claims.get("iat").and_then(Value::as_i64).ok_or("iat is not a number of seconds")?;
    if issued_at.saturating_sub(now).saturating_abs() > WINDOW {
        return Err("iat is too far from now");
    }
    let id = text(&claims, "jti").filter(|id| !id.is_empty()).ok_or("it has no jti")?;
    let signature = decode(signature).ok_or("its signature is not base64url")?;
    let signature = der(&signature).ok_or("its signature is not r and s of 32 bytes each")?;
    if !is_signed(&key, signed.as_bytes(), &signature) {
        return Err("its signature is wrong");
    }
    Ok(Proof { key, id: id.to_owned() })
}

/// Base64url in its one proper form: no padding, no other alphabet, no bits left over.
fn decode(text: &str) -> Option<Vec<u8>> {
    base64_decode(text).filter(|bytes| base64_url(bytes) == text)
}

fn object(text: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&decode(text)?).ok()
}

fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    members.get(name).and_then(Value::as_str)
}

fn public_key(jwk: &Map<String, Value>) -> Checked<Vec<u8>> {
    if text(jwk, "kty") != Some("EC") || text(jwk, "crv") != Some("P-256") {
        return Err("jwk is not a P-256 key");
    }
    if jwk.contains_key("d") {
        return Err("jwk holds a private key");
    }
    let mut point = Vec::with_capacity(POINT);
    // The mark of an uncompressed point.
    point.push(4);
    for name in ["x", "y"] {
        let coordinate = text(jwk, name).and_then(decode).filter(|bytes| bytes.len() == COORDINATE);
        point.extend(coordinate.ok_or("x or y of jwk is not 32 bytes in base64url")?);
    }
    Ok(point)
}

/// The DER form of a signature of r and s.
fn der(signature: &[u8]) -> Option<Vec<u8>> {
    let (r, s) = signature.split_at_checked(COORDINATE).filter(|(_, s)| s.len() == COORDINATE)?;
    let mut body = Vec::with_capacity(72);
    for number in [r, s] {
        let zeros = number.iter().take(COORDINATE - 1).take_while(|byte| **byte == 0).count();
        let digits = number.get(zeros..).unwrap_or_default();
        // A first bit of 1 would make the number negative.
        let padding = digits.first().is_some_and(|byte| byte & 0x80 != 0);
        body.extend([2, u8::try_from(digits.len() + usize::from(padding)).ok()?]);
        body.extend(padding.then_some(0));
        body.extend(digits);
    }
    let mut out = vec![0x30, u8::try_from(body.len()).ok()?];
    out.extend(body);
    Some(out)
}

fn is_signed(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let known = rustls::crypto::ring::default_provider().signature_verification_algorithms;
    let ecdsa = known.mapping.iter().filter(|(scheme, _)| *scheme == SignatureScheme::ECDSA_NISTP256_SHA256);
    let mut on_p256 = ecdsa
        .flat_map(|(_, algorithms)| algorithms.iter())
        .filter(|algorithm| algorithm.public_key_alg_id() == alg_id::ECDSA_P256);
    on_p256.any(|algorithm| algorithm.verify_signature(key, message, signature).is_ok())
}

#[cfg(test)]
mod tests {
    use super::super::key;
    use super::*;

    const URL: &str = "http://127.0.0.1:8080/v1/token";
    const NOW: i64 = 1_767_323_045;
    /// Signed elsewhere, with the key of `key.rs`.
    const GOLDEN: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6IllQN1V1aVZhblRI\
        SllldDB4alZ0YU1CSnVKSTdZZnBzNW1saUxtRHluN1kiLCJ5IjoiZVFQLUVBaTR2Sm1rR3VucFZpaThaUEx4c2d3dGZwOVJkNlBDbE5SR0lwayIs\
        ImNydiI6IlAtMjU2In19.eyJodG0iOiJQT1NUIiwiaHR1IjoiaHR0cDovLzEyNy4wLjAuMTo4MDgwL3YxL3Rva2VuIiwiaWF0IjoxNzY3MzIzMDQ\
        1LCJqdGkiOiI2ZjBjMWIzZS03YTQ0LTRjMGUtOWEzNS0wZDhmM2ExYjJjNGQifQ.Fr4DNPpv0g14Z_mbKbaBRkoabXrIzh469w7ThZAuQKoNOpS0\
        9867tJQpurfaqoKB3ZznUiyfW8jAdF5NQOnlZw";

    #[test]
    fn a_proof_made_elsewhere_is_right() {
        for now in [NOW - 300, NOW, NOW + 300] {
            let proof = verify(GOLDEN, "POST", URL, now).unwrap();
            assert_eq!(proof.key, key::public());
            assert_eq!(proof.id, "6f0c1b3e-7a44-4c0e-9a35-0d8f3a1b2c4d");
        }
        for (method, url, now, why) in [
            ("GET", URL, NOW, "htm is not"),
            ("POST", "http://127.0.0.1:8081/v1/token", NOW, "htu is not"),
            ("POST", "http://127.0.0.1:8080/v1/token?a=b", NOW, "htu is not"),
            ("POST", URL, NOW - 301, "iat is too far"),
            ("POST", URL, NOW + 301, "iat is too far"),
        ] {
            assert!(verify(GOLDEN, method, url, now).unwrap_err().starts_with(why), "{method} {url} {now}");
        }
    }

    /// The golden proof with a text replaced in its header or payload, with the signature it had.
    fn changed(from: &str, to: &str) -> String {
        let mut parts: Vec<String> = GOLDEN.split('.').map(str::to_owned).collect();
        let mut hits = 0;
        for part in parts.iter_mut().take(2) {
            let text = String::from_utf8(base64_decode(part).unwrap()).unwrap();
            hits += text.matches(from).count();
            *part = base64_url(text.replace(from, to).as_bytes());
        }
        assert_eq!(hits, 1, "{from}");
        parts.join(".")
    }

    #[test]
    fn every_part_counts() {
        for (from, to, why) in [
            ("dpop+jwt", "JWT", "typ is not"),
            ("\"typ\"", "\"type\"", "typ is not"),
            ("ES256", "none", "alg is not"),
            ("\"jwk\"", "\"key\"", "it has no jwk"),
            ("\"EC\"", "\"RSA\"", "jwk is not a P-256"),
            ("P-256", "P-384", "jwk is not a P-256"),
            ("\"crv\"", "\"d\":\"AA\",\"crv\"", "jwk holds a private"),
            ("\"x\":\"", "\"x\":\"AA", "x or y"),
            ("iVanTH", "iVanTH=", "x or y"),
            ("\"y\"", "\"z\"", "x or y"),
            ("\"y\":\"e", "\"y\":\"f", "its signature is wrong"),
            ("1767323045", "\"1767323045\"", "iat is not a number"),
            ("1767323045", "1767323045.5", "iat is not a number"),
            ("1767323045", "1767323046", "its signature is wrong"),
            ("\"jti\"", "\"jtx\"", "it has no jti"),
            ("6f0c1b3e-7a44-4c0e-9a35-0d8f3a1b2c4d", "", "it has no jti"),
            ("6f0c1b3e", "6f0c1b3f", "its signature is wrong"),
        ] {
            assert!(verify(&changed(from, to), "POST", URL, NOW).unwrap_err().starts_with(why), "{from}");
        }
        let (signed, signature) = GOLDEN.rsplit_once('.').unwrap();
        let mut other = decode(signature).unwrap();
        other[63] ^= 1;
        for (token, why) in [
            ("a".to_owned(), "it is not a JWT"),
            (signed.to_owned(), "it is not a JWT"),
            (format!("{GOLDEN}.{signature}"), "its payload is not"),
            (format!("A{GOLDEN}"), "its header is not"),
            (format!("{GOLDEN}=="), "its signature is not base64url"),
            (format!("{signed}."), "its signature is not r and s"),
            (format!("{signed}.{}", base64_url(&der(&decode(signature).unwrap()).unwrap())), "its signature is not r"),
            (format!("{signed}.{}", base64_url(&other)), "its signature is wrong"),
            (format!("{signed}.{}", base64_url(&[0; 64])), "its signature is wrong"),
        ] {
            let error = verify(&token, "POST", URL, NOW).unwrap_err();
            assert!(error.starts_with(why), "{why}: {error}");
        }
    }

    #[test]
    fn signatures_become_der() {
        let half = |first: u8, last: u8| [[first].as_slice(), &[0; 30], &[last]].concat();
        for (r, s, expected) in [
            (half(0, 1), half(0, 0), vec![0x30, 6, 2, 1, 1, 2, 1, 0]),
            (half(0, 0x80), half(0, 0x7f), vec![0x30, 7, 2, 2, 0, 0x80, 2, 1, 0x7f]),
            (
                half(0x80, 1),
                half(0x7f, 1),
                [&[0x30, 69, 2, 33, 0], half(0x80, 1).as_slice(), &[2, 32], &half(0x7f, 1)].concat(),
            ),
        ] {
            assert_eq!(der(&[r, s].concat()).unwrap(), expected);
        }
        assert!(der(&[1; 63]).is_none() && der(&[1; 65]).is_none() && der(&[]).is_none());
    }
}
