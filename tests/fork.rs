//! After a fork the child must not use its parent's connections. No harness: the processes that fork
//! have exactly the threads they say, and the emulators live in a process of their own (the first one).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg_attr(not(unix), allow(unused))]

#[path = "support/certificates.rs"]
#[allow(unreachable_pub, dead_code)]
mod certificates;
mod support;

fn main() {
    #[cfg(unix)]
    unix::main();
}

#[cfg(unix)]
mod unix {
    // SAFETY of the whole module: see at each call. Nothing here is part of the crate.
    #![allow(unsafe_code)]

    use std::collections::BTreeMap;
    use std::process::Command;
    use std::sync::atomic::{AtomicBool, Ordering};

    use stskit::emulator::Emulator;
    use stskit::host::{Host, System};
    use stskit::providers::{Cached, Stability};
    use stskit::sts::{AssumeRole, Client};
    use stskit::{Credentials, Provide};

    use crate::certificates::Certificates;
    use crate::support::net::{client_at, ms};

    pub(super) fn main() {
        match std::env::var("FORK_TEST").as_deref() {
            Ok("plainly") => plainly(),
            Ok("before_use") => before_use(),
            Ok("amid_threads") => amid_threads(),
            Ok("cached") => cached(),
            _ => supervise(),
        }
    }

