//! [`Asked`]: what a message asks for that somebody else has written.

use super::id::Id;
use super::shape::{Member, array, object, value};

/// What a message asks for, as far as that can be told: it may be anything.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub(crate) is_batch: bool,
    /// Whether it asks for no answer: all that is in it are notifications.
    pub(crate) is_silent: bool,
    /// Whether it may have no answer: all that is in it are notifications of 2.0 or of 1.0.
    pub(crate) may_be_silent: bool,
    /// Whether a notification of 1.0 is in it. Some servers answer that, with its id, which is null.
    pub(crate) has_version_1_notification: bool,
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
        asked.may_be_silent = asked.is_silent;
        for entry in entries {
            let members = object(entry).unwrap_or_default();
            let is_silent = is_notification(&members);
            let is_version_1 = is_version_1_notification(&members);
            asked.is_silent &= is_silent;
            asked.may_be_silent &= is_silent || is_version_1;
            asked.has_version_1_notification |= is_version_1;
            asked.add_method(&members);
            if !is_version_1 {
                asked.add_id(&members);
            }
        }
        asked
    }

    fn add_method(&mut self, members: &[Member]) {
        for member in members {
            if member.is("method")
                && let Ok(method) = serde_json::from_str(member.value)
            {
                self.methods.push(method);
            }
        }
    }

    fn add_id(&mut self, members: &[Member]) {
        if let Some(id) = one(members, "id").and_then(Id::read) {
            self.ids.push(id);
        }
    }
}

/// Is this a notification (section 4.1)? What is no request has no id either, perhaps, and is answered all the same.
fn is_notification(members: &[Member]) -> bool {
    one(members, "jsonrpc") == Some(r#""2.0""#)
        && names_method(members)
        && params_begin_with(members, &['[', '{', 'n'])
        && !has(members, "id")
}

/// Is this a notification of JSON-RPC 1.0? Of 2.0, where an id of null is an id, it is none.
pub(crate) fn is_version_1_notification(members: &[Member]) -> bool {
    let version = one(members, "jsonrpc");
    version.map_or(!has(members, "jsonrpc"), |version| version == r#""1.0""#)
        && names_method(members)
        && params_begin_with(members, &['[', 'n'])
        && one(members, "id") == Some("null")
}

fn names_method(members: &[Member]) -> bool {
    one(members, "method").is_some_and(|method| method.starts_with('"'))
}

/// Or there are none.
fn params_begin_with(members: &[Member], begins: &[char]) -> bool {
    let params = one(members, "params");
    params.map_or(!has(members, "params"), |params| params.starts_with(begins))
}

fn has(members: &[Member], name: &str) -> bool {
    members.iter().any(|member| member.is(name))
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
    fn notifications_of_1_0_may_have_no_answer() {
        for (message, may_be_silent) in [
            (r#"{"method":"m","params":[],"id":null}"#, true),
            (r#"{"method":"m","id":null}"#, true),
            (r#"{"jsonrpc":"1.0","method":"m","id":null}"#, true),
            (r#"{"jsonrpc":"2.0","method":"m"}"#, true),
            (
                r#"[{"method":"m","id":null},{"jsonrpc":"2.0","method":"m"}]"#,
                true,
            ),
            (r#"[{"method":"m","id":null},{"method":"m","id":1}]"#, false),
            (r#"{"jsonrpc":"2.0","method":"m","id":null}"#, false),
            (r#"{"method":"m","params":{},"id":null}"#, false),
            (r#"{"method":"m","id":0}"#, false),
            (r#"{"method":"m"}"#, false),
            (r#"{"method":1,"id":null}"#, false),
            (r#"{"method":"m","id":null,"id":null}"#, false),
            ("[]", false),
        ] {
            let asked = Asked::read(message.as_bytes());
            assert_eq!(asked.may_be_silent, may_be_silent, "{message}");
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
