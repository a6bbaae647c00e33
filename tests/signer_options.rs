//! The signer's options and limits: payloads, token placement, S3 paths, expiry, bad input.

use stskit::sign::{
    ContentSha256, HeaderChoice, MAX_EXPIRES, PathEncoding, PathNormalization, Payload, SessionToken, SignableRequest,
    Signer,
};
use stskit::{Credentials, Timestamp};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const BODY: &[u8] = br#"{"query":{"match_all":{}}}"#;

fn at() -> Timestamp {
    Timestamp::parse("2026-01-02T03:04:05Z").unwrap()
}

fn plain() -> Credentials {
    Credentials::new("AKIDEXAMPLE", SECRET)
}

fn temporary() -> Credentials {
    plain().with_session_token("IQoJ/tok+en==")
}

fn request<'a>(method: &'a str, host: &'a str, path: &'a str, query: &'a str) -> SignableRequest<'a> {
    SignableRequest { method, scheme: "https", host, path, query, headers: &[], body: b"" }
}

fn signature(signer: &Signer, request: &SignableRequest<'_>, credentials: &Credentials) -> String {
    let signed = signer.sign(request, credentials, at()).unwrap();
    signed.authorization().rsplit('=').next().unwrap().to_owned()
}

#[test]
fn the_content_sha256_header_and_the_unsigned_payload() {
    let mut aoss = request("POST", "abc.us-west-2.aoss.amazonaws.com", "/idx/_search", "");
    aoss.headers = &[("content-type", "application/json")];
    aoss.body = BODY;
    let hashed = Signer::new("aoss", "us-west-2").content_sha256(ContentSha256::Header);
    assert_eq!(signature(&hashed, &aoss, &plain()), "b4032d3a040bd18ff91e3270bda2da70f45abddaa7aa37e45771aea9643e4836");
    let unsigned = Signer::new("aoss", "us-west-2").content_sha256(ContentSha256::Header).payload(Payload::Unsigned);
    assert_eq!(
        signature(&unsigned, &aoss, &plain()),
        "502f79cc56da31e10bf7b5b9ba81cd20651371c19fc9ec492de06d52ae4470a1"
    );
    let credentials = plain();
    let signed = unsigned.sign(&aoss, &credentials, at()).unwrap();
    assert!(signed.iter().any(|h| h == ("x-amz-content-sha256", "UNSIGNED-PAYLOAD")));
}

#[test]
fn a_content_sha256_header_of_the_caller_is_the_payload_hash() {
    let mut aoss = request("POST", "abc.us-west-2.aoss.amazonaws.com", "/idx/_search", "");
    aoss.headers = &[("content-type", "application/json"), ("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD")];
    aoss.body = BODY;
    assert_eq!(
        signature(&Signer::new("aoss", "us-west-2"), &aoss, &plain()),
        "502f79cc56da31e10bf7b5b9ba81cd20651371c19fc9ec492de06d52ae4470a1"
    );
}

#[test]
fn a_precomputed_hash_equals_the_hash_of_the_body() {
    use sha2::Digest;
    let mut es = request("POST", "search.eu-west-1.es.amazonaws.com", "/_search", "");
    es.body = BODY;
    let by_body = signature(&Signer::new("es", "eu-west-1"), &es, &plain());
    let hash: [u8; 32] = sha2::Sha256::digest(BODY).into();
    es.body = b"";
    let by_hash = signature(&Signer::new("es", "eu-west-1").payload(Payload::Sha256(hash)), &es, &plain());
    assert_eq!(by_body, by_hash);
}

#[test]
fn s3_paths_are_taken_over() {
    let signer = Signer::new("s3", "eu-west-1")
        .path_encoding(PathEncoding::Single)
        .path_normalization(PathNormalization::AsGiven)
        .payload(Payload::Unsigned);
    let s3 = request("GET", "examplebucket.s3.eu-west-1.amazonaws.com", "/my%20folder/a%2Bb.txt", "");
    for (credentials, expected) in [
        (plain(), "73487f5c209f075e48b8497597a1feca94da64713482f97d7220602956fe4a59"),
        (temporary(), "265fdbe315779b117c63e56f186ca92989e55ecbda8004c50250a3b6b1b51aca"),
    ] {
        assert_eq!(signer.presign(&s3, &credentials, at(), Some(86_400)).unwrap().signature(), expected);
    }
}

