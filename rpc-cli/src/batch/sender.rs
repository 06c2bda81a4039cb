//! [`Sender`]: sends the calls of a message, and those again that the server refused while it answered others.

use std::time::Duration;

use rpc_core::{BoxTransport, CallError, Client, Execution, RawValue};
use tokio::time::{Instant, sleep};

use super::line::LineCall;
use super::outcome::LineOutcome;

/// The pause before refused calls are sent again for the first time. It doubles each time.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// Sends calls. The client has its own attempts for messages of which nothing has run.
#[derive(Clone)]
pub(super) struct Sender {
    pub(super) client: Client<BoxTransport>,
    /// How often a message is sent in all.
    pub(super) attempts: u32,
    /// How long a message may take with all attempts.
    pub(super) timeout: Duration,
    /// Whether calls may be sent again that may have run.
    pub(super) idempotent: bool,
}

type Answer = Result<Box<RawValue>, CallError>;

/// Calls that certainly did not run, by their places in the message.
struct Refused {
    places: Vec<usize>,
    /// The longest wait that the server has asked for.
    wait: Duration,
}

impl Sender {
    /// The outcome of each call. An error is that of a whole batch, and never of a single call.
    pub(super) async fn call(&self, calls: &[&LineCall]) -> Result<Vec<LineOutcome>, CallError> {
        let begun = Instant::now();
        let answers = self.call_once(calls, self.timeout).await?;
        let mut refused = Refused::of(&answers, |place| place);
        let mut outcomes: Vec<_> = answers.into_iter().map(LineOutcome::of_call).collect();
        let (mut sent, mut pause) = (calls.len(), FIRST_PAUSE);
        for _ in 1..self.attempts {
            // If nothing was answered, the client has tried that often enough.
            let wait = refused.wait.max(pause);
            let left = self.timeout.saturating_sub(begun.elapsed());
            if refused.places.is_empty() || refused.places.len() == sent || wait >= left {
                break;
            }
            sleep(wait).await;
            let again: Vec<&LineCall> = refused.places.iter().map(|place| calls[*place]).collect();
            let places = refused.places;
            let answers = match self.call_once(&again, left - wait).await {
                Ok(answers) => answers,
                Err(error) => {
                    let failed = LineOutcome::of_failed_batch(&error, again.len());
                    places
                        .iter()
                        .for_each(|place| outcomes[*place] = failed.clone());
                    break;
                }
            };
            refused = Refused::of(&answers, |place| places[place]);
            for (place, answer) in places.iter().zip(answers) {
                outcomes[*place] = LineOutcome::of_call(answer);
            }
            (sent, pause) = (again.len(), pause * 2);
        }
        Ok(outcomes)
    }

    /// A single call is sent as a plain request, not as a batch.
    async fn call_once(
        &self,
        calls: &[&LineCall],
        timeout: Duration,
    ) -> Result<Vec<Answer>, CallError> {
        let calls = calls.iter().map(|line| {
            let mut call = self.client.call(&line.method, &line.params);
            if self.idempotent {
                call = call.idempotent();
            }
            match &line.id {
                Some(id) => call.id(id.clone()),
                None => call,
            }
        });
        match single(calls) {
            Ok(call) => Ok(vec![call.timeout(timeout).await]),
            Err(calls) => self.client.batch(calls).timeout(timeout).await,
        }
    }

    /// The outcome of each notification.
    pub(super) async fn notify(&self, calls: &[&LineCall]) -> Result<Vec<LineOutcome>, CallError> {
        let notifications = calls.iter().map(|line| {
            let notification = self.client.notify(&line.method, &line.params);
            match self.idempotent {
                true => notification.idempotent(),
                false => notification,
            }
        });
        let outcomes = match single(notifications) {
            Ok(notification) => return Ok(vec![LineOutcome::of_notification(notification.await)]),
            Err(notifications) => self.client.batch(notifications).await?,
        };
        let outcomes = outcomes.into_iter();
        Ok(outcomes.map(LineOutcome::of_notification).collect())
    }
}

impl Refused {
    /// `place_of`: the place in the message of an answer.
    fn of(answers: &[Answer], place_of: impl Fn(usize) -> usize) -> Self {
        let errors = answers.iter().enumerate();
        let refused = errors.filter_map(|(index, answer)| {
            let error = answer.as_ref().err()?;
            let is_refused = error.execution() == Execution::NotRun && error.is_retryable();
            is_refused.then(|| (place_of(index), error.retry_after().unwrap_or_default()))
        });
        let refused: Vec<_> = refused.collect();
        Refused {
            wait: refused
                .iter()
                .map(|(_, wait)| *wait)
                .max()
                .unwrap_or_default(),
            places: refused.into_iter().map(|(place, _)| place).collect(),
        }
    }
}

/// The only item, or else all items.
fn single<T>(items: impl Iterator<Item = T>) -> Result<T, Vec<T>> {
    let mut items: Vec<T> = items.collect();
    match (items.pop(), items.is_empty()) {
        (Some(item), true) => Ok(item),
        (last, _) => {
            items.extend(last);
            Err(items)
        }
    }
}
