//! The 25 behaviours: bugs that other libraries had, each as a test of the default chain against the emulator.
//! The number of each is the name's; deeper tests of a part are in that part's own file.

mod support;

use std::collections::HashSet;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use sha1::{Digest, Sha1};
use stskit::emulator::Fault;
use stskit::endpoint::EndpointService;
use stskit::explain::Outcome;
use stskit::host::Scripted;
use stskit::providers::{Cached, Process, Stability};
use stskit::{Credentials, DefaultChain, ErrorKind, Provide, Settings, Timestamp};
use support::world::World;

const ROLE: &str = "arn:aws:iam::123456789012:role/demo";
/// A role assumed with keys of the same profile.
const ROLE_PROFILE: &str = "[default]\nrole_arn = arn:aws:iam::123456789012:role/demo\nsource_profile = base\n\
                            [profile base]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n";
/// Tokens of an OpenID Connect provider: the emulator looks at their form only.
const JWT: &str = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSIsImF1ZCI6InN0cyIsImlzcyI6Imh0dHBzOi8vaWRwIn0.c2lnbmF0dXJl";
const NEW_JWT: &str = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSIsImF1ZCI6InN0cyIsImlzcyI6Imh0dHBzOi8vaWRwIn0.bmV3";
const SSO_PROFILE: &str = "[default]\nsso_session = dev\nsso_account_id = 123456789012\nsso_role_name = ReadOnly\n\
                           [sso-session dev]\nsso_region = us-east-1\nsso_start_url = {url}/start\n";

fn sha1_hex(text: &str) -> String {
    Sha1::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes the token file of a sign-in that lasts `seconds`, for a session or a start URL.
fn sign_in(world: &World, key: &str, seconds: u32) -> String {
    world.emulator.sso().token_lifetime(seconds);
    let issued = world.emulator.sso().issue_token();
    world.emulator.sso().token_lifetime(3600);
    world.file(&format!(".aws/sso/cache/{}.json", sha1_hex(key)), &issued.cache_json());
    issued.access_token
}

#[test]
fn b01_imds_black_hole() {
    // A listener that never accepts: connections open, nothing answers. And a PUT that is read but not answered.
    let hole = TcpListener::bind("127.0.0.1:0").unwrap();
    let world = World::new();
    world.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", &format!("http://{}", hole.local_addr().unwrap()));
    let started = Instant::now();
    let silent = world.load().unwrap_err();
    assert!(
        started.elapsed() < Duration::from_secs(6),
        "3 s, and as much again for a busy machine: {:?}",
        started.elapsed()
    );

    let world = World::new();
    world.emulator.imds().token_silence(Some(Duration::from_secs(20)));
    world.set("AWS_EC2_METADATA_V1_DISABLED", "true");
    let started = Instant::now();
    let hop_limit = world.load().unwrap_err();
    assert!(started.elapsed() < Duration::from_secs(6), "{:?}", started.elapsed());
    for error in [silent, hop_limit] {
        assert_eq!(error.kind(), ErrorKind::NoCredentials);
        let text = error.to_string();
        for part in ["instance metadata", "hop limit", "AWS_EC2_METADATA_DISABLED", "127.0.0.1"] {
            assert!(text.contains(part), "{part} is not in: {text}");
        }
    }
}

#[test]
fn b02_imds_v1_policy() {
    for (status, v1_disabled, serves) in [
        (Some(403), false, true),
        (Some(404), false, true),
        (Some(405), false, true),
        (Some(403), true, false),
        (Some(400), false, false),
        (Some(500), false, false),
        (None, true, true),
    ] {
        let world = World::new();
        world.emulator.imds().allow_v1(true);
        world.emulator.imds().token_status(status);
        world.set("AWS_EC2_METADATA_V1_DISABLED", &v1_disabled.to_string());
        let found = world.load();
        assert_eq!(found.is_ok(), serves, "{status:?} {v1_disabled}: {found:?}");
        let without_token = |r: &&stskit::emulator::RecordedRequest| {
            r.method == "GET" && r.header("x-aws-ec2-metadata-token").is_none()
        };
        let v1 = world.emulator.requests().iter().filter(without_token).count();
        assert_eq!(v1 > 0, status.is_some() && serves, "{status:?} {v1_disabled}: {v1} requests without a token");
    }
    // 401 on a GET: one new token, never IMDSv1.
    let world = World::new();
    let chain = world.chain();
    let first = chain.credentials().unwrap();
    world.emulator.imds().allow_v1(true);
    world.emulator.imds().expire_tokens();
    world.emulator.imds().rotate_keys();
    world.emulator.clear_requests();
    chain.invalidate(&first);
    assert_ne!(chain.credentials().unwrap(), first);
    assert_eq!(world.count("ImdsToken"), 1);
    let gets: Vec<_> = world.emulator.requests().into_iter().filter(|r| r.method == "GET").collect();
    assert!(gets.iter().all(|r| r.header("x-aws-ec2-metadata-token").is_some()), "no step back to IMDSv1");
}

/// A proxy that notes the first line of each request, and refuses.
fn proxy() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (url, seen) = (format!("http://{}", listener.local_addr().unwrap()), Arc::new(Mutex::new(Vec::new())));
    let lines = Arc::clone(&seen);
    thread::spawn(move || {
        for stream in listener.incoming().take(8) {
            let (mut stream, mut bytes) = (stream.unwrap(), [0; 2048]);
            let count = stream.read(&mut bytes).unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes[..count]).into_owned();
            lines.lock().unwrap().push(text.lines().next().unwrap_or_default().to_owned());
            let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        }
    });
    (url, seen)
}

