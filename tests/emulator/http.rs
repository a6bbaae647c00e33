//! The HTTP side: keep-alive, bodies, limits, records, counts, stopping.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use stskit::emulator::{Emulator, Fault};

use crate::client::{Client, GOLDEN_POST, USER, call, fixed};

#[test]
fn one_connection_carries_many_requests() {
    let emulator = fixed();
    let mut client = Client::connect(&emulator);
    for _ in 0..20 {
        assert_eq!(client.exchange(GOLDEN_POST).ok().header("connection"), None);
    }
    assert_eq!(emulator.connections(), 1);
    assert!(emulator.requests().iter().all(|request| request.connection == 1));
    Client::connect(&emulator).exchange(GOLDEN_POST).ok();
    assert_eq!(emulator.connections(), 2);
    assert_eq!(emulator.requests().last().unwrap().connection, 2);
}

#[test]
fn requests_may_come_together_or_in_pieces() {
    let emulator = fixed();
    let mut client = Client::connect(&emulator);
    client.send(format!("{GOLDEN_POST}{GOLDEN_POST}"));
    client.receive().unwrap().ok();
    client.receive().unwrap().ok();
    for piece in GOLDEN_POST.as_bytes().chunks(100) {
        client.send(piece);
        std::thread::sleep(Duration::from_millis(2));
    }
    client.receive().unwrap().ok();
    assert_eq!(emulator.connections(), 1);
}

#[test]
fn connections_end_when_the_client_says_so() {
    let emulator = fixed();
    let mut client = Client::connect(&emulator);
    let response = client.exchange(GOLDEN_POST.replace("Content-Length", "Connection: close\r\nContent-Length"));
    assert_eq!(response.ok().header("connection"), Some("close"));
    client.is_closed();
    let mut client = Client::connect(&emulator);
    client.exchange(GOLDEN_POST.replace("HTTP/1.1", "HTTP/1.0")).ok();
    client.is_closed();
}

#[test]
fn chunked_bodies_are_put_together() {
    let emulator = fixed();
    let (head, body) = GOLDEN_POST.split_once("\r\n\r\n").unwrap();
    let head = head.replace("Content-Length: 43", "Transfer-Encoding: chunked");
    let chunks = format!("5;x=y\r\n{}\r\n26\r\n{}\r\n0\r\nTrailer: x\r\n\r\n", &body[..5], &body[5..]);
    let mut client = Client::connect(&emulator);
    client.exchange(format!("{head}\r\n\r\n{chunks}")).ok();
    client.exchange(GOLDEN_POST).ok();
    assert_eq!(emulator.requests()[0].body, body.as_bytes());
    let broken = Client::connect(&emulator).exchange(format!("{head}\r\n\r\nzz\r\n"));
    assert_eq!(broken.status, 400);
}

#[test]
fn expect_100_continue_is_granted() {
    let emulator = fixed();
    let (head, body) = GOLDEN_POST.split_once("\r\n\r\n").unwrap();
    let mut client = Client::connect(&emulator);
    let interim = client.exchange(format!("{head}\r\nExpect: 100-continue\r\n\r\n"));
    assert_eq!(interim.status, 100);
    client.exchange(body).ok();
    // A client that does not wait gets no interim answer.
    client.exchange(format!("{head}\r\nExpect: 100-continue\r\n\r\n{body}")).ok();
}

