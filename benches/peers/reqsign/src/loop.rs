//! reqsign in loops: signatures, the cached lookup as its signer makes it, and a default chain made anew each time.
//! It has no STS client to call.

mod context;

#[path = "../../loops.rs"]
#[allow(dead_code)]
mod loops;

use std::hint::black_box;
use std::time::Duration;

use reqsign_aws_v4::{Credential, DefaultCredentialProvider, RequestSigner};
use reqsign_core::{Context, ProvideCredential, Result, SignRequest, Signer};
use sha2::{Digest, Sha256};

fn main() {
    let (what, count, threads) = loops::arguments();
    match what.as_str() {
        "sign" => signatures(count, threads),
        "cached" => cached(count, threads),
        "profile" => {
            let runtime = context::runtime();
            loops::repeat(count, 1, || {
                let chain = DefaultCredentialProvider::new();
                let found = runtime.block_on(chain.provide_credential(&context::context()));
                drop(black_box(found.expect("an answer").expect("credentials")));
            });
        }
        other => panic!("unknown: {other}"),
    }
}

/// Signs nothing, so that the lookup of the credentials is what is left.
#[derive(Debug)]
struct Unsigned;

impl SignRequest for Unsigned {
    type Credential = Credential;

    async fn sign_request(
        &self,
        _: &Context,
        _: &mut http::request::Parts,
        _: Option<&Credential>,
        _: Option<Duration>,
    ) -> Result<()> {
        Ok(())
    }
}

fn cached(count: usize, threads: usize) {
    let signer = Signer::new(context::context(), DefaultCredentialProvider::new(), Unsigned);
    let parts = || http::Request::new(()).into_parts().0;
    context::runtime().block_on(signer.sign(&mut parts(), None)).expect("credentials");
    loops::repeat(count, threads, || loops::block_on(signer.sign(&mut parts(), None)).expect("credentials"));
}

fn signatures(count: usize, threads: usize) {
    let credential = Credential {
        access_key_id: loops::KEY_ID.to_owned(),
        secret_access_key: loops::SECRET.to_owned(),
        session_token: Some(loops::session_token()),
        ..Credential::default()
    };
    let signer = RequestSigner::new("sts", "us-east-1");
    let context = Context::new();
    let request = http::Request::post(format!("https://{}/", loops::HOST))
        .header("content-type", loops::FORM)
        .body(())
        .expect("a request");
    let (parts, ()) = request.into_parts();
    loops::repeat(count, threads, || {
        let mut parts = parts.clone();
        // It does not hash bodies: whoever calls it has to say the hash.
        let hash: String = Sha256::digest(loops::BODY).iter().map(|byte| format!("{byte:02x}")).collect();
        parts.headers.insert("x-amz-content-sha256", hash.parse().expect("a header"));
        loops::block_on(signer.sign_request(&context, &mut parts, Some(&credential), None)).expect("a signature");
        drop(black_box(parts));
    });
}
