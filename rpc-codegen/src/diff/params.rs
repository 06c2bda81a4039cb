//! Params: which messages that used to work no longer do.

use crate::diff::change::{Party, Verdict};
use crate::diff::clash::are_disjoint;
use crate::diff::defaults;
use crate::diff::document;
use crate::diff::types::{self, Use};
use crate::diff::version::Version;
use crate::diff::{Finding, Role, Side};
use crate::model::{Param, ParamStructure};
use crate::value::Value;

/// The changes of the params.
pub(super) fn compare(old: Version<'_>, new: Version<'_>) -> Vec<Finding> {
    let mut found = structure(old, new);
    let renamed = renamed(old, new);
    let is_renamed = |name: &str| {
        renamed
            .iter()
            .any(|(one, two)| one.name == name || two.name == name)
    };
    for (one, two) in &renamed {
        found.push(renaming(old, new, one, two));
        found.extend(pair(old, new, one, two));
    }
    for param in &old.method.params {
        match new.param(&param.name) {
            Some(_) if is_renamed(&param.name) => {}
            Some(other) => found.extend(pair(old, new, param, other)),
            None if is_renamed(&param.name) => {}
            None => found.push(removed(old, new, param)),
        }
    }
    for param in &new.method.params {
        if old.param(&param.name).is_none() && !is_renamed(&param.name) {
            found.push(added(old, new, param));
        }
    }
    found.extend(order(old, new, &renamed));
    found
}

/// Params that no longer go by name or by position, or that may go so now.
fn structure(old: Version<'_>, new: Version<'_>) -> Vec<Finding> {
    if old.method.params.is_empty() || new.method.params.is_empty() {
        return Vec::new();
    }
    let named = |version: Version<'_>| {
        let params = version.method.params.iter();
        let all: Vec<(&str, Value)> = params.map(|it| (&*it.name, version.value(it))).collect();
        version.by_name(&all)
    };
    let by_name = form(
        (old.takes(ParamStructure::ByName), named(old)),
        (new.takes(ParamStructure::ByName), named(new)),
        "name",
        ["params-by-name-dropped", "params-by-name-added"],
    );
    let all = |version: Version<'_>| version.by_position(version.method.params.len());
    let by_position = form(
        (old.takes(ParamStructure::ByPosition), all(old)),
        (new.takes(ParamStructure::ByPosition), all(new)),
        "position",
        ["params-by-position-dropped", "params-by-position-added"],
    );
    by_name.into_iter().chain(by_position).collect()
}

/// Whether each version takes this form of params, with a message of that form.
fn form(
    (old_takes, old): (bool, Value),
    (new_takes, new): (bool, Value),
    word: &str,
    [dropped, added]: [&'static str; 2],
) -> Option<Finding> {
    let (it, message, side) = match (old_takes, new_takes) {
        (true, false) => {
            let text = format!("params no longer go by {word}");
            let verdicts = (Verdict::Breaking, Verdict::Fine);
            (Finding::new(dropped, text, verdicts), old, Side::Old)
        }
        (false, true) => {
            let text = format!("params may now go by {word}");
            let verdicts = (Verdict::Fine, Verdict::Breaking);
            (Finding::new(added, text, verdicts), new, Side::New)
        }
        _ => return None,
    };
    let outcome = format!("params by {word} are refused");
    Some(it.shown(message, Role::Client.of(side), outcome))
}

/// Params at the same place whose names differ. If both versions take them by position only, the place is what counts. Otherwise, they are the same
/// parameter if they have the same type.
fn renamed<'a>(old: Version<'a>, new: Version<'a>) -> Vec<(&'a Param, &'a Param)> {
    let both = old.method.params.iter().zip(&new.method.params);
    let is_gone = |name: &str| new.param(name).is_none();
    let is_new = |name: &str| old.param(name).is_none();
    let by_name = |version: Version<'_>| version.takes(ParamStructure::ByName);
    let only_by_position = !by_name(old) || !by_name(new);
    let is_like = |one: &Param, two: &Param| {
        let as_before = |_: Side, value: Value| value;
        let usage = Use::Param {
            optional: false,
            none_taken: false,
        };
        let (before, after) = ((old.model, &one.ty), (new.model, &two.ty));
        one.required == two.required && types::compare(usage, before, after, &as_before).is_empty()
    };
    both.filter(|(one, two)| {
        let is_other = is_gone(&one.name) && is_new(&two.name);
        // Two names that change places, while the types stay.
        let are_swapped = |other: &Param| {
            !by_name(old) && !by_name(new) && is_like(one, two) && !is_like(one, other)
        };
        let is_swapped = one.name != two.name
            && old.param(&two.name).is_some()
            && new.param(&one.name).is_some_and(are_swapped);
        is_swapped || is_other && (only_by_position || is_like(one, two))
    })
    .collect()
}

