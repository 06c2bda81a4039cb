//! What answers the calls of the server: the interface of the methods, and `serve`, which tells the runtime of them.

use crate::model::{Kind, Method, Reply, Type};
use crate::typescript::Writer;
use crate::typescript::errors::Errors;
use crate::typescript::functions::{method_docs, signature_name};
use crate::typescript::names::MethodName;
use crate::typescript::pretty::broken;
use crate::typescript::shapes::entry;
use crate::typescript::text::{comment, is_identifier, quoted};

impl Writer<'_> {
    /// Nothing, if the server calls no methods.
    pub(super) fn serving(&self, errors: &Errors) -> String {
        if self.model.client_methods.is_empty() {
            return String::new();
        }
        let mut types = String::new();
        let mut interface = String::new();
        for namespace in namespaces(self.names.client_methods()) {
            let members: String = self
                .handled()
                .filter(|(name, _)| name.namespace == namespace)
                .map(|(name, method)| self.signature(name, method, &mut types))
                .collect();
            interface += &format!("  readonly {namespace}: {{\n{members}  }};\n");
        }
        let handlers: String = self
            .handled()
            .map(|(name, method)| self.handler(name, method, errors))
            .collect();
        let interface_docs = comment(&["The methods that the server may call.".to_owned()], "");
        let serve_docs = comment(
            &["Answers the calls of the server: `webSocket(url, { handlers: serve(methods) })`. The server learns nothing about an\nerror that a method does not declare. `onError` is told of it, or else the console.".to_owned()],
            "",
        );
        format!(
            "{types}\n{interface_docs}export interface ClientMethods {{\n{interface}}}\n\n\
             {serve_docs}export function serve(methods: ClientMethods, onError?: OnError): Handlers {{\n  \
             return answering(\n    [\n{handlers}    ],\n    onError,\n  );\n}}\n"
        )
    }

    fn handled(&self) -> impl Iterator<Item = (&MethodName, &Method)> {
        self.names.client_methods().zip(&self.model.client_methods)
    }

    /// One method of the interface.
    fn signature(&self, name: &MethodName, method: &Method, types: &mut String) -> String {
        let is_opaque = self.is_opaque(&method.name);
        let docs = comment(&method_docs(method, is_opaque), "    ");
        let shown = signature_name(&name.name);
        if is_opaque {
            return format!("{docs}    {shown}(params: unknown, signal: AbortSignal): unknown;\n");
        }
        let reply = match &method.reply {
            Reply::None => "void".to_owned(),
            Reply::Result(result) => self.answer(name, result, types),
            Reply::Stream(stream) => self.answer(name, &stream.end, types),
        };
        let reply = format!("{reply} | Promise<{reply}>");
        match method.params.is_empty() {
            true => format!("{docs}    {shown}(signal: AbortSignal): {reply};\n"),
            false => {
                let params = self.params_type(method.params.iter(), "      ");
                format!(
                    "{docs}    {shown}(\n      params: {params},\n      signal: AbortSignal,\n    ): {reply};\n"
                )
            }
        }
    }

    /// The type of what a method answers with. A type on several lines gets a name.
    fn answer(&self, name: &MethodName, ty: &Type, types: &mut String) -> String {
        if matches!(self.model.resolve(ty).0.kind, Kind::Null) {
            return "void".to_owned();
        }
        let expression = self.given().member_type(ty, "");
        if !expression.contains('\n') {
            return expression.trim_start().to_owned();
        }
        let name = format!("{}Result", name.ty);
        let docs = comment(&self.type_docs(ty), "");
        *types += &format!("\n{docs}export type {name} ={expression};\n");
        name
    }

    /// What the runtime must know of a method.
    fn handler(&self, name: &MethodName, method: &Method, errors: &Errors) -> String {
        let mut members = vec![format!("name: {}", quoted(&method.name))];
        let mut list = |member: &str, texts: Vec<String>| {
            if !texts.is_empty() {
                members.push(format!("{member}: [{}]", texts.join(", ")));
            }
        };
        let params = || method.params.iter();
        list(
            "aliases",
            method.aliases.iter().map(|name| quoted(name)).collect(),
        );
        list(
            "params",
            params().map(|param| quoted(&param.name)).collect(),
        );
        let has_params = !method.params.is_empty() || self.is_opaque(&method.name);
        if !self.is_opaque(&method.name) {
            let required = params().filter(|param| param.required);
            list(
                "required",
                required.map(|param| quoted(&param.name)).collect(),
            );
            let classes = method.errors.iter();
            list(
                "errors",
                classes
                    .map(|error| errors.name(self, error).to_owned())
                    .collect(),
            );
            let shape =
                |param: &crate::model::Param| Some(entry(&param.name, &self.shape(&param.ty)?));
            let shapes: Vec<String> = params().filter_map(shape).collect();
            if !shapes.is_empty() {
                members.push(format!("shapes: {{ {} }}", shapes.join(", ")));
            }
        }
        let path = match is_identifier(&name.name) {
            true => format!("methods.{}.{}", name.namespace, name.name),
            false => format!("methods.{}[{}]", name.namespace, quoted(&name.name)),
        };
        members.push(match has_params {
            true => format!("run: (params, signal) => {path}(params, signal)"),
            false => format!("run: (_, signal) => {path}(signal)"),
        });
        let literal = broken(&format!("{{ {} }}", members.join(", ")), "      ", 6, 1);
        format!("      {literal},\n")
    }
}

/// In the order of their first methods.
pub(super) fn namespaces<'n>(names: impl Iterator<Item = &'n MethodName>) -> Vec<&'n str> {
    let mut namespaces: Vec<&str> = Vec::new();
    for name in names {
        if !namespaces.contains(&&*name.namespace) {
            namespaces.push(&name.namespace);
        }
    }
    namespaces
}
