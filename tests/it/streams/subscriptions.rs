//! The messages of subscriptions, without a transport.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::task::{Context as Task, Waker};

use rpc_core::session::{Session, SessionBuilder};
use rpc_core::{
    Context, Dispatcher, DuplexLimits, ErrorObject, Middleware, Next, Outcome, Service, code,
};
use serde_json::{Value, json};

use super::chain::{ChainServer, EthServer};
use super::feed::Source;
use crate::log::Log;

/// A server, and its connection.
struct End {
    session: Session,
    source: Source,
}

impl End {
    fn new() -> Self {
        End::with(DuplexLimits::default())
    }

    fn with(limits: DuplexLimits) -> Self {
        let source = Source::default();
        let service = Dispatcher::new()
            .service(ChainServer::new(source.clone()))
            .service(EthServer::new(source.clone()));
        let session = SessionBuilder::new().limits(limits).serve(service);
        let session = session.endpoint("memory").build();
        End { session, source }
    }

    /// Hands it messages that came together, and returns what it writes.
    fn tell(&mut self, messages: &[Value]) -> Vec<Value> {
        let mut task = Task::from_waker(Waker::noop());
        for message in messages {
            self.session.receive(message.to_string().into(), &mut task);
        }
        self.written()
    }

    /// What it writes at once.
    fn written(&mut self) -> Vec<Value> {
        let mut task = Task::from_waker(Waker::noop());
        let mut messages = VecDeque::new();
        let _is_ready = self.session.poll_outgoing(&mut task, &mut messages);
        let parse = |message: &bytes::Bytes| serde_json::from_slice(message).unwrap();
        messages.iter().map(parse).collect()
    }

    /// Opens a subscription. Returns its id, and what was written behind that.
    fn subscribe(&mut self, method: &str, params: Value) -> (Value, Vec<Value>) {
        let mut written = self.tell(&[call(7, method, params)]);
        let reply = written.remove(0);
        assert_eq!(reply["id"], 7, "{reply}");
        (reply["result"].clone(), written)
    }

    fn opened(&self) -> usize {
        self.source.0.opened.load(Ordering::SeqCst)
    }
}

fn call(id: impl Into<Value>, method: &str, params: Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id.into(), "method": method, "params": params })
}

fn result(id: impl Into<Value>, result: impl Into<Value>) -> Value {
    json!({ "jsonrpc": "2.0", "result": result.into(), "id": id.into() })
}

fn item(method: &str, subscription: &Value, result: Value) -> Value {
    json!({ "jsonrpc": "2.0", "method": method, "params": { "subscription": subscription, "result": result } })
}

#[test]
fn the_reply_comes_before_the_first_item() {
    let mut end = End::new();
    let (id, items) = end.subscribe("chain_subscribeHeads", json!([2]));
    assert!((1..1 << 53).contains(&id.as_u64().unwrap()), "{id}");
    let expected = [
        item("chain_head", &id, json!({ "number": "0x1" })),
        item("chain_head", &id, json!({ "number": "0x2" })),
    ];
    assert_eq!(items, expected);
    // Nothing tells of a clean end.
    let (id, items) = end.subscribe("chain_count", json!([1]));
    assert_eq!(items, [item("chain_count", &id, json!(1))]);
    assert_eq!(end.source.0.running(), 1);
    assert_eq!(
        end.tell(&[call(8, "chain_stopCounting", json!([id]))]),
        [result(8, false)]
    );
}

#[test]
fn ethereum_has_one_method_for_all_subscriptions() {
    let mut end = End::new();
    let (id, items) = end.subscribe("eth_subscribe", json!(["newHeads"]));
    let text = id.as_str().unwrap();
    let digits = text.strip_prefix("0x").unwrap();
    assert!(!digits.starts_with('0') && digits.len() <= 32, "{text}");
    assert!(digits.bytes().all(|it| b"0123456789abcdef".contains(&it)));
    assert_eq!(
        items[0],
        item("eth_subscription", &id, json!({ "number": "0x1" }))
    );

    let filter = json!(["logs", { "address": "0xab", "topics": [null] }]);
    let (logs, items) = end.subscribe("eth_subscribe", filter);
    let expected = item("eth_subscription", &logs, json!({ "address": "0xab" }));
    assert_eq!(items, [expected]);

    for id in [&id, &logs] {
        let closed = end.tell(&[call(9, "eth_unsubscribe", json!([id]))]);
        assert_eq!(closed, [result(9, true)]);
        let unknown = end.tell(&[call(9, "eth_unsubscribe", json!([id]))]);
        assert_eq!(unknown[0]["error"]["code"], code::UNKNOWN_SUBSCRIPTION);
    }
    assert_eq!(end.source.0.running(), 0);

    for params in [
        json!(["nothing"]),
        json!([]),
        json!({}),
        json!([["newHeads"]]),
    ] {
        let refused = end.tell(&[call(1, "eth_subscribe", params)]);
        assert_eq!(refused[0]["error"]["code"], code::METHOD_NOT_FOUND);
    }
    let refused = end.tell(&[call(1, "eth_subscribe", json!(["newHeads", 5]))]);
    assert_eq!(refused[0]["error"]["code"], code::INVALID_PARAMS);
    let refused = end.tell(&[call(1, "eth_subscribe", json!(["logs"]))]);
    assert_eq!(refused[0]["error"]["code"], 1001);
}

