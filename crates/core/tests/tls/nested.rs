//! TLS inside TLS, over memory: as to an `https` origin behind an `https` proxy.

use std::cell::RefCell;
use std::io;

use httpxide_core::dial::{DialSteps, Dialer, Endpoint, Network, Opening};
use httpxide_core::io::{MemoryStream, Stream};
use httpxide_core::route::{Route, RouteRef};
use httpxide_core::{Error, Kind, Phase};
use rustls::SupportedProtocolVersion;
use rustls::version::{TLS12, TLS13};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy, split};
use tokio_rustls::server::TlsStream;

use super::server::{Authority, Identity, acceptor};
use super::{FULL, settings};

/// A network of one endpoint, to which one connection in memory leads.
struct Prepared(RefCell<Option<MemoryStream>>);

impl Prepared {
    /// The network, and the server's end of its connection.
    fn new() -> (Self, MemoryStream) {
        let (client, server) = MemoryStream::pair(16 * 1024);
        (Self(RefCell::new(Some(client))), server)
    }
}

impl Network for Prepared {
    fn open<'a>(&'a self, _endpoint: &'a Endpoint, _steps: &'a DialSteps<'_>) -> Opening<'a> {
        let stream = self.0.take().expect("the first attempt");
        Box::pin(async { Ok(Stream::Memory(stream)) })
    }
}

/// A network behind a TLS server.
struct Through {
    dialer: Dialer,
    server: Route,
}

impl Network for Through {
    fn open<'a>(&'a self, _endpoint: &'a Endpoint, steps: &'a DialSteps<'_>) -> Opening<'a> {
        Box::pin(self.dialer.dial(&self.server, steps))
    }
}

fn route_to(origin: &str) -> Route {
    RouteRef::to_origin(origin).expect(origin).into()
}

/// Dials `origin.example` through `proxy.example`, trusting `authority`.
async fn dial_through(network: Prepared, authority: &Authority) -> Result<Stream, Error> {
    let trusting = settings(FULL, &[&authority.pem()]);
    let through = Through {
        dialer: Dialer::over(network, trusting.clone()),
        server: route_to("https://proxy.example:443"),
    };
    let steps = DialSteps::default();
    let dialed = Dialer::over(through, trusting)
        .dial(&route_to("https://origin.example:443"), &steps)
        .await;
    assert_eq!(steps.phase(), Phase::Tls);
    dialed
}

/// Accepts the outer TLS as the proxy and the inner TLS as the origin.
async fn accept_both(
    stream: MemoryStream,
    proxy: Identity,
    origin: Identity,
    versions: &[&'static SupportedProtocolVersion],
) -> io::Result<TlsStream<TlsStream<MemoryStream>>> {
    let outer = acceptor(proxy, versions).accept(stream).await?;
    acceptor(origin, versions).accept(outer).await
}

#[tokio::test(start_paused = true)]
async fn tls_runs_through_tls() {
    for version in [&TLS12, &TLS13] {
        let authority = Authority::new("authority");
        let identities = ["proxy.example", "origin.example"].map(|name| authority.issue(&[name]));
        let [proxy, origin] = identities;
        let (network, server) = Prepared::new();
        let versions = [version];
        let (dialed, accepted) = tokio::join!(
            dial_through(network, &authority),
            accept_both(server, proxy, origin, &versions)
        );
        let (mut stream, server) = (dialed.unwrap(), accepted.unwrap());

        let Stream::Tls(inner) = &stream else {
            panic!("{stream:?}")
        };
        let Stream::Tls(outer) = &inner.get_ref().0 else {
            panic!("{inner:?}")
        };
        assert!(matches!(outer.get_ref().0, Stream::Early(_)));
        assert_eq!(stream.alpn_protocol(), Some(&b"http/1.1"[..]));

        let (mut input, mut output) = split(server);
        let much = vec![7; 200_000];
        let exchange = async {
            let (mut reading, mut writing) = split(&mut stream);
            let mut read = vec![0; much.len()];
            let (written, arrived) = tokio::join!(
                async {
                    writing.write_all(&much).await?;
                    writing.flush().await
                },
                reading.read_exact(&mut read)
            );
            written.unwrap();
            arrived.unwrap();
            assert!(read == much);
        };
        tokio::select! {
            biased;
            ended = copy(&mut input, &mut output) => panic!("{ended:?}"),
            () = exchange => {}
        }
        assert!(!stream.is_stale(), "session tickets do not make it stale");
        drop((input, output));
        assert!(stream.is_stale());
        let end = stream.read(&mut [0; 1]).await.unwrap_err();
        assert_eq!(end.kind(), io::ErrorKind::UnexpectedEof);
    }
}

#[tokio::test(start_paused = true)]
async fn the_certificate_of_each_layer_is_checked() {
    let authority = Authority::new("authority");
    let good = |name| authority.issue(&[name]);
    let bad = |name| Authority::new("another").issue(&[name]);
    for (proxy, origin) in [
        (bad("proxy.example"), good("origin.example")),
        (good("proxy.example"), bad("origin.example")),
        (good("origin.example"), good("origin.example")),
        (good("proxy.example"), good("proxy.example")),
    ] {
        let (network, server) = Prepared::new();
        let versions = [&TLS13];
        let (dialed, accepted) = tokio::join!(
            dial_through(network, &authority),
            accept_both(server, proxy, origin, &versions)
        );
        let error = dialed.unwrap_err();
        assert_eq!((error.kind, error.phase), (Kind::ConnectError, Phase::Tls));
        accepted.unwrap_err();
    }
}
