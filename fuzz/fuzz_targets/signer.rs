//! The signer: any request, every option. What it signs as the services want it, the emulator's own code checks.
//!
//! Input: a line of options, method, host, path and query, separated by tabs; lines of headers, `name:value`; an empty
//! line; the body.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stskit::emulator::{SignedRequest, verify};
use stskit::sign::{ContentSha256, PathEncoding, PathNormalization, Payload, SessionToken, SignableRequest, Signer};
use stskit::{Credentials, Timestamp};
use stskit_fuzz::{NOW, SECRET_KEY, SESSION_TOKEN, check_error};

fn signer(options: u8) -> Signer {
    let bit = |at: u8| options >> at & 1 == 1;
    Signer::new("sts", "eu-west-1")
        .path_encoding(if bit(0) { PathEncoding::Single } else { PathEncoding::Double })
        .path_normalization(if bit(1) { PathNormalization::AsGiven } else { PathNormalization::Normalize })
        .content_sha256(if bit(2) { ContentSha256::Header } else { ContentSha256::Omit })
        .payload(if bit(3) { Payload::Unsigned } else { Payload::Body })
        .session_token(match (bit(4), bit(5)) {
            (false, _) => SessionToken::Signed,
            (true, false) => SessionToken::AfterSigning,
            (true, true) => SessionToken::Omit,
        })
}

fuzz_target!(|data: &[u8]| {
    let (head, body) = match data.windows(2).position(|two| two == b"\n\n") {
        Some(at) => (&data[..at], &data[at + 2..]),
        None => (data, &b""[..]),
    };
    let Ok(head) = std::str::from_utf8(head) else { return };
    let (first, lines) = head.split_once('\n').unwrap_or((head, ""));
    let [options, method, host, path, query] = {
        let mut parts = first.split('\t');
        [(); 5].map(|()| parts.next().unwrap_or_default())
    };
    let headers: Vec<(&str, &str)> = lines.split('\n').filter_map(|line| line.split_once(':')).collect();
    let request = SignableRequest { method, scheme: "https", host, path, query, headers: &headers, body };
    // A digit and a letter are enough for six bits.
    let options = options.bytes().fold(0u8, |all, b| all.wrapping_mul(16) ^ b);
    let key = Credentials::new("AKIDEXAMPLE", SECRET_KEY);
    let key = if options & 64 == 0 { key.with_session_token(SESSION_TOKEN) } else { key };
    sign(&request, options, &key);
    presign(&request, options, &key);
});

fn sign(request: &SignableRequest<'_>, options: u8, key: &Credentials) {
    let at = Timestamp::from_secs(NOW);
    let kept = signer(options);
    let signed = match kept.sign(request, key, at) {
        Ok(signed) => signed,
        Err(error) => {
            assert!(error.is_input(), "{error}");
            return check_error(&error, &[SECRET_KEY, SESSION_TOKEN]);
        }
    };
    // From the kept key and from a new one.
    for other in [&kept, &signer(options)] {
        let again = other.sign(request, key, at).unwrap();
        assert_eq!(signed.iter().collect::<Vec<_>>(), again.iter().collect::<Vec<_>>());
    }
    let names = signed.authorization().split_once("SignedHeaders=").unwrap().1.split(',').next().unwrap();
    let canonical = kept.canonical_request(request, key, at).unwrap();
    let text = kept.string_to_sign(request, key, at).unwrap();
    assert!(text.starts_with("AWS4-HMAC-SHA256\n20260102T030405Z\n20260102/eu-west-1/sts/aws4_request\n"));
    if !are_names(request) {
        return;
    }
    let list: Vec<&str> = names.split(';').collect();
    assert!(list.is_sorted_by(|a, b| a < b), "{names}");
    assert!(list.contains(&"host") && list.contains(&"x-amz-date"), "{names}");
    assert!(list.iter().all(|name| !name.bytes().any(|b| b.is_ascii_uppercase())), "{names}");
    assert!(canonical.expose().contains(&format!("\n\n{names}\n")), "{}", canonical.expose());
    if options & 0b11_1011 == 0 && are_values(request) {
        let mut headers = vec![("host".to_owned(), request.host.to_owned())];
        let own: Vec<(&str, &str)> = signed.iter().collect();
        let kept = request.headers.iter().filter(|(name, _)| {
            !own.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)) && !name.eq_ignore_ascii_case("host")
        });
        headers.extend(kept.chain(&own).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        judge(request, request.query, &headers);
    }
}

fn presign(request: &SignableRequest<'_>, options: u8, key: &Credentials) {
    let at = Timestamp::from_secs(NOW);
    let kept = signer(options);
    let url = match kept.presign(request, key, at, Some(60)) {
        Ok(url) => url,
        Err(error) => {
            assert!(error.is_input(), "{error}");
            return check_error(&error, &[SECRET_KEY, SESSION_TOKEN]);
        }
    };
    assert_eq!(url.expose(), signer(options).presign(request, key, at, Some(60)).unwrap().expose());
    assert_eq!(url.signature().len(), 64);
    let clash = request.query.contains("X-Amz-") || request.query.contains('%') || request.path.contains('?');
    if options & 0b11_1011 == 0 && !clash && are_names(request) && are_values(request) {
        let query = url.expose().split_once('?').unwrap().1;
        let mut headers = vec![("host".to_owned(), request.host.to_owned())];
        let own = |name: &str| name.eq_ignore_ascii_case("host") || name.to_ascii_lowercase().starts_with("x-amz-");
        let kept = request.headers.iter().filter(|(name, _)| !own(name));
        headers.extend(kept.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        if request.headers.iter().all(|(name, _)| !own(name)) && request.body.is_empty() {
            judge(request, query, &headers);
        }
    }
}

/// What may stand in a request line and be split there.
fn are_names(request: &SignableRequest<'_>) -> bool {
    let token = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    token(request.method) && request.headers.iter().all(|(name, _)| token(name)) && !request.host.contains(',')
}

fn are_values(request: &SignableRequest<'_>) -> bool {
    let printable = |text: &str| text.bytes().all(|b| b.is_ascii_graphic());
    let value = |text: &str| text.bytes().all(|b| b.is_ascii_graphic() || b" \t".contains(&b));
    // Names that decide how the request is read, not only what is signed.
    let special = ["authorization", "x-amz-content-sha256", "date"];
    let clear = |name: &str| !special.iter().any(|s| s.eq_ignore_ascii_case(name));
    printable(request.path)
        && printable(request.query)
        && request.headers.iter().all(|(name, text)| value(text) && clear(name))
}

/// The emulator accepts it.
fn judge(request: &SignableRequest<'_>, query: &str, headers: &[(String, String)]) {
    let seen = SignedRequest { method: request.method, path: request.path, query, headers, body: request.body };
    let verdict = verify(&seen, "sts", NOW, |_| Some(SECRET_KEY.to_owned()));
    assert!(verdict.is_ok(), "{verdict:?} for {query} {headers:?}");
}
