//! EKS: the bearer token of the Kubernetes API, and how kubectl wants to have it.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::check;
use super::object::{Part, object};
use super::presigned::Presigned;
use super::{Mint, Purpose, Token};
use crate::credential::Credentials;
use crate::endpoint::{EndpointParams, EndpointService, resolve};
use crate::error::Result;
use crate::secret::Secret;
use crate::timestamp::Timestamp;

const PREFIX: &str = "k8s-aws-v1.";
/// STS honours a presigned URL for 15 minutes; one is kept back for clocks and the way.
const HONOURED: u32 = 14 * 60;

/// Bearer tokens for the Kubernetes API of an EKS cluster.
///
/// The text goes into `Authorization: Bearer`, or through [`exec_credential`] to kubectl and all others
/// that know exec plugins. It says who the caller is by a presigned call that the cluster makes:
/// <https://docs.aws.amazon.com/eks/latest/userguide/cluster-auth.html>.
///
/// ```
/// use stskit::token::{Eks, ExecApiVersion, Mint, exec_credential};
/// use stskit::{Credentials, Timestamp};
///
/// let cluster = Eks::new("my-cluster", "eu-west-1")?;
/// let key = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
/// let token = cluster.token(&key, Timestamp::from_secs(1_767_323_045))?;
/// let answer = exec_credential(&token, ExecApiVersion::V1);
/// let start = r#"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{},"status":{"#;
/// assert!(answer.expose().starts_with(start));
/// # Ok::<(), stskit::Error>(())
/// ```
pub struct Eks {
    request: Presigned,
    cluster: String,
}

impl Eks {
    /// The name of the cluster (or its id) and its region.
    ///
    /// # Errors
    /// `InvalidInput` with a [`TokenError`](super::TokenError): an empty or malformed part.
    pub fn new(cluster: &str, region: &str) -> Result<Self> {
        let cluster = check::header_value("cluster name", cluster)?;
        let region = check::region(region)?;
        let params = EndpointParams { region: Some(region), ..EndpointParams::default() };
        let host = resolve(EndpointService::Sts, &params)?.host().to_owned();
        let pairs = [("Action", "GetCallerIdentity"), ("Version", "2011-06-15")];
        let mut request = Presigned::new(Purpose::Eks, host, region, &pairs);
        request.headers = vec![("x-k8s-aws-id", cluster.to_owned())];
        Ok(Eks { request, cluster: cluster.to_owned() })
    }
}

impl Eks {
    /// What an exec plugin of kubectl prints, in place of the token alone.
    #[must_use]
    pub fn exec_credential(self, version: ExecApiVersion) -> EksExecCredential {
        EksExecCredential { cluster: self, version }
    }
}

impl Mint for Eks {
    fn purpose(&self) -> Purpose {
        self.request.purpose
    }

    fn token(&self, credentials: &Credentials, at: Timestamp) -> Result<Token> {
        let url = self.request.url(credentials, at)?;
        let mut text = String::with_capacity(PREFIX.len() + url.expose().len() / 3 * 4 + 4);
        text.push_str(PREFIX);
        URL_SAFE_NO_PAD.encode_string(url.expose(), &mut text);
        Ok(Token::new(Purpose::Eks, Secret::from(text), credentials, at, HONOURED))
    }
}

impl fmt::Debug for Eks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Eks")
            .field("cluster", &self.cluster)
            .field("region", &self.request.region())
            .finish_non_exhaustive()
    }
}

/// Tokens of [`Eks`] as an exec plugin of kubectl prints them: [`exec_credential`] of each.
///
/// ```
/// use stskit::token::{Eks, ExecApiVersion, Mint};
/// use stskit::{Credentials, Timestamp};
///
/// let plugin = Eks::new("my-cluster", "eu-west-1")?.exec_credential(ExecApiVersion::V1Beta1);
/// let token = plugin.token(&Credentials::new("AKIDEXAMPLE", "secret"), Timestamp::from_secs(1_767_323_045))?;
/// assert!(token.expose().contains(r#""status":{"expirationTimestamp":"2026-01-02T03:18:05Z","token":"k8s-aws-v1."#));
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Debug)]
pub struct EksExecCredential {
    cluster: Eks,
    version: ExecApiVersion,
}

impl Mint for EksExecCredential {
    fn purpose(&self) -> Purpose {
        self.cluster.purpose()
    }

