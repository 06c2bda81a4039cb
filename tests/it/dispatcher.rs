//! Several contracts and plain functions behind one endpoint.

use std::sync::Arc;

use rpc_core::contract::ParamsStyle;
use rpc_core::introspection::{DynamicClient, IntrospectionClient};
use rpc_core::params::{InvalidParams, Params};
use rpc_core::service::{ResolvedMethod, Responder};
use rpc_core::{
    CallError, Context, Contract, Dispatcher, ErrorObject, Internal, Method, Outcome,
    RequestMetadata, RpcError, Server, Service, function, memory,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::shop::*;

/// The reply of a service to one message.
async fn answer(service: impl Service, message: Value) -> Value {
    let message = message.to_string();
    let server = Server::new(service);
    let reply = server.handle(message.as_bytes(), Default::default()).await;
    serde_json::from_slice(reply.unwrap().body()).unwrap()
}

/// The result of a call, or its error.
async fn call(service: impl Service, method: &str, params: Value) -> Value {
    let message = json!({"jsonrpc": "2.0", "method": method, "params": params, "id": 1});
    let mut answer = answer(service, message).await;
    match answer.get_mut("error") {
        Some(error) => error.take(),
        None => answer["result"].take(),
    }
}

fn invalid(detail: &str) -> Value {
    json!({"code": -32602, "message": "Invalid params", "data": detail})
}

fn not_found() -> Value {
    json!({"code": -32601, "message": "Method not found"})
}

#[derive(Deserialize)]
struct Division {
    dividend: f64,
    divisor: f64,
}

#[rpc_core::rpc(namespace = "stock")]
trait Stock {
    async fn left(&self, item: String) -> u32;
}

struct Depot;

impl Stock for Depot {
    async fn left(&self, item: String) -> u32 {
        item.len() as u32
    }
}

fn dispatcher() -> Arc<Dispatcher> {
    let dispatcher = Dispatcher::new()
        .service(OrdersServer::new(Shop))
        .service(StockServer::new(Depot))
        .method("zero", || async { 0 })
        .method("echo", |value: Value| async { value })
        .method("text", |text: String| async { text })
        .method("add", |a: i64, b: i64| async move { a + b })
        .method("greet", |name: String, title: Option<String>| async move {
            format!("{}{name}", title.unwrap_or_default())
        })
        .method("divide", |by: Division| async move {
            if by.divisor == 0.0 {
                return Err(ErrorObject::new(1001, "division by zero"));
            }
            Ok(by.dividend / by.divisor)
        })
        .method("parse", |text: String| async move {
            Ok::<u8, Internal>(text.parse::<u8>()?)
        })
        .method("who", |cx: Context| async move {
            (
                cx.method_name().to_owned(),
                cx.id().map(ToString::to_string),
            )
        })
        .method("who2", |cx: Context, a: u8, b: u8| async move {
            (cx.method_name().to_owned(), a + b)
        });
    Arc::new(dispatcher)
}

#[tokio::test]
async fn services_and_functions_together() {
    let dispatcher = dispatcher();
    let client = memory::connect(Arc::clone(&dispatcher));
    let orders = OrdersClient::new(client.clone());
    let stock = StockClient::new(client.clone());
    let (placed, left, echo) = client
        .batch((
            orders.place("tea", 2),
            stock.left("tea".into()),
            client.call::<_, String>("text", ["hi"]),
        ))
        .await
        .unwrap();
    assert_eq!(placed.unwrap(), OrderId(5));
    assert_eq!(left.unwrap(), 3);
    assert_eq!(echo.unwrap(), "hi");
    assert_eq!(
        orders.blocking("a", &["b".into()], None).await.unwrap(),
        "a b orders.blocking None"
    );
}

#[tokio::test]
async fn functions_take_their_parameters_by_position() {
    for (method, params, expected) in [
        ("zero", json!([]), json!(0)),
        ("zero", json!(null), json!(0)),
        (
            "zero",
            json!([1]),
            invalid("too many parameters; the method takes none"),
        ),
        ("zero", json!({}), json!(0)),
        (
            "zero",
            json!({"a": 1}),
            invalid("unknown parameter `a`; the method takes none"),
        ),
        ("text", json!(["hi"]), json!("hi")),
        ("text", json!([]), invalid("missing parameter `1`")),
        ("text", json!(null), invalid("missing parameter `1`")),
        (
            "text",
            json!(["a", "b"]),
            invalid("too many parameters; the method takes 1"),
        ),
        (
            "text",
            json!([7]),
            invalid("parameter `1`: invalid type: integer `7`, expected a string"),
        ),
        ("echo", json!([[1, 2]]), json!([1, 2])),
        ("echo", json!({"a": 1}), json!({"a": 1})),
        ("add", json!([1, 2]), json!(3)),
        ("add", json!([1]), invalid("missing parameter `2`")),
        (
            "add",
            json!([1, 2, 3]),
            invalid("too many parameters; the method takes 2"),
        ),
        (
            "add",
            json!({"a": 1, "b": 2}),
            invalid("this method takes its parameters by position"),
        ),
        ("greet", json!(["Ann"]), json!("Ann")),
        ("greet", json!(["Ann", null]), json!("Ann")),
        ("greet", json!(["Ann", "Dr "]), json!("Dr Ann")),
        ("divide", json!({"dividend": 3, "divisor": 2}), json!(1.5)),
        ("divide", json!([{"dividend": 3, "divisor": 2}]), json!(1.5)),
        (
            "divide",
            json!({"dividend": 3, "divisor": 0}),
            json!({"code": 1001, "message": "division by zero"}),
        ),
        (
            "divide",
            json!({"dividend": 3}),
            invalid("missing parameter `divisor`"),
        ),
        ("parse", json!(["7"]), json!(7)),
        (
            "parse",
            json!(["x"]),
            json!({"code": -32603, "message": "Internal error"}),
        ),
        ("who", json!([]), json!(["who", "1"])),
        ("who2", json!([1, 2]), json!(["who2", 3])),
        ("who2", json!([1]), invalid("missing parameter `2`")),
        ("no such", json!([]), not_found()),
    ] {
        let found = call(dispatcher(), method, params.clone()).await;
        assert_eq!(found, expected, "{method} {params}");
    }
}

#[tokio::test]
async fn up_to_eight_parameters_with_and_without_a_context() {
    macro_rules! sum {
        ($($name:ident)*) => {{
            let plain = |$($name: u64),*| async move { [$($name),*].iter().sum::<u64>() };
            let with_context = |cx: Context, $($name: u64),*| async move {
                (cx.is_notification(), [$($name),*].iter().sum::<u64>())
            };
            let names: &[&str] = &[$(stringify!($name)),*];
            let params: Vec<usize> = (1..=names.len()).collect();
            let sum: usize = params.iter().sum();
            let dispatcher = Dispatcher::new().method("plain", plain).method("context", with_context);
            let dispatcher = Arc::new(dispatcher);
            assert_eq!(call(Arc::clone(&dispatcher), "plain", json!(params)).await, json!(sum));
            assert_eq!(call(dispatcher, "context", json!(params)).await, json!([false, sum]));
        }};
    }
    sum!();
    sum!(a);
    sum!(a b);
    sum!(a b c);
    sum!(a b c d);
    sum!(a b c d e);
    sum!(a b c d e f);
    sum!(a b c d e f g);
    sum!(a b c d e f g h);
}

#[tokio::test]
async fn functions_and_closures_with_captured_state() {
    async fn named(a: u8) -> u8 {
        a + 1
    }
    let greeting = Arc::new(String::from("hi "));
    let closure = move |name: String| {
        let greeting = Arc::clone(&greeting);
        async move { format!("{greeting}{name}") }
    };
    let dispatcher = Arc::new(
        Dispatcher::new()
            .method("named", named)
            .method("hi", closure),
    );
    assert_eq!(call(Arc::clone(&dispatcher), "named", json!([1])).await, 2);
    assert_eq!(call(dispatcher, "hi", json!(["Ann"])).await, "hi Ann");
}

#[test]
fn names_are_sorted_and_include_aliases() {
    let names = dispatcher().names();
    assert!(names.is_sorted());
    for name in ["orders.list", "orders.all", "stock.left", "add"] {
        assert!(names.contains(&name.to_owned()), "{name}");
    }
    assert!(Dispatcher::new().names().is_empty());
}

#[tokio::test]
async fn aliases_reach_their_method() {
    let client = memory::connect(dispatcher());
    let all: Vec<Order> = client.call("orders.all", (7, 1)).await.unwrap();
    assert_eq!(all[0].id, OrderId(7));
}

#[test]
fn each_method_is_described_once() {
    let contracts = dispatcher().contracts();
    for contract in &contracts {
        assert!(contract.methods.is_sorted_by_key(|method| &method.name));
    }
    let methods: Vec<&Method> = contracts.iter().flat_map(|it| &*it.methods).collect();
    let names: Vec<&str> = methods.iter().map(|method| &*method.name).collect();
    assert!(!names.contains(&"orders.all"));
    let method =
        |name: &str| -> &Method { methods.iter().find(|method| method.name == name).unwrap() };
    let list = method("orders.list");
    assert_eq!(list.aliases[..], ["orders.all"]);
    assert!(list.idempotent && !list.notification);
    assert_eq!(list.params[1].default, Some("20"));
    assert_eq!(
        method("orders.place").docs,
        "Places an order and returns its number."
    );
    assert_eq!(method("orders.place").errors[0].code, 1001);
    assert!(method("orders.blocking").blocking);
    assert!(method("orders.seen").notification);
    assert_eq!(method("orders.everything").style, ParamsStyle::Named);
    assert_eq!(method("add").style, ParamsStyle::Positional);
    assert_eq!(methods.len(), dispatcher().names().len() - 1);
}

#[test]
fn a_name_belongs_to_one_method() {
    let duplicate = Dispatcher::new()
        .service(OrdersServer::new(Shop))
        .insert_service(OrdersServer::new(Shop))
        .unwrap_err();
    assert!(duplicate.name.starts_with("orders."));
    assert!(duplicate.first.contains("OrdersServer"), "{duplicate}");

    let dispatcher = Dispatcher::new().service(OrdersServer::new(Shop));
    let duplicate = dispatcher.insert("orders.all", || async {}).unwrap_err();
    assert_eq!(duplicate.name, "orders.all");
    assert_eq!(duplicate.second, "a function");
    let text = duplicate.to_string();
    assert!(
        text.starts_with("duplicate method `orders.all`: added by `it::shop::OrdersServer<"),
        "{text}"
    );

    let dispatcher = Dispatcher::new().method("stock.left", || async {});
    let before = dispatcher.names();
    let duplicate = dispatcher
        .insert_service(StockServer::new(Depot))
        .unwrap_err();
    assert_eq!(duplicate.first, "a function");
    assert_eq!(before, ["stock.left"]);
    assert_eq!(dispatcher.names(), before);
}

#[test]
#[should_panic = "duplicate method `add`: added by a function, and again by a function"]
fn a_second_function_with_the_same_name_panics() {
    drop(dispatcher_with("add").method("add", || async {}));
}

#[test]
#[should_panic = "duplicate method `stock.left`: added by a function, and again by `it::dispatcher::StockServer<it::dispatcher::Depot>`"]
fn a_service_with_a_taken_name_panics() {
    drop(dispatcher_with("stock.left").service(StockServer::new(Depot)));
}

fn dispatcher_with(name: &str) -> Dispatcher {
    Dispatcher::new().method(name, || async {})
}

#[tokio::test]
async fn the_table_changes_while_it_serves() {
    let dispatcher = Arc::new(Dispatcher::new());
    let client = memory::connect(Arc::clone(&dispatcher));
    let add = || client.call::<_, i64>("add", (1, 2));
    let missing = |error: rpc_core::CallError| error.object().unwrap().code();
    assert_eq!(missing(add().await.unwrap_err()), -32601);

    dispatcher
        .insert("add", |a: i64, b: i64| async move { a + b })
        .unwrap();
    assert_eq!(add().await.unwrap(), 3);
    assert!(dispatcher.insert("add", || async {}).is_err());
    assert_eq!(add().await.unwrap(), 3);

    assert!(dispatcher.remove("add"));
    assert!(!dispatcher.remove("add"));
    assert_eq!(missing(add().await.unwrap_err()), -32601);

    dispatcher
        .insert("add", |a: i64, b: i64| async move { a * b })
        .unwrap();
    assert_eq!(add().await.unwrap(), 2);
}

#[tokio::test]
async fn a_running_call_outlives_the_removal_of_its_method() {
    let dispatcher = Arc::new(Dispatcher::new());
    let table = Arc::clone(&dispatcher);
    let remove = move || {
        let table = Arc::clone(&table);
        async move { table.remove("remove") }
    };
    dispatcher.insert("remove", remove).unwrap();
    assert_eq!(
        call(Arc::clone(&dispatcher), "remove", json!([])).await,
        true
    );
    assert_eq!(call(dispatcher, "remove", json!([])).await, not_found());
}

#[tokio::test]
async fn an_alias_stays_when_its_method_is_removed() {
    let dispatcher = Arc::new(Dispatcher::new().service(OrdersServer::new(Shop)));
    assert!(dispatcher.remove("orders.list"));
    assert_eq!(
        call(Arc::clone(&dispatcher), "orders.list", json!([7])).await,
        not_found()
    );
    let all = call(Arc::clone(&dispatcher), "orders.all", json!([7, 1])).await;
    assert_eq!(all[0]["id"], 7);
    let refused = call(dispatcher, "orders.all", json!([])).await;
    assert_eq!(refused, invalid("missing parameter `customer`"));
}

#[tokio::test]
async fn a_fallback_answers_calls_of_unknown_methods() {
    let dispatcher = || {
        Dispatcher::new()
            .method("add", |a: i64, b: i64| async move { a + b })
            .fallback(|cx: Context, params| async move {
                let name = cx.method_name();
                match name.strip_prefix("v1.") {
                    Some(rest) => Outcome::value((rest, params)),
                    None => ErrorObject::method_not_found().into(),
                }
            })
    };
    assert_eq!(call(dispatcher(), "add", json!([1, 2])).await, 3);
    assert_eq!(
        call(dispatcher(), "add", json!([1])).await,
        invalid("missing parameter `2`")
    );
    assert_eq!(
        call(dispatcher(), "v1.a", json!([1, {"b": 2}])).await,
        json!(["a", [1, {"b": 2}]])
    );
    assert_eq!(
        call(dispatcher(), "v1.a", json!({"b": 2})).await,
        json!(["a", {"b": 2}])
    );
    assert_eq!(
        call(dispatcher(), "v1.a", json!(null)).await,
        json!(["a", null])
    );
    assert_eq!(call(dispatcher(), "v2.a", json!([])).await, not_found());
    // The params may come before the method.
    let message = r#"{"params":[1],"id":1,"method":"v1.a","jsonrpc":"2.0"}"#;
    let reply = Server::new(dispatcher())
        .handle(message.as_bytes(), Default::default())
        .await;
    assert_eq!(
        reply.unwrap().body(),
        br#"{"jsonrpc":"2.0","result":["a",[1]],"id":1}"#
    );
}

#[tokio::test]
async fn a_fallback_gets_the_context_and_no_calls_of_the_servers_own_methods() {
    let dispatcher = Arc::new(
        Dispatcher::new()
            .method("add", |a: i64, b: i64| async move { a + b })
            .fallback(|cx: Context, _| async move {
                match cx.header("x-version") {
                    Some(version) => Outcome::value(version),
                    None => ErrorObject::method_not_found().into(),
                }
            }),
    );
    let client = memory::connect(Arc::clone(&dispatcher));
    let gone = client.call::<_, String>("old", ()).header("x-version", "7");
    assert_eq!(gone.await.unwrap(), "7");
    let dynamic = DynamicClient::connect(client).await.unwrap();
    assert_eq!(dynamic.methods(), ["add"]);

    let off = Server::new(dispatcher).introspection(false);
    let message = r#"{"jsonrpc":"2.0","method":"rpc.methods","id":1}"#;
    let mut headers = http::HeaderMap::new();
    headers.insert("x-version", "8".parse().unwrap());
    let origin = RequestMetadata::new(headers, Default::default());
    let reply = off.handle(message.as_bytes(), origin).await.unwrap();
    assert_eq!(reply.body(), br#"{"jsonrpc":"2.0","result":"8","id":1}"#);
}

#[tokio::test]
async fn function_parameters_can_be_named() {
    let login = |user: String, password: String| async move { user == password };
    let dispatcher = Arc::new(
        Dispatcher::new()
            .method("login", function(login).params(&["user", "password"]))
            .method(
                "greet",
                function(
                    |cx: Context, name: String, title: Option<String>| async move {
                        let method = cx.method_name();
                        format!("{method}: {}{name}", title.unwrap_or_default())
                    },
                )
                .params(&["name", "title"]),
            )
            .method(
                "half",
                function(|n: i64| async move { n / 2 }).params(&["n"]),
            )
            .method("whole", |n: i64| async move { n })
            .method(
                "divide",
                |by: Division| async move { by.dividend / by.divisor },
            ),
    );
    for (method, params, expected) in [
        ("login", json!(["a", "a"]), json!(true)),
        ("login", json!({"password": "b", "user": "a"}), json!(false)),
        (
            "login",
            json!({"user": "a"}),
            invalid("missing parameter `password`"),
        ),
        (
            "login",
            json!(["a"]),
            invalid("missing parameter `password`"),
        ),
        (
            "login",
            json!({"user": "a", "password": "b", "x": 1}),
            invalid("unknown parameter `x`; the method takes `user`, `password`"),
        ),
        (
            "login",
            json!([1, "b"]),
            invalid("parameter `user`: invalid type: integer `1`, expected a string"),
        ),
        ("greet", json!({"name": "Ann"}), json!("greet: Ann")),
        (
            "greet",
            json!({"title": "Dr ", "name": "Ann"}),
            json!("greet: Dr Ann"),
        ),
        ("half", json!({"n": 8}), json!(4)),
        ("half", json!([8]), json!(4)),
        (
            "whole",
            json!({"n": 8}),
            invalid("this method takes its parameters by position"),
        ),
        // The fields of a struct are not affected.
        (
            "divide",
            json!({"dividend": {}, "divisor": 1}),
            invalid("parameter `dividend`: invalid type: map, expected f64"),
        ),
    ] {
        let answer = call(Arc::clone(&dispatcher), method, params.clone()).await;
        assert_eq!(answer, expected, "{method} {params}");
    }
}

#[tokio::test]
async fn a_function_is_described() {
    #[derive(Debug, thiserror::Error, RpcError)]
    enum Refused {
        /// Come again.
        #[error("closed")]
        #[rpc(code = 7)]
        Closed,
    }
    let login = |_: String, pin: u32| async move {
        match pin {
            0 => Err(Refused::Closed),
            pin => Ok(pin),
        }
    };
    let login = function(login)
        .params(&["user", "pin"])
        .secret("pin")
        .docs("Lets somebody in.")
        .idempotent()
        .deprecated("use the door");
    let dispatcher = Arc::new(Dispatcher::new().method("login", login));
    let client = IntrospectionClient::new(memory::connect(Arc::clone(&dispatcher)));
    assert_eq!(client.help("login").await.unwrap(), "Lets somebody in.");
    let signature = client.signature("login").await.unwrap();
    let params = signature
        .params
        .iter()
        .map(|it| (&*it.name, &*it.ty, it.secret));
    assert_eq!(
        params.collect::<Vec<_>>(),
        [("user", "String", false), ("pin", "u32", true)]
    );
    assert_eq!(signature.result, "u32");
    assert!(signature.idempotent);
    assert_eq!(signature.deprecated.as_deref(), Some("use the door"));
    let errors = signature
        .errors
        .iter()
        .map(|it| (it.code, &*it.name, &*it.docs));
    assert_eq!(errors.collect::<Vec<_>>(), [(7, "Closed", "Come again.")]);
    // Errors do not show secrets either.
    assert_eq!(
        call(dispatcher, "login", json!(["ann", "s3cret"])).await,
        invalid("parameter `pin` has the wrong type")
    );
}

/// Describing a function twice keeps what the first description said.
#[tokio::test]
async fn describing_a_function_twice_keeps_both() {
    let login = |user: String, password: String| async move { user == password };
    let login = function(login)
        .params(&["user", "password"])
        .secret("password");
    let login = function(login)
        .docs("Lets somebody in.")
        .params(&["name", "pin"]);
    let pay = |by: Division| async move { by.dividend };
    let dispatcher = Arc::new(
        Dispatcher::new()
            .method("login", login)
            .method("pay", function(pay).secret_params()),
    );
    let client = IntrospectionClient::new(memory::connect(Arc::clone(&dispatcher)));
    let signature = client.signature("login").await.unwrap();
    let params = signature.params.iter().map(|it| (&*it.name, it.secret));
    assert_eq!(params.collect::<Vec<_>>(), [("name", false), ("pin", true)]);
    let signature = client.signature("pay").await.unwrap();
    assert!(signature.flatten && signature.params[0].secret);

    // The secret may be a field of a struct.
    let wrong = json!({"dividend": "s3cret", "divisor": 1});
    let hidden = invalid("the params have the wrong type");
    assert_eq!(call(Arc::clone(&dispatcher), "pay", wrong).await, hidden);
    let right = json!({"dividend": 7, "divisor": 1});
    assert_eq!(call(dispatcher, "pay", right).await, 7.0);
}

#[test]
#[should_panic = "no parameter is named `pasword`"]
fn an_unknown_secret_parameter_panics() {
    let login = |_: String, _: String| async { true };
    let _ = function(login)
        .params(&["user", "password"])
        .secret("pasword");
}

#[tokio::test]
async fn methods_can_be_replaced_and_prefixes_removed() {
    let sums = |n: i64| Dispatcher::new().method("add", move |a: i64| async move { a + n });
    let dispatcher = Arc::new(Dispatcher::new().nest("v1.", sums(1)));
    assert!(!dispatcher.replace("one", || async { 1 }));
    assert!(dispatcher.replace("one", || async { "one" }));
    assert_eq!(call(Arc::clone(&dispatcher), "one", json!([])).await, "one");

    dispatcher.replace_nested("v1.", sums(2)).unwrap();
    assert_eq!(call(Arc::clone(&dispatcher), "v1.add", json!([5])).await, 7);
    assert_eq!(dispatcher.names(), ["one", "v1.add"]);
    assert_eq!(dispatcher.remove_nested("v1."), 1);
    assert_eq!(dispatcher.remove_nested("v1."), 0);
    assert_eq!(dispatcher.names(), ["one"]);

    // An alias outside the prefix goes together with its method. An alias with the prefix goes, but its method stays.
    let dispatcher = Dispatcher::new()
        .nest("v1.", sums(1))
        .alias("add", "v1.add")
        .method("sub", |a: i64, b: i64| async move { a - b })
        .alias("v1.sub", "sub");
    dispatcher.replace_nested("v1.", sums(2)).unwrap();
    assert_eq!(dispatcher.names(), ["sub", "v1.add"]);
    let sub = dispatcher.find("sub").unwrap();
    assert!(sub.method().aliases.is_empty());
    assert_eq!(dispatcher.remove_nested(""), 2);
    assert!(dispatcher.names().is_empty());

    // `remove_method` removes all of a method's names.
    let dispatcher = Dispatcher::new().service(OrdersServer::new(Shop));
    assert!(dispatcher.names().contains(&"orders.all".to_owned()));
    assert!(dispatcher.remove_method("orders.list"));
    assert!(!dispatcher.remove_method("orders.list"));
    let names = dispatcher.names();
    assert!(
        !names
            .iter()
            .any(|it| it == "orders.list" || it == "orders.all")
    );
}

/// A removed function may use the dispatcher when it is dropped.
#[test]
fn a_removed_function_may_use_the_dispatcher() {
    struct Plugin(std::sync::Weak<Dispatcher>);

    impl Drop for Plugin {
        fn drop(&mut self) {
            if let Some(table) = self.0.upgrade() {
                table.remove("its other method");
            }
        }
    }

    let dispatcher = Arc::new(Dispatcher::new());
    let plug_in = |name: &str| {
        let plugin = Plugin(Arc::downgrade(&dispatcher));
        let function = move || {
            let _plugin = &plugin;
            async { 1 }
        };
        dispatcher.replace(name, function);
        dispatcher.replace("its other method", || async { 2 });
    };
    let none = Dispatcher::new;
    let removals: [&dyn Fn(); 5] = [
        &|| {
            dispatcher.replace("plugin.a", || async { 3 });
        },
        &|| {
            dispatcher.remove("plugin.a");
        },
        &|| {
            dispatcher.remove_method("plugin.a");
        },
        &|| {
            dispatcher.remove_nested("plugin.");
        },
        &|| dispatcher.replace_nested("plugin.", none()).unwrap(),
    ];
    for remove in removals {
        plug_in("plugin.a");
        remove();
        assert!(!dispatcher.names().contains(&"its other method".to_owned()));
    }
}

/// A call made while a method is being replaced runs the old one or the new one.
#[test]
fn a_method_is_never_missing_while_it_is_replaced() {
    let dispatcher = Arc::new(Dispatcher::new().method("m", || async { 0 }));
    let table = Arc::clone(&dispatcher);
    let replacing = std::thread::spawn(move || {
        for n in 1..2_000 {
            assert!(table.replace("m", move || async move { n }));
        }
    });
    while !replacing.is_finished() {
        assert!(dispatcher.find("m").is_some());
    }
    replacing.join().unwrap();
}

#[tokio::test]
async fn a_dispatcher_inside_a_dispatcher() {
    let inner = Arc::new(
        Dispatcher::new()
            .service(OrdersServer::new(Shop))
            .method("add", |a: i64, b: i64| async move { a + b }),
    );
    let outer = Arc::new(
        Dispatcher::new()
            .service(Dispatcher::new().service(Arc::clone(&inner)))
            .method("sub", |a: i64, b: i64| async move { a - b }),
    );
    assert_eq!(call(Arc::clone(&outer), "add", json!([1, 2])).await, 3);
    assert_eq!(call(Arc::clone(&outer), "sub", json!([1, 2])).await, -1);
    assert_eq!(
        call(Arc::clone(&outer), "orders.place", json!(["tea", 2])).await,
        5
    );
    let refused = call(Arc::clone(&outer), "orders.place", json!(["tea"])).await;
    assert_eq!(refused, invalid("missing parameter `quantity`"));
    let contracts = outer.contracts();
    let list = contracts.iter().find_map(|it| it.method("orders.list"));
    assert_eq!(list.unwrap().aliases[..], ["orders.all"]);
}

#[tokio::test]
async fn params_before_the_method() {
    let message = r#"{"params":["tea",2],"method":"orders.place","jsonrpc":"2.0","id":1}"#;
    let reply = Server::new(dispatcher())
        .handle(message.as_bytes(), Default::default())
        .await;
    assert_eq!(
        reply.unwrap().body(),
        br#"{"jsonrpc":"2.0","result":5,"id":1}"#
    );
}

#[tokio::test]
async fn a_panic_in_a_function_is_an_internal_error() {
    #[derive(Serialize)]
    struct Nothing;
    let dispatcher = Dispatcher::new().method("panic", |fine: bool| async move {
        assert!(fine, "not fine");
        Nothing
    });
    let dispatcher = Arc::new(dispatcher);
    let failed = call(Arc::clone(&dispatcher), "panic", json!([false])).await;
    assert_eq!(failed, json!({"code": -32603, "message": "Internal error"}));
    assert_eq!(call(dispatcher, "panic", json!([true])).await, Value::Null);
}

/// Counts the calls that pass through.
struct Count(Arc<std::sync::atomic::AtomicUsize>);

impl rpc_core::Middleware for Count {
    async fn call(&self, _: &Context, next: rpc_core::Next<'_>) -> Outcome {
        self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        next.run().await
    }
}

#[tokio::test]
async fn an_alias_outlives_its_method() {
    let passed = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let service = OrdersServer::new(Shop).middleware(Count(Arc::clone(&passed)));
    // A nested dispatcher passes calls on too.
    let dispatcher = Dispatcher::new().service(Dispatcher::new().service(service));
    assert!(dispatcher.remove("orders.list"));
    let contracts = dispatcher.contracts();
    let methods = contracts.iter().flat_map(|it| &*it.methods);
    let names: Vec<_> = methods.map(|method| &*method.name).collect();
    assert!(
        names.contains(&"orders.all") && !names.contains(&"orders.list"),
        "{names:?}"
    );

    let client = memory::connect(dispatcher);
    let refused = client.call::<_, Value>("orders.all", ("nobody",)).await;
    assert!(matches!(refused, Err(CallError::Object(error)) if error.code() == -32602));
    assert_eq!(passed.load(std::sync::atomic::Ordering::SeqCst), 1);
}

/// A service that lists one name twice.
struct Twins;

static TWINS: [Method; 2] = [Method::new("twin", ""), Method::new("twin", "")];

impl Service for Twins {
    type Args<'de> = ();

    fn contracts(&self) -> Vec<Contract> {
        vec![Contract::new("Twins", "", &TWINS)]
    }

    fn find(&self, name: &str) -> Option<ResolvedMethod> {
        (name == "twin").then(|| ResolvedMethod::new(&TWINS[0], 0))
    }

    fn decode<'de>(
        &self,
        _: &ResolvedMethod,
        _: Params<'_, 'de>,
    ) -> Result<Self::Args<'de>, InvalidParams> {
        Ok(())
    }

    async fn call(&self, _: Self::Args<'_>, _: &Context, responder: Responder) -> Outcome {
        responder.value(())
    }
}

