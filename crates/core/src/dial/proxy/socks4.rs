//! SOCKS 4, which takes IPv4 addresses only, and its extension 4a, which takes names.

use std::net::{IpAddr, Ipv4Addr};

use super::handshake::Handshake;
use crate::dial::{DialSteps, Host, Network};
use crate::error::{Error, Kind, Phase};

const VERSION: u8 = 4;
const CONNECT: u8 = 1;
/// An address that is none: a name follows the user's.
const NAME_FOLLOWS: Ipv4Addr = Ipv4Addr::new(0, 0, 0, 1);

const GRANTED: u8 = 90;

/// Where the tunnel leads.
pub(super) struct Target {
    address: Ipv4Addr,
    /// With SOCKS 4a, in place of the address.
    name: Option<String>,
    port: u16,
}

impl Target {
    /// The target of SOCKS 4a.
    pub(super) fn of(host: Host, port: u16) -> Self {
        let (address, name) = match host {
            Host::Address(IpAddr::V4(address)) => (address, None),
            // some proxies resolve it, as it is written, to itself
            Host::Address(IpAddr::V6(address)) => (NAME_FOLLOWS, Some(address.to_string())),
            Host::Name(name) => (NAME_FOLLOWS, Some(name)),
        };
        Self { address, name, port }
    }
}

/// The target of SOCKS 4: names are resolved here, and the first address that the client may connect to is taken.
pub(super) async fn address(
    network: &dyn Network,
    host: Host,
    port: u16,
    steps: &DialSteps<'_>,
) -> Result<Target, Error> {
    let known = match &host {
        Host::Address(address) => vec![(*address, port).into()],
        Host::Name(_) => network.resolve(&host, port, steps).await?,
    };
    let mut refusal = None;
    let ipv4 = known.iter().filter_map(|known| match known.ip().to_canonical() {
        IpAddr::V4(address) => Some((address, known.port())),
        IpAddr::V6(_) => None,
    });
    for (address, port) in ipv4 {
        match network.check(address.into()) {
            Ok(()) => {
                return Ok(Target {
                    address,
                    name: None,
                    port,
                });
            }
            Err(error) => refusal = Some(error),
        }
    }
    let message = || format!("{host} has no IPv4 address, and SOCKS 4 knows no other");
    Err(refusal.unwrap_or_else(|| Error::new(Kind::ConnectError, Phase::Dns, "ENOTFOUND", message())))
}

/// Makes the connection a tunnel to the target.
pub(super) async fn open(handshake: &mut Handshake<'_>, target: Target) -> Result<(), Error> {
    let mut message = vec![VERSION, CONNECT];
    message.extend_from_slice(&target.port.to_be_bytes());
    message.extend_from_slice(&target.address.octets());
    if let Some((username, _)) = &handshake.proxy.credentials {
        message.extend_from_slice(username.as_bytes());
    }
    message.push(0);
    if let Some(name) = &target.name {
        message.extend_from_slice(name.as_bytes());
        message.push(0);
    }
    handshake.send(&message).await?;

    let [version, reply, ..] = handshake.receive::<8>().await?;
    if version != 0 {
        return Err(handshake.violation(&"it does not answer with SOCKS 4"));
    }
    match reply {
        GRANTED => Ok(()),
        91 => Err(handshake.refusal(&"request rejected or failed")),
        92 => Err(handshake.unauthenticated(&"it cannot ask this machine who the user is")),
        93 => Err(handshake.unauthenticated(&"this machine names another user")),
        other => Err(handshake.violation(&format!("reply {other} is unknown"))),
    }
}
