//! [`Resuming`]: how a stream is opened again whose connection was lost.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use serde_json::value::RawValue;

use super::doubled::doubled;
use super::{
    Client, StreamMessage, Transport, TransportFailure, TransportRequest, TransportStream,
};
use crate::contract::ParamsStyle;
use crate::error::ProtocolError;
use crate::json::id::Id;
use crate::limits::{REOPENING_MAX_PAUSE, REOPENING_PAUSE};
use crate::runtime::BoxFuture;
use crate::wire::write;
use crate::wire::{Member, Message};

/// The parameter that says after which item a stream goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CursorParameter {
    style: ParamsStyle,
    index: usize,
    name: &'static str,
}

impl CursorParameter {
    /// A parameter by its position, from 0, and by its name.
    pub const fn new(style: ParamsStyle, index: usize, name: &'static str) -> Self {
        CursorParameter { style, index, name }
    }
}

/// How a stream is opened again whose connection was lost.
pub(super) struct Resuming {
    /// The call that has opened it.
    call: TransportRequest,
    parameter: CursorParameter,
    transport: Box<dyn Reopen>,
    /// The JSON of the cursor of the last item.
    last: Option<Bytes>,
    /// How often it was opened again.
    count: u64,
    /// How many attempts have been made since the last item.
    attempts: u32,
    /// Completes when the stream has been silent for too long.
    silence: Option<BoxFuture<'static, ()>>,
}

/// A stream that is open again, and the first that it says.
pub(super) type Reopened = Result<(TransportStream, StreamMessage), TransportFailure>;

impl Resuming {
    /// `None` if the transport does not open streams again.
    pub(super) fn new<T: Transport>(
        client: &Client<T>,
        call: &TransportRequest,
        parameter: CursorParameter,
    ) -> Option<Self> {
        let _clock = client.transport().sleep(Duration::ZERO)?;
        Some(Resuming {
            call: call.clone(),
            parameter,
            transport: Box::new(client.clone()),
            last: None,
            count: 0,
            attempts: 0,
            silence: None,
        })
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Notes an item's cursor.
    pub(super) fn passed(&mut self, cursor: Option<Bytes>) {
        self.attempts = 0;
        self.silence = None;
        if cursor.is_some() {
            self.last = cursor;
        }
    }

    /// The stream is open again.
    pub(super) fn resumed(&mut self) {
        self.count += 1;
    }

    /// Another attempt to open the stream, after a pause.
    pub(super) fn attempt(&mut self) -> BoxFuture<'static, Reopened> {
        if let (None, Some(limit)) = (&self.silence, self.call.idle_timeout) {
            self.silence = self.transport.sleep(limit);
        }
        let pause = pause_before(self.attempts);
        self.attempts = self.attempts.saturating_add(1);
        let mut call = self.call.clone();
        if let Some(body) = self.last.as_deref().and_then(|last| self.after(last)) {
            call.body = body;
        }
        self.transport.reopen(pause, call)
    }

    /// Whether the stream has been silent for too long.
    pub(super) fn poll_silence(&mut self, task: &mut Context<'_>) -> Poll<()> {
        match &mut self.silence {
            Some(silence) => silence.as_mut().poll(task),
            None => Poll::Pending,
        }
    }

    /// The call, with this cursor.
    fn after(&self, cursor: &[u8]) -> Option<Vec<u8>> {
        let cursor = std::str::from_utf8(cursor).ok()?;
        with_cursor(&self.call.body, self.parameter, cursor)
    }
}

/// The pause before another attempt, after so many without an item in between. A random part of up to half is taken off, so that
/// not all clients of a server come back at the same moment.
fn pause_before(attempts: u32) -> Duration {
    let longest = doubled(REOPENING_PAUSE, attempts, REOPENING_MAX_PAUSE);
    longest.mul_f64(0.5 + fastrand::f64() / 2.0)
}

/// A transport whose type is forgotten.
trait Reopen: Send + Sync {
    fn reopen(&self, pause: Duration, call: TransportRequest) -> BoxFuture<'static, Reopened>;

