//! The transport against a broken or hostile network: real sockets, short time limits.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::time::Duration;

use stskit::emulator::{Emulator, Fault};
use stskit::sts::*;
use stskit::transport::{Transport, TransportConfig, TransportErrorKind, UreqTransport};
use stskit::{ErrorKind, RetryStop};
use support::net::{IDENTITY, Server, client_at, client_of, closed_port, http as answer_of, ms, read_request, within};

const CALL: GetCallerIdentity = GetCallerIdentity {};

#[test]
fn a_connection_serves_many_calls() {
    let emulator = Emulator::start().unwrap();
    let sts = client_of(&emulator, |b| b);
    for _ in 0..5 {
        sts.get_caller_identity(&CALL).unwrap();
        // Error answers are read to their end too.
        sts.decode_authorization_message(&DecodeAuthorizationMessage::new("x")).unwrap_err();
    }
    assert_eq!(emulator.connections(), 1);
    assert_eq!(emulator.requests().len(), 10);
    // A clone shares the connections, another client has its own.
    sts.clone().get_caller_identity(&CALL).unwrap();
    assert_eq!(emulator.connections(), 1);
    client_of(&emulator, |b| b).get_caller_identity(&CALL).unwrap();
    assert_eq!(emulator.connections(), 2);
}

#[test]
fn a_stale_connection_is_replaced_without_counting_as_a_failure() {
    for fault in [Fault::stale_connection(), Fault::reset().on_reused()] {
        let emulator = Emulator::start().unwrap();
        // One attempt: the repetition must not need a second one.
        let sts = client_of(&emulator, |b| b.max_attempts(1));
        sts.get_caller_identity(&CALL).unwrap();
        emulator.inject(fault.clone());
        let answer = sts.get_caller_identity(&CALL).unwrap();
        assert_eq!(answer.metadata.retry_attempts, 0, "{fault:?}");
        let requests = emulator.requests();
        assert_eq!(requests.iter().map(|r| r.connection).collect::<Vec<_>>(), [1, 1, 2], "{fault:?}");
        assert_eq!(requests[2].header("amz-sdk-request"), Some("attempt=1"));
    }
}

#[test]
fn a_connection_that_the_server_closed_while_idle_is_not_used() {
    let emulator = Emulator::start().unwrap();
    let sts = client_of(&emulator, |b| b.max_attempts(1));
    for round in 1..=3 {
        emulator.inject(Fault::close_after_response());
        assert_eq!(sts.get_caller_identity(&CALL).unwrap().metadata.retry_attempts, 0);
        assert_eq!(emulator.connections(), round);
        std::thread::sleep(ms(20));
    }
}

#[test]
fn bytes_nobody_asked_for_end_a_connection() {
    // A second answer in the pool must never be taken for the answer to the next request.
    let twice = answer_of("200 OK", "", IDENTITY).repeat(2);
    let server = Server::answering(twice);
    let sts = client_at(&server.url(), |b| b);
    for round in 1..=3 {
        sts.get_caller_identity(&CALL).unwrap();
        assert_eq!(server.connections(), round);
    }
}

#[test]
fn a_server_that_always_closes_is_given_up_after_the_attempts() {
    for fault in [Fault::close_before_response().always(), Fault::reset().always(), Fault::raw(*b"").always()] {
        let emulator = Emulator::start().unwrap();
        emulator.inject(fault.clone());
        let error = client_of(&emulator, |b| b).get_caller_identity(&CALL).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Network, "{fault:?}: {error}");
        assert_eq!((error.attempts(), error.retry_stop()), (3, Some(RetryStop::MaxAttempts)));
        assert_eq!(emulator.requests().len(), 3, "{fault:?}");
        let text = error.to_string();
        assert!(text.contains(&emulator.addr().to_string()) && text.contains("ended before the answer"), "{text}");
    }
}

