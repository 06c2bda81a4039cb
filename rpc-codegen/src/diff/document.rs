//! What has changed outside of methods, and members that nobody here knows.

use crate::diff::Finding;
use crate::diff::change::Verdict;
use crate::model::Model;
use crate::place::Place;
use crate::value::{Object, Value};

/// What becomes of a message if something has changed that no rule knows.
pub(super) const NOBODY_KNOWS: &str = "no rule says what happens to it";

/// The changes of the document itself.
pub(super) fn compare(old: &Model, new: &Model) -> Vec<Finding> {
    let root = Place::root("");
    let at = |model: &Model| model.extensions.at(&root).cloned();
    let (before, after) = (at(old), at(new));
    let mut found = unknown("", (before.as_ref(), &root), (after.as_ref(), &root));
    if (&old.info, &old.servers) != (&new.info, &new.servers) {
        let message = "the title, the version, the description or the servers have changed";
        let it = Finding::new("info-changed", message, (Verdict::Fine, Verdict::Fine));
        found.push(it.at(&root.member("info"), &root.member("info")));
    }
    found
}

/// One change for each unknown member that differs. It is breaking until somebody says otherwise.
pub(super) fn unknown(
    what: &str,
    (before, one): (Option<&Object>, &Place),
    (after, two): (Option<&Object>, &Place),
) -> Vec<Finding> {
    let names = before.into_iter().chain(after).flat_map(Object::keys);
    let mut found: Vec<Finding> = Vec::new();
    let mut seen: Vec<&String> = Vec::new();
    for name in names {
        let [one_value, other_value] = [before, after].map(|it| it.and_then(|it| it.get(name)));
        if seen.contains(&name) || Value::are_same(one_value, other_value) {
            continue;
        }
        seen.push(name);
        let message = format!("{what}`{name}` has changed, and no rule covers that");
        let verdicts = (Verdict::Breaking, Verdict::Breaking);
        found.push(
            Finding::new("unclassified", message, verdicts)
                .at(&one.member(name), &two.member(name)),
        );
    }
    found
}
