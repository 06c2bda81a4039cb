//! [`Retry`]: whether to send a call again that an earlier run sent without getting an answer.

use std::collections::HashMap;
use std::pin::Pin;

use rpc_core::{BoxTransport, Client};

use super::message::QueuedCall;
use crate::failure::{Failure, Result};
use crate::introspection;

pub(super) struct Retry {
    client: Client<BoxTransport>,
    /// `--resend`: send all of them again.
    resend: bool,
    /// `--idempotent`: send them again if the server does not say otherwise.
    assume_idempotent: bool,
    /// What the server said about each method.
    is_idempotent: HashMap<String, bool>,
    question: Option<Question>,
}

/// The server is being asked about a method. Until it answers, no further line is taken.
struct Question {
    number: u64,
    answer: Pin<Box<dyn Future<Output = (QueuedCall, Result<bool>)>>>,
}

pub(super) enum Decision {
    SendAgain(&'static str),
    Skip,
    AskServer,
}

impl Retry {
    pub(super) fn new(client: Client<BoxTransport>, resend: bool, assume_idempotent: bool) -> Self {
        Retry {
            client,
            resend,
            assume_idempotent,
            is_idempotent: HashMap::new(),
            question: None,
        }
    }

    pub(super) fn decide(&self, method: &str) -> Decision {
        if self.resend {
            return Decision::SendAgain("--resend");
        }
        let known = self.is_idempotent.get(method).copied();
        match known.or(self.assume_idempotent.then_some(true)) {
            Some(true) => Decision::SendAgain("it is idempotent"),
            Some(false) => Decision::Skip,
            None => Decision::AskServer,
        }
    }

    pub(super) fn remember(&mut self, method: String, is_idempotent: bool) {
        self.is_idempotent.insert(method, is_idempotent);
    }

    /// Asks the server whether the method of a call is idempotent.
    pub(super) fn ask(&mut self, queued: QueuedCall) {
        let client = self.client.clone();
        self.question = Some(Question {
            number: queued.line.number,
            answer: Box::pin(async move {
                let answer = is_idempotent(&client, &queued.call.method).await;
                (queued, answer)
            }),
        });
    }

    pub(super) fn is_asking(&self) -> bool {
        self.question.is_some()
    }

    /// Waits for the server's answer; for ever if it was not asked.
    pub(super) async fn answer(&mut self) -> (QueuedCall, Result<bool>) {
        let Some(question) = &mut self.question else {
            return std::future::pending().await;
        };
        let answer = question.answer.as_mut().await;
        self.question = None;
        answer
    }

    /// Stops asking. The number of the line that it was about.
    pub(super) fn cancel(&mut self) -> Option<u64> {
        self.question.take().map(|question| question.number)
    }
}

async fn is_idempotent(client: &Client<BoxTransport>, method: &str) -> Result<bool> {
    match introspection::signature(client, method).await {
        Ok(signature) => Ok(signature.is_some_and(|signature| signature.idempotent)),
        // The server answered, but does not say that the method is idempotent.
        Err(error) if error.object().is_some() || error.is_protocol() => Ok(false),
        Err(error) => Err(Failure::call(&error)),
    }
}
