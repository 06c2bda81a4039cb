//! Where a client's ids come from.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use rpc_core::ids::IdSource;
use rpc_core::{Client, Id, ids};

use crate::scripted::Script;

#[test]
fn counters_count() {
    let counter = ids::Counter::default();
    assert_eq!(counter.next_id().as_json(), "1");
    assert_eq!(counter.next_id().as_json(), "2");
    assert_eq!(ids::Counter::starting_at(0).next_id().as_json(), "0");
    let last = ids::Counter::starting_at(u64::MAX);
    assert_eq!(last.next_id().as_json(), "18446744073709551615");
    assert_eq!(last.next_id().as_json(), "0");
}

#[test]
fn hexadecimal_digits_are_strings() {
    let source = ids::Hexadecimal::default();
    let ids: Vec<Id> = (0..16).map(|_| source.next_id()).collect();
    assert_eq!(ids[0].as_json(), "\"1\"");
    assert_eq!(ids[9].as_json(), "\"a\"");
    assert_eq!(ids[15].as_json(), "\"10\"");
    assert_eq!(
        ids::Hexadecimal::starting_at(255).next_id().as_json(),
        "\"ff\""
    );
}

#[tokio::test]
async fn any_iterator_makes_ids() {
    let names = ["a", "b"].into_iter().cycle().zip(1..);
    let names = Mutex::new(names.map(|(name, n)| Id::from(format!("{name}{n}"))));
    let next = move || names.lock().unwrap().next().unwrap();
    let script = Script::silent();
    let client = Client::with_ids(script.clone(), next);
    for _ in 0..3 {
        drop(client.call::<_, ()>("m", ()).await);
    }
    let ids: Vec<Option<Id>> = script.messages().into_iter().map(|it| it.call).collect();
    assert_eq!(ids, ["a1", "b2", "a3"].map(|id| Some(Id::from(id))));
}

#[tokio::test]
async fn clients_share_a_source() {
    let source: Arc<dyn IdSource> = Arc::new(ids::Counter::default());
    let boxed: Box<dyn IdSource> = Box::new(Arc::clone(&source));
    let script = Script::silent();
    let one = Client::with_ids(script.clone(), boxed);
    let other = Client::with_ids(script.clone(), source);
    drop(one.call::<_, ()>("m", ()).await);
    drop(other.call::<_, ()>("m", ()).await);
    drop(one.call::<_, ()>("m", ()).await);
    let ids: Vec<Option<Id>> = script.messages().into_iter().map(|it| it.call).collect();
    assert_eq!(ids, [1, 2, 3].map(|id| Some(Id::from(id))));
}

#[test]
fn random_strings_have_their_length_and_alphabet() {
    let source = ids::RandomString::new(12);
    let mut seen = HashSet::new();
    for _ in 0..1000 {
        let id = source.next_id();
        let text = id.as_str().unwrap().into_owned();
        assert_eq!(text.len(), 12);
        seen.extend(text.chars());
    }
    let expected: HashSet<char> = ('a'..='z').chain('0'..='9').collect();
    assert_eq!(seen, expected);

    let source = ids::RandomString::new(30).alphabet("é\"\\😀");
    let mut seen = HashSet::new();
    for _ in 0..100 {
        let id = source.next_id();
        let text = id.as_str().unwrap().into_owned();
        assert_eq!(text.chars().count(), 30);
        seen.extend(text.chars());
        assert_eq!(id.as_json().parse::<Id>().unwrap(), id);
    }
    assert_eq!(seen, "é\"\\😀".chars().collect());
}

#[test]
#[should_panic = "an alphabet has at least one character"]
fn an_alphabet_without_characters() {
    drop(ids::RandomString::new(1).alphabet(""));
}

#[test]
fn uuids_are_of_version_4() {
    let mut varying = 0;
    let first = bits(&ids::Uuid.next_id());
    for _ in 0..1000 {
        let id = ids::Uuid.next_id();
        let text = id.as_str().unwrap().into_owned();
        let lengths: Vec<usize> = text.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12], "{text}");
        let digits = text.bytes().filter(|byte| *byte != b'-');
        assert!(
            digits
                .clone()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        );
        assert_eq!(&text[14..15], "4", "{text}");
        assert!(matches!(&text[19..20], "8" | "9" | "a" | "b"), "{text}");
        varying |= bits(&id) ^ first;
    }
    // All the others are random.
    assert_eq!(varying.count_ones(), 122);
}

fn bits(id: &Id) -> u128 {
    let text = id.as_str().unwrap().replace('-', "");
    u128::from_str_radix(&text, 16).unwrap()
}

#[tokio::test]
async fn a_client_asks_its_source_once_a_call() {
    let script = Script::silent();
    let numbers = ids::Counter::starting_at(40);
    let source = move || match numbers.next_id().as_u64() {
        Some(40) => Id::from("forty"),
        other => Id::from(other.unwrap()),
    };
    let client = Client::with_ids(script.clone(), source);
    drop(client.call::<_, ()>("m", ()).await);
    drop(client.call::<_, ()>("m", ()).id(0).await);
    drop(client.notify("m", ()).await);
    drop(client.call::<_, ()>("m", ()).await);
    assert_eq!(
        script.sent(),
        [
            r#"{"jsonrpc":"2.0","method":"m","id":"forty"}"#,
            r#"{"jsonrpc":"2.0","method":"m","id":0}"#,
            r#"{"jsonrpc":"2.0","method":"m"}"#,
            r#"{"jsonrpc":"2.0","method":"m","id":41}"#,
        ]
    );
}

#[test]
fn ids_differ_between_threads() {
    fn check(source: impl IdSource) {
        let source = Arc::new(source);
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let source = Arc::clone(&source);
                let some = move || (0..2000).map(|_| source.next_id()).collect::<Vec<Id>>();
                std::thread::spawn(some)
            })
            .collect();
        let ids: Vec<Id> = threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect();
        let distinct: HashSet<&Id> = ids.iter().collect();
        assert_eq!(distinct.len(), 8000);
    }

    check(ids::Counter::default());
    check(ids::Hexadecimal::default());
    check(ids::RandomString::new(16));
    check(ids::Uuid);
}

#[test]
fn ids_are_written_as_json() {
    assert_eq!(Id::from(u64::MAX).as_json(), "18446744073709551615");
    assert_eq!(Id::from(i64::MIN).as_json(), "-9223372036854775808");
    assert_eq!(Id::from(-1_i8), "-1".parse().unwrap());
    assert_eq!(Id::from("a\"\n\u{1}é").as_json(), "\"a\\\"\\n\\u0001é\"");
    let long = "x".repeat(100);
    assert_eq!(Id::from(long.clone()).as_str().unwrap(), long);
    assert_eq!(Id::NULL.as_json(), "null");
}
