//! Signing in and staying signed in, against the emulator: cache files, refresh rules, both flows, logout.

mod support;

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use sha1::Digest;
use stskit::emulator::{Browser, Emulator, Fault, SsoToken as Issued};
use stskit::host::{Host, Scripted, System};
use stskit::identity_center::{Cancel, Login, SsoSession, TokenCache, TokenProvider, logout, logout_all};
use stskit::providers::SsoRole;
use stskit::transport::{Transport, TransportError, UreqTransport};
use stskit::{Error, ErrorKind, Provide, Timestamp, sso_oidc};
use support::sso_settings;

const REGION: &str = "us-east-1";

/// An emulator, a folder that goes when the test ends, and a session.
struct World {
    emulator: Emulator,
    home: PathBuf,
    cache: TokenCache,
    session: SsoSession,
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.home);
    }
}

fn world() -> World {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let unique = format!("stskit-test-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
    let home = std::env::temp_dir().join(unique);
    let emulator = Emulator::start().unwrap();
    // The emulator's clock is the real one, ours moves at will: no poll is too early.
    emulator.sso().set_interval(0);
    let session = SsoSession::named("dev", format!("{}/start", emulator.url()), REGION)
        .with_profile("work")
        .with_scopes(["sso:account:access"]);
    World { emulator, cache: TokenCache::new(home.join("sso").join("cache")), session, home }
}

impl World {
    fn legacy(&self) -> SsoSession {
        SsoSession::legacy(self.session.start_url.clone(), REGION).with_profile("old")
    }

    /// A machine whose clock is this many seconds ahead, and moves only when somebody sleeps.
    fn host(&self, ahead: i64) -> Arc<Scripted> {
        Arc::new(Scripted::at(support::now() + ahead))
    }

    fn provider(&self, session: &SsoSession, host: &Arc<Scripted>) -> TokenProvider {
        let settings = sso_settings(&self.emulator);
        let transport = Arc::new(UreqTransport::new(settings.transport().clone()));
        TokenProvider::with_parts(session.clone(), self.cache.clone(), &settings, transport, host.clone()).unwrap()
    }

    /// A signed-in user: the token file as another program wrote it.
    fn signed_in(&self, session: &SsoSession, lifetime: u32) -> Issued {
        self.emulator.sso().token_lifetime(lifetime);
        let issued = self.emulator.sso().issue_token();
        self.emulator.sso().token_lifetime(3600);
        fs::create_dir_all(self.cache.folder()).unwrap();
        fs::write(self.cache.path(session), issued.cache_json()).unwrap();
        issued
    }

    fn login(&self, session: &SsoSession, host: &Arc<Scripted>) -> Login {
        Login::new(session.clone(), self.cache.clone(), sso_settings(&self.emulator)).host(host.clone())
    }

    fn refreshes(&self) -> usize {
        self.emulator.requests().iter().filter(|r| r.operation.as_deref() == Some("CreateToken")).count()
    }

    fn file(&self, session: &SsoSession) -> Value {
        serde_json::from_slice(&fs::read(self.cache.path(session)).unwrap()).unwrap()
    }

    /// Nothing half-written is left beside the files.
    fn assert_tidy(&self) {
        for entry in fs::read_dir(self.cache.folder()).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            assert!(name.ends_with(".json") || name.ends_with(".lock"), "left behind: {name}");
            #[cfg(unix)]
            if name.ends_with(".lock") {
                // Whoever can open it could hold it.
                use std::os::unix::fs::PermissionsExt;
                assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600);
            }
        }
    }
}

fn assert_login_required(error: &Error, command: &str) {
    assert_eq!(error.kind(), ErrorKind::LoginRequired, "{error}");
    let login = error.login_required().unwrap();
    assert_eq!(login.command, command);
    assert!(
        error.to_string().contains(command) && error.to_string().contains(login.start_url.as_deref().unwrap()),
        "{error}"
    );
    assert!(!error.is_no_credentials());
}

#[test]
fn a_fresh_token_is_served_from_the_file_without_a_call() {
    let w = world();
    let issued = w.signed_in(&w.session, 3600);
    let token = w.provider(&w.session, &w.host(0)).token().unwrap();
    assert_eq!(token.access_token().expose(), issued.access_token);
    assert_eq!(token.expires_at().as_secs(), issued.expires_at);
    assert!(w.emulator.requests().is_empty());
    // A sign-in elsewhere is seen without a restart.
    let provider = w.provider(&w.session, &w.host(0));
    let later = w.signed_in(&w.session, 3600);
    assert_eq!(provider.token().unwrap().access_token().expose(), later.access_token);
}

#[test]
fn nobody_signed_in_is_an_error_that_says_what_to_do() {
    let w = world();
    let error = w.provider(&w.session, &w.host(0)).token().unwrap_err();
    assert_login_required(&error, "aws sso login --profile work");
    assert_eq!(error.login_required().unwrap().session.as_deref(), Some("dev"));
    let plain = SsoSession::named("dev", "https://x", REGION);
    assert_login_required(&w.provider(&plain, &w.host(0)).token().unwrap_err(), "aws sso login --sso-session dev");
    assert!(w.emulator.requests().is_empty());
    assert!(!w.cache.folder().exists(), "asking writes nothing");
}

