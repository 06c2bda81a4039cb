//! [`Client`]: what all clients have in common.

use std::sync::LazyLock;

use work::{KIB, Order, Orders, total};

/// A client of the contract `work::Bench`, over connections that its clones share.
///
/// Params are lent, so that nobody pays for a copy but those whose interface asks for owned ones.
pub trait Client: Clone + Send + 'static {
    fn add(&mut self, a: i64, b: i64) -> impl Future<Output = i64> + Send;

    fn echo(&mut self, text: &str) -> impl Future<Output = String> + Send;

    /// What [`orders`] cost. Those whose messages have types of their own have prepared them.
    fn total(&mut self, orders: &[Order]) -> impl Future<Output = f64> + Send;

    /// What the orders in the reply cost, which have been decoded into a list of structs.
    fn list(&mut self, bytes: usize) -> impl Future<Output = f64> + Send;

    /// A batch of so many calls, of `n + 1` each, by what the client has for that: the sum of the results.
    fn batch(&mut self, _length: i64) -> impl Future<Output = Option<i64>> + Send {
        async { None }
    }
}

/// One call or one batch, to be made again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    Add,
    Echo,
    Total,
    List,
    Batch,
}

/// How many calls are in a batch.
pub const BATCH: i64 = 100;

/// How many bytes of JSON the orders make, about.
pub const ORDERS: usize = 100 * KIB;

/// 64 bytes.
const TEXT: &str = "The quick brown fox jumps over the lazy dog, and naps till noon.";

/// What is sent in quantity.
pub fn orders() -> &'static [Order] {
    static PREPARED: LazyLock<Orders> = LazyLock::new(|| work::prepared(ORDERS));
    &PREPARED.0
}

impl Ask {
    /// Asks, and checks the answer.
    ///
    /// # Panics
    ///
    /// When it is wrong.
    pub async fn of(self, client: &mut impl Client) {
        static COST: LazyLock<f64> = LazyLock::new(|| total(orders()));
        match self {
            Ask::Add => assert_eq!(client.add(2, 3).await, 5),
            Ask::Echo => assert_eq!(client.echo(TEXT).await, TEXT),
            Ask::Total => assert_eq!(client.total(orders()).await, *COST),
            Ask::List => assert_eq!(client.list(ORDERS).await, *COST),
            Ask::Batch => {
                let sum = BATCH * (BATCH - 1) / 2 + BATCH;
                assert_eq!(client.batch(BATCH).await, Some(sum));
            }
        }
    }
}

/// Makes every kind of call once, and says whether the client has batches.
///
/// # Panics
///
/// When an answer is wrong.
pub async fn prove(client: &mut impl Client) -> bool {
    for ask in [Ask::Add, Ask::Echo, Ask::Total, Ask::List] {
        ask.of(client).await;
    }
    let has_batches = client.batch(1).await.is_some();
    if has_batches {
        Ask::Batch.of(client).await;
    }
    has_batches
}
