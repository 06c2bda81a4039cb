//! tarpc, with framed JSON over one TCP connection.

use futures_util::StreamExt;
use tarpc::context::Context;
use tarpc::serde_transport::tcp;
use tarpc::server::{BaseChannel, Channel};
use tarpc::tokio_serde::formats::Json;
use tokio::net::TcpListener;
use work::{Order, Orders};

/// The contract, written for tarpc's macro.
#[tarpc::service]
pub trait Bench {
    async fn add(a: i64, b: i64) -> i64;
    async fn echo(text: String) -> String;
    async fn total(orders: Vec<Order>) -> f64;
    async fn list(bytes: usize) -> Orders;
}

/// The service.
#[derive(Clone)]
struct Service;

impl Bench for Service {
    async fn add(self, _: Context, a: i64, b: i64) -> i64 {
        a + b
    }

    async fn echo(self, _: Context, text: String) -> String {
        text
    }

    async fn total(self, _: Context, orders: Vec<Order>) -> f64 {
        work::total(&orders)
    }

    async fn list(self, _: Context, bytes: usize) -> Orders {
        work::prepared(bytes)
    }
}

/// Serves each connection and each call in its own task, as tarpc's examples do.
pub async fn serve(listener: TcpListener) {
    let connections = tcp::listen_on(listener, Json::default).await;
    let mut connections = connections.expect("a listener has an address");
    while let Some(connection) = connections.next().await {
        let connection = connection.expect("the listener works");
        let calls = BaseChannel::with_defaults(connection).execute(Service.serve());
        tokio::spawn(calls.for_each(|call| async { drop(tokio::spawn(call)) }));
    }
}

/// Connects a client, with one connection.
///
/// # Panics
///
/// If it can't connect.
pub async fn connect(address: std::net::SocketAddr) -> BenchClient {
    let connection = tcp::connect(address, Json::default).await;
    let connection = connection.expect("the server listens");
    BenchClient::new(tarpc::client::Config::default(), connection).spawn()
}
