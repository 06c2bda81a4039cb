//! Methods: which of them belong together, and what has changed apart from types.

use std::collections::HashSet;

use crate::diff::change::{Party, Verdict};
use crate::diff::document::{self, NOBODY_KNOWS};
use crate::diff::names::{self, alias_moved, answering, no_method, renaming};
use crate::diff::params;
use crate::diff::undescribed::is_undescribed;
use crate::diff::version::Version;
use crate::diff::{Changes, Finding, errors, promises, replies, texts};
use crate::model::{Method, Model, Reply};

use Verdict::{Breaking, Fine, Risky};

/// The changes of two lists of methods.
pub(super) fn compare(old: (&Model, &[Method]), new: (&Model, &[Method])) -> Vec<Changes> {
    let lists = Lists {
        old_model: old.0,
        olds: old.1,
        new_model: new.0,
        news: new.1,
    };
    let renamed = lists.renamed();
    let mut all: Vec<Changes> = lists
        .olds
        .iter()
        .map(|method| Changes {
            method: method.name.clone(),
            found: lists.of_old(method, &renamed),
        })
        .collect();
    for method in lists.added() {
        if renamed.iter().any(|(_, new)| new.name == method.name) {
            continue;
        }
        all.push(Changes {
            method: method.name.clone(),
            found: vec![added(lists.after(method), lists.old_model, lists.olds)],
        });
    }
    all
}

/// How many pairs of an old method and a new one are compared to find out which are renamed. If there are more, as when a whole
/// service moves to another namespace, only names with the same end are compared.
const MOST_PAIRS: usize = 400;

/// What follows the namespace in a method's name.
fn end(name: &str) -> &str {
    name.rsplit(['.', '/', '_']).next().unwrap_or(name)
}

struct Lists<'a> {
    old_model: &'a Model,
    olds: &'a [Method],
    new_model: &'a Model,
    news: &'a [Method],
}

impl<'a> Lists<'a> {
    fn before(&self, method: &'a Method) -> Version<'a> {
        Version {
            model: self.old_model,
            method,
        }
    }

    fn after(&self, method: &'a Method) -> Version<'a> {
        Version {
            model: self.new_model,
            method,
        }
    }

    fn of_old(&self, method: &'a Method, renamed: &[(&Method, &'a Method)]) -> Vec<Finding> {
        let before = self.before(method);
        if let Some(after) = self.successor(method) {
            let mut found = both(before, self.after(after), self.olds, self.news);
            let is_merged =
                answering(self.olds, &after.name).is_some_and(|it| it.name != method.name);
            if is_merged {
                found.iter_mut().for_each(of_merged);
            }
            return found;
        }
        let after = renamed.iter().find(|(old, _)| old.name == method.name);
        match after {
            Some((_, after)) => {
                let after = self.after(after);
                let mut found = vec![renaming(before, after)];
                found.extend(content(before, after));
                found
            }
            None => vec![removed(before, self.new_model)],
        }
    }

    /// The new method that answers to the name of an old one. If none does, the one that answers to an alias of it and to the name of no
    /// other: the alias has become the name.
    fn successor(&self, method: &Method) -> Option<&'a Method> {
        let is_own =
            |alias: &&String| answering(self.olds, alias).is_some_and(|it| it.name == method.name);
        let is_of_other = |after: &Method| {
            let mut names = self.olds.iter().map(|it| &it.name);
            names.any(|name| answering(self.news, name).is_some_and(|it| it.name == after.name))
        };
        let by_alias = || {
            let aliases = method.aliases.iter().filter(is_own);
            let mut found = aliases.filter_map(|alias| answering(self.news, alias));
            found.find(|after| !is_of_other(after))
        };
        answering(self.news, &method.name).or_else(by_alias)
    }

    /// The new methods that no old one has become.
    fn added(&self) -> Vec<&'a Method> {
        let known = self.olds.iter().filter_map(|it| self.successor(it));
        let known: HashSet<&str> = known.map(|it| it.name.as_str()).collect();
        let is_new = |it: &&Method| !known.contains(it.name.as_str());
        self.news.iter().filter(is_new).collect()
    }

    /// Methods that are gone, each with the only new one that is like it. If two are like it, nobody knows which is meant.
    fn renamed(&self) -> Vec<(&'a Method, &'a Method)> {
        let gone = |it: &&Method| {
            self.successor(it).is_none()
                && it.deprecated.is_none()
                && !is_undescribed(self.new_model, &it.name)
        };
        let gone: Vec<&Method> = self.olds.iter().filter(gone).collect();
        let is_free = |it: &&&Method| {
            answering(self.olds, &it.name).is_none() && !is_undescribed(self.old_model, &it.name)
        };
        let added = self.added();
        let added: Vec<&Method> = added.iter().filter(is_free).copied().collect();
        let is_like = |old: &'a Method, new: &'a Method| {
            let found = content(self.before(old), self.after(new));
            let is_fine = |it: &Finding| it.old_clients == Fine && it.new_clients == Fine;
            found.iter().all(is_fine)
        };
        let are_many = gone.len() * added.len() > MOST_PAIRS;
        let may_be = |old: &Method, new: &Method| !are_many || end(&old.name) == end(&new.name);
        let mut pairs = Vec::new();
        for old in &gone {
            let candidates = added.iter().filter(|new| may_be(old, new));
            for new in candidates.filter(|new| is_like(old, new)) {
                pairs.push((*old, *new));
            }
        }
        let is_only = |(old, new): &(&Method, &Method)| {
            let of_old = pairs.iter().filter(|it| it.0.name == old.name).count();
            let of_new = pairs.iter().filter(|it| it.1.name == new.name).count();
            (of_old, of_new) == (1, 1)
        };
        pairs.iter().copied().filter(is_only).collect()
    }
}

