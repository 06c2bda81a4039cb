//! [`Asked`]: what a message asks for that somebody else has written.

use super::id::Id;
use super::shape::{Member, array, object, value};

/// What a message asks for, as far as that can be told: it may be anything.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub(crate) is_batch: bool,
    /// Whether it asks for no answer: all that is in it are notifications.
    pub(crate) is_silent: bool,
    /// The methods that are named in it.
    pub(crate) methods: Vec<String>,
    /// The ids that its calls are to be answered with.
    pub(crate) ids: Vec<Id>,
}

impl Asked {
    pub(crate) fn read(message: &[u8]) -> Self {
        let mut asked = Asked::default();
        let Some(message) = super::text(message).ok().and_then(value) else {
            return asked;
        };
        let batch = array(message);
        asked.is_batch = batch.is_some();
        let entries = batch.unwrap_or_else(|| vec![message]);
        asked.is_silent = !entries.is_empty();
        for entry in entries {
            let members = object(entry).unwrap_or_default();
            asked.is_silent &= is_notification(&members);
            asked.add(&members);
        }
        asked
    }

    fn add(&mut self, members: &[Member]) {
        for member in members {
            if member.is("method")
                && let Ok(method) = serde_json::from_str(member.value)
            {
                self.methods.push(method);
            }
        }
        if let Some(id) = one(members, "id").and_then(Id::read) {
            self.ids.push(id);
        }
    }
}

/// Is this a notification (section 4.1)? What is no request has no id either, perhaps, and is answered all the same.
fn is_notification(members: &[Member]) -> bool {
    let has = |name| members.iter().any(|member| member.is(name));
    let params_fit =
        one(members, "params").map_or(!has("params"), |params| params.starts_with(['[', '{', 'n']));
    one(members, "jsonrpc") == Some(r#""2.0""#)
        && one(members, "method").is_some_and(|method| method.starts_with('"'))
        && params_fit
        && !has("id")
}

/// The value of a member that stands there once.
fn one<'a>(members: &[Member<'a>], name: &str) -> Option<&'a str> {
    let mut named = members.iter().filter(|member| member.is(name));
    match (named.next(), named.next()) {
        (Some(member), None) => Some(member.value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_notifications_ask_for_no_answer() {
        for (message, silent) in [
            (r#"{"jsonrpc":"2.0","method":"m"}"#, true),
            (r#"{"jsonrpc":"2.0","method":"m","params":null}"#, true),
            (
                r#"[{"jsonrpc":"2.0","method":"m","params":[1]},{"method":"n","jsonrpc":"2.0","x":1}]"#,
                true,
            ),
            (r#"{"jsonrpc":"2.0","method":"m","id":1}"#, false),
            (r#"{"jsonrpc":"2.0","method":"m","id":null}"#, false),
            (r#"{"jsonrpc":"2.0","method":"m","params":1}"#, false),
            (
                r#"{"jsonrpc":"2.0","method":"m","params":[],"params":[]}"#,
                false,
            ),
            (r#"{"jsonrpc":"2.0","method":1}"#, false),
            (r#"{"jsonrpc":"2.0"}"#, false),
            (r#"{"method":"m"}"#, false),
            (r#"{"method":"m","params":[],"id":null}"#, false),
            (
                r#"[{"jsonrpc":"2.0","method":"m"},{"jsonrpc":"2.0","method":"m","id":1}]"#,
                false,
            ),
            (r#"[{"jsonrpc":"2.0","method":"m"},1]"#, false),
            ("[]", false),
            ("1", false),
            ("", false),
            (r#"{"jsonrpc":"2.0","method":"m""#, false),
        ] {
            assert_eq!(
                Asked::read(message.as_bytes()).is_silent,
                silent,
                "{message}"
            );
        }
    }

    #[test]
    fn what_is_named_is_read_in_any_form() {
        let message = "\u{feff} [{\"id\":\"a\",\"m\\u0065thod\":\"lo\\u0067in\"},{\"id\":1.0,\"id\":2},{\"id\":{}},7]";
        let asked = Asked::read(message.as_bytes());
        assert_eq!(asked.methods, ["login"]);
        assert_eq!(asked.ids, [Id::from("a")]);
        assert!(asked.is_batch);
    }
}
