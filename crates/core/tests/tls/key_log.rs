//! The file of secrets.

use std::io::Read as _;
use std::{env, fs};

use httpxide_core::tls::TlsSettings;
use httpxide_core::{Kind, Phase};
use rustls::version::{TLS12, TLS13};

use super::server::{Authority, Server};
use super::{FULL, assert_echoes, open, settings};

#[tokio::test]
async fn the_secrets_of_each_connection_are_appended_to_the_file() {
    let path = env::temp_dir().join(format!("httpxide-keys-{}.txt", std::process::id()));
    fs::write(&path, "# kept\n").unwrap();
    let authority = Authority::new("authority");
    let settings = TlsSettings {
        key_log: Some(path.clone()),
        ..settings(FULL, &[&authority.pem()])
    };
    for version in [&TLS12, &TLS13] {
        let server = Server::start_with(authority.issue(&["localhost"]), &[version]).await;
        assert_echoes(&mut open(&settings, server.port).await.unwrap()).await;
    }
    let text = fs::read_to_string(&path).unwrap();
    fs::remove_file(&path).unwrap();
    let labels: Vec<_> = text.lines().filter_map(|line| line.split(' ').next()).collect();
    for label in [
        "#",
        "CLIENT_RANDOM",
        "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
        "SERVER_HANDSHAKE_TRAFFIC_SECRET",
        "CLIENT_TRAFFIC_SECRET_0",
        "SERVER_TRAFFIC_SECRET_0",
    ] {
        assert!(labels.contains(&label), "{label} is missing: {text}");
    }
    for line in text.lines().skip(1) {
        let parts: Vec<_> = line.split(' ').collect();
        let is_hexadecimal =
            |part: &str| part.len() >= 64 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
        assert!(
            parts.len() == 3 && parts[1..].iter().all(|part| is_hexadecimal(part)),
            "{line}"
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_pipe_is_written_to_while_it_is_read_and_never_waited_for() {
    let path = env::temp_dir().join(format!("httpxide-keys-{}.pipe", std::process::id()));
    let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
    assert!(made.success());
    let authority = Authority::new("authority");
    let server = Server::start_with(authority.issue(&["localhost"]), &[&TLS13]).await;
    let settings = TlsSettings {
        key_log: Some(path.clone()),
        ..settings(FULL, &[&authority.pem()])
    };
    let error = open(&settings, server.port).await.unwrap_err();
    assert_eq!((error.kind, error.code), (Kind::ConnectError, "ENXIO"), "{error}");

    // open for both, so that opening waits for nothing
    let mut pipe = fs::OpenOptions::new().read(true).write(true).open(&path).unwrap();
    assert_echoes(&mut open(&settings, server.port).await.unwrap()).await;
    fs::remove_file(&path).unwrap();
    let mut bytes = [0; 31];
    pipe.read_exact(&mut bytes).unwrap();
    assert_eq!(&bytes, b"CLIENT_HANDSHAKE_TRAFFIC_SECRET");
    // 150 connections write some 130 KB, and the pipe holds 64 KiB
    for _ in 0..150 {
        assert_echoes(&mut open(&settings, server.port).await.unwrap()).await;
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_fails_the_connection_and_is_named() {
    let settings = TlsSettings {
        key_log: Some("/nowhere/keys.txt".into()),
        ..settings(FULL, &[])
    };
    let error = open(&settings, 1).await.unwrap_err();
    assert_eq!(
        (error.kind, error.phase, error.code),
        (Kind::ConnectError, Phase::Tls, "ENOENT")
    );
    assert!(error.message.contains("/nowhere/keys.txt"), "{error}");
}
