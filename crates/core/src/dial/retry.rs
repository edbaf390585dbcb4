//! Attempts to open a stream: each within a time limit, with more attempts after a failure.

use std::cell::RefCell;
use std::rc::{Rc, Weak};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{AttemptLimit, DialSteps, Dialer, Endpoint, Room};
use crate::dns::policy::is_refusal;
use crate::error::{Error, Kind, Phase};
use crate::exchange::Exchange;
use crate::facts::{ConnectionFacts, DialProgress};
use crate::io::Stream;
use crate::route::Route;
use crate::trace::{AttemptTrace, Step};

/// The delay before the second retry. It doubles from then on; the first retry does not wait (HTTPX: 0, 0.5, 1, 2, … s).
const RETRY_DELAY: Duration = Duration::from_millis(500);

/// How often and how long to try.
#[derive(Clone)]
pub(crate) struct Attempts<'a> {
    /// The time limit of each attempt, from the name's resolution to the end of the TLS handshake.
    pub(crate) limit: Option<Duration>,
    /// The limit in place of that, if requests share the attempt. There is one attempt then.
    pub(crate) shared_limit: Option<Rc<AttemptLimit>>,
    /// Attempts after the first.
    pub(crate) retries: u32,
    /// The listener.
    pub(crate) trace: Option<&'a AttemptTrace>,
    /// The room in the pool, if they may give it back.
    pub(crate) room: Option<Rc<Room>>,
    /// The request for which the stream is opened.
    pub(crate) asker: Weak<Exchange>,
    /// How far they are.
    pub(crate) current: Rc<CurrentAttempt>,
}

/// How far the current or the last attempt is, for the requests that wait for it.
#[derive(Default)]
pub(crate) struct CurrentAttempt(RefCell<Option<Rc<DialProgress>>>);

impl CurrentAttempt {
    /// The phase in which an interruption ends the request.
    pub(crate) fn phase(&self) -> Phase {
        self.0
            .borrow()
            .as_ref()
            .map_or(Phase::Connect, |progress| progress.phase())
    }
}

/// An open stream, and what is known of it.
pub(crate) struct Dialed {
    pub(crate) stream: Stream,
    pub(crate) facts: ConnectionFacts,
}

impl Dialer {
    /// Opens a stream along `route`, in as many attempts as allowed.
    pub(crate) async fn open(&self, route: &Route, attempts: Attempts<'_>) -> Result<Dialed, Error> {
        let mut delay = Duration::ZERO;
        let mut retries = attempts.retries;
        loop {
            let error = match self.attempt(route, &attempts).await {
                Ok(dialed) => return Ok(dialed),
                Err(error) => error,
            };
            let may_pass = matches!(error.kind, Kind::ConnectError | Kind::ConnectTimeout);
            if retries == 0 || !may_pass || is_refusal(&error) {
                return Err(error);
            }
            retries -= 1;
            self.network.forget(&Endpoint::of(route));
            if let Some(trace) = attempts.trace {
                trace.started(Step::Retry, &[&delay.as_millis().to_string()]);
            }
            sleep(delay).await;
            if let Some(trace) = attempts.trace {
                trace.complete(Step::Retry, &[]);
            }
            delay = if delay.is_zero() { RETRY_DELAY } else { delay * 2 };
        }
    }

    async fn attempt(&self, route: &Route, attempts: &Attempts<'_>) -> Result<Dialed, Error> {
        let limit = attempts.shared_limit.clone().unwrap_or_else(|| {
            let at = attempts.limit.map(|limit| Instant::now() + limit);
            Rc::new(AttemptLimit::new(at))
        });
        let steps = DialSteps::new(
            attempts.trace,
            Weak::clone(&attempts.asker),
            attempts.room.clone(),
            Rc::clone(&limit),
        );
        attempts.current.0.replace(Some(Rc::clone(&steps.progress)));
        let opened = tokio::select! {
            biased;
            opened = self.dial(route, &steps) => opened,
            () = limit.passes() => Err(connect_timeout(steps.phase())),
        };
        if let (Some(trace), Err(error)) = (attempts.trace, &opened) {
            trace.failed(error);
        }
        opened.map(|stream| Dialed {
            facts: ConnectionFacts::new(
                stream.addresses(),
                route.clone(),
                steps.tls.take(),
                steps.progress.times(),
            ),
            stream,
        })
    }
}

