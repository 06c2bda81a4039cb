//! One function of a client: its signature, and what it tells the runtime.

use crate::model::{Docs, Method, Param, ParamStructure, Reply, Type};
use crate::text::docs;
use crate::typescript::Writer;
use crate::typescript::errors::Errors;
use crate::typescript::names::MethodName;
use crate::typescript::pretty::{WIDTH, broken};
use crate::typescript::text::{comment, member, quoted};

/// The two halves of a function.
pub(super) struct Function {
    /// Types of its own, with names.
    pub(super) types: String,
    /// Its declaration, with its docs.
    pub(super) signature: String,
    /// Its implementation.
    pub(super) body: String,
}

impl Writer<'_> {
    pub(super) fn function(&self, name: &MethodName, method: &Method, errors: &Errors) -> Function {
        match self.is_opaque(&method.name) {
            true => self.opaque(&name.name, method),
            false => self.typed(name, method, errors),
        }
    }

    /// A function without types.
    fn opaque(&self, name: &str, method: &Method) -> Function {
        let shown = signature_name(name);
        let docs = comment(&method_docs(method, true), "  ");
        let (function, reply) = match &method.reply {
            Reply::None => ("notify", "Promise<void>"),
            Reply::Result(_) => ("call", "Call<unknown, never>"),
            Reply::Stream(_) => ("stream", "Stream<unknown, unknown, never>"),
        };
        let options = options_of(method);
        let members = descriptor(method);
        Function {
            types: String::new(),
            signature: format!(
                "{docs}  {shown}(rpc: Rpc, params?: object, options?: {options}): {reply};\n"
            ),
            body: body(name, function, &members, true),
        }
    }

    fn typed(&self, names: &MethodName, method: &Method, errors: &Errors) -> Function {
        let name = &names.name;
        let shown = signature_name(name);
        let docs = comment(&method_docs(method, false), "  ");
        let mut types = String::new();
        let mut declared = errors.union(self, method);
        if declared.len() > 60 {
            let name = format!("{}Errors", names.ty);
            let classes = match declared.len() + 3 <= WIDTH {
                true => format!("\n  {declared}"),
                false => format!("\n  | {}", declared.replace(" | ", "\n  | ")),
            };
            types += &format!("\nexport type {name} ={classes};\n");
            declared = name;
        }
        // A type on several lines gets a name.
        let mut ty = |ty: &Type, suffix: &str| {
            let expression = self.member_type(ty, "");
            if !expression.contains('\n') {
                return expression.trim_start().to_owned();
            }
            let name = format!("{}{suffix}", names.ty);
            let docs = comment(&self.type_docs(ty), "");
            types += &format!("\n{docs}export type {name} ={expression};\n");
            name
        };
        let (function, reply) = match &method.reply {
            Reply::None => ("notify", "Promise<void>".to_owned()),
            Reply::Result(result) => (
                "call",
                format!("Call<{}, {declared}>", ty(result, "Result")),
            ),
            Reply::Stream(stream) => {
                let (item, end) = (ty(&stream.item, "Item"), ty(&stream.end, "End"));
                ("stream", format!("Stream<{item}, {end}, {declared}>"))
            }
        };
        let options = options_of(method);
        let mut members = descriptor(method);
        self.shapes_and_errors(method, errors, &mut members);
        let signature = match given(method).next().is_none() {
            true => format!("{docs}  {shown}(rpc: Rpc, options?: {options}): {reply};\n"),
            false => {
                let params = self.given().params(method, "    ");
                format!(
                    "{docs}  {shown}(\n    rpc: Rpc,\n    {params},\n    options?: {options},\n  ): {reply};\n"
                )
            }
        };
        let body = body(name, function, &members, given(method).next().is_some());
        Function {
            types,
            signature,
            body,
        }
    }

    fn params(&self, method: &Method, indent: &str) -> String {
        let is_optional = given(method).all(|param| !param.required);
        let mark = if is_optional { "?" } else { "" };
        let params = self.params_type(given(method), indent);
        format!("params{mark}: {params}")
    }

    /// The type of an object with these params.
    pub(super) fn params_type<'p>(
        &self,
        params: impl Iterator<Item = &'p Param>,
        indent: &str,
    ) -> String {
        let inner = format!("{indent}  ");
        let members: String = params.map(|param| self.param(param, &inner)).collect();
        format!("{{\n{members}{indent}}}")
    }

    fn param(&self, param: &Param, indent: &str) -> String {
        let mut texts = docs(&param.docs);
        let mut ty = param.ty.clone();
        if !texts.is_empty() {
            ty.docs = Docs::default();
        }
        texts.extend(self.type_docs(&ty));
        if param.deprecated && !ty.deprecated {
            texts.push("@deprecated".to_owned());
        }
        let docs = comment(&texts, indent);
        let mark = if param.required { "" } else { "?" };
        let mut ty = self.member_type(&param.ty, indent);
        if !param.required {
            ty += self.or_undefined(&ty, indent).as_str();
        }
        format!("{docs}{indent}{}{mark}:{ty};\n", member(&param.name))
    }

    /// What the runtime must know of the reply.
    fn shapes_and_errors(&self, method: &Method, errors: &Errors, members: &mut Vec<String>) {
        let shape = |name: &str, ty: &Type| self.shape(ty).map(|shape| format!("{name}: {shape}"));
        match &method.reply {
            Reply::None => {}
            Reply::Result(result) => members.extend(shape("result", result)),
            Reply::Stream(stream) => {
                members.extend(shape("item", &stream.item));
                members.extend(shape("result", &stream.end));
            }
        }
        let class = |error: &crate::model::ErrorCase| {
            let shape = error.data.as_ref().and_then(|data| self.shape(data));
            let shape = shape.map(|shape| format!(", {shape}")).unwrap_or_default();
            format!(
                "{}: [{}{shape}]",
                code(error.code),
                errors.name(self, error)
            )
        };
        let classes: Vec<String> = method.errors.iter().map(class).collect();
        if !classes.is_empty() {
            members.push(format!("errors: {{ {} }}", classes.join(", ")));
        }
    }
}

