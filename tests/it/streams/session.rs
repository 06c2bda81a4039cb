//! The messages of a session, without a transport.

use std::collections::VecDeque;
use std::task::{Context as Task, Waker};

use rpc_core::DuplexLimits;
use rpc_core::session::{Session, SessionBuilder};
use serde_json::{Value, json};

use super::feed::{FeedServer, Source};

/// One end, and what it has written.
struct End {
    session: Session,
    source: Source,
}

impl End {
    fn new() -> Self {
        let source = Source::default();
        let session = SessionBuilder::new()
            .serve(FeedServer::new(source.clone()))
            .build();
        End { session, source }
    }

    /// Hands it messages, and returns what it writes.
    fn tell(&mut self, messages: &[Value]) -> Vec<Value> {
        let mut task = Task::from_waker(Waker::noop());
        for message in messages {
            self.session.receive(message.to_string().into(), &mut task);
        }
        self.written()
    }

    fn written(&mut self) -> Vec<Value> {
        let mut task = Task::from_waker(Waker::noop());
        let mut messages = VecDeque::new();
        while self
            .session
            .poll_outgoing(&mut task, &mut messages)
            .is_ready()
        {
            if messages.len() > 100_000 {
                break;
            }
        }
        let parse = |message: &bytes::Bytes| serde_json::from_slice(message).unwrap();
        messages.iter().map(parse).collect()
    }
}

fn call(id: impl Into<Value>, method: &str, params: Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id.into(), "method": method, "params": params })
}

fn item(token: impl Into<Value>, value: Value) -> Value {
    json!({ "jsonrpc": "2.0", "method": "$/progress", "params": { "token": token.into(), "value": value } })
}

fn result(id: impl Into<Value>, result: Value) -> Value {
    json!({ "jsonrpc": "2.0", "result": result, "id": id.into() })
}

fn cancel(id: impl Into<Value>) -> Value {
    json!({ "jsonrpc": "2.0", "method": "$/cancelRequest", "params": { "id": id.into() } })
}

fn window(token: impl Into<Value>, add: u64) -> Value {
    json!({ "jsonrpc": "2.0", "method": "$/window", "params": { "token": token.into(), "add": add } })
}

#[test]
fn a_stream_is_a_call_that_reports_before_it_answers() {
    for id in [json!(7), json!("seven"), json!(1.5), json!("a\"b")] {
        let written = End::new().tell(&[call(id.clone(), "feed.count", json!([2]))]);
        let expected = [
            item(id.clone(), json!(1)),
            item(id.clone(), json!(2)),
            result(id, Value::Null),
        ];
        assert_eq!(written, expected);
    }
}

/// Other members are ignored, whatever they are called.
#[test]
fn a_request_with_the_members_of_a_response_is_a_request() {
    for message in [
        r#"{"jsonrpc":"2.0","result":1,"method":"feed.echo","params":["x"],"id":1}"#,
        r#"{"jsonrpc":"2.0","error":{},"params":["x"],"method":"feed.echo","id":1}"#,
    ] {
        let mut end = End::new();
        let mut task = Task::from_waker(Waker::noop());
        end.session.receive(message.into(), &mut task);
        assert_eq!(end.written(), [result(1, json!("x"))], "{message}");
    }
}

#[test]
fn replies_overtake_items() {
    let mut end = End::new();
    let asked = [
        call(1, "feed.endless", json!(["x"])),
        call(2, "feed.echo", json!(["y"])),
    ];
    assert_eq!(end.tell(&asked)[0], result(2, json!("y")));
}

#[test]
fn a_cancelled_stream_is_answered_and_its_items_are_discarded() {
    let mut end = End::new();
    let opened = end.tell(&[call(1, "feed.silent", json!([]))]);
    assert!(opened.is_empty());
    let written = end.tell(&[cancel(1)]);
    assert_eq!(written.len(), 1);
    assert_eq!(written[0]["error"]["code"], -32800);
    assert_eq!(end.source.0.running(), 0);
    // Items that were made but not written are not sent.
    let written = end.tell(&[call(2, "feed.endless", json!(["x"])), cancel(2)]);
    assert_eq!(written.len(), 1, "{written:?}");
    assert_eq!(written[0]["error"]["code"], -32800);
    // Late and unknown ids are ignored.
    assert!(end.tell(&[cancel(2), cancel("nobody")]).is_empty());
}

