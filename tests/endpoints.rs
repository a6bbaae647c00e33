//! Endpoint resolution: the published cases, and the rows that they do not reach.

use serde::Deserialize;
use stskit::endpoint::{EndpointError, EndpointParams, EndpointService, resolve};

#[derive(Deserialize)]
struct Cases {
    kept: usize,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    service: String,
    index: u32,
    region: Option<String>,
    fips: bool,
    dualstack: bool,
    #[serde(default)]
    global: bool,
    endpoint: Option<String>,
    url: Option<String>,
    signing_region: Option<String>,
    error: Option<String>,
}

#[test]
fn every_published_case() {
    let cases: Cases = serde_json::from_str(include_str!("data/endpoints.json")).unwrap();
    assert_eq!((cases.kept, cases.cases.len()), (74, 74));
    for case in &cases.cases {
        let service = match case.service.as_str() {
            "sts" => EndpointService::Sts,
            "sso" => EndpointService::Sso,
            "sso-oidc" => EndpointService::SsoOidc,
            other => panic!("unknown service {other}"),
        };
        let params = EndpointParams {
            region: case.region.as_deref(),
            use_fips: case.fips,
            use_dual_stack: case.dualstack,
            use_global_endpoint: case.global,
            endpoint: case.endpoint.as_deref(),
        };
        let found = resolve(service, &params);
        let label = format!("{} {}", case.service, case.index);
        match &case.error {
            Some(error) => {
                let kind = match found.unwrap_err() {
                    EndpointError::MissingRegion => "missing-region",
                    EndpointError::FipsWithCustomEndpoint => "fips-with-custom-endpoint",
                    EndpointError::DualStackWithCustomEndpoint => "dualstack-with-custom-endpoint",
                    _ => "other",
                };
                assert_eq!(kind, error, "{label}");
            }
            None => {
                let found = found.unwrap_or_else(|e| panic!("{label}: {e}"));
                assert_eq!(Some(found.url()), case.url, "{label}");
                assert_eq!(found.signing_region(), case.signing_region.as_deref(), "{label}");
            }
        }
    }
}

fn sts(region: &str) -> EndpointParams<'_> {
    EndpointParams { region: Some(region), ..Default::default() }
}

#[test]
fn partitions_pseudo_regions_and_unknown_regions() {
    for (params, url, region) in [
        (sts("moon"), "https://sts.moon.amazonaws.com", "moon"),
        (sts("eusc-de-east-1"), "https://sts.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"),
        (sts("us-iso-east-1"), "https://sts.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"),
        (sts("us-isob-east-1"), "https://sts.us-isob-east-1.sc2s.sgov.gov", "us-isob-east-1"),
        (sts("eu-isoe-west-1"), "https://sts.eu-isoe-west-1.cloud.adc-e.uk", "eu-isoe-west-1"),
        (sts("us-isof-east-1"), "https://sts.us-isof-east-1.csp.hci.ic.gov", "us-isof-east-1"),
        (sts("fips-us-east-1"), "https://sts-fips.us-east-1.amazonaws.com", "us-east-1"),
        (sts("us-east-1-fips"), "https://sts-fips.us-east-1.amazonaws.com", "us-east-1"),
        (
            EndpointParams { use_fips: true, ..sts("us-gov-west-1") },
            "https://sts.us-gov-west-1.amazonaws.com",
            "us-gov-west-1",
        ),
        (
            EndpointParams { use_fips: true, use_dual_stack: true, ..sts("us-gov-west-1") },
            "https://sts-fips.us-gov-west-1.api.aws",
            "us-gov-west-1",
        ),
        (
            EndpointParams { use_global_endpoint: true, ..sts("ap-east-1") },
            "https://sts.ap-east-1.amazonaws.com",
            "ap-east-1",
        ),
        (
            EndpointParams { use_global_endpoint: true, use_fips: true, ..sts("us-east-1") },
            "https://sts-fips.us-east-1.amazonaws.com",
            "us-east-1",
        ),
        (sts("aws-cn-global"), "https://sts.cn-northwest-1.amazonaws.com.cn", "cn-northwest-1"),
        (sts(" eu-west-1 "), "https://sts.eu-west-1.amazonaws.com", "eu-west-1"),
    ] {
        let endpoint = resolve(EndpointService::Sts, &params).unwrap();
        assert_eq!((endpoint.url().as_str(), endpoint.signing_region()), (url, Some(region)));
    }
}

