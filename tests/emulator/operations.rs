//! Every operation: what it answers and what it refuses.

use std::time::{Duration, UNIX_EPOCH};

use stskit::emulator::Emulator;

use crate::client::{Client, GOLDEN_POST, Keys, NOW, ROOT, USER, call, fixed, issued, unsigned};

const ROLE: &str = "arn:aws:iam::210987654321:role/team/demo";

fn assume(extra: &str) -> String {
    format!("Action=AssumeRole&RoleArn={ROLE}&RoleSessionName=me{extra}")
}

#[test]
fn get_caller_identity_of_a_user() {
    let emulator = fixed();
    let response = Client::connect(&emulator).exchange(GOLDEN_POST).ok();
    assert_eq!(response.value("Arn"), "arn:aws:iam::123456789012:user/stskit");
    assert_eq!(response.value("Account"), "123456789012");
    assert!(response.value("UserId").starts_with("AIDA"));
    assert_eq!(response.header("content-type"), Some("text/xml"));
    assert_eq!(response.header("date"), Some("Fri, 02 Jan 2026 03:04:05 GMT"));
    assert_eq!(response.header("x-amzn-requestid"), Some(response.value("RequestId").as_str()));
    assert!(response.body.starts_with(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  <GetCallerIdentityResult>\n"
    ));
    assert_eq!(emulator.requests()[0].operation.as_deref(), Some("GetCallerIdentity"));
}

#[test]
fn get_caller_identity_of_everyone_else() {
    let emulator = fixed();
    let identity = |keys: &Keys<'_>| {
        let response = call(&emulator, keys, "Action=GetCallerIdentity").ok();
        (response.value("Arn"), response.value("UserId"), response.value("Account"))
    };
    let expect = |arn: &str, id: &str, account: &str| (arn.to_owned(), id.to_owned(), account.to_owned());
    let root = expect("arn:aws:iam::123456789012:root", "123456789012", "123456789012");
    assert_eq!(identity(&ROOT), root);

    let role = call(&emulator, &USER, &assume("")).ok();
    let arn = "arn:aws:sts::210987654321:assumed-role/demo/me";
    assert_eq!(identity(&issued(&role)), expect(arn, &role.value("AssumedRoleId"), "210987654321"));

    let session = call(&emulator, &USER, "Action=GetSessionToken").ok();
    assert_eq!(identity(&issued(&session)), identity(&USER));

    let federated = call(&emulator, &USER, "Action=GetFederationToken&Name=bob").ok();
    let arn = "arn:aws:sts::123456789012:federated-user/bob";
    assert_eq!(identity(&issued(&federated)), expect(arn, "123456789012:bob", "123456789012"));
}

#[test]
fn assume_role_answers_everything_that_was_asked() {
    let emulator = fixed();
    let extra = "&DurationSeconds=900&SourceIdentity=alice&Policy=%7B%22Statement%22%3A+%5B%5D%7D\
                 &PolicyArns.member.1.arn=arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FX&Tags.member.1.Key=a&Tags.member.1.Value=\
                 &TransitiveTagKeys.member.1=a&ExternalId=ab&ProvidedContexts=";
    // An empty list is fine for members without a minimum; this one has one.
    call(&emulator, &USER, &assume(extra)).is_error(400, "ValidationError", "'providedContexts'");
    let response = call(&emulator, &USER, &assume(extra.trim_end_matches("&ProvidedContexts="))).ok();
    assert_eq!(response.value("SourceIdentity"), "alice");
    assert_eq!(response.value("PackedPolicySize"), "3");
    assert_eq!(response.value("Expiration"), "2026-01-02T03:19:05Z");
    assert_eq!(response.value("Arn"), "arn:aws:sts::210987654321:assumed-role/demo/me");
    let id = response.value("AssumedRoleId");
    assert!(id.starts_with("AROA") && id.ends_with(":me") && id.len() == 24, "{id}");
    assert_eq!(response.value("AccessKeyId").len(), 20);
    assert_eq!(response.value("SecretAccessKey").len(), 40);
    assert!(response.value("SessionToken").len() > 350);

    let plain = call(&emulator, &USER, &assume("")).ok();
    assert_eq!(plain.value("Expiration"), "2026-01-02T04:04:05Z");
    assert!(!plain.has("PackedPolicySize") && !plain.has("SourceIdentity"));
    assert_eq!(plain.value("AssumedRoleId"), id);
}

