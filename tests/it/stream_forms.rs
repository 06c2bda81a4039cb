//! The forms of methods that return a stream, from the trait to the client, and what the contract says of them.

use std::pin::pin;

use futures_util::{Stream, StreamExt, stream};
use rpc_core::{CallError, Peer, RpcError, memory, rpc};
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Price {
    cents: u32,
}

#[derive(Debug, PartialEq, thiserror::Error, RpcError)]
enum PriceError {
    #[error("no such symbol")]
    #[rpc(code = 1)]
    Unknown,
    #[error("closed after {after}")]
    #[rpc(code = 2)]
    Closed { after: u32 },
}

type PriceResult<T> = Result<T, PriceError>;

#[rpc(namespace = "prices")]
trait Prices {
    fn plain(&self, symbol: &str) -> impl Stream<Item = Price>;
    fn fallible(&self, symbol: &str) -> impl Stream<Item = Result<u32, PriceError>>;
    fn opened(&self, symbol: &str) -> Result<impl Stream<Item = u32>, PriceError>;
    async fn awaited(&self, symbol: String) -> impl Stream<Item = u32>;
    async fn fills(
        &self,
        symbols: &[&str],
    ) -> Result<impl Stream<Item = Result<u32, PriceError>>, PriceError>;
    async fn aliases(&self, symbol: &str) -> PriceResult<impl Stream<Item = PriceResult<u32>>>;

    fn body(&self, symbol: &str) -> impl Stream<Item = usize> {
        stream::iter(0..symbol.len())
    }
}

#[rpc]
trait Ui {
    async fn ask(&self, text: &str) -> bool;
}

