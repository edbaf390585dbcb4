//! One direction of a connection in memory.

use std::io::{self, IoSlice};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::{Buf, BytesMut};
use tokio::io::ReadBuf;

use super::unread::Unread;

/// Bytes on their way from a writer to a reader.
#[derive(Debug)]
pub(super) struct Pipe(Mutex<State>);

#[derive(Debug)]
struct State {
    /// Written and not read yet.
    bytes: BytesMut,
    capacity: usize,
    /// The writer has ended.
    finished: bool,
    /// The reader has gone.
    abandoned: bool,
    /// The connection was reset, and the reader does not know yet.
    reset: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

impl Pipe {
    pub(super) fn new(capacity: usize) -> Self {
        Self(Mutex::new(State {
            bytes: BytesMut::new(),
            capacity,
            finished: false,
            abandoned: false,
            reset: false,
            reader: None,
            writer: None,
        }))
    }

    pub(super) fn poll_read(&self, context: &Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut state = self.state();
        if std::mem::take(&mut state.reset) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        if state.bytes.is_empty() && !state.finished {
            state.reader = Some(context.waker().clone());
            return Poll::Pending;
        }
        let count = state.bytes.len().min(buffer.remaining());
        buffer.put_slice(&state.bytes[..count]);
        state.bytes.advance(count);
        wake(state.writer.take());
        Poll::Ready(Ok(()))
    }

    pub(super) fn poll_write(
        &self,
        context: &Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut state = self.state();
        if state.finished || state.abandoned {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let wanted: usize = buffers.iter().map(|buffer| buffer.len()).sum();
        let room = state.capacity - state.bytes.len();
        if room == 0 && wanted > 0 {
            state.writer = Some(context.waker().clone());
            return Poll::Pending;
        }
        let mut left = room;
        for buffer in buffers {
            let count = buffer.len().min(left);
            state.bytes.extend_from_slice(&buffer[..count]);
            left -= count;
        }
        wake(state.reader.take());
        Poll::Ready(Ok(room - left))
    }

    /// Ends the writer's side: the reader finds the end behind the bytes.
    pub(super) fn finish(&self) {
        let mut state = self.state();
        state.finished = true;
        wake(state.reader.take());
    }

    /// Ends the reader's side: writing fails.
    pub(super) fn abandon(&self) {
        let mut state = self.state();
        state.abandoned = true;
        wake(state.writer.take());
    }

    /// Breaks it off for both sides.
    pub(super) fn reset(&self) {
        let mut state = self.state();
        state.bytes.clear();
        (state.finished, state.abandoned, state.reset) = (true, true, true);
        wake(state.reader.take());
        wake(state.writer.take());
    }

    pub(super) fn unread(&self) -> Unread {
        let state = self.state();
        match (state.bytes.is_empty(), state.finished) {
            (false, _) => Unread::Bytes,
            (true, true) => Unread::End,
            (true, false) => Unread::Nothing,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // no panic can leave the state half changed
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}