#[test]
fn a_head_request_gets_no_body() {
    let emulator = fixed();
    let mut client = Client::connect(&emulator);
    client.send("HEAD /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    let text = String::from_utf8(client.rest().unwrap()).unwrap();
    assert!(text.starts_with("HTTP/1.1 404 Not Found\r\n") && text.ends_with("\r\n\r\n"), "{text}");
}

#[test]
fn what_is_no_request_is_refused_and_closed() {
    let emulator = fixed();
    let cases = [
        ("nonsense\r\n\r\n".to_owned(), 400),
        ("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n".to_owned(), 400),
        ("POST / HTTP/1.1\r\nContent-Length: 9999999999\r\n\r\n".to_owned(), 413),
        (format!("GET / HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(200)), 431),
        (format!("GET / HTTP/1.1\r\nA: {}\r\n\r\n", "b".repeat(70_000)), 431),
    ];
    for (text, status) in cases {
        let mut client = Client::connect(&emulator);
        // The server may answer and close before all of it is written.
        drop(client.stream.write_all(text.as_bytes()));
        assert_eq!(client.receive().unwrap().status, status);
        client.is_closed();
    }
    assert!(emulator.requests().is_empty());
}

#[test]
fn records_hold_the_whole_request_in_order() {
    let emulator = fixed();
    let mut client = Client::connect(&emulator);
    client.exchange(
        "POST /a%20b?c=d+e HTTP/1.1\r\nHost: x\r\nB-Header: 1\r\na-header: 2\r\nContent-Length: 3\r\n\r\nx=y",
    );
    let requests = emulator.requests();
    let request = &requests[0];
    assert_eq!((request.method.as_str(), request.path.as_str(), request.query.as_str()), ("POST", "/a%20b", "c=d+e"));
    let names: Vec<&str> = request.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["Host", "B-Header", "a-header", "Content-Length"]);
    assert_eq!((request.body_text().as_str(), request.operation.as_deref()), ("x=y", None));
    assert_eq!(request.parameter("c").as_deref(), Some("d e"));
    assert_eq!(request.header("A-HEADER"), Some("2"));
    emulator.clear_requests();
    assert!(emulator.requests().is_empty());
    assert_eq!(emulator.connections(), 1);
}

#[test]
fn the_environment_names_keys_region_and_endpoint() {
    let emulator = Emulator::start().unwrap();
    let port = emulator.addr().port();
    assert_eq!(emulator.url(), format!("http://127.0.0.1:{port}"));
    let expected = [
        ("AWS_ACCESS_KEY_ID", Emulator::ACCESS_KEY_ID.to_owned()),
        ("AWS_SECRET_ACCESS_KEY", Emulator::SECRET_ACCESS_KEY.to_owned()),
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_DEFAULT_REGION", "us-east-1".to_owned()),
        ("AWS_ENDPOINT_URL_STS", emulator.url()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ("AWS_ENDPOINT_URL_SSO", emulator.url()),
        ("AWS_ENDPOINT_URL_SSO_OIDC", emulator.url()),
        ("AWS_ENDPOINT_URL_SIGNIN", emulator.url()),
    ];
    assert_eq!(emulator.environment(), expected);
    assert!(!format!("{emulator:?} {:?}", Emulator::builder()).contains(Emulator::SECRET_ACCESS_KEY));
}

#[test]
fn many_connections_at_once_are_served() {
    let emulator = fixed();
    std::thread::scope(|scope| {
        for _ in 0..32 {
            scope.spawn(|| {
                let mut client = Client::connect(&emulator);
                for _ in 0..10 {
                    client.exchange(GOLDEN_POST).ok();
                }
            });
        }
    });
    assert_eq!((emulator.connections(), emulator.requests().len()), (32, 320));
}

#[test]
fn too_many_connections_are_told_so() {
    let emulator = fixed();
    let mut clients: Vec<Client> = (0..256).map(|_| Client::connect(&emulator)).collect();
    clients[255].exchange(GOLDEN_POST).ok();
    let mut surplus = Client::connect(&emulator);
    assert_eq!(surplus.receive().unwrap().status, 503);
    surplus.is_closed();
    drop(clients);
    let started = Instant::now();
    // The places are free again as soon as the threads have noticed.
    while Client::connect(&emulator).exchange(GOLDEN_POST).status == 503 {
        assert!(started.elapsed() < Duration::from_secs(60));
    }
}

#[test]
fn stopping_is_prompt_whatever_is_going_on() {
    let emulator = fixed();
    let mut idle = Client::connect(&emulator);
    idle.exchange(GOLDEN_POST).ok();
    emulator.inject(Fault::slow(Duration::from_secs(60)));
    emulator.inject(Fault::endless());
    emulator.inject(Fault::drip(Duration::from_secs(60)));
    let mut busy = [0; 3].map(|_| Client::connect(&emulator));
    for client in &mut busy {
        client.send(GOLDEN_POST);
    }
    let mut half = Client::connect(&emulator);
    half.send("POST / HT");
    while emulator.requests().len() < 4 {
        std::thread::yield_now();
    }
    let started = Instant::now();
    emulator.stop();
    // The faults would go on for a minute.
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    idle.is_closed();
    assert!(TcpStream::connect(emulator.addr()).is_err());
    // The second stop and the drop have nothing left to do; the record is still there.
    emulator.stop();
    assert_eq!(emulator.requests().len(), 4);
}

#[test]
fn starting_and_stopping_leaves_nothing_behind() {
    for _ in 0..100 {
        let emulator = Emulator::start().unwrap();
        let address = emulator.addr();
        drop(emulator);
        assert!(TcpStream::connect(address).is_err());
    }
}

#[test]
fn ipv6_loopback_works() {
    let emulator = Emulator::builder().address(std::net::Ipv6Addr::LOCALHOST).start().unwrap();
    assert!(emulator.url().starts_with("http://[::1]:"));
    // Its clock is the real one, so the fixed signature is out of date.
    call(&emulator, &USER, "Action=GetCallerIdentity").is_error(403, "SignatureDoesNotMatch", "Signature");
}
