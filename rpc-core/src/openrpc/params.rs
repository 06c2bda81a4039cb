//! The params of a method.

use serde_json::{Map, Value};

use super::node::Object;
use super::schemas::{Direction, Schemas};
use crate::contract::{Method, Parameter, ParamsStyle};
use crate::schema::{MethodSchema, ParameterSchema};

/// The params of a method, and how a caller may send them.
pub(super) struct Params {
    pub(super) structure: &'static str,
    pub(super) descriptors: Vec<Object>,
}

/// Why params can't be described.
pub(super) enum Failure {
    /// They have no form in OpenRPC, so that the document leaves the method out.
    Undescribable(String),
    /// The contract is wrong.
    Mistake(String),
}

impl From<String> for Failure {
    fn from(mistake: String) -> Self {
        Failure::Mistake(mistake)
    }
}

/// Describes the params of a method.
pub(super) fn describe(
    method: &Method,
    schema: &MethodSchema,
    direction: Direction,
    schemas: &mut Schemas,
) -> Result<Params, Failure> {
    if method.style == ParamsStyle::Whole {
        return whole(method, schema, direction, schemas);
    }
    let params = method.params.iter().zip(&*schema.params);
    let is_in_order = params.clone().map(|(param, _)| param.optional).is_sorted();
    let mut described: Vec<(bool, Object)> = params
        .map(|(param, schema)| {
            Ok((
                param.optional,
                descriptor(param, schema, direction, schemas)?,
            ))
        })
        .collect::<Result<_, String>>()?;
    // Optional params have to follow the others, which changes nothing for those who send them by name.
    described.sort_by_key(|(is_optional, _)| *is_optional);
    let has_names = !method
        .params
        .iter()
        .any(|param| param.name.parse::<u8>().is_ok());
    let structure = match (has_names, is_in_order) {
        (false, _) => "by-position",
        (true, false) => "by-name",
        (true, true) => "either",
    };
    Ok(Params {
        structure,
        descriptors: described.into_iter().map(|(_, param)| param).collect(),
    })
}

fn descriptor(
    param: &Parameter,
    ParameterSchema { ty, default }: &ParameterSchema,
    direction: Direction,
    schemas: &mut Schemas,
) -> Result<Object, String> {
    let at = |reason: String| format!("parameter `{}`: {reason}", param.name);
    let mut schema = schemas.describe(*ty, direction).map_err(at)?;
    if let Some(default) = default
        && !param.secret
    {
        let default = default()
            .map_err(|error| at(format!("its default can't be written as JSON: {error}")))?;
        schema = with_default(schema, default);
    }
    Ok(Object::new()
        .with("name", param.name)
        .with_text("description", param.docs)
        .with("required", Value::Bool(!param.optional))
        .with("schema", schema)
        .with_flag("x-secret", param.secret))
}

/// In draft-07, nothing that stands beside a reference counts.
fn with_default(schema: Value, default: Value) -> Value {
    let mut members = match schema {
        Value::Object(members) if !members.contains_key("$ref") => members,
        reference @ Value::Object(_) => {
            Map::from_iter([("allOf".to_owned(), vec![reference].into())])
        }
        _ => Map::new(),
    };
    members.insert("default".to_owned(), default);
    Value::Object(members)
}

/// Describes the fields of the struct that holds all params.
fn whole(
    method: &Method,
    schema: &MethodSchema,
    direction: Direction,
    schemas: &mut Schemas,
) -> Result<Params, Failure> {
    let undescribable = || {
        let reason = "its `flatten` parameter is not a struct with these fields and no others, for which OpenRPC has no form";
        Failure::Undescribable(reason.to_owned())
    };
    let [ParameterSchema { ty, .. }] = &*schema.params else {
        return Err(undescribable());
    };
    let alone = schemas.describe_alone(*ty, direction);
    let object = schemas.resolve(&alone, direction).clone();
    let members = object.get("properties").and_then(Value::as_object);
    let is_closed = object
        .get("additionalProperties")
        .is_none_or(|it| *it == false);
    let is_plain = ["oneOf", "anyOf", "allOf", "patternProperties", "if"]
        .iter()
        .all(|combined| object.get(combined).is_none());
    let has_no_fields = object.get("type").is_some_and(|ty| ty == "object");
    let members = match members {
        Some(members) if is_closed && is_plain => members.clone(),
        None if is_closed && is_plain && has_no_fields => Map::new(),
        _ => return Err(undescribable()),
    };
    let secret = method.params.iter().any(|param| param.secret);
    let required: Vec<&str> = object
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let mut described = Vec::new();
    for (field, mut schema) in members {
        let at = |reason| format!("field `{field}`: {reason}");
        schemas.refer(&mut schema, direction).map_err(at)?;
        if secret && let Some(schema) = schema.as_object_mut() {
            schema.remove("default");
        }
        let name = method
            .case_of_fields()
            .map_or(field.clone(), |case| case.rename(&field));
        let docs = schema.get("description").and_then(Value::as_str);
        let docs = docs.unwrap_or_default().to_owned();
        let is_required = required.contains(&&*field);
        let descriptor = Object::new()
            .with("name", &*name)
            .with_text("description", &docs)
            .with("required", Value::Bool(is_required))
            .with("schema", schema)
            .with_flag("x-secret", secret);
        described.push((!is_required, name, descriptor));
    }
    // The order of a map's members depends on a feature of serde_json.
    described.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    Ok(Params {
        structure: "by-name",
        descriptors: described.into_iter().map(|(.., param)| param).collect(),
    })
}
