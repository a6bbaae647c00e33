//! The derived signing key: four HMACs over date, region and service, and a small cache of the result.

use std::sync::RwLock;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::credential::Credentials;
use crate::percent::percent_encode_into;
use crate::secret::Secret;
use crate::timestamp::AmzDate;

/// HMAC-SHA256 (RFC 2104) under one key, held as the two hash states that the key leads to: that is
/// all a signing key needs to be kept as, and saves two compressions a signature. The states are wiped
/// when dropped. (The `hmac` crate would bring three crates for these lines.)
#[derive(Clone)]
pub(super) struct SigningKey {
    inner: Sha256,
    outer: Sha256,
}

impl SigningKey {
    pub(super) fn derive(secret: &str, date: &str, region: &str, service: &str) -> Self {
        let mut start = Zeroizing::new(String::with_capacity(4 + secret.len()));
        start.push_str("AWS4");
        start.push_str(secret);
        let mut key = SigningKey::of(start.as_bytes());
        for part in [date, region, service, "aws4_request"] {
            key = SigningKey::of(&*Zeroizing::new(key.finish(part.as_bytes())));
        }
        key
    }

    fn of(key: &[u8]) -> Self {
        const INNER: u8 = 0x36;
        const OUTER: u8 = 0x5c;
        let mut block = Zeroizing::new([INNER; 64]);
        let mut mix = |key: &[u8]| block.iter_mut().zip(key).for_each(|(b, k)| *b ^= k);
        if key.len() > 64 {
            mix(&Zeroizing::new(<[u8; 32]>::from(Sha256::digest(key)))[..])
        } else {
            mix(key)
        }
        let inner = Sha256::new_with_prefix(*block);
        block.iter_mut().for_each(|b| *b ^= INNER ^ OUTER);
        SigningKey { inner, outer: Sha256::new_with_prefix(*block) }
    }

    /// HMAC-SHA256 of the text.
    pub(super) fn sign(&self, text: &[u8]) -> [u8; 32] {
        let inner = self.inner.clone().chain_update(text).finalize();
        self.outer.clone().chain_update(inner).finalize().into()
    }

    /// As `sign`, for a key that is not needed any more.
    fn finish(self, text: &[u8]) -> [u8; 32] {
        let inner = self.inner.chain_update(text).finalize();
        self.outer.chain_update(inner).finalize().into()
    }
}

/// Keys of the last credentials and days used with one signer (one region and service).
///
/// Looked up by access key id, secret and date: a rotated secret under the same id is another key.
/// Never blocks: a cache that is busy (or was locked by another thread when the process forked) is
/// passed by and the key derived anew.
#[derive(Default)]
pub(super) struct KeyCache(RwLock<Vec<Entry>>);

struct Entry {
    credentials: Credentials,
    date: AmzDate,
    key: SigningKey,
    /// The session token percent-encoded, as presigned URLs have it: it takes longer to write than to sign.
    encoded_token: Secret,
}

impl Entry {
    fn is_for(&self, credentials: &Credentials, date: &AmzDate) -> bool {
        self.date.same_day(date)
            && self.credentials.access_key_id() == credentials.access_key_id()
            && self.credentials.secret_access_key() == credentials.secret_access_key()
    }
}

const CAPACITY: usize = 16;

fn encoded(token: &str) -> Secret {
    // Room for every byte as an escape, so that it does not grow.
    let mut text = String::with_capacity(3 * token.len());
    percent_encode_into(&mut text, token);
    text.into()
}

impl KeyCache {
    /// HMAC-SHA256 of the text under the derived key.
    pub(super) fn sign(
        &self,
        credentials: &Credentials,
        date: &AmzDate,
        region: &str,
        service: &str,
        text: &[u8],
    ) -> [u8; 32] {
        if let Ok(entries) = self.0.try_read()
            && let Some(entry) = entries.iter().find(|e| e.is_for(credentials, date))
        {
            return entry.key.sign(text);
        }
        let key = SigningKey::derive(credentials.secret_access_key(), date.short(), region, service);
        let signature = key.sign(text);
        if let Ok(mut entries) = self.0.try_write() {
            if entries.len() >= CAPACITY {
                entries.remove(0);
            }
            let encoded_token = encoded(credentials.session_token().unwrap_or_default());
            entries.push(Entry { credentials: credentials.clone(), date: *date, key, encoded_token });
        }
        signature
    }

    /// Appends the session token percent-encoded.
    pub(super) fn push_token(&self, out: &mut String, credentials: &Credentials, date: &AmzDate) {
        let Some(token) = credentials.session_token() else { return };
        if let Ok(entries) = self.0.try_read()
            && let Some(entry) = entries.iter().find(|e| e.is_for(credentials, date))
            && entry.credentials.session_token() == Some(token)
        {
            out.push_str(entry.encoded_token.expose());
        } else {
            percent_encode_into(out, token);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timestamp::Timestamp;

    fn sign(cache: &KeyCache, secret: &str, day: i64) -> [u8; 32] {
        let date = Timestamp::from_secs(day * 86_400).amz_date();
        cache.sign(&Credentials::new("AKID", secret), &date, "r", "s", b"x")
    }

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
        assert_eq!(key.sign(b"text"), SigningKey::of(&published).sign(b"text"));
    }

    #[test]
    fn hmac_agrees_with_rfc_4231() {
        for (key, text, mac) in [
            (vec![0x0b; 20], &b"Hi There"[..], "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (
                b"Jefe".to_vec(),
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                vec![0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ] {
            let found: String = SigningKey::of(&key).sign(text).iter().map(|b| format!("{b:02x}")).collect();
            assert_eq!(found, mac);
        }
    }

    #[test]
    fn caches_by_secret_not_only_by_id_and_forgets_the_oldest() {
        let cache = KeyCache::default();
        let one = sign(&cache, "one", 0);
        let two = sign(&cache, "two", 0);
        assert_ne!(one, two);
        assert_eq!(sign(&cache, "one", 0), one);
        assert_eq!(cache.0.read().unwrap().len(), 2);
        for day in 0..40 {
            sign(&cache, "one", day);
        }
        assert_eq!(cache.0.read().unwrap().len(), CAPACITY);
    }

    #[test]
    fn tokens_of_the_same_key_are_kept_apart() {
        let (cache, date) = (KeyCache::default(), Timestamp::from_secs(0).amz_date());
        let with = |token: &str| Credentials::new("AKID", "secret").with_session_token(token);
        let pushed = |credentials: &Credentials| {
            let mut out = String::new();
            cache.push_token(&mut out, credentials, &date);
            out
        };
        assert_eq!(pushed(&with("a/b")), "a%2Fb", "nothing is kept");
        cache.sign(&with("a/b"), &date, "r", "s", b"x");
        for (token, encoded) in [("a/b", "a%2Fb"), ("c/d", "c%2Fd"), ("a/b", "a%2Fb"), ("", "")] {
            assert_eq!(pushed(&with(token)), encoded);
        }
        let held = cache.0.write().unwrap();
        assert_eq!(pushed(&with("a/b")), "a%2Fb");
        drop(held);
    }

    #[test]
    fn a_busy_cache_is_passed_by() {
        let cache = KeyCache::default();
        let held = cache.0.write().unwrap();
        let key = sign(&cache, "one", 0);
        drop(held);
        assert_eq!(sign(&cache, "one", 0), key);
    }
}
