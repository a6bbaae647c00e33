//! A small HTTP client on a raw socket, a signer for requests of one fixed form, and the emulator
//! most tests use.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, UNIX_EPOCH};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::{Digest, Sha256};
use stskit::emulator::Emulator;

/// 2026-01-02T03:04:05Z, the time of the golden values.
pub(crate) const NOW: u64 = 1_767_323_045;
const STAMP: &str = "20260102T030405Z";

pub(crate) const USER: Keys<'static> =
    Keys { id: Emulator::ACCESS_KEY_ID, secret: Emulator::SECRET_ACCESS_KEY, token: None };
pub(crate) const ROOT: Keys<'static> = Keys { id: "AKIDROOT", secret: "root secret", token: None };

/// POST of GetCallerIdentity by AKIDEXAMPLE with a signature that was computed elsewhere.
pub(crate) const GOLDEN_POST: &str = "POST / HTTP/1.1\r\n\
    Host: sts.eu-west-1.amazonaws.com\r\n\
    Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n\
    X-Amz-Date: 20260102T030405Z\r\n\
    Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/eu-west-1/sts/aws4_request, \
    SignedHeaders=content-type;host;x-amz-date, \
    Signature=b87ee61678696c301b942d163db6c138bb8970c1f50b5998524a5508d8860576\r\n\
    Content-Length: 43\r\n\r\n\
    Action=GetCallerIdentity&Version=2011-06-15";

/// An emulator whose clock stands still, with two keys more than usual.
pub(crate) fn fixed() -> Emulator {
    Emulator::builder()
        .clock(|| UNIX_EPOCH + Duration::from_secs(NOW))
        .access_key("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
        .root_access_key(ROOT.id, ROOT.secret)
        .start()
        .unwrap()
}

pub(crate) struct Keys<'a> {
    pub(crate) id: &'a str,
    pub(crate) secret: &'a str,
    pub(crate) token: Option<&'a str>,
}

impl Keys<'_> {
    /// A signed POST of this form to STS, dated [`NOW`].
    pub(crate) fn post(&self, form: &str) -> String {
        self.signed("/", "sts", form)
    }

    /// A signed POST to this target, dated [`NOW`]. It signs host, date and token only, so that the
    /// canonical request can be written down as it is.
    pub(crate) fn signed(&self, target: &str, service: &str, form: &str) -> String {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let hmac = |key: &[u8], data: &str| {
            let mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
            mac.chain_update(data.as_bytes()).finalize().into_bytes().to_vec()
        };
        let body_hash = hex(&Sha256::digest(form));
        let (token_line, token_name) = match self.token {
            Some(token) => (format!("x-amz-security-token:{token}\n"), ";x-amz-security-token"),
            None => (String::new(), ""),
        };
        let names = format!("host;x-amz-date{token_name}");
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let canonical =
            format!("POST\n{path}\n{query}\nhost:sts.test\nx-amz-date:{STAMP}\n{token_line}\n{names}\n{body_hash}");
        let scope = format!("20260102/us-east-1/{service}/aws4_request");
        let to_sign = format!("AWS4-HMAC-SHA256\n{STAMP}\n{scope}\n{}", hex(&Sha256::digest(canonical)));
        let seed = format!("AWS4{}", self.secret).into_bytes();
        let key = scope.split('/').fold(seed, |key, part| hmac(&key, part));
        format!(
            "POST {target} HTTP/1.1\r\nHost: sts.test\r\nX-Amz-Date: {STAMP}\r\n{}Authorization: AWS4-HMAC-SHA256 \
             Credential={}/{scope}, SignedHeaders={names}, Signature={}\r\nContent-Length: {}\r\n\r\n{form}",
            token_line.replace(':', ": ").replace('\n', "\r\n"),
            self.id,
            hex(&hmac(&key, &to_sign)),
            form.len()
        )
    }
}

/// The keys in an answer.
pub(crate) fn issued(response: &Response) -> Keys<'static> {
    let leaked = |name| -> &'static str { response.value(name).leak() };
    Keys { id: leaked("AccessKeyId"), secret: leaked("SecretAccessKey"), token: Some(leaked("SessionToken")) }
}

/// A connection.
pub(crate) struct Client {
    pub(crate) stream: TcpStream,
    held: Vec<u8>,
}