/// `new(…)` in a type would be a constructor.
pub(super) fn signature_name(name: &str) -> &str {
    match name {
        "new" => "\"new\"",
        name => name,
    }
}

/// The params that callers give. The token of a stream comes from the runtime.
pub(super) fn given(method: &Method) -> impl Iterator<Item = &Param> {
    let token = match &method.reply {
        Reply::Stream(stream) => stream.token.as_deref(),
        Reply::None | Reply::Result(_) => None,
    };
    method
        .params
        .iter()
        .filter(move |param| token != Some(&*param.name))
}

/// The type of what a call can be given besides its params.
fn options_of(method: &Method) -> &'static str {
    match method.reply {
        Reply::Stream(_) => "StreamOptions",
        Reply::None | Reply::Result(_) => "CallOptions",
    }
}

pub(super) fn method_docs(method: &Method, is_opaque: bool) -> Vec<String> {
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

/// What the runtime must know of the request.
fn descriptor(method: &Method) -> Vec<String> {
    let mut members = vec![format!("name: {}", quoted(&method.name))];
    if !method.params.is_empty() {
        let names: Vec<String> = method
            .params
            .iter()
            .map(|param| quoted(&param.name))
            .collect();
        members.push(format!("params: [{}]", names.join(", ")));
    }
    match method.param_structure {
        ParamStructure::ByName => members.push("by: \"name\"".to_owned()),
        ParamStructure::ByPosition => members.push("by: \"position\"".to_owned()),
        ParamStructure::Either => {}
    }
    if let Reply::Stream(stream) = &method.reply {
        let names = [
            ("cursor", &stream.cursor),
            ("token", &stream.token),
            ("unsubscribe", &stream.unsubscribe),
        ];
        for (member, name) in names {
            members.extend(
                name.iter()
                    .map(|name| format!("{member}: {}", quoted(name))),
            );
        }
    }
    members
}

fn body(name: &str, function: &str, members: &[String], has_params: bool) -> String {
    let (names, given) = match has_params {
        true => ("rpc, params, options", "params"),
        false => ("rpc, options", "undefined"),
    };
    let descriptor = format!("{{ {} }}", members.join(", "));
    let call = format!("{function}(rpc, {descriptor}, {given}, options),");
    let line = format!("  {name}: ({names}) => {call}");
    if line.chars().count() <= WIDTH {
        return line + "\n";
    }
    if call.chars().count() + 4 <= WIDTH {
        return format!("  {name}: ({names}) =>\n    {call}\n");
    }
    let descriptor = broken(&descriptor, "      ", 6, 1);
    format!(
        "  {name}: ({names}) =>\n    {function}(\n      rpc,\n      {descriptor},\n      {given},\n      options,\n    ),\n"
    )
}

/// A code as the name of a member. A negative one must be a string.
fn code(code: i64) -> String {
    match code < 0 {
        true => format!("\"{code}\""),
        false => code.to_string(),
    }
}