#[test]
fn a_service_cannot_list_a_name_twice() {
    let duplicate = Dispatcher::new().insert_service(Twins).unwrap_err();
    assert_eq!(
        (duplicate.name.as_str(), &duplicate.first),
        ("twin", &duplicate.second)
    );
}

#[tokio::test]
async fn a_service_is_nested_under_a_prefix() {
    let inner = Dispatcher::new().method("echo", |text: String| async { text });
    let dispatcher = Dispatcher::new()
        .nest("v1.", OrdersServer::new(Shop))
        .nest("v1.tools.", inner)
        .service(OrdersServer::new(Shop));
    let names = dispatcher.names();
    for name in [
        "orders.all",
        "v1.orders.all",
        "v1.orders.list",
        "v1.tools.echo",
    ] {
        assert!(names.iter().any(|known| known == name), "{name} {names:?}");
    }
    let method = dispatcher.find("v1.orders.all").unwrap();
    assert_eq!(method.method().name, "v1.orders.list");
    assert_eq!(method.method().aliases[..], ["v1.orders.all"]);

    let taken = dispatcher.insert_nested("", OrdersServer::new(Shop));
    assert!(taken.unwrap_err().to_string().contains("duplicate method"));
    let client = memory::connect(dispatcher);
    let echo: String = client.call("v1.tools.echo", ["hi"]).await.unwrap();
    assert_eq!(echo, "hi");
    let order: u64 = client.call("v1.orders.place", ("tea", 1)).await.unwrap();
    assert_eq!(
        order,
        client
            .call::<_, u64>("orders.place", ("tea", 1))
            .await
            .unwrap()
    );
}

