//! Tags: what a contract says of a method to middleware and to tools.

use futures_util::FutureExt;
use rpc_core::dispatcher::function;
use rpc_core::{Context, Dispatcher, ErrorObject, Middleware, Next, Outcome, Service, memory, rpc};

const PUBLIC: &str = "public";

#[rpc(tag = "shop")]
trait Shop {
    #[rpc(tag = PUBLIC)]
    async fn price(&self, item: &str) -> u32;
    #[rpc(tag = ["staff", "slow"], alias = "count")]
    async fn stock(&self) -> u32;
    async fn close(&self);
}

struct Corner;

impl Shop for Corner {
    async fn price(&self, item: &str) -> u32 {
        item.len() as u32
    }

    async fn stock(&self) -> u32 {
        3
    }

    async fn close(&self) {}
}

/// Refuses every method that is not public.
struct OnlyPublic;

impl Middleware for OnlyPublic {
    async fn call(&self, cx: &Context, next: Next<'_>) -> Outcome {
        match cx.method().is_some_and(|method| method.has_tag(PUBLIC)) {
            true => next.run().await,
            false => ErrorObject::new(1403, "not public").into(),
        }
    }
}

#[test]
fn a_contract_has_the_tags_of_the_trait_and_of_the_method() {
    let contract = ShopServer::<Corner>::CONTRACT;
    let tags = |name| contract.method(name).unwrap().tags.clone();
    assert_eq!(*tags("price"), ["shop", "public"]);
    assert_eq!(*tags("stock"), ["shop", "staff", "slow"]);
    assert_eq!(*tags("close"), ["shop"]);
    assert!(contract.method("price").unwrap().has_tag("public"));
    assert!(!contract.method("price").unwrap().has_tag("Public"));
}

#[test]
fn middleware_sees_the_tags_of_a_contract_and_of_functions() {
    let dispatcher = Dispatcher::new()
        .nest("shop.", ShopServer::new(Corner))
        .method("open", function(|| async { 1 }).tag(PUBLIC))
        .method("shut", function(|| async { 2 }).tag("staff"))
        .method("plain", || async { 3 });
    let client = memory::connect(dispatcher.middleware(OnlyPublic));
    let code = |method: &str, params: &[&str]| {
        let call = client.call::<_, u32>(method, params);
        let result = call.now_or_never().unwrap();
        result.map_err(|error| error.object().unwrap().code())
    };
    assert_eq!(code("shop.price", &["tea"]), Ok(3));
    assert_eq!(code("open", &[]), Ok(1));
    for method in ["shop.stock", "shop.count", "shut", "plain"] {
        assert_eq!(code(method, &[]), Err(1403), "{method}");
    }
}

#[test]
fn the_signature_lists_the_tags() {
    let signature = |client: rpc_core::Client, name: &str| {
        let answer = client.call::<_, serde_json::Value>("rpc.signature", (name,));
        answer.now_or_never().unwrap().unwrap()
    };
    let shop = memory::connect(ShopServer::new(Corner)).boxed();
    assert_eq!(
        signature(shop, "count")["tags"],
        serde_json::json!(["shop", "staff", "slow"])
    );
    let plain = memory::connect(Dispatcher::new().method("plain", || async { 3 }));
    assert_eq!(signature(plain.boxed(), "plain").get("tags"), None);
}
