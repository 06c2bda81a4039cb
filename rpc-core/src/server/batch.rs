//! Batches (section 6 of the specification): every entry is a call of its own, and the answers come in order.

use std::future::Future;
use std::pin::Pin;
use std::task::Poll;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::{Reply, Server};
use crate::Id;
use crate::context::Origin;
use crate::error::ErrorObject;
use crate::outcome::Outcome;
use crate::service::Service;
use crate::wire::cursor::{Cursor, NotJson, describe_syntax_error};
use crate::wire::request::{self, Request};

impl<S: Service> Server<S> {
    pub(super) async fn handle_batch(
        &self,
        text: &str,
        cursor: Cursor<'_>,
        origin: Origin,
    ) -> Option<Reply> {
        // All of the message is read before any of it runs: what is no JSON has no effect.
        match self.read_batch(cursor) {
            Ok(requests) => self.run_batch(requests, origin).await,
            Err(BatchError::NotJson) => Some(self.parse_error(&describe_syntax_error(text))),
            Err(BatchError::Empty) => {
                let error = self.explained(ErrorObject::invalid_request(), "the batch is empty");
                Some(Reply::finish(error.into(), &Id::NULL))
            }
            Err(BatchError::TooLong) => {
                let detail = match self.limits.max_batch {
                    0 => "batches are not served".to_owned(),
                    limit => format!("the batch is too long, the limit is {limit} entries"),
                };
                let error = ErrorObject::invalid_request().with_data(&detail);
                Some(Reply::finish(error.into(), &Id::NULL))
            }
        }
    }

    fn read_batch<'a>(
        &self,
        mut cursor: Cursor<'a>,
    ) -> Result<Vec<Request<S::Args<'a>>>, BatchError> {
        cursor.expect(b'[')?;
        if cursor.eat(b']') {
            cursor.end()?;
            return Err(BatchError::Empty);
        }
        let mut requests = Vec::new();
        loop {
            if requests.len() == self.limits.max_batch {
                return Err(BatchError::TooLong);
            }
            requests.push(request::read(&mut cursor, &*self.service)?);
            if !cursor.another(b']')? {
                break;
            }
        }
        cursor.end()?;
        Ok(requests)
    }

    async fn run_batch(
        &self,
        requests: Vec<Request<S::Args<'_>>>,
        origin: Origin,
    ) -> Option<Reply> {
        let mut answers = Answers::new(requests.len());
        let mut running = FuturesUnordered::new();
        let mut spare = None;
        for (index, request) in requests.into_iter().enumerate() {
            if running.len() >= self.limits.batch_concurrency.max(1)
                && let Some((index, answer)) = running.next().await
            {
                answers.put(index, answer);
            }
            let run = self.run(request, origin.clone(), answers.spare_buffer());
            let numbered = async move { (index, run.await) };
            // Most methods are done at once. Such a call leaves its box to the next one, so that a batch of them takes
            // one box in all.
            let mut boxed: Pin<Box<Option<_>>> = match spare.take() {
                Some(mut boxed) => {
                    Pin::set(&mut boxed, Some(numbered));
                    boxed
                }
                None => Box::pin(Some(numbered)),
            };
            match poll_once(&mut boxed).await {
                Poll::Ready((index, answer)) => {
                    answers.put(index, answer);
                    boxed.set(None);
                    spare = Some(boxed);
                }
                Poll::Pending => running.push(Running(boxed)),
            }
        }
        while let Some((index, answer)) = running.next().await {
            answers.put(index, answer);
        }
        answers.finish()
    }
}

enum BatchError {
    NotJson,
    Empty,
    TooLong,
}

impl From<NotJson> for BatchError {
    fn from(_: NotJson) -> Self {
        BatchError::NotJson
    }
}

/// A call that was not done at once.
struct Running<F>(Pin<Box<Option<F>>>);

impl<F: Future> Future for Running<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, task: &mut std::task::Context<'_>) -> Poll<F::Output> {
        match self.0.as_mut().as_pin_mut() {
            Some(future) => future.poll(task),
            None => Poll::Pending, // a call that was not done is there
        }
    }
}

async fn poll_once<F: Future>(boxed: &mut Pin<Box<Option<F>>>) -> Poll<F::Output> {
    std::future::poll_fn(|task| {
        Poll::Ready(match boxed.as_mut().as_pin_mut() {
            Some(future) => future.poll(task),
            None => Poll::Pending,
        })
    })
    .await
}

/// Enough for an answer with a small result.
const ANSWER_CAPACITY: usize = 64;

/// The answers in order. One whose turn it is goes straight to the end of the message.
struct Answers {
    message: Vec<u8>,
    next: usize,
    waiting: Vec<Option<(Option<Id>, Outcome)>>,
    /// A buffer to serialise the next result into.
    spare: Vec<u8>,
}

impl Answers {
    fn new(length: usize) -> Self {
        let mut waiting = Vec::new();
        waiting.resize_with(length, || None);
        let mut message = Vec::with_capacity(length * ANSWER_CAPACITY);
        message.push(b'[');
        Answers {
            message,
            next: 0,
            waiting,
            spare: Vec::new(),
        }
    }

    fn spare_buffer(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.spare)
    }

    fn put(&mut self, index: usize, answer: (Option<Id>, Outcome)) {
        self.waiting[index] = Some(answer);
        while let Some((id, outcome)) = self.waiting.get_mut(self.next).and_then(Option::take) {
            self.next += 1;
            self.append(id, outcome);
        }
    }

    fn append(&mut self, id: Option<Id>, outcome: Outcome) {
        let Some(id) = id else { return };
        if self.message.len() > 1 {
            self.message.push(b',');
        }
        let mut body = Reply::finish(outcome, &id).into_body();
        self.message.extend_from_slice(&body);
        body.clear();
        self.spare = body;
    }

    /// A batch of notifications is answered with nothing.
    fn finish(mut self) -> Option<Reply> {
        if self.message.len() == 1 {
            return None;
        }
        self.message.push(b']');
        Some(Reply {
            body: self.message,
            error_code: None,
        })
    }
}
