//! The program `stskit-emulator`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_stskit-emulator");

/// A running program that is killed when the test is over.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Starts the program; gives it with the variables it printed.
fn start(arguments: &[&str]) -> (Running, Vec<String>) {
    let mut child = Command::new(PROGRAM).args(arguments).stdout(Stdio::piped()).spawn().unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let running = Running(child);
    // Up to the blank line before the comments.
    let lines = output.lines().map(Result::unwrap).take_while(|line| !line.is_empty()).collect();
    (running, lines)
}

fn endpoint(lines: &[String]) -> &str {
    lines.iter().find_map(|line| line.strip_prefix("export AWS_ENDPOINT_URL_STS=")).unwrap()
}

#[test]
fn it_prints_the_environment_and_serves() {
    let (_running, lines) = start(&["--clock-offset", "-86400"]);
    assert!(lines.contains(&"export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE".to_owned()), "{lines:?}");
    assert!(lines.contains(&"export AWS_EC2_METADATA_DISABLED=true".to_owned()));
    for name in ["SSO", "SSO_OIDC", "SIGNIN"] {
        let line = format!("export AWS_ENDPOINT_URL_{name}={}", endpoint(&lines));
        assert!(lines.contains(&line), "{lines:?}");
    }
    let address = endpoint(&lines).strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"GET /?Action=X HTTP/1.1\r\nConnection: close\r\n\r\n").unwrap();
    let text = std::io::read_to_string(stream).unwrap();
    assert!(text.starts_with("HTTP/1.1 400 ") && text.contains("<Code>InvalidAction</Code>"), "{text}");
}

#[test]
fn it_takes_a_port_and_a_certificate() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data");
    let (certificate, key) = (format!("{data}/loopback-cert.pem"), format!("--tls-key={data}/loopback-key.pem"));
    let (_running, lines) = start(&["--port", &free.to_string(), "--tls-cert", &certificate, &key]);
    assert_eq!(endpoint(&lines), format!("https://127.0.0.1:{free}"));
}

#[test]
fn it_makes_the_mistakes_it_is_told_to() {
    let faults =
        ["--fault", "status=503,on=GetSessionToken", "--fault=error=Nothing:418,times=2", "--fault", "throttle,always"];
    let (_running, lines) = start(&faults);
    let address = endpoint(&lines).trim_start_matches("http://").to_owned();
    let status = || {
        let mut stream = std::net::TcpStream::connect(&address).unwrap();
        let body = "Action=GetCallerIdentity&Version=2011-06-15";
        let head = "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded";
        write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap().to_owned()
    };
    let statuses: Vec<String> = (0..5).map(|_| status()).collect();
    assert_eq!(statuses, ["418", "418", "400", "400", "400"]);
}

#[test]
fn it_explains_itself() {
    let run = |arguments: &[&str]| {
        let output = Command::new(PROGRAM).args(arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.success(), text(output.stdout), text(output.stderr))
    };
    let (success, out, _) = run(&["--help"]);
    assert!(success && out.contains("--clock-offset S"), "{out}");
    assert!(out.contains("AWS_EC2_METADATA_SERVICE_ENDPOINT") && out.contains("Pod Identity"), "{out}");
    assert!(out.contains("/start/device?user_code="), "{out}");
    let (success, out, _) = run(&["--version"]);
    assert!(success && out.starts_with("stskit-emulator "), "{out}");
    for (arguments, message) in [
        (&["--prot"][..], "unknown argument --prot"),
        (&["--port"], "--port needs a value"),
        (&["--port", "70000"], "--port: 70000 is not a number in range"),
        (&["--fault", "nothing"], "--fault: nothing is not known"),
        (&["--fault", "error=Nothing"], "--fault: error=Nothing is not known"),
        (&["--fault", "throttle,sometimes"], "--fault: sometimes is not known"),
        (&["--fault", "status=many"], "--fault status: many is not a number in range"),
        (&["--approve-after", "soon"], "--approve-after: soon is not a number in range"),
        (&["--tls-cert", "/does/not/exist"], "/does/not/exist: "),
        (&["--tls-cert", PROGRAM], "go together"),
    ] {
        let (success, out, error) = run(arguments);
        assert!(!success && out.is_empty() && error.contains(message), "{arguments:?}: {error}");
    }
}
