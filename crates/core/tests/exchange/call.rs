//! A request of a test, and what a caller can do with it.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use httpxide_core::body::{Form, Read, RequestBody, Upload};
use httpxide_core::facts::ResponseTimes;
use httpxide_core::websocket::MessageKind;
use httpxide_core::{Client, Error, Exchange};

use crate::recorder::{Answer, End, Entry, RecordedEvent, Recorder};

/// The exchange, and its replies.
pub(crate) struct Call {
    pub(crate) exchange: Rc<Exchange>,
    pub(crate) client: Rc<Client>,
    pub(crate) recorder: Rc<Recorder>,
    pub(crate) key: u32,
}

impl Call {
    pub(crate) fn cancel(&self) {
        self.client.cancel(&self.exchange);
    }

    pub(crate) fn upload(&self) -> &Upload {
        let RequestBody::Upload(upload) = self.exchange.body() else {
            panic!("not an upload")
        };
        upload
    }

    /// Writes to the byte stream that the connection has become.
    pub(crate) async fn write(&self, bytes: &'static [u8]) {
        self.head().await;
        self.exchange
            .upgraded()
            .expect("a byte stream")
            .outgoing
            .push(Bytes::from_static(bytes));
    }

    /// Closes the byte stream that the connection has become, behind what was written.
    pub(crate) fn close(&self) {
        self.exchange.upgraded().expect("a byte stream").close();
    }

    /// Ends the direction to the server of a byte stream.
    pub(crate) fn close_write(&self) {
        self.exchange.upgraded().expect("a byte stream").outgoing.end();
    }

    /// The lines of its interim responses so far.
    pub(crate) fn interim(&self) -> Vec<String> {
        self.seen(|entry| entry.interim.clone())
    }

    /// How often it got credit.
    pub(crate) fn credits(&self) -> usize {
        self.seen(|entry| entry.credits)
    }

    /// The messages of a WebSocket session.
    pub(crate) fn messages(&self) -> Vec<(MessageKind, Vec<u8>)> {
        self.seen(|entry| entry.messages.clone())
    }

    /// How a WebSocket session ended.
    pub(crate) fn session_end(&self) -> Option<(u16, String, Option<Error>)> {
        self.seen(|entry| {
            assert!(entry.disconnected.len() <= 1, "more than one end");
            entry.disconnected.first().cloned()
        })
    }

    pub(crate) fn credit(&self) -> usize {
        self.seen(|entry| entry.credit)
    }

    /// Waits until the body is asked for again.
    pub(crate) async fn restart(&self) {
        self.until(|entry| (entry.restarts > 0).then_some(())).await;
    }

    /// The events of its trace, if it is traced.
    pub(crate) fn trace(&self) -> Vec<RecordedEvent> {
        self.seen(|entry| entry.trace.clone())
    }

    pub(crate) fn is_over(&self) -> bool {
        self.seen(|entry| entry.end.is_some())
    }

    pub(crate) fn has_head(&self) -> bool {
        self.seen(|entry| entry.streamed.is_some())
    }

    /// Drops the call. The result tells whether the request has ended, even after the client is gone.
    pub(crate) fn forget(self) -> impl Fn() -> bool {
        let (recorder, key) = (self.recorder, self.key);
        move || {
            let entries = recorder.entries.borrow();
            entries.get(&key).is_some_and(|entry| entry.end.is_some())
        }
    }

    /// The terminal reply. Fails if another reply follows.
    pub(crate) async fn end(&self) -> End {
        let end = self.until(|entry| entry.end.clone()).await;
        // a wrong further reply would come from a task that is ready now
        tokio::task::yield_now().await;
        assert_eq!(self.seen(|entry| entry.late), 0, "replies after {end:?}");
        end
    }

    pub(crate) async fn answer(&self) -> Answer {
        match self.end().await {
            End::Whole(answer) => answer,
            other => panic!("{other:?}"),
        }
    }

    /// What a whole response tells of its connection, and how long its body took.
    pub(crate) async fn times(&self) -> (ResponseTimes, Duration) {
        self.answer().await;
        self.recorder.entries.borrow()[&self.key]
            .times
            .expect("a whole response")
    }

    pub(crate) async fn error(&self) -> Error {
        match self.end().await {
            End::Failed(error) => error,
            other => panic!("{other:?}"),
        }
    }

    /// The status and the head of a streamed response.
    pub(crate) async fn head(&self) -> (u16, String) {
        self.until(|entry| match (&entry.streamed, &entry.end) {
            (Some((status, head, _)), _) => Some((*status, head.clone())),
            (None, Some(end)) => panic!("{end:?}"),
            (None, None) => None,
        })
        .await
    }

    /// Reads a streamed body without waiting.
    pub(crate) fn try_read(&self, form: Form) -> Read {
        let pipe = self.seen(|entry| Arc::clone(&entry.streamed.as_ref().expect("a head").2));
        pipe.read(form)
    }

    /// The next chunk or the end of a streamed body.
    pub(crate) async fn read(&self, form: Form) -> Read {
        self.head().await;
        loop {
            let readable = self.seen(|entry| entry.readable);
            match self.try_read(form) {
                Read::Wait => {}
                read => return read,
            }
            self.until(|entry| (entry.readable > readable).then_some(()))
                .await;
        }
    }

    /// All of a streamed body, its trailers, and the number of its bytes on the wire.
    pub(crate) async fn read_all(&self, form: Form) -> Result<(Vec<u8>, Bytes, u64), Error> {
        let (mut body, mut downloaded) = (Vec::new(), 0);
        loop {
            match self.read(form).await {
                Read::Chunk(chunk, wire) => {
                    body.extend_from_slice(&chunk);
                    downloaded += wire;
                }
                Read::End(trailers, rest) => return Ok((body, trailers, downloaded + rest)),
                Read::Failed(error, _) => return Err(error),
                Read::Wait => unreachable!("read waits"),
            }
        }
    }

    fn seen<T>(&self, look: impl FnOnce(&Entry) -> T) -> T {
        look(self.recorder.entries.borrow_mut().entry(self.key).or_default())
    }

    async fn until<T>(&self, look: impl Fn(&Entry) -> Option<T>) -> T {
        loop {
            let changed = self.recorder.changed.notified();
            if let Some(found) = self.seen(&look) {
                return found;
            }
            changed.await;
        }
    }
}
