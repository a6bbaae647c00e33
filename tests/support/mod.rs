//! What several test files need: clients for an emulator, and a plain GET.
#![allow(dead_code, unreachable_pub)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

pub mod net;
pub mod world;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{SystemTime, UNIX_EPOCH};

use stskit::emulator::Emulator;
use stskit::endpoint::EndpointService;
use stskit::host::Scripted;
use stskit::sts::Client;
use stskit::{Credentials, Provide, Settings, SettingsBuilder};

pub fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

pub fn credentials() -> Credentials {
    Credentials::new(Emulator::ACCESS_KEY_ID, Emulator::SECRET_ACCESS_KEY)
}

/// Settings for the emulator, untouched by the environment of the test run.
pub fn settings(emulator: &Emulator) -> Settings {
    settings_with(emulator, |builder| builder)
}

pub fn settings_with(emulator: &Emulator, change: impl FnOnce(SettingsBuilder) -> SettingsBuilder) -> Settings {
    let builder = Settings::builder().region("us-east-1").endpoint_url(EndpointService::Sts, emulator.url());
    change(builder).resolve_with(&Scripted::at(0)).unwrap()
}

/// Settings for the portal and the OIDC service of the emulator.
pub fn sso_settings(emulator: &Emulator) -> Settings {
    settings_with(emulator, |builder| {
        builder
            .endpoint_url(EndpointService::Sso, emulator.url())
            .endpoint_url(EndpointService::SsoOidc, emulator.url())
    })
}

pub fn client(emulator: &Emulator) -> Client {
    client_with(settings(emulator), credentials())
}

pub fn client_with(settings: Settings, credentials: impl Provide + 'static) -> Client {
    Client::new(settings, credentials).unwrap()
}

/// Status and body of a GET over a plain socket.
pub fn get(url: &str, headers: &[(&str, &str)]) -> (u16, String) {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_at(rest.find('/').unwrap());
    let mut stream = TcpStream::connect(host).unwrap();
    let mut request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{request}\r\n").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    (status, answer.split_once("\r\n\r\n").unwrap().1.to_owned())
}
