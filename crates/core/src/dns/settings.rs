//! What a client has to say on names.

use super::cache::Cache;
use super::family::OfFamily;
use super::hosts::KnownHosts;
use super::{CacheSettings, Family, Hosts, Resolve, SystemResolver};

/// The settings of a client for names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DnsSettings {
    /// Names whose addresses are given.
    pub hosts: Hosts,
    /// The only family whose addresses are used.
    pub family: Option<Family>,
    /// How long answers are kept.
    pub cache: CacheSettings,
}

impl DnsSettings {
    /// A resolver with these settings over the system's.
    pub fn over_system(self) -> Box<dyn Resolve> {
        let source = SystemResolver::of_family(self.family);
        self.over(source)
    }

    /// A resolver with these settings over a source. The look-ups run on the I/O thread's runtime, which must be local.
    pub fn over(self, source: impl Resolve + 'static) -> Box<dyn Resolve> {
        let cache = Cache::over(source, self.cache);
        if self.hosts.is_empty() {
            return with_family(self.family, cache);
        }
        let hosts = self.hosts;
        with_family(self.family, KnownHosts { hosts, source: cache })
    }
}

fn with_family(family: Option<Family>, source: impl Resolve + 'static) -> Box<dyn Resolve> {
    match family {
        Some(family) => Box::new(OfFamily { family, source }),
        None => Box::new(source),
    }
}
