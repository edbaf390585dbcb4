//! The cache on a paused clock.

use std::cell::Cell;
use std::future::{pending, poll_fn};
use std::task::Poll;

use tokio::time::{advance, sleep, timeout};

use super::*;
use crate::dns::Answer;

/// How a source answers.
#[derive(Clone)]
enum Behaviour {
    /// With one address, of this time to live.
    Answers(Option<Duration>),
    Fails,
    Hangs,
}

/// A source that counts what it is asked, and takes 10 ms for it.
struct Source {
    behaviour: RefCell<Behaviour>,
    asked: Rc<Cell<u32>>,
    given_up: Rc<Cell<u32>>,
    goes_on: bool,
}

struct GivenUp<'a>(&'a Cell<u32>);

impl Drop for GivenUp<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

impl Resolve for Rc<Source> {
    fn resolve<'a>(&'a self, question: Question<'a>) -> Lookup<'a> {
        let count = self.asked.get() + 1;
        self.asked.set(count);
        Box::pin(async move {
            let given_up = GivenUp(&self.given_up);
            sleep(Duration::from_millis(10)).await;
            let behaviour = self.behaviour.borrow().clone();
            let outcome = match behaviour {
                Behaviour::Answers(ttl) => Ok(vec![Answer {
                    address: ([10, 0, 0, count.to_le_bytes()[0]], 0).into(),
                    ttl,
                }]),
                Behaviour::Fails => Err(Error::new(
                    Kind::ConnectError,
                    Phase::Dns,
                    "ENOTFOUND",
                    question.name.to_owned(),
                )),
                Behaviour::Hangs => pending().await,
            };
            std::mem::forget(given_up);
            outcome
        })
    }

    fn goes_on(&self) -> bool {
        self.goes_on
    }
}

fn cache(behaviour: Behaviour, settings: CacheSettings) -> (Cache, Rc<Source>) {
    let source = Rc::new(Source {
        behaviour: RefCell::new(behaviour),
        asked: Rc::default(),
        given_up: Rc::default(),
        goes_on: false,
    });
    (Cache::over(Rc::clone(&source), settings), source)
}

async fn ask(cache: &Cache, name: &str) -> Outcome {
    let question = Question {
        name,
        port: 80,
        asker: None,
    };
    cache.resolve(question).await
}

/// The number of the look-up that an answer comes from.
async fn answered(cache: &Cache, name: &str) -> u8 {
    let answers = ask(cache, name).await.unwrap();
    let std::net::IpAddr::V4(address) = answers[0].address.ip() else {
        panic!("an IPv4 address")
    };
    address.octets()[3]
}

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(flavor = "local", start_paused = true)]
async fn an_answer_without_a_time_is_kept_for_30_seconds() {
    let (cache, source) = cache(Behaviour::Answers(None), CacheSettings::default());
    assert_eq!(answered(&cache, "a").await, 1);
    advance(SECOND * 29).await;
    assert_eq!(answered(&cache, "a").await, 1);
    assert_eq!(answered(&cache, "b").await, 2);
    advance(SECOND).await;
    assert_eq!(answered(&cache, "a").await, 3);
    assert_eq!(source.asked.get(), 3);
}

#[tokio::test(flavor = "local", start_paused = true)]
async fn an_answer_is_kept_for_the_time_that_it_names() {
    for (ttl, kept) in [(SECOND * 90, SECOND * 89), (SECOND * 2, SECOND)] {
        let (cache, _source) = cache(Behaviour::Answers(Some(ttl)), CacheSettings::default());
        assert_eq!(answered(&cache, "a").await, 1);
        advance(kept).await;
        assert_eq!(answered(&cache, "a").await, 1);
        advance(SECOND).await;
        assert_eq!(answered(&cache, "a").await, 2);
    }
    let (never, _source) = cache(Behaviour::Answers(Some(Duration::ZERO)), CacheSettings::default());
    assert_eq!(answered(&never, "a").await, 1);
    assert_eq!(answered(&never, "a").await, 2);
}

#[tokio::test(flavor = "local", start_paused = true)]
async fn a_time_that_no_clock_reaches_is_a_long_one() {
    let endless = CacheSettings {
        ttl: Duration::MAX,
        negative_ttl: Duration::MAX,
        ..CacheSettings::default()
    };
    for (ttl, settings) in [
        (Some(Duration::MAX), CacheSettings::default()),
        (None, endless),
        (Some(SECOND), endless),
    ] {
        let (cache, _source) = cache(Behaviour::Answers(ttl), settings);
        assert_eq!(answered(&cache, "a").await, 1);
        assert_eq!(answered(&cache, "a").await, 1);
    }
    let (failing, source) = cache(Behaviour::Fails, endless);
    assert!(ask(&failing, "a").await.is_err());
    assert!(ask(&failing, "a").await.is_err());
    assert_eq!(source.asked.get(), 1);
}

#[tokio::test(flavor = "local", start_paused = true)]
async fn a_failure_is_kept_for_a_second() {
    let (cache, source) = cache(Behaviour::Fails, CacheSettings::default());
    assert_eq!(ask(&cache, "a").await.unwrap_err().code, "ENOTFOUND");
    source.behaviour.replace(Behaviour::Answers(None));
    advance(SECOND * 9 / 10).await;
    assert_eq!(ask(&cache, "a").await.unwrap_err().code, "ENOTFOUND");
    advance(SECOND / 10).await;
    assert_eq!(answered(&cache, "a").await, 2);
}

