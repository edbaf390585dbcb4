//! Connections over Unix domain sockets.

use std::path::{Path, PathBuf};
use std::time::Duration;

use httpxide_core::Error;
use httpxide_core::dial::{DialSteps, Dialer};
use httpxide_core::io::Stream;
use httpxide_core::route::{Route, RouteRef, Scheme};
use httpxide_core::tls::TlsSettings;
use httpxide_core::{Kind, Phase};
use socket2::{Domain, SockAddr, Socket, Type};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixListener;
use tokio::time::timeout;

async fn open(path: &Path) -> Result<Stream, Error> {
    let route = Route::from(RouteRef {
        scheme: Scheme::Http,
        host: "example.com",
        port: 80,
        server_name: None,
        uds: Some(path),
        via: None,
        http1_only: false,
    });
    Dialer::new(TlsSettings::default())
        .dial(&route, &DialSteps::default())
        .await
}

/// A path for a socket. Removes a file that an earlier run has left there.
fn path(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("httpxide-{name}-{}.sock", std::process::id()));
    std::fs::remove_file(&path).ok();
    path
}

#[tokio::test]
async fn a_unix_socket_carries_bytes_and_goes_stale() {
    let path = path("carries");
    let listener = UnixListener::bind(&path).unwrap();
    let mut stream = open(&path).await.unwrap();
    let (mut server, _) = listener.accept().await.unwrap();
    stream.write_all(b"ping").await.unwrap();
    let mut bytes = [0; 4];
    server.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"ping");
    assert!(!stream.is_stale());
    drop(server);
    assert!(stream.is_stale());
    std::fs::remove_file(path).unwrap();
}

#[tokio::test]
async fn a_unix_socket_that_is_missing_or_dead_is_named() {
    let path = path("dead");
    for code in ["ENOENT", "ECONNREFUSED"] {
        let error = open(&path).await.unwrap_err();
        assert_eq!(
            (error.kind, error.phase, error.code),
            (Kind::ConnectError, Phase::Connect, code)
        );
        assert!(error.message.contains(path.to_str().unwrap()), "{error}");
        // leaves the file of a socket on which no process listens
        drop(std::os::unix::net::UnixListener::bind(&path));
    }
    std::fs::remove_file(path).unwrap();
}

#[cfg(target_os = "linux")]
#[tokio::test(start_paused = true)]
async fn a_connection_waits_for_room_in_the_backlog() {
    let path = path("backlog");
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None).unwrap();
    socket.bind(&SockAddr::unix(&path).unwrap()).unwrap();
    socket.listen(0).unwrap();
    let _first = open(&path).await.unwrap();
    let second = open(&path);
    tokio::pin!(second);
    timeout(Duration::from_millis(50), &mut second).await.unwrap_err();
    let _accepted = socket.accept().unwrap();
    timeout(Duration::from_secs(5), second).await.unwrap().unwrap();
    std::fs::remove_file(&path).unwrap();
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_abstract_socket_has_a_name_of_any_length_or_one_filled_up_with_nuls() {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::{SocketAddr, UnixListener};

    let name = format!("httpxide-{}", std::process::id());
    let path = PathBuf::from(format!("\0{name}"));
    let error = open(&path).await.unwrap_err();
    assert_eq!(error.code, "ECONNREFUSED");
    assert!(error.message.contains(&format!("@{name}")), "{error}");
    let mut filled = name.into_bytes();
    for length in [filled.len(), 107] {
        filled.resize(length, 0);
        let address = SocketAddr::from_abstract_name(&filled).unwrap();
        let listener = UnixListener::bind_addr(&address).unwrap();
        open(&path).await.unwrap();
        listener.accept().unwrap();
    }
}
