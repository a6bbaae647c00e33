//! The AWS CLI's cache of role credentials behind the default chain: when a file serves, when it is replaced, and
//! that nothing in its place is an error. What the CLI itself makes of our files: `tests/peers`.

mod support;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use stskit::emulator::Fault;
use stskit::explain::Place;
use stskit::host::Host;
use stskit::{Credentials, DefaultChain, Provide, Secret, Timestamp};
use support::world::World;

const ROLE: &str = "arn:aws:iam::123456789012:role/demo";
const PROFILE: &str = "[default]\nrole_arn = arn:aws:iam::123456789012:role/demo\nsource_profile = base\n\
                       [profile base]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n";
const MFA: &str = "[default]\nrole_arn = arn:aws:iam::123456789012:role/demo\nsource_profile = base\n\
                   mfa_serial = arn:aws:iam::123456789012:mfa/u\n\
                   [profile base]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n";
/// The file of the role without anything else.
const BARE: &str = "5f52c9c583acfd120a607977e4f21fe86b7fa42d.json";

fn sharing(world: &World) -> DefaultChain {
    DefaultChain::builder(world.settings().unwrap()).host(world.machine.clone()).cli_cache_in_home().build()
}

fn folder(world: &World) -> PathBuf {
    world.home.join(".aws/cli/cache")
}

/// The only file of the cache.
fn only_file(world: &World) -> PathBuf {
    let files: Vec<PathBuf> = fs::read_dir(folder(world)).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].clone()
}

fn document(path: &PathBuf) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// A file as the CLI may have written it, with this many seconds left.
fn planted(world: &World, id: &str, left: i64) -> PathBuf {
    let expiration = Timestamp::from_secs(world.machine.now().as_secs() + left).to_string();
    let file = json!({"Credentials": {
        "AccessKeyId": id, "SecretAccessKey": "s", "SessionToken": "t", "Expiration": expiration,
    }});
    world.file(&format!(".aws/cli/cache/{BARE}"), &file.to_string())
}

#[test]
fn it_is_off_unless_asked_for() {
    let world = World::with_config(PROFILE);
    planted(&world, "ASIAPLANTED", 3600);
    assert_ne!(world.load().unwrap().access_key_id(), "ASIAPLANTED");
    assert_eq!(document(&folder(&world).join(BARE))["Credentials"]["AccessKeyId"], "ASIAPLANTED", "nothing is written");
    let paths = world.chain().explain().path;
    assert!(paths.iter().flat_map(|link| &link.places).all(|place| !place.to_string().contains("cli")), "{paths:?}");
}

#[test]
fn the_next_program_does_not_ask() {
    let world = World::with_config(PROFILE);
    let first = sharing(&world).credentials().unwrap();
    let second = sharing(&world);
    assert_eq!(second.credentials().unwrap(), first, "all five values");
    assert_eq!(world.count("AssumeRole"), 1);
    let report = second.explain();
    let place = Place::File { path: folder(&world).join(BARE) };
    assert!(report.path.last().unwrap().places.contains(&place), "{report}");
    // The answer of the service, as botocore keeps it.
    let file = document(&only_file(&world));
    assert_eq!(file["Credentials"]["AccessKeyId"], first.access_key_id());
    assert_eq!(file["Credentials"]["SecretAccessKey"], first.secret_access_key());
    assert_eq!(file["Credentials"]["SessionToken"], first.session_token().unwrap());
    assert_eq!(file["Credentials"]["AccountId"], "123456789012");
    assert_eq!(file["Credentials"]["Expiration"], first.expiration().unwrap().to_string());
    let arn = file["AssumedRoleUser"]["Arn"].as_str().unwrap();
    assert!(arn.starts_with("arn:aws:sts::123456789012:assumed-role/demo/stskit-session-"), "{arn}");
    assert_eq!(file["ResponseMetadata"]["HTTPStatusCode"], 200);
    assert!(file["ResponseMetadata"]["RequestId"].is_string());
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::with_config(PROFILE);
    sharing(&world).credentials().unwrap();
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(only_file(&world)), mode(folder(&world))), (0o600, 0o700));
    // One that others could read is replaced, not written into.
    let path = planted(&world, "ASIAOLD", 10);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    sharing(&world).credentials().unwrap();
    assert_eq!(mode(only_file(&world)), 0o600);
}

