//! What the sources on the machine's own network have in common (`imds`, `container`): a plain request that no
//! proxy sees, attempts with pauses, and the JSON answer (`answer`).
//!
//! Which request is made when, and what its status means, is theirs.

pub(super) mod answer;

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};

use crate::error::{Error, ErrorKind, Result, RetryStop};
use crate::host::{self, Host};
use crate::settings::Settings;
use crate::timestamp::Seconds;
use crate::transport::{Proxies, Transport, TransportConfig, TransportError, TransportErrorKind, UreqTransport};

/// Far more than any answer has.
const MAX_RESPONSE_BYTES: usize = 64 * 1024;

/// Sends requests, each once.
pub(super) struct Link {
    transport: Arc<dyn Transport>,
    host: Arc<dyn Host>,
    user_agent: Option<HeaderValue>,
}

impl Link {
    /// Straight to the host, whatever proxies are set. What cancels the host's waits ends the requests, too.
    pub(super) fn new(
        settings: &Settings,
        connect_timeout: Duration,
        read_timeout: Duration,
        host: Arc<dyn Host>,
    ) -> Self {
        let transport = UreqTransport::new(TransportConfig {
            connect_timeout,
            read_timeout,
            max_response_bytes: MAX_RESPONSE_BYTES,
            ca_bundle: settings.transport().ca_bundle.clone(),
            proxies: Proxies::default(),
        });
        let transport = match host.cancel() {
            Some(cancel) => transport.cancel(cancel.clone()),
            None => transport,
        };
        Self::with_parts(settings, Arc::new(transport), host)
    }

    pub(super) fn with_parts(settings: &Settings, transport: Arc<dyn Transport>, host: Arc<dyn Host>) -> Self {
        Link { transport, host, user_agent: HeaderValue::try_from(settings.user_agent(false)).ok() }
    }

    pub(super) fn host(&self) -> &dyn Host {
        &*self.host
    }

    /// `limit`: the time left, if it is limited beyond the transport's own limits.
    pub(super) fn send(
        &self,
        method: Method,
        uri: &Uri,
        headers: &[(&'static str, &HeaderValue)],
        limit: Option<Duration>,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        let mut all = HeaderMap::with_capacity(4);
        if let Some(agent) = &self.user_agent {
            all.insert(header::USER_AGENT, agent.clone());
        }
        for (name, value) in headers {
            all.insert(HeaderName::from_static(name), (*value).clone());
        }
        let mut request = http::Request::new(&[][..]);
        *request.method_mut() = method;
        *request.uri_mut() = uri.clone();
        *request.headers_mut() = all;
        self.transport.send(request, limit)
    }
}

/// An attempt that failed.
pub(super) enum Failed {
    /// Another may go well.
    Again(Error),
    Finally(Error),
}

impl Failed {
    /// What a failure to send or to receive means.
    pub(super) fn of_transport(error: TransportError, hint: &str) -> Self {
        use TransportErrorKind as Kind;
        let kind = error.kind();
        let explained = Error::new(kind.as_error_kind(), format!("{error}{hint}")).with_source(error);
        match kind {
            Kind::Resolve | Kind::Connect | Kind::ConnectTimeout | Kind::Closed | Kind::ReadTimeout | Kind::Other => {
                Failed::Again(explained)
            }
            _ => Failed::Finally(explained),
        }
    }
}

/// How long and how often somebody tries.
pub(super) struct Patience<'a> {
    host: &'a dyn Host,
    /// When all has to be over on the monotonic clock, and how long that was at the start.
    end: Option<(Duration, Duration)>,
    /// The pause after so many attempts.
    pause: fn(u32) -> Duration,
}

impl<'a> Patience<'a> {
    pub(super) fn new(host: &'a dyn Host, whole: Option<Duration>, pause: fn(u32) -> Duration) -> Self {
        let end = whole.map(|whole| (host.monotonic().saturating_add(whole), whole));
        Patience { host, end, pause }
    }

