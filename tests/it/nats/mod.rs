//! The NATS transport, over real servers of NATS that the tests start. Every wait is bounded: see [`within`].

mod batches;
mod calls;
mod cancelling;
mod cluster;
mod connection;
mod discovery;
mod distance;
mod examples;
mod foreign;
mod gateway;
mod limits;
mod log;
pub mod server;
mod shutdown;
mod streams;
mod works;

use std::future::IntoFuture;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rpc_core::{CallError, Client, Execution, Server as RpcServer, Transport};
use rpc_nats::async_nats;
use rpc_nats::{Nats, NatsError, Serve, ServeError, serve};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::streams::feed::until;
use server::Server;
use works::{Watch, Working, WorksClient, WorksServer};

/// No test waits for anything longer than this.
async fn within<F: Future>(future: F) -> F::Output {
    let waited = tokio::time::timeout(Duration::from_secs(240), future).await;
    waited.expect("it hangs")
}

/// A worker in a task of its own.
struct Worker {
    watch: Arc<Watch>,
    task: JoinHandle<Result<(), ServeError>>,
    stop: Option<oneshot::Sender<()>>,
}

impl Worker {
    /// A worker of `works`, which NATS knows of when this returns.
    async fn start(server: &Server) -> Worker {
        Worker::with(server.connect().await, |serve| serve).await
    }

    async fn with(
        nats: async_nats::Client,
        set_up: impl FnOnce(Serve<WorksServer<Working>>) -> Serve<WorksServer<Working>>,
    ) -> Worker {
        let working = Working::default();
        let watch = Arc::clone(&working.0);
        let (stop, stopped) = oneshot::channel();
        // Some replies are meant to be large.
        let service = RpcServer::new(WorksServer::new(working)).max_reply(usize::MAX);
        let serve = set_up(serve(nats.clone(), "works", service)).shutdown(async {
            // A test that drops its worker ends, and the worker with it.
            if stopped.await.is_err() {
                std::future::pending().await
            }
        });
        let task = tokio::spawn(serve.into_future());
        until_served(&nats, "works").await;
        Worker {
            watch,
            task,
            stop: Some(stop),
        }
    }

    fn signal_stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    async fn until_stopped(self) {
        within(self.task).await.unwrap().unwrap();
    }
}

/// Waits until somebody serves the subject, whatever he answers.
pub async fn until_served(nats: &async_nats::Client, subject: &'static str) {
    within(async {
        while nats.request(subject, "?".into()).await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

/// A client on a connection of its own.
async fn client(server: &Server) -> WorksClient<Nats> {
    WorksClient::new(raw_client(server).await)
}

async fn raw_client(server: &Server) -> Client<Nats> {
    rpc_nats::client(server.connect().await, "works").unwrap()
}

/// What NATS says is wrong with a call.
fn cause<E: rpc_core::MethodError + std::fmt::Debug>(error: &CallError<E>) -> &NatsError {
    error.downcast_ref().unwrap_or_else(|| panic!("{error:?}"))
}