impl Client {
    pub(crate) fn connect(emulator: &Emulator) -> Self {
        let stream = TcpStream::connect(emulator.addr()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.set_nodelay(true).unwrap();
        Client { stream, held: Vec::new() }
    }

    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).unwrap();
    }

    /// Sends and waits for the answer.
    pub(crate) fn exchange(&mut self, request: impl AsRef<[u8]>) -> Response {
        self.send(request);
        self.receive().unwrap()
    }

    fn fill(&mut self) -> io::Result<()> {
        let mut chunk = [0; 4096];
        let count = self.stream.read(&mut chunk)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.held.extend_from_slice(&chunk[..count]);
        Ok(())
    }

    /// One answer with Content-Length.
    pub(crate) fn receive(&mut self) -> io::Result<Response> {
        let end = loop {
            match self.held.windows(4).position(|window| window == b"\r\n\r\n") {
                Some(at) => break at + 4,
                None => self.fill()?,
            }
        };
        let rest = self.held.split_off(end);
        let head = String::from_utf8(std::mem::replace(&mut self.held, rest)).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        let mut response = Response { status, headers, body: String::new() };
        let length: usize = response.header("content-length").map_or(0, |text| text.parse().unwrap());
        while self.held.len() < length {
            self.fill()?;
        }
        let rest = self.held.split_off(length);
        response.body = String::from_utf8(std::mem::replace(&mut self.held, rest)).unwrap();
        Ok(response)
    }

    /// Everything until the server closes.
    pub(crate) fn rest(&mut self) -> io::Result<Vec<u8>> {
        let mut all = std::mem::take(&mut self.held);
        self.stream.read_to_end(&mut all)?;
        Ok(all)
    }

    /// Asserts that the server has closed politely.
    #[track_caller]
    pub(crate) fn is_closed(&mut self) {
        assert_eq!(self.rest().unwrap(), b"");
    }
}

/// One call on a connection of its own.
pub(crate) fn call(emulator: &Emulator, keys: &Keys<'_>, form: &str) -> Response {
    Client::connect(emulator).exchange(keys.post(&format!("{form}&Version=2011-06-15")))
}

/// One call without a signature.
pub(crate) fn unsigned(emulator: &Emulator, form: &str) -> Response {
    let body = format!("{form}&Version=2011-06-15");
    let length = body.len();
    Client::connect(emulator)
        .exchange(format!("POST / HTTP/1.1\r\nHost: sts.test\r\nContent-Length: {length}\r\n\r\n{body}"))
}

/// A GET, with a bearer token of the SSO portal if given.
pub(crate) fn get(emulator: &Emulator, target: &str, bearer: Option<&str>) -> Response {
    let line = bearer.map(|token| format!("x-amz-sso_bearer_token: {token}\r\n")).unwrap_or_default();
    Client::connect(emulator).exchange(format!("GET {target} HTTP/1.1\r\nHost: sso.test\r\n{line}\r\n"))
}

/// A POST of a JSON document.
pub(crate) fn post_json(emulator: &Emulator, path: &str, body: &Value) -> Response {
    let body = body.to_string();
    let length = body.len();
    Client::connect(emulator).exchange(format!(
        "POST {path} HTTP/1.1\r\nHost: oidc.test\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    ))
}

#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(key, _)| key == name);
        found.next().map(|(_, value)| value.as_str())
    }

    /// The text of the first element of this name.
    #[track_caller]
    pub(crate) fn value(&self, name: &str) -> String {
        let (before, after) = (format!("<{name}>"), format!("</{name}>"));
        let rest = self.body.split_once(&before).unwrap_or_else(|| panic!("no {name} in {}", self.body)).1;
        rest.split_once(&after).unwrap().0.replace("&quot;", "\"").replace("&apos;", "'")
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.body.contains(&format!("<{name}>"))
    }

    /// Asserts an error document, with its status and a part of its message.
    #[track_caller]
    pub(crate) fn is_error(&self, status: u16, code: &str, message: &str) {
        assert_eq!((self.status, self.value("Code").as_str()), (status, code), "{}", self.body);
        assert!(self.value("Message").contains(message), "{}", self.body);
    }

    /// The JSON document.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), Some("application/json"), "{}", self.body);
        assert!(self.header("x-amzn-requestid").is_some());
        serde_json::from_str(&self.body).unwrap()
    }

    /// Asserts an error of a REST-JSON service by status and header; gives its document.
    #[track_caller]
    pub(crate) fn is_rest_error(&self, status: u16, code: &str) -> Value {
        let kind = self.header("x-amzn-errortype").unwrap_or_default();
        let (name, rest) = kind.split_once(':').unwrap_or_default();
        assert_eq!((self.status, name), (status, code), "{}", self.body);
        assert!(rest.starts_with("http://"), "{kind}");
        self.json()
    }

    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert_eq!(self.status, 200, "{}", self.body);
        self
    }
}
