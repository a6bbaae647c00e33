//! SSO-OIDC and the pages of a browser: registering, signing in, refreshing.

use hmac::digest::Digest;
use serde_json::{Value, json};
use stskit::emulator::{Browser, Emulator, Fault, SsoToken};

use crate::client::{Client, Keys, NOW, Response, USER, fixed, get, post_json};

const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TYPE: &str = "urn:ietf:params:oauth:token-type:access_token";
const APPLICATION: &str = "arn:aws:sso::123456789012:application/ssoins-1111222233334444/apl-5555666677778888";
const ACCOUNTS: &str = "/assignment/accounts";
const CALLBACK: &str = "http://127.0.0.1/oauth/callback";
const VERIFIER: &str = "dBjftJeZ4CVP-mBvO9YBbZ2nIx6nZl0kVUHpNfBLCQuJNZIE5oQwVt1f3xHm7A2k";

/// A registered client.
struct Registered {
    id: String,
    secret: String,
}

impl Registered {
    fn new(emulator: &Emulator, members: Value) -> Self {
        let mut body = json!({"clientName": "test", "clientType": "public", "scopes": ["sso:account:access"]});
        body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let document = post_json(emulator, "/client/register", &body).ok().json();
        let text = |name: &str| document[name].as_str().unwrap().to_owned();
        Registered { id: text("clientId"), secret: text("clientSecret") }
    }

    fn for_codes(emulator: &Emulator) -> Self {
        let grants = ["authorization_code", "refresh_token"];
        Registered::new(emulator, json!({"grantTypes": grants, "redirectUris": [CALLBACK]}))
    }

    fn of(token: &SsoToken) -> Self {
        Registered { id: token.client_id.clone(), secret: token.client_secret.clone() }
    }

    fn start(&self, emulator: &Emulator) -> Value {
        let body = json!({"clientId": self.id, "clientSecret": self.secret, "startUrl": "https://x.awsapps.com/start"});
        post_json(emulator, "/device_authorization", &body).ok().json()
    }

    fn token(&self, emulator: &Emulator, grant: &str, members: Value) -> Response {
        let mut body = json!({"clientId": self.id, "clientSecret": self.secret, "grantType": grant});
        body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        post_json(emulator, "/token", &body)
    }

    fn poll(&self, emulator: &Emulator, started: &Value) -> Response {
        self.token(emulator, DEVICE_CODE, json!({"deviceCode": started["deviceCode"]}))
    }

    fn refresh(&self, emulator: &Emulator, token: &str) -> Response {
        self.token(emulator, "refresh_token", json!({"refreshToken": token}))
    }
}

/// Asserts an OAuth error document.
#[track_caller]
fn refused(response: &Response, status: u16, code: &str, error: &str) {
    let document = response.is_rest_error(status, code);
    assert_eq!(document["error"], error);
    assert!(document["error_description"].is_string() && document.as_object().unwrap().len() == 2, "{document}");
}

/// A fixed emulator whose polls are never too fast.
fn patient() -> Emulator {
    let emulator = fixed();
    emulator.sso().set_interval(0);
    emulator
}