#[test]
fn nobody_listens() {
    let port = closed_port();
    let sts = client_at(&format!("http://127.0.0.1:{port}"), |b| b);
    let error = within(ms(1000), || sts.get_caller_identity(&CALL).unwrap_err());
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Network, 3));
    assert!(error.to_string().contains(&format!("127.0.0.1:{port}: cannot connect")), "{error}");
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn an_unknown_name_is_said_so_and_does_not_hang() {
    let sts = client_at("http://host.invalid", |b| b.max_attempts(1).connect_timeout(Duration::from_secs(4)));
    let error = within(Duration::from_secs(5), || sts.get_caller_identity(&CALL).unwrap_err());
    let text = error.to_string();
    assert!(text.contains("host.invalid"), "{text}");
    // A resolver without a network may run into the limit; anywhere else the name is not found.
    if error.kind() != ErrorKind::Timeout {
        assert_eq!(error.kind(), ErrorKind::Network, "{text}");
        assert!(text.contains("cannot be looked up") && text.contains("check the region"), "{text}");
    }
}

#[test]
fn the_read_timeout_bounds_an_attempt_to_its_last_byte() {
    let hour = Duration::from_secs(3600);
    let faults = [
        Fault::slow(hour),
        Fault::drip(ms(20)),
        // The head at once, the body byte by byte: later than any single read.
        Fault::raw(*b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<").after(ms(1)),
    ];
    for fault in faults {
        let emulator = Emulator::start().unwrap();
        emulator.inject(fault.clone().always());
        let sts = client_of(&emulator, |b| b.max_attempts(1).read_timeout(ms(250)));
        let error = within(ms(700), || sts.get_caller_identity(&CALL).unwrap_err());
        if !format!("{fault:?}").contains("Raw") {
            assert_eq!(error.kind(), ErrorKind::Timeout, "{fault:?}: {error}");
            assert!(error.to_string().contains("0.25 s"), "{error}");
        }
    }
}

#[test]
fn a_body_that_drips_is_bounded_by_the_read_timeout() {
    let server = Server::start(|mut stream, _| {
        while read_request(&mut stream).is_some() {
            let head = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n";
            if stream.write_all(head.as_bytes()).is_err() {
                return;
            }
            while stream.write_all(b" ").is_ok() {
                std::thread::sleep(ms(10));
            }
        }
    });
    // Twice: on a new connection, and after a call on a kept one the limit is the same.
    let sts = client_at(&server.url(), |b| b.max_attempts(1).read_timeout(ms(250)));
    let error = within(ms(700), || sts.get_caller_identity(&CALL).unwrap_err());
    assert!(error.is_timeout(), "{error}");
}

#[test]
fn time_outs_are_retried_within_the_attempts() {
    let emulator = Emulator::start().unwrap();
    emulator.inject(Fault::slow(Duration::from_secs(3600)));
    let sts = client_of(&emulator, |b| b.read_timeout(ms(200)));
    let answer = within(ms(1500), || sts.get_caller_identity(&CALL).unwrap());
    assert_eq!(answer.metadata.retry_attempts, 1);
    assert_eq!(emulator.connections(), 2, "the connection with an answer still to come is not used again");
}

#[test]
fn the_operation_timeout_ends_every_kind_of_waiting() {
    let hour = Duration::from_secs(3600);
    for fault in [Fault::slow(hour), Fault::drip(ms(15)), Fault::endless(), Fault::huge_unsized(u64::MAX)] {
        let emulator = Emulator::start().unwrap();
        emulator.inject(fault.clone().always());
        let build = |size: usize| {
            client_of(&emulator, |b| b.operation_timeout(ms(300)).max_attempts(50).max_response_bytes(size))
        };
        // A limit on size that the deadline comes before.
        let sts = build(usize::MAX);
        let error = within(ms(700), || sts.get_caller_identity(&CALL).unwrap_err());
        assert_eq!(error.kind(), ErrorKind::Timeout, "{fault:?}: {error}");
        assert!(error.attempts() >= 1, "{fault:?}: {error}");
    }
}

#[test]
fn no_pause_is_waited_for_that_ends_after_the_operation_timeout() {
    let emulator = Emulator::start().unwrap();
    for (fault, kind) in [
        (Fault::close_before_response(), ErrorKind::Network),
        (Fault::status(503), ErrorKind::Service),
        (Fault::throttle(), ErrorKind::Throttled),
    ] {
        emulator.clear_faults();
        emulator.inject(fault.header("x-amz-retry-after", "5000").after(ms(30)).always());
        let host = Arc::new(stskit::host::Scripted::at(support::now()).with_random(0.9));
        let settings = support::settings_with(&emulator, |b| b.operation_timeout(ms(600)));
        let sts: Client =
            Client::builder(settings).credentials(support::credentials()).host(host.clone()).build().unwrap();
        let error = sts.get_caller_identity(&CALL).unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (kind, 1), "the cause, not the time limit: {error}");
        assert_eq!(error.retry_stop(), Some(RetryStop::Deadline));
        assert!(error.to_string().contains("no time left"), "{error}");
        assert!(host.sleeps().is_empty());
    }
}

