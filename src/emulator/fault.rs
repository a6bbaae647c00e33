//! Faults: what can go wrong on purpose, and the queue they wait in.
//!
//! How a fault looks on the wire is in `deliver.rs`.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

/// Something that goes wrong on purpose with an answer of the emulator.
///
/// A fault is made by one of the constructors, narrowed with [`times`](Fault::times),
/// [`always`](Fault::always), [`on`](Fault::on) and [`on_reused`](Fault::on_reused), and handed to
/// [`Emulator::inject`](super::Emulator::inject). Faults wait in a queue: each request takes the
/// first one that fits it. A fault applies once unless said otherwise.
///
/// Faults that replace the answer ([`status`](Fault::status), [`error`](Fault::error), …) do so
/// before authentication: the operation is not run. The others spoil the real answer on its way.
/// Waiting and endless faults end when the emulator stops or the client goes away.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use stskit::emulator::{Emulator, Fault};
///
/// let emulator = Emulator::start()?;
/// // Two throttled answers to AssumeRole, then a 503 for whatever comes next.
/// emulator.inject(Fault::throttle().times(2).on("AssumeRole"));
/// emulator.inject(Fault::status(503).body("text/plain", "down").after(Duration::from_millis(5)));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone)]
#[must_use = "a fault does nothing until it is injected"]
pub struct Fault {
    pub(super) answer: Option<Answer>,
    pub(super) delivery: Delivery,
    pub(super) delay: Duration,
    pub(super) headers: Vec<(String, String)>,
    pub(super) date_offset: i64,
    remaining: Option<u64>,
    operation: Option<String>,
    only_reused: bool,
}

/// What is answered instead of the real answer.
#[derive(Clone)]
pub(super) enum Answer {
    Status { status: u16, content_type: Option<String>, body: Vec<u8> },
    Error { code: String, message: String, status: u16 },
    Throttle,
}

/// How the answer is put on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Delivery {
    Whole,
    WholeThenClose,
    CloseBefore,
    Reset,
    Truncate(usize),
    /// Head and this many bytes of the body, or nothing at all; then silence for so long.
    Stall {
        body: Option<usize>,
        hold: Duration,
    },
    Drip(Duration),
    Huge {
        bytes: u64,
        sized: bool,
    },
    Endless,
    HeaderFlood,
    Raw(Vec<u8>),
}

impl Fault {
    fn new(answer: Option<Answer>, delivery: Delivery) -> Self {
        Fault {
            answer,
            delivery,
            delay: Duration::ZERO,
            headers: Vec::new(),
            date_offset: 0,
            remaining: Some(1),
            operation: None,
            only_reused: false,
        }
    }

    /// No fault: the real answer. Puts a good answer between two bad ones, or carries
    /// [`header`](Fault::header) and [`after`](Fault::after).
    pub fn none() -> Self {
        Fault::new(None, Delivery::Whole)
    }

    /// An answer with this HTTP status and an empty body (or [`body`](Fault::body)).
    pub fn status(status: u16) -> Self {
        Fault::new(Some(Answer::Status { status, content_type: None, body: Vec::new() }), Delivery::Whole)
    }

    /// A real error document of the service the request is for.
    ///
    /// `code` is the wire code (`AccessDenied`), `status` the HTTP status. IMDS answers a page without
    /// the code, or with status 200 the document of a role it cannot get keys for.
    pub fn error(code: impl Into<String>, message: impl Into<String>, status: u16) -> Self {
        let answer = Answer::Error { code: code.into(), message: message.into(), status };
        Fault::new(Some(answer), Delivery::Whole)
    }

    /// The service's answer to too many requests: from STS `Throttling`, HTTP 400, from the SSO
    /// portal `TooManyRequestsException`, HTTP 429, from SSO-OIDC `SlowDownException`, HTTP 400, from
    /// the sign-in service `TooManyRequestsError`, HTTP 429, from IMDS an empty answer, HTTP 503, from
    /// the container endpoints HTTP 429.
    pub fn throttle() -> Self {
        Fault::new(Some(Answer::Throttle), Delivery::Whole)
    }

    /// The HTML page of a proxy or load balancer, with this HTTP status.
    pub fn html(status: u16) -> Self {
        let page =
            format!("<html>\r\n<head><title>{status}</title></head>\r\n<body><h1>{status}</h1></body>\r\n</html>\r\n");
        Fault::status(status).body("text/html", page)
    }

    /// A 307 redirect to `location`, which no AWS client may follow.
    pub fn redirect(location: impl Into<String>) -> Self {
        Fault::status(307).header("Location", location)
    }

    /// Reads the request and closes the connection without a byte of answer.
    pub fn close_before_response() -> Self {
        Fault::new(None, Delivery::CloseBefore)
    }

