//! Batches (section 6 of the specification): each entry is a separate call, and the answers come in order.

use std::task::Poll;

use super::Server;
use super::answers::Answers;
use super::plan::{self, Plan};
use super::reply::Reply;
use super::running::Running;
use crate::error::ErrorObject;
use crate::json::cursor::{Cursor, NotJson, describe_syntax_error};
use crate::service::room::{Budget, FREE, Room};
use crate::service::{Context, RequestMetadata, Responder, Service, panics};

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
            let cx = entries.add(self.context(metadata.clone()));
            let plan = plan::read(cursor, &*self.service, self.dialect, cx)?;
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
        let mut running = Running::new();
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
            let call = running.place(self.run(plan, cx, responder));
            if let Poll::Ready(caught) = running.begin(index, call).await {
                answers.put(index, caught);
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

    /// Adds the context of an entry that has not been read yet.
    fn add(&mut self, cx: Context) -> &mut Context {
        let index = self.contexts.len();
        self.contexts.push(cx);
        &mut self.contexts[index]
    }
}

/// Values that belong in part to the application. Those that are left are dropped one by one, since dropping any of
/// them may panic.
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