#[test]
fn a_token_inside_the_window_is_refreshed_and_saved() {
    for lifetime in [600, 1] {
        let w = world();
        let issued = w.signed_in(&w.session, lifetime);
        let mut file = w.file(&w.session);
        file["somebodyElses"] = "kept".into();
        fs::write(w.cache.path(&w.session), file.to_string()).unwrap();
        let host = w.host(i64::from(lifetime == 1) * 5);
        let token = w.provider(&w.session, &host).token().unwrap();
        assert_ne!(token.access_token().expose(), issued.access_token);
        let file = w.file(&w.session);
        assert_eq!(file["accessToken"], token.access_token().expose());
        assert_ne!(file["refreshToken"], issued.refresh_token, "refresh tokens rotate");
        assert_eq!(file["clientId"], issued.client_id.as_str());
        assert_eq!(file["startUrl"], issued.start_url.as_str());
        assert_eq!(file["region"], REGION);
        assert_eq!(file["somebodyElses"], "kept");
        assert!(
            file["expiresAt"].as_str().unwrap().ends_with('Z') && !file["expiresAt"].as_str().unwrap().contains('.')
        );
        assert_eq!(w.refreshes(), 1);
        w.assert_tidy();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(w.cache.path(&w.session)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}

#[test]
fn an_answer_without_a_refresh_token_keeps_the_old_one() {
    let w = world();
    w.emulator.sso().rotate_refresh_tokens(false);
    let issued = w.signed_in(&w.session, 600);
    w.provider(&w.session, &w.host(0)).token().unwrap();
    assert_eq!(w.file(&w.session)["refreshToken"], issued.refresh_token.as_str());
}

#[test]
fn a_refused_refresh_serves_the_old_token_while_it_is_good_and_pauses() {
    let w = world();
    let issued = w.signed_in(&w.session, 600);
    w.emulator.sso().fail_refreshes(Some("InvalidGrantException"));
    let host = w.host(0);
    let provider = w.provider(&w.session, &host);
    for _ in 0..5 {
        assert_eq!(provider.token().unwrap().access_token().expose(), issued.access_token);
    }
    assert_eq!(w.refreshes(), 1, "one try a minute");
    host.advance(61_000);
    provider.token().unwrap();
    assert_eq!(w.refreshes(), 2);
    host.advance(600_000);
    let error = provider.token().unwrap_err();
    assert_login_required(&error, "aws sso login --profile work");
    assert!(error.to_string().contains("InvalidGrantException"), "{error}");
    let again = provider.token().unwrap_err();
    assert_login_required(&again, "aws sso login --profile work");
    assert_eq!(w.refreshes(), 3, "the failure is not repeated within the minute");
    assert_eq!(w.file(&w.session)["accessToken"], issued.access_token.as_str(), "the existing token is kept");
}

#[test]
fn a_network_failure_is_swallowed_while_the_token_is_good_and_told_afterwards() {
    let w = world();
    let issued = w.signed_in(&w.session, 600);
    w.emulator.inject(Fault::reset().always());
    let host = w.host(0);
    let provider = w.provider(&w.session, &host);
    assert_eq!(provider.token().unwrap().access_token().expose(), issued.access_token);
    host.advance(700_000);
    let error = provider.token().unwrap_err();
    assert!(error.is_network(), "{error}");
    assert!(error.login_required().is_none(), "a network failure is no reason to sign in");
    host.advance(61_000);
    w.emulator.clear_faults();
    assert_ne!(provider.token().unwrap().access_token().expose(), issued.access_token);
}

#[test]
fn a_legacy_token_is_never_refreshed() {
    let w = world();
    let legacy = w.legacy();
    let issued = w.signed_in(&legacy, 600);
    let host = w.host(0);
    let provider = w.provider(&legacy, &host);
    assert_eq!(provider.token().unwrap().access_token().expose(), issued.access_token);
    host.advance(700_000);
    assert_login_required(&provider.token().unwrap_err(), "aws sso login --profile old");
    assert!(w.emulator.requests().is_empty());
}

#[test]
fn without_refresh_keys_or_with_an_old_registration_a_token_only_lasts_its_time() {
    for change in ["refreshToken", "clientId", "clientSecret", "registrationExpiresAt", "old"] {
        let w = world();
        let issued = w.signed_in(&w.session, 600);
        let mut file = w.file(&w.session);
        match change {
            "old" => file["registrationExpiresAt"] = "2020-01-01T00:00:00Z".into(),
            key => drop(file.as_object_mut().unwrap().remove(key)),
        }
        fs::write(w.cache.path(&w.session), file.to_string()).unwrap();
        let host = w.host(0);
        let provider = w.provider(&w.session, &host);
        assert_eq!(provider.token().unwrap().access_token().expose(), issued.access_token, "{change}");
        host.advance(700_000);
        assert_login_required(&provider.token().unwrap_err(), "aws sso login --profile work");
        assert!(w.emulator.requests().is_empty(), "{change}");
    }
}

#[test]
fn broken_token_files_are_typed_errors_and_stay() {
    let w = world();
    fs::create_dir_all(w.cache.folder()).unwrap();
    let path = w.cache.path(&w.session);
    for (text, why) in [
        ("", "not JSON"),
        ("{\"accessToken\": \"planted\", \"expi", "not JSON"),
        ("[1]", "not a JSON object"),
        ("{\"expiresAt\": \"2026-01-02T03:04:05Z\"}", "accessToken"),
        ("{\"accessToken\": \"planted\", \"expiresAt\": \"planted\"}", "expiresAt"),
    ] {
        fs::write(&path, text).unwrap();
        let host = w.host(0);
        let error = w.provider(&w.session, &host).token().unwrap_err();
        assert_login_required(&error, "aws sso login --profile work");
        assert!(error.to_string().contains(why) && !error.to_string().contains("planted"), "{error}");
        assert_eq!(host.sleeps(), [Duration::from_millis(50)], "read twice: a writer may be in the middle");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
    fs::write(&path, vec![b' '; 2 << 20]).unwrap();
    let error = w.provider(&w.session, &w.host(0)).token().unwrap_err();
    assert!(error.is_configuration() && error.to_string().contains("larger than"), "{error}");
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let error = w.provider(&w.session, &w.host(0)).token().unwrap_err();
    assert!(error.is_configuration() && error.to_string().contains("is not a file"), "{error}");
    // Nor is a folder replaced by a sign-in.
    let error = w.login(&w.session, &w.host(0)).with_device_code(&mut |_| Ok(())).unwrap_err();
    assert!(error.is_configuration() && error.to_string().contains("folder"), "{error}");
    assert!(path.is_dir());
    w.assert_tidy();
}

#[cfg(unix)]
#[test]
fn a_file_that_we_may_not_replace_is_kept_and_the_new_token_still_serves() {
    use std::os::unix::fs::{PermissionsExt, chown};
    let w = world();
    let issued = w.signed_in(&w.session, 600);
    let path = w.cache.path(&w.session);
    // As root: a file of another user. Otherwise: a folder that cannot be written.
    let foreign = chown(&path, Some(12_345), None).is_ok();
    if !foreign {
        fs::set_permissions(w.cache.folder(), fs::Permissions::from_mode(0o500)).unwrap();
    }
    let provider = w.provider(&w.session, &w.host(0));
    let token = provider.token().unwrap();
    assert_ne!(token.access_token().expose(), issued.access_token);
    assert_eq!(w.file(&w.session)["accessToken"], issued.access_token.as_str());
    // The refresh token has rotated: the new one lives on in memory, and is not asked for again.
    assert_eq!(provider.token().unwrap(), token);
    assert_eq!(w.refreshes(), 1);
    let error = w.login(&w.session, &w.host(0)).with_device_code(&mut |_| Ok(())).unwrap_err();
    assert!(error.is_configuration(), "{error}");
    assert_eq!(w.file(&w.session)["accessToken"], issued.access_token.as_str());
    fs::set_permissions(w.cache.folder(), fs::Permissions::from_mode(0o700)).unwrap();
    w.assert_tidy();
}

#[test]
fn sixteen_threads_refresh_once() {
    let w = world();
    let issued = w.signed_in(&w.session, 1);
    let provider = w.provider(&w.session, &w.host(5));
    let tokens: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..16).map(|_| scope.spawn(|| provider.token().unwrap().access_token().expose().to_owned())).collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert_eq!(w.emulator.sso().tokens_created_by("refresh_token"), 1);
    assert!(tokens.iter().all(|t| *t == tokens[0] && *t != issued.access_token));
}

#[test]
fn while_the_token_is_good_a_slow_refresh_delays_one_thread_only() {
    let w = world();
    let issued = w.signed_in(&w.session, 600);
    w.emulator.inject(Fault::slow(Duration::from_secs(2)).on("CreateToken"));
    let provider = w.provider(&w.session, &w.host(0));
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| provider.token().unwrap());
        while w.emulator.requests().is_empty() {
            std::thread::sleep(Duration::from_millis(5));
        }
        for _ in 0..20 {
            assert_eq!(provider.token().unwrap().access_token().expose(), issued.access_token);
        }
        assert!(!slow.is_finished(), "nobody else waits");
        assert_ne!(slow.join().unwrap().access_token().expose(), issued.access_token);
    });
}