#[test]
fn the_sign_in_service_has_hosts_of_its_own() {
    let plain = sts;
    let fips = |region| EndpointParams { use_fips: true, ..sts(region) };
    let dual = |region| EndpointParams { use_dual_stack: true, ..sts(region) };
    let both = |region| EndpointParams { use_fips: true, ..dual(region) };
    for (params, host) in [
        (plain("us-east-1"), "us-east-1.signin.aws.amazon.com"),
        (plain("moon-east-1"), "moon-east-1.signin.aws.amazon.com"),
        (plain("cn-northwest-1"), "cn-northwest-1.signin.amazonaws.cn"),
        (plain("us-gov-west-1"), "us-gov-west-1.signin.amazonaws-us-gov.com"),
        (plain("us-iso-east-1"), "us-iso-east-1.signin.c2shome.ic.gov"),
        (plain("us-isob-east-1"), "us-isob-east-1.signin.sc2shome.sgov.gov"),
        (plain("eu-isoe-west-1"), "eu-isoe-west-1.signin.csphome.adc-e.uk"),
        (plain("us-isof-south-1"), "us-isof-south-1.signin.csphome.hci.ic.gov"),
        (plain("eusc-de-east-1"), "eusc-de-east-1.signin.amazonaws-eusc.eu"),
        (fips("us-east-1"), "signin-fips.us-east-1.amazonaws.com"),
        (plain("fips-us-east-1"), "signin-fips.us-east-1.amazonaws.com"),
        (fips("cn-northwest-1"), "signin-fips.cn-northwest-1.amazonaws.com.cn"),
        (fips("us-gov-west-1"), "signin-fips.amazonaws-us-gov.com"),
        (fips("us-gov-east-1"), "us-gov-east-1.signin-fips.amazonaws-us-gov.com"),
        (fips("us-iso-east-1"), "signin-fips.us-iso-east-1.c2s.ic.gov"),
        (fips("eusc-de-east-1"), "signin-fips.eusc-de-east-1.amazonaws.eu"),
        (dual("us-east-1"), "signin.us-east-1.api.aws"),
        (dual("cn-northwest-1"), "signin.cn-northwest-1.api.amazonwebservices.com.cn"),
        (dual("us-gov-west-1"), "signin.us-gov-west-1.api.aws"),
        (both("us-east-1"), "signin-fips.us-east-1.api.aws"),
        (both("us-gov-east-1"), "signin-fips.us-gov-east-1.api.aws"),
        (both("cn-northwest-1"), "signin-fips.cn-northwest-1.api.amazonwebservices.com.cn"),
    ] {
        let endpoint = resolve(EndpointService::Signin, &params).unwrap();
        assert_eq!((endpoint.host(), endpoint.scheme()), (host, "https"), "{params:?}");
        assert_eq!(endpoint.signing_region(), params.region.map(|r| r.trim_start_matches("fips-")));
    }
    let custom = EndpointParams { endpoint: Some("http://localhost:4566/p"), ..Default::default() };
    assert_eq!(resolve(EndpointService::Signin, &custom).unwrap().url(), "http://localhost:4566/p");
    for (params, error) in [
        (EndpointParams::default(), EndpointError::MissingRegion),
        (EndpointParams { use_fips: true, ..custom }, EndpointError::FipsWithCustomEndpoint),
        (EndpointParams { use_dual_stack: true, ..custom }, EndpointError::DualStackWithCustomEndpoint),
        (plain("aws-global"), EndpointError::NoSuchEndpoint("aws-global".to_owned())),
    ] {
        assert_eq!(resolve(EndpointService::Signin, &params).unwrap_err(), error);
    }
}

