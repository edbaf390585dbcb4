//! JavaScript's side of an environment: what `src/native` calls.
//!
//! Everything here runs on the environment's thread and returns at once, except [`Bridge::stats`] and
//! [`Bridge::stats_of_all`].

mod address_options;
mod bodies;
mod calls;
mod client_tls;
mod failure;
mod options;
mod proxy;
mod received;
mod stats;
mod tls;
mod traffic;

use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use httpxide_core::pool::Stats;
use httpxide_core::{Kind, Phase};
use napi::bindgen_prelude::Function;
use napi::{Env, Error, Result};
use napi_derive::napi;

use self::calls::Calls;
use self::options::NativeClientOptions;
use self::proxy::NativeProxyOptions;
use self::stats::NativeStats;
use self::tls::NativeTlsOptions;
use self::traffic::Traffic;
use crate::client_certificate::ClientCertificate;
use crate::clock;
use crate::environment;
use crate::queues::{Command, Completions, Signal, Submissions};

/// An I/O thread that takes this long to answer is not going to.
const STATS_PATIENCE: Duration = Duration::from_secs(5);

/// The engine, as one environment sees it.
#[napi]
pub struct Bridge {
    traffic: Rc<Traffic>,
}

#[expect(
    clippy::unused_self,
    reason = "JavaScript asks this object for what belongs to the process"
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
        let traffic = Rc::new(Traffic::new(submissions, completions));
        Ok(Self { traffic })
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
        self.traffic.submissions.add(|batch| batch.commands.push(open));
        Ok(())
    }

    /// Makes a proxy, which later records name by this number.
    #[napi]
    pub fn open_proxy(&self, number: u32, options: NativeProxyOptions) -> Result<()> {
        let open = Command::OpenProxy(number, Box::new(options.into_proxy()?));
        self.traffic.submissions.add(|batch| batch.commands.push(open));
        Ok(())
    }

    /// The calls that move requests, bodies and messages.
    #[napi]
    pub fn calls<'env>(&'env self, env: &'env Env) -> Result<Calls<'env>> {
        Calls::of(&self.traffic, env)
    }

    /// Starts TLS on a byte stream. A `SECURED` record answers, or a last one.
    #[napi]
    pub fn start_tls(&self, number: u32, options: NativeTlsOptions, certificate: Option<&ClientCertificate>) {
        let start = Command::StartTls(number, Box::new(options.into_start(certificate)));
        self.traffic.submissions.add(|batch| batch.commands.push(start));
    }

    /// Publishes records about connections at once, or with the next answer, as at first.
    #[napi]
    pub fn tell_of_connections(&self, at_once: bool) {
        self.traffic.completions.tell_of_connections(at_once);
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
        self.traffic
            .submissions
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
