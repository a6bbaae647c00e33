//! Settings from profiles: every key, precedence, which profile, endpoints of services, SSO sessions.

use std::io;
use std::time::Duration;

use stskit::endpoint::EndpointService::{Signin, Sso, SsoOidc, Sts};
use stskit::host::Scripted;
use stskit::identity_center::SsoSession;
use stskit::{Error, RetryMode, Settings, SettingsBuilder};

fn machine(config: &str, credentials: &str, vars: &[(&str, &str)]) -> Scripted {
    let host = Scripted::at(0)
        .with_var("HOME", "/h")
        .with_file("/h/.aws/config", config)
        .with_file("/h/.aws/credentials", credentials);
    vars.iter().fold(host, |host, (name, value)| host.with_var(name, *value))
}

fn resolve(builder: SettingsBuilder, config: &str, vars: &[(&str, &str)]) -> Result<Settings, Error> {
    builder.resolve_with(&machine(config, "", vars))
}

/// Settings of the default profile with these lines.
#[track_caller]
fn with(lines: &str, vars: &[(&str, &str)]) -> Settings {
    resolve(Settings::builder(), &format!("[default]\n{lines}"), vars).unwrap_or_else(|e| panic!("{lines:?}: {e}"))
}

type Effect = fn(&Settings) -> String;

