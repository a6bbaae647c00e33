//! Every fault as a client sees it.

use std::io::{ErrorKind, Read};
use std::time::{Duration, Instant};

use stskit::emulator::{Emulator, Fault};

use crate::client::{Client, GOLDEN_POST, USER, call, fixed};

/// An emulator with this fault, and a connection with the golden request sent on it.
fn with(fault: Fault) -> (Emulator, Client) {
    let emulator = fixed();
    emulator.inject(fault);
    let mut client = Client::connect(&emulator);
    client.send(GOLDEN_POST);
    (emulator, client)
}

#[test]
fn statuses_with_and_without_a_body() {
    let (_emulator, mut client) = with(Fault::status(503));
    let response = client.receive().unwrap();
    assert_eq!((response.status, response.body.as_str(), response.header("content-type")), (503, "", None));
    // The fault was used up.
    client.exchange(GOLDEN_POST).ok();

    let fault = Fault::status(429).body("text/plain", "slow down").header("Retry-After", "7");
    let response = with(fault).1.receive().unwrap();
    assert_eq!((response.status, response.body.as_str()), (429, "slow down"));
    assert_eq!(response.header("retry-after"), Some("7"));

    let response = with(Fault::status(204)).1.receive().unwrap();
    assert_eq!((response.status, response.header("content-length")), (204, None));
}

#[test]
fn error_documents_are_the_service_s_own() {
    let response = with(Fault::error("PackedPolicyTooLarge", "a < b", 400)).1.receive().unwrap();
    response.is_error(400, "PackedPolicyTooLarge", "a &lt; b");
    assert_eq!(response.value("Type"), "Sender");
    assert_eq!(response.header("x-amzn-requestid"), Some(response.value("RequestId").as_str()));
    let response = with(Fault::error("InternalFailure", "", 500)).1.receive().unwrap();
    assert_eq!((response.status, response.value("Type").as_str()), (500, "Receiver"));
    with(Fault::throttle()).1.receive().unwrap().is_error(400, "Throttling", "Rate exceeded");
}

#[test]
fn pages_and_redirects() {
    let response = with(Fault::html(502)).1.receive().unwrap();
    assert_eq!((response.status, response.header("content-type")), (502, Some("text/html")));
    assert!(response.body.starts_with("<html>"));
    let response = with(Fault::redirect("http://127.0.0.1:1/")).1.receive().unwrap();
    assert_eq!((response.status, response.header("location")), (307, Some("http://127.0.0.1:1/")));
}

#[test]
fn faults_are_counted_and_chosen_by_operation() {
    let emulator = fixed();
    emulator.inject(Fault::throttle().times(2).on("GetCallerIdentity"));
    emulator.inject(Fault::status(500).always().on("GetSessionToken"));
    let mut client = Client::connect(&emulator);
    let statuses: Vec<u16> = (0..4).map(|_| client.exchange(GOLDEN_POST).status).collect();
    assert_eq!(statuses, [400, 400, 200, 200]);
    for _ in 0..3 {
        assert_eq!(call(&emulator, &USER, "Action=GetSessionToken").status, 500);
    }
    emulator.clear_faults();
    call(&emulator, &USER, "Action=GetSessionToken").ok();
    emulator.inject(Fault::none());
    emulator.inject(Fault::status(500));
    let statuses: Vec<u16> = (0..3).map(|_| client.exchange(GOLDEN_POST).status).collect();
    assert_eq!(statuses, [200, 500, 200]);
}

#[test]
fn close_before_the_answer() {
    let (emulator, mut client) = with(Fault::close_before_response());
    client.is_closed();
    assert_eq!(emulator.requests().len(), 1);
    Client::connect(&emulator).exchange(GOLDEN_POST).ok();
}

#[test]
fn close_after_the_answer_is_not_announced() {
    let (_emulator, mut client) = with(Fault::close_after_response());
    assert_eq!(client.receive().unwrap().ok().header("connection"), None);
    client.is_closed();
}

#[test]
fn a_stale_connection_fails_only_when_it_is_used_again() {
    let (emulator, mut client) = with(Fault::stale_connection());
    client.receive().unwrap().ok();
    client.send(GOLDEN_POST);
    client.is_closed();
    let mut client = Client::connect(&emulator);
    client.exchange(GOLDEN_POST).ok();
    client.exchange(GOLDEN_POST).ok();
}

