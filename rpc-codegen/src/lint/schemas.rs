//! Schemas: that their keywords are those of draft-07, with values of the right type, and that references lead somewhere.

use std::collections::HashSet;

use crate::document::Located;
use crate::lint::Linter;
use crate::place::Place;
use crate::read::is_annotation;
use crate::value::Value;

/// What the value of a keyword must be.
#[derive(Clone, Copy)]
enum Expected {
    Schema,
    SchemaList,
    SchemaMap,
    /// `items`: one schema, or one for each position.
    SchemaOrList,
    /// `dependencies`: schemas or lists of names.
    SchemaOrNames,
    Text,
    Flag,
    Number,
    Count,
    Names,
    TypeNames,
    Values,
    Anything,
}

/// The keywords of draft-07.
const KEYWORDS: &[(&str, Expected)] = &[
    ("$id", Expected::Text),
    ("$schema", Expected::Text),
    ("$ref", Expected::Text),
    ("$comment", Expected::Text),
    ("title", Expected::Text),
    ("description", Expected::Text),
    ("default", Expected::Anything),
    ("readOnly", Expected::Flag),
    ("writeOnly", Expected::Flag),
    ("examples", Expected::Values),
    ("multipleOf", Expected::Number),
    ("maximum", Expected::Number),
    ("exclusiveMaximum", Expected::Number),
    ("minimum", Expected::Number),
    ("exclusiveMinimum", Expected::Number),
    ("maxLength", Expected::Count),
    ("minLength", Expected::Count),
    ("pattern", Expected::Text),
    ("additionalItems", Expected::Schema),
    ("items", Expected::SchemaOrList),
    ("maxItems", Expected::Count),
    ("minItems", Expected::Count),
    ("uniqueItems", Expected::Flag),
    ("contains", Expected::Schema),
    ("maxProperties", Expected::Count),
    ("minProperties", Expected::Count),
    ("required", Expected::Names),
    ("additionalProperties", Expected::Schema),
    ("definitions", Expected::SchemaMap),
    ("properties", Expected::SchemaMap),
    ("patternProperties", Expected::SchemaMap),
    ("dependencies", Expected::SchemaOrNames),
    ("propertyNames", Expected::Schema),
    ("const", Expected::Anything),
    ("enum", Expected::Values),
    ("type", Expected::TypeNames),
    ("format", Expected::Text),
    ("contentMediaType", Expected::Text),
    ("contentEncoding", Expected::Text),
    ("if", Expected::Schema),
    ("then", Expected::Schema),
    ("else", Expected::Schema),
    ("allOf", Expected::SchemaList),
    ("anyOf", Expected::SchemaList),
    ("oneOf", Expected::SchemaList),
    ("not", Expected::Schema),
];

/// Keywords of other drafts and of OpenAPI that change which values fit, and what draft-07 has instead.
const FOREIGN: &[(&str, &str)] = &[
    (
        "$defs",
        "`definitions`, or `components.schemas` of the document",
    ),
    ("prefixItems", "a list in `items`"),
    ("nullable", "`\"null\"` in `type`"),
    ("discriminator", "`const` in each variant"),
    ("unevaluatedProperties", "`additionalProperties`"),
    ("unevaluatedItems", "`additionalItems`"),
    ("dependentRequired", "`dependencies`"),
    ("dependentSchemas", "`dependencies`"),
    ("minContains", "nothing"),
    ("maxContains", "nothing"),
    ("$anchor", "`$id`"),
    ("$dynamicRef", "`$ref`"),
    ("$dynamicAnchor", "`$id`"),
    ("$recursiveRef", "`$ref`"),
    ("$recursiveAnchor", "nothing"),
    ("$vocabulary", "nothing"),
];

const TYPES: &[&str] = &[
    "null", "boolean", "object", "array", "number", "string", "integer",
];

impl<'a> Linter<'a> {
    pub(super) fn schemas(&mut self) {
        let mut schemas = self.roots();
        let mut seen: HashSet<Place> = HashSet::new();
        while let Some(schema) = schemas.pop() {
            if seen.insert(schema.place.clone()) {
                // The order of the document, although the last one is taken first.
                let mut children = self.schema(&schema);
                children.reverse();
                schemas.append(&mut children);
            }
        }
    }

