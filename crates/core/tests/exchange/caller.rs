//! A client under test, and a recorder of the replies to each request.

use std::cell::Cell;
use std::rc::Rc;

use httpxide_core::body::coding::CodingRules;
use httpxide_core::dial::Dialer;
use httpxide_core::pool::Limits;
use httpxide_core::route::{RouteRef, Via};
use httpxide_core::{Client, ClientConfig, Replies, RequestHead, Start};

use crate::call::Call;
use crate::network;
use crate::recorder::{Entry, Recorder};
use crate::request::Request;

/// A client and its requests.
pub(crate) struct Caller {
    pub(crate) client: Rc<Client>,
    recorder: Rc<Recorder>,
    next: Cell<u32>,
}

impl Caller {
    pub(crate) fn new() -> Self {
        Self::with(ClientConfig::default())
    }

    pub(crate) fn limited(limits: Limits) -> Self {
        Self::with(ClientConfig {
            limits,
            ..ClientConfig::default()
        })
    }

    pub(crate) fn with(config: ClientConfig) -> Self {
        Self::over(config, network::dialer())
    }

    pub(crate) fn over(config: ClientConfig, dialer: Dialer) -> Self {
        Self {
            client: Client::with_dialer(config, dialer),
            recorder: Rc::default(),
            next: Cell::new(0),
        }
    }

    /// Submits a request without waiting. Nothing is sent before the test awaits something.
    pub(crate) fn send(&self, origin: &str, request: Request) -> Call {
        self.submit(RouteRef::to_origin(origin).unwrap(), request)
    }

    /// The same, through a proxy.
    pub(crate) fn send_through(&self, via: &Via, origin: &str, request: Request) -> Call {
        let route = RouteRef {
            via: Some(via),
            ..RouteRef::to_origin(origin).unwrap()
        };
        self.submit(route, request)
    }

    fn submit(&self, route: RouteRef<'_>, request: Request) -> Call {
        let key = self.next.get();
        self.next.set(key + 1);
        let start = Start {
            key,
            replies: Rc::clone(&self.recorder) as Rc<dyn Replies>,
            head: RequestHead::parse(request.head.into()).unwrap(),
            body: request.body,
            timeouts: request.timeouts,
            delivery: request.delivery,
            traced: request.traced,
            informational: true,
            coding_rules: CodingRules::Httpx,
        };
        Call {
            exchange: self.client.start(route, start),
            client: Rc::clone(&self.client),
            recorder: Rc::clone(&self.recorder),
            key,
        }
    }

    /// Active, idle and connecting connections.
    pub(crate) fn connections(&self) -> (usize, usize, usize) {
        let counts = self.client.stats().connections;
        (counts.active, counts.idle, counts.connecting)
    }

    /// The number of requests that got no terminal reply, or more than one.
    pub(crate) fn unsettled(&self) -> usize {
        let entries = self.recorder.entries.borrow();
        let settled = |entry: &&Entry| entry.end.is_some() && entry.late == 0;
        self.next.get() as usize - entries.values().filter(settled).count()
    }

    /// Waits for these numbers of active, idle and connecting connections.
    pub(crate) async fn settles_at(&self, connections: (usize, usize, usize)) {
        for _ in 0..200 {
            if self.connections() == connections {
                return;
            }
            tokio::time::sleep(crate::milliseconds(5)).await;
        }
        assert_eq!(self.connections(), connections);
    }
}
