//! The settings of the instance metadata service, and those that are only handed on: sources, precedence, bad values.

use std::time::Duration;

use stskit::host::Scripted;
use stskit::{AccountIdEndpointMode, Error, MetadataMode, Settings, SettingsBuilder};

/// In an environment, with lines for the default profile.
fn resolve(builder: SettingsBuilder, lines: &str, vars: &[(&str, &str)]) -> Result<Settings, Error> {
    let host =
        Scripted::at(0).with_var("HOME", "/h").with_file("/h/.aws/config", format!("[default]\nregion = a\n{lines}"));
    builder.resolve_with(&vars.iter().fold(host, |host, (name, value)| host.with_var(name, *value)))
}

#[track_caller]
fn with(lines: &str, vars: &[(&str, &str)]) -> Settings {
    resolve(Settings::builder(), lines, vars).unwrap_or_else(|e| panic!("{lines:?} {vars:?}: {e}"))
}

type Effect = fn(&Settings) -> String;

const DISABLED: Effect = |s| s.metadata().is_disabled().to_string();
const ENDPOINT: Effect = |s| s.metadata().endpoint();
const TIMEOUT: Effect = |s| format!("{:?}", s.metadata().timeout());
const ATTEMPTS: Effect = |s| format!("{:?}", s.metadata().attempts());
const V1: Effect = |s| s.metadata().is_v1_disabled().to_string();
const ACCOUNT: Effect = |s| format!("{:?}", s.account_id_endpoint_mode());
const SCHEMES: Effect = |s| s.auth_scheme_preference().join("|");
const REGIONS: Effect = |s| s.sigv4a_signing_region_set().join("|");

const URL: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
const MODE: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE";
const FOUR: &str = "http://169.254.169.254";
const SIX: &str = "http://[fd00:ec2::254]";

#[test]
fn defaults() {
    let settings = with("", &[]);
    let metadata = settings.metadata();
    assert!(!metadata.is_disabled() && !metadata.is_v1_disabled());
    assert_eq!((metadata.endpoint().as_str(), metadata.mode()), (FOUR, MetadataMode::IPv4));
    assert_eq!((metadata.timeout(), metadata.attempts()), (Duration::from_secs(1), None));
    assert_eq!(settings.account_id_endpoint_mode(), AccountIdEndpointMode::Preferred);
    assert!(settings.auth_scheme_preference().is_empty() && settings.sigv4a_signing_region_set().is_empty());
}

