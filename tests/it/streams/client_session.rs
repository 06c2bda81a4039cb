//! What a server may say to a client besides what was asked for, without a transport.

use std::future::IntoFuture;
use std::sync::{Arc, Mutex};
use std::task::{Context as Task, Waker};

use allocation_counter::measure;
use bytes::Bytes;
use futures_util::FutureExt;
use rpc_core::rpc;
use rpc_core::session::SessionBuilder;
use serde_json::{Value, json};

use super::feed::FeedClient;
use super::subscriber::{End, item, next, poll, read, result};

fn opened(token: &Value) -> Value {
    let params = json!({ "token": token, "opened": true });
    json!({ "jsonrpc": "2.0", "method": "$/progress", "params": params })
}

/// It says nothing new, so nothing of it is kept.
#[test]
fn a_stream_that_is_opened_again_and_again_costs_nothing() {
    let mut end = End::new();
    let mut opening = FeedClient::new(end.session.peer()).count(1).into_future();
    assert!(poll(&mut opening).is_pending());
    let sent = end.sent();
    let id = &sent.last().unwrap()["id"];
    end.hear(opened(id));
    let mut count = opening.now_or_never().unwrap().unwrap();

    let again = Bytes::from(opened(id).to_string());
    let mut task = Task::from_waker(Waker::noop());
    let cost = measure(|| {
        for _ in 0..10_000 {
            end.session.receive(again.clone(), &mut task);
        }
    });
    assert!(cost.bytes_max < 1_000, "{cost:?}");

    let params = json!({ "token": id, "value": 1 });
    end.hear(json!({ "jsonrpc": "2.0", "method": "$/progress", "params": params }));
    assert_eq!(read(&mut count), 1);
    end.hear(result(id, Value::Null));
    assert!(matches!(next(&mut count), std::task::Poll::Ready(None)));
}

/// What the server may tell the client.
#[rpc(namespace = "alerts", params = "named")]
trait Alerts {
    #[rpc(notification)]
    async fn note(&self, text: &str);

    /// It looks as if it were about a subscription.
    #[rpc(notification)]
    async fn about(&self, subscription: u64, result: u64);
}

/// What the client's service has been told.
#[derive(Default)]
struct Heard(Mutex<Vec<String>>);

impl Heard {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Alerts for Heard {
    async fn note(&self, text: &str) {
        self.0.lock().unwrap().push(text.to_owned());
    }

    async fn about(&self, subscription: u64, result: u64) {
        let about = format!("{result} about {subscription}");
        self.0.lock().unwrap().push(about);
    }
}

fn note(text: &str) -> Value {
    json!({ "jsonrpc": "2.0", "method": "alerts.note", "params": { "text": text } })
}

fn about(subscription: u64, result: u64) -> Value {
    let mut about = item(subscription, result);
    about["method"] = json!("alerts.about");
    about
}

/// Whether a notification is about a subscription depends on nothing but the id in it.
#[test]
fn the_service_of_a_client_is_told_what_no_subscription_is() {
    let heard = Arc::new(Heard::default());
    let service = AlertsServer::from_arc(Arc::clone(&heard));
    let mut end = End {
        session: SessionBuilder::new().serve(service).build(),
    };
    let call = end.chain().count(9);
    let mut count = end.open(call, json!(99));
    for message in [note("x"), about(98, 7), about(99, 1), note("y")] {
        end.hear(message);
    }
    assert_eq!(heard.take(), ["x", "7 about 98", "y"]);
    assert_eq!(read(&mut count), 1);
    assert!(next(&mut count).is_pending());

    // While the id of another one is not known, a notification may be about that, too.
    let mut opening = end.chain().count(9).into_future();
    assert!(poll(&mut opening).is_pending());
    let sent = end.sent();
    for message in [note("z"), about(97, 5), about(96, 6)] {
        end.hear(message);
    }
    assert_eq!(heard.take(), ["z", "5 about 97", "6 about 96"]);
    end.hear(result(&sent[0]["id"], json!(97)));
    let mut other = opening.now_or_never().unwrap().unwrap();
    assert_eq!(read(&mut other), 5);
    end.hear(about(97, 8));
    assert_eq!(read(&mut other), 8);
    assert_eq!(heard.take(), [""; 0]);
}
