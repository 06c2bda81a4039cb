//! Whether a reader takes nothing at all of what a writer sends.

use std::cell::Cell;

use super::lists::{counts, element_type};
use super::numbers::ends;
use crate::model::{Bounds, Field, Kind, Model, Type};
use crate::value::Value;

/// How deep members are looked at.
const MAX_DEPTH: usize = 8;

/// How many elements of a list are looked at.
const MAX_ELEMENTS: i128 = 8;

/// How many pairs of types are looked at. Types with many members of types with many members have millions.
const MAX_PAIRS: usize = 10_000;

/// Whether no value of the writer is one that the reader takes. If it is hard to say, it is not.
pub(in crate::diff) fn are_disjoint(
    (writer, w): (&Model, &Type),
    (reader, r): (&Model, &Type),
) -> bool {
    let sides = Sides {
        writer,
        reader,
        pairs_left: Cell::new(MAX_PAIRS),
    };
    sides.are_disjoint(w, r, MAX_DEPTH)
}

struct Sides<'a> {
    writer: &'a Model,
    reader: &'a Model,
    pairs_left: Cell<usize>,
}

impl Sides<'_> {
    fn are_disjoint(&self, writer: &Type, reader: &Type, depth: usize) -> bool {
        let Some(left) = self.pairs_left.get().checked_sub(1) else {
            return false;
        };
        self.pairs_left.set(left);
        let (w, writes_null) = self.writer.resolve(writer);
        let (r, _) = self.reader.resolve(reader);
        let is_taken = |value: &Value| self.reader.check(value, reader).is_ok();
        if depth == 0 || (writes_null && is_taken(&Value::Null)) {
            return false;
        }
        match (&w.kind, &r.kind) {
            (Kind::Constant(value), _) => !is_taken(value),
            (
                Kind::Enum {
                    choices,
                    extensible: false,
                },
                _,
            ) => !choices.iter().any(|it| is_taken(&it.value)),
            (Kind::Union { variants, .. }, _) => {
                let mut all = variants.iter();
                all.all(|variant| self.are_disjoint(variant, reader, depth - 1))
            }
            (Kind::Integer { .. }, Kind::Integer { .. }) => apart(ends(w), ends(r)),
            (Kind::String { length, .. }, Kind::String { length: limits, .. }) => {
                apart(both_ends(length), both_ends(limits))
            }
            (Kind::Array { .. } | Kind::Tuple { .. }, Kind::Array { .. } | Kind::Tuple { .. }) => {
                apart(both_ends(&counts(w)), both_ends(&counts(r)))
                    || self.is_element_refused(w, r, depth)
            }
            (Kind::Object { fields, .. }, Kind::Object { fields: read, .. }) => {
                let mut all = fields.iter().filter(|it| it.required);
                all.any(|field| self.is_refused(field, read, depth))
            }
            _ => false,
        }
    }

    /// Whether the reader takes no value of an element that is always there.
    fn is_element_refused(&self, w: &Type, r: &Type, depth: usize) -> bool {
        let count = counts(w).minimum.unwrap_or(0).clamp(0, MAX_ELEMENTS);
        let mut indexes = 0..usize::try_from(count).unwrap_or(0);
        indexes.any(|index| {
            let both = element_type(w, index).zip(element_type(r, index));
            both.is_some_and(|(one, two)| self.are_disjoint(one, two, depth - 1))
        })
    }

    /// Whether the reader takes no value of this member, which is always there.
    fn is_refused(&self, field: &Field, read: &[Field], depth: usize) -> bool {
        let mut known = read.iter().filter(|it| it.is_read_as(&field.name));
        known.any(|it| self.are_disjoint(&field.ty, &it.ty, depth - 1))
    }
}

/// How long something is, at least and at most.
fn both_ends(bounds: &Bounds) -> (i128, i128) {
    let most = bounds.maximum.unwrap_or(i128::MAX);
    (bounds.minimum.unwrap_or(0), most)
}

fn apart((from, to): (i128, i128), (least, most): (i128, i128)) -> bool {
    to < least || most < from
}