/// Two old methods are one new method. New clients of that are compared with the other old method. Only the name that has moved
/// concerns them here.
fn of_merged(finding: &mut Finding) {
    if finding.rule != "alias-moved" {
        finding.new_clients = Fine;
        let is_of_old = |sender| matches!(sender, Party::OldClient | Party::NewServer);
        finding.witnesses.retain(|it| is_of_old(it.sender));
    }
}

fn removed(old: Version<'_>, new_model: &Model) -> Finding {
    let name = &old.method.name;
    let (rule, message, verdicts) = match &old.method.deprecated {
        _ if is_undescribed(new_model, name) => (
            "method-no-longer-described",
            "the document no longer describes the method",
            (Breaking, Breaking),
        ),
        Some(_) => ("method-removed", "the method is gone", (Breaking, Fine)),
        None => (
            "method-removed-without-deprecation",
            "the method is gone",
            (Breaking, Fine),
        ),
    };
    let mut it = Finding::new(rule, message, verdicts);
    it.old = Some(old.method.place.clone());
    if verdicts.1 == Breaking {
        let call = old.least(name);
        return it
            .shown(call.clone(), Party::OldClient, NOBODY_KNOWS)
            .shown(call, Party::NewClient, NOBODY_KNOWS);
    }
    it.shown(old.least(name), Party::OldClient, no_method(name))
}

fn added(new: Version<'_>, old_model: &Model, olds: &[Method]) -> Finding {
    let name = &new.method.name;
    let call = new.least(name);
    let mut it = match answering(olds, name) {
        _ if is_undescribed(old_model, name) => Finding::new(
            "method-described",
            "the document now describes the method",
            (Fine, Risky),
        )
        .shown(call, Party::NewClient, NOBODY_KNOWS),
        Some(other) => {
            let message = format!("the name was an alias of `{}`", other.name);
            let before = Version {
                model: old_model,
                method: other,
            };
            alias_moved(message, before, new, name)
        }
        None => Finding::new("method-added", "there is a new method", (Fine, Breaking)).shown(
            call,
            Party::NewClient,
            no_method(name),
        ),
    };
    it.new = Some(new.method.place.clone());
    it
}

fn both(old: Version<'_>, new: Version<'_>, olds: &[Method], news: &[Method]) -> Vec<Finding> {
    let mut found = names::compare((old, olds), (new, news));
    for it in &mut found {
        it.old.get_or_insert_with(|| old.method.place.clone());
        it.new.get_or_insert_with(|| new.method.place.clone());
    }
    found.extend(content(old, new));
    found
}

/// What has changed apart from the names.
fn content(old: Version<'_>, new: Version<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = kind(old, new).into_iter().collect();
    found.extend(promises::compare(old, new));
    found.extend(texts::compare(old, new));
    found.extend(unknown(old, new));
    found.extend(params::compare(old, new));
    found.extend(replies::compare(old, new));
    found.extend(errors::compare(old, new));
    for it in &mut found {
        it.old.get_or_insert_with(|| old.method.place.clone());
        it.new.get_or_insert_with(|| new.method.place.clone());
    }
    found
}

/// Members of the method that nobody here knows.
fn unknown(old: Version<'_>, new: Version<'_>) -> Vec<Finding> {
    let at = |version: Version<'_>| {
        let found = version.model.extensions.at(&version.method.place);
        found.cloned()
    };
    let (before, after) = (at(old), at(new));
    let (one, two) = (&old.method.place, &new.method.place);
    let found = document::unknown("", (before.as_ref(), one), (after.as_ref(), two));
    let shown = |it: Finding| {
        it.shown(old.least(&old.method.name), Party::OldClient, NOBODY_KNOWS)
            .shown(new.least(&new.method.name), Party::NewClient, NOBODY_KNOWS)
    };
    found.into_iter().map(shown).collect()
}

/// Whether it is a call, a notification or a stream.
fn kind(old: Version<'_>, new: Version<'_>) -> Option<Finding> {
    let name = &old.method.name;
    let (rule, message, verdicts, outcome, back) = match (&old.method.reply, &new.method.reply) {
        (Reply::Result(_), Reply::Stream(_)) => (
            "call-became-stream",
            "the method now returns a stream",
            (Breaking, Breaking),
            "the server refuses a plain call of a stream",
            "no items arrive",
        ),
        (Reply::Stream(_), Reply::Result(_)) => (
            "stream-became-call",
            "the method no longer returns a stream",
            (Breaking, Breaking),
            "no items arrive",
            "the server refuses a plain call of a stream",
        ),
        (Reply::None, Reply::Result(_) | Reply::Stream(_)) => (
            "notification-became-call",
            "the method now has a reply",
            (Fine, Risky),
            "the client ignores the reply",
            "no reply arrives",
        ),
        (Reply::Result(_) | Reply::Stream(_), Reply::None) => (
            "call-became-notification",
            "the method no longer has a reply",
            (Breaking, Risky),
            "no result arrives",
            "the client ignores the result",
        ),
        _ => return None,
    };
    Some(
        Finding::new(rule, message, verdicts)
            .shown(old.least(name), Party::OldClient, outcome)
            .shown(new.least(name), Party::NewClient, back),
    )
}
