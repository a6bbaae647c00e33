//! How the program ends, and that what it says holds no secret.

use std::fs;
use std::process::Stdio;

use stskit::emulator::{Emulator, Fault};

use crate::support::{Home, Ran, config};

const ROLE: &[&str] =
    &["sts", "assume-role", "--role-arn", "arn:aws:iam::123456789012:role/demo", "--role-session-name", "me"];

#[test]
fn every_status() {
    let emulator = Emulator::start().unwrap();
    let home = Home::with(&(config(&emulator) + "[profile half]\naws_access_key_id = AKIDHALF\n"));
    let whoami: &[&str] = &["whoami", "--json"];
    for (fault, arguments, status, said) in [
        (None, whoami, 0, ""),
        (None, ROLE, 0, ""),
        (None, &["nonsense"], 252, "unknown command"),
        (None, &["sts", "assume-role"], 252, "needs --role-arn"),
        (None, &["whoami", "--profile", "half"], 253, "aws_secret_access_key"),
        (Some(Fault::error("AccessDenied", "not you", 403)), ROLE, 254, "AccessDenied"),
        (Some(Fault::error("Nonsense", "never heard", 400)), whoami, 254, "Nonsense"),
        (Some(Fault::status(503).always()), whoami, 254, "503"),
        (Some(Fault::close_before_response().always()), whoami, 255, "127.0.0.1"),
        (Some(Fault::garbage().always()), whoami, 255, "127.0.0.1"),
    ] {
        emulator.clear_faults();
        fault.into_iter().for_each(|fault| emulator.inject(fault));
        let ran = home.run(arguments);
        assert_eq!(ran.status, Some(status), "{arguments:?}: {ran:?}");
        assert!(ran.errors.contains(said) && (ran.errors.is_empty() == said.is_empty()), "{arguments:?}: {ran:?}");
        assert_eq!(ran.output.is_empty(), status != 0, "{arguments:?}: {ran:?}");
        assert!(ran.errors.lines().all(|line| line.starts_with("stskit: ")), "{ran:?}");
    }
}

#[test]
fn no_secret_is_said_whatever_is_wrong() {
    let emulator = Emulator::start().unwrap();
    let home = Home::with(&config(&emulator));
    let planted = "planted0secret0planted0secret0planted0xy";
    let tags = format!("Key=a,Value={planted},Key=b");
    let document = format!("{{\"RoleArn\": \"{planted}\", \"Nonsense\": \"{planted}\"}}");
    let file = home.path().join("policy");
    fs::write(&file, [planted.as_bytes(), b"\xff"].concat()).unwrap();
    let from_file = format!("file://{}", file.display());
    let cases: &[&[&str]] = &[
        &["--tags", &tags],
        &["--tags", planted],
        &["--cli-input-json", &document],
        &["--cli-input-json", planted],
        &["--policy", &from_file],
        &["--token-code", planted, "--duration-seconds", "x"],
        &["--token-code", planted, "--serial-number", "GAHT12345678", "--debug"],
    ];
    for more in cases {
        let arguments = [ROLE, more].concat();
        let ran = home.run(&arguments);
        assert_ne!(ran.status, Some(0), "{more:?}");
        assert!(!ran.errors.contains(planted), "{more:?}: {}", ran.errors);
    }
    let ran = home.run(&["whoami", "--debug"]);
    assert_eq!(ran.status, Some(0));
    assert!(ran.errors.contains("signed with") && !ran.errors.contains(Emulator::SECRET_ACCESS_KEY), "{}", ran.errors);
}

#[test]
fn options_may_stand_anywhere() {
    let emulator = Emulator::start().unwrap();
    let home = Home::with(&(config(&emulator) + "[profile other]\nsource_profile = default\nrole_arn = nonsense\n"));
    let expected = home.run(&["sts", "get-caller-identity", "--region", "eu-west-1", "--profile", "default"]);
    assert_eq!(expected.status, Some(0), "{expected:?}");
    for arguments in [
        &["--profile", "default", "sts", "get-caller-identity"][..],
        &["sts", "--profile=default", "get-caller-identity"],
        &["--profile", "other", "sts", "get-caller-identity", "--profile", "default"],
    ] {
        let ran = home.run(arguments);
        assert_eq!((ran.status, &ran.output), (Some(0), &expected.output), "{arguments:?}: {ran:?}");
    }
}

#[test]
fn a_reader_that_is_gone_is_no_reason_to_speak() {
    let home = Home::with("[default]\naws_access_key_id = AKID\naws_secret_access_key = secret\n");
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = home.command(&["export-credentials"]);
    let child = command.stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
    let ran = Ran::of(child.wait_with_output().unwrap());
    assert_eq!((ran.status, ran.errors.as_str()), (Some(141), ""));
}
