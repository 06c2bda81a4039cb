//! Methods that a document only names: those in `x-undescribed`.

use crate::diff::change::{Party, Verdict};
use crate::diff::names::{answering, no_method};
use crate::diff::version::request;
use crate::diff::{Changes, Finding};
use crate::integers::integer;
use crate::model::Model;
use crate::place::Place;
use crate::value::{Object, Value};

use Verdict::{Breaking, Fine};

pub(super) fn is_undescribed(model: &Model, name: &str) -> bool {
    names(model).any(|it| it == name)
}

/// The methods that only one of the versions has, and does not describe.
pub(super) fn compare(old: &Model, new: &Model) -> Vec<Changes> {
    let place = || Some(Place::root("").member("x-undescribed"));
    let gone = only_in(old, new).map(|name| {
        let (rule, text) = ("method-removed-without-deprecation", "the method is gone");
        let it = Finding::new(rule, text, (Breaking, Fine));
        let it = Finding { old: place(), ..it };
        changes(name, it, Party::OldClient)
    });
    let added = only_in(new, old).map(|name| {
        let it = Finding::new("method-added", "there is a new method", (Fine, Breaking));
        let it = Finding { new: place(), ..it };
        changes(name, it, Party::NewClient)
    });
    gone.chain(added).collect()
}

/// The change of a method, shown by a call, as far as that is known.
fn changes(name: &str, finding: Finding, caller: Party) -> Changes {
    let call = request(name, Value::Object(Object::new()), Some(integer(1)));
    Changes {
        method: name.to_owned(),
        found: vec![finding.shown(call, caller, no_method(name))],
    }
}

/// What one version names without a description, and the other not at all.
fn only_in<'a>(one: &'a Model, other: &'a Model) -> impl Iterator<Item = &'a str> {
    let is_known = |name: &str| {
        let lists = [&other.methods, &other.client_methods];
        is_undescribed(other, name) || lists.iter().any(|it| answering(it, name).is_some())
    };
    names(one).filter(move |name| !is_known(name))
}

/// An entry with an error is about a method that is described.
fn names(model: &Model) -> impl Iterator<Item = &str> {
    let all = model.undescribed.iter().filter(|it| it.error.is_none());
    all.map(|it| it.method.as_str())
}