#[test]
fn every_key_has_its_effect_and_its_variable_wins() {
    let region: Effect = |s| s.region().unwrap_or("-").to_owned();
    let sts: Effect = |s| s.endpoint(Sts).unwrap().url();
    let mode: Effect = |s| format!("{:?}", s.retry_mode());
    let attempts: Effect = |s| s.max_attempts().to_string();
    let connect: Effect = |s| format!("{:?}", s.transport().connect_timeout);
    let app: Effect = |s| format!("{:?}", s.clone()).split("app_id: ").nth(1).unwrap()[..10].to_owned();
    let (sts_eu, fips) = ("https://sts.eu-west-1.amazonaws.com", "https://sts-fips.eu-west-1.amazonaws.com");
    let eu = "region = eu-west-1\n";
    // Key, value, effect, what it gives; then the variable, its value, what that gives.
    for (key, value, effect, expected, variable, other, wins) in [
        ("region", "eu-west-1", region, "eu-west-1", "AWS_REGION", "eu-west-2", "eu-west-2"),
        ("REGION", " eu-west-1 # c", region, "eu-west-1", "AWS_DEFAULT_REGION", "eu-west-2", "eu-west-2"),
        ("endpoint_url", "http://a", sts, "http://a", "AWS_ENDPOINT_URL", "http://b", "http://b"),
        ("endpoint_url", "http://a", sts, "http://a", "AWS_ENDPOINT_URL_STS", "http://b", "http://b"),
        ("use_fips_endpoint", "True", sts, fips, "AWS_USE_FIPS_ENDPOINT", "false", sts_eu),
        ("use_fips_endpoint", "false", sts, sts_eu, "AWS_USE_FIPS_ENDPOINT", "true", fips),
        (
            "use_dualstack_endpoint",
            "true",
            sts,
            "https://sts.eu-west-1.api.aws",
            "AWS_USE_DUALSTACK_ENDPOINT",
            "false",
            sts_eu,
        ),
        (
            "sts_regional_endpoints",
            "legacy",
            sts,
            "https://sts.amazonaws.com",
            "AWS_STS_REGIONAL_ENDPOINTS",
            "regional",
            sts_eu,
        ),
        ("retry_mode", "Adaptive", mode, "Adaptive", "AWS_RETRY_MODE", "legacy", "Legacy"),
        ("max_attempts", "7", attempts, "7", "AWS_MAX_ATTEMPTS", "2", "2"),
        ("defaults_mode", "In-Region", connect, "1.1s", "AWS_DEFAULTS_MODE", "mobile", "30s"),
        ("sdk_ua_app_id", "abcd", app, "Some(\"abcd", "AWS_SDK_UA_APP_ID", "efgh", "Some(\"efgh"),
        ("sdk-ua-app-id", "abcd", app, "Some(\"abcd", "AWS_SDK_UA_APP_ID", "efgh", "Some(\"efgh"),
    ] {
        let before = if key.eq_ignore_ascii_case("region") { "" } else { eu };
        let lines = format!("{before}{key} = {value}\n");
        assert_eq!(effect(&with(&lines, &[])), expected, "{key}");
        assert_eq!(effect(&with(&lines, &[(variable, other)])), wins, "{key} and {variable}");
        assert_eq!(effect(&with(&lines, &[(variable, " ")])), expected, "{key} and blank {variable}");
        assert_eq!(effect(&with(&format!("{lines}{key} =\n"), &[])), effect(&with(before, &[])), "blank {key}");
    }
    let settings = with(&format!("{eu}endpoint_url = http://a\nignore_configured_endpoint_urls = TRUE"), &[]);
    assert_eq!(sts(&settings), sts_eu);
    let lines = "endpoint_url = http://a\nignore_configured_endpoint_urls = true";
    assert_eq!(sts(&with(lines, &[("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "false")])), "http://a");
    // What is ignored may be wrong.
    with("services = none\nendpoint_url = nonsense\nignore_configured_endpoint_urls = true", &[]);
    // Not a key: the switch of 2026 and proxies.
    let settings = with("aws_new_retries_2026 = true\nnew_retries_2026 = true\nhttps_proxy = p:1", &[]);
    assert!(format!("{settings:?}").contains("retries_2026: false") && settings.transport().proxies.https.is_none());
}

#[test]
fn explicit_settings_win_over_profiles() {
    let bad = "[profile p]\nregion = us east\nuse_fips_endpoint = x\nuse_dualstack_endpoint = x\nretry_mode = x\n\
        sts_regional_endpoints = x\nmax_attempts = x\nendpoint_url = x\ndefaults_mode = mobile\n";
    let builder = Settings::builder()
        .profile("p")
        .region("eu-central-1")
        .endpoint_url(Sts, "http://localhost:1")
        .endpoint_url(Sso, "http://localhost:2")
        .endpoint_url(SsoOidc, "http://localhost:3")
        .endpoint_url(Signin, "http://localhost:4")
        .use_fips(false)
        .use_dual_stack(false)
        .sts_legacy_global(false)
        .retry_mode(RetryMode::Legacy)
        .max_attempts(9)
        .connect_timeout(Duration::from_secs(1));
    let s = resolve(builder, bad, &[]).unwrap();
    assert_eq!((s.region(), s.retry_mode(), s.max_attempts()), (Some("eu-central-1"), RetryMode::Legacy, 9));
    assert_eq!(s.endpoint(Sts).unwrap().url(), "http://localhost:1");
    assert_eq!(s.transport().connect_timeout.as_secs(), 1);
    // An explicit endpoint counts even when configured ones are ignored.
    let config = "[default]\nignore_configured_endpoint_urls = true\nendpoint_url = http://a";
    let s = resolve(Settings::builder().endpoint_url(Sts, "http://b"), config, &[]).unwrap();
    assert_eq!(s.endpoint(Sts).unwrap().url(), "http://b");
}

#[test]
fn bad_values_name_file_line_and_key_and_never_the_value() {
    let boolean = "true or false";
    for (key, value, allowed) in [
        ("region", "planted planted", "letters, digits and hyphens"),
        ("region", "planted/", "letters, digits and hyphens"),
        ("region", "eu-west-1\n  planted", "letters, digits and hyphens"),
        ("endpoint_url", "planted", "http://"),
        ("endpoint_url", "http://user:planted@h", "password"),
        ("endpoint_url", "http://planted:99999", "1 to 65535"),
        ("ignore_configured_endpoint_urls", "planted", boolean),
        ("use_fips_endpoint", "planted", boolean),
        ("use_dualstack_endpoint", "planted", boolean),
        ("sts_regional_endpoints", "Planted", "legacy or regional"),
        ("retry_mode", "planted", "standard, adaptive or legacy"),
        ("max_attempts", "planted", "whole number"),
        ("max_attempts", "0", "1 or more"),
        ("max_attempts", "-1", "1 or more"),
        ("defaults_mode", "planted", "in-region, cross-region"),
        ("ca_bundle", "/planted/ca.pem", "cannot be read"),
        ("services", "planted", "[services ...]"),
    ] {
        for credentials in [false, true] {
            let text = format!("\n[p]\n# c\n{key} = {value}\n");
            let (config, credentials_text, file, line) = match credentials {
                true => (String::new(), text, "/h/.aws/credentials", 4),
                false => (text.replace("[p]", "[profile p]"), String::new(), "/h/.aws/config", 4),
            };
            let host = machine(&config, &credentials_text, &[("AWS_PROFILE", "p")]);
            let error = Settings::builder().resolve_with(&host).expect_err(key);
            let shown = format!("{error}");
            assert!(error.is_configuration() && shown.contains(allowed), "{key}: {shown}");
            assert!(shown.contains(&format!("{file}, line {line}")) && shown.contains(key), "{shown}");
            let all = format!("{error} {error:?} {:?}", std::error::Error::source(&error)).to_lowercase();
            assert!(!all.contains("planted") && all.len() < 1500, "{all}");
        }
    }
    // A region that only some endpoints lack.
    let error =
        resolve(Settings::builder(), "[default]\nregion = aws-global\nuse_fips_endpoint = true", &[]).unwrap_err();
    assert!(error.to_string().contains("line 2") && error.to_string().contains("real region"), "{error}");
    // The file itself.
    let error = resolve(Settings::builder().region("eu-west-1"), "[default]\nplanted\n", &[]).unwrap_err();
    assert!(error.to_string().starts_with("the config file /h/.aws/config, line 2: "), "{error}");
}

#[test]
fn which_profile() {
    let config = "[default]\nregion = d-1\n[profile a]\nregion = a-1\n[profile b]\nregion = b-1\n[profile empty]\n";
    let region = |builder: SettingsBuilder, vars: &[(&str, &str)]| {
        let settings = resolve(builder, config, vars).unwrap_or_else(|e| panic!("{vars:?}: {e}"));
        assert_eq!(settings.profile().unwrap().name(), settings.profile_name());
        format!("{} {}", settings.profile_name(), settings.region().unwrap_or("-"))
    };
    let b = Settings::builder;
    let (a, older): ((&str, &str), (&str, &str)) = (("AWS_PROFILE", "a"), ("AWS_DEFAULT_PROFILE", "b"));
    assert_eq!(region(b(), &[]), "default d-1");
    assert_eq!(region(b(), &[a]), "a a-1");
    assert_eq!(region(b(), &[older]), "b b-1");
    assert_eq!(region(b(), &[a, older]), "a a-1");
    assert_eq!(region(b(), &[("AWS_PROFILE", ""), older]), "b b-1");
    assert_eq!(region(b(), &[("AWS_PROFILE", " "), ("AWS_DEFAULT_PROFILE", "")]), "default d-1");
    assert_eq!(region(b(), &[("AWS_PROFILE", " a ")]), "a a-1");
    assert_eq!(region(b().profile("b"), &[a]), "b b-1");
    assert_eq!(region(b().profile(" "), &[a]), "a a-1");
    assert_eq!(region(b().profile("empty"), &[]), "empty -");
    assert!(resolve(b().profile("a"), config, &[]).unwrap().profile_is_from_code());
    assert!(!resolve(b(), config, &[a]).unwrap().profile_is_from_code());
    // The credentials file wins, key by key.
    let host = machine(config, "[a]\nregion = c-1\n", &[a, ("AWS_MAX_ATTEMPTS", "2")]);
    assert_eq!(b().resolve_with(&host).unwrap().region(), Some("c-1"));
}

#[test]
fn a_named_profile_has_to_exist() {
    let b = Settings::builder;
    let keys: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "S")];
    let named = |name| ("AWS_PROFILE", name);
    // Nobody named it: fine.
    assert!(resolve(b(), "", &[]).unwrap().profile().is_none());
    for (builder, vars, from) in [
        (b(), vec![named("x")], "the environment variable AWS_PROFILE"),
        (b(), vec![named("default")], "the environment variable AWS_PROFILE"),
        (b(), vec![("AWS_DEFAULT_PROFILE", "x")], "the environment variable AWS_DEFAULT_PROFILE"),
        (b(), vec![named("x"), keys[0]], "the environment variable AWS_PROFILE"),
        (b(), vec![named("x"), keys[0], ("AWS_SECRET_ACCESS_KEY", " ")], "the environment variable AWS_PROFILE"),
        (b().profile("x"), vec![], "the settings given in code"),
        (b().profile("x"), keys.to_vec(), "the settings given in code"),
        (b().profile("x\n"), vec![named("a")], "the settings given in code"),
    ] {
        let error = resolve(builder, "[profile a]\nregion = a-1", &vars).expect_err(from);
        let shown = error.to_string();
        assert!(error.is_configuration() && shown.contains(from), "{shown}");
        assert!(shown.contains("/h/.aws/config") && shown.contains("/h/.aws/credentials"), "{shown}");
    }
    // Complete access keys win over a profile that only a variable names.
    let settings = resolve(b(), "", &[named("x"), keys[0], keys[1]]).unwrap();
    assert!(settings.profile().is_none() && settings.profile_name() == "x");
    // Why it is missing.
    let closed = Scripted::at(0)
        .with_var("HOME", "/h")
        .with_var("AWS_PROFILE", "x")
        .with_unreadable("/h/.aws/config", io::ErrorKind::PermissionDenied);
    let error = b().resolve_with(&closed).unwrap_err();
    assert!(error.to_string().contains("config (which cannot be read: permission denied)"), "{error}");
    // Nowhere to look.
    let error = b().profile("x").resolve_with(&Scripted::at(0)).unwrap_err();
    assert!(error.to_string().contains("no home folder"), "{error}");
}

#[test]
fn files_by_variable_and_by_code() {
    let host = || {
        Scripted::at(0)
            .with_var("HOME", "/h")
            .with_var("AWS_CONFIG_FILE", "~/own")
            .with_file("/h/.aws/config", "[default]\nregion = a-1")
            .with_file("/h/own", "[default]\nregion = b-1")
            .with_file("/c", "[default]\nregion = c-1")
            .with_file("/k", "[default]\nregion = k-1")
    };
    let region =
        |builder: SettingsBuilder, host: Scripted| builder.resolve_with(&host).unwrap().region().map(str::to_owned);
    let b = Settings::builder;
    assert_eq!(region(b(), host()).as_deref(), Some("b-1"));
    assert_eq!(region(b().config_file("/c"), host()).as_deref(), Some("c-1"));
    assert_eq!(region(b().config_file("/none"), host()), None);
    assert_eq!(region(b().config_file("/c").credentials_file("/k"), host()).as_deref(), Some("k-1"));
    assert_eq!(region(b(), host().with_var("AWS_SHARED_CREDENTIALS_FILE", "/k")).as_deref(), Some("k-1"));
}

#[test]
fn endpoint_urls_in_their_order() {
    let services = "[services s]\nsts =\n  endpoint_url = http://block\nSSO_OIDC =\n  endpoint_url = http://oidc\n\
        signin =\n  endpoint_url = http://signin\n";
    let config = format!("[default]\nservices = s\nendpoint_url = http://profile\n{services}");
    let url = |config: &str, service, vars: &[(&str, &str)]| {
        resolve(Settings::builder(), config, vars).unwrap().endpoint(service).unwrap().url()
    };
    let (own, every): ((&str, &str), (&str, &str)) =
        (("AWS_ENDPOINT_URL_STS", "http://own"), ("AWS_ENDPOINT_URL", "http://every"));
    assert_eq!(url(&config, Sts, &[own, every]), "http://own");
    // A global variable beats a service's block.
    assert_eq!(url(&config, Sts, &[every]), "http://every");
    assert_eq!(url(&config, Sts, &[]), "http://block");
    assert_eq!(url(&config, SsoOidc, &[own]), "http://oidc");
    assert_eq!(url(&config, Signin, &[own]), "http://signin");
    assert_eq!(url(&config, Sso, &[]), "http://profile");
    let hyphen = "[default]\nservices=s\nregion=eu-west-1\n[services s]\nsso-oidc =\n  endpoint_url = http://h\n";
    assert_eq!(url(hyphen, SsoOidc, &[]), "http://h");
    assert_eq!(url(hyphen, Sts, &[]), "https://sts.eu-west-1.amazonaws.com");
    // Blocks and keys that are not for us, or blank.
    let other = "[default]\nservices=s\nregion=eu-west-1\n[services s]\ns3 =\n  endpoint_url = http://x\n\
        sts =\n  Endpoint_URL = http://x\n  endpoint_url =\nsso = http://x\n";
    assert_eq!(url(other, Sts, &[]), "https://sts.eu-west-1.amazonaws.com");
    assert_eq!(url(other, Sso, &[]), "https://portal.sso.eu-west-1.amazonaws.com");
    // The section is only looked for in the config file.
    let host = machine("[default]\nservices = s", services, &[]);
    let error = Settings::builder().resolve_with(&host).unwrap_err();
    assert!(error.to_string().contains("/h/.aws/config, line 2: "), "{error}");
    // A URL in a block that cannot be used: the line in the block.
    let error = resolve(Settings::builder(), &config.replace("http://block", "planted"), &[]).unwrap_err();
    let shown = error.to_string();
    assert!(
        shown.contains("services section \"s\" in /h/.aws/config, line 6") && !shown.contains("planted"),
        "{shown}"
    );
}

#[test]
fn sso_sessions_of_profiles() {
    let session = |config: &str| {
        let settings = resolve(Settings::builder(), config, &[]).unwrap();
        SsoSession::of_profile(settings.config(), &settings.profile().unwrap())
    };
    let url = "https://d-abc123.awsapps.com/start#/";
    let both = format!("sso_start_url = {url}\nsso_region = eu-west-1\n");
    let named = |own: &str, theirs: &str| format!("[default]\nsso_session = dev\n{own}[sso-session dev]\n{theirs}");
    let found = session(&named("", &format!("{both}sso_registration_scopes = a:b, c:d,,\n"))).unwrap().unwrap();
    let expected = SsoSession::named("dev", url, "eu-west-1").with_scopes(["a:b", "c:d"]).with_profile("default");
    assert_eq!(found, expected);
    let found = session(&format!("[default]\n{both}")).unwrap().unwrap();
    assert_eq!(found, SsoSession::legacy(url, "eu-west-1").with_profile("default"));
    assert_eq!(session("[default]\nregion = eu-west-1\nsso_account_id = 1\n").unwrap(), None);
    // Equal or absent on either side is fine.
    for (own, theirs) in [
        (both.as_str(), both.as_str()),
        (&both, ""),
        ("sso_region = eu-west-1\n", &both),
        ("sso_region = eu-west-1\n", &format!("sso_start_url = {url}\n")),
    ] {
        let found = session(&named(own, theirs)).unwrap().unwrap();
        assert_eq!((found.start_url.as_str(), found.region.as_str()), (url, "eu-west-1"), "{own} {theirs}");
    }
    for (config, line, text) in [
        (named("sso_region = planted\n", &both), 3, "line 6"),
        (named("sso_start_url = planted\n", &both), 3, "line 5"),
        (named("", "sso_region = planted\n"), 2, "no sso_start_url"),
        (named("", "sso_start_url = planted\n"), 2, "no sso_region"),
        ("[default]\nsso_session = planted\n[sso-session x]\n".to_owned(), 2, "[sso-session ...]"),
        ("[default]\nsso_start_url = planted\n".to_owned(), 2, "no sso_region"),
        ("[default]\nsso_region = planted\n".to_owned(), 2, "no sso_start_url"),
    ] {
        let error = session(&config).expect_err(&config);
        let shown = error.to_string();
        assert!(error.is_configuration() && shown.contains(text) && !shown.contains("planted"), "{shown}");
        assert!(shown.starts_with(&format!("the config file /h/.aws/config, line {line}: ")), "{shown}");
    }
}

#[test]
fn settings_show_no_value_of_a_file() {
    let text =
        "[default]\naws_access_key_id = planted1\naws_secret_access_key = planted2\naws_session_token = planted3\n";
    let settings = Settings::builder().resolve_with(&machine(text, text, &[])).unwrap();
    let shown = format!("{settings:?} {settings:#?} {:?} {:?}", settings.profile(), settings.config());
    assert!(!shown.contains("planted"), "{shown}");
}