#[test]
fn b03_proxy() {
    let (url, seen) = proxy();
    let with_proxy = |world: &World| {
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
            world.set(name, &url);
        }
        world.set("NO_PROXY", "");
    };
    let world = World::new();
    with_proxy(&world);
    world.load().unwrap();
    assert!(world.imds_requests() > 0);
    world.set_all(world.emulator.container().ecs_environment());
    world.load().unwrap();
    assert_eq!(*seen.lock().unwrap(), [""; 0], "metadata and container calls do not use a proxy");
    let world = World::with_config(ROLE_PROFILE);
    with_proxy(&world);
    world.load().unwrap();
    assert_eq!(*seen.lock().unwrap(), [""; 0], "loopback does not use a proxy");

    world.set("AWS_ENDPOINT_URL_STS", "https://sts.example.invalid");
    world.set("AWS_MAX_ATTEMPTS", "1");
    world.load().unwrap_err();
    assert_eq!(*seen.lock().unwrap(), ["CONNECT sts.example.invalid:443 HTTP/1.1"], "STS calls do");
}

#[test]
fn b04_herd() {
    let world = World::with_config(ROLE_PROFILE);
    let chain = world.chain();
    let old = chain.credentials().unwrap();
    let left = old.expiration().unwrap().millis_since(stskit::host::Host::now(&*world.machine)) / 1000;
    world.advance(left - 15 * 60 + 5);
    world.emulator.inject(Fault::slow(Duration::from_secs(2)).on("AssumeRole"));
    let barrier = Barrier::new(64);
    let answers: Vec<Credentials> = thread::scope(|scope| {
        let ask = || {
            barrier.wait();
            chain.credentials().unwrap()
        };
        let threads: Vec<_> = (0..64).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(world.count("AssumeRole"), 2, "the first load, and one fetch by the herd");
    assert_eq!(answers.iter().filter(|found| **found == old).count(), 63);
}

#[test]
fn b05_no_lock_over_io() {
    let world = World::with_config(ROLE_PROFILE);
    let chain = world.chain();
    let old = chain.credentials().unwrap();
    world.advance(3600 - 14 * 60);
    world.emulator.inject(Fault::slow(Duration::from_secs(3)).on("AssumeRole"));
    let refresher = chain.clone();
    let refresh = thread::spawn(move || refresher.credentials());
    while world.count("AssumeRole") < 2 {
        thread::sleep(Duration::from_millis(5));
    }
    for _ in 0..1000 {
        assert_eq!(chain.credentials().unwrap(), old);
    }
    assert!(!refresh.is_finished(), "a thousand readers were served while one refreshed");
    assert_ne!(refresh.join().unwrap().unwrap(), old);
}

#[test]
fn b06_a_failed_refresh_keeps_service() {
    let world = World::with_config(ROLE_PROFILE);
    world.set("AWS_MAX_ATTEMPTS", "1");
    let chain = world.chain();
    let old = chain.credentials().unwrap();
    world.emulator.inject(Fault::status(500).on("AssumeRole").always());
    world.advance(3600 - 600);
    for _ in 0..20 {
        assert_eq!(chain.credentials().unwrap(), old);
    }
    assert_eq!(world.count("AssumeRole"), 2, "one try, then a pause of 5 to 10 minutes");
    world.advance(601);
    assert!(old.expiration().unwrap() <= stskit::host::Host::now(&*world.machine));
    assert_eq!(chain.credentials().unwrap(), old, "expired by now, and better than nothing");
    assert_eq!(world.count("AssumeRole"), 3);
    world.emulator.clear_faults();
    world.advance(601);
    assert_ne!(chain.credentials().unwrap(), old);
}

#[test]
fn b07_serving_on_never_lengthens_an_expiry() {
    let world = World::new();
    world.emulator.imds().lifetime(600);
    let chain = world.chain();
    let first = chain.credentials().unwrap();
    world.advance(301);
    world.emulator.imds().rotate_keys();
    let second = chain.credentials().unwrap();
    assert_ne!(first, second, "ten-minute credentials are replaced before they expire");
    assert!(first.expiration().unwrap() > stskit::host::Host::now(&*world.machine));
}

#[test]
fn b08_short_lifetimes() {
    for seconds in [900, 50] {
        let world = World::new();
        world.emulator.imds().lifetime(seconds);
        let chain = world.chain();
        let first = chain.credentials().unwrap();
        world.advance(20);
        for _ in 0..100 {
            assert_eq!(chain.credentials().unwrap(), first);
        }
        assert_eq!(world.count("ImdsCredentials"), 1, "{seconds} s");
    }
}

#[test]
fn b09_what_cannot_recover_stays_loud() {
    let world = World::with_config(ROLE_PROFILE);
    let chain = world.chain();
    chain.credentials().unwrap();
    world.advance(3600 - 600);
    world.emulator.inject(Fault::error("AccessDenied", "not any more", 403).on("AssumeRole").always());
    for _ in 0..50 {
        let error = chain.credentials().unwrap_err();
        assert!(error.is_access_denied() && error.to_string().contains(ROLE), "{error}");
    }
    assert_eq!(world.count("AssumeRole"), 2, "one call, and its error for a while");
    world.advance(6);
    chain.credentials().unwrap_err();
    assert_eq!(world.count("AssumeRole"), 3);

    let world = World::with_config(SSO_PROFILE);
    sign_in(&world, "dev", 1);
    world.advance(100_000_000);
    let chain = world.chain();
    for _ in 0..10 {
        assert_eq!(chain.credentials().unwrap_err().kind(), ErrorKind::LoginRequired);
    }
}

#[test]
fn b10_web_identity() {
    let world = World::new();
    let file = world.file("token", JWT);
    world.set("AWS_WEB_IDENTITY_TOKEN_FILE", file.to_str().unwrap());
    world.set("AWS_ROLE_ARN", ROLE);
    let chain = world.chain();
    let token = |world: &World| world.emulator.requests().last().unwrap().parameter("WebIdentityToken");
    let first = chain.credentials().unwrap();
    assert_eq!(token(&world).as_deref(), Some(JWT));
    world.advance(3600);
    let second = chain.credentials().unwrap();
    assert_ne!(first, second, "refreshed when the credentials expire, though the file is the same");
    fs::write(&file, format!("{NEW_JWT}\n")).unwrap();
    world.advance(3600);
    assert_ne!(chain.credentials().unwrap(), second);
    assert_eq!(token(&world).as_deref(), Some(NEW_JWT), "read again, and trimmed");
    assert!(world.emulator.requests().iter().all(|r| r.header("authorization").is_none()), "never signed");
}

#[test]
fn b11_container() {
    let world = World::new();
    let file = world.file("pod-token", "from-the-file\n");
    world.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", &world.emulator.container().eks_url());
    world.set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "from-the-variable");
    world.set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file.to_str().unwrap());
    world.emulator.container().require_token(Some("from-the-file"));
    let chain = world.chain();
    let first = chain.credentials().unwrap();
    fs::write(&file, "another").unwrap();
    world.emulator.container().require_token(Some("another"));
    world.emulator.container().rotate_keys();
    chain.invalidate(&first);
    assert_ne!(chain.credentials().unwrap(), first, "the token file is read at each load");
    fs::write(&file, "two\r\nlines").unwrap();
    let error = world.load().unwrap_err();
    assert!(error.to_string().contains("pod-token") && !error.to_string().contains("two"), "{error}");

    let world = World::new();
    world.set_all(world.emulator.container().ecs_environment());
    world.emulator.container().omit(&["Token", "Expiration"]);
    let found = world.load().unwrap();
    assert_eq!((found.session_token(), found.expiration()), (None, None), "neither is demanded");
}

