//! What the tests need: the installed tree, compilers, and a way to run programs apart from this machine's
//! settings.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use stskit::emulator::Emulator;

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of everything made here.
pub(crate) fn work() -> PathBuf {
    let work = Path::new(env!("CARGO_TARGET_TMPDIR")).join("capi");
    fs::create_dir_all(&work).unwrap();
    work
}

/// A new folder.
pub(crate) fn folder(name: &str) -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = work().join(format!("{name}-{}-{number}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The tree that `capi/install` lays out, in the default profile.
pub(crate) fn tree() -> &'static Path {
    static TREE: OnceLock<PathBuf> = OnceLock::new();
    TREE.get_or_init(|| install("library"))
}

pub(crate) fn install(profile: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("capi");
    let prefix = work().join(format!("tree-{profile}"));
    let mut install = Command::new(root().join("capi/install"));
    install.args(["--profile", profile]).arg("--prefix").arg(&prefix).arg("--target-dir").arg(target);
    run(&mut install);
    prefix
}

/// Runs a command that has to succeed.
pub(crate) fn run(command: &mut Command) -> Output {
    let output = try_run(command);
    assert!(output.status.success(), "{command:?}: {}\n{}", output.status, said(&output));
    output
}

/// Runs a command. A program that is not there is a failure with its name: nothing is left out in silence.
pub(crate) fn try_run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|e| {
        panic!("these tests need the program {:?} (tests/run installs it): {e}", command.get_program())
    })
}

pub(crate) fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

pub(crate) const WARNINGS: &[&str] = &["-Wall", "-Wextra", "-Wpedantic", "-Wundef", "-Werror", "-g"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Linkage {
    Shared,
    Static,
}

/// What pkg-config says for the installed tree: nothing of it is made up here.
pub(crate) fn pkg_config(arguments: &[&str]) -> Vec<String> {
    let output = run(Command::new("pkg-config").env("PKG_CONFIG_PATH", tree().join("lib/pkgconfig")).args(arguments));
    String::from_utf8(output.stdout).unwrap().split_whitespace().map(str::to_owned).collect()
}

/// A compiler's arguments to link against the tree.
pub(crate) fn link(linkage: Linkage, more: &[&str]) -> Vec<String> {
    let lib = tree().join("lib");
    let mut arguments = match linkage {
        Linkage::Shared => {
            let mut arguments = pkg_config(&["--libs", "stskit"]);
            arguments.push(format!("-Wl,-rpath,{}", lib.display()));
            arguments
        }
        // `-lstskit` would take the shared library, which lies beside it.
        Linkage::Static => pkg_config(&["--static", "--libs", "stskit"])
            .into_iter()
            .map(|a| if a == "-lstskit" { lib.join("libstskit.a").display().to_string() } else { a })
            .collect(),
    };
    if !more.is_empty() {
        arguments.extend(pkg_config(&[&["--libs"], more].concat()));
    }
    arguments.push("-lpthread".to_owned());
    arguments
}

pub(crate) fn is_cpp(source: &Path) -> bool {
    source.extension().is_some_and(|e| e == "cpp")
}

/// `gcc` and `clang` for C, `g++` and `clang++` for C++.
pub(crate) fn compilers(cpp: bool) -> [&'static str; 2] {
    if cpp { ["g++", "clang++"] } else { ["gcc", "clang"] }
}

pub(crate) struct Build<'a> {
    pub compiler: &'a str,
    pub standard: &'a str,
    pub linkage: Linkage,
    pub flags: &'a [&'a str],
}

impl Build<'_> {
    /// Compiles and links one source file.
    pub(crate) fn program(&self, source: &Path) -> PathBuf {
        let name = source.file_stem().unwrap().to_str().unwrap();
        let program = folder("program").join(name);
        let curl: &[&str] = if name.ends_with("_curl") { &["libcurl"] } else { &[] };
        let mut compile = Command::new(self.compiler);
        compile.arg(format!("-std={}", self.standard)).args(WARNINGS).args(self.flags);
        compile.args(pkg_config(&["--cflags", "stskit"])).arg("-o").arg(&program).arg(source);
        run(compile.args(link(self.linkage, curl)));
        program
    }
}

/// A command with nothing of this machine's settings in its environment, for an emulator.
pub(crate) fn on_emulator(program: impl AsRef<std::ffi::OsStr>, emulator: &Emulator) -> Command {
    let mut command = alone(program);
    command.envs(emulator.environment());
    command
}

/// A command with nothing of this machine's settings in its environment.
pub(crate) fn alone(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let home = folder("home");
    let mut command = Command::new(program);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("HOME", &home).current_dir(&home);
    command.env("AWS_CONFIG_FILE", home.join("no-config")).env("AWS_EC2_METADATA_DISABLED", "true");
    command.env("AWS_SHARED_CREDENTIALS_FILE", home.join("no-credentials"));
    // What a program writes by a relative path is not for the worktree.
    command.current_dir(&home);
    command
}

/// The same under valgrind: no error, nothing lost.
pub(crate) fn under_valgrind(program: &Path, emulator: &Emulator) -> Command {
    let mut command = on_emulator("valgrind", emulator);
    // The handle of the main thread, which the standard library makes where a thread waits for another, is
    // reachable by its middle only: possibly lost, which is not shown.
    command.args([
        "-q",
        "--leak-check=full",
        "--errors-for-leak-kinds=definite,indirect",
        "--show-leak-kinds=definite,indirect",
    ]);
    command.args(["--error-exitcode=9", "--child-silent-after-fork=yes"]).arg(program);
    command
}
