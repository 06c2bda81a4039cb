//! Ids: any string, number or null is repeated exactly.

use super::super::table::{Case, case, invalid_request, method_not_found, result, silence};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, id) in right() {
        let message =
            |method: &str| format!(r#"{{"jsonrpc":"2.0","method":"{method}","id":{id}}}"#);
        cases.push(case(
            format!("id: {name}"),
            message("none"),
            result(r#""none""#, id.clone()),
        ));
        cases.push(case(
            format!("id of an error: {name}"),
            message("nothing"),
            method_not_found(id.clone()),
        ));
        // Section 5.1: the id is null only if it can't be detected.
        let invalid = format!(r#"{{"id":{id}}}"#);
        cases.push(case(
            format!("id of an invalid request: {name}"),
            invalid,
            invalid_request(id),
        ));
    }
    for (name, id) in wrong() {
        let message = format!(r#"{{"jsonrpc":"2.0","method":"none","id":{id}}}"#);
        cases.push(case(
            format!("no id: {name}"),
            message,
            invalid_request("null"),
        ));
    }
    cases.extend([
        case(
            "no id at all",
            r#"{"jsonrpc":"2.0","method":"none"}"#,
            silence(),
        ),
        case(
            "white space around the id is not part of it",
            "{\"jsonrpc\":\"2.0\",\"method\":\"none\",\"id\": \n\"a\"\t }",
            result(r#""none""#, r#""a""#),
        ),
        case(
            "id first",
            r#"{"id":"first","jsonrpc":"2.0","method":"none"}"#,
            result(r#""none""#, r#""first""#),
        ),
        case(
            "a member in another case is a different member",
            r#"{"jsonrpc":"2.0","method":"none","ID":1}"#,
            silence(),
        ),
    ]);
    cases
}

fn right() -> Vec<(&'static str, String)> {
    vec![
        ("zero", "0".to_owned()),
        ("minus zero", "-0".to_owned()),
        ("negative", "-42".to_owned()),
        ("whole number with a fraction", "1.0".to_owned()),
        ("fraction", "1.5".to_owned()),
        ("trailing zeros", "1.500".to_owned()),
        ("exponent", "1E+2".to_owned()),
        ("beyond doubles", "1e400".to_owned()),
        ("below doubles", "1e-400".to_owned()),
        ("2^53 + 1", "9007199254740993".to_owned()),
        ("2^63", "9223372036854775808".to_owned()),
        ("2^64", "18446744073709551616".to_owned()),
        ("-2^63 - 1", "-9223372036854775809".to_owned()),
        (
            "37 digits",
            "1234567890123456789012345678901234567".to_owned(),
        ),
        (
            "38 digits",
            "12345678901234567890123456789012345678".to_owned(),
        ),
        (
            "39 digits",
            "123456789012345678901234567890123456789".to_owned(),
        ),
        ("400 digits", "7".repeat(400)),
        ("empty string", r#""""#.to_owned()),
        ("string", r#""abc""#.to_owned()),
        ("string of digits", r#""1""#.to_owned()),
        ("string null", r#""null""#.to_owned()),
        (
            "UUID",
            r#""67e55044-10b1-426f-9247-bb680e5fe0c8""#.to_owned(),
        ),
        ("needless escapes", r#""\u0041\/""#.to_owned()),
        (
            "escapes in both cases",
            r#""\u00e9\u00E9\n\"\\""#.to_owned(),
        ),
        ("escaped NUL", r#""\u0000""#.to_owned()),
        ("Unicode", "\"é😀\u{2028}\"".to_owned()),
        ("brackets", r#""}],{[""#.to_owned()),
        ("very long string", format!("\"{}\"", "x".repeat(100_000))),
        ("null", "null".to_owned()),
    ]
}

fn wrong() -> Vec<(&'static str, &'static str)> {
    vec![
        ("true", "true"),
        ("false", "false"),
        ("array", "[]"),
        ("array with an id in it", "[1]"),
        ("object", "{}"),
        ("object with an id in it", r#"{"id":1}"#),
    ]
}