#[test]
fn other_partitions_stay_in_the_arn() {
    let emulator = fixed();
    let form = "Action=AssumeRole&RoleArn=arn:aws-cn:iam::210987654321:role/demo&RoleSessionName=me";
    let response = call(&emulator, &USER, form).ok();
    assert_eq!(response.value("Arn"), "arn:aws-cn:sts::210987654321:assumed-role/demo/me");
}

#[test]
fn assume_role_refuses() {
    let emulator = fixed();
    let refused = |form: &str, status, code: &str, message: &str| {
        call(&emulator, &USER, form).is_error(status, code, message);
    };
    let (invalid, denied) = ("ValidationError", "AccessDenied");
    refused("Action=AssumeRole", 400, invalid, "2 validation errors detected: Value null at 'roleArn'");
    refused(&assume("&DurationSeconds=899"), 400, invalid, "value greater than or equal to 900");
    refused(&assume("&DurationSeconds=43201"), 400, invalid, "value less than or equal to 43200");
    refused(&assume("&TokenCode=12345"), 400, invalid, "'tokenCode'");
    refused(&assume("").replace(":role/", ":user/"), 400, invalid, "Request ARN is invalid");
    refused(&assume("&Policy=x"), 400, "MalformedPolicyDocument", "invalid Json");
    let long = format!("&Policy=%7B%22a%22:%22{}%22%7D", "x".repeat(3000));
    refused(&assume(&long), 400, "PackedPolicyTooLarge", "Packed policy consumes 147% of allotted space");
    refused(
        &assume("").replace("team/demo", "denied"),
        403,
        denied,
        "User: arn:aws:iam::123456789012:user/stskit is not authorized to perform: sts:AssumeRole on resource: \
         arn:aws:iam::210987654321:role/denied",
    );
    let mfa = "&SerialNumber=arn:aws:iam::123456789012:mfa/me";
    refused(&assume(&format!("{mfa}&TokenCode=654321")), 403, denied, "invalid MFA one time pass code");
    refused(&assume(mfa), 403, denied, "must provide both MFA serial number and one time pass code");
    refused(&assume("&TokenCode=123456"), 403, denied, "must provide both");
    call(&emulator, &USER, &assume(&format!("{mfa}&TokenCode=123456"))).ok();
    call(&emulator, &ROOT, &assume("")).is_error(403, denied, "Roles may not be assumed by root accounts.");
}

#[test]
fn role_chaining_ends_after_an_hour() {
    let emulator = fixed();
    let keys = issued(&call(&emulator, &USER, &assume("")).ok());
    call(&emulator, &keys, &assume("&DurationSeconds=3600")).ok();
    let response = call(&emulator, &keys, &assume("&DurationSeconds=3601"));
    response.is_error(400, "ValidationError", "exceeds the 1 hour session limit for roles assumed by role chaining");
}

#[test]
fn get_session_token() {
    let emulator = fixed();
    let session = call(&emulator, &USER, "Action=GetSessionToken").ok();
    assert_eq!(session.value("Expiration"), "2026-01-02T15:04:05Z");
    let root = call(&emulator, &ROOT, "Action=GetSessionToken&DurationSeconds=129600").ok();
    assert_eq!(root.value("Expiration"), "2026-01-02T04:04:05Z");
    let again = call(&emulator, &issued(&session), "Action=GetSessionToken");
    again.is_error(403, "AccessDenied", "Cannot call GetSessionToken with session credentials");
    let wrong = "Action=GetSessionToken&SerialNumber=GAHT12345678&TokenCode=000000";
    call(&emulator, &USER, wrong).is_error(403, "AccessDenied", "invalid MFA");
}