#[test]
fn registrations() {
    let emulator = fixed();
    let register = |body: Value| post_json(&emulator, "/client/register", &body);
    let document = register(json!({"clientName": "test", "clientType": "public"})).ok().json();
    assert_eq!(document["clientIdIssuedAt"], json!(NOW));
    assert_eq!(document["clientSecretExpiresAt"], json!(NOW + 90 * 86_400));
    assert_eq!(document["authorizationEndpoint"], Value::Null);
    let secret = document["clientSecret"].as_str().unwrap();
    assert!(secret.starts_with("eyJ") && secret.split('.').count() == 3 && secret.len() > 1000, "{secret}");
    emulator.sso().client_lifetime(60);
    let document = register(json!({"clientName": "test", "clientType": "public"})).ok().json();
    assert_eq!(document["clientSecretExpiresAt"], json!(NOW + 60));

    let with = |name: &str, value: Value| {
        let mut body = json!({"clientName": "test", "clientType": "public"});
        body[name] = value;
        register(body)
    };
    refused(&with("clientName", Value::Null), 400, "InvalidRequestException", "invalid_request");
    refused(&with("clientName", json!(1)), 400, "InvalidRequestException", "invalid_request");
    refused(&with("scopes", json!("x")), 400, "InvalidRequestException", "invalid_request");
    let metadata = with("clientType", json!("confidential"));
    refused(&metadata, 400, "InvalidClientMetadataException", "invalid_client_metadata");
    refused(&with("scopes", json!(["a b"])), 400, "InvalidScopeException", "invalid_scope");
    let grant = with("grantTypes", json!(["password"]));
    refused(&grant, 400, "UnsupportedGrantTypeException", "unsupported_grant_type");
    for redirects in [json!(["https://example.com/"]), json!(["http://127.0.0.1@example.com/"])] {
        let response = with("redirectUris", redirects);
        refused(&response, 400, "InvalidRedirectUriException", "invalid_redirect_uri");
    }
    let response = with("grantTypes", json!(["authorization_code"]));
    refused(&response, 400, "InvalidRedirectUriException", "invalid_redirect_uri");
    refused(&register(json!([])), 400, "InvalidRequestException", "invalid_request");
}

#[test]
fn a_device_sign_in_from_start_to_credentials() {
    let emulator = fixed();
    let client = Registered::new(&emulator, json!({}));
    let started = client.start(&emulator);
    assert_eq!((&started["expiresIn"], &started["interval"]), (&json!(600), &json!(1)));
    let user_code = started["userCode"].as_str().unwrap();
    assert!(user_code.len() == 9 && user_code.as_bytes()[4] == b'-', "{user_code}");
    let page = format!("{}/start/device", emulator.url());
    assert_eq!(started["verificationUri"], page);
    assert_eq!(started["verificationUriComplete"], format!("{page}?user_code={user_code}"));

    let poll = || client.poll(&emulator, &started);
    refused(&poll(), 400, "AuthorizationPendingException", "authorization_pending");
    refused(&poll(), 400, "SlowDownException", "slow_down");
    emulator.set_clock_offset(1);
    refused(&poll(), 400, "AuthorizationPendingException", "authorization_pending");
    emulator.set_clock_offset(2);
    let tokens = poll().ok().json();
    refused(&poll(), 400, "InvalidGrantException", "invalid_grant");
    assert_eq!((&tokens["tokenType"], &tokens["expiresIn"]), (&json!("Bearer"), &json!(3600)));
    assert!(tokens["refreshToken"].is_string() && tokens["idToken"].is_null());
    get(&emulator, ACCOUNTS, tokens["accessToken"].as_str()).ok();
    emulator.set_clock_offset(3602);
    get(&emulator, ACCOUNTS, tokens["accessToken"].as_str()).is_rest_error(401, "UnauthorizedException");
    let sso = emulator.sso();
    assert_eq!((sso.tokens_created(), sso.tokens_created_by("device_code")), (1, 1));
}

#[test]
fn device_codes_wait_for_the_test() {
    let emulator = patient();
    let sso = emulator.sso();
    let client = Registered::new(&emulator, json!({}));
    sso.approve_after(None);
    let started = [client.start(&emulator), client.start(&emulator), client.start(&emulator)];
    let [approved, denied, late] = &started;
    for _ in 0..5 {
        refused(&client.poll(&emulator, approved), 400, "AuthorizationPendingException", "authorization_pending");
    }
    assert_eq!(sso.user_codes(), started.each_ref().map(|one| one["userCode"].as_str().unwrap()));
    assert!(sso.approve(approved["userCode"].as_str().unwrap()));
    assert!(sso.deny(denied["userCode"].as_str().unwrap()));
    assert!(!sso.approve(denied["userCode"].as_str().unwrap()) && !sso.deny("WXYZ-WXYZ"));
    client.poll(&emulator, approved).ok();
    refused(&client.poll(&emulator, denied), 400, "AccessDeniedException", "access_denied");
    emulator.set_clock_offset(600);
    refused(&client.poll(&emulator, late), 400, "ExpiredTokenException", "expired_token");
    assert!(sso.user_codes().is_empty());
    sso.device_code_lifetime(0);
    refused(&client.poll(&emulator, &client.start(&emulator)), 400, "ExpiredTokenException", "expired_token");
}

