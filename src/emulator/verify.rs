//! SigV4 verification: what a signed request must hold, for the header and the query form.
//!
//! The order of checks follows the real service: form of the signature, access key, session token
//! (both in `state.rs`), scope, date, signature. The canonical form itself is made in
//! `canonical.rs`. Nothing here knows STS.

use std::fmt;

use super::canonical;
use super::clock;
use super::encode::{form_pairs, hex};
use super::refusal::Refusal;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const MISMATCH: &str = "The request signature we calculated does not match the signature you \
                        provided. Check your AWS Secret Access Key and signing method. Consult the \
                        service documentation for details.";

/// Minutes a header signature may be away from the emulator's clock, in both directions.
const HEADER_MINUTES: i64 = 5;
/// The same for a presigned URL. STS goes by this and not by `X-Amz-Expires`.
const PRESIGNED_MINUTES: i64 = 15;
/// The longest `X-Amz-Expires`, in seconds: 7 days.
const LONGEST_EXPIRES: u32 = 604_800;

/// A request as it arrived: what [`verify`] looks at.
///
/// `path` and `query` are the raw text of the request line, still percent-encoded.
#[derive(Clone, Copy)]
pub struct SignedRequest<'a> {
    /// The method, e.g. `POST`.
    pub method: &'a str,
    /// The path of the request line, without the query.
    pub path: &'a str,
    /// What follows `?`, undecoded; empty if there is none.
    pub query: &'a str,
    /// Names and values in order of arrival.
    pub headers: &'a [(String, String)],
    /// The body, after any transfer coding was taken off.
    pub body: &'a [u8],
}

/// Shows method and path only: the rest holds signatures and tokens.
impl fmt::Debug for SignedRequest<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("SignedRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// What [`verify`] found in a request with a right signature.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// The access key id that signed.
    pub access_key_id: String,
    /// The region of the credential scope.
    pub region: String,
    /// Seconds since 1970 of the signing time the client stated.
    pub signed_at: i64,
    /// Whether the signature came in the query string and not in a header.
    pub presigned: bool,
}

/// Checks the SigV4 signature of a request, in the `Authorization` header or presigned.
///
/// `service` is the signing name expected in the scope (`sts`), `now` the present time in seconds
/// since 1970, `secret_of` the secret access key of an access key id. Session tokens are signed
/// data here and nothing more; whether a token belongs to a key is known by a running
/// [`Emulator`](super::Emulator) only.
///
/// # Errors
///
/// A [`Refusal`] with code, message and status of the real service: `MissingAuthenticationToken`,
/// `IncompleteSignature`, `InvalidClientTokenId` or `SignatureDoesNotMatch`.
///
/// # Examples
///
/// ```
/// use stskit::emulator::{SignedRequest, verify};
///
/// let headers = [("Host".to_owned(), "sts.eu-west-1.amazonaws.com".to_owned())];
/// let request = SignedRequest {
///     method: "GET",
///     path: "/",
///     query: "Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256\
///             &X-Amz-Credential=AKIDEXAMPLE%2F20260102%2Feu-west-1%2Fsts%2Faws4_request\
///             &X-Amz-Date=20260102T030405Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host\
///             &X-Amz-Signature=9abe8bb21eb3ad42b05f9e669c6f9853f69916bf59f046a4c7a7d91b07edfde2",
///     headers: &headers,
///     body: b"",
/// };
/// let secret = |_: &str| Some("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned());
///
/// let verified = verify(&request, "sts", 1_767_323_045, secret).unwrap();
/// assert_eq!(verified.access_key_id, "AKIDEXAMPLE");
///
/// let refusal = verify(&request, "sts", 1_767_323_045 + 16 * 60, secret).unwrap_err();
/// assert_eq!(refusal.code(), "SignatureDoesNotMatch");
/// ```
pub fn verify(
    request: &SignedRequest<'_>,
    service: &str,
    now: i64,
    secret_of: impl Fn(&str) -> Option<String>,
) -> Result<Verified, Refusal> {
    let signature = Signature::find(request)?;
    let secret = secret_of(&signature.access_key_id).ok_or_else(Refusal::unknown_token)?;
    signature.check(request, &secret, service, None, now)
}

/// The parts of a signature, read but not yet checked.
pub(super) struct Signature {
    pub(super) access_key_id: String,
    /// `X-Amz-Security-Token`, from where this form of signature carries it.
    pub(super) token: Option<String>,
    scope_date: String,
    region: String,
    service: String,
    terminator: String,
    signed_names: Vec<String>,
    signature: String,
    date: String,
    signed_at: i64,
    presigned: bool,
}

fn header<'a>(request: &SignedRequest<'a>, name: &str) -> Option<&'a str> {
    let mut found = request.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
    found.next().map(|(_, value)| value.trim())
}

