//! Types before and after: as a parameter, a result, an item of a stream, and the data of an error.
//!
//! Both sides send values that their schema allows, and the other side reads them. What it refuses must agree with the verdict.

use rpc_codegen::diff::{Change, Verdict};
use rpc_codegen::model::{Reply, Type};
use rpc_codegen::{Model, Value};

use super::Row;
use crate::diff::{changes, model, shown};

/// A type before and after.
pub(super) struct Case {
    pub(super) old: &'static str,
    pub(super) new: &'static str,
    /// Values that each side sends, as a JSON array.
    pub(super) sent: (&'static str, &'static str),
    /// The changes of a required parameter, and those of a result.
    pub(super) expected: (&'static [&'static str], &'static [&'static str]),
    /// Whether a check of the value shows what is wrong. Nobody checks patterns, formats and keywords such as `not`.
    pub(super) is_checked: bool,
}

const fn case(
    old: &'static str,
    new: &'static str,
    sent: (&'static str, &'static str),
    of_param: &'static [&'static str],
    of_result: &'static [&'static str],
) -> Case {
    Case {
        old,
        new,
        sent,
        expected: (of_param, of_result),
        is_checked: true,
    }
}

const fn unchecked(
    old: &'static str,
    new: &'static str,
    sent: (&'static str, &'static str),
    of_param: &'static [&'static str],
    of_result: &'static [&'static str],
) -> Case {
    let mut case = case(old, new, sent, of_param, of_result);
    case.is_checked = false;
    case
}