#[test]
fn a_clock_that_is_an_hour_off_is_learned_from_the_service() {
    for ahead in [3600, -3600] {
        let w = world();
        let issued = w.signed_in(&w.session, if ahead > 0 { 1800 } else { 1 });
        let host = w.host(ahead);
        let provider = w.provider(&w.session, &host);
        if ahead > 0 {
            // Seems expired: refreshed, and the new expiry is in the service's time.
            let token = provider.token().unwrap();
            assert_ne!(token.access_token().expose(), issued.access_token);
            let left = token.expires_at().as_secs() - support::now();
            assert!((3500..=3605).contains(&left), "{left}");
            // The offset is kept: no refresh at every call.
            assert_eq!(provider.token().unwrap().access_token(), token.access_token());
            assert_eq!(w.refreshes(), 1);
        } else {
            // Seems good, but the portal refuses it: one refresh, then it works.
            std::thread::sleep(Duration::from_millis(1100));
            let settings = sso_settings(&w.emulator);
            let role = SsoRole::new(provider, "123456789012", "ReadOnly", &settings).unwrap();
            assert!(role.credentials().is_ok());
            assert_eq!(w.refreshes(), 1);
        }
    }
}

#[test]
fn role_credentials_and_a_revoked_session() {
    let w = world();
    let issued = w.signed_in(&w.session, 3600);
    let settings = sso_settings(&w.emulator);
    let role = SsoRole::new(w.provider(&w.session, &w.host(0)), "123456789012", "Admin", &settings).unwrap();
    assert_eq!(role.credentials().unwrap().account_id(), Some("123456789012"));
    // The access token alone is revoked: a refresh helps.
    w.emulator.sso().revoke(&issued.access_token);
    role.credentials().unwrap();
    assert_eq!(w.refreshes(), 1);
    // The whole session is gone: a person has to help, and the error says so.
    stskit::sso::Client::in_region(&settings, REGION)
        .unwrap()
        .logout(&stskit::sso::Logout::new(w.file(&w.session)["accessToken"].as_str().unwrap()))
        .unwrap();
    let error = role.credentials().unwrap_err();
    assert_login_required(&error, "aws sso login --profile work");
    // Legacy: no refresh, the same way out.
    let legacy = w.legacy();
    let issued = w.signed_in(&legacy, 3600);
    w.emulator.sso().revoke(&issued.access_token);
    let role = SsoRole::new(w.provider(&legacy, &w.host(0)), "123456789012", "Admin", &settings).unwrap();
    assert_login_required(&role.credentials().unwrap_err(), "aws sso login --profile old");
    // A role that is not assigned is told as that.
    w.signed_in(&w.session, 3600);
    let role = SsoRole::new(w.provider(&w.session, &w.host(0)), "123456789012", "Nope", &settings).unwrap();
    assert!(role.credentials().unwrap_err().is_access_denied());
}

