//! Proxies: a small CONNECT proxy on loopback, and names that only it can resolve.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/certificates.rs"]
#[allow(unreachable_pub, dead_code)]
mod certificates;
mod support;

use std::io::Write;
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};

use certificates::Certificates;
use stskit::emulator::{Emulator, Fault};
use stskit::endpoint::EndpointService;
use stskit::host::Scripted;
use stskit::sts::{Client, GetCallerIdentity};
use stskit::transport::{NoProxy, Proxies, ProxyUrl};
use stskit::{ErrorKind, Settings};
use support::net::{Impatient, Server, client_in, closed_port, ms, read_head, within};

const CALL: GetCallerIdentity = GetCallerIdentity {};
const PLAIN: &str = "http://sts.test.invalid";
const SECURE: &str = "https://sts.test.invalid";

/// A proxy that leads every name to one address, and keeps what it was asked.
struct Proxy {
    server: Server,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    fn to(target: SocketAddr) -> Proxy {
        let heads = Arc::new(Mutex::new(Vec::new()));
        let seen = heads.clone();
        let server = Server::start(move |mut client, _| {
            let Some(head) = read_head(&mut client) else { return };
            seen.lock().unwrap().push(head);
            let upstream = TcpStream::connect(target).unwrap();
            client.write_all(b"HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n").unwrap();
            let (mut from, mut to) = (client.try_clone().unwrap(), upstream.try_clone().unwrap());
            let outward = std::thread::spawn(move || {
                let _ = std::io::copy(&mut from, &mut to);
                let _ = to.shutdown(Shutdown::Write);
            });
            let (mut from, mut to) = (upstream, client);
            let _ = std::io::copy(&mut from, &mut to);
            let _ = to.shutdown(Shutdown::Both);
            let _ = outward.join();
        });
        Proxy { server, heads }
    }

