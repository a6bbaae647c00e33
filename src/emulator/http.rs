//! HTTP/1.1 requests from the server's side.
//!
//! Head, body (Content-Length or chunked), `Expect: 100-continue` and the limits of all of them.
//! Answers are in `reply.rs`. Whether a connection lives on and what is answered is decided elsewhere
//! (`server.rs`, `route.rs`).

use std::io::{self, Read, Write};
use std::net::TcpStream;

use super::encode::form_pairs;

/// Header lines accepted in one request.
const MAX_HEADERS: usize = 128;
/// Bytes of a request line with its headers.
const MAX_HEAD: usize = 64 * 1024;
/// Bytes of a request body: a SAML assertion of the greatest length fits with room to spare.
const MAX_BODY: usize = 4 * 1024 * 1024;
/// Bytes asked of the socket at once.
const READ_SIZE: usize = 16 * 1024;

/// A socket, with or without TLS on it.
pub(super) enum Socket {
    Plain(TcpStream),
    Tls(Box<rustls::StreamOwned<rustls::ServerConnection, TcpStream>>),
}

impl Socket {
    /// The TCP socket under it all.
    pub(super) fn tcp(&self) -> &TcpStream {
        match self {
            Socket::Plain(tcp) => tcp,
            Socket::Tls(stream) => &stream.sock,
        }
    }

    pub(super) fn is_tls(&self) -> bool {
        matches!(self, Socket::Tls(_))
    }

    /// Ends the sending side politely.
    pub(super) fn finish(&mut self) {
        if let Socket::Tls(stream) = self {
            stream.conn.send_close_notify();
            drop(stream.flush());
        }
        drop(self.tcp().shutdown(std::net::Shutdown::Write));
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Socket::Plain(tcp) => tcp.read(buffer),
            Socket::Tls(stream) => stream.read(buffer),
        }
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Socket::Plain(tcp) => tcp.write(bytes),
            Socket::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Socket::Plain(tcp) => tcp.flush(),
            Socket::Tls(stream) => stream.flush(),
        }
    }
}

/// A whole request.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    /// Whether the client lets the connection live on.
    pub(super) keep_alive: bool,
}

impl Request {
    /// The first value of a header.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// Query parameters, then those of a form body, decoded.
    pub(super) fn parameters(&self) -> Vec<(String, String)> {
        let mut pairs = form_pairs(&self.query);
        let is_form = self
            .header("content-type")
            .is_none_or(|kind| kind.trim_start().starts_with("application/x-www-form-urlencoded"));
        if is_form && let Ok(body) = std::str::from_utf8(&self.body) {
            pairs.extend(form_pairs(body));
        }
        pairs
    }
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut found = headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
    found.next().map(|(_, value)| value.as_str())
}