#[test]
fn sign_in_by_device_code() {
    let w = world();
    let host = w.host(0);
    let mut shown = Vec::new();
    let token = w
        .login(&w.session, &host)
        .with_device_code(&mut |code| {
            shown.push(code.clone());
            Ok(())
        })
        .unwrap();
    assert_eq!(shown.len(), 1);
    assert!(shown[0].verification_uri_complete.contains(&shown[0].user_code));
    assert!(shown[0].expires_at > Timestamp::from_secs(support::now()));
    assert_eq!(w.cache.read(&w.session).unwrap().unwrap(), token);
    assert!(token.is_refreshable(host.now()));
    let sent = w.emulator.requests();
    let registered = sent.iter().find(|r| r.operation.as_deref() == Some("RegisterClient")).unwrap();
    let body: Value = serde_json::from_slice(&registered.body).unwrap();
    assert_eq!(body["scopes"][0], "sso:account:access");
    assert_eq!(body["clientType"], "public");
    // The registration is kept: the next sign-in needs none.
    w.emulator.clear_requests();
    w.login(&w.session, &host).with_device_code(&mut |_| Ok(())).unwrap();
    assert!(w.emulator.requests().iter().all(|r| r.operation.as_deref() != Some("RegisterClient")));
    w.assert_tidy();
    // And the token works.
    let role =
        SsoRole::new(w.provider(&w.session, &host), "123456789012", "ReadOnly", &sso_settings(&w.emulator)).unwrap();
    role.credentials().unwrap();
}

#[test]
fn a_sign_in_that_needs_no_approval_shows_nothing() {
    let w = world();
    w.emulator.sso().approve_after(Some(0));
    w.login(&w.legacy(), &w.host(0)).with_device_code(&mut |_| panic!("shown")).unwrap();
    assert!(w.cache.read(&w.legacy()).unwrap().is_some());
}

#[test]
fn polling_slows_down_when_asked() {
    let w = world();
    w.emulator.sso().slow_down(2);
    let host = w.host(0);
    w.login(&w.session, &host).with_device_code(&mut |_| Ok(())).unwrap();
    let slept: Duration = host.sleeps().iter().sum();
    // Slow down twice: 6 s, 11 s; then pending twice: 11 s, 11 s.
    assert_eq!(slept, Duration::from_secs(6 + 11 + 11 + 11));
}

