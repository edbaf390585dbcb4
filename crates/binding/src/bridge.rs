//! JavaScript's side of an environment: what `src/native` calls.
//!
//! Everything here runs on the environment's thread and returns at once, but for [`Bridge::stats`].

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use bytes::Bytes;
use httpxide_core::Error as EngineError;
use httpxide_core::body::{BodyPipe, Form, Read};
use napi::bindgen_prelude::{BufferSlice, Function, Uint8ArraySlice};
use napi::{Env, Error, Result};
use napi_derive::napi;

use crate::body::{JsBytes, press, uint8_array};
use crate::clock;
use crate::completion::{first_length, fitting};
use crate::environment;
use crate::io_threads;
use crate::options::NativeClientOptions;
use crate::queues::{Attachment, Command, Completed, Completions, Submissions, empty};
use crate::signal::Signal;
use crate::stats::{NativeCounts, counts};

/// What a streamed body that nobody has begun to read weighs with the garbage collector: as much as may wait in it.
/// Without that weight a program that drops responses unread, of which it sees nothing but small objects, has all of
/// its connections taken by them before any is collected.
const UNREAD: usize = 1024 * 1024;

/// An I/O thread that takes this long to answer is not going to.
const STATS_PATIENCE: Duration = Duration::from_secs(5);

/// The engine, as one environment sees it.
#[napi]
pub struct Bridge {
    submissions: Arc<Submissions>,
    completions: Arc<Completions>,
    reading: RefCell<Reading>,
}

/// What was taken from the queue and has yet to be read.
#[derive(Default)]
struct Reading {
    completed: Completed,
    /// How much of `completed.records` was handed over.
    handed_over: usize,
    bodies: HashMap<u32, Bytes>,
    pipes: Vec<Option<StreamedBody>>,
    /// The streamed bodies that came last.
    fresh: Vec<u32>,
}

struct StreamedBody {
    pipe: Arc<BodyPipe>,
    downloaded: u64,
    trailers: Bytes,
    failure: Option<EngineError>,
    begun: bool,
    weighs: bool,
}

/// A failure, in the numbers and words of the engine.
#[napi(object)]
pub struct NativeFailure {
    /// The class.
    pub kind: u32,
    /// The step that failed.
    pub phase: u32,
    /// What the server can have seen.
    pub request_sent: u32,
    /// The stable code.
    pub code: String,
    /// The reason in words.
    pub message: String,
}

/// All clients' counts.
#[napi(object)]
pub struct NativeStats {
    /// Of the whole client.
    pub total: NativeCounts,
    /// Of each origin.
    pub origins: Vec<NativeCounts>,
}

#[expect(
    clippy::needless_pass_by_value,
    clippy::unused_self,
    reason = "values that JavaScript lends for a call, and an object that it asks for what is the process's"
)]
#[napi]
impl Bridge {
    /// Connects the environment to an I/O thread. The callback is called when there are completions to take.
    #[napi(constructor)]
    pub fn new(env: Env, callback: Function<'_, (), ()>) -> Result<Self> {
        let engine = io_threads::assign().map_err(|error| Error::from_reason(error.to_string()))?;
        let submissions = Arc::new(Submissions::default());
        let completions = Arc::new(Completions::new(Signal::new(&env, &callback)?));
        let (inbox, outbox) = (Arc::clone(&submissions), Arc::clone(&completions));
        engine.spawn(move || environment::run(inbox, outbox));
        let ending = (Arc::clone(&submissions), Arc::clone(&completions));
        // before the environment's own functions go: hooks run in the reverse of their order
        let _ = env.add_env_cleanup_hook(ending, |(submissions, completions)| {
            if let Some(signal) = completions.close() {
                signal.release();
            }
            submissions.close();
        })?;
        Ok(Self {
            submissions,
            completions,
            reading: RefCell::default(),
        })
    }

    /// Makes a client, which later records name by this number.
    #[napi]
    pub fn open_client(&self, number: u32, options: NativeClientOptions) {
        let open = Command::OpenClient(number, Box::new(options.into_config()));
        self.submissions.add(|batch| batch.commands.push(open));
    }

    /// Hands over a batch of records and the bytes that they refer to, which are copied.
    #[napi]
    pub fn submit(
        &self,
        env: Env,
        records: BufferSlice<'_>,
        length: u32,
        attachments: Option<Vec<Uint8ArraySlice<'_>>>,
    ) {
        self.reading.borrow_mut().weigh(&env);
        let records = &records[..length as usize];
        // outside the queue's lock, on which the I/O thread waits
        let attachments: Vec<_> = attachments
            .iter()
            .flatten()
            .map(|bytes| Bytes::copy_from_slice(bytes))
            .collect();
        self.submissions.add(|batch| {
            batch.records.extend_from_slice(records);
            batch.attachments.extend(attachments);
        });
    }

    /// Copies whole records of completions; says how many bytes. 0: that was all of the batch. Negative: the next
    /// record needs so much room. The next batch is begun with `first` only: what is published after that comes
    /// with a signal of its own, and the promises settled by this batch have their turn before.
    #[napi]
    pub fn take(&self, env: Env, mut into: BufferSlice<'_>, first: bool) -> i32 {
        let mut reading = self.reading.borrow_mut();
        if first {
            reading.weigh(&env);
        }
        if reading.handed_over == reading.completed.records.len()
            && !(first && reading.refill(&self.completions))
        {
            return 0;
        }
        let records = &reading.completed.records[reading.handed_over..];
        let length = fitting(records, into.len());
        if length == 0 {
            let needed = first_length(records).unwrap_or_default();
            return i32::try_from(needed).map_or(i32::MIN, |needed| -needed);
        }
        into[..length].copy_from_slice(&records[..length]);
        reading.handed_over += length;
        i32::try_from(length).unwrap_or(i32::MAX)
    }

