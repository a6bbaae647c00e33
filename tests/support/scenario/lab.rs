//! A scenario made real.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Value, json};
use stskit::emulator::{Emulator, Fault, RecordedRequest};
use stskit::host::{Host, System};
use stskit::transport::{Transport, TransportConfig, TransportError, UreqTransport};
use stskit::{Timestamp, providers};

use super::Scenario;

/// The header that tells what a redirected request was for.
const ASKED: &str = "x-scenario-asked";
/// The token that the container endpoints take, if a scenario asks for one.
const POD_TOKEN: &str = "planted-pod-token";

/// What is done to the emulator before anything is asked.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Preparation {
    imds: ImdsKnobs,
    container: ContainerKnobs,
    sso: SsoKnobs,
    login: LoginKnobs,
    faults: Vec<FaultSpec>,
    /// Seconds by which its clock is ahead.
    clock: i64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ImdsKnobs {
    roles: Option<Vec<String>>,
    allow_v1: bool,
    token_status: Option<u16>,
    lifetime: Option<u32>,
    /// Code and message.
    fail: Option<(String, String)>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ContainerKnobs {
    require_token: bool,
    omit: Vec<String>,
    lifetime: Option<u32>,
    /// Status, code and message.
    fail: Option<(u16, String, String)>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct SsoKnobs {
    fail_refreshes: Option<String>,
    keep_refresh_token: bool,
    /// The user signs out elsewhere.
    revoke: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LoginKnobs {
    fail_refreshes: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultSpec {
    on: Option<String>,
    /// Code, message and status.
    error: Option<(String, String, u16)>,
    status: Option<u16>,
    body: Option<String>,
    #[serde(default)]
    throttle: bool,
    #[serde(default)]
    close: bool,
    /// How often; always without it.
    times: Option<u64>,
}

impl FaultSpec {
    fn fault(&self) -> Fault {
        let fault = match (&self.error, self.status) {
            (Some((code, message, status)), _) => Fault::error(code, message, *status),
            (None, Some(status)) => Fault::status(status).body("text/plain", self.body.clone().unwrap_or_default()),
            _ if self.throttle => Fault::throttle(),
            _ if self.close => Fault::close_before_response(),
            _ => panic!("a fault that does nothing: {self:?}"),
        };
        let fault = match self.times {
            Some(times) => fault.times(times),
            None => fault.always(),
        };
        match &self.on {
            Some(operation) => fault.on(operation),
            None => fault,
        }
    }
}

/// A scenario that is ready to be run.
pub struct Lab {
    pub emulator: Emulator,
    pub scenario: Scenario,
    /// The scenario with all placeholders filled in.
    pub expanded: Value,
    pub env: BTreeMap<String, String>,
    /// Nothing of this may ever be shown.
    pub secrets: Vec<String>,
}

impl Lab {
    /// Starts an emulator and writes all files below `folder`, which becomes the home folder.
    pub fn prepare(written: &Value, folder: &Path) -> Lab {
        let names = key_names(&written.to_string());
        let builder =
            names.iter().fold(Emulator::builder(), |builder, name| builder.access_key(&id(name), &secret(name)));
        let emulator = builder.start().unwrap();
        let values = Values::new(&emulator, folder);
        let expanded = values.expand(written);
        let scenario: Scenario =
            serde_json::from_value(expanded.clone()).unwrap_or_else(|e| panic!("{}: {e}", written["name"]));
        prepare_emulator(&emulator, &scenario.emulator, &values);

        let aws = folder.join(".aws");
        for (path, text) in [(aws.join("config"), &scenario.config), (aws.join("credentials"), &scenario.credentials)] {
            if let Some(text) = text {
                write(&path, &text.text());
            }
        }
        for (path, text) in &scenario.files {
            assert!(path.starts_with(folder), "{}: {} is not below {{home}}", scenario.name, path.display());
            write(path, &text.text());
        }
        // IMDS is always the emulator, and so is the address in a container (see `Redirect`).
        let mut env = BTreeMap::from([
            ("HOME".to_owned(), Some(folder.to_str().unwrap().to_owned())),
            ("AWS_EC2_METADATA_SERVICE_ENDPOINT".to_owned(), Some(emulator.imds_url())),
        ]);
        env.extend(scenario.env.clone());
        let env = env.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        let mut secrets: Vec<String> = names.iter().flat_map(|name| [secret(name), session(name)]).collect();
        secrets.extend(values.secrets.borrow().iter().cloned());
        Lab { emulator, scenario, expanded, env, secrets }
    }

    /// The machine that the scenario takes place on.
    pub fn host(&self) -> Arc<dyn Host> {
        Arc::new(Machine { vars: self.env.clone() })
    }

    /// Sends everything to the emulator, wherever it is for.
    pub fn transport(&self) -> Arc<dyn Transport> {
        let inner = UreqTransport::new(TransportConfig::default());
        Arc::new(Redirect { authority: self.emulator.addr().to_string(), inner })
    }

    /// What the emulator was asked, in the words of the scenarios.
    pub fn requests(&self) -> Vec<Value> {
        self.emulator.requests().iter().map(request).collect()
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn prepare_emulator(emulator: &Emulator, knobs: &Preparation, values: &Values) {
    let imds = emulator.imds();
    if let Some(roles) = &knobs.imds.roles {
        imds.roles(&roles.iter().map(String::as_str).collect::<Vec<_>>());
    }
    imds.allow_v1(knobs.imds.allow_v1);
    imds.token_status(knobs.imds.token_status);
    if let Some(seconds) = knobs.imds.lifetime {
        imds.lifetime(seconds);
    }
    if let Some((code, message)) = &knobs.imds.fail {
        imds.fail(code, message);
    }
    let container = emulator.container();
    container.require_token(knobs.container.require_token.then_some(POD_TOKEN));
    container.omit(&knobs.container.omit.iter().map(String::as_str).collect::<Vec<_>>());
    if let Some(seconds) = knobs.container.lifetime {
        container.lifetime(seconds);
    }
    if let Some((status, code, message)) = &knobs.container.fail {
        container.fail(*status, code, message);
    }
    let sso = emulator.sso();
    sso.fail_refreshes(knobs.sso.fail_refreshes.as_deref());
    sso.rotate_refresh_tokens(!knobs.sso.keep_refresh_token);
    if knobs.sso.revoke {
        assert!(sso.revoke(&values.fixed["sso.access"]));
    }
    emulator.signin().fail_refreshes(knobs.login.fail_refreshes.as_deref());
    for fault in &knobs.faults {
        emulator.inject(fault.fault());
    }
    emulator.set_clock_offset(knobs.clock);
}

/// What placeholders stand for.
struct Values {
    fixed: BTreeMap<&'static str, String>,
    now: i64,
    secrets: RefCell<BTreeSet<String>>,
}

impl Values {
    fn new(emulator: &Emulator, folder: &Path) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap();
        let signed_in = emulator.sso().issue_token();
        let login = emulator.signin().issue_session();
        emulator.signin().credentials_lifetime(0);
        let due = emulator.signin().issue_session();
        emulator.signin().credentials_lifetime(900);
        let container = emulator.container();
        let registration: Value = serde_json::from_str(&signed_in.cache_json()).unwrap();
        let fixed = BTreeMap::from([
            ("url", emulator.url()),
            ("home", folder.to_str().unwrap().to_owned()),
            ("ecs", container.ecs_url()),
            ("ecs.path", container.ecs_path()),
            ("eks", container.eks_url()),
            ("pod.token", POD_TOKEN.to_owned()),
            ("jwt", jwt(now + 3600, "planted-good")),
            ("jwt.expired", jwt(now - 3600, "planted-expired")),
            ("login", login.cache_json()),
            ("login.key", login.access_key_id.clone()),
            ("login.token", login.session_token.clone()),
            ("login.secret", login.secret_access_key.clone()),
            ("login.refresh", login.refresh_token.clone()),
            ("login.due", due.cache_json()),
            ("login.due.refresh", due.refresh_token.clone()),
            ("login.due.secret", due.secret_access_key.clone()),
            ("sso", signed_in.cache_json()),
            ("sso.access", signed_in.access_token.clone()),
            ("sso.refresh", signed_in.refresh_token.clone()),
            ("sso.client", signed_in.client_id.clone()),
            ("sso.secret", signed_in.client_secret.clone()),
            ("sso.registered.until", registration["registrationExpiresAt"].as_str().unwrap().to_owned()),
        ]);
        let secret = [
            "pod.token",
            "jwt",
            "jwt.expired",
            "sso.access",
            "sso.refresh",
            "sso.secret",
            "login.token",
            "login.secret",
            "login.refresh",
            "login.due.refresh",
            "login.due.secret",
        ];
        let secrets = RefCell::new(secret.iter().map(|name| fixed[name].clone()).collect());
        Values { fixed, now, secrets }
    }

    fn expand(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.fill(text)),
            Value::Array(values) => values.iter().map(|value| self.expand(value)).collect(),
            Value::Object(members) => {
                members.iter().map(|(name, value)| (self.fill(name), self.expand(value))).collect()
            }
            other => other.clone(),
        }
    }

    fn fill(&self, text: &str) -> String {
        let (mut out, mut rest) = (String::new(), text);
        while let Some(at) = rest.find('{') {
            let (before, from) = rest.split_at(at);
            out.push_str(before);
            let found = from[1..].split_once('}').and_then(|(name, after)| Some((self.value(name)?, after)));
            match found {
                Some((value, after)) => {
                    out.push_str(&value);
                    rest = after;
                }
                None => {
                    out.push('{');
                    rest = &from[1..];
                }
            }
        }
        out + rest
    }

    /// `None` for what is no placeholder, such as JSON. `{session}` is left to the judges: a name by default.
    fn value(&self, name: &str) -> Option<String> {
        if let Some(value) = self.fixed.get(name) {
            return Some(value.clone());
        }
        if let Some(seconds) = name.strip_prefix("now") {
            let at = self.now + seconds.strip_prefix('+').unwrap_or(seconds).parse::<i64>().ok()?;
            return Some(Timestamp::from_secs(at).to_string());
        }
        let known = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        let value = match name.split_once('.') {
            Some(("id", of)) if known(of) => id(of),
            Some(("secret", of)) if known(of) => secret(of),
            Some(("session", of)) if known(of) => session(of),
            _ => {
                let word = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'.');
                assert!(!word || name == "session", "there is no placeholder {{{name}}}");
                return None;
            }
        };
        Some(value)
    }
}

/// The names in `{id.NAME}` and its like.
fn key_names(text: &str) -> BTreeSet<String> {
    let kinds = ["{id.", "{secret.", "{session."];
    let found = kinds.iter().flat_map(|kind| text.split(kind).skip(1));
    found.filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.to_owned()).collect()
}

fn id(name: &str) -> String {
    format!("AKIA{:X<16}", name.to_ascii_uppercase())
}

fn secret(name: &str) -> String {
    format!("planted-secret-of-{name}")
}

fn session(name: &str) -> String {
    format!("planted-session-of-{name}")
}

fn jwt(expiry: i64, subject: &str) -> String {
    let part = |value: Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({"iss": "https://issuer.example", "sub": subject, "aud": "sts.amazonaws.com", "exp": expiry});
    format!("{}.{}.c2lnbmF0dXJl", part(json!({"alg": "RS256"})), part(claims))
}

/// The variables of a scenario, the disk and the clock of this machine. Pauses take no time.
#[derive(Debug)]
struct Machine {
    vars: BTreeMap<String, String>,
}

impl Host for Machine {
    fn var(&self, name: &str) -> Option<OsString> {
        self.vars.get(name).map(OsString::from)
    }

    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        System.read(path)
    }

    fn read_up_to(&self, path: &Path, limit: u64) -> std::io::Result<Vec<u8>> {
        System.read_up_to(path, limit)
    }

    fn home(&self) -> Option<PathBuf> {
        None
    }

    fn now(&self) -> Timestamp {
        System.now()
    }

    fn monotonic(&self) -> Duration {
        System.monotonic()
    }

    fn sleep(&self, _: Duration) {}

    fn random(&self) -> u64 {
        System.random()
    }
}

