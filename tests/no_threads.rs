//! Threads: none for IP literals, one for a name, and no panic where no thread can be had. No harness: the
//! process that counts has one thread.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg_attr(not(target_os = "linux"), allow(unused))]

mod support;

fn main() {
    #[cfg(target_os = "linux")]
    linux::main();
}

#[cfg(target_os = "linux")]
mod linux {
    #![allow(unsafe_code)]

    use std::os::unix::process::CommandExt;
    use std::process::Command;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use stskit::emulator::Emulator;
    use stskit::sts::GetCallerIdentity;

    use crate::support::net::{client_at, ms};

    pub(super) fn main() {
        match std::env::var("THREAD_TEST").as_deref() {
            Ok("count") => count(),
            Ok("starved") => starved(),
            _ => supervise(),
        }
    }

    fn supervise() {
        let emulator = Emulator::start().unwrap();
        let run = |case: &str, url: &str, limit: bool| {
            let mut command = Command::new(std::env::current_exe().unwrap());
            command.env("THREAD_TEST", case).env("THREAD_URL", url);
            if limit {
                // Root is not bound by a limit on processes: the child gives its rights up first.
                // SAFETY: between fork and exec, only calls that are safe there.
                unsafe {
                    command.pre_exec(|| {
                        let limit = libc::rlimit { rlim_cur: 1, rlim_max: 1 };
                        let user = 65_432;
                        if libc::geteuid() == 0 && (libc::setgid(user) != 0 || libc::setuid(user) != 0) {
                            return Err(std::io::Error::last_os_error());
                        }
                        if libc::setrlimit(libc::RLIMIT_NPROC, &raw const limit) != 0 {
                            return Err(std::io::Error::last_os_error());
                        }
                        Ok(())
                    });
                }
            }
            command.output()
        };
        let port = emulator.addr().port();
        let succeeds = |output: std::io::Result<std::process::Output>, what: &str| {
            let output = output.unwrap();
            let text =
                format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert!(output.status.success(), "{what}: {} {text}", output.status);
            println!("{what}: {}", text.trim());
            text
        };
        let text = succeeds(run("count", &emulator.url(), false), "an IP literal");
        assert!(text.contains("threads seen: 1\n"), "{text}");
        // The count would notice a thread.
        let text = succeeds(run("count", "http://host.invalid", false), "a name");
        assert!(text.contains("threads seen: 2\n"), "{text}");

        for (what, url) in [
            ("an IP literal without threads", emulator.url()),
            ("a name without threads", format!("http://localhost:{port}")),
        ] {
            // The file of the program may not be reachable for another user: then there is nothing to test.
            match run("starved", &url, true) {
                Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                    println!("{what}: skipped, the program cannot be run by another user");
                }
                output => {
                    let text = succeeds(output, what);
                    assert!(text.contains("answered"), "{text}");
                }
            }
        }
    }

    /// The most threads there were at a time while calls were made.
    fn count() {
        static MOST: AtomicUsize = AtomicUsize::new(0);
        /// Counts whenever the library logs: the resolver thread lives while the name is looked up.
        struct Counting;
        impl log::Log for Counting {
            fn enabled(&self, _: &log::Metadata<'_>) -> bool {
                true
            }
            fn log(&self, _: &log::Record<'_>) {
                note();
            }
            fn flush(&self) {}
        }
        fn note() {
            let threads = std::fs::read_dir("/proc/self/task").unwrap().count();
            MOST.fetch_max(threads, Ordering::SeqCst);
        }
        log::set_logger(&Counting).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
        let url = std::env::var("THREAD_URL").unwrap();
        let by_name = url.contains("invalid");
        // A limit that passes while the name is looked up leaves the thread there to be counted.
        let sts = client_at(&url, |b| {
            if by_name { b.max_attempts(1).connect_timeout(std::time::Duration::from_nanos(1)) } else { b }
        });
        note();
        for _ in 0..if by_name { 50 } else { 3 } {
            let result = sts.get_caller_identity(&GetCallerIdentity {});
            assert_eq!(result.is_err(), by_name, "{result:?}");
            note();
            if MOST.load(Ordering::SeqCst) > 1 {
                break;
            }
        }
        println!("threads seen: {}", MOST.load(Ordering::SeqCst));
        // Without waiting for a resolver that may take its time.
        std::process::exit(0);
    }

    /// No thread can be had: the call is made all the same.
    fn starved() {
        let refused = std::thread::Builder::new().spawn(|| {});
        assert!(refused.is_err(), "a thread could be had: the limit does not bind");
        let sts = client_at(&std::env::var("THREAD_URL").unwrap(), |b| b.max_attempts(1));
        sts.get_caller_identity(&GetCallerIdentity {}).unwrap();
        println!("answered");
        // A name that is not found is an error as ever.
        let sts = client_at("http://host.invalid", |b| b.max_attempts(1).connect_timeout(ms(2000)));
        let error = sts.get_caller_identity(&GetCallerIdentity {}).unwrap_err();
        assert!(error.is_network(), "{error}");
    }
}
