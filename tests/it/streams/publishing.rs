//! One source, and many streams of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{FutureExt, Stream, StreamExt, TryStreamExt};
use rpc_core::publish::{Lagged, Published, Publisher};
use rpc_core::{CallError, RpcError, Transport, code, memory, rpc};
use serde::{Deserialize, Serialize, Serializer};

use super::feed::until;

#[rpc]
trait Market {
    fn trades(&self) -> impl Stream<Item = Result<Published<Trade>, Lagged>>;

    fn ticker(&self) -> impl Stream<Item = Published<Trade>>;

    async fn audit(
        &self,
    ) -> Result<impl Stream<Item = Result<Published<Trade>, AuditError>>, AuditError>;
}

#[derive(Debug, thiserror::Error, RpcError)]
enum AuditError {
    #[error("closed")]
    #[rpc(code = 1001)]
    Closed,
    #[error(transparent)]
    #[rpc(transparent)]
    Lagged(#[from] Lagged),
}

#[derive(Debug, Deserialize)]
struct Trade {
    price: f64,
    #[serde(skip)]
    written: Arc<AtomicUsize>,
}

impl Trade {
    fn at(price: f64) -> Self {
        let written = Arc::default();
        Trade { price, written }
    }
}

impl Serialize for Trade {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Written {
            price: f64,
        }
        self.written.fetch_add(1, Ordering::SeqCst);
        let Trade { price, .. } = *self;
        Written { price }.serialize(serializer)
    }
}

struct Exchange(Publisher<Trade>);

impl Market for Exchange {
    fn trades(&self) -> impl Stream<Item = Result<Published<Trade>, Lagged>> {
        self.0.subscribe()
    }

    fn ticker(&self) -> impl Stream<Item = Published<Trade>> {
        self.0.latest()
    }

    async fn audit(
        &self,
    ) -> Result<impl Stream<Item = Result<Published<Trade>, AuditError>>, AuditError> {
        match self.0.subscribers() {
            0 => Err(AuditError::Closed),
            _ => Ok(self.0.subscribe().map_err(AuditError::from)),
        }
    }
}

fn market(capacity: usize) -> (Publisher<Trade>, MarketClient<impl Transport>) {
    let publisher = Publisher::new(capacity);
    let client = memory::connect(MarketServer::new(Exchange(publisher.clone())));
    (publisher, MarketClient::new(client))
}

#[tokio::test]
async fn an_item_is_serialised_once_for_all_streams() {
    let (publisher, market) = market(8);
    let mut streams = Vec::new();
    for _ in 0..50 {
        streams.push(market.trades().await.unwrap());
    }
    assert_eq!(publisher.subscribers(), 50);
    let trade = Trade::at(1.5);
    let written = Arc::clone(&trade.written);
    publisher.publish(trade);
    for stream in &mut streams {
        assert_eq!(stream.next().await.unwrap().unwrap().price, 1.5);
    }
    assert_eq!(written.load(Ordering::SeqCst), 1);
    drop(streams);
    until(|| publisher.subscribers() == 0).await;
}

#[tokio::test]
async fn every_item_comes_in_order_and_dropping_the_publisher_is_a_clean_end() {
    let publisher = Publisher::new(4);
    let mut items = publisher.subscribe();
    let reader = tokio::spawn(async move {
        let mut read = Vec::new();
        while let Some(item) = items.next().await {
            read.push(*item.unwrap());
        }
        read
    });
    for number in 0..1_000 {
        publisher.publish(number);
        if number % 3 == 0 {
            tokio::task::yield_now().await;
        }
    }
    drop(publisher);
    assert_eq!(reader.await.unwrap(), (0..1_000).collect::<Vec<i32>>());
}

#[test]
fn a_slow_subscriber_is_told_how_much_it_has_missed_and_can_go_on() {
    let publisher = Publisher::new(3);
    publisher.publish(0);
    let mut items = publisher.subscribe();
    assert!(items.next().now_or_never().is_none(), "only from now on");
    (1..=8).for_each(|number| publisher.publish(number));
    let mut next = || items.next().now_or_never().flatten();
    let lagged = next().unwrap().unwrap_err();
    assert_eq!(lagged.missed, 5);
    assert_eq!(
        lagged.to_string(),
        "the subscriber was too slow and has missed 5 items"
    );
    let rest = [next(), next(), next()].map(|item| *item.unwrap().unwrap());
    assert_eq!(rest, [6, 7, 8]);
    assert!(next().is_none());
}

#[test]
fn the_latest_item_comes_first_and_older_ones_are_skipped() {
    let publisher = Publisher::new(3);
    let mut early = publisher.latest();
    assert!(early.next().now_or_never().is_none());
    (1..=8).for_each(|number| publisher.publish(number));
    let mut late = publisher.latest();
    for items in [&mut early, &mut late] {
        assert_eq!(items.next().now_or_never().flatten().as_deref(), Some(&8));
        assert!(items.next().now_or_never().is_none());
    }
    publisher.publish(9);
    drop(publisher);
    for mut items in [early, late] {
        assert_eq!(items.next().now_or_never().flatten().as_deref(), Some(&9));
        assert!(items.next().now_or_never().unwrap().is_none());
    }
}

#[tokio::test]
async fn the_client_sees_what_its_stream_has_missed() {
    let (publisher, market) = market(2);
    let refused = market.audit().await;
    assert!(matches!(
        refused,
        Err(CallError::Method(AuditError::Closed))
    ));
    let mut trades = market.trades().await.unwrap();
    let mut audit = market.audit().await.unwrap();
    (1..=5).for_each(|price| publisher.publish(Trade::at(price.into())));
    let lagged = trades.next().await.unwrap();
    assert!(
        matches!(lagged, Err(CallError::Method(Lagged { missed: 3, .. }))),
        "{lagged:?}"
    );
    assert!(trades.next().await.is_none());
    let lagged = audit.next().await.unwrap();
    assert!(
        matches!(
            lagged,
            Err(CallError::Method(AuditError::Lagged(Lagged {
                missed: 3,
                ..
            })))
        ),
        "{lagged:?}"
    );
    let mut ticker = market.ticker().await.unwrap();
    assert_eq!(ticker.next().await.unwrap().unwrap().price, 5.0);
}

#[tokio::test]
async fn an_item_that_is_not_json_fails_each_of_its_streams() {
    let (publisher, market) = market(2);
    let mut streams = [
        market.trades().await.unwrap(),
        market.trades().await.unwrap(),
    ];
    publisher.publish(Trade::at(f64::NAN));
    for stream in &mut streams {
        let failed = stream.next().await.unwrap().unwrap_err();
        assert_eq!(failed.object().unwrap().code(), code::INTERNAL_ERROR);
    }
}
