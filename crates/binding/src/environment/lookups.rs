//! Look-ups by a resolver in JavaScript: asked by one record, answered by another.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use httpxide_core::dns::{Answer, Lookup, Question, Resolve};
use httpxide_core::{Error, Kind, Phase};
use tokio::sync::oneshot;

use super::outbox::Outbox;

/// What a look-up has led to: the answers, or the reason that there are none.
type Found = Result<Vec<Answer>, String>;

/// The look-ups of an environment that JavaScript has yet to answer.
pub(crate) struct Lookups {
    outbox: Rc<Outbox>,
    next: Cell<u32>,
    waiting: RefCell<HashMap<u32, oneshot::Sender<Found>>>,
}

impl Lookups {
    pub(crate) fn new(outbox: Rc<Outbox>) -> Rc<Self> {
        Rc::new(Self {
            outbox,
            next: Cell::new(1),
            waiting: RefCell::default(),
        })
    }

    /// Takes the answers of a look-up, for which possibly no request waits any more.
    pub(crate) fn resolved(&self, number: u32, text: &str) {
        self.answer(number, answers(text).ok_or_else(|| "no IP address".to_owned()));
    }

    /// Takes the failure of a look-up.
    pub(crate) fn unresolved(&self, number: u32, reason: &str) {
        self.answer(number, Err(reason.to_owned()));
    }

    fn answer(&self, number: u32, found: Found) {
        if let Some(waiting) = self.waiting.borrow_mut().remove(&number) {
            let _ = waiting.send(found);
        }
    }

    /// A number that no look-up under way has. 0 is none.
    fn number(&self) -> u32 {
        loop {
            let number = self.next.get();
            self.next.set(number.checked_add(1).unwrap_or(1));
            if !self.waiting.borrow().contains_key(&number) {
                return number;
            }
        }
    }
}

/// The resolver of a client in JavaScript.
pub(crate) struct JsResolver {
    pub(crate) lookups: Rc<Lookups>,
    pub(crate) client: u32,
}

impl Resolve for JsResolver {
    fn resolve<'a>(&'a self, question: Question<'a>) -> Lookup<'a> {
        Box::pin(async move {
            let Question { name, asker, .. } = question;
            let number = self.lookups.number();
            let (answer, answered) = oneshot::channel();
            self.lookups.waiting.borrow_mut().insert(number, answer);
            self.lookups.outbox.look_up(number, self.client, asker, name);
            let asked = Asked {
                lookups: &self.lookups,
                number,
            };
            let found = answered.await.unwrap_or_else(|_| Err("it is gone".to_owned()));
            drop(asked);
            found.map_err(|reason| {
                let message = format!("the resolver failed for the host {name}: {reason}");
                Error::new(Kind::ConnectError, Phase::Dns, "ERR_RESOLVER", message).caused_by(number)
            })
        })
    }
}

/// A look-up under way; JavaScript hears of it if it is dropped before its answer.
struct Asked<'a> {
    lookups: &'a Lookups,
    number: u32,
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        if self.lookups.waiting.borrow_mut().remove(&self.number).is_some() {
            self.lookups.outbox.give_up_look_up(self.number);
        }
    }
}

/// Reads addresses and their milliseconds. `None` if there is something else.
fn answers(text: &str) -> Option<Vec<Answer>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    let mut parts = text.split('\0');
    let mut answers = Vec::new();
    while let Some(address) = parts.next() {
        let address: IpAddr = address.parse().ok()?;
        let ttl = match parts.next()? {
            "" => None,
            milliseconds => Some(Duration::from_millis(milliseconds.parse().ok()?)),
        };
        answers.push(Answer {
            address: SocketAddr::new(address, 0),
            ttl,
        });
    }
    Some(answers)
}
