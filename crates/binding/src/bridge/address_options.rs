//! A client's options for names and addresses. JavaScript has checked them.

use std::net::{AddrParseError, IpAddr};

use httpxide_core::dns::policy::{ConnectPolicy, Rule};
use httpxide_core::dns::{CacheSettings, DnsSettings, Family, Hosts};
use napi::{Error, Result};
use napi_derive::napi;

use super::options::milliseconds;
use crate::queues::NameSource;

/// Options for names.
#[napi(object)]
pub struct NativeDnsOptions {
    /// Names whose addresses are given.
    pub hosts: Vec<NativeHost>,
    /// The only family whose addresses are used: 4 or 6.
    #[napi(ts_type = "number | undefined")]
    pub family: Option<u32>,
    /// Milliseconds for which answers without a time of their own are kept.
    pub ttl: f64,
    /// Milliseconds for which failures are kept.
    pub negative_ttl: f64,
    /// The most names that are kept.
    pub max_entries: u32,
    /// Whether the client's own function looks names up, instead of the system.
    pub has_resolver: bool,
}

/// The addresses of a name.
#[napi(object)]
pub struct NativeHost {
    /// In lower case and without a final dot.
    pub name: String,
    /// The only port for which they are used.
    #[napi(ts_type = "number | undefined")]
    pub port: Option<u32>,
    /// IP addresses.
    pub addresses: Vec<String>,
}

/// Which addresses are connected to. A rule is a network or the name of a kind.
#[napi(object)]
pub struct NativeConnectPolicy {
    /// The only ones.
    #[napi(ts_type = "string[] | undefined")]
    pub allow: Option<Vec<String>>,
    /// Never these.
    pub deny: Vec<String>,
}

impl NativeDnsOptions {
    pub(super) fn names(&self) -> NameSource {
        if self.has_resolver {
            NameSource::JavaScript
        } else {
            NameSource::System
        }
    }

    pub(super) fn settings(self) -> Result<DnsSettings> {
        let mut hosts = Hosts::default();
        for host in self.hosts {
            let addresses = host.addresses.iter().map(|address| self::address(address));
            let port = host.port.and_then(|port| port.try_into().ok());
            hosts.insert(host.name, port, addresses.collect::<Result<_>>()?);
        }
        Ok(DnsSettings {
            hosts,
            family: match self.family {
                Some(4) => Some(Family::V4),
                Some(6) => Some(Family::V6),
                _ => None,
            },
            cache: CacheSettings {
                ttl: milliseconds(self.ttl),
                negative_ttl: milliseconds(self.negative_ttl),
                max_entries: self.max_entries as usize,
            },
        })
    }
}

impl NativeConnectPolicy {
    pub(super) fn policy(&self) -> Result<ConnectPolicy> {
        Ok(ConnectPolicy {
            allow: self.allow.as_deref().map(rules).transpose()?,
            deny: rules(&self.deny)?,
        })
    }
}

/// A rule that is not understood must not count as none.
fn rules(texts: &[String]) -> Result<Vec<Rule>> {
    let rule = |text: &String| {
        let rule = text.parse();
        rule.map_err(|_| Error::from_reason(format!("{text} is no rule of a connect policy")))
    };
    texts.iter().map(rule).collect()
}

pub(super) fn address(text: &str) -> Result<IpAddr> {
    text.parse()
        .map_err(|error: AddrParseError| Error::from_reason(format!("{text}: {error}")))
}
