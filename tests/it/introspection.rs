//! What a server tells about its methods.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rpc_core::introspection::{DynamicClient, IntrospectionClient, Signature};
use rpc_core::memory::{self, Memory};
use rpc_core::params::{InvalidParams, Params};
use rpc_core::service::{ResolvedMethod, Responder};
use rpc_core::{
    CallError, Client, Context, Contract, Dispatcher, ErrorObject, Method, Middleware, Next,
    Outcome, RequestMetadata, RpcError, Server, Service, code, rpc,
};
use serde_json::{Value, json};

#[rpc(namespace = "shop")]
trait Shop {
    /// Places an order.
    ///
    /// It is there until it is delivered.
    async fn place(&self, item: &str, #[rpc(default = 1)] quantity: u32) -> Result<u64, ShopError>;

    #[rpc(idempotent, alias = "shop.all")]
    async fn list(&self) -> Vec<String>;

    #[rpc(notification)]
    #[deprecated = "nobody looks"]
    async fn seen(&self, parcel: Option<&str>);
}

#[derive(Debug, thiserror::Error, RpcError)]
enum ShopError {
    /// Nothing is left.
    #[error("sold out")]
    #[rpc(code = 1001)]
    SoldOut,
}

struct Closed;

impl Shop for Closed {
    async fn place(&self, _: &str, _: u32) -> Result<u64, ShopError> {
        Err(ShopError::SoldOut)
    }

    async fn list(&self) -> Vec<String> {
        vec![]
    }

