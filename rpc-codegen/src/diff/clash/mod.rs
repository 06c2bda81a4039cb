//! [`Clash`]: something that one side may write and the other does not take, or takes for something else.
//!
//! [`between`] compares the type of a writer with that of a reader. What it finds has an example: a whole value of the writer. A
//! writer sends no members that its schema does not name, even if the schema is open: openness is for readers.

mod disjoint;
mod lists;
mod numbers;
mod objects;
mod same;
mod unions;

pub(super) use disjoint::are_disjoint;

use std::collections::HashSet;

use crate::diff::sample::sample;
use crate::model::{Kind, Model, Type, TypeId};
use crate::place::Place;
use crate::read::only_forbids;
use crate::value::{Object, Value};

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
    /// The writer sends the member under a name that the reader does not look for.
    Renamed { field: String, to: String },
    /// The writer's schema also has another name for the member, which the reader does not take.
    Alias { field: String, alias: String },
    /// The writer may send members without a name in its schema, and the reader refuses those.
    Closed,
    /// Both are unions, which tell their variants in other ways.
    Tagging,
    /// Readers take another value if the member is missing.
    Default {
        field: String,
        old: String,
        new: String,
    },
    /// The types differ, and are too large to say in what.
    TooLarge,
    /// A keyword of JSON Schema that types can't say, or a member that starts with `x-` and that nobody here knows.
    Keyword(String),
}

/// How deep types may be inside each other to be compared. The stack of a thread has room for more in a debug build.
const MAX_DEPTH: usize = 80;

/// How many pairs of types are compared. Unions within unions multiply.
const MAX_PAIRS: usize = 10_000;

/// See the module.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Clash {
    pub(super) what: What,
    pub(super) writer: Place,
    pub(super) reader: Place,
    /// A value of the writer in which it shows.
    pub(super) value: Value,
}

impl Clash {
    /// The writer may also send something in which it does not show.
    fn happens_sometimes(&mut self) {
        match &mut self.what {
            What::Missing { never, .. } => *never = false,
            What::Unknown { always, .. } => *always = false,
            _ => {}
        }
    }
}

/// Everything that clashes.
pub(super) fn between(writer: (&Model, &Type), reader: (&Model, &Type)) -> Vec<Clash> {
    let mut comparison = Comparison {
        writer: writer.0,
        reader: reader.0,
        assumed: HashSet::new(),
        depth: 0,
        left: MAX_PAIRS,
    };
    comparison.compare(writer.1, reader.1)
}

struct Comparison<'a> {
    writer: &'a Model,
    reader: &'a Model,
    /// Pairs of named types that are being compared, or have been.
    assumed: HashSet<(TypeId, TypeId)>,
    depth: usize,
    /// How many more pairs are compared.
    left: usize,
}