/// The methods of all contracts.
fn methods(dispatcher: &Dispatcher) -> Vec<Method> {
    let contracts = dispatcher.contracts().into_iter();
    contracts.flat_map(|it| it.methods.into_owned()).collect()
}

#[tokio::test]
async fn a_method_can_have_aliases() {
    let dispatcher = Dispatcher::new()
        .method("add", |a: i64, b: i64| async move { a + b })
        .alias("plus", "add")
        .alias("sum", "plus");
    assert_eq!(dispatcher.names(), ["add", "plus", "sum"]);
    let methods = methods(&dispatcher);
    assert_eq!(methods.len(), 1);
    assert_eq!(methods[0].aliases[..], ["plus", "sum"]);

    let unknown = dispatcher.insert_alias("x", "y").unwrap_err();
    assert_eq!(unknown.to_string(), "no method `y`");
    let taken = dispatcher.insert_alias("sum", "add").unwrap_err();
    assert_eq!(
        taken.to_string(),
        "duplicate method `sum`: added by a function, and again by a function"
    );
    let nested = Dispatcher::new().nest("v1.", dispatcher);
    assert_eq!(nested.names(), ["v1.add", "v1.plus", "v1.sum"]);
    let client = memory::connect(nested);
    assert_eq!(client.call::<_, i64>("v1.sum", (1, 2)).await.unwrap(), 3);
}