#[test]
fn approval_at_once_and_forced_slow_downs() {
    let emulator = Emulator::builder().sso_approve_after(Some(0)).start().unwrap();
    let client = Registered::new(&emulator, json!({}));
    emulator.sso().slow_down(2);
    let started = client.start(&emulator);
    for _ in 0..2 {
        refused(&client.poll(&emulator, &started), 400, "SlowDownException", "slow_down");
    }
    client.poll(&emulator, &started).ok();
    emulator.sso().approve_after(Some(1));
    emulator.sso().set_interval(3);
    let started = client.start(&emulator);
    assert_eq!(started["interval"], 3);
    refused(&client.poll(&emulator, &started), 400, "AuthorizationPendingException", "authorization_pending");
    refused(&client.poll(&emulator, &started), 400, "SlowDownException", "slow_down");
}

#[test]
fn the_device_page() {
    let emulator = patient();
    emulator.sso().approve_after(None);
    let client = Registered::new(&emulator, json!({}));
    let open = |code: &str| get(&emulator, &format!("/start/device?user_code={code}"), None);
    let started = client.start(&emulator);
    let code = started["userCode"].as_str().unwrap();
    for target in ["/start", "/start/", "/start/device"] {
        assert!(get(&emulator, target, None).ok().body.contains("name=\"user_code\""));
    }
    emulator.sso().browser(Browser::Ignore);
    open(code).ok();
    refused(&client.poll(&emulator, &started), 400, "AuthorizationPendingException", "authorization_pending");
    emulator.sso().browser(Browser::Approve);
    let page = open(&code.to_lowercase()).ok();
    assert!(page.body.contains("approved") && page.body.starts_with("<!DOCTYPE html>"), "{}", page.body);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    client.poll(&emulator, &started).ok();
    assert_eq!(open(code).status, 404);
    let unknown = open("%3Cscript%3E");
    assert!(unknown.status == 404 && unknown.body.contains("&lt;script&gt;"), "{}", unknown.body);
    emulator.sso().browser(Browser::Deny);
    let started = client.start(&emulator);
    assert!(open(started["userCode"].as_str().unwrap()).ok().body.contains("denied"));
    refused(&client.poll(&emulator, &started), 400, "AccessDeniedException", "access_denied");
    let operation = emulator.requests().pop().unwrap().operation;
    assert_eq!(operation.as_deref(), Some("CreateToken"));
}

