//! Methods that fail. A request gets an error, a notification gets nothing, and no caller learns what happened inside.

use super::super::table::{
    Case, Data, Expected, case, internal_error, invalid_params, method_not_found, result, silence,
};
use super::{call, call_params_first, notification};

pub(super) fn cases() -> Vec<Case> {
    let failed = Expected::Error {
        code: 1001,
        message: "failed".into(),
        data: Data::Text("details".into()),
        id: "1".into(),
    };
    let rows = [
        ("unknown method", "nothing", "[]", method_not_found("1")),
        (
            "invalid params",
            "echo",
            "[]",
            invalid_params("missing parameter `text`", "1"),
        ),
        ("the method's own error", "fail", "[]", failed),
        ("panic", "panic", "[]", internal_error("1")),
        (
            "panic after a while",
            "panic_later",
            "[]",
            internal_error("1"),
        ),
        (
            "panic of a method that is not an async fn",
            "panic_in_place",
            "[]",
            internal_error("1"),
        ),
        (
            "panic of a blocking method",
            "panic_blocking",
            r#"["x"]"#,
            internal_error("1"),
        ),
        (
            "result that can't be serialised",
            "unserialisable",
            "[]",
            internal_error("1"),
        ),
        (
            "panic while the result is serialised",
            "panic_in_result",
            "[]",
            internal_error("1"),
        ),
        (
            "panic while a parameter is decoded",
            "panic_in_params",
            "[1]",
            internal_error("1"),
        ),
        (
            "panic while a named parameter is decoded",
            "panic_in_params",
            r#"{"value":1}"#,
            internal_error("1"),
        ),
    ];
    let mut cases = Vec::new();
    for (name, method, params, expected) in rows {
        let first = call_params_first(method, params);
        cases.push(case(
            format!("failure: {name}"),
            call(method, params),
            expected.clone(),
        ));
        cases.push(case(
            format!("failure: {name}, params first"),
            first,
            expected,
        ));
        cases.push(case(
            format!("failure of a notification: {name}"),
            notification(method, params),
            silence(),
        ));
    }
    cases.push(case(
        "the server goes on after all that",
        call("none", "[]"),
        result(r#""none""#, "1"),
    ));
    cases
}
