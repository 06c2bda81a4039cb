//! The streams of a mock: a few items, then the end.

use futures_util::{Stream, StreamExt, stream};
use rpc_core::contract::StreamForm;
use rpc_core::params::ProgressToken;
use rpc_core::service::Responder;
use rpc_core::{Context, ErrorObject, Outcome, Tracked};

use super::answers::Answers;
use super::arguments::Arguments;
use super::settings::Settings;
use crate::model;
use crate::value::Value;

/// Answers a call whose method returns a stream.
pub(super) async fn run(
    described: &model::Stream,
    form: &StreamForm,
    answers: Answers<'_>,
    arguments: &Arguments,
    settings: &Settings,
    (cx, responder): (&Context, Responder),
) -> Outcome {
    let made = answers.items(&described.item, settings.items);
    let items = match made {
        Ok(items) => items,
        Err(error) => return error.into(),
    };
    match form {
        StreamForm::Subscription(_) => {
            let items = paced(items, &answers, settings);
            // A client that got an end would take it for a lost connection.
            let items = items.chain(stream::pending());
            responder
                .stream(cx, items, |item, sender| sender.value(item))
                .await
        }
        StreamForm::Token(name) => {
            let token = arguments.of(name, answers.method);
            let token = token.and_then(|it| serde_json::from_str(&it.to_string()).ok());
            with_token(described, token, items, &answers, settings, (cx, responder)).await
        }
        StreamForm::Resume => {
            let items = with_cursors(described, items, &answers, arguments);
            let items = paced(items, &answers, settings);
            let sent = responder.stream(cx, items, |(cursor, value), sender| match cursor {
                Some(cursor) => sender.tracked(Tracked::new(cursor, value)),
                None => sender.value(value),
            });
            end(sent.await, described, &answers)
        }
        _ => {
            let items = paced(items, &answers, settings);
            let sent = responder.stream(cx, items, |item, sender| sender.value(item));
            end(sent.await, described, &answers)
        }
    }
}

/// The items with a pause before each.
fn paced<T: Send>(
    items: Vec<T>,
    answers: &Answers<'_>,
    settings: &Settings,
) -> impl Stream<Item = T> + Send {
    let mut random = answers.random("pauses");
    let delay = settings.delay.as_ref();
    stream::iter(items).then(move |item| {
        // Clocks start at once, so a wait begins only when the item before it has been sent.
        let wait = delay.map(|delay| delay.wait(&mut random));
        async move {
            if let Some(wait) = wait {
                wait.await;
            }
            item
        }
    })
}

/// The result after the last item.
fn end(sent: Outcome, described: &model::Stream, answers: &Answers<'_>) -> Outcome {
    if !sent.is_ok() {
        return sent;
    }
    match answers.result(&described.end) {
        Ok(Value::Null) => sent,
        Ok(value) => Outcome::value(value),
        Err(error) => error.into(),
    }
}

/// A stream with a token of the client's choice. Without one, the items are the result.
async fn with_token(
    described: &model::Stream,
    token: Option<ProgressToken>,
    items: Vec<Value>,
    answers: &Answers<'_>,
    settings: &Settings,
    (cx, responder): (&Context, Responder),
) -> Outcome {
    let list = Value::Array(items.clone());
    // An item is either an element of the list or a part of it.
    let joins = answers
        .values
        .check(answers.model, &list, &described.end)
        .is_err();
    let items = paced(items, answers, settings);
    match joins {
        true => {
            let send = |item, sender: rpc_core::service::ItemSender<'_, '_>| send(item, sender);
            responder
                .stream_or_list::<true, Value>(cx, token, items, send)
                .await
        }
        false => {
            let send = |item, sender: rpc_core::service::ItemSender<'_, '_>| send(item, sender);
            responder
                .stream_or_list::<false, Value>(cx, token, items, send)
                .await
        }
    }
}

fn send(
    item: Value,
    sender: rpc_core::service::ItemSender<'_, '_>,
) -> Result<(), Box<ErrorObject>> {
    sender.value(item)
}

/// The items after the cursor of the call, with their cursors.
fn with_cursors(
    described: &model::Stream,
    items: Vec<Value>,
    answers: &Answers<'_>,
    arguments: &Arguments,
) -> Vec<(Option<Value>, Value)> {
    let method = answers.method;
    let name = described.cursor.as_deref().unwrap_or_default();
    let param = method.params.iter().find(|param| param.name == name);
    let cursors = param.and_then(|param| answers.cursors(&param.ty, items.len()));
    let Some(cursors) = cursors else {
        return items.into_iter().map(|item| (None, item)).collect();
    };
    let position = Answers::position(&cursors, arguments, method, name);
    let tracked = cursors.into_iter().map(Some).zip(items);
    tracked.skip(position).collect()
}
