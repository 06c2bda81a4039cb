//! Methods: which of them belong together, and what has changed apart from types.

use crate::diff::change::Verdict;
use crate::diff::params::{self, Version, request};
use crate::diff::sample::sample;
use crate::diff::types::{self, Use};
use crate::diff::{Finding, Role, Side};
use crate::integers::integer;
use crate::model::{ErrorCase, Method, Model, Reply, Stream, Type};
use crate::place::Place;
use crate::value::{Object, Value};

use Verdict::{Breaking, Fine, Risky};

/// The changes of a method, with its name.
pub(super) struct Changes {
    pub(super) method: String,
    pub(super) found: Vec<Finding>,
}

/// The changes of two lists of methods.
pub(super) fn compare(old: (&Model, &[Method]), new: (&Model, &[Method])) -> Vec<Changes> {
    let (old_model, olds) = old;
    let (new_model, news) = new;
    let mut all = Vec::new();
    for method in olds {
        let before = Version {
            model: old_model,
            method,
        };
        let found = match answering(news, &method.name) {
            Some(after) => both(
                before,
                Version {
                    model: new_model,
                    method: after,
                },
                olds,
                news,
            ),
            None => vec![removed(before)],
        };
        all.push(Changes {
            method: method.name.clone(),
            found,
        });
    }
    for method in news {
        let is_known = olds
            .iter()
            .any(|it| answering(news, &it.name).is_some_and(|after| after.name == method.name));
        if !is_known {
            let after = Version {
                model: new_model,
                method,
            };
            all.push(Changes {
                method: method.name.clone(),
                found: vec![added(after, olds)],
            });
        }
    }
    all
}

/// The method that answers to this name.
fn answering<'a>(methods: &'a [Method], name: &str) -> Option<&'a Method> {
    let own = methods.iter().find(|it| it.name == name);
    own.or_else(|| {
        methods
            .iter()
            .find(|it| it.aliases.iter().any(|alias| alias == name))
    })
}

fn call(version: Version<'_>, name: &str) -> Value {
    let params = version.method.params.iter().filter(|it| it.required);
    let params: Option<Object> = params
        .map(|it| Some((it.name.clone(), sample(version.model, &it.ty)?)))
        .collect();
    request(name, Value::Object(params.unwrap_or_default()))
}

fn removed(old: Version<'_>) -> Finding {
    let name = &old.method.name;
    let rule = match old.method.deprecated.is_some() {
        true => "method-removed",
        false => "method-removed-without-deprecation",
    };
    let mut it = Finding::new(rule, "the method is gone", (Breaking, Fine));
    it.old = Some(old.method.place.clone());
    it.witness = Some((
        call(old, name),
        Role::Client.of(Side::Old),
        format!("no method `{name}`"),
    ));
    it
}

fn added(new: Version<'_>, olds: &[Method]) -> Finding {
    let name = &new.method.name;
    let mut it = match answering(olds, name) {
        Some(other) => Finding::new(
            "alias-moved",
            format!("the name was an alias of `{}`", other.name),
            (Breaking, Breaking),
        ),
        None => Finding::new("method-added", "there is a new method", (Fine, Breaking)),
    };
    it.new = Some(new.method.place.clone());
    it.witness = Some((
        call(new, name),
        Role::Client.of(Side::New),
        format!("no method `{name}`"),
    ));
    it
}

fn both(old: Version<'_>, new: Version<'_>, olds: &[Method], news: &[Method]) -> Vec<Finding> {
    let mut found = names(old, new, olds, news);
    found.extend(kind(old, new));
    found.extend(promises(old, new));
    found.extend(params::compare(old, new));
    found.extend(replies(old, new));
    found.extend(errors(old, new));
    for it in &mut found {
        it.old.get_or_insert_with(|| old.method.place.clone());
        it.new.get_or_insert_with(|| new.method.place.clone());
    }
    found
}

