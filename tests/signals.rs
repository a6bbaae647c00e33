//! Signals that keep coming, as the runtimes of some languages send them to a thread that they wait for.
#![cfg(unix)]
#![allow(unsafe_code)]

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use stskit::host::{Host, System};

extern "C" fn heard(_: libc::c_int) {}

#[test]
fn a_sleep_ends_although_signals_keep_coming() {
    let handler: extern "C" fn(libc::c_int) = heard;
    // SAFETY: the handler does nothing.
    unsafe { libc::signal(libc::SIGUSR1, handler as libc::sighandler_t) };
    let awake = AtomicBool::new(false);
    let (began, sleeper) = mpsc::channel();
    thread::scope(|scope| {
        let (ended, end) = mpsc::channel();
        let awake = &awake;
        scope.spawn(move || {
            // SAFETY: it has no preconditions.
            began.send(unsafe { libc::pthread_self() }).unwrap();
            for _ in 0..5 {
                System.sleep(Duration::from_millis(50));
            }
            ended.send(()).unwrap();
            // Until nobody sends it anything more.
            while !awake.load(Ordering::SeqCst) {
                thread::yield_now();
            }
        });
        let sleeper = sleeper.recv().unwrap();
        let mut sent = 0_u64;
        while end.try_recv().is_err() && sent < 100_000_000 {
            // SAFETY: the thread lives until `awake` is set.
            unsafe { libc::pthread_kill(sleeper, libc::SIGUSR1) };
            sent += 1;
        }
        awake.store(true, Ordering::SeqCst);
        assert!(sent < 100_000_000, "it sleeps on");
    });
}