    async fn seen(&self, _: Option<&str>) {}
}

fn service() -> Dispatcher {
    Dispatcher::new()
        .service(ShopServer::new(Closed))
        .method("add", |a: i64, b: Vec<String>| async move {
            Ok::<_, ErrorObject>(a + b.len() as i64)
        })
        .method("now", |_: Context| async { 7 })
}

fn client() -> IntrospectionClient<Memory<Dispatcher>> {
    IntrospectionClient::new(memory::connect(service()))
}

#[tokio::test]
async fn methods_are_listed_in_order_and_without_aliases() {
    let methods = client().methods().await.unwrap();
    assert_eq!(
        methods,
        ["add", "now", "shop.list", "shop.place", "shop.seen"]
    );
}

#[tokio::test]
async fn help_is_the_documentation() {
    let help = client().help("shop.place").await.unwrap();
    assert_eq!(
        help,
        "Places an order.\n\nIt is there until it is delivered."
    );
    assert_eq!(client().help("shop.list").await.unwrap(), "");
    assert_eq!(
        client().help("rpc.methods").await.unwrap(),
        "The names of all methods, sorted."
    );
}

#[tokio::test]
async fn a_signature_says_what_the_trait_does() {
    let signature = async |method: &str| {
        let signature = client().signature(method).await.unwrap();
        serde_json::to_value(&signature).unwrap()
    };
    assert_eq!(
        signature("shop.place").await,
        json!({
            "name": "shop.place",
            "aliases": [],
            "params": [
                { "name": "item", "type": "&str" },
                { "name": "quantity", "type": "u32", "default": "1" },
            ],
            "result": "u64",
            "errors": [{ "code": 1001, "name": "SoldOut", "docs": "Nothing is left." }],
            "notification": false,
            "idempotent": false,
        })
    );
    let all = signature("shop.all").await;
    assert_eq!(
        (&all["name"], &all["aliases"]),
        (&json!("shop.list"), &json!(["shop.all"]))
    );
    assert_eq!(
        (&all["idempotent"], &all["result"]),
        (&json!(true), &json!("Vec<String>"))
    );
    let seen = signature("shop.seen").await;
    assert_eq!(
        (&seen["notification"], &seen["deprecated"]),
        (&json!(true), &json!("nobody looks"))
    );
}

#[tokio::test]
async fn a_functions_signature_has_the_compilers_type_names() {
    let Signature { params, result, .. } = client().signature("add").await.unwrap();
    let params: Vec<_> = params.iter().map(|it| (&*it.name, &*it.ty)).collect();
    assert_eq!(params, [("1", "i64"), ("2", "Vec<String>")]);
    assert_eq!(result, "i64");
    assert_eq!(client().signature("now").await.unwrap().params, []);
}

#[tokio::test]
async fn an_unknown_name_is_an_error_with_a_suggestion() {
    let error = client().help("shop.lst").await.unwrap_err();
    let error = error.object().unwrap();
    assert_eq!(error.code(), code::INVALID_PARAMS);
    let data = error.data_as::<String>().unwrap();
    assert_eq!(data, "no method `shop.lst`; did you mean `shop.list`?");
    let error = client().signature("quite another").await.unwrap_err();
    let data = error.object().unwrap().data_as::<String>().unwrap();
    assert_eq!(data, "no method `quite another`");

    let client = memory::connect(service());
    for (method, params) in [
        ("rpc.methods", json!([1])),
        ("rpc.help", json!([])),
        ("rpc.help", json!([1])),
        ("rpc.signature", json!({ "name": "add" })),
    ] {
        let error = client.call::<_, Value>(method, params).await.unwrap_err();
        assert_eq!(
            error.object().unwrap().code(),
            code::INVALID_PARAMS,
            "{method}"
        );
    }
}

#[tokio::test]
async fn params_may_come_before_the_method_and_by_name() {
    let server = Server::new(service());
    for message in [
        r#"{"jsonrpc":"2.0","method":"rpc.help","params":{"method":"rpc.help"},"id":1}"#,
        r#"{"id":1,"params":["rpc.help"],"method":"rpc.help","jsonrpc":"2.0"}"#,
    ] {
        let reply = server
            .handle(message.as_bytes(), RequestMetadata::default())
            .await;
        let reply: Value = serde_json::from_slice(reply.unwrap().body()).unwrap();
        assert_eq!(reply["result"], "A method's documentation.");
    }
    let notification = r#"{"jsonrpc":"2.0","method":"rpc.methods"}"#;
    let reply = server
        .handle(notification.as_bytes(), RequestMetadata::default())
        .await;
    assert!(reply.is_none());
    let batch = r#"[{"jsonrpc":"2.0","method":"rpc.methods","id":1},{"jsonrpc":"2.0","method":"now","id":2}]"#;
    let reply = server
        .handle(batch.as_bytes(), RequestMetadata::default())
        .await;
    let reply: Value = serde_json::from_slice(reply.unwrap().body()).unwrap();
    assert_eq!(
        (&reply[0]["result"][0], &reply[1]["result"]),
        (&json!("add"), &json!(7))
    );
}

#[tokio::test]
async fn it_is_switched_off_in_one_line() {
    let server = Server::new(service()).introspection(false);
    let client = Client::from_transport(Memory::new(server));
    let error = IntrospectionClient::new(client)
        .methods()
        .await
        .unwrap_err();
    assert_eq!(error.object().unwrap().code(), code::METHOD_NOT_FOUND);
}

#[tokio::test]
async fn the_services_methods_take_precedence_over_the_servers_own() {
    let own = Dispatcher::new().method("rpc.methods", || async { "mine" });
    let client = memory::connect(own);
    assert_eq!(
        client.call::<_, String>("rpc.methods", ()).await.unwrap(),
        "mine"
    );
}

#[tokio::test]
async fn middleware_guards_it() {
    struct Guard;

    impl Middleware for Guard {
        async fn call(&self, cx: &Context, next: Next<'_>) -> Outcome {
            assert_eq!(cx.method().unwrap().name, cx.method_name());
            match cx.header("x-key") {
                Some("right") => next.run().await,
                _ => ErrorObject::new(1002, format!("no {}", cx.method_name())).into(),
            }
        }
    }

    let client = memory::connect(service().middleware(Guard));
    let call = || IntrospectionClient::new(client.clone()).methods();
    let error = call().await.unwrap_err();
    assert_eq!(error.object().unwrap().message(), "no rpc.methods");
    assert_eq!(call().header("x-key", "right").await.unwrap().len(), 5);
}

#[tokio::test]
async fn nothing_is_looked_up_if_middleware_refuses_the_call() {
    /// Counts how often it is asked.
    struct Counted(Arc<AtomicUsize>);

    impl Service for Counted {
        type Args<'de> = ();

        fn contracts(&self) -> Vec<Contract> {
            static METHODS: &[Method] = &[Method::new("one", "")];
            assert!(self.0.fetch_add(1, Ordering::Relaxed) < 1, "once is enough");
            vec![Contract::new("One", "", METHODS)]
        }

        fn find(&self, _: &str) -> Option<ResolvedMethod> {
            None
        }

        fn decode<'de>(&self, _: &ResolvedMethod, _: Params<'_, 'de>) -> Result<(), InvalidParams> {
            Ok(())
        }

        async fn call(&self, (): Self::Args<'_>, _: &Context, responder: Responder) -> Outcome {
            responder.value(())
        }
    }