#[test]
fn a_sign_in_ends_when_denied_expired_cancelled_or_late() {
    let w = world();
    let sso = w.emulator.sso();
    sso.approve_after(None);
    let issued = w.signed_in(&w.session, 3600);

    let denied = w
        .login(&w.session, &w.host(0))
        .with_device_code(&mut |code| {
            assert!(w.emulator.sso().deny(&code.user_code));
            Ok(())
        })
        .unwrap_err();
    assert_eq!(denied.sso_oidc_code(), Some(sso_oidc::ErrorCode::AccessDeniedException));

    let expired = w.login(&w.session, &w.host(0)).with_device_code(&mut |_| Ok(())).unwrap_err();
    assert!(expired.is_expired(), "{expired}");

    let host = w.host(0);
    let late =
        w.login(&w.session, &host).deadline(Duration::from_secs(7)).with_device_code(&mut |_| Ok(())).unwrap_err();
    assert!(late.is_timeout(), "{late}");
    assert!(host.sleeps().iter().sum::<Duration>() <= Duration::from_secs(8));

    let cancel = Cancel::new();
    let handle = cancel.clone();
    let cancelled = w
        .login(&w.session, &w.host(0))
        .cancel(cancel)
        .with_device_code(&mut |_| {
            handle.cancel();
            Ok(())
        })
        .unwrap_err();
    assert_eq!(cancelled.kind(), ErrorKind::Cancelled);

    let refused = w
        .login(&w.session, &w.host(0))
        .with_device_code(&mut |_| Err(Error::new(ErrorKind::Cancelled, "no terminal")))
        .unwrap_err();
    assert_eq!(refused.to_string(), "no terminal");

    assert_eq!(w.file(&w.session)["accessToken"], issued.access_token.as_str(), "the existing token is kept");
    w.assert_tidy();
}

#[test]
fn a_registration_that_the_service_forgot_is_made_anew() {
    let w = world();
    w.login(&w.session, &w.host(0)).with_device_code(&mut |_| Ok(())).unwrap();
    let other = Emulator::start().unwrap();
    other.sso().set_interval(0);
    let session = SsoSession::named("dev", w.session.start_url.clone(), REGION).with_scopes(["sso:account:access"]);
    let login = Login::new(session, w.cache.clone(), sso_settings(&other)).host(w.host(0));
    login.with_device_code(&mut |_| Ok(())).unwrap();
    let operations: Vec<_> = other.requests().iter().filter_map(|r| r.operation.clone()).collect();
    assert_eq!(operations[..3], ["StartDeviceAuthorization", "RegisterClient", "StartDeviceAuthorization"]);
}

#[test]
fn registrations_are_shared_with_the_aws_cli() {
    // The two flows of the CLI keep their registrations in one file; `grantTypes` tells them apart.
    let w = world();
    let client = sso_oidc::Client::in_region(&sso_settings(&w.emulator), REGION).unwrap();
    let mut by_code = sso_oidc::RegisterClient::new("botocore-client-dev", "public");
    by_code.scopes = Some(vec!["sso:account:access".to_owned()]);
    by_code.grant_types = Some(vec!["authorization_code".to_owned(), "refresh_token".to_owned()]);
    by_code.redirect_uris = Some(vec!["http://127.0.0.1/oauth/callback".to_owned()]);
    let by_device = sso_oidc::RegisterClient { grant_types: None, redirect_uris: None, ..by_code.clone() };
    // json.dumps with sorted keys, and its SHA-1, done by hand: the start URL has the emulator's port.
    let url = &w.session.start_url;
    let key = format!(
        r#"{{"region": "us-east-1", "scopes": ["sso:account:access"], "session_name": "dev", "startUrl": "{url}", "tool": "botocore"}}"#
    );
    let digest = sha1::Sha1::digest(key.as_bytes());
    let name: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let path = w.cache.folder().join(format!("{name}.json"));
    let read = || -> Value { serde_json::from_slice(&fs::read(&path).unwrap()).unwrap() };
    let write = |request: &sso_oidc::RegisterClient| {
        let answer = client.register_client(request).unwrap();
        let mut document = serde_json::json!({
            "clientId": answer.client_id, "clientSecret": answer.client_secret.as_ref().unwrap().expose(),
            "expiresAt": Timestamp::from_secs(answer.client_secret_expires_at.unwrap()).to_string(),
            "scopes": request.scopes,
        });
        if let Some(grants) = &request.grant_types {
            document["grantTypes"] = grants.clone().into();
        }
        fs::create_dir_all(w.cache.folder()).unwrap();
        fs::write(&path, document.to_string()).unwrap();
        w.emulator.clear_requests();
        document
    };
    let registrations =
        || w.emulator.requests().iter().filter(|r| r.operation.as_deref() == Some("RegisterClient")).count();
    let device = || w.login(&w.session, &w.host(0)).with_device_code(&mut |_| Ok(())).unwrap();
    let browser = || {
        std::thread::scope(|scope| {
            let login = Login::new(w.session.clone(), w.cache.clone(), sso_settings(&w.emulator));
            login.deadline(Duration::from_secs(20)).with_browser(&mut |prompt| {
                let url = prompt.url.clone();
                scope.spawn(move || assert_eq!(browse(&url).0, 200));
                Ok(())
            })
        })
        .unwrap()
    };

    // One of the right flow is used and stays as it is.
    let written = write(&by_device);
    device();
    assert_eq!((registrations(), read()), (0, written));
    let written = write(&by_code);
    browser();
    assert_eq!((registrations(), read()), (0, written));
    // One of the other flow cannot be used: there is a new one, in the form the CLI writes.
    device();
    assert_eq!(registrations(), 1);
    let ours = read();
    assert_eq!(ours["scopes"], serde_json::json!(["sso:account:access"]));
    assert!(ours.get("grantTypes").is_none(), "{ours}");
    browser();
    assert_eq!(registrations(), 2);
    assert_eq!(read()["grantTypes"], serde_json::json!(["authorization_code", "refresh_token"]));
    browser();
    assert_eq!(registrations(), 2);

    // Without scopes there is no such key, not a null.
    let bare = SsoSession::named("bare", url.clone(), REGION);
    let before: Vec<_> = fs::read_dir(w.cache.folder()).unwrap().map(|e| e.unwrap().path()).collect();
    w.login(&bare, &w.host(0)).with_device_code(&mut |_| Ok(())).unwrap();
    let new = fs::read_dir(w.cache.folder()).unwrap().map(|e| e.unwrap().path()).filter(|p| !before.contains(p));
    let texts: Vec<Value> = new.filter_map(|p| serde_json::from_slice(&fs::read(p).unwrap()).ok()).collect();
    let registration = texts.iter().find(|d| d.get("accessToken").is_none()).unwrap();
    let keys: Vec<_> = registration.as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["clientId", "clientSecret", "expiresAt"]);
}

