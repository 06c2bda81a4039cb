//! Contracts with subscriptions, in both forms.

use futures_util::{Stream, StreamExt, stream};
use rpc_core::{RpcError, rpc};
use serde::{Deserialize, Serialize};

use super::feed::Source;

/// In jsonrpsee's form.
#[rpc(namespace = "chain", separator = "_", rename_all = "camelCase")]
pub trait Chain {
    async fn version(&self) -> String;

    /// How many subscriptions are open.
    async fn open(&self) -> usize;

    /// Lets so many transactions come.
    async fn release(&self, count: usize);

    /// Counts from 1, and then is silent.
    #[rpc(subscription(unsubscribe = "unsubscribeHeads", item = "head"))]
    fn subscribe_heads(&self, count: u64) -> impl Stream<Item = Head>;

    /// Counts from 1 to its end. The name of its items is its own.
    #[rpc(subscription(unsubscribe = "stopCounting"))]
    fn count(&self, to: u64) -> impl Stream<Item = u64>;

    /// Gives the same text for ever.
    #[rpc(subscription(unsubscribe = "unsubscribeText"))]
    fn subscribe_text(&self, text: &str) -> impl Stream<Item = String>;

    /// Refuses to count to 0, and fails at 3.
    #[rpc(subscription(unsubscribe = "unsubscribeFragile", item = "fragile"))]
    async fn subscribe_fragile(
        &self,
        to: u64,
    ) -> Result<impl Stream<Item = Result<u64, ChainError>>, ChainError>;
}

/// In the form of Ethereum's nodes.
#[rpc(
    namespace = "eth",
    rename_all = "camelCase",
    tag = "public",
    subscriptions = "ethereum"
)]
pub trait Eth {
    async fn chain_id(&self) -> String;

    async fn block_number(&self) -> String;

    fn new_heads(&self) -> impl Stream<Item = Head>;

    /// Counts from 1, as they are released.
    fn new_pending_transactions(&self, full: Option<bool>) -> impl Stream<Item = String>;

    async fn logs(&self, filter: Option<Filter>) -> Result<impl Stream<Item = Log>, ChainError>;
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Head {
    pub number: String,
}

impl Head {
    pub fn new(number: u64) -> Self {
        Head {
            number: format!("{number:#x}"),
        }
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Filter {
    pub address: Option<Addresses>,
    #[serde(default)]
    pub topics: Vec<Option<String>>,
}

/// Clients send one, or a list.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Addresses {
    One(String),
    Several(Vec<String>),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Log {
    pub address: String,
}

#[derive(Debug, PartialEq, thiserror::Error, RpcError)]
pub enum ChainError {
    #[error("nothing to count")]
    #[rpc(code = 1001)]
    Empty,
    #[error("{at} is too much")]
    #[rpc(code = 1002)]
    TooMuch { at: u64 },
}

impl Source {
    fn heads(&self, count: u64) -> impl Stream<Item = Head> {
        let heads = stream::iter((1..=count).map(Head::new));
        self.0.watched(heads.chain(stream::pending()))
    }
}

impl Chain for Source {
    async fn version(&self) -> String {
        "1".to_owned()
    }

    async fn open(&self) -> usize {
        self.0.running()
    }

    async fn release(&self, count: usize) {
        self.0.gate.add_permits(count);
    }

    fn subscribe_heads(&self, count: u64) -> impl Stream<Item = Head> {
        self.heads(count)
    }

    fn count(&self, to: u64) -> impl Stream<Item = u64> {
        self.0.watched(stream::iter(1..=to))
    }

    fn subscribe_text(&self, text: &str) -> impl Stream<Item = String> {
        self.0.watched(stream::repeat_with(|| text.to_owned()))
    }

    async fn subscribe_fragile(
        &self,
        to: u64,
    ) -> Result<impl Stream<Item = Result<u64, ChainError>>, ChainError> {
        if to == 0 {
            return Err(ChainError::Empty);
        }
        let item = |at| match at {
            3 => Err(ChainError::TooMuch { at }),
            at => Ok(at),
        };
        Ok(self.0.watched(stream::iter((1..=to).map(item))))
    }
}

impl Eth for Source {
    async fn chain_id(&self) -> String {
        "0x1".to_owned()
    }

    async fn block_number(&self) -> String {
        "0x10".to_owned()
    }

    fn new_heads(&self) -> impl Stream<Item = Head> {
        self.heads(3)
    }

    fn new_pending_transactions(&self, _: Option<bool>) -> impl Stream<Item = String> {
        let gate = &self.0.gate;
        let transactions = stream::unfold(1_u64, move |number| async move {
            gate.acquire().await.unwrap().forget();
            Some((format!("{number:#x}"), number + 1))
        });
        self.0.watched(transactions)
    }

    async fn logs(&self, filter: Option<Filter>) -> Result<impl Stream<Item = Log>, ChainError> {
        let address = match filter.and_then(|filter| filter.address) {
            Some(Addresses::One(address)) => Some(address),
            Some(Addresses::Several(addresses)) => addresses.into_iter().next(),
            None => None,
        };
        let log = Log {
            address: address.ok_or(ChainError::Empty)?,
        };
        Ok(self.0.watched(stream::iter([log]).chain(stream::pending())))
    }
}
