//! Users of the Rust crate generate nothing. With the feature `capi`, cbindgen makes the C headers of
//! `src/ffi` and puts them into `OUT_DIR`, nowhere else: tests/capi_header.rs compares them with those in
//! `include`. No link argument is said here: it would reach the libraries of everyone who turns `capi` on.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "capi")]
    capi::main();
}

#[cfg(feature = "capi")]
mod capi {
    use std::path::{Path, PathBuf};
    use std::{env, fs};

    use cbindgen::{Builder, Config};

    /// The files of `src/ffi` that export functions, in the order of the header, with the titles of its chapters.
    const CHAPTERS: &[(&str, &str)] = &[
        ("version", "Versions"),
        ("status", "Statuses"),
        ("error", "Errors"),
        ("config", "Settings"),
        ("client", "Clients"),
        ("credentials", "Credentials"),
        ("call", "Calls"),
        ("pages", "Pages"),
        ("response", "Answers"),
        ("model", "Model"),
        ("sign", "Signatures"),
        ("token", "Tokens"),
        ("session", "Sign-in"),
        ("log", "Log"),
        ("memory", "Memory"),
    ];

    pub(super) fn main() {
        // For tests/capi_header.rs.
        println!("cargo::rustc-env=STSKIT_CAPI_OUT_DIR={}", env::var("OUT_DIR").expect("cargo sets it"));
        println!("cargo::rerun-if-changed=cbindgen.toml");
        println!("cargo::rerun-if-changed=src/ffi");
        let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
        let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
        let config = Config::from_file(root.join("cbindgen.toml")).expect("cbindgen.toml");
        write(&out.join("stskit.h"), &with_chapters(generate(&root, for_c(config.clone())), &root));
        write(&out.join("stskit.cdef.h"), &tidy(&generate(&root, for_ffi(config))));
    }

    fn generate(root: &Path, config: Config) -> String {
        let files = CHAPTERS.iter().map(|(name, _)| root.join(format!("src/ffi/{name}.rs")));
        let builder = files.fold(Builder::new().with_config(config), Builder::with_src);
        let mut text = Vec::new();
        builder.generate().expect("the sources of the header can be read").write(&mut text);
        String::from_utf8(text).expect("cbindgen writes text")
    }

    /// The header itself: the versions come from Cargo.toml and from `src/ffi/version.rs`.
    fn for_c(mut config: Config) -> Config {
        let [major, minor, patch] = ["MAJOR", "MINOR", "PATCH"]
            .map(|part| env::var(format!("CARGO_PKG_VERSION_{part}")).expect("cargo sets it"));
        let abi = env::var("CARGO_MANIFEST_DIR").map(|root| abi(Path::new(&root))).expect("cargo sets it");
        config.after_includes = config.after_includes.map(|text| {
            text.replace("@MAJOR@", &major)
                .replace("@MINOR@", &minor)
                .replace("@PATCH@", &patch)
                .replace("@ABI@", &abi)
                .trim_end()
                .to_owned()
        });
        config
    }

    fn abi(root: &Path) -> String {
        let code = fs::read_to_string(root.join("src/ffi/version.rs")).expect("src/ffi/version.rs");
        let line = code.lines().find_map(|line| line.strip_prefix("const ABI: u32 = ")).expect("the ABI's number");
        line.trim_end_matches(';').to_owned()
    }

    /// The same declarations without a preprocessor and without comments: what LuaJIT's `ffi.cdef` and cffi read.
    fn for_ffi(config: Config) -> Config {
        let note = "/* The declarations of stskit.h for ffi.cdef (LuaJIT) and cffi: nothing for a preprocessor. */";
        let mut config = Config {
            header: Some(note.to_owned()),
            include_guard: None,
            after_includes: None,
            sys_includes: Vec::new(),
            cpp_compat: false,
            documentation: false,
            ..config
        };
        config.function.prefix = None;
        config.function.must_use = None;
        config
    }

    /// Puts a title before the first function of each chapter.
    fn with_chapters(header: String, root: &Path) -> String {
        let mut header = short_comments(
            &header.replace("\nSTSKIT_API\n", "\nSTSKIT_API ").replace("\nSTSKIT_NODISCARD\n", "\nSTSKIT_NODISCARD "),
        );
        for (file, title) in CHAPTERS {
            let code = fs::read_to_string(root.join(format!("src/ffi/{file}.rs"))).expect("a file of src/ffi");
            let name = code.split("extern \"C\" fn stskit_").nth(1).and_then(|rest| rest.split('(').next());
            let call = format!("stskit_{}(", name.unwrap_or_else(|| panic!("src/ffi/{file}.rs exports no function")));
            let is_declaration = |at: &usize| {
                let line = header.get(..*at).and_then(|before| before.rsplit('\n').next()).unwrap_or_default();
                !line.trim_start().starts_with('*') && !line.starts_with("/*")
            };
            let declared = header.match_indices(&call).map(|(at, _)| at).find(is_declaration);
            let declared = declared.unwrap_or_else(|| panic!("{call}) is not in the header"));
            let comment = header.get(..declared).and_then(|before| before.rfind("\n/**"));
            let rule = "-".repeat(74 - title.len());
            header.insert_str(comment.expect("functions have comments"), &format!("\n/* --- {title} {rule} */\n"));
        }
        tidy(&header)
    }

    /// Comments of one line on one line: the names of enumerations read as a list.
    fn short_comments(header: &str) -> String {
        let lines: Vec<&str> = header.lines().collect();
        let (mut text, mut at) = (String::new(), 0);
        while let Some(line) = lines.get(at) {
            let words = lines.get(at + 1).and_then(|next| next.trim().strip_prefix("* "));
            match (line.trim(), words, lines.get(at + 2).map(|last| last.trim())) {
                ("/**", Some(words), Some("*/")) => {
                    text.push_str(&format!("{line} {words} */\n"));
                    at += 3;
                }
                _ => {
                    text.push_str(&format!("{line}\n"));
                    at += 1;
                }
            }
        }
        text
    }

    /// No line ends with a blank, and the file with one line break.
    fn tidy(text: &str) -> String {
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        format!("{}\n", lines.join("\n").trim_end())
    }

    fn write(path: &Path, text: &str) {
        fs::write(path, text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    }
}