fn renaming(old: Version<'_>, new: Version<'_>, one: &Param, two: &Param) -> Finding {
    let verdicts = (name_lost(old, new, two), name_lost(new, old, one));
    let message = format!("the parameter `{}` is now called `{}`", one.name, two.name);
    let it = Finding::new("param-renamed", message, verdicts).at(&one.place, &two.place);
    if verdicts == (Verdict::Fine, Verdict::Fine) {
        return it;
    }
    it.shown(
        old.by_name(&[(&one.name, old.value(one))]),
        Party::OldClient,
        misnamed(&one.name, new, two),
    )
    .shown(
        new.by_name(&[(&two.name, new.value(two))]),
        Party::NewClient,
        misnamed(&two.name, old, one),
    )
}

/// What it does to a client that the server knows the parameter by another name. A lenient server ignores a name that it does not know.
fn name_lost(client: Version<'_>, server: Version<'_>, known: &Param) -> Verdict {
    let by_name = |version: Version<'_>| version.takes(ParamStructure::ByName);
    match by_name(client) && by_name(server) {
        false => Verdict::Fine,
        true if server.method.lenient && !known.required => Verdict::Risky,
        true => Verdict::Breaking,
    }
}

fn misnamed(sent: &str, server: Version<'_>, known: &Param) -> String {
    match (server.method.lenient, known.required) {
        (false, _) => format!("no parameter `{sent}`"),
        (true, true) => format!("the parameter `{}` is missing", known.name),
        (true, false) => format!("the parameter `{sent}` is ignored"),
    }
}

/// A parameter that both versions have.
fn pair(old: Version<'_>, new: Version<'_>, one: &Param, two: &Param) -> Vec<Finding> {
    let mut found = Vec::new();
    let at = |it: Finding| it.at(&one.place, &two.place);
    let name = &one.name;
    let missing = format!("the parameter `{name}` is missing");
    match (one.required, two.required) {
        (false, true) => {
            let message = format!("the parameter `{name}` is now required");
            let verdicts = (Verdict::Breaking, Verdict::Fine);
            let it = Finding::new("param-became-required", message, verdicts);
            found.push(at(it.shown(old.without(name), Party::OldClient, missing)));
        }
        (true, false) => {
            let message = format!("the parameter `{name}` may now be left out");
            let verdicts = (Verdict::Fine, Verdict::Risky);
            let it = Finding::new("param-became-optional", message, verdicts);
            found.push(at(it.shown(new.without(name), Party::NewClient, missing)));
        }
        _ => {}
    }
    found.extend(default(old, new, one, two).map(at));
    found.extend(unknown(old, one, two, new).into_iter().map(at));
    let (old_type, new_type) = ((old.model, &one.ty), (new.model, &two.ty));
    let usage = Use::Param {
        optional: !two.required,
        none_taken: two.required && are_disjoint(new_type, old_type),
    };
    let message = |side: Side, value: Value| match side {
        Side::Old => old.with(one, value),
        Side::New => new.with(two, value),
    };
    for mut it in types::compare(usage, old_type, new_type, &message) {
        it.message = format!("parameter `{name}`: {}", it.message);
        found.push(it);
    }
    found
}

/// The value that a server takes if an optional parameter is missing.
fn default(old: Version<'_>, new: Version<'_>, one: &Param, two: &Param) -> Option<Finding> {
    if one.required || two.required {
        return None;
    }
    let (before, after) = defaults::changed((old.model, &one.ty), (new.model, &two.ty))?;
    let name = &one.name;
    let message = format!("the default of the parameter `{name}` was {before} and is now {after}");
    let verdicts = (Verdict::Risky, Verdict::Risky);
    let it = Finding::new("param-default-changed", message, verdicts);
    let outcome = format!("the missing parameter is taken for {after}");
    Some(it.shown(old.without(name), Party::OldClient, outcome))
}

/// Members of a parameter that nobody here knows.
fn unknown(old: Version<'_>, one: &Param, two: &Param, new: Version<'_>) -> Vec<Finding> {
    let before = old.model.extensions.at(&one.place);
    let after = new.model.extensions.at(&two.place);
    let what = format!("parameter `{}`: ", one.name);
    document::unknown(&what, (before, &one.place), (after, &two.place))
        .into_iter()
        .map(|it| {
            it.shown(
                old.with(one, old.value(one)),
                Party::OldClient,
                document::NOBODY_KNOWS,
            )
            .shown(
                new.with(two, new.value(two)),
                Party::NewClient,
                document::NOBODY_KNOWS,
            )
        })
        .collect()
}

