//! What the loop programs share: `PROGRAM what count threads`, the request to sign, and the loop.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use std::time::Instant;

pub const BODY: &str = "Action=AssumeRole&Version=2011-06-15\
    &RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fbench&RoleSessionName=bench";
pub const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";
pub const HOST: &str = "sts.us-east-1.amazonaws.com";
pub const KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";
pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// 520 characters, as many as STS answers for a plain role.
pub fn session_token() -> String {
    "IQoJb3JpZ2luX2VjEXAMPLE/+".chars().cycle().take(520).collect()
}

/// What to do, how often in each thread, in how many threads.
pub fn arguments() -> (String, usize, usize) {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().unwrap_or_default();
    let mut number = || arguments.next().and_then(|n| n.parse().ok()).unwrap_or(1);
    (what, number(), number())
}

/// Does it `count` times in each thread and prints the nanoseconds of wall time.
pub fn repeat(count: usize, threads: usize, work: impl Fn() + Sync) {
    let each = || (0..count).for_each(|_| work());
    let start = Instant::now();
    if threads == 1 {
        each();
    } else {
        std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(each))));
    }
    println!("{}", start.elapsed().as_nanos());
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

thread_local! {
    static WAKER: Waker = Arc::new(Unpark(std::thread::current())).into();
}

/// Runs a future that needs no runtime; it may wait for other threads.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    WAKER.with(|waker| {
        let mut context = Context::from_waker(waker);
        loop {
            match future.as_mut().poll(&mut context) {
                Poll::Ready(value) => return value,
                Poll::Pending => std::thread::park(),
            }
        }
    })
}