/// Whatever a request is for, the emulator gets it, with the host it was for in its headers. So no scenario ever
/// leaves this machine, or asks its metadata service.
#[derive(Debug)]
struct Redirect {
    authority: String,
    inner: UreqTransport,
}

impl Transport for Redirect {
    fn send(
        &self,
        request: http::Request<&[u8]>,
        limit: Option<Duration>,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        let (mut parts, body) = request.into_parts();
        let asked = parts.uri.clone().into_parts();
        let (scheme, authority) = (asked.scheme.unwrap(), asked.authority.unwrap());
        parts.headers.insert(ASKED, format!("{scheme}://{authority}").parse().unwrap());
        parts.headers.insert(http::header::HOST, authority.as_str().parse().unwrap());
        let mut uri = http::uri::Parts::default();
        uri.scheme = Some(http::uri::Scheme::HTTP);
        uri.authority = Some(self.authority.parse().unwrap());
        uri.path_and_query = asked.path_and_query;
        parts.uri = http::Uri::from_parts(uri).unwrap();
        self.inner.send(http::Request::from_parts(parts, body), limit)
    }
}

/// A request in the words of the scenarios: the operation, whom it was for, whose key signed it for which region,
/// and what it said.
fn request(recorded: &RecordedRequest) -> Value {
    let mut seen = json!({"op": recorded.operation.as_deref().unwrap_or(&recorded.path)});
    let plain = || format!("http://{}", recorded.header("host").unwrap_or_default());
    seen["to"] = recorded.header(ASKED).map_or_else(plain, str::to_owned).into();
    let authorization = recorded.header("authorization");
    let scope = authorization.and_then(|text| text.split_once("Credential=")?.1.split_once(','));
    if let Some((scope, _)) = scope {
        let mut parts = scope.split('/');
        let by = parts.next().unwrap_or_default();
        seen["by"] = if by.starts_with("ASIA") { "issued".into() } else { by.into() };
        seen["region"] = parts.nth(1).unwrap_or_default().into();
    } else if let Some(token) = authorization {
        seen["Authorization"] = token.into();
    }
    let path = recorded.path.as_str();
    let query = if recorded.query.is_empty() { String::new() } else { format!("?{}", recorded.query) };
    seen["path"] = format!("{path}{query}").into();
    let body = recorded.body_text();
    let names = body.split('&').chain(recorded.query.split('&')).filter_map(|pair| pair.split('=').next());
    for name in names.filter(|name| !["", "Action", "Version"].contains(name)) {
        if let Some(value) = recorded.parameter(name) {
            seen[name] = value.into();
        }
    }
    if let Ok(Value::Object(members)) = serde_json::from_str(&body) {
        seen.as_object_mut().unwrap().extend(members);
    }
    seen
}

/// The chain of a scenario, or why there is none.
pub fn chain(lab: &Lab) -> stskit::Result<providers::DefaultChain> {
    let mut settings = stskit::Settings::builder();
    if let Some(profile) = &lab.scenario.profile {
        settings = settings.profile(profile);
    }
    let host = lab.host();
    let settings = settings.resolve_with(&*host)?;
    let builder = providers::DefaultChain::builder(settings)
        .host(host)
        .transport(lab.transport())
        .metadata_transport(lab.transport());
    Ok(match lab.scenario.mfa.clone() {
        Some(code) => builder.mfa(move |_| Ok(stskit::Secret::from(code.as_str()))).build(),
        None => builder.build(),
    })
}
