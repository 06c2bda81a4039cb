//! Nesting: up to 127 levels of params are accepted. Deeper ones are refused if they would be decoded. Values that are
//! only skipped or passed on may nest as deep as the message's size allows.

use super::super::table::{Case, case, invalid_parameter, invalid_request, parse_error, result};
use super::{call, call_params_first};

/// A list in a list in a list.
pub(in super::super) fn nested(levels: usize) -> String {
    format!("{}{}", "[".repeat(levels), "]".repeat(levels))
}

fn nested_objects(levels: usize) -> String {
    format!("{}1{}", r#"{"a":"#.repeat(levels), "}".repeat(levels))
}

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for levels in [127, 128, 129, 100_000] {
        // The params themselves are the first level.
        let list = nested(levels);
        let object = format!(r#"{{"value":{}}}"#, nested_objects(levels - 1));
        let (echo_list, echo_object) = (nested(levels - 1), nested_objects(levels - 1));
        let (list_outcome, object_outcome) = if levels == 127 {
            (
                result(echo_list.clone(), "1"),
                result(echo_object.clone(), "1"),
            )
        } else {
            (
                invalid_parameter("value", "1"),
                invalid_parameter("value", "1"),
            )
        };
        cases.push(case(
            format!("{levels} levels of lists"),
            call("json", &list),
            list_outcome.clone(),
        ));
        cases.push(case(
            format!("{levels} levels of lists, params first"),
            call_params_first("json", &list),
            list_outcome,
        ));
        cases.push(case(
            format!("{levels} levels of objects"),
            call("json", &object),
            object_outcome,
        ));
        cases.push(case(
            format!("{levels} levels of raw lists"),
            call("raw", &list),
            result(echo_list, "1"),
        ));
        cases.push(case(
            format!("{levels} levels of raw objects"),
            call("raw", &object),
            result(echo_object, "1"),
        ));
        let unknown =
            format!(r#"{{"x":{list},"jsonrpc":"2.0","y":{object},"method":"none","id":1}}"#);
        cases.push(case(
            format!("{levels} levels in unknown members"),
            unknown,
            result(r#""none""#, "1"),
        ));
        let method = format!(r#"{{"jsonrpc":"2.0","method":{list},"id":1}}"#);
        cases.push(case(
            format!("{levels} levels for the method"),
            method,
            invalid_request("1"),
        ));
        let id = format!(r#"{{"jsonrpc":"2.0","method":"none","id":{object}}}"#);
        cases.push(case(
            format!("{levels} levels for the id"),
            id,
            invalid_request("null"),
        ));
        let version = format!(r#"{{"jsonrpc":{object},"method":"none","id":1}}"#);
        cases.push(case(
            format!("{levels} levels for the version"),
            version,
            invalid_request("1"),
        ));
    }
    cases.extend([
        case(
            "100,000 brackets that open",
            "[".repeat(100_000),
            parse_error(),
        ),
        case(
            "100,000 braces that open",
            r#"{"a":"#.repeat(100_000),
            parse_error(),
        ),
        case(
            "100,000 brackets that open in the params",
            call("json", &"[".repeat(100_000)),
            parse_error(),
        ),
        case(
            "100,000 brackets in a string",
            call("echo", &format!(r#"["{}"]"#, "[".repeat(100_000))),
            result(format!(r#""{}""#, "[".repeat(100_000)), "1"),
        ),
    ]);
    cases
}
