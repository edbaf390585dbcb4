//! Attempts to open a stream: each within a time limit, with more attempts after a failure.

use std::time::Duration;

use rustls::pki_types::ServerName;
use tokio::time::{sleep, timeout};

use super::{DialSteps, Dialer, Endpoint, Host};
use crate::error::{Error, Kind, Phase};
use crate::io::Stream;
use crate::route::{Route, Scheme};
use crate::trace::{AttemptTrace, Step};

/// The second delay before another attempt; it doubles from then on (HTTPX: 0, 0.5, 1, 2, … s).
const FIRST_DELAY: Duration = Duration::from_millis(500);

/// How often and how long to try.
#[derive(Clone, Copy)]
pub(crate) struct Attempts<'a> {
    /// The time limit of each attempt, from the name's resolution to the end of the TLS handshake.
    pub(crate) limit: Option<Duration>,
    /// Attempts after the first.
    pub(crate) retries: u32,
    /// The listener.
    pub(crate) trace: Option<&'a AttemptTrace>,
}

impl Dialer {
    /// Opens a stream along `route`, in as many attempts as allowed.
    pub(crate) async fn open(&self, route: &Route, attempts: Attempts<'_>) -> Result<Stream, Error> {
        let mut delay = Duration::ZERO;
        let mut retries = attempts.retries;
        loop {
            let error = match self.attempt(route, attempts).await {
                Ok(stream) => return Ok(stream),
                Err(error) => error,
            };
            if retries == 0 || !matches!(error.kind, Kind::ConnectError | Kind::ConnectTimeout) {
                return Err(error);
            }
            retries -= 1;
            if let Some(trace) = attempts.trace {
                trace.started(Step::Retry, &[&delay.as_millis().to_string()]);
            }
            sleep(delay).await;
            if let Some(trace) = attempts.trace {
                trace.complete(Step::Retry, &[]);
            }
            delay = if delay.is_zero() { FIRST_DELAY } else { delay * 2 };
        }
    }

    async fn attempt(&self, route: &Route, attempts: Attempts<'_>) -> Result<Stream, Error> {
        let steps = DialSteps::new(attempts.trace);
        let dialing = async {
            let (endpoint, server_name) = resolve_route(route, &steps)?;
            self.dial(&endpoint, server_name.as_ref(), &steps).await
        };
        let opened = match attempts.limit {
            None => dialing.await,
            Some(limit) => timeout(limit, dialing).await.unwrap_or_else(|_| {
                Err(Error::new(
                    Kind::ConnectTimeout,
                    steps.phase(),
                    "ERR_CONNECT_TIMEOUT",
                    "no connection within the connect timeout",
                ))
            }),
        };
        if let (Some(trace), Err(error)) = (attempts.trace, &opened) {
            trace.failed(error);
        }
        opened
    }
}

/// The endpoint of a route, and the name for TLS if the scheme asks for it.
fn resolve_route(
    route: &Route,
    steps: &DialSteps<'_>,
) -> Result<(Endpoint, Option<ServerName<'static>>), Error> {
    let server_name = match route.scheme {
        Scheme::Http => None,
        Scheme::Https => {
            steps.enter(Phase::Tls);
            let name = route.server_name.as_ref().unwrap_or(&route.host);
            Some(Host::parse(name).server_name()?)
        }
    };
    let endpoint = match &route.uds {
        Some(path) => Endpoint::Unix(path.to_path_buf()),
        None => Endpoint::tcp(&route.host, route.port),
    };
    Ok((endpoint, server_name))
}