#[test]
fn a_reset_is_a_reset() {
    let emulator = fixed();
    let mut client = Client::connect(&emulator);
    client.exchange(GOLDEN_POST).ok();
    // Injected while the connection is idle; not for an operation that is not meant.
    emulator.inject(Fault::reset().on("GetCallerIdentity"));
    call(&emulator, &USER, "Action=GetSessionToken").ok();
    client.send(GOLDEN_POST);
    assert_eq!(client.rest().unwrap_err().kind(), ErrorKind::ConnectionReset);
    // A request that arrives in pieces is reset when it is whole.
    emulator.inject(Fault::reset());
    let mut client = Client::connect(&emulator);
    for piece in GOLDEN_POST.as_bytes().chunks(200) {
        client.send(piece);
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(client.rest().unwrap_err().kind(), ErrorKind::ConnectionReset);
    assert_eq!(emulator.requests().len(), 4);
    Client::connect(&emulator).exchange(GOLDEN_POST).ok();
}

#[test]
fn a_truncated_answer_announces_all_of_it() {
    for count in [0, 10] {
        let (_emulator, mut client) = with(Fault::truncate(count));
        let text = String::from_utf8(client.rest().unwrap()).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert_eq!(body.len(), count);
        let announced = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")).unwrap();
        assert!(announced.parse::<usize>().unwrap() > 200, "{head}");
    }
    // More than there is: the whole answer.
    with(Fault::truncate(1_000_000)).1.receive().unwrap().ok();
}

#[test]
fn slow_and_dripping_answers_are_late_but_whole() {
    let started = Instant::now();
    with(Fault::slow(Duration::from_millis(100))).1.receive().unwrap().ok();
    assert!(started.elapsed() >= Duration::from_millis(100));
    let started = Instant::now();
    let (_emulator, mut client) = with(Fault::drip(Duration::from_micros(300)));
    client.receive().unwrap().ok();
    // The answer has some 600 bytes.
    assert!(started.elapsed() >= Duration::from_millis(150), "{:?}", started.elapsed());
    client.exchange(GOLDEN_POST).ok();
    let started = Instant::now();
    with(Fault::throttle().after(Duration::from_millis(50))).1.receive().unwrap().is_error(400, "Throttling", "");
    assert!(started.elapsed() >= Duration::from_millis(50));
}

#[test]
fn a_slow_operation_was_run_before_the_wait() {
    let (emulator, client) = with(Fault::slow(Duration::from_secs(60)));
    while emulator.requests().is_empty() {
        std::thread::yield_now();
    }
    drop(client);
    Client::connect(&emulator).exchange(GOLDEN_POST).ok();
}

#[test]
fn huge_answers_are_as_large_as_announced() {
    const SIZE: u64 = 20_000_000;
    for (fault, sized) in [(Fault::huge(SIZE), true), (Fault::huge_unsized(SIZE), false)] {
        let (_emulator, mut client) = with(fault);
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            client.stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        assert_eq!(head.contains(&format!("Content-Length: {SIZE}\r\n")), sized, "{head}");
        let copied = std::io::copy(&mut Read::by_ref(&mut client.stream).take(SIZE), &mut std::io::sink());
        assert_eq!(copied.unwrap(), SIZE);
        if sized {
            client.exchange(GOLDEN_POST).ok();
        } else {
            client.is_closed();
        }
    }
}

#[test]
fn endless_bodies_and_headers_do_not_end() {
    for (fault, marker) in [(Fault::endless(), "Transfer-Encoding: chunked"), (Fault::header_flood(), "X-Flood: a")] {
        let (_emulator, client) = with(fault);
        let mut seen = Vec::new();
        client.stream.take(3_000_000).read_to_end(&mut seen).unwrap();
        assert_eq!(seen.len(), 3_000_000);
        assert!(String::from_utf8_lossy(&seen[..1000]).contains(marker));
    }
}

#[test]
fn bytes_that_are_not_http() {
    let seen = with(Fault::raw(*b"HTTP/1.1 200 OK\r\n\r\n")).1.rest().unwrap();
    assert_eq!(seen, b"HTTP/1.1 200 OK\r\n\r\n");
    let seen = with(Fault::garbage()).1.rest().unwrap();
    assert!(!seen.is_empty() && !seen.starts_with(b"HTTP/"));
}

#[test]
fn dates_can_be_wrong() {
    for (seconds, date) in [(3600, "Fri, 02 Jan 2026 04:04:05 GMT"), (-5, "Fri, 02 Jan 2026 03:04:00 GMT")] {
        let response = with(Fault::date_offset(seconds)).1.receive().unwrap().ok();
        assert_eq!(response.header("date"), Some(date));
    }
    let response = with(Fault::none().header("Date", "yesterday")).1.receive().unwrap().ok();
    let dates: Vec<_> = response.headers.iter().filter(|(name, _)| name == "date").collect();
    assert_eq!(dates.len(), 1);
    assert_eq!(response.header("date"), Some("yesterday"));
}