#[test]
fn refreshing_rotates() {
    let emulator = fixed();
    let sso = emulator.sso();
    let token = sso.issue_token();
    let client = Registered::of(&token);
    let first = client.refresh(&emulator, &token.refresh_token).ok().json();
    let rotated = first["refreshToken"].as_str().unwrap();
    assert_ne!(rotated, token.refresh_token);
    refused(&client.refresh(&emulator, &token.refresh_token), 400, "InvalidGrantException", "invalid_grant");
    // The access token before is good until it expires.
    get(&emulator, ACCOUNTS, Some(&token.access_token)).ok();
    get(&emulator, ACCOUNTS, first["accessToken"].as_str()).ok();

    sso.rotate_refresh_tokens(false);
    sso.token_lifetime(60);
    for _ in 0..2 {
        let next = client.refresh(&emulator, rotated).ok().json();
        assert_eq!((&next["refreshToken"], &next["expiresIn"]), (&Value::Null, &json!(60)));
    }
    assert_eq!((sso.tokens_created(), sso.tokens_created_by("refresh_token")), (3, 3));
    sso.fail_refreshes(Some("InvalidClientException"));
    refused(&client.refresh(&emulator, rotated), 401, "InvalidClientException", "invalid_client");
    sso.fail_refreshes(None);
    assert!(sso.revoke(rotated));
    refused(&client.refresh(&emulator, rotated), 400, "InvalidGrantException", "invalid_grant");
    assert_eq!(sso.tokens_created(), 3);

    // Another client's token, and that of a session which was ended.
    let (one, two) = (sso.issue_token(), sso.issue_token());
    let response = Registered::of(&one).refresh(&emulator, &two.refresh_token);
    refused(&response, 400, "InvalidGrantException", "invalid_grant");
    Client::connect(&emulator)
        .exchange(format!("POST /logout HTTP/1.1\r\nx-amz-sso_bearer_token: {}\r\n\r\n", one.access_token));
    let response = Registered::of(&one).refresh(&emulator, &one.refresh_token);
    refused(&response, 400, "InvalidGrantException", "invalid_grant");
}

#[test]
fn refresh_tokens_need_the_scope() {
    let emulator = Emulator::builder().sso_approve_after(Some(0)).start().unwrap();
    let client = Registered::new(&emulator, json!({"scopes": []}));
    let tokens = client.poll(&emulator, &client.start(&emulator)).ok().json();
    assert_eq!(tokens["refreshToken"], Value::Null);
    get(&emulator, ACCOUNTS, tokens["accessToken"].as_str()).ok();
}

#[test]
fn clients_that_are_no_good() {
    let emulator = patient();
    let token = emulator.sso().issue_token();
    let good = Registered::of(&token);
    let unknown = Registered { id: "unknown".to_owned(), secret: good.secret.clone() };
    let wrong = Registered { id: good.id.clone(), secret: "wrong".to_owned() };
    for client in [&unknown, &wrong] {
        let response = client.refresh(&emulator, &token.refresh_token);
        refused(&response, 401, "InvalidClientException", "invalid_client");
    }
    let start = json!({"clientId": "unknown", "clientSecret": "x", "startUrl": "https://x/start"});
    refused(&post_json(&emulator, "/device_authorization", &start), 401, "InvalidClientException", "invalid_client");
    let start = json!({"clientId": good.id, "clientSecret": good.secret, "startUrl": "nonsense"});
    refused(&post_json(&emulator, "/device_authorization", &start), 400, "InvalidRequestException", "invalid_request");
    let response = good.token(&emulator, "password", json!({}));
    refused(&response, 400, "UnsupportedGrantTypeException", "unsupported_grant_type");
    let response = good.token(&emulator, "authorization_code", json!({}));
    refused(&response, 400, "UnauthorizedClientException", "unauthorized_client");
    let response = Registered::for_codes(&emulator).token(&emulator, DEVICE_CODE, json!({"deviceCode": "x"}));
    refused(&response, 400, "UnauthorizedClientException", "unauthorized_client");
    let response = good.token(&emulator, DEVICE_CODE, json!({}));
    refused(&response, 400, "InvalidRequestException", "invalid_request");
    let response = good.token(&emulator, DEVICE_CODE, json!({"deviceCode": "unknown"}));
    refused(&response, 400, "InvalidGrantException", "invalid_grant");
    emulator.set_clock_offset(90 * 86_400);
    let response = good.refresh(&emulator, &token.refresh_token);
    refused(&response, 401, "InvalidClientException", "invalid_client");
}

fn base64_url(bytes: &[u8]) -> String {
    const SYMBOLS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
    let symbol = |chunk: &[u8]| {
        let text = format!("{:0<6}", std::str::from_utf8(chunk).unwrap());
        char::from(SYMBOLS[usize::from_str_radix(&text, 2).unwrap()])
    };
    bits.as_bytes().chunks(6).map(symbol).collect()
}

