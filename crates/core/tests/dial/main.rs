//! Dialing over real sockets: names, several addresses, and connections that go stale while idle.

mod addresses;
mod socket_options;
#[cfg(unix)]
mod unix;

use std::future::ready;
use std::net::SocketAddr;
use std::time::Duration;

use httpxide_core::dial::{DialSteps, Dialer, Sockets};
use httpxide_core::dns::{Answer, Lookup, Question, Resolve, SystemResolver};
use httpxide_core::io::Stream;
use httpxide_core::route::{Route, RouteRef};
use httpxide_core::tls::TlsSettings;
use httpxide_core::{Error, Kind, Phase};
#[cfg(target_os = "linux")]
use socket2::{Domain, SockAddr, Socket, Type};
use tokio::io::{AsyncReadExt, AsyncWrite as _, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A resolver that finds every name at these addresses.
struct Known(Vec<SocketAddr>);

impl Resolve for Known {
    fn resolve<'a>(&'a self, _question: Question<'a>) -> Lookup<'a> {
        Box::pin(async { Ok(self.0.iter().map(|address| Answer::from(*address)).collect()) })
    }
}

/// A resolver that no test may ask.
struct Unasked;

impl Resolve for Unasked {
    fn resolve<'a>(&'a self, question: Question<'a>) -> Lookup<'a> {
        panic!("asked for {}", question.name)
    }
}

/// A resolver that never answers.
struct Silent;

impl Resolve for Silent {
    fn resolve<'a>(&'a self, _question: Question<'a>) -> Lookup<'a> {
        Box::pin(std::future::pending())
    }
}

fn route_to(origin: &str) -> Route {
    RouteRef::to_origin(origin).expect(origin).into()
}

/// A dialer over sockets with this resolver.
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

/// An address that does not answer: one connection fills its backlog, and the kernel drops further attempts.
#[cfg(target_os = "linux")]
async fn silent() -> (Socket, TcpStream, SocketAddr) {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket
        .bind(&SockAddr::from(SocketAddr::from(([127, 0, 0, 1], 0))))
        .unwrap();
    socket.listen(0).unwrap();
    let address = socket.local_addr().unwrap().as_socket().unwrap();
    let waiting = TcpStream::connect(address).await.unwrap();
    (socket, waiting, address)
}

async fn connect_to(addresses: Vec<SocketAddr>) -> Result<Stream, Error> {
    let route = route_to("http://example.com:80");
    dialer(Known(addresses)).dial(&route, &DialSteps::default()).await
}

fn tcp(stream: &Stream) -> &TcpStream {
    let Stream::Tcp(socket) = stream else {
        panic!("a TCP stream")
    };
    socket
}

fn peer(stream: &Stream) -> SocketAddr {
    tcp(stream).peer_addr().unwrap()
}

#[tokio::test]
async fn a_name_is_resolved_by_the_system_and_nagle_is_off() {
    let (_listener, address) = listener().await;
    let steps = DialSteps::default();
    let route = route_to(&format!("http://localhost:{}", address.port()));
    let stream = dialer(SystemResolver::default())
        .dial(&route, &steps)
        .await
        .unwrap();
    assert_eq!(steps.phase(), Phase::Connect);
    assert!(stream.is_write_vectored());
    assert!(tcp(&stream).nodelay().unwrap());
}

#[tokio::test]
async fn a_literal_address_does_not_ask_the_resolver() {
    let (_listener, address) = listener().await;
    let route = route_to(&format!("http://{address}"));
    dialer(Unasked).dial(&route, &DialSteps::default()).await.unwrap();
    if let Ok(listener) = TcpListener::bind("[::1]:0").await {
        let route = route_to(&format!("http://{}", listener.local_addr().unwrap()));
        dialer(Unasked).dial(&route, &DialSteps::default()).await.unwrap();
    }
}

#[tokio::test]
async fn a_name_that_does_not_exist_fails_in_the_dns_phase() {
    for name in ["no-such-host.invalid", "[not-an-address]", ""] {
        let question = Question {
            name,
            port: 80,
            asker: None,
        };
        let error = SystemResolver::default().resolve(question).await.unwrap_err();
        assert_eq!((error.kind, error.phase), (Kind::ConnectError, Phase::Dns));
        // without a name server the system cannot tell whether the name exists
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
async fn an_address_that_refuses_is_passed_over() {
    let (_listener, address) = listener().await;
    let stream = connect_to(vec![closed().await, closed().await, address])
        .await
        .unwrap();
    assert_eq!(peer(&stream), address);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_address_that_does_not_answer_is_passed_over() {
    let (_socket, _waiting, silent) = silent().await;
    let (_listener, address) = listener().await;
    let stream = connect_to(vec![silent, address]).await.unwrap();
    assert_eq!(peer(&stream), address);
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

/// Dials until `event` happens, and gives up.
async fn interrupted(dialing: impl Future<Output = Result<Stream, Error>>, event: impl Future<Output = ()>) {
    tokio::select! {
        biased;
        dialed = dialing => panic!("{dialed:?}"),
        () = event => {}
    }
}

#[tokio::test]
async fn a_dial_that_is_interrupted_knows_its_phase() {
    let steps = DialSteps::default();
    let plain = route_to("http://example.com:80");
    let silent = dialer(Silent);
    interrupted(silent.dial(&plain, &steps), ready(())).await;
    assert_eq!(steps.phase(), Phase::Dns);

    let (listener, address) = listener().await;
    let dialer = dialer(Known(vec![address]));
    interrupted(dialer.dial(&plain, &steps), ready(())).await;
    assert_eq!(steps.phase(), Phase::Connect);

    // the ClientHello says that the handshake has begun; the attempt before may be in the backlog
    let hello = async {
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            if matches!(socket.read(&mut [0; 1]).await, Ok(1)) {
                return;
            }
        }
    };
    let route = route_to("https://example.com:80");
    interrupted(dialer.dial(&route, &steps), hello).await;
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
        tcp(&stream).readable().await.unwrap();
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
