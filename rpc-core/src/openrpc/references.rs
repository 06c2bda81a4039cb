//! References between schemas: finding them, renaming them, and the names in them.

use serde_json::Value;

/// Where the schemas with names are.
pub(super) const COMPONENTS: &str = "#/components/schemas/";

/// Members whose values are data and not schemas, so that a `$ref` in them refers to nothing.
const DATA: &[&str] = &["const", "default", "enum", "examples"];

/// Members whose members have any names, and are schemas.
const SCHEMAS: &[&str] = &["definitions", "patternProperties", "properties"];

/// Calls a function with each reference in a schema.
pub(super) fn each(schema: &Value, visit: &mut impl FnMut(&str)) {
    match schema {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(reference) if name == "$ref" => visit(reference),
                    Value::Object(schemas) if SCHEMAS.contains(&&**name) => {
                        schemas.values().for_each(|schema| each(schema, visit));
                    }
                    value if !DATA.contains(&&**name) => each(value, visit),
                    _ => {}
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| each(element, visit)),
        _ => {}
    }
}

/// Calls a function with each reference in a schema, which may change it.
pub(super) fn change(schema: &mut Value, visit: &mut impl FnMut(&mut String)) {
    match schema {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(reference) if name == "$ref" => visit(reference),
                    Value::Object(schemas) if SCHEMAS.contains(&&**name) => {
                        schemas
                            .values_mut()
                            .for_each(|schema| change(schema, visit));
                    }
                    value if !DATA.contains(&&**name) => change(value, visit),
                    _ => {}
                }
            }
        }
        Value::Array(elements) => {
            elements
                .iter_mut()
                .for_each(|element| change(element, visit));
        }
        _ => {}
    }
}

/// The name of the component that a reference is to. `None` if it refers to something else.
pub(super) fn name(reference: &str) -> Option<String> {
    let encoded = reference.strip_prefix(COMPONENTS)?;
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                let digits = str::from_utf8(&digits).ok()?;
                bytes.push(u8::from_str_radix(digits, 16).ok()?);
            }
            byte => bytes.push(byte),
        }
    }
    let pointer = String::from_utf8(bytes).ok()?;
    (!pointer.contains('/')).then(|| pointer.replace("~1", "/").replace("~0", "~"))
}
