//! [`Replay`]: a service that answers from a recording.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{StreamExt, stream};
use rpc_core::contract::{Contract, Method};
use rpc_core::params::{InvalidParams, Params, Strictness};
use rpc_core::service::{ResolvedMethod, Responder};
use rpc_core::{Context, ErrorObject, RawValue, Service, Tracked};
use serde::{Deserialize, Deserializer};

use super::recording::Line;
use crate::exchange::{Exchange, HIDDEN, NOT_A_RESPONSE, Outcome, Tree, pointer};

/// Answers from a recording.
pub(super) struct Replay {
    methods: HashMap<String, Recorded>,
}

/// What is recorded of a method.
struct Recorded {
    described: Arc<Method>,
    /// By the params, as [`Tree::canonical`] has them.
    calls: HashMap<String, Arc<Answers>>,
    /// The places of hidden params. Each set of them is one that some call has.
    hidden: BTreeSet<Vec<String>>,
}

/// The answers to calls with the same params, in their order.
#[derive(Default)]
pub(super) struct Answers {
    exchanges: Vec<Exchange>,
    next: AtomicUsize,
}

impl Replay {
    pub(super) fn of(lines: Vec<Line>) -> Self {
        let mut by_method: HashMap<String, Vec<Line>> = HashMap::new();
        for line in lines {
            let method = line.request.method.clone();
            by_method.entry(method).or_default().push(line);
        }
        let methods = by_method.into_iter();
        let methods = methods.map(|(name, lines)| (name.clone(), Recorded::of(&name, lines)));
        Replay {
            methods: methods.collect(),
        }
    }
}

fn described(name: &str) -> Method {
    let mut method = Method::new("", "");
    method.name = name.to_owned().into();
    method
}

/// The params of a call, for a comparison. Params without members are like none.
fn key(params: &Tree) -> String {
    match params.canonical() {
        empty if empty == "{}" || empty == "[]" || empty == "null" => String::new(),
        other => other,
    }
}

impl Recorded {
    fn of(name: &str, lines: Vec<Line>) -> Self {
        let returns_stream = lines.iter().any(|line| line.exchange.items.is_some());
        let method = match returns_stream {
            true => described(name).stream("any"),
            false => described(name),
        };
        let (mut calls, mut hidden) = (HashMap::<String, Answers>::new(), BTreeSet::new());
        // Notifications have no answer that a call could get.
        let answered = |line: &Line| line.exchange.outcome != Outcome::Notified;
        for line in lines.into_iter().filter(answered) {
            let params = line.request.params;
            let key = params.map_or_else(String::new, |it| key(&Tree::read(&it)));
            let places = line.exchange.hidden.keys();
            let places = places.filter_map(|it| it.strip_prefix("/request/params"));
            hidden.insert(places.map(str::to_owned).collect());
            calls.entry(key).or_default().exchanges.push(line.exchange);
        }
        let calls = calls.into_iter();
        Recorded {
            described: Arc::new(method),
            calls: calls
                .map(|(key, answers)| (key, Arc::new(answers)))
                .collect(),
            hidden,
        }
    }

    /// The answers to calls with these params.
    fn answers(&self, params: Option<&RawValue>) -> Option<Arc<Answers>> {
        let params = params.map(Tree::read);
        self.hidden.iter().find_map(|hidden| {
            let key = params.clone().map_or_else(String::new, |mut params| {
                for place in hidden {
                    params.change_at(&pointer::steps(place), &mut |value| {
                        *value = Tree::text(HIDDEN);
                    });
                }
                key(&params)
            });
            self.calls.get(&key).cloned()
        })
    }
}

impl Answers {
    /// The next answer. The last one repeats.
    fn next(&self) -> Option<&Exchange> {
        let last = self.exchanges.len().saturating_sub(1);
        let next = |index: usize| Some(last.min(index + 1));
        let index = self
            .next
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        self.exchanges.get(index.unwrap_or(last))
    }
}