    fn token(&self, credentials: &Credentials, at: Timestamp) -> Result<Token> {
        self.token_by_clock(credentials, at, 0)
    }

    /// The text has the end in it: it has to be that of the caller's clock.
    fn token_by_clock(&self, credentials: &Credentials, at: Timestamp, ahead_millis: i64) -> Result<Token> {
        let token = self.cluster.token_by_clock(credentials, at, ahead_millis)?;
        Ok(Token { text: exec_credential(&token, self.version), ..token })
    }
}

/// Which form of the exec plugin protocol kubectl speaks:
/// <https://kubernetes.io/docs/reference/config-api/client-authentication.v1/>.
///
/// ```
/// use stskit::token::ExecApiVersion;
/// let asked = r#"{"apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":false}}"#;
/// assert_eq!(ExecApiVersion::from_exec_info(Some(asked)), (ExecApiVersion::V1, None));
/// let (version, warning) = ExecApiVersion::from_exec_info(Some("not JSON"));
/// assert_eq!(version, ExecApiVersion::V1Beta1);
/// assert!(warning.is_some());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ExecApiVersion {
    /// `client.authentication.k8s.io/v1`
    V1,
    /// `client.authentication.k8s.io/v1beta1`: the default where nobody asks for another.
    #[default]
    V1Beta1,
    /// `client.authentication.k8s.io/v1alpha1`: gone from kubectl since 1.24.
    V1Alpha1,
}

impl ExecApiVersion {
    /// As it is spelt on the wire.
    pub fn name(self) -> &'static str {
        match self {
            ExecApiVersion::V1 => "client.authentication.k8s.io/v1",
            ExecApiVersion::V1Beta1 => "client.authentication.k8s.io/v1beta1",
            ExecApiVersion::V1Alpha1 => "client.authentication.k8s.io/v1alpha1",
        }
    }

    /// The version that the variable `KUBERNETES_EXEC_INFO` asks for, and what a plugin should say on
    /// standard error. Not set or blank is the default, silently; what cannot be read, too, with a warning.
    pub fn from_exec_info(variable: Option<&str>) -> (Self, Option<&'static str>) {
        #[derive(Deserialize)]
        struct Info {
            #[serde(rename = "apiVersion")]
            api_version: String,
        }
        let Some(text) = variable.filter(|text| !text.trim().is_empty()) else {
            return (Self::default(), None);
        };
        let Ok(info) = serde_json::from_str::<Info>(text) else {
            return (Self::default(), Some("KUBERNETES_EXEC_INFO cannot be read: answering v1beta1"));
        };
        let known = [ExecApiVersion::V1, ExecApiVersion::V1Beta1, ExecApiVersion::V1Alpha1];
        match known.into_iter().find(|version| version.name() == info.api_version) {
            Some(old @ ExecApiVersion::V1Alpha1) => {
                (old, Some("the kubeconfig asks for v1alpha1, which kubectl has dropped: use v1beta1 or v1"))
            }
            Some(version) => (version, None),
            None => (Self::default(), Some("KUBERNETES_EXEC_INFO asks for an unknown version: answering v1beta1")),
        }
    }
}

/// What an exec plugin prints for kubectl: a JSON object with the token and its end, in whole seconds. Nothing
/// else may go to standard output.
///
/// ```no_run
/// use stskit::token::{Eks, ExecApiVersion, Minter, exec_credential};
/// use stskit::{DefaultChain, Settings};
///
/// let minter = Minter::new(Eks::new("my-cluster", "eu-west-1")?, DefaultChain::new(&Settings::from_env()?));
/// let asked = std::env::var("KUBERNETES_EXEC_INFO").ok();
/// let (version, warning) = ExecApiVersion::from_exec_info(asked.as_deref());
/// if let Some(warning) = warning {
///     eprintln!("{warning}");
/// }
/// println!("{}", exec_credential(&minter.token()?, version).expose());
/// # Ok::<(), stskit::Error>(())
/// ```
pub fn exec_credential(token: &Token, version: ExecApiVersion) -> Secret {
    let end = Timestamp::from_secs(token.expires_at().as_secs()).to_string();
    let status = object(&[("expirationTimestamp", Part::Text(&end)), ("token", Part::Text(token.expose()))]);
    object(&[
        ("kind", Part::Text("ExecCredential")),
        ("apiVersion", Part::Text(version.name())),
        ("spec", Part::Json("{}")),
        ("status", Part::Json(status.expose())),
    ])
}
