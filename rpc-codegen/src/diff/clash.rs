//! [`Clash`]: something that one side may write and the other does not take, or takes for something else.
//!
//! [`between`] compares the type of a writer with that of a reader. What it finds has an example: a whole value of the writer. A
//! writer sends no members that its schema does not name, even if the schema is open: openness is for readers.

use std::collections::HashSet;

use crate::diff::sample::sample;
use crate::integers::{integer, range};
use crate::model::{Bounds, Choice, Field, Kind, Model, Rest, Telling, Type, TypeId};
use crate::place::Place;
use crate::value::Value;

/// The greatest whole number below which JavaScript rounds none.
const SAFE: i128 = 1 << 53;

/// What is wrong between a writer and a reader.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    /// The writer may send null.
    Null,
    /// The values are of another kind.
    Kind,
    /// A value that the reader's enum, constant or union does not have.
    Choice(Value),
    /// Out of the reader's range, length, pattern or format.
    Constraint(&'static str),
    /// A whole number past 2^53, to a reader that does not expect one.
    Past53,
    /// The reader needs a member that the writer never sends, or not always.
    Missing { field: String, never: bool },
    /// The reader refuses the member. The flag says whether the writer always sends it.
    Unknown { field: String, always: bool },
    /// The reader ignores the member.
    Ignored { field: String },
    /// A keyword of JSON Schema that types can't say.
    Keyword(&'static str),
}

/// See the module.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Clash {
    pub(super) what: What,
    pub(super) writer: Place,
    pub(super) reader: Place,
    /// A value of the writer in which it shows.
    pub(super) value: Value,
}

/// Everything that clashes.
pub(super) fn between(writer: (&Model, &Type), reader: (&Model, &Type)) -> Vec<Clash> {
    let mut comparison = Comparison {
        writer: writer.0,
        reader: reader.0,
        assumed: HashSet::new(),
    };
    comparison.compare(writer.1, reader.1)
}

struct Comparison<'a> {
    writer: &'a Model,
    reader: &'a Model,
    /// Pairs of named types that are being compared, or have been.
    assumed: HashSet<(TypeId, TypeId)>,
}

