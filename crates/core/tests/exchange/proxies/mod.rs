//! Requests through proxies that a test controls, byte by byte.

mod answers;
mod faults;
mod forwarding;
mod handshakes;
mod secure;
mod traces;

use std::rc::Rc;

use httpxide_core::route::{Proxy, ProxyScheme, Via};
use httpxide_core::tls::TlsSettings;

use crate::server::{Peer, Server};

/// Where the requests go: nothing listens there.
const ORIGIN: &str = "http://origin.example:80";

/// A way through a proxy at this server, with user name and password if there are any.
fn via(scheme: ProxyScheme, server: &Server, credentials: Option<(&str, &str)>) -> Via {
    let (_, address) = server.origin.split_once("://").unwrap();
    let (host, port) = address.rsplit_once(':').unwrap();
    Via {
        proxy: Rc::new(Proxy {
            scheme,
            host: host.into(),
            port: port.parse().unwrap(),
            credentials: credentials.map(|(username, password)| (username.into(), password.into())),
            header_lines: (*b"Proxy-Authorization: Basic c2VjcmV0\r\n").into(),
            tls: TlsSettings::default(),
        }),
        forwards: false,
    }
}

/// What a proxy receives and sends in a handshake.
#[derive(Clone, Copy)]
enum Step {
    /// A head.
    Head,
    /// So many bytes.
    Bytes(usize),
    Send(&'static [u8]),
}

/// A handshake that ends in a tunnel.
#[derive(Clone, Copy)]
struct Handshake {
    scheme: ProxyScheme,
    origin: &'static str,
    credentials: Option<(&'static str, &'static str)>,
    steps: &'static [Step],
}

const USER: Option<(&str, &str)> = Some(("user", "secret"));

/// Each kind of handshake. `origin.example` has 14 bytes, `user` 4, `secret` 6.
const HANDSHAKES: [Handshake; 7] = [
    Handshake {
        scheme: ProxyScheme::Http,
        origin: ORIGIN,
        credentials: None,
        steps: &[
            Step::Head,
            Step::Send(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.0 200 OK\r\nVia: 1.0 a\r\n\r\n"),
        ],
    },
    Handshake {
        scheme: ProxyScheme::Socks4,
        origin: "http://192.0.2.1:80",
        credentials: Some(("user", "")),
        steps: &[Step::Bytes(8 + 4 + 1), Step::Send(&[0, 90, 1, 2, 3, 4, 5, 6])],
    },
    Handshake {
        scheme: ProxyScheme::Socks4a,
        origin: ORIGIN,
        credentials: Some(("user", "")),
        steps: &[
            Step::Bytes(8 + 4 + 1 + 14 + 1),
            Step::Send(&[0, 90, 1, 2, 3, 4, 5, 6]),
        ],
    },
    Handshake {
        scheme: ProxyScheme::Socks5,
        origin: ORIGIN,
        credentials: None,
        steps: &[
            Step::Bytes(3),
            Step::Send(&[5, 0]),
            Step::Bytes(4 + 1 + 14 + 2),
            Step::Send(&[5, 0, 0, 1, 1, 2, 3, 4, 5, 6]),
        ],
    },
    Handshake {
        scheme: ProxyScheme::Socks5,
        origin: ORIGIN,
        credentials: USER,
        steps: &[
            Step::Bytes(3),
            Step::Send(&[5, 2]),
            Step::Bytes(3 + 4 + 6),
            Step::Send(&[1, 0]),
            Step::Bytes(4 + 1 + 14 + 2),
            Step::Send(&[5, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 5, 6]),
        ],
    },
    Handshake {
        scheme: ProxyScheme::Socks5,
        origin: ORIGIN,
        credentials: None,
        steps: &[
            Step::Bytes(3),
            Step::Send(&[5, 0]),
            Step::Bytes(4 + 1 + 14 + 2),
            Step::Send(&[5, 0, 0, 3, 2, b'h', b'i', 5, 6]),
        ],
    },
    Handshake {
        scheme: ProxyScheme::Http,
        origin: ORIGIN,
        credentials: None,
        steps: &[
            Step::Head,
            Step::Send(b"HTTP/1.1 204 No Content\nContent-Length: 0\n\n"),
        ],
    },
];

impl Handshake {
    fn via(&self, server: &Server) -> Via {
        via(self.scheme, server, self.credentials)
    }

    /// Bytes that the proxy sends in all.
    fn sent(&self) -> usize {
        let sent = |step: &Step| {
            if let Step::Send(bytes) = step {
                bytes.len()
            } else {
                0
            }
        };
        self.steps.iter().map(sent).sum()
    }

    /// Plays the proxy until it has sent so many bytes, of which `change` may change any. False if the client closed first.
    async fn play(&self, peer: &mut Peer, limit: usize, change: impl Fn(usize, u8) -> u8) -> bool {
        let mut sent = 0;
        for step in self.steps {
            match step {
                Step::Head => {
                    if peer.head().await.is_empty() {
                        return false;
                    }
                }
                Step::Bytes(count) => {
                    if peer.try_bytes(*count).await.is_none() {
                        return false;
                    }
                }
                Step::Send(bytes) => {
                    let wanted = bytes.len().min(limit - sent);
                    let pieces = bytes[..wanted].iter().enumerate();
                    let changed: Vec<u8> = pieces.map(|(at, byte)| change(sent + at, *byte)).collect();
                    peer.write(&changed).await;
                    sent += wanted;
                    if sent == limit {
                        return true;
                    }
                }
            }
        }
        true
    }

    /// What it sends last.
    fn last(&self) -> &'static [u8] {
        match self.steps.last() {
            Some(Step::Send(bytes)) => bytes,
            _ => &[],
        }
    }

    /// Plays the proxy until it has received all, and sends no more.
    async fn play_before_the_last(&self, peer: &mut Peer) -> bool {
        let steps = &self.steps[..self.steps.len() - 1];
        let sent = self.sent() - self.last().len();
        let before = Self { steps, ..*self };
        before.play(peer, sent + 1, |_, byte| byte).await
    }

    /// Plays the proxy to the end.
    async fn open(&self, peer: &mut Peer) {
        assert!(self.play(peer, self.sent(), |_, byte| byte).await);
    }
}
