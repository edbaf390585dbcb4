//! The cache of one client: answers for a time, failures for a shorter one, and each name looked up once at a time.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use tokio::time::Instant;

use super::shared::{Outcome, SharedLookup};
use super::{Lookup, Question, Resolve};
use crate::{Error, Kind, Phase};

/// How long answers are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheSettings {
    /// The time for answers whose source names none. `getaddrinfo` never does. By default 30 s, as in Bun.
    pub ttl: Duration,
    /// The time for failures. By default 1 s: a burst of requests to a name that does not exist asks once.
    pub negative_ttl: Duration,
    /// The most names that are kept. By default 1,000.
    pub max_entries: usize,
}

impl Default for CacheSettings {
    fn default() -> Self {
        Self {
            ttl: Duration::from_secs(30),
            negative_ttl: Duration::from_secs(1),
            max_entries: 1000,
        }
    }
}

impl CacheSettings {
    /// Keeps nothing. Look-ups under way are shared all the same.
    pub fn off() -> Self {
        Self {
            ttl: Duration::ZERO,
            negative_ttl: Duration::ZERO,
            max_entries: 0,
        }
    }

    /// How long this outcome is kept: as long as its shortest answer.
    fn time_for(&self, outcome: &Outcome) -> Duration {
        match outcome {
            Ok(answers) => {
                let times = answers.iter().map(|answer| answer.ttl.unwrap_or(self.ttl));
                times.min().unwrap_or(self.negative_ttl)
            }
            Err(_) => self.negative_ttl,
        }
    }
}

/// The most look-ups of a client that are under way, and wait for their turn, at a time. A resolver that does not answer
/// would otherwise collect them without bound (nodejs/node#62503).
const MOST_SOUGHT: usize = 10_000;

/// A year. A source or the settings may name a time that no clock reaches.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Keeps what a source answers.
pub(super) struct Cache {
    source: Rc<dyn Resolve>,
    settings: CacheSettings,
    names: Rc<RefCell<Names>>,
}

#[derive(Default)]
struct Names {
    known: HashMap<Box<str>, Known>,
    /// Look-ups under way.
    sought: HashMap<Box<str>, Rc<SharedLookup>>,
}

struct Known {
    outcome: Outcome,
    until: Instant,
}

impl Cache {
    pub(super) fn over(source: impl Resolve + 'static, settings: CacheSettings) -> Self {
        Self {
            source: Rc::new(source),
            settings,
            names: Rc::default(),
        }
    }

    fn known(&self, name: &str) -> Option<Outcome> {
        let names = self.names.borrow();
        let known = names.known.get(name)?;
        (known.until > Instant::now()).then(|| known.outcome.clone())
    }

    /// The look-up under way, or a new one.
    fn look_up(&self, question: Question<'_>) -> Result<Rc<SharedLookup>, Error> {
        let name = question.name;
        if let Some(sought) = self.names.borrow().sought.get(name) {
            return Ok(Rc::clone(sought));
        }
        if self.names.borrow().sought.len() >= MOST_SOUGHT {
            let message =
                format!("cannot resolve the host {name}: {MOST_SOUGHT} look-ups are under way already");
            return Err(Error::new(
                Kind::ConnectError,
                Phase::Dns,
                "ERR_DNS_QUEUE_FULL",
                message,
            ));
        }
        let (names, settings, key) = (Rc::clone(&self.names), self.settings, Box::from(name));
        let shared = SharedLookup::begin(&self.source, question, move |outcome| {
            names.borrow_mut().found(key, outcome, &settings);
        });
        let mut names = self.names.borrow_mut();
        names.sought.insert(name.into(), Rc::clone(&shared));
        Ok(shared)
    }
}

impl Resolve for Cache {
    fn resolve<'a>(&'a self, question: Question<'a>) -> Lookup<'a> {
        if let Some(outcome) = self.known(question.name) {
            return Box::pin(async { outcome });
        }
        // all of it at the first poll: a future that is never polled sends no query
        Box::pin(async move {
            let abandoned = || {
                self.names.borrow_mut().sought.remove(question.name);
            };
            self.look_up(question)?.wait(abandoned).await
        })
    }

    fn goes_on(&self) -> bool {
        self.source.goes_on()
    }

    fn forget(&self, name: &str) {
        self.names.borrow_mut().known.remove(name);
        self.source.forget(name);
    }
}

impl Names {
    fn found(&mut self, name: Box<str>, outcome: &Outcome, settings: &CacheSettings) {
        self.sought.remove(&name);
        let time = settings.time_for(outcome);
        if time.is_zero() || settings.max_entries == 0 {
            self.known.remove(&name);
            return;
        }
        let now = Instant::now();
        if self.known.len() >= settings.max_entries && !self.known.contains_key(&name) {
            self.make_room(now, settings.max_entries);
        }
        let known = Known {
            outcome: outcome.clone(),
            until: now + time.min(LONGEST),
        };
        self.known.insert(name, known);
    }

    /// Removes what has expired, or else what expires first.
    fn make_room(&mut self, now: Instant, max_entries: usize) {
        self.known.retain(|_, known| known.until > now);
        if self.known.len() < max_entries {
            return;
        }
        let first = self.known.iter().min_by_key(|(_, known)| known.until);
        if let Some(name) = first.map(|(name, _)| name.clone()) {
            self.known.remove(&name);
        }
    }
}

#[cfg(test)]
mod tests;
