//! [`serve`]: a worker of a service, until it is told to stop.

use std::fmt;
use std::future::{Future, IntoFuture, pending};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use async_nats::Client;
use rpc_core::contract::Contract;
use rpc_core::session::SessionBuilder;
use rpc_core::{IntoServer, Server, Service};
use rpc_tokio::server::Values;
use rpc_tokio::{Permits, Tokio};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::calls::Calls;
use super::cancels::Cancels;
use super::discovery::{Identity, Worker, named};
use super::error::ServeError;
use super::inbox::Inbox;
use super::replies::Replies;
use super::running::Running;
use super::stats::Stats;
use super::streams::Streams;
use crate::defaults;
use crate::subject::Base;

/// Makes this process one of the workers of a service, with defaults for production. NATS gives each message to one of them.
///
/// ```no_run
/// # use rpc_core::Dispatcher;
/// # use rpc_nats::async_nats;
/// # async fn run(stop: tokio::sync::oneshot::Receiver<()>) -> Result<(), Box<dyn std::error::Error>> {
/// let service = Dispatcher::new().method("add", |a: i64, b: i64| async move { a + b });
/// let nats = async_nats::connect("127.0.0.1:4222").await?;
/// rpc_nats::serve(nats, "shop", service).max_in_flight(64).shutdown(async { drop(stop.await) }).await?;
/// # Ok(())
/// # }
/// ```
///
/// The worker runs until the future given to [`Serve::shutdown`] completes. Then NATS gives it no more messages, and it answers
/// those that it has. What is not done by the [deadline](Serve::shutdown_deadline) is broken off. If the worker's future is
/// dropped, everything is broken off at once. The client of NATS stays open, and may be shared with others. If it is drained or
/// closed while the worker runs, the worker finishes its calls too, and ends with [`ServeError::Closed`].
///
/// It takes every message at once. As many as [`max_in_flight`](Serve::max_in_flight) run concurrently, and are answered in the
/// order in which they are done. Any more are refused at once, so that their callers can try another worker: NATS itself does
/// not look at how busy a worker is. A message whose time is over is refused too.
///
/// While methods keep the threads of the runtime to themselves, messages wait for their turn. One whose time ends meanwhile, or that
/// is cancelled, does not run. As soon as the oldest has waited for 50 ms, or for half of its time, the newest is next. So a worker
/// with more calls than it can do works for callers that still wait, and not for those that are about to give up.
///
/// It serves a service, or a [`Server`] that is set up already. `blocking` methods run on tokio's threads for blocking work,
/// unless the server has another [runtime](Server::runtime).
pub fn serve<S: Service>(
    client: Client,
    subject: impl Into<String>,
    service: impl IntoServer<Service = S>,
) -> Serve<S> {
    Serve {
        client,
        subject: subject.into(),
        server: service.into_server().or_runtime(Tokio),
        queue_group: "q".to_owned(),
        values: Values::default(),
        max_in_flight: defaults::MAX_IN_FLIGHT,
        max_streams: defaults::MAX_STREAMS,
        heartbeat: defaults::BEAT,
        signal: Box::pin(pending()),
        deadline: defaults::SHUTDOWN_DEADLINE,
        discovery: true,
        name: None,
        version: None,
        description: None,
        metadata: Vec::new(),
    }
}

/// A worker that is set up: await it. See [`serve()`].
#[must_use = "a worker does nothing until it is awaited"]
pub struct Serve<S> {
    client: Client,
    subject: String,
    server: Server<S>,
    queue_group: String,
    values: Values,
    max_in_flight: usize,
    max_streams: usize,
    heartbeat: Duration,
    signal: Pin<Box<dyn Future<Output = ()> + Send>>,
    deadline: Duration,
    discovery: bool,
    name: Option<String>,
    version: Option<String>,
    description: Option<String>,
    metadata: Vec<(String, String)>,
}

impl<S: Service> Serve<S> {
    /// Stops the worker when this future completes.
    #[doc(alias = "with_graceful_shutdown")]
    pub fn shutdown(mut self, signal: impl Future<Output = ()> + Send + 'static) -> Self {
        self.signal = Box::pin(signal);
        self
    }

    /// How long accepted messages may be handled after the signal to stop; default 30 s.
    pub fn shutdown_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// How many messages are handled at the same time; default 1,024, and at least 1. Any more are refused at once, with error
    /// -32009.
    pub fn max_in_flight(mut self, messages: usize) -> Self {
        self.max_in_flight = messages;
        self
    }

    /// How many streams are open at the same time; default 1,024, and at least 1. Any more are refused at once, with error -32006.
    /// An open stream does not count among the messages that are handled.
    pub fn max_streams(mut self, streams: usize) -> Self {
        self.max_streams = streams;
        self
    }

