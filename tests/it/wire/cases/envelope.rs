//! The members of a request: missing, of the wrong type, duplicate, unknown, in any order.

use super::super::table::{
    Case, Expected, case, invalid_params, invalid_request, method_not_found, result, silence,
};
use super::{call, call_params_first};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = wrong();
    cases.extend(twice());
    cases.extend(more());
    cases.extend(spellings());
    cases.extend(orders());
    cases
}

fn wrong() -> Vec<Case> {
    let rows = [
        ("a number", "1", "null"),
        ("a string", r#""none""#, "null"),
        ("true", "true", "null"),
        ("null", "null", "null"),
        ("an empty object", "{}", "null"),
        (
            "an object without anything known",
            r#"{"foo":"boo"}"#,
            "null",
        ),
        ("no jsonrpc", r#"{"method":"none","id":1}"#, "1"),
        ("no jsonrpc and no id", r#"{"method":"none"}"#, "null"),
        (
            "jsonrpc 1.0",
            r#"{"jsonrpc":"1.0","method":"none","id":1}"#,
            "1",
        ),
        (
            "jsonrpc 2",
            r#"{"jsonrpc":"2","method":"none","id":1}"#,
            "1",
        ),
        (
            "jsonrpc with white space",
            r#"{"jsonrpc":" 2.0","method":"none","id":1}"#,
            "1",
        ),
        (
            "jsonrpc as a number",
            r#"{"jsonrpc":2.0,"method":"none","id":1}"#,
            "1",
        ),
        (
            "jsonrpc null",
            r#"{"jsonrpc":null,"method":"none","id":1}"#,
            "1",
        ),
        (
            "jsonrpc as an array",
            r#"{"jsonrpc":["2.0"],"method":"none","id":1}"#,
            "1",
        ),
        (
            "jsonrpc wrong, without an id",
            r#"{"jsonrpc":"2.1","method":"none"}"#,
            "null",
        ),
        (
            "jsonrpc in another case",
            r#"{"JSONRPC":"2.0","method":"none","id":1}"#,
            "1",
        ),
        (
            "method in another case",
            r#"{"jsonrpc":"2.0","Method":"none","id":1}"#,
            "1",
        ),
        ("no method", r#"{"jsonrpc":"2.0","id":1}"#, "1"),
        (
            "no method, with params",
            r#"{"jsonrpc":"2.0","params":[1],"id":1}"#,
            "1",
        ),
        ("no method and no id", r#"{"jsonrpc":"2.0"}"#, "null"),
        (
            "method as a number",
            r#"{"jsonrpc":"2.0","method":1,"id":1}"#,
            "1",
        ),
        (
            "method null",
            r#"{"jsonrpc":"2.0","method":null,"id":1}"#,
            "1",
        ),
        (
            "method as an array",
            r#"{"jsonrpc":"2.0","method":["none"],"id":1}"#,
            "1",
        ),
        (
            "method as an object",
            r#"{"jsonrpc":"2.0","method":{"name":"none"},"id":1}"#,
            "1",
        ),
        (
            "method true, without an id",
            r#"{"jsonrpc":"2.0","method":true}"#,
            "null",
        ),
        (
            "params as a string",
            r#"{"jsonrpc":"2.0","method":"echo","params":"a","id":1}"#,
            "1",
        ),
        (
            "params as a number",
            r#"{"jsonrpc":"2.0","method":"echo","params":1,"id":1}"#,
            "1",
        ),
        (
            "params as zero for an unknown method",
            r#"{"jsonrpc":"2.0","method":"nothing","params":0,"id":1}"#,
            "1",
        ),
        (
            "params true",
            r#"{"jsonrpc":"2.0","method":"none","params":true,"id":1}"#,
            "1",
        ),
        (
            "params false",
            r#"{"jsonrpc":"2.0","method":"none","params":false,"id":1}"#,
            "1",
        ),
        (
            "params as a string, before the method",
            r#"{"params":"a","jsonrpc":"2.0","method":"echo","id":1}"#,
            "1",
        ),
        (
            "params as a string, without an id",
            r#"{"jsonrpc":"2.0","method":"echo","params":"a"}"#,
            "null",
        ),
        (
            "a response with a result",
            r#"{"jsonrpc":"2.0","result":1,"id":1}"#,
            "1",
        ),
        (
            "a response with an error",
            r#"{"jsonrpc":"2.0","error":{"code":1,"message":""},"id":"a"}"#,
            "\"a\"",
        ),
    ];
    let row = |(name, message, id): (&'static str, &str, &'static str)| {
        case(format!("no request: {name}"), message, invalid_request(id))
    };
    rows.into_iter().map(row).collect()
}

/// Duplicate members are refused: nothing says which one is meant, and peers differ (RFC 8259, section 4).
fn twice() -> Vec<Case> {
    let rows = [
        (
            "jsonrpc",
            r#"{"jsonrpc":"2.0","jsonrpc":"2.0","method":"none","id":1}"#,
            "1",
        ),
        (
            "jsonrpc, first one wrong",
            r#"{"jsonrpc":"1.0","jsonrpc":"2.0","method":"none","id":1}"#,
            "1",
        ),
        (
            "method",
            r#"{"jsonrpc":"2.0","method":"none","method":"none","id":1}"#,
            "1",
        ),
        (
            "method, first one unknown",
            r#"{"jsonrpc":"2.0","method":"nothing","method":"none","id":1}"#,
            "1",
        ),
        (
            "method, around the params",
            r#"{"jsonrpc":"2.0","method":"none","params":[],"method":"echo","id":1}"#,
            "1",
        ),
        (
            "params",
            r#"{"jsonrpc":"2.0","method":"echo","params":["a"],"params":["b"],"id":1}"#,
            "1",
        ),
        (
            "params, one of them null",
            r#"{"jsonrpc":"2.0","method":"echo","params":null,"params":["b"],"id":1}"#,
            "1",
        ),
        (
            "params, around the method",
            r#"{"params":["a"],"method":"echo","params":["a"],"jsonrpc":"2.0","id":1}"#,
            "1",
        ),
        (
            "id",
            r#"{"jsonrpc":"2.0","method":"none","id":1,"id":2}"#,
            "null",
        ),
        (
            "id, both the same",
            r#"{"jsonrpc":"2.0","method":"none","id":1,"id":1}"#,
            "null",
        ),
        (
            "id, one of them none",
            r#"{"jsonrpc":"2.0","method":"none","id":[],"id":2}"#,
            "null",
        ),
        (
            "id, three times",
            r#"{"jsonrpc":"2.0","method":"none","id":1,"id":2,"id":3}"#,
            "null",
        ),
        (
            "method, once escaped",
            r#"{"jsonrpc":"2.0","method":"none","\u006dethod":"none","id":1}"#,
            "1",
        ),
        (
            "method, without an id",
            r#"{"jsonrpc":"2.0","method":"none","method":"none"}"#,
            "null",
        ),
    ];
    let row = |(name, message, id): (&'static str, &str, &'static str)| {
        case(format!("twice: {name}"), message, invalid_request(id))
    };
    rows.into_iter().map(row).collect()
}

/// Members that the specification does not name are ignored.
fn more() -> Vec<Case> {
    let with = |member: &str| format!(r#"{{"jsonrpc":"2.0",{member},"method":"none","id":1}}"#);
    let none = || result(r#""none""#, "1");
    let rows = vec![
        ("a string", with(r#""x":"y""#)),
        ("null", with(r#""x":null"#)),
        ("an empty name", with(r#""":1"#)),
        ("the same one twice", with(r#""x":1,"x":2"#)),
        ("a number beyond doubles", with(r#""x":-1e999"#)),
        (
            "names of the envelope inside",
            with(r#""x":{"id":7,"method":"echo","params":[1],"jsonrpc":"1.0"}"#),
        ),
        (
            "a name that only begins like one",
            with(r#""idx":2,"method_":"echo","param":[1]"#),
        ),
        ("a name with white space", with(r#"" id":2"#)),
        ("a name with a NUL", with(r#""id\u0000":2"#)),
        (
            "a huge string",
            with(&format!(r#""x":"{}""#, "y".repeat(200_000))),
        ),
        (
            "a huge array",
            with(&format!(r#""x":[{}1]"#, "1,".repeat(50_000))),
        ),
        (
            "a thousand members",
            with(
                &(0..1000)
                    .map(|n| format!(r#""m{n}":{n}"#))
                    .collect::<Vec<_>>()
                    .join(","),
            ),
        ),
        (
            "a huge name",
            with(&format!(r#""{}":1"#, "n".repeat(100_000))),
        ),
        ("result and error", with(r#""result":1,"error":null"#)),
    ];
    let mut cases: Vec<Case> = rows
        .into_iter()
        .map(|(name, message)| case(format!("unknown member: {name}"), message, none()))
        .collect();
    cases.push(case(
        "unknown member: at the end",
        r#"{"jsonrpc":"2.0","method":"none","id":1,"x":[{}]}"#,
        none(),
    ));
    cases.push(case(
        "unknown member: of a notification",
        r#"{"jsonrpc":"2.0","method":"none","x":1}"#,
        silence(),
    ));
    cases
}

fn spellings() -> Vec<Case> {
    let none = || result(r#""none""#, "1");
    vec![
        case(
            "escape in a member's name",
            r#"{"jsonrpc":"2.0","\u006dethod":"none","id":1}"#,
            none(),
        ),
        case(
            "escapes in every member's name",
            r#"{"\u006asonrpc":"2.0","metho\u0064":"pair","pa\u0072ams":[3,1],"\u0069\u0064":1}"#,
            result("2", "1"),
        ),
        case(
            "escapes in the version",
            r#"{"jsonrpc":"\u0032\u002e0","method":"none","id":1}"#,
            none(),
        ),
        case("escapes in the method", call(r"n\u006fne", "[]"), none()),
        case(
            "escapes in the method, after the params",
            call_params_first(r"\u006eone", "[]"),
            none(),
        ),
        case(
            "escapes in an unknown method",
            call(r"n\u00f6ne", "[]"),
            method_not_found("1"),
        ),
        case(
            "escapes in a parameter's name",
            call("echo", r#"{"te\u0078t":"a"}"#),
            result(r#""a""#, "1"),
        ),
        case(
            "an alias",
            call("echo.alias", r#"["a"]"#),
            result(r#""a""#, "1"),
        ),
        case(
            "method in another case of the letters",
            call("None", "[]"),
            method_not_found("1"),
        ),
        case(
            "method with white space",
            call("none ", "[]"),
            method_not_found("1"),
        ),
        case(
            "method with a NUL",
            call(r"none\u0000", "[]"),
            method_not_found("1"),
        ),
        case("empty method", call("", "[]"), method_not_found("1")),
        case(
            "reserved method",
            call("rpc.discover", "[]"),
            method_not_found("1"),
        ),
        case(
            "very long method",
            call(&"m".repeat(100_000), "[]"),
            method_not_found("1"),
        ),
        case(
            "unknown method with params",
            call("nothing", r#"{"a":[1,2]}"#),
            method_not_found("1"),
        ),
        case(
            "unknown method, named after the params",
            call_params_first("nothing", r#"[1]"#),
            method_not_found("1"),
        ),
        case(
            "unknown method with params null",
            call("nothing", "null"),
            method_not_found("1"),
        ),
    ]
}

/// An object has no order: all 24 permutations of the four members mean the same.
fn orders() -> Vec<Case> {
    let mut cases = Vec::new();
    let kinds: [(&str, &str, Expected); 4] = [
        ("by position", r#""params":[42,23]"#, result("19", r#""i""#)),
        (
            "by name",
            r#""params":{"b":23,"a":42}"#,
            result("19", r#""i""#),
        ),
        (
            "null",
            r#""params":null"#,
            invalid_params("missing parameter `a`", r#""i""#),
        ),
        (
            "too many",
            r#""params":[1,2,3]"#,
            invalid_params("too many parameters; the method takes 2", r#""i""#),
        ),
    ];
    for (kind, params, expected) in kinds {
        let members = [
            r#""jsonrpc":"2.0""#,
            r#""method":"pair""#,
            params,
            r#""id":"i""#,
        ];
        for order in permutations() {
            let message = order.map(|index| members[index]).join(",");
            let name = format!("params {kind}, members in the order {order:?}");
            cases.push(case(name, format!("{{{message}}}"), expected.clone()));
        }
    }
    cases
}

pub(super) fn permutations() -> Vec<[usize; 4]> {
    let mut orders = Vec::new();
    for code in 0..256_usize {
        let order = [code & 3, code >> 2 & 3, code >> 4 & 3, code >> 6];
        if (0..4).all(|index| order.contains(&index)) {
            orders.push(order);
        }
    }
    assert_eq!(orders.len(), 24);
    orders
}
