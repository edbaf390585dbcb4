//! A server of HTTP/2 that answers each request by a function.

use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;

use bytes::Bytes;
use h2::server::{Builder, Connection, SendResponse};
use h2::{Reason, RecvStream, SendStream};
use http::{Request, Response};
use httpxide_core::io::Stream;
use tokio::task::spawn_local;

use crate::server::Server;

/// What a test sees of its server.
#[derive(Clone, Default)]
pub(crate) struct Seen {
    pub(crate) connections: Rc<Cell<usize>>,
    pub(crate) requests: Rc<Cell<usize>>,
    /// Requests in progress.
    pub(crate) active: Rc<Cell<usize>>,
    /// The most at any time, on all connections.
    pub(crate) most_active: Rc<Cell<usize>>,
}

/// A request, and the means to answer it.
pub(crate) struct Received {
    pub(crate) head: http::request::Parts,
    pub(crate) body: RecvStream,
    pub(crate) respond: SendResponse<Bytes>,
}

impl Received {
    /// All of the request's body.
    pub(crate) async fn all(&mut self) -> Result<Vec<u8>, h2::Error> {
        let mut all = Vec::new();
        while let Some(data) = self.body.data().await {
            let data = data?;
            let _ = self.body.flow_control().release_capacity(data.len());
            all.extend_from_slice(&data);
        }
        Ok(all)
    }

    /// Answers 200 with this body.
    pub(crate) async fn answer(&mut self, body: impl Into<Bytes>) {
        let mut stream = self.begin(Response::new(()));
        send(&mut stream, body.into(), true).await;
    }

    pub(crate) fn begin(&mut self, head: Response<()>) -> SendStream<Bytes> {
        self.respond.send_response(head, false).unwrap()
    }

    pub(crate) fn refuse(&mut self) {
        self.respond.send_reset(Reason::REFUSED_STREAM);
    }

    /// Waits until the client resets the stream.
    pub(crate) async fn reset(&mut self) -> Reason {
        poll_fn(|context| self.respond.poll_reset(context)).await.unwrap()
    }
}

/// Sends bytes as the client's windows allow.
pub(crate) async fn send(stream: &mut SendStream<Bytes>, mut bytes: Bytes, end: bool) {
    while !bytes.is_empty() {
        stream.reserve_capacity(bytes.len());
        let Some(Ok(room)) = poll_fn(|context| stream.poll_capacity(context)).await else {
            return;
        };
        let part = bytes.split_to(room.min(bytes.len()));
        if stream.send_data(part, false).is_err() {
            return;
        }
    }
    if end {
        let _ = stream.send_data(Bytes::new(), true);
    }
}

/// Answers every request by `answer` from now on.
pub(crate) fn serve<F>(server: Server, builder: &Builder, answer: impl Fn(Received) -> F + 'static) -> Seen
where
    F: Future<Output = ()> + 'static,
{
    let seen = Seen::default();
    let (builder, answer) = (builder.clone(), Rc::new(answer));
    let connections = seen.clone();
    spawn_local(async move {
        loop {
            let stream = server.accept().await.stream;
            connections.connections.set(connections.connections.get() + 1);
            let (seen, builder, answer) = (connections.clone(), builder.clone(), Rc::clone(&answer));
            spawn_local(async move {
                if let Ok(connection) = builder.handshake(stream).await {
                    run(connection, seen, answer).await;
                }
            });
        }
    });
    seen
}

async fn run<F>(
    mut connection: Connection<Stream, Bytes>,
    seen: Seen,
    answer: Rc<impl Fn(Received) -> F + 'static>,
) where
    F: Future<Output = ()> + 'static,
{
    while let Some(Ok((request, respond))) = connection.accept().await {
        seen.requests.set(seen.requests.get() + 1);
        seen.active.set(seen.active.get() + 1);
        seen.most_active
            .set(seen.most_active.get().max(seen.active.get()));
        let (head, body) = request.into_parts();
        let answered = answer(Received { head, body, respond });
        let active = Rc::clone(&seen.active);
        spawn_local(async move {
            answered.await;
            active.set(active.get() - 1);
        });
    }
}

/// Method, target and fields of a request.
pub(crate) fn described(head: &Request<()>) -> String {
    let fields: Vec<String> = head
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}={}", value.to_str().unwrap()))
        .collect();
    format!("{} {} {}", head.method(), head.uri(), fields.join(","))
}
