//! Replies: results, streams, and how streams send their items.

use crate::diff::change::{Party, Verdict};
use crate::diff::types::{self, Use};
use crate::diff::version::Version;
use crate::diff::{Finding, Side};
use crate::integers::integer;
use crate::model::{Kind, Reply, Stream, Type};
use crate::value::{Object, Value};

use Verdict::{Breaking, Fine, Risky};

pub(super) fn response(member: &str, value: Value) -> Value {
    Value::Object(Object::from_iter([
        ("jsonrpc".to_owned(), Value::String("2.0".to_owned())),
        (member.to_owned(), value),
        ("id".to_owned(), integer(1)),
    ]))
}

pub(super) fn compare(old: Version<'_>, new: Version<'_>) -> Vec<Finding> {
    let result = |_: Side, value: Value| response("result", value);
    let types = |usage, one: &Type, two: &Type, message: &dyn Fn(Side, Value) -> Value| {
        types::compare(usage, (old.model, one), (new.model, two), message)
    };
    match (&old.method.reply, &new.method.reply) {
        (Reply::Result(one), Reply::Result(two)) => {
            named("result", types(Use::Result, one, two, &result))
        }
        (Reply::Stream(one), Reply::Stream(two)) => {
            let item = |side: Side, value: Value| match side {
                Side::Old => item(&one.notification, value),
                Side::New => item(&two.notification, value),
            };
            let mut found = streams((old, one), (new, two));
            let is_other_form = found.iter().any(|it| it.rule == "stream-form-changed");
            found.extend(named("item", types(Use::Item, &one.item, &two.item, &item)));
            let has_end = |stream: &Stream| !matches!(stream.end.kind, Kind::Never);
            let (before, after) = (has_end(one), has_end(two));
            // A stream that is ended in another way is told above.
            if !(before && after) && (before == after || is_other_form) {
                return found;
            }
            found.extend(named(
                "end",
                types(Use::Result, &one.end, &two.end, &result),
            ));
            found
        }
        _ => Vec::new(),
    }
}

pub(super) fn named(what: &str, mut found: Vec<Finding>) -> Vec<Finding> {
    for it in &mut found {
        it.message = format!("{what}: {}", it.message);
    }
    found
}

fn item(notification: &str, value: Value) -> Value {
    let params = Object::from_iter([
        ("token".to_owned(), integer(1)),
        ("value".to_owned(), value),
    ]);
    Value::Object(Object::from_iter([
        ("jsonrpc".to_owned(), Value::String("2.0".to_owned())),
        ("method".to_owned(), Value::String(notification.to_owned())),
        ("params".to_owned(), Value::Object(params)),
    ]))
}

/// How a stream sends its items, and whether it can go on.
fn streams((old, one): (Version<'_>, &Stream), (new, two): (Version<'_>, &Stream)) -> Vec<Finding> {
    let mut found = Vec::new();
    let form = |stream: &Stream| {
        (
            stream.notification.clone(),
            stream.token.clone(),
            stream.unsubscribe.clone(),
        )
    };
    if form(one) != form(two) {
        let outcome = "the client does not recognise the items";
        found.push(
            Finding::new(
                "stream-form-changed",
                "the items are now sent in another form",
                (Breaking, Breaking),
            )
            .shown(old.least(&old.method.name), Party::OldClient, outcome)
            .shown(new.least(&new.method.name), Party::NewClient, outcome),
        );
    }
    match (&one.cursor, &two.cursor) {
        (Some(_), None) => found.push(Finding::new(
            "stream-resume-dropped",
            "the stream can no longer resume after a lost connection",
            (Risky, Fine),
        )),
        (None, Some(_)) => found.push(Finding::new(
            "stream-resume-added",
            "the stream can now resume after a lost connection",
            (Fine, Risky),
        )),
        (Some(before), Some(after)) if before != after => found.push(
            Finding::new(
                "stream-cursor-renamed",
                format!("the parameter for the cursor was `{before}` and is now `{after}`"),
                (Risky, Risky),
            )
            .shown(
                old.least(&old.method.name),
                Party::OldClient,
                "the stream does not resume where it stopped",
            ),
        ),
        _ => {}
    }
    found
}
