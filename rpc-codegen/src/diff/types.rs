//! From the clashes of two types to changes with rules.

use indexmap::IndexMap;

use crate::diff::change::{Party, Verdict, Witness};
use crate::diff::clash::{Clash, What, between};
use crate::diff::{Finding, Role, Side};
use crate::model::{Model, Type};
use crate::place::Place;
use crate::value::Value;

/// What a type is for, which decides what its rules are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Param { optional: bool },
    Result,
    Item,
    ErrorData,
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
        .map(|((old, new, _), pair)| finding(usage, (old, new), pair, message))
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

/// What the old version may write and the new one does not read, and the reverse.
#[derive(Default)]
struct Pair {
    lost: Option<Clash>,
    gained: Option<Clash>,
}

fn finding(
    usage: Use,
    (old, new): (Place, Place),
    pair: Pair,
    message: &dyn Fn(Side, Value) -> Value,
) -> Finding {
    let is_other_type = is_kind(&pair.lost) && is_kind(&pair.gained);
    let (what, is_gained) = match (&pair.lost, &pair.gained) {
        // A member that is missing says more than one that is ignored.
        (
            Some(Clash {
                what: What::Ignored { .. },
                ..
            }),
            Some(gained),
        ) => (&gained.what, true),
        // And another type says more than a number that is rounded.
        (
            Some(Clash {
                what: What::Past53, ..
            }),
            Some(
                gained @ Clash {
                    what: What::Kind, ..
                },
            ),
        ) => (&gained.what, true),
        (Some(lost), _) => (&lost.what, false),
        (None, Some(gained)) => (&gained.what, true),
        (None, None) => unreachable!("a pair has a clash"),
    };
    let is_shifted = is_constraint(&pair.lost) && is_constraint(&pair.gained);
    let (suffix, text) = match what {
        What::Constraint(of) if is_shifted => {
            (Suffix::ConstraintChanged, format!("the {of} has changed"))
        }
        what => named(what, is_gained, is_other_type),
    };
    let verdict = |clash: &Option<Clash>, is_gained| {
        let clash = clash.as_ref();
        clash.map_or(Verdict::Fine, |it| {
            judge(usage, it, is_gained, is_other_type)
        })
    };
    let (lost, gained) = (verdict(&pair.lost, false), verdict(&pair.gained, true));
    // Params are written by clients, and everything else by servers.
    let (old_clients, new_clients) = match usage {
        Use::Param { .. } => (lost, gained),
        Use::Result | Use::Item | Use::ErrorData => (gained, lost),
    };
    let role = match usage {
        Use::Param { .. } => Role::Client,
        Use::Result | Use::Item | Use::ErrorData => Role::Server,
    };
    let shown = |clash: &Option<Clash>, side: Side| {
        let clash = clash.as_ref()?;
        Some(Witness {
            message: message(side, clash.value.clone()),
            sender: role.of(side),
            outcome: outcome(&clash.what),
        })
    };
    let both = [
        (lost, shown(&pair.lost, Side::Old)),
        (gained, shown(&pair.gained, Side::New)),
    ];
    Finding {
        rule: rule(usage, suffix),
        old: Some(old),
        new: Some(new),
        message: text,
        old_clients,
        new_clients,
        witnesses: witnesses(both),
    }
}

/// One for each breaking verdict. If nothing breaks, the one of the worse verdict.
fn witnesses(both: [(Verdict, Option<Witness>); 2]) -> Vec<Witness> {
    let worst = both[0].0.max(both[1].0);
    let mut shown = both.into_iter().filter(|(verdict, _)| *verdict == worst);
    match worst {
        Verdict::Breaking => shown.filter_map(|(_, witness)| witness).collect(),
        _ => shown.find_map(|(_, witness)| witness).into_iter().collect(),
    }
}

fn is_kind(clash: &Option<Clash>) -> bool {
    clash.as_ref().is_some_and(|it| it.what == What::Kind)
}

fn is_constraint(clash: &Option<Clash>) -> bool {
    clash
        .as_ref()
        .is_some_and(|it| matches!(it.what, What::Constraint(_)))
}