/// Why no request could be read.
pub(super) enum ReadError {
    /// The connection ended or failed; there is nobody to answer.
    Gone,
    /// The bytes are not a request this server takes; answer with the status and close.
    Bad(u16, &'static str),
}

impl From<io::Error> for ReadError {
    fn from(_: io::Error) -> Self {
        ReadError::Gone
    }
}

/// How the body of a request is delimited.
#[derive(Clone, Copy)]
enum Framing {
    Length(usize),
    Chunked,
}

struct Head {
    request: Request,
    framing: Framing,
    expects_continue: bool,
    length: usize,
}

/// Reads a head from the start of `bytes`; `None` as long as it is not whole.
fn parse_head(bytes: &[u8]) -> Result<Option<Head>, ReadError> {
    let mut lines = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut parsed = httparse::Request::new(&mut lines);
    const TOO_LARGE: ReadError = ReadError::Bad(431, "request head too large");
    let length = match parsed.parse(bytes) {
        Ok(httparse::Status::Complete(length)) if length <= MAX_HEAD => length,
        Ok(httparse::Status::Partial) if bytes.len() <= MAX_HEAD => return Ok(None),
        Ok(_) => return Err(TOO_LARGE),
        Err(httparse::Error::TooManyHeaders) => {
            return Err(ReadError::Bad(431, "too many headers"));
        }
        Err(_) => return Err(ReadError::Bad(400, "not an HTTP/1.1 request")),
    };
    let headers: Vec<(String, String)> = parsed
        .headers
        .iter()
        .map(|line| (line.name.to_owned(), String::from_utf8_lossy(line.value).into_owned()))
        .collect();
    let target = strip_authority(parsed.path.unwrap_or("/"));
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let connection = header(&headers, "connection").unwrap_or_default().to_ascii_lowercase();
    let keep_alive = match parsed.version {
        Some(1) => !connection.contains("close"),
        _ => connection.contains("keep-alive"),
    };
    Ok(Some(Head {
        framing: framing(&headers)?,
        expects_continue: header(&headers, "expect").is_some_and(|v| v.eq_ignore_ascii_case("100-continue")),
        length,
        request: Request {
            method: parsed.method.unwrap_or_default().to_owned(),
            path: if path.is_empty() { "/" } else { path }.to_owned(),
            query: query.to_owned(),
            headers,
            body: Vec::new(),
            keep_alive,
        },
    }))
}

/// A request line may hold a whole URL (a client that believes us to be its proxy).
fn strip_authority(target: &str) -> &str {
    let Some((_, rest)) = target.split_once("://").filter(|_| !target.starts_with('/')) else {
        return target;
    };
    rest.find(['/', '?']).and_then(|at| rest.get(at..)).unwrap_or("/")
}

fn framing(headers: &[(String, String)]) -> Result<Framing, ReadError> {
    let mut lengths =
        headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("content-length")).map(|(_, value)| value.trim());
    let length = lengths.next();
    if lengths.any(|other| Some(other) != length) {
        return Err(ReadError::Bad(400, "content-length headers differ"));
    }
    match (header(headers, "transfer-encoding"), length) {
        (None, None) => Ok(Framing::Length(0)),
        (Some(_), Some(_)) => Err(ReadError::Bad(400, "both content-length and transfer-encoding")),
        (Some(coding), None) if coding.eq_ignore_ascii_case("chunked") => Ok(Framing::Chunked),
        (Some(_), None) => Err(ReadError::Bad(501, "transfer coding not supported")),
        (None, Some(text)) => {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            match text.parse::<usize>() {
                Ok(length) if digits && length <= MAX_BODY => Ok(Framing::Length(length)),
                Ok(_) if digits => Err(ReadError::Bad(413, "request body too large")),
                _ => Err(ReadError::Bad(400, "content-length is not a number")),
            }
        }
    }
}

/// A socket and the bytes read from it but not yet used.
pub(super) struct Wire {
    pub(super) socket: Socket,
    held: Vec<u8>,
}

impl Wire {
    pub(super) fn new(socket: Socket) -> Self {
        Wire { socket, held: Vec::with_capacity(2048) }
    }

    /// Whether bytes of a next request have been read already.
    pub(super) fn holds_bytes(&self) -> bool {
        !self.held.is_empty()
    }

    fn fill(&mut self) -> Result<(), ReadError> {
        let mut chunk = [0u8; READ_SIZE];
        let count = self.socket.read(&mut chunk)?;
        if count == 0 {
            return Err(ReadError::Gone);
        }
        self.held.extend_from_slice(chunk.get(..count).unwrap_or_default());
        Ok(())
    }

    /// Takes `count` bytes, reading as many as are missing.
    fn take(&mut self, count: usize) -> Result<Vec<u8>, ReadError> {
        while self.held.len() < count {
            self.fill()?;
        }
        let rest = self.held.split_off(count);
        Ok(std::mem::replace(&mut self.held, rest))
    }

    /// Waits for a whole request.
    pub(super) fn read_request(&mut self) -> Result<Request, ReadError> {
        let head = loop {
            if let Some(head) = parse_head(&self.held)? {
                break head;
            }
            self.fill()?;
        };
        self.take(head.length)?;
        if head.expects_continue && self.held.is_empty() {
            self.socket.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
            self.socket.flush()?;
        }
        let mut request = head.request;
        request.body = match head.framing {
            Framing::Length(length) => self.take(length)?,
            Framing::Chunked => self.read_chunks()?,
        };
        Ok(request)
    }