    fn address(&self) -> String {
        self.server.addr.to_string()
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

/// A client in an environment, for a name that nobody else resolves.
fn client(url: &str, vars: &[(&str, &str)]) -> Client {
    let machine = vars.iter().fold(Scripted::at(0), |host, (name, value)| host.with_var(name, *value));
    client_in(machine, url, |b| {
        let b = b.max_attempts(2).connect_timeout(ms(1500));
        if url.starts_with("https") { b.ca_bundle(Certificates::get().path("ca.pem")) } else { b }
    })
}

fn secure_emulator() -> Emulator {
    let (chain, key) = Certificates::get().server("good");
    Emulator::builder().tls(chain, key).start().unwrap()
}

#[test]
fn https_through_a_tunnel_with_a_password() {
    let emulator = secure_emulator();
    let proxy = Proxy::to(emulator.addr());
    // user "us:er@", password "p@ss/+ %é" as a URL spells them; base64 of "us:er@:p@ss/+ %é".
    let url = format!("http://us%3Aer%40:p%40ss%2F+%20%25%C3%A9@{}", proxy.address());
    let sts = client(SECURE, &[("HTTPS_PROXY", &url)]);
    for _ in 0..3 {
        sts.get_caller_identity(&CALL).unwrap();
    }
    let heads = proxy.heads();
    assert_eq!(heads.len(), 1, "the tunnel is kept");
    assert_eq!(emulator.connections(), 1);
    assert!(heads[0].starts_with("CONNECT sts.test.invalid:443 HTTP/1.1\r\n"), "{}", heads[0]);
    assert!(heads[0].contains("\r\nHost: sts.test.invalid:443\r\n"), "{}", heads[0]);
    assert!(heads[0].contains("\r\nProxy-Authorization: Basic dXM6ZXJAOnBAc3MvKyAlw6k=\r\n"), "{}", heads[0]);
    // The proxy sees nothing of the request, the service nothing of the proxy.
    for name in ["authorization: aws4", "x-amz-security-token", "user-agent"] {
        assert!(!heads[0].to_ascii_lowercase().contains(name), "{}", heads[0]);
    }
    for request in emulator.requests() {
        assert_eq!(request.header("host"), Some("sts.test.invalid"));
        assert!(request.headers.iter().all(|(name, _)| !name.to_ascii_lowercase().starts_with("proxy-")));
        assert!(request.header("authorization").is_some());
    }
    // A stale tunnel is replaced like any other connection.
    emulator.inject(Fault::stale_connection());
    assert_eq!(sts.get_caller_identity(&CALL).unwrap().metadata.retry_attempts, 0);
    assert_eq!(proxy.heads().len(), 2);
}

#[test]
fn plain_http_through_a_tunnel() {
    let emulator = Emulator::start().unwrap();
    let proxy = Proxy::to(emulator.addr());
    for url in [proxy.address(), format!("http://{}", proxy.address()), format!("HTTP://user@{}/", proxy.address())] {
        let sts = client("http://sts.test.invalid:8080", &[("http_proxy", &url)]);
        sts.get_caller_identity(&CALL).unwrap();
        sts.get_caller_identity(&CALL).unwrap();
    }
    let heads = proxy.heads();
    assert_eq!(heads.len(), 3);
    assert!(heads.iter().all(|h| h.starts_with("CONNECT sts.test.invalid:8080 ")), "{heads:?}");
    assert!(heads.iter().all(|h| !h.to_ascii_lowercase().contains("aws4")), "{heads:?}");
    assert!(!heads[0].contains("Proxy-Authorization") && heads[2].contains("Proxy-Authorization: Basic dXNlcjo=\r\n"));
    assert_eq!(emulator.requests().len(), 6);
}

#[test]
fn a_proxy_behind_tls() {
    // TLS to the proxy, which ends it, and plain HTTP inside.
    let emulator = Emulator::start().unwrap();
    let proxy = Proxy::to(emulator.addr());
    let (chain, key) = Certificates::get().server("good");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let chain = rustls::pki_types::pem::PemObject::pem_slice_iter(&chain).map(Result::unwrap).collect();
    let key = rustls::pki_types::pem::PemObject::from_pem_slice(&key).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap());
    let inner = proxy.server.addr;
    let outer = Server::start(move |client, _| {
        let mut tls = rustls::StreamOwned::new(rustls::ServerConnection::new(config.clone()).unwrap(), client);
        let mut upstream = TcpStream::connect(inner).unwrap();
        // Half duplex is enough: a request, then its answer.
        upstream.set_read_timeout(Some(ms(50))).unwrap();
        let mut buffer = [0; 65536];
        while let Ok(amount @ 1..) = std::io::Read::read(&mut tls, &mut buffer) {
            upstream.write_all(&buffer[..amount]).unwrap();
            while let Ok(amount @ 1..) = std::io::Read::read(&mut upstream, &mut buffer) {
                tls.write_all(&buffer[..amount]).unwrap();
            }
        }
    });
    let variable = format!("https://{}", outer.addr);
    let machine = Scripted::at(0).with_var("HTTP_PROXY", &variable);
    let sts = client_in(machine, PLAIN, |b| b.ca_bundle(Certificates::get().path("ca.pem")).max_attempts(1));
    sts.get_caller_identity(&CALL).unwrap();
    assert_eq!(proxy.heads().len(), 1);
    // Its certificate is checked as well.
    let machine = Scripted::at(0).with_var("HTTP_PROXY", &variable);
    let error = client_in(machine, PLAIN, |b| b).get_caller_identity(&CALL).unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Tls, 1), "{error}");
    assert_eq!(proxy.heads().len(), 1);
}

#[test]
fn which_variable_counts() {
    let emulator = Emulator::start().unwrap();
    let (right, wrong) = (Proxy::to(emulator.addr()), format!("http://127.0.0.1:{}", closed_port()));
    let address = right.address();
    for vars in [
        &[("HTTP_PROXY", address.as_str())][..],
        &[("http_proxy", &address)],
        &[("http_proxy", &address), ("HTTP_PROXY", &wrong)],
        &[("http_proxy", ""), ("HTTP_PROXY", &address)],
        &[("ALL_PROXY", &address)],
        &[("all_proxy", &address), ("ALL_PROXY", &wrong)],
        &[("HTTP_PROXY", &address), ("ALL_PROXY", &wrong)],
        &[("HTTP_PROXY", &address), ("HTTPS_PROXY", &wrong)],
        &[("http_proxy", &address), ("REQUEST_METHOD", "GET")],
        &[("ALL_PROXY", &address), ("HTTP_PROXY", &wrong), ("REQUEST_METHOD", "GET")],
    ] {
        let before = right.heads().len();
        client(PLAIN, vars).get_caller_identity(&CALL).unwrap_or_else(|e| panic!("{vars:?}: {e}"));
        assert_eq!(right.heads().len(), before + 1, "{vars:?}");
    }
    // In a CGI program HTTP_PROXY is what a stranger says.
    let vars = [("HTTP_PROXY", address.as_str()), ("REQUEST_METHOD", "GET")];
    let before = right.heads().len();
    let machine = vars.iter().fold(Scripted::at(0), |host, (name, value)| host.with_var(name, *value));
    let builder = Settings::builder().region("us-east-1").endpoint_url(EndpointService::Sts, PLAIN);
    assert_eq!(builder.resolve_with(&machine).unwrap().transport().proxies, Proxies::default());
    assert_eq!(right.heads().len(), before);
}