    struct Refuse;

    impl Middleware for Refuse {
        async fn call(&self, _: &Context, _: Next<'_>) -> Outcome {
            ErrorObject::new(1002, "no").into()
        }
    }

    let asked = Arc::new(AtomicUsize::new(0));
    let service = || Counted(Arc::clone(&asked));
    let refusing = IntrospectionClient::new(memory::connect(service().middleware(Refuse)));
    refusing.methods().await.unwrap_err();
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    let open = IntrospectionClient::new(memory::connect(service()));
    assert_eq!(open.methods().await.unwrap(), ["one"]);
    // A panic in application code is an internal error for its caller.
    let error = open.methods().await.unwrap_err();
    assert_eq!(error.object().unwrap().code(), code::INTERNAL_ERROR);
}

#[tokio::test]
async fn a_long_name_costs_little() {
    let started = Instant::now();
    let name = "a".repeat(1_000_000);
    let error = client().help(&name).await.unwrap_err();
    let data = error.object().unwrap().data_as::<String>().unwrap();
    assert_eq!(data, format!("no method `{}…`", "a".repeat(100)));
    let listed = rpc_core::introspection::UnknownMethod::new("add", [name, "ad".into()]);
    assert_eq!(listed.suggestion.as_deref(), Some("ad"));
    // Comparing it with each name in full would take minutes.
    assert!(started.elapsed() < Duration::from_secs(20));
}

#[tokio::test]
async fn an_unknown_name_among_a_thousand_costs_little() {
    let names = (0..1000).map(|n| format!("inventory.warehouse.item_{n:04}"));
    let service = names.fold(Dispatcher::new(), |service, name| {
        service.method(name, || async {})
    });
    let asks = IntrospectionClient::new(memory::connect(service));
    let told = async |name: &str| {
        let error = asks.help(name).await.unwrap_err();
        error.object().unwrap().data_as::<String>().unwrap()
    };
    let near = told("inventory.warehose.item_0007").await;
    assert!(
        near.ends_with("did you mean `inventory.warehouse.item_0007`?"),
        "{near}"
    );
    let started = Instant::now();
    for name in [
        "xnventory.warehouse.item_yyyyy",
        "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqq",
    ] {
        for _ in 0..50 {
            let said = told(name).await;
            assert!(said.starts_with(&format!("no method `{name}`")), "{said}");
        }
    }
    // Ten times what an idle machine needs in a debug build, and less than comparing all names in full took.
    assert!(
        started.elapsed() < Duration::from_secs(5),
        "{:?}",
        started.elapsed()
    );
}

/// The most expensive case: the names differ only in their first and last letters.
#[tokio::test]
async fn long_names_that_are_nearly_alike_cost_little() {
    for length in [35, 100] {
        let middle = "a".repeat(length - 10);
        let names = (0..600).map(|n| format!("abcde{middle}f{n:04}"));
        let service = names.fold(Dispatcher::new(), |service, name| {
            service.method(name, || async {})
        });
        let server = Server::new(service);
        let ask = |id| json!({ "jsonrpc": "2.0", "method": "rpc.help", "params": [format!("xyxyx{middle}yxyxy")], "id": id });
        let batch = Value::from((0..100).map(ask).collect::<Vec<_>>()).to_string();
        let started = Instant::now();
        let reply = server
            .handle(batch.as_bytes(), RequestMetadata::default())
            .await;
        let spent = started.elapsed();
        let reply = String::from_utf8(reply.unwrap().into_body()).unwrap();
        assert_eq!(reply.matches("no method `xyxyx").count(), 100);
        // Several times what a debug build needs, and less than comparing all of these letters took.
        assert!(spent < Duration::from_secs(4), "{length}: {spent:?}");
    }
}

