//! Connections over real sockets: names, several addresses, and connections gone stale.

#[cfg(unix)]
mod unix;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use httpxide_core::dial::{DialSteps, Dialer, Endpoint, Host, Sockets};
use httpxide_core::dns::{Lookup, Resolve, SystemResolver};
use httpxide_core::io::Stream;
use httpxide_core::tls::TlsSettings;
use httpxide_core::{Error, Kind, Phase};
use socket2::{Domain, SockAddr, Socket, Type};
use tokio::io::{AsyncReadExt, AsyncWrite as _, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

/// A resolver that knows every name to be at these addresses.
struct Known(Vec<SocketAddr>);

impl Resolve for Known {
    fn resolve<'a>(&'a self, _name: &'a str, _port: u16) -> Lookup<'a> {
        Box::pin(async { Ok(self.0.clone()) })
    }
}

/// A resolver that must not be asked.
struct Unasked;

impl Resolve for Unasked {
    fn resolve<'a>(&'a self, name: &'a str, _port: u16) -> Lookup<'a> {
        panic!("asked for {name}")
    }
}

/// A resolver that never answers.
struct Silent;

impl Resolve for Silent {
    fn resolve<'a>(&'a self, _name: &'a str, _port: u16) -> Lookup<'a> {
        Box::pin(std::future::pending())
    }
}

/// A dialer whose names `resolver` knows.
fn dialer(resolver: impl Resolve + 'static) -> Dialer {
    Dialer::over(Sockets::with_resolver(resolver), TlsSettings::default())
}

async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// An address of this machine that refuses connections.
async fn closed() -> SocketAddr {
    listener().await.1
}

/// An address that does not answer: the backlog is full, so the kernel drops further attempts.
async fn black_hole() -> (Socket, Vec<TcpStream>, SocketAddr) {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket
        .bind(&SockAddr::from(SocketAddr::from(([127, 0, 0, 1], 0))))
        .unwrap();
    socket.listen(0).unwrap();
    let address = socket.local_addr().unwrap().as_socket().unwrap();
    let mut waiting = Vec::new();
    while let Ok(connected) = timeout(Duration::from_millis(200), TcpStream::connect(address)).await {
        waiting.push(connected.unwrap());
    }
    (socket, waiting, address)
}

async fn connect_to(addresses: Vec<SocketAddr>) -> Result<Stream, Error> {
    let endpoint = Endpoint::tcp("example.com", 80);
    dialer(Known(addresses))
        .dial(&endpoint, None, &DialSteps::default())
        .await
}

fn peer(stream: &Stream) -> SocketAddr {
    let Stream::Tcp(socket) = stream else {
        panic!("a TCP stream")
    };
    socket.peer_addr().unwrap()
}

#[tokio::test]
async fn a_name_is_resolved_by_the_system_and_nagle_is_off() {
    let (_listener, address) = listener().await;
    let steps = DialSteps::default();
    let endpoint = Endpoint::tcp("localhost", address.port());
    let stream = dialer(SystemResolver)
        .dial(&endpoint, None, &steps)
        .await
        .unwrap();
    assert_eq!(steps.phase(), Phase::Connect);
    assert!(stream.is_write_vectored());
    let Stream::Tcp(socket) = stream else {
        panic!("a TCP stream")
    };
    assert!(socket.nodelay().unwrap());
}

#[tokio::test]
async fn a_literal_address_does_not_ask_the_resolver() {
    let (_listener, address) = listener().await;
    let endpoint = Endpoint::tcp("127.0.0.1", address.port());
    dialer(Unasked)
        .dial(&endpoint, None, &DialSteps::default())
        .await
        .unwrap();
    if let Ok(listener) = TcpListener::bind("[::1]:0").await {
        let endpoint = Endpoint::tcp("[::1]", listener.local_addr().unwrap().port());
        dialer(Unasked)
            .dial(&endpoint, None, &DialSteps::default())
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_name_that_does_not_exist_fails_in_the_dns_phase() {
    for name in ["no-such-host.invalid", "[not-an-address]", ""] {
        let error = SystemResolver.resolve(name, 80).await.unwrap_err();
        assert_eq!((error.kind, error.phase), (Kind::ConnectError, Phase::Dns));
        // Without any name server, the system cannot tell whether the name exists.
        assert!(["ENOTFOUND", "EAI_AGAIN"].contains(&error.code), "{error}");
        assert!(error.message.contains(name), "{error}");
    }
    let error = connect_to(Vec::new()).await.unwrap_err();
    assert_eq!((error.phase, error.code), (Phase::Dns, "ENOTFOUND"));
}

#[tokio::test]
async fn the_first_address_wins_if_it_answers() {
    let ((_first, address), (_second, other)) = (listener().await, listener().await);
    let stream = connect_to(vec![address, other]).await.unwrap();
    assert_eq!(peer(&stream), address);
}

#[tokio::test]
async fn the_next_address_is_tried_at_once_when_one_fails() {
    let (_listener, address) = listener().await;
    let started = Instant::now();
    let stream = connect_to(vec![closed().await, closed().await, address])
        .await
        .unwrap();
    assert_eq!(peer(&stream), address);
    assert!(
        started.elapsed() < Duration::from_millis(200),
        "{:?}",
        started.elapsed()
    );
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_address_that_does_not_answer_delays_the_next_by_a_quarter_of_a_second() {
    let (_socket, _waiting, dead) = black_hole().await;
    let (_listener, address) = listener().await;
    let started = Instant::now();
    let stream = connect_to(vec![dead, address]).await.unwrap();
    assert_eq!(peer(&stream), address);
    let elapsed = started.elapsed();
    assert!(
        (Duration::from_millis(240)..Duration::from_millis(900)).contains(&elapsed),
        "{elapsed:?}"
    );
}

#[tokio::test]
async fn when_all_addresses_fail_the_error_lists_them() {
    let addresses = vec![closed().await, closed().await];
    let error = connect_to(addresses.clone()).await.unwrap_err();
    assert_eq!(
        (error.kind, error.phase, error.code),
        (Kind::ConnectError, Phase::Connect, "ECONNREFUSED")
    );
    for address in addresses {
        assert!(error.message.contains(&address.to_string()), "{error}");
    }
    let error = connect_to(vec![closed().await]).await.unwrap_err();
    assert!(error.message.contains("example.com:80"), "{error}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_interrupted_attempt_tells_its_phase() {
    let steps = DialSteps::default();
    let limit = Duration::from_millis(50);
    let endpoint = Endpoint::tcp("example.com", 80);
    timeout(limit, dialer(Silent).dial(&endpoint, None, &steps))
        .await
        .unwrap_err();
    assert_eq!(steps.phase(), Phase::Dns);

    let (_socket, _waiting, dead) = black_hole().await;
    timeout(limit, dialer(Known(vec![dead])).dial(&endpoint, None, &steps))
        .await
        .unwrap_err();
    assert_eq!(steps.phase(), Phase::Connect);

    let (_listener, address) = listener().await;
    let server_name = Host::parse("example.com").server_name().unwrap();
    let dialer = dialer(Known(vec![address]));
    timeout(limit, dialer.dial(&endpoint, Some(&server_name), &steps))
        .await
        .unwrap_err();
    assert_eq!(steps.phase(), Phase::Tls);
}

#[tokio::test]
async fn an_idle_connection_is_stale_once_the_server_closes_resets_or_speaks() {
    for end in ["close", "reset", "speak"] {
        let (listener, address) = listener().await;
        let (stream, accepted) = tokio::join!(connect_to(vec![address]), listener.accept());
        let (stream, (mut server, _)) = (stream.unwrap(), accepted.unwrap());
        assert!(!stream.is_stale());
        match end {
            "close" => server.shutdown().await.unwrap(),
            "reset" => socket2::SockRef::from(&server)
                .set_linger(Some(Duration::ZERO))
                .unwrap(),
            _ => server.write_all(b"unasked").await.unwrap(),
        }
        if end == "reset" {
            drop(server);
        }
        sleep(Duration::from_millis(20)).await;
        assert!(stream.is_stale(), "{end}");
    }
}

#[tokio::test]
async fn an_answer_that_was_read_does_not_make_a_connection_stale() {
    let (listener, address) = listener().await;
    let (stream, accepted) = tokio::join!(connect_to(vec![address]), listener.accept());
    let (mut stream, (mut server, _)) = (stream.unwrap(), accepted.unwrap());
    server.write_all(b"answer").await.unwrap();
    let mut answer = [0; 6];
    stream.read_exact(&mut answer).await.unwrap();
    assert!(!stream.is_stale());
}
