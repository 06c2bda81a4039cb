//! Values of parameters: numbers at their limits, lists, structures.

use super::super::table::{
    Case, case, invalid_parameter, invalid_params, invalid_params_somehow, result,
};
use super::{call, call_params_first};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = numbers();
    cases.push(fraction_for_i128());
    cases.extend(structures());
    cases
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
        // A double can be minus zero. An integer can't.
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

/// The decoder of `i128` stops at the point, so the error is only found after the parameter.
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
        // Whether a structure accepts unknown members is up to its own attributes.
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
            invalid_params("missing parameter `text`", "1"),
        ),
        case(
            "whole params, none",
            call("search", "null"),
            invalid_params("missing parameter `text`", "1"),
        ),
        case(
            "whole params, unknown member",
            call("search", r#"{"text":"tea","x":1}"#),
            invalid_params(
                "unknown parameter `x`; the method takes `text`, `limit`",
                "1",
            ),
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