/// The error of an attempt whose time is over.
pub(crate) fn connect_timeout(phase: Phase) -> Error {
    let message = "no connection within the connect timeout";
    Error::new(Kind::ConnectTimeout, phase, "ERR_CONNECT_TIMEOUT", message)
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::future::pending;
    use std::rc::Rc;

    use super::*;
    use crate::dial::{Network, Opening};
    use crate::io::MemoryStream;
    use crate::route::RouteRef;
    use crate::tls::TlsSettings;

    /// A network whose first attempts fail.
    struct Failing {
        /// What each attempt fails with; `None` for one that gets no answer.
        failures: RefCell<VecDeque<Option<Kind>>>,
        begun: Rc<RefCell<Vec<Duration>>>,
        start: Instant,
    }

    impl Network for Failing {
        fn open<'a>(&'a self, _endpoint: &'a Endpoint, _steps: &'a DialSteps<'_>) -> Opening<'a> {
            self.begun.borrow_mut().push(self.start.elapsed());
            let failure = self.failures.borrow_mut().pop_front();
            Box::pin(async move {
                match failure {
                    None => Ok(Stream::Memory(MemoryStream::pair(1).0)),
                    Some(None) => pending().await,
                    Some(Some(kind)) => Err(Error::new(kind, Phase::Connect, "ECONNREFUSED", "refused")),
                }
            })
        }
    }

    /// Opens a stream over a network that fails like this. Returns the error's kind, and when each attempt began.
    async fn opened(
        failures: &[Option<Kind>],
        limit: Option<Duration>,
        retries: u32,
    ) -> (Result<(), Kind>, Vec<Duration>) {
        let begun = Rc::default();
        let network = Failing {
            failures: RefCell::new(failures.iter().copied().collect()),
            begun: Rc::clone(&begun),
            start: Instant::now(),
        };
        let route = RouteRef::to_origin("http://a:80").unwrap().into();
        let attempts = Attempts {
            limit,
            shared_limit: None,
            retries,
            trace: None,
            room: None,
            asker: Weak::new(),
            current: Rc::default(),
        };
        let opened = Dialer::over(network, TlsSettings::default())
            .open(&route, attempts)
            .await;
        let begun = begun.borrow().clone();
        (opened.map(drop).map_err(|error| error.kind), begun)
    }

    fn milliseconds<const N: usize>(times: [u64; N]) -> [Duration; N] {
        times.map(Duration::from_millis)
    }

    const REFUSED: Option<Kind> = Some(Kind::ConnectError);

    #[tokio::test(start_paused = true)]
    async fn the_delays_between_attempts_are_those_of_httpx() {
        let (result, begun) = opened(&[REFUSED; 4], None, 4).await;
        assert_eq!(result, Ok(()));
        assert_eq!(begun, milliseconds([0, 0, 500, 1500, 3500]));
        let (result, begun) = opened(&[REFUSED; 4], None, 2).await;
        assert_eq!(result, Err(Kind::ConnectError));
        assert_eq!(begun, milliseconds([0, 0, 500]));
    }

    #[tokio::test(start_paused = true)]
    async fn the_limit_applies_to_each_attempt() {
        let limit = Some(Duration::from_secs(1));
        let (result, begun) = opened(&[None, None], limit, 1).await;
        assert_eq!(result, Err(Kind::ConnectTimeout));
        assert_eq!(begun, milliseconds([0, 1000]));
        let (result, begun) = opened(&[None, None], limit, 2).await;
        assert_eq!(result, Ok(()));
        assert_eq!(begun, milliseconds([0, 1000, 2500]));
    }

    #[tokio::test(start_paused = true)]
    async fn only_a_failure_to_connect_is_followed_by_another_attempt() {
        let (result, begun) = opened(&[Some(Kind::ProxyError)], None, 3).await;
        assert_eq!(result, Err(Kind::ProxyError));
        assert_eq!(begun.len(), 1);
    }
}
