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

/// What a chunk takes beside its bytes, generously: a million chunks of a byte are not a megabyte.
const CHUNK_WEIGHT: usize = 256;

fn weight(chunk: &Bytes) -> usize {
    chunk.len() + CHUNK_WEIGHT
}

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
    /// The end, with the header lines of the trailers, and how many bytes of the wire came after the last chunk: a
    /// coding's own trailer, say.
    End(Bytes, u64),
    /// The body broke off, and how many bytes of the wire came after the last chunk.
    Failed(Error, u64),
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
    /// Bytes of the wire that no chunk stands for.
    rest: u64,
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
            state.held -= weight(&chunk);
            Read::Chunk(chunk, wire)
        } else {
            match state.end.clone() {
                Some(Ok(trailers)) => Read::End(trailers, std::mem::take(&mut state.rest)),
                Some(Err(error)) => Read::Failed(error, std::mem::take(&mut state.rest)),
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
        state.held += weight(&chunk);
        state.chunks.push_back((chunk, wire));
        std::mem::take(&mut state.reader_waits)
    }

    /// Ends the body, `rest` bytes of the wire after the last chunk; true if the reader is to be told. Only the first
    /// end counts.
    pub(crate) fn finish(&self, end: Result<Bytes, Error>, rest: u64) -> bool {
        let mut state = self.lock();
        if state.end.is_none() {
            state.end = Some(end);
            state.rest = rest;
        }
        std::mem::take(&mut state.reader_waits)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // nothing here panics while it holds the lock
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

    use super::*;
    use crate::error::{Kind, Phase};

    /// Counts how often it was woken.
    #[derive(Default)]
    struct Sleeper(AtomicUsize);

    impl Wake for Sleeper {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// A pipe, its filler, and how often that was woken.
    fn pipe() -> (BodyPipe, Waker, Arc<Sleeper>) {
        let sleeper = Arc::new(Sleeper::default());
        (BodyPipe::default(), Arc::clone(&sleeper).into(), sleeper)
    }

    fn zeros(length: usize) -> Bytes {
        vec![0; length].into()
    }

    fn chunk(read: Read) -> Option<(usize, u64)> {
        match read {
            Read::Chunk(chunk, wire) => Some((chunk.len(), wire)),
            _ => None,
        }
    }

    #[test]
    fn a_reader_is_told_once_and_only_if_it_waits() {
        let (pipe, ..) = pipe();
        assert!(!pipe.push(zeros(1), 1), "nobody has asked");
        assert_eq!(chunk(pipe.read(Form::Decoded)), Some((1, 1)));
        assert!(matches!(pipe.read(Form::Decoded), Read::Wait));
        assert!(matches!(pipe.read(Form::Decoded), Read::Wait));
        assert!(pipe.push(zeros(2), 2));
        assert!(!pipe.push(zeros(3), 3));
        assert_eq!(chunk(pipe.read(Form::Decoded)), Some((2, 2)));
        assert_eq!(chunk(pipe.read(Form::Decoded)), Some((3, 3)));
        assert!(matches!(pipe.read(Form::Decoded), Read::Wait));
        assert!(pipe.finish(Ok(Bytes::new()), 0));
    }

    #[test]
    fn the_filler_stops_at_the_high_water_mark_and_is_woken_at_the_low_one() {
        let (pipe, waker, sleeper) = pipe();
        let mut context = Context::from_waker(&waker);
        let piece = LOW_WATER / 2;
        let mut pieces = 0;
        while pipe.poll_room(&mut context).is_ready() {
            pipe.push(zeros(piece), 0);
            pieces += 1;
        }
        assert_eq!(pieces, 4);
        // the first read wakes whoever waits for its form, and finds no room
        pipe.read(Form::Raw);
        assert_eq!(sleeper.0.swap(0, Ordering::Relaxed), 1);
        pipe.push(zeros(piece), 0);
        assert!(pipe.poll_room(&mut context).is_pending());
        pipe.read(Form::Raw);
        assert_eq!(
            sleeper.0.load(Ordering::Relaxed),
            0,
            "more is held than the low mark"
        );
        while sleeper.0.load(Ordering::Relaxed) == 0 {
            pipe.read(Form::Raw);
            pieces -= 1;
        }
        assert!(pieces > 0, "woken before all was read");
        assert!(pipe.poll_room(&mut context).is_ready());
    }

    #[test]
    fn many_small_chunks_fill_it_too() {
        let (pipe, waker, _) = pipe();
        let mut context = Context::from_waker(&waker);
        let mut chunks = 0;
        while pipe.poll_room(&mut context).is_ready() {
            pipe.push(zeros(1), 1);
            chunks += 1;
        }
        assert!(chunks <= HIGH_WATER / CHUNK_WEIGHT);
        for _ in 0..chunks {
            assert_eq!(chunk(pipe.read(Form::Raw)), Some((1, 1)));
        }
        assert_eq!(pipe.lock().held, 0);
    }

    #[test]
    fn the_form_of_the_first_read_holds_and_the_filler_is_woken_by_it() {
        let (pipe, waker, sleeper) = pipe();
        let mut context = Context::from_waker(&waker);
        assert!(pipe.poll_form(&mut context).is_pending());
        assert!(matches!(pipe.read(Form::Raw), Read::Wait));
        assert_eq!(sleeper.0.load(Ordering::Relaxed), 1);
        assert!(matches!(pipe.read(Form::Decoded), Read::Wait));
        assert_eq!(pipe.poll_form(&mut context), Poll::Ready(Form::Raw));
    }

    #[test]
    fn what_came_is_read_before_the_end_and_the_first_end_counts() {
        let failure = || Error::new(Kind::ReadError, Phase::Body, "ECONNRESET", "broke off");
        let (ended, ..) = pipe();
        ended.push(zeros(1), 1);
        ended.finish(Ok("a: b\r\n".into()), 8);
        ended.finish(Err(failure()), 0);
        assert_eq!(chunk(ended.read(Form::Raw)), Some((1, 1)));
        // the rest of the wire is counted once, however often the end is read
        assert!(matches!(ended.read(Form::Raw), Read::End(trailers, 8) if trailers == "a: b\r\n"));
        assert!(matches!(ended.read(Form::Raw), Read::End(trailers, 0) if trailers == "a: b\r\n"));

        let (failed, ..) = pipe();
        failed.push(zeros(1), 1);
        failed.finish(Err(failure()), 7);
        failed.finish(Ok(Bytes::new()), 0);
        assert_eq!(chunk(failed.read(Form::Raw)), Some((1, 1)));
        for rest in [7, 0] {
            assert!(
                matches!(failed.read(Form::Raw), Read::Failed(error, more) if error.code == "ECONNRESET" && more == rest)
            );
        }
    }
}
