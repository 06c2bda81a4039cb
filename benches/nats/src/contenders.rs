//! The clients, each with one connection, and the workers that they call.

use std::time::Duration;

use async_nats::Client as Nats;
use bytes::Bytes;
use clients::client::{Ask, Client};
use clients::load::{self, Run, Shape};
use clients::ours::Ours;
use measure::process::cpu_time_of_threads;
use peers::started::{Started, next_to_this_program};
use rpc_core::Batching;
use tokio::runtime::Runtime;
use work::Order;

use crate::server::{NatsServer, connect};
use crate::workers::{BARE_SUBJECT, REPLY, SUBJECT};

/// The call that async-nats sends: the same bytes as ours, but for the id.
const CALL: &[u8] = br#"{"jsonrpc":"2.0","method":"add","params":[2,3],"id":1}"#;

/// A server of NATS and a worker of each kind.
pub struct Site {
    server: NatsServer,
    ours: Started,
    bare: Started,
}

impl Site {
    /// Starts them.
    pub fn start() -> Self {
        let server = NatsServer::start();
        let worker = |kind: &str| {
            let mut command = std::process::Command::new(next_to_this_program("nats-worker"));
            command.args([kind, &server.port().to_string()]);
            Started::command(command)
        };
        Site {
            ours: worker("rpc"),
            bare: worker("async-nats"),
            server,
        }
    }
}

/// Makes calls of one shape for some time.
type Calls<'a> = Box<dyn Fn(&Runtime, Shape, Duration) -> Run + 'a>;

/// A connected client, and the worker that it calls.
pub struct Contender<'a> {
    pub name: &'static str,
    worker: &'a Started,
    calls: Calls<'a>,
}

impl<'a> Contender<'a> {
    fn new(name: &'static str, worker: &'a Started, client: impl Client) -> Self {
        Contender {
            name,
            worker,
            calls: Box::new(move |runtime, shape, time| {
                runtime.block_on(load::make_calls(&client, Ask::Add, shape, time))
            }),
        }
    }

    /// The pace, and the processor times of the client and of the worker per call, in microseconds.
    pub fn take_turn(&self, runtime: &Runtime, shape: Shape, time: Duration) -> [f64; 3] {
        let before = cpu_time_of_threads(self.worker.pid());
        let run = (self.calls)(runtime, shape, time);
        let of_worker = cpu_time_of_threads(self.worker.pid()) - before;
        let a_call = |time: Duration| time.as_secs_f64() * 1e6 / run.calls as f64;
        [run.pace, a_call(run.own_time), a_call(of_worker)]
    }
}

/// Connects all of them.
///
/// # Panics
///
/// If one can't be connected.
pub async fn connected(site: &Site) -> Vec<Contender<'_>> {
    let port = site.server.port();
    let bare = async |subject| Bare {
        client: connect(port).await,
        subject,
    };
    let ours = rpc_nats::client(connect(port).await, SUBJECT).expect("the subject is valid");
    let batched = rpc_nats::Client::builder()
        .batching(Batching::default())
        .build(connect(port).await, SUBJECT)
        .expect("the subject is valid");
    vec![
        Contender::new("async-nats", &site.bare, bare(BARE_SUBJECT).await),
        Contender::new("async-nats, rpc's worker", &site.ours, bare(SUBJECT).await),
        Contender::new("rpc", &site.ours, Ours::over(ours)),
        Contender::new("rpc, batching", &site.ours, Ours::over(batched)),
    ]
}

/// Requests of async-nats, whose replies are compared and not decoded.
#[derive(Clone)]
struct Bare {
    client: Nats,
    subject: &'static str,
}

impl Client for Bare {
    async fn add(&mut self, _: i64, _: i64) -> i64 {
        let call = Bytes::from_static(CALL);
        let reply = self.client.request(self.subject, call).await;
        assert_eq!(reply.expect("a reply").payload, REPLY);
        5
    }

    async fn echo(&mut self, _: &str) -> String {
        unimplemented_here()
    }

    async fn total(&mut self, _: &[Order]) -> f64 {
        unimplemented_here()
    }

    async fn list(&mut self, _: usize) -> f64 {
        unimplemented_here()
    }
}

fn unimplemented_here() -> ! {
    panic!("this suite only adds")
}
