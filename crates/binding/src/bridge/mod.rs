//! JavaScript's side of an environment: what `src/native` calls.
//!
//! Everything here runs on the environment's thread and returns at once, except [`Bridge::stats`] and
//! [`Bridge::stats_of_all`].

mod address_options;
mod bodies;
mod client_tls;
mod failure;
mod options;
mod proxy;
mod received;
mod stats;
mod tls;

use std::cell::RefCell;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use httpxide_core::body::ChunkMemory;
use httpxide_core::pool::Stats;
use httpxide_core::{Kind, Phase};
use httpxide_protocol::completion::taken;
use napi::bindgen_prelude::{BufferSlice, Function, Uint8ArraySlice};
use napi::{Env, Error, Result};
use napi_derive::napi;

use self::failure::NativeFailure;
use self::options::NativeClientOptions;
use self::proxy::NativeProxyOptions;
use self::received::{Copied, Received};
use self::stats::NativeStats;
use self::tls::NativeTlsOptions;
use crate::client_certificate::ClientCertificate;
use crate::clock;
use crate::environment;
use crate::js_bytes::{JsBytes, own_uint8_array, uint8_array};
use crate::queues::{Command, Completions, Signal, Submissions};

/// An I/O thread that takes this long to answer is not going to.
const STATS_PATIENCE: Duration = Duration::from_secs(5);

/// The engine, as one environment sees it.
#[napi]
pub struct Bridge {
    submissions: Arc<Submissions>,
    completions: Arc<Completions>,
    received: RefCell<Received>,
    /// The chunks of uploads that the records of the next batch refer to.
    attached: RefCell<ChunkMemory>,
}

#[expect(
    clippy::needless_pass_by_value,
    clippy::unused_self,
    reason = "JavaScript lends values for a call, and asks this object for what belongs to the process"
)]
#[napi]
impl Bridge {
    /// Connects the environment to an I/O thread. The callback is called when there are completions to take.
    #[napi(constructor)]
    pub fn new(env: Env, callback: Function<'_, (), ()>) -> Result<Self, String> {
        let engine = environment::io_threads::assign().map_err(|error| not_started(&error))?;
        let submissions = Arc::new(Submissions::default());
        let completions = Arc::new(Completions::new(Signal::new(&env, &callback).map_err(of_napi)?));
        let (inbox, outbox) = (Arc::clone(&submissions), Arc::clone(&completions));
        engine.spawn(move || environment::run(inbox, outbox));
        let ending = (Arc::clone(&submissions), Arc::clone(&completions));
        // before the environment's own functions go: hooks run in the reverse of their order
        let hook = env.add_env_cleanup_hook(ending, |(submissions, completions)| {
            if let Some(signal) = completions.close() {
                signal.end();
            }
            submissions.close();
        });
        let _ = hook.map_err(of_napi)?;
        Ok(Self {
            submissions,
            completions,
            received: RefCell::default(),
            attached: RefCell::default(),
        })
    }

    /// Makes a client, which later records name by this number.
    #[napi]
    pub fn open_client(
        &self,
        number: u32,
        options: NativeClientOptions,
        certificate: Option<&ClientCertificate>,
    ) -> Result<()> {
        let names = options.dns.names();
        let mut config = options.into_config()?;
        config.tls.identity = certificate.map(|certificate| certificate.identity.clone());
        let open = Command::OpenClient(number, Box::new(config), names);
        self.submissions.add(|batch| batch.commands.push(open));
        Ok(())
    }

    /// Makes a proxy, which later records name by this number.
    #[napi]
    pub fn open_proxy(&self, number: u32, options: NativeProxyOptions) -> Result<()> {
        let open = Command::OpenProxy(number, Box::new(options.into_proxy()?));
        self.submissions.add(|batch| batch.commands.push(open));
        Ok(())
    }

    /// Copies a chunk of an upload, to which a record of the next batch refers: that of the chunk before if it `joins` that one and
    /// the result is true, and else the next one.
    #[napi]
    pub fn attach(&self, chunk: Uint8ArraySlice<'_>, joins: bool) -> bool {
        self.attached.borrow_mut().copy(&chunk, joins)
    }

    /// Hands over a batch of records and the bytes that they refer to: those attached before, and then these. All are copied.
    /// `hold` too, if it is true.
    #[napi]
    pub fn submit(
        &self,
        env: Env,
        records: BufferSlice<'_>,
        length: u32,
        hold: bool,
        attachments: Option<Vec<Uint8ArraySlice<'_>>>,
    ) {
        if hold {
            self.hold(env);
        }
        self.received.borrow_mut().bodies.count_unread(env);
        let records = &records[..length as usize];
        // outside the queue's lock, on which the I/O thread waits
        let attachments: Vec<_> = attachments
            .iter()
            .flatten()
            .map(|bytes| Bytes::copy_from_slice(bytes))
            .collect();
        let mut attached = self.attached.borrow_mut();
        let chunks = attached.chunks();
        self.submissions.add(|batch| {
            batch.records.extend_from_slice(records);
            batch.attachments.append(chunks);
            batch.attachments.extend(attachments);
        });
    }

