//! The names of methods: which method answers to which, before and after.

use crate::diff::Finding;
use crate::diff::change::{Party, Verdict};
use crate::diff::version::Version;
use crate::model::Method;

use Verdict::{Breaking, Fine, Risky};

/// The method that answers to this name.
pub(super) fn answering<'a>(methods: &'a [Method], name: &str) -> Option<&'a Method> {
    let own = methods.iter().find(|it| it.name == name);
    own.or_else(|| {
        methods
            .iter()
            .find(|it| it.aliases.iter().any(|alias| alias == name))
    })
}

pub(super) fn no_method(name: &str) -> String {
    format!("no method `{name}`")
}

fn answers(method: &Method, name: &str) -> bool {
    method.name == name || method.aliases.iter().any(|it| it == name)
}

/// The changes of the name and of the aliases.
pub(super) fn compare(
    (old, olds): (Version<'_>, &[Method]),
    (new, news): (Version<'_>, &[Method]),
) -> Vec<Finding> {
    let (before, after) = (old.method, new.method);
    let mut found = Vec::new();
    if before.name != after.name {
        let message = format!(
            "the method is now called `{}`, and `{}` is an alias",
            after.name, before.name
        );
        found.push(
            match (answers(before, &after.name), answering(olds, &after.name)) {
                _ if !answers(after, &before.name) => renaming(old, new),
                (true, _) => Finding::new("method-renamed-with-alias", message, (Fine, Fine)),
                // Both old methods are one now.
                (false, Some(other)) if other.name == after.name => {
                    alias_moved(message, old, new, &before.name)
                }
                (false, Some(other)) => {
                    let other = Version {
                        model: old.model,
                        method: other,
                    };
                    alias_moved(message, other, new, &after.name)
                }
                (false, None) => {
                    Finding::new("method-renamed-with-alias", message, (Fine, Breaking)).shown(
                        new.least(&after.name),
                        Party::NewClient,
                        no_method(&after.name),
                    )
                }
            },
        );
    }
    for alias in before.aliases.iter().filter(|alias| !answers(after, alias)) {
        found.push(match answering(news, alias) {
            Some(other) => {
                let message = format!("the alias `{alias}` now belongs to `{}`", other.name);
                let other = Version {
                    model: new.model,
                    method: other,
                };
                alias_moved(message, old, other, alias)
            }
            None => {
                let message = format!("the alias `{alias}` is gone");
                Finding::new("alias-removed", message, (Breaking, Fine)).shown(
                    old.least(alias),
                    Party::OldClient,
                    no_method(alias),
                )
            }
        });
    }
    for alias in after.aliases.iter().filter(|alias| !answers(before, alias)) {
        if answering(olds, alias).is_none() {
            let message = format!("there is a new alias `{alias}`");
            let it = Finding::new("alias-added", message, (Fine, Risky));
            found.push(it.shown(new.least(alias), Party::NewClient, no_method(alias)));
        }
    }
    found
}

/// A name that meant one method means another.
pub(super) fn alias_moved(
    message: String,
    old: Version<'_>,
    new: Version<'_>,
    name: &str,
) -> Finding {
    let outcome = |other: &str| format!("it is taken for a call of `{other}`");
    Finding::new("alias-moved", message, (Breaking, Breaking))
        .shown(old.least(name), Party::OldClient, outcome(&new.method.name))
        .shown(new.least(name), Party::NewClient, outcome(&old.method.name))
}

/// A method that has another name, and does not answer to the old one. It may have answered to the new one before.
pub(super) fn renaming(old: Version<'_>, new: Version<'_>) -> Finding {
    let (before, after) = (&old.method.name, &new.method.name);
    let message = format!("the method is now called `{after}`");
    let new_clients = match answers(old.method, after) {
        true => Fine,
        false => Breaking,
    };
    Finding::new("method-renamed", message, (Breaking, new_clients))
        .at(&old.method.place, &new.method.place)
        .shown(old.least(before), Party::OldClient, no_method(before))
        .shown(new.least(after), Party::NewClient, no_method(after))
}