#[test]
fn a_server_that_hardly_reads_does_not_put_the_end_off() {
    let server = Server::start(|mut stream, _| {
        let mut byte = [0; 4096];
        while std::io::Read::read(&mut stream, &mut byte).is_ok_and(|n| n > 0) {
            std::thread::sleep(ms(20));
        }
    });
    let body = vec![b'a'; 30 << 20];
    for (limit, kind) in [(Some(ms(300)), TransportErrorKind::Deadline), (None, TransportErrorKind::ReadTimeout)] {
        let config = TransportConfig { connect_timeout: ms(200), read_timeout: ms(200), ..TransportConfig::default() };
        let request = http::Request::post(server.url()).body(&body[..]).unwrap();
        let error = within(ms(1500), || UreqTransport::new(config).send(request, limit).unwrap_err());
        assert_eq!(error.kind(), kind, "{error}");
    }
}

#[test]
fn limits_without_an_end_do_not_overflow() {
    let emulator = Emulator::start().unwrap();
    let sts = client_of(&emulator, |b| {
        b.connect_timeout(Duration::MAX)
            .read_timeout(Duration::MAX)
            .operation_timeout(Duration::MAX)
            .max_response_bytes(usize::MAX)
    });
    sts.get_caller_identity(&CALL).unwrap();
    emulator.inject(Fault::status(503));
    assert_eq!(sts.get_caller_identity(&CALL).unwrap().metadata.retry_attempts, 1);
    // A length that no memory holds is not believed.
    let server = Server::start(|mut stream, _| {
        read_request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n<a/>");
    });
    let sts = client_at(&server.url(), |b| b.max_response_bytes(usize::MAX).max_attempts(1));
    let error = sts.get_caller_identity(&CALL).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Network, "{error}");
    for tiny in [Duration::from_nanos(1), ms(1)] {
        let sts = client_of(&emulator, |b| {
            b.connect_timeout(tiny).read_timeout(tiny).operation_timeout(tiny).max_attempts(2)
        });
        if let Err(error) = within(ms(700), || sts.get_caller_identity(&CALL)) {
            assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
        }
    }
}

#[test]
fn answers_that_are_too_large_are_refused_without_reading_them() {
    let hundred = 100 << 20;
    for fault in [Fault::huge(hundred), Fault::huge_unsized(hundred), Fault::endless()] {
        let emulator = Emulator::start().unwrap();
        emulator.inject(fault.clone().always());
        let sts = client_of(&emulator, |b| b);
        let error = within(ms(2000), || sts.get_caller_identity(&CALL).unwrap_err());
        assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{fault:?}: {error}");
        assert_eq!(error.attempts(), 1, "another try would be as large: {error}");
        assert!(error.to_string().contains("larger than the 1048576 bytes"), "{error}");
        // The connection with the rest in it is not used again.
        emulator.clear_faults();
        sts.get_caller_identity(&CALL).unwrap();
        assert_eq!(emulator.connections(), 2);
    }
}

