//! What has changed, and what the other side makes of it: the name of the rule, and texts for people.

use super::naming::Suffix;
use crate::diff::clash::What;

/// The last part of the rule's name, and what has changed.
pub(super) fn named(what: &What, is_gained: bool, is_other_type: bool) -> (Suffix, String) {
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

/// What the reader makes of the value.
pub(super) fn outcome(what: &What) -> String {
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
