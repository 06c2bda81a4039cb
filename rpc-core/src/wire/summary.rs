//! [`Summary`]: what a raw message contains, and which reply it can have.

use super::envelope::{Envelope, Kind, Member, Message};
use crate::json::id::Id;

/// What a message contains. If it is not JSON, nothing.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    pub(crate) is_batch: bool,
    /// Whether there will be no reply: all it contains is notifications of 2.0.
    pub(crate) is_silent: bool,
    /// Whether there may be no reply: all it contains is notifications, of 2.0 or 1.0.
    pub(crate) may_be_silent: bool,
    /// Whether it contains a notification of 1.0. Some servers answer that, with its id, which is null.
    pub(crate) has_version_1_notification: bool,
    /// The methods that it names.
    pub(crate) methods: Vec<String>,
    /// The ids of its calls.
    pub(crate) ids: Vec<Id>,
}

impl Summary {
    pub(crate) fn read(message: &[u8]) -> Self {
        let mut summary = Summary::default();
        match Message::read(message) {
            Message::NotJson => {}
            Message::Single(envelope) => {
                (summary.is_silent, summary.may_be_silent) = (true, true);
                summary.add(&envelope);
            }
            Message::Batch(mut entries) => {
                let mut is_empty = true;
                (summary.is_batch, summary.is_silent, summary.may_be_silent) = (true, true, true);
                for envelope in entries.by_ref() {
                    is_empty = false;
                    summary.add(&envelope);
                }
                if is_empty {
                    (summary.is_silent, summary.may_be_silent) = (false, false);
                }
                if !entries.finish() {
                    return Summary::default();
                }
            }
        }
        summary
    }

    fn add(&mut self, envelope: &Envelope) {
        let is_notification = envelope.kind() == Kind::Notification;
        let is_version_1 = envelope.is_version_1_notification();
        self.is_silent &= is_notification && !is_version_1;
        self.may_be_silent &= is_notification;
        self.has_version_1_notification |= is_version_1;
        if let Some(method) = envelope.method() {
            self.methods.push(method.into_owned());
        }
        if !is_version_1 && let Some(id) = envelope.get_only(Member::Id).and_then(Id::read) {
            self.ids.push(id);
        }
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
                Summary::read(message.as_bytes()).is_silent,
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
            let summary = Summary::read(message.as_bytes());
            assert_eq!(summary.may_be_silent, may_be_silent, "{message}");
        }
    }

    #[test]
    fn what_is_named_is_read_in_any_form() {
        let message = "\u{feff} [{\"id\":\"a\",\"m\\u0065thod\":\"lo\\u0067in\"},{\"id\":1.0,\"id\":2},{\"id\":{}},7]";
        let summary = Summary::read(message.as_bytes());
        assert_eq!(summary.methods, ["login"]);
        assert_eq!(summary.ids, [Id::from("a")]);
        assert!(summary.is_batch);
    }
}