#[test]
fn of_a_hundred_megabytes_hardly_more_than_the_limit_is_read() {
    let sent = Arc::new(AtomicUsize::new(0));
    let count = sent.clone();
    let server = Server::start(move |mut stream, _| {
        read_request(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        let block = [b'a'; 64 * 1024];
        while count.load(Ordering::SeqCst) < 100 << 20 && stream.write_all(&block).is_ok() {
            count.fetch_add(block.len(), Ordering::SeqCst);
        }
    });
    let error = client_at(&server.url(), |b| b.max_response_bytes(100_000)).get_caller_identity(&CALL).unwrap_err();
    assert!(error.to_string().contains("100000 bytes"), "{error}");
    std::thread::sleep(ms(50));
    // What fits into the buffers of the sockets is sent whether it is read or not.
    assert!(sent.load(Ordering::SeqCst) < 20 << 20, "{}", sent.load(Ordering::SeqCst));
}

#[test]
fn the_size_limit_is_exact() {
    let framings: [fn(&str) -> String; 3] = [
        |body| answer_of("200 OK", "", body),
        |body| format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{body}"),
        |body| {
            let (a, b) = body.split_at(body.len() / 2);
            format!(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{a}\r\n{:X};x=y\r\n{b}\r\n0\r\n\r\n",
                a.len(),
                b.len()
            )
        },
    ];
    for framing in framings {
        let bytes = framing(IDENTITY);
        let closes = bytes.contains("close");
        let server = Server::start(move |mut stream, _| {
            while read_request(&mut stream).is_some() {
                let _ = stream.write_all(bytes.as_bytes());
                if closes {
                    return;
                }
            }
        });
        let build = |limit| client_at(&server.url(), |b| b.max_response_bytes(limit).max_attempts(1));
        let exact = build(IDENTITY.len());
        assert_eq!(exact.get_caller_identity(&CALL).unwrap().arn.as_deref(), Some("a"));
        assert_eq!(exact.get_caller_identity(&CALL).unwrap().arn.as_deref(), Some("a"));
        assert_eq!(server.connections(), if closes { 2 } else { 1 }, "an answer of the exact size is read whole");
        for limit in [IDENTITY.len() - 1, 1, 0] {
            let error = build(limit).get_caller_identity(&CALL).unwrap_err();
            assert!(error.to_string().contains("larger than"), "{limit}: {error}");
        }
    }
}

#[test]
fn what_is_not_http_is_refused() {
    let long_line = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "a".repeat(200_000));
    let many_lines = format!("HTTP/1.1 200 OK\r\n{}\r\n", "X: y\r\n".repeat(5_000));
    for (what, bytes) in [
        ("garbage", &b"\x16\x03\x01\x00\x00this is not HTTP\x00\xff\xfe\r\n\r\n"[..]),
        ("text", b"220 mail.example.com ESMTP\r\n\r\n"),
        ("two lengths", b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
        ("bad length", b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"),
        ("huge length", b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n"),
        ("bad chunk", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n"),
        (
            "chunk overflow",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nab\r\n0\r\n\r\n",
        ),
        ("bad status", b"HTTP/1.1 2x0 OK\r\n\r\n"),
        ("no version", b"ICY 200 OK\r\n\r\n"),
        ("NUL in a header", b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 0\r\n\r\n"),
        ("long line", long_line.as_bytes()),
        ("many lines", many_lines.as_bytes()),
    ] {
        let bytes = bytes.to_vec();
        let server = Server::start(move |mut stream, _| {
            read_request(&mut stream);
            let _ = stream.write_all(&bytes);
            std::thread::sleep(ms(300));
        });
        let sts = client_at(&server.url(), |b| b.max_attempts(2).read_timeout(ms(2000)));
        let error = within(ms(1500), || sts.get_caller_identity(&CALL).unwrap_err());
        assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{what}: {error}");
        let text = error.to_string();
        assert!(text.contains(&server.addr.to_string()) && text.len() < 400, "{what}: {text}");
    }
}

#[test]
fn headers_without_an_end_are_cut_off() {
    let emulator = Emulator::start().unwrap();
    emulator.inject(Fault::header_flood().always());
    let sts = client_of(&emulator, |b| b.max_attempts(1));
    let error = within(ms(1500), || sts.get_caller_identity(&CALL).unwrap_err());
    assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{error}");
}

#[test]
fn a_truncated_body_is_a_broken_connection_and_tried_again() {
    let chunk = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\n<GetCaller";
    for fault in [Fault::truncate(30), Fault::truncate(0), Fault::raw(chunk)] {
        let emulator = Emulator::start().unwrap();
        let sts = client_of(&emulator, |b| b);
        emulator.inject(fault.clone().times(2));
        assert_eq!(sts.get_caller_identity(&CALL).unwrap().metadata.retry_attempts, 2, "{fault:?}");
        emulator.inject(fault.always());
        let error = sts.get_caller_identity(&CALL).unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Network, 3), "{error}");
        assert!(error.to_string().contains("in the middle of the answer"), "{error}");
    }
}

#[test]
fn pages_of_proxies() {
    let emulator = Emulator::start().unwrap();
    let sts = client_of(&emulator, |b| b);
    emulator.inject(Fault::html(200));
    let error = sts.get_caller_identity(&CALL).unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidResponse, 1), "{error}");
    assert!(error.to_string().contains("GetCallerIdentityResponse"), "{error}");
    // By status, whatever the body is.
    for body in ["<html>bad</html>", "Bad Gateway", "", "{}", "\u{0}\u{1}"] {
        emulator.inject(Fault::status(502).body("text/html", body).times(2));
        assert_eq!(sts.get_caller_identity(&CALL).unwrap().metadata.retry_attempts, 2, "{body:?}");
    }
    emulator.inject(Fault::html(502).always());
    let error = sts.get_caller_identity(&CALL).unwrap_err();
    assert_eq!((error.kind(), error.attempts(), error.code()), (ErrorKind::Service, 3, Some("502")));
    emulator.clear_faults();
    emulator.inject(Fault::html(403));
    let error = sts.get_caller_identity(&CALL).unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::AccessDenied, 1), "{error}");
}

