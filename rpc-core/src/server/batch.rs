//! Batches (section 6 of the specification): each entry is a separate call, and the answers come in order.

use std::future::Future;
use std::pin::Pin;
use std::task::Poll;

use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};

use super::Server;
use super::plan::{self, Plan};
use super::reply::Reply;
use crate::error::ErrorObject;
use crate::json::cursor::{Cursor, NotJson, describe_syntax_error};
use crate::json::id::Id;
use crate::service::{Context, Outcome, RequestMetadata, Service};

impl<S: Service> Server<S> {
    pub(super) async fn handle_batch(
        &self,
        text: &str,
        cursor: Cursor<'_>,
        metadata: RequestMetadata,
    ) -> Option<Reply> {
        // The whole message is read before any of it runs, so that malformed JSON has no effect.
        match self.read_batch(cursor, &metadata) {
            Ok(entries) => {
                let reply = self.run_batch(entries).await;
                if metadata.take_reply_headers().is_some() {
                    tracing::debug!(
                        "a call in a batch added headers, which only replies to single calls have"
                    );
                }
                reply
            }
            Err(BatchError::NotJson) => Some(self.parse_error(&describe_syntax_error(text))),
            Err(BatchError::Empty) => {
                let error = self.explained(ErrorObject::invalid_request(), "the batch is empty");
                Some(Reply::finish(error.into(), &Id::NULL))
            }
            Err(BatchError::TooLong) => {
                let detail = match self.limits.max_batch {
                    0 => "batches are not accepted".to_owned(),
                    limit => format!("the batch is too long; the limit is {limit} entries"),
                };
                let error = ErrorObject::invalid_request().with_data(&detail);
                Some(Reply::finish(error.into(), &Id::NULL))
            }
        }
    }

    fn read_batch<'a>(
        &self,
        mut cursor: Cursor<'a>,
        metadata: &RequestMetadata,
    ) -> Result<BatchEntries<'a, S::Args<'a>>, BatchError> {
        cursor.expect(b'[')?;
        if cursor.eat(b']') {
            cursor.end()?;
            return Err(BatchError::Empty);
        }
        let about = cursor.rest().len() / REQUEST_LENGTH + 1;
        let mut entries = BatchEntries::with_capacity(about.min(self.limits.max_batch));
        loop {
            if entries.plans.len() == self.limits.max_batch {
                return Err(BatchError::TooLong);
            }
            let mut cx = self.context(metadata.clone());
            let plan = plan::read(&mut cursor, &*self.service, self.dialect, &mut cx)?;
            entries.contexts.push(cx);
            entries.plans.push(plan);
            if !cursor.another(b']')? {
                break;
            }
        }
        cursor.end()?;
        Ok(entries)
    }

    async fn run_batch(&self, entries: BatchEntries<'_, S::Args<'_>>) -> Option<Reply> {
        let BatchEntries { contexts, plans } = entries;
        let mut answers = Answers::new(&contexts, self.disclose);
        let mut running = FuturesUnordered::new();
        let mut spare = None;
        for (index, plan) in plans.into_iter().enumerate() {
            if running.len() >= self.limits.batch_concurrency.max(1)
                && let Some((index, outcome)) = running.next().await
            {
                answers.put(index, outcome);
            }
            let run = self.run(plan, &contexts[index], answers.spare_buffer());
            let numbered = run.map(move |outcome| (index, outcome));
            // Most methods complete on the first poll. Such a call passes its box on to the next, so that a batch of
            // them allocates only one.
            let mut boxed: Pin<Box<Option<_>>> = match spare.take() {
                Some(mut boxed) => {
                    Pin::set(&mut boxed, Some(numbered));
                    boxed
                }
                None => Box::pin(Some(numbered)),
            };
            match poll_once(&mut boxed).await {
                Poll::Ready((index, outcome)) => {
                    answers.put(index, outcome);
                    boxed.set(None);
                    spare = Some(boxed);
                }
                Poll::Pending => running.push(Running(boxed)),
            }
        }
        while let Some((index, outcome)) = running.next().await {
            answers.put(index, outcome);
        }
        answers.finish()
    }
}

/// The length of a small request, in bytes. Used to guess the number of entries in a batch.
const REQUEST_LENGTH: usize = 48;

/// The entries of a batch that has been read: the context of each, and what to run.
struct BatchEntries<'a, A> {
    contexts: Vec<Context>,
    plans: Vec<Plan<'a, A>>,
}

impl<A> BatchEntries<'_, A> {
    fn with_capacity(entries: usize) -> Self {
        BatchEntries {
            contexts: Vec::with_capacity(entries),
            plans: Vec::with_capacity(entries),
        }
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

/// A call that did not complete on the first poll.
struct Running<F>(Pin<Box<Option<F>>>);

impl<F: Future> Future for Running<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, task: &mut std::task::Context<'_>) -> Poll<F::Output> {
        match self.0.as_mut().as_pin_mut() {
            Some(future) => future.poll(task),
            None => Poll::Pending, // never happens: a pending call keeps its future
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

/// The size of an answer with a small result, in bytes.
const ANSWER_CAPACITY: usize = 64;

/// Puts the answers in order. An answer whose turn it is goes straight to the end of the message.
struct Answers<'a> {
    contexts: &'a [Context],
    disclose: bool,
    message: Vec<u8>,
    next: usize,
    /// Outcomes that arrived before their turn. Empty until the first one does.
    early: Vec<Option<Outcome>>,
    /// A buffer to serialise the next result into.
    spare: Vec<u8>,
}

impl<'a> Answers<'a> {
    fn new(contexts: &'a [Context], disclose: bool) -> Self {
        let mut message = Vec::with_capacity(contexts.len() * ANSWER_CAPACITY);
        message.push(b'[');
        Answers {
            contexts,
            disclose,
            message,
            next: 0,
            early: Vec::new(),
            spare: Vec::new(),
        }
    }

    fn spare_buffer(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.spare)
    }

    fn put(&mut self, index: usize, outcome: Outcome) {
        if index != self.next {
            if self.early.is_empty() {
                self.early.resize_with(self.contexts.len(), || None);
            }
            self.early[index] = Some(outcome);
            return;
        }
        self.append(outcome);
        while let Some(outcome) = self.early.get_mut(self.next).and_then(Option::take) {
            self.append(outcome);
        }
    }

    /// Appends the answer whose turn it is.
    fn append(&mut self, outcome: Outcome) {
        let cx = &self.contexts[self.next];
        self.next += 1;
        let Some(reply) = Reply::to(cx, outcome, self.disclose) else {
            return;
        };
        if self.message.len() > 1 {
            self.message.push(b',');
        }
        let mut body = reply.into_body();
        self.message.extend_from_slice(&body);
        body.clear();
        self.spare = body;
    }

    /// The whole message. A batch of notifications has none.
    fn finish(mut self) -> Option<Reply> {
        if self.message.len() == 1 {
            return None;
        }
        self.message.push(b']');
        Some(Reply::batch(self.message))
    }
}
