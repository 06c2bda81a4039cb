//! Responses in the log: without what their errors say, since an error may quote the params.

use super::line::{Line, is_compound};
use crate::json::cursor::NotJson;
use crate::wire::Member;

/// A response, or each of a batch.
pub(super) fn line(message: &[u8]) -> Line {
    Line::message(message, push_response)
}

fn push_response(line: &mut Line, response: &str) -> Result<(), NotJson> {
    line.object(response, |line, name, value| {
        match name.and_then(Member::named) {
            Some(Member::Result) => line.push(value),
            Some(Member::Version | Member::Id) if !is_compound(value) => line.push(value),
            Some(Member::Error) => push_error(line, value),
            _ => line.hide(),
        }
    })
}

/// Only the code is shown.
fn push_error(line: &mut Line, error: &str) {
    let written = match error.as_bytes().first() {
        Some(b'{') => line.object(error, |line, name, value| {
            let is_code = name == Some("code") && is_number(value);
            line.push_unless(!is_code, value);
        }),
        // In 1.0, next to a result.
        Some(b'n') => return line.push(error),
        _ => Err(NotJson),
    };
    if written.is_err() {
        line.hide();
    }
}

fn is_number(json: &str) -> bool {
    json.starts_with(|first: char| first == '-' || first.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_known_by_their_code() {
        for (message, shown) in [
            (
                r#"{"error":{"code":-32602,"message":"Invalid s3cret","data":["s3cret"]},"id":1}"#,
                r#"{"error":{"code":-32602,"message":"***","data":"***"},"id":1}"#,
            ),
            (
                r#"[{"result":1,"id":1},{"error":"s3cret"},"s3cret"]"#,
                r#"[{"result":1,"id":1},{"error":"***"},"***"]"#,
            ),
            (
                r#"{"result":{"error":1},"error":null,"id":1,"reason":"s3cret"}"#,
                r#"{"result":{"error":1},"error":null,"id":1,"reason":"***"}"#,
            ),
            (
                r#"{"error":{"code":{"s3cret":1}},"id":["s3cret"]}"#,
                r#"{"error":{"code":"***"},"id":"***"}"#,
            ),
            (
                r#"{"error":{"code":"s3cret"},"id":1}"#,
                r#"{"error":{"code":"***"},"id":1}"#,
            ),
        ] {
            assert_eq!(line(message.as_bytes()).as_str(), shown);
        }
    }
}
