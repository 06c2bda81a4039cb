//! The server that generated clients call: the contracts, and a relay that cuts connections.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use futures_util::{Stream, StreamExt, stream};
use rpc_core::openrpc::{Document, OpenRpc};
use rpc_core::{
    Base64, BoxTransport, CallError, Contract, Dispatcher, Internal, Peer, RawValue, Tracked,
};
use rpc_http::server::endpoint;
use tokio::net::TcpListener;

use super::contract::*;
use super::samples::sample;
use crate::openrpc::contract::{
    Adjacent, All, AllClient, AllServer, External, Failure, Flat, Internal as Tagged, Node, Odd,
    Page, Plain, Point, Renamed, Search, Untagged, Wide,
};
use crate::streams::journal::Relay;

/// A server, until it is dropped.
pub struct Served {
    pub address: SocketAddr,
    relay: Arc<Relay>,
}

impl Served {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let relay = Arc::new(Relay::to(address).await);
        let reflection = Reflection {
            relay: Arc::clone(&relay),
            running: Arc::default(),
            notes: Mutex::default(),
        };
        let service = Dispatcher::new()
            .service(MirrorServer::new(reflection))
            .service(AllServer::new(Echo))
            .service(newer::ShopServer::new(Newer));
        let site = axum::Router::new().fallback_service(endpoint(service));
        tokio::spawn(async move { axum::serve(listener, site).await });
        Served { address, relay }
    }

    /// What a client needs to know.
    pub fn addresses(&self) -> serde_json::Value {
        serde_json::json!({
            "http": format!("http://{}/", self.address),
            "webSocket": format!("ws://{}/", self.address),
            "cutHttp": format!("http://{}/", self.relay.address),
            "cutWebSocket": format!("ws://{}/", self.relay.address),
        })
    }
}

/// What generated clients know of the server: the older contract of the shop.
pub fn document() -> Document {
    let contracts: [&Contract; 3] = [
        MirrorClient::<BoxTransport>::CONTRACT,
        AllClient::<BoxTransport>::CONTRACT,
        older::ShopClient::<BoxTransport>::CONTRACT,
    ];
    let document = OpenRpc::new().title("Mirror").version("1.2.3");
    document
        .of_contracts(&contracts.map(Contract::clone))
        .unwrap()
}

struct Reflection {
    relay: Arc<Relay>,
    running: Arc<AtomicU32>,
    notes: Mutex<Vec<String>>,
}

/// Counts as running until it is dropped.
struct Running(Arc<AtomicU32>);

