//! A streamed response body between the I/O thread, which fills the pipe, and the thread that reads it.
//!
//! A read returns at once. A reader that finds the pipe empty is notified once when bytes come. The I/O thread stops at the
//! high-water mark and is woken at the low one, so memory stays bounded, and TCP slows the server down.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;

use crate::error::Error;

/// Reading from the socket stops while the pipe holds this many bytes …
const HIGH_WATER: usize = 1024 * 1024;
/// … and goes on when it holds no more than this many.
const LOW_WATER: usize = HIGH_WATER / 2;

/// Counted for each chunk beside its bytes: a million chunks of one byte take far more than a megabyte.
const CHUNK_OVERHEAD: usize = 256;

fn cost(chunk: &Bytes) -> usize {
    chunk.len() + CHUNK_OVERHEAD
}

/// The form in which the reader wants the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Without content codings.
    Decoded,
    /// As the server sent them.
    Raw,
}

/// The result of a read.
#[derive(Debug)]
pub enum Read {
    /// The next bytes, and how many bytes of the wire they stand for.
    Chunk(Bytes, u64),
    /// The end: the header lines of the trailers, and how many bytes of the wire came after the last chunk, such as a
    /// coding's own trailer.
    End(Bytes, u64),
    /// The body broke off, and how many bytes of the wire came after the last chunk.
    Failed(Error, u64),
    /// No bytes yet. The reader is notified when some come.
    Wait,
}

/// A bounded queue of the body's bytes.
#[derive(Debug, Default)]
pub struct BodyPipe {
    queue: Mutex<Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    chunks: VecDeque<(Bytes, u64)>,
    held: usize,
    end: Option<Result<Bytes, Error>>,
    /// Bytes of the wire after the last chunk.
    rest: u64,
    form: Option<Form>,
    reader_waits: bool,
    filler: Option<Waker>,
}

impl BodyPipe {
    /// Takes the next bytes. The form of the first read holds for all.
    pub fn read(&self, form: Form) -> Read {
        let mut queue = self.lock();
        let first = queue.form.is_none();
        queue.form.get_or_insert(form);
        let read = if let Some((chunk, wire)) = queue.chunks.pop_front() {
            queue.held -= cost(&chunk);
            Read::Chunk(chunk, wire)
        } else {
            match queue.end.clone() {
                Some(Ok(trailers)) => Read::End(trailers, std::mem::take(&mut queue.rest)),
                Some(Err(error)) => Read::Failed(error, std::mem::take(&mut queue.rest)),
                None => {
                    queue.reader_waits = true;
                    Read::Wait
                }
            }
        };
        let filler = if first || queue.held <= LOW_WATER {
            queue.filler.take()
        } else {
            None
        };
        // a waker takes locks of its own, so this lock is released first
        drop(queue);
        if let Some(filler) = filler {
            filler.wake();
        }
        read
    }

    /// Ready with the form at the first read.
    pub(crate) fn poll_form(&self, context: &mut Context<'_>) -> Poll<Form> {
        let mut queue = self.lock();
        if let Some(form) = queue.form {
            return Poll::Ready(form);
        }
        queue.filler = Some(context.waker().clone());
        Poll::Pending
    }

    /// Ready when the pipe holds less than the high-water mark.
    pub(crate) fn poll_room(&self, context: &mut Context<'_>) -> Poll<()> {
        let mut queue = self.lock();
        if queue.held < HIGH_WATER {
            return Poll::Ready(());
        }
        queue.filler = Some(context.waker().clone());
        Poll::Pending
    }

    /// Adds bytes; returns whether the reader waits, and must be notified.
    pub(crate) fn push(&self, chunk: Bytes, wire: u64) -> bool {
        let mut queue = self.lock();
        queue.held += cost(&chunk);
        queue.chunks.push_back((chunk, wire));
        std::mem::take(&mut queue.reader_waits)
    }

    /// Ends the body, `rest` bytes of the wire after the last chunk; returns whether the reader waits, and must be notified.
    /// Only the first end has an effect.
    pub(crate) fn finish(&self, end: Result<Bytes, Error>, rest: u64) -> bool {
        let mut queue = self.lock();
        if queue.end.is_none() {
            queue.end = Some(end);
            queue.rest = rest;
        }
        std::mem::take(&mut queue.reader_waits)
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        // no code panics while it holds the lock
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::error::{Kind, Phase};
    use crate::wake_counter::WakeCounter;

    /// A pipe, the waker of its filler, and the wake-ups.
    fn pipe() -> (BodyPipe, Waker, Arc<WakeCounter>) {
        let wake_ups = Arc::new(WakeCounter::default());
        (BodyPipe::default(), Arc::clone(&wake_ups).into(), wake_ups)
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
    fn a_reader_that_waits_is_notified_once() {
        let (pipe, ..) = pipe();
        assert!(!pipe.push(zeros(1), 1), "no reader waits");
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
        let (pipe, waker, wake_ups) = pipe();
        let mut context = Context::from_waker(&waker);
        let piece = LOW_WATER / 2;
        let mut pieces = 0;
        while pipe.poll_room(&mut context).is_ready() {
            pipe.push(zeros(piece), 0);
            pieces += 1;
        }
        assert_eq!(pieces, 4);
        // the first read wake_ups the task that waits for its form
        pipe.read(Form::Raw);
        assert_eq!(wake_ups.take(), 1);
        pipe.push(zeros(piece), 0);
        assert!(pipe.poll_room(&mut context).is_pending());
        pipe.read(Form::Raw);
        assert_eq!(wake_ups.count(), 0, "the pipe holds more than the low mark");
        while wake_ups.count() == 0 {
            pipe.read(Form::Raw);
            pieces -= 1;
        }
        assert!(pieces > 0, "the filler is woken before the pipe is empty");
        assert!(pipe.poll_room(&mut context).is_ready());
    }

    #[test]
    fn many_small_chunks_fill_the_pipe() {
        let (pipe, waker, _) = pipe();
        let mut context = Context::from_waker(&waker);
        let mut chunks = 0;
        while pipe.poll_room(&mut context).is_ready() {
            pipe.push(zeros(1), 1);
            chunks += 1;
        }
        assert!(chunks <= HIGH_WATER / CHUNK_OVERHEAD);
        for _ in 0..chunks {
            assert_eq!(chunk(pipe.read(Form::Raw)), Some((1, 1)));
        }
        assert_eq!(pipe.lock().held, 0);
    }

    #[test]
    fn the_form_of_the_first_read_holds_and_wakes_the_filler() {
        let (pipe, waker, wake_ups) = pipe();
        let mut context = Context::from_waker(&waker);
        assert!(pipe.poll_form(&mut context).is_pending());
        assert!(matches!(pipe.read(Form::Raw), Read::Wait));
        assert_eq!(wake_ups.count(), 1);
        assert!(matches!(pipe.read(Form::Decoded), Read::Wait));
        assert_eq!(pipe.poll_form(&mut context), Poll::Ready(Form::Raw));
    }

    #[test]
    fn bytes_are_read_before_the_end_and_the_first_end_counts() {
        let failure = || Error::new(Kind::ReadError, Phase::Body, "ECONNRESET", "broke off");
        let (ended, ..) = pipe();
        ended.push(zeros(1), 1);
        ended.finish(Ok("a: b\r\n".into()), 8);
        ended.finish(Err(failure()), 0);
        assert_eq!(chunk(ended.read(Form::Raw)), Some((1, 1)));
        // later reads of the end report no more bytes of the wire
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