    /// How long a stream says nothing at most; default 15 s, at least 100 ms and at most an hour. After that time the worker sends an empty message, by
    /// which it also learns that a client has gone. Clients count a stream as lost after three times that.
    pub fn heartbeat(mut self, period: Duration) -> Self {
        self.heartbeat = period.clamp(defaults::SHORTEST_BEAT, defaults::LONGEST_BEAT);
        self
    }

    /// The queue group of the workers among which NATS distributes messages; default `q`, as in NATS's own services. Workers in
    /// different groups each get every message.
    pub fn queue_group(mut self, name: impl Into<String>) -> Self {
        self.queue_group = name.into();
        self
    }

    /// A value that methods find in their context.
    pub fn extension<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.values.insert(value);
        self
    }

    /// Answers `$SRV.PING`, `$SRV.INFO` and `$SRV.STATS`, by which NATS's tools find services and see their counters; default on.
    pub fn discovery(mut self, on: bool) -> Self {
        self.discovery = on;
        self
    }

    /// The name of the service in discovery; by default its subject. Characters other than letters, digits, `-` and `_` become `_`.
    pub fn name(mut self, name: impl AsRef<str>) -> Self {
        self.name = Some(named(name.as_ref()));
        self
    }

    /// The version of the service in discovery, such as `1.4.2`; default `0.0.0`. NATS's tools expect a semantic version.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// The description of the service in discovery; by default the first line of its contract's documentation.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Adds a metadata entry to this worker in discovery, such as its region.
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.push((name.into(), value.into()));
        self
    }

    fn identity(&self, base: &Base, contracts: &[Contract]) -> Identity {
        let known = Identity::of(base, contracts);
        Identity {
            name: self.name.clone().unwrap_or(known.name),
            version: self.version.clone().unwrap_or(known.version),
            description: self.description.clone().unwrap_or(known.description),
            metadata: self.metadata.iter().cloned().collect(),
        }
    }
}

impl<S> fmt::Debug for Serve<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Serve")
            .field("subject", &self.subject)
            .field("queue_group", &self.queue_group)
            .field("max_in_flight", &self.max_in_flight)
            .finish_non_exhaustive()
    }
}

impl<S: Service> IntoFuture for Serve<S> {
    type Output = Result<(), ServeError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<(), ServeError>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(run(self))
    }
}

async fn run<S: Service>(serve: Serve<S>) -> Result<(), ServeError> {
    let base = Base::new(&serve.subject).map_err(ServeError::Subject)?;
    let contracts = serve.server.service().contracts();
    let identity = serve.identity(&base, &contracts);
    let stats = Arc::new(Stats::new(&contracts));
    let client = serve.client;
    let mut signal = serve.signal;
    tokio::select! {
        () = known(&client) => {}
        () = &mut signal => return Ok(()),
    }
    // Before the first call can come.
    let cancellations = Cancels::subscribe(&client, &base).await;
    let cancellations = cancellations.map_err(ServeError::Subscribe)?;
    let inbox = Inbox::open(&client, &base, &serve.queue_group).await;
    let inbox = inbox.map_err(ServeError::Subscribe)?;
    let cancels = Cancels::default();
    // A longer reply would not be sent at all.
    let server = serve.server.cap_replies(client.max_payload());
    let sessions = SessionBuilder::new().one_way().runtime(Tokio);
    let calls = Calls {
        sessions: sessions.serve(server.clone()),
        server,
        base: base.clone(),
        replies: Replies::new(client.clone()),
        values: serve.values,
        in_flight: Permits::new(serve.max_in_flight),
        streams: Streams::new(client.clone(), serve.max_streams, serve.heartbeat),
        cancels: cancels.clone(),
        stats: Arc::clone(&stats),
    };
    let mut aside = JoinSet::new();
    let resending = calls.replies.clone().resend();
    aside.spawn(async move {
        if let Err(error) = resending.await {
            tracing::debug!(%error, "no reply is sent again");
        }
    });
    aside.spawn(cancels.listen(cancellations));
    let mut running = Running::new(inbox, calls);
    let mut discovery = JoinSet::new();
    if serve.discovery {
        let worker = Worker::new(identity, &base, &serve.queue_group, &contracts, stats);
        discovery.spawn(worker.answer(client));
    }
    let ended = running.until(signal).await;
    // A worker that stops is not to be found any more.
    drop(discovery);
    running.stop(serve.deadline).await;
    ended
}

/// Waits until a server of NATS has said what it can carry. A client that may begin without a connection is told later.
async fn known(client: &Client) {
    while client.try_server_info().is_none() {
        sleep(defaults::LOOK).await;
    }
}
