//! Values that can be listed, and unions: one of several types.

use super::numbers::float;
use super::{Clash, Comparison, What};
use crate::diff::sample::sample;
use crate::integers::integer;
use crate::model::{Choice, JsonKind, Kind, StringFormat, Telling, Type};
use crate::value::Value;

impl Comparison<'_> {
    /// A value of the writer that the reader does not take, if one is found.
    pub(super) fn other_kind(&self, w: &Type, r: &Type) -> Value {
        let own = sample(self.writer, w);
        let texts =
            ["something else", "zz", "z", "zzzz", ""].map(|text| Value::String(text.to_owned()));
        let more = [
            Value::Bool(true),
            Value::Bool(false),
            float(0.5),
            Value::Array(Vec::new()),
        ];
        let all = own.clone().into_iter().chain(fraction(w)).chain(beyond(r));
        let all = all.chain(more).chain(texts);
        // Last, since null may stand for nothing.
        let mut all = all.chain([Value::Null]);
        let is_shown = |value: &Value| {
            self.writer.check(value, w).is_ok() && self.reader.check(value, r).is_err()
        };
        all.find(is_shown).or(own).unwrap_or(Value::Null)
    }

    /// Values that can be listed.
    pub(super) fn values(
        &self,
        w: &Type,
        r: &Type,
        values: &[Value],
        extensible: bool,
    ) -> Vec<Clash> {
        let clash = |value: Value| Clash {
            what: What::Choice(value.clone()),
            writer: w.place.clone(),
            reader: r.place.clone(),
            value,
        };
        let refused = values
            .iter()
            .filter(|value| self.reader.check(value, r).is_err());
        let mut found: Vec<Clash> = refused.cloned().map(clash).collect();
        if found.is_empty()
            && let Some(of) = unchecked(r)
            && let Some(value) = values.iter().find(|value| value.as_str().is_some())
        {
            let mut clash = clash(value.clone());
            clash.what = What::Constraint(of);
            found.push(clash);
        }
        if extensible && found.is_empty() {
            let is_refused = |newer: &Value| self.reader.check(newer, r).is_err();
            found.extend(newer(values).filter(is_refused).map(clash));
        }
        found
    }

    /// One of several types that the writer sends. If the reader takes one of them, nothing clashes always.
    pub(super) fn written(&mut self, variants: &[Type], r: &Type) -> Vec<Clash> {
        let each = variants.iter().map(|variant| self.variant(variant, r));
        let each: Vec<Vec<Clash>> = each.collect();
        let is_one_read = each.iter().any(Vec::is_empty);
        let mut found: Vec<Clash> = each.into_iter().flatten().collect();
        if is_one_read {
            found.iter_mut().for_each(Clash::happens_sometimes);
        }
        found
    }

    /// One of several types to read as.
    pub(super) fn variants(
        &mut self,
        w: &Type,
        r: &Type,
        variants: &[Type],
        telling: &Telling,
    ) -> Vec<Clash> {
        if let Telling::Tag { field, values } = telling
            && let Some(tags) = self.tags(w, field)
        {
            let mut found = Vec::new();
            for tag in tags {
                let has_tag = |known: &Vec<Value>| known.iter().any(|it| it.same(&tag));
                match values.iter().position(has_tag) {
                    Some(index) => found.extend(self.with_variant(w, &variants[index])),
                    None => {
                        let mut value = sample(self.writer, w).unwrap_or(Value::Null);
                        if let Value::Object(members) = &mut value {
                            members.insert(field.clone(), tag.clone());
                        }
                        found.push(Clash {
                            what: What::Choice(tag),
                            writer: w.place.clone(),
                            reader: r.place.clone(),
                            value,
                        });
                    }
                }
            }
            return found;
        }
        let kinds = self.writer.json_kinds(w);
        let mut best: Option<Vec<Clash>> = None;
        for variant in variants {
            let before = self.assumed.clone();
            let mut found = self.with_variant(w, variant);
            if found.is_empty() {
                return found;
            }
            if found.iter().any(|clash| clash.what == What::TooLarge) {
                return found;
            }
            self.assumed = before;
            let count = found.len();
            // Another variant may take it.
            found.retain(|clash| {
                !is_shown(&clash.what) || self.reader.check(&clash.value, r).is_err()
            });
            // A variant that takes not all of it says nothing about what the others take, unless they refuse the same.
            let says_all = found.len() == count || is_proven(&found);
            let is_like = !kinds.is_disjoint(&self.reader.json_kinds(variant));
            let is_better = best.as_ref().is_none_or(|best| rank(&found) < rank(best));
            if is_like && says_all && is_better {
                best = Some(found);
            }
        }
        if let Some(best) = best {
            return best;
        }
        let value = self.other_kind(w, r);
        // Together, the variants may take all of it, or not: nobody knows.
        let what = match self.reader.check(&value, r).is_err() {
            true => What::Kind,
            false => What::Keyword("anyOf".to_owned()),
        };
        vec![Clash {
            what,
            writer: w.place.clone(),
            reader: r.place.clone(),
            value,
        }]
    }

    /// What clashes with a variant of the reader. Null has been looked at, with the whole union.
    fn with_variant(&mut self, w: &Type, variant: &Type) -> Vec<Clash> {
        let mut found = self.compare(w, variant);
        found.retain(|clash| clash.what != What::Null || clash.value != Value::Null);
        found
    }

    /// The values that a member always has.
    fn tags(&self, w: &Type, field: &str) -> Option<Vec<Value>> {
        let Kind::Object { fields, .. } = &w.kind else {
            return None;
        };
        let field = fields.iter().find(|it| it.name == field && it.required)?;
        match &self.writer.resolve(&field.ty).0.kind {
            Kind::Constant(value) => Some(vec![value.clone()]),
            Kind::Enum {
                choices,
                extensible: false,
            } => Some(choices.iter().map(value_of).collect()),
            _ => None,
        }
    }

    /// Whether all values of the writer are of the kinds of an extensible enum, which takes all of them.
    pub(super) fn is_within(&self, w: &Type, choices: &[Choice]) -> bool {
        let mut kinds = self.writer.json_kinds(w).into_iter();
        let known: Vec<JsonKind> = choices.iter().map(|it| JsonKind::of(&it.value)).collect();
        kinds.all(|kind| known.contains(&kind))
    }

    /// Whether two unions tell their variants by different things, so that the reader takes no variant of the writer.
    pub(super) fn is_told_otherwise(&self, w: &Type, r: &Type) -> bool {
        let (Kind::Union { variants, telling }, Kind::Union { telling: other, .. }) =
            (&w.kind, &r.kind)
        else {
            return false;
        };
        let tag = |telling: &Telling| match telling {
            Telling::Tag { field, .. } => Some(field.clone()),
            Telling::Shape(_) | Telling::Order => None,
        };
        let is_refused = |variant: &Type| {
            let value = sample(self.writer, variant);
            value.is_some_and(|value| self.reader.check(&value, r).is_err())
        };
        tag(telling) != tag(other) && variants.iter().all(is_refused)
    }
}

