//! Managed Streaming for Apache Kafka (MSK): SASL/OAUTHBEARER and SASL/AWS_MSK_IAM.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::check::{self, RegionPlace};
use super::object::{Part, object};
use super::presigned::Presigned;
use super::{Mint, Purpose, Token};
use crate::credential::Credentials;
use crate::error::Result;
use crate::secret::Secret;
use crate::sign::ALGORITHM;
use crate::timestamp::Timestamp;

const ACTION: &str = "kafka-cluster:Connect";
const USER_AGENT: &str = concat!("stskit/", env!("CARGO_PKG_VERSION"));

/// Tokens for connections to MSK with SASL/OAUTHBEARER, for librdkafka and all that have a callback for
/// such tokens. <https://github.com/aws/aws-msk-iam-auth> describes what the broker expects.
///
/// The end of the token is to be handed over as milliseconds since the epoch in librdkafka
/// (`expires_at().as_millis()`), as seconds in confluent-kafka for Python. The principal may be any name.
///
/// Kafka ends a connection whose principal changes at a re-authentication, and the principal has the name
/// of the role's session in it: use one provider object for the life of the program (its session name is
/// fixed when it is made), or name the session
/// ([`AssumedRole::session_name`](crate::providers::AssumedRole::session_name)).
///
/// ```
/// use stskit::token::{Minter, Msk};
/// use stskit::Credentials;
///
/// let source = Credentials::new("AKIDEXAMPLE", "secret"); // or a DefaultChain
/// let cluster = Minter::new(Msk::new("us-east-1")?, source);
/// let token = cluster.token()?;
/// // rd_kafka_oauthbearer_set_token(rk, token, md_lifetime_ms, principal, NULL, 0, ..)
/// let (text, md_lifetime_ms) = (token.expose(), token.expires_at().as_millis());
/// # assert!(text.starts_with("aHR0cHM6Ly9rYWZrYS51cy1lYXN0LTEuYW1hem9uYXdzLmNvbS8_QWN0aW9u") && md_lifetime_ms > 0);
/// # Ok::<(), stskit::Error>(())
/// ```
pub struct Msk {
    request: Presigned,
    user_agent: String,
}

impl Msk {
    /// The region of the cluster, which need not be that of the caller. No broker is named.
    ///
    /// # Errors
    /// `InvalidInput` with a [`TokenError`](super::TokenError): an empty or malformed region.
    pub fn new(region: &str) -> Result<Self> {
        Self::with_host(region, format!("kafka.{region}.amazonaws.com"))
    }

    fn with_host(region: &str, host: String) -> Result<Self> {
        let region = check::region(region)?;
        let request = Presigned::new(Purpose::Msk, host, region, &[("Action", ACTION)]);
        Ok(Msk { request, user_agent: USER_AGENT.to_owned() })
    }

    /// Another DNS suffix than `amazonaws.com`, which AWS's own libraries sign in every partition.
    ///
    /// # Errors
    /// `InvalidInput`: no host name.
    pub fn dns_suffix(mut self, suffix: &str) -> Result<Self> {
        let suffix = check::host("DNS suffix", suffix)?;
        self.request.host = format!("kafka.{}.{suffix}", self.request.region());
        Ok(self)
    }

    /// What the broker logs as the client; `stskit/` and the version by default. It is not signed.
    ///
    /// # Errors
    /// `InvalidInput`: empty, or with control characters.
    pub fn user_agent(mut self, text: &str) -> Result<Self> {
        self.user_agent = check::text("user agent", text)?.to_owned();
        Ok(self)
    }
}

impl Mint for Msk {
    fn purpose(&self) -> Purpose {
        self.request.purpose
    }

    fn token(&self, credentials: &Credentials, at: Timestamp) -> Result<Token> {
        let url = self.request.url(credentials, at)?.with_pair("User-Agent", &self.user_agent);
        let text = URL_SAFE_NO_PAD.encode(url.expose());
        Ok(self.request.made_of(Secret::from(text), credentials, at))
    }
}

impl fmt::Debug for Msk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Msk")
            .field("host", &self.request.host)
            .field("region", &self.request.region())
            .field("user_agent", &self.user_agent)
            .finish_non_exhaustive()
    }
}

/// Messages for connections to MSK with SASL/AWS_MSK_IAM: for clients that know no OAUTHBEARER.
///
/// The text is the JSON object that the client sends to the broker after it named the mechanism.
///
/// ```
/// use stskit::token::{Mint, MskIam};
/// use stskit::{Credentials, Timestamp};
///
/// let broker = MskIam::new("b-1.demo.abc123.c2.kafka.us-east-1.amazonaws.com", "us-east-1")?;
/// let token = broker.token(&Credentials::new("AKIDEXAMPLE", "secret"), Timestamp::from_secs(1_767_323_045))?;
/// assert!(token.expose().starts_with(r#"{"version":"2020_10_22","host":"b-1.demo.abc123.c2.kafka.us-east-1."#));
/// # Ok::<(), stskit::Error>(())
/// ```
pub struct MskIam {
    request: Presigned,
    user_agent: String,
}

impl MskIam {
    /// The broker to connect to, without its port, and the region of the cluster.
    ///
    /// # Errors
    /// `InvalidInput` with a [`TokenError`](super::TokenError): an empty or malformed part, a broker of
    /// another region.
    pub fn new(broker: &str, region: &str) -> Result<Self> {
        let host = check::host("broker", broker)?;
        let region = check::region(region)?;
        check::region_of_host(&host, region, RegionPlace::Suffix)?;
        let request = Presigned::new(Purpose::MskIam, host, region, &[("Action", ACTION)]);
        Ok(MskIam { request, user_agent: USER_AGENT.to_owned() })
    }

    /// As [`Msk::user_agent`].
    ///
    /// # Errors
    /// As [`Msk::user_agent`].
    pub fn user_agent(mut self, text: &str) -> Result<Self> {
        self.user_agent = check::text("user agent", text)?.to_owned();
        Ok(self)
    }
}

impl Mint for MskIam {
    fn purpose(&self) -> Purpose {
        self.request.purpose
    }

    fn token(&self, credentials: &Credentials, at: Timestamp) -> Result<Token> {
        let url = self.request.url(credentials, at)?;
        let (date, region) = (at.amz_date(), self.request.region());
        let scope = format!("{}/{}/{region}/kafka-cluster/aws4_request", credentials.access_key_id(), date.short());
        // In the order in which AWS's library for Java writes it.
        let mut members = vec![
            ("version", Part::Text("2020_10_22")),
            ("host", Part::Text(&self.request.host)),
            ("user-agent", Part::Text(&self.user_agent)),
            ("action", Part::Text(ACTION)),
            ("x-amz-algorithm", Part::Text(ALGORITHM)),
            ("x-amz-credential", Part::Text(&scope)),
            ("x-amz-date", Part::Text(date.long())),
        ];
        members.extend(credentials.session_token().map(|token| ("x-amz-security-token", Part::Text(token))));
        members.extend([
            ("x-amz-signedheaders", Part::Text("host")),
            ("x-amz-expires", Part::Text("900")),
            ("x-amz-signature", Part::Text(url.signature())),
        ]);
        let text = object(&members);
        Ok(self.request.made_of(text, credentials, at))
    }
}

impl fmt::Debug for MskIam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MskIam")
            .field("broker", &self.request.host)
            .field("region", &self.request.region())
            .field("user_agent", &self.user_agent)
            .finish_non_exhaustive()
    }
}
