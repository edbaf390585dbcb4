//! A connection that was opened for a request that another connection served is idle before its first use.

use httpxide_core::ClientConfig;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

use crate::caller::Caller;
use crate::request::Request;
use crate::run_over_sockets;
use crate::server::OK;

#[test]
fn a_connection_can_be_stale_before_its_first_use() {
    run_over_sockets(async {
        let directory = std::env::temp_dir().join(format!("httpxide-stale-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let path = directory.join("socket");
        let caller = Caller::with(ClientConfig {
            uds: Some(path.clone()),
            retries: 2,
            ..ClientConfig::default()
        });
        let origin = "http://a:80";
        let listener = UnixListener::bind(&path).unwrap();
        let first = caller.send(origin, Request::get());
        let (mut used, _) = listener.accept().await.unwrap();
        answer(&mut used).await;
        first.answer().await;

        // the second attempt finds no server and waits; meanwhile the first connection serves both requests
        drop(listener);
        std::fs::remove_file(&path).unwrap();
        let one = caller.send(origin, Request::get());
        let other = caller.send(origin, Request::get());
        caller.settles_at((1, 0, 1)).await;
        answer(&mut used).await;
        one.answer().await;
        answer(&mut used).await;
        other.answer().await;

        // so that no request waits for the attempt when it succeeds
        let listener = UnixListener::bind(&path).unwrap();
        let (unused, _) = listener.accept().await.unwrap();
        caller.settles_at((0, 2, 0)).await;
        drop(used);
        caller.settles_at((0, 1, 0)).await;
        drop(unused);
        let call = caller.send(origin, Request::get());
        let serving = async {
            let (mut fresh, _) = listener.accept().await.unwrap();
            answer(&mut fresh).await;
            fresh
        };
        let (answered, _fresh) = tokio::join!(call.answer(), serving);
        assert_eq!(answered.body, "ok");
        std::fs::remove_dir_all(&directory).unwrap();
    });
}

async fn answer(socket: &mut UnixStream) {
    let mut read = [0; 1024];
    assert!(socket.read(&mut read).await.unwrap() > 0);
    socket.write_all(OK).await.unwrap();
}
