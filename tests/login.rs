//! The credentials of `aws login`: cache file, refresh with proofs of possession, failures, other programs.
//!
//! The sign-in service of these tests checks each proof with code of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Once};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use stskit::dpop::DpopKey;
use stskit::endpoint::EndpointService::Signin;
use stskit::host::{Host, Scripted, System};
use stskit::providers::{Cached, Login, Stability};
use stskit::signin::{Client, CreateOAuth2Token};
use stskit::transport::{Transport, TransportError, TransportErrorKind};
use stskit::{Credentials, Denial, Error, ErrorKind, Provide, Settings, Timestamp};
use support::net::{Server, http, read_request};

/// The session and the file name of the AWS SDKs' own test suite.
const SESSION: &str = "arn:aws:sts::012345678910:assumed-role/Admin/admin";
const FILE: &str = "4b0ba8f99f075c0633e122fd73346ce203a3faf18ea0310eb2d29df1bab2e255.json";
/// RFC 7515 appendix A.3.
const PEM: &str = "-----BEGIN EC PRIVATE KEY-----\n\
    MHcCAQEEII6bEJ5xkJi/mASH3x9dd+nLKWBuvtImO19XwhPfhPSyoAoGCCqGSM49\n\
    AwEHoUQDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEXH8UTNG72b\n\
    focs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n\
    -----END EC PRIVATE KEY-----\n";
const X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
const Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
const CLIENT: &str = "arn:aws:signin:::devtools/same-device";
const URL: &str = "https://eu-west-1.signin.aws.amazon.com/v1/token";
/// 2026-01-02T03:04:05Z
const NOW: i64 = 1_767_323_045;

/// Every log line of this process: none may hold any of [`SECRETS`]. The HTTP client logs bytes in rows of
/// sixteen, as hex and as text (blanks as dots): the second string puts the texts together again.
struct Lines(Mutex<(String, String)>);

static LINES: Lines = Lines(Mutex::new((String::new(), String::new())));

impl log::Log for Lines {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }
    fn log(&self, record: &log::Record<'_>) {
        let (line, mut lines) = (record.args().to_string(), self.0.lock().unwrap());
        if record.target() == "ureq_proto::util" {
            lines.1.push_str(line.get(41..).unwrap_or_default());
        }
        writeln!(lines.0, "{}: {line}", record.target()).unwrap();
    }
    fn flush(&self) {}
}

/// Parts of the key, and the start of every other secret.
const SECRETS: &[&str] = &["planted", "MHcCAQEEII6b", "II6bEJ5xkJi", "focs3"];

#[track_caller]
fn assert_clean(text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

/// All texts of an error and its causes.
fn texts(error: &Error) -> String {
    let mut all = format!("{error} {error:?} {:?} {:?}", error.service_error(), error.login_required());
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(error) = cause {
        write!(all, " {error} {error:?}").unwrap();
        cause = error.source();
    }
    all
}

/// A clock that tests move, and randomness that differs each time.
#[derive(Debug)]
struct Machine(Scripted);

impl Host for Machine {
    fn var(&self, name: &str) -> Option<OsString> {
        self.0.var(name)
    }
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        self.0.read(path)
    }
    fn home(&self) -> Option<PathBuf> {
        self.0.home()
    }
    fn now(&self) -> Timestamp {
        self.0.now()
    }
    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }
    fn sleep(&self, time: Duration) {
        self.0.sleep(time);
        std::thread::sleep(Duration::from_millis(1));
    }
    fn random(&self) -> u64 {
        System.random()
    }
}

/// What the service does next.
#[derive(Clone)]
enum Next {
    Answer(u16, Value),
    /// A body that is not JSON.
    Raw(u16, &'static str),
    Broken,
}

/// One request, checked and taken apart.
#[derive(Debug, Clone)]
struct Seen {
    url: String,
    proof: String,
    /// The payload of the proof.
    claims: Value,
    body: Value,
}

/// The sign-in service as a transport.
#[derive(Default)]
struct Service {
    script: Mutex<VecDeque<Next>>,
    seen: Mutex<Vec<Seen>>,
    /// Called at each request, before the answer.
    during: Mutex<Option<Box<dyn Fn() + Send>>>,
    /// The service's clock, in seconds; then proofs of another time are refused.
    clock: Option<i64>,
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Service")
    }
}