#[test]
fn b12_full_uri_host_check() {
    for (host, allowed) in [
        ("127.0.0.1", true),
        ("127.9.9.9", true),
        ("[::1]", true),
        ("localhost", true),
        ("169.254.170.2", true),
        ("169.254.170.23", true),
        ("[fd00:ec2::23]", true),
        ("169.254.169.254", false),
        ("169.254.170.3", false),
        ("[fd00:ec2::24]", false),
        ("[::ffff:127.0.0.1]", false),
        ("10.0.0.1", false),
        ("localhost.example.com", false),
        ("127.0.0.1.example.com", false),
        ("example.com", false),
        ("user@127.0.0.1", false),
    ] {
        let world = World::new();
        world.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", &format!("http://{host}/creds"));
        world.set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "planted-token");
        let sent = Arc::new(AtomicUsize::new(0));
        let chain = DefaultChain::builder(world.settings().unwrap())
            .host(world.machine.clone())
            .metadata_transport(Arc::new(Nowhere(Arc::clone(&sent))))
            .build();
        let error = chain.credentials().unwrap_err();
        assert_eq!(sent.load(Ordering::SeqCst) > 0, allowed, "{host}: {error}");
        assert_eq!(error.kind() == ErrorKind::InvalidConfiguration, !allowed, "{host}: {error}");
        assert!(!error.to_string().contains("planted-token"));
    }
}