#[test]
fn the_token_after_signing_does_not_change_the_signature() {
    let signer = Signer::new("iotdevicegateway", "eu-west-1").session_token(SessionToken::AfterSigning);
    let iot = request("GET", "abc123-ats.iot.eu-west-1.amazonaws.com", "/mqtt", "");
    let expected = "877192ad938e4478b5ccdbe2e6063379844657b96acd654f72f58e7027a45b53";
    let without = signer.presign(&iot, &plain(), at(), None).unwrap();
    let with = signer.presign(&iot, &temporary(), at(), None).unwrap();
    assert_eq!((without.signature(), with.signature()), (expected, expected));
    assert!(with.expose().ends_with("&X-Amz-Security-Token=IQoJ%2Ftok%2Ben%3D%3D"));
    assert!(!without.expose().contains("X-Amz-Expires"));
}

#[test]
fn a_token_left_to_the_caller_appears_nowhere() {
    let signer = Signer::new("sts", "eu-west-1").session_token(SessionToken::Omit);
    let get = request("GET", "sts.eu-west-1.amazonaws.com", "/", "");
    let credentials = temporary();
    let signed = signer.sign(&get, &credentials, at()).unwrap();
    assert!(signed.iter().all(|(name, value)| name != "x-amz-security-token" && !value.contains("IQoJ")));
    assert!(!signer.presign(&get, &temporary(), at(), Some(60)).unwrap().expose().contains("Security-Token"));
}

#[test]
fn double_encoding_ports_and_hosts() {
    let gateway = request("GET", "abc123.execute-api.eu-west-1.amazonaws.com", "/prod/pets/a%20b", "x=1&y=b%2Fc");
    assert_eq!(
        signature(&Signer::new("execute-api", "eu-west-1"), &gateway, &plain()),
        "5a1a3a88cf6c44b1a52e2d1c6be8220fc5f78545f83bb2e24ec36cb1d42d8fc1"
    );
    let neptune = request("GET", "db.cluster-abc.eu-west-1.neptune.amazonaws.com:8182", "/gremlin", "");
    assert_eq!(
        signature(&Signer::new("neptune-db", "eu-west-1"), &neptune, &plain()),
        "16623fb105732f1faf68d2ce3ad16105da2af2fee1782b312217739c2dc8ffe0"
    );
}

#[test]
fn the_payload_of_lattice_is_never_signed() {
    let mut lattice = request("POST", "svc-0123.abcd.vpc-lattice-svcs.us-west-2.on.aws", "/", "");
    lattice.headers = &[("content-type", "application/json")];
    lattice.body = BODY;
    let signer = Signer::new("vpc-lattice-svcs", "us-west-2");
    let signer = signer.content_sha256(ContentSha256::Header).payload(Payload::Unsigned);
    assert_eq!(
        signature(&signer, &lattice, &plain()),
        "0baf9a2b2a1b98f2ed4eee2309a689d344e391aa58ef2e5c6d44852c68049646"
    );
}

#[test]
fn headers_are_signed_by_choice() {
    let headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", "26"),
        ("User-Agent", "test"),
        ("X-Amz-Meta", "a"),
        ("Authorization", "old"),
        ("X-Own", "b"),
    ];
    let mut with = request("POST", "abc.us-west-2.aoss.amazonaws.com", "/idx/_search", "");
    with.headers = &headers;
    for (choice, names) in [
        (HeaderChoice::Given, "content-length;content-type;host;x-amz-date;x-amz-meta;x-own"),
        (HeaderChoice::except(["Content-Length", "x-own"]), "content-type;host;x-amz-date;x-amz-meta"),
        (HeaderChoice::except(["x-amz-meta", "host"]), "content-length;content-type;host;x-amz-date;x-amz-meta;x-own"),
        (HeaderChoice::only(["User-Agent", "authorization", "none"]), "host;user-agent;x-amz-date;x-amz-meta"),
        (HeaderChoice::only([""; 0]), "host;x-amz-date;x-amz-meta"),
    ] {
        let signer = Signer::new("aoss", "us-west-2").signed_headers(choice.clone());
        let credentials = plain();
        let signed = signer.sign(&with, &credentials, at()).unwrap();
        assert!(signed.authorization().contains(&format!("SignedHeaders={names}, ")), "{}", signed.authorization());
        let url = signer.presign(&with, &credentials, at(), None).unwrap();
        let names = names.replace("x-amz-date;", "").replace(';', "%3B");
        assert!(url.expose().contains(&format!("X-Amz-SignedHeaders={names}&X-Amz-Signature=")), "{choice:?}");
    }
}