/// The last part of the rule's name, and what has changed.
fn named(what: &What, is_gained: bool, is_other_type: bool) -> (Suffix, String) {
    match (what, is_gained) {
        (What::Kind, _) if is_other_type => {
            (Suffix::TypeChanged, "the type has changed".to_owned())
        }
        (What::Null, false) => (Suffix::NullRemoved, "null is no longer allowed".to_owned()),
        (What::Null, true) => (Suffix::NullAdded, "null is now allowed".to_owned()),
        (What::Choice(value), false) => {
            (Suffix::ValueRemoved, format!("the value {value} is gone"))
        }
        (What::Choice(value), true) => {
            (Suffix::ValueAdded, format!("there is a new value {value}"))
        }
        (What::Constraint(of), false) => (Suffix::Narrowed, format!("the {of} is now narrower")),
        (What::Constraint(of), true) => (Suffix::Widened, format!("the {of} is now wider")),
        (What::Kind, false) => (Suffix::Narrowed, "fewer types are now allowed".to_owned()),
        (What::Kind, true) => (Suffix::Widened, "more types are now allowed".to_owned()),
        (What::Past53, _) => (
            Suffix::Past53,
            "the integer may now be past 2^53".to_owned(),
        ),
        (What::Missing { field, never: true }, false) => (
            Suffix::FieldAddedRequired,
            format!("there is a new required member `{field}`"),
        ),
        (
            What::Missing {
                field,
                never: false,
            },
            false,
        ) => (
            Suffix::FieldBecameRequired,
            format!("the member `{field}` is now required"),
        ),
        (What::Missing { field, never: true }, true)
        | (What::Unknown { field, .. } | What::Ignored { field }, false) => (
            Suffix::FieldRemoved,
            format!("the member `{field}` is gone"),
        ),
        (
            What::Missing {
                field,
                never: false,
            },
            true,
        ) => (
            Suffix::FieldBecameOptional,
            format!("the member `{field}` may now be missing"),
        ),
        (What::Unknown { field, .. } | What::Ignored { field }, true) => (
            Suffix::FieldAdded,
            format!("there is a new member `{field}`"),
        ),
        (What::Renamed { field, to }, true) => (
            Suffix::FieldRenamed,
            format!("the member `{field}` is now called `{to}`, and is still read as `{field}`"),
        ),
        (What::Renamed { field, to }, false) => (
            Suffix::FieldRenamed,
            format!("the member `{to}` is now called `{field}`, and was already read as `{field}`"),
        ),
        (What::Alias { field, alias }, false) => (
            Suffix::FieldAliasRemoved,
            format!("the member `{field}` is no longer read as `{alias}`"),
        ),
        (What::Alias { field, alias }, true) => (
            Suffix::FieldAliasAdded,
            format!("the member `{field}` is now also read as `{alias}`"),
        ),
        (What::Closed, false) => (Suffix::Closed, "unknown members are now refused".to_owned()),
        (What::Closed, true) => (Suffix::Opened, "unknown members are now ignored".to_owned()),
        (What::Tagging, _) => (
            Suffix::TaggingChanged,
            "the variants are now told apart by something else".to_owned(),
        ),
        (What::Default { field, old, new }, _) => (
            Suffix::FieldDefaultChanged,
            format!("the default of the member `{field}` was {old} and is now {new}"),
        ),
        (What::Keyword(keyword), _) => (
            Suffix::Unclassified,
            format!("the keyword `{keyword}` has changed, and no rule covers that"),
        ),
        (What::TooLarge, _) => (
            Suffix::Unclassified,
            "the type has changed, and is too large to be compared".to_owned(),
        ),
    }
}

/// What happens to one side, if the old version writes, or the new one.
fn judge(usage: Use, clash: &Clash, is_gained: bool, is_other_type: bool) -> Verdict {
    let what = &clash.what;
    match usage {
        Use::ErrorData => match what {
            _ if is_quiet(what, is_gained) => Verdict::Fine,
            _ => Verdict::Risky,
        },
        Use::Result | Use::Item => match what {
            _ if is_quiet(what, is_gained) => Verdict::Fine,
            What::Past53 | What::Closed => Verdict::Risky,
            _ => Verdict::Breaking,
        },
        Use::Param { optional } => match (what, is_gained) {
            (What::Closed, true) => Verdict::Fine,
            (What::Ignored { .. } | What::Past53 | What::Closed | What::Default { .. }, _) => {
                Verdict::Risky
            }
            // Servers of ours take null for a parameter that may be left out, but not for what is inside of it.
            (What::Null, false) if optional && clash.value == Value::Null => Verdict::Risky,
            (_, false) => Verdict::Breaking,
            (What::Kind, true) if is_other_type => Verdict::Breaking,
            (
                What::Missing { never: true, .. }
                | What::Unknown { always: true, .. }
                | What::Renamed { .. }
                | What::Tagging
                | What::TooLarge
                | What::Keyword(_),
                true,
            ) => Verdict::Breaking,
            // Messages as they were still work.
            (_, true) => Verdict::Risky,
        },
    }
}

