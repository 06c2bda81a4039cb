//! [`Client`]: the interface that all clients are measured through.

use std::sync::LazyLock;

use work::{KIB, Order, Orders, total};

/// A client of the contract `work::Bench`. Clones share their connections.
///
/// Params are borrowed, so that only clients whose own interface takes owned params pay for a copy.
pub trait Client: Clone + Send + 'static {
    fn add(&mut self, a: i64, b: i64) -> impl Future<Output = i64> + Send;

    fn echo(&mut self, text: &str) -> impl Future<Output = String> + Send;

    /// Returns the total cost of [`orders`]. Clients with their own message types have converted the orders beforehand.
    fn total(&mut self, orders: &[Order]) -> impl Future<Output = f64> + Send;

    /// Decodes the orders in the reply into a list of structs and returns their total cost.
    fn list(&mut self, bytes: usize) -> impl Future<Output = f64> + Send;

    /// Makes a batch of `length` calls, which add 1 to each `n`, and returns the sum of the results. `None` if the
    /// client has no batches.
    fn batch(&mut self, _length: i64) -> impl Future<Output = Option<i64>> + Send {
        async { None }
    }
}

/// The call or batch that a case repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    Add,
    Echo,
    EchoLarge,
    Total,
    List,
    Batch,
}

/// The number of calls in a batch.
pub const BATCH: i64 = 100;

/// The approximate size of the orders as JSON, in bytes.
pub const ORDERS: usize = 100 * KIB;

/// A KiB.
static LARGE_TEXT: LazyLock<String> = LazyLock::new(|| TEXT.repeat(16));

/// 64 bytes.
const TEXT: &str = "The quick brown fox jumps over the lazy dog, and naps till noon.";

/// The orders that large messages carry.
pub fn orders() -> &'static [Order] {
    static PREPARED: LazyLock<Orders> = LazyLock::new(|| work::prepared(ORDERS));
    &PREPARED.0
}

impl Ask {
    /// Makes the call and checks the answer.
    ///
    /// # Panics
    ///
    /// If the answer is wrong.
    pub async fn of(self, client: &mut impl Client) {
        static COST: LazyLock<f64> = LazyLock::new(|| total(orders()));
        match self {
            Ask::Add => assert_eq!(client.add(2, 3).await, 5),
            Ask::Echo => assert_eq!(client.echo(TEXT).await, TEXT),
            Ask::EchoLarge => assert_eq!(client.echo(&LARGE_TEXT).await, *LARGE_TEXT),
            Ask::Total => assert_eq!(client.total(orders()).await, *COST),
            Ask::List => assert_eq!(client.list(ORDERS).await, *COST),
            Ask::Batch => {
                let sum = BATCH * (BATCH - 1) / 2 + BATCH;
                assert_eq!(client.batch(BATCH).await, Some(sum));
            }
        }
    }
}

/// Makes every kind of call once, and returns whether the client has batches.
///
/// # Panics
///
/// If an answer is wrong.
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
