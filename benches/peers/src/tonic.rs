//! tonic, with protocol buffers over HTTP/2.

use std::pin::Pin;
use std::sync::LazyLock;

use futures_util::{Stream, stream};
use tokio::net::TcpListener;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

use contract::bench_server::{Bench, BenchServer};
use contract::{Cost, Count, Order, Orders, Pair, Size, Sum, Text};

/// The code that the build script generates from `proto/bench.proto`.
#[allow(clippy::all, clippy::pedantic, reason = "tonic generates this code")]
pub mod contract {
    tonic::include_proto!("bench");
}

/// The service.
struct Service;

type Reply<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl Bench for Service {
    type WatchStream = Pin<Box<dyn Stream<Item = Result<Text, Status>> + Send>>;

    async fn add(&self, request: Request<Pair>) -> Reply<Sum> {
        let Pair { a, b } = request.into_inner();
        Ok(Response::new(Sum { sum: a + b }))
    }

    async fn echo(&self, request: Request<Text>) -> Reply<Text> {
        Ok(Response::new(request.into_inner()))
    }

    async fn total(&self, request: Request<Orders>) -> Reply<Cost> {
        let cost = total(&request.into_inner().orders);
        Ok(Response::new(Cost { cost }))
    }

    async fn list(&self, request: Request<Size>) -> Reply<Orders> {
        let bytes = usize::try_from(request.into_inner().bytes);
        match bytes {
            Ok(bytes) if bytes == LISTED => Ok(Response::new(PREPARED.clone())),
            _ => Err(Status::invalid_argument("unknown size")),
        }
    }

    async fn watch(&self, request: Request<Count>) -> Reply<Self::WatchStream> {
        let text = || Text {
            text: work::ITEM.to_owned(),
        };
        let items = (0..request.into_inner().items).map(move |_| Ok(text()));
        Ok(Response::new(Box::pin(stream::iter(items))))
    }
}

/// The only size that `list` supports here, in bytes of JSON.
const LISTED: usize = 100 * work::KIB;

/// The reply of `list`. tonic's replies own their content, so this is cloned for each.
static PREPARED: LazyLock<Orders> = LazyLock::new(|| orders(&work::prepared(LISTED).0));

/// The same as [`work::total`], for this contract's own type.
pub fn total(orders: &[Order]) -> f64 {
    orders
        .iter()
        .map(|order| order.price * f64::from(order.quantity))
        .sum()
}

/// Converts orders to this contract's own type.
pub fn orders(orders: &[work::Order]) -> Orders {
    let order = |order: &work::Order| Order {
        id: order.id,
        item: order.item.clone(),
        quantity: order.quantity,
        price: order.price,
        tags: order.tags.clone(),
    };
    Orders {
        orders: orders.iter().map(order).collect(),
    }
}

/// Serves with tonic's own server, and sets the option that it sets if it opens the listener itself.
pub async fn serve(listener: TcpListener) {
    let connections = TcpIncoming::from(listener).with_nodelay(Some(true));
    let server = Server::builder().add_service(BenchServer::new(Service));
    let served = server.serve_with_incoming(connections);
    served.await.expect("the listener works");
}
