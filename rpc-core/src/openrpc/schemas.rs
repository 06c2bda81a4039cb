//! [`Schemas`]: the schemas of all types in a document, and the names of those that are shared.
//!
//! A type is read in params, and written everywhere else. Of a method that the server calls, it is the other way round. The two schemas may differ: a field that is an `Option` may be missing
//! from what is read, but is always written. If they do, the one that is read is named `OrderInput`, and the one that is written
//! `Order`, whether or not the document has both. So a new method never renames a component.

use std::collections::{BTreeMap, BTreeSet};

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use schemars::transform::{
    RemoveRefSiblings, ReplacePrefixItems, ReplaceUnevaluatedProperties, Transform,
};
use serde_json::Value;

use super::collisions::{self, Collision};
use super::references::{self, COMPONENTS};
use crate::schema::TypeSchema;

/// What is added to the name of a schema that is read, if it is not the same as the one that is written.
const INPUT: &str = "Input";

/// Whether a schema says what is read or what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Read,
    Written,
}

/// The directions of a method's params, and of all that comes back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Directions {
    pub(super) params: Direction,
    pub(super) replies: Direction,
}

impl Directions {
    /// Of a method that the server has.
    pub(super) const SERVED: Self = Directions {
        params: Direction::Read,
        replies: Direction::Written,
    };

    /// Of a method that the server calls.
    pub(super) const CALLED: Self = Directions {
        params: Direction::Written,
        replies: Direction::Read,
    };
}

/// The schemas of all types in a document.
pub(super) struct Schemas {
    read: SchemaGenerator,
    written: SchemaGenerator,
    /// The names of the types whose two schemas differ.
    differing: BTreeSet<String>,
    /// The components that the document refers to.
    components: BTreeMap<String, Value>,
}

impl Schemas {
    /// Describes the types once, which decides the names.
    pub(super) fn of(types: &[TypeSchema]) -> Result<Self, Collision> {
        let mut schemas = Schemas {
            read: reader(),
            written: writer(),
            differing: BTreeSet::new(),
            components: BTreeMap::new(),
        };
        for ty in types {
            ty.describe(&mut schemas.read);
            ty.describe(&mut schemas.written);
        }
        let types = || types.iter().copied();
        let collision = collisions::find(&schemas.read, reader, types());
        if let Some(collision) =
            collision.or_else(|| collisions::find(&schemas.written, writer, types()))
        {
            return Err(collision);
        }
        schemas.for_draft_07();
        schemas.find_differing();
        schemas.check_names()?;
        Ok(schemas)
    }

    /// Makes the definitions schemas of draft-07. schemars does that by itself for whole documents only.
    fn for_draft_07(&mut self) {
        for generator in [&mut self.read, &mut self.written] {
            generator
                .definitions_mut()
                .values_mut()
                .for_each(make_draft_07);
        }
    }

    /// Finds the types whose schemas differ, and those that refer to them.
    fn find_differing(&mut self) {
        let written = self.written.definitions();
        let both = self.read.definitions().iter();
        let both = both.filter_map(|(name, read)| Some((name, read, written.get(name)?)));
        let (differing, same): (Vec<_>, Vec<_>) =
            both.partition(|(_, read, written)| read != written);
        let mut found: BTreeSet<String> =
            differing.iter().map(|(name, ..)| (*name).clone()).collect();
        loop {
            let before = found.len();
            for (name, schema, _) in &same {
                let mut refers = false;
                references::each(schema, &mut |reference| {
                    refers |= references::name(reference).is_some_and(|name| found.contains(&name));
                });
                if refers {
                    found.insert((*name).clone());
                }
            }
            if found.len() == before {
                break;
            }
        }
        self.differing = found;
    }

