//! Where streams begin.

use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;

use super::{DialSteps, Endpoint, Host};
use crate::error::{Error, Kind, Phase};
use crate::io::Stream;

/// A stream that is being opened. The future stays on the I/O thread and need not be `Send`.
pub type Opening<'a> = Pin<Box<dyn Future<Output = Result<Stream, Error>> + 'a>>;

/// A look-up under way, which stays on the I/O thread too.
pub type Resolving<'a> = Pin<Box<dyn Future<Output = Result<Vec<SocketAddr>, Error>> + 'a>>;

/// A network that has endpoints: the system's sockets, or servers in this process.
pub trait Network {
    /// Opens a stream to `endpoint`. Fails with a `ConnectError`. The caller drops the future to give the attempt up.
    fn open<'a>(&'a self, endpoint: &'a Endpoint, steps: &'a DialSteps<'_>) -> Opening<'a>;

    /// Fails with a `ConnectError` if connections to this address are not permitted. `open` asks by itself; whoever has a
    /// proxy connect to an address asks here.
    fn check(&self, _address: IpAddr) -> Result<(), Error> {
        Ok(())
    }

    /// Looks the endpoint's name up afresh when it is opened next: the attempt before has failed.
    fn forget(&self, _endpoint: &Endpoint) {}

    /// Looks up the addresses of a name, for a proxy that takes addresses only. A network that does not say how has no
    /// names. Fails with a `ConnectError` in phase `dns`.
    fn resolve<'a>(&'a self, host: &'a Host, _port: u16, _steps: &'a DialSteps<'_>) -> Resolving<'a> {
        let message = format!("cannot resolve {host}: this network has no names");
        let error = Error::new(Kind::ConnectError, Phase::Dns, "ENOTFOUND", message);
        Box::pin(async { Err(error) })
    }
}
