//! The libraries themselves: what they export, need and weigh.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use crate::toolbox::{install, root, run, tree};

/// The functions that `capi/stskit.symbols` lists, each with the version that brought it.
fn listed() -> BTreeSet<String> {
    let text = fs::read_to_string(root().join("capi/stskit.symbols")).unwrap();
    let mut names = BTreeSet::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (name, version) = line.split_once(' ').unwrap_or_else(|| panic!("{line}: a name and a version"));
        assert!(version.split('.').count() == 3, "{line}: a version has three parts");
        assert!(names.insert(name.to_owned()), "{name} is listed twice");
    }
    names
}

fn declared() -> BTreeSet<String> {
    let text = fs::read_to_string(root().join("include/stskit.cdef.h")).unwrap();
    let functions = text.split(';').filter(|part| part.contains('(') && !part.contains("typedef"));
    functions.map(|part| part.split('(').next().unwrap().rsplit([' ', '*', '\n']).next().unwrap().to_owned()).collect()
}

fn exported(library: &std::path::Path) -> BTreeSet<String> {
    let output = run(Command::new("nm").args(["-D", "--defined-only", "--format=posix"]).arg(library));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| line.split(' ').next().unwrap().to_owned()).collect()
}

/// A function that is in one of the three and not in the others is a mistake that users find out.
#[test]
fn manifest_header_and_symbol_table_are_the_same() {
    let (listed, declared) = (listed(), declared());
    let exported = exported(&tree().join("lib/libstskit.so"));
    let missing = |a: &BTreeSet<String>, b: &BTreeSet<String>| a.difference(b).cloned().collect::<Vec<_>>();
    assert_eq!(missing(&declared, &listed), Vec::<String>::new(), "declared, but not in capi/stskit.symbols");
    assert_eq!(missing(&listed, &declared), Vec::<String>::new(), "in capi/stskit.symbols, but not declared");
    assert_eq!(missing(&exported, &listed), Vec::<String>::new(), "exported, but not in capi/stskit.symbols");
    assert_eq!(missing(&listed, &exported), Vec::<String>::new(), "in capi/stskit.symbols, but not exported");
}

/// The versions of the manifest are those of the header's comments.
#[test]
fn the_manifest_and_the_comments_say_the_same_versions() {
    let header = fs::read_to_string(root().join("include/stskit.h")).unwrap();
    for line in fs::read_to_string(root().join("capi/stskit.symbols")).unwrap().lines() {
        let Some((name, version)) = line.split_once(' ').filter(|_| !line.starts_with('#')) else { continue };
        let call = format!("{name}(");
        let at = header.match_indices(&call).map(|(at, _)| at);
        let declared = at.filter(|at| {
            let line = header[..*at].rsplit('\n').next().unwrap();
            !line.trim_start().starts_with('*') && !line.starts_with("/*")
        });
        let declared = declared.last().unwrap_or_else(|| panic!("{name} is not declared"));
        let since = header[..declared].rsplit("@since ").next().unwrap().lines().next().unwrap();
        assert_eq!(since, version, "{name}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_shared_library_has_its_soname_and_stays_loaded() {
    let output = run(Command::new("readelf").arg("-d").arg(tree().join("lib/libstskit.so")));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("Library soname: [libstskit.so.1]"), "{text}");
    assert!(text.contains("NODELETE"), "{text}");
    for line in text.lines().filter(|line| line.contains("(NEEDED)")) {
        let known = ["libc.so", "libgcc_s.so", "libm.so", "libpthread.so", "libdl.so", "ld-linux"];
        assert!(known.iter().any(|name| line.contains(name)), "{line}");
    }
}

/// The CMake package is a file of its own, so that cargo-c can install it, too.
#[test]
fn the_cmake_package_has_the_version_of_the_crate() {
    let text = fs::read_to_string(root().join("capi/cmake/stskitConfigVersion.cmake")).unwrap();
    let version = format!("set(PACKAGE_VERSION \"{}\")", env!("CARGO_PKG_VERSION"));
    assert!(text.starts_with(&version), "it has to start with {version}");
}

/// Users of the Rust crate get no C function, no generator and no flag of the linker.
#[test]
fn without_capi_nothing_of_it_is_built() {
    let mut tree = Command::new(env!("CARGO"));
    tree.current_dir(root()).args(["tree", "--locked", "--edges", "normal,build", "--prefix", "none"]);
    let output = run(&mut tree);
    let crates = String::from_utf8(output.stdout).unwrap();
    assert!(crates.contains("ureq v") && !crates.contains("cbindgen"), "{crates}");
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let lib = manifest.split("[lib]\n").nth(1).unwrap().split("\n[").next().unwrap();
    assert!(!lib.contains("crate-type"), "{lib}");
    let script = fs::read_to_string(root().join("build.rs")).unwrap();
    assert!(!script.contains("link-arg") && !script.contains("link-lib"));
}

/// Size is a promise. The goal is 2.6 MB in the default profile and 1.8 MB in the size profile; these limits are what
/// there is and 2 %, and docs/design.md says what it is made of.
#[test]
fn the_shared_library_keeps_its_budget() {
    for (profile, most) in [("library", 3_023_000), ("size", 2_840_000)] {
        let tree = if profile == "library" { tree().to_owned() } else { install(profile) };
        let size = fs::metadata(tree.join("lib/libstskit.so")).unwrap().len();
        println!("profile {profile}: {size} bytes");
        assert!(size <= most, "profile {profile}: {size} bytes; allowed are {most}");
    }
}
