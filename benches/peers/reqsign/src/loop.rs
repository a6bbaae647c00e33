//! reqsign in a loop: signatures. It has no STS client to call.

#[path = "../../loops.rs"]
#[allow(dead_code)]
mod loops;

use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context as Task, Poll, Waker};

use reqsign_aws_v4::{Credential, RequestSigner};
use reqsign_core::{Context, SignRequest};
use sha2::{Digest, Sha256};

fn main() {
    let (_, count, threads) = loops::arguments();
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
        ready(signer.sign_request(&context, &mut parts, Some(&credential), None)).expect("a signature");
        drop(black_box(parts));
    });
}

/// The value of a future that never waits.
fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Task::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("signing waits for nothing"),
    }
}
