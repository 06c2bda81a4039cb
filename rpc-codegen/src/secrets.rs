//! [`Document::secrets`]: what a document marks with `x-secret` in its schemas.
//!
//! The mark belongs on a parameter, and the model has it there. On a schema it means that whatever has this schema is secret.

use std::collections::{BTreeSet, HashSet};

use crate::document::{Document, Located};
use crate::place::Place;
use crate::value::Value;

/// What has a schema with `x-secret`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SecretSchemas {
    /// The names of such properties and params.
    pub names: BTreeSet<String>,
    /// The methods with such a result, or with such items.
    pub methods: BTreeSet<String>,
}

impl Document {
    /// What has a schema that is marked with `x-secret`: itself, in a schema that it refers to, or in its elements.
    pub fn secrets(&self) -> SecretSchemas {
        let mut secrets = SecretSchemas::default();
        let mut rest: Vec<Located<'_>> = self.roots().collect();
        while let Some(here) = rest.pop() {
            let properties = here.get("properties");
            for (name, schema) in properties.iter().flat_map(Located::members) {
                if self.is_secret(schema) {
                    secrets.names.insert(name.to_owned());
                }
            }
            if let Some(name) = here.value.get("name").and_then(Value::as_str) {
                if here.get("schema").is_some_and(|it| self.is_secret(it)) {
                    secrets.names.insert(name.to_owned());
                }
                if self.answers(&here).any(|it| self.is_secret(it)) {
                    secrets.methods.insert(name.to_owned());
                }
            }
            rest.extend(here.elements());
            rest.extend(here.members().map(|(_, it)| it));
        }
        secrets
    }

    /// The schemas of a method's result, and of its items.
    fn answers<'a>(&'a self, method: &Located<'a>) -> impl Iterator<Item = Located<'a>> {
        let result = method.get("result").and_then(|it| self.follow(it).ok());
        let stream = method.get("x-stream");
        let item = stream.as_ref().and_then(|stream| stream.get("item"));
        let end = stream.and_then(|stream| stream.get("end"));
        let schema = result.and_then(|result| result.get("schema"));
        [schema, item, end].into_iter().flatten()
    }

    fn is_secret(&self, schema: Located<'_>) -> bool {
        let mut seen: HashSet<Place> = HashSet::new();
        let mut rest = vec![schema];
        while let Some(here) = rest.pop() {
            if !seen.insert(here.place.clone()) {
                continue;
            }
            if here.value.get("x-secret") == Some(&Value::Bool(true)) {
                return true;
            }
            if let Some(reference) = here.value.get("$ref").and_then(Value::as_str) {
                // A reference that leads nowhere is an error when the model is read.
                rest.extend(self.find(reference, &here.place));
            }
            for keyword in ["allOf", "anyOf", "oneOf", "items"] {
                rest.extend(here.get(keyword).iter().flat_map(Located::elements));
            }
            rest.extend(here.get("items"));
            rest.extend(here.get("additionalProperties"));
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_wherever_a_schema_has_it() {
        let document = Document::parse(
            "openrpc: 1.4.1
info: {title: t, version: '1'}
methods:
  - name: pay
    params:
      - {name: card, schema: {$ref: '#/components/schemas/Card'}}
      - {name: codes, schema: {type: array, items: {type: string, x-secret: true}}}
      - {name: order, schema: {$ref: '#/components/schemas/Order'}}
    result: {name: paid, schema: {type: boolean}}
  - {name: log_in, params: [], result: {name: token, schema: {type: string, x-secret: true}}}
components:
  schemas:
    Card: {type: string, x-secret: true}
    Order: {type: object, properties: {
      pin: {anyOf: [{$ref: '#/components/schemas/Card'}, {type: 'null'}]},
      next: {$ref: '#/components/schemas/Order'}, item: {type: string, x-secret: false}}}
",
        );
        let secrets = document.expect("YAML").secrets();
        let names: Vec<&str> = secrets.names.iter().map(String::as_str).collect();
        assert_eq!(names, ["card", "codes", "pin", "token"]);
        let methods: Vec<&str> = secrets.methods.iter().map(String::as_str).collect();
        assert_eq!(methods, ["log_in"]);
    }
}
