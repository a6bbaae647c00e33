//! A cold start with reqsign: the first credentials of its default chain. With an argument: the start of the process
//! alone.

mod context;

use reqsign_aws_v4::DefaultCredentialProvider;
use reqsign_core::ProvideCredential;

fn main() {
    if std::env::args_os().len() > 1 {
        return;
    }
    let credential = context::runtime().block_on(async {
        let chain = DefaultCredentialProvider::new();
        chain.provide_credential(&context::context()).await.expect("an answer").expect("credentials")
    });
    println!("{}", credential.access_key_id);
}
