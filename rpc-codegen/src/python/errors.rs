//! `errors.py`: a class for each declared error. Methods that declare the same error share its class.

use std::collections::HashSet;

use crate::model::{Docs, ErrorCase, Kind, Type};
use crate::naming::class_name;
use crate::place::Place;
use crate::python::Writer;
use crate::python::convert::Converter;
use crate::python::expression::Expression;
use crate::python::names::pascal_identifier;
use crate::python::text::{docstring, identifiers, import};

/// The classes of a package.
pub(super) struct Errors<'a> {
    writer: Writer<'a>,
    classes: Vec<Class>,
}

struct Class {
    name: String,
    case: ErrorCase,
    data: Expression,
}

impl<'a> Errors<'a> {
    pub(super) fn of(writer: Writer<'a>, converter: &mut Converter<'_>) -> Errors<'a> {
        let mut classes: Vec<Class> = Vec::new();
        for case in writer.typed_methods().flat_map(|method| &method.errors) {
            if classes.iter().any(|class| is_same(&class.case, case)) {
                continue;
            }
            let name = converter.class_name(&pascal_identifier(&class_name(&case.message)));
            let data = match &case.data {
                Some(ty) => converter.convert_within(ty, &format!("{name}Data"), 50),
                None => Expression::json(),
            };
            let case = case.clone();
            classes.push(Class { name, case, data });
        }
        Errors { writer, classes }
    }

    /// The names of all classes.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.classes.iter().map(|class| &*class.name)
    }

    /// The name of the class of an error.
    pub(super) fn name(&self, case: &ErrorCase) -> &str {
        // `of` has made a class for each.
        self.class(case).map_or("RpcError", |class| &class.name)
    }

    /// What makes the exception of an error.
    pub(super) fn decoder(&self, case: &ErrorCase) -> String {
        let decoder = self
            .class(case)
            .map_or("anything", |class| &class.data.decoder);
        format!("declared({}, {decoder})", self.name(case))
    }

    fn class(&self, case: &ErrorCase) -> Option<&Class> {
        self.classes.iter().find(|class| is_same(&class.case, case))
    }

    /// `errors.py`.
    pub(super) fn file<'t>(&self, types: impl Iterator<Item = &'t str>) -> String {
        let classes: String = self.classes.iter().map(Class::declaration).collect();
        let header = self.writer.header("The errors that the contract declares.");
        if classes.is_empty() {
            return header;
        }
        let used: HashSet<&str> = identifiers(&classes).into_iter().collect();
        let json = used.contains("Json").then(|| "Json".to_owned());
        let types = types.filter(|name| used.contains(name)).map(str::to_owned);
        let own = import("._failures", ["DeclaredError".to_owned()])
            + &import("._json", json)
            + &import(".types", types);
        let never = used.contains("Never").then(|| "Never".to_owned());
        let typing = import("typing", never.into_iter().chain(["Literal".to_owned()]));
        format!("{header}\n{typing}\n{own}{classes}")
    }
}

impl Class {
    fn declaration(&self) -> String {
        let Class { name, case, data } = self;
        let text = case.description.as_ref().unwrap_or(&case.message);
        let docs = docstring(&[format!("Error {}: {text}", case.code)], "    ");
        let base = format!("DeclaredError[{}]", data.annotation);
        let code = case.code;
        let code = property("code", &format!("Literal[{code}]"), &code.to_string());
        let retryable = match case.kind.as_deref() {
            Some("too_many" | "unavailable") => property("is_retryable", "bool", "True"),
            _ => String::new(),
        };
        format!("\n\nclass {name}({base}):\n{docs}{code}{retryable}")
    }
}

/// A member that always has the same value.
fn property(name: &str, ty: &str, value: &str) -> String {
    let docs = docstring(&[value.to_owned()], "        ");
    format!("\n    @property\n    def {name}(self) -> {ty}:\n{docs}        return {value}\n")
}

/// Whether two methods declare the same error, wherever in the document they do.
fn is_same(one: &ErrorCase, two: &ErrorCase) -> bool {
    let data = |case: &ErrorCase| case.data.clone().map(bare);
    one.code == two.code && one.message == two.message && data(one) == data(two)
}

/// A type without its places and texts.
fn bare(mut ty: Type) -> Type {
    let mut types = vec![&mut ty];
    while let Some(ty) = types.pop() {
        ty.place = Place::root("");
        ty.docs = Docs::default();
        if let Kind::Enum { choices, .. } = &mut ty.kind {
            for choice in choices {
                choice.place = Place::root("");
                choice.docs = Docs::default();
            }
        }
        types.extend(ty.children_mut());
    }
    ty
}