#[test]
fn redirects_are_errors_and_not_followed() {
    let second = Emulator::start().unwrap();
    let emulator = Emulator::start().unwrap();
    let sts = client_of(&emulator, |b| b);
    for status in [300, 301, 302, 303, 304, 307, 308] {
        let there = format!("{}/", second.url());
        for with_body in [false, true] {
            let fault = Fault::status(status).header("Location", &there);
            emulator.inject(if with_body { fault.body("text/html", "moved") } else { fault });
            let error = sts.get_caller_identity(&CALL).unwrap_err();
            assert_eq!(error.code(), Some(status.to_string().as_str()), "{error}");
            assert_eq!((error.kind(), error.attempts()), (ErrorKind::Service, 1), "{error}");
        }
    }
    emulator.inject(Fault::redirect("not a url"));
    sts.get_caller_identity(&CALL).unwrap_err();
    emulator.inject(Fault::status(307));
    sts.get_caller_identity(&CALL).unwrap_err();
    assert_eq!(second.connections(), 0, "nothing goes to the second host");
    sts.get_caller_identity(&CALL).unwrap();
}

#[test]
fn nothing_is_decompressed_and_nothing_asked_for() {
    // gzip of "<GetCallerIdentityResponse/>" and more; what matters is that it is not XML.
    let gzip = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xb3, 0x49, 0xd4, 0xb7, 3, 0, 1, 2, 3, 4, 4, 0, 0, 0];
    let emulator = Emulator::start().unwrap();
    let sts = client_of(&emulator, |b| b);
    for encoding in ["gzip", "br", "deflate", "zstd", "identity, gzip"] {
        emulator.inject(Fault::status(200).body("text/xml", gzip).header("Content-Encoding", encoding));
        let error = sts.get_caller_identity(&CALL).unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::InvalidResponse, 1), "{encoding}: {error}");
    }
    for request in emulator.requests() {
        for name in ["accept-encoding", "accept", "cookie", "expect", "transfer-encoding", "referer"] {
            assert_eq!(request.header(name), None, "{name}");
        }
        assert!(request.header("user-agent").is_some_and(|ua| ua.starts_with("stskit/")));
        for once in ["host", "content-type", "content-length", "user-agent", "authorization", "x-amz-date"] {
            let count = request.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case(once)).count();
            assert_eq!(count, 1, "{once}");
        }
    }
}

