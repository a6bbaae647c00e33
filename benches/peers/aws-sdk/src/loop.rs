//! The SDK in loops: signatures with the `aws-sigv4` crate, calls on a kept-alive connection, the cached lookup as
//! its clients make it, and a default chain made anew each time.

#[path = "client.rs"]
mod client;
#[path = "../../loops.rs"]
#[allow(dead_code)]
mod loops;

use std::hint::black_box;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningParams, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::{ResolveCachedIdentity, SharedIdentityResolver};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_types::config_bag::ConfigBag;

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
        "cached" => cached(count, threads),
        "profile" => {
            let runtime = client::runtime();
            loops::repeat(count, 1, || {
                drop(black_box(runtime.block_on(async {
                    let provider = client::config().await.credentials_provider().expect("a provider");
                    provider.provide_credentials().await.expect("credentials")
                })));
            });
        }
        other => panic!("unknown: {other}"),
    }
}

fn cached(count: usize, threads: usize) {
    let runtime = client::runtime();
    let config = runtime.block_on(client::config());
    let cache = config.identity_cache().expect("a cache");
    let resolver = SharedIdentityResolver::new(config.credentials_provider().expect("a provider"));
    let components = RuntimeComponentsBuilder::for_tests()
        .with_time_source(config.time_source())
        .with_sleep_impl(config.sleep_impl())
        .build()
        .expect("components");
    let bag = ConfigBag::base();
    let look_up = || cache.resolve_cached_identity(resolver.clone(), &components, &bag);
    runtime.block_on(async { look_up().await }).expect("credentials");
    loops::repeat(count, threads, || {
        // It makes a timer, needed or not; this is the cheapest way to be in a runtime.
        let _inside = runtime.enter();
        drop(black_box(loops::block_on(look_up()).expect("credentials")));
    });
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