#[test]
fn pseudo_regions_without_an_endpoint_are_errors() {
    for (service, params) in [
        (EndpointService::Sso, sts("aws-global")),
        (EndpointService::Sts, EndpointParams { use_fips: true, ..sts("aws-global") }),
        (EndpointService::Sts, EndpointParams { use_dual_stack: true, ..sts("aws-cn-global") }),
    ] {
        assert!(matches!(resolve(service, &params), Err(EndpointError::NoSuchEndpoint(_))));
    }
}

#[test]
fn custom_endpoints_keep_their_base_path_and_lose_a_default_port() {
    for (given, url, host) in [
        ("http://localhost:4566", "http://localhost:4566", "localhost:4566"),
        ("http://localhost:4566/p/", "http://localhost:4566/p", "localhost:4566"),
        ("HTTPS://Example.COM:443/a/b", "https://example.com/a/b", "example.com"),
        ("http://[::1]:80", "http://[::1]", "[::1]"),
        ("http://[::1]:8080/", "http://[::1]:8080", "[::1]:8080"),
        ("http://my_host", "http://my_host", "my_host"),
    ] {
        let endpoint =
            resolve(EndpointService::Sts, &EndpointParams { endpoint: Some(given), ..sts("eu-west-1") }).unwrap();
        assert_eq!((endpoint.url().as_str(), endpoint.host()), (url, host));
        assert_eq!(endpoint.signing_region(), Some("eu-west-1"));
    }
}

#[test]
fn a_custom_endpoint_never_drops_fips_or_dual_stack() {
    let custom = EndpointParams { endpoint: Some("https://example.com"), ..sts("us-east-1") };
    for (params, error) in [
        (EndpointParams { use_fips: true, ..custom }, EndpointError::FipsWithCustomEndpoint),
        (EndpointParams { use_dual_stack: true, ..custom }, EndpointError::DualStackWithCustomEndpoint),
        (EndpointParams { region: Some("fips-us-east-1"), ..custom }, EndpointError::FipsWithCustomEndpoint),
    ] {
        assert_eq!(resolve(EndpointService::Sts, &params).unwrap_err(), error);
    }
}

#[test]
fn bad_regions_and_bad_urls_say_why() {
    for region in ["us-east-1/", "us east 1", "-us", "us-", "123", "a.b", "é", &"x".repeat(64), "us-east-1\r\nX: y"] {
        assert!(
            matches!(resolve(EndpointService::Sts, &sts(region)), Err(EndpointError::InvalidRegion(_))),
            "{region}"
        );
    }
    assert_eq!(resolve(EndpointService::Sts, &sts("")).unwrap_err(), EndpointError::MissingRegion);
    for (url, why) in [
        ("localhost:4566", "http://"),
        ("ftp://x", "http://"),
        ("http://", "no host"),
        ("http:///path", "no host"),
        ("http://user:planted@host", "user name"),
        ("http://host?x=1", "query"),
        ("http://host/#x", "fragment"),
        ("http://ho st", "space"),
        ("http://host:0", "port"),
        ("http://host:99999", "port"),
        ("http://host:", "port"),
        ("http://[::1", "bracket"),
        ("http://[zz]", "IPv6"),
        ("http://-x-", "not a name"),
        ("http://a..b", "not a name"),
        ("http://host/<x>", "percent-encoded"),
    ] {
        let params = EndpointParams { endpoint: Some(url), ..sts("eu-west-1") };
        let error = resolve(EndpointService::Sts, &params).unwrap_err();
        assert!(matches!(error, EndpointError::InvalidEndpoint(..)), "{url}: {error}");
        assert!(error.to_string().contains(why), "{url}: {error}");
        assert!(!error.to_string().contains("planted"), "{error}");
    }
}
