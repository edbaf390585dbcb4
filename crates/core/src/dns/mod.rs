//! Names to addresses. A dialer asks one [`Resolve`]; resolvers wrap each other.

mod system;

use std::net::SocketAddr;
use std::pin::Pin;

use crate::Error;
pub use system::SystemResolver;

/// A look-up under way. It stays on the I/O thread and need not be `Send`.
pub type Lookup<'a> = Pin<Box<dyn Future<Output = Result<Vec<SocketAddr>, Error>> + 'a>>;

/// A source of addresses.
pub trait Resolve {
    /// Looks up the addresses of `name`, the preferred one first, with `port` filled in.
    ///
    /// Fails with a `ConnectError` in phase `dns`. The caller drops the future to give the look-up up.
    fn resolve<'a>(&'a self, name: &'a str, port: u16) -> Lookup<'a>;
}