/// Opens the authorization endpoint; gives its answer.
fn authorize(emulator: &Emulator, client: &str, redirect: &str, change: (&str, &str)) -> Response {
    let challenge = base64_url(&sha2::Sha256::digest(VERIFIER));
    let target = format!(
        "/authorize?response_type=code&client_id={client}&redirect_uri={}&state=st%26te&\
         code_challenge_method=S256&scopes=sso%3Aaccount%3Aaccess&code_challenge={challenge}",
        redirect.replace(':', "%3A").replace('/', "%2F")
    );
    get(emulator, &target.replace(change.0, change.1), None)
}

/// The query of the redirect, as it stands.
#[track_caller]
fn redirected<'a>(response: &'a Response, redirect: &str) -> &'a str {
    assert_eq!(response.status, 302, "{}", response.body);
    let location = response.header("location").unwrap();
    location.strip_prefix(redirect).and_then(|rest| rest.strip_prefix('?')).unwrap_or_else(|| panic!("{location}"))
}

#[track_caller]
fn code_of(response: &Response, redirect: &str) -> String {
    let query = redirected(response, redirect);
    query.strip_prefix("code=").unwrap().strip_suffix("&state=st%26te").unwrap().to_owned()
}

#[test]
fn a_sign_in_with_a_redirect() {
    let emulator = fixed();
    let client = Registered::for_codes(&emulator);
    let redirect = "http://127.0.0.1:8400/oauth/callback";
    let code = code_of(&authorize(&emulator, &client.id, redirect, ("", "")), redirect);
    let token = |code: &str, redirect: &str, verifier: &str| {
        let members = json!({"code": code, "redirectUri": redirect, "codeVerifier": verifier});
        client.token(&emulator, "authorization_code", members)
    };
    let bad = |response: &Response| refused(response, 400, "InvalidGrantException", "invalid_grant");
    bad(&token(&code, redirect, &VERIFIER.replace('d', "e")));
    bad(&token(&code, CALLBACK, VERIFIER));
    bad(&token("other", redirect, VERIFIER));
    let tokens = token(&code, redirect, VERIFIER).ok().json();
    bad(&token(&code, redirect, VERIFIER));
    get(&emulator, ACCOUNTS, tokens["accessToken"].as_str()).ok();
    client.refresh(&emulator, tokens["refreshToken"].as_str().unwrap()).ok();
    let sso = emulator.sso();
    assert_eq!((sso.tokens_created(), sso.tokens_created_by("authorization_code")), (2, 1));
    // Codes do not keep.
    let code = code_of(&authorize(&emulator, &client.id, redirect, ("", "")), redirect);
    emulator.set_clock_offset(600);
    bad(&token(&code, redirect, VERIFIER));
    let response = client.token(&emulator, "authorization_code", json!({"code": "x", "redirectUri": redirect}));
    refused(&response, 400, "InvalidRequestException", "invalid_request");
}

#[test]
fn redirects_that_end_badly() {
    let emulator = fixed();
    let client = Registered::for_codes(&emulator);
    let redirect = "http://127.0.0.1:8400/oauth/callback";
    let query = |change| {
        let response = authorize(&emulator, &client.id, redirect, change);
        redirected(&response, redirect).to_owned()
    };
    assert!(query(("=S256", "=plain")).starts_with("error=invalid_request&"));
    assert!(query(("code_challenge=", "code_challenge=x")).starts_with("error=invalid_request&"));
    assert!(query(("response_type=code", "response_type=token")).starts_with("error=unsupported_response_type&"));
    emulator.sso().browser(Browser::Deny);
    let denied = query(("", ""));
    assert!(denied.starts_with("error=access_denied&") && denied.ends_with("&state=st%26te"), "{denied}");
    emulator.sso().browser(Browser::Ignore);
    assert_eq!(authorize(&emulator, &client.id, redirect, ("", "")).status, 200);
    // Nobody is sent where the client did not say.
    emulator.sso().browser(Browser::Approve);
    for elsewhere in ["http://127.0.0.1:8400/other", "http://localhost:8400/oauth/callback", "https://example.com/"] {
        let response = authorize(&emulator, &client.id, elsewhere, ("", ""));
        assert_eq!((response.status, response.header("location")), (400, None), "{elsewhere}");
    }
    assert_eq!(authorize(&emulator, "unknown", redirect, ("", "")).status, 400);
}