/// A call, and what is recorded of it.
pub(super) enum Found {
    Answers(Arc<Answers>),
    /// The recording has no call of this method.
    UnknownMethod(String),
    /// It has none with these params.
    UnknownParams(String),
}

impl Service for Replay {
    type Args<'de> = Found;

    fn contracts(&self) -> Vec<Contract> {
        let mut contract = Contract::new("", "", &[]);
        let methods = self.methods.values().map(|it| Method::clone(&it.described));
        contract.methods = methods.collect();
        vec![contract]
    }

    fn find(&self, name: &str) -> Option<ResolvedMethod> {
        match self.methods.get(name) {
            Some(recorded) => Some(ResolvedMethod::shared(Arc::clone(&recorded.described), 0)),
            // The server in front answers these.
            None if name.starts_with("rpc.") => None,
            None => Some(ResolvedMethod::shared(Arc::new(described(name)), 0)),
        }
    }

    fn decode<'de>(
        &self,
        method: &ResolvedMethod,
        params: Params<'_, 'de>,
    ) -> Result<Found, InvalidParams> {
        let params: Option<&RawValue> = match params.is_absent() {
            true => None,
            false => Some(params.read_whole(Strictness::Lenient)?),
        };
        let name = method.method().name.to_string();
        Ok(match self.methods.get(&name) {
            None => Found::UnknownMethod(name),
            Some(recorded) => match recorded.answers(params) {
                Some(answers) => Found::Answers(answers),
                None => Found::UnknownParams(name),
            },
        })
    }

    async fn call(
        &self,
        found: Self::Args<'_>,
        cx: &Context,
        responder: Responder,
    ) -> rpc_core::Outcome {
        match found {
            // Nobody waits for an answer, so the next call gets it.
            _ if cx.is_notification() => responder.value(()),
            Found::UnknownMethod(name) => {
                let detail = format!("the recording has no call of `{name}`");
                ErrorObject::method_not_found().with_data(&detail).into()
            }
            Found::UnknownParams(name) => {
                let detail = format!("the recording has no call of `{name}` with these params");
                ErrorObject::invalid_params(detail).into()
            }
            // Only now, since a message that turns out to be invalid must not use up an answer.
            Found::Answers(answers) => match answers.next() {
                Some(exchange) => answer(exchange, cx, responder).await,
                None => ErrorObject::internal("no answer was recorded").into(),
            },
        }
    }
}

async fn answer(exchange: &Exchange, cx: &Context, responder: Responder) -> rpc_core::Outcome {
    let Some(items) = &exchange.items else {
        return response(exchange, responder);
    };
    let ends = exchange.outcome != Outcome::GivenUp;
    let open = stream::repeat(())
        .take(usize::from(!ends))
        .then(|()| std::future::pending());
    let items = stream::iter(items).chain(open);
    let sent = responder.stream(cx, items, |item, sender| match &item.cursor {
        Some(cursor) => sender.tracked(Tracked::new(cursor, &item.value)),
        None => sender.value(&item.value),
    });
    match sent.await {
        sent if sent.is_ok() => end(exchange, sent),
        failed => failed,
    }
}

/// A response, as far as a replay reads it.
#[derive(Deserialize)]
struct Response {
    /// `null` is a result, too.
    #[serde(default, deserialize_with = "present")]
    result: Option<Box<RawValue>>,
    error: Option<RecordedError>,
}

#[derive(Deserialize)]
struct RecordedError {
    code: i64,
    #[serde(default)]
    message: String,
    /// `null` is data, too.
    #[serde(default, deserialize_with = "present")]
    data: Option<Box<RawValue>>,
}

fn present<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Box::deserialize(value).map(Some)
}

impl Response {
    fn read(exchange: &Exchange) -> Option<Self> {
        serde_json::from_str(exchange.response.as_ref()?.get()).ok()
    }
}

impl From<RecordedError> for ErrorObject {
    fn from(error: RecordedError) -> ErrorObject {
        let object = ErrorObject::new(error.code, error.message);
        match error.data {
            Some(data) => object.with_data(&data),
            None => object,
        }
    }
}

