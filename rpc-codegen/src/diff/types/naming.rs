//! [`Suffix`]: what happened to a type. With what the type is for, it names a rule.

use super::Use;

/// What happened, for the name of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Suffix {
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

/// The rule's name.
pub(super) fn rule(usage: Use, suffix: Suffix) -> &'static str {
    match usage {
        Use::Param { .. } => names!("param", suffix),
        Use::Result => names!("result", suffix),
        Use::Item => names!("stream-item", suffix),
        Use::ErrorData => names!("error-data", suffix),
    }
}
