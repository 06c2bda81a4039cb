//! [`Message`]: the calls of several lines, sent as one message.

use rpc_core::{BoxTransport, CallError, Client};

use super::line::{Line, LineCall};
use super::outcome::{FinishedLine, LineOutcome};

/// A line that is about to be sent.
#[derive(Debug)]
pub(super) struct QueuedCall {
    pub(super) line: Line,
    pub(super) call: LineCall,
    /// If an earlier run sent the call without getting an answer: why it is sent again.
    pub(super) resent_because: Option<&'static str>,
}

/// Only calls, or only notifications.
#[derive(Debug)]
pub(super) struct Message(pub(super) Vec<QueuedCall>);

impl Message {
    pub(super) fn lines(&self) -> impl Iterator<Item = &Line> {
        self.0.iter().map(|queued| &queued.line)
    }

    /// Sends the message and waits for the answers. A single line is sent as a plain request, not as a batch.
    pub(super) async fn send(self, client: Client<BoxTransport>) -> Vec<FinishedLine> {
        let numbers: Vec<u64> = self.lines().map(|line| line.number).collect();
        let calls: Vec<LineCall> = self.0.into_iter().map(|queued| queued.call).collect();
        let outcomes = match calls.iter().any(|call| call.is_notification) {
            true => notify(calls, &client).await,
            false => call(calls, &client).await,
        };
        let outcomes = outcomes
            .unwrap_or_else(|error| vec![LineOutcome::of_failed_batch(&error); numbers.len()]);
        numbers
            .into_iter()
            .zip(outcomes)
            .map(|(number, outcome)| FinishedLine { number, outcome })
            .collect()
    }
}

async fn call(
    calls: Vec<LineCall>,
    client: &Client<BoxTransport>,
) -> Result<Vec<LineOutcome>, CallError> {
    let calls = calls.into_iter().map(|line| {
        let call = client.call(&line.method, line.params);
        match line.id {
            Some(id) => call.id(id),
            None => call,
        }
    });
    let outcomes = match single(calls) {
        Ok(call) => return Ok(vec![LineOutcome::of_call(call.await)]),
        Err(calls) => client.batch(calls).await?,
    };
    Ok(outcomes.into_iter().map(LineOutcome::of_call).collect())
}

async fn notify(
    calls: Vec<LineCall>,
    client: &Client<BoxTransport>,
) -> Result<Vec<LineOutcome>, CallError> {
    let notifications = calls
        .into_iter()
        .map(|line| client.notify(&line.method, line.params));
    let outcomes = match single(notifications) {
        Ok(notification) => return Ok(vec![LineOutcome::of_notification(notification.await)]),
        Err(notifications) => client.batch(notifications).await?,
    };
    let outcomes = outcomes.into_iter();
    Ok(outcomes.map(LineOutcome::of_notification).collect())
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
