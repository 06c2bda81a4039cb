//! Subscriptions of a client to other people's servers, without a transport. The server is written out, message by message.

use std::collections::VecDeque;
use std::future::{Future, IntoFuture};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context as Task, Poll, Wake, Waker};

use futures_util::{FutureExt, StreamExt};
use rpc_core::session::{Session, SessionBuilder};
use rpc_core::{CallError, DuplexLimits, Peer, ProtocolError, SlowReader, StreamCall, Streaming};
use serde_json::{Value, json};

use super::chain::{ChainClient, ChainError, EthClient, Head};

/// A client, and the messages between it and its server.
pub struct End {
    pub session: Session,
}

impl End {
    pub fn new() -> Self {
        End::with(DuplexLimits::default())
    }

    fn with(limits: DuplexLimits) -> Self {
        let session = SessionBuilder::new().limits(limits).build();
        End { session }
    }

    pub fn chain(&self) -> ChainClient<Peer> {
        ChainClient::new(self.session.peer())
    }

    /// What the client sends.
    pub fn sent(&mut self) -> Vec<Value> {
        let mut task = Task::from_waker(Waker::noop());
        let mut messages = VecDeque::new();
        let _is_ready = self.session.poll_outgoing(&mut task, &mut messages);
        let parse = |message: &bytes::Bytes| serde_json::from_slice(message).unwrap();
        messages.iter().map(parse).collect()
    }

    pub fn hear(&mut self, message: Value) {
        let mut task = Task::from_waker(Waker::noop());
        self.session.receive(message.to_string().into(), &mut task);
    }

    fn wants_to_read(&self) -> bool {
        self.session.wants_to_read(&Task::from_waker(Waker::noop()))
    }

    /// Opens a subscription, which gets this id.
    pub fn open<R: 'static, E: rpc_core::MethodError + std::fmt::Debug + 'static>(
        &mut self,
        call: StreamCall<Peer, R, E>,
        id: Value,
    ) -> Streaming<R, E> {
        let mut opening = pin!(call.into_future());
        assert!(poll(&mut opening).is_pending());
        let sent = self.sent();
        self.hear(result(&sent[0]["id"], id));
        opening.now_or_never().unwrap().unwrap()
    }
}

pub fn poll<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    future.poll_unpin(&mut Task::from_waker(Waker::noop()))
}

/// The next thing that a stream has, if it has one.
pub fn next<R, E: rpc_core::MethodError>(
    stream: &mut Streaming<R, E>,
) -> Poll<Option<Result<R, CallError<E>>>> {
    stream.poll_next_unpin(&mut Task::from_waker(Waker::noop()))
}

/// The next item.
pub fn read<R, E: rpc_core::MethodError + std::fmt::Debug>(stream: &mut Streaming<R, E>) -> R {
    match next(stream) {
        Poll::Ready(Some(item)) => item.unwrap(),
        Poll::Ready(None) => panic!("the stream has ended"),
        Poll::Pending => panic!("there is no item"),
    }
}

pub fn result(id: &Value, result: Value) -> Value {
    json!({ "jsonrpc": "2.0", "result": result, "id": id })
}

pub fn item(subscription: impl Into<Value>, result: impl Into<Value>) -> Value {
    let params = json!({ "subscription": subscription.into(), "result": result.into() });
    json!({ "jsonrpc": "2.0", "method": "whatever", "params": params })
}

fn failure(subscription: impl Into<Value>, error: Value) -> Value {
    let params = json!({ "subscription": subscription.into(), "error": error });
    json!({ "jsonrpc": "2.0", "method": "whatever", "params": params })
}

#[test]
fn a_stub_subscribes_and_unsubscribes() {
    let mut end = End::new();
    let mut opening = end.chain().count(3).into_future();
    assert!(poll(&mut opening).is_pending());
    let sent = end.sent();
    let expected =
        json!({ "jsonrpc": "2.0", "method": "chain_count", "params": [3], "id": sent[0]["id"] });
    assert_eq!(sent, [expected]);
    end.hear(result(&sent[0]["id"], json!(99)));
    let mut count = opening.now_or_never().unwrap().unwrap();
    assert!(next(&mut count).is_pending());
    end.hear(item(99, 1));
    end.hear(item(98, 7)); // somebody else's
    end.hear(item(99, 2));
    assert_eq!((read(&mut count), read(&mut count)), (1, 2));
    assert!(next(&mut count).is_pending());
    drop(count);
    let sent = end.sent();
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!(sent[0]["method"], "chain_stopCounting");
    assert_eq!(sent[0]["params"], json!([99]));
    end.hear(result(&sent[0]["id"], json!(true)));
    end.hear(item(99, 3));
    assert!(end.sent().is_empty());
    assert!(end.session.is_idle());
}

