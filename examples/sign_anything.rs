//! Signs requests for services that this crate knows nothing of, and sends them with ureq: the object of a bucket,
//! a query to OpenSearch, a call of an API behind API Gateway.
//!
//! ```sh
//! cargo run --example sign_anything   # against a server on loopback that checks the signatures
//! cargo run --example sign_anything -- eu-west-1 https://BUCKET.s3.eu-west-1.amazonaws.com/KEY \
//!     https://DOMAIN.eu-west-1.es.amazonaws.com/INDEX/_search https://ID.execute-api.eu-west-1.amazonaws.com/STAGE/PATH
//! ```

use std::error::Error;

use http::Request;
use stskit::host::{Host, System};
use stskit::sign::{ContentSha256, PathEncoding, PathNormalization, Signer};
use stskit::{Credentials, DefaultChain, Provide, Settings};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [region, object, search, api] => {
            let credentials = DefaultChain::new(&Settings::from_env()?).credentials()?;
            run(region, [object, search, api], &credentials)
        }
        [] => {
            let url = loopback::start()?;
            let credentials = Credentials::new(loopback::KEY_ID, loopback::SECRET).with_session_token("a session");
            let urls =
                ["my%20folder/a.txt", "index/_search?size=1", "prod/pets/a%20b"].map(|end| format!("{url}/{end}"));
            run("eu-west-1", [&urls[0], &urls[1], &urls[2]], &credentials)
        }
        _ => Err("give a region and three URLs, or nothing".into()),
    }
}

fn run(region: &str, [object, search, api]: [&String; 3], credentials: &Credentials) -> Outcome<()> {
    // S3 takes the path as it is, and wants the hash of the body as a header.
    let s3 = Signer::new("s3", region)
        .path_encoding(PathEncoding::Single)
        .path_normalization(PathNormalization::AsGiven)
        .content_sha256(ContentSha256::Header);
    let get = Request::get(object).body(Vec::new())?;
    println!("S3:          {}", send(&s3, get, credentials)?);

    let opensearch = Signer::new("es", region);
    let query = r#"{"query":{"match_all":{}}}"#;
    let post = Request::post(search).header("content-type", "application/json").body(query.as_bytes().to_vec())?;
    println!("OpenSearch:  {}", send(&opensearch, post, credentials)?);

    let gateway = Signer::new("execute-api", region);
    let get = Request::get(api).header("accept", "application/json").body(Vec::new())?;
    println!("API Gateway: {}", send(&gateway, get, credentials)?);
    Ok(())
}

/// Signs, sends, and answers what came back.
fn send(signer: &Signer, mut request: Request<Vec<u8>>, credentials: &Credentials) -> Outcome<String> {
    signer.sign_http(&mut request, credentials, System.now())?;
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build().into();
    let mut answer = agent.run(request)?;
    let body = answer.body_mut().read_to_string()?;
    Ok(format!("{} {}", answer.status(), body.lines().next().unwrap_or_default()))
}

/// A server that looks at signatures with the emulator's eyes, which are not the signer's.
mod loopback {
    use std::io::{self, BufRead, BufReader, Read, Write};
    use std::net::{TcpListener, TcpStream};

    use stskit::emulator::{SignedRequest, verify};
    use stskit::host::{Host, System};

    pub const KEY_ID: &str = "AKIDEXAMPLE";
    pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    /// Serves three requests, and answers where.
    pub fn start() -> io::Result<String> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}", listener.local_addr()?);
        std::thread::spawn(move || {
            for (service, stream) in ["s3", "es", "execute-api"].into_iter().zip(listener.incoming()) {
                stream.and_then(|stream| serve(stream, service)).expect("the client asks and waits");
            }
        });
        Ok(url)
    }

    fn serve(mut stream: TcpStream, service: &str) -> io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut line = || -> io::Result<String> {
            let mut text = String::new();
            reader.read_line(&mut text)?;
            Ok(text.trim_end().to_owned())
        };
        let first = line()?;
        let mut headers = Vec::new();
        while let Some((name, value)) = line()?.split_once(':') {
            headers.push((name.to_owned(), value.trim().to_owned()));
        }
        let length = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
        let mut body = vec![0; length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0)];
        reader.read_exact(&mut body)?;

        let mut words = first.split(' ');
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        // S3 signs the path as it is, which the emulator, made for STS, would encode once more.
        let decoded = path.replace("%20", " ");
        let path = if service == "s3" { &decoded } else { path };
        let request = SignedRequest { method, path, query, headers: &headers, body: &body };
        let secret = |id: &str| (id == KEY_ID).then(|| SECRET.to_owned());
        let (status, text) = match verify(&request, service, System.now().as_secs(), secret) {
            Ok(found) => ("200 OK", format!("{method} {target}: signed by {} for {service}", found.access_key_id)),
            Err(refusal) => ("403 Forbidden", format!("{method} {target}: {}", refusal.code())),
        };
        let length = text.len();
        write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{text}")
    }
}
