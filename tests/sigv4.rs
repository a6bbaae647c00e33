//! The signer against the published SigV4 suite and the golden values for STS.

use serde::Deserialize;
use stskit::sign::{SessionToken, SignableRequest, Signer};
use stskit::{Credentials, Timestamp};

#[derive(Deserialize)]
struct Suite {
    access_key_id: String,
    secret_access_key: String,
    region: String,
    service: String,
    timestamp: String,
    count: usize,
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    name: String,
    method: String,
    path: String,
    query: Option<String>,
    headers: Vec<(String, String)>,
    body: String,
    session_token: Option<String>,
    canonical_request: String,
    string_to_sign: String,
    authorization: String,
}

/// `20150830T123600Z` to a time.
fn basic(stamp: &str) -> Timestamp {
    let s = stamp.as_bytes();
    let part = |a: usize, b: usize| std::str::from_utf8(&s[a..b]).unwrap();
    let text =
        format!("{}-{}-{}T{}:{}:{}Z", part(0, 4), part(4, 6), part(6, 8), part(9, 11), part(11, 13), part(13, 15));
    Timestamp::parse(&text).unwrap()
}

#[test]
fn the_whole_suite_agrees_in_all_three_steps() {
    let suite: Suite = serde_json::from_str(include_str!("data/sigv4.json")).unwrap();
    assert_eq!(suite.vectors.len(), 34);
    assert_eq!(suite.count, 34);
    for v in &suite.vectors {
        let mut credentials = Credentials::new(&*suite.access_key_id, &*suite.secret_access_key);
        if let Some(token) = &v.session_token {
            credentials = credentials.with_session_token(token.as_str());
        }
        let placement = match v.name.as_str() {
            "post-sts-header-after" => SessionToken::AfterSigning,
            _ => SessionToken::Signed,
        };
        let signer = Signer::new(&*suite.service, &*suite.region).session_token(placement);
        let host = &v.headers.iter().find(|(n, _)| n == "Host").unwrap().1;
        let headers: Vec<(&str, &str)> = v.headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let request = SignableRequest {
            method: &v.method,
            scheme: "https",
            host,
            path: &v.path,
            query: v.query.as_deref().unwrap_or_default(),
            headers: &headers,
            body: v.body.as_bytes(),
        };
        let at = basic(&suite.timestamp);
        let canonical = signer.canonical_request(&request, &credentials, at).unwrap();
        assert_eq!(canonical.expose(), v.canonical_request, "{}: canonical request", v.name);
        assert_eq!(
            signer.string_to_sign(&request, &credentials, at).unwrap(),
            v.string_to_sign,
            "{}: string to sign",
            v.name
        );
        let signed = signer.sign(&request, &credentials, at).unwrap();
        assert_eq!(signed.authorization(), v.authorization, "{}: authorization", v.name);
        let token = signed.iter().find(|(n, _)| *n == "x-amz-security-token").map(|(_, v)| v);
        assert_eq!(token, v.session_token.as_deref(), "{}: token header", v.name);
    }
}

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const HOST: &str = "sts.eu-west-1.amazonaws.com";

fn credentials(token: Option<&str>) -> Credentials {
    Credentials::new("AKIDEXAMPLE", SECRET).with_session_token(token.unwrap_or_default())
}

#[test]
fn golden_posts_of_get_caller_identity() {
    let signer = Signer::new("sts", "eu-west-1");
    let request = SignableRequest {
        method: "POST",
        scheme: "https",
        host: HOST,
        path: "/",
        query: "",
        headers: &[("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")],
        body: b"Action=GetCallerIdentity&Version=2011-06-15",
    };
    for (token, signature) in [
        (None, "b87ee61678696c301b942d163db6c138bb8970c1f50b5998524a5508d8860576"),
        (Some("TOK"), "d9f72274f602a96eb75e5b082808fd0cbfa3064119bc851b448e5d19f525a4a1"),
    ] {
        let credentials = credentials(token);
        // Twice: with the key derived, and with the key from the cache.
        for _ in 0..2 {
            let signed = signer.sign(&request, &credentials, basic("20260102T030405Z")).unwrap();
            assert_eq!(signed.authorization().rsplit('=').next().unwrap(), signature);
        }
    }
}

#[test]
fn golden_presigned_urls_of_get_caller_identity() {
    let query = "Action=GetCallerIdentity&Version=2011-06-15";
    let eks: &[(&str, &str)] = &[("x-k8s-aws-id", "my-cluster")];
    for (method, headers, token, signature) in [
        ("GET", &[][..], None, "9abe8bb21eb3ad42b05f9e669c6f9853f69916bf59f046a4c7a7d91b07edfde2"),
        ("GET", eks, None, "11909007f435e9216c836905a318647b67d64f334a0d4113dcedb8672c54abbb"),
        ("GET", eks, Some("IQoJ/tok+en=="), "d4fcb07289f5dda458176f1da8820a186a793bcc1620b28c81dc612e91e5e123"),
        ("POST", &[][..], None, "c61476243dd20ca5a68043cbf2626f01f67aece3b886e650f9d8081aa5f8af58"),
    ] {
        let request = SignableRequest { method, scheme: "https", host: HOST, path: "/", query, headers, body: b"" };
        let url = Signer::new("sts", "eu-west-1")
            .presign(&request, &credentials(token), basic("20260102T030405Z"), Some(60))
            .unwrap();
        assert_eq!(url.signature(), signature);
        if token.is_some() {
            assert_eq!(
                url.expose(),
                format!(
                    "https://{HOST}/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256\
                     &X-Amz-Credential=AKIDEXAMPLE%2F20260102%2Feu-west-1%2Fsts%2Faws4_request&X-Amz-Date=20260102T030405Z\
                     &X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Security-Token=IQoJ%2Ftok%2Ben%3D%3D\
                     &X-Amz-Signature={signature}"
                )
            );
        }
    }
}