/// Counts the requests and answers none.
#[derive(Debug)]
struct Nowhere(Arc<AtomicUsize>);

impl stskit::transport::Transport for Nowhere {
    fn send(
        &self,
        _: http::Request<&[u8]>,
        _: Option<Duration>,
    ) -> Result<http::Response<Vec<u8>>, stskit::transport::TransportError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        let kind = stskit::transport::TransportErrorKind::Connect;
        Err(stskit::transport::TransportError::new(kind, "there is no network here"))
    }
}

#[test]
fn b13_no_silent_identity_switch() {
    let broken = [
        "[default]\nrole_arn = arn:aws:iam::123456789012:role/demo\n",
        "[default]\nrole_arn = arn:aws:iam::123456789012:role/demo\nsource_profile = gone\n",
        "[default]\nrole_arn = arn:aws:iam::123456789012:role/demo\nweb_identity_token_file = {home}/gone\n",
        "[default]\nweb_identity_token_file = {home}/gone\n",
        "[default]\nsso_account_id = 123456789012\n",
        SSO_PROFILE,
        "[default]\naws_access_key_id = {id}\n",
        "[default]\nlogin_session = arn:aws:sts::123456789012:assumed-role/Admin/me\n",
        "[default]\ncredential_process = {home}/gone\n",
        "[default]\ncredential_process = /bin/sh -c 'exit 3'\n",
    ];
    for config in broken {
        let world = World::with_config(config);
        let error = world.load().unwrap_err();
        assert_ne!(error.kind(), ErrorKind::NoCredentials, "{config}: {error}");
        assert_eq!(world.imds_requests(), 0, "{config}");
        assert!(error.report().unwrap().failed().is_some(), "{config}");
    }
    for vars in [
        &[("AWS_ACCESS_KEY_ID", "AKID")][..],
        &[("AWS_WEB_IDENTITY_TOKEN_FILE", "/gone"), ("AWS_ROLE_ARN", ROLE)],
        &[("AWS_WEB_IDENTITY_TOKEN_FILE", "/gone")],
        &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/")],
    ] {
        let world = World::new();
        vars.iter().for_each(|(name, value)| world.set(name, value));
        let error = world.load().unwrap_err();
        assert_ne!(error.kind(), ErrorKind::NoCredentials, "{vars:?}: {error}");
        assert_eq!(world.imds_requests(), 0, "{vars:?}");
    }
    // What is not configured at all is passed over.
    let world = World::with_config("[default]\nregion = us-east-1\nsso_session = dev\n[sso-session dev]\n");
    assert!(world.load().unwrap().access_key_id().starts_with("ASIA"));
    assert!(world.imds_requests() > 0);
}

#[test]
fn b14_the_right_reason() {
    let world = World::with_config(&SSO_PROFILE.replace("[default]", "[profile work]"));
    for seconds in [None, Some(1)] {
        if let Some(seconds) = seconds {
            sign_in(&world, "dev", seconds);
            world.advance(100_000_000);
        }
        let error = world.profile("work").credentials().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::LoginRequired);
        assert_eq!(error.login_required().unwrap().command, "aws sso login --profile work");
        let text = error.to_string();
        for part in ["work", "dev", "aws sso login --profile work"] {
            assert!(text.contains(part), "{part} is not in: {text}");
        }
        for part in ["169.254", "metadata", "no credentials found"] {
            assert!(!text.contains(part), "{part} is in: {text}");
        }
    }
}