#[rpc]
trait Imports {
    async fn import(&self, file: &str, #[rpc(peer)] ui: &UiClient<Peer>) -> bool;
    fn lines(&self, #[rpc(peer)] ui: &UiClient<Peer>) -> impl Stream<Item = String>;
}

struct Shop {
    cents: u32,
}

impl Shop {
    /// Borrows from the service and from the parameter.
    fn lengths(&self, symbol: &str) -> impl Stream<Item = u32> {
        stream::iter(symbol.char_indices()).map(|(index, _)| self.cents + index as u32)
    }

    fn closing(&self, symbol: &str) -> impl Stream<Item = Result<u32, PriceError>> {
        let closed = PriceError::Closed { after: 2 };
        let prices = self.lengths(symbol).map(Ok);
        prices.take(2).chain(stream::iter([Err(closed), Ok(9)]))
    }
}

impl Prices for Shop {
    fn plain(&self, symbol: &str) -> impl Stream<Item = Price> {
        self.lengths(symbol).map(|cents| Price { cents })
    }

    fn fallible(&self, symbol: &str) -> impl Stream<Item = Result<u32, PriceError>> {
        self.closing(symbol)
    }

    fn opened(&self, symbol: &str) -> Result<impl Stream<Item = u32>, PriceError> {
        match symbol {
            "" => Err(PriceError::Unknown),
            symbol => Ok(self.lengths(symbol)),
        }
    }

    async fn awaited(&self, symbol: String) -> impl Stream<Item = u32> {
        tokio::task::yield_now().await;
        stream::iter([self.cents, symbol.len() as u32])
    }

    async fn fills(
        &self,
        symbols: &[&str],
    ) -> Result<impl Stream<Item = Result<u32, PriceError>>, PriceError> {
        tokio::task::yield_now().await;
        match symbols {
            [first, ..] => Ok(self.closing(first)),
            [] => Err(PriceError::Unknown),
        }
    }

    async fn aliases(&self, symbol: &str) -> PriceResult<impl Stream<Item = PriceResult<u32>>> {
        match symbol {
            "" => Err(PriceError::Unknown),
            symbol => Ok(self.closing(symbol)),
        }
    }
}

struct Desk;

impl Imports for Desk {
    async fn import(&self, file: &str, ui: &UiClient<Peer>) -> bool {
        ui.ask(file).await.unwrap_or(false)
    }

    fn lines(&self, ui: &UiClient<Peer>) -> impl Stream<Item = String> {
        stream::once(async move {
            let answer = ui.ask("more?").await;
            answer.map_or_else(|error| error.to_string(), |more| more.to_string())
        })
    }
}

fn client() -> PricesClient {
    PricesClient::new(memory::connect(PricesServer::new(Shop { cents: 5 })).boxed())
}

/// The items, up to the first error.
async fn items<T, E>(
    stream: impl Stream<Item = Result<T, CallError<E>>>,
) -> (Vec<T>, Option<CallError<E>>) {
    let mut stream = pin!(stream);
    let mut items = Vec::new();
    while let Some(item) = stream.next().await {
        match item {
            Ok(item) => items.push(item),
            Err(error) => return (items, Some(error)),
        }
    }
    (items, None)
}

fn is_closed(error: Option<CallError<PriceError>>) -> bool {
    matches!(
        error,
        Some(CallError::Method(PriceError::Closed { after: 2 }))
    )
}

#[tokio::test]
async fn a_stream_that_cannot_fail_arrives() {
    let prices = client();
    let (plain, end) = items(prices.plain("tea").await.unwrap()).await;
    assert_eq!(plain, [5, 6, 7].map(|cents| Price { cents }));
    assert!(end.is_none());
    let (awaited, end) = items(prices.awaited("tea".to_owned()).await.unwrap()).await;
    assert_eq!((awaited, end.is_none()), (vec![5, 3], true));
    let (body, end) = items(prices.body("tea").await.unwrap()).await;
    assert_eq!((body, end.is_none()), (vec![0, 1, 2], true));
}

#[tokio::test]
async fn the_first_error_of_the_items_is_the_end() {
    let prices = client();
    let (fallible, end) = items(prices.fallible("tea").await.unwrap()).await;
    assert_eq!((fallible, is_closed(end)), (vec![5, 6], true));
    let (fills, end) = items(prices.fills(&["tea", "milk"]).await.unwrap()).await;
    assert_eq!((fills, is_closed(end)), (vec![5, 6], true));
    let (aliases, end) = items(prices.aliases("tea").await.unwrap()).await;
    assert_eq!((aliases, is_closed(end)), (vec![5, 6], true));
}

#[tokio::test]
async fn a_stream_that_is_not_opened_is_an_error_of_the_method() {
    let prices = client();
    let (opened, end) = items(prices.opened("tea").await.unwrap()).await;
    assert_eq!((opened, end.is_none()), (vec![5, 6, 7], true));
    let refused = [
        prices.opened("").await.err(),
        prices.fills(&[]).await.err(),
        prices.aliases("").await.err(),
    ];
    for error in refused {
        assert!(matches!(
            error,
            Some(CallError::Method(PriceError::Unknown))
        ));
    }
}

#[test]
fn the_contract_says_what_a_method_streams() {
    let contract = PricesServer::<Shop>::CONTRACT;
    let of = |name: &str| contract.method(&format!("prices.{name}")).unwrap();
    let items = |name| of(name).stream.as_ref().map(|stream| stream.items);
    let streams = ["plain", "fallible", "fills", "aliases", "body"].map(items);
    let expected = ["Price", "u32", "u32", "PriceResult<u32>", "usize"];
    assert_eq!(streams, expected.map(Some));
    assert!(contract.methods.iter().all(|method| method.result == "()"));
    let codes = |name| {
        of(name)
            .errors
            .iter()
            .map(|error| error.code)
            .collect::<Vec<_>>()
    };
    assert_eq!(codes("plain"), [0; 0]);
    for name in ["fallible", "opened", "fills", "aliases"] {
        assert_eq!(codes(name), [1, 2], "{name}");
    }
}

#[test]
fn the_contract_says_that_a_method_calls_its_client() {
    let contract = ImportsServer::<Desk>::CONTRACT;
    let import = contract.method("import").unwrap();
    assert!(import.peer);
    let params: Vec<_> = import
        .params
        .iter()
        .map(|parameter| parameter.name)
        .collect();
    assert_eq!(params, ["file"]);
    assert!(contract.method("lines").unwrap().peer);
    assert!(
        !UiClient::<rpc_core::BoxTransport>::CONTRACT
            .method("ask")
            .unwrap()
            .peer
    );
}
