//! A streamed response body between the I/O thread, which fills it, and the thread that reads it.
//!
//! The reader takes what is there without waiting; when nothing is, it is told once that something has come. The
//! filler stops at the high-water mark and is woken at the low one, so memory stays bounded whatever the reader
//! does, and the server is slowed down by TCP.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;

use crate::error::Error;

/// Bytes held before the socket is paused.
const HIGH_WATER: usize = 1024 * 1024;
/// Bytes held when it is read again.
const LOW_WATER: usize = HIGH_WATER / 2;

/// How the reader wants the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// With content codings undone.
    Decoded,
    /// As they came.
    Raw,
}

/// What a read found.
#[derive(Debug)]
pub enum Read {
    /// The next bytes, and how many bytes of the wire they stand for.
    Chunk(Bytes, u64),
    /// The end, with the header lines of the trailers.
    End(Bytes),
    /// The body broke off.
    Failed(Error),
    /// Nothing as yet: the reader will be told.
    Wait,
}

/// The body.
#[derive(Debug, Default)]
pub struct BodyPipe {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    chunks: VecDeque<(Bytes, u64)>,
    held: usize,
    end: Option<Result<Bytes, Error>>,
    form: Option<Form>,
    reader_waits: bool,
    filler: Option<Waker>,
}

impl BodyPipe {
    /// Takes the next bytes, in this form; the form of the first read holds for all.
    pub fn read(&self, form: Form) -> Read {
        let mut state = self.lock();
        let first = state.form.is_none();
        state.form.get_or_insert(form);
        let read = if let Some((chunk, wire)) = state.chunks.pop_front() {
            state.held -= chunk.len();
            Read::Chunk(chunk, wire)
        } else {
            match &state.end {
                Some(Ok(trailers)) => Read::End(trailers.clone()),
                Some(Err(error)) => Read::Failed(error.clone()),
                None => {
                    state.reader_waits = true;
                    Read::Wait
                }
            }
        };
        let filler = if first || state.held <= LOW_WATER {
            state.filler.take()
        } else {
            None
        };
        // a waker takes locks of its own
        drop(state);
        if let Some(filler) = filler {
            filler.wake();
        }
        read
    }

    /// Waits for the reader to ask for the first time.
    pub(crate) fn poll_form(&self, context: &mut Context<'_>) -> Poll<Form> {
        let mut state = self.lock();
        if let Some(form) = state.form {
            return Poll::Ready(form);
        }
        state.filler = Some(context.waker().clone());
        Poll::Pending
    }

    /// Waits for room.
    pub(crate) fn poll_room(&self, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.lock();
        if state.held < HIGH_WATER {
            return Poll::Ready(());
        }
        state.filler = Some(context.waker().clone());
        Poll::Pending
    }

    /// Adds bytes; true if the reader is to be told.
    pub(crate) fn push(&self, chunk: Bytes, wire: u64) -> bool {
        let mut state = self.lock();
        state.held += chunk.len();
        state.chunks.push_back((chunk, wire));
        std::mem::take(&mut state.reader_waits)
    }

    /// Ends the body; true if the reader is to be told. Only the first end counts.
    pub(crate) fn finish(&self, end: Result<Bytes, Error>) -> bool {
        let mut state = self.lock();
        state.end.get_or_insert(end);
        std::mem::take(&mut state.reader_waits)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // nothing here panics while it holds the lock
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
