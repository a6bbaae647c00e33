//! The key of every login session a test is given. It is the one of RFC 6979, appendix A.2.5: public.

use crate::emulator::encode::base64_decode;

/// In the form the AWS CLI writes.
pub(super) const SEC1: &str = "-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIMmvqdhFunUWa1whV2ex1pNOUMPbNuibEnuKYisSD2choAoGCCqGSM49
AwEHoUQDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Z5A/4QCLi8
maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==
-----END EC PRIVATE KEY-----
";

/// The same key in the form other tools write.
pub(super) const PKCS8: &str = "-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgya+p2EW6dRZrXCFX
Z7HWk05Qw9s26JsSe4piKxIPZyGhRANCAARg/tS6JVqdMclh63TGNW1owEm4kjth
+mzmaWIuYPKftnkD/hAIuLyZpBrp6VYovGTy8bIMLX6fUXejwpTURiKZ
-----END PRIVATE KEY-----
";

/// Bytes of an uncompressed point of the curve.
pub(super) const POINT: usize = 65;

/// The public key as an uncompressed point: both forms end with it.
pub(super) fn public() -> Vec<u8> {
    let lines: String = SEC1.lines().filter(|line| !line.starts_with('-')).collect();
    let der = base64_decode(&lines).unwrap_or_default();
    der.get(der.len().saturating_sub(POINT)..).unwrap_or_default().to_vec()
}

#[cfg(test)]
mod tests {
    use rustls::SignatureScheme;
    use rustls::crypto::ring::sign::any_ecdsa_type;
    use rustls::pki_types::PrivateKeyDer;
    use rustls::pki_types::pem::PemObject;

    use super::*;

    #[test]
    fn both_forms_are_one_key_on_p_256() {
        for pem in [SEC1, PKCS8] {
            let key = any_ecdsa_type(&PrivateKeyDer::from_pem_slice(pem.as_bytes()).unwrap()).unwrap();
            assert!(key.choose_scheme(&[SignatureScheme::ECDSA_NISTP256_SHA256]).is_some());
            assert!(key.public_key().unwrap().as_ref().ends_with(&public()));
        }
        assert_eq!((public().len(), public()[0]), (POINT, 4));
    }
}