impl Signature {
    /// Finds the signature in the `Authorization` header, else in the query.
    pub(super) fn find(request: &SignedRequest<'_>) -> Result<Self, Refusal> {
        if let Some(authorization) = header(request, "authorization") {
            return Signature::from_header(request, authorization);
        }
        let query = form_pairs(request.query);
        if query.iter().any(|(name, _)| name.starts_with("X-Amz-")) {
            return Signature::from_query(&query);
        }
        Err(Refusal::new(403, "MissingAuthenticationToken", "Request is missing Authentication Token"))
    }

    fn from_header(request: &SignedRequest<'_>, authorization: &str) -> Result<Self, Refusal> {
        let (algorithm, fields) = authorization.split_once(' ').unwrap_or((authorization, ""));
        if algorithm != ALGORITHM {
            return Err(Refusal::incomplete(format!("Unsupported AWS 'algorithm': '{algorithm}'.")));
        }
        let field = |name: &str| {
            fields
                .split(',')
                .filter_map(|field| field.trim().split_once('='))
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value)
                .filter(|value| !value.is_empty())
        };
        let date = header(request, "x-amz-date").or_else(|| header(request, "date"));
        let mut missing = String::new();
        for name in ["Credential", "Signature", "SignedHeaders"] {
            if field(name).is_none() {
                missing.push_str(&format!("Authorization header requires '{name}' parameter. "));
            }
        }
        if date.is_none() {
            missing.push_str("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
        }
        if !missing.is_empty() {
            return Err(Refusal::incomplete(missing.trim_end()));
        }
        Signature::assemble(
            [field("Credential"), date, field("SignedHeaders"), field("Signature")].map(Option::unwrap_or_default),
            header(request, "x-amz-security-token"),
            false,
        )
    }

    fn from_query(query: &[(String, String)]) -> Result<Self, Refusal> {
        let field = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let mut missing = String::new();
        for name in [
            "X-Amz-Algorithm",
            "X-Amz-Credential",
            "X-Amz-Signature",
            "X-Amz-SignedHeaders",
            "X-Amz-Date",
            "X-Amz-Expires",
        ] {
            if field(name).is_none_or(str::is_empty) {
                missing.push_str(&format!("AWS query-string parameters must include '{name}'. "));
            }
        }
        if !missing.is_empty() {
            return Err(Refusal::incomplete(missing.trim_end()));
        }
        let algorithm = field("X-Amz-Algorithm").unwrap_or_default();
        if algorithm != ALGORITHM {
            return Err(Refusal::incomplete(format!("Unsupported AWS 'algorithm': '{algorithm}'.")));
        }
        let expires = field("X-Amz-Expires").unwrap_or_default().parse::<u32>();
        if !expires.is_ok_and(|seconds| (1..=LONGEST_EXPIRES).contains(&seconds)) {
            return Err(Refusal::incomplete(format!(
                "X-Amz-Expires must be a number of seconds between 1 and {LONGEST_EXPIRES}"
            )));
        }
        Signature::assemble(
            ["X-Amz-Credential", "X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Signature"]
                .map(|name| field(name).unwrap_or_default()),
            field("X-Amz-Security-Token"),
            true,
        )
    }

    fn assemble(fields: [&str; 4], token: Option<&str>, presigned: bool) -> Result<Self, Refusal> {
        let [credential, date, signed_names, signature] = fields;
        let parts: Vec<&str> = credential.split('/').collect();
        let [access_key_id, scope_date, region, service, terminator] = parts.as_slice() else {
            return Err(Refusal::incomplete(format!(
                "Credential must have exactly 5 slash-delimited elements, e.g. \
                 keyid/date/region/service/term, got '{credential}'"
            )));
        };
        let signed_at = clock::parse_basic(date)
            .ok_or_else(|| Refusal::incomplete(format!("Date must be in ISO-8601 'basic format'. Got '{date}'.")))?;
        Ok(Signature {
            access_key_id: (*access_key_id).to_owned(),
            token: token.map(str::to_owned),
            scope_date: (*scope_date).to_owned(),
            region: (*region).to_owned(),
            service: (*service).to_owned(),
            terminator: (*terminator).to_owned(),
            signed_names: signed_names.split(';').map(str::to_owned).collect(),
            signature: signature.to_owned(),
            date: date.to_owned(),
            signed_at,
            presigned,
        })
    }

