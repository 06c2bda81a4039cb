//! Batches (section 6 of the specification): each entry is a separate call, and the answers come in order.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use super::Server;
use super::answers::Answers;
use super::plan::{self, Planned};
use super::reply::Reply;
use super::running::Running;
use crate::error::ErrorObject;
use crate::json::cursor::{Cursor, NotJson, describe_syntax_error};
use crate::service::room::{Budget, FREE};
use crate::service::{Context, Origin, Outcome, RequestMetadata, Service};

impl<S: Service> Server<S> {
    pub(super) async fn handle_batch(
        &self,
        text: &str,
        cursor: Cursor<'_>,
        metadata: RequestMetadata,
    ) -> Option<Reply> {
        let deadline = self.deadline(&metadata);
        let origin = Origin::of_batch(metadata, self.runtime.clone(), deadline);
        // The whole message is read before any of it runs, so that malformed JSON has no effect.
        match self.read_batch(cursor, &origin) {
            Ok(entries) => {
                let reply = self.run_batch(entries).await;
                if origin.metadata().take_reply_headers().is_some() {
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
        origin: &Origin,
    ) -> Result<Vec<Entry<'a, S::Args<'a>>>, BatchError> {
        cursor.expect(b'[')?;
        if cursor.eat(b']') {
            cursor.end()?;
            return Err(BatchError::Empty);
        }
        let about = cursor.rest().len() / REQUEST_LENGTH + 1;
        let mut entries: Vec<Entry<S::Args<'a>>> =
            Vec::with_capacity(about.min(self.limits.max_batch));
        loop {
            let index = entries.len();
            if index == self.limits.max_batch {
                return Err(BatchError::TooLong);
            }
            entries.push(Entry {
                cx: Context::new(origin.clone()),
                plan: Planned::EMPTY,
            });
            let Entry { cx, plan } = &mut entries[index];
            plan::read(&mut cursor, &*self.service, self.dialect, cx, plan)?;
            if !cursor.another(b']')? {
                cursor.end()?;
                return Ok(entries);
            }
        }
    }

    async fn run_batch(&self, mut entries: Vec<Entry<'_, S::Args<'_>>>) -> Option<Reply> {
        let answered = entries.iter().filter(|it| it.cx.id.is_some()).count();
        let budget = Budget::new(&self.limits, answered.saturating_mul(FREE));
        let limit = self.limits.max_batch_reply;
        let mut answers = Answers::new(entries.len(), self.replies(), &budget, limit);
        let place = pin!(None);
        let mut running = Running::new(self.limits.batch_concurrency, place);
        let mut entries = entries.iter_mut().enumerate();
        loop {
            poll_fn(|task| {
                while running.has_place()
                    && let Some((index, Entry { cx, plan })) = entries.next()
                {
                    let cx = &*cx;
                    let responder = answers.responder(cx);
                    let make = || self.run_in_batch(plan.take(), cx, responder);
                    let done = |outcome: &mut Outcome| answers.put((index, cx), outcome);
                    if let Err(panic) = running.begin(task, (index, cx), make, done) {
                        answers.put((index, cx), &mut Outcome::of_panic(panic));
                    }
                }
                Poll::Ready(())
            })
            .await;
            let Some((entry, caught)) = running.next().await else {
                return answers.finish();
            };
            answers.put(entry, &mut caught.unwrap_or_else(Outcome::of_panic));
        }
    }
}

/// The length of a small request, in bytes. Used to guess the number of entries in a batch.
const REQUEST_LENGTH: usize = 48;

/// An entry of a batch: the context of its call, and what to run.
struct Entry<'a, A> {
    cx: Context,
    plan: Planned<'a, A>,
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