impl Service {
    fn calls(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    fn seen(&self, number: usize) -> Seen {
        self.seen.lock().unwrap()[number].clone()
    }

    fn then(&self, next: impl IntoIterator<Item = Next>) {
        self.script.lock().unwrap().extend(next);
    }
}

fn denied(error: &str) -> Value {
    json!({"error": error, "message": "no"})
}

/// The `number`th set of credentials, good for 15 minutes.
fn issued(number: usize) -> Value {
    json!({
        "accessToken": {
            "accessKeyId": format!("ASIANEW{number}"),
            "secretAccessKey": format!("planted secret {number}"),
            "sessionToken": format!("planted session {number}"),
        },
        "tokenType": "aws_sigv4",
        "expiresIn": 900,
        "refreshToken": format!("planted refresh {number}"),
    })
}

impl Transport for Service {
    fn send(
        &self,
        request: http::Request<&[u8]>,
        _: Option<Duration>,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        let header = |name: &str| request.headers().get(name).map(|v| v.to_str().unwrap().to_owned());
        assert_eq!((request.method().as_str(), header("content-type").as_deref()), ("POST", Some("application/json")));
        assert_eq!(header("authorization"), None, "it is not signed");
        assert!(request.headers().get("dpop").unwrap().is_sensitive());
        let proof = header("dpop").unwrap();
        let claims = verify(&proof);
        let body: Value = serde_json::from_slice(request.body()).unwrap();
        let number = {
            let mut seen = self.seen.lock().unwrap();
            seen.push(Seen { url: request.uri().to_string(), proof: proof.clone(), claims: claims.clone(), body });
            seen.len()
        };
        if let Some(act) = &*self.during.lock().unwrap() {
            act();
        }
        let wrong_time = self
            .clock
            .filter(|clock| (clock - claims["iat"].as_i64().unwrap()).abs() > 300)
            .map(|_| Next::Answer(400, denied("INVALID_REQUEST")));
        let next = wrong_time.or_else(|| self.script.lock().unwrap().pop_front());
        let (status, body) = match next.unwrap_or_else(|| Next::Answer(200, issued(number))) {
            Next::Answer(status, body) => (status, body.to_string()),
            Next::Raw(status, body) => (status, body.to_owned()),
            Next::Broken => return Err(TransportError::new(TransportErrorKind::Closed, "the connection ended")),
        };
        let code = match status {
            200 => None,
            400 => Some("ValidationException"),
            401 | 403 => Some("AccessDeniedException"),
            429 => Some("TooManyRequestsError"),
            _ => Some("InternalServerException"),
        };
        let mut response = http::Response::builder().status(status);
        if let Some(code) = code {
            // A service that quotes all it was sent.
            response = response.header("x-amzn-errortype", code).header("x-echo", &proof);
        }
        if let Some(clock) = self.clock {
            assert_eq!(clock / 86400, NOW / 86400, "the same day");
            let (h, m, s) = (clock % 86400 / 3600, clock / 60 % 60, clock % 60);
            response = response.header("date", format!("Fri, 02 Jan 2026 {h:02}:{m:02}:{s:02} GMT"));
        }
        let body =
            body.replace("\"no\"", &json!(format!("no to {} with {proof}", self.seen(number - 1).body)).to_string());
        Ok(response.body(body.into_bytes()).unwrap())
    }
}

/// Checks a proof as RFC 9449 section 4.3 says, and answers its claims.
fn verify(proof: &str) -> Value {
    let decode = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).unwrap();
    let parts: Vec<&str> = proof.split('.').collect();
    assert_eq!(parts.len(), 3);
    let header: Value = serde_json::from_slice(&decode(parts[0])).unwrap();
    assert_eq!(
        header,
        json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": {"kty": "EC", "x": X, "y": Y, "crv": "P-256"}})
    );
    let raw = decode(parts[2]);
    assert_eq!(raw.len(), 64);
    let integer = |bytes: &[u8]| {
        let mut bytes = bytes[bytes.iter().take_while(|b| **b == 0).count()..].to_vec();
        if bytes[0] >= 0x80 {
            bytes.insert(0, 0);
        }
        [vec![2, bytes.len() as u8], bytes].concat()
    };
    let both = [integer(&raw[..32]), integer(&raw[32..])].concat();
    let der = [vec![0x30, both.len() as u8], both].concat();
    let point = [vec![4], decode(X), decode(Y)].concat();
    let message = proof.rsplit_once('.').unwrap().0;
    let all = rustls::crypto::ring::default_provider().signature_verification_algorithms;
    let es256 = rustls::SignatureScheme::ECDSA_NISTP256_SHA256;
    let (_, algorithms) = all.mapping.iter().find(|(scheme, _)| *scheme == es256).unwrap();
    assert!(algorithms.iter().any(|a| a.verify_signature(&point, message.as_bytes(), &der).is_ok()), "signature");
    serde_json::from_slice(&decode(parts[1])).unwrap()
}