    /// The schemas that are not inside others, the last one first.
    fn roots(&mut self) -> Vec<Located<'a>> {
        let root = self.document.root();
        let components = root.get("components");
        let component = |name| components.as_ref().and_then(|all| all.get(name));
        let mut roots: Vec<Located<'a>> = Vec::new();
        for method in self.all_methods() {
            let mut described = self.elements(&method, "params");
            described.extend(
                method
                    .get("result")
                    .and_then(|result| self.followed(result)),
            );
            let stream = method.get("x-stream");
            described.extend(
                ["item", "end"]
                    .iter()
                    .filter_map(|name| stream.as_ref()?.get(name)),
            );
            for value in described {
                let is_descriptor =
                    value.value.get("name").is_some() && value.value.get("schema").is_some();
                match (is_descriptor, value.get("schema")) {
                    (_, Some(schema)) => roots.push(schema),
                    (_, None) => roots.push(value),
                }
            }
        }
        for (_, descriptor) in component("contentDescriptors")
            .iter()
            .flat_map(Located::members)
        {
            roots.extend(descriptor.get("schema"));
        }
        roots.extend(
            component("schemas")
                .iter()
                .flat_map(Located::members)
                .map(|(_, schema)| schema),
        );
        roots.reverse();
        roots
    }

    /// Checks a schema, and returns those inside it and behind its reference.
    fn schema(&mut self, schema: &Located<'a>) -> Vec<Located<'a>> {
        let mut inside = Vec::new();
        if !matches!(schema.value, Value::Object(_) | Value::Bool(_)) {
            let message = format!(
                "a schema is an object or a boolean, not {}",
                schema.value.kind()
            );
            self.find("schema-keyword", &schema.place, message);
            return inside;
        }
        self.reference(schema, &mut inside);
        for (name, value) in schema.members() {
            if let Some((_, instead)) = FOREIGN.iter().find(|(foreign, _)| *foreign == name) {
                let message = format!("`{name}` is not a keyword of draft-07; it has {instead}");
                self.find("not-draft-07", &value.place, message);
            }
            if let Some((_, expected)) = KEYWORDS.iter().find(|(keyword, _)| *keyword == name)
                && let Err(message) = keyword(&value, *expected, &mut inside)
            {
                self.find(
                    "schema-keyword",
                    &value.place,
                    format!("`{name}` {message}"),
                );
            }
        }
        inside
    }

    fn reference(&mut self, schema: &Located<'a>, inside: &mut Vec<Located<'a>>) {
        let Some(reference) = schema.value.get("$ref").and_then(Value::as_str) else {
            return;
        };
        match self.document.find(reference, &schema.place) {
            Ok(target) => inside.push(target),
            Err(error) => self.find("reference-resolves", error.place(), error.message()),
        }
        let demands = |name: &&str| *name != "$ref" && !is_annotation(name);
        let siblings: Vec<&str> = schema
            .members()
            .map(|(name, _)| name)
            .filter(demands)
            .collect();
        if !siblings.is_empty() {
            let message = format!(
                "draft-07 ignores what stands beside `$ref`: {}; put both into `allOf`",
                siblings.join(", ")
            );
            self.find("reference-siblings", &schema.place, message);
        }
    }
}

/// Checks the value of a keyword, and collects the schemas in it.
fn keyword<'a>(
    value: &Located<'a>,
    expected: Expected,
    inside: &mut Vec<Located<'a>>,
) -> Result<(), &'static str> {
    let is_text = |value: &Value| value.as_str().is_some();
    let are_names = |value: &Value| {
        value
            .as_array()
            .is_some_and(|names| names.iter().all(is_text))
    };
    let is_type = |value: &Value| value.as_str().is_some_and(|name| TYPES.contains(&name));
    let fits = match expected {
        Expected::Schema => {
            inside.push(value.clone());
            return Ok(());
        }
        Expected::SchemaList => {
            inside.extend(value.elements());
            match value.value.as_array() {
                Some([]) => return Err("is empty"),
                other => return other.map(|_| ()).ok_or("is not an array of schemas"),
            }
        }
        Expected::SchemaMap => {
            inside.extend(value.members().map(|(_, schema)| schema));
            return value
                .value
                .as_object()
                .map(|_| ())
                .ok_or("is not an object of schemas");
        }
        Expected::SchemaOrList if value.value.as_array().is_some() => {
            inside.extend(value.elements());
            return Ok(());
        }
        Expected::SchemaOrList => {
            inside.push(value.clone());
            return Ok(());
        }
        Expected::SchemaOrNames => {
            inside.extend(
                value
                    .members()
                    .map(|(_, schema)| schema)
                    .filter(|schema| schema.value.as_array().is_none()),
            );
            return value
                .value
                .as_object()
                .map(|_| ())
                .ok_or("is not an object");
        }
        Expected::Text => (is_text(value.value), "is not a string"),
        Expected::Flag => (value.value.as_bool().is_some(), "is not a boolean"),
        Expected::Number => (value.value.as_f64().is_some(), "is not a number"),
        Expected::Count => (
            value.value.as_integer().is_some_and(|count| count >= 0),
            "is not a count",
        ),
        Expected::Names => (are_names(value.value), "is not an array of strings"),
        Expected::TypeNames => {
            let all = value
                .value
                .as_array()
                .is_some_and(|names| !names.is_empty() && names.iter().all(is_type));
            (
                all || is_type(value.value),
                "is not a type, or a list of types, of JSON Schema",
            )
        }
        Expected::Values => (value.value.as_array().is_some(), "is not an array"),
        Expected::Anything => (true, ""),
    };
    match fits {
        (true, _) => Ok(()),
        (false, message) => Err(message),
    }
}