    /// Answers, says nothing about closing, and closes: the next request of the client meets a
    /// dead connection in its pool.
    pub fn close_after_response() -> Self {
        Fault::new(None, Delivery::WholeThenClose)
    }

    /// A kept-alive connection that is closed right when the next request arrives on it. A request
    /// on a fresh connection is served as usual and leaves the fault where it is.
    pub fn stale_connection() -> Self {
        Fault::close_before_response().on_reused()
    }

    /// Resets the connection (TCP RST): the socket is closed while the request lies in it unread.
    ///
    /// Over TLS, for a chunked request body, one that waits for `100 Continue` or one larger than
    /// the socket buffers (about 64 KiB), the connection is closed without an answer and without a
    /// TLS close instead.
    pub fn reset() -> Self {
        Fault::new(None, Delivery::Reset)
    }

    /// Announces the whole body but sends only its first `bytes` bytes, then closes.
    pub fn truncate(bytes: usize) -> Self {
        Fault::new(None, Delivery::Truncate(bytes))
    }

    /// Reads the request and never answers it: the connection stays open and silent this long, then
    /// it is closed. This is how a lost answer looks, e.g. of IMDS beyond its hop limit.
    pub fn silence(hold: Duration) -> Self {
        Fault::new(None, Delivery::Stall { body: None, hold })
    }

    /// Sends the head and the first `bytes` bytes of the body (one less than all of it at most), then
    /// nothing: the connection stays open this long, then it is closed.
    pub fn stall(bytes: usize, hold: Duration) -> Self {
        Fault::new(None, Delivery::Stall { body: Some(bytes), hold })
    }

    /// Waits before answering. The operation has been run by then.
    pub fn slow(wait: Duration) -> Self {
        Fault::none().after(wait)
    }

    /// Sends the answer, head and body, one byte at a time with this pause before each byte.
    pub fn drip(pause: Duration) -> Self {
        Fault::new(None, Delivery::Drip(pause))
    }

    /// A 200 answer with a body of `bytes` bytes, announced by Content-Length. The body is text
    /// that never becomes a document; it is not held in memory.
    pub fn huge(bytes: u64) -> Self {
        Fault::new(None, Delivery::Huge { bytes, sized: true })
    }

    /// As [`huge`](Fault::huge) but without Content-Length: the end of the connection ends the body.
    pub fn huge_unsized(bytes: u64) -> Self {
        Fault::new(None, Delivery::Huge { bytes, sized: false })
    }

    /// A 200 answer with a chunked body that does not end.
    pub fn endless() -> Self {
        Fault::new(None, Delivery::Endless)
    }

    /// Response headers that do not end.
    pub fn header_flood() -> Self {
        Fault::new(None, Delivery::HeaderFlood)
    }

    /// Bytes that are not HTTP.
    pub fn garbage() -> Self {
        Fault::raw(*b"\x16\x03\x01\x00\x00this is not HTTP\x00\xff\xfe\r\n\r\n")
    }

    /// These bytes exactly, then the end of the connection.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Fault::new(None, Delivery::Raw(bytes.into()))
    }

    /// The real answer with a `Date` header that is this many seconds ahead (negative: behind).
    pub fn date_offset(seconds: i64) -> Self {
        Fault { date_offset: seconds, ..Fault::none() }
    }

    /// Sets the body of a [`status`](Fault::status) fault. Does nothing to other faults.
    pub fn body(mut self, content_type: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        if let Some(Answer::Status { content_type: kind, body, .. }) = &mut self.answer {
            *kind = Some(content_type.into());
            *body = bytes.into();
        }
        self
    }

    /// Adds a header line to the answer, e.g. `Retry-After`. A `Date` replaces the usual one.
    /// Line breaks in name and value are dropped.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let clean = |text: String| text.replace(['\r', '\n'], "");
        self.headers.push((clean(name.into()), clean(value.into())));
        self
    }

    /// Waits this long before the answer, on top of what the fault does.
    pub fn after(self, wait: Duration) -> Self {
        Fault { delay: wait, ..self }
    }

    /// Applies to this many requests. Defaults to 1; 0 is never.
    pub fn times(self, count: u64) -> Self {
        Fault { remaining: Some(count), ..self }
    }

    /// Applies to every request until [`Emulator::clear_faults`](super::Emulator::clear_faults).
    pub fn always(self) -> Self {
        Fault { remaining: None, ..self }
    }

    /// Applies to requests of this operation only, e.g. `AssumeRole`. What the requests are called that
    /// are no operations, [`Imds`](super::Imds) and [`Container`](super::Container) tell.
    pub fn on(self, operation: impl Into<String>) -> Self {
        Fault { operation: Some(operation.into()), ..self }
    }

    /// Applies only to requests on a connection that has carried an earlier request.
    pub fn on_reused(self) -> Self {
        Fault { only_reused: true, ..self }
    }

    fn fits(&self, operation: Option<&str>, reused: bool) -> bool {
        self.remaining != Some(0)
            && (reused || !self.only_reused)
            && (self.operation.is_none() || self.operation.as_deref() == operation)
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let answer = match &self.answer {
            None => "real".to_owned(),
            Some(Answer::Status { status, .. }) => format!("status {status}"),
            Some(Answer::Error { code, status, .. }) => format!("{code} {status}"),
            Some(Answer::Throttle) => "throttle".to_owned(),
        };
        let delivery = match &self.delivery {
            Delivery::Raw(bytes) => format!("Raw({} bytes)", bytes.len()),
            other => format!("{other:?}"),
        };
        out.debug_struct("Fault")
            .field("answer", &answer)
            .field("delivery", &delivery)
            .field("delay", &self.delay)
            .field("remaining", &self.remaining)
            .field("operation", &self.operation)
            .finish_non_exhaustive()
    }
}

