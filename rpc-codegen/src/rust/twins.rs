//! Types that a document describes twice: `Order` as it is written, and `OrderInput` as it is read.
//!
//! rpc-core makes such documents: in what is read, an `Option` may be missing, and so may a member with a default. In Rust both are one
//! type, so both become one type again. Its name is the one without `Input`.

use std::collections::{HashMap, HashSet};

use crate::model::{Field, Kind, Model, Rest, Type, TypeId};

/// What the name of a type that is only read ends with.
const INPUT: &str = "Input";

/// The types that are described twice, and those that have only the description of what is read.
pub(super) struct Twins {
    /// By the type that is read: the one that is written.
    written: HashMap<TypeId, TypeId>,
    /// The same the other way round.
    read: HashMap<TypeId, TypeId>,
    /// Types that are only read, and whose name says so.
    alone: HashSet<TypeId>,
}

impl Twins {
    pub(super) fn of(model: &Model) -> Twins {
        let mut twins = Twins {
            written: HashMap::new(),
            read: HashMap::new(),
            alone: HashSet::new(),
        };
        let by_name: HashMap<&str, TypeId> = model
            .definitions()
            .map(|(id, definition)| (&*definition.name, id))
            .collect();
        let as_read = model.containing(is_described_as_read);
        for (id, definition) in model.definitions() {
            let Some(name) = definition
                .name
                .strip_suffix(INPUT)
                .filter(|name| !name.is_empty())
            else {
                continue;
            };
            match by_name.get(name) {
                Some(twin) if are_twins(model, *twin, id) => {
                    twins.written.insert(id, *twin);
                    twins.read.insert(*twin, id);
                }
                None if as_read.contains(&id) => {
                    twins.alone.insert(id);
                }
                _ => {}
            }
        }
        twins
    }

    /// The type that is declared for a named type.
    pub(super) fn declared(&self, id: TypeId) -> TypeId {
        self.written.get(&id).copied().unwrap_or(id)
    }

    /// The description as it is read of a type that also is written.
    pub(super) fn read(&self, id: TypeId) -> Option<TypeId> {
        self.read.get(&id).copied()
    }

    /// The name of the declared type.
    pub(super) fn name<'a>(&self, model: &'a Model, id: TypeId) -> &'a str {
        let name = &*model.definition(id).name;
        match self.alone.contains(&id) {
            true => name.strip_suffix(INPUT).unwrap_or(name),
            false => name,
        }
    }

    /// Whether the type is described as rpc-core describes what it reads.
    pub(super) fn is_read(&self, id: TypeId) -> bool {
        self.alone.contains(&id) || self.read.contains_key(&id)
    }
}

/// Whether rpc-core describes an object of this type in another way where it is written.
fn is_described_as_read(ty: &Type) -> bool {
    let is_read = |it: &Field| !it.required && (it.ty.nullable || it.ty.default.is_some());
    matches!(&ty.kind, Kind::Object { fields, .. } if fields.iter().any(is_read))
}

/// Whether one type can be described in these two ways.
fn are_twins(model: &Model, written: TypeId, read: TypeId) -> bool {
    let mut pairs = Pairs {
        model,
        assumed: HashSet::from([(written, read)]),
    };
    pairs.ty(&model.definition(written).ty, &model.definition(read).ty)
}

struct Pairs<'a> {
    model: &'a Model,
    /// Pairs that fit unless something else does not, since types refer to themselves.
    assumed: HashSet<(TypeId, TypeId)>,
}

impl Pairs<'_> {
    fn ty(&mut self, written: &Type, read: &Type) -> bool {
        written.nullable == read.nullable && self.kind(&written.kind, &read.kind)
    }

    fn kind(&mut self, written: &Kind, read: &Kind) -> bool {
        match (written, read) {
            (Kind::Reference(one), Kind::Reference(two)) => self.references(*one, *two),
            (Kind::Array { items: one, .. }, Kind::Array { items: two, .. })
            | (Kind::Map { values: one, .. }, Kind::Map { values: two, .. }) => self.ty(one, two),
            (Kind::Tuple { items: one, .. }, Kind::Tuple { items: two, .. }) => self.all(one, two),
            (Kind::Union { variants: one, .. }, Kind::Union { variants: two, .. }) => {
                self.all(one, two)
            }
            (
                Kind::Object { fields: one, rest },
                Kind::Object {
                    fields: two,
                    rest: other,
                },
            ) => self.fields(one, two) && self.rest(rest, other),
            (
                Kind::Enum {
                    choices: one,
                    extensible,
                },
                Kind::Enum {
                    choices: two,
                    extensible: other,
                },
            ) => {
                let values = one.iter().map(|it| &it.value);
                extensible == other && values.eq(two.iter().map(|it| &it.value))
            }
            (one, two) => one == two,
        }
    }

    fn references(&mut self, written: TypeId, read: TypeId) -> bool {
        if written == read || !self.assumed.insert((written, read)) {
            return true;
        }
        let (one, two) = (self.model.definition(written), self.model.definition(read));
        let are_named_so = two.name.strip_suffix(INPUT) == Some(&*one.name);
        are_named_so && self.ty(&one.ty, &two.ty)
    }

    fn all(&mut self, written: &[Type], read: &[Type]) -> bool {
        let mut pairs = written.iter().zip(read);
        written.len() == read.len() && pairs.all(|(one, two)| self.ty(one, two))
    }

    fn fields(&mut self, written: &[Field], read: &[Field]) -> bool {
        let mut pairs = written.iter().zip(read);
        written.len() == read.len() && pairs.all(|(one, two)| self.field(one, two))
    }

    fn field(&mut self, written: &Field, read: &Field) -> bool {
        let may_be_left_out = read.ty.nullable || read.ty.default.is_some();
        let fits = written.required == read.required || (written.required && may_be_left_out);
        written.name == read.name && fits && self.ty(&written.ty, &read.ty)
    }

    fn rest(&mut self, written: &Rest, read: &Rest) -> bool {
        match (written, read) {
            (Rest::Typed(one), Rest::Typed(two)) => self.ty(one, two),
            (one, two) => one == two,
        }
    }
}
