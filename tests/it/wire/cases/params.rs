//! Params: by position, by name, none, too many.

use super::super::table::{Case, case, invalid_parameter, invalid_params, result, silence};
use super::{call, call_params_first, notification};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = absent();
    cases.extend(misfits());
    cases.extend(optional());
    cases.extend(borrowed());
    cases
}

fn absent() -> Vec<Case> {
    let none = || result(r#""none""#, "1");
    vec![
        case(
            "no params for a method without",
            r#"{"jsonrpc":"2.0","method":"none","id":1}"#,
            none(),
        ),
        case(
            "params null for a method without",
            call("none", "null"),
            none(),
        ),
        case(
            "params null before the method",
            call_params_first("none", "null"),
            none(),
        ),
        case(
            "empty array for a method without",
            call("none", "[]"),
            none(),
        ),
        case(
            "empty object for a method without",
            call("none", "{}"),
            none(),
        ),
        case(
            "empty array with white space",
            call("none", " [ \n] "),
            none(),
        ),
        case(
            "no params where there must be one",
            r#"{"jsonrpc":"2.0","method":"echo","id":1}"#,
            invalid_params("missing parameter `text`", "1"),
        ),
        case(
            "params null where there must be one",
            call("echo", "null"),
            invalid_params("missing parameter `text`", "1"),
        ),
        case(
            "empty array where there must be one",
            call("echo", "[]"),
            invalid_params("missing parameter `text`", "1"),
        ),
        case(
            "empty object where there must be one",
            call("echo", "{}"),
            invalid_params("missing parameter `text`", "1"),
        ),
    ]
}

fn misfits() -> Vec<Case> {
    let mut cases = Vec::new();
    let rows = [
        (
            "missing, by position",
            "pair",
            "[1]",
            invalid_params("missing parameter `b`", "1"),
        ),
        (
            "missing, by name",
            "pair",
            r#"{"b":1}"#,
            invalid_params("missing parameter `a`", "1"),
        ),
        (
            "missing, with a name of its own",
            "renamed",
            r#"{"in \"ü":"e"}"#,
            invalid_params("missing parameter `type`", "1"),
        ),
        (
            "too many for none",
            "none",
            "[1]",
            invalid_params("too many parameters; the method takes none", "1"),
        ),
        (
            "surplus nulls for none",
            "none",
            "[null, null]",
            result(r#""none""#, "1"),
        ),
        ("surplus null", "pair", "[1,2,null]", result("-1", "1")),
        (
            "surplus nulls",
            "pair",
            "[1,2, null ,null,\tnull]",
            result("-1", "1"),
        ),
        (
            "a value after a surplus null",
            "pair",
            "[1,2,null,5]",
            invalid_params("too many parameters; the method takes 2", "1"),
        ),
        (
            "a surplus list of null",
            "pair",
            "[1,2,[null]]",
            invalid_params("too many parameters; the method takes 2", "1"),
        ),
        (
            "unknown null for none",
            "none",
            r#"{"a":null}"#,
            result(r#""none""#, "1"),
        ),
        (
            "unknown nulls",
            "pair",
            r#"{"c":null,"a":1,"d" : null,"b":2,"c":null}"#,
            result("-1", "1"),
        ),
        (
            "an unknown value after an unknown null",
            "pair",
            r#"{"c":null,"a":1,"b":2,"d":3}"#,
            invalid_params("unknown parameter `d`; the method takes `a`, `b`", "1"),
        ),
        (
            "an unknown null, and one missing",
            "pair",
            r#"{"a":1,"B":null}"#,
            invalid_params("missing parameter `b`", "1"),
        ),
        (
            "too many for one",
            "echo",
            r#"["a","b"]"#,
            invalid_params("too many parameters; the method takes 1", "1"),
        ),
        (
            "far too many",
            "pair",
            "[1,2,3,4,5]",
            invalid_params("too many parameters; the method takes 2", "1"),
        ),
        (
            "unknown for none",
            "none",
            r#"{"a":1}"#,
            invalid_params("unknown parameter `a`; the method takes none", "1"),
        ),
        (
            "unknown",
            "pair",
            r#"{"a":1,"b":2,"c":3}"#,
            invalid_params("unknown parameter `c`; the method takes `a`, `b`", "1"),
        ),
        (
            "unknown, before the others",
            "pair",
            r#"{"c":3,"a":1,"b":2}"#,
            invalid_params("unknown parameter `c`; the method takes `a`, `b`", "1"),
        ),
        (
            "unknown, by another case of the letters",
            "echo",
            r#"{"Text":"a"}"#,
            invalid_params("unknown parameter `Text`; the method takes `text`", "1"),
        ),
        (
            "unknown, the Rust name where another is given",
            "renamed",
            r#"{"kind":"k","in \"ü":"e"}"#,
            invalid_params(
                "unknown parameter `kind`; the method takes `type`, `in \"ü`",
                "1",
            ),
        ),
        (
            "unknown, with quotes and control characters",
            "echo",
            r#"{"a\"\n`":1}"#,
            invalid_params(
                "unknown parameter `a\\\"\\n``; the method takes `text`",
                "1",
            ),
        ),
        (
            "twice",
            "pair",
            r#"{"a":1,"b":2,"a":3}"#,
            invalid_params("parameter `a` is given twice", "1"),
        ),
        (
            "twice, the first null",
            "texts",
            r#"{"text":null,"text":"a"}"#,
            invalid_params("parameter `text` is given twice", "1"),
        ),
        (
            "twice, once escaped",
            "echo",
            r#"{"text":"a","\u0074ext":"a"}"#,
            invalid_params("parameter `text` is given twice", "1"),
        ),
        (
            "wrong type, by position",
            "pair",
            r#"[1,"2"]"#,
            invalid_parameter("b", "1"),
        ),
        (
            "wrong type, by name",
            "pair",
            r#"{"b":[2],"a":1}"#,
            invalid_parameter("b", "1"),
        ),
        (
            "null for a number",
            "pair",
            "[1,null]",
            invalid_parameter("b", "1"),
        ),
        (
            "null for a string",
            "echo",
            "[null]",
            invalid_parameter("text", "1"),
        ),
        (
            "number for a string",
            "echo",
            "[1]",
            invalid_parameter("text", "1"),
        ),
        (
            "array for a string",
            "echo",
            r#"[["a"]]"#,
            invalid_parameter("text", "1"),
        ),
        (
            "wrong element of a list",
            "list",
            r#"[[1,2,"3"]]"#,
            invalid_parameter("values", "1"),
        ),
        (
            "list spread over the params",
            "list",
            "[1,2]",
            invalid_parameter("values", "1"),
        ),
        (
            "wrong and too many",
            "echo",
            "[1,2]",
            invalid_parameter("text", "1"),
        ),
    ];
    for (name, method, params, expected) in rows {
        let first = call_params_first(method, params);
        cases.push(case(
            format!("{name}, params first"),
            first,
            expected.clone(),
        ));
        cases.push(case(name, call(method, params), expected));
        cases.push(case(
            format!("{name}, as a notification"),
            notification(method, params),
            silence(),
        ));
    }
    cases
}

fn optional() -> Vec<Case> {
    let rows = [
        ("all, by position", "optional", "[1,2,3]", "[1,2,3]"),
        (
            "all, by name",
            "optional",
            r#"{"c":3,"b":2,"a":1}"#,
            "[1,2,3]",
        ),
        (
            "default left out, by position",
            "optional",
            "[1,2]",
            "[1,2,7]",
        ),
        (
            "default left out, by name",
            "optional",
            r#"{"a":1,"b":2}"#,
            "[1,2,7]",
        ),
        (
            "Option and default left out, by position",
            "optional",
            "[1]",
            "[1,null,7]",
        ),
        (
            "Option and default left out, by name",
            "optional",
            r#"{"a":1}"#,
            "[1,null,7]",
        ),
        (
            "Option left out before another, by name",
            "optional",
            r#"{"a":1,"c":3}"#,
            "[1,null,3]",
        ),
        (
            "null for an Option, by position",
            "optional",
            "[1,null,3]",
            "[1,null,3]",
        ),
        (
            "null for an Option, by name",
            "optional",
            r#"{"a":1,"b":null}"#,
            "[1,null,7]",
        ),
        ("texts, none", "texts", "[]", r#"[null,"north",[]]"#),
        (
            "texts, params null",
            "texts",
            "null",
            r#"[null,"north",[]]"#,
        ),
        (
            "texts, an empty object",
            "texts",
            "{}",
            r#"[null,"north",[]]"#,
        ),
        (
            "texts, by name",
            "texts",
            r#"{"rest":["a"],"side":"s","text":"t"}"#,
            r#"["t","s",["a"]]"#,
        ),
        ("texts, null", "texts", "[null]", r#"[null,"north",[]]"#),
        (
            "texts, escapes",
            "texts",
            r#"["\"","\\"]"#,
            r#"["\"","\\",[]]"#,
        ),
    ];
    let mut cases = Vec::new();
    for (name, method, params, expected) in rows {
        let first = call_params_first(method, params);
        cases.push(case(
            format!("optional: {name}, params first"),
            first,
            result(expected, "1"),
        ));
        cases.push(case(
            format!("optional: {name}"),
            call(method, params),
            result(expected, "1"),
        ));
    }
    // A default replaces a missing value, not null.
    cases.push(case(
        "null for a default, by position",
        call("optional", "[1,2,null]"),
        invalid_parameter("c", "1"),
    ));
    cases.push(case(
        "null for a default, by name",
        call("optional", r#"{"a":1,"c":null}"#),
        invalid_parameter("c", "1"),
    ));
    cases.push(case(
        "null for a text with a default",
        call("texts", "[null,null]"),
        invalid_parameter("side", "1"),
    ));
    cases
}

fn borrowed() -> Vec<Case> {
    vec![
        case(
            "text without escapes",
            call("echo", r#"["plain é"]"#),
            result("\"plain é\"", "1"),
        ),
        case(
            "text with escapes, by position",
            call("echo", r#"["\u0061\"\\"]"#),
            result(r#""a\"\\""#, "1"),
        ),
        case(
            "text with escapes, by name",
            call("echo", r#"{"text":"\u0061\n"}"#),
            result(r#""a\n""#, "1"),
        ),
        case(
            "text with escapes, params first",
            call_params_first("echo", r#"["\t"]"#),
            result(r#""\t""#, "1"),
        ),
        case("empty text", call("echo", r#"[""]"#), result(r#""""#, "1")),
        case(
            "text of brackets",
            call("echo", r#"["}]{[,:"]"#),
            result(r#""}]{[,:""#, "1"),
        ),
        case(
            "Cow with and without escapes",
            call("renamed", r#"["k\n","e"]"#),
            result(r#""k\n/e""#, "1"),
        ),
        case(
            "parameter names that are not Rust names",
            call("renamed", r#"{"in \u0022\u00fc":"e","type":"k"}"#),
            result(r#""k/e""#, "1"),
        ),
        case(
            "raw value to the letter",
            call("raw", "[ {\"a\" : [1.0,\t1e400, \"\\u0041\"]} ]"),
            result("{\"a\" : [1.0,\t1e400, \"\\u0041\"]}", "1"),
        ),
        case("raw null", call("raw", "[null]"), result("null", "1")),
        case(
            "raw value with members twice",
            call("raw", r#"[{"a":1,"a":2}]"#),
            result(r#"{"a":1,"a":2}"#, "1"),
        ),
        case(
            "raw value left out",
            call("raw", "[]"),
            invalid_params("missing parameter `value`", "1"),
        ),
    ]
}

/// `#[rpc(lenient)]`: unknown parameters are ignored, but known ones must still be right.
pub(super) fn lenient() -> Vec<Case> {
    let rows = [
        ("by position", "lenient.add", "[1,2]", result("3", "1")),
        ("one too many", "lenient.add", "[1,2,3]", result("3", "1")),
        (
            "far too many",
            "lenient.add",
            r#"[1,2,{"x":[]},null,"y"]"#,
            result("3", "1"),
        ),
        (
            "unknown",
            "lenient.add",
            r#"{"a":1,"x":[{}],"b":2}"#,
            result("3", "1"),
        ),
        (
            "unknown, twice",
            "lenient.add",
            r#"{"x":1,"a":1,"x":2}"#,
            result("1", "1"),
        ),
        (
            "too many for none",
            "lenient.none",
            "[1,[2]]",
            result(r#""none""#, "1"),
        ),
        (
            "unknown for none",
            "lenient.none",
            r#"{"x":1}"#,
            result(r#""none""#, "1"),
        ),
        (
            "numbers beyond doubles among the unknown",
            "lenient.add",
            "[1,2,1e400]",
            result("3", "1"),
        ),
        (
            "missing",
            "lenient.add",
            "[]",
            invalid_params("missing parameter `a`", "1"),
        ),
        (
            "missing, with unknown",
            "lenient.add",
            r#"{"x":1}"#,
            invalid_params("missing parameter `a`", "1"),
        ),
        (
            "twice",
            "lenient.add",
            r#"{"a":1,"a":1}"#,
            invalid_params("parameter `a` is given twice", "1"),
        ),
        (
            "wrong type",
            "lenient.add",
            r#"["1"]"#,
            invalid_parameter("a", "1"),
        ),
    ];
    let mut cases = Vec::new();
    for (name, method, params, expected) in rows {
        let first = call_params_first(method, params);
        cases.push(case(
            format!("lenient: {name}, params first"),
            first,
            expected.clone(),
        ));
        cases.push(case(
            format!("lenient: {name}"),
            call(method, params),
            expected,
        ));
    }
    cases
}