/// The faults that wait for requests.
#[derive(Default)]
pub(super) struct Faults {
    waiting: VecDeque<Fault>,
}

impl Faults {
    pub(super) fn push(&mut self, fault: Fault) {
        self.waiting.push_back(fault);
    }

    pub(super) fn clear(&mut self) {
        self.waiting.clear();
    }

    /// Whether a reset waits, for whichever request.
    pub(super) fn has_reset(&self) -> bool {
        self.waiting.iter().any(|fault| fault.delivery == Delivery::Reset)
    }

    /// Takes the first fault that fits, if it is a reset.
    pub(super) fn take_reset(&mut self, operation: Option<&str>, reused: bool) -> Option<Fault> {
        let first = self.waiting.iter().find(|fault| fault.fits(operation, reused))?;
        if first.delivery != Delivery::Reset {
            return None;
        }
        self.take(operation, reused)
    }

    /// Takes the first fault that fits the request and counts it down.
    pub(super) fn take(&mut self, operation: Option<&str>, reused: bool) -> Option<Fault> {
        if self.waiting.is_empty() {
            return None;
        }
        let index = self.waiting.iter().position(|fault| fault.fits(operation, reused))?;
        let fault = self.waiting.get_mut(index)?;
        fault.remaining = fault.remaining.map(|count| count.saturating_sub(1));
        if fault.remaining == Some(0) { self.waiting.remove(index) } else { Some(fault.clone()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status_of(fault: Option<Fault>) -> Option<u16> {
        match fault?.answer? {
            Answer::Status { status, .. } | Answer::Error { status, .. } => Some(status),
            Answer::Throttle => None,
        }
    }

    #[test]
    fn faults_are_taken_in_order_and_counted_down() {
        let mut faults = Faults::default();
        faults.push(Fault::status(500).times(0));
        faults.push(Fault::status(501).times(2));
        faults.push(Fault::status(502));
        faults.push(Fault::status(503).always());
        let taken: Vec<_> = (0..5).map(|_| status_of(faults.take(None, false))).collect();
        assert_eq!(taken, [501, 501, 502, 503, 503].map(Some));
        faults.clear();
        assert!(faults.take(None, false).is_none());
    }

    #[test]
    fn faults_are_narrowed_by_operation_and_reuse() {
        let mut faults = Faults::default();
        faults.push(Fault::status(500).on("AssumeRole"));
        faults.push(Fault::status(501).on_reused());
        assert_eq!(status_of(faults.take(Some("GetCallerIdentity"), false)), None);
        assert_eq!(status_of(faults.take(None, true)), Some(501));
        assert_eq!(status_of(faults.take(Some("AssumeRole"), false)), Some(500));
        assert!(faults.take(Some("AssumeRole"), true).is_none());
    }

    #[test]
    fn a_reset_is_taken_only_when_it_is_the_first_that_fits() {
        let mut faults = Faults::default();
        faults.push(Fault::status(500));
        faults.push(Fault::reset());
        assert!(faults.has_reset());
        assert!(faults.take_reset(None, false).is_none());
        assert_eq!(status_of(faults.take(None, false)), Some(500));
        assert!(faults.take_reset(None, false).is_some());
        assert!(!faults.has_reset());
    }

    #[test]
    fn headers_cannot_be_split_and_debug_is_short() {
        let fault = Fault::status(500).header("A\r\nB", "c\r\nd").body("text/plain", vec![b'x'; 5000]);
        assert_eq!(fault.headers, [("AB".to_owned(), "cd".to_owned())]);
        assert!(format!("{fault:?}").len() < 200);
        assert!(format!("{:?}", Fault::raw(vec![0; 5000])).len() < 200);
    }
}
