//! Strings and lists: lengths, formats, and the elements.

use super::{Clash, Comparison, What};
use crate::diff::sample::sample;
use crate::model::{Bounds, Kind, StringFormat, Type};
use crate::value::Value;

/// How many letters or elements a value has at most that shows a length. A longer limit is shown by a value that is too short.
const MOST: i128 = 20_000;

impl Comparison<'_> {
    pub(super) fn strings(&self, w: &Type, r: &Type) -> Vec<Clash> {
        let (
            Kind::String {
                format,
                pattern,
                length,
            },
            Kind::String {
                format: wanted,
                pattern: matched,
                length: limits,
            },
        ) = (&w.kind, &r.kind)
        else {
            return Vec::new();
        };
        let mut wrong = Vec::new();
        if *wanted != StringFormat::Text && format != wanted {
            wrong.push(("format", "not of this format".to_owned()));
        }
        if matched.is_some() && pattern != matched {
            wrong.push(("pattern", "not of this pattern".to_owned()));
        }
        if let Some(count) = outside(length, limits) {
            let count = usize::try_from(count.clamp(0, MOST)).unwrap_or(0);
            wrong.push(("length", "a".repeat(count)));
        }
        let clash = |(what, text)| Clash {
            what: What::Constraint(what),
            writer: w.place.clone(),
            reader: r.place.clone(),
            value: Value::String(text),
        };
        wrong.into_iter().map(clash).collect()
    }

    pub(super) fn lists(&mut self, w: &Type, r: &Type) -> Vec<Clash> {
        let mut found = Vec::new();
        let base = sample(self.writer, w);
        let base = base
            .as_ref()
            .and_then(Value::as_array)
            .unwrap_or_default()
            .to_vec();
        if let Some(count) = outside(&counts(w), &counts(r)) {
            let mut elements = base.clone();
            let count = usize::try_from(count.clamp(0, MOST)).unwrap_or(0);
            while elements.len() < count {
                let Some(element) =
                    element_type(w, elements.len()).and_then(|ty| sample(self.writer, ty))
                else {
                    break;
                };
                elements.push(element);
            }
            elements.truncate(count);
            found.push(Clash {
                what: What::Constraint("length"),
                writer: w.place.clone(),
                reader: r.place.clone(),
                value: Value::Array(elements),
            });
        }
        if is_unique(r) && !is_unique(w) && counts(w).maximum.is_none_or(|most| most > 1) {
            let element = element_type(w, 0).and_then(|ty| sample(self.writer, ty));
            let element = element.unwrap_or(Value::Null);
            let least = usize::try_from(counts(w).minimum.unwrap_or(0)).unwrap_or(0);
            found.push(Clash {
                what: What::Constraint("uniqueness"),
                writer: w.place.clone(),
                reader: r.place.clone(),
                value: Value::Array(vec![element; least.clamp(2, 1000)]),
            });
        }
        let listed = |ty: &Type| match &ty.kind {
            Kind::Tuple { items, .. } => items.len(),
            _ => 0,
        };
        // One more for the elements that follow, if there may be so many.
        let most = counts(w).maximum.unwrap_or(i128::MAX);
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        for index in (0..=listed(w).max(listed(r))).take(most) {
            let (Some(one), Some(two)) = (element_type(w, index), element_type(r, index)) else {
                continue;
            };
            for mut clash in self.compare(one, two) {
                let mut elements = base.clone();
                while elements.len() <= index {
                    let next =
                        element_type(w, elements.len()).and_then(|ty| sample(self.writer, ty));
                    elements.push(next.unwrap_or(Value::Null));
                }
                elements[index] = clash.value;
                clash.value = Value::Array(elements);
                found.push(clash);
            }
        }
        found
    }
}

/// A number that the writer's bounds allow and the reader's don't. Nothing is below zero.
fn outside(writer: &Bounds, reader: &Bounds) -> Option<i128> {
    let least = writer.minimum.unwrap_or(0);
    if let Some(from) = reader.minimum
        && least < from
    {
        return Some(writer.maximum.map_or(from - 1, |most| most.min(from - 1)));
    }
    let to = reader.maximum?;
    writer
        .maximum
        .is_none_or(|greatest| greatest > to)
        .then(|| to.max(least - 1) + 1)
}

/// How many elements a list may have.
pub(super) fn counts(ty: &Type) -> Bounds {
    let count = |count: usize| i128::try_from(count).unwrap_or(i128::MAX);
    match &ty.kind {
        Kind::Array { length, .. } => *length,
        Kind::Tuple {
            items,
            required,
            rest,
        } => Bounds {
            minimum: Some(count(*required)),
            maximum: rest.is_none().then(|| count(items.len())),
        },
        _ => Bounds::default(),
    }
}

pub(super) fn element_type(ty: &Type, index: usize) -> Option<&Type> {
    match &ty.kind {
        Kind::Array { items, .. } => Some(items),
        Kind::Tuple { items, rest, .. } => items.get(index).or(rest.as_deref()),
        _ => None,
    }
}

fn is_unique(ty: &Type) -> bool {
    matches!(ty.kind, Kind::Array { unique: true, .. })
}