#[test]
fn it_serves_while_15_minutes_are_left() {
    for (left, serves) in [(3600, true), (15 * 60 + 5, true), (15 * 60 - 1, false), (1, false), (-5, false)] {
        let world = World::with_config(PROFILE);
        let path = planted(&world, "ASIAPLANTED", left);
        let found = sharing(&world).credentials().unwrap();
        assert_eq!(found.access_key_id() == "ASIAPLANTED", serves, "{left} s");
        assert_eq!(world.count("AssumeRole"), usize::from(!serves), "{left} s");
        assert_eq!(document(&path)["Credentials"]["AccessKeyId"], found.access_key_id(), "{left} s");
    }
}

#[test]
fn a_running_program_renews_the_file_and_sees_what_others_renewed() {
    let world = World::with_config(PROFILE);
    let (one, other) = (sharing(&world), sharing(&world));
    let first = one.credentials().unwrap();
    assert_eq!(other.credentials().unwrap(), first);
    world.advance(3600 - 14 * 60);
    let second = one.credentials().unwrap();
    assert_ne!(second, first);
    assert_eq!(other.credentials().unwrap(), second, "from the file");
    assert_eq!(world.count("AssumeRole"), 2);
}

#[test]
fn what_cannot_be_used_counts_as_not_there() {
    let good = "\"SecretAccessKey\": \"s\", \"SessionToken\": \"t\", \"Expiration\": \"2999-01-01T00:00:00Z\"";
    for text in [
        String::new(),
        "planted junk".to_owned(),
        "[1, 2]".to_owned(),
        "{\"Credentials\": {\"AccessKeyId\": \"ASIAPLANTED\",".to_owned(),
        format!("{{\"Credentials\": {{{good}}}}}"),
        format!("{{\"Credentials\": {{\"AccessKeyId\": \"ASIAPLANTED\", {}}}}}", good.replace("2999-01-01", "soon")),
        format!("{}{}", " ".repeat(2 << 20), "{}"),
    ] {
        let world = World::with_config(PROFILE);
        world.file(&format!(".aws/cli/cache/{BARE}"), &text);
        let found = sharing(&world).credentials().unwrap();
        assert_eq!(world.count("AssumeRole"), 1, "{text:.60}");
        assert_eq!(document(&only_file(&world))["Credentials"]["AccessKeyId"], found.access_key_id());
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_its_place_does_not_hang() {
    let world = World::with_config(PROFILE);
    fs::create_dir_all(folder(&world)).unwrap();
    let made = std::process::Command::new("mkfifo").arg(folder(&world).join(BARE)).status().unwrap();
    assert!(made.success());
    let found = sharing(&world).credentials().unwrap();
    assert_eq!(document(&only_file(&world))["Credentials"]["AccessKeyId"], found.access_key_id(), "replaced");
}

#[test]
fn a_failed_write_is_no_error() {
    // A folder in place of the file, and a file in place of the folder.
    let world = World::with_config(PROFILE);
    fs::create_dir_all(folder(&world).join(BARE)).unwrap();
    sharing(&world).credentials().unwrap();
    assert!(only_file(&world).is_dir(), "and no temporary file stays");
    let world = World::with_config(PROFILE);
    world.file(".aws/cli/cache", "");
    let chain = sharing(&world);
    assert_eq!(chain.credentials().unwrap(), chain.credentials().unwrap());
    assert_eq!(world.count("AssumeRole"), 1, "kept in memory all the same");
    // No home folder at all.
    let world = World::with_config(PROFILE);
    let settings = world.settings().unwrap();
    world.unset("HOME");
    world.unset("USERPROFILE");
    DefaultChain::builder(settings).host(world.machine.clone()).cli_cache_in_home().build().credentials().unwrap();
    assert!(!folder(&world).exists());
}

#[test]
fn a_failed_load_leaves_the_file() {
    let world = World::with_config(PROFILE);
    let path = planted(&world, "ASIAOLD", 60);
    let before = fs::read(&path).unwrap();
    world.emulator.inject(Fault::error("AccessDenied", "no", 403).on("AssumeRole").always());
    assert!(sharing(&world).credentials().unwrap_err().is_access_denied());
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn what_a_service_calls_expired_is_replaced() {
    let world = World::with_config(PROFILE);
    let path = planted(&world, "ASIAREVOKED", 3600);
    let chain = sharing(&world);
    let revoked = chain.credentials().unwrap();
    assert_eq!(revoked.access_key_id(), "ASIAREVOKED");
    chain.invalidate(&revoked);
    let fresh = chain.credentials().unwrap();
    assert_ne!(fresh, revoked);
    assert_eq!(document(&path)["Credentials"]["AccessKeyId"], fresh.access_key_id());
    assert_eq!(world.count("AssumeRole"), 1);
    // Others that are not these stay.
    chain.invalidate(&Credentials::new("ASIAOTHER", "s"));
    assert_eq!(chain.credentials().unwrap(), fresh);
    assert_eq!(sharing(&world).credentials().unwrap(), fresh);
    assert_eq!(world.count("AssumeRole"), 1);
}

#[test]
fn one_mfa_code_for_all_programs() {
    let world = World::with_config(MFA);
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let prompt = move |_: &str| {
        count.fetch_add(1, Ordering::SeqCst);
        Ok(Secret::from("123456"))
    };
    let builder = || DefaultChain::builder(world.settings().unwrap()).host(world.machine.clone()).cli_cache_in_home();
    let first = builder().mfa(prompt.clone()).build().credentials().unwrap();
    assert_eq!(builder().mfa(prompt).build().credentials().unwrap(), first);
    assert_eq!(builder().build().credentials().unwrap(), first, "nobody has to be asked");
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert!(only_file(&world).to_str().unwrap().len() > 45);
    let error = world.load().unwrap_err();
    assert!(error.is_configuration(), "without the cache somebody has to be asked: {error}");
}

#[test]
fn each_kind_of_role_and_no_other_source_has_a_file() {
    let sha1 = |text: &str| Sha1::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect::<String>();
    let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSIsImF1ZCI6InN0cyIsImlzcyI6Imh0dHBzOi8vaWRwIn0.c2ln";
    let web = "[default]\nrole_arn = arn:aws:iam::123456789012:role/demo\nweb_identity_token_file = {home}/token\n";
    let sso = "[default]\nsso_session = dev\nsso_account_id = 123456789012\nsso_role_name = ReadOnly\n\
               [sso-session dev]\nsso_region = us-east-1\nsso_start_url = {url}/start\n";
    let sso_name = sha1(r#"{"accountId":"123456789012","roleName":"ReadOnly","sessionName":"dev"}"#);
    let keys = "[default]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n";
    let chained = format!(
        "[default]\nrole_arn = {ROLE}\nsource_profile = base\n[profile base]\nrole_arn = {ROLE}2\n\
         source_profile = deep\n[profile deep]\naws_access_key_id = {{id}}\naws_secret_access_key = {{secret}}\n"
    );
    let two = sha1(&format!("{{\"RoleArn\": \"{ROLE}2\"}}"));
    for (config, names, operation) in [
        (PROFILE, vec![BARE.to_owned()], "AssumeRole"),
        (web, vec![BARE.to_owned()], "AssumeRoleWithWebIdentity"),
        (sso, vec![format!("{sso_name}.json")], "GetRoleCredentials"),
        (&chained, vec![BARE.to_owned(), format!("{two}.json")], "AssumeRole"),
        (keys, vec![], ""),
        ("", vec![], "ImdsCredentials"),
    ] {
        let world = World::with_config(config);
        world.file("token", jwt);
        let issued = world.emulator.sso().issue_token();
        world.file(&format!(".aws/sso/cache/{}.json", sha1("dev")), &issued.cache_json());
        let first = sharing(&world).credentials().unwrap();
        let calls = world.count(operation);
        let files = fs::read_dir(folder(&world)).into_iter().flatten();
        let mut found: Vec<String> = files.map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
        let mut expected = names.clone();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{config}");
        let Some(name) = names.first() else { continue };
        let second = sharing(&world).credentials().unwrap();
        // The portal's expirations have parts of a second.
        assert_eq!(second.access_key_id(), first.access_key_id(), "{config}");
        assert_eq!((second.account_id(), world.count(operation)), (first.account_id(), calls), "{config}");
        let file = document(&folder(&world).join(name));
        assert_eq!(file.get("ProviderType"), (operation == "GetRoleCredentials").then_some(&json!("sso")), "{config}");
        assert_eq!(file.get("AssumedRoleUser").is_some(), operation != "GetRoleCredentials", "{config}");
        assert!(!file.to_string().contains(jwt) && !file.to_string().contains(&issued.access_token));
    }
}

#[test]
fn a_folder_of_ones_own() {
    let world = World::with_config(PROFILE);
    let own = world.home.join("some/where");
    let chain = || DefaultChain::builder(world.settings().unwrap()).host(world.machine.clone()).cli_cache(&own).build();
    assert_eq!(chain().credentials().unwrap(), chain().credentials().unwrap());
    assert!(own.join(BARE).is_file() && !folder(&world).exists());
}
