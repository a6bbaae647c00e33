//! stskit in loops: signatures with the key cached and not, calls on a kept-alive connection, the cached lookup of
//! the default chain, and a default chain made anew each time.
//! `headers` prints the headers and the body of one signed call, for the floor to send.

#[path = "../../loops.rs"]
#[allow(dead_code)]
mod loops;

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use stskit::sign::{SignableRequest, Signer};
use stskit::sts::{AssumeRole, Client};
use stskit::transport::{Transport, TransportError, TransportErrorKind};
use stskit::{Credentials, DefaultChain, Provide, Settings, Timestamp, providers::Environment};

fn main() {
    let (what, count, threads) = loops::arguments();
    match what.as_str() {
        "sign" => sign(count, threads, true),
        "sign-uncached" => sign(count, threads, false),
        "call" => {
            let sts = Client::from_env().expect("a client");
            loops::repeat(count, threads, || drop(black_box(sts.assume_role(&role()).expect("an answer"))));
        }
        "cached" => {
            let chain = DefaultChain::from_env().expect("a chain");
            chain.credentials().expect("credentials");
            loops::repeat(count, threads, || drop(black_box(chain.credentials())));
        }
        "profile" => loops::repeat(count, threads, || {
            let chain = DefaultChain::from_env().expect("a chain");
            drop(black_box(chain.credentials().expect("credentials")));
        }),
        "headers" => headers(),
        other => panic!("unknown: {other}"),
    }
}

fn role() -> AssumeRole {
    AssumeRole::new("arn:aws:iam::123456789012:role/bench", "bench")
}

/// Keeps the derived key, or derives it anew each time.
fn sign(count: usize, threads: usize, is_cached: bool) {
    let new = || Signer::new("sts", "us-east-1");
    let kept = new();
    let credentials = Credentials::new(loops::KEY_ID, loops::SECRET).with_session_token(loops::session_token());
    let request = SignableRequest {
        method: "POST",
        scheme: "https",
        host: loops::HOST,
        path: "/",
        query: "",
        headers: &[("content-type", loops::FORM)],
        body: loops::BODY.as_bytes(),
    };
    let at = Timestamp::from(SystemTime::now());
    let once = |signer: &Signer| drop(black_box(signer.sign(black_box(&request), &credentials, at)));
    loops::repeat(count, threads, || if is_cached { once(&kept) } else { once(&new()) });
}

fn headers() {
    #[derive(Debug)]
    struct Print;

    impl Transport for Print {
        fn send(
            &self,
            request: http::Request<&[u8]>,
            _: Option<Duration>,
        ) -> Result<http::Response<Vec<u8>>, TransportError> {
            for (name, value) in request.headers() {
                println!("{name}: {}", String::from_utf8_lossy(value.as_bytes()));
            }
            println!("\n{}", String::from_utf8_lossy(request.body()));
            Err(TransportError::new(TransportErrorKind::InvalidRequest, "printed"))
        }
    }

    let settings = Settings::from_env().expect("settings");
    let sts: Client =
        Client::builder(settings).credentials(Environment::new()).transport(Arc::new(Print)).build().expect("a client");
    drop(sts.assume_role(&role()));
}