/// What a browser does with the page: follows redirects, also to the loopback port.
fn browse(url: &str) -> (u16, String) {
    let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
    let mut answer = agent.get(url).call().unwrap();
    (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
}

#[test]
fn sign_in_by_redirect() {
    let w = world();
    let page = Arc::new(Mutex::new(String::new()));
    let token = std::thread::scope(|scope| {
        let login =
            Login::new(w.session.clone(), w.cache.clone(), sso_settings(&w.emulator)).deadline(Duration::from_secs(20));
        login.with_browser(&mut |prompt| {
            let url = prompt.url.clone();
            page.lock().unwrap().clone_from(&url);
            scope.spawn(move || {
                let port = url.split("127.0.0.1%3A").nth(1).unwrap().split("%2F").next().unwrap().to_owned();
                // A stranger on the port, a wrong state, half a request: none of them matters.
                assert_eq!(browse(&format!("http://127.0.0.1:{port}/other")).0, 400);
                assert_eq!(browse(&format!("http://127.0.0.1:{port}/oauth/callback?code=x&state=y")).0, 400);
                drop(std::net::TcpStream::connect(format!("127.0.0.1:{port}")).unwrap());
                let (status, text) = browse(&url);
                assert_eq!(status, 200);
                assert!(text.contains("Signed in"), "{text}");
            });
            Ok(())
        })
    })
    .unwrap();
    assert_eq!(w.cache.read(&w.session).unwrap().unwrap(), token);
    assert_eq!(w.emulator.sso().tokens_created_by("authorization_code"), 1);
    let page = page.lock().unwrap().clone();
    assert!(page.starts_with(&format!("{}/authorize?response_type=code&client_id=", w.emulator.url())), "{page}");
    assert!(page.contains("&code_challenge_method=S256&scopes=sso%3Aaccount%3Aaccess&code_challenge="), "{page}");
    assert!(w.provider(&w.session, &w.host(0)).token().is_ok());
    w.assert_tidy();
}

#[test]
fn a_browser_that_refuses_or_never_comes_back() {
    let w = world();
    let issued = w.signed_in(&w.session, 3600);
    let login = |limit| {
        Login::new(w.session.clone(), w.cache.clone(), sso_settings(&w.emulator)).deadline(Duration::from_millis(limit))
    };
    w.emulator.sso().browser(Browser::Deny);
    let refused = std::thread::scope(|scope| {
        login(20_000).with_browser(&mut |prompt| {
            let url = prompt.url.clone();
            scope.spawn(move || browse(&url));
            Ok(())
        })
    })
    .unwrap_err();
    assert!(refused.is_access_denied() && refused.to_string().contains("access_denied"), "{refused}");

    let started = Instant::now();
    let late = login(300).with_browser(&mut |_| Ok(())).unwrap_err();
    assert!(late.is_timeout(), "{late}");
    assert!(started.elapsed() < Duration::from_secs(20), "the deadline of 0.3 s ends it");

    let cancel = Cancel::new();
    cancel.cancel();
    let cancelled = login(20_000).cancel(cancel).with_browser(&mut |_| Ok(())).unwrap_err();
    assert_eq!(cancelled.kind(), ErrorKind::Cancelled);
    assert_eq!(w.file(&w.session)["accessToken"], issued.access_token.as_str());
}

#[test]
fn a_service_that_answers_nonsense_leaves_everything_as_it_was() {
    for fault in [
        Fault::html(200),
        Fault::html(503),
        Fault::garbage(),
        Fault::status(200).body("application/json", "{}"),
        Fault::truncate(10),
    ] {
        let w = world();
        let issued = w.signed_in(&w.session, 1);
        w.emulator.inject(fault.always());
        let host = w.host(5);
        let error = w.provider(&w.session, &host).token().unwrap_err();
        assert!(error.login_required().is_none(), "{error}");
        assert!(!error.to_string().contains(&issued.refresh_token), "{error}");
        assert!(w.login(&w.session, &host).with_device_code(&mut |_| Ok(())).is_err());
        assert_eq!(w.file(&w.session)["accessToken"], issued.access_token.as_str());
        w.assert_tidy();
    }
}

#[test]
fn logout_revokes_and_removes_even_if_the_service_is_away() {
    let w = world();
    let settings = sso_settings(&w.emulator);
    let issued = w.signed_in(&w.session, 3600);
    let report = logout(&w.session, &w.cache, &settings).unwrap();
    assert_eq!((report.tokens_removed, report.failures.len()), (1, 0));
    assert!(w.cache.read(&w.session).unwrap().is_none());
    let list = stskit::sso::ListAccounts::new(issued.access_token.as_str());
    let gone = stskit::sso::Client::in_region(&settings, REGION).unwrap().list_accounts(&list).unwrap_err();
    assert_eq!(gone.sso_code(), Some(stskit::sso::ErrorCode::UnauthorizedException));
    assert_eq!(logout(&w.session, &w.cache, &settings).unwrap().tokens_removed, 0);

    w.signed_in(&w.session, 3600);
    w.emulator.inject(Fault::error("UnauthorizedException", "gone", 401).on("Logout"));
    let report = logout(&w.session, &w.cache, &settings).unwrap();
    assert_eq!((report.tokens_removed, report.failures.len()), (1, 1));
    assert!(!w.cache.path(&w.session).exists());
}

#[test]
fn logout_of_everything_takes_the_clis_role_credentials_along() {
    let w = world();
    let settings = sso_settings(&w.emulator);
    w.signed_in(&w.session, 3600);
    w.signed_in(&w.legacy(), 3600);
    fs::write(w.cache.folder().join("registration.json"), r#"{"clientId": "x", "clientSecret": "y"}"#).unwrap();
    fs::write(w.cache.folder().join("notes.txt"), "mine").unwrap();
    let cli = w.home.join("cli").join("cache");
    fs::create_dir_all(&cli).unwrap();
    fs::write(cli.join("a.json"), r#"{"ProviderType": "sso", "Credentials": {}}"#).unwrap();
    fs::write(cli.join("b.json"), r#"{"ProviderType": "assume-role"}"#).unwrap();
    fs::write(cli.join("c.json"), "not json").unwrap();
    let report = logout_all(&w.cache, Some(&cli), &settings).unwrap();
    assert_eq!((report.tokens_removed, report.credentials_removed, report.failures.len()), (2, 1, 0));
    assert!(w.cache.folder().join("registration.json").exists() && w.cache.folder().join("notes.txt").exists());
    assert!(!cli.join("a.json").exists() && cli.join("b.json").exists() && cli.join("c.json").exists());
    assert_eq!(logout_all(&TokenCache::new(w.home.join("nowhere")), None, &settings).unwrap().tokens_removed, 0);
}

#[test]
fn nothing_shows_a_token() {
    let w = world();
    let issued = w.signed_in(&w.session, 600);
    let provider = w.provider(&w.session, &w.host(0));
    let token = provider.token().unwrap();
    let login = w.login(&w.session, &w.host(0));
    let shown = format!("{provider:?} {token:?} {login:?} {:?} {:?}", w.cache, w.session);
    for secret in
        [&issued.access_token, &issued.refresh_token, &issued.client_secret, &token.access_token().expose().to_owned()]
    {
        assert!(!shown.contains(secret.as_str()), "{shown}");
    }
}

/// Another program, which does not know our lock, acts right before each of our requests is sent.
struct Meanwhile<F> {
    inner: UreqTransport,
    act: F,
}

impl<F> std::fmt::Debug for Meanwhile<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Meanwhile")
    }
}

impl<F: Fn() + Send + Sync> Transport for Meanwhile<F> {
    fn send(
        &self,
        request: http::Request<&[u8]>,
        limit: Option<Duration>,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        (self.act)();
        self.inner.send(request, limit)
    }
}

#[test]
fn a_refresh_that_another_program_was_faster_with_is_taken_over() {
    // boto3 and the SDKs do not know our lock: their refresh makes our refresh token invalid.
    for (left, late) in [(-5, false), (-5, true), (600, false)] {
        let w = world();
        let issued = w.signed_in(&w.session, 3600);
        let path = w.cache.path(&w.session);
        let mut document = w.file(&w.session);
        document["expiresAt"] = Timestamp::from_secs(support::now() + left).to_string().into();
        fs::write(&path, document.to_string()).unwrap();
        let settings = sso_settings(&w.emulator);
        let other = sso_oidc::Client::in_region(&settings, REGION).unwrap();
        let act = move || {
            let request = sso_oidc::CreateToken::refresh(
                &issued.client_id,
                issued.client_secret.as_str(),
                issued.refresh_token.as_str(),
            );
            let answer = other.create_token(&request).unwrap();
            let mut document: Value = serde_json::from_str(&issued.cache_json()).unwrap();
            document["accessToken"] = answer.access_token.as_ref().unwrap().expose().into();
            document["refreshToken"] = answer.refresh_token.as_ref().unwrap().expose().into();
            document["expiresAt"] = Timestamp::from_secs(support::now() + 3600).to_string().into();
            let path = path.clone();
            let write = move || fs::write(path, document.to_string()).unwrap();
            if late {
                // Its answer is on its way while ours is refused: it writes a moment after.
                std::thread::spawn(move || {
                    std::thread::sleep(Duration::from_millis(100));
                    write();
                });
            } else {
                write();
            }
        };
        let transport = Arc::new(Meanwhile { inner: UreqTransport::new(settings.transport().clone()), act });
        let host = Arc::new(System);
        let provider = TokenProvider::with_parts(w.session.clone(), w.cache.clone(), &settings, transport, host);
        let token = provider.unwrap().token().unwrap();
        assert_eq!(w.file(&w.session)["accessToken"], token.access_token().expose(), "{left} {late}");
        assert_eq!(w.refreshes(), 2, "its refresh, and ours that came too late");
        assert_eq!(w.emulator.sso().tokens_created_by("refresh_token"), 1);
        let list = stskit::sso::ListAccounts::new(token.access_token().expose());
        stskit::sso::Client::in_region(&settings, REGION).unwrap().list_accounts(&list).unwrap();
    }
}

#[test]
fn while_the_token_is_good_no_other_process_waits_for_a_refresh() {
    // The lock belongs to a provider, not to a process: two of them are as good as two processes.
    let w = world();
    let issued = w.signed_in(&w.session, 600);
    w.emulator.inject(Fault::slow(Duration::from_secs(2)).on("CreateToken"));
    let (one, other) = (w.provider(&w.session, &w.host(0)), w.provider(&w.session, &w.host(0)));
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| one.token().unwrap());
        while w.emulator.requests().is_empty() {
            std::thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(other.token().unwrap().access_token().expose(), issued.access_token);
        assert!(!slow.is_finished(), "it waited");
        let new = slow.join().unwrap();
        assert_ne!(new.access_token().expose(), issued.access_token);
        assert_eq!(other.token().unwrap(), new);
    });
    assert_eq!(w.refreshes(), 1);
}

