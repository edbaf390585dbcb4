//! TLS sessions to be resumed, of one configuration.
//!
//! rustls keeps them by name. Another port of the same name may be another server, which would refuse them and put its own
//! in their place.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::{ClientSessionMemoryCache, ClientSessionStore, Resumption};
use rustls::pki_types::ServerName;

/// Servers whose sessions are kept.
const SERVERS: usize = 1024;
/// Sessions of a server: rustls rounds this up to its own number of tickets, 8.
const SESSIONS: usize = 1;

/// The name of a server, and its port.
type Server = (ServerName<'static>, u16);

/// The sessions of the servers that were used last.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    servers: HashMap<Server, OfServer>,
    /// Counts the uses.
    uses: u64,
}

struct OfServer {
    sessions: Arc<dyn ClientSessionStore>,
    last_use: u64,
}

impl Sessions {
    /// The sessions of one server, for its next handshake.
    pub(super) fn of(&self, server_name: &ServerName<'static>, port: u16) -> Resumption {
        // no panic can leave the map half changed
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Resumption::store(kept.of((server_name.clone(), port)))
    }
}

impl Kept {
    fn of(&mut self, server: Server) -> Arc<dyn ClientSessionStore> {
        self.uses += 1;
        if self.servers.len() >= SERVERS && !self.servers.contains_key(&server) {
            self.forget_oldest();
        }
        let of_server = self.servers.entry(server).or_insert_with(|| OfServer {
            sessions: Arc::new(ClientSessionMemoryCache::new(SESSIONS)),
            last_use: 0,
        });
        of_server.last_use = self.uses;
        Arc::clone(&of_server.sessions)
    }

    fn forget_oldest(&mut self) {
        let oldest = self
            .servers
            .iter()
            .min_by_key(|(_, of_server)| of_server.last_use);
        if let Some(server) = oldest.map(|(server, _)| server.clone()) {
            self.servers.remove(&server);
        }
    }
}

impl fmt::Debug for Sessions {
    /// Without the sessions, which are secrets.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Sessions").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(name: &str, port: u16) -> Server {
        (ServerName::try_from(name.to_owned()).unwrap(), port)
    }

    #[test]
    fn a_server_is_a_name_and_a_port() {
        let mut kept = Kept::default();
        let first = kept.of(server("a", 1));
        for (other, is_same) in [
            (server("a", 1), true),
            (server("a", 2), false),
            (server("b", 1), false),
        ] {
            assert_eq!(Arc::ptr_eq(&first, &kept.of(other)), is_same);
        }
    }

    #[test]
    fn the_server_that_was_not_used_for_longest_is_forgotten_first() {
        let mut kept = Kept::default();
        let [used, unused] = [1, 2].map(|port| kept.of(server("a", port)));
        for port in 3..1500 {
            kept.of(server("b", port));
            assert!(Arc::ptr_eq(&used, &kept.of(server("a", 1))));
            assert!(kept.servers.len() <= SERVERS);
        }
        assert!(!Arc::ptr_eq(&unused, &kept.of(server("a", 2))));
    }
}
