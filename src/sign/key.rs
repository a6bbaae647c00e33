//! The derived signing key: four HMACs over date, region and service, and a small cache of the result.

use std::sync::RwLock;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::credential::Credentials;
use crate::secret::Secret;

/// A signing key, held as the HMAC state it starts from: two compressions less a signature.
/// Wiped when dropped.
#[derive(Clone)]
pub(super) struct SigningKey(Hmac<Sha256>);

impl SigningKey {
    fn derive(secret: &str, date: &str, region: &str, service: &str) -> Self {
        let start = zeroize::Zeroizing::new(format!("AWS4{secret}"));
        let mut key = hmac(start.as_bytes());
        for part in [date, region, service, "aws4_request"] {
            key = hmac(&finish(key, part.as_bytes()));
        }
        SigningKey(key)
    }

    /// HMAC-SHA256 of the text.
    pub(super) fn sign(&self, text: &[u8]) -> [u8; 32] {
        finish(self.0.clone(), text)
    }
}

fn hmac(key: &[u8]) -> Hmac<Sha256> {
    match Hmac::new_from_slice(key) {
        Ok(mac) => mac,
        // HMAC takes a key of any length: there is no other case.
        Err(_) => unreachable!("HMAC takes any key length"),
    }
}

fn finish(mut mac: Hmac<Sha256>, text: &[u8]) -> [u8; 32] {
    mac.update(text);
    mac.finalize().into_bytes().into()
}

/// Keys of the last credentials and days used with one signer (one region and service).
///
/// Looked up by access key id, secret and date: a rotated secret under the same id is another key.
/// Never blocks: a cache that is busy (or was locked by another thread when the process forked) is
/// passed by and the key derived anew.
#[derive(Default)]
pub(super) struct KeyCache(RwLock<Vec<Entry>>);

struct Entry {
    access_key_id: String,
    secret: Secret,
    date: String,
    key: SigningKey,
}

const CAPACITY: usize = 16;

impl KeyCache {
    pub(super) fn key(&self, credentials: &Credentials, date: &str, region: &str, service: &str) -> SigningKey {
        let (id, secret) = (credentials.access_key_id(), credentials.secret_access_key());
        if let Ok(entries) = self.0.try_read()
            && let Some(entry) =
                entries.iter().find(|e| e.date == date && e.access_key_id == id && e.secret.expose() == secret)
        {
            return entry.key.clone();
        }
        let key = SigningKey::derive(secret, date, region, service);
        if let Ok(mut entries) = self.0.try_write() {
            if entries.len() >= CAPACITY {
                entries.remove(0);
            }
            let entry =
                Entry { access_key_id: id.to_owned(), secret: secret.into(), date: date.to_owned(), key: key.clone() };
            entries.push(entry);
        }
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derives_the_published_key() {
        let key = SigningKey::derive("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "20260102", "eu-west-1", "sts");
        // The key itself is not kept; its HMAC of a known text is compared with one under the key of the page.
        let published: Vec<u8> = (0..32)
            .map(|i| {
                let hex = "bcc9739dea8f4dde5960e7ea979eb07cd0e1165b67ded2944c7e4455a4f0c2c4";
                u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()
            })
            .collect();
        assert_eq!(key.sign(b"text"), finish(hmac(&published), b"text"));
    }

    #[test]
    fn caches_by_secret_not_only_by_id_and_forgets_the_oldest() {
        let cache = KeyCache::default();
        let one = cache.key(&Credentials::new("AKID", "one"), "20260102", "r", "s").sign(b"x");
        let two = cache.key(&Credentials::new("AKID", "two"), "20260102", "r", "s").sign(b"x");
        assert_ne!(one, two);
        assert_eq!(cache.key(&Credentials::new("AKID", "one"), "20260102", "r", "s").sign(b"x"), one);
        assert_eq!(cache.0.read().unwrap().len(), 2);
        for day in 0..40 {
            cache.key(&Credentials::new("AKID", "one"), &format!("2026{day:04}"), "r", "s");
        }
        assert_eq!(cache.0.read().unwrap().len(), CAPACITY);
    }

    #[test]
    fn a_busy_cache_is_passed_by() {
        let cache = KeyCache::default();
        let held = cache.0.write().unwrap();
        let key = cache.key(&Credentials::new("AKID", "one"), "20260102", "r", "s").sign(b"x");
        drop(held);
        assert_eq!(cache.key(&Credentials::new("AKID", "one"), "20260102", "r", "s").sign(b"x"), key);
    }
}
