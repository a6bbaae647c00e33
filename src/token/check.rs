//! What the inputs of tokens have to be, and the errors that name the rule that was broken.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use super::kinds::Kind;
use crate::credential::Credentials;
use crate::endpoint;
use crate::error::{Error, ErrorKind, Result};
use crate::timestamp::Timestamp;

/// Which rule an input of a token broke.
///
/// It is the `source()` of an [`Error`] of kind [`InvalidInput`](ErrorKind::InvalidInput), or
/// [`Expired`](ErrorKind::Expired) where the credentials are the reason. Inputs that may be shown are in it;
/// credentials and tokens never are. Where the rules come from: the pages that the tokens link to.
///
/// ```
/// use stskit::token::{Rds, TokenError};
/// use std::error::Error;
///
/// let host = "mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com";
/// let error = Rds::new(host, 5432, "db_user", "us-east-1").unwrap_err();
/// let rule = error.source().and_then(|rule| rule.downcast_ref::<TokenError>());
/// assert!(matches!(rule, Some(TokenError::RegionMismatch { in_host, .. }) if in_host == "eu-west-1"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenError {
    /// The input of this name is empty.
    Empty(&'static str),
    /// The input of this name cannot be what it should be, and why.
    Malformed(&'static str, &'static str),
    /// A port is 1 to 65535.
    PortOutOfRange,
    /// The host is in another region than the one to sign for.
    RegionMismatch {
        /// The region that was given.
        given: String,
        /// The region in the host.
        in_host: String,
    },
    /// A token that lives 0 seconds.
    ZeroExpiry,
    /// The service refuses a token that is to live so long.
    ExpiryTooLong {
        /// Seconds asked for.
        seconds: u32,
        /// Seconds that the service allows.
        longest: u32,
    },
    /// The credentials have expired, so that a token would be born dead.
    CredentialsExpired {
        /// When they did.
        at: Timestamp,
    },
    /// The credentials end sooner than a token made with them should.
    CredentialsEndTooSoon {
        /// When they end.
        at: Timestamp,
        /// Seconds that they should have left.
        wanted: u64,
    },
    /// No kind of token has this name.
    UnknownKind,
    /// The kind of token of this name has an input that it does not know.
    UnknownInput(&'static str),
    /// The input of this name has to be there.
    Missing(&'static str),
    /// The kind of this name is made by a call to a service, not of credentials alone.
    MadeByService(&'static str),
    /// A session token has no place in this kind of token: it takes long-term credentials.
    TemporaryCredentials,
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TokenError::Empty(field) => write!(f, "the {field} is empty"),
            TokenError::Malformed(field, why) => write!(f, "the {field} cannot be used: {why}"),
            TokenError::PortOutOfRange => f.write_str("the port is not one: use 1 to 65535"),
            TokenError::RegionMismatch { given, in_host } => write!(
                f,
                "the host is in the region {in_host}, but the token would be signed for {given}: \
                 give the region of the host, which need not be that of the caller"
            ),
            TokenError::ZeroExpiry => f.write_str("the token would live 0 seconds: use 1 or more"),
            TokenError::ExpiryTooLong { seconds, longest } => {
                write!(f, "the token would live {seconds} seconds, and the service refuses more than {longest}")
            }
            TokenError::CredentialsExpired { at } => {
                write!(f, "the credentials expired at {at}: get new ones first")
            }
            TokenError::CredentialsEndTooSoon { at, wanted } => write!(
                f,
                "the credentials end at {at}, and {wanted} seconds or more should be left of them, also after \
                 a refresh: use a source of longer ones, or a smaller min_ttl"
            ),
            TokenError::UnknownKind => {
                f.write_str("no kind of token has this name: ")?;
                names(f, Kind::all().iter().map(|kind| kind.name))
            }
            TokenError::UnknownInput(kind) => {
                write!(f, "an input is none of the kind {kind}: ")?;
                names(f, Kind::find(kind).into_iter().flat_map(|kind| kind.inputs).map(|input| input.name))
            }
            TokenError::Missing(field) => write!(f, "the {field} is missing"),
            TokenError::MadeByService(kind) => {
                write!(f, "{kind} is made by a call to STS: it needs a client, not credentials alone")
            }
            TokenError::TemporaryCredentials => f.write_str(
                "the credentials are temporary, and their session token has no place here: \
                 use the access key of an IAM user",
            ),
        }
    }
}

fn names(f: &mut fmt::Formatter<'_>, mut names: impl Iterator<Item = &'static str>) -> fmt::Result {
    write!(f, "use {}", names.next().unwrap_or_default())?;
    names.try_for_each(|name| write!(f, ", {name}"))
}

impl std::error::Error for TokenError {}

impl From<TokenError> for Error {
    fn from(rule: TokenError) -> Self {
        let kind = match rule {
            TokenError::CredentialsExpired { .. } | TokenError::CredentialsEndTooSoon { .. } => ErrorKind::Expired,
            _ => ErrorKind::InvalidInput,
        };
        Error::new(kind, format!("no token: {rule}")).with_source(rule)
    }
}

/// A name that is signed as it stands, in lower case: not an address, no scheme, no port, no path.
pub(super) fn host(field: &'static str, text: &str) -> Result<String, TokenError> {
    if text.is_empty() {
        return Err(TokenError::Empty(field));
    }
    let why = if text.contains("://") || text.contains('/') {
        "give the host name alone, without scheme and path"
    } else if text.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() || text.eq_ignore_ascii_case("localhost") {
        "it is an address: the name of the endpoint is signed, whatever address the connection goes to"
    } else if text.contains(':') {
        "give the host name alone, without a port"
    } else if text.len() > 253 || !text.split('.').all(is_label) {
        "it is not a host name: use letters, digits, hyphens and dots"
    } else {
        return Ok(text.to_ascii_lowercase());
    };
    Err(TokenError::Malformed(field, why))
}

/// One label, such as the name of a cache, in lower case.
pub(super) fn label(field: &'static str, text: &str) -> Result<String, TokenError> {
    match text {
        "" => Err(TokenError::Empty(field)),
        text if is_label(text) => Ok(text.to_ascii_lowercase()),
        text if text.contains('.') => Err(TokenError::Malformed(field, "give the name alone, not the DNS endpoint")),
        _ => Err(TokenError::Malformed(field, "use letters, digits and hyphens")),
    }
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        && !label.starts_with('-')
        && !label.ends_with('-')
}

pub(super) fn region(text: &str) -> Result<&str, TokenError> {
    let fit = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if text.is_empty() {
        Err(TokenError::Empty("region"))
    } else if is_label(text) && text.bytes().all(fit) {
        Ok(text)
    } else {
        Err(TokenError::Malformed("region", "use lower-case letters, digits and hyphens, as in eu-west-1"))
    }
}

/// A port from any kind of number.
pub(super) fn port(number: impl TryInto<u16>) -> Result<u16, TokenError> {
    number.try_into().ok().filter(|port| *port > 0).ok_or(TokenError::PortOutOfRange)
}

/// A text of any characters but control characters.
pub(super) fn text<'a>(field: &'static str, text: &'a str) -> Result<&'a str, TokenError> {
    match text {
        "" => Err(TokenError::Empty(field)),
        text if text.chars().any(char::is_control) => {
            Err(TokenError::Malformed(field, "it holds a control character, such as a line feed or NUL"))
        }
        text => Ok(text),
    }
}

/// The value of a header: visible ASCII with single spaces inside, so that it is signed as it is sent.
pub(super) fn header_value<'a>(field: &'static str, text: &'a str) -> Result<&'a str, TokenError> {
    let visible = text.bytes().all(|b| b == b' ' || b.is_ascii_graphic());
    match text {
        "" => Err(TokenError::Empty(field)),
        _ if !visible => Err(TokenError::Malformed(field, "it stands in a header, which takes visible ASCII only")),
        text if text.contains("  ") || text.trim() != text => {
            Err(TokenError::Malformed(field, "it stands in a header, where spaces at the ends or in a row are lost"))
        }
        text => Ok(text),
    }
}

pub(super) fn expires(seconds: u32, longest: u32) -> Result<u32, TokenError> {
    match seconds {
        0 => Err(TokenError::ZeroExpiry),
        seconds if seconds > longest => Err(TokenError::ExpiryTooLong { seconds, longest }),
        seconds => Ok(seconds),
    }
}

/// What stands behind the region in the hosts of a service.
#[derive(Clone, Copy)]
pub(super) enum RegionPlace {
    /// `<region>.amazonaws.com`
    Suffix,
    /// `<region>.rds.amazonaws.com`
    Label(&'static str),
    /// `<region>.on.aws`
    OnAws,
}

/// Is the host in the region? A host that does not say, such as a name of one's own, is taken as it is.
pub(super) fn region_of_host(host: &str, region: &str, place: RegionPlace) -> Result<(), TokenError> {
    let rest = match place {
        RegionPlace::Suffix => endpoint::before_dns_suffix(host),
        RegionPlace::Label(label) => {
            endpoint::before_dns_suffix(host).and_then(|rest| rest.strip_suffix(label)?.strip_suffix('.'))
        }
        RegionPlace::OnAws => host.strip_suffix(".on.aws"),
    };
    // The last label only: names of clusters and buckets may look like regions, too.
    let found = rest.and_then(|rest| rest.rsplit('.').next()).filter(|label| endpoint::is_region(label));
    match found {
        Some(other) if other != region => {
            Err(TokenError::RegionMismatch { given: region.to_owned(), in_host: other.to_owned() })
        }
        _ => Ok(()),
    }
}

/// Are the credentials good at that time?
pub(super) fn alive(credentials: &Credentials, at: Timestamp) -> Result<(), TokenError> {
    match credentials.expiration() {
        Some(end) if end <= at => Err(TokenError::CredentialsExpired { at: end }),
        _ => Ok(()),
    }
}

/// Will they be good for so long?
pub(super) fn lasting(credentials: &Credentials, at: Timestamp, least: Duration) -> Result<(), TokenError> {
    let wanted = i64::try_from(least.as_millis()).unwrap_or(i64::MAX);
    match credentials.expiration() {
        Some(end) if end.millis_since(at) < wanted => {
            Err(TokenError::CredentialsEndTooSoon { at: end, wanted: least.as_secs() })
        }
        _ => Ok(()),
    }
}
