//! Names from a document as identifiers of TypeScript. Two that would be the same get numbers, in the document's order.

use std::collections::HashSet;

use crate::model::{Method, Model, TypeId};
use crate::naming::{by_underscore, pascal, split};

/// Identifiers that a type or a namespace can't have: keywords, and names that the generated code uses itself.
const TAKEN: &[&str] = &[
    "any",
    "as",
    "async",
    "await",
    "bigint",
    "boolean",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "never",
    "new",
    "null",
    "number",
    "object",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "string",
    "super",
    "switch",
    "symbol",
    "this",
    "throw",
    "true",
    "try",
    "type",
    "typeof",
    "undefined",
    "unknown",
    "var",
    "void",
    "while",
    "with",
    "yield",
    "eval",
    "arguments",
    "answering",
    "batch",
    "call",
    "http",
    "notify",
    "rpc",
    "safe",
    "serve",
    "stream",
    "webSocket",
    "params",
    "options",
    "shapes",
    "AbortSignal",
    "Array",
    "Boolean",
    "BigInt",
    "Call",
    "CallOptions",
    "ClientMethods",
    "Error",
    "Failure",
    "Function",
    "Handlers",
    "Map",
    "Number",
    "Object",
    "OnError",
    "Promise",
    "Record",
    "Rpc",
    "RpcError",
    "Shape",
    "Stream",
    "StreamOptions",
    "String",
    "Symbol",
    "TransportError",
    "UndeclaredError",
];

/// The identifiers of a model.
pub(super) struct Names {
    types: Vec<String>,
    /// The constants that say where the numbers of a type are, by type.
    shapes: Vec<String>,
    /// By method, in the model's order.
    methods: Vec<MethodName>,
    /// The same for the methods of the client.
    client_methods: Vec<MethodName>,
    /// All that is taken at the top of the files.
    taken: HashSet<String>,
}

/// Where a method is in the client: `orders.place`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MethodName {
    pub(super) namespace: String,
    pub(super) name: String,
    /// What the names of its own types begin with.
    pub(super) ty: String,
}

impl Names {
    pub(super) fn of(model: &Model) -> Names {
        let mut taken: HashSet<String> = TAKEN.iter().map(|name| (*name).to_owned()).collect();
        let types: Vec<String> = model
            .definitions()
            .map(|(_, definition)| unique(pascal(&definition.name), &mut taken))
            .collect();
        let shapes = types
            .iter()
            .map(|name| {
                let shape = format!("{}{}Shape", name[..1].to_ascii_lowercase(), &name[1..]);
                unique(shape, &mut taken)
            })
            .collect();
        let mut prefixes = HashSet::new();
        let mut methods = named(&model.methods, &mut taken, &mut prefixes);
        // Their namespaces are members of an interface, which all names suit.
        let mut client_methods = named(&model.client_methods, &mut HashSet::new(), &mut prefixes);
        for method in methods.iter_mut().chain(&mut client_methods) {
            let suffixes = ["Result", "Item", "End", "Errors"];
            while suffixes
                .iter()
                .any(|suffix| taken.contains(&format!("{}{suffix}", method.ty)))
            {
                method.ty.push('_');
            }
            taken.extend(
                suffixes
                    .iter()
                    .map(|suffix| format!("{}{suffix}", method.ty)),
            );
        }
        Names {
            types,
            shapes,
            methods,
            client_methods,
            taken,
        }
    }

    pub(super) fn ty(&self, id: TypeId) -> &str {
        &self.types[id.0]
    }

    pub(super) fn shape(&self, id: TypeId) -> &str {
        &self.shapes[id.0]
    }

    pub(super) fn methods(&self) -> impl Iterator<Item = &MethodName> {
        self.methods.iter()
    }

    pub(super) fn client_methods(&self) -> impl Iterator<Item = &MethodName> {
        self.client_methods.iter()
    }

    /// All names that are taken, for more of them.
    pub(super) fn taken(&self) -> HashSet<String> {
        self.taken.clone()
    }
}

/// `taken` are names that namespaces can't have, and `prefixes` those that types of methods begin with.
fn named(
    methods: &[Method],
    taken: &mut HashSet<String>,
    prefixes: &mut HashSet<String>,
) -> Vec<MethodName> {
    let names: Vec<&str> = methods.iter().map(|method| &*method.name).collect();
    let has_underscores = by_underscore(&names);
    let mut namespaces: Vec<(String, String, HashSet<String>)> = Vec::new();
    let mut found = Vec::new();
    for name in names {
        let (namespace, method) = split(name, has_underscores);
        let index = match namespaces.iter().position(|(known, ..)| known == namespace) {
            Some(index) => index,
            None => {
                let name = if namespace.is_empty() {
                    "api"
                } else {
                    namespace
                };
                let identifier = unique(camel(name), taken);
                namespaces.push((namespace.to_owned(), identifier, HashSet::new()));
                namespaces.len() - 1
            }
        };
        let (_, identifier, members) = &mut namespaces[index];
        let name = unique(camel(method), members);
        let prefix = match namespace {
            "" => pascal(method),
            namespace => pascal(namespace) + &pascal(method),
        };
        let ty = unique(prefix, prefixes);
        found.push(MethodName {
            namespace: identifier.clone(),
            name,
            ty,
        });
    }
    found
}

/// `order-id` as `orderId`.
pub(super) fn camel(name: &str) -> String {
    let pascal = pascal(name);
    let is_shouted = pascal.chars().all(|c| !c.is_ascii_lowercase());
    match is_shouted {
        true => pascal.to_ascii_lowercase(),
        false => pascal[..1].to_ascii_lowercase() + &pascal[1..],
    }
}

/// The name, with a number if it is taken.
pub(super) fn unique(name: String, taken: &mut HashSet<String>) -> String {
    let mut found = name.clone();
    let mut number = 2;
    while !taken.insert(found.clone()) {
        found = format!("{name}{number}");
        number += 1;
    }
    found
}
