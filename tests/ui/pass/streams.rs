// Streams in every form that a contract can have, and clients that a server calls. They compile without warnings.
#![deny(warnings)]

use std::pin::Pin;

use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt};
use rpc_core::{Client, ErrorObject, Internal, Peer, rpc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Price {
    cents: u32,
}

type PriceResult<T> = Result<T, ErrorObject>;

#[rpc(namespace = "prices")]
trait Prices {
    fn watch(&self, symbol: &str) -> impl Stream<Item = Price>;
    fn fallible(&self, symbols: &[&str]) -> impl Stream<Item = Result<Price, ErrorObject>>;
    fn opened(&self, symbol: &str) -> Result<impl Stream<Item = Price>, ErrorObject>;
    async fn awaited(&self, symbol: String) -> impl Stream<Item = Price>;
    async fn awaited_fallible(&self) -> impl Stream<Item = PriceResult<Price>>;
    async fn fills(
        &self,
        symbol: &str,
    ) -> Result<impl Stream<Item = Result<Price, ErrorObject>>, ErrorObject>;
    async fn aliases(&self) -> PriceResult<impl Stream<Item = PriceResult<Vec<Price>>>>;
    async fn mixed(&self) -> PriceResult<impl Stream<Item = Result<u32, ErrorObject>>>;
    fn bounds(&self) -> impl futures_util::Stream<Item = u32> + Unpin + Send + '_;
    fn static_bounds(&self) -> impl Stream<Item = (u32, Price)> + 'static + use<Self>;
    fn nothing(&self) -> impl Stream<Item = ()>;
    #[rpc(idempotent, alias = "all", tag = "slow", params = "named")]
    fn options(&self, #[rpc(default = 3)] count: u32) -> impl Stream<Item = u32>;

    fn body(&self, symbol: &str) -> impl Stream<Item = usize> {
        stream::iter([symbol.len(), size_of_val(self)])
    }

    async fn awaited_body(&self, text: &str) -> Result<impl Stream<Item = u32>, Internal> {
        let number: u32 = text.parse()?;
        self.wait().await;
        Ok(stream::iter([number]))
    }

    async fn wait(&self);
}

#[rpc]
trait Store<K: Serialize + DeserializeOwned + Send + Sync + Clone + 'static> {
    fn keys(&self) -> impl Stream<Item = K>;
    fn aliases(&self) -> PriceResult<impl Stream<Item = PriceResult<K>>>;
    async fn changes(
        &self,
        key: &K,
    ) -> Result<impl Stream<Item = Result<Vec<K>, Internal>>, Internal>;
}

#[rpc]
trait Ui {
    async fn ask(&self, text: &str) -> bool;
}

#[rpc]
trait Imports {
    async fn import(&self, file: &str, #[rpc(peer)] ui: &UiClient<Peer>) -> Result<u32, Internal>;
    async fn by_name(&self, #[rpc(peer)] client: &Client<Peer>, peer: u32) -> u32;
    fn progress(&self, #[rpc(peer)] _ui: &UiClient<Peer>, cx: u32) -> impl Stream<Item = u32>;
    async fn generic(&self, #[rpc(peer)] store: &StoreClient<u32, Peer>) -> Result<u32, Internal>;
    #[rpc(notification)]
    async fn hello(&self, #[rpc(peer)] ui: &UiClient<Peer>);
}

struct Shop {
    price: Price,
}

impl Prices for Shop {
    fn watch(&self, symbol: &str) -> impl Stream<Item = Price> {
        stream::iter(symbol.chars()).map(|_| self.price.clone())
    }

    fn fallible(&self, _: &[&str]) -> impl Stream<Item = Result<Price, ErrorObject>> {
        stream::empty().boxed()
    }

    fn opened(&self, _: &str) -> Result<impl Stream<Item = Price>, ErrorObject> {
        Ok(stream::empty())
    }

    async fn awaited(&self, _: String) -> impl Stream<Item = Price> {
        stream::empty()
    }

    async fn awaited_fallible(&self) -> impl Stream<Item = PriceResult<Price>> {
        stream::empty()
    }

    async fn fills(
        &self,
        symbol: &str,
    ) -> Result<impl Stream<Item = Result<Price, ErrorObject>>, ErrorObject> {
        Ok(self.watch(symbol).map(Ok))
    }

    async fn aliases(&self) -> PriceResult<impl Stream<Item = PriceResult<Vec<Price>>>> {
        Ok(stream::empty())
    }

    async fn mixed(&self) -> PriceResult<impl Stream<Item = Result<u32, ErrorObject>>> {
        Ok(stream::empty())
    }

    fn bounds(&self) -> impl Stream<Item = u32> + Unpin + Send + '_ {
        stream::iter([self.price.cents])
    }

    fn static_bounds(&self) -> impl Stream<Item = (u32, Price)> + 'static + use<> {
        stream::empty()
    }

    fn nothing(&self) -> impl Stream<Item = ()> {
        stream::empty()
    }

    fn options(&self, count: u32) -> impl Stream<Item = u32> {
        let boxed: BoxStream<'static, u32> = stream::iter(0..count).boxed();
        let pinned: Pin<Box<dyn Stream<Item = u32> + Send>> = boxed;
        pinned
    }

    async fn wait(&self) {}
}

fn main() {
    let server = PricesServer::new(Shop {
        price: Price { cents: 1 },
    });
    let prices = PricesClient::new(rpc_core::memory::connect(server));
    drop(prices.watch("tea"));
    drop(prices.fills("tea"));
}