/// A number that an enum does not have.
fn beyond(ty: &Type) -> Option<Value> {
    match &ty.kind {
        Kind::Enum { choices, .. } => {
            let values: Vec<Value> = choices.iter().map(value_of).collect();
            next_integer(&values)
        }
        Kind::Constant(value) => next_integer(std::slice::from_ref(value)),
        _ => None,
    }
}

/// A number that is not whole, next to a bound of the type.
fn fraction(ty: &Type) -> Option<Value> {
    let Kind::Number { bounds } = &ty.kind else {
        return None;
    };
    let ends = [bounds.minimum, bounds.maximum].into_iter().flatten();
    let mut near = ends.flat_map(|(end, _)| [end + 0.25, end - 0.25]);
    let found = near.find(|it| it.fract() != 0.0 && bounds.contain(*it));
    found.map(float)
}

/// What a reader wants of a string that nobody checks here.
fn unchecked(reader: &Type) -> Option<&'static str> {
    match &reader.kind {
        Kind::String {
            format, pattern, ..
        } => match (format, pattern) {
            (_, Some(_)) => Some("pattern"),
            (StringFormat::Text, None) => None,
            (_, None) => Some("format"),
        },
        _ => None,
    }
}

/// A value that an extensible enum may have in a newer version.
fn newer(values: &[Value]) -> Option<Value> {
    if values.iter().any(|value| value.as_str().is_some()) {
        return Some(Value::String("a newer value".to_owned()));
    }
    next_integer(values)
}

/// The whole number after the greatest.
fn next_integer(values: &[Value]) -> Option<Value> {
    let greatest = values.iter().filter_map(Value::as_integer).max()?;
    greatest.checked_add(1).map(integer)
}

pub(super) fn value_of(choice: &Choice) -> Value {
    choice.value.clone()
}

/// Whether one of the values is refused by all variants.
fn is_proven(found: &[Clash]) -> bool {
    found.iter().any(|clash| is_shown(&clash.what))
}

/// Which of the variants' clashes to tell: those that are proven, and the fewest.
fn rank(found: &[Clash]) -> (bool, usize) {
    (!is_proven(found), found.len())
}

/// Whether a check of the value shows the clash.
fn is_shown(what: &What) -> bool {
    match what {
        What::Null
        | What::Kind
        | What::Choice(_)
        | What::Missing { .. }
        | What::Unknown { .. }
        | What::Tagging => true,
        What::Constraint(of) => matches!(*of, "range" | "length" | "uniqueness" | "set of members"),
        What::Past53
        | What::Ignored { .. }
        | What::Renamed { .. }
        | What::Alias { .. }
        | What::Closed
        | What::Default { .. }
        | What::TooLarge
        | What::Keyword(_) => false,
    }
}