    fn read_chunks(&mut self) -> Result<Vec<u8>, ReadError> {
        const BROKEN: ReadError = ReadError::Bad(400, "broken chunk");
        let mut body = Vec::new();
        loop {
            let (line, size) = loop {
                match httparse::parse_chunk_size(&self.held) {
                    Ok(httparse::Status::Complete((line, size))) => break (line, size),
                    Ok(httparse::Status::Partial) if self.held.len() <= MAX_HEAD => self.fill()?,
                    _ => return Err(BROKEN),
                }
            };
            self.take(line)?;
            let size = usize::try_from(size).unwrap_or(usize::MAX);
            if size > MAX_BODY - body.len() {
                return Err(ReadError::Bad(413, "request body too large"));
            }
            if size == 0 {
                self.skip_trailers()?;
                return Ok(body);
            }
            body.extend(self.take(size)?);
            if self.take(2)? != b"\r\n" {
                return Err(BROKEN);
            }
        }
    }

    /// Reads up to and with the empty line that ends a chunked body.
    fn skip_trailers(&mut self) -> Result<(), ReadError> {
        let mut skipped = 0;
        loop {
            let Some(end) = self.held.iter().position(|byte| *byte == b'\n') else {
                self.fill()?;
                continue;
            };
            let line = self.take(end + 1)?;
            skipped += line.len();
            if line.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
                return Ok(());
            }
            if skipped > MAX_HEAD {
                return Err(ReadError::Bad(431, "trailers too large"));
            }
        }
    }
}

/// Reads a request of known length from bytes that hold it whole; `None` if they do not.
pub(super) fn parse_whole(bytes: &[u8]) -> Option<Request> {
    let head = parse_head(bytes).ok().flatten()?;
    let Framing::Length(length) = head.framing else {
        return None;
    };
    let mut request = head.request;
    request.body = bytes.get(head.length..head.length + length)?.to_vec();
    Some(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Request {
        parse_whole(text.as_bytes()).unwrap()
    }

    #[test]
    fn request_targets() {
        let cases = [
            ("/", "/", ""),
            ("/?Action=x", "/", "Action=x"),
            ("/a/b?c=d?e", "/a/b", "c=d?e"),
            ("http://sts.test/a?b", "/a", "b"),
            ("http://sts.test", "/", ""),
            ("http://sts.test?b=http://c", "/", "b=http://c"),
            ("/a?u=http://x/y", "/a", "u=http://x/y"),
        ];
        for (target, path, query) in cases {
            let request = parsed(&format!("GET {target} HTTP/1.1\r\nHost: x\r\n\r\n"));
            assert_eq!((request.path.as_str(), request.query.as_str()), (path, query), "{target}");
        }
    }

    #[test]
    fn keep_alive_follows_the_version_and_the_header() {
        let cases = [
            ("HTTP/1.1", "", true),
            ("HTTP/1.1", "Connection: Close\r\n", false),
            ("HTTP/1.0", "", false),
            ("HTTP/1.0", "Connection: keep-alive\r\n", true),
        ];
        for (version, line, expected) in cases {
            let request = parsed(&format!("GET / {version}\r\n{line}\r\n"));
            assert_eq!(request.keep_alive, expected, "{version} {line}");
        }
    }

    #[test]
    fn heads_that_are_refused() {
        let cases = [
            ("Content-Length: 1\r\nContent-Length: 2\r\n", 400),
            ("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", 400),
            ("Content-Length: +1\r\n", 400),
            ("Content-Length: 99999999\r\n", 413),
            ("Transfer-Encoding: gzip\r\n", 501),
        ];
        for (lines, expected) in cases {
            let text = format!("POST / HTTP/1.1\r\n{lines}\r\n");
            match parse_head(text.as_bytes()) {
                Err(ReadError::Bad(status, _)) => assert_eq!(status, expected, "{lines}"),
                _ => panic!("accepted: {lines}"),
            }
        }
    }

    #[test]
    fn parameters_come_from_query_and_form() {
        let request = parsed("POST /?a=1 HTTP/1.1\r\nContent-Length: 3\r\n\r\nb=2");
        assert_eq!(request.parameters().len(), 2);
        let request = parsed("POST /?a=1 HTTP/1.1\r\nContent-Type: text/xml\r\nContent-Length: 3\r\n\r\nb=2");
        assert_eq!(request.parameters().len(), 1);
    }
}