    /// The body that came beside its record.
    #[napi(ts_return_type = "Uint8Array")]
    pub fn take_body(&self, env: Env, number: u32) -> Result<JsBytes> {
        let body = self
            .reading
            .borrow_mut()
            .bodies
            .remove(&number)
            .unwrap_or_default();
        uint8_array(&env, body)
    }

    /// The next bytes of a streamed body: `null` at its end or failure, `undefined` when a completion will tell of
    /// more.
    #[napi(ts_return_type = "Uint8Array | null | undefined")]
    pub fn read(&self, env: Env, number: u32, raw: bool) -> Result<JsBytes> {
        let mut reading = self.reading.borrow_mut();
        let Some(body) = reading.pipe(number) else {
            return JsBytes::null(&env);
        };
        if !body.begun {
            body.begun = true;
            body.lighten(&env);
        }
        match body.pipe.read(if raw { Form::Raw } else { Form::Decoded }) {
            Read::Chunk(chunk, wire) => {
                body.downloaded += wire;
                uint8_array(&env, chunk)
            }
            Read::Wait => JsBytes::undefined(&env),
            Read::End(trailers, wire) => {
                body.downloaded += wire;
                body.trailers = trailers;
                JsBytes::null(&env)
            }
            Read::Failed(failure, wire) => {
                body.downloaded += wire;
                body.failure = Some(failure);
                JsBytes::null(&env)
            }
        }
    }

    /// Bytes of the wire that the chunks read so far stand for.
    #[napi]
    pub fn downloaded(&self, number: u32) -> i64 {
        self.reading
            .borrow_mut()
            .pipe(number)
            .map_or(0, |body| i64::try_from(body.downloaded).unwrap_or(i64::MAX))
    }

    /// Why a streamed body broke off, once `read` has said `null`.
    #[napi]
    pub fn failure(&self, number: u32) -> Option<NativeFailure> {
        let mut reading = self.reading.borrow_mut();
        let error = reading.pipe(number)?.failure.as_ref()?;
        Some(NativeFailure {
            kind: error.kind as u32,
            phase: error.phase as u32,
            request_sent: error.request_sent as u32,
            code: error.code.to_owned(),
            message: error.message.clone().into_owned(),
        })
    }

    /// The trailers' lines of a streamed body, once `read` has said `null`.
    #[napi]
    pub fn trailers(&self, number: u32) -> String {
        let mut reading = self.reading.borrow_mut();
        let trailers = reading.pipe(number).map_or(&[][..], |body| &body.trailers);
        trailers.iter().map(|byte| char::from(*byte)).collect()
    }

    /// Forgets a streamed body.
    #[napi]
    pub fn forget(&self, env: Env, number: u32) {
        if let Some(body) = self.reading.borrow_mut().pipes.get_mut(number as usize)
            && let Some(mut body) = body.take()
        {
            body.lighten(&env);
        }
    }

    /// Keeps the event loop alive, or lets it end.
    #[napi]
    pub fn hold(&self, env: Env, hold: bool) {
        self.completions.with_signal(|signal| signal.hold(&env, hold));
    }

    /// Milliseconds on the clock by which events of traced requests are timed.
    #[napi]
    pub fn now(&self) -> f64 {
        clock::now()
    }

    /// What a client is doing. Waits for the I/O thread's answer, which takes it some microseconds.
    #[napi]
    pub fn stats(&self, client: u32) -> Result<NativeStats> {
        let (answer, answered) = sync_channel(1);
        self.submissions
            .add(|batch| batch.commands.push(Command::Stats(client, answer)));
        let stats = answered
            .recv_timeout(STATS_PATIENCE)
            .map_err(|_| Error::from_reason("the I/O thread does not answer"))?;
        let (total, origins) = counts(&stats);
        Ok(NativeStats { total, origins })
    }
}

impl Reading {
    fn refill(&mut self, completions: &Completions) -> bool {
        empty(&mut self.completed.records);
        self.handed_over = 0;
        if !completions.take(&mut self.completed) {
            return false;
        }
        for (number, attachment) in self.completed.attachments.drain(..) {
            match attachment {
                Attachment::Body(body) => {
                    self.bodies.insert(number, body);
                }
                Attachment::Pipe(pipe) => {
                    self.fresh.push(number);
                    let index = number as usize;
                    if self.pipes.len() <= index {
                        self.pipes.resize_with(index + 1, || None);
                    }
                    self.pipes[index] = Some(StreamedBody {
                        pipe,
                        downloaded: 0,
                        trailers: Bytes::new(),
                        failure: None,
                        begun: false,
                        weighs: false,
                    });
                }
            }
        }
        true
    }

    /// Gives weight to the bodies that came last and have not been begun: most are, as soon as their promises have had
    /// their turn, and cost nothing.
    fn weigh(&mut self, env: &Env) {
        for number in self.fresh.drain(..) {
            if let Some(Some(body)) = self.pipes.get_mut(number as usize)
                && !body.begun
                && !std::mem::replace(&mut body.weighs, true)
            {
                press(env.raw(), UNREAD, true);
            }
        }
    }

    fn pipe(&mut self, number: u32) -> Option<&mut StreamedBody> {
        self.pipes.get_mut(number as usize)?.as_mut()
    }
}

impl StreamedBody {
    fn lighten(&mut self, env: &Env) {
        if std::mem::take(&mut self.weighs) {
            press(env.raw(), UNREAD, false);
        }
    }
}