fn removed(old: Version<'_>, new: Version<'_>, param: &Param) -> Finding {
    let old_clients = match new.method.lenient {
        true => Verdict::Risky,
        false => Verdict::Breaking,
    };
    let new_clients = match param.required {
        true => Verdict::Breaking,
        false => Verdict::Fine,
    };
    let name = &param.name;
    let message = format!("the parameter `{name}` is gone");
    let outcome = match new.method.lenient {
        true => format!("the parameter `{name}` is ignored"),
        false => format!("no parameter `{name}`"),
    };
    let sent = old.with(param, old.value(param));
    let it = Finding::new("param-removed", message, (old_clients, new_clients))
        .at(&param.place, &new.method.place)
        .shown(sent, Party::OldClient, outcome);
    match param.required {
        true => it.shown(
            new.least(&new.method.name),
            Party::NewClient,
            format!("the parameter `{name}` is missing"),
        ),
        false => it,
    }
}

fn added(old: Version<'_>, new: Version<'_>, param: &Param) -> Finding {
    let name = &param.name;
    let sent = new.with(param, new.value(param));
    let refused = match old.method.lenient {
        true => format!("the parameter `{name}` is ignored"),
        false => format!("no parameter `{name}`"),
    };
    let it = match param.required {
        true => {
            let new_clients = match old.method.lenient {
                true => Verdict::Risky,
                false => Verdict::Breaking,
            };
            let message = format!("there is a new required parameter `{name}`");
            let verdicts = (Verdict::Breaking, new_clients);
            let missing = format!("the parameter `{name}` is missing");
            let it = Finding::new("param-added-required", message, verdicts).shown(
                old.least(&old.method.name),
                Party::OldClient,
                missing,
            );
            match old.method.lenient {
                true => it,
                false => it.shown(sent, Party::NewClient, refused),
            }
        }
        false => {
            let message = format!("there is a new optional parameter `{name}`");
            let verdicts = (Verdict::Fine, Verdict::Risky);
            Finding::new("param-added-optional", message, verdicts).shown(
                sent,
                Party::NewClient,
                refused,
            )
        }
    };
    it.at(&old.method.place, &param.place)
}

/// Params that both versions have at different positions.
fn order(old: Version<'_>, new: Version<'_>, renamed: &[(&Param, &Param)]) -> Option<Finding> {
    if !old.takes(ParamStructure::ByPosition) || !new.takes(ParamStructure::ByPosition) {
        return None;
    }
    let moved = |(index, param): &(usize, &Param)| {
        let there = new.index(&param.name);
        let is_renamed = renamed.iter().any(|(one, _)| one.name == param.name);
        there.is_some_and(|there| there != *index) && !is_renamed
    };
    let (index, param) = old.method.params.iter().enumerate().find(moved)?;
    let there = new.index(&param.name)?;
    let is_kept = |name: &str| {
        renamed
            .iter()
            .any(|(one, two)| one.name == name || two.name == name)
            || (old.param(name).is_some() && new.param(name).is_some())
    };
    let added_before = new
        .method
        .params
        .iter()
        .take(there)
        .any(|it| !is_kept(&it.name));
    let removed_before = old
        .method
        .params
        .iter()
        .take(index)
        .any(|it| !is_kept(&it.name));
    let (rule, what) = match (added_before, removed_before) {
        (true, _) => ("param-inserted-before", "a new parameter comes before it"),
        (false, true) => ("param-removed-before", "a parameter before it is gone"),
        (false, false) => ("params-reordered", "the order has changed"),
    };
    let message = format!(
        "the parameter `{}` now has another position: {what}",
        param.name
    );
    let other = &new.method.params[there];
    Some(
        Finding::new(rule, message, (Verdict::Breaking, Verdict::Breaking))
            .at(&param.place, &other.place)
            .shown(
                old.by_position(index),
                Party::OldClient,
                taken_for(old.value(param), new, index),
            )
            .shown(
                new.by_position(there),
                Party::NewClient,
                taken_for(new.value(other), old, there),
            ),
    )
}

/// What a server makes of a value at this position that is meant for something else.
fn taken_for(value: Value, server: Version<'_>, index: usize) -> String {
    match server.method.params.get(index) {
        Some(other) if server.model.check(&value, &other.ty).is_ok() => {
            format!("the value is silently taken for `{}`", other.name)
        }
        Some(other) => format!("the value does not fit `{}`", other.name),
        None => "too many params".to_owned(),
    }
}
