//! Every setting: from the environment, bad values, precedence. No test reads the real environment.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[allow(unused)]
mod support;

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::time::Duration;

use stskit::endpoint::EndpointService::{Signin, Sso, SsoOidc, Sts};
use stskit::host::Scripted;
use stskit::sts::{Client, GetCallerIdentity};
use stskit::transport::{Proxies, ProxyUrl};
use stskit::{Error, ErrorKind, RetryMode, Settings, SettingsBuilder};

fn machine(vars: &[(&str, &str)]) -> Scripted {
    vars.iter().fold(Scripted::at(0), |host, (name, value)| host.with_var(name, *value))
}

fn resolve(builder: SettingsBuilder, vars: &[(&str, &str)]) -> Result<Settings, Error> {
    builder.resolve_with(&machine(vars))
}

#[track_caller]
fn settings(vars: &[(&str, &str)]) -> Settings {
    resolve(Settings::builder(), vars).unwrap_or_else(|e| panic!("{vars:?}: {e}"))
}

fn url(vars: &[(&str, &str)]) -> String {
    settings(vars).endpoint(Sts).unwrap().url()
}

/// What a setting did, as text.
type Effect = fn(&Settings) -> String;
/// Variables, what to look at, what is expected there.
type Row<'a> = (&'a [(&'a str, &'a str)], Effect, &'a str);

