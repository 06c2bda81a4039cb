//! A method of a document.

use serde_json::{Value, json};

use super::error::{DocumentError, Undescribed};
use super::node::{Node, Object};
use super::params::{self, Failure, Params};
use super::schemas::{Directions, Schemas};
use crate::contract::{Contract, ErrorCode, Method, StreamForm};
use crate::schema::{DataSchema, Example, MethodSchema, TypeSchema};

/// The name of the notifications that bring the items of streams.
const PROGRESS: &str = "$/progress";

/// The contents of a document while it is made.
pub(super) struct Contents {
    pub(super) schemas: Schemas,
    /// Which schemas the methods need that are added next.
    pub(super) directions: Directions,
    pub(super) undescribed: Vec<Undescribed>,
}

impl Contents {
    /// Describes all methods of the contracts that can be described, and says why the others are left out.
    pub(super) fn methods(
        &mut self,
        contracts: &[&Contract],
    ) -> Result<Vec<Object>, DocumentError> {
        let mut described = Vec::new();
        for contract in contracts {
            for method in &*contract.methods {
                described.extend(self.method(contract, method)?);
            }
        }
        Ok(described)
    }

    fn method(
        &mut self,
        contract: &Contract,
        method: &Method,
    ) -> Result<Option<Object>, DocumentError> {
        let Some(schema) = &method.schema else {
            let reason = match contract.name.is_empty() {
                true => "it has no schemas; add them with `function(…).schema()`".to_owned(),
                false => format!(
                    "it has no schemas; write `#[rpc(schema)]` on the trait `{}`",
                    contract.name
                ),
            };
            self.leave_out(method, None, reason);
            return Ok(None);
        };
        if let Some(subscription) = method.subscription_form()
            && subscription.topic.is_some()
        {
            let reason = "it shares its name with others, from which only its first param tells it, for which OpenRPC has no form";
            self.leave_out(method, None, reason.to_owned());
            return Ok(None);
        }
        let mistake = |reason| DocumentError::in_method(&method.name, reason);
        let params =
            match params::describe(method, schema, self.directions.params, &mut self.schemas) {
                Ok(params) => params,
                Err(Failure::Mistake(reason)) => return Err(mistake(reason)),
                Err(Failure::Undescribable(reason)) => {
                    self.leave_out(method, None, reason);
                    return Ok(None);
                }
            };
        let described = self.describe(contract, method, schema, params);
        described.map(Some).map_err(mistake)
    }

    fn leave_out(&mut self, method: &Method, error: Option<i64>, reason: String) {
        self.undescribed.push(Undescribed {
            method: method.name.to_string(),
            error,
            reason,
        });
    }

    fn describe(
        &mut self,
        contract: &Contract,
        method: &Method,
        schema: &MethodSchema,
        Params {
            structure,
            descriptors,
        }: Params,
    ) -> Result<Object, String> {
        let summary = first_paragraph(&method.docs);
        let description = match summary == *method.docs {
            true => "",
            false => &method.docs,
        };
        let tags = method.tags.iter();
        let tags: Vec<Object> = tags.map(|tag| Object::new().with("name", *tag)).collect();
        let result = match method.notification {
            true => None,
            false => Some(self.replied(schema.result, "the result")?),
        };
        let result =
            result.map(|schema| Object::new().with("name", "result").with("schema", schema));
        let stream = self.stream(method, schema)?;
        let errors = self.errors(method)?;
        let (kinds, docs) = about_errors(method.errors);
        let examples = schema.all_examples().iter();
        let examples = examples
            .map(|it| example(method, it))
            .collect::<Result<Vec<_>, String>>()?;
        let aliases: Vec<&str> = method.aliases.iter().map(|alias| &**alias).collect();
        Ok(Object::new()
            .with("name", &*method.name)
            .with_text("summary", &summary)
            .with_text("description", description)
            .with_list("tags", tags)
            .with("paramStructure", structure)
            .with("params", descriptors)
            .with_some("result", result)
            .with_list("errors", errors)
            .with_list("examples", examples)
            .with_flag("deprecated", method.deprecated.is_some())
            .with_text("x-deprecated-note", method.deprecated.unwrap_or_default())
            .with_text("x-since", method.since.unwrap_or_default())
            .with_list("x-aliases", aliases)
            .with_flag("x-idempotent", method.idempotent)
            .with_flag("x-read-only", method.read_only)
            .with_flag("x-lenient", contract.lenient)
            .with_object("x-error-kinds", kinds)
            .with_object("x-error-docs", docs)
            .with_some("x-stream", stream))
    }