/// Params may come before the method.
#[test]
fn the_order_of_members_does_not_matter() {
    let mut end = End::new();
    let message = r#"{"params":["newHeads"],"id":1,"method":"eth_subscribe","jsonrpc":"2.0"}"#;
    let mut task = Task::from_waker(Waker::noop());
    end.session.receive(message.into(), &mut task);
    assert!(end.written()[0]["result"].is_string());
}

#[test]
fn unsubscribing_drops_the_source_and_what_waits() {
    let mut end = End::new();
    let (id, items) = end.subscribe("chain_subscribeText", json!(["x".repeat(1000)]));
    assert!(!items.is_empty());
    // The next items are made already, and are not sent.
    end.session.poll_calls(&mut Task::from_waker(Waker::noop()));
    let mut unsubscribe = |method: &str, id: &Value| end.tell(&[call(8, method, json!([id]))]);
    assert_eq!(
        unsubscribe("chain_unsubscribeHeads", &id)[0],
        result(8, false)
    );
    assert_eq!(unsubscribe("chain_unsubscribeText", &id), [result(8, true)]);
    assert_eq!(
        unsubscribe("chain_unsubscribeText", &id),
        [result(8, false)]
    );
    assert_eq!(
        unsubscribe("chain_unsubscribeText", &json!("x")),
        [result(8, false)]
    );
    let refused = unsubscribe("chain_unsubscribeText", &json!({}));
    assert_eq!(refused[0]["error"]["code"], code::INVALID_PARAMS);
    assert_eq!(end.source.0.running(), 0);
    assert!(end.session.is_idle());
}

/// The client has only the reply, and no item has been asked for yet.
#[test]
fn an_immediate_unsubscribe_is_honoured() {
    let mut end = End::new();
    let mut task = Task::from_waker(Waker::noop());
    let subscribe = call(1, "chain_subscribeText", json!(["x"])).to_string();
    end.session.receive(subscribe.into(), &mut task);
    let mut written = VecDeque::new();
    assert!(
        end.session
            .poll_outgoing(&mut task, &mut written)
            .is_ready()
    );
    let reply: Value = serde_json::from_slice(&written[0]).unwrap();
    let unsubscribe = |id: u64| call(id, "chain_unsubscribeText", json!([reply["result"]]));
    let twice = [unsubscribe(2), unsubscribe(3)];
    assert_eq!(end.tell(&twice), [result(2, true), result(3, false)]);
    assert_eq!(end.source.0.running(), 0);
}

#[test]
fn the_id_of_the_call_is_free_once_it_is_answered() {
    let mut end = End::new();
    let (first, _) = end.subscribe("chain_subscribeHeads", json!([0]));
    let (second, _) = end.subscribe("chain_subscribeHeads", json!([0]));
    assert_ne!(first, second);
    // A cancellation names a call, and this one has been answered.
    let cancel = json!({ "jsonrpc": "2.0", "method": "$/cancelRequest", "params": { "id": 7 } });
    assert!(end.tell(&[cancel]).is_empty());
    assert_eq!(end.source.0.running(), 2);
}

#[test]
fn a_failure_ends_a_subscription() {
    let mut end = End::new();
    let (id, messages) = end.subscribe("chain_subscribeFragile", json!([5]));
    let error = json!({ "code": 1002, "message": "3 is too much", "data": { "at": 3 } });
    let expected = [
        item("chain_fragile", &id, json!(1)),
        item("chain_fragile", &id, json!(2)),
        json!({ "jsonrpc": "2.0", "method": "chain_fragile", "params": { "subscription": id, "error": error } }),
    ];
    assert_eq!(messages, expected);
    assert!(end.session.is_idle());
    let refused = end.tell(&[call(1, "chain_subscribeFragile", json!([0]))]);
    assert_eq!(refused[0]["error"]["code"], 1001);
    assert!(end.session.is_idle());
}

#[test]
fn a_stop_ends_subscriptions() {
    let mut end = End::new();
    let (id, _) = end.subscribe("eth_subscribe", json!(["newHeads"]));
    end.session.stop();
    let written = end.written();
    assert_eq!(written.len(), 1);
    assert_eq!(written[0]["method"], "eth_subscription");
    assert_eq!(written[0]["params"]["subscription"], id);
    assert_eq!(
        written[0]["params"]["error"]["code"],
        code::SERVER_CANCELLED
    );
    assert!(end.session.is_idle());
}

#[test]
fn a_closed_connection_drops_the_source() {
    let mut end = End::new();
    end.subscribe("chain_subscribeHeads", json!([1]));
    let source = end.source.clone();
    assert_eq!(source.0.running(), 1);
    drop(end);
    assert_eq!(source.0.running(), 0);
}

