//! An HTTPS proxy that stops, closes or sends something else at any byte, those of its TLS records included.

use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use httpxide_core::io::Stream;
use httpxide_core::route::{Proxy, ProxyScheme, Via};
use httpxide_core::tls::{Roots, TlsSettings};
use httpxide_core::{Error, Kind, Phase, RequestSent, Timeouts};
use rcgen::{CertificateParams, KeyPair, PKCS_ED25519};
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::crypto::aws_lc_rs::{self, kx_group};
use rustls::version::TLS13;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::task::spawn_local;
use tokio_rustls::TlsAcceptor;

use super::ORIGIN;
use crate::caller::Caller;
use crate::recorder::End;
use crate::request::Request;
use crate::server::{OK, Server};
use crate::{milliseconds, run};

const LIMIT: Duration = milliseconds(50);
/// As many at a time.
const AT_ONCE: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Hangs,
    Closes,
    /// Every bit from there on is another.
    Babbles,
}

/// A proxy's end of a connection, which fails once it has sent so many bytes.
struct Failing {
    stream: Stream,
    fault: Fault,
    left: usize,
    sent: usize,
}

impl AsyncRead for Failing {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Failing {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut sent = bytes[..bytes.len().min(self.left)].to_vec();
        let wrong = &bytes[sent.len()..];
        self.left -= sent.len();
        if self.fault == Fault::Babbles {
            sent.extend(wrong.iter().map(|byte| !byte));
        }
        self.sent += sent.len();
        // the direction has room for the whole handshake
        if !sent.is_empty() {
            let taken = Pin::new(&mut self.stream).poll_write(context, &sent);
            // a client that has seen enough is gone
            assert!(match taken {
                Poll::Ready(Ok(count)) => count == sent.len(),
                Poll::Ready(Err(_)) => true,
                Poll::Pending => false,
            });
        }
        if !wrong.is_empty() && self.fault == Fault::Closes {
            assert!(Pin::new(&mut self.stream).poll_shutdown(context).is_ready());
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// What a proxy has sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sent {
    in_tls_handshake: usize,
    in_all: usize,
}

/// Opens one tunnel, answers the request in it, and waits for the client to close. `None` if the client closes before.
async fn proxy(stream: Failing, acceptor: &TlsAcceptor) -> Option<Sent> {
    let mut tls = acceptor.accept(stream).await.ok()?;
    let in_tls_handshake = tls.get_ref().0.sent;
    head(&mut tls).await?;
    tls.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.ok()?;
    tls.flush().await.ok()?;
    let in_all = tls.get_ref().0.sent;
    head(&mut tls).await?;
    tls.write_all(OK).await.ok()?;
    tls.flush().await.ok()?;
    while matches!(tls.read(&mut [0; 1024]).await, Ok(1..)) {}
    Some(Sent {
        in_tls_handshake,
        in_all,
    })
}

async fn head(stream: &mut (impl AsyncRead + Unpin)) -> Option<()> {
    let mut read = Vec::new();
    while !read.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
    }
    Some(())
}

/// The proxy's TLS, and that of a client that trusts it. Each handshake has as many bytes as any other.
fn tls() -> (TlsAcceptor, TlsSettings) {
    let key = KeyPair::generate_for(&PKCS_ED25519).unwrap();
    let params = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let settings = TlsSettings {
        roots: Roots::Pem(vec![certificate.pem()]),
        session_resumption: false,
        ..TlsSettings::default()
    };
    // a post-quantum share is a thousand bytes that are like the others
    let provider = CryptoProvider {
        kx_groups: vec![kx_group::X25519],
        ..aws_lc_rs::default_provider()
    };
    let mut config = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[&TLS13])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key.into())
        .unwrap();
    // tickets come before the answer to CONNECT, and no tunnel needs them
    config.send_tls13_tickets = 0;
    (TlsAcceptor::from(Arc::new(config)), settings)
}

struct Outcome {
    answer: Result<u16, Error>,
    sent: Option<Sent>,
}

/// A request through a proxy that fails at a byte. Nothing of it is left after this.
async fn attempt(tls: &(TlsAcceptor, TlsSettings), fault: Fault, at: usize) -> Outcome {
    let (caller, server) = (Caller::new(), Server::start());
    let plain = super::via(ProxyScheme::Https, &server, None);
    let via = Via {
        proxy: Rc::new(Proxy {
            tls: tls.1.clone(),
            ..Proxy::clone(&plain.proxy)
        }),
        forwards: false,
    };
    let limits = Timeouts {
        connect: Some(LIMIT),
        ..Timeouts::default()
    };
    let call = caller.send_through(&via, ORIGIN, Request::get().within(limits));
    let stream = Failing {
        stream: server.accept().await.stream,
        fault,
        left: at,
        sent: 0,
    };
    let acceptor = tls.0.clone();
    let playing = spawn_local(async move { proxy(stream, &acceptor).await });
    let answer = match call.end().await {
        End::Failed(error) => Err(error),
        _ => Ok(call.answer().await.status),
    };
    if answer.is_ok() {
        caller.client.close().await;
    }
    caller.settles_at((0, 0, 0)).await;
    assert_eq!(caller.unsettled(), 0);
    // it ends when the client has closed the connection
    let sent = playing.await.unwrap();
    Outcome { answer, sent }
}

#[test]
fn a_secure_proxy_that_fails_at_any_byte_costs_its_own_request_and_nothing_else() {
    run(async {
        let tls = Rc::new(tls());
        let whole = attempt(&tls, Fault::Hangs, usize::MAX).await;
        assert_eq!(whole.answer.unwrap(), 200);
        let sent = whole.sent.unwrap();
        for fault in [Fault::Hangs, Fault::Closes, Fault::Babbles] {
            let places: Vec<usize> = (0..sent.in_all).collect();
            for batch in places.chunks(AT_ONCE) {
                let attempts: Vec<_> = batch
                    .iter()
                    .map(|&at| {
                        let tls = Rc::clone(&tls);
                        spawn_local(async move { (at, attempt(&tls, fault, at).await) })
                    })
                    .collect();
                for attempt in attempts {
                    let (at, outcome) = attempt.await.unwrap();
                    check(fault, at, sent, outcome);
                }
            }
        }
    });
}

fn check(fault: Fault, at: usize, sent: Sent, outcome: Outcome) {
    let what = format!("{fault:?} at {at} of {sent:?}");
    let Err(error) = outcome.answer else {
        panic!("{what}: a tunnel");
    };
    let phase = if at < sent.in_tls_handshake {
        Phase::Tls
    } else {
        Phase::Proxy
    };
    let kinds: &[Kind] = match (fault, phase) {
        (Fault::Hangs, _) => &[Kind::ConnectTimeout],
        (Fault::Closes, Phase::Tls) => &[Kind::ConnectError],
        (Fault::Closes, _) => &[Kind::ProxyError],
        // a length that is too long is waited for
        (Fault::Babbles, Phase::Tls) => &[Kind::ConnectError, Kind::ConnectTimeout],
        (Fault::Babbles, _) => &[Kind::ProxyError, Kind::ConnectTimeout],
    };
    assert!(kinds.contains(&error.kind), "{what}: {error:?}");
    assert_eq!(
        (error.phase, error.request_sent),
        (phase, RequestSent::No),
        "{what}: {error:?}"
    );
}