#[tokio::test]
async fn a_known_name_is_found_without_listing_all() {
    struct Unlisted;

    static ONE: Method = Method::new("one", "The first.").aliases(&[Cow::Borrowed("uno")]);

    impl Service for Unlisted {
        type Args<'de> = ();

        fn contracts(&self) -> Vec<Contract> {
            panic!("the list is not needed")
        }

        fn find(&self, name: &str) -> Option<ResolvedMethod> {
            ["one", "uno"]
                .contains(&name)
                .then(|| ResolvedMethod::new(&ONE, 0))
        }

        fn decode<'de>(&self, _: &ResolvedMethod, _: Params<'_, 'de>) -> Result<(), InvalidParams> {
            Ok(())
        }

        async fn call(&self, (): Self::Args<'_>, _: &Context, responder: Responder) -> Outcome {
            responder.value(())
        }
    }

    let asks = IntrospectionClient::new(memory::connect(Unlisted));
    for name in ["one", "uno"] {
        assert_eq!(asks.help(name).await.unwrap(), "The first.");
        assert_eq!(asks.signature(name).await.unwrap().name, "one");
    }
}

#[tokio::test]
async fn a_fallback_is_not_a_method() {
    let fallback = |cx: Context, _| async move { Outcome::value(cx.method_name()) };
    let client = memory::connect(service().fallback(fallback));
    assert_eq!(client.call::<_, String>("nw", ()).await.unwrap(), "nw");
    let asks = IntrospectionClient::new(client);
    let error = asks.help("nw").await.unwrap_err();
    let data = error.object().unwrap().data_as::<String>().unwrap();
    assert_eq!(data, "no method `nw`; did you mean `now`?");
    assert_eq!(asks.signature("now").await.unwrap().result, "i32");
    assert_eq!(asks.help("shop.seen").await.unwrap(), "");
}

#[tokio::test]
async fn the_default_of_a_secret_is_not_shown() {
    #[rpc]
    trait Door {
        async fn open(&self, #[rpc(secret, default = "s3cret")] key: &str);
    }

    struct Shut;

    impl Door for Shut {
        async fn open(&self, _: &str) {}
    }

    let door = IntrospectionClient::new(memory::connect(DoorServer::new(Shut)));
    let Signature { params, .. } = door.signature("open").await.unwrap();
    assert_eq!(
        (params[0].default.as_deref(), params[0].secret),
        (None, true)
    );
}

#[tokio::test]
async fn a_dynamic_client_knows_the_servers_methods() {
    let mut server = DynamicClient::connect(memory::connect(service()))
        .await
        .unwrap();
    assert_eq!(server.methods().len(), 5);
    let sum: i64 = server.call("add", (1, ["a", "b"])).unwrap().await.unwrap();
    assert_eq!(sum, 3);
    let by_name = json!({ "item": "tea" });
    let error = server
        .call::<_, u64>("shop.place", by_name)
        .unwrap()
        .await
        .unwrap_err();
    assert_eq!(error.object().unwrap().code(), 1001);

    let unknown = server.call::<_, u64>("shop.palce", ()).unwrap_err();
    assert_eq!(unknown.suggestion.as_deref(), Some("shop.place"));
    assert_eq!(server.check("zzz").unwrap_err().suggestion, None);

    server.refresh().await.unwrap();
    let signature = server.introspection().signature("now").await.unwrap();
    assert_eq!(signature.result, "i32");
}

#[tokio::test]
async fn connecting_to_a_server_without_introspection_fails() {
    let server = Server::new(service()).introspection(false);
    let client = Client::from_transport(Memory::new(server));
    let error = DynamicClient::connect(client).await.unwrap_err();
    assert!(matches!(error, CallError::Object(_)), "{error:?}");
}