#[test]
fn what_can_not_be_answered_opens_nothing() {
    let mut end = End::new();
    let notification = json!({ "jsonrpc": "2.0", "method": "chain_subscribeHeads", "params": [1] });
    assert!(end.tell(&[notification]).is_empty());
    let without_id = end.tell(&[call(Value::Null, "chain_subscribeHeads", json!([1]))]);
    assert_eq!(without_id[0]["error"]["code"], code::INVALID_REQUEST);
    let batch = json!([
        call(1, "eth_subscribe", json!(["newHeads"])),
        call(2, "chain_version", json!([])),
    ]);
    let answers = &end.tell(&[batch])[0];
    assert_eq!(answers[0]["error"]["code"], code::STREAM_IN_BATCH);
    assert_eq!(answers[1], result(2, "1"));
    assert_eq!(end.opened(), 0);
}

/// The message log has the call and its reply, when the reply is sent, and how many items there were when the subscription ends.
#[test]
fn the_log_has_the_opening_and_the_end() {
    let log = Log::capture_messages();
    let mut end = End::new();
    let (id, _) = end.subscribe("chain_subscribeHeads", json!([0]));
    let messages = log.messages();
    let [request, response] = &messages[..] else {
        panic!("{messages:#?}");
    };
    assert!(request.starts_with("rpc::server::request"), "{request}");
    assert!(response.starts_with("rpc::server::response"), "{response}");
    let reply = json!({ "jsonrpc": "2.0", "result": id, "id": 7 }).to_string();
    let fields = ["\"result\":", &id.to_string()];
    for part in fields {
        assert!(response.contains(part), "{response} instead of {reply}");
    }
    let unsubscribe = call(8, "chain_unsubscribeHeads", json!([id]));
    assert_eq!(end.tell(&[unsubscribe]), [result(8, true)]);
    let messages = log.messages();
    let ended = messages.iter().filter(|line| line.contains("items=0"));
    assert_eq!((ended.count(), messages.len()), (1, 3), "{messages:#?}");
}

/// Middleware that refuses calls of methods without a tag, and counts the others.
#[derive(Clone, Default)]
struct OnlyPublic(Arc<Mutex<Vec<String>>>);

impl Middleware for OnlyPublic {
    async fn call(&self, cx: &Context, next: Next<'_>) -> Outcome {
        if !cx.method().is_some_and(|method| method.has_tag("public")) {
            return ErrorObject::new(1403, "not public").into();
        }
        self.0.lock().unwrap().push(cx.method_name().to_owned());
        next.run().await
    }
}

#[test]
fn middleware_sees_subscriptions_by_their_names() {
    let seen = OnlyPublic::default();
    let source = Source::default();
    let service = Dispatcher::new()
        .service(ChainServer::new(source.clone()))
        .service(EthServer::new(source.clone()))
        .middleware(seen.clone());
    let session = SessionBuilder::new().serve(service).build();
    let mut end = End { session, source };
    let (heads, _) = end.subscribe("eth_subscribe", json!(["newHeads"]));
    end.tell(&[call(8, "eth_unsubscribe", json!([heads]))]);
    let refused = [
        call(9, "eth_subscribe", json!(["nothing"])),
        call(9, "chain_subscribeHeads", json!([1])),
        call(9, "chain_unsubscribeHeads", json!([1])),
    ];
    for call in refused {
        assert_eq!(end.tell(&[call])[0]["error"]["code"], 1403);
    }
    let expected = ["eth_subscribe newHeads", "eth_unsubscribe"];
    assert_eq!(*seen.0.lock().unwrap(), expected);
    assert_eq!(end.opened(), 1);
}

/// Streams and subscriptions have one limit.
#[test]
fn too_many_subscriptions_are_refused() {
    let mut limits = DuplexLimits::default();
    limits.max_streams = 2;
    let mut end = End::with(limits);
    let (first, _) = end.subscribe("chain_subscribeHeads", json!([0]));
    end.subscribe("eth_subscribe", json!(["newHeads"]));
    let refused = end.tell(&[call(1, "eth_subscribe", json!(["newHeads"]))]);
    assert_eq!(refused[0]["error"]["code"], code::TOO_MANY_STREAMS);
    end.tell(&[call(2, "chain_unsubscribeHeads", json!([first]))]);
    end.subscribe("eth_subscribe", json!(["newHeads"]));
}

#[test]
fn ten_thousand_subscriptions_leave_nothing_behind() {
    let mut end = End::new();
    for round in 0..10_000 {
        let (id, _) = end.subscribe("chain_subscribeText", json!(["x"]));
        let closed = end.tell(&[call(round, "chain_unsubscribeText", json!([id]))]);
        assert_eq!(closed, [result(round, true)]);
    }
    assert_eq!(end.opened(), 10_000);
    assert_eq!(end.source.0.running(), 0);
    assert!(end.session.is_idle());
}
