//! Batches: each entry is a separate call, and nothing runs if the message is not JSON.

use super::super::table::{
    Case, batch, case, internal_error, invalid_params, invalid_request, method_not_found,
    parse_error, result, silence,
};
use super::{call, notification};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = mixed();
    cases.extend(lengths());
    cases.extend(side_effects());
    cases
}

fn mixed() -> Vec<Case> {
    let with_id = |method: &str, params: &str, id: &str| {
        format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":{params},"id":{id}}}"#)
    };
    vec![
        case(
            "batch of one",
            format!("[{}]", call("none", "[]")),
            batch([result(r#""none""#, "1")]),
        ),
        case(
            "batch of one notification",
            format!("[{}]", notification("none", "[]")),
            silence(),
        ),
        case(
            "batch with white space",
            format!(" [ {} \n] ", call("none", "[]")),
            batch([result(r#""none""#, "1")]),
        ),
        case(
            "empty batch with white space",
            " [ \n ] ",
            invalid_request("null"),
        ),
        case(
            "batch in a batch",
            format!("[[{}]]", call("none", "[]")),
            batch([invalid_request("null")]),
        ),
        case(
            "empty batch in a batch",
            "[[]]",
            batch([invalid_request("null")]),
        ),
        case(
            "empty object in a batch",
            "[{}]",
            batch([invalid_request("null")]),
        ),
        case(
            "null in a batch",
            "[null]",
            batch([invalid_request("null")]),
        ),
        case(
            "scalars and lists in a batch",
            r#"[1,"a",true,null,[],{},[[1]]]"#,
            batch(std::iter::repeat_n(invalid_request("null"), 7)),
        ),
        case(
            "one bad entry does not affect the others",
            format!(
                r#"[{},1,{},{{"jsonrpc":"2.0","id":"x"}},{}]"#,
                with_id("pair", "[3,1]", "1"),
                with_id("echo", r#"["a"]"#, r#""b""#),
                with_id("none", "null", "null"),
            ),
            batch([
                result("2", "1"),
                invalid_request("null"),
                result(r#""a""#, r#""b""#),
                invalid_request(r#""x""#),
                result(r#""none""#, "null"),
            ]),
        ),
        case(
            "everything in one batch",
            format!(
                "[{},{},{},{},{},{},{},{}]",
                notification("nothing", "[]"),
                with_id("nothing", "[]", "1"),
                notification("pair", "[1]"),
                with_id("pair", "[1]", "1.0"),
                with_id("panic", "[]", "2"),
                notification("panic", "[]"),
                with_id("unserialisable", "[]", "3"),
                with_id("slow", "[3]", "4"),
            ),
            batch([
                method_not_found("1"),
                invalid_params("missing parameter `b`", "1.0"),
                internal_error("2"),
                internal_error("3"),
                result("3", "4"),
            ]),
        ),
        case(
            "entries with the same id",
            format!(
                "[{},{},{}]",
                with_id("pair", "[1,0]", "7"),
                with_id("pair", "[2,0]", "7"),
                with_id("nothing", "[]", "7")
            ),
            batch([result("1", "7"), result("2", "7"), method_not_found("7")]),
        ),
        case(
            "a member twice in one entry",
            format!(
                r#"[{{"jsonrpc":"2.0","method":"none","id":1,"id":2}},{}]"#,
                call("none", "[]")
            ),
            batch([invalid_request("null"), result(r#""none""#, "1")]),
        ),
        case(
            "an entry whose params decoder panics",
            format!(
                "[{},{}]",
                with_id("panic_in_params", "[1]", "1"),
                with_id("none", "[]", "2")
            ),
            batch([internal_error("1"), result(r#""none""#, "2")]),
        ),
        case(
            "an entry that panics while others wait",
            format!(
                "[{},{},{}]",
                with_id("slow", "[5]", "1"),
                with_id("panic_later", "[]", "2"),
                with_id("slow", "[1]", "3")
            ),
            batch([result("5", "1"), internal_error("2"), result("1", "3")]),
        ),
        case(
            "a result that fails to serialise leaves nothing behind",
            format!(
                "[{},{},{}]",
                with_id("echo", r#"["before"]"#, "1"),
                with_id("unserialisable", "[]", "2"),
                with_id("echo", r#"["after"]"#, "3")
            ),
            batch([
                result(r#""before""#, "1"),
                internal_error("2"),
                result(r#""after""#, "3"),
            ]),
        ),
        case(
            "answers keep the order of the entries",
            format!(
                "[{}]",
                (0..10)
                    .map(|n| with_id("slow", &format!("[{}]", 20 - 2 * n), &n.to_string()))
                    .collect::<Vec<_>>()
                    .join(",")
            ),
            batch((0..10).map(|n| result((20 - 2 * n).to_string(), n.to_string()))),
        ),
        case(
            "slow notifications leave no gap",
            format!(
                "[{},{},{}]",
                notification("slow", "[9]"),
                with_id("slow", "[1]", "1"),
                notification("slow", "[4]")
            ),
            batch([result("1", "1")]),
        ),
    ]
}

fn lengths() -> Vec<Case> {
    let repeated = |entry: &str, times: usize| format!("[{}]", vec![entry; times].join(","));
    let too_long = || super::super::table::Expected::Error {
        code: -32600,
        message: "Invalid Request".into(),
        data: super::super::table::Data::Text(
            "the batch is too long; the limit is 100 entries".into(),
        ),
        id: "null".into(),
    };
    let one = call("none", "[]");
    vec![
        case(
            "a batch of 100",
            repeated(&one, 100),
            batch(vec![result(r#""none""#, "1"); 100]),
        ),
        case("a batch of 101", repeated(&one, 101), too_long()),
        case(
            "a batch of 101 notifications",
            repeated(&notification("none", "[]"), 101),
            too_long(),
        ),
        case(
            "a batch of 100 notifications",
            repeated(&notification("none", "[]"), 100),
            silence(),
        ),
        case("a batch of 101 numbers", repeated("1", 101), too_long()),
        case("a batch of 10,000", repeated(&one, 10_000), too_long()),
        case(
            "a batch of 100 slow calls",
            repeated(&call("slow", "[30]"), 100),
            batch(vec![result("30", "1"); 100]),
        ),
        // Nothing after the last accepted entry is read.
        case(
            "a batch of 101 whose last entry is broken",
            format!("{},{{]", repeated(&one, 100).trim_end_matches(']')),
            too_long(),
        ),
    ]
}

/// Rows that belong together: each checks what the one before has run.
fn side_effects() -> Vec<Case> {
    let bump = |key: &str| notification("bump", &format!(r#"["{key}"]"#));
    let bumped = |key: &str| call("bumped", &format!(r#"["{key}"]"#));
    let mut cases = Vec::new();
    let mut without_effect = |name: &str, key: &str, message: String, expected| {
        cases.push(case(format!("{name} is refused"), message, expected));
        cases.push(case(
            format!("{name} has run nothing"),
            bumped(key),
            result("0", "1"),
        ));
    };
    without_effect(
        "a batch whose last entry is broken",
        "broken last",
        format!(
            r#"[{0},{0},{{"jsonrpc":"2.0","method"]"#,
            bump("broken last")
        ),
        parse_error(),
    );
    without_effect(
        "a batch with broken params in its last entry",
        "broken params",
        format!("[{},{}]", bump("broken params"), call("echo", "[1,]")),
        parse_error(),
    );
    without_effect(
        "a batch without an end",
        "no end",
        format!("[{0},{0}", bump("no end")),
        parse_error(),
    );
    without_effect(
        "a batch with text after it",
        "text after it",
        format!("[{}]x", bump("text after it")),
        parse_error(),
    );
    without_effect(
        "a notification with text after it",
        "text after one",
        format!("{}x", bump("text after one")),
        parse_error(),
    );
    without_effect(
        "a request with a member twice at its end",
        "twice",
        r#"{"jsonrpc":"2.0","method":"bump","params":["twice"],"id":1,"params":["twice"]}"#
            .to_owned(),
        invalid_request("1"),
    );
    without_effect(
        "a request with another version at its end",
        "version",
        r#"{"method":"bump","params":["version"],"id":1,"jsonrpc":"3.0"}"#.to_owned(),
        invalid_request("1"),
    );
    cases
}
