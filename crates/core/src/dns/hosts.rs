//! Names whose addresses are given, as in `/etc/hosts`.

use std::collections::HashMap;
use std::net::IpAddr;

use super::{Answer, Lookup, Question, Resolve};

/// The addresses of some names, for one port or for all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hosts {
    entries: HashMap<String, Vec<Entry>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    port: Option<u16>,
    addresses: Vec<IpAddr>,
}

impl Hosts {
    /// Gives a name these addresses, at one port or, with `None`, at all ports that have none of their own. The name is in
    /// lower case and has no final dot.
    pub fn insert(&mut self, name: String, port: Option<u16>, addresses: Vec<IpAddr>) {
        let entry = Entry { port, addresses };
        self.entries.entry(name).or_default().push(entry);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn find(&self, name: &str, port: u16) -> Option<&[IpAddr]> {
        let entries = self.entries.get(name.strip_suffix('.').unwrap_or(name))?;
        let of = |port: Option<u16>| entries.iter().find(|entry| entry.port == port);
        let entry = of(Some(port)).or_else(|| of(None))?;
        Some(&entry.addresses)
    }
}

/// Answers for the names that it knows, and asks a source for the others.
pub(super) struct KnownHosts<R> {
    pub(super) hosts: Hosts,
    pub(super) source: R,
}

impl<R: Resolve> Resolve for KnownHosts<R> {
    fn resolve<'a>(&'a self, question: Question<'a>) -> Lookup<'a> {
        match self.hosts.find(question.name, question.port) {
            Some(addresses) => Box::pin(async move {
                let answer = |address: &IpAddr| Answer::from(std::net::SocketAddr::new(*address, 0));
                Ok(addresses.iter().map(answer).collect())
            }),
            None => self.source.resolve(question),
        }
    }

    fn goes_on(&self) -> bool {
        self.source.goes_on()
    }

    fn forget(&self, name: &str) {
        self.source.forget(name);
    }
}