#[test]
fn b15_loops() {
    let links = |names: &[&str]| {
        let profile = |(at, name): (usize, &&str)| {
            let next = names[(at + 1) % names.len()];
            format!("[profile {name}]\nrole_arn = {ROLE}\nsource_profile = {next}\n")
        };
        names.iter().enumerate().map(profile).collect::<String>()
    };
    for (names, path) in [(&["a", "b"][..], "a -> b -> a"), (&["a", "b", "c"], "a -> b -> c -> a"), (&["a"], "a -> a")]
    {
        let world = World::with_config(&links(names));
        let chain = world.profile("a");
        for _ in 0..2 {
            let error = chain.credentials().unwrap_err();
            assert!(error.is_configuration() && error.to_string().contains(path), "{error}");
        }
    }
    // A profile that names itself and has keys is legal: its keys assume its role.
    let world = World::with_config(
        "[profile a]\nrole_arn = arn:aws:iam::123456789012:role/demo\nsource_profile = a\n\
         aws_access_key_id = {id}\naws_secret_access_key = {secret}\n",
    );
    let chain = world.profile("a");
    assert_eq!(chain.credentials().unwrap(), chain.credentials().unwrap());
    assert_eq!(world.count("AssumeRole"), 1);
}

#[test]
fn b16_sso_cache_names() {
    let world = World::with_config(SSO_PROFILE);
    sign_in(&world, "dev", 3600);
    world.load().unwrap();
    let legacy = "[default]\nsso_start_url = {url}/start\nsso_region = us-east-1\nsso_account_id = 123456789012\n\
                  sso_role_name = ReadOnly\n";
    let world = World::with_config(legacy);
    sign_in(&world, &format!("{}/start", world.emulator.url()), 3600);
    world.load().unwrap();
    for (text, name) in [
        ("https://d-abc123.awsapps.com/start", "40a89917e3175433e361b710a9d43528d7f1890a"),
        ("dev", "34c6fceca75e456f25e7e99531e2425c6c1de443"),
    ] {
        assert_eq!(sha1_hex(text), name);
    }
}

