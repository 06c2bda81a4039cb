//! Names from a document as identifiers of Python. A name that is taken gets a trailing `_`.

use std::collections::HashSet;

use crate::model::{Model, TypeId};
use crate::naming::{by_underscore, pascal, snake, split};

const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// What a class can't be called: what generated modules import, and exceptions that programs expect to be Python's.
const TAKEN_BY_CLASSES: &[&str] = &[
    "ArithmeticError",
    "AsyncBaseBatch",
    "AsyncBaseClient",
    "AsyncBatch",
    "AsyncClient",
    "AsyncRpc",
    "AsyncStream",
    "BaseBatch",
    "BaseClient",
    "BaseException",
    "Batch",
    "CallTimeout",
    "Calls",
    "Client",
    "Collecting",
    "ConnectionError",
    "Data",
    "DeclaredError",
    "DecodeError",
    "Decoder",
    "EOFError",
    "Exception",
    "Execution",
    "Failure",
    "Final",
    "Headers",
    "IOError",
    "ImportError",
    "IndexError",
    "Json",
    "KeyError",
    "Literal",
    "LookupError",
    "LostConnection",
    "Mapping",
    "MemoryError",
    "Method",
    "NameError",
    "Never",
    "Notification",
    "OSError",
    "OneOf",
    "Options",
    "OverflowError",
    "Pending",
    "PermissionError",
    "Queue",
    "Rpc",
    "RpcError",
    "RuntimeError",
    "Stream",
    "StreamMethod",
    "SyntaxError",
    "SystemError",
    "TimeoutError",
    "TransportError",
    "TypeAlias",
    "TypeError",
    "UndeclaredError",
    "Unset",
    "ValueError",
    "Warning",
    "UNSET",
];

/// What a field can't be called: names that the annotations of its class need.
const TAKEN_BY_FIELDS: &[&str] = &[
    "bool",
    "bytes",
    "dataclass",
    "dict",
    "field",
    "float",
    "int",
    "list",
    "no_members",
    "str",
    "tuple",
];

/// What a namespace or a method of a client can't be called.
const TAKEN_BY_CLIENTS: &[&str] = &["aclose", "batch", "close", "property"];

/// What an argument can't be called.
const TAKEN_BY_ARGUMENTS: &[&str] = &["headers", "methods", "self", "timeout"];

/// The identifiers of a model.
pub(super) struct Names {
    types: Vec<String>,
    methods: Vec<MethodName>,
    taken: HashSet<String>,
}

/// Where a method is in the client: `orders.place`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MethodName {
    /// `orders`. Empty for a method of the client itself.
    pub(super) namespace: String,
    /// `OrdersMethods`, the class of the namespace.
    pub(super) class: String,
    pub(super) name: String,
    /// What the names of its own types begin with.
    pub(super) ty: String,
    /// What is known of it: `ORDERS_PLACE`.
    pub(super) constant: String,
}

impl Names {
    pub(super) fn of(model: &Model) -> Names {
        let mut taken = reserved(TAKEN_BY_CLASSES);
        let types = model
            .definitions()
            .map(|(_, definition)| unique(pascal_identifier(&definition.name), &mut taken))
            .collect();
        let methods = methods(model, &mut taken);
        Names {
            types,
            methods,
            taken,
        }
    }

    pub(super) fn ty(&self, id: TypeId) -> &str {
        &self.types[id.0]
    }

    pub(super) fn methods(&self) -> impl Iterator<Item = &MethodName> {
        self.methods.iter()
    }

    /// All names of classes that are taken, for more of them.
    pub(super) fn taken(&self) -> HashSet<String> {
        self.taken.clone()
    }
}

/// A namespace of the document.
struct Namespace<'a> {
    name: &'a str,
    identifier: String,
    class: String,
    members: HashSet<String>,
}

/// `taken` are the names of classes. Those of the namespaces are added.
fn methods(model: &Model, taken: &mut HashSet<String>) -> Vec<MethodName> {
    let names: Vec<&str> = model.methods.iter().map(|method| &*method.name).collect();
    let has_underscores = by_underscore(&names);
    let mut members = reserved(TAKEN_BY_CLIENTS);
    let mut namespaces: Vec<Namespace<'_>> = Vec::new();
    // A module that has the constants imports the types.
    let mut constants = taken.clone();
    let mut found = Vec::new();
    for name in names {
        let (namespace, method) = split(name, has_underscores);
        let constant = unique(snake(name).to_ascii_uppercase(), &mut constants);
        let ty = pascal_identifier(&constant.to_ascii_lowercase());
        let (namespace, class, name) = match namespace {
            "" => {
                let name = unique(snake(method), &mut members);
                (String::new(), String::new(), name)
            }
            namespace => {
                let index = match namespaces.iter().position(|it| it.name == namespace) {
                    Some(index) => index,
                    None => {
                        let class = format!("{}Methods", pascal_identifier(namespace));
                        namespaces.push(Namespace {
                            name: namespace,
                            identifier: unique(snake(namespace), &mut members),
                            class: unique(class, taken),
                            members: reserved(&[]),
                        });
                        namespaces.len() - 1
                    }
                };
                let it = &mut namespaces[index];
                let name = unique(snake(method), &mut it.members);
                (it.identifier.clone(), it.class.clone(), name)
            }
        };
        found.push(MethodName {
            namespace,
            class,
            name,
            ty,
            constant,
        });
    }
    found
}

/// The identifiers of an object's members, in order.
pub(super) fn fields<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut taken = reserved(TAKEN_BY_FIELDS);
    names.map(|name| unique(snake(name), &mut taken)).collect()
}

/// The identifiers of a method's params, in order.
pub(super) fn arguments<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut taken = reserved(TAKEN_BY_ARGUMENTS);
    names.map(|name| unique(snake(name), &mut taken)).collect()
}

fn reserved(names: &[&str]) -> HashSet<String> {
    let all = KEYWORDS.iter().chain(names);
    all.map(|name| (*name).to_owned()).collect()
}

/// `order_id` as `OrderId`.
pub(super) fn pascal_identifier(name: &str) -> String {
    let joined = pascal(name);
    match joined.strip_prefix('_') {
        Some(digits) => format!("N{digits}"),
        None => joined,
    }
}

/// The name, with a trailing `_` if it is taken, and a number if that is not enough.
pub(super) fn unique(name: String, taken: &mut HashSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    let mut candidates = [name.clone(), format!("{name}_")]
        .into_iter()
        .chain(numbered);
    let found = candidates.find(|candidate| taken.insert(candidate.clone()));
    // The numbers do not run out.
    found.unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taken_names_get_an_underscore() {
        let names = ["class", "a-b", "a_b", "aB", "timeout"];
        let found = arguments(names.into_iter());
        assert_eq!(found, ["class_", "a_b", "a_b_", "a_b_2", "timeout_"]);
    }
}