#[test]
fn a_sign_out_waits_for_a_refresh_and_takes_its_token_along() {
    for everything in [false, true] {
        let w = world();
        w.signed_in(&w.session, 1);
        w.emulator.inject(Fault::slow(Duration::from_secs(1)).on("CreateToken"));
        let (provider, settings) = (w.provider(&w.session, &w.host(5)), sso_settings(&w.emulator));
        std::thread::scope(|scope| {
            let refresh = scope.spawn(|| provider.token().unwrap());
            while w.emulator.requests().is_empty() {
                std::thread::sleep(Duration::from_millis(5));
            }
            let report = if everything {
                logout_all(&w.cache, None, &settings)
            } else {
                logout(&w.session, &w.cache, &settings)
            };
            let report = report.unwrap();
            assert_eq!((report.tokens_removed, report.failures.len()), (1, 0));
            let new = refresh.join().unwrap();
            assert!(!w.cache.path(&w.session).exists(), "the refresh wrote a token after the sign-out");
            let list = stskit::sso::ListAccounts::new(new.access_token().expose());
            let refused = stskit::sso::Client::in_region(&settings, REGION).unwrap().list_accounts(&list).unwrap_err();
            assert_eq!(refused.sso_code(), Some(stskit::sso::ErrorCode::UnauthorizedException));
        });
    }
}

#[test]
fn a_sign_out_without_a_sign_in_leaves_no_trace() {
    let w = world();
    assert_eq!(logout(&w.session, &w.cache, &sso_settings(&w.emulator)).unwrap().tokens_removed, 0);
    assert_eq!(logout_all(&w.cache, None, &sso_settings(&w.emulator)).unwrap().tokens_removed, 0);
    assert!(!w.home.exists());
}
