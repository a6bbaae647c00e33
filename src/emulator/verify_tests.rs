//! Verification against published vectors, golden values, and everything it must refuse.

use super::*;

const ID: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
/// 2026-01-02T03:04:05Z
const NOW: i64 = 1_767_323_045;
const HOST: &str = "sts.eu-west-1.amazonaws.com";
const BODY: &str = "Action=GetCallerIdentity&Version=2011-06-15";

fn secret_of(id: &str) -> Option<String> {
    (id == ID).then(|| SECRET.to_owned())
}

fn pairs(headers: &[(&str, &str)]) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// A request that can be changed before it is verified.
struct Case {
    method: &'static str,
    query: String,
    headers: Vec<(String, String)>,
    body: String,
    now: i64,
    service: &'static str,
}

impl Case {
    /// The golden POST of GetCallerIdentity without a token.
    fn post() -> Self {
        Case::signed_post(None, "b87ee61678696c301b942d163db6c138bb8970c1f50b5998524a5508d8860576")
    }

    fn signed_post(token: Option<&str>, signature: &str) -> Self {
        let names = match token {
            Some(_) => "content-type;host;x-amz-date;x-amz-security-token",
            None => "content-type;host;x-amz-date",
        };
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={ID}/20260102/eu-west-1/sts/aws4_request, SignedHeaders={names}, Signature={signature}"
        );
        let mut headers = pairs(&[
            ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
            ("Host", HOST),
            ("X-Amz-Date", "20260102T030405Z"),
            ("Authorization", &authorization),
            ("User-Agent", "unsigned"),
        ]);
        headers.extend(token.map(|token| ("X-Amz-Security-Token".to_owned(), token.to_owned())));
        Case { method: "POST", query: String::new(), headers, body: BODY.to_owned(), now: NOW, service: "sts" }
    }

    fn presigned(method: &'static str, extra: &str, names: &str, signature: &str) -> Self {
        let query = format!(
            "{BODY}&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={ID}%2F20260102%2Feu-west-1%2Fsts%2Faws4_request\
             &X-Amz-Date=20260102T030405Z&X-Amz-Expires=60&X-Amz-SignedHeaders={names}{extra}&X-Amz-Signature={signature}"
        );
        Case { method, query, headers: pairs(&[("host", HOST)]), body: String::new(), now: NOW, service: "sts" }
    }

    /// The golden presigned GET with the host as its only signed header.
    fn get() -> Self {
        Case::presigned("GET", "", "host", "9abe8bb21eb3ad42b05f9e669c6f9853f69916bf59f046a4c7a7d91b07edfde2")
    }

    fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(key, _)| !key.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(key, _)| !key.eq_ignore_ascii_case(name));
        self
    }

    /// Replaces text in the Authorization header and in the query.
    fn replace(mut self, from: &str, to: &str) -> Self {
        let before = (self.query.clone(), self.headers.clone());
        self.query = self.query.replace(from, to);
        for (name, value) in &mut self.headers {
            if name == "Authorization" {
                *value = value.replace(from, to);
            }
        }
        assert_ne!(before, (self.query.clone(), self.headers.clone()), "{from} is not there");
        self
    }

    fn verify(&self) -> Result<Verified, Refusal> {
        let request = SignedRequest {
            method: self.method,
            path: "/",
            query: &self.query,
            headers: &self.headers,
            body: self.body.as_bytes(),
        };
        verify(&request, self.service, self.now, secret_of)
    }

    #[track_caller]
    fn is_refused(&self, code: &str, message: &str) {
        let refusal = self.verify().expect_err("must be refused");
        assert_eq!(refusal.code(), code, "{refusal}");
        assert!(refusal.message().contains(message), "{refusal}");
        let status = if code == "IncompleteSignature" { 400 } else { 403 };
        assert_eq!(refusal.status(), status);
    }
}