    /// Runs `once`, which gets the time that is left, until it goes well or nothing is left to try. `most` is asked
    /// after each failure: what was heard may have changed it.
    pub(super) fn attempts<T>(
        &self,
        most: &dyn Fn() -> u32,
        once: &mut dyn FnMut(Option<Duration>) -> Result<T, Failed>,
    ) -> Result<T> {
        let mut attempt = 1;
        loop {
            host::check_cancel(self.host).map_err(|e| e.with_attempts(attempt - 1, None))?;
            let error = match once(self.left()?) {
                Ok(found) => return Ok(found),
                Err(Failed::Finally(error)) => return Err(error.with_attempts(attempt, None)),
                Err(Failed::Again(error)) => error,
            };
            if attempt >= most() {
                return Err(error.with_attempts(attempt, Some(RetryStop::MaxAttempts)));
            }
            let pause = (self.pause)(attempt);
            if self.end.is_some_and(|(end, _)| self.host.monotonic().saturating_add(pause) >= end) {
                return Err(error.with_attempts(attempt, Some(RetryStop::Deadline)));
            }
            log::debug!("attempt {attempt} failed, trying again in {pause:?}: {error}");
            self.host.sleep(pause);
            attempt += 1;
        }
    }

    fn left(&self) -> Result<Option<Duration>> {
        let Some((end, whole)) = self.end else { return Ok(None) };
        match end.saturating_sub(self.host.monotonic()) {
            Duration::ZERO => {
                let seconds = Seconds(whole);
                Err(Error::new(ErrorKind::Timeout, format!("the {seconds} s for all its requests have passed")))
            }
            left => Ok(Some(left)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Scripted;

    fn second(_: u32) -> Duration {
        Duration::from_secs(1)
    }

    /// Fails so often, then goes well: the attempts made, the pauses, and the error.
    fn run(failures: u32, most: u32, whole: Option<u64>) -> (u32, usize, Option<Error>) {
        let host = Scripted::at(0);
        let patience = Patience::new(&host, whole.map(Duration::from_secs), second);
        let mut made = 0;
        let result = patience.attempts(&|| most, &mut |left| {
            made += 1;
            assert_eq!(left.is_some(), whole.is_some());
            if made > failures { Ok(()) } else { Err(Failed::Again(Error::response("bad"))) }
        });
        (made, host.sleeps().len(), result.err())
    }

    #[test]
    fn tries_as_often_as_allowed_and_pauses_between() {
        for (failures, most, whole, made, sleeps, stop) in [
            (0, 3, None, 1, 0, None),
            (2, 3, None, 3, 2, None),
            (3, 3, None, 3, 2, Some(RetryStop::MaxAttempts)),
            (9, 1, None, 1, 0, Some(RetryStop::MaxAttempts)),
            (9, 9, Some(3), 3, 2, Some(RetryStop::Deadline)),
            (9, 9, Some(1), 1, 0, Some(RetryStop::Deadline)),
        ] {
            let found = run(failures, most, whole);
            assert_eq!((found.0, found.1), (made, sleeps), "{failures} failures, {most} attempts, {whole:?} s");
            assert_eq!(found.2.as_ref().and_then(Error::retry_stop), stop);
            assert_eq!(found.2.map(|e| e.attempts()), stop.map(|_| made));
        }
    }

    #[test]
    fn a_final_failure_is_not_tried_again_and_no_time_is_no_attempt() {
        let host = Scripted::at(0);
        let patience = Patience::new(&host, Some(Duration::from_secs(3)), second);
        let error = patience.attempts::<()>(&|| 3, &mut |_| Err(Failed::Finally(Error::response("bad")))).unwrap_err();
        assert_eq!((error.attempts(), host.sleeps().len()), (1, 0));
        host.sleep(Duration::from_secs(3));
        let error = patience.attempts::<()>(&|| 3, &mut |_| panic!("no time left")).unwrap_err();
        assert!(error.is_timeout() && error.to_string().contains("3 s"), "{error}");
    }
}
