//! Proofs of possession for OAuth 2.0 (DPoP, RFC 9449): a P-256 key, and the JWT it signs for one request.
//!
//! Pure: time and id are arguments. Only the signature draws randomness, inside the TLS library. Which request a
//! proof goes with is not decided here (`signin` does).

use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rustls::SignatureScheme;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use rustls::sign::Signer;
use zeroize::{Zeroize, Zeroizing};

use crate::error::{Error, ErrorKind, Result};
use crate::timestamp::Timestamp;

const SCHEME: SignatureScheme = SignatureScheme::ECDSA_NISTP256_SHA256;
/// Bytes of a coordinate, and of each half of a signature.
const WIDTH: usize = 32;
/// The public key of a P-256 key as X.509 writes it (RFC 5480), up to the two coordinates.
const PUBLIC_KEY_HEAD: &[u8] =
    b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\
    \x03\x42\x00\x04";

/// A P-256 private key that proves its possession: <https://www.rfc-editor.org/rfc/rfc9449>.
///
/// `Send + Sync`; cloning copies a pointer. `Debug` shows nothing of the key.
///
/// ```
/// use stskit::{Timestamp, dpop::DpopKey};
/// # let pem = "-----BEGIN EC PRIVATE KEY-----\n\
/// #     MHcCAQEEII6bEJ5xkJi/mASH3x9dd+nLKWBuvtImO19XwhPfhPSyoAoGCCqGSM49\n\
/// #     AwEHoUQDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEXH8UTNG72b\n\
/// #     focs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n-----END EC PRIVATE KEY-----\n";
/// let key = DpopKey::from_pem(pem)?;
/// let url = "https://eu-west-1.signin.aws.amazon.com/v1/token";
/// let at = Timestamp::from_secs(1_767_323_045);
/// let proof = key.proof("POST", url, at, "3b241101-e2bb-4255-8caf-4136c566a962")?; // header DPoP
/// assert_eq!(proof.split('.').count(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct DpopKey {
    signer: Arc<dyn Signer>,
    /// The JWT's header with the public key, ready for the wire: it is the same for every proof.
    header: Arc<str>,
}

impl DpopKey {
    /// Reads the first private key of a PEM text: SEC1 (`EC PRIVATE KEY`) or PKCS#8 (`PRIVATE KEY`), each with
    /// its public key inside. Line breaks may be written as a backslash and an `n`.
    ///
    /// # Errors
    /// What is wrong, to be read after "the key": no PEM, or no P-256 key.
    pub fn from_pem(pem: &str) -> Result<Self, &'static str> {
        const WRONG: &str = "is not a P-256 private key with its public key";
        let pem = Zeroizing::new(pem.replace("\\n", "\n"));
        let mut der = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| "is not a private key in PEM")?;
        // The program's own provider if it installed one, as for TLS.
        let provider = CryptoProvider::get_default().cloned().unwrap_or_else(|| Arc::new(ring::default_provider()));
        let key = provider.key_provider.load_private_key(der.clone_key());
        der.zeroize();
        let key = key.map_err(|_| WRONG)?;
        let signer = key.choose_scheme(&[SCHEME]).ok_or(WRONG)?;
        let public = key.public_key().ok_or("belongs to a crypto provider that does not tell public keys")?;
        let point = public.as_ref().strip_prefix(PUBLIC_KEY_HEAD).filter(|point| point.len() == 2 * WIDTH);
        let (x, y) = point.and_then(|point| point.split_at_checked(WIDTH)).ok_or(WRONG)?;
        let encode = |coordinate: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(coordinate);
        let header = format!(
            r#"{{"typ":"dpop+jwt","alg":"ES256","jwk":{{"kty":"EC","x":"{}","y":"{}","crv":"P-256"}}}}"#,
            encode(x),
            encode(y)
        );
        Ok(DpopKey { signer: signer.into(), header: encode(header.as_bytes()).into() })
    }

    /// The proof for one request, the value of its header `DPoP`: `url` without query and fragment, `at` the
    /// service's time as far as it is known, `id` never used before.
    ///
    /// # Errors
    /// `Internal` if the crypto provider cannot sign.
    pub fn proof(&self, method: &str, url: &str, at: Timestamp, id: &str) -> Result<String> {
        let payload = serde_json::json!({"htm": method, "htu": url, "iat": at.as_secs(), "jti": id}).to_string();
        let mut jwt = format!("{}.{}", self.header, BASE64_URL_SAFE_NO_PAD.encode(payload));
        let internal = |why: &str| Error::new(ErrorKind::Internal, format!("the DPoP proof cannot be signed: {why}"));
        let der = self.signer.sign(jwt.as_bytes()).map_err(|_| internal("the crypto provider failed"))?;
        let signature = raw_signature(&der).ok_or_else(|| internal("the signature is no P-256 signature"))?;
        jwt.push('.');
        BASE64_URL_SAFE_NO_PAD.encode_string(signature, &mut jwt);
        Ok(jwt)
    }
}

