//! Schemas that must all hold at once.

use std::collections::HashSet;

use crate::document::Located;
use crate::error::ReadError;
use crate::model::{Docs, Kind, Type};
use crate::place::Place;
use crate::read::{Key, MAX_DEPTH, Reader, Result, Source, bare, names, never};
use crate::value::Value;

/// One of the schemas of a conjunction, without its `$ref` and `allOf`.
#[derive(Debug, Clone)]
pub(super) struct Part<'a> {
    pub(super) schema: Located<'a>,
    /// Whether its `oneOf` has been dealt with.
    pub(super) one_of_taken: bool,
    /// Whether its `anyOf` has been dealt with.
    pub(super) any_of_taken: bool,
}

/// How many schemas one may be made of.
const MAX_PARTS: usize = 512;

/// Keywords that say nothing about which values fit.
const ANNOTATIONS: &[&str] = &[
    "title",
    "description",
    "default",
    "examples",
    "example",
    "deprecated",
    "readOnly",
    "writeOnly",
    "summary",
    "externalDocs",
    "definitions",
    "$defs",
];

pub(crate) fn is_annotation(keyword: &str) -> bool {
    let is_identifier = matches!(keyword, "$id" | "$schema" | "$comment");
    is_identifier || keyword.starts_with("x-") || ANNOTATIONS.contains(&keyword)
}

impl<'a> Part<'a> {
    /// A member of the schema, if that is an object.
    pub(super) fn get(&self, keyword: &str) -> Option<Located<'a>> {
        match keyword {
            "oneOf" if self.one_of_taken => None,
            "anyOf" if self.any_of_taken => None,
            _ => self.schema.get(keyword),
        }
    }

    /// The keywords that forbid something.
    pub(super) fn keywords(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let taken = [
            (self.one_of_taken, "oneOf"),
            (self.any_of_taken, "anyOf"),
            (true, "$ref"),
            (true, "allOf"),
        ];
        let names = self.schema.members().map(|(name, _)| name);
        names.filter(move |name| !is_annotation(name) && !taken.contains(&(true, *name)))
    }

    pub(super) fn is_false(&self) -> bool {
        self.schema.value.as_bool() == Some(false)
    }

    fn key(&self) -> String {
        let one_of = if self.one_of_taken { "-one" } else { "" };
        let any_of = if self.any_of_taken { "-any" } else { "" };
        format!("{}{one_of}{any_of}", self.schema.place)
    }
}

impl<'a> Reader<'a> {
    /// Reads a schema.
    pub(super) fn schema(&mut self, schema: Located<'a>) -> Result<Type> {
        let place = schema.place.clone();
        match schema.value {
            Value::Bool(true) => Ok(bare(Kind::Any, &place)),
            Value::Bool(false) => Ok(never(&place)),
            Value::Object(_) => self.object_schema(schema),
            other => schema.wrong(format!(
                "a schema is an object or a boolean, not {}",
                other.kind()
            )),
        }
    }

    fn object_schema(&mut self, schema: Located<'a>) -> Result<Type> {
        let keywords: Vec<&str> = schema
            .members()
            .map(|(name, _)| name)
            .filter(|name| !is_annotation(name))
            .collect();
        let keywords: Vec<&str> = keywords
            .into_iter()
            .filter(|name| *name != "nullable")
            .collect();
        if keywords == ["$ref"] {
            let target = self.target(&schema)?;
            self.count(&schema.place)?;
            let id = self.definition(target);
            return self.annotated(bare(Kind::Reference(id), &schema.place), &schema);
        }
        let all_of = schema.list("allOf")?;
        if let (["allOf"], [only]) = (keywords.as_slice(), all_of.as_slice()) {
            let mut ty = self.nested(&schema.place, |reader| reader.schema(only.clone()))?;
            ty.place = schema.place.clone();
            return self.annotated(ty, &schema);
        }
        let mut parts = Vec::new();
        let place = schema.place.clone();
        self.flatten(schema, &mut parts, &mut HashSet::new())?;
        self.parts(parts, &place)
    }