#[test]
fn hosts_that_need_no_proxy() {
    let emulator = Emulator::start().unwrap();
    let proxy = Proxy::to(emulator.addr());
    let port = emulator.addr().port();
    // Loopback is always direct, whatever NO_PROXY says.
    for host in ["127.0.0.1", "localhost", "LOCALHOST"] {
        for no_proxy in ["", "nothing.example"] {
            let url = format!("http://{host}:{port}");
            let sts = client(&url, &[("ALL_PROXY", &proxy.address()), ("NO_PROXY", no_proxy)]);
            sts.get_caller_identity(&CALL).unwrap();
        }
    }
    assert_eq!(proxy.heads().len(), 0);
    // The list decides for the others. The name is not to be found without the proxy.
    for (no_proxy, direct) in [
        ("sts.test.invalid", true),
        (".test.invalid", true),
        ("test.invalid", true),
        ("*.test.invalid", true),
        ("a, invalid ,b", true),
        ("*", true),
        ("STS.TEST.INVALID", true),
        ("sts.test.invalid:80", true),
        ("sts.test.invalid:443", false),
        ("est.invalid", false),
        ("other.test.invalid", false),
        ("", false),
    ] {
        for name in ["NO_PROXY", "no_proxy"] {
            let sts = client(PLAIN, &[("HTTP_PROXY", &proxy.address()), (name, no_proxy)]);
            let before = proxy.heads().len();
            let result = sts.get_caller_identity(&CALL);
            assert_eq!(proxy.heads().len() == before, direct, "{name}={no_proxy}");
            assert_eq!(result.is_err(), direct, "{name}={no_proxy}");
        }
    }
    // Lower case wins.
    let vars = [("HTTP_PROXY", &*proxy.address()), ("no_proxy", "x"), ("NO_PROXY", "*")];
    client(PLAIN, &vars).get_caller_identity(&CALL).unwrap();
}

#[test]
fn explicit_proxies() {
    let emulator = secure_emulator();
    let proxy = Proxy::to(emulator.addr());
    let wrong = format!("http://127.0.0.1:{}", closed_port());
    let explicit = |no_proxy: &str| Proxies {
        https: Some(ProxyUrl::parse(&proxy.address()).unwrap()),
        http: None,
        no_proxy: NoProxy::parse(no_proxy),
    };
    let machine = || Scripted::at(0).with_var("ALL_PROXY", wrong.as_str()).with_var("NO_PROXY", "*");
    let ca = Certificates::get().path("ca.pem");
    client_in(machine(), SECURE, |b| b.ca_bundle(&ca).proxies(explicit(""))).get_caller_identity(&CALL).unwrap();
    assert_eq!(proxy.heads().len(), 1);
    let sts = client_in(machine(), SECURE, |b| b.ca_bundle(&ca).proxies(explicit("invalid")).max_attempts(1));
    sts.get_caller_identity(&CALL).unwrap_err();
    assert_eq!(proxy.heads().len(), 1);
}

