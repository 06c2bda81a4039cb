//! Parameters with references inside, and references to borrowing types. A string with escapes reaches all of them.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use rpc_core::{CallError, Client, Dispatcher, ErrorObject, RpcError, Server, memory, rpc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use serde_json::value::RawValue;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Order<'a> {
    #[serde(borrow)]
    item: Cow<'a, str>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Size(u32);

#[rpc]
trait Lists {
    async fn slice(&self, keys: &[&str]) -> String;
    async fn vec(&self, keys: Vec<&str>) -> String;
    async fn optional(&self, keys: Option<Vec<&str>>) -> Option<String>;
    async fn map(&self, names: HashMap<&str, &str>) -> String;
    async fn tree(&self, sizes: &BTreeMap<&str, Vec<Size>>) -> String;
    async fn pair(&self, pair: (&str, u32)) -> String;
    async fn pairs(&self, pairs: &[(&str, Option<&Size>)]) -> String;
    async fn array(&self, pair: [Size; 2], more: &[&Size]) -> u32;
    async fn order(&self, order: &Order<'_>) -> String;
    async fn orders(&self, orders: &[Order<'_>]) -> String;
    async fn raw(&self, raw: &[&RawValue]) -> String;
    async fn path(&self, path: &Path, other: Option<&Path>) -> String;
    fn in_place(&self, keys: &[&str]) -> String;
    #[rpc(blocking)]
    fn blocking(&self, keys: Vec<&str>, names: &HashMap<&str, u32>) -> String;
    #[rpc(params = "named")]
    async fn named(&self, keys: Vec<&str>) -> String;
}

struct Joined;

impl Lists for Joined {
    async fn slice(&self, keys: &[&str]) -> String {
        std::future::ready(()).await;
        keys.join("|")
    }

    async fn vec(&self, keys: Vec<&str>) -> String {
        std::future::ready(()).await;
        keys.join("|")
    }

    async fn optional(&self, keys: Option<Vec<&str>>) -> Option<String> {
        keys.map(|keys| keys.join("|"))
    }

    async fn map(&self, names: HashMap<&str, &str>) -> String {
        let mut names: Vec<_> = names.into_iter().map(|(a, b)| format!("{a}={b}")).collect();
        names.sort();
        names.join("|")
    }

    async fn tree(&self, sizes: &BTreeMap<&str, Vec<Size>>) -> String {
        format!("{sizes:?}")
    }

    async fn pair(&self, pair: (&str, u32)) -> String {
        format!("{}{}", pair.0, pair.1)
    }

    async fn pairs(&self, pairs: &[(&str, Option<&Size>)]) -> String {
        format!("{pairs:?}")
    }

    async fn array(&self, pair: [Size; 2], more: &[&Size]) -> u32 {
        let more: u32 = more.iter().map(|size| size.0).sum();
        pair[0].0 + pair[1].0 + more
    }

    async fn order(&self, order: &Order<'_>) -> String {
        order.item.to_string()
    }

    async fn orders(&self, orders: &[Order<'_>]) -> String {
        orders.iter().map(|order| &*order.item).collect()
    }

    async fn raw(&self, raw: &[&RawValue]) -> String {
        raw.iter().map(|raw| raw.get()).collect()
    }

    async fn path(&self, path: &Path, other: Option<&Path>) -> String {
        format!("{} {other:?}", path.display())
    }

    fn in_place(&self, keys: &[&str]) -> String {
        keys.join("|")
    }

    fn blocking(&self, keys: Vec<&str>, names: &HashMap<&str, u32>) -> String {
        format!("{} {names:?}", keys.join("|"))
    }

    async fn named(&self, keys: Vec<&str>) -> String {
        keys.join("|")
    }
}

/// It has escapes in JSON, so it can't be borrowed from the message.
const ESCAPED: &str = "a\"\n\\b";

#[tokio::test]
async fn references_inside_parameters() -> Result<(), CallError> {
    let lists = ListsClient::new(memory::connect(
        Server::new(ListsServer::new(Joined)).runtime(rpc_tokio::Tokio),
    ));
    let keys = [ESCAPED, "tea"];
    let joined = format!("{ESCAPED}|tea");
    assert_eq!(lists.slice(&keys).await?, joined);
    assert_eq!(lists.vec(keys.to_vec()).await?, joined);
    assert_eq!(
        lists.optional(Some(keys.to_vec())).await?,
        Some(joined.clone())
    );
    assert_eq!(lists.optional(None).await?, None);
    assert_eq!(
        lists
            .map(HashMap::from([(ESCAPED, "x"), ("b", ESCAPED)]))
            .await?,
        {
            let mut both = [format!("{ESCAPED}=x"), format!("b={ESCAPED}")];
            both.sort();
            both.join("|")
        }
    );
    let sizes = BTreeMap::from([(ESCAPED, vec![Size(1)])]);
    assert_eq!(lists.tree(&sizes).await?, format!("{sizes:?}"));
    assert_eq!(lists.pair((ESCAPED, 7)).await?, format!("{ESCAPED}7"));
    let pairs = [(ESCAPED, Some(&Size(1))), ("b", None)];
    assert_eq!(lists.pairs(&pairs).await?, format!("{pairs:?}"));
    assert_eq!(
        lists
            .array([Size(1), Size(2)], &[&Size(3), &Size(4)])
            .await?,
        10
    );
    let order = Order {
        item: ESCAPED.into(),
    };
    assert_eq!(lists.order(&order).await?, ESCAPED);
    assert_eq!(
        lists.orders(&[order.clone(), order]).await?,
        ESCAPED.repeat(2)
    );
    let raw = serde_json::value::to_raw_value(ESCAPED).unwrap();
    assert_eq!(lists.raw(&[&raw, &raw]).await?, raw.get().repeat(2));
    let path = Path::new("a\\b");
    assert_eq!(
        lists.path(path, Some(path)).await?,
        format!("a\\b {:?}", Some(path))
    );
    assert_eq!(lists.in_place(&keys).await?, joined);
    let blocking = lists
        .blocking(keys.to_vec(), &HashMap::from([(ESCAPED, 1)]))
        .await?;
    assert_eq!(
        blocking,
        format!("{joined} {:?}", HashMap::from([(ESCAPED, 1)]))
    );
    assert_eq!(lists.named(keys.to_vec()).await?, joined);
    Ok(())
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct SearchResult {
    hits: u32,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct PageResult<T> {
    page: Vec<T>,
}

#[derive(Debug, PartialEq, thiserror::Error, RpcError)]
#[error("gone")]
#[rpc(code = 1)]
struct Gone;

type ShopResult<T> = Result<T, Gone>;

#[rpc]
trait Search {
    async fn struct_without_arguments(&self) -> SearchResult;
    async fn struct_with_arguments(&self) -> PageResult<u32>;
    async fn alias(&self, fails: bool) -> ShopResult<SearchResult>;
    async fn partly(&self) -> Vec<Result<u32, String>>;
}

struct Index;

impl Search for Index {
    async fn struct_without_arguments(&self) -> SearchResult {
        SearchResult { hits: 3 }
    }

    async fn struct_with_arguments(&self) -> PageResult<u32> {
        PageResult { page: vec![1, 2] }
    }

    async fn alias(&self, fails: bool) -> ShopResult<SearchResult> {
        match fails {
            true => Err(Gone),
            false => Ok(SearchResult { hits: 1 }),
        }
    }

    async fn partly(&self) -> Vec<Result<u32, String>> {
        vec![Ok(1), Err("no".to_owned())]
    }
}

static INDEX: Index = Index;

/// The type decides whether it is a `Result`, and not its name.
#[tokio::test]
async fn types_whose_names_end_in_result() {
    let client = memory::connect(SearchServer::new(Index));
    let search = SearchClient::new(client.clone());
    let hits = search.struct_without_arguments().await.unwrap();
    assert_eq!(hits, SearchResult { hits: 3 });
    let page = search.struct_with_arguments().await.unwrap();
    assert_eq!(page, PageResult { page: vec![1, 2] });
    assert_eq!(search.alias(false).await.unwrap(), SearchResult { hits: 1 });
    let error = search.alias(true).await.unwrap_err();
    assert!(matches!(error, CallError::Method(Gone)), "{error:?}");
    let wire = client
        .send(r#"{"jsonrpc":"2.0","method":"struct_without_arguments","id":1}"#)
        .await
        .unwrap();
    let wire: serde_json::Value = serde_json::from_str(&wire.unwrap()).unwrap();
    assert_eq!(wire["result"], json!({ "hits": 3 }));
    let both = search.partly().await.unwrap();
    assert_eq!(both, [Ok(1), Err("no".to_owned())]);
}

/// `new` takes an implementation in any form, and `from_arc` an `Arc` that the compiler can't tell from an implementation.
#[tokio::test]
async fn servers_from_shared_implementations() {
    async fn hits(service: impl rpc_core::IntoServer) -> u32 {
        let client = memory::connect(service);
        let search = SearchClient::new(client.boxed());
        search.struct_without_arguments().await.unwrap().hits
    }

    let shared = Arc::new(Index);
    assert_eq!(hits(SearchServer::new(Index)).await, 3);
    assert_eq!(hits(SearchServer::new(Arc::clone(&shared))).await, 3);
    assert_eq!(hits(SearchServer::from_arc(shared)).await, 3);
    assert_eq!(hits(SearchServer::new(Box::new(Index))).await, 3);
    assert_eq!(hits(SearchServer::new(&INDEX)).await, 3);
    assert_eq!(hits(SearchServer::new(&INDEX).clone()).await, 3);
}

#[rpc(namespace = "two")]
trait TwoAliases {
    #[rpc(alias = "first", alias = "second")]
    #[rpc(alias = ["third", "fourth"])]
    async fn names(&self) -> u32;
}

impl TwoAliases for Index {
    async fn names(&self) -> u32 {
        4
    }
}

#[tokio::test]
async fn an_alias_may_be_given_several_times() {
    let client: Client<_> = memory::connect(TwoAliasesServer::new(Index));
    for name in ["two.names", "first", "second", "third", "fourth"] {
        let four: u32 = client.call(name, ()).await.unwrap();
        assert_eq!(four, 4, "{name}");
    }
}

/// `v2add` is a mistake, and shows at startup.
#[test]
fn a_prefix_needs_a_separator() {
    let sums = || Dispatcher::new().method("add", |a: i64| async move { a });
    for prefix in ["v2.", "v2/", "v2_", "v2:", "v2-", ""] {
        assert!(
            Dispatcher::new().insert_nested(prefix, sums()).is_ok(),
            "{prefix}"
        );
    }
    for prefix in ["v2", "sums", "\u{e9}"] {
        let dispatcher = Dispatcher::new();
        let error = dispatcher.insert_nested(prefix, sums()).unwrap_err();
        let expected = format!(
            "the prefix `{prefix}` ends without a separator, so a method would be called `{prefix}add`; write `{prefix}.`"
        );
        assert_eq!(error.to_string(), expected);
        assert!(dispatcher.names().is_empty());
        assert!(dispatcher.replace_nested(prefix, sums()).is_err());
    }
    let nested = std::panic::catch_unwind(|| Dispatcher::new().nest("v2", sums()));
    let text = nested.unwrap_err().downcast::<String>().unwrap();
    assert!(text.contains("`v2add`"), "{text}");
}

/// A `Result` with a `MethodError` is what functions return.
#[tokio::test]
async fn a_function_fails_with_a_method_error() {
    let dispatcher = Dispatcher::new().method("half", |n: i64| async move {
        match n % 2 {
            0 => Ok(n / 2),
            _ => Err(ErrorObject::new(1, "odd")),
        }
    });
    let error = memory::connect(dispatcher)
        .call::<_, i64>("half", (3,))
        .await
        .unwrap_err();
    assert_eq!(error.to_string().matches("odd").count(), 1, "{error}");
}

/// Beside references, a type parameter is cloned, so it has to be `Clone`. The trait need not say so.
#[rpc]
trait Shelf<T: Serialize + DeserializeOwned + Send + Sync + 'static> {
    async fn total(&self, sizes: HashMap<&str, T>) -> Vec<T>;
}

struct Wooden;

impl Shelf<u32> for Wooden {
    async fn total(&self, sizes: HashMap<&str, u32>) -> Vec<u32> {
        vec![sizes.values().sum()]
    }
}

#[tokio::test]
async fn a_type_parameter_can_be_beside_references() {
    let client = memory::connect(ShelfServer::<Wooden, u32>::new(Wooden));
    let shelf = ShelfClient::new(client);
    let sizes = HashMap::from([("a", 1), ("b", 2)]);
    assert_eq!(shelf.total(sizes).await.unwrap(), [3]);
}