#[rustfmt::skip] // One case is a line or two.
pub(super) const CASES: &[Case] = &[
    case("{type: string}", "{type: string}", (r#"["a"]"#, r#"["a"]"#), &[], &[]),
    case("{type: string}", "{type: integer}", (r#"["a"]"#, "[1]"), &["param-type-changed xx"], &["result-type-changed xx"]),
    case("{type: integer}", "{type: number}", ("[1]", "[1, 0.5]"), &["param-widened +!"], &["result-widened x+"]),
    case("{type: number}", "{type: integer}", ("[1, 0.5]", "[1]"), &["param-narrowed x+"], &["result-narrowed +x"]),
    case("{type: string}", "{type: [string, 'null']}", (r#"["a"]"#, r#"["a", null]"#), &["param-became-nullable +!"], &["result-became-nullable x+"]),
    case("{type: [string, 'null']}", "{type: string}", (r#"["a", null]"#, r#"["a"]"#), &["param-no-longer-nullable x+"], &["result-no-longer-nullable +x"]),
    case("{type: string}", "{}", (r#"["a"]"#, "[true]"), &["param-widened +!"], &["result-widened x+"]),
    case("{}", "{type: string}", ("[true]", r#"["a"]"#), &["param-narrowed x+"], &["result-narrowed +x"]),
    case("{enum: [a, b]}", "{enum: [a]}", (r#"["a", "b"]"#, r#"["a"]"#), &["param-value-removed x+"], &["result-value-removed +x"]),
    case("{enum: [a]}", "{enum: [a, b]}", (r#"["a"]"#, r#"["a", "b"]"#), &["param-value-added +!"], &["result-value-added x+"]),
    case("{enum: [a], x-extensible: true}", "{enum: [a, b], x-extensible: true}", (r#"["a"]"#, r#"["a", "b"]"#), &[], &[]),
    case("{enum: [a]}", "{enum: [a], x-extensible: true}", (r#"["a"]"#, r#"["a", "newer"]"#), &["param-value-added +!"], &["result-value-added x+"]),
    case("{enum: [a, b]}", "{type: string}", (r#"["a", "b"]"#, r#"["c"]"#), &["param-widened +!"], &["result-widened x+"]),
    case("{type: integer, format: uint32}", "{type: integer, format: int64}", ("[0, 4294967295]", "[-1]"), &["param-widened +!"], &["result-widened x+"]),
    case("{type: integer, minimum: 0}", "{type: integer, minimum: 1}", ("[0]", "[1]"), &["param-narrowed x+"], &["result-narrowed +x"]),
    case("{type: integer, minimum: 1, maximum: 5}", "{type: integer, minimum: 3, maximum: 9}", ("[1, 4]", "[4, 9]"), &["param-constraint-changed x!"], &["result-constraint-changed xx"]),
    case("{type: integer}", "{type: integer, format: uint64, minimum: 0}", ("[-1]", "[1]"), &["param-narrowed x!"], &["result-narrowed !x"]),
    // 2^53 + 1, which only a reader in JavaScript gets wrong.
    case("{type: integer, minimum: 0, maximum: 18446744073709551615}", "{type: integer, minimum: 0, format: uint64}", ("[1]", "[9007199254740993]"), &["param-integer-past-2-53 +!"], &["result-integer-past-2-53 !+"]),
    case("{type: number, maximum: 10}", "{type: number, maximum: 5}", ("[9.5]", "[4.5]"), &["param-narrowed x+"], &["result-narrowed +x"]),
    case("{type: number, minimum: 0}", "{type: number, exclusiveMinimum: 0}", ("[0]", "[1]"), &["param-narrowed x+"], &["result-narrowed +x"]),
    case("{type: number, exclusiveMinimum: -1}", "{type: number, exclusiveMinimum: 0}", ("[-0.5]", "[1]"), &["param-narrowed x+"], &["result-narrowed +x"]),
    case("{type: string}", "{type: string, maxLength: 5}", (r#"["abcdef"]"#, r#"["a"]"#), &["param-narrowed x+"], &["result-narrowed +x"]),
    unchecked("{type: string, pattern: '^a'}", "{type: string}", (r#"["a"]"#, r#"["b"]"#), &["param-widened +!"], &["result-widened x+"]),
    unchecked("{type: string, format: date}", "{type: string, format: time}", (r#"["2026-11-27"]"#, r#"["12:00:00Z"]"#), &["param-constraint-changed x!"], &["result-constraint-changed xx"]),
    unchecked("{enum: [a]}", "{type: string, pattern: '^b'}", (r#"["a"]"#, r#"["b"]"#), &["param-narrowed x!"], &["result-narrowed xx"]),
    case("{type: array, items: {type: string}}", "{type: array, items: {type: integer}}", (r#"[["a"]]"#, "[[1]]"), &["param-type-changed xx"], &["result-type-changed xx"]),
    case("{type: array, items: {type: string}, maxItems: 3}", "{type: array, items: {type: string}, maxItems: 2}", (r#"[["a", "b", "c"]]"#, r#"[["a"]]"#), &["param-narrowed x+"], &["result-narrowed +x"]),
    case("{type: array, items: {type: string}}", "{type: array, items: {type: string}, uniqueItems: true}", (r#"[["a", "a"]]"#, r#"[["a"]]"#), &["param-narrowed x+"], &["result-narrowed +x"]),
    case("{type: object, properties: {a: {type: string}}}", "{type: object, properties: {a: {type: string}, b: {type: string}}}", (r#"[{"a": "a"}]"#, r#"[{"b": "b"}]"#), &["param-field-added +!"], &["result-field-added ++"]),
    case("{type: object, properties: {a: {type: string}}, additionalProperties: false}", "{type: object, properties: {a: {type: string}, b: {type: string}}, additionalProperties: false}", (r#"[{"a": "a"}]"#, r#"[{"b": "b"}]"#), &["param-field-added +!"], &["result-field-added x+"]),
    case("{type: object, properties: {a: {type: string}, b: {type: string}}, additionalProperties: false}", "{type: object, properties: {a: {type: string}}, additionalProperties: false}", (r#"[{"b": "b"}]"#, r#"[{"a": "a"}]"#), &["param-field-removed x+"], &["result-field-removed +x"]),
    case("{type: object, properties: {a: {type: string}}}", "{type: object, properties: {a: {type: string}, b: {type: string}}, required: [b]}", (r#"[{"a": "a"}]"#, r#"[{"b": "b"}]"#), &["param-field-added-required x!"], &["result-field-added-required +x"]),
    case("{type: object, properties: {a: {type: string}}, required: [a]}", "{type: object, properties: {}}", (r#"[{"a": "a"}]"#, "[{}]"), &["param-field-removed !x"], &["result-field-removed x+"]),
    case("{type: object, properties: {a: {type: string}}, required: [a]}", "{type: object, properties: {a: {type: string}}}", (r#"[{"a": "a"}]"#, "[{}]"), &["param-field-became-optional +!"], &["result-field-became-optional x+"]),
    case("{type: object, properties: {a: {type: string}}}", "{type: object, properties: {a: {type: string}}, required: [a]}", ("[{}]", r#"[{"a": "a"}]"#), &["param-field-became-required x+"], &["result-field-became-required +x"]),
    case("{type: object, properties: {a: {type: string}}, required: [a]}", "{type: object, properties: {b: {type: string, x-aliases: [a]}}, required: [b]}", (r#"[{"a": "a"}]"#, r#"[{"b": "b"}]"#), &["param-field-renamed-with-alias +x"], &["result-field-renamed-with-alias x+"]),
    case("{type: object, properties: {b: {type: string, x-aliases: [a]}}, required: [b]}", "{type: object, properties: {a: {type: string}}, required: [a]}", (r#"[{"b": "b"}]"#, r#"[{"a": "a"}]"#), &["param-field-renamed-with-alias x+"], &["result-field-renamed-with-alias +x"]),
    case("{type: object, properties: {b: {type: string}}}", "{type: object, properties: {b: {type: string, x-aliases: [a]}}}", (r#"[{"b": "b"}]"#, r#"[{"b": "b"}]"#), &["param-field-alias-added +!"], &["result-field-alias-added ++"]),
    unchecked("{type: object, properties: {b: {type: string, x-aliases: [a]}}, required: [b]}", "{type: object, properties: {b: {type: string}}, required: [b]}", (r#"[{"b": "b"}]"#, r#"[{"b": "b"}]"#), &["param-field-alias-removed x+"], &["result-field-alias-removed ++"]),
    case("{type: object, properties: {b: {type: integer, default: 1}}}", "{type: object, properties: {b: {type: integer, default: 2}}}", ("[{}]", "[{}]"), &["param-field-default-changed !!"], &["result-field-default-changed ++"]),
    case("{type: object, properties: {b: {type: string}}}", "{type: object, properties: {b: {type: string}}, additionalProperties: false}", (r#"[{"b": "b"}, {"other": 1}]"#, "[{}]"), &["param-object-closed !+"], &["result-object-closed +!"]),
    case("{type: object, properties: {b: {type: string}}, additionalProperties: false}", "{type: object, properties: {b: {type: string}}}", ("[{}]", r#"[{"b": "b"}]"#), &["param-object-opened ++"], &["result-object-opened ++"]),
    case("{type: object, additionalProperties: {type: string}}", "{type: object, additionalProperties: {type: integer}}", (r#"[{"a": "a"}]"#, r#"[{"a": 1}]"#), &["param-type-changed xx"], &["result-type-changed xx"]),
    case("{type: object}", "{type: object, additionalProperties: {type: boolean}}", (r#"[{"a": null}]"#, r#"[{"a": true}]"#), &["param-narrowed x+"], &["result-narrowed +x"]),
    case("{type: object, additionalProperties: false}", "{type: object}", ("[{}]", r#"[{"a": true}]"#), &["param-widened +!"], &["result-widened x+"]),
    unchecked("{type: object, additionalProperties: {type: string}}", "{type: object, propertyNames: {pattern: '^a'}, additionalProperties: {type: string}}", (r#"[{"b": "b"}]"#, r#"[{"a": "a"}]"#), &["param-narrowed x+"], &["result-narrowed +x"]),
    case("{oneOf: [{type: object, properties: {k: {const: a}}, required: [k]}]}", "{oneOf: [{type: object, properties: {k: {const: a}}, required: [k]}, {type: object, properties: {k: {const: b}}, required: [k]}]}", (r#"[{"k": "a"}]"#, r#"[{"k": "b"}]"#), &["param-value-added +!"], &["result-value-added x+"]),
    case("{oneOf: [{type: object, properties: {k: {const: a}}, required: [k]}, {type: object, properties: {k: {const: b}}, required: [k]}]}", "{oneOf: [{type: object, properties: {t: {const: a}}, required: [t]}, {type: object, properties: {t: {const: b}}, required: [t]}]}", (r#"[{"k": "a"}]"#, r#"[{"t": "b"}]"#), &["param-tagging-changed xx"], &["result-tagging-changed xx"]),
    case("{oneOf: [{type: string}, {type: integer}]}", "{type: string}", (r#"["a", 1]"#, r#"["a"]"#), &["param-narrowed x+"], &["result-narrowed +x"]),
    unchecked("{type: string, not: {const: a}}", "{type: string, not: {const: b}}", (r#"["b"]"#, r#"["a"]"#), &["unclassified xx"], &["unclassified xx"]),
    unchecked("{type: string}", "{type: string, not: {const: b}}", (r#"["b"]"#, r#"["a"]"#), &["unclassified x+"], &["unclassified +x"]),
    unchecked("{type: string, x-unit: metres}", "{type: string, x-unit: feet}", (r#"["1"]"#, r#"["1"]"#), &["unclassified xx"], &["unclassified xx"]),
    unchecked("{type: string}", "{type: string, x-unit: feet}", (r#"["1"]"#, r#"["1"]"#), &["unclassified xx"], &["unclassified xx"]),
    case("{type: string}", "{type: string, x-comment: For people.}", (r#"["1"]"#, r#"["1"]"#), &[], &[]),
];

/// What a type is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Param,
    Result,
    Item,
    ErrorData,
}

impl Use {
    pub(super) const ALL: [Use; 4] = [Use::Param, Use::Result, Use::Item, Use::ErrorData];

    /// The members of a method with this schema.
    pub(super) fn method(self, schema: &str) -> String {
        match self {
            Use::Param => format!("params: [{{name: p, required: true, schema: {schema}}}]"),
            Use::Result => format!("result: {{name: r, schema: {schema}}}"),
            Use::Item => format!(
                "x-stream: {{item: {schema}, end: {{type: 'null'}}, notification: $/progress}}"
            ),
            Use::ErrorData => {
                format!("errors: [{{code: 1, message: m, data: {{allOf: [{schema}]}}}}]")
            }
        }
    }

    pub(super) fn ty(self, model: &Model) -> &Type {
        let method = &model.methods[0];
        match (self, &method.reply) {
            (Use::Param, _) => &method.params[0].ty,
            (Use::Result, Reply::Result(ty)) => ty,
            (Use::Item, Reply::Stream(stream)) => &stream.item,
            (Use::ErrorData, _) => method.errors[0].data.as_ref().unwrap(),
            other => panic!("{other:?}"),
        }
    }

    /// The changes that a case must have.
    pub(super) fn expected(self, case: &Case) -> Vec<String> {
        let of_result = |prefix: &str| {
            let renamed = |it: &&str| it.replace("result-", prefix);
            case.expected.1.iter().map(renamed).collect::<Vec<String>>()
        };
        match self {
            Use::Param => case.expected.0.iter().map(ToString::to_string).collect(),
            Use::Result => of_result("result-"),
            Use::Item => of_result("stream-item-"),
            // The code is still known, so that nothing is worse than risky.
            Use::ErrorData => of_result("error-data-")
                .iter()
                .map(|it| milder(it))
                .collect(),
        }
    }
}

fn milder(change: &str) -> String {
    let (rule, verdicts) = change.split_once(' ').unwrap();
    format!("{rule} {}", verdicts.replace('x', "!"))
}

pub(super) fn method(usage: Use, schema: &str) -> Model {
    model(&format!("{{name: m, {}}}", usage.method(schema)), "")
}

pub(super) fn values(text: &str) -> Vec<Value> {
    Value::from_json(text).unwrap().as_array().unwrap().to_vec()
}

/// Whether the reader refuses one of the values, all of which the writer may send.
fn is_refused(usage: Use, writer: &str, reader: &str, sent: &str) -> bool {
    let (writer, reader) = (method(usage, writer), method(usage, reader));
    let mut all = values(sent).into_iter();
    all.any(|value| {
        let sent = writer.check(&value, usage.ty(&writer));
        assert_eq!(sent, Ok(()), "{value} is not what it sends");
        reader.check(&value, usage.ty(&reader)).is_err()
    })
}

/// The cases as rows of the table of all cases.
pub(super) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for case in CASES {
        for usage in Use::ALL {
            let found = changes(&usage.method(case.old), &usage.method(case.new));
            rows.push(Row {
                what: format!("{usage:?}: {} -> {}", case.old, case.new),
                expected: usage.expected(case),
                changes: found,
                is_shown: case.is_checked,
            });
        }
    }
    rows
}

#[test]
fn readers_refuse_what_the_verdict_says() {
    for case in CASES {
        for usage in Use::ALL {
            let found = changes(&usage.method(case.old), &usage.method(case.new));
            let lost = is_refused(usage, case.old, case.new, case.sent.0);
            let gained = is_refused(usage, case.new, case.old, case.sent.1);
            let (old_clients, new_clients) = match usage {
                Use::Param => (lost, gained),
                Use::Result | Use::Item | Use::ErrorData => (gained, lost),
            };
            let worst = |verdict: fn(&Change) -> Verdict| {
                found.iter().map(verdict).max().unwrap_or(Verdict::Fine)
            };
            let text = format!("{usage:?}\n{}\n{}\n{:?}", case.old, case.new, shown(&found));
            for (verdict, is_refused) in [
                (worst(|it| it.old_clients), old_clients),
                (worst(|it| it.new_clients), new_clients),
            ] {
                assert!(
                    verdict != Verdict::Fine || !is_refused,
                    "fine, but refused: {text}"
                );
                let must_fail = verdict == Verdict::Breaking && case.is_checked;
                assert!(!must_fail || is_refused, "breaking, but read: {text}");
            }
        }
    }
}
