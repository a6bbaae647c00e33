//! `stskit login` and `stskit logout`: IAM Identity Center, with the tokens where the AWS CLI keeps them.

use std::io::IsTerminal;
use std::process::{Command as Process, Stdio};

use qrcodegen::{QrCode, QrCodeEcc};
use stskit::identity_center::{DeviceCode, Login, LogoutReport, SsoSession, TokenCache, logout, logout_all};
use stskit::{DefaultChain, Settings};

use crate::commands::Command;
use crate::failure::Failure;
use crate::words::Words;
use crate::{global, out};

pub(crate) fn login(_: &'static Command, words: Words) -> Result<(), Failure> {
    let settings = for_oidc(&words)?;
    let session = match session(&words, &settings)? {
        Some(session) => session,
        None => only_session(&settings)?,
    };
    let start_url = session.start_url.clone();
    let login = Login::new(session, TokenCache::default_location()?, settings);
    let by_hand = words.has("no-browser") || words.has("use-device-code");
    let browser = if by_hand { None } else { browser() };
    let token = match browser {
        Some(browser) => login.with_browser(&mut |prompt| {
            out::say(&format!("sign in with the browser that opens now, or with this page:\n{}", prompt.url));
            open(&browser, &prompt.url);
            Ok(())
        })?,
        None => login.with_device_code(&mut |code| {
            show(code);
            if !words.has("no-browser")
                && let Some(browser) = crate::login::browser()
            {
                open(&browser, &code.verification_uri_complete);
            }
            Ok(())
        })?,
    };
    out::print(&format!("Signed in to {start_url} until {}.\n", token.expires_at()))
}

pub(crate) fn logout_command(_: &'static Command, words: Words) -> Result<(), Failure> {
    let settings = for_oidc(&words)?;
    let cache = TokenCache::default_location()?;
    let named = words.has("profile") || words.has("sso-session");
    let report: LogoutReport = match session(&words, &settings)?.filter(|_| named) {
        Some(session) => logout(&session, &cache, &settings)?,
        None if named => return Err(Failure::configuration("the profile signs in to no IAM Identity Center")),
        // Beside the folder of the tokens: ~/.aws/sso/cache and ~/.aws/cli/cache.
        None => {
            let aws = cache.folder().parent().and_then(std::path::Path::parent);
            logout_all(&cache, aws.map(|aws| aws.join("cli").join("cache")).as_deref(), &settings)?
        }
    };
    for failure in &report.failures {
        out::say(&format!("warning: signed out here, but the service was not told: {failure}"));
    }
    let text = match report.tokens_removed {
        0 => "Nobody was signed in.\n".to_owned(),
        1 => "Signed out of 1 session.\n".to_owned(),
        sessions => format!("Signed out of {sessions} sessions.\n"),
    };
    out::print(&text)
}

/// `--endpoint-url` is that of the OIDC service and of the portal.
fn for_oidc(words: &Words) -> Result<Settings, Failure> {
    use stskit::endpoint::EndpointService::{Sso, SsoOidc};
    let mut builder = global::builder(words)?;
    if let Some(url) = words.one("endpoint-url") {
        builder = builder.endpoint_url(SsoOidc, url).endpoint_url(Sso, url);
    }
    Ok(builder.resolve()?)
}

/// That of `--sso-session`, that of the profile, or that of the profile that its role starts from.
fn session(words: &Words, settings: &Settings) -> Result<Option<SsoSession>, Failure> {
    let config = settings.config();
    if let Some(name) = words.one("sso-session") {
        let session = SsoSession::of_section(config, name)?;
        let known = config.sso_session_names().join(", ");
        let missing = || Failure::configuration(format!("there is no [sso-session {name}]; there are: {known}"));
        return session.ok_or_else(missing).map(Some);
    }
    if let Some(profile) = settings.profile()
        && let Some(session) = SsoSession::of_profile(config, &profile)?
    {
        return Ok(Some(session));
    }
    let path = DefaultChain::new(settings).outline().path;
    let source = path.first().filter(|link| link.provider == "sso").and_then(|link| link.profile.as_deref());
    match source.and_then(|name| config.profile(name)) {
        Some(profile) => Ok(SsoSession::of_profile(config, &profile)?),
        None => Ok(None),
    }
}

/// Where nothing is named and there is only one, that one is meant.
fn only_session(settings: &Settings) -> Result<SsoSession, Failure> {
    let names = settings.config().sso_session_names();
    let profile = settings.profile_name();
    if let [only] = names.as_slice()
        && let Some(session) = SsoSession::of_section(settings.config(), only)?
    {
        return Ok(session);
    }
    let failure =
        Failure::configuration(format!("the profile {profile:?} signs in to no IAM Identity Center (sso_session)"));
    Err(match (settings.profile().and_then(|profile| profile.get("login_session")), names.as_slice()) {
        (Some(_), _) => failure.hint("it is a profile of `aws login`, which the AWS CLI signs in"),
        (None, []) => failure.hint("`aws configure sso` writes such a profile"),
        (None, names) => failure.hint(format!("name one: --sso-session {}", names.join(", --sso-session "))),
    })
}

/// The program that opens a page, if there is somebody to see it.
fn browser() -> Option<Vec<String>> {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    if let Some(named) = set("BROWSER") {
        return Some(vec![named]);
    }
    let words: &[&str] = match std::env::consts::OS {
        "macos" => &["open"],
        "windows" => &["rundll32", "url.dll,FileProtocolHandler"],
        _ if set("DISPLAY").is_some() || set("WAYLAND_DISPLAY").is_some() => &["xdg-open"],
        _ => return None,
    };
    Some(words.iter().map(|&word| word.to_owned()).collect())
}

fn open(browser: &[String], url: &str) {
    let Some((program, arguments)) = browser.split_first() else { return };
    let mut process = Process::new(program);
    // What it prints must not be taken for what we print.
    process.args(arguments).arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Err(e) = process.spawn() {
        out::say(&format!("{program} cannot be started ({e}): open the page yourself"));
    }
}

fn show(code: &DeviceCode) {
    out::say(&format!(
        "open this page in a browser, on any machine:\n{}\nand check that it shows the code {} (or type it in at {})",
        code.verification_uri_complete, code.user_code, code.verification_uri
    ));
    if std::io::stderr().is_terminal() {
        if let Ok(picture) = QrCode::encode_text(&code.verification_uri_complete, QrCodeEcc::Low) {
            eprint!("{}", drawn(&picture));
        }
        out::progress(&format!("waiting until {}", code.expires_at));
    }
}

/// Two rows in one line, dark on light with a border, whatever the colours of the terminal are.
fn drawn(picture: &QrCode) -> String {
    let (border, size) = (2, picture.size());
    let mut text = String::new();
    for y in (-border..size + border).step_by(2) {
        text.push_str("\x1b[30;107m");
        for x in -border..size + border {
            text.push(match (picture.get_module(x, y), picture.get_module(x, y + 1)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            });
        }
        text.push_str("\x1b[0m\n");
    }
    text
}