    fn sleep(&self, duration: Duration) -> Option<BoxFuture<'static, ()>>;
}

impl<T: Transport> Reopen for Client<T> {
    fn reopen(&self, pause: Duration, call: TransportRequest) -> BoxFuture<'static, Reopened> {
        let client = self.clone();
        Box::pin(async move {
            if let Some(paused) = client.transport().sleep(pause) {
                paused.await;
            }
            let mut messages = client.transport().open(call).await?;
            match messages.next().await {
                None => Err(ProtocolError::StreamCut.into()),
                Some(first) => Ok((messages, first?)),
            }
        })
    }

    fn sleep(&self, duration: Duration) -> Option<BoxFuture<'static, ()>> {
        self.transport().sleep(duration)
    }
}

/// A call with another value for one of its parameters.
fn with_cursor(call: &[u8], parameter: CursorParameter, cursor: &str) -> Option<Vec<u8>> {
    let Message::Single(envelope) = Message::read(call) else {
        return None;
    };
    let params = envelope.get(Member::Params);
    let params = match (params, parameter.style) {
        (None, ParamsStyle::Positional) => "[]",
        (None, _) => "{}",
        (Some(params), _) => params,
    };
    let params = match params.starts_with('[') {
        true => by_position(params, parameter.index, cursor)?,
        false => by_name(params, parameter.name, cursor)?,
    };
    let id = Id::read(envelope.get(Member::Id)?)?;
    Some(write::call(&envelope.method()?, Some(&params), &id))
}

fn by_position(params: &str, index: usize, cursor: &str) -> Option<String> {
    let params: Vec<&RawValue> = serde_json::from_str(params).ok()?;
    let mut params: Vec<&str> = params.into_iter().map(RawValue::get).collect();
    let length = params.len().max(index + 1);
    params.resize(length, "null");
    params[index] = cursor;
    Some(format!("[{}]", params.join(",")))
}

fn by_name(params: &str, name: &str, cursor: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Members<'a>(#[serde(borrow)] BTreeMap<Cow<'a, str>, &'a RawValue>);
    let Members(members) = serde_json::from_str(params).ok()?;
    let others = members.iter().filter(|(known, _)| *known != name);
    let others = others.map(|(name, value)| (&**name, value.get()));
    let members = others.chain([(name, cursor)]).map(|(name, value)| {
        let mut member = Vec::new();
        crate::json::text::write_string(&mut member, name);
        format!("{}:{value}", String::from_utf8_lossy(&member))
    });
    Some(format!("{{{}}}", members.collect::<Vec<_>>().join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_takes_the_place_of_the_last_one() {
        let positional = CursorParameter::new(ParamsStyle::Positional, 2, "after");
        let named = CursorParameter::new(ParamsStyle::Named, 2, "after");
        for (params, parameter, expected) in [
            ("", positional, "[null,null,5]"),
            (r#","params":["x"]"#, positional, r#"["x",null,5]"#),
            (r#","params":["x",1,4,"y"]"#, positional, r#"["x",1,5,"y"]"#),
            ("", named, r#"{"after":5}"#),
            (
                r#","params":{"after":4,"topic":"a\"b"}"#,
                named,
                r#"{"topic":"a\"b","after":5}"#,
            ),
        ] {
            let call = format!(r#"{{"jsonrpc":"2.0","method":"log"{params},"id":7}}"#);
            let again = with_cursor(call.as_bytes(), parameter, "5").expect("a call");
            let expected =
                format!(r#"{{"jsonrpc":"2.0","method":"log","params":{expected},"id":7}}"#);
            assert_eq!(String::from_utf8_lossy(&again), expected);
        }
    }

    #[test]
    fn pauses_grow_up_to_a_limit() {
        for (attempts, longest) in [
            (0, 50),
            (1, 100),
            (5, 1600),
            (20, 30_000),
            (u32::MAX, 30_000),
        ] {
            let longest = Duration::from_millis(longest);
            let pause = pause_before(attempts);
            assert!(
                longest / 2 <= pause && pause <= longest,
                "{attempts} {pause:?}"
            );
        }
    }
}
