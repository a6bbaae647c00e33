//! The examples are tests: every standard, both compilers, both linkages, plain, under valgrind and with
//! sanitizers, against the emulator.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use stskit::emulator::Emulator;

use crate::toolbox::{
    Build, Linkage, WARNINGS, compilers, folder, is_cpp, on_emulator, pkg_config, root, run, said, tree, under_valgrind,
};

fn sources(language: &str) -> Vec<PathBuf> {
    let folder = root().join("examples").join(language);
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    found.sort();
    assert_eq!(found.len(), 6, "{found:?}");
    found
}

fn all() -> Vec<PathBuf> {
    [sources("c"), sources("cpp")].concat()
}

fn name(source: &Path) -> String {
    source.file_stem().unwrap().to_str().unwrap().to_owned()
}

/// What an example wants to be told, and what it has to say.
fn check(source: &Path, emulator: &Emulator, mut command: Command) {
    let cache = folder("cache");
    let start = format!("{}/start", emulator.url());
    let expected = match name(source).as_str() {
        "credentials" => format!("access key id: {}\n", Emulator::ACCESS_KEY_ID),
        "assume_role" => "assumed-role/demo/".to_owned(),
        "sso_accounts" => {
            command.args([&start, "us-east-1"]).arg(&cache);
            format!("{}: ReadOnly Admin\n", Emulator::ACCOUNT_ID)
        }
        "callback" => "asked 1 time(s)\n".to_owned(),
        "sign_curl" => format!("<Account>{}</Account>", Emulator::ACCOUNT_ID),
        "daemon" => {
            command.args(["2", "10"]);
            "stopped\n".to_owned()
        }
        other => panic!("nobody says what the example {other} has to do"),
    };
    let output: Output = run(&mut command);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains(&expected), "{command:?}: {}", said(&output));
    assert!(!said(&output).contains(Emulator::SECRET_ACCESS_KEY), "{command:?} shows the secret key");
}

fn emulator() -> Emulator {
    Emulator::builder().sso_approve_after(Some(1)).start().unwrap()
}

#[test]
fn compile_in_every_standard_with_both_compilers() {
    let object = folder("object").join("example.o");
    let mut flags = pkg_config(&["--cflags", "stskit"]);
    flags.extend(WARNINGS.iter().map(|flag| (*flag).to_owned()));
    for source in all() {
        let standards: &[(&str, bool)] = match is_cpp(&source) {
            true => &[("c++17", true), ("c++20", true)],
            false => {
                &[("c99", false), ("c11", false), ("c17", false), ("c++11", true), ("c++17", true), ("c++20", true)]
            }
        };
        for (standard, cpp) in standards {
            for compiler in compilers(*cpp) {
                let mut compile = Command::new(compiler);
                compile.args(["-x", if *cpp { "c++" } else { "c" }]).arg(format!("-std={standard}")).args(&flags);
                run(compile.arg("-c").arg(&source).arg("-o").arg(&object));
            }
        }
    }
}

#[test]
fn run_with_both_compilers_shared_and_static() {
    let emulator = emulator();
    for source in all() {
        let cpp = is_cpp(&source);
        for compiler in compilers(cpp) {
            for linkage in [Linkage::Shared, Linkage::Static] {
                let standard = if cpp { "c++17" } else { "c99" };
                let program = Build { compiler, standard, linkage, flags: &[] }.program(&source);
                check(&source, &emulator, on_emulator(&program, &emulator));
            }
        }
    }
}

#[test]
fn run_under_valgrind() {
    let emulator = emulator();
    for source in all() {
        let cpp = is_cpp(&source);
        let (compiler, standard) = (compilers(cpp)[0], if cpp { "c++17" } else { "c11" });
        let program = Build { compiler, standard, linkage: Linkage::Shared, flags: &[] }.program(&source);
        check(&source, &emulator, under_valgrind(&program, &emulator));
    }
}

#[test]
fn run_with_sanitizers() {
    let emulator = emulator();
    let flags = &["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"];
    for source in all() {
        let cpp = is_cpp(&source);
        for (compiler, linkage) in compilers(cpp).into_iter().zip([Linkage::Shared, Linkage::Static]) {
            let standard = if cpp { "c++20" } else { "c17" };
            let program = Build { compiler, standard, linkage, flags }.program(&source);
            check(&source, &emulator, on_emulator(&program, &emulator));
        }
    }
}

/// So are those of the page for users of C and C++.
#[test]
fn the_programs_of_the_page_run() {
    let page = std::fs::read_to_string(root().join("docs/c.md")).unwrap();
    let block = |language: &str| {
        let start = format!("```{language}\n");
        page.split(start.as_str()).nth(1).unwrap().split("```").next().unwrap().to_owned()
    };
    let cpp = format!("#include <iostream>\n#include <stskit.hpp>\nint main() {{\n{}}}\n", block("cpp"));
    let emulator = emulator();
    for (name, code, compiler, standard) in [("page.c", block("c"), "gcc", "c99"), ("page.cpp", cpp, "g++", "c++17")] {
        let source = folder("page").join(name);
        std::fs::write(&source, code).unwrap();
        let built = Build { compiler, standard, linkage: Linkage::Shared, flags: &[] }.program(&source);
        let output = run(&mut on_emulator(&built, &emulator));
        assert!(said(&output).contains(Emulator::ACCESS_KEY_ID), "{name}: {}", said(&output));
    }
}

/// The program at the top of the header is an example that runs.
#[test]
fn the_program_of_the_header_runs() {
    let header = std::fs::read_to_string(tree().join("include/stskit.h")).unwrap();
    let code = header.split("@code\n").nth(1).unwrap().split(" * @endcode").next().unwrap();
    let code: String = code.lines().map(|line| format!("{}\n", line.trim_start_matches(" *"))).collect();
    let source = folder("header").join("header.c");
    let program = format!("#include <stdio.h>\n#include <stskit.h>\nint main(void) {{\n{code}return 0;\n}}\n");
    std::fs::write(&source, program).unwrap();
    let built = Build { compiler: "gcc", standard: "c99", linkage: Linkage::Shared, flags: &[] }.program(&source);
    let emulator = emulator();
    let output = run(&mut on_emulator(&built, &emulator));
    let expected = format!("export AWS_ACCESS_KEY_ID={}\n", Emulator::ACCESS_KEY_ID);
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
}