#[tokio::test(flavor = "local", start_paused = true)]
async fn a_name_is_looked_up_once_for_all_who_wait() {
    for settings in [CacheSettings::default(), CacheSettings::off()] {
        let (cache, source) = cache(Behaviour::Answers(None), settings);
        let (first, second, other) = tokio::join!(
            answered(&cache, "a"),
            answered(&cache, "a"),
            answered(&cache, "b")
        );
        assert_eq!((first, second, other), (1, 1, 2));
        assert_eq!(source.asked.get(), 2);
    }
}

#[tokio::test(flavor = "local", start_paused = true)]
async fn a_cache_that_is_off_keeps_nothing() {
    let (cache, _source) = cache(Behaviour::Answers(None), CacheSettings::off());
    assert_eq!(answered(&cache, "a").await, 1);
    assert_eq!(answered(&cache, "a").await, 2);
}

#[tokio::test(flavor = "local", start_paused = true)]
async fn what_led_nowhere_is_looked_up_afresh() {
    let (cache, _source) = cache(Behaviour::Answers(None), CacheSettings::default());
    assert_eq!(answered(&cache, "a").await, 1);
    cache.forget("a");
    assert_eq!(answered(&cache, "a").await, 2);
}

#[tokio::test(flavor = "local", start_paused = true)]
async fn a_full_cache_drops_what_expires_first() {
    let settings = CacheSettings {
        max_entries: 2,
        ..CacheSettings::default()
    };
    let (cache, source) = cache(Behaviour::Answers(None), settings);
    for name in ["a", "b", "c"] {
        ask(&cache, name).await.unwrap();
    }
    assert_eq!(cache.names.borrow().known.len(), 2);
    assert_eq!(answered(&cache, "b").await, 2);
    assert_eq!(answered(&cache, "a").await, 4);
    // one that has expired goes before one that has not
    advance(SECOND * 31).await;
    source.behaviour.replace(Behaviour::Answers(Some(SECOND)));
    ask(&cache, "d").await.unwrap();
    ask(&cache, "e").await.unwrap();
    assert!(["d", "e"].iter().all(|name| cache.known(name).is_some()));
}

#[tokio::test(flavor = "local", start_paused = true)]
async fn a_look_up_ends_when_the_last_of_its_callers_gives_up() {
    let (cache, source) = cache(Behaviour::Hangs, CacheSettings::default());
    let patient = timeout(SECOND * 2, ask(&cache, "a"));
    let impatient = timeout(SECOND, ask(&cache, "a"));
    let watched = async {
        sleep(SECOND * 3 / 2).await;
        source.given_up.get()
    };
    let (patient, impatient, early) = tokio::join!(patient, impatient, watched);
    assert!(patient.is_err() && impatient.is_err());
    assert_eq!(early, 0);
    // the task ends at its next turn
    tokio::task::yield_now().await;
    assert_eq!((source.asked.get(), source.given_up.get()), (1, 1));
    // the next caller does not wait for the one that hung
    source.behaviour.replace(Behaviour::Answers(None));
    assert_eq!(answered(&cache, "a").await, 2);
}

#[tokio::test(flavor = "local", start_paused = true)]
async fn a_look_up_that_cannot_be_interrupted_fills_the_cache() {
    let source = Rc::new(Source {
        behaviour: RefCell::new(Behaviour::Answers(None)),
        asked: Rc::default(),
        given_up: Rc::default(),
        goes_on: true,
    });
    let cache = Cache::over(Rc::clone(&source), CacheSettings::default());
    assert!(timeout(Duration::from_millis(1), ask(&cache, "a")).await.is_err());
    sleep(SECOND).await;
    assert_eq!(answered(&cache, "a").await, 1);
    assert_eq!((source.asked.get(), source.given_up.get()), (1, 0));
}

#[tokio::test(flavor = "local", start_paused = true)]
async fn a_look_up_that_hangs_holds_up_no_other_name() {
    let (cache, source) = cache(Behaviour::Hangs, CacheSettings::default());
    let hanging = timeout(SECOND * 5, ask(&cache, "hangs"));
    let others = async {
        sleep(SECOND).await;
        source.behaviour.replace(Behaviour::Answers(None));
        answered(&cache, "a").await
    };
    let (hanging, other) = tokio::join!(hanging, others);
    assert!(hanging.is_err());
    assert_eq!(other, 2);
}

#[tokio::test(flavor = "local", start_paused = true)]
async fn the_look_ups_under_way_are_bounded() {
    let (cache, source) = cache(Behaviour::Hangs, CacheSettings::default());
    let names: Vec<_> = (0..MOST_SOUGHT).map(|number| number.to_string()).collect();
    let mut hanging: Vec<_> = names.iter().map(|name| Box::pin(ask(&cache, name))).collect();
    for lookup in &mut hanging {
        let begun = poll_fn(|context| Poll::Ready(lookup.as_mut().poll(context)));
        assert!(begun.await.is_pending());
    }
    let error = ask(&cache, "one more").await.unwrap_err();
    assert_eq!((error.phase, error.code), (Phase::Dns, "ERR_DNS_QUEUE_FULL"));
    // a name that is looked up already takes no further place, and one that is given up leaves its own
    assert!(timeout(Duration::ZERO, ask(&cache, "0")).await.is_err());
    hanging.pop();
    source.behaviour.replace(Behaviour::Answers(None));
    ask(&cache, "one more").await.unwrap();
}
