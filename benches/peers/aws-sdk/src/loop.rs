//! The SDK in loops: signatures with the `aws-sigv4` crate, calls on a kept-alive connection.

#[path = "client.rs"]
mod client;
#[path = "../../loops.rs"]
#[allow(dead_code)]
mod loops;

use std::hint::black_box;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningParams, SigningSettings, sign};
use aws_sigv4::sign::v4;

fn main() {
    let (what, count, threads) = loops::arguments();
    match what.as_str() {
        "sign" => signatures(count, threads),
        "call" => {
            let runtime = client::runtime();
            let sts = runtime.block_on(client::client());
            loops::repeat(count, 1, || {
                let call =
                    sts.assume_role().role_session_name("bench").role_arn("arn:aws:iam::123456789012:role/bench");
                drop(black_box(runtime.block_on(call.send()).expect("an answer")));
            });
        }
        other => panic!("unknown: {other}"),
    }
}

fn signatures(count: usize, threads: usize) {
    let identity = Credentials::new(loops::KEY_ID, loops::SECRET, Some(loops::session_token()), None, "bench").into();
    let uri = format!("https://{}/", loops::HOST);
    loops::repeat(count, threads, || {
        let params: SigningParams<'_> = v4::SigningParams::builder()
            .identity(&identity)
            .region("us-east-1")
            .name("sts")
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()
            .expect("parameters")
            .into();
        let headers = [("content-type", loops::FORM)];
        let body = SignableBody::Bytes(loops::BODY.as_bytes());
        let request = SignableRequest::new("POST", &uri, headers.into_iter(), body).expect("a request");
        drop(black_box(sign(black_box(request), &params).expect("a signature")));
    });
}