#[test]
fn interim_answers_are_passed_by() {
    let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    let server = Server::answering(format!("{interim}{}", answer_of("200 OK", "", IDENTITY)));
    let sts = client_at(&server.url(), |b| b);
    for _ in 0..3 {
        assert_eq!(sts.get_caller_identity(&CALL).unwrap().arn.as_deref(), Some("a"));
    }
    assert_eq!(server.connections(), 1);
}

#[test]
fn old_and_unusual_answers_are_read() {
    for answer in [
        format!("HTTP/1.0 200 OK\r\nContent-Length: {}\r\n\r\n{IDENTITY}", IDENTITY.len()),
        format!("HTTP/1.0 200 OK\r\n\r\n{IDENTITY}"),
        format!("HTTP/1.1 200\r\nconnection: close\r\n\r\n\u{feff}{IDENTITY}"),
        format!("HTTP/1.1 299 Fine\r\nX-Bytes: \u{e9}\r\ncontent-length:{}\r\n\r\n{IDENTITY}", IDENTITY.len()),
    ] {
        let bytes = answer.clone();
        let server = Server::start(move |mut stream, _| {
            read_request(&mut stream);
            let _ = stream.write_all(bytes.as_bytes());
        });
        let got = client_at(&server.url(), |b| b.max_attempts(1)).get_caller_identity(&CALL);
        assert_eq!(got.unwrap_or_else(|e| panic!("{answer}: {e}")).arn.as_deref(), Some("a"));
    }
}

#[test]
fn an_answer_that_comes_before_the_request_is_read_is_taken() {
    // A server may refuse a large request early, and close.
    let server = Server::start(|mut stream, _| {
        let mut first = [0; 16];
        let _ = std::io::Read::read(&mut stream, &mut first);
        let _ = stream.write_all(answer_of("413 Too Large", "Connection: close\r\n", "<html/>").as_bytes());
        std::thread::sleep(ms(100));
    });
    let sts = client_at(&server.url(), |b| b.max_attempts(1));
    let error = sts.assume_role(&AssumeRole::new("arn:aws:iam::123456789012:role/demo", "ab")).unwrap_err();
    assert_eq!(error.code(), Some("413"), "{error}");
}

#[test]
fn requests_go_out_whole() {
    // Head and body in one segment: nothing for Nagle's algorithm to hold back.
    let reads = Arc::new(Mutex::new(Vec::new()));
    let seen = reads.clone();
    let server = Server::start(move |mut stream, _| {
        let mut buffer = vec![0; 1 << 20];
        while let Ok(amount @ 1..) = std::io::Read::read(&mut stream, &mut buffer) {
            seen.lock().unwrap().push(amount);
            let _ = stream.write_all(answer_of("200 OK", "", IDENTITY).as_bytes());
        }
    });
    let sts = client_at(&server.url(), |b| b);
    for _ in 0..20 {
        sts.get_caller_identity(&CALL).unwrap();
    }
    assert_eq!(reads.lock().unwrap().len(), 20, "each request arrives whole");
}