/// What changes nothing for those who read what servers send. Servers never use aliases.
fn is_quiet(what: &What, is_gained: bool) -> bool {
    match what {
        What::Ignored { .. } | What::Alias { .. } | What::Default { .. } => true,
        What::Closed => is_gained,
        _ => false,
    }
}

fn outcome(what: &What) -> String {
    match what {
        What::Null => "null is refused".to_owned(),
        What::Kind => "the value has the wrong type".to_owned(),
        What::Choice(value) => format!("the value {value} is unknown"),
        // Which texts these allow is not known here.
        What::Constraint(of @ ("pattern" | "format" | "form of the names")) => {
            format!("the {of} may not allow the value")
        }
        What::Constraint(of) => format!("the value is not within the {of}"),
        What::Past53 => "JavaScript rounds the number".to_owned(),
        What::Missing { field, .. } => format!("the member `{field}` is missing"),
        What::Unknown { field, .. } => format!("the member `{field}` is refused"),
        What::Ignored { field } => format!("the member `{field}` is ignored"),
        What::Renamed { field, .. } => format!("the member `{field}` is missing"),
        What::Alias { alias, .. } => format!("the member `{alias}` is not read"),
        What::Closed => "an unknown member is refused".to_owned(),
        What::Tagging => "the variant is not recognised".to_owned(),
        What::Default { field, new, .. } => {
            format!("the missing member `{field}` is taken for {new}")
        }
        What::Keyword(keyword) => format!("`{keyword}` may forbid the value"),
        What::TooLarge => "the value may not fit".to_owned(),
    }
}

/// What happened, for the name of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Suffix {
    TypeChanged,
    NullRemoved,
    NullAdded,
    ValueRemoved,
    ValueAdded,
    Narrowed,
    Widened,
    ConstraintChanged,
    Past53,
    FieldAddedRequired,
    FieldBecameRequired,
    FieldRemoved,
    FieldBecameOptional,
    FieldAdded,
    FieldRenamed,
    FieldAliasRemoved,
    FieldAliasAdded,
    FieldDefaultChanged,
    Closed,
    Opened,
    TaggingChanged,
    Unclassified,
}

macro_rules! names {
    ($prefix:literal, $suffix:expr) => {
        match $suffix {
            Suffix::TypeChanged => concat!($prefix, "-type-changed"),
            Suffix::NullRemoved => concat!($prefix, "-no-longer-nullable"),
            Suffix::NullAdded => concat!($prefix, "-became-nullable"),
            Suffix::ValueRemoved => concat!($prefix, "-value-removed"),
            Suffix::ValueAdded => concat!($prefix, "-value-added"),
            Suffix::Narrowed => concat!($prefix, "-narrowed"),
            Suffix::Widened => concat!($prefix, "-widened"),
            Suffix::ConstraintChanged => concat!($prefix, "-constraint-changed"),
            Suffix::Past53 => concat!($prefix, "-integer-past-2-53"),
            Suffix::FieldAddedRequired => concat!($prefix, "-field-added-required"),
            Suffix::FieldBecameRequired => concat!($prefix, "-field-became-required"),
            Suffix::FieldRemoved => concat!($prefix, "-field-removed"),
            Suffix::FieldBecameOptional => concat!($prefix, "-field-became-optional"),
            Suffix::FieldAdded => concat!($prefix, "-field-added"),
            Suffix::FieldRenamed => concat!($prefix, "-field-renamed-with-alias"),
            Suffix::FieldAliasRemoved => concat!($prefix, "-field-alias-removed"),
            Suffix::FieldAliasAdded => concat!($prefix, "-field-alias-added"),
            Suffix::FieldDefaultChanged => concat!($prefix, "-field-default-changed"),
            Suffix::Closed => concat!($prefix, "-object-closed"),
            Suffix::Opened => concat!($prefix, "-object-opened"),
            Suffix::TaggingChanged => concat!($prefix, "-tagging-changed"),
            Suffix::Unclassified => "unclassified",
        }
    };
}

fn rule(usage: Use, suffix: Suffix) -> &'static str {
    match usage {
        Use::Param { .. } => names!("param", suffix),
        Use::Result => names!("result", suffix),
        Use::Item => names!("stream-item", suffix),
        Use::ErrorData => names!("error-data", suffix),
    }
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
