//! A cold start with the SDK: the first credentials of its default chain. With an argument: the start of the
//! process alone.

mod client;

use aws_credential_types::provider::ProvideCredentials;

fn main() {
    if std::env::args_os().len() > 1 {
        return;
    }
    let credentials = client::runtime().block_on(async {
        let provider = client::config().await.credentials_provider().expect("a provider");
        provider.provide_credentials().await.expect("credentials")
    });
    println!("{}", credentials.access_key_id());
}