/// What the kernel says of the sockets of this process that lead to a port.
#[cfg(target_os = "linux")]
#[allow(unsafe_code)]
fn nodelay_of_sockets_to(port: u16) -> Vec<libc::c_int> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc/self/fd").unwrap().flatten() {
        let fd: libc::c_int = entry.file_name().to_str().unwrap().parse().unwrap();
        let (mut option, mut size) = (0 as libc::c_int, size_of::<libc::c_int>() as libc::socklen_t);
        // SAFETY: plain data that is ours and large enough; a descriptor that is no socket, or is closed
        // meanwhile, makes the calls fail.
        let (known, option) = unsafe {
            let mut peer: libc::sockaddr_in = std::mem::zeroed();
            let mut length = size_of::<libc::sockaddr_in>() as libc::socklen_t;
            let known = libc::getpeername(fd, (&raw mut peer).cast(), &raw mut length) == 0
                && i32::from(peer.sin_family) == libc::AF_INET
                && u16::from_be(peer.sin_port) == port
                && libc::getsockopt(fd, libc::IPPROTO_TCP, libc::TCP_NODELAY, (&raw mut option).cast(), &raw mut size)
                    == 0;
            (known, option)
        };
        found.extend(known.then_some(option));
    }
    found
}

#[test]
#[cfg(target_os = "linux")]
fn tcp_nodelay_is_set() {
    let emulator = Emulator::start().unwrap();
    let sts = client_of(&emulator, |b| b);
    sts.get_caller_identity(&CALL).unwrap();
    let options = nodelay_of_sockets_to(emulator.addr().port());
    assert!(options.len() == 1 && options[0] != 0, "{options:?}");
}

#[test]
fn threads_share_a_client() {
    for threads in [2, 16] {
        let emulator = Emulator::start().unwrap();
        let sts = client_of(&emulator, |b| b);
        let barrier = Barrier::new(threads);
        std::thread::scope(|scope| {
            for thread in 0..threads {
                let (sts, barrier) = (&sts, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    for round in 0..20 {
                        let name = format!("thread-{thread}-{round}");
                        let role = AssumeRole::new("arn:aws:iam::123456789012:role/demo", &name);
                        let answer = sts.assume_role(&role).unwrap();
                        let arn = &answer.assumed_role_user.as_ref().unwrap().arn;
                        assert!(arn.ends_with(&name), "{arn} is not the answer for {name}");
                    }
                });
            }
        });
        assert_eq!(emulator.requests().len(), threads * 20);
        assert!(emulator.connections() <= threads + 8 * 20, "{}", emulator.connections());
        let before = emulator.connections();
        sts.get_caller_identity(&CALL).unwrap();
        assert_eq!(emulator.connections(), before, "idle connections are kept");
    }
}

#[test]
fn long_values_are_sent_and_judged_by_the_service() {
    let emulator = Emulator::start().unwrap();
    // The refusal quotes the value: the answer is larger than the default limit.
    let sts = client_of(&emulator, |b| b.max_response_bytes(4 << 20));
    let long = "a".repeat(1 << 20);
    let role = AssumeRole::new("arn:aws:iam::123456789012:role/demo", &long);
    let error = within(ms(3000), || sts.assume_role(&role).unwrap_err());
    assert!(error.service_error().is_some(), "{error}");
    assert_eq!(error.attempts(), 1);
    assert_eq!(emulator.requests()[0].parameter("RoleSessionName").map(|n| n.len()), Some(1 << 20));
}

#[test]
fn all_the_same_where_everything_is_logged() {
    if std::env::var_os("STSKIT_TEST_TRACED").is_none() {
        let mut again = std::process::Command::new(std::env::current_exe().unwrap());
        let done = again.args(["--test-threads", "4"]).env("STSKIT_TEST_TRACED", "1").output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    }
}
