//! `client.ts`: the functions.

use crate::model::{Kind, Method, ParamStructure, Reply, Type};
use crate::typescript::Writer;
use crate::typescript::errors::Errors;
use crate::typescript::text::{comment, docs, member, quoted};

/// How long a line may be before it is broken.
const WIDTH: usize = 120;

impl Writer<'_> {
    pub(super) fn client(&self) -> String {
        let errors = Errors::of(self);
        let methods: Vec<&Method> = self.model.methods.iter().collect();
        let replies: Vec<&Type> = methods
            .iter()
            .filter(|method| !self.is_opaque(&method.name))
            .flat_map(|method| received(method))
            .collect();
        let shapes = self.shape_constants(&replies);
        let mut body = errors.declarations();
        for namespace in self.namespaces() {
            body += &self.namespace(&namespace, &methods, &errors);
        }
        if !shapes.is_empty() {
            body += &format!("\n// Where the 64-bit numbers are.\n{shapes}");
        }
        self.header() + &self.imports(&body, &errors) + &body
    }

    /// In the order of their first methods.
    fn namespaces(&self) -> Vec<String> {
        let mut namespaces: Vec<String> = Vec::new();
        for method in self.names.methods() {
            if !namespaces.contains(&method.namespace) {
                namespaces.push(method.namespace.clone());
            }
        }
        namespaces
    }

    /// Only what the body uses, so that strict compilers have nothing to say.
    fn imports(&self, body: &str, errors: &Errors) -> String {
        let uses = |name: &str| uses(body, name);
        let values: Vec<&str> = ["call", "notify", "stream"]
            .into_iter()
            .filter(|name| body.contains(&format!("{name}(rpc, ")))
            .collect();
        let error = (!errors.is_empty()).then_some("RpcError");
        let types: Vec<String> = ["Call", "CallOptions", "Rpc", "Shape", "Stream"]
            .into_iter()
            .filter(|name| uses(name))
            .map(|name| format!("type {name}"))
            .collect();
        let mut imports: Vec<String> = values.into_iter().chain(error).map(str::to_owned).collect();
        imports.extend(types);
        let named = self.named();
        let mut text = String::new();
        if !imports.is_empty() {
            text += &format!(
                "\nimport {{ {} }} from {};\n",
                imports.join(", "),
                self.import("runtime")
            );
        }
        if !named.is_empty() {
            let lines: Vec<String> = named.iter().map(|name| format!("  {name},\n")).collect();
            text += &format!(
                "import type {{\n{}}} from {};\n",
                lines.concat(),
                self.import("types")
            );
        }
        if body.is_empty() {
            text += "\nexport {};\n";
        }
        text
    }

    /// The named types that signatures and errors name, sorted.
    fn named(&self) -> Vec<&str> {
        let methods = self
            .model
            .methods
            .iter()
            .filter(|method| !self.is_opaque(&method.name));
        let mut types: Vec<&Type> = methods.flat_map(Method::types).collect();
        let mut names = Vec::new();
        while let Some(ty) = types.pop() {
            match &ty.kind {
                Kind::Reference(id) => names.push(self.names.ty(*id)),
                // The keys of a map are strings in any case.
                Kind::Map { values, .. } => types.push(values),
                _ => types.extend(ty.children()),
            }
        }
        names.sort_unstable();
        names.dedup();
        names
    }

    fn namespace(&self, namespace: &str, methods: &[&Method], errors: &Errors) -> String {
        let mut types = String::new();
        let mut values = String::new();
        for (index, method) in methods.iter().enumerate() {
            let name = self.names.method(index);
            if name.namespace == namespace {
                let (ty, value) = self.method(&name.name, method, errors);
                types += &ty;
                values += &value;
            }
        }
        format!("\nexport const {namespace}: {{\n{types}}} = {{\n{values}}};\n")
    }

    /// The type of a function, and the function.
    fn method(&self, name: &str, method: &Method, errors: &Errors) -> (String, String) {
        let is_opaque = self.is_opaque(&method.name);
        let docs = comment(&self.method_docs(method, is_opaque), "  ");
        let params = match (is_opaque, method.params.is_empty()) {
            (true, _) => Some("params?: object".to_owned()),
            (false, true) => None,
            (false, false) => Some(self.params(method)),
        };
        let given = if params.is_some() {
            "params"
        } else {
            "undefined"
        };
        let declared = if is_opaque {
            "never".to_owned()
        } else {
            errors.union(self, method)
        };
        let ty = |ty: &Type| {
            if is_opaque {
                "unknown".to_owned()
            } else {
                self.ty(ty, "  ")
            }
        };
        let (function, result) = match &method.reply {
            Reply::None => ("notify".to_owned(), "Promise<void>".to_owned()),
            Reply::Result(result) => (
                "call".to_owned(),
                format!("Call<{}, {declared}>", ty(result)),
            ),
            Reply::Stream(stream) => (
                "stream".to_owned(),
                format!(
                    "Stream<{}, {}, {declared}>",
                    ty(&stream.item),
                    ty(&stream.end)
                ),
            ),
        };
        let params = params
            .map(|params| format!(", {params}"))
            .unwrap_or_default();
        let signature =
            format!("{docs}  {name}(rpc: Rpc{params}, options?: CallOptions): {result};\n");
        let names = if given == "params" {
            "rpc, params, options"
        } else {
            "rpc, options"
        };
        let parts = self.descriptor(method, is_opaque, errors);
        let head = format!("  {name}: ({names}) =>");
        let flat = format!(
            "{head} {function}(rpc, {{ {} }}, {given}, options),\n",
            parts.join(", ")
        );
        if flat.len() <= WIDTH {
            return (signature, flat);
        }
        let lines: Vec<String> = parts
            .iter()
            .map(|part| format!("      {part},\n"))
            .collect();
        let body = format!(
            "{head}\n    {function}(rpc, {{\n{}    }}, {given}, options),\n",
            lines.concat()
        );
        (signature, body)
    }

    fn method_docs(&self, method: &Method, is_opaque: bool) -> Vec<String> {
        let mut texts = docs(&method.docs);
        if texts.is_empty() {
            texts.push(format!("`{}`", method.name));
        }
        if is_opaque {
            texts.push("Untyped: its types can't be expressed, or were not wanted.".to_owned());
        }
        if let Some(deprecation) = &method.deprecated {
            let note = deprecation.note.clone().unwrap_or_default();
            texts.push(format!("@deprecated {note}").trim_end().to_owned());
        }
        texts
    }

    fn params(&self, method: &Method) -> String {
        let optional = method.params.iter().all(|param| !param.required);
        let mut lines = String::new();
        for param in &method.params {
            let mut texts = docs(&param.docs);
            let mut ty = param.ty.clone();
            if !texts.is_empty() {
                ty.docs = Default::default();
            }
            // A reference's own docs are those of the type.
            texts.extend(self.type_docs(&ty));
            if param.deprecated && !ty.deprecated {
                texts.push("@deprecated".to_owned());
            }
            lines += &comment(&texts, "    ");
            let mark = if param.required { "" } else { "?" };
            lines += &format!(
                "    {}{mark}: {};\n",
                member(&param.name),
                self.ty(&param.ty, "    ")
            );
        }
        format!("params{}: {{\n{lines}  }}", if optional { "?" } else { "" })
    }

    /// What the runtime knows of a method.
    fn descriptor(&self, method: &Method, is_opaque: bool, errors: &Errors) -> Vec<String> {
        let mut parts = vec![format!("name: {}", quoted(&method.name))];
        if !method.params.is_empty() {
            let names: Vec<String> = method
                .params
                .iter()
                .map(|param| quoted(&param.name))
                .collect();
            parts.push(format!("params: [{}]", names.join(", ")));
        }
        match method.param_structure {
            ParamStructure::ByName => parts.push("by: \"name\"".to_owned()),
            ParamStructure::ByPosition => parts.push("by: \"position\"".to_owned()),
            ParamStructure::Either => {}
        }
        if is_opaque {
            return parts;
        }
        let shape = |name: &str, ty: &Type| self.shape(ty).map(|shape| format!("{name}: {shape}"));
        match &method.reply {
            Reply::None => {}
            Reply::Result(result) => parts.extend(shape("result", result)),
            Reply::Stream(stream) => {
                parts.extend(shape("item", &stream.item));
                parts.extend(shape("result", &stream.end));
                parts.extend(
                    stream
                        .cursor
                        .as_ref()
                        .map(|cursor| format!("cursor: {}", quoted(cursor))),
                );
            }
        }
        let classes: Vec<String> = method
            .errors
            .iter()
            .map(|error| {
                let shape = error.data.as_ref().and_then(|data| self.shape(data));
                let shape = shape.map(|shape| format!(", {shape}")).unwrap_or_default();
                format!(
                    "{}: [{}{shape}]",
                    number(error.code),
                    errors.name(self, error)
                )
            })
            .collect();
        if !classes.is_empty() {
            parts.push(format!("errors: {{ {} }}", classes.join(", ")));
        }
        parts
    }
}

/// Whether a text has a name in it as a whole word.
fn uses(text: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

/// A code as the name of a member. A negative one must be a string.
fn number(code: i64) -> String {
    match code < 0 {
        true => format!("\"{code}\""),
        false => code.to_string(),
    }
}

/// The types that come from the server.
fn received(method: &Method) -> Vec<&Type> {
    let params = method.params.len();
    method.types().into_iter().skip(params).collect()
}