    /// What the `$ref` of a schema leads to.
    pub(super) fn target(&self, schema: &Located<'a>) -> Result<Located<'a>> {
        let reference = schema.need("$ref")?;
        let Some(text) = reference.value.as_str() else {
            return reference.wrong("`$ref` is not a string");
        };
        let target = self.document.find(text, &schema.place)?;
        match target.value {
            Value::Object(_) | Value::Bool(_) => Ok(target),
            other => schema.wrong(format!(
                "the reference {text:?} leads to {}, which is not a schema",
                other.kind()
            )),
        }
    }

    /// The schemas that must hold for one of them to hold.
    pub(super) fn flatten(
        &self,
        schema: Located<'a>,
        parts: &mut Vec<Part<'a>>,
        seen: &mut HashSet<Place>,
    ) -> Result<()> {
        if !seen.insert(schema.place.clone()) {
            // Twice the same demand, or a schema that includes itself, which demands nothing new.
            return Ok(());
        }
        if seen.len() > MAX_PARTS {
            return schema.wrong("the schema is made of too many others");
        }
        if !matches!(schema.value, Value::Object(_) | Value::Bool(_)) {
            let kind = schema.value.kind();
            return schema.wrong(format!("a schema is an object or a boolean, not {kind}"));
        }
        parts.push(Part {
            schema: schema.clone(),
            one_of_taken: false,
            any_of_taken: false,
        });
        if schema.get("$ref").is_some() {
            self.flatten(self.target(&schema)?, parts, seen)?;
        }
        for element in schema.list("allOf")? {
            self.flatten(element, parts, seen)?;
        }
        Ok(())
    }

    /// Reads a conjunction.
    pub(super) fn parts(&mut self, parts: Vec<Part<'a>>, place: &Place) -> Result<Type> {
        let key: Key = parts.iter().map(Part::key).collect();
        if self.stack.contains(&key) {
            return self.recursive(key, parts, place);
        }
        if let Some(id) = self
            .known
            .get(&key)
            .filter(|_| key.len() > 1 && !self.stack.is_empty())
        {
            return Ok(bare(Kind::Reference(*id), place));
        }
        self.nested(place, |reader| {
            reader.stack.push(key);
            let ty = match parts.iter().any(Part::is_false) {
                true => Ok(never(place)),
                false => reader.kind_of(parts, place),
            };
            reader.stack.pop();
            ty
        })
    }

    /// A conjunction inside itself gets a name.
    fn recursive(&mut self, key: Key, parts: Vec<Part<'a>>, place: &Place) -> Result<Type> {
        let id = match (self.known.get(&key), key.len(), parts.first()) {
            (Some(id), _, _) => *id,
            // A schema that is not made of others has the name of its own place.
            (None, 1, Some(part)) if !part.one_of_taken && !part.any_of_taken => {
                self.definition(part.schema.clone())
            }
            (None, ..) => {
                let name = parts
                    .first()
                    .map_or_else(|| "Type".to_owned(), |part| names::of(&part.schema.place));
                let source = Source::Parts(parts, place.clone());
                self.add(key, name, place.clone(), source)
            }
        };
        Ok(bare(Kind::Reference(id), place))
    }

    fn kind_of(&mut self, parts: Vec<Part<'a>>, place: &Place) -> Result<Type> {
        let mut ty = match self.union(&parts, place)? {
            Some(ty) => ty,
            None => self.plain(&parts, place)?,
        };
        // The outermost docs are about this use of the type.
        for part in parts.iter().rev() {
            ty = self.annotated(ty, &part.schema)?;
        }
        ty.place = place.clone();
        Ok(ty)
    }

    /// The type with the annotations of a schema, which count more than its own.
    fn annotated(&self, mut ty: Type, schema: &Located<'a>) -> Result<Type> {
        let docs = Docs {
            title: text(schema, "title"),
            description: text(schema, "description"),
        };
        if docs != Docs::default() {
            ty.docs = docs;
        }
        if let Some(default) = schema.value.get("default") {
            ty.default = Some(default.clone());
        }
        let examples = schema
            .value
            .get("examples")
            .and_then(Value::as_array)
            .unwrap_or_default();
        if !examples.is_empty() {
            ty.examples = examples.to_vec();
        }
        ty.deprecated |= schema.flag("deprecated")?;
        ty.nullable |= schema.flag("nullable")?;
        Ok(ty)
    }

    /// Runs a function one level deeper.
    pub(super) fn nested<T>(
        &mut self,
        place: &Place,
        function: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        self.count(place)?;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(ReadError::new(place, "the types nest too deeply"));
        }
        let result = function(self);
        self.depth -= 1;
        result
    }
}

fn text(schema: &Located<'_>, name: &str) -> Option<String> {
    let text = schema.value.get(name)?.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}
