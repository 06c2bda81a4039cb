//! Streams that are passed on.

use futures_util::StreamExt;
use serde_json::value::RawValue;

use super::{PassedParams, Relay, refusal};
use crate::client::{PassedOn, StreamItem, Streaming, Transport};
use crate::error::{CallError, ErrorObject};
use crate::service::{Context, ItemSender, Outcome, Responder, streaming};
use crate::tracked::Tracked;

/// Whether the call may turn into a stream, and the caller's connection can carry one.
pub(super) fn can_be_opened(cx: &Context, responder: &Responder) -> bool {
    let has_token = cx.id().is_some_and(|id| !id.is_null());
    let has_way = cx.metadata().duplex().is_some() && !responder.is_in_batch();
    cx.may_stream() && has_token && has_way
}

impl<T: Transport> Relay<T> {
    /// Opens a stream behind for a call of which the server in front does not know that it is one. `refused` is the answer to the
    /// plain call, if one was made.
    pub(super) async fn open_unannounced(
        &self,
        args: &PassedParams<'_>,
        cx: &Context,
        responder: Responder,
        refused: Option<CallError>,
    ) -> Outcome {
        let (Some(duplex), Some(id)) = (cx.metadata().duplex(), cx.id()) else {
            return streaming::needs_duplex(cx).into();
        };
        // The server in front has noted the call, since its method may stream.
        match duplex.become_stream(id) {
            Ok(()) => self.open(args, cx, responder, refused).await,
            Err(reason) => streaming::not_begun(id, reason),
        }
    }

    /// Opens a stream behind, and passes on what comes.
    pub(super) async fn open(
        &self,
        args: &PassedParams<'_>,
        cx: &Context,
        responder: Responder,
        refused: Option<CallError>,
    ) -> Outcome {
        let stream = self.start(args).passed_on();
        let opened = stream.headers(&self.named_headers(cx)).within(cx).await;
        match opened {
            Ok(stream) if stream.is_open() => {
                if args.method.stream.is_none() {
                    self.learned.add(&args.method.name);
                }
                pass_on(stream, cx, responder).await
            }
            Ok(stream) => {
                self.learned.remove(&args.method.name);
                answer(stream, cx, responder, refused.is_some()).await
            }
            Err(error) => refusal::of_opening(error, refused, cx),
        }
    }
}

/// Passes on the items of a stream, each when there is room for it, and then its end.
async fn pass_on(
    stream: Streaming<PassedOn, Never>,
    cx: &Context,
    responder: Responder,
) -> Outcome {
    let (mut result, mut has_items) = (None, false);
    let outcome = responder.stream(cx, stream, |said, sender| match said {
        Ok(PassedOn::Item(item)) => {
            has_items = true;
            send(&item, sender)
        }
        Ok(PassedOn::Result(end)) => {
            result = Some(end);
            Ok(())
        }
        Err(error) => Err(Box::new(refusal::of_stream(error, cx))),
    });
    let outcome = outcome.await;
    match result.filter(|_| outcome.is_ok()) {
        None => outcome,
        Some(result) if !has_items && had_other_token(cx, &result) => lost_items(),
        Some(result) => Outcome::value(result),
    }
}

/// Whether items were lost: they carried a token of the caller's, which the client behind does not know. Such a stream ends with a
/// list, any other with null.
fn had_other_token(cx: &Context, result: &RawValue) -> bool {
    let is_unknown = cx.method().is_none_or(|method| method.stream.is_none());
    is_unknown && result.get() != "null"
}

fn lost_items() -> Outcome {
    ErrorObject::internal("the items of a relayed stream had a token of the caller's").into()
}

/// The errors of a method without errors of its own.
type Never = std::convert::Infallible;

fn send(item: &StreamItem, sender: ItemSender<'_, '_>) -> Result<(), Box<ErrorObject>> {
    let unreadable = |error: &dyn std::fmt::Display| Box::new(ErrorObject::internal(error));
    let (value, cursor) = item
        .decode::<&RawValue>()
        .map_err(|error| unreadable(&error))?;
    let Some(cursor) = cursor else {
        return sender.value(value);
    };
    let cursor: &RawValue = serde_json::from_str(cursor).map_err(|error| unreadable(&error))?;
    sender.tracked(Tracked::new(cursor, value))
}

/// The answer of a method that has not opened a stream, although it may have refused a plain call, since it returns one.
async fn answer(
    mut stream: Streaming<PassedOn, Never>,
    cx: &Context,
    responder: Responder,
    was_refused: bool,
) -> Outcome {
    match stream.next().await {
        Some(Ok(PassedOn::Result(result))) if was_refused && had_other_token(cx, &result) => {
            lost_items()
        }
        Some(Ok(PassedOn::Result(result))) => responder.value(result),
        Some(Err(error)) => refusal::of_call(error, cx),
        Some(Ok(PassedOn::Item(_))) | None => responder.value(()), // never happens: it has ended with a result
    }
}