fn names(old: Version<'_>, new: Version<'_>, olds: &[Method], news: &[Method]) -> Vec<Finding> {
    let (before, after) = (old.method, new.method);
    let mut found = Vec::new();
    let answers = |method: &Method, name: &str| {
        method.name == name || method.aliases.iter().any(|it| it == name)
    };
    if before.name != after.name {
        let new_clients = match answers(before, &after.name) {
            true => Fine,
            false => Breaking,
        };
        let message = format!(
            "the method is called `{}`, and `{}` is an alias",
            after.name, before.name
        );
        let mut it = Finding::new("method-renamed-with-alias", message, (Fine, new_clients));
        it.witness = Some((
            call(new, &after.name),
            Role::Client.of(Side::New),
            format!("no method `{}`", after.name),
        ));
        found.push(it);
    }
    for alias in before.aliases.iter().filter(|alias| !answers(after, alias)) {
        let mut it = match answering(news, alias) {
            Some(other) => {
                let message = format!("the alias `{alias}` belongs to `{}`", other.name);
                Finding::new("alias-moved", message, (Breaking, Breaking))
            }
            None => Finding::new(
                "alias-removed",
                format!("the alias `{alias}` is gone"),
                (Breaking, Fine),
            ),
        };
        it.witness = Some((
            call(old, alias),
            Role::Client.of(Side::Old),
            format!("no method `{alias}` like before"),
        ));
        found.push(it);
    }
    for alias in after.aliases.iter().filter(|alias| !answers(before, alias)) {
        if answering(olds, alias).is_none() {
            found.push(Finding::new(
                "alias-added",
                format!("there is a new alias `{alias}`"),
                (Fine, Risky),
            ));
        }
    }
    found
}

/// Whether it is a call, a notification or a stream.
fn kind(old: Version<'_>, new: Version<'_>) -> Option<Finding> {
    let name = &old.method.name;
    let (rule, message, verdicts, outcome) = match (&old.method.reply, &new.method.reply) {
        (Reply::Result(_), Reply::Stream(_)) => (
            "call-became-stream",
            "the method returns a stream",
            (Breaking, Breaking),
            "a stream is refused to a plain call",
        ),
        (Reply::Stream(_), Reply::Result(_)) => (
            "stream-became-call",
            "the method no longer returns a stream",
            (Breaking, Breaking),
            "no items come",
        ),
        (Reply::None, Reply::Result(_) | Reply::Stream(_)) => (
            "notification-became-call",
            "the method has a reply",
            (Fine, Risky),
            "no reply comes",
        ),
        (Reply::Result(_) | Reply::Stream(_), Reply::None) => (
            "call-became-notification",
            "the method has no reply",
            (Breaking, Risky),
            "no result comes",
        ),
        _ => return None,
    };
    let mut it = Finding::new(rule, message, verdicts);
    it.witness = Some((
        call(old, name),
        Role::Client.of(Side::Old),
        outcome.to_owned(),
    ));
    Some(it)
}

fn promises(old: Version<'_>, new: Version<'_>) -> Vec<Finding> {
    let (before, after) = (old.method, new.method);
    let mut found = Vec::new();
    let repeated = || {
        let call = call(old, &before.name);
        let twice = Value::Array(vec![call.clone(), call]);
        Some((
            twice,
            Role::Client.of(Side::Old),
            "it runs twice, which does more than once".to_owned(),
        ))
    };
    match (before.idempotent, after.idempotent) {
        (true, false) => {
            let mut it = Finding::new(
                "idempotent-dropped",
                "calling it twice may do harm",
                (Breaking, Fine),
            );
            it.witness = repeated();
            found.push(it);
        }
        (false, true) => found.push(Finding::new(
            "idempotent-added",
            "calling it twice does no harm",
            (Fine, Risky),
        )),
        _ => {}
    }
    match (before.read_only, after.read_only) {
        (true, false) => found.push(Finding::new(
            "read-only-dropped",
            "a call may change something",
            (Risky, Fine),
        )),
        (false, true) => found.push(Finding::new(
            "read-only-added",
            "a call changes nothing",
            (Fine, Risky),
        )),
        _ => {}
    }
    match (before.lenient, after.lenient) {
        (true, false) => found.push(Finding::new(
            "lenient-dropped",
            "unknown params are refused",
            (Risky, Fine),
        )),
        (false, true) => found.push(Finding::new(
            "lenient-added",
            "unknown params are ignored",
            (Fine, Fine),
        )),
        _ => {}
    }
    match (&before.deprecated, &after.deprecated) {
        (None, Some(_)) => found.push(Finding::new(
            "method-deprecated",
            "the method is deprecated",
            (Fine, Fine),
        )),
        (Some(_), None) => found.push(Finding::new(
            "deprecation-dropped",
            "the method is no longer deprecated",
            (Fine, Fine),
        )),
        _ => {}
    }
    if before.tags != after.tags {
        found.push(Finding::new(
            "tags-changed",
            "the tags have changed",
            (Fine, Fine),
        ));
    }
    if before.docs != after.docs {
        found.push(Finding::new(
            "docs-changed",
            "the docs have changed",
            (Fine, Fine),
        ));
    }
    found
}

