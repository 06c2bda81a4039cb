//! A prefix in front of a stub, as a dispatcher puts one in front of a service.

use rpc_core::introspection::{DynamicClient, IntrospectionClient};
use rpc_core::{Client, Dispatcher, memory, rpc};
use serde_json::Value;

use crate::scripted::Script;

#[rpc(namespace = "orders")]
trait Orders {
    /// Places an order.
    async fn place(&self, item: &str) -> String;
    #[rpc(notification)]
    async fn seen(&self, parcel: &str);
}

struct Shop(&'static str);

impl Orders for Shop {
    async fn place(&self, item: &str) -> String {
        format!("{} {item}", self.0)
    }
    async fn seen(&self, _: &str) {}
}

fn dispatcher() -> Dispatcher {
    Dispatcher::new()
        .service(OrdersServer::new(Shop("first")))
        .nest("v2.", OrdersServer::new(Shop("second")))
        .nest(
            "shops/",
            Dispatcher::new().nest("north.", OrdersServer::new(Shop("north"))),
        )
}

#[tokio::test]
async fn a_stub_reaches_a_nested_service() {
    let client = memory::connect(dispatcher());
    let place = async |client: Client<_>| OrdersClient::new(client).place("tea").await.unwrap();
    assert_eq!(place(client.clone()).await, "first tea");
    assert_eq!(place(client.nested("v2.")).await, "second tea");
    assert_eq!(place(client.nested("")).await, "first tea");
    assert_eq!(
        place(client.nested("shops/").nested("north.")).await,
        "north tea"
    );
    assert_eq!(place(client.nested("shops/north.")).await, "north tea");
    let boxed = client.nested("v2.").boxed();
    let boxed: OrdersClient = OrdersClient::new(boxed);
    assert_eq!(boxed.place("tea").await.unwrap(), "second tea");
}

#[tokio::test]
async fn every_message_but_a_handwritten_one_gets_the_prefix() {
    let script = Script::silent();
    let client = script.client().nested("v\"2.");
    let orders = OrdersClient::new(client.clone());
    drop(orders.place("tea").await);
    drop(orders.seen("tea").await);
    drop(orders.place("tea").notify().await);
    drop(client.call::<_, Value>("add", (1, 2)).await);
    drop(client.notify("add", ()).await);
    drop(client.call::<_, Value>("rpc.methods", ()).await);
    drop(OrdersClient::new(client.version_1()).place("tea").await);
    assert_eq!(
        script.sent(),
        [
            r#"{"jsonrpc":"2.0","method":"v\"2.orders.place","params":["tea"],"id":1}"#,
            r#"{"jsonrpc":"2.0","method":"v\"2.orders.seen","params":["tea"]}"#,
            r#"{"jsonrpc":"2.0","method":"v\"2.orders.place","params":["tea"]}"#,
            r#"{"jsonrpc":"2.0","method":"v\"2.add","params":[1,2],"id":2}"#,
            r#"{"jsonrpc":"2.0","method":"v\"2.add"}"#,
            r#"{"jsonrpc":"2.0","method":"rpc.methods","id":3}"#,
            r#"{"method":"v\"2.orders.place","params":["tea"],"id":4}"#,
        ]
    );
    let script = Script::silent();
    let raw = r#"{"jsonrpc":"2.0","method":"add","id":1}"#;
    drop(script.client().nested("v2.").send(raw).await);
    assert_eq!(script.sent(), [raw]);
}

/// Stubs with different prefixes share a client.
#[tokio::test]
async fn a_batch_may_have_calls_with_different_prefixes() {
    let client = memory::connect(dispatcher());
    let first = OrdersClient::new(client.clone());
    let second = OrdersClient::new(client.nested("v2."));
    let (a, b) = client
        .batch((first.place("tea"), second.place("tea")))
        .await
        .unwrap();
    assert_eq!(
        (a.unwrap(), b.unwrap()),
        ("first tea".into(), "second tea".into())
    );
    let both = client
        .nested("v2.")
        .batch(vec![first.place("a"), second.place("b")]);
    let both: Vec<_> = both
        .await
        .unwrap()
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(both, ["first a", "second b"]);
}

#[tokio::test]
async fn collected_calls_may_have_different_prefixes() {
    let memory = memory::Memory::new(rpc_core::Server::new(dispatcher()));
    let batched =
        rpc_core::transport::Batched::new(memory, rpc_core::Batching::default(), rpc_tokio::Tokio);
    let client = Client::from_transport(batched);
    let first = OrdersClient::new(client.clone());
    let second = OrdersClient::new(client.nested("v2."));
    let (a, b) = tokio::join!(first.place("tea"), second.place("tea"));
    assert_eq!(
        (a.unwrap(), b.unwrap()),
        ("first tea".into(), "second tea".into())
    );
}

#[tokio::test]
async fn introspection_uses_full_names_and_a_dynamic_client_those_under_the_prefix() {
    let client = memory::connect(dispatcher()).nested("v2.");
    let introspection = IntrospectionClient::new(client.clone());
    let methods = introspection.methods().await.unwrap();
    assert!(
        methods.contains(&"v2.orders.place".to_owned()),
        "{methods:?}"
    );
    let help = introspection.help("v2.orders.place").await.unwrap();
    assert_eq!(help, "Places an order.");

    let dynamic = DynamicClient::connect(client).await.unwrap();
    assert_eq!(dynamic.methods(), ["orders.place", "orders.seen"]);
    let placed: String = dynamic
        .call("orders.place", ["tea"])
        .unwrap()
        .await
        .unwrap();
    assert_eq!(placed, "second tea");
    assert!(dynamic.check("v2.orders.place").is_err());
}

#[rpc]
trait Logins {
    async fn login(&self, user: &str, #[rpc(secret)] password: &str) -> bool;
    async fn flat(&self, #[rpc(flatten, secret)] login: Vec<String>) -> bool;
}

struct Nobody;

impl Logins for Nobody {
    async fn login(&self, _: &str, _: &str) -> bool {
        false
    }
    async fn flat(&self, _: Vec<String>) -> bool {
        false
    }
}

/// What marks a secret has to have the name in the message.
#[tokio::test]
async fn secrets_belong_to_the_prefixed_method() {
    let script = Script::silent();
    let client = script.client().nested("v2.");
    let logins = LoginsClient::new(client.clone());
    drop(logins.login("ann", "sesame").await);
    drop(logins.flat(vec![]).await);
    drop(
        client
            .call::<_, bool>("login", ("ann", "sesame"))
            .secret_param(1, "password")
            .await,
    );
    drop(client.batch([logins.login("ann", "sesame")]).await);
    for message in script.messages() {
        let methods: Vec<_> = message
            .secrets
            .iter()
            .map(|secret| &*secret.method)
            .collect();
        let expected = match String::from_utf8(message.body).unwrap() {
            body if body.contains("flat") => "v2.flat",
            _ => "v2.login",
        };
        assert_eq!(methods, [expected]);
    }
}