/// A cache folder that goes with the test, a clock, and the service.
struct World {
    folder: PathBuf,
    host: Arc<Machine>,
    service: Arc<Service>,
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn world() -> World {
    world_with(Service::default())
}

fn world_with(service: Service) -> World {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    static LOGGER: Once = Once::new();
    LOGGER.call_once(|| {
        log::set_logger(&LINES).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
    });
    let unique = format!("stskit-login-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
    World {
        folder: std::env::temp_dir().join(unique),
        host: Arc::new(Machine(Scripted::at(NOW))),
        service: Arc::new(service),
    }
}

/// What the CLI writes, with credentials that have this many seconds left.
fn sign_in(seconds_left: i64) -> Value {
    json!({
        "accessToken": {
            "accessKeyId": "ASIAOLD",
            "secretAccessKey": "planted secret 0",
            "sessionToken": "planted session 0",
            "accountId": "012345678910",
            "expiresAt": Timestamp::from_secs(NOW + seconds_left).to_string(),
        },
        "tokenType": "aws_sigv4",
        "clientId": CLIENT,
        "refreshToken": "planted refresh 0",
        "idToken": "planted.id.token",
        "dpopKey": PEM,
        "of the future": {"kept": [1, 2]},
    })
}

fn settings() -> Settings {
    Settings::builder().region("eu-west-1").resolve_with(&Scripted::at(0)).unwrap()
}

impl World {
    fn login(&self) -> Login {
        let login = Login::with_parts(SESSION, &settings(), self.service.clone(), self.host.clone()).unwrap();
        login.profile("dev").cache_directory(&self.folder)
    }

    fn path(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    fn put(&self, file: &Value) {
        fs::create_dir_all(&self.folder).unwrap();
        fs::write(self.path(), file.to_string()).unwrap();
    }

    fn file(&self) -> Value {
        serde_json::from_slice(&fs::read(self.path()).unwrap()).unwrap()
    }

    fn signed_in(self, seconds_left: i64) -> Self {
        self.put(&sign_in(seconds_left));
        self
    }

    fn pass(&self, seconds: i64) {
        self.host.0.advance(seconds * 1000);
    }
}

#[track_caller]
fn key_of(result: stskit::Result<Credentials>) -> String {
    result.unwrap_or_else(|e| panic!("{}", texts(&e))).access_key_id().to_owned()
}

#[track_caller]
fn assert_login_required(error: &Error, why: &str) {
    assert_eq!(error.kind(), ErrorKind::LoginRequired, "{error}");
    let login = error.login_required().unwrap();
    assert_eq!((login.profile.as_deref(), login.session.as_deref()), (Some("dev"), Some(SESSION)));
    assert_eq!((login.start_url.as_deref(), login.command.as_str()), (None, "aws login --profile dev"));
    let text = error.to_string();
    assert!(text.starts_with(&format!("the login session {SESSION} of the profile dev ")), "{text}");
    assert!(text.contains(why) && text.ends_with(": sign in with `aws login --profile dev`"), "{text}");
    assert_clean(&texts(error));
}

#[test]
fn the_file_is_found_by_variable_by_home_and_by_code() {
    let world = world().signed_in(600);
    let home = world.folder.join("home");
    let other = home.join(".aws/login/cache");
    fs::create_dir_all(&other).unwrap();
    let mut in_home = sign_in(600);
    in_home["accessToken"]["accessKeyId"] = "ASIAHOME".into();
    fs::write(other.join(FILE), in_home.to_string()).unwrap();
    let folder = world.folder.to_str().unwrap();
    let parent = world.folder.parent().unwrap().to_str().unwrap();
    let below_home = format!("~/{}", world.folder.file_name().unwrap().to_str().unwrap());
    let variable = "AWS_LOGIN_CACHE_DIRECTORY";
    let home_name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    let home_text = home.to_str().unwrap();
    for (vars, session, key) in [
        (&[(variable, folder)][..], SESSION, "ASIAOLD"),
        (&[(variable, folder), (home_name, home_text)], SESSION, "ASIAOLD"),
        (&[(variable, &below_home), (home_name, parent)], SESSION, "ASIAOLD"),
        (&[(variable, " "), (home_name, home_text)], SESSION, "ASIAHOME"),
        (&[(home_name, home_text)], SESSION, "ASIAHOME"),
        (&[(home_name, home_text)], &format!(" {SESSION}\t\n"), "ASIAHOME"),
    ] {
        let host = vars.iter().fold(Scripted::at(NOW), |host, (name, value)| host.with_var(name, value));
        let login = Login::with_parts(session, &settings(), world.service.clone(), Arc::new(Machine(host))).unwrap();
        assert_eq!(key_of(login.credentials()), key, "{vars:?}");
    }
    let host = Arc::new(Machine(Scripted::at(NOW)));
    let homeless = || Login::with_parts(SESSION, &settings(), world.service.clone(), host.clone()).unwrap();
    let error = homeless().credentials().unwrap_err();
    assert!(error.is_configuration() && error.to_string().contains(variable), "{error}");
    assert_eq!(key_of(homeless().cache_directory(folder).credentials()), "ASIAOLD");
    assert_eq!(world.service.calls(), 0);
}

#[test]
fn good_keys_are_served_and_due_ones_refreshed() {
    let world = world().signed_in(301);
    let login = world.login();
    let old = login.credentials().unwrap();
    assert_eq!((old.access_key_id(), old.secret_access_key()), ("ASIAOLD", "planted secret 0"));
    assert_eq!((old.session_token(), old.account_id()), (Some("planted session 0"), Some("012345678910")));
    assert_eq!(old.expiration(), Some(Timestamp::from_secs(NOW + 301)));
    assert_eq!(world.service.calls(), 0);
    assert_eq!(world.file(), sign_in(301), "the file is not touched");

    world.pass(1);
    let new = login.credentials().unwrap();
    assert_eq!((new.access_key_id(), new.secret_access_key()), ("ASIANEW1", "planted secret 1"));
    assert_eq!((new.session_token(), new.account_id()), (Some("planted session 1"), Some("012345678910")));
    assert_eq!(new.expiration(), Some(Timestamp::from_secs(NOW + 901)));
    let seen = world.service.seen(0);
    assert_eq!(
        seen.body,
        json!({"clientId": CLIENT, "refreshToken": "planted refresh 0", "grantType": "refresh_token"})
    );
    assert_eq!((seen.url.as_str(), &seen.claims["htu"], &seen.claims["htm"]), (URL, &json!(URL), &json!("POST")));
    assert_eq!(seen.claims["iat"], NOW + 1);

    let mut expected = sign_in(0);
    expected["refreshToken"] = "planted refresh 1".into();
    expected["accessToken"] = json!({
        "accessKeyId": "ASIANEW1", "secretAccessKey": "planted secret 1", "sessionToken": "planted session 1",
        "accountId": "012345678910", "expiresAt": "2026-01-02T03:19:06Z",
    });
    assert_eq!(world.file(), expected);
    #[cfg(unix)]
    for entry in fs::read_dir(&world.folder).unwrap() {
        use std::os::unix::fs::PermissionsExt;
        let entry = entry.unwrap();
        assert!(!entry.file_name().to_str().unwrap().ends_with(".tmp"));
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{entry:?}");
    }

    // The new ones are served by whoever reads the file, and the new refresh token is the one that is sent.
    assert_eq!(key_of(world.login().credentials()), "ASIANEW1");
    world.pass(900);
    assert_eq!(key_of(world.login().credentials()), "ASIANEW2");
    assert_eq!(world.service.seen(1).body["refreshToken"], "planted refresh 1");
}

#[test]
fn each_attempt_has_a_proof_of_its_own() {
    let world = world().signed_in(-10);
    world.service.then([Next::Answer(500, denied("server_error")), Next::Broken]);
    assert_eq!(key_of(world.login().credentials()), "ASIANEW3");
    let all: Vec<Seen> = (0..3).map(|number| world.service.seen(number)).collect();
    let jti = |seen: &Seen| seen.claims["jti"].as_str().unwrap().to_owned();
    for seen in &all {
        assert_eq!((jti(seen).len(), jti(seen).as_bytes()[14]), (36, b'4'), "a UUID of version 4");
        assert_eq!((seen.claims["htu"].as_str(), seen.claims.as_object().unwrap().len()), (Some(URL), 4));
        assert_eq!(seen.body["refreshToken"], "planted refresh 0");
    }
    assert!(jti(&all[0]) != jti(&all[1]) && jti(&all[1]) != jti(&all[2]) && jti(&all[0]) != jti(&all[2]));
    let waited: Duration = world.host.0.sleeps().iter().sum();
    let iat = |seen: &Seen| seen.claims["iat"].as_i64().unwrap();
    assert_eq!(iat(&all[2]), (NOW * 1000 + i64::try_from(waited.as_millis()).unwrap()) / 1000);
    assert!(all[0].proof != all[1].proof);
}

#[test]
fn failures_with_good_and_with_expired_keys() {
    let (again, over) = ("InternalServerException", "expired");
    let login_required = ErrorKind::LoginRequired;
    for (name, next, attempts, served, kind, why) in [
        ("500", [500; 3].map(|s| Next::Answer(s, denied("server_error"))).into(), 3, true, ErrorKind::Service, again),
        ("broken", [(); 3].map(|()| Next::Broken).into(), 3, true, ErrorKind::Network, "connection ended"),
        (
            "429",
            [429; 3].map(|s| Next::Answer(s, denied("INVALID_REQUEST"))).into(),
            3,
            true,
            ErrorKind::Throttled,
            "TooMany",
        ),
        ("page", vec![Next::Raw(200, "<html>planted")], 1, true, ErrorKind::InvalidResponse, "not JSON"),
        ("empty", vec![Next::Raw(200, "{}")], 1, true, ErrorKind::InvalidResponse, "has no accessToken"),
        ("expired", vec![Next::Answer(401, denied("TOKEN_EXPIRED"))], 1, false, login_required, over),
        ("changed", vec![Next::Answer(403, denied("USER_CREDENTIALS_CHANGED"))], 1, false, login_required, "password"),
        (
            "permission",
            vec![Next::Answer(403, denied("INSUFFICIENT_PERMISSIONS"))],
            1,
            false,
            ErrorKind::AccessDenied,
            "needs the permission signin:CreateOAuth2Token",
        ),
        ("denied", vec![Next::Answer(403, denied("planned"))], 1, false, ErrorKind::AccessDenied, "HTTP 403"),
        ("page 403", vec![Next::Raw(403, "blocked")], 1, false, ErrorKind::AccessDenied, "blocked"),
        ("invalid", vec![Next::Answer(400, denied("INVALID_REQUEST"))], 1, false, ErrorKind::Service, "Validation"),
    ] as [(_, Vec<Next>, _, _, _, _); 11]
    {
        let world = world().signed_in(200);
        let login = world.login();
        world.service.then(next.clone());
        let result = login.credentials();
        assert_eq!(world.service.calls(), attempts, "{name}");
        let check = |error: &Error| {
            assert_eq!(error.kind(), kind, "{name}: {error}");
            assert!(error.to_string().contains(why), "{name}: {error}");
            assert!(error.to_string().contains(SESSION), "{name}: {error}");
            assert_clean(&texts(error));
            if kind == login_required {
                assert_login_required(error, why);
                assert!(std::error::Error::source(error).unwrap().to_string().contains("HTTP 40"), "{error:?}");
            }
        };
        if served {
            assert_eq!(key_of(result), "ASIAOLD", "{name}");
            // The service is left alone while these are good, but not longer.
            assert_eq!(key_of(login.credentials()), "ASIAOLD", "{name}");
            assert_eq!(world.service.calls(), attempts, "{name}");
        } else {
            check(&result.unwrap_err());
        }
        world.pass(250);
        world.service.then(next);
        check(&login.credentials().unwrap_err());
        assert_eq!(world.service.calls(), 2 * attempts, "{name}");
        assert_eq!(world.file(), sign_in(200), "{name}");
        // Signed in again elsewhere: seen at the next call.
        world.put(&sign_in(900));
        assert_eq!(key_of(login.credentials()), "ASIAOLD", "{name}");
    }
}

#[test]
fn files_that_cannot_be_used_ask_for_a_sign_in() {
    let without = |name: &str| {
        let mut file = sign_in(900);
        file.as_object_mut().unwrap().remove(name);
        file.to_string()
    };
    for (content, why) in [
        (None, "has not been signed in to on this machine"),
        (Some(without("dpopKey")), "has no dpopKey"),
        (Some(without("clientId")), "has no clientId"),
        (Some(without("refreshToken")), "has no refreshToken"),
        (Some(without("accessToken")), "has no accessToken"),
        (Some(String::new()), "is not JSON"),
        (Some("[\"planted\"]".to_owned()), "is not a JSON object"),
    ] {
        let world = world();
        if let Some(content) = content {
            fs::create_dir_all(&world.folder).unwrap();
            fs::write(world.path(), content).unwrap();
        }
        let error = world.login().credentials().unwrap_err();
        assert_login_required(&error, why);
        assert!(error.to_string().contains(FILE), "{error}");
        assert_eq!(world.service.calls(), 0);
    }
    // The key is looked at when it is needed.
    let world = world();
    let mut file = sign_in(900);
    file["dpopKey"] = "-----BEGIN planted".into();
    world.put(&file);
    assert_eq!(key_of(world.login().credentials()), "ASIAOLD");
    world.pass(700);
    assert_login_required(&world.login().credentials().unwrap_err(), "the dpopKey in its token file is not a private");
    // Literal line breaks are fine.
    file["dpopKey"] = PEM.replace('\n', "\\n").into();
    world.put(&file);
    assert_eq!(key_of(world.login().credentials()), "ASIANEW1");
}

#[test]
fn one_of_many_refreshes() {
    let world = world().signed_in(-1);
    *world.service.during.lock().unwrap() = Some(Box::new(|| std::thread::sleep(Duration::from_millis(50))));
    // Each with a lock file of its own, as processes have.
    let keys: Vec<String> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..8).map(|_| scope.spawn(|| key_of(world.login().credentials()))).collect();
        all.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(keys, ["ASIANEW1"; 8]);
    assert_eq!(world.service.calls(), 1);
}

#[test]
fn nobody_waits_for_the_lock_while_the_keys_are_good() {
    let world = world().signed_in(200);
    let mut lock = fslock::LockFile::open(&world.path().with_extension("lock")).unwrap();
    lock.lock().unwrap();
    let login = world.login();
    assert_eq!(key_of(login.credentials()), "ASIAOLD");
    assert_eq!((world.service.calls(), world.host.0.sleeps().len()), (0, 0));
    // Expired: everybody waits, for as long as the holder can need; then without it.
    world.pass(201);
    assert_eq!(key_of(login.credentials()), "ASIANEW1");
    let waited: Duration = world.host.0.sleeps().iter().sum();
    assert!(waited >= Duration::from_secs(120) && waited < Duration::from_secs(121), "{waited:?}");
}

#[test]
fn a_refresh_by_another_program_is_no_reason_to_sign_in() {
    let world = world().signed_in(100);
    world.service.then([Next::Answer(401, denied("TOKEN_EXPIRED"))]);
    let (path, mut theirs) = (world.path(), sign_in(900));
    theirs["accessToken"]["accessKeyId"] = "ASIATHEIRS".into();
    *world.service.during.lock().unwrap() = Some(Box::new(move || fs::write(&path, theirs.to_string()).unwrap()));
    assert_eq!(key_of(world.login().credentials()), "ASIATHEIRS");
    assert_eq!(world.service.calls(), 1);
}

#[test]
fn a_wrong_clock_is_corrected() {
    // The service is an hour ahead: its keys have expired, and it takes no proof of our time.
    let world = world_with(Service { clock: Some(NOW + 3600), ..Service::default() }).signed_in(-20);
    let login = world.login();
    let new = login.credentials().unwrap();
    assert_eq!(new.access_key_id(), "ASIANEW2");
    assert_eq!(new.expiration(), Some(Timestamp::from_secs(NOW + 3600 + 900)));
    assert_eq!(world.file()["accessToken"]["expiresAt"], "2026-01-02T04:19:05Z");
    assert_eq!(login.clock_offset_millis(), 3_600_000);
    let iat = |number| world.service.seen(number).claims["iat"].as_i64().unwrap();
    assert_eq!((iat(0), iat(1)), (NOW, NOW + 3600));
    // It stays corrected: good for as long as the service's time says.
    world.pass(599);
    assert_eq!(key_of(login.credentials()), "ASIANEW2");
    assert_eq!(world.service.calls(), 2);
}

#[test]
fn keys_that_a_service_calls_expired_are_replaced() {
    let world = world().signed_in(800);
    let host: Arc<dyn Host> = world.host.clone();
    let login = Cached::new(world.login(), Stability::ServeStale).host(host);
    let old = login.credentials().unwrap();
    assert_eq!((old.access_key_id(), world.service.calls(), login.is_role()), ("ASIAOLD", 0, true));
    login.invalidate(&old);
    assert_eq!(key_of(login.credentials()), "ASIANEW1");
    assert_eq!(key_of(world.login().credentials()), "ASIANEW1");
    assert_eq!(world.service.calls(), 1);

    // The source away: the cache serves on, and by its rules.
    world.service.then((0..3).map(|_| Next::Broken));
    world.pass(901);
    assert_eq!(key_of(login.credentials()), "ASIANEW1");
    assert_eq!(key_of(login.credentials()), "ASIANEW1");
    assert_eq!(world.service.calls(), 4);
    world.pass(601);
    assert_eq!(key_of(login.credentials()), "ASIANEW5");
}

#[test]
fn a_refresh_that_cannot_be_saved_is_not_lost() {
    let world = world().signed_in(100);
    // What the folder was becomes a file while the service answers.
    let (folder, aside) = (world.folder.clone(), world.folder.with_extension("aside"));
    let to = aside.clone();
    *world.service.during.lock().unwrap() = Some(Box::new(move || {
        if folder.is_dir() {
            fs::rename(&folder, &to).unwrap();
            fs::write(&folder, "in the way").unwrap();
        }
    }));
    let login = world.login();
    assert_eq!(key_of(login.credentials()), "ASIANEW1");
    fs::remove_file(&world.folder).unwrap();
    fs::rename(&aside, &world.folder).unwrap();
    *world.service.during.lock().unwrap() = None;
    assert_eq!(world.file(), sign_in(100));
    assert_eq!(key_of(login.credentials()), "ASIANEW1");
    assert_eq!(world.service.calls(), 1);
    // Its refresh token is the one that counts, and what is saved at last is whole.
    world.pass(700);
    assert_eq!(key_of(login.credentials()), "ASIANEW2");
    assert_eq!(world.service.seen(1).body["refreshToken"], "planted refresh 1");
    assert_eq!(world.file()["refreshToken"], "planted refresh 2");
}

#[test]
fn who_is_a_role() {
    let world = world();
    for (session, role) in [
        (SESSION, true),
        ("arn:aws-cn:sts::012345678910:assumed-role/Admin/a:b", true),
        ("arn:aws:iam::012345678910:user/ann", false),
        ("arn:aws:iam::012345678910:user/assumed-role/ann", false),
        ("arn:aws:iam::012345678910:root", false),
        ("arn:aws:sts::012345678910:federated-user/ann", false),
        ("something", false),
        ("", false),
    ] {
        let login = Login::with_parts(session, &settings(), world.service.clone(), world.host.clone()).unwrap();
        assert_eq!(login.is_role(), role, "{session}");
    }
}

#[test]
fn a_region_is_needed_and_only_names_are_shown() {
    let world = world();
    let nowhere = Settings::builder().resolve_with(&Scripted::at(0)).unwrap();
    let error = Login::with_parts(SESSION, &nowhere, world.service.clone(), world.host.clone()).unwrap_err();
    assert!(error.is_configuration() && error.to_string().contains("region"), "{error}");
    // Something else in the place of the session's name is not repeated.
    let login = Login::with_parts("planted", &settings(), world.service.clone(), world.host.clone()).unwrap();
    let login = login.cache_directory(&world.folder);
    let error = login.credentials().unwrap_err();
    assert_eq!(error.login_required().unwrap().command, "aws login");
    assert!(error.to_string().starts_with("the login session has not been signed in"), "{error}");
    assert_clean(&format!("{login:?} {}", texts(&error)));
}

#[test]
fn through_the_real_transport() {
    let heads: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = heads.clone();
    let server = Server::start(move |mut stream, _| {
        while let Some((head, _)) = read_request(&mut stream) {
            kept.lock().unwrap().push(head);
            let answer = http("200 OK", "Content-Type: application/json\r\n", &issued(1).to_string());
            std::io::Write::write_all(&mut stream, answer.as_bytes()).unwrap();
        }
    });
    let world = world().signed_in(-1);
    let base = format!("{}/base", server.url());
    let settings = Settings::builder().endpoint_url(Signin, &base).resolve_with(&Scripted::at(0)).unwrap();
    // The system's clock: the file's keys have long expired.
    let login = Login::new(SESSION, &settings).unwrap().cache_directory(&world.folder);
    assert_eq!(key_of(login.credentials()), "ASIANEW1");
    assert_eq!(key_of(login.credentials()), "ASIANEW1");
    let heads = heads.lock().unwrap();
    assert_eq!(heads.len(), 1);
    assert!(heads[0].starts_with("POST /base/v1/token HTTP/1.1\r\n"), "{}", heads[0]);
    let proof = heads[0].lines().find_map(|line| line.strip_prefix("dpop: ")).unwrap();
    let claims = verify(proof);
    assert_eq!(claims["htu"], format!("{base}/v1/token"));
    assert!((claims["iat"].as_i64().unwrap() - support::now()).abs() < 300);
    assert_clean(&format!("{login:?} {login:#?} {:?}", login.credentials().unwrap()));
    let log = LINES.0.lock().unwrap().clone();
    assert!(log.0.contains("ureq") && log.1.contains("HTTP/1.1.200.OK"), "the log is on, down to the bytes");
    for text in [&log.0, &log.1] {
        assert_clean(text);
        assert!(!text.contains(&proof[..40]) && !text.contains(&proof[proof.len() - 40..]), "the proof is in the log");
    }
}

#[test]
fn the_bare_operation() {
    let world = world();
    let builder = Client::builder(settings()).transport(world.service.clone()).host(world.host.clone());
    let client = builder.dpop_key(DpopKey::from_pem(PEM).unwrap()).build().unwrap();
    let code = CreateOAuth2Token::authorization_code(CLIENT, "planted code", "http://127.0.0.1/", "planted ".repeat(6));
    let answer = client.create_oauth2_token(&code).unwrap();
    assert_eq!(answer.expires_in, Some(900));
    assert_clean(&format!("{code:?} {:?} {client:?}", answer.output));
    assert_eq!(
        world.service.seen(0).body,
        json!({"clientId": CLIENT, "grantType": "authorization_code", "code": "planted code",
            "redirectUri": "http://127.0.0.1/", "codeVerifier": "planted ".repeat(6)})
    );
    let by_name = json!({"clientId": CLIENT, "grantType": "refresh_token", "refreshToken": "planted refresh 0"});
    let answer = client.call_json("CreateOAuth2Token", by_name).unwrap();
    assert_eq!(answer.output, issued(2));
    // What it was sent is scrubbed of what it says.
    world.service.then([Next::Answer(401, denied("AUTHCODE_EXPIRED"))]);
    let error = client.create_oauth2_token(&code).unwrap_err();
    let service = error.service_error().unwrap();
    assert_eq!((service.code(), service.denial()), ("AccessDeniedException", Some(Denial::AuthcodeExpired)));
    assert!(service.message().contains("[secret]") && !texts(&error).contains(&world.service.seen(2).proof));
    assert_clean(&texts(&error));
    let short = CreateOAuth2Token::authorization_code(CLIENT, "planted", "http://127.0.0.1/", "planted");
    let error = client.create_oauth2_token(&short).unwrap_err();
    assert!(error.is_input() && error.to_string().contains("codeVerifier has 7 characters"), "{error}");
    assert_clean(&texts(&error));
}
