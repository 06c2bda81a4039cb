//! Params: by position, by name, none, too many, of every type.

use super::super::table::{
    Case, case, invalid_parameter, invalid_params, invalid_params_somehow, result, silence,
};
use super::{call, call_params_first, notification};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = absent();
    cases.extend(misfits());
    cases.extend(optional());
    cases.extend(borrowed());
    cases.extend(numbers());
    cases.push(fraction_for_i128());
    cases.extend(structures());
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
            invalid_params("too many parameters, the method takes none", "1"),
        ),
        (
            "too many nulls for none",
            "none",
            "[null]",
            invalid_params("too many parameters, the method takes none", "1"),
        ),
        (
            "too many for one",
            "echo",
            r#"["a","b"]"#,
            invalid_params("too many parameters, the method takes 1", "1"),
        ),
        (
            "far too many",
            "pair",
            "[1,2,3,4,5]",
            invalid_params("too many parameters, the method takes 2", "1"),
        ),
        (
            "unknown for none",
            "none",
            r#"{"a":1}"#,
            invalid_params("unknown parameter `a`, the method takes none", "1"),
        ),
        (
            "unknown",
            "pair",
            r#"{"a":1,"b":2,"c":3}"#,
            invalid_params("unknown parameter `c`, the method takes `a`, `b`", "1"),
        ),
        (
            "unknown, before the others",
            "pair",
            r#"{"c":3,"a":1,"b":2}"#,
            invalid_params("unknown parameter `c`, the method takes `a`, `b`", "1"),
        ),
        (
            "unknown, by another case of the letters",
            "echo",
            r#"{"Text":"a"}"#,
            invalid_params("unknown parameter `Text`, the method takes `text`", "1"),
        ),
        (
            "unknown, the Rust name where another is given",
            "renamed",
            r#"{"kind":"k","in \"ü":"e"}"#,
            invalid_params(
                "unknown parameter `kind`, the method takes `type`, `in \"ü`",
                "1",
            ),
        ),
        (
            "unknown, with quotes and control characters",
            "echo",
            r#"{"a\"\n`":1}"#,
            invalid_params(
                "unknown parameter `a\\\"\\n``, the method takes `text`",
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
    // A default stands for what is missing, not for what is null.
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
            "parameter names that are no Rust names",
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

fn numbers() -> Vec<Case> {
    let right = [
        (
            "u64, most",
            "unsigned",
            "18446744073709551615",
            "18446744073709551615",
        ),
        (
            "i64, least",
            "signed",
            "-9223372036854775808",
            "-9223372036854775808",
        ),
        (
            "i64, most",
            "signed",
            "9223372036854775807",
            "9223372036854775807",
        ),
        (
            "i128, past 64 bits",
            "wide",
            "18446744073709551616",
            "18446744073709551616",
        ),
        (
            "i128, least",
            "wide",
            "-170141183460469231731687303715884105728",
            "-170141183460469231731687303715884105728",
        ),
        (
            "i128, most",
            "wide",
            "170141183460469231731687303715884105727",
            "170141183460469231731687303715884105727",
        ),
        ("f64 from a whole number", "float", "1", "1.0"),
        (
            "f64 past 64 bits",
            "float",
            "18446744073709551616",
            "1.8446744073709552e+19",
        ),
        ("f64, minus zero", "float", "-0", "-0.0"),
        ("f64, underflow", "float", "1e-400", "0.0"),
        (
            "f64, most",
            "float",
            "1.7976931348623157e308",
            "1.7976931348623157e+308",
        ),
        ("f64, least", "float", "5e-324", "5e-324"),
        (
            "f64, hard to round",
            "float",
            "9007199254740993",
            "9007199254740992.0",
        ),
        (
            "f64, many digits",
            "float",
            "0.1000000000000000055511151231257827021181583404541015625",
            "0.1",
        ),
        ("raw, beyond doubles", "raw", "1e400", "1e400"),
        ("raw, minus zero", "raw", "-0", "-0"),
        (
            "json, u64",
            "json",
            "18446744073709551615",
            "18446744073709551615",
        ),
    ];
    let wrong = [
        ("u64, one more", "unsigned", "18446744073709551616"),
        ("u64, negative", "unsigned", "-1"),
        ("u64, fraction", "unsigned", "1.5"),
        ("u64, whole number with a fraction", "unsigned", "1.0"),
        ("u64, exponent", "unsigned", "1e2"),
        ("u64, 400 digits", "unsigned", NINES),
        ("u64, in quotes", "unsigned", r#""1""#),
        ("i64, one more", "signed", "9223372036854775808"),
        ("i64, one less", "signed", "-9223372036854775809"),
        ("i64, 400 digits", "signed", NINES),
        // Minus zero is a double's value; an integer has no such.
        ("i64, minus zero", "signed", "-0"),
        (
            "i128, one more",
            "wide",
            "170141183460469231731687303715884105728",
        ),
        ("i128, 400 digits", "wide", NINES),
        ("f64, overflow", "float", "1e400"),
        ("f64, negative overflow", "float", "-1e309"),
        ("f64, 400 digits", "float", NINES),
        ("f64, huge exponent", "float", "1e99999999999999999999"),
        ("json, beyond doubles", "json", "1e400"),
    ];
    let mut cases = Vec::new();
    for (name, method, number, expected) in right {
        let params = format!("[{number}]");
        cases.push(case(
            format!("number: {name}"),
            call(method, &params),
            result(expected, "1"),
        ));
    }
    for (name, method, number) in wrong {
        let params = format!(r#"{{"value":{number}}}"#);
        cases.push(case(
            format!("number: {name}"),
            call(method, &params),
            invalid_parameter("value", "1"),
        ));
    }
    cases
}

/// A decoder of `i128` stops at the point, so that the params are found wrong only after the parameter.
fn fraction_for_i128() -> Case {
    case(
        "number: i128, fraction",
        call("wide", "[1.0]"),
        invalid_params_somehow("1"),
    )
}

const NINES: &str = {
    const BYTES: [u8; 400] = [b'9'; 400];
    match std::str::from_utf8(&BYTES) {
        Ok(text) => text,
        Err(_) => unreachable!(),
    }
};

fn structures() -> Vec<Case> {
    vec![
        case("list", call("list", "[[1,2,3]]"), result("6", "1")),
        case(
            "list by name",
            call("list", r#"{"values":[]}"#),
            result("0", "1"),
        ),
        case(
            "structure",
            call("structure", r#"[{"leaves":[{"name":"b"}],"name":"a"}]"#),
            result(r#"{"name":"a","leaves":[{"name":"b","leaves":[]}]}"#, "1"),
        ),
        case(
            "structure with a member missing",
            call("structure", r#"[{"leaves":[]}]"#),
            invalid_parameter("tree", "1"),
        ),
        case(
            "structure with a member twice",
            call("structure", r#"[{"name":"a","name":"b"}]"#),
            invalid_parameter("tree", "1"),
        ),
        // What a structure makes of members that it does not have is for its own attributes to say.
        case(
            "structure with an unknown member",
            call("structure", r#"[{"name":"a","x":1}]"#),
            result(r#"{"name":"a","leaves":[]}"#, "1"),
        ),
        case(
            "whole params by name",
            call("search", r#"{"limit":3,"text":"tea"}"#),
            result(r#"{"text":"tea","limit":3}"#, "1"),
        ),
        case(
            "whole params, optional member left out",
            call("search", r#"{"text":"tea"}"#),
            result(r#"{"text":"tea","limit":null}"#, "1"),
        ),
        case(
            "whole params, member missing",
            call("search", r#"{"limit":3}"#),
            invalid_params("missing field `text`", "1"),
        ),
        case(
            "whole params, none",
            call("search", "null"),
            invalid_params("missing field `text`", "1"),
        ),
        case(
            "whole params, unknown member",
            call("search", r#"{"text":"tea","x":1}"#),
            invalid_params_somehow("1"),
        ),
        case(
            "whole params, member twice",
            call("search", r#"{"text":"tea","text":"milk"}"#),
            invalid_params_somehow("1"),
        ),
        case(
            "whole params, params first",
            call_params_first("search", r#"{"text":"tea"}"#),
            result(r#"{"text":"tea","limit":null}"#, "1"),
        ),
    ]
}

/// `#[rpc(lenient)]`: what the method does not have is ignored; what it has must still be right.
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
