//! What holds of a client's subscriptions in whatever order its server and its caller act.

use std::collections::VecDeque;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context as Task, Poll, Waker};

use futures_util::{FutureExt, StreamExt};
use proptest::prelude::*;
use rpc_core::session::{Session, SessionBuilder};
use rpc_core::{CallError, DuplexLimits, SlowReader, Streaming};
use serde_json::{Value, json};

use super::chain::{ChainClient, ChainError};

#[derive(Debug, Clone)]
enum Step {
    Subscribe(SlowReader),
    /// The server names a subscription, or refuses it.
    Name {
        call: usize,
        id: u8,
    },
    Refuse(usize),
    Item(u8),
    Fail(u8),
    /// The server answers a call that closes a subscription.
    Unsubscribed(usize),
    Read(usize),
    Close(usize),
    Drop(usize),
    /// What the client wants to send is sent.
    Send,
}

fn step() -> impl Strategy<Value = Step> {
    let slow_reader = prop_oneof![
        Just(SlowReader::Close),
        Just(SlowReader::DropOldest),
        Just(SlowReader::Hold),
    ];
    let which = || 0..8_usize;
    let id = || 0..4_u8;
    prop_oneof![
        2 => slow_reader.prop_map(Step::Subscribe),
        2 => (which(), id()).prop_map(|(call, id)| Step::Name { call, id }),
        1 => which().prop_map(Step::Refuse),
        6 => id().prop_map(Step::Item),
        1 => id().prop_map(Step::Fail),
        1 => which().prop_map(Step::Unsubscribed),
        4 => which().prop_map(Step::Read),
        1 => which().prop_map(Step::Close),
        2 => which().prop_map(Step::Drop),
        3 => Just(Step::Send),
    ]
}

type Opened = Result<Streaming<u64, ChainError>, CallError<ChainError>>;

/// A subscription of the caller's.
enum Subscribed {
    Opening(Pin<Box<dyn Future<Output = Opened>>>),
    Open(Box<Streaming<u64, ChainError>>),
}

struct Run {
    session: Session,
    subscribed: Vec<Subscribed>,
    /// Calls that the server has got and not answered: those that open, and those that close.
    opening: Vec<Value>,
    closing: Vec<Value>,
}

impl Run {
    fn new() -> Self {
        let mut limits = DuplexLimits::default();
        limits.stream_buffer_items = 3;
        Run {
            session: SessionBuilder::new().limits(limits).build(),
            subscribed: Vec::new(),
            opening: Vec::new(),
            closing: Vec::new(),
        }
    }

    fn task() -> Task<'static> {
        Task::from_waker(Waker::noop())
    }

    fn hear(&mut self, message: Value) {
        let message = message.to_string().into();
        self.session.receive(message, &mut Run::task());
    }

    fn answer(&mut self, id: &Value, result: impl Into<Value>) {
        self.hear(json!({ "jsonrpc": "2.0", "result": result.into(), "id": id }));
    }

    fn notice(&mut self, id: u8, member: &str, value: Value) {
        let params = json!({ "subscription": id, member: value });
        self.hear(json!({ "jsonrpc": "2.0", "method": "chain_fragile", "params": params }));
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Subscribe(slow_reader) => {
                let chain = ChainClient::new(self.session.peer());
                let call = chain.subscribe_fragile(1).slow_reader(slow_reader);
                let opening = Box::pin(call.into_future());
                self.subscribed.push(Subscribed::Opening(opening));
            }
            Step::Name { call, id } => {
                if let Some(call) = take(&mut self.opening, call) {
                    self.answer(&call, id);
                }
            }
            Step::Refuse(call) => {
                if let Some(call) = take(&mut self.opening, call) {
                    let error = json!({ "code": 1001, "message": "nothing to count" });
                    self.hear(json!({ "jsonrpc": "2.0", "error": error, "id": call }));
                }
            }
            Step::Item(id) => self.notice(id, "result", json!(1)),
            Step::Fail(id) => self.notice(id, "error", json!({ "code": 1, "message": "over" })),
            Step::Unsubscribed(call) => {
                if let Some(call) = take(&mut self.closing, call) {
                    self.answer(&call, true);
                }
            }
            Step::Read(which) => self.read(which),
            Step::Close(which) => {
                let count = self.subscribed.len().max(1);
                if let Some(Subscribed::Open(stream)) = self.subscribed.get_mut(which % count) {
                    stream.close();
                }
            }
            Step::Drop(which) => drop(take(&mut self.subscribed, which)),
            Step::Send => self.send(),
        }
    }

    fn read(&mut self, which: usize) {
        let count = self.subscribed.len().max(1);
        let Some(subscribed) = self.subscribed.get_mut(which % count) else {
            return;
        };
        match subscribed {
            Subscribed::Opening(opening) => match opening.poll_unpin(&mut Run::task()) {
                Poll::Ready(Ok(stream)) => *subscribed = Subscribed::Open(Box::new(stream)),
                Poll::Ready(Err(_)) => drop(take(&mut self.subscribed, which)),
                Poll::Pending => {}
            },
            Subscribed::Open(stream) => drop(stream.poll_next_unpin(&mut Run::task())),
        }
    }

    fn send(&mut self) {
        let mut messages = VecDeque::new();
        while self
            .session
            .poll_outgoing(&mut Run::task(), &mut messages)
            .is_ready()
        {}
        for message in messages {
            let message: Value = serde_json::from_slice(&message).unwrap();
            match message["method"].as_str().unwrap() {
                "chain_subscribeFragile" => self.opening.push(message["id"].clone()),
                "chain_unsubscribeFragile" => self.closing.push(message["id"].clone()),
                other => assert_eq!(other, "$/cancelRequest"),
            }
        }
    }
}

/// Takes one of several.
fn take<T>(from: &mut Vec<T>, which: usize) -> Option<T> {
    let count = from.len();
    (count > 0).then(|| from.remove(which % count))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Once nobody reads any more, and everything has been answered, nothing is left, and nothing holds the connection.
    #[test]
    fn nothing_is_left(steps in prop::collection::vec(step(), 0..80)) {
        let mut run = Run::new();
        for step in steps {
            run.step(step);
        }
        run.subscribed.clear();
        assert!(run.session.wants_to_read(&Task::from_waker(Waker::noop())));
        run.send();
        for id in std::mem::take(&mut run.opening) {
            run.answer(&id, 9);
        }
        run.send();
        for id in std::mem::take(&mut run.closing) {
            run.answer(&id, true);
        }
        assert!(run.session.is_idle());
    }
}
