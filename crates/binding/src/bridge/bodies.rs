//! Response bodies that JavaScript has yet to read, by the number of their exchange.

use std::collections::{HashMap, VecDeque};
use std::mem;
use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;
use httpxide_core::Error;
use httpxide_core::body::{BodyPipe, Form, Read};
use napi::Env;

use crate::external_memory;
use crate::queues::Attachment;

/// The external memory that is counted for a streamed body until its first read: as much as may wait in it. Without
/// it, a program that drops responses unread shows the garbage collector nothing but small objects, and they take all
/// of its connections before any is collected.
const UNREAD: usize = 1024 * 1024;

/// Bodies and messages that are not in a record.
#[derive(Default)]
pub(super) struct Bodies {
    whole: HashMap<u32, Bytes>,
    /// Messages of WebSocket sessions, in the order of their records.
    messages: HashMap<u32, VecDeque<Bytes>>,
    /// Boxed, as most numbers have none.
    streamed: Vec<Option<Box<StreamedBody>>>,
    /// The streamed bodies of the last batch.
    fresh: Vec<u32>,
}

/// A body that is read piece by piece.
pub(super) struct StreamedBody {
    pipe: Arc<BodyPipe>,
    /// Wire bytes of the chunks read so far.
    pub(super) downloaded: u64,
    /// The trailers' lines, after the end.
    pub(super) trailers: Bytes,
    /// Why it broke off.
    pub(super) failure: Option<Error>,
    is_begun: bool,
    /// Whether [`UNREAD`] is counted for it.
    is_counted: bool,
}

impl Bodies {
    pub(super) fn add(&mut self, number: u32, attachment: Attachment) {
        match attachment {
            Attachment::Body(body) => {
                self.whole.insert(number, body);
            }
            Attachment::Message(message) => self.messages.entry(number).or_default().push_back(message),
            Attachment::Pipe(pipe) => {
                self.fresh.push(number);
                self.add_streamed(number, pipe);
            }
            // not read before its owner reads, so that it holds nothing
            Attachment::Stream(pipe) => self.add_streamed(number, pipe),
        }
    }

    fn add_streamed(&mut self, number: u32, pipe: Arc<BodyPipe>) {
        let index = number as usize;
        if self.streamed.len() <= index {
            self.streamed.resize_with(index + 1, || None);
        }
        self.streamed[index] = Some(Box::new(StreamedBody::new(pipe)));
    }

    pub(super) fn take_whole(&mut self, number: u32) -> Bytes {
        self.whole.remove(&number).unwrap_or_default()
    }

    pub(super) fn take_message(&mut self, number: u32) -> Bytes {
        let messages = self.messages.get_mut(&number);
        messages.and_then(VecDeque::pop_front).unwrap_or_default()
    }

    pub(super) fn streamed(&self, number: u32) -> Option<&StreamedBody> {
        self.streamed.get(number as usize)?.as_deref()
    }

    /// The next bytes of a streamed body; `None` at its end, after a failure, and for a body that was forgotten.
    pub(super) fn read(&mut self, env: Env, number: u32, raw: bool) -> Option<Poll<Bytes>> {
        let body = self.streamed.get_mut(number as usize)?.as_mut()?;
        if !mem::replace(&mut body.is_begun, true) {
            body.uncount(env);
        }
        body.read(if raw { Form::Raw } else { Form::Decoded })
    }

    pub(super) fn forget(&mut self, env: Env, number: u32) {
        self.messages.remove(&number);
        if let Some(mut body) = self.streamed.get_mut(number as usize).and_then(Option::take) {
            body.uncount(env);
        }
    }

    /// Counts [`UNREAD`] for each body of the last batch that was not begun. Most are begun as soon as their promises
    /// have had their turn, and cost nothing.
    pub(super) fn count_unread(&mut self, env: Env) {
        for number in self.fresh.drain(..) {
            if let Some(Some(body)) = self.streamed.get_mut(number as usize)
                && !body.is_begun
                && !mem::replace(&mut body.is_counted, true)
            {
                external_memory::add(env.raw(), UNREAD);
            }
        }
    }
}

impl StreamedBody {
    fn new(pipe: Arc<BodyPipe>) -> Self {
        Self {
            pipe,
            downloaded: 0,
            trailers: Bytes::new(),
            failure: None,
            is_begun: false,
            is_counted: false,
        }
    }

    fn read(&mut self, form: Form) -> Option<Poll<Bytes>> {
        match self.pipe.read(form) {
            Read::Chunk(chunk, wire) => {
                self.downloaded += wire;
                Some(Poll::Ready(chunk))
            }
            Read::Wait => Some(Poll::Pending),
            Read::End(trailers, wire) => {
                self.downloaded += wire;
                self.trailers = trailers;
                None
            }
            Read::Failed(failure, wire) => {
                self.downloaded += wire;
                self.failure = Some(failure);
                None
            }
        }
    }

    fn uncount(&mut self, env: Env) {
        if mem::take(&mut self.is_counted) {
            external_memory::subtract(env.raw(), UNREAD);
        }
    }
}
