//! Opening a connection to an origin: the way there, its time limit, and trying again.

use std::path::Path;
use std::time::Duration;

use tokio::time::{sleep, timeout};

use crate::conn::Connection;
use crate::connect::{self, Endpoint, Host, Progress, TlsSetup};
use crate::error::{Error, Kind, Phase};
use crate::tls::{TlsSettings, configure};
use crate::trace::{AttemptTrace, Step};

/// The first delay before another try; it doubles with each (HTTPX: 0, 0.5, 1, 2, … s).
const FIRST_DELAY: Duration = Duration::from_millis(500);

/// The way to an origin.
pub(crate) struct Route<'a> {
    /// `scheme://host:port`, and after a `#` the name of the TLS server if that is not the host.
    pub(crate) origin: &'a str,
    /// The Unix socket that stands for every host.
    pub(crate) uds: Option<&'a Path>,
    /// Whom to trust.
    pub(crate) tls: &'a TlsSettings,
    /// Who listens to the attempt.
    pub(crate) trace: Option<&'a AttemptTrace>,
}

/// Opens a connection, each try within the time limit.
pub(crate) async fn open(
    route: &Route<'_>,
    limit: Option<Duration>,
    retries: u32,
) -> Result<Connection, Error> {
    let mut delay = Duration::ZERO;
    let mut tries = 0;
    loop {
        let error = match open_once(route, limit).await {
            Ok(connection) => return Ok(connection),
            Err(error) => error,
        };
        if tries == retries || !matches!(error.kind, Kind::ConnectError | Kind::ConnectTimeout) {
            return Err(error);
        }
        tries += 1;
        if let Some(trace) = route.trace {
            trace.started(Step::Retry, &[&delay.as_millis().to_string()]);
        }
        sleep(delay).await;
        if let Some(trace) = route.trace {
            trace.complete(Step::Retry, &[]);
        }
        delay = if delay.is_zero() { FIRST_DELAY } else { delay * 2 };
    }
}

async fn open_once(route: &Route<'_>, limit: Option<Duration>) -> Result<Connection, Error> {
    let progress = Progress::new(Phase::Connect, route.trace);
    let attempt = async {
        let (endpoint, tls) = way(route, &progress).await?;
        let stream = connect::connect(&endpoint, tls.as_ref(), &progress).await?;
        Connection::open(stream).await
    };
    let opened = match limit {
        None => attempt.await,
        Some(limit) => timeout(limit, attempt).await.unwrap_or_else(|_| {
            Err(Error::new(
                Kind::ConnectTimeout,
                progress.get(),
                "ERR_CONNECT_TIMEOUT",
                "no connection within the connect timeout",
            ))
        }),
    };
    if let (Some(trace), Err(error)) = (route.trace, &opened) {
        trace.failed(error);
    }
    opened
}

async fn way(route: &Route<'_>, progress: &Progress<'_>) -> Result<(Endpoint, Option<TlsSetup>), Error> {
    let unsupported = || {
        Error::new(
            Kind::UnsupportedProtocol,
            Phase::Connect,
            "ERR_UNSUPPORTED_PROTOCOL",
            "unsupported origin",
        )
    };
    let (origin, server_name) = match route.origin.split_once('#') {
        Some((origin, name)) => (origin, Some(name)),
        None => (route.origin, None),
    };
    let (scheme, authority) = origin.split_once("://").ok_or_else(unsupported)?;
    let (host, port) = authority.rsplit_once(':').ok_or_else(unsupported)?;
    let port = port.parse().map_err(|_| unsupported())?;
    let tls = match scheme {
        "http" => None,
        "https" => {
            progress.set(Phase::Tls);
            Some(TlsSetup {
                config: configure(route.tls).await?,
                server_name: Host::parse(server_name.unwrap_or(host)).server_name()?,
            })
        }
        _ => return Err(unsupported()),
    };
    let endpoint = match route.uds {
        Some(path) => Endpoint::Unix(path.to_owned()),
        None => Endpoint::tcp(host, port),
    };
    Ok((endpoint, tls))
}
