//! The checked-in headers are what cbindgen makes of `src/ffi`, byte for byte.
//!
//! After a change there: `STSKIT_WRITE_HEADERS=1 cargo test --test capi_header`, and look at the difference.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::path::{Path, PathBuf};
use std::{env, fs};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What the build script made for this build: tests see the crate with `capi`.
fn generated(name: &str) -> String {
    let path = Path::new(env!("STSKIT_CAPI_OUT_DIR")).join(name);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn the_headers_are_the_generated_ones() {
    for name in ["stskit.h", "stskit.cdef.h"] {
        let (path, made) = (root().join("include").join(name), generated(name));
        if env::var_os("STSKIT_WRITE_HEADERS").is_some() {
            fs::write(&path, &made).unwrap();
        }
        let checked_in = fs::read_to_string(&path).unwrap_or_default();
        let differs = checked_in.lines().zip(made.lines()).position(|(old, new)| old != new);
        assert!(
            checked_in == made,
            "include/{name} is not what src/ffi says (first difference: line {:?}): run \
             STSKIT_WRITE_HEADERS=1 cargo test --test capi_header and look at the difference",
            differs.map(|line| line + 1)
        );
    }
}

/// Each declaration of the header with the comment before it.
fn declarations(header: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let (mut comment, mut declaration) = (String::new(), String::new());
    for line in header.lines() {
        if line.starts_with("/**") {
            comment.clear();
        }
        if line.starts_with("/**") || line.starts_with(" *") {
            comment.push_str(line);
            comment.push('\n');
        } else if line.starts_with("STSKIT_API") || line.starts_with("STSKIT_NODISCARD") || !declaration.is_empty() {
            declaration.push_str(line.trim());
            declaration.push(' ');
            if line.ends_with(';') {
                found.push((std::mem::take(&mut declaration), std::mem::take(&mut comment)));
            }
        }
    }
    found
}

#[test]
fn every_function_says_since_when_and_tells_of_each_parameter() {
    let header = generated("stskit.h");
    let found = declarations(&header);
    assert!(found.len() > 20, "found only {} declarations", found.len());
    let mut wrong = Vec::new();
    for (declaration, comment) in &found {
        let (before, parameters) = declaration.split_once('(').unwrap();
        let name = before.rsplit([' ', '*']).next().unwrap();
        assert!(name.starts_with("stskit_"), "{declaration}");
        let parameters = parameters.split(')').next().unwrap();
        for parameter in parameters.split(',').map(str::trim).filter(|p| !p.is_empty() && *p != "void") {
            let parameter = parameter.rsplit([' ', '*']).next().unwrap();
            if parameter != "err" && !comment.contains(&format!("@param {parameter} ")) {
                wrong.push(format!("{name} tells nothing of {parameter}"));
            }
        }
        if !comment.contains("@since ") {
            wrong.push(format!("{name} has no @since"));
        }
        if !["lock", "free(", "_free"].iter().any(|word| comment.contains(word) || name.contains(word)) {
            wrong.push(format!("{name} does not say whether it blocks"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whatever the header brings into a program carries the prefix.
#[test]
fn every_name_has_the_prefix() {
    let header = generated("stskit.h");
    for line in header.lines() {
        if let Some(rest) = line.strip_prefix("#define ") {
            assert!(rest.starts_with("STSKIT_"), "{line}");
        }
        if let Some(rest) = line.trim().strip_suffix(',') {
            let name = rest.split(' ').next().unwrap_or_default();
            let is_value = rest.contains(" = ") && !rest.contains('*');
            assert!(!is_value || name.starts_with("STSKIT_"), "{line}");
        }
        if line.starts_with("typedef struct") {
            assert!(line.contains(" stskit_"), "{line}");
        }
    }
}

/// cbindgen passes by what a macro makes, and what its file list does not name.
#[test]
fn every_exported_function_is_in_the_header() {
    let header = generated("stskit.h");
    let mut files: Vec<PathBuf> =
        fs::read_dir(root().join("src/ffi")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut count = 0;
    for file in files {
        let code = fs::read_to_string(&file).unwrap();
        assert_eq!(
            code.matches("unsafe(no_mangle)").count(),
            code.matches("extern \"C\" fn stskit_").count(),
            "{file:?}"
        );
        for rest in code.split("extern \"C\" fn stskit_").skip(1) {
            let name = format!("stskit_{}(", rest.split('(').next().unwrap());
            assert!(header.contains(&name), "{name}) of {} is not in the header", file.display());
            let body = rest.split("\n}\n").next().unwrap();
            let guards =
                ["guard::get(", "guard::run(", "guard::run_at_once(", "guard::signal_safe(", "    set(config, err, "];
            let guarded = guards.iter().any(|guard| body.contains(guard));
            assert!(guarded, "{name}) of {} is not guarded against panics", file.display());
            count += 1;
        }
    }
    assert!(count > 20, "{count}");
}

#[test]
fn the_abi_number_is_one_number() {
    let cargo = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let section = cargo.split("[package.metadata.capi.library]").nth(1).unwrap();
    let version = section.split("version = \"").nth(1).unwrap().split('"').next().unwrap();
    let header = generated("stskit.h");
    let abi = header.split("#define STSKIT_ABI_VERSION ").nth(1).unwrap().lines().next().unwrap();
    assert_eq!(version.split('.').next().unwrap(), abi);
    assert!(header.contains(concat!("#define STSKIT_VERSION \"", env!("CARGO_PKG_VERSION"), "\"")));
}

/// `abort` would turn every guard into a crash of the host.
#[test]
fn panics_unwind_in_every_profile_of_the_library() {
    let cargo = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(cargo.contains("[profile.release]") && cargo.contains("panic = \"unwind\""));
    let aborting: Vec<&str> = cargo.split("\n[").filter(|section| section.contains("panic = \"abort\"")).collect();
    // The program is nobody's guest.
    assert!(aborting.iter().all(|section| section.starts_with("profile.command]")), "{aborting:?}");
}
