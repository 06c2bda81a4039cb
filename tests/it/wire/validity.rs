//! What must hold for the answer to any bytes: there is none, or it is valid JSON-RPC 2.0 with the codes and ids that
//! the [reference](super::reference) finds.

use std::collections::HashMap;
use std::future::Future;
use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};

use rpc_core::{Dispatcher, RequestMetadata, Server};
use serde_json::Value;
use serde_json::value::RawValue;

use super::reference::{self, Answer, Outcome, Response};
use super::service;

/// Sends a message, and panics if the answer is wrong.
pub fn check(message: &[u8]) {
    let reply = answer(message);
    let expected = reference::answer(message);
    match (&expected, &reply) {
        (Answer::Silence, None) => {}
        (Answer::Single(expected), Some(reply)) => check_response(expected, reply),
        (Answer::Batch(expected), Some(reply)) => {
            let responses: Vec<&RawValue> =
                serde_json::from_str(reply).expect("an array of responses");
            assert_eq!(expected.len(), responses.len(), "{reply}");
            for (expected, response) in expected.iter().zip(responses) {
                check_response(expected, response.get());
            }
        }
        _ => panic!("expected {expected:?}, got {reply:?}"),
    }
}

/// The answer of a server that keeps nothing between messages that an answer could depend on.
pub fn answer(message: &[u8]) -> Option<String> {
    static SERVER: LazyLock<Server<Dispatcher>> = LazyLock::new(|| {
        let dispatcher = service::dispatcher();
        // A fuzzer reports every panic, even one that is caught, and counters would grow without limit.
        for name in service::UNFIT_FOR_FUZZING {
            assert!(dispatcher.remove(name), "{name}");
        }
        Server::new(dispatcher)
    });
    let reply = block_on(SERVER.handle(message, RequestMetadata::default()))?;
    Some(String::from_utf8(reply.into_body()).expect("an answer is UTF-8"))
}

fn check_response(expected: &Response, text: &str) {
    // An id, and a result that a method echoes, may be more than a `Value` can hold.
    let members: HashMap<String, &RawValue> =
        serde_json::from_str(text).expect("a response is an object");
    assert_eq!(members.len(), 3, "{text}");
    assert_eq!(members["jsonrpc"].get(), r#""2.0""#, "{text}");
    assert_eq!(members["id"].get(), expected.id, "{text}");
    let code = members.get("error").map(|error| {
        check_error(&serde_json::from_str(error.get()).expect("an error is a plain value"))
    });
    assert_eq!(code.is_none(), members.contains_key("result"), "{text}");
    match (&expected.outcome, code) {
        (Outcome::Result, None) | (Outcome::Either, _) => {}
        (Outcome::Error(expected), Some(code)) if *expected == code => {}
        (outcome, _) => panic!("expected {outcome:?}, got {text}"),
    }
}

/// Section 5.1: an integer code, a message, and perhaps data.
fn check_error(error: &Value) -> i64 {
    let members = error.as_object().expect("an error is an object");
    assert!(members["message"].is_string(), "{error}");
    let length = 2 + usize::from(members.contains_key("data"));
    assert_eq!(members.len(), length, "{error}");
    members["code"].as_i64().expect("a code is an integer")
}

/// Nothing here waits except by yielding to the executor.
fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut task = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut task) {
            return output;
        }
    }
}
