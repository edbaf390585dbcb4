//! The I/O thread's side of an environment: it carries out submissions and publishes completions.

pub(crate) mod io_threads;
mod lookups;
mod outbox;

use std::collections::HashMap;
use std::future::poll_fn;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use bytes::Bytes;
use httpxide_core::body::{RequestBody, Trailers, Upload, UploadSettings};
use httpxide_core::facts::Connections;
use httpxide_core::route::{Proxy, RouteRef, Via};
use httpxide_core::upgrade::carry_session;
use httpxide_core::websocket::{Payload, Session};
use httpxide_core::{
    Client, ClientConfig, Error, Exchange, Kind, Phase, Replies, Reply, RequestHead, RequestSent, Start,
    Timeouts,
};
use tokio::task::spawn_local;

use self::lookups::{JsResolver, Lookups};
use self::outbox::Outbox;
use crate::queues::{Batch, Command, Completions, NameSource, Submissions, empty};
use crate::records::submission::{Attachments, Place, Reader, StartRecord, Submission};

/// Runs until the environment is gone.
pub(crate) async fn run(submissions: Arc<Submissions>, completions: Arc<Completions>) {
    let outbox = Outbox::new(completions);
    let publishers = [
        spawn_local(Rc::clone(&outbox).publish_all()),
        spawn_local(Rc::clone(&outbox).publish_in_passing()),
    ];
    let mut environment = Environment {
        outbox: Rc::clone(&outbox),
        lookups: Lookups::new(Rc::clone(&outbox)),
        replies: outbox,
        clients: HashMap::new(),
        proxies: HashMap::new(),
        exchanges: Vec::new(),
    };
    let mut batch = Batch::default();
    while next_batch(&submissions, &mut batch, &environment.outbox).await {
        let came = Instant::now();
        if environment.act(&mut batch) {
            environment.outbox.spin_policy.borrow_mut().record(came);
        }
    }
    for publisher in publishers {
        publisher.abort();
    }
    for started in environment.exchanges.iter().flatten() {
        if started.client.strong_count() == 0
            && let Some(exchange) = started.exchange.upgrade()
        {
            exchange.abandon();
        }
    }
    for (_, client) in environment.clients.drain() {
        client.close().await;
    }
}

/// Waits for a batch, spinning as long as [`SpinPolicy`](httpxide_core::SpinPolicy) says so; false when the environment
/// is gone.
async fn next_batch(submissions: &Submissions, batch: &mut Batch, outbox: &Outbox) -> bool {
    while outbox.spin_policy.borrow().spins(Instant::now()) {
        if submissions.is_ready() {
            break;
        }
        // other threads that are ready on this core go first, and so do the sockets
        thread::yield_now();
        tokio::task::yield_now().await;
    }
    poll_fn(|context| submissions.poll_batch(context, batch)).await
}

/// The clients and exchanges of an environment.
struct Environment {
    outbox: Rc<Outbox>,
    lookups: Rc<Lookups>,
    replies: Rc<dyn Replies>,
    clients: HashMap<u32, Rc<Client>>,
    /// The proxies that JavaScript can still name.
    proxies: HashMap<u32, Rc<Proxy>>,
    /// By JavaScript's numbers, which are small and are used again only after an exchange's last reply. The client owns
    /// what is under way.
    exchanges: Vec<Option<Started>>,
}

struct Started {
    /// Gone for an exchange that belongs to no client.
    client: Weak<Client>,
    exchange: Weak<Exchange>,
}

impl Environment {
    /// Carries out a batch. Returns whether there is more in it than large chunks of uploads. For those alone the thread does not
    /// stay awake: it would take the time of the source and of a near server.
    fn act(&mut self, batch: &mut Batch) -> bool {
        let mut is_more = !batch.commands.is_empty();
        let mut questions = Vec::new();
        let mut handshakes = Vec::new();
        for command in batch.commands.drain(..) {
            match command {
                Command::OpenClient(number, config, names) => self.open_client(number, *config, names),
                Command::OpenProxy(number, proxy) => {
                    self.proxies.insert(number, Rc::from(proxy));
                }
                Command::StartTls(number, start) => handshakes.push((number, *start)),
                Command::Stats(number, answer) => questions.push((number, answer)),
            }
        }
        let mut attachments = std::mem::take(&mut batch.attachments).into_iter();
        for (number, submission) in Reader::new(&batch.records) {
            is_more |= !matches!(submission, Submission::Chunk(Place::Attached, _));
            self.submitted(number, submission, &mut attachments);
        }
        empty(&mut batch.records);
        // behind what was written before
        for (number, start) in handshakes {
            if let Some(exchange) = self.exchange(number)
                && let Some(upgraded) = exchange.upgraded()
            {
                upgraded.start_tls(start);
            }
        }
        // the answer includes what was submitted before the question
        for (number, answer) in questions {
            let clients = self.clients.iter();
            let asked = clients.filter(|(client, _)| number.is_none_or(|number| number == **client));
            // the asking thread may have given up
            let _ = answer.try_send(asked.map(|(_, client)| client.stats()).collect());
        }
        is_more
    }

