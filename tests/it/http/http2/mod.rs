//! HTTP/2: the server against other people's clients and against bytes, and both of our clients against it.

mod calls;
mod frames;
mod haproxy;
mod limits;
mod lost;
mod peers;
mod reset;
mod stop;
mod streams;

use std::sync::atomic::Ordering;

use rpc_core::{Execution, Transport};
use rpc_http::{Builder, Connections, lean};

use super::certificates::{Authority, https};
use super::*;
use crate::streams::feed::until;

const GATE: &str = r#"{"jsonrpc":"2.0","method":"gate","id":1}"#;
const FRAIL: &str = r#"{"jsonrpc":"2.0","method":"frail","id":1}"#;

/// Nothing here takes longer, even on a slow machine.
const LIMIT: Duration = Duration::from_secs(240);

async fn within<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(LIMIT, future).await.expect("it hangs")
}

type Probes = Endpoint<ProbeServer<Prober>>;

/// A server with room for one connection. Calls that run at the same time share it, so they go over HTTP/2.
async fn one_connection(app: Probes) -> Running {
    running_with(app, |serve| serve.max_connections(1)).await
}

fn over<C: Connections>(builder: Builder<C>, server: &Running) -> ProbeClient<C::Transport> {
    let client = builder.http2_prior_knowledge().timeout(LIMIT);
    ProbeClient::new(client.build(server.url()).unwrap())
}

fn over_reqwest(server: &Running) -> ProbeClient<rpc_http::client::Http> {
    over(Client::builder(), server)
}

fn over_lean(server: &Running) -> ProbeClient<lean::Lean> {
    over(lean::Client::builder(), server)
}

/// Calls `gate` so many times at once.
fn gates<T: Transport>(
    probe: &ProbeClient<T>,
    calls: usize,
) -> Vec<JoinHandle<Result<String, rpc_core::CallError>>> {
    let calls = (0..calls).map(|_| tokio::spawn(probe.gate().into_future()));
    calls.collect()
}

/// Opens the gate for all of these, and asserts that they are answered.
async fn all_through(watch: &Watch, calls: Vec<JoinHandle<Result<String, rpc_core::CallError>>>) {
    watch.gate.add_permits(calls.len());
    for call in calls {
        assert_eq!(within(call).await.unwrap().unwrap(), "through");
    }
}
