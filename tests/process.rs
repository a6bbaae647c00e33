//! Credential processes: real ones, written by the test.
#![cfg(unix)]

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use stskit::host::Scripted;
use stskit::providers::{Cached, Process, Stability};
use stskit::{ErrorKind, Provide};

const GOOD: &str = r#"printf '{"Version": 1, "AccessKeyId": "AKID", "SecretAccessKey": "pl4nted"}\n'"#;

/// A folder with a script in it, that goes when the test ends.
struct Script(PathBuf);

impl Script {
    fn new(body: &str) -> Script {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let unique = format!("stskit process {}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
        let folder = std::env::temp_dir().join(unique);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("helper"), body).unwrap();
        Script(folder)
    }

    fn path(&self) -> String {
        self.0.join("helper").to_str().unwrap().to_owned()
    }

    /// Run by the shell: a freshly written program cannot be started while another thread forks.
    fn process(&self) -> Process {
        Process::new(&format!("/bin/sh '{}' first 'second one'", self.path())).unwrap()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[track_caller]
fn error_of(body: &str) -> stskit::Error {
    let error = Script::new(body).process().credentials().unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(shown.contains("/bin/sh") && !shown.contains("second one") && !shown.contains("pl4nted"), "{shown}");
    error
}

fn is_running(pid: &str) -> bool {
    // A zombie that nobody has reaped yet does not run.
    fs::read_to_string(format!("/proc/{}/stat", pid.trim())).is_ok_and(|stat| !stat.contains(") Z "))
}

#[test]
fn a_quoted_path_with_blanks_arguments_and_no_shell() {
    let script = Script::new(&format!("printf '%s|' \"$@\" > \"$0.args\"\n{GOOD}"));
    let line = format!("/bin/sh \"{}\" '$HOME' a\\ b ~ '' \"c|d\"", script.path());
    let found = Process::new(&line).unwrap().credentials().unwrap();
    assert_eq!((found.access_key_id(), found.secret_access_key()), ("AKID", "pl4nted"));
    assert_eq!(fs::read_to_string(script.file("helper.args")).unwrap(), "$HOME|a b|~||c|d|");
}

#[test]
fn it_is_run_at_every_load_and_kept_by_a_cache() {
    let script = Script::new(&format!("echo run >> \"$0.runs\"\n{GOOD}"));
    let process = script.process();
    for _ in 0..3 {
        process.credentials().unwrap();
    }
    let cached = Cached::new(process, Stability::CacheOnly);
    for _ in 0..10 {
        cached.credentials().unwrap();
    }
    assert_eq!(fs::read_to_string(script.file("helper.runs")).unwrap().lines().count(), 4);
}

#[test]
fn what_is_printed_is_read() {
    let body = r#"printf '{"Version": 1, "AccessKeyId": "AKID", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": "2026-01-02T03:04:05+02:00", "AccountId": "123456789012"}'"#;
    let script = Script::new(body);
    let process = script.process().account_id("999999999999").host(Arc::new(Scripted::at(0)));
    let found = process.credentials().unwrap();
    assert_eq!((found.session_token(), found.account_id()), (Some("t"), Some("123456789012")));
    assert_eq!(found.expiration().unwrap().to_string(), "2026-01-02T01:04:05Z");
    let late = script.process().host(Arc::new(Scripted::at(2_000_000_000))).credentials().unwrap_err();
    assert!(late.is_expired(), "{late}");
    let plain = Script::new(GOOD).process().account_id("999999999999").credentials().unwrap();
    assert_eq!(plain.account_id(), Some("999999999999"));
}

#[test]
fn a_helper_that_reads_finds_nothing() {
    let started = Instant::now();
    let error = error_of("read answer || { echo 'nobody answers' >&2; exit 7; }");
    assert!(error.to_string().contains("nobody answers") && error.to_string().contains('7'), "{error}");
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn variables_are_added_to_those_of_this_process() {
    let script =
        Script::new(r#"printf '{"Version": 1, "AccessKeyId": "%s", "SecretAccessKey": "%s"}' "$OURS" "${PATH:+x}""#);
    let found = script.process().variable("OURS", "a b").variable("OURS", "c d").credentials().unwrap();
    assert_eq!((found.access_key_id(), found.secret_access_key()), ("c d", "x"));
}

#[test]
fn a_failure_tells_the_end_of_standard_error_and_never_standard_output() {
    let error = error_of(&format!("{GOOD}\necho 'session expired: run helper login' >&2\nexit 3"));
    assert_eq!(error.kind(), ErrorKind::InvalidResponse);
    assert!(error.to_string().contains("exit status: 3") && error.to_string().contains("run helper login"), "{error}");
    // A lot of it: the end counts, and the helper is not held up.
    let error = error_of("i=0; while [ $i -lt 9000 ]; do echo \"line $i of the log\" >&2; i=$((i+1)); done; exit 1");
    let text = error.to_string();
    assert!(text.contains("line 8999 of the log") && !text.contains("line 8000 "), "{text}");
    assert!(text.len() < 4096 + 200, "{}", text.len());
    let error = error_of("printf 'a\\033[31mred\\007' >&2; exit 1");
    assert!(error.to_string().ends_with("a[31mred"), "no control characters: {error:?}");
    let error = error_of("kill -9 $$");
    assert!(error.to_string().contains("signal"), "{error}");
}

#[test]
fn output_that_is_no_credentials() {
    for body in [
        "echo pl4nted",
        "true",
        "printf '{\"Version\": 1, \"SecretAccessKey\": \"pl4nted\"}'",
        "printf '{\"Version\": \"1\", \"AccessKeyId\": \"a\", \"SecretAccessKey\": \"pl4nted\"}'",
    ] {
        assert_eq!(error_of(body).kind(), ErrorKind::InvalidResponse, "{body}");
    }
}

#[test]
fn endless_output_is_cut_off() {
    let started = Instant::now();
    let error = error_of("while :; do echo pl4nted pl4nted pl4nted pl4nted; done");
    assert!(error.to_string().contains("65536"), "{error}");
    assert!(started.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_program_that_is_not_there_is_named_without_its_arguments() {
    let error = Process::new("/no/such/helper --token pl4nted").unwrap().credentials().unwrap_err();
    assert!(error.is_configuration(), "{error}");
    let shown = format!("{error} {error:?} {:?}", Process::new("/no/such/helper --token pl4nted").unwrap());
    assert!(shown.contains("/no/such/helper") && !shown.contains("pl4nted"), "{shown}");
    for line in ["", "  ", "''"] {
        assert!(Process::new(line).unwrap_err().is_no_credentials(), "{line:?}");
    }
    let error = Process::new("helper 'pl4nted").unwrap_err();
    assert!(error.is_configuration() && !error.to_string().contains("pl4nted"), "{error}");
}

#[test]
fn past_the_time_limit_the_whole_group_is_killed_and_the_child_reaped() {
    let script = Script::new("sleep 60 & echo $! > \"$0.grandchild\"\necho $$ > \"$0.child\"\nwait");
    let started = Instant::now();
    let error = script.process().time_limit(Duration::from_millis(600)).credentials().unwrap_err();
    assert!(error.is_timeout() && error.to_string().contains("/bin/sh"), "{error}");
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    let pid = |name: &str| fs::read_to_string(script.file(name)).unwrap();
    let child = pid("helper.child");
    assert!(!PathBuf::from(format!("/proc/{}", child.trim())).exists(), "reaped");
    let grandchild = pid("helper.grandchild");
    let gone = (0..200).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        !is_running(&grandchild)
    });
    assert!(gone, "the grandchild was killed too");
}

#[test]
fn within_the_time_limit_nothing_changes() {
    let limit = Duration::from_secs(60);
    assert!(Script::new(GOOD).process().time_limit(limit).credentials().is_ok());
    assert!(Script::new("exit 1").process().time_limit(limit).credentials().is_err());
}

#[test]
fn a_helper_that_leaves_a_process_behind_does_not_hang_us() {
    let started = Instant::now();
    let detached = Script::new(&format!("sleep 30 >/dev/null 2>&1 &\n{GOOD}"));
    detached.process().credentials().unwrap();
    let error = error_of(&format!("{GOOD}\nsleep 30 2>/dev/null &"));
    assert!(error.to_string().contains("keeps its output open"), "{error}");
    assert!(started.elapsed() < Duration::from_secs(20));
}

/// The host program ignores SIGCHLD, so its children are reaped by the system: `wait` knows nothing.
#[test]
fn without_an_exit_status_the_output_decides() {
    if std::env::var_os("STSKIT_NO_SIGCHLD").is_some() {
        // SAFETY: no handler is installed, and no other test of this process runs.
        #[allow(unsafe_code)]
        let before = unsafe { libc::signal(libc::SIGCHLD, libc::SIG_IGN) };
        assert_ne!(before, libc::SIG_ERR);
        for _ in 0..20 {
            assert_eq!(Script::new(GOOD).process().credentials().unwrap().access_key_id(), "AKID");
            let error = error_of("echo 'no session' >&2; exit 3");
            assert!(error.to_string().contains("it printed no credentials; it said: no session"), "{error}");
        }
        let slow = Script::new("sleep 60").process().time_limit(Duration::from_millis(300)).credentials();
        assert!(slow.unwrap_err().is_timeout());
        return;
    }
    let done = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "without_an_exit_status_the_output_decides"])
        .env("STSKIT_NO_SIGCHLD", "1")
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
}
