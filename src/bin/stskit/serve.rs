//! `stskit serve`: credentials for programs that cannot start a process, over the protocol of containers
//! (AWS_CONTAINER_CREDENTIALS_FULL_URI) on a loopback port.
//!
//! Whoever asks has to bring the token that was printed, and has to mean this host: a page in a browser can be made to
//! call a loopback port by a name of its own.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use stskit::host::{Host, System};
use stskit::{DefaultChain, Provide};

use crate::commands::Command;
use crate::failure::Failure;
use crate::words::Words;
use crate::{global, out};

/// Time for a request to arrive, and for its answer to leave.
const LIMIT: Duration = Duration::from_secs(5);
const MOST_BYTES: usize = 16 * 1024;
const MOST_HEADERS: usize = 64;
/// More at once are turned away.
const MOST_AT_ONCE: usize = 64;
/// Keys that do not expire are given out for so long: programs want a time.
const LIFETIME_SECS: i64 = 3600;

/// What is served, and to whom.
struct Server {
    chain: DefaultChain,
    token: String,
    hosts: [String; 2],
    visitors: AtomicUsize,
}

pub(crate) fn run(_: &'static Command, words: Words) -> Result<(), Failure> {
    let chain = global::chain(&global::settings(&words)?).build();
    // What cannot work is said now, not to the first program that asks.
    chain.credentials()?;
    let port = words.number::<u16>("port")?.unwrap_or(0);
    let busy = |e: io::Error| Failure::other(format!("the port {port} of 127.0.0.1 cannot be listened on: {e}"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(busy)?;
    let port = listener.local_addr().map_err(busy)?.port();
    let token = token()?;
    out::print(&format!(
        "export AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:{port}/\n\
         export AWS_CONTAINER_AUTHORIZATION_TOKEN={token}\n"
    ))?;
    out::progress("serving until it is stopped; paste these lines into the shell of the program");
    let hosts = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    let server = Arc::new(Server { chain, token, hosts, visitors: AtomicUsize::new(0) });
    for visitor in listener.incoming() {
        // A visitor that is gone already, or a moment without a free file: the next one may do better.
        let Ok(stream) = visitor else {
            std::thread::sleep(Duration::from_millis(20));
            continue;
        };
        let server = Arc::clone(&server);
        if server.visitors.fetch_add(1, Ordering::Relaxed) >= MOST_AT_ONCE {
            server.visitors.fetch_sub(1, Ordering::Relaxed);
            continue;
        }
        let visit = move || {
            if let Err(e) = server.visit(stream) {
                log::debug!("a visitor left early: {e}");
            }
            server.visitors.fetch_sub(1, Ordering::Relaxed);
        };
        drop(std::thread::Builder::new().spawn(visit));
    }
    Ok(())
}

/// 32 random bytes.
fn token() -> Result<String, Failure> {
    let mut bytes = [0u8; 32];
    let random = rustls::crypto::ring::default_provider().secure_random;
    random.fill(&mut bytes).map_err(|_| Failure::other("the operating system gives no random bytes"))?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

impl Server {
    fn visit(&self, mut stream: TcpStream) -> io::Result<()> {
        stream.set_read_timeout(Some(LIMIT))?;
        stream.set_write_timeout(Some(LIMIT))?;
        let mut head = Vec::new();
        let mut chunk = [0u8; 4096];
        let (status, body) = loop {
            let count = stream.read(&mut chunk)?;
            head.extend(chunk.iter().take(count));
            let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
            let mut request = httparse::Request::new(&mut headers);
            match request.parse(&head) {
                _ if head.len() > MOST_BYTES => {
                    break refusal("400 Bad Request", "BadRequest", "the request is too long");
                }
                Ok(httparse::Status::Complete(_)) => break self.answer(&request),
                Ok(httparse::Status::Partial) if count > 0 => {}
                _ => break refusal("400 Bad Request", "BadRequest", "this is no request"),
            }
        };
        log::debug!("a program asked: {status}");
        let body = body.to_string();
        let allow = if status.starts_with("405") { "Allow: GET\r\n" } else { "" };
        write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{allow}\
             Cache-Control: no-store\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
    }

    fn answer(&self, request: &httparse::Request<'_, '_>) -> (&'static str, Value) {
        let header = |name: &str| {
            let mut found = request.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
            found.next().filter(|_| found.next().is_none()).map(|header| header.value)
        };
        let host = header("host").unwrap_or_default();
        if !self.hosts.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(host)) {
            return refusal("421 Misdirected Request", "WrongHost", "the Host header does not name this server");
        }
        match header("authorization") {
            None => return refusal("401 Unauthorized", "NoToken", "the Authorization header is missing"),
            Some(token) if !is_same(token, self.token.as_bytes()) => {
                return refusal("403 Forbidden", "WrongToken", "the Authorization header is not the token");
            }
            Some(_) => {}
        }
        if request.method != Some("GET") {
            return refusal("405 Method Not Allowed", "WrongMethod", "only GET is answered");
        }
        if request.path != Some("/") {
            return refusal("404 Not Found", "WrongPath", "there is nothing but /");
        }
        match self.chain.credentials() {
            Err(error) => refusal("500 Internal Server Error", error.kind().name(), &error.to_string()),
            Ok(found) => {
                let expiration = found.expiration().unwrap_or_else(|| System.now().plus_secs(LIFETIME_SECS));
                let mut body = json!({
                    "AccessKeyId": found.access_key_id(),
                    "SecretAccessKey": found.secret_access_key(),
                    "Token": found.session_token().unwrap_or_default(),
                    "Expiration": expiration.to_string(),
                });
                if let (Some(account), Some(body)) = (found.account_id(), body.as_object_mut()) {
                    body.insert("AccountId".to_owned(), account.into());
                }
                ("200 OK", body)
            }
        }
    }
}

fn refusal(status: &'static str, code: &str, message: &str) -> (&'static str, Value) {
    (status, json!({ "code": code, "message": message }))
}

/// In a time that does not tell how much of it is right.
fn is_same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |wrong, (a, b)| wrong | (a ^ b)) == 0
}
