//! What a WebSocket session takes in the engine on which nothing happens.

use std::cell::Cell;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use httpxide_core::body::RequestBody;
use httpxide_core::body::coding::CodingRules;
use httpxide_core::pool::Limits;
use httpxide_core::route::RouteRef;
use httpxide_core::websocket::{Heartbeat, Settings};
use httpxide_core::{Client, ClientConfig, Delivery, Exchange, Replies, Reply, RequestHead, Start, Timeouts};
use tokio::sync::Notify;

use crate::{allocated, network, run_over_sockets};

const SESSIONS: usize = 64;
const HEAD: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
const SWITCHED: &[u8] =
    b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

/// Agrees to sessions, and answers their pings, in threads of its own.
fn start_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            thread::spawn(move || answer_pings(stream));
        }
    });
    origin
}

/// Until the client leaves.
fn answer_pings(mut stream: TcpStream) -> Option<()> {
    stream.read_exact(&mut [0; HEAD.len()]).ok()?;
    stream.write_all(SWITCHED).ok()?;
    loop {
        let mut frame = [0; 7];
        stream.read_exact(&mut frame).ok()?;
        let [first, length, mask, _, _, _, byte] = frame;
        assert_eq!((first, length), (0x89, 0x81), "a masked ping of one byte");
        stream.write_all(&[0x8a, 1, byte ^ mask]).ok()?;
    }
}

/// Counts what comes.
#[derive(Default)]
struct Arrived {
    upgrades: Cell<usize>,
    pongs: Cell<usize>,
    another: Notify,
}

impl Replies for Arrived {
    fn reply(&self, _key: u32, reply: Reply<'_>) {
        match reply {
            Reply::Upgraded { .. } => self.upgrades.set(self.upgrades.get() + 1),
            Reply::Pong(_) => self.pongs.set(self.pongs.get() + 1),
            _ => {}
        }
        self.another.notify_one();
    }
}

impl Arrived {
    async fn until(&self, is_there: impl Fn(&Self) -> bool) {
        while !is_there(self) {
            self.another.notified().await;
        }
    }
}

/// Opens a session and waits for the pong of a ping.
async fn open(client: &Client, arrived: &Rc<Arrived>, origin: &str) -> Rc<Exchange> {
    let (upgrades, pongs) = (arrived.upgrades.get(), arrived.pongs.get());
    let start = Start {
        key: u32::try_from(upgrades).unwrap(),
        replies: Rc::clone(arrived) as Rc<dyn Replies>,
        head: RequestHead::parse(HEAD.into()).unwrap(),
        body: RequestBody::Empty,
        timeouts: Timeouts::default(),
        delivery: Delivery::Streamed,
        traced: false,
        informational: false,
        coding_rules: CodingRules::Httpx,
    };
    let exchange = client.start(RouteRef::to_origin(origin).unwrap(), start);
    arrived.until(|arrived| arrived.upgrades.get() > upgrades).await;
    exchange.open_session(Settings {
        compression: None,
        max_message_bytes: None,
        heartbeat: Heartbeat {
            interval: Some(Duration::from_secs(20)),
            timeout: None,
        },
        close_timeout: Duration::from_secs(10),
    });
    exchange.session().unwrap().ping(b"p");
    arrived.until(|arrived| arrived.pongs.get() > pongs).await;
    exchange
}

#[test]
fn a_session_on_which_nothing_happens_takes_little_memory_also_after_a_ping() {
    run_over_sockets(async {
        let origin = start_server();
        let limits = Limits {
            max_connections: None,
            ..Limits::default()
        };
        let config = ClientConfig {
            limits,
            ..ClientConfig::default()
        };
        let client = Client::with_dialer(config, network::dialer());
        let arrived = Rc::<Arrived>::default();
        let mut sessions = Vec::with_capacity(2 * SESSIONS);
        // tables grow by doubling
        for _ in 0..SESSIONS {
            sessions.push(open(&client, &arrived, &origin).await);
        }
        let before = allocated::by_this_thread();
        for _ in 0..SESSIONS {
            sessions.push(open(&client, &arrived, &origin).await);
        }
        let each = (allocated::by_this_thread() - before) / SESSIONS.cast_signed();
        // 384 of its task, 448 of its settings, queues and clocks, 440 of the request that it was, 256 of its socket, and tables
        assert!(each < 2200, "{each} bytes");
    });
}