#[test]
fn b17_sso_refresh() {
    let world = World::with_config(SSO_PROFILE);
    let old = sign_in(&world, "dev", 60);
    let (one, other) = (world.chain(), world.chain());
    let both = thread::scope(|scope| [&one, &other].map(|chain| scope.spawn(|| chain.credentials())).map(|t| t.join()));
    both.into_iter().for_each(|found| drop(found.unwrap().unwrap()));
    assert_eq!(world.count("CreateToken"), 1, "one refresh for both");
    let path = world.home.join(format!(".aws/sso/cache/{}.json", sha1_hex("dev")));
    let saved = fs::read_to_string(&path).unwrap();
    assert!(!saved.contains(&old) && saved.contains("refreshToken"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    // A sign-in elsewhere is seen without a restart.
    world.emulator.sso().fail_refreshes(Some("InvalidGrantException"));
    world.advance(100_000);
    assert_eq!(one.credentials().unwrap_err().kind(), ErrorKind::LoginRequired);
    sign_in(&world, "dev", 3600);
    world.advance(10);
    one.credentials().unwrap();
}

#[test]
fn b18_nested_sources() {
    let helper = r#"credential_process = /bin/sh -c 'echo "{\"Version\":1,\"AccessKeyId\":\"{id}\",\"SecretAccessKey\":\"{secret}\"}"'"#;
    let keys = "aws_access_key_id = {id}\naws_secret_access_key = {secret}";
    let sso = "sso_session = dev\nsso_account_id = 123456789012\nsso_role_name = ReadOnly";
    let web = "role_arn = arn:aws:iam::123456789012:role/web\nweb_identity_token_file = {home}/token";
    let role = "role_arn = arn:aws:iam::123456789012:role/middle\nsource_profile = deep";
    let login = format!("login_session = {}", stskit::emulator::LoginSession::DEFAULT);
    for (base, roles) in [(helper, 1), (keys, 1), (sso, 1), (web, 1), (role, 2), (&login, 1)] {
        let world = World::with_config(&format!(
            "[default]\nrole_arn = {ROLE}\nsource_profile = base\n[profile base]\n{base}\n[profile deep]\n{keys}\n\
             [sso-session dev]\nsso_region = us-east-1\nsso_start_url = {{url}}/start\n"
        ));
        world.file("token", JWT);
        let login = world.emulator.signin().issue_session();
        world.file(&format!(".aws/login/cache/{}", login.cache_file_name()), &login.cache_json());
        sign_in(&world, "dev", 3600);
        let chain = world.chain();
        let found = chain.credentials().unwrap_or_else(|e| panic!("{base}: {e}"));
        assert_eq!(found.account_id(), Some("123456789012"));
        assert_eq!(world.count("AssumeRole"), roles, "{base}");
        assert_eq!(chain.explain().path.len(), roles + 1, "{base}");
    }
    let world = World::with_config(&format!(
        "[default]\nrole_arn = {ROLE}\nsource_profile = base\nduration_seconds = 7200\n[profile base]\n{role}\n\
         [profile deep]\n{keys}\n"
    ));
    let error = world.load().unwrap_err();
    assert!(error.is_configuration() && error.to_string().contains("1 hour"), "{error}");
}

#[cfg(unix)]
#[test]
fn b19_credential_process() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::with_config("[default]\ncredential_process = '{home}/my tools/helper' --for \"a b\"\n");
    let script = |body: &str| {
        let path = world.file("my tools/helper", &format!("#!/bin/sh\n{body}\n"));
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    };
    let answer = r#"echo '{"Version":1,"AccessKeyId":"AKID","SecretAccessKey":"S"}'"#;
    script(&format!("[ \"$2\" = 'a b' ] || exit 9\nif read line; then exit 8; fi\n{answer}"));
    assert_eq!(world.load().unwrap().access_key_id(), "AKID", "quoted path and argument, standard input closed");
    script("echo planted-output; echo 'no such vault' >&2; exit 1");
    let error = world.load().unwrap_err().to_string();
    assert!(error.contains("no such vault") && !error.contains("planted-output"), "{error}");
    let pid = world.home.join("pid");
    script(&format!("sleep 60 & echo $! > '{}'\nwait", pid.display()));
    let chain = DefaultChain::builder(world.settings().unwrap())
        .host(world.machine.clone())
        .process_time_limit(Duration::from_millis(300))
        .build();
    assert_eq!(chain.credentials().unwrap_err().kind(), ErrorKind::Timeout);
    let pid = fs::read_to_string(pid).unwrap();
    let is_running = || {
        let state = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
        !state.is_empty() && !state.contains(") Z")
    };
    for _ in 0..200 {
        if !is_running() {
            return;
        }
        thread::sleep(Duration::from_millis(20));
    }
    panic!("the whole group should have ended");
}

#[test]
fn b20_expiry_parsing() {
    if std::env::var_os("STSKIT_B20_ELSEWHERE").is_none() {
        // Once more where local time is half a day away.
        let done = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "b20_expiry_parsing"])
            .env("STSKIT_B20_ELSEWHERE", "1")
            .env("TZ", "Pacific/Auckland")
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&done.stdout);
        assert!(done.status.success() && text.contains("1 passed"), "{text}");
    }
    let at = 4_102_444_800; // 2100-01-01T00:00:00Z
    for (text, expected) in [
        ("2100-01-01T00:00:00Z", Some(at)),
        ("2100-01-01T00:00:00+00:00", Some(at)),
        ("2100-01-01T02:00:00+02:00", Some(at)),
        ("2100-01-01T00:00:00.250Z", Some(at)),
        ("2100-01-01T00:00:00UTC", Some(at)),
        ("2100-01-01T00:00:00", None),
        ("tomorrow", None),
        ("2100-13-01T00:00:00Z", None),
    ] {
        let line = format!(
            "/bin/echo '{{\"Version\":1,\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"S\",\"Expiration\":\"{text}\"}}'"
        );
        match (Process::new(&line).unwrap().credentials(), expected) {
            (Ok(found), Some(at)) => assert_eq!(found.expiration().map(Timestamp::as_secs), Some(at), "{text}"),
            (Err(error), None) => assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{text}"),
            (found, _) => panic!("{text}: {found:?}"),
        }
    }
    // The portal tells milliseconds since the epoch.
    let world = World::with_config(SSO_PROFILE);
    sign_in(&world, "dev", 3600);
    let left = world.load().unwrap().expiration().unwrap().as_secs() - support::now();
    assert!((0..=12 * 3600).contains(&left), "{left}");
}

#[test]
fn b21_clock_skew() {
    for skew in [3600, -3600] {
        let world = World::with_config(ROLE_PROFILE);
        world.machine.advance(skew);
        let chain = world.chain();
        let found = chain.credentials().unwrap();
        assert_eq!(world.count("AssumeRole"), 2, "signed once with the wrong clock, once with the learned one");
        for _ in 0..10 {
            assert_eq!(chain.credentials().unwrap(), found, "an hour off does not make them expire or last longer");
        }
        world.advance(3600 - 14 * 60);
        assert_ne!(chain.credentials().unwrap(), found, "due by the service's clock");
    }
}

