//! Which module may use which: arrows point up this list only (a module uses those above it).
//! `docs/design.md` draws the same list; this test keeps both true.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// From the ground up. A module may use every module before it, and itself.
const LAYERS: &[&str] = &[
    "percent",
    "secret",
    "timestamp",
    "explain",
    "error",
    "host",
    "config",
    "credential",
    "sign",
    "dpop",
    "protocol",
    "endpoint",
    "token",
    "transport",
    "retry",
    "settings",
    "client",
    "sts",
    "sso",
    "sso_oidc",
    "model",
    "signin",
    "identity_center",
    "providers",
    "web_token",
    "token_source",
    "ffi",
];

/// Stands beside the house: uses none of it, so that it can judge what the rest makes.
const BESIDE: &[&str] = &["emulator"];

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// The top module of a file: `src/sign/key.rs` and `src/sign.rs` belong to `sign`.
fn module_of(file: &Path, src: &Path) -> String {
    let first = file.strip_prefix(src).unwrap().components().next().unwrap();
    Path::new(first.as_os_str()).file_stem().unwrap().to_str().unwrap().to_owned()
}

/// Every `crate::name` in the code, outside comments; re-exports at the root name types, not modules.
fn used_modules(code: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for line in code.lines().map(str::trim).filter(|l| !l.starts_with("//")) {
        for part in line.split("crate::").skip(1) {
            let names: Vec<&str> = match part.strip_prefix('{') {
                Some(list) => list.split('}').next().unwrap_or_default().split(',').collect(),
                None => vec![part],
            };
            for name in names {
                let name: String = name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if name.starts_with(|c: char| c.is_ascii_lowercase()) {
                    used.insert(name);
                }
            }
        }
    }
    used
}

#[test]
fn arrows_point_up_only() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    assert!(files.len() > 30, "found only {} files", files.len());
    let mut wrong = Vec::new();
    for file in &files {
        let module = module_of(file, &src);
        if ["lib", "bin"].contains(&module.as_str()) {
            continue;
        }
        let allowed: &[&str] = match LAYERS.iter().position(|m| *m == module) {
            Some(at) => &LAYERS[..=at],
            None if BESIDE.contains(&module.as_str()) => &BESIDE[BESIDE.iter().position(|m| *m == module).unwrap()..],
            None => panic!("{} belongs to no layer: add {module} to the list", file.display()),
        };
        for used in used_modules(&fs::read_to_string(file).unwrap()) {
            if !allowed.contains(&used.as_str()) {
                wrong.push(format!("{} uses crate::{used}", file.strip_prefix(&src).unwrap().display()));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that point down:\n{}", wrong.join("\n"));
}

#[test]
fn only_the_transport_names_ureq_and_only_the_emulator_serves() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    for file in &files {
        let code = fs::read_to_string(file).unwrap();
        let module = module_of(file, &src);
        assert!(!code.contains("use ureq::") || module == "transport", "{} names ureq", file.display());
        let may_listen = module == "emulator"
            || file.ends_with("identity_center/browser.rs")
            || file.ends_with("bin/stskit/serve.rs");
        assert!(!code.contains("TcpListener") || may_listen, "{} listens", file.display());
    }
}

/// The command sees what any user of the crate sees, and the library does not know of it.
#[test]
fn the_command_stands_on_top() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    let only_there = ["lexopt", "qrcodegen", "jmespath"];
    for file in &files {
        let code = fs::read_to_string(file).unwrap();
        let in_command = file.starts_with(src.join("bin/stskit"));
        for crate_name in only_there {
            let uses = code.contains(&format!("{crate_name}::"));
            assert!(!uses || in_command, "{} uses {crate_name}", file.display());
        }
        assert!(in_command || !code.contains("feature = \"cli\""), "{} knows of the command", file.display());
        let reads_itself = ["std::env::var_os(\"AWS_", "fs::read", "ureq", "TcpStream::connect"];
        let own = in_command && reads_itself.iter().any(|call| code.contains(call));
        assert!(!own, "{} does what the library is for", file.display());
    }
}

/// The compiler holds everything else to it (`deny`, and `forbid` without `capi`); this says who may opt out.
#[test]
fn only_the_c_boundary_is_unsafe() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    for file in &files {
        let code = fs::read_to_string(file).unwrap();
        let opts_out = code.contains("allow(unsafe_code)");
        assert!(!opts_out || file.ends_with("ffi/mod.rs"), "{} allows unsafe code", file.display());
    }
}

#[test]
fn the_design_document_lists_the_same_layers() {
    let design = include_str!("../docs/design.md");
    let line = design.lines().find(|l| l.starts_with("percent, ")).expect("docs/design.md lists the layers");
    let listed: Vec<&str> = line.split(',').map(str::trim).collect();
    assert_eq!(listed, LAYERS);
}
