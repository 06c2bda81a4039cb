//! Values of every type of the contract, made from a seed.

use std::time::{Duration, SystemTime};

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use rpc_core::Base64;

use super::contract::Everything;
use crate::openrpc::contract::*;

/// The same seed gives the same value.
pub fn sample(seed: u64) -> Everything {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    everything().new_tree(&mut runner).unwrap().current()
}

/// Texts with what is hard to write, such as quotes, control characters and characters beyond the first plane.
fn text() -> BoxedStrategy<String> {
    "[a-z\"\\\\\u{0}-\u{1f}\u{7f}é\u{2028}𝄞 ]{0,8}".boxed()
}

/// Numbers that are not rounded when they are written and read.
fn number() -> BoxedStrategy<f64> {
    prop_oneof![
        any::<i32>().prop_map(f64::from),
        any::<f64>().prop_filter("JSON has no such number", |it| it.is_finite()),
        Just(0.1),
        Just(1e300),
    ]
    .boxed()
}

fn point() -> BoxedStrategy<Point> {
    (number(), number())
        .prop_map(|(x, y)| Point { x, y })
        .boxed()
}

fn external() -> BoxedStrategy<External> {
    let fields = (any::<u32>(), option::of(text()));
    prop_oneof![
        Just(External::Unit),
        any::<u32>().prop_map(External::New),
        (any::<u8>(), text()).prop_map(|(number, text)| External::Pair(number, text)),
        fields.prop_map(|(left, note)| External::Fields { left, note }),
    ]
    .boxed()
}

fn internal() -> BoxedStrategy<Internal> {
    prop_oneof![
        Just(Internal::Nothing),
        text().prop_map(|item| Internal::Of { item }),
        point().prop_map(Internal::Nested),
    ]
    .boxed()
}

fn adjacent() -> BoxedStrategy<Adjacent> {
    prop_oneof![
        Just(Adjacent::Empty),
        any::<u64>().prop_map(Adjacent::One),
        vec(any::<i8>(), 0..3).prop_map(|items| Adjacent::Many { items }),
    ]
    .boxed()
}

fn untagged() -> BoxedStrategy<Untagged> {
    prop_oneof![
        any::<i64>().prop_map(Untagged::Number),
        text().prop_map(Untagged::Text),
        (any::<i64>(), text()).prop_map(|(number, text)| Untagged::Both { number, text }),
    ]
    .boxed()
}

fn node() -> BoxedStrategy<Node> {
    let leaf = text().prop_map(|name| Node {
        name,
        children: Vec::new(),
        parent: None,
    });
    leaf.prop_recursive(3, 8, 2, |inner| {
        (text(), vec(inner.clone(), 0..3), option::of(inner)).prop_map(
            |(name, children, parent)| Node {
                name,
                children,
                parent: parent.map(Box::new),
            },
        )
    })
    .boxed()
}

fn flat() -> BoxedStrategy<Flat> {
    let rest = btree_map(
        "other[0-9]|toString|__proto__|constructor",
        any::<u8>(),
        0..4,
    );
    (any::<u32>(), point(), rest)
        .prop_map(|(id, point, rest)| Flat { id, point, rest })
        .boxed()
}

fn renamed() -> BoxedStrategy<Renamed> {
    (text(), any::<u32>(), option::of(any::<u8>()))
        .prop_map(|(name, count, left_out)| Renamed {
            name,
            count,
            left_out,
            local: 0,
        })
        .boxed()
}

fn wide() -> BoxedStrategy<Wide> {
    let single = any::<f32>().prop_filter("JSON has no such number", |it| it.is_finite());
    let integers = (any::<i64>(), any::<u64>(), any::<i128>(), any::<u128>());
    (integers, single)
        .prop_map(|((signed, unsigned, huge, vast), single)| Wide {
            signed,
            unsigned,
            huge,
            vast,
            single,
        })
        .boxed()
}

/// Any JSON, with whole numbers of every size up to 64 bits.
fn anything() -> BoxedStrategy<serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        Just(0.5.into()),
        text().prop_map(Into::into),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Into::into),
            btree_map("[a-c]", inner, 0..3).prop_map(serde_json::Value::from_iter),
        ]
    })
    .boxed()
}

fn odd() -> BoxedStrategy<Odd> {
    let by_number = btree_map(any::<u32>(), text(), 0..3);
    let times = (0..1u64 << 40, 0..1_000_000_000u32);
    let rest = (any::<char>(), anything(), any::<[u8; 3]>());
    let nested = option::of(any::<u8>());
    (by_number, nested, (any::<u8>(), text()), times, rest)
        .prop_map(|(by_number, nested, pair, (seconds, nanos), rest)| {
            let (letter, anything, three) = rest;
            let took = Duration::new(seconds, nanos);
            Odd {
                by_number,
                nested: nested.map(Some),
                pair,
                three,
                took,
                at: SystemTime::UNIX_EPOCH + took,
                unit: (),
                letter,
                anything,
            }
        })
        .boxed()
}

fn everything() -> BoxedStrategy<Everything> {
    let enums = (
        vec(external(), 0..5),
        vec(internal(), 0..5),
        vec(adjacent(), 0..5),
        vec(untagged(), 0..5),
        prop_oneof![Just(Plain::FirstClass), Just(Plain::Second)],
    );
    let page = (vec(point(), 0..3), option::of(any::<u64>()));
    let page = page.prop_map(|(items, next)| Page { items, next });
    let objects = (node(), page, flat(), renamed());
    let bytes = vec(any::<u8>(), 0..20).prop_map(Base64);
    (enums, objects, wide(), odd(), bytes)
        .prop_map(|(enums, objects, wide, odd, bytes)| {
            let (external, internal, adjacent, untagged, plain) = enums;
            let (node, page, flat, renamed) = objects;
            Everything {
                external,
                internal,
                adjacent,
                untagged,
                plain,
                node,
                page,
                flat,
                renamed,
                wide,
                odd,
                bytes,
            }
        })
        .boxed()
}
