//! Properties that hold for every message, checked on random ones.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use rpc_core::{Dispatcher, Id, RequestMetadata, Server, memory, rpc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::wire::reference::Reader;
use crate::wire::validity::{answer, check};
use crate::wire::{cases, service};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_bytes_are_answered_as_the_reference_says(message in vec(any::<u8>(), 0..100)) {
        check(&message);
    }

    #[test]
    fn any_text_of_json_s_characters_is_answered_as_the_reference_says(
        text in r#"[\[\]{}:,"\\ \nu0-9a-f.eE+\-truefalsn]{0,40}"#,
    ) {
        check(text.as_bytes());
    }

    #[test]
    fn any_json_is_answered_as_the_reference_says(document in document()) {
        check(document.as_bytes());
    }

    #[test]
    fn any_envelope_is_answered_as_the_reference_says(message in batch_or_not(envelope())) {
        check(message.as_bytes());
    }

    #[test]
    fn any_damage_to_a_message_is_answered_as_the_reference_says(
        message in message(),
        other in message(),
        damages in vec(damage(), 1..5),
    ) {
        let damaged = damages.iter().fold(message, |message, damage| damage.to(message, &other));
        check(&damaged);
    }

    /// The reference is only as good as its JSON reader.
    #[test]
    fn the_reference_reads_what_serde_json_reads(
        document in document(),
        damages in vec(damage(), 0..3),
    ) {
        let original = document.clone().into_bytes();
        let damaged = damages.iter().fold(original.clone(), |message, damage| damage.to(message, &original));
        if let Ok(text) = std::str::from_utf8(&damaged) {
            let known = serde_json::from_str::<&RawValue>(text).is_ok();
            prop_assert_eq!(Reader::new(text).document().is_some(), known, "{}", text);
        }
    }

    #[test]
    fn the_answer_does_not_depend_on_how_a_request_is_written(
        call in call(),
        id in id(),
        handwriting in handwriting(),
    ) {
        let plain = Handwriting::plain().request(&call, &id);
        let other = handwriting.request(&call, &id);
        let answers = [&plain, &other].map(|message| answer(message.as_bytes()));
        // If several parameters are wrong, the error names the one that is read first.
        let answers = if call.arguments.len() > 1 { answers.map(without_data) } else { answers };
        prop_assert_eq!(&answers[0], &answers[1], "{}\n{}", plain, other);
        check(other.as_bytes());
    }

    #[test]
    fn a_request_of_1_0_is_answered_as_one_of_2_0(
        method in select(vec!["none", "pair", "echo", "optional", "texts", "raw", "float", "unknown"]),
        params in option::of(vec(document(), 0..4)),
        id in prop_oneof![number(), string()],
    ) {
        let params = params.map(|params| format!(r#""params":[{}],"#, params.join(",")));
        let members = format!(r#""method":"{method}",{}"id":{id}}}"#, params.unwrap_or_default());
        let old = answer_of(version_1(), format!("{{{members}").as_bytes());
        let new = answer_of(version_1(), format!(r#"{{"jsonrpc":"2.0",{members}"#).as_bytes());
        prop_assert_eq!(old, new.as_deref().map(in_1_0), "{}", members);
    }

    #[test]
    fn a_server_with_1_0_answers_messages_that_name_a_version_like_any_other(
        requests in vec(envelope(), 1..4),
    ) {
        let batch = format!("[{}]", requests.join(","));
        for message in [&requests[0], &batch] {
            prop_assert_eq!(answer_of(version_1(), message.as_bytes()), answer(message.as_bytes()));
        }
    }

    #[test]
    fn every_string_is_an_id(id in any::<String>(), text in any::<String>()) {
        let client = memory::connect(service::dispatcher());
        let echo = block_on(client.call("echo", [&text]).id(id.as_str()));
        let echo: String = echo.unwrap();
        prop_assert_eq!(echo, text);
        let read = Id::from(id.as_str());
        let read = read.as_str().map(Cow::into_owned);
        prop_assert_eq!(read, Some(id));
    }

    #[test]
    fn every_number_is_an_id(id in number()) {
        let message = format!(r#"{{"jsonrpc":"2.0","method":"none","id":{id}}}"#);
        let expected = format!(r#"{{"jsonrpc":"2.0","result":"none","id":{id}}}"#);
        prop_assert_eq!(answer(message.as_bytes()), Some(expected));
    }

    #[test]
    fn values_arrive_as_they_were_sent(sent in everything()) {
        let client = MirrorClient::new(memory::connect(MirrorServer::new(Reflection)));
        let Everything { text, cow, number, single, wide, letter, list, maybe, tree, raw } = sent.clone();
        let by_position = client.by_position(
            &text, Cow::Borrowed(&cow), number, single, wide, letter, &list, maybe.as_deref(), &tree, &raw,
        );
        prop_assert_eq!(&block_on(by_position).unwrap(), &sent);
        let by_name = client.by_name(
            &text, Cow::Borrowed(&cow), number, single, wide, letter, &list, maybe.as_deref(), &tree, &raw,
        );
        prop_assert_eq!(&block_on(by_name).unwrap(), &sent);
    }
}

fn version_1() -> &'static Server<Dispatcher> {
    static SERVER: LazyLock<Server<Dispatcher>> =
        LazyLock::new(|| Server::new(service::dispatcher()).version_1(true));
    &SERVER
}

fn answer_of(server: &Server<Dispatcher>, message: &[u8]) -> Option<String> {
    let reply = block_on(server.handle(message, RequestMetadata::default()))?;
    Some(String::from_utf8(reply.into_body()).unwrap())
}

/// A response of 2.0, written as in 1.0.
fn in_1_0(response: &str) -> String {
    let members: HashMap<String, &RawValue> = serde_json::from_str(response).unwrap();
    let member = |name| {
        members
            .get(name)
            .map_or("null", |value: &&RawValue| value.get())
    };
    let (result, error, id) = (member("result"), member("error"), member("id"));
    format!(r#"{{"result":{result},"error":{error},"id":{id}}}"#)
}

fn block_on<F: Future>(future: F) -> F::Output {
    futures_util::FutureExt::now_or_never(future).unwrap()
}

/// An answer without the data of error -32602.
fn without_data(answer: Option<String>) -> Option<String> {
    const START: &str =
        r#"{"jsonrpc":"2.0","error":{"code":-32602,"message":"Invalid params","data":"#;
    let answer = answer?;
    let Some(data) = answer.strip_prefix(START) else {
        return Some(answer);
    };
    let mut values = serde_json::Deserializer::from_str(data).into_iter::<String>();
    values.next().unwrap().unwrap();
    Some(format!("{START}…{}", &data[values.byte_offset()..]))
}

/// One message or a batch, whole or damaged.
pub fn any_message() -> impl Strategy<Value = Vec<u8>> {
    let damaged =
        (message(), message(), vec(damage(), 0..5)).prop_map(|(message, other, damages)| {
            damages
                .iter()
                .fold(message, |message, damage| damage.to(message, &other))
        });
    prop_oneof![
        2 => any_envelope().prop_map(String::into_bytes),
        1 => damaged,
        1 => document().prop_map(String::into_bytes),
    ]
}

/// An object that mostly looks like a request.
pub fn any_envelope() -> impl Strategy<Value = String> {
    envelope()
}

// -------------------------------------------------------------------------------------------------- random texts

fn number() -> impl Strategy<Value = String> + Clone {
    prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>()
            .prop_filter("JSON has no such number", |number| number.is_finite())
            .prop_map(|number| format!("{number:?}")),
        r"-?(0|[1-9][0-9]{0,50})(\.[0-9]{1,30})?([eE][+\-]?[0-9]{1,5})?",
    ]
}

/// A string as it may be written, lone surrogates included.
fn string() -> impl Strategy<Value = String> + Clone {
    let character = prop_oneof![
        4 => any::<char>()
            .prop_filter("these must be escaped", |c| !matches!(c, '"' | '\\' | '\0'..='\u{1f}'))
            .prop_map(String::from),
        2 => r"[ -!#-\[\]-~]",
        1 => r#"\\["\\/bfnrt]"#,
        1 => r"\\u[0-9a-fA-F]{4}",
        1 => r"\\u[dD][89a-fA-F][0-9a-f]{2}",
        1 => Just(r"\ud83d\uDE00".to_owned()),
    ];
    vec(character, 0..8).prop_map(|characters| format!("\"{}\"", characters.concat()))
}

fn name() -> impl Strategy<Value = String> + Clone {
    let names = [
        "jsonrpc", "method", "params", "id", "a", "b", "c", "text", "value", "x", "type",
    ];
    prop_oneof![
        3 => select(names.to_vec()).prop_map(|name| format!("\"{name}\"")),
        1 => string(),
    ]
}

fn space() -> impl Strategy<Value = String> + Clone {
    prop_oneof![8 => Just(String::new()), 1 => "[ \n\r\t]{1,3}"]
}

fn document() -> impl Strategy<Value = String> + Clone {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("false".to_owned()),
        number(),
        string(),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        let spaced = (space(), inner.clone(), space()).prop_map(|(a, value, b)| a + &value + &b);
        let member = (space(), name(), space(), spaced.clone())
            .prop_map(|(a, name, b, value)| format!("{a}{name}{b}:{value}"));
        prop_oneof![
            vec(spaced, 0..6).prop_map(|elements| format!("[{}]", elements.join(","))),
            vec(member, 0..6).prop_map(|members| format!("{{{}}}", members.join(","))),
        ]
    })
}

/// Any number of members that mostly look like those of a request.
fn envelope() -> impl Strategy<Value = String> + Clone {
    let methods = [
        r#""none""#,
        r#""pair""#,
        r#""echo""#,
        r#""optional""#,
        r#""texts""#,
        r#""raw""#,
        r#""signed""#,
        r#""unsigned""#,
        r#""list""#,
        r#""json""#,
        r#""float""#,
        r#""lenient.add""#,
        r#""renamed""#,
        r#""e\u0063ho""#,
        r#""nothing""#,
        "1",
    ];
    let params = prop_oneof![
        document(),
        vec(document(), 0..4).prop_map(|values| format!("[{}]", values.join(","))),
        vec((name(), document()), 0..4).prop_map(|members| {
            let members: Vec<String> = members
                .iter()
                .map(|(name, value)| format!("{name}:{value}"))
                .collect();
            format!("{{{}}}", members.join(","))
        }),
        vec(-3..3_i64, 0..4).prop_map(|numbers| format!("{numbers:?}")),
        Just(r#"["a"]"#.to_owned()),
        Just(r#"{"a":1,"b":2}"#.to_owned()),
    ];
    let version = prop_oneof![
        12 => Just(r#""jsonrpc":"2.0""#.to_owned()),
        1 => document().prop_map(|value| format!(r#""jsonrpc":{value}"#)),
    ];
    let method = select(methods.to_vec()).prop_map(|method| format!(r#""method":{method}"#));
    let params = params.prop_map(|params| format!(r#""params":{params}"#));
    let id = prop_oneof![number(), string(), document()].prop_map(|id| format!(r#""id":{id}"#));
    let unknown = (name(), document()).prop_map(|(name, value)| format!("{name}:{value}"));
    let members = (
        vec(version, 1..=1),
        vec(method, 1..=1),
        vec(params, 0..=1),
        vec(id, 0..=1),
        prop_oneof![3 => Just(Vec::new()), 1 => vec(unknown, 0..3)],
    );
    members
        .prop_map(|(version, method, params, id, unknown)| {
            [version, method, params, id, unknown].concat()
        })
        .prop_shuffle()
        .prop_map(|members| format!("{{{}}}", members.join(",")))
}

fn batch_or_not(
    entry: impl Strategy<Value = String> + Clone + 'static,
) -> impl Strategy<Value = String> {
    let batch = vec(
        prop_oneof![4 => entry.clone().boxed(), 1 => document().boxed()],
        0..5,
    )
    .prop_map(|entries| format!("[{}]", entries.join(",")));
    prop_oneof![2 => entry, 1 => batch]
}

// ------------------------------------------------------------------------------------------------------- damages

/// A message of the tables.
fn message() -> impl Strategy<Value = Vec<u8>> {
    let messages: Vec<Vec<u8>> = cases::all()
        .into_iter()
        .map(|case| case.message)
        .filter(|message| message.len() < 1000)
        .collect();
    select(messages)
}

#[derive(Debug, Clone)]
enum Damage {
    Flip(Index, u8),
    Replace(Index, u8),
    Insert(Index, Vec<u8>),
    Truncate(Index),
    Cut(Index, Index),
    Repeat(Index, Index),
    /// The start of this message and the end of another.
    Splice(Index, Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<Index>;
    let character = select(&br#"{}[]",:\ntfu0129.-eE /'"#[..]);
    prop_oneof![
        (at(), 0..8_u8).prop_map(|(at, bit)| Damage::Flip(at, bit)),
        (at(), character.clone()).prop_map(|(at, byte)| Damage::Replace(at, byte)),
        (at(), vec(character, 1..4)).prop_map(|(at, bytes)| Damage::Insert(at, bytes)),
        at().prop_map(Damage::Truncate),
        (at(), at()).prop_map(|(from, to)| Damage::Cut(from, to)),
        (at(), at()).prop_map(|(from, to)| Damage::Repeat(from, to)),
        (at(), at()).prop_map(|(from, to)| Damage::Splice(from, to)),
    ]
}

impl Damage {
    fn to(&self, mut message: Vec<u8>, other: &[u8]) -> Vec<u8> {
        if message.is_empty() {
            return message;
        }
        let length = message.len();
        let range = |a: &Index, b: &Index| {
            let (a, b) = (a.index(length), b.index(length));
            a.min(b)..a.max(b)
        };
        match self {
            Damage::Flip(at, bit) => message[at.index(length)] ^= 1 << bit,
            Damage::Replace(at, byte) => message[at.index(length)] = *byte,
            Damage::Insert(at, bytes) => {
                let at = at.index(length);
                message.splice(at..at, bytes.iter().copied());
            }
            Damage::Truncate(at) => message.truncate(at.index(length)),
            Damage::Cut(from, to) => drop(message.drain(range(from, to))),
            Damage::Repeat(from, to) => {
                let range = range(from, to);
                let copy = message[range.clone()].to_vec();
                message.splice(range.end..range.end, copy);
            }
            Damage::Splice(from, to) => {
                message.truncate(from.index(length));
                message.extend_from_slice(&other[to.index(other.len() + 1)..]);
            }
        }
        message
    }
}

// ---------------------------------------------------------------------------------------------------- handwriting

/// A method, and what its first parameters are.
#[derive(Debug, Clone)]
struct Call {
    method: &'static str,
    arguments: Vec<(&'static str, Value)>,
}

fn call() -> impl Strategy<Value = Call> {
    let methods: [(&str, &[&str]); 8] = [
        ("none", &[]),
        ("pair", &["a", "b"]),
        ("echo", &["text"]),
        ("renamed", &["type", "in \"ü"]),
        ("optional", &["a", "b", "c"]),
        ("texts", &["text", "side", "rest"]),
        ("structure", &["tree"]),
        ("nothing", &["a"]),
    ];
    let value = prop_oneof![
        3 => any::<i64>().prop_map(Value::from),
        3 => any::<String>().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => finite().prop_map(Value::from),
        1 => vec(any::<String>(), 0..3).prop_map(Value::from),
        1 => tree().prop_map(|tree| json!(tree)),
    ];
    (select(methods.to_vec()), vec(value, 0..4)).prop_map(|((method, names), values)| Call {
        method,
        arguments: names.iter().copied().zip(values).collect(),
    })
}

fn id() -> impl Strategy<Value = String> {
    prop_oneof![number(), string(), Just("null".to_owned())]
}

/// One of the many ways to write the same request.
#[derive(Debug, Clone)]
struct Handwriting {
    by_name: bool,
    /// The order of the envelope's members and of the parameters.
    order: Vec<Index>,
    spaces: Vec<String>,
    escapes: Vec<bool>,
    unknown: Vec<(String, String)>,
}

fn handwriting() -> impl Strategy<Value = Handwriting> {
    let unknown = ("x-[a-z]{0,3}", document());
    let parts = (
        any::<bool>(),
        vec(any::<Index>(), 1..8),
        vec("[ \n\r\t]{0,2}", 1..8),
        vec(any::<bool>(), 1..8),
        vec(unknown, 0..3),
    );
    parts.prop_map(|(by_name, order, spaces, escapes, unknown)| Handwriting {
        by_name,
        order,
        spaces,
        escapes,
        unknown,
    })
}

impl Handwriting {
    fn plain() -> Self {
        Handwriting {
            by_name: false,
            order: Vec::new(),
            spaces: vec![String::new()],
            escapes: vec![false],
            unknown: Vec::new(),
        }
    }

    /// The id is written unchanged, since the answer repeats it exactly.
    fn request(&self, call: &Call, id: &str) -> String {
        let mut members = vec![
            (self.string("jsonrpc"), self.string("2.0")),
            (self.string("method"), self.string(call.method)),
            (self.string("params"), self.params(call)),
            (self.string("id"), id.to_owned()),
        ];
        for (name, value) in &self.unknown {
            members.push((self.string(name), value.clone()));
        }
        self.spaced(&self.object(members))
    }

    fn params(&self, call: &Call) -> String {
        if self.by_name {
            let member = |(name, value): &(&str, Value)| (self.string(name), self.value(value));
            self.object(call.arguments.iter().map(member).collect())
        } else {
            self.array(call.arguments.iter().map(|(_, value)| value))
        }
    }

    fn value(&self, value: &Value) -> String {
        match value {
            Value::String(text) => self.string(text),
            Value::Array(elements) => self.array(elements),
            // Structures read their members in any order, but the plain way writes them in this one.
            Value::Object(members) => {
                let member =
                    |(name, value): (&String, &Value)| (self.string(name), self.value(value));
                self.object(members.iter().map(member).collect())
            }
            other => other.to_string(),
        }
    }

    fn array<'v>(&self, elements: impl IntoIterator<Item = &'v Value>) -> String {
        let elements = elements.into_iter();
        let elements: Vec<String> = elements
            .map(|value| self.spaced(&self.value(value)))
            .collect();
        format!("[{}]", elements.join(","))
    }

    fn object(&self, mut members: Vec<(String, String)>) -> String {
        for (from, to) in self.order.iter().enumerate() {
            if from < members.len() {
                let to = to.index(members.len());
                members.swap(from, to);
            }
        }
        let members = members.iter();
        let members: Vec<String> = members
            .map(|(name, value)| format!("{}:{}", self.spaced(name), self.spaced(value)))
            .collect();
        format!("{{{}}}", members.join(","))
    }

    fn string(&self, text: &str) -> String {
        let escaped = |(index, unit): (usize, char)| {
            if self.escapes[index % self.escapes.len()] {
                let units = unit.encode_utf16(&mut [0; 2]).to_vec();
                units.iter().map(|unit| format!(r"\u{unit:04x}")).collect()
            } else {
                let quoted = Value::from(unit.to_string()).to_string();
                quoted[1..quoted.len() - 1].to_owned()
            }
        };
        let characters: String = text.chars().enumerate().map(escaped).collect();
        format!("\"{characters}\"")
    }

    fn spaced(&self, text: &str) -> String {
        let space = |offset: usize| &self.spaces[(text.len() + offset) % self.spaces.len()];
        format!("{}{text}{}", space(0), space(1))
    }
}

// ----------------------------------------------------------------------------------------------------- round trips

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Branch {
    name: String,
    weight: Option<f64>,
    leaves: Vec<Branch>,
}

fn tree() -> impl Strategy<Value = Branch> {
    let leaf =
        (any::<String>(), proptest::option::of(finite())).prop_map(|(name, weight)| Branch {
            name,
            weight,
            leaves: Vec::new(),
        });
    leaf.prop_recursive(4, 20, 4, |inner| {
        (any::<String>(), vec(inner, 0..4)).prop_map(|(name, leaves)| Branch {
            name,
            weight: None,
            leaves,
        })
    })
}

/// JSON has only finite numbers.
fn finite() -> impl Strategy<Value = f64> {
    use proptest::num::f64::{NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
    POSITIVE | NEGATIVE | NORMAL | SUBNORMAL | ZERO
}

/// One value of each kind that a method can take.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Everything {
    text: String,
    cow: String,
    number: f64,
    single: f32,
    wide: i128,
    letter: (char, i8),
    list: Vec<Option<u64>>,
    maybe: Option<String>,
    tree: Branch,
    raw: Box<RawValue>,
}

impl PartialEq for Everything {
    fn eq(&self, other: &Self) -> bool {
        let parts = |all: &Self| {
            let Everything {
                text,
                cow,
                number,
                single,
                wide,
                letter,
                list,
                maybe,
                tree,
                raw,
            } = all.clone();
            // Minus zero is not the same number as zero.
            let bits = (number.to_bits(), single.to_bits());
            (
                text,
                cow,
                bits,
                wide,
                letter,
                list,
                maybe,
                tree,
                raw.to_string(),
            )
        };
        parts(self) == parts(other)
    }
}

fn everything() -> impl Strategy<Value = Everything> {
    let values = (
        (
            any::<String>(),
            any::<String>(),
            proptest::option::of(any::<String>()),
        ),
        finite(),
        any::<f32>().prop_filter("JSON has no such number", |number| number.is_finite()),
        any::<i128>(),
        any::<(char, i8)>(),
        vec(any::<Option<u64>>(), 0..5),
        tree(),
        document(),
    );
    values.prop_map(
        |((text, cow, maybe), number, single, wide, letter, list, tree, raw)| Everything {
            text,
            cow,
            number,
            single,
            wide,
            letter,
            list,
            maybe,
            tree,
            raw: RawValue::from_string(raw).unwrap(),
        },
    )
}

/// Returns what it is given.
#[rpc]
pub trait Mirror {
    #[allow(clippy::too_many_arguments, reason = "one of each kind")]
    async fn by_position(
        &self,
        text: &str,
        cow: Cow<'_, str>,
        number: f64,
        single: f32,
        wide: i128,
        letter: (char, i8),
        list: &[Option<u64>],
        maybe: Option<&str>,
        tree: &Branch,
        raw: &RawValue,
    ) -> Everything {
        async move {
            Everything {
                text: text.to_owned(),
                cow: cow.into_owned(),
                number,
                single,
                wide,
                letter,
                list: list.to_vec(),
                maybe: maybe.map(str::to_owned),
                tree: tree.clone(),
                raw: raw.to_owned(),
            }
        }
        .await
    }

    #[rpc(params = "named")]
    #[allow(clippy::too_many_arguments, reason = "one of each kind")]
    async fn by_name(
        &self,
        text: &str,
        cow: Cow<'_, str>,
        number: f64,
        single: f32,
        wide: i128,
        letter: (char, i8),
        list: &[Option<u64>],
        maybe: Option<&str>,
        tree: &Branch,
        raw: &RawValue,
    ) -> Everything {
        self.by_position(
            text, cow, number, single, wide, letter, list, maybe, tree, raw,
        )
        .await
    }
}

struct Reflection;

impl Mirror for Reflection {}