    /// Checks that no type has the name of another one that is read.
    fn check_names(&self) -> Result<(), Collision> {
        let named = |name: &str| {
            self.read.definitions().contains_key(name)
                || self.written.definitions().contains_key(name)
        };
        let inputs = self.differing.iter().map(|name| format!("{name}{INPUT}"));
        match inputs.into_iter().find(|input| named(input)) {
            Some(name) => Err(Collision {
                types: vec![
                    name.trim_end_matches(INPUT).to_owned() + " as it is read",
                    name.clone(),
                ],
                name,
            }),
            None => Ok(()),
        }
    }

    /// The schema of a type. The components that it refers to become part of the document.
    pub(super) fn describe(
        &mut self,
        ty: TypeSchema,
        direction: Direction,
    ) -> Result<Value, String> {
        let mut schema = self.describe_alone(ty, direction);
        self.refer(&mut schema, direction)?;
        Ok(schema)
    }

    /// The schema of a type, with references under their first names.
    pub(super) fn describe_alone(&mut self, ty: TypeSchema, direction: Direction) -> Value {
        let generator = match direction {
            Direction::Read => &mut self.read,
            Direction::Written => &mut self.written,
        };
        let mut schema = ty.describe(generator).to_value();
        make_draft_07(&mut schema);
        schema
    }

    /// The schema that this one refers to, if it is only a reference.
    pub(super) fn resolve<'a>(&'a self, schema: &'a Value, direction: Direction) -> &'a Value {
        let reference = schema.get("$ref").and_then(Value::as_str);
        let name = reference.and_then(references::name);
        let found = name.and_then(|name| self.definitions(direction).definitions().get(&name));
        found.unwrap_or(schema)
    }

    fn definitions(&self, direction: Direction) -> &SchemaGenerator {
        match direction {
            Direction::Read => &self.read,
            Direction::Written => &self.written,
        }
    }

    /// Gives the references in a schema their names, and adds what they refer to to the document. Fails if that is nothing.
    pub(super) fn refer(&mut self, schema: &mut Value, direction: Direction) -> Result<(), String> {
        let mut found = Vec::new();
        let mut dangling = None;
        references::change(schema, &mut |reference| {
            let Some(name) = references::name(reference) else {
                dangling.get_or_insert_with(|| reference.clone());
                return;
            };
            let is_input = direction == Direction::Read && self.differing.contains(&name);
            if is_input {
                reference.push_str(INPUT);
            }
            found.push((name, is_input));
        });
        if let Some(reference) = dangling {
            return Err(format!(
                "a schema refers to `{reference}`, which is not in the document; references begin with `{COMPONENTS}`"
            ));
        }
        for (name, is_input) in found {
            let suffix = if is_input { INPUT } else { "" };
            let component = format!("{name}{suffix}");
            if self.components.contains_key(&component) {
                continue;
            }
            let definition = self.definitions(direction).definitions().get(&name);
            let Some(mut definition) = definition.cloned() else {
                return Err(format!(
                    "a schema refers to `{name}`, which has no schema itself"
                ));
            };
            // A recursive type refers to itself.
            self.components.insert(component.clone(), Value::Null);
            self.refer(&mut definition, direction)?;
            self.components.insert(component, definition);
        }
        Ok(())
    }

    /// The components that the document refers to, by name.
    pub(super) fn into_components(self) -> BTreeMap<String, Value> {
        self.components
    }
}

fn settings() -> SchemaSettings {
    SchemaSettings::draft07().with(|settings| {
        settings.definitions_path = COMPONENTS.into();
        settings.meta_schema = None;
        settings.untagged_enum_variant_titles = true;
    })
}

fn reader() -> SchemaGenerator {
    settings().for_deserialize().into_generator()
}

fn writer() -> SchemaGenerator {
    settings().for_serialize().into_generator()
}

fn make_draft_07(schema: &mut Value) {
    let Ok(schema) = <&mut schemars::Schema>::try_from(schema) else {
        return;
    };
    ReplaceUnevaluatedProperties::default().transform(schema);
    RemoveRefSiblings::default().transform(schema);
    ReplacePrefixItems::default().transform(schema);
}