#[test]
fn a_stub_speaks_to_ethereum_nodes() {
    let mut end = End::new();
    let eth = EthClient::new(end.session.peer());
    let mut opening = eth.new_heads().into_future();
    assert!(poll(&mut opening).is_pending());
    let sent = end.sent();
    assert_eq!(sent[0]["method"], "eth_subscribe");
    assert_eq!(sent[0]["params"], json!(["newHeads"]));
    end.hear(result(&sent[0]["id"], json!("0x9cef")));
    let mut heads = opening.now_or_never().unwrap().unwrap();
    end.hear(item("0x9cef", json!({ "number": "0x1" })));
    assert_eq!(read(&mut heads), Head::new(1));
    drop(heads);
    assert_eq!(end.sent()[0]["method"], "eth_unsubscribe");

    let mut opening = eth.logs(None).into_future();
    assert!(poll(&mut opening).is_pending());
    assert_eq!(end.sent()[0]["params"], json!(["logs"]));
}

#[test]
fn subscriptions_work_without_a_contract() {
    let mut end = End::new();
    let client = end.session.peer();
    let call = client.subscribe::<_, u64>("slotSubscribe", (), "slotUnsubscribe");
    let mut slots = end.open(call, json!(0));
    end.hear(item(0, 5));
    assert_eq!(read(&mut slots), 5);
    drop(slots);
    assert_eq!(end.sent()[0]["method"], "slotUnsubscribe");
}

/// Some servers send the first items before the reply with their id.
#[test]
fn items_before_the_reply_are_kept() {
    let mut end = End::new();
    let mut opening = end.chain().count(3).into_future();
    assert!(poll(&mut opening).is_pending());
    let sent = end.sent();
    end.hear(item(5, 1));
    end.hear(item(6, 9));
    end.hear(item(5, 2));
    assert!(poll(&mut opening).is_pending());
    end.hear(result(&sent[0]["id"], json!(5)));
    end.hear(item(5, 3));
    let mut count = opening.now_or_never().unwrap().unwrap();
    let read: Vec<_> = (0..3).map(|_| read(&mut count)).collect();
    assert_eq!(read, [1, 2, 3]);
}

/// What is kept for a subscription without a reply is bounded, and it is not lost silently.
#[test]
fn too_many_items_before_the_reply_are_reported() {
    let mut end = End::new();
    let call = end.chain().count(3).slow_reader(SlowReader::DropOldest);
    let mut opening = call.into_future();
    assert!(poll(&mut opening).is_pending());
    let sent = end.sent();
    for number in 0..5000 {
        end.hear(item(5, number));
    }
    for stranger in 1000..5000 {
        end.hear(item(stranger, 1));
    }
    end.hear(result(&sent[0]["id"], json!(5)));
    let mut count = opening.now_or_never().unwrap().unwrap();
    for number in 0..1024 {
        assert_eq!(read(&mut count), number);
    }
    let overflow = next(&mut count).map(|it| it.unwrap().unwrap_err().overflow().unwrap().missed());
    assert_eq!(overflow, Poll::Ready(Some(5000 - 1024)));
    end.hear(item(5, 7));
    assert_eq!(read(&mut count), 7);
}

#[test]
fn the_end_comes_after_the_own_unsubscribe() {
    let mut end = End::new();
    let call = end.chain().count(3);
    let mut count = end.open(call, json!(1));
    end.hear(item(1, 1));
    count.close();
    count.close();
    let sent = end.sent();
    assert_eq!(sent.len(), 1);
    end.hear(item(1, 2));
    assert_eq!((read(&mut count), read(&mut count)), (1, 2));
    assert!(next(&mut count).is_pending());
    end.hear(result(&sent[0]["id"], json!(true)));
    assert!(matches!(next(&mut count), Poll::Ready(None)));
    drop(count);
    assert!(end.sent().is_empty());
    assert!(end.session.is_idle());
}

#[test]
fn a_failure_ends_the_stream_with_the_methods_own_error() {
    let mut end = End::new();
    let call = end.chain().subscribe_fragile(5);
    let mut fragile = end.open(call, json!("x"));
    let error = json!({ "code": 1002, "message": "3 is too much", "data": { "at": 3 } });
    end.hear(item("x", 1));
    end.hear(failure("x", error));
    assert_eq!(read(&mut fragile), 1);
    let failed = next(&mut fragile).map(|it| it.unwrap().unwrap_err());
    assert!(
        matches!(
            failed,
            Poll::Ready(CallError::Method(ChainError::TooMuch { at: 3 }))
        ),
        "{failed:?}"
    );
    assert!(matches!(next(&mut fragile), Poll::Ready(None)));
    drop(fragile);
    assert!(end.sent().is_empty(), "the server has closed it");

    // jsonrpsee's servers send a text.
    let call = end.chain().subscribe_fragile(5);
    let mut fragile = end.open(call, json!("y"));
    end.hear(failure("y", json!("out of heads")));
    let failed = next(&mut fragile).map(|it| it.unwrap().unwrap_err());
    let Poll::Ready(CallError::Object(object)) = failed else {
        panic!("{failed:?}");
    };
    assert_eq!(object.data().unwrap().get(), "\"out of heads\"");
}