#[test]
fn every_variable_has_its_effect_and_wins_over_its_key() {
    // Variable, value, effect, expected; then the key, its value, what that gives.
    for (variable, value, effect, expected, key, other, gives) in [
        (URL, "http://127.0.0.1:1338", ENDPOINT, "http://127.0.0.1:1338", "ec2_metadata_service_endpoint", SIX, SIX),
        (URL, " http://h/a/b// ", ENDPOINT, "http://h/a/b", "ec2_metadata_service_endpoint", "https://k/", "https://k"),
        (MODE, "ipv6", ENDPOINT, SIX, "ec2_metadata_service_endpoint_mode", "IPV4", FOUR),
        (MODE, "IPv4", ENDPOINT, FOUR, "ec2_metadata_service_endpoint_mode", "IPv6", SIX),
        ("AWS_IMDS_USE_IPV6", "True", ENDPOINT, SIX, "imds_use_ipv6", "false", FOUR),
        ("AWS_IMDS_USE_IPV6", "false", ENDPOINT, FOUR, "imds_use_ipv6", "true", SIX),
        ("AWS_METADATA_SERVICE_TIMEOUT", "5", TIMEOUT, "5s", "metadata_service_timeout", "0.25", "250ms"),
        ("AWS_METADATA_SERVICE_TIMEOUT", " 1.5 ", TIMEOUT, "1.5s", "metadata_service_timeout", ".5", "500ms"),
        (
            "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
            "4",
            ATTEMPTS,
            "Some(4)",
            "metadata_service_num_attempts",
            "2",
            "Some(2)",
        ),
        ("AWS_EC2_METADATA_V1_DISABLED", "TRUE", V1, "true", "ec2_metadata_v1_disabled", "false", "false"),
        ("AWS_EC2_METADATA_V1_DISABLED", "false", V1, "false", "ec2_metadata_v1_disabled", "true", "true"),
        (
            "AWS_ACCOUNT_ID_ENDPOINT_MODE",
            "Required",
            ACCOUNT,
            "Required",
            "account_id_endpoint_mode",
            "disabled",
            "Disabled",
        ),
        (
            "AWS_AUTH_SCHEME_PREFERENCE",
            "sigv4a, sigv4",
            SCHEMES,
            "sigv4a|sigv4",
            "auth_scheme_preference",
            "aws.auth#sigv4",
            "aws.auth#sigv4",
        ),
        (
            "AWS_SIGV4A_SIGNING_REGION_SET",
            "*",
            REGIONS,
            "*",
            "sigv4a_signing_region_set",
            "us-east-1,eu-*",
            "us-east-1|eu-*",
        ),
    ] {
        let line = format!("{key} = {other}\n");
        assert_eq!(effect(&with("", &[(variable, value)])), expected, "{variable}");
        assert_eq!(effect(&with(&line, &[])), gives, "{key}");
        assert_eq!(effect(&with(&line, &[(variable, value)])), expected, "{variable} and {key}");
        assert_eq!(effect(&with(&line, &[(variable, " ")])), gives, "blank {variable} and {key}");
        assert_eq!(effect(&with(&format!("{key} =\n"), &[])), effect(&with("", &[])), "blank {key}");
    }
    for (value, expected) in [("true", "true"), ("TRUE", "true"), ("1", "false"), ("yes", "false"), ("false", "false")]
    {
        assert_eq!(DISABLED(&with("", &[("AWS_EC2_METADATA_DISABLED", value)])), expected, "{value}");
    }
    // There is no such key.
    assert_eq!(DISABLED(&with("ec2_metadata_disabled = true\n", &[])), "false");
}

#[test]
fn a_url_goes_before_a_mode_and_a_mode_before_the_old_switch() {
    let old = "AWS_IMDS_USE_IPV6";
    for (lines, vars, expected) in [
        ("", &[(URL, "http://h"), (MODE, "IPv6")][..], "http://h"),
        ("ec2_metadata_service_endpoint = http://h\n", &[(MODE, "IPv6")], "http://h"),
        ("ec2_metadata_service_endpoint = http://h\n", &[(URL, "http://i")], "http://i"),
        ("", &[(MODE, "IPv4"), (old, "true")], FOUR),
        ("ec2_metadata_service_endpoint_mode = IPv4\n", &[(old, "true")], FOUR),
        ("imds_use_ipv6 = true\n", &[(MODE, "IPv4")], FOUR),
        ("imds_use_ipv6 = true\n", &[(MODE, "")], SIX),
    ] {
        assert_eq!(ENDPOINT(&with(lines, vars)), expected, "{lines:?} {vars:?}");
    }
}

