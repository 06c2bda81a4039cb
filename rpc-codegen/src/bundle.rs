//! [`Document::bundled`]: a document and the files that it refers to, as one.

use crate::document::{Document, join};
use crate::place::escape;
use crate::value::{Object, Value};

/// The member of the document that has the other files, by their locations.
pub(crate) const FILES: &str = "x-files";

impl Document {
    /// The document as one value without references to other files. They are in its member `x-files`, and references lead there.
    ///
    /// A reference to a file that could not be read stays as it is.
    pub fn bundled(&self) -> Value {
        let mut root = Value::Null;
        let mut files = Object::new();
        for (location, value) in self.files() {
            let value = self.pointing_inside(value, location);
            match location {
                "" => root = value,
                _ => drop(files.insert(location.to_owned(), value)),
            }
        }
        files.sort_keys();
        if let Value::Object(members) = &mut root
            && !files.is_empty()
        {
            members.insert(FILES.to_owned(), Value::Object(files));
        }
        root
    }

    fn pointing_inside(&self, value: &Value, from: &str) -> Value {
        match value {
            Value::Array(elements) => {
                let elements = elements.iter().map(|it| self.pointing_inside(it, from));
                Value::Array(elements.collect())
            }
            Value::Object(members) => {
                let member = |(name, value): (&String, &Value)| {
                    let value = match value {
                        Value::String(reference) if name == "$ref" => {
                            Value::String(self.inside(reference, from))
                        }
                        value => self.pointing_inside(value, from),
                    };
                    (name.clone(), value)
                };
                Value::Object(members.iter().map(member).collect())
            }
            other => other.clone(),
        }
    }

    /// A reference in one file, as one in the bundled document.
    fn inside(&self, reference: &str, from: &str) -> String {
        let (file, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let location = match file {
            "" => from.to_owned(),
            _ => join(from, file),
        };
        let is_read = self.files().any(|(other, _)| other == location);
        match location.as_str() {
            "" => format!("#{fragment}"),
            _ if is_read => format!("#/{FILES}/{}{fragment}", escaped(&location)),
            _ => reference.to_owned(),
        }
    }
}

/// A step of a JSON pointer in a fragment of a URI.
fn escaped(step: &str) -> String {
    let mut escaped = String::new();
    for byte in escape(step).bytes() {
        match byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            true => escaped.push(char::from(byte)),
            false => escaped += &format!("%{byte:02X}"),
        }
    }
    escaped
}
