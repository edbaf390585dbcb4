//! Building a configuration takes as long as the files that it needs. The I/O thread goes on meanwhile.
#![cfg(unix)]

use std::fs;
use std::process::Command;

use httpxide_core::dial::{DialSteps, Dialer};
use httpxide_core::tls::{Roots, TlsSettings};
use tokio::time::{Duration, timeout};

use super::server::{Authority, Server};
use super::{FULL, assert_echoes, open, route, settings};

#[tokio::test]
async fn other_connections_are_made_while_a_slow_file_is_waited_for() {
    let directory = std::env::temp_dir().join(format!("httpxide-slow-{}", std::process::id()));
    fs::create_dir_all(&directory).unwrap();
    // a pipe without a writer: opening it blocks the thread
    let pipe = directory.join("keys");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let authority = Authority::new("authority");
    let server = Server::start(authority.issue(&["localhost"])).await;
    let slow = TlsSettings {
        roots: Roots::Pem(vec![authority.pem()]),
        key_log: Some(pipe.clone()),
        ..TlsSettings::default()
    };
    let dialer = Dialer::new(slow);
    let route = route("localhost", server.port);
    let steps = DialSteps::default();
    let mut waiting = std::pin::pin!(dialer.dial(&route, &steps));
    timeout(Duration::from_millis(50), &mut waiting)
        .await
        .unwrap_err();
    // another setting, and the same one again
    let quick = settings(FULL, &[&authority.pem()]);
    let quick = timeout(Duration::from_secs(10), open(&quick, server.port))
        .await
        .unwrap();
    assert_echoes(&mut quick.unwrap()).await;
    // until the process ends: the configurations keep the pipe open. The runtime would wait for a task of its own
    std::thread::spawn(move || fs::read(pipe));
    assert_echoes(&mut waiting.await.unwrap()).await;
    fs::remove_dir_all(directory).unwrap();
}