impl Comparison<'_> {
    fn compare(&mut self, writer: &Type, reader: &Type) -> Vec<Clash> {
        if self.depth >= MAX_DEPTH || self.left == 0 {
            return self.too_large(writer, reader);
        }
        self.left -= 1;
        self.depth += 1;
        let found = self.named(writer, reader);
        self.depth -= 1;
        found
    }

    /// What is left to say about types that are too large to be compared.
    fn too_large(&self, writer: &Type, reader: &Type) -> Vec<Clash> {
        if same::are((self.writer, writer), (self.reader, reader)) {
            return Vec::new();
        }
        vec![Clash {
            what: What::TooLarge,
            writer: self.writer.resolve(writer).0.place.clone(),
            reader: self.reader.resolve(reader).0.place.clone(),
            value: sample(self.writer, writer).unwrap_or(Value::Null),
        }]
    }

    /// Types that may be references.
    fn named(&mut self, writer: &Type, reader: &Type) -> Vec<Clash> {
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
        // What stands beside a reference counts each time.
        for keyword in self.unknown(writer, reader) {
            let value = sample(self.writer, w).unwrap_or(Value::Null);
            found.push(clash(What::Keyword(keyword), value));
        }
        if let (Some(one), Some(two)) = (last(self.writer, writer), last(self.reader, reader))
            && !self.assumed.insert((one, two))
        {
            return found;
        }
        found.extend(self.kinds(w, r));
        found
    }

    /// Keywords that types can't say, and members that nobody here knows, if they differ. What only forbids values harms nobody if only
    /// the writer has it.
    fn unknown(&self, writer: &Type, reader: &Type) -> Vec<String> {
        let (one, two) = (said(self.writer, writer), said(self.reader, reader));
        let names: Vec<&String> = one.keys().chain(two.keys()).collect();
        let mut found: Vec<String> = Vec::new();
        for name in names {
            let (before, after) = (one.get(name), two.get(name));
            let is_narrower = after.is_none() && only_forbids(name);
            if !Value::are_same(before, after) && !is_narrower && !found.contains(name) {
                found.push(name.clone());
            }
        }
        found
    }

    /// Whether the reader takes both booleans, as an enum of them does.
    fn takes_booleans(&self, reader: &Type) -> bool {
        let takes = |it| self.reader.check(&Value::Bool(it), reader).is_ok();
        takes(true) && takes(false) && !matches!(reader.kind, Kind::Union { .. })
    }

    /// The null of a variant, and its kind. What the reader says beside its kind has been compared with the union.
    fn variant(&mut self, writer: &Type, reader: &Type) -> Vec<Clash> {
        if matches!(self.reader.resolve(reader).0.kind, Kind::Union { .. }) {
            let (w, writes_null) = self.writer.resolve(writer);
            let (r, _) = self.reader.resolve(reader);
            let mut found = Vec::new();
            if writes_null && self.reader.check(&Value::Null, reader).is_err() {
                found.push(Clash {
                    what: What::Null,
                    writer: w.place.clone(),
                    reader: r.place.clone(),
                    value: Value::Null,
                });
            }
            found.extend(self.kinds(w, r));
            return found;
        }
        self.compare(writer, reader)
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
            (Kind::Union { .. }, Kind::Union { .. }) if self.is_told_otherwise(w, r) => {
                clash(What::Tagging, self.other_kind(w, r))
            }
            (Kind::Union { variants, .. }, _) => self.written(variants, r),
            (Kind::Constant(value), _) => self.values(w, r, std::slice::from_ref(value), false),
            (
                Kind::Enum {
                    choices,
                    extensible,
                },
                _,
            ) => {
                let values: Vec<Value> = choices.iter().map(unions::value_of).collect();
                self.values(w, r, &values, *extensible)
            }
            (
                _,
                Kind::Enum {
                    choices,
                    extensible: true,
                },
            ) if self.is_within(w, choices) => Vec::new(),
            (Kind::Boolean, _) if self.takes_booleans(r) => Vec::new(),
            (_, Kind::Union { variants, telling }) => self.variants(w, r, variants, telling),
            (Kind::Boolean, Kind::Boolean) => Vec::new(),
            (
                Kind::Integer { .. } | Kind::Number { .. },
                Kind::Integer { .. } | Kind::Number { .. },
            ) => match numbers::between(w, r) {
                Some((What::Kind, _)) => clash(What::Kind, self.other_kind(w, r)),
                Some((what, value)) => clash(what, value),
                None => Vec::new(),
            },
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

/// What a schema says beside its type, and what the schemas say to which its reference leads.
fn said(model: &Model, ty: &Type) -> Object {
    let mut found = Object::new();
    let mut here = ty;
    loop {
        for (name, value) in model.extensions.at(&here.place).into_iter().flatten() {
            found.entry(name.clone()).or_insert_with(|| value.clone());
        }
        match here.kind {
            Kind::Reference(id) => here = &model.definition(id).ty,
            _ => return found,
        }
    }
}