#[test]
fn a_proxy_that_refuses_or_fails() {
    let secret = "planted";
    for (answer, what) in [
        ("HTTP/1.1 403 Forbidden\r\nContent-Length: 5\r\n\r\nplant", "403"),
        ("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n", "407"),
        ("HTTP/1.1 502 Bad Gateway\r\n\r\n", "502"),
        ("HTTP/1.1 301 Moved\r\nLocation: http://elsewhere/\r\n\r\n", "301"),
        ("", ""),
        ("SSH-2.0-planted\r\n\r\n", ""),
        ("HTTP/1.1 200 OK\r\nX: y", ""),
    ] {
        let server = Server::start(move |mut stream, _| {
            read_head(&mut stream);
            let _ = stream.write_all(answer.as_bytes());
        });
        let url = format!("http://user:{secret}@{}", server.addr);
        for target in [SECURE, PLAIN] {
            let sts = client(target, &[("ALL_PROXY", &url)]);
            let before = server.connections();
            let error = within(ms(2500), || sts.get_caller_identity(&CALL).unwrap_err());
            let text = format!("{error} {error:?}");
            assert!(error.is_network() || error.kind() == ErrorKind::InvalidResponse, "{answer:?}: {text}");
            assert_eq!((error.attempts(), server.connections() - before), (2, 2), "{text}");
            assert!(text.contains(&format!("through the proxy {}", server.addr)) && text.contains(what), "{text}");
            assert!(!text.contains(secret) && !text.contains("user:"), "{text}");
        }
    }
    // One that is down, and one that never answers.
    let url = format!("user:{secret}@127.0.0.1:{}", closed_port());
    let error = client(SECURE, &[("HTTPS_PROXY", &url)]).get_caller_identity(&CALL).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Network);
    let text = error.to_string();
    assert!(text.contains("cannot connect") && text.contains("check HTTPS_PROXY"), "{text}");
    assert!(!text.contains(secret), "{text}");
    let silent = Server::start(|mut stream, _| {
        let _ = std::io::Read::read_to_end(&mut stream, &mut Vec::new());
    });
    let machine = Scripted::at(0).with_var("ALL_PROXY", silent.addr.to_string());
    let sts = client_in(machine, PLAIN, |b| b.connect_timeout(ms(200)).max_attempts(1));
    let error = within(ms(700), || sts.get_caller_identity(&CALL).unwrap_err());
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    // A name that is not known.
    let sts = client(SECURE, &[("HTTPS_PROXY", "http://proxy.invalid:3128")]);
    let error = sts.get_caller_identity(&CALL).unwrap_err();
    assert!(error.is_network() && error.to_string().contains("proxy.invalid"), "{error}");
}

#[test]
fn a_proxy_that_sends_more_than_it_should() {
    // Bytes after the head of the proxy's answer belong to the tunnel; here they are no TLS.
    let server = Server::start(|mut stream, _| {
        read_head(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        std::thread::sleep(ms(100));
    });
    let error = client(SECURE, &[("HTTPS_PROXY", &server.addr.to_string())]).get_caller_identity(&CALL).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
    // A head without an end.
    let server = Server::start(|mut stream, _| {
        read_head(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        while stream.write_all(b"X-Flood: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n").is_ok() {}
    });
    let machine = Scripted::at(0).with_var("ALL_PROXY", server.addr.to_string());
    let sts = client_in(machine, PLAIN, |b| b.connect_timeout(ms(300)).max_attempts(1));
    within(ms(1000), || sts.get_caller_identity(&CALL).unwrap_err());
    // A certificate for another name is refused in a tunnel too.
    let (chain, key) = Certificates::get().server("other-name");
    let emulator = Emulator::builder().tls(chain, key).start().unwrap();
    let proxy = Proxy::to(emulator.addr());
    let error = client(SECURE, &[("HTTPS_PROXY", &proxy.address())]).get_caller_identity(&CALL).unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Tls, 1), "{error}");
}

#[test]
fn bad_proxies_are_refused_with_their_variable_and_without_their_password() {
    for name in ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        for value in [
            "socks5://user:planted@proxy:1080",
            "socks4a://user:planted@proxy",
            "ftp://user:planted@proxy",
            "http://user:planted@",
            "http://user:planted@:3128",
            "http://user:planted@proxy:",
            "http://user:planted@proxy:0",
            "http://user:planted@proxy:65536",
            "http://user:planted@proxy:port",
            "http://user:planted%ff@proxy",
            "http://user:planted pass@proxy",
            "http://user:planted\u{7f}@proxy",
            "http://user:plantedé@proxy",
            "://user:planted@proxy",
            "http:/user:planted@proxy",
        ] {
            let machine = Impatient(Scripted::at(0).with_var(name, value));
            let error = Settings::builder().resolve_with(&machine).expect_err(value);
            let text = format!("{error} {error:?}");
            assert!(error.is_configuration() && text.contains(name), "{value}: {text}");
            assert!(!text.contains("planted") && !text.contains("user:"), "{value}: {text}");
        }
    }
}
