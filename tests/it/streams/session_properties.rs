//! Whatever an end of a connection sends, in whatever order: each call is answered once, and no item comes after its stream's end.

use std::collections::{HashMap, HashSet, VecDeque};
use std::task::{Context as Task, Waker};

use proptest::prelude::*;
use rpc_core::session::{Session, SessionBuilder};
use serde_json::{Value, json};

use super::feed::{FeedServer, Source};

/// What is done to a session.
#[derive(Debug, Clone)]
enum Step {
    /// A call with a new id, or, if there is one, with the id of an earlier call.
    Call(Call, Option<usize>),
    /// Calls with new ids in one message.
    Batch(Vec<Call>),
    Cancel(usize),
    Window(usize, u64),
    /// Bytes that may be anything.
    Noise(Vec<u8>),
    /// What has been written is taken.
    Take,
    OpenGate,
}

#[derive(Debug, Clone, Copy)]
enum Call {
    Echo,
    Count(u64),
    Endless,
    Silent,
    Fragile(u64),
    Gate,
    Unknown,
}

impl Call {
    fn message(self, id: usize) -> Value {
        let (method, params) = match self {
            Call::Echo => ("feed.echo", json!(["x"])),
            Call::Count(to) => ("feed.count", json!([to])),
            Call::Endless => ("feed.endless", json!(["x".repeat(500)])),
            Call::Silent => ("feed.silent", json!([])),
            Call::Fragile(to) => ("feed.fragile", json!([to])),
            Call::Gate => ("feed.gate", json!([])),
            Call::Unknown => ("feed.unknown", json!([])),
        };
        json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })
    }
}