    /// Copies whole records of completions and returns their bytes, with `TAKEN_MORE` if more must be taken. 0: there was none.
    /// Negative: the next record needs this much room. Only `first` begins the next batch: what is published later has a signal of its
    /// own, and the promises that this batch settles run before it is read.
    #[napi]
    pub fn take(&self, env: Env, mut into: BufferSlice<'_>, first: bool) -> i32 {
        let mut received = self.received.borrow_mut();
        if first {
            received.bodies.count_unread(env);
        }
        let number = |bytes: usize| i32::try_from(bytes).unwrap_or(i32::MAX);
        match received.copy(&mut into, first.then_some(&*self.completions)) {
            Copied::Nothing => 0,
            Copied::Bytes(bytes, false) => number(bytes),
            Copied::Bytes(bytes, true) => number(bytes) | taken::MORE.cast_signed(),
            Copied::NeedsRoom(bytes) => -number(bytes),
        }
    }

    /// The body that came beside its record.
    #[napi(ts_return_type = "Uint8Array")]
    pub fn take_body(&self, env: Env, number: u32) -> Result<JsBytes> {
        uint8_array(&env, self.received.borrow_mut().bodies.take_whole(number))
    }

    /// The message that came beside its record.
    #[napi(ts_return_type = "Uint8Array")]
    pub fn take_message(&self, env: Env, number: u32) -> Result<JsBytes> {
        uint8_array(&env, self.received.borrow_mut().bodies.take_message(number))
    }

    /// The next bytes of a streamed body: `null` at its end or failure, `undefined` when a `READABLE` record will come.
    /// `own`: in memory that can be transferred, whatever their length.
    #[napi(ts_return_type = "Uint8Array | null | undefined")]
    pub fn read(&self, env: Env, number: u32, raw: bool, own: bool) -> Result<JsBytes> {
        match self.received.borrow_mut().bodies.read(env, number, raw) {
            Some(Poll::Ready(chunk)) if own => own_uint8_array(&env, &chunk),
            Some(Poll::Ready(chunk)) => uint8_array(&env, chunk),
            Some(Poll::Pending) => JsBytes::undefined(&env),
            None => JsBytes::null(&env),
        }
    }

    /// Wire bytes of the chunks read so far.
    #[napi]
    pub fn downloaded(&self, number: u32) -> i64 {
        let received = self.received.borrow();
        let downloaded = received.bodies.streamed(number).map_or(0, |body| body.downloaded);
        i64::try_from(downloaded).unwrap_or(i64::MAX)
    }

    /// Why a streamed body broke off, after `read` returned `null`.
    #[napi]
    pub fn failure(&self, number: u32) -> Option<NativeFailure> {
        let received = self.received.borrow();
        Some(received.bodies.streamed(number)?.failure.as_ref()?.into())
    }

    /// The trailers' lines of a streamed body, after `read` returned `null`.
    #[napi]
    pub fn trailers(&self, number: u32) -> String {
        let received = self.received.borrow();
        let trailers = received
            .bodies
            .streamed(number)
            .map_or(&[][..], |body| &body.trailers);
        trailers.iter().map(|byte| char::from(*byte)).collect()
    }

    /// Forgets a streamed body.
    #[napi]
    pub fn forget(&self, env: Env, number: u32) {
        self.received.borrow_mut().bodies.forget(env, number);
    }

    /// Starts TLS on a byte stream. A `SECURED` record answers, or a last one.
    #[napi]
    pub fn start_tls(&self, number: u32, options: NativeTlsOptions, certificate: Option<&ClientCertificate>) {
        let start = Command::StartTls(number, Box::new(options.into_start(certificate)));
        self.submissions.add(|batch| batch.commands.push(start));
    }

    /// Keeps the event loop alive.
    #[napi]
    pub fn hold(&self, env: Env) {
        self.completions.with_signal(|signal| signal.hold(&env));
    }

    /// Lets the event loop end.
    #[napi]
    pub fn release(&self, env: Env) {
        self.completions.with_signal(|signal| signal.release(&env));
    }

    /// Publishes records about connections at once, or with the next answer, as at first.
    #[napi]
    pub fn tell_of_connections(&self, at_once: bool) {
        self.completions.tell_of_connections(at_once);
    }

    /// Milliseconds of the clock that times the steps of traced requests.
    #[napi]
    pub fn now(&self) -> f64 {
        clock::now()
    }

    /// What a client is doing. Waits some microseconds for the I/O thread's answer.
    #[napi]
    pub fn stats(&self, client: u32) -> Result<NativeStats> {
        let stats = self.ask(Some(client))?;
        Ok(NativeStats::from(stats.first().unwrap_or(&Stats::default())))
    }

    /// The same of each client that is open.
    #[napi]
    pub fn stats_of_all(&self) -> Result<Vec<NativeStats>> {
        Ok(self.ask(None)?.iter().map(NativeStats::from).collect())
    }

    fn ask(&self, client: Option<u32>) -> Result<Vec<Stats>> {
        let (answer, answered) = sync_channel(1);
        self.submissions
            .add(|batch| batch.commands.push(Command::Stats(client, answer)));
        answered
            .recv_timeout(STATS_PATIENCE)
            .map_err(|_| Error::from_reason("the I/O thread does not answer"))
    }
}

/// An error with the system's code, as those of requests have it.
fn not_started(error: &io::Error) -> Error<String> {
    let failure = httpxide_core::Error::io(Kind::ConnectError, Phase::Connect, error);
    let reason = format!("the engine cannot start its I/O thread: {}", failure.message);
    Error::new(failure.code.to_owned(), reason)
}

/// An error of Node-API, with its status as code.
fn of_napi(error: Error) -> Error<String> {
    Error::new(error.status.to_string(), error.reason)
}
