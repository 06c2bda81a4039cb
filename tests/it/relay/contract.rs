//! What a relay does with a contract that it is told.

use std::sync::mpsc;

use rpc_core::{Dispatcher, Middleware, Next, Outcome, Policy, Service, TransportError, memory};

use super::*;
use crate::scripted::Script;

/// Refuses what the contract does not call public.
struct PublicOnly(mpsc::Sender<(String, bool)>);

impl Middleware for PublicOnly {
    async fn call(&self, cx: &Context, next: Next<'_>) -> Outcome {
        let is_public = cx.method().is_some_and(|method| method.has_tag("public"));
        let seen = (cx.method_name().to_owned(), is_public);
        self.0.send(seen).unwrap();
        next.run().await
    }
}

#[tokio::test]
async fn middleware_sees_names_and_the_tags_of_the_contract() {
    let (sender, seen) = mpsc::channel();
    let behind = memory::connect(ShopServer::new(Behind::default()));
    let service = relay(behind).contract(<ShopClient>::CONTRACT);
    let front = memory::connect(service.middleware(PublicOnly(sender)));
    for (name, expected) in [
        ("shop.echo", ("shop.echo", true)),
        ("shop.text", ("shop.echo", true)),
        ("shop.fail", ("shop.fail", false)),
        ("other", ("other", false)),
        ("rpc.methods", ("rpc.methods", false)),
    ] {
        let _outcome = front.call::<_, Box<RawValue>>(name, ("x",)).await;
        assert_eq!(seen.recv().unwrap(), (expected.0.to_owned(), expected.1));
    }
}

/// A policy of the client behind repeats only what may run twice.
#[tokio::test]
async fn idempotent_calls_are_repeated() {
    let failing = Script::new(|_| Err(TransportError::message("lost").into()));
    let pause = Duration::ZERO;
    let client = Policy::new().pauses(pause, pause).over(failing.client());
    let front = memory::connect(relay(client).contract(<ShopClient>::CONTRACT));
    for (name, attempts) in [("shop.echo", 3), ("shop.fail", 1), ("other", 1)] {
        let before = failing.sent().len();
        front.call::<_, ()>(name, ("x",)).await.unwrap_err();
        assert_eq!(failing.sent().len() - before, attempts, "{name}");
    }
}

#[tokio::test]
async fn a_dispatcher_adds_the_methods_of_the_contract() {
    let behind = memory::connect(ShopServer::new(Behind::default()));
    let shop = relay(behind).contract(<ShopClient>::CONTRACT);
    let shop = Arc::new(shop);
    let gateway = Dispatcher::new()
        .service(Arc::clone(&shop))
        .nest("v2.", shop)
        .method("health", || async { "ok" });
    let front = memory::connect(gateway);
    let health: String = front.call("health", ()).await.unwrap();
    assert_eq!(health, "ok");
    for prefix in ["", "v2."] {
        let shop = ShopClient::new(front.nested(prefix));
        assert_eq!(shop.echo("tea").await.unwrap(), "tea");
    }
    let unknown = front.call::<_, ()>("shop.none", ()).await.unwrap_err();
    assert_eq!(unknown.object().unwrap().code(), -32601);
}

/// By the client of the relay, and by the server in front.
#[tokio::test]
async fn the_params_of_unknown_methods_count_as_secret() {
    let script = Script::replies(r#"{"jsonrpc":"2.0","result":true,"id":1}"#);
    let hidden = async |service| {
        let before = script.messages().len();
        let front = memory::connect::<rpc_core::relay::Relay<Script>>(service);
        for name in ["shop.login", "shop.echo", "other", "rpc.help"] {
            let _result = front.call::<_, bool>(name, ("ann", "tea")).await;
        }
        let sent = script.messages();
        let secrets = sent[before..].iter().map(|message| message.secrets.clone());
        secrets.collect::<Vec<_>>()
    };
    let all = |name: &'static str| vec![rpc_core::message_log::Secret::params(name)];
    assert_eq!(
        hidden(relay(script.client())).await,
        [all("shop.login"), all("shop.echo"), all("other"), vec![]]
    );
    use rpc_core::message_log::SecretParams;
    let front = rpc_core::Server::new(relay(script.client()));
    assert_eq!(front.secret_params("shop.echo"), SecretParams::all());
    let front = rpc_core::Server::new(relay(script.client()).contract(<ShopClient>::CONTRACT));
    assert_eq!(front.secret_params("shop.echo"), SecretParams::none());
    assert_eq!(front.secret_params("other"), SecretParams::all());

    let password = rpc_core::message_log::Secret::param("shop.login", 1, "password");
    assert_eq!(
        hidden(relay(script.client()).contract(<ShopClient>::CONTRACT)).await,
        [vec![password], vec![], all("other"), vec![]]
    );
}
