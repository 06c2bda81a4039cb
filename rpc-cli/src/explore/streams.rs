//! Which methods return streams, as a document says. A relay has to know that before it calls them over some connections.

use std::borrow::Cow;

use rpc_core::contract::{Contract, Method, StreamForm, Subscription};
use serde_json::Value;

/// The types in a contract are for people, and this one is read by a relay.
const ITEMS: &str = "any";

/// The methods of a document that return streams. Whatever is not as it should be in the document is skipped, since the page shows
/// the rest of it, too.
pub(crate) fn streams(document: &str) -> Contract {
    let document: Value = serde_json::from_str(document).unwrap_or_default();
    let methods = document["methods"].as_array().into_iter().flatten();
    let mut contract = Contract::new("", "", &[]);
    contract.methods = methods.filter_map(streaming).collect();
    contract
}

/// The method, if it returns a stream.
fn streaming(described: &Value) -> Option<Method> {
    let stream = described["x-stream"].as_object()?;
    let text = |member| stream.get(member).and_then(Value::as_str).map(owned);
    let mut method = Method::new("", "").stream(ITEMS);
    method.name = described["name"].as_str().map(owned)?;
    let aliases = described["x-aliases"].as_array().into_iter().flatten();
    method.aliases = aliases.filter_map(Value::as_str).map(owned).collect();
    let form = match (text("unsubscribe"), text("token")) {
        (Some(unsubscribe), _) => subscription(unsubscribe, text("notification")),
        (None, Some(token)) => StreamForm::Token(token),
        (None, None) => return Some(method),
    };
    method.stream.as_mut()?.form = form;
    Some(method)
}

fn subscription(unsubscribe: Cow<'static, str>, item: Option<Cow<'static, str>>) -> StreamForm {
    let mut subscription = Subscription::new("", "");
    subscription.unsubscribe = unsubscribe;
    subscription.item = item.unwrap_or_default();
    StreamForm::Subscription(subscription)
}

fn owned(text: &str) -> Cow<'static, str> {
    Cow::Owned(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_of_a_stream_is_known() {
        let contract = streams(
            r#"{"methods": [
                {"name": "plain"},
                {"name": "watch", "x-stream": {"item": true}, "x-aliases": ["look", 7]},
                {"name": "resume", "x-stream": {"item": true, "cursor": "after"}},
                {"name": "token", "x-stream": {"item": true, "token": "progress"}},
                {"name": "subscribe", "x-stream": {"unsubscribe": "stop", "notification": "news"}}
            ]}"#,
        );
        let [watch, resume, token, subscribe] = &*contract.methods else {
            panic!("{contract:?}");
        };
        assert_eq!(
            (&*watch.name, &*watch.aliases),
            ("watch", &["look".into()][..])
        );
        let form = |method: &Method| method.stream.as_ref().map(|it| it.form.clone());
        assert!(matches!(form(watch), Some(StreamForm::Progress)));
        assert!(matches!(form(resume), Some(StreamForm::Progress)));
        assert!(matches!(form(token), Some(StreamForm::Token(name)) if name == "progress"));
        let Some(StreamForm::Subscription(it)) = form(subscribe) else {
            panic!("{subscribe:?}");
        };
        assert_eq!((&*it.unsubscribe, &*it.item), ("stop", "news"));
    }

    #[test]
    fn a_document_with_mistakes_says_what_it_can() {
        for document in [
            "",
            "[]",
            "{}",
            r#"{"methods": 7}"#,
            r#"{"methods": [7, null, {"name": 7, "x-stream": {}}]}"#,
        ] {
            assert!(streams(document).methods.is_empty(), "{document}");
        }
        let odd = streams(
            r#"{"methods": [{"name": "watch", "x-stream": {"token": 7}, "x-aliases": {}}]}"#,
        );
        assert_eq!(odd.methods.len(), 1);
    }
}
