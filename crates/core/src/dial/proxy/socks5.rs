//! SOCKS 5 (RFC 1928), with a user's name and password (RFC 1929) or without. Names go to the proxy, which resolves them.

use std::net::IpAddr;

use super::handshake::Handshake;
use crate::dial::Host;
use crate::error::Error;

const VERSION: u8 = 5;
/// RFC 1929, 2.
const AUTHENTICATION_VERSION: u8 = 1;
const CONNECT: u8 = 1;

const NO_AUTHENTICATION: u8 = 0;
const USERNAME_AND_PASSWORD: u8 = 2;
const NO_ACCEPTABLE_METHOD: u8 = 0xff;

const IPV4: u8 = 1;
const NAME: u8 = 3;
const IPV6: u8 = 4;

/// Makes the connection a tunnel to `host` and `port`.
pub(super) async fn open(handshake: &mut Handshake<'_>, host: Host, port: u16) -> Result<(), Error> {
    // one method, as HTTPX: credentials that were given are used
    let offered = match handshake.proxy.credentials {
        Some(_) => USERNAME_AND_PASSWORD,
        None => NO_AUTHENTICATION,
    };
    handshake.send(&[VERSION, 1, offered]).await?;
    let [version, method] = handshake.receive().await?;
    check_version(handshake, version)?;
    match method {
        _ if method != offered => return Err(other_method(handshake, method)),
        USERNAME_AND_PASSWORD => authenticate(handshake).await?,
        _ => {}
    }
    request(handshake, &host, port).await
}

async fn authenticate(handshake: &mut Handshake<'_>) -> Result<(), Error> {
    let Some((username, password)) = &handshake.proxy.credentials else {
        return Ok(());
    };
    let mut message = vec![AUTHENTICATION_VERSION];
    for part in [username, password] {
        message.push(length(handshake, part, "user name or password")?);
        message.extend_from_slice(part.as_bytes());
    }
    handshake.send(&message).await?;
    let [_version, status] = handshake.receive().await?;
    if status == 0 {
        Ok(())
    } else {
        Err(handshake.unauthenticated(&"wrong user name or password"))
    }
}

async fn request(handshake: &mut Handshake<'_>, host: &Host, port: u16) -> Result<(), Error> {
    let mut message = vec![VERSION, CONNECT, 0];
    match host {
        Host::Address(IpAddr::V4(address)) => {
            message.push(IPV4);
            message.extend_from_slice(&address.octets());
        }
        Host::Address(IpAddr::V6(address)) => {
            message.push(IPV6);
            message.extend_from_slice(&address.octets());
        }
        Host::Name(name) => {
            message.extend_from_slice(&[NAME, length(handshake, name, "host")?]);
            message.extend_from_slice(name.as_bytes());
        }
    }
    message.extend_from_slice(&port.to_be_bytes());
    handshake.send(&message).await?;

    let [version, reply, _reserved, kind] = handshake.receive().await?;
    check_version(handshake, version)?;
    if reply != 0 {
        let what = format!("{host}:{port}: {}", meaning(reply));
        return Err(handshake.refusal(&what));
    }
    // the proxy's own address, which is not needed, ends the handshake
    match kind {
        IPV4 => drop(handshake.receive::<6>().await?),
        IPV6 => drop(handshake.receive::<18>().await?),
        NAME => {
            let [length] = handshake.receive().await?;
            for _ in 0..usize::from(length) + 2 {
                handshake.receive::<1>().await?;
            }
        }
        other => return Err(handshake.violation(&format!("{other} is no kind of address"))),
    }
    Ok(())
}

fn check_version(handshake: &Handshake<'_>, version: u8) -> Result<(), Error> {
    if version == VERSION {
        Ok(())
    } else {
        Err(handshake.violation(&"it does not answer with SOCKS 5"))
    }
}

fn other_method(handshake: &Handshake<'_>, method: u8) -> Error {
    match (method, &handshake.proxy.credentials) {
        (NO_ACCEPTABLE_METHOD | USERNAME_AND_PASSWORD, None) => {
            handshake.unauthenticated(&"it wants credentials")
        }
        (NO_ACCEPTABLE_METHOD | NO_AUTHENTICATION, Some(_)) => {
            handshake.unauthenticated(&"it takes no user name and password")
        }
        _ => handshake.violation(&format!("it chose method {method}, which was not offered")),
    }
}

/// The length of a text, in the one byte that it may take.
fn length(handshake: &Handshake<'_>, text: &str, what: &str) -> Result<u8, Error> {
    u8::try_from(text.len())
        .map_err(|_| handshake.refusal(&format!("a {what} of more than 255 bytes has no form in SOCKS 5")))
}

/// RFC 1928, 6.
fn meaning(reply: u8) -> String {
    let words = match reply {
        1 => "general SOCKS server failure",
        2 => "connection not allowed by ruleset",
        3 => "network unreachable",
        4 => "host unreachable",
        5 => "connection refused",
        6 => "TTL expired",
        7 => "command not supported",
        8 => "address type not supported",
        other => return format!("reply {other}"),
    };
    words.to_owned()
}