#[tokio::test]
async fn a_removed_name_leaves_no_trace() {
    let described = |dispatcher: &Dispatcher| -> Vec<(String, Vec<String>)> {
        let methods = methods(dispatcher).into_iter();
        let names = |method: Method| {
            let aliases = method.aliases.iter().map(ToString::to_string).collect();
            (method.name.to_string(), aliases)
        };
        methods.map(names).collect()
    };
    let dispatcher = Dispatcher::new()
        .method("a", || async { 1 })
        .alias("b", "a")
        .alias("c", "a");
    assert!(dispatcher.remove("b"));
    assert_eq!(described(&dispatcher), [("a".into(), vec!["c".into()])]);
    assert!(dispatcher.remove("a"));
    assert_eq!(described(&dispatcher), [("c".into(), vec![])]);

    // A new method with the old name is unrelated.
    dispatcher
        .insert("a", |text: String| async { text })
        .unwrap();
    dispatcher.insert_alias("b", "a").unwrap();
    assert_eq!(
        described(&dispatcher),
        [("a".into(), vec!["b".into()]), ("c".into(), vec![])]
    );
    let params = |name| dispatcher.find(name).unwrap().method().params.len();
    assert_eq!((params("a"), params("b"), params("c")), (1, 1, 0));
    let nested = Dispatcher::new().nest("v1.", dispatcher);
    let client = memory::connect(nested);
    assert_eq!(client.call::<_, i64>("v1.c", ()).await.unwrap(), 1);
    assert_eq!(client.call::<_, String>("v1.b", ("x",)).await.unwrap(), "x");
}
