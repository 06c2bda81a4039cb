//! Messages that are not JSON, or only look malformed. Those that are not JSON get one error -32700 with the id null,
//! and nothing runs.

use super::super::table::{
    Case, case, invalid_params_somehow, invalid_request, parse_error, result,
};
use super::call;

pub(super) fn cases() -> Vec<Case> {
    let mut cases = truncated();
    cases.extend(no_json());
    cases.extend(bytes());
    cases.extend(strange_but_right());
    cases
}

/// A message that is cut off at each byte.
fn truncated() -> Vec<Case> {
    let whole = r#"{"jsonrpc":"2.0","method":"e\u0063ho","params":["a\n"],"id":-1.5e3,"x":[true,null,{"y":{}}]}"#;
    let cut = |length: usize| {
        case(
            format!("truncated after {length} bytes"),
            &whole.as_bytes()[..length],
            parse_error(),
        )
    };
    let mut cases: Vec<Case> = (0..whole.len()).map(cut).collect();
    cases.push(case("not truncated", whole, result(r#""a\n""#, "-1.5e3")));
    let batch = format!("[{whole},{whole}]");
    for length in [1, whole.len() + 1, whole.len() + 2, batch.len() - 1] {
        let name = format!("batch truncated after {length} bytes");
        cases.push(case(name, &batch.as_bytes()[..length], parse_error()));
    }
    cases
}

fn no_json() -> Vec<Case> {
    let rows = [
        ("white space only", " \n\r\t ".to_owned()),
        ("a byte order mark only", "\u{feff}".to_owned()),
        (
            "two byte order marks",
            format!("\u{feff}\u{feff}{}", call("none", "[]")),
        ),
        (
            "a byte order mark at the end",
            format!("{}\u{feff}", call("none", "[]")),
        ),
        (
            "a byte order mark inside",
            "{\u{feff}\"jsonrpc\":\"2.0\"}".to_owned(),
        ),
        (
            "vertical tab as white space",
            format!("\u{b}{}", call("none", "[]")),
        ),
        (
            "no-break space as white space",
            format!("\u{a0}{}", call("none", "[]")),
        ),
        ("trailing text", format!("{} x", call("none", "[]"))),
        ("trailing bracket", format!("{}}}", call("none", "[]"))),
        ("trailing comma", format!("{},", call("none", "[]"))),
        ("two messages", format!("{0}{0}", call("none", "[]"))),
        (
            "two messages on two lines",
            format!("{0}\n{0}\n", call("none", "[]")),
        ),
        ("text after a batch", format!("[{}]]", call("none", "[]"))),
        ("text after an empty batch", "[] []".to_owned()),
        ("text after a scalar", "1 2".to_owned()),
        (
            "trailing comma in the object",
            r#"{"jsonrpc":"2.0","method":"none","id":1,}"#.to_owned(),
        ),
        ("trailing comma in the params", call("echo", r#"["a",]"#)),
        (
            "trailing comma in named params",
            call("echo", r#"{"text":"a",}"#),
        ),
        (
            "trailing comma in the batch",
            format!("[{},]", call("none", "[]")),
        ),
        (
            "leading comma in the object",
            r#"{,"jsonrpc":"2.0","method":"none","id":1}"#.to_owned(),
        ),
        (
            "leading comma in the batch",
            format!("[,{}]", call("none", "[]")),
        ),
        ("leading comma in the params", call("echo", r#"[,"a"]"#)),
        (
            "two commas",
            r#"{"jsonrpc":"2.0",,"method":"none","id":1}"#.to_owned(),
        ),
        (
            "no comma",
            r#"{"jsonrpc":"2.0" "method":"none","id":1}"#.to_owned(),
        ),
        ("no comma in the params", call("pair", "[1 2]")),
        (
            "no comma in the batch",
            format!("[{0}{0}]", call("none", "[]")),
        ),
        (
            "no colon",
            r#"{"jsonrpc" "2.0","method":"none","id":1}"#.to_owned(),
        ),
        (
            "two colons",
            r#"{"jsonrpc"::"2.0","method":"none","id":1}"#.to_owned(),
        ),
        (
            "equals sign for a colon",
            r#"{"jsonrpc"="2.0","method":"none","id":1}"#.to_owned(),
        ),
        (
            "no value",
            r#"{"jsonrpc":,"method":"none","id":1}"#.to_owned(),
        ),
        (
            "wrong bracket at the end",
            r#"{"jsonrpc":"2.0","method":"none","id":1]"#.to_owned(),
        ),
        ("wrong bracket after the params", call("echo", r#"["a"}"#)),
        (
            "wrong bracket after the batch",
            format!("[{}}}", call("none", "[]")),
        ),
        (
            "name without quotes",
            r#"{jsonrpc:"2.0","method":"none","id":1}"#.to_owned(),
        ),
        (
            "name that is a number",
            r#"{1:"2.0","method":"none","id":1}"#.to_owned(),
        ),
        ("name that is null in the params", call("echo", "{null:1}")),
        (
            "single quotes",
            "{'jsonrpc':'2.0','method':'none','id':1}".to_owned(),
        ),
        ("single quotes in the params", call("echo", "['a']")),
        ("block comment", format!("/* hi */{}", call("none", "[]"))),
        ("line comment", format!("{}// hi", call("none", "[]"))),
        ("comment in the params", call("echo", r#"["a"/**/]"#)),
        ("NaN in the params", call("float", "[NaN]")),
        ("Infinity in the params", call("float", "[-Infinity]")),
        (
            "NaN for the id",
            r#"{"jsonrpc":"2.0","method":"none","id":NaN}"#.to_owned(),
        ),
        ("leading zero in the params", call("float", "[01]")),
        (
            "leading zero in the id",
            r#"{"jsonrpc":"2.0","method":"none","id":01}"#.to_owned(),
        ),
        ("leading plus in the params", call("float", "[+1]")),
        (
            "leading plus in the id",
            r#"{"jsonrpc":"2.0","method":"none","id":+1}"#.to_owned(),
        ),
        ("leading point", call("float", "[.5]")),
        ("trailing point in the params", call("float", "[1.]")),
        (
            "trailing point in the id",
            r#"{"jsonrpc":"2.0","method":"none","id":1.}"#.to_owned(),
        ),
        (
            "exponent without digits in the params",
            call("float", "[1e]"),
        ),
        (
            "exponent without digits in the id",
            r#"{"jsonrpc":"2.0","method":"none","id":1e+}"#.to_owned(),
        ),
        (
            "minus alone for the id",
            r#"{"jsonrpc":"2.0","method":"none","id":-}"#.to_owned(),
        ),
        ("hexadecimal number", call("unsigned", "[0x10]")),
        ("digits with underscores", call("unsigned", "[1_000]")),
        (
            "number with letters after it",
            r#"{"jsonrpc":"2.0","method":"none","id":1a}"#.to_owned(),
        ),
        ("True for true", call("raw", "[True]")),
        ("undefined", call("raw", "[undefined]")),
        (
            "nul for null in the params",
            r#"{"jsonrpc":"2.0","method":"none","params":nul,"id":1}"#.to_owned(),
        ),
        (
            "nulll for null in the params",
            r#"{"jsonrpc":"2.0","method":"none","params":nulll,"id":1}"#.to_owned(),
        ),
        (
            "nulll for null in the id",
            r#"{"jsonrpc":"2.0","method":"none","id":nulll}"#.to_owned(),
        ),
        ("newline in a string", call("echo", "[\"a\nb\"]")),
        ("tab in a string", call("echo", "[\"a\tb\"]")),
        (
            "control character in the id",
            "{\"jsonrpc\":\"2.0\",\"method\":\"none\",\"id\":\"\u{1f}\"}".to_owned(),
        ),
        ("control character in the method", call("no\u{1}ne", "[]")),
        (
            "control character in a member's name",
            "{\"json\u{7}rpc\":\"2.0\",\"method\":\"none\",\"id\":1}".to_owned(),
        ),
        (
            "control character in a parameter's name",
            call("echo", "{\"te\u{2}xt\":\"a\"}"),
        ),
        (
            "control character in an unknown member",
            "{\"x\":\"\u{0}\",\"jsonrpc\":\"2.0\",\"method\":\"none\",\"id\":1}".to_owned(),
        ),
        ("bad escape in the params", call("echo", r#"["\x41"]"#)),
        (
            "bad escape in the id",
            r#"{"jsonrpc":"2.0","method":"none","id":"\'"}"#.to_owned(),
        ),
        ("bad escape in the method", call(r"no\ne\q", "[]")),
        (
            "bad escape in a member's name",
            r#"{"\v":1,"jsonrpc":"2.0","method":"none","id":1}"#.to_owned(),
        ),
        (
            "bad hexadecimal digits in the params",
            call("echo", r#"["\u00G0"]"#),
        ),
        (
            "bad hexadecimal digits in the id",
            r#"{"jsonrpc":"2.0","method":"none","id":"\u12"}"#.to_owned(),
        ),
        (
            "bad hexadecimal digits in the method",
            call(r"\u 123", "[]"),
        ),
        (
            "bad hexadecimal digits in an unknown member",
            r#"{"x":"\uZZZZ","jsonrpc":"2.0","method":"none","id":1}"#.to_owned(),
        ),
        ("upper-case escape", call("echo", r#"["\U0041"]"#)),
        ("string without an end", call("echo", r#"["a]"#)),
        (
            "NUL before the message",
            format!("\0{}", call("none", "[]")),
        ),
        ("NUL after the message", format!("{}\0", call("none", "[]"))),
        ("NUL inside the message", "{\0}".to_owned()),
        ("NULs only", "\0\0\0\0".to_owned()),
        ("another protocol", "GET / HTTP/1.1\r\n\r\n".to_owned()),
        (
            "XML",
            "<methodCall><methodName>none</methodName></methodCall>".to_owned(),
        ),
        (
            "broken params of an unknown method",
            call("nothing", "[1,]"),
        ),
        (
            "broken params before the method",
            r#"{"params":[1,],"jsonrpc":"2.0","method":"none","id":1}"#.to_owned(),
        ),
        (
            "broken text after params that do not fit",
            call("echo", "[1, tru]"),
        ),
        (
            "broken text in an invalid request",
            r#"{"jsonrpc":1,"id":1,"x":}"#.to_owned(),
        ),
    ];
    let row = |(name, message): (&'static str, String)| case(name, message, parse_error());
    rows.into_iter().map(row).collect()
}

/// Invalid UTF-8 is not JSON, wherever it is (RFC 8259, section 8.1).
fn bytes() -> Vec<Case> {
    let rows: [(&str, &[u8]); 11] = [
        ("invalid UTF-8 at the start", b"\xff{}"),
        ("invalid UTF-8 at the end", b"{}\xc3"),
        (
            "invalid UTF-8 in the params",
            b"{\"jsonrpc\":\"2.0\",\"method\":\"echo\",\"params\":[\"\xc3\x28\"],\"id\":1}",
        ),
        (
            "invalid UTF-8 in the id",
            b"{\"jsonrpc\":\"2.0\",\"method\":\"none\",\"id\":\"\x80\"}",
        ),
        (
            "invalid UTF-8 in the method",
            b"{\"jsonrpc\":\"2.0\",\"method\":\"n\xe2\x82\",\"id\":1}",
        ),
        (
            "invalid UTF-8 in a member's name",
            b"{\"\xf5\":1,\"jsonrpc\":\"2.0\",\"method\":\"none\",\"id\":1}",
        ),
        (
            "invalid UTF-8 in an unknown member",
            b"{\"x\":\"\xfe\",\"jsonrpc\":\"2.0\",\"method\":\"none\",\"id\":1}",
        ),
        (
            "overlong UTF-8",
            b"{\"jsonrpc\":\"2.0\",\"method\":\"echo\",\"params\":[\"\xc0\xaf\"],\"id\":1}",
        ),
        (
            "a surrogate in UTF-8",
            b"{\"jsonrpc\":\"2.0\",\"method\":\"echo\",\"params\":[\"\xed\xa0\x80\"],\"id\":1}",
        ),
        ("UTF-16", b"\xff\xfe{\0}\0"),
        ("half a byte order mark", b"\xef\xbb{}"),
    ];
    let row = |(name, message): (&'static str, &[u8])| case(name, message, parse_error());
    rows.into_iter().map(row).collect()
}

fn strange_but_right() -> Vec<Case> {
    vec![
        case(
            "a byte order mark",
            format!("\u{feff}{}", call("none", "[]")),
            result(r#""none""#, "1"),
        ),
        case(
            "a byte order mark before white space",
            format!("\u{feff} {}", call("none", "[]")),
            result(r#""none""#, "1"),
        ),
        case(
            "a byte order mark before a batch",
            "\u{feff}[]",
            invalid_request("null"),
        ),
        case(
            "white space everywhere",
            " \r\n\t{ \"jsonrpc\" \n:\t\"2.0\" , \"method\":\r\"pair\" ,\n\"params\" : [ 1 ,\t2 ] , \"id\" : 7 \t}\n",
            result("-1", "7"),
        ),
        case(
            "every short escape",
            call("echo", r#"["\"\\\/\b\f\n\r\t"]"#),
            result(r#""\"\\/\b\f\n\r\t""#, "1"),
        ),
        case(
            "escaped NUL",
            call("echo", r#"["\u0000"]"#),
            result(r#""\u0000""#, "1"),
        ),
        case(
            "a surrogate pair",
            call("echo", r#"["\ud83d\uDE00"]"#),
            result("\"😀\"", "1"),
        ),
        case(
            "DEL and noncharacters stand for themselves",
            call("echo", "[\"\u{7f}\u{fffe}\u{10ffff}\"]"),
            result("\"\u{7f}\u{fffe}\u{10ffff}\"", "1"),
        ),
        case(
            "line separators stand for themselves",
            call("echo", "[\"\u{2028}\u{2029}\"]"),
            result("\"\u{2028}\u{2029}\"", "1"),
        ),
        // The grammar allows a lone surrogate, but no Rust string can hold one.
        case(
            "lone surrogate in the params",
            call("echo", r#"["\ud800"]"#),
            invalid_params_somehow("1"),
        ),
        case(
            "lone low surrogate in the params",
            call("echo", r#"["\udc00x"]"#),
            invalid_params_somehow("1"),
        ),
        case(
            "surrogates the wrong way round",
            call("echo", r#"["\ude00\ud83d"]"#),
            invalid_params_somehow("1"),
        ),
        case(
            "lone surrogate in raw params",
            call("raw", r#"["\ud800"]"#),
            result(r#""\ud800""#, "1"),
        ),
        case(
            "lone surrogate in a parameter's name",
            call("echo", r#"{"\ud800":1}"#),
            invalid_params_somehow("1"),
        ),
        case(
            "lone surrogate in the method",
            call(r"\ud800", "[]"),
            invalid_request("1"),
        ),
        case(
            "lone surrogate in the id",
            r#"{"jsonrpc":"2.0","method":"none","id":"\ud800"}"#,
            result(r#""none""#, r#""\ud800""#),
        ),
        case(
            "lone surrogate in the version",
            r#"{"jsonrpc":"2.0\ud800","method":"none","id":1}"#,
            invalid_request("1"),
        ),
        case(
            "lone surrogate in an unknown member",
            r#"{"\ud800":"\udfff","jsonrpc":"2.0","method":"none","id":1}"#,
            result(r#""none""#, "1"),
        ),
    ]
}
