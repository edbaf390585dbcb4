//! Options of TCP sockets, as the system reports them.

use std::time::Duration;

use httpxide_core::dial::{DialSteps, Dialer, SocketOptions, Sockets};
use httpxide_core::io::Stream;
use httpxide_core::tls::TlsSettings;
use httpxide_core::{Error, Kind};
use socket2::SockRef;
use tokio::net::TcpListener;

use crate::{listener, route_to, tcp};

async fn dial(options: SocketOptions) -> (Result<Stream, Error>, TcpListener) {
    let (listener, address) = listener().await;
    let sockets = Sockets::default().with_options(options);
    let route = route_to(&format!("http://{address}"));
    let dialed = Dialer::over(sockets, TlsSettings::default())
        .dial(&route, &DialSteps::default())
        .await;
    (dialed, listener)
}

#[tokio::test]
async fn the_system_asks_after_a_silent_peer_by_default() {
    let (stream, _listener) = dial(SocketOptions::default()).await;
    let stream = stream.unwrap();
    let socket = SockRef::from(tcp(&stream));
    assert!(socket.keepalive().unwrap());
    assert!(socket.tcp_nodelay().unwrap());
    #[cfg(unix)]
    assert_eq!(
        (
            socket.tcp_keepalive_time().unwrap(),
            socket.tcp_keepalive_interval().unwrap()
        ),
        (Duration::from_secs(60), Duration::from_secs(15))
    );
}

#[tokio::test]
async fn the_time_until_it_asks_can_be_set_and_switched_off() {
    for keep_alive in [None, Some(Duration::from_millis(6500))] {
        let options = SocketOptions {
            keep_alive,
            ..SocketOptions::default()
        };
        let (stream, _listener) = dial(options).await;
        let stream = stream.unwrap();
        let socket = SockRef::from(tcp(&stream));
        assert_eq!(socket.keepalive().unwrap(), keep_alive.is_some());
        #[cfg(unix)]
        if keep_alive.is_some() {
            assert_eq!(socket.tcp_keepalive_time().unwrap(), Duration::from_secs(7));
        }
    }
}

#[tokio::test]
async fn the_buffers_have_at_least_the_sizes_that_were_asked_for() {
    let size = 64 * 1024;
    let options = SocketOptions {
        receive_buffer_size: Some(size),
        send_buffer_size: Some(size),
        ..SocketOptions::default()
    };
    let (stream, _listener) = dial(options).await;
    let stream = stream.unwrap();
    let socket = SockRef::from(tcp(&stream));
    // Linux reports twice the size, for its own records
    for reported in [
        socket.recv_buffer_size().unwrap(),
        socket.send_buffer_size().unwrap(),
    ] {
        assert!((size..=2 * size).contains(&reported), "{reported}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_socket_uses_the_device_and_the_user_timeout() {
    let options = |device: &str| SocketOptions {
        bind_to_device: Some(device.to_owned()),
        tcp_user_timeout: Some(Duration::from_secs(9)),
        ..SocketOptions::default()
    };
    let (stream, _listener) = dial(options("lo")).await;
    let stream = stream.unwrap();
    let socket = SockRef::from(tcp(&stream));
    assert_eq!(socket.device().unwrap().unwrap(), b"lo");
    assert_eq!(socket.tcp_user_timeout().unwrap(), Some(Duration::from_secs(9)));

    let (failed, _listener) = dial(options("nosuchdevice")).await;
    let error = failed.unwrap_err();
    assert_eq!((error.kind, error.code), (Kind::ConnectError, "ENODEV"));
}

#[cfg(not(target_os = "linux"))]
#[tokio::test]
async fn what_the_system_lacks_fails() {
    let options = SocketOptions {
        tcp_user_timeout: Some(Duration::from_secs(9)),
        ..SocketOptions::default()
    };
    let (failed, _listener) = dial(options).await;
    assert_eq!(failed.unwrap_err().kind, Kind::ConnectError);
}
