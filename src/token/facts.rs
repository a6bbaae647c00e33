//! The facts of each token in one table: what signs it and how long it lives.

use std::fmt;

/// What a token is for.
///
/// The name is stable, for logs and scripts; `Display` is a phrase.
///
/// ```
/// use stskit::token::Purpose;
/// assert_eq!(Purpose::Rds.name(), "rds");
/// assert_eq!(Purpose::Rds.to_string(), "password of a connection to RDS, Aurora or RDS Proxy");
/// assert_eq!(Purpose::Dsql.longest_expires(), 604_800);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// [`Rds`](super::Rds).
    Rds,
    /// [`Dsql`](super::Dsql), as a user other than `admin`.
    Dsql,
    /// [`Dsql`](super::Dsql), as the user `admin`.
    DsqlAdmin,
    /// [`Msk`](super::Msk).
    Msk,
    /// [`MskIam`](super::MskIam).
    MskIam,
    /// [`Eks`](super::Eks).
    Eks,
    /// [`ElastiCache`](super::ElastiCache).
    ElastiCache,
    /// [`MemoryDb`](super::MemoryDb).
    MemoryDb,
    /// [`Vault`](super::Vault).
    Vault,
    /// [`LakeFs`](super::LakeFs).
    LakeFs,
    /// [`Snowflake`](super::Snowflake).
    Snowflake,
    /// [`GoogleWorkload`](super::GoogleWorkload).
    GoogleWorkload,
    /// [`MongoDb`](super::MongoDb).
    MongoDb,
    /// [`CallerIdentity`](super::CallerIdentity).
    CallerIdentity,
    /// [`Bedrock`](super::Bedrock).
    Bedrock,
    /// [`IotMqtt`](super::IotMqtt).
    IotMqtt,
    /// [`S3Url`](super::S3Url).
    S3,
    /// [`CodeCommit`](super::CodeCommit).
    CodeCommit,
    /// [`SesSmtp`](super::SesSmtp).
    SesSmtp,
    /// [`Keyspaces`](super::Keyspaces).
    Keyspaces,
    /// A token of GetWebIdentityToken.
    WebIdentity,
}

/// What the documentation of a service says about its token.
pub(super) struct Facts {
    name: &'static str,
    phrase: &'static str,
    pub(super) signing_name: &'static str,
    /// What the token starts with, if it is a URL. Empty: with the host.
    pub(super) scheme: &'static str,
    /// Seconds that a token lives unless told otherwise.
    pub(super) expires: u32,
    /// Seconds that it may live.
    pub(super) longest: u32,
}

const MINUTES_15: u32 = 900;
const HOURS_12: u32 = 43_200;
const DAYS_7: u32 = 604_800;

impl Purpose {
    #[rustfmt::skip]
    pub(super) const fn facts(self) -> Facts {
        let (name, phrase, signing_name, scheme, expires, longest) = match self {
            Purpose::Rds => ("rds", "password of a connection to RDS, Aurora or RDS Proxy", "rds-db", "", MINUTES_15, MINUTES_15),
            Purpose::Dsql => ("dsql", "password of a connection to Aurora DSQL", "dsql", "", MINUTES_15, DAYS_7),
            Purpose::DsqlAdmin => ("dsql-admin", "password of a connection to Aurora DSQL as admin", "dsql", "", MINUTES_15, DAYS_7),
            Purpose::Msk => ("msk", "SASL/OAUTHBEARER token of a connection to MSK", "kafka-cluster", "https", MINUTES_15, MINUTES_15),
            Purpose::MskIam => ("msk-iam", "SASL/AWS_MSK_IAM message of a connection to MSK", "kafka-cluster", "https", MINUTES_15, MINUTES_15),
            Purpose::Eks => ("eks", "bearer token of a Kubernetes cluster of EKS", "sts", "https", 60, MINUTES_15),
            Purpose::ElastiCache => ("elasticache", "password of a connection to ElastiCache", "elasticache", "", MINUTES_15, MINUTES_15),
            Purpose::MemoryDb => ("memorydb", "password of a connection to MemoryDB", "memorydb", "", MINUTES_15, MINUTES_15),
            Purpose::Vault => ("vault", "body of a login to HashiCorp Vault", "sts", "https", MINUTES_15, MINUTES_15),
            Purpose::LakeFs => ("lakefs", "body of a login to lakeFS", "sts", "https", MINUTES_15, MINUTES_15),
            Purpose::Snowflake => ("snowflake", "token of a login to Snowflake", "sts", "https", MINUTES_15, MINUTES_15),
            Purpose::GoogleWorkload => ("google-workload", "subject token of Google workload identity", "sts", "https", MINUTES_15, MINUTES_15),
            Purpose::MongoDb => ("mongodb", "SASL payload of a login to MongoDB", "sts", "https", MINUTES_15, MINUTES_15),
            Purpose::CallerIdentity => ("caller-identity", "signed GetCallerIdentity as JSON: method, URL, headers and body", "sts", "https", MINUTES_15, MINUTES_15),
            Purpose::Bedrock => ("bedrock", "API key of Bedrock", "bedrock", "", HOURS_12, HOURS_12),
            Purpose::IotMqtt => ("iot-mqtt", "URL of an MQTT connection over WebSocket to IoT", "iotdevicegateway", "wss", 300, 300),
            Purpose::S3 => ("s3", "URL of a request to S3", "s3", "https", MINUTES_15, DAYS_7),
            Purpose::CodeCommit => ("codecommit", "password of git over HTTPS with CodeCommit", "codecommit", "", MINUTES_15, MINUTES_15),
            Purpose::SesSmtp => ("ses-smtp", "password of SMTP with SES", "ses", "", u32::MAX, u32::MAX),
            Purpose::Keyspaces => ("keyspaces", "answer to the challenge of Keyspaces", "cassandra", "", MINUTES_15, MINUTES_15),
            Purpose::WebIdentity => ("web-identity", "OpenID Connect token of an IAM role", "sts", "https", 300, 3600),
        };
        Facts { name, phrase, signing_name, scheme, expires, longest }
    }

    pub(super) const fn short_name(self) -> &'static str {
        self.facts().name
    }

    pub(super) const fn phrase(self) -> &'static str {
        self.facts().phrase
    }

    /// Lower case with hyphens.
    pub fn name(self) -> &'static str {
        self.facts().name
    }

    /// Seconds that the service lets such a token live at most; the credentials end it sooner.
    pub fn longest_expires(self) -> u32 {
        self.facts().longest
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.facts().phrase)
    }
}
