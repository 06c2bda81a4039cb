//! Requests in the log: without their secret params and without all whose meaning is unknown.

use super::line::{Line, is_compound};
use crate::json::cursor::NotJson;
use crate::json::shape::{Elements, Members};
use crate::secret::SecretParams;
use crate::wire::{Envelope, Member};

/// A request, or each of a batch. `secrets` says which params of a method are secret.
pub(super) fn line(message: &[u8], secrets: impl Fn(&str) -> SecretParams) -> Line {
    Line::message(message, |line, entry| push_request(line, entry, &secrets))
}

/// A single request that has been read.
pub(super) fn single(envelope: &Envelope, secrets: impl Fn(&str) -> SecretParams) -> Line {
    Line::single(envelope.text(), |line, _| {
        push_envelope(line, envelope, &secrets)
    })
}

fn push_request(
    line: &mut Line,
    request: &str,
    secrets: &impl Fn(&str) -> SecretParams,
) -> Result<(), NotJson> {
    let envelope = Envelope::read(request).ok_or(NotJson)?;
    push_envelope(line, &envelope, secrets)
}

fn push_envelope(
    line: &mut Line,
    envelope: &Envelope,
    secrets: &impl Fn(&str) -> SecretParams,
) -> Result<(), NotJson> {
    let secrets = match envelope.method() {
        Some(method) if !envelope.is_duplicate(Member::Method) => secrets(&method),
        // It is unclear which method is meant, so everything may be a secret.
        _ => SecretParams::all(),
    };
    line.object(envelope.text(), |line, name, value| {
        match name.and_then(Member::named) {
            Some(Member::Version | Member::Method | Member::Id) if !is_compound(value) => {
                line.push(value)
            }
            Some(Member::Params) => push_params(line, value, &secrets),
            _ => line.hide(),
        }
    })
}

fn push_params(line: &mut Line, params: &str, secrets: &SecretParams) {
    if *secrets == SecretParams::none() || is_empty(params) {
        return line.push(params);
    }
    let mut position = 0;
    let written = match params.as_bytes().first() {
        _ if *secrets == SecretParams::all() => Err(NotJson),
        Some(b'[') => line.array(params, |line, value| {
            line.push_unless(secrets.hides_position(position), value);
            position += 1;
            Ok(())
        }),
        Some(b'{') => line.object(params, |line, name, value| {
            let is_secret = name.is_none_or(|name| secrets.hides_name(name));
            line.push_unless(is_secret, value);
        }),
        _ => Err(NotJson),
    };
    if written.is_err() {
        line.hide();
    }
}