impl fmt::Debug for DpopKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DpopKey").finish_non_exhaustive()
    }
}

/// From the DER of two integers (RFC 3279 section 2.2.3) to their 32 bytes each (RFC 7518 section 3.4).
fn raw_signature(der: &[u8]) -> Option<[u8; 2 * WIDTH]> {
    let (inside, rest) = element(der, 0x30)?;
    let (r, inside) = element(inside, 0x02)?;
    let (s, inside) = element(inside, 0x02)?;
    if !rest.is_empty() || !inside.is_empty() {
        return None;
    }
    let mut raw = [0; 2 * WIDTH];
    let (left, right) = raw.split_at_mut_checked(WIDTH)?;
    for (place, number) in [(left, r), (right, s)] {
        let zeros = number.iter().take_while(|byte| **byte == 0).count();
        let digits = number.get(zeros..)?;
        place.get_mut(WIDTH.checked_sub(digits.len())?..)?.copy_from_slice(digits);
    }
    Some(raw)
}

/// The content of a DER element of this tag, and what follows it. A signature is short: one length byte.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = der.split_first()?;
    let (&length, rest) = rest.split_first()?;
    (found == tag && length < 0x80).then_some(())?;
    rest.split_at_checked(length.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of RFC 7515 appendix A.3, as OpenSSL writes it in both forms.
    const SEC1: &str = "-----BEGIN EC PRIVATE KEY-----\n\
        MHcCAQEEII6bEJ5xkJi/mASH3x9dd+nLKWBuvtImO19XwhPfhPSyoAoGCCqGSM49\n\
        AwEHoUQDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEXH8UTNG72b\n\
        focs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n\
        -----END EC PRIVATE KEY-----\n";
    const PKCS8: &str = "-----BEGIN PRIVATE KEY-----\n\
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjpsQnnGQmL+YBIff\n\
        H1136cspYG6+0iY7X1fCE9+E9LKhRANCAAR/zc4ncPbEXUGDy+5v20t7WAczNXvp\n\
        7xO6z248e9FURcfxRM0bvZt+hyzf7bnuufSzaV1uqQskrYpGIyiFiOWt\n\
        -----END PRIVATE KEY-----\n";
    const P384: &str = "-----BEGIN PRIVATE KEY-----\n\
        MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDB40A+C41nkucsH/9sp\n\
        o+quwyihtSRQoFUKa8uaPvy7U1q1YFPMcrHYBnKVuP88sH+hZANiAATsMJ31Zl1o\n\
        o6uRKShTpIIFEVQJlm/X3jyRgKlkhKiQP8ESc+xkuVtxnwyM/0ZQjt8l/6zBHvBG\n\
        zhevATAySK9i9nYgyl0fDO9rQjcTvk0c0bANCwzbXxDUJHxiOUls8OA=\n\
        -----END PRIVATE KEY-----\n";
    /// The public half, in the words of the RFC.
    const X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    const Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";

    fn decode(text: &str) -> Vec<u8> {
        BASE64_URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    /// ECDSA over P-256 and SHA-256 as the TLS library checks it, from the raw form.
    fn is_signed(jwt: &str, x: &str, y: &str) -> bool {
        let (message, signature) = jwt.rsplit_once('.').unwrap();
        let raw = decode(signature);
        assert_eq!(raw.len(), 64);
        let integer = |bytes: &[u8]| {
            let bytes = &bytes[bytes.iter().take_while(|b| **b == 0).count()..];
            let sign: &[u8] = if bytes[0] >= 0x80 { &[0] } else { &[] };
            [&[2, u8::try_from(sign.len() + bytes.len()).unwrap()], sign, bytes].concat()
        };
        let both = [integer(&raw[..32]), integer(&raw[32..])].concat();
        let der = [&[0x30, u8::try_from(both.len()).unwrap()], both.as_slice()].concat();
        let point = [vec![4], decode(x), decode(y)].concat();
        let all = ring::default_provider().signature_verification_algorithms;
        let (_, for_scheme) = all.mapping.iter().find(|(scheme, _)| *scheme == SCHEME).unwrap();
        for_scheme.iter().any(|algorithm| algorithm.verify_signature(&point, message.as_bytes(), &der).is_ok())
    }

    #[test]
    fn a_proof_is_what_the_rfc_says() {
        // The checker itself, by the signature that RFC 7515 prints.
        let printed = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.\
            DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        assert!(is_signed(printed, X, Y) && !is_signed(&printed.replacen("eyJp", "eyJq", 1), X, Y));

        let url = "https://us-east-1.signin.aws.amazon.com/v1/token";
        let escaped = SEC1.replace('\n', "\\n");
        let with_parameters =
            format!("-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n{SEC1}");
        for pem in [SEC1, PKCS8, &escaped, &PKCS8.replace('\n', "\r\n"), &with_parameters, SEC1.trim_end()] {
            let key = DpopKey::from_pem(pem).unwrap();
            let proof = key.proof("POST", url, Timestamp::from_millis(1_651_516_560_999), "an \"id\"").unwrap();
            let parts: Vec<&str> = proof.split('.').collect();
            assert_eq!(
                String::from_utf8(decode(parts[0])).unwrap(),
                format!(r#"{{"typ":"dpop+jwt","alg":"ES256","jwk":{{"kty":"EC","x":"{X}","y":"{Y}","crv":"P-256"}}}}"#)
            );
            let payload: serde_json::Value = serde_json::from_slice(&decode(parts[1])).unwrap();
            let expected = serde_json::json!({"htm": "POST", "htu": url, "iat": 1_651_516_560, "jti": "an \"id\""});
            assert_eq!(payload, expected);
            assert!(is_signed(&proof, X, Y));
            assert!(!proof.contains('=') && !format!("{key:?} {key:#?}").contains(X));
        }
    }

    #[test]
    fn refuses_other_keys() {
        let not_p256 = "is not a P-256 private key with its public key";
        let no_pem = "is not a private key in PEM";
        for (pem, why) in [
            ("", no_pem),
            ("planted", no_pem),
            (&SEC1.replace("-----END", "-----"), no_pem),
            (&SEC1.replace("EC PRIVATE", "CERTIFICATE OF"), no_pem),
            (&SEC1.replace("MHcC", "!!!!"), no_pem),
            (P384, not_p256),
            (&SEC1.replace("MHcCAQEE", "MHcCAQIE"), not_p256),
            // A public key that is not that of the private one.
            (&SEC1.replace("f83O", "f83P"), not_p256),
            (&PKCS8.replace("PRIVATE KEY", "RSA PRIVATE KEY"), not_p256),
        ] {
            assert_eq!(DpopKey::from_pem(pem).unwrap_err(), why, "{pem}");
        }
    }

    #[test]
    fn signatures_are_32_bytes_each() {
        let raw = |hex: &str| {
            let der: Vec<u8> =
                (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect();
            raw_signature(&der)
        };
        // Short numbers are padded on the left; a sign byte goes.
        let short = raw("3008020101020300ff02").unwrap();
        assert_eq!((short[31], &short[62..], short.iter().filter(|b| **b != 0).count()), (1, &[0xff, 2][..], 3));
        let long = format!("302602210080{}020101", "11".repeat(31));
        assert_eq!(raw(&long).map(|raw| (raw[0], raw[31], raw[63])), Some((0x80, 0x11, 1)));
        for bad in [
            "",
            "30",
            "3000",
            "3003020101",
            "31060201010201ff",
            "300602010102010100",
            "30070201010201ff00",
            "3006030101020101",
            "30060201010202ff",
            "30810602010102017f",
            &format!("3026022101{}020101", "11".repeat(32)),
        ] {
            assert_eq!(raw(bad), None, "{bad}");
        }
        // Every length that comes about: leading zeros are rare, so many signatures.
        let key = DpopKey::from_pem(SEC1).unwrap();
        for number in 0..600 {
            let proof = key.proof("POST", "https://x/", Timestamp::from_secs(number), "id").unwrap();
            assert!(is_signed(&proof, X, Y), "{proof}");
        }
    }
}