fn response(exchange: &Exchange, responder: Responder) -> rpc_core::Outcome {
    match Response::read(exchange) {
        Some(Response {
            error: Some(error), ..
        }) => ErrorObject::from(error).into(),
        Some(Response {
            result: Some(result),
            ..
        }) => responder.value(result),
        _ => not_answered(exchange).into(),
    }
}

/// The response after the last item.
fn end(exchange: &Exchange, sent: rpc_core::Outcome) -> rpc_core::Outcome {
    match Response::read(exchange) {
        Some(Response {
            error: Some(error), ..
        }) => ErrorObject::from(error).into(),
        Some(Response {
            result: Some(result),
            ..
        }) if result.get() != "null" => rpc_core::Outcome::value(result),
        Some(_) => sent,
        None => not_answered(exchange).into(),
    }
}

fn not_answered(exchange: &Exchange) -> ErrorObject {
    let why = match (&exchange.failure, exchange.outcome) {
        (Some(failure), _) => failure,
        (None, Outcome::GivenUp) => "the caller gave up",
        (None, _) => NOT_A_RESPONSE,
    };
    let message = "the recorded call has no answer";
    ErrorObject::new(rpc_core::code::INTERNAL_ERROR, message).with_data(why)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use rpc_core::{CallError, memory};

    use super::*;

    fn line(request: &str, outcome: &str) -> Line {
        let text =
            format!(r#"{{"time":"","request":{request},"milliseconds":1,"outcome":{outcome}}}"#);
        let exchange: Exchange = serde_json::from_str(&text).expect("a line");
        let request = exchange.request().expect("a request");
        Line {
            number: 1,
            exchange,
            request,
        }
    }

    fn call(result: &str) -> Line {
        let request = r#"{"jsonrpc":"2.0","method":"count","id":1}"#;
        let response =
            format!(r#""answered","response":{{"jsonrpc":"2.0","id":1,"result":{result}}}"#);
        line(request, &response)
    }

    fn notification(method: &str) -> Line {
        let request = format!(r#"{{"jsonrpc":"2.0","method":"{method}"}}"#);
        line(&request, r#""notified""#)
    }

    #[test]
    fn notifications_neither_have_answers_nor_use_them_up() {
        let lines = vec![
            notification("count"),
            call("1"),
            notification("seen"),
            call("null"),
            notification("count"),
        ];
        let client = memory::connect(Replay::of(lines));
        let count = || {
            let called = client.call::<_, Option<u8>>("count", ()).now_or_never();
            called.expect("nothing waits").expect("a result")
        };
        let notify = || client.notify("count", ()).now_or_never();
        notify().expect("nothing waits").expect("it is sent");
        assert_eq!(count(), Some(1));
        notify().expect("nothing waits").expect("it is sent");
        assert_eq!([count(), count()], [None, None]);
        let seen = client.call::<_, Option<u8>>("seen", ()).now_or_never();
        let refused = seen.expect("nothing waits").expect_err("no call of it");
        assert!(
            matches!(&refused, CallError::Object(error) if error.code() == -32602),
            "{refused:?}"
        );
    }

    #[test]
    fn a_reply_that_is_not_a_response_is_no_result() {
        let request = r#"{"jsonrpc":"2.0","method":"count","id":1}"#;
        for reply in ["{}", r#"{"id":1}"#, "[1,2]", "7", r#"{"error":"no"}"#] {
            let answered = line(request, &format!(r#""answered","response":{reply}"#));
            let client = memory::connect(Replay::of(vec![answered]));
            let called = client.call::<_, Option<u8>>("count", ()).now_or_never();
            let refused = called.expect("nothing waits").expect_err("not an answer");
            let text = match &refused {
                CallError::Object(error) => error.to_json(),
                other => format!("{other:?}"),
            };
            assert!(text.contains(NOT_A_RESPONSE), "{reply}: {text}");
        }
    }
}