#[test]
fn pairs_after_the_signature_and_urls_without_a_scheme() {
    let signer = Signer::new("kafka-cluster", "us-east-1");
    let get = request("GET", "kafka.us-east-1.amazonaws.com", "/", "Action=kafka-cluster%3AConnect");
    let url = signer.presign(&get, &plain(), at(), Some(900)).unwrap();
    let more = url.clone().with_pair("User Agent", "a/1 +b").with_pair("x", "");
    assert_eq!(more.expose(), format!("{}&User%20Agent=a%2F1%20%2Bb&x=", url.expose()));
    assert_eq!(more.signature(), "24ebada2ed545858377591fc84af1a1bff3c40c5e8ab0c1fc85eee156cfb42da");
    let bare = signer.presign(&SignableRequest { scheme: "", ..get }, &plain(), at(), Some(900)).unwrap();
    assert_eq!(format!("https://{}", bare.expose()), url.expose());
    assert_eq!(bare.into_secret().expose().len(), url.expose().len() - 8);
}

/// A query in the form of the canonical one is copied, any other is put in order: both sign the same.
#[test]
fn the_order_of_a_query_does_not_matter() {
    let signer = Signer::new("elasticache", "eu-west-1");
    let sign = |query: &str, credentials: &Credentials| {
        let get = request("GET", "my-cache", "/", query);
        signer.presign(&get, credentials, at(), Some(900)).unwrap().signature().to_owned()
    };
    for credentials in [plain(), temporary()] {
        let canonical = sign("Action=connect&ResourceType=a%20b&User=c", &credentials);
        for query in [
            "User=c&Action=connect&ResourceType=a%20b",
            "Action=connect&ResourceType=a b&User=c&",
            "&User=c&Action=connect&ResourceType=a%20b",
        ] {
            assert_eq!(sign(query, &credentials), canonical, "{query}");
        }
        // A name behind those of the signature.
        assert_ne!(sign("Action=connect&ResourceType=a%20b&User=c&Y=1", &credentials), canonical);
        assert_eq!(sign("Y=1&Z", &credentials), sign("Z=&Y=1", &credentials));
    }
}

#[test]
fn an_http_request_is_presigned_with_its_headers() {
    let vault = http::Request::get("https://sts.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15")
        .header("x-vault-aws-iam-server-id", "vault.example.com")
        .body(())
        .unwrap();
    let url = Signer::new("sts", "us-east-1").presign_http(&vault, &plain(), at(), None).unwrap();
    assert_eq!(url.signature(), "713e0876ef890db5437829aa6561190b44ded000c3f31ce60aff82c8ca822f86");
    let odd = http::Request::get("https://sts.amazonaws.com/").header("x-odd", &b"\xff"[..]).body(()).unwrap();
    assert!(Signer::new("sts", "us-east-1").presign_http(&odd, &plain(), at(), None).unwrap_err().is_input());
}

#[test]
fn an_http_request_is_signed_in_place_and_again() {
    let mut request =
        http::Request::get("https://user@abc123.execute-api.eu-west-1.amazonaws.com:443/prod/pets/a%20b?x=1&y=b%2Fc")
            .header("user-agent", "not signed")
            .body(Vec::new())
            .unwrap();
    let signer = Signer::new("execute-api", "eu-west-1");
    for _ in 0..2 {
        // The second time the first signature's headers are replaced, not signed along.
        signer.sign_http(&mut request, &plain(), at()).unwrap();
        let authorization = request.headers()["authorization"].to_str().unwrap();
        assert!(authorization.contains("SignedHeaders=host;x-amz-date, "), "{authorization}");
        assert!(authorization.ends_with("5a1a3a88cf6c44b1a52e2d1c6be8220fc5f78545f83bb2e24ec36cb1d42d8fc1"));
        assert!(request.headers()["authorization"].is_sensitive());
    }
}

#[test]
fn headers_that_change_on_the_way_are_not_signed() {
    let signer = Signer::new("sts", "eu-west-1");
    let bare = request("GET", "sts.eu-west-1.amazonaws.com", "/", "");
    for name in [
        "Authorization",
        "baggage",
        "Connection",
        "Expect",
        "Keep-Alive",
        "Proxy-Authenticate",
        "Proxy-Authorization",
        "Sec-WebSocket-Key",
        "Sec-WebSocket-Protocol",
        "Sec-WebSocket-Version",
        "TE",
        "traceparent",
        "Tracestate",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "User-Agent",
        "X-Amzn-Trace-Id",
    ] {
        let headers = [(name, "value")];
        let with = SignableRequest { headers: &headers, ..bare };
        assert_eq!(signature(&signer, &with, &plain()), signature(&signer, &bare, &plain()), "{name}");
        let (with, without) = [with, bare].map(|r| signer.presign(&r, &plain(), at(), Some(60)).unwrap()).into();
        assert_eq!(with.expose(), without.expose(), "{name}");
    }
    for name in ["Accept", "Content-Length", "Date", "X-Amzn-Extra"] {
        let headers = [(name, "value")];
        let with = SignableRequest { headers: &headers, ..bare };
        assert_ne!(signature(&signer, &with, &plain()), signature(&signer, &bare, &plain()), "{name}");
    }
}