fn call() -> impl Strategy<Value = Call> {
    prop_oneof![
        Just(Call::Echo),
        (0_u64..40).prop_map(Call::Count),
        Just(Call::Endless),
        Just(Call::Silent),
        (0_u64..6).prop_map(Call::Fragile),
        Just(Call::Gate),
        Just(Call::Unknown),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let noise = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..30),
        Just(br#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":{}}}"#.to_vec()),
        Just(br#"{"jsonrpc":"2.0","method":"$/progress","params":{"token":1,"value":1}}"#.to_vec()),
        Just(br#"{"jsonrpc":"2.0","result":1,"id":1}"#.to_vec()),
        Just(br#"[{"jsonrpc":"2.0","method":"$/window","params":{"token":1,"add":-1}}]"#.to_vec()),
    ];
    prop_oneof![
        6 => (call(), proptest::option::weighted(0.1, any::<usize>())).prop_map(|(call, again)| Step::Call(call, again)),
        1 => proptest::collection::vec(call(), 1..5).prop_map(Step::Batch),
        3 => any::<usize>().prop_map(Step::Cancel),
        2 => (any::<usize>(), 0_u64..5000).prop_map(|(id, add)| Step::Window(id, add)),
        1 => noise.prop_map(Step::Noise),
        3 => Just(Step::Take),
        1 => Just(Step::OpenGate),
    ]
}

/// A session, what it was asked, and what it has said.
struct Trial {
    session: Session,
    source: Source,
    calls: usize,
    /// How often each id was used.
    asked: HashMap<u64, usize>,
    answered: HashMap<u64, usize>,
}

impl Trial {
    fn new() -> Self {
        let source = Source::default();
        let session = SessionBuilder::new().serve(FeedServer::new(source.clone()));
        Trial {
            session: session.build(),
            source,
            calls: 0,
            asked: HashMap::new(),
            answered: HashMap::new(),
        }
    }

    fn send(&mut self, message: impl Into<bytes::Bytes>) {
        let mut task = Task::from_waker(Waker::noop());
        self.session.receive(message.into(), &mut task);
    }

    fn call(&mut self, call: Call, again: Option<usize>) -> Value {
        let id = match again.filter(|_| self.calls > 0) {
            Some(again) => again % self.calls,
            None => {
                self.calls += 1;
                self.calls - 1
            }
        };
        *self.asked.entry(id as u64).or_default() += 1;
        call.message(id)
    }

    fn run(&mut self, step: Step) {
        let some_id = |number: usize, calls: usize| number % (calls + 2);
        match step {
            Step::Call(call, again) => {
                let message = self.call(call, again);
                self.send(message.to_string());
            }
            Step::Batch(calls) => {
                let messages: Vec<Value> =
                    calls.into_iter().map(|it| self.call(it, None)).collect();
                self.send(Value::from(messages).to_string());
            }
            Step::Cancel(number) => {
                let id = some_id(number, self.calls);
                self.send(format!(
                    r#"{{"jsonrpc":"2.0","method":"$/cancelRequest","params":{{"id":{id}}}}}"#
                ));
            }
            Step::Window(number, add) => {
                let token = some_id(number, self.calls);
                self.send(format!(
                    r#"{{"jsonrpc":"2.0","method":"$/window","params":{{"token":{token},"add":{add}}}}}"#
                ));
            }
            Step::Noise(bytes) => self.send(bytes),
            Step::Take => self.take(),
            Step::OpenGate => self.source.0.gate.add_permits(1),
        }
    }

    /// Takes what is ready to be written, and checks it.
    fn take(&mut self) {
        let mut task = Task::from_waker(Waker::noop());
        let mut messages = VecDeque::new();
        if self
            .session
            .poll_outgoing(&mut task, &mut messages)
            .is_pending()
        {
            return;
        }
        let bytes: usize = messages.iter().map(bytes::Bytes::len).sum();
        assert!(bytes < 400_000, "{bytes} bytes waited");
        for message in messages {
            let message: Value = serde_json::from_slice(&message).unwrap();
            match &message {
                Value::Array(answers) => answers.iter().for_each(|answer| self.answer(answer)),
                message if message.get("method").is_some() => {
                    assert_eq!(message["method"], "$/progress");
                    let token = message["params"]["token"].as_u64().unwrap();
                    assert!(self.is_open(token), "an item after the end: {message}");
                }
                answer => self.answer(answer),
            }
        }
    }

    fn answer(&mut self, answer: &Value) {
        // Noise is answered without an id.
        if let Some(id) = answer["id"].as_u64() {
            assert!(self.is_open(id), "a second answer: {answer}");
            *self.answered.entry(id).or_default() += 1;
        }
    }

    fn is_open(&self, id: u64) -> bool {
        let count = |counts: &HashMap<u64, usize>| counts.get(&id).copied().unwrap_or(0);
        count(&self.answered) < count(&self.asked)
    }

    /// Stops everything, and takes the rest.
    fn finish(&mut self) {
        self.source.0.gate.add_permits(1000);
        for id in 0..self.calls {
            self.run(Step::Cancel(id));
        }
        for _ in 0..1000 {
            if self.session.is_idle() {
                return;
            }
            self.take();
        }
        panic!("it does not come to an end");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn each_call_is_answered_once(steps in proptest::collection::vec(step(), 0..40)) {
        let mut trial = Trial::new();
        for step in steps {
            trial.run(step);
        }
        trial.finish();
        prop_assert_eq!(&trial.asked, &trial.answered);
        prop_assert_eq!(trial.source.0.running(), 0);
    }

    /// A session that is dropped in the middle leaves nothing running.
    #[test]
    fn nothing_outlives_its_session(steps in proptest::collection::vec(step(), 0..40)) {
        let mut trial = Trial::new();
        for step in steps {
            trial.run(step);
        }
        let Trial { session, source, .. } = trial;
        drop(session);
        prop_assert_eq!(source.0.running(), 0);
    }
}

/// Two sessions talk about each other's calls, whatever pieces the messages are handed over in.
#[test]
fn ids_of_both_directions_are_apart() {
    let mut one = Trial::new();
    let mut ids = HashSet::new();
    for _ in 0..3 {
        let message = one.call(Call::Echo, None);
        assert!(ids.insert(message["id"].as_u64()));
        one.send(message.to_string());
    }
    // A response to a call that this end never made is not an answer to anything.
    one.send(r#"{"jsonrpc":"2.0","result":"theirs","id":0}"#);
    one.take();
    assert_eq!(one.answered.len(), 3);
}
