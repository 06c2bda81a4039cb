// Contracts and calls that look unusual, and are right. They compile without warnings.
#![deny(warnings)]

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use rpc_core::{CallError, Client, ErrorObject, memory, rpc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

#[derive(Clone, Serialize, Deserialize)]
struct Order<'a> {
    #[serde(borrow)]
    item: Cow<'a, str>,
}

#[derive(Serialize, Deserialize)]
struct SearchResult {
    hits: u32,
}

#[derive(Serialize, Deserialize)]
struct PageResult<T> {
    page: Vec<T>,
}

#[rpc]
trait References {
    async fn all(&self, keys: &[&str]) -> Vec<u32>;
    async fn owned(&self, keys: Vec<&str>, maybe: Option<Vec<&str>>) -> Vec<u32>;
    async fn maps(&self, a: HashMap<&str, &str>, b: &BTreeMap<&str, Vec<u32>>) -> u32;
    async fn pairs(&self, pair: (&str, u32), pairs: &[(&str, &str)]) -> u32;
    async fn order(&self, order: &Order<'_>, orders: &[Order<'_>], owned: Order<'_>) -> u32;
    async fn raw(&self, one: &RawValue, raw: &[&RawValue], more: Vec<&RawValue>) -> u32;
    async fn path(&self, path: &Path) -> u32;
    #[rpc(blocking)]
    fn blocking(&self, keys: &[&str], pair: (&str, u32)) -> u32;
}

#[rpc]
trait Results {
    async fn search(&self) -> SearchResult;
    async fn page(&self) -> PageResult<u32>;
    async fn fallible(&self) -> Result<PageResult<u32>, ErrorObject>;
    async fn partly(&self) -> Vec<Result<u32, String>>;
    async fn name(&self) -> Cow<'static, str>;
}

#[rpc]
#[allow(non_camel_case_types)]
trait old_names {
    #[expect(non_snake_case)]
    #[rpc(alias = "a", alias = "b")]
    async fn placeOrder(&self, item: String);
}

#[rpc]
#[expect(non_snake_case)]
trait Camel {
    async fn placeOrder(&self, itemName: String);
}

struct Shop;

impl Results for Shop {
    async fn search(&self) -> SearchResult {
        SearchResult { hits: 1 }
    }

    async fn page(&self) -> PageResult<u32> {
        PageResult { page: vec![] }
    }

    async fn fallible(&self) -> Result<PageResult<u32>, ErrorObject> {
        Ok(PageResult { page: vec![] })
    }

    async fn partly(&self) -> Vec<Result<u32, String>> {
        vec![]
    }

    async fn name(&self) -> Cow<'static, str> {
        "shop".into()
    }
}

static SHOP: Shop = Shop;

async fn calls(results: ResultsClient, client: Client) -> Result<u32, CallError> {
    let calls = vec![client.call::<_, u32>("a", ()), client.call("b", (1,))];
    let sums = futures_util::future::join_all(calls).await;
    drop(sums);
    Ok(results.search().await?.hits)
}

fn main() {
    drop(ResultsServer::new(Shop));
    drop(ResultsServer::new(Arc::new(Shop)));
    drop(ResultsServer::new(Box::new(Shop)));
    let client = memory::connect(ResultsServer::new(&SHOP)).boxed();
    drop(calls(ResultsClient::new(client.clone()), client));
}