#[test]
fn every_vector_of_the_suite_verifies() {
    let file: serde_json::Value = serde_json::from_str(include_str!("../../tests/data/sigv4.json")).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let vectors = file["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), 34);
    for vector in vectors {
        let (name, authorization) = (text(&vector["name"]), text(&vector["authorization"]));
        let mut headers: Vec<(String, String)> =
            vector["headers"].as_array().unwrap().iter().map(|pair| (text(&pair[0]), text(&pair[1]))).collect();
        // Where the token is not among the headers, the signer adds it.
        if let Some(token) = vector["session_token"].as_str()
            && !headers.iter().any(|(key, _)| key.eq_ignore_ascii_case("x-amz-security-token"))
        {
            headers.push(("X-Amz-Security-Token".to_owned(), token.to_owned()));
        }
        let (_, names) = authorization.split_once("SignedHeaders=").unwrap();
        let names: Vec<&str> = names.split_once(',').unwrap().0.split(';').collect();
        let (path, query, body) = (text(&vector["path"]), text(&vector["query"]), text(&vector["body"]));
        let canonical_request = canonical::request(
            &text(&vector["method"]),
            &path,
            &query,
            &headers,
            &names,
            &canonical::sha256_hex(body.as_bytes()),
        );
        assert_eq!(canonical_request, text(&vector["canonical_request"]), "{name}");

        headers.push(("Authorization".to_owned(), authorization));
        let method = text(&vector["method"]);
        let request =
            SignedRequest { method: &method, path: &path, query: &query, headers: &headers, body: body.as_bytes() };
        let result = verify(&request, "service", 1_440_938_160, secret_of);
        assert_eq!(result.unwrap().region, "us-east-1", "{name}");
        if name == "post-sts-token/post-sts-header-after" {
            // Some services take a token that was added after signing; STS wants it signed.
            let mut more = headers.clone();
            more.push(("X-Amz-Security-Token".to_owned(), "token".to_owned()));
            let request = SignedRequest { headers: &more, ..request };
            let refusal = verify(&request, "service", 1_440_938_160, secret_of).unwrap_err();
            assert!(refusal.message().ends_with("not signed: x-amz-security-token"));
        }
    }
}

#[test]
fn golden_values_verify() {
    let verified = Case::post().verify().unwrap();
    let expected =
        Verified { access_key_id: ID.to_owned(), region: "eu-west-1".to_owned(), signed_at: NOW, presigned: false };
    assert_eq!(verified, expected);
    Case::signed_post(Some("TOK"), "d9f72274f602a96eb75e5b082808fd0cbfa3064119bc851b448e5d19f525a4a1")
        .verify()
        .unwrap();
    assert!(Case::get().verify().unwrap().presigned);
    Case::presigned("POST", "", "host", "c61476243dd20ca5a68043cbf2626f01f67aece3b886e650f9d8081aa5f8af58")
        .verify()
        .unwrap();
    Case::presigned(
        "GET",
        "",
        "host%3Bx-k8s-aws-id",
        "11909007f435e9216c836905a318647b67d64f334a0d4113dcedb8672c54abbb",
    )
    .header("x-k8s-aws-id", "my-cluster")
    .verify()
    .unwrap();
    let token = "&X-Amz-Security-Token=IQoJ%2Ftok%2Ben%3D%3D";
    Case::presigned(
        "GET",
        token,
        "host%3Bx-k8s-aws-id",
        "d4fcb07289f5dda458176f1da8820a186a793bcc1620b28c81dc612e91e5e123",
    )
    .header("x-k8s-aws-id", "my-cluster")
    .verify()
    .unwrap();
}

#[test]
fn any_changed_signed_part_is_a_mismatch() {
    let calculated = "The request signature we calculated does not match";
    let changed_body = Case { body: BODY.replace("Identity", "identity"), ..Case::post() };
    changed_body.is_refused("SignatureDoesNotMatch", calculated);
    let changed_query = Case { query: "a=b".to_owned(), ..Case::post() };
    changed_query.is_refused("SignatureDoesNotMatch", calculated);
    let changed_method = Case { method: "PUT", ..Case::post() };
    changed_method.is_refused("SignatureDoesNotMatch", calculated);
    let body_on_presigned = Case { body: "x".to_owned(), ..Case::get() };
    body_on_presigned.is_refused("SignatureDoesNotMatch", calculated);
    Case::post().header("Host", "other").is_refused("SignatureDoesNotMatch", calculated);
    Case::post().header("Content-Type", "other").is_refused("SignatureDoesNotMatch", calculated);
    Case::post().replace("Signature=b8", "Signature=b9").is_refused("SignatureDoesNotMatch", calculated);
    Case::post().replace("eu-west-1", "eu-west-2").is_refused("SignatureDoesNotMatch", calculated);
    Case::get().replace("Expires=60", "Expires=61").is_refused("SignatureDoesNotMatch", calculated);
    Case::get().replace("2011-06-15", "2011-06-16").is_refused("SignatureDoesNotMatch", calculated);

    let refusal = changed_body.verify().unwrap_err();
    assert!(refusal.canonical_request().unwrap().starts_with("POST\n/\n\ncontent-type:application/x-www"));
}

#[test]
fn a_wrong_secret_is_a_mismatch_and_an_unknown_key_is_not() {
    let case = Case::post();
    let request = SignedRequest { method: "POST", path: "/", query: "", headers: &case.headers, body: BODY.as_bytes() };
    let wrong = verify(&request, "sts", NOW, |_| Some("wrong".to_owned()));
    assert_eq!(wrong.unwrap_err().code(), "SignatureDoesNotMatch");
    Case::post().replace("AKIDEXAMPLE", "AKIDOTHER").is_refused("InvalidClientTokenId", "is invalid");
}

#[test]
fn dates_out_of_range_are_told_with_the_limit() {
    let later = |case: Case, seconds: i64| Case { now: NOW + seconds, ..case };
    for seconds in [-300, 300] {
        later(Case::post(), seconds).verify().unwrap();
    }
    for seconds in [-900, 900] {
        later(Case::get(), seconds).verify().unwrap();
    }
    later(Case::post(), 301).is_refused(
        "SignatureDoesNotMatch",
        "Signature expired: 20260102T030405Z is now earlier than 20260102T030406Z (20260102T030906Z - 5 min.)",
    );
    later(Case::get(), 901).is_refused(
        "SignatureDoesNotMatch",
        "Signature expired: 20260102T030405Z is now earlier than 20260102T030406Z (20260102T031906Z - 15 min.)",
    );
    later(Case::post(), -301).is_refused(
        "SignatureDoesNotMatch",
        "Signature not yet current: 20260102T030405Z is still later than 20260102T030404Z (20260102T025904Z + 5 min.)",
    );
    later(Case::get(), -901).is_refused("SignatureDoesNotMatch", "Signature not yet current");
}

#[test]
fn a_scope_that_does_not_fit_is_refused() {
    let code = "SignatureDoesNotMatch";
    Case { service: "sso-oauth", ..Case::post() }.is_refused(code, "scoped to correct service: 'sso-oauth'");
    Case::post().replace("eu-west-1", "").is_refused(code, "scoped to a valid region");
    Case::post().replace("eu-west-1", "EU").is_refused(code, "scoped to a valid region");
    Case::post().replace("aws4_request", "aws4").is_refused(code, "valid terminator: 'aws4_request', not 'aws4'");
    Case::post()
        .replace("/20260102/", "/20260103/")
        .is_refused(code, "'20260103' != '20260102', from '20260102T030405Z'");
    let signature = Signature::find(&SignedRequest {
        method: "GET",
        path: "/",
        query: &Case::get().query,
        headers: &[],
        body: b"",
    });
    let found =
        signature.map_err(|refusal| refusal.to_string()).map(|s| s.check_scope("sts", Some("eu-west-2")).is_err());
    assert_eq!(found, Ok(true));
}

#[test]
fn every_amz_header_and_the_host_must_be_signed() {
    let code = "SignatureDoesNotMatch";
    Case::post().header("X-Amz-Meta", "x").is_refused(code, "not signed: x-amz-meta");
    Case::get().header("X-Amz-Meta", "x").is_refused(code, "not signed: x-amz-meta");
    Case::post().header("amz-sdk-request", "x").verify().unwrap();
    Case::post().replace("content-type;host;", "content-type;").is_refused(code, "'Host' or ':authority' must be");
    Case::post().replace("host;x-amz-date", "host").is_refused(code, "not signed: x-amz-date");
}

#[test]
fn a_stated_body_hash_must_be_the_right_one() {
    let hash = canonical::sha256_hex(BODY.as_bytes());
    let with = |value: &str| {
        Case::post().header("X-Amz-Content-Sha256", value).replace("host;x", "host;x-amz-content-sha256;x")
    };
    // The hash is accepted and then signed, so it is the signature that no longer fits.
    with(&hash).is_refused("SignatureDoesNotMatch", "we calculated");
    with("UNSIGNED-PAYLOAD").is_refused("SignatureDoesNotMatch", "we calculated");
    with("00").is_refused("SignatureDoesNotMatch", "does not match what was computed");
}

#[test]
fn malformed_signatures_are_incomplete() {
    let code = "IncompleteSignature";
    Case::post().header("Authorization", "Bearer x").is_refused(code, "Unsupported AWS 'algorithm': 'Bearer'.");
    Case::post().header("Authorization", "AWS4-HMAC-SHA256").is_refused(code, "requires 'Credential' parameter. Auth");
    Case::post().replace("Signature=", "Sig=").is_refused(code, "requires 'Signature' parameter");
    Case::post().replace("/aws4_request", "").is_refused(code, "exactly 5 slash-delimited elements");
    Case::post().without("X-Amz-Date").is_refused(code, "'X-Amz-Date' or a 'Date' header");
    Case::post().header("X-Amz-Date", "2026-01-02").is_refused(code, "'basic format'. Got '2026-01-02'");
    for name in ["Algorithm", "Credential", "Signature", "SignedHeaders", "Date", "Expires"] {
        Case::get().replace(&format!("X-Amz-{name}="), "X-Amz-Other=").is_refused(code, &format!("'X-Amz-{name}'"));
    }
    Case::get().replace("HMAC-SHA256", "HMAC-SHA1").is_refused(code, "Unsupported AWS 'algorithm'");
    for expires in ["0", "604801", "-1", "x"] {
        Case::get().replace("Expires=60", &format!("Expires={expires}")).is_refused(code, "between 1 and 604800");
    }
}

#[test]
fn no_signature_at_all() {
    Case::post()
        .without("Authorization")
        .is_refused("MissingAuthenticationToken", "Request is missing Authentication Token");
}