fn with_iam(emulator: &Emulator, keys: &Keys<'_>, body: &Value) -> Response {
    Client::connect(emulator).exchange(keys.signed("/token?aws_iam=t", "sso-oauth", &body.to_string()))
}

fn assertion(expiry: u64) -> String {
    let part = |value: Value| base64_url(value.to_string().as_bytes());
    format!("{}.{}.c2ln", part(json!({"alg": "RS256"})), part(json!({"sub": "me", "exp": expiry})))
}

#[test]
fn tokens_for_applications() {
    let emulator = fixed();
    let create = |grant: &str, members: Value| {
        let mut body = json!({"clientId": APPLICATION, "grantType": grant});
        body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        with_iam(&emulator, &USER, &body)
    };
    let tokens = create(JWT_BEARER, json!({"assertion": assertion(NOW + 1)})).ok().json();
    assert_eq!((&tokens["tokenType"], &tokens["issuedTokenType"]), (&json!("Bearer"), &json!(ACCESS_TYPE)));
    assert_eq!(tokens["expiresIn"], 3600);
    assert_eq!(tokens["idToken"].as_str().unwrap().split('.').count(), 3);
    assert!(tokens["awsAdditionalDetails"]["identityContext"].as_str().unwrap().len() > 100);
    assert!(tokens["scope"].as_array().unwrap().contains(&json!("sts:identity_context")));
    get(&emulator, ACCOUNTS, tokens["accessToken"].as_str()).ok();
    let refreshed = create("refresh_token", json!({"refreshToken": tokens["refreshToken"]})).ok().json();
    assert_ne!(refreshed["accessToken"], tokens["accessToken"]);

    let exchange = |subject: &str, kind: &str, wanted: Value| {
        let members = json!({"subjectToken": subject, "subjectTokenType": kind, "requestedTokenType": wanted});
        create(TOKEN_EXCHANGE, members)
    };
    let subject = emulator.sso().issue_token().access_token;
    let members = json!({"subjectToken": subject, "subjectTokenType": ACCESS_TYPE, "scope": ["openid"]});
    assert_eq!(create(TOKEN_EXCHANGE, members).ok().json()["scope"], json!(["openid"]));
    let refresh_type = ACCESS_TYPE.replace("access", "refresh");
    let issued = exchange(&subject, ACCESS_TYPE, json!(refresh_type)).ok().json();
    assert_eq!(issued["issuedTokenType"], refresh_type);
    let redirect = "http://127.0.0.1:9/a";
    let code = code_of(&authorize(&emulator, APPLICATION, redirect, ("", "")), redirect);
    create("authorization_code", json!({"code": code, "redirectUri": redirect, "codeVerifier": VERIFIER})).ok();
    let sso = emulator.sso();
    let by = ["jwt-bearer", "token-exchange", "refresh_token", "authorization_code"].map(|g| sso.tokens_created_by(g));
    assert_eq!((by, sso.tokens_created()), ([1, 2, 1, 1], 5));

    let grant = |response: Response| refused(&response, 400, "InvalidGrantException", "invalid_grant");
    grant(create(JWT_BEARER, json!({"assertion": assertion(NOW)})));
    grant(create(JWT_BEARER, json!({"assertion": "a.b"})));
    grant(exchange("unknown", ACCESS_TYPE, Value::Null));
    let request = |response: Response| refused(&response, 400, "InvalidRequestException", "invalid_request");
    request(create(JWT_BEARER, json!({})));
    request(exchange(&subject, "x", Value::Null));
    request(exchange(&subject, ACCESS_TYPE, json!("x")));
    let unsupported = create(DEVICE_CODE, json!({"deviceCode": "x"}));
    refused(&unsupported, 400, "UnsupportedGrantTypeException", "unsupported_grant_type");
    let client = with_iam(&emulator, &USER, &json!({"clientId": "x", "grantType": JWT_BEARER}));
    refused(&client, 401, "InvalidClientException", "invalid_client");
    assert_eq!(emulator.requests().pop().unwrap().operation.as_deref(), Some("CreateTokenWithIAM"));
}

