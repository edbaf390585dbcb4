//! What the first message of a handshake offers.

use httpxide_core::tls::{MinVersion, TlsSettings};
use httpxide_core::{Kind, Phase};
use rustls::HandshakeKind;
use rustls::version::{TLS12, TLS13};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use super::server::{Authority, Server};
use super::{FULL, assert_echoes, handshake_kind, open, settings, settings_none};

const SUPPORTED_GROUPS: u16 = 10;
const COMPRESS_CERTIFICATE: u16 = 27;
const SUPPORTED_VERSIONS: u16 = 43;
const KEY_SHARE: u16 = 51;

const X25519: u16 = 0x001d;
const X25519_MLKEM768: u16 = 0x11ec;
const ZLIB: u16 = 1;

/// The bytes of the client's hello, behind the header of its handshake message.
async fn hello(settings: &TlsSettings) -> Vec<u8> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let receiving = async {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut header = [0; 5];
        socket.read_exact(&mut header).await.unwrap();
        let mut record = vec![0; usize::from(u16::from_be_bytes([header[3], header[4]]))];
        socket.read_exact(&mut record).await.unwrap();
        record.split_off(4)
    };
    let (refused, hello) = tokio::join!(open(settings, port), receiving);
    refused.unwrap_err();
    hello
}

/// The contents of an extension (RFC 8446 4.1.2, 4.2).
fn extension(hello: &[u8], wanted: u16) -> Option<&[u8]> {
    let number = |at: usize| u16::from_be_bytes([hello[at], hello[at + 1]]);
    let session = 2 + 32;
    let suites = session + 1 + usize::from(hello[session]);
    let compressions = suites + 2 + usize::from(number(suites));
    let mut at = compressions + 1 + usize::from(hello[compressions]) + 2;
    while at < hello.len() {
        let length = usize::from(number(at + 2));
        if number(at) == wanted {
            return Some(&hello[at + 4..at + 4 + length]);
        }
        at += 4 + length;
    }
    None
}

fn numbers(bytes: &[u8]) -> Vec<u16> {
    bytes
        .chunks_exact(2)
        .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
        .collect()
}

#[tokio::test]
async fn the_hybrid_with_ml_kem_is_the_first_group_and_has_a_key_share() {
    let hello = hello(&settings_none()).await;
    let groups = numbers(&extension(&hello, SUPPORTED_GROUPS).unwrap()[2..]);
    assert_eq!(groups[..2], [X25519_MLKEM768, X25519]);
    let shares = &extension(&hello, KEY_SHARE).unwrap()[2..];
    assert_eq!(numbers(&shares[..4]), [X25519_MLKEM768, 1184 + 32]);
    // a server without ML-KEM finds the share of X25519 behind it, and needs no second round trip
    assert_eq!(numbers(&shares[4 + 1216..][..4]), [X25519, 32]);
}

#[tokio::test]
async fn certificates_may_be_compressed_by_zlib_and_are_then_read() {
    let hello = hello(&settings_none()).await;
    let algorithms = extension(&hello, COMPRESS_CERTIFICATE).unwrap();
    assert_eq!(numbers(&algorithms[1..]), [ZLIB]);
    // rustls's server compresses for clients that offer it
    let authority = Authority::new("authority");
    let server = Server::start_with(authority.issue(&["localhost"]), &[&TLS13]).await;
    let mut stream = open(&settings(FULL, &[&authority.pem()]), server.port)
        .await
        .unwrap();
    assert_echoes(&mut stream).await;
}

#[tokio::test]
async fn the_oldest_version_can_be_raised() {
    let newest = TlsSettings {
        min_version: MinVersion::Tls13,
        ..settings_none()
    };
    assert_eq!(
        extension(&hello(&newest).await, SUPPORTED_VERSIONS).unwrap(),
        [2, 3, 4]
    );
    let authority = Authority::new("authority");
    let old = Server::start_with(authority.issue(&["localhost"]), &[&TLS12]).await;
    assert_echoes(&mut open(&settings_none(), old.port).await.unwrap()).await;
    let error = open(&newest, old.port).await.unwrap_err();
    assert_eq!((error.kind, error.phase), (Kind::ConnectError, Phase::Tls));
    assert_eq!(error.code, "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION");
    assert!(error.message.contains("tls.minVersion"), "{error}");
}

#[tokio::test]
async fn sessions_are_not_resumed_if_that_is_off() {
    for version in [&TLS12, &TLS13] {
        let authority = Authority::new("authority");
        let server = Server::start_with(authority.issue(&["localhost"]), &[version]).await;
        let settings = TlsSettings {
            session_resumption: false,
            ..settings(FULL, &[&authority.pem()])
        };
        for _ in 0..2 {
            let mut stream = open(&settings, server.port).await.unwrap();
            assert_echoes(&mut stream).await;
            assert_eq!(handshake_kind(&stream), Some(HandshakeKind::Full));
        }
    }
}