#[test]
fn a_cancelled_call_is_answered() {
    let mut end = End::new();
    assert!(end.tell(&[call(1, "feed.gate", json!([]))]).is_empty());
    let written = end.tell(&[cancel(1)]);
    assert_eq!(written[0]["error"]["code"], -32800);
    assert_eq!(end.source.0.running(), 0);
}

#[test]
fn a_cancellation_may_name_an_entry_of_a_batch() {
    let mut end = End::new();
    let batch = json!([
        call(1, "feed.gate", json!([])),
        call(2, "feed.gate", json!([])),
    ]);
    assert!(end.tell(&[batch]).is_empty());
    end.source.0.gate.add_permits(1);
    let written = end.tell(&[json!([cancel(2)])]);
    let answers = written[0].as_array().unwrap();
    assert_eq!(answers[0], result(1, json!("through")));
    assert_eq!(answers[1]["error"]["code"], -32800);
}

#[test]
fn an_id_in_flight_is_refused_and_the_first_goes_on() {
    let mut end = End::new();
    let twice = [
        call(1, "feed.gate", json!([])),
        call(1, "feed.echo", json!(["x"])),
    ];
    let written = end.tell(&twice);
    assert_eq!(written.len(), 1);
    assert_eq!(written[0]["error"]["code"], -32600);
    end.source.0.gate.add_permits(1);
    assert_eq!(end.written(), [result(1, json!("through"))]);
    // Now it is free.
    let written = end.tell(&[call(1, "feed.echo", json!(["x"]))]);
    assert_eq!(written, [result(1, json!("x"))]);
}

#[test]
fn a_stream_needs_an_id_other_than_null() {
    let mut end = End::new();
    let written = end.tell(&[call(Value::Null, "feed.count", json!([3]))]);
    assert_eq!(written[0]["error"]["code"], -32600);
    let without = json!({ "jsonrpc": "2.0", "method": "feed.count", "params": [3] });
    assert!(end.tell(&[without]).is_empty());
    assert_eq!(
        end.source
            .0
            .opened
            .load(std::sync::atomic::Ordering::SeqCst),
        0
    );
}

#[test]
fn a_cancel_request_with_an_id_is_an_unknown_method() {
    let mut cancel = cancel(1);
    cancel["id"] = json!(2);
    let written = End::new().tell(&[cancel]);
    assert_eq!(written[0]["error"]["code"], -32601);
}

/// A client that grants credit gets no more than that, and learns that its stream is open.
#[test]
fn credit_is_kept_to() {
    let mut end = End::new();
    let text = "x".repeat(100);
    let written = end.tell(&[window(1, 1000), call(1, "feed.endless", json!([text]))]);
    assert_eq!(written[0]["params"], json!({ "token": 1, "opened": true }));
    let bytes = |written: &[Value]| written.iter().map(|it| it.to_string().len()).sum::<usize>();
    let first = bytes(&written[1..]);
    assert!((1000..1300).contains(&first), "{first}");
    assert!(end.written().is_empty());
    let written = end.tell(&[window(1, 500)]);
    let second = bytes(&written);
    assert!((1500..1800).contains(&(first + second)), "{first} {second}");
    // Without credit, a stream is told to stop all the same.
    let written = end.tell(&[cancel(1)]);
    assert_eq!(written[0]["error"]["code"], -32800);
}

/// Nothing is made that can't be written soon.
#[test]
fn no_more_than_64_kib_wait() {
    let mut end = End::new();
    let mut task = Task::from_waker(Waker::noop());
    for id in 0..10 {
        let message = call(id, "feed.endless", json!(["x".repeat(1000)]));
        end.session.receive(message.to_string().into(), &mut task);
    }
    for _ in 0..100 {
        end.session.poll_calls(&mut task);
    }
    let mut messages = VecDeque::new();
    assert!(
        end.session
            .poll_outgoing(&mut task, &mut messages)
            .is_ready()
    );
    let bytes: usize = messages.iter().map(bytes::Bytes::len).sum();
    assert!((64 * 1024..80 * 1024).contains(&bytes), "{bytes}");
}

