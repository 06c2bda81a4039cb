//! A transport that records what is sent, byte for byte, and answers what the test says.

use std::sync::{Arc, Mutex};

use rpc_core::{Client, Transport, TransportFailure, TransportReply, TransportRequest};

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

    /// Answers every message with the same bytes.
    pub fn replies(body: impl Into<bytes::Bytes>) -> Self {
        let body = body.into();
        Script::new(move |_| Ok(TransportReply::new(body.clone())))
    }

    /// Answers nothing, as for notifications.
    pub fn silent() -> Self {
        Script::replies("")
    }

    pub fn client(&self) -> Client<Script> {
        Client::from_transport(self.clone())
    }

    /// The messages that were sent.
    pub fn messages(&self) -> Vec<TransportRequest> {
        self.sent.lock().unwrap().clone()
    }

    /// The bytes that were sent.
    pub fn sent(&self) -> Vec<String> {
        let bodies = self.messages().into_iter().map(|message| message.body);
        bodies
            .map(|body| String::from_utf8(body).unwrap())
            .collect()
    }

    /// The only message.
    pub fn only(&self) -> TransportRequest {
        let [message] = &self.messages()[..] else {
            panic!("not one message: {:?}", self.sent());
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