    fn replied(&mut self, ty: TypeSchema, place: &str) -> Result<Value, String> {
        let schema = self.schemas.describe(ty, self.directions.replies);
        schema.map_err(|reason| format!("{place}: {reason}"))
    }

    fn stream(&mut self, method: &Method, schema: &MethodSchema) -> Result<Option<Object>, String> {
        let (Some(stream), Some(items)) = (&method.stream, schema.items) else {
            return Ok(None);
        };
        let item = Object::new().with("item", self.replied(items, "the items")?);
        let nothing = || json!({ "type": "null" });
        Ok(Some(match &stream.form {
            StreamForm::Progress => item.with("end", nothing()).with("notification", PROGRESS),
            StreamForm::Resume => {
                let cursor = method.cursor().map(|cursor| cursor.name);
                item.with("end", nothing())
                    .with("notification", PROGRESS)
                    .with_text("cursor", cursor.unwrap_or_default())
            }
            StreamForm::Token(token) => item
                .with("end", self.replied(schema.result, "the result")?)
                .with("notification", PROGRESS)
                .with("token", &**token),
            StreamForm::Subscription(subscription) => item
                .with("notification", &*subscription.item)
                .with("unsubscribe", &*subscription.unsubscribe),
        }))
    }

    fn errors(&mut self, method: &Method) -> Result<Vec<Object>, String> {
        let mut errors = Vec::new();
        for error in method.errors {
            let data = match error.data {
                Some(data) => {
                    let data = self.data(data).map_err(|reason| {
                        format!(
                            "the data of error {} (`{}`): {reason}",
                            error.code, error.name
                        )
                    })?;
                    Some(with_description(data, error.docs))
                }
                None => None,
            };
            if error.has_data && data.is_none() {
                let reason = format!(
                    "the data of `{}` has no schema; write `#[rpc(schema)]` on the error type",
                    error.name
                );
                self.leave_out(method, Some(error.code), reason);
            }
            let object = Object::new()
                .with("code", Value::from(error.code))
                .with("message", error.name)
                .with_some("data", data);
            errors.push(object);
        }
        Ok(errors)
    }

    fn data(&mut self, data: DataSchema) -> Result<Value, String> {
        let direction = self.directions.replies;
        match data {
            DataSchema::Value(ty) => self.schemas.describe(ty, direction),
            DataSchema::List(types) => {
                let items = types
                    .iter()
                    .map(|ty| self.schemas.describe(*ty, direction))
                    .collect::<Result<Vec<_>, _>>()?;
                let count = items.len();
                Ok(json!({ "type": "array", "items": items, "minItems": count, "maxItems": count }))
            }
            DataSchema::Object(fields) => {
                let mut properties = serde_json::Map::new();
                for (name, ty) in fields {
                    let schema = self.schemas.describe(*ty, direction)?;
                    properties.insert((*name).to_owned(), schema);
                }
                let required: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
                Ok(json!({ "type": "object", "properties": properties, "required": required }))
            }
        }
    }
}

/// The kinds of a method's errors and their docs, by code. An error object takes no members of ours.
fn about_errors(errors: &[ErrorCode]) -> (Object, Object) {
    let (mut kinds, mut docs) = (Object::new(), Object::new());
    for error in errors {
        let code = error.code.to_string();
        if let Some(kind) = error.kind {
            kinds = kinds.with(&*code, kind.name());
        }
        docs = docs.with_text(&code, error.docs);
    }
    (kinds, docs)
}

/// Describes the data of an error, unless it has a description of its own, or is a reference, beside which nothing counts.
fn with_description(mut schema: Value, docs: &str) -> Value {
    if let Some(members) = schema.as_object_mut()
        && !docs.is_empty()
        && !members.contains_key("$ref")
        && !members.contains_key("description")
    {
        members.insert("description".to_owned(), docs.into());
    }
    schema
}

fn example(method: &Method, example: &Example) -> Result<Object, String> {
    let call = example.call();
    if let Some(error) = call.failure {
        return Err(format!(
            "the example `{}` can't be written as JSON: {error}",
            example.name
        ));
    }
    let name = match example.name {
        "" => "example",
        name => name,
    };
    let value = |name: &str, value: Value| Object::new().with("name", name).with("value", value);
    let params = call.params.into_iter();
    let params: Vec<Object> = params.map(|(name, it)| value(&name, it)).collect();
    let result = match method.notification {
        true => None,
        false => Some(value("result", call.result.unwrap_or(Value::Null))),
    };
    Ok(Object::new()
        .with("name", name)
        .with("params", Node::from(params))
        .with_some("result", result))
}

/// The first paragraph of a doc comment, on one line.
fn first_paragraph(docs: &str) -> String {
    let lines = docs.lines().map(str::trim);
    let lines: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
    lines.join(" ")
}