#[test]
fn every_variable_has_its_effect() {
    let sts: Effect = |s| s.endpoint(Sts).unwrap().url();
    let sso: Effect = |s| s.endpoint(Sso).unwrap().url();
    let oidc: Effect = |s| s.endpoint(SsoOidc).unwrap().url();
    let signin: Effect = |s| s.endpoint(Signin).unwrap().url();
    let region: Effect = |s| format!("{:?}", s.region());
    let mode: Effect = |s| format!("{:?} {}", s.retry_mode(), s.max_attempts());
    let connect: Effect = |s| format!("{:?}", s.transport().connect_timeout);
    let https_proxy: Effect = |s| format!("{:?}", s.transport().proxies.https.as_ref().map(ProxyUrl::host));
    let http_proxy: Effect = |s| format!("{:?}", s.transport().proxies.http.as_ref().map(ProxyUrl::host));
    let none = "None";
    let eu: (&str, &str) = ("AWS_REGION", "eu-west-1");
    let table: &[Row<'_>] = &[
        // Region.
        (&[], region, none),
        (&[eu], region, "Some(\"eu-west-1\")"),
        (&[("AWS_DEFAULT_REGION", "eu-west-2")], region, "Some(\"eu-west-2\")"),
        (&[eu, ("AWS_DEFAULT_REGION", "eu-west-2")], region, "Some(\"eu-west-1\")"),
        (&[("AWS_REGION", " \t"), ("AWS_DEFAULT_REGION", "eu-west-2")], region, "Some(\"eu-west-2\")"),
        (&[("AWS_REGION", ""), ("AWS_DEFAULT_REGION", "")], region, none),
        (&[("AWS_REGION", " eu-west-1\n")], region, "Some(\"eu-west-1\")"),
        (&[], sts, "https://sts.amazonaws.com"),
        (&[("AWS_REGION", "moon-1")], sts, "https://sts.moon-1.amazonaws.com"),
        (&[("AWS_REGION", "cn-north-1")], sts, "https://sts.cn-north-1.amazonaws.com.cn"),
        (&[("AWS_REGION", "aws-global")], sts, "https://sts.amazonaws.com"),
        // Endpoints.
        (&[("AWS_ENDPOINT_URL", "http://localhost:1/x/")], sts, "http://localhost:1/x"),
        (&[("AWS_ENDPOINT_URL", "http://a"), ("AWS_ENDPOINT_URL_STS", "http://b")], sts, "http://b"),
        (&[("AWS_ENDPOINT_URL", "http://a"), ("AWS_ENDPOINT_URL_STS", " ")], sts, "http://a"),
        (&[("AWS_ENDPOINT_URL", "http://a"), ("AWS_ENDPOINT_URL_STS", "http://b")], sso, "http://a"),
        (&[("AWS_ENDPOINT_URL_SSO", "http://c")], sso, "http://c"),
        (&[("AWS_ENDPOINT_URL_SSO_OIDC", "http://d")], oidc, "http://d"),
        (&[("AWS_ENDPOINT_URL_SIGNIN", "http://e"), ("AWS_ENDPOINT_URL", "http://a")], signin, "http://e"),
        (&[eu], signin, "https://eu-west-1.signin.aws.amazon.com"),
        (&[eu, ("AWS_ENDPOINT_URL_SSO", "http://c")], sts, "https://sts.eu-west-1.amazonaws.com"),
        (
            &[eu, ("AWS_ENDPOINT_URL", "http://a"), ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE")],
            sts,
            "https://sts.eu-west-1.amazonaws.com",
        ),
        (&[("AWS_ENDPOINT_URL", "http://a"), ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "false")], sts, "http://a"),
        // What is ignored may be wrong.
        (
            &[eu, ("AWS_ENDPOINT_URL", "nonsense"), ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")],
            sts,
            "https://sts.eu-west-1.amazonaws.com",
        ),
        (&[eu, ("AWS_USE_FIPS_ENDPOINT", "True")], sts, "https://sts-fips.eu-west-1.amazonaws.com"),
        (&[eu, ("AWS_USE_FIPS_ENDPOINT", "false")], sts, "https://sts.eu-west-1.amazonaws.com"),
        (&[eu, ("AWS_USE_FIPS_ENDPOINT", " ")], sts, "https://sts.eu-west-1.amazonaws.com"),
        (&[("AWS_REGION", "fips-us-east-1")], sts, "https://sts-fips.us-east-1.amazonaws.com"),
        (&[eu, ("AWS_USE_DUALSTACK_ENDPOINT", "true")], sts, "https://sts.eu-west-1.api.aws"),
        (&[eu, ("AWS_STS_REGIONAL_ENDPOINTS", "legacy")], sts, "https://sts.amazonaws.com"),
        (&[eu, ("AWS_STS_REGIONAL_ENDPOINTS", "regional")], sts, "https://sts.eu-west-1.amazonaws.com"),
        // Retries.
        (&[], mode, "Standard 3"),
        (&[("AWS_RETRY_MODE", "standard")], mode, "Standard 3"),
        (&[("AWS_RETRY_MODE", "ADAPTIVE")], mode, "Adaptive 3"),
        (&[("AWS_RETRY_MODE", "Legacy")], mode, "Legacy 5"),
        (&[("AWS_RETRY_MODE", "")], mode, "Standard 3"),
        (&[("AWS_MAX_ATTEMPTS", " 7 ")], mode, "Standard 7"),
        (&[("AWS_MAX_ATTEMPTS", "1"), ("AWS_RETRY_MODE", "legacy")], mode, "Legacy 1"),
        (&[("AWS_NEW_RETRIES_2026", "anything")], mode, "Standard 3"),
        (&[("AWS_NEW_RETRIES_2026", "true")], |s| format!("{s:?}").contains("retries_2026: true").to_string(), "true"),
        (&[("AWS_NEW_RETRIES_2026", "TRUE")], |s| format!("{s:?}").contains("retries_2026: true").to_string(), "true"),
        (&[("AWS_NEW_RETRIES_2026", "1")], |s| format!("{s:?}").contains("retries_2026: false").to_string(), "true"),
        // Time.
        (&[], connect, "3.1s"),
        (&[("AWS_DEFAULTS_MODE", "legacy")], connect, "3.1s"),
        (&[("AWS_DEFAULTS_MODE", "In-Region")], connect, "1.1s"),
        (&[("AWS_DEFAULTS_MODE", "cross-region")], connect, "3.1s"),
        (&[("AWS_DEFAULTS_MODE", "standard")], connect, "3.1s"),
        (&[("AWS_DEFAULTS_MODE", "mobile")], connect, "30s"),
        (&[("AWS_DEFAULTS_MODE", "auto")], connect, "3.1s"),
        (&[("AWS_DEFAULTS_MODE", "auto"), eu], connect, "3.1s"),
        (&[("AWS_DEFAULTS_MODE", "auto"), eu, ("AWS_EXECUTION_ENV", "AWS_ECS_EC2")], connect, "1.1s"),
        (&[], |s| format!("{:?} {:?}", s.transport().read_timeout, s.operation_timeout()), "30s None"),
        // Proxies: more in tests/proxy.rs.
        (&[], https_proxy, none),
        (&[("HTTPS_PROXY", "p:1")], https_proxy, "Some(\"p:1\")"),
        (&[("HTTPS_PROXY", "http://u:p@p:1"), ("https_proxy", "q:2")], https_proxy, "Some(\"q:2\")"),
        (&[("HTTPS_PROXY", "p:1"), ("https_proxy", " ")], https_proxy, "Some(\"p:1\")"),
        (&[("HTTPS_PROXY", "p:1")], http_proxy, none),
        (&[("HTTP_PROXY", "p:1")], http_proxy, "Some(\"p:1\")"),
        (&[("HTTP_PROXY", "p:1")], https_proxy, none),
        (&[("HTTP_PROXY", "p:1"), ("REQUEST_METHOD", "GET")], http_proxy, none),
        (&[("http_proxy", "p:1"), ("REQUEST_METHOD", "GET")], http_proxy, "Some(\"p:1\")"),
        (&[("ALL_PROXY", "p:1")], http_proxy, "Some(\"p:1\")"),
        (&[("ALL_PROXY", "p:1"), ("all_proxy", "q:2"), ("HTTPS_PROXY", "r:3")], https_proxy, "Some(\"r:3\")"),
        (&[("ALL_PROXY", "p:1"), ("all_proxy", "q:2"), ("HTTPS_PROXY", "r:3")], http_proxy, "Some(\"q:2\")"),
    ];
    for (vars, effect, expected) in table {
        assert_eq!(effect(&settings(vars)), *expected, "{vars:?}");
    }
}

#[test]
fn bad_values_are_errors_that_name_the_variable_and_what_is_allowed() {
    let eu: (&str, &str) = ("AWS_REGION", "eu-west-1");
    let boolean = "true or false";
    for (vars, variable, allowed) in [
        (&[("AWS_REGION", "us-east-1/")][..], "AWS_REGION", "letters, digits and hyphens"),
        (&[("AWS_REGION", "a.b")], "AWS_REGION", "letters, digits and hyphens"),
        (&[("AWS_REGION", "-a")], "AWS_REGION", "letters, digits and hyphens"),
        (&[("AWS_REGION", "123")], "AWS_REGION", "letters, digits and hyphens"),
        (&[("AWS_REGION", "é")], "AWS_REGION", "letters, digits and hyphens"),
        (&[("AWS_REGION", "a\r\nHost: evil")], "AWS_REGION", "letters, digits and hyphens"),
        (&[("AWS_DEFAULT_REGION", "us east")], "AWS_DEFAULT_REGION", "letters, digits and hyphens"),
        (&[("AWS_REGION", "us east"), ("AWS_ENDPOINT_URL", "http://a")], "AWS_REGION", "letters"),
        (&[("AWS_REGION", "aws-global"), ("AWS_USE_FIPS_ENDPOINT", "true")], "AWS_REGION", "real region"),
        (&[("AWS_ENDPOINT_URL", "localhost:4566")], "AWS_ENDPOINT_URL", "http://"),
        (&[("AWS_ENDPOINT_URL", "ftp://localhost")], "AWS_ENDPOINT_URL", "http://"),
        (&[("AWS_ENDPOINT_URL_STS", "http://")], "AWS_ENDPOINT_URL_STS", "no host"),
        (&[("AWS_ENDPOINT_URL_STS", "http://h:0")], "AWS_ENDPOINT_URL_STS", "1 to 65535"),
        (&[("AWS_ENDPOINT_URL_STS", "http://h:99999")], "AWS_ENDPOINT_URL_STS", "1 to 65535"),
        (&[("AWS_ENDPOINT_URL_STS", "http://h?x=planted")], "AWS_ENDPOINT_URL_STS", "query"),
        (&[("AWS_ENDPOINT_URL_STS", "http://user:planted@h")], "AWS_ENDPOINT_URL_STS", "password"),
        (&[("AWS_ENDPOINT_URL_STS", "http://a b")], "AWS_ENDPOINT_URL_STS", "space"),
        (&[("AWS_ENDPOINT_URL_STS", "http://[::1")], "AWS_ENDPOINT_URL_STS", "bracket"),
        (&[("AWS_ENDPOINT_URL_STS", "http://h\u{1b}[31m")], "AWS_ENDPOINT_URL_STS", "control character"),
        (&[eu, ("AWS_ENDPOINT_URL_SSO", "nonsense")], "AWS_ENDPOINT_URL_SSO", "http://"),
        (&[eu, ("AWS_ENDPOINT_URL_SSO_OIDC", "nonsense")], "AWS_ENDPOINT_URL_SSO_OIDC", "http://"),
        (&[eu, ("AWS_ENDPOINT_URL_SIGNIN", "nonsense")], "AWS_ENDPOINT_URL_SIGNIN", "http://"),
        (&[("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "yes")], "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", boolean),
        (&[("AWS_USE_FIPS_ENDPOINT", "1")], "AWS_USE_FIPS_ENDPOINT", boolean),
        (&[("AWS_USE_DUALSTACK_ENDPOINT", "on")], "AWS_USE_DUALSTACK_ENDPOINT", boolean),
        (&[("AWS_STS_REGIONAL_ENDPOINTS", "Legacy")], "AWS_STS_REGIONAL_ENDPOINTS", "legacy or regional"),
        (&[("AWS_RETRY_MODE", "fast")], "AWS_RETRY_MODE", "standard, adaptive or legacy"),
        (&[("AWS_MAX_ATTEMPTS", "0")], "AWS_MAX_ATTEMPTS", "1 or more"),
        (&[("AWS_MAX_ATTEMPTS", "-1")], "AWS_MAX_ATTEMPTS", "1 or more"),
        (&[("AWS_MAX_ATTEMPTS", "2.5")], "AWS_MAX_ATTEMPTS", "whole number"),
        (&[("AWS_MAX_ATTEMPTS", "99999999999")], "AWS_MAX_ATTEMPTS", "whole number"),
        (&[("AWS_DEFAULTS_MODE", "fast")], "AWS_DEFAULTS_MODE", "in-region, cross-region"),
        (&[("AWS_CA_BUNDLE", "/nowhere/ca.pem")], "AWS_CA_BUNDLE", "/nowhere/ca.pem"),
        (&[("HTTPS_PROXY", "socks5://user:planted@h")], "HTTPS_PROXY", "SOCKS"),
        (&[("https_proxy", "http://user:planted@")], "https_proxy", "proxy"),
        (&[("HTTP_PROXY", "user:planted@h:99999")], "HTTP_PROXY", "1 to 65535"),
        (&[("ALL_PROXY", "http://us er:planted@h")], "ALL_PROXY", "not a URL"),
        (&[("AWS_ENDPOINT_URL", "http://a"), ("AWS_USE_FIPS_ENDPOINT", "true")], "AWS_ENDPOINT_URL", "FIPS"),
        (&[("AWS_ENDPOINT_URL", "http://a"), ("AWS_USE_DUALSTACK_ENDPOINT", "true")], "AWS_ENDPOINT_URL", "dual-stack"),
    ] {
        let error = resolve(Settings::builder(), vars).expect_err(&format!("{vars:?}"));
        assert_eq!(error.kind(), ErrorKind::InvalidConfiguration, "{vars:?}");
        let text = format!("{error}");
        let named = text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == variable);
        assert!(named && text.contains(allowed), "{vars:?}: {text}");
        assert!(!text.contains("planted"), "{text}");
        assert!(!text.chars().any(char::is_control) && text.len() < 400, "{text:?}");
        assert_eq!(error.attempts(), 0);
    }
}

#[test]
fn every_variable_that_is_not_utf8_is_named() {
    for variable in [
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_STS",
        "AWS_ENDPOINT_URL_SSO",
        "AWS_ENDPOINT_URL_SSO_OIDC",
        "AWS_ENDPOINT_URL_SIGNIN",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        "AWS_USE_FIPS_ENDPOINT",
        "AWS_USE_DUALSTACK_ENDPOINT",
        "AWS_STS_REGIONAL_ENDPOINTS",
        "AWS_RETRY_MODE",
        "AWS_MAX_ATTEMPTS",
        "AWS_NEW_RETRIES_2026",
        "AWS_CA_BUNDLE",
        "AWS_SDK_UA_APP_ID",
        "AWS_DEFAULTS_MODE",
        "AWS_EXECUTION_ENV",
        "AWS_EC2_METADATA_DISABLED",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
        "AWS_IMDS_USE_IPV6",
        "AWS_METADATA_SERVICE_TIMEOUT",
        "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
        "AWS_EC2_METADATA_V1_DISABLED",
        "AWS_ACCOUNT_ID_ENDPOINT_MODE",
        "AWS_AUTH_SCHEME_PREFERENCE",
        "AWS_SIGV4A_SIGNING_REGION_SET",
        "https_proxy",
        "HTTPS_PROXY",
        "http_proxy",
        "HTTP_PROXY",
        "all_proxy",
        "ALL_PROXY",
        "no_proxy",
        "NO_PROXY",
    ] {
        let host = Scripted::at(0).with_var(variable, OsString::from_vec(b"planted\xff".to_vec()));
        let error = Settings::builder().resolve_with(&host).expect_err(variable);
        assert!(error.is_configuration() && error.to_string().contains(variable), "{error}");
        assert!(error.to_string().contains("UTF-8") && !error.to_string().contains("planted"), "{error}");
    }
}

#[test]
fn explicit_settings_win_and_what_they_replace_is_not_read() {
    let proxies = || Proxies { https: Some(ProxyUrl::parse("x:9").unwrap()), ..Proxies::default() };
    let bad = [
        ("AWS_REGION", "us east"),
        ("AWS_DEFAULT_REGION", "us east"),
        ("AWS_USE_FIPS_ENDPOINT", "x"),
        ("AWS_USE_DUALSTACK_ENDPOINT", "x"),
        ("AWS_STS_REGIONAL_ENDPOINTS", "x"),
        ("AWS_RETRY_MODE", "x"),
        ("AWS_MAX_ATTEMPTS", "x"),
        ("HTTPS_PROXY", "ftp://x"),
        ("AWS_ENDPOINT_URL_STS", "x"),
    ];
    let builder = Settings::builder()
        .region("eu-central-1")
        .endpoint_url(Sts, "http://localhost:1")
        .use_fips(false)
        .use_dual_stack(false)
        .sts_legacy_global(false)
        .retry_mode(RetryMode::Legacy)
        .max_attempts(9)
        .proxies(proxies())
        .connect_timeout(Duration::from_secs(1))
        .read_timeout(Duration::from_secs(2))
        .operation_timeout(Duration::from_secs(3))
        .max_response_bytes(4)
        .app_id("mine");
    let s = resolve(builder, &bad).unwrap();
    assert_eq!((s.region(), s.retry_mode(), s.max_attempts()), (Some("eu-central-1"), RetryMode::Legacy, 9));
    assert_eq!(s.endpoint(Sts).unwrap().url(), "http://localhost:1");
    assert_eq!(s.transport().proxies, proxies());
    assert_eq!((s.transport().connect_timeout.as_secs(), s.transport().read_timeout.as_secs()), (1, 2));
    assert_eq!((s.operation_timeout().unwrap().as_secs(), s.transport().max_response_bytes), (3, 4));
    // No proxies at all, whatever the environment says.
    let none = resolve(Settings::builder().proxies(Proxies::default()), &[("ALL_PROXY", "p:1")]).unwrap();
    assert_eq!(none.transport().proxies, Proxies::default());
    // An explicit endpoint counts even when configured ones are ignored.
    let vars = [("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"), ("AWS_ENDPOINT_URL", "http://a")];
    let s = resolve(Settings::builder().endpoint_url(Sts, "http://b"), &vars).unwrap();
    assert_eq!(s.endpoint(Sts).unwrap().url(), "http://b");
    // Blank counts as not given.
    let s = resolve(Settings::builder().region(" ").endpoint_url(Sts, ""), &[("AWS_REGION", "eu-west-3")]).unwrap();
    assert_eq!(s.endpoint(Sts).unwrap().url(), "https://sts.eu-west-3.amazonaws.com");
    assert_eq!(resolve(Settings::builder().region(" eu-west-1 "), &[]).unwrap().region(), Some("eu-west-1"));
}

#[test]
fn bad_explicit_settings_say_that_they_were_given_in_code() {
    let b = Settings::builder;
    for (builder, text) in [
        (b().region("us east"), "us east"),
        (b().region("us east"), "given in code"),
        (b().endpoint_url(Sts, "localhost"), "given in code"),
        (b().endpoint_url(Sso, "localhost"), "given in code"),
        (b().endpoint_url(Sts, "http://a").use_fips(true), "FIPS"),
        (b().max_attempts(0), "max_attempts in the settings given in code is 0"),
        (b().connect_timeout(Duration::ZERO), "connect_timeout is 0"),
        (b().read_timeout(Duration::ZERO), "read_timeout is 0"),
        (b().operation_timeout(Duration::ZERO), "operation_timeout is 0"),
        (b().ca_bundle("/nowhere/ca.pem"), "/nowhere/ca.pem (from the settings given in code)"),
    ] {
        let error = resolve(builder.clone(), &[]).expect_err(text);
        assert!(error.is_configuration() && error.to_string().contains(text), "{error}");
    }
}

#[test]
fn fips_is_never_dropped_for_an_endpoint() {
    let vars = [("AWS_USE_FIPS_ENDPOINT", "true"), ("AWS_ENDPOINT_URL_SSO", "http://a")];
    // STS is not touched by the endpoint of another service; that service is refused.
    let settings = settings(&[vars[0], vars[1], ("AWS_REGION", "eu-west-1")]);
    assert_eq!(settings.endpoint(Sts).unwrap().url(), "https://sts-fips.eu-west-1.amazonaws.com");
    settings.endpoint(Sso).unwrap_err();
}

#[test]
fn regions_of_signatures() {
    let region = |vars: &[(&str, &str)]| settings(vars).endpoint(Sts).unwrap().signing_region().map(str::to_owned);
    assert_eq!(region(&[]).as_deref(), Some("us-east-1"));
    assert_eq!(region(&[("AWS_REGION", "moon-1")]).as_deref(), Some("moon-1"));
    assert_eq!(region(&[("AWS_ENDPOINT_URL", "http://a")]), None);
    assert_eq!(region(&[("AWS_ENDPOINT_URL", "http://a"), ("AWS_REGION", "x-1")]).as_deref(), Some("x-1"));
}

#[test]
fn a_custom_endpoint_without_a_region_serves_unsigned_calls_only() {
    let emulator = stskit::emulator::Emulator::start().unwrap();
    let settings = resolve(Settings::builder(), &[("AWS_ENDPOINT_URL_STS", &emulator.url())]).unwrap();
    let sts = Client::new(settings, support::credentials()).unwrap();
    let error = sts.get_caller_identity(&GetCallerIdentity {}).unwrap_err();
    assert!(error.is_configuration() && error.to_string().contains("AWS_REGION"), "{error}");
    assert!(sts.presign_get_caller_identity(60, &[]).unwrap_err().is_configuration());
    assert_eq!(emulator.connections(), 0);
    let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSIsImF1ZCI6InN0cyIsImlzcyI6Imh0dHBzOi8vaWRwIn0.c2ln";
    let role = "arn:aws:iam::123456789012:role/demo";
    sts.assume_role_with_web_identity(&stskit::sts::AssumeRoleWithWebIdentity::new(role, "session", token)).unwrap();
}

#[test]
fn the_application_id_reaches_the_user_agent_and_nothing_else() {
    let emulator = stskit::emulator::Emulator::start().unwrap();
    let long = "x".repeat(4000);
    for (id, shown) in [
        ("my-app", " app/my-app"),
        ("my app/1\r\nX-Evil: 1", " app/my-app-1--X-Evil--1"),
        ("日本", " app/--"),
        (long.as_str(), " app/xxxx"),
    ] {
        for explicit in [false, true] {
            let builder = Settings::builder().region("us-east-1").endpoint_url(Sts, emulator.url());
            let settings = if explicit {
                resolve(builder.app_id(id), &[("AWS_SDK_UA_APP_ID", "other")])
            } else {
                resolve(builder, &[("AWS_SDK_UA_APP_ID", id)])
            };
            emulator.clear_requests();
            support::client_with(settings.unwrap(), support::credentials())
                .get_caller_identity(&GetCallerIdentity {})
                .unwrap();
            let request = &emulator.requests()[0];
            assert!(request.header("user-agent").unwrap().contains(shown), "{request:?}");
            assert_eq!(request.header("x-evil"), None);
        }
    }
}

#[test]
fn traces_of_lambda_are_passed_on_in_lambda_only() {
    let emulator = stskit::emulator::Emulator::start().unwrap();
    let trace = "Root=1-2;Parent=3\r\nEvil: é";
    for in_lambda in [false, true] {
        let mut host = Scripted::at(support::now()).with_var("_X_AMZN_TRACE_ID", trace);
        if in_lambda {
            host = host.with_var("AWS_LAMBDA_FUNCTION_NAME", "f");
        }
        let settings = Settings::builder().region("us-east-1").endpoint_url(Sts, emulator.url());
        let settings = settings.resolve_with(&host).unwrap();
        emulator.clear_requests();
        let sts: Client = Client::builder(settings)
            .credentials(support::credentials())
            .host(std::sync::Arc::new(host))
            .build()
            .unwrap();
        sts.get_caller_identity(&GetCallerIdentity {}).unwrap();
        let sent = emulator.requests()[0].header("x-amzn-trace-id").map(str::to_owned);
        assert_eq!(sent.as_deref(), in_lambda.then_some("Root=1-2;Parent=3%0D%0AEvil:%20%C3%A9"));
    }
}

#[test]
fn settings_show_no_password() {
    let vars = [("HTTPS_PROXY", "http://user:planted%2Fpass@p:1/planted"), ("AWS_REGION", "eu-west-1")];
    let shown = format!("{:?} {:#?}", settings(&vars), settings(&vars).transport());
    assert!(!shown.contains("planted") && !shown.contains("user"), "{shown}");
    assert_eq!(url(&vars), "https://sts.eu-west-1.amazonaws.com");
}
