//! Operations that take or give a token of another identity system: SAML assertions, web identity
//! tokens (JWT), trade-in tokens.
//!
//! Signatures of such tokens are not checked: the emulator has no identity provider to ask. Their
//! form and their expiry are.

use serde_json::{Value, json};

use super::Call;
use super::operations::{Role, packed_policy_size, write_credentials};
use crate::emulator::clock;
use crate::emulator::encode::{base64, base64_decode, base64_url};
use crate::emulator::refusal::Refusal;
use crate::emulator::state::{Kind, Principal, derive, unique_id, uuid};
use crate::emulator::xml::Xml;

type Answer = Result<(), Refusal>;

fn bad_token(message: &str) -> Refusal {
    Refusal::new(400, "InvalidIdentityToken", message)
}

fn expired(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "ExpiredTokenException", message)
}

fn not_denied(role: &Role, action: &str) -> Answer {
    if role.name != "denied" {
        return Ok(());
    }
    Err(Refusal::new(403, "AccessDenied", format!("Not authorized to perform sts:{action}")))
}

pub(super) fn assume_role_with_web_identity(call: &Call<'_>, xml: &mut Xml) -> Answer {
    let role = Role::parse(call.input.text("RoleArn"))?;
    let claims = Claims::parse(call.input.text("WebIdentityToken"))?;
    let now = call.context.now;
    if let Some(expiry) = claims.expiry()
        && expiry <= now
    {
        return Err(expired(format!(
            "Token expired: current date/time {now} must be before the expiration date/time {expiry}"
        )));
    }
    not_denied(&role, "AssumeRoleWithWebIdentity")?;
    let packed = packed_policy_size(call)?;
    let duration = call.input.integer("DurationSeconds", 3600);
    role.assume(call, call.input.text("RoleSessionName"), duration, xml);
    xml.optional("PackedPolicySize", packed.as_deref());
    let issuer = claims.text("iss").trim_start_matches("https://");
    let provider = format!("arn:{}:iam::{}:oidc-provider/{issuer}", role.partition, role.account);
    xml.leaf("Provider", call.input.get("ProviderId").unwrap_or(&provider));
    xml.leaf("SubjectFromWebIdentityToken", claims.text("sub"));
    xml.leaf("Audience", claims.text("aud"));
    xml.optional("SourceIdentity", claims.source_identity());
    Ok(())
}

/// The payload of a JSON web token.
struct Claims(Value);

impl Claims {
    fn parse(token: &str) -> Result<Self, Refusal> {
        let object = |part: &str| {
            let bytes = base64_decode(part)?;
            serde_json::from_slice::<Value>(&bytes).ok().filter(Value::is_object)
        };
        let parts: Vec<&str> = token.split('.').collect();
        match parts.as_slice() {
            [header, payload, _signature] if object(header).is_some() => object(payload).map(Claims),
            _ => None,
        }
        .ok_or_else(|| {
            bad_token("The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)")
        })
    }

    /// A text claim, or the first of a list of texts.
    fn text(&self, name: &str) -> &str {
        let value = self.0.get(name);
        value.and_then(|value| value.as_str().or_else(|| value.get(0)?.as_str())).unwrap_or_default()
    }

    /// Seconds since 1970; a fraction is cut off.
    fn expiry(&self) -> Option<i64> {
        let value = self.0.get("exp")?;
        value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds as i64))
    }

    fn source_identity(&self) -> Option<&str> {
        self.0.get("https://aws.amazon.com/source_identity")?.as_str()
    }
}