impl Running {
    fn of(reflection: &Reflection) -> Self {
        reflection.running.fetch_add(1, Ordering::SeqCst);
        Running(Arc::clone(&reflection.running))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn entry(number: u64) -> Entry {
    Entry {
        number,
        text: format!("entry {number}"),
    }
}

impl Mirror for Reflection {
    async fn sample(&self, seed: u64) -> Everything {
        sample(seed)
    }

    async fn difference(&self, seed: u64, value: Everything) -> Option<String> {
        // Their types can't be compared, and numbers of 128 bits are not values of serde_json.
        let sent = serde_json::to_string(&sample(seed)).unwrap();
        let back = serde_json::to_string(&value).unwrap();
        (sent != back).then(|| format!("sent {sent}\ncame back as {back}"))
    }

    async fn fail(&self, code: i32) -> Result<u64, MirrorError> {
        let near = Some(Point { x: 0.5, y: -1.0 });
        Err(match code {
            1001 => Failure::SoldOut { left: 3, near }.into(),
            1002 => Failure::Refused(Tagged::Of {
                item: "tea".to_owned(),
            })
            .into(),
            1003 => Failure::Limit(1, 9).into(),
            1004 => Failure::Closed.into(),
            _ => Internal::new("a secret").into(),
        })
    }

    fn count(
        &self,
        to: u64,
        fail_after: Option<u64>,
    ) -> impl Stream<Item = Result<u64, MirrorError>> {
        let running = Running::of(self);
        stream::iter(1..=to).map(move |number| {
            let _running = &running;
            match fail_after.is_some_and(|last| number > last) {
                true => Err(Failure::Limit(1, 9).into()),
                false => Ok(number),
            }
        })
    }

    fn log(&self, to: u64, after: Option<u64>) -> impl Stream<Item = Tracked<u64, Entry>> {
        let running = Running::of(self);
        stream::iter(after.map_or(1, |after| after + 1)..=to).map(move |number| {
            let _running = &running;
            Tracked::new(number, entry(number))
        })
    }

    fn parts(&self, count: u32) -> impl Stream<Item = Entry> {
        stream::iter(1..=u64::from(count)).map(entry)
    }

    fn silence(&self) -> impl Stream<Item = u64> {
        let running = Running::of(self);
        stream::pending().inspect(move |_: &u64| {
            let _running = &running;
        })
    }

    async fn hang(&self) {
        let _running = Running::of(self);
        std::future::pending().await
    }

    async fn running(&self) -> u32 {
        self.running.load(Ordering::SeqCst)
    }

    async fn cut(&self) {
        self.relay.cut().await;
    }

    async fn note(&self, text: &str) {
        self.notes.lock().unwrap().push(text.to_owned());
    }

    async fn noted(&self) -> Vec<String> {
        self.notes.lock().unwrap().clone()
    }

    async fn told(&self, cx: &rpc_core::Context) -> (Option<String>, Option<u64>) {
        let trace = cx.headers().get("x-trace");
        let trace = trace.map(|it| it.to_str().unwrap().to_owned());
        let left = cx.remaining();
        (trace, left.map(|it| u64::try_from(it.as_millis()).unwrap()))
    }

    async fn ask(&self, number: u64, user: &UserClient<Peer>) -> Result<u64, MirrorError> {
        let said = user.hear(&format!("about {number}")).await;
        said.map_err(|error| MirrorError::Refused(error.to_string()))?;
        user.double(number).await.map_err(|error| {
            MirrorError::Refused(match error {
                CallError::Method(Overflow::Overflow { limit }) => format!("past {limit}"),
                error => error.to_string(),
            })
        })
    }
}

/// Returns what it gets.
struct Echo;

impl All for Echo {
    async fn external(&self, value: External) -> External {
        value
    }
    async fn internal(&self, value: Tagged) -> Tagged {
        value
    }
    async fn adjacent(&self, value: Adjacent) -> Adjacent {
        value
    }
    async fn untagged(&self, value: Untagged) -> Untagged {
        value
    }
    async fn plain(&self, value: Plain) -> Plain {
        value
    }
    async fn node(&self, value: Node) -> Node {
        value
    }
    async fn page(&self, value: Page<Point>) -> Page<Node> {
        let node = |point: Point| Node {
            name: format!("{} {}", point.x, point.y),
            children: Vec::new(),
            parent: None,
        };
        Page {
            items: value.items.into_iter().map(node).collect(),
            next: value.next,
        }
    }
    async fn flat(&self, value: Flat) -> Flat {
        value
    }
    async fn renamed(&self, value: Renamed) -> Renamed {
        value
    }
    async fn wide(&self, value: Wide) -> Wide {
        value
    }
    async fn odd(&self, value: Odd) -> Odd {
        value
    }
    async fn bytes(&self, value: Base64<std::borrow::Cow<'_, [u8]>>) -> Base64 {
        Base64(value.0.into_owned())
    }
    async fn raw(&self, value: &RawValue) -> Box<RawValue> {
        value.to_owned()
    }
    async fn borrowed(
        &self,
        text: &str,
        path: &std::path::Path,
        bytes: &[u8],
        texts: &[&str],
        owned: Vec<(&str, u32)>,
        cow: std::borrow::Cow<'_, str>,
        point: &Point,
        maybe: Option<&str>,
    ) {
        drop((text, path, bytes, texts, owned, cow, point, maybe));
    }
    async fn defaults(
        &self,
        limit: u32,
        side: &str,
        names: Vec<String>,
        point: Point,
        password: &str,
    ) {
        assert_eq!(
            (limit, side, point.x, password),
            (20, "north", 0.5, "sesame")
        );
        assert_eq!(names, [""; 0]);
    }
    async fn out_of_order(&self, first: Option<u32>, second: u32) {
        assert_eq!((first, second), (None, 2));
    }
    async fn search(&self, search: &Search) -> Vec<Point> {
        let x = f64::from(search.max_results.unwrap_or_default());
        let y = if search.deep { 1.0 } else { 0.0 };
        vec![Point { x, y }; search.text.len()]
    }
    async fn fail(&self) -> Result<(), Failure> {
        Err(Failure::Closed)
    }
    async fn note(&self, _: &str) {}
    async fn old(&self) -> Result<u8, Failure> {
        Ok(7)
    }
    fn watch(&self, item: &str) -> impl Stream<Item = Result<Point, Failure>> {
        let left = u32::try_from(item.len()).unwrap();
        stream::iter([
            Ok(Point { x: 1.0, y: 2.0 }),
            Err(Failure::SoldOut { left, near: None }),
        ])
    }
    fn log(&self, after: Option<u64>) -> impl Stream<Item = Tracked<u64, Point>> {
        let from = after.map_or(0, |after| after + 1);
        stream::iter(from..3).map(|number| Tracked::new(number, Point { x: 0.0, y: 0.0 }))
    }
    fn parts(&self, text: &str) -> impl Stream<Item = u8> {
        stream::iter(text.as_bytes().to_owned())
    }
    fn heads(&self) -> impl Stream<Item = Point> {
        let head = |number: u32| Point {
            x: f64::from(number),
            y: 0.0,
        };
        stream::iter((0..3).map(head)).chain(stream::pending())
    }
}

/// The shop, as it is by now.
struct Newer;

impl newer::Shop for Newer {
    async fn order(&self, id: u64) -> newer::Order {
        newer::Order {
            id,
            state: newer::State::Lost,
            weight_in_grams: 250,
            parcels: vec![u64::MAX],
        }
    }

    fn orders(&self) -> impl Stream<Item = newer::Order> {
        stream::iter([1, 2]).map(|id| newer::Order {
            id,
            state: newer::State::Lost,
            weight_in_grams: 250,
            parcels: vec![u64::MAX],
        })
    }

    async fn size(&self) -> newer::Size {
        newer::Size::Huge
    }

    async fn refuse(&self) -> Result<u64, newer::ShopError> {
        Err(newer::ShopError::Closed {
            until: "tomorrow".to_owned(),
        })
    }
}