    /// Checks everything that needs the secret or the clock. `region`: the only one accepted, if
    /// the emulator was told one.
    pub(super) fn check(
        &self,
        request: &SignedRequest<'_>,
        secret: &str,
        service: &str,
        region: Option<&str>,
        now: i64,
    ) -> Result<Verified, Refusal> {
        self.check_scope(service, region)?;
        self.check_date(now)?;
        self.check_signed_names(request)?;
        let payload_hash = self.payload_hash(request)?;
        self.check_signature(request, secret, &payload_hash)?;
        Ok(Verified {
            access_key_id: self.access_key_id.clone(),
            region: self.region.clone(),
            signed_at: self.signed_at,
            presigned: self.presigned,
        })
    }

    fn check_scope(&self, service: &str, region: Option<&str>) -> Result<(), Refusal> {
        let mut wrong = String::new();
        if self.terminator != "aws4_request" {
            let got = &self.terminator;
            wrong.push_str(&format!(
                "Credential should be scoped with a valid terminator: 'aws4_request', not '{got}'. "
            ));
        }
        let region_is_text = !self.region.is_empty()
            && self.region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !region_is_text || region.is_some_and(|only| only != self.region) {
            wrong.push_str("Credential should be scoped to a valid region. ");
        }
        if self.service != service {
            wrong.push_str(&format!("Credential should be scoped to correct service: '{service}'. "));
        }
        let day = self.date.get(..8).unwrap_or_default();
        if self.scope_date != day {
            let (scope, date) = (&self.scope_date, &self.date);
            wrong.push_str(&format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date \
                 from HTTP: '{scope}' != '{day}', from '{date}'. "
            ));
        }
        if wrong.is_empty() { Ok(()) } else { Err(Refusal::mismatch(wrong.trim_end())) }
    }

    fn check_date(&self, now: i64) -> Result<(), Refusal> {
        let minutes = if self.presigned { PRESIGNED_MINUTES } else { HEADER_MINUTES };
        let present = clock::basic(now);
        let date = &self.date;
        let (earliest, latest) = (now - minutes * 60, now + minutes * 60);
        if self.signed_at < earliest {
            let limit = clock::basic(earliest);
            return Err(Refusal::mismatch(format!(
                "Signature expired: {date} is now earlier than {limit} ({present} - {minutes} min.)"
            )));
        }
        if self.signed_at > latest {
            let limit = clock::basic(latest);
            return Err(Refusal::mismatch(format!(
                "Signature not yet current: {date} is still later than {limit} ({present} + {minutes} min.)"
            )));
        }
        Ok(())
    }

    /// `host` and every `x-amz-*` header of the request must be signed.
    fn check_signed_names(&self, request: &SignedRequest<'_>) -> Result<(), Refusal> {
        let signed = |name: &str| self.signed_names.iter().any(|signed| signed == name);
        if !signed("host") {
            return Err(Refusal::mismatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."));
        }
        let unsigned: Vec<String> = request
            .headers
            .iter()
            .map(|(name, _)| name.to_ascii_lowercase())
            .filter(|name| name.starts_with("x-amz-") && !signed(name))
            .collect();
        if unsigned.is_empty() {
            return Ok(());
        }
        Err(Refusal::mismatch(format!(
            "There were headers present in the request which were not signed: {}",
            unsigned.join(", ")
        )))
    }

    fn payload_hash(&self, request: &SignedRequest<'_>) -> Result<String, Refusal> {
        let computed = canonical::sha256_hex(request.body);
        match header(request, "x-amz-content-sha256") {
            None => Ok(computed),
            Some("UNSIGNED-PAYLOAD") => Ok("UNSIGNED-PAYLOAD".to_owned()),
            Some(stated) if stated == computed => Ok(computed),
            Some(_) => {
                Err(Refusal::mismatch("The provided 'x-amz-content-sha256' header does not match what was computed."))
            }
        }
    }

    fn check_signature(&self, request: &SignedRequest<'_>, secret: &str, payload_hash: &str) -> Result<(), Refusal> {
        let names: Vec<&str> = self.signed_names.iter().map(String::as_str).collect();
        let canonical_request =
            canonical::request(request.method, request.path, request.query, request.headers, &names, payload_hash);
        let Signature { scope_date, region, service, terminator, date, .. } = self;
        let string_to_sign = format!(
            "{ALGORITHM}\n{date}\n{scope_date}/{region}/{service}/{terminator}\n{}",
            canonical::sha256_hex(canonical_request.as_bytes())
        );
        let key = canonical::signing_key(secret, scope_date, region, service);
        // A plain comparison: there is no secret on a loopback emulator worth a timing attack.
        if hex(&canonical::hmac(&key, string_to_sign.as_bytes())) == self.signature {
            return Ok(());
        }
        Err(Refusal::mismatch(MISMATCH).with_canonical_request(canonical_request))
    }
}

#[cfg(test)]
#[path = "verify_tests.rs"]
mod tests;
