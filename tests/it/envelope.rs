//! Every reader of messages tells the same messages apart: the server, `wire`, raw calls, a client of 1.0, the message log and
//! the shorthand dialect.

use std::borrow::Cow;
use std::fmt;

use futures_util::FutureExt;
use proptest::prelude::*;
use rpc_core::wire::{Envelope, Kind, Member, Message, Version};
use rpc_core::{Context, Dispatcher, Outcome, Server};
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::properties::{any_envelope, any_message};
use crate::scripted::Script;

/// What all readers say of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Request,
    Notification,
    Request1,
    Notification1,
    /// Not a request: for a server, responses are among these.
    Invalid,
    NotJson,
}

use Says::*;

const MESSAGES: &[(&str, Says)] = &[
    (r#"{"jsonrpc":"2.0","method":"m","id":1}"#, Request),
    (r#"{"jsonrpc":"2.0","method":"m"}"#, Notification),
    (r#"{"jsonrpc":"2.0","method":"m","id":null}"#, Request),
    (
        r#"{"jsonrpc":"2.0","method":"m","params":null}"#,
        Notification,
    ),
    (
        r#"{"jsonrpc":"2.0","method":"m","params":{"a":1}}"#,
        Notification,
    ),
    // Escapes, in names and in values.
    (r#"{"jsonrpc":"2\u002e0","method":"m"}"#, Notification),
    (
        r#"{"json\u0072pc":"2.0","m\u0065thod":"\u006d"}"#,
        Notification,
    ),
    (r#"{"jsonrpc":"2.0","method":"m","\u0069d":1}"#, Request),
    (
        r#"{"jsonrpc":"\u0031.0","method":"m","id":null}"#,
        Notification1,
    ),
    (r#"{"jsonrpc":"2.0","method":"\ud800"}"#, Invalid),
    (r#"{"jsonrpc":"2.0","method":"m","\ud800":1}"#, Notification),
    (r#"{"\ud800":1,"jsonrpc":"2.0","method":"m"}"#, Notification),
    // Duplicates.
    (r#"{"jsonrpc":"2.0","jsonrpc":"2.0","method":"m"}"#, Invalid),
    (
        r#"{"jsonrpc":"2.0","json\u0072pc":"1.0","method":"m"}"#,
        Invalid,
    ),
    (r#"{"jsonrpc":"2.0","method":"m","method":"m"}"#, Invalid),
    (
        r#"{"jsonrpc":"2.0","method":"m","params":[],"params":[]}"#,
        Invalid,
    ),
    (r#"{"jsonrpc":"2.0","method":"m","id":1,"id":1}"#, Invalid),
    (r#"{"method":"m","id":null,"id":null}"#, Invalid),
    (
        r#"{"jsonrpc":"2.0","method":"m","x":1,"x":2}"#,
        Notification,
    ),
    (
        r#"{"jsonrpc":"2.0","method":"m","result":1,"result":2}"#,
        Notification,
    ),
    // Versions.
    (r#"{"method":"m","params":[],"id":null}"#, Notification1),
    (r#"{"method":"m","params":null,"id":null}"#, Notification1),
    (r#"{"method":"m","id":1}"#, Request1),
    (r#"{"method":"m","id":[1]}"#, Request1),
    (r#"{"jsonrpc":"1.0","method":"m","id":"a"}"#, Request1),
    (r#"{"method":"m"}"#, Invalid),
    (r#"{"method":"m","params":{},"id":null}"#, Invalid),
    (r#"{"jsonrpc":2.0,"method":"m"}"#, Invalid),
    (r#"{"jsonrpc":"3.0","method":"m"}"#, Invalid),
    (r#"{"jsonrpc":null,"method":"m","id":1}"#, Invalid),
    // Wrong types.
    (r#"{"jsonrpc":"2.0","method":1}"#, Invalid),
    (r#"{"jsonrpc":"2.0","method":"m","params":1}"#, Invalid),
    (r#"{"jsonrpc":"2.0","method":"m","params":"[]"}"#, Invalid),
    (r#"{"jsonrpc":"2.0","method":"m","id":[1]}"#, Invalid),
    (r#"{"jsonrpc":"2.0","method":"m","id":true}"#, Invalid),
    (r#"{"jsonrpc":"2.0","id":1}"#, Invalid),
    (r#"{"jsonrpc":"2.0","result":1,"id":1}"#, Invalid),
    ("{}", Invalid),
    ("1", Invalid),
    (r#""{}""#, Invalid),
    // White space, and a byte order mark.
    (
        "\u{feff}{\"jsonrpc\":\"2.0\",\"method\":\"m\"}",
        Notification,
    ),
    (
        " \r\n\t{ \"jsonrpc\" : \"2.0\" , \"method\"\n:\"m\" } ",
        Notification,
    ),
    ("\u{a0}{\"jsonrpc\":\"2.0\",\"method\":\"m\"}", NotJson),
    // Not JSON.
    ("", NotJson),
    (r#"{"jsonrpc":"2.0","method":"m""#, NotJson),
    (r#"{"jsonrpc":"2.0","method":"m"}}"#, NotJson),
    (r#"{"jsonrpc":"2.0","method":"m",}"#, NotJson),
    (r#"{"jsonrpc":"2.0","method":"m","params":[01]}"#, NotJson),
    (r#"{"jsonrpc":"2.0",'method':"m"}"#, NotJson),
];

fn service() -> Dispatcher {
    Dispatcher::new().fallback(|_: Context, _| async { Outcome::value(1) })
}

/// The hot path's verdict.
fn server_says(message: &[u8]) -> Says {
    let server = Server::new(service()).version_1(true);
    let handled = server.handle(message, Default::default());
    let reply = handled.now_or_never().unwrap();
    let Some(reply) = reply else {
        // Which version it was does not show.
        return Notification;
    };
    let reply = std::str::from_utf8(reply.body()).unwrap();
    match reply {
        _ if reply.contains("-32700") => NotJson,
        _ if reply.contains("-32600") => Invalid,
        _ if reply.starts_with(r#"{"jsonrpc":"#) => Request,
        _ => Request1,
    }
}

fn wire_says(message: &[u8]) -> Says {
    let Message::Single(envelope) = Message::read(message) else {
        return NotJson;
    };
    let is_version_2 = envelope.version() == Some(Version::Two);
    match (envelope.kind(), is_version_2) {
        (Kind::Request, true) => Request,
        (Kind::Request, false) => Request1,
        (Kind::Notification, true) => Notification,
        (Kind::Notification, false) => Notification1,
        (Kind::Response | Kind::Invalid(_), _) => Invalid,
    }
}

#[tokio::test]
async fn all_readers_agree() {
    for &(message, says) in MESSAGES {
        let bytes = message.as_bytes();
        let server = match says {
            Notification1 => Notification,
            says => says,
        };
        assert_eq!(server_says(bytes), server, "the server: {message}");
        assert_eq!(wire_says(bytes), says, "wire: {message}");

        // A raw call waits for no reply to notifications of 2.0.
        let script = Script::silent();
        drop(script.client().send(message).await);
        assert_eq!(
            script.only().expects_reply,
            says != Notification,
            "a raw call: {message}"
        );

        // A client of 1.0 rewrites calls of 2.0, and nothing else. It has no params by name.
        let script = Script::silent();
        let result = script.client().version_1().send(message).await;
        let is_version_2 = matches!(says, Request | Notification);
        if message.contains(r#""params":{"a":1}"#) {
            assert!(is_version_2 && result.is_err() && script.sent().is_empty());
            continue;
        }
        let sent = script.only();
        assert_eq!(
            sent.body != bytes,
            is_version_2,
            "a client of 1.0: {message}"
        );
        let is_silent = matches!(wire_says(&sent.body), Notification | Notification1);
        assert_eq!(sent.expects_reply, !is_silent, "a client of 1.0: {message}");
    }
}

/// A body with the shorthand dialect on is answered as it is with the dialect off, if it is a message at all.
#[tokio::test]
async fn the_shorthand_dialect_leaves_messages_alone() {
    for &(message, says) in MESSAGES {
        let text = message.trim_start_matches('\u{feff}');
        let states_version = text.contains("jsonrpc\"") || text.contains("json\\u0072pc\"");
        let is_message = states_version || matches!(says, Request1 | Notification1);
        if !is_message || says == NotJson {
            continue;
        }
        let [plain, shorthand] = [post(message, false).await, post(message, true).await];
        assert_eq!(plain, shorthand, "{message}");
    }
}

async fn post(message: &str, shorthand: bool) -> String {
    let server = Server::new(service()).version_1(true);
    let mut endpoint = rpc_http::server::endpoint(server).shorthand(shorthand);
    let request = http::Request::post("/")
        .header("content-type", "application/json")
        .body(axum::body::Body::from(message.to_owned()))
        .unwrap();
    let reply = tower_service::Service::call(&mut endpoint, request)
        .await
        .unwrap();
    let body = axum::body::Body::new(reply.into_body());
    let body = axum::body::to_bytes(body, 1000).await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

/// An object's members, as serde_json reads them: the oracle.
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> serde::Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visit;

        impl<'de> Visitor<'de> for Visit {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    members.push((name.into(), map.next_value()?));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Visit)
    }
}

const NAMED: [(&str, Member); 6] = [
    ("jsonrpc", Member::Version),
    ("method", Member::Method),
    ("params", Member::Params),
    ("id", Member::Id),
    ("result", Member::Result),
    ("error", Member::Error),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_message_is_what_the_server_takes_it_for(message in any_message()) {
        if let Message::Single(_) | Message::NotJson = Message::read(&message) {
            let says = match wire_says(&message) {
                Notification1 => Notification,
                says => says,
            };
            prop_assert_eq!(says, server_says(&message));
        }
    }

    #[test]
    fn any_envelope_has_the_members_that_serde_json_reads(text in any_envelope()) {
        let Ok(Members(expected)) = serde_json::from_str(&text) else {
            // A name with a lone surrogate, which serde_json refuses.
            return Ok(());
        };
        let envelope = Envelope::read(&text).unwrap();
        prop_assert_eq!(envelope.len(), expected.len());
        let has_duplicate = NAMED.iter().any(|(_, member)| envelope.is_duplicate(*member));
        prop_assert_eq!(envelope.duplicate().is_some(), has_duplicate);
        for (name, member) in NAMED {
            prop_assert_eq!((member.name(), Member::named(name)), (name, Some(member)));
            let mut values = expected.iter().filter(|(known, _)| *known == name);
            prop_assert_eq!(envelope.get(member), values.next().map(|(_, value)| value.get()));
            prop_assert_eq!(envelope.is_duplicate(member), values.next().is_some());
        }
        let is_known = |name: &str| NAMED.iter().any(|(known, _)| *known == name);
        let unknown = expected.iter().find(|(name, _)| !is_known(name));
        let first_unknown = envelope.first_unknown().map(|name| serde_json::from_str(name).unwrap());
        prop_assert_eq!(first_unknown, unknown.map(|(name, _)| name.to_string()));
        let first = envelope.first().map(|(name, value)| (name.unwrap().into_owned(), value));
        prop_assert_eq!(first, expected.first().map(|(name, value)| (name.to_string(), value.get())));
    }

    #[test]
    fn any_text_is_read_as_far_as_it_goes(text in any::<String>(), message in any_message()) {
        for text in [&*text, &String::from_utf8_lossy(&message)] {
            drop(format!("{:?}", Message::read_prefix(text)));
            if let Message::Batch(mut entries) = Message::read(text.as_bytes()) {
                prop_assert!(entries.by_ref().all(|entry| entry.is_complete()));
                let is_json = serde_json::from_str::<serde::de::IgnoredAny>(
                    text.trim_start_matches('\u{feff}'),
                );
                prop_assert_eq!(entries.finish(), is_json.is_ok());
            }
        }
    }
}

/// Reading takes one pass, whatever the message holds, and needs no stack for what is nested.
#[test]
fn a_hostile_message_costs_no_more_than_its_length() {
    let unknown = r#""x":1,"#.repeat(200_000);
    let duplicates = r#""id":1,"#.repeat(200_000);
    let deep = format!("{}{}", "[".repeat(500_000), "]".repeat(500_000));
    for message in [
        format!(r#"{{{unknown}"method":"m"}}"#),
        format!(r#"{{{duplicates}"method":"m"}}"#),
        format!(r#"{{"params":{deep},"method":"m"}}"#),
        format!("[{deep},{{{duplicates}\"id\":1}}]"),
    ] {
        let allocations = allocation_counter::measure(|| match Message::read(message.as_bytes()) {
            Message::Single(envelope) => assert_eq!(envelope.method().as_deref(), Some("m")),
            Message::Batch(entries) => assert_eq!(entries.count(), 2),
            Message::NotJson => panic!("it is JSON"),
        });
        assert!(allocations.count_total < 100, "{allocations:?}");
    }
}

#[test]
fn entries_are_read_until_the_first_mistake() {
    for (batch, count, is_whole) in [
        ("[]", 0, true),
        (r#" [ {"method":"m"} , 1, [ ] ] "#, 3, true),
        (r#"[{"method":"m"},{]"#, 1, false),
        (r#"[1] 1"#, 1, false),
        ("[1", 1, false),
    ] {
        let Message::Batch(mut entries) = Message::read(batch.as_bytes()) else {
            panic!("not a batch: {batch}");
        };
        assert_eq!(entries.by_ref().count(), count, "{batch}");
        assert_eq!(entries.finish(), is_whole, "{batch}");
    }
}

#[test]
fn responses_of_both_versions_are_told_from_what_is_not_one() {
    for (message, is_response) in [
        (r#"{"jsonrpc":"2.0","result":null,"id":1}"#, true),
        (
            r#"{"jsonrpc":"2.0","error":{"code":1,"message":"x"},"id":null}"#,
            true,
        ),
        (r#"{"jsonrpc":"2.0","error":{"code":1},"id":1}"#, false),
        (r#"{"jsonrpc":"2.0","error":["x"],"id":1}"#, false),
        (r#"{"jsonrpc":"2.0","result":1,"error":null,"id":1}"#, true),
        (
            r#"{"jsonrpc":"2.0","result":null,"error":{"code":1,"message":"x"},"id":1}"#,
            true,
        ),
        (
            r#"{"jsonrpc":"2.0","result":1,"error":{"code":1,"message":"x"},"id":1}"#,
            false,
        ),
        (r#"{"jsonrpc":"2.0","error":null,"id":1}"#, false),
        (r#"{"jsonrpc":"2.0","result":1}"#, false),
        (r#"{"jsonrpc":"2.0","result":1,"result":1,"id":1}"#, false),
        (r#"{"jsonrpc":"2.0","result":1,"id":{}}"#, false),
        (r#"{"result":1,"error":null,"id":1}"#, true),
        (r#"{"result":null,"error":"no","id":[1]}"#, true),
        (r#"{"result":1,"error":"no","id":1}"#, false),
        (r#"{"error":null,"id":1}"#, false),
        (r#"{"jsonrpc":"1.0","result":1,"id":1}"#, true),
        (r#"{"jsonrpc":"3.0","result":1,"id":1}"#, false),
    ] {
        let envelope = Envelope::read(message).unwrap();
        assert_eq!(envelope.kind() == Kind::Response, is_response, "{message}");
    }
}