#[test]
fn b22_partitions_and_region() {
    for (region, sts, sso) in [
        ("cn-north-1", "sts.cn-north-1.amazonaws.com.cn", "portal.sso.cn-north-1.amazonaws.com.cn"),
        ("us-gov-west-1", "sts.us-gov-west-1.amazonaws.com", "portal.sso.us-gov-west-1.amazonaws.com"),
        ("us-iso-east-1", "sts.us-iso-east-1.c2s.ic.gov", "portal.sso.us-iso-east-1.c2s.ic.gov"),
        ("eu-newland-9", "sts.eu-newland-9.amazonaws.com", "portal.sso.eu-newland-9.amazonaws.com"),
    ] {
        let settings = Settings::builder().region(region).resolve_with(&Scripted::at(0)).unwrap();
        assert_eq!(settings.endpoint(EndpointService::Sts).unwrap().host(), sts);
        assert_eq!(settings.endpoint(EndpointService::Sso).unwrap().host(), sso);
        assert_eq!(
            settings.endpoint(EndpointService::SsoOidc).unwrap().host(),
            sso.replace("portal.sso", "oidc"),
            "{region}"
        );
    }
    // Settings reach the inner STS client.
    let world = World::with_config(ROLE_PROFILE);
    world.unset("AWS_ENDPOINT_URL_STS");
    for (name, host) in [
        ("AWS_USE_FIPS_ENDPOINT", "sts-fips.us-west-2.amazonaws.com"),
        ("AWS_USE_DUALSTACK_ENDPOINT", "sts.us-west-2.api.aws"),
    ] {
        world.set("AWS_REGION", "us-west-2");
        world.set(name, "true");
        let sent = Arc::new(Hosts::default());
        let chain = DefaultChain::builder(world.settings().unwrap())
            .host(world.machine.clone())
            .transport(Arc::clone(&sent) as Arc<dyn stskit::transport::Transport>)
            .build();
        chain.credentials().unwrap_err();
        assert!(sent.0.lock().unwrap().iter().all(|h| h == host), "{:?}", sent.0.lock().unwrap());
        assert!(!sent.0.lock().unwrap().is_empty());
        world.unset(name);
    }
    // The region of the profile in use signs its AssumeRole, never that of its source profile.
    let world = World::with_config(
        "[default]\nregion = eu-west-3\nrole_arn = arn:aws:iam::123456789012:role/demo\nsource_profile = base\n\
         [profile base]\nregion = eu-west-1\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n",
    );
    world.unset("AWS_REGION");
    world.load().unwrap();
    let request = world.emulator.requests().into_iter().find(|r| r.operation.as_deref() == Some("AssumeRole")).unwrap();
    assert!(request.header("authorization").unwrap().contains("/eu-west-3/sts/"));
    // No region for an endpoint that needs one: every place is named.
    let world = World::with_config(ROLE_PROFILE);
    world.unset("AWS_REGION");
    let error = world.settings().and_then(|settings| world.chain_of(settings).credentials()).unwrap_err().to_string();
    for part in ["AWS_REGION", "AWS_DEFAULT_REGION", "region"] {
        assert!(error.contains(part), "{part} is not in: {error}");
    }
}

/// Notes the hosts and answers nothing.
#[derive(Debug, Default)]
struct Hosts(Mutex<Vec<String>>);

impl stskit::transport::Transport for Hosts {
    fn send(
        &self,
        request: http::Request<&[u8]>,
        _: Option<Duration>,
    ) -> Result<http::Response<Vec<u8>>, stskit::transport::TransportError> {
        self.0.lock().unwrap().push(request.uri().host().unwrap_or_default().to_owned());
        let kind = stskit::transport::TransportErrorKind::Certificate;
        Err(stskit::transport::TransportError::new(kind, "no network here"))
    }
}

#[test]
fn b23_secrets() {
    const PLANTED: &str = "PLANTEDsecretPLANTED";
    let configs = [
        format!(
            "[default]\naws_access_key_id = AKID\naws_secret_access_key = {PLANTED}\naws_session_token = {PLANTED}\n"
        ),
        format!("[default]\naws_secret_access_key {PLANTED}\n"),
        format!("[default]\naws_access_key_id = AKID\nduration_seconds = {PLANTED}\nrole_arn = {PLANTED}\n"),
        format!("[default]\nrole_arn = {ROLE}\nsource_profile = {PLANTED}\n"),
        format!("[default]\nrole_arn = {ROLE}\ncredential_source = {PLANTED}\n"),
        format!("[default]\nsso_account_id = 1\nsso_role_name = r\nsso_session = {PLANTED}\n"),
        format!("[default]\nregion = us-east-1\nuse_fips_endpoint = {PLANTED}\n"),
        format!("[default]\ncredential_process = /bin/sh -c 'echo {PLANTED}'\n"),
        format!("[default]\ncredential_process = '{PLANTED}\n"),
        format!("[default\naws_secret_access_key = {PLANTED}\n"),
    ];
    for config in configs {
        let world = World::with_config(&config);
        let texts = match world.settings() {
            Ok(settings) => {
                let chain = world.chain_of(settings);
                let report = chain.explain();
                let found = chain.credentials();
                format!("{found:?} {:?} {report} {report:?} {} {chain:?}", found.as_ref().err(), report.to_json())
            }
            Err(error) => format!("{error} {error:?}"),
        };
        assert!(!texts.contains(PLANTED), "{config}: {texts}");
    }
    // The web identity token travels in a body, not in a URL, and no text repeats it.
    let world = World::new();
    let file = world.file("token", PLANTED);
    world.set("AWS_WEB_IDENTITY_TOKEN_FILE", file.to_str().unwrap());
    world.set("AWS_ROLE_ARN", ROLE);
    world.emulator.inject(Fault::error("AccessDenied", format!("who is {PLANTED}?"), 403));
    let error = world.load().unwrap_err();
    assert!(!format!("{error} {error:?} {:?}", error.report()).contains(PLANTED));
    let request = world.emulator.requests().pop().unwrap();
    assert!(request.method == "POST" && request.query.is_empty() && request.body_text().contains(PLANTED));
}