fn response(member: &str, value: Value) -> Value {
    Value::Object(Object::from_iter([
        ("jsonrpc".to_owned(), Value::String("2.0".to_owned())),
        (member.to_owned(), value),
        ("id".to_owned(), integer(1)),
    ]))
}

fn replies(old: Version<'_>, new: Version<'_>) -> Vec<Finding> {
    let result = |value: Value| response("result", value);
    let compare = |usage, one: &Type, two: &Type, message: &dyn Fn(Value) -> Value| {
        types::compare(usage, (old.model, one), (new.model, two), message)
    };
    match (&old.method.reply, &new.method.reply) {
        (Reply::Result(one), Reply::Result(two)) => {
            named("result", compare(Use::Result, one, two, &result))
        }
        (Reply::Stream(one), Reply::Stream(two)) => {
            let item = |value: Value| item(&one.notification, value);
            let mut found = streams(old, one, two);
            found.extend(named(
                "item",
                compare(Use::Item, &one.item, &two.item, &item),
            ));
            found.extend(named(
                "end",
                compare(Use::Result, &one.end, &two.end, &result),
            ));
            found
        }
        _ => Vec::new(),
    }
}

fn named(what: &str, mut found: Vec<Finding>) -> Vec<Finding> {
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
fn streams(old: Version<'_>, one: &Stream, two: &Stream) -> Vec<Finding> {
    let mut found = Vec::new();
    let form = |stream: &Stream| {
        (
            stream.notification.clone(),
            stream.token.clone(),
            stream.unsubscribe.clone(),
        )
    };
    if form(one) != form(two) {
        let mut it = Finding::new(
            "stream-form-changed",
            "the items are sent in another way",
            (Breaking, Breaking),
        );
        let open = call(old, &old.method.name);
        it.witness = Some((
            open,
            Role::Client.of(Side::Old),
            "its items are not understood".to_owned(),
        ));
        found.push(it);
    }
    match (&one.cursor, &two.cursor) {
        (Some(_), None) => found.push(Finding::new(
            "stream-resume-dropped",
            "the stream can no longer go on after a loss",
            (Risky, Fine),
        )),
        (None, Some(_)) => found.push(Finding::new(
            "stream-resume-added",
            "the stream can go on after a loss",
            (Fine, Risky),
        )),
        _ => {}
    }
    found
}

/// Errors are known by their codes.
fn errors(old: Version<'_>, new: Version<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let with = |list: &[ErrorCase], code: i64| list.iter().find(|it| it.code == code).cloned();
    for error in &old.method.errors {
        let Some(other) = with(&new.method.errors, error.code) else {
            let message = format!("the error {} is gone", error.code);
            let mut it = Finding::new("error-removed", message, (Fine, Risky));
            it.old = Some(error.place.clone());
            found.push(it);
            continue;
        };
        found.extend(error_pair(old, new, error, &other));
    }
    for error in &new.method.errors {
        if with(&old.method.errors, error.code).is_none() {
            let message = format!("there is a new error {}", error.code);
            let mut it = Finding::new("error-added", message, (Risky, Fine));
            it.new = Some(error.place.clone());
            found.push(it);
        }
    }
    found
}

fn error_pair(
    old: Version<'_>,
    new: Version<'_>,
    one: &ErrorCase,
    two: &ErrorCase,
) -> Vec<Finding> {
    let at = |mut it: Finding, old: &Place, new: &Place| {
        it.old = Some(old.clone());
        it.new = Some(new.clone());
        it
    };
    let mut found = Vec::new();
    if one.kind != two.kind {
        let message = format!("the kind of the error {} has changed", one.code);
        found.push(at(
            Finding::new("error-kind-changed", message, (Risky, Risky)),
            &one.place,
            &two.place,
        ));
    }
    let code = one.code;
    let text = one.message.clone();
    let message = |data: Value| {
        let error = Object::from_iter([
            ("code".to_owned(), integer(code.into())),
            ("message".to_owned(), Value::String(text.clone())),
            ("data".to_owned(), data),
        ]);
        response("error", Value::Object(error))
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
        (before, _) => {
            let (rule, what) = match before {
                Some(_) => ("error-data-removed", "no longer has data"),
                None => ("error-data-added", "has data"),
            };
            let message = format!("the error {code} {what}");
            let verdicts = if before.is_some() {
                (Risky, Risky)
            } else {
                (Fine, Risky)
            };
            found.push(at(
                Finding::new(rule, message, verdicts),
                &one.place,
                &two.place,
            ));
        }
    }
    found
}