#[test]
fn a_subscription_that_is_refused() {
    let mut end = End::new();
    let mut opening = end.chain().subscribe_fragile(0).into_future();
    assert!(poll(&mut opening).is_pending());
    let sent = end.sent();
    let error = json!({ "code": 1001, "message": "nothing to count" });
    end.hear(json!({ "jsonrpc": "2.0", "error": error, "id": sent[0]["id"] }));
    let refused = opening.now_or_never().unwrap();
    assert!(matches!(refused, Err(CallError::Method(ChainError::Empty))));

    // Not an id, so that this is not the clean end of an empty stream.
    let mut opening = end.chain().count(0).into_future();
    assert!(poll(&mut opening).is_pending());
    let sent = end.sent();
    end.hear(result(&sent[0]["id"], Value::Null));
    let refused = opening.now_or_never().unwrap().unwrap_err();
    assert!(
        matches!(refused.protocol(), Some(ProtocolError::NotResponse { .. })),
        "{refused}"
    );
    assert!(end.session.is_idle());
}

/// The id is not known yet, so that the unsubscribe has to wait for it.
#[test]
fn a_call_that_is_dropped_before_its_reply_is_unsubscribed_later() {
    let mut end = End::new();
    let mut opening = end.chain().count(3).into_future();
    assert!(poll(&mut opening).is_pending());
    let id = end.sent()[0]["id"].clone();
    drop(opening);
    assert_eq!(end.sent()[0]["method"], "$/cancelRequest");
    end.hear(item(4, 1));
    end.hear(result(&id, json!(4)));
    let sent = end.sent();
    assert_eq!(sent[0]["method"], "chain_stopCounting");
    assert_eq!(sent[0]["params"], json!([4]));
    assert!(end.session.is_idle());

    // One that was not sent never will be.
    let mut opening = end.chain().count(3).into_future();
    assert!(poll(&mut opening).is_pending());
    drop(opening);
    assert!(end.sent().is_empty());
    assert!(end.session.is_idle());
}

#[test]
fn a_lost_connection_is_an_error() {
    let mut end = End::new();
    let call = end.chain().count(3);
    let mut count = end.open(call, json!(1));
    end.hear(item(1, 1));
    drop(end);
    assert_eq!(read(&mut count), 1);
    let lost = next(&mut count).map(|it| it.unwrap().unwrap_err());
    assert!(
        matches!(lost, Poll::Ready(CallError::Transport(_))),
        "{lost:?}"
    );
}

#[test]
fn a_slow_reader_loses_the_stream() {
    let mut end = End::new();
    let call = end.chain().count(3);
    let mut count = end.open(call, json!(1));
    for number in 0..2000 {
        end.hear(item(1, number));
    }
    let sent = end.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0]["method"], "chain_stopCounting");
    for number in 0..1024 {
        assert_eq!(read(&mut count), number);
    }
    let overflow = next(&mut count).map(|it| it.unwrap().unwrap_err());
    let Poll::Ready(CallError::Overflow(overflow)) = overflow else {
        panic!("{overflow:?}");
    };
    assert!(overflow.has_ended());
    assert!(matches!(next(&mut count), Poll::Ready(None)));
    drop(count);
    assert!(end.session.is_idle());
}

#[test]
fn a_slow_reader_loses_the_oldest_items() {
    let mut end = End::new();
    let call = end.chain().count(3).slow_reader(SlowReader::DropOldest);
    let mut count = end.open(call, json!(1));
    for number in 0..2000 {
        end.hear(item(1, number));
    }
    let overflow = next(&mut count).map(|it| it.unwrap().unwrap_err());
    let Poll::Ready(CallError::Overflow(overflow)) = overflow else {
        panic!("{overflow:?}");
    };
    assert_eq!(overflow.missed(), Some(2000 - 1024));
    for number in 2000 - 1024..2000 {
        assert_eq!(read(&mut count), number);
    }
    assert!(next(&mut count).is_pending());
    end.hear(item(1, 2000));
    assert_eq!(read(&mut count), 2000);
    assert!(end.sent().is_empty());
}