#[test]
fn code_goes_before_everything() {
    let bad = [
        (URL, "nonsense"),
        (MODE, "IPv5"),
        ("AWS_METADATA_SERVICE_TIMEOUT", "soon"),
        ("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "0"),
        ("AWS_EC2_METADATA_V1_DISABLED", "1"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_ACCOUNT_ID_ENDPOINT_MODE", "x"),
        ("AWS_AUTH_SCHEME_PREFERENCE", "a b"),
        ("AWS_SIGV4A_SIGNING_REGION_SET", ",,"),
    ];
    let builder = Settings::builder()
        .metadata_disabled(false)
        .metadata_endpoint("http://h/")
        .metadata_mode(MetadataMode::IPv6)
        .metadata_timeout(Duration::from_millis(5))
        .metadata_attempts(7)
        .metadata_v1_disabled(true)
        .account_id_endpoint_mode(AccountIdEndpointMode::Disabled)
        .auth_scheme_preference(["sigv4"])
        .sigv4a_signing_region_set(["*"]);
    let settings = resolve(builder, "", &bad).unwrap();
    let metadata = settings.metadata();
    assert!(!metadata.is_disabled() && metadata.is_v1_disabled());
    assert_eq!((metadata.endpoint().as_str(), metadata.mode()), ("http://h", MetadataMode::IPv6));
    assert_eq!((metadata.timeout(), metadata.attempts()), (Duration::from_millis(5), Some(7)));
    assert_eq!(settings.account_id_endpoint_mode(), AccountIdEndpointMode::Disabled);
    assert_eq!((SCHEMES(&settings).as_str(), REGIONS(&settings).as_str()), ("sigv4", "*"));
    // Blank counts as not given.
    let settings = resolve(Settings::builder().metadata_endpoint(" "), "", &[(URL, "http://i")]).unwrap();
    assert_eq!(ENDPOINT(&settings), "http://i");
}

#[test]
fn bad_values_are_errors_with_their_origin() {
    for (name, key, value, allowed) in [
        (URL, "ec2_metadata_service_endpoint", "169.254.169.254/planted", "http://"),
        (URL, "ec2_metadata_service_endpoint", "http://h?planted", "query"),
        (URL, "ec2_metadata_service_endpoint", "http://user:planted@h", "password"),
        (MODE, "ec2_metadata_service_endpoint_mode", "IPv5", "IPv4 or IPv6"),
        ("AWS_IMDS_USE_IPV6", "imds_use_ipv6", "1", "true or false"),
        ("AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled", "yes", "true or false"),
        ("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout", "0", "seconds above 0"),
        ("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout", "0.0", "seconds above 0"),
        ("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout", "-1", "seconds above 0"),
        ("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout", "1e3", "seconds above 0"),
        ("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout", "inf", "seconds above 0"),
        ("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout", "1.2.3", "seconds above 0"),
        ("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout", "99999999999999999999999", "seconds above 0"),
        ("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts", "0", "1 or more"),
        ("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts", "1.5", "1 or more"),
        ("AWS_ACCOUNT_ID_ENDPOINT_MODE", "account_id_endpoint_mode", "never", "preferred, disabled or required"),
        ("AWS_AUTH_SCHEME_PREFERENCE", "auth_scheme_preference", "sigv4,,sigv4a", "comma list"),
        ("AWS_SIGV4A_SIGNING_REGION_SET", "sigv4a_signing_region_set", "us east", "comma list"),
    ] {
        for (lines, vars, origin) in
            [(String::new(), vec![(name, value)], name), (format!("{key} = {value}\n"), vec![], "line 3")]
        {
            let error = resolve(Settings::builder(), &lines, &vars).expect_err(value);
            let shown = error.to_string();
            assert!(error.is_configuration() && shown.contains(origin) && shown.contains(allowed), "{shown}");
            assert!(lines.is_empty() || shown.contains(key), "{shown}");
            // Of a URL in a variable the path may be seen, user and query never; from a file nothing is.
            let path = lines.is_empty() && value.ends_with("/planted");
            assert!(path || !shown.contains("planted"), "{shown}");
        }
    }
    let b = Settings::builder;
    for (builder, text) in [
        (b().metadata_timeout(Duration::ZERO), "metadata_timeout is 0"),
        (b().metadata_attempts(0), "metadata_attempts in the settings given in code is 0"),
        (b().metadata_endpoint("h"), "given in code"),
        (b().auth_scheme_preference(["a,b"]), "given in code"),
        (b().sigv4a_signing_region_set([""]), "given in code"),
    ] {
        let error = resolve(builder, "", &[]).expect_err(text);
        assert!(error.is_configuration() && error.to_string().contains(text), "{error}");
    }
}