/// Whether there are no params.
fn is_empty(params: &str) -> bool {
    match params.as_bytes().first() {
        Some(b'[') => Elements::new(params).next().is_none(),
        Some(b'{') => Members::new(params).next().is_none(),
        _ => params == "null",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Method, Parameter, ParamsStyle};
    use crate::limits::LOGGED_MESSAGE;
    use crate::secret::Secret;
    use crate::wire::Message;

    const SIGNIN: &[Parameter] = &[
        Parameter::new("user", "&str"),
        Parameter::new("password", "&str").secret(),
    ];

    fn secrets(method: &str) -> SecretParams {
        match method {
            "login" => SecretParams::of_client(&[Secret::param("login", 1, "password")], "login"),
            "signin" => {
                let signin = Method::new("signin", "").params(ParamsStyle::Positional, SIGNIN);
                SecretParams::of_method(&signin)
            }
            "enter" => SecretParams::all(),
            "open" => SecretParams::none(),
            _ => SecretParams::all(),
        }
    }

    #[test]
    fn secret_params_are_hidden_wherever_they_stand() {
        for (message, shown) in [
            (
                r#"{"jsonrpc":"2.0","method":"login","params":["ann","s3cret",1.50],"id":1}"#,
                r#"{"jsonrpc":"2.0","method":"login","params":["ann","***",1.50],"id":1}"#,
            ),
            (
                r#"{"params":{"pass\u0077ord":{"a":"s3cret"},"user":"ann","\ud800":"s3cret"},"m\u0065thod":"login"}"#,
                r#"{"params":{"pass\u0077ord":"***","user":"ann","\ud800":"***"},"m\u0065thod":"login"}"#,
            ),
            (
                r#"[{"method":"enter","params":["s3cret"]}, {"method":"open" , "params":[ "s" ]} ,7]"#,
                r#"[{"method":"enter","params":"***"},{"method":"open","params":[ "s" ]},"***"]"#,
            ),
            (
                r#"{"method":"open","method":"login","params":["s3cret"]}"#,
                r#"{"method":"open","method":"login","params":"***"}"#,
            ),
            (
                r#"{"\ud800":0,"jsonrpc":"2.0","method":"login","params":["ann","s3cret"],"param":"s3cret"}"#,
                r#"{"\ud800":"***","jsonrpc":"2.0","method":"login","params":["ann","***"],"param":"***"}"#,
            ),
            (
                r#"{"method":"login","params":"s3cret"}"#,
                r#"{"method":"login","params":"***"}"#,
            ),
            (
                r#"{"method":["login"],"params":["s3cret"]}"#,
                r#"{"method":"***","params":"***"}"#,
            ),
            (
                r#"{"method":"Login","params":["s3cret"]}"#,
                r#"{"method":"Login","params":"***"}"#,
            ),
            (r#"{"params":["s3cret"]}"#, r#"{"params":"***"}"#),
            (
                r#"[[{"method":"login","params":["ann","s3cret"]}]]"#,
                r#"["***"]"#,
            ),
            (
                r#"{"method":"signin","params":{"user":"ann","pasword":"s3cret"}}"#,
                r#"{"method":"signin","params":{"user":"ann","pasword":"***"}}"#,
            ),
            (
                r#"{"method":"signin","params":["ann","s3cret","s3cret"]}"#,
                r#"{"method":"signin","params":["ann","***","***"]}"#,
            ),
            (
                r#"{"method":"enter","id":{"password":"s3cret"},"jsonrpc":["s3cret"]}"#,
                r#"{"method":"enter","id":"***","jsonrpc":"***"}"#,
            ),
            (
                r#""{\"method\":\"login\",\"params\":[\"s3cret\"]}""#,
                r#""***""#,
            ),
        ] {
            let line = line(message.as_bytes(), secrets);
            assert_eq!(line.as_str(), shown);
            assert!(line.hides() || !shown.contains("***"));
            if let Message::Single(envelope) = Message::read(message.as_bytes()) {
                let single = single(&envelope, secrets);
                assert_eq!((single.as_str(), single.hides()), (shown, line.hides()));
            }
        }
    }

    #[test]
    fn nothing_is_hidden_where_there_is_nothing() {
        for message in [
            r#"{"jsonrpc":"2.0","method":"enter","id":1}"#,
            r#"{"method":"none","params":[ ],"id":"a"}"#,
            r#"{"method":"none","params":{ }}"#,
            r#"{"method":"login","params":null}"#,
            r#"[{"method":"open","params":["s3cret"]},{"method":"login","params":["ann"]}]"#,
            "",
        ] {
            let line = line(message.as_bytes(), secrets);
            assert_eq!((line.as_str(), line.hides()), (message, false));
        }
        for message in ["s3cret", "[1", "{", r#"["s3cret" 1]"#] {
            let line = line(message.as_bytes(), secrets);
            assert_eq!((line.as_str(), line.hides()), ("*** (not JSON)", true));
        }
    }

    /// Nobody looks at what is cut off, so it may contain a secret.
    #[test]
    fn what_is_cut_may_hide_something() {
        let open = format!(r#"{{"method":"open","params":[{}1]}}"#, "1,".repeat(6_000));
        for (message, hides) in [
            (open.clone(), false),
            (open.replace("open", "login"), true),
            (format!("{},\"param\":1}}", &open[..open.len() - 1]), true),
            (format!("[{open},{open}]"), true),
        ] {
            let line = line(message.as_bytes(), secrets);
            assert_eq!(line.hides(), hides);
            assert!(line.as_str().len() < LOGGED_MESSAGE + 10);
            assert!(line.as_str().ends_with('…'));
        }
    }

    #[test]
    fn what_is_cut_is_not_looked_at() {
        let looked_up = std::cell::Cell::new(0);
        let batch = format!(r#"[{}7]"#, r#"{"method":"open"},"#.repeat(100_000));
        let line = line(batch.as_bytes(), |_| {
            looked_up.set(looked_up.get() + 1);
            SecretParams::none()
        });
        assert!(line.hides() && line.as_str().ends_with('…'));
        assert!(looked_up.get() < LOGGED_MESSAGE / 10, "{looked_up:?}");
    }

    #[test]
    fn a_hostile_message_costs_no_more_than_its_length() {
        let methods = r#""method":"login","#.repeat(20_000);
        let zeros = "0,".repeat(200_000);
        for message in [
            format!(r#"{{{methods}"params":[{zeros}0]}}"#),
            format!(r#"{{"method":"login","params":[{zeros}0]}}"#),
            format!("[{zeros}0]"),
            format!("{}{}", "[".repeat(200_000), "]".repeat(200_000)),
            format!("\"{}\"", "\\n".repeat(200_000)),
        ] {
            let line = line(message.as_bytes(), secrets);
            assert!(line.hides() && line.as_str().len() < LOGGED_MESSAGE + 10);
        }
    }
}
