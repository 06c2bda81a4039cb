//! Types that need more than a derive: values that are read are written again as they were, and others are refused.

use rpc_generated::corners::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

#[track_caller]
fn keeps<T: DeserializeOwned + Serialize>(values: &[Value]) {
    for value in values {
        let read: T = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), *value);
    }
}

#[track_caller]
fn refuses<T: DeserializeOwned>(values: &[Value]) {
    for value in values {
        assert!(
            serde_json::from_value::<T>(value.clone()).is_err(),
            "{value}"
        );
    }
}

#[test]
fn enums_of_any_values() {
    keeps::<Level>(&[
        json!(1),
        json!(2.5),
        json!("high"),
        json!(true),
        Value::Null,
    ]);
    refuses::<Level>(&[json!(2), json!("low"), json!(false)]);
    keeps::<Side>(&[json!("left"), json!("Left"), json!(""), json!("日本")]);
    refuses::<Side>(&[json!("up")]);
    // Newer servers have others.
    keeps::<Version>(&[json!(1), json!(3)]);
}

#[test]
fn null_and_nothing_stay_apart() {
    let least = json!({"name": "a", "must": null, "version": 1});
    let nulls =
        json!({"name": "a", "must": 1, "version": 1, "may": null, "maybeAny": null, "ref": null});
    let full = json!({"name": "a", "must": 1, "version": 1, "may": 2, "maybeAny": [], "number": 127, "old": "", "ref": "b"});
    keeps::<Patch>(&[least, nulls, full]);
    refuses::<Patch>(&[json!({"name": "a", "must": 1, "version": 1, "number": 128})]);
    keeps::<BoxTypeResult>(&[json!({"a": null})]);
}

/// An identifier of Rust can't be `Self`, and `pageSize` and `page_size` both become `page_size`.
#[test]
fn names_that_rust_has_for_itself() {
    let selves = |tag: Value, name: Value| json!({"enum": "self", "constant": "self", "number": "self", "tag": tag, "name": name});
    keeps::<Selves>(&[
        selves(json!({"k": "self", "a": 1, "b": 2}), json!("self")),
        selves(json!({"k": "other", "c": 1, "d": 2}), json!({"Self": 1})),
    ]);
    let params: FindParams = serde_json::from_value(json!({})).unwrap();
    assert_eq!((params.page_size, params.page_size_), (5, 6));
    assert_eq!(params.options.a, 1);
    assert!(params.options.rest.is_empty());
}

/// Without a tag, the variant counts that loses nothing.
#[test]
fn variants_that_are_part_of_others() {
    keeps::<Shape>(&[
        json!({"x": 1, "y": 2}),
        json!({"x": 1}),
        json!({"a": 1}),
        json!({}),
        json!([1, 9007199254740993_i64]),
        json!([1.5]),
    ]);
    keeps::<Amount>(&[json!(9007199254740993_i64), json!(1.5)]);
}

/// Only documents of Rust have numbers as names, and serde reads them outside of unions only.
#[test]
fn names_of_digits() {
    keeps::<ByDigits>(&[json!({"00123": 1})]);
    keeps::<Keyed>(&[json!({"m": {"1": 2}}), json!({"k": 1})]);
}

#[test]
fn types_that_contain_themselves() {
    let leaf = json!({"kind": "leaf", "weight": 0.5});
    let deep = json!({"kind": "leaf", "value": leaf});
    keeps::<Nested>(&[
        json!(["a"]),
        json!([1, 2]),
        leaf.clone(),
        deep.clone(),
        json!([leaf, [deep, ["b"]]]),
    ]);
    refuses::<Nested>(&[json!({"kind": "branch"}), json!(7)]);
    refuses::<OptionType>(&[json!({"Some": "a", "None": null})]);
}
