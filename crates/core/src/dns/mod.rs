//! Names to addresses. A dialer asks one [`Resolve`]; resolvers wrap each other.
//!
//! [`DnsSettings::over`] puts them together: the fixed addresses of some names, the cache, and a source below it.

mod cache;
mod family;
mod hosts;
pub mod policy;
mod settings;
mod shared;
mod system;
mod turns;

use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use crate::Error;
pub use cache::CacheSettings;
pub use family::Family;
pub use hosts::Hosts;
pub use settings::DnsSettings;
pub use system::SystemResolver;
pub(crate) use turns::LOOK_UP_THREADS;

/// A look-up under way. It stays on the I/O thread and need not be `Send`.
pub type Lookup<'a> = Pin<Box<dyn Future<Output = Result<Vec<Answer>, Error>> + 'a>>;

/// What is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question<'a> {
    /// The name, as it stands in the URL.
    pub name: &'a str,
    /// The port that will be connected to. Only [`Hosts`] tell ports apart.
    pub port: u16,
    /// The key of the request that needs the address, while it has no end: [`Start::key`](crate::Start::key).
    pub asker: Option<u32>,
}

/// An address of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The address. A port other than 0 replaces that of the question.
    pub address: SocketAddr,
    /// How long it may be used for further connections; `None` if the source does not say.
    pub ttl: Option<Duration>,
}

impl From<SocketAddr> for Answer {
    fn from(address: SocketAddr) -> Self {
        Self { address, ttl: None }
    }
}

/// A source of addresses.
pub trait Resolve {
    /// Looks up the addresses of a name, the preferred one first.
    ///
    /// Fails with a `ConnectError` in phase `dns`. The caller drops the future to give the look-up up.
    fn resolve<'a>(&'a self, question: Question<'a>) -> Lookup<'a>;

    /// Whether a look-up costs the same if it is given up: then it goes on without its caller, for the cache.
    fn goes_on(&self) -> bool {
        false
    }

    /// Looks the name up afresh next time: what is known of it has led to no connection.
    fn forget(&self, _name: &str) {}
}