/// A stream that fills the room by itself lets the others have it next.
#[test]
fn streams_that_never_wait_have_their_turn() {
    let mut end = End::new();
    let mut task = Task::from_waker(Waker::noop());
    for id in 0..3 {
        let message = call(id, "feed.endless", json!(["x".repeat(10_000)]));
        end.session.receive(message.to_string().into(), &mut task);
    }
    let mut counts = [0; 3];
    for _ in 0..30 {
        let mut messages = VecDeque::new();
        let polled = end.session.poll_outgoing(&mut task, &mut messages);
        assert!(polled.is_ready());
        for message in messages {
            let message: Value = serde_json::from_slice(&message).unwrap();
            counts[message["params"]["token"].as_u64().unwrap() as usize] += 1;
        }
    }
    let all: i32 = counts.iter().sum();
    assert!(counts.iter().all(|count| *count > all / 6), "{counts:?}");
}

#[test]
fn too_many_streams_are_refused() {
    let mut limits = DuplexLimits::default();
    limits.max_streams = 2;
    let session = SessionBuilder::new().limits(limits);
    let session = session.serve(FeedServer::new(Source::default())).build();
    let mut end = End {
        session,
        source: Source::default(),
    };
    let calls: Vec<_> = (0..3)
        .map(|id| call(id, "feed.silent", json!([])))
        .collect();
    let written = end.tell(&calls);
    assert_eq!(written.len(), 1);
    assert_eq!(written[0]["id"], 2);
    assert_eq!(written[0]["error"]["code"], -32006);
}

#[test]
fn a_closed_connection_drops_calls_and_streams() {
    let mut end = End::new();
    end.tell(&[
        call(1, "feed.silent", json!([])),
        call(2, "feed.gate", json!([])),
    ]);
    let source = end.source.clone();
    assert_eq!(source.0.running(), 2);
    drop(end);
    assert_eq!(source.0.running(), 0);
}

#[test]
fn a_stop_ends_streams_and_refuses_calls() {
    let mut end = End::new();
    end.tell(&[
        call(1, "feed.silent", json!([])),
        call(2, "feed.gate", json!([])),
    ]);
    end.session.stop();
    let written = end.tell(&[call(3, "feed.echo", json!(["x"]))]);
    let codes: Vec<_> = written
        .iter()
        .map(|it| (&it["id"], &it["error"]["code"]))
        .collect();
    assert_eq!(
        codes,
        [(&json!(3), &json!(-32802)), (&json!(1), &json!(-32802))]
    );
    assert!(!end.session.is_idle());
    end.source.0.gate.add_permits(1);
    assert_eq!(end.written(), [result(2, json!("through"))]);
    assert!(end.session.is_idle());
}

/// A client that makes calls and reads nothing is not read for ever.
#[test]
fn ends_of_streams_that_nobody_reads_are_bounded() {
    let mut end = End::new();
    let mut task = Task::from_waker(Waker::noop());
    let full = (0..200_000).any(|id| {
        let call = call(id, "feed.fragile", json!([0]));
        end.session.receive(call.to_string().into(), &mut task);
        !end.session.wants_to_read(&task)
    });
    assert!(full);
    end.written();
    assert!(end.session.wants_to_read(&task));
}

/// Credit for requests that never come makes no difference to those that do.
#[test]
fn a_stream_has_its_credit_after_many_others_that_never_began() {
    let mut end = End::new();
    let mut task = Task::from_waker(Waker::noop());
    for id in 0..1_000 {
        end.session
            .receive(window(id, 100).to_string().into(), &mut task);
    }
    let written = end.tell(&[window("last", 100), call("last", "feed.silent", json!([]))]);
    let opened = json!({ "token": "last", "opened": true });
    assert_eq!(written.len(), 1, "{written:?}");
    assert_eq!(written[0]["params"], opened);
}
