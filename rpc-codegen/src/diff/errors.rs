//! Errors that methods declare.

use crate::diff::change::{Party, Verdict};
use crate::diff::document::{self, NOBODY_KNOWS};
use crate::diff::replies::{named, response};
use crate::diff::types::{self, Use};
use crate::diff::version::Version;
use crate::diff::{Finding, Side};
use crate::integers::integer;
use crate::model::ErrorCase;
use crate::value::{Object, Value};

use Verdict::{Breaking, Fine, Risky};

/// The changes of a method's errors. An error is known by its code.
pub(super) fn compare(old: Version<'_>, new: Version<'_>) -> Vec<Finding> {
    let (before, after) = (&old.method.errors, &new.method.errors);
    let mut found = Vec::new();
    let moved: Vec<(&ErrorCase, &ErrorCase)> = before
        .iter()
        .filter_map(|error| Some((error, moved(error, before, after)?)))
        .collect();
    found.extend(moved.iter().map(|(one, two)| code_changed(one, two)));
    let is_moved = |error: &ErrorCase| {
        let is_it = |it: &ErrorCase| std::ptr::eq(it, error);
        moved.iter().any(|(one, two)| is_it(one) || is_it(two))
    };
    for error in before {
        match with_code(after, error.code) {
            Some(other) => {
                let is_known = is_moved(error) || is_moved(other);
                let all = pair(old, new, error, other).into_iter();
                found.extend(all.filter(|it| !is_known || it.rule != "error-message-changed"));
            }
            None if is_moved(error) => {}
            None => {
                let message = format!("the error {} is gone", error.code);
                let mut it = Finding::new("error-removed", message, (Fine, Risky));
                it.old = Some(error.place.clone());
                let outcome = format!("the code {} is unknown", error.code);
                found.push(it.shown(reply(error, None), Party::OldServer, outcome));
            }
        }
    }
    for error in after {
        if with_code(before, error.code).is_none() && !is_moved(error) {
            let message = format!("there is a new error {}", error.code);
            let mut it = Finding::new("error-added", message, (Risky, Fine));
            it.new = Some(error.place.clone());
            let outcome = format!("the code {} is unknown", error.code);
            found.push(it.shown(reply(error, None), Party::NewServer, outcome));
        }
    }
    found
}

fn with_code(list: &[ErrorCase], code: i64) -> Option<&ErrorCase> {
    list.iter().find(|it| it.code == code)
}

/// The error with the same message that has another code. Messages that two errors share tell nothing.
fn moved<'a>(
    error: &ErrorCase,
    before: &[ErrorCase],
    after: &'a [ErrorCase],
) -> Option<&'a ErrorCase> {
    let mut same = after.iter().filter(|it| it.message == error.message);
    let other = same.next().filter(|it| it.code != error.code)?;
    let is_unique = same.next().is_none()
        && before
            .iter()
            .filter(|it| it.message == error.message)
            .count()
            == 1;
    is_unique.then_some(other)
}

fn code_changed(one: &ErrorCase, two: &ErrorCase) -> Finding {
    let text = format!(
        "the code of the error `{}` was {} and is now {}",
        one.message, one.code, two.code
    );
    let outcome = |code: i64| format!("the code {code} means something else, or is unknown");
    Finding::new("error-code-changed", text, (Breaking, Breaking))
        .at(&one.place, &two.place)
        .shown(reply(two, None), Party::NewServer, outcome(two.code))
        .shown(reply(one, None), Party::OldServer, outcome(one.code))
}

/// The response with this error.
fn reply(error: &ErrorCase, data: Option<Value>) -> Value {
    let mut members = Object::from_iter([
        ("code".to_owned(), integer(error.code.into())),
        ("message".to_owned(), Value::String(error.message.clone())),
    ]);
    members.extend(data.map(|data| ("data".to_owned(), data)));
    response("error", Value::Object(members))
}

/// Members of the error that nobody here knows.
fn unknown(old: Version<'_>, new: Version<'_>, one: &ErrorCase, two: &ErrorCase) -> Vec<Finding> {
    let before = (old.model.extensions.at(&one.place), &one.place);
    let after = (new.model.extensions.at(&two.place), &two.place);
    let found = document::unknown(&format!("error {}: ", one.code), before, after);
    let shown = |it: Finding| {
        it.shown(reply(two, None), Party::NewServer, NOBODY_KNOWS)
            .shown(reply(one, None), Party::OldServer, NOBODY_KNOWS)
    };
    found.into_iter().map(shown).collect()
}

/// An error that both versions have.
fn pair(old: Version<'_>, new: Version<'_>, one: &ErrorCase, two: &ErrorCase) -> Vec<Finding> {
    let at = |it: Finding| it.at(&one.place, &two.place);
    let code = one.code;
    let mut found = unknown(old, new, one, two);
    if one.kind != two.kind {
        let message = format!("the kind of the error {code} has changed");
        let it = Finding::new("error-kind-changed", message, (Risky, Risky));
        found.push(at(it));
    }
    if one.message != two.message {
        let message = format!("the message of the error {code} has changed");
        let it = Finding::new("error-message-changed", message, (Fine, Fine));
        found.push(at(it));
    }
    let message = |side: Side, data: Value| match side {
        Side::Old => reply(one, Some(data)),
        Side::New => reply(two, Some(data)),
    };
    match (&one.data, &two.data) {
        (Some(before), Some(after)) => {
            let of = types::compare(
                Use::ErrorData,
                (old.model, before),
                (new.model, after),
                &message,
            );
            found.extend(named(&format!("data of the error {code}"), of));
        }
        (None, None) => {}
        (Some(_), None) => {
            let message = format!("the error {code} no longer has data");
            let it = Finding::new("error-data-removed", message, (Risky, Fine));
            let outcome = "the data is missing";
            found.push(at(it.shown(reply(two, None), Party::NewServer, outcome)));
        }
        (None, Some(_)) => {
            let message = format!("the error {code} now has data");
            let it = Finding::new("error-data-added", message, (Fine, Risky));
            let outcome = "the data is missing";
            found.push(at(it.shown(reply(one, None), Party::OldServer, outcome)));
        }
    }
    found
}