/// A child after a fork resolves on its own: no lock of its parent's threads, no shared connection.
#[cfg(unix)]
#[test]
#[allow(unsafe_code)]
fn b24_fork_and_exit() {
    let world = World::with_config(ROLE_PROFILE);
    let chain = world.chain();
    let old = chain.credentials().unwrap();
    world.advance(3600 - 14 * 60);
    // A thread of ours refreshes while we fork: it holds whatever a refresh holds.
    world.emulator.inject(Fault::slow(Duration::from_secs(2)).on("AssumeRole"));
    let refresher = chain.clone();
    let refresh = thread::spawn(move || refresher.credentials());
    while world.count("AssumeRole") < 2 {
        thread::sleep(Duration::from_millis(5));
    }
    // SAFETY: the child only uses this crate, which is what is tested, and ends by _exit.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let good = chain.credentials().is_ok_and(|found| found != old);
        // SAFETY: ends the child at once.
        unsafe { libc::_exit(if good { 0 } else { 7 }) };
    }
    let mut status = 0;
    // SAFETY: waits for our own child.
    assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
    assert_eq!(status, 0, "the child loaded on its own");
    refresh.join().unwrap().unwrap();
    let used: Vec<u64> = world
        .emulator
        .requests()
        .iter()
        .filter(|r| r.operation.as_deref() == Some("AssumeRole"))
        .map(|r| r.connection)
        .collect();
    assert_eq!(used.len(), 3);
    assert_ne!(used[1], used[2], "not on a connection of the parent");
}

#[test]
fn b25_one_generation() {
    let number = Arc::new(AtomicUsize::new(0));
    let (source, clock) = (Arc::clone(&number), Arc::new(Scripted::at(1_000_000)));
    let now = Arc::clone(&clock);
    let load = move || {
        let n = source.fetch_add(1, Ordering::SeqCst);
        let at = Timestamp::from_secs(stskit::host::Host::now(&*now).as_secs() + 3600 + n as i64);
        Ok(Credentials::new(format!("AKID{n}"), format!("secret{n}"))
            .with_session_token(format!("token{n}"))
            .with_expiration(at)
            .with_account_id(format!("{n:012}")))
    };
    let cached = Cached::new(load, Stability::ServeStale).host(clock.clone());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for lookup in 0..20_000 {
                    // Long past the end of every set there has been, so that the next lookup has to load.
                    if lookup % 500 == 499 {
                        clock.advance(5_000_000);
                    }
                    let found = cached.credentials().unwrap();
                    let n = found.access_key_id().strip_prefix("AKID").unwrap();
                    assert_eq!(found.secret_access_key(), format!("secret{n}"));
                    assert_eq!(found.session_token(), Some(&*format!("token{n}")));
                    assert_eq!(found.account_id(), Some(&*format!("{:012}", n.parse::<u64>().unwrap())));
                }
            });
        }
    });
    // A reader's own advances are in order, so it alone needs a new set after each.
    assert!(number.load(Ordering::SeqCst) >= 40);
}

#[test]
fn the_report_of_an_error_and_of_a_success_have_the_same_steps() {
    let world = World::new();
    world.emulator.imds().roles(&[]);
    let error = world.load().unwrap_err();
    let providers =
        |report: &stskit::explain::Report| report.steps.iter().map(|s| s.provider.to_string()).collect::<HashSet<_>>();
    let failed = error.report().unwrap();
    assert!(failed.steps.iter().all(|step| step.outcome == Outcome::NotConfigured && !step.reason.is_empty()));
    world.set_keys();
    let found = world.chain().explain();
    assert_eq!(found.used().unwrap().provider, "environment");
    assert_eq!((providers(failed), failed.steps.len()), (providers(&found), found.steps.len()));
}