#[test]
fn pairs_of_a_presigned_query_are_set_apart() {
    let signer = Signer::new("sts", "eu-west-1");
    for (query, start) in [
        ("", "?X-Amz-Algorithm="),
        ("a=1", "?a=1&X-Amz-Algorithm="),
        ("a=1&", "?a=1&X-Amz-Algorithm="),
        ("a=q?", "?a=q?&X-Amz-Algorithm="),
        ("?", "??&X-Amz-Algorithm="),
    ] {
        let url = signer.presign(&request("GET", "sts.eu-west-1.amazonaws.com", "/", query), &plain(), at(), Some(60));
        let url = url.unwrap();
        let rest = url.expose().strip_prefix("https://sts.eu-west-1.amazonaws.com/").unwrap();
        assert!(rest.starts_with(start), "{query}: {rest}");
    }
}

#[test]
fn expiry_has_limits() {
    let signer = Signer::new("sts", "eu-west-1");
    let get = request("GET", "sts.eu-west-1.amazonaws.com", "/", "");
    for seconds in [1, MAX_EXPIRES] {
        let url = signer.presign(&get, &plain(), at(), Some(seconds)).unwrap();
        assert!(url.expose().contains(&format!("X-Amz-Expires={seconds}&")));
    }
    for seconds in [0, MAX_EXPIRES + 1, u32::MAX] {
        let error = signer.presign(&get, &plain(), at(), Some(seconds)).unwrap_err();
        assert!(error.is_input() && error.to_string().contains(&seconds.to_string()));
    }
}

#[test]
fn what_cannot_be_signed_is_an_error_that_says_what() {
    let get = request("GET", "sts.eu-west-1.amazonaws.com", "/", "");
    for (signer, request, credentials, what) in [
        (Signer::new("sts", ""), get, plain(), "region"),
        (Signer::new("sts", "eu west"), get, plain(), "region"),
        (Signer::new("", "eu-west-1"), get, plain(), "signing name"),
        (Signer::new("sts", "eu-west-1"), SignableRequest { host: "a\r\nb", ..get }, plain(), "host"),
        (Signer::new("sts", "eu-west-1"), SignableRequest { host: "a/b", ..get }, plain(), "host"),
        (Signer::new("sts", "eu-west-1"), SignableRequest { host: "a?b", ..get }, plain(), "host"),
        (Signer::new("sts", "eu-west-1"), SignableRequest { host: "a#b", ..get }, plain(), "host"),
        (Signer::new("sts", "eu-west-1"), SignableRequest { host: "user@a", ..get }, plain(), "host"),
        (Signer::new("sts", "eu-west-1"), SignableRequest { host: "a\\b", ..get }, plain(), "host"),
        (Signer::new("sts", "eu-west-1"), get, Credentials::new("", "secret"), "access key id"),
        (Signer::new("sts", "eu-west-1"), get, Credentials::new("AK\nID", "secret"), "access key id"),
    ] {
        let error = signer.sign(&request, &credentials, at()).unwrap_err();
        assert!(error.is_input() && error.to_string().contains(what), "{error}");
        assert!(signer.presign(&request, &credentials, at(), Some(1)).unwrap_err().is_input());
    }
}

#[test]
fn nothing_prints_a_secret() {
    let signer = Signer::new("sts", "eu-west-1");
    let get = request("GET", "sts.eu-west-1.amazonaws.com", "/", "");
    let credentials = temporary();
    let signed = signer.sign(&get, &credentials, at()).unwrap();
    let url = signer.presign(&get, &credentials, at(), Some(60)).unwrap();
    let shown = format!("{signer:?} {signed:?} {url:?} {:?}", signer.canonical_request(&get, &credentials, at()));
    assert!(!shown.contains(SECRET) && !shown.contains("IQoJ") && !shown.contains("Signature="), "{shown}");
}