    /// Runs each case in a process of its own against an emulator in this one, and looks at who used
    /// which connection.
    fn supervise() {
        let done = Command::new(std::env::current_exe().unwrap()).env("FORK_TEST", "cached").output().unwrap();
        let err = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "cached: {} {err}", done.status);
        println!("cached: ok");
        for case in ["plainly", "before_use", "amid_threads"] {
            for tls in [false, true] {
                let builder = Emulator::builder();
                let (chain, key) = Certificates::get().server("good");
                let emulator = if tls { builder.tls(chain, key) } else { builder }.start().unwrap();
                let done = Command::new(std::env::current_exe().unwrap())
                    .env("FORK_TEST", case)
                    .env("FORK_URL", emulator.url())
                    .env("FORK_CA", Certificates::get().path("ca.pem"))
                    .output()
                    .unwrap();
                let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
                assert!(done.status.success(), "{case}, tls {tls}: {} {out} {err}", done.status);
                // Session names start with the process id.
                let mut users: BTreeMap<u64, String> = BTreeMap::new();
                let mut processes = std::collections::BTreeSet::new();
                for request in emulator.requests() {
                    let name = request.parameter("RoleSessionName").unwrap();
                    let process = name.split('-').next().unwrap().to_owned();
                    processes.insert(process.clone());
                    let first = users.entry(request.connection).or_insert_with(|| process.clone());
                    assert_eq!(*first, process, "{case}: connection {} in two processes", request.connection);
                }
                assert!(processes.len() > 3, "{case}: {processes:?}");
                println!(
                    "{case}, tls {tls}: {} requests of {} processes on {} connections, ok",
                    emulator.requests().len(),
                    processes.len(),
                    emulator.connections()
                );
            }
        }
    }

    fn client() -> Client {
        let (url, ca) = (std::env::var("FORK_URL").unwrap(), std::env::var("FORK_CA").unwrap());
        // One attempt: a connection that two processes share must not be mended by trying again.
        client_at(&url, |b| b.ca_bundle(ca).max_attempts(1))
    }

    /// A call whose answer can be told from any other's. Answers whether it was the right one.
    fn call(sts: &Client, round: u32) -> bool {
        let name = format!("{}-{round}-{:?}", std::process::id(), std::thread::current().id());
        let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        let answer = sts.assume_role(&AssumeRole::new("arn:aws:iam::123456789012:role/demo", &name));
        match answer {
            Ok(answer) => answer.assumed_role_user.as_ref().is_some_and(|user| user.arn.ends_with(&name)),
            Err(_) => false,
        }
    }

    /// Forks; the child runs `work` and ends with whether it went well. Answers the child's id.
    fn fork(work: impl FnOnce() -> bool) -> libc::pid_t {
        // SAFETY: the child runs ordinary code. With one thread (two of the cases) that is always
        // allowed; in the third, this is what the test is about: the locks of the C library's allocator
        // are handled by its fork, and ours must not be held.
        match unsafe { libc::fork() } {
            0 => {
                // SAFETY: no pointers; ends a child that hangs instead of the whole test.
                unsafe { libc::alarm(10) };
                let good = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_or(false);
                // SAFETY: ends the process at once, without the destructors of the parent's state.
                unsafe { libc::_exit(if good { 0 } else { 1 }) }
            }
            child => {
                assert!(child > 0, "fork failed");
                child
            }
        }
    }

    #[track_caller]
    fn wait(child: libc::pid_t) {
        let mut status = 0;
        // SAFETY: `status` is ours and outlives the call.
        let ended = unsafe { libc::waitpid(child, &raw mut status, 0) };
        assert!(ended == child && status == 0, "the child ended with {status:#x} (a signal 14 is a hang)");
    }

    fn calls(sts: &Client, rounds: u32) -> bool {
        (0..rounds).all(|round| call(sts, round))
    }

    fn plainly() {
        let sts = client();
        assert!(calls(&sts, 2));
        for _ in 0..4 {
            // Both at once, several times each, and the child has a child.
            let child = fork(|| {
                let first = calls(&sts, 2);
                let grandchild = fork(|| calls(&sts, 3));
                let second = calls(&sts, 3);
                wait(grandchild);
                first && second && call(&sts, 9)
            });
            assert!(calls(&sts, 5));
            wait(child);
            // A child that only goes away leaves the parent's connection alone.
            wait(fork(|| true));
            let clone = sts.clone();
            wait(fork(move || {
                drop(clone);
                true
            }));
            assert!(call(&sts, 10));
        }
        // A child that drops the client, with everything in it.
        wait(fork(|| {
            drop(sts.clone());
            true
        }));
        assert!(call(&sts, 11));
    }

    fn before_use() {
        let sts = client();
        let children: Vec<_> = (0..4).map(|_| fork(|| calls(&sts, 3))).collect();
        assert!(calls(&sts, 3));
        children.into_iter().for_each(wait);
    }

    fn amid_threads() {
        let sts = client();
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    let mut round = 0;
                    while !stop.load(Ordering::SeqCst) {
                        assert!(call(&sts, round));
                        round += 1;
                    }
                });
            }
            for _ in 0..8 {
                std::thread::sleep(ms(7));
                wait(fork(|| calls(&sts, 2)));
            }
            stop.store(true, Ordering::SeqCst);
        });
    }

    /// Forks amid lookups, loads and invalidations: the child has the cached set, and loads on its own.
    fn cached() {
        let source = || {
            std::thread::sleep(ms(3));
            let at = System.now();
            Ok(Credentials::new(format!("AKID{}", at.as_millis()), "secret").with_expiration(at.plus_secs(3600)))
        };
        let cached = Cached::new(source, Stability::ServeStale);
        let first = cached.credentials().unwrap();
        let look_up = || cached.credentials().is_ok();
        let renew = || {
            let old = cached.credentials().unwrap();
            cached.invalidate(&old);
            cached.credentials().unwrap() != old
        };
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while !stop.load(Ordering::SeqCst) && look_up() {
                        std::hint::spin_loop()
                    }
                });
            }
            scope.spawn(|| {
                while !stop.load(Ordering::SeqCst) && renew() {
                    std::hint::spin_loop()
                }
            });
            for _ in 0..40 {
                std::thread::sleep(ms(2));
                wait(fork(|| (0..100).all(|_| look_up()) && (0..3).all(|_| renew()) && look_up()));
            }
            stop.store(true, Ordering::SeqCst);
        });
        assert_ne!(cached.credentials().unwrap(), first);
    }
}
