//! The SDK's client as an application makes it, on the runtime of one thread.

use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_sts::Client;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use tokio::runtime::Runtime;

pub fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

pub async fn config() -> SdkConfig {
    let http = match std::env::var_os("AWS_CA_BUNDLE") {
        None => Builder::new().build_http(),
        Some(file) => {
            let store = TrustStore::empty().with_pem_certificate(std::fs::read(file).expect("the CA"));
            let context = TlsContext::builder().with_trust_store(store).build().expect("a TLS context");
            Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).tls_context(context).build_https()
        }
    };
    aws_config::defaults(BehaviorVersion::latest()).http_client(http).load().await
}

#[allow(dead_code)]
pub async fn client() -> Client {
    Client::new(&config().await)
}