#[test]
fn get_federation_token() {
    let emulator = fixed();
    let form = "Action=GetFederationToken&Name=bob&DurationSeconds=900&Tags.member.1.Key=k&Tags.member.1.Value=v";
    let response = call(&emulator, &USER, form).ok();
    assert_eq!(response.value("FederatedUserId"), "123456789012:bob");
    assert_eq!(response.value("Arn"), "arn:aws:sts::123456789012:federated-user/bob");
    assert_eq!(response.value("PackedPolicySize"), "1");
    assert_eq!(response.value("Expiration"), "2026-01-02T03:19:05Z");
    call(&emulator, &USER, "Action=GetFederationToken&Name=b").is_error(400, "ValidationError", "'name'");
    let again = call(&emulator, &issued(&response), form);
    again.is_error(403, "AccessDenied", "Cannot call GetFederationToken with session credentials");
}

#[test]
fn assume_root() {
    let emulator = fixed();
    let policy = "&TaskPolicyArn.arn=arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials";
    for target in ["210987654321", "arn:aws:iam::210987654321:root"] {
        let form = format!("Action=AssumeRoot&TargetPrincipal={target}{policy}");
        let response = call(&emulator, &USER, &form).ok();
        assert_eq!(response.value("Expiration"), "2026-01-02T03:19:05Z");
        let identity = call(&emulator, &issued(&response), "Action=GetCallerIdentity").ok();
        assert_eq!(identity.value("Arn"), "arn:aws:iam::210987654321:root");
    }
    let refused = |form: &str, message: &str| {
        call(&emulator, &USER, &format!("Action=AssumeRoot{form}")).is_error(400, "ValidationError", message);
    };
    refused("", "2 validation errors detected");
    refused(&format!("&TargetPrincipal=210987654321{policy}&DurationSeconds=901"), "'durationSeconds'");
    refused(&format!("&TargetPrincipal=somebody-else{policy}"), "not a valid target principal");
    refused("&TargetPrincipal=210987654321&TaskPolicyArn.arn=arn:aws:iam::aws:policy/ReadOnlyAccess", "task policy");
}

#[test]
fn get_access_key_info() {
    let emulator = fixed();
    let account = |id: &str| call(&emulator, &USER, &format!("Action=GetAccessKeyInfo&AccessKeyId={id}"));
    assert_eq!(account(USER.id).ok().value("Account"), "123456789012");
    let role = call(&emulator, &USER, &assume("")).ok();
    assert_eq!(account(issued(&role).id).ok().value("Account"), "210987654321");
    account("AKIAIOSFODNN8EXAMPLE").is_error(400, "ValidationError", "Invalid Access Key ID");
    account("short").is_error(400, "ValidationError", "'accessKeyId'");
}

#[test]
fn decode_authorization_message() {
    let emulator = fixed();
    let decode =
        |message: &str| call(&emulator, &USER, &format!("Action=DecodeAuthorizationMessage&EncodedMessage={message}"));
    // {"allowed":true}
    assert_eq!(decode("eyJhbGxvd2VkIjp0cnVlfQ==").ok().value("DecodedMessage"), "{\"allowed\":true}");
    let other = decode("AAAA_-AA").ok().value("DecodedMessage");
    assert!(other.contains("\"allowed\":false") && other.contains("user/stskit"), "{other}");
    decode("!!").is_error(400, "InvalidAuthorizationMessageException", "invalid");
}

/// {"alg":"none"} . the claims . nothing of worth
fn jwt(claims: &str) -> String {
    let mut text = String::new();
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for chunk in claims.as_bytes().chunks(3) {
        let word = chunk.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            text.push(char::from(ALPHABET[(word >> (18 - 6 * place) & 63) as usize]));
        }
    }
    format!("eyJhbGciOiJub25lIn0.{text}.c2ln")
}

