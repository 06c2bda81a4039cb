//! A class for each declared error. Methods that declare the same error share its class.

use std::collections::HashSet;

use crate::model::{ErrorCase, Method};
use crate::naming::class_name;
use crate::typescript::Writer;
use crate::typescript::names::unique;
use crate::typescript::text::comment;

/// The classes of a client.
pub(super) struct Errors {
    classes: Vec<Class>,
}

#[derive(PartialEq)]
struct Class {
    name: String,
    /// The name of the type of its data, if that has one.
    data_name: String,
    code: i64,
    /// The type of its data.
    data: String,
    message: String,
    description: Option<String>,
}

impl Errors {
    pub(super) fn of(writer: &Writer<'_>) -> Errors {
        let mut taken: HashSet<String> = writer.names.taken();
        let mut classes: Vec<Class> = Vec::new();
        let methods = writer
            .model
            .all_methods()
            .filter(|method| !writer.is_opaque(&method.name));
        for error in methods.flat_map(|method| &method.errors) {
            let data = data(writer, error);
            let is_same = |class: &Class| {
                class.code == error.code && class.message == error.message && class.data == data
            };
            if classes.iter().any(is_same) {
                continue;
            }
            let mut name = class_name(&error.message);
            if taken.contains(&name) {
                // Its code says more than a number by its place in the document.
                name += &error.code.unsigned_abs().to_string();
            }
            let name = unique(name, &mut taken);
            let data_name = unique(format!("{name}Data"), &mut taken);
            classes.push(Class {
                name,
                data_name,
                code: error.code,
                data,
                message: error.message.clone(),
                description: error.description.clone(),
            });
        }
        Errors { classes }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.classes.is_empty()
    }

    /// The name of the class of an error.
    pub(super) fn name(&self, writer: &Writer<'_>, error: &ErrorCase) -> &str {
        let data = data(writer, error);
        let is_same = |class: &&Class| {
            class.code == error.code && class.message == error.message && class.data == data
        };
        // `of` has made a class for each.
        self.classes
            .iter()
            .find(is_same)
            .map_or("RpcError", |class| &class.name)
    }

    /// The union of the errors of a method.
    pub(super) fn union(&self, writer: &Writer<'_>, method: &Method) -> String {
        let names: Vec<&str> = method
            .errors
            .iter()
            .map(|error| self.name(writer, error))
            .collect();
        match names.is_empty() {
            true => "never".to_owned(),
            false => names.join(" | "),
        }
    }

    pub(super) fn declarations(&self) -> String {
        let class = |class: &Class| {
            let Class {
                name,
                data_name,
                code,
                ..
            } = class;
            let text = class.description.as_ref().unwrap_or(&class.message);
            let docs = comment(&[format!("Error {code}: {text}")], "");
            // A type on several lines gets a name.
            let (data, ty) = match class.data.contains('\n') {
                true => (
                    data_name.clone(),
                    format!("\nexport type {data_name} = {};\n", class.data),
                ),
                false => (class.data.clone(), String::new()),
            };
            format!("{ty}\n{docs}export class {name} extends RpcError<{code}, {data}> {{}}\n")
        };
        self.classes.iter().map(class).collect()
    }
}

/// The type of the data of an error.
fn data(writer: &Writer<'_>, error: &ErrorCase) -> String {
    let data = error.data.as_ref().map(|data| writer.ty(data, ""));
    data.unwrap_or_else(|| "unknown".to_owned())
}