    fn open_client(&mut self, number: u32, config: ClientConfig, names: NameSource) {
        let dialer = match names {
            NameSource::System => config.dialer(),
            NameSource::JavaScript => config.dialer_with_source(JsResolver {
                lookups: Rc::clone(&self.lookups),
                client: number,
            }),
        };
        let outbox = Rc::clone(&self.outbox);
        let listener: Rc<dyn Connections> = Rc::<Outbox>::clone(&self.outbox);
        let dialer = dialer
            .on_warning(move |warning| outbox.warn(warning))
            .telling(listener);
        self.clients.insert(number, Client::with_dialer(config, dialer));
    }

    fn submitted(&mut self, number: u32, submission: Submission<'_>, attachments: &mut Attachments) {
        match submission {
            Submission::Start(record) => {
                let started = self.start(number, &record, attachments);
                let started = started
                    .map_err(|error| self.outbox.reply(number, Reply::Failed(error)))
                    .ok();
                self.keep(number, started);
            }
            Submission::Chunk(place, inline) => {
                let chunk = taken(place, inline, attachments);
                if let Some(upload) = self.upload(number) {
                    upload.push(chunk);
                }
            }
            Submission::End(trailers) => self.end_upload(number, trailers),
            Submission::BodyRestarted => {
                if let Some(upload) = self.upload(number) {
                    upload.restarted();
                }
            }
            Submission::BodyPartFull => {
                if let Some(upload) = self.upload(number) {
                    upload.part_is_full();
                }
            }
            Submission::BodyPartTooLong => {
                if let Some(upload) = self.upload(number) {
                    upload.part_is_too_long();
                }
            }
            Submission::Cancel => {
                if let Some(Some(started)) = self.exchanges.get(number as usize)
                    && let Some(exchange) = started.exchange.upgrade()
                {
                    match started.client.upgrade() {
                        Some(client) => client.cancel(&exchange),
                        None => exchange.abandon(),
                    }
                }
            }
            Submission::CloseStream => {
                if let Some(exchange) = self.exchange(number)
                    && let Some(upgraded) = exchange.upgraded()
                {
                    upgraded.close();
                }
            }
            Submission::ForgetProxy => drop(self.proxies.remove(&number)),
            Submission::Resolved(text) => self.lookups.resolved(number, text),
            Submission::Unresolved(reason) => self.lookups.unresolved(number, reason),
            Submission::CloseClient(client) => self.close_client(number, client),
            Submission::OpenSession(Some(carrier), settings) => {
                let exchanges = carry_session(&self.replies, number, carrier, settings);
                for (number, exchange) in [number, carrier].into_iter().zip(&exchanges) {
                    let exchange = Rc::downgrade(exchange);
                    self.keep(
                        number,
                        Some(Started {
                            client: Weak::new(),
                            exchange,
                        }),
                    );
                }
            }
            Submission::OpenSession(None, settings) => {
                if let Some(exchange) = self.exchange(number) {
                    exchange.open_session(settings);
                }
            }
            Submission::Message(kind, fragment, place, inline) => {
                let payload = match place {
                    Place::Attached => Payload::Owned(attachments.next().unwrap_or_default()),
                    _ => Payload::Borrowed(inline),
                };
                self.with_session(number, |session| session.outgoing.send(kind, fragment, payload));
            }
            Submission::Ping(payload) => self.with_session(number, |session| session.ping(payload)),
            Submission::CloseSession(code, reason) => {
                self.with_session(number, |session| session.close(code, reason));
            }
            Submission::MessagesRead(cost) => {
                self.with_session(number, |session| session.window.release(cost));
            }
        }
    }

    fn keep(&mut self, number: u32, started: Option<Started>) {
        let index = number as usize;
        if self.exchanges.len() <= index {
            self.exchanges.resize_with(index + 1, || None);
        }
        self.exchanges[index] = started;
    }

