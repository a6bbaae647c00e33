//! What hosts do: threads, forks, signals, callbacks, loading and unloading. Each program ends with
//! `0 wrong`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use stskit::emulator::{Emulator, Fault};

use crate::toolbox::{Build, Linkage, alone, folder, is_cpp, on_emulator, root, run, said, tree, under_valgrind};

fn source(name: &str) -> PathBuf {
    root().join("tests/capi").join(name)
}

fn build(source: &Path, linkage: Linkage, flags: &[&str]) -> PathBuf {
    let (compiler, standard) = if is_cpp(source) { ("g++", "c++17") } else { ("gcc", "c11") };
    Build { compiler, standard, linkage, flags }.program(source)
}

const SANITIZERS: &[&str] = &["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

fn check(mut command: Command) {
    let output = run(&mut command);
    assert!(said(&output).ends_with("0 wrong\n"), "{command:?}: {}", said(&output));
}

/// Plain and static, under valgrind and with sanitizers.
fn every_way(name: &str, emulator: &Emulator) {
    let source = source(name);
    check(on_emulator(build(&source, Linkage::Static, &[]), emulator));
    check(under_valgrind(&build(&source, Linkage::Shared, &[]), emulator));
    check(on_emulator(build(&source, Linkage::Shared, SANITIZERS), emulator));
}

#[test]
fn the_versions_agree() {
    every_way("versions.c", &Emulator::start().unwrap());
}

#[test]
fn handles_may_be_freed_in_any_order() {
    every_way("frees.c", &Emulator::start().unwrap());
}

#[test]
fn sixteen_threads_share_one_client_and_one_of_them_loads() {
    let emulator = Emulator::start().unwrap();
    let program = build(&source("threads.c"), Linkage::Shared, &[]);
    check(on_emulator(&program, &emulator));
    let loads = emulator.requests().iter().filter(|r| r.operation.as_deref() == Some("AssumeRole")).count();
    assert_eq!(loads, 1, "one thread loads, the others wait for it");
    check(under_valgrind(&program, &emulator));
}

#[test]
fn waits_end_when_they_are_cancelled() {
    let emulator = Emulator::start().unwrap();
    emulator.inject(Fault::slow(Duration::from_secs(60)).always());
    check(on_emulator(build(&source("cancel.c"), Linkage::Shared, &[]), &emulator));
    emulator.clear_faults();
}

#[test]
fn connections_and_metadata_end_when_they_are_cancelled() {
    let emulator = Emulator::start().unwrap();
    check(on_emulator(build(&source("cancel_waits.c"), Linkage::Static, SANITIZERS), &emulator));
    assert!(emulator.requests().is_empty(), "nothing was sent to a service");
}

#[test]
fn errors_say_how_to_sign_in() {
    let config = folder("login").join("config");
    let role = "sso_account_id = 123456789012\nsso_role_name = ReadOnly\n";
    let text = format!(
        "[sso-session corp]\nsso_start_url = https://d-abc123.awsapps.com/start\nsso_region = eu-west-1\n\
         [profile sso]\nregion = eu-west-1\nsso_session = corp\n{role}\
         [profile legacy]\nregion = eu-west-1\nsso_start_url = https://d-abc456.awsapps.com/start\n\
         sso_region = eu-west-1\n{role}\
         [profile login]\nregion = eu-west-1\nlogin_session = arn:aws:iam::123456789012:user/dev\n"
    );
    std::fs::write(&config, text).unwrap();
    let mut command = alone(build(&source("login.c"), Linkage::Static, SANITIZERS));
    check({
        command.env("AWS_CONFIG_FILE", config);
        command
    });
}

#[test]
fn forks_children_and_signals_of_the_host() {
    let emulator = Emulator::start().unwrap();
    let program = build(&source("process.c"), Linkage::Shared, &[]);
    check(on_emulator(&program, &emulator));
    check(on_emulator(build(&source("process.c"), Linkage::Static, SANITIZERS), &emulator));
}

#[test]
fn a_broken_connection_sends_no_deadly_signal() {
    let emulator = Emulator::start().unwrap();
    emulator.inject(Fault::close_before_response().always());
    let mut command = on_emulator(build(&source("broken_pipe.c"), Linkage::Shared, &[]), &emulator);
    command.env("AWS_MAX_ATTEMPTS", "1");
    check(command);
}

#[test]
fn what_bindings_stand_on() {
    let source = source("bindings.c");
    for (linkage, flags) in [(Linkage::Static, [].as_slice()), (Linkage::Shared, &[]), (Linkage::Shared, SANITIZERS)] {
        let emulator = Emulator::builder().sso_accounts(5).start().unwrap();
        emulator.inject(Fault::error("AccessDenied", "not today", 403));
        emulator.inject(Fault::error("InternalFailure", "not today either", 500));
        let program = build(&source, linkage, flags);
        let plain = linkage == Linkage::Static || !flags.is_empty();
        let mut command = if plain { on_emulator(&program, &emulator) } else { under_valgrind(&program, &emulator) };
        command.env("TOKEN", emulator.sso().issue_token().access_token).env("AWS_MAX_ATTEMPTS", "1");
        check(command);
    }
}

#[test]
fn tokens_by_the_names_of_their_kinds() {
    every_way("tokens.c", &Emulator::start().unwrap());
}

#[test]
fn callbacks_keep_their_rules() {
    every_way("callbacks.c", &Emulator::start().unwrap());
}

#[test]
fn the_cpp_wrapper_throws_what_failed() {
    every_way("wrapper.cpp", &Emulator::start().unwrap());
}

/// The program is not linked against the library: it loads it, in the main thread and in others.
#[test]
fn loading_and_unloading_again_and_again() {
    let emulator = Emulator::start().unwrap();
    let program = build(&source("loaded.c"), Linkage::Shared, &["-Wl,--as-needed"]);
    let mut command = on_emulator(&program, &emulator);
    command.arg(tree().join("lib/libstskit.so.1"));
    check(command);
}
