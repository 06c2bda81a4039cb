//! Middleware can ask for the params as text. Nobody else pays for that.

use std::sync::{Arc, Mutex};

use allocation_counter::measure;
use futures_util::FutureExt;
use rpc_core::{Context, Dispatcher, Middleware, Next, Outcome, Server, Service, rpc};
use rpc_tokio::Tokio;
use serde_json::value::RawValue;

#[rpc]
trait Audited {
    async fn add(&self, a: i64, b: i64) -> i64;
    async fn nothing(&self) -> bool;
    async fn secret(&self, #[rpc(secret)] pin: u32) -> bool;
    #[rpc(blocking)]
    fn slow(&self, text: &str) -> usize;
    async fn seen(&self, a: i64, #[rpc(context)] cx: &Context) -> Option<String>;
}

struct Bank;

impl Audited for Bank {
    async fn add(&self, a: i64, b: i64) -> i64 {
        a + b
    }

    async fn nothing(&self) -> bool {
        true
    }

    async fn secret(&self, _: u32) -> bool {
        true
    }

    fn slow(&self, text: &str) -> usize {
        text.len()
    }

    async fn seen(&self, _: i64, cx: &Context) -> Option<String> {
        cx.params().map(str::to_owned)
    }
}

/// Notes the params of each call.
#[derive(Clone, Default)]
struct Audit(Arc<Mutex<Vec<String>>>);

impl Audit {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Middleware for Audit {
    const WANTS_PARAMS: bool = true;

    async fn call(&self, cx: &Context, next: Next<'_>) -> Outcome {
        let params = cx.params().unwrap_or("none");
        let note = format!("{} {params}", cx.method_name());
        self.0.lock().unwrap().push(note);
        next.run().await
    }
}

/// Does not ask for them.
struct Pass;

impl Middleware for Pass {
    async fn call(&self, cx: &Context, next: Next<'_>) -> Outcome {
        assert_eq!(cx.params(), None);
        next.run().await
    }
}

async fn send(server: &Server<impl Service>, message: &str) -> Option<String> {
    let reply = server.handle(message.as_bytes(), Default::default()).await;
    reply.map(|reply| String::from_utf8(reply.into_body()).unwrap())
}

#[tokio::test]
async fn the_text_is_that_of_the_message() {
    let audit = Audit::default();
    let around = Server::new(AuditedServer::new(Bank).middleware(audit.clone()));
    let outside = Dispatcher::new().service(AuditedServer::new(Bank));
    let outside = Server::new(
        outside
            .middleware(audit.clone())
            .middleware(Audit::default()),
    );
    let blocking = Server::new(AuditedServer::new(Bank).middleware(audit.clone())).runtime(Tokio);
    let shared = Server::new(Arc::new(AuditedServer::new(Bank).middleware(audit.clone())));
    macro_rules! each {
        ($($server:ident)*) => {$(
            for (message, expected) in [
                (r#"{"jsonrpc":"2.0","method":"add","params": [1 , 2] ,"id":1}"#, "add [1 , 2]"),
                (r#"{"jsonrpc":"2.0","method":"add","params":{"b":2,"a":1}}"#, r#"add {"b":2,"a":1}"#),
                (r#"{"id":1,"params":[1,"\u0061"],"method":"add","jsonrpc":"2.0"}"#, r#"add [1,"\u0061"]"#),
                (r#"{"jsonrpc":"2.0","method":"add","params":["x"],"id":1}"#, r#"add ["x"]"#),
                (r#"{"jsonrpc":"2.0","method":"nothing","id":1}"#, "nothing none"),
                (r#"{"jsonrpc":"2.0","method":"nothing","params":null,"id":1}"#, "nothing none"),
                (r#"{"jsonrpc":"2.0","method":"nothing","params":[],"id":1}"#, "nothing []"),
                (r#"{"jsonrpc":"2.0","method":"secret","params":[1234],"id":1}"#, "secret [1234]"),
                (r#"{"jsonrpc":"2.0","method":"slow","params":["é"],"id":1}"#, r#"slow ["é"]"#),
                (r#"{"jsonrpc":"2.0","method":"unknown","params":{"a":[]},"id":1}"#, r#"unknown {"a":[]}"#),
                (r#"{"jsonrpc":"2.0","params":[1],"method":"unknown","id":1}"#, "unknown [1]"),
                (r#"{"jsonrpc":"2.0","method":"rpc.help","params":["add"],"id":1}"#, r#"rpc.help ["add"]"#),
            ] {
                send(&$server, message).await;
                assert_eq!(audit.take(), [expected], "{message}");
                send(&$server, &format!("[{message},{message}]")).await;
                assert_eq!(audit.take(), [expected, expected], "{message}");
            }
            let params = RawValue::from_string("[1, 2]".to_owned()).unwrap();
            let result = $server.call("add", Some(&params), Default::default()).await;
            assert_eq!(result.unwrap().get(), "3");
            assert_eq!(audit.take(), ["add [1, 2]"]);
        )*};
    }
    each!(around outside blocking shared);
}

#[tokio::test]
async fn a_method_sees_what_its_middleware_asked_for() {
    let seen = r#"{"jsonrpc":"2.0","method":"seen","params":[1],"id":1}"#;
    let asked = AuditedServer::new(Bank).middleware(Audit::default());
    let reply = send(&Server::new(asked), seen).await.unwrap();
    assert_eq!(reply, r#"{"jsonrpc":"2.0","result":"[1]","id":1}"#);
    let unasked = AuditedServer::new(Bank).middleware(Pass);
    let reply = send(&Server::new(unasked), seen).await.unwrap();
    assert_eq!(reply, r#"{"jsonrpc":"2.0","result":null,"id":1}"#);
}

/// Inside a dispatcher, each service gets what its own middleware asks for.
#[tokio::test]
async fn a_dispatcher_asks_the_service_of_the_method() {
    let audit = Audit::default();
    let services = Dispatcher::new()
        .nest("a.", AuditedServer::new(Bank).middleware(audit.clone()))
        .nest("b.", AuditedServer::new(Bank).middleware(Pass));
    let server = Server::new(Dispatcher::new().service(services));
    for method in ["a.add", "b.add"] {
        let message = format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":[1,2],"id":1}}"#);
        let reply = send(&server, &message).await.unwrap();
        assert_eq!(reply, r#"{"jsonrpc":"2.0","result":3,"id":1}"#);
    }
    assert_eq!(audit.take(), ["a.add [1,2]"]);
}

#[test]
fn only_those_who_ask_pay() {
    let add = r#"{"jsonrpc":"2.0","method":"add","params":[1,2],"id":1}"#;
    let allocations = |server: &Server<_>| {
        let answer = || {
            server
                .handle(add.as_bytes(), Default::default())
                .now_or_never()
        };
        drop(answer());
        measure(|| drop(answer())).count_total
    };
    let passing = Server::new(AuditedServer::new(Bank).middleware(Pass).middleware(Pass));
    assert_eq!(allocations(&passing), 1);
}