    fn start(
        &self,
        number: u32,
        record: &StartRecord<'_>,
        attachments: &mut Attachments,
    ) -> Result<Started, Error> {
        // a record that fails takes its attachment too: the next attachments belong to other records
        let body = match record.place {
            Place::None => RequestBody::Empty,
            Place::Inline => whole(Bytes::copy_from_slice(record.body), record.upload),
            Place::Attached => whole(attachments.next().unwrap_or_default(), record.upload),
            Place::Streamed | Place::Replayable => RequestBody::Upload(Upload::with(record.upload)),
        };
        let client = self.clients.get(&record.client).ok_or_else(|| {
            Error::new(
                Kind::CloseError,
                Phase::Pool,
                "ERR_CLIENT_CLOSED",
                "the client was closed",
            )
        })?;
        let head = RequestHead::parse(Bytes::copy_from_slice(record.head))?;
        let [connect, read, write, pool, total] = record.timeouts.map(|limit| limit.map(milliseconds));
        let start = Start {
            key: number,
            replies: Rc::clone(&self.replies),
            head,
            body,
            timeouts: Timeouts {
                connect,
                read,
                write,
                pool,
                total,
            },
            delivery: record.delivery,
            traced: record.traced,
            informational: record.informational,
            coding_rules: record.coding_rules,
        };
        let via = self.via(record)?;
        let route = RouteRef {
            via: via.as_ref(),
            ..record.route
        };
        Ok(Started {
            exchange: Rc::downgrade(&client.start(route, start)),
            client: Rc::downgrade(client),
        })
    }

    /// The way through the request's proxy. A request whose proxy is unknown must not go past it.
    fn via(&self, record: &StartRecord<'_>) -> Result<Option<Via>, Error> {
        if record.proxy == 0 {
            return Ok(None);
        }
        let unknown = || {
            let message = "the engine does not know the proxy";
            Error::new(Kind::ProxyError, Phase::Pool, "ERR_ENGINE", message)
        };
        let proxy = self.proxies.get(&record.proxy).ok_or_else(unknown)?;
        Ok(Some(Via {
            proxy: Rc::clone(proxy),
            forwards: record.forwards,
        }))
    }

    fn end_upload(&self, number: u32, trailers: &[u8]) {
        let Some(upload) = self.upload(number) else { return };
        match Trailers::parse(Bytes::copy_from_slice(trailers)) {
            Ok(trailers) => upload.end_with(trailers),
            Err(error) => {
                if let Some((client, exchange)) = self.under_way(number) {
                    client.fail(&exchange, error.sent(RequestSent::Maybe));
                }
            }
        }
    }

    fn under_way(&self, number: u32) -> Option<(Rc<Client>, Rc<Exchange>)> {
        let started = self.exchanges.get(number as usize)?.as_ref()?;
        Some((started.client.upgrade()?, started.exchange.upgrade()?))
    }

    fn exchange(&self, number: u32) -> Option<Rc<Exchange>> {
        let started = self.exchanges.get(number as usize)?.as_ref()?;
        started.exchange.upgrade()
    }

    fn with_session(&self, number: u32, act: impl FnOnce(&Session)) {
        if let Some(exchange) = self.exchange(number)
            && let Some(session) = exchange.session()
        {
            act(session);
        }
    }

    /// What takes the bytes that JavaScript sends: the byte stream that the connection has become, or the request's body.
    fn upload(&self, number: u32) -> Option<Rc<Upload>> {
        let exchange = self.exchange(number)?;
        if let Some(upgraded) = exchange.upgraded() {
            return Some(Rc::clone(&upgraded.outgoing));
        }
        match exchange.body() {
            RequestBody::Upload(upload) => Some(Rc::clone(upload)),
            RequestBody::Empty | RequestBody::Whole(_) => None,
        }
    }

    fn close_client(&mut self, number: u32, client: u32) {
        let outbox = Rc::clone(&self.outbox);
        let client = self.clients.remove(&client);
        spawn_local(async move {
            if let Some(client) = client {
                client.close().await;
            }
            outbox.reply(number, Reply::Closed);
        });
    }
}

/// The bytes of a record: at its end, or the next attachment.
fn taken(place: Place, inline: &[u8], attachments: &mut Attachments) -> Bytes {
    match place {
        Place::Attached => attachments.next().unwrap_or_default(),
        _ => Bytes::copy_from_slice(inline),
    }
}

fn whole(bytes: Bytes, settings: UploadSettings) -> RequestBody {
    if bytes.is_empty() {
        return RequestBody::Empty;
    }
    if settings.expect.is_none() {
        return RequestBody::Whole(bytes);
    }
    let upload = Upload::with(settings);
    upload.push(bytes);
    upload.end();
    RequestBody::Upload(upload)
}

fn milliseconds(count: u32) -> Duration {
    Duration::from_millis(u64::from(count))
}