pub(super) fn assume_role_with_saml(call: &Call<'_>, xml: &mut Xml) -> Answer {
    let role = Role::parse(call.input.text("RoleArn"))?;
    let provider = call.input.text("PrincipalArn");
    if !provider.contains(":saml-provider/") {
        return Err(Refusal::new(400, "ValidationError", format!("{provider} is invalid")));
    }
    let document = base64_decode(call.input.text("SAMLAssertion"))
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| bad_token("Invalid base64 SAMLResponse"))?;
    if let Some(limit) = between(&document, "NotOnOrAfter=\"", "\"")
        && *limit <= *clock::extended(call.context.now)
    {
        return Err(expired("Token must be redeemed within 5 minutes of issuance"));
    }
    not_denied(&role, "AssumeRoleWithSAML")?;
    let packed = packed_policy_size(call)?;
    let subject = element(&document, "NameID").unwrap_or("emulator");
    let issuer = element(&document, "Issuer").unwrap_or("urn:stskit:emulator");
    let session: String = subject.chars().filter(|c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(*c)).collect();
    role.assume(call, &session, call.input.integer("DurationSeconds", 3600), xml);
    xml.optional("PackedPolicySize", packed.as_deref());
    xml.leaf("Subject", subject);
    let is_transient = document.contains("nameid-format:transient");
    xml.leaf("SubjectType", if is_transient { "transient" } else { "persistent" });
    xml.leaf("Issuer", issuer);
    xml.leaf("Audience", "https://signin.aws.amazon.com/saml");
    xml.leaf("NameQualifier", &base64(&derive(&format!("{issuer}{}{provider}", role.account), 20)));
    Ok(())
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}

/// The text of the first element of this local name. Enough for an assertion; no XML parser.
fn element<'a>(document: &'a str, name: &str) -> Option<&'a str> {
    document.split('<').find_map(|tag| {
        let (head, text) = tag.split_once('>')?;
        let full_name = head.split_whitespace().next()?;
        let local = full_name.rsplit(':').next()?;
        (local == name && !full_name.starts_with('/') && !text.is_empty()).then_some(text)
    })
}

pub(super) fn get_delegated_access_token(call: &Call<'_>, xml: &mut Xml) -> Answer {
    if call.input.text("TradeInToken").starts_with("expired") {
        return Err(Refusal::new(400, "ExpiredTradeInTokenException", "The trade-in token is expired"));
    }
    let Principal { account, partition, .. } = call.caller()?.principal.clone();
    let arn = format!("arn:{partition}:sts::{account}:assumed-role/delegated/stskit");
    let user_id = format!("{}:stskit", unique_id("AROA", "delegated"));
    let principal = Principal { kind: Kind::Role, account, partition, arn: arn.clone(), user_id };
    write_credentials(&call.issue(principal, 3600), xml);
    xml.leaf("AssumedPrincipal", &arn);
    Ok(())
}

pub(super) fn get_web_identity_token(call: &Call<'_>, xml: &mut Xml) -> Answer {
    let algorithm = call.input.text("SigningAlgorithm");
    let signature_length = match algorithm {
        "RS256" => 256,
        "ES384" => 96,
        _ => {
            return Err(Refusal::new(
                400,
                "ValidationError",
                format!(
                    "1 validation error detected: Value '{algorithm}' at 'signingAlgorithm' failed to \
                     satisfy constraint: Member must satisfy enum value set: [RS256, ES384]"
                ),
            ));
        }
    };
    let principal = &call.caller()?.principal;
    let now = call.context.now;
    let expiration = now.saturating_add(call.input.integer("DurationSeconds", 300));
    let keys = call.input.list("Tags", Some("Key"));
    let values = call.input.list("Tags", Some("Value"));
    let tags: serde_json::Map<String, Value> =
        keys.iter().zip(values).map(|(key, value)| ((*key).to_owned(), json!(value))).collect();
    let audience = call.input.list("Audience", None);
    let payload = json!({
        "aud": if let [only] = audience.as_slice() { json!(only) } else { json!(audience) },
        "sub": principal.arn,
        "iss": format!("https://{}.tokens.sts.global.api.aws", uuid(&principal.account)),
        "iat": now,
        "exp": expiration,
        "jti": call.context.request_id,
        "https://sts.amazonaws.com/": {
            "aws_account": principal.account,
            "request_tags": tags,
        },
    });
    let header = json!({"kid": unique_id("KEY", algorithm), "typ": "JWT", "alg": algorithm});
    let signed = [header, payload].map(|part| base64_url(part.to_string().as_bytes())).join(".");
    let signature = base64_url(&derive(&signed, signature_length));
    xml.leaf("WebIdentityToken", &format!("{signed}.{signature}"));
    xml.leaf("Expiration", &clock::extended(expiration));
    Ok(())
}
