//! Batches (section 6 of the specification): each entry is a separate call, and the answers come in order.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::Server;
use super::plan::{self, Plan};
use super::reply::{Reply, ReplyRules};
use super::run::{self, Caught};
use crate::error::ErrorObject;
use crate::json::cursor::{Cursor, NotJson, describe_syntax_error};
use crate::service::room::{Budget, FREE, Room, Share};
use crate::service::{Context, Outcome, RequestMetadata, Responder, Service, panics};
use crate::wire::write;

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
                Some(Reply::refusal(&error))
            }
            Err(BatchError::TooLong) => {
                let detail = match self.limits.max_batch {
                    0 => "batches are not accepted".to_owned(),
                    limit => format!("the batch is too long; the limit is {limit} entries"),
                };
                let error = ErrorObject::invalid_request().with_data(&detail);
                Some(Reply::refusal(&error))
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
        match self.read_entries(&mut cursor, metadata, &mut entries) {
            Ok(()) => Ok(entries),
            Err(error) => {
                drop(Each(entries.plans.into_iter()));
                Err(error)
            }
        }
    }

    fn read_entries<'a>(
        &self,
        cursor: &mut Cursor<'a>,
        metadata: &RequestMetadata,
        entries: &mut BatchEntries<'a, S::Args<'a>>,
    ) -> Result<(), BatchError> {
        loop {
            if entries.plans.len() == self.limits.max_batch {
                return Err(BatchError::TooLong);
            }
            let mut cx = self.context(metadata.clone());
            let plan = plan::read(cursor, &*self.service, self.dialect, &mut cx)?;
            entries.contexts.push(cx);
            entries.plans.push(plan);
            if !cursor.another(b']')? {
                return Ok(cursor.end()?);
            }
        }
    }

    async fn run_batch(&self, entries: BatchEntries<'_, S::Args<'_>>) -> Option<Reply> {
        let BatchEntries { contexts, plans } = entries;
        let mut plans = Each(plans.into_iter());
        let answered = contexts.iter().filter(|cx| cx.id.is_some()).count();
        let budget = Budget::new(&self.limits, answered.saturating_mul(FREE));
        let limit = self.limits.max_batch_reply;
        let mut answers = Answers::new(&contexts, self.replies(), &budget, limit);
        let mut running = FuturesUnordered::new();
        let mut spare = None;
        for (index, plan) in plans.0.by_ref().enumerate() {
            if running.len() >= self.limits.batch_concurrency.max(1)
                && let Some((index, caught)) = running.next().await
            {
                answers.put(index, caught);
            }
            let cx = &contexts[index];
            let room = match cx.is_notification() {
                true => Room::NONE,
                false => Room::Entry(answers.share()),
            };
            let responder = Responder::new(answers.spare_buffer(), room);
            let run = self.run(plan, cx, responder);
            // Most methods complete on the first poll. Such a call passes its box on to the next, so that a batch of
            // them allocates only one.
            let mut boxed: Pin<Box<Option<_>>> = match spare.take() {
                Some(mut boxed) => {
                    Pin::set(&mut boxed, Some(run));
                    boxed
                }
                None => Box::pin(Some(run)),
            };
            match poll_once(&mut boxed).await {
                Poll::Ready(caught) => {
                    answers.put(index, caught);
                    boxed.set(None);
                    spare = Some(boxed);
                }
                Poll::Pending => running.push(Running {
                    index,
                    future: boxed,
                }),
            }
        }
        while let Some((index, caught)) = running.next().await {
            answers.put(index, caught);
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

/// Values that belong in part to the application. What is left of them is dropped one by one, since the drop of any may
/// panic.
struct Each<I: Iterator>(I);

impl<I: Iterator> Drop for Each<I> {
    fn drop(&mut self) {
        for value in self.0.by_ref() {
            panics::contain(|| drop(value));
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
struct Running<F> {
    index: usize,
    future: Pin<Box<Option<F>>>,
}

impl<F> Drop for Running<F> {
    /// A call that is given up drops the method's values. If two of them panicked in one batch, the process would end.
    fn drop(&mut self) {
        panics::contain(|| self.future.set(None));
    }
}

impl<F: Future> Future for Running<F> {
    type Output = (usize, F::Output);

    fn poll(mut self: Pin<&mut Self>, task: &mut std::task::Context<'_>) -> Poll<Self::Output> {
        let index = self.index;
        match self.future.as_mut().as_pin_mut() {
            Some(future) => future.poll(task).map(|output| (index, output)),
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
    rules: ReplyRules,
    budget: &'a Arc<Budget>,
    limit: usize,
    message: Vec<u8>,
    next: usize,
    /// Answers that are ready before their turn; that to a notification is empty. The list is empty until the first one is.
    early: Vec<Option<Vec<u8>>>,
    /// A buffer to serialise the next result into.
    spare: Vec<u8>,
    /// The share of an entry that is done and has taken nothing.
    spare_share: Option<Share>,
}

impl<'a> Answers<'a> {
    fn new(
        contexts: &'a [Context],
        rules: ReplyRules,
        budget: &'a Arc<Budget>,
        limit: usize,
    ) -> Self {
        let mut message = Vec::with_capacity(contexts.len() * ANSWER_CAPACITY);
        message.push(b'[');
        Answers {
            contexts,
            rules,
            budget,
            limit,
            message,
            next: 0,
            early: Vec::new(),
            spare: Vec::new(),
            spare_share: None,
        }
    }

    /// What the next entry takes from the budget.
    fn share(&mut self) -> Share {
        let spare = self.spare_share.take();
        spare.unwrap_or_else(|| Share::new(self.budget))
    }

    fn spare_buffer(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.spare)
    }

    fn put(&mut self, index: usize, caught: Caught) {
        let outcome = run::ended(caught, &self.contexts[index]);
        let answer = self.answer(index, outcome);
        if index != self.next {
            return self.put_early(index, answer);
        }
        self.append(answer);
        while let Some(answer) = self.early.get_mut(self.next).and_then(Option::take) {
            self.append(answer);
        }
    }

    #[cold]
    fn put_early(&mut self, index: usize, mut answer: Vec<u8>) {
        if self.early.is_empty() {
            self.early.resize_with(self.contexts.len(), || None);
        }
        // What waits has room for no more than it is.
        if answer.capacity() > answer.len() + FREE {
            answer.shrink_to_fit();
        }
        self.early[index] = Some(answer);
    }

    /// The answer to an entry. Empty for a notification.
    #[inline]
    fn answer(&mut self, index: usize, outcome: Outcome) -> Vec<u8> {
        let cx = &self.contexts[index];
        match (outcome.into_small(FREE), &cx.id) {
            (Ok((mut body, share)), Some(id)) if !cx.version_1 => {
                write::end_response(&mut body, id);
                if body.len() > self.rules.limit {
                    body = Reply::too_long(cx, id, self.rules.limit).into_body();
                }
                self.spare_share = share;
                body
            }
            (Ok((body, share)), _) => self.long_answer(cx, Outcome::of_result(body, share)),
            (Err(outcome), _) => self.long_answer(cx, outcome),
        }
    }

    /// An answer that counts, or an error in its place if the reply to the batch would be too long.
    #[inline(never)]
    fn long_answer(&self, cx: &Context, mut outcome: Outcome) -> Vec<u8> {
        let share = outcome.take_share();
        let Some(reply) = Reply::to(cx, outcome, self.rules) else {
            return Vec::new();
        };
        let mut share = share.unwrap_or_else(|| Share::new(self.budget));
        let id = cx.id().map_or(0, |id| id.as_bytes().len());
        let reply = match share.allow((reply.body.len() + 1).saturating_sub(id)) {
            true => {
                share.keep();
                Some(reply)
            }
            false => Reply::replaced(cx, &share.exceeded()),
        };
        reply.map(Reply::into_body).unwrap_or_default()
    }

    /// Appends the answer whose turn it is.
    #[inline]
    fn append(&mut self, mut answer: Vec<u8>) {
        self.next += 1;
        if !answer.is_empty() {
            if self.message.capacity() - self.message.len() < answer.len() + 2 {
                self.grow(answer.len() + 2);
            }
            if self.message.len() > 1 {
                self.message.push(b',');
            }
            self.message.extend_from_slice(&answer);
        }
        answer.clear();
        self.spare = answer;
    }

    /// Makes room for more bytes, but not for more than the limit as long as that is enough.
    #[cold]
    fn grow(&mut self, more: usize) {
        let capacity = self.message.capacity().saturating_mul(2);
        let capacity = capacity.min(self.limit).max(self.message.len() + more);
        self.message.reserve_exact(capacity - self.message.len());
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
