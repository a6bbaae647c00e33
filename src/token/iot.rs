//! IoT: MQTT over WebSocket.

use std::fmt;

use super::check::{self, RegionPlace};
use super::presigned::Presigned;
use super::{Mint, Purpose, Token};
use crate::credential::Credentials;
use crate::error::Result;
use crate::sign::SessionToken;
use crate::timestamp::Timestamp;

/// URLs for MQTT connections over WebSocket to AWS IoT.
///
/// The text is a `wss://` URL, to be opened with the sub-protocol `mqtt`. A life is not signed into it; the
/// end that is reported, five minutes, is how long signatures without one are honoured at least. An open
/// connection outlives it: <https://docs.aws.amazon.com/iot/latest/developerguide/protocols.html>.
///
/// ```
/// use stskit::token::{IotMqtt, Mint};
/// use stskit::{Credentials, Timestamp};
///
/// let broker = IotMqtt::new("abc123-ats.iot.eu-west-1.amazonaws.com", "eu-west-1")?;
/// let token = broker.token(&Credentials::new("AKIDEXAMPLE", "secret"), Timestamp::from_secs(1_767_323_045))?;
/// assert!(token.expose().starts_with("wss://abc123-ats.iot.eu-west-1.amazonaws.com/mqtt?X-Amz-Algorithm="));
/// # Ok::<(), stskit::Error>(())
/// ```
pub struct IotMqtt(Presigned);

impl IotMqtt {
    /// The endpoint of the account (`aws iot describe-endpoint`) and its region.
    ///
    /// # Errors
    /// `InvalidInput` with a [`TokenError`](super::TokenError): an empty or malformed part, an endpoint of
    /// another region.
    pub fn new(endpoint: &str, region: &str) -> Result<Self> {
        let host = check::host("endpoint", endpoint)?;
        let region = check::region(region)?;
        check::region_of_host(&host, region, RegionPlace::Suffix)?;
        let mut request = Presigned::new(Purpose::IotMqtt, host, region, &[]);
        request.path = "/mqtt".to_owned();
        request.expires = None;
        request.signer = request.signer.session_token(SessionToken::AfterSigning);
        Ok(IotMqtt(request))
    }

    /// Another port than 443.
    ///
    /// # Errors
    /// `InvalidInput`: not a port.
    pub fn port(mut self, port: impl TryInto<u16>) -> Result<Self> {
        let port = check::port(port)?;
        let host = self.0.host.split(':').next().unwrap_or_default();
        self.0.host = if port == 443 { host.to_owned() } else { format!("{host}:{port}") };
        Ok(self)
    }
}

impl Mint for IotMqtt {
    fn purpose(&self) -> Purpose {
        self.0.purpose
    }

    fn token(&self, credentials: &Credentials, at: Timestamp) -> Result<Token> {
        self.0.token(credentials, at)
    }
}

impl fmt::Debug for IotMqtt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IotMqtt")
            .field("endpoint", &self.0.host)
            .field("region", &self.0.region())
            .finish_non_exhaustive()
    }
}