impl Comparison<'_> {
    fn compare(&mut self, writer: &Type, reader: &Type) -> Vec<Clash> {
        let (w, writes_null) = self.writer.resolve(writer);
        let (r, _) = self.reader.resolve(reader);
        let clash = |what, value| Clash {
            what,
            writer: w.place.clone(),
            reader: r.place.clone(),
            value,
        };
        let mut found = Vec::new();
        let takes_null = self.reader.check(&Value::Null, reader).is_ok();
        if writes_null && !takes_null {
            found.push(clash(What::Null, Value::Null));
        }
        if let (Some(one), Some(two)) = (last(self.writer, writer), last(self.reader, reader))
            && !self.assumed.insert((one, two))
        {
            return found;
        }
        for keyword in &r.unmodelled {
            if !w.unmodelled.contains(keyword) {
                let value = sample(self.writer, w).unwrap_or(Value::Null);
                found.push(clash(What::Keyword(keyword), value));
            }
        }
        found.extend(self.kinds(w, r));
        found
    }

    /// The same for types that are not references. `null` has been looked at.
    fn kinds(&mut self, w: &Type, r: &Type) -> Vec<Clash> {
        let clash = |what, value| {
            vec![Clash {
                what,
                writer: w.place.clone(),
                reader: r.place.clone(),
                value,
            }]
        };
        match (&w.kind, &r.kind) {
            (_, Kind::Any) | (Kind::Never, _) => Vec::new(),
            (Kind::Null, _) => match self.reader.check(&Value::Null, r).is_ok() {
                true => Vec::new(),
                false => clash(What::Kind, Value::Null),
            },
            (Kind::Union { variants, .. }, _) => variants
                .iter()
                .flat_map(|variant| self.compare(variant, r))
                .collect(),
            (Kind::Constant(value), _) => self.values(w, r, std::slice::from_ref(value), false),
            (
                Kind::Enum {
                    choices,
                    extensible,
                },
                _,
            ) => {
                let values: Vec<Value> = choices.iter().map(value_of).collect();
                self.values(w, r, &values, *extensible)
            }
            (_, Kind::Union { variants, telling }) => self.variants(w, r, variants, telling),
            (Kind::Boolean, Kind::Boolean) => Vec::new(),
            (
                Kind::Integer { format, bounds },
                Kind::Integer {
                    format: other,
                    bounds: limits,
                },
            ) => {
                let (least, greatest) = range(*format, bounds);
                let (from, to) = range(*other, limits);
                if least < from {
                    return clash(What::Constraint("range"), integer(least.max(from - 1)));
                }
                if greatest > to {
                    return clash(What::Constraint("range"), integer(greatest.min(to + 1)));
                }
                let is_wide = |bits: Option<u32>| bits.is_some_and(|bits| bits > 53);
                match is_wide(format.bits()) && greatest > SAFE && other.bits().is_none() {
                    true => clash(What::Past53, integer(greatest.min(SAFE + 1))),
                    false => Vec::new(),
                }
            }
            (Kind::Integer { format, bounds }, Kind::Number { bounds: limits }) => {
                let (least, greatest) = range(*format, bounds);
                let outside = [least, greatest]
                    .into_iter()
                    .find(|it| !limits.contain(*it as f64));
                outside.map_or(Vec::new(), |it| {
                    clash(What::Constraint("range"), integer(it))
                })
            }
            (Kind::Number { bounds }, Kind::Number { bounds: limits }) => {
                let known = [bounds.minimum, bounds.maximum].into_iter().flatten();
                let known = known
                    .filter(|(_, excluded)| !excluded)
                    .map(|(bound, _)| bound);
                let far = [-1e300, 1e300].into_iter();
                let mut all = known.chain(far).filter(|it| bounds.contain(*it));
                match (all.find(|it| !limits.contain(*it)), bounds == limits) {
                    (Some(outside), false) => clash(What::Constraint("range"), float(outside)),
                    _ => Vec::new(),
                }
            }
            (Kind::String { .. }, Kind::String { .. }) => self.strings(w, r),
            (Kind::Array { .. } | Kind::Tuple { .. }, Kind::Array { .. } | Kind::Tuple { .. }) => {
                self.lists(w, r)
            }
            (Kind::Map { .. } | Kind::Object { .. }, Kind::Map { .. } | Kind::Object { .. }) => {
                self.objects(w, r)
            }
            _ => clash(What::Kind, self.other_kind(w, r)),
        }
    }

    /// A value of the writer that the reader does not take, if one is found.
    fn other_kind(&self, w: &Type, r: &Type) -> Value {
        let own = sample(self.writer, w);
        let texts =
            ["something else", "zz", "z", "zzzz", ""].map(|text| Value::String(text.to_owned()));
        let more = [
            Value::Null,
            Value::Bool(true),
            float(0.5),
            Value::Array(Vec::new()),
        ];
        let mut all = own.clone().into_iter().chain(more).chain(texts);
        let is_shown = |value: &Value| {
            self.writer.check(value, w).is_ok() && self.reader.check(value, r).is_err()
        };
        all.find(is_shown).or(own).unwrap_or(Value::Null)
    }

    /// Values that can be listed.
    fn values(&self, w: &Type, r: &Type, values: &[Value], extensible: bool) -> Vec<Clash> {
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
        if extensible {
            let newer = Value::String("a newer value".to_owned());
            if found.is_empty() && self.reader.check(&newer, r).is_err() {
                found.push(clash(newer));
            }
        }
        found
    }

    /// One of several types to read as.
    fn variants(&mut self, w: &Type, r: &Type, variants: &[Type], telling: &Telling) -> Vec<Clash> {
        if let Telling::Tag { field, values } = telling
            && let Some(tags) = self.tags(w, field)
        {
            let mut found = Vec::new();
            for tag in tags {
                let has_tag = |known: &Vec<Value>| known.iter().any(|it| it.same(&tag));
                match values.iter().position(has_tag) {
                    Some(index) => found.extend(self.compare(w, &variants[index])),
                    None => {
                        let value = sample(self.writer, w).unwrap_or(Value::Null);
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
            let mut found = self.compare(w, variant);
            if found.is_empty() {
                return found;
            }
            self.assumed = before;
            // Another variant may take it.
            found.retain(|clash| {
                !is_shown(&clash.what) || self.reader.check(&clash.value, r).is_err()
            });
            let is_like = !kinds.is_disjoint(&self.reader.json_kinds(variant));
            let is_better = best.as_ref().is_none_or(|best| found.len() < best.len());
            if is_like && !found.is_empty() && is_better {
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
            false => What::Keyword("anyOf"),
        };
        vec![Clash {
            what,
            writer: w.place.clone(),
            reader: r.place.clone(),
            value,
        }]
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

    fn strings(&self, w: &Type, r: &Type) -> Vec<Clash> {
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
        if *wanted != crate::model::StringFormat::Text && format != wanted {
            wrong.push(("format", "not of this format".to_owned()));
        }
        if matched.is_some() && pattern != matched {
            wrong.push(("pattern", "not of this pattern".to_owned()));
        }
        if let Some(count) = outside(length, limits) {
            let count = usize::try_from(count.clamp(0, 1000)).unwrap_or(0);
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

    fn lists(&mut self, w: &Type, r: &Type) -> Vec<Clash> {
        let mut found = Vec::new();
        let base = sample(self.writer, w);
        let base = base
            .as_ref()
            .and_then(Value::as_array)
            .unwrap_or_default()
            .to_vec();
        if let Some(count) = outside(&counts(w), &counts(r)) {
            let mut elements = base.clone();
            let count = usize::try_from(count.clamp(0, 1000)).unwrap_or(0);
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
        let listed = |ty: &Type| match &ty.kind {
            Kind::Tuple { items, .. } => items.len(),
            _ => 0,
        };
        // One more for the elements that follow.
        for index in 0..=listed(w).max(listed(r)) {
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

    fn objects(&mut self, w: &Type, r: &Type) -> Vec<Clash> {
        let base = sample(self.writer, w);
        let base = base
            .as_ref()
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        let with = |name: &str, value: Value| {
            let mut members = base.clone();
            members.insert(name.to_owned(), value);
            Value::Object(members)
        };
        let without = |name: &str| {
            let mut members = base.clone();
            members.shift_remove(name);
            Value::Object(members)
        };
        let (written, read) = (fields(w), fields(r));
        let mut found = Vec::new();
        for field in read {
            let own = written.iter().find(|it| it.name == field.name);
            if field.required && own.is_none_or(|own| !own.required) {
                let never = own.is_none();
                found.push(Clash {
                    what: What::Missing {
                        field: field.name.clone(),
                        never,
                    },
                    writer: own.map_or(&w.place, |own| &own.ty.place).clone(),
                    reader: field.ty.place.clone(),
                    value: without(&field.name),
                });
            }
            let Some(ty) = own.map(|own| &own.ty).or(rest(w)) else {
                continue;
            };
            for mut clash in self.compare(ty, &field.ty) {
                clash.value = with(&field.name, clash.value);
                found.push(clash);
            }
        }
        for field in written.iter().filter(|it| !has(read, &it.name)) {
            let value = sample(self.writer, &field.ty).unwrap_or(Value::Null);
            let what = match (&r.kind, rest(r)) {
                (_, Some(ty)) => {
                    for mut clash in self.compare(&field.ty, ty) {
                        clash.value = with(&field.name, clash.value);
                        found.push(clash);
                    }
                    continue;
                }
                (
                    Kind::Object {
                        rest: Rest::Closed, ..
                    },
                    None,
                ) => What::Unknown {
                    field: field.name.clone(),
                    always: field.required,
                },
                _ => What::Ignored {
                    field: field.name.clone(),
                },
            };
            found.push(Clash {
                what,
                writer: field.ty.place.clone(),
                reader: r.place.clone(),
                value: with(&field.name, value),
            });
        }
        match (rest(w), rest(r)) {
            (Some(one), Some(two)) => {
                for mut clash in self.compare(one, two) {
                    clash.value = with("other", clash.value);
                    found.push(clash);
                }
            }
            (Some(one), None) => {
                let field = "other".to_owned();
                let what = match &r.kind {
                    Kind::Object {
                        rest: Rest::Closed, ..
                    } => What::Unknown {
                        field,
                        always: false,
                    },
                    _ => What::Ignored { field },
                };
                let value = sample(self.writer, one).unwrap_or(Value::Null);
                found.push(Clash {
                    what,
                    writer: one.place.clone(),
                    reader: r.place.clone(),
                    value: with("other", value),
                });
            }
            (None, _) => {}
        }
        found
    }
}

/// Whether a check of the value shows the clash.
fn is_shown(what: &What) -> bool {
    match what {
        What::Null | What::Kind | What::Choice(_) | What::Missing { .. } | What::Unknown { .. } => {
            true
        }
        What::Constraint(of) => matches!(*of, "range" | "length"),
        What::Past53 | What::Ignored { .. } | What::Keyword(_) => false,
    }
}

/// The named type that a reference leads to in the end.
fn last(model: &Model, ty: &Type) -> Option<TypeId> {
    let mut found = None;
    let mut here = ty;
    while let Kind::Reference(id) = here.kind {
        found = Some(id);
        here = &model.definition(id).ty;
    }
    found
}

fn value_of(choice: &Choice) -> Value {
    choice.value.clone()
}

fn float(number: f64) -> Value {
    serde_json::Number::from_f64(number).map_or(Value::Null, Value::Number)
}

/// A number that the writer's bounds allow and the reader's don't. Nothing is below zero.
fn outside(writer: &Bounds, reader: &Bounds) -> Option<i128> {
    let least = writer.minimum.unwrap_or(0);
    if let Some(from) = reader.minimum
        && least < from
    {
        return Some(from - 1);
    }
    let to = reader.maximum?;
    writer
        .maximum
        .is_none_or(|greatest| greatest > to)
        .then(|| to.max(least - 1) + 1)
}

/// How many elements a list may have.
fn counts(ty: &Type) -> Bounds {
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

fn element_type(ty: &Type, index: usize) -> Option<&Type> {
    match &ty.kind {
        Kind::Array { items, .. } => Some(items),
        Kind::Tuple { items, rest, .. } => items.get(index).or(rest.as_deref()),
        _ => None,
    }
}

fn fields(ty: &Type) -> &[Field] {
    match &ty.kind {
        Kind::Object { fields, .. } => fields,
        _ => &[],
    }
}

fn has(fields: &[Field], name: &str) -> bool {
    fields.iter().any(|field| field.name == name)
}

/// The type of the members without a name of their own.
fn rest(ty: &Type) -> Option<&Type> {
    match &ty.kind {
        Kind::Map { values, .. } => Some(values),
        Kind::Object {
            rest: Rest::Typed(ty),
            ..
        } => Some(ty),
        _ => None,
    }
}
