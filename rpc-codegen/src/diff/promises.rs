//! What methods promise: whether calls may be repeated, whether they change something, and whether unknown params are ignored.

use crate::diff::Finding;
use crate::diff::change::{Party, Verdict};
use crate::diff::version::Version;
use crate::value::Value;

use Verdict::{Breaking, Fine, Risky};

/// A promise that is made or not: its rule, what has changed, and the verdicts.
type Case = (&'static str, &'static str, (Verdict, Verdict));

/// The changes of the promises, of the deprecation and of the tags.
pub(super) fn compare(old: Version<'_>, new: Version<'_>) -> Vec<Finding> {
    let (before, after) = (old.method, new.method);
    let is_deprecated = (before.deprecated.is_some(), after.deprecated.is_some());
    let cases = [
        either(
            (before.idempotent, after.idempotent),
            (
                "idempotent-dropped",
                "the method is no longer idempotent",
                (Breaking, Fine),
            ),
            (
                "idempotent-added",
                "the method is now idempotent",
                (Fine, Risky),
            ),
        ),
        either(
            (before.read_only, after.read_only),
            (
                "read-only-dropped",
                "the method is no longer read-only",
                (Risky, Fine),
            ),
            (
                "read-only-added",
                "the method is now read-only",
                (Fine, Risky),
            ),
        ),
        either(
            (before.lenient, after.lenient),
            (
                "lenient-dropped",
                "unknown params are now refused",
                (Risky, Fine),
            ),
            (
                "lenient-added",
                "unknown params are now ignored",
                (Fine, Fine),
            ),
        ),
        either(
            is_deprecated,
            (
                "deprecation-dropped",
                "the method is no longer deprecated",
                (Fine, Fine),
            ),
            (
                "method-deprecated",
                "the method is now deprecated",
                (Fine, Fine),
            ),
        ),
        either(
            (false, before.tags != after.tags),
            ("tags-changed", "", (Fine, Fine)),
            ("tags-changed", "the tags have changed", (Fine, Fine)),
        ),
    ];
    let cases = cases.into_iter().flatten();
    cases.map(|case| finding(case, old)).collect()
}

/// The case that has happened, if one has.
fn either((before, after): (bool, bool), dropped: Case, added: Case) -> Option<Case> {
    match (before, after) {
        (true, false) => Some(dropped),
        (false, true) => Some(added),
        _ => None,
    }
}

fn finding((rule, message, verdicts): Case, old: Version<'_>) -> Finding {
    let it = Finding::new(rule, message, verdicts);
    if rule != "idempotent-dropped" {
        return it;
    }
    let call = old.least(&old.method.name);
    let outcome = "the method runs twice, which may do harm";
    it.shown(
        Value::Array(vec![call.clone(), call]),
        Party::OldClient,
        outcome,
    )
}
