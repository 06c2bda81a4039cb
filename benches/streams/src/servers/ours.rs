//! Our server, over WebSockets, server-sent events, TCP and Unix sockets.

use std::sync::Arc;

use futures_util::{Stream, stream};
use rpc_core::publish::{Lagged, Published, Publisher};
use rpc_core::rpc;
use rpc_http::server::{endpoint, serve};
use rpc_stream::Listener;
use tokio::net::TcpListener;

use super::{WAITING, own_unix_socket};

/// The contract.
#[rpc]
trait Feed {
    async fn add(&self, a: i64, b: i64) -> i64;
    /// So many items, without a wait.
    fn watch(&self, items: usize) -> impl Stream<Item = Arc<str>>;
    /// Whatever is published.
    fn news(&self) -> impl Stream<Item = Result<Published<Arc<str>>, Lagged>>;
    /// Publishes so many items.
    async fn publish(&self, items: usize) -> usize;
}

struct Service {
    item: Arc<str>,
    news: Publisher<Arc<str>>,
}

impl Feed for Service {
    async fn add(&self, a: i64, b: i64) -> i64 {
        a + b
    }

    fn watch(&self, items: usize) -> impl Stream<Item = Arc<str>> {
        stream::iter((0..items).map(|_| Arc::clone(&self.item)))
    }

    fn news(&self) -> impl Stream<Item = Result<Published<Arc<str>>, Lagged>> {
        self.news.subscribe()
    }

    async fn publish(&self, items: usize) -> usize {
        for _ in 0..items {
            self.news.publish(Arc::clone(&self.item));
        }
        items
    }
}

fn service() -> FeedServer<Service> {
    FeedServer::new(Service {
        item: work::ITEM.into(),
        news: Publisher::new(WAITING),
    })
}

/// WebSockets and server-sent events.
pub(super) async fn over_http(listener: TcpListener) {
    let served = serve(listener, endpoint(service())).await;
    served.expect("the listener works");
}

/// Lines over TCP.
pub(super) async fn over_tcp(listener: TcpListener) {
    let served = rpc_stream::serve(listener, service()).await;
    served.expect("the listener works");
}

/// Lines over a Unix socket.
pub(super) async fn over_unix(listener: TcpListener) {
    let socket = Listener::bind_unix(own_unix_socket(&listener)).await;
    let socket = socket.expect("the name is not in use");
    let served = rpc_stream::serve(socket, service()).await;
    served.expect("the listener works");
}