#[test]
fn tokens_for_applications_are_signed_for() {
    let emulator = fixed();
    let body = json!({"clientId": APPLICATION, "grantType": JWT_BEARER, "assertion": assertion(NOW + 1)});
    let text = body.to_string();
    let wrong = |response: Response, status: u16, code: &str| {
        let document = response.is_rest_error(status, code);
        assert!(document["message"].is_string() && document["error"].is_null(), "{document}");
    };
    wrong(post_json(&emulator, "/token?aws_iam=t", &body), 403, "MissingAuthenticationTokenException");
    let signed = USER.signed("/token?aws_iam=t", "sso-oauth", &text);
    let send = |request: String| Client::connect(&emulator).exchange(request);
    wrong(send(signed.replace("aws_iam=t", "aws_iam=u")), 403, "InvalidSignatureException");
    wrong(send(signed.replace("AWS4-HMAC-SHA256 Cred", "AWS4-HMAC-SHA256 Cr")), 400, "IncompleteSignatureException");
    wrong(send(USER.signed("/token?aws_iam=t", "sts", &text)), 403, "InvalidSignatureException");
    wrong(with_iam(&emulator, &Keys { secret: "x", ..USER }, &body), 403, "InvalidSignatureException");
    wrong(with_iam(&emulator, &Keys { id: "AKIDUNKNOWN", ..USER }, &body), 403, "UnrecognizedClientException");
    send(signed).ok();
    assert_eq!(emulator.sso().tokens_created(), 1);
}

#[test]
fn faults_speak_as_oidc() {
    let emulator = fixed();
    let token = emulator.sso().issue_token();
    let client = Registered::of(&token);
    emulator.inject(Fault::throttle().on("CreateToken"));
    emulator.inject(Fault::error("InternalServerException", "down", 500).on("CreateToken"));
    emulator.inject(Fault::error("InvalidRequestRegionException", "elsewhere", 400).on("CreateToken"));
    emulator.inject(Fault::error("SomethingElse", "odd", 418).on("CreateToken"));
    emulator.inject(Fault::status(502).on("RegisterClient"));
    let refresh = || client.refresh(&emulator, &token.refresh_token);
    refused(&refresh(), 400, "SlowDownException", "slow_down");
    refused(&refresh(), 500, "InternalServerException", "server_error");
    let region = refresh().is_rest_error(400, "InvalidRequestRegionException");
    assert_eq!((&region["endpoint"], &region["region"]), (&json!(emulator.url()), &json!("us-east-1")));
    assert_eq!(refresh().is_rest_error(418, "SomethingElse"), json!({"message": "odd"}));
    let register = json!({"clientName": "test", "clientType": "public"});
    assert_eq!(post_json(&emulator, "/client/register", &register).status, 502);
    refresh().ok();
    assert_eq!(emulator.sso().tokens_created(), 1);
}

#[test]
fn the_same_history_gives_the_same_tokens() {
    let history = || {
        let emulator = patient();
        let client = Registered::new(&emulator, json!({}));
        let started = client.start(&emulator);
        let codes = (started["deviceCode"].to_string(), started["userCode"].to_string());
        (client.id, client.secret, codes, emulator.sso().issue_token().access_token)
    };
    assert_eq!(history(), history());
}
