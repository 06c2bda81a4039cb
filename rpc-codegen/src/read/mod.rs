//! From a document to the model.
//!
//! A schema is read as a conjunction: the schemas that must all hold at once. `allOf`, and a `$ref` beside other keywords, add to
//! it (`conjunction`). A conjunction has at most one way to be read: as a reference to a named type, as a union (`union`), or as
//! one kind of value (`plain`, `object`). Named types wait in a queue, so that recursive types end.

mod conjunction;
mod document;
mod extensions;
mod fields;
mod method;
mod names;
mod object;
mod plain;
mod union;

use std::collections::{HashMap, HashSet, VecDeque};

use crate::document::{Document, Located};
use crate::error::ReadError;
use crate::model::{Definition, Docs, Kind, Model, Type, TypeId};
use crate::place::Place;
pub(crate) use conjunction::is_annotation;
pub(crate) use extensions::only_forbids;

use conjunction::Part;

/// How deep types may be inside each other, apart from references. A schema inside another takes up to two levels. The stack of
/// a thread has room for twice as many in a debug build.
const MAX_DEPTH: usize = 120;

/// How many types a document may have. Unions within `allOf` multiply.
const MAX_TYPES: usize = 500_000;

type Result<T, E = ReadError> = std::result::Result<T, E>;

/// Reading. The rest of the model is in [`model`](crate::model).
impl Model {
    /// Reads a document.
    ///
    /// ```
    /// use rpc_codegen::{Document, Model};
    ///
    /// let document = Document::parse(
    ///     r##"{
    ///         "openrpc": "1.4.1",
    ///         "info": {"title": "Shop", "version": "2.0.0"},
    ///         "methods": [{
    ///             "name": "orders.place",
    ///             "params": [{"name": "item", "required": true, "schema": {"type": "string"}}],
    ///             "result": {"name": "order", "schema": {"type": "integer", "format": "uint64"}}
    ///         }]
    ///     }"##,
    /// )?;
    /// let model = Model::read(&document)?;
    /// assert_eq!(model.methods[0].params[0].name, "item");
    /// assert_eq!(model.methods[0].place.to_string(), "#/methods/0");
    /// # Ok::<(), rpc_codegen::ReadError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The document is broken. The error has the place. It is the first mistake; [`lint`](crate::lint()) finds more than one.
    pub fn read(document: &Document) -> Result<Model, ReadError> {
        let mut reader = Reader::new(document);
        let mut model = document::read(&mut reader)?;
        model.definitions = reader.finish()?;
        model.extensions = extensions::collect(document, &model);
        let unions = model.clone();
        model.for_each_type_mut(&mut |ty| {
            if let Kind::Union { variants, telling } = &mut ty.kind {
                *telling = unions.telling(variants);
            }
        });
        Ok(model)
    }
}

/// What a definition is read from.
enum Source<'a> {
    Schema(Located<'a>),
    Parts(Vec<Part<'a>>, Place),
}

struct Slot<'a> {
    name: String,
    place: Place,
    source: Option<Source<'a>>,
    ty: Option<Type>,
}

/// The state while a document is read.
struct Reader<'a> {
    document: &'a Document,
    slots: Vec<Slot<'a>>,
    /// The definitions by what they are read from.
    known: HashMap<Key, TypeId>,
    /// Names that are taken.
    names: HashSet<String>,
    queue: VecDeque<TypeId>,
    /// The conjunctions that are being read.
    stack: Vec<Key>,
    depth: usize,
    /// How many types there are so far.
    types: usize,
}

/// What identifies a conjunction: the places of its parts, and what of them is left to read.
type Key = Vec<String>;

impl<'a> Reader<'a> {
    fn new(document: &'a Document) -> Reader<'a> {
        Reader {
            document,
            slots: Vec::new(),
            known: HashMap::new(),
            names: HashSet::new(),
            queue: VecDeque::new(),
            stack: Vec::new(),
            depth: 0,
            types: 0,
        }
    }

    /// The named type at a place, to be read later.
    fn definition(&mut self, schema: Located<'a>) -> TypeId {
        let key = vec![schema.place.to_string()];
        if let Some(id) = self.known.get(&key) {
            return *id;
        }
        let name = names::of(&schema.place);
        let place = schema.place.clone();
        self.add(key, name, place, Source::Schema(schema))
    }

    fn add(&mut self, key: Key, name: String, place: Place, source: Source<'a>) -> TypeId {
        let id = TypeId(self.slots.len());
        let name = names::unique(name, &mut self.names);
        self.slots.push(Slot {
            name,
            place,
            source: Some(source),
            ty: None,
        });
        self.known.insert(key, id);
        self.queue.push_back(id);
        id
    }

    /// Reads what is in the queue, and what that adds to it.
    fn finish(mut self) -> Result<Vec<Definition>> {
        while let Some(id) = self.queue.pop_front() {
            self.stack.clear();
            let ty = match self.slots[id.0].source.take() {
                Some(Source::Schema(schema)) => self.schema(schema)?,
                Some(Source::Parts(parts, place)) => self.parts(parts, &place)?,
                None => continue,
            };
            self.slots[id.0].ty = Some(ty);
        }
        self.refuse_circles()?;
        let definition = |slot: Slot<'a>| {
            let missing = || never(&slot.place);
            let ty = slot.ty.unwrap_or_else(missing);
            Definition {
                name: slot.name,
                ty,
            }
        };
        Ok(self.slots.into_iter().map(definition).collect())
    }

    /// A definition must not stand for itself: as a reference that leads back, or as a variant of its own union. No value would ever
    /// say which variant it is.
    fn refuse_circles(&self) -> Result<()> {
        let mut is_done = vec![false; self.slots.len()];
        let mut is_on_path = vec![false; self.slots.len()];
        for start in 0..self.slots.len() {
            let mut path = Vec::new();
            if !is_done[start] {
                is_on_path[start] = true;
                path.push((start, self.stands_for(start)));
            }
            while let Some((here, next)) = path.last_mut() {
                let Some(there) = next.pop() else {
                    is_done[*here] = true;
                    is_on_path[*here] = false;
                    path.pop();
                    continue;
                };
                if is_on_path[there] {
                    let message = "the type stands for itself";
                    return Err(ReadError::new(&self.slots[there].place, message));
                }
                if !is_done[there] {
                    is_on_path[there] = true;
                    path.push((there, self.stands_for(there)));
                }
            }
        }
        Ok(())
    }

    /// The definitions whose values are also values of this one.
    fn stands_for(&self, index: usize) -> Vec<usize> {
        let mut found = Vec::new();
        let mut types: Vec<&Type> = self.slots[index].ty.iter().collect();
        while let Some(ty) = types.pop() {
            match &ty.kind {
                Kind::Reference(id) => found.push(id.0),
                Kind::Union { variants, .. } => types.extend(variants),
                _ => {}
            }
        }
        found
    }

    /// Counts a type.
    fn count(&mut self, place: &Place) -> Result<()> {
        self.types += 1;
        if self.types > MAX_TYPES {
            let message = format!("the document has more than {MAX_TYPES} types");
            return Err(ReadError::new(place, message));
        }
        Ok(())
    }
}

/// A type with nothing but its kind.
fn bare(kind: Kind, place: &Place) -> Type {
    Type {
        kind,
        nullable: false,
        place: place.clone(),
        docs: Docs::default(),
        default: None,
        examples: Vec::new(),
        deprecated: false,
        unmodelled: Vec::new(),
    }
}

fn never(place: &Place) -> Type {
    bare(Kind::Never, place)
}
