//! The file of secrets.

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
