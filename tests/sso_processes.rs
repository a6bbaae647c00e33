//! Processes that share one token cache: one refresh for all, whoever dies on the way.
//!
//! Each test runs this very program again with the variable below: then it is one of the processes.

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use stskit::emulator::{Emulator, Fault};
use stskit::endpoint::EndpointService;
use stskit::host::Scripted;
use stskit::identity_center::{SsoSession, TokenCache, TokenProvider};
use stskit::{Settings, Timestamp};

const TASK: &str = "STSKIT_TEST_PROCESS";
const PROCESSES: usize = 8;
/// No test waits longer for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// In a process of the test: gets the token when told to, says what came out, and ends.
fn be_a_process_if_told() {
    let Ok(task) = std::env::var(TASK) else { return };
    let task: Value = serde_json::from_str(&task).unwrap();
    let text = |name: &str| task[name].as_str().unwrap().to_owned();
    let session = match task["session"].as_str() {
        Some(name) => SsoSession::named(name, text("start_url"), "us-east-1"),
        None => SsoSession::legacy(text("start_url"), "us-east-1"),
    };
    let settings = Settings::builder()
        .region("us-east-1")
        .endpoint_url(EndpointService::SsoOidc, text("url"))
        .resolve_with(&Scripted::at(0))
        .unwrap();
    let provider = TokenProvider::new(session, TokenCache::new(text("cache")), &settings).unwrap();
    println!("ready");
    // The end of the input is the starting shot.
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
    let answer = match provider.token() {
        Ok(token) => json!({"token": token.access_token().expose(), "expires_at": token.expires_at().to_string()}),
        Err(e) => json!({"error": e.kind().name(), "login": e.login_required().is_some(), "message": e.to_string()}),
    };
    println!("answer {answer}");
    std::process::exit(0);
}

/// One of the processes. Killed if the test ends before it does.
struct Process {
    child: Child,
    out: BufReader<std::process::ChildStdout>,
}

impl Process {
    fn line(&mut self, start: &str) -> String {
        loop {
            let mut line = String::new();
            assert_ne!(self.out.read_line(&mut line).unwrap(), 0, "the process ended without {start:?}");
            // The test harness of the process writes before us, even on the same line.
            if let Some(at) = line.find(start) {
                return line[at + start.len()..].trim().to_owned();
            }
        }
    }

    fn fire(&mut self) {
        drop(self.child.stdin.take());
    }

    fn answer(mut self) -> Value {
        let answer = serde_json::from_str(&self.line("answer ")).unwrap();
        assert!(self.child.wait().unwrap().success());
        answer
    }

    fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An emulator, and a cache that goes when the test ends.
struct World {
    emulator: Emulator,
    folder: PathBuf,
    session: SsoSession,
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn world(named: bool) -> World {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let unique = format!("stskit-processes-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
    let emulator = Emulator::start().unwrap();
    let start_url = format!("{}/start", emulator.url());
    let session = if named {
        SsoSession::named("dev", start_url, "us-east-1")
    } else {
        SsoSession::legacy(start_url, "us-east-1")
    };
    let folder = std::env::temp_dir().join(unique);
    fs::create_dir_all(&folder).unwrap();
    World { emulator, folder, session }
}

impl World {
    fn cache(&self) -> TokenCache {
        TokenCache::new(&self.folder)
    }

    /// Lets the token end in this many seconds. Gives the access token.
    fn expires_in(&self, document: &mut Value, seconds: i64) -> String {
        document["expiresAt"] = Timestamp::from_secs(support::now() + seconds).to_string().into();
        fs::write(self.cache().path(&self.session), document.to_string()).unwrap();
        document["accessToken"].as_str().unwrap().to_owned()
    }

    fn sign_in(&self, seconds: i64) -> String {
        let mut document = serde_json::from_str(&self.emulator.sso().issue_token().cache_json()).unwrap();
        self.expires_in(&mut document, seconds)
    }

    fn file(&self) -> Value {
        serde_json::from_slice(&fs::read(self.cache().path(&self.session)).unwrap()).unwrap()
    }

    /// A process that waits for its shot. `test`: the name of the test, which is how it is found again.
    fn process(&self, test: &str) -> Process {
        let task = json!({
            "session": self.session.name, "start_url": self.session.start_url,
            "url": self.emulator.url(), "cache": self.folder,
        });
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([test, "--exact", "--nocapture", "--test-threads=1"])
            .env(TASK, task.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let mut process = Process { child, out };
        process.line("ready");
        process
    }

    fn processes(&self, test: &str, count: usize) -> Vec<Process> {
        (0..count).map(|_| self.process(test)).collect()
    }

    fn refreshes(&self) -> usize {
        self.emulator.sso().tokens_created_by("refresh_token")
    }

    fn requests(&self) -> usize {
        self.emulator.requests().len()
    }

    fn wait_for_request(&self) {
        let started = Instant::now();
        while self.requests() == 0 {
            assert!(started.elapsed() < PATIENCE, "no request came");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    fn assert_tidy(&self) {
        let names: Vec<String> =
            fs::read_dir(&self.folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        assert!(names.iter().all(|name| name.ends_with(".json") || name.ends_with(".lock")), "{names:?}");
    }
}

fn fire(mut processes: Vec<Process>) -> Vec<Value> {
    processes.iter_mut().for_each(Process::fire);
    processes.into_iter().map(Process::answer).collect()
}

fn token(answer: &Value) -> &str {
    answer["token"].as_str().unwrap_or_else(|| panic!("no token: {answer}"))
}

#[test]
fn eight_processes_refresh_an_expired_token_once() {
    be_a_process_if_told();
    let w = world(true);
    let mut old = w.sign_in(-60);
    for round in 1..=5 {
        // The service takes its time, so that all are there before the first is done.
        w.emulator.inject(Fault::slow(Duration::from_millis(100)).on("CreateToken"));
        let answers = fire(w.processes("eight_processes_refresh_an_expired_token_once", PROCESSES));
        assert_eq!((w.refreshes(), w.requests()), (round, round), "round {round}: {answers:?}");
        let new = w.file()["accessToken"].as_str().unwrap().to_owned();
        assert_ne!(new, old, "round {round}");
        assert!(answers.iter().all(|answer| token(answer) == new), "round {round}: {answers:?}");
        // The next round refreshes with what this one wrote.
        old = w.expires_in(&mut w.file(), -60);
        assert_eq!(old, new);
    }
    w.assert_tidy();
}

#[test]
fn eight_processes_refresh_a_token_ahead_of_time_once() {
    be_a_process_if_told();
    let w = world(true);
    for round in 1..=3 {
        let old = if round == 1 { w.sign_in(300) } else { w.expires_in(&mut w.file(), 300) };
        w.emulator.inject(Fault::slow(Duration::from_millis(100)).on("CreateToken"));
        let answers = fire(w.processes("eight_processes_refresh_a_token_ahead_of_time_once", PROCESSES));
        assert_eq!((w.refreshes(), w.requests()), (round, round), "round {round}: {answers:?}");
        let new = w.file()["accessToken"].as_str().unwrap().to_owned();
        assert_ne!(new, old);
        // While the old one is good nobody has to wait for the new one.
        assert!(answers.iter().all(|answer| token(answer) == new || token(answer) == old), "{answers:?}");
        assert!(answers.iter().any(|answer| token(answer) == new), "{answers:?}");
    }
    w.assert_tidy();
}

#[test]
fn a_process_that_is_killed_with_the_lock_in_hand_stops_nobody() {
    be_a_process_if_told();
    let name = "a_process_that_is_killed_with_the_lock_in_hand_stops_nobody";
    for _ in 0..3 {
        let w = world(true);
        let old = w.sign_in(-60);
        // Its request is never answered, and not carried out either.
        w.emulator.inject(Fault::status(503).after(PATIENCE * 2).on("CreateToken"));
        let mut victim = w.process(name);
        victim.fire();
        w.wait_for_request();
        let mut others = w.processes(name, PROCESSES - 1);
        others.iter_mut().for_each(Process::fire);
        // They wait for the lock: time enough for each to send a request if there were none.
        std::thread::sleep(Duration::from_millis(300));
        assert_eq!(w.requests(), 1, "somebody went on without the lock");
        assert!(victim.is_running() && others.iter_mut().all(Process::is_running));

        let started = Instant::now();
        victim.child.kill().unwrap();
        victim.child.wait().unwrap();
        let answers: Vec<Value> = others.into_iter().map(Process::answer).collect();
        assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
        assert_eq!((w.refreshes(), w.requests()), (1, 2));
        let new = w.file()["accessToken"].as_str().unwrap().to_owned();
        assert_ne!(new, old);
        assert!(answers.iter().all(|answer| token(answer) == new), "{answers:?}");
        w.assert_tidy();
    }
}

#[test]
fn a_slow_refresh_is_waited_for_by_every_process() {
    be_a_process_if_told();
    let name = "a_slow_refresh_is_waited_for_by_every_process";
    let w = world(true);
    w.sign_in(-60);
    // Two seconds are nothing unusual for a first answer over a bad line.
    w.emulator.inject(Fault::slow(Duration::from_secs(2)).on("CreateToken"));
    let mut first = w.process(name);
    first.fire();
    w.wait_for_request();
    let others = fire(w.processes(name, PROCESSES - 1));
    let new = first.answer();
    assert_eq!((w.refreshes(), w.requests()), (1, 1));
    assert!(others.iter().all(|answer| token(answer) == token(&new)), "{others:?}");
}

#[test]
fn eight_processes_with_an_expired_legacy_token_ask_for_a_sign_in() {
    be_a_process_if_told();
    let w = world(false);
    // The file holds all that a refresh would take.
    let old = w.sign_in(-60);
    let before = w.file();
    assert!(before["refreshToken"].is_string() && before["clientSecret"].is_string());
    let answers = fire(w.processes("eight_processes_with_an_expired_legacy_token_ask_for_a_sign_in", PROCESSES));
    assert_eq!(answers.len(), PROCESSES);
    for answer in answers {
        assert_eq!((&answer["error"], &answer["login"]), (&json!("login-required"), &json!(true)), "{answer}");
        assert!(!answer["message"].as_str().unwrap().contains(&old), "{answer}");
    }
    assert_eq!((w.requests(), w.emulator.sso().tokens_created()), (0, 0));
    assert_eq!(w.file(), before);
}

#[test]
fn a_refused_refresh_is_told_by_every_process_and_changes_nothing() {
    be_a_process_if_told();
    let w = world(true);
    w.sign_in(-60);
    let before = w.file();
    w.emulator.sso().fail_refreshes(Some("InvalidGrantException"));
    for answer in fire(w.processes("a_refused_refresh_is_told_by_every_process_and_changes_nothing", PROCESSES)) {
        assert_eq!(answer["error"], "login-required", "{answer}");
    }
    assert_eq!((w.file(), w.refreshes()), (before, 0));
    w.assert_tidy();
}
