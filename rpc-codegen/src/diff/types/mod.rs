//! From the clashes of two types to changes with rules.

mod naming;
mod pair;
mod verdicts;
mod words;

use indexmap::IndexMap;
use pair::Pair;

use crate::diff::change::Party;
use crate::diff::clash::{Clash, What, between};
use crate::diff::{Finding, Role, Side};
use crate::model::{Model, Type};
use crate::place::Place;
use crate::value::Value;

/// What a type is for, which decides what its rules are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Param {
        optional: bool,
        /// Whether old servers take nothing of what new clients send for it.
        none_taken: bool,
    },
    Result,
    Item,
    ErrorData,
}

impl Use {
    /// Params are written by clients, and everything else by servers.
    fn writer(self) -> Role {
        match self {
            Use::Param { .. } => Role::Client,
            Use::Result | Use::Item | Use::ErrorData => Role::Server,
        }
    }
}

/// The changes of a type between two versions. `message` makes a message of a value that a side writes.
pub(super) fn compare(
    usage: Use,
    (old_model, old): (&Model, &Type),
    (new_model, new): (&Model, &Type),
    message: &dyn Fn(Side, Value) -> Value,
) -> Vec<Finding> {
    let lost = between((old_model, old), (new_model, new));
    let gained = between((new_model, new), (old_model, old));
    let mut changes: IndexMap<Key, Pair> = IndexMap::new();
    for clash in lost {
        let key = key(&clash, &clash.writer, &clash.reader);
        changes.entry(key).or_default().lost.get_or_insert(clash);
    }
    for clash in gained {
        let key = key(&clash, &clash.reader, &clash.writer);
        changes.entry(key).or_default().gained.get_or_insert(clash);
    }
    changes
        .into_iter()
        .map(|((old, new, _), pair)| pair.finding(usage, (old, new), message))
        .collect()
}

/// The places in both documents, and what belongs together there.
type Key = (Place, Place, String);

fn key(clash: &Clash, old: &Place, new: &Place) -> Key {
    let what = match &clash.what {
        What::Missing { field, .. }
        | What::Unknown { field, .. }
        | What::Ignored { field }
        | What::Renamed { field, .. } => format!("member {field}"),
        What::Alias { field, alias } => format!("alias {alias} of {field}"),
        What::Default { field, .. } => format!("default of {field}"),
        What::Closed => "members".to_owned(),
        What::Choice(value) => format!("value {value}"),
        What::Null => "null".to_owned(),
        What::Keyword(keyword) => format!("keyword {keyword}"),
        What::TooLarge => "all".to_owned(),
        What::Kind | What::Constraint(_) | What::Past53 | What::Tagging => "type".to_owned(),
    };
    (old.clone(), new.clone(), what)
}

impl Role {
    pub(super) fn of(self, side: Side) -> Party {
        match (self, side) {
            (Role::Client, Side::Old) => Party::OldClient,
            (Role::Client, Side::New) => Party::NewClient,
            (Role::Server, Side::Old) => Party::OldServer,
            (Role::Server, Side::New) => Party::NewServer,
        }
    }
}
