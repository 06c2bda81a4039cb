//! [`Script`]: a transport that records every message byte for byte and replies as the test tells it to.

use std::sync::{Arc, Mutex};

use rpc_core::transport::{TransportFailure, TransportReply, TransportRequest};
use rpc_core::{Client, Transport};

type Answer = dyn Fn(&TransportRequest) -> Result<TransportReply, TransportFailure> + Send + Sync;

#[derive(Clone)]
pub struct Script {
    answer: Arc<Answer>,
    sent: Arc<Mutex<Vec<TransportRequest>>>,
}

impl Script {
    pub fn new(
        answer: impl Fn(&TransportRequest) -> Result<TransportReply, TransportFailure>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Script {
            answer: Arc::new(answer),
            sent: Arc::default(),
        }
    }

    /// Replies to every message with the same bytes.
    pub fn replies(body: impl Into<bytes::Bytes>) -> Self {
        let body = body.into();
        Script::new(move |_| Ok(TransportReply::new(body.clone())))
    }

    /// Replies with nothing, as a server does to notifications.
    pub fn silent() -> Self {
        Script::replies("")
    }

    pub fn client(&self) -> Client<Script> {
        Client::from_transport(self.clone())
    }

    /// The messages sent so far.
    pub fn messages(&self) -> Vec<TransportRequest> {
        self.sent.lock().unwrap().clone()
    }

    /// The bodies sent so far.
    pub fn sent(&self) -> Vec<String> {
        let bodies = self.messages().into_iter().map(|message| message.body);
        bodies
            .map(|body| String::from_utf8(body).unwrap())
            .collect()
    }

    /// The only message sent so far. Panics if there is not exactly one.
    pub fn only(&self) -> TransportRequest {
        let [message] = &self.messages()[..] else {
            panic!("expected one message: {:?}", self.sent());
        };
        message.clone()
    }
}

impl Transport for Script {
    async fn send(&self, message: TransportRequest) -> Result<TransportReply, TransportFailure> {
        let answer = (self.answer)(&message);
        self.sent.lock().unwrap().push(message);
        answer
    }
}

/// A value whose `Serialize` fails.
pub struct Broken;

impl serde::Serialize for Broken {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("it is broken"))
    }
}