#[test]
fn assume_role_with_web_identity() {
    let emulator = fixed();
    let assume = |role: &str, token: &str| {
        unsigned(
            &emulator,
            &format!(
                "Action=AssumeRoleWithWebIdentity&RoleArn=arn:aws:iam::210987654321:role/{role}&RoleSessionName=pod\
                 &WebIdentityToken={token}"
            ),
        )
    };
    let token = jwt(&format!(r#"{{"iss":"https://oidc.test/id","sub":"sa:me","aud":["sts"],"exp":{}}}"#, NOW + 1));
    let response = assume("demo", &token).ok();
    assert_eq!(response.value("SubjectFromWebIdentityToken"), "sa:me");
    assert_eq!(response.value("Audience"), "sts");
    assert_eq!(response.value("Provider"), "arn:aws:iam::210987654321:oidc-provider/oidc.test/id");
    assert_eq!(response.value("Arn"), "arn:aws:sts::210987654321:assumed-role/demo/pod");
    call(&emulator, &issued(&response), "Action=GetCallerIdentity").ok();

    assume("denied", &token).is_error(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
    let old = assume("demo", &jwt(&format!(r#"{{"exp":{NOW}.5}}"#)));
    old.is_error(400, "ExpiredTokenException", "must be before the expiration date/time 1767323045");
    for bad in ["none", "a.b.c", "eyJhbGciOiJub25lIn0.c2ln", "eyJhbGciOiJub25lIn0.WzFd.c2ln"] {
        assume("demo", bad).is_error(400, "InvalidIdentityToken", "not a valid JWT");
    }
    // The token is a secret: the message must not repeat it.
    let short = assume("demo", "xyz");
    short.is_error(400, "ValidationError", "Value at 'webIdentityToken'");
    assert!(!short.body.contains("xyz"));
}

#[test]
fn assume_role_with_saml() {
    let emulator = fixed();
    let assume = |assertion: &str, provider: &str| {
        unsigned(
            &emulator,
            &format!(
                "Action=AssumeRoleWithSAML&RoleArn={ROLE}&PrincipalArn=arn:aws:iam::210987654321:{provider}\
                 &SAMLAssertion={assertion}"
            ),
        )
    };
    // <a:Issuer>urn:idp</a:Issuer><NameID Format="x">bob@x.y</NameID><C NotOnOrAfter="2026-01-02T03:04:06Z"/>
    let good = "PGE6SXNzdWVyPnVybjppZHA8L2E6SXNzdWVyPjxOYW1lSUQgRm9ybWF0PSJ4Ij5ib2JAeC55PC9OYW1lSUQ%2BPEMgTm90T25PckFmdGVyPSIyMDI2LTAxLTAyVDAzOjA0OjA2WiIvPg%3D%3D";
    let response = assume(good, "saml-provider/idp").ok();
    assert_eq!(response.value("Subject"), "bob@x.y");
    assert_eq!(response.value("SubjectType"), "persistent");
    assert_eq!(response.value("Issuer"), "urn:idp");
    assert_eq!(response.value("Audience"), "https://signin.aws.amazon.com/saml");
    assert_eq!(response.value("NameQualifier").len(), 28);
    assert_eq!(response.value("Arn"), "arn:aws:sts::210987654321:assumed-role/demo/bob@x.y");
    call(&emulator, &issued(&response), "Action=GetCallerIdentity").ok();

    emulator.set_clock_offset(1);
    let late = assume(good, "saml-provider/idp");
    late.is_error(400, "ExpiredTokenException", "Token must be redeemed within 5 minutes of issuance");
    assume("!!!!", "saml-provider/idp").is_error(400, "InvalidIdentityToken", "Invalid base64 SAMLResponse");
    assume(good, "user/somebody").is_error(400, "ValidationError", "is invalid");
}

#[test]
fn get_web_identity_token() {
    let emulator = fixed();
    let get = |extra: &str| call(&emulator, &USER, &format!("Action=GetWebIdentityToken{extra}"));
    for (algorithm, signature) in [("RS256", 342), ("ES384", 128)] {
        let response = get(&format!("&Audience.member.1=a&Audience.member.2=b&SigningAlgorithm={algorithm}")).ok();
        assert_eq!(response.value("Expiration"), "2026-01-02T03:09:05Z");
        let token = response.value("WebIdentityToken");
        let parts: Vec<&str> = token.split('.').collect();
        assert_eq!(parts.len(), 3);
        assert_eq!(parts[2].len(), signature);
        // What the emulator gives it also takes.
        let form =
            format!("Action=AssumeRoleWithWebIdentity&RoleArn={ROLE}&RoleSessionName=me&WebIdentityToken={token}");
        let assumed = unsigned(&emulator, &form).ok();
        assert_eq!(assumed.value("SubjectFromWebIdentityToken"), "arn:aws:iam::123456789012:user/stskit");
        assert_eq!(assumed.value("Audience"), "a");
    }
    get("&SigningAlgorithm=RS256").is_error(400, "ValidationError", "'audience'");
    get("&Audience=&SigningAlgorithm=RS256").is_error(400, "ValidationError", "'audience'");
    get("&Audience.member.1=a").is_error(400, "ValidationError", "'signingAlgorithm'");
    get("&Audience.member.1=a&SigningAlgorithm=HS256").is_error(400, "ValidationError", "enum value set");
    let many: String = (1..=11).map(|n| format!("&Audience.member.{n}=a")).collect();
    get(&format!("{many}&SigningAlgorithm=RS256")).is_error(400, "ValidationError", "'audience'");
    let short = "&Audience.member.1=a&SigningAlgorithm=RS256&DurationSeconds=59";
    get(short).is_error(400, "ValidationError", "greater than or equal to 60");
}

#[test]
fn get_delegated_access_token() {
    let emulator = fixed();
    let trade = |extra: &str| call(&emulator, &USER, &format!("Action=GetDelegatedAccessToken{extra}"));
    let response = trade("&TradeInToken=abc").ok();
    let arn = "arn:aws:sts::123456789012:assumed-role/delegated/stskit";
    assert_eq!(response.value("AssumedPrincipal"), arn);
    assert_eq!(response.value("Expiration"), "2026-01-02T04:04:05Z");
    let identity = call(&emulator, &issued(&response), "Action=GetCallerIdentity").ok();
    assert_eq!(identity.value("Arn"), arn);
    trade("&TradeInToken=expired-1").is_error(400, "ExpiredTradeInTokenException", "expired");
    trade("").is_error(400, "ValidationError", "'tradeInToken'");
}

#[test]
fn the_same_history_gives_the_same_credentials() {
    let run = || {
        let emulator = fixed();
        let keys = [0, 1].map(|_| issued(&call(&emulator, &USER, &assume("")).ok()));
        keys.map(|keys| (keys.id, keys.secret, keys.token))
    };
    let (first, second) = (run(), run());
    assert_eq!(first, second);
    assert_ne!(first[0].0, first[1].0);
}

#[test]
fn the_clock_can_be_moved() {
    let emulator =
        Emulator::builder().clock(|| UNIX_EPOCH + Duration::from_secs(NOW - 1000)).clock_offset(1000).start().unwrap();
    let keys = issued(&call(&emulator, &USER, &assume("&DurationSeconds=900")).ok());
    call(&emulator, &keys, "Action=GetCallerIdentity").ok();
    emulator.set_clock_offset(1900);
    let response = call(&emulator, &keys, "Action=GetCallerIdentity");
    response.is_error(403, "ExpiredToken", "The security token included in the request is expired");
    assert_eq!(response.header("date"), Some("Fri, 02 Jan 2026 03:19:05 GMT"));
    let skewed = call(&emulator, &USER, "Action=GetCallerIdentity");
    skewed.is_error(
        403,
        "SignatureDoesNotMatch",
        "Signature expired: 20260102T030405Z is now earlier than 20260102T031405Z (20260102T031905Z - 5 min.)",
    );
}