/// Bytes count as well, and one item is always kept.
#[test]
fn large_items_count_by_their_bytes() {
    let mut end = End::new();
    let call = end.chain().subscribe_text("x");
    let mut texts = end.open(call.slow_reader(SlowReader::DropOldest), json!(1));
    let text = |letter: &str| letter.repeat(700_000);
    for letter in ["a", "b", "c"] {
        end.hear(item(1, text(letter)));
    }
    let overflow = next(&mut texts).map(|it| it.unwrap().unwrap_err().overflow().unwrap().missed());
    assert_eq!(overflow, Poll::Ready(Some(2)));
    assert_eq!(read(&mut texts), text("c"));
    end.hear(item(1, "d".repeat(3_000_000)));
    assert_eq!(read(&mut texts).len(), 3_000_000);
}

#[test]
fn a_slow_reader_holds_the_connection() {
    let mut limits = DuplexLimits::default();
    limits.stream_buffer_items = 3;
    let mut end = End::with(limits);
    let call = end.chain().count(3);
    let mut count = end.open(call.slow_reader(SlowReader::Hold), json!(1));
    for number in 0..3 {
        assert!(end.wants_to_read());
        end.hear(item(1, number));
    }
    assert!(!end.wants_to_read());
    assert!(end.session.is_held());
    assert_eq!(read(&mut count), 0);
    assert!(end.wants_to_read());
    end.hear(item(1, 3));
    assert!(!end.wants_to_read());
    assert_eq!(read(&mut count), 1);
    end.hear(item(1, 4));
    assert!(end.session.is_held());
    // Who has gone holds nothing.
    drop(count);
    assert!(end.wants_to_read());
    end.sent();

    let call = end.chain().count(3);
    let mut count = end.open(call.slow_reader(SlowReader::Hold), json!(2));
    (0..3).for_each(|number| end.hear(item(2, number)));
    assert!(end.session.is_held());
    end.hear(failure(2, json!({ "code": 1, "message": "over" })));
    assert!(!end.session.is_held());
    (0..3).for_each(|number| assert_eq!(read(&mut count), number));
    assert!(matches!(next(&mut count), Poll::Ready(Some(Err(_)))));
}

/// The connection's task may wait until it can write, which needs the other end to be read.
#[test]
fn a_reader_that_lets_go_wakes_the_connection() {
    let mut limits = DuplexLimits::default();
    limits.stream_buffer_items = 1;
    let mut end = End::with(limits);
    let call = end.chain().count(3);
    let mut count = end.open(call.slow_reader(SlowReader::Hold), json!(1));
    end.hear(item(1, 0));
    let (waker, woken) = counting_waker();
    assert!(!end.session.wants_to_read(&Task::from_waker(&waker)));
    assert_eq!(woken(), 0);
    assert_eq!(read(&mut count), 0);
    assert_eq!(woken(), 1);
}

/// A waker, and how often it was woken.
fn counting_waker() -> (Waker, impl Fn() -> usize) {
    struct Counter(AtomicUsize);

    impl Wake for Counter {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    let counter = Arc::new(Counter(AtomicUsize::new(0)));
    let waker = Waker::from(Arc::clone(&counter));
    (waker, move || counter.0.load(Ordering::SeqCst))
}

/// Some servers use an id again as soon as its subscription has ended.
#[test]
fn an_id_that_is_used_again_belongs_to_the_new_subscription() {
    let mut end = End::new();
    let call = end.chain().count(3);
    let mut old = end.open(call, json!(5));
    end.hear(failure(5, json!({ "code": 1, "message": "over" })));
    let call = end.chain().count(3);
    let mut new = end.open(call, json!(5));
    assert!(matches!(next(&mut old), Poll::Ready(Some(Err(_)))));
    drop(old);
    end.hear(item(5, 1));
    assert_eq!(read(&mut new), 1);
}

#[test]
fn a_stream_that_is_closed_and_dropped_unsubscribes_once() {
    let mut end = End::new();
    let call = end.chain().count(3);
    let mut count = end.open(call, json!(5));
    count.close();
    count.close();
    drop(count);
    let sent = end.sent();
    assert_eq!(sent.len(), 1, "{sent:?}");
    // Nobody reads it, so the connection need not wait for the answer.
    assert!(end.session.is_idle());
    end.hear(result(&sent[0]["id"], json!(true)));
    assert!(end.sent().is_empty());
}

/// Nothing is left of a subscription, whichever way it goes.
#[test]
fn ten_thousand_subscriptions_leave_nothing_behind() {
    let mut end = End::new();
    for round in 0..10_000_u64 {
        let call = end.chain().count(3);
        let mut count = end.open(call, json!(round));
        end.hear(item(round, 1));
        assert_eq!(read(&mut count), 1);
        drop(count);
        let sent = end.sent();
        end.hear(result(&sent[0]["id"], json!(true)));
    }
    assert!(end.session.is_idle());
}
