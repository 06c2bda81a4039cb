//! All clients, connected to their servers.

use std::time::Duration;

use peers::started::Started;
use rpc_core::Batching;
use tokio::runtime::{Builder, Runtime};

use crate::by_hand::{ByHand, HyperUtil, Reqwest};
use crate::client::{Ask, Client, prove};
use crate::load::{self, Shape};
use crate::ours::Ours;
use crate::tarpc::Tarpc;
use crate::{jsonrpsee, tonic};

/// The servers that the clients call. All JSON-RPC clients call the same fast server, since the clients are what is
/// measured.
pub struct Servers {
    rpc: Started,
    tarpc: Started,
    tonic: Started,
}

impl Servers {
    /// Starts them.
    pub fn start() -> Self {
        Servers {
            rpc: Started::kind("rpc"),
            tarpc: Started::kind("tarpc"),
            tonic: Started::kind("tonic"),
        }
    }
}

/// The single-threaded runtime that all clients run on.
///
/// # Panics
///
/// If it can't be built.
pub fn runtime() -> Runtime {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.expect("a current-thread runtime starts no threads")
}

/// A client of any type, with a name, that has proved that its answers are right.
pub trait Contender {
    fn name(&self) -> &'static str;

    /// Whether it can make this kind of call.
    fn can(&self, ask: Ask) -> bool;

    /// See [`load::run`].
    fn run(&self, runtime: &Runtime, ask: Ask, shape: Shape, time: Duration) -> [f64; 2];

    /// Makes `times` calls, one after another.
    fn repeat(&self, runtime: &Runtime, ask: Ask, times: usize);
}

/// Connects all contenders.
///
/// # Panics
///
/// If one of them gives a wrong answer.
pub fn connect(runtime: &Runtime, servers: &Servers) -> Vec<Box<dyn Contender>> {
    runtime.block_on(async {
        let url = servers.rpc.url();
        let mut all = ours(&url).await;
        all.extend(json_rpc(&url).await);
        all.extend(with_own_servers(servers).await);
        all
    })
}

const RIGHT: &str = "the address is valid";

/// Our transports, each with and without automatic batching.
async fn ours(url: &str) -> Vec<Box<dyn Contender>> {
    use rpc_http::{Client, lean};

    let batching = Batching::default();
    let reqwest = Client::new(url).expect(RIGHT);
    let lean = lean::Client::new(url).expect(RIGHT);
    let over_http2 = lean::Client::builder().http2_prior_knowledge().build(url);
    let batched = Client::builder().batching(batching.clone()).build(url);
    let lean_batched = lean::Client::builder().batching(batching).build(url);
    vec![
        proved("rpc", Ours::over(reqwest)).await,
        proved("rpc, lean", Ours::over(lean)).await,
        proved("rpc, lean, HTTP/2", Ours::over(over_http2.expect(RIGHT))).await,
        proved("rpc, batching", Ours::over(batched.expect(RIGHT))).await,
        proved(
            "rpc, lean, batching",
            Ours::over(lean_batched.expect(RIGHT)),
        )
        .await,
    ]
}

/// Other JSON-RPC and HTTP clients, which call the same server.
async fn json_rpc(url: &str) -> Vec<Box<dyn Contender>> {
    vec![
        proved("jsonrpsee", jsonrpsee::connect(url)).await,
        proved("jsonrpsee, no logging", jsonrpsee::without_logging(url)).await,
        proved("reqwest by hand", ByHand::new(Reqwest::new(url))).await,
        proved("hyper-util by hand", ByHand::new(HyperUtil::new(url))).await,
    ]
}

/// Clients that speak another protocol.
async fn with_own_servers(servers: &Servers) -> Vec<Box<dyn Contender>> {
    let tarpc = peers::tarpc::connect(servers.tarpc.address()).await;
    let tonic = tonic::connect(servers.tonic.url()).await;
    vec![
        proved("tarpc", Tarpc(tarpc)).await,
        proved("tonic", tonic).await,
    ]
}

async fn proved<C: Client>(name: &'static str, mut client: C) -> Box<dyn Contender> {
    let has_batches = prove(&mut client).await;
    Box::new(Proved {
        name,
        client,
        has_batches,
    })
}

struct Proved<C> {
    name: &'static str,
    client: C,
    has_batches: bool,
}

impl<C: Client> Contender for Proved<C> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn can(&self, ask: Ask) -> bool {
        self.has_batches || ask != Ask::Batch
    }

    fn run(&self, runtime: &Runtime, ask: Ask, shape: Shape, time: Duration) -> [f64; 2] {
        runtime.block_on(load::run(&self.client, ask, shape, time))
    }

    fn repeat(&self, runtime: &Runtime, ask: Ask, times: usize) {
        let mut client = self.client.clone();
        runtime.block_on(async {
            for _ in 0..times {
                ask.of(&mut client).await;
            }
        });
    }
}
